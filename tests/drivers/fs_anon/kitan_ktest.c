/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases.  The file system is on /mnt, with a file f of 10000 bytes.
 */
#include <sys/param.h>

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include "kitan.h"
#include "ktest.h"
#include "vopcheck.h"

#define PAGES 8

struct vnode *
kitan_file(const char *path)
{
	struct vnode *vp = NULL;

	KEQ(namei_simple_user(path, NSM_FOLLOW_NOEMULROOT, &vp), 0);
	if (vp == NULL)
		panic("kitan: no %s", path);
	return vp;
}

/* An object of one's own: reading gives zeros, writing stays. */
void
kitan_kanon(void)
{
	struct uvm_object *uobj = uao_create(5 * PAGE_SIZE, 0);
	struct vm_page *pgs[PAGES];
	char b[100];
	struct iovec iov;
	struct uio uio;
	int n;

	K(UVM_OBJ_IS_AOBJ(uobj) && !UVM_OBJ_IS_VNODE(uobj));
	KEQ(uobj->uo_npages, 0);
	for (int round = 0; round < 2; round++) {
		memset(b, round ? 0 : 'a', sizeof b);
		iov.iov_base = b;
		iov.iov_len = sizeof b;
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_offset = PAGE_SIZE - 50;
		uio.uio_resid = sizeof b;
		uio.uio_rw = round ? UIO_READ : UIO_WRITE;
		UIO_SETUP_SYSSPACE(&uio);
		KEQ(ubc_uiomove(uobj, &uio, sizeof b, UVM_ADV_NORMAL,
			round ? UBC_READ : UBC_WRITE),
		    0);
		KEQ(uio.uio_resid, 0);
		K(b[0] == 'a' && b[99] == 'a');
	}
	KEQ(uobj->uo_npages, 2);
	ubc_zerorange(uobj, PAGE_SIZE, 10, 0);
	n = 3;
	memset(pgs, 0, sizeof pgs);
	mutex_enter(uobj->vmobjlock);
	KEQ((*uobj->pgops->pgo_get)(uobj, 0, pgs, &n, 0, VM_PROT_READ, 0,
		PGO_SYNCIO | PGO_ALLPAGES),
	    0);
	K(!mutex_owned(uobj->vmobjlock));
	KEQ(n, 3);
	for (int i = 0; i < n; i++) {
		char *data = (char *)(uintptr_t)VM_PAGE_TO_PHYS(pgs[i]);

		K((pgs[i]->flags & PG_BUSY) != 0);
		KEQ(data[PAGE_SIZE - 1], i == 0 ? 'a' : 0);
		KEQ(data[9], 0);
		KEQ(data[10], i == 1 ? 'a' : 0);
	}
	mutex_enter(uobj->vmobjlock);
	uvm_page_unbusy(pgs, n);
	/* freed; and what comes after is zero */
	KEQ((*uobj->pgops->pgo_put)(uobj, 0, PAGE_SIZE, PGO_FREE), 0);
	K(!mutex_owned(uobj->vmobjlock));
	KEQ(uobj->uo_npages, 2);
	uao_reference(uobj);
	uao_detach(uobj);
	KEQ(uobj->uo_npages, 2);
	uao_dropswap_range(uobj, 0, 5);
	uao_detach(uobj);
}

/* A vnode and its object share a lock, which outlives either. */
void
kitan_kobject(void)
{
	struct vnode *vp = kitan_file("/mnt/f");
	struct kitan_node *an = VTOKITAN(vp);
	kmutex_t *lock = an->an_uobj->vmobjlock;
	struct kitan_key key = an->an_key;
	struct mount *mp = vp->v_mount;

	K(vp->v_interlock == lock && vp->v_uobj.vmobjlock == lock);
	KEQ(mutex_obj_refcnt(lock), 2);
	/* the data are not the vnode's own */
	KEQ(vp->v_uobj.uo_npages, 0);
	KEQ(an->an_uobj->uo_npages, 3);
	K(vrecycle(vp));
	KEQ(mutex_obj_refcnt(lock), 1);
	KEQ(an->an_uobj->uo_npages, 3);
	KEQ(vcache_get(mp, &key, sizeof key, &vp), 0);
	K(VTOKITAN(vp) == an && vp->v_interlock == lock);
	KEQ(mutex_obj_refcnt(lock), 2);
	vrele(vp);
}

void
kitan_kpages(void)
{
	struct vnode *vp = kitan_file("/mnt/f");
	struct uvm_object *uobj = VTOKITAN(vp)->an_uobj;
	struct vm_page *pgs[PAGES];
	int n = PAGES;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	memset(pgs, 0, sizeof pgs);
	mutex_enter(vp->v_interlock);
	KEQ(VOP_GETPAGES(vp, 0, pgs, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO), 0);
	KEQ(n, 3);
	for (int i = 0; i < n; i++) {
		K(pgs[i]->uobject == uobj);
		KEQ(*(char *)(uintptr_t)VM_PAGE_TO_PHYS(pgs[i]), 'f');
	}
	mutex_enter(vp->v_interlock);
	uvm_page_unbusy(pgs, n);
	memset(pgs, 0, sizeof pgs);
	n = 1;
	KEQ(VOP_GETPAGES(vp, 4096, pgs, &n, 0, VM_PROT_READ, 0, PGO_LOCKED), 0);
	K(mutex_owned(vp->v_interlock));
	uvm_page_unbusy(pgs, 1);
	mutex_exit(vp->v_interlock);
	n = 1;
	mutex_enter(vp->v_interlock);
	KEQ(VOP_GETPAGES(vp, 5 * 4096, pgs, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO),
	    EINVAL);
	/* shorter: the pages behind go, and what is left of the last is zero */
	KEQ(kitan_resize(VTOKITAN(vp), 5000), 0);
	KEQ(uobj->uo_npages, 2);
	KEQ(kitan_resize(VTOKITAN(vp), 10000), 0);
	n = 3;
	memset(pgs, 0, sizeof pgs);
	mutex_enter(vp->v_interlock);
	KEQ(VOP_GETPAGES(vp, 0, pgs, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO), 0);
	KEQ(((char *)(uintptr_t)VM_PAGE_TO_PHYS(pgs[1]))[903], 'f');
	KEQ(((char *)(uintptr_t)VM_PAGE_TO_PHYS(pgs[1]))[904], 0);
	KEQ(*(char *)(uintptr_t)VM_PAGE_TO_PHYS(pgs[2]), 0);
	mutex_enter(vp->v_interlock);
	uvm_page_unbusy(pgs, n);
	mutex_exit(vp->v_interlock);
	vput(vp);
}

