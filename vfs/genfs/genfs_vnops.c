/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations that mean the same in most file systems.
 *
 * genfs_lock(): the vnode lock is v_lock, inside the mount's fstrans gate.
 * A vnode that was reclaimed while the caller waited is not locked.
 */
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>
#include <sys/atomic.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

/*
 * Nothing, or an error.
 */
int
genfs_nullop(void *v)
{
	return 0;
}

int
genfs_einval(void *v)
{
	return EINVAL;
}

int
genfs_enoioctl(void *v)
{
	return EPASSTHROUGH;
}

int
genfs_ebadf(void *v)
{
	return EBADF;
}

int
genfs_enoextops(void *v)
{
	return EOPNOTSUPP;
}

int
genfs_badop(void *v)
{
	struct vop_generic_args *ap = v;

	panic("%s: operation on a vnode of the wrong type",
	    ap->a_desc->vdesc_name);
}

/**
 * Not supported; but what the operation consumes is consumed.
 */
int
genfs_eopnotsupp(void *v)
{
	struct vop_generic_args *ap = v;
	const struct vnodeop_desc *desc = ap->a_desc;
	struct vnode *vp, *first = NULL;
	int flags, i;

	for (i = 0; i < VDESC_MAX_VPS; i++) {
		const int off = desc->vdesc_vp_offsets[i];

		if (off == VDESC_NO_OFFSET)
			break;
		flags = desc->vdesc_flags >> i;
		vp = *VOPARG_OFFSETTO(struct vnode **, off, ap);
		if ((flags & (VDESC_VP0_WILLRELE | VDESC_VP0_WILLUNLOCK)) ==
			0 ||
		    vp == NULL)
			continue;
		switch (flags & VDESC_VP0_WILLPUT) {
		case VDESC_VP0_WILLPUT:
			/* "dir/.": locked once, referenced twice */
			if (vp == first) {
				vrele(vp);
				break;
			}
			first = vp;
			vput(vp);
			break;
		case VDESC_VP0_WILLUNLOCK:
			VOP_UNLOCK(vp);
			break;
		case VDESC_VP0_WILLRELE:
			vrele(vp);
			break;
		}
	}
	return EOPNOTSUPP;
}

int
genfs_poll(void *v)
{
	struct vop_poll_args *ap = v;

	return ap->a_events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM);
}

int
genfs_seek(void *v)
{
	struct vop_seek_args *ap = v;

	return ap->a_newoff < 0 ? EINVAL : 0;
}

int
genfs_abortop(void *v)
{
	return 0;
}

int
genfs_fcntl(void *v)
{
	struct vop_fcntl_args *ap = v;

	if (ap->a_command == F_SETFL)
		return 0;
	return EOPNOTSUPP;
}

int
genfs_mmap(void *v)
{
	return 0;
}

int
genfs_revoke(void *v)
{
	struct vop_revoke_args *ap = v;

	KASSERT((ap->a_flags & REVOKEALL) != 0);
	vrevoke(ap->a_vp);
	return 0;
}

/*
 * The vnode lock.
 *
 * Who has the lock keeps the vnode, and so the mount, from going away; who
 * only has a reference doesn't.  So the mount is looked at in a section that
 * its memory outlasts, or with a reference to it.
 */
static int
genfs_lock_slow(struct vnode *vp, const int flags, const krw_t op)
{
	const int vdflags = (flags & LK_NOWAIT) ? VDEAD_NOWAIT : 0;
	struct mount *mp;
	int error;

	mutex_enter(vp->v_interlock);
	error = vdead_check(vp, VDEAD_NOWAIT);
	if (error == EBUSY && vdflags == 0)
		error = vdead_check(vp, 0);
	if (error != 0) {
		mutex_exit(vp->v_interlock);
		return error;
	}
	mp = vp->v_mount;
	atomic_inc_uint(&mp->mnt_refcnt);
	mutex_exit(vp->v_interlock);

	if (flags & LK_NOWAIT) {
		error = _fstrans_start(mp, FSTRANS_SHARED, FSTRANS_VNODELOCK);
		if (error == 0 && !rw_tryenter(&vp->v_lock, op)) {
			fstrans_done(mp);
			error = EBUSY;
		}
	} else {
		(void)_fstrans_start(mp, FSTRANS_SHARED, FSTRANS_VNODELOCK | 1);
		/*
		 * Without contention as above: it has no order. File systems
		 * lock a new vnode within a transaction.
		 */
		if (!rw_tryenter(&vp->v_lock, op))
			rw_enter(&vp->v_lock, op);
	}
	if (error == 0 && VSTATE_GET(vp) > VS_BLOCKED) {
		/* the reclaimer needs those who wait for it to go away */
		rw_exit(&vp->v_lock);
		fstrans_done(mp);
		mutex_enter(vp->v_interlock);
		error = vdead_check(vp, vdflags);
		mutex_exit(vp->v_interlock);
		if (error == 0)
			error = EBUSY;
	}
	vfs_destroy(mp);
	return error;
}

int
genfs_lock(void *v)
{
	struct vop_lock_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const int flags = ap->a_flags;
	const krw_t op = (flags & LK_EXCLUSIVE) ? RW_WRITER : RW_READER;
	struct mount *mp;
	bool locked;
	int s;

	/* without contention, a shut gate, or the vnode's death */
	s = pserialize_read_enter();
	mp = atomic_load_consume(&vp->v_mount);
	locked = fstrans_tryenter(mp, FSTRANS_SHARED);
	if (locked && !rw_tryenter(&vp->v_lock, op)) {
		fstrans_done(mp);
		locked = false;
	}
	/* stable as far as it matters: only who has the lock reclaims */
	if (locked && __predict_false(VSTATE_GET(vp) > VS_BLOCKED)) {
		rw_exit(&vp->v_lock);
		fstrans_done(mp);
		locked = false;
	}
	pserialize_read_exit(s);
	return __predict_true(locked) ? 0 : genfs_lock_slow(vp, flags, op);
}

