/* SPDX-License-Identifier: BSD-2-Clause */
/* Time values: timeval, timespec, bintime, interval timers and arithmetic. */

#ifndef _SYS_TIME_H_
#define _SYS_TIME_H_

#include <sys/timespec.h>
#include <sys/types.h>

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

struct timezone {
	int tz_minuteswest;
	int tz_dsttime;
};

#define DST_NONE 0

struct itimerval {
	struct timeval it_interval;
	struct timeval it_value;
};

struct itimerspec {
	struct timespec it_interval;
	struct timespec it_value;
};

/* seconds and a binary fraction in units of 2^-64 s */
struct bintime {
	time_t sec;
	uint64_t frac;
};

struct clockinfo {
	int hz;
	int tick;
	int tickadj;
	int stathz;
	int profhz;
};

#define TIMEVAL_TO_TIMESPEC(tv, ts)                                            \
	do {                                                                   \
		(ts)->tv_sec = (tv)->tv_sec;                                   \
		(ts)->tv_nsec = (tv)->tv_usec * 1000;                          \
	} while (0)
#define TIMESPEC_TO_TIMEVAL(tv, ts)                                            \
	do {                                                                   \
		(tv)->tv_sec = (ts)->tv_sec;                                   \
		(tv)->tv_usec = (suseconds_t)(ts)->tv_nsec / 1000;             \
	} while (0)

#define CLOCK_REALTIME           0
#define CLOCK_VIRTUAL            1
#define CLOCK_PROF               2
#define CLOCK_MONOTONIC          3
#define CLOCK_THREAD_CPUTIME_ID  0x20000000
#define CLOCK_PROCESS_CPUTIME_ID 0x40000000

#define TIMER_RELTIME 0x0
#define TIMER_ABSTIME 0x1

#define ITIMER_REAL      0
#define ITIMER_VIRTUAL   1
#define ITIMER_PROF      2
#define ITIMER_MONOTONIC 3

static inline void
bintime_addx(struct bintime *bt, uint64_t x)
{
	uint64_t old = bt->frac;

	bt->frac += x;
	if (bt->frac < old)
		bt->sec++;
}

static inline void
bintime_add(struct bintime *bt, const struct bintime *bt2)
{
	bintime_addx(bt, bt2->frac);
	bt->sec += bt2->sec;
}

static inline void
bintime_sub(struct bintime *bt, const struct bintime *bt2)
{
	uint64_t old = bt->frac;

	bt->frac -= bt2->frac;
	if (bt->frac > old)
		bt->sec--;
	bt->sec -= bt2->sec;
}

#define bintimecmp(a, b, cmp)                                                  \
	(((a)->sec == (b)->sec) ? (((a)->frac)cmp((b)->frac))                  \
				: (((a)->sec)cmp((b)->sec)))

static inline uint32_t
bintime2ns_frac_(uint64_t frac, uint32_t scale)
{
	return (uint32_t)(((uint64_t)scale * (uint32_t)(frac >> 32)) >> 32);
}

static inline void
bintime2timespec(const struct bintime *bt, struct timespec *ts)
{
	ts->tv_sec = bt->sec;
	ts->tv_nsec = (long)bintime2ns_frac_(bt->frac, 1000000000U);
}

static inline void
bintime2timeval(const struct bintime *bt, struct timeval *tv)
{
	tv->tv_sec = bt->sec;
	tv->tv_usec = (suseconds_t)bintime2ns_frac_(bt->frac, 1000000U);
}

/* 2^64 / 10^9 and 2^64 / 10^6, rounded down */
static inline void
timespec2bintime(const struct timespec *ts, struct bintime *bt)
{
	bt->sec = ts->tv_sec;
	bt->frac = (uint64_t)ts->tv_nsec * (uint64_t)18446744073ULL;
}

static inline void
timeval2bintime(const struct timeval *tv, struct bintime *bt)
{
	bt->sec = tv->tv_sec;
	bt->frac = (uint64_t)tv->tv_usec * (uint64_t)18446744073709ULL;
}

