/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/extattr.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

#include "kitrw.h"
#include "ktest.h"
#include "vopcheck.h"

MODULE(MODULE_CLASS_VFS, kitrw, NULL);
VFS_PROTOS(kitrw);

static pool_cache_t node_cache;
static unsigned int generation = 1;

struct vfsops kitrw_vfsops = {
    .vfs_name = "kitrw",
    .vfs_min_mount_data = sizeof(struct kitrw_args),
    .vfs_mount = kitrw_mount,
    .vfs_start = kitrw_start,
    .vfs_unmount = kitrw_unmount,
    .vfs_root = kitrw_root,
    .vfs_quotactl = kitrw_quotactl,
    .vfs_statvfs = kitrw_statvfs,
    .vfs_sync = kitrw_sync,
    .vfs_vget = kitrw_vget,
    .vfs_loadvnode = kitrw_loadvnode,
    .vfs_newvnode = kitrw_newvnode,
    .vfs_fhtovp = kitrw_fhtovp,
    .vfs_vptofh = kitrw_vptofh,
    .vfs_init = kitrw_init,
    .vfs_done = kitrw_done,
    .vfs_snapshot = kitrw_snapshot,
    .vfs_extattrctl = kitrw_extattrctl,
    .vfs_suspendctl = kitrw_suspendctl,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_opv_descs = kitrw_opv_descs,
};

static int
kitrw_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		vopcheck_mpsafe = true;
		return vfs_attach(&kitrw_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&kitrw_vfsops);
	default:
		return ENOTTY;
	}
}

void
kitrw_init(void)
{
	node_cache = pool_cache_init(sizeof(struct kitrw_node), 0, 0, 0,
	    "kitrw", NULL, IPL_NONE, NULL, NULL, NULL);
}

void
kitrw_done(void)
{
	pool_cache_destroy(node_cache);
}

void
kitrw_node_free(struct kitrw_node *kn)
{
	pool_cache_put(node_cache, kn);
}

/* Says on the disk whether the file system is in order. */
static int
mark_clean(struct kitrw_mount *km, bool clean)
{
	struct buf *bp;
	int error;

	error = bread(km->km_devvp, KITRW_SB_BLOCK * (KITRW_BSIZE / DEV_BSIZE),
	    KITRW_BSIZE, B_MODIFY, &bp);
	if (error != 0)
		return error;
	le32enc((unsigned char *)bp->b_data + 28, clean);
	return bwrite(bp);
}

static int
read_super(struct kitrw_mount *km)
{
	uint64_t numsec;
	unsigned int secsize;
	unsigned char *b;
	struct buf *bp;
	int error;

	error = getdisksize(km->km_devvp, &numsec, &secsize);
	if (error != 0)
		return error;
	error = bread(km->km_devvp, KITRW_SB_BLOCK * (KITRW_BSIZE / DEV_BSIZE),
	    KITRW_BSIZE, 0, &bp);
	if (error != 0)
		return error;
	b = bp->b_data;
	km->km_blocks = le32dec(b + 8);
	km->km_inodes = le32dec(b + 12);
	km->km_data = le32dec(b + 16);
	km->km_log = le32dec(b + 20);
	km->km_logblocks = le32dec(b + 24);
	if (memcmp(b, KITRW_MAGIC, sizeof KITRW_MAGIC) != 0 ||
	    km->km_blocks > KITRW_BSIZE * NBBY ||
	    km->km_inodes > KITRW_BSIZE * NBBY ||
	    (uint64_t)km->km_blocks * KITRW_BSIZE > numsec * secsize ||
	    km->km_data <
		KITRW_INODE_BLOCK + howmany(km->km_inodes, KITRW_PERBLOCK) ||
	    km->km_data >= km->km_log || km->km_log > km->km_blocks ||
	    km->km_logblocks > km->km_blocks - km->km_log)
		error = EINVAL;
	brelse(bp, 0);
	return error;
}

