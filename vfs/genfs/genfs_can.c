/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decisions of traditional file permissions.  Each answers 0 or an errno
 * without regard to privilege, which kauth(9) adds.
 */
#include <miscfs/genfs/genfs.h>
#include <sys/extattr.h>
#include <sys/kauth.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

/** Whether cred is in the group; an error counts as no. */
static bool
genfs_in_group(kauth_cred_t cred, gid_t gid)
{
	int member = 0;

	if (kauth_cred_getegid(cred) == gid)
		return true;
	if (kauth_cred_ismember_gid(cred, gid, &member) != 0)
		return false;
	return member != 0;
}

int
genfs_can_access(enum vtype type, mode_t file_mode, uid_t uid, gid_t gid,
    mode_t acc_mode, kauth_cred_t cred)
{
	mode_t mask = 0;
	int shift;

	if (kauth_cred_geteuid(cred) == uid)
		shift = 6;
	else if (genfs_in_group(cred, gid))
		shift = 3;
	else
		shift = 0;
	if (acc_mode & VEXEC)
		mask |= 1;
	if (acc_mode & VWRITE)
		mask |= 2;
	if (acc_mode & VREAD)
		mask |= 4;
	return ((file_mode >> shift) & mask) == mask ? 0 : EACCES;
}

int
genfs_can_chmod(enum vtype type, kauth_cred_t cred, uid_t cur_uid,
    gid_t cur_gid, mode_t new_mode)
{
	if (kauth_cred_geteuid(cred) != cur_uid)
		return EPERM;
	/* the sticky bit of a plain file is the superuser's */
	if (type != VDIR && (new_mode & S_ISTXT))
		return EFTYPE;
	/* a set-group-ID bit only for one's own group */
	if ((new_mode & S_ISGID) && !genfs_in_group(cred, cur_gid))
		return EPERM;
	return 0;
}

int
genfs_can_chown(kauth_cred_t cred, uid_t cur_uid, gid_t cur_gid, uid_t new_uid,
    gid_t new_gid)
{
	if (kauth_cred_geteuid(cred) != cur_uid)
		return EPERM;
	if (new_uid != cur_uid)
		return EPERM;
	if (new_gid != cur_gid && !genfs_in_group(cred, new_gid))
		return EPERM;
	return 0;
}

int
genfs_can_chtimes(
    vnode_t *vp, u_int vaflags, uid_t owner_uid, kauth_cred_t cred)
{
	if (kauth_cred_geteuid(cred) == owner_uid)
		return 0;
	if ((vaflags & VA_UTIMES_NULL) == 0)
		return EPERM;
	/* "now" is for all who may write */
	return VOP_ACCESS(vp, VWRITE, cred);
}

int
genfs_can_chflags(
    kauth_cred_t cred, enum vtype type, uid_t owner_uid, bool changing_sysflags)
{
	if (kauth_cred_geteuid(cred) != owner_uid)
		return EPERM;
	if (changing_sysflags)
		return EPERM;
	/* devices' flags decide who may use them: the superuser's again */
	if (type == VCHR || type == VBLK)
		return EPERM;
	return 0;
}

int
genfs_can_sticky(kauth_cred_t cred, uid_t dir_uid, uid_t file_uid)
{
	const uid_t uid = kauth_cred_geteuid(cred);

	return uid == dir_uid || uid == file_uid ? 0 : EPERM;
}

int
genfs_can_extattr(
    kauth_cred_t cred, int access_mode, vnode_t *vp, const char *attr)
{
	static const char sys[] = EXTATTR_NAMESPACE_SYSTEM_STRING;
	const size_t n = sizeof(sys) - 1;

	/* "system.*" is the superuser's */
	if (strncasecmp(attr, sys, n) == 0 && attr[n] == '.')
		return EPERM;
	return VOP_ACCESS(vp, access_mode, cred);
}
