/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories: finding, entering and removing names.
 *
 * A directory is a file of 512-byte blocks, each filled up with entries; no
 * entry crosses a block, so that a change is one sector.  The directory's
 * vnode lock is held throughout.
 */
#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>
#include <uvm/uvm_extern.h>

#include "ffs_impl.h"

/* Is the entry at pos of its block whole?  EIO and a message if not. */
int
ffs_dir_check(struct ffs_inode *dp, const struct ffs_direct *de, unsigned pos)
{
	struct ffs_mount *fm = dp->i_fm;
	unsigned left = FFS_DIRBLK - pos, reclen;

	if (left >= 8) {
		reclen = FFS_GET(fm, de->d_reclen);
		if (reclen >= 8 && reclen <= left && reclen % 4 == 0 &&
		    (de->d_ino == 0 ||
			(FFS_DIRSIZ(de->d_namlen) <= reclen &&
			    de->d_namlen > 0)))
			return 0;
	}
	ffs_damaged(fm, "directory %llu has a broken entry",
	    (unsigned long long)dp->i_number);
	return EIO;
}

/* The buffer with byte off of the directory; *de is the place itself. */
static int
dir_block(struct ffs_inode *dp, off_t off, int flags, struct buf **bpp,
    struct ffs_direct **de)
{
	struct ffs_sb *fs = &dp->i_fm->fm_sb;
	daddr_t lbn = ffs_lblkno(fs, off);
	int error;

	if (off >= (off_t)dp->i_d.di_size)
		return EIO;
	error = bread(
	    ITOV(dp), lbn, ffs_blksize(fs, dp->i_d.di_size, lbn), flags, bpp);
	if (error == 0)
		*de = (struct ffs_direct *)((char *)(*bpp)->b_data +
		    ffs_blkoff(fs, off));
	return error;
}

/*
 * Finds a name.  ENOENT, or 0 and *slot; s_prev is found out on removal.
 */
int
ffs_dir_find(
    struct ffs_inode *dp, const char *name, size_t len, struct ffs_slot *slot)
{
	struct ffs_mount *fm = dp->i_fm;
	uint32_t hash = ffs_dirindex_hash(name, len), cursor = 0;
	const struct ffs_dirindex *di;
	struct ffs_direct *de;
	struct buf *bp;
	bool found;
	off_t off;
	int error;

	if (len > FFS_MAXNAME)
		return ENAMETOOLONG;
	di = ffs_dirindex_get(dp, &error);
	if (di == NULL)
		return error;
	while (ffs_dirindex_next(di, hash, &cursor, &off)) {
		error = dir_block(dp, off, 0, &bp, &de);
		if (error != 0)
			return error;
		found = de->d_ino != 0 && de->d_namlen == len &&
		    memcmp(de->d_name, name, len) == 0;
		slot->s_ino = FFS_GET(fm, de->d_ino);
		slot->s_offset = off;
		brelse(bp, 0);
		if (found)
			return 0;
	}
	return ENOENT;
}

/* Largest slack in a block; none if its entries are not sound any more. */
static unsigned
block_space(struct ffs_inode *dp, const char *blk)
{
	const struct ffs_direct *de;
	unsigned pos, space = 0, reclen;

	for (pos = 0; pos < FFS_DIRBLK; pos += reclen) {
		de = (const void *)(blk + pos);
		if (ffs_dir_check(dp, de, pos) != 0)
			return 0;
		reclen = FFS_GET(dp->i_fm, de->d_reclen);
		space = MAX(space,
		    de->d_ino == 0 ? reclen
				   : reclen - FFS_DIRSIZ(de->d_namlen));
	}
	return space;
}

static void
fill_entry(struct ffs_mount *fm, struct ffs_direct *de, const char *name,
    size_t len, ino_t ino, unsigned dtype, unsigned reclen)
{
	FFS_PUT(fm, de->d_ino, (uint32_t)ino);
	FFS_PUT(fm, de->d_reclen, reclen);
	de->d_type = (uint8_t)dtype;
	de->d_namlen = (uint8_t)len;
	memcpy(de->d_name, name, len);
	memset(de->d_name + len, 0, FFS_DIRSIZ(len) - 8 - len);
}

