/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations on names: lookup, create, remove, link, directories and
 * symbolic links.  A lookup for a change leaves its entry in i_slot of the
 * directory, which stays locked until the change is done.
 *
 * Order on disk: a new inode is written before its name, a name is removed
 * before the link count goes down.
 */
#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>
#include <uvm/uvm_extern.h>

#include "ffs_impl.h"

/* May cred remove or rename what slot names in the directory? */
static int
may_delete(struct vnode *dvp, struct vnode *vp, kauth_cred_t cred)
{
	struct ffs_inode *dp = VTOI(dvp), *ip = VTOI(vp);
	int error = 0;

	if (dp->i_d.di_mode & S_ISTXT)
		error = genfs_can_sticky(cred, dp->i_d.di_uid, ip->i_d.di_uid);
	return kauth_authorize_vnode(cred, KAUTH_VNODE_DELETE, vp, dvp, error);
}

/* The name is not there: what the operation to come needs. */
static int
not_found(struct vnode *dvp, struct componentname *cnp)
{
	int error;

	if ((cnp->cn_flags & ISLASTCN) &&
	    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME)) {
		if (VTOI(dvp)->i_d.di_nlink == 0)
			return ENOENT;
		error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
		return error != 0 ? error : EJUSTRETURN;
	}
	if (cnp->cn_nameiop != CREATE)
		cache_enter(
		    dvp, NULL, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	return ENOENT;
}

int
ffs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp;
	struct componentname *cnp = ap->a_cnp;
	struct ffs_inode *dp = VTOI(dvp);
	uint32_t op = cnp->cn_nameiop, flags = cnp->cn_flags;
	bool last = (flags & ISLASTCN) != 0;
	int error;

	*ap->a_vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return error;
	if (last && (dvp->v_mount->mnt_flag & MNT_RDONLY) &&
	    (op == DELETE || op == RENAME))
		return EROFS;
	/* A removed directory has no names, not even "..". */
	if (dp->i_d.di_nlink <= 0 &&
	    !(cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.'))
		return ENOENT;
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen, op, flags, NULL,
		ap->a_vpp))
		return *ap->a_vpp == NULL ? ENOENT : 0;

	error = ffs_dir_find(dp, cnp->cn_nameptr, cnp->cn_namelen, &dp->i_slot);
	if (error == ENOENT) {
		if (last && (dvp->v_mount->mnt_flag & MNT_RDONLY) &&
		    op == CREATE)
			return EROFS;
		return not_found(dvp, cnp);
	}
	if (error != 0)
		return error;

	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		if (op == RENAME && last)
			return EISDIR;
		vref(dvp);
		*ap->a_vpp = dvp;
	} else {
		error = ffs_node_fromdir(dp, dp->i_slot.s_ino, ap->a_vpp);
		if (error != 0)
			return error;
	}
	if (last && (op == DELETE || op == RENAME)) {
		error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
		if (error == 0 && op == DELETE)
			error = may_delete(dvp, *ap->a_vpp, cnp->cn_cred);
		if (error != 0) {
			vrele(*ap->a_vpp);
			*ap->a_vpp = NULL;
		}
		return error;
	}
	cache_enter(dvp, *ap->a_vpp, cnp->cn_nameptr, cnp->cn_namelen, flags);
	return 0;
}

/* A file that could not be named goes away again. */
static void
abandon(struct vnode *vp)
{
	VTOI(vp)->i_d.di_nlink = 0;
	VTOI(vp)->i_flag |= FI_CHANGE | FI_MODIFIED;
	vput(vp);
}

/* Creates a file of any type but a directory; *vpp stays locked. */
static int
make_node(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap)
{
	struct ffs_inode *dp = VTOI(dvp), *ip;
	struct ffs_mount *fm = dp->i_fm;
	struct vnode *vp;
	int error, member;

	if (dp->i_d.di_nlink == 0)
		return ENOENT;
	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, &vp);
	if (error != 0)
		return error;
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0) {
		vrele(vp);
		return error;
	}
	ip = VTOI(vp);
	if ((ip->i_d.di_mode & S_ISGID) &&
	    (kauth_cred_ismember_gid(cnp->cn_cred, ip->i_d.di_gid, &member) !=
		    0 ||
		!member) &&
	    kauth_authorize_vnode(
		cnp->cn_cred, KAUTH_VNODE_WRITE_SECURITY, vp, NULL, EPERM) != 0)
		ip->i_d.di_mode &= ~S_ISGID;
	ip->i_d.di_nlink = 1;
	error = ffs_update(ip, !ffs_isasync(fm));
	if (error == 0)
		error = ffs_dir_enter(dp, cnp->cn_nameptr, cnp->cn_namelen,
		    ip->i_number, IFTODT(ip->i_d.di_mode));
	if (error != 0) {
		abandon(vp);
		return error;
	}
	cache_enter(dvp, vp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	*vpp = vp;
	return 0;
}

