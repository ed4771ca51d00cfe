/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs: how host threads enter and leave the kernel.
 *
 * A CPU is taken by one compare-and-swap of ci_owner and given back by one
 * plain store. A thread that finds no free CPU queues itself on sched_waiters
 * and counts itself in rump_sched_needwake. Whoever leaves looks at that count
 * before and after the store. The look after it is not ordered against the
 * store (that would cost what an atomic does), so that a waiter may be missed
 * within the lifetime of a store buffer: waiters therefore look again after
 * a bounded time by themselves.
 *
 * Who leaves frees the CPU first and wakes then, so that the CPU does not
 * wait for the woken thread to get a host CPU. A waiter that loses the race
 * too often, or waits too long, asks to be handed the CPU.
 *
 * sched_mtx is a host mutex: nothing is taken under it, and it is held
 * without a virtual CPU or by a thread about to lose its own.
 */

#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump-sys/sched_fast.h>
#include <rump/rumpuser.h>

#include "sched_impl.h"

#define SPIN_TRIES      64
#define FIRST_WAIT_NS   500000
#define LONGEST_WAIT_NS 20000000
#define PATIENCE        2 /* lost races or waits before a hand-off */

__thread struct lwp *rump_curlwp_tls;
static __thread struct cpu_info *last_cpu;

struct cpu_info *rump_cpu_infos;
struct cpu_info **cpu_infos;
int ncpu = 1;
int ncpuonline = 1;
bool mp_online;
u_int maxcpus = MAXCPUS;
int schedhz = 100;
const int schedppq = 1;
size_t coherency_unit = COHERENCY_UNIT;
int rump_hostcpus_many;

/* m: sched_mtx */
struct cpu_waiter {
	TAILQ_ENTRY(cpu_waiter) w_entry; /* m: */
	struct rumpuser_cv *w_cv;        /* c: */
	struct cpu_info *w_want;         /* m: this one, or NULL */
	struct cpu_info *w_got;          /* m: handed over */
	bool w_woken;                    /* m: not in rump_sched_needwake */
	int w_lost;                      /* m: attempts in vain */
};
static TAILQ_HEAD(, cpu_waiter) sched_waiters =
    TAILQ_HEAD_INITIALIZER(sched_waiters);
static TAILQ_HEAD(, cpu_waiter) sched_freewaiters =
    TAILQ_HEAD_INITIALIZER(sched_freewaiters);
static struct rumpuser_mtx *sched_mtx;
volatile u_int rump_sched_needwake __cacheline_aligned; /* m: writes */
static u_int sched_nextcpu;

/* Any free CPU, from ci onwards; or only ci. */
static struct cpu_info *
cpu_try_any(struct cpu_info *ci, bool only)
{
	struct cpu_info *first = ci;

	do {
		if (PEEK(ci->ci_owner) == NULL && rump_cpu_try(ci))
			return ci;
		if (only)
			break;
		if ((ci = ci->ci_next) == NULL)
			ci = rump_cpu_infos;
	} while (ci != first);
	return NULL;
}

static struct cpu_waiter *
waiter_get(void)
{
	struct cpu_waiter *w;

	if ((w = TAILQ_FIRST(&sched_freewaiters)) != NULL) {
		TAILQ_REMOVE(&sched_freewaiters, w, w_entry);
	} else {
		w = rump_hostalloc(sizeof(*w));
		rumpuser_cv_init(&w->w_cv);
	}
	w->w_got = NULL;
	w->w_woken = false;
	w->w_lost = 0;
	return w;
}

static void
waiter_put(struct cpu_waiter *w)
{
	TAILQ_REMOVE(&sched_waiters, w, w_entry);
	TAILQ_INSERT_HEAD(&sched_freewaiters, w, w_entry);
}

static void
waiter_wait(struct cpu_waiter *w, int64_t *ns)
{
	rumpuser_cv_timedwait(w->w_cv, sched_mtx, 0, *ns);
	if (*ns < LONGEST_WAIT_NS)
		*ns *= 2;
	if (w->w_got != NULL)
		return;
	w->w_lost++;
	if (w->w_woken) {
		w->w_woken = false;
		__atomic_fetch_add(&rump_sched_needwake, 1, __ATOMIC_SEQ_CST);
	}
}

