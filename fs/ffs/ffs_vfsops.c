/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting and unmounting FFS, file handles, statistics.
 */
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

#include "ffs_impl.h"

MODULE(MODULE_CLASS_VFS, ffs, NULL);

/* Mount arguments, as they cross the system call boundary. */
struct ffs_args {
	char *fspec; /* block device of the image */
};

VFS_PROTOS(ffs);

/*
 * On disk: mounted for writing, so not clean; or cleanly unmounted.
 * FFS_WASCLEAN remembers that the mount began with a clean file system; met
 * on a disk that is being mounted it means that the last mount never ended.
 */
static int
set_clean(struct ffs_mount *fm, bool clean)
{
	struct ffs_sb *fs = &fm->fm_sb;

	mutex_enter(&fm->fm_lock);
	if (!clean) {
		fs->fs_clean = fs->fs_clean & FFS_ISCLEAN ? FFS_WASCLEAN : 0;
	} else if ((fs->fs_clean & FFS_WASCLEAN) && !fm->fm_failed) {
		fs->fs_clean = FFS_ISCLEAN;
		fs->fs_flags &= ~FFS_UNCLEAN;
	}
	if (!fm->fm_ufs2)
		fs->fs_old_flags = (int8_t)(fs->fs_flags & 0xff);
	mutex_exit(&fm->fm_lock);
	return ffs_super_write(fm, true);
}

/*
 * May what is on the disk be written to? If it was not unmounted, it is made
 * so; but not while files of it are in use.
 */
static int
check_writable(struct ffs_mount *fm, bool inuse)
{
	struct ffs_sb *fs = &fm->fm_sb;
	int error;

	if (fs->fs_clean & FFS_ISCLEAN)
		return 0;
	if (fs->fs_flags & (FFS_DOWAPBL | FFS_SUJ)) {
		printf("ffs: the journal of this file system was not replayed; "
		       "mount it read-only or run fsck on the image\n");
		return EINVAL;
	}
	if (inuse) {
		printf("ffs: this file system was not cleanly unmounted; "
		       "mount it for writing from the start\n");
		error = EINVAL;
	} else
		error = ffs_recover(fm);
	if (error == 0 || (fm->fm_mount->mnt_flag & MNT_FORCE) == 0)
		return error;
	printf(
	    "ffs: warning: mounted by force with damage that it has; what is "
	    "written may destroy other files\n");
	return 0;
}

static void
fill_mount(struct mount *mp, struct ffs_mount *fm)
{
	struct ffs_sb *fs = &fm->fm_sb;

	mp->mnt_stat.f_fsidx.__fsid_val[0] = (int)fm->fm_dev;
	mp->mnt_stat.f_fsidx.__fsid_val[1] = (int)makefstype(MOUNT_FFS);
	mp->mnt_stat.f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
	mp->mnt_stat.f_namemax = FFS_MAXNAME;
	mp->mnt_stat.f_iosize = (unsigned long)fs->fs_bsize;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE;
	mp->mnt_fs_bshift = fs->fs_bshift;
	mp->mnt_dev_bshift = DEV_BSHIFT;
}

/* devvp is open and stays so on success. */
static int
mount_device(struct mount *mp, struct vnode *devvp, bool ronly)
{
	struct ffs_mount *fm;
	uint64_t numsecs;
	unsigned secsize;
	int error;

	error = getdisksize(devvp, &numsecs, &secsize);
	if (error != 0)
		return error;
	fm = kmem_zalloc(sizeof(*fm), KM_SLEEP);
	fm->fm_mount = mp;
	fm->fm_devvp = devvp;
	fm->fm_dev = devvp->v_rdev;
	fm->fm_ronly = ronly;
	mutex_init(&fm->fm_lock, MUTEX_DEFAULT, IPL_NONE);
	error = ffs_super_read(fm, numsecs * secsize);
	if (error != 0)
		goto fail;
	if (!ronly) {
		error = check_writable(fm, false);
		if (error != 0)
			goto fail;
	}
	mp->mnt_data = fm;
	fill_mount(mp, fm);
	error = fstrans_mount(mp);
	if (error != 0)
		goto fail;
	if (!ronly) {
		error = set_clean(fm, false);
		if (error != 0) {
			fstrans_unmount(mp);
			goto fail;
		}
	}
	spec_node_setmountedfs(devvp, mp);
	return 0;

fail:
	mp->mnt_data = NULL;
	if (fm->fm_cs != NULL)
		kmem_free(fm->fm_cs,
		    (size_t)fm->fm_sb.fs_ncg * sizeof(struct ffs_csum));
	mutex_destroy(&fm->fm_lock);
	kmem_free(fm, sizeof(*fm));
	return error;
}

