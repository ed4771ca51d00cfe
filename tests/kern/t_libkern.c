/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's own C library. */

#include "t_mtest.h"

MTEST(strings, "strings")
MTEST(moves, "memory")
MTEST(numbers, "numbers and bits")
MTEST(printing, "formats")
MTEST(digests, "digests and hashes")
MTEST(rbtrees, "red-black trees")
MTEST(trees, "the trees of tree(3)")
MTEST(sorting, "sorting and searching")
MTEST(queues, "pcq and pslist")
MTEST(calendar, "calendar time")
MTEST(randomness, "random numbers")
MTEST(props, "property lists")
MTEST(ptrees, "ptree(3)")
MTEST(cdbrs, "constant databases")
MTEST(ciphers, "rijndael")

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, strings);
	ATF_TP_ADD_TC(tp, moves);
	ATF_TP_ADD_TC(tp, numbers);
	ATF_TP_ADD_TC(tp, printing);
	ATF_TP_ADD_TC(tp, digests);
	ATF_TP_ADD_TC(tp, rbtrees);
	ATF_TP_ADD_TC(tp, trees);
	ATF_TP_ADD_TC(tp, sorting);
	ATF_TP_ADD_TC(tp, queues);
	ATF_TP_ADD_TC(tp, calendar);
	ATF_TP_ADD_TC(tp, randomness);
	ATF_TP_ADD_TC(tp, props);
	ATF_TP_ADD_TC(tp, ptrees);
	ATF_TP_ADD_TC(tp, cdbrs);
	ATF_TP_ADD_TC(tp, ciphers);
	return atf_no_error();
}
