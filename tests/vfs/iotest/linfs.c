/* SPDX-License-Identifier: BSD-2-Clause */
/* See iotest.h. A block map in memory says which blocks are there. */
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <miscfs/specfs/specdev.h>
#include <uvm/uvm_extern.h>

#include "iotest.h"

MODULE(MODULE_CLASS_VFS, linfs, NULL);

struct linnode {
	struct genfs_node gn; /* first */
	ino_t ino;            /* 1: root, 2: data */
	off_t size;
};

struct linmount {
	struct vnode *devvp;
	uint64_t devsize;
	int bshift;
	uint8_t *map;
	uint64_t nblocks;
	ino_t keys[2];
	off_t size; /* of the file, while it has no vnode */
};

static struct linfs_counts counts;
static int64_t badblock = -1;
static int (**linfs_vnodeop_p)(void *);

#define FLUSHSHIFT 18

#define VTOL(vp) ((struct linnode *)(vp)->v_data)
#define LMP(vp)  ((struct linmount *)(vp)->v_mount->mnt_data)

void
rumptest_linfs_counts(struct linfs_counts *c)
{
	*c = counts;
}

void
rumptest_linfs_bad(int64_t block)
{
	badblock = block;
}

static int
lin_gop_alloc(
    struct vnode *vp, off_t off, off_t len, int flags, kauth_cred_t cred)
{
	struct linmount *lm = LMP(vp);
	uint64_t b = (uint64_t)off >> lm->bshift;
	uint64_t e = (uint64_t)(off + len - 1) >> lm->bshift;

	counts.allocs++;
	if (e >= lm->nblocks)
		return ENOSPC;
	for (; b <= e; b++)
		lm->map[b] = 1;
	return 0;
}

static const struct genfs_ops lin_genfsops = {
    .gop_size = genfs_size,
    .gop_alloc = lin_gop_alloc,
    .gop_write = genfs_gop_write,
};

static int
lin_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct linmount *lm = LMP(ap->a_dvp);
	struct componentname *cnp = ap->a_cnp;

	*ap->a_vpp = NULL;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(ap->a_dvp);
		*ap->a_vpp = ap->a_dvp;
		return 0;
	}
	if (cnp->cn_namelen == 4 && memcmp(cnp->cn_nameptr, "data", 4) == 0)
		return vcache_get(
		    ap->a_dvp->v_mount, &lm->keys[1], sizeof(ino_t), ap->a_vpp);
	return ENOENT;
}

static int
lin_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vattr *va = ap->a_vap;
	struct vnode *vp = ap->a_vp;

	vattr_null(va);
	va->va_type = vp->v_type;
	va->va_mode = vp->v_type == VDIR ? 0755 : 0644;
	va->va_nlink = 1;
	va->va_uid = va->va_gid = 0;
	va->va_fsid = (dev_t)vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	va->va_fileid = VTOL(vp)->ino;
	va->va_size = (u_quad_t)VTOL(vp)->size;
	va->va_blocksize = 1 << LMP(vp)->bshift;
	va->va_bytes = va->va_size;
	va->va_gen = 1;
	va->va_flags = 0;
	va->va_rdev = NODEV;
	memset(&va->va_atime, 0, sizeof(va->va_atime));
	va->va_mtime = va->va_ctime = va->va_birthtime = va->va_atime;
	return 0;
}

static int
lin_truncate(struct vnode *vp, off_t size)
{
	struct linmount *lm = LMP(vp);
	const off_t bsize = (off_t)1 << lm->bshift;
	off_t osize = VTOL(vp)->size;

	if ((uint64_t)size > lm->devsize)
		return EFBIG;
	if (size < osize) {
		const off_t tail = (size + bsize - 1) & ~(bsize - 1);

		if (tail > size)
			ubc_zerorange(
			    &vp->v_uobj, size, MIN(tail, osize) - size, 0);
		/* whole pages of zeroes in the last block must get there */
		if (round_page(MIN(tail, osize)) > round_page(size)) {
			int error;

			mutex_enter(vp->v_interlock);
			error = VOP_PUTPAGES(vp, round_page(size),
			    round_page(MIN(tail, osize)),
			    PGO_CLEANIT | PGO_SYNCIO);
			if (error)
				return error;
		}
		for (uint64_t b = (uint64_t)tail >> lm->bshift; b < lm->nblocks;
		     b++)
			lm->map[b] = 0;
	}
	genfs_node_wrlock(vp);
	uvm_vnp_setsize(vp, size);
	VTOL(vp)->size = lm->size = size;
	genfs_node_unlock(vp);
	return 0;
}

