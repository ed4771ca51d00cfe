/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The buffer cache: blocks of vnodes, found by (vnode, logical block).
 *
 * A buffer is busy (owned by one thread, or by the I/O under way), or it
 * waits on a queue: LOCKED (never reused), AGE (reused first) or LRU. It has
 * valid contents if BO_DONE or BO_DELWRI is set, and none if BC_INVAL is.
 * bread() and getblk() give it busy; brelse() and the writes give it back.
 *
 * Memory for contents comes in powers of two, from one pool for each size.
 * Together it stays below bufmem_hiwater as long as there are clean buffers
 * to drop.
 *
 * Everything about the cache is under bufcache_lock; b_oflags are under the
 * vnode's v_interlock, which is taken after it.
 */
#include "buf_impl.h"

#include <sys/atomic.h>
#include <sys/fstrans.h>
#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>

enum {
	BQ_LOCKED,
	BQ_LRU,
	BQ_AGE,
	BQUEUES
};

#define BUF_MINSHIFT 9
#define BUF_NPOOLS   8 /* 512 bytes to 64 KiB */
#define BUF_HASHMIN  256

kmutex_t bufcache_lock;

static LIST_HEAD(bufhashhdr, buf) *bufhashtbl;
static u_long bufhash; /* mask */
static TAILQ_HEAD(bqueue, buf) bufqueues[BQUEUES];
static u_int nbufs;
static struct pool bmempools[BUF_NPOOLS];
static char bmemnames[BUF_NPOOLS][16];
static pool_cache_t buf_cache;

static u_long bufmem;   /* bytes of contents */
static u_long dirtymem; /* of those with BO_DELWRI */
static u_long bufmem_hiwater;
static u_long bufmem_lowater;

static size_t buf_reclaim(size_t);
static void buf_drainhook(int);

static __inline struct bufhashhdr *
buf_chain(const struct vnode *vp, daddr_t lbn)
{
	uint64_t h = (uint64_t)(uintptr_t)vp >> 6;

	h = (h ^ (uint64_t)lbn) * UINT64_C(0x9e3779b97f4a7c15);
	return &bufhashtbl[(h >> 32) & bufhash];
}

static void
bufhash_grow(void)
{
	const u_long n = bufhash + 1;
	struct bufhashhdr *old = bufhashtbl, *new;
	struct buf *bp;

	new = kmem_zalloc(2 * n * sizeof(*new), KM_NOSLEEP);
	if (new == NULL)
		return;
	bufhashtbl = new;
	bufhash = 2 * n - 1;
	for (u_long i = 0; i < n; i++) {
		while ((bp = LIST_FIRST(&old[i])) != NULL) {
			LIST_REMOVE(bp, b_hash);
			LIST_INSERT_HEAD(
			    buf_chain(bp->b_vp, bp->b_lblkno), bp, b_hash);
		}
	}
	kmem_free(old, n * sizeof(*old));
}

/* How much memory buffers may take. */
u_long
buf_memcalc(void)
{
	const uint64_t mem = (uint64_t)uvmexp.npages << PAGE_SHIFT;

	return (u_long)MIN(MAX(mem / 8, 512 * 1024), 256UL << 20);
}

void
bufinit(void)
{
	mutex_init(&bufcache_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&buffer_lock, MUTEX_DEFAULT, IPL_NONE);
	for (int i = 0; i < BQUEUES; i++)
		TAILQ_INIT(&bufqueues[i]);
	for (int i = 0; i < BUF_NPOOLS; i++) {
		const size_t size = 1UL << (BUF_MINSHIFT + i);

		snprintf(bmemnames[i], sizeof(bmemnames[i]), "buf%zub", size);
		pool_init(&bmempools[i], size, MIN(size, (size_t)PAGE_SIZE), 0,
		    0, bmemnames[i], NULL, IPL_NONE);
	}
	buf_cache = pool_cache_init(sizeof(struct buf), CACHE_LINE_SIZE, 0, 0,
	    "bufpl", NULL, IPL_NONE, NULL, NULL, NULL);
	bufhash = BUF_HASHMIN - 1;
	bufhashtbl = kmem_zalloc(BUF_HASHMIN * sizeof(*bufhashtbl), KM_SLEEP);
	bufmem_hiwater = buf_memcalc();
	bufmem_lowater = bufmem_hiwater / 4;
	buf_iobuf_init();
	rump_vfs_reclaim = buf_reclaim;
	rump_vfs_drainbufs = buf_drainhook;
}

