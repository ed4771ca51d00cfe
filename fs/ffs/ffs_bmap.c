/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From logical blocks to disk addresses, and new blocks for a file.
 *
 * Indirect blocks are buffers of the file's vnode with negative numbers:
 * the indirect block of level k (1..3) whose first data block is L has
 * number -(L + k).  First data blocks of different indirect blocks of one
 * file are at least fs_nindir apart, so these numbers are unique.
 */
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>
#include <uvm/uvm_extern.h>

#include "ffs_impl.h"

/* How lbn is reached.  EFBIG: not at all. */
int
ffs_path(const struct ffs_sb *fs, daddr_t lbn, struct ffs_path *path)
{
	daddr_t first = FFS_NDADDR, span = 1, rest, unit, base;
	int level, i;

	path->level = 0;
	if (lbn < FFS_NDADDR)
		return 0;
	for (level = 1; level <= FFS_NIADDR; level++) {
		span *= fs->fs_nindir;
		if (lbn - first < span)
			break;
		first += span;
	}
	if (level > FFS_NIADDR)
		return EFBIG;
	path->level = level;
	rest = lbn - first;
	base = first;
	unit = span;
	for (i = 0; i < level; i++) {
		path->metalbn[i] = -(base + (level - i));
		unit /= fs->fs_nindir;
		path->index[i] = rest / unit;
		rest %= unit;
		base += path->index[i] * unit;
	}
	return 0;
}

int64_t
ffs_indir_ptr(const struct ffs_mount *fm, const struct buf *bp, daddr_t i)
{
	if (fm->fm_ufs2)
		return FFS_GET(fm, ((int64_t *)bp->b_data)[i]);
	return FFS_GET(fm, ((int32_t *)bp->b_data)[i]);
}

void
ffs_indir_setptr(
    const struct ffs_mount *fm, struct buf *bp, daddr_t i, int64_t frag)
{
	if (fm->fm_ufs2)
		FFS_PUT(fm, ((int64_t *)bp->b_data)[i], frag);
	else
		FFS_PUT(fm, ((int32_t *)bp->b_data)[i], (int32_t)frag);
}

/* size: bytes that block lbn takes on disk, 0 behind the end of the file. */
static int
checked(struct ffs_inode *ip, int64_t frag, int size, daddr_t lbn)
{
	struct ffs_mount *fm = ip->i_fm;

	if (ffs_fragvalid(fm, frag, MAX(1, size >> fm->fm_sb.fs_fshift)))
		return 0;
	ffs_damaged(ip->i_fm, "inode %llu: block %lld at address %lld",
	    (unsigned long long)ip->i_number, (long long)lbn, (long long)frag);
	return EIO;
}

/* The indirect block metalbn, which is at frag on disk. */
int
ffs_indir_get(
    struct ffs_inode *ip, daddr_t metalbn, daddr_t frag, struct buf **bpp)
{
	struct ffs_mount *fm = ip->i_fm;
	struct vnode *vp = ITOV(ip);
	struct buf *bp;
	int error;

	error = checked(ip, frag, fm->fm_sb.fs_bsize, metalbn);
	if (error != 0)
		return error;
	bp = getblk(vp, metalbn, fm->fm_sb.fs_bsize, 0, 0);
	if (bp == NULL)
		return EIO;
	if ((bp->b_oflags & (BO_DONE | BO_DELWRI)) == 0) {
		bp->b_blkno = ffs_fsbtodb(fm, frag);
		bp->b_flags |= B_READ;
		BIO_SETPRIO(bp, BPRIO_TIMECRITICAL);
		error = VOP_STRATEGY(fm->fm_devvp, bp);
		if (error == 0)
			error = biowait(bp);
		if (error != 0) {
			brelse(bp, BC_INVAL);
			return error;
		}
	}
	*bpp = bp;
	return 0;
}

/* How many of the addresses behind the first follow it without a gap? */
static int
count_run(const struct ffs_sb *fs, int64_t first, int n,
    int64_t (*get)(const void *, int), const void *arg)
{
	int i;

	for (i = 1; i < n; i++)
		if (get(arg, i) != first + (int64_t)i * fs->fs_frag)
			break;
	return i - 1;
}

/* Blocks from frag on that can belong to a file. */
static int
data_blocks(const struct ffs_mount *fm, int64_t frag)
{
	return (int)MIN(
	    ffs_datarun(fm, frag) >> fm->fm_sb.fs_fragshift, INT32_MAX);
}

