/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fss(4): the device holds what the file system was, while that goes on.
 */
#include <sys/uio.h>

#include "t_fss.h"

TEST(nodes, "nodes of units, block and character, without letters")
{
	struct rump_stat st;
	char path[32];

	RZ(rump_init());
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "/dev/fss%d", i);
		RL(rump_sys_stat(path, rump_stat_ptr(&st)));
		REQ(st.st_mode & S_IFMT, S_IFBLK);
		REQ(st.st_rdev & 0xfff000ff, i);
		snprintf(path, sizeof(path), "/dev/rfss%d", i);
		RL(rump_sys_stat(path, rump_stat_ptr(&st)));
		REQ(st.st_mode & S_IFMT, S_IFCHR);
		REQ(st.st_rdev & 0xfff000ff, i);
	}
	RERR(RUMP_ENOENT, rump_sys_stat("/dev/fss0a", rump_stat_ptr(&st)));
	/* far away units */
	RL(rump_sys_mknod("/far", S_IFCHR | 0600, (st.st_rdev & 0xfff00) | 64));
	RERR(RUMP_ENXIO, rump_sys_open("/far", RUMP_O_RDWR));
}

TEST(snapshot, "set, mounted while the file system changes, cleared")
{
	struct rump_ufs_args args = {.fspec = "/dev/fss1"};
	struct fss_get fsg;
	struct timeval tv;
	char buf[512] = "";
	int64_t size;
	int fd, sfd, flags;

	start();
	make_store("/store", 0);
	RL(fd = rump_sys_open("/dev/rfss1", RUMP_O_RDWR));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, FSSIOCGET, &fsg));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, FSSIOCCLR));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, DIOCGMEDIASIZE, &size));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, buf, 512, 0));
	RL(rump_sys_close(fd));
	fd = set("/dev/rfss1", "/store", 0, 0);
	gettimeofday(&tv, NULL);
	RL(rump_sys_ioctl(fd, FSSIOCGET, &fsg));
	ATF_CHECK_STREQ(fsg.fsg_mount, "/mnt");
	REQ(fsg.fsg_csize, 65536);
	REQ(fsg.fsg_mount_size, IMAGE_SIZE / 65536);
	REQ(fsg.fsg_bs_size, 0);
	ATF_CHECK(fsg.fsg_sec >= tv.tv_sec - 10 && fsg.fsg_sec <= tv.tv_sec);
	RL(rump_sys_ioctl(fd, FSSIOFGET, &flags));
	REQ(flags, 0);
	RL(rump_sys_ioctl(fd, DIOCGMEDIASIZE, &size));
	REQ(size, IMAGE_SIZE);
	REQ(rump_sys_pread(fd, buf, 512, IMAGE_SIZE - 512), 512);
	REQ(rump_sys_pread(fd, buf, 512, IMAGE_SIZE), 0);
	RERR(RUMP_EROFS, rump_sys_pwrite(fd, buf, 512, 0));

	RL(sfd = rump_sys_open("/mnt/greeting", RUMP_O_RDWR));
	REQ(rump_sys_pwrite(sfd, "HELLO", 5, 0), 5);
	RL(rump_sys_fsync(sfd));
	RL(rump_sys_close(sfd));
	RL(rump_sys_ioctl(fd, FSSIOCGET, &fsg));
	ATF_CHECK(fsg.fsg_bs_size > 0);
	RERR(RUMP_EROFS,
	    rump_sys_mount(RUMP_MOUNT_FFS, "/snap", 0, &args, sizeof(args)));
	mount_snap("/dev/fss1");
	RL(sfd = rump_sys_open("/snap/greeting", RUMP_O_RDONLY));
	REQ(rump_sys_read(sfd, buf, 16), 6);
	REQ(memcmp(buf, "hello\n", 6), 0);
	RL(rump_sys_close(sfd));
	RERR(RUMP_EBUSY, rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_unmount("/snap", 0));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, buf, 512, 0));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, FSSIOCCLR));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, FSSIOCGET, &fsg));
	RL(rump_sys_close(fd));
	finish();
}

