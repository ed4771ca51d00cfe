/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files IMAGE: files on rumpfs, tmpfs and kernfs, and an FFS image made by
 * makefs: mounted, read, changed, unmounted, mounted again.
 */
#include "smoke.h"

static char big[300 * 1024];

static void
mount_ffs(char *dev, int flags)
{
	struct rump_ufs_args args = {.fspec = dev};

	CHECK(
	    rump_sys_mount(RUMP_MOUNT_FFS, "/ffs", flags, &args, sizeof(args)));
}

int
main(int argc, char **argv)
{
	struct rump_tmpfs_args targs = {.ta_version = 1, .ta_root_mode = 01777};
	char dev[] = "/dev/image", buf[64];
	unsigned i;
	int fd;

	REQUIRE(argc == 2);
	for (i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7 + (i >> 8));

	step("boot");
	REQUIRE(rump_init() == 0);

	step("rumpfs");
	check_file("/hello", "hello, world\n", 13);
	CHECK(rump_sys_mkdir("/dir", 0777));
	CHECK(rump_sys_rename("/hello", "/dir/hello"));
	REQUIRE(rump_sys_open("/hello", RUMP_O_RDONLY) == -1);

	step("tmpfs");
	CHECK(rump_sys_mkdir("/tmp", 0777));
	CHECK(
	    rump_sys_mount(RUMP_MOUNT_TMPFS, "/tmp", 0, &targs, sizeof(targs)));
	check_file("/tmp/big", big, sizeof(big));
	CHECK(rump_sys_link("/tmp/big", "/tmp/big2"));
	CHECK(rump_sys_unlink("/tmp/big"));
	CHECK(rump_sys_unlink("/tmp/big2"));

	step("kernfs");
	CHECK(rump_sys_mkdir("/kern", 0777));
	CHECK(rump_sys_mount(RUMP_MOUNT_KERNFS, "/kern", 0, NULL, 0));
	CHECK(fd = rump_sys_open("/kern/version", RUMP_O_RDONLY));
	REQUIRE(rump_sys_read(fd, buf, sizeof(buf)) > 0);
	CHECK(rump_sys_close(fd));

	step("FFS: mount, read");
	REQUIRE(rump_pub_etfs_register(dev, argv[1], RUMP_ETFS_BLK) == 0);
	CHECK(rump_sys_mkdir("/ffs", 0777));
	mount_ffs(dev, 0);
	CHECK(fd = rump_sys_open("/ffs/greeting", RUMP_O_RDONLY));
	REQUIRE(rump_sys_read(fd, buf, sizeof(buf)) == 18);
	REQUIRE(memcmp(buf, "made by makefs(8)\n", 18) == 0);
	CHECK(rump_sys_close(fd));

	step("FFS: change, unmount, mount again");
	check_file("/ffs/big", big, sizeof(big));
	CHECK(rump_sys_mkdir("/ffs/d", 0755));
	check_file("/ffs/d/small", "x", 1);
	CHECK(rump_sys_unmount("/ffs", 0));
	mount_ffs(dev, RUMP_MNT_RDONLY);
	CHECK(fd = rump_sys_open("/ffs/big", RUMP_O_RDONLY));
	for (i = 0; i < sizeof(big); i += 4096) {
		char page[4096];

		REQUIRE(rump_sys_read(fd, page, 4096) == 4096);
		REQUIRE(memcmp(page, big + i, 4096) == 0);
	}
	CHECK(rump_sys_close(fd));
	REQUIRE(rump_sys_unlink("/ffs/d/small") == -1 && errno == RUMP_EROFS);

	CHECK(rump_sys_reboot(0, NULL));
	return 0;
}
