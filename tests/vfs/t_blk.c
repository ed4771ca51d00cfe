/* SPDX-License-Identifier: BSD-2-Clause */
/* The rump block device: host files as disks. */
#include "io_test.h"

TEST(size, "a disk has the file's size, or the range that was asked for")
{
	unsigned char b[512];
	int fd;

	boot_disk(1 << 20);
	KT(rumptest_disksize(IMGDEV, 1 << 20));
	KT(rumptest_ioctls(IMGDEV));
	ATF_REQUIRE_EQ(rump_pub_etfs_register_withsize(
			   "/dev/part", IMG, RUMP_ETFS_BLK, 65536, 131072),
	    0);
	KT(rumptest_disksize("/dev/part", 131072));
	ATF_REQUIRE_EQ(rump_pub_etfs_register_withsize("/dev/tail", IMG,
			   RUMP_ETFS_CHR, 65536, RUMP_ETFS_SIZE_ENDOFF),
	    0);
	RL(fd = rump_sys_open("/dev/tail", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(rump_sys_pread(fd, b, sizeof(b), 512), 512);
	ATF_REQUIRE_EQ(b[8], image_byte(65536 + 512 + 8));
	RL(rump_sys_close(fd));
	/* impossible ranges */
	ATF_CHECK(rump_pub_etfs_register_withsize(
		      "/dev/x", IMG, RUMP_ETFS_BLK, 2 << 20, 512) != 0);
	ATF_CHECK(rump_pub_etfs_register_withsize(
		      "/dev/x", IMG, RUMP_ETFS_BLK, 0, 2 << 20) != 0);
	ATF_CHECK_EQ(
	    rump_pub_etfs_register("/dev/x", "nosuchfile", RUMP_ETFS_BLK),
	    RUMP_ENOENT);
	ATF_CHECK(rump_pub_etfs_register("/dev/x", ".", RUMP_ETFS_BLK) != 0);
}

TEST(raw, "reads and writes of the raw device")
{
	static unsigned char b[300 * 1024];
	int fd, hfd;

	boot_disk(1 << 20);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/dev/rdisk", IMG, RUMP_ETFS_CHR), 0);
	RL(fd = rump_sys_open("/dev/rdisk", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(rump_sys_read(fd, b, sizeof(b)), (ssize_t)sizeof(b));
	for (size_t i = 0; i < sizeof(b); i += 77)
		ATF_REQUIRE_EQ(b[i], image_byte(i));
	/* the end */
	ATF_REQUIRE_EQ(rump_sys_pread(fd, b, 4096, (1 << 20) - 1024), 1024);
	ATF_REQUIRE_EQ(rump_sys_pread(fd, b, 4096, 1 << 20), 0);
	/* not a multiple of the sector */
	RERR(RUMP_EINVAL, rump_sys_pread(fd, b, 100, 0));
	RERR(RUMP_EINVAL, rump_sys_pread(fd, b, 512, 100));
	memset(b, 0xee, 8192);
	ATF_REQUIRE_EQ(rump_sys_pwrite(fd, b, 8192, 4096), 8192);
	RL(rump_sys_close(fd));
	hfd = open(IMG, O_RDONLY);
	ATF_REQUIRE(pread(hfd, b, 512, 4096 + 8192 - 512) == 512);
	ATF_REQUIRE_EQ(b[511], 0xee);
	ATF_REQUIRE(pread(hfd, b, 512, 4096 + 8192) == 512);
	ATF_REQUIRE_EQ(b[0], image_byte(4096 + 8192));
}

TEST(readonly, "a file that the host lets us only read")
{
	unsigned char b[512];
	int fd;

	/* root may write anything */
	ATF_REQUIRE(
	    geteuid() != 0 || (chmod(".", 0777) == 0 && seteuid(65534) == 0));
	boot_disk(1 << 20);
	image_make("ro.img", 65536);
	ATF_REQUIRE(chmod("ro.img", 0444) == 0);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/dev/ro", "ro.img", RUMP_ETFS_BLK), 0);
	RERR(RUMP_EROFS, rump_sys_open("/dev/ro", RUMP_O_RDWR));
	RL(fd = rump_sys_open("/dev/ro", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(rump_sys_read(fd, b, 512), 512);
	ATF_REQUIRE_EQ(b[8], image_byte(8));
	ATF_REQUIRE_EQ(seteuid(getuid()), 0);
}

TEST(truncated, "a file that shrinks under us gives errors")
{
	static unsigned char b[8192];
	int fd;

	boot_disk(1 << 20);
	ATF_REQUIRE(truncate(IMG, 4096) == 0);
	RL(fd = rump_sys_open(IMGDEV, RUMP_O_RDWR));
	ATF_REQUIRE_EQ(rump_sys_pread(fd, b, 512, 0), 512);
	RERR(RUMP_EIO, rump_sys_pread(fd, b, 8192, 65536));
}

TEST(remove, "registrations come and go")
{
	int fd;

	boot_disk(65536);
	for (int i = 0; i < 600; i++) {
		ATF_REQUIRE_EQ(
		    rump_pub_etfs_register("/dev/again", IMG, RUMP_ETFS_BLK),
		    0);
		ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/again"), 0);
	}
	RERR(RUMP_ENOENT, rump_sys_open("/dev/again", RUMP_O_RDWR));
	RL(fd = rump_sys_open(IMGDEV, RUMP_O_RDWR));
	RL(rump_sys_close(fd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, size);
	ATF_TP_ADD_TC(tp, raw);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, truncated);
	ATF_TP_ADD_TC(tp, remove);
	return atf_no_error();
}
