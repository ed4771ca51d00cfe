/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a log after a crash. The records are only believed where they make
 * sense: every length and count is checked against the circle.
 */
#include "wapbl_impl.h"

#define BLKHASH_SIZE 256
#define MAXBLOCKLEN  (1024 * 1024)

/* where the newest contents of a device block are in the log */
struct wapbl_blk {
	LIST_ENTRY(wapbl_blk) wb_hash;
	daddr_t wb_blk; /* of the device, in DEV_BSIZE units */
	off_t wb_off;   /* DEV_BSIZE bytes in the log */
};

static struct wapbl_blk *
blk_find(struct wapbl_replay *wr, daddr_t blk)
{
	struct wapbl_blk *wb;

	LIST_FOREACH(
	    wb, &wr->wr_blkhash[(u_long)blk & wr->wr_blkhashmask], wb_hash)
		if (wb->wb_blk == blk)
			break;
	return wb;
}

static void
blk_insert(struct wapbl_replay *wr, daddr_t blk, off_t off)
{
	struct wapbl_blk *wb = blk_find(wr, blk);

	if (wb == NULL) {
		wb = kmem_alloc(sizeof(*wb), KM_SLEEP);
		wb->wb_blk = blk;
		LIST_INSERT_HEAD(
		    &wr->wr_blkhash[(u_long)blk & wr->wr_blkhashmask], wb,
		    wb_hash);
		wr->wr_blkhashcnt++;
	}
	wb->wb_off = off;
}

static void
blk_remove(struct wapbl_replay *wr, daddr_t blk)
{
	struct wapbl_blk *wb = blk_find(wr, blk);

	if (wb != NULL) {
		LIST_REMOVE(wb, wb_hash);
		wr->wr_blkhashcnt--;
		kmem_free(wb, sizeof(*wb));
	}
}

static void
blkhash_clear(struct wapbl_replay *wr)
{
	struct wapbl_blk *wb;

	if (wr->wr_blkhash == NULL)
		return;
	for (u_long i = 0; i <= wr->wr_blkhashmask; i++)
		while ((wb = LIST_FIRST(&wr->wr_blkhash[i])) != NULL) {
			LIST_REMOVE(wb, wb_hash);
			kmem_free(wb, sizeof(*wb));
		}
	kmem_free(
	    wr->wr_blkhash, (wr->wr_blkhashmask + 1) * sizeof(*wr->wr_blkhash));
	wr->wr_blkhash = NULL;
	wr->wr_blkhashcnt = 0;
}

/* Read from the circle and move the position on. */
static int
circ_read(struct wapbl_replay *wr, void *data, size_t len, off_t *offp)
{
	const off_t end = wr->wr_circ_off + wr->wr_circ_size;
	char *p = data;
	int error = 0;

	while (len > 0 && error == 0) {
		const size_t n = MIN(len, (size_t)(end - *offp));

		error = wapbl_io(wr->wr_logvp, p, n,
		    wr->wr_logpbn + (*offp >> DEV_BSHIFT), false);
		*offp =
		    wapbl_advance(wr->wr_circ_off, wr->wr_circ_size, *offp, n);
		p += n;
		len -= n;
	}
	return error;
}

static bool
header_good(const struct wapbl_wc_header *wc, size_t count, size_t blksize)
{
	const off_t size = (off_t)(count * blksize);

	if (wc->wc_type != WAPBL_WC_HEADER || wc->wc_circ_off <= 0 ||
	    wc->wc_circ_size <= 0 || wc->wc_circ_off > size ||
	    wc->wc_circ_size > size - wc->wc_circ_off)
		return false;
	if ((wc->wc_circ_off | wc->wc_circ_size | wc->wc_head | wc->wc_tail) &
	    (off_t)(blksize - 1))
		return false;
	if (wc->wc_head == wc->wc_tail)
		return true;
	return wc->wc_head >= wc->wc_circ_off &&
	    wc->wc_head < wc->wc_circ_off + wc->wc_circ_size &&
	    wc->wc_tail >= wc->wc_circ_off &&
	    wc->wc_tail < wc->wc_circ_off + wc->wc_circ_size;
}

