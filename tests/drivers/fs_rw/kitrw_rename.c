/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rename, by genfs_rename(9).
 */
#include <sys/param.h>

#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <miscfs/genfs/genfs.h>

#include "kitrw.h"
#include "ktest.h"

static void
all_locked(struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp)
{
	KEQ(VOP_ISLOCKED(fdvp), LK_EXCLUSIVE);
	KEQ(VOP_ISLOCKED(fvp), LK_EXCLUSIVE);
	KEQ(VOP_ISLOCKED(tdvp), LK_EXCLUSIVE);
	if (tvp != NULL)
		KEQ(VOP_ISLOCKED(tvp), LK_EXCLUSIVE);
}

static bool
directory_empty_p(
    struct mount *mp, kauth_cred_t cred, struct vnode *vp, struct vnode *dvp)
{
	bool empty = false;

	K(vp->v_type == VDIR && vp->v_mount == mp);
	return kitrw_dir_empty(VTOKITRW(vp), &empty) == 0 && empty;
}

static int
rename_check_possible(struct mount *mp, struct vnode *fdvp, struct vnode *fvp,
    struct vnode *tdvp, struct vnode *tvp)
{
	all_locked(fdvp, fvp, tdvp, tvp);
	if (fvp->v_type == VDIR && fdvp != tdvp && tvp == NULL &&
	    VTOKITRW(tdvp)->rw_nlink >= UINT16_MAX)
		return EMLINK;
	return genfs_ufslike_rename_check_possible(VTOKITRW(fdvp)->rw_stflags,
	    VTOKITRW(fvp)->rw_stflags, VTOKITRW(tdvp)->rw_stflags,
	    tvp != NULL ? VTOKITRW(tvp)->rw_stflags : 0, tvp != NULL, IMMUTABLE,
	    APPEND);
}

static int
rename_check_permitted(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{
	struct kitrw_node *fd = VTOKITRW(fdvp), *td = VTOKITRW(tdvp);

	all_locked(fdvp, fvp, tdvp, tvp);
	return genfs_ufslike_rename_check_permitted(cred, fdvp, fd->rw_mode,
	    fd->rw_uid, fvp, VTOKITRW(fvp)->rw_uid, tdvp, td->rw_mode,
	    td->rw_uid, tvp, tvp != NULL ? VTOKITRW(tvp)->rw_uid : 0);
}

static int
remove_check_possible(struct mount *mp, struct vnode *dvp, struct vnode *vp)
{
	return genfs_ufslike_remove_check_possible(VTOKITRW(dvp)->rw_stflags,
	    VTOKITRW(vp)->rw_stflags, IMMUTABLE, APPEND);
}

static int
remove_check_permitted(
    struct mount *mp, kauth_cred_t cred, struct vnode *dvp, struct vnode *vp)
{
	return genfs_ufslike_remove_check_permitted(cred, dvp,
	    VTOKITRW(dvp)->rw_mode, VTOKITRW(dvp)->rw_uid, vp,
	    VTOKITRW(vp)->rw_uid);
}

/* A directory moves: its "..", and who counts that as a link. */
static int
reparent(struct kitrw_node *fd, struct kitrw_node *fn, struct kitrw_node *td)
{
	uint32_t ino, slot;
	int error;

	error = kitrw_dir_find(fn, "..", 2, &ino, &slot);
	if (error != 0)
		return error;
	KEQ(ino, fd->rw_ino);
	error = kitrw_dir_rewrite(fn, slot, (uint32_t)td->rw_ino, DT_DIR);
	if (error != 0)
		return error;
	fd->rw_nlink--;
	td->rw_nlink++;
	kitrw_touch(fd, KITRW_CHANGE);
	kitrw_touch(td, KITRW_CHANGE);
	return 0;
}

static int
rename_locked(struct vnode *fdvp, uint32_t fslot, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, uint32_t tslot,
    struct vnode *tvp, kauth_cred_t cred)
{
	struct kitrw_node *fd = VTOKITRW(fdvp), *fn = VTOKITRW(fvp);
	struct kitrw_node *td = VTOKITRW(tdvp), *tn;
	uint8_t type = (uint8_t)vtype2dt(fvp->v_type);
	int error;

	if (tvp != NULL) {
		tn = VTOKITRW(tvp);
		error =
		    kitrw_dir_rewrite(td, tslot, (uint32_t)fn->rw_ino, type);
		if (error != 0)
			return error;
		tn->rw_nlink--;
		if (tvp->v_type == VDIR) {
			tn->rw_nlink--;
			td->rw_nlink--;
		}
		kitrw_touch(tn, KITRW_CHANGE);
		if (tn->rw_nlink == 0 && td->rw_mount->km_mount->mnt_wapbl) {
			wapbl_register_inode(td->rw_mount->km_mount->mnt_wapbl,
			    tn->rw_ino, tn->rw_mode);
			tn->rw_registered = true;
		}
		error = kitrw_update(tn, UPDATE_DIROP);
	} else {
		td->rw_slot = 0xffffffff;
		error = kitrw_dir_enter(td, tcnp->cn_nameptr, tcnp->cn_namelen,
		    (uint32_t)fn->rw_ino, type, cred);
	}
	if (error == 0)
		error = kitrw_dir_remove(fd, fslot, false);
	if (error == 0 && fvp->v_type == VDIR && fdvp != tdvp)
		error = reparent(fd, fn, td);
	kitrw_touch(fn, KITRW_CHANGE);
	if (error == 0)
		error = kitrw_update(fn, UPDATE_DIROP);
	if (error == 0)
		error = kitrw_update(fd, UPDATE_DIROP);
	if (error == 0)
		error = kitrw_update(td, UPDATE_DIROP);
	return error;
}

static int
do_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	int error;

	all_locked(fdvp, fvp, tdvp, tvp);
	error = KITRW_BEGIN(km);
	if (error != 0)
		return error;
	error = rename_locked(fdvp, *(uint32_t *)fde, fvp, tdvp, tcnp,
	    *(uint32_t *)tde, tvp, cred);
	KITRW_END(km);
	if (error == 0) {
		genfs_rename_knote(fdvp, fvp, tdvp, tvp,
		    tvp != NULL && VTOKITRW(tvp)->rw_nlink == 0);
		genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	}
	return error;
}

