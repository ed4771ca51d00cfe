/* SPDX-License-Identifier: BSD-2-Clause */
#include "kitly.h"

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/statvfs.h>
#include <sys/systm.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/layer.h>
#include <miscfs/genfs/layer_extern.h>

#include "ktest.h"
#include "vopcheck.h"

MODULE(MODULE_CLASS_VFS, kitly, "layerfs");
VFS_PROTOS(kitly);

unsigned int kitly_bypassed;

static const struct vnodeopv_desc *const kitly_opv_descs[];

struct vfsops kitly_vfsops = {
    .vfs_name = "kitly",
    .vfs_min_mount_data = sizeof(struct kitly_args),
    .vfs_mount = kitly_mount,
    .vfs_start = layerfs_start,
    .vfs_unmount = kitly_unmount,
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
    .vfs_opv_descs = kitly_opv_descs,
};

static int
kitly_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&kitly_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&kitly_vfsops);
	default:
		return ENOTTY;
	}
}

/* The bypass of this layer: counts. */
static int
kitly_bypass(void *v)
{
	kitly_bypassed++;
	return layer_bypass(v);
}

int
kitly_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct kitly_args *args = data;
	struct layer_mount *lmp;
	struct nameidata nd;
	struct pathbuf *pb;
	struct vnode *lower, *vp;
	int error;

	if (args == NULL || *data_len < sizeof *args)
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		args->ka_target = NULL;
		args->ka_shift = VFSTOKITLY(mp)->km_shift;
		*data_len = sizeof *args;
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return EOPNOTSUPP;
	error = pathbuf_copyin(args->ka_target, &pb);
	if (error != 0)
		return error;
	NDINIT(&nd, LOOKUP, FOLLOW | LOCKLEAF, pb);
	error = namei(&nd);
	pathbuf_destroy(pb);
	if (error != 0)
		return error;
	lower = nd.ni_vp;
	VOP_UNLOCK(lower);
	if (lower->v_type != VDIR) {
		vrele(lower);
		return ENOTDIR;
	}
	lmp = kmem_zalloc(sizeof(struct kitly_mount), KM_SLEEP);
	lmp->layerm_vfs = lower->v_mount;
	lmp->layerm_size = sizeof(struct kitly_node);
	lmp->layerm_tag = VT_UMAP;
	lmp->layerm_bypass = kitly_bypass;
	lmp->layerm_vnodeop_p = kitly_vnodeop_p;
	((struct kitly_mount *)lmp)->km_shift = args->ka_shift;
	mp->mnt_data = lmp;
	vopcheck_mpsafe = (lower->v_mount->mnt_iflag & IMNT_MPSAFE) != 0;
	if (vopcheck_mpsafe)
		mp->mnt_iflag |= IMNT_MPSAFE;
	error = layer_node_create(mp, lower, &vp);
	if (error != 0) {
		vrele(lower);
		kmem_free(lmp, sizeof(struct kitly_mount));
		mp->mnt_data = NULL;
		return error;
	}
	KEQ(VOP_ISLOCKED(vp), 0);
	vp->v_vflag |= VV_ROOT;
	lmp->layerm_rootvp = vp;
	return set_statvfs_info(path, UIO_USERSPACE, args->ka_target,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
}

int
kitly_unmount(struct mount *mp, int mntflags)
{
	struct layer_mount *lmp = MOUNTTOLAYERMOUNT(mp);
	struct vnode *rootvp = lmp->layerm_rootvp;
	bool force = (mntflags & MNT_FORCE) != 0;
	int error;

	error = vflush(mp, rootvp, force ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	if (rootvp->v_usecount > 1 && !force)
		return EBUSY;
	vgone(rootvp);
	kmem_free(lmp, sizeof(struct kitly_mount));
	mp->mnt_data = NULL;
	return 0;
}

/* --- operations that are not only passed on -------------------------------- */

static int
kitly_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vattr *va = ap->a_vap;
	int error;

	error = layer_getattr(v);
	if (error != 0)
		return error;
	va->va_uid += (uid_t)VFSTOKITLY(ap->a_vp->v_mount)->km_shift;
	return 0;
}

static int
kitly_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vattr *va = ap->a_vap;

	if (va->va_uid != (uid_t)VNOVAL)
		va->va_uid -= (uid_t)VFSTOKITLY(ap->a_vp->v_mount)->km_shift;
	return layer_setattr(v);
}

static int
kitly_read(void *v)
{
	struct vop_read_args *ap = v;

	VTOKITLY(ap->a_vp)->ly_reads++;
	return kitly_bypass(v);
}

int (**kitly_own_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc entries[] = {
    {&vop_default_desc, kitly_bypass},
    {&vop_lookup_desc, layer_lookup},
    {&vop_setattr_desc, kitly_setattr},
    {&vop_getattr_desc, kitly_getattr},
    {&vop_access_desc, layer_access},
    {&vop_open_desc, layer_open},
    {&vop_close_desc, layer_close},
    {&vop_read_desc, kitly_read},
    {&vop_lock_desc, layer_lock},
    {&vop_fsync_desc, layer_fsync},
    {&vop_inactive_desc, layer_inactive},
    {&vop_reclaim_desc, layer_reclaim},
    {&vop_print_desc, layer_print},
    {&vop_remove_desc, layer_remove},
    {&vop_rename_desc, layer_rename},
    {&vop_revoke_desc, layer_revoke},
    {&vop_rmdir_desc, layer_rmdir},
    {&vop_bwrite_desc, layer_bwrite},
    {&vop_bmap_desc, layer_bmap},
    {&vop_getpages_desc, layer_getpages},
    {&vop_putpages_desc, layer_putpages},
    {NULL, NULL},
};

int (**kitly_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc checked_entries[] = {
    {&vop_default_desc, vopcheck},
    {NULL, NULL},
};
static const struct vnodeopv_desc descs[] = {
    {&kitly_own_vnodeop_p, entries},
    {&kitly_vnodeop_p, checked_entries},
};
static const struct vnodeopv_desc *const kitly_opv_descs[] = {
    &descs[0],
    &descs[1],
    NULL,
};
const struct vopcheck_vector vopcheck_vectors[] = {
    {&kitly_vnodeop_p, &kitly_own_vnodeop_p},
    {NULL, NULL},
};
