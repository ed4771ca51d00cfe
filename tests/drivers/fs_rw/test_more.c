/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renaming, permissions, events, attributes, crashes, threads.
 */
#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rwtest.h"

#define NAMESPACE 1 /* EXTATTR_NAMESPACE_USER */

static void
renames(int flags)
{
	boot(flags);
	put("/mnt/a", "a");
	put("/mnt/b", "b");
	CHECK_ERRNO(0, rump_sys_rename("/mnt/a", "/mnt/c"));
	CHECK(has("/mnt/c", "a"));
	CHECK_ERRNO(ENOENT, rump_sys_access("/mnt/a", F_OK));
	CHECK_ERRNO(0, rump_sys_rename("/mnt/c", "/mnt/b"));
	CHECK(has("/mnt/b", "a"));
	CHECK_ERRNO(ENOENT, rump_sys_rename("/mnt/none", "/mnt/x"));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d1", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d2", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d1/sub", 0755));
	put("/mnt/d1/sub/f", "f");
	CHECK_ERRNO(EISDIR, rump_sys_rename("/mnt/b", "/mnt/d1"));
	CHECK_ERRNO(ENOTDIR, rump_sys_rename("/mnt/d1", "/mnt/b"));
	CHECK_ERRNO(RUMP_ENOTEMPTY, rump_sys_rename("/mnt/d2", "/mnt/d1"));
	CHECK_ERRNO(EINVAL, rump_sys_rename("/mnt/d1", "/mnt/d1/sub/in"));
	CHECK_ERRNO(EINVAL, rump_sys_rename("/mnt/d1", "/mnt/d1/in"));
	/* over a directory that the source is in */
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d1/sub/e", 0755));
	CHECK_ERRNO(
	    RUMP_ENOTEMPTY, rump_sys_rename("/mnt/d1/sub/e", "/mnt/d1/sub"));
	CHECK_ERRNO(
	    RUMP_ENOTEMPTY, rump_sys_rename("/mnt/d1/sub/e", "/mnt/d1"));
	CHECK_ERRNO(EISDIR, rump_sys_rename("/mnt/d1/sub/f", "/mnt/d1/sub"));
	CHECK_ERRNO(0, rump_sys_rmdir("/mnt/d1/sub/e"));
	CHECK_ERRNO(EINVAL, rump_sys_rename("/mnt/d1/.", "/mnt/x"));
	CHECK_ERRNO(EINVAL, rump_sys_rename("/mnt/d1/sub/..", "/mnt/x"));
	CHECK_ERRNO(EINVAL, rump_sys_rename("/mnt/b", "/mnt/d1/.."));
	/* a directory gets another parent */
	CHECK_ERRNO(0, rump_sys_rename("/mnt/d1/sub", "/mnt/d2/moved"));
	CHECK(has("/mnt/d2/moved/f", "f"));
	CHECK(has("/mnt/d2/moved/../moved/f", "f"));
	CHECK_EQ(status("/mnt/d1").st_nlink, 2);
	CHECK_EQ(status("/mnt/d2").st_nlink, 3);
	/* onto an empty one */
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d1/sub", 0755));
	CHECK_ERRNO(0, rump_sys_rename("/mnt/d2/moved", "/mnt/d1/sub"));
	CHECK(has("/mnt/d1/sub/f", "f"));
	CHECK_EQ(status("/mnt/d2").st_nlink, 2);
	/* two names of one file */
	CHECK_ERRNO(0, rump_sys_link("/mnt/b", "/mnt/d1/b2"));
	CHECK_ERRNO(0, rump_sys_rename("/mnt/b", "/mnt/d1/b2"));
	CHECK_ERRNO(0, rump_sys___posix_rename("/mnt/d1/b2", "/mnt/d1/b2"));
	CHECK(has("/mnt/d1/b2", "a"));
	/* a mount point, and another file system */
	CHECK_ERRNO(EXDEV, rump_sys_rename("/mnt/d1/b2", "/elsewhere"));
	finish();
}

void
test_rename(void)
{
	renames(0);
}

void
test_rename_log(void)
{
	renames(RUMP_MNT_LOG);
}

