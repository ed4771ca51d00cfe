/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What layers' file system operations have in common: ask the lower mount,
 * put an upper vnode around what it returns.
 */
#include <miscfs/genfs/layer.h>
#include <miscfs/genfs/layer_extern.h>
#include <miscfs/specfs/specdev.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>
#include <uvm/uvm_extern.h>

/* The lower mount; before there is a vnode, what the driver says. */
#define LOWERMP(mp)                                                            \
	((mp)->mnt_layered != NULL ? (mp)->mnt_layered                         \
				   : MOUNTTOLAYERMOUNT(mp)->layerm_vfs)

/* A call to the lower file system, which may have been unmounted by force. */
#define LOWER_CALL(mp, call)                                                   \
	do {                                                                   \
		error = vfs_busy(LOWERMP(mp), NULL);                           \
		if (error == 0) {                                              \
			error = (call);                                        \
			vfs_unbusy(LOWERMP(mp), false, NULL);                  \
		}                                                              \
	} while (0)

int
layerfs_start(struct mount *mp, int flags)
{
	return 0;
}

int
layerfs_root(struct mount *mp, struct vnode **vpp)
{
	struct vnode *vp = MOUNTTOLAYERMOUNT(mp)->layerm_rootvp;
	int error;

	if (vp == NULL) {
		*vpp = NULL;
		return EINVAL;
	}
	vref(vp);
	error = vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (error != 0) {
		vrele(vp);
		return error;
	}
	*vpp = vp;
	return 0;
}

int
layerfs_quotactl(struct mount *mp, struct quotactl_args *args)
{
	int error;

	LOWER_CALL(mp, VFS_QUOTACTL(LOWERMP(mp), args));
	return error;
}

int
layerfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct statvfs *sb;
	int error;

	sb = kmem_zalloc(sizeof(*sb), KM_SLEEP);
	LOWER_CALL(mp, VFS_STATVFS(LOWERMP(mp), sb));
	if (error == 0) {
		sbp->f_flag = sb->f_flag;
		sbp->f_bsize = sb->f_bsize;
		sbp->f_frsize = sb->f_frsize;
		sbp->f_iosize = sb->f_iosize;
		sbp->f_blocks = sb->f_blocks;
		sbp->f_bfree = sb->f_bfree;
		sbp->f_bavail = sb->f_bavail;
		sbp->f_bresvd = sb->f_bresvd;
		sbp->f_files = sb->f_files;
		sbp->f_ffree = sb->f_ffree;
		sbp->f_favail = sb->f_favail;
		sbp->f_fresvd = sb->f_fresvd;
		sbp->f_namemax = sb->f_namemax;
		copy_statvfs_info(sbp, mp);
	}
	kmem_free(sb, sizeof(*sb));
	return error;
}

int
layerfs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	/* all data is in the lower file system, which is synced itself */
	return 0;
}

int
layerfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct layer_mount *lmp = MOUNTTOLAYERMOUNT(mp);
	struct vnode *lowervp;
	struct layer_node *xp;

	KASSERT(key_len == sizeof(lowervp));
	memcpy(&lowervp, key, key_len);

	if (mp->mnt_layered == NULL) {
		/*
		 * The root: the lower mount may be unmounted by force, but
		 * its structure outlasts ours.
		 */
		mp->mnt_layered = vn_mount_ref(lowervp);
		if (mp->mnt_layered == NULL)
			return ENOENT;
	}
	xp = kmem_alloc(lmp->layerm_size, KM_SLEEP);
	/* one interlock for both */
	mutex_obj_hold(lowervp->v_interlock);
	uvm_obj_setlock(&vp->v_uobj, lowervp->v_interlock);
	vp->v_tag = lmp->layerm_tag;
	vp->v_type = lowervp->v_type;
	vp->v_op = lmp->layerm_vnodeop_p;
	if (vp->v_type == VBLK || vp->v_type == VCHR)
		spec_node_init(vp, lowervp->v_rdev);
	vp->v_data = xp;
	xp->layer_vnode = vp;
	xp->layer_lowervp = lowervp;
	xp->layer_flags = 0;
	uvm_vnp_setsize(vp, 0);
	vref(lowervp);
	*new_key = &xp->layer_lowervp;
	return 0;
}

/* An upper vnode, locked, around a locked lower one. */
static int
layerfs_wrap(struct mount *mp, struct vnode *lvp, struct vnode **vpp)
{
	int error;

	VOP_UNLOCK(lvp);
	error = layer_node_create(mp, lvp, vpp);
	if (error != 0) {
		vrele(lvp);
		*vpp = NULL;
		return error;
	}
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

int
layerfs_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	struct vnode *lvp;
	int error;

	LOWER_CALL(mp, VFS_VGET(LOWERMP(mp), ino, &lvp));
	if (error != 0) {
		*vpp = NULL;
		return error;
	}
	return layerfs_wrap(mp, lvp, vpp);
}

int
layerfs_fhtovp(struct mount *mp, struct fid *fidp, struct vnode **vpp)
{
	struct vnode *lvp;
	int error;

	LOWER_CALL(mp, VFS_FHTOVP(LOWERMP(mp), fidp, &lvp));
	if (error != 0) {
		*vpp = NULL;
		return error;
	}
	return layerfs_wrap(mp, lvp, vpp);
}

int
layerfs_vptofh(struct vnode *vp, struct fid *fhp, size_t *fh_size)
{
	int error;

	LOWER_CALL(vp->v_mount, VFS_VPTOFH(LAYERVPTOLOWERVP(vp), fhp, fh_size));
	return error;
}

void
layerfs_init(void)
{
}

void
layerfs_done(void)
{
}

int
layerfs_snapshot(struct mount *mp, struct vnode *vp, struct timespec *ts)
{
	return EOPNOTSUPP;
}

int
layerfs_extattrctl(struct mount *mp, int cmd, struct vnode *vp,
    int attrnamespace, const char *attrname)
{
	int error;

	LOWER_CALL(
	    mp, VFS_EXTATTRCTL(LOWERMP(mp), cmd, vp, attrnamespace, attrname));
	return error;
}

int
layerfs_suspendctl(struct mount *mp, int cmd)
{
	return EOPNOTSUPP;
}

int
layerfs_renamelock_enter(struct mount *mp)
{
	return VFS_RENAMELOCK_ENTER(LOWERMP(mp));
}

void
layerfs_renamelock_exit(struct mount *mp)
{
	VFS_RENAMELOCK_EXIT(LOWERMP(mp));
}

/* Modules of layers require this one. */
MODULE(MODULE_CLASS_MISC, layerfs, NULL);

static int
layerfs_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
	case MODULE_CMD_FINI:
		return 0;
	default:
		return ENOTTY;
	}
}