/* Everything between an open device and a file system that works. */
static int
mountfs(struct mount *mp, struct vnode *devvp)
{
	struct kitrw_mount *km;
	int error;

	km = kmem_zalloc(sizeof *km, KM_SLEEP);
	km->km_mount = mp;
	km->km_devvp = devvp;
	km->km_dev = devvp->v_rdev;
	km->km_ronly = (mp->mnt_flag & MNT_RDONLY) != 0;
	mutex_init(&km->km_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&km->km_quotas);
	error = read_super(km);
	if (error != 0)
		goto bad;
	mp->mnt_data = km;
	mp->mnt_stat.f_fsidx.__fsid_val[0] = (int32_t)km->km_dev;
	mp->mnt_stat.f_fsidx.__fsid_val[1] = makefstype("kitrw");
	mp->mnt_stat.f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
	mp->mnt_stat.f_namemax = KITRW_NAMEMAX;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_DTYPE | IMNT_CAN_RWTORO;
	mp->mnt_fs_bshift = KITRW_BSHIFT;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	spec_node_setmountedfs(devvp, mp);
	error = fstrans_mount(mp);
	if (error != 0)
		goto unset;
	error = kitrw_log_replay(km);
	if (error == 0)
		error = kitrw_count_free(km);
	if (error == 0)
		error = kitrw_log_start(km);
	if (error == 0 && !km->km_ronly)
		error = mark_clean(km, false);
	if (error == 0)
		return 0;
	(void)vflush(mp, NULLVP, FORCECLOSE);
	(void)kitrw_log_stop(km, 1);
	fstrans_unmount(mp);
unset:
	spec_node_setmountedfs(devvp, NULL);
	mp->mnt_data = NULL;
bad:
	kitrw_quota_drop(km);
	mutex_destroy(&km->km_lock);
	kmem_free(km, sizeof *km);
	return error;
}

static int
device(const char *fspec, mode_t mode, struct vnode **devvpp)
{
	int error;

	error = namei_simple_user(fspec, NSM_FOLLOW_NOEMULROOT, devvpp);
	if (error != 0)
		return error;
	if ((*devvpp)->v_type != VBLK)
		error = ENOTBLK;
	else if (bdevsw_lookup((*devvpp)->v_rdev) == NULL)
		error = ENXIO;
	else
		error = kauth_authorize_system(curlwp->l_cred,
		    KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_DEVICE, *devvpp,
		    KAUTH_ARG(mode), NULL);
	if (error != 0)
		vrele(*devvpp);
	return error;
}

/* From reading to writing or back. */
static int
update(struct mount *mp)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	int error;

	K(mutex_owned(&mp->mnt_updating));
	if (km->km_ronly && (mp->mnt_iflag & IMNT_WANTRDWR) != 0) {
		km->km_ronly = false;
		mp->mnt_flag &= ~MNT_RDONLY;
		error = kitrw_log_start(km);
		if (error == 0)
			error = mark_clean(km, false);
		return error;
	}
	if (!km->km_ronly && (mp->mnt_flag & MNT_RDONLY) != 0) {
		error = vflush(mp, NULLVP,
		    WRITECLOSE | ((mp->mnt_flag & MNT_FORCE) ? FORCECLOSE : 0));
		if (error == 0)
			error = VFS_SYNC(mp, MNT_WAIT, curlwp->l_cred);
		if (error == 0)
			error = kitrw_log_stop(km, 0);
		if (error == 0)
			error = mark_clean(km, true);
		if (error == 0)
			km->km_ronly = true;
		return error;
	}
	return 0;
}

