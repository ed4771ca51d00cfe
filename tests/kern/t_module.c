/* SPDX-License-Identifier: BSD-2-Clause */
/* module(9), autoconf(9), devsw(9), evcnt(9). */

#include "t_mtest.h"

MTEST(modules, "loading, needs, references")
MTEST(devices, "drivers and devices")
MTEST(devsw, "device switches")
MTEST(events, "event counters")

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, modules);
	ATF_TP_ADD_TC(tp, devices);
	ATF_TP_ADD_TC(tp, devsw);
	ATF_TP_ADD_TC(tp, events);
	return atf_no_error();
}
