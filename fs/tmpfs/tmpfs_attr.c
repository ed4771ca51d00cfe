/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attributes: access, getattr, setattr and the times.
 *
 * Reading and writing a file marks its times for update (tn_pending); they
 * are set when somebody asks for them and at the latest by the close, as
 * POSIX has it. What happens to names sets them at once.
 */
#include "tmpfs.h"

#include <miscfs/genfs/genfs.h>

void
tmpfs_node_touch(struct tmpfs_node *node, unsigned what)
{
	struct timespec now;

	vfs_timestamp(&now);
	if (what & TMPFS_UPDATE_ATIME)
		node->tn_atime = now;
	if (what & TMPFS_UPDATE_MTIME)
		node->tn_mtime = now;
	if (what & TMPFS_UPDATE_CTIME)
		node->tn_ctime = now;
}

/* Is the time of access to be left alone? */
static bool
atime_kept(struct vnode *vp, const struct tmpfs_node *node)
{
	const int flag = vp->v_mount->mnt_flag;

	if (flag & (MNT_NOATIME | MNT_RDONLY))
		return true;
	if ((flag & MNT_RELATIME) == 0)
		return false;
	return timespeccmp(&node->tn_atime, &node->tn_mtime, >) &&
	    timespeccmp(&node->tn_atime, &node->tn_ctime, >);
}

/* Set the times that are marked. */
void
tmpfs_times_settle(struct tmpfs_node *node)
{
	const unsigned what = node->tn_pending;

	if (what != 0) {
		node->tn_pending = 0;
		tmpfs_node_touch(node, what);
	}
}

/* Mark times for update. */
void
tmpfs_update(struct vnode *vp, unsigned what)
{
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	const unsigned pending = node->tn_pending;

	if ((pending | what) == pending)
		return;
	if (what & TMPFS_UPDATE_ATIME && atime_kept(vp, node))
		what &= ~TMPFS_UPDATE_ATIME;
	node->tn_pending = (uint8_t)(pending | what);
}

int
tmpfs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);

	if (ap->a_mode & VWRITE) {
		const bool data = vp->v_type == VDIR || vp->v_type == VLNK ||
		    vp->v_type == VREG;

		if (data && vp->v_mount->mnt_flag & MNT_RDONLY)
			return EROFS;
		if (node->tn_flags & IMMUTABLE)
			return EPERM;
	}
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_mode, vp->v_type, node->tn_mode), vp,
	    NULL,
	    genfs_can_access(vp->v_type, node->tn_mode, node->tn_uid,
		node->tn_gid, (mode_t)ap->a_mode, ap->a_cred));
}

int
tmpfs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);

	tmpfs_times_settle(node);
	vap->va_type = vp->v_type;
	vap->va_mode = node->tn_mode;
	vap->va_nlink = node->tn_links;
	vap->va_uid = node->tn_uid;
	vap->va_gid = node->tn_gid;
	vap->va_fsid = (dev_t)vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_fileid = node->tn_id;
	vap->va_size = (u_quad_t)node->tn_size;
	vap->va_blocksize = PAGE_SIZE;
	vap->va_atime = node->tn_atime;
	vap->va_mtime = node->tn_mtime;
	vap->va_ctime = node->tn_ctime;
	vap->va_birthtime = node->tn_birthtime;
	vap->va_gen = node->tn_gen;
	vap->va_flags = node->tn_flags;
	vap->va_rdev = vp->v_type == VBLK || vp->v_type == VCHR ? node->tn_rdev
								: (dev_t)VNOVAL;
	if (vp->v_type == VREG)
		vap->va_bytes = node->tn_aobj == NULL
		    ? 0
		    : (u_quad_t)node->tn_aobj->uo_npages << PAGE_SHIFT;
	else
		vap->va_bytes = (u_quad_t)round_page(node->tn_size);
	vap->va_filerev = 0;
	vap->va_vaflags = 0;
	vap->va_spare = VNOVAL;
	return 0;
}

static int
set_flags(struct vnode *vp, u_long flags, kauth_cred_t cred)
{
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	kauth_action_t action = KAUTH_VNODE_WRITE_FLAGS;
	bool sysflags = false;
	int error;

	if (node->tn_flags & (SF_IMMUTABLE | SF_APPEND))
		action |= KAUTH_VNODE_HAS_SYSFLAGS;
	if ((flags & SF_SETTABLE) != (node->tn_flags & SF_SETTABLE)) {
		action |= KAUTH_VNODE_WRITE_SYSFLAGS;
		sysflags = true;
	}
	error = kauth_authorize_vnode(cred, action, vp, NULL,
	    genfs_can_chflags(cred, vp->v_type, node->tn_uid, sysflags));
	if (error)
		return error;
	if (!sysflags)
		flags = (flags & UF_SETTABLE) | (node->tn_flags & SF_SETTABLE);
	node->tn_flags = flags & (UF_SETTABLE | SF_SETTABLE);
	tmpfs_update(vp, TMPFS_UPDATE_CTIME);
	return 0;
}

