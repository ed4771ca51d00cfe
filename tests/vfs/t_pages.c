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

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, radix);
	ATF_TP_ADD_TC(tp, aobj);
	ATF_TP_ADD_TC(tp, wait);
	return atf_no_error();
}
