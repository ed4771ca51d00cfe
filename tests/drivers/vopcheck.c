/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/param.h>

#include <sys/atomic.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>

#include <miscfs/deadfs/deadfs.h>
#include <uvm/uvm_extern.h>

#include "ktest.h"
#include "vopcheck.h"

/*
 * A letter for each vnode of the arguments, on entry and on exit.
 * L: locked exclusively; S: locked, shared will do; X: locked, if any;
 * U: not locked by the caller; I: the interlock is held; J: it is not;
 * =: any; c: the reference is consumed, so that there is nothing to look at.
 */
static const struct rule {
	const struct vnodeop_desc *r_desc;
	const char *r_in, *r_out;
} rules[] = {
    {&vop_bwrite_desc, "=", "="},
    {&vop_lookup_desc, "L", "L"},
    {&vop_create_desc, "L", "L"},
    {&vop_mknod_desc, "L", "L"},
    {&vop_open_desc, "L", "L"},
    {&vop_close_desc, "L", "L"},
    {&vop_access_desc, "S", "S"},
    {&vop_getattr_desc, "S", "S"},
    {&vop_setattr_desc, "L", "L"},
    {&vop_read_desc, "S", "S"},
    {&vop_write_desc, "L", "L"},
    {&vop_fallocate_desc, "L", "L"},
    {&vop_fdiscard_desc, "L", "L"},
    {&vop_ioctl_desc, "U", "U"},
    {&vop_fcntl_desc, "U", "U"},
    {&vop_poll_desc, "U", "U"},
    {&vop_kqfilter_desc, "U", "U"},
    {&vop_revoke_desc, "U", "U"},
    {&vop_mmap_desc, "=", "="},
    {&vop_fsync_desc, "L", "L"},
    {&vop_seek_desc, "=", "="},
    {&vop_remove_desc, "LL", "cc"},
    {&vop_link_desc, "LU", "LU"},
    {&vop_rename_desc, "UULX", "cccc"},
    {&vop_mkdir_desc, "L", "L"},
    {&vop_rmdir_desc, "LL", "cc"},
    {&vop_symlink_desc, "L", "L"},
    {&vop_readdir_desc, "S", "S"},
    {&vop_readlink_desc, "S", "S"},
    {&vop_abortop_desc, "=", "="},
    {&vop_inactive_desc, "L", "U"},
    {&vop_reclaim_desc, "U", "c"},
    {&vop_lock_desc, "U", "="},
    {&vop_unlock_desc, "S", "U"},
    {&vop_bmap_desc, "=", "="},
    {&vop_strategy_desc, "=", "="},
    {&vop_print_desc, "=", "="},
    {&vop_islocked_desc, "=", "="},
    {&vop_pathconf_desc, "S", "S"},
    {&vop_advlock_desc, "U", "U"},
    {&vop_whiteout_desc, "L", "L"},
    {&vop_getpages_desc, "I", "J"},
    {&vop_putpages_desc, "I", "J"},
    {&vop_closeextattr_desc, "L", "L"},
    {&vop_getextattr_desc, "L", "L"},
    {&vop_listextattr_desc, "L", "L"},
    {&vop_openextattr_desc, "L", "L"},
    {&vop_deleteextattr_desc, "L", "L"},
    {&vop_setextattr_desc, "L", "L"},
};
#define NRULES __arraycount(rules)

static unsigned int counts[NRULES];
bool vopcheck_mpsafe;

static unsigned int
rule_of(const struct vnodeop_desc *desc)
{
	unsigned int i;

	for (i = 0; i < NRULES; i++) {
		if (rules[i].r_desc == desc)
			return i;
	}
	panic("vopcheck: operation %s has no rule", desc->vdesc_name);
}

static struct vnode *
vnode_arg(void *v, const struct vnodeop_desc *desc, int i)
{
	int off = desc->vdesc_vp_offsets[i];

	K(off != VDESC_NO_OFFSET);
	return *VOPARG_OFFSETTO(struct vnode **, off, v);
}

