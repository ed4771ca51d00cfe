/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations on names, and the vector.
 */
#include "tmpfs.h"

#include <miscfs/genfs/genfs.h>
#include <sys/fcntl.h>
#include <sys/unistd.h>

/* A name that is not there: may the caller be about to create it? */
static int
lookup_missing(
    struct vnode *dvp, struct componentname *cnp, const struct tmpfs_dirent *de)
{
	int error;

	if (de != NULL)
		cnp->cn_flags |= ISWHITEOUT;
	if ((cnp->cn_flags & ISLASTCN) == 0 ||
	    (cnp->cn_nameiop != CREATE && cnp->cn_nameiop != RENAME))
		return ENOENT;
	if (VP_TO_TMPFS_DIR(dvp)->tn_links == 0)
		return ENOENT;
	error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
	return error != 0 ? error : EJUSTRETURN;
}

/* May the entry be removed or replaced? */
static int
lookup_remove_check(struct vnode *dvp, const struct tmpfs_node *tnode,
    struct vnode *vp, kauth_cred_t cred)
{
	const struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp);
	int error;

	error = VOP_ACCESS(dvp, VWRITE, cred);
	if (error != 0 || (dnode->tn_mode & S_ISTXT) == 0)
		return error;
	if (kauth_authorize_vnode(cred, KAUTH_VNODE_DELETE, vp, dvp,
		genfs_can_sticky(cred, dnode->tn_uid, tnode->tn_uid)) != 0)
		return EPERM;
	return 0;
}

static int
tmpfs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, **vpp = ap->a_vpp;
	struct componentname *cnp = ap->a_cnp;
	struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp), *tnode;
	const bool last = (cnp->cn_flags & ISLASTCN) != 0;
	const bool removing =
	    last && (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME);
	struct tmpfs_dirent *de;
	int error;

	*vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error)
		return error;
	if (removing && dvp->v_mount->mnt_flag & MNT_RDONLY)
		return EROFS;
	if (cnp->cn_flags & ISDOTDOT) {
		if (last && cnp->cn_nameiop == RENAME)
			return EINVAL;
		tnode = dnode->tn_dir.di_parent;
		if (tnode == NULL)
			return ENOENT;
		return vcache_get(dvp->v_mount, &tnode, sizeof(tnode), vpp);
	}
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		if (last && cnp->cn_nameiop == RENAME)
			return EISDIR;
		vref(dvp);
		*vpp = dvp;
		return 0;
	}
	de = tmpfs_dir_lookup(dnode, cnp->cn_nameptr, cnp->cn_namelen);
	if (de == NULL || de->td_node == NULL)
		return lookup_missing(dvp, cnp, de);
	tnode = de->td_node;
	if (!last && tnode->tn_type != VDIR && tnode->tn_type != VLNK)
		return ENOTDIR;
	error = vcache_get(dvp->v_mount, &tnode, sizeof(tnode), vpp);
	if (error != 0)
		return error;
	if (removing) {
		error = lookup_remove_check(dvp, tnode, *vpp, cnp->cn_cred);
		if (error) {
			vrele(*vpp);
			*vpp = NULL;
			return error;
		}
	} else if (tnode->tn_type == VDIR && cnp->cn_flags & MAKEENTRY)
		cache_enter(
		    dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	return 0;
}

static int
tmpfs_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	KASSERT(ap->a_vap->va_type == VREG || ap->a_vap->va_type == VSOCK);
	return tmpfs_construct_node(
	    ap->a_dvp, ap->a_vpp, ap->a_vap, ap->a_cnp, NULL);
}

static int
tmpfs_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;

	switch (ap->a_vap->va_type) {
	case VBLK:
	case VCHR:
	case VFIFO:
		return tmpfs_construct_node(
		    ap->a_dvp, ap->a_vpp, ap->a_vap, ap->a_cnp, NULL);
	default:
		return EINVAL;
	}
}

static int
tmpfs_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	return tmpfs_construct_node(
	    ap->a_dvp, ap->a_vpp, ap->a_vap, ap->a_cnp, NULL);
}

static int
tmpfs_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;

	ap->a_vap->va_type = VLNK;
	return tmpfs_construct_node(
	    ap->a_dvp, ap->a_vpp, ap->a_vap, ap->a_cnp, ap->a_target);
}

static int
tmpfs_open(void *v)
{
	struct vop_open_args *ap = v;
	const struct tmpfs_node *node = VP_TO_TMPFS_NODE(ap->a_vp);

	if (node->tn_links < 1)
		return ENOENT;
	if (node->tn_flags & APPEND &&
	    (ap->a_mode & (FWRITE | O_APPEND)) == FWRITE)
		return EPERM;
	return 0;
}

static int
tmpfs_close(void *v)
{
	struct vop_close_args *ap = v;

	tmpfs_times_settle(VP_TO_TMPFS_NODE(ap->a_vp));
	return 0;
}

