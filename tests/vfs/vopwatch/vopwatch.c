/* SPDX-License-Identifier: BSD-2-Clause */
/* See vopwatch.h: the vnode operations. */
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>
#include <sys/vnode_impl.h>
#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>

#include "vopwatch.h"
#include "vopwatch_impl.h"

/*
 * A letter for each vnode: L locked exclusively, S locked, X locked if there,
 * U not locked exclusively by the caller, I interlock held, J not held,
 * = any, c consumed.  On entry, on success and on error.
 *
 * r_nameiop: what the name is for, create, delete, or rename (the first name
 * for delete).  r_keeps: whoever is not consumed has as many references
 * afterwards as before.
 */
static const struct rule {
	const char *r_name;
	const char *r_in, *r_out, *r_err;
	char r_nameiop; /* C, D, R or 0 */
	bool r_keeps;
} rules[] = {
    {"bwrite", "=", "=", "=", 0, false},
    {"lookup", "L", "L", "L", 0, false},
    {"create", "L", "L", "L", 'C', true},
    {"mknod", "L", "L", "L", 'C', true},
    {"open", "L", "L", "L", 0, false},
    {"close", "L", "L", "L", 0, false},
    {"access", "S", "S", "S", 0, true},
    {"getattr", "S", "S", "S", 0, true},
    {"setattr", "L", "L", "L", 0, true},
    {"read", "S", "S", "S", 0, true},
    {"write", "L", "L", "L", 0, true},
    {"fallocate", "L", "L", "L", 0, true},
    {"fdiscard", "L", "L", "L", 0, true},
    {"ioctl", "U", "U", "U", 0, true},
    {"fcntl", "U", "U", "U", 0, true},
    {"poll", "U", "U", "U", 0, true},
    {"kqfilter", "U", "U", "U", 0, true},
    {"revoke", "U", "U", "U", 0, false},
    {"mmap", "=", "=", "=", 0, true},
    {"fsync", "L", "L", "L", 0, true},
    {"seek", "=", "=", "=", 0, true},
    {"remove", "LL", "cc", "cc", 'D', false},
    {"link", "LU", "LU", "LU", 'C', true},
    {"rename", "UULX", "cccc", "cccc", 'R', false},
    {"mkdir", "L", "L", "L", 'C', true},
    {"rmdir", "LL", "cc", "cc", 'D', false},
    {"symlink", "L", "L", "L", 'C', true},
    {"readdir", "S", "S", "S", 0, true},
    {"readlink", "S", "S", "S", 0, true},
    {"abortop", "=", "=", "=", 0, true},
    {"inactive", "L", "U", "U", 0, false},
    {"reclaim", "U", "=", "=", 0, false},
    {"lock", "U", "S", "U", 0, false},
    {"unlock", "S", "U", "S", 0, false},
    {"bmap", "=", "=", "=", 0, true},
    {"strategy", "=", "=", "=", 0, false},
    {"print", "=", "=", "=", 0, true},
    {"islocked", "=", "=", "=", 0, false},
    {"pathconf", "S", "S", "S", 0, true},
    {"advlock", "U", "U", "U", 0, true},
    {"whiteout", "L", "L", "L", 0, true},
    {"getpages", "I", "J", "J", 0, false},
    {"putpages", "I", "J", "J", 0, false},
    {"closeextattr", "L", "L", "L", 0, true},
    {"getextattr", "S", "S", "S", 0, true},
    {"listextattr", "S", "S", "S", 0, true},
    {"openextattr", "L", "L", "L", 0, true},
    {"deleteextattr", "L", "L", "L", 0, true},
    {"setextattr", "L", "L", "L", 0, true},
};

static const struct rule *rule_of[VNODE_OPS_COUNT];

#define NVECTORS 6
static struct vector {
	int (**v_vec)(void *);
	int (*v_own[VNODE_OPS_COUNT])(void *);
} vectors[NVECTORS];
static int nvectors;

static unsigned int counts[VNODE_OPS_COUNT], nwrong;
static int fail_offset, fail_error;
static bool hold;

void
vopwatch_wrong(const char *op, const char *what, int have)
{
	printf("vopwatch: %s: %s (%d)\n", op, what, have);
	atomic_inc_uint(&nwrong);
}

