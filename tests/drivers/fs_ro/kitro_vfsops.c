/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting, and from numbers to vnodes.
 */
#include <sys/param.h>

#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

#include "kitro.h"
#include "vopcheck.h"

MODULE(MODULE_CLASS_VFS, kitro, NULL);
VFS_PROTOS(kitro);

static struct pool kitro_pool;
static struct sysctllog *kitro_log;
static int inits;

struct vfsops kitro_vfsops = {
    .vfs_name = "kitro",
    .vfs_min_mount_data = sizeof(struct kitro_args),
    .vfs_mount = kitro_mount,
    .vfs_start = kitro_start,
    .vfs_unmount = kitro_unmount,
    .vfs_root = kitro_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = kitro_statvfs,
    .vfs_sync = kitro_sync,
    .vfs_vget = kitro_vget,
    .vfs_loadvnode = kitro_loadvnode,
    .vfs_fhtovp = kitro_fhtovp,
    .vfs_vptofh = kitro_vptofh,
    .vfs_init = kitro_init,
    .vfs_reinit = kitro_reinit,
    .vfs_done = kitro_done,
    .vfs_mountroot = kitro_mountroot,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = (void *)eopnotsupp,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = kitro_opv_descs,
};

const struct vopcheck_vector vopcheck_vectors[] = {
    {&kitro_vnodeop_p, &kitro_own_vnodeop_p},
    {&kitro_specop_p, &kitro_own_specop_p},
    {&kitro_fifoop_p, &kitro_own_fifoop_p},
    {NULL, NULL},
};

static int
kitro_modcmd(modcmd_t cmd, void *arg)
{
	int error;

	switch (cmd) {
	case MODULE_CMD_INIT:
		error = kitro_dev_attach();
		if (error != 0)
			return error;
		error = vfs_attach(&kitro_vfsops);
		if (error != 0)
			break;
		return sysctl_createv(&kitro_log, 0, NULL, NULL,
		    CTLFLAG_PERMANENT, CTLTYPE_NODE, "kitro",
		    SYSCTL_DESCR("a read-only file system"), NULL, 0, NULL, 0,
		    CTL_VFS, CTL_CREATE, CTL_EOL);
	case MODULE_CMD_FINI:
		error = vfs_detach(&kitro_vfsops);
		if (error != 0)
			return error;
		sysctl_teardown(&kitro_log);
		break;
	default:
		return ENOTTY;
	}
	(void)kitro_dev_detach();
	return error;
}

void
kitro_init(void)
{
	inits++;
	pool_init(&kitro_pool, sizeof(struct kitro_node), 0, 0, 0, "kitro",
	    &pool_allocator_nointr, IPL_NONE);
}

unsigned int kitro_reinits;

void
kitro_reinit(void)
{
	kitro_reinits++;
}

void
kitro_done(void)
{
	KASSERT(inits == 1);
	inits--;
	pool_destroy(&kitro_pool);
}

/*
 * Reads the superblock of a device that is open, and fills in mp.
 */
static int
mountfs(struct vnode *devvp, struct mount *mp, int flags)
{
	struct kitro_mount *km;
	struct buf *bp;
	uint64_t numsec;
	unsigned int secsize;
	int error;

	error = getdisksize(devvp, &numsec, &secsize);
	if (error != 0)
		return error;
	error =
	    bread(devvp, KITRO_SB_OFFSET / DEV_BSIZE, DEV_BSIZE * 2, 0, &bp);
	if (error != 0)
		return error;
	km = kmem_zalloc(sizeof *km, KM_SLEEP);
	error = kitro_decode_super(km, bp->b_data);
	/* it is not looked at again */
	brelse(bp, BC_AGE);
	if (error == 0 &&
	    numsec * secsize < (uint64_t)km->km_blocks * KITRO_BSIZE)
		error = EINVAL;
	if (error != 0) {
		kmem_free(km, sizeof *km);
		return error;
	}
	km->km_devvp = devvp;
	km->km_dev = devvp->v_rdev;
	km->km_flags = flags;
	km->km_unitshift = (flags & KITRO_BIGUNITS) ? KITRO_BSHIFT : DEV_BSHIFT;
	mp->mnt_data = km;
	mp->mnt_stat.f_fsidx.__fsid_val[0] = (int32_t)km->km_dev;
	mp->mnt_stat.f_fsidx.__fsid_val[1] = makefstype("kitro");
	mp->mnt_stat.f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
	mp->mnt_stat.f_namemax = 255;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_DTYPE;
	vopcheck_mpsafe = (flags & KITRO_MPSAFE) != 0;
	if (vopcheck_mpsafe)
		mp->mnt_iflag |= IMNT_MPSAFE;
	mp->mnt_fs_bshift = KITRO_BSHIFT;
	mp->mnt_dev_bshift = km->km_unitshift;
	spec_node_setmountedfs(devvp, mp);
	return 0;
}

