/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgd(4): disks that another program has encrypted are read, mounted and
 * written so that it can decrypt them again; every ioctl, every refusal.
 */
#include "t_cgd.h"

#define CHUNK 65536

/* What the raw device has is what that file has. */
static void
same_as(int fd, const char *path)
{
	static char buf[CHUNK];
	size_t size;
	char *mem = slurp(path, &size);

	for (size_t off = 0; off < size; off += CHUNK) {
		const size_t n = size - off < CHUNK ? size - off : CHUNK;

		REQ(rump_sys_pread(fd, buf, n, (off_t)off), (ssize_t)n);
		ATF_REQUIRE_MSG(memcmp(buf, mem + off, n) == 0,
		    "differs from %s near %zu", path, off);
	}
	REQ(rump_sys_pread(fd, buf, CHUNK, (off_t)size), 0);
	free(mem);
}

/* A file of 150,000 bytes: written, or found again. */
static void
big_file(const char *path, bool there)
{
	static uint32_t data[37500], back[37500];
	int fd;

	for (uint32_t i = 0; i < 37500; i++)
		data[i] = i * 0x9e3779b9u;
	if (!there) {
		RL(fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644));
		REQ(rump_sys_write(fd, data, sizeof(data)), sizeof(data));
	} else {
		RL(fd = rump_sys_open(path, RUMP_O_RDONLY));
		REQ(rump_sys_read(fd, back, sizeof(back)), sizeof(back));
		REQ(memcmp(data, back, sizeof(data)), 0);
	}
	RL(rump_sys_close(fd));
}

static void
check_ufs(const char *path)
{
	char cmd[512];

	snprintf(cmd, sizeof(cmd), "python3 %s/fs/ufscheck.py %s", TEST_SRCDIR,
	    path);
	ATF_CHECK_MSG(system(cmd) == 0, "ufscheck found damage in %s", path);
}

/*
 * One cipher, key length and method: an image of makefs, encrypted by the
 * script, is the same through cgd; it is mounted and changed; what the script
 * decrypts afterwards is sound, and has the change without cgd too.
 */
static void
image(const char *alg, size_t bits, const char *iv, int passes)
{
	static int number;
	char enc[32], dec[32], key[32], plainkey[32];
	struct cgd_user cgu = {.cgu_unit = -1};
	struct rump_stat st;
	int fd;

	printf("%s, %zu bits, %s\n", alg, bits, iv);
	snprintf(enc, sizeof(enc), "enc%d.img", ++number);
	snprintf(dec, sizeof(dec), "dec%d.img", number);
	snprintf(key, sizeof(key), "/dev/enc%d", number);
	snprintf(plainkey, sizeof(plainkey), "/dev/dec%d", number);
	cgdcrypt("encrypt", alg, bits, passes, 512, "ffs.img", enc);
	attach(key, enc);

	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(set(fd, key, alg, bits, iv));
	same_as(fd, "ffs.img");
	RL(rump_sys_ioctl(fd, CGDIOCGET, &cgu));
	RL(rump_sys_stat(key, rump_stat_ptr(&st)));
	REQ(cgu.cgu_unit, 0);
	REQ(cgu.cgu_dev, st.st_rdev);
	ATF_CHECK_STREQ(cgu.cgu_alg, alg);
	REQ(cgu.cgu_blocksize, alg[0] == 'a' ? 16 : 8);
	REQ(cgu.cgu_mode, passes == 8 ? 1 : 2);
	REQ(cgu.cgu_keylen, bits);

	t_mount("/dev/cgd0a", "/m", 0);
	t_usefs("/m", false);
	big_file("/m/big", false);
	RERR(RUMP_EBUSY, clr(fd));
	RL(rump_sys_unmount("/m", 0));
	t_mount("/dev/cgd0a", "/m", RUMP_MNT_RDONLY);
	t_usefs("/m", true);
	big_file("/m/big", true);
	RL(rump_sys_unmount("/m", 0));
	RL(clr(fd));
	RL(rump_sys_close(fd));

	cgdcrypt("decrypt", alg, bits, passes, 512, enc, dec);
	check_ufs(dec);
	attach(plainkey, dec);
	t_mount(plainkey, "/m", RUMP_MNT_RDONLY);
	t_usefs("/m", true);
	big_file("/m/big", true);
	RL(rump_sys_unmount("/m", 0));
}

