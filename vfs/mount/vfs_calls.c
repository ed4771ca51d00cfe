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

#include <rump-sys/drvcall.h>

#define VFS_ENTER(mp)                                                          \
	const bool mpsafe = (vfs_iflag(mp) & IMNT_MPSAFE) != 0;                \
	int error;                                                             \
	RUMP_DRVCALL_BEGIN();                                                  \
                                                                               \
	if (!mpsafe)                                                           \
	KERNEL_LOCK(1, curlwp)
#define VFS_LEAVE(mp, op)                                                      \
	if (!mpsafe)                                                           \
		KERNEL_UNLOCK_ONE(curlwp);                                     \
	RUMP_DRVCALL_END("vfsops(9)", #op, (mp)->mnt_op->op);                  \
	return rump_errno_check("vfsops(9)", #op,                              \
	    (const void *)(uintptr_t)(mp)->mnt_op->op, error, false)

int
VFS_MOUNT(struct mount *mp, const char *path, void *data, size_t *len)
{
	const bool mpsafe = false; /* not known before */
	int error;
	RUMP_DRVCALL_BEGIN();

	KERNEL_LOCK(1, curlwp);
	error = (*mp->mnt_op->vfs_mount)(mp, path, data, len);
	VFS_LEAVE(mp, vfs_mount);
}

/*
 * The end of an operation that returns a locked vnode: one lock more than
 * before, unless the file system's vnodes have none.
 */
static int
vfs_leave_vnode(uint64_t held, const char *op, const void *fn,
    struct vnode **vpp, int error)
{
	const uint64_t more = rump_held(curlwp) - held;

	if (error == 0 && *vpp == NULL) {
		rump_rule_said("vfsops(9)", fn,
		    "%s returned 0, but no vnode; EIO instead", op);
		error = EIO;
	}
	if (error == 0 && VOP_ISLOCKED(*vpp) == 0)
		rump_rule_broken("vfsops(9)", fn,
		    "%s returned a vnode that is not locked", op);
	if (error == 0 ? more > 1 : more != 0)
		rump_drvcall_bad(held, "vfsops(9)", op, fn);
	return rump_errno_check("vfsops(9)", op, fn, error, false);
}
#define VFS_LEAVE_VNODE(mp, op, vpp)                                           \
	if (!mpsafe)                                                           \
		KERNEL_UNLOCK_ONE(curlwp);                                     \
	return vfs_leave_vnode(rump_held_, #op,                                \
	    (const void *)(uintptr_t)(mp)->mnt_op->op, (vpp), error)

int
VFS_START(struct mount *mp, int flags)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_start)(mp, flags);
	VFS_LEAVE(mp, vfs_start);
}

int
VFS_UNMOUNT(struct mount *mp, int flags)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_unmount)(mp, flags);
	VFS_LEAVE(mp, vfs_unmount);
}

int
VFS_ROOT(struct mount *mp, struct vnode **vpp)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_root)(mp, vpp);
	VFS_LEAVE_VNODE(mp, vfs_root, vpp);
}

int
VFS_QUOTACTL(struct mount *mp, struct quotactl_args *args)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_quotactl)(mp, args);
	VFS_LEAVE(mp, vfs_quotactl);
}

int
VFS_STATVFS(struct mount *mp, struct statvfs *sbp)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_statvfs)(mp, sbp);
	VFS_LEAVE(mp, vfs_statvfs);
}

int
VFS_SYNC(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_sync)(mp, waitfor, cred);
	VFS_LEAVE(mp, vfs_sync);
}

int
VFS_FHTOVP(struct mount *mp, struct fid *fidp, struct vnode **vpp)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_fhtovp)(mp, fidp, vpp);
	VFS_LEAVE_VNODE(mp, vfs_fhtovp, vpp);
}

int
VFS_VPTOFH(struct vnode *vp, struct fid *fidp, size_t *fh_size)
{
	VFS_ENTER(vp->v_mount);
	error = (*vp->v_mount->mnt_op->vfs_vptofh)(vp, fidp, fh_size);
	VFS_LEAVE(vp->v_mount, vfs_vptofh);
}

int
VFS_SNAPSHOT(struct mount *mp, struct vnode *vp, struct timespec *ts)
{
	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_snapshot)(mp, vp, ts);
	VFS_LEAVE(mp, vfs_snapshot);
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
	VFS_LEAVE(mp, vfs_suspendctl);
}
