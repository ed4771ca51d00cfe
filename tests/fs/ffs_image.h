/* SPDX-License-Identifier: BSD-2-Clause */
/* Images of FFS for tests: made by makefs, checked by ufscheck.py. */
#ifndef _FFS_IMAGE_H_
#define _FFS_IMAGE_H_

#include "../kern/t_kern.h"

#define IMAGE "disk.img"

static const struct variant {
	const char *name, *makefs;
} variants[] = {
    {"v1le", "-B le -o version=1,bsize=8192,fsize=1024"},
    {"v1be", "-B be -o version=1,bsize=4096,fsize=512"},
    {"v2le", "-B le -o version=2,bsize=16384,fsize=2048"},
    {"v2be", "-B be -o version=2,bsize=8192,fsize=1024"},
};

static inline void
need(const char *program)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "command -v %s >/dev/null 2>&1", program);
	if (system(cmd) != 0)
		atf_tc_skip("needs %s, which is not on this host", program);
}

/* The files that an image is made of. */
static inline void
make_tree(void)
{
	need("makefs");
	need("python3");
	ATF_REQUIRE(system("rm -rf src && mkdir -p src/sub && echo hello > "
			   "src/greeting && ln -s greeting src/link") == 0);
}

/* An image of what is in src. */
static inline void
pack_image(const char *makefs, const char *size)
{
	char cmd[256];

	snprintf(cmd, sizeof(cmd),
	    "makefs -t ffs -s %s -f 600 %s " IMAGE " src >makefs.log 2>&1",
	    size, makefs);
	ATF_REQUIRE_MSG(system(cmd) == 0, "makefs failed");
}

static inline void
make_image(const struct variant *v, const char *size)
{
	make_tree();
	pack_image(v->makefs, size);
}

static inline void
check_image(void)
{
	ATF_CHECK_MSG(
	    system("python3 " TEST_SRCDIR "/fs/ufscheck.py " IMAGE
		   " >check.log 2>&1 || { cat check.log; false; }") == 0,
	    "ufscheck found damage");
}

/* A copy of an image that was mounted: sound, and marked as mounted. */
static inline void
check_mounted_image(const char *image)
{
	char cmd[256];

	snprintf(cmd, sizeof(cmd),
	    "python3 " TEST_SRCDIR "/fs/ufscheck.py -m %s >check.log 2>&1 || "
	    "{ cat check.log; false; }",
	    image);
	ATF_REQUIRE_MSG(system(cmd) == 0, "ufscheck found damage in %s", image);
}

static inline int
mount_image(int flags)
{
	struct rump_ufs_args args = {.fspec = "/dev/disk"};

	return rump_sys_mount(
	    RUMP_MOUNT_FFS, "/mnt", flags, &args, sizeof(args));
}

static inline void
attach_image(void)
{
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/dev/disk", IMAGE, RUMP_ETFS_BLK), 0);
}

static inline void
boot(int flags)
{
	ATF_REQUIRE(rump_init() == 0);
	ATF_REQUIRE(rump_sys_mkdir("/mnt", 0777) == 0);
	attach_image();
	ATF_REQUIRE_MSG(
	    mount_image(flags) == 0, "mount: %s", rump_strerror(errno));
}

#endif
