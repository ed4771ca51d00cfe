/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What vnode operations return, and, with the lock checker: is a vnode locked as
 * its operation's contract says, when the operation is called, and when it
 * returns?
 *
 * A vnode whose reference the operation has dropped can't be looked at; for
 * those the count of locks that the thread holds is compared.
 */
#include <miscfs/genfs/genfs.h>
#include <rump-sys/kern.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "vop_check.h"

/*
 * What is above ELAST, or below 0.  Some negative errnos are between parts of the
 * kernel: which operation may return them is in vnodeops(9).  File systems end a
 * strategy with the buffer's error, though the transfer may be over and the buffer
 * somebody else's: nobody uses it.
 */
int
vop_errno_bad(int (*func)(void *), const void *v, int error)
{
	const struct vnodeop_desc *desc =
	    ((const struct vop_generic_args *)v)->a_desc;
	const struct vop_lookup_v2_args *la = v;
	bool fine = error == ERESTART;

	if (desc == &vop_lookup_desc)
		fine = error == EJUSTRETURN &&
		    (la->a_cnp->cn_nameiop == CREATE ||
			la->a_cnp->cn_nameiop == RENAME) &&
		    (la->a_cnp->cn_flags & ISLASTCN) != 0;
	else if (desc == &vop_open_desc)
		fine = fine || error == EDUPFD || error == EMOVEFD;
	else if (desc == &vop_ioctl_desc || desc == &vop_fcntl_desc)
		fine = fine || error == EPASSTHROUGH;
	else if (desc == &vop_strategy_desc)
		fine = true;
	if (fine)
		return error;
	if (error == EJUSTRETURN)
		rump_rule_said("vnodeops(9)", (const void *)(uintptr_t)func,
		    "%s returned EJUSTRETURN, which means a last component that "
		    "is to be created or renamed to; EIO instead",
		    desc->vdesc_name);
	else
		rump_rule_said("vnodeops(9)", (const void *)(uintptr_t)func,
		    "%s returned %d, which is no errno(2) of its kind; EIO "
		    "instead",
		    desc->vdesc_name, error);
	return EIO;
}

int
vop_result_bad(int (*func)(void *), const void *v, const char *what)
{
	const struct vnodeop_desc *desc =
	    ((const struct vop_generic_args *)v)->a_desc;

	rump_rule_said("vnodeops(9)", (const void *)(uintptr_t)func,
	    "%s returned 0, but nonsense: %s; EIO instead", desc->vdesc_name,
	    what);
	return EIO;
}

#ifdef LOCKDEBUG
static bool
vop_checkable(struct vnode *vp)
{
	return vp != NULL && vp->v_type != VBAD &&
	    vp->v_op[VOP_ISLOCKED_DESCOFFSET] == genfs_islocked;
}

/*
 * File systems write out the device that they are mounted from, and ask it
 * for its size, with its lock as well as without.  Nobody but its file system
 * reads or writes a symbolic link, and vop_symlink writes one that is new, which
 * the directory's lock keeps for it.
 */
static bool
vop_either_way(const struct vnodeop_desc *desc, const struct vnode *vp)
{
	if (vp->v_type == VLNK)
		return desc == &vop_read_desc || desc == &vop_write_desc;
	return (vp->v_type == VBLK || vp->v_type == VCHR) &&
	    (desc == &vop_fsync_desc || desc == &vop_ioctl_desc);
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
	const void *at = when[0] == 'a' ? vc->vc_caller
					: (const void *)(uintptr_t)vc->vc_func;

	rump_lockdebug_print(curlwp);
	rump_rule_broken("vnodeops(9)", at,
	    "%s of %s: %s is %s %s, but must be %s", opname, vc->vc_fstype, arg,
	    have, when, want);
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

/* How many locks fewer the thread has for argument r, of all rules. */
static int
vop_unlocks(struct vnode *vp, int state, const struct vop_lockrule *r,
    const void *ap, const struct vop_lockrule *rules)
{
	if (state == 0 || r->lr_in == 'U' || r->lr_out != 'U')
		return 0;
	if (state == LK_EXCLUSIVE && rw_owner(&vp->v_lock) != curlwp)
		return 0;
	for (; rules != r; rules++) {
		if (*VOPARG_OFFSETTO(struct vnode **, rules->lr_offset, ap) ==
			vp &&
		    rules->lr_in != 'U')
			return 0; /* counted */
	}
	return 1;
}

void
vop_check_enter(struct vop_check *vc, struct vnode *vp, const void *ap,
    const struct vop_lockrule *rules, const void *caller)
{
	const struct vnodeop_desc *desc =
	    ((const struct vop_generic_args *)ap)->a_desc;
	const struct vop_lockrule *r = rules;
	struct vnode *avp;
	int i, st;

	vc->vc_func = vp->v_op[desc->vdesc_offset];
	vc->vc_fstype =
	    vp->v_mount != NULL ? vp->v_mount->mnt_op->vfs_name : "dead";
	vc->vc_caller = caller;
	vc->vc_all = true;
	vc->vc_unlocks = 0;
	vc->vc_held = rump_held(curlwp);
	for (i = 0; r->lr_offset != VDESC_NO_OFFSET; r++, i++) {
		avp = *VOPARG_OFFSETTO(struct vnode **, r->lr_offset, ap);
		vc->vc_state[i] = -1;
		if (!vop_checkable(avp) || vop_either_way(desc, avp)) {
			vc->vc_all = vc->vc_all && avp == NULL;
			continue;
		}
		st = vop_lockstate(avp);
		vc->vc_state[i] = st;
		vc->vc_unlocks += vop_unlocks(avp, st, r, ap, rules);
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

	if (desc == &vop_reclaim_desc || desc == &vop_lock_desc ||
	    desc == &vop_unlock_desc || desc == &vop_getpages_desc ||
	    desc == &vop_putpages_desc)
		return;
	for (i = 0; r->lr_offset != VDESC_NO_OFFSET; r++, i++) {
		if (vc->vc_state[i] == -1 || r->lr_rele)
			continue;
		if (desc == &vop_inactive_desc)
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
	if (vc->vc_all &&
	    rump_held(curlwp) != vc->vc_held - (uint64_t)vc->vc_unlocks)
		rump_drvcall_bad(vc->vc_held - (uint64_t)vc->vc_unlocks,
		    "vnodeops(9)", desc->vdesc_name,
		    (const void *)(uintptr_t)vc->vc_func);
}
#endif
