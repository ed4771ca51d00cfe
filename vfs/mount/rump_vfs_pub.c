/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of <rump/rumpvfs_if_pub.h> on vnodes and mounts, for callers in
 * the kernel, and their outer halves for programs.
 */
#include <miscfs/specfs/specdev.h>
#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>
#include <rump/rumpvfs_if_pub.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

CTASSERT((int)RUMP_VBAD == (int)VBAD);

void
rump_getvninfo(
    struct vnode *vp, enum rump_vtype *vtype, off_t *vsize, dev_t *vdev)
{
	*vtype = (enum rump_vtype)vp->v_type;
	*vsize = vp->v_size;
	*vdev =
	    vp->v_specnode != NULL && (vp->v_type == VBLK || vp->v_type == VCHR)
	    ? vp->v_rdev
	    : 0;
}

/** The type after ops, or the first; no references are taken. */
struct vfsops *
rump_vfslist_iterate(struct vfsops *ops)
{
	if (ops == NULL)
		return LIST_FIRST(&vfs_list);
	return LIST_NEXT(ops, vfs_list);
}

struct vfsops *
rump_vfs_getopsbyname(const char *name)
{
	return vfs_getopsbyname(name);
}

struct vattr *
rump_vattr_init(void)
{
	struct vattr *vap;

	vap = kmem_alloc(sizeof(*vap), KM_SLEEP);
	vattr_null(vap);
	return vap;
}

void
rump_vattr_settype(struct vattr *vap, enum rump_vtype vt)
{
	vap->va_type = (enum vtype)vt;
}

void
rump_vattr_setmode(struct vattr *vap, mode_t mode)
{
	vap->va_mode = mode;
}

void
rump_vattr_setrdev(struct vattr *vap, dev_t dev)
{
	vap->va_rdev = dev;
}

void
rump_vattr_free(struct vattr *vap)
{
	kmem_free(vap, sizeof(*vap));
}

void
rump_vp_incref(struct vnode *vp)
{
	vref(vp);
}

int
rump_vp_getref(struct vnode *vp)
{
	return vrefcnt(vp);
}

void
rump_vp_rele(struct vnode *vp)
{
	vrele(vp);
}

void
rump_vp_interlock(struct vnode *vp)
{
	mutex_enter(vp->v_interlock);
}

int
rump_vfs_unmount(struct mount *mp, int mntflags)
{
	return VFS_UNMOUNT(mp, mntflags);
}

int
rump_vfs_root(struct mount *mp, struct vnode **vpp, int lock)
{
	int error;

	error = VFS_ROOT(mp, vpp);
	if (error == 0 && !lock)
		VOP_UNLOCK(*vpp);
	return error;
}

int
rump_vfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	return VFS_STATVFS(mp, sbp);
}

int
rump_vfs_sync(struct mount *mp, int wait, struct kauth_cred *cred)
{
	return VFS_SYNC(mp, wait ? MNT_WAIT : MNT_NOWAIT, cred);
}

int
rump_vfs_fhtovp(struct mount *mp, struct fid *fid, struct vnode **vpp)
{
	return VFS_FHTOVP(mp, fid, vpp);
}

int
rump_vfs_vptofh(struct vnode *vp, struct fid *fid, size_t *fidsize)
{
	return VFS_VPTOFH(vp, fid, fidsize);
}

int
rump_vfs_extattrctl(struct mount *mp, int cmd, struct vnode *vp,
    int attrnamespace, const char *attrname)
{
	return VFS_EXTATTRCTL(mp, cmd, vp, attrnamespace, attrname);
}

static bool
rump_has_output(void *arg, struct vnode *vp)
{
	return vp->v_numoutput > 0;
}

/** Wait until writes that are under way in a mount have ended. */
void
rump_vfs_syncwait(struct mount *mp)
{
	struct vnode_iterator *vni;
	struct vnode *vp;

	(void)buf_syncwait();
	vfs_vnode_iterator_init(mp, &vni);
	while ((vp = vfs_vnode_iterator_next(vni, rump_has_output, NULL)) !=
	    NULL) {
		mutex_enter(vp->v_interlock);
		while (vp->v_numoutput > 0)
			cv_wait(&vp->v_cv, vp->v_interlock);
		mutex_exit(vp->v_interlock);
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(vni);
}

/** The mount that a path is the root of. */
int
rump_vfs_getmp(const char *path, struct mount **mpp)
{
	struct vnode *vp;
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error != 0)
		return error;
	*mpp = vp->v_mount;
	vrele(vp);
	return 0;
}

