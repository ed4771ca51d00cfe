/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that need to be inside of the kernel.  Each enters it, checks, and
 * returns the line of the first check that failed.
 */
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>
#include <rump-sys/kern.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include "testfs.h"
#include "testfs_impl.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

/* A test function runs in the kernel between these. */
#define TEST(name, args, call)                                                 \
	int name args                                                          \
	{                                                                      \
		int rv;                                                        \
                                                                               \
		rump_schedule();                                               \
		rv = call;                                                     \
		rump_unschedule();                                             \
		return rv;                                                     \
	}

void
rumptest_counts(struct testfs_counts *tc)
{
	*tc = testfs_counts;
}

void
rumptest_slow_load(int ms)
{
	testfs_slow_load = ms;
}

void
rumptest_fail_rename(int error)
{
	testfs_fail_rename = error;
}

unsigned
rumptest_numvnodes(void)
{
	return numvnodes;
}

static _Atomic int dying_locked;

static int
root_of(const char *path, struct mount **mpp, struct vnode **vpp)
{
	int error;

	error = namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, vpp);
	if (error == 0)
		*mpp = (*vpp)->v_mount;
	return error;
}

extern int testfs_root_error;

static int
fail_root(const char *path, int error)
{
	struct mount *mp;
	struct vnode *vp;

	testfs_root_error = 0;
	CHECK(root_of(path, &mp, &vp) == 0);
	/* nobody remembers it */
	CHECK(vrecycle(vp));
	testfs_root_error = error;
	return 0;
}
TEST(rumptest_fail_root, (const char *p, int e), fail_root(p, e))

static int
vcache_identity(const char *path)
{
	struct mount *mp;
	struct vnode *root, *a, *b;
	struct testfs_counts before;
	uint64_t ino;

	CHECK(root_of(path, &mp, &root) == 0);
	ino = VTOTN(root)->tn_ino;
	before = testfs_counts;
	CHECK(vcache_get(mp, &ino, sizeof(ino), &a) == 0);
	CHECK(a == root);
	CHECK(testfs_counts.loads == before.loads);
	CHECK(vrefcnt(root) >= 2);
	CHECK(root->v_usecount == (unsigned)vrefcnt(root));
	CHECK(vcache_get(mp, &ino, sizeof(ino), &b) == 0 && b == a);
	vrele(b);
	vrele(a);
	vrele(root);
	return 0;
}
TEST(rumptest_vcache_identity, (const char *p), vcache_identity(p))

/* A directory is locked while its file system is unmounted by force. */
static int
load_dying(const char *path, uint64_t ino)
{
	struct vnode *dvp, *vp;
	struct mount *mp;
	int error, type = VNON;

	CHECK(root_of(path, &mp, &dvp) == 0);
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	dying_locked = 1;
	while ((vfs_iflag(mp) & IMNT_DYING) == 0)
		kpause("dying", false, 1, NULL);
	error = vcache_get(mp, &ino, sizeof(ino), &vp);
	if (error == 0) {
		type = vp->v_type;
		vrele(vp);
	}
	VOP_UNLOCK(dvp);
	vrele(dvp);
	CHECK(error == 0);
	CHECK(type == VREG);
	return 0;
}
TEST(
    rumptest_load_dying, (const char *p, unsigned long ino), load_dying(p, ino))

int
rumptest_load_dying_ready(void)
{
	return dying_locked;
}

static int
vcache_fail(const char *path)
{
	struct mount *mp;
	struct vnode *root, *a = (void *)1;
	uint64_t ino = 123456;
	u_int n;

	CHECK(root_of(path, &mp, &root) == 0);
	n = numvnodes;
	CHECK(vcache_get(mp, &ino, sizeof(ino), &a) == ENOENT);
	CHECK(a == NULL);
	testfs_fail_load = EIO;
	CHECK(vcache_get(mp, &ino, sizeof(ino), &a) == EIO);
	CHECK(numvnodes == n);
	vrele(root);
	return 0;
}
TEST(rumptest_vcache_fail, (const char *p), vcache_fail(p))