TEST(refused, "what can't be, with the errno that says why")
{
	struct fss_set fss = {"/mnt", "/store", 0, 0};
	int fd, fd2, arg = 0;

#define REFUSED(err, ...)                                                      \
	do {                                                                   \
		fss = (struct fss_set){__VA_ARGS__};                           \
		RERR(err, rump_sys_ioctl(fd, FSSIOCSET, &fss));                \
	} while (0)
	start();
	make_store("/store", 0);
	make_store("/mnt/store", 0);
	mount_tmpfs("/tmp", 0);
	RZ(rump_pub_etfs_register("/dev/rdisk", IMAGE, RUMP_ETFS_CHR));
	RL(fd = rump_sys_open("/dev/rfss0", RUMP_O_RDONLY));
	RERR(RUMP_EPERM, rump_sys_ioctl(fd, FSSIOCSET, &fss));
	RERR(RUMP_EPERM, rump_sys_ioctl(fd, FSSIOCCLR));
	RERR(RUMP_EPERM, rump_sys_ioctl(fd, FSSIOFSET, &arg));
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/dev/rfss0", RUMP_O_RDWR));
	REFUSED(RUMP_EFAULT, NULL, "/store", 0, 0);
	REFUSED(RUMP_EFAULT, "/mnt", NULL, 0, 0);
	REFUSED(RUMP_ENOENT, "/nowhere", "/store", 0, 0);
	REFUSED(RUMP_EINVAL, "/mnt/sub", "/store", 0, 0);
	REFUSED(RUMP_EINVAL, "/mnt/greeting", "/store", 0, 0);
	REFUSED(RUMP_EOPNOTSUPP, "/", "/store", 0, 0);
	REFUSED(RUMP_EOPNOTSUPP, "/tmp", "/store", 0, 0);
	REFUSED(RUMP_ENOENT, "/mnt", "/nowhere", 0, 0);
	REFUSED(RUMP_EISDIR, "/mnt", "/tmp", 0, 0);
	REFUSED(RUMP_EINVAL, "/mnt", "/dev/null", 0, 0);
	REFUSED(RUMP_EBUSY, "/mnt", "/dev/disk", 0, 0);
	REFUSED(RUMP_EBUSY, "/mnt", "/dev/rdisk", 0, 0);
	REFUSED(RUMP_EOPNOTSUPP, "/mnt", "/mnt/store", 0, 0);
	REFUSED(RUMP_EINVAL, "/mnt", "/store", -1, 0);
	REFUSED(RUMP_EINVAL, "/mnt", "/store", 0, 4);
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, RUMP__IO('F', 77)));
	arg = 4;
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, FSSIOFSET, &arg));
	/* all of that left nothing behind */
	fss = (struct fss_set){"/mnt", "/store", 0, 0};
	RL(rump_sys_ioctl(fd, FSSIOCSET, &fss));
	RERR(RUMP_EBUSY, rump_sys_ioctl(fd, FSSIOCSET, &fss));
	RERR(RUMP_ENOTTY, rump_sys_ioctl(fd, RUMP__IO('F', 77)));
	RL(fd2 = rump_sys_open("/dev/rfss2", RUMP_O_RDWR));
	/* a second one of the same file system may be, but not in that store */
	RL(rump_sys_link("/store", "/link"));
	fss.fss_bstore = "/link";
	RERR(RUMP_EBUSY, rump_sys_ioctl(fd2, FSSIOCSET, &fss));
	make_store("/store2", 0);
	fss.fss_bstore = "/store2";
	RL(rump_sys_ioctl(fd2, FSSIOCSET, &fss));
	RL(rump_sys_ioctl(fd2, FSSIOCCLR));
	/* nor in one device */
	RZ(system("truncate -s 1m raw.img"));
	RZ(rump_pub_etfs_register("/dev/rraw", "raw.img", RUMP_ETFS_CHR));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	fss.fss_bstore = "/dev/rraw";
	RL(rump_sys_ioctl(fd, FSSIOCSET, &fss));
	RERR(RUMP_EBUSY, rump_sys_ioctl(fd2, FSSIOCSET, &fss));
	mount_snap("/dev/fss0");
	fss = (struct fss_set){"/mnt", "/snap/greeting", 0, 0};
	RERR(RUMP_EROFS, rump_sys_ioctl(fd2, FSSIOCSET, &fss));
	RL(rump_sys_unmount("/snap", 0));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	RL(rump_sys_close(fd2));
	RL(rump_sys_unmount("/tmp", 0));
	finish();
}

