/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations on files: attributes, reading, writing, life and death;
 * and the operation tables.
 */
#include <sys/buf.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/lockf.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include <lib/libkern/libkern.h>
#include <miscfs/fifofs/fifo.h>
#include <miscfs/specfs/specdev.h>
#include <uvm/uvm_extern.h>

#include "ffs_impl.h"

#define WRITE_CHUNK (256 * 1024)

static void
markupdate(struct vnode *vp, int flags)
{
	if (flags & GOP_UPDATE_ACCESSED)
		VTOI(vp)->i_flag |= FI_ACCESS;
	if (flags & GOP_UPDATE_MODIFIED)
		VTOI(vp)->i_flag |= FI_UPDATE | FI_CHANGE;
}

/* End of a file of this size on disk: fragments at the end of small ones. */
static void
gop_size(struct vnode *vp, off_t size, off_t *eobp, int flags)
{
	const struct ffs_sb *fs = &VTOI(vp)->i_fm->fm_sb;

	if (ffs_lblkno(fs, size) < FFS_NDADDR)
		*eobp = ffs_fragroundup(fs, size);
	else
		*eobp = ffs_blkroundup(fs, size);
}

/* Blocks behind a byte range; the genfs node lock is held for writing. */
static int
gop_alloc(struct vnode *vp, off_t off, off_t len, int flags, kauth_cred_t cred)
{
	struct ffs_inode *ip = VTOI(vp);
	const struct ffs_sb *fs = &ip->i_fm->fm_sb;
	off_t end = MIN(off + len, (off_t)ip->i_d.di_size), blkend;
	daddr_t lbn;
	bool isnew;
	int error = 0;

	for (lbn = ffs_lblkno(fs, off);
	     error == 0 && ffs_lblktosize(fs, lbn) < end; lbn++) {
		blkend = MIN(end, ffs_lblktosize(fs, lbn + 1));
		error = ffs_balloc(
		    ip, lbn, (int)(blkend - ffs_lblktosize(fs, lbn)), &isnew);
	}
	return error;
}

const struct genfs_ops ffs_genfsops = {
    .gop_size = gop_size,
    .gop_alloc = gop_alloc,
    .gop_write = genfs_gop_write,
    .gop_markupdate = markupdate,
};

static int
ffs_open(void *v)
{
	struct vop_open_args *ap = v;

	if ((VTOI(ap->a_vp)->i_d.di_flags & APPEND) &&
	    (ap->a_mode & (FWRITE | O_APPEND)) == FWRITE)
		return EPERM;
	return 0;
}

static int
ffs_close(void *v)
{
	struct vop_close_args *ap = v;

	if (vrefcnt(ap->a_vp) > 1)
		ffs_itimes(VTOI(ap->a_vp));
	return 0;
}

static int
ffs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ffs_inode *ip = VTOI(vp);

	if (ap->a_mode & VWRITE) {
		if ((vp->v_type == VDIR || vp->v_type == VLNK ||
			vp->v_type == VREG) &&
		    (vp->v_mount->mnt_flag & MNT_RDONLY))
			return EROFS;
		if (ip->i_d.di_flags & IMMUTABLE)
			return EPERM;
	}
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(
		ap->a_mode, vp->v_type, ip->i_d.di_mode & ALLPERMS),
	    vp, NULL,
	    genfs_can_access(vp->v_type, ip->i_d.di_mode & ALLPERMS,
		ip->i_d.di_uid, ip->i_d.di_gid, ap->a_mode, ap->a_cred));
}

