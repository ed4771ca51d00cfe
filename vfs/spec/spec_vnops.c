/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * specfs: operations on device nodes that don't depend on the file system
 * the node is in.  They reach drivers through bdevsw(9) and cdevsw(9).
 *
 * Drivers may sleep for long (a tape, a terminal), so the vnode is unlocked
 * around opening, reading, writing and closing.  The open counts are under
 * device_lock; a revoked node (sn_gone) takes no new I/O.
 */
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lockf.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/unistd.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>
#include <sys/wapbl.h>

/** Whether it is the memory of the kernel. */
bool
iskmemvp(struct vnode *vp)
{
	return false;
}

int
spec_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;

	*ap->a_vpp = NULL;
	return ENOTDIR;
}

/* One more open, if the device may be opened. */
static int
spec_count_open(struct vnode *vp)
{
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;
	int error = 0;

	mutex_enter(&device_lock);
	while (sd->sd_closing)
		cv_wait(&device_cv, &device_lock);
	if (sn->sn_gone)
		error = EBADF;
	else if (vp->v_type == VBLK && sd->sd_opencnt != 0)
		/* one block vnode at a time, or caches would disagree */
		error = EBUSY;
	else {
		sn->sn_opencnt++;
		sd->sd_opencnt++;
		if (vp->v_type == VBLK)
			sd->sd_bdevvp = vp;
	}
	mutex_exit(&device_lock);
	return error;
}

static int
spec_open_authorize(struct vnode *vp, int mode, kauth_cred_t cred)
{
	enum kauth_device_req req;

	switch (mode & (FREAD | FWRITE)) {
	case FREAD:
		req = KAUTH_REQ_DEVICE_RAWIO_SPEC_READ;
		break;
	case FWRITE:
		req = KAUTH_REQ_DEVICE_RAWIO_SPEC_WRITE;
		break;
	default:
		req = KAUTH_REQ_DEVICE_RAWIO_SPEC_RW;
		break;
	}
	return kauth_authorize_device_spec(cred, req, vp);
}

static void
spec_set_size(struct vnode *vp)
{
	struct partinfo pi;

	if (bdev_ioctl(vp->v_rdev, DIOCGPARTINFO, &pi, FREAD, curlwp) == 0)
		uvm_vnp_setsize(vp, (voff_t)(pi.pi_size * pi.pi_secsize));
}

int
spec_open(void *v)
{
	struct vop_open_args *ap = v;
	struct vnode *vp = ap->a_vp;
	specnode_t *sn;
	specdev_t *sd;
	dev_t dev;
	int error;

	if (vp->v_mount != NULL && (vp->v_mount->mnt_flag & MNT_NODEV))
		return ENXIO;
	error = spec_open_authorize(vp, ap->a_mode, ap->a_cred);
	if (error != 0)
		return error;
	error = spec_count_open(vp);
	if (error != 0)
		return error;
	dev = vp->v_rdev;
	sn = vp->v_specnode;
	sd = sn->sn_dev;

	if (vp->v_type == VCHR) {
		const struct cdevsw *cd = cdevsw_lookup(dev);

		if (cd != NULL && (cd->d_flag & D_TYPEMASK) == D_TTY)
			vp->v_vflag |= VV_ISTTY;
		VOP_UNLOCK(vp);
		error = cdev_open(dev, ap->a_mode, S_IFCHR, curlwp);
	} else {
		VOP_UNLOCK(vp);
		error = bdev_open(dev, ap->a_mode, S_IFBLK, curlwp);
	}
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);

	mutex_enter(&device_lock);
	if (error == 0 && vp->v_specnode == sn && sn->sn_gone)
		error = EBADF;
	if (vp->v_specnode != sn) {
		/* reclaimed while unlocked, and closed by that */
		mutex_exit(&device_lock);
		return EBADF;
	}
	if (error != 0) {
		if (--sn->sn_opencnt == 0)
			vp->v_vflag &= ~VV_ISTTY;
		if (--sd->sd_opencnt == 0 && vp->v_type == VBLK)
			sd->sd_bdevvp = NULL;
	}
	mutex_exit(&device_lock);
	if (error == 0 && vp->v_type == VBLK)
		spec_set_size(vp);
	return error;
}

