/* SPDX-License-Identifier: BSD-2-Clause */
#include "t_kern.h"

#include <math.h>

#define R_REALTIME  0
#define R_MONOTONIC 3
#define R_ABSTIME   1

static double
rnow(int clock)
{
	struct rump_timespec ts;

	RL(rump_sys_clock_gettime(clock, rump_timespec_ptr(&ts)));
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

TEST(clocks, "clocks agree with the host's, and can be set")
{
	struct rump_timespec ts, ts2;
	struct rump_timeval tv;

	RZ(rump_init());
	RL(rump_sys_clock_gettime(R_REALTIME, rump_timespec_ptr(&ts)));
	ATF_REQUIRE(llabs((long long)ts.tv_sec - (long long)time(NULL)) < 3);
	RL(rump_sys_gettimeofday(rump_timeval_ptr(&tv), NULL));
	ATF_REQUIRE(llabs((long long)tv.tv_sec - (long long)time(NULL)) < 3);
	ATF_REQUIRE(rnow(R_MONOTONIC) < 1000);
	RL(rump_sys_clock_getres(R_MONOTONIC, rump_timespec_ptr(&ts2)));
	RERR(RUMP_EINVAL, rump_sys_clock_gettime(77, rump_timespec_ptr(&ts)));

	ts.tv_sec = 1000000000;
	ts.tv_nsec = 0;
	RL(rump_sys_clock_settime(R_REALTIME, rump_timespec_ptr(&ts)));
	ATF_REQUIRE(rnow(R_REALTIME) - 1e9 < 2);
	tv.tv_sec = 1100000000;
	tv.tv_usec = 0;
	RL(rump_sys_settimeofday(rump_timeval_ptr(&tv), NULL));
	ATF_REQUIRE(rnow(R_REALTIME) - 1.1e9 < 2);
	tv.tv_sec = 10;
	RL(rump_sys_adjtime(rump_timeval_ptr(&tv), NULL));
	ATF_REQUIRE(rnow(R_REALTIME) - 1.1e9 < 13);
	RERR(RUMP_EINVAL,
	    rump_sys_clock_settime(R_MONOTONIC, rump_timespec_ptr(&ts)));
	ts.tv_nsec = -1;
	RERR(RUMP_EINVAL,
	    rump_sys_clock_settime(R_REALTIME, rump_timespec_ptr(&ts)));
	/* not for everybody */
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setuid(5));
	ts.tv_nsec = 0;
	RERR(RUMP_EPERM,
	    rump_sys_clock_settime(R_REALTIME, rump_timespec_ptr(&ts)));
}

static double
slew_left(struct rump_timeval *delta)
{
	struct rump_timeval old = {99, 99};

	RL(rump_sys_adjtime(rump_timeval_ptr(delta), rump_timeval_ptr(&old)));
	ATF_REQUIRE(old.tv_usec >= 0 && old.tv_usec < 1000000);
	return (double)old.tv_sec + (double)old.tv_usec / 1e6;
}

/* How far the clock is ahead of the host's; the best of some tries. */
static double
ahead(void)
{
	double before, now, best = 1e9, error, value = 0;
	int i;

	for (i = 0; i < 50; i++) {
		before = t_clock(CLOCK_REALTIME);
		now = rnow(R_REALTIME);
		error = t_clock(CLOCK_REALTIME) - before;
		if (error < best) {
			best = error;
			value = now - before - error / 2;
		}
	}
	return value;
}

TEST(adjtime, "adjtime moves the clock little by little")
{
	struct rump_timeval tv = {2, 0};
	double start, moved, left, prev, now;
	int i;

	RZ(rump_init());
	ATF_REQUIRE(fabs(ahead()) < 0.001);
	start = t_now();
	ATF_REQUIRE(slew_left(&tv) == 0);
	t_msleep(300);
	moved = ahead();
	left = slew_left(NULL);
	ATF_REQUIRE_MSG(
	    moved > 0.0014 && moved < 0.005 * (t_now() - start) + 0.0001,
	    "moved by %f s", moved);
	ATF_REQUIRE_MSG(fabs(moved + left - 2) < 0.02, "left: %f s", left);

	/* back, and never is a moment earlier than the last one */
	tv.tv_sec = -1;
	tv.tv_usec = 999950;
	left = slew_left(&tv);
	ATF_REQUIRE_MSG(left > 1 && left < 1.9987, "left: %f s", left);
	prev = rnow(R_REALTIME);
	for (i = 0; i < 100000; i++) {
		now = rnow(R_REALTIME);
		ATF_REQUIRE(now >= prev);
		prev = now;
	}
	t_msleep(110);
	ATF_REQUIRE(slew_left(NULL) == 0);
	moved -= ahead();
	ATF_REQUIRE_MSG(moved < 0.0002, "moved back by %f s", moved);

	/* who sets the clock knows best */
	tv.tv_sec = -10;
	tv.tv_usec = 0;
	ATF_REQUIRE(slew_left(&tv) == 0);
	left = slew_left(NULL);
	ATF_REQUIRE_MSG(left < -9 && left >= -10, "left: %f s", left);
	tv.tv_sec = 1100000000;
	RL(rump_sys_settimeofday(rump_timeval_ptr(&tv), NULL));
	ATF_REQUIRE(slew_left(NULL) == 0);
	tv.tv_usec = 1000000;
	RERR(RUMP_EINVAL, rump_sys_adjtime(rump_timeval_ptr(&tv), NULL));
	tv.tv_usec = 0;
	tv.tv_sec = INT64_MAX;
	RERR(RUMP_EINVAL, rump_sys_adjtime(rump_timeval_ptr(&tv), NULL));
}

