/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bufq(9): queues of requests and the registry of their strategies.
 *
 * A queue's caller serialises its use; the registry has a lock of its own,
 * which the constructors that fill it do without, before there are threads.
 */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/bufq_impl.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>

static SLIST_HEAD(, bufq_strat) strategies = SLIST_HEAD_INITIALIZER(strategies);

void
bufq_init(void)
{
}

int
bufq_register(struct bufq_strat *bs)
{
	struct bufq_strat *other;

	SLIST_FOREACH(other, &strategies, bs_next) {
		if (other == bs)
			return 0;
		if (strcmp(other->bs_name, bs->bs_name) == 0)
			return EEXIST;
	}
	SLIST_INSERT_HEAD(&strategies, bs, bs_next);
	return 0;
}

int
bufq_unregister(struct bufq_strat *bs)
{
	if (bs->bs_refcnt != 0)
		return EBUSY;
	SLIST_REMOVE(&strategies, bs, bufq_strat, bs_next);
	return 0;
}

static struct bufq_strat *
strat_find(const char *name, bool exact)
{
	struct bufq_strat *bs, *best = NULL;

	SLIST_FOREACH(bs, &strategies, bs_next) {
		if (strcmp(name, bs->bs_name) == 0)
			return bs;
		if (best == NULL || bs->bs_prio > best->bs_prio)
			best = bs;
	}
	return exact ? NULL : best;
}

/*
 * A queue with the strategy of that name, or the best one there is unless
 * BUFQ_EXACT; BUFQ_SORT_ tells what sorting ones sort by. 0 or ENOENT.
 */
int
bufq_alloc(struct bufq_state **bufqp, const char *strategy, int flags)
{
	struct bufq_state *bufq;
	struct bufq_strat *bs;

	switch (flags & BUFQ_SORT_MASK) {
	case BUFQ_SORT_RAWBLOCK:
	case BUFQ_SORT_CYLINDER:
		break;
	default:
		return EINVAL;
	}
	bs = strat_find(strategy, (flags & BUFQ_EXACT) != 0);
	if (bs == NULL)
		return ENOENT;
	bufq = kmem_zalloc(sizeof(*bufq), KM_SLEEP);
	bufq->bq_flags = flags;
	bufq->bq_strat = bs;
	bs->bs_refcnt++;
	(*bs->bs_initfn)(bufq);
	*bufqp = bufq;
	return 0;
}

void
bufq_put(struct bufq_state *bufq, struct buf *bp)
{
	(*bufq->bq_put)(bufq, bp);
}

/* Take the next request, or NULL. */
struct buf *
bufq_get(struct bufq_state *bufq)
{
	return (*bufq->bq_get)(bufq, 1);
}

/* The next request; it stays in the queue. */
struct buf *
bufq_peek(struct bufq_state *bufq)
{
	return (*bufq->bq_get)(bufq, 0);
}

/* Take out this request; NULL if it isn't in the queue. */
struct buf *
bufq_cancel(struct bufq_state *bufq, struct buf *bp)
{
	return (*bufq->bq_cancel)(bufq, bp);
}

/* Fail all requests with EIO. */
void
bufq_drain(struct bufq_state *bufq)
{
	struct buf *bp;

	while ((bp = bufq_get(bufq)) != NULL) {
		bp->b_error = EIO;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
	}
}

void
bufq_move(struct bufq_state *dst, struct bufq_state *src)
{
	struct buf *bp;

	while ((bp = bufq_get(src)) != NULL)
		bufq_put(dst, bp);
}

/* The queue is empty. */
void
bufq_free(struct bufq_state *bufq)
{
	KASSERT(bufq_peek(bufq) == NULL);
	if (bufq->bq_fini != NULL)
		(*bufq->bq_fini)(bufq);
	((struct bufq_strat *)__UNCONST(bufq->bq_strat))->bs_refcnt--;
	kmem_free(bufq, sizeof(*bufq));
}

const char *
bufq_getstrategyname(struct bufq_state *bufq)
{
	return bufq->bq_strat->bs_name;
}

void *
bufq_private(const struct bufq_state *bufq)
{
	return bufq->bq_private;
}

/* Does bp come not after bq? NULL comes last. */
bool
buf_inorder(const struct buf *bp, const struct buf *bq, int sortby)
{
	if (bp == NULL || bq == NULL)
		return bq == NULL;
	return bp->b_rawblkno <= bq->b_rawblkno;
}