TEST(circle, "stores of snapshots around a circle are refused")
{
	struct fss_set fss = {"/two", "/mnt/store", 0, 0};
	int fd, fd2, fd3;

	start();
	mount_two();
	make_store("/mnt/store", 0);
	make_store("/two/store", 0);
	fd = set("/dev/rfss0", "/two/store", 0, 0);
	RL(fd2 = rump_sys_open("/dev/rfss1", RUMP_O_RDWR));
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd2, FSSIOCSET, &fss));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_ioctl(fd2, FSSIOCSET, &fss));
	fss = (struct fss_set){"/mnt", "/two/store", 0, 0};
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, FSSIOCSET, &fss));
	RL(rump_sys_ioctl(fd2, FSSIOCCLR));
	/* one of several snapshots of /mnt is part of it */
	mount_tmpfs("/tmp", 0);
	make_store("/tmp/store", 0);
	fss.fss_bstore = "/tmp/store";
	RL(rump_sys_ioctl(fd, FSSIOCSET, &fss));
	fss.fss_bstore = "/two/store";
	RL(rump_sys_ioctl(fd2, FSSIOCSET, &fss));
	RL(fd3 = rump_sys_open("/dev/rfss2", RUMP_O_RDWR));
	fss = (struct fss_set){"/two", "/mnt/store", 0, 0};
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd3, FSSIOCSET, &fss));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_ioctl(fd2, FSSIOCCLR));
	RL(rump_sys_close(fd));
	RL(rump_sys_close(fd2));
	RL(rump_sys_close(fd3));
	RL(rump_sys_unmount("/tmp", 0));
	RL(rump_sys_unmount("/two", 0));
	finish();
}

TEST(old, "the request of NetBSD 5")
{
	struct fss_set50 fss = {"/mnt", "/store", 8192};
	struct fss_get fsg;
	int fd, flags = FSS_UNCONFIG_ON_CLOSE;

	start();
	make_store("/store", 0);
	RL(fd = rump_sys_open("/dev/rfss0", RUMP_O_RDONLY));
	RERR(RUMP_EPERM, rump_sys_ioctl(fd, FSSIOCSET50, &fss));
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/dev/rfss0", RUMP_O_RDWR));
	RL(rump_sys_ioctl(fd, FSSIOFSET, &flags));
	RL(rump_sys_ioctl(fd, FSSIOCSET50, &fss));
	RL(rump_sys_ioctl(fd, FSSIOFGET, &flags));
	REQ(flags, 0);
	RL(rump_sys_ioctl(fd, FSSIOCGET, &fsg));
	REQ(fsg.fsg_csize, 8192);
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	finish();
}

struct vnd_ioctl {
	const char *vnd_file;
	int vnd_flags;
	uint32_t vng_secsize, vng_nsectors, vng_ntracks, vng_ncylinders;
	unsigned int vnd_osize;
	uint64_t vnd_size;
};
#define VNDIOCSET RUMP__IOWR('F', 0, struct vnd_ioctl)

#if defined(__i386__) || defined(__x86_64__)
#define RAW "d"
#else
#define RAW "c"
#endif