static const struct vector *
vector_of(const struct vnode *vp)
{
	for (int i = 0; i < nvectors; i++) {
		if (vectors[i].v_vec == vp->v_op)
			return &vectors[i];
	}
	return NULL;
}

/* What VOP_ISLOCKED() says, which is watched itself. */
static int
lockstate(struct vnode *vp)
{
	const struct vector *v = vector_of(vp);
	struct vop_islocked_args a = {VDESC(vop_islocked), vp};

	if (v == NULL)
		return VCALL(vp, VOFFSET(vop_islocked), &a);
	return VOCALL(v->v_own, VOFFSET(vop_islocked), &a);
}

static void
look(struct vnode *vp, char want, const char *op, const char *when)
{
	bool ok = true;

	if (vp == NULL || want == '=' || want == 'c')
		return;
	if (want == 'I' || want == 'J')
		ok = (mutex_owned(vp->v_interlock) != 0) == (want == 'I');
	else if (want == 'S')
		ok = lockstate(vp) != 0;
	else
		ok = (lockstate(vp) == LK_EXCLUSIVE) == (want != 'U');
	if (!ok)
		vopwatch_wrong(op, when, want);
}

struct call {
	const struct vnodeop_desc *c_desc;
	const struct rule *c_rule;
	struct vnode *c_vp[4];
	int c_n;
	int c_refs[4];   /* before */
	int c_drops[4];  /* references that go, per vnode */
	bool c_looks[4]; /* the first argument that it is */
	bool c_keeps;    /* the interlock is */
};

/* References settle when who was there for a moment has gone. */
static bool
settles(struct vnode *vp, int want)
{
	for (int i = 0; i < 50 && vrefcnt(vp) != want; i++)
		kpause("vopwatch", false, 1, NULL);
	return vrefcnt(vp) == want;
}

static void
check_name(const struct call *c, void *v)
{
	const int off = c->c_desc->vdesc_componentname_offset;
	const char *op = c->c_rule->r_name;
	struct componentname *cnp, *tcnp;
	u_long want;

	if (c->c_rule->r_nameiop == 0)
		return;
	cnp = *VOPARG_OFFSETTO(struct componentname **, off, v);
	want = c->c_rule->r_nameiop == 'C' ? CREATE : DELETE;
	if (cnp->cn_nameiop != want)
		vopwatch_wrong(op, "cn_nameiop", (int)cnp->cn_nameiop);
	if ((cnp->cn_flags & (ISLASTCN | LOCKPARENT)) !=
	    (ISLASTCN | LOCKPARENT))
		vopwatch_wrong(op, "cn_flags", (int)cnp->cn_flags);
	if (cnp->cn_cred == NULL || cnp->cn_namelen == 0)
		vopwatch_wrong(op, "cn_cred or cn_namelen", 0);
	if (c->c_rule->r_nameiop != 'R')
		return;
	tcnp = ((struct vop_rename_args *)v)->a_tcnp;
	if (tcnp->cn_nameiop != RENAME ||
	    (tcnp->cn_flags & (LOCKPARENT | LOCKLEAF | NOCACHE)) !=
		(LOCKPARENT | LOCKLEAF | NOCACHE))
		vopwatch_wrong(op, "tcnp", (int)tcnp->cn_flags);
}

static void
enter_one(struct call *c, int i)
{
	struct vnode *vp = c->c_vp[i];
	const char *op = c->c_rule->r_name;
	char want = c->c_rule->r_in[i];
	int first = 0;

	while (c->c_vp[first] != vp)
		first++;
	c->c_looks[i] = first == i && vp != NULL;
	if (vp == NULL)
		return;
	if (vrefcnt(vp) < 1)
		vopwatch_wrong(op, "no reference", i);
	if (c->c_rule->r_out[i] == 'c')
		c->c_drops[first]++;
	/* an argument that is another as well has the other's lock */
	for (int j = 0; j < c->c_n; j++) {
		if (j != i && c->c_vp[j] == vp && want == 'U')
			return;
	}
	look(vp, want, op, "on entry");
}