static void
images(const char *alg, const size_t *bits)
{
	size_t size;

	free(t_ffsimage_of("2m", &size));
	RZ(rump_init());
	for (; *bits != 0; bits++) {
		image(alg, *bits, "encblkno1", 1);
		image(alg, *bits, "encblkno8", 8);
	}
}

TEST(aes, "aes-cbc: another program's image, read, mounted, written")
{
	images("aes-cbc", (const size_t[]){128, 192, 256, 0});
}

TEST(des3, "3des-cbc: the same")
{
	images("3des-cbc", (const size_t[]){192, 0});
}

TEST(blowfish, "blowfish-cbc: the same")
{
	images("blowfish-cbc", (const size_t[]){40, 128, 448, 0});
}

TEST(sectors, "sectors of 4096 bytes: numbers and chains are theirs")
{
	struct vnd_ioctl vio = {.vnd_flags = VNDIOF_HASGEOM};
	static char zero[4096];
	int64_t media;
	unsigned secsize;
	char *enc;
	size_t size;
	int fd, vfd, f;

	make_disk("plain.img", 64 * 4096);
	cgdcrypt("encrypt", "aes-cbc", 192, 1, 4096, "plain.img", "enc.img");
	enc = slurp("enc.img", &size);
	RZ(rump_init());
	RL(f = rump_sys_open("/file", RUMP_O_RDWR | RUMP_O_CREAT, 0600));
	REQ(rump_sys_write(f, enc, size), (ssize_t)size);
	RL(rump_sys_close(f));
	vio.vnd_file = (char *)(uintptr_t) "/file";
	vio.vng_secsize = 4096;
	vio.vng_nsectors = vio.vng_ntracks = 4;
	vio.vng_ncylinders = 4;
	RL(vfd = rump_sys_open("/dev/rvnd0" RAW, RUMP_O_RDWR));
	RL(rump_sys_ioctl(vfd, VNDIOCSET, &vio));
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(set(fd, "/dev/vnd0" RAW, "aes-cbc", 192, "encblkno1"));
	RL(rump_sys_ioctl(fd, DIOCGSECTORSIZE, &secsize));
	REQ(secsize, 4096);
	RL(rump_sys_ioctl(fd, DIOCGMEDIASIZE, &media));
	REQ(media, size);
	same_as(fd, "plain.img");
	RERR(RUMP_EINVAL, rump_sys_pread(fd, zero, 512, 0));
	RERR(RUMP_EINVAL, rump_sys_pwrite(fd, zero, 4096, 512));
	/* the disk below is ours, and the same again afterwards */
	RERR(RUMP_EBUSY, rump_sys_ioctl(vfd, VNDIOCCLR, &vio));
	RL(clr(fd));
	REQ(rump_sys_pread(vfd, zero, 4096, 4096), 4096);
	REQ(memcmp(zero, enc + 4096, 4096), 0);
	RL(rump_sys_ioctl(vfd, VNDIOCCLR, &vio));
}

