/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a vnode locked as its operation's contract says, when the operation is
 * called, and when it returns?  With the lock checker only.
 *
 * A vnode whose reference the operation has dropped can't be looked at; for
 * those the count of locks that the thread holds is compared.
 */
#ifdef LOCKDEBUG
#include <miscfs/genfs/genfs.h>
#include <rump-sys/kern.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "vop_check.h"

static bool
vop_checkable(struct vnode *vp)
{
	return vp != NULL && vp->v_type != VBAD &&
	    vp->v_op[VOP_ISLOCKED_DESCOFFSET] == genfs_islocked;
}

/* Not VOP_ISLOCKED(), which is checked as well. */
static int
vop_lockstate(struct vnode *vp)
{
	if (rw_write_held(&vp->v_lock))
		return LK_EXCLUSIVE;
	return rw_read_held(&vp->v_lock) ? LK_SHARED : 0;
}

static void
vop_complain(const struct vop_check *vc, const char *opname, const char *arg,
    const char *when, const char *have, const char *want)
{
	char name[64];

	rump_symbol((const void *)vc->vc_func, name, sizeof(name));
	panic("%s of %s (%s): %s is %s %s, but must be %s", opname,
	    vc->vc_fstype, name, arg, have, when, want);
}

/* Whether the same vnode is another argument too, that may be locked. */
static bool
vop_lockable_alias(
    struct vnode *vp, const void *ap, const struct vop_lockrule *rules)
{
	for (; rules->lr_offset != VDESC_NO_OFFSET; rules++) {
		if (rules->lr_in != 'U' &&
		    *VOPARG_OFFSETTO(struct vnode **, rules->lr_offset, ap) ==
			vp)
			return true;
	}
	return false;
}

void
vop_check_enter(struct vop_check *vc, struct vnode *vp, const void *ap,
    const struct vop_lockrule *rules)
{
	const struct vnodeop_desc *desc =
	    ((const struct vop_generic_args *)ap)->a_desc;
	const struct vop_lockrule *r = rules;
	struct vnode *avp;
	int i, st;

	vc->vc_func = vp->v_op[desc->vdesc_offset];
	vc->vc_fstype =
	    vp->v_mount != NULL ? vp->v_mount->mnt_op->vfs_name : "dead";
	for (i = 0; r->lr_offset != VDESC_NO_OFFSET; r++, i++) {
		avp = *VOPARG_OFFSETTO(struct vnode **, r->lr_offset, ap);
		vc->vc_state[i] = -1;
		if (!vop_checkable(avp))
			continue;
		st = vop_lockstate(avp);
		vc->vc_state[i] = st;
		if (r->lr_in == 'L' && st == 0)
			vop_complain(vc, desc->vdesc_name, r->lr_name,
			    "at the call", "unlocked", "locked");
		if (r->lr_in == 'U' && st == LK_EXCLUSIVE &&
		    rw_owner(&avp->v_lock) == curlwp &&
		    !vop_lockable_alias(avp, ap, rules))
			vop_complain(vc, desc->vdesc_name, r->lr_name,
			    "at the call", "locked", "unlocked");
	}
}

void
vop_check_exit(const struct vop_check *vc, const void *ap,
    const struct vop_lockrule *r, int error)
{
	const struct vnodeop_desc *desc =
	    ((const struct vop_generic_args *)ap)->a_desc;
	struct vnode *avp;
	char want;
	int i, st;

	for (i = 0; r->lr_offset != VDESC_NO_OFFSET; r++, i++) {
		if (vc->vc_state[i] == -1 || r->lr_rele)
			continue;
		if (desc == &vop_reclaim_desc || desc == &vop_lock_desc ||
		    desc == &vop_unlock_desc || desc == &vop_inactive_desc)
			continue;
		avp = *VOPARG_OFFSETTO(struct vnode **, r->lr_offset, ap);
		if (!vop_checkable(avp))
			continue;
		st = vop_lockstate(avp);
		want = error ? r->lr_err : r->lr_out;
		if (want == 'L' && st == 0)
			vop_complain(vc, desc->vdesc_name, r->lr_name,
			    "on return", "unlocked", "locked");
		if (want == 'U' && st == LK_EXCLUSIVE &&
		    rw_owner(&avp->v_lock) == curlwp)
			vop_complain(vc, desc->vdesc_name, r->lr_name,
			    "on return", "locked", "unlocked");
	}
}
#endif
