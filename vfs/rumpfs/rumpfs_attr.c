/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs: access, getattr, setattr.
 */
#include "rumpfs_impl.h"

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/time.h>

int
rumpfs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VTORN(vp);

	if ((ap->a_mode & VWRITE) != 0) {
		switch (vp->v_type) {
		case VDIR:
		case VLNK:
		case VREG:
			if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
				return EROFS;
			break;
		default:
			break;
		}
		if ((rn->rn_va.va_flags & IMMUTABLE) != 0)
			return EPERM;
	}
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_mode, vp->v_type, rn->rn_va.va_mode), vp,
	    NULL,
	    genfs_can_access(vp->v_type, rn->rn_va.va_mode, rn->rn_va.va_uid,
		rn->rn_va.va_gid, (mode_t)ap->a_mode, ap->a_cred));
}

int
rumpfs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VTORN(vp);
	struct vattr *vap = ap->a_vap;

	*vap = rn->rn_va;
	vap->va_fsid = (dev_t)vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_type = vp->v_type;
	vap->va_vaflags = 0;
	if (vp->v_type == VBLK || vp->v_type == VCHR)
		vap->va_rdev = rn->rn_va.va_rdev;
	else
		vap->va_rdev = NODEV;
	return 0;
}

static int
setattr_flags(struct vnode *vp, struct vattr *vap, kauth_cred_t cred)
{
	struct vattr *va = &VTORN(vp)->rn_va;
	kauth_action_t action = KAUTH_VNODE_WRITE_FLAGS;
	bool sysflags = false;
	int error;

	if ((va->va_flags & (SF_IMMUTABLE | SF_APPEND)) != 0)
		action |= KAUTH_VNODE_HAS_SYSFLAGS;
	if (((va->va_flags ^ vap->va_flags) & SF_SETTABLE) != 0) {
		action |= KAUTH_VNODE_WRITE_SYSFLAGS;
		sysflags = true;
	}
	error = kauth_authorize_vnode(cred, action, vp, NULL,
	    genfs_can_chflags(cred, vp->v_type, va->va_uid, sysflags));
	if (error)
		return error;
	va->va_flags = vap->va_flags;
	return 0;
}

static int
setattr_owner(struct vnode *vp, struct vattr *vap, kauth_cred_t cred)
{
	struct vattr *va = &VTORN(vp)->rn_va;
	uid_t uid = vap->va_uid == (uid_t)VNOVAL ? va->va_uid : vap->va_uid;
	gid_t gid = vap->va_gid == (gid_t)VNOVAL ? va->va_gid : vap->va_gid;
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL, genfs_can_chown(cred, va->va_uid, va->va_gid, uid, gid));
	if (error)
		return error;
	va->va_uid = uid;
	va->va_gid = gid;
	return 0;
}

static int
setattr_size(struct vnode *vp, struct vattr *vap)
{
	struct rumpfs_node *rn = VTORN(vp);

	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VREG:
		break;
	case VBLK:
	case VCHR:
	case VFIFO:
		return 0;
	default:
		return EOPNOTSUPP;
	}
	if ((rn->rn_va.va_flags & (IMMUTABLE | APPEND)) != 0)
		return EPERM;
	if (vap->va_size > RUMPFS_MAXSIZE)
		return EFBIG;
	if ((rn->rn_flags & RN_HOST) != 0)
		return rumpfs_host_truncate(rn, vap->va_size);
	rumpfs_data_truncate(rn, vap->va_size);
	uvm_vnp_setsize(vp, (voff_t)vap->va_size);
	rumpfs_touch(vp, RT_MODIFY);
	VN_KNOTE(vp, NOTE_WRITE | NOTE_EXTEND);
	return 0;
}

static int
setattr_times(struct vnode *vp, struct vattr *vap, kauth_cred_t cred)
{
	struct vattr *va = &VTORN(vp)->rn_va;
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, vap->va_vaflags, va->va_uid, cred));
	if (error)
		return error;
	if (vap->va_atime.tv_sec != VNOVAL)
		va->va_atime = vap->va_atime;
	if (vap->va_mtime.tv_sec != VNOVAL)
		va->va_mtime = vap->va_mtime;
	if (vap->va_birthtime.tv_sec != VNOVAL)
		va->va_birthtime = vap->va_birthtime;
	return 0;
}

int
rumpfs_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VTORN(vp);
	struct vattr *vap = ap->a_vap;
	kauth_cred_t cred = ap->a_cred;
	int error;

	if (vap->va_type != VNON || vap->va_nlink != (nlink_t)VNOVAL ||
	    vap->va_fsid != (dev_t)VNOVAL || vap->va_fileid != (ino_t)VNOVAL ||
	    vap->va_blocksize != VNOVAL || vap->va_rdev != (dev_t)VNOVAL ||
	    vap->va_bytes != (u_quad_t)VNOVAL || vap->va_gen != (u_long)VNOVAL)
		return EINVAL;
	if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	if (vap->va_flags != (u_long)VNOVAL) {
		error = setattr_flags(vp, vap, cred);
		if (error)
			return error;
		rumpfs_touch(vp, RT_CHANGE);
	}
	if (vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL ||
	    vap->va_mode != (mode_t)VNOVAL || vap->va_atime.tv_sec != VNOVAL ||
	    vap->va_mtime.tv_sec != VNOVAL) {
		if ((rn->rn_va.va_flags & (IMMUTABLE | APPEND)) != 0)
			return EPERM;
	}
	if (vap->va_size != (u_quad_t)VNOVAL) {
		error = setattr_size(vp, vap);
		if (error)
			return error;
	}
	if (vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL) {
		error = setattr_owner(vp, vap, cred);
		if (error)
			return error;
		rumpfs_touch(vp, RT_CHANGE);
	}
	if (vap->va_mode != (mode_t)VNOVAL) {
		error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY,
		    vp, NULL,
		    genfs_can_chmod(vp->v_type, cred, rn->rn_va.va_uid,
			rn->rn_va.va_gid, vap->va_mode));
		if (error)
			return error;
		rn->rn_va.va_mode = vap->va_mode & ALLPERMS;
		rumpfs_touch(vp, RT_CHANGE);
	}
	if (vap->va_atime.tv_sec != VNOVAL || vap->va_mtime.tv_sec != VNOVAL ||
	    vap->va_birthtime.tv_sec != VNOVAL) {
		error = setattr_times(vp, vap, cred);
		if (error)
			return error;
		rumpfs_touch(vp, RT_CHANGE);
	}
	VN_KNOTE(vp, NOTE_ATTRIB);
	return 0;
}