/* Both names are links to one file, and only the new one is to stay. */
static int
do_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	int error;

	error = KITRW_BEGIN(km);
	if (error != 0)
		return error;
	error = kitrw_dir_remove(VTOKITRW(dvp), *(uint32_t *)de, false);
	if (error == 0) {
		VTOKITRW(vp)->rw_nlink--;
		kitrw_touch(VTOKITRW(vp), KITRW_CHANGE);
		error = kitrw_update(VTOKITRW(vp), UPDATE_DIROP);
	}
	KITRW_END(km);
	cache_purge(vp);
	return error;
}

static int
do_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *de_ret, struct vnode **vp_ret)
{
	uint32_t ino;
	ino_t key;
	int error;

	KEQ(VOP_ISLOCKED(dvp), LK_EXCLUSIVE);
	error = kitrw_dir_find(
	    VTOKITRW(dvp), cnp->cn_nameptr, cnp->cn_namelen, &ino, de_ret);
	if (error != 0)
		return error;
	if (ino == KITRW_WHITEOUT)
		return ENOENT;
	key = ino;
	error = vcache_get(mp, &key, sizeof key, vp_ret);
	if (error != 0 || *vp_ret == dvp)
		return error;
	/* as relookup() would: nobody in this rename has it locked */
	KEQ(vn_lock(*vp_ret, LK_EXCLUSIVE), 0);
	VOP_UNLOCK(*vp_ret);
	return 0;
}

static int
genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **intermediate)
{
	struct vnode *vp = tdvp, *parent;
	uint32_t ino;
	ino_t key;
	int error;

	*intermediate = NULL;
	vref(vp);
	for (;;) {
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		error = VTOKITRW(vp)->rw_nlink == 0
		    ? ENOENT
		    : kitrw_dir_parent(VTOKITRW(vp), &ino);
		VOP_UNLOCK(vp);
		if (error != 0 || (vp->v_vflag & VV_ROOT) != 0) {
			vrele(vp);
			return error;
		}
		key = ino;
		error = vcache_get(mp, &key, sizeof key, &parent);
		if (error != 0) {
			vrele(vp);
			return error;
		}
		if (parent == fdvp) {
			vrele(parent);
			*intermediate = vp;
			return 0;
		}
		vrele(vp);
		vp = parent;
	}
}

static int
lock_directory(struct mount *mp, struct vnode *vp)
{
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (VTOKITRW(vp)->rw_nlink == 0) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops kitrw_rename_ops = {
    .gro_directory_empty_p = directory_empty_p,
    .gro_rename_check_possible = rename_check_possible,
    .gro_rename_check_permitted = rename_check_permitted,
    .gro_remove_check_possible = remove_check_possible,
    .gro_remove_check_permitted = remove_check_permitted,
    .gro_rename = do_rename,
    .gro_remove = do_remove,
    .gro_lookup = do_lookup,
    .gro_genealogy = genealogy,
    .gro_lock_directory = lock_directory,
};

static int
sane_rename(struct vnode *fdvp, struct componentname *fcnp, struct vnode *tdvp,
    struct componentname *tcnp, kauth_cred_t cred, bool posix)
{
	uint32_t fslot = 0, tslot = 0;

	K(VOP_ISLOCKED(fdvp) == 0 && VOP_ISLOCKED(tdvp) == 0 && !posix);
	return genfs_sane_rename(&kitrw_rename_ops, fdvp, fcnp, &fslot, tdvp,
	    tcnp, &tslot, cred, posix);
}

int
kitrw_rename(void *v)
{
	struct vop_rename_args *ap = v;

	K(ap->a_fdvp != NULL && ap->a_fvp != NULL && ap->a_tdvp != NULL);
	K(ap->a_fcnp->cn_cred != NULL && ap->a_tcnp->cn_namelen > 0);
	K(ap->a_tvp == NULL || ap->a_tvp->v_type != VNON);
	return genfs_insane_rename(v, &sane_rename);
}
