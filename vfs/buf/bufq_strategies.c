/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The strategies of bufq(9).
 *
 * fcfs       in the order of arrival
 * disksort   one-way elevator over block numbers
 * readprio   reads before writes, but a write now and then
 * priocscan  by priority of the request, each class a one-way elevator, with
 *            a quantum so that the lower ones get their turn
 */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/bufq_impl.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/rbtree.h>
#include <sys/systm.h>

TAILQ_HEAD(bufq_tailq, buf);

/*
 * fcfs
 */
static void
fcfs_put(struct bufq_state *bufq, struct buf *bp)
{
	TAILQ_INSERT_TAIL((struct bufq_tailq *)bufq->bq_private, bp, b_actq);
}

static struct buf *
fcfs_get(struct bufq_state *bufq, int take)
{
	struct bufq_tailq *q = bufq->bq_private;
	struct buf *bp = TAILQ_FIRST(q);

	if (bp != NULL && take)
		TAILQ_REMOVE(q, bp, b_actq);
	return bp;
}

static struct buf *
tailq_cancel(struct bufq_tailq *q, struct buf *wanted)
{
	struct buf *bp;

	TAILQ_FOREACH(bp, q, b_actq) {
		if (bp == wanted) {
			TAILQ_REMOVE(q, bp, b_actq);
			return bp;
		}
	}
	return NULL;
}

static struct buf *
fcfs_cancel(struct bufq_state *bufq, struct buf *bp)
{
	return tailq_cancel(bufq->bq_private, bp);
}

static void
fcfs_fini(struct bufq_state *bufq)
{
	kmem_free(bufq->bq_private, sizeof(struct bufq_tailq));
}

static void
fcfs_init(struct bufq_state *bufq)
{
	struct bufq_tailq *q;

	q = kmem_alloc(sizeof(*q), KM_SLEEP);
	TAILQ_INIT(q);
	bufq->bq_private = q;
	bufq->bq_put = fcfs_put;
	bufq->bq_get = fcfs_get;
	bufq->bq_cancel = fcfs_cancel;
	bufq->bq_fini = fcfs_fini;
}

BUFQ_DEFINE(fcfs, 10, fcfs_init)

/*
 * A one-way elevator: a tree by block number, and where the head is.
 */
struct elevator {
	rb_tree_t el_tree;
	daddr_t el_at; /* of the last request taken */
	struct buf *el_next;
	int el_count;
};

static int
elevator_cmp(void *ctx, const void *a, const void *b)
{
	const struct buf *x = a, *y = b;

	if (x->b_rawblkno != y->b_rawblkno)
		return x->b_rawblkno < y->b_rawblkno ? -1 : 1;
	if (x != y)
		return x < y ? -1 : 1;
	return 0;
}

struct elevator_key {
	daddr_t ek_at;
};

/* below every request of a block number: so geq finds the first of them */
static int
elevator_cmpkey(void *ctx, const void *node, const void *key)
{
	const struct buf *bp = node;
	const struct elevator_key *k = key;

	return bp->b_rawblkno < k->ek_at ? -1 : 1;
}

static const rb_tree_ops_t elevator_ops = {
    .rbto_compare_nodes = elevator_cmp,
    .rbto_compare_key = elevator_cmpkey,
    .rbto_node_offset = offsetof(struct buf, b_u),
    .rbto_context = NULL,
};

static void
elevator_init(struct elevator *el)
{
	rb_tree_init(&el->el_tree, &elevator_ops);
	el->el_at = 0;
	el->el_next = NULL;
	el->el_count = 0;
}

static void
elevator_put(struct elevator *el, struct buf *bp)
{
	(void)rb_tree_insert_node(&el->el_tree, bp);
	el->el_next = NULL;
	el->el_count++;
}

static struct buf *
elevator_get(struct elevator *el, int take)
{
	struct elevator_key key = {el->el_at};
	struct buf *bp = el->el_next;

	if (el->el_count == 0)
		return NULL;
	if (bp == NULL)
		bp = rb_tree_find_node_geq(&el->el_tree, &key);
	if (bp == NULL)
		bp = RB_TREE_MIN(&el->el_tree);
	el->el_next = bp;
	if (take) {
		el->el_next = NULL;
		el->el_at = bp->b_rawblkno;
		el->el_count--;
		rb_tree_remove_node(&el->el_tree, bp);
	}
	return bp;
}

static struct buf *
elevator_cancel(struct elevator *el, struct buf *wanted)
{
	struct buf *bp;

	RB_TREE_FOREACH(bp, &el->el_tree)
	{
		if (bp == wanted) {
			rb_tree_remove_node(&el->el_tree, bp);
			el->el_next = NULL;
			el->el_count--;
			return bp;
		}
	}
	return NULL;
}

static void
disksort_put(struct bufq_state *bufq, struct buf *bp)
{
	elevator_put(bufq->bq_private, bp);
}

static struct buf *
disksort_get(struct bufq_state *bufq, int take)
{
	return elevator_get(bufq->bq_private, take);
}

static struct buf *
disksort_cancel(struct bufq_state *bufq, struct buf *bp)
{
	return elevator_cancel(bufq->bq_private, bp);
}

static void
disksort_fini(struct bufq_state *bufq)
{
	kmem_free(bufq->bq_private, sizeof(struct elevator));
}

static void
disksort_init(struct bufq_state *bufq)
{
	bufq->bq_private = kmem_alloc(sizeof(struct elevator), KM_SLEEP);
	elevator_init(bufq->bq_private);
	bufq->bq_put = disksort_put;
	bufq->bq_get = disksort_get;
	bufq->bq_cancel = disksort_cancel;
	bufq->bq_fini = disksort_fini;
}