int
kitrw_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct kitrw_args *args = data;
	bool ronly = (mp->mnt_flag & MNT_RDONLY) != 0;
	int fmode = ronly ? FREAD : FREAD | FWRITE, error;
	struct vnode *devvp;

	if (args == NULL || *data_len < sizeof *args)
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		args->ka_fspec = NULL;
		*data_len = sizeof *args;
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return update(mp);
	error = device(args->ka_fspec, ronly ? VREAD : VREAD | VWRITE, &devvp);
	if (error != 0)
		return error;
	/* later it may be wanted for writing */
	fmode = FREAD | FWRITE;
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(devvp, fmode, FSCRED);
	VOP_UNLOCK(devvp);
	if (error != 0) {
		vrele(devvp);
		return error;
	}
	error = mountfs(mp, devvp);
	if (error != 0) {
		vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_CLOSE(devvp, fmode, NOCRED);
		vput(devvp);
		return error;
	}
	return set_statvfs_info(path, UIO_USERSPACE, args->ka_fspec,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
}

int
kitrw_start(struct mount *mp, int flags)
{
	return 0;
}

int
kitrw_unmount(struct mount *mp, int mntflags)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	bool force = (mntflags & MNT_FORCE) != 0;
	int error;

	error = vflush(mp, NULLVP, force ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	error = kitrw_log_stop(km, force);
	if (error != 0)
		return error;
	vn_lock(km->km_devvp, LK_EXCLUSIVE | LK_RETRY);
	if (!km->km_ronly) {
		error = vflushbuf(km->km_devvp, FSYNC_WAIT);
		if (error == 0)
			error = mark_clean(km, true);
		if (error != 0 && !force) {
			VOP_UNLOCK(km->km_devvp);
			return error;
		}
	}
	if (km->km_devvp->v_type != VBAD)
		spec_node_setmountedfs(km->km_devvp, NULL);
	(void)vinvalbuf(km->km_devvp, V_SAVE, NOCRED, curlwp, false, 0);
	(void)VOP_CLOSE(km->km_devvp, FREAD | FWRITE, NOCRED);
	vput(km->km_devvp);
	fstrans_unmount(mp);
	kitrw_quota_drop(km);
	mutex_destroy(&km->km_lock);
	kmem_free(km, sizeof *km);
	mp->mnt_data = NULL;
	mp->mnt_flag &= ~MNT_LOCAL;
	return 0;
}

int
kitrw_root(struct mount *mp, struct vnode **vpp)
{
	return kitrw_vget(mp, KITRW_ROOT, vpp);
}

int
kitrw_quotactl(struct mount *mp, struct quotactl_args *args)
{
	return kitrw_quotactl_op(mp, args);
}

int
kitrw_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);

	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = KITRW_BSIZE;
	mutex_enter(&km->km_lock);
	sbp->f_blocks = km->km_log - km->km_data;
	sbp->f_bfree = km->km_freeblocks;
	sbp->f_bresvd = MIN(km->km_blocks / 20, km->km_freeblocks);
	sbp->f_bavail = sbp->f_bfree - sbp->f_bresvd;
	sbp->f_files = km->km_inodes - KITRW_ROOT;
	sbp->f_ffree = sbp->f_favail = km->km_freeinodes;
	sbp->f_fresvd = 0;
	mutex_exit(&km->km_lock);
	copy_statvfs_info(sbp, mp);
	return 0;
}

static bool
dirty(void *arg, struct vnode *vp)
{
	struct kitrw_node *kn = VTOKITRW(vp);

	return kn != NULL && vp->v_type != VNON &&
	    (kn->rw_update != 0 || !LIST_EMPTY(&vp->v_dirtyblkhd) ||
		!UVM_OBJ_IS_CLEAN(&vp->v_uobj));
}

