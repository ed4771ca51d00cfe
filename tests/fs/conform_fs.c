/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file systems that the suite runs on.  A line here is all it takes to
 * run every case on one more.
 */
#include "conform.h"

#include <rump/rumpkern_if_pub.h>

static void
mount_rumpfs(void)
{
	/* The root itself: /mnt is a directory of it. */
	RL(rump_sys_chmod(MNT, 0777));
}

static void
mount_rumpfs2(void)
{
	RL(rump_sys_mount("rumpfs", MNT, 0, NULL, 0));
	RL(rump_sys_chmod(MNT, 0777));
}

static void
mount_tmpfs(void)
{
	struct rump_tmpfs_args args = {.ta_version = 1, .ta_root_mode = 0777};

	RL(rump_sys_mount(RUMP_MOUNT_TMPFS, MNT, 0, &args, sizeof(args)));
}

/*
 * fs_arg: UFS version, +16 for big endian. The image is big only where a case
 * needs it, since it is written each time.
 */
static void
makefs_ffs(const char *dev)
{
	const unsigned int arg = conform_fs->fs_arg;
	char cmd[512];

	snprintf(cmd, sizeof(cmd),
	    "mkdir -p empty && makefs -t ffs -B %s "
	    "-o version=%u,bsize=8192,fsize=1024 -s %s "
	    "conform.img empty >makefs.log 2>&1",
	    (arg & 16) != 0 ? "big" : "little", arg & 15,
	    (conform_needs & CAP_BIG) != 0 ? "96m -f 110000" : "16m -f 2000");
	if (system("command -v makefs >/dev/null 2>&1") != 0)
		atf_tc_skip("makefs(8) isn't installed");
	if (system(cmd) != 0)
		atf_tc_fail("makefs failed: see makefs.log");
	REQEQ(rump_pub_etfs_register(dev, "conform.img", RUMP_ETFS_BLK), 0);
}

static void
mount_ffs(void)
{
	static bool made;
	char dev[] = "/dev/conform";
	struct rump_ufs_args args = {.fspec = dev};

	if (!made)
		makefs_ffs(dev);
	made = true;
	RL(rump_sys_mount(RUMP_MOUNT_FFS, MNT, 0, &args, sizeof(args)));
	RL(rump_sys_chmod(MNT, 0777));
}

/* A layer over tmpfs. */
static void
mount_null(void)
{
	struct {
		const char *target;
		char pad[128];
	} args = {.target = "/lower"};
	struct rump_tmpfs_args targs = {.ta_version = 1, .ta_root_mode = 0777};
	static bool made;

	if (!made) {
		RL(rump_sys_mkdir("/lower", 0777));
		RL(rump_sys_mount(
		    RUMP_MOUNT_TMPFS, "/lower", 0, &targs, sizeof(targs)));
	}
	made = true;
	RL(rump_sys_mount(RUMP_MOUNT_NULL, MNT, 0, &args, sizeof(args)));
}

const struct conform_fs conform_fslist[] = {
    {"rumpfs",
	CAP_LINK | CAP_SYMLINK | CAP_SPECIAL | CAP_OWNER | CAP_FLAGS |
	    CAP_SPARSE | CAP_BIG | CAP_WHITEOUT,
	mount_rumpfs, "rumpfs", 0},
    {"rumpfsmnt",
	CAP_LINK | CAP_SYMLINK | CAP_SPECIAL | CAP_OWNER | CAP_FLAGS |
	    CAP_SPARSE | CAP_UNMOUNT | CAP_WHITEOUT | CAP_REMOUNT,
	mount_rumpfs2, "rumpfs", 0},
    {"tmpfs",
	CAP_LINK | CAP_SYMLINK | CAP_SPECIAL | CAP_OWNER | CAP_FLAGS |
	    CAP_SPARSE | CAP_BIG | CAP_UNMOUNT | CAP_STATVFS | CAP_FH |
	    CAP_WHITEOUT | CAP_REMOUNT,
	mount_tmpfs, "tmpfs", 0},
    {"null",
	CAP_LINK | CAP_SYMLINK | CAP_SPECIAL | CAP_OWNER | CAP_FLAGS |
	    CAP_SPARSE | CAP_UNMOUNT | CAP_STATVFS | CAP_WHITEOUT,
	mount_null, "null", 0},
    {"ffs1le", CAP_ALL & ~CAP_BIG, mount_ffs, "ffs", 1},
    {"ffs1be", CAP_ALL & ~CAP_BIG, mount_ffs, "ffs", 1 | 16},
    {"ffs2le", CAP_ALL, mount_ffs, "ffs", 2},
    {"ffs2be", CAP_ALL & ~CAP_BIG, mount_ffs, "ffs", 2 | 16},
};
const size_t conform_nfs = sizeof(conform_fslist) / sizeof(conform_fslist[0]);
