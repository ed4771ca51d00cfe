/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rwlock(9).
 *
 * rw_owner is lwp | RW_WRITE_LOCKED for a writer, or the number of readers
 * times RW_READ_INCR. RW_HAS_WAITERS: somebody is queued. RW_WRITE_WANTED: a
 * writer is queued, so that new readers queue up behind it.
 *
 * The last one out frees the lock and wakes whom it let in: the first writer,
 * or all readers up to the first writer. Who then loses against a newcomer
 * queues up in front, and is handed the lock next time.
 */

#include <sys/errno.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/rwlock.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"
#include "sync_impl.h"

#define SPIN_TRIES 300
#define WAKE_BATCH 32
#define RW_DEAD    ((uintptr_t)0xdead0000 | RW_WRITE_LOCKED)
#define RW_FLAGS   (RW_HAS_WAITERS | RW_WRITE_WANTED)

void
rump_rw_init_at(krwlock_t *rw, uintptr_t site)
{
	rw->rw_owner = 0;
	rw->rw_wwait = rw->rw_rwait = 0;
	LD_ALLOC(rw->rw_ld, rw, LD_RWLOCK, site);
}

void
rw_init(krwlock_t *rw)
{
	rump_rw_init_at(rw, LD_RA());
}

static void
rw_must_live(krwlock_t *rw, const void *at, const char *what)
{
	if (__predict_false(PEEK(rw->rw_owner) == RW_DEAD))
		rump_rule_broken(
		    "rwlock(9)", at, "%s: rwlock %p is destroyed", what, rw);
}

void
rw_destroy(krwlock_t *rw)
{
	const void *at = __builtin_return_address(0);

	rw_must_live(rw, at, "rw_destroy");
	LD_FREE(rw->rw_ld, rw);
	if (__predict_false(PEEK(rw->rw_owner) != 0))
		rump_rule_broken(
		    "rwlock(9)", at, "destroying rwlock %p, which is held", rw);
#ifdef LOCKDEBUG
	rw->rw_owner = RW_DEAD;
#endif
}