/*
 * One open less, under device_lock.  If it is the last one the driver is still
 * to be told: until spec_closed() nobody opens the device.
 */
static bool
spec_count_close(struct vnode *vp)
{
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;

	KASSERT(mutex_owned(&device_lock));
	if (sn->sn_gone) {
		sd->sd_opencnt -= sn->sn_opencnt - 1;
		sn->sn_opencnt = 0;
	} else if (sn->sn_opencnt > 0)
		sn->sn_opencnt--;
	/*
	 * Not for others: who looks at the flags has no lock.  And a terminal
	 * that is revoked stays one: its readers get an end of file.
	 */
	if (sn->sn_opencnt == 0 && !sn->sn_gone &&
	    (vp->v_vflag & VV_ISTTY) != 0)
		vp->v_vflag &= ~VV_ISTTY;
	if (sd->sd_opencnt == 0 || --sd->sd_opencnt > 0)
		return false;
	if (vp->v_type == VBLK)
		sd->sd_bdevvp = NULL;
	sd->sd_closing = true;
	sd->sd_refcnt++;
	return true;
}

static void
spec_closed(specdev_t *sd)
{
	bool last;

	mutex_enter(&device_lock);
	sd->sd_closing = false;
	last = --sd->sd_refcnt == 0;
	cv_broadcast(&device_cv);
	mutex_exit(&device_lock);
	if (last)
		kmem_free(sd, sizeof(*sd));
}

int
spec_close(void *v)
{
	struct vop_close_args *ap = v;
	struct vnode *vp = ap->a_vp;
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;
	const dev_t dev = vp->v_rdev;
	const bool gone = sn->sn_gone;
	u_int others;
	bool last;
	int error = 0, e;

	mutex_enter(&device_lock);
	others = sd->sd_opencnt - (gone ? sn->sn_opencnt : 1);
	mutex_exit(&device_lock);
	if (others == 0 && vp->v_type == VBLK) {
		/* what was written must reach the disk before it is shut */
		error = vinvalbuf(vp, V_SAVE, ap->a_cred, curlwp, false, 0);
		if (error != 0)
			(void)vinvalbuf(vp, 0, ap->a_cred, curlwp, false, 0);
	}
	mutex_enter(&device_lock);
	last = spec_count_close(vp);
	mutex_exit(&device_lock);
	if (!last)
		return error;
	if (!gone)
		VOP_UNLOCK(vp);
	if (vp->v_type == VCHR)
		e = cdev_close(dev, ap->a_fflag, S_IFCHR, curlwp);
	else
		e = bdev_close(dev, ap->a_fflag, S_IFBLK, curlwp);
	spec_closed(sd);
	if (!gone)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	return error != 0 ? error : e;
}

/*
 * Block devices are read and written through the buffer cache.
 */
static int
spec_bsize(struct vnode *vp)
{
	struct partinfo pi;

	if (bdev_ioctl(vp->v_rdev, DIOCGPARTINFO, &pi, FREAD, curlwp) == 0 &&
	    pi.pi_fstype == FS_BSDFFS && pi.pi_bsize >= DEV_BSIZE &&
	    pi.pi_bsize <= MAXBSIZE && powerof2(pi.pi_bsize))
		return pi.pi_bsize;
	return BLKDEV_IOSIZE;
}

static int
spec_rdwr_block(struct vnode *vp, struct uio *uio, int ioflag)
{
	const int bsize = spec_bsize(vp);
	const int bscale = bsize >> DEV_BSHIFT;
	struct buf *bp;
	daddr_t bn;
	size_t n;
	int on, error = 0;

	if (uio->uio_offset < 0)
		return EINVAL;
	while (uio->uio_resid > 0) {
		bn = (uio->uio_offset >> DEV_BSHIFT) & ~(daddr_t)(bscale - 1);
		on = uio->uio_offset % bsize;
		n = MIN((size_t)(bsize - on), uio->uio_resid);
		if (uio->uio_rw == UIO_WRITE && n == (size_t)bsize)
			bp = getblk(vp, bn, bsize, 0, 0), error = 0;
		else
			error = bread(vp, bn, bsize,
			    uio->uio_rw == UIO_WRITE ? B_MODIFY : 0, &bp);
		if (error != 0)
			return error;
		/* at the end of the device less is there */
		if ((size_t)bsize - bp->b_resid <= (size_t)on) {
			brelse(bp, 0);
			break;
		}
		n = MIN(n, (size_t)bsize - bp->b_resid - on);
		error = uiomove((char *)bp->b_data + on, n, uio);
		if (uio->uio_rw == UIO_READ) {
			brelse(bp, 0);
		} else if (error != 0) {
			brelse(bp, n == (size_t)bsize ? BC_INVAL : 0);
		} else if (ioflag & IO_SYNC) {
			error = bwrite(bp);
		} else if (n + on == (size_t)bsize) {
			bawrite(bp);
		} else
			bdwrite(bp);
		if (error != 0)
			return error;
	}
	return 0;
}