static void
enter(struct call *c, void *v)
{
	const struct vnodeop_desc *d = c->c_desc;
	bool mpsafe;

	for (c->c_n = 0; d->vdesc_vp_offsets[c->c_n] != VDESC_NO_OFFSET;
	     c->c_n++)
		c->c_vp[c->c_n] = *VOPARG_OFFSETTO(
		    struct vnode **, d->vdesc_vp_offsets[c->c_n], v);
	if (c->c_n != (int)strlen(c->c_rule->r_in))
		vopwatch_wrong(c->c_rule->r_name, "vnodes", c->c_n);
	mpsafe = (c->c_vp[0]->v_vflag & VV_MPSAFE) != 0;
	if (KERNEL_LOCKED_P() == mpsafe)
		vopwatch_wrong(c->c_rule->r_name, "big lock", !mpsafe);
	for (int i = 0; i < c->c_n; i++)
		enter_one(c, i);
	check_name(c, v);
	for (int i = 0; i < c->c_n; i++) {
		if (!c->c_looks[i])
			continue;
		c->c_refs[i] = vrefcnt(c->c_vp[i]);
		/* more were promised to be consumed than there are */
		if (c->c_refs[i] < c->c_drops[i])
			vopwatch_wrong(
			    c->c_rule->r_name, "references", c->c_refs[i]);
		if (hold && c->c_drops[i] != 0)
			vref(c->c_vp[i]);
	}
}

/* Fail as a driver does. */
static int
fail(const struct call *c, void *v)
{
	const struct vnodeop_desc *d = c->c_desc;
	struct buf *bp;

	if (d == &vop_getpages_desc || d == &vop_putpages_desc) {
		if (!c->c_keeps)
			mutex_exit(c->c_vp[0]->v_interlock);
	} else if (d == &vop_strategy_desc) {
		bp = ((struct vop_strategy_args *)v)->a_bp;
		bp->b_error = fail_error;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
	} else if (d == &vop_inactive_desc)
		VOP_UNLOCK(c->c_vp[0]);
	else if (d->vdesc_vpp_offset != VDESC_NO_OFFSET)
		**VOPARG_OFFSETTO(struct vnode ***, d->vdesc_vpp_offset, v) =
		    NULL;
	for (int i = 0; i < c->c_n; i++) {
		struct vnode *vp = c->c_vp[i];

		if (vp == NULL || c->c_rule->r_out[i] != 'c')
			continue;
		/* locked once, whichever argument it is */
		if ((c->c_rule->r_in[i] == 'L' || c->c_rule->r_in[i] == 'X') &&
		    (i == 0 || vp != c->c_vp[i - 1]))
			VOP_UNLOCK(vp);
		vrele(vp);
	}
	return fail_error;
}

static void
leave_result(const struct call *c, void *v)
{
	const int off = c->c_desc->vdesc_vpp_offset;
	struct vnode *vp;

	if (off == VDESC_NO_OFFSET)
		return;
	vp = **VOPARG_OFFSETTO(struct vnode ***, off, v);
	if (vp == NULL || vrefcnt(vp) < 1) {
		vopwatch_wrong(c->c_rule->r_name, "result", vp != NULL);
		return;
	}
	for (int i = 0; i < c->c_n; i++) {
		if (vp == c->c_vp[i])
			return;
	}
	look(vp, 'U', c->c_rule->r_name, "result");
}

static void
leave(const struct call *c, void *v, int error)
{
	const struct rule *r = c->c_rule;
	const char *states = error == 0 ? r->r_out : r->r_err;
	struct vnode *vp;

	for (int i = 0; i < c->c_n; i++) {
		if (!c->c_looks[i])
			continue;
		vp = c->c_vp[i];
		if (c->c_drops[i] != 0) {
			if (!hold)
				continue;
			if (lockstate(vp) == LK_EXCLUSIVE)
				vopwatch_wrong(r->r_name, "locked", i);
			if (!settles(vp, c->c_refs[i] + 1 - c->c_drops[i]))
				vopwatch_wrong(r->r_name, "not consumed",
				    vrefcnt(vp) - c->c_refs[i]);
			vrele(vp);
			continue;
		}
		if (!c->c_keeps)
			look(vp, states[i], r->r_name,
			    error == 0 ? "on success" : "on error");
		if (r->r_keeps && vrefcnt(vp) != c->c_refs[i])
			vopwatch_wrong(r->r_name, "references changed",
			    vrefcnt(vp) - c->c_refs[i]);
	}
	if (error == 0)
		leave_result(c, v);
	if (c->c_desc == &vop_reclaim_desc && c->c_vp[0]->v_data != NULL)
		vopwatch_wrong(r->r_name, "v_data", 1);
}

