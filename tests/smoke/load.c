/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load LIBDIR: components come by dlopen, one before the kernel boots and
 * one after.  Mounting a type that is not loaded fails with ENODEV.
 */
#include <dlfcn.h>

#include "smoke.h"

static void
load(const char *dir, const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (dlopen(path, RTLD_LAZY | RTLD_GLOBAL) == NULL) {
		fprintf(stderr, "FAILED: %s\n", dlerror());
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	struct rump_tmpfs_args targs = {.ta_version = 1, .ta_root_mode = 01777};

	REQUIRE(argc == 2);
	step("dlopen before and after boot");
	load(argv[1], "librumpfs_kernfs.so");
	REQUIRE(rump_init() == 0);
	CHECK(rump_sys_mkdir("/kern", 0777));
	CHECK(rump_sys_mount(RUMP_MOUNT_KERNFS, "/kern", 0, NULL, 0));
	CHECK(rump_sys_mkdir("/tmp", 0777));
	REQUIRE(rump_sys_mount(
		    RUMP_MOUNT_TMPFS, "/tmp", 0, &targs, sizeof(targs)) == -1);
	REQUIRE(errno == RUMP_ENODEV);
	load(argv[1], "librumpfs_tmpfs.so");
	CHECK(
	    rump_sys_mount(RUMP_MOUNT_TMPFS, "/tmp", 0, &targs, sizeof(targs)));
	check_file("/tmp/f", "data", 4);
	CHECK(rump_sys_reboot(0, NULL));
	return 0;
}
