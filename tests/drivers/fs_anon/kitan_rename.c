/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A name moves, and so the key of its file changes: vcache_rekey_enter() and
 * vcache_rekey_exit() around that.
 */
#include <sys/param.h>

#include <sys/errno.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>

#include "kitan.h"
#include "ktest.h"

static bool
directory_empty_p(
    struct mount *mp, kauth_cred_t cred, struct vnode *vp, struct vnode *dvp)
{
	return LIST_EMPTY(&VTOKITAN(vp)->an_children);
}

static int
rename_check(struct mount *mp, struct vnode *fdvp, struct vnode *fvp,
    struct vnode *tdvp, struct vnode *tvp)
{
	return 0;
}

static int
rename_check_permitted(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{
	struct kitan_node *fd = VTOKITAN(fdvp), *td = VTOKITAN(tdvp);

	return genfs_ufslike_rename_check_permitted(cred, fdvp, fd->an_mode,
	    fd->an_uid, fvp, VTOKITAN(fvp)->an_uid, tdvp, td->an_mode,
	    td->an_uid, tvp, tvp != NULL ? VTOKITAN(tvp)->an_uid : 0);
}

static int
remove_check(struct mount *mp, struct vnode *dvp, struct vnode *vp)
{
	return 0;
}

static int
remove_check_permitted(
    struct mount *mp, kauth_cred_t cred, struct vnode *dvp, struct vnode *vp)
{
	return genfs_ufslike_remove_check_permitted(cred, dvp,
	    VTOKITAN(dvp)->an_mode, VTOKITAN(dvp)->an_uid, vp,
	    VTOKITAN(vp)->an_uid);
}

static int
do_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp)
{
	struct kitan_node *fn = VTOKITAN(fvp), *td = VTOKITAN(tdvp);
	struct kitan_key old = fn->an_key, new;
	vmem_addr_t slot;
	int error;

	error =
	    vmem_alloc(td->an_mount->km_slots, 1, VM_BESTFIT | VM_SLEEP, &slot);
	if (error != 0)
		return error;
	new.k_dir = td->an_id;
	new.k_slot = slot;
	error = vcache_rekey_enter(mp, fvp, &old, sizeof old, &new, sizeof new);
	if (error != 0) {
		vmem_free(td->an_mount->km_slots, slot, 1);
		return error;
	}
	if (tvp != NULL)
		kitan_node_unname(VTOKITAN(tvp));
	kitan_move(fn, &new, td, tcnp->cn_nameptr, tcnp->cn_namelen);
	/* the key is where the node has it from now on */
	vcache_rekey_exit(
	    mp, fvp, &old, sizeof old, &fn->an_key, sizeof fn->an_key);
	genfs_rename_knote(fdvp, fvp, tdvp, tvp, true);
	genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	return 0;
}

static int
do_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp)
{
	panic("kitan: no file has two names");
}

static int
do_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *de_ret, struct vnode **vp_ret)
{
	struct kitan_node *an;
	struct kitan_key key;

	an = kitan_dir_find(VTOKITAN(dvp), cnp->cn_nameptr, cnp->cn_namelen);
	if (an == NULL)
		return ENOENT;
	key = an->an_key;
	return vcache_get(mp, &key, sizeof key, vp_ret);
}

static int
genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **intermediate)
{
	struct kitan_node *fd = VTOKITAN(fdvp), *an = VTOKITAN(tdvp);
	struct kitan_node *root = VFSTOKITAN(mp)->km_root;
	struct kitan_key key;

	/* the rename lock keeps the tree as it is */
	*intermediate = NULL;
	for (; an != root; an = an->an_parent) {
		if (an->an_parent == fd) {
			key = an->an_key;
			return vcache_get(mp, &key, sizeof key, intermediate);
		}
	}
	return 0;
}

static int
lock_directory(struct mount *mp, struct vnode *vp)
{
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (!VTOKITAN(vp)->an_named) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops ops = {
    .gro_directory_empty_p = directory_empty_p,
    .gro_rename_check_possible = rename_check,
    .gro_rename_check_permitted = rename_check_permitted,
    .gro_remove_check_possible = remove_check,
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
	int fde, tde;

	return genfs_sane_rename(
	    &ops, fdvp, fcnp, &fde, tdvp, tcnp, &tde, cred, posix);
}

int
kitan_rename(void *v)
{
	return genfs_insane_rename(v, &sane_rename);
}
