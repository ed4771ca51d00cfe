/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions: their beginning and end, what they register, and flushing.
 */
#include "wapbl_impl.h"

#define DEALLOC_FIRST 64

const struct wapbl_ops wapbl_ops = {
    .wo_wapbl_discard = wapbl_discard,
    .wo_wapbl_replay_isopen = wapbl_replay_isopen1,
    .wo_wapbl_replay_can_read = wapbl_replay_can_read,
    .wo_wapbl_replay_read = wapbl_replay_read,
    .wo_wapbl_add_buf = wapbl_add_buf,
    .wo_wapbl_remove_buf = wapbl_remove_buf,
    .wo_wapbl_resize_buf = wapbl_resize_buf,
    .wo_wapbl_begin = wapbl_begin,
    .wo_wapbl_end = wapbl_end,
    .wo_wapbl_junlock_assert = wapbl_junlock_assert,
    .wo_wapbl_biodone = wapbl_biodone,
};

/*
 * Open a log of count blocks of blksize bytes, from block off of vp on. wr is
 * what a replay found there, or NULL. flush and abort are called when a
 * transaction is about to be written, and when it could not be.
 */
int
wapbl_start(struct wapbl **wlp, struct mount *mp, struct vnode *vp, daddr_t off,
    size_t count, size_t blksize, struct wapbl_replay *wr,
    wapbl_flush_fn_t flush, wapbl_flush_fn_t flush_abort)
{
	struct wapbl *wl;
	int error, shift;

	if (blksize < DEV_BSIZE || (blksize & (blksize - 1)) != 0 ||
	    blksize > MAXPHYS || off < 0)
		return EINVAL;
	for (shift = DEV_BSHIFT; (1UL << shift) < blksize; shift++)
		continue;
	/* less has no room for a single operation */
	if (count < 32 || count << shift < 64 * 1024)
		return ENOSPC;
	if (wr != NULL && wapbl_replay_isopen(wr) &&
	    (mp->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;

	wl = kmem_zalloc(sizeof(*wl), KM_SLEEP);
	wl->wl_logvp = wl->wl_devvp = vp;
	wl->wl_mount = mp;
	wl->wl_blkshift = shift;
	wl->wl_logpbn = off << (shift - DEV_BSHIFT);
	wl->wl_circ_off = 2 << shift;
	wl->wl_circ_size = ((off_t)count << shift) - wl->wl_circ_off;
	wl->wl_head = wl->wl_tail = wl->wl_circ_off;
	wl->wl_bufbytes_max = (size_t)(wl->wl_circ_size / 2);
	wl->wl_bufcount_max = MIN(4096, wl->wl_bufbytes_max / blksize);
	wl->wl_flush = flush;
	wl->wl_flush_abort = flush_abort;
	wl->wl_block = kmem_alloc(blksize, KM_SLEEP);
	wl->wl_dealloclim = DEALLOC_FIRST;
	wl->wl_deallocblks =
	    kmem_alloc(DEALLOC_FIRST * sizeof(daddr_t), KM_SLEEP);
	wl->wl_dealloclens = kmem_alloc(DEALLOC_FIRST * sizeof(int), KM_SLEEP);
	rw_init(&wl->wl_rwlock);
	mutex_init(&wl->wl_mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&wl->wl_cv, "wapbl");
	LIST_INIT(&wl->wl_bufs);
	LIST_INIT(&wl->wl_owners);
	SIMPLEQ_INIT(&wl->wl_entries);
	for (int i = 0; i < WAPBL_INOHASH; i++)
		LIST_INIT(&wl->wl_inohash[i]);
	wl->wl_generation = wr != NULL ? wr->wr_generation + 1 : 1;
	if (wr != NULL) {
		for (int i = 0; i < wr->wr_inodescnt; i++)
			wapbl_register_inode(wl, wr->wr_inodes[i].wr_inumber,
			    (mode_t)wr->wr_inodes[i].wr_imode);
	}
	/* both headers say: nothing to replay */
	error = wapbl_write_header(wl, wl->wl_head, wl->wl_tail);
	if (error == 0)
		error = wapbl_write_header(wl, wl->wl_head, wl->wl_tail);
	if (error == 0 && wl->wl_inocount != 0)
		error = wapbl_log_transaction(wl);
	*wlp = wl;
	if (error) {
		*wlp = NULL;
		(void)wapbl_stop(wl, 1);
	}
	return error;
}

/*
 * Who is in a transaction. It may begin another one within: only the outer
 * one takes the lock.
 */
static struct wapbl_owner *
owner_find(struct wapbl *wl)
{
	struct wapbl_owner *wo;

	LIST_FOREACH(wo, &wl->wl_owners, wo_list)
		if (wo->wo_lwp == curlwp)
			break;
	return wo;
}

static bool
owner_nested(struct wapbl *wl)
{
	struct wapbl_owner *wo;

	mutex_enter(&wl->wl_mtx);
	wo = owner_find(wl);
	if (wo != NULL)
		wo->wo_depth++;
	mutex_exit(&wl->wl_mtx);
	return wo != NULL;
}

static bool
needs_flush(struct wapbl *wl)
{
	bool rv;

	mutex_enter(&wl->wl_mtx);
	rv = wl->wl_bufbytes > wl->wl_bufbytes_max / 2 ||
	    wl->wl_bufcount > wl->wl_bufcount_max / 2 ||
	    wl->wl_dealloccnt > 1024;
	mutex_exit(&wl->wl_mtx);
	return rv;
}

/* Begin a transaction; flushes first if the last ones were large. */
int
wapbl_begin(struct wapbl *wl, const char *file, int line)
{
	struct wapbl_owner *wo;
	int error;

	if (owner_nested(wl))
		return 0;
	if (wl->wl_error != 0)
		return wl->wl_error;
	if (needs_flush(wl)) {
		error = wapbl_flush(wl, 0);
		if (error)
			return error;
	}
	wo = kmem_alloc(sizeof(*wo), KM_SLEEP);
	wo->wo_lwp = curlwp;
	wo->wo_depth = 1;
	rw_enter(&wl->wl_rwlock, RW_READER);
	mutex_enter(&wl->wl_mtx);
	LIST_INSERT_HEAD(&wl->wl_owners, wo, wo_list);
	mutex_exit(&wl->wl_mtx);
	return 0;
}

void
wapbl_end(struct wapbl *wl)
{
	struct wapbl_owner *wo;
	bool last;

	mutex_enter(&wl->wl_mtx);
	wo = owner_find(wl);
	KASSERT(wo != NULL);
	last = --wo->wo_depth == 0;
	if (last)
		LIST_REMOVE(wo, wo_list);
	mutex_exit(&wl->wl_mtx);
	if (last) {
		kmem_free(wo, sizeof(*wo));
		rw_exit(&wl->wl_rwlock);
	}
}

/* A busy buffer was changed: it is kept until it is in the log. */
void
wapbl_add_buf(struct wapbl *wl, struct buf *bp)
{
	mutex_enter(&wl->wl_mtx);
	if (bp->b_flags & B_LOCKED) {
		/* again: keep them in the order of their last change */
		LIST_REMOVE(bp, b_wapbllist);
	} else {
		bp->b_flags |= B_LOCKED;
		wl->wl_bufbytes += (size_t)bp->b_bufsize;
		wl->wl_bcount += (size_t)bp->b_bcount;
		wl->wl_bufcount++;
	}
	LIST_INSERT_HEAD(&wl->wl_bufs, bp, b_wapbllist);
	mutex_exit(&wl->wl_mtx);
}

static void
remove_buf_locked(struct wapbl *wl, struct buf *bp)
{
	KASSERT(bp->b_flags & B_LOCKED);
	LIST_REMOVE(bp, b_wapbllist);
	wl->wl_bufbytes -= (size_t)bp->b_bufsize;
	wl->wl_bcount -= (size_t)bp->b_bcount;
	wl->wl_bufcount--;
	bp->b_flags &= ~B_LOCKED;
}

void
wapbl_remove_buf(struct wapbl *wl, struct buf *bp)
{
	mutex_enter(&wl->wl_mtx);
	remove_buf_locked(wl, bp);
	mutex_exit(&wl->wl_mtx);
}

void
wapbl_resize_buf(struct wapbl *wl, struct buf *bp, long oldsz, long oldcnt)
{
	mutex_enter(&wl->wl_mtx);
	if (bp->b_flags & B_LOCKED) {
		wl->wl_bufbytes += (size_t)bp->b_bufsize - (size_t)oldsz;
		wl->wl_bcount += (size_t)bp->b_bcount - (size_t)oldcnt;
	}
	mutex_exit(&wl->wl_mtx);
}

/* Blocks to be freed when the transaction is flushed, by wl_flush. */
void
wapbl_register_deallocation(struct wapbl *wl, daddr_t blk, int len)
{
	daddr_t *blks = NULL;
	int *lens = NULL, lim;

	mutex_enter(&wl->wl_mtx);
	while (wl->wl_dealloccnt == wl->wl_dealloclim) {
		lim = wl->wl_dealloclim;
		mutex_exit(&wl->wl_mtx);
		blks = kmem_alloc(2 * (size_t)lim * sizeof(*blks), KM_SLEEP);
		lens = kmem_alloc(2 * (size_t)lim * sizeof(*lens), KM_SLEEP);
		mutex_enter(&wl->wl_mtx);
		if (wl->wl_dealloclim == lim) {
			daddr_t *oblks = wl->wl_deallocblks;
			int *olens = wl->wl_dealloclens;

			memcpy(blks, oblks, (size_t)lim * sizeof(*blks));
			memcpy(lens, olens, (size_t)lim * sizeof(*lens));
			wl->wl_deallocblks = blks;
			wl->wl_dealloclens = lens;
			wl->wl_dealloclim = 2 * lim;
			blks = oblks;
			lens = olens;
			kmem_free(blks, (size_t)lim * sizeof(*blks));
			kmem_free(lens, (size_t)lim * sizeof(*lens));
		} else {
			kmem_free(blks, 2 * (size_t)lim * sizeof(*blks));
			kmem_free(lens, 2 * (size_t)lim * sizeof(*lens));
		}
	}
	wl->wl_deallocblks[wl->wl_dealloccnt] = blk;
	wl->wl_dealloclens[wl->wl_dealloccnt] = len;
	wl->wl_dealloccnt++;
	mutex_exit(&wl->wl_mtx);
}

/*
 * Inodes without a name that are still in use: after a crash the mount frees
 * them (wr_inodes).
 */
static struct wapbl_ino *
ino_find(struct wapbl *wl, ino_t ino)
{
	struct wapbl_ino *wi;

	LIST_FOREACH(wi, &wl->wl_inohash[ino % WAPBL_INOHASH], wi_hash)
		if (wi->wi_ino == ino)
			break;
	return wi;
}

void
wapbl_register_inode(struct wapbl *wl, ino_t ino, mode_t mode)
{
	struct wapbl_ino *wi;

	wi = kmem_alloc(sizeof(*wi), KM_SLEEP);
	wi->wi_ino = ino;
	wi->wi_mode = mode;
	mutex_enter(&wl->wl_mtx);
	if (ino_find(wl, ino) == NULL) {
		LIST_INSERT_HEAD(
		    &wl->wl_inohash[ino % WAPBL_INOHASH], wi, wi_hash);
		wl->wl_inocount++;
		wi = NULL;
	}
	mutex_exit(&wl->wl_mtx);
	if (wi != NULL)
		kmem_free(wi, sizeof(*wi));
}

void
wapbl_unregister_inode(struct wapbl *wl, ino_t ino, mode_t mode)
{
	struct wapbl_ino *wi;

	mutex_enter(&wl->wl_mtx);
	wi = ino_find(wl, ino);
	if (wi != NULL) {
		LIST_REMOVE(wi, wi_hash);
		wl->wl_inocount--;
	}
	mutex_exit(&wl->wl_mtx);
	if (wi != NULL)
		kmem_free(wi, sizeof(*wi));
}

/* Wait until all that was committed is in place. */
static int
wait_inplace(struct wapbl *wl)
{
	int error;

	mutex_enter(&wl->wl_mtx);
	while (!SIMPLEQ_EMPTY(&wl->wl_entries) && wl->wl_error == 0)
		cv_wait(&wl->wl_cv, &wl->wl_mtx);
	error = wl->wl_error;
	mutex_exit(&wl->wl_mtx);
	return error;
}

/*
 * Commit what the transactions so far have changed. waitfor: and wait until
 * it is in place.
 */
int
wapbl_flush(struct wapbl *wl, int waitfor)
{
	bool work;
	int error = 0;

	rw_enter(&wl->wl_rwlock, RW_WRITER);
	/* the file system adds what it has not written yet */
	if (wl->wl_flush != NULL)
		(*wl->wl_flush)(wl->wl_mount, wl->wl_deallocblks,
		    wl->wl_dealloclens, wl->wl_dealloccnt);
	mutex_enter(&wl->wl_mtx);
	work = wl->wl_bufcount != 0;
	mutex_exit(&wl->wl_mtx);
	if (work)
		error = wl->wl_error != 0 ? wl->wl_error
					  : wapbl_log_transaction(wl);
	if (error == 0)
		wl->wl_dealloccnt = 0;
	else if (wl->wl_flush_abort != NULL)
		(*wl->wl_flush_abort)(wl->wl_mount, wl->wl_deallocblks,
		    wl->wl_dealloclens, wl->wl_dealloccnt);
	rw_exit(&wl->wl_rwlock);
	if (error == 0 && waitfor)
		error = wait_inplace(wl);
	return error;
}

/* Forget what was not committed: the file system is going away. */
void
wapbl_discard(struct wapbl *wl)
{
	struct wapbl_ino *wi;
	struct buf *bp;

	rw_enter(&wl->wl_rwlock, RW_WRITER);
	mutex_enter(&bufcache_lock);
	mutex_enter(&wl->wl_mtx);
	wl->wl_dealloccnt = 0;
	for (int i = 0; i < WAPBL_INOHASH; i++)
		while ((wi = LIST_FIRST(&wl->wl_inohash[i])) != NULL) {
			LIST_REMOVE(wi, wi_hash);
			kmem_free(wi, sizeof(*wi));
		}
	wl->wl_inocount = 0;
	while ((bp = LIST_FIRST(&wl->wl_bufs)) != NULL) {
		mutex_exit(&wl->wl_mtx);
		if (bbusy(bp, false, 0, NULL) == 0) {
			bremfree(bp);
			mutex_enter(&wl->wl_mtx);
			remove_buf_locked(wl, bp);
			mutex_exit(&wl->wl_mtx);
			brelsel(bp, BC_INVAL);
		}
		mutex_enter(&wl->wl_mtx);
	}
	mutex_exit(&wl->wl_mtx);
	mutex_exit(&bufcache_lock);
	rw_exit(&wl->wl_rwlock);
}

/* Close the log. force: even if what is left cannot be written. */
int
wapbl_stop(struct wapbl *wl, int force)
{
	struct wapbl_entry *we;
	int error;

	error = wapbl_flush(wl, 1);
	if (error != 0 && !force)
		return error;
	wapbl_discard(wl);
	if (error == 0)
		error = wapbl_write_header(wl, wl->wl_tail, wl->wl_tail);
	/* the other header too, so that the log is seen to be empty */
	if (error == 0)
		error = wapbl_write_header(wl, wl->wl_tail, wl->wl_tail);
	/* After an error some writes may still be under way. */
	mutex_enter(&wl->wl_mtx);
	while ((we = SIMPLEQ_FIRST(&wl->wl_entries)) != NULL) {
		if (we->we_bufcount != 0) {
			cv_wait(&wl->wl_cv, &wl->wl_mtx);
			continue;
		}
		SIMPLEQ_REMOVE_HEAD(&wl->wl_entries, we_entries);
		kmem_free(we, sizeof(*we));
	}
	mutex_exit(&wl->wl_mtx);
	kmem_free(
	    wl->wl_deallocblks, (size_t)wl->wl_dealloclim * sizeof(daddr_t));
	kmem_free(wl->wl_dealloclens, (size_t)wl->wl_dealloclim * sizeof(int));
	kmem_free(wl->wl_block, (size_t)1 << wl->wl_blkshift);
	cv_destroy(&wl->wl_cv);
	mutex_destroy(&wl->wl_mtx);
	rw_destroy(&wl->wl_rwlock);
	kmem_free(wl, sizeof(*wl));
	return force ? 0 : error;
}

/* The caller is in a transaction. */
void
wapbl_jlock_assert(struct wapbl *wl)
{
	KASSERT(rw_lock_held(&wl->wl_rwlock));
}

void
wapbl_junlock_assert(struct wapbl *wl)
{
	KASSERT(!rw_write_held(&wl->wl_rwlock));
}

void
wapbl_print(struct wapbl *wl, int full, void (*pr)(const char *, ...))
{
	(*pr)("log: %jd bytes, head %jd, tail %jd, generation %u\n",
	    (intmax_t)wl->wl_circ_size, (intmax_t)wl->wl_head,
	    (intmax_t)wl->wl_tail, wl->wl_generation);
	(*pr)("%zu buffers, %zu bytes; %d deallocations; %u inodes\n",
	    wl->wl_bufcount, wl->wl_bcount, wl->wl_dealloccnt, wl->wl_inocount);
}
