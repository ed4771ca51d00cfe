/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of objects. */
#include "io_test.h"

ATF_TC(radix);
ATF_TC_HEAD(radix, tc)
{
	atf_tc_set_md_var(tc, "descr", "pages come and go at random places");
}
ATF_TC_BODY(radix, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	for (unsigned seed = 1; seed < 4; seed++)
		KT(rumptest_radix(seed, 20000));
}

ATF_TC(aobj);
ATF_TC_HEAD(aobj, tc)
{
	atf_tc_set_md_var(tc, "descr", "anonymous objects and their pager");
}
ATF_TC_BODY(aobj, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	KT(rumptest_aobj());
}

ATF_TC(wait);
ATF_TC_HEAD(wait, tc)
{
	atf_tc_set_md_var(tc, "descr", "a busy page is waited for");
}
ATF_TC_BODY(wait, tc)
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
