/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FFS on images that are damaged in one place, by ufspoke.py: what is left of
 * them can be read, nothing else is lost by writing, and they are not marked
 * clean.
 */
#include <stdarg.h>

#include "ffs_image.h"

#define UFS1 "-B le -o version=1,bsize=4096,fsize=512"

enum {
	CLEAN = 209
}; /* where the superblock says how it was left */

static __attribute__((format(printf, 1, 2))) long
poke(const char *fmt, ...)
{
	char cmd[400] = "python3 -B " TEST_SRCDIR "/fs/ufspoke.py " IMAGE " ";
	size_t len = strlen(cmd);
	long value = 0;
	va_list ap;
	FILE *fp;

	va_start(ap, fmt);
	vsnprintf(cmd + len, sizeof(cmd) - len, fmt, ap);
	va_end(ap);
	fp = popen(cmd, "r");
	ATF_REQUIRE(fp != NULL);
	(void)!fscanf(fp, "%ld", &value);
	ATF_REQUIRE_MSG(pclose(fp) == 0, "%s", cmd);
	return value;
}

static void
unmount(void)
{
	ATF_REQUIRE_MSG(
	    rump_sys_unmount("/mnt", 0) == 0, "%s", rump_strerror(errno));
}

/* Unmounted, and known to need a check. */
static void
unmount_unclean(void)
{
	unmount();
	ATF_CHECK(poke("sb %d b", CLEAN) != 1);
}

static void
check_greeting(void)
{
	char buf[16];
	int fd;

	RL(fd = rump_sys_open("/mnt/greeting", RUMP_O_RDONLY));
	REQ(RL(rump_sys_read(fd, buf, sizeof(buf))), 6);
	ATF_CHECK(memcmp(buf, "hello\n", 6) == 0);
	RL(rump_sys_close(fd));
}

/* A new file with one block in it. */
static void
make_file(const char *path)
{
	char buf[4096];
	int fd;

	memset(buf, 'n', sizeof(buf));
	RL(fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(RL(rump_sys_write(fd, buf, sizeof(buf))), sizeof(buf));
	RL(rump_sys_close(fd));
}

TEST(unclean, "what was not unmounted is not clean by mounting it again")
{
	make_tree();
	pack_image(UFS1, "2m");
	boot(0);
	/* as the disk is while it is mounted, and when the power fails then */
	REQ(poke("sb %d b", CLEAN), 2);
	unmount();
	REQ(poke("sb %d b", CLEAN), 1);
	RZ(rump_pub_etfs_remove("/dev/disk"));
	poke("sb %d b 2", CLEAN);
	attach_image();
	RL(mount_image(0));
	make_file("/mnt/new");
	unmount_unclean();
	RZ(rump_pub_etfs_remove("/dev/disk"));
	/* no writing before its journal was replayed */
	poke("sb %d b 2", CLEAN);
	poke("sb 1312 i 0x100");
	attach_image();
	RERR(RUMP_EINVAL, mount_image(0));
	RL(mount_image(RUMP_MNT_RDONLY));
	check_greeting();
	unmount();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, unclean);
	return atf_no_error();
}