int
ffs_create(void *v)
{
	struct vop_create_v3_args *ap = v;
	int error;

	error = make_node(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap);
	if (error != 0)
		return error;
	VN_KNOTE(ap->a_dvp, NOTE_WRITE);
	VOP_UNLOCK(*ap->a_vpp);
	return 0;
}

int
ffs_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;
	int error;

	error = make_node(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap);
	if (error != 0)
		return error;
	VN_KNOTE(ap->a_dvp, NOTE_WRITE);
	VOP_UNLOCK(*ap->a_vpp);
	return 0;
}

int
ffs_remove(void *v)
{
	struct vop_remove_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct ffs_inode *dp = VTOI(dvp), *ip = VTOI(vp);
	int error;

	if (vp->v_type == VDIR)
		error = EPERM;
	else if ((ip->i_d.di_flags & (IMMUTABLE | APPEND)) ||
	    (dp->i_d.di_flags & APPEND))
		error = EPERM;
	else
		error = ffs_dir_remove(dp, ap->a_cnp->cn_nameptr,
		    ap->a_cnp->cn_namelen, &dp->i_slot);
	if (error == 0) {
		cache_purge1(
		    dvp, ap->a_cnp->cn_nameptr, ap->a_cnp->cn_namelen, 0);
		ip->i_d.di_nlink--;
		ip->i_flag |= FI_CHANGE | FI_MODIFIED;
		/* A last link's inode is written once more when it is freed. */
		if (ip->i_d.di_nlink > 0)
			error = ffs_update(ip, false);
		VN_KNOTE(vp, ip->i_d.di_nlink > 0 ? NOTE_LINK : NOTE_DELETE);
		VN_KNOTE(dvp, NOTE_WRITE);
	}
	if (dvp == vp)
		vrele(vp);
	else
		vput(vp);
	vput(dvp);
	return error;
}

int
ffs_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct componentname *cnp = ap->a_cnp;
	struct ffs_inode *ip;
	int error;

	if (vp->v_type == VDIR) {
		VOP_ABORTOP(dvp, cnp);
		return EPERM;
	}
	if (dvp->v_mount != vp->v_mount) {
		VOP_ABORTOP(dvp, cnp);
		return EXDEV;
	}
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0) {
		VOP_ABORTOP(dvp, cnp);
		return error;
	}
	ip = VTOI(vp);
	if (ip->i_d.di_nlink >= FFS_LINK_MAX)
		error = EMLINK;
	else if (ip->i_d.di_nlink == 0)
		error = ENOENT;
	else if (ip->i_d.di_flags & (IMMUTABLE | APPEND))
		error = EPERM;
	if (error != 0) {
		VOP_ABORTOP(dvp, cnp);
		goto out;
	}
	ip->i_d.di_nlink++;
	ip->i_flag |= FI_CHANGE | FI_MODIFIED;
	error = ffs_update(ip, !ffs_isasync(ip->i_fm));
	if (error == 0)
		error = ffs_dir_enter(VTOI(dvp), cnp->cn_nameptr,
		    cnp->cn_namelen, ip->i_number, IFTODT(ip->i_d.di_mode));
	if (error != 0) {
		ip->i_d.di_nlink--;
		ip->i_flag |= FI_CHANGE | FI_MODIFIED;
	} else {
		cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	}
out:
	VOP_UNLOCK(vp);
	if (error == 0) {
		VN_KNOTE(vp, NOTE_LINK);
		VN_KNOTE(dvp, NOTE_WRITE);
	}
	return error;
}

