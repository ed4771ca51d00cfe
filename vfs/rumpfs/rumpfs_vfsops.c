/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs: mounting.  One instance is mounted on / at boot; more can be
 * mounted like any other file system.
 */
#include "rumpfs_impl.h"

#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/systm.h>
#include <sys/vnode_impl.h>

#include <miscfs/specfs/specdev.h>

#include <rump-sys/rumpblk.h>
#include <rump-sys/vfs.h>
#include <rump/rumpfs.h>

#include "../vnops/vnops_impl.h"

static int rumpfs_mount(struct mount *, const char *, void *, size_t *);
static int rumpfs_start(struct mount *, int);
static int rumpfs_unmount(struct mount *, int);
static int rumpfs_root(struct mount *, struct vnode **);
static int rumpfs_statvfs(struct mount *, struct statvfs *);
static int rumpfs_sync(struct mount *, int, struct kauth_cred *);
static int rumpfs_vget(struct mount *, ino_t, struct vnode **);
static int rumpfs_loadvnode(
    struct mount *, struct vnode *, const void *, size_t, const void **);
static void rumpfs_init(void);

static const struct vnodeopv_desc *const rumpfs_opv_descs[] = {
    &rump_vnodeop_opv_desc, &rump_specop_opv_desc, &rump_fifoop_opv_desc, NULL};

struct vfsops rumpfs_vfsops = {
    .vfs_name = MOUNT_RUMPFS,
    .vfs_min_mount_data = 0,
    .vfs_mount = rumpfs_mount,
    .vfs_start = rumpfs_start,
    .vfs_unmount = rumpfs_unmount,
    .vfs_root = rumpfs_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = rumpfs_statvfs,
    .vfs_sync = rumpfs_sync,
    .vfs_vget = rumpfs_vget,
    .vfs_loadvnode = rumpfs_loadvnode,
    .vfs_fhtovp = (void *)eopnotsupp,
    .vfs_vptofh = (void *)eopnotsupp,
    .vfs_init = rumpfs_init,
    .vfs_mountroot = rumpfs_mountroot,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = (void *)eopnotsupp,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = rumpfs_opv_descs,
};

static void
rumpfs_init(void)
{
}

/* Common to the root and later mounts. */
static void
rumpfs_mountinit(struct mount *mp)
{
	struct rumpfs_mount *rfsmp;
	struct rumpfs_node *rn;

	rfsmp = kmem_zalloc(sizeof(*rfsmp), KM_SLEEP);
	rn = rumpfs_node_create(VDIR, 0755, NULL);
	rumpfs_dir_setparent(rn, rn);
	rfsmp->rfsmp_root = rn;
	mp->mnt_data = rfsmp;
	mp->mnt_stat.f_namemax = KERNEL_NAME_MAX;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE;
	mp->mnt_fs_bshift = DEV_BSHIFT;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	vfs_getnewfsid(mp);
}

