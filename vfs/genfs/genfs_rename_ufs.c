/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks of renames and removals for file systems with Unix permissions and
 * "immutable" and "append-only" flags.
 */
#include <miscfs/genfs/genfs.h>
#include <sys/kauth.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

/**
 * May entries of directories with these flags change?  clobber: the target
 * exists and is replaced.
 */
int
genfs_ufslike_rename_check_possible(unsigned long fdflags, unsigned long fflags,
    unsigned long tdflags, unsigned long tflags, bool clobber,
    unsigned long immutable, unsigned long append)
{
	const unsigned long fixed = immutable | append;

	/* entries are removed from these two ... */
	if ((fdflags | fflags) & fixed)
		return EPERM;
	/* ... and one is added here, which append-only allows */
	if (tdflags & (clobber ? fixed : immutable))
		return EPERM;
	if (clobber && (tflags & fixed))
		return EPERM;
	return 0;
}

int
genfs_ufslike_remove_check_possible(unsigned long dflags, unsigned long flags,
    unsigned long immutable, unsigned long append)
{
	return ((dflags | flags) & (immutable | append)) ? EPERM : 0;
}

/* Removing an entry from a sticky directory. */
static int
genfs_ufslike_check_sticky(kauth_cred_t cred, struct vnode *dvp, mode_t dmode,
    uid_t duid, struct vnode *vp, uid_t uid)
{
	int fs_decision;

	if ((dmode & S_ISTXT) == 0)
		return 0;
	fs_decision = genfs_can_sticky(cred, duid, uid);
	return kauth_authorize_vnode(
	    cred, KAUTH_VNODE_DELETE, vp, dvp, fs_decision);
}

int
genfs_ufslike_rename_check_permitted(kauth_cred_t cred, struct vnode *fdvp,
    mode_t fdmode, uid_t fduid, struct vnode *fvp, uid_t fuid,
    struct vnode *tdvp, mode_t tdmode, uid_t tduid, struct vnode *tvp,
    uid_t tuid)
{
	int error;

	error = VOP_ACCESS(fdvp, VWRITE, cred);
	if (error != 0)
		return error;
	error = VOP_ACCESS(tdvp, VWRITE, cred);
	if (error != 0)
		return error;
	/* a directory that changes parents has its ".." rewritten */
	if (fvp->v_type == VDIR && fdvp != tdvp) {
		error = VOP_ACCESS(fvp, VWRITE, cred);
		if (error != 0)
			return error;
	}
	error =
	    genfs_ufslike_check_sticky(cred, fdvp, fdmode, fduid, fvp, fuid);
	if (error != 0 || tvp == NULL)
		return error;
	return genfs_ufslike_check_sticky(cred, tdvp, tdmode, tduid, tvp, tuid);
}

int
genfs_ufslike_remove_check_permitted(kauth_cred_t cred, struct vnode *dvp,
    mode_t dmode, uid_t duid, struct vnode *vp, uid_t uid)
{
	int error;

	error = VOP_ACCESS(dvp, VWRITE, cred);
	if (error != 0)
		return error;
	return genfs_ufslike_check_sticky(cred, dvp, dmode, duid, vp, uid);
}
