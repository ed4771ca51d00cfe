/* SPDX-License-Identifier: BSD-2-Clause */
/* The buffer cache, on a block device that is a host file. */
#include "io_test.h"

#define CASE(name, descr, call)                                                \
	TEST(name, descr)                                                      \
	{                                                                      \
		boot_disk(8 << 20);                                            \
		KT(call);                                                      \
	}

CASE(readwrite, "bread and bwrite", rumptest_buf_readwrite(IMGDEV))
CASE(delayed, "bdwrite, and flushing", rumptest_buf_delayed(IMGDEV))
CASE(flags, "bawrite, breadn and flags", rumptest_buf_flags(IMGDEV))
CASE(inval, "vinvalbuf with and without V_SAVE", rumptest_buf_inval(IMGDEV))
CASE(alloc, "geteblk and allocbuf", rumptest_buf_alloc(IMGDEV))
CASE(wait, "a busy buffer is waited for", rumptest_buf_wait(IMGDEV))
CASE(error, "errors leave nothing behind", rumptest_buf_error(IMGDEV))
CASE(nested, "requests in parts", rumptest_nestiobuf(IMGDEV))

TEST(memlimit, "more blocks than RUMP_MEMLIMIT has room for")
{
	setenv("RUMP_MEMLIMIT", "8m", 1);
	boot_disk(64 << 20);
	KT(rumptest_buf_many(IMGDEV, 16384));
}

TEST(persistent, "what was written is in the image")
{
	unsigned char buf[4096];
	int fd;

	boot_disk(8 << 20);
	KT(rumptest_buf_readwrite(IMGDEV));
	fd = open(IMG, O_RDONLY);
	ATF_REQUIRE(pread(fd, buf, sizeof(buf), 8 * 512) == sizeof(buf));
	for (size_t i = 0; i < sizeof(buf); i++)
		ATF_REQUIRE_EQ(buf[i], 0x5a);
	ATF_REQUIRE(pread(fd, buf, 512, 8 * 512 + 4096) == 512);
	ATF_REQUIRE_EQ(buf[1], image_byte(8 * 512 + 4096 + 1));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, readwrite);
	ATF_TP_ADD_TC(tp, delayed);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, inval);
	ATF_TP_ADD_TC(tp, alloc);
	ATF_TP_ADD_TC(tp, wait);
	ATF_TP_ADD_TC(tp, error);
	ATF_TP_ADD_TC(tp, nested);
	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, persistent);
	return atf_no_error();
}