void
bufinit_rump(void)
{
	bufinit();
}

void
bufinit2(void)
{
}

u_int
buf_nbuf(void)
{
	return nbufs;
}

int
buf_setvalimit(vsize_t sz)
{
	if (sz < MAXBSIZE)
		return EINVAL;
	bufmem_hiwater = sz;
	bufmem_lowater = sz / 4;
	return 0;
}

void
buf_init(struct buf *bp)
{
	memset(bp, 0, sizeof(*bp));
	bp->b_dev = NODEV;
	bp->b_freelistindex = -1;
	bp->b_objlock = &buffer_lock;
	bp->b_cflags = BC_BUSY;
	bp->b_prio = BPRIO_DEFAULT;
	cv_init(&bp->b_busy, "biolock");
	cv_init(&bp->b_done, "biowait");
}

void
buf_destroy(struct buf *bp)
{
	cv_destroy(&bp->b_done);
	cv_destroy(&bp->b_busy);
}

static int
buf_poolindex(size_t size)
{
	int i = 0;

	while ((1UL << (BUF_MINSHIFT + i)) < size)
		i++;
	return i;
}

/* sizes beyond MAXBSIZE have no pool */
static size_t
buf_roundsize(size_t size)
{
	if (size > MAXBSIZE)
		return roundup2(size, MAXBSIZE);
	return 1UL << (BUF_MINSHIFT + buf_poolindex(size));
}

static void *
buf_malloc(size_t size, bool wait)
{
	if (size > MAXBSIZE)
		return kmem_alloc(size, wait ? KM_SLEEP : KM_NOSLEEP);
	return pool_get(
	    &bmempools[buf_poolindex(size)], wait ? PR_WAITOK : PR_NOWAIT);
}

static void
buf_mrelease(void *addr, size_t size)
{
	if (size > MAXBSIZE)
		kmem_free(addr, size);
	else
		pool_put(&bmempools[buf_poolindex(size)], addr);
}

/*
 * Queues.
 */
static void
binsfree(struct buf *bp, int queue, bool tail)
{
	KASSERT(bp->b_freelistindex == -1);
	if (tail)
		TAILQ_INSERT_TAIL(&bufqueues[queue], bp, b_freelist);
	else
		TAILQ_INSERT_HEAD(&bufqueues[queue], bp, b_freelist);
	bp->b_freelistindex = queue;
}

/* Take a buffer off its queue; bufcache_lock is held. */
void
bremfree(struct buf *bp)
{
	if (bp->b_freelistindex == -1)
		return;
	TAILQ_REMOVE(&bufqueues[bp->b_freelistindex], bp, b_freelist);
	bp->b_freelistindex = -1;
}

/* The cached buffer of a block, or NULL; bufcache_lock is held. */
struct buf *
incore(struct vnode *vp, daddr_t blkno)
{
	struct buf *bp;

	KASSERT(mutex_owned(&bufcache_lock));
	LIST_FOREACH(bp, buf_chain(vp, blkno), b_hash) {
		if (bp->b_lblkno == blkno && bp->b_vp == vp &&
		    (bp->b_cflags & BC_INVAL) == 0)
			return bp;
	}
	return NULL;
}

static void
buf_setdirty(struct buf *bp, bool dirty)
{
	if (dirty == ((bp->b_oflags & BO_DELWRI) != 0))
		return;
	if (dirty) {
		bp->b_oflags |= BO_DELWRI;
		atomic_add_long(&dirtymem, bp->b_bufsize);
	} else {
		bp->b_oflags &= ~BO_DELWRI;
		atomic_add_long(&dirtymem, -(long)bp->b_bufsize);
	}
}

