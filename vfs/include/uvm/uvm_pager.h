/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pager operations of an object, and the flags of page requests.
 *
 * pgo_get and pgo_put are entered with the object's lock held and return
 * with it released (pgo_get with PGO_LOCKED returns with it still held).
 */
#ifndef _UVM_UVM_PAGER_H_
#define _UVM_UVM_PAGER_H_

#include <sys/types.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_prot.h>

struct uvm_object;
struct vm_page;
struct vm_anon;
struct uvm_faultinfo;

struct uvm_pagerops {
	void (*pgo_init)(void);
	void (*pgo_reference)(struct uvm_object *);
	void (*pgo_detach)(struct uvm_object *);
	int (*pgo_fault)(struct uvm_faultinfo *, vaddr_t, struct vm_page **,
	    int, int, vm_prot_t, int);
	int (*pgo_get)(struct uvm_object *, voff_t, struct vm_page **, int *,
	    int, vm_prot_t, int, int);
	int (*pgo_put)(struct uvm_object *, voff_t, voff_t, int);
	void (*pgo_markdirty)(struct vm_page *);
};

#define PGO_CLEANIT       0x001  /* write dirty pages */
#define PGO_SYNCIO        0x002  /* and wait for it */
#define PGO_DEACTIVATE    0x004  /* first candidates for reclaim */
#define PGO_FREE          0x008  /* free the pages */
#define PGO_ALLPAGES      0x010  /* whole object; get: all must be there */
#define PGO_JOURNALLOCKED 0x020  /* caller is in a journal transaction */
#define PGO_LOCKED        0x040  /* resident pages only, keep the lock */
#define PGO_BUSYFAIL      0x080  /* fail rather than wait for a page */
#define PGO_NOWAIT        0x100  /* fail rather than sleep */
#define PGO_OVERWRITE     0x200  /* pages will be overwritten whole */
#define PGO_PASTEOF       0x400  /* pages past EOF may be made */
#define PGO_NOBLOCKALLOC  0x800  /* back nothing with blocks */
#define PGO_NOTIMESTAMP   0x1000 /* leave access and modify time */
#define PGO_RECLAIM       0x2000 /* the object is being reclaimed */
#define PGO_GLOCKHELD     0x4000 /* genfs_node's lock is already held */
#define PGO_LAZY          0x8000 /* not for a sync: only what is due */

#define PGO_DONTCARE ((struct vm_page *)-1L)

/* kernel address for a run of pages */
#define UVMPAGER_MAPIN_WAITOK 0x01
#define UVMPAGER_MAPIN_READ   0x02 /* device to page */
#define UVMPAGER_MAPIN_WRITE  0x00 /* page to device */

vaddr_t uvm_pagermapin(struct vm_page **, int, int);
void uvm_pagermapout(vaddr_t, int);

struct buf;
void uvm_aio_aiodone(struct buf *);
void uvm_aio_biodone(struct buf *);
void uvm_aio_aiodone_pages(struct vm_page **, int, bool, int);

#endif /* !_UVM_UVM_PAGER_H_ */
