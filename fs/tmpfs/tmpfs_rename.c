/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rename, by genfs_rename: what is particular to tmpfs is how names are
 * found and how entries move. The hint of a name is its entry.
 */
#include "tmpfs.h"

#include <miscfs/genfs/genfs.h>

static bool
gro_directory_empty_p(
    struct mount *mp, kauth_cred_t cred, struct vnode *vp, struct vnode *dvp)
{
	return tmpfs_dir_empty(VP_TO_TMPFS_DIR(vp));
}

static int
gro_rename_check_possible(struct mount *mp, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{
	return genfs_ufslike_rename_check_possible(
	    VP_TO_TMPFS_DIR(fdvp)->tn_flags, VP_TO_TMPFS_NODE(fvp)->tn_flags,
	    VP_TO_TMPFS_DIR(tdvp)->tn_flags,
	    tvp != NULL ? VP_TO_TMPFS_NODE(tvp)->tn_flags : 0, tvp != NULL,
	    IMMUTABLE, APPEND);
}

static int
gro_rename_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp)
{
	const struct tmpfs_node *fdnode = VP_TO_TMPFS_DIR(fdvp);
	const struct tmpfs_node *tdnode = VP_TO_TMPFS_DIR(tdvp);

	return genfs_ufslike_rename_check_permitted(cred, fdvp, fdnode->tn_mode,
	    fdnode->tn_uid, fvp, VP_TO_TMPFS_NODE(fvp)->tn_uid, tdvp,
	    tdnode->tn_mode, tdnode->tn_uid, tvp,
	    tvp != NULL ? VP_TO_TMPFS_NODE(tvp)->tn_uid : 0);
}

static int
gro_remove_check_possible(struct mount *mp, struct vnode *dvp, struct vnode *vp)
{
	return genfs_ufslike_remove_check_possible(
	    VP_TO_TMPFS_DIR(dvp)->tn_flags, VP_TO_TMPFS_NODE(vp)->tn_flags,
	    IMMUTABLE, APPEND);
}

static int
gro_remove_check_permitted(
    struct mount *mp, kauth_cred_t cred, struct vnode *dvp, struct vnode *vp)
{
	const struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp);

	return genfs_ufslike_remove_check_permitted(cred, dvp, dnode->tn_mode,
	    dnode->tn_uid, vp, VP_TO_TMPFS_NODE(vp)->tn_uid);
}

/* Take the target's entry away; it may leave a whiteout of no one's. */
static void
drop_target(struct tmpfs_mount *tm, struct tmpfs_node *tdnode,
    struct tmpfs_dirent *tde, struct vnode *tvp)
{
	tmpfs_dir_detach(tdnode, tde);
	tmpfs_dirent_destroy(tm, tde);
	if (tvp != NULL)
		tmpfs_update(tvp, TMPFS_UPDATE_CTIME);
}