/* Somebody who is not root. */
void
test_permissions(void)
{
	boot(0);
	put("/mnt/f", "f");
	CHECK_ERRNO(0, rump_sys_chmod("/mnt", 0777));
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/f", 06755));
	CHECK_EQ(status("/mnt/f").st_mode & 07777, 06755);
	CHECK_ERRNO(0, rump_sys_chown("/mnt/f", 100, 200));
	CHECK_EQ(status("/mnt/f").st_uid, 100);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/sticky", 0777));
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/sticky", 01777));
	put("/mnt/sticky/root", "r");
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/sticky/root", 0666));
	CHECK_ERRNO(0, rump_sys_setegid(200));
	CHECK_ERRNO(0, rump_sys_seteuid(101));
	CHECK_ERRNO(EACCES, rump_sys_open("/mnt/f", RUMP_O_WRONLY));
	CHECK_ERRNO(EPERM, rump_sys_chmod("/mnt/f", 0600));
	CHECK_ERRNO(EPERM, rump_sys_chown("/mnt/f", 101, 200));
	CHECK_ERRNO(EPERM, rump_sys_chflags("/mnt/f", 2));
	CHECK_ERRNO(EPERM, rump_sys_utimes("/mnt/f", (void *)(long[4]){1}));
	CHECK_ERRNO(EACCES, rump_sys_utimes("/mnt/f", NULL));
	CHECK_ERRNO(EPERM, rump_sys_unlink("/mnt/sticky/root"));
	CHECK_ERRNO(EPERM, rump_sys_rename("/mnt/sticky/root", "/mnt/x"));
	put("/mnt/sticky/mine", "m");
	CHECK_EQ(status("/mnt/sticky/mine").st_uid, 101);
	CHECK_ERRNO(
	    EPERM, rump_sys_rename("/mnt/sticky/mine", "/mnt/sticky/root"));
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/sticky/mine"));
	CHECK_ERRNO(0, rump_sys_seteuid(0));
	CHECK_ERRNO(0, rump_sys_seteuid(100));
	CHECK_ERRNO(0, rump_sys_chown("/mnt/f", (unsigned int)-1, 200));
	CHECK_ERRNO(EPERM, rump_sys_chown("/mnt/f", (unsigned int)-1, 7));
	CHECK_ERRNO(RUMP_EFTYPE, rump_sys_chmod("/mnt/f", 01644));
	CHECK_ERRNO(0, rump_sys_chflags("/mnt/f", 2));
	CHECK_ERRNO(EPERM, rump_sys_chflags("/mnt/f", 0x20002));
	CHECK_ERRNO(EPERM, rump_sys_chmod("/mnt/f", 0600));
	CHECK_ERRNO(EPERM, rump_sys_open("/mnt/f", RUMP_O_WRONLY));
	CHECK_ERRNO(EPERM, rump_sys_unlink("/mnt/f"));
	CHECK_ERRNO(EPERM, rump_sys_rename("/mnt/f", "/mnt/g"));
	CHECK_ERRNO(0, rump_sys_chflags("/mnt/f", 0));
	CHECK_ERRNO(0, rump_sys_utimes("/mnt/f", NULL));
	/* a write takes the set-id bits away */
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/f", 06755));
	int fd = rump_sys_open("/mnt/f", RUMP_O_WRONLY);
	CHECK_EQ(rump_sys_write(fd, "x", 1), 1);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_EQ(status("/mnt/f").st_mode & 07777, 0755);
	CHECK_ERRNO(0, rump_sys_seteuid(0));
	/* but not from root's */
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/f", 06755));
	fd = rump_sys_open("/mnt/f", RUMP_O_WRONLY);
	CHECK_EQ(rump_sys_write(fd, "x", 1), 1);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_EQ(status("/mnt/f").st_mode & 07777, 06755);
	/* append only: it grows */
	CHECK_ERRNO(0, rump_sys_chflags("/mnt/f", 4));
	CHECK_ERRNO(EPERM, rump_sys_open("/mnt/f", RUMP_O_WRONLY));
	CHECK_ERRNO(EPERM, rump_sys_truncate("/mnt/f", 0));
	fd = rump_sys_open("/mnt/f", RUMP_O_WRONLY | RUMP_O_APPEND);
	CHECK_EQ(rump_sys_write(fd, "y", 1), 1);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK(has("/mnt/f", "xy"));
	CHECK_ERRNO(0, rump_sys_chflags("/mnt/f", 0));
	finish();
}

static int kq;

static void
watch(const char *path)
{
	struct rump_kevent ev;
	int fd = rump_sys_open(path, RUMP_O_RDONLY);

	CHECK(fd >= 0);
	memset(&ev, 0, sizeof ev);
	ev.ident = (uintptr_t)fd;
	ev.filter = 3;   /* EVFILT_VNODE */
	ev.flags = 0x21; /* EV_ADD | EV_CLEAR */
	ev.fflags = 0x7f;
	CHECK_ERRNO(
	    0, rump_sys_kevent(kq, rump_kevent_ptr(&ev), 1, NULL, 0, NULL));
}