static int
vopwatch(void *v)
{
	struct vop_generic_args *ap = v;
	struct call c = {.c_desc = ap->a_desc};
	const struct vector *vec;
	const int off = c.c_desc->vdesc_offset;
	int error;

	c.c_rule = rule_of[off];
	atomic_inc_uint(&counts[off]);
	c.c_vp[0] =
	    *VOPARG_OFFSETTO(struct vnode **, c.c_desc->vdesc_vp_offsets[0], v);
	vec = vector_of(c.c_vp[0]);
	if (vec == NULL)
		panic("vopwatch: %s: whose vnode?", c.c_rule->r_name);
	/* what every look needs, and has no lock of its own to look at */
	if (c.c_desc == &vop_islocked_desc)
		return VOCALL(vec->v_own, off, v);
	if (c.c_desc == &vop_getpages_desc)
		c.c_keeps = (((struct vop_getpages_args *)v)->a_flags &
				PGO_LOCKED) != 0;
	enter(&c, v);
	vopwatch_event(off, c.c_vp[0]);
	if (fail_error != 0 && fail_offset == off)
		error = fail(&c, v);
	else
		error = VOCALL(vec->v_own, off, v);
	leave(&c, v, c.c_desc == &vop_unlock_desc ? 0 : error);
	return error;
}

/* Rules by number: there is one for each operation. */
static void
map_rules(void)
{
	for (int i = 1; vfs_op_descs[i] != NULL; i++) {
		for (size_t r = 0; r < __arraycount(rules); r++) {
			if (strcmp(vfs_op_descs[i]->vdesc_name + 4,
				rules[r].r_name) == 0)
				rule_of[i] = &rules[r];
		}
		if (rule_of[i] == NULL)
			panic("vopwatch: %s", vfs_op_descs[i]->vdesc_name);
	}
}

static int
watch(const char *path)
{
	struct vector *v = &vectors[nvectors];
	struct vnode *vp;
	int error;

	error = namei_simple_kernel(path, NSM_NOFOLLOW_NOEMULROOT, &vp);
	if (error != 0)
		return error;
	map_rules();
	if (vector_of(vp) == NULL) {
		if (nvectors == NVECTORS)
			panic("vopwatch: too many vectors");
		v->v_vec = vp->v_op;
		memcpy(v->v_own, vp->v_op, sizeof(v->v_own));
		nvectors++;
		for (int i = 1; i < VNODE_OPS_COUNT; i++)
			v->v_vec[i] = vopwatch;
	}
	vrele(vp);
	return 0;
}

VOPWATCH_ENTRY(watch, (const char *path), watch(path))

void
rumptest_watch_hold(int on)
{
	hold = on;
}

static int
offset_of(const char *op)
{
	for (int i = 1; i < VNODE_OPS_COUNT; i++) {
		if (rule_of[i] != NULL && strcmp(rule_of[i]->r_name, op) == 0)
			return i;
	}
	panic("vopwatch: no operation %s", op);
}

void
rumptest_watch_fail(const char *op, int error)
{
	if (error != 0)
		fail_offset = offset_of(op);
	fail_error = error;
}

int
rumptest_watch_count(const char *op)
{
	return (int)counts[offset_of(op)];
}

int
rumptest_watch_wrong(void)
{
	return (int)nwrong;
}

int
rumptest_watch_uncalled(void)
{
	int n = 0;

	for (int i = 1; i < VNODE_OPS_COUNT; i++) {
		if (counts[i] != 0)
			continue;
		printf("vopwatch: %s was never called\n", rule_of[i]->r_name);
		n++;
	}
	return n;
}
