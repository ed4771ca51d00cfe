/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases.  /low is below /up; /low/f has text.
 */
#include "kitly.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <miscfs/genfs/layer_extern.h>
#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include "ktest.h"
#include "vopcheck.h"

static struct vnode *
file(const char *path)
{
	struct vnode *vp = NULL;

	KEQ(namei_simple_user(path, NSM_FOLLOW_NOEMULROOT, &vp), 0);
	if (vp == NULL)
		panic("kitly: no %s", path);
	return vp;
}

/* An upper vnode: a lower one, its lock, its interlock, a reference. */
static void
nodes(void)
{
	struct vnode *up = file("/up/f"), *low = file("/low/f"), *again;
	struct layer_mount *lmp = MOUNTTOLAYERMOUNT(up->v_mount);

	K(up != low && up->v_mount != low->v_mount);
	K(lmp->layerm_vfs == low->v_mount && up->v_type == low->v_type);
	KEQ(up->v_tag, VT_UMAP);
	K(LAYERVPTOLOWERVP(up) == low);
	K(LAYERTOV(VTOLAYER(up)) == up);
	K(up->v_interlock == low->v_interlock);
	K(up->v_uobj.vmobjlock == low->v_uobj.vmobjlock);
	/* ours, and the upper one's */
	KEQ(low->v_usecount, 2);
	vn_lock(up, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_ISLOCKED(low), LK_EXCLUSIVE);
	KEQ(VOP_ISLOCKED(up), LK_EXCLUSIVE);
	VOP_UNLOCK(up);
	KEQ(VOP_ISLOCKED(low), 0);
	/* one for each lower vnode; the reference is consumed */
	vref(low);
	KEQ(layer_node_create(up->v_mount, low, &again), 0);
	K(again == up);
	KEQ(low->v_usecount, 2);
	vrele(again);
	K(!vrecycle(low));
	vrele(up);
	vrele(low);
	/* when the upper one goes, its reference goes */
	up = file("/up/f");
	low = LAYERVPTOLOWERVP(up);
	vref(low);
	K(vrecycle(up));
	KEQ(low->v_usecount, 1);
	vrele(low);
}

/* Pages are those below. */
static void
pages(void)
{
	struct vnode *up = file("/up/f"), *low = LAYERVPTOLOWERVP(up);
	struct vm_page *pgs[2] = {NULL, NULL};
	char b[8];
	size_t left;
	int n = 1;

	KEQ(vn_rdwr(UIO_READ, up, b, sizeof b, 0, UIO_SYSSPACE, 0,
		curlwp->l_cred, &left, curlwp),
	    0);
	KEQ(left, 4);
	KEQ(memcmp(b, "text", 4), 0);
	K(VTOKITLY(up)->ly_reads > 0);
	KEQ(up->v_uobj.uo_npages, 0);
	vn_lock(up, LK_EXCLUSIVE | LK_RETRY);
	mutex_enter(up->v_interlock);
	KEQ(VOP_GETPAGES(up, 0, pgs, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO), 0);
	K(n == 1 && !mutex_owned(up->v_interlock));
	mutex_enter(low->v_interlock);
	uvm_page_unbusy(pgs, 1);
	KEQ(VOP_PUTPAGES(up, 0, 0, PGO_ALLPAGES | PGO_CLEANIT), 0);
	K(!mutex_owned(up->v_interlock));
	VOP_UNLOCK(up);
	vprint("kitly", up);
	vrele(up);
}

/* The descriptors say where vnodes are among the arguments. */
static void
descriptors(void)
{
	const struct vnodeop_desc *d = &vop_rename_desc;
	struct vop_rename_args ra;

	KSTR(d->vdesc_name, "vop_rename");
	KEQ(d->vdesc_offset, VOFFSET(vop_rename));
	K(VDESC(vop_rename) == d);
	KEQ(d->vdesc_vp_offsets[0], offsetof(struct vop_rename_args, a_fdvp));
	KEQ(d->vdesc_vp_offsets[3], offsetof(struct vop_rename_args, a_tvp));
	KEQ(d->vdesc_vp_offsets[4], VDESC_NO_OFFSET);
	KEQ(d->vdesc_vpp_offset, VDESC_NO_OFFSET);
	KEQ(d->vdesc_componentname_offset,
	    offsetof(struct vop_rename_args, a_fcnp));
	ra.a_tdvp = (void *)&ra;
	K(*VOPARG_OFFSETTO(struct vnode **, d->vdesc_vp_offsets[2], &ra) ==
	    (void *)&ra);
	K((d->vdesc_flags & VDESC_VP0_WILLRELE) != 0);
	K((d->vdesc_flags & VDESC_VP3_WILLRELE) != 0);
	d = &vop_create_desc;
	KEQ(d->vdesc_vp_offsets[0], offsetof(struct vop_create_v3_args, a_dvp));
	KEQ(d->vdesc_vp_offsets[1], VDESC_NO_OFFSET);
	KEQ(d->vdesc_vpp_offset, offsetof(struct vop_create_v3_args, a_vpp));
	KEQ(d->vdesc_flags & VDESC_VP0_WILLRELE, 0);
	d = &vop_getattr_desc;
	KEQ(d->vdesc_cred_offset, offsetof(struct vop_getattr_args, a_cred));
	d = &vop_inactive_desc;
	KEQ(d->vdesc_vpp_offset, VDESC_NO_OFFSET);
}

static void
uncalled(void)
{
	static const struct vnodeop_desc *const except[] = {
	    &vop_mmap_desc,
	    &vop_bwrite_desc,
	    &vop_strategy_desc,
	    &vop_whiteout_desc,
	    &vop_bmap_desc,
	    &vop_openextattr_desc,
	    &vop_closeextattr_desc,
	    NULL,
	};

	KEQ(vopcheck_uncalled(except), 0);
	K(kitly_bypassed > 10);
}

static const struct ktest tests[] = {
    {"nodes", nodes},
    {"pages", pages},
    {"descriptors", descriptors},
    {"uncalled", uncalled},
    {NULL, NULL},
};
KTEST_MAIN(tests)