/* What happened to the file that is watched. */
static unsigned int
happened(void)
{
	struct rump_timespec ts = {0, 0};
	struct rump_kevent ev[4];
	unsigned int all = 0;
	int n = rump_sys_kevent(
	    kq, NULL, 0, rump_kevent_ptr(ev), 4, rump_timespec_ptr(&ts));

	for (int i = 0; i < n; i++)
		all |= ev[i].fflags;
	return all;
}

#define NOTE_DELETE 1u
#define NOTE_WRITE  2u
#define NOTE_EXTEND 4u
#define NOTE_ATTRIB 8u
#define NOTE_LINK   16u
#define NOTE_RENAME 32u

void
test_events(void)
{
	int fd;

	boot(0);
	put("/mnt/f", "text");
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d", 0755));
	kq = rump_sys_kqueue();
	CHECK(kq >= 0);
	watch("/mnt/f");
	CHECK_EQ(happened(), 0);
	fd = rump_sys_open("/mnt/f", RUMP_O_RDWR);
	CHECK_EQ(rump_sys_pwrite(fd, "T", 1, 0), 1);
	CHECK_EQ(happened(), NOTE_WRITE);
	CHECK_EQ(rump_sys_pwrite(fd, "T", 1, 10), 1);
	CHECK_EQ(happened(), NOTE_WRITE | NOTE_EXTEND);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/f", 0600));
	CHECK_EQ(happened(), NOTE_ATTRIB);
	CHECK_ERRNO(0, rump_sys_link("/mnt/f", "/mnt/d/l"));
	CHECK_EQ(happened(), NOTE_LINK);
	CHECK_ERRNO(0, rump_sys_rename("/mnt/f", "/mnt/g"));
	CHECK_EQ(happened(), NOTE_RENAME);
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/g"));
	CHECK_EQ(happened(), NOTE_LINK);
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/d/l"));
	CHECK_EQ(happened(), NOTE_DELETE);
	CHECK_ERRNO(0, rump_sys_close(kq));
	kq = rump_sys_kqueue();
	watch("/mnt/d");
	put("/mnt/d/new", "");
	CHECK_EQ(happened(), NOTE_WRITE);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d/sub", 0755));
	CHECK_EQ(happened(), NOTE_WRITE | NOTE_LINK);
	CHECK_ERRNO(0, rump_sys_rename("/mnt/d/new", "/mnt/new"));
	CHECK_EQ(happened(), NOTE_WRITE);
	CHECK_ERRNO(0, rump_sys_rmdir("/mnt/d/sub"));
	CHECK_EQ(happened(), NOTE_WRITE | NOTE_LINK);
	CHECK_ERRNO(0, rump_sys_rmdir("/mnt/d"));
	CHECK_EQ(happened(), NOTE_DELETE);
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", RUMP_MNT_FORCE));
	drivertest_kernel(NULL);
}