static int
replay_inodes(struct wapbl_replay *wr, const struct wapbl_wc_inodelist *wc,
    size_t blksize)
{
	const size_t max =
	    (blksize - offsetof(struct wapbl_wc_inodelist, wc_inodes)) /
	    sizeof(wc->wc_inodes[0]);
	const size_t esize = sizeof(wr->wr_inodes[0]);
	void *inodes;
	int have;

	if (wc->wc_inocnt < 0 || (size_t)wc->wc_inocnt > max)
		return EFTYPE;
	have = wc->wc_clear ? 0 : wr->wr_inodescnt;
	if (have + wc->wc_inocnt == 0) {
		inodes = NULL;
	} else {
		inodes = kmem_alloc(
		    (size_t)(have + wc->wc_inocnt) * esize, KM_SLEEP);
		if (have > 0)
			memcpy(inodes, wr->wr_inodes, (size_t)have * esize);
	}
	if (wr->wr_inodes != NULL)
		kmem_free(wr->wr_inodes, (size_t)wr->wr_inodescnt * esize);
	wr->wr_inodes = inodes;
	for (int i = 0; i < wc->wc_inocnt; i++) {
		wr->wr_inodes[have + i].wr_inumber =
		    wc->wc_inodes[i].wc_inumber;
		wr->wr_inodes[have + i].wr_imode = wc->wc_inodes[i].wc_imode;
	}
	wr->wr_inodescnt = have + wc->wc_inocnt;
	return 0;
}

/* Note where the blocks of a list are; *offp is behind the list. */
static int
replay_blocks(struct wapbl_replay *wr, const struct wapbl_wc_blocklist *wc,
    size_t blksize, off_t *offp, bool revoked)
{
	const size_t max =
	    (blksize - offsetof(struct wapbl_wc_blocklist, wc_blocks)) /
	    sizeof(wc->wc_blocks[0]);

	size_t room = (size_t)wc->wc_len - blksize;

	if (wc->wc_blkcount < 0 || (size_t)wc->wc_blkcount > max)
		return EFTYPE;
	for (int i = 0; i < wc->wc_blkcount; i++) {
		const int32_t len = wc->wc_blocks[i].wc_dlen;
		const daddr_t blk = wc->wc_blocks[i].wc_daddr;

		if (len < 0 || len > MAXBLOCKLEN || len % DEV_BSIZE != 0 ||
		    blk < 0)
			return EFTYPE;
		/* The contents are in the record, so they fit in the circle. */
		if (!revoked) {
			if (roundup2((size_t)len, blksize) > room)
				return EFTYPE;
			room -= roundup2((size_t)len, blksize);
		}
		for (int32_t k = 0; k < len; k += DEV_BSIZE) {
			if (revoked)
				blk_remove(wr, blk + (k >> DEV_BSHIFT));
			else
				blk_insert(wr, blk + (k >> DEV_BSHIFT),
				    wapbl_advance(wr->wr_circ_off,
					wr->wr_circ_size, *offp, (size_t)k));
		}
		if (!revoked)
			*offp = wapbl_advance(wr->wr_circ_off, wr->wr_circ_size,
			    *offp, roundup2((size_t)len, blksize));
	}
	return 0;
}

static int
replay_records(struct wapbl_replay *wr, off_t head, off_t tail, size_t blksize)
{
	struct wapbl_wc_null *wc = wr->wr_scratch;
	off_t left = wapbl_used(wr->wr_circ_size, head, tail);
	off_t off = tail;
	int error = 0;

	while (left > 0 && error == 0) {
		off_t at = off;

		error = circ_read(wr, wc, blksize, &at);
		if (error)
			break;
		if (wc->wc_len < (int32_t)blksize || wc->wc_len > left ||
		    wc->wc_len % (int32_t)blksize != 0)
			return EFTYPE;
		switch (wc->wc_type) {
		case WAPBL_WC_BLOCKS:
		case WAPBL_WC_REVOCATIONS:
			error = replay_blocks(wr, (void *)wc, blksize, &at,
			    wc->wc_type == WAPBL_WC_REVOCATIONS);
			break;
		case WAPBL_WC_INODES:
			wr->wr_inodeshead = off;
			error = replay_inodes(wr, (void *)wc, blksize);
			break;
		default:
			return EFTYPE;
		}
		left -= wc->wc_len;
		off = wapbl_advance(
		    wr->wr_circ_off, wr->wr_circ_size, off, (size_t)wc->wc_len);
	}
	wr->wr_inodestail = off;
	return error;
}

/*
 * Look for a log (see wapbl_start()). 0: there is one, and wr_blkhashcnt says
 * how much there is to replay; ENOENT: there is none; EFTYPE: it is damaged;
 * or an error of reading it.
 */
