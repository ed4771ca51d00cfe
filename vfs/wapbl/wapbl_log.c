/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log as a circle of bytes, and a transaction written into it.
 */
#include "wapbl_impl.h"

#include <sys/dkio.h>
#include <sys/fcntl.h>

/* Move len bytes between memory and a device, and wait. */
int
wapbl_io(struct vnode *devvp, void *data, size_t len, daddr_t pbn, bool write)
{
	struct buf *bp;
	int error = 0;

	while (len > 0 && error == 0) {
		const size_t n = MIN(len, MAXPHYS);

		bp = getiobuf(devvp, true);
		bp->b_flags = write ? B_WRITE : B_READ;
		bp->b_cflags |= BC_BUSY;
		bp->b_dev = devvp->v_rdev;
		bp->b_data = data;
		bp->b_bufsize = bp->b_resid = bp->b_bcount = (int)n;
		bp->b_blkno = pbn;
		BIO_SETPRIO(bp, BPRIO_TIMECRITICAL);
		if (write) {
			/* the log is nobody's old contents */
			bp->b_flags |= B_COWDONE;
			mutex_enter(devvp->v_interlock);
			devvp->v_numoutput++;
			mutex_exit(devvp->v_interlock);
		}
		VOP_STRATEGY(devvp, bp);
		error = biowait(bp);
		putiobuf(bp);
		data = (char *)data + n;
		pbn += (daddr_t)(n >> DEV_BSHIFT);
		len -= n;
	}
	return error;
}

/* What was written so far is on the medium before what comes next. */
int
wapbl_cachesync(struct vnode *devvp)
{
	int force = 1, error;

	error = VOP_IOCTL(devvp, DIOCCACHESYNC, &force, FWRITE, FSCRED);
	/* a device without a cache does not know the ioctl */
	return error == ENOTTY || error == ENODEV || error == EOPNOTSUPP
	    ? 0
	    : error;
}

/* A position len bytes on in a circle at coff of csize bytes. */
off_t
wapbl_advance(off_t coff, off_t csize, off_t off, size_t len)
{
	off += (off_t)len;
	while (off >= coff + csize)
		off -= csize;
	return off;
}

/* Bytes from tail to head; equal means none. */
off_t
wapbl_used(off_t csize, off_t head, off_t tail)
{
	return head >= tail ? head - tail : csize - (tail - head);
}

/* Write into the circle and move the position on. */
int
wapbl_circ_write(struct wapbl *wl, const void *data, size_t len, off_t *offp)
{
	const off_t end = wl->wl_circ_off + wl->wl_circ_size;
	const char *p = data;
	int error = 0;

	while (len > 0 && error == 0) {
		const size_t n = MIN(len, (size_t)(end - *offp));

		error = wapbl_io(wl->wl_logvp, __UNCONST(p), n,
		    wl->wl_logpbn + (*offp >> DEV_BSHIFT), true);
		*offp =
		    wapbl_advance(wl->wl_circ_off, wl->wl_circ_size, *offp, n);
		p += n;
		len -= n;
	}
	return error;
}

/* Commit: from now on a replay goes from tail to head. */
int
wapbl_write_header(struct wapbl *wl, off_t head, off_t tail)
{
	const size_t blklen = (size_t)1 << wl->wl_blkshift;
	struct wapbl_wc_header *wc = wl->wl_block;
	struct timespec ts;
	int error;

	error = wapbl_cachesync(wl->wl_logvp);
	if (error)
		return error;
	getnanotime(&ts);
	memset(wc, 0, blklen);
	wc->wc_type = WAPBL_WC_HEADER;
	wc->wc_len = (int32_t)blklen;
	wc->wc_generation = wl->wl_generation;
	wc->wc_fsid[0] = wl->wl_mount->mnt_stat.f_fsidx.__fsid_val[0];
	wc->wc_fsid[1] = wl->wl_mount->mnt_stat.f_fsidx.__fsid_val[1];
	wc->wc_time = (uint64_t)ts.tv_sec;
	wc->wc_timensec = (uint32_t)ts.tv_nsec;
	wc->wc_version = 1;
	wc->wc_log_dev_bshift = (uint32_t)wl->wl_blkshift;
	wc->wc_fs_dev_bshift = DEV_BSHIFT;
	wc->wc_head = head;
	wc->wc_tail = tail;
	wc->wc_circ_off = wl->wl_circ_off;
	wc->wc_circ_size = wl->wl_circ_size;
	error = wapbl_io(wl->wl_logvp, wc, blklen,
	    wl->wl_logpbn +
		(daddr_t)((wl->wl_generation % 2)
		    << (wl->wl_blkshift - DEV_BSHIFT)),
	    true);
	if (error)
		return error;
	error = wapbl_cachesync(wl->wl_logvp);
	wl->wl_generation++;
	/* 0 is what an empty log has */
	if (wl->wl_generation == 0)
		wl->wl_generation = 1;
	return error;
}