void
rump_vfs_mount_print(const char *path, int full)
{
	struct vnode_iterator *vni;
	struct mount *mp;
	struct vnode *vp;
	int error;

	error = rump_vfs_getmp(path, &mp);
	if (error != 0) {
		printf("vfs_mount_print: %s: error %d\n", path, error);
		return;
	}
	printf("mount %p: %s on %s type %s\n", mp, mp->mnt_stat.f_mntfromname,
	    mp->mnt_stat.f_mntonname, mp->mnt_stat.f_fstypename);
	printf("flags %#x, internal %#x, references %u, busy %u, "
	       "block shift %d, device shift %d\n",
	    (unsigned)mp->mnt_flag, (unsigned)mp->mnt_iflag, mp->mnt_refcnt,
	    mp->mnt_busynest, mp->mnt_fs_bshift, mp->mnt_dev_bshift);
	if (!full)
		return;
	vfs_vnode_iterator_init(mp, &vni);
	while ((vp = vfs_vnode_iterator_next(vni, NULL, NULL)) != NULL) {
		vprint(NULL, vp);
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(vni);
}

/* Set by the puffs component where there is one. */
int (*rump_syspuffs_glue)(int, int *);

int
rump_syspuffs_glueinit(int fd, int *newfd)
{
	if (rump_syspuffs_glue == NULL)
		return ENOSYS;
	return (*rump_syspuffs_glue)(fd, newfd);
}

/*
 * Attributes as before NetBSD 6: times and device numbers of 32 bits.
 */
struct rump_timespec50 {
	int32_t tv_sec;
	long tv_nsec;
};

struct rump_vattr50 {
	enum vtype va_type;
	mode_t va_mode;
	nlink_t va_nlink;
	uid_t va_uid;
	gid_t va_gid;
	uint32_t va_fsid;
	ino_t va_fileid;
	u_quad_t va_size;
	long va_blocksize;
	struct rump_timespec50 va_atime;
	struct rump_timespec50 va_mtime;
	struct rump_timespec50 va_ctime;
	struct rump_timespec50 va_birthtime;
	u_long va_gen;
	u_long va_flags;
	uint32_t va_rdev;
	u_quad_t va_bytes;
	u_quad_t va_filerev;
	u_int va_vaflags;
	long va_spare;
};

#define VATTR50_SAME(X)                                                        \
	X(va_type);                                                            \
	X(va_mode);                                                            \
	X(va_nlink);                                                           \
	X(va_uid);                                                             \
	X(va_gid);                                                             \
	X(va_fileid);                                                          \
	X(va_size);                                                            \
	X(va_blocksize);                                                       \
	X(va_gen);                                                             \
	X(va_flags);                                                           \
	X(va_bytes);                                                           \
	X(va_filerev);                                                         \
	X(va_vaflags)
#define VATTR50_TIMES(X)                                                       \
	X(va_atime);                                                           \
	X(va_mtime);                                                           \
	X(va_ctime);                                                           \
	X(va_birthtime)

#define VATTR50_COPY(f) to->f = from->f
#define VATTR50_TIME(f)                                                        \
	to->f.tv_sec = from->f.tv_sec;                                         \
	to->f.tv_nsec = from->f.tv_nsec

void
rump_vattr50_to_vattr(const struct vattr *vap50, struct vattr *to)
{
	const struct rump_vattr50 *from = (const void *)vap50;

	memset(to, 0, sizeof(*to));
	VATTR50_SAME(VATTR50_COPY);
	VATTR50_TIMES(VATTR50_TIME);
	/* "not set" is all ones in either width */
	to->va_fsid =
	    from->va_fsid == (uint32_t)VNOVAL ? (dev_t)VNOVAL : from->va_fsid;
	to->va_rdev =
	    from->va_rdev == (uint32_t)VNOVAL ? (dev_t)VNOVAL : from->va_rdev;
	to->va_spare = 0;
}

void
rump_vattr_to_vattr50(const struct vattr *from, struct vattr *vap50)
{
	struct rump_vattr50 *to = (void *)vap50;

	memset(to, 0, sizeof(*to));
	VATTR50_SAME(VATTR50_COPY);
	VATTR50_TIMES(VATTR50_TIME);
	to->va_fsid = (uint32_t)from->va_fsid;
	to->va_rdev = (uint32_t)from->va_rdev;
	to->va_spare = 0;
}

/*
 * The outer halves.
 */
void
rump_pub_getvninfo(
    struct vnode *vp, enum rump_vtype *vtype, off_t *vsize, dev_t *vdev)
{
	rump_schedule();
	rump_getvninfo(vp, vtype, vsize, vdev);
	rump_unschedule();
}

struct vfsops *
rump_pub_vfslist_iterate(struct vfsops *ops)
{
	struct vfsops *rv;

	rump_schedule();
	rv = rump_vfslist_iterate(ops);
	rump_unschedule();
	return rv;
}

struct vfsops *
rump_pub_vfs_getopsbyname(const char *name)
{
	struct vfsops *rv;

	rump_schedule();
	rv = rump_vfs_getopsbyname(name);
	rump_unschedule();
	return rv;
}

struct vattr *
rump_pub_vattr_init(void)
{
	struct vattr *rv;

	rump_schedule();
	rv = rump_vattr_init();
	rump_unschedule();
	return rv;
}

void
rump_pub_vattr_settype(struct vattr *vap, enum rump_vtype vt)
{
	rump_schedule();
	rump_vattr_settype(vap, vt);
	rump_unschedule();
}

void
rump_pub_vattr_setmode(struct vattr *vap, mode_t mode)
{
	rump_schedule();
	rump_vattr_setmode(vap, mode);
	rump_unschedule();
}

void
rump_pub_vattr_setrdev(struct vattr *vap, dev_t dev)
{
	rump_schedule();
	rump_vattr_setrdev(vap, dev);
	rump_unschedule();
}

void
rump_pub_vattr_free(struct vattr *vap)
{
	rump_schedule();
	rump_vattr_free(vap);
	rump_unschedule();
}

void
rump_pub_vp_incref(struct vnode *vp)
{
	rump_schedule();
	rump_vp_incref(vp);
	rump_unschedule();
}

int
rump_pub_vp_getref(struct vnode *vp)
{
	int rv;

	rump_schedule();
	rv = rump_vp_getref(vp);
	rump_unschedule();
	return rv;
}

void
rump_pub_vp_rele(struct vnode *vp)
{
	rump_schedule();
	rump_vp_rele(vp);
	rump_unschedule();
}

void
rump_pub_vp_interlock(struct vnode *vp)
{
	rump_schedule();
	rump_vp_interlock(vp);
	rump_unschedule();
}

int
rump_pub_vfs_unmount(struct mount *mp, int flags)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_unmount(mp, flags);
	rump_unschedule();
	return rv;
}

