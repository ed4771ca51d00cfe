/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inodes: loading, writing back, times, growing.
 *
 * An inode is written to its block's buffer by ffs_update().  Where order
 * matters (allocation before the name, the name's removal before the free)
 * callers wait, except on an async mount.
 */
#include <sys/buf.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>
#include <miscfs/specfs/specdev.h>
#include <uvm/uvm_extern.h>

#include "ffs_impl.h"

static struct pool ffs_inode_pool;

void
ffs_inode_init(void)
{
	pool_init(&ffs_inode_pool, sizeof(struct ffs_inode), 0, 0, 0, "ffsino",
	    &pool_allocator_nointr, IPL_NONE);
}

void
ffs_inode_fini(void)
{
	pool_destroy(&ffs_inode_pool);
}

/*
 * The disk's form and ours
 */

static void
get1(const struct ffs_mount *fm, const struct ffs1_dinode *s,
    struct ffs_dinode *d)
{
	int i;

	d->di_mode = FFS_GET(fm, s->di_mode);
	d->di_nlink = FFS_GET(fm, s->di_nlink);
	d->di_uid = FFS_GET(fm, s->di_uid);
	d->di_gid = FFS_GET(fm, s->di_gid);
	d->di_size = FFS_GET(fm, s->di_size);
	d->di_blocks = FFS_GET(fm, s->di_blocks);
	d->di_atime.tv_sec = FFS_GET(fm, s->di_atime);
	d->di_atime.tv_nsec = FFS_GET(fm, s->di_atimensec);
	d->di_mtime.tv_sec = FFS_GET(fm, s->di_mtime);
	d->di_mtime.tv_nsec = FFS_GET(fm, s->di_mtimensec);
	d->di_ctime.tv_sec = FFS_GET(fm, s->di_ctime);
	d->di_ctime.tv_nsec = FFS_GET(fm, s->di_ctimensec);
	d->di_birthtime.tv_sec = 0;
	d->di_birthtime.tv_nsec = 0;
	d->di_gen = (uint32_t)FFS_GET(fm, s->di_gen);
	d->di_flags = FFS_GET(fm, s->di_flags);
	d->di_modrev = FFS_GET(fm, s->di_modrev);
	if (ffs_is_shortlink(fm, d)) {
		memcpy(d->di_shortlink, s->di_db, FFS_SHORTLINK1);
		return;
	}
	for (i = 0; i < FFS_NDADDR; i++)
		d->di_db[i] = FFS_GET(fm, s->di_db[i]);
	for (i = 0; i < FFS_NIADDR; i++)
		d->di_ib[i] = FFS_GET(fm, s->di_ib[i]);
}

static void
get2(const struct ffs_mount *fm, const struct ffs2_dinode *s,
    struct ffs_dinode *d)
{
	int i;

	d->di_mode = FFS_GET(fm, s->di_mode);
	d->di_nlink = FFS_GET(fm, s->di_nlink);
	d->di_uid = FFS_GET(fm, s->di_uid);
	d->di_gid = FFS_GET(fm, s->di_gid);
	d->di_blksize = FFS_GET(fm, s->di_blksize);
	d->di_size = FFS_GET(fm, s->di_size);
	d->di_blocks = FFS_GET(fm, s->di_blocks);
	d->di_atime.tv_sec = FFS_GET(fm, s->di_atime);
	d->di_atime.tv_nsec = FFS_GET(fm, s->di_atimensec);
	d->di_mtime.tv_sec = FFS_GET(fm, s->di_mtime);
	d->di_mtime.tv_nsec = FFS_GET(fm, s->di_mtimensec);
	d->di_ctime.tv_sec = FFS_GET(fm, s->di_ctime);
	d->di_ctime.tv_nsec = FFS_GET(fm, s->di_ctimensec);
	d->di_birthtime.tv_sec = FFS_GET(fm, s->di_birthtime);
	d->di_birthtime.tv_nsec = FFS_GET(fm, s->di_birthnsec);
	d->di_gen = (uint32_t)FFS_GET(fm, s->di_gen);
	d->di_kernflags = FFS_GET(fm, s->di_kernflags);
	d->di_flags = FFS_GET(fm, s->di_flags);
	d->di_extsize = FFS_GET(fm, s->di_extsize);
	d->di_modrev = FFS_GET(fm, s->di_modrev);
	for (i = 0; i < FFS_NXADDR; i++)
		d->di_extb[i] = FFS_GET(fm, s->di_extb[i]);
	if (ffs_is_shortlink(fm, d)) {
		memcpy(d->di_shortlink, s->di_db, FFS_SHORTLINK2);
		return;
	}
	for (i = 0; i < FFS_NDADDR; i++)
		d->di_db[i] = FFS_GET(fm, s->di_db[i]);
	for (i = 0; i < FFS_NIADDR; i++)
		d->di_ib[i] = FFS_GET(fm, s->di_ib[i]);
}

static void
put1(const struct ffs_mount *fm, const struct ffs_dinode *s,
    struct ffs1_dinode *d)
{
	int i;

	FFS_PUT(fm, d->di_mode, s->di_mode);
	FFS_PUT(fm, d->di_nlink, s->di_nlink);
	FFS_PUT(fm, d->di_uid, s->di_uid);
	FFS_PUT(fm, d->di_gid, s->di_gid);
	FFS_PUT(fm, d->di_oldids[0], MIN(s->di_uid, 0xffff));
	FFS_PUT(fm, d->di_oldids[1], MIN(s->di_gid, 0xffff));
	FFS_PUT(fm, d->di_size, s->di_size);
	FFS_PUT(fm, d->di_blocks, (uint32_t)s->di_blocks);
	FFS_PUT(fm, d->di_atime, (int32_t)s->di_atime.tv_sec);
	FFS_PUT(fm, d->di_atimensec, (int32_t)s->di_atime.tv_nsec);
	FFS_PUT(fm, d->di_mtime, (int32_t)s->di_mtime.tv_sec);
	FFS_PUT(fm, d->di_mtimensec, (int32_t)s->di_mtime.tv_nsec);
	FFS_PUT(fm, d->di_ctime, (int32_t)s->di_ctime.tv_sec);
	FFS_PUT(fm, d->di_ctimensec, (int32_t)s->di_ctime.tv_nsec);
	FFS_PUT(fm, d->di_gen, (int32_t)s->di_gen);
	FFS_PUT(fm, d->di_flags, s->di_flags);
	FFS_PUT(fm, d->di_modrev, s->di_modrev);
	if (ffs_is_shortlink(fm, s)) {
		memcpy(d->di_db, s->di_shortlink, FFS_SHORTLINK1);
		return;
	}
	for (i = 0; i < FFS_NDADDR; i++)
		FFS_PUT(fm, d->di_db[i], (int32_t)s->di_db[i]);
	for (i = 0; i < FFS_NIADDR; i++)
		FFS_PUT(fm, d->di_ib[i], (int32_t)s->di_ib[i]);
}

static void
put2(const struct ffs_mount *fm, const struct ffs_dinode *s,
    struct ffs2_dinode *d)
{
	int i;

	FFS_PUT(fm, d->di_mode, s->di_mode);
	FFS_PUT(fm, d->di_nlink, s->di_nlink);
	FFS_PUT(fm, d->di_uid, s->di_uid);
	FFS_PUT(fm, d->di_gid, s->di_gid);
	FFS_PUT(fm, d->di_blksize, s->di_blksize);
	FFS_PUT(fm, d->di_size, s->di_size);
	FFS_PUT(fm, d->di_blocks, s->di_blocks);
	FFS_PUT(fm, d->di_atime, s->di_atime.tv_sec);
	FFS_PUT(fm, d->di_atimensec, (int32_t)s->di_atime.tv_nsec);
	FFS_PUT(fm, d->di_mtime, s->di_mtime.tv_sec);
	FFS_PUT(fm, d->di_mtimensec, (int32_t)s->di_mtime.tv_nsec);
	FFS_PUT(fm, d->di_ctime, s->di_ctime.tv_sec);
	FFS_PUT(fm, d->di_ctimensec, (int32_t)s->di_ctime.tv_nsec);
	FFS_PUT(fm, d->di_birthtime, s->di_birthtime.tv_sec);
	FFS_PUT(fm, d->di_birthnsec, (int32_t)s->di_birthtime.tv_nsec);
	FFS_PUT(fm, d->di_gen, (int32_t)s->di_gen);
	FFS_PUT(fm, d->di_kernflags, s->di_kernflags);
	FFS_PUT(fm, d->di_flags, s->di_flags);
	FFS_PUT(fm, d->di_extsize, s->di_extsize);
	FFS_PUT(fm, d->di_modrev, s->di_modrev);
	for (i = 0; i < FFS_NXADDR; i++)
		FFS_PUT(fm, d->di_extb[i], s->di_extb[i]);
	if (ffs_is_shortlink(fm, s)) {
		memcpy(d->di_db, s->di_shortlink, FFS_SHORTLINK2);
		return;
	}
	for (i = 0; i < FFS_NDADDR; i++)
		FFS_PUT(fm, d->di_db[i], s->di_db[i]);
	for (i = 0; i < FFS_NIADDR; i++)
		FFS_PUT(fm, d->di_ib[i], s->di_ib[i]);
}

void
ffs_dinode_get(struct ffs_mount *fm, const void *disk, struct ffs_dinode *d)
{
	memset(d, 0, sizeof(*d));
	if (fm->fm_ufs2)
		get2(fm, disk, d);
	else
		get1(fm, disk, d);
}

void
ffs_dinode_put(struct ffs_mount *fm, const struct ffs_dinode *d, void *disk)
{
	if (fm->fm_ufs2)
		put2(fm, d, disk);
	else
		put1(fm, d, disk);
}

/* The block of the inode table with inode ino; *dip is its place in it. */
static int
inode_block(
    struct ffs_mount *fm, ino_t ino, int flags, struct buf **bpp, void **dip)
{
	struct ffs_sb *fs = &fm->fm_sb;
	size_t size = fm->fm_ufs2 ? sizeof(struct ffs2_dinode)
				  : sizeof(struct ffs1_dinode);
	int error;

	error = bread(fm->fm_devvp, ffs_fsbtodb(fm, ffs_inotofsba(fm, ino)),
	    fs->fs_bsize, flags, bpp);
	if (error == 0)
		*dip = (char *)(*bpp)->b_data +
		    ino % (unsigned)fs->fs_inopb * size;
	return error;
}

/* Times that are due become now. */
void
ffs_itimes(struct ffs_inode *ip)
{
	struct timespec now;

	if ((ip->i_flag & (FI_ACCESS | FI_CHANGE | FI_UPDATE)) == 0)
		return;
	vfs_timestamp(&now);
	if (ip->i_flag & FI_ACCESS)
		ip->i_d.di_atime = now;
	if (ip->i_flag & FI_UPDATE) {
		ip->i_d.di_mtime = now;
		ip->i_d.di_modrev++;
	}
	if (ip->i_flag & FI_CHANGE)
		ip->i_d.di_ctime = now;
	ip->i_flag &= ~(FI_ACCESS | FI_CHANGE | FI_UPDATE);
	ip->i_flag |= FI_MODIFIED;
}

/*
 * A directory loses the ".." of one in it.  Without the name and the "." that
 * it has still it would be freed: a count that is too low is damage.
 */
void
ffs_lose_subdir(struct ffs_inode *dp)
{
	if (dp->i_d.di_nlink <= 2) {
		ffs_damaged(dp->i_fm, "directory %llu counts too few links",
		    (unsigned long long)dp->i_number);
		return;
	}
	dp->i_d.di_nlink--;
	dp->i_flag |= FI_CHANGE | FI_MODIFIED;
}

/* The inode into its block; wait: onto the disk before this returns. */
int
ffs_update(struct ffs_inode *ip, bool wait)
{
	struct ffs_mount *fm = ip->i_fm;
	struct buf *bp;
	void *disk;
	int error;

	if (fm->fm_ronly)
		return 0;
	ffs_itimes(ip);
	if ((ip->i_flag & FI_MODIFIED) == 0)
		return 0;
	error = inode_block(fm, ip->i_number, B_MODIFY, &bp, &disk);
	if (error == 0) {
		ip->i_flag &= ~FI_MODIFIED;
		ffs_dinode_put(fm, &ip->i_d, disk);
		if (wait)
			error = bwrite(bp);
		else
			bdwrite(bp);
	}
	/* What the disk has now is out of date: not clean any more. */
	if (error != 0) {
		ip->i_flag |= FI_MODIFIED;
		fm->fm_failed = true;
	}
	return error;
}

/*
 * Size to newsize, without backing the new part.  What the last block holds
 * behind the old end becomes zero.
 */
int
ffs_grow(struct ffs_inode *ip, off_t newsize)
{
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	struct vnode *vp = ITOV(ip);
	off_t osize = (off_t)ip->i_d.di_size, end;
	daddr_t last = ffs_lblkno(fs, osize), frag;
	bool isnew;
	int error;

	if (newsize <= osize)
		return 0;
	if ((uint64_t)newsize > ip->i_fm->fm_maxsize)
		return EFBIG;
	if (ffs_blkoff(fs, osize) != 0) {
		error = ffs_bmap_lbn(ip, last, &frag, NULL);
		if (error != 0)
			return error;
		end = MIN(newsize, ffs_lblktosize(fs, last + 1));
		if (frag != 0) {
			genfs_node_wrlock(vp);
			error = ffs_balloc(ip, last,
			    (int)(end - ffs_lblktosize(fs, last)), &isnew);
			genfs_node_unlock(vp);
			if (error != 0)
				return error;
			ip->i_d.di_size = end;
			uvm_vnp_setwritesize(vp, end);
			ubc_zerorange(&vp->v_uobj, osize, (size_t)(end - osize),
			    UBC_UNMAP_FLAG(vp));
		}
	}
	ip->i_d.di_size = newsize;
	uvm_vnp_setsize(vp, newsize);
	ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
	return 0;
}

/*
 * From inode to vnode
 */

/* Is this inode one that can be used?  NULL, or what is wrong. */
static const char *
unusable(const struct ffs_mount *fm, const struct ffs_dinode *d)
{
	switch (d->di_mode & S_IFMT) {
	case S_IFDIR:
		if (d->di_size % FFS_DIRBLK != 0 || d->di_size > INT32_MAX ||
		    d->di_size >> fm->fm_sb.fs_fshift >
			(uint64_t)fm->fm_sb.fs_size)
			return "impossible size of a directory";
		break;
	case S_IFREG:
	case S_IFBLK:
	case S_IFCHR:
	case S_IFIFO:
	case S_IFSOCK:
		break;
	case S_IFLNK:
		if (d->di_size >= MAXPATHLEN)
			return "impossible size of a symbolic link";
		break;
	default:
		return "unknown type";
	}
	if ((int64_t)d->di_size < 0 || d->di_size > fm->fm_maxsize)
		return "impossible size";
	return NULL;
}

static void
set_vnode(struct mount *mp, struct vnode *vp, struct ffs_inode *ip)
{
	vp->v_type = IFTOVT(ip->i_d.di_mode);
	vp->v_tag = VT_UFS;
	switch (vp->v_type) {
	case VBLK:
	case VCHR:
		vp->v_op = ffs_specop_p;
		spec_node_init(vp, ffs_rdev(ip));
		break;
	case VFIFO:
		vp->v_op = ffs_fifoop_p;
		break;
	default:
		vp->v_op = ffs_vnodeop_p;
		break;
	}
	if (ip->i_number == FFS_ROOTINO)
		vp->v_vflag |= VV_ROOT;
	vp->v_data = ip;
	genfs_node_init(vp, &ffs_genfsops);
	uvm_vnp_setsize(vp, (voff_t)ip->i_d.di_size);
}

static struct ffs_inode *
new_node(struct mount *mp, struct vnode *vp, ino_t ino)
{
	struct ffs_inode *ip = pool_get(&ffs_inode_pool, PR_WAITOK);

	memset(ip, 0, sizeof(*ip));
	ip->i_vnode = vp;
	ip->i_fm = VTOFM(mp);
	ip->i_number = ino;
	return ip;
}

void
ffs_node_destroy(struct ffs_inode *ip)
{
	ffs_dirindex_drop(ip);
	pool_put(&ffs_inode_pool, ip);
}

int
ffs_node_load(
    struct mount *mp, struct vnode *vp, ino_t ino, const void **new_key)
{
	struct ffs_mount *fm = VTOFM(mp);
	struct ffs_sb *fs = &fm->fm_sb;
	struct ffs_inode *ip;
	const char *wrong;
	struct buf *bp;
	void *disk;
	int error;

	if (ino < FFS_ROOTINO || ino >= (ino_t)fs->fs_ncg * fs->fs_ipg)
		return ESTALE;
	error = inode_block(fm, ino, 0, &bp, &disk);
	if (error != 0)
		return error;
	ip = new_node(mp, vp, ino);
	ffs_dinode_get(fm, disk, &ip->i_d);
	brelse(bp, 0);
	/*
	 * A file without links waits to be freed by fsck; a name that leads to
	 * it is damage, and using it would free what it holds.
	 */
	if (ip->i_d.di_mode == 0 || ip->i_d.di_nlink <= 0) {
		pool_put(&ffs_inode_pool, ip);
		return ENOENT;
	}
	wrong = unusable(fm, &ip->i_d);
	if (wrong != NULL) {
		ffs_damaged(
		    fm, "inode %llu: %s", (unsigned long long)ino, wrong);
		pool_put(&ffs_inode_pool, ip);
		return EIO;
	}
	if (ip->i_d.di_gen == 0) {
		ip->i_d.di_gen = (cprng_fast32() & 0x7fffffff) | 1;
		if ((mp->mnt_flag & MNT_RDONLY) == 0)
			ip->i_flag |= FI_MODIFIED;
	}
	set_vnode(mp, vp, ip);
	*new_key = &ip->i_number;
	return 0;
}

/*
 * An inode that is marked free and is: after a crash the bitmap may be older
 * than the files.  One that holds a file stays marked as used from now on.
 * *gen is the generation of the file that had it before.
 */
static int
alloc_unused(
    struct ffs_mount *fm, ino_t dirino, mode_t mode, ino_t *inop, uint32_t *gen)
{
	struct ffs_dinode d;
	struct buf *bp;
	void *disk;
	int error;

	for (;;) {
		error = ffs_alloc_inode(fm, dirino, mode, inop);
		if (error != 0)
			return error;
		error = inode_block(fm, *inop, 0, &bp, &disk);
		if (error != 0) {
			ffs_free_inode(fm, *inop, mode);
			return error;
		}
		ffs_dinode_get(fm, disk, &d);
		brelse(bp, 0);
		*gen = d.di_gen;
		if (d.di_mode == 0)
			return 0;
		ffs_damaged(fm, "inode %llu is in use and marked free",
		    (unsigned long long)*inop);
	}
}

/*
 * Creates a file's inode and vnode in one step; dvp is its directory.  The
 * link count is 0 until a name is entered.
 */
int
ffs_node_new(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, size_t *key_len, const void **new_key)
{
	struct ffs_mount *fm = VTOFM(mp);
	mode_t mode = MAKEIMODE(vap->va_type, vap->va_mode);
	struct ffs_inode *ip, *dip = VTOI(dvp);
	struct timespec now;
	uint32_t gen;
	ino_t ino;
	int error;

	if (mp->mnt_flag & MNT_RDONLY)
		return EROFS;
	error = alloc_unused(fm, dip->i_number, mode, &ino, &gen);
	if (error != 0)
		return error;
	ip = new_node(mp, vp, ino);
	gen++;
	ip->i_d.di_gen = gen == 0 ? 1 : gen;
	vfs_timestamp(&now);
	ip->i_d.di_birthtime = now;
	ip->i_d.di_uid = kauth_cred_geteuid(cred);
	ip->i_d.di_gid = dip->i_d.di_gid;
	ip->i_d.di_mode = mode;
	if (vap->va_type == VBLK || vap->va_type == VCHR)
		ip->i_d.di_db[0] = (int64_t)vap->va_rdev;
	ip->i_flag |= FI_ACCESS | FI_CHANGE | FI_UPDATE | FI_MODIFIED;
	set_vnode(mp, vp, ip);
	*new_key = &ip->i_number;
	*key_len = sizeof(ip->i_number);
	return 0;
}

/* The vnode of the inode that an entry of directory dip names. */
int
ffs_node_fromdir(struct ffs_inode *dip, ino_t ino, struct vnode **vpp)
{
	int error;

	error = vcache_get(dip->i_fm->fm_mount, &ino, sizeof(ino), vpp);
	if (error == ENOENT || error == ESTALE) {
		ffs_damaged(dip->i_fm,
		    "directory %llu names inode %llu, which is free",
		    (unsigned long long)dip->i_number, (unsigned long long)ino);
		error = EIO;
	}
	return error;
}
