/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time is the host's. Uptime counts from boot of the rump kernel on the
 * host's monotonic clock; the wall clock is the host's plus an offset, moved
 * by clock_settime(2) at once and by adjtime(2) little by little. There are no
 * ticks: hardclock_ticks is the uptime in units of 1/hz, and while the clock
 * is slewed, who reads it moves the offset by what is due.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timetc.h>
#include <sys/timevar.h>
#include <sys/types.h>

#include <machine/cpu_counter.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "sched_impl.h"

#define NS 1000000000LL

int hz = 100;
int tick = 10000;
int tickadj = 40;
int stathz = 100;
int profhz = 100;
int profsrc = PROFSRC_CLOCK;
int psratio = 1;
int rtc_offset;
int time_adjusted;
struct timespec boottime;

static int64_t mono_boot;            /* constant after boot */
static volatile int64_t wall_offset; /* atomic: added to the host's */

/* 1 ns in so many: 500 us per second, 5 ms while it is far off */
#define SLEW_SLOW 2000
#define SLEW_FAST 200

static ilock_t slew_lock;          /* is held also to read a slewed clock */
static volatile int64_t slew_left; /* slew_lock, atomic: still to be moved */
static int64_t slew_since;         /* slew_lock: uptime when slew_left was so */

static int64_t
host_clock(int which)
{
	int64_t sec;
	long nsec;

	if (rumpuser_clock_gettime(which, &sec, &nsec) != 0)
		return 0;
	return sec * NS + nsec;
}

int64_t
rump_mono_ns(void)
{
	return host_clock(RUMPUSER_CLOCK_ABSMONO) - mono_boot;
}

static int64_t
wall_now(void)
{
	return host_clock(RUMPUSER_CLOCK_RELWALL) +
	    __atomic_load_n(&wall_offset, __ATOMIC_RELAXED);
}

/* Move the clock by what is due; slew_lock held. */
static void
slew_run(void)
{
	int64_t left = slew_left, size = left < 0 ? -left : left;
	int64_t passed, fast, slow = 0;

	passed = rump_mono_ns() - slew_since;
	fast = MIN(MAX(size - NS, 0), passed / SLEW_FAST);
	if (fast >= size - NS)
		slow =
		    MIN(size - fast, (passed - fast * SLEW_FAST) / SLEW_SLOW);
	/* what is too short to be counted now is not lost */
	slew_since += fast * SLEW_FAST + slow * SLEW_SLOW;
	size = left < 0 ? -(fast + slow) : fast + slow;
	__atomic_fetch_add(&wall_offset, size, __ATOMIC_RELAXED);
	__atomic_store_n(&slew_left, left - size, __ATOMIC_RELAXED);
}

static int64_t __noinline
wall_slewed(void)
{
	int64_t ns;

	ilock_enter(&slew_lock);
	slew_run();
	ns = wall_now();
	ilock_exit(&slew_lock);
	return ns;
}

int64_t
rump_wall_ns(void)
{
	if (__predict_false(__atomic_load_n(&slew_left, __ATOMIC_RELAXED) != 0))
		return wall_slewed();
	return wall_now();
}

/*
 * Slew the wall clock by *ns, in the place of what is left of an earlier one,
 * which is returned; NULL: only tell.
 */
int64_t
rump_wall_slew(const int64_t *ns)
{
	int64_t left;

	ilock_enter(&slew_lock);
	slew_run();
	left = slew_left;
	if (ns != NULL) {
		slew_since = rump_mono_ns();
		__atomic_store_n(&slew_left, *ns, __ATOMIC_RELAXED);
	}
	ilock_exit(&slew_lock);
	return left;
}

static void
ns2ts(int64_t ns, struct timespec *ts)
{
	ts->tv_sec = ns / NS;
	ts->tv_nsec = (long)(ns % NS);
	if (ts->tv_nsec < 0) {
		ts->tv_sec--;
		ts->tv_nsec += NS;
	}
}

void
rump_time_bootstrap(void)
{
	mono_boot = host_clock(RUMPUSER_CLOCK_ABSMONO);
	ns2ts(rump_wall_ns(), &boottime);
}

uint64_t
rump_cpu_counter(void)
{
	return (uint64_t)rump_mono_ns();
}

int
rump_hardclock_ticks(void)
{
	return (int)(u_int)(rump_mono_ns() / ((int64_t)tick * 1000));
}

time_t
rump_time_second(void)
{
	return rump_wall_ns() / NS;
}

/* starts at 1: drivers take 0 for "never" */
time_t
rump_time_uptime(void)
{
	return rump_mono_ns() / NS + 1;
}

void
nanouptime(struct timespec *ts)
{
	ns2ts(rump_mono_ns() + NS, ts);
}

void
microuptime(struct timeval *tv)
{
	struct timespec ts;

	nanouptime(&ts);
	TIMESPEC_TO_TIMEVAL(tv, &ts);
}

void
binuptime(struct bintime *bt)
{
	struct timespec ts;

	nanouptime(&ts);
	timespec2bintime(&ts, bt);
}

void
nanotime(struct timespec *ts)
{
	ns2ts(rump_wall_ns(), ts);
}