TEST(partition, "on a partition, blocks are counted from its start")
{
	static char buf[512], want[512];
	struct t_label lab;
	struct md_conf md = {.md_size = 1 << 20, .md_type = MD_KMEM_ALLOCATED};
	int fd, mfd, part;
	char *enc;
	size_t size;

	make_disk("plain.img", 512 * 4);
	cgdcrypt("encrypt", "aes-cbc", 128, 1, 512, "plain.img", "enc.img");
	enc = slurp("enc.img", &size);
	RZ(rump_init());
	RL(mfd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDWR));
	RL(rump_sys_ioctl(mfd, MD_SETCONF, &md));
	RL(rump_sys_ioctl(mfd, DIOCGDINFO, &lab));
	lab.part[4] = lab.part[0];
	lab.part[4].offset = 100;
	lab.part[4].size = 4;
	lab.npartitions = 5;
	t_label_sum(&lab);
	RL(rump_sys_ioctl(mfd, DIOCSDINFO, &lab));
	RL(part = rump_sys_open("/dev/rmd0e", RUMP_O_RDWR));
	REQ(rump_sys_pwrite(part, enc, size, 0), (ssize_t)size);
	RL(rump_sys_close(part));
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(set(fd, "/dev/md0e", "aes-cbc", 128, "encblkno1"));
	same_as(fd, "plain.img");
	memset(want, 7, sizeof(want));
	REQ(rump_sys_pwrite(fd, want, 512, 1024), 512);
	REQ(rump_sys_pwrite(fd, want, 512, 2048), 0);
	REQ(rump_sys_pread(fd, buf, 512, 1024), 512);
	REQ(memcmp(buf, want, 512), 0);
	/* behind the partition nothing has changed */
	REQ(rump_sys_pread(mfd, buf, 512, 104 * 512), 512);
	memset(want, 0, sizeof(want));
	REQ(memcmp(buf, want, 512), 0);
	REQ(rump_sys_pread(mfd, buf, 512, 102 * 512), 512);
	ATF_CHECK(memcmp(buf, enc + 1024, 512) != 0);
	RL(clr(fd));
}

