/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The buffers of a vnode: its clean and dirty lists, and flushing and
 * dropping them together with its pages.
 *
 * The lists are under bufcache_lock and v_interlock, both of them to change
 * and one to look.
 */
#include "buf_impl.h"

#include <uvm/uvm_extern.h>
#include <uvm/uvm_pager.h>

/* Give a new buffer to a vnode; both locks are held. */
void
bgetvp(struct vnode *vp, struct buf *bp)
{
	KASSERT(bp->b_vp == NULL);
	vholdl(vp);
	bp->b_vp = vp;
	bp->b_dev =
	    vp->v_type == VBLK || vp->v_type == VCHR ? vp->v_rdev : NODEV;
	bp->b_objlock = vp->v_interlock;
	LIST_INSERT_HEAD(&vp->v_cleanblkhd, bp, b_vnbufs);
}

static void
vnode_maybe_clean(struct vnode *vp)
{
	if (vp->v_iflag & VI_ONWORKLST && LIST_EMPTY(&vp->v_dirtyblkhd) &&
	    vp->v_uobj.uo_ndirty == 0) {
		vp->v_iflag &= ~VI_WRMAPDIRTY;
		vn_syncer_remove_from_worklist(vp);
	}
}

/* Take a buffer from its vnode; both locks are held. */
void
brelvp(struct buf *bp)
{
	struct vnode *vp = bp->b_vp;

	KASSERT(vp != NULL);
	KASSERT(mutex_owned(vp->v_interlock));
	LIST_REMOVE(bp, b_vnbufs);
	vnode_maybe_clean(vp);
	bp->b_objlock = &buffer_lock;
	bp->b_vp = NULL;
	holdrelel(vp);
}

/* Put a buffer on the list that BO_DELWRI says; both locks are held. */
void
reassignbuf(struct buf *bp, struct vnode *vp)
{
	int delay;

	KASSERT(mutex_owned(vp->v_interlock));
	LIST_REMOVE(bp, b_vnbufs);
	if ((bp->b_oflags & BO_DELWRI) == 0) {
		LIST_INSERT_HEAD(&vp->v_cleanblkhd, bp, b_vnbufs);
		vnode_maybe_clean(vp);
		return;
	}
	LIST_INSERT_HEAD(&vp->v_dirtyblkhd, bp, b_vnbufs);
	if (vp->v_iflag & VI_ONWORKLST)
		return;
	if (vp->v_type == VDIR)
		delay = (int)dirdelay;
	else if (vp->v_type == VBLK && spec_node_getmountedfs(vp) != NULL)
		delay = (int)metadelay;
	else
		delay = (int)filedelay;
	vn_syncer_add_to_worklist(vp, delay);
}

/* A write of the buffer's vnode is over; b_objlock is held. */
void
vwakeup(struct buf *bp)
{
	struct vnode *vp = bp->b_vp;

	KASSERT(vp == NULL || bp->b_objlock == vp->v_interlock);
	if (vp == NULL)
		return;
	if (--vp->v_numoutput < 0)
		panic("vwakeup: vnode %p: more writes ended than began; a "
		      "driver forgot v_numoutput++",
		    vp);
	if (vp->v_numoutput == 0)
		cv_broadcast(&vp->v_cv);
}

static bool
list_drop(struct vnode *vp, struct buflists *list, daddr_t lbn, bool save,
    bool intr, int timo, int *errorp)
{
	struct buf *bp;
	int error;

	LIST_FOREACH(bp, list, b_vnbufs) {
		if (lbn != INT64_MIN && bp->b_lblkno < lbn)
			continue;
		error = bbusy(bp, intr, timo, NULL);
		if (error == EPASSTHROUGH)
			return true;
		if (error != 0) {
			*errorp = error;
			return false;
		}
		bremfree(bp);
		if (save && bp->b_flags & B_LOCKED) {
			brelsel(bp, 0);
			*errorp = EBUSY; /* the journal was not flushed */
			return false;
		}
		if (save && bp->b_oflags & BO_DELWRI) {
			mutex_exit(&bufcache_lock);
			error = VOP_BWRITE(vp, bp);
			mutex_enter(&bufcache_lock);
			if (error != 0)
				*errorp = error;
			return error == 0;
		}
		brelsel(bp, BC_INVAL | BC_VFLUSH);
		return true;
	}
	return false;
}

static int
drop_buffers(struct vnode *vp, daddr_t lbn, bool save, bool intr, int timo)
{
	int error = 0;

	mutex_enter(&bufcache_lock);
	while (
	    list_drop(vp, &vp->v_cleanblkhd, lbn, save, intr, timo, &error) ||
	    (error == 0 &&
		list_drop(
		    vp, &vp->v_dirtyblkhd, lbn, save, intr, timo, &error))) {
		if (error != 0)
			break;
	}
	mutex_exit(&bufcache_lock);
	return error;
}