void
test_extattr(void)
{
	char b[64], big[3000];
	const char *f = "/mnt/f";

	boot(RUMP_MNT_LOG);
	put(f, "f");
	CHECK_ERRNO(RUMP_ENODATA,
	    rump_sys_extattr_get_file(f, NAMESPACE, "none", b, 10));
	CHECK_EQ(rump_sys_extattr_set_file(f, NAMESPACE, "one", "value", 5), 5);
	CHECK_EQ(rump_sys_extattr_set_file(f, NAMESPACE, "two", "", 0), 0);
	CHECK_EQ(rump_sys_extattr_set_file(f, 2, "one", "system", 6), 6);
	CHECK_EQ(rump_sys_extattr_get_file(f, NAMESPACE, "one", b, 64), 5);
	CHECK(memcmp(b, "value", 5) == 0);
	CHECK_EQ(rump_sys_extattr_get_file(f, NAMESPACE, "one", NULL, 0), 5);
	CHECK_EQ(rump_sys_extattr_get_file(f, 2, "one", b, 64), 6);
	/* another value takes the place */
	CHECK_EQ(
	    rump_sys_extattr_set_file(f, NAMESPACE, "one", "longer value", 12),
	    12);
	again(RUMP_MNT_LOG);
	CHECK_EQ(rump_sys_extattr_get_file(f, NAMESPACE, "one", b, 64), 12);
	CHECK(memcmp(b, "longer value", 12) == 0);
	CHECK_EQ(rump_sys_extattr_list_file(f, NAMESPACE, b, 64), 8);
	CHECK((memcmp(b, "\3one\3two", 8) == 0) ||
	    (memcmp(b, "\3two\3one", 8) == 0));
	CHECK_EQ(rump_sys_extattr_list_file(f, NAMESPACE, NULL, 0), 8);
	memset(big, 'b', sizeof big);
	CHECK_ERRNO(ENOSPC,
	    rump_sys_extattr_set_file(f, NAMESPACE, "big", big, sizeof big));
	CHECK_ERRNO(0, rump_sys_extattr_delete_file(f, NAMESPACE, "one"));
	CHECK_ERRNO(
	    RUMP_ENODATA, rump_sys_extattr_delete_file(f, NAMESPACE, "one"));
	CHECK_EQ(rump_sys_extattr_list_file(f, NAMESPACE, b, 64), 4);
	/* others may read, and not write; and nothing of the system's */
	CHECK_EQ(
	    rump_sys_extattr_set_file(f, NAMESPACE, "system.x", "v", 1), 1);
	CHECK_ERRNO(0, rump_sys_seteuid(77));
	CHECK_EQ(rump_sys_extattr_get_file(f, NAMESPACE, "two", b, 64), 0);
	CHECK_ERRNO(
	    EACCES, rump_sys_extattr_set_file(f, NAMESPACE, "two", "x", 1));
	CHECK_ERRNO(
	    EPERM, rump_sys_extattr_get_file(f, NAMESPACE, "system.x", b, 64));
	CHECK_ERRNO(EPERM, rump_sys_extattrctl("/mnt", 1, NULL, 0, NULL));
	CHECK_ERRNO(0, rump_sys_seteuid(0));
	CHECK_ERRNO(0, rump_sys_extattrctl("/mnt", 1, NULL, 0, NULL));
	CHECK_ERRNO(
	    RUMP_EOPNOTSUPP, rump_sys_extattrctl("/mnt", 2, NULL, 0, NULL));
	CHECK_ERRNO(0, rump_sys_unlink(f));
	finish();
}

/* --- stopping in the middle ------------------------------------------------ */

/* The work of a process that ends without a word. */
static void
crash(void (*work)(void))
{
	pid_t pid = fork();
	int st;

	CHECK(pid >= 0);
	if (pid == 0) {
		boot(RUMP_MNT_LOG);
		work();
		_exit(42);
	}
	CHECK(waitpid(pid, &st, 0) == pid);
	CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 42);
}

