/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal of metadata. */
#include "io_test.h"

ATF_TC(replay);
ATF_TC_HEAD(replay, tc)
{
	atf_tc_set_md_var(tc, "descr", "commits, crashes and replays");
}
ATF_TC_BODY(replay, tc)
{
	boot_linfs(8 << 20, 13, 1);
	KT(rumptest_wapbl("/m", IMGDEV, 80));
}

ATF_TC(damage);
ATF_TC_HEAD(damage, tc)
{
	atf_tc_set_md_var(tc, "descr", "full and damaged logs");
}
ATF_TC_BODY(damage, tc)
{
	boot_linfs(8 << 20, 13, 1);
	KT(rumptest_wapbl_full("/m", IMGDEV));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, replay);
	ATF_TP_ADD_TC(tp, damage);
	return atf_no_error();
}
