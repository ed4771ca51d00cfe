/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attributes, and who may change them.
 */
#include <sys/param.h>

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/unistd.h>

#include <miscfs/genfs/genfs.h>

#include "kitrw.h"
#include "ktest.h"

int
kitrw_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitrw_node *kn = VTOKITRW(vp);
	mode_t mode = (mode_t)ap->a_mode;
	int error;

	if ((mode & VWRITE) != 0) {
		if (kn->rw_mount->km_ronly &&
		    (vp->v_type == VREG || vp->v_type == VDIR ||
			vp->v_type == VLNK))
			return EROFS;
		if ((kn->rw_stflags & (UF_IMMUTABLE | SF_IMMUTABLE)) != 0 ||
		    (kn->rw_stflags & (SF_SNAPSHOT | SF_SNAPINVAL)) ==
			SF_SNAPSHOT)
			return EPERM;
	}
	error = genfs_can_access(vp->v_type, kn->rw_mode & ALLPERMS, kn->rw_uid,
	    kn->rw_gid, mode, ap->a_cred);
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(mode, vp->v_type, kn->rw_mode & ALLPERMS), vp,
	    NULL, error);
}

int
kitrw_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	struct vattr *va = ap->a_vap;

	vattr_null(va);
	va->va_type = ap->a_vp->v_type;
	va->va_mode = kn->rw_mode & ALLPERMS;
	va->va_nlink = kn->rw_nlink;
	va->va_uid = kn->rw_uid;
	va->va_gid = kn->rw_gid;
	va->va_fsid = kn->rw_mount->km_dev;
	va->va_fileid = kn->rw_ino;
	va->va_size = kn->rw_size;
	va->va_bytes = (u_quad_t)kn->rw_nblocks * KITRW_BSIZE;
	va->va_blocksize = KITRW_BSIZE;
	va->va_atime = kn->rw_atime;
	va->va_mtime = kn->rw_mtime;
	va->va_ctime = kn->rw_ctime;
	va->va_birthtime = kn->rw_btime;
	va->va_gen = kn->rw_gen;
	va->va_flags = kn->rw_stflags;
	va->va_rdev = kn->rw_rdev;
	va->va_filerev = 0;
	return 0;
}

static int
change_flags(struct vnode *vp, const struct vattr *va, kauth_cred_t cred)
{
	struct kitrw_node *kn = VTOKITRW(vp);
	kauth_action_t action = KAUTH_VNODE_WRITE_FLAGS;
	uint32_t flags = (uint32_t)va->va_flags;
	bool sys = false;
	int error;

	/* flags of the superuser's stay, unless one may */
	if ((kn->rw_stflags & (SF_IMMUTABLE | SF_APPEND)) != 0)
		action |= KAUTH_VNODE_HAS_SYSFLAGS;
	if ((flags & SF_SETTABLE) != (kn->rw_stflags & SF_SETTABLE)) {
		action |= KAUTH_VNODE_WRITE_SYSFLAGS;
		sys = true;
	}
	error = kauth_authorize_vnode(cred, action, vp, NULL,
	    genfs_can_chflags(cred, vp->v_type, kn->rw_uid, sys));
	if (error != 0)
		return error;
	/* journals and snapshots are the file system's */
	if (((flags ^ kn->rw_stflags) &
		(SF_SNAPSHOT | SF_SNAPINVAL | SF_LOG)) != 0)
		return EPERM;
	kn->rw_stflags = flags & (UF_SETTABLE | SF_SETTABLE);
	kitrw_touch(kn, KITRW_CHANGE);
	return 0;
}

static int
change_owner(struct vnode *vp, uid_t uid, gid_t gid, kauth_cred_t cred)
{
	struct kitrw_node *kn = VTOKITRW(vp);
	int error;

	if (uid == (uid_t)VNOVAL)
		uid = kn->rw_uid;
	if (gid == (gid_t)VNOVAL)
		gid = kn->rw_gid;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL, genfs_can_chown(cred, kn->rw_uid, kn->rw_gid, uid, gid));
	if (error != 0)
		return error;
	error = kitrw_charge(kn->rw_mount, uid, gid, kn->rw_nblocks, 1, cred);
	if (error != 0)
		return error;
	(void)kitrw_charge(kn->rw_mount, kn->rw_uid, kn->rw_gid,
	    -(int64_t)kn->rw_nblocks, -1, NOCRED);
	kn->rw_uid = uid;
	kn->rw_gid = gid;
	if (kauth_cred_geteuid(cred) != 0)
		kn->rw_mode &= (mode_t) ~(S_ISUID | S_ISGID);
	kitrw_touch(kn, KITRW_CHANGE);
	return 0;
}

