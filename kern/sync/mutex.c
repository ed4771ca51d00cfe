/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex(9).
 *
 * mtx_owner is the owning lwp, or 0. Bit 0 says that lwps are queued; it
 * stays while the queue is not empty, also when nobody owns the mutex. Enter
 * and exit without contention are one compare-and-swap each.
 *
 * A waiter first spins for as long as the owner runs on another virtual CPU,
 * but not for more than SPIN_TRIES. Exit frees the mutex and wakes the first
 * in the queue, which may lose against somebody who comes along: it then
 * queues up in front, and is handed the mutex at the next exit.
 *
 * A spin mutex is the same lock. A lwp that may not lose its CPU (l_nopreempt:
 * inside of pserialize or percpu sections) keeps it while it waits, provided
 * that the owner runs.
 *
 * mtx_count is what the mutex adds to l_nlocks of its owner: spin mutexes count
 * in the upper half, too. With the lock checker, mutex_destroy() leaves a word
 * that nobody owns; without it, drivers that destroy a lock after it was set up
 * anew work as they do elsewhere.
 */

#include <sys/errno.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"
#include "sync_impl.h"

#define SPIN_TRIES     300
#define COUNT_ADAPTIVE 1
#define COUNT_SPIN     0x10001
#define MTX_DEAD       ((uintptr_t)0xdead0000)

#define OWNER(o) ((struct lwp *)((o) & ~MTX_WAITERS))

/* The same as mutex_init(), of the class of who initialises it at site. */
void
rump_mutex_init_at(kmutex_t *mtx, kmutex_type_t type, int ipl, uintptr_t site)
{
	mtx->mtx_owner = 0;
	mtx->mtx_ipl = (uint8_t)ipl;
	mtx->mtx_spin =
	    type == MUTEX_SPIN || (type != MUTEX_ADAPTIVE && ipl >= IPL_VM);
	mtx->mtx_count = mtx->mtx_spin ? COUNT_SPIN : COUNT_ADAPTIVE;
	LD_ALLOC(mtx->mtx_ld, mtx, mtx->mtx_spin ? LD_SPIN : LD_MUTEX, site);
}

void
mutex_init(kmutex_t *mtx, kmutex_type_t type, int ipl)
{
	rump_mutex_init_at(mtx, type, ipl, LD_RA());
}

static void
mutex_must_be(const kmutex_t *mtx, const void *at, const char *what)
{
	if (__predict_false(PEEK(mtx->mtx_owner) == MTX_DEAD ||
		(mtx->mtx_count & ~COUNT_SPIN) != 0))
		rump_rule_broken("mutex(9)", at,
		    "%s: mutex %p is destroyed, or is none", what, mtx);
}

void
mutex_destroy(kmutex_t *mtx)
{
	const void *at = __builtin_return_address(0);

	mutex_must_be(mtx, at, "mutex_destroy");
	LD_FREE(mtx->mtx_ld, mtx);
	if (__predict_false(PEEK(mtx->mtx_owner) != 0))
		rump_rule_broken(
		    "mutex(9)", at, "destroying mutex %p, which is held", mtx);
#ifdef LOCKDEBUG
	mtx->mtx_owner = MTX_DEAD;
	mtx->mtx_count = 0;
#endif
}

