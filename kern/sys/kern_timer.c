/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of processes: setitimer(2) and the POSIX ones. Each is a callout;
 * expiry sends its signal, and counts what came too late to be sent.
 *
 * Timers 0 to 3 are the ITIMER_*, made when first set. Virtual and profiling
 * time do not pass in a rump kernel (there is no user mode), so those two
 * keep what was set and never expire.
 *
 * Locks: p_lock for p_timers and every field of a timer. A timer is freed
 * after it was taken off and its callout halted.
 */

#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>

#include <rump-sys/kern.h>

#include "sys_impl.h"

#define TIMER_MIN   4
#define TIMER_MAX   36
#define MAX_OVERRUN INT_MAX

struct ptimer {
	callout_t pt_ch;
	struct proc *pt_proc;
	clockid_t pt_clock;
	int pt_entry;
	struct sigevent pt_ev;
	int64_t pt_next; /* uptime of the next expiry, 0: not armed */
	int64_t pt_interval;
	struct itimerspec pt_idle; /* of clocks that do not run */
	int pt_overruns;           /* expiries since the signal was sent */
	int pt_reported;           /* what timer_getoverrun() says */
};

struct ptimers {
	struct ptimer *pts_timers[TIMER_MAX];
};

static void
ptimer_schedule(struct ptimer *pt)
{
	int64_t left = pt->pt_next - rump_mono_ns();
	struct timespec ts;

	rump_ns_ts(left > 0 ? left : 0, &ts);
	callout_schedule(&pt->pt_ch, MAX(tstohz(&ts), 1));
}

static void
ptimer_expire(void *arg)
{
	struct ptimer *pt = arg;
	struct proc *p = pt->pt_proc;
	int64_t now, missed;
	int signo = 0;

	mutex_enter(p->p_lock);
	now = rump_mono_ns();
	if (pt->pt_next == 0) {
		mutex_exit(p->p_lock);
		return;
	}
	if (now < pt->pt_next) {
		ptimer_schedule(pt);
		mutex_exit(p->p_lock);
		return;
	}
	pt->pt_reported = 0;
	if (pt->pt_interval != 0) {
		missed = (now - pt->pt_next) / pt->pt_interval;
		pt->pt_next += (missed + 1) * pt->pt_interval;
		pt->pt_reported = (int)MIN(missed, MAX_OVERRUN);
		ptimer_schedule(pt);
	} else
		pt->pt_next = 0;
	if (pt->pt_ev.sigev_notify == SIGEV_SIGNAL)
		signo = pt->pt_ev.sigev_signo;
	mutex_exit(p->p_lock);
	if (signo != 0)
		psignal(p, signo);
}

static struct ptimers *
ptimers_get(struct proc *p)
{
	struct ptimers *pts;

	if (p->p_timers != NULL)
		return p->p_timers;
	pts = kmem_zalloc(sizeof(*pts), KM_SLEEP);
	if (pts == NULL)
		return NULL;
	mutex_enter(p->p_lock);
	if (p->p_timers == NULL) {
		p->p_timers = pts;
		pts = NULL;
	}
	mutex_exit(p->p_lock);
	if (pts != NULL)
		kmem_free(pts, sizeof(*pts));
	return p->p_timers;
}

static struct ptimer *
ptimer_alloc(struct proc *p, clockid_t clock, int signo)
{
	struct ptimer *pt;

	pt = kmem_zalloc(sizeof(*pt), KM_SLEEP);
	if (pt == NULL)
		return NULL;
	callout_init(&pt->pt_ch, CALLOUT_MPSAFE);
	callout_setfunc(&pt->pt_ch, ptimer_expire, pt);
	pt->pt_proc = p;
	pt->pt_clock = clock;
	pt->pt_ev.sigev_notify = SIGEV_SIGNAL;
	pt->pt_ev.sigev_signo = signo;
	return pt;
}