/*
 * Forget what the buffer is; it is busy and off the queues, and keeps its
 * memory. bufcache_lock is held.
 */
static void
buf_detach(struct buf *bp)
{
	struct vnode *vp = bp->b_vp;

	if (vp != NULL) {
		LIST_REMOVE(bp, b_hash);
		mutex_enter(bp->b_objlock);
		if (bp->b_oflags & BO_DELWRI) {
			buf_setdirty(bp, false);
			reassignbuf(bp, vp);
		}
		brelvp(bp);
		mutex_exit(vp->v_interlock);
	}
}

static void
buf_freemem(struct buf *bp)
{
	if (bp->b_bufsize > 0) {
		buf_mrelease(bp->b_data, bp->b_bufsize);
		bufmem -= bp->b_bufsize;
		bp->b_bufsize = 0;
		bp->b_data = NULL;
	}
}

/* Give the structure back, unless somebody still waits on it. */
static void
buf_free(struct buf *bp)
{
	buf_freemem(bp);
	if (bp->b_refcnt > 0)
		return;
	buf_destroy(bp);
	bp->b_cflags = 0;
	nbufs--;
	pool_cache_put(buf_cache, bp);
}

/*
 * Drop the oldest buffers until limit bytes are in use. Dirty ones are
 * written. bufcache_lock is held, and given up for that. Returns true if
 * it was.
 */
static bool
buf_trim(u_long limit, int maxwrites)
{
	struct buf *bp, *next;
	bool slept = false;

again:
	for (int q = BQ_AGE; q >= BQ_LRU && bufmem > limit; q--) {
		TAILQ_FOREACH_SAFE(bp, &bufqueues[q], b_freelist, next) {
			if (bufmem <= limit)
				break;
			if (bp->b_cflags & BC_BUSY)
				continue;
			if (bp->b_oflags & BO_DELWRI) {
				if (maxwrites-- <= 0)
					continue;
				bp->b_cflags |= BC_BUSY;
				bremfree(bp);
				mutex_exit(&bufcache_lock);
				bawrite(bp);
				mutex_enter(&bufcache_lock);
				slept = true;
				goto again;
			}
			bremfree(bp);
			bp->b_cflags |= BC_BUSY | BC_INVAL;
			buf_detach(bp);
			buf_free(bp);
		}
	}
	return slept;
}

/* Free n bytes; true (1) if something was freed. */
int
buf_drain(int n)
{
	u_long before, after;

	mutex_enter(&bufcache_lock);
	before = bufmem;
	(void)buf_trim(before > (u_long)n ? before - n : 0, 16);
	after = bufmem;
	mutex_exit(&bufcache_lock);
	return after < before;
}

static void
buf_drainhook(int npages)
{
	(void)buf_drain(npages << PAGE_SHIFT);
}

/* Memory is short somewhere in the kernel: give some back. */
static size_t
buf_reclaim(size_t want)
{
	const int filepages = (int)uvmexp.filepages;
	size_t freed = 0;

	if (curlwp == uvm.pagedaemon_lwp)
		return 0;
	if (!mutex_owned(&bufcache_lock) && mutex_tryenter(&bufcache_lock)) {
		const u_long before = bufmem;

		(void)buf_trim(before > want ? before - want : 0, 0);
		freed = before - bufmem;
		mutex_exit(&bufcache_lock);
	}
	for (int i = 0; i < BUF_NPOOLS; i++)
		(void)pool_reclaim(&bmempools[i]);
	if (uvm_pagereclaim((int)((want >> PAGE_SHIFT) + 1))) {
		const int now = (int)uvmexp.filepages;

		if (now < filepages)
			freed += (size_t)(filepages - now) << PAGE_SHIFT;
	}
	return freed;
}

/*
 * A fresh busy buffer without contents. bufcache_lock is held; NULL if it
 * was given up meanwhile: look again.
 */