/* Wait for a CPU: ci if only, else whichever. Called without one. */
static struct cpu_info *__noinline
cpu_acquire_slow(struct cpu_info *ci, bool only)
{
	struct cpu_info *got;
	struct cpu_waiter *w;
	int64_t ns = FIRST_WAIT_NS;
	int i;

	if (!only && (got = cpu_try_any(ci, false)) != NULL)
		return got;
	if (rump_hostcpus_many) {
		for (i = 0; i < SPIN_TRIES; i++) {
			cpu_pause();
			if ((got = cpu_try_any(ci, only)) != NULL)
				return got;
		}
	}

	rumpuser_mutex_enter_nowrap(sched_mtx);
	w = waiter_get();
	w->w_want = only ? ci : NULL;
	TAILQ_INSERT_TAIL(&sched_waiters, w, w_entry);
	__atomic_fetch_add(&rump_sched_needwake, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		if ((got = w->w_got) != NULL)
			break;
		if ((got = cpu_try_any(ci, only)) != NULL)
			break;
		waiter_wait(w, &ns);
	}
	if (!w->w_woken)
		__atomic_fetch_sub(&rump_sched_needwake, 1, __ATOMIC_SEQ_CST);
	waiter_put(w);
	rumpuser_mutex_exit(sched_mtx);
	return got;
}

/*
 * Somebody waits: let go of ci and wake, or hand it over. With give, ci is
 * ours; without, it has been freed already.
 */
static void __noinline
cpu_release_slow(struct cpu_info *ci, bool give)
{
	struct cpu_waiter *w;
	bool handed = false;

	rumpuser_mutex_enter_nowrap(sched_mtx);
	TAILQ_FOREACH(w, &sched_waiters, w_entry) {
		if (!w->w_woken && w->w_got == NULL &&
		    (w->w_want == NULL || w->w_want == ci))
			break;
	}
	if (w != NULL) {
		w->w_woken = true;
		__atomic_fetch_sub(&rump_sched_needwake, 1, __ATOMIC_SEQ_CST);
		if (give && w->w_lost >= PATIENCE) {
			w->w_got = ci;
			handed = true;
		}
	}
	if (give && !handed)
		__atomic_store_n(&ci->ci_owner, NULL, __ATOMIC_RELEASE);
	if (w != NULL)
		rumpuser_cv_signal(w->w_cv);
	rumpuser_mutex_exit(sched_mtx);
}

/* Somebody began to wait while ci was being freed. */
void
rump_cpu_release_late(struct cpu_info *ci)
{
	cpu_release_slow(ci, false);
}

static inline void
cpu_free(struct cpu_info *ci)
{
	if (__predict_false(PEEK(rump_sched_needwake) != 0)) {
		cpu_release_slow(ci, true);
		return;
	}
	__atomic_store_n(&ci->ci_owner, NULL, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__predict_false(PEEK(rump_sched_needwake) != 0))
		cpu_release_slow(ci, false);
}

/*
 * If nobody has ci, take it and give it back: whoever takes it next sees what
 * the caller has written.
 */
bool
rump_cpu_pass(struct cpu_info *ci)
{
	if (!rump_cpu_try(ci))
		return false;
	cpu_free(ci);
	return true;
}

/*
 * Free ci with wakeups of the running lwp outstanding: those woken find the
 * CPU free. The lwp may be another thread's as soon as the CPU is.
 */
static void __noinline
cpu_free_waking(struct cpu_info *ci, struct lwp *l)
{
	struct rump_park *pk[__arraycount(l->l_unpark)];
	u_int i, n = l->l_nunpark;

	for (i = 0; i < n; i++)
		pk[i] = l->l_unpark[i];
	l->l_nunpark = 0;
	cpu_free(ci);
	for (i = 0; i < n; i++)
		rump_park_signal(pk[i]);
}

/* Is there a CPU for somebody else? */
bool
rump_cpu_idle(void)
{
	struct cpu_info *ci;

	for (ci = rump_cpu_infos; ci != NULL; ci = ci->ci_next) {
		if (PEEK(ci->ci_owner) == NULL)
			return true;
	}
	return false;
}

/* The running lwp's CPU goes; the lwp stays curlwp. */
void
rump_cpu_release(struct lwp *l)
{
	struct cpu_info *ci = l->l_cpu;

	POKE(l->l_stat, LSSLEEP);
	if (__predict_false(l->l_nunpark != 0))
		cpu_free_waking(ci, l);
	else
		cpu_free(ci);
}

/* Get a CPU for l: ci, or its last one, or if it is not bound, any. */
void
rump_cpu_acquire(struct lwp *l, struct cpu_info *ci)
{
	struct cpu_info *got;
	bool only = ci != NULL;

	if (ci == NULL) {
		ci = l->l_cpu;
		only = (l->l_pflag & LP_BOUND) != 0 || l->l_nopreempt != 0;
	}
	got = ci;
	if (__predict_false(!rump_cpu_try(ci)))
		got = cpu_acquire_slow(ci, only);
	l->l_cpu = got;
	POKE(l->l_stat, LSONPROC);
}