/* The 512 bytes at blk, which the inode counts now, as one free entry. */
static int
fresh_block(struct ffs_inode *dp, off_t blk, bool isnew)
{
	struct ffs_mount *fm = dp->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	struct vnode *vp = ITOV(dp);
	daddr_t lbn = ffs_lblkno(fs, blk);
	int error, size = ffs_blksize(fs, dp->i_d.di_size, lbn);
	struct ffs_direct *de;
	struct buf *bp;
	daddr_t frag;

	if (isnew) {
		error = ffs_bmap_lbn(dp, lbn, &frag, NULL);
		if (error == 0)
			error = ffs_getblk(dp, lbn, frag, size, &bp);
	} else {
		error = bread(vp, lbn, size, B_MODIFY, &bp);
	}
	if (error != 0)
		return error;
	de = (struct ffs_direct *)((char *)bp->b_data + ffs_blkoff(fs, blk));
	memset(de, 0, FFS_DIRBLK);
	FFS_PUT(fm, de->d_reclen, FFS_DIRBLK);
	return ffs_metawrite(fm, bp);
}

/* One more 512-byte block, all one free entry. */
static int
append_block(struct ffs_inode *dp, struct ffs_dirindex *di, off_t *blkp)
{
	struct ffs_mount *fm = dp->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	struct vnode *vp = ITOV(dp);
	off_t blk = (off_t)dp->i_d.di_size;
	bool isnew;
	int error;

	if (blk + FFS_DIRBLK > INT32_MAX)
		return EFBIG;
	genfs_node_wrlock(vp);
	error = ffs_balloc(
	    dp, ffs_lblkno(fs, blk), ffs_blkoff(fs, blk) + FFS_DIRBLK, &isnew);
	if (error == 0) {
		dp->i_d.di_size = (uint64_t)blk + FFS_DIRBLK;
		dp->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
	}
	genfs_node_unlock(vp);
	if (error == 0) {
		uvm_vnp_setsize(vp, (voff_t)dp->i_d.di_size);
		/* Sound on disk before the inode counts it. */
		error = fresh_block(dp, blk, isnew);
	}
	if (error == 0)
		error = ffs_update(dp, !ffs_isasync(fm));
	if (error != 0) {
		(void)ffs_cut(dp, blk);
		return error;
	}
	ffs_dirindex_setspace(di, blk, FFS_DIRBLK);
	*blkp = blk;
	return 0;
}

/* Puts an entry into a block that has the space. */
static int
enter_in_block(struct ffs_inode *dp, struct ffs_dirindex *di, off_t blk,
    const char *name, size_t len, ino_t ino, unsigned dtype)
{
	struct ffs_mount *fm = dp->i_fm;
	unsigned needed = FFS_DIRSIZ(len), pos, reclen, used;
	struct ffs_direct *de;
	struct buf *bp;
	char *base;
	int error;

	error = dir_block(dp, blk, B_MODIFY, &bp, &de);
	if (error != 0)
		return error;
	base = (char *)de;
	for (pos = 0; pos < FFS_DIRBLK; pos += reclen) {
		de = (struct ffs_direct *)(base + pos);
		error = ffs_dir_check(dp, de, pos);
		if (error != 0)
			goto fail;
		reclen = FFS_GET(fm, de->d_reclen);
		used = de->d_ino == 0 ? 0 : FFS_DIRSIZ(de->d_namlen);
		if (reclen - used < needed)
			continue;
		if (used > 0)
			FFS_PUT(fm, de->d_reclen, used);
		de = (struct ffs_direct *)(base + pos + used);
		fill_entry(fm, de, name, len, ino, dtype, reclen - used);
		ffs_dirindex_add(
		    di, ffs_dirindex_hash(name, len), blk + pos + used);
		ffs_dirindex_setspace(di, blk, block_space(dp, base));
		dp->i_flag |= FI_CHANGE | FI_UPDATE;
		return ffs_metawrite(fm, bp);
	}
	/* The index was wrong about it, so something wrote around us. */
	error = EIO;
fail:
	brelse(bp, 0);
	ffs_dirindex_drop(dp);
	return error;
}