static struct buf *
getnewbuf(void)
{
	struct buf *bp;

	if (bufmem > bufmem_hiwater &&
	    buf_trim(bufmem_hiwater - bufmem_hiwater / 16, 64))
		return NULL;
	bp = pool_cache_get(buf_cache, PR_NOWAIT);
	if (bp == NULL) {
		mutex_exit(&bufcache_lock);
		bp = pool_cache_get(buf_cache, PR_WAITOK);
		pool_cache_put(buf_cache, bp);
		mutex_enter(&bufcache_lock);
		return NULL;
	}
	buf_init(bp);
	if (++nbufs > 2 * bufhash)
		bufhash_grow();
	return bp;
}

/*
 * Change the size of a busy buffer; preserve keeps what fits of the
 * contents. 0, or ENOMEM with the buffer as it was.
 */
int
allocbuf(struct buf *bp, int size, int preserve)
{
	const size_t old = bp->b_bufsize;
	size_t want = buf_roundsize(size);
	void *addr;

	if (size <= 0)
		return EINVAL;
	if (old != want) {
		addr = buf_malloc(want, true);
		if (addr == NULL)
			return ENOMEM;
		if (preserve && old > 0)
			memcpy(addr, bp->b_data, MIN(old, want));
		mutex_enter(&bufcache_lock);
		if (bp->b_bufsize > 0)
			buf_mrelease(bp->b_data, old);
		bufmem += want - old;
		if (bp->b_oflags & BO_DELWRI)
			atomic_add_long(&dirtymem, (long)want - (long)old);
		bp->b_data = addr;
		bp->b_bufsize = (int)want;
		mutex_exit(&bufcache_lock);
	}
	if (bp->b_bcount != size) {
		/* another part of the disk: nobody has a copy of it yet */
		bp->b_flags &= ~B_COWDONE;
	}
	if (bp->b_oflags & BO_DELWRI && bp->b_bcount != size) {
		struct mount *mp = buf_mount(bp->b_vp);

		if (mp != NULL && mp->mnt_wapbl != NULL &&
		    bp->b_flags & B_LOCKED) {
			const long oldcnt = bp->b_bcount;

			bp->b_bcount = size;
			WAPBL_RESIZE_BUF(mp, bp, (long)old, oldcnt);
		}
	}
	bp->b_bcount = size;
	return 0;
}

/*
 * Become the owner of a buffer; bufcache_lock is held. Returns 0;
 * EPASSTHROUGH if it had to wait (the buffer may be gone: look again); or
 * the error that ended the wait. The interlock is given up during it.
 */
int
bbusy(struct buf *bp, bool intr, int timo, kmutex_t *interlock)
{
	const void *at = __builtin_return_address(0);
	int error = 0, waited = 0;

	KASSERT(mutex_owned(&bufcache_lock));
	if ((bp->b_cflags & BC_BUSY) == 0) {
		bp->b_cflags |= BC_BUSY;
		BUF_SETOWNER(bp, __builtin_return_address(0));
		return 0;
	}
	if (curlwp == uvm.pagedaemon_lwp)
		return EDEADLK;
	/* the owner reads its flags without the lock */
	atomic_store_relaxed(&bp->b_cflags, bp->b_cflags | BC_WANTED);
	bp->b_refcnt++;
	if (interlock != NULL)
		mutex_exit(interlock);
	if (timo != 0)
		error = intr
		    ? cv_timedwait_sig(&bp->b_busy, &bufcache_lock, timo)
		    : cv_timedwait(&bp->b_busy, &bufcache_lock, timo);
	else if (intr)
		error = cv_wait_sig(&bp->b_busy, &bufcache_lock);
	else {
		/* somebody may have forgotten it */
		while (cv_timedwait(&bp->b_busy, &bufcache_lock,
			   LONG_WAIT * hz) == EWOULDBLOCK) {
			/* it was given back, or dropped, at the same time */
			if ((bp->b_cflags & BC_BUSY) == 0 || bp->b_vp == NULL)
				break;
			buf_wait_long(bp, ++waited, at);
			bp->b_cflags |= BC_WANTED;
		}
	}
	if (--bp->b_refcnt == 0 && bp->b_vp == NULL &&
	    bp->b_cflags & BC_INVAL && bp->b_bufsize == 0)
		buf_free(bp);
	if (interlock != NULL)
		mutex_enter(interlock);
	return error != 0 ? error : EPASSTHROUGH;
}

