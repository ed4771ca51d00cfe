/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References to vnodes: taking them, giving them back, and what happens at
 * the last one.
 *
 * Taking and giving back are a compare-and-swap as long as others remain.
 * The last holder locks the vnode and calls VOP_INACTIVE; only then does the
 * count go to zero.  Who can't have the lock at once, because a release must
 * not sleep on a vnode lock, leaves the vnode on a list that is worked off
 * by a thread that holds nothing.
 */
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>
#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>
#include <sys/atomic.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

enum vrele_how {
	VRELE_TRY,
	VRELE_WAIT
};

static kmutex_t vrele_lock;
static kcondvar_t vrele_cv;
static TAILQ_HEAD(, vnode_impl) vrele_list = TAILQ_HEAD_INITIALIZER(vrele_list);
static struct rump_deferred vrele_deferred;
static struct lwp *vrele_lwp; /* lazily */
static bool vrele_starting;
static u_int vrele_pending;

static void vrelel(struct vnode *, enum vrele_how);

/*
 * Take.
 */
int
vcache_tryvget(struct vnode *vp)
{
	uint32_t w, n;

	for (w = atomic_load_relaxed(&vp->v_refword); (w & VUSECOUNT_GATE) == 0;
	     w = n) {
		n = atomic_cas_32(&vp->v_refword, w, w + 1);
		if (__predict_true(n == w)) {
			atomic_store_relaxed(
			    &VNODE_TO_VIMPL(vp)->vi_referenced, 1);
			return 0;
		}
	}
	return VSTATE_GET(vp) == VS_RECLAIMED ? ENOENT : EBUSY;
}

static bool
vstate_stable(struct vnode *vp)
{
	return (atomic_load_relaxed(&vp->v_refword) & VUSECOUNT_GATE) == 0 ||
	    VSTATE_GET(vp) == VS_RECLAIMED;
}

void
vstate_wait_stable(struct vnode *vp)
{
	KASSERT(mutex_owned(vp->v_interlock));
	while (!vstate_stable(vp))
		cv_wait(&vp->v_cv, vp->v_interlock);
}

int
vcache_vget(struct vnode *vp)
{
	KASSERT(mutex_owned(vp->v_interlock));
	/* counts even behind the gate: it keeps the memory while we wait */
	atomic_inc_32(&vp->v_refword);
	if (__predict_true(
		(atomic_load_relaxed(&vp->v_refword) & VUSECOUNT_GATE) == 0)) {
		mutex_exit(vp->v_interlock);
		atomic_store_relaxed(&VNODE_TO_VIMPL(vp)->vi_referenced, 1);
		return 0;
	}
	vstate_wait_stable(vp);
	if (VSTATE_GET(vp) != VS_RECLAIMED) {
		mutex_exit(vp->v_interlock);
		return 0;
	}
	vrelel(vp, VRELE_TRY);
	return ENOENT;
}

int
vget(struct vnode *vp, int flags, bool waitok)
{
	KASSERT(mutex_owned(vp->v_interlock));
	KASSERT((flags & ~LK_NOWAIT) == 0);
	if (!waitok && !vstate_stable(vp)) {
		mutex_exit(vp->v_interlock);
		return EBUSY;
	}
	return vcache_vget(vp);
}

void
vref(struct vnode *vp)
{
	if (__predict_false(vrefcnt(vp) == 0))
		rump_rule_broken("vnode(9)", __builtin_return_address(0),
		    "vref() of vnode %p, which nobody has a reference to: "
		    "vget(9) takes the first one",
		    vp);
	atomic_inc_32(&vp->v_refword);
	VREF_BY(vp, __builtin_return_address(0));
}

/*
 * Give back.  True if others are left, and so nothing is to be done.
 */
