/* SPDX-License-Identifier: BSD-2-Clause */
/* Packet queues, from inside the kernel. */

#include "../kern/t_kern.h"
#include "nettest.h"

TEST(queue, "order, length, limit, flushing")
{
	RZ(rump_init());
	REQ(rump_nettest_pktq(), 0);
}

TEST(barrier, "a barrier loses nothing and waits for handlers")
{
	setenv("RUMP_NCPU", "4", 1);
	RZ(rump_init());
	REQ(rump_nettest_pktq_barrier(), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, queue);
	ATF_TP_ADD_TC(tp, barrier);
	return atf_no_error();
}