int
spec_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	int error;

	KASSERT(ap->a_uio->uio_rw == UIO_READ);
	if (ap->a_uio->uio_resid == 0)
		return 0;
	if (vp->v_type == VBLK)
		return spec_rdwr_block(vp, ap->a_uio, ap->a_ioflag);
	VOP_UNLOCK(vp);
	error = cdev_read(vp->v_rdev, ap->a_uio, ap->a_ioflag);
	vn_lock(vp, LK_SHARED | LK_RETRY);
	return error;
}

int
spec_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	int error;

	KASSERT(ap->a_uio->uio_rw == UIO_WRITE);
	if (vp->v_type == VBLK) {
		if (ap->a_uio->uio_resid == 0)
			return 0;
		return spec_rdwr_block(vp, ap->a_uio, ap->a_ioflag);
	}
	VOP_UNLOCK(vp);
	error = cdev_write(vp->v_rdev, ap->a_uio, ap->a_ioflag);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	return error;
}

/* The device of an unlocked vnode, NODEV if it was revoked. */
static dev_t
spec_dev(struct vnode *vp)
{
	dev_t dev = NODEV;

	mutex_enter(vp->v_interlock);
	if (vdead_check(vp, VDEAD_NOWAIT) == 0 && vp->v_specnode != NULL)
		dev = vp->v_rdev;
	mutex_exit(vp->v_interlock);
	return dev;
}

int
spec_fdiscard(void *v)
{
	struct vop_fdiscard_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const dev_t dev = spec_dev(vp);

	if (dev == NODEV)
		return ENXIO;
	if (vp->v_type == VBLK)
		return bdev_discard(dev, ap->a_pos, ap->a_len);
	return cdev_discard(dev, ap->a_pos, ap->a_len);
}

int
spec_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const dev_t dev = spec_dev(vp);

	if (dev == NODEV)
		return ENXIO;
	if (vp->v_type == VBLK)
		return bdev_ioctl(
		    dev, ap->a_command, ap->a_data, ap->a_fflag, curlwp);
	return cdev_ioctl(dev, ap->a_command, ap->a_data, ap->a_fflag, curlwp);
}

int
spec_poll(void *v)
{
	struct vop_poll_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const dev_t dev = spec_dev(vp);

	if (dev == NODEV)
		return POLLERR;
	if (vp->v_type == VBLK)
		return genfs_poll(v);
	return cdev_poll(dev, ap->a_events, curlwp);
}

int
spec_kqfilter(void *v)
{
	struct vop_kqfilter_args *ap = v;
	const dev_t dev = spec_dev(ap->a_vp);

	if (dev == NODEV)
		return ENXIO;
	if (ap->a_vp->v_type == VBLK)
		return genfs_kqfilter(v);
	return cdev_kqfilter(dev, ap->a_kn);
}

int
spec_mmap(void *v)
{
	struct vop_mmap_args *ap = v;

	return ap->a_vp->v_type == VBLK ? EINVAL : 0;
}

int
spec_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct mount *mp;
	int error;

	if (vp->v_type != VBLK)
		return 0;
	/* the file system on it may know an order */
	mp = spec_node_getmountedfs(vp);
	if (mp != NULL && mp->mnt_op->vfs_fsync != NULL) {
		error = VFS_FSYNC(mp, vp, ap->a_flags);
		if (error != EOPNOTSUPP)
			return error;
	}
	return vflushbuf(vp, ap->a_flags);
}

