/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that tell, set and wait for the time. The clock is the host's,
 * plus an offset that settime and adjtime move; sleeps are as exact as the host's timed
 * waits are, not rounded to ticks.
 */

#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>

#include <rump-sys/kern.h>

#include "sys_impl.h"

#define ADJTIME_MAX_S 4000000000LL /* in ns it fits, twice */

int
clock_gettime1(clockid_t clock_id, struct timespec *ts)
{
	switch (clock_id) {
	case CLOCK_REALTIME:
		nanotime(ts);
		return 0;
	case CLOCK_MONOTONIC:
		nanouptime(ts);
		return 0;
	default:
		return EINVAL;
	}
}

int
clock_settime1(struct proc *p, clockid_t clock_id, const struct timespec *ts,
    bool check_kauth)
{
	struct timespec now = *ts;
	int error;

	if (clock_id != CLOCK_REALTIME)
		return EINVAL;
	if (ts->tv_nsec < 0 || ts->tv_nsec >= NS_PER_S || ts->tv_sec < 0)
		return EINVAL;
	if (check_kauth) {
		error = kauth_authorize_system(p->p_cred, KAUTH_SYSTEM_TIME,
		    KAUTH_REQ_SYSTEM_TIME_SYSTEM, &now, NULL, KAUTH_ARG(true));
		if (error)
			return error;
	}
	return settime(p, &now);
}

int
clock_getres1(clockid_t clock_id, struct timespec *ts)
{
	if (clock_id != CLOCK_REALTIME && clock_id != CLOCK_MONOTONIC)
		return EINVAL;
	ts->tv_sec = 0;
	ts->tv_nsec = 1;
	return 0;
}

int
sys___clock_gettime50(struct lwp *l,
    const struct sys___clock_gettime50_args *uap, register_t *retval)
{
	struct timespec ats;
	int error;

	error = clock_gettime1(SCARG(uap, clock_id), &ats);
	return error ? error : copyout(&ats, SCARG(uap, tp), sizeof(ats));
}

int
sys___clock_settime50(struct lwp *l,
    const struct sys___clock_settime50_args *uap, register_t *retval)
{
	struct timespec ats;
	int error;

	error = copyin(SCARG(uap, tp), &ats, sizeof(ats));
	return error
	    ? error
	    : clock_settime1(l->l_proc, SCARG(uap, clock_id), &ats, true);
}

int
sys___clock_getres50(struct lwp *l, const struct sys___clock_getres50_args *uap,
    register_t *retval)
{
	struct timespec ts;
	int error;

	error = clock_getres1(SCARG(uap, clock_id), &ts);
	if (error == 0 && SCARG(uap, tp) != NULL)
		error = copyout(&ts, SCARG(uap, tp), sizeof(ts));
	return error;
}

int
sys___gettimeofday50(struct lwp *l, const struct sys___gettimeofday50_args *uap,
    register_t *retval)
{
	struct timezone tz;
	struct timeval tv;
	int error = 0;

	if (SCARG(uap, tp) != NULL) {
		memset(&tv, 0, sizeof(tv));
		microtime(&tv);
		error = copyout(&tv, SCARG(uap, tp), sizeof(tv));
	}
	if (error == 0 && SCARG(uap, tzp) != NULL) {
		tz.tz_minuteswest = 0;
		tz.tz_dsttime = DST_NONE;
		error = copyout(&tz, SCARG(uap, tzp), sizeof(tz));
	}
	return error;
}

int
settimeofday1(const struct timeval *utv, bool userspace, const void *utzp,
    struct lwp *l, bool check_kauth)
{
	struct timeval tv;
	struct timespec ts;
	int error;

	if (utv == NULL)
		return 0;
	if (userspace) {
		error = copyin(utv, &tv, sizeof(tv));
		if (error)
			return error;
		utv = &tv;
	}
	if (utv->tv_usec < 0 || utv->tv_usec >= 1000000)
		return EINVAL;
	TIMEVAL_TO_TIMESPEC(utv, &ts);
	return clock_settime1(l->l_proc, CLOCK_REALTIME, &ts, check_kauth);
}

int
sys___settimeofday50(struct lwp *l, const struct sys___settimeofday50_args *uap,
    register_t *retval)
{
	return settimeofday1(SCARG(uap, tv), true, SCARG(uap, tzp), l, true);
}

/*
 * Slew the clock by delta instead of what is left of the last one; NULL: only
 * tell what that is.
 */
void
adjtime1(const struct timeval *delta, struct timeval *olddelta, struct proc *p)
{
	int64_t ns, old;

	if (delta != NULL) {
		ns = (int64_t)delta->tv_sec * NS_PER_S +
		    (int64_t)delta->tv_usec * 1000;
		old = rump_wall_slew(&ns);
		time_adjusted = 1;
	} else
		old = rump_wall_slew(NULL);
	if (olddelta == NULL)
		return;
	olddelta->tv_sec = (time_t)(old / NS_PER_S);
	olddelta->tv_usec = (suseconds_t)(old % NS_PER_S / 1000);
	if (olddelta->tv_usec < 0) {
		olddelta->tv_usec += 1000000;
		olddelta->tv_sec--;
	}
}

int
sys___adjtime50(
    struct lwp *l, const struct sys___adjtime50_args *uap, register_t *retval)
{
	struct timeval delta, old, *dp = NULL;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_TIME,
	    KAUTH_REQ_SYSTEM_TIME_ADJTIME, NULL, NULL, NULL);
	if (error)
		return error;
	if (SCARG(uap, delta) != NULL) {
		error = copyin(SCARG(uap, delta), &delta, sizeof(delta));
		if (error)
			return error;
		if (delta.tv_usec <= -1000000 || delta.tv_usec >= 1000000 ||
		    delta.tv_sec < -ADJTIME_MAX_S ||
		    delta.tv_sec > ADJTIME_MAX_S)
			return EINVAL;
		dp = &delta;
	}
	memset(&old, 0, sizeof(old));
	adjtime1(dp, &old, l->l_proc);
	if (SCARG(uap, olddelta) != NULL)
		error = copyout(&old, SCARG(uap, olddelta), sizeof(old));
	return error;
}