static struct buf *
getblk1(struct vnode *vp, daddr_t blkno, int size, int slpflag, int slptimeo)
{
	struct buf *bp, *other;
	int error, preserve;

	mutex_enter(&bufcache_lock);
	for (;;) {
		bp = incore(vp, blkno);
		if (bp != NULL) {
			error =
			    bbusy(bp, (slpflag & PCATCH) != 0, slptimeo, NULL);
			if (error == EPASSTHROUGH)
				continue;
			if (error != 0) {
				mutex_exit(&bufcache_lock);
				return NULL;
			}
			bremfree(bp);
			preserve = 1;
			break;
		}
		bp = getnewbuf();
		if (bp == NULL)
			continue;
		other = incore(vp, blkno);
		if (other != NULL) {
			buf_free(bp);
			continue;
		}
		bp->b_blkno = bp->b_lblkno = bp->b_rawblkno = blkno;
		LIST_INSERT_HEAD(buf_chain(vp, blkno), bp, b_hash);
		mutex_enter(vp->v_interlock);
		bgetvp(vp, bp);
		mutex_exit(vp->v_interlock);
		preserve = 0;
		break;
	}
	mutex_exit(&bufcache_lock);
	if (bp->b_bcount != size || bp->b_bufsize == 0) {
		/* the journal has its own idea of locked buffers */
		if (bp->b_flags & B_LOCKED && bp->b_bufsize >= size)
			bp->b_bcount = size;
		else if (allocbuf(bp, size, preserve) != 0) {
			brelse(bp, preserve ? 0 : BC_INVAL);
			return NULL;
		}
	}
	BIO_SETPRIO(bp, BPRIO_DEFAULT);
	return bp;
}

/*
 * The buffer of a block, busy, with contents only if BO_DONE or BO_DELWRI
 * says so. NULL only if slpflag (PCATCH) or slptimeo ended the wait.
 */
struct buf *
getblk(struct vnode *vp, daddr_t blkno, int size, int slpflag, int slptimeo)
{
	struct buf *bp;

	bp = getblk1(vp, blkno, size, slpflag, slptimeo);
	if (bp != NULL)
		BUF_SETOWNER(bp, __builtin_return_address(0));
	return bp;
}

/* A busy buffer of no vnode, for the caller's own use. */
struct buf *
geteblk(int size)
{
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	while ((bp = getnewbuf()) == NULL)
		continue;
	bp->b_cflags |= BC_INVAL;
	mutex_exit(&bufcache_lock);
	(void)allocbuf(bp, size, 0);
	BUF_SETOWNER(bp, __builtin_return_address(0));
	return bp;
}

static struct buf *
bio_doread(struct vnode *vp, daddr_t blkno, int size, int async)
{
	struct buf *bp;
	struct mount *mp;

	bp = getblk1(vp, blkno, size, 0, 0);
	if (bp == NULL)
		return NULL;
	if ((bp->b_oflags & (BO_DONE | BO_DELWRI)) == 0) {
		if (async)
			BUF_NOOWNER(bp);
		bp->b_flags |= B_READ | async;
		bp->b_error = 0;
		BIO_SETPRIO(bp, async ? BPRIO_TIMELIMITED : BPRIO_TIMECRITICAL);
		VOP_STRATEGY(vp, bp);
		mp = vp->v_type == VBLK ? spec_node_getmountedfs(vp)
					: vp->v_mount;
		if (mp != NULL) {
			if (async == 0)
				atomic_inc_64(&mp->mnt_stat.f_syncreads);
			else
				atomic_inc_64(&mp->mnt_stat.f_asyncreads);
		}
	} else if (async)
		brelse(bp, 0);
	return bp;
}