int
kitrw_sync(struct mount *mp, int waitfor, kauth_cred_t cred)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	int flags = waitfor == MNT_WAIT ? FSYNC_WAIT
	    : waitfor == MNT_LAZY       ? FSYNC_LAZY
					: 0;
	struct vnode_iterator *vi;
	struct vnode *vp;
	int error = 0, e;

	if (km->km_ronly)
		return 0;
	vfs_vnode_iterator_init(mp, &vi);
	while ((vp = vfs_vnode_iterator_next(vi, dirty, NULL)) != NULL) {
		if (vn_lock(vp, LK_EXCLUSIVE) != 0) {
			vrele(vp);
			continue;
		}
		e = VOP_FSYNC(vp, cred, flags | FSYNC_NOLOG, 0, 0);
		if (e != 0)
			error = e;
		vput(vp);
	}
	vfs_vnode_iterator_destroy(vi);
	if (mp->mnt_wapbl != NULL) {
		e = wapbl_flush(mp->mnt_wapbl, waitfor == MNT_WAIT);
		if (e != 0)
			error = e;
	}
	if (waitfor != MNT_LAZY) {
		vn_lock(km->km_devvp, LK_EXCLUSIVE | LK_RETRY);
		e = VOP_FSYNC(km->km_devvp, cred, flags, 0, 0);
		VOP_UNLOCK(km->km_devvp);
		if (e != 0)
			error = e;
	}
	return error;
}

int
kitrw_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	int error;

	error = vcache_get(mp, &ino, sizeof ino, vpp);
	if (error != 0)
		return error;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error != 0)
		vrele(*vpp);
	return error;
}

/* The common end of loading and making. */
static void
set_vnode(struct vnode *vp, struct kitrw_node *kn)
{
	vp->v_tag = VT_V7FS;
	vp->v_type = IFTOVT(kn->rw_mode);
	vp->v_data = kn;
	switch (vp->v_type) {
	case VBLK:
	case VCHR:
		vp->v_op = kitrw_specop_p;
		spec_node_init(vp, kn->rw_rdev);
		break;
	case VFIFO:
		vp->v_op = kitrw_fifoop_p;
		break;
	default:
		vp->v_op = kitrw_vnodeop_p;
		break;
	}
	if (kn->rw_ino == KITRW_ROOT)
		vp->v_vflag |= VV_ROOT;
	/* one way to write for each other file: both come to the same */
	genfs_node_init(
	    vp, kn->rw_ino % 2 == 0 ? &kitrw_genfsops : &kitrw_rdonly_genfsops);
	uvm_vnp_setsize(vp, (voff_t)kn->rw_size);
}

static struct kitrw_node *
node_alloc(struct mount *mp, struct vnode *vp, ino_t ino)
{
	struct kitrw_node *kn = pool_cache_get(node_cache, PR_WAITOK);

	memset(kn, 0, sizeof *kn);
	kn->rw_ino = ino;
	kn->rw_vnode = vp;
	kn->rw_mount = VFSTOKITRW(mp);
	return kn;
}

int
kitrw_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	struct kitrw_node *kn;
	struct buf *bp;
	ino_t ino;
	int error;

	KASSERT(key_len == sizeof ino);
	memcpy(&ino, key, sizeof ino);
	if (ino == 0 || ino >= km->km_inodes)
		return ENOENT;
	error = bread(km->km_devvp,
	    (daddr_t)(KITRW_INODE_BLOCK + ino / KITRW_PERBLOCK)
		<< (KITRW_BSHIFT - DEV_BSHIFT),
	    KITRW_BSIZE, 0, &bp);
	if (error != 0)
		return error;
	kn = node_alloc(mp, vp, ino);
	kitrw_decode(
	    kn, (char *)bp->b_data + ino % KITRW_PERBLOCK * KITRW_INODE_SIZE);
	brelse(bp, 0);
	if (kn->rw_mode == 0) {
		kitrw_node_free(kn);
		return ENOENT;
	}
	set_vnode(vp, kn);
	*new_key = &kn->rw_ino;
	return 0;
}

