/* SPDX-License-Identifier: BSD-2-Clause */
/* The page cache of files, through linfs (see iotest.h) and genfs. */
#include "io_test.h"

#define SIZE (4 << 20)

static int
data_open(void)
{
	int fd;

	RL(fd = rump_sys_open("/m/data", RUMP_O_RDWR));
	return fd;
}

TEST(read, "reads of every size and place")
{
	static unsigned char buf[300000];
	uint32_t seed = 7;
	int fd;

	boot_linfs(SIZE, 13, 1);
	fd = data_open();
	for (int i = 0; i < 2000; i++) {
		off_t off = next_random(&seed) % (SIZE + 1000);
		size_t len = next_random(&seed) % (i % 10 ? 5000 : 300000);
		ssize_t want = off >= SIZE    ? 0
		    : off + (off_t)len > SIZE ? SIZE - off
					      : (ssize_t)len;

		ATF_REQUIRE_EQ(rump_sys_pread(fd, buf, len, off), want);
		for (ssize_t k = 0; k < want; k++)
			ATF_REQUIRE_EQ(buf[k], image_byte(off + k));
		if (i % 100 == 50)
			KT(rumptest_drop_pages("/m/data"));
	}
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/m", 0));
}

/* Random writes, truncations and reads against a copy in memory. */
static void
exercise(int bshift, int present, int rounds, uint32_t seed)
{
	static unsigned char model[SIZE], buf[200000];
	off_t size = present ? SIZE : 0;
	int fd;

	boot_linfs(SIZE, bshift, present);
	fd = data_open();
	for (off_t i = 0; i < SIZE; i++)
		model[i] = present ? image_byte((uint64_t)i) : 0;
	for (int i = 0; i < rounds; i++) {
		off_t off = next_random(&seed) % SIZE;
		size_t len = next_random(&seed) % (i % 8 ? 9000 : 200000);
		unsigned what = next_random(&seed) % 16;

		if (off + (off_t)len > SIZE)
			len = (size_t)(SIZE - off);
		if (what < 7) {
			for (size_t k = 0; k < len; k++)
				buf[k] = (unsigned char)next_random(&seed);
			ATF_REQUIRE_EQ(
			    rump_sys_pwrite(fd, buf, len, off), (ssize_t)len);
			memcpy(model + off, buf, len);
			if (len > 0 && off + (off_t)len > size)
				size = off + (off_t)len;
		} else if (what < 13) {
			ssize_t want = off >= size    ? 0
			    : off + (off_t)len > size ? size - off
						      : (ssize_t)len;

			ATF_REQUIRE_EQ(rump_sys_pread(fd, buf, len, off), want);
			if (memcmp(buf, model + off, (size_t)want) != 0) {
				for (ssize_t k = 0; k < want; k++)
					if (buf[k] != model[off + k])
						atf_tc_fail("round %d: byte "
							    "%jd: %#x, not "
							    "%#x, size %jd",
						    i, (intmax_t)(off + k),
						    buf[k], model[off + k],
						    (intmax_t)size);
			}
		} else if (what == 13) {
			RL(rump_sys_ftruncate(fd, off));
			if (off < size)
				memset(model + off, 0, (size_t)(size - off));
			size = off;
		} else if (what == 14) {
			RL(rump_sys_fsync(fd));
		} else
			KT(rumptest_drop_pages("/m/data"));
	}
	RL(rump_sys_fsync(fd));
	KT(rumptest_drop_pages("/m/data"));
	for (off_t at = 0; at < size; at += sizeof(buf)) {
		ssize_t len = size - at < (off_t)sizeof(buf)
		    ? size - at
		    : (ssize_t)sizeof(buf);

		ATF_REQUIRE_EQ(rump_sys_pread(fd, buf, sizeof(buf), at), len);
		ATF_REQUIRE(memcmp(buf, model + at, (size_t)len) == 0);
	}
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/m", 0));
}