/*
 * Sleep until a moment (TIMER_ABSTIME) or for a time; rmt, if not NULL, gets
 * what was left when a signal ended it.
 */
int
nanosleep1(struct lwp *l, clockid_t clock_id, int flags, struct timespec *rqt,
    struct timespec *rmt)
{
	struct timespec now;
	int64_t deadline, left;
	kcondvar_t cv;
	kmutex_t lock;
	int error;

	if (rqt->tv_nsec < 0 || rqt->tv_nsec >= NS_PER_S || rqt->tv_sec < 0)
		return EINVAL;
	if (flags & ~TIMER_ABSTIME)
		return EINVAL;
	error = clock_gettime1(clock_id, &now);
	if (error)
		return error;
	left = rump_ts_ns(rqt);
	if (flags & TIMER_ABSTIME)
		left -= rump_ts_ns(&now);
	deadline = rump_mono_ns() + left;

	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "nanoslp");
	mutex_enter(&lock);
	while (error == 0 && left > 0) {
		error = cv_timedwait_ns(&cv, &lock, left, true);
		if (error == EWOULDBLOCK)
			error = 0;
		left = deadline - rump_mono_ns();
	}
	mutex_exit(&lock);
	cv_destroy(&cv);
	mutex_destroy(&lock);
	if (error == ERESTART)
		error = EINTR;
	if (rmt != NULL)
		rump_ns_ts(error ? MAX(left, 0) : 0, rmt);
	return error;
}

int
sys___nanosleep50(
    struct lwp *l, const struct sys___nanosleep50_args *uap, register_t *retval)
{
	struct timespec rmt, rqt;
	int error, error1;

	error = copyin(SCARG(uap, rqtp), &rqt, sizeof(rqt));
	if (error)
		return error;
	error = nanosleep1(l, CLOCK_MONOTONIC, 0, &rqt, &rmt);
	if (SCARG(uap, rmtp) == NULL || (error != 0 && error != EINTR))
		return error;
	error1 = copyout(&rmt, SCARG(uap, rmtp), sizeof(rmt));
	return error1 ? error1 : error;
}

/* Its result is the error. */
int
sys_clock_nanosleep(struct lwp *l, const struct sys_clock_nanosleep_args *uap,
    register_t *retval)
{
	struct timespec rmt, rqt;
	int error, error1;

	error = copyin(SCARG(uap, rqtp), &rqt, sizeof(rqt));
	if (error == 0) {
		error = nanosleep1(
		    l, SCARG(uap, clock_id), SCARG(uap, flags), &rqt, &rmt);
		if (SCARG(uap, rmtp) != NULL &&
		    (SCARG(uap, flags) & TIMER_ABSTIME) == 0 &&
		    (error == 0 || error == EINTR)) {
			error1 = copyout(&rmt, SCARG(uap, rmtp), sizeof(rmt));
			if (error1)
				error = error1;
		}
	}
	*retval = error;
	return 0;
}

/* A value fit for a timer: in range, and no shorter than a tick. */
int
itimerfix(struct timeval *tv)
{
	if (tv->tv_usec < 0 || tv->tv_usec >= 1000000 || tv->tv_sec < 0)
		return EINVAL;
	if (tv->tv_sec == 0 && tv->tv_usec != 0 && tv->tv_usec < tick)
		tv->tv_usec = tick;
	return 0;
}

int
itimespecfix(struct timespec *ts)
{
	if (ts->tv_nsec < 0 || ts->tv_nsec >= NS_PER_S || ts->tv_sec < 0)
		return EINVAL;
	if (ts->tv_sec == 0 && ts->tv_nsec != 0 && ts->tv_nsec < tick * 1000)
		ts->tv_nsec = tick * 1000;
	return 0;
}

/* Ticks until a timeout; *start is when it began, for gettimeleft(). */
int
ts2timo(clockid_t clock_id, int flags, struct timespec *ts, int *timo,
    struct timespec *start)
{
	struct timespec now;
	int error;

	if (ts->tv_nsec < 0 || ts->tv_nsec >= NS_PER_S || ts->tv_sec < 0)
		return EINVAL;
	if (flags & ~TIMER_ABSTIME)
		return EINVAL;
	error = clock_gettime1(clock_id, &now);
	if (error)
		return error;
	if (start != NULL)
		*start = now;
	if (flags & TIMER_ABSTIME) {
		if (timespeccmp(ts, &now, <=))
			return ETIMEDOUT;
		timespecsub(ts, &now, ts);
	}
	if (ts->tv_sec == 0 && ts->tv_nsec == 0)
		return ETIMEDOUT;
	*timo = tstohz(ts);
	return 0;
}

int
inittimeleft(struct timespec *ts, struct timespec *sleepts)
{
	if (itimespecfix(ts))
		return -1;
	nanouptime(sleepts);
	return 0;
}

/* Take off what has passed since; the ticks that are left. */
int
gettimeleft(struct timespec *ts, struct timespec *sleepts)
{
	struct timespec now, passed;

	nanouptime(&now);
	timespecsub(&now, sleepts, &passed);
	*sleepts = now;
	timespecsub(ts, &passed, ts);
	if (ts->tv_sec < 0 || !timespecisset(ts))
		return 0;
	return tstohz(ts);
}
