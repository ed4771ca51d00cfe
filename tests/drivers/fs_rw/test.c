/* SPDX-License-Identifier: BSD-2-Clause */
#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rwtest.h"

struct kitrw_args {
	const char *ka_fspec;
};

int
mountit(int flags)
{
	struct kitrw_args args = {"/dev/disk"};

	return rump_sys_mount("kitrw", "/mnt", flags, &args, sizeof args);
}

void
boot(int flags)
{
	CHECK_EQ(rump_init(), 0);
	CHECK_EQ(rump_pub_etfs_register("/dev/disk", "img", RUMP_ETFS_BLK), 0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt", 0755));
	CHECK_ERRNO(0, mountit(flags));
}

void
again(int flags)
{
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	CHECK_ERRNO(0, mountit(flags));
}

/* It ends well: what the disk has is consistent. */
void
finish(void)
{
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	drivertest_kernel(NULL);
	CHECK_EQ(system("python3 fsck.py img"), 0);
}

void
put(const char *path, const char *text)
{
	int fd = rump_sys_open(
	    path, RUMP_O_CREAT | RUMP_O_TRUNC | RUMP_O_WRONLY, 0644);

	CHECK(fd >= 0);
	CHECK_EQ(rump_sys_write(fd, text, strlen(text)), strlen(text));
	CHECK_ERRNO(0, rump_sys_close(fd));
}

bool
has(const char *path, const char *text)
{
	char b[4096];
	int fd = rump_sys_open(path, RUMP_O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return false;
	n = rump_sys_read(fd, b, sizeof b);
	CHECK_ERRNO(0, rump_sys_close(fd));
	return n == (ssize_t)strlen(text) && memcmp(b, text, (size_t)n) == 0;
}

struct rump_stat
status(const char *path)
{
	struct rump_stat st;

	CHECK_ERRNO(0, rump_sys_lstat(path, rump_stat_ptr(&st)));
	return st;
}

/* --- names ----------------------------------------------------------------- */

static void
names(int flags)
{
	char b[300];
	int fd;

	boot(flags);
	put("/mnt/one", "first");
	CHECK(has("/mnt/one", "first"));
	CHECK_ERRNO(EEXIST,
	    rump_sys_open(
		"/mnt/one", RUMP_O_CREAT | RUMP_O_EXCL | RUMP_O_RDWR, 0644));
	CHECK_ERRNO(0, rump_sys_link("/mnt/one", "/mnt/two"));
	CHECK_EQ(status("/mnt/two").st_nlink, 2);
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/one"));
	CHECK_ERRNO(ENOENT, rump_sys_access("/mnt/one", F_OK));
	CHECK_EQ(status("/mnt/two").st_nlink, 1);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/dir", 0750));
	CHECK_EQ(status("/mnt").st_nlink, 3);
	CHECK_ERRNO(0, rump_sys_symlink("../two", "/mnt/dir/sym"));
	CHECK(has("/mnt/dir/sym", "first"));
	memset(b, 'x', sizeof b);
	b[113] = 0;
	CHECK_ERRNO(RUMP_ENAMETOOLONG, rump_sys_symlink(b, "/mnt/dir/sym2"));
	CHECK_ERRNO(RUMP_ENOTEMPTY, rump_sys_rmdir("/mnt/dir"));
	CHECK_ERRNO(EPERM, rump_sys_unlink("/mnt/dir"));
	CHECK_ERRNO(EPERM, rump_sys_link("/mnt/dir", "/mnt/dir2"));
	CHECK_ERRNO(ENOTDIR, rump_sys_rmdir("/mnt/two"));
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/dir/sym"));
	CHECK_ERRNO(0, rump_sys_rmdir("/mnt/dir"));
	CHECK_EQ(status("/mnt").st_nlink, 2);
	CHECK_ERRNO(0, rump_sys_mknod("/mnt/dev", S_IFCHR | 0600, 0x123));
	CHECK_EQ(status("/mnt/dev").st_rdev, 0x123);
	CHECK_ERRNO(0, rump_sys_mkfifo("/mnt/fifo", 0600));
	fd = rump_sys_open("/mnt/fifo", RUMP_O_RDWR);
	CHECK(fd >= 0);
	CHECK_EQ(rump_sys_write(fd, "abc", 3), 3);
	CHECK_EQ(rump_sys_read(fd, b, 10), 3);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/fifo"));
	/* many names, in more than one block, and away with every other */
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/many", 0755));
	for (int i = 0; i < 150; i++) {
		snprintf(b, sizeof b, "/mnt/many/%0*d", 1 + i % 40, i);
		put(b, "x");
	}
	for (int i = 0; i < 150; i += 2) {
		snprintf(b, sizeof b, "/mnt/many/%0*d", 1 + i % 40, i);
		CHECK_ERRNO(0, rump_sys_unlink(b));
	}
	for (int i = 0; i < 150; i += 4) {
		snprintf(b, sizeof b, "/mnt/many/new%d", i);
		put(b, b);
	}
	again(flags);
	for (int i = 0; i < 150; i++) {
		snprintf(b, sizeof b, "/mnt/many/%0*d", 1 + i % 40, i);
		CHECK_ERRNO(i % 2 ? 0 : ENOENT, rump_sys_access(b, F_OK));
	}
	for (int i = 0; i < 150; i += 4) {
		snprintf(b, sizeof b, "/mnt/many/new%d", i);
		CHECK(has(b, b));
	}
	CHECK(has("/mnt/two", "first"));
	finish();
}

void
test_names(void)
{
	names(0);
}

void
test_names_sync(void)
{
	names(RUMP_MNT_SYNCHRONOUS);
}

void
test_names_log(void)
{
	names(RUMP_MNT_LOG);
}

/* --- data ------------------------------------------------------------------ */

#define MODEL 400000

static unsigned char model[MODEL], buf[MODEL];
static size_t modelsize;

static unsigned int
rnd(unsigned int n)
{
	static unsigned long long x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned int)(x >> 20) % n;
}

static void
compare(int fd)
{
	ssize_t n = rump_sys_pread(fd, buf, sizeof buf, 0);
	struct rump_stat st;

	CHECK_ERRNO(0, rump_sys_fstat(fd, rump_stat_ptr(&st)));
	CHECK_EQ(st.st_size, modelsize);
	CHECK_EQ(n, modelsize);
	for (size_t i = 0; i < modelsize; i++) {
		if (buf[i] != model[i]) {
			fprintf(stderr, "byte %zu of %zu: %d, not %d\n", i,
			    modelsize, buf[i], model[i]);
			exit(1);
		}
	}
}

static void
change(int fd, int step)
{
	size_t off = rnd(MODEL - 20000), len = 1 + rnd(20000);

	switch (rnd(6)) {
	case 0: /* shorter or longer */
		off = rnd(2) ? rnd((unsigned int)modelsize + 1) : off;
		CHECK_ERRNO(0, rump_sys_ftruncate(fd, (off_t)off));
		if (off < modelsize)
			memset(model + off, 0, modelsize - off);
		modelsize = off;
		break;
	case 1: /* a hole */
		CHECK_EQ(rump_sys_fdiscard(fd, (off_t)off, (off_t)len), 0);
		if (off < modelsize)
			memset(model + off, 0,
			    off + len > modelsize ? modelsize - off : len);
		break;
	case 2: /* blocks ahead */
		CHECK_EQ(
		    rump_sys_posix_fallocate(fd, (off_t)off, (off_t)len), 0);
		if (off + len > modelsize)
			modelsize = off + len;
		break;
	case 3:
		off = off / 4096 * 4096;
		len = 4096 * (1 + len / 4096);
		/* FALLTHROUGH */
	default:
		for (size_t i = 0; i < len; i++)
			buf[i] = (unsigned char)(step * 31 + i * 7 + 1);
		CHECK_EQ(rump_sys_pwrite(fd, buf, len, (off_t)off), len);
		memcpy(model + off, buf, len);
		if (off + len > modelsize)
			modelsize = off + len;
		break;
	}
	if (rnd(10) == 0)
		CHECK_ERRNO(0, rump_sys_fsync(fd));
}

static void
data(int flags)
{
	int fd;

	boot(flags);
	for (int round = 0; round < 6; round++) {
		fd = rump_sys_open("/mnt/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		CHECK(fd >= 0);
		compare(fd);
		for (int i = 0; i < 25; i++)
			change(fd, round * 100 + i);
		compare(fd);
		CHECK_ERRNO(0, rump_sys_close(fd));
		again(flags);
	}
	fd = rump_sys_open("/mnt/f", RUMP_O_RDWR);
	compare(fd);
	CHECK_ERRNO(0, rump_sys_ftruncate(fd, 0));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_EQ(status("/mnt/f").st_blocks, 0);
	finish();
}

void
test_data(void)
{
	data(0);
}

void
test_data_log(void)
{
	data(RUMP_MNT_LOG);
}

void
test_data_async(void)
{
	data(RUMP_MNT_ASYNC);
}

/* Appending, limits, and a disk that is full. */
void
test_limits(void)
{
	struct rump_statvfs sv;
	char name[32];
	ssize_t n;
	int fd, files = 0;

	boot(0);
	fd = rump_sys_open(
	    "/mnt/a", RUMP_O_CREAT | RUMP_O_WRONLY | RUMP_O_APPEND, 0644);
	CHECK_EQ(rump_sys_write(fd, "one", 3), 3);
	CHECK_EQ(rump_sys_pwrite(fd, "two", 3, 0), 3);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK(has("/mnt/a", "onetwo"));
	fd = rump_sys_open("/mnt/big", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	CHECK_ERRNO(EFBIG, rump_sys_pwrite(fd, "x", 1, 524 * 2048));
	CHECK_EQ(rump_sys_pwrite(fd, "x", 1, 524 * 2048 - 1), 1);
	CHECK_ERRNO(EFBIG, rump_sys_ftruncate(fd, 524 * 2048 + 1));
	CHECK_EQ(status("/mnt/big").st_blocks, 8);
	CHECK_ERRNO(0, rump_sys_close(fd));
	memset(buf, 'f', sizeof buf);
	for (;; files++) {
		snprintf(name, sizeof name, "/mnt/fill%d", files);
		fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_WRONLY, 0644);
		CHECK(fd >= 0);
		n = rump_sys_write(fd, buf, sizeof buf);
		if (n != (ssize_t)sizeof buf)
			break;
		CHECK_ERRNO(0, rump_sys_close(fd));
	}
	/* all or nothing, so that there still is a little */
	CHECK(n == -1 && errno == ENOSPC);
	CHECK_EQ(status(name).st_size, 0);
	while ((n = rump_sys_write(fd, buf, 2048)) == 2048)
		continue;
	CHECK(n == -1 && errno == ENOSPC);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK(files >= 3);
	CHECK_ERRNO(0, rump_sys_statvfs1("/mnt", rump_statvfs_ptr(&sv), 1));
	CHECK_EQ(sv.f_bfree, 0);
	put("/mnt/empty", "");
	fd = rump_sys_open("/mnt/empty", RUMP_O_WRONLY);
	CHECK_ERRNO(ENOSPC, rump_sys_write(fd, "x", 1));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_EQ(status("/mnt/empty").st_size, 0);
	CHECK_ERRNO(ENOSPC, rump_sys_mkdir("/mnt/nodir", 0755));
	for (int i = 0; i <= files; i++) {
		snprintf(name, sizeof name, "/mnt/fill%d", i);
		CHECK_ERRNO(0, rump_sys_unlink(name));
	}
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt/nodir", 0755));
	/* no more inodes */
	for (files = 0; files < 300; files++) {
		snprintf(name, sizeof name, "/mnt/i%d", files);
		fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_WRONLY, 0644);
		if (fd < 0)
			break;
		CHECK_ERRNO(0, rump_sys_close(fd));
	}
	CHECK(fd < 0 && errno == ENOSPC);
	CHECK_ERRNO(0, rump_sys_statvfs1("/mnt", rump_statvfs_ptr(&sv), 1));
	CHECK_EQ(sv.f_ffree, 0);
	finish();
}

/* A file without a name stays until it is closed. */
void
test_unlinked(void)
{
	struct rump_statvfs before, after;
	char b[10];
	int fd;

	boot(0);
	CHECK_ERRNO(0, rump_sys_statvfs1("/mnt", rump_statvfs_ptr(&before), 1));
	fd = rump_sys_open("/mnt/gone", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	memset(buf, 'g', 100000);
	CHECK_EQ(rump_sys_write(fd, buf, 100000), 100000);
	CHECK_ERRNO(0, rump_sys_unlink("/mnt/gone"));
	CHECK_EQ(rump_sys_pread(fd, b, 10, 99990), 10);
	CHECK_EQ(b[9], 'g');
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_statvfs1("/mnt", rump_statvfs_ptr(&after), 1));
	CHECK_EQ(after.f_bfree, before.f_bfree);
	CHECK_EQ(after.f_ffree, before.f_ffree);
	finish();
}

#define T(name) {#name, test_##name, NULL},

static const struct drivertest tests[] = {RW_CASES(T){NULL, NULL, NULL}};
DRIVERTEST_MAIN(tests)