static int
ffs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ffs_inode *ip = VTOI(vp);
	struct vattr *va = ap->a_vap;

	if (ip->i_flag & (FI_ACCESS | FI_CHANGE | FI_UPDATE))
		ffs_itimes(ip);
	va->va_fsid = ip->i_fm->fm_dev;
	va->va_fileid = ip->i_number;
	va->va_type = vp->v_type;
	va->va_mode = ip->i_d.di_mode & ALLPERMS;
	va->va_nlink = (nlink_t)ip->i_d.di_nlink;
	va->va_uid = ip->i_d.di_uid;
	va->va_gid = ip->i_d.di_gid;
	va->va_rdev =
	    vp->v_type == VBLK || vp->v_type == VCHR ? ffs_rdev(ip) : 0;
	va->va_size =
	    vp->v_type == VREG ? (u_quad_t)vp->v_size : ip->i_d.di_size;
	va->va_atime = ip->i_d.di_atime;
	va->va_mtime = ip->i_d.di_mtime;
	va->va_ctime = ip->i_d.di_ctime;
	va->va_birthtime = ip->i_d.di_birthtime;
	va->va_flags = ip->i_d.di_flags;
	va->va_gen = ip->i_d.di_gen;
	va->va_blocksize = vp->v_type == VBLK || vp->v_type == VCHR
	    ? BLKDEV_IOSIZE
	    : (long)vp->v_mount->mnt_stat.f_iosize;
	va->va_bytes = ip->i_d.di_blocks * DEV_BSIZE;
	va->va_filerev = ip->i_d.di_modrev;
	va->va_vaflags = 0;
	return 0;
}

static int
set_flags(struct vnode *vp, u_long flags, kauth_cred_t cred)
{
	struct ffs_inode *ip = VTOI(vp);
	kauth_action_t action = KAUTH_VNODE_WRITE_FLAGS;
	bool sys = false;
	int error;

	if ((ip->i_d.di_flags & SF_SETTABLE) != (flags & SF_SETTABLE)) {
		action |= KAUTH_VNODE_WRITE_SYSFLAGS;
		sys = true;
	}
	if (ip->i_d.di_flags & (SF_IMMUTABLE | SF_APPEND))
		action |= KAUTH_VNODE_HAS_SYSFLAGS;
	error = kauth_authorize_vnode(cred, action, vp, NULL,
	    genfs_can_chflags(cred, vp->v_type, ip->i_d.di_uid, sys));
	if (error != 0)
		return error;
	if (sys)
		ip->i_d.di_flags = (uint32_t)flags;
	else
		ip->i_d.di_flags = (ip->i_d.di_flags & SF_SETTABLE) |
		    ((uint32_t)flags & UF_SETTABLE);
	ip->i_flag |= FI_CHANGE | FI_MODIFIED;
	return 0;
}

static int
set_mode(struct vnode *vp, mode_t mode, kauth_cred_t cred)
{
	struct ffs_inode *ip = VTOI(vp);
	int error;

	error =
	    kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY, vp, NULL,
		genfs_can_chmod(
		    vp->v_type, cred, ip->i_d.di_uid, ip->i_d.di_gid, mode));
	if (error != 0)
		return error;
	ip->i_d.di_mode = (ip->i_d.di_mode & ~ALLPERMS) | (mode & ALLPERMS);
	ip->i_flag |= FI_CHANGE | FI_MODIFIED;
	cache_purge(vp);
	return 0;
}

static int
set_owner(struct vnode *vp, uid_t uid, gid_t gid, kauth_cred_t cred)
{
	struct ffs_inode *ip = VTOI(vp);
	int error;

	if (uid == (uid_t)VNOVAL)
		uid = ip->i_d.di_uid;
	if (gid == (gid_t)VNOVAL)
		gid = ip->i_d.di_gid;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL,
	    genfs_can_chown(cred, ip->i_d.di_uid, ip->i_d.di_gid, uid, gid));
	if (error != 0)
		return error;
	if (uid != ip->i_d.di_uid || gid != ip->i_d.di_gid) {
		if ((ip->i_d.di_mode & S_ISUID) &&
		    kauth_authorize_vnode(
			cred, KAUTH_VNODE_RETAIN_SUID, vp, NULL, EPERM) != 0)
			ip->i_d.di_mode &= ~S_ISUID;
		if ((ip->i_d.di_mode & S_ISGID) &&
		    kauth_authorize_vnode(
			cred, KAUTH_VNODE_RETAIN_SGID, vp, NULL, EPERM) != 0)
			ip->i_d.di_mode &= ~S_ISGID;
	}
	ip->i_d.di_uid = uid;
	ip->i_d.di_gid = gid;
	ip->i_flag |= FI_CHANGE | FI_MODIFIED;
	return 0;
}

