/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FFS on images that are damaged in one place, by ufspoke.py: what is left of
 * them can be read, nothing else is lost by writing, and they are not marked
 * clean.
 */
#include <stdarg.h>

#include "ffs_image.h"

#define UFS1 "-B le -o version=1,bsize=4096,fsize=512"
#define UFS2 "-B be -o version=2,bsize=4096,fsize=512"

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

TEST(superblock, "impossible numbers in the superblock: EINVAL")
{
	static const struct {
		const char *field, *makefs;
	} wrong[] = {
	    {"156 i 0x1000000", UFS1}, /* summaries behind the end */
	    {"156 i -16", UFS1},       /* of a negative size */
	    {"1096 q 0", UFS1},        /* at address 0 */
	    {"1080 q -5", UFS1},       /* fragments */
	    {"1080 q 0x7fffffffffffff00", UFS2},
	    {"1088 q -1", UFS2}, /* fragments for data */
	    {"24 i -8", UFS1},
	    {"16 i 0", UFS1},         /* inodes over the group header */
	    {"184 i 7", UFS1},        /* inodes in a group */
	    {"120 i 5", UFS1},        /* inodes in a block */
	    {"160 i 0x100000", UFS2}, /* group header longer than a block */
	};
	unsigned i;

	make_tree();
	RZ(rump_init());
	RL(rump_sys_mkdir("/mnt", 0777));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		pack_image(wrong[i].makefs, "8m");
		poke("sb %s", wrong[i].field);
		attach_image();
		errno = 0;
		ATF_CHECK_MSG(mount_image(0) == -1 && errno == RUMP_EINVAL,
		    "sb %s: %d", wrong[i].field, errno);
		RZ(rump_pub_etfs_remove("/dev/disk"));
	}
}

TEST(stagger, "groups whose metadata starts later reach into others: EINVAL")
{
	make_tree();
	pack_image(UFS1 ",density=512", "48m");
	/* Of seven groups every other one starts later. */
	REQ(poke("sb 44 i"), 7);
	poke("sb 24 i %ld", poke("sb 188 i") - poke("sb 20 i") + 8);
	poke("sb 28 i -2");
	RZ(rump_init());
	RL(rump_sys_mkdir("/mnt", 0777));
	attach_image();
	RERR(RUMP_EINVAL, mount_image(0));
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

TEST(counts, "impossible counts of what is free are not believed")
{
	make_tree();
	pack_image(UFS2, "2m");
	poke("sb 1016 q 0x7fffffffffffffff"); /* free blocks in all */
	boot(0);
	make_file("/mnt/new");
	unmount_unclean();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, superblock);
	ATF_TP_ADD_TC(tp, stagger);
	ATF_TP_ADD_TC(tp, unclean);
	ATF_TP_ADD_TC(tp, counts);
	return atf_no_error();
}
