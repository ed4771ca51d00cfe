/* SPDX-License-Identifier: BSD-2-Clause */
/* vnd(4): a file of the kernel's file system, with a file system in it. */
#include "t_dev.h"

struct vnd_ioctl {
	char *vnd_file;
	int vnd_flags;
	uint32_t vng_secsize, vng_nsectors, vng_ntracks, vng_ncylinders;
	unsigned int vnd_osize;
	uint64_t vnd_size;
};
struct vnd_user {
	int vnu_unit;
	uint64_t vnu_dev;
	uint64_t vnu_ino;
};
#define VNDIOCSET       RUMP__IOWR('F', 0, struct vnd_ioctl)
#define VNDIOCCLR       RUMP__IOW('F', 1, struct vnd_ioctl)
#define VNDIOCGET       RUMP__IOWR('F', 3, struct vnd_user)
#define VNDIOF_HASGEOM  0x01
#define VNDIOF_READONLY 0x02
#define VNDIOF_FORCE    0x04
#define DIOCCACHESYNC   RUMP__IOW('d', 118, int)

#define RAWDEV "/dev/rvnd0" RAW

/* A file of the kernel with those bytes. */
static void
put(const char *path, const void *data, size_t size)
{
	int fd;

	RL(fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(rump_sys_write(fd, data, size), (ssize_t)size);
	RL(rump_sys_close(fd));
}

static struct vnd_ioctl
conf(const char *path, int flags)
{
	struct vnd_ioctl vio = {.vnd_flags = flags};

	vio.vnd_file = (char *)(uintptr_t)path;
	return vio;
}

TEST(file, "configured, mounted, changed, cleared; the file has it all")
{
	struct vnd_ioctl vio;
	struct vnd_user vnu = {-1, 0, 0};
	struct rump_stat st;
	int64_t media;
	size_t size;
	char *image, sector[512], *back;
	int fd, arg = 1;

	image = t_ffsimage(&size);
	RZ(rump_init());
	put("/disk", image, size);
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, sector, 512, 0));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, DIOCGMEDIASIZE, &media));
	RL(rump_sys_ioctl(fd, VNDIOCGET, &vnu));
	REQ(vnu.vnu_unit, 0);
	REQ(vnu.vnu_ino, 0);
	vio = conf("/disk", 0);
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	REQ(vio.vnd_size, size);
	REQ(vio.vnd_osize, size);
	RERR(RUMP_EBUSY, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RL(rump_sys_stat("/disk", rump_stat_ptr(&st)));
	RL(rump_sys_ioctl(fd, VNDIOCGET, &vnu));
	REQ(vnu.vnu_ino, st.st_ino);
	RL(rump_sys_ioctl(fd, DIOCGMEDIASIZE, &media));
	REQ(media, size);
	REQ(rump_sys_pread(fd, sector, 512, 8192), 512);
	REQ(memcmp(sector, image + 8192, 512), 0);
	RL(rump_sys_close(fd)); /* stays configured */

	t_mount("/dev/vnd0a", "/m", 0);
	t_usefs("/m", false);
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RERR(RUMP_EBUSY, rump_sys_ioctl(fd, VNDIOCCLR, &vio));
	RL(rump_sys_unmount("/m", 0));
	t_mount("/dev/vnd0a", "/m", RUMP_MNT_RDONLY);
	t_usefs("/m", true);
	RL(rump_sys_unmount("/m", 0));
	RL(rump_sys_ioctl(fd, DIOCCACHESYNC, &arg));
	RL(rump_sys_ioctl(fd, VNDIOCCLR, &vio));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, VNDIOCCLR, &vio));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, sector, 512, 0));
	/* and again without closing */
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RL(rump_sys_ioctl(fd, VNDIOCCLR, &vio));
	RL(rump_sys_close(fd));

	RL(fd = rump_sys_open("/disk", RUMP_O_RDONLY));
	ATF_REQUIRE((back = malloc(size)) != NULL);
	REQ(rump_sys_read(fd, back, size), (ssize_t)size);
	RL(rump_sys_close(fd));
	ATF_CHECK(memmem(back, size, "abc", 4) != NULL);
	RL(rump_sys_unlink("/disk"));
}

TEST(readonly, "read-only: writing and mounting for it are refused")
{
	struct rump_ufs_args args = {"/dev/vnd0a"};
	struct vnd_ioctl vio;
	size_t size;
	char *image, sector[512] = "";
	int fd;

	image = t_ffsimage(&size);
	RZ(rump_init());
	put("/disk", image, size);
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	vio = conf("/disk", VNDIOF_READONLY);
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RERR(RUMP_EROFS, rump_sys_pwrite(fd, sector, 512, 0));
	RL(rump_sys_close(fd));
	RL(rump_sys_mkdir("/m", 0755));
	RERR(RUMP_EROFS, rump_sys_mount("ffs", "/m", 0, &args, sizeof(args)));
	t_mount("/dev/vnd0a", "/m", RUMP_MNT_RDONLY);
	RL(rump_sys_unmount("/m", 0));
}

