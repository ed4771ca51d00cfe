/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Completion of I/O, and buffers that are requests and nothing else.
 *
 * A request is made by VOP_STRATEGY or a driver's strategy routine and ends
 * with biodone(), once. It then calls b_iodone, or releases the buffer
 * (B_ASYNC), or wakes who is in biowait().
 */
#include "buf_impl.h"

#include <sys/atomic.h>
#include <sys/conf.h>

kmutex_t buffer_lock;
static pool_cache_t bufio_cache;

/*
 * Requests for when memory is used up: pages are written to get memory back,
 * so a request for that must not wait for memory. Taken by a bit each.
 */
#define RESERVE 32
static struct buf bufio_reserve[RESERVE];
static uint32_t bufio_taken;

static struct buf *
reserve_get(void)
{
	uint32_t old, bit;

	do {
		old = __atomic_load_n(&bufio_taken, __ATOMIC_RELAXED);
		if (old == UINT32_MAX)
			return NULL;
		bit = ~old & -~old;
	} while (atomic_cas_32(&bufio_taken, old, old | bit) != old);
	return &bufio_reserve[__builtin_ctz(bit)];
}

void
buf_iobuf_init(void)
{
	bufio_cache = pool_cache_init(sizeof(struct buf), CACHE_LINE_SIZE, 0, 0,
	    "biopl", NULL, IPL_NONE, NULL, NULL, NULL);
}

/* A busy request for a vnode's I/O (or none's). NULL only if !waitok. */
struct buf *
getiobuf(struct vnode *vp, bool waitok)
{
	struct buf *bp;

	bp = pool_cache_get(bufio_cache, PR_NOWAIT);
	if (bp == NULL)
		bp = reserve_get();
	if (bp == NULL && waitok)
		bp = pool_cache_get(bufio_cache, PR_WAITOK);
	if (bp == NULL)
		return NULL;
	buf_init(bp);
	bp->b_vp = vp;
	if (vp != NULL)
		bp->b_objlock = vp->v_interlock;
	BUF_SETOWNER(bp, __builtin_return_address(0));
	return bp;
}

void
putiobuf(struct buf *bp)
{
	buf_destroy(bp);
	if (bp >= bufio_reserve && bp < bufio_reserve + RESERVE) {
		__atomic_fetch_and(&bufio_taken, ~(1u << (bp - bufio_reserve)),
		    __ATOMIC_RELEASE);
		return;
	}
	pool_cache_put(bufio_cache, bp);
}

/* Hand a request to the driver of b_dev. */
void
bdev_strategy(struct buf *bp)
{
	const struct bdevsw *d = bdevsw_lookup(bp->b_dev);

	if (d == NULL) {
		bp->b_error = ENXIO;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return;
	}
	if (d->d_flag & D_MPSAFE) {
		(*d->d_strategy)(bp);
		return;
	}
	KERNEL_LOCK(1, NULL);
	(*d->d_strategy)(bp);
	KERNEL_UNLOCK_ONE(NULL);
}

void
nostrategy(struct buf *bp)
{
	bp->b_error = ENXIO;
	bp->b_resid = bp->b_bcount;
	biodone(bp);
}

/* Wait for a request; its errno. */
int
biowait(struct buf *bp)
{
	int n = 0;

	if (atomic_load_acquire(&bp->b_oflags) & (BO_DONE | BO_DELWRI))
		return bp->b_error;
	mutex_enter(bp->b_objlock);
	while ((bp->b_oflags & (BO_DONE | BO_DELWRI)) == 0) {
		if (cv_timedwait(&bp->b_done, bp->b_objlock,
			2 * LONG_WAIT * hz) == EWOULDBLOCK &&
		    (bp->b_oflags & (BO_DONE | BO_DELWRI)) == 0)
			biowait_long(bp, ++n);
	}
	mutex_exit(bp->b_objlock);
	return bp->b_error;
}

/*
 * The driver is done with a request. biowait() looks at BO_DONE without the
 * lock and its caller may free the buffer: setting it comes last.
 */