static inline bool
mutex_cas(kmutex_t *mtx, uintptr_t old, uintptr_t new)
{
	return __atomic_compare_exchange_n(
	    &mtx->mtx_owner, &old, new, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Wait a little for an owner that runs. */
static bool
mutex_spin_wait(kmutex_t *mtx, struct lwp *l)
{
	uintptr_t o;
	int i;

	if (ncpu == 1 || !rump_hostcpus_many)
		return false;
	for (i = 0; i < SPIN_TRIES; i++) {
		/* acquire: the owner's state is looked at */
		o = __atomic_load_n(&mtx->mtx_owner, __ATOMIC_ACQUIRE);
		if (OWNER(o) == NULL) {
			if (mutex_cas(mtx, o, (uintptr_t)l | o))
				return true;
		} else if (PEEK(OWNER(o)->l_stat) != LSONPROC) {
			return false;
		}
		cpu_pause();
	}
	return false;
}

/* On the queue, or the owner: true. */
static bool
mutex_enqueue(kmutex_t *mtx, struct lwp *l, int flags, bool *gotp)
{
	struct sleepq_bucket *sb;
	uintptr_t o;

	*gotp = false;
	sb = rump_sleepq_lock(mtx);
	for (;;) {
		o = PEEK(mtx->mtx_owner);
		if (OWNER(o) == NULL) {
			if (mutex_cas(mtx, o, (uintptr_t)l | o)) {
				*gotp = true;
				break;
			}
		} else if ((o & MTX_WAITERS) != 0 ||
		    mutex_cas(mtx, o, o | MTX_WAITERS)) {
			rump_sleepq_enqueue(sb, l, mtx, "mutex", flags);
			break;
		}
	}
	rump_sleepq_unlock(sb);
	return *gotp;
}

static void __noinline
mutex_enter_slow(kmutex_t *mtx, struct lwp *l, const void *at)
{
	struct lwp *owner = OWNER(PEEK(mtx->mtx_owner));
	int flags = SQ_MUTEX;
	bool got;

	mutex_must_be(mtx, at, "mutex_enter");
	if (__predict_false(owner == l))
		rump_rule_broken("mutex(9)", at,
		    "mutex_enter: %p is held by the caller already", mtx);
	rump_softint_sleeping(l);
	while (!mutex_spin_wait(mtx, l)) {
		if (mutex_enqueue(mtx, l, flags, &got))
			break;
		owner = OWNER(PEEK(mtx->mtx_owner));
		if (l->l_nopreempt != 0 && owner != NULL &&
		    PEEK(owner->l_stat) == LSONPROC)
			rump_sleepq_block_keep(l);
		else
			rump_sleepq_block(l, -1, false);
		if (l->l_sqflags & SQ_GRANTED)
			break;
		flags = SQ_MUTEX | SQ_FRONT | SQ_STARVED;
	}
}

/*
 * Somebody is queued: wake the first, or make it the owner. The word is set
 * before the waiter is removed, which is when it starts to look at it.
 */
static void __noinline
mutex_exit_slow(kmutex_t *mtx, const void *at)
{
	struct sleepq_bucket *sb;
	struct lwp *w;
	uintptr_t new = 0;

	if (__predict_false(OWNER(PEEK(mtx->mtx_owner)) != curlwp)) {
		mutex_must_be(mtx, at, "mutex_exit");
		rump_rule_broken("mutex(9)", at,
		    "mutex_exit: %p is not held by the caller", mtx);
	}

	sb = rump_sleepq_lock(mtx);
	if ((w = rump_sleepq_first(sb, mtx, SQ_MUTEX)) != NULL) {
		if (w->l_sqflags & SQ_STARVED) {
			POKE(w->l_sqflags, w->l_sqflags | SQ_GRANTED);
			new = (uintptr_t)w;
		}
		if (rump_sleepq_next(w, mtx, SQ_MUTEX) != NULL)
			new |= MTX_WAITERS;
	}
	__atomic_store_n(&mtx->mtx_owner, new, __ATOMIC_RELEASE);
	if (w != NULL)
		rump_sleepq_remove(sb, w);
	rump_sleepq_unlock(sb);
	if (w != NULL)
		rump_unpark(w);
}

void
mutex_enter(kmutex_t *mtx)
{
	struct lwp *l = curlwp;

	LD_WANT(mtx->mtx_ld, false);
	if (__predict_false(!mutex_cas(mtx, 0, (uintptr_t)l)))
		mutex_enter_slow(mtx, l, __builtin_return_address(0));
	l->l_nlocks += (int)mtx->mtx_count;
	LD_LOCKED(mtx->mtx_ld, false);
}

void
mutex_exit(kmutex_t *mtx)
{
	struct lwp *l = curlwp;
	uintptr_t owner = (uintptr_t)l;

	LD_UNLOCKED(mtx->mtx_ld, false);
	l->l_nlocks -= (int)mtx->mtx_count;
	if (__predict_false(!__atomic_compare_exchange_n(&mtx->mtx_owner,
		&owner, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)))
		mutex_exit_slow(mtx, __builtin_return_address(0));
	if (__predict_false(l->l_nunpark != 0) && l->l_nlocks == 0)
		rump_unpark_unlocked(l);
}

__strong_alias(mutex_spin_enter, mutex_enter);
__strong_alias(mutex_spin_exit, mutex_exit);

int
mutex_tryenter(kmutex_t *mtx)
{
	struct lwp *l = curlwp;
	uintptr_t o;

	while (OWNER(o = PEEK(mtx->mtx_owner)) == NULL) {
		if (!mutex_cas(mtx, o, (uintptr_t)l | o))
			continue;
		l->l_nlocks += (int)mtx->mtx_count;
		LD_LOCKED(mtx->mtx_ld, false);
		return 1;
	}
	return 0;
}

int
mutex_owned(const kmutex_t *mtx)
{
	return OWNER(PEEK(mtx->mtx_owner)) == curlwp;
}

lwp_t *
mutex_owner(const kmutex_t *mtx)
{
	return OWNER(PEEK(mtx->mtx_owner));
}

bool
mutex_owner_running(const kmutex_t *mtx)
{
	struct lwp *l = OWNER(PEEK(mtx->mtx_owner));

	return l != NULL && PEEK(l->l_stat) == LSONPROC;
}

bool
mutex_ownable(kmutex_t *mtx)
{
	return true;
}
