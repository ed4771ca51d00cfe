/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel memory by the page, and what there is of address maps: one, the
 * host's, that needs no managing.
 */
#include "uvm_impl.h"

#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/uio.h>

#include <rump-sys/mem.h>

static struct vm_map kernel_map_store = {
    .min_offset = 0,
    .max_offset = ~(vaddr_t)0,
};
struct vm_map *kernel_map = &kernel_map_store;
struct vm_map *kmem_map = &kernel_map_store;
struct vm_map *phys_map = &kernel_map_store;

/*
 * Pages of kernel memory, aligned to a page or to align. 0 if there is none
 * and the flags allow that.
 */
vaddr_t
uvm_km_alloc(struct vm_map *map, vsize_t size, vsize_t align, uvm_flag_t flags)
{
	const bool canfail = (flags & (UVM_KMF_CANFAIL | UVM_KMF_NOWAIT)) != 0;
	void *p;

	size = round_page(size);
	p = rump_hypermalloc(
	    size, MAX((vsize_t)PAGE_SIZE, align), !canfail, "uvmkm");
	if (p != NULL && flags & UVM_KMF_ZERO)
		memset(p, 0, size);
	return (vaddr_t)p;
}

void
uvm_km_free(struct vm_map *map, vaddr_t addr, vsize_t size, uvm_flag_t flags)
{
	rump_hyperfree((void *)addr, round_page(size));
}

bool
uvm_kernacc(void *addr, size_t len, int rw)
{
	return true;
}

/*
 * There is nothing to pin: what is mapped in the host stays mapped. But it has
 * to be mapped: each page is touched, and EFAULT if it cannot be.
 */
int
uvm_vslock(struct vmspace *vs, void *addr, size_t len, vm_prot_t prot)
{
	char *p = addr, *end = p + len, byte;
	int error = 0;

	while (p < end && error == 0) {
		error = copyin_vmspace(vs, p, &byte, 1);
		if (error == 0 && (prot & VM_PROT_WRITE) != 0)
			error = copyout_vmspace(vs, &byte, p, 1);
		p = (char *)trunc_page((vaddr_t)p) + PAGE_SIZE;
	}
	return error;
}

void
uvm_vsunlock(struct vmspace *vs, void *addr, size_t len)
{
}

int
uvm_map(struct vm_map *map, vaddr_t *addr, vsize_t size,
    struct uvm_object *uobj, voff_t off, vsize_t align, uvm_flag_t flags)
{
	return EOPNOTSUPP;
}

void
uvm_unmap1(struct vm_map *map, vaddr_t start, vaddr_t end, int flags)
{
}

int
uvm_map_pageable(
    struct vm_map *map, vaddr_t start, vaddr_t end, bool pageable, int flags)
{
	return 0;
}

/* Move data between a map's memory (uio_offset is the address) and a uio. */
int
uvm_io(struct vm_map *map, struct uio *uio, int flags)
{
	return uiomove((void *)(vaddr_t)uio->uio_offset, uio->uio_resid, uio);
}

int
uvm_loanuobjpages(
    struct uvm_object *uobj, voff_t off, int npages, struct vm_page **pgs)
{
	return ENOSYS;
}

/*
 * An address for a run of pages: their own, if they are adjacent, or a
 * buffer, into which they are copied for a write and out of which by
 * uvm_pagermapout() after a read.
 */
struct pager_bounce {
	LIST_ENTRY(pager_bounce) pb_list;
	vaddr_t pb_kva;
	int pb_npages;
	int pb_flags;
	struct vm_page *pb_pgs[];
};

static LIST_HEAD(, pager_bounce) bounces = LIST_HEAD_INITIALIZER(bounces);

vaddr_t
uvm_pagermapin(struct vm_page **pgs, int npages, int flags)
{
	const size_t hdr =
	    sizeof(struct pager_bounce) + npages * sizeof(struct vm_page *);
	const bool wait = (flags & UVMPAGER_MAPIN_WAITOK) != 0;
	struct pager_bounce *pb;
	char *p, *kva;
	int i;

	p = uvm_pgdata(pgs[0]);
	for (i = 1; i < npages; i++)
		if (uvm_pgdata(pgs[i]) != p + ((size_t)i << PAGE_SHIFT))
			break;
	if (i == npages)
		return (vaddr_t)p;

	pb = kmem_alloc(hdr, wait ? KM_SLEEP : KM_NOSLEEP);
	if (pb == NULL)
		return 0;
	kva = rump_hypermalloc(
	    (size_t)npages << PAGE_SHIFT, PAGE_SIZE, wait, "pgmapin");
	if (kva == NULL) {
		kmem_free(pb, hdr);
		return 0;
	}
	pb->pb_kva = (vaddr_t)kva;
	pb->pb_npages = npages;
	pb->pb_flags = flags;
	memcpy(pb->pb_pgs, pgs, npages * sizeof(*pgs));
	for (i = 0; i < npages; i++)
		memcpy(kva + ((size_t)i << PAGE_SHIFT), uvm_pgdata(pgs[i]),
		    PAGE_SIZE);
	mutex_enter(&uvm_pageqlock);
	LIST_INSERT_HEAD(&bounces, pb, pb_list);
	mutex_exit(&uvm_pageqlock);
	return (vaddr_t)kva;
}

void
uvm_pagermapout(vaddr_t kva, int npages)
{
	struct pager_bounce *pb;

	mutex_enter(&uvm_pageqlock);
	LIST_FOREACH(pb, &bounces, pb_list)
		if (pb->pb_kva == kva)
			break;
	if (pb != NULL)
		LIST_REMOVE(pb, pb_list);
	mutex_exit(&uvm_pageqlock);
	if (pb == NULL)
		return;
	KASSERT(pb->pb_npages == npages);
	if (pb->pb_flags & UVMPAGER_MAPIN_READ) {
		for (int i = 0; i < npages; i++)
			memcpy(uvm_pgdata(pb->pb_pgs[i]),
			    (char *)kva + ((size_t)i << PAGE_SHIFT), PAGE_SIZE);
	}
	rump_hyperfree((void *)kva, (size_t)npages << PAGE_SHIFT);
	kmem_free(pb, sizeof(*pb) + npages * sizeof(struct vm_page *));
}
