/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nullfs: the layer that changes nothing.  Everything but mounting is the
 * layer library's; see vfs/layer.
 */
#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/layer.h>
#include <miscfs/genfs/layer_extern.h>
#include <miscfs/nullfs/null.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

MODULE(MODULE_CLASS_VFS, null, "layerfs");

int (**null_vnodeop_p)(void *);

static const struct vnodeopv_entry_desc null_vnodeop_entries[] = {
    {&vop_default_desc, layer_bypass}, {&vop_lookup_desc, layer_lookup},
    {&vop_setattr_desc, layer_setattr}, {&vop_getattr_desc, layer_getattr},
    {&vop_access_desc, layer_access}, {&vop_fsync_desc, layer_fsync},
    {&vop_inactive_desc, layer_inactive}, {&vop_reclaim_desc, layer_reclaim},
    {&vop_lock_desc, layer_lock}, {&vop_print_desc, layer_print},
    {&vop_remove_desc, layer_remove}, {&vop_rename_desc, layer_rename},
    {&vop_revoke_desc, layer_revoke}, {&vop_rmdir_desc, layer_rmdir},
    {&vop_open_desc, layer_open}, {&vop_close_desc, layer_close},
    {&vop_bmap_desc, layer_bmap}, {&vop_bwrite_desc, layer_bwrite},
    {&vop_getpages_desc, layer_getpages}, {&vop_putpages_desc, layer_putpages},
    {NULL, NULL}};
static const struct vnodeopv_desc null_vnodeop_opv_desc = {
    &null_vnodeop_p, null_vnodeop_entries};
static const struct vnodeopv_desc *const nullfs_vnodeopv_descs[] = {
    &null_vnodeop_opv_desc, NULL};

static int
null_mount_lower(struct mount *mp, struct vnode *lowervp)
{
	struct null_mount *nmp;
	struct vnode *vp;
	int error;

	nmp = kmem_zalloc(sizeof(*nmp), KM_SLEEP);
	mp->mnt_data = nmp;
	/* its memory, not its being mounted */
	atomic_inc_uint(&lowervp->v_mount->mnt_refcnt);
	nmp->nullm_vfs = lowervp->v_mount;
	nmp->nullm_vnodeop_p = null_vnodeop_p;
	nmp->nullm_bypass = layer_bypass;
	nmp->nullm_alloc = layer_node_create;
	nmp->nullm_size = sizeof(struct null_node);
	nmp->nullm_tag = VT_NULL;
	if (lowervp->v_mount->mnt_flag & MNT_LOCAL)
		mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= lowervp->v_mount->mnt_iflag & IMNT_MPSAFE;

	vref(lowervp);
	error = layer_node_create(mp, lowervp, &vp);
	if (error != 0) {
		vrele(lowervp);
		vfs_destroy(nmp->nullm_vfs);
		mp->mnt_data = NULL;
		kmem_free(nmp, sizeof(*nmp));
		return error;
	}
	vp->v_vflag |= VV_ROOT;
	nmp->nullm_rootvp = vp;
	return 0;
}

int
nullfs_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct null_args *args = data;
	struct vnode *lowervp;
	int error;

	if (args == NULL || *data_len < sizeof(*args))
		return EINVAL;
	if (mp->mnt_flag & MNT_GETARGS) {
		if (MOUNTTONULLMOUNT(mp) == NULL)
			return EIO;
		args->la.target = NULL;
		*data_len = sizeof(*args);
		return 0;
	}
	if (mp->mnt_flag & MNT_UPDATE)
		return EOPNOTSUPP;
	error =
	    namei_simple_user(args->la.target, NSM_FOLLOW_NOEMULROOT, &lowervp);
	if (error != 0)
		return error;
	if (lowervp->v_type != VDIR)
		error = ENOTDIR;
	else
		error = null_mount_lower(mp, lowervp);
	vrele(lowervp);
	if (error != 0)
		return error;
	vfs_getnewfsid(mp);
	error = set_statvfs_info(path, UIO_USERSPACE, args->la.target,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
	if (error != 0)
		(void)nullfs_unmount(mp, MNT_FORCE);
	return error;
}

int
nullfs_unmount(struct mount *mp, int mntflags)
{
	struct null_mount *nmp = MOUNTTONULLMOUNT(mp);
	struct vnode *rootvp = nmp->nullm_rootvp;
	int error, flags = 0;

	if (mntflags & MNT_FORCE)
		flags |= FORCECLOSE;
	if (rootvp->v_usecount > 1 && (mntflags & MNT_FORCE) == 0)
		return EBUSY;
	error = vflush(mp, rootvp, flags);
	if (error != 0)
		return error;
	vgone(rootvp);
	vfs_destroy(nmp->nullm_vfs);
	mp->mnt_data = NULL;
	kmem_free(nmp, sizeof(*nmp));
	return 0;
}

struct vfsops nullfs_vfsops = {
    .vfs_name = MOUNT_NULL,
    .vfs_min_mount_data = sizeof(struct null_args),
    .vfs_mount = nullfs_mount,
    .vfs_start = layerfs_start,
    .vfs_unmount = nullfs_unmount,
    .vfs_root = layerfs_root,
    .vfs_quotactl = layerfs_quotactl,
    .vfs_statvfs = layerfs_statvfs,
    .vfs_sync = layerfs_sync,
    .vfs_loadvnode = layerfs_loadvnode,
    .vfs_vget = layerfs_vget,
    .vfs_fhtovp = layerfs_fhtovp,
    .vfs_vptofh = layerfs_vptofh,
    .vfs_init = layerfs_init,
    .vfs_done = layerfs_done,
    .vfs_snapshot = layerfs_snapshot,
    .vfs_extattrctl = layerfs_extattrctl,
    .vfs_suspendctl = layerfs_suspendctl,
    .vfs_renamelock_enter = layerfs_renamelock_enter,
    .vfs_renamelock_exit = layerfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = nullfs_vnodeopv_descs,
};

static int
null_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&nullfs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&nullfs_vfsops);
	default:
		return ENOTTY;
	}
}
