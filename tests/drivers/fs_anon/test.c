/* SPDX-License-Identifier: BSD-2-Clause */
#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivertest.h"

struct kitan_args {
	unsigned long long ka_bytes;
};

static char buf[100000];

static void
boot(unsigned long long limit)
{
	struct kitan_args args = {limit};
	int fd;

	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt", 0755));
	CHECK_ERRNO(0, rump_sys_mount("kitan", "/mnt", 0, &args, sizeof args));
	memset(buf, 'f', sizeof buf);
	fd = rump_sys_open("/mnt/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	CHECK_EQ(rump_sys_write(fd, buf, 10000), 10000);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0,
	    rump_sys_close(
		rump_sys_open("/mnt/g", RUMP_O_CREAT | RUMP_O_RDWR, 0644)));
}

static void
finish(void)
{
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	drivertest_kernel(NULL);
}

static void
test_files(void)
{
	struct rump_stat st;
	char b[64];
	int fd, n, all = 0;

	boot(0);
	fd = rump_sys_open("/mnt/f", RUMP_O_RDWR);
	CHECK_EQ(rump_sys_pread(fd, buf, sizeof buf, 9990), 10);
	CHECK_EQ(rump_sys_pwrite(fd, "end", 3, 20000), 3);
	CHECK_EQ(rump_sys_pread(fd, buf, sizeof buf, 9998), 10005);
	CHECK(buf[1] == 'f' && buf[2] == 0 && buf[10001] == 0);
	CHECK(memcmp(buf + 10002, "end", 3) == 0);
	CHECK_ERRNO(0, rump_sys_ftruncate(fd, 5));
	CHECK_ERRNO(0, rump_sys_ftruncate(fd, 10));
	CHECK_EQ(rump_sys_pread(fd, buf, sizeof buf, 0), 10);
	CHECK(memcmp(buf, "fffff\0\0\0\0\0", 10) == 0);
	CHECK_ERRNO(EFBIG, rump_sys_ftruncate(fd, 1LL << 41));
	/* unlinked, and still there */
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/f"));
	CHECK_EQ(rump_sys_pread(fd, buf, 5, 0), 5);
	CHECK_ERRNO(0, rump_sys_fstat(fd, rump_stat_ptr(&st)));
	CHECK_EQ(st.st_nlink, 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(RUMP_EOPNOTSUPP, rump_sys_link("/mnt/g", "/mnt/h"));
	CHECK_ERRNO(RUMP_EOPNOTSUPP, rump_sys_mkfifo("/mnt/h", 0600));
	CHECK_ERRNO(0, rump_sys_symlink("dir/x", "/mnt/s"));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/dir", 0755));
	for (int i = 0; i < 100; i++) {
		snprintf(b, sizeof b, "/mnt/dir/n%d", i);
		CHECK_ERRNO(0,
		    rump_sys_close(
			rump_sys_open(b, RUMP_O_CREAT | RUMP_O_RDWR, 0644)));
	}
	fd = rump_sys_open("/mnt/dir", RUMP_O_RDONLY);
	while ((n = rump_sys_getdents(fd, buf, 100)) > 0) {
		for (struct rump_dirent *d = (void *)buf; (char *)d < buf + n;
		     d = (void *)((char *)d + d->d_reclen))
			all++;
	}
	CHECK_EQ(n, 0);
	CHECK_EQ(all, 102);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(RUMP_ENOTEMPTY, rump_sys_rmdir("/mnt/dir"));
	finish();
}

static void
test_rename(void)
{
	struct rump_stat st, st2;
	int fd;

	boot(0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d/e", 0755));
	fd = rump_sys_open("/mnt/f", RUMP_O_RDWR);
	CHECK_ERRNO(0, rump_sys_fstat(fd, rump_stat_ptr(&st)));
	/* it is the same file, whatever its key */
	CHECK_ERRNO(0, rump_sys_rename("/mnt/f", "/mnt/d/e/f2"));
	CHECK_ERRNO(0, rump_sys_stat("/mnt/d/e/f2", rump_stat_ptr(&st2)));
	CHECK_EQ(st.st_ino, st2.st_ino);
	CHECK_EQ(rump_sys_pread(fd, buf, 10, 0), 10);
	CHECK_EQ(rump_sys_pwrite(fd, "X", 1, 0), 1);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(ENOENT, rump_sys_access("/mnt/f", F_OK));
	CHECK_ERRNO(EINVAL, rump_sys_rename("/mnt/d", "/mnt/d/e/d"));
	CHECK_ERRNO(0, rump_sys_rename("/mnt/d/e", "/mnt/e"));
	CHECK_ERRNO(0, rump_sys_stat("/mnt/e/..", rump_stat_ptr(&st)));
	CHECK_ERRNO(0, rump_sys_stat("/mnt", rump_stat_ptr(&st2)));
	CHECK_EQ(st.st_ino, st2.st_ino);
	/* onto a file that is there, and in use */
	fd = rump_sys_open("/mnt/g", RUMP_O_RDWR);
	CHECK_ERRNO(0, rump_sys_rename("/mnt/e/f2", "/mnt/g"));
	CHECK_EQ(rump_sys_write(fd, "gone", 4), 4);
	CHECK_ERRNO(0, rump_sys_close(fd));
	fd = rump_sys_open("/mnt/g", RUMP_O_RDWR);
	CHECK_EQ(rump_sys_read(fd, buf, 2), 2);
	CHECK(memcmp(buf, "Xf", 2) == 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	finish();
}

static void
test_full(void)
{
	struct rump_statvfs sv;
	int fd;

	boot(20 * 4096);
	CHECK_ERRNO(0, rump_sys_statvfs1("/mnt", rump_statvfs_ptr(&sv), 1));
	CHECK_EQ(sv.f_blocks, 20);
	CHECK_EQ(sv.f_bfree, 17);
	fd = rump_sys_open("/mnt/h", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	CHECK_ERRNO(ENOSPC, rump_sys_write(fd, buf, 18 * 4096));
	CHECK_EQ(rump_sys_write(fd, buf, 17 * 4096), 17 * 4096);
	CHECK_ERRNO(ENOSPC, rump_sys_write(fd, buf, 1));
	CHECK_ERRNO(0, rump_sys_ftruncate(fd, 0));
	CHECK_EQ(rump_sys_pwrite(fd, buf, 1, 0), 1);
	CHECK_ERRNO(0, rump_sys_close(fd));
	finish();
}

static void *
worker(void *arg)
{
	int id = (int)(intptr_t)arg;
	char a[64], b[64];
	int fd;

	rump_pub_lwproc_newlwp(1);
	for (int i = 0; i < 200; i++) {
		snprintf(a, sizeof a, "/mnt/d%d/%d", i % 2, (i + id) % 5);
		snprintf(b, sizeof b, "/mnt/d%d/%d", (i + 1) % 2, i % 5);
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

static void
test_threads(void)
{
	pthread_t t[6];

	boot(0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d0", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d1", 0755));
	for (int i = 0; i < 6; i++)
		CHECK(pthread_create(
			  &t[i], NULL, worker, (void *)(intptr_t)i) == 0);
	for (int i = 0; i < 6; i++)
		pthread_join(t[i], NULL);
	finish();
}

static void
test_uncalled(void)
{
	struct rump_pollfd pfd;
	struct rump_stat st;
	struct kitan_args args = {0};
	char b[64];
	int fd, n = 0;

	boot(0);
	fd = rump_sys_open("/mnt/f", RUMP_O_RDWR);
	CHECK_EQ(rump_sys_read(fd, b, 10), 10);
	pfd.fd = fd;
	pfd.events = 1;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	CHECK_ERRNO(ENOTTY, rump_sys_ioctl(fd, 0x40047a7f, &n));
	CHECK_ERRNO(0, rump_sys_fcntl(fd, F_SETFL, 0));
	CHECK_ERRNO(0, rump_sys_flock(fd, 1));
	CHECK_EQ(rump_sys_fpathconf(fd, 4), 255);
	CHECK_EQ(rump_sys_lseek(fd, 5, SEEK_SET), 5);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(RUMP_EOPNOTSUPP, rump_sys_link("/mnt/g", "/mnt/h"));
	CHECK_ERRNO(RUMP_EOPNOTSUPP, rump_sys_mkfifo("/mnt/h", 0600));
	CHECK_ERRNO(EEXIST, rump_sys_mkdir("/mnt/f", 0755));
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/d", 0755));
	fd = rump_sys_open("/mnt/d", RUMP_O_RDONLY);
	CHECK(rump_sys_getdents(fd, buf, 200) > 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_rename("/mnt/d", "/mnt/d2"));
	CHECK_ERRNO(0, rump_sys_rmdir("/mnt/d2"));
	CHECK_ERRNO(0, rump_sys_symlink("f", "/mnt/s"));
	CHECK_EQ(rump_sys_readlink("/mnt/s", b, 10), 1);
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/s"));
	CHECK_ERRNO(0, rump_sys_chmod("/mnt/f", 0600));
	CHECK_ERRNO(0, rump_sys_chdir("/mnt"));
	CHECK_ERRNO(0, rump_sys_stat("/mnt/f", rump_stat_ptr(&st)));
	CHECK_ERRNO(0, rump_sys_chdir("/"));
	drivertest_kernel("pages");
	drivertest_kernel("print");
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	CHECK_ERRNO(0, rump_sys_mount("kitan", "/mnt", 0, &args, sizeof args));
	drivertest_kernel("uncalled");
	finish();
}

#define KCASE(name)                                                            \
	static void test_k##name(void)                                         \
	{                                                                      \
		boot(0);                                                       \
		drivertest_kernel(#name);                                      \
		finish();                                                      \
	}
KCASE(anon)
KCASE(object)
KCASE(pages)
KCASE(rekey)
KCASE(memory)

static const struct drivertest tests[] = {
    {"files", test_files, NULL},
    {"rename", test_rename, NULL},
    {"full", test_full, NULL},
    {"threads", test_threads, NULL},
    {"uncalled", test_uncalled, NULL},
    {"kanon", test_kanon, NULL},
    {"kobject", test_kobject, NULL},
    {"kpages", test_kpages, NULL},
    {"krekey", test_krekey, NULL},
    {"kmemory", test_kmemory, NULL},
    {NULL, NULL, NULL},
};
DRIVERTEST_MAIN(tests)
