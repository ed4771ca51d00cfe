/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What makes a file system whose last mount never ended safe to write to.
 *
 * Inodes and names go to the disk in an order that keeps files whole, and the
 * maps of what is free go there later. So after a crash the maps are made anew
 * from what the inodes hold:
 *
 * 1. Names: from the root down, how many each inode has.
 * 2. Inodes: what has a name keeps it, and its link count becomes the number of
 *    its names. What has none is freed if it holds nothing or its link count is
 *    0 (it was removed while it was open); else it stays for fsck, and the file
 *    system stays marked.
 * 3. Blocks: each fragment that an inode holds is used, the others are free.
 *
 * Anything that a crash cannot make (a block that two files have, an address
 * outside of the data, a broken directory) is not touched: EINVAL, and fsck has
 * to look. Nothing is written before all has been read.
 */
#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "ffs_impl.h"

struct recover {
	struct ffs_mount *rc_fm;
	uint8_t *rc_used;    /* a bit for each fragment */
	uint8_t *rc_inuse;   /* a bit for each inode */
	uint16_t *rc_names;  /* of each inode */
	uint32_t *rc_inited; /* of each group: inodes to look at */
	int *rc_ndir;        /* of each group */
	ino_t *rc_todo;      /* directories to read */
	size_t rc_ntodo, rc_maxtodo;
	uint64_t rc_changed; /* inodes that were freed or counted anew */
	bool rc_write;       /* the second time: change the disk */
	bool rc_odd;         /* something is left for fsck */
};

/*
 * One inode's blocks: fn is called with each address, the fragments at it and
 * the byte of the file that it begins with, -1 for an indirect block.
 */
struct walk {
	struct recover *w_rc;
	int (*w_fn)(struct walk *, int64_t frag, int n, off_t off);
	ino_t w_ino;
	const struct ffs_dinode *w_d;
	uint64_t w_held; /* fragments so far */
};

static size_t
ninodes(const struct ffs_sb *fs)
{
	return (size_t)fs->fs_ncg * (size_t)fs->fs_ipg;
}

static int
wrong(const struct walk *w, const char *what, int64_t frag)
{
	printf("ffs: inode %llu: %s %lld\n", (unsigned long long)w->w_ino, what,
	    (long long)frag);
	return EINVAL;
}

static int
walk_block(struct walk *w, int64_t frag, int n, off_t off)
{
	if (!ffs_fragvalid(w->w_rc->rc_fm, frag, n))
		return wrong(w, "no block of a file is at", frag);
	w->w_held += (uint64_t)n;
	return (*w->w_fn)(w, frag, n, off);
}

/* The tree below an indirect block; level 0 has addresses of data. */
static int
walk_indirect(struct walk *w, int64_t frag, int level, uint64_t lbn)
{
	struct ffs_mount *fm = w->w_rc->rc_fm;
	const struct ffs_sb *fs = &fm->fm_sb;
	uint64_t step = 1;
	struct buf *bp;
	int64_t next;
	int error;

	error = walk_block(w, frag, fs->fs_frag, -1);
	if (error != 0)
		return error;
	for (int i = 0; i < level; i++)
		step *= (uint64_t)fs->fs_nindir;
	error =
	    bread(fm->fm_devvp, ffs_fsbtodb(fm, frag), fs->fs_bsize, 0, &bp);
	if (error != 0)
		return error;
	for (int i = 0; i < fs->fs_nindir && error == 0; i++) {
		next = ffs_indir_ptr(fm, bp, i);
		if (next == 0)
			continue;
		if (level > 0)
			error = walk_indirect(
			    w, next, level - 1, lbn + step * (uint64_t)i);
		else
			error = walk_block(w, next, fs->fs_frag,
			    ffs_lblktosize(fs, (daddr_t)(lbn + (uint64_t)i)));
	}
	/* files have these under numbers of their own */
	brelse(bp, BC_INVAL);
	return error;
}