BUFQ_DEFINE(disksort, 20, disksort_init)

/*
 * readprio
 */
#define READPRIO_BURST  48 /* reads in a row */
#define READPRIO_WRITES 16 /* writes after them */

struct readprio {
	struct bufq_tailq rp_reads; /* in order of arrival */
	struct elevator rp_writes;
	int rp_burst;
	bool rp_writing;
};

static void
readprio_put(struct bufq_state *bufq, struct buf *bp)
{
	struct readprio *rp = bufq->bq_private;

	if (BUF_ISREAD(bp))
		TAILQ_INSERT_TAIL(&rp->rp_reads, bp, b_actq);
	else
		elevator_put(&rp->rp_writes, bp);
}

static struct buf *
readprio_get(struct bufq_state *bufq, int take)
{
	struct readprio *rp = bufq->bq_private;
	struct buf *bp = TAILQ_FIRST(&rp->rp_reads);
	const bool writes = rp->rp_writes.el_count > 0;

	if (bp == NULL || !writes)
		rp->rp_burst = 0;
	if (bp != NULL && writes) {
		const int limit =
		    rp->rp_writing ? READPRIO_WRITES : READPRIO_BURST;

		if (rp->rp_burst >= limit) {
			rp->rp_writing = !rp->rp_writing;
			rp->rp_burst = 0;
		}
	} else
		rp->rp_writing = bp == NULL;
	if (rp->rp_writing)
		bp = elevator_get(&rp->rp_writes, take);
	else if (bp != NULL && take)
		TAILQ_REMOVE(&rp->rp_reads, bp, b_actq);
	if (take)
		rp->rp_burst++;
	return bp;
}

static struct buf *
readprio_cancel(struct bufq_state *bufq, struct buf *bp)
{
	struct readprio *rp = bufq->bq_private;

	if (BUF_ISREAD(bp))
		return tailq_cancel(&rp->rp_reads, bp);
	return elevator_cancel(&rp->rp_writes, bp);
}

static void
readprio_fini(struct bufq_state *bufq)
{
	kmem_free(bufq->bq_private, sizeof(struct readprio));
}

static void
readprio_init(struct bufq_state *bufq)
{
	struct readprio *rp;

	rp = kmem_zalloc(sizeof(*rp), KM_SLEEP);
	TAILQ_INIT(&rp->rp_reads);
	elevator_init(&rp->rp_writes);
	bufq->bq_private = rp;
	bufq->bq_put = readprio_put;
	bufq->bq_get = readprio_get;
	bufq->bq_cancel = readprio_cancel;
	bufq->bq_fini = readprio_fini;
}

BUFQ_DEFINE(readprio, 30, readprio_init)

/*
 * priocscan
 */
static const int priocscan_quantum[BPRIO_NPRIO] = {
    [BPRIO_TIMENONCRITICAL] = 1,
    [BPRIO_TIMELIMITED] = 4,
    [BPRIO_TIMECRITICAL] = 16,
};

struct priocscan {
	struct elevator pc_class[BPRIO_NPRIO];
	int pc_credit[BPRIO_NPRIO];
};

static int
priocscan_class(const struct buf *bp)
{
	const int prio = BIO_GETPRIO(bp);

	return prio < 0 ? 0 : prio >= BPRIO_NPRIO ? BPRIO_NPRIO - 1 : prio;
}

static void
priocscan_put(struct bufq_state *bufq, struct buf *bp)
{
	struct priocscan *pc = bufq->bq_private;

	elevator_put(&pc->pc_class[priocscan_class(bp)], bp);
}

static struct buf *
priocscan_get(struct bufq_state *bufq, int take)
{
	struct priocscan *pc = bufq->bq_private;
	int cls = -1, i;

	for (int round = 0; round < 2 && cls == -1; round++) {
		for (i = BPRIO_NPRIO - 1; i >= 0; i--) {
			if (pc->pc_class[i].el_count > 0 &&
			    pc->pc_credit[i] > 0) {
				cls = i;
				break;
			}
		}
		if (cls == -1)
			memcpy(pc->pc_credit, priocscan_quantum,
			    sizeof(pc->pc_credit));
	}
	if (cls == -1)
		return NULL;
	if (take)
		pc->pc_credit[cls]--;
	return elevator_get(&pc->pc_class[cls], take);
}

static struct buf *
priocscan_cancel(struct bufq_state *bufq, struct buf *bp)
{
	struct priocscan *pc = bufq->bq_private;

	for (int i = 0; i < BPRIO_NPRIO; i++)
		if (elevator_cancel(&pc->pc_class[i], bp) != NULL)
			return bp;
	return NULL;
}

static void
priocscan_fini(struct bufq_state *bufq)
{
	kmem_free(bufq->bq_private, sizeof(struct priocscan));
}

static void
priocscan_init(struct bufq_state *bufq)
{
	struct priocscan *pc;

	pc = kmem_zalloc(sizeof(*pc), KM_SLEEP);
	for (int i = 0; i < BPRIO_NPRIO; i++)
		elevator_init(&pc->pc_class[i]);
	memcpy(pc->pc_credit, priocscan_quantum, sizeof(pc->pc_credit));
	bufq->bq_private = pc;
	bufq->bq_put = priocscan_put;
	bufq->bq_get = priocscan_get;
	bufq->bq_cancel = priocscan_cancel;
	bufq->bq_fini = priocscan_fini;
}

BUFQ_DEFINE(priocscan, 40, priocscan_init)