/* An entry goes; where the caller wants one, a whiteout stays. */
static void
entry_remove(struct tmpfs_mount *tm, struct tmpfs_node *dnode,
    struct tmpfs_dirent *de, const struct componentname *cnp)
{
	if (cnp->cn_flags & DOWHITEOUT) {
		tmpfs_dir_whiteout(dnode, de);
		return;
	}
	tmpfs_dir_detach(dnode, de);
	tmpfs_dirent_destroy(tm, de);
}

static int
remove_checked(
    struct vnode *dvp, struct vnode *vp, const struct componentname *cnp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(dvp->v_mount);
	struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp);
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_dirent *de;

	if (vp->v_type == VDIR)
		return EPERM;
	if (node->tn_flags & (IMMUTABLE | APPEND) || dnode->tn_flags & APPEND)
		return EPERM;
	de = tmpfs_dir_lookup(dnode, cnp->cn_nameptr, cnp->cn_namelen);
	if (de == NULL || de->td_node != node)
		return ENOENT;
	entry_remove(tm, dnode, de, cnp);
	tmpfs_node_touch(dnode, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
	if (node->tn_links > 0)
		tmpfs_node_touch(node, TMPFS_UPDATE_CTIME);
	VN_KNOTE(vp, node->tn_links > 0 ? NOTE_LINK : NOTE_DELETE);
	VN_KNOTE(dvp, NOTE_WRITE);
	return 0;
}

static int
tmpfs_remove(void *v)
{
	struct vop_remove_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error;

	error = remove_checked(dvp, vp, ap->a_cnp);
	vput(dvp);
	if (dvp == vp)
		vrele(vp);
	else
		vput(vp);
	return error;
}

static int
rmdir_checked(
    struct vnode *dvp, struct vnode *vp, const struct componentname *cnp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(dvp->v_mount);
	struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp);
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_dirent *de;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (dvp == vp)
		return EINVAL;
	if (!tmpfs_dir_empty(node) || node == dnode->tn_dir.di_parent)
		return ENOTEMPTY;
	if (node->tn_flags & (IMMUTABLE | APPEND) || dnode->tn_flags & APPEND)
		return EPERM;
	de = tmpfs_dir_lookup(dnode, cnp->cn_nameptr, cnp->cn_namelen);
	if (de == NULL || de->td_node != node)
		return ENOENT;
	entry_remove(tm, dnode, de, cnp);
	/* its whiteouts go with it */
	while ((de = TAILQ_FIRST(&node->tn_dir.di_entries)) != NULL) {
		tmpfs_dir_detach(node, de);
		tmpfs_dirent_destroy(tm, de);
	}
	tmpfs_node_touch(dnode, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
	cache_purge(vp);
	VN_KNOTE(vp, NOTE_DELETE);
	VN_KNOTE(dvp, NOTE_WRITE | NOTE_LINK);
	return 0;
}

static int
tmpfs_rmdir(void *v)
{
	struct vop_rmdir_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error;

	error = rmdir_checked(dvp, vp, ap->a_cnp);
	vput(dvp);
	if (dvp == vp)
		vrele(vp);
	else
		vput(vp);
	return error;
}

static int
link_locked(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(dvp->v_mount);
	struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp);
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_dirent *de, *wde;
	int error;

	if (node->tn_links >= LINK_MAX)
		return EMLINK;
	if (node->tn_links == 0)
		return ENOENT;
	if (node->tn_flags & (IMMUTABLE | APPEND) ||
	    dnode->tn_flags & IMMUTABLE)
		return EPERM;
	error = tmpfs_dirent_create(tm, cnp->cn_nameptr, cnp->cn_namelen, &de);
	if (error)
		return error;
	wde = tmpfs_dir_lookup(dnode, cnp->cn_nameptr, cnp->cn_namelen);
	if (wde != NULL) {
		tmpfs_dir_detach(dnode, wde);
		tmpfs_dirent_destroy(tm, wde);
	}
	tmpfs_dir_attach(dnode, de, node);
	tmpfs_node_touch(node, TMPFS_UPDATE_CTIME);
	tmpfs_node_touch(dnode, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
	VN_KNOTE(vp, NOTE_LINK);
	VN_KNOTE(dvp, NOTE_WRITE);
	return 0;
}

static int
tmpfs_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error;

	if (vp->v_type == VDIR)
		return EPERM;
	if (dvp->v_mount != vp->v_mount)
		return EXDEV;
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error)
		return error;
	error = link_locked(dvp, vp, ap->a_cnp);
	VOP_UNLOCK(vp);
	return error;
}

static int
tmpfs_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	int error;

	if (vp->v_type != VLNK)
		return EINVAL;
	error = uiomove(node->tn_link,
	    MIN((size_t)node->tn_size, ap->a_uio->uio_resid), ap->a_uio);
	tmpfs_update(vp, TMPFS_UPDATE_ATIME);
	return error;
}

