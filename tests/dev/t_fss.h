/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of fss(4) share: a file system on /mnt that has snapshots. */
#ifndef T_FSS_H
#define T_FSS_H

#include <fcntl.h>
#include <sys/time.h>

#include "../fs/ffs_image.h"
#include "../fs/fs_load.h"

struct fss_set {
	const char *fss_mount;
	const char *fss_bstore;
	int32_t fss_csize;
	int fss_flags;
};
struct fss_set50 {
	const char *fss_mount;
	const char *fss_bstore;
	int32_t fss_csize;
};
struct fss_get {
	char fsg_mount[90];
	int64_t fsg_sec, fsg_usec;
	int32_t fsg_csize;
	int64_t fsg_mount_size;
	int64_t fsg_bs_size;
};
#define FSSIOCSET             RUMP__IOW('F', 5, struct fss_set)
#define FSSIOCGET             RUMP__IOR('F', 1, struct fss_get)
#define FSSIOCCLR             RUMP__IO('F', 2)
#define FSSIOFSET             RUMP__IOW('F', 3, int)
#define FSSIOFGET             RUMP__IOR('F', 4, int)
#define FSSIOCSET50           RUMP__IOW('F', 0, struct fss_set50)
#define FSS_UNCONFIG_ON_CLOSE 1
#define FSS_UNLINK_ON_CREATE  2
#define DIOCGMEDIASIZE        RUMP__IOR('d', 132, int64_t)
#define DIOCGSECTORSIZE       RUMP__IOR('d', 133, unsigned)

#define IMAGE_SIZE (16 << 20)

/* An empty file, or one of a certain size, which is then what the store has. */
static inline void
make_store(const char *path, off_t size)
{
	int fd;

	RL(fd = rump_sys_open(
	       path, RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_TRUNC, 0600));
	RL(rump_sys_ftruncate(fd, size));
	RL(rump_sys_close(fd));
}

static inline void
mount_tmpfs(const char *dir, off_t size)
{
	struct rump_tmpfs_args args = {
	    .ta_version = 1, .ta_root_mode = 0777, .ta_size_max = size};

	RL(rump_sys_mkdir(dir, 0755));
	RL(rump_sys_mount(RUMP_MOUNT_TMPFS, dir, 0, &args, sizeof(args)));
}

/* A file system on /mnt, a directory for snapshots, a lwp of our own. */
static inline void
start(void)
{
	make_image(&variants[2], "16m");
	boot(0);
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_mkdir("/snap", 0755));
}

static inline int
set(const char *dev, const char *store, int csize, int flags)
{
	struct fss_set fss = {"/mnt", store, csize, flags};
	int fd;

	RL(fd = rump_sys_open(dev, RUMP_O_RDWR));
	RL(rump_sys_ioctl(fd, FSSIOCSET, &fss));
	return fd;
}

static inline void
mount_snap(const char *dev)
{
	struct rump_ufs_args args = {.fspec = (char *)(uintptr_t)dev};

	RL(rump_sys_mount(
	    RUMP_MOUNT_FFS, "/snap", RUMP_MNT_RDONLY, &args, sizeof(args)));
}

/* What the device has becomes a file of the host. */
static inline void
dump(int fd, const char *name)
{
	static char buf[96 * 1024 + 4096];
	unsigned secsize;
	int64_t size;
	off_t off;
	ssize_t n;
	int h;

	RL(rump_sys_ioctl(fd, DIOCGMEDIASIZE, &size));
	RL(rump_sys_ioctl(fd, DIOCGSECTORSIZE, &secsize));
	ATF_REQUIRE((h = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644)) != -1);
	for (off = 0; off < size; off += n) {
		/* not by clusters */
		RL(n = rump_sys_pread(fd, buf, 96 * 1024 + secsize, off));
		ATF_REQUIRE(n > 0);
		REQ(write(h, buf, (size_t)n), n);
	}
	RZ(close(h));
}

static inline void
same_files(const char *a, const char *b)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "cmp %s %s", a, b);
	ATF_REQUIRE_MSG(system(cmd) == 0, "%s and %s differ", a, b);
}

static inline void
finish(void)
{
	RL(rump_sys_unmount("/mnt", 0));
	check_image();
}

/* Another file system like the first one on /two. */
static inline void
mount_two(void)
{
	struct rump_ufs_args args = {.fspec = "/dev/disk2"};

	RZ(system("makefs -t ffs -s 16m -o version=1 two.img src >/dev/null"));
	RZ(rump_pub_etfs_register("/dev/disk2", "two.img", RUMP_ETFS_BLK));
	RL(rump_sys_mkdir("/two", 0755));
	RL(rump_sys_mount(RUMP_MOUNT_FFS, "/two", 0, &args, sizeof(args)));
}

/* The snapshot is lost, and nothing else is. */
static inline void
require_lost(int fd)
{
	struct fss_get fsg;
	char buf[512];

	for (int i = 0; rump_sys_ioctl(fd, FSSIOCGET, &fsg) == 0; i++) {
		ATF_REQUIRE_MSG(i < 60000, "the snapshot is not lost");
		t_msleep(1);
	}
	REQ(errno, RUMP_ENXIO);
	RERR(RUMP_ENXIO, rump_sys_pread(fd, buf, 512, 0));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, buf, 512, IMAGE_SIZE / 2));
}

#endif