struct runarg {
	const struct ffs_mount *fm;
	const struct buf *bp;
	const int64_t *db;
	daddr_t from;
};

static int64_t
get_direct(const void *arg, int i)
{
	const struct runarg *r = arg;

	return r->db[r->from + i];
}

static int64_t
get_indirect(const void *arg, int i)
{
	const struct runarg *r = arg;

	return ffs_indir_ptr(r->fm, r->bp, r->from + i);
}

/*
 * Address of logical block lbn, 0 for a hole.  *runp (may be NULL) is how
 * many blocks behind it follow on disk.
 */
int
ffs_bmap_lbn(struct ffs_inode *ip, daddr_t lbn, daddr_t *fragp, int *runp)
{
	struct ffs_mount *fm = ip->i_fm;
	const struct ffs_sb *fs = &fm->fm_sb;
	struct runarg r = {.fm = fm};
	struct ffs_path path;
	struct buf *bp = NULL;
	int64_t frag;
	int error, i, max = MAX(1, (1024 * 1024) >> fs->fs_bshift);

	if (runp != NULL)
		*runp = 0;
	error = lbn < 0 ? EINVAL : ffs_path(fs, lbn, &path);
	if (error != 0)
		return error;
	if (path.level == 0) {
		frag = ip->i_d.di_db[lbn];
		if (frag != 0 && runp != NULL) {
			r.db = ip->i_d.di_db;
			r.from = lbn;
			max = MIN(max, data_blocks(fm, frag));
			*runp = count_run(fs, frag,
			    MIN(max, (int)(FFS_NDADDR - lbn)), get_direct, &r);
		}
	} else {
		frag = ip->i_d.di_ib[path.level - 1];
		for (i = 0; i < path.level && frag != 0; i++) {
			if (bp != NULL)
				brelse(bp, 0);
			error = ffs_indir_get(ip, path.metalbn[i], frag, &bp);
			if (error != 0)
				return error;
			frag = ffs_indir_ptr(fm, bp, path.index[i]);
		}
		if (frag != 0 && runp != NULL) {
			r.bp = bp;
			r.from = path.index[path.level - 1];
			max = MIN(max, data_blocks(fm, frag));
			*runp = count_run(fs, frag,
			    MIN(max, (int)(fs->fs_nindir - r.from)),
			    get_indirect, &r);
		}
		if (bp != NULL)
			brelse(bp, 0);
	}
	if (frag != 0)
		error = checked(
		    ip, frag, ffs_blksize(fs, ip->i_d.di_size, lbn), lbn);
	if (error == 0)
		*fragp = frag;
	return error;
}

/* Cleared, to be written to frag; what is there now is not read. */
int
ffs_getblk(
    struct ffs_inode *ip, daddr_t lbn, daddr_t frag, int size, struct buf **bpp)
{
	struct buf *bp;
	int error;

	bp = getblk(ITOV(ip), lbn, size, 0, 0);
	if (bp == NULL)
		return EIO;
	bp->b_blkno = ffs_fsbtodb(ip->i_fm, frag);
	clrbuf(bp);
	error = ffs_cow(bp, false);
	if (error == 0)
		*bpp = bp;
	return error;
}

/* Raw copy of bytes on the disk, for fragments that move. */
static int
copy_frags(struct ffs_mount *fm, daddr_t from, daddr_t to, int size)
{
	void *data = kmem_alloc(size, KM_SLEEP);
	struct buf *bp;
	int error, pass;

	for (pass = 0, error = 0; pass < 2 && error == 0; pass++) {
		bp = getiobuf(pass == 0 ? NULL : fm->fm_devvp, true);
		if (pass != 0) {
			mutex_enter(fm->fm_devvp->v_interlock);
			fm->fm_devvp->v_numoutput++;
			mutex_exit(fm->fm_devvp->v_interlock);
		}
		bp->b_data = data;
		bp->b_bcount = bp->b_bufsize = bp->b_resid = size;
		bp->b_flags = pass == 0 ? B_READ : B_WRITE;
		bp->b_cflags |= BC_BUSY;
		bp->b_blkno = ffs_fsbtodb(fm, pass == 0 ? from : to);
		VOP_STRATEGY(fm->fm_devvp, bp);
		error = biowait(bp);
		putiobuf(bp);
	}
	kmem_free(data, size);
	return error;
}

