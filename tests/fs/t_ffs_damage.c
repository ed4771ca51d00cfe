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

TEST(unclean, "what was not unmounted is mended before it is written to")
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
	unmount();
	check_image();
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

TEST(unclean_maps, "after a crash what files have is not free")
{
	make_tree();
	pack_image(UFS2, "2m");
	poke("unuse greeting");
	poke("cg 0 24 i 7"); /* directories, */
	poke("cg 0 28 i 1"); /* blocks */
	poke("cg 0 32 i 3"); /* and inodes that it counts */
	poke("inode link 2 h 5");
	poke("sb %d b 2", CLEAN);
	boot(0);
	make_file("/mnt/new");
	check_greeting();
	unmount();
	check_image();
}

TEST(unclean_damaged, "damage that no crash makes is not written over")
{
	static const struct {
		const char *damage, *makefs;
	} cases[] = {{"addr greeting 0 %ld", UFS1},
	    {"addr greeting 0 %ld", UFS2},
	    /* an address outside of the disk */
	    {"addr greeting 0 0x7fffff00", UFS1},
	    /* a name without an inode */
	    {"inode greeting 0 h 0", UFS2}};

	make_tree();
	ATF_REQUIRE(rump_init() == 0);
	ATF_REQUIRE(rump_sys_mkdir("/mnt", 0777) == 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pack_image(cases[i].makefs, "2m");
		/* or the block of another file */
		poke(cases[i].damage, poke("addr sub 0"));
		poke("sb %d b 2", CLEAN);
		ATF_REQUIRE(system("cp " IMAGE " before") == 0);
		attach_image();
		RERR(RUMP_EINVAL, mount_image(0));
		RL(mount_image(RUMP_MNT_RDONLY));
		RERR(RUMP_EINVAL, mount_image(RUMP_MNT_UPDATE));
		unmount();
		ATF_CHECK_MSG(
		    system("cmp " IMAGE " before") == 0, "case %zu", i);
		RL(mount_image(RUMP_MNT_FORCE));
		unmount_unclean();
		RZ(rump_pub_etfs_remove("/dev/disk"));
	}
}

TEST(unclean_update, "a read-only mount does not become writable unmended")
{
	make_tree();
	pack_image(UFS1, "2m");
	poke("sb %d b 2", CLEAN);
	boot(RUMP_MNT_RDONLY);
	RERR(RUMP_EINVAL, mount_image(RUMP_MNT_UPDATE));
	check_greeting();
	unmount();
	RL(mount_image(0));
	unmount();
	check_image();
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

TEST(in_metadata, "a file with a block of metadata does not touch it")
{
	char buf[512];
	int fd;

	make_tree();
	pack_image(UFS1, "2m");
	poke("addr greeting 0 %ld", poke("sb 12 i")); /* the group header */
	boot(0);
	RL(fd = rump_sys_open("/mnt/greeting", RUMP_O_RDWR));
	RERR(RUMP_EIO, rump_sys_read(fd, buf, 6));
	RERR(RUMP_EIO, rump_sys_write(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("/mnt/greeting"));
	make_file("/mnt/new");
	unmount_unclean();
	RL(mount_image(RUMP_MNT_RDONLY));
	RL(rump_sys_access("/mnt/new", 0));
	unmount();
}

TEST(straddling, "a block that begins inside another is nobody's")
{
	char buf[6];
	int fd;

	make_tree();
	ATF_REQUIRE(system("dd if=/dev/zero of=src/big bs=4096 count=3 "
			   "2>/dev/null") == 0);
	pack_image(UFS1, "2m");
	poke("addr big 1 %ld", poke("addr big 1") + 1);
	boot(0);
	RL(fd = rump_sys_open("/mnt/big", RUMP_O_RDONLY));
	RERR(RUMP_EIO, rump_sys_pread(fd, buf, 6, 4096));
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("/mnt/big"));
	check_greeting();
	unmount_unclean();
}

TEST(far_away, "an address far away as the place to go on from")
{
	char buf[4096];
	int fd;

	memset(buf, 'x', sizeof(buf));
	make_tree();
	pack_image(UFS2, "2m");
	/* The indirect block that is about to be made goes near block 11. */
	poke("addr greeting 11 0x123456789abcd");
	poke("sb 92 i 1"); /* but into another group */
	boot(0);
	RL(fd = rump_sys_open("/mnt/greeting", RUMP_O_RDWR));
	REQ(RL(rump_sys_pwrite(fd, buf, sizeof(buf), 12 * 4096)), sizeof(buf));
	REQ(RL(rump_sys_pread(fd, buf, 6, 0)), 6);
	ATF_CHECK(memcmp(buf, "hello\n", 6) == 0);
	RL(rump_sys_close(fd));
	unmount();
}

ATF_TC(loop);
ATF_TC_HEAD(loop, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "a tree of blocks that contain themselves is freed in no time");
	atf_tc_set_md_var(tc, "timeout", "60");
}
ATF_TC_BODY(loop, tc)
{
	make_tree();
	ATF_REQUIRE(system("dd if=/dev/zero of=src/big bs=4096 count=20 "
			   "2>/dev/null") == 0);
	pack_image(UFS1, "4m");
	poke("loop big");
	boot(0);
	RL(rump_sys_unlink("/mnt/big"));
	check_greeting();
	make_file("/mnt/new");
	unmount_unclean();
}

