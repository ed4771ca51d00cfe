/* SPDX-License-Identifier: BSD-2-Clause */
/* Longest-prefix match, from inside the kernel. */

#include "../kern/t_kern.h"
#include "nettest.h"

TEST(radix, "prefixes, hosts, duplicates, masks with holes")
{
	RZ(rump_init());
	REQ(rump_nettest_radix(), 0);
}

TEST(radix_random, "random tables against a linear search")
{
	unsigned int seed;

	RZ(rump_init());
	for (seed = 1; seed <= 10; seed++)
		REQ(rump_nettest_radix_random(seed, 2000), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, radix);
	ATF_TP_ADD_TC(tp, radix_random);
	return atf_no_error();
}
