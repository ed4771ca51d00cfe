/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations of layers.
 *
 * layer_bypass() carries out any operation on the lower vnodes, led by the
 * operation's descriptor: it replaces the vnode arguments that are ours by
 * what they stand for, makes the call, puts the arguments back, and wraps
 * the vnode that comes out.
 *
 * Locks: an upper vnode has no lock of its own.  References: where the
 * operation will drop one of an upper vnode, the lower file system gets a
 * reference to drop, and the upper one is dropped here afterwards.
 */
#include <miscfs/deadfs/deadfs.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/layer.h>
#include <miscfs/genfs/layer_extern.h>
#include <miscfs/specfs/specdev.h>
#include <sys/buf.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>
#include <uvm/uvm_extern.h>

#define LAYER_BYPASS(vp, ap)                                                   \
	(*MOUNTTOLAYERMOUNT((vp)->v_mount)->layerm_bypass)(ap)

/* A vnode that isn't locked may get the dead vector at any time. */
#define VNODE_OP(vp) __atomic_load_n(&(vp)->v_op, __ATOMIC_RELAXED)

/* Wrap *vppp's vnode; its reference goes into the upper one, or is dropped. */
static int
layer_map_result(struct mount *mp, struct vnode **vpp)
{
	struct vnode *lvp = *vpp;
	int error;

	error = layer_node_create(mp, lvp, vpp);
	if (error != 0) {
		vrele(lvp);
		*vpp = NULL;
	}
	return error;
}

/*
 * A layer node goes away under the interlock.  The lower vnode of one that
 * is not locked, referenced; NULL if the upper one has been reclaimed.
 */
static struct vnode *
layer_lower_ref(struct vnode *vp)
{
	struct vnode *lvp = NULL;

	mutex_enter(vp->v_interlock);
	if (VTOLAYER(vp) != NULL) {
		lvp = LAYERVPTOLOWERVP(vp);
		vref(lvp);
	}
	mutex_exit(vp->v_interlock);
	return lvp;
}

/* Which of an operation's vnodes need not be locked: a bit each. */
static const uint8_t layer_unlocked[VNODE_OPS_COUNT] = {
    [VOP_IOCTL_DESCOFFSET] = 1,
    [VOP_FCNTL_DESCOFFSET] = 1,
    [VOP_POLL_DESCOFFSET] = 1,
    [VOP_KQFILTER_DESCOFFSET] = 1,
    [VOP_REVOKE_DESCOFFSET] = 1,
    [VOP_MMAP_DESCOFFSET] = 1,
    [VOP_SEEK_DESCOFFSET] = 1,
    [VOP_LINK_DESCOFFSET] = 2,       /* vp */
    [VOP_RENAME_DESCOFFSET] = 1 | 2, /* fdvp, fvp */
    [VOP_ABORTOP_DESCOFFSET] = 1,
    [VOP_ADVLOCK_DESCOFFSET] = 1,
};

/*
 * Of any vnode, with its interlock or without.  No reference: that could not
 * be dropped with the interlock, which is the lower vnode's as well.
 */
static int
layer_islocked(struct vop_islocked_args *ap)
{
	struct vnode *vp = ap->a_vp, *lvp;
	const bool owned = mutex_owned(vp->v_interlock);
	int locked;

	if (!owned)
		mutex_enter(vp->v_interlock);
	if (VTOLAYER(vp) != NULL) {
		lvp = LAYERVPTOLOWERVP(vp);
		ap->a_vp = lvp;
		locked = VCALL(lvp, VOFFSET(vop_islocked), ap);
		ap->a_vp = vp;
	} else
		locked = (*dead_vnodeop_p[VOFFSET(vop_islocked)])(ap);
	if (!owned)
		mutex_exit(vp->v_interlock);
	return locked;
}

/* The arguments are what they were; the lower vnodes are not held. */
static void
layer_restore(struct vnode **const argp[], struct vnode *const old[],
    struct vnode *const held[], int n)
{
	for (int i = 0; i < n; i++) {
		if (old[i] == NULL)
			continue;
		*argp[i] = old[i];
		if (held[i] != NULL)
			vrele(held[i]);
	}
}

