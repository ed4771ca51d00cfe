/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory objects: what holds pages. The pages are found through a radix
 * tree over page indices (see uvm_impl.h).
 *
 * Locks: (:) vmobjlock; (c) constant after creation; (a) atomic.
 */
#ifndef _UVM_UVM_OBJECT_H_
#define _UVM_UVM_OBJECT_H_

#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <uvm/uvm_pager.h>
#include <uvm/uvm_pglist.h>

struct uvm_pgnode;

struct uvm_object {
	kmutex_t *vmobjlock;              /* c: reference counted */
	const struct uvm_pagerops *pgops; /* c: */
	int uo_npages;                    /* :: pages in the tree */
	unsigned uo_refs;                 /* a: references */
	struct uvm_pgnode *uo_root;       /* :: radix tree of pages */
	struct uvm_pgnode *uo_leaf;       /* :: leaf of the last lookup */
	unsigned uo_height;               /* :: levels of the tree */
	int uo_ndirty;                    /* :: pages tagged dirty */
	uint64_t uo_raend;                /* :: read-ahead: next sequential */
	uint64_t uo_ranext;               /* :: read-ahead: issued up to */
	uint32_t uo_rawin;                /* :: read-ahead window, pages */
	uint32_t uo_spare;
};

#define UVM_OBJ_KERN                   ((unsigned)-2)
#define UVM_OBJ_IS_KERN_OBJECT(uobj)   ((uobj)->uo_refs == UVM_OBJ_KERN)
#define UVM_OBJ_IS_VNODE(uobj)         ((uobj)->pgops == &uvm_vnodeops)
#define UVM_OBJ_IS_AOBJ(uobj)          ((uobj)->pgops == &aobj_pager)
#define UVM_OBJ_IS_DEVICE(uobj)        ((uobj)->pgops == &uvm_deviceops)
#define UVM_OBJ_IS_CLEAN(uobj)         (UVM_OBJ_IS_VNODE(uobj) && uvn_clean_p(uobj))
#define UVM_OBJ_NEEDS_WRITEFAULT(uobj) UVM_OBJ_IS_CLEAN(uobj)

extern const struct uvm_pagerops uvm_vnodeops;
extern const struct uvm_pagerops uvm_deviceops;
extern const struct uvm_pagerops aobj_pager;

void
uvm_obj_init(struct uvm_object *, const struct uvm_pagerops *, bool, unsigned);
void uvm_obj_destroy(struct uvm_object *, bool);
int uvm_obj_wirepages(struct uvm_object *, off_t, off_t, struct pglist *);
void uvm_obj_unwirepages(struct uvm_object *, off_t, off_t);
bool uvn_clean_p(struct uvm_object *);
bool uvn_text_p(struct uvm_object *);
bool uvn_needs_writefault_p(struct uvm_object *);
void uvm_object_printit(struct uvm_object *, bool, void (*)(const char *, ...));

#define UVM_OBJ_INIT(uobj, ops, refs) uvm_obj_init((uobj), (ops), true, (refs))

#endif /* !_UVM_UVM_OBJECT_H_ */