/* Writes of the file that are under way must not outlive its old blocks. */
void
ffs_wait_output(struct vnode *vp)
{
	mutex_enter(vp->v_interlock);
	while (vp->v_numoutput > 0)
		cv_wait(&vp->v_cv, vp->v_interlock);
	mutex_exit(vp->v_interlock);
}

/*
 * The contents of a block that grew, at frag: bp is a directory's buffer with
 * osize bytes and is given up, other files (NULL) are copied from old.
 */
static int
move_contents(struct ffs_inode *ip, struct buf *bp, daddr_t old, daddr_t frag,
    int osize, int nsize)
{
	struct ffs_mount *fm = ip->i_fm;
	int error;

	if (bp != NULL) {
		allocbuf(bp, nsize, 1);
		memset((char *)bp->b_data + osize, 0, nsize - osize);
		bp->b_blkno = ffs_fsbtodb(fm, frag);
		error = fscow_run(bp, false);
		if (error == 0)
			return ffs_metawrite(fm, bp);
		bp->b_blkno = ffs_fsbtodb(fm, old);
		allocbuf(bp, osize, 1);
		brelse(bp, 0);
		return error;
	}
	if (old == frag)
		return 0;
	ffs_wait_output(ITOV(ip));
	return copy_frags(fm, old, frag, osize);
}

/*
 * Direct block lbn has osize bytes of fragments and is to have nsize: in
 * place if it can be, else somewhere else, with its contents.  On disk they
 * are there before the inode says so.
 */
static int
regrow(struct ffs_inode *ip, daddr_t lbn, int osize, int nsize)
{
	struct ffs_mount *fm = ip->i_fm;
	struct vnode *vp = ITOV(ip);
	daddr_t old = ip->i_d.di_db[lbn], frag = old;
	struct buf *bp = NULL;
	bool done;
	int error;

	if (vp->v_type == VDIR) {
		error = bread(vp, lbn, osize, B_MODIFY, &bp);
		if (error != 0)
			return error;
	}
	error = ffs_extend_frags(ip, old, osize, nsize, &done);
	if (error == 0 && !done)
		error = ffs_alloc_frags(ip, lbn,
		    ffs_blkpref(ip, lbn, lbn > 0 ? ip->i_d.di_db[lbn - 1] : 0),
		    nsize, &frag);
	if (error != 0) {
		if (bp != NULL)
			brelse(bp, 0);
		return error;
	}
	error = move_contents(ip, bp, old, frag, osize, nsize);
	if (error != 0) {
		if (done)
			ffs_free_frags(ip, old + (osize >> fm->fm_sb.fs_fshift),
			    nsize - osize);
		else
			ffs_free_frags(ip, frag, nsize);
		return error;
	}
	ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
	if (done)
		return 0;
	ip->i_d.di_db[lbn] = frag;
	/* The inode first: a block must not have two owners on disk. */
	error = ffs_update(ip, !ffs_isasync(fm));
	if (error == 0)
		ffs_free_frags(ip, old, osize);
	return error;
}

static int
balloc_direct(struct ffs_inode *ip, daddr_t lbn, int size, bool *isnew)
{
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	int64_t *slot = &ip->i_d.di_db[lbn];
	int nsize = (int)ffs_fragroundup(fs, size), osize, error;
	daddr_t frag;

	if (*slot != 0) {
		osize = ffs_blksize(fs, ip->i_d.di_size, lbn);
		error = checked(ip, *slot, osize, lbn);
		if (error != 0)
			return error;
		if (osize == 0)
			osize = fs->fs_fsize; /* beyond the end: one at least */
		return nsize <= osize ? 0 : regrow(ip, lbn, osize, nsize);
	}
	/* A block inside the file is whole; only the last one has fragments. */
	if (ip->i_d.di_size >= (uint64_t)ffs_lblktosize(fs, lbn + 1))
		nsize = fs->fs_bsize;
	else if (ip->i_d.di_size > (uint64_t)ffs_lblktosize(fs, lbn))
		nsize = MAX(nsize, ffs_blksize(fs, ip->i_d.di_size, lbn));
	error = ffs_alloc_frags(ip, lbn,
	    ffs_blkpref(ip, lbn, lbn > 0 ? ip->i_d.di_db[lbn - 1] : 0), nsize,
	    &frag);
	if (error != 0)
		return error;
	*slot = frag;
	*isnew = true;
	ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
	return 0;
}

