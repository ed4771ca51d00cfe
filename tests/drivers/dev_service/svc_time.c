/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks, ticks, rates, and callouts in all of their states. */

#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>

#include "ktest.h"
#include "svc.h"

void
svc_test_clocks(void)
{
	struct timeval tv, utv, tv2;
	struct timespec ts, ts2, uts;
	struct bintime bt, bt2;
	time_t up;
	int start, slept;

	KEQ(hz, 100);
	KEQ(tick, 1000000 / hz);
	microtime(&tv);
	nanotime(&ts);
	getnanotime(&ts2);
	K(tv.tv_sec > 1400000000);
	K(ts.tv_sec - tv.tv_sec <= 1 && ts2.tv_sec - ts.tv_sec <= 1);
	K(ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000);
	K(time_second - tv.tv_sec <= 1 && time_second >= tv.tv_sec);

	/* The clock of uptime began at one second and goes on. */
	up = time_uptime;
	K(up >= 1);
	getmicrouptime(&utv);
	K(utv.tv_sec - up <= 1);
	binuptime(&bt);
	start = hardclock_ticks;
	kpause("svcclock", false, 5, NULL);
	slept = hardclock_ticks - start;
	getbinuptime(&bt2);
	getnanouptime(&uts);
	K(slept >= 4);
	bintime_sub(&bt2, &bt);
	K(bt2.sec > 0 || bt2.frac >= (uint64_t)0x0a00000000000000ULL);
	K(uts.tv_sec >= utv.tv_sec);

	/* Spans as ticks: rounded up, and one for the tick that has begun. */
	tv2.tv_sec = 1;
	tv2.tv_usec = 1;
	KEQ(tvtohz(&tv2), hz + 2);
	tv2.tv_sec = -1;
	KEQ(tvtohz(&tv2), 0);
	KEQ(mstohz(1000), hz);
	microtime(&tv2);
	tv2.tv_sec += 2;
	K(tvhzto(&tv2) > hz && tvhzto(&tv2) <= 2 * hz + 1);
	tv2.tv_sec -= 4;
	KEQ(tvhzto(&tv2), 0);
}

void
svc_test_rates(void)
{
	struct timeval last = {0, 0}, second = {60, 0};
	struct timeval plast = {0, 0};
	int pps = 0, allowed = 0, i;

	K(ratecheck(&last, &second));
	K(!ratecheck(&last, &second));
	last.tv_sec -= 61;
	K(ratecheck(&last, &second));
	for (i = 0; i < 10; i++)
		allowed += ppsratecheck(&plast, &pps, 4) != 0;
	/* Four in a second, and four more if one ended meanwhile. */
	K(allowed == 4 || allowed == 8);
	K(!ppsratecheck(&plast, &pps, 0));
	K(ppsratecheck(&plast, &pps, -1));
}

struct shot {
	callout_t s_callout;
	kmutex_t s_lock;
	volatile u_int s_count;
	volatile u_int s_state;
	u_int s_seen; /* s_lock: what the function saw of itself */
};

#define SEEN_PENDING  1
#define SEEN_EXPIRED  2
#define SEEN_INVOKING 4
#define SEEN_ACKED    8
#define SEEN_LOCKED   16

static void
shot_fire(void *arg)
{
	struct shot *s = arg;

	mutex_enter(&s->s_lock);
	if (callout_pending(&s->s_callout))
		s->s_seen |= SEEN_PENDING;
	if (callout_expired(&s->s_callout))
		s->s_seen |= SEEN_EXPIRED;
	if (callout_invoking(&s->s_callout))
		s->s_seen |= SEEN_INVOKING;
	callout_ack(&s->s_callout);
	if (!callout_invoking(&s->s_callout))
		s->s_seen |= SEEN_ACKED;
	if (KERNEL_LOCKED_P())
		s->s_seen |= SEEN_LOCKED;
	atomic_inc_uint(&s->s_count);
	mutex_exit(&s->s_lock);
}

static bool
shot_await(struct shot *s, u_int count)
{
	int i;

	for (i = 0; i < 200 && s->s_count < count; i++)
		kpause("svcshot", false, 1, NULL);
	return s->s_count == count;
}

void
svc_test_callout(void)
{
	static struct shot shot;
	struct shot *s = &shot;
	callout_t *c = &s->s_callout;
	struct timeval start, now;
	bool fired;

	mutex_init(&s->s_lock, MUTEX_DEFAULT, IPL_SOFTCLOCK);
	callout_init(c, CALLOUT_MPSAFE);
	K(!callout_pending(c) && !callout_active(c) && !callout_expired(c));
	callout_reset(c, 2, shot_fire, s);
	K(callout_active(c));
	K(shot_await(s, 1));
	mutex_enter(&s->s_lock);
	KEQ(s->s_seen, SEEN_EXPIRED | SEEN_INVOKING | SEEN_ACKED);
	mutex_exit(&s->s_lock);
	K(callout_expired(c) && callout_active(c) && !callout_pending(c));
	K(callout_stop(c));

	/* Taken back in time, it does not fire. */
	callout_schedule(c, 10 * hz);
	K(callout_pending(c));
	K(!callout_stop(c));
	K(!callout_pending(c));
	/* Moved: earlier than it was. */
	callout_schedule(c, 1000 * hz);
	callout_schedule(c, 1);
	K(shot_await(s, 2));

	/* It waits for the lock that its halt gives up, or has not begun. */
	mutex_enter(&s->s_lock);
	callout_schedule(c, 1);
	microuptime(&start);
	do {
		microuptime(&now);
		timersub(&now, &start, &now);
	} while (now.tv_sec == 0 && now.tv_usec < 3 * tick);
	fired = callout_halt(c, &s->s_lock);
	K(mutex_owned(&s->s_lock));
	KEQ(s->s_count, fired ? 3 : 2);
	mutex_exit(&s->s_lock);
	callout_destroy(c);

	/* Without CALLOUT_MPSAFE: with the big lock. */
	callout_init(c, 0);
	s->s_seen = 0;
	callout_setfunc(c, shot_fire, s);
	callout_schedule(c, 1);
	K(shot_await(s, fired ? 4 : 3));
	callout_halt(c, NULL);
	K((s->s_seen & SEEN_LOCKED) != 0);
	callout_destroy(c);
	mutex_destroy(&s->s_lock);
}
