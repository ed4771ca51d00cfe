/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual memory interface of drivers: kernel memory, objects, the page
 * cache of files (ubc) and the counters of memory.
 */
#ifndef _UVM_UVM_EXTERN_H_
#define _UVM_UVM_EXTERN_H_

#include <sys/lock.h>
#include <sys/mallocvar.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/resourcevar.h>
#include <sys/types.h>
#include <sys/vmem.h>
#include <uvm/uvm_map.h>
#include <uvm/uvm_pager.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_pmap.h>
#include <uvm/uvm_prot.h>

struct buf;
struct core;
struct loadavg;
struct lwp;
struct mount;
struct proc;
struct uio;
struct uvm_object;
struct vm_anon;
struct vm_map;
struct vm_page;
struct vmspace;
struct vnode;

/* uvm_map() flags, as far as they matter */
#define UVM_INH_SHARE      0x00
#define UVM_INH_COPY       0x10
#define UVM_INH_NONE       0x20
#define UVM_ADV_NORMAL     0x0
#define UVM_ADV_RANDOM     0x1
#define UVM_ADV_SEQUENTIAL 0x2
#define UVM_ADV_WILLNEED   0x3
#define UVM_ADV_DONTNEED   0x4
#define UVM_ADV_NOREUSE    0x5
#define UVM_ADV_MASK       0x7
#define UVM_UNKNOWN_OFFSET ((voff_t)-1)

typedef unsigned int uvm_flag_t;

/* uvm_km_alloc() flags */
#define UVM_KMF_WIRED      0x1 /* backed by memory */
#define UVM_KMF_PAGEABLE   0x2
#define UVM_KMF_VAONLY     0x4
#define UVM_KMF_TYPEMASK   0x7
#define UVM_KMF_CANFAIL    0x8
#define UVM_KMF_ZERO       0x10
#define UVM_KMF_EXEC       0x20
#define UVM_KMF_TRYLOCK    0x40
#define UVM_KMF_NOWAIT     0x80
#define UVM_KMF_WAITVA     0x100
#define UVM_KMF_COLORMATCH 0x200

/* uvm_pagealloc() flags */
#define UVM_PGA_USERESERVE 0x0001
#define UVM_PGA_ZERO       0x0002

/* ubc_uiomove() and ubc_alloc() flags */
#define UBC_READ      0x001
#define UBC_WRITE     0x002
#define UBC_FAULTBUSY 0x004 /* nothing in the pages is to be kept */
#define UBC_UNMAP     0x010 /* no effect: nothing stays mapped */
#define UBC_PARTIALOK 0x100 /* uio may be left partly advanced on error */

#define UBC_WANT_UNMAP(vp) false
#define UBC_UNMAP_FLAG(vp) (UBC_WANT_UNMAP(vp) ? UBC_UNMAP : 0)

#define UBC_NWINS    1024
#define UBC_WINSHIFT 13

/* uvm_io() flags */
#define UVM_IO_FIXPROT 0x01

/* uvm_voaddr and friends are not offered */

#define UVM_FAULT_WIRE    0x1
#define UVM_FAULT_MAXPROT 0x2

/* Counters of memory; pages unless said otherwise. */
struct uvmexp {
	int pagesize;
	int pagemask;
	int pageshift;
	int npages;
	int free;
	int active;
	int inactive;
	int paging;
	int wired;
	int zeropages;
	int reserve_pagedaemon;
	int reserve_kernel;
	unsigned anonpages;
	unsigned filepages;
	unsigned execpages;
	int freemin;
	int freetarg;
	int wiredmax;
	int nswapdev;
	int swpages;
	int swpgavail;
	int swpginuse;
	int swpgonly;
	int nswget;
	unsigned faults;
	unsigned traps;
	unsigned intrs;
	unsigned swtch;
	unsigned softs;
	unsigned syscalls;
	int pageins;
	int pgswapin;
	int pgswapout;
	int forks;
	int forks_ppwait;
	int forks_sharevm;
	int pga_zerohit;
	int pga_zeromiss;
	int zeroaborts;
	int colorhit;
	int colormiss;
	int ncolors;
	int pdwoke;
	int pdrevs;
	int pdfreed;
	int pdscans;
	int pdanscan;
	int pdobscan;
	int pdreact;
	int pdbusy;
	int pdpageouts;
	int pdpending;
	int pddeact;
	int bootpages;
};