static volatile int stage;
static struct kitan_key waited;

static void
rekey_thread(void *arg)
{
	struct mount *mp = arg;
	struct vnode *vp;
	int error;

	stage = 1;
	error = vcache_get(mp, &waited, sizeof waited, &vp);
	KEQ(stage, 2);
	if (error == 0)
		vrele(vp);
	stage = error == 0 ? 3 : 4;
	kthread_exit(0);
}

static void
await(int n)
{
	for (int i = 0; i < 500 && stage < n; i++)
		kpause("kitan", false, 1, NULL);
	K(stage >= n);
}

/* While a key changes, who wants either of both waits. */
static void
rekey_wait(struct vnode *vp, bool want_new)
{
	struct mount *mp = vp->v_mount;
	struct kitan_node *an = VTOKITAN(vp), *root = an->an_parent;
	struct kitan_key old = an->an_key, new = old;
	vmem_addr_t slot;
	char name[256];

	strlcpy(name, an->an_name, sizeof name);
	KEQ(vmem_alloc(
		root->an_mount->km_slots, 1, VM_BESTFIT | VM_SLEEP, &slot),
	    0);
	new.k_slot = slot;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(vcache_rekey_enter(mp, vp, &old, sizeof old, &new, sizeof new), 0);
	stage = 0;
	waited = want_new ? new : old;
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, rekey_thread, mp,
		NULL, "rekey"),
	    0);
	await(1);
	kpause("kitan", false, 3, NULL);
	KEQ(stage, 1);
	kitan_move(an, &new, root, name, strlen(name));
	stage = 2;
	vcache_rekey_exit(
	    mp, vp, &old, sizeof old, &an->an_key, sizeof an->an_key);
	await(3);
	KEQ(stage, want_new ? 3 : 4);
	VOP_UNLOCK(vp);
}

void
kitan_krekey(void)
{
	struct vnode *vp = kitan_file("/mnt/f"), *again, *other;
	struct mount *mp = vp->v_mount;
	struct kitan_key old;

	rekey_wait(vp, true);
	rekey_wait(vp, false);
	KEQ(vcache_get(
		mp, &VTOKITAN(vp)->an_key, sizeof(struct kitan_key), &again),
	    0);
	K(again == vp);
	vrele(again);
	/* a key that is in use is not to be had */
	other = kitan_file("/mnt/g");
	old = VTOKITAN(vp)->an_key;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(vcache_rekey_enter(
		mp, vp, &old, sizeof old, &VTOKITAN(other)->an_key, sizeof old),
	    EEXIST);
	VOP_UNLOCK(vp);
	vrele(other);
	vrele(vp);
}

/* Pages are counted. */
void
kitan_kmemory(void)
{
	struct vnode *vp = kitan_file("/mnt/f");
	int free = uvmexp.free;

	K(free > 0 && uvmexp.freetarg >= 0 && uvmexp.wired >= 0);
	K(uvmexp.filepages >= 0 && uvmexp.npages >= free);
	KEQ(uvmexp.swpgavail, 0);
	KEQ(uvmexp.swpgonly, 0);
	/* it is not we who reclaim memory */
	K(uvm.pagedaemon_lwp != curlwp);
	K(kitan_room(VFSTOKITAN(vp->v_mount)) > 100);
	vrele(vp);
}

void
kitan_kprint(void)
{
	struct vnode *vp = kitan_file("/mnt/f");

	vprint(NULL, vp);
	vrele(vp);
}

void
kitan_kuncalled(void)
{
	static const struct vnodeop_desc *const except[] = {
	    &vop_mmap_desc,
	    &vop_bwrite_desc,
	    &vop_bmap_desc,
	    &vop_strategy_desc,
	    &vop_kqfilter_desc,
	    &vop_revoke_desc,
	    &vop_fdiscard_desc,
	    &vop_fallocate_desc,
	    &vop_whiteout_desc,
	    &vop_openextattr_desc,
	    &vop_closeextattr_desc,
	    &vop_deleteextattr_desc,
	    &vop_setextattr_desc,
	    &vop_getextattr_desc,
	    &vop_listextattr_desc,
	    NULL,
	};

	KEQ(vopcheck_uncalled(except), 0);
}

static const struct ktest tests[] = {
    {"anon", kitan_kanon},
    {"object", kitan_kobject},
    {"pages", kitan_kpages},
    {"rekey", kitan_krekey},
    {"memory", kitan_kmemory},
    {"print", kitan_kprint},
    {"uncalled", kitan_kuncalled},
    {NULL, NULL},
};
KTEST_MAIN(tests)