int
layer_bypass(void *v)
{
	struct vop_generic_args *ap = v;
	const struct vnodeop_desc *desc = ap->a_desc;
	const unsigned int unlocked = layer_unlocked[desc->vdesc_offset];
	struct vnode *old[VDESC_MAX_VPS] = {NULL}, *held[VDESC_MAX_VPS];
	struct vnode **argp[VDESC_MAX_VPS], **vpp, *vp;
	int (**our_op)(void *), (**op)(void *);
	struct mount *mp;
	int i, n, error;

	if (__predict_false(desc == VDESC(vop_islocked)))
		return layer_islocked(v);
	KASSERT(desc->vdesc_vp_offsets != NULL &&
	    desc->vdesc_vp_offsets[0] != VDESC_NO_OFFSET);
	vp = *VOPARG_OFFSETTO(struct vnode **, desc->vdesc_vp_offsets[0], ap);
	mp = vp->v_mount;
	our_op = VNODE_OP(vp);

	for (n = 0; n < VDESC_MAX_VPS; n++) {
		if (desc->vdesc_vp_offsets[n] == VDESC_NO_OFFSET)
			break;
		argp[n] = VOPARG_OFFSETTO(
		    struct vnode **, desc->vdesc_vp_offsets[n], ap);
		vp = *argp[n];
		if (vp == NULL)
			continue;
		op = VNODE_OP(vp);
		held[n] = NULL;
		if (unlocked & (1u << n)) {
			if (op == our_op && op != dead_vnodeop_p)
				held[n] = layer_lower_ref(vp);
			else if (op != dead_vnodeop_p)
				continue;
			if (held[n] == NULL) {
				/* reclaimed on the way */
				layer_restore(argp, old, held, n);
				return (*dead_vnodeop_p[desc->vdesc_offset])(
				    ap);
			}
		} else if (op != our_op)
			continue;
		old[n] = vp;
		*argp[n] = held[n] != NULL ? held[n] : LAYERVPTOLOWERVP(vp);
	}
	KASSERT(old[0] != NULL);
	for (i = 0; i < n; i++) {
		if (old[i] != NULL &&
		    ((desc->vdesc_flags >> i) & VDESC_VP0_WILLRELE))
			vref(*argp[i]);
	}
	error = VCALL(*argp[0], desc->vdesc_offset, ap);
	layer_restore(argp, old, held, n);
	for (i = 0; i < n; i++) {
		if (old[i] != NULL &&
		    ((desc->vdesc_flags >> i) & VDESC_VP0_WILLRELE))
			vrele(old[i]);
	}
	if (error == 0 && desc->vdesc_vpp_offset != VDESC_NO_OFFSET &&
	    (desc->vdesc_flags & (VDESC_NOMAP_VPP | VDESC_VPP_WILLRELE)) == 0) {
		vpp = *VOPARG_OFFSETTO(
		    struct vnode ***, desc->vdesc_vpp_offset, ap);
		if (vpp != NULL && *vpp != NULL)
			error = layer_map_result(mp, vpp);
	}
	return error;
}

static bool
layer_readonly(const struct vnode *vp)
{
	return (vp->v_mount->mnt_flag & MNT_RDONLY) != 0;
}

int
layer_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct vnode *dvp = ap->a_dvp, *ldvp, *lvp;
	const bool last = (cnp->cn_flags & ISLASTCN) != 0;
	int error;

	if (last && layer_readonly(dvp) &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
		return EROFS;
	ldvp = LAYERVPTOLOWERVP(dvp);
	ap->a_dvp = ldvp;
	error = VCALL(ldvp, ap->a_desc->vdesc_offset, ap);
	ap->a_dvp = dvp;
	lvp = *ap->a_vpp;
	*ap->a_vpp = NULL;
	if (error == EJUSTRETURN && last && layer_readonly(dvp) &&
	    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME))
		return EROFS;
	if (error != 0 || lvp == NULL)
		return error;
	if (lvp == ldvp) {
		/* "." */
		vref(dvp);
		vrele(lvp);
		*ap->a_vpp = dvp;
		return 0;
	}
	*ap->a_vpp = lvp;
	return layer_map_result(dvp->v_mount, ap->a_vpp);
}