int
kitrw_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, size_t *key_len, const void **new_key)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	struct kitrw_node *dn = VTOKITRW(dvp), *kn;
	uid_t uid = kauth_cred_geteuid(cred);
	ino_t ino;
	int error;

	error = kitrw_charge(km, uid, dn->rw_gid, 0, 1, cred);
	if (error != 0)
		return error;
	error = kitrw_inode_alloc(km, &ino);
	if (error != 0) {
		(void)kitrw_charge(km, uid, dn->rw_gid, 0, -1, NOCRED);
		return error;
	}
	kn = node_alloc(mp, vp, ino);
	kn->rw_mode = (mode_t)MAKEIMODE(vap->va_type, vap->va_mode);
	kn->rw_nlink = 1;
	kn->rw_uid = uid;
	kn->rw_gid = dn->rw_gid;
	kn->rw_gen = ++generation;
	if (vap->va_type == VBLK || vap->va_type == VCHR)
		kn->rw_rdev = vap->va_rdev;
	kitrw_touch(kn, KITRW_ACCESS | KITRW_MODIFY | KITRW_CHANGE);
	kn->rw_btime = kn->rw_mtime;
	set_vnode(vp, kn);
	*new_key = &kn->rw_ino;
	*key_len = sizeof kn->rw_ino;
	return 0;
}

int
kitrw_fhtovp(struct mount *mp, struct fid *fhp, struct vnode **vpp)
{
	struct kitrw_fid kf;
	struct vnode *vp;
	int error;

	if (fhp->fid_len != sizeof kf)
		return EINVAL;
	memcpy(&kf, fhp, sizeof kf);
	error = kitrw_vget(mp, kf.kf_ino, &vp);
	if (error != 0)
		return ESTALE;
	if (VTOKITRW(vp)->rw_gen != kf.kf_gen || VTOKITRW(vp)->rw_nlink == 0) {
		vput(vp);
		return ESTALE;
	}
	*vpp = vp;
	return 0;
}

int
kitrw_vptofh(struct vnode *vp, struct fid *fhp, size_t *fh_size)
{
	struct kitrw_fid kf = {.kf_fid.fid_len = sizeof kf,
	    .kf_ino = (uint32_t)VTOKITRW(vp)->rw_ino,
	    .kf_gen = VTOKITRW(vp)->rw_gen};
	size_t room = *fh_size;

	*fh_size = sizeof kf;
	if (room < sizeof kf)
		return E2BIG;
	memcpy(fhp, &kf, sizeof kf);
	return 0;
}

/* A snapshot takes a suspended file system and tells the time. */
int
kitrw_snapshot(struct mount *mp, struct vnode *vp, struct timespec *ts)
{
	int error;

	error = kauth_authorize_system(
	    curlwp->l_cred, KAUTH_SYSTEM_FS_SNAPSHOT, 0, mp, vp, NULL);
	if (error != 0)
		return error;
	error = vfs_suspend(mp, 0);
	if (error != 0)
		return error;
	KEQ(fstrans_getstate(mp), FSTRANS_SUSPENDED);
	getnanotime(ts);
	vfs_resume(mp);
	return 0;
}

int
kitrw_extattrctl(struct mount *mp, int cmd, struct vnode *vp, int attrnamespace,
    const char *attrname)
{
	int error;

	error = kauth_authorize_system(
	    curlwp->l_cred, KAUTH_SYSTEM_FS_EXTATTR, 0, mp, NULL, NULL);
	if (error != 0)
		return error;
	if (cmd == EXTATTR_CMD_START) {
		mp->mnt_flag |= MNT_EXTATTR;
		return 0;
	}
	return vfs_stdextattrctl(mp, cmd, vp, attrnamespace, attrname);
}

int
kitrw_suspendctl(struct mount *mp, int cmd)
{
	int error;

	switch (cmd) {
	case SUSPEND_SUSPEND:
		error = fstrans_setstate(mp, FSTRANS_SUSPENDING);
		if (error != 0)
			return error;
		error = kitrw_sync(mp, MNT_WAIT, curlwp->l_cred);
		if (error == 0)
			error = fstrans_setstate(mp, FSTRANS_SUSPENDED);
		if (error != 0)
			(void)fstrans_setstate(mp, FSTRANS_NORMAL);
		return error;
	case SUSPEND_RESUME:
		return fstrans_setstate(mp, FSTRANS_NORMAL);
	default:
		return EINVAL;
	}
}
