/* SPDX-License-Identifier: BSD-2-Clause */
/* Mbufs and socket buffers, from inside the kernel. */

#include "../kern/t_kern.h"
#include "nettest.h"

#define INSIDE(name, descr)                                                    \
	TEST(name, descr)                                                      \
	{                                                                      \
		RZ(rump_init());                                               \
		REQ(rump_nettest_##name(), 0);                                 \
	}

INSIDE(mbuf_alloc, "allocation, external storage, references")
INSIDE(mbuf_copy, "copies, shared and real")
INSIDE(mbuf_shape, "pullup, adj, split, cat, prepend")
INSIDE(mbuf_pulldown, "pulldown at every offset")
INSIDE(mbuf_tags, "packet tags")
INSIDE(sockbuf, "accounting of socket buffers")

TEST(mbuf_random, "random operations against a flat buffer")
{
	unsigned int seed;

	RZ(rump_init());
	for (seed = 1; seed <= 20; seed++)
		REQ(rump_nettest_mbuf_random(seed, 1000), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mbuf_alloc);
	ATF_TP_ADD_TC(tp, mbuf_copy);
	ATF_TP_ADD_TC(tp, mbuf_shape);
	ATF_TP_ADD_TC(tp, mbuf_pulldown);
	ATF_TP_ADD_TC(tp, mbuf_tags);
	ATF_TP_ADD_TC(tp, mbuf_random);
	ATF_TP_ADD_TC(tp, sockbuf);
	return atf_no_error();
}
