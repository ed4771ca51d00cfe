/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <miscfs/specfs/specdev.h>
#include <uvm/uvm_extern.h>

#include "kitro.h"
#include "ktest.h"
#include "vopcheck.h"

void kitro_node_free(struct kitro_node *kn);

unsigned int kitro_strategy_calls;
int kitro_strategy_result;

const struct genfs_ops kitro_genfsops = {
    .gop_size = genfs_size,
    .gop_write = genfs_gop_write,
};

/* Packed files have no blocks that a page could be read from. */
const struct genfs_ops kitro_packed_genfsops = {
    .gop_size = genfs_size,
    .gop_write = genfs_compat_gop_write,
};

static int
kitro_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitro_node *kn = VTOKITRO(vp);
	mode_t mode = (mode_t)ap->a_mode;
	int error;

	if ((mode & VWRITE) != 0) {
		switch (vp->v_type) {
		case VDIR:
		case VLNK:
		case VREG:
			return EROFS;
		default:
			break;
		}
		if ((kn->kr_flags & IMMUTABLE) != 0)
			return EPERM;
	}
	error = genfs_can_access(vp->v_type, kn->kr_mode & ALLPERMS, kn->kr_uid,
	    kn->kr_gid, mode, ap->a_cred);
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(mode, vp->v_type, kn->kr_mode & ALLPERMS), vp,
	    NULL, error);
}

static int
kitro_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct kitro_node *kn = VTOKITRO(ap->a_vp);
	struct vattr *va = ap->a_vap;

	K(ap->a_cred != NULL);
	vattr_null(va);
	va->va_type = ap->a_vp->v_type;
	va->va_mode = kn->kr_mode & ALLPERMS;
	va->va_nlink = kn->kr_nlink;
	va->va_uid = kn->kr_uid;
	va->va_gid = kn->kr_gid;
	va->va_fsid = kn->kr_mount->km_dev;
	va->va_fileid = kn->kr_ino;
	va->va_size = kn->kr_size;
	va->va_bytes = roundup(kn->kr_size, KITRO_BSIZE);
	va->va_blocksize = KITRO_BSIZE;
	va->va_mtime.tv_sec = kn->kr_mtime;
	va->va_mtime.tv_nsec = 0;
	va->va_atime = va->va_ctime = va->va_mtime;
	va->va_birthtime.tv_sec = kn->kr_mount->km_time;
	va->va_birthtime.tv_nsec = 0;
	va->va_gen = kn->kr_gen;
	va->va_flags = kn->kr_flags;
	va->va_rdev = kn->kr_rdev;
	va->va_filerev = 7;
	va->va_vaflags = 0;
	va->va_spare = 0;
	return 0;
}

static int
read_packed(struct vnode *vp, struct uio *uio)
{
	struct kitro_node *kn = VTOKITRO(vp);
	struct kitro_mount *km = kn->kr_mount;
	struct buf *bp;
	unsigned char *b;
	uint32_t blkno;
	size_t off, n;
	int run, error;

	while (uio->uio_resid > 0 && (uint64_t)uio->uio_offset < kn->kr_size) {
		kitro_findblock(
		    kn, uio->uio_offset >> KITRO_BSHIFT, &blkno, &run);
		off = (size_t)uio->uio_offset & (KITRO_BSIZE - 1);
		n = MIN(KITRO_BSIZE - off, uio->uio_resid);
		n = MIN(n, kn->kr_size - (uint64_t)uio->uio_offset);
		error = bread(km->km_devvp,
		    (daddr_t)blkno << (KITRO_BSHIFT - DEV_BSHIFT), KITRO_BSIZE,
		    0, &bp);
		if (error != 0)
			return error;
		b = malloc(n, M_TEMP, M_WAITOK);
		for (size_t i = 0; i < n; i++)
			b[i] = ((unsigned char *)bp->b_data)[off + i] ^ 0xff;
		brelse(bp, 0);
		error = uiomove(b, n, uio);
		free(b, M_TEMP);
		if (error != 0)
			return error;
	}
	return 0;
}

/*
 * A packed file takes what genfs_compat_gop_write() writes of its pages, and
 * keeps it in memory for those who look.  The disk is never written.
 */
struct kitro_written kitro_written;

static int
kitro_write(void *v)
{
	struct vop_write_args *ap = v;
	struct uio *uio = ap->a_uio;
	struct kitro_written *kw = &kitro_written;

	if (ap->a_vp->v_type == VREG && VTOKITRO(ap->a_vp)->kr_packed &&
	    uio->uio_resid <= sizeof(kw->kw_data)) {
		K(uio->uio_rw == UIO_WRITE &&
		    VMSPACE_IS_KERNEL_P(uio->uio_vmspace));
		kw->kw_calls++;
		kw->kw_offset = uio->uio_offset;
		kw->kw_len = uio->uio_resid;
		return uiomove(kw->kw_data, uio->uio_resid, uio);
	}
	return EROFS;
}

