/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vnodes of a mount: the list, walking it, and flushing it.
 *
 * A walk keeps its place by a marker in the list, so that vnodes may come
 * and go meanwhile.  Each vnode in a list holds a reference to its mount.
 */
#include <miscfs/deadfs/deadfs.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

void
vfs_insmntque(struct vnode *vp, struct mount *mp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	struct mount *omp = vp->v_mount;

	if (vip->vi_listed) {
		mutex_enter(&omp->mnt_vnodelock);
		TAILQ_REMOVE(&omp->mnt_vnodelist, vip, vi_mntvnodes);
		mutex_exit(&omp->mnt_vnodelock);
		vip->vi_listed = false;
	} else
		omp = NULL;
	if (mp == NULL)
		atomic_store_release(&vp->v_mount, dead_rootmount);
	else if (vp->v_mount != mp)
		vp->v_mount = mp;
	if (mp != NULL) {
		atomic_inc_uint(&mp->mnt_refcnt);
		mutex_enter(&mp->mnt_vnodelock);
		TAILQ_INSERT_TAIL(&mp->mnt_vnodelist, vip, vi_mntvnodes);
		mutex_exit(&mp->mnt_vnodelock);
		vip->vi_listed = true;
	}
	if (omp != NULL)
		vfs_destroy(omp);
}

struct vnode *
vnalloc_marker(struct mount *mp)
{
	struct vnode_impl *vip = kmem_zalloc(sizeof(*vip), KM_SLEEP);

	vip->vi_vnode.v_mount = mp;
	vip->vi_vnode.v_type = VBAD;
	vip->vi_vnode.v_refword = VUSECOUNT_GATE;
	vstate_set(vip, VS_MARKER);
	return VIMPL_TO_VNODE(vip);
}

void
vnfree_marker(struct vnode *vp)
{
	kmem_free(VNODE_TO_VIMPL(vp), sizeof(struct vnode_impl));
}

bool
vnis_marker(struct vnode *vp)
{
	return VSTATE_GET(vp) == VS_MARKER;
}

struct vnode_iterator {
	struct vnode_impl it_marker;
};

void
vfs_vnode_iterator_init(struct mount *mp, struct vnode_iterator **vnip)
{
	struct vnode *mvp = vnalloc_marker(mp);
	struct vnode_impl *vip = VNODE_TO_VIMPL(mvp);

	atomic_inc_uint(&mp->mnt_refcnt);
	mutex_enter(&mp->mnt_vnodelock);
	TAILQ_INSERT_HEAD(&mp->mnt_vnodelist, vip, vi_mntvnodes);
	mutex_exit(&mp->mnt_vnodelock);
	*vnip = (struct vnode_iterator *)vip;
}

void
vfs_vnode_iterator_destroy(struct vnode_iterator *vni)
{
	struct vnode_impl *mvip = &vni->it_marker;
	struct mount *mp = mvip->vi_vnode.v_mount;

	mutex_enter(&mp->mnt_vnodelock);
	TAILQ_REMOVE(&mp->mnt_vnodelist, mvip, vi_mntvnodes);
	mutex_exit(&mp->mnt_vnodelock);
	vnfree_marker(VIMPL_TO_VNODE(mvip));
	vfs_destroy(mp);
}

struct vnode *
vfs_vnode_iterator_next(
    struct vnode_iterator *vni, bool (*f)(void *, struct vnode *), void *cl)
{
	struct vnode_impl *mvip = &vni->it_marker, *vip;
	struct mount *mp = mvip->vi_vnode.v_mount;
	struct vnode *vp;

	for (;;) {
		mutex_enter(&mp->mnt_vnodelock);
		for (;;) {
			vip = TAILQ_NEXT(mvip, vi_mntvnodes);
			if (vip == NULL) {
				mutex_exit(&mp->mnt_vnodelock);
				return NULL;
			}
			TAILQ_REMOVE(&mp->mnt_vnodelist, mvip, vi_mntvnodes);
			TAILQ_INSERT_AFTER(
			    &mp->mnt_vnodelist, vip, mvip, vi_mntvnodes);
			if (vstate_get(vip) == VS_MARKER)
				continue;
			vp = VIMPL_TO_VNODE(vip);
			mutex_enter(vp->v_interlock);
			if (vstate_get(vip) == VS_LOADING ||
			    vstate_get(vip) == VS_RECLAIMED ||
			    (f != NULL && !(*f)(cl, vp))) {
				mutex_exit(vp->v_interlock);
				continue;
			}
			break;
		}
		mutex_exit(&mp->mnt_vnodelock);
		if (vcache_vget(vp) == 0)
			return vp;
	}
}

#define BUSY_SHOWN 4

/*
 * Reclaim the vnodes of a mount: EBUSY if some are in use, unless forced.
 */
static int
vflush_pass(struct mount *mp, struct vnode *skipvp, int flags)
{
	struct vnode_iterator *vni;
	struct vnode *vp;
	int busy = 0;

	vrele_flush();
	vfs_vnode_iterator_init(mp, &vni);
	while ((vp = vfs_vnode_iterator_next(vni, NULL, NULL)) != NULL) {
		if (vp == skipvp ||
		    ((flags & SKIPSYSTEM) && (vp->v_vflag & VV_SYSTEM)) ||
		    ((flags & WRITECLOSE) &&
			(vp->v_writecount == 0 || vp->v_type != VREG))) {
			vrele(vp);
			continue;
		}
		if (vrecycle(vp))
			continue;
		if (flags & FORCECLOSE) {
			vgone(vp);
			continue;
		}
		vrele(vp);
#ifdef LOCKDEBUG
		/* somebody has a file open, or a driver keeps a reference */
		if (busy < BUSY_SHOWN)
			vprint("vflush: in use", vp);
#endif
		busy++;
	}
	vfs_vnode_iterator_destroy(vni);
	return busy ? EBUSY : 0;
}

/*
 * Others may be reclaiming, or loading, vnodes that a pass could not have:
 * they use the file system until they are done.
 */
static bool
vflush_left(struct mount *mp, struct vnode *skipvp, int flags)
{
	struct vnode_impl *vip;
	struct vnode *vp;
	bool left = false;

	membar_sync();
	if (mp->mnt_loading != 0)
		return true;
	mutex_enter(&mp->mnt_vnodelock);
	TAILQ_FOREACH(vip, &mp->mnt_vnodelist, vi_mntvnodes) {
		vp = VIMPL_TO_VNODE(vip);
		if (vstate_get(vip) == VS_MARKER || vp == skipvp ||
		    ((flags & SKIPSYSTEM) && (vp->v_vflag & VV_SYSTEM)))
			continue;
		left = true;
		break;
	}
	mutex_exit(&mp->mnt_vnodelock);
	return left;
}

int
vflush(struct mount *mp, struct vnode *skipvp, int flags)
{
	int error;

	for (;;) {
		error = vflush_pass(mp, skipvp, flags);
		if (error != 0 || (flags & WRITECLOSE) != 0 ||
		    !vflush_left(mp, skipvp, flags))
			return error;
		kpause("vflush", false, 1, NULL);
	}
}