int
wapbl_replay_start(struct wapbl_replay **wrp, struct vnode *vp, daddr_t off,
    size_t count, size_t blksize)
{
	const struct wapbl_wc_header *h[2];
	struct wapbl_replay *wr;
	off_t head, tail;
	char *blocks;
	int error, shift, best = -1;

	*wrp = NULL;
	if (blksize < DEV_BSIZE || (blksize & (blksize - 1)) != 0 ||
	    blksize > MAXPHYS || off < 0 || count < 3)
		return EINVAL;
	for (shift = DEV_BSHIFT; (1UL << shift) < blksize; shift++)
		continue;
	blocks = kmem_alloc(2 * blksize, KM_SLEEP);
	error = wapbl_io(
	    vp, blocks, 2 * blksize, off << (shift - DEV_BSHIFT), false);
	if (error) {
		kmem_free(blocks, 2 * blksize);
		return error;
	}
	for (int i = 0; i < 2; i++) {
		h[i] = (const void *)(blocks + (size_t)i * blksize);
		if (!header_good(h[i], count, blksize))
			continue;
		if (best == -1 ||
		    (int32_t)(h[i]->wc_generation - h[best]->wc_generation) > 0)
			best = i;
	}
	if (best == -1) {
		kmem_free(blocks, 2 * blksize);
		return ENOENT;
	}
	wr = kmem_zalloc(sizeof(*wr), KM_SLEEP);
	wr->wr_logvp = wr->wr_devvp = vp;
	wr->wr_logpbn = off << (shift - DEV_BSHIFT);
	wr->wr_fs_dev_bshift = DEV_BSHIFT;
	wr->wr_log_dev_bshift = shift;
	wr->wr_circ_off = h[best]->wc_circ_off;
	wr->wr_circ_size = h[best]->wc_circ_size;
	wr->wr_generation = h[best]->wc_generation;
	head = h[best]->wc_head;
	tail = h[best]->wc_tail;
	kmem_free(blocks, 2 * blksize);

	wr->wr_scratch = kmem_alloc(MAXPHYS, KM_SLEEP);
	wr->wr_blkhashmask = BLKHASH_SIZE - 1;
	wr->wr_blkhash =
	    kmem_zalloc(BLKHASH_SIZE * sizeof(*wr->wr_blkhash), KM_SLEEP);
	error = replay_records(wr, head, tail, blksize);
	if (error) {
		wapbl_replay_stop(wr);
		wapbl_replay_free(wr);
		return error;
	}
	*wrp = wr;
	return 0;
}

int
wapbl_replay_isopen1(struct wapbl_replay *wr)
{
	return wapbl_replay_isopen(wr);
}

/* The log's blocks are not needed any more. */
void
wapbl_replay_stop(struct wapbl_replay *wr)
{
	if (!wapbl_replay_isopen(wr))
		return;
	kmem_free(wr->wr_scratch, MAXPHYS);
	wr->wr_scratch = NULL;
	blkhash_clear(wr);
}

void
wapbl_replay_free(struct wapbl_replay *wr)
{
	KASSERT(!wapbl_replay_isopen(wr));
	if (wr->wr_inodes != NULL)
		kmem_free(wr->wr_inodes,
		    (size_t)wr->wr_inodescnt * sizeof(wr->wr_inodes[0]));
	kmem_free(wr, sizeof(*wr));
}

/* Write the log's blocks to their places. */
int
wapbl_replay_write(struct wapbl_replay *wr, struct vnode *fsdevvp)
{
	struct wapbl_blk *wb;
	off_t off;
	int error = 0;

	for (u_long i = 0; i <= wr->wr_blkhashmask && error == 0; i++) {
		LIST_FOREACH(wb, &wr->wr_blkhash[i], wb_hash) {
			off = wb->wb_off;
			error = circ_read(wr, wr->wr_scratch, DEV_BSIZE, &off);
			if (error == 0)
				error = wapbl_io(fsdevvp, wr->wr_scratch,
				    DEV_BSIZE, wb->wb_blk, true);
			if (error)
				break;
		}
	}
	return error;
}

/* Does the log have any of these blocks? len in bytes. */
int
wapbl_replay_can_read(struct wapbl_replay *wr, daddr_t blk, long len)
{
	if (!wapbl_replay_isopen(wr))
		return 0;
	for (; len > 0; len -= DEV_BSIZE, blk++)
		if (blk_find(wr, blk) != NULL)
			return 1;
	return 0;
}

/* Put what the log has of these blocks over data read from the device. */
int
wapbl_replay_read(struct wapbl_replay *wr, void *data, daddr_t blk, long len)
{
	struct wapbl_blk *wb;
	char *p = data;
	off_t off;
	int error = 0;

	for (; len > 0 && error == 0; len -= DEV_BSIZE, blk++, p += DEV_BSIZE) {
		wb = blk_find(wr, blk);
		if (wb == NULL)
			continue;
		off = wb->wb_off;
		error = circ_read(wr, p, DEV_BSIZE, &off);
	}
	return error;
}