/*
 * Drop all buffers and pages of a vnode, which is locked. V_SAVE: write the
 * dirty ones first.
 */
int
vinvalbuf(struct vnode *vp, int flags, kauth_cred_t cred, struct lwp *l,
    bool catch_p, int slptimeo)
{
	const bool save = (flags & V_SAVE) != 0;
	int error;

	mutex_enter(vp->v_interlock);
	error = VOP_PUTPAGES(vp, 0, 0,
	    PGO_ALLPAGES | PGO_FREE | PGO_SYNCIO |
		(save ? PGO_CLEANIT | PGO_RECLAIM : 0));
	if (error)
		return error;
	if (save) {
		error = VOP_FSYNC(vp, cred, FSYNC_WAIT | FSYNC_RECLAIM, 0, 0);
		if (error)
			return error;
	}
	return drop_buffers(vp, INT64_MIN, save, catch_p, slptimeo);
}

/* Drop buffers from block lbn on, and pages behind its beginning. */
int
vtruncbuf(struct vnode *vp, daddr_t lbn, bool catch_p, int slptimeo)
{
	voff_t off;
	int error;

	off = round_page((voff_t)lbn << vp->v_mount->mnt_fs_bshift);
	mutex_enter(vp->v_interlock);
	error = VOP_PUTPAGES(vp, off, 0, PGO_FREE | PGO_SYNCIO);
	if (error)
		return error;
	return drop_buffers(vp, lbn, false, catch_p, slptimeo);
}

static struct buf *
next_dirty(struct vnode *vp, bool sync)
{
	struct buf *bp;

	LIST_FOREACH(bp, &vp->v_dirtyblkhd, b_vnbufs) {
		/* locked ones wait for the journal */
		if (bp->b_cflags & BC_SCANNED || bp->b_flags & B_LOCKED)
			continue;
		if (bp->b_cflags & BC_BUSY && !sync) {
			bp->b_cflags |= BC_SCANNED;
			continue;
		}
		return bp;
	}
	return NULL;
}

static int
flush_dirty(struct vnode *vp, bool sync)
{
	struct buf *bp;
	int error = 0, e;

	mutex_enter(&bufcache_lock);
	LIST_FOREACH(bp, &vp->v_dirtyblkhd, b_vnbufs)
		bp->b_cflags &= ~BC_SCANNED;
	while ((bp = next_dirty(vp, sync)) != NULL) {
		e = bbusy(bp, false, 0, NULL);
		if (e == EPASSTHROUGH)
			continue;
		if (e != 0) {
			error = e;
			break;
		}
		bremfree(bp);
		if ((bp->b_oflags & BO_DELWRI) == 0) {
			brelsel(bp, 0);
			continue;
		}
		bp->b_cflags |= BC_SCANNED | BC_VFLUSH;
		mutex_exit(&bufcache_lock);
		if (sync) {
			e = VOP_BWRITE(vp, bp);
			if (e != 0 && error == 0)
				error = e;
		} else
			bawrite(bp);
		mutex_enter(&bufcache_lock);
	}
	mutex_exit(&bufcache_lock);
	return error;
}

/*
 * Write the dirty pages and buffers of a vnode. flags are those of
 * VOP_FSYNC: FSYNC_WAIT waits for all of it.
 */
int
vflushbuf(struct vnode *vp, int flags)
{
	const bool sync = (flags & FSYNC_WAIT) != 0;
	int error, e, pflags;

	pflags = PGO_CLEANIT | PGO_ALLPAGES;
	if (sync)
		pflags |= PGO_SYNCIO;
	if (flags & FSYNC_LAZY)
		pflags |= PGO_LAZY;
	mutex_enter(vp->v_interlock);
	error = VOP_PUTPAGES(vp, 0, 0, pflags);

	for (int round = 0; round < 10; round++) {
		struct buf *bp;
		bool again;

		e = flush_dirty(vp, sync);
		if (e != 0 && error == 0)
			error = e;
		if (!sync)
			return error;
		mutex_enter(vp->v_interlock);
		while (vp->v_numoutput != 0)
			cv_wait(&vp->v_cv, vp->v_interlock);
		mutex_exit(vp->v_interlock);
		mutex_enter(&bufcache_lock);
		LIST_FOREACH(bp, &vp->v_dirtyblkhd, b_vnbufs)
			if ((bp->b_flags & B_LOCKED) == 0)
				break;
		again = bp != NULL;
		mutex_exit(&bufcache_lock);
		if (!again || error != 0)
			break;
	}
	return error;
}
