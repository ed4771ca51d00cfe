/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the base share. */

#ifndef _T_KERN_H_
#define _T_KERN_H_

#include <atf-c.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperr.h>

/* fails the test unless the system call succeeds */
#define RL(call)                                                               \
	do {                                                                   \
		if ((call) == -1)                                              \
			atf_tc_fail("%s:%d: %s: %s (%d)", __FILE__, __LINE__,  \
			    #call, rump_strerror(errno), errno);               \
	} while (0)
#define RZ(call)        ATF_REQUIRE_EQ_MSG((call), 0, "%s failed", #call)
#define RERR(err, call) ATF_REQUIRE_ERRNO((err), (call) == -1)
#define REQ(a, b)                                                              \
	do {                                                                   \
		long long va_ = (long long)(a), vb_ = (long long)(b);          \
		if (va_ != vb_)                                                \
			atf_tc_fail("%s:%d: %s is %lld, not %s (%lld)",        \
			    __FILE__, __LINE__, #a, va_, #b, vb_);             \
	} while (0)

#define TEST(name, descr)                                                      \
	ATF_TC(name);                                                          \
	ATF_TC_HEAD(name, tc)                                                  \
	{                                                                      \
		atf_tc_set_md_var(tc, "descr", "%s", descr);                   \
	}                                                                      \
	ATF_TC_BODY(name, tc)

static inline double
t_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static inline void
t_msleep(int ms)
{
	struct timespec ts = {ms / 1000, ms % 1000 * 1000000L};

	nanosleep(&ts, NULL);
}

#endif /* _T_KERN_H_ */
