/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages: their allocation, their owners and the counters of memory.
 */
#include "uvm_impl.h"

#include <sys/proc.h>

#include <rump-sys/mem.h>

struct uvm uvm;
struct uvmexp uvmexp = {
    .pagesize = PAGE_SIZE,
    .pagemask = PAGE_MASK,
    .pageshift = PAGE_SHIFT,
    .ncolors = 1,
};
kmutex_t uvm_pageqlock;
kmutex_t uvm_fpageqlock;

static void
uvm_estimate(void)
{
	/* no limit is taken for 4 GiB: what cannot be had shows as ENOMEM */
	uvmexp.npages = (int)(4UL << (30 - PAGE_SHIFT));
	if (rump_physmemlimit != RUMPMEM_UNLIMITED)
		uvmexp.npages =
		    (int)MIN(rump_physmemlimit >> PAGE_SHIFT, INT32_MAX / 2);
	uvmexp.free = uvmexp.npages;
	uvmexp.freemin = MAX(16, uvmexp.npages / 256);
	uvmexp.freetarg = uvmexp.freemin * 4 / 3;
	uvmexp.reserve_kernel = 4;
	uvmexp.wiredmax = uvmexp.npages / 3;
}

/* Before the first vnode. */
void
uvm_init(void)
{
	if (uvm.page_init_done)
		return;
	mutex_init(&uvm_pageqlock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&uvm_fpageqlock, MUTEX_DEFAULT, IPL_NONE);
	uvm_estimate();
	uvm.page_init_done = true;
}

void
uvm_boot_init(void)
{
	uvm_init();
	ubc_init();
}

static __inline bool
uobj_isanon(const struct uvm_object *uobj)
{
	return uobj == NULL || UVM_OBJ_IS_AOBJ(uobj);
}

static __inline struct vm_page *
leaf_page(struct uvm_pgnode *leaf, unsigned slot)
{
	return leaf->pn_slot[slot];
}

static void
page_setup(
    struct vm_page *pg, struct uvm_object *uobj, voff_t off, unsigned flags)
{
	pg->uobject = uobj;
	pg->offset = off;
	pg->flags = flags;
	pg->pqflags = 0;
	pg->wire_count = 0;
	pg->phys_addr = (paddr_t)uvm_pgdata(pg);
	pg->uanon = NULL;
}

/*
 * Put up to n new pages into an object from a page index on; the slots are
 * empty and lie in one leaf. The pages get the given PG_ flags and are
 * zeroed on request. Returns how many there are now (memory may be short).
 */
int
uvm_pages_insert(
    struct uvm_object *uobj, uint64_t idx, int n, unsigned flags, bool zero)
{
	struct vm_page *pgs[UVM_RADIX];
	struct uvm_pgnode *leaf;
	unsigned slot;
	uint64_t mask;
	int got;

	KASSERT(mutex_owned(uobj->vmobjlock));
	KASSERT((idx & UVM_RADIXMASK) + n <= UVM_RADIX);
	/* the last one first, so that a small leaf is widened at once */
	leaf = uvm_leaf_get(uobj, idx + n - 1);
	if (leaf == NULL)
		return 0;
	slot = (unsigned)(idx - leaf->pn_base);
	got = uvm_chunk_get(pgs, n, uobj_isanon(uobj));
	if (got == 0) {
		if (leaf->pn_present == 0)
			uvm_leaf_drop(leaf, 0);
		return 0;
	}
	mask = uvm_bits(slot, got);
	KASSERT((leaf->pn_present & mask) == 0);
	for (int i = 0; i < got; i++) {
		page_setup(pgs[i], uobj, (voff_t)(idx + i) << PAGE_SHIFT,
		    flags | PG_TABLED);
		leaf->pn_slot[slot + i] = pgs[i];
		if (zero)
			memset(uvm_pgdata(pgs[i]), 0, PAGE_SIZE);
	}
	leaf->pn_present |= mask;
	if (flags & PG_BUSY)
		leaf->pn_busy |= mask;
	if ((flags & PG_CLEAN) == 0)
		uvm_leaf_dirty(leaf, mask);
	leaf->pn_ref = 1;
	uobj->uo_npages += got;
	return got;
}

/* Free the pages in mask of a leaf. The leaf may go with them. */
void
uvm_pages_remove(
    struct uvm_object *uobj, struct uvm_pgnode *leaf, uint64_t mask)
{
	struct vm_page *pgs[UVM_RADIX];
	int n = 0;