static int
lin_setattr(void *v)
{
	struct vop_setattr_args *ap = v;

	if (ap->a_vap->va_size != (u_quad_t)VNOVAL)
		return lin_truncate(ap->a_vp, (off_t)ap->a_vap->va_size);
	return 0;
}

static int
lin_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	int error = 0;

	while (uio->uio_resid > 0 && error == 0) {
		const off_t left = VTOL(vp)->size - uio->uio_offset;

		if (left <= 0)
			break;
		error = ubc_uiomove(&vp->v_uobj, uio,
		    MIN((vsize_t)left, uio->uio_resid),
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_READ | UBC_PARTIALOK | UBC_UNMAP_FLAG(vp));
	}
	return error;
}

static int
lin_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	const off_t osize = VTOL(vp)->size;
	const off_t start = uio->uio_offset;
	off_t end = uio->uio_offset + (off_t)uio->uio_resid;
	int error;

	if (ap->a_ioflag & IO_APPEND) {
		uio->uio_offset = osize;
		end = osize + (off_t)uio->uio_resid;
	}
	if (uio->uio_resid == 0)
		return 0;
	if ((uint64_t)end > LMP(vp)->devsize)
		return ENOSPC;
	if (end > osize)
		uvm_vnp_setwritesize(vp, end);
	/* blocks first, as file systems do; holes are made pages of zeroes */
	genfs_node_wrlock(vp);
	for (off_t o = start & ~((1LL << LMP(vp)->bshift) - 1); o < end;
	     o += 1LL << LMP(vp)->bshift) {
		uint8_t *m = &LMP(vp)->map[o >> LMP(vp)->bshift];

		if (*m == 0) {
			genfs_node_unlock(vp);
			/* what a block holds besides this write is zero */
			ubc_zerorange(
			    &vp->v_uobj, o, 1UL << LMP(vp)->bshift, 0);
			genfs_node_wrlock(vp);
			*m = 1;
		}
	}
	genfs_node_unlock(vp);
	error = ubc_uiomove(&vp->v_uobj, uio, uio->uio_resid,
	    IO_ADV_DECODE(ap->a_ioflag), UBC_WRITE | UBC_UNMAP_FLAG(vp));
	/* whole pieces go out before the file has its new size */
	if (error == 0 &&
	    start >> FLUSHSHIFT != uio->uio_offset >> FLUSHSHIFT) {
		mutex_enter(vp->v_interlock);
		error = VOP_PUTPAGES(vp, start >> FLUSHSHIFT << FLUSHSHIFT,
		    uio->uio_offset >> FLUSHSHIFT << FLUSHSHIFT,
		    PGO_CLEANIT | PGO_LAZY);
	}
	if (uio->uio_offset > osize) {
		uvm_vnp_setsize(vp, uio->uio_offset);
		VTOL(vp)->size = LMP(vp)->size = uio->uio_offset;
	} else if (error)
		uvm_vnp_setsize(vp, osize);
	return error;
}

static int
lin_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	struct vnode *vp = ap->a_vp;

	return vflushbuf(vp, ap->a_flags);
}

static int
lin_readdir(void *v)
{
	struct vop_readdir_args *ap = v;

	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = 1;
	return 0;
}

static int
lin_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	*ap->a_recycle = false;
	VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
lin_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct linnode *ln = VTOL(vp);

	vcache_remove(vp->v_mount, &ln->ino, sizeof(ln->ino));
	genfs_node_destroy(vp);
	vp->v_data = NULL;
	kmem_free(ln, sizeof(*ln));
	return 0;
}

static int
lin_bmap(void *v)
{
	struct vop_bmap_args *ap = v;
	struct linmount *lm = LMP(ap->a_vp);
	uint64_t b = (uint64_t)ap->a_bn;
	int run = 0;

	counts.bmaps++;
	if (!rw_lock_held(&VTOG(ap->a_vp)->g_glock))
		counts.unlocked++;
	if (ap->a_vpp != NULL)
		*ap->a_vpp = lm->devvp;
	if (ap->a_bnp == NULL)
		return 0;
	if (ap->a_bn == badblock)
		return EIO;
	if (b >= lm->nblocks || lm->map[b] == 0) {
		*ap->a_bnp = -1;
		while (b + run + 1 < lm->nblocks && lm->map[b + run + 1] == 0)
			run++;
	} else {
		*ap->a_bnp = (daddr_t)(b << (lm->bshift - DEV_BSHIFT));
		while (b + run + 1 < lm->nblocks && lm->map[b + run + 1] &&
		    ap->a_bn + run + 1 != badblock)
			run++;
	}
	if (ap->a_runp != NULL)
		*ap->a_runp = run;
	return 0;
}