static int
kitro_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	vsize_t len;
	int error = 0;

	K(ap->a_cred != NULL);
	if (vp->v_type == VDIR)
		return EISDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (VTOKITRO(vp)->kr_packed)
		return read_packed(vp, uio);
	while (uio->uio_resid > 0 && uio->uio_offset < vp->v_size) {
		len = MIN(uio->uio_resid, vp->v_size - uio->uio_offset);
		error = ubc_uiomove(&vp->v_uobj, uio, len,
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_READ | UBC_PARTIALOK | UBC_UNMAP_FLAG(vp));
		if (error != 0)
			break;
	}
	return error;
}

/*
 * A cookie is the byte where the next entry begins.
 */
static int
kitro_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct kitro_node *kn = VTOKITRO(vp);
	uint64_t pos = (uint64_t)uio->uio_offset;
	off_t *cookies = NULL;
	int ncookies = 0, maxcookies = 0, error = 0;
	struct kitro_entry ke;
	struct dirent *d;
	struct buf *bp;
	bool full = false;

	K(ap->a_desc == &vop_readdir_desc && ap->a_cred != NULL);
	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (ap->a_ncookies != NULL) {
		maxcookies = (int)(uio->uio_resid / 16);
		cookies =
		    malloc((unsigned long)MAX(1, maxcookies) * sizeof *cookies,
			M_TEMP, M_WAITOK);
	}
	d = malloc(sizeof *d, M_TEMP, M_WAITOK);
	while (pos < kn->kr_size && !full && error == 0) {
		error = bread(
		    vp, (daddr_t)(pos / KITRO_BSIZE), KITRO_BSIZE, 0, &bp);
		if (error != 0)
			break;
		do {
			error = kitro_decode_entry(kn->kr_mount, bp->b_data,
			    (unsigned int)(pos % KITRO_BSIZE), &ke);
			if (error != 0)
				break;
			memset(d, 0, sizeof *d);
			d->d_fileno = ke.ke_ino;
			d->d_type = ke.ke_type;
			d->d_namlen = ke.ke_namlen;
			memcpy(d->d_name, ke.ke_name, ke.ke_namlen);
			d->d_reclen = _DIRENT_SIZE(d);
			if (ke.ke_ino != 0 && d->d_reclen > uio->uio_resid) {
				full = true;
				break;
			}
			pos += ke.ke_reclen;
			if (ke.ke_ino != 0) {
				error = uiomove(d, d->d_reclen, uio);
				if (cookies != NULL && error == 0)
					cookies[ncookies++] = (off_t)pos;
			}
		} while (error == 0 && pos % KITRO_BSIZE != 0);
		brelse(bp, 0);
	}
	free(d, M_TEMP);
	uio->uio_offset = (off_t)pos;
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = pos >= kn->kr_size;
	if (cookies != NULL && error != 0)
		free(cookies, M_TEMP);
	else if (cookies != NULL) {
		*ap->a_cookies = cookies;
		*ap->a_ncookies = ncookies;
	}
	return error;
}

static int
kitro_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct kitro_node *kn = VTOKITRO(ap->a_vp);

	K(ap->a_vp->v_type == VLNK && ap->a_cred != NULL);
	return uiomove(kn->kr_target, kn->kr_size, ap->a_uio);
}

static int
kitro_bmap(void *v)
{
	struct vop_bmap_args *ap = v;
	struct kitro_node *kn = VTOKITRO(ap->a_vp);
	uint32_t blkno;
	int run;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = kn->kr_mount->km_unitshift == DEV_BSHIFT
		    ? kn->kr_mount->km_devvp
		    : ap->a_vp;
	if (ap->a_bnp == NULL)
		return 0;
	kitro_findblock(kn, ap->a_bn, &blkno, &run);
	*ap->a_bnp = blkno == 0
	    ? (daddr_t)-1
	    : (daddr_t)blkno << (KITRO_BSHIFT - kn->kr_mount->km_unitshift);
	if (ap->a_runp != NULL)
		*ap->a_runp = run;
	return 0;
}