static int
set_size(struct vnode *vp, u_quad_t size)
{
	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VCHR:
	case VBLK:
	case VFIFO:
	case VSOCK:
		return 0;
	case VREG:
		break;
	default:
		return EOPNOTSUPP;
	}
	if (vp->v_mount->mnt_flag & MNT_RDONLY)
		return EROFS;
	if (size > INT64_MAX)
		return EFBIG;
	return ffs_truncate(VTOI(vp), (off_t)size);
}

static int
set_times(struct vnode *vp, const struct vattr *vap, kauth_cred_t cred)
{
	struct ffs_inode *ip = VTOI(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, vap->va_vaflags, ip->i_d.di_uid, cred));
	if (error != 0)
		return error;
	ip->i_flag |= FI_CHANGE | FI_MODIFIED;
	ffs_itimes(ip);
	if (vap->va_atime.tv_sec != VNOVAL)
		ip->i_d.di_atime = vap->va_atime;
	if (vap->va_mtime.tv_sec != VNOVAL) {
		ip->i_d.di_mtime = vap->va_mtime;
		if (timespeccmp(&ip->i_d.di_mtime, &ip->i_d.di_birthtime, <))
			ip->i_d.di_birthtime = ip->i_d.di_mtime;
	}
	if (vap->va_birthtime.tv_sec != VNOVAL)
		ip->i_d.di_birthtime = vap->va_birthtime;
	return ffs_update(ip, false);
}

static int
ffs_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	struct ffs_inode *ip = VTOI(vp);
	bool rdonly = (vp->v_mount->mnt_flag & MNT_RDONLY) != 0;
	int error = 0;

	if (vap->va_type != VNON || vap->va_nlink != (nlink_t)VNOVAL ||
	    vap->va_fsid != (dev_t)VNOVAL || vap->va_fileid != (ino_t)VNOVAL ||
	    vap->va_blocksize != VNOVAL || vap->va_rdev != (dev_t)VNOVAL ||
	    (int)vap->va_bytes != VNOVAL || vap->va_gen != (u_long)VNOVAL)
		return EINVAL;
	if (vap->va_flags != (u_long)VNOVAL) {
		error =
		    rdonly ? EROFS : set_flags(vp, vap->va_flags, ap->a_cred);
		if (error != 0 || (vap->va_flags & (IMMUTABLE | APPEND)))
			goto out;
	}
	if (ip->i_d.di_flags & (IMMUTABLE | APPEND))
		return EPERM;
	if (vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL)
		error = rdonly
		    ? EROFS
		    : set_owner(vp, vap->va_uid, vap->va_gid, ap->a_cred);
	if (error == 0 && vap->va_size != (u_quad_t)VNOVAL)
		error = set_size(vp, vap->va_size);
	if (error == 0 &&
	    (vap->va_atime.tv_sec != VNOVAL || vap->va_mtime.tv_sec != VNOVAL ||
		vap->va_birthtime.tv_sec != VNOVAL))
		error = rdonly ? EROFS : set_times(vp, vap, ap->a_cred);
	if (error == 0 && vap->va_mode != (mode_t)VNOVAL)
		error = rdonly ? EROFS : set_mode(vp, vap->va_mode, ap->a_cred);
out:
	if (error == 0)
		VN_KNOTE(vp, NOTE_ATTRIB);
	return error;
}

/* A long symbolic link lives in blocks like a directory's. */
static int
read_blocks(struct vnode *vp, struct uio *uio)
{
	struct ffs_inode *ip = VTOI(vp);
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	struct buf *bp;
	daddr_t lbn;
	off_t left;
	size_t n;
	int error = 0, on, size;

	while (uio->uio_resid > 0 && error == 0) {
		left = (off_t)ip->i_d.di_size - uio->uio_offset;
		if (left <= 0)
			break;
		lbn = ffs_lblkno(fs, uio->uio_offset);
		on = ffs_blkoff(fs, uio->uio_offset);
		size = ffs_blksize(fs, ip->i_d.di_size, lbn);
		n = MIN((size_t)MIN(size - on, left), uio->uio_resid);
		error = bread(vp, lbn, size, 0, &bp);
		if (error != 0)
			break;
		error = uiomove((char *)bp->b_data + on, n, uio);
		brelse(bp, 0);
	}
	return error;
}