static inline struct bintime
ms2bintime(uint64_t ms)
{
	struct bintime bt;

	bt.sec = (time_t)(ms / 1000U);
	bt.frac = (ms % 1000U) * (uint64_t)18446744073709551ULL;
	return bt;
}

static inline struct bintime
us2bintime(uint64_t us)
{
	struct bintime bt;

	bt.sec = (time_t)(us / 1000000U);
	bt.frac = (us % 1000000U) * (uint64_t)18446744073709ULL;
	return bt;
}

static inline struct bintime
ns2bintime(uint64_t ns)
{
	struct bintime bt;

	bt.sec = (time_t)(ns / 1000000000U);
	bt.frac = (ns % 1000000000U) * (uint64_t)18446744073ULL;
	return bt;
}

#define timerclear(tvp) (tvp)->tv_sec = (tvp)->tv_usec = 0L
#define timerisset(tvp) ((tvp)->tv_sec || (tvp)->tv_usec)
#define timercmp(tvp, uvp, cmp)                                                \
	(((tvp)->tv_sec == (uvp)->tv_sec) ? ((tvp)->tv_usec cmp(uvp)->tv_usec) \
					  : ((tvp)->tv_sec cmp(uvp)->tv_sec))
#define timeradd(tvp, uvp, vvp)                                                \
	do {                                                                   \
		(vvp)->tv_sec = (tvp)->tv_sec + (uvp)->tv_sec;                 \
		(vvp)->tv_usec = (tvp)->tv_usec + (uvp)->tv_usec;              \
		if ((vvp)->tv_usec >= 1000000) {                               \
			(vvp)->tv_sec++;                                       \
			(vvp)->tv_usec -= 1000000;                             \
		}                                                              \
	} while (0)
#define timersub(tvp, uvp, vvp)                                                \
	do {                                                                   \
		(vvp)->tv_sec = (tvp)->tv_sec - (uvp)->tv_sec;                 \
		(vvp)->tv_usec = (tvp)->tv_usec - (uvp)->tv_usec;              \
		if ((vvp)->tv_usec < 0) {                                      \
			(vvp)->tv_sec--;                                       \
			(vvp)->tv_usec += 1000000;                             \
		}                                                              \
	} while (0)

#define timespecclear(tsp) (tsp)->tv_sec = (time_t)((tsp)->tv_nsec = 0L)
#define timespecisset(tsp) ((tsp)->tv_sec || (tsp)->tv_nsec)
#define timespeccmp(tsp, usp, cmp)                                             \
	(((tsp)->tv_sec == (usp)->tv_sec) ? ((tsp)->tv_nsec cmp(usp)->tv_nsec) \
					  : ((tsp)->tv_sec cmp(usp)->tv_sec))
#define timespecadd(tsp, usp, vsp)                                             \
	do {                                                                   \
		(vsp)->tv_sec = (tsp)->tv_sec + (usp)->tv_sec;                 \
		(vsp)->tv_nsec = (tsp)->tv_nsec + (usp)->tv_nsec;              \
		if ((vsp)->tv_nsec >= 1000000000L) {                           \
			(vsp)->tv_sec++;                                       \
			(vsp)->tv_nsec -= 1000000000L;                         \
		}                                                              \
	} while (0)
#define timespecsub(tsp, usp, vsp)                                             \
	do {                                                                   \
		(vsp)->tv_sec = (tsp)->tv_sec - (usp)->tv_sec;                 \
		(vsp)->tv_nsec = (tsp)->tv_nsec - (usp)->tv_nsec;              \
		if ((vsp)->tv_nsec < 0) {                                      \
			(vsp)->tv_sec--;                                       \
			(vsp)->tv_nsec += 1000000000L;                         \
		}                                                              \
	} while (0)
#define timespec2ns(x) (((uint64_t)(x)->tv_sec) * 1000000000L + (x)->tv_nsec)

#ifdef _KERNEL
#include <sys/timevar.h>
#endif

#endif /* _SYS_TIME_H_ */