static int
tmpfs_whiteout(void *v)
{
	struct vop_whiteout_args *ap = v;
	struct vnode *dvp = ap->a_dvp;
	struct componentname *cnp = ap->a_cnp;
	struct tmpfs_mount *tm = VFS_TO_TMPFS(dvp->v_mount);
	struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp);
	struct tmpfs_dirent *de;
	int error;

	switch (ap->a_flags) {
	case LOOKUP:
		return 0;
	case CREATE:
		de = tmpfs_dir_lookup(dnode, cnp->cn_nameptr, cnp->cn_namelen);
		if (de != NULL)
			return de->td_node == NULL ? 0 : EEXIST;
		error = tmpfs_dirent_create(
		    tm, cnp->cn_nameptr, cnp->cn_namelen, &de);
		if (error)
			return error;
		tmpfs_dir_attach(dnode, de, NULL);
		break;
	case DELETE:
		cnp->cn_flags &= ~DOWHITEOUT; /* or it would come back */
		de = tmpfs_dir_lookup(dnode, cnp->cn_nameptr, cnp->cn_namelen);
		if (de == NULL || de->td_node != NULL)
			return ENOENT;
		tmpfs_dir_detach(dnode, de);
		tmpfs_dirent_destroy(tm, de);
		break;
	default:
		return EINVAL;
	}
	tmpfs_node_touch(dnode, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
	return 0;
}

int
tmpfs_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;
	register_t *retval = ap->a_retval;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*retval = LINK_MAX;
		return 0;
	case _PC_NAME_MAX:
		*retval = TMPFS_MAXNAMLEN;
		return 0;
	case _PC_PATH_MAX:
		*retval = PATH_MAX;
		return 0;
	case _PC_PIPE_BUF:
		*retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
	case _PC_SYNC_IO:
		*retval = 1;
		return 0;
	case _PC_FILESIZEBITS:
		*retval = sizeof(off_t) * CHAR_BIT;
		return 0;
	case _PC_SYMLINK_MAX:
		*retval = MAXPATHLEN;
		return 0;
	default:
		return EINVAL;
	}
}

int
tmpfs_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(ap->a_vp);

	return lf_advlock(ap, &node->tn_lockf, node->tn_size);
}

int
tmpfs_print(void *v)
{
	struct vop_print_args *ap = v;
	const struct tmpfs_node *node = VP_TO_TMPFS_NODE(ap->a_vp);

	printf("tag VT_TMPFS, id %ju, links %u, mode 0%o, owner %u:%u, size "
	       "%jd\n",
	    (uintmax_t)node->tn_id, (unsigned)node->tn_links,
	    (unsigned)node->tn_mode, (unsigned)node->tn_uid,
	    (unsigned)node->tn_gid, (intmax_t)node->tn_size);
	return 0;
}

int (**tmpfs_vnodeop_p)(void *);

static const struct vnodeopv_entry_desc tmpfs_vnodeop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, tmpfs_lookup},
    {&vop_create_desc, tmpfs_create}, {&vop_mknod_desc, tmpfs_mknod},
    {&vop_open_desc, tmpfs_open}, {&vop_close_desc, tmpfs_close},
    {&vop_access_desc, tmpfs_access}, {&vop_getattr_desc, tmpfs_getattr},
    {&vop_setattr_desc, tmpfs_setattr}, {&vop_read_desc, tmpfs_read},
    {&vop_write_desc, tmpfs_write}, {&vop_fallocate_desc, genfs_eopnotsupp},
    {&vop_fdiscard_desc, genfs_eopnotsupp}, {&vop_ioctl_desc, genfs_enoioctl},
    {&vop_fcntl_desc, genfs_fcntl}, {&vop_poll_desc, genfs_poll},
    {&vop_kqfilter_desc, genfs_kqfilter}, {&vop_revoke_desc, genfs_revoke},
    {&vop_mmap_desc, genfs_mmap}, {&vop_fsync_desc, genfs_nullop},
    {&vop_seek_desc, genfs_seek}, {&vop_remove_desc, tmpfs_remove},
    {&vop_link_desc, tmpfs_link}, {&vop_rename_desc, tmpfs_rename},
    {&vop_mkdir_desc, tmpfs_mkdir}, {&vop_rmdir_desc, tmpfs_rmdir},
    {&vop_symlink_desc, tmpfs_symlink}, {&vop_readdir_desc, tmpfs_readdir},
    {&vop_readlink_desc, tmpfs_readlink}, {&vop_abortop_desc, genfs_abortop},
    {&vop_inactive_desc, tmpfs_inactive}, {&vop_reclaim_desc, tmpfs_reclaim},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, genfs_eopnotsupp}, {&vop_strategy_desc, genfs_eopnotsupp},
    {&vop_print_desc, tmpfs_print}, {&vop_pathconf_desc, tmpfs_pathconf},
    {&vop_islocked_desc, genfs_islocked}, {&vop_advlock_desc, tmpfs_advlock},
    {&vop_bwrite_desc, genfs_nullop}, {&vop_getpages_desc, tmpfs_getpages},
    {&vop_putpages_desc, tmpfs_putpages}, {&vop_whiteout_desc, tmpfs_whiteout},
    {NULL, NULL}};

const struct vnodeopv_desc tmpfs_vnodeop_opv_desc = {
    &tmpfs_vnodeop_p, tmpfs_vnodeop_entries};