static int
gro_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fhint, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *thint,
    struct vnode *tvp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	struct tmpfs_node *fdnode = VP_TO_TMPFS_DIR(fdvp);
	struct tmpfs_node *tdnode = VP_TO_TMPFS_DIR(tdvp);
	struct tmpfs_node *fnode = VP_TO_TMPFS_NODE(fvp);
	struct tmpfs_dirent *fde = *(struct tmpfs_dirent **)fhint;
	struct tmpfs_dirent *tde, *new;
	int error;

	if (tcnp->cn_namelen > TMPFS_MAXNAMLEN)
		return ENAMETOOLONG;
	if (fdvp != tdvp && fvp->v_type == VDIR && tvp == NULL &&
	    tdnode->tn_links >= LINK_MAX)
		return EMLINK;
	error =
	    tmpfs_dirent_create(tm, tcnp->cn_nameptr, tcnp->cn_namelen, &new);
	if (error)
		return error;

	tde = tmpfs_dir_lookup(tdnode, tcnp->cn_nameptr, tcnp->cn_namelen);
	if (tde != NULL)
		drop_target(tm, tdnode, tde, tvp);
	/* the node keeps a link while it is nowhere: nobody can look */
	tmpfs_dir_detach(fdnode, fde);
	tmpfs_dirent_destroy(tm, fde);
	tmpfs_dir_attach(tdnode, new, fnode);

	tmpfs_update(fvp, TMPFS_UPDATE_CTIME);
	tmpfs_update(fdvp, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
	if (fdvp != tdvp)
		tmpfs_update(tdvp, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
	genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	genfs_rename_knote(fdvp, fvp, tdvp, tvp,
	    tvp != NULL && VP_TO_TMPFS_NODE(tvp)->tn_links == 0);
	return 0;
}

static int
gro_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *hint, struct vnode *vp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	struct tmpfs_dirent *de = *(struct tmpfs_dirent **)hint;

	tmpfs_dir_detach(VP_TO_TMPFS_DIR(dvp), de);
	tmpfs_dirent_destroy(tm, de);
	cache_purge(vp);
	tmpfs_update(dvp, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
	tmpfs_update(vp, TMPFS_UPDATE_CTIME);
	VN_KNOTE(dvp, NOTE_WRITE);
	VN_KNOTE(
	    vp, VP_TO_TMPFS_NODE(vp)->tn_links == 0 ? NOTE_DELETE : NOTE_LINK);
	return 0;
}

static int
gro_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *hint, struct vnode **vpp)
{
	struct tmpfs_dirent *de;

	de = tmpfs_dir_lookup(
	    VP_TO_TMPFS_DIR(dvp), cnp->cn_nameptr, cnp->cn_namelen);
	if (de == NULL || de->td_node == NULL)
		return ENOENT;
	*(struct tmpfs_dirent **)hint = de;
	return vcache_get(mp, &de->td_node, sizeof(de->td_node), vpp);
}

/* The rename lock keeps directories where they are. */
static int
gro_genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **vpp)
{
	struct tmpfs_node *fdnode = VP_TO_TMPFS_DIR(fdvp);
	struct tmpfs_node *node = VP_TO_TMPFS_DIR(tdvp), *parent;
	const struct tmpfs_node *root = VFS_TO_TMPFS(mp)->tm_root;

	*vpp = NULL;
	while (node != root) {
		parent = node->tn_dir.di_parent;
		if (parent == NULL)
			return ENOENT; /* removed meanwhile */
		if (parent == fdnode)
			return vcache_get(mp, &node, sizeof(node), vpp);
		node = parent;
	}
	return 0;
}

static int
gro_lock_directory(struct mount *mp, struct vnode *vp)
{
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (vp->v_op != tmpfs_vnodeop_p || VP_TO_TMPFS_NODE(vp) == NULL ||
	    VP_TO_TMPFS_NODE(vp)->tn_links == 0) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops tmpfs_rename_ops = {
    .gro_directory_empty_p = gro_directory_empty_p,
    .gro_rename_check_possible = gro_rename_check_possible,
    .gro_rename_check_permitted = gro_rename_check_permitted,
    .gro_remove_check_possible = gro_remove_check_possible,
    .gro_remove_check_permitted = gro_remove_check_permitted,
    .gro_rename = gro_rename,
    .gro_remove = gro_remove,
    .gro_lookup = gro_lookup,
    .gro_genealogy = gro_genealogy,
    .gro_lock_directory = gro_lock_directory,
};

static int
sane_rename(struct vnode *fdvp, struct componentname *fcnp, struct vnode *tdvp,
    struct componentname *tcnp, kauth_cred_t cred, bool posix)
{
	struct tmpfs_dirent *fde, *tde;

	return genfs_sane_rename(
	    &tmpfs_rename_ops, fdvp, fcnp, &fde, tdvp, tcnp, &tde, cred, posix);
}

int
tmpfs_rename(void *v)
{
	return genfs_insane_rename(v, sane_rename);
}