static void
crash_work(void)
{
	char b[64];
	int fd;

	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d", 0755));
	for (int i = 0; i < 60; i++) {
		snprintf(b, sizeof b, "/mnt/d/f%d", i);
		put(b, b);
	}
	for (int i = 0; i < 60; i += 3) {
		snprintf(b, sizeof b, "/mnt/d/f%d", i);
		CHECK_ERRNO(0, rump_sys_unlink(b));
	}
	/* open, and without a name */
	fd = rump_sys_open("/mnt/orphan", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	CHECK_EQ(rump_sys_write(fd, "orphan", 6), 6);
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/orphan"));
	fd = rump_sys_open("/mnt/d/f1", RUMP_O_RDWR);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	/* not committed */
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/late", 0755));
}

static void
crash_check(void)
{
	char b[64];

	for (int i = 0; i < 60; i++) {
		snprintf(b, sizeof b, "/mnt/d/f%d", i);
		CHECK_ERRNO(i % 3 == 0 ? ENOENT : 0, rump_sys_access(b, F_OK));
	}
	CHECK(has("/mnt/d/f1", "/mnt/d/f1"));
	CHECK_ERRNO(ENOENT, rump_sys_access("/mnt/orphan", F_OK));
}

void
test_crash(void)
{
	struct rump_statvfs sv;

	crash(crash_work);
	boot(RUMP_MNT_LOG);
	crash_check();
	CHECK_ERRNO(ENOENT, rump_sys_access("/mnt/late", F_OK));
	CHECK_ERRNO(0, rump_sys_statvfs1("/mnt", rump_statvfs_ptr(&sv), 1));
	/* the root, the directory, and 40 files: the orphan is gone */
	CHECK_EQ(sv.f_files - sv.f_ffree, 42);
	put("/mnt/after", "it goes on");
	finish();
}

/* Reading needs no writing: blocks come out of the journal. */
void
test_crash_readonly(void)
{
	crash(crash_work);
	boot(RUMP_MNT_RDONLY);
	crash_check();
	drivertest_kernel("replay");
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	CHECK_ERRNO(0, mountit(RUMP_MNT_RDONLY));
	crash_check();
	/* and then it is wanted for writing */
	CHECK_ERRNO(0, mountit(RUMP_MNT_UPDATE | RUMP_MNT_LOG));
	crash_check();
	put("/mnt/after", "it goes on");
	finish();
}

static void
crash_many_work(void)
{
	char b[64];

	/* so much that the journal goes round */
	for (int i = 0; i < 400; i++) {
		snprintf(b, sizeof b, "/mnt/r%d", i % 20);
		put(b, b);
		if (i % 7 == 0)
			CHECK_ERRNO(0, rump_sys_unlink(b));
		if (i % 50 == 49)
			rump_sys_sync();
	}
}

void
test_crash_many(void)
{
	pid_t pid;
	int st;

	for (int i = 0; i < 3; i++) {
		crash(crash_many_work);
		/* a kernel is only once in a process */
		pid = fork();
		if (pid == 0) {
			boot(RUMP_MNT_LOG);
			finish();
			_exit(0);
		}
		CHECK(waitpid(pid, &st, 0) == pid && st == 0);
	}
}

void
test_update(void)
{
	int fd;

	boot(0);
	put("/mnt/f", "f");
	fd = rump_sys_open("/mnt/f", RUMP_O_RDWR);
	CHECK_ERRNO(EBUSY, mountit(RUMP_MNT_UPDATE | RUMP_MNT_RDONLY));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, mountit(RUMP_MNT_UPDATE | RUMP_MNT_RDONLY));
	CHECK_EQ(system("python3 fsck.py img"), 0);
	CHECK_ERRNO(EROFS, rump_sys_unlink("/mnt/f"));
	CHECK_ERRNO(EROFS, rump_sys_open("/mnt/f", RUMP_O_RDWR));
	CHECK(has("/mnt/f", "f"));
	CHECK_ERRNO(0, mountit(RUMP_MNT_UPDATE));
	put("/mnt/f", "g");
	finish();
}

/* --- threads --------------------------------------------------------------- */