	mask &= leaf->pn_present;
	for (uint64_t m = mask; m != 0; m &= m - 1) {
		const unsigned slot = __builtin_ctzll(m);
		struct vm_page *pg = leaf_page(leaf, slot);

		if (pg->flags & PG_WANTED)
			wakeup(pg);
		pg->flags = 0;
		pg->uobject = NULL;
		leaf->pn_slot[slot] = NULL;
		pgs[n++] = pg;
	}
	if (n == 0)
		return;
	uobj->uo_npages -= n;
	uvm_leaf_drop(leaf, mask);
	uvm_chunk_put(pgs, n, uobj_isanon(uobj));
}

/*
 * Allocate a busy page, in an object whose lock is held or in none. NULL if
 * there is no memory or no slot: unlock, uvm_wait() and try again.
 */
struct vm_page *
uvm_pagealloc_strat(struct uvm_object *uobj, voff_t off, struct vm_anon *anon,
    int flags, int strat, int freelist)
{
	struct vm_page *pg;

	if (uobj != NULL) {
		KASSERT(uvm_pagelookup(uobj, off) == NULL);
		if (uvm_pages_insert(uobj, (uint64_t)off >> PAGE_SHIFT, 1,
			PG_BUSY | PG_CLEAN | PG_FAKE,
			(flags & UVM_PGA_ZERO) != 0) == 0)
			return NULL;
		pg = uvm_pagelookup(uobj, off);
	} else {
		if (uvm_chunk_get(&pg, 1, true) == 0)
			return NULL;
		page_setup(pg, NULL, off, PG_BUSY | PG_CLEAN | PG_FAKE);
		if (flags & UVM_PGA_ZERO)
			uvm_pagezero(pg);
	}
	if (flags & UVM_PGA_ZERO)
		pg->flags &= ~PG_FAKE;
	return pg;
}

/* Free a page; its object, if any, is locked. */
void
uvm_pagefree(struct vm_page *pg)
{
	struct uvm_object *uobj = pg->uobject;
	struct uvm_pgnode *leaf;

	if (uobj == NULL) {
		if (pg->flags & PG_WANTED)
			wakeup(pg);
		uvm_chunk_put(&pg, 1, true);
		return;
	}
	KASSERT(mutex_owned(uobj->vmobjlock));
	leaf = uvm_leaf_find(uobj, (uint64_t)pg->offset >> PAGE_SHIFT);
	KASSERT(leaf != NULL);
	uvm_pages_remove(uobj, leaf,
	    uvm_bits((pg->offset >> PAGE_SHIFT) & UVM_RADIXMASK, 1));
}

/* Move a page to another place; both objects are locked. */
void
uvm_pagerealloc(struct vm_page *pg, struct uvm_object *nobj, voff_t noff)
{
	struct uvm_object *oobj = pg->uobject;
	struct uvm_pgnode *leaf;
	uint64_t idx;

	if (oobj != NULL) {
		idx = (uint64_t)pg->offset >> PAGE_SHIFT;
		leaf = uvm_leaf_find(oobj, idx);
		leaf->pn_slot[idx & UVM_RADIXMASK] = NULL;
		oobj->uo_npages--;
		uvm_leaf_drop(leaf, uvm_bits(idx & UVM_RADIXMASK, 1));
		pg->uobject = NULL;
		pg->flags &= ~PG_TABLED;
	}
	if (nobj == NULL)
		return;
	idx = (uint64_t)noff >> PAGE_SHIFT;
	leaf = uvm_leaf_get(nobj, idx);
	if (leaf == NULL)
		return;
	leaf->pn_slot[idx & UVM_RADIXMASK] = pg;
	leaf->pn_present |= uvm_bits(idx & UVM_RADIXMASK, 1);
	if (pg->flags & PG_BUSY)
		leaf->pn_busy |= uvm_bits(idx & UVM_RADIXMASK, 1);
	if ((pg->flags & PG_CLEAN) == 0)
		uvm_leaf_dirty(leaf, uvm_bits(idx & UVM_RADIXMASK, 1));
	nobj->uo_npages++;
	pg->uobject = nobj;
	pg->offset = noff;
	pg->flags |= PG_TABLED;
}

/*
 * Give up the ownership of pages, wake who waits for them and free those
 * with PG_RELEASED. NULL and PGO_DONTCARE entries are passed over.
 */