/* Enters a name that is not there. */
int
ffs_dir_enter(struct ffs_inode *dp, const char *name, size_t len, ino_t ino,
    unsigned dtype)
{
	struct ffs_dirindex *di;
	off_t blk;
	int error;

	if (len > FFS_MAXNAME)
		return ENAMETOOLONG;
	di = ffs_dirindex_get(dp, &error);
	if (di == NULL)
		return error;
	blk = ffs_dirindex_space(di, FFS_DIRSIZ(len));
	if (blk == -1) {
		error = append_block(dp, di, &blk);
		if (error != 0)
			return error;
	}
	return enter_in_block(dp, di, blk, name, len, ino, dtype);
}

/* Removes the entry that a lookup left in *slot. */
int
ffs_dir_remove(struct ffs_inode *dp, const char *name, size_t len,
    const struct ffs_slot *slot)
{
	struct ffs_mount *fm = dp->i_fm;
	off_t blk = slot->s_offset & ~(off_t)(FFS_DIRBLK - 1);
	unsigned at = (unsigned)(slot->s_offset - blk), pos, reclen;
	struct ffs_direct *de, *prev = NULL;
	struct buf *bp;
	char *base;
	int error;

	error = dir_block(dp, blk, B_MODIFY, &bp, &de);
	if (error != 0)
		return error;
	base = (char *)de;
	for (pos = 0; pos < at; pos += reclen) {
		prev = (struct ffs_direct *)(base + pos);
		error = ffs_dir_check(dp, prev, pos);
		if (error != 0) {
			brelse(bp, 0);
			return error;
		}
		reclen = FFS_GET(fm, prev->d_reclen);
	}
	de = (struct ffs_direct *)(base + at);
	if (pos != at || ffs_dir_check(dp, de, at) != 0 ||
	    de->d_namlen != len || memcmp(de->d_name, name, len) != 0) {
		brelse(bp, 0);
		return EIO;
	}
	if (prev == NULL)
		de->d_ino = 0;
	else
		FFS_ADD(fm, prev->d_reclen, FFS_GET(fm, de->d_reclen));
	if (dp->i_dirindex != NULL) {
		ffs_dirindex_del(dp->i_dirindex, ffs_dirindex_hash(name, len),
		    slot->s_offset);
		ffs_dirindex_setspace(
		    dp->i_dirindex, blk, block_space(dp, base));
	}
	dp->i_flag |= FI_CHANGE | FI_UPDATE;
	return ffs_metawrite(fm, bp);
}

/* The entry in *slot names another inode from now on. */
int
ffs_dir_rewrite(struct ffs_inode *dp, const struct ffs_slot *slot, ino_t ino,
    unsigned dtype)
{
	struct ffs_direct *de;
	struct buf *bp;
	int error;

	error = dir_block(dp, slot->s_offset, B_MODIFY, &bp, &de);
	if (error != 0)
		return error;
	FFS_PUT(dp->i_fm, de->d_ino, (uint32_t)ino);
	de->d_type = (uint8_t)dtype;
	dp->i_flag |= FI_CHANGE | FI_UPDATE;
	return ffs_metawrite(dp->i_fm, bp);
}

/* "." and ".." into a new, empty directory. */
int
ffs_dir_make(struct ffs_inode *ip, ino_t parent)
{
	int error;

	error = ffs_dir_enter(ip, ".", 1, ip->i_number, DT_DIR);
	if (error == 0)
		error = ffs_dir_enter(ip, "..", 2, parent, DT_DIR);
	return error;
}

/* The number of the parent, and where ".." stands. */
int
ffs_dir_parent(struct ffs_inode *dp, ino_t *inop, struct ffs_slot *slot)
{
	struct ffs_slot s;
	int error;

	error = ffs_dir_find(dp, "..", 2, slot == NULL ? &s : slot);
	if (error == 0)
		*inop = (slot == NULL ? &s : slot)->s_ino;
	return error == ENOENT ? EIO : error;
}

