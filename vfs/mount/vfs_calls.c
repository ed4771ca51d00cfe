/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFS operations: the call, with the big lock for file systems that need it.
 */
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/quotactl.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#define VFS_ENTER(mp)                                                          \
	const bool mpsafe = (vfs_iflag(mp) & IMNT_MPSAFE) != 0;                \
	int error;                                                             \
                                                                               \
	if (!mpsafe)                                                           \
	KERNEL_LOCK(1, curlwp)
#define VFS_LEAVE()                                                            \
	if (!mpsafe)                                                           \
		KERNEL_UNLOCK_ONE(curlwp);                                     \
	return error

int
VFS_MOUNT(struct mount *mp, const char *path, void *data, size_t *len)
{
	int error;

	/* IMNT_MPSAFE isn't known before */
	KERNEL_LOCK(1, curlwp);
	error = (*mp->mnt_op->vfs_mount)(mp, path, data, len);
	KERNEL_UNLOCK_ONE(curlwp);
	return error;
}

int
VFS_START(struct mount *mp, int flags)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_start)(mp, flags);
	VFS_LEAVE();
}

int
VFS_UNMOUNT(struct mount *mp, int flags)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_unmount)(mp, flags);
	VFS_LEAVE();
}

int
VFS_ROOT(struct mount *mp, struct vnode **vpp)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_root)(mp, vpp);
	VFS_LEAVE();
}

int
VFS_QUOTACTL(struct mount *mp, struct quotactl_args *args)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_quotactl)(mp, args);
	VFS_LEAVE();
}

int
VFS_STATVFS(struct mount *mp, struct statvfs *sbp)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_statvfs)(mp, sbp);
	VFS_LEAVE();
}

int
VFS_SYNC(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_sync)(mp, waitfor, cred);
	VFS_LEAVE();
}

int
VFS_FHTOVP(struct mount *mp, struct fid *fidp, struct vnode **vpp)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_fhtovp)(mp, fidp, vpp);
	VFS_LEAVE();
}

int
VFS_VPTOFH(struct vnode *vp, struct fid *fidp, size_t *fh_size)
{
	VFS_ENTER(vp->v_mount);
	error = (*vp->v_mount->mnt_op->vfs_vptofh)(vp, fidp, fh_size);
	VFS_LEAVE();
}

int
VFS_SNAPSHOT(struct mount *mp, struct vnode *vp, struct timespec *ts)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_snapshot)(mp, vp, ts);
	VFS_LEAVE();
}

int
VFS_EXTATTRCTL(struct mount *mp, int cmd, struct vnode *vp, int attrns,
    const char *attrname)
{
	int error;

	KERNEL_LOCK(1, curlwp);
	error = (*mp->mnt_op->vfs_extattrctl)(mp, cmd, vp, attrns, attrname);
	KERNEL_UNLOCK_ONE(curlwp);
	return error;
}

int
VFS_SUSPENDCTL(struct mount *mp, int cmd)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_suspendctl)(mp, cmd);
	VFS_LEAVE();
}