static int
walk_inode(struct walk *w)
{
	const struct ffs_sb *fs = &w->w_rc->rc_fm->fm_sb;
	const struct ffs_dinode *d = w->w_d;
	uint64_t lbn = FFS_NDADDR, span = 1;
	int error = 0, size;

	if (!S_ISREG(d->di_mode) && !S_ISDIR(d->di_mode) &&
	    !S_ISLNK(d->di_mode))
		return 0;
	if (ffs_is_shortlink(w->w_rc->rc_fm, d))
		return 0;
	for (int i = 0; i < FFS_NDADDR && error == 0; i++) {
		/* behind the end there is nothing yet: inode_mend() */
		size = ffs_blksize(fs, d->di_size, i);
		if (d->di_db[i] != 0 && size != 0)
			error = walk_block(w, d->di_db[i],
			    size >> fs->fs_fshift, ffs_lblktosize(fs, i));
	}
	for (int i = 0; i < FFS_NIADDR && error == 0; i++) {
		span *= (uint64_t)fs->fs_nindir;
		if (d->di_ib[i] != 0)
			error = walk_indirect(w, d->di_ib[i], i, lbn);
		lbn += span;
	}
	for (int i = 0; i < FFS_NXADDR && error == 0; i++) {
		if (d->di_extb[i] == 0)
			continue;
		size = MIN(d->di_extsize - i * fs->fs_bsize, fs->fs_bsize);
		if (size <= 0)
			return wrong(
			    w, "no attribute belongs at", d->di_extb[i]);
		error = walk_block(w, d->di_extb[i],
		    (int)(ffs_fragroundup(fs, size) >> fs->fs_fshift), -1);
	}
	return error;
}

/* The block with an inode, and where it is in there. */
static int
inode_read(struct recover *rc, ino_t ino, struct buf **bpp, void **diskp)
{
	struct ffs_mount *fm = rc->rc_fm;
	const struct ffs_sb *fs = &fm->fm_sb;
	const size_t size = fm->fm_ufs2 ? sizeof(struct ffs2_dinode)
					: sizeof(struct ffs1_dinode);
	int error;

	error = bread(fm->fm_devvp, ffs_fsbtodb(fm, ffs_inotofsba(fm, ino)),
	    fs->fs_bsize, B_MODIFY, bpp);
	if (error == 0)
		*diskp = (char *)(*bpp)->b_data +
		    ino % (unsigned)fs->fs_inopb * size;
	return error;
}

static int
inode_get(struct recover *rc, ino_t ino, struct ffs_dinode *d)
{
	struct buf *bp;
	void *disk;
	int error;

	error = inode_read(rc, ino, &bp, &disk);
	if (error == 0) {
		ffs_dinode_get(rc->rc_fm, disk, d);
		brelse(bp, 0);
	}
	return error;
}

/*
 * Names
 */

static int
todo_add(struct recover *rc, ino_t ino)
{
	const size_t max = MAX(rc->rc_maxtodo * 2, 256);
	ino_t *p;

	if (rc->rc_ntodo == rc->rc_maxtodo) {
		p = kmem_alloc(max * sizeof(*p), KM_SLEEP);
		if (rc->rc_maxtodo != 0) {
			memcpy(p, rc->rc_todo, rc->rc_ntodo * sizeof(*p));
			kmem_free(rc->rc_todo, rc->rc_maxtodo * sizeof(*p));
		}
		rc->rc_todo = p;
		rc->rc_maxtodo = max;
	}
	rc->rc_todo[rc->rc_ntodo++] = ino;
	return 0;
}

