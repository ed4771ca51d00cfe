/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of vfs/uvm and vfs/ubc.
 *
 * Pages of an object hang in a radix tree over page indices, 64 to a node.
 * A leaf repeats three flags of its pages as bit masks (present, busy and
 * dirty, the last being !PG_CLEAN), so that a run of pages is judged in one
 * step and without touching the page structures. Inner nodes say which
 * children are there and which hold dirty pages. The masks follow the flags
 * at the latest when a page is unbusied.
 *
 * Leaves, not pages, are what the reclaimer's clock turns over (pn_ref).
 *
 * Page structures and their memory lie in one chunk of 2 MiB, aligned to its
 * size, so one is found from the other by arithmetic.
 *
 * Lock order: vmobjlock, uvm_pageqlock, uvm_fpageqlock. The reclaimer goes
 * against it with mutex_tryenter().
 */
#ifndef _UVM_IMPL_H_
#define _UVM_IMPL_H_

#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <uvm/uvm.h>

#define UVM_CHUNKSHIFT 21
#define UVM_CHUNKSIZE  (1UL << UVM_CHUNKSHIFT)
#define UVM_CHUNKMASK  (UVM_CHUNKSIZE - 1)
#define UVM_PGHDRSHIFT 6

#define UVM_RADIXSHIFT 6
#define UVM_RADIX      (1 << UVM_RADIXSHIFT)
#define UVM_RADIXMASK  (UVM_RADIX - 1)
#define UVM_SMALLLEAF  4

struct uvm_pgnode {
	struct uvm_pgnode *pn_parent; /* o: */
	struct uvm_object *pn_uobj;   /* o: */
	uint64_t pn_base;             /* c: page index of the first slot */
	uint8_t pn_level;             /* c: 0 for leaves */
	uint8_t pn_ref;               /* unlocked hint: used lately */
	uint16_t pn_cap;              /* c: slots */
	uint32_t pn_spare;
	uint64_t pn_present;            /* o: */
	uint64_t pn_dirty;              /* o: */
	uint64_t pn_busy;               /* o: leaves */
	TAILQ_ENTRY(uvm_pgnode) pn_lru; /* q: leaves */
	void *pn_slot[];                /* o: pages or nodes */
};

static __inline void *
uvm_pgdata(const struct vm_page *pg)
{
	const uintptr_t a = (uintptr_t)pg;

	return (void *)((a & ~UVM_CHUNKMASK) +
	    ((a & UVM_CHUNKMASK) << (PAGE_SHIFT - UVM_PGHDRSHIFT)));
}

/* bits [first, first + n) of a mask */
static __inline uint64_t
uvm_bits(unsigned first, unsigned n)
{
	return (n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1) << first;
}

/* memory for pages */
int uvm_chunk_get(struct vm_page **, int, bool);
void uvm_chunk_put(struct vm_page **, int, bool);
void uvm_chunk_trim(void);

/* the tree; the object is locked */
struct uvm_pgnode *uvm_leaf_find(struct uvm_object *, uint64_t);
struct uvm_pgnode *uvm_leaf_get(struct uvm_object *, uint64_t);
struct uvm_pgnode *uvm_leaf_next(struct uvm_object *, uint64_t, bool);
void uvm_leaf_dirty(struct uvm_pgnode *, uint64_t);
void uvm_leaf_clean(struct uvm_pgnode *, uint64_t);
void uvm_leaf_drop(struct uvm_pgnode *, uint64_t);

/* pages; the object is locked */
int uvm_pages_insert(struct uvm_object *, uint64_t, int, unsigned, bool);
void uvm_pages_remove(struct uvm_object *, struct uvm_pgnode *, uint64_t);
void uvm_page_setdirty(struct vm_page *);
void uvm_page_wait(struct vm_page *, const char *);

void uvm_lru_insert(struct uvm_pgnode *);
void uvm_lru_remove(struct uvm_pgnode *);

#endif /* !_UVM_IMPL_H_ */
