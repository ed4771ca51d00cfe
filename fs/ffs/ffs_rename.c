/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rename, on top of genfs_rename(9)'s checks and locks.  On disk: the new
 * name stands before the old one goes, and the link count covers both.
 */
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>

#include "ffs_impl.h"

static bool
directory_empty_p(
    struct mount *mp, kauth_cred_t cred, struct vnode *vp, struct vnode *dvp)
{
	bool empty;

	return ffs_dir_empty(VTOI(vp), &empty) == 0 && empty;
}

static unsigned long
flags_of(struct vnode *vp)
{
	return VTOI(vp)->i_d.di_flags;
}

static int
rename_check_possible(struct mount *mp, struct vnode *fdvp, struct vnode *fvp,
    struct vnode *tdvp, struct vnode *tvp)
{
	return genfs_ufslike_rename_check_possible(flags_of(fdvp),
	    flags_of(fvp), flags_of(tdvp), tvp == NULL ? 0 : flags_of(tvp),
	    tvp != NULL, IMMUTABLE, APPEND);
}

static int
rename_check_permitted(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{
	return genfs_ufslike_rename_check_permitted(cred, fdvp,
	    VTOI(fdvp)->i_d.di_mode, VTOI(fdvp)->i_d.di_uid, fvp,
	    VTOI(fvp)->i_d.di_uid, tdvp, VTOI(tdvp)->i_d.di_mode,
	    VTOI(tdvp)->i_d.di_uid, tvp,
	    tvp == NULL ? 0 : VTOI(tvp)->i_d.di_uid);
}

static int
remove_check_possible(struct mount *mp, struct vnode *dvp, struct vnode *vp)
{
	return genfs_ufslike_remove_check_possible(
	    flags_of(dvp), flags_of(vp), IMMUTABLE, APPEND);
}

static int
remove_check_permitted(
    struct mount *mp, kauth_cred_t cred, struct vnode *dvp, struct vnode *vp)
{
	return genfs_ufslike_remove_check_permitted(cred, dvp,
	    VTOI(dvp)->i_d.di_mode, VTOI(dvp)->i_d.di_uid, vp,
	    VTOI(vp)->i_d.di_uid);
}

static void
add_links(struct ffs_inode *ip, int n)
{
	ip->i_d.di_nlink += n;
	ip->i_flag |= FI_CHANGE | FI_MODIFIED;
}

/* fvp gets the name tcnp: over tvp's entry or as a new one. */
static int
enter_target(struct ffs_inode *tdp, struct componentname *tcnp,
    struct ffs_inode *fip, struct ffs_inode *tip, struct ffs_slot *tslot,
    bool reparent)
{
	bool isdir = ITOV(fip)->v_type == VDIR;
	int error;

	if (tip == NULL) {
		if (isdir && reparent) {
			if (tdp->i_d.di_nlink >= FFS_LINK_MAX)
				return EMLINK;
			add_links(tdp, 1);
			error = ffs_update(tdp, !ffs_isasync(tdp->i_fm));
			if (error != 0) {
				add_links(tdp, -1);
				return error;
			}
		}
		error = ffs_dir_enter(tdp, tcnp->cn_nameptr, tcnp->cn_namelen,
		    fip->i_number, IFTODT(fip->i_d.di_mode));
		if (error != 0 && isdir && reparent)
			add_links(tdp, -1);
		return error;
	}
	error = ffs_dir_rewrite(
	    tdp, tslot, fip->i_number, IFTODT(fip->i_d.di_mode));
	if (error != 0)
		return error;
	if (isdir) {
		/* It was empty, so its own two links go, and its ".."; a
		 * directory that comes from elsewhere brings a ".." along. */
		add_links(tip, -tip->i_d.di_nlink);
		if (!reparent)
			ffs_lose_subdir(tdp);
	} else {
		add_links(tip, -1);
	}
	/* Done all the same if this fails: it stays modified. */
	(void)ffs_update(tip, false);
	return 0;
}

static int
do_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp)
{
	struct ffs_inode *fdp = VTOI(fdvp), *fip = VTOI(fvp);
	struct ffs_inode *tdp = VTOI(tdvp);
	struct ffs_inode *tip = tvp == NULL ? NULL : VTOI(tvp);
	bool wait = !ffs_isasync(fip->i_fm);
	bool reparent = fdp != tdp && fvp->v_type == VDIR;
	struct ffs_slot dotdot;
	ino_t parent;
	int error, error2;

	if (fip->i_d.di_nlink >= FFS_LINK_MAX)
		return EMLINK;
	if (reparent) {
		error = ffs_dir_parent(fip, &parent, &dotdot);
		if (error != 0)
			return error;
	}
	add_links(fip, 1);
	error = ffs_update(fip, wait);
	if (error == 0)
		error = enter_target(tdp, tcnp, fip, tip, tde, reparent);
	if (error != 0) {
		add_links(fip, -1);
		return error;
	}
	if (reparent) {
		error = ffs_dir_rewrite(fip, &dotdot, tdp->i_number, DT_DIR);
		if (error == 0) {
			ffs_lose_subdir(fdp);
			error = ffs_update(fdp, false);
		}
	}
	/* Entering the target may have moved nothing: entries stay put. */
	error2 = ffs_dir_find(fdp, fcnp->cn_nameptr, fcnp->cn_namelen, fde);
	if (error2 == 0)
		error2 = ffs_dir_remove(
		    fdp, fcnp->cn_nameptr, fcnp->cn_namelen, fde);
	if (error2 == 0)
		add_links(fip, -1);
	if (error == 0)
		error = error2;
	error2 = ffs_update(fip, false);
	genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	return error != 0 ? error : error2;
}