static int
blocks_per_list(const struct wapbl *wl)
{
	return (int)((((size_t)1 << wl->wl_blkshift) -
			 offsetof(struct wapbl_wc_blocklist, wc_blocks)) /
	    sizeof(((struct wapbl_wc_blocklist *)0)->wc_blocks[0]));
}

static int
inodes_per_list(const struct wapbl *wl)
{
	return (int)((((size_t)1 << wl->wl_blkshift) -
			 offsetof(struct wapbl_wc_inodelist, wc_inodes)) /
	    sizeof(((struct wapbl_wc_inodelist *)0)->wc_inodes[0]));
}

static size_t
buf_room(const struct wapbl *wl, const struct buf *bp)
{
	return roundup2((size_t)bp->b_bcount, (size_t)1 << wl->wl_blkshift);
}

/* The room that the transaction takes in the log. */
static size_t
transaction_len(struct wapbl *wl)
{
	const size_t blklen = (size_t)1 << wl->wl_blkshift;
	const size_t perlist = (size_t)blocks_per_list(wl);
	const size_t perino = (size_t)inodes_per_list(wl);
	struct buf *bp;
	size_t len = 0, n = 0;

	LIST_FOREACH(bp, &wl->wl_bufs, b_wapbllist) {
		len += buf_room(wl, bp);
		n++;
	}
	len += howmany(n, perlist) * blklen;
	len += MAX(1, howmany(wl->wl_inocount, perino)) * blklen;
	return len;
}

/* One list of blocks and their contents; returns the first buffer left. */
static int
write_list(struct wapbl *wl, struct buf **bpp, off_t *offp)
{
	const size_t blklen = (size_t)1 << wl->wl_blkshift;
	struct wapbl_wc_blocklist *wc = wl->wl_block;
	const int max = blocks_per_list(wl);
	struct buf *bp = *bpp, *first = bp;
	size_t len = blklen, pad;
	int n, error;

	memset(wc, 0, blklen);
	wc->wc_type = WAPBL_WC_BLOCKS;
	for (n = 0; n < max && bp != NULL; n++) {
		wc->wc_blocks[n].wc_daddr = bp->b_blkno;
		wc->wc_blocks[n].wc_dlen = bp->b_bcount;
		len += buf_room(wl, bp);
		bp = LIST_NEXT(bp, b_wapbllist);
	}
	wc->wc_blkcount = n;
	wc->wc_len = (int32_t)len;
	error = wapbl_circ_write(wl, wc, blklen, offp);
	*bpp = bp;
	for (bp = first; n > 0 && error == 0;
	     n--, bp = LIST_NEXT(bp, b_wapbllist)) {
		error = wapbl_circ_write(
		    wl, bp->b_data, (size_t)bp->b_bcount, offp);
		pad = buf_room(wl, bp) - (size_t)bp->b_bcount;
		*offp = wapbl_advance(
		    wl->wl_circ_off, wl->wl_circ_size, *offp, pad);
	}
	return error;
}

/* The inodes that have lost their last name and are not freed yet. */
static int
write_inodes(struct wapbl *wl, off_t *offp)
{
	const size_t blklen = (size_t)1 << wl->wl_blkshift;
	struct wapbl_wc_inodelist *wc = wl->wl_block;
	const int max = inodes_per_list(wl);
	struct wapbl_ino *wi;
	bool first = true;
	int h = 0, error;

	wi = LIST_FIRST(&wl->wl_inohash[0]);
	do {
		memset(wc, 0, blklen);
		wc->wc_type = WAPBL_WC_INODES;
		wc->wc_len = (int32_t)blklen;
		wc->wc_clear = first;
		first = false;
		while (wc->wc_inocnt < max && h < WAPBL_INOHASH) {
			if (wi == NULL) {
				if (++h < WAPBL_INOHASH)
					wi = LIST_FIRST(&wl->wl_inohash[h]);
				continue;
			}
			wc->wc_inodes[wc->wc_inocnt].wc_inumber =
			    (uint32_t)wi->wi_ino;
			wc->wc_inodes[wc->wc_inocnt].wc_imode =
			    (uint32_t)wi->wi_mode;
			wc->wc_inocnt++;
			wi = LIST_NEXT(wi, wi_hash);
		}
		error = wapbl_circ_write(wl, wc, blklen, offp);
	} while (error == 0 && h < WAPBL_INOHASH);
	return error;
}