TEST(label, "a label is written encrypted, and found with the right key only")
{
	struct t_label lab, back;
	char *mem;
	size_t size;
	int fd, a, arg = 1;

	make_disk("disk.img", 1 << 20);
	RZ(rump_init());
	attach(DISK, "disk.img");
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	RL(rump_sys_ioctl(fd, DIOCGDINFO, &lab));
	lab.part[1] = lab.part[0];
	lab.part[1].offset = 64;
	lab.part[1].size = 2;
	t_label_sum(&lab);
	RL(rump_sys_ioctl(fd, DIOCWDINFO, &lab));
	RL(rump_sys_ioctl(fd, DIOCCACHESYNC, &arg));
	RL(clr(fd));
	mem = slurp("disk.img", &size);
	ATF_CHECK(memmem(mem, size, "fictitious", 10) == NULL);
	RL(set(fd, DISK, "aes-cbc", 256, "encblkno1"));
	RL(rump_sys_ioctl(fd, DIOCGDINFO, &back));
	REQ(back.part[1].size, 0);
	RL(clr(fd));
	RL(set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	RL(rump_sys_ioctl(fd, DIOCGDINFO, &back));
	REQ(back.part[1].offset, 64);
	RL(a = rump_sys_open("/dev/rcgd0b", RUMP_O_RDWR));
	REQ(rump_sys_pread(a, mem, 2048, 0), 1024);
	RERR(RUMP_EBUSY, clr(fd));
	RL(rump_sys_close(a));
	RL(clr(fd));
	RL(rump_sys_close(fd));
}

/* Each is refused, and the unit can be configured afterwards. */
TEST(refused, "what can't be configured")
{
	static const struct {
		const char *alg;
		size_t bits;
		const char *iv;
	} bad[] = {{"aes-cbc", 0, "encblkno1"}, {"aes-cbc", 64, "encblkno1"},
	    {"aes-cbc", 127, "encblkno1"}, {"aes-cbc", 129, "encblkno1"},
	    {"aes-cbc", 512, "encblkno1"}, {"aes-cbc", SIZE_MAX, "encblkno1"},
	    {"aes-cbc", (size_t)1 << 63, "encblkno1"},
	    {"aes-cbc", ((size_t)1 << 32) + 128, "encblkno1"},
	    {"3des-cbc", 168, "encblkno1"}, {"3des-cbc", 128, "encblkno1"},
	    {"3des-cbc", 448, "encblkno1"}, {"blowfish-cbc", 32, "encblkno1"},
	    {"blowfish-cbc", 44, "encblkno1"},
	    {"blowfish-cbc", 456, "encblkno1"}, {"aes", 128, "encblkno1"},
	    {"aes-cbcx", 128, "encblkno1"}, {"", 128, "encblkno1"},
	    {"aes-xts", 256, "encblkno1"}, {"aes-cbc", 128, ""},
	    {"aes-cbc", 128, "encblkno2"}, {"aes-cbc", 128, "encblkno11"}};
	static const size_t sizes[] = {0, 16, 64, 127, 256, SIZE_MAX - 1};
	char name[256];
	struct cgd_ioctl ci;
	int fd, other;

	make_disk("disk.img", 1 << 20);
	RZ(rump_init());
	attach(DISK, "disk.img");
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDONLY));
	RERR(RUMP_EBADF, set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	RERR(RUMP_EBADF, clr(fd));
	RL(rump_sys_close(fd));

	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		RERR(RUMP_EINVAL,
		    set(fd, DISK, bad[i].alg, bad[i].bits, bad[i].iv));
	ci = conf(DISK, "aes-cbc", 128, "encblkno1");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ci.ci_blocksize = sizes[i];
		RERR(RUMP_EINVAL, rump_sys_ioctl(fd, CGDIOCSET, &ci));
	}
	memset(name, 'a', sizeof(name));
	name[255] = '\0';
	RERR(RUMP_ENAMETOOLONG, set(fd, DISK, name, 128, "encblkno1"));
	RERR(RUMP_ENAMETOOLONG, set(fd, DISK, "aes-cbc", 128, name));

	for (int i = 0; i < 8; i++) {
		static const uintptr_t where[] = {0, 16};
		const char *p = (const char *)where[i % 2];

		ci = conf(DISK, "aes-cbc", 128, "encblkno1");
		*(i < 2         ? &ci.ci_disk
			: i < 4 ? &ci.ci_alg
			: i < 6 ? &ci.ci_ivmethod
				: &ci.ci_key) = p;
		RERR(RUMP_EFAULT, rump_sys_ioctl(fd, CGDIOCSET, &ci));
	}

	RERR(RUMP_ENOENT, set(fd, "/nosuch", "aes-cbc", 128, "encblkno1"));
	RERR(RUMP_ENOENT, set(fd, "", "aes-cbc", 128, "encblkno1"));
	RERR(RUMP_EISDIR, set(fd, "/dev", "aes-cbc", 128, "encblkno1"));
	RL(other = rump_sys_open("/file", RUMP_O_RDWR | RUMP_O_CREAT, 0600));
	RERR(RUMP_ENOTBLK, set(fd, "/file", "aes-cbc", 128, "encblkno1"));
	RL(rump_sys_close(other));
	RERR(RUMP_ENOTBLK, set(fd, "/dev/null", "aes-cbc", 128, "encblkno1"));
	RERR(RUMP_ENOTBLK, set(fd, RAWDEV, "aes-cbc", 128, "encblkno1"));
	/* itself, and another that is not configured */
	RERR(RUMP_ENXIO, set(fd, BLOCKDEV, "aes-cbc", 128, "encblkno1"));
	RERR(RUMP_ENXIO, set(fd, "/dev/cgd1" RAW, "aes-cbc", 128, "encblkno1"));
	RERR(RUMP_ENXIO, set(fd, "/dev/cgd1a", "aes-cbc", 128, "encblkno1"));
	RL(other = rump_sys_open(DISK, RUMP_O_RDONLY));
	RERR(RUMP_EBUSY, set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	RL(rump_sys_close(other));

	/* nothing of all that has stayed */
	RL(set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	RERR(RUMP_EBUSY, set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	RL(clr(fd));
	RL(rump_sys_close(fd));
	RZ(rump_pub_etfs_remove(DISK));
}

TEST(readonly, "a disk that can't be written, one that is mounted, none at all")
{
	size_t size;
	int fd;

	free(t_ffsimage_of("2m", &size));
	make_disk("ro.img", 1 << 20);
	make_disk("tiny.img", 512);
	RZ(system("chmod 444 ro.img; : > empty.img"));
	RZ(rump_init());
	attach("/dev/ffs", "ffs.img");
	attach("/dev/empty", "empty.img");
	attach("/dev/tiny", "tiny.img");
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	t_mount("/dev/ffs", "/m", 0);
	RERR(RUMP_EBUSY, set(fd, "/dev/ffs", "aes-cbc", 128, "encblkno1"));
	RL(rump_sys_unmount("/m", 0));
	RL(set(fd, "/dev/ffs", "aes-cbc", 128, "encblkno1"));
	RL(clr(fd));
	RERR(RUMP_EINVAL, set(fd, "/dev/empty", "aes-cbc", 128, "encblkno1"));
	RL(set(fd, "/dev/tiny", "aes-cbc", 128, "encblkno1"));
	RL(clr(fd));
	if (geteuid() != 0) { /* root may write whatever its mode is */
		attach("/dev/ro", "ro.img");
		RERR(RUMP_EROFS,
		    set(fd, "/dev/ro", "aes-cbc", 128, "encblkno1"));
	}
}

TEST(units, "units are asked for, are independent, and come and go")
{
	struct cgd_user cgu;
	static char a[512], b[512], c[512];
	int fd, fd1;

	make_disk("disk.img", 1 << 20);
	make_disk("disk2.img", 1 << 20);
	RZ(rump_init());
	attach(DISK, "disk.img");
	attach("/dev/disk2", "disk2.img");
	RERR(RUMP_ENXIO, rump_sys_open("/dev/rcgd0a", RUMP_O_RDWR));
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, a, 512, 0));
	RERR(RUMP_ENXIO, rump_sys_pwrite(fd, a, 512, 0));
	RERR(RUMP_ENXIO, clr(fd));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, DIOCGMEDIASIZE, a));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, DIOCCACHESYNC, a));
	memset(&cgu, 0x5a, sizeof(cgu));
	cgu.cgu_unit = -1;
	RL(rump_sys_ioctl(fd, CGDIOCGET, &cgu));
	REQ(cgu.cgu_unit, 0);
	REQ(cgu.cgu_dev, 0);
	ATF_CHECK_STREQ(cgu.cgu_alg, "");
	for (int u = -1000; u <= 1000000; u += 1001000 / 2) {
		cgu.cgu_unit = u;
		RERR(RUMP_ENXIO, rump_sys_ioctl(fd, CGDIOCGET, &cgu));
	}

	RL(set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	RL(fd1 = rump_sys_open("/dev/rcgd1" RAW, RUMP_O_RDWR));
	RERR(RUMP_EBUSY, set(fd1, DISK, "aes-cbc", 128, "encblkno1"));
	RL(set(fd1, "/dev/disk2", "aes-cbc", 128, "encblkno8"));
	REQ(rump_sys_pread(fd, a, 512, 512), 512);
	REQ(rump_sys_pread(fd1, b, 512, 512), 512);
	/* the same bytes on both, but other vectors: the first block differs */
	ATF_CHECK(memcmp(a, b, 16) != 0);
	REQ(memcmp(a + 16, b + 16, 512 - 16), 0);
	memset(c, 0xc5, sizeof(c));
	REQ(rump_sys_pwrite(fd1, c, 512, 512), 512);
	REQ(rump_sys_pread(fd, b, 512, 512), 512);
	REQ(memcmp(a, b, 512), 0);
	/* configured, a unit outlives its opener */
	RL(rump_sys_close(fd1));
	cgu.cgu_unit = 1;
	RL(rump_sys_ioctl(fd, CGDIOCGET, &cgu));
	ATF_CHECK_STREQ(cgu.cgu_alg, "aes-cbc");
	REQ(cgu.cgu_mode, 1);
	RL(fd1 = rump_sys_open("/dev/rcgd1" RAW, RUMP_O_RDWR));
	REQ(rump_sys_pread(fd1, b, 512, 512), 512);
	REQ(memcmp(b, c, 512), 0);
	RL(clr(fd1));
	RERR(RUMP_ENXIO, rump_sys_pread(fd1, b, 512, 512));
	/* the oldest method's old name */
	RL(set(fd1, "/dev/disk2", "aes-cbc", 128, "encblkno"));
	REQ(rump_sys_pread(fd1, b, 512, 512), 512);
	REQ(memcmp(b, c, 512), 0);
	RL(clr(fd1));
	RL(rump_sys_close(fd1));
	RL(rump_sys_ioctl(fd, CGDIOCGET, &cgu));
	ATF_CHECK_STREQ(cgu.cgu_alg, "");
	RL(clr(fd));
	RL(rump_sys_close(fd));
}

