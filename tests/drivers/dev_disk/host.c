/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the memory disks through their device nodes. */

#include <errno.h>
#include <stdint.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>

#include "drivertest.h"
#include "tdk_ioctl.h"

#define DIOCGMEDIASIZE_  RUMP__IOR('d', 132, int64_t)
#define DIOCGSECTORSIZE_ RUMP__IOR('d', 133, unsigned int)
#define DIOCCACHESYNC_   RUMP__IOW('d', 118, int)

static int
node(const char *path, int flags)
{
	int fd;

	CHECK_EQ(rump_init(), 0);
	fd = rump_sys_open(path, flags);
	CHECK(fd >= 0);
	return fd;
}

static void
fill(char *buf, size_t len, int seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = (char)(i * 7 + i / 512 + (size_t)seed);
}

static void
raw(void)
{
	static char out[100 * 1024], in[100 * 1024];
	struct tdk_counts tc;
	int fd = node("/dev/rtdk0d", RUMP_O_RDWR);

	fill(out, sizeof(out), 3);
	/* More than the largest transfer: in pieces. */
	CHECK_EQ(rump_sys_pwrite(fd, out, sizeof(out), 1024), sizeof(out));
	CHECK_ERRNO(0, rump_sys_ioctl(fd, TDKIOC_COUNTS, &tc));
	CHECK_EQ(tc.tc_writes, 2);
	CHECK_EQ(rump_sys_pread(fd, in, sizeof(in), 1024), sizeof(in));
	CHECK_EQ(memcmp(in, out, sizeof(in)), 0);
	/* Shortened at the end, nothing behind it, and whole sectors. */
	CHECK_EQ(rump_sys_pread(fd, in, 2048, 511 * 512), 512);
	CHECK_EQ(rump_sys_pread(fd, in, 512, 512 * 512), 0);
	CHECK_ERRNO(RUMP_EINVAL, rump_sys_pread(fd, in, 100, 0));
	CHECK_ERRNO(RUMP_EINVAL, rump_sys_pread(fd, in, 512, 100));
	CHECK_ERRNO(RUMP_EFAULT, rump_sys_pread(fd, NULL, 512, 0));
	CHECK_ERRNO(0, rump_sys_close(fd));
}

static void
cooked(void)
{
	static char out[5000], in[5000];
	int fd = node("/dev/tdk0d", RUMP_O_RDWR), rfd;

	fill(out, sizeof(out), 5);
	/* Any place and any length. */
	CHECK_EQ(rump_sys_pwrite(fd, out, sizeof(out), 777), sizeof(out));
	CHECK_EQ(rump_sys_pread(fd, in, sizeof(in), 777), sizeof(in));
	CHECK_EQ(memcmp(in, out, sizeof(in)), 0);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	rfd = rump_sys_open("/dev/rtdk0d", RUMP_O_RDONLY);
	CHECK_EQ(rump_sys_pread(rfd, in, 512, 1024), 512);
	CHECK_EQ(memcmp(in, out + 1024 - 777, 512), 0);
	CHECK_ERRNO(0, rump_sys_close(rfd));
	CHECK_ERRNO(0, rump_sys_close(fd));
}

static void
partition(void)
{
	char out[512], in[512];
	int a = node("/dev/rtdk0a", RUMP_O_RDWR), d;

	fill(out, sizeof(out), 9);
	CHECK_EQ(rump_sys_pwrite(a, out, sizeof(out), 512), 512);
	CHECK_EQ(rump_sys_pread(a, in, 512, 256 * 512), 0);
	d = rump_sys_open("/dev/rtdk0d", RUMP_O_RDONLY);
	CHECK_EQ(rump_sys_pread(d, in, 512, 257 * 512), 512);
	CHECK_EQ(memcmp(in, out, sizeof(in)), 0);
	CHECK_ERRNO(RUMP_ENXIO, rump_sys_open("/dev/rtdk0b", RUMP_O_RDONLY));
}

static void
requests(void)
{
	int64_t size = 0;
	unsigned int secsize = 0;
	struct tdk_counts tc;
	int fd = node("/dev/rtdk0d", RUMP_O_RDWR), on = 1, ro;

	CHECK_ERRNO(0, rump_sys_ioctl(fd, DIOCGMEDIASIZE_, &size));
	CHECK_EQ(size, TDK_SECTORS * TDK_SECSIZE);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, DIOCGSECTORSIZE_, &secsize));
	CHECK_EQ(secsize, TDK_SECSIZE);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, DIOCCACHESYNC_, &on));
	CHECK_ERRNO(0, rump_sys_ioctl(fd, TDKIOC_COUNTS, &tc));
	CHECK_EQ(tc.tc_syncs, 1);
	ro = rump_sys_open("/dev/rtdk0d", RUMP_O_RDONLY);
	CHECK_ERRNO(RUMP_EBADF, rump_sys_ioctl(ro, TDKIOC_BAD, &size));
	CHECK_ERRNO(RUMP_ENOTTY, rump_sys_ioctl(fd, RUMP__IO('D', 99), NULL));
}

static void
errors(void)
{
	static char buf[4096];
	long long bad = 4;
	int fd = node("/dev/rtdk0d", RUMP_O_RDWR);

	CHECK_ERRNO(0, rump_sys_ioctl(fd, TDKIOC_BAD, &bad));
	CHECK_ERRNO(RUMP_EIO, rump_sys_pread(fd, buf, 512, 4 * 512));
	CHECK_ERRNO(RUMP_EIO, rump_sys_pwrite(fd, buf, 4096, 0));
	CHECK_EQ(rump_sys_pread(fd, buf, 2048, 0), 2048);
	bad = -1;
	CHECK_ERRNO(0, rump_sys_ioctl(fd, TDKIOC_BAD, &bad));
	CHECK_EQ(rump_sys_pread(fd, buf, 512, 4 * 512), 512);
}

#define KERNEL_CASE(name)                                                      \
	static void kernel_##name(void)                                        \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		drivertest_kernel(#name);                                      \
	}

/* What autoconf says of a device, and what the device says. */
static void
kernel_attach(void)
{
	const char *text;

	CHECK_EQ(setenv("RUMP_VERBOSE", "1", 1), 0);
	CHECK_EQ(rump_init(), 0);
	text = drivertest_console("attach");
	CHECK(strstr(text, "tdk1 at tdkbus0: 8 sectors\n") != NULL);
	CHECK(strstr(text, "tdk1: smaller than others\n") != NULL);
	CHECK(strstr(text, "tdk1: ready\n") != NULL);
}

KERNEL_CASE(queue)
KERNEL_CASE(bufq)
KERNEL_CASE(label)
KERNEL_CASE(mmc)

static const struct drivertest tests[] = {
    {"raw", raw, NULL},
    {"cooked", cooked, NULL},
    {"partition", partition, NULL},
    {"requests", requests, NULL},
    {"errors", errors, NULL},
    {"attach", kernel_attach, NULL},
    {"queue", kernel_queue, NULL},
    {"bufq", kernel_bufq, NULL},
    {"label", kernel_label, NULL},
    {"mmc", kernel_mmc, NULL},
    {NULL, NULL, NULL},
};

DRIVERTEST_MAIN(tests)
