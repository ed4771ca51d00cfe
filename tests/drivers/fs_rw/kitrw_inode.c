/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inodes: to and from the disk, and where a file's blocks are.
 */
#include <sys/param.h>

#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <uvm/uvm_extern.h>

#include "kitrw.h"
#include "ktest.h"

#define TODEV(blk) ((daddr_t)(blk) << (KITRW_BSHIFT - DEV_BSHIFT))

static void
get_time(struct timespec *ts, const unsigned char *b)
{
	ts->tv_sec =
	    (time_t)((uint64_t)le32dec(b) | (uint64_t)le32dec(b + 4) << 32);
	ts->tv_nsec = (long)le32dec(b + 8);
}

static void
put64(unsigned char *b, uint64_t x)
{
	le32enc(b, (uint32_t)x);
	le32enc(b + 4, (uint32_t)(x >> 32));
}

static uint64_t
get64(const unsigned char *b)
{
	return (uint64_t)le32dec(b) | (uint64_t)le32dec(b + 4) << 32;
}

static void
put_time(const struct timespec *ts, unsigned char *b)
{
	put64(b, (uint64_t)ts->tv_sec);
	le32enc(b + 8, (uint32_t)ts->tv_nsec);
}

void
kitrw_decode(struct kitrw_node *kn, const void *p)
{
	const unsigned char *b = p;

	kn->rw_mode = le16dec(b);
	kn->rw_nlink = le16dec(b + 2);
	kn->rw_uid = le32dec(b + 4);
	kn->rw_gid = le32dec(b + 8);
	kn->rw_stflags = le32dec(b + 12);
	kn->rw_size = get64(b + 16);
	kn->rw_nblocks = le32dec(b + 24);
	kn->rw_gen = le32dec(b + 28);
	kn->rw_rdev = (dev_t)get64(b + 32);
	get_time(&kn->rw_atime, b + 40);
	get_time(&kn->rw_mtime, b + 52);
	get_time(&kn->rw_ctime, b + 64);
	get_time(&kn->rw_btime, b + 76);
	kn->rw_xattr = le32dec(b + 88);
	for (int i = 0; i < KITRW_NDIRECT; i++)
		kn->rw_direct[i] = le32dec(b + 92 + 4 * i);
	kn->rw_indirect = le32dec(b + 140);
	memcpy(kn->rw_target, b + 144, KITRW_LINKMAX);
}

static void
encode(const struct kitrw_node *kn, unsigned char *b)
{
	le16enc(b, (uint16_t)kn->rw_mode);
	le16enc(b + 2, (uint16_t)kn->rw_nlink);
	le32enc(b + 4, kn->rw_uid);
	le32enc(b + 8, kn->rw_gid);
	le32enc(b + 12, kn->rw_stflags);
	put64(b + 16, kn->rw_size);
	le32enc(b + 24, kn->rw_nblocks);
	le32enc(b + 28, kn->rw_gen);
	put64(b + 32, kn->rw_rdev);
	put_time(&kn->rw_atime, b + 40);
	put_time(&kn->rw_mtime, b + 52);
	put_time(&kn->rw_ctime, b + 64);
	put_time(&kn->rw_btime, b + 76);
	le32enc(b + 88, kn->rw_xattr);
	for (int i = 0; i < KITRW_NDIRECT; i++)
		le32enc(b + 92 + 4 * i, kn->rw_direct[i]);
	le32enc(b + 140, kn->rw_indirect);
	memcpy(b + 144, kn->rw_target, KITRW_LINKMAX);
}

/* Notes what will have to be written; the time is that of now. */
void
kitrw_touch(struct kitrw_node *kn, unsigned int what)
{
	struct timespec now;

	vfs_timestamp(&now);
	if ((what & KITRW_ACCESS) != 0)
		kn->rw_atime = now;
	if ((what & KITRW_MODIFY) != 0)
		kn->rw_mtime = now;
	if ((what & (KITRW_CHANGE | KITRW_MODIFY)) != 0)
		kn->rw_ctime = now;
	SET(what, (what & ~KITRW_ACCESS) != 0 ? KITRW_MODIFIED : 0);
	for (unsigned int bit = 1; bit <= KITRW_MODIFIED; bit <<= 1) {
		if ((what & bit) != 0)
			atomic_or_32(&kn->rw_update, bit);
	}
}

/*
 * Writes the inode if it has changed.  flags: UPDATE_WAIT; UPDATE_CLOSE and
 * UPDATE_DIROP tell why.  In a transaction, if there is a journal.
 */
