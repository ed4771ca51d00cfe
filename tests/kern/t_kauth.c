/* SPDX-License-Identifier: BSD-2-Clause */
/* kauth(9). */

#include "t_mtest.h"

MTEST(creds, "credentials")
MTEST(authorize, "who may do what")

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, creds);
	ATF_TP_ADD_TC(tp, authorize);
	return atf_no_error();
}
