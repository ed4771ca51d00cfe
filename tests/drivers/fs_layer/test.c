/* SPDX-License-Identifier: BSD-2-Clause */
#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivertest.h"

struct kitly_args {
	const char *ka_target;
	int ka_shift;
};
struct tmpfs_args {
	int ta_version;
	unsigned long long ta_nodes_max, ta_size_max;
	unsigned int ta_root_uid, ta_root_gid, ta_root_mode;
};

static void
put(const char *path, const char *text)
{
	int fd = rump_sys_open(
	    path, RUMP_O_CREAT | RUMP_O_TRUNC | RUMP_O_WRONLY, 0644);

	CHECK(fd >= 0);
	CHECK_EQ(rump_sys_write(fd, text, strlen(text)), strlen(text));
	CHECK_ERRNO(0, rump_sys_close(fd));
}

static bool
has(const char *path, const char *text)
{
	char b[100];
	int fd = rump_sys_open(path, RUMP_O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return false;
	n = rump_sys_read(fd, b, sizeof b);
	CHECK_ERRNO(0, rump_sys_close(fd));
	return n == (ssize_t)strlen(text) && memcmp(b, text, (size_t)n) == 0;
}

static int
mountup(int flags, int shift)
{
	struct kitly_args args = {"/low", shift};

	return rump_sys_mount("kitly", "/up", flags, &args, sizeof args);
}

static void
boot(int flags, bool tmpfs)
{
	struct tmpfs_args ta = {1, 0, 0, 0, 0, 0777};

	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys_mkdir("/low", 0777));
	CHECK_ERRNO(0, rump_sys_mkdir("/up", 0777));
	if (tmpfs)
		CHECK_ERRNO(
		    0, rump_sys_mount("tmpfs", "/low", 0, &ta, sizeof ta));
	put("/low/f", "text");
	CHECK_ERRNO(0, mountup(flags, 1000));
}

static void
finish(void)
{
	CHECK_ERRNO(0, rump_sys_unmount("/up", 0));
	drivertest_kernel(NULL);
}