static int
ffs_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct ffs_inode *ip = VTOI(vp);
	off_t left;
	vsize_t n;
	int error = 0;

	if (vp->v_type == VDIR)
		return EISDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (uio->uio_resid == 0)
		return 0;
	if (vp->v_type != VREG && vp->v_type != VLNK) {
		error = read_blocks(vp, uio);
	} else {
		while (uio->uio_resid > 0 && error == 0) {
			left = vp->v_size - uio->uio_offset;
			if (left <= 0)
				break;
			n = (vsize_t)MIN((off_t)uio->uio_resid, left);
			error = ubc_uiomove(&vp->v_uobj, uio, n,
			    IO_ADV_DECODE(ap->a_ioflag),
			    UBC_READ | UBC_PARTIALOK | UBC_UNMAP_FLAG(vp));
		}
	}
	if ((vp->v_mount->mnt_flag & (MNT_NOATIME | MNT_RDONLY)) == 0)
		ip->i_flag |= FI_ACCESS;
	return error;
}

/*
 * Zeroes what new blocks hold of [from, to); bit i of new is the block i
 * behind the one with byte off.
 */
static void
zero_new(struct vnode *vp, off_t off, uint64_t new, off_t from, off_t to)
{
	const struct ffs_sb *fs = &VTOI(vp)->i_fm->fm_sb;
	daddr_t first = ffs_lblkno(fs, off);
	int i = (int)MAX(ffs_lblkno(fs, from) - first, 0);
	off_t start, end;

	for (; i < 64 && new >> i != 0; i++) {
		start = MAX(from, ffs_lblktosize(fs, first + i));
		end = MIN(to, ffs_lblktosize(fs, first + i + 1));
		if (start >= end)
			break;
		if (new >> i & 1)
			ubc_zerorange(&vp->v_uobj, start, (size_t)(end - start),
			    UBC_UNMAP_FLAG(vp));
	}
}

/* One chunk at uio_offset that is backed, copied and counted. */
static int
write_chunk(struct vnode *vp, struct uio *uio, size_t n, int ioflag)
{
	struct ffs_inode *ip = VTOI(vp);
	off_t off = uio->uio_offset, end = off + (off_t)n;
	off_t oldsize = vp->v_size, newsize = MAX(oldsize, end);
	uint64_t new;
	int error;

	uvm_vnp_setwritesize(vp, newsize);
	error = ffs_balloc_range(ip, off, (off_t)n, &new);
	if (error == 0) {
		zero_new(vp, off, new, 0, off);
		zero_new(vp, off, new, end, newsize);
		error = ubc_uiomove(&vp->v_uobj, uio, n, IO_ADV_DECODE(ioflag),
		    UBC_WRITE | UBC_UNMAP_FLAG(vp));
	}
	if (error != 0) {
		/* Holes that were filled by us read as zeros still. */
		zero_new(vp, off, new, off, MIN(end, oldsize));
		return error;
	}
	if (newsize > oldsize)
		uvm_vnp_setsize(vp, newsize);
	return 0;
}

static int
write_locked(struct vnode *vp, struct uio *uio, int ioflag, bool *extended)
{
	struct ffs_inode *ip = VTOI(vp);
	const struct ffs_sb *fs = &ip->i_fm->fm_sb;
	off_t start = uio->uio_offset;
	size_t n;
	int error = 0;

	if (start > vp->v_size) {
		error = ffs_grow(ip, start);
		*extended = true;
	}
	while (error == 0 && uio->uio_resid > 0) {
		n = MIN(uio->uio_resid,
		    (size_t)(WRITE_CHUNK - ffs_blkoff(fs, uio->uio_offset)));
		if (uio->uio_offset + (off_t)n > vp->v_size)
			*extended = true;
		error = write_chunk(vp, uio, n, ioflag);
		/* Start what is behind us on its way to the disk. */
		if (error == 0 && (ioflag & IO_SYNC) == 0 &&
		    (uio->uio_offset & ~(off_t)(WRITE_CHUNK - 1)) >
			(start & ~(off_t)(WRITE_CHUNK - 1)) &&
		    (vp->v_mount->mnt_flag & MNT_ASYNC) == 0) {
			off_t done =
			    uio->uio_offset & ~(off_t)(WRITE_CHUNK - 1);

			mutex_enter(vp->v_interlock);
			error =
			    VOP_PUTPAGES(vp, start & ~(off_t)(WRITE_CHUNK - 1),
				done, PGO_CLEANIT | PGO_LAZY);
			start = done;
		}
	}
	return error;
}

