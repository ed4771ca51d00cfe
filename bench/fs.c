/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fs HOSTDIR [FFSIMAGE]: file work on tmpfs and FFS beside the host's own in
 * HOSTDIR (best on a tmpfs).  The image is changed.
 */
#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "bench.h"

#define CHUNK  (64 * 1024)
#define SIZE   (256 * 1024 * 1024)
#define NFILES 20000
#define NRAND  1000000

static const char *hostdir, *image;
static char *chunk;
static char dir[512];

struct job {
	const struct sys *sys;
	const char *fstype; /* tmpfs, ffs or NULL for the host */
	int flags;          /* of the mount */
};

/* Boots and mounts; `dir` is where to work. */
static void
setup(struct job *j)
{
	struct rump_tmpfs_args t = {.ta_version = 1, .ta_root_mode = 0777};
	struct rump_ufs_args u = {.fspec = "/dev/disk"};

	chunk = malloc(CHUNK);
	memset(chunk, 'x', CHUNK);
	if (j->fstype == NULL) {
		snprintf(dir, sizeof(dir), "%s", hostdir);
		return;
	}
	if (rump_init() != 0)
		bench_die("rump_init");
	rump_pub_lwproc_rfork(RUMP_RFFDG);
	DO(rump_sys_mkdir("/mnt", 0777));
	if (strcmp(j->fstype, "tmpfs") == 0) {
		DO(rump_sys_mount("tmpfs", "/mnt", 0, &t, sizeof(t)));
	} else {
		if (rump_pub_etfs_register("/dev/disk", image, RUMP_ETFS_BLK) !=
		    0)
			bench_die("etfs");
		DO(rump_sys_mount("ffs", "/mnt", j->flags, &u, sizeof(u)));
	}
	snprintf(dir, sizeof(dir), "/mnt");
}

static void
teardown(struct job *j)
{
	if (j->fstype != NULL)
		DO(rump_sys_unmount("/mnt", 0));
}

static double
write_mbs(void *arg)
{
	struct job *j = arg;
	char path[600];
	double t0, v;
	int fd, i;

	setup(j);
	snprintf(path, sizeof(path), "%s/big", dir);
	j->sys->unlink(path);
	DO(fd = j->sys->open_rw(path, 1));
	t0 = now_s();
	for (i = 0; i < SIZE / CHUNK; i++)
		if (j->sys->write(fd, chunk, CHUNK) != CHUNK)
			bench_die("write");
	v = SIZE / 1e6 / (now_s() - t0);
	DO(j->sys->close(fd));
	teardown(j);
	return v;
}

/* Needs what write_mbs left, or for tmpfs writes first. */
static double
read_common(struct job *j, int again)
{
	char path[600];
	double t0, v = 0;
	int fd, i, round;

	setup(j);
	snprintf(path, sizeof(path), "%s/big", dir);
	DO(fd = j->sys->open_rw(path, 1));
	if (j->fstype != NULL && strcmp(j->fstype, "tmpfs") == 0)
		for (i = 0; i < SIZE / CHUNK; i++)
			if (j->sys->write(fd, chunk, CHUNK) != CHUNK)
				bench_die("write");
	for (round = 0; round <= again; round++) {
		DO((int)j->sys->lseek(fd, 0, SEEK_SET));
		t0 = now_s();
		for (i = 0; i < SIZE / CHUNK; i++)
			if (j->sys->read(fd, chunk, CHUNK) != CHUNK)
				bench_die("read");
		v = SIZE / 1e6 / (now_s() - t0);
	}
	DO(j->sys->close(fd));
	teardown(j);
	return v;
}

static double
read_mbs(void *arg)
{
	return read_common(arg, 0);
}

static double
reread_mbs(void *arg)
{
	return read_common(arg, 1);
}

static double
random_ps(void *arg)
{
	struct job *j = arg;
	unsigned x = 12345;
	char path[600];
	double t0, v;
	int fd, i;

	setup(j);
	snprintf(path, sizeof(path), "%s/rand", dir);
	DO(fd = j->sys->open_rw(path, 1));
	for (i = 0; i < 64 * 1024 * 1024 / CHUNK; i++)
		if (j->sys->write(fd, chunk, CHUNK) != CHUNK)
			bench_die("write");
	t0 = now_s();
	for (i = 0; i < NRAND; i++) {
		x = x * 1103515245u + 12345u;
		if (j->sys->pread(fd, chunk, 4096,
			(off_t)((x >> 8) % 16384) * 4096) != 4096)
			bench_die("pread");
	}
	v = NRAND / (now_s() - t0);
	DO(j->sys->close(fd));
	DO(j->sys->unlink(path));
	teardown(j);
	return v;
}