static inline bool
vrele_notlast(struct vnode *vp)
{
	uint32_t w, n;

	for (w = atomic_load_relaxed(&vp->v_refword); (w & VUSECOUNT_MASK) > 1;
	     w = n) {
		n = atomic_cas_32(&vp->v_refword, w, w - 1);
		if (__predict_true(n == w))
			return true;
	}
	if (__predict_false((w & VUSECOUNT_MASK) == 0))
		rump_rule_broken("vnode(9)", __builtin_return_address(0),
		    "releasing vnode %p, which nobody has a reference to: it was "
		    "released before",
		    vp);
	return false;
}

static void
vrele_enqueue(struct vnode *vp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	bool listed;

	mutex_enter(&vrele_lock);
	listed = vip->vi_deferred;
	if (!listed) {
		vip->vi_deferred = true;
		TAILQ_INSERT_TAIL(&vrele_list, vip, vi_relelist);
		atomic_store_relaxed(&vrele_pending, vrele_pending + 1);
	} else if (!vrele_notlast(vp)) {
		/* with the lock, the list's own reference is there as well */
		panic("vrele: %p is listed without a reference", vp);
	}
	mutex_exit(&vrele_lock);
	if (!listed)
		rump_defer(&vrele_deferred);
}

/*
 * VOP_INACTIVE was called, the vnode is unlocked; the interlock is held.
 */
static void
vrele_last(struct vnode *vp, bool recycle)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	struct mount *mp = NULL;
	uint32_t to;

	for (;;) {
		if (vrele_notlast(vp)) {
			mutex_exit(vp->v_interlock);
			if (mp != NULL)
				vcache_reclaim_exit(mp);
			return;
		}
		if (atomic_load_relaxed(&vp->v_refword) & VUSECOUNT_GATE) {
			/* somebody shut it: he has a reference as well */
			continue;
		}
		if (recycle && mp == NULL)
			mp = vcache_reclaim_enter(vp);
		to = VUSECOUNT_GATE | 1;
		if (mp == NULL) {
			/* while it is suspended it stays, unused */
			to = 0;
			atomic_store_relaxed(&vip->vi_referenced, 1);
		}
		if (atomic_cas_32(&vp->v_refword, 1, to) == 1)
			break;
	}
	if (mp == NULL) {
		mutex_exit(vp->v_interlock);
		vcache_trim_request();
		return;
	}
	vstate_set(vip, VS_BLOCKED);
	mutex_exit(vp->v_interlock);
	vcache_reclaim(vp, false, false);
	vcache_reclaim_exit(mp);
	mutex_enter(vp->v_interlock);
	vrelel(vp, VRELE_TRY);
}

/*
 * The interlock is held, and dropped.
 */
static void
vrelel(struct vnode *vp, enum vrele_how how)
{
	const int flags = how == VRELE_WAIT ? LK_RETRY : LK_NOWAIT;
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	bool recycle = false;

	for (;;) {
		if (vrele_notlast(vp)) {
			mutex_exit(vp->v_interlock);
			return;
		}
		if (vstate_get(vip) == VS_RECLAIMED) {
			/* unreachable by now: nobody can get hold of it */
			atomic_dec_32(&vp->v_refword);
			mutex_exit(vp->v_interlock);
			vcache_free(vip);
			return;
		}
		vp->v_iflag &= ~(VI_TEXT | VI_EXECMAP | VI_WRMAP);
		mutex_exit(vp->v_interlock);
		if (vn_lock(vp, LK_EXCLUSIVE | flags) != 0) {
			vrele_enqueue(vp);
			return;
		}
		/*
		 * Only with the lock does a file that has no names get no
		 * new users: it may have got both the last name removed and
		 * a user while there was none.
		 */
		if (__predict_true(vrefcnt(vp) == 1))
			break;
		VOP_UNLOCK(vp);
		mutex_enter(vp->v_interlock);
	}
	VOP_INACTIVE(vp, &recycle);
	mutex_enter(vp->v_interlock);
	if (VSTATE_GET(vp) == VS_RECLAIMED)
		vrelel(vp, how);
	else
		vrele_last(vp, recycle);
}