static int
set_size(struct vnode *vp, off_t size)
{
	const struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	int error;

	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VREG:
		if (vp->v_mount->mnt_flag & MNT_RDONLY)
			return EROFS;
		if (node->tn_flags & (IMMUTABLE | APPEND))
			return EPERM;
		error = tmpfs_reg_resize(vp, size);
		if (error == 0)
			tmpfs_update(
			    vp, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
		return error;
	case VBLK:
	case VCHR:
	case VFIFO:
		return 0; /* truncation of these means nothing */
	default:
		return EOPNOTSUPP;
	}
}

static int
set_owner(struct vnode *vp, uid_t uid, gid_t gid, kauth_cred_t cred)
{
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	int error;

	if (uid == (uid_t)VNOVAL)
		uid = node->tn_uid;
	if (gid == (gid_t)VNOVAL)
		gid = node->tn_gid;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL, genfs_can_chown(cred, node->tn_uid, node->tn_gid, uid, gid));
	if (error)
		return error;
	node->tn_uid = uid;
	node->tn_gid = gid;
	tmpfs_update(vp, TMPFS_UPDATE_CTIME);
	return 0;
}

static int
set_mode(struct vnode *vp, mode_t mode, kauth_cred_t cred)
{
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	int error;

	error =
	    kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY, vp, NULL,
		genfs_can_chmod(
		    vp->v_type, cred, node->tn_uid, node->tn_gid, mode));
	if (error)
		return error;
	node->tn_mode = mode & ALLPERMS;
	tmpfs_update(vp, TMPFS_UPDATE_CTIME);
	return 0;
}

static bool
time_set(const struct timespec *ts)
{
	return ts->tv_sec != VNOVAL || ts->tv_nsec != VNOVAL;
}

static int
set_times(struct vnode *vp, const struct vattr *vap, kauth_cred_t cred)
{
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	int error;

	tmpfs_times_settle(node);
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, vap->va_vaflags, node->tn_uid, cred));
	if (error)
		return error;
	if (time_set(&vap->va_atime))
		node->tn_atime = vap->va_atime;
	if (time_set(&vap->va_mtime))
		node->tn_mtime = vap->va_mtime;
	if (time_set(&vap->va_birthtime))
		node->tn_birthtime = vap->va_birthtime;
	tmpfs_update(vp, TMPFS_UPDATE_CTIME);
	return 0;
}

int
tmpfs_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	const struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	const bool owner =
	    vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL;
	const bool times = time_set(&vap->va_atime) ||
	    time_set(&vap->va_mtime) || time_set(&vap->va_birthtime);
	int error = 0;

	/* what nobody may set */
	if (vap->va_type != VNON || vap->va_nlink != (nlink_t)VNOVAL ||
	    vap->va_fsid != (dev_t)VNOVAL || vap->va_fileid != (ino_t)VNOVAL ||
	    vap->va_blocksize != VNOVAL || time_set(&vap->va_ctime) ||
	    vap->va_gen != (u_long)VNOVAL || vap->va_rdev != (dev_t)VNOVAL ||
	    vap->va_bytes != (u_quad_t)VNOVAL)
		return EINVAL;
	if (vap->va_size != (u_quad_t)VNOVAL) {
		error = set_size(vp, (off_t)vap->va_size);
		if (error)
			return error;
	}
	if ((owner || times || vap->va_mode != (mode_t)VNOVAL ||
		vap->va_flags != (u_long)VNOVAL) &&
	    vp->v_mount->mnt_flag & MNT_RDONLY)
		return EROFS;
	if (vap->va_flags != (u_long)VNOVAL) {
		error = set_flags(vp, vap->va_flags, ap->a_cred);
		if (error == 0 && node->tn_flags & (IMMUTABLE | APPEND))
			goto done;
	} else if ((owner || times || vap->va_mode != (mode_t)VNOVAL) &&
	    node->tn_flags & (IMMUTABLE | APPEND))
		return EPERM;
	if (error == 0 && owner)
		error = set_owner(vp, vap->va_uid, vap->va_gid, ap->a_cred);
	if (error == 0 && vap->va_mode != (mode_t)VNOVAL)
		error = set_mode(vp, vap->va_mode, ap->a_cred);
	if (error == 0 && times)
		error = set_times(vp, vap, ap->a_cred);
done:
	if (error == 0)
		VN_KNOTE(vp, NOTE_ATTRIB);
	return error;
}