static int
rumpfs_mount(struct mount *mp, const char *path, void *data, size_t *len)
{
	int error;

	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		*len = 0;
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return 0;
	error = set_statvfs_info(path, UIO_USERSPACE, "rumpfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
	if (error == 0)
		rumpfs_mountinit(mp);
	return error;
}

static int
rumpfs_start(struct mount *mp, int flags)
{
	return 0;
}

/* Free a tree, however deep it is; no vnodes are left. */
static void
rumpfs_freetree(struct rumpfs_node *top)
{
	struct rumpfs_node *dn = top, *up, *rn;
	struct rumpfs_dent *rd;

	while (dn != NULL) {
		rd = TAILQ_FIRST(&dn->rn_dir.d_list);
		if (rd == NULL) {
			up = dn == top ? NULL : dn->rn_dir.d_parent;
			rumpfs_node_free(dn);
			dn = up;
			continue;
		}
		rn = rd->rd_node;
		rumpfs_dir_remove(dn, rd);
		if (rn == NULL)
			continue;
		if (rn->rn_va.va_type == VDIR)
			dn = rn;
		else if (rn->rn_va.va_nlink-- == 1)
			rumpfs_node_free(rn);
	}
}

static int
rumpfs_unmount(struct mount *mp, int mntflags)
{
	struct rumpfs_mount *rfsmp = VFSTORUMPFS(mp);
	int error, flags = 0;

	if ((mntflags & MNT_FORCE) != 0)
		flags |= FORCECLOSE;
	/* The root's own reference of the kernel. */
	if (rootvnode != NULL && rootvnode->v_mount == mp) {
		if (vrefcnt(rootvnode) > 1 && (mntflags & MNT_FORCE) == 0)
			return EBUSY;
		vrele(rootvnode);
		rootvnode = NULL;
		rootvp = NULL;
	}
	error = vflush(mp, NULL, flags);
	if (error)
		return error;
	rumpfs_freetree(rfsmp->rfsmp_root);
	kmem_free(rfsmp, sizeof(*rfsmp));
	mp->mnt_data = NULL;
	return 0;
}

static int
rumpfs_root(struct mount *mp, struct vnode **vpp)
{
	struct rumpfs_node *rn = VFSTORUMPFS(mp)->rfsmp_root;
	int error;

	error = vcache_get(mp, &rn, sizeof(rn), vpp);
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
rumpfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = RUMPFS_PAGESIZE;
	sbp->f_blocks = sbp->f_bfree = sbp->f_bavail = 0;
	sbp->f_bresvd = 0;
	sbp->f_files = sbp->f_ffree = sbp->f_favail = 0;
	sbp->f_fresvd = 0;
	copy_statvfs_info(sbp, mp);
	return 0;
}

static int
rumpfs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	return 0;
}

static int
rumpfs_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	return EOPNOTSUPP;
}

static int
rumpfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t keylen, const void **new_key)
{
	static const struct genfs_ops rumpfs_genfsops = {
	    .gop_size = genfs_size,
	    .gop_write = genfs_gop_write,
	};
	struct rumpfs_node *rn;

	if (keylen != sizeof(rn))
		return EINVAL;
	memcpy(&rn, key, keylen);
	vp->v_tag = VT_RUMP;
	vp->v_type = rn->rn_va.va_type;
	vp->v_data = rn;
	switch (vp->v_type) {
	case VBLK:
	case VCHR:
		vp->v_op = rump_specop_p;
		spec_node_init(vp, rn->rn_va.va_rdev);
		break;
	case VFIFO:
		vp->v_op = rump_fifoop_p;
		break;
	default:
		vp->v_op = rump_vnodeop_p;
		break;
	}
	if (rn == VFSTORUMPFS(mp)->rfsmp_root)
		vp->v_vflag |= VV_ROOT;
	genfs_node_init(vp, &rumpfs_genfsops);
	uvm_vnp_setsize(vp, vp->v_type == VREG ? (voff_t)rn->rn_va.va_size : 0);
	rn->rn_vp = vp;
	/* The key is the node's address. */
	rn->rn_self = rn;
	*new_key = &rn->rn_self;
	return 0;
}

/* Mount the root at boot; vfs_attach() is done. */
int
rumpfs_mountroot(void)
{
	struct mount *mp;
	int error;

	error = vfs_rootmountalloc(MOUNT_RUMPFS, "rootdev", &mp);
	if (error)
		return error;
	rumpfs_mountinit(mp);
	mountlist_append(mp);
	error = set_statvfs_info("/", UIO_SYSSPACE, "rumpfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
	mp->mnt_flag = (mp->mnt_flag & ~MNT_RDONLY) | MNT_ROOTFS;
	vfs_unbusy(mp, false, NULL);
	if (error)
		return error;
	error = VFS_ROOT(mp, &rootvnode);
	if (error)
		return error;
	VOP_UNLOCK(rootvnode);
	error = rumpblk_init();
	if (error)
		return error;
	rumpfs_etfs_init();
	rumpfs_etfs_hooks();
	cwd_setroot(rootvnode);
	rumpfs_dev_init();
	return 0;
}
