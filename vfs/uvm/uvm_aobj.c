/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Anonymous objects: pages that have no store but memory. There is no swap
 * space, so they stay until they are freed. A page that is not there reads
 * as zeroes.
 */
#include "uvm_impl.h"

#include <sys/atomic.h>
#include <sys/errno.h>

struct uvm_aobj {
	struct uvm_object u_obj; /* first: objects are cast to it */
	vsize_t u_pages;
	int u_flags;
};

/* An object of size bytes with one reference. */
struct uvm_object *
uao_create(vsize_t size, int flags)
{
	struct uvm_aobj *aobj;

	aobj = kmem_alloc(sizeof(*aobj), KM_SLEEP);
	aobj->u_pages = round_page(size) >> PAGE_SHIFT;
	aobj->u_flags = flags;
	uvm_obj_init(&aobj->u_obj, &aobj_pager, true, 1);
	return &aobj->u_obj;
}

void
uao_init(void)
{
}

void
uao_reference(struct uvm_object *uobj)
{
	atomic_inc_uint(&uobj->uo_refs);
}

static void
aobj_freepages(struct uvm_object *uobj, uint64_t start, uint64_t end)
{
	struct uvm_pgnode *leaf;
	uint64_t idx = start;

	while (idx < end && (leaf = uvm_leaf_next(uobj, idx, false)) != NULL) {
		const uint64_t base = leaf->pn_base;
		uint64_t mask = leaf->pn_present;

		if (base >= end)
			break;
		if (idx > base)
			mask &= ~UINT64_C(0) << (idx - base);
		if (end < base + UVM_RADIX)
			mask &= uvm_bits(0, end - base);
		if (mask & leaf->pn_busy) {
			const unsigned slot =
			    __builtin_ctzll(mask & leaf->pn_busy);

			uvm_page_wait(leaf->pn_slot[slot], "uaoput");
			mutex_enter(uobj->vmobjlock);
			continue;
		}
		idx = base + UVM_RADIX;
		uvm_pages_remove(uobj, leaf, mask);
	}
}

/* Drop a reference; the last one frees the object and its pages. */
void
uao_detach(struct uvm_object *uobj)
{
	if (UVM_OBJ_IS_KERN_OBJECT(uobj))
		return;
	membar_exit();
	if (atomic_dec_uint_nv(&uobj->uo_refs) > 0)
		return;
	membar_enter();
	if (uobj->uo_npages != 0) {
		mutex_enter(uobj->vmobjlock);
		aobj_freepages(uobj, 0, UINT64_MAX);
		mutex_exit(uobj->vmobjlock);
	}
	uvm_obj_destroy(uobj, true);
	kmem_free(uobj, sizeof(struct uvm_aobj));
}

/*
 * Give pages of the object, busy, made of zeroes where there were none.
 * PGO_LOCKED: those that are there and free, without sleeping.
 * PGO_OVERWRITE: new pages have undefined contents.
 */
static int
uao_get(struct uvm_object *uobj, voff_t offset, struct vm_page **pps,
    int *npagesp, int centeridx, vm_prot_t access_type, int advice, int flags)
{
	const int maxpages = *npagesp;
	struct vm_page *pg;
	int n, found = 0;

	if (flags & PGO_LOCKED) {
		for (int i = 0; i < maxpages; i++) {
			if (pps[i] != NULL)
				continue;
			pg = uvm_pagelookup(
			    uobj, offset + ((voff_t)i << PAGE_SHIFT));
			if (pg == NULL || pg->flags & PG_BUSY)
				continue;
			pg->flags |= PG_BUSY;
			uvm_leaf_find(uobj, (uint64_t)pg->offset >> PAGE_SHIFT)
			    ->pn_busy |= uvm_bits(
			    (pg->offset >> PAGE_SHIFT) & UVM_RADIXMASK, 1);
			pps[i] = pg;
			found++;
		}
		*npagesp = found;
		return pps[centeridx] == NULL ? EBUSY : 0;
	}

	n = maxpages;
	for (int i = 0; i < n; i++)
		if (pps[i] == PGO_DONTCARE)
			pps[i] = NULL;
	found = uvn_findpages(uobj, offset, &n, pps, UFP_ALL);
	KASSERT(found == maxpages);
	for (int i = 0; i < maxpages; i++) {
		pg = pps[i];
		if (pg->flags & PG_FAKE) {
			if ((flags & PGO_OVERWRITE) == 0)
				memset(uvm_pgdata(pg), 0, PAGE_SIZE);
			pg->flags &= ~PG_FAKE;
		}
		if (pg->flags & PG_CLEAN)
			uvm_page_setdirty(pg);
	}
	mutex_exit(uobj->vmobjlock);
	return 0;
}

static int
uao_put(struct uvm_object *uobj, voff_t start, voff_t stop, int flags)
{
	/*
	 * What is to be written first has no place but here: tmpfs passes on
	 * what the end of a vnode asks for. And others may want it.
	 */
	if ((flags & (PGO_FREE | PGO_CLEANIT)) == PGO_FREE &&
	    uobj->uo_refs == 1 && uobj->uo_npages != 0) {
		uint64_t first = (uint64_t)start >> PAGE_SHIFT;
		uint64_t last = round_page((uint64_t)stop) >> PAGE_SHIFT;

		if (flags & PGO_ALLPAGES)
			first = 0;
		if (flags & PGO_ALLPAGES || stop == 0)
			last = UINT64_MAX;
		aobj_freepages(uobj, first, last);
	}
	mutex_exit(uobj->vmobjlock);
	return 0;
}

const struct uvm_pagerops aobj_pager = {
    .pgo_reference = uao_reference,
    .pgo_detach = uao_detach,
    .pgo_get = uao_get,
    .pgo_put = uao_put,
};

const struct uvm_pagerops uvm_deviceops;