TEST(short_link, "the text of a link is no address, whatever it counts")
{
	char buf[100];

	make_tree();
	pack_image(UFS1, "2m");
	poke("inode link 104 I 8"); /* sectors */
	boot(0);
	REQ(RL(rump_sys_readlink("/mnt/link", buf, sizeof(buf))), 8);
	RL(rump_sys_unlink("/mnt/link"));
	unmount();
	check_image();
}

TEST(in_use, "an inode that is in use and marked free is not given away")
{
	struct rump_stat st, st2;

	make_tree();
	pack_image(UFS1, "2m");
	poke("unuse greeting");
	boot(0);
	make_file("/mnt/new");
	RL(rump_sys_stat("/mnt/greeting", rump_stat_ptr(&st)));
	RL(rump_sys_stat("/mnt/new", rump_stat_ptr(&st2)));
	ATF_CHECK(st.st_ino != st2.st_ino);
	check_greeting();
	unmount_unclean();
	RL(mount_image(RUMP_MNT_RDONLY));
	check_greeting();
	unmount();
}

TEST(no_links, "a name of a file without links does not free what it has")
{
	long frag;

	make_tree();
	pack_image(UFS1, "2m");
	poke("inode greeting 2 h 0");
	frag = poke("addr greeting 0");
	boot(0);
	RERR(RUMP_EIO, rump_sys_open("/mnt/greeting", RUMP_O_RDONLY));
	make_file("/mnt/new");
	unmount_unclean();
	REQ(poke("addr greeting 0"), frag);
}

TEST(new_inodes, "inodes in use that the group calls new are not wiped")
{
	char path[32];
	int i, fd;

	make_tree();
	pack_image(UFS2, "2m");
	poke("cg 0 120 I 0"); /* initialised inodes */
	boot(0);
	for (i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), "/mnt/n%d", i);
		fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
		if (fd != -1)
			RL(rump_sys_close(fd));
	}
	check_greeting();
	unmount_unclean();
	RL(mount_image(RUMP_MNT_RDONLY));
	check_greeting();
	unmount();
}