/* A name of an inode; directories are to be read, once. */
static int
name_found(struct walk *w, const struct ffs_direct *e, ino_t ino)
{
	struct recover *rc = w->w_rc;
	const struct ffs_sb *fs = &rc->rc_fm->fm_sb;
	const int cg = ffs_inotocg(fs, ino);
	const bool dots = e->d_name[0] == '.' &&
	    (e->d_namlen == 1 || (e->d_namlen == 2 && e->d_name[1] == '.'));
	const uint32_t block =
	    (uint32_t)roundup(ino % (unsigned)fs->fs_ipg + 1, fs->fs_inopb);
	struct ffs_dinode d;
	int error;

	if (ino < FFS_ROOTINO || ino >= ninodes(fs))
		return wrong(w, "a name leads to inode", (int64_t)ino);
	/* what has a name was initialised, with all of its block */
	if (rc->rc_inited[cg] < block)
		rc->rc_inited[cg] = block;
	if (rc->rc_names[ino] == UINT16_MAX)
		return wrong(w, "too many names of", (int64_t)ino);
	rc->rc_names[ino]++;
	if (dots)
		return 0;
	error = inode_get(rc, ino, &d);
	if (error != 0)
		return error;
	if (d.di_mode == 0)
		return wrong(w, "a name leads to free inode", (int64_t)ino);
	if (!S_ISDIR(d.di_mode))
		return 0;
	if (isset(rc->rc_inuse, ino)) {
		/* it was being renamed */
		rc->rc_odd = true;
		return 0;
	}
	setbit(rc->rc_inuse, ino);
	return todo_add(rc, ino);
}

static int
names_block(struct walk *w, int64_t frag, int n, off_t off)
{
	struct ffs_mount *fm = w->w_rc->rc_fm;
	const struct ffs_sb *fs = &fm->fm_sb;
	const struct ffs_direct *e;
	unsigned reclen, end;
	struct buf *bp;
	int error;

	if (off < 0 || (uint64_t)off >= w->w_d->di_size)
		return 0;
	error = bread(
	    fm->fm_devvp, ffs_fsbtodb(fm, frag), n << fs->fs_fshift, 0, &bp);
	if (error != 0)
		return error;
	end = (unsigned)MIN(
	    (uint64_t)n << fs->fs_fshift, w->w_d->di_size - (uint64_t)off);
	for (unsigned at = 0; at < end && error == 0; at += reclen) {
		e = (const void *)((const char *)bp->b_data + at);
		reclen = FFS_GET(fm, e->d_reclen);
		if (reclen < FFS_DIRSIZ(0) || reclen % 4 != 0 ||
		    at % FFS_DIRBLK + reclen > FFS_DIRBLK ||
		    (e->d_ino != 0 && reclen < FFS_DIRSIZ(e->d_namlen)))
			error = wrong(
			    w, "a directory is broken at", (int64_t)off + at);
		else if (e->d_ino != 0)
			error = name_found(w, e, FFS_GET(fm, e->d_ino));
	}
	brelse(bp, BC_INVAL);
	return error;
}

static int
count_names(struct recover *rc)
{
	struct ffs_dinode d;
	struct walk w = {.w_rc = rc, .w_fn = names_block, .w_d = &d};
	int error;

	setbit(rc->rc_inuse, FFS_ROOTINO);
	error = todo_add(rc, FFS_ROOTINO);
	while (error == 0 && rc->rc_ntodo > 0) {
		w.w_ino = rc->rc_todo[--rc->rc_ntodo];
		error = inode_get(rc, w.w_ino, &d);
		if (error == 0 && !S_ISDIR(d.di_mode))
			error = wrong(&w, "no directory in group",
			    ffs_inotocg(&rc->rc_fm->fm_sb, w.w_ino));
		if (error == 0)
			error = walk_inode(&w);
	}
	return error;
}

/*
 * Inodes and blocks
 */

static int
claim_block(struct walk *w, int64_t frag, int n, off_t off)
{
	for (int64_t i = frag; i < frag + n; i++) {
		if (isset(w->w_rc->rc_used, i))
			return wrong(w, "another file has fragment", i);
		setbit(w->w_rc->rc_used, i);
	}
	return 0;
}

static bool
holds_nothing(const struct ffs_mount *fm, const struct ffs_dinode *d)
{
	/* a directory that was not entered into its parent yet */
	if (S_ISDIR(d->di_mode))
		return d->di_size <= FFS_DIRBLK;
	return ffs_is_shortlink(fm, d) || d->di_size == 0 ||
	    (!S_ISREG(d->di_mode) && !S_ISLNK(d->di_mode));
}