void
vrele(struct vnode *vp)
{
	if (vrele_notlast(vp))
		return;
	mutex_enter(vp->v_interlock);
	vrelel(vp, VRELE_TRY);
}

static inline bool
vput_exclusive(struct vnode *vp)
{
	if (__predict_true(vp->v_op[VOP_ISLOCKED_DESCOFFSET] == genfs_islocked))
		return rw_write_held(&vp->v_lock);
	return VOP_ISLOCKED(vp) == LK_EXCLUSIVE;
}

void
vput(struct vnode *vp)
{
	bool recycle = false;

	/*
	 * The common end of a lookup: the last reference and the lock are
	 * both ours, so that VOP_INACTIVE can have the lock as it is.
	 */
	if (vrefcnt(vp) == 1 && VSTATE_GET(vp) == VS_LOADED &&
	    vput_exclusive(vp)) {
		VOP_INACTIVE(vp, &recycle);
		mutex_enter(vp->v_interlock);
		if (VSTATE_GET(vp) == VS_RECLAIMED)
			vrelel(vp, VRELE_TRY);
		else
			vrele_last(vp, recycle);
		return;
	}
	VOP_UNLOCK(vp);
	vrele(vp);
}

void
vrele_async(struct vnode *vp)
{
	if (!vrele_notlast(vp))
		vrele_enqueue(vp);
}

/*
 * The list of deferred releases.
 */
static bool
vrele_work(enum vrele_how how)
{
	struct vnode_impl *vip;
	u_int n = atomic_load_relaxed(&vrele_pending);

	while (n-- > 0) {
		mutex_enter(&vrele_lock);
		vip = TAILQ_FIRST(&vrele_list);
		if (vip == NULL) {
			mutex_exit(&vrele_lock);
			break;
		}
		TAILQ_REMOVE(&vrele_list, vip, vi_relelist);
		vip->vi_deferred = false;
		atomic_store_relaxed(&vrele_pending, vrele_pending - 1);
		mutex_exit(&vrele_lock);
		mutex_enter(VIMPL_TO_VNODE(vip)->v_interlock);
		vrelel(VIMPL_TO_VNODE(vip), how);
	}
	return atomic_load_relaxed(&vrele_pending) != 0;
}

static void
vrele_thread(void *arg)
{
	for (;;) {
		mutex_enter(&vrele_lock);
		while (vrele_pending == 0)
			cv_wait(&vrele_cv, &vrele_lock);
		mutex_exit(&vrele_lock);
		(void)vrele_work(VRELE_WAIT);
	}
}

static void
vrele_run(void *arg)
{
	bool start;

	if (atomic_load_relaxed(&vrele_lwp) == NULL) {
		if (!vrele_work(VRELE_TRY))
			return;
		if (!rump_threads) {
			rump_defer(&vrele_deferred);
			return;
		}
	}
	mutex_enter(&vrele_lock);
	start = atomic_load_relaxed(&vrele_lwp) == NULL && !vrele_starting;
	if (start)
		vrele_starting = true;
	cv_signal(&vrele_cv);
	mutex_exit(&vrele_lock);
	if (start &&
	    kthread_create(PRI_VM, KTHREAD_MPSAFE, NULL, vrele_thread, NULL,
		&vrele_lwp, "vrele") != 0) {
		mutex_enter(&vrele_lock);
		vrele_starting = false;
		mutex_exit(&vrele_lock);
		rump_defer(&vrele_deferred);
	}
}

/** Work off the list here; the caller holds no vnode lock. */
void
vrele_flush(void)
{
	if (atomic_load_relaxed(&vrele_pending) != 0)
		(void)vrele_work(VRELE_WAIT);
}

void
vfs_vnode_sysinit(void)
{
	mutex_init(&vrele_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&vrele_cv, "vrele");
	vrele_deferred.rd_fn = vrele_run;
	vrele_deferred.rd_leaving = true;
	vcache_init();
}