static int
kitro_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct buf *bp = ap->a_bp;
	struct kitro_mount *km = VTOKITRO(vp)->kr_mount;
	daddr_t blkno;
	int error;

	kitro_strategy_calls++;
	K(vp->v_type != VBLK && vp->v_type != VCHR);
	if (bp->b_blkno == bp->b_lblkno) {
		error = VOP_BMAP(vp, bp->b_lblkno, NULL, &blkno, NULL);
		if (error != 0) {
			bp->b_error = error;
			bp->b_resid = bp->b_bcount;
			biodone(bp);
			return error;
		}
		if (blkno == (daddr_t)-1)
			clrbuf(bp);
		else
			blkno <<= km->km_unitshift - DEV_BSHIFT;
		bp->b_blkno = blkno;
	} else if (bp->b_blkno != (daddr_t)-1) {
		/* what genfs asked VOP_BMAP() for itself */
		bp->b_blkno <<= km->km_unitshift - DEV_BSHIFT;
	}
	if (bp->b_blkno == (daddr_t)-1) {
		biodone(bp);
		return 0;
	}
	error = VOP_STRATEGY(km->km_devvp, bp);
	return kitro_strategy_result != 0 ? kitro_strategy_result : error;
}

static int
kitro_print(void *v)
{
	struct vop_print_args *ap = v;
	struct kitro_node *kn = VTOKITRO(ap->a_vp);

	printf("tag VT_EFS, kitro inode %ju\n", (uintmax_t)kn->kr_ino);
	return 0;
}

static int
kitro_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	K(ap->a_vp->v_data != NULL);
	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = 65535;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = 255;
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
	case _PC_2_SYMLINKS:
		*ap->a_retval = 1;
		return 0;
	case _PC_FILESIZEBITS:
		*ap->a_retval = 43;
		return 0;
	case _PC_SYMLINK_MAX:
		*ap->a_retval = KITRO_LINKMAX;
		return 0;
	default:
		return EINVAL;
	}
}

static int
kitro_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct kitro_node *kn = VTOKITRO(ap->a_vp);

	return lf_advlock(ap, &kn->kr_lockf, (off_t)kn->kr_size);
}

static int
kitro_getpages(void *v)
{
	struct vop_getpages_args *ap = v;

	if (VTOKITRO(ap->a_vp)->kr_packed)
		return genfs_compat_getpages(v);
	return genfs_getpages(v);
}

static int
kitro_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	*ap->a_recycle = false;
	VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
kitro_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitro_node *kn = VTOKITRO(vp);

	/* vinvalbuf() was before */
	K(UVM_OBJ_IS_CLEAN(&vp->v_uobj) && vp->v_uobj.uo_npages == 0);
	K(LIST_EMPTY(&vp->v_cleanblkhd) && LIST_EMPTY(&vp->v_dirtyblkhd));
	vcache_remove(vp->v_mount, &kn->kr_ino, sizeof kn->kr_ino);
	genfs_node_destroy(vp);
	kitro_node_free(kn);
	vp->v_data = NULL;
	return 0;
}

/* Pipes and devices: the times would change here, if it were written. */
static int
kitro_fiforead(void *v)
{
	return VOCALL(fifo_vnodeop_p, VOFFSET(vop_read), v);
}

static int
kitro_specread(void *v)
{
	struct vop_read_args *ap = v;

	K(ap->a_vp->v_type == VCHR || ap->a_vp->v_type == VBLK);
	if (ap->a_vp->v_type == VCHR)
		return spec_read(v);
	return VOCALL(spec_vnodeop_p, VOFFSET(vop_read), v);
}