TEST(stacked, "units on units")
{
	static char a[4096], b[4096];
	int fd[3];

	make_disk("disk.img", 1 << 20);
	RZ(rump_init());
	attach(DISK, "disk.img");
	RL(fd[0] = rump_sys_open("/dev/rcgd0" RAW, RUMP_O_RDWR));
	RL(fd[1] = rump_sys_open("/dev/rcgd1" RAW, RUMP_O_RDWR));
	RL(fd[2] = rump_sys_open("/dev/rcgd2" RAW, RUMP_O_RDWR));
	RL(set(fd[0], DISK, "aes-cbc", 256, "encblkno1"));
	RL(set(fd[1], "/dev/cgd0" RAW, "3des-cbc", 192, "encblkno8"));
	RL(set(fd[2], "/dev/cgd1" RAW, "blowfish-cbc", 448, "encblkno1"));
	memset(a, 0x11, sizeof(a));
	REQ(rump_sys_pwrite(fd[2], a, 4096, 8192), 4096);
	REQ(rump_sys_pread(fd[2], b, 4096, 8192), 4096);
	REQ(memcmp(a, b, 4096), 0);
	REQ(rump_sys_pread(fd[1], b, 4096, 8192), 4096);
	ATF_CHECK(memcmp(a, b, 4096) != 0);
	RERR(RUMP_EBUSY, clr(fd[0]));
	RERR(RUMP_EBUSY, clr(fd[1]));
	RL(clr(fd[2]));
	RL(clr(fd[1]));
	RL(clr(fd[0]));
	/* a disk below is not there for anybody else */
	RL(set(fd[0], DISK, "aes-cbc", 256, "encblkno1"));
	RL(set(fd[1], "/dev/cgd0" RAW, "3des-cbc", 192, "encblkno8"));
	RL(rump_sys_close(fd[0]));
	RERR(RUMP_EBUSY, rump_sys_open("/dev/cgd0" RAW, RUMP_O_RDWR));
	RL(fd[0] = rump_sys_open("/dev/rcgd0" RAW, RUMP_O_RDWR));
	RERR(RUMP_EBUSY, clr(fd[0]));
	RERR(RUMP_EBUSY,
	    set(fd[0], "/dev/cgd1" RAW, "aes-cbc", 128, "encblkno1"));
	RL(clr(fd[1]));
	RL(clr(fd[0]));
}