int
kitrw_update(struct kitrw_node *kn, int flags)
{
	struct kitrw_mount *km = kn->rw_mount;
	struct buf *bp;
	uint32_t blk =
	    KITRW_INODE_BLOCK + (uint32_t)kn->rw_ino / KITRW_PERBLOCK;
	int error;

	if (km->km_ronly || kn->rw_update == 0)
		return 0;
	/* times of reading may wait, unless the file is put away */
	if (kn->rw_update == KITRW_ACCESS &&
	    (flags & (UPDATE_WAIT | UPDATE_CLOSE)) == 0)
		return 0;
	error = bread(km->km_devvp, TODEV(blk), KITRW_BSIZE, B_MODIFY, &bp);
	if (error != 0)
		return error;
	atomic_and_32(&kn->rw_update, 0);
	encode(kn,
	    (unsigned char *)bp->b_data +
		kn->rw_ino % KITRW_PERBLOCK * KITRW_INODE_SIZE);
	if ((flags & UPDATE_WAIT) != 0 && (flags & UPDATE_DIROP) == 0)
		return bwrite(bp);
	bdwrite(bp);
	return 0;
}

/*
 * Where block lbn of a file is, 0 for a hole, and how many follow.
 */
int
kitrw_findblock(struct kitrw_node *kn, daddr_t lbn, uint32_t *blkno, int *run)
{
	struct buf *bp = NULL;
	const unsigned char *b;
	daddr_t i;
	int error;

	*run = 0;
	*blkno = 0;
	if (lbn == KITRW_INDIRECT) {
		*blkno = kn->rw_indirect;
		return 0;
	}
	if (lbn < 0 || lbn >= KITRW_MAXBLOCKS)
		return EFBIG;
	if (lbn < KITRW_NDIRECT) {
		*blkno = kn->rw_direct[lbn];
		for (i = lbn + 1; i < KITRW_NDIRECT && *blkno != 0 &&
		     kn->rw_direct[i] == *blkno + (uint32_t)(i - lbn);
		     i++)
			++*run;
		return 0;
	}
	if (kn->rw_indirect == 0)
		return 0;
	error = bread(kn->rw_vnode, KITRW_INDIRECT, KITRW_BSIZE, 0, &bp);
	if (error != 0)
		return error;
	b = bp->b_data;
	lbn -= KITRW_NDIRECT;
	*blkno = le32dec(b + 4 * lbn);
	for (i = lbn + 1; i < KITRW_NINDIRECT && *blkno != 0 &&
	     le32dec(b + 4 * i) == *blkno + (uint32_t)(i - lbn);
	     i++)
		++*run;
	brelse(bp, 0);
	return 0;
}

/* Stores where block lbn is from now on; 0 for a hole. */
static int
setblock(struct kitrw_node *kn, daddr_t lbn, uint32_t blkno, int flags)
{
	struct buf *bp;
	int error;

	if (lbn < KITRW_NDIRECT) {
		kn->rw_direct[lbn] = blkno;
		kitrw_touch(kn, KITRW_CHANGE);
		return 0;
	}
	error = bread(kn->rw_vnode, KITRW_INDIRECT, KITRW_BSIZE, B_MODIFY, &bp);
	if (error != 0)
		return error;
	le32enc((unsigned char *)bp->b_data + 4 * (lbn - KITRW_NDIRECT), blkno);
	if ((flags & B_SYNC) != 0)
		return bwrite(bp);
	bdwrite(bp);
	return 0;
}

/* The indirect block, empty. */
static int
make_indirect(struct kitrw_node *kn, kauth_cred_t cred)
{
	struct buf *bp;
	uint32_t blkno;
	int error;

	error = kitrw_block_alloc(
	    kn, kn->rw_direct[KITRW_NDIRECT - 1], cred, &blkno);
	if (error != 0)
		return error;
	kn->rw_indirect = blkno;
	bp = getblk(kn->rw_vnode, KITRW_INDIRECT, KITRW_BSIZE, 0, 0);
	bp->b_blkno = TODEV(blkno);
	clrbuf(bp);
	bdwrite(bp);
	return 0;
}

/*
 * Backs block lbn with a block of the disk.  With bpp, the buffer of it:
 * cleared if it is new, or if B_CLRBUF is not given, as it happens to be.
 * B_METAONLY: the indirect block alone.  B_SYNC: what changes is written at
 * once.  B_CONTIG: next to the one before, or not at all.
 */
