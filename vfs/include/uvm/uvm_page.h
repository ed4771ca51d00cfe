/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page of memory and who holds it.
 *
 * Life: uvm_pagealloc() gives a busy page of an object; unbusy, it waits in
 * the object and on a reclaim queue; uvm_pagefree() returns it. Who has set
 * PG_BUSY owns the contents and the flags; others set PG_WANTED and sleep.
 *
 * Locks: (o) the object's vmobjlock; (q) uvm_pageqlock; (c) constant.
 */
#ifndef _UVM_UVM_PAGE_H_
#define _UVM_UVM_PAGE_H_

#include <sys/queue.h>
#include <sys/types.h>
#include <uvm/uvm_extern.h>
#include <uvm/uvm_pglist.h>

struct vm_page {
	union {
		TAILQ_ENTRY(vm_page) queue; /* q: reclaim queue */
		LIST_ENTRY(vm_page) list;
	} pageq;
	struct uvm_object *uobject; /* o: */
	voff_t offset;              /* o: in the object, bytes */
	unsigned flags;             /* o: PG_ */
	uint16_t pqflags;           /* q: PQ_ */
	uint16_t wire_count;        /* q: */
	paddr_t phys_addr;          /* c: address of its PAGE_SIZE bytes */
	struct vm_anon *uanon;      /* always NULL: no anons here */
} __aligned(64);

#define PG_BUSY     0x0001 /* owned by one thread */
#define PG_WANTED   0x0002 /* somebody waits for it */
#define PG_TABLED   0x0004 /* is in its object's tree */
#define PG_CLEAN    0x0008 /* the same as on backing store */
#define PG_PAGEOUT  0x0010 /* being written to be freed */
#define PG_RELEASED 0x0020 /* free it when unbusied */
#define PG_FAKE     0x0040 /* contents not there yet */
#define PG_RDONLY   0x0080 /* no blocks behind it yet: don't write */
#define PG_ZERO     0x0100 /* known to be zeroes */
#define PG_MARKER   0x0200 /* placeholder on a queue */
#define PG_PAGER1   0x1000 /* the pager's own */

#define PG_SWAPBACKED PG_PAGER1 /* belongs to an anonymous object */

#define PQ_FREE       0x0001
#define PQ_ANON       0x0002
#define PQ_AOBJ       0x0004
#define PQ_SWAPBACKED (PQ_ANON | PQ_AOBJ)
#define PQ_INACTIVE   0x0010 /* on the reclaim queue's cold side */
#define PQ_ACTIVE     0x0020 /* on its hot side */
#define PQ_REFERENCED 0x0040 /* used since last looked at */

#define VM_PAGE_TO_PHYS(pg)   ((pg)->phys_addr)
#define UVM_PAGE_IS_FREE(pg)  (((pg)->pqflags & PQ_FREE) != 0)
#define UVM_PAGE_TREE_PENALTY 4 /* tree nodes beside a run of pages */

void uvm_page_init(vaddr_t *, vaddr_t *);
struct vm_page *uvm_pagelookup(struct uvm_object *, voff_t);
void uvm_pageactivate(struct vm_page *);
void uvm_pagedeactivate(struct vm_page *);
void uvm_pagedequeue(struct vm_page *);
void uvm_pageenqueue(struct vm_page *);
void uvm_pagecopy(struct vm_page *, struct vm_page *);
void uvm_pagezero(struct vm_page *);
void uvm_pagefree(struct vm_page *);
void uvm_pagewire(struct vm_page *);
void uvm_pageunwire(struct vm_page *);
void uvm_page_unbusy(struct vm_page **, int);
void uvm_page_own(struct vm_page *, const char *);
bool uvm_page_locked_p(struct vm_page *);
bool uvm_pageismanaged(paddr_t);
int uvm_pagereplace_supported(void);
struct vm_page *uvm_vm_page_of(vaddr_t);

#define UVM_PAGE_OWN(pg, tag) ((void)0)

#endif /* !_UVM_UVM_PAGE_H_ */