static int which;

static double
names_ps(void *arg)
{
	struct job *j = arg;
	char path[700];
	double t[4];
	int i, fd, k = 0;

	setup(j);
	snprintf(path, sizeof(path), "%s/names", dir);
	j->sys->mkdir(path);
	t[k++] = now_s();
	for (i = 0; i < NFILES; i++) {
		snprintf(path, sizeof(path), "%s/names/f%d", dir, i);
		DO(fd = j->sys->open_rw(path, 1));
		DO(j->sys->close(fd));
	}
	t[k++] = now_s();
	for (i = 0; i < NFILES; i++) {
		snprintf(path, sizeof(path), "%s/names/f%d", dir, i);
		DO(j->sys->stat(path));
	}
	t[k++] = now_s();
	for (i = 0; i < NFILES; i++) {
		snprintf(path, sizeof(path), "%s/names/f%d", dir, i);
		DO(j->sys->unlink(path));
	}
	t[k++] = now_s();
	teardown(j);
	return NFILES / (t[which + 1] - t[which]);
}

static double
mount_ms(void *arg)
{
	struct job *j = arg;
	struct rump_ufs_args u = {.fspec = "/dev/disk"};
	double t0, t1, t2;

	setup(j);
	teardown(j);
	t0 = now_s();
	DO(rump_sys_mount("ffs", "/mnt", 0, &u, sizeof(u)));
	t1 = now_s();
	DO(rump_sys_unmount("/mnt", 0));
	t2 = now_s();
	return (which == 0 ? t1 - t0 : t2 - t1) * 1000;
}

static void
names(const char *label, struct job *j, struct job *h)
{
	static const char *what[] = {"create", "stat", "unlink"};
	char name[64];

	for (which = 0; which < 3; which++) {
		snprintf(name, sizeof(name), "%s, 20,000 files: %s", label,
		    what[which]);
		report(
		    name, median(names_ps, j, 3), "/s", median(names_ps, h, 3));
	}
}

int
main(int argc, char **argv)
{
	struct job h = {&sys_host, NULL, 0}, t = {&sys_rump, "tmpfs", 0};
	struct job f = {&sys_rump, "ffs", 0};
	struct job fa = {&sys_rump, "ffs", RUMP_MNT_ASYNC};
	double hw, hr, hr1, hrand;
	char path[600];

	if (argc < 2) {
		fprintf(stderr, "usage: fs HOSTDIR [FFSIMAGE]\n");
		return 1;
	}
	hostdir = argv[1];
	image = argc > 2 ? argv[2] : NULL;
	hw = median(write_mbs, &h, 3);
	hr1 = median(read_mbs, &h, 3);
	hr = median(reread_mbs, &h, 3);
	hrand = median(random_ps, &h, 3);
	report("tmpfs, write 256 MiB", median(write_mbs, &t, 3), "MB/s", hw);
	report("tmpfs, read again", median(reread_mbs, &t, 3), "MB/s", hr);
	report("tmpfs, 4 KiB at random offsets", median(random_ps, &t, 3), "/s",
	    hrand);
	names("tmpfs", &t, &h);
	if (image != NULL) {
		report(
		    "FFS, write 256 MiB", median(write_mbs, &f, 3), "MB/s", hw);
		report("FFS, read from the host's cache",
		    median(read_mbs, &f, 3), "MB/s", hr1);
		report(
		    "FFS, read again", median(reread_mbs, &f, 3), "MB/s", hr);
		report("FFS, 4 KiB at random offsets", median(random_ps, &f, 3),
		    "/s", hrand);
		names("FFS", &f, &h);
		names("FFS async", &fa, &h);
		which = 0;
		report("FFS, mount", median(mount_ms, &f, 9), "ms", -1);
		which = 1;
		report("FFS, unmount", median(mount_ms, &f, 9), "ms", -1);
	}
	snprintf(path, sizeof(path), "%s/big", hostdir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/names", hostdir);
	rmdir(path);
	return 0;
}
