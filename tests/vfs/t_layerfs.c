/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layers, by nullfs over rumpfs and over testfs.
 */
#include "testfs/testfs.h"
#include "vfs_test.h"

struct null_args_ {
	const char *target;
	char pad[128];
};

static void
mount_null(const char *lower, const char *upper, int flags)
{
	struct null_args_ args = {.target = lower};

	RL(rump_sys_mount("null", upper, flags, &args, sizeof(args)));
}

static void
setup(void)
{
	boot_testfs();
	RL(rump_sys_mkdir("/low", 0755));
	RL(rump_sys_mkdir("/up", 0755));
	mount_null("/low", "/up", 0);
}

TEST(basic, "what happens above happens below, and the reverse")
{
	char buf[8] = "";
	int fd;

	setup();
	RL(fd = rump_sys_open("/up/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_CHECK_EQ(rump_sys_write(fd, "hello", 5), 5);
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/low/f", RUMP_O_RDONLY));
	ATF_CHECK_EQ(rump_sys_read(fd, buf, sizeof(buf)), 5);
	ATF_CHECK_STREQ(buf, "hello");
	RL(rump_sys_close(fd));
	ATF_CHECK_EQ(ino_of("/up/f"), ino_of("/low/f"));
	RL(rump_sys_mkdir("/low/d", 0755));
	ATF_CHECK(ino_of("/up/d") != 0);
	RL(rump_sys_rename("/up/f", "/up/d/g"));
	ATF_CHECK(ino_of("/low/d/g") != 0);
	ATF_CHECK_EQ(ino_of("/low/f"), 0);
	RL(rump_sys_symlink("d/g", "/up/s"));
	ATF_CHECK_EQ(ino_of("/up/s"), ino_of("/low/d/g"));
	RL(rump_sys_unlink("/up/s"));
	RL(rump_sys_unlink("/up/d/g"));
	RL(rump_sys_rmdir("/up/d"));
	ATF_CHECK_EQ(ino_of("/low/d"), 0);
	RL(rump_sys_unmount("/up", 0));
}

TEST(busy, "open files keep a layer; force takes it away")
{
	char buf[4];
	int fd;

	setup();
	RL(fd = rump_sys_open("/up/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RERR(RUMP_EBUSY, rump_sys_unmount("/up", 0));
	RL(rump_sys_unmount("/up", RUMP_MNT_FORCE));
	ATF_CHECK(rump_sys_read(fd, buf, 1) == -1);
	RL(rump_sys_close(fd));
	ATF_CHECK(ino_of("/low/f") != 0);
}

TEST(lower_gone, "the lower file system is unmounted by force")
{
	char buf[4];
	struct rump_statvfs sv;
	int fd;

	boot_testfs();
	RL(rump_sys_mkdir("/up", 0755));
	mount_null("/t", "/up", 0);
	RL(rump_sys_mkdir("/up/d", 0755));
	RL(fd = rump_sys_open("/up/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RERR(RUMP_EBUSY, rump_sys_unmount("/t", 0));
	RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
	ATF_CHECK(rump_sys_read(fd, buf, 1) == -1);
	ATF_CHECK(rump_sys_mkdir("/up/x", 0755) == -1);
	ATF_CHECK(rump_sys_statvfs1(
		      "/up", rump_statvfs_ptr(&sv), RUMP_MNT_WAIT) == -1);
	ATF_CHECK_EQ(ino_of("/up/d"), 0);
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/up", RUMP_MNT_FORCE));
}

TEST(rdonly, "a read-only view of what may be written")
{
	setup();
	RL(rump_sys_unmount("/up", 0));
	make("/low/f");
	mount_null("/low", "/up", RUMP_MNT_RDONLY);
	RERR(RUMP_EROFS, rump_sys_unlink("/up/f"));
	RERR(RUMP_EROFS, rump_sys_mkdir("/up/d", 0755));
	RERR(RUMP_EROFS, rump_sys_open("/up/f", RUMP_O_RDWR));
	RERR(RUMP_EROFS, rump_sys_chmod("/up/f", 0600));
	RL(rump_sys_unlink("/low/f"));
}

TEST(stacked, "a layer over a layer over testfs")
{
	boot_testfs();
	RL(rump_sys_mkdir("/a", 0755));
	RL(rump_sys_mkdir("/b", 0755));
	mount_null("/t", "/a", 0);
	mount_null("/a", "/b", 0);
	make("/b/f");
	RL(rump_sys_mkdir("/b/d", 0755));
	RL(rump_sys_rename("/b/f", "/b/d/f"));
	RL(rump_sys_link("/b/d/f", "/b/g"));
	RL(rump_sys_rename("/b/g", "/b/d/h"));
	ATF_CHECK_EQ(ino_of("/t/d/f"), ino_of("/b/d/h"));
	RL(rump_sys_unlink("/b/d/f"));
	RL(rump_sys_unlink("/b/d/h"));
	RL(rump_sys_rmdir("/b/d"));
	RERR(RUMP_EBUSY, rump_sys_unmount("/t", 0));
	RERR(RUMP_EBUSY, rump_sys_unmount("/a", 0));
	RL(rump_sys_unmount("/b", 0));
	RL(rump_sys_unmount("/a", 0));
	RL(rump_sys_unmount("/t", 0));
}

TEST(errors, "what can't be below")
{
	struct null_args_ args = {.target = "/nowhere"};

	setup();
	make("/low/f");
	RERR(RUMP_ENOENT,
	    rump_sys_mount("null", "/low", 0, &args, sizeof(args)));
	args.target = "/low/f";
	RERR(RUMP_ENOTDIR,
	    rump_sys_mount("null", "/low", 0, &args, sizeof(args)));
	RERR(RUMP_EINVAL, rump_sys_mount("null", "/low", 0, &args, 4));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, basic);
	ATF_TP_ADD_TC(tp, busy);
	ATF_TP_ADD_TC(tp, lower_gone);
	ATF_TP_ADD_TC(tp, rdonly);
	ATF_TP_ADD_TC(tp, stacked);
	ATF_TP_ADD_TC(tp, errors);
	return atf_no_error();
}
