/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partitions by suffix: tables are made here byte by byte, from what the
 * formats say.
 */
#include "io_test.h"

#define DISK (4 << 20)

static void
put(int fd, off_t off, const void *p, size_t len)
{
	ATF_REQUIRE(pwrite(fd, p, len, off) == (ssize_t)len);
}

static void
put16(unsigned char *p, unsigned v, int big)
{
	p[big ? 1 : 0] = (unsigned char)v;
	p[big ? 0 : 1] = (unsigned char)(v >> 8);
}

static void
put32(unsigned char *p, uint32_t v, int big)
{
	for (int i = 0; i < 4; i++)
		p[big ? 3 - i : i] = (unsigned char)(v >> (8 * i));
}

/* The first bytes of a registered partition are those of that sector. */
static void
expect(const char *suffix, uint64_t sector, uint64_t sectors)
{
	char path[128], dev[32];
	unsigned char b[512];
	static int n;
	int fd;

	snprintf(path, sizeof(path), "%s%s", IMG, suffix);
	snprintf(dev, sizeof(dev), "/dev/p%d", n++);
	ATF_REQUIRE_EQ_MSG(
	    rump_pub_etfs_register(dev, path, RUMP_ETFS_BLK), 0, "%s", path);
	KT(rumptest_disksize(dev, sectors * 512));
	RL(fd = rump_sys_open(dev, RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(
	    rump_sys_pread(fd, b, 512, (off_t)(sectors - 1) * 512), 512);
	for (int i = 0; i < 512; i++)
		ATF_REQUIRE_EQ(
		    b[i], image_byte((sector + sectors - 1) * 512 + i));
	RL(rump_sys_close(fd));
}

static void
refuse(const char *suffix)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s", IMG, suffix);
	ATF_CHECK_MSG(
	    rump_pub_etfs_register("/dev/bad", path, RUMP_ETFS_BLK) != 0,
	    "%s was taken", path);
}

static void
make_label(int fd, off_t at, int big, int npart)
{
	unsigned char l[148 + 16 * 16];
	uint16_t sum = 0, w;

	memset(l, 0, sizeof(l));
	put32(l, 0x82564557, big);
	put32(l + 40, 512, big);
	put32(l + 60, DISK / 512, big);
	put32(l + 132, 0x82564557, big);
	put16(l + 138, (unsigned)npart, big);
	/* a: sectors 1000 to 1999; b: nothing; e: behind the disk */
	put32(l + 148, 1000, big);
	put32(l + 152, 1000, big);
	l[148 + 12] = 7;
	put32(l + 148 + 4 * 16, 1000, big);
	put32(l + 152 + 4 * 16, DISK / 512 - 10, big);
	for (size_t i = 0; i < 148 + 16 * (size_t)npart; i += 2) {
		memcpy(&w, l + i, 2);
		sum ^= w;
	}
	memcpy(l + 136, &sum, 2);
	put(fd, at, l, 148 + 16 * (size_t)npart);
}

TEST(disklabel, "BSD labels of both byte orders")
{
	unsigned char zero[8192] = {0};
	int fd;

	boot_disk(DISK);
	fd = open(IMG, O_RDWR);
	for (int big = 0; big < 2; big++) {
		put(fd, 0, zero, sizeof(zero));
		make_label(fd, big ? 128 : 512, big, 8);
		expect("%DISKLABEL:a%", 1000, 1000);
		refuse("%DISKLABEL:b%");
		refuse("%DISKLABEL:e%");
		refuse("%DISKLABEL:p%");
		refuse("%DISKLABEL:1%");
		ATF_REQUIRE_EQ(
		    rump_pub_etfs_remove(big ? "/dev/p1" : "/dev/p0"), 0);
	}
	/* a wrong checksum is no label */
	put(fd, 128 + 150, "\377", 1);
	refuse("%DISKLABEL:a%");
	put(fd, 0, zero, sizeof(zero));
	refuse("%DISKLABEL:a%");
	refuse("%NOSUCH:a%");
	refuse("%MBR:1%");
	refuse("%GPT:1%");
}

static void
mbr_entry(unsigned char *p, int type, uint32_t start, uint32_t count)
{
	p[4] = (unsigned char)type;
	put32(p + 8, start, 0);
	put32(p + 12, count, 0);
}

TEST(mbr, "MBR, with logical partitions")
{
	unsigned char s[512];
	int fd;

	boot_disk(DISK);
	fd = open(IMG, O_RDWR);
	memset(s, 0, sizeof(s));
	mbr_entry(s + 446, 0x83, 64, 100);
	mbr_entry(s + 462, 0x05, 2000, 3000);
	mbr_entry(s + 478, 0xa9, 1000, 500);
	mbr_entry(s + 494, 0x0c, 8000, 100000);
	s[510] = 0x55;
	s[511] = 0xaa;
	put(fd, 0, s, 512);
	/* logical ones: 2063 (200), then at 2500: 2563 (300) */
	memset(s + 446, 0, 64);
	mbr_entry(s + 446, 0x83, 63, 200);
	mbr_entry(s + 462, 0x05, 500, 1000);
	put(fd, 2000 * 512, s, 512);
	memset(s + 446, 0, 64);
	mbr_entry(s + 446, 0x83, 63, 300);
	put(fd, 2500 * 512, s, 512);

	expect("%MBR:1%", 64, 100);
	expect("%MBR:3%", 1000, 500);
	expect("%MBR:5%", 2063, 200);
	expect("%MBR:6%", 2563, 300);
	refuse("%MBR:4%");
	refuse("%MBR:7%");
	refuse("%MBR:0%");
	refuse("%MBR:x%");
	/* a label inside of the BSD partition */
	make_label(fd, 1001 * 512, 0, 8);
	expect("%DISKLABEL:a%", 1000, 1000);
	/* a chain that bites its tail ends */
	mbr_entry(s + 462, 0x05, 500, 1000);
	put(fd, 2500 * 512, s, 512);
	refuse("%MBR:200%");
}

static uint32_t
crc32(const unsigned char *p, size_t len)
{
	uint32_t crc = 0xffffffff;

	while (len-- > 0) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void
make_gpt(int fd, uint64_t lba, uint64_t table)
{
	unsigned char h[512] = {0}, t[128 * 128] = {0};

	for (int i = 0; i < 2; i++) {
		unsigned char *e = t + 128 * i;

		memset(e, 0x11 + i, 32);
		put32(e + 32, 2048 + 1000 * (uint32_t)i, 0);
		put32(e + 36, 0, 0);
		put32(e + 40, 2048 + 1000 * (uint32_t)i + 99, 0);
		put32(e + 44, 0, 0);
	}
	memcpy(h, "EFI PART\0\0\1\0", 12);
	put32(h + 12, 92, 0);
	put32(h + 24, (uint32_t)lba, 0);
	put32(h + 72, (uint32_t)table, 0);
	put32(h + 80, 128, 0);
	put32(h + 84, 128, 0);
	put32(h + 88, crc32(t, sizeof(t)), 0);
	put32(h + 16, crc32(h, 92), 0);
	put(fd, (off_t)lba * 512, h, sizeof(h));
	put(fd, (off_t)table * 512, t, sizeof(t));
}

TEST(gpt, "GPT, and its second copy")
{
	int fd;

	boot_disk(DISK);
	fd = open(IMG, O_RDWR);
	make_gpt(fd, 1, 2);
	make_gpt(fd, DISK / 512 - 1, DISK / 512 - 33);
	expect("%GPT:1%", 2048, 100);
	expect("%gpt:2%", 3048, 100);
	refuse("%GPT:3%");
	refuse("%GPT:129%");
	/* the first copy is damaged */
	put(fd, 512 + 30, "x", 1);
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/p0"), 0);
	expect("%GPT:1%", 2048, 100);
	/* and the second too */
	put(fd, DISK - 512 + 90, "x", 1);
	refuse("%GPT:2%x");
	refuse("%GPT:2%");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, disklabel);
	ATF_TP_ADD_TC(tp, mbr);
	ATF_TP_ADD_TC(tp, gpt);
	return atf_no_error();
}
