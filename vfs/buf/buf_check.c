/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said about drivers that misuse buffers.
 *
 * b_unused is where a buffer was got, b_owner by which lwp, until it is given
 * back or handed to I/O.  Who waits for a buffer that has no I/O under way, and
 * whose owner waits for it itself, or has left the kernel, waits for ever: that
 * is a panic, after LONG_WAIT seconds.  If the owner still does something it may
 * give it back: that is a message.  A request that takes long is a message as
 * well, and with the lock checker, after a while, a panic.
 */
#include "buf_impl.h"

#include <sys/conf.h>
#include <sys/lwp.h>

#include <rump-sys/kern.h>

#define PATIENCE 6 /* times LONG_WAIT */

static const char *
owner_state(const struct lwp *owner)
{
	if (owner == curlwp)
		return "the lwp that waits now";
	return rump_lwp_left(owner) ? "a lwp that has left the kernel" : NULL;
}

/* Say which buffer is busy and where in which driver it was taken. */
void
buf_report_busy(struct buf *bp, const char *what)
{
	rump_rule_said("buffercache(9)", bp->b_unused,
	    "%s: block %jd of vnode %p (type %d, tag %d), got here, is busy; is "
	    "a brelse() missing?",
	    what, (intmax_t)bp->b_lblkno, bp->b_vp,
	    bp->b_vp != NULL ? (int)bp->b_vp->v_type : -1,
	    bp->b_vp != NULL ? (int)bp->b_vp->v_tag : -1);
}

/* Somebody, at, waits for the n-th long time.  bufcache_lock is held. */
void
buf_wait_long(struct buf *bp, int n, const void *at)
{
	struct lwp *owner = bp->b_owner;
	const char *state;
	char where[80];

	rump_symbol(at, where, sizeof(where));
	if ((bp->b_flags & B_ASYNC) != 0 && (bp->b_oflags & BO_DONE) == 0)
		owner = NULL; /* the I/O's */
	if (owner != NULL && (state = owner_state(owner)) != NULL)
		rump_rule_broken("buffercache(9)", bp->b_unused,
		    "block %jd of vnode %p, got here, was not given back by %s, "
		    "and %s waits for it: a brelse() is missing",
		    (intmax_t)bp->b_lblkno, bp->b_vp, state, where);
	if (n == 1)
		buf_report_busy(bp, "waiting for a buffer");
	if (n == PATIENCE && owner != NULL && (owner->l_flag & LW_SYSTEM) != 0)
		rump_rule_broken("buffercache(9)", bp->b_unused,
		    "block %jd of vnode %p, got here by a kernel thread, was "
		    "not given back, and %s waits for it: a brelse() is missing",
		    (intmax_t)bp->b_lblkno, bp->b_vp, where);
}

static const void *
strategy_of(const struct buf *bp)
{
	const struct bdevsw *d;

	if (bp->b_dev != NODEV && (d = bdevsw_lookup(bp->b_dev)) != NULL)
		return (const void *)(uintptr_t)d->d_strategy;
	if (bp->b_vp != NULL)
		return (const void *)(uintptr_t)
		    bp->b_vp->v_op[VOP_STRATEGY_DESCOFFSET];
	return bp->b_unused;
}

/* A request is under way for the n-th long time. */
void
biowait_long(struct buf *bp, int n)
{
	if (n == 1)
		rump_rule_said("bufferio(9)", strategy_of(bp),
		    "a request for block %jd is not done yet; is a biodone() "
		    "missing?",
		    (intmax_t)bp->b_blkno);
#ifdef LOCKDEBUG
	if (n == 3)
		rump_rule_broken("bufferio(9)", strategy_of(bp),
		    "a request for block %jd is not done: a biodone() is "
		    "missing",
		    (intmax_t)bp->b_blkno);
#endif
}

/* A buffer that is not busy is given to what. */
void
buf_notbusy(struct buf *bp, const char *what, const void *at)
{
	rump_rule_broken("buffercache(9)", at,
	    "%s() of buffer %p, which is not busy: it was given back before, or "
	    "is not the caller's",
	    what, bp);
}

#ifdef LOCKDEBUG
static uint64_t
sum_of(const struct buf *bp)
{
	const unsigned char *p = bp->b_data;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (int i = 0; i < bp->b_bcount; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h | 1;
}

/* The buffer is handed to a write that nobody waits for. */
void
buf_sum(struct buf *bp)
{
	bp->b_sum = sum_of(bp);
}

/* That write is over. */
void
buf_sum_check(struct buf *bp)
{
	const uint64_t was = bp->b_sum;

	bp->b_sum = 0;
	if (was != 0 && sum_of(bp) != was)
		rump_rule_broken("buffercache(9)", bp->b_unused,
		    "block %jd of vnode %p, got here, was changed while it was "
		    "written: after bawrite() it is not the caller's",
		    (intmax_t)bp->b_lblkno, bp->b_vp);
}
#endif