TEST(sleep, "sleeps last as long as they should")
{
	struct rump_timespec ts = {0, 3000000}, left;

	RZ(rump_init());
	TAKES(0.003, 0.1,
	    RL(rump_sys_nanosleep(
		rump_timespec_ptr(&ts), rump_timespec_ptr(&left))));
	REQ(left.tv_sec, 0);
	REQ(left.tv_nsec, 0);
	TAKES(0.02, 0.2, {
		RL(rump_sys_clock_gettime(R_MONOTONIC, rump_timespec_ptr(&ts)));
		ts.tv_nsec += 20000000;
		if (ts.tv_nsec >= 1000000000) {
			ts.tv_nsec -= 1000000000;
			ts.tv_sec++;
		}
		REQ(rump_sys_clock_nanosleep(
			R_MONOTONIC, R_ABSTIME, rump_timespec_ptr(&ts), NULL),
		    0);
	});
	/* what has passed is not waited for */
	TAKES(0, 0.1,
	    REQ(rump_sys_clock_nanosleep(
		    R_MONOTONIC, R_ABSTIME, rump_timespec_ptr(&ts), NULL),
		0));
	ts.tv_nsec = 1000000000;
	RERR(RUMP_EINVAL, rump_sys_nanosleep(rump_timespec_ptr(&ts), NULL));
	REQ(rump_sys_clock_nanosleep(
		R_MONOTONIC, 0, rump_timespec_ptr(&ts), NULL),
	    RUMP_EINVAL);
}

static volatile sig_atomic_t alarms;

static void
onalarm(int sig)
{
	alarms++;
}

TEST(itimer, "setitimer raises SIGALRM at the host")
{
	struct rump_itimerval itv, o;
	int i;

	signal(SIGALRM, onalarm);
	rump_boot_setsigmodel(RUMP_SIGMODEL_RAISE);
	RZ(rump_init());
	memset(&itv, 0, sizeof(itv));
	itv.it_value.tv_usec = 20000;
	itv.it_interval.tv_usec = 20000;
	RL(rump_sys_setitimer(0, (void *)&itv, (void *)&o));
	REQ(o.it_value.tv_sec, 0);
	for (i = 0; i < 100 && alarms < 3; i++)
		t_msleep(20);
	ATF_REQUIRE(alarms >= 3);
	RL(rump_sys_getitimer(0, (void *)&o));
	REQ(o.it_interval.tv_usec, 20000);
	memset(&itv, 0, sizeof(itv));
	RL(rump_sys_setitimer(0, (void *)&itv, NULL));
	RL(rump_sys_getitimer(0, (void *)&o));
	REQ(o.it_value.tv_usec, 0);
	t_msleep(50);
	i = alarms;
	t_msleep(100);
	REQ(alarms, i);
	RERR(RUMP_EINVAL, rump_sys_setitimer(9, (void *)&itv, NULL));
	itv.it_value.tv_usec = 1000000;
	RERR(RUMP_EINVAL, rump_sys_setitimer(0, (void *)&itv, NULL));
}

struct r_sigevent {
	int notify;
	int signo;
	void *value;
	void *fn;
	void *attr;
};

TEST(timers, "POSIX timers")
{
	struct r_sigevent sev = {1, 30, NULL, NULL, NULL};
	struct rump_itimerspec its, o;
	int id = -1, ids[64], i;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	RZ(rump_init());
	RL(rump_sys_timer_create(R_MONOTONIC, (void *)&sev, (void *)&id));
	ATF_REQUIRE(id >= 0);
	memset(&its, 0, sizeof(its));
	its.it_value.tv_sec = 100;
	its.it_interval.tv_nsec = 1000;
	RL(rump_sys_timer_settime(
	    (timer_t)(intptr_t)id, 0, (void *)&its, (void *)&o));
	RL(rump_sys_timer_gettime((timer_t)(intptr_t)id, (void *)&o));
	ATF_REQUIRE(o.it_value.tv_sec >= 98 && o.it_value.tv_sec <= 100);
	REQ(o.it_interval.tv_nsec, 1000);
	its.it_value.tv_sec = 0;
	its.it_value.tv_nsec = 1000000;
	RL(rump_sys_timer_settime(
	    (timer_t)(intptr_t)id, 0, (void *)&its, NULL));
	t_msleep(200);
	ATF_REQUIRE(rump_sys_timer_getoverrun((timer_t)(intptr_t)id) > 0);
	RL(rump_sys_timer_delete((timer_t)(intptr_t)id));
	RERR(RUMP_EINVAL, rump_sys_timer_delete((timer_t)(intptr_t)id));
	RERR(RUMP_EINVAL, rump_sys_timer_delete((timer_t)(intptr_t)-5));
	for (i = 0; i < 64; i++)
		if (rump_sys_timer_create(R_REALTIME, NULL, (void *)&ids[i]) ==
		    -1)
			break;
	REQ(i, 32);
	REQ(errno, RUMP_EAGAIN);
	sev.signo = 1000;
	RERR(RUMP_EINVAL,
	    rump_sys_timer_create(R_MONOTONIC, (void *)&sev, (void *)&id));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, clocks);
	ATF_TP_ADD_TC(tp, adjtime);
	ATF_TP_ADD_TC(tp, sleep);
	ATF_TP_ADD_TC(tp, itimer);
	ATF_TP_ADD_TC(tp, timers);
	return atf_no_error();
}