extern struct uvmexp uvmexp;

struct vm_map {
	vaddr_t min_offset;
	vaddr_t max_offset;
	pmap_t pmap;
};

/*
 * The address space of a process. Those of the host program are the
 * kernel's own; a remote client's is a cookie of its connection.
 */
struct vmspace {
	struct vm_map vm_map;
	unsigned vm_refcnt;
	char *vm_maxsaddr;
	char *vm_minsaddr;
	char *vm_taddr;
	char *vm_daddr;
	segsz_t vm_rssize;
	segsz_t vm_tsize;
	segsz_t vm_dsize;
	segsz_t vm_ssize;
};

extern struct vm_map *kernel_map;
extern struct vm_map *kmem_map;
extern struct vm_map *phys_map;
#define uvm_kernel_map kernel_map

extern struct vmspace *rump_vmspace_local;
extern struct vmspace *rump_vmspace_kernel;
#define VMSPACE_IS_KERNEL_P(vm) ((vm) == rump_vmspace_kernel)
/* memory of this host process: copying it cannot sleep */
#define VMSPACE_IS_NEAR_P(vm)                                                  \
	((vm) == rump_vmspace_kernel || (vm) == rump_vmspace_local ||          \
	    (vm) == NULL)

/* kernel memory */
vaddr_t uvm_km_alloc(struct vm_map *, vsize_t, vsize_t, uvm_flag_t);
void uvm_km_free(struct vm_map *, vaddr_t, vsize_t, uvm_flag_t);
int uvm_km_kmem_alloc(void *, vsize_t, int, uintptr_t *);
bool uvm_kernacc(void *, size_t, int);
int uvm_io(struct vm_map *, struct uio *, int);
int uvm_vslock(struct vmspace *, void *, size_t, vm_prot_t);
void uvm_vsunlock(struct vmspace *, void *, size_t);
int uvm_map(struct vm_map *, vaddr_t *, vsize_t, struct uvm_object *, voff_t,
    vsize_t, uvm_flag_t);
void uvm_unmap1(struct vm_map *, vaddr_t, vaddr_t, int);
#define uvm_unmap(map, s, e) uvm_unmap1((map), (s), (e), 0)
int uvm_map_pageable(struct vm_map *, vaddr_t, vaddr_t, bool, int);
void uvmspace_addref(struct vmspace *);
void uvmspace_free(struct vmspace *);

void uvm_init(void);
void uvm_boot_init(void);

/* pages; the object's lock is held */
struct vm_page *uvm_pagealloc_strat(
    struct uvm_object *, voff_t, struct vm_anon *, int, int, int);
#define uvm_pagealloc(obj, off, anon, flags)                                   \
	uvm_pagealloc_strat((obj), (off), (anon), (flags), 0, 0)
void uvm_pagerealloc(struct vm_page *, struct uvm_object *, voff_t);
void uvm_wait(const char *);
void uvm_pageout(void *);
/* free about so many pages that can be had again; false if there are none */
bool uvm_pagereclaim(int);
void uvm_estimatepageable(int *, int *);
int uvm_swapisfull(void);

/* anonymous objects */
struct uvm_object *uao_create(vsize_t, int);
void uao_detach(struct uvm_object *);
void uao_reference(struct uvm_object *);
void uvm_obj_setlock(struct uvm_object *, kmutex_t *);

/* files */
void uvm_vnp_setsize(struct vnode *, voff_t);
void uvm_vnp_setwritesize(struct vnode *, voff_t);
int uvn_findpages(struct uvm_object *, voff_t, int *, struct vm_page **, int);
bool uvm_vnp_uncache(struct vnode *);

#define UFP_ALL       0x00
#define UFP_NOWAIT    0x01 /* don't sleep for a page */
#define UFP_NOALLOC   0x02 /* don't make pages */
#define UFP_NOCACHE   0x04 /* don't return what was there */
#define UFP_NORDONLY  0x08 /* don't return PG_RDONLY pages */
#define UFP_DIRTYONLY 0x10 /* don't return clean pages */
#define UFP_BACKWARD  0x20

/* the page cache */
void ubc_init(void);
int ubc_uiomove(struct uvm_object *, struct uio *, vsize_t, int, int);
void ubc_zerorange(struct uvm_object *, off_t, size_t, int);
void ubc_purge(struct uvm_object *);

#endif /* !_UVM_UVM_EXTERN_H_ */