static int
flush_all(struct ffs_mount *fm, int flags)
{
	int error;

	error = vflush(fm->fm_mount, NULLVP, flags);
	if (error != 0)
		return error;
	vn_lock(fm->fm_devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_FSYNC(fm->fm_devvp, FSCRED, FSYNC_WAIT, 0, 0);
	VOP_UNLOCK(fm->fm_devvp);
	return error;
}

static void
sync_cache(struct ffs_mount *fm)
{
	int force = 1;

	(void)VOP_IOCTL(fm->fm_devvp, DIOCCACHESYNC, &force, FWRITE, FSCRED);
}

/* MNT_UPDATE: between reading and writing, and flags. */
static int
mount_update_ffs(struct mount *mp)
{
	struct ffs_mount *fm = VTOFM(mp);
	int error;

	if (!fm->fm_ronly && (mp->mnt_flag & MNT_RDONLY)) {
		error = flush_all(fm,
		    WRITECLOSE | ((mp->mnt_flag & MNT_FORCE) ? FORCECLOSE : 0));
		/* What is open for reading alone may be modified, too. */
		if (error == 0)
			error = ffs_sync(mp, MNT_WAIT, curlwp->l_cred);
		if (error == 0)
			error = set_clean(fm, true);
		if (error != 0)
			return error;
		sync_cache(fm);
		fm->fm_ronly = true;
	}
	if (fm->fm_ronly && (mp->mnt_iflag & IMNT_WANTRDWR)) {
		error = kauth_authorize_system(curlwp->l_cred,
		    KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_DEVICE, mp,
		    fm->fm_devvp, KAUTH_ARG(VREAD | VWRITE));
		if (error == 0)
			error = check_writable(fm, true);
		if (error == 0)
			error = set_clean(fm, false);
		if (error != 0)
			return error;
		fm->fm_ronly = false;
	}
	return 0;
}

static int
mount_new(struct mount *mp, const char *path, const char *fspec)
{
	bool ronly = (mp->mnt_flag & MNT_RDONLY) != 0;
	int mode = ronly ? FREAD : FREAD | FWRITE;
	struct vnode *devvp;
	int error;

	error = set_statvfs_info(path, UIO_USERSPACE, fspec, UIO_USERSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
	if (error == 0)
		error = namei_simple_user(fspec, NSM_FOLLOW_NOEMULROOT, &devvp);
	if (error != 0)
		return error;
	if (devvp->v_type != VBLK) {
		vrele(devvp);
		return ENOTBLK;
	}
	if (bdevsw_lookup(devvp->v_rdev) == NULL) {
		vrele(devvp);
		return ENXIO;
	}
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = kauth_authorize_system(curlwp->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_DEVICE, mp, devvp,
	    KAUTH_ARG(ronly ? VREAD : VREAD | VWRITE));
	if (error == 0)
		error = VOP_OPEN(devvp, mode, FSCRED);
	if (error == 0) {
		error =
		    vinvalbuf(devvp, V_SAVE, curlwp->l_cred, curlwp, false, 0);
		/* The disk is asked for its size with the vnode unlocked. */
		VOP_UNLOCK(devvp);
		if (error == 0)
			error = mount_device(mp, devvp, ronly);
		vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
		if (error != 0)
			VOP_CLOSE(devvp, mode, FSCRED);
	}
	VOP_UNLOCK(devvp);
	if (error != 0)
		vrele(devvp);
	return error;
}

int
ffs_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct ffs_args *args = data;

	if (args == NULL || *data_len < sizeof(*args))
		return EINVAL;
	if (mp->mnt_flag & MNT_GETARGS) {
		if (VTOFM(mp) == NULL)
			return EIO;
		args->fspec = NULL;
		*data_len = sizeof(*args);
		return 0;
	}
	if (mp->mnt_flag & MNT_UPDATE)
		return mount_update_ffs(mp);
	if (args->fspec == NULL)
		return EINVAL;
	return mount_new(mp, path, args->fspec);
}

int
ffs_start(struct mount *mp, int flags)
{
	return 0;
}

int
ffs_unmount(struct mount *mp, int mntflags)
{
	struct ffs_mount *fm = VTOFM(mp);
	int error, flags = (mntflags & MNT_FORCE) ? FORCECLOSE : 0;

	error = flush_all(fm, flags);
	if (error == 0 && !fm->fm_ronly)
		error = set_clean(fm, true);
	if (error != 0 && (mntflags & MNT_FORCE) == 0)
		return error;
	if (!fm->fm_ronly)
		sync_cache(fm);
	if (fm->fm_devvp->v_type != VBAD)
		spec_node_setmountedfs(fm->fm_devvp, NULL);
	vn_lock(fm->fm_devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)VOP_CLOSE(
	    fm->fm_devvp, fm->fm_ronly ? FREAD : FREAD | FWRITE, NOCRED);
	vput(fm->fm_devvp);
	fstrans_unmount(mp);
	kmem_free(
	    fm->fm_cs, (size_t)fm->fm_sb.fs_ncg * sizeof(struct ffs_csum));
	mutex_destroy(&fm->fm_lock);
	kmem_free(fm, sizeof(*fm));
	mp->mnt_data = NULL;
	mp->mnt_flag &= ~MNT_LOCAL;
	return 0;
}

int
ffs_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	int error;

	error = vcache_get(mp, &ino, sizeof(ino), vpp);
	if (error != 0)
		return error;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

int
ffs_root(struct mount *mp, struct vnode **vpp)
{
	int error;

	error = ffs_vget(mp, FFS_ROOTINO, vpp);
	if (error != 0)
		return error == ENOENT || error == ESTALE ? EIO : error;
	if ((*vpp)->v_type != VDIR) {
		ffs_damaged(VTOFM(mp), "the root is not a directory");
		vput(*vpp);
		*vpp = NULL;
		return EIO;
	}
	return 0;
}

int
ffs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	ino_t ino;

	memcpy(&ino, key, sizeof(ino));
	return ffs_node_load(mp, vp, ino, new_key);
}