static int
lin_strategy(void *v)
{
	struct vop_strategy_args *ap = v;

	/* file data never comes by buffers of the file */
	ap->a_bp->b_error = EIO;
	biodone(ap->a_bp);
	return EIO;
}

static const struct vnodeopv_entry_desc lin_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, lin_lookup},
    {&vop_open_desc, genfs_nullop}, {&vop_close_desc, genfs_nullop},
    {&vop_access_desc, genfs_nullop}, {&vop_getattr_desc, lin_getattr},
    {&vop_setattr_desc, lin_setattr}, {&vop_read_desc, lin_read},
    {&vop_write_desc, lin_write}, {&vop_fcntl_desc, genfs_fcntl},
    {&vop_ioctl_desc, genfs_enoioctl}, {&vop_poll_desc, genfs_poll},
    {&vop_fsync_desc, lin_fsync}, {&vop_seek_desc, genfs_seek},
    {&vop_readdir_desc, lin_readdir}, {&vop_abortop_desc, genfs_abortop},
    {&vop_inactive_desc, lin_inactive}, {&vop_reclaim_desc, lin_reclaim},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_islocked_desc, genfs_islocked}, {&vop_bmap_desc, lin_bmap},
    {&vop_strategy_desc, lin_strategy}, {&vop_print_desc, genfs_nullop},
    {&vop_bwrite_desc, vn_bwrite}, {&vop_getpages_desc, genfs_getpages},
    {&vop_putpages_desc, genfs_putpages}, {NULL, NULL}};
static const struct vnodeopv_desc lin_opv_desc = {
    &linfs_vnodeop_p, lin_entries};
static const struct vnodeopv_desc *const lin_opv_descs[] = {
    &lin_opv_desc, NULL};

static int
lin_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct linmount *lm = mp->mnt_data;
	struct linnode *ln;

	ln = kmem_zalloc(sizeof(*ln), KM_SLEEP);
	memcpy(&ln->ino, key, sizeof(ln->ino));
	ln->size = ln->ino == 1 ? 0 : lm->size;
	vp->v_tag = VT_NON;
	vp->v_op = linfs_vnodeop_p;
	vp->v_type = ln->ino == 1 ? VDIR : VREG;
	vp->v_data = ln;
	if (ln->ino == 1)
		vp->v_vflag |= VV_ROOT;
	genfs_node_init(vp, &lin_genfsops);
	uvm_vnp_setsize(vp, ln->size);
	*new_key = &ln->ino;
	return 0;
}

static void
count_strategy(bool write, int bytes)
{
	if (write) {
		counts.writes++;
		counts.writtenbytes += (uint64_t)bytes;
		counts.maxwrite = MAX(counts.maxwrite, bytes);
	} else {
		counts.reads++;
		counts.readbytes += (uint64_t)bytes;
		counts.maxread = MAX(counts.maxread, bytes);
	}
}

/* what goes to the device is counted on its way */
static int
count_cow(void *arg, struct buf *bp, bool data)
{
	count_strategy(true, bp->b_bcount);
	return 0;
}