static int
ffs_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct ffs_inode *ip = VTOI(vp);
	size_t resid = uio->uio_resid;
	off_t osize = (off_t)ip->i_d.di_size, ooffset;
	bool extended = false;
	int error;

	if (vp->v_type != VREG && vp->v_type != VLNK)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if (ap->a_ioflag & IO_APPEND)
		uio->uio_offset = osize;
	if ((ip->i_d.di_flags & APPEND) && uio->uio_offset != osize)
		return EPERM;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (resid == 0)
		return 0;
	if ((uint64_t)uio->uio_offset + resid > ip->i_fm->fm_maxsize)
		return EFBIG;
	ooffset = uio->uio_offset;
	error = write_locked(vp, uio, ap->a_ioflag, &extended);
	if (resid > uio->uio_resid) {
		ip->i_flag |= FI_CHANGE | FI_UPDATE;
		if ((ip->i_d.di_mode & (S_ISUID | S_ISGID)) && ap->a_cred &&
		    kauth_authorize_vnode(ap->a_cred, KAUTH_VNODE_RETAIN_SUID,
			vp, NULL, EPERM) != 0)
			ip->i_d.di_mode &= ~(S_ISUID | S_ISGID);
		VN_KNOTE(vp, NOTE_WRITE | (extended ? NOTE_EXTEND : 0));
	}
	if (error != 0) {
		/* What was written stays unless all or nothing is wanted. */
		if (ap->a_ioflag & IO_UNIT) {
			uio->uio_offset = ooffset;
			uio->uio_resid = resid;
		}
		(void)ffs_cut(ip,
		    uio->uio_resid < resid ? MAX(osize, uio->uio_offset)
					   : osize);
	} else if (ap->a_ioflag & IO_SYNC) {
		error = ffs_fsync_node(vp, FSYNC_WAIT);
	}
	return error;
}

int
ffs_fsync_node(struct vnode *vp, int flags)
{
	struct ffs_inode *ip = VTOI(vp);
	bool wait = (flags & FSYNC_WAIT) != 0;
	int error, dummy = 1;

	error = vflushbuf(vp, flags);
	if (error == 0 &&
	    ((flags & FSYNC_DATAONLY) == 0 ||
		(ip->i_flag & (FI_MODIFIED | FI_UPDATE))))
		error = ffs_update(ip, wait);
	if (error == 0 && wait && (flags & FSYNC_CACHE))
		(void)VOP_IOCTL(ip->i_fm->fm_devvp, DIOCCACHESYNC, &dummy,
		    FWRITE, curlwp->l_cred);
	return error;
}

static int
ffs_fsync(void *v)
{
	struct vop_fsync_args *ap = v;

	return ffs_fsync_node(ap->a_vp, ap->a_flags);
}

static int
ffs_readdir(void *v)
{
	struct vop_readdir_args *ap = v;

	if (ap->a_vp->v_type != VDIR)
		return ENOTDIR;
	if ((ap->a_vp->v_mount->mnt_flag & (MNT_NOATIME | MNT_RDONLY)) == 0)
		VTOI(ap->a_vp)->i_flag |= FI_ACCESS;
	return ffs_dir_read(VTOI(ap->a_vp), ap->a_uio, ap->a_eofflag,
	    ap->a_cookies, ap->a_ncookies);
}

static int
ffs_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ffs_inode *ip = VTOI(vp);

	if (ffs_is_shortlink(ip->i_fm, &ip->i_d))
		return uiomove(
		    ip->i_d.di_shortlink, ip->i_d.di_size, ap->a_uio);
	if (ap->a_uio->uio_offset < 0)
		return EINVAL;
	/* A long target was written through the page cache. */
	return VOP_READ(vp, ap->a_uio, 0, ap->a_cred);
}

