/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Getting memory back from the page cache.
 *
 * A clock goes over the leaves of all objects: one that was used since the
 * last look is passed over once; of the others the clean pages are freed,
 * and the dirty ones are written in the second round. Whoever needs memory
 * does it himself, one at a time.
 */
#include "uvm_impl.h"

#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/vnode.h>

#include <rump-sys/mem.h>

static TAILQ_HEAD(, uvm_pgnode) leaf_clock = TAILQ_HEAD_INITIALIZER(leaf_clock);
static unsigned leaf_count;
static unsigned wait_cookie;

void
uvm_lru_insert(struct uvm_pgnode *leaf)
{
	mutex_enter(&uvm_pageqlock);
	TAILQ_INSERT_TAIL(&leaf_clock, leaf, pn_lru);
	leaf_count++;
	mutex_exit(&uvm_pageqlock);
}

void
uvm_lru_remove(struct uvm_pgnode *leaf)
{
	mutex_enter(&uvm_pageqlock);
	TAILQ_REMOVE(&leaf_clock, leaf, pn_lru);
	leaf_count--;
	mutex_exit(&uvm_pageqlock);
}

static uint64_t
leaf_unwired(struct uvm_pgnode *leaf, uint64_t mask)
{
	for (uint64_t m = mask; m != 0; m &= m - 1) {
		const struct vm_page *pg = leaf->pn_slot[__builtin_ctzll(m)];

		if (pg->wire_count != 0)
			mask &= ~(m & -m);
	}
	return mask;
}

/*
 * Write and free the pages of a leaf whose object, a vnode, is locked;
 * unlocks it. Once they are written nothing else keeps the vnode, or its
 * mount: both are referenced meanwhile.
 */
static int
leaf_write(struct uvm_object *uobj, uint64_t idx)
{
	const voff_t base = (voff_t)idx << PAGE_SHIFT;
	const int before = uobj->uo_npages;
	struct vnode *vp = (struct vnode *)uobj;
	struct mount *mp;
	int n;

	if (vcache_tryvget(vp) != 0) {
		/* on its way out; its pages go with it */
		mutex_exit(uobj->vmobjlock);
		return 0;
	}
	mp = vp->v_mount;
	atomic_inc_uint(&mp->mnt_refcnt);
	(void)(*uobj->pgops->pgo_put)(uobj, base,
	    base + ((voff_t)UVM_RADIX << PAGE_SHIFT),
	    PGO_CLEANIT | PGO_FREE | PGO_SYNCIO);
	uvmexp.pdpageouts++;
	n = before - uobj->uo_npages;
	vrele_async(vp);
	vfs_destroy(mp);
	return MAX(n, 0);
}

/*
 * Free what can be freed of a leaf whose object is locked; unlocks it.
 * Returns the number of pages freed or on their way.
 */
static int
leaf_squeeze(struct uvm_object *uobj, struct uvm_pgnode *leaf, bool dirty)
{
	uint64_t mask;
	int n;

	mask = leaf->pn_present & ~leaf->pn_busy & ~leaf->pn_dirty;
	mask = leaf_unwired(leaf, mask);
	n = popcount64(mask);
	if (dirty && leaf->pn_dirty & ~leaf->pn_busy &&
	    UVM_OBJ_IS_VNODE(uobj)) {
		if (mask != 0)
			uvm_pages_remove(uobj, leaf, mask);
		return n + leaf_write(uobj, leaf->pn_base);
	}
	if (mask != 0)
		uvm_pages_remove(uobj, leaf, mask);
	mutex_exit(uobj->vmobjlock);
	return n;
}

static int
clock_turn(int want, bool dirty)
{
	struct uvm_pgnode *leaf;
	struct uvm_object *uobj;
	unsigned todo;
	int freed = 0;

	mutex_enter(&uvm_pageqlock);
	todo = leaf_count;
	while (todo-- > 0 && freed < want) {
		leaf = TAILQ_FIRST(&leaf_clock);
		if (leaf == NULL)
			break;
		TAILQ_REMOVE(&leaf_clock, leaf, pn_lru);
		TAILQ_INSERT_TAIL(&leaf_clock, leaf, pn_lru);
		uvmexp.pdscans++;
		uobj = leaf->pn_uobj;
		if (UVM_OBJ_IS_AOBJ(uobj))
			continue;
		if (leaf->pn_ref && !dirty) {
			leaf->pn_ref = 0;
			continue;
		}
		if (mutex_owned(uobj->vmobjlock) ||
		    !mutex_tryenter(uobj->vmobjlock))
			continue;
		mutex_exit(&uvm_pageqlock);
		freed += leaf_squeeze(uobj, leaf, dirty);
		mutex_enter(&uvm_pageqlock);
	}
	mutex_exit(&uvm_pageqlock);
	return freed;
}

/*
 * Free about npages pages. The caller holds no object's lock. Returns false
 * if nothing could be freed, or if somebody else is at it.
 */
bool
uvm_pagereclaim(int npages)
{
	int freed;

	mutex_enter(&uvm_pageqlock);
	if (uvm.pagedaemon_lwp != NULL) {
		mutex_exit(&uvm_pageqlock);
		return false;
	}
	uvm.pagedaemon_lwp = curlwp;
	mutex_exit(&uvm_pageqlock);

	uvmexp.pdwoke++;
	uvmexp.pdrevs++;
	freed = clock_turn(npages, false);
	if (freed < npages)
		freed += clock_turn(npages - freed, false);
	if (freed < npages)
		freed += clock_turn(npages - freed, true);
	uvmexp.pdfreed += freed;
	if (freed > 0)
		uvm_chunk_trim();

	mutex_enter(&uvm_pageqlock);
	uvm.pagedaemon_lwp = NULL;
	mutex_exit(&uvm_pageqlock);
	if (freed > 0)
		wakeup(&wait_cookie);
	return freed > 0;
}

/* Memory is short: get some, or wait a little. No lock is held. */
void
uvm_wait(const char *wmesg)
{
	if (uvm_pagereclaim(256))
		return;
	if (curlwp == uvm.pagedaemon_lwp)
		return;
	if (rump_mem_reclaim(64 * 1024) != 0)
		return;
	(void)tsleep(&wait_cookie, PVM, wmesg, 1);
}