/* A host's file of 16 MiB as a disk whose sectors are larger. */
static void
big_sectors(const char *dev, const char *path, const char *image)
{
	struct vnd_ioctl vio = {path, 1, 4096, 32, 32, 4, 0, 0};
	char buf[512];
	int fd;

	RZ(rump_pub_etfs_register(path, image, RUMP_ETFS_REG));
	RL(fd = rump_sys_open(dev, RUMP_O_RDWR));
	RL(rump_sys_ioctl(fd, VNDIOCSET, &vio));
	RERR(RUMP_EINVAL, rump_sys_pread(fd, buf, sizeof(buf), 0));
	RL(rump_sys_close(fd));
}

/* A snapshot under load on a raw device; sectors of the snapshot's. */
static void
raw_store(const char *store, unsigned want)
{
	struct load_mark before, after;
	unsigned secsize;
	char buf[512];
	int fd;

	load_start("/mnt");
	load_run(50);
	load_before(&before);
	fd = set("/dev/rfss0", store, 4096, 0);
	load_after(&after);
	RL(rump_sys_ioctl(fd, DIOCGSECTORSIZE, &secsize));
	REQ(secsize, want);
	if (want > sizeof(buf))
		RERR(RUMP_EINVAL, rump_sys_pread(fd, buf, sizeof(buf), 0));
	load_run(500);
	mount_snap("/dev/fss0");
	load_verify("/snap", &before, &after);
	RL(rump_sys_unmount("/snap", 0));
	dump(fd, "dump.img");
	check_mounted_image("dump.img");
	load_stop();
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	finish();
}

TEST(sectors, "a disk of large sectors, stored on one of small ones")
{
	struct rump_ufs_args args = {
	    .fspec = (char *)(uintptr_t) "/dev/vnd0" RAW};

	make_tree();
	pack_image("-o version=2,bsize=32768,fsize=4096", "16m");
	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_mkdir("/mnt", 0755));
	RL(rump_sys_mkdir("/snap", 0755));
	big_sectors("/dev/rvnd0" RAW, "/image", IMAGE);
	RL(rump_sys_mount(RUMP_MOUNT_FFS, "/mnt", 0, &args, sizeof(args)));
	RZ(system("truncate -s 20m raw.img"));
	RZ(rump_pub_etfs_register("/dev/rraw", "raw.img", RUMP_ETFS_CHR));
	raw_store("/dev/rraw", 4096);
}

TEST(sectors_store, "a disk of small sectors, stored on one of large ones")
{
	start();
	RZ(system("truncate -s 16m raw.img"));
	big_sectors("/dev/rvnd0" RAW, "/raw", "raw.img");
	raw_store("/dev/rvnd0" RAW, 512);
}

/* The end of the image is cut off, or put back. */
static void
cut_image(bool cut)
{
	static char tail[128 * 1024];
	const off_t off = IMAGE_SIZE - (off_t)sizeof(tail);
	int h;

	ATF_REQUIRE((h = open(IMAGE, O_RDWR)) != -1);
	if (cut) {
		REQ(pread(h, tail, sizeof(tail), off), sizeof(tail));
		RZ(ftruncate(h, off));
	} else
		REQ(pwrite(h, tail, sizeof(tail), off), sizeof(tail));
	RZ(close(h));
}