int
ffs_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, size_t *key_len, const void **new_key)
{
	return ffs_node_new(mp, dvp, vp, vap, cred, key_len, new_key);
}

int
ffs_quotactl(struct mount *mp, struct quotactl_args *args)
{
	return EOPNOTSUPP;
}

int
ffs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct ffs_mount *fm = VTOFM(mp);
	struct ffs_sb *fs = &fm->fm_sb;
	int64_t reserve;

	sbp->f_bsize = (unsigned long)fs->fs_bsize;
	sbp->f_frsize = (unsigned long)fs->fs_fsize;
	sbp->f_iosize = (unsigned long)fs->fs_bsize;
	mutex_enter(&fm->fm_lock);
	sbp->f_blocks = (fsblkcnt_t)fs->fs_dsize;
	sbp->f_bfree =
	    (fsblkcnt_t)((fs->fs_cstotal.cs_nbfree << fs->fs_fragshift) +
		fs->fs_cstotal.cs_nffree);
	reserve = fs->fs_dsize * fs->fs_minfree / 100;
	sbp->f_bresvd = (fsblkcnt_t)reserve;
	sbp->f_bavail = (int64_t)sbp->f_bfree > reserve
	    ? sbp->f_bfree - (fsblkcnt_t)reserve
	    : 0;
	sbp->f_files =
	    (fsfilcnt_t)fs->fs_ncg * (fsfilcnt_t)fs->fs_ipg - FFS_ROOTINO;
	sbp->f_ffree = sbp->f_favail = (fsfilcnt_t)fs->fs_cstotal.cs_nifree;
	sbp->f_fresvd = 0;
	mutex_exit(&fm->fm_lock);
	copy_statvfs_info(sbp, mp);
	return 0;
}