TEST(leaks, "thousands of units, configured or refused, in little memory")
{
	int fd;

	make_disk("disk.img", 1 << 20);
	setenv("RUMP_MEMLIMIT", "8m", 1); /* what leaks comes to a halt */
	RZ(rump_init());
	attach(DISK, "disk.img");
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	for (int i = 0; i < 4000; i++) {
		RERR(RUMP_ENOENT,
		    set(fd, "/nosuch", "blowfish-cbc", 448, "encblkno1"));
		RERR(RUMP_ENOTBLK,
		    set(fd, RAWDEV, "blowfish-cbc", 448, "encblkno1"));
	}
	for (int i = 0; i < 500; i++) {
		RL(set(fd, DISK, "aes-cbc", 256, "encblkno1"));
		RERR(RUMP_EBUSY, set(fd, DISK, "aes-cbc", 256, "encblkno1"));
		RL(clr(fd));
		RL(rump_sys_close(fd)); /* the unit goes, and comes */
		RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	}
	RL(rump_sys_close(fd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, aes);
	ATF_TP_ADD_TC(tp, des3);
	ATF_TP_ADD_TC(tp, blowfish);
	ATF_TP_ADD_TC(tp, sectors);
	ATF_TP_ADD_TC(tp, partition);
	ATF_TP_ADD_TC(tp, label);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, units);
	ATF_TP_ADD_TC(tp, stacked);
	ATF_TP_ADD_TC(tp, leaks);
	return atf_no_error();
}
