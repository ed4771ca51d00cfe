/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc(9): kmem with the size kept.  Below a page a header in front holds it;
 * from a page on the memory is page-aligned and the page run knows.
 */

#include <lib/libkern/libkern.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "mem_impl.h"

#define HEADER_MAGIC 0x3a110c8dU
#define HEADER_FREED 0xf4eed000U

struct header {
	uint64_t hd_size; /* with the header */
	uint32_t hd_magic;
	uint32_t hd_pad;
};

#define TYPE(name, desc) MALLOC_DEFINE(name, #name, desc)

TYPE(M_DEVBUF, "device driver memory");
TYPE(M_DMAMAP, "bus_dma(9) structures");
TYPE(M_FREE, "should be on free list");
TYPE(M_PCB, "protocol control block");
TYPE(M_SOFTINTR, "softinterrupt structures");
TYPE(M_TEMP, "misc. temporary data buffers");
TYPE(M_RTABLE, "routing tables");
TYPE(M_FTABLE, "fragment reassembly header");
TYPE(M_UFSMNT, "UFS mount structure");
TYPE(M_NETADDR, "Export host address structures");
TYPE(M_IPMOPTS, "internet multicast options");
TYPE(M_IPMADDR, "internet multicast addresses");
TYPE(M_MRTABLE, "multicast routing tables");
TYPE(M_BWMETER, "multicast upcall bw meters");
TYPE(M_IFADDR, "interface addresses");
TYPE(M_IFMADDR, "link-level multicast addresses");
TYPE(M_SONAME, "socket names");
TYPE(M_SECA, "security associations");
TYPE(M_USB, "USB");
TYPE(M_USBDEV, "USB devices");
TYPE(M_VNODE, "dynamically allocated vnodes");
TYPE(M_MOUNT, "vfs mount structures");
TYPE(M_CACHE, "dynamically allocated cache entries");
TYPE(M_KEVENT, "kevents/knotes");

void
kmeminit(void)
{
	kmem_init();
}

/* types are names only: nothing is counted by them */
void
malloc_type_attach(struct malloc_type *type)
{
	KASSERT(type->ks_magic == M_MAGIC);
}

void
malloc_type_detach(struct malloc_type *type)
{
	KASSERT(type->ks_magic == M_MAGIC);
}

/* NULL only with M_NOWAIT or M_CANFAIL, or for what can never be had */
void *
kern_malloc(unsigned long size, int flags)
{
	km_flag_t kmflags =
	    (flags & (M_NOWAIT | M_CANFAIL)) != 0 ? KM_NOSLEEP : KM_SLEEP;
	struct header *hd;

	if (size >= PAGE_SIZE) {
		if (size > SIZE_MAX / 2)
			return NULL;
		return page_run_alloc(btoc(size), 1,
		    (kmflags == KM_SLEEP ? PRA_WAIT : 0) |
			((flags & M_ZERO) != 0 ? PRA_ZERO : 0));
	}
	size += sizeof(*hd);
	hd = (flags & M_ZERO) != 0 ? kmem_intr_zalloc(size, kmflags)
				   : kmem_intr_alloc(size, kmflags);
	if (hd == NULL)
		return NULL;
	hd->hd_size = size;
	hd->hd_magic = HEADER_MAGIC;
	return hd + 1;
}

static struct header *
header_of(void *p, const void *caller)
{
	struct header *hd = (struct header *)p - 1;

	if (__predict_true(hd->hd_magic == HEADER_MAGIC))
		return hd;
	rump_rule_broken("malloc(9)", caller, "free(%p): %s", p,
	    hd->hd_magic == HEADER_FREED
		? "it was freed before"
		: "it is not from malloc(9), or its head was overwritten");
}

void
kern_free(void *p)
{
	struct header *hd;

	if (p == NULL)
		return;
	if (((uintptr_t)p & PAGE_MASK) == 0) {
		page_run_free(p);
		return;
	}
	hd = header_of(p, __builtin_return_address(0));
	hd->hd_magic = HEADER_FREED;
	kmem_intr_free(hd, hd->hd_size);
}

void *
kern_realloc(void *old, unsigned long newsize, int flags)
{
	size_t oldsize;
	void *new;

	if (old == NULL)
		return kern_malloc(newsize, flags);
	if (newsize == 0) {
		kern_free(old);
		return NULL;
	}
	if (((uintptr_t)old & PAGE_MASK) == 0)
		oldsize = page_run_pages(old) << PAGE_SHIFT;
	else
		oldsize = header_of(old, __builtin_return_address(0))->hd_size -
		    sizeof(struct header);
	if (newsize <= oldsize && newsize >= oldsize / 2)
		return old;
	new = kern_malloc(newsize, flags);
	if (new == NULL)
		return NULL;
	memcpy(new, old, MIN(oldsize, newsize));
	kern_free(old);
	return new;
}