TEST(broken, "a device that can't be read")
{
	/* some way before the end, which may be nobody's */
	const off_t off = IMAGE_SIZE - 32768;
	static char data[65536];
	struct fss_get fsg;
	int fd, big;

	start();
	make_store("/store", 0);
	/* all blocks are in use: the last ones are this file's */
	memset(data, 7, sizeof(data));
	RL(big = rump_sys_open("/mnt/big", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	while (rump_sys_write(big, data, sizeof(data)) == sizeof(data))
		;
	REQ(errno, RUMP_ENOSPC);
	RL(rump_sys_fsync(big));
	fd = set("/dev/rfss0", "/store", 0, 0);
	/* who reads it hears of it */
	cut_image(true);
	RERR(RUMP_EIO, rump_sys_pread(fd, data, 512, off));
	RL(rump_sys_ioctl(fd, FSSIOCGET, &fsg));
	REQ(rump_sys_pread(fd, data, 512, 0), 512);
	cut_image(false);
	REQ(rump_sys_pread(fd, data, 512, off), 512);
	REQ(data[0], 7);
	/* who writes does not, but the old contents can't be had */
	cut_image(true);
	memset(data, 8, sizeof(data));
	RL(rump_sys_lseek(big, 0, SEEK_SET));
	while (rump_sys_write(big, data, sizeof(data)) == sizeof(data))
		;
	RL(rump_sys_fsync(big));
	require_lost(fd);
	RZ(truncate(IMAGE, IMAGE_SIZE));
	RL(rump_sys_close(big));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	finish();
}

/*
 * The host's pread(2), as the kernel calls it. The first one at trap_off waits
 * until it is let go.
 */
static _Atomic int trap; /* 1: set, 2: somebody is in it, 3: let go */
static off_t trap_off;

ssize_t
pread(int fd, void *buf, size_t len, off_t off)
{
	struct iovec iov = {.iov_base = buf, .iov_len = len};
	int want = 1;

	if (atomic_load(&trap) == 1 && off == trap_off &&
	    atomic_compare_exchange_strong(&trap, &want, 2))
		while (atomic_load(&trap) != 3)
			t_msleep(1);
	return preadv(fd, &iov, 1, off);
}

static void *
trapped_read(void *buf)
{
	int fd;

	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(fd = rump_sys_open("/dev/rfss0", RUMP_O_RDONLY));
	REQ(rump_sys_pread(fd, buf, 512, trap_off), 512);
	RL(rump_sys_close(fd));
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(overtaken, "a block that is overwritten while it is read")
{
	static char data[65536], block[512], old[512];
	pthread_t td;
	int fd, file, h;

	start();
	make_store("/store", 0);
	memset(data, 'q', sizeof(data));
	memset(old, 'q', sizeof(old));
	RL(file = rump_sys_open("/mnt/q", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(rump_sys_write(file, data, sizeof(data)), sizeof(data));
	RL(rump_sys_fsync(file));
	ATF_REQUIRE((h = open(IMAGE, O_RDONLY)) != -1);
	do {
		REQ(pread(h, block, 512, trap_off), 512);
	} while (memcmp(block, old, 512) != 0 && (trap_off += 512) != 0);
	RZ(close(h));
	/* not where a cluster begins: the copy's own read isn't trapped */
	trap_off += 512;
	fd = set("/dev/rfss0", "/store", 0, 0);
	atomic_store(&trap, 1);
	RZ(pthread_create(&td, NULL, trapped_read, block));
	while (atomic_load(&trap) != 2)
		t_msleep(1);
	memset(data, 'z', sizeof(data));
	REQ(rump_sys_pwrite(file, data, sizeof(data), 0), sizeof(data));
	RL(rump_sys_fsync(file));
	atomic_store(&trap, 3);
	RZ(pthread_join(td, NULL));
	REQ(memcmp(block, old, 512), 0);
	RL(rump_sys_close(file));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	finish();
}

TEST(revoked, "the device's node is revoked")
{
	struct fss_set fss = {"/mnt", "/store2", 0, 0};
	char buf[512];
	int fd, fd2;

	start();
	make_store("/store", 0);
	make_store("/store2", 0);
	fd = set("/dev/rfss0", "/store", 0, 0);
	RL(fd2 = rump_sys_open("/dev/rfss1", RUMP_O_RDWR));
	RL(rump_sys_revoke("/dev/disk"));
	ATF_CHECK(rump_sys_ioctl(fd2, FSSIOCSET, &fss) == -1);
	RERR(RUMP_ENXIO, rump_sys_pread(fd, buf, sizeof(buf), 0));
	require_lost(fd);
	RL(rump_sys_unmount("/mnt", RUMP_MNT_FORCE));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	RL(rump_sys_close(fd2));
}

TEST(full, "a full store loses the snapshot, not the file system")
{
	struct rump_stat st;
	char buf[512];
	int fd, dfd;

	start();
	mount_tmpfs("/tmp", 1 << 20);
	make_store("/store", 3 * 65536 + 100);
	load_start("/mnt");
	for (int i = 0; i < 4; i++) {
		make_store("/tmp/store", 0); /* grows as long as it can */
		load_pause();
		fd = set("/dev/rfss0", i % 2 ? "/store" : "/tmp/store", 0, 0);
		mount_snap("/dev/fss0");
		load_continue();
		require_lost(fd);
		/* who has it mounted gets errors, and can unmount */
		dfd = rump_sys_open("/snap/src", RUMP_O_RDONLY);
		ATF_CHECK(dfd == -1);
		RERR(RUMP_EBUSY, rump_sys_ioctl(fd, FSSIOCCLR));
		RL(rump_sys_unmount("/snap", 0));
		load_run(50);
		RL(rump_sys_ioctl(fd, FSSIOCCLR));
		RL(rump_sys_close(fd));
	}
	RL(rump_sys_stat("/store", rump_stat_ptr(&st)));
	REQ(st.st_size, 3 * 65536 + 100);
	/* and it can be had again */
	load_pause();
	fd = set("/dev/rfss0", "/store", 0, 0);
	REQ(rump_sys_pread(fd, buf, 512, 0), 512);
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	load_continue();
	load_stop();
	RL(rump_sys_unmount("/tmp", 0));
	finish();
}

TEST(gone, "a store that is unmounted by force, or cut short")
{
	char buf[512];
	off_t off;
	int fd;

	start();
	mount_two();
	make_store("/two/store", 0);
	make_store("/store", 0);
	load_start("/mnt");
	fd = set("/dev/rfss0", "/two/store", 0, 0);
	load_run(50);
	RERR(RUMP_EBUSY, rump_sys_unmount("/two", 0));
	RL(rump_sys_ioctl(fd, FSSIOCGET, &(struct fss_get){.fsg_csize = 0}));
	RL(rump_sys_unmount("/two", RUMP_MNT_FORCE));
	require_lost(fd);
	load_run(50);
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));

	fd = set("/dev/rfss0", "/store", 0, 0);
	load_run(200);
	load_pause();
	RL(rump_sys_truncate("/store", 0));
	for (off = 0; off < IMAGE_SIZE; off += 65536)
		if (rump_sys_pread(fd, buf, 512, off) != 512)
			break;
	ATF_CHECK(off < IMAGE_SIZE);
	require_lost(fd);
	load_continue();
	load_run(50);
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	load_stop();
	finish();
}

TEST(unmounted, "the file system is unmounted: so ends the snapshot")
{
	struct rump_stat st;
	int fd, kept;

	start();
	make_store("/store", 0);
	fd = set("/dev/rfss0", "/store", 0, 0);
	RL(kept = rump_sys_open("/mnt/greeting", RUMP_O_RDWR));
	/* not while somebody uses it */
	RERR(RUMP_EBUSY, rump_sys_unmount("/mnt", 0));
	RL(rump_sys_ioctl(fd, FSSIOCGET, &(struct fss_get){.fsg_csize = 0}));
	RL(rump_sys_close(kept));
	RL(rump_sys_unmount("/mnt", 0));
	require_lost(fd);
	check_image();
	/* nothing of it is left in use */
	RZ(rump_pub_etfs_remove("/dev/disk"));
	RERR(RUMP_EBUSY,
	    rump_sys_ioctl(
		fd, FSSIOCSET, (&(struct fss_set){"/mnt", "/store", 0, 0})));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	/* by force, with the snapshot mounted */
	attach_image();
	RL(mount_image(0));
	fd = set("/dev/rfss0", "/store", 0, 0);
	mount_snap("/dev/fss0");
	RL(kept = rump_sys_open("/mnt/greeting", RUMP_O_RDWR));
	REQ(rump_sys_write(kept, "HELLO", 5), 5);
	RL(rump_sys_unmount("/mnt", RUMP_MNT_FORCE));
	require_lost(fd);
	check_image();
	RZ(rump_pub_etfs_remove("/dev/disk"));
	ATF_CHECK(rump_sys_stat("/snap/sub/x", rump_stat_ptr(&st)) == -1);
	RL(rump_sys_unmount("/snap", 0));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	RL(rump_sys_close(kept));
}

TEST(flags, "the last close ends it; the store has no name")
{
	struct rump_stat st;
	char buf[512];
	int fd, fd2, flags;

	start();
	make_store("/store", 0);
	fd = set("/dev/rfss0", "/store", 0,
	    FSS_UNCONFIG_ON_CLOSE | FSS_UNLINK_ON_CREATE);
	RERR(RUMP_ENOENT, rump_sys_stat("/store", rump_stat_ptr(&st)));
	RL(rump_sys_ioctl(fd, FSSIOFGET, &flags));
	REQ(flags, FSS_UNCONFIG_ON_CLOSE | FSS_UNLINK_ON_CREATE);
	RL(rump_sys_unlink("/mnt/greeting"));
	mount_snap("/dev/fss0");
	RL(rump_sys_close(fd));
	/* there is still the mount */
	RL(rump_sys_stat("/snap/greeting", rump_stat_ptr(&st)));
	RL(rump_sys_unmount("/snap", 0));
	RL(fd = rump_sys_open("/dev/rfss0", RUMP_O_RDWR));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, buf, 512, 0));
	RL(rump_sys_close(fd));

	make_store("/store", 0);
	fd = set("/dev/rfss0", "/store", 0, FSS_UNCONFIG_ON_CLOSE);
	RL(rump_sys_stat("/store", rump_stat_ptr(&st)));
	flags = 0;
	RL(rump_sys_ioctl(fd, FSSIOFSET, &flags));
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/dev/rfss0", RUMP_O_RDWR));
	REQ(rump_sys_pread(fd, buf, 512, 0), 512);
	/* a lost one ends as well */
	flags = FSS_UNCONFIG_ON_CLOSE;
	RL(rump_sys_ioctl(fd, FSSIOFSET, &flags));
	RL(rump_sys_unmount("/mnt", 0));
	require_lost(fd);
	RL(rump_sys_close(fd));
	RL(mount_image(0));
	fd = set("/dev/rfss0", "/store", 0, 0);
	/* what can't be unlinked is not a snapshot */
	RL(rump_sys_mkdir("/ro", 0755));
	RZ(system("cp -r src store.dir && touch store.dir/store"));
	RZ(rump_pub_etfs_register("/ro/store", "store.dir/store", 1));
	RL(fd2 = rump_sys_open("/dev/rfss1", RUMP_O_RDWR));
	ATF_CHECK(rump_sys_ioctl(fd2, FSSIOCSET,
		      (&(struct fss_set){"/mnt", "/ro/store", 0,
			  FSS_UNLINK_ON_CREATE})) == -1);
	RERR(RUMP_ENXIO, rump_sys_pread(fd2, buf, 512, 0));
	RL(rump_sys_close(fd2));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	finish();
}

static void
halt(void *arg)
{
	int fd;

	start();
	make_store("/store", 0);
	fd = set("/dev/rfss0", "/store", 0, 0);
	mount_snap("/dev/fss0");
	load_start("/mnt");
	load_run(50);
	load_pause();
	(void)fd;
	rump_sys_reboot(0, NULL);
	_exit(3);
}

TEST(halted, "halting with a snapshot that is mounted")
{
	char out[4096];
	int status;

	need("makefs");
	status = t_child(halt, NULL, out, sizeof(out));
	ATF_CHECK_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "status %#x: %s", status, out);
	check_image();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, nodes);
	ATF_TP_ADD_TC(tp, snapshot);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, circle);
	ATF_TP_ADD_TC(tp, old);
	ATF_TP_ADD_TC(tp, sectors);
	ATF_TP_ADD_TC(tp, sectors_store);
	ATF_TP_ADD_TC(tp, broken);
	ATF_TP_ADD_TC(tp, overtaken);
	ATF_TP_ADD_TC(tp, revoked);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, gone);
	ATF_TP_ADD_TC(tp, unmounted);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, halted);
	return atf_no_error();
}