TEST(geometry, "sectors of other sizes; impossible geometries")
{
	struct vnd_ioctl vio;
	static char data[1 << 20], buf[4096];
	unsigned secsize;
	int64_t media;
	int fd;

	RZ(rump_init());
	memset(data + 8192, 7, 4096);
	put("/disk", data, sizeof(data));
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	vio = conf("/disk", VNDIOF_HASGEOM);
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio.vng_secsize = 4096;
	vio.vng_nsectors = 4;
	vio.vng_ntracks = 4;
	vio.vng_ncylinders = 17; /* one too many */
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio.vng_ncylinders = 0xffffffff;
	vio.vng_nsectors = vio.vng_ntracks = 0x10000;
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio.vng_nsectors = vio.vng_ntracks = 4;
	vio.vng_ncylinders = 15;
	vio.vng_secsize = 4000;
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio.vng_secsize = 4096;
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	REQ(vio.vnd_size, 4096 * 16 * 15);
	RL(rump_sys_ioctl(fd, DIOCGMEDIASIZE, &media));
	REQ(media, 4096 * 16 * 15);
	RL(rump_sys_ioctl(fd, DIOCGSECTORSIZE, &secsize));
	REQ(secsize, 4096);
	RERR(RUMP_EINVAL, rump_sys_pread(fd, buf, 512, 0));
	REQ(rump_sys_pread(fd, buf, 4096, 8192), 4096);
	REQ(memcmp(buf, data + 8192, 4096), 0);
	REQ(rump_sys_pread(fd, buf, 4096, media), 0);
	RL(rump_sys_ioctl(fd, VNDIOCCLR, &vio));
	RL(rump_sys_close(fd));
}

TEST(label, "a label on sectors of 4096 bytes is written and found again")
{
	struct vnd_ioctl vio;
	struct t_label lab, back;
	static char data[1 << 20], buf[8192];
	int fd, a;

	RZ(rump_init());
	memset(data + 10 * 4096, 7, 4096);
	put("/disk", data, sizeof(data));
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	vio = conf("/disk", VNDIOF_HASGEOM);
	vio.vng_secsize = 4096;
	vio.vng_nsectors = vio.vng_ntracks = 4;
	vio.vng_ncylinders = 16;
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RL(rump_sys_close(fd));
	/* the label is looked for when the disk is opened */
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(rump_sys_ioctl(fd, DIOCGDINFO, &lab));
	REQ(lab.secsize, 4096);
	lab.part[0].offset = 10;
	lab.part[0].size = 1;
	t_label_sum(&lab);
	RL(rump_sys_ioctl(fd, DIOCWDINFO, &lab));
	RL(rump_sys_ioctl(fd, VNDIOCCLR, &vio));
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(rump_sys_ioctl(fd, DIOCGDINFO, &back));
	REQ(back.part[0].offset, 10);
	REQ(back.part[0].size, 1);
	RL(a = rump_sys_open("/dev/rvnd0a", RUMP_O_RDWR));
	REQ(rump_sys_pread(a, buf, sizeof(buf), 0), 4096);
	REQ(memcmp(buf, data + 10 * 4096, 4096), 0);
	RL(rump_sys_close(a));
	RL(rump_sys_close(fd));
}

