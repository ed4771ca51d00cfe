/* SPDX-License-Identifier: BSD-2-Clause */
/* There is no hardware map: an address of ours is an address of the host's. */
#ifndef _UVM_UVM_PMAP_H_
#define _UVM_UVM_PMAP_H_

#include <sys/null.h>
#include <sys/types.h>
#include <uvm/uvm_prot.h>

struct pmap;
struct vm_page;
typedef struct pmap *pmap_t;

struct pmap_statistics {
	long resident_count;
	long wired_count;
};
typedef struct pmap_statistics *pmap_statistics_t;

#define PMAP_WIRED   0x00000010
#define PMAP_CANFAIL 0x00000020

#define pmap_kernel() ((struct pmap *)NULL)

static __inline bool
pmap_extract(struct pmap *pm __unused, vaddr_t va, paddr_t *pap)
{
	if (pap != NULL)
		*pap = (paddr_t)va;
	return true;
}
static __inline void
pmap_page_protect(struct vm_page *pg __unused, vm_prot_t prot __unused)
{
}
static __inline bool
pmap_is_modified(struct vm_page *pg __unused)
{
	return false;
}
static __inline bool
pmap_is_referenced(struct vm_page *pg __unused)
{
	return false;
}
static __inline bool
pmap_clear_modify(struct vm_page *pg __unused)
{
	return false;
}
static __inline void
pmap_update(struct pmap *pm __unused)
{
}

#endif /* !_UVM_UVM_PMAP_H_ */
