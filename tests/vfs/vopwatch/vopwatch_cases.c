/* SPDX-License-Identifier: BSD-2-Clause */
/* See vopwatch.h: mounts, vnodes that nobody uses, reclaiming, death. */
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>
#include <sys/vnode_impl.h>
#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>

#include "vopwatch.h"
#include "vopwatch_impl.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

/*
 * Operations of the mount.
 */
static struct vfsops own;

static void
look_big(const struct mount *mp, const char *op)
{
	bool mpsafe = (mp->mnt_iflag & IMNT_MPSAFE) != 0;

	if (KERNEL_LOCKED_P() == mpsafe)
		vopwatch_wrong(op, "big lock", !mpsafe);
}

#define WRAP(op, args, ...)                                                    \
	static int wrap_##op args                                              \
	{                                                                      \
		look_big(mp, "vfs_" #op);                                      \
		return (*own.vfs_##op)(__VA_ARGS__);                           \
	}
WRAP(start, (struct mount * mp, int flags), mp, flags)
WRAP(unmount, (struct mount * mp, int flags), mp, flags)
WRAP(root, (struct mount * mp, struct vnode **vpp), mp, vpp)
WRAP(quotactl, (struct mount * mp, struct quotactl_args *a), mp, a)
WRAP(statvfs, (struct mount * mp, struct statvfs *sb), mp, sb)
WRAP(sync, (struct mount * mp, int w, struct kauth_cred *cr), mp, w, cr)
WRAP(fhtovp, (struct mount * mp, struct fid *f, struct vnode **vpp), mp, f, vpp)
WRAP(snapshot, (struct mount * mp, struct vnode *vp, struct timespec *ts), mp,
    vp, ts)
WRAP(suspendctl, (struct mount * mp, int cmd), mp, cmd)

static int
wrap_vptofh(struct vnode *vp, struct fid *f, size_t *size)
{
	look_big(vp->v_mount, "vfs_vptofh");
	return (*own.vfs_vptofh)(vp, f, size);
}

/* The big lock in any case. */
static int
wrap_extattrctl(
    struct mount *mp, int cmd, struct vnode *vp, int ns, const char *name)
{
	if (!KERNEL_LOCKED_P())
		vopwatch_wrong("vfs_extattrctl", "big lock", 0);
	return (*own.vfs_extattrctl)(mp, cmd, vp, ns, name);
}

static int
wrap_mount(struct mount *mp, const char *path, void *data, size_t *len)
{
	if (!KERNEL_LOCKED_P())
		vopwatch_wrong("vfs_mount", "big lock", 0);
	return (*own.vfs_mount)(mp, path, data, len);
}

static int
mount_of(const char *path, struct mount **mpp)
{
	struct vnode *vp;
	int error;

	error = namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp);
	if (error == 0) {
		*mpp = vp->v_mount;
		vrele(vp);
	}
	return error;
}

static int
watch_mount(const char *path)
{
	struct mount *mp;
	struct vfsops *ops;
	int error;

	error = mount_of(path, &mp);
	if (error != 0)
		return error;
	ops = mp->mnt_op;
	own = *ops;
	ops->vfs_mount = wrap_mount;
	ops->vfs_start = wrap_start;
	ops->vfs_unmount = wrap_unmount;
	ops->vfs_root = wrap_root;
	ops->vfs_quotactl = wrap_quotactl;
	ops->vfs_statvfs = wrap_statvfs;
	ops->vfs_sync = wrap_sync;
	ops->vfs_fhtovp = wrap_fhtovp;
	ops->vfs_vptofh = wrap_vptofh;
	ops->vfs_snapshot = wrap_snapshot;
	ops->vfs_suspendctl = wrap_suspendctl;
	ops->vfs_extattrctl = wrap_extattrctl;
	return 0;
}
VOPWATCH_ENTRY(watch_mount, (const char *path), watch_mount(path))

/* A file system that did not say that it is MPSAFE. */
static int
watch_big(const char *path)
{
	struct vnode_iterator *vni;
	struct mount *mp;
	struct vnode *vp;
	int error;

	error = mount_of(path, &mp);
	if (error != 0)
		return error;
	mp->mnt_iflag &= ~IMNT_MPSAFE;
	vfs_vnode_iterator_init(mp, &vni);
	while ((vp = vfs_vnode_iterator_next(vni, NULL, NULL)) != NULL) {
		vp->v_vflag &= ~VV_MPSAFE;
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(vni);
	return 0;
}
VOPWATCH_ENTRY(watch_big, (const char *path), watch_big(path))

/*
 * Vnodes that nobody uses.
 */
struct uses {
	int u_vnodes; /* of the mount */
	int u_refs;   /* of all of them */
	int u_locked; /* vnodes */
};
static int marked;

static void
count_uses(struct mount *mp, struct uses *u)
{
	struct vnode_iterator *vni;
	struct vnode *vp;

	memset(u, 0, sizeof(*u));
	vfs_vnode_iterator_init(mp, &vni);
	while ((vp = vfs_vnode_iterator_next(vni, NULL, NULL)) != NULL) {
		u->u_vnodes++;
		u->u_refs += vrefcnt(vp) - 1;
		if (rw_lock_held(&vp->v_lock))
			u->u_locked++;
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(vni);
}

/* References that are not those of upper vnodes; -1: somebody has a lock. */
static int
uses(const char *path, const char *upper)
{
	struct mount *mp, *ump;
	struct uses u, uu = {0};

	if (mount_of(path, &mp) != 0)
		return -2;
	count_uses(mp, &u);
	if (upper != NULL) {
		if (mount_of(upper, &ump) != 0)
			return -3;
		count_uses(ump, &uu);
	}
	if (u.u_locked != 0 || fstrans_held() || curlwp->l_biglocks != 0)
		return -1;
	return u.u_refs + uu.u_refs - uu.u_vnodes;
}

static int
watch_mark(const char *path, const char *upper)
{
	marked = uses(path, upper);
	return marked < 0;
}
VOPWATCH_ENTRY(
    watch_mark, (const char *path, const char *upper), watch_mark(path, upper))

/* How many more references there are than there were. */
static int
watch_idle(const char *path, const char *upper)
{
	int n = 0;

	for (int i = 0; i < 100; i++) {
		n = uses(path, upper);
		if (n == marked)
			break;
		/* the last release may have been put off */
		kpause("idle", false, 1, NULL);
	}
	return n - marked;
}
VOPWATCH_ENTRY(
    watch_idle, (const char *path, const char *upper), watch_idle(path, upper))

/*
 * Operations that no system call makes.
 */
static int
watch_direct(const char *path)
{
	kauth_cred_t cred = curlwp->l_cred;
	struct vnode *vp, *dvp;
	struct vm_page *pg = NULL;
	struct buf *bp;
	daddr_t bn;
	int run, n = 1;

	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	(void)VOP_MMAP(vp, VM_PROT_READ, cred);
	(void)VOP_BMAP(vp, 0, &dvp, &bn, &run);
	(void)VOP_PRINT(vp);
	CHECK(vn_lock(vp, LK_EXCLUSIVE) == 0);
	(void)VOP_OPENEXTATTR(vp, cred);
	(void)VOP_CLOSEEXTATTR(vp, 1, cred);
	VOP_UNLOCK(vp);
	CHECK(vn_lock(vp, LK_SHARED) == 0);
	CHECK(VOP_ISLOCKED(vp) == LK_SHARED);
	VOP_UNLOCK(vp);
	mutex_enter(vp->v_interlock);
	CHECK(VOP_PUTPAGES(vp, 0, 0, PGO_ALLPAGES | PGO_CLEANIT) == 0);
	CHECK(!mutex_owned(vp->v_interlock));
	mutex_enter(vp->v_interlock);
	CHECK(
	    VOP_GETPAGES(vp, 0, &pg, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO) == 0);
	CHECK(!mutex_owned(vp->v_interlock) && n == 1);
	mutex_enter(vp->v_interlock);
	uvm_page_unbusy(&pg, 1);
	pg = NULL;
	n = 1;
	if (VOP_GETPAGES(vp, 0, &pg, &n, 0, VM_PROT_READ, 0, PGO_LOCKED) == 0)
		uvm_page_unbusy(&pg, 1);
	CHECK(mutex_owned(vp->v_interlock));
	mutex_exit(vp->v_interlock);
	bp = getiobuf(vp, true);
	(void)VOP_STRATEGY(vp, bp);
	(void)VOP_BWRITE(vp, bp);
	putiobuf(bp);
	vrele(vp);
	return 0;
}
VOPWATCH_ENTRY(watch_direct, (const char *path), watch_direct(path))

/*
 * In which order a vnode is taken apart.
 */
static struct vnode *event_vp;
static char events[64];
static size_t nevents;

void
vopwatch_event(int off, struct vnode *vp)
{
	char c = 0;

	if (vp != event_vp || nevents == sizeof(events) - 1)
		return;
	if (off == VOFFSET(vop_putpages))
		c = 'p';
	else if (off == VOFFSET(vop_inactive))
		c = 'i';
	else if (off == VOFFSET(vop_reclaim))
		c = 'r';
	if (c == 0)
		return;
	if (VSTATE_GET(vp) != VS_RECLAIMING && c != 'i')
		vopwatch_wrong("reclaim", "state", VSTATE_GET(vp));
	/* what is flushed often is one event */
	if (nevents == 0 || events[nevents - 1] != c)
		events[nevents++] = c;
}

static int
watch_reclaim(const char *path)
{
	struct vnode *vp;

	/* in use: saved, made inactive, reclaimed */
	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	memset(events, 0, sizeof(events));
	nevents = 0;
	event_vp = vp;
	vref(vp);
	vgone(vp);
	CHECK(strcmp(events, "pir") == 0);
	CHECK(vp->v_data == NULL && vp->v_uobj.uo_npages == 0);
	CHECK(vp->v_tag == VT_NON && vp->v_mount != NULL);
	vrele(vp);
	CHECK(strcmp(events, "pir") == 0);
	/* in use by nobody else: who left last may have left that to us */
	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	memset(events, 0, sizeof(events));
	nevents = 0;
	event_vp = vp;
	CHECK(vrecycle(vp));
	CHECK(strcmp(events, "pir") == 0);
	/* the last user goes: inactive, and no more */
	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	memset(events, 0, sizeof(events));
	nevents = 0;
	event_vp = vp;
	vrele(vp);
	CHECK(strcmp(events, "i") == 0);
	event_vp = NULL;
	return 0;
}
VOPWATCH_ENTRY(watch_reclaim, (const char *path), watch_reclaim(path))

/*
 * A vnode whose file is gone.
 */
static int
dead_rw(struct vnode *vp)
{
	kauth_cred_t cred = curlwp->l_cred;
	char c;
	struct iovec iov = {&c, 1};
	struct uio uio = {.uio_iov = &iov, .uio_iovcnt = 1, .uio_resid = 1};

	UIO_SETUP_SYSSPACE(&uio);
	uio.uio_rw = UIO_READ;
	CHECK(VOP_READ(vp, &uio, 0, cred) == EIO);
	vp->v_vflag |= VV_ISTTY;
	CHECK(VOP_READ(vp, &uio, 0, cred) == 0);
	vp->v_vflag &= ~VV_ISTTY;
	uio.uio_rw = UIO_WRITE;
	CHECK(VOP_WRITE(vp, &uio, 0, cred) == EIO);
	CHECK(uio.uio_resid == 1);
	CHECK(VOP_READDIR(vp, &uio, cred, NULL, NULL, NULL) == EBADF);
	CHECK(VOP_READLINK(vp, &uio, cred) == EBADF);
	return 0;
}

static int
dead_pages(struct vnode *vp)
{
	struct vm_page *pg = NULL;
	struct buf *bp;
	daddr_t bn;
	int n = 1, run;

	mutex_enter(vp->v_interlock);
	CHECK(VOP_GETPAGES(vp, 0, &pg, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO) ==
	    EFAULT);
	CHECK(!mutex_owned(vp->v_interlock));
	mutex_enter(vp->v_interlock);
	CHECK(VOP_GETPAGES(vp, 0, &pg, &n, 0, VM_PROT_READ, 0, PGO_LOCKED) ==
	    EFAULT);
	CHECK(mutex_owned(vp->v_interlock));
	CHECK(VOP_PUTPAGES(vp, 0, 0, PGO_ALLPAGES | PGO_FREE) == EFAULT);
	CHECK(!mutex_owned(vp->v_interlock));
	CHECK(VOP_BMAP(vp, 0, NULL, &bn, &run) == EIO);
	bp = getiobuf(vp, true);
	bp->b_flags = B_READ;
	bp->b_bcount = bp->b_resid = DEV_BSIZE;
	(void)VOP_STRATEGY(vp, bp);
	CHECK(biowait(bp) == EIO);
	putiobuf(bp);
	return 0;
}

static int
dead_names(struct vnode *vp)
{
	struct componentname cn = {.cn_nameiop = LOOKUP,
	    .cn_flags = ISLASTCN,
	    .cn_cred = curlwp->l_cred,
	    .cn_nameptr = "x",
	    .cn_namelen = 1};
	struct vnode *nvp = (void *)&cn;
	struct vattr va;

	vattr_null(&va);
	CHECK(VOP_LOOKUP(vp, &nvp, &cn) == ENOENT);
	CHECK(nvp == NULL);
	CHECK(VOP_ACCESS(vp, VREAD, cn.cn_cred) == EBADF);
	CHECK(VOP_GETATTR(vp, &va, cn.cn_cred) == EBADF);
	CHECK(VOP_SETATTR(vp, &va, cn.cn_cred) == EBADF);
	CHECK(VOP_OPEN(vp, FREAD, cn.cn_cred) == ENXIO);
	CHECK(VOP_CLOSE(vp, FREAD, cn.cn_cred) == 0);
	CHECK(VOP_FSYNC(vp, cn.cn_cred, FSYNC_WAIT, 0, 0) == 0);
	CHECK(VOP_SEEK(vp, 0, 1, cn.cn_cred) == 0);
	nvp = (void *)&cn;
	CHECK(VOP_CREATE(vp, &nvp, &cn, &va) == EBADF && nvp == NULL);
	CHECK(VOP_PATHCONF(vp, 1, NULL) == EBADF);
	return 0;
}

static int
dead_ops(const char *path)
{
	struct vnode *vp;
	int line;

	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	vref(vp);
	vgone(vp);
	/* who does not insist is told; who does locks what is left */
	CHECK(vn_lock(vp, LK_EXCLUSIVE) == ENOENT);
	CHECK(vn_lock(vp, LK_EXCLUSIVE | LK_NOWAIT) == ENOENT);
	CHECK(VOP_ISLOCKED(vp) == 0);
	CHECK(vn_lock(vp, LK_SHARED | LK_RETRY) == 0);
	CHECK(VOP_ISLOCKED(vp) == LK_SHARED);
	VOP_UNLOCK(vp);
	CHECK(vn_lock(vp, LK_EXCLUSIVE | LK_RETRY) == 0);
	CHECK(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	line = dead_rw(vp);
	if (line == 0)
		line = dead_names(vp);
	if (line != 0)
		return line;
	CHECK(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	VOP_UNLOCK(vp);
	line = dead_pages(vp);
	if (line != 0)
		return line;
	CHECK(VOP_IOCTL(vp, 1, NULL, 0, curlwp->l_cred) == EBADF);
	CHECK(VOP_POLL(vp, POLLIN | POLLOUT) == (POLLIN | POLLOUT));
	CHECK(VOP_FCNTL(vp, F_SETFL, NULL, 0, curlwp->l_cred) == 0);
	CHECK(VOP_REVOKE(vp, REVOKEALL) == 0);
	CHECK(VOP_ADVLOCK(vp, NULL, F_UNLCK, NULL, F_FLOCK) == EBADF);
	CHECK(vrefcnt(vp) == 1);
	CHECK(!fstrans_held());
	vrele(vp);
	return 0;
}
VOPWATCH_ENTRY(dead_ops, (const char *path), dead_ops(path))