static int
ffs_inactive(void *v)
{
	struct vop_inactive_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ffs_inode *ip = VTOI(vp);
	struct ffs_mount *fm = ip->i_fm;
	mode_t mode = ip->i_d.di_mode;
	int error = 0;

	*ap->a_recycle = false;
	if (mode == 0)
		*ap->a_recycle = true;
	else if (ip->i_d.di_nlink <= 0 &&
	    (vp->v_mount->mnt_flag & MNT_RDONLY) == 0) {
		if (ip->i_d.di_size != 0 || ip->i_d.di_blocks != 0) {
			if (vp->v_type == VREG || vp->v_type == VDIR ||
			    vp->v_type == VLNK)
				error = ffs_truncate(ip, 0);
		}
		if (vp->v_type == VBLK || vp->v_type == VCHR)
			ip->i_d.di_db[0] = 0;
		ffs_dirindex_drop(ip);
		ip->i_d.di_mode = 0;
		ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
		/* Gone from the table before the bitmap gives it away. */
		error = ffs_update(ip, !ffs_isasync(fm));
		if (error == 0)
			ffs_free_inode(fm, ip->i_number, mode);
		*ap->a_recycle = true;
	} else if (ip->i_flag & (FI_CHANGE | FI_UPDATE | FI_MODIFIED)) {
		error = ffs_update(ip, false);
	}
	VOP_UNLOCK(vp);
	return error;
}

static int
ffs_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ffs_inode *ip = VTOI(vp);

	if (ip->i_d.di_mode != 0)
		(void)ffs_update(ip, false);
	vcache_remove(vp->v_mount, &ip->i_number, sizeof(ip->i_number));
	genfs_node_destroy(vp);
	/* a sync() may be looking at it */
	mutex_enter(vp->v_interlock);
	vp->v_data = NULL;
	mutex_exit(vp->v_interlock);
	ffs_node_destroy(ip);
	return 0;
}

static int
ffs_bmap(void *v)
{
	struct vop_bmap_args *ap = v;
	struct ffs_inode *ip = VTOI(ap->a_vp);
	daddr_t frag;
	int error;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = ip->i_fm->fm_devvp;
	if (ap->a_bnp == NULL)
		return 0;
	error = ffs_bmap_lbn(ip, ap->a_bn, &frag, ap->a_runp);
	if (error == 0)
		*ap->a_bnp = frag == 0 ? -1 : ffs_fsbtodb(ip->i_fm, frag);
	return error;
}

static int
ffs_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct buf *bp = ap->a_bp;
	struct vnode *vp = ap->a_vp;
	int error;

	if (bp->b_blkno == bp->b_lblkno && bp->b_lblkno >= 0) {
		error = VOP_BMAP(vp, bp->b_lblkno, NULL, &bp->b_blkno, NULL);
		if (error != 0) {
			bp->b_error = error;
			bp->b_resid = bp->b_bcount;
			biodone(bp);
			return error;
		}
		if (bp->b_blkno == -1)
			clrbuf(bp);
	}
	if (bp->b_blkno < 0) {
		biodone(bp);
		return 0;
	}
	return VOP_STRATEGY(VTOI(vp)->i_fm->fm_devvp, bp);
}

static int
ffs_print(void *v)
{
	struct vop_print_args *ap = v;
	struct ffs_inode *ip = VTOI(ap->a_vp);

	printf("ffs inode %llu, links %d, mode %o, size %llu\n",
	    (unsigned long long)ip->i_number, ip->i_d.di_nlink, ip->i_d.di_mode,
	    (unsigned long long)ip->i_d.di_size);
	return 0;
}

static int
ffs_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = FFS_LINK_MAX;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = FFS_MAXNAME;
		return 0;
	case _PC_PATH_MAX:
		*ap->a_retval = PATH_MAX;
		return 0;
	case _PC_PIPE_BUF:
		*ap->a_retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	case _PC_FILESIZEBITS:
		*ap->a_retval = 64;
		return 0;
	case _PC_SYMLINK_MAX:
		*ap->a_retval = MAXPATHLEN;
		return 0;
	case _PC_2_SYMLINKS:
		*ap->a_retval = 1;
		return 0;
	default:
		return EINVAL;
	}
}