static int
bread_finish(struct buf *bp, int flags, struct buf **bpp)
{
	struct mount *mp;
	int error;

	if (bp == NULL) {
		*bpp = NULL;
		return ENOMEM;
	}
	error = biowait(bp);
	mp = buf_mount(bp->b_vp);
	if (error == 0 && mp != NULL && mp->mnt_wapbl_replay != NULL &&
	    mp->mnt_wapbl == NULL && WAPBL_REPLAY_ISOPEN(mp) &&
	    WAPBL_REPLAY_CAN_READ(mp, bp->b_blkno, bp->b_bcount))
		/* mounted read-only: the log is newer than the disk */
		error = WAPBL_REPLAY_READ(
		    mp, bp->b_data, bp->b_blkno, bp->b_bcount);
	if (error == 0 && flags & B_MODIFY)
		error = fscow_run(bp, true);
	if (error != 0) {
		brelse(bp, 0);
		*bpp = NULL;
		return error;
	}
	*bpp = bp;
	return 0;
}

/*
 * The block in a busy buffer. B_MODIFY: it will be changed. On an error
 * there is no buffer: *bpp is NULL.
 */
int
bread(struct vnode *vp, daddr_t blkno, int size, int flags, struct buf **bpp)
{
	struct buf *bp;

	bp = bio_doread(vp, blkno, size, 0);
	if (bp != NULL)
		BUF_SETOWNER(bp, __builtin_return_address(0));
	return bread_finish(bp, flags, bpp);
}

/* The same, with other blocks that will soon be wanted. */
int
breadn(struct vnode *vp, daddr_t blkno, int size, daddr_t *rablks, int *rasizes,
    int nrablks, int flags, struct buf **bpp)
{
	struct buf *bp;
	bool cached;

	bp = bio_doread(vp, blkno, size, 0);
	if (bp != NULL)
		BUF_SETOWNER(bp, __builtin_return_address(0));
	for (int i = 0; bp != NULL && i < nrablks; i++) {
		mutex_enter(&bufcache_lock);
		cached = incore(vp, rablks[i]) != NULL;
		mutex_exit(&bufcache_lock);
		if (!cached)
			(void)bio_doread(vp, rablks[i], rasizes[i], B_ASYNC);
	}
	return bread_finish(bp, flags, bpp);
}

int
breada(struct vnode *vp, daddr_t blkno, int size, daddr_t rablkno, int rabsize,
    int flags, struct buf **bpp)
{
	return breadn(vp, blkno, size, &rablkno, &rabsize, 1, flags, bpp);
}

/*
 * Write a busy buffer and give it back; wait for it unless B_ASYNC. On a
 * mount with a journal or MNT_ASYNC the write is put off, but a flush's
 * (BC_VFLUSH) on MNT_ASYNC.
 */
int
bwrite(struct buf *bp)
{
	struct vnode *vp = bp->b_vp;
	struct mount *mp = buf_mount(vp);
	const bool sync = (bp->b_flags & B_ASYNC) == 0;
	bool wasdelayed;
	int error;

	if (__predict_false(!buf_isbusy(bp)))
		buf_notbusy(bp, "bwrite", __builtin_return_address(0));
	KASSERT(vp != NULL);
	if (mp != NULL && mp->mnt_wapbl != NULL &&
	    bp->b_iodone != mp->mnt_wapbl_op->wo_wapbl_biodone) {
		bdwrite(bp);
		return 0;
	}
	/* not if somebody has asked for all that is delayed */
	if (sync && mp != NULL && mp->mnt_flag & MNT_ASYNC &&
	    (bp->b_cflags & BC_VFLUSH) == 0 &&
	    (mp->mnt_iflag & IMNT_UNMOUNT) == 0) {
		bdwrite(bp);
		return 0;
	}
	if (mp != NULL) {
		if (sync)
			atomic_inc_64(&mp->mnt_stat.f_syncwrites);
		else
			atomic_inc_64(&mp->mnt_stat.f_asyncwrites);
	}
	wasdelayed = (bp->b_oflags & BO_DELWRI) != 0;
	if (wasdelayed) {
		mutex_enter(&bufcache_lock);
		mutex_enter(bp->b_objlock);
		buf_setdirty(bp, false);
		bp->b_oflags &= ~BO_DONE;
		bp->b_flags &= ~B_READ;
		bp->b_error = 0;
		reassignbuf(bp, vp);
		vp->v_numoutput++;
		mutex_exit(bp->b_objlock);
		mutex_exit(&bufcache_lock);
	} else {
		mutex_enter(bp->b_objlock);
		bp->b_oflags &= ~BO_DONE;
		bp->b_flags &= ~B_READ;
		bp->b_error = 0;
		vp->v_numoutput++;
		mutex_exit(bp->b_objlock);
	}
	BIO_SETPRIO(bp, sync ? BPRIO_TIMECRITICAL : BPRIO_TIMELIMITED);
	if (!sync) {
		BUF_NOOWNER(bp);
		buf_sum(bp);
	}
	VOP_STRATEGY(vp, bp);
	if (!sync)
		return 0;
	error = biowait(bp);
	/* who writes at once is told, and undoes what he did */
	if (error != 0 && wasdelayed)
		buf_keep(bp);
	brelse(bp, 0);
	return error;
}