int
genfs_unlock(void *v)
{
	struct vop_unlock_args *ap = v;
	struct vnode *vp = ap->a_vp;

	fstrans_done(vp->v_mount);
	rw_exit(&vp->v_lock);
	return 0;
}

int
genfs_islocked(void *v)
{
	struct vop_islocked_args *ap = v;
	struct vnode *vp = ap->a_vp;

	if (rw_write_held(&vp->v_lock))
		return LK_EXCLUSIVE;
	if (rw_read_held(&vp->v_lock))
		return LK_SHARED;
	return 0;
}

/*
 * A dead vnode: locked only for those who insist.
 */
int
genfs_deadlock(void *v)
{
	struct vop_lock_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const int flags = ap->a_flags;
	const krw_t op = (flags & LK_EXCLUSIVE) ? RW_WRITER : RW_READER;

	if ((flags & LK_RETRY) == 0)
		return ENOENT;
	if (flags & LK_NOWAIT)
		return rw_tryenter(&vp->v_lock, op) ? 0 : EBUSY;
	rw_enter(&vp->v_lock, op);
	return 0;
}

int
genfs_deadunlock(void *v)
{
	struct vop_unlock_args *ap = v;

	rw_exit(&ap->a_vp->v_lock);
	return 0;
}

int
genfs_nolock(void *v)
{
	return 0;
}

int
genfs_nounlock(void *v)
{
	return 0;
}

int
genfs_noislocked(void *v)
{
	return 0;
}

int
genfs_renamelock_enter(struct mount *mp)
{
	mutex_enter(&mp->mnt_renamelock);
	return 0;
}

void
genfs_renamelock_exit(struct mount *mp)
{
	mutex_exit(&mp->mnt_renamelock);
}

/*
 * kqueue filters of files.  kn_hook is the vnode, which the descriptor (and
 * so the knote) keeps a reference to.
 */
static void
filt_genfsdetach(struct knote *kn)
{
	struct vnode *vp = kn->kn_hook;

	mutex_enter(vp->v_interlock);
	SLIST_REMOVE(&vp->v_klist, kn, knote, kn_selnext);
	mutex_exit(vp->v_interlock);
}

static int
filt_genfsread(struct knote *kn, long hint)
{
	struct vnode *vp = kn->kn_hook;
	const struct file *fp = kn->kn_obj;
	int rv;

	if (hint == NOTE_REVOKE) {
		KASSERT(mutex_owned(vp->v_interlock));
		kn->kn_flags |= EV_EOF | EV_ONESHOT;
		return 1;
	}
	if (hint == 0)
		mutex_enter(vp->v_interlock);
	else
		KASSERT(mutex_owned(vp->v_interlock));
	kn->kn_data = vp->v_size - fp->f_offset;
	rv = kn->kn_data != 0;
	if (hint == 0)
		mutex_exit(vp->v_interlock);
	return rv;
}

static int
filt_genfswrite(struct knote *kn, long hint)
{
	if (hint == NOTE_REVOKE)
		kn->kn_flags |= EV_EOF | EV_ONESHOT;
	kn->kn_data = 0;
	return 1;
}

static int
filt_genfsvnode(struct knote *kn, long hint)
{
	struct vnode *vp = kn->kn_hook;
	int rv;

	if (hint == 0)
		mutex_enter(vp->v_interlock);
	if (kn->kn_sfflags & hint)
		kn->kn_fflags |= hint;
	if (hint == NOTE_REVOKE)
		kn->kn_flags |= EV_EOF;
	rv = kn->kn_fflags != 0;
	if (hint == 0)
		mutex_exit(vp->v_interlock);
	return rv;
}

static const struct filterops genfsread_filtops = {
    .f_isfd = FILTEROP_ISFD | FILTEROP_MPSAFE,
    .f_detach = filt_genfsdetach,
    .f_event = filt_genfsread,
};
static const struct filterops genfswrite_filtops = {
    .f_isfd = FILTEROP_ISFD | FILTEROP_MPSAFE,
    .f_detach = filt_genfsdetach,
    .f_event = filt_genfswrite,
};
static const struct filterops genfsvnode_filtops = {
    .f_isfd = FILTEROP_ISFD | FILTEROP_MPSAFE,
    .f_detach = filt_genfsdetach,
    .f_event = filt_genfsvnode,
};

int
genfs_kqfilter(void *v)
{
	struct vop_kqfilter_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct knote *kn = ap->a_kn;

	switch (kn->kn_filter) {
	case EVFILT_READ:
		kn->kn_fop = &genfsread_filtops;
		break;
	case EVFILT_WRITE:
		kn->kn_fop = &genfswrite_filtops;
		break;
	case EVFILT_VNODE:
		kn->kn_fop = &genfsvnode_filtops;
		break;
	default:
		return EINVAL;
	}
	kn->kn_hook = vp;
	mutex_enter(vp->v_interlock);
	SLIST_INSERT_HEAD(&vp->v_klist, kn, kn_selnext);
	mutex_exit(vp->v_interlock);
	return 0;
}