static int
ffs_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct ffs_inode *ip = VTOI(ap->a_vp);

	return lf_advlock(ap, &ip->i_lockf, (off_t)ip->i_d.di_size);
}

/* Times of device nodes and fifos change with their use. */
static int
ffsspec_close(void *v)
{
	struct vop_close_args *ap = v;

	ffs_itimes(VTOI(ap->a_vp));
	return VOCALL(spec_vnodeop_p, VOFFSET(vop_close), v);
}

static int
ffsspec_read(void *v)
{
	struct vop_read_args *ap = v;

	VTOI(ap->a_vp)->i_flag |= FI_ACCESS;
	return VOCALL(spec_vnodeop_p, VOFFSET(vop_read), v);
}

static int
ffsspec_write(void *v)
{
	struct vop_write_args *ap = v;

	VTOI(ap->a_vp)->i_flag |= FI_UPDATE | FI_CHANGE;
	return VOCALL(spec_vnodeop_p, VOFFSET(vop_write), v);
}

static int
ffsfifo_close(void *v)
{
	struct vop_close_args *ap = v;

	ffs_itimes(VTOI(ap->a_vp));
	return VOCALL(fifo_vnodeop_p, VOFFSET(vop_close), v);
}

int (**ffs_vnodeop_p)(void *);
int (**ffs_specop_p)(void *);
int (**ffs_fifoop_p)(void *);

/* What all three kinds of nodes have in common. */
#define COMMON_OPS                                                             \
	{&vop_default_desc, vn_default_error}, {&vop_access_desc, ffs_access}, \
	    {&vop_getattr_desc, ffs_getattr},                                  \
	    {&vop_setattr_desc, ffs_setattr}, {&vop_fcntl_desc, genfs_fcntl},  \
	    {&vop_inactive_desc, ffs_inactive},                                \
	    {&vop_reclaim_desc, ffs_reclaim}, {&vop_lock_desc, genfs_lock},    \
	    {&vop_unlock_desc, genfs_unlock},                                  \
	    {&vop_islocked_desc, genfs_islocked},                              \
	    {&vop_print_desc, ffs_print},                                      \
	{                                                                      \
		&vop_bwrite_desc, vn_bwrite                                    \
	}

static const struct vnodeopv_entry_desc ffs_vnodeop_entries[] = {
    COMMON_OPS,
    {&vop_lookup_desc, ffs_lookup},
    {&vop_create_desc, ffs_create},
    {&vop_whiteout_desc, ffs_whiteout},
    {&vop_mknod_desc, ffs_mknod},
    {&vop_open_desc, ffs_open},
    {&vop_close_desc, ffs_close},
    {&vop_read_desc, ffs_read},
    {&vop_write_desc, ffs_write},
    {&vop_fallocate_desc, genfs_eopnotsupp},
    {&vop_fdiscard_desc, genfs_eopnotsupp},
    {&vop_ioctl_desc, genfs_enoioctl},
    {&vop_poll_desc, genfs_poll},
    {&vop_kqfilter_desc, genfs_kqfilter},
    {&vop_revoke_desc, genfs_revoke},
    {&vop_mmap_desc, genfs_mmap},
    {&vop_fsync_desc, ffs_fsync},
    {&vop_seek_desc, genfs_seek},
    {&vop_remove_desc, ffs_remove},
    {&vop_link_desc, ffs_link},
    {&vop_rename_desc, ffs_rename},
    {&vop_mkdir_desc, ffs_mkdir},
    {&vop_rmdir_desc, ffs_rmdir},
    {&vop_symlink_desc, ffs_symlink},
    {&vop_readdir_desc, ffs_readdir},
    {&vop_readlink_desc, ffs_readlink},
    {&vop_abortop_desc, genfs_abortop},
    {&vop_bmap_desc, ffs_bmap},
    {&vop_strategy_desc, ffs_strategy},
    {&vop_pathconf_desc, ffs_pathconf},
    {&vop_advlock_desc, ffs_advlock},
    {&vop_getpages_desc, genfs_getpages},
    {&vop_putpages_desc, genfs_putpages},
    {NULL, NULL},
};
const struct vnodeopv_desc ffs_vnodeop_opv_desc = {
    &ffs_vnodeop_p, ffs_vnodeop_entries};