#define EXERCISE(name, bshift, present)                                        \
	ATF_TC(name);                                                          \
	ATF_TC_HEAD(name, tc)                                                  \
	{                                                                      \
		atf_tc_set_md_var(tc, "descr",                                 \
		    "random I/O, blocks of 2^" #bshift                         \
		    " bytes, present: " #present);                             \
	}                                                                      \
	ATF_TC_BODY(name, tc)                                                  \
	{                                                                      \
		exercise(bshift, present, 1500, bshift * 3 + present);         \
	}
EXERCISE(random_512, 9, 0)
EXERCISE(random_2k, 11, 0)
EXERCISE(random_4k, 12, 0)
EXERCISE(random_8k, 13, 0)
EXERCISE(random_64k, 16, 0)
EXERCISE(present_1k, 10, 1)
EXERCISE(present_16k, 14, 1)

TEST(clustering, "a sequential write goes out in large pieces")
{
	static char buf[65536];
	struct linfs_counts c;
	int fd;

	boot_linfs(16 << 20, 13, 1);
	fd = data_open();
	memset(buf, 'w', sizeof(buf));
	for (int i = 0; i < 128; i++)
		ATF_REQUIRE_EQ(
		    rump_sys_write(fd, buf, sizeof(buf)), (ssize_t)sizeof(buf));
	RL(rump_sys_fsync(fd));
	rumptest_linfs_counts(&c);
	ATF_CHECK_EQ(c.writtenbytes, 128 * sizeof(buf));
	ATF_CHECK_MSG(c.writes <= 64, "%d requests", c.writes);
	ATF_CHECK_MSG(c.maxwrite >= 65536, "%d bytes", c.maxwrite);
	/* nothing is dirty any more */
	RL(rump_sys_fsync(fd));
	rumptest_linfs_counts(&c);
	ATF_CHECK_EQ(c.writtenbytes, 128 * sizeof(buf));
}

TEST(memlimit, "a file larger than RUMP_MEMLIMIT")
{
	static unsigned char buf[65536];
	int fd;

	setenv("RUMP_MEMLIMIT", "12m", 1);
	boot_linfs(64 << 20, 13, 1);
	fd = data_open();
	for (int i = 0; i < 1024; i++) {
		memset(buf, i, sizeof(buf));
		ATF_REQUIRE_EQ(
		    rump_sys_write(fd, buf, sizeof(buf)), (ssize_t)sizeof(buf));
	}
	for (int i = 0; i < 1024; i++) {
		ATF_REQUIRE_EQ(
		    rump_sys_pread(fd, buf, sizeof(buf), (off_t)i * 65536),
		    (ssize_t)sizeof(buf));
		ATF_REQUIRE_EQ(buf[0], (unsigned char)i);
		ATF_REQUIRE_EQ(buf[65535], (unsigned char)i);
	}
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/m", 0));
}

TEST(badpointer, "a bad address is an error and spoils nothing")
{
	unsigned char b[16];
	int fd;

	boot_linfs(SIZE, 13, 1);
	fd = data_open();
	RERR(RUMP_EFAULT, rump_sys_pread(fd, (void *)8, 100, 0));
	RERR(RUMP_EFAULT, rump_sys_pwrite(fd, (void *)8, 16384, 8192));
	for (off_t off = 8192; off < 8192 + 16384; off += 1024) {
		ATF_REQUIRE_EQ(rump_sys_pread(fd, b, sizeof(b), off), 16);
		for (int k = 0; k < 16; k++)
			ATF_REQUIRE_EQ(b[k], image_byte(off + k));
	}
}

TEST(badpart, "a write that breaks off in the middle keeps the file")
{
	char good[5000];
	struct iovec iov[2] = {{good, sizeof(good)}, {(void *)8, 27768}};
	unsigned char b[65536];
	int fd;

	/* blocks of four pages; the file's are not in memory */
	boot_linfs(SIZE, 14, 1);
	fd = data_open();
	memset(good, 'g', sizeof(good));
	RERR(RUMP_EFAULT, rump_sys_pwrite(fd, (void *)8, 32768, 0));
	KT(rumptest_drop_pages("/m/data"));
	/* how much of it is written is not said; the rest stays */
	(void)rump_sys_pwritev(fd, iov, 2, 16384);
	ATF_REQUIRE_EQ(rump_sys_pread(fd, b, sizeof(b), 0), sizeof(b));
	for (size_t k = 0; k < sizeof(b); k++)
		if (k < 16384 || k >= 16384 + sizeof(good) || b[k] != 'g')
			ATF_REQUIRE_EQ_MSG(b[k], image_byte(k), "byte %zu", k);
}

TEST(readahead, "what can't be read ahead is nobody's error")
{
	unsigned char b[4096];
	int fd;

	boot_linfs(SIZE, 13, 1);
	rumptest_linfs_bad(4);
	fd = data_open();
	for (off_t off = 0; off < 65536; off += 4096) {
		if (off / 8192 == 4) {
			RERR(RUMP_EIO, rump_sys_pread(fd, b, sizeof(b), off));
			continue;
		}
		ATF_REQUIRE_EQ(rump_sys_pread(fd, b, sizeof(b), off), 4096);
		for (int k = 0; k < 4096; k++)
			ATF_REQUIRE_EQ(b[k], image_byte((uint64_t)(off + k)));
	}
	rumptest_linfs_bad(-1);
	ATF_REQUIRE_EQ(rump_sys_pread(fd, b, sizeof(b), 4 * 8192), 4096);
	ATF_REQUIRE_EQ(b[9], image_byte(4 * 8192 + 9));
}

TEST(advise, "ranges of posix_fadvise")
{
	static char buf[16384];
	struct linfs_counts c;
	int fd;

	boot_linfs(SIZE, 12, 1);
	fd = data_open();
	ATF_REQUIRE_EQ(
	    rump_sys_pwrite(fd, buf, sizeof(buf), 0), (ssize_t)sizeof(buf));
#define ADVISE(off, len) rump_sys_posix_fadvise(fd, off, len, 4)
	ATF_CHECK_EQ(ADVISE(-4096, 0), RUMP_EINVAL);
	ATF_CHECK_EQ(ADVISE(-4096, 8192), RUMP_EINVAL);
	ATF_CHECK_EQ(ADVISE(0, -1), RUMP_EINVAL);
	ATF_CHECK_EQ(ADVISE(4096, INT64_MAX), RUMP_EINVAL);
	ATF_CHECK_EQ(ADVISE(INT64_MAX, 0), 0);
	/* no whole page, so no page */
	ATF_CHECK_EQ(ADVISE(100, 200), 0);
	ATF_CHECK_EQ(ADVISE(100, 4200), 0);
	rumptest_linfs_counts(&c);
	ATF_CHECK_EQ(c.writes, 0);
	ATF_CHECK_EQ(ADVISE(100, 8192), 0);
	rumptest_linfs_counts(&c);
	ATF_CHECK_EQ(c.writtenbytes, 4096);
	ATF_CHECK_EQ(ADVISE(0, 0), 0);
	rumptest_linfs_counts(&c);
	ATF_CHECK_EQ(c.writtenbytes, sizeof(buf));
}

TEST(diskerror, "errors of the disk reach the caller")
{
	static char buf[8192];
	int fd, failed = 0;

	setenv("RUMP_BLKFAIL", "5000", 1);
	setenv("RUMP_BLKFAIL_SEED", "99", 1);
	boot_linfs(SIZE, 13, 1);
	fd = data_open();
	for (int i = 0; i < 200; i++) {
		ssize_t n = rump_sys_pread(
		    fd, buf, sizeof(buf), (off_t)(i * 7 % 512) * 8192);

		if (n == -1) {
			ATF_REQUIRE_EQ(errno, RUMP_EIO);
			failed++;
			continue;
		}
		ATF_REQUIRE_EQ((unsigned char)buf[9],
		    image_byte((uint64_t)(i * 7 % 512) * 8192 + 9));
	}
	ATF_CHECK(failed > 10 && failed < 190);
	failed = 0;
	for (int i = 0; i < 40; i++) {
		(void)rump_sys_pwrite(fd, buf, sizeof(buf), (off_t)i * 8192);
		if (rump_sys_fsync(fd) == -1)
			failed++;
	}
	ATF_CHECK(failed > 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, read);
	ATF_TP_ADD_TC(tp, random_512);
	ATF_TP_ADD_TC(tp, random_2k);
	ATF_TP_ADD_TC(tp, random_4k);
	ATF_TP_ADD_TC(tp, random_8k);
	ATF_TP_ADD_TC(tp, random_64k);
	ATF_TP_ADD_TC(tp, present_1k);
	ATF_TP_ADD_TC(tp, present_16k);
	ATF_TP_ADD_TC(tp, clustering);
	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, badpointer);
	ATF_TP_ADD_TC(tp, badpart);
	ATF_TP_ADD_TC(tp, readahead);
	ATF_TP_ADD_TC(tp, advise);
	ATF_TP_ADD_TC(tp, diskerror);
	return atf_no_error();
}