static struct cpu_info *
cpu_first(void)
{
	u_int i;

	i = __atomic_fetch_add(&sched_nextcpu, 1, __ATOMIC_RELAXED);
	return &rump_cpu_infos[i % (u_int)ncpu];
}

/* A thread without a lwp: it borrows one of those that belong to the CPU. */
static void
schedule_implicit(void)
{
	struct cpu_info *ci = last_cpu;
	struct lwp *l;

	if (__predict_false(ci == NULL)) {
		if (rump_cpu_infos == NULL)
			return;
		ci = cpu_first();
	}
	if (__predict_false(!rump_cpu_try(ci)))
		ci = cpu_acquire_slow(ci, false);
	last_cpu = ci;
	l = ci->ci_implicit;
	if (__predict_false(l == NULL)) {
		curlwp = rump_lwp_implicit(ci);
		return;
	}
	ci->ci_implicit = l->l_next_implicit;
	l->l_cpu = ci;
	POKE(l->l_stat, LSONPROC);
	curlwp = l;
	if (__predict_false(l->l_cred != l->l_proc->p_cred))
		lwp_update_creds(l);
}

/*
 * Enter the kernel: the calling host thread gets a virtual CPU, and a lwp if
 * it has none. Waits while all CPUs are busy. Never nested.
 */
void
rump_schedule(void)
{
	struct lwp *l = curlwp;

	if (__predict_false(l == NULL)) {
		schedule_implicit();
		return;
	}
	if (__predict_false(!rump_cpu_try(l->l_cpu)))
		rump_cpu_acquire(l, NULL);
	POKE(l->l_stat, LSONPROC);
	if (__predict_false(l->l_cred != l->l_proc->p_cred))
		lwp_update_creds(l);
}

/* What is left to do on the way out. */
static void __noinline
unschedule_work(struct lwp *l)
{
	if (__predict_false((l->l_pflag & LP_IODONE) != 0)) {
		l->l_pflag &= ~LP_IODONE;
		if (PEEK(l->l_cpu->ci_softpend) != 0)
			rump_softint_kick(l->l_cpu);
		return;
	}
	if (PEEK(l->l_cpu->ci_softpend) != 0)
		rump_softint_run(l, l->l_cpu, true);
	if (rump_threads == 0)
		rump_callout_poll();
	if (PEEK(l->l_cpu->ci_softpend) != 0)
		rump_softint_run(l, l->l_cpu, true);
}

/* Leave the kernel. What rump_schedule() gave goes back. */
void
rump_unschedule(void)
{
	struct lwp *l = curlwp;
	struct cpu_info *ci;

	if (__predict_false(l == NULL))
		return;
	ci = l->l_cpu;
	if (__predict_false(PEEK(ci->ci_work) != 0)) {
		unschedule_work(l);
		ci = l->l_cpu;
	}
	POKE(l->l_stat, LSRUN);
	if ((l->l_flag & LW_RUMP_IMPLICIT) != 0) {
		l->l_next_implicit = ci->ci_implicit;
		ci->ci_implicit = l;
		last_cpu = ci;
		curlwp = NULL;
	}
	if (__predict_false(l->l_nunpark != 0))
		cpu_free_waking(ci, l);
	else
		cpu_free(ci);
}

/*
 * The host's side: give up the CPU around a hypercall that blocks, and take
 * one again. A thread that holds none is left alone, and says so by a count
 * of -1. The big lock is dropped as often as it was held.
 */
void
rump_user_unschedule(int nlocks, int *countp, void *interlock)
{
	struct lwp *l = curlwp;

	if (l == NULL || l->l_stat != LSONPROC) {
		*countp = -1;
		return;
	}
	if (interlock == NULL)
		rump_softint_sleeping(l);
	*countp = rump_biglock_drop(l);
	rump_cpu_release(l);
}

void
rump_user_schedule(int nlocks, void *interlock)
{
	struct lwp *l = curlwp;

	if (nlocks < 0 || l == NULL)
		return;
	rump_cpu_acquire(l, NULL);
	rump_biglock_retake(l, nlocks);
}

void
rump_kernel_unsched(int *countp)
{
	rump_user_unschedule(0, countp, NULL);
}

void
rump_kernel_sched(int count)
{
	rump_user_schedule(count, NULL);
}

void
rump_kernel_bigwrap(int *countp)
{
	*countp = rump_biglock_drop(curlwp);
}

void
rump_kernel_bigunwrap(int count)
{
	rump_biglock_retake(curlwp, count);
}

