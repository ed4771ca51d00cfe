/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making files shorter.  Pointers to blocks are cleared on disk before the
 * blocks are freed, so that a block never has two owners there.
 */
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>
#include <uvm/uvm_extern.h>

#include "ffs_impl.h"

/* Data blocks below an indirect block of this level. */
static daddr_t
span(const struct ffs_sb *fs, int level)
{
	daddr_t n = 1;

	while (level-- > 0)
		n *= fs->fs_nindir;
	return n;
}

/*
 * Frees data blocks keep.. of the tree whose top is the indirect block at
 * frag, of this level, with first data block base.  keep <= 0 frees the
 * top as well; the caller has cleared the pointer to it.  keep counts data
 * blocks from base on.  Stops at the first error: in a damaged tree blocks may
 * be their own children, and each block that is freed is progress.
 */
static int
free_tree(
    struct ffs_inode *ip, daddr_t frag, int level, daddr_t base, daddr_t keep)
{
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	daddr_t unit = span(fs, level - 1), first, i, metalbn = -(base + level);
	int64_t *old;
	struct buf *bp;
	size_t tabsize = (size_t)fs->fs_nindir * sizeof(*old);
	int error;

	error = ffs_indir_get(ip, metalbn, frag, &bp);
	if (error == 0 && keep > 0)
		error = ffs_cow(bp, true);
	if (error != 0)
		return error;
	old = kmem_alloc(tabsize, KM_SLEEP);
	first = keep <= 0 ? 0 : (keep + unit - 1) / unit;
	for (i = 0; i < fs->fs_nindir; i++)
		old[i] = ffs_indir_ptr(fm, bp, i);
	if (keep > 0) {
		for (i = first; i < fs->fs_nindir; i++)
			ffs_indir_setptr(fm, bp, i, 0);
		error = ffs_metawrite(fm, bp);
	} else {
		brelse(bp, 0);
	}
	/* The child in the middle loses only its end. */
	if (error == 0 && keep > 0 && keep % unit != 0 && old[first - 1] != 0)
		error = free_tree(ip, old[first - 1], level - 1,
		    base + (first - 1) * unit, keep - (first - 1) * unit);
	for (i = fs->fs_nindir - 1; error == 0 && i >= first; i--) {
		if (old[i] == 0)
			continue;
		error = level > 1
		    ? free_tree(ip, old[i], level - 1, base + i * unit, 0)
		    : ffs_free_frags(ip, old[i], fs->fs_bsize);
	}
	if (error == 0 && keep <= 0) {
		bp = getblk(ITOV(ip), metalbn, fs->fs_bsize, 0, 0);
		if (bp != NULL)
			brelse(bp, BC_INVAL);
		error = ffs_free_frags(ip, frag, fs->fs_bsize);
	}
	kmem_free(old, tabsize);
	return error;
}

/* What the inode pointed to before, and how much of it stays. */
struct cut {
	int64_t db[FFS_NDADDR], ib[FFS_NIADDR];
	uint64_t osize;
	daddr_t keep; /* whole or partial blocks that stay */
	int lastsize; /* bytes of fragments that the last one keeps */
};

static void
cut_pointers(struct ffs_inode *ip, off_t length, struct cut *c)
{
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	daddr_t first = FFS_NDADDR, i;

	memcpy(c->db, ip->i_d.di_db, sizeof(c->db));
	memcpy(c->ib, ip->i_d.di_ib, sizeof(c->ib));
	c->osize = ip->i_d.di_size;
	c->keep = ffs_lblkno(fs, length + fs->fs_bsize - 1);
	for (i = c->keep; i < FFS_NDADDR; i++)
		ip->i_d.di_db[i] = 0;
	for (i = 0; i < FFS_NIADDR; i++) {
		if (c->keep <= first)
			ip->i_d.di_ib[i] = 0;
		first += span(fs, (int)i + 1);
	}
	ip->i_d.di_size = (uint64_t)length;
	c->lastsize = c->keep == 0 ? 0 : ffs_blksize(fs, length, c->keep - 1);
	ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
}

static int
free_cut(struct ffs_inode *ip, const struct cut *c)
{
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	daddr_t first = FFS_NDADDR, i;
	int size, level, error, first_error = 0;

	for (level = 1; level <= FFS_NIADDR; level++) {
		error = 0;
		if (c->ib[level - 1] != 0 && c->keep < first + span(fs, level))
			error = free_tree(ip, c->ib[level - 1], level, first,
			    c->keep - first);
		if (first_error == 0)
			first_error = error;
		first += span(fs, level);
	}
	for (i = MAX(c->keep - 1, 0); i < FFS_NDADDR; i++) {
		if (c->db[i] == 0)
			continue;
		size = ffs_blksize(fs, c->osize, i);
		if (i >= c->keep)
			error = ffs_free_frags(
			    ip, c->db[i], size == 0 ? fs->fs_fsize : size);
		else if (size > c->lastsize)
			error = ffs_free_frags(ip,
			    c->db[i] + (c->lastsize >> fs->fs_fshift),
			    size - c->lastsize);
		else
			error = 0;
		if (first_error == 0)
			first_error = error;
	}
	return first_error;
}

/*
 * Frees what lies behind length, which is not behind the end; also what was
 * allocated behind the end and then not used.
 * Locks: vnode exclusively.
 */
int
ffs_cut(struct ffs_inode *ip, off_t length)
{
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	struct vnode *vp = ITOV(ip);
	daddr_t keep = ffs_lblkno(fs, length + fs->fs_bsize - 1);
	struct cut cut;
	off_t tail;
	int error;

	if (vp->v_type == VREG) {
		tail = MIN((off_t)ip->i_d.di_size, ffs_lblktosize(fs, keep));
		if (ffs_blkoff(fs, length) != 0 && tail > length)
			ubc_zerorange(&vp->v_uobj, length,
			    (size_t)(tail - length), UBC_UNMAP_FLAG(vp));
	} else {
		error = vtruncbuf(vp, keep, false, 0);
		if (error != 0)
			return error;
	}
	genfs_node_wrlock(vp);
	cut_pointers(ip, length, &cut);
	uvm_vnp_setsize(vp, length);
	/* Writes under way must end before their blocks are free. */
	ffs_wait_output(vp);
	error = ffs_update(ip, !ffs_isasync(fm));
	if (error == 0)
		error = free_cut(ip, &cut);
	ip->i_flag |= FI_MODIFIED;
	genfs_node_unlock(vp);
	if (error != 0)
		ffs_damaged(fm, "inode %llu: some of its blocks were not freed",
		    (unsigned long long)ip->i_number);
	return error;
}

/*
 * The file gets this length; longer leaves a hole.
 * Locks: vnode exclusively.
 */
int
ffs_truncate(struct ffs_inode *ip, off_t length)
{
	struct vnode *vp = ITOV(ip);
	int error;

	if (length < 0)
		return EINVAL;
	if ((uint64_t)length > ip->i_d.di_size) {
		error = ffs_grow(ip, length);
		return error != 0 ? error : ffs_update(ip, false);
	}
	if (ffs_is_shortlink(ip->i_fm, &ip->i_d)) {
		memset(ip->i_d.di_shortlink, 0, sizeof(ip->i_d.di_shortlink));
		ip->i_d.di_size = 0;
		uvm_vnp_setsize(vp, 0);
		ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
		return ffs_update(ip, false);
	}
	if ((uint64_t)length == ip->i_d.di_size && length != 0) {
		ip->i_flag |= FI_CHANGE | FI_UPDATE;
		return ffs_update(ip, false);
	}
	return ffs_cut(ip, length);
}
