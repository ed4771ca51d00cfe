/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sleep queue table: everything that waits, waits here, found by the
 * address that it waits for.
 *
 * A sleeper takes the bucket's lock, checks its condition once more, queues
 * itself, unlocks and blocks. A waker takes the lock, removes whom it wakes,
 * unlocks and unparks. l_wchan tells a sleeper that it was removed: it is
 * NULL from then on. Bucket locks are leaves.
 */

#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"

#define SQ_BUCKETS 128

static struct sleepq_bucket sleeptab[SQ_BUCKETS];

void
rump_sleepq_init(void)
{
	int i;

	for (i = 0; i < SQ_BUCKETS; i++)
		TAILQ_INIT(&sleeptab[i].sb_queue);
}

static inline struct sleepq_bucket *
bucket(wchan_t wchan)
{
	uintptr_t a = (uintptr_t)wchan;

	return &sleeptab[((a >> 4) ^ (a >> 11) ^ (a >> 18)) % SQ_BUCKETS];
}

struct sleepq_bucket *
rump_sleepq_lock(wchan_t wchan)
{
	struct sleepq_bucket *sb = bucket(wchan);

	ilock_enter(&sb->sb_lock);
	return sb;
}

void
rump_sleepq_unlock(struct sleepq_bucket *sb)
{
	ilock_exit(&sb->sb_lock);
}

/*
 * Put the running lwp on the queue, at its end. Bucket locked. SQ_FRONT:
 * before everybody who waits for the same.
 */
void
rump_sleepq_enqueue(struct sleepq_bucket *sb, struct lwp *l, wchan_t wchan,
    const char *wmesg, int flags)
{
	if (l->l_park == NULL)
		rump_park_attach(l);
	POKE(l->l_wchan, wchan);
	l->l_wmesg = wmesg;
	l->l_sqflags = flags;
	l->l_sleeperr = 0;
	__atomic_store_n(&l->l_sqb, sb, __ATOMIC_RELEASE);
	if (flags & SQ_FRONT)
		TAILQ_INSERT_HEAD(&sb->sb_queue, l, l_sleepchain);
	else
		TAILQ_INSERT_TAIL(&sb->sb_queue, l, l_sleepchain);
}

/* Take l off. Bucket locked. From here on l may go on at any moment. */
void
rump_sleepq_remove(struct sleepq_bucket *sb, struct lwp *l)
{
	TAILQ_REMOVE(&sb->sb_queue, l, l_sleepchain);
	__atomic_store_n(&l->l_sqb, NULL, __ATOMIC_RELAXED);
	__atomic_store_n(&l->l_wchan, NULL, __ATOMIC_RELEASE);
}

/*
 * Remove and return the first who waits for wchan in a way that is in flags;
 * NULL if there is none. Bucket locked. The caller unparks it later.
 */
struct lwp *
rump_sleepq_dequeue(struct sleepq_bucket *sb, wchan_t wchan, int flags)
{
	struct lwp *l;

	if ((l = rump_sleepq_first(sb, wchan, flags)) != NULL)
		rump_sleepq_remove(sb, l);
	return l;
}

/* The same, but it stays. */
struct lwp *
rump_sleepq_first(struct sleepq_bucket *sb, wchan_t wchan, int flags)
{
	struct lwp *l = TAILQ_FIRST(&sb->sb_queue);

	if (l != NULL && (l->l_wchan != wchan || (l->l_sqflags & flags) == 0))
		l = rump_sleepq_next(l, wchan, flags);
	return l;
}

/* Who comes after l and waits in the same way. */
struct lwp *
rump_sleepq_next(struct lwp *l, wchan_t wchan, int flags)
{
	while ((l = TAILQ_NEXT(l, l_sleepchain)) != NULL) {
		if (l->l_wchan == wchan && (l->l_sqflags & flags) != 0)
			break;
	}
	return l;
}

void
rump_sleepq_wake(struct lwp *l)
{
	rump_unpark(l);
}

/* Wake at most n (all, if negative) of those who sleep by tsleep(9). */
bool
rump_sleepq_wakechan(wchan_t wchan, int n)
{
	struct sleepq_bucket *sb = bucket(wchan);
	struct lwp *l;
	bool any = false;

	while (n-- != 0) {
		ilock_enter(&sb->sb_lock);
		l = rump_sleepq_dequeue(sb, wchan, SQ_CHAN);
		ilock_exit(&sb->sb_lock);
		if (l == NULL)
			break;
		any = true;
		rump_unpark(l);
	}
	return any;
}

