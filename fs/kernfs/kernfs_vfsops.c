/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernfs: mounting.  A vnode's key is the address of its kern_target.
 */
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/statvfs.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/kernfs/kernfs.h>

#include "kernfs_impl.h"

MODULE(MODULE_CLASS_VFS, kernfs, NULL);

static int
kernfs_mount(struct mount *mp, const char *path, void *data, size_t *len)
{
	int error;

	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		*len = 0;
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return EOPNOTSUPP;
	error = set_statvfs_info(path, UIO_USERSPACE, "kernfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
	if (error)
		return error;
	mp->mnt_data = kmem_zalloc(sizeof(struct kernfs_mount), KM_SLEEP);
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE;
	mp->mnt_stat.f_namemax = KERNEL_NAME_MAX;
	vfs_getnewfsid(mp);
	return 0;
}

static int
kernfs_start(struct mount *mp, int flags)
{
	return 0;
}

static int
kernfs_unmount(struct mount *mp, int mntflags)
{
	int error;

	error =
	    vflush(mp, NULLVP, (mntflags & MNT_FORCE) != 0 ? FORCECLOSE : 0);
	if (error)
		return error;
	kmem_free(mp->mnt_data, sizeof(struct kernfs_mount));
	mp->mnt_data = NULL;
	return 0;
}

int
kernfs_root(struct mount *mp, struct vnode **vpp)
{
	const struct kern_target *kt = &kern_targets[0];
	int error;

	error = vcache_get(mp, &kt, sizeof(kt), vpp);
	if (error)
		return error;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

static int
kernfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	sbp->f_bsize = DEV_BSIZE;
	sbp->f_frsize = DEV_BSIZE;
	sbp->f_iosize = DEV_BSIZE;
	sbp->f_blocks = 2;
	sbp->f_bfree = sbp->f_bavail = sbp->f_bresvd = 0;
	sbp->f_files = (fsfilcnt_t)nkern_targets;
	sbp->f_ffree = sbp->f_favail = sbp->f_fresvd = 0;
	copy_statvfs_info(sbp, mp);
	return 0;
}

static int
kernfs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	return 0;
}

static int
kernfs_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	return EOPNOTSUPP;
}

static int
kernfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t keylen, const void **new_key)
{
	const struct kern_target *kt;
	struct kernfs_node *kfs;

	if (keylen != sizeof(kt))
		return EINVAL;
	memcpy(&kt, key, keylen);
	kfs = kmem_zalloc(sizeof(*kfs), KM_SLEEP);
	kfs->kfs_vnode = vp;
	kfs->kfs_type = kt->kt_tag;
	kfs->kfs_mode = kt->kt_mode;
	kfs->kfs_fileno = (long)kernfs_fileno(kt);
	kfs->kfs_kt = kt;
	vp->v_tag = VT_KERNFS;
	vp->v_op = kernfs_vnodeop_p;
	vp->v_type = kt->kt_vtype;
	vp->v_data = kfs;
	if (kt == &kern_targets[0])
		vp->v_vflag |= VV_ROOT;
	uvm_vnp_setsize(vp, 0);
	*new_key = &kfs->kfs_kt;
	return 0;
}

static const struct vnodeopv_desc *const kernfs_opv_descs[] = {
    &kernfs_vnodeop_opv_desc, NULL};

struct vfsops kernfs_vfsops = {
    .vfs_name = MOUNT_KERNFS,
    .vfs_min_mount_data = 0,
    .vfs_mount = kernfs_mount,
    .vfs_start = kernfs_start,
    .vfs_unmount = kernfs_unmount,
    .vfs_root = kernfs_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = kernfs_statvfs,
    .vfs_sync = kernfs_sync,
    .vfs_vget = kernfs_vget,
    .vfs_loadvnode = kernfs_loadvnode,
    .vfs_fhtovp = (void *)eopnotsupp,
    .vfs_vptofh = (void *)eopnotsupp,
    .vfs_init = kernfs_subr_init,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = (void *)eopnotsupp,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = kernfs_opv_descs,
};

static int
kernfs_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&kernfs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&kernfs_vfsops);
	default:
		return ENOTTY;
	}
}