static void *
worker(void *arg)
{
	int id = (int)(intptr_t)arg;
	char a[64], b[64];
	int fd;

	rump_pub_lwproc_newlwp(1);
	for (int i = 0; i < 60; i++) {
		snprintf(a, sizeof a, "/mnt/d%d/t%d.%d", i % 3, id, i % 5);
		snprintf(b, sizeof b, "/mnt/d%d/x%d", (i + 1) % 3, i % 4);
		fd = rump_sys_open(a, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		if (fd >= 0) {
			rump_sys_write(fd, a, sizeof a);
			if (i % 10 == 0)
				rump_sys_fsync(fd);
			rump_sys_close(fd);
		}
		rump_sys_rename(a, b);
		if (i % 4 == 0)
			rump_sys_unlink(b);
		snprintf(b, sizeof b, "/mnt/d%d/dir%d", i % 3, i % 2);
		rump_sys_mkdir(b, 0755);
		snprintf(a, sizeof a, "/mnt/d%d/dir%d", (i + 1) % 3, i % 2);
		rump_sys_rename(b, a);
		rump_sys_rmdir(a);
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
threads(int flags)
{
	pthread_t t[6];

	boot(flags);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d0", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d1", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d2", 0755));
	for (int i = 0; i < 6; i++)
		CHECK(pthread_create(
			  &t[i], NULL, worker, (void *)(intptr_t)i) == 0);
	for (int i = 0; i < 6; i++)
		pthread_join(t[i], NULL);
	finish();
}

void
test_threads(void)
{
	threads(0);
}

void
test_threads_log(void)
{
	threads(RUMP_MNT_LOG);
}

/* --- what only the kernel sees --------------------------------------------- */

#define KCASE(name, flags)                                                     \
	void test_k##name(void)                                                \
	{                                                                      \
		boot(flags);                                                   \
		put("/mnt/f", "f");                                            \
		drivertest_kernel(#name);                                      \
		finish();                                                      \
	}
KCASE(write, 0)
KCASE(overwrite, 0)
KCASE(buffers, 0)
KCASE(iodone, 0)
KCASE(holes, 0)
KCASE(pages, 0)
KCASE(io_unit, 0)
KCASE(fsync, 0)
KCASE(newvnode, 0)
KCASE(whiteout, 0)
KCASE(checks, 0)
KCASE(cow, 0)
KCASE(gate, 0)
KCASE(suspend, 0)
KCASE(wapbl, RUMP_MNT_LOG)
KCASE(async, RUMP_MNT_ASYNC)

void
test_quota(void)
{
	char b[20000] = "";
	int fd;

	boot(0);
	CHECK_ERRNO(0, rump_sys_chmod("/mnt", 0777));
	put("/mnt/r0", "r");
	drivertest_kernel("quota");
	CHECK_ERRNO(0, rump_sys_setegid(5));
	CHECK_ERRNO(0, rump_sys_seteuid(100));
	put("/mnt/q1", "");
	put("/mnt/q2", "");
	put("/mnt/q3", "");
	CHECK_ERRNO(RUMP_EDQUOT,
	    rump_sys_open("/mnt/q4", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	fd = rump_sys_open("/mnt/q1", RUMP_O_RDWR);
	CHECK_EQ(rump_sys_write(fd, b, 8 * 2048), 8 * 2048);
	CHECK_ERRNO(RUMP_EDQUOT, rump_sys_write(fd, b, 3 * 2048));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_seteuid(0));
	/* nothing holds root back */
	put("/mnt/r1", "r");
	CHECK_ERRNO(0, rump_sys_chown("/mnt/r1", 100, 5));
	CHECK_ERRNO(0, rump_sys_chown("/mnt/r1", 0, 5));
	drivertest_kernel("accounting");
	finish();
}

/* All operations, and that all were called. */
void
test_uncalled(void)
{
	struct rump_pollfd pfd;
	char b[2048];
	int fd, n = 0;

	boot(0);
	put("/mnt/f", "f");
	kq = rump_sys_kqueue();
	watch("/mnt/f");
	fd = rump_sys_open("/mnt/f", RUMP_O_RDWR);
	CHECK_EQ(rump_sys_posix_fallocate(fd, 0, 5000), 0);
	CHECK_EQ(rump_sys_fdiscard(fd, 0, 4096), 0);
	CHECK_EQ(rump_sys_lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(rump_sys_read(fd, b, 10), 10);
	pfd.fd = fd;
	pfd.events = 1;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	CHECK_ERRNO(RUMP_ENOTTY, rump_sys_ioctl(fd, 0x40047a7f, &n));
	CHECK_ERRNO(0, rump_sys_fcntl(fd, F_SETFL, 0));
	CHECK_ERRNO(0, rump_sys_flock(fd, 1));
	CHECK_EQ(rump_sys_fpathconf(fd, 4), 255);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_link("/mnt/f", "/mnt/l"));
	CHECK_ERRNO(EEXIST, rump_sys_mkdir("/mnt/l", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d", 0755));
	CHECK_ERRNO(0, rump_sys_rename("/mnt/l", "/mnt/d/l"));
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/d/l"));
	CHECK_ERRNO(0, rump_sys_symlink("f", "/mnt/s"));
	CHECK_EQ(rump_sys_readlink("/mnt/s", b, 10), 1);
	fd = rump_sys_open("/mnt/d", RUMP_O_RDONLY);
	CHECK(rump_sys_getdents(fd, b, sizeof b) > 0);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_rmdir("/mnt/d"));
	CHECK_ERRNO(0, rump_sys_mknod("/mnt/dev", S_IFCHR | 0600, 0x123));
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/dev", 0644));
	CHECK_ERRNO(0, rump_sys_revoke("/mnt/dev"));
	CHECK_EQ(rump_sys_extattr_set_file("/mnt/f", 1, "a", "b", 1), 1);
	CHECK_EQ(rump_sys_extattr_get_file("/mnt/f", 1, "a", b, 9), 1);
	CHECK_EQ(rump_sys_extattr_list_file("/mnt/f", 1, b, 9), 2);
	CHECK_ERRNO(0, rump_sys_extattr_delete_file("/mnt/f", 1, "a"));
	drivertest_kernel("whiteout");
	drivertest_kernel("holes");
	drivertest_kernel("buffers");
	drivertest_kernel("print");
	drivertest_kernel("odd");
	CHECK_ERRNO(0, rump_sys_close(kq));
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/f"));
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", RUMP_MNT_FORCE));
	CHECK_ERRNO(0, mountit(0));
	drivertest_kernel("uncalled");
	finish();
}