static inline bool
interrupted(const struct lwp *l)
{
	return (PEEK(l->l_flag) &
		   (LW_PENDSIG | LW_WEXIT | LW_CANCELLED | LW_WCORE |
		       (int)LW_RUMP_QEXIT)) != 0;
}

/* A waiter on a condvar goes without being signalled. Bucket locked. */
static void
cv_forget(struct lwp *l)
{
	kcondvar_t *cv = __UNVOLATILE(l->l_wchan);

	POKE(cv->cv_nwait, cv->cv_nwait - 1);
}

/* Leave the queue if still on it: false if somebody woke us first. */
static bool
sleepq_withdraw(struct lwp *l, struct sleepq_bucket *sb)
{
	bool queued;

	ilock_enter(&sb->sb_lock);
	if ((queued = l->l_wchan != NULL)) {
		if (l->l_sqflags & SQ_CV)
			cv_forget(l);
		rump_sleepq_remove(sb, l);
	}
	ilock_exit(&sb->sb_lock);
	return queued;
}

/*
 * The big lock as it was before a sleep.  That may need a sleep as well, which
 * uses the same fields: so not before this one is over, and without a trace.
 */
static void
sleepq_retake_biglock(struct lwp *l, int nlocks)
{
	const int sqflags = l->l_sqflags;

	rump_biglock_retake(l, nlocks);
	l->l_sqflags = sqflags;
}

/*
 * Sleep until removed from the queue, at most ns nanoseconds if not
 * negative; with catch, also until a signal comes. The bucket is unlocked.
 * 0, EWOULDBLOCK, or EINTR. The virtual CPU may be another one afterwards.
 *
 * The big lock is given up meanwhile.
 */
int
rump_sleepq_block(struct lwp *l, int64_t ns, bool catch)
{
	struct sleepq_bucket *sb = PEEK(l->l_sqb);
	const int nlocks = rump_biglock_drop(l);
	int error = 0;

	if (catch) {
		__atomic_fetch_or(&l->l_flag, LW_SINTR, __ATOMIC_SEQ_CST);
	}
	while (__atomic_load_n(&l->l_wchan, __ATOMIC_ACQUIRE) != NULL) {
		if (catch && interrupted(l)) {
			error = EINTR;
		} else {
			error = rump_park(l, ns, false);
			if (error == 0)
				continue;
			error = EWOULDBLOCK;
		}
		if (sb != NULL && sleepq_withdraw(l, sb))
			break;
		error = 0;
	}
	l->l_ru.ru_nvcsw++;
	if (error == 0)
		error = l->l_sleeperr;
	if (catch)
		__atomic_fetch_and(&l->l_flag, ~LW_SINTR, __ATOMIC_RELAXED);
	if (__predict_false(nlocks != 0))
		sleepq_retake_biglock(l, nlocks);
	return error;
}

/*
 * The same, keeping the virtual CPU. For those who may not lose it. The big
 * lock is given up here, too: who has what we wait for may want it.
 */
void
rump_sleepq_block_keep(struct lwp *l)
{
	const int nlocks = rump_biglock_drop(l);

	while (__atomic_load_n(&l->l_wchan, __ATOMIC_ACQUIRE) != NULL)
		rump_park(l, -1, true);
	if (__predict_false(nlocks != 0))
		sleepq_retake_biglock(l, nlocks);
}

static bool
sleepq_kick(struct lwp *l, bool sintr)
{
	struct sleepq_bucket *sb;
	bool found = false;

	if ((sb = __atomic_load_n(&l->l_sqb, __ATOMIC_ACQUIRE)) == NULL)
		return false;
	ilock_enter(&sb->sb_lock);
	if (PEEK(l->l_sqb) == sb &&
	    (!sintr || (PEEK(l->l_flag) & LW_SINTR) != 0) &&
	    (l->l_sqflags & (SQ_CHAN | SQ_CV)) != 0) {
		if (l->l_sqflags & SQ_CV)
			cv_forget(l);
		l->l_sleeperr = sintr ? EINTR : 0;
		rump_sleepq_remove(sb, l);
		found = true;
	}
	ilock_exit(&sb->sb_lock);
	if (found)
		rump_unpark(l);
	return found;
}

bool
lwp_interrupt(struct lwp *l)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return sleepq_kick(l, true);
}

void
lwp_unsleep(struct lwp *l, bool unlock)
{
	(void)sleepq_kick(l, false);
}

void
setrunnable(struct lwp *l)
{
	(void)sleepq_kick(l, false);
}