/* *empty: does it hold nothing but "." and ".."? */
int
ffs_dir_empty(struct ffs_inode *dp, bool *empty)
{
	struct ffs_mount *fm = dp->i_fm;
	struct ffs_direct *de;
	struct buf *bp;
	unsigned pos, reclen;
	off_t blk;
	int error;

	*empty = false;
	for (blk = 0; blk < (off_t)dp->i_d.di_size; blk += FFS_DIRBLK) {
		error = dir_block(dp, blk, 0, &bp, &de);
		if (error != 0)
			return error;
		for (pos = 0; pos < FFS_DIRBLK; pos += reclen) {
			const struct ffs_direct *e =
			    (const void *)((char *)de + pos);

			error = ffs_dir_check(dp, e, pos);
			if (error != 0) {
				brelse(bp, 0);
				return error;
			}
			reclen = FFS_GET(fm, e->d_reclen);
			if (e->d_ino == 0 ||
			    (e->d_namlen == 1 && e->d_name[0] == '.') ||
			    (e->d_namlen == 2 && e->d_name[0] == '.' &&
				e->d_name[1] == '.'))
				continue;
			brelse(bp, 0);
			return 0;
		}
		brelse(bp, 0);
	}
	*empty = true;
	return 0;
}

/* One entry for the caller of VOP_READDIR. */
static void
to_dirent(struct ffs_mount *fm, const struct ffs_direct *de, struct dirent *d)
{
	d->d_fileno = FFS_GET(fm, de->d_ino);
	d->d_type = de->d_type;
	d->d_namlen = de->d_namlen;
	memcpy(d->d_name, de->d_name, de->d_namlen);
	d->d_name[de->d_namlen] = '\0';
	d->d_reclen = _DIRENT_SIZE(d);
}

/*
 * VOP_READDIR's work: entries from byte uio_offset of the directory on.  A
 * cookie is the offset behind its entry.  Returns EINVAL for a buffer too
 * small for one entry.
 */
int
ffs_dir_read(struct ffs_inode *dp, struct uio *uio, int *eof, off_t **cookiesp,
    int *ncookies)
{
	struct ffs_mount *fm = dp->i_fm;
	off_t off = uio->uio_offset, blk = 0, *cookies = NULL;
	size_t resid = uio->uio_resid;
	int n = 0, max = 0, error = 0;
	struct ffs_direct *de = NULL;
	struct buf *bp = NULL;
	struct dirent *d;
	unsigned pos;

	if (off < 0 || off % 4 != 0)
		return EINVAL;
	d = kmem_zalloc(sizeof(*d), KM_SLEEP);
	if (ncookies != NULL) {
		max = (int)MIN(resid / 24 + 1, 100000);
		cookies = malloc(max * sizeof(*cookies), M_TEMP, M_WAITOK);
	}
	pos = (unsigned)(off & (FFS_DIRBLK - 1));
	blk = off - pos;
	while (blk < (off_t)dp->i_d.di_size && error == 0) {
		unsigned reclen, p;

		error = dir_block(dp, blk, 0, &bp, &de);
		if (error != 0)
			break;
		/* Start at a boundary of entries, whatever offset we got. */
		for (p = 0; p < FFS_DIRBLK; p += reclen) {
			const struct ffs_direct *e =
			    (const void *)((char *)de + p);

			error = ffs_dir_check(dp, e, p);
			if (error != 0)
				break;
			reclen = FFS_GET(fm, e->d_reclen);
			if (p < pos || e->d_ino == 0)
				continue;
			to_dirent(fm, e, d);
			if (d->d_reclen > uio->uio_resid ||
			    (cookies != NULL && n == max)) {
				off = blk + p;
				brelse(bp, 0);
				goto full;
			}
			error = uiomove(d, d->d_reclen, uio);
			if (error != 0)
				break;
			if (cookies != NULL)
				cookies[n++] = blk + p + reclen;
		}
		brelse(bp, 0);
		pos = 0;
		blk += FFS_DIRBLK;
		off = blk;
	}
	if (error == 0 && eof != NULL)
		*eof = 1;
	goto out;
full:
	if (uio->uio_resid == resid)
		error = EINVAL;
	if (eof != NULL)
		*eof = 0;
out:
	uio->uio_offset = off;
	kmem_free(d, sizeof(*d));
	if (ncookies != NULL) {
		if (error != 0) {
			free(cookies, M_TEMP);
			cookies = NULL;
			n = 0;
		}
		*cookiesp = cookies;
		*ncookies = n;
	}
	return error;
}