static inline bool
rw_cas(krwlock_t *rw, uintptr_t old, uintptr_t new)
{
	return __atomic_compare_exchange_n(
	    &rw->rw_owner, &old, new, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* May it be taken as the word is? With starved, past queued writers. */
static inline bool
rw_free_for(uintptr_t o, krw_t op, bool starved)
{
	if (op == RW_WRITER)
		return (o & ~RW_FLAGS) == 0;
	return (o & RW_WRITE_LOCKED) == 0 &&
	    (starved || (o & RW_WRITE_WANTED) == 0);
}

static inline uintptr_t
rw_taken(uintptr_t o, krw_t op, struct lwp *l)
{
	if (op == RW_WRITER)
		return (uintptr_t)l | RW_WRITE_LOCKED | (o & RW_FLAGS);
	return o + RW_READ_INCR;
}

/* Has the writer, if there is one, a CPU? */
static bool
rw_writer_runs(uintptr_t o)
{
	return (o & RW_WRITE_LOCKED) != 0 &&
	    PEEK(((struct lwp *)(o & RW_THREAD))->l_stat) == LSONPROC;
}

static bool
rw_spin_wait(krwlock_t *rw, struct lwp *l, krw_t op, bool starved)
{
	uintptr_t o;
	int i;

	if (ncpu == 1 || !rump_hostcpus_many)
		return false;
	for (i = 0; i < SPIN_TRIES; i++) {
		o = __atomic_load_n(&rw->rw_owner, __ATOMIC_ACQUIRE);
		if (rw_free_for(o, op, starved)) {
			if (rw_cas(rw, o, rw_taken(o, op, l)))
				return true;
		} else if ((o & RW_WRITE_LOCKED) != 0 && !rw_writer_runs(o)) {
			return false;
		}
		cpu_pause();
	}
	return false;
}

/* Take it, or queue up: true if taken. */
static bool
rw_enqueue(krwlock_t *rw, struct lwp *l, krw_t op, bool starved)
{
	struct sleepq_bucket *sb;
	uintptr_t o, want;
	bool got = false;
	int flags;

	flags = op == RW_WRITER ? SQ_WRITER : SQ_READER;
	if (starved)
		flags |= SQ_STARVED | SQ_FRONT;
	want = op == RW_WRITER ? RW_FLAGS : RW_HAS_WAITERS;
	sb = rump_sleepq_lock(rw);
	for (;;) {
		o = PEEK(rw->rw_owner);
		if (rw_free_for(o, op, starved)) {
			if ((got = rw_cas(rw, o, rw_taken(o, op, l))))
				break;
		} else if ((o & want) == want || rw_cas(rw, o, o | want)) {
			rump_sleepq_enqueue(sb, l, rw, "rwlock", flags);
			break;
		}
	}
	rump_sleepq_unlock(sb);
	return got;
}

static void __noinline
rw_enter_slow(krwlock_t *rw, struct lwp *l, krw_t op, const void *at)
{
	bool starved = false;

	rw_must_live(rw, at, "rw_enter");
	if (__predict_false((PEEK(rw->rw_owner) & RW_WRITE_LOCKED) != 0 &&
		(PEEK(rw->rw_owner) & RW_THREAD) == (uintptr_t)l))
		rump_rule_broken("rwlock(9)", at,
		    "rw_enter: %p is held by the caller already", rw);
	rump_softint_sleeping(l);
	while (!rw_spin_wait(rw, l, op, starved)) {
		if (rw_enqueue(rw, l, op, starved))
			break;
		/* who may not lose its CPU keeps it if the writer has one */
		if (l->l_nopreempt != 0 && rw_writer_runs(PEEK(rw->rw_owner)))
			rump_sleepq_block_keep(l);
		else
			rump_sleepq_block(l, -1, false);
		if (l->l_sqflags & SQ_GRANTED)
			break;
		starved = true;
	}
}

static void
rw_entered(struct lwp *l)
{
	l->l_nlocks++;
}

void
rw_enter(krwlock_t *rw, const krw_t op)
{
	struct lwp *l = curlwp;
	uintptr_t o;

	LD_WANT(rw->rw_ld, op == RW_READER);
	if (op == RW_READER) {
		o = PEEK(rw->rw_owner);
		if (__predict_false(
			(o & (RW_WRITE_LOCKED | RW_WRITE_WANTED)) != 0 ||
			!rw_cas(rw, o, o + RW_READ_INCR)))
			rw_enter_slow(rw, l, op, __builtin_return_address(0));
	} else if (__predict_false(
		       !rw_cas(rw, 0, (uintptr_t)l | RW_WRITE_LOCKED))) {
		rw_enter_slow(rw, l, op, __builtin_return_address(0));
	}
	rw_entered(l);
	LD_LOCKED(rw->rw_ld, op == RW_READER);
}

int
rw_tryenter(krwlock_t *rw, const krw_t op)
{
	struct lwp *l = curlwp;
	uintptr_t o;

	for (;;) {
		o = PEEK(rw->rw_owner);
		if (!rw_free_for(o, op, false))
			return 0;
		if (rw_cas(rw, o, rw_taken(o, op, l)))
			break;
	}
	rw_entered(l);
	LD_LOCKED(rw->rw_ld, op == RW_READER);
	return 1;
}

/* The flags for those who are not selected. Bucket locked. */
static uintptr_t
rw_queueflags(struct sleepq_bucket *sb, krwlock_t *rw)
{
	struct lwp *w = rump_sleepq_first(sb, rw, SQ_READER | SQ_WRITER);
	uintptr_t flags = 0;

	for (; w != NULL; w = rump_sleepq_next(w, rw, SQ_READER | SQ_WRITER)) {
		if (w->l_sqflags & SQ_SELECTED)
			continue;
		if (w->l_sqflags & SQ_WRITER)
			return RW_FLAGS;
		flags = RW_HAS_WAITERS;
	}
	return flags;
}

/*
 * Whom to let in, the lock being free but for the readers in *newp: the first
 * writer, or the readers in front of it. *newp is updated by those who are
 * handed the lock.
 */
static int
rw_select(
    struct sleepq_bucket *sb, krwlock_t *rw, struct lwp **sel, uintptr_t *newp)
{
	struct lwp *w = rump_sleepq_first(sb, rw, SQ_READER | SQ_WRITER);
	bool writer;
	int n = 0;

	for (; w != NULL && n < WAKE_BATCH;
	     w = rump_sleepq_next(w, rw, SQ_READER | SQ_WRITER)) {
		writer = (w->l_sqflags & SQ_WRITER) != 0;
		if (writer && (*newp != 0 || n > 0))
			break;
		POKE(w->l_sqflags, w->l_sqflags | SQ_SELECTED);
		if (w->l_sqflags & SQ_STARVED) {
			POKE(w->l_sqflags, w->l_sqflags | SQ_GRANTED);
			*newp =
			    rw_taken(*newp, writer ? RW_WRITER : RW_READER, w);
		}
		sel[n++] = w;
		if (writer)
			break;
	}
	return n;
}

/*
 * The lock is held for writing by the caller, with the bucket locked: leave
 * it to the readers in new, and to waiters. Unlocks the bucket. The word is
 * set before waiters are removed, which is when they start to look at it.
 */
static void
rw_release(krwlock_t *rw, struct sleepq_bucket *sb, uintptr_t new)
{
	struct lwp *sel[WAKE_BATCH];
	int i, n;

	n = rw_select(sb, rw, sel, &new);
	new |= rw_queueflags(sb, rw);
	__atomic_store_n(&rw->rw_owner, new, __ATOMIC_RELEASE);
	for (i = 0; i < n; i++)
		rump_sleepq_remove(sb, sel[i]);
	rump_sleepq_unlock(sb);
	for (i = 0; i < n; i++)
		rump_unpark(sel[i]);
}

/* Exit with somebody queued. */
static void __noinline
rw_exit_slow(krwlock_t *rw, struct lwp *l)
{
	struct sleepq_bucket *sb;
	uintptr_t o;

	sb = rump_sleepq_lock(rw);
	for (;;) {
		o = PEEK(rw->rw_owner);
		if ((o & RW_WRITE_LOCKED) != 0)
			break;
		if ((o & ~RW_FLAGS) != RW_READ_INCR) {
			if (!rw_cas(rw, o, o - RW_READ_INCR))
				continue;
			rump_sleepq_unlock(sb);
			return;
		}
		/* the last reader: alone, as a writer would be */
		if (rw_cas(
			rw, o, (uintptr_t)l | RW_WRITE_LOCKED | (o & RW_FLAGS)))
			break;
	}
	rw_release(rw, sb, 0);
}

void
rw_exit(krwlock_t *rw)
{
	struct lwp *l = curlwp;
	uintptr_t o = PEEK(rw->rw_owner), new;

	LD_UNLOCKED(rw->rw_ld, (o & RW_WRITE_LOCKED) == 0);
	if (__predict_false((o & ~RW_FLAGS) == 0 || o == RW_DEAD ||
		((o & RW_WRITE_LOCKED) != 0 &&
		    (o & RW_THREAD) != (uintptr_t)l)))
		rump_rule_broken("rwlock(9)", __builtin_return_address(0),
		    "rw_exit: %p is %s", rw,
		    o == RW_DEAD               ? "destroyed"
			: (o & ~RW_FLAGS) == 0 ? "not held"
					       : "held by another lwp");
	l->l_nlocks--;
	for (;; o = PEEK(rw->rw_owner)) {
		if ((o & RW_HAS_WAITERS) != 0) {
			rw_exit_slow(rw, l);
			break;
		}
		new = (o & RW_WRITE_LOCKED) != 0 ? 0 : o - RW_READ_INCR;
		if (__predict_true(rw_cas(rw, o, new)))
			break;
	}
	if (__predict_false(l->l_nunpark != 0) && l->l_nlocks == 0)
		rump_unpark_unlocked(l);
}

int
rw_tryupgrade(krwlock_t *rw)
{
	struct lwp *l = curlwp;
	uintptr_t o;

	for (;;) {
		o = PEEK(rw->rw_owner);
		if ((o & ~RW_FLAGS) != RW_READ_INCR)
			return 0;
		if (rw_cas(
			rw, o, (uintptr_t)l | RW_WRITE_LOCKED | (o & RW_FLAGS)))
			break;
	}
	LD_UNLOCKED(rw->rw_ld, true);
	LD_LOCKED(rw->rw_ld, false);
	return 1;
}

void
rw_downgrade(krwlock_t *rw)
{
	uintptr_t o = PEEK(rw->rw_owner);

	if (__predict_false((o & RW_WRITE_LOCKED) == 0))
		rump_rule_broken("rwlock(9)", __builtin_return_address(0),
		    "rw_downgrade: %p is not held for writing", rw);
	LD_UNLOCKED(rw->rw_ld, false);
	LD_LOCKED(rw->rw_ld, true);
	if ((o & RW_HAS_WAITERS) == 0 && rw_cas(rw, o, RW_READ_INCR))
		return;
	rw_release(rw, rump_sleepq_lock(rw), RW_READ_INCR);
}

int
rw_read_held(krwlock_t *rw)
{
	uintptr_t o = PEEK(rw->rw_owner);

	return (o & RW_WRITE_LOCKED) == 0 && (o & ~RW_FLAGS) != 0;
}

int
rw_write_held(krwlock_t *rw)
{
	uintptr_t o = PEEK(rw->rw_owner);

	return (o & RW_WRITE_LOCKED) != 0 &&
	    (o & RW_THREAD) == (uintptr_t)curlwp;
}

int
rw_lock_held(krwlock_t *rw)
{
	return (PEEK(rw->rw_owner) & ~RW_FLAGS) != 0;
}

krw_t
rw_lock_op(krwlock_t *rw)
{
	return (PEEK(rw->rw_owner) & RW_WRITE_LOCKED) != 0 ? RW_WRITER
							   : RW_READER;
}

lwp_t *
rw_owner(krwlock_t *rw)
{
	uintptr_t o = PEEK(rw->rw_owner);

	return (o & RW_WRITE_LOCKED) != 0 ? (lwp_t *)(o & RW_THREAD) : NULL;
}
