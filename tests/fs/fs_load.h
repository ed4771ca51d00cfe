/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads that change a mounted file system without end, and what must hold
 * in any consistent copy of it, whenever that was taken.
 *
 * Each thread has a lwp of its own and, beside what it does in a directory
 * that all share:
 * - tN/log, to which it appends records, numbered, one write(2) each;
 * - tN/same, which it overwrites with one letter, one write(2) each;
 * - a file that it renames between tN/a and tN/b.
 */
#ifndef FS_LOAD_H
#define FS_LOAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "../kern/t_kern.h"

#define LOAD_THREADS 4
#define LOAD_RECORD  64
#define LOAD_SAME    50000
#define LOAD_NAMES   16

static struct load {
	const char *dir;
	int id;
	unsigned seed;
	pthread_t td;
	_Atomic long begun, done; /* records in the log, at most and at least */
	int kept; /* descriptor of a file without a name, or -1 */
} loads[LOAD_THREADS];

static _Atomic bool load_stopping, load_pausing;
static _Atomic int load_paused; /* threads that do nothing */
static _Atomic long load_steps;

static inline unsigned
load_rnd(struct load *l, unsigned n)
{
	l->seed = l->seed * 1664525u + 1013904223u;
	return (l->seed >> 8) % n;
}

/* A name that another thread may be using as well. */
static inline const char *
load_pick(struct load *l, char *buf)
{
	static const char *dirs[] = {"", "/d0", "/d1", "/d0/e"};

	snprintf(buf, 128, "%s/sh%s/n%u%s", l->dir, dirs[load_rnd(l, 4)],
	    load_rnd(l, LOAD_NAMES),
	    load_rnd(l, 8) == 0 ? "_with_a_long_name_that_fills_blocks" : "");
	return buf;
}

static inline void
load_write(struct load *l)
{
	static const char zeros[120000];
	char name[128];
	int fd;

	fd =
	    rump_sys_open(load_pick(l, name), RUMP_O_RDWR | RUMP_O_CREAT, 0644);
	if (fd == -1)
		return;
	(void)rump_sys_pwrite(fd, zeros,
	    1 + load_rnd(l, load_rnd(l, 4) == 0 ? sizeof(zeros) - 1 : 9000),
	    load_rnd(l, 3) == 0 ? load_rnd(l, 300000) : 0);
	if (load_rnd(l, 16) == 0)
		(void)rump_sys_fsync(fd);
	/* now and then it outlives its name */
	if (load_rnd(l, 8) == 0 && rump_sys_unlink(name) == 0) {
		if (l->kept != -1)
			rump_sys_close(l->kept);
		l->kept = fd;
		return;
	}
	rump_sys_close(fd);
}

static inline void
load_step(struct load *l)
{
	char a[128], b[128];

	switch (load_rnd(l, 10)) {
	case 0:
		(void)rump_sys_truncate(load_pick(l, a), load_rnd(l, 60000));
		break;
	case 1:
	case 2:
		(void)rump_sys_unlink(load_pick(l, a));
		break;
	case 3:
		(void)rump_sys_mkdir(load_pick(l, a), 0755);
		break;
	case 4:
		(void)rump_sys_rmdir(load_pick(l, a));
		break;
	case 5:
		(void)rump_sys_rename(load_pick(l, a), load_pick(l, b));
		break;
	case 6:
		(void)rump_sys_link(load_pick(l, a), load_pick(l, b));
		break;
	case 7:
		(void)rump_sys_symlink(load_rnd(l, 2) == 0
			? "short"
			: "/a/target/that/is/too/long/to/be/kept/in/an/inode/"
			  "and/so/has/a/block/of/its/own/in/every/version/of/"
			  "this/file/system",
		    load_pick(l, a));
		break;
	default:
		load_write(l);
		break;
	}
	atomic_fetch_add(&load_steps, 1);
}

static inline const char *
load_path(const char *dir, int id, const char *name, char *buf)
{
	snprintf(buf, 128, "%s/t%d/%s", dir, id, name);
	return buf;
}

static inline void
load_record(struct load *l, int fd)
{
	char rec[LOAD_RECORD + 1];
	long n = l->begun;
	ssize_t rv;

	snprintf(rec, sizeof(rec), "%-*ld\n", LOAD_RECORD - 1, n);
	l->begun = n + 1;
	rv = rump_sys_write(fd, rec, LOAD_RECORD);
	if (rv == LOAD_RECORD)
		l->done = n + 1;
	else {
		/* the file system is full */
		REQ(rv, -1);
		REQ(errno, RUMP_ENOSPC);
		l->begun = n;
	}
}

