/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs: rename.
 *
 * The caller holds the mount's rename lock, so nobody else locks two
 * directories; it hands tdvp (and tvp) over locked.  They are unlocked, both
 * directories are locked ancestor first, the names are looked up again, and
 * then the children are locked: only now is anything decided.
 */
#include "rumpfs_impl.h"

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>

struct ren {
	struct vnode *fdvp, *fvp, *tdvp, *tvp; /* referenced */
	struct componentname *fcnp, *tcnp;
	struct rumpfs_dent *fde, *tde; /* once locked */
	bool flocked, tlocked;         /* the children */
};

/* ENOENT: one of them was reclaimed, the file system being unmounted. */
static int
ren_lockdirs(struct ren *r)
{
	struct vnode *first = r->tdvp, *second = r->fdvp;
	int error;

	if (r->fdvp == r->tdvp)
		return vn_lock(r->fdvp, LK_EXCLUSIVE);
	if (rumpfs_dir_vnabove(r->fdvp, r->tdvp)) {
		first = r->fdvp;
		second = r->tdvp;
	}
	error = vn_lock(first, LK_EXCLUSIVE);
	if (error)
		return error;
	error = vn_lock(second, LK_EXCLUSIVE);
	if (error)
		VOP_UNLOCK(first);
	return error;
}

static void
ren_unlockdirs(struct ren *r)
{
	VOP_UNLOCK(r->fdvp);
	if (r->tdvp != r->fdvp)
		VOP_UNLOCK(r->tdvp);
}

/* A name in a locked directory and its vnode, which replaces *vpp. */
static int
ren_lookup(struct vnode *dvp, struct componentname *cnp,
    struct rumpfs_dent **rdp, struct vnode **vpp)
{
	struct rumpfs_dent *rd;
	struct rumpfs_node *rn;
	struct vnode *vp = NULL;
	int error;

	rd = rumpfs_dir_find(VTORN(dvp), cnp->cn_nameptr, cnp->cn_namelen);
	*rdp = rd;
	if (rd != NULL && rd->rd_node != NULL) {
		rn = rd->rd_node;
		if (*vpp != NULL && (*vpp)->v_data == rn)
			return 0;
		error = vcache_get(dvp->v_mount, &rn, sizeof(rn), &vp);
		if (error)
			return error;
	}
	if (*vpp != NULL)
		vrele(*vpp);
	*vpp = vp;
	return 0;
}

/* Possible? */
static int
ren_possible(struct ren *r)
{
	struct rumpfs_node *fdn = VTORN(r->fdvp), *tdn = VTORN(r->tdvp);
	struct rumpfs_node *fn, *tn;

	if (fdn->rn_va.va_nlink == 0 || tdn->rn_va.va_nlink == 0 ||
	    r->fvp == NULL)
		return ENOENT;
	fn = VTORN(r->fvp);
	if (((fdn->rn_flags | tdn->rn_flags | fn->rn_flags) & RN_HOST) != 0)
		return EOPNOTSUPP;
	if (r->fvp->v_type == VDIR) {
		if (r->fvp->v_mountedhere != NULL ||
		    (r->fvp->v_vflag & VV_ROOT) != 0)
			return EBUSY;
		if (rumpfs_dir_isabove(fn, tdn))
			return EINVAL;
	}
	if (((fn->rn_va.va_flags | fdn->rn_va.va_flags) &
		(IMMUTABLE | APPEND)) != 0 ||
	    (tdn->rn_va.va_flags & IMMUTABLE) != 0)
		return EPERM;
	if (r->tvp == NULL || r->tvp == r->fvp)
		return 0;
	tn = VTORN(r->tvp);
	if ((tn->rn_flags & RN_HOST) != 0)
		return EOPNOTSUPP;
	if (r->fvp->v_type == VDIR && r->tvp->v_type != VDIR)
		return ENOTDIR;
	if (r->fvp->v_type != VDIR && r->tvp->v_type == VDIR)
		return EISDIR;
	if (r->tvp->v_type == VDIR) {
		if (r->tvp->v_mountedhere != NULL)
			return EBUSY;
		if (r->tvp == r->fdvp || !rumpfs_dir_isempty(tn))
			return ENOTEMPTY;
	}
	if ((tn->rn_va.va_flags & (IMMUTABLE | APPEND)) != 0)
		return EPERM;
	return 0;
}

static int
ren_sticky(struct vnode *dvp, struct vnode *vp, kauth_cred_t cred)
{
	const struct vattr *dva = &VTORN(dvp)->rn_va;
	int error = 0;

	if ((dva->va_mode & S_ISTXT) != 0)
		error = genfs_can_sticky(
		    cred, dva->va_uid, VTORN(vp)->rn_va.va_uid);
	return kauth_authorize_vnode(cred, KAUTH_VNODE_DELETE, vp, dvp, error);
}

/* Permitted? */
static int
ren_permitted(struct ren *r, kauth_cred_t cred)
{
	int error;

	error = VOP_ACCESS(r->fdvp, VWRITE, cred);
	if (error == 0)
		error = ren_sticky(r->fdvp, r->fvp, cred);
	if (error == 0 && r->tdvp != r->fdvp)
		error = VOP_ACCESS(r->tdvp, VWRITE, cred);
	if (error == 0 && r->tvp != NULL)
		error = ren_sticky(r->tdvp, r->tvp, cred);
	/* Its ".." changes. */
	if (error == 0 && r->tdvp != r->fdvp && r->fvp->v_type == VDIR)
		error = VOP_ACCESS(r->fvp, VWRITE, cred);
	return error;
}