static void
ptimer_free(struct ptimer *pt)
{
	callout_halt(&pt->pt_ch, NULL);
	callout_destroy(&pt->pt_ch);
	kmem_free(pt, sizeof(*pt));
}

/* Process exit and exec. */
void
ptimers_free(struct proc *p)
{
	struct ptimers *pts;
	struct ptimer *pt;
	int i;

	mutex_enter(p->p_lock);
	pts = p->p_timers;
	p->p_timers = NULL;
	if (pts != NULL)
		for (i = 0; i < TIMER_MAX; i++)
			if ((pt = pts->pts_timers[i]) != NULL)
				pt->pt_next = 0;
	mutex_exit(p->p_lock);
	if (pts == NULL)
		return;
	for (i = 0; i < TIMER_MAX; i++)
		if (pts->pts_timers[i] != NULL)
			ptimer_free(pts->pts_timers[i]);
	kmem_free(pts, sizeof(*pts));
}

static bool
clock_runs(clockid_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
}

/* p_lock held */
static void
ptimer_get(struct ptimer *pt, struct itimerspec *its)
{
	int64_t left;

	if (!clock_runs(pt->pt_clock)) {
		*its = pt->pt_idle;
		return;
	}
	rump_ns_ts(pt->pt_interval, &its->it_interval);
	left = pt->pt_next == 0 ? 0 : MAX(pt->pt_next - rump_mono_ns(), 1);
	rump_ns_ts(left, &its->it_value);
}

/* p_lock held; the value is relative, zero disarms. */
static void
ptimer_set(struct ptimer *pt, const struct itimerspec *its)
{
	int64_t value = rump_ts_ns(&its->it_value);

	if (!clock_runs(pt->pt_clock)) {
		pt->pt_idle = *its;
		return;
	}
	pt->pt_interval = value != 0 ? rump_ts_ns(&its->it_interval) : 0;
	pt->pt_next = value != 0 ? rump_mono_ns() + value : 0;
	pt->pt_reported = 0;
	if (value != 0)
		ptimer_schedule(pt);
	else
		callout_stop(&pt->pt_ch);
}

/*
 * POSIX timers
 */

int
timer_create1(timer_t *tid, clockid_t clock, struct sigevent *evp,
    int (*fetch_event)(const void *, void *, size_t), struct lwp *l)
{
	struct proc *p = l->l_proc;
	struct ptimers *pts;
	struct ptimer *pt;
	int error, i;

	if ((u_int)clock > CLOCK_MONOTONIC)
		return ENOTSUP;
	pts = ptimers_get(p);
	pt = pts != NULL ? ptimer_alloc(p, clock, SIGALRM) : NULL;
	if (pt == NULL)
		return ENOMEM;
	if (evp != NULL) {
		error = (*fetch_event)(evp, &pt->pt_ev, sizeof(pt->pt_ev));
		if (error == 0 && pt->pt_ev.sigev_notify != SIGEV_NONE &&
		    pt->pt_ev.sigev_notify != SIGEV_SIGNAL)
			error = EINVAL;
		if (error == 0 && pt->pt_ev.sigev_notify == SIGEV_SIGNAL &&
		    (pt->pt_ev.sigev_signo <= 0 ||
			pt->pt_ev.sigev_signo >= NSIG))
			error = EINVAL;
		if (error) {
			ptimer_free(pt);
			return error;
		}
	} else if (clock == CLOCK_VIRTUAL)
		pt->pt_ev.sigev_signo = SIGVTALRM;
	else if (clock == CLOCK_PROF)
		pt->pt_ev.sigev_signo = SIGPROF;

	mutex_enter(p->p_lock);
	for (i = TIMER_MIN; i < TIMER_MAX; i++)
		if (pts->pts_timers[i] == NULL)
			break;
	if (i < TIMER_MAX) {
		pt->pt_entry = i;
		pts->pts_timers[i] = pt;
	}
	mutex_exit(p->p_lock);
	if (i == TIMER_MAX) {
		ptimer_free(pt);
		return EAGAIN;
	}
	*tid = (timer_t)(intptr_t)i;
	return 0;
}

