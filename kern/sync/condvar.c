/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condvar(9), over the sleep queue table. cv_nwait counts who is queued; it
 * changes under the bucket lock, by whoever removes the waiter. Waits with a
 * limit sleep at the host for as long: no callout.
 */

#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"
#include "sync_impl.h"

#define CV_MAGIC 0x63766376U
#define CV_DEAD  0xdeadcafeU
#define RA()     __builtin_return_address(0)

const struct bintime rump_default_timeout_epsilon = {0, 1ULL << 54};

void
cv_init(kcondvar_t *cv, const char *wmesg)
{
	cv->cv_nwait = 0;
	cv->cv_magic = CV_MAGIC;
	cv->cv_wmesg = wmesg;
}

static inline void
cv_must_be(const kcondvar_t *cv, const void *at, const char *what)
{
	if (__predict_false(cv->cv_magic != CV_MAGIC))
		rump_rule_broken("condvar(9)", at,
		    "%s: %p was never initialised, or is destroyed", what, cv);
}

void
cv_destroy(kcondvar_t *cv)
{
	const void *at = __builtin_return_address(0);

	cv_must_be(cv, at, "cv_destroy");
	if (__predict_false(PEEK(cv->cv_nwait) != 0))
		rump_rule_broken("condvar(9)", at,
		    "destroying condvar %p (%s), which has waiters", cv,
		    cv->cv_wmesg);
	cv->cv_magic = CV_DEAD;
}

bool
cv_is_valid(kcondvar_t *cv)
{
	return cv->cv_magic == CV_MAGIC;
}

static int
cv_sleep(kcondvar_t *cv, kmutex_t *mtx, int64_t ns, bool catch, const void *at)
{
	struct lwp *l = curlwp;
	struct sleepq_bucket *sb;
	int error;

	cv_must_be(cv, at, "cv_wait");
	if (__predict_false(!mutex_owned(mtx)))
		rump_rule_broken("condvar(9)", at,
		    "cv_wait: mutex %p is not held by the caller", mtx);
	LD_SLEEP(mtx->mtx_ld, at);
	rump_sleep_check(l, mtx->mtx_spin, at);
	sb = rump_sleepq_lock(cv);
	rump_sleepq_enqueue(sb, l, cv, cv->cv_wmesg, SQ_CV);
	POKE(cv->cv_nwait, cv->cv_nwait + 1);
	rump_sleepq_unlock(sb);
	mutex_exit(mtx);
	error = rump_sleepq_block(l, ns, catch);
	mutex_enter(mtx);
	return error;
}

void
cv_wait(kcondvar_t *cv, kmutex_t *mtx)
{
	(void)cv_sleep(cv, mtx, -1, false, RA());
}

int
cv_wait_sig(kcondvar_t *cv, kmutex_t *mtx)
{
	return cv_sleep(cv, mtx, -1, true, RA());
}

static int64_t
ticks2ns(int ticks)
{
	if (ticks <= 0)
		return ticks == 0 ? -1 : 0;
	return (int64_t)ticks * tick * 1000;
}

int
cv_timedwait(kcondvar_t *cv, kmutex_t *mtx, int ticks)
{
	return cv_sleep(cv, mtx, ticks2ns(ticks), false, RA());
}

int
cv_timedwait_sig(kcondvar_t *cv, kmutex_t *mtx, int ticks)
{
	return cv_sleep(cv, mtx, ticks2ns(ticks), true, RA());
}

/* The same with a limit in nanoseconds; negative: none. */
int
cv_timedwait_ns(kcondvar_t *cv, kmutex_t *mtx, int64_t ns, bool catch)
{
	return cv_sleep(cv, mtx, ns, catch, RA());
}

static int
cv_sleepbt(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt, bool catch,
    const void *at)
{
	struct timespec ts;
	int64_t start, left, ns;
	int error;

	bintime2timespec(bt, &ts);
	if (ts.tv_sec < 0)
		ns = 0;
	else if (ts.tv_sec > INT64_MAX / 2000000000)
		ns = -1;
	else
		ns = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
	start = rump_mono_ns();
	error = cv_sleep(cv, mtx, ns, catch, at);
	if (ns >= 0) {
		left = ns - (rump_mono_ns() - start);
		*bt = ns2bintime(left < 0 ? 0 : (uint64_t)left);
	}
	return error;
}

int
cv_timedwaitbt(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt,
    const struct bintime *epsilon)
{
	return cv_sleepbt(cv, mtx, bt, false, RA());
}

int
cv_timedwaitbt_sig(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt,
    const struct bintime *epsilon)
{
	return cv_sleepbt(cv, mtx, bt, true, RA());
}

/* Wake one. The caller holds the mutex of the waits, or knows better. */
void
cv_signal(kcondvar_t *cv)
{
	struct sleepq_bucket *sb;
	struct lwp *l;

	if (PEEK(cv->cv_nwait) == 0)
		return;
	sb = rump_sleepq_lock(cv);
	if ((l = rump_sleepq_first(sb, cv, SQ_CV)) != NULL) {
		POKE(cv->cv_nwait, cv->cv_nwait - 1);
		rump_sleepq_remove(sb, l);
	}
	rump_sleepq_unlock(sb);
	if (l != NULL)
		rump_unpark(l);
}

void
cv_broadcast(kcondvar_t *cv)
{
	struct lwp *batch[16];
	struct sleepq_bucket *sb;
	u_int i, n;

	while (PEEK(cv->cv_nwait) != 0) {
		sb = rump_sleepq_lock(cv);
		for (n = 0; n < __arraycount(batch); n++) {
			batch[n] = rump_sleepq_first(sb, cv, SQ_CV);
			if (batch[n] == NULL)
				break;
			POKE(cv->cv_nwait, cv->cv_nwait - 1);
			rump_sleepq_remove(sb, batch[n]);
		}
		i = n < __arraycount(batch) || cv->cv_nwait == 0;
		rump_sleepq_unlock(sb);
		if (i) {
			/* the last ones: the cv may be gone after this */
			for (i = 0; i < n; i++)
				rump_unpark(batch[i]);
			return;
		}
		for (i = 0; i < n; i++)
			rump_unpark(batch[i]);
	}
}

void
cv_wakeup(kcondvar_t *cv)
{
	cv_broadcast(cv);
}

bool
cv_has_waiters(kcondvar_t *cv)
{
	return PEEK(cv->cv_nwait) != 0;
}