/*
 * Holds.
 */
void
vholdl(struct vnode *vp)
{
	atomic_inc_uint((volatile u_int *)&vp->v_holdcnt);
}

void
holdrelel(struct vnode *vp)
{
	KASSERT(vp->v_holdcnt > 0);
	atomic_dec_uint((volatile u_int *)&vp->v_holdcnt);
}

void
vhold(struct vnode *vp)
{
	vholdl(vp);
}

void
holdrele(struct vnode *vp)
{
	holdrelel(vp);
}

/*
 * Ends.
 */
static void
vgone_blocked(struct vnode *vp, struct mount *mp, bool locked)
{
	vstate_set(VNODE_TO_VIMPL(vp), VS_BLOCKED);
	mutex_exit(vp->v_interlock);
	/* who left last saw our reference, and left this to us */
	vcache_reclaim(vp, locked, true);
	vcache_reclaim_exit(mp);
	mutex_enter(vp->v_interlock);
	vrelel(vp, VRELE_TRY);
}

/** Reclaim a vnode whoever uses it; consumes the caller's reference. */
void
vgone(struct vnode *vp)
{
	struct mount *mp;

	/*
	 * The lock comes first: who waits for the state to settle, looking
	 * ".." up, may hold a lock that the holder of this one wants.
	 */
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	mutex_enter(vp->v_interlock);
	vstate_wait_stable(vp);
	if (VSTATE_GET(vp) == VS_RECLAIMED) {
		mutex_exit(vp->v_interlock);
		VOP_UNLOCK(vp);
		mutex_enter(vp->v_interlock);
		vrelel(vp, VRELE_TRY);
		return;
	}
	/* with the lock we are inside of the mount's gate already */
	mp = vcache_reclaim_enter(vp);
	KASSERT(mp != NULL);
	atomic_or_32(&vp->v_refword, VUSECOUNT_GATE);
	vgone_blocked(vp, mp, true);
}

/** Reclaim a vnode that nobody else uses; consumes the reference if so. */
bool
vrecycle(struct vnode *vp)
{
	struct mount *mp = NULL;

	mutex_enter(vp->v_interlock);
	if (VSTATE_GET(vp) == VS_LOADED)
		mp = vcache_reclaim_enter(vp);
	if (mp == NULL ||
	    atomic_cas_32(&vp->v_refword, 1, VUSECOUNT_GATE | 1) != 1) {
		mutex_exit(vp->v_interlock);
		if (mp != NULL)
			vcache_reclaim_exit(mp);
		return false;
	}
	vgone_blocked(vp, mp, false);
	return true;
}

void
vrevoke(struct vnode *vp)
{
	struct vnode *vq;
	enum vtype type;
	dev_t dev;

	KASSERT(vrefcnt(vp) > 0);
	mutex_enter(vp->v_interlock);
	vstate_wait_stable(vp);
	if (VSTATE_GET(vp) == VS_RECLAIMED) {
		mutex_exit(vp->v_interlock);
		return;
	}
	if (vp->v_type != VBLK && vp->v_type != VCHR) {
		atomic_inc_32(&vp->v_refword);
		mutex_exit(vp->v_interlock);
		vgone(vp);
		return;
	}
	dev = vp->v_rdev;
	type = vp->v_type;
	mutex_exit(vp->v_interlock);
	while (spec_node_lookup_by_dev(type, dev, &vq) == 0)
		vgone(vq);
}

/** Whether a vnode is dead (ENOENT), or dying (EBUSY); interlock held. */
int
vdead_check(struct vnode *vp, int flags)
{
	KASSERT(mutex_owned(vp->v_interlock));
	if ((flags & VDEAD_NOWAIT) == 0)
		vstate_wait_stable(vp);
	if (VSTATE_GET(vp) == VS_RECLAIMING)
		return EBUSY;
	if (VSTATE_GET(vp) == VS_RECLAIMED)
		return ENOENT;
	return 0;
}