/* Writes until nothing fits any more. */
static int
fill(const char *path)
{
	static char buf[65536];
	size_t len;
	int fd;

	memset(buf, 'y', sizeof(buf));
	RL(fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	for (len = sizeof(buf); len >= 512; len /= 2)
		while (rump_sys_write(fd, buf, len) > 0)
			continue;
	REQ(errno, RUMP_ENOSPC);
	return fd;
}

/* Frees n blocks at the end of a file. */
static void
shorten(int fd, int n)
{
	struct rump_stat st;

	RL(rump_sys_fstat(fd, rump_stat_ptr(&st)));
	RL(rump_sys_ftruncate(fd, (st.st_size & ~(off_t)4095) - n * 4096));
}

TEST(failed_write, "holes that a failed write filled read as zeros")
{
	static char buf[262144];
	size_t i;
	int fd, y;

	make_tree();
	pack_image(UFS1, "2m");
	boot(0);
	RL(fd = rump_sys_open("/mnt/holes", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(RL(rump_sys_write(fd, buf, 4096)), 4096);
	RL(rump_sys_ftruncate(fd, 2 * sizeof(buf)));
	RL(rump_sys_close(fd));
	/* Some of the bytes that are all over the disk are free then. */
	RL(rump_sys_close(fill("/mnt/y")));
	unmount();
	RL(mount_image(0));
	RL(y = rump_sys_open("/mnt/y", RUMP_O_RDWR));
	shorten(y, 10);
	RL(rump_sys_close(y));
	RL(fd = rump_sys_open("/mnt/holes", RUMP_O_RDWR));
	memset(buf, 'n', sizeof(buf));
	RERR(RUMP_ENOSPC, rump_sys_pwrite(fd, buf, sizeof(buf), 0));
	REQ(RL(rump_sys_pread(fd, buf, sizeof(buf), 0)), sizeof(buf));
	for (i = 0; i < sizeof(buf); i++)
		ATF_REQUIRE_MSG(buf[i] == 0, "byte %zu is %d", i, buf[i]);
	RL(rump_sys_close(fd));
	unmount();
	check_image();
}

TEST(no_space_in_tree, "a write that no space is left for takes none")
{
	static char buf[4096];
	struct rump_stat st;
	int fd, y;
	off_t off;

	make_tree();
	pack_image(UFS1, "2m");
	boot(0);
	RL(fd = rump_sys_open("/mnt/new", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(RL(rump_sys_write(fd, buf, 512)), 512);
	/* Two blocks are left, and three are needed. */
	y = fill("/mnt/y");
	shorten(y, 2);
	for (off = (off_t)1 << 24; off < (off_t)1 << 34; off *= 8) {
		RERR(RUMP_ENOSPC, rump_sys_pwrite(fd, buf, 4096, off));
		RL(rump_sys_fstat(fd, rump_stat_ptr(&st)));
		REQ(st.st_size, 512);
		REQ(st.st_blocks, 1);
	}
	RL(rump_sys_close(fd));
	RL(rump_sys_close(y));
	unmount();
	check_image();
}

TEST(few_links, "a directory that counts too few links stays")
{
	make_tree();
	RZ(system("mkdir -p src/dir/a src/dir/b src/dir/c src/dir/d && "
		  "echo kept > src/dir/file"));
	pack_image(UFS1, "2m");
	poke("inode dir 2 h 2");
	boot(0);
	RL(rump_sys_rmdir("/mnt/dir/a"));
	RL(rump_sys_rmdir("/mnt/dir/b"));
	RL(rump_sys_rename("/mnt/dir/c", "/mnt/c"));
	RL(rump_sys_rename("/mnt/c", "/mnt/dir/d"));
	RL(rump_sys_access("/mnt/dir/file", 0));
	unmount_unclean();
	RL(mount_image(RUMP_MNT_RDONLY));
	RL(rump_sys_access("/mnt/dir/file", 0));
	unmount();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, superblock);
	ATF_TP_ADD_TC(tp, stagger);
	ATF_TP_ADD_TC(tp, unclean);
	ATF_TP_ADD_TC(tp, unclean_maps);
	ATF_TP_ADD_TC(tp, unclean_damaged);
	ATF_TP_ADD_TC(tp, unclean_update);
	ATF_TP_ADD_TC(tp, counts);
	ATF_TP_ADD_TC(tp, in_metadata);
	ATF_TP_ADD_TC(tp, straddling);
	ATF_TP_ADD_TC(tp, far_away);
	ATF_TP_ADD_TC(tp, loop);
	ATF_TP_ADD_TC(tp, short_link);
	ATF_TP_ADD_TC(tp, in_use);
	ATF_TP_ADD_TC(tp, no_links);
	ATF_TP_ADD_TC(tp, new_inodes);
	ATF_TP_ADD_TC(tp, failed_write);
	ATF_TP_ADD_TC(tp, no_space_in_tree);
	ATF_TP_ADD_TC(tp, few_links);
	return atf_no_error();
}