/* A fresh indirect block, on disk before anything points to it. */
static int
new_indir(struct ffs_inode *ip, daddr_t metalbn, daddr_t pref, daddr_t *fragp)
{
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	struct buf *bp;
	int error;

	error = ffs_alloc_frags(ip, FFS_NDADDR, pref, fs->fs_bsize, fragp);
	if (error != 0)
		return error;
	error = ffs_getblk(ip, metalbn, *fragp, fs->fs_bsize, &bp);
	if (error == 0)
		error = ffs_metawrite(fm, bp);
	if (error != 0)
		ffs_free_frags(ip, *fragp, fs->fs_bsize);
	return error;
}

static int
balloc_indirect(
    struct ffs_inode *ip, daddr_t lbn, const struct ffs_path *path, bool *isnew)
{
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	struct buf *bp = NULL;
	daddr_t frag, prev, pref;
	int i, error;

	frag = ip->i_d.di_ib[path->level - 1];
	if (frag == 0) {
		pref =
		    ffs_blkpref(ip, FFS_NDADDR, ip->i_d.di_db[FFS_NDADDR - 1]);
		error = new_indir(ip, path->metalbn[0], pref, &frag);
		if (error != 0)
			return error;
		ip->i_d.di_ib[path->level - 1] = frag;
		ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
	}
	for (i = 0; i < path->level; i++) {
		error = ffs_indir_get(ip, path->metalbn[i], frag, &bp);
		if (error != 0)
			return error;
		frag = ffs_indir_ptr(fm, bp, path->index[i]);
		if (frag != 0) {
			brelse(bp, 0);
			continue;
		}
		error = ffs_cow(bp, true);
		if (error != 0)
			return error;
		prev = path->index[i] > 0
		    ? ffs_indir_ptr(fm, bp, path->index[i] - 1)
		    : 0;
		if (prev == 0)
			prev = bp->b_blkno >> fm->fm_dbshift;
		pref = ffs_blkpref(ip, lbn, prev);
		if (i + 1 < path->level) {
			error =
			    new_indir(ip, path->metalbn[i + 1], pref, &frag);
		} else {
			error =
			    ffs_alloc_frags(ip, lbn, pref, fs->fs_bsize, &frag);
			*isnew = error == 0;
		}
		if (error != 0) {
			brelse(bp, 0);
			return error;
		}
		ffs_indir_setptr(fm, bp, path->index[i], frag);
		ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
		bdwrite(bp);
	}
	return 0;
}

/*
 * Backs the first size bytes of logical block lbn with disk space.  *isnew:
 * there was none before, and what is there now is garbage.
 * Locks: genfs node lock for writing.
 */
int
ffs_balloc(struct ffs_inode *ip, daddr_t lbn, int size, bool *isnew)
{
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	struct ffs_path path;
	int error;

	*isnew = false;
	error = ffs_path(fs, lbn, &path);
	if (error != 0)
		return error;
	if (path.level == 0)
		return balloc_direct(ip, lbn, size, isnew);
	return balloc_indirect(ip, lbn, &path, isnew);
}

/*
 * Backs [off, off + len) of at most 64 blocks with disk space and moves the
 * inode's size along with what is backed.  Bit i of *newp: block i of them was
 * not there before, and what is there now is garbage.  On failure some of it
 * is backed: the caller truncates.
 */
int
ffs_balloc_range(struct ffs_inode *ip, off_t off, off_t len, uint64_t *newp)
{
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	off_t end = off + len, blkend;
	daddr_t lbn, first = ffs_lblkno(fs, off);
	bool isnew;
	int error = 0;

	*newp = 0;
	genfs_node_wrlock(ITOV(ip));
	for (lbn = first; ffs_lblktosize(fs, lbn) < end; lbn++) {
		blkend = MIN(end, ffs_lblktosize(fs, lbn + 1));
		error = ffs_balloc(
		    ip, lbn, (int)(blkend - ffs_lblktosize(fs, lbn)), &isnew);
		if (error != 0)
			break;
		if (isnew)
			*newp |= UINT64_C(1) << (lbn - first);
		if ((uint64_t)blkend > ip->i_d.di_size)
			ip->i_d.di_size = blkend;
	}
	genfs_node_unlock(ITOV(ip));
	return error;
}
