/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of objects. */
#include "io_test.h"

TEST(radix, "pages come and go at random places")
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	for (unsigned seed = 1; seed < 4; seed++)
		KT(rumptest_radix(seed, 20000));
}

TEST(aobj, "anonymous objects and their pager")
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	KT(rumptest_aobj());
}

TEST(wait, "a busy page is waited for")
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	KT(rumptest_pagewait());
}

TEST(range, "pages are written and freed in ranges, and read with locks")
{
	boot_linfs(1 << 20, 13, 1);
	KT(rumptest_page_range("/m/data"));
	RL(rump_sys_unmount("/m", 0));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, radix);
	ATF_TP_ADD_TC(tp, aobj);
	ATF_TP_ADD_TC(tp, wait);
	ATF_TP_ADD_TC(tp, range);
	return atf_no_error();
}