int
layer_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	const struct vattr *vap = ap->a_vap;
	struct vnode *vp = ap->a_vp;

	if (layer_readonly(vp) &&
	    (vap->va_flags != (u_long)VNOVAL || vap->va_uid != (uid_t)VNOVAL ||
		vap->va_gid != (gid_t)VNOVAL ||
		vap->va_mode != (mode_t)VNOVAL ||
		vap->va_atime.tv_sec != VNOVAL ||
		vap->va_mtime.tv_sec != VNOVAL))
		return EROFS;
	if (vap->va_size != (u_quad_t)VNOVAL) {
		switch (vp->v_type) {
		case VDIR:
			return EISDIR;
		case VCHR:
		case VBLK:
		case VSOCK:
		case VFIFO:
			return 0;
		default:
			if (layer_readonly(vp))
				return EROFS;
			break;
		}
	}
	return LAYER_BYPASS(vp, ap);
}

int
layer_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	int error;

	error = LAYER_BYPASS(ap->a_vp, ap);
	if (error == 0)
		ap->a_vap->va_fsid =
		    ap->a_vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	return error;
}

int
layer_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;

	if ((ap->a_mode & VWRITE) && layer_readonly(vp) &&
	    (vp->v_type == VDIR || vp->v_type == VLNK || vp->v_type == VREG))
		return EROFS;
	return LAYER_BYPASS(vp, ap);
}

int
layer_open(void *v)
{
	struct vop_open_args *ap = v;
	struct vnode *vp = ap->a_vp, *lvp = LAYERVPTOLOWERVP(vp);

	if ((lvp->v_type == VBLK || lvp->v_type == VCHR) &&
	    (vp->v_mount->mnt_flag & MNT_NODEV))
		return ENXIO;
	return LAYER_BYPASS(vp, ap);
}

int
layer_close(void *v)
{
	struct vop_close_args *ap = v;

	return LAYER_BYPASS(ap->a_vp, ap);
}

int
layer_fsync(void *v)
{
	struct vop_fsync_args *ap = v;

	/* the upper vnode going away is nothing to the lower one */
	if (ap->a_flags & FSYNC_RECLAIM)
		return 0;
	return LAYER_BYPASS(ap->a_vp, ap);
}

/*
 * Removals in DVP, which is locked: the upper vnode isn't worth keeping
 * afterwards.  Its lock is gone by then, and so may be the vnode.
 */
static int
layer_bypass_removing(struct vnode *dvp, struct vnode *vp, void *ap)
{
	int error;

	if (vp == NULL)
		return LAYER_BYPASS(dvp, ap);
	vref(vp);
	error = LAYER_BYPASS(dvp, ap);
	if (error == 0) {
		mutex_enter(vp->v_interlock);
		if (vdead_check(vp, VDEAD_NOWAIT) == 0)
			VTOLAYER(vp)->layer_flags |= LAYERFS_REMOVED;
		mutex_exit(vp->v_interlock);
	}
	vrele(vp);
	return error;
}

int
layer_remove(void *v)
{
	struct vop_remove_args *ap = v;

	return layer_bypass_removing(ap->a_dvp, ap->a_vp, ap);
}

int
layer_rmdir(void *v)
{
	struct vop_rmdir_args *ap = v;

	return layer_bypass_removing(ap->a_dvp, ap->a_vp, ap);
}

int
layer_rename(void *v)
{
	struct vop_rename_args *ap = v;
	struct vnode *tvp = ap->a_tvp;

	/* a target below another mount isn't ours to mark */
	if (tvp != NULL && tvp->v_mount != ap->a_tdvp->v_mount)
		tvp = NULL;
	return layer_bypass_removing(ap->a_tdvp, tvp, ap);
}

int
layer_revoke(void *v)
{
	struct vop_revoke_args *ap = v;
	struct vnode *vp = ap->a_vp;
	int (*bypass)(void *) = NULL;

	/* it isn't locked: its mount is there as long as the state says so */
	mutex_enter(vp->v_interlock);
	if (vdead_check(vp, VDEAD_NOWAIT) == 0)
		bypass = MOUNTTOLAYERMOUNT(vp->v_mount)->layerm_bypass;
	mutex_exit(vp->v_interlock);
	if (bypass == NULL)
		return (*dead_vnodeop_p[VOFFSET(vop_revoke)])(ap);
	return (*bypass)(ap);
}

