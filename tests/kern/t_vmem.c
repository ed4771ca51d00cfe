/* SPDX-License-Identifier: BSD-2-Clause */
/* vmem(9) and extent(9). */

#include "t_mtest.h"

MTEST(vmem_basic, "numbers run out and come back")
MTEST(vmem_constraints, "alignment, phase, boundary, range")
MTEST(vmem_import, "spans from another arena")
MTEST(vmem_random, "many at random")
MTEST(extents, "extent maps")

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, vmem_basic);
	ATF_TP_ADD_TC(tp, vmem_constraints);
	ATF_TP_ADD_TC(tp, vmem_import);
	ATF_TP_ADD_TC(tp, vmem_random);
	ATF_TP_ADD_TC(tp, extents);
	return atf_no_error();
}