static int
vcache_recycle(const char *path)
{
	struct mount *mp;
	struct vnode *vp, *vp2;
	struct testfs_counts before;
	uint64_t ino;

	CHECK(root_of(path, &mp, &vp) == 0);
	ino = VTOTN(vp)->tn_ino;
	/* used by two: no */
	vref(vp);
	before = testfs_counts;
	CHECK(!vrecycle(vp));
	/* the last user goes while we look: the file system hears of it */
	vrele(vp);
	CHECK(testfs_counts.inactives == before.inactives);
	CHECK(vrecycle(vp));
	CHECK(testfs_counts.inactives == before.inactives + 1);
	CHECK(testfs_counts.reclaims == before.reclaims + 1);
	CHECK(vcache_get(mp, &ino, sizeof(ino), &vp2) == 0);
	CHECK(testfs_counts.loads == before.loads + 1);
	CHECK(VTOTN(vp2)->tn_ino == ino);
	vrele(vp2);
	return 0;
}
TEST(rumptest_vcache_recycle, (const char *p), vcache_recycle(p))

static int
vcache_rekey(const char *path)
{
	struct mount *mp;
	struct vnode *vp, *a;
	struct testfs_node *tn;
	uint64_t old, new, other;

	CHECK(root_of(path, &mp, &vp) == 0);
	tn = VTOTN(vp);
	old = tn->tn_ino;
	new = 987654;
	/* a key that is taken can't be had */
	other = MPTOTM(mp)->tm_root->tn_ino;
	CHECK(other != old);
	CHECK(vcache_get(mp, &other, sizeof(other), &a) == 0);
	CHECK(vcache_rekey_enter(
		  mp, vp, &old, sizeof(old), &other, sizeof(other)) == EEXIST);
	vrele(a);
	CHECK(vcache_rekey_enter(
		  mp, vp, &old, sizeof(old), &new, sizeof(new)) == 0);
	tn->tn_ino = new;
	vcache_rekey_exit(
	    mp, vp, &old, sizeof(old), &tn->tn_ino, sizeof(tn->tn_ino));
	CHECK(vcache_get(mp, &new, sizeof(new), &a) == 0);
	CHECK(a == vp);
	vrele(a);
	CHECK(vcache_get(mp, &old, sizeof(old), &a) == ENOENT);
	vrele(vp);
	return 0;
}
TEST(rumptest_vcache_rekey, (const char *p), vcache_rekey(p))

