/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of requests. */
#include "io_test.h"

#define CASE(name)                                                             \
	TEST(name, "strategy " #name)                                          \
	{                                                                      \
		ATF_REQUIRE_EQ(rump_init(), 0);                                \
		KT(rumptest_bufq(#name));                                      \
	}

CASE(fcfs)
CASE(disksort)
CASE(readprio)
CASE(priocscan)

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fcfs);
	ATF_TP_ADD_TC(tp, disksort);
	ATF_TP_ADD_TC(tp, readprio);
	ATF_TP_ADD_TC(tp, priocscan);
	return atf_no_error();
}