static void
look(struct vnode *vp, char want, const char *op, const char *when)
{
	bool ok = true;

	if (want == '=' || want == 'c' || vp == NULL)
		return;
	switch (want) {
	case 'L':
	case 'X':
		ok = VOP_ISLOCKED(vp) == LK_EXCLUSIVE;
		break;
	case 'S':
		ok = VOP_ISLOCKED(vp) != 0;
		break;
	case 'U':
		ok = VOP_ISLOCKED(vp) != LK_EXCLUSIVE;
		break;
	case 'I':
		ok = mutex_owned(vp->v_interlock) != 0;
		break;
	case 'J':
		ok = mutex_owned(vp->v_interlock) == 0;
		break;
	}
	if (!ok)
		KTEST_FAIL("%s: %s: should be %c, is %d", op, when, want,
		    VOP_ISLOCKED(vp));
}

/*
 * The vector that a vnode's checked one stands for.  The vnode that an
 * operation is called with is the first of its arguments.  It may have died
 * since, if it isn't locked.
 */
static int (**own_vector(struct vnode *vp))(void *)
{
	int (**op)(void *) = __atomic_load_n(&vp->v_op, __ATOMIC_RELAXED);
	const struct vopcheck_vector *vv;

	for (vv = vopcheck_vectors; vv->vv_checked != NULL; vv++) {
		if (op == *vv->vv_checked)
			return *vv->vv_own;
	}
	if (op == dead_vnodeop_p && VOP_ISLOCKED(vp) != LK_EXCLUSIVE)
		return op;
	panic("vopcheck: vnode %p has another vector", vp);
}

static void
check_in(void *v, const struct vnodeop_desc *desc, const struct rule *r)
{
	const char *op = desc->vdesc_name;
	struct vnode *vp, *first = vnode_arg(v, desc, 0);
	int n = (int)strlen(r->r_in);
	char want;

	for (int i = 0; i < n; i++) {
		vp = vnode_arg(v, desc, i);
		want = r->r_in[i];
		/* a rename within one directory: that is locked */
		if (desc == &vop_rename_desc && i < 2 &&
		    (vp == vnode_arg(v, desc, 2) ||
			vp == vnode_arg(v, desc, 3)))
			continue;
		if (i > 0 && vp == first && want == 'U')
			continue;
		look(vp, want, op, "on entry");
	}
	/* all vnodes are told of, and no more */
	KEQ(desc->vdesc_vp_offsets[n], VDESC_NO_OFFSET);
	if (vopcheck_mpsafe)
		return;
	if (!KERNEL_LOCKED_P())
		KTEST_FAIL("%s: without the big lock", op);
}

int
vopcheck(void *v)
{
	struct vop_generic_args *ap = v;
	const struct vnodeop_desc *desc = ap->a_desc;
	unsigned int i = rule_of(desc);
	const struct rule *r = &rules[i];
	struct vnode *vp[4];
	int (**vector)(void *);
	int error, n = (int)strlen(r->r_out);
	bool keeps = false;

	atomic_inc_uint(&counts[i]);
	check_in(v, desc, r);
	for (int j = 0; j < n; j++)
		vp[j] = vnode_arg(v, desc, j);
	vector = own_vector(vp[0]);
	if (desc == &vop_getpages_desc)
		keeps = (((struct vop_getpages_args *)v)->a_flags &
			    PGO_LOCKED) != 0;
	error = VOCALL(vector, desc->vdesc_offset, v);
	for (int j = 0; j < n && !keeps; j++) {
		if (j > 0 && vp[j] == vp[0])
			continue;
		look(vp[j], r->r_out[j], desc->vdesc_name, "on exit");
	}
	if (desc == &vop_lock_desc && error == 0)
		look(vp[0], 'S', desc->vdesc_name, "on exit");
	return error;
}

unsigned int
vopcheck_count(const struct vnodeop_desc *desc)
{
	return counts[rule_of(desc)];
}

int
vopcheck_uncalled(const struct vnodeop_desc *const *except)
{
	int n = 0;

	for (unsigned int i = 0; i < NRULES; i++) {
		const struct vnodeop_desc *const *e = except;

		while (e != NULL && *e != NULL && *e != rules[i].r_desc)
			e++;
		if (counts[i] != 0 || (e != NULL && *e != NULL))
			continue;
		printf("%s was never called\n", rules[i].r_desc->vdesc_name);
		n++;
	}
	return n;
}