/* An inode that is in use: what becomes of it. */
static int
inode_mend(struct recover *rc, ino_t ino, void *disk, bool *changed)
{
	struct ffs_mount *fm = rc->rc_fm;
	const struct ffs_sb *fs = &fm->fm_sb;
	const int names = rc->rc_names[ino];
	struct ffs_dinode d;
	struct walk w = {
	    .w_rc = rc, .w_fn = claim_block, .w_ino = ino, .w_d = &d};
	int error;

	ffs_dinode_get(fm, disk, &d);
	if (d.di_mode == 0)
		return 0;
	if (names == 0 && (d.di_nlink <= 0 || holds_nothing(fm, &d))) {
		/* the generation stays: old file handles must not work */
		const uint32_t gen = d.di_gen;

		memset(&d, 0, sizeof(d));
		d.di_gen = gen;
		*changed = true;
		if (rc->rc_write)
			ffs_dinode_put(fm, &d, disk);
		return 0;
	}
	setbit(rc->rc_inuse, ino);
	if (names == 0)
		rc->rc_odd = true;
	else if (d.di_nlink != names) {
		d.di_nlink = names;
		*changed = true;
	}
	if (S_ISDIR(d.di_mode))
		rc->rc_ndir[ffs_inotocg(fs, ino)]++;
	error = walk_inode(&w);
	if (error != 0)
		return error;
	if (!S_ISREG(d.di_mode) && !S_ISDIR(d.di_mode) && !S_ISLNK(d.di_mode))
		goto out;
	if (!ffs_is_shortlink(fm, &d)) {
		/* blocks behind the end: the size was to grow */
		for (int i = 0; i < FFS_NDADDR; i++)
			if (ffs_blksize(fs, d.di_size, i) == 0 &&
			    d.di_db[i] != 0) {
				d.di_db[i] = 0;
				*changed = true;
			}
	}
	if (d.di_blocks != w.w_held << (fs->fs_fshift - DEV_BSHIFT)) {
		d.di_blocks = w.w_held << (fs->fs_fshift - DEV_BSHIFT);
		*changed = true;
	}
out:
	if (*changed && rc->rc_write)
		ffs_dinode_put(fm, &d, disk);
	return 0;
}

static int
mend_block(struct recover *rc, ino_t first)
{
	const struct ffs_sb *fs = &rc->rc_fm->fm_sb;
	const size_t size = rc->rc_fm->fm_ufs2 ? sizeof(struct ffs2_dinode)
					       : sizeof(struct ffs1_dinode);
	bool changed = false, one;
	struct buf *bp;
	void *disk;
	int error;

	error = inode_read(rc, first, &bp, &disk);
	if (error != 0)
		return error;
	for (int i = 0; i < fs->fs_inopb && error == 0; i++) {
		one = false;
		if (first + (unsigned)i >= FFS_ROOTINO)
			error = inode_mend(rc, first + (unsigned)i,
			    (char *)disk + (size_t)i * size, &one);
		changed |= one;
		rc->rc_changed += one;
	}
	if (error == 0 && changed && rc->rc_write)
		bdwrite(bp);
	else
		brelse(bp, 0);
	return error;
}

/* Bits of what no file can have. */
static void
claim_metadata(struct recover *rc)
{
	const struct ffs_sb *fs = &rc->rc_fm->fm_sb;
	int64_t run;

	for (int64_t i = 0; i < fs->fs_size; i += run) {
		run = ffs_datarun(rc->rc_fm, i);
		if (run == 0) {
			setbit(rc->rc_used, i);
			run = 1;
		}
	}
}

static int
look(struct recover *rc)
{
	const struct ffs_sb *fs = &rc->rc_fm->fm_sb;
	int error = 0;

	memset(rc->rc_used, 0, howmany((size_t)fs->fs_size, NBBY));
	memset(rc->rc_inuse, 0, howmany(ninodes(fs), NBBY));
	memset(rc->rc_ndir, 0, (size_t)fs->fs_ncg * sizeof(*rc->rc_ndir));
	rc->rc_changed = 0;
	claim_metadata(rc);
	for (int cg = 0; cg < fs->fs_ncg && error == 0; cg++)
		for (uint32_t i = 0; i < rc->rc_inited[cg] && error == 0;
		     i += (uint32_t)fs->fs_inopb)
			error = mend_block(
			    rc, (ino_t)cg * (unsigned)fs->fs_ipg + i);
	return error;
}

