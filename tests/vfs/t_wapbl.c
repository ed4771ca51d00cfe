/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal of metadata. */
#include "io_test.h"

TEST(replay, "commits, crashes and replays")
{
	boot_linfs(8 << 20, 13, 1);
	KT(rumptest_wapbl("/m", IMGDEV, 80));
}

TEST(damage, "full and damaged logs")
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