int
rump_pub_vfs_root(struct mount *mp, struct vnode **vpp, int lock)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_root(mp, vpp, lock);
	rump_unschedule();
	return rv;
}

int
rump_pub_vfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_statvfs(mp, sbp);
	rump_unschedule();
	return rv;
}

int
rump_pub_vfs_sync(struct mount *mp, int wait, struct kauth_cred *cred)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_sync(mp, wait, cred);
	rump_unschedule();
	return rv;
}

int
rump_pub_vfs_fhtovp(struct mount *mp, struct fid *fid, struct vnode **vpp)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_fhtovp(mp, fid, vpp);
	rump_unschedule();
	return rv;
}

int
rump_pub_vfs_vptofh(struct vnode *vp, struct fid *fid, size_t *fidsize)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_vptofh(vp, fid, fidsize);
	rump_unschedule();
	return rv;
}

int
rump_pub_vfs_extattrctl(struct mount *mp, int cmd, struct vnode *vp,
    int attrnamespace, const char *attrname)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_extattrctl(mp, cmd, vp, attrnamespace, attrname);
	rump_unschedule();
	return rv;
}

void
rump_pub_vfs_syncwait(struct mount *mp)
{
	rump_schedule();
	rump_vfs_syncwait(mp);
	rump_unschedule();
}

int
rump_pub_vfs_getmp(const char *path, struct mount **mpp)
{
	int rv;

	rump_schedule();
	rv = rump_vfs_getmp(path, mpp);
	rump_unschedule();
	return rv;
}

void
rump_pub_vfs_mount_print(const char *path, int full)
{
	rump_schedule();
	rump_vfs_mount_print(path, full);
	rump_unschedule();
}

int
rump_pub_syspuffs_glueinit(int fd, int *newfd)
{
	int rv;

	rump_schedule();
	rv = rump_syspuffs_glueinit(fd, newfd);
	rump_unschedule();
	return rv;
}

void
rump_pub_vattr50_to_vattr(const struct vattr *from, struct vattr *to)
{
	rump_schedule();
	rump_vattr50_to_vattr(from, to);
	rump_unschedule();
}

void
rump_pub_vattr_to_vattr50(const struct vattr *from, struct vattr *to)
{
	rump_schedule();
	rump_vattr_to_vattr50(from, to);
	rump_unschedule();
}

void
rump_pub_freecn(struct componentname *cnp, int flags)
{
	rump_schedule();
	rump_freecn(cnp, flags);
	rump_unschedule();
}

int
rump_pub_namei(uint32_t op, uint32_t flags, const char *path,
    struct vnode **dvpp, struct vnode **vpp, struct componentname **cnpp)
{
	int rv;

	rump_schedule();
	rv = rump_namei(op, flags, path, dvpp, vpp, cnpp);
	rump_unschedule();
	return rv;
}

struct componentname *
rump_pub_makecn(u_long nameiop, u_long flags, const char *name, size_t namelen,
    struct kauth_cred *creds, struct lwp *l)
{
	struct componentname *rv;

	rump_schedule();
	rv = rump_makecn(nameiop, flags, name, namelen, creds, l);
	rump_unschedule();
	return rv;
}