int
kitrw_balloc(struct kitrw_node *kn, daddr_t lbn, kauth_cred_t cred, int flags,
    struct buf **bpp)
{
	uint32_t blkno, before = 0;
	bool fresh = false;
	int error, run;

	if (lbn >= KITRW_MAXBLOCKS)
		return EFBIG;
	if (lbn >= KITRW_NDIRECT && kn->rw_indirect == 0) {
		error = make_indirect(kn, cred);
		if (error != 0)
			return error;
	}
	if ((flags & B_METAONLY) != 0) {
		if (bpp == NULL || lbn < KITRW_NDIRECT)
			return 0;
		return bread(
		    kn->rw_vnode, KITRW_INDIRECT, KITRW_BSIZE, B_MODIFY, bpp);
	}
	error = kitrw_findblock(kn, lbn, &blkno, &run);
	if (error == 0 && blkno == 0) {
		if (lbn > 0)
			error = kitrw_findblock(kn, lbn - 1, &before, &run);
		if (error == 0)
			error = kitrw_block_alloc(kn, before, cred, &blkno);
		if (error == 0 && (flags & B_CONTIG) != 0 &&
		    blkno != before + 1) {
			kitrw_block_free(kn, blkno);
			error = ENOSPC;
		}
		if (error == 0)
			error = setblock(kn, lbn, blkno, flags);
		fresh = true;
	}
	if (error != 0 || bpp == NULL)
		return error;
	if (!fresh && (flags & B_CLRBUF) != 0)
		return bread(kn->rw_vnode, lbn, KITRW_BSIZE, B_MODIFY, bpp);
	*bpp = getblk(kn->rw_vnode, lbn, KITRW_BSIZE, 0, 0);
	(*bpp)->b_blkno = TODEV(blkno);
	if ((flags & B_CLRBUF) != 0)
		clrbuf(*bpp);
	return 0;
}

/* Gives back the blocks of [first, last). */
int
kitrw_free_range(struct kitrw_node *kn, daddr_t first, daddr_t last)
{
	struct buf *bp;
	uint32_t blkno;
	int run, error;

	last =
	    MIN(last, kn->rw_indirect != 0 ? KITRW_MAXBLOCKS : KITRW_NDIRECT);
	for (daddr_t lbn = first; lbn < last; lbn++) {
		error = kitrw_findblock(kn, lbn, &blkno, &run);
		if (error == 0 && blkno == 0)
			continue;
		if (error == 0)
			error = setblock(kn, lbn, 0, 0);
		if (error != 0)
			return error;
		kitrw_block_free(kn, blkno);
	}
	if (first <= KITRW_NDIRECT && last == KITRW_MAXBLOCKS) {
		/* nothing is behind it any more: its buffer is not written */
		bp = getblk(kn->rw_vnode, KITRW_INDIRECT, KITRW_BSIZE, 0, 0);
		brelse(bp, BC_INVAL);
		blkno = kn->rw_indirect;
		kn->rw_indirect = 0;
		kitrw_block_free(kn, blkno);
	}
	return 0;
}

/*
 * Makes a file end at size.  The vnode is locked, in a transaction.
 */
int
kitrw_truncate(struct kitrw_node *kn, uint64_t size)
{
	struct vnode *vp = kn->rw_vnode;
	off_t eob;
	int error = 0;

	if (size > (uint64_t)KITRW_MAXSIZE)
		return EFBIG;
	if (size < kn->rw_size && vp->v_type == VREG && size % PAGE_SIZE != 0) {
		/* what is left of the last page has to be zero */
		GOP_SIZE(vp, (off_t)size, &eob, 0);
		KEQ(eob, roundup2(size, KITRW_BSIZE));
		eob = MIN((off_t)round_page(size), (off_t)kn->rw_size);
		ubc_zerorange(&vp->v_uobj, (off_t)size,
		    (size_t)(eob - (off_t)size), UBC_UNMAP_FLAG(vp));
	}
	genfs_node_wrlock(vp);
	uvm_vnp_setsize(vp, (voff_t)size);
	if (size < kn->rw_size) {
		error = vtruncbuf(
		    vp, (daddr_t)howmany(size, KITRW_BSIZE), false, 0);
		if (error == 0)
			error = kitrw_free_range(kn,
			    (daddr_t)howmany(size, KITRW_BSIZE),
			    KITRW_MAXBLOCKS);
	}
	kn->rw_size = size;
	genfs_node_unlock(vp);
	kitrw_touch(kn, KITRW_MODIFY | KITRW_CHANGE);
	return error;
}