TEST(refused, "files that can't be disks")
{
	struct vnd_ioctl vio;
	struct vnd_user vnu = {0, 0, 0};
	static char data[4096];
	int fd;

	RZ(rump_init());
	put("/disk", data, sizeof(data));
	put("/small", data, 511);
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDONLY));
	vio = conf("/disk", 0);
	RERR(RUMP_EBADF, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	vio = conf("/nosuch", 0);
	RERR(RUMP_ENOENT, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio = conf("/small", 0);
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio = conf("/dev", 0);
	RERR(RUMP_EISDIR, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio = conf("/dev", VNDIOF_READONLY);
	RERR(RUMP_EOPNOTSUPP, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio = conf("/dev/vnd1" RAW, 0);
	RERR(RUMP_EOPNOTSUPP, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio = conf((char *)16, 0);
	RERR(RUMP_EFAULT, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vio = conf("/disk", 0x400);
	RERR(RUMP_ENOTSUP, rump_sys_ioctl(fd, VNDIOCSET, &vio));
	vnu.vnu_unit = 1000000;
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, VNDIOCGET, &vnu));
	vnu.vnu_unit = 7;
	RL(rump_sys_ioctl(fd, VNDIOCGET, &vnu));
	REQ(vnu.vnu_ino, 0);
	RL(rump_sys_close(fd));
}

TEST(force, "the file goes, or the disk is cleared, under a mounted system")
{
	struct vnd_ioctl vio;
	size_t size;
	char *image, buf[512];
	int fd, ffd;

	image = t_ffsimage(&size);
	RZ(rump_init());
	put("/disk", image, size);
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	vio = conf("/disk", 0);
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	t_mount("/dev/vnd0a", "/m", 0);
	t_usefs("/m", false);
	/* truncated: reads fail, nothing else does */
	RL(ffd = rump_sys_open("/disk", RUMP_O_RDWR));
	RL(rump_sys_ftruncate(ffd, 65536));
	RERR(RUMP_EIO, rump_sys_pread(fd, buf, 512, (off_t)size - 512));
	REQ(rump_sys_pread(fd, buf, 512, 0), 512);
	vio.vnd_flags = VNDIOF_FORCE;
	RL(rump_sys_ioctl(fd, VNDIOCCLR, &vio));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, buf, 512, 0));
	RL(rump_sys_close(fd));
	(void)rump_sys_unmount("/m", RUMP_MNT_FORCE);
	RL(rump_sys_close(ffd));
	/* usable again, whatever became of the mount */
	RL(rump_sys_unlink("/disk"));
	RL(fd = rump_sys_open("/dev/rvnd1" RAW, RUMP_O_RDWR));
	put("/disk", image, size);
	vio = conf("/disk", 0);
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RL(rump_sys_close(fd));
	t_mount("/dev/vnd1a", "/m", 0);
	t_usefs("/m", false);
}

TEST(full, "no space below: the error is said, and nothing is lost")
{
	struct rump_tmpfs_args targs = {.ta_version = 1};
	struct vnd_ioctl vio;
	size_t size;
	char *image, *data, *back, path[32];
	const size_t len = 3 << 20;
	int fd, made, vfd;

	image = t_ffsimage(&size);
	data = malloc(len);
	ATF_REQUIRE(data != NULL);
	for (size_t i = 0; i < len; i++)
		data[i] = (char)(i >> 12 ^ i);
	RZ(rump_init());
	targs.ta_size_max = 6 << 20;
	targs.ta_root_mode = 0777;
	RL(rump_sys_mkdir("/t", 0755));
	RL(rump_sys_mount(RUMP_MOUNT_TMPFS, "/t", 0, &targs, sizeof(targs)));
	/* the image's used part; the rest is a hole */
	RL(vfd = rump_sys_open("/t/disk", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	for (size_t off = 0; off < size; off += 65536) {
		size_t n = size - off < 65536 ? size - off : 65536;
		bool zero = true;

		for (size_t i = 0; i < n && zero; i++)
			zero = image[off + i] == 0;
		if (!zero)
			REQ(rump_sys_pwrite(vfd, image + off, n, (off_t)off),
			    (ssize_t)n);
	}
	RL(rump_sys_ftruncate(vfd, (off_t)size));
	RL(rump_sys_close(vfd));
	RL(vfd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	vio = conf("/t/disk", 0);
	RL(rump_sys_ioctl(vfd, VNDIOCSET, &vio));
	t_mount("/dev/vnd0a", "/m", RUMP_MNT_ASYNC);

	/* somebody takes the space that is left */
	RL(fd = rump_sys_open("/t/fill", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	while (rump_sys_write(fd, data, 65536) > 0)
		;
	REQ(errno, RUMP_ENOSPC);
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/m/big", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(rump_sys_write(fd, data, len), (ssize_t)len);
	RERR(RUMP_ENOSPC, rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	for (made = 0; made < 200; made++) {
		snprintf(path, sizeof(path), "/m/f%d", made);
		fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
		if (fd == -1) {
			REQ(errno, RUMP_ENOSPC);
			break;
		}
		RL(rump_sys_close(fd));
	}
	ATF_CHECK(made > 0);
	RERR(RUMP_ENOSPC, rump_sys_unmount("/m", 0));
	RERR(RUMP_ENOSPC, rump_sys_unmount("/m", 0));

	/* and gives it back */
	RL(rump_sys_unlink("/t/fill"));
	RL(rump_sys_unmount("/m", 0));
	t_mount("/dev/vnd0a", "/m", RUMP_MNT_RDONLY);
	RL(fd = rump_sys_open("/m/big", RUMP_O_RDONLY));
	ATF_REQUIRE((back = malloc(len)) != NULL);
	REQ(rump_sys_read(fd, back, len), (ssize_t)len);
	REQ(memcmp(back, data, len), 0);
	RL(rump_sys_close(fd));
	for (int i = 0; i < made; i++) {
		snprintf(path, sizeof(path), "/m/f%d", i);
		RL(rump_sys_access(path, 0));
	}
	RL(rump_sys_unmount("/m", 0));
	RL(rump_sys_ioctl(vfd, VNDIOCCLR, &vio));
	RL(rump_sys_close(vfd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, file);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, geometry);
	ATF_TP_ADD_TC(tp, label);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, force);
	ATF_TP_ADD_TC(tp, full);
	return atf_no_error();
}