static bool
sync_selector(void *arg, struct vnode *vp)
{
	struct ffs_inode *ip = VTOI(vp);
	int waitfor = *(int *)arg;

	if (ip == NULL)
		return false;
	if ((ip->i_flag & (FI_CHANGE | FI_UPDATE | FI_MODIFIED)) == 0 &&
	    LIST_EMPTY(&vp->v_dirtyblkhd) && UVM_OBJ_IS_CLEAN(&vp->v_uobj) &&
	    (waitfor != MNT_WAIT || vp->v_numoutput == 0))
		return false;
	if (vp->v_type == VBLK && waitfor == MNT_LAZY)
		return false;
	return true;
}

/* What is in buffers of the device, and superblock and summaries. */
static int
sync_device(struct ffs_mount *fm, int waitfor, struct kauth_cred *cred)
{
	const bool wait = waitfor == MNT_WAIT;
	int error, error2, flags = wait ? FSYNC_WAIT : 0;
	bool dirty;

	if (waitfor == MNT_LAZY)
		flags = FSYNC_LAZY;
	vn_lock(fm->fm_devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_FSYNC(fm->fm_devvp, cred, flags, 0, 0);
	mutex_enter(&fm->fm_lock);
	dirty = fm->fm_dirty;
	mutex_exit(&fm->fm_lock);
	if (dirty) {
		error2 = ffs_super_write(fm, wait);
		/* nobody waits for a write on an async mount, but a flush */
		if (error2 == 0 && wait && ffs_isasync(fm))
			error2 = VOP_FSYNC(fm->fm_devvp, cred, flags, 0, 0);
		if (error2 != 0)
			error = error2;
	}
	VOP_UNLOCK(fm->fm_devvp);
	return error;
}

static int
sync_all(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	struct ffs_mount *fm = VTOFM(mp);
	int flags = waitfor == MNT_WAIT ? FSYNC_WAIT : 0;
	struct vnode_iterator *marker;
	struct vnode *vp;
	int error, first = 0;

	vfs_vnode_iterator_init(mp, &marker);
	while ((vp = vfs_vnode_iterator_next(
		    marker, sync_selector, &waitfor)) != NULL) {
		error = vn_lock(vp, LK_EXCLUSIVE);
		if (error != 0) {
			vrele(vp);
			continue;
		}
		error = VOP_FSYNC(vp, cred, flags, 0, 0);
		vput(vp);
		if (error != 0)
			first = error;
	}
	vfs_vnode_iterator_destroy(marker);

	error = sync_device(fm, waitfor, cred);
	if (error != 0)
		first = error;
	if (waitfor == MNT_WAIT)
		sync_cache(fm);
	return first;
}

int
ffs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	int error = 0;

	/* a suspended file system's disk does not change */
	fstrans_start(mp, FSTRANS_SHARED);
	if (!VTOFM(mp)->fm_ronly)
		error = sync_all(mp, waitfor, cred);
	fstrans_done(mp);
	return error;
}

/*
 * Nothing but vnodes on their way out gets in any more; everything is written;
 * nothing gets in; what those left behind is written as well.
 */
