/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Clocks.  RELWALL is the wall clock and sleeps for a span; ABSMONO is the
 * monotonic clock and sleeps until a time.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

#define NSEC_PER_SEC 1000000000L
/* far enough for anybody, and safe to add to a clock in 32 bits of years */
#define SEC_FOREVER ((int64_t)INT32_MAX)

int
rumpuser_clock_gettime(int which, int64_t *sec, long *nsec)
{
	struct timespec ts;
	clockid_t id;

	switch ((enum rumpclock)which) {
	case RUMPUSER_CLOCK_RELWALL:
		id = CLOCK_REALTIME;
		break;
	case RUMPUSER_CLOCK_ABSMONO:
		id = CLOCK_MONOTONIC;
		break;
	default:
		return errno_to_kernel(EINVAL);
	}
	if (clock_gettime(id, &ts) == -1)
		return errno_to_kernel(errno);
	*sec = ts.tv_sec;
	*nsec = ts.tv_nsec;
	return 0;
}

static int
sleep_interruptible(clockid_t id, int flags, struct timespec *ts)
{
	int error;

	do {
		error = clock_nanosleep(id, flags, ts, ts);
	} while (error == EINTR);
	return error;
}

int
rumpuser_clock_sleep(int which, int64_t sec, long nsec)
{
	struct timespec ts;
	int error, nlocks;

	if (nsec < 0 || nsec >= NSEC_PER_SEC)
		return errno_to_kernel(EINVAL);
	if (sec < 0)
		sec = nsec = 0;
	ts.tv_sec = (time_t)MIN_OF(sec, SEC_FOREVER);
	ts.tv_nsec = nsec;

	nlocks = cpu_release(NULL);
	switch ((enum rumpclock)which) {
	case RUMPUSER_CLOCK_RELWALL:
		error = sleep_interruptible(CLOCK_MONOTONIC, 0, &ts);
		break;
	case RUMPUSER_CLOCK_ABSMONO:
		error =
		    sleep_interruptible(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts);
		break;
	default:
		error = EINVAL;
		break;
	}
	cpu_retake(nlocks, NULL);
	return errno_to_kernel(error);
}

/* A span from now as a time of the monotonic clock, with huge spans cut. */
void
deadline_from_relative(struct timespec *ts, int64_t sec, int64_t nsec)
{
	if (sec < 0 || nsec < 0)
		sec = nsec = 0;
	if (sec > SEC_FOREVER || nsec / NSEC_PER_SEC > SEC_FOREVER) {
		sec = SEC_FOREVER;
		nsec = 0;
	}
	clock_gettime(CLOCK_MONOTONIC, ts);
	nsec += ts->tv_nsec;
	ts->tv_sec += (time_t)(sec + nsec / NSEC_PER_SEC);
	ts->tv_nsec = (long)(nsec % NSEC_PER_SEC);
}