/* Free the room of entries that are in place, oldest first; wl_mtx held. */
void
wapbl_reclaim_locked(struct wapbl *wl)
{
	struct wapbl_entry *we;

	while ((we = SIMPLEQ_FIRST(&wl->wl_entries)) != NULL && we->we_done &&
	    we->we_bufcount == 0 && !we->we_failed) {
		SIMPLEQ_REMOVE_HEAD(&wl->wl_entries, we_entries);
		wl->wl_tail = we->we_head;
		kmem_free(we, sizeof(*we));
	}
	cv_broadcast(&wl->wl_cv);
}

/* Wait for room; one block stays free, so that full is not empty. */
static int
wait_room(struct wapbl *wl, size_t need)
{
	const size_t most = (size_t)(wl->wl_circ_size - (1 << wl->wl_blkshift));
	int error = 0;

	if (need > most)
		return ENOSPC;
	mutex_enter(&wl->wl_mtx);
	for (;;) {
		const size_t used = (size_t)wapbl_used(
		    wl->wl_circ_size, wl->wl_head, wl->wl_tail);

		if (most - used >= need)
			break;
		if (SIMPLEQ_EMPTY(&wl->wl_entries) || wl->wl_error != 0) {
			error = wl->wl_error != 0 ? wl->wl_error : ENOSPC;
			break;
		}
		cv_wait(&wl->wl_cv, &wl->wl_mtx);
	}
	mutex_exit(&wl->wl_mtx);
	return error;
}

/* A buffer is in place. */
void
wapbl_biodone(struct buf *bp)
{
	struct wapbl_entry *we = bp->b_private;
	struct wapbl *wl = we->we_wapbl;
	const int error = bp->b_error;

	bp->b_private = NULL;
	/* keep the contents: the log has them, and a reader wants them */
	bp->b_error = 0;
	if (error != 0)
		printf("wapbl: error %d writing block %jd in place; the log "
		       "is kept, and no more is written\n",
		    error, (intmax_t)bp->b_blkno);
	brelse(bp, 0);
	mutex_enter(&wl->wl_mtx);
	if (error != 0) {
		wl->wl_error = error;
		we->we_failed = true;
	}
	we->we_bufcount--;
	wapbl_reclaim_locked(wl);
	mutex_exit(&wl->wl_mtx);
}

/* After the commit: start to write the buffers in place. */
static void
start_inplace(struct wapbl *wl, struct wapbl_entry *we)
{
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	mutex_enter(&wl->wl_mtx);
	while ((bp = LIST_FIRST(&wl->wl_bufs)) != NULL) {
		mutex_exit(&wl->wl_mtx);
		if (bbusy(bp, false, 0, NULL) != 0) {
			mutex_enter(&wl->wl_mtx);
			continue;
		}
		bremfree(bp);
		mutex_enter(&wl->wl_mtx);
		LIST_REMOVE(bp, b_wapbllist);
		wl->wl_bufbytes -= (size_t)bp->b_bufsize;
		wl->wl_bcount -= (size_t)bp->b_bcount;
		wl->wl_bufcount--;
		bp->b_flags &= ~B_LOCKED;
		bp->b_private = we;
		bp->b_iodone = wapbl_biodone;
		we->we_bufcount++;
		mutex_exit(&wl->wl_mtx);
		mutex_exit(&bufcache_lock);
		bawrite(bp);
		mutex_enter(&bufcache_lock);
		mutex_enter(&wl->wl_mtx);
	}
	we->we_done = true;
	wapbl_reclaim_locked(wl);
	mutex_exit(&wl->wl_mtx);
	mutex_exit(&bufcache_lock);
}

/* Write what has changed to the log and commit it; wl_rwlock is held. */
int
wapbl_log_transaction(struct wapbl *wl)
{
	struct wapbl_entry *we;
	struct buf *bp;
	off_t off, tail;
	int error;

	error = wait_room(wl, transaction_len(wl));
	if (error)
		return error;
	off = wl->wl_head;
	bp = LIST_FIRST(&wl->wl_bufs);
	while (bp != NULL && error == 0)
		error = write_list(wl, &bp, &off);
	if (error == 0)
		error = write_inodes(wl, &off);
	if (error)
		return error;
	mutex_enter(&wl->wl_mtx);
	tail = wl->wl_tail;
	mutex_exit(&wl->wl_mtx);
	error = wapbl_write_header(wl, off, tail);
	if (error)
		return error;

	we = kmem_zalloc(sizeof(*we), KM_SLEEP);
	we->we_wapbl = wl;
	we->we_head = off;
	mutex_enter(&wl->wl_mtx);
	wl->wl_head = off;
	SIMPLEQ_INSERT_TAIL(&wl->wl_entries, we, we_entries);
	mutex_exit(&wl->wl_mtx);
	start_inplace(wl, we);
	return 0;
}
