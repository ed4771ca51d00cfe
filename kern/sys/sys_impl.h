/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_IMPL_H_
#define _SYS_IMPL_H_

#include <sys/time.h>
#include <sys/types.h>

#define NS_PER_S 1000000000LL

struct proc;

/* spans of time; what does not fit is some hundred years */
static inline int64_t
rump_ts_ns(const struct timespec *ts)
{
	if (ts->tv_sec > INT64_MAX / (2 * NS_PER_S))
		return INT64_MAX / 2;
	return (int64_t)ts->tv_sec * NS_PER_S + ts->tv_nsec;
}

static inline void
rump_ns_ts(int64_t ns, struct timespec *ts)
{
	ts->tv_sec = (time_t)(ns / NS_PER_S);
	ts->tv_nsec = (long)(ns % NS_PER_S);
}

void ptimers_free(struct proc *);
void ksem_init(void);

#endif /* _SYS_IMPL_H_ */