static int
lin_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct linfs_args *args = data;
	struct linmount *lm;
	struct vnode *devvp;
	uint64_t nsec;
	unsigned secsize;
	int error;

	if (args == NULL || *data_len < sizeof(*args))
		return EINVAL;
	if (mp->mnt_flag & (MNT_UPDATE | MNT_GETARGS))
		return EOPNOTSUPP;
	error = namei_simple_user(args->fspec, NSM_FOLLOW_NOEMULROOT, &devvp);
	if (error)
		return error;
	if (devvp->v_type != VBLK) {
		vrele(devvp);
		return ENOTBLK;
	}
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(devvp, FREAD | FWRITE, FSCRED);
	VOP_UNLOCK(devvp);
	if (error) {
		vrele(devvp);
		return error;
	}
	error = getdisksize(devvp, &nsec, &secsize);
	if (error) {
		vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_CLOSE(devvp, FREAD | FWRITE, FSCRED);
		vput(devvp);
		return error;
	}
	memset(&counts, 0, sizeof(counts));
	lm = kmem_zalloc(sizeof(*lm), KM_SLEEP);
	lm->devvp = devvp;
	lm->devsize = nsec * secsize;
	lm->bshift = args->bshift;
	lm->nblocks = lm->devsize >> lm->bshift;
	lm->map = kmem_alloc(lm->nblocks, KM_SLEEP);
	memset(lm->map, args->present ? 1 : 0, lm->nblocks);
	lm->size = args->present ? (off_t)lm->devsize : 0;
	lm->keys[0] = 1;
	lm->keys[1] = 2;
	mp->mnt_data = lm;
	mp->mnt_stat.f_namemax = 4;
	mp->mnt_fs_bshift = lm->bshift;
	/* cd9660 says 2048; it isn't asked where no block is begun amid */
	mp->mnt_dev_bshift = lm->bshift <= PAGE_SHIFT ? 2048 : DEV_BSHIFT;
	mp->mnt_iflag |= IMNT_MPSAFE;
	vfs_getnewfsid(mp);
	spec_node_setmountedfs(devvp, mp);
	(void)fstrans_mount(mp);
	(void)fscow_establish(mp, count_cow, NULL);
	return set_statvfs_info(path, UIO_USERSPACE, "linfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
}

static int
lin_start(struct mount *mp, int flags)
{
	return 0;
}

static int
lin_unmount(struct mount *mp, int mntflags)
{
	struct linmount *lm = mp->mnt_data;
	int error;

	error = vflush(mp, NULLVP, mntflags & MNT_FORCE ? FORCECLOSE : 0);
	if (error)
		return error;
	(void)fscow_disestablish(mp, count_cow, NULL);
	fstrans_unmount(mp);
	spec_node_setmountedfs(lm->devvp, NULL);
	vn_lock(lm->devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)VOP_CLOSE(lm->devvp, FREAD | FWRITE, NOCRED);
	vput(lm->devvp);
	kmem_free(lm->map, lm->nblocks);
	kmem_free(lm, sizeof(*lm));
	mp->mnt_data = NULL;
	return 0;
}

static int
lin_root(struct mount *mp, struct vnode **vpp)
{
	struct linmount *lm = mp->mnt_data;
	int error;

	error = vcache_get(mp, &lm->keys[0], sizeof(ino_t), vpp);
	if (error == 0)
		vn_lock(*vpp, LK_EXCLUSIVE | LK_RETRY);
	return error;
}

static int
lin_statvfs(struct mount *mp, struct statvfs *sbp)
{
	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = 4096;
	copy_statvfs_info(sbp, mp);
	return 0;
}

static bool
lin_all(void *cl, struct vnode *vp)
{
	return true;
}

static int
lin_sync(struct mount *mp, int waitfor, kauth_cred_t cred)
{
	struct vnode_iterator *marker;
	struct vnode *vp;

	vfs_vnode_iterator_init(mp, &marker);
	while ((vp = vfs_vnode_iterator_next(marker, lin_all, NULL)) != NULL) {
		if (vn_lock(vp, LK_EXCLUSIVE) == 0) {
			(void)VOP_FSYNC(vp, cred,
			    waitfor == MNT_WAIT ? FSYNC_WAIT : 0, 0, 0);
			VOP_UNLOCK(vp);
		}
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(marker);
	return 0;
}

static void
lin_init(void)
{
}

static struct vfsops linfs_vfsops = {
    .vfs_name = "linfs",
    .vfs_min_mount_data = sizeof(struct linfs_args),
    .vfs_mount = lin_mount,
    .vfs_start = lin_start,
    .vfs_unmount = lin_unmount,
    .vfs_root = lin_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = lin_statvfs,
    .vfs_sync = lin_sync,
    .vfs_vget = (void *)eopnotsupp,
    .vfs_loadvnode = lin_loadvnode,
    .vfs_fhtovp = (void *)eopnotsupp,
    .vfs_vptofh = (void *)eopnotsupp,
    .vfs_init = lin_init,
    .vfs_done = lin_init,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = (void *)eopnotsupp,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = lin_opv_descs,
};

static int
linfs_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&linfs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&linfs_vfsops);
	default:
		return ENOTTY;
	}
}