static int
vgone_test(const char *path)
{
	struct mount *mp;
	struct vnode *vp, *vp2;
	struct vattr va;
	uint64_t ino;

	CHECK(root_of(path, &mp, &vp) == 0);
	ino = VTOTN(vp)->tn_ino;
	vref(vp);
	vgone(vp);
	CHECK(vrefcnt(vp) == 1);
	CHECK(vn_lock(vp, LK_EXCLUSIVE) == ENOENT);
	CHECK(vn_lock(vp, LK_EXCLUSIVE | LK_RETRY) == 0);
	CHECK(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	CHECK(VOP_GETATTR(vp, &va, curlwp->l_cred) == EBADF);
	VOP_UNLOCK(vp);
	mutex_enter(vp->v_interlock);
	CHECK(vdead_check(vp, 0) == ENOENT);
	CHECK(vget(vp, 0, true) == ENOENT);
	CHECK(vcache_tryvget(vp) == ENOENT);
	CHECK(vcache_get(mp, &ino, sizeof(ino), &vp2) == 0);
	CHECK(vp2 != vp);
	vrele(vp2);
	vrele(vp);
	return 0;
}
TEST(rumptest_vgone, (const char *p), vgone_test(p))

static int
vflush_test(const char *path)
{
	struct mount *mp;
	struct vnode *vp;
	struct testfs_counts before;

	CHECK(root_of(path, &mp, &vp) == 0);
	before = testfs_counts;
	CHECK(vflush(mp, NULL, 0) == EBUSY);
	CHECK(vflush(mp, vp, 0) == 0);
	CHECK(vflush(mp, NULL, WRITECLOSE) == 0);
	vp->v_vflag |= VV_SYSTEM;
	CHECK(vflush(mp, NULL, SKIPSYSTEM) == 0);
	vp->v_vflag &= ~VV_SYSTEM;
	CHECK(VSTATE_GET(vp) == VS_LOADED);
	CHECK(vflush(mp, NULL, FORCECLOSE) == 0);
	CHECK(VSTATE_GET(vp) == VS_RECLAIMED);
	CHECK(testfs_counts.reclaims > before.reclaims);
	vrele(vp);
	return 0;
}
TEST(rumptest_vflush, (const char *p), vflush_test(p))

static bool
select_dirs(void *arg, struct vnode *vp)
{
	return vp->v_type == VDIR;
}

static int
iterator_test(const char *path)
{
	struct vnode_iterator *vni;
	struct mount *mp;
	struct vnode *root, *vp;
	int all = 0, dirs = 0;

	CHECK(root_of(path, &mp, &root) == 0);
	vfs_vnode_iterator_init(mp, &vni);
	while ((vp = vfs_vnode_iterator_next(vni, NULL, NULL)) != NULL) {
		CHECK(vp->v_mount == mp && vrefcnt(vp) > 0);
		all++;
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(vni);
	vfs_vnode_iterator_init(mp, &vni);
	while ((vp = vfs_vnode_iterator_next(vni, select_dirs, NULL)) != NULL) {
		CHECK(vp->v_type == VDIR);
		dirs++;
		/* vnodes may go while the walk goes on */
		if (vp != root && !vrecycle(vp))
			vrele(vp);
		else if (vp == root)
			vrele(vp);
	}
	vfs_vnode_iterator_destroy(vni);
	CHECK(dirs >= 1 && all > dirs);
	vrele(root);
	return 0;
}
TEST(rumptest_iterator, (const char *p), iterator_test(p))

static int
tryvget_test(const char *path)
{
	struct mount *mp;
	struct vnode *vp;
	int n;

	CHECK(root_of(path, &mp, &vp) == 0);
	n = vrefcnt(vp);
	CHECK(vcache_tryvget(vp) == 0);
	CHECK(vrefcnt(vp) == n + 1);
	vrele(vp);
	atomic_or_32(&vp->v_refword, VUSECOUNT_GATE);
	CHECK(vp->v_usecount == (unsigned)n);
	CHECK(vcache_tryvget(vp) == EBUSY);
	atomic_and_32(&vp->v_refword, ~VUSECOUNT_GATE);
	vrele(vp);
	return 0;
}
TEST(rumptest_tryvget, (const char *p), tryvget_test(p))

static int
get_ino(const char *path, unsigned long ino)
{
	struct mount *mp;
	struct vnode *root, *vp;
	uint64_t key = ino;
	int error;

	CHECK(root_of(path, &mp, &root) == 0);
	error = vcache_get(mp, &key, sizeof(key), &vp);
	vrele(root);
	CHECK(error == 0);
	vrele(vp);
	return 0;
}
TEST(rumptest_get_ino, (const char *p, unsigned long i), get_ino(p, i))

static int
forget(const char *path)
{
	struct mount *mp;
	struct vnode *vp;

	CHECK(root_of(path, &mp, &vp) == 0);
	CHECK(vrecycle(vp));
	return 0;
}
TEST(rumptest_forget, (const char *p), forget(p))

static int
open_create(const char *dir, const char *path)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct mount *mp;
	struct vnode *dvp;

	CHECK(root_of(dir, &mp, &dvp) == 0);
	CHECK((pb = pathbuf_create(path)) != NULL);
	NDINIT(&nd, CREATE, LOCKPARENT, pb);
	CHECK(vn_open(&nd, O_CREAT | O_EXCL | FREAD | FWRITE, 0600) == 0);
	CHECK(VOP_ISLOCKED(nd.ni_vp) == LK_EXCLUSIVE);
	/* the parent can be told, though it's unlocked and not ours */
	CHECK(nd.ni_dvp == dvp && VOP_ISLOCKED(nd.ni_dvp) == 0);
	VOP_UNLOCK(nd.ni_vp);
	CHECK(vn_close(nd.ni_vp, FREAD | FWRITE, curlwp->l_cred) == 0);
	pathbuf_destroy(pb);
	vrele(dvp);
	return 0;
}
TEST(rumptest_open_create, (const char *d, const char *p), open_create(d, p))

static struct vnode *union_upper, *union_lower;

static int
union_hook(struct vnode **vpp, struct file *fp, struct lwp *l)
{
	struct vnode *vp = *vpp;
	int error;

	if (vp != union_upper)
		return 0;
	vref(union_lower);
	vn_lock(union_lower, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(union_lower, FREAD, fp->f_cred);
	VOP_UNLOCK(union_lower);
	if (error) {
		vrele(union_lower);
		return error;
	}
	*vpp = fp->f_vnode = union_lower;
	fp->f_offset = 0;
	return vn_close(vp, FREAD, fp->f_cred);
}

static int
set_union_hook(const char *upper, const char *lower)
{
	struct mount *mp;

	CHECK(doforce == 1);
	if (upper == NULL) {
		vn_union_readdir_hook = NULL;
		vrele(union_upper);
		vrele(union_lower);
		return 0;
	}
	CHECK(vn_union_readdir_hook == NULL);
	CHECK(root_of(upper, &mp, &union_upper) == 0);
	CHECK(root_of(lower, &mp, &union_lower) == 0);
	vn_union_readdir_hook = union_hook;
	return 0;
}
TEST(rumptest_union_hook, (const char *u, const char *l), set_union_hook(u, l))

static int
locks_test(const char *path)
{
	struct mount *mp;
	struct vnode *vp;

	CHECK(root_of(path, &mp, &vp) == 0);
	CHECK(VOP_ISLOCKED(vp) == 0);
	CHECK(vn_lock(vp, LK_SHARED) == 0);
	CHECK(VOP_ISLOCKED(vp) == LK_SHARED);
	CHECK(vn_lock(vp, LK_EXCLUSIVE | LK_NOWAIT) == EBUSY);
	VOP_UNLOCK(vp);
	CHECK(vn_lock(vp, LK_EXCLUSIVE) == 0);
	CHECK(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	vput(vp);
	return 0;
}
TEST(rumptest_locks, (const char *p), locks_test(p))

static int
fstrans_test(const char *path)
{
	struct mount *mp;
	struct vnode *vp;

	CHECK(root_of(path, &mp, &vp) == 0);
	CHECK(fstrans_getstate(mp) == FSTRANS_NORMAL);
	CHECK(!fstrans_held());
	fstrans_start(mp, FSTRANS_SHARED);
	CHECK(fstrans_held());
	fstrans_start(mp, FSTRANS_LAZY);
	fstrans_done(mp);
	/* our own entry doesn't keep us from suspending */
	CHECK(fstrans_setstate(mp, FSTRANS_SUSPENDING) == 0);
	CHECK(fstrans_getstate(mp) == FSTRANS_SUSPENDING);
	CHECK(fstrans_is_owner(mp));
	fstrans_start(mp, FSTRANS_SHARED);
	fstrans_done(mp);
	CHECK(fstrans_setstate(mp, FSTRANS_NORMAL) == 0);
	fstrans_done(mp);
	CHECK(!fstrans_held());
	CHECK(vfs_suspend(mp, 0) == 0);
	CHECK(fstrans_getstate(mp) == FSTRANS_SUSPENDED);
	CHECK(vn_lock(vp, LK_EXCLUSIVE) == 0);
	VOP_UNLOCK(vp);
	vfs_resume(mp);
	CHECK(fstrans_getstate(mp) == FSTRANS_NORMAL);
	vrele(vp);
	return 0;
}
TEST(rumptest_fstrans, (const char *p), fstrans_test(p))

/* A vnode in the syncer's list is synced when it is due, and only then. */
static int
syncer_test(const char *path)
{
	struct mount *mp;
	struct vnode *vp;
	int i;

	CHECK(root_of(path, &mp, &vp) == 0);
	mutex_enter(vp->v_interlock);
	vn_syncer_add_to_worklist(vp, 30);
	vn_syncer_add_to_worklist(vp, 1);
	CHECK((vp->v_iflag & VI_ONWORKLST) != 0);
	mutex_exit(vp->v_interlock);
	CHECK(testfs_counts.lazy == 0);
	for (i = 0; i < 400 && testfs_counts.lazy == 0; i++)
		kpause("syncer", false, 1, NULL);
	CHECK(testfs_counts.lazy == 1);
	kpause("syncer", false, 150, NULL);
	CHECK(testfs_counts.lazy == 1);
	/* one that goes away leaves the list */
	mutex_enter(vp->v_interlock);
	vn_syncer_add_to_worklist(vp, 1);
	mutex_exit(vp->v_interlock);
	vgone(vp);
	kpause("syncer", false, 200, NULL);
	CHECK(testfs_counts.lazy == 1);
	return 0;
}
TEST(rumptest_syncer, (const char *p), syncer_test(p))

static int fstrans_holds;

static int
fstrans_hold(const char *path)
{
	struct mount *mp;
	struct vnode *vp;

	CHECK(root_of(path, &mp, &vp) == 0);
	fstrans_start(mp, FSTRANS_SHARED);
	atomic_store_relaxed(&fstrans_holds, 1);
	while (atomic_load_relaxed(&fstrans_holds))
		kpause("hold", false, 1, NULL);
	fstrans_done(mp);
	vrele(vp);
	return 0;
}
TEST(rumptest_fstrans_hold, (const char *p), fstrans_hold(p))

int
rumptest_fstrans_holds(void)
{
	return atomic_load_relaxed(&fstrans_holds);
}

void
rumptest_fstrans_release(void)
{
	atomic_store_relaxed(&fstrans_holds, 0);
}

static int
fstrans_suspend(const char *path)
{
	struct mount *mp;
	struct vnode *vp;
	int error;

	CHECK(root_of(path, &mp, &vp) == 0);
	error = vfs_suspend(mp, 0);
	CHECK(error == 0);
	vrele(vp);
	return 0;
}
TEST(rumptest_fstrans_suspend, (const char *p), fstrans_suspend(p))

static int
fstrans_resume(const char *path)
{
	struct mount *mp;
	struct vnode *vp;

	CHECK(root_of(path, &mp, &vp) == 0);
	vfs_resume(mp);
	vrele(vp);
	return 0;
}
TEST(rumptest_fstrans_resume, (const char *p), fstrans_resume(p))

static int cow_calls;

static int
cow_handler(void *arg, struct buf *bp, bool data_valid)
{
	cow_calls++;
	return *(int *)arg;
}

static int
fscow_test(const char *path)
{
	struct mount *mp;
	struct vnode *vp;
	struct buf *bp;
	int ret = 0;

	CHECK(root_of(path, &mp, &vp) == 0);
	bp = getiobuf(vp, true);
	CHECK(fscow_establish(mp, cow_handler, &ret) == 0);
	CHECK(fscow_run(bp, false) == 0 && cow_calls == 1);
	CHECK(fscow_run(bp, false) == 0 && cow_calls == 1);
	/* once for each transfer: the next one overwrites what this wrote */
	bp->b_flags |= B_READ;
	biodone(bp);
	CHECK((bp->b_flags & B_COWDONE) == 0);
	ret = ENOSPC;
	CHECK(fscow_run(bp, true) == ENOSPC && cow_calls == 2);
	CHECK((bp->b_flags & B_COWDONE) == 0);
	CHECK(fscow_disestablish(mp, cow_handler, &ret) == 0);
	CHECK(fscow_disestablish(mp, cow_handler, &ret) == ENOENT);
	CHECK(fscow_run(bp, false) == 0 && cow_calls == 2);
	putiobuf(bp);
	vrele(vp);
	return 0;
}
TEST(rumptest_fscow, (const char *p), fscow_test(p))

/* Descriptors are complete: what a bypass is led by. */
static int
descriptors_test(void)
{
	const struct vnodeop_desc *d;
	int i, n;

	for (i = 0; vfs_op_descs[i] != NULL; i++) {
		d = vfs_op_descs[i];
		CHECK(d->vdesc_offset == i);
		if (i == 0)
			continue;
		CHECK(strncmp(d->vdesc_name, "vop_", 4) == 0);
		for (n = 0; d->vdesc_vp_offsets[n] != VDESC_NO_OFFSET; n++)
			CHECK(d->vdesc_vp_offsets[n] >=
			    (int)sizeof(struct vop_generic_args));
		CHECK(n >= 1);
	}
	CHECK(i == 50);
	CHECK(vop_rename_desc.vdesc_flags ==
	    (VDESC_VP0_WILLRELE | VDESC_VP1_WILLRELE | VDESC_VP2_WILLPUT |
		VDESC_VP3_WILLPUT));
	CHECK(vop_remove_desc.vdesc_flags ==
	    (VDESC_VP0_WILLPUT | VDESC_VP1_WILLPUT));
	CHECK(vop_inactive_desc.vdesc_flags == VDESC_VP0_WILLUNLOCK);
	CHECK(vop_lookup_desc.vdesc_vpp_offset ==
	    VOPARG_OFFSETOF(struct vop_lookup_v2_args, a_vpp));
	CHECK(vop_bmap_desc.vdesc_vpp_offset == VDESC_NO_OFFSET);
	CHECK(vop_open_desc.vdesc_cred_offset ==
	    VOPARG_OFFSETOF(struct vop_open_args, a_cred));
	CHECK(vop_symlink_desc.vdesc_componentname_offset ==
	    VOPARG_OFFSETOF(struct vop_symlink_v3_args, a_cnp));
	return 0;
}
TEST(rumptest_descriptors, (void), descriptors_test())

/*
 * A character and block device that counts.
 */
static int dev_opens, dev_closes;
static bool dev_isopen, dev_closing;

static int
testdev_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	if (minor(dev) == 9)
		return ENXIO;
	dev_opens++;
	dev_isopen = true;
	return 0;
}

static int
testdev_close(dev_t dev, int flag, int mode, struct lwp *l)
{
	if (minor(dev) == 4) {
		atomic_store_relaxed(&dev_closing, true);
		kpause("devclose", false, 5, NULL);
		dev_isopen = false;
	}
	dev_closes++;
	return 0;
}

static int
testdev_read(dev_t dev, struct uio *uio, int flag)
{
	return uiomove(__UNCONST("device!"), 7, uio);
}

static void
testdev_strategy(struct buf *bp)
{
	bp->b_error = EIO;
	bp->b_resid = bp->b_bcount;
	biodone(bp);
}

/* a disk of 100 sectors of 2 KiB */
static int
testdev_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct partinfo *pi = data;

	if (cmd != DIOCGPARTINFO)
		return ENOTTY;
	memset(pi, 0, sizeof(*pi));
	pi->pi_size = 100;
	pi->pi_secsize = 2048;
	return 0;
}

static const struct cdevsw testdev_cdevsw = {
    .d_open = testdev_open,
    .d_close = testdev_close,
    .d_read = testdev_read,
    .d_write = nowrite,
    .d_ioctl = noioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER | D_MPSAFE,
};
static const struct bdevsw testdev_bdevsw = {
    .d_open = testdev_open,
    .d_close = testdev_close,
    .d_strategy = testdev_strategy,
    .d_ioctl = testdev_ioctl,
    .d_dump = nodump,
    .d_psize = nosize,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};
static devmajor_t testdev_bmaj = NODEVMAJOR, testdev_cmaj = NODEVMAJOR;

static int
testdev_attach(void)
{
	static bool done;

	if (done)
		return 0;
	done = true;
	return devsw_attach("testdev", &testdev_bdevsw, &testdev_bmaj,
	    &testdev_cdevsw, &testdev_cmaj);
}

static int
specalias_test(void)
{
	struct vnode *c1, *c2, *b1, *vp;
	struct mount mp;
	dev_t cdev, bdev;

	CHECK(testdev_attach() == 0);
	cdev = makedev(testdev_cmaj, 1);
	bdev = makedev(testdev_bmaj, 1);
	CHECK(cdevvp(cdev, &c1) == 0);
	CHECK(cdevvp(cdev, &c2) == 0);
	CHECK(c1 == c2);
	CHECK(c1->v_type == VCHR && c1->v_rdev == cdev);
	vrele(c2);
	CHECK(bdevvp(bdev, &b1) == 0);
	CHECK(b1->v_type == VBLK && b1 != c1);
	CHECK(spec_node_getmountedfs(b1) == NULL);
	spec_node_setmountedfs(b1, &mp);
	CHECK(spec_node_getmountedfs(b1) == &mp);
	CHECK(vfs_mountedon(b1) == EBUSY);
	spec_node_setmountedfs(b1, NULL);
	CHECK(vfs_mountedon(b1) == 0);
	CHECK(vfs_mountedon(c1) == ENOTBLK);
	CHECK(spec_node_lookup_by_dev(VBLK, bdev, &vp) == 0);
	CHECK(vp == b1);
	vrele(vp);
	CHECK(spec_node_lookup_by_dev(VCHR, makedev(3, 99), &vp) == ENOENT);
	vrele(b1);
	vrele(c1);
	/* an anonymous device vnode isn't kept */
	CHECK(spec_node_lookup_by_dev(VBLK, bdev, &vp) == ENOENT);
	CHECK(bdevvp(NODEV, &vp) == ENXIO);
	return 0;
}
TEST(rumptest_specalias, (void), specalias_test())

static struct mount specmount;

static int
specopen_test(void)
{
	struct partinfo pi;
	struct vnode *vp, *bp;
	kauth_cred_t cred = curlwp->l_cred;
	struct uio uio;
	struct iovec iov;
	char data[16];
	dev_t dev;

	CHECK(testdev_attach() == 0);
	dev = makedev(testdev_cmaj, 2);
	dev_opens = dev_closes = 0;
	CHECK(cdevvp(dev, &vp) == 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_OPEN(vp, FREAD, cred) == 0);
	CHECK(VOP_OPEN(vp, FREAD, cred) == 0);
	CHECK(vcount(vp) == 2 && dev_opens == 2);
	iov.iov_base = data;
	iov.iov_len = sizeof(data);
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = sizeof(data);
	uio.uio_rw = UIO_READ;
	UIO_SETUP_SYSSPACE(&uio);
	CHECK(VOP_READ(vp, &uio, 0, cred) == 0);
	CHECK(uio.uio_resid == sizeof(data) - 7);
	CHECK(memcmp(data, "device!", 7) == 0);
	VOP_UNLOCK(vp);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	/* the driver hears of the last close only */
	CHECK(VOP_CLOSE(vp, FREAD, cred) == 0 && dev_closes == 0);
	CHECK(VOP_CLOSE(vp, FREAD, cred) == 0 && dev_closes == 1);
	CHECK(vcount(vp) == 0);
	/* revoking closes */
	CHECK(VOP_OPEN(vp, FREAD, cred) == 0);
	VOP_UNLOCK(vp);
	CHECK(VOP_REVOKE(vp, REVOKEALL) == 0);
	CHECK(dev_closes == 2);
	CHECK(vn_lock(vp, LK_EXCLUSIVE) == ENOENT);
	vrele(vp);
	/* a block device is opened once; a failed open counts for nothing */
	CHECK(bdevvp(makedev(testdev_bmaj, 3), &bp) == 0);
	vn_lock(bp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_OPEN(bp, FREAD, cred) == 0);
	CHECK(bp->v_size == 100 * 2048);
	CHECK(VOP_OPEN(bp, FREAD, cred) == EBUSY);
	/* file systems ask and flush a device as they come */
	CHECK(VOP_IOCTL(bp, DIOCGPARTINFO, &pi, FREAD, cred) == 0);
	CHECK(pi.pi_size == 100);
	VOP_UNLOCK(bp);
	CHECK(vinvalbuf(bp, V_SAVE, cred, curlwp, false, 0) == 0);
	CHECK(VOP_IOCTL(bp, DIOCGPARTINFO, &pi, FREAD, cred) == 0);
	vn_lock(bp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(vinvalbuf(bp, V_SAVE, cred, curlwp, false, 0) == 0);
	/* but stays open for who reads what a file system left */
	CHECK(spec_node_keepopen(bp, &specmount) == ENXIO);
	spec_node_setmountedfs(bp, &specmount);
	CHECK(spec_node_keepopen(bp, NULL) == ENXIO);
	CHECK(spec_node_keepopen(bp, &specmount) == 0 && vcount(bp) == 2);
	spec_node_setmountedfs(bp, NULL);
	CHECK(VOP_CLOSE(bp, FREAD, cred) == 0 && dev_closes == 2);
	CHECK(VOP_OPEN(bp, FREAD, cred) == EBUSY);
	CHECK(VOP_CLOSE(bp, FREAD, cred) == 0 && dev_closes == 3);
	CHECK(spec_node_keepopen(bp, NULL) == ENXIO);
	VOP_UNLOCK(bp);
	vrele(bp);
	CHECK(bdevvp(makedev(testdev_bmaj, 9), &bp) == 0);
	vn_lock(bp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_OPEN(bp, FREAD, cred) == ENXIO);
	CHECK(vcount(bp) == 0);
	VOP_UNLOCK(bp);
	vrele(bp);
	/* no such device at all */
	CHECK(cdevvp(makedev(4000, 0), &vp) == 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_OPEN(vp, FREAD, cred) == ENXIO);
	VOP_UNLOCK(vp);
	vrele(vp);
	return 0;
}
TEST(rumptest_specopen, (void), specopen_test())

static void
close_thread(void *arg)
{
	struct vnode *vp = arg;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	(void)VOP_CLOSE(vp, FREAD, curlwp->l_cred);
	VOP_UNLOCK(vp);
	kthread_exit(0);
}

/* The driver hears of an open when it is done with the last close. */
static int
specreopen_test(void)
{
	struct vnode *vp;
	struct lwp *l;

	CHECK(testdev_attach() == 0);
	dev_opens = dev_closes = 0;
	CHECK(cdevvp(makedev(testdev_cmaj, 4), &vp) == 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_OPEN(vp, FREAD, curlwp->l_cred) == 0);
	VOP_UNLOCK(vp);
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
		  close_thread, vp, &l, "close") == 0);
	while (!atomic_load_relaxed(&dev_closing))
		kpause("reopen", false, 1, NULL);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_OPEN(vp, FREAD, curlwp->l_cred) == 0);
	CHECK(dev_closes == 1 && dev_opens == 2 && dev_isopen);
	VOP_UNLOCK(vp);
	CHECK(kthread_join(l) == 0);
	CHECK(dev_isopen && vcount(vp) == 1);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_CLOSE(vp, FREAD, curlwp->l_cred) == 0 && dev_closes == 2);
	VOP_UNLOCK(vp);
	vrele(vp);
	return 0;
}
TEST(rumptest_specreopen, (void), specreopen_test())