/* The device of a path, referenced and unlocked, if one may mount it. */
static int
device(const char *fspec, struct vnode **devvpp)
{
	struct vnode *devvp;
	int error;

	error = namei_simple_user(fspec, NSM_FOLLOW_NOEMULROOT, &devvp);
	if (error != 0)
		return error;
	if (devvp->v_type != VBLK)
		error = ENOTBLK;
	else if (bdevsw_lookup(devvp->v_rdev) == NULL)
		error = ENXIO;
	if (error == 0) {
		vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
		error = kauth_authorize_system(curlwp->l_cred,
		    KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_DEVICE, curlwp,
		    devvp, KAUTH_ARG(VREAD));
		VOP_UNLOCK(devvp);
	}
	if (error != 0)
		vrele(devvp);
	else
		*devvpp = devvp;
	return error;
}

static int
update(struct mount *mp, struct kitro_args *args)
{
	struct kitro_mount *km = mp->mnt_data;

	if ((mp->mnt_iflag & IMNT_WANTRDWR) != 0)
		return EROFS;
	if ((mp->mnt_flag & MNT_RELOAD) != 0) {
		km->km_flags = args->ka_flags;
		return 0;
	}
	return args->ka_fspec == NULL ? EOPNOTSUPP : EINVAL;
}

int
kitro_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct kitro_args *args = data;
	struct vnode *devvp;
	int error;

	if (args == NULL || *data_len < sizeof *args)
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		memset(args, 0, sizeof *args);
		args->ka_flags = VFSTOKITRO(mp)->km_flags;
		*data_len = sizeof *args;
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return update(mp, args);
	if ((mp->mnt_flag & MNT_RDONLY) == 0)
		return EROFS;
	error = device(args->ka_fspec, &devvp);
	if (error != 0)
		return error;
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(devvp, FREAD, FSCRED);
	VOP_UNLOCK(devvp);
	if (error != 0) {
		vrele(devvp);
		return error;
	}
	error = mountfs(devvp, mp, args->ka_flags);
	if (error != 0) {
		vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_CLOSE(devvp, FREAD, NOCRED);
		vput(devvp);
		return error;
	}
	return set_statvfs_info(path, UIO_USERSPACE, args->ka_fspec,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
}

/* A kernel with a root device calls it: here a test plays that. */
int
kitro_mountroot(void)
{
	struct mount *mp;
	int error;

	if (root_device == NULL || device_class(root_device) != DV_DISK)
		return ENODEV;
	error = vfs_rootmountalloc("kitro", "root_device", &mp);
	if (error != 0)
		return error;
	error = mountfs(rootvp, mp, 0);
	if (error != 0) {
		vfs_unbusy(mp, false, NULL);
		vfs_destroy(mp);
		return error;
	}
	mountlist_append(mp);
	(void)kitro_statvfs(mp, &mp->mnt_stat);
	vfs_unbusy(mp, false, NULL);
	setrootfstime(VFSTOKITRO(mp)->km_time);
	return 0;
}

int
kitro_start(struct mount *mp, int flags)
{
	return 0;
}

int
kitro_unmount(struct mount *mp, int mntflags)
{
	struct kitro_mount *km = VFSTOKITRO(mp);
	int error, flags = 0;

	if ((mntflags & MNT_FORCE) != 0)
		flags |= FORCECLOSE;
	error = vflush(mp, NULLVP, flags);
	if (error != 0)
		return error;
	if (km->km_devvp->v_type != VBAD)
		spec_node_setmountedfs(km->km_devvp, NULL);
	vn_lock(km->km_devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)VOP_CLOSE(km->km_devvp, FREAD, NOCRED);
	vput(km->km_devvp);
	kmem_free(km, sizeof *km);
	mp->mnt_data = NULL;
	mp->mnt_flag &= ~MNT_LOCAL;
	return 0;
}

int
kitro_root(struct mount *mp, struct vnode **vpp)
{
	return VFS_VGET(mp, VFSTOKITRO(mp)->km_root, vpp);
}