static int
suspend(struct mount *mp)
{
	struct ffs_mount *fm = VTOFM(mp);
	int error;

	error = fstrans_setstate(mp, FSTRANS_SUSPENDING);
	if (error != 0)
		return error;
	error = ffs_sync(mp, MNT_WAIT, FSCRED);
	if (error == 0)
		error = fstrans_setstate(mp, FSTRANS_SUSPENDED);
	if (error == 0 && !fm->fm_ronly) {
		error = sync_device(fm, MNT_WAIT, FSCRED);
		sync_cache(fm);
	}
	if (error != 0)
		(void)fstrans_setstate(mp, FSTRANS_NORMAL);
	return error;
}

int
ffs_suspendctl(struct mount *mp, int cmd)
{
	switch (cmd) {
	case SUSPEND_SUSPEND:
		return suspend(mp);
	case SUSPEND_RESUME:
		return fstrans_setstate(mp, FSTRANS_NORMAL);
	default:
		return EINVAL;
	}
}

int
ffs_fhtovp(struct mount *mp, struct fid *fhp, struct vnode **vpp)
{
	struct ffs_mount *fm = VTOFM(mp);
	struct ffs_sb *fs = &fm->fm_sb;
	struct ffs_fid fid;
	struct ffs_inode *ip;
	int error;

	if (fhp->fid_len != sizeof(fid))
		return EINVAL;
	memcpy(&fid, fhp, sizeof(fid));
	if (fid.fid_ino < FFS_ROOTINO ||
	    fid.fid_ino >= (ino_t)fs->fs_ncg * fs->fs_ipg ||
	    !ffs_inode_allocated(fm, fid.fid_ino))
		return ESTALE;
	error = ffs_vget(mp, fid.fid_ino, vpp);
	if (error != 0)
		return error == ENOENT ? ESTALE : error;
	ip = VTOI(*vpp);
	if (ip->i_d.di_mode == 0 || ip->i_d.di_nlink == 0 ||
	    (int32_t)ip->i_d.di_gen != fid.fid_gen) {
		vput(*vpp);
		*vpp = NULL;
		return ESTALE;
	}
	return 0;
}

int
ffs_vptofh(struct vnode *vp, struct fid *fhp, size_t *fh_size)
{
	struct ffs_inode *ip = VTOI(vp);
	struct ffs_fid fid;

	if (*fh_size < sizeof(fid)) {
		*fh_size = sizeof(fid);
		return E2BIG;
	}
	*fh_size = sizeof(fid);
	memset(&fid, 0, sizeof(fid));
	fid.fid_len = sizeof(fid);
	fid.fid_ino = ip->i_number;
	fid.fid_gen = (int32_t)ip->i_d.di_gen;
	memcpy(fhp, &fid, sizeof(fid));
	return 0;
}

void
ffs_init(void)
{
	ffs_inode_init();
}

void
ffs_done(void)
{
	ffs_inode_fini();
}

static const struct vnodeopv_desc *const ffs_vnodeopv_descs[] = {
    &ffs_vnodeop_opv_desc, &ffs_specop_opv_desc, &ffs_fifoop_opv_desc, NULL};

static struct vfsops ffs_vfsops = {
    .vfs_name = MOUNT_FFS,
    .vfs_min_mount_data = sizeof(struct ffs_args),
    .vfs_mount = ffs_mount,
    .vfs_start = ffs_start,
    .vfs_unmount = ffs_unmount,
    .vfs_root = ffs_root,
    .vfs_quotactl = ffs_quotactl,
    .vfs_statvfs = ffs_statvfs,
    .vfs_sync = ffs_sync,
    .vfs_vget = ffs_vget,
    .vfs_loadvnode = ffs_loadvnode,
    .vfs_newvnode = ffs_newvnode,
    .vfs_fhtovp = ffs_fhtovp,
    .vfs_vptofh = ffs_vptofh,
    .vfs_init = ffs_init,
    .vfs_done = ffs_done,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = ffs_suspendctl,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = ffs_vnodeopv_descs,
};

static int
ffs_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&ffs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&ffs_vfsops);
	default:
		return ENOTTY;
	}
}