int
spec_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct buf *bp = ap->a_bp;
	const dev_t dev = spec_dev(vp);
	int error = 0;

	if (dev == NODEV)
		error = ENXIO;
	else if (!BUF_ISREAD(bp))
		/* who wants the old contents takes a copy now */
		error = fscow_run(bp, false);
	if (error != 0) {
		bp->b_error = error;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return error;
	}
	bp->b_dev = dev;
	bdev_strategy(bp);
	return 0;
}

int
spec_inactive(void *v)
{
	struct vop_inactive_args *ap = v;
	struct vnode *vp = ap->a_vp;

	/* a device vnode without a name isn't worth keeping */
	*ap->a_recycle = true;
	VOP_UNLOCK(vp);
	return 0;
}

int
spec_bmap(void *v)
{
	struct vop_bmap_args *ap = v;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = ap->a_vp;
	if (ap->a_bnp != NULL)
		*ap->a_bnp = ap->a_bn;
	if (ap->a_runp != NULL)
		*ap->a_runp = (MAXBSIZE >> DEV_BSHIFT) - 1;
	return 0;
}

int
spec_print(void *v)
{
	struct vop_print_args *ap = v;

	printf("dev %llu, %llu\n", (unsigned long long)major(ap->a_vp->v_rdev),
	    (unsigned long long)minor(ap->a_vp->v_rdev));
	return 0;
}

int
spec_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = LINK_MAX;
		return 0;
	case _PC_MAX_CANON:
		*ap->a_retval = MAX_CANON;
		return 0;
	case _PC_MAX_INPUT:
		*ap->a_retval = MAX_INPUT;
		return 0;
	case _PC_PIPE_BUF:
		*ap->a_retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
		*ap->a_retval = 1;
		return 0;
	case _PC_VDISABLE:
		*ap->a_retval = 0;
		return 0;
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	default:
		return EINVAL;
	}
}

int
spec_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct vnode *vp = ap->a_vp;

	return lf_advlock(ap, &vp->v_speclockf, (off_t)0);
}

int (**spec_vnodeop_p)(void *);

static const struct vnodeopv_entry_desc spec_vnodeop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, spec_lookup},
    {&vop_create_desc, spec_create}, {&vop_mknod_desc, spec_mknod},
    {&vop_open_desc, spec_open}, {&vop_close_desc, spec_close},
    {&vop_access_desc, spec_access}, {&vop_getattr_desc, spec_getattr},
    {&vop_setattr_desc, spec_setattr}, {&vop_read_desc, spec_read},
    {&vop_write_desc, spec_write}, {&vop_fallocate_desc, spec_fallocate},
    {&vop_fdiscard_desc, spec_fdiscard}, {&vop_fcntl_desc, spec_fcntl},
    {&vop_ioctl_desc, spec_ioctl}, {&vop_poll_desc, spec_poll},
    {&vop_kqfilter_desc, spec_kqfilter}, {&vop_revoke_desc, spec_revoke},
    {&vop_mmap_desc, spec_mmap}, {&vop_fsync_desc, spec_fsync},
    {&vop_seek_desc, spec_seek}, {&vop_remove_desc, spec_remove},
    {&vop_link_desc, spec_link}, {&vop_rename_desc, spec_rename},
    {&vop_mkdir_desc, spec_mkdir}, {&vop_rmdir_desc, spec_rmdir},
    {&vop_symlink_desc, spec_symlink}, {&vop_readdir_desc, spec_readdir},
    {&vop_readlink_desc, spec_readlink}, {&vop_abortop_desc, spec_abortop},
    {&vop_inactive_desc, spec_inactive}, {&vop_reclaim_desc, spec_reclaim},
    {&vop_lock_desc, spec_lock}, {&vop_unlock_desc, spec_unlock},
    {&vop_bmap_desc, spec_bmap}, {&vop_strategy_desc, spec_strategy},
    {&vop_print_desc, spec_print}, {&vop_islocked_desc, spec_islocked},
    {&vop_pathconf_desc, spec_pathconf}, {&vop_advlock_desc, spec_advlock},
    {&vop_bwrite_desc, spec_bwrite}, {&vop_getpages_desc, spec_getpages},
    {&vop_putpages_desc, spec_putpages}, {NULL, NULL}};
const struct vnodeopv_desc spec_vnodeop_opv_desc = {
    &spec_vnodeop_p, spec_vnodeop_entries};
