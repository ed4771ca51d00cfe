/* SPDX-License-Identifier: BSD-2-Clause */
/* What the base has for drivers that we do not write ourselves. */
#include "io_test.h"

TEST(unicode, "UTF-8 of file names")
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	KT(rumptest_unicode());
}

TEST(devnodes, "a row of device nodes")
{
	char path[] = "/dev/rowc";

	ATF_REQUIRE_EQ(rump_init(), 0);
	KT(rumptest_devnodes());
	for (int i = 0; i < 3; i++, path[8]++) {
		ATF_REQUIRE_EQ(rump_sys_open(path, RUMP_O_RDONLY), -1);
		ATF_REQUIRE_EQ_MSG(errno, ENXIO, "%s: errno %d", path, errno);
	}
	ATF_REQUIRE_EQ(rump_sys_open(path, RUMP_O_RDONLY), -1);
	ATF_REQUIRE_EQ(errno, ENOENT);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, unicode);
	ATF_TP_ADD_TC(tp, devnodes);
	return atf_no_error();
}
