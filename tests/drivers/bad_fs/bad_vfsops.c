/* SPDX-License-Identifier: BSD-2-Clause */
#include "bad.h"

#include <sys/fstrans.h>
#include <sys/module.h>
#include <sys/proc.h>
#include <sys/statvfs.h>

#include <miscfs/genfs/genfs.h>

MODULE(MODULE_CLASS_VFS, bad, NULL);
VFS_PROTOS(bad);

char bad_mistake[32];
kmutex_t bad_lock;
struct mount *bad_mp;

struct vfsops bad_vfsops = {
    .vfs_name = "bad",
    .vfs_min_mount_data = sizeof(bad_mistake),
    .vfs_mount = bad_mount,
    .vfs_start = bad_start,
    .vfs_unmount = bad_unmount,
    .vfs_root = bad_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = bad_statvfs,
    .vfs_sync = bad_sync,
    .vfs_vget = bad_vget,
    .vfs_loadvnode = bad_loadvnode,
    .vfs_fhtovp = (void *)eopnotsupp,
    .vfs_vptofh = (void *)eopnotsupp,
    .vfs_init = bad_init,
    .vfs_done = bad_done,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = bad_suspendctl,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_opv_descs = bad_opv_descs,
};

static int
bad_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		mutex_init(&bad_lock, MUTEX_DEFAULT, IPL_NONE);
		return vfs_attach(&bad_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&bad_vfsops);
	default:
		return ENOTTY;
	}
}

void
bad_init(void)
{
}

void
bad_done(void)
{
}

int
bad_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	int error;

	if (data == NULL || *data_len < sizeof(bad_mistake))
		return EINVAL;
	if ((mp->mnt_flag & (MNT_GETARGS | MNT_UPDATE)) != 0)
		return EOPNOTSUPP;
	memcpy(bad_mistake, data, sizeof(bad_mistake));
	bad_mistake[sizeof(bad_mistake) - 1] = '\0';
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE;
	mp->mnt_stat.f_namemax = 255;
	mp->mnt_fs_bshift = mp->mnt_dev_bshift = DEV_BSHIFT;
	vfs_getnewfsid(mp);
	error = fstrans_mount(mp);
	if (error != 0)
		return error;
	bad_mp = mp;
	if (MISTAKE("mount_keep"))
		mutex_enter(&bad_lock);
	if (MISTAKE("mount_errno"))
		return -ENXIO;
	return set_statvfs_info(path, UIO_USERSPACE, "bad", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
}

int
bad_start(struct mount *mp, int flags)
{
	return 0;
}

int
bad_unmount(struct mount *mp, int mntflags)
{
	int error;

	error =
	    vflush(mp, NULLVP, (mntflags & MNT_FORCE) != 0 ? FORCECLOSE : 0);
	if (error == 0)
		fstrans_unmount(mp);
	return error;
}

int
bad_root(struct mount *mp, struct vnode **vpp)
{
	const ino_t ino = BAD_ROOT;
	int error;

	if (MISTAKE("root_null")) {
		*vpp = NULL;
		return 0;
	}
	error = vcache_get(mp, &ino, sizeof(ino), vpp);
	if (error == 0 && !MISTAKE("root_unlocked"))
		error = vn_lock(*vpp, LK_EXCLUSIVE);
	return error;
}

int
bad_statvfs(struct mount *mp, struct statvfs *sbp)
{
	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = DEV_BSIZE;
	sbp->f_blocks = 1;
	sbp->f_files = 3;
	copy_statvfs_info(sbp, mp);
	if (MISTAKE("statvfs_keep"))
		mutex_enter(&bad_lock);
	return 0;
}

int
bad_sync(struct mount *mp, int waitfor, kauth_cred_t cred)
{
	return 0;
}

int
bad_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	return EOPNOTSUPP;
}

int
bad_suspendctl(struct mount *mp, int cmd)
{
	return fstrans_setstate(
	    mp, cmd == SUSPEND_SUSPEND ? FSTRANS_SUSPENDED : FSTRANS_NORMAL);
}

static const struct genfs_ops bad_genfsops = {
    .gop_size = genfs_size,
    .gop_alloc = NULL,
    .gop_write = genfs_gop_write,
};

int
bad_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	static ino_t other = 99;
	struct bad_node *bn;

	bn = kmem_zalloc(sizeof(*bn), KM_SLEEP);
	memcpy(&bn->bn_ino, key, sizeof(bn->bn_ino));
	bn->bn_vnode = vp;
	if (!MISTAKE("load_op") || bn->bn_ino == BAD_ROOT)
		vp->v_op = bad_vnodeop_p;
	vp->v_tag = VT_NON;
	vp->v_type = bn->bn_ino == BAD_FILE || bn->bn_ino == BAD_NEW ? VREG
	    : bn->bn_ino == BAD_LINK                                 ? VLNK
								     : VDIR;
	if (bn->bn_ino == BAD_ROOT)
		vp->v_vflag |= VV_ROOT;
	vp->v_data = bn;
	genfs_node_init(vp, &bad_genfsops);
	uvm_vnp_setsize(vp, 4 * DEV_BSIZE);
	*new_key = &bn->bn_ino;
	if (bn->bn_ino == BAD_ROOT)
		return 0;
	if (MISTAKE("load_key"))
		*new_key = key;
	if (MISTAKE("load_nokey"))
		*new_key = NULL;
	if (MISTAKE("load_another"))
		*new_key = &other;
	return 0;
}