void
uvm_page_unbusy(struct vm_page **pgs, int npgs)
{
	struct uvm_object *uobj;
	struct uvm_pgnode *leaf;
	struct vm_page *pg;
	uint64_t bit;

	for (int i = 0; i < npgs; i++) {
		pg = pgs[i];
		if (pg == NULL || pg == PGO_DONTCARE)
			continue;
		KASSERT(pg->flags & PG_BUSY);
		if (pg->flags & PG_WANTED)
			wakeup(pg);
		if (pg->flags & PG_RELEASED) {
			pg->flags &= ~(PG_RELEASED | PG_WANTED);
			uvm_pagefree(pg);
			continue;
		}
		pg->flags &= ~(PG_WANTED | PG_BUSY);
		uobj = pg->uobject;
		if (uobj == NULL)
			continue;
		KASSERT(mutex_owned(uobj->vmobjlock));
		leaf = uvm_leaf_find(uobj, (uint64_t)pg->offset >> PAGE_SHIFT);
		bit = uvm_bits((pg->offset >> PAGE_SHIFT) & UVM_RADIXMASK, 1);
		leaf->pn_busy &= ~bit;
		if (pg->flags & PG_CLEAN)
			uvm_leaf_clean(leaf, bit);
		else
			uvm_leaf_dirty(leaf, bit);
	}
}

/* Mark a page of a locked object changed. */
void
uvm_page_setdirty(struct vm_page *pg)
{
	const uint64_t idx = (uint64_t)pg->offset >> PAGE_SHIFT;

	pg->flags &= ~PG_CLEAN;
	uvm_leaf_dirty(
	    uvm_leaf_find(pg->uobject, idx), uvm_bits(idx & UVM_RADIXMASK, 1));
}

/* Wait for a busy page's owner. The object's lock is released. */
void
uvm_page_wait(struct vm_page *pg, const char *wmesg)
{
	pg->flags |= PG_WANTED;
	UVM_UNLOCK_AND_WAIT(pg, pg->uobject->vmobjlock, 0, wmesg, 0);
}

void
uvm_pageactivate(struct vm_page *pg)
{
	struct uvm_pgnode *leaf;

	pg->pqflags |= PQ_ACTIVE;
	if (pg->uobject != NULL) {
		leaf = uvm_leaf_find(
		    pg->uobject, (uint64_t)pg->offset >> PAGE_SHIFT);
		if (leaf != NULL)
			leaf->pn_ref = 1;
	}
}

void
uvm_pagedeactivate(struct vm_page *pg)
{
	pg->pqflags &= ~PQ_ACTIVE;
}

void
uvm_pagedequeue(struct vm_page *pg)
{
	pg->pqflags &= ~PQ_ACTIVE;
}

void
uvm_pageenqueue(struct vm_page *pg)
{
	uvm_pageactivate(pg);
}

void
uvm_pagewire(struct vm_page *pg)
{
	mutex_enter(&uvm_pageqlock);
	if (pg->wire_count++ == 0)
		uvmexp.wired++;
	mutex_exit(&uvm_pageqlock);
}

void
uvm_pageunwire(struct vm_page *pg)
{
	mutex_enter(&uvm_pageqlock);
	KASSERT(pg->wire_count > 0);
	if (--pg->wire_count == 0)
		uvmexp.wired--;
	mutex_exit(&uvm_pageqlock);
}

void
uvm_pagezero(struct vm_page *pg)
{
	if (pg->uobject != NULL && pg->flags & PG_CLEAN)
		uvm_page_setdirty(pg);
	memset(uvm_pgdata(pg), 0, PAGE_SIZE);
}

void
uvm_pagecopy(struct vm_page *src, struct vm_page *dst)
{
	if (dst->uobject != NULL && dst->flags & PG_CLEAN)
		uvm_page_setdirty(dst);
	memcpy(uvm_pgdata(dst), uvm_pgdata(src), PAGE_SIZE);
}

bool
uvm_page_locked_p(struct vm_page *pg)
{
	return pg->uobject == NULL || mutex_owned(pg->uobject->vmobjlock);
}

struct vm_page *
uvm_vm_page_of(vaddr_t va)
{
	return (struct vm_page *)((va & ~UVM_CHUNKMASK) +
	    ((va & UVM_CHUNKMASK) >> PAGE_SHIFT << UVM_PGHDRSHIFT));
}

void
uvm_estimatepageable(int *active, int *inactive)
{
	*active = (int)uvmexp.filepages;
	*inactive = 0;
}

int
uvm_swapisfull(void)
{
	return 1;
}