int
sys_timer_create(
    struct lwp *l, const struct sys_timer_create_args *uap, register_t *retval)
{
	timer_t id;
	int error;

	error = timer_create1(
	    &id, SCARG(uap, clock_id), SCARG(uap, evp), copyin, l);
	return error ? error : copyout(&id, SCARG(uap, timerid), sizeof(id));
}

/* The timer of that number; p_lock is held on success. */
static int
ptimer_lookup(struct proc *p, timer_t tid, struct ptimer **ptp)
{
	int i = (int)(intptr_t)tid;

	if (i < TIMER_MIN || i >= TIMER_MAX)
		return EINVAL;
	mutex_enter(p->p_lock);
	if (p->p_timers == NULL ||
	    (*ptp = p->p_timers->pts_timers[i]) == NULL) {
		mutex_exit(p->p_lock);
		return EINVAL;
	}
	return 0;
}

int
sys_timer_delete(
    struct lwp *l, const struct sys_timer_delete_args *uap, register_t *retval)
{
	struct proc *p = l->l_proc;
	struct ptimer *pt;
	int error;

	error = ptimer_lookup(p, SCARG(uap, timerid), &pt);
	if (error)
		return error;
	p->p_timers->pts_timers[pt->pt_entry] = NULL;
	pt->pt_next = 0;
	mutex_exit(p->p_lock);
	ptimer_free(pt);
	return 0;
}

int
sys___timer_settime50(struct lwp *l,
    const struct sys___timer_settime50_args *uap, register_t *retval)
{
	struct itimerspec value, ovalue;
	struct proc *p = l->l_proc;
	struct timespec now;
	struct ptimer *pt;
	int error;

	error = copyin(SCARG(uap, value), &value, sizeof(value));
	if (error)
		return error;
	if (value.it_value.tv_nsec < 0 || value.it_value.tv_nsec >= NS_PER_S ||
	    value.it_value.tv_sec < 0 || value.it_interval.tv_nsec < 0 ||
	    value.it_interval.tv_nsec >= NS_PER_S ||
	    value.it_interval.tv_sec < 0)
		return EINVAL;
	error = ptimer_lookup(p, SCARG(uap, timerid), &pt);
	if (error)
		return error;
	ptimer_get(pt, &ovalue);
	if ((SCARG(uap, flags) & TIMER_ABSTIME) != 0 &&
	    timespecisset(&value.it_value) && clock_runs(pt->pt_clock)) {
		(void)clock_gettime1(pt->pt_clock, &now);
		if (timespeccmp(&value.it_value, &now, >))
			timespecsub(&value.it_value, &now, &value.it_value);
		else {
			/* the moment has passed: at once */
			value.it_value.tv_sec = 0;
			value.it_value.tv_nsec = 1;
		}
	}
	ptimer_set(pt, &value);
	mutex_exit(p->p_lock);
	if (SCARG(uap, ovalue) != NULL)
		error = copyout(&ovalue, SCARG(uap, ovalue), sizeof(ovalue));
	return error;
}

int
sys___timer_gettime50(struct lwp *l,
    const struct sys___timer_gettime50_args *uap, register_t *retval)
{
	struct proc *p = l->l_proc;
	struct itimerspec its;
	struct ptimer *pt;
	int error;

	error = ptimer_lookup(p, SCARG(uap, timerid), &pt);
	if (error)
		return error;
	ptimer_get(pt, &its);
	mutex_exit(p->p_lock);
	return copyout(&its, SCARG(uap, value), sizeof(its));
}