int
vn_bwrite(void *v)
{
	struct vop_bwrite_args *ap = v;

	return bwrite(ap->a_bp);
}

/* Mark a busy buffer dirty and give it back; it is written later. */
void
bdwrite(struct buf *bp)
{
	struct vnode *vp = bp->b_vp;
	struct mount *mp = buf_mount(vp);

	if (__predict_false(!buf_isbusy(bp)))
		buf_notbusy(bp, "bdwrite", __builtin_return_address(0));
	if (mp != NULL && mp->mnt_wapbl != NULL) {
		if (bp->b_iodone != mp->mnt_wapbl_op->wo_wapbl_biodone)
			WAPBL_ADD_BUF(mp, bp);
	} else if (atomic_load_relaxed(&dirtymem) > bufmem_hiwater / 2 &&
	    vp != NULL && (bp->b_flags & B_LOCKED) == 0) {
		/* too much is waiting already */
		bp->b_flags |= B_ASYNC;
		(void)bwrite(bp);
		return;
	}
	if ((bp->b_oflags & BO_DELWRI) == 0) {
		mutex_enter(&bufcache_lock);
		mutex_enter(bp->b_objlock);
		buf_setdirty(bp, true);
		bp->b_oflags |= BO_DONE;
		if (vp != NULL)
			reassignbuf(bp, vp);
		mutex_exit(bp->b_objlock);
		bp->b_flags &= ~(B_READ | B_ASYNC);
		brelsel(bp, 0);
		mutex_exit(&bufcache_lock);
		return;
	}
	mutex_enter(bp->b_objlock);
	bp->b_oflags |= BO_DONE;
	mutex_exit(bp->b_objlock);
	brelse(bp, 0);
}

/* Start to write a busy buffer and give it back. */
void
bawrite(struct buf *bp)
{
	if (__predict_false(!buf_isbusy(bp)))
		buf_notbusy(bp, "bawrite", __builtin_return_address(0));
	KASSERT(bp->b_vp != NULL);
	bp->b_flags |= B_ASYNC;
	VOP_BWRITE(bp->b_vp, bp);
}

/*
 * A write of a busy buffer has failed: it is dirty again, and is written with
 * the next flush, which says so. Not so if too much waits already: then what is
 * in it is lost, and whoever waits for the write is told.
 */
void
buf_keep(struct buf *bp)
{
	struct vnode *vp = bp->b_vp;

	mutex_enter(&bufcache_lock);
	if ((bp->b_cflags & (BC_INVAL | BC_NOCACHE)) == 0 &&
	    (bp->b_flags & B_LOCKED) == 0 &&
	    atomic_load_relaxed(&dirtymem) <= bufmem_hiwater / 2) {
		mutex_enter(bp->b_objlock);
		buf_setdirty(bp, true);
		bp->b_error = 0;
		reassignbuf(bp, vp);
		mutex_exit(bp->b_objlock);
	}
	mutex_exit(&bufcache_lock);
}