void
microtime(struct timeval *tv)
{
	struct timespec ts;

	nanotime(&ts);
	TIMESPEC_TO_TIMEVAL(tv, &ts);
}

void
bintime(struct bintime *bt)
{
	struct timespec ts;

	nanotime(&ts);
	timespec2bintime(&ts, bt);
}

__strong_alias(getnanouptime, nanouptime);

__strong_alias(getmicrouptime, microuptime);

__strong_alias(getbinuptime, binuptime);

__strong_alias(getnanotime, nanotime);

__strong_alias(getmicrotime, microtime);

__strong_alias(getbintime, bintime);

void
getnanoboottime(struct timespec *ts)
{
	*ts = boottime;
}

void
getmicroboottime(struct timeval *tv)
{
	TIMESPEC_TO_TIMEVAL(tv, &boottime);
}

void
getbinboottime(struct bintime *bt)
{
	timespec2bintime(&boottime, bt);
}

#define LATEST_S 8000000000LL

/* From now on the wall clock says ts, and is not slewed. */
void
tc_setclock(const struct timespec *ts)
{
	const int64_t none = 0;
	int64_t delta;

	(void)rump_wall_slew(&none);
	delta = ts->tv_sec * NS + ts->tv_nsec - rump_wall_ns();
	__atomic_fetch_add(&wall_offset, delta, __ATOMIC_RELAXED);
	ns2ts(boottime.tv_sec * NS + boottime.tv_nsec + delta, &boottime);
	time_adjusted = 1;
}

/* The same for settimeofday(2) and clock_settime(2), already authorized. */
int
settime(struct proc *p, struct timespec *ts)
{
	/* Nanoseconds since 1970 have 63 bits: up to the year 2222. */
	if (ts->tv_sec < 0 || ts->tv_sec > LATEST_S)
		return EINVAL;
	tc_setclock(ts);
	return 0;
}

void
inittodr(time_t base)
{
}

void
resettodr(void)
{
}

void
initclocks(void)
{
}

void
setrootfstime(time_t t)
{
}

void
delay(unsigned int us)
{
	rumpuser_clock_sleep(
	    RUMPUSER_CLOCK_RELWALL, us / 1000000, (long)(us % 1000000) * 1000);
}

/* Timecounters of drivers are accepted and not used. */
struct timecounter *timecounter;

void
tc_init(struct timecounter *tc)
{
	tc->tc_next = timecounter;
	timecounter = tc;
}

int
tc_detach(struct timecounter *tc)
{
	struct timecounter **tp;

	for (tp = &timecounter; *tp != NULL; tp = &(*tp)->tc_next) {
		if (*tp == tc) {
			*tp = tc->tc_next;
			break;
		}
	}
	return 0;
}

uint64_t
tc_getfrequency(void)
{
	return NS;
}

void
tc_ticktock(void)
{
}

void
tc_gonebad(struct timecounter *tc)
{
}

/*
 * Spans of time in ticks, rounded up, and one more because the current tick
 * has begun already; at least 1 and at most INT_MAX.
 */
int
tstohz(const struct timespec *ts)
{
	int64_t n;

	if (ts->tv_sec < 0 || (ts->tv_sec == 0 && ts->tv_nsec <= 0))
		return 0;
	if (ts->tv_sec > INT_MAX / hz)
		return INT_MAX;
	n = (int64_t)ts->tv_sec * hz +
	    (ts->tv_nsec + (int64_t)tick * 1000 - 1) / ((int64_t)tick * 1000) +
	    1;
	return n > INT_MAX ? INT_MAX : (int)n;
}

int
tvtohz(const struct timeval *tv)
{
	struct timespec ts;

	TIMEVAL_TO_TIMESPEC(tv, &ts);
	return tstohz(&ts);
}

/* From now until a time of the wall clock; 0 if it is over. */
int
tshzto(const struct timespec *ts)
{
	struct timespec now, left;

	nanotime(&now);
	timespecsub(ts, &now, &left);
	return tstohz(&left);
}

/* The same for a time of the uptime clock. */
int
tshztoup(const struct timespec *ts)
{
	struct timespec now, left;

	nanouptime(&now);
	timespecsub(ts, &now, &left);
	return tstohz(&left);
}

int
tvhzto(const struct timeval *tv)
{
	struct timespec ts;

	TIMEVAL_TO_TIMESPEC(tv, &ts);
	return tshzto(&ts);
}

/* True, and *last is now, if mininterval has passed since *last. */
int
ratecheck(struct timeval *last, const struct timeval *mininterval)
{
	struct timeval now, delta;

	getmicrouptime(&now);
	timersub(&now, last, &delta);
	if (!timercmp(&delta, mininterval, >=) && timerisset(last))
		return 0;
	*last = now;
	return 1;
}

/* True if this is not more than the maxpps'th call within a second. */
int
ppsratecheck(struct timeval *last, int *curpps, int maxpps)
{
	struct timeval now, delta;

	getmicrouptime(&now);
	timersub(&now, last, &delta);
	if (!timerisset(last) || delta.tv_sec >= 1) {
		*last = now;
		*curpps = 1;
		return maxpps != 0;
	}
	if (*curpps < INT_MAX)
		++*curpps;
	return maxpps < 0 || *curpps <= maxpps;
}