/* Take ci (or the last one) for l; give up l's. */
void
rump_schedule_cpu(struct lwp *l, struct cpu_info *ci)
{
	rump_cpu_acquire(l, ci);
}

void
rump_unschedule_cpu(struct lwp *l)
{
	rump_cpu_release(l);
}

/* Go on as the same lwp on CPU ci. Holds no CPU in between. */
void
rump_cpu_switch(struct cpu_info *ci)
{
	struct lwp *l = curlwp;

	if (l->l_cpu == ci)
		return;
	rump_cpu_release(l);
	rump_cpu_acquire(l, ci);
}

/* Let others have the CPU, if any wait for it. */
void
yield(void)
{
	struct lwp *l = curlwp;
	int nlocks;

	/* who calls this in a loop may wait for those that it has woken */
	if (__predict_false(l->l_nunpark != 0))
		rump_unpark_flush(l);
	if (PEEK(rump_sched_needwake) == 0)
		return;
	nlocks = rump_biglock_drop(l);
	rump_cpu_release(l);
	rump_cpu_acquire(l, NULL);
	rump_biglock_retake(l, nlocks);
}

void
preempt(void)
{
	yield();
}

/*
 * RUMP_NCPU: a number from 1 to MAXCPUS, or "host" for as many as the host
 * has. EINVAL if it is neither.
 */
int
rump_ncpu_parse(const char *s, int host, int *np)
{
	int n = 0;

	if (s[0] == 'h' && s[1] == 'o' && s[2] == 's' && s[3] == 't' &&
	    s[4] == '\0') {
		*np = host < 1 ? 1 : host > MAXCPUS ? MAXCPUS : host;
		return 0;
	}
	if (*s == '\0')
		return EINVAL;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || n > MAXCPUS)
			return EINVAL;
		n = n * 10 + (*s - '0');
	}
	if (n < 1 || n > MAXCPUS)
		return EINVAL;
	*np = n;
	return 0;
}

static void
cpu_setname(struct cpu_info *ci, int i)
{
	char *p = ci->ci_data.cpu_name;

	*p++ = 'c';
	*p++ = 'p';
	*p++ = 'u';
	if (i >= 10)
		*p++ = (char)('0' + i / 10);
	*p++ = (char)('0' + i % 10);
	*p = '\0';
}

/* Make n CPUs. The first one runs whoever boots. */
void
rump_sched_init(int n)
{
	struct cpu_info *ci;
	int i;

	ncpu = ncpuonline = n;
	mp_online = n > 1;
	rumpuser_mutex_init(&sched_mtx, RUMPUSER_MTX_SPIN);
	cpu_infos = rump_hostalloc(sizeof(*cpu_infos) * (size_t)(n + 1));
	ci = rump_hostalloc(sizeof(*ci) * (size_t)n);
	for (i = 0; i < n; i++) {
		ci[i].ci_data.cpu_index = (u_int)i;
		ci[i].ci_cpuid = (cpuid_t)i;
		ci[i].ci_next = i + 1 < n ? &ci[i + 1] : NULL;
		ci[i].ci_schedstate.spc_flags = 0;
		cpu_setname(&ci[i], i);
		cpu_infos[i] = &ci[i];
	}
	ci[0].ci_owner = RUMP_CPU_BUSY;
	lwp0.l_cpu = &ci[0];
	lwp0.l_stat = LSONPROC;
	curlwp = &lwp0;
	rump_cpu_infos = ci;
}

struct cpu_info *
cpu_lookup(u_int i)
{
	return i < (u_int)ncpu ? &rump_cpu_infos[i] : NULL;
}

bool
cpu_intr_p(void)
{
	return false;
}

bool
cpu_softintr_p(void)
{
	return (curlwp->l_pflag & LP_INTR) != 0;
}

void
cpu_need_resched(struct cpu_info *ci, int flags)
{
	ci->ci_want_resched = 1;
}

void
kpreempt_disable(void)
{
	curlwp->l_nopreempt++;
}

void
kpreempt_enable(void)
{
	curlwp->l_nopreempt--;
}

bool
kpreempt_disabled(void)
{
	return true;
}

bool
sched_curcpu_runnable_p(void)
{
	return PEEK(rump_sched_needwake) != 0;
}

/* Stay on this CPU across sleeps, until curlwp_bindx() with the result. */
int
curlwp_bind(void)
{
	struct lwp *l = curlwp;
	int bound = (int)(l->l_pflag & LP_BOUND);

	l->l_pflag |= LP_BOUND;
	return bound;
}

void
curlwp_bindx(int bound)
{
	curlwp->l_pflag =
	    (curlwp->l_pflag & ~(u_int)LP_BOUND) | ((u_int)bound & LP_BOUND);
}