/*
 * Give a busy buffer back, with BC_ flags to set in it (BC_INVAL: forget
 * the contents; BC_AGE: reuse soon). bufcache_lock is held.
 */
static void
brelse_locked(struct buf *bp, int set, const void *at)
{
	KASSERT(mutex_owned(&bufcache_lock));
	if (__predict_false(
		(bp->b_cflags & BC_BUSY) == 0 || bp->b_freelistindex != -1))
		buf_notbusy(bp, "brelse", at);

	BUF_NOOWNER(bp);
	bp->b_cflags |= set;
	if (bp->b_cflags & BC_WANTED) {
		bp->b_cflags &= ~BC_WANTED;
		cv_broadcast(&bp->b_busy);
	}
	if (bp->b_flags & B_LOCKED)
		bp->b_error = 0;
	if (bp->b_cflags & BC_NOCACHE && (bp->b_oflags & BO_DELWRI) == 0)
		bp->b_cflags |= BC_INVAL;
	if (bp->b_error != 0)
		bp->b_cflags |= BC_INVAL;

	if (bp->b_cflags & BC_INVAL || bp->b_bufsize <= 0 || bp->b_vp == NULL) {
		struct mount *mp = buf_mount(bp->b_vp);

		if (bp->b_flags & B_LOCKED && mp != NULL &&
		    mp->mnt_wapbl != NULL && bp->b_oflags & BO_DELWRI)
			WAPBL_REMOVE_BUF(mp, bp);
		bp->b_cflags |= BC_INVAL;
		buf_detach(bp);
		buf_free(bp);
		return;
	}
	if (bp->b_flags & B_LOCKED)
		binsfree(bp, BQ_LOCKED, true);
	else if (bp->b_cflags & BC_AGE)
		binsfree(bp, BQ_AGE, true);
	else
		binsfree(bp, BQ_LRU, true);
	bp->b_cflags &= ~(BC_AGE | BC_BUSY | BC_NOCACHE | BC_VFLUSH);
	bp->b_flags &= ~B_ASYNC;
	/* a copy was taken for a change that was not made */
	if ((bp->b_oflags & BO_DELWRI) == 0)
		bp->b_flags &= ~B_COWDONE;
}

void
brelsel(struct buf *bp, int set)
{
	brelse_locked(bp, set, __builtin_return_address(0));
}

void
brelse(struct buf *bp, int set)
{
	mutex_enter(&bufcache_lock);
	brelse_locked(bp, set, __builtin_return_address(0));
	mutex_exit(&bufcache_lock);
}

/* Wait for the writes of a shutdown; returns how many buffers stay busy. */
int
buf_syncwait(void)
{
	struct buf *bp;
	int n = 0;

	for (int i = 0; i < 20; i++) {
		n = 0;
		mutex_enter(&bufcache_lock);
		for (u_long h = 0; h <= bufhash; h++) {
			LIST_FOREACH(bp, &bufhashtbl[h], b_hash) {
				if ((bp->b_cflags & (BC_BUSY | BC_INVAL)) !=
					BC_BUSY ||
				    BUF_ISREAD(bp))
					continue;
				n++;
				if (i == 19)
					buf_report_busy(bp, "at shutdown");
			}
		}
		mutex_exit(&bufcache_lock);
		if (n == 0)
			break;
		kpause("bufsync", false, MAX(1, hz / 20), NULL);
	}
	return n;
}

void
vfs_bufstats(void)
{
	static const char *const names[BQUEUES] = {"LOCKED", "LRU", "AGE"};
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	for (int q = 0; q < BQUEUES; q++) {
		int n = 0;

		TAILQ_FOREACH(bp, &bufqueues[q], b_freelist)
			n++;
		printf("%s: %d buffers\n", names[q], n);
	}
	printf("%u buffers, %lu bytes, %lu dirty\n", nbufs, bufmem, dirtymem);
	mutex_exit(&bufcache_lock);
}