/* Then do. */
static void
ren_commit(struct ren *r)
{
	struct rumpfs_node *fdn = VTORN(r->fdvp), *tdn = VTORN(r->tdvp);
	struct rumpfs_node *fn = VTORN(r->fvp);

	cache_purge1(r->fdvp, r->fcnp->cn_nameptr, r->fcnp->cn_namelen, 0);
	cache_purge1(r->tdvp, r->tcnp->cn_nameptr, r->tcnp->cn_namelen, 0);
	if (r->fvp == r->tvp) {
		/* Two names of one file: the first goes. */
		if (r->fde != r->tde) {
			rumpfs_dir_remove(fdn, r->fde);
			fn->rn_va.va_nlink--;
			rumpfs_touch(r->fvp, RT_CHANGE);
			rumpfs_touch(r->fdvp, RT_MODIFY);
			VN_KNOTE(r->fdvp, NOTE_WRITE);
		}
		return;
	}
	if (r->tvp != NULL) {
		struct rumpfs_node *tn = VTORN(r->tvp);

		if (r->tvp->v_type == VDIR) {
			tn->rn_va.va_nlink = 0;
			tdn->rn_va.va_nlink--;
			cache_purge(r->tvp);
		} else
			tn->rn_va.va_nlink--;
		rumpfs_touch(r->tvp, RT_CHANGE);
		VN_KNOTE(r->tvp, NOTE_DELETE);
		r->tde->rd_node = fn;
	} else if (r->tde != NULL)
		r->tde->rd_node = fn; /* was a whiteout */
	else
		rumpfs_dir_enter(
		    tdn, fn, r->tcnp->cn_nameptr, r->tcnp->cn_namelen);
	rumpfs_dir_remove(fdn, r->fde);
	if (r->fvp->v_type == VDIR && r->fdvp != r->tdvp) {
		fdn->rn_va.va_nlink--;
		tdn->rn_va.va_nlink++;
		rumpfs_dir_setparent(fn, tdn);
		cache_purge(r->fvp);
	}
	rumpfs_touch(r->fvp, RT_CHANGE);
	rumpfs_touch(r->fdvp, RT_MODIFY);
	rumpfs_touch(r->tdvp, RT_MODIFY);
	VN_KNOTE(r->fvp, NOTE_RENAME);
	VN_KNOTE(r->fdvp, NOTE_WRITE);
	VN_KNOTE(r->tdvp, NOTE_WRITE);
}

static int
ren_locked(struct ren *r, kauth_cred_t cred)
{
	int error;

	error = ren_lookup(r->fdvp, r->fcnp, &r->fde, &r->fvp);
	if (error == 0)
		error = ren_lookup(r->tdvp, r->tcnp, &r->tde, &r->tvp);
	if (error == 0)
		error = ren_possible(r);
	if (error)
		return error;
	if (r->fvp != r->tdvp) {
		error = vn_lock(r->fvp, LK_EXCLUSIVE);
		if (error)
			return error;
		r->flocked = true;
	}
	if (r->tvp != NULL && r->tvp != r->fvp && r->tvp != r->fdvp) {
		error = vn_lock(r->tvp, LK_EXCLUSIVE);
		if (error)
			return error;
		r->tlocked = true;
		/* It may have been filled before it was locked. */
		if (r->tvp->v_type == VDIR &&
		    !rumpfs_dir_isempty(VTORN(r->tvp)))
			return ENOTEMPTY;
	}
	error = ren_permitted(r, cred);
	if (error == 0)
		ren_commit(r);
	return error;
}

int
rumpfs_rename(void *v)
{
	struct vop_rename_args *ap = v;
	struct ren r = {.fdvp = ap->a_fdvp,
	    .fvp = ap->a_fvp,
	    .tdvp = ap->a_tdvp,
	    .tvp = ap->a_tvp,
	    .fcnp = ap->a_fcnp,
	    .tcnp = ap->a_tcnp};
	int error;

	if (r.tvp != NULL && r.tvp != r.tdvp)
		VOP_UNLOCK(r.tvp);
	VOP_UNLOCK(r.tdvp);
	if (r.fdvp->v_mount != r.tdvp->v_mount ||
	    r.fvp->v_mount != r.fdvp->v_mount ||
	    (r.tvp != NULL && r.tvp->v_mount != r.tdvp->v_mount))
		error = EXDEV;
	else if ((error = ren_lockdirs(&r)) == 0) {
		error = ren_locked(&r, r.fcnp->cn_cred);
		if (r.tlocked)
			VOP_UNLOCK(r.tvp);
		if (r.flocked)
			VOP_UNLOCK(r.fvp);
		ren_unlockdirs(&r);
	}
	if (r.tvp != NULL)
		vrele(r.tvp);
	vrele(r.tdvp);
	if (r.fvp != NULL)
		vrele(r.fvp);
	vrele(r.fdvp);
	return error;
}