int
kitro_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct kitro_mount *km = VFSTOKITRO(mp);

	sbp->f_bsize = KITRO_BSIZE;
	sbp->f_frsize = KITRO_BSIZE;
	sbp->f_iosize = KITRO_BSIZE;
	sbp->f_blocks = km->km_blocks;
	sbp->f_bfree = 0;
	sbp->f_bavail = 0;
	sbp->f_bresvd = 0;
	sbp->f_files = km->km_inodes;
	sbp->f_ffree = 0;
	sbp->f_favail = 0;
	sbp->f_fresvd = 0;
	copy_statvfs_info(sbp, mp);
	return 0;
}

int
kitro_sync(struct mount *mp, int waitfor, kauth_cred_t cred)
{
	return 0;
}

int
kitro_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	int error;

	error = vcache_get(mp, &ino, sizeof ino, vpp);
	if (error != 0)
		return error;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

static void
set_vector(struct vnode *vp, struct kitro_node *kn)
{
	switch (vp->v_type) {
	case VBLK:
	case VCHR:
		vp->v_op = kitro_specop_p;
		spec_node_init(vp, kn->kr_rdev);
		break;
	case VFIFO:
		vp->v_op = kitro_fifoop_p;
		break;
	default:
		vp->v_op = kitro_vnodeop_p;
		break;
	}
}

int
kitro_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct kitro_mount *km = VFSTOKITRO(mp);
	struct kitro_node *kn;
	struct buf *bp;
	uint64_t off;
	ino_t ino;
	int error;

	KASSERT(key_len == sizeof ino);
	memcpy(&ino, key, sizeof ino);
	if (ino >= km->km_inodes)
		return ENOENT;
	atomic_inc_uint(&km->km_loads[ino]);
	if ((km->km_flags & KITRO_SLOWLOAD) != 0)
		kpause("kitro", false, MAX(1, hz / 10), NULL);
	off = (uint64_t)km->km_itable * KITRO_BSIZE + ino * KITRO_INODE_SIZE;
	error = bread(km->km_devvp,
	    (daddr_t)(off / KITRO_BSIZE * (KITRO_BSIZE / DEV_BSIZE)),
	    KITRO_BSIZE, 0, &bp);
	if (error != 0)
		return error;
	kn = pool_get(&kitro_pool, PR_WAITOK);
	memset(kn, 0, sizeof *kn);
	kn->kr_ino = ino;
	kn->kr_mount = km;
	kn->kr_vnode = vp;
	error = kitro_decode_inode(kn, (char *)bp->b_data + off % KITRO_BSIZE);
	brelse(bp, 0);
	if (error != 0) {
		pool_put(&kitro_pool, kn);
		return error;
	}
	vp->v_tag = VT_EFS;
	vp->v_type = IFTOVT(kn->kr_mode);
	if (ino == km->km_root)
		vp->v_vflag |= VV_ROOT;
	vp->v_data = kn;
	set_vector(vp, kn);
	genfs_node_init(
	    vp, kn->kr_packed ? &kitro_packed_genfsops : &kitro_genfsops);
	uvm_vnp_setsize(vp, (voff_t)kn->kr_size);
	*new_key = &kn->kr_ino;
	return 0;
}

/* The end of kitro_reclaim(), since the pool is here. */
void kitro_node_free(struct kitro_node *kn);

void
kitro_node_free(struct kitro_node *kn)
{
	pool_put(&kitro_pool, kn);
}

int
kitro_fhtovp(struct mount *mp, struct fid *fhp, struct vnode **vpp)
{
	struct kitro_fid kf;
	struct vnode *vp;
	int error;

	if (fhp->fid_len != sizeof kf)
		return EINVAL;
	memcpy(&kf, fhp, sizeof kf);
	error = VFS_VGET(mp, kf.kf_ino, &vp);
	if (error != 0)
		return error == ENOENT ? ESTALE : error;
	if (VTOKITRO(vp)->kr_gen != kf.kf_gen) {
		vput(vp);
		return ESTALE;
	}
	*vpp = vp;
	return 0;
}

int
kitro_vptofh(struct vnode *vp, struct fid *fhp, size_t *fh_size)
{
	struct kitro_fid kf;
	size_t room = *fh_size;

	*fh_size = sizeof kf;
	if (room < sizeof kf)
		return E2BIG;
	memset(&kf, 0, sizeof kf);
	kf.kf_fid.fid_len = sizeof kf;
	kf.kf_ino = (uint32_t)VTOKITRO(vp)->kr_ino;
	kf.kf_gen = VTOKITRO(vp)->kr_gen;
	memcpy(fhp, &kf, sizeof kf);
	return 0;
}