int
ffs_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp;
	struct componentname *cnp = ap->a_cnp;
	struct ffs_inode *dp = VTOI(dvp), *ip;
	bool wait = !ffs_isasync(dp->i_fm);
	int error;

	*ap->a_vpp = NULL;
	if (dp->i_d.di_nlink == 0)
		return ENOENT;
	if (dp->i_d.di_nlink >= FFS_LINK_MAX)
		return EMLINK;
	error = vcache_new(dvp->v_mount, dvp, ap->a_vap, cnp->cn_cred, &vp);
	if (error != 0)
		return error;
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0) {
		vrele(vp);
		return error;
	}
	ip = VTOI(vp);
	ip->i_d.di_nlink = 2;
	ip->i_flag |= FI_MODIFIED;
	/* The parent's count first: too high is harmless, too low is not. */
	dp->i_d.di_nlink++;
	dp->i_flag |= FI_CHANGE | FI_MODIFIED;
	error = ffs_update(dp, wait);
	if (error == 0)
		error = ffs_dir_make(ip, dp->i_number);
	if (error == 0)
		error = ffs_update(ip, wait);
	if (error == 0)
		error = ffs_dir_enter(
		    dp, cnp->cn_nameptr, cnp->cn_namelen, ip->i_number, DT_DIR);
	if (error != 0) {
		dp->i_d.di_nlink--;
		dp->i_flag |= FI_CHANGE | FI_MODIFIED;
		abandon(vp);
		return error;
	}
	cache_enter(dvp, vp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	VN_KNOTE(dvp, NOTE_WRITE | NOTE_LINK);
	VOP_UNLOCK(vp);
	*ap->a_vpp = vp;
	return 0;
}

int
ffs_rmdir(void *v)
{
	struct vop_rmdir_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct componentname *cnp = ap->a_cnp;
	struct ffs_inode *dp = VTOI(dvp), *ip = VTOI(vp);
	bool empty = false;
	int error;

	if (dp == ip) {
		vrele(dvp);
		vput(vp);
		return EINVAL;
	}
	if (vp->v_type != VDIR)
		error = ENOTDIR;
	else if (vp->v_mountedhere != NULL)
		error = EBUSY;
	else if ((dp->i_d.di_flags & APPEND) ||
	    (ip->i_d.di_flags & (IMMUTABLE | APPEND)))
		error = EPERM;
	else
		error = ffs_dir_empty(ip, &empty);
	if (error == 0 && !empty)
		error = ENOTEMPTY;
	if (error == 0)
		error = ffs_dir_remove(
		    dp, cnp->cn_nameptr, cnp->cn_namelen, &dp->i_slot);
	if (error == 0) {
		cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
		cache_purge(vp);
		ffs_lose_subdir(dp);
		ip->i_d.di_nlink = 0;
		ip->i_flag |= FI_CHANGE | FI_MODIFIED;
		error = ffs_update(dp, false);
		VN_KNOTE(vp, NOTE_DELETE);
		VN_KNOTE(dvp, NOTE_WRITE | NOTE_LINK);
	}
	vput(vp);
	vput(dvp);
	return error;
}

int
ffs_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;
	size_t len = strlen(ap->a_target);
	struct ffs_inode *ip;
	struct vnode *vp;
	int error;

	*ap->a_vpp = NULL;
	error = make_node(ap->a_dvp, &vp, ap->a_cnp, ap->a_vap);
	if (error != 0)
		return error;
	ip = VTOI(vp);
	if (len < (size_t)ip->i_fm->fm_sb.fs_maxsymlinklen) {
		memcpy(ip->i_d.di_shortlink, ap->a_target, len);
		ip->i_d.di_size = len;
		uvm_vnp_setsize(vp, (voff_t)len);
		ip->i_flag |= FI_CHANGE | FI_UPDATE | FI_MODIFIED;
		error = ffs_update(ip, !ffs_isasync(ip->i_fm));
	} else {
		error = vn_rdwr(UIO_WRITE, vp, ap->a_target, (int)len, 0,
		    UIO_SYSSPACE, IO_NODELOCKED, ap->a_cnp->cn_cred, NULL,
		    NULL);
	}
	if (error != 0) {
		/* Take the name back; the directory is still locked. */
		if (ffs_dir_find(VTOI(ap->a_dvp), ap->a_cnp->cn_nameptr,
			ap->a_cnp->cn_namelen, &VTOI(ap->a_dvp)->i_slot) == 0)
			ffs_dir_remove(VTOI(ap->a_dvp), ap->a_cnp->cn_nameptr,
			    ap->a_cnp->cn_namelen, &VTOI(ap->a_dvp)->i_slot);
		cache_purge(vp);
		abandon(vp);
		return error;
	}
	VN_KNOTE(ap->a_dvp, NOTE_WRITE);
	VOP_UNLOCK(vp);
	*ap->a_vpp = vp;
	return 0;
}

/* No whiteouts: union mounts make none on this file system. */
int
ffs_whiteout(void *v)
{
	return EOPNOTSUPP;
}
