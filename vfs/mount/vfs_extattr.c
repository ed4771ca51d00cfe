/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes: what file systems share.
 */
#include <miscfs/genfs/genfs.h>
#include <sys/extattr.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

/** May cred use this attribute?  access is VREAD or VWRITE. */
int
extattr_check_cred(
    struct vnode *vp, const char *attr, kauth_cred_t cred, int access)
{
	if (cred == NOCRED)
		return 0;
	return kauth_authorize_vnode(cred, kauth_extattr_action(access), vp,
	    NULL, genfs_can_extattr(cred, access, vp, attr));
}

/** For file systems without attributes to start or stop. */
int
vfs_stdextattrctl(struct mount *mp, int cmd, struct vnode *vp,
    int attrnamespace, const char *attrname)
{
	if (vp != NULL)
		VOP_UNLOCK(vp);
	return EOPNOTSUPP;
}