static int
rebuild(struct recover *rc)
{
	struct ffs_mount *fm = rc->rc_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	int error = 0;

	mutex_enter(&fm->fm_lock);
	memset(&fs->fs_cstotal, 0, sizeof(fs->fs_cstotal));
	memset(fm->fm_cs, 0, (size_t)fs->fs_ncg * sizeof(*fm->fm_cs));
	mutex_exit(&fm->fm_lock);
	for (int cg = 0; cg < fs->fs_ncg && error == 0; cg++)
		error = ffs_cg_rebuild(fm, cg, rc->rc_used, rc->rc_inuse,
		    rc->rc_ndir[cg], rc->rc_inited[cg]);
	if (error != 0)
		return error;
	vn_lock(fm->fm_devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_FSYNC(fm->fm_devvp, FSCRED, FSYNC_WAIT, 0, 0);
	VOP_UNLOCK(fm->fm_devvp);
	return error;
}

/**
 * Before a file system whose last mount never ended is mounted for writing.
 * 0: its maps are right, and unless something is left for fsck it counts as
 * clean. EINVAL: damage that no crash makes; nothing was changed. ENOMEM: its
 * maps (a bit for each fragment, 2 bytes for each inode) don't fit.
 */
int
ffs_recover(struct ffs_mount *fm)
{
	struct ffs_sb *fs = &fm->fm_sb;
	struct recover rc = {.rc_fm = fm};
	const size_t nused = howmany((size_t)fs->fs_size, NBBY);
	const size_t ninuse = howmany(ninodes(fs), NBBY);
	const size_t nnames = ninodes(fs) * sizeof(*rc.rc_names);
	const size_t ninited = (size_t)fs->fs_ncg * sizeof(*rc.rc_inited);
	const size_t nndir = (size_t)fs->fs_ncg * sizeof(*rc.rc_ndir);
	int error = 0;

	rc.rc_used = kmem_zalloc(nused, KM_NOSLEEP);
	rc.rc_inuse = kmem_zalloc(ninuse, KM_NOSLEEP);
	rc.rc_names = kmem_zalloc(nnames, KM_NOSLEEP);
	rc.rc_inited = kmem_zalloc(ninited, KM_NOSLEEP);
	rc.rc_ndir = kmem_zalloc(nndir, KM_NOSLEEP);
	if (rc.rc_used == NULL || rc.rc_inuse == NULL || rc.rc_names == NULL ||
	    rc.rc_inited == NULL || rc.rc_ndir == NULL)
		error = ENOMEM;
	for (int cg = 0; cg < fs->fs_ncg && error == 0; cg++)
		error = ffs_cg_inited(fm, cg, &rc.rc_inited[cg]);
	if (error == 0)
		error = count_names(&rc);
	if (error == 0)
		error = look(&rc);
	if (error == 0) {
		rc.rc_write = true;
		error = look(&rc);
	}
	if (error == 0)
		error = rebuild(&rc);
	if (error == 0) {
		printf("ffs: the last mount of this file system never ended: "
		       "its maps were made anew (%llu inodes mended)%s\n",
		    (unsigned long long)rc.rc_changed,
		    rc.rc_odd ? "; files without names are left for fsck" : "");
		if (!rc.rc_odd)
			fs->fs_clean = FFS_ISCLEAN;
	}
	if (rc.rc_maxtodo != 0)
		kmem_free(rc.rc_todo, rc.rc_maxtodo * sizeof(*rc.rc_todo));
	if (rc.rc_ndir != NULL)
		kmem_free(rc.rc_ndir, nndir);
	if (rc.rc_inited != NULL)
		kmem_free(rc.rc_inited, ninited);
	if (rc.rc_names != NULL)
		kmem_free(rc.rc_names, nnames);
	if (rc.rc_inuse != NULL)
		kmem_free(rc.rc_inuse, ninuse);
	if (rc.rc_used != NULL)
		kmem_free(rc.rc_used, nused);
	return error;
}