static int
change_mode(struct vnode *vp, mode_t mode, kauth_cred_t cred)
{
	struct kitrw_node *kn = VTOKITRW(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY, vp,
	    NULL,
	    genfs_can_chmod(vp->v_type, cred, kn->rw_uid, kn->rw_gid, mode));
	if (error != 0)
		return error;
	kn->rw_mode = (kn->rw_mode & S_IFMT) | (mode & ALLPERMS);
	kitrw_touch(kn, KITRW_CHANGE);
	return 0;
}

static int
change_size(struct vnode *vp, u_quad_t size)
{
	struct kitrw_node *kn = VTOKITRW(vp);

	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VREG:
		if (kn->rw_mount->km_ronly)
			return EROFS;
		if ((kn->rw_stflags & (UF_APPEND | SF_APPEND)) != 0 &&
		    size < kn->rw_size)
			return EPERM;
		return kitrw_truncate(kn, size);
	default:
		return 0;
	}
}

static int
change_times(struct vnode *vp, const struct vattr *va, kauth_cred_t cred)
{
	struct kitrw_node *kn = VTOKITRW(vp);
	int error;

	if (kn->rw_mount->km_ronly)
		return EROFS;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, va->va_vaflags, kn->rw_uid, cred));
	if (error != 0)
		return error;
	kitrw_touch(kn, KITRW_CHANGE);
	if (va->va_atime.tv_sec != VNOVAL)
		kn->rw_atime = va->va_atime;
	if (va->va_mtime.tv_sec != VNOVAL)
		kn->rw_mtime = va->va_mtime;
	if (va->va_birthtime.tv_sec != VNOVAL)
		kn->rw_btime = va->va_birthtime;
	return 0;
}

static int
setattr(struct vnode *vp, const struct vattr *va, kauth_cred_t cred)
{
	struct kitrw_node *kn = VTOKITRW(vp);
	int error = 0;

	if (va->va_flags != (u_long)VNOVAL) {
		error = change_flags(vp, va, cred);
		if (error != 0 || (kn->rw_stflags & IMMUTABLE) != 0)
			return error;
	}
	if ((kn->rw_stflags & IMMUTABLE) != 0)
		return EPERM;
	if (va->va_uid != (uid_t)VNOVAL || va->va_gid != (gid_t)VNOVAL)
		error = change_owner(vp, va->va_uid, va->va_gid, cred);
	if (error == 0 && va->va_size != (u_quad_t)VNOVAL)
		error = change_size(vp, va->va_size);
	if (error == 0 &&
	    (va->va_atime.tv_sec != VNOVAL || va->va_mtime.tv_sec != VNOVAL ||
		va->va_birthtime.tv_sec != VNOVAL))
		error = change_times(vp, va, cred);
	if (error == 0 && va->va_mode != (mode_t)VNOVAL)
		error = change_mode(vp, va->va_mode, cred);
	return error;
}

int
kitrw_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *va = ap->a_vap;
	struct kitrw_node *kn = VTOKITRW(vp);
	int error;

	/* what only the file system can set */
	if (va->va_type != VNON || va->va_nlink != (nlink_t)VNOVAL ||
	    va->va_fsid != (dev_t)VNOVAL || va->va_fileid != VNOVAL ||
	    va->va_blocksize != VNOVAL || va->va_rdev != (dev_t)VNOVAL ||
	    va->va_bytes != (u_quad_t)VNOVAL || va->va_gen != VNOVAL)
		return EINVAL;
	if (kn->rw_mount->km_ronly)
		return EROFS;
	error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	error = setattr(vp, va, ap->a_cred);
	if (error == 0)
		error = kitrw_update(kn, 0);
	KITRW_END(kn->rw_mount);
	if (error == 0)
		VN_KNOTE(vp, NOTE_ATTRIB);
	return error;
}

int
kitrw_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = UINT16_MAX;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = KITRW_NAMEMAX;
		return 0;
	case _PC_FILESIZEBITS:
		*ap->a_retval = 21;
		return 0;
	case _PC_NO_TRUNC:
	case _PC_CHOWN_RESTRICTED:
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	case _PC_PATH_MAX:
		*ap->a_retval = PATH_MAX;
		return 0;
	default:
		return EINVAL;
	}
}

int
kitrw_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);

	return lf_advlock(ap, &kn->rw_lockf, (off_t)kn->rw_size);
}