int (**kitro_own_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc kitro_entries[] = {
    {&vop_default_desc, vn_default_error},
    {&vop_lookup_desc, kitro_lookup},
    {&vop_create_desc, genfs_eopnotsupp},
    {&vop_mknod_desc, genfs_eopnotsupp},
    {&vop_open_desc, genfs_nullop},
    {&vop_close_desc, genfs_nullop},
    {&vop_access_desc, kitro_access},
    {&vop_getattr_desc, kitro_getattr},
    {&vop_setattr_desc, genfs_eopnotsupp},
    {&vop_read_desc, kitro_read},
    {&vop_write_desc, kitro_write},
    {&vop_fallocate_desc, genfs_eopnotsupp},
    {&vop_fdiscard_desc, genfs_eopnotsupp},
    {&vop_fcntl_desc, genfs_fcntl},
    {&vop_ioctl_desc, genfs_enoioctl},
    {&vop_poll_desc, genfs_poll},
    {&vop_kqfilter_desc, genfs_kqfilter},
    {&vop_revoke_desc, genfs_revoke},
    {&vop_mmap_desc, genfs_mmap},
    {&vop_fsync_desc, genfs_nullop},
    {&vop_seek_desc, genfs_seek},
    {&vop_remove_desc, genfs_eopnotsupp},
    {&vop_link_desc, genfs_eopnotsupp},
    {&vop_rename_desc, genfs_eopnotsupp},
    {&vop_mkdir_desc, genfs_eopnotsupp},
    {&vop_rmdir_desc, genfs_eopnotsupp},
    {&vop_symlink_desc, genfs_eopnotsupp},
    {&vop_readdir_desc, kitro_readdir},
    {&vop_readlink_desc, kitro_readlink},
    {&vop_abortop_desc, genfs_abortop},
    {&vop_inactive_desc, kitro_inactive},
    {&vop_reclaim_desc, kitro_reclaim},
    {&vop_lock_desc, genfs_lock},
    {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, kitro_bmap},
    {&vop_strategy_desc, kitro_strategy},
    {&vop_print_desc, kitro_print},
    {&vop_islocked_desc, genfs_islocked},
    {&vop_pathconf_desc, kitro_pathconf},
    {&vop_advlock_desc, kitro_advlock},
    {&vop_bwrite_desc, vn_bwrite},
    {&vop_getpages_desc, kitro_getpages},
    {&vop_putpages_desc, genfs_putpages},
    {NULL, NULL},
};
static const struct vnodeopv_desc kitro_own_opv_desc = {
    &kitro_own_vnodeop_p, kitro_entries};

int (**kitro_own_specop_p)(void *);
static const struct vnodeopv_entry_desc kitro_spec_entries[] = {
    {&vop_default_desc, vn_default_error},
    {&vop_lookup_desc, spec_lookup},
    {&vop_create_desc, spec_create},
    {&vop_mknod_desc, spec_mknod},
    {&vop_open_desc, spec_open},
    {&vop_close_desc, spec_close},
    {&vop_access_desc, kitro_access},
    {&vop_getattr_desc, kitro_getattr},
    {&vop_setattr_desc, genfs_eopnotsupp},
    {&vop_read_desc, kitro_specread},
    {&vop_write_desc, spec_write},
    {&vop_fallocate_desc, spec_fallocate},
    {&vop_fdiscard_desc, spec_fdiscard},
    {&vop_fcntl_desc, genfs_fcntl},
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
    {&vop_inactive_desc, kitro_inactive},
    {&vop_reclaim_desc, kitro_reclaim},
    {&vop_lock_desc, genfs_lock},
    {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, spec_bmap},
    {&vop_strategy_desc, spec_strategy},
    {&vop_print_desc, spec_print},
    {&vop_islocked_desc, genfs_islocked},
    {&vop_pathconf_desc, spec_pathconf},
    {&vop_advlock_desc, spec_advlock},
    {&vop_bwrite_desc, vn_bwrite},
    {&vop_getpages_desc, spec_getpages},
    {&vop_putpages_desc, spec_putpages},
    {NULL, NULL},
};
static const struct vnodeopv_desc kitro_own_spec_opv_desc = {
    &kitro_own_specop_p, kitro_spec_entries};

int (**kitro_own_fifoop_p)(void *);
static const struct vnodeopv_entry_desc kitro_fifo_entries[] = {
    {&vop_default_desc, vn_fifo_bypass},
    {&vop_access_desc, kitro_access},
    {&vop_getattr_desc, kitro_getattr},
    {&vop_setattr_desc, genfs_eopnotsupp},
    {&vop_read_desc, kitro_fiforead},
    {&vop_inactive_desc, kitro_inactive},
    {&vop_reclaim_desc, kitro_reclaim},
    {&vop_lock_desc, genfs_lock},
    {&vop_unlock_desc, genfs_unlock},
    {&vop_strategy_desc, genfs_badop},
    {&vop_islocked_desc, genfs_islocked},
    {&vop_bwrite_desc, vn_bwrite},
    {NULL, NULL},
};
static const struct vnodeopv_desc kitro_own_fifo_opv_desc = {
    &kitro_own_fifoop_p, kitro_fifo_entries};

/* What vnodes have: the same, with checks around. */
static const struct vnodeopv_entry_desc checked_entries[] = {
    {&vop_default_desc, vopcheck},
    {NULL, NULL},
};
int (**kitro_vnodeop_p)(void *);
int (**kitro_specop_p)(void *);
int (**kitro_fifoop_p)(void *);
static const struct vnodeopv_desc kitro_opv_desc = {
    &kitro_vnodeop_p, checked_entries};
static const struct vnodeopv_desc kitro_spec_opv_desc = {
    &kitro_specop_p, checked_entries};
static const struct vnodeopv_desc kitro_fifo_opv_desc = {
    &kitro_fifoop_p, checked_entries};

const struct vnodeopv_desc *const kitro_opv_descs[] = {
    &kitro_own_opv_desc,
    &kitro_own_spec_opv_desc,
    &kitro_own_fifo_opv_desc,
    &kitro_opv_desc,
    &kitro_spec_opv_desc,
    &kitro_fifo_opv_desc,
    NULL,
};