void
biodone(struct buf *bp)
{
	kmutex_t *lock = bp->b_objlock;
	void (*iodone)(struct buf *) = bp->b_iodone;
	const bool async = (bp->b_flags & B_ASYNC) != 0;

	mutex_enter(lock);
	if (bp->b_oflags & BO_DONE)
		rump_rule_broken("bufferio(9)", __builtin_return_address(0),
		    "biodone: the request for block %jd of device 0x%jx is "
		    "done already",
		    (intmax_t)bp->b_blkno, (uintmax_t)bp->b_dev);
	buf_sum_check(bp);
	/* what is on the disk now has been seen by nobody */
	bp->b_flags &= ~B_COWDONE;
	BIO_SETPRIO(bp, BPRIO_DEFAULT);
	if (BUF_ISWRITE(bp) && bp->b_vp != NULL)
		vwakeup(bp);
	bp->b_iodone = NULL;
	if (iodone != NULL)
		BUF_NOOWNER(bp);
	cv_broadcast(&bp->b_done);
	atomic_store_release(&bp->b_oflags, bp->b_oflags | BO_DONE);
	mutex_exit(lock);
	if (iodone != NULL)
		(*iodone)(bp);
	else if (async) {
		if (bp->b_error != 0 && BUF_ISWRITE(bp) && bp->b_vp != NULL)
			buf_keep(bp);
		brelse(bp, 0);
	}
}

void
biointr(void *cookie)
{
}

/*
 * Nested requests: each moves a part of a master's memory. The master is
 * done when the parts (and what was left out) add up to its b_bcount.
 */
void
nestiobuf_iodone(struct buf *bp)
{
	struct buf *mbp = bp->b_private;
	int error = bp->b_error, donebytes = bp->b_bcount;

	if (error == 0 && bp->b_resid > 0)
		error = EIO;
	if (error == 0 && bp->b_bcount < bp->b_bufsize) {
		/* the driver cut it short: that much was not moved */
		donebytes = bp->b_bufsize;
		error = EIO;
	}
	putiobuf(bp);
	nestiobuf_done(mbp, donebytes, error);
}

/* bp, from getiobuf(), is to move size bytes at offset of the master. */
void
nestiobuf_setup(struct buf *mbp, struct buf *bp, int offset, size_t size)
{
	struct vnode *vp = mbp->b_vp;

	KASSERT(mbp->b_bcount >= offset + (int)size);
	bp->b_vp = vp;
	bp->b_dev = mbp->b_dev;
	bp->b_objlock = mbp->b_objlock;
	bp->b_cflags = BC_BUSY;
	bp->b_flags = B_ASYNC |
	    (mbp->b_flags & (B_READ | B_PHYS | B_RAW | B_MEDIA_FLAGS));
	bp->b_iodone = nestiobuf_iodone;
	bp->b_data = (char *)mbp->b_data + offset;
	bp->b_resid = bp->b_bcount = bp->b_bufsize = (int)size;
	bp->b_proc = mbp->b_proc;
	bp->b_private = mbp;
	BIO_COPYPRIO(bp, mbp);
	if (BUF_ISWRITE(bp) && vp != NULL) {
		mutex_enter(vp->v_interlock);
		vp->v_numoutput++;
		mutex_exit(vp->v_interlock);
	}
}

/* donebytes of the master are accounted for, with this errno. */
void
nestiobuf_done(struct buf *mbp, int donebytes, int error)
{
	bool done;

	/* all parts may have ended by now, and the master with them */
	if (donebytes == 0)
		return;
	mutex_enter(mbp->b_objlock);
	KASSERT(mbp->b_resid >= donebytes);
	mbp->b_resid -= donebytes;
	if (error != 0)
		mbp->b_error = error;
	done = mbp->b_resid == 0;
	if (done && mbp->b_error != 0)
		mbp->b_resid = mbp->b_bcount;
	mutex_exit(mbp->b_objlock);
	if (done)
		biodone(mbp);
}
