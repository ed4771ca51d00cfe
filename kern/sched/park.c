/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parking places: where a lwp waits at the host, without a virtual CPU.
 *
 * Each lwp gets one when it first sleeps: a host mutex, a condition variable
 * and a state word. rump_unpark() of a lwp that has not parked yet only sets
 * the word: no hypercall. Parking places are never freed, so that a late
 * wakeup meets valid memory; users check their own condition in a loop.
 *
 * Also here: the lowest lock of all, whose contended path waits at the host.
 */

#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "sched_impl.h"

#define ILOCK_SPIN 200

enum park_state {
	PARK_IDLE,
	PARK_WAITING,
	PARK_SIGNALLED
};

struct rump_park {
	struct rumpuser_mtx *pk_mtx;
	struct rumpuser_cv *pk_cv;
	volatile int pk_state;
};

static struct rumpuser_mtx *ilock_mtx;
static struct rumpuser_cv *ilock_cv;

void *
rump_hostalloc(size_t len)
{
	void *p;
	char *q;

	len = (len + 127) & ~(size_t)127;
	if (rumpuser_malloc(len, 128, &p) != 0)
		panic("no host memory for %zu bytes", len);
	for (q = p; q < (char *)p + len; q++)
		*q = 0;
	return p;
}

static void
ilock_init(void)
{
	rumpuser_mutex_init(&ilock_mtx, RUMPUSER_MTX_SPIN);
	rumpuser_cv_init(&ilock_cv);
}

void
rump_park_attach(struct lwp *l)
{
	struct rump_park *pk;

	pk = rump_hostalloc(sizeof(*pk));
	rumpuser_mutex_init(&pk->pk_mtx, RUMPUSER_MTX_SPIN);
	rumpuser_cv_init(&pk->pk_cv);
	l->l_park = pk;
}

/* Wait until signalled or until the time (ns since boot) is over. */
static int
park_wait(struct rump_park *pk, int64_t deadline)
{
	int64_t left;
	int idle = PARK_IDLE;
	int error = 0;

	rumpuser_mutex_enter_nowrap(pk->pk_mtx);
	if (__atomic_compare_exchange_n(&pk->pk_state, &idle, PARK_WAITING, 0,
		__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		while (PEEK(pk->pk_state) != PARK_SIGNALLED) {
			if (deadline < 0) {
				rumpuser_cv_wait_nowrap(pk->pk_cv, pk->pk_mtx);
				continue;
			}
			if ((left = deadline - rump_mono_ns()) <= 0) {
				error = ETIMEDOUT;
				break;
			}
			rumpuser_cv_timedwait(pk->pk_cv, pk->pk_mtx,
			    left / 1000000000, left % 1000000000);
		}
	}
	__atomic_store_n(&pk->pk_state, PARK_IDLE, __ATOMIC_SEQ_CST);
	rumpuser_mutex_exit(pk->pk_mtx);
	return error;
}

/*
 * Wait for rump_unpark(l), l being curlwp, at most ns nanoseconds if ns is
 * not negative. The CPU is given up meanwhile, unless keep.
 */
int
rump_park(struct lwp *l, int64_t ns, bool keep)
{
	struct rump_park *pk = l->l_park;
	int64_t deadline = -1;
	int error;

	if (ns >= 0)
		deadline = rump_mono_ns() + ns;
	if (keep) {
		rump_unpark_flush(l);
		POKE(l->l_stat, LSSLEEP);
		error = park_wait(pk, deadline);
		POKE(l->l_stat, LSONPROC);
		return error;
	}
	if (__predict_false(
		(PEEK(l->l_cpu->ci_softpend) & SOFT_PENDING) != 0)) {
		/* a lock that is waited for may be handed to us meanwhile */
		if (PEEK(l->l_sqflags) & (SQ_CV | SQ_CHAN))
			rump_softint_sleeping(l);
		else
			rump_softint_kick(l->l_cpu);
	}
	rump_cpu_release(l);
	error = park_wait(pk, deadline);
	rump_cpu_acquire(l, NULL);
	return error;
}

/* The host's part of waking: the state word says so already. */
void
rump_park_signal(struct rump_park *pk)
{
	/* passing through orders us behind its decision to wait */
	rumpuser_mutex_enter_nowrap(pk->pk_mtx);
	rumpuser_mutex_exit(pk->pk_mtx);
	rumpuser_cv_signal(pk->pk_cv);
}

/*
 * Wake l. If the caller holds locks, or no CPU is free for l, the host hears
 * of it later: when the last lock is released with a CPU free, or the caller
 * gives up its own. Most sleepers need such a lock, and all need a CPU, first
 * thing; they would only go to sleep again.
 */
void
rump_unpark(struct lwp *l)
{
	struct rump_park *pk = l->l_park;
	struct lwp *me = curlwp;

	if (PEEK(pk->pk_state) == PARK_SIGNALLED)
		return;
	if (__atomic_exchange_n(&pk->pk_state, PARK_SIGNALLED,
		__ATOMIC_SEQ_CST) != PARK_WAITING)
		return;
	if (me != NULL && me->l_stat == LSONPROC &&
	    me->l_nunpark < __arraycount(me->l_unpark) &&
	    (me->l_nlocks > 0 || !rump_cpu_idle())) {
		me->l_unpark[me->l_nunpark++] = pk;
		return;
	}
	rump_park_signal(pk);
}

/* Tell the host now of what was put off. */
void
rump_unpark_flush(struct lwp *l)
{
	while (l->l_nunpark > 0)
		rump_park_signal(l->l_unpark[--l->l_nunpark]);
}

/* The last lock was released. */
void
rump_unpark_unlocked(struct lwp *l)
{
	if (rump_cpu_idle())
		rump_unpark_flush(l);
}

/*
 * 0: free; 1: held; 2: held, and somebody waits at the host. Keeps the
 * virtual CPU: holders are only ever delayed by the host's scheduler.
 */
void
rump_ilock_contended(ilock_t *lk)
{
	u_int old;
	int i;

	for (i = 0; i < ILOCK_SPIN; i++) {
		cpu_pause();
		old = 0;
		if (PEEK(*lk) == 0 &&
		    __atomic_compare_exchange_n(
			lk, &old, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return;
	}
	rumpuser_mutex_enter_nowrap(ilock_mtx);
	while (__atomic_exchange_n(lk, 2, __ATOMIC_ACQUIRE) != 0)
		rumpuser_cv_wait_nowrap(ilock_cv, ilock_mtx);
	rumpuser_mutex_exit(ilock_mtx);
}

void
rump_ilock_wake(void)
{
	rumpuser_mutex_enter_nowrap(ilock_mtx);
	rumpuser_cv_broadcast(ilock_cv);
	rumpuser_mutex_exit(ilock_mtx);
}

void
rump_sched_attach_lwp0(void)
{
	ilock_init();
	rump_park_attach(&lwp0);
}