static const struct vnodeopv_entry_desc ffs_specop_entries[] = {
    COMMON_OPS,
    {&vop_lookup_desc, spec_lookup},
    {&vop_create_desc, spec_create},
    {&vop_mknod_desc, spec_mknod},
    {&vop_open_desc, spec_open},
    {&vop_close_desc, ffsspec_close},
    {&vop_read_desc, ffsspec_read},
    {&vop_write_desc, ffsspec_write},
    {&vop_fallocate_desc, spec_fallocate},
    {&vop_fdiscard_desc, spec_fdiscard},
    {&vop_ioctl_desc, spec_ioctl},
    {&vop_poll_desc, spec_poll},
    {&vop_kqfilter_desc, spec_kqfilter},
    {&vop_revoke_desc, spec_revoke},
    {&vop_mmap_desc, spec_mmap},
    {&vop_fsync_desc, spec_fsync},
    {&vop_seek_desc, spec_seek},
    {&vop_remove_desc, spec_remove},
    {&vop_link_desc, spec_link},
    {&vop_rename_desc, spec_rename},
    {&vop_mkdir_desc, spec_mkdir},
    {&vop_rmdir_desc, spec_rmdir},
    {&vop_symlink_desc, spec_symlink},
    {&vop_readdir_desc, spec_readdir},
    {&vop_readlink_desc, spec_readlink},
    {&vop_abortop_desc, spec_abortop},
    {&vop_bmap_desc, spec_bmap},
    {&vop_strategy_desc, spec_strategy},
    {&vop_pathconf_desc, spec_pathconf},
    {&vop_advlock_desc, spec_advlock},
    {&vop_getpages_desc, spec_getpages},
    {&vop_putpages_desc, spec_putpages},
    {NULL, NULL},
};
const struct vnodeopv_desc ffs_specop_opv_desc = {
    &ffs_specop_p, ffs_specop_entries};

static const struct vnodeopv_entry_desc ffs_fifoop_entries[] = {
    COMMON_OPS,
    {&vop_lookup_desc, vn_fifo_bypass},
    {&vop_create_desc, vn_fifo_bypass},
    {&vop_mknod_desc, vn_fifo_bypass},
    {&vop_open_desc, vn_fifo_bypass},
    {&vop_close_desc, ffsfifo_close},
    {&vop_read_desc, vn_fifo_bypass},
    {&vop_write_desc, vn_fifo_bypass},
    {&vop_fallocate_desc, vn_fifo_bypass},
    {&vop_fdiscard_desc, vn_fifo_bypass},
    {&vop_ioctl_desc, vn_fifo_bypass},
    {&vop_poll_desc, vn_fifo_bypass},
    {&vop_kqfilter_desc, vn_fifo_bypass},
    {&vop_revoke_desc, vn_fifo_bypass},
    {&vop_mmap_desc, vn_fifo_bypass},
    {&vop_fsync_desc, ffs_fsync},
    {&vop_seek_desc, vn_fifo_bypass},
    {&vop_remove_desc, vn_fifo_bypass},
    {&vop_link_desc, vn_fifo_bypass},
    {&vop_rename_desc, vn_fifo_bypass},
    {&vop_mkdir_desc, vn_fifo_bypass},
    {&vop_rmdir_desc, vn_fifo_bypass},
    {&vop_symlink_desc, vn_fifo_bypass},
    {&vop_readdir_desc, vn_fifo_bypass},
    {&vop_readlink_desc, vn_fifo_bypass},
    {&vop_abortop_desc, vn_fifo_bypass},
    {&vop_bmap_desc, vn_fifo_bypass},
    {&vop_strategy_desc, vn_fifo_bypass},
    {&vop_pathconf_desc, vn_fifo_bypass},
    {&vop_advlock_desc, vn_fifo_bypass},
    {&vop_putpages_desc, vn_fifo_bypass},
    {NULL, NULL},
};
const struct vnodeopv_desc ffs_fifoop_opv_desc = {
    &ffs_fifoop_p, ffs_fifoop_entries};