int
layer_lock(void *v)
{
	struct vop_lock_args *ap = v;
	struct vnode *vp = ap->a_vp, *lvp = NULL;
	const int vdflags = (ap->a_flags & LK_NOWAIT) ? VDEAD_NOWAIT : 0;
	int error;

	/* the layer node is there as long as the state says so */
	mutex_enter(vp->v_interlock);
	error = vdead_check(vp, VDEAD_NOWAIT);
	if (error == EBUSY && vdflags == 0)
		error = vdead_check(vp, 0);
	if (error == 0) {
		lvp = LAYERVPTOLOWERVP(vp);
		vref(lvp);
	}
	mutex_exit(vp->v_interlock);
	if (error != 0)
		return error;

	error = VOP_LOCK(lvp, ap->a_flags);
	if (error == ENOENT && (ap->a_flags & LK_RETRY))
		error = VOP_LOCK(lvp, ap->a_flags);
	if (error == 0 && VSTATE_GET(vp) > VS_BLOCKED) {
		VOP_UNLOCK(lvp);
		mutex_enter(vp->v_interlock);
		error = vdead_check(vp, vdflags);
		mutex_exit(vp->v_interlock);
		if (error == 0)
			error = EBUSY;
	}
	vrele(lvp);
	return error;
}

int
layer_inactive(void *v)
{
	struct vop_inactive_args *ap = v;
	struct vnode *vp = ap->a_vp;

	*ap->a_recycle = (VTOLAYER(vp)->layer_flags & LAYERFS_REMOVED) != 0 ||
	    VSTATE_GET(LAYERVPTOLOWERVP(vp)) != VS_LOADED;
	VOP_UNLOCK(vp);
	return 0;
}

int
layer_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct layer_mount *lmp = MOUNTTOLAYERMOUNT(vp->v_mount);
	struct layer_node *xp = VTOLAYER(vp);
	struct vnode *lowervp = xp->layer_lowervp;

	if (vp == lmp->layerm_rootvp)
		lmp->layerm_rootvp = NULL;
	vcache_remove(
	    vp->v_mount, &xp->layer_lowervp, sizeof(xp->layer_lowervp));
	mutex_enter(vp->v_interlock);
	vp->v_data = NULL;
	mutex_exit(vp->v_interlock);
	kmem_free(xp, lmp->layerm_size);
	vrele(lowervp);
	return 0;
}

int
layer_print(void *v)
{
	struct vop_print_args *ap = v;

	printf("layer over %p: ", LAYERVPTOLOWERVP(ap->a_vp));
	VOP_PRINT(LAYERVPTOLOWERVP(ap->a_vp));
	return 0;
}

int
layer_bmap(void *v)
{
	struct vop_bmap_args *ap = v, lap = *ap;

	lap.a_vp = LAYERVPTOLOWERVP(ap->a_vp);
	return VCALL(lap.a_vp, ap->a_desc->vdesc_offset, &lap);
}

int
layer_bwrite(void *v)
{
	struct vop_bwrite_args *ap = v, lap = *ap;
	struct buf *bp = ap->a_bp;
	struct vnode *vp = bp->b_vp;
	int error;

	lap.a_vp = LAYERVPTOLOWERVP(vp);
	bp->b_vp = lap.a_vp;
	error = VCALL(lap.a_vp, ap->a_desc->vdesc_offset, &lap);
	return error;
}

/*
 * Pages belong to the lower vnode; the interlock is the same.
 */
int
layer_getpages(void *v)
{
	struct vop_getpages_args *ap = v, lap = *ap;

	KASSERT(mutex_owned(ap->a_vp->v_interlock));
	if (ap->a_flags & PGO_LOCKED)
		return EBUSY;
	lap.a_vp = LAYERVPTOLOWERVP(ap->a_vp);
	return VCALL(lap.a_vp, ap->a_desc->vdesc_offset, &lap);
}

int
layer_putpages(void *v)
{
	struct vop_putpages_args *ap = v, lap = *ap;

	KASSERT(mutex_owned(ap->a_vp->v_interlock));
	if (VSTATE_GET(ap->a_vp) != VS_LOADED) {
		/* the upper vnode is being reclaimed: not the pages */
		mutex_exit(ap->a_vp->v_interlock);
		return 0;
	}
	lap.a_vp = LAYERVPTOLOWERVP(ap->a_vp);
	return VCALL(lap.a_vp, ap->a_desc->vdesc_offset, &lap);
}