static void
both(bool tmpfs)
{
	struct rump_stat st, st2;
	char b[100];
	int fd;

	boot(0, tmpfs);
	CHECK(has("/up/f", "text"));
	put("/up/f", "other");
	CHECK(has("/low/f", "other"));
	/* owners are others */
	CHECK_ERRNO(0, rump_sys_stat("/up/f", rump_stat_ptr(&st)));
	CHECK_ERRNO(0, rump_sys_stat("/low/f", rump_stat_ptr(&st2)));
	CHECK_EQ(st.st_uid, 1000);
	CHECK_EQ(st2.st_uid, 0);
	CHECK_EQ(st.st_ino, st2.st_ino);
	CHECK(st.st_dev != st2.st_dev);
	CHECK_ERRNO(0, rump_sys_chown("/up/f", 1005, 7));
	CHECK_ERRNO(0, rump_sys_stat("/low/f", rump_stat_ptr(&st2)));
	CHECK_EQ(st2.st_uid, 5);
	/* names come and go in both */
	CHECK_ERRNO(0, rump_sys_mkdir("/up/d", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/low/d/e", 0755));
	put("/up/d/e/x", "x");
	CHECK(has("/low/d/e/x", "x"));
	CHECK_ERRNO(0, rump_sys_link("/up/d/e/x", "/up/y"));
	CHECK_ERRNO(0, rump_sys_rename("/up/d/e/x", "/up/d/z"));
	CHECK(has("/low/d/z", "x"));
	CHECK_ERRNO(0, rump_sys_rename("/up/d/z", "/up/f"));
	CHECK(has("/up/f", "x"));
	CHECK_ERRNO(EINVAL, rump_sys_rename("/up/d", "/up/d/e/d"));
	CHECK_ERRNO(EXDEV, rump_sys_rename("/up/f", "/low/f"));
	CHECK_ERRNO(0, rump_sys_symlink("f", "/up/s"));
	CHECK_EQ(rump_sys_readlink("/low/s", b, sizeof b), 1);
	CHECK(has("/up/s", "x"));
	CHECK_ERRNO(0, rump_sys_rmdir("/up/d/e"));
	CHECK_ERRNO(ENOENT, rump_sys_access("/low/d/e", F_OK));
	/* removed, and still in use above */
	fd = rump_sys_open("/up/y", RUMP_O_RDWR);
	CHECK_ERRNO(0, rump_sys_unlink("/up/y"));
	CHECK_ERRNO(0, rump_sys_unlink("/up/f"));
	CHECK_EQ(rump_sys_read(fd, b, sizeof b), 1);
	CHECK_ERRNO(EBUSY, rump_sys_unmount("/up", 0));
	CHECK_ERRNO(0, rump_sys_close(fd));
	/* and the lower one cannot go before */
	if (tmpfs)
		CHECK_ERRNO(EBUSY, rump_sys_unmount("/low", 0));
	finish();
	if (tmpfs)
		CHECK_ERRNO(0, rump_sys_unmount("/low", 0));
}

static void
test_tmpfs(void)
{
	both(true);
}

static void
test_rumpfs(void)
{
	both(false);
}

static void
test_readonly(void)
{
	struct rump_statvfs sv;
	int fd;

	boot(RUMP_MNT_RDONLY, true);
	CHECK(has("/up/f", "text"));
	CHECK_ERRNO(EROFS, rump_sys_open("/up/f", RUMP_O_RDWR));
	CHECK_ERRNO(
	    EROFS, rump_sys_open("/up/n", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	CHECK_ERRNO(EROFS, rump_sys_unlink("/up/f"));
	CHECK_ERRNO(EROFS, rump_sys_mkdir("/up/d", 0755));
	CHECK_ERRNO(EROFS, rump_sys_chmod("/up/f", 0600));
	CHECK_ERRNO(EROFS, rump_sys_truncate("/up/f", 0));
	CHECK_ERRNO(EROFS, rump_sys_rename("/up/f", "/up/g"));
	CHECK_ERRNO(0, rump_sys_statvfs1("/up", rump_statvfs_ptr(&sv), 1));
	CHECK(strcmp(sv.f_fstypename, "kitly") == 0);
	CHECK(strcmp(sv.f_mntfromname, "/low") == 0);
	CHECK_EQ(sv.f_flag & 1, 1);
	/* below it is writable */
	put("/low/f", "new");
	CHECK(has("/up/f", "new"));
	/* by force, with somebody inside */
	fd = rump_sys_open("/up/f", RUMP_O_RDONLY);
	CHECK_ERRNO(0, rump_sys_unmount("/up", RUMP_MNT_FORCE));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_unmount("/low", 0));
	drivertest_kernel(NULL);
}

static void
test_handles(void)
{
	char fh[64];
	size_t size = sizeof fh;
	struct rump_stat st, st2;
	int fd;

	boot(0, true);
	CHECK_ERRNO(0, rump_sys_getfh("/up/f", fh, &size));
	fd = rump_sys_fhopen(fh, size, RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_ERRNO(0, rump_sys_fstat(fd, rump_stat_ptr(&st)));
	CHECK_ERRNO(0, rump_sys_stat("/up/f", rump_stat_ptr(&st2)));
	CHECK(st.st_ino == st2.st_ino && st.st_dev == st2.st_dev);
	CHECK_EQ(st.st_uid, 1000);
	CHECK_ERRNO(0, rump_sys_close(fd));
	finish();
}

/* What is below goes away by force: errors, and nothing worse. */
static void
test_below_gone(void)
{
	struct rump_statvfs sv;
	char fh[64], b[4];
	size_t size = sizeof fh;
	int fd;

	boot(0, true);
	CHECK_ERRNO(0, rump_sys_getfh("/up/f", fh, &size));
	fd = rump_sys_open("/up/f", RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_ERRNO(EBUSY, rump_sys_unmount("/low", 0));
	CHECK_ERRNO(0, rump_sys_unmount("/low", RUMP_MNT_FORCE));
	CHECK(rump_sys_read(fd, b, 1) == -1);
	CHECK(rump_sys_statvfs1("/up", rump_statvfs_ptr(&sv), 1) == -1);
	CHECK(rump_sys_fhopen(fh, size, RUMP_O_RDONLY) == -1);
	CHECK(rump_sys_rename("/up/f", "/up/g") == -1);
	rump_sys_sync();
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_unmount("/up", RUMP_MNT_FORCE));
	/* and again, with what is there now */
	put("/low/f", "text");
	CHECK_ERRNO(0, mountup(0, 1000));
	CHECK(has("/up/f", "text"));
	CHECK_ERRNO(0, rump_sys_unmount("/up", 0));
}

static void *
worker(void *arg)
{
	int id = (int)(intptr_t)arg;
	char a[64], b[64];
	int fd;

	rump_pub_lwproc_newlwp(1);
	for (int i = 0; i < 300; i++) {
		snprintf(a, sizeof a, "/%s/d%d/%d", (i + id) % 2 ? "up" : "low",
		    i % 2, i % 4);
		snprintf(b, sizeof b, "/%s/d%d/%d", (i + id) % 2 ? "up" : "low",
		    (i / 2) % 2, (i + 1) % 4);
		fd = rump_sys_open(a, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		if (fd >= 0) {
			rump_sys_write(fd, a, sizeof a);
			rump_sys_close(fd);
		}
		rump_sys_rename(a, b);
		if (i % 3 == 0)
			rump_sys_unlink(b);
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* Above and below at the same time. */
static void
test_threads(void)
{
	pthread_t t[4];

	boot(0, true);
	CHECK_ERRNO(0, rump_sys_mkdir("/up/d0", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/up/d1", 0755));
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(
			  &t[i], NULL, worker, (void *)(intptr_t)i) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	finish();
	CHECK_ERRNO(0, rump_sys_unmount("/low", 0));
}

static volatile bool stop;

/* Calls that don't lock the vnode, of a file whose mount goes away. */
static void *
user(void *arg)
{
	struct rump_flock fl = {0};
	struct rump_pollfd pfd;
	struct rump_kevent ev = {0};
	char name[64], name2[64];
	int fd, kq;

	snprintf(name, sizeof name, "/up/%d", (int)(intptr_t)arg);
	snprintf(name2, sizeof name2, "/up/%d.", (int)(intptr_t)arg);
	rump_pub_lwproc_newlwp(1);
	kq = rump_sys_kqueue();
	while (!stop) {
		fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		for (int i = 0; fd >= 0 && i < 20; i++) {
			rump_sys_lseek(fd, i, SEEK_SET);
			pfd.fd = fd;
			pfd.events = 1;
			rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0);
			fl.l_type = i % 2 ? 2 : 3; /* unlock, write */
			rump_sys_fcntl(fd, 8, &fl);
			ev.ident = (uintptr_t)fd;
			ev.flags = i % 2 ? 2 : 1; /* delete, add */
			rump_sys_kevent(
			    kq, rump_kevent_ptr(&ev), 1, NULL, 0, NULL);
			rump_sys_ioctl(fd, 0x40047a7f, &pfd);
		}
		rump_sys_rename(name, name2);
		rump_sys_link(name2, name);
		rump_sys_unlink(name2);
		if (fd >= 0)
			rump_sys_close(fd);
	}
	rump_sys_close(kq);
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* The layer goes away by force under who uses it. */
static void
test_gone(void)
{
	pthread_t t[4];

	boot(0, true);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&t[i], NULL, user, (void *)(intptr_t)i) ==
		    0);
	for (int i = 0; i < 100; i++) {
		CHECK_ERRNO(0, rump_sys_unmount("/up", RUMP_MNT_FORCE));
		CHECK_ERRNO(0, mountup(0, 1000));
		usleep(2000);
	}
	stop = true;
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	CHECK(has("/up/f", "text"));
	finish();
	CHECK_ERRNO(0, rump_sys_unmount("/low", 0));
}

/* Everything goes through, to what answers below. */
static void
test_uncalled(void)
{
	struct rump_pollfd pfd;
	struct rump_kevent ev = {0};
	char b[2048];
	int fd, n = 0, kq;

	boot(0, true);
	fd = rump_sys_open("/up/f", RUMP_O_RDWR);
	rump_sys_posix_fallocate(fd, 0, 10);
	rump_sys_fdiscard(fd, 0, 10);
	CHECK_EQ(rump_sys_lseek(fd, 1, SEEK_SET), 1);
	pfd.fd = fd;
	pfd.events = 1;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	kq = rump_sys_kqueue();
	ev.ident = (uintptr_t)fd;
	ev.filter = 0;
	ev.flags = 1;
	CHECK_ERRNO(
	    0, rump_sys_kevent(kq, rump_kevent_ptr(&ev), 1, NULL, 0, NULL));
	CHECK_ERRNO(ENOTTY, rump_sys_ioctl(fd, 0x40047a7f, &n));
	CHECK_ERRNO(0, rump_sys_fcntl(fd, F_SETFL, 0));
	CHECK_ERRNO(0, rump_sys_flock(fd, 1));
	CHECK_EQ(rump_sys_fpathconf(fd, 4), 255);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	CHECK_EQ(rump_sys_write(fd, "x", 1), 1);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_link("/up/f", "/up/l"));
	CHECK_ERRNO(EEXIST, rump_sys_mkdir("/up/l", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/up/d", 0755));
	CHECK_ERRNO(0, rump_sys_rename("/up/l", "/up/d/l"));
	CHECK_ERRNO(0, rump_sys_unlink("/up/d/l"));
	fd = rump_sys_open("/up/d", RUMP_O_RDONLY);
	CHECK(rump_sys_getdents(fd, b, sizeof b) > 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_rmdir("/up/d"));
	CHECK_ERRNO(0, rump_sys_symlink("f", "/up/s"));
	CHECK_EQ(rump_sys_readlink("/up/s", b, 10), 1);
	CHECK_ERRNO(0, rump_sys_mkfifo("/up/fifo", 0600));
	CHECK_ERRNO(0, rump_sys_chmod("/up/fifo", 0644));
	CHECK_ERRNO(0, rump_sys_mknod("/up/dev", S_IFCHR | 0600, 0x123));
	CHECK_ERRNO(0, rump_sys_revoke("/up/dev"));
	rump_sys_extattr_set_file("/up/f", 1, "a", "b", 1);
	rump_sys_extattr_get_file("/up/f", 1, "a", b, 9);
	rump_sys_extattr_list_file("/up/f", 1, b, 9);
	rump_sys_extattr_delete_file("/up/f", 1, "a");
	CHECK_ERRNO(0, rump_sys_close(kq));
	put("/up/f", "text");
	put("/up/new", "text");
	drivertest_kernel("pages");
	CHECK_ERRNO(0, rump_sys_unmount("/up", 0));
	CHECK_ERRNO(0, mountup(0, 0));
	drivertest_kernel("uncalled");
	finish();
}

static void
test_knodes(void)
{
	boot(0, true);
	drivertest_kernel("nodes");
	finish();
}

static void
test_kpages(void)
{
	boot(0, true);
	drivertest_kernel("pages");
	finish();
}

static void
test_kdescriptors(void)
{
	boot(0, true);
	drivertest_kernel("descriptors");
	finish();
}

static const struct drivertest tests[] = {
    {"tmpfs", test_tmpfs, NULL},
    {"rumpfs", test_rumpfs, NULL},
    {"readonly", test_readonly, NULL},
    {"handles", test_handles, NULL},
    {"below_gone", test_below_gone, NULL},
    {"threads", test_threads, NULL},
    {"gone", test_gone, NULL},
    {"uncalled", test_uncalled, NULL},
    {"knodes", test_knodes, NULL},
    {"kpages", test_kpages, NULL},
    {"kdescriptors", test_kdescriptors, NULL},
    {NULL, NULL, NULL},
};
DRIVERTEST_MAIN(tests)
