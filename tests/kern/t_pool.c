/* SPDX-License-Identifier: BSD-2-Clause */
/* pool(9) and pool_cache(9). */

#include "t_mtest.h"

MTEST(pool_basic, "items of many sizes")
MTEST(pool_align, "alignment and offset")
MTEST(pool_limits, "hard limit, drain hook, waiting, low watermark")
MTEST(pool_allocator, "pages of another allocator, untouched items")
MTEST(pool_leak, "a pool with items in use is destroyed")
MTEST(cache_ctor, "constructors, destructors, invalidation")
MTEST(cache_threads, "many threads, with reclaim in between")

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, pool_basic);
	ATF_TP_ADD_TC(tp, pool_align);
	ATF_TP_ADD_TC(tp, pool_limits);
	ATF_TP_ADD_TC(tp, pool_allocator);
	ATF_TP_ADD_TC(tp, pool_leak);
	ATF_TP_ADD_TC(tp, cache_ctor);
	ATF_TP_ADD_TC(tp, cache_threads);
	return atf_no_error();
}
