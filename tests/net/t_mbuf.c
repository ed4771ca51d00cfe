/* SPDX-License-Identifier: BSD-2-Clause */
/* Mbufs and socket buffers, from inside the kernel. */

#include <errno.h>

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

INSIDE(mbuf_queue, "queues of packets")
INSIDE(mbuf_limit, "no more clusters than nmbclusters")

TEST(mbuf_sysctl, "kern.mbuf by number")
{
	int mib[3] = {1 /* CTL_KERN */, 39 /* KERN_MBUF */, 0};
	int v = 0, want;
	size_t len = sizeof(v);

	RZ(rump_init());
	mib[2] = 1;
	RL(rump_sys___sysctl(mib, 3, &v, &len, NULL, 0));
	REQ(v, 512);
	mib[2] = 2;
	RL(rump_sys___sysctl(mib, 3, &v, &len, NULL, 0));
	REQ(v, 2048);
	mib[2] = 3;
	RL(rump_sys___sysctl(mib, 3, &v, &len, NULL, 0));
	REQ(v > 0, 1);
	want = v - 1;
	RERR(
	    EINVAL, rump_sys___sysctl(mib, 3, NULL, NULL, &want, sizeof(want)));
	want = v + 1;
	RL(rump_sys___sysctl(mib, 3, NULL, NULL, &want, sizeof(want)));
	RL(rump_sys___sysctl(mib, 3, &v, &len, NULL, 0));
	REQ(v, want);
	for (mib[2] = 4; mib[2] <= 5; mib[2]++) {
		want = 16;
		RL(rump_sys___sysctl(mib, 3, NULL, NULL, &want, sizeof(want)));
		RL(rump_sys___sysctl(mib, 3, &v, &len, NULL, 0));
		REQ(v, want);
	}
	mib[2] = 6;
	RL(rump_sys___sysctl(mib, 3, NULL, &len, NULL, 0));
	REQ(len, 6 * sizeof(long) + 256 * sizeof(short));
}

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
	ATF_TP_ADD_TC(tp, mbuf_limit);
	ATF_TP_ADD_TC(tp, mbuf_queue);
	ATF_TP_ADD_TC(tp, mbuf_sysctl);
	ATF_TP_ADD_TC(tp, mbuf_random);
	ATF_TP_ADD_TC(tp, sockbuf);
	return atf_no_error();
}
