/* SPDX-License-Identifier: BSD-2-Clause */
/* Time values with 32-bit seconds, of system calls before NetBSD 6. */

#ifndef _COMPAT_SYS_TIME_H_
#define _COMPAT_SYS_TIME_H_

#include <sys/time.h>

struct timeval50 {
	int32_t tv_sec;
	long tv_usec;
};

struct timespec50 {
	int32_t tv_sec;
	long tv_nsec;
};

struct itimerval50 {
	struct timeval50 it_interval;
	struct timeval50 it_value;
};

static inline void
timeval50_to_timeval(const struct timeval50 *ts50, struct timeval *ts)
{
	ts->tv_sec = (time_t)ts50->tv_sec;
	ts->tv_usec = (suseconds_t)ts50->tv_usec;
}

static inline void
timeval_to_timeval50(const struct timeval *ts, struct timeval50 *ts50)
{
	ts50->tv_sec = (int32_t)ts->tv_sec;
	ts50->tv_usec = ts->tv_usec;
}

static inline void
timespec50_to_timespec(const struct timespec50 *ts50, struct timespec *ts)
{
	ts->tv_sec = (time_t)ts50->tv_sec;
	ts->tv_nsec = ts50->tv_nsec;
}

static inline void
timespec_to_timespec50(const struct timespec *ts, struct timespec50 *ts50)
{
	ts50->tv_sec = (int32_t)ts->tv_sec;
	ts50->tv_nsec = ts->tv_nsec;
}

#endif /* _COMPAT_SYS_TIME_H_ */