static inline void *
load_thread(void *arg)
{
	char same[LOAD_SAME], a[128], b[128];
	struct load *l = arg;
	bool swap = false;
	int log, fd;

	RZ(rump_pub_lwproc_rfork(RUMP_RFFDG));
	RL(log = rump_sys_open(load_path(l->dir, l->id, "log", a),
	       RUMP_O_WRONLY | RUMP_O_APPEND));
	RL(fd = rump_sys_open(
	       load_path(l->dir, l->id, "same", a), RUMP_O_RDWR));
	while (!load_stopping) {
		if (load_pausing) {
			load_paused++;
			while (load_pausing)
				t_msleep(1);
			load_paused--;
		}
		for (int i = 0; i < 8; i++)
			load_step(l);
		load_record(l, log);
		memset(same, 'a' + (int)load_rnd(l, 26), sizeof(same));
		REQ(rump_sys_pwrite(fd, same, sizeof(same), 0), LOAD_SAME);
		RL(rump_sys_rename(
		    load_path(l->dir, l->id, swap ? "b" : "a", a),
		    load_path(l->dir, l->id, swap ? "a" : "b", b)));
		swap = !swap;
	}
	if (l->kept != -1)
		RL(rump_sys_close(l->kept));
	RL(rump_sys_close(log));
	RL(rump_sys_close(fd));
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static inline void
load_put(const char *path, size_t len)
{
	char data[LOAD_SAME];
	int fd;

	memset(data, 'a', sizeof(data));
	RL(fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(rump_sys_write(fd, data, len), (ssize_t)len);
	RL(rump_sys_close(fd));
}

/* Start the threads; dir is mounted, and keeps its string. */
static inline void
load_start(const char *dir)
{
	char path[128];

	load_stopping = false;
	snprintf(path, sizeof(path), "%s/sh", dir);
	if (rump_sys_mkdir(path, 0755) == 0) {
		strcat(path, "/d0");
		RL(rump_sys_mkdir(path, 0755));
		strcat(path, "/e");
		RL(rump_sys_mkdir(path, 0755));
		snprintf(path, sizeof(path), "%s/sh/d1", dir);
		RL(rump_sys_mkdir(path, 0755));
	}
	for (int i = 0; i < LOAD_THREADS; i++) {
		struct load *l = &loads[i];

		l->dir = dir;
		l->id = i;
		l->seed = 1000u * (unsigned)i + 17;
		l->begun = l->done = 0;
		l->kept = -1;
		snprintf(path, sizeof(path), "%s/t%d", dir, i);
		RL(rump_sys_mkdir(path, 0755));
		load_put(load_path(dir, i, "log", path), 0);
		load_put(load_path(dir, i, "same", path), LOAD_SAME);
		load_put(load_path(dir, i, "a", path), 1000);
		RZ(pthread_create(&l->td, NULL, load_thread, l));
	}
}

static inline void
load_stop(void)
{
	load_stopping = true;
	for (int i = 0; i < LOAD_THREADS; i++)
		RZ(pthread_join(loads[i].td, NULL));
}

/* Let the threads do something. */
static inline void
load_run(long steps)
{
	long until = load_steps + steps;

	while (load_steps < until)
		t_msleep(1);
}

/* Between these calls nobody does anything. */
static inline void
load_pause(void)
{
	load_pausing = true;
	while (load_paused < LOAD_THREADS)
		t_msleep(1);
}

static inline void
load_continue(void)
{
	load_pausing = false;
	while (load_paused > 0)
		t_msleep(1);
}

/* How long the logs are at least (before) and at most (after a copy). */
struct load_mark {
	long records[LOAD_THREADS];
};

static inline void
load_before(struct load_mark *m)
{
	for (int i = 0; i < LOAD_THREADS; i++)
		m->records[i] = loads[i].done;
}

static inline void
load_after(struct load_mark *m)
{
	for (int i = 0; i < LOAD_THREADS; i++)
		m->records[i] = loads[i].begun;
}

static inline void
load_verify_log(const char *path, long min, long max)
{
	char rec[LOAD_RECORD + 1], want[LOAD_RECORD + 1];
	ssize_t n;
	long i = 0;
	int fd;

	RL(fd = rump_sys_open(path, RUMP_O_RDONLY));
	while ((n = RL(rump_sys_read(fd, rec, LOAD_RECORD))) == LOAD_RECORD) {
		snprintf(want, sizeof(want), "%-*ld\n", LOAD_RECORD - 1, i++);
		ATF_REQUIRE_MSG(memcmp(rec, want, LOAD_RECORD) == 0,
		    "%s: record %ld is \"%.20s\"", path, i - 1, rec);
	}
	RL(rump_sys_close(fd));
	REQ(n, 0);
	ATF_REQUIRE_MSG(i >= min && i <= max, "%s: %ld records, not %ld to %ld",
	    path, i, min, max);
}

/* The copy that is mounted at dir was taken between the marks. */
static inline void
load_verify(
    const char *dir, const struct load_mark *min, const struct load_mark *max)
{
	struct rump_stat st;
	char path[128], same[LOAD_SAME + 1];
	int fd, names;

	for (int i = 0; i < LOAD_THREADS; i++) {
		load_verify_log(load_path(dir, i, "log", path), min->records[i],
		    max->records[i]);
		RL(fd = rump_sys_open(
		       load_path(dir, i, "same", path), RUMP_O_RDONLY));
		REQ(rump_sys_read(fd, same, sizeof(same)), LOAD_SAME);
		RL(rump_sys_close(fd));
		ATF_REQUIRE_MSG(memcmp(same, same + 1, LOAD_SAME - 1) == 0,
		    "%s: of two writes", path);
		names = 0;
		for (const char *n = "ab"; *n != '\0'; n++) {
			const char name[2] = {*n, '\0'};

			names += rump_sys_stat(load_path(dir, i, name, path),
				     rump_stat_ptr(&st)) == 0;
		}
		ATF_REQUIRE_MSG(
		    names == 1, "t%d: a file has %d names", i, names);
	}
}

#endif