int
sys_timer_getoverrun(struct lwp *l, const struct sys_timer_getoverrun_args *uap,
    register_t *retval)
{
	struct proc *p = l->l_proc;
	struct ptimer *pt;
	int error;

	error = ptimer_lookup(p, SCARG(uap, timerid), &pt);
	if (error)
		return error;
	*retval = pt->pt_reported;
	mutex_exit(p->p_lock);
	return 0;
}

/*
 * setitimer(2)
 */

static const struct {
	clockid_t clock;
	int signo;
} itimer_kinds[TIMER_MIN] = {
    [ITIMER_REAL] = {CLOCK_REALTIME, SIGALRM},
    [ITIMER_VIRTUAL] = {CLOCK_VIRTUAL, SIGVTALRM},
    [ITIMER_PROF] = {CLOCK_PROF, SIGPROF},
    [ITIMER_MONOTONIC] = {CLOCK_MONOTONIC, SIGALRM},
};

static void
its_to_itv(const struct itimerspec *its, struct itimerval *itv)
{
	memset(itv, 0, sizeof(*itv));
	TIMESPEC_TO_TIMEVAL(&itv->it_interval, &its->it_interval);
	TIMESPEC_TO_TIMEVAL(&itv->it_value, &its->it_value);
}

static void
dogetitimer(struct proc *p, int which, struct itimerval *itv)
{
	struct itimerspec its;

	memset(&its, 0, sizeof(its));
	mutex_enter(p->p_lock);
	if (p->p_timers != NULL && p->p_timers->pts_timers[which] != NULL)
		ptimer_get(p->p_timers->pts_timers[which], &its);
	mutex_exit(p->p_lock);
	its_to_itv(&its, itv);
}

static int
dosetitimer(struct proc *p, int which, struct itimerval *itv)
{
	struct ptimers *pts;
	struct ptimer *pt, *new;
	struct itimerspec its;
	int error;

	error = itimerfix(&itv->it_value);
	if (error == 0)
		error = itimerfix(&itv->it_interval);
	if (error)
		return error;
	TIMEVAL_TO_TIMESPEC(&itv->it_value, &its.it_value);
	TIMEVAL_TO_TIMESPEC(&itv->it_interval, &its.it_interval);

	pts = ptimers_get(p);
	if (pts == NULL)
		return ENOMEM;
	new = ptimer_alloc(
	    p, itimer_kinds[which].clock, itimer_kinds[which].signo);
	if (new == NULL)
		return ENOMEM;
	mutex_enter(p->p_lock);
	pt = pts->pts_timers[which];
	if (pt == NULL) {
		pt = pts->pts_timers[which] = new;
		new->pt_entry = which;
		new = NULL;
	}
	ptimer_set(pt, &its);
	mutex_exit(p->p_lock);
	if (new != NULL)
		ptimer_free(new);
	return 0;
}

int
sys___getitimer50(
    struct lwp *l, const struct sys___getitimer50_args *uap, register_t *retval)
{
	int which = SCARG(uap, which);
	struct itimerval itv;

	if ((u_int)which > ITIMER_MONOTONIC)
		return EINVAL;
	dogetitimer(l->l_proc, which, &itv);
	return copyout(&itv, SCARG(uap, itv), sizeof(itv));
}

int
sys___setitimer50(
    struct lwp *l, const struct sys___setitimer50_args *uap, register_t *retval)
{
	int which = SCARG(uap, which), error;
	struct itimerval itv, oitv;

	if ((u_int)which > ITIMER_MONOTONIC)
		return EINVAL;
	if (SCARG(uap, oitv) != NULL)
		dogetitimer(l->l_proc, which, &oitv);
	if (SCARG(uap, itv) != NULL) {
		error = copyin(SCARG(uap, itv), &itv, sizeof(itv));
		if (error == 0)
			error = dosetitimer(l->l_proc, which, &itv);
		if (error)
			return error;
	}
	return SCARG(uap, oitv) == NULL
	    ? 0
	    : copyout(&oitv, SCARG(uap, oitv), sizeof(oitv));
}