static int
do_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp)
{
	int error;

	error = ffs_dir_remove(VTOI(dvp), cnp->cn_nameptr, cnp->cn_namelen, de);
	if (error != 0)
		return error;
	add_links(VTOI(vp), -1);
	cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	return ffs_update(VTOI(vp), false);
}

static int
do_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *de, struct vnode **vpp)
{
	struct ffs_slot *slot = de;
	int error;

	error = ffs_dir_find(VTOI(dvp), cnp->cn_nameptr, cnp->cn_namelen, slot);
	if (error != 0)
		return error;
	if (slot->s_ino == VTOI(dvp)->i_number) {
		vref(dvp);
		*vpp = dvp;
		return 0;
	}
	return ffs_node_fromdir(VTOI(dvp), slot->s_ino, vpp);
}

/*
 * Walks up from tdvp to the root.  *child: the directory below fdvp on that
 * way, referenced, or NULL.  A damaged tree with a cycle ends with EIO.
 */
static int
genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **child)
{
	struct vnode *vp = tdvp, *up;
	ino_t parent, fdino;
	int error, depth;

	*child = NULL;
	/* Both may be reclaimed meanwhile: a lock tells. */
	error = vn_lock(fdvp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	fdino = VTOI(fdvp)->i_number;
	VOP_UNLOCK(fdvp);
	vref(vp);
	for (depth = 0; depth < 100000; depth++) {
		if (vp->v_type != VDIR || (vp->v_vflag & VV_ROOT)) {
			vrele(vp);
			return 0;
		}
		error = vn_lock(vp, LK_EXCLUSIVE);
		if (error != 0) {
			vrele(vp);
			return error;
		}
		if (VTOI(vp)->i_d.di_nlink == 0)
			error = ENOENT;
		else
			error = ffs_dir_parent(VTOI(vp), &parent, NULL);
		if (error == 0 && parent != fdino)
			error = ffs_node_fromdir(VTOI(vp), parent, &up);
		VOP_UNLOCK(vp);
		if (error == 0 && parent == fdino) {
			*child = vp;
			return 0;
		}
		vrele(vp);
		if (error != 0)
			return error;
		vp = up;
	}
	vrele(vp);
	ffs_damaged(VTOFM(mp), "directories form a circle");
	return EIO;
}

static int
lock_directory(struct mount *mp, struct vnode *vp)
{
	int error;

	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (VTOI(vp)->i_d.di_nlink == 0) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops ffs_rename_ops = {
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
    struct componentname *tcnp, kauth_cred_t cred, bool posixly_correct)
{
	struct ffs_slot fslot, tslot;

	return genfs_sane_rename(&ffs_rename_ops, fdvp, fcnp, &fslot, tdvp,
	    tcnp, &tslot, cred, posixly_correct);
}

int
ffs_rename(void *v)
{
	return genfs_insane_rename(v, &sane_rename);
}
