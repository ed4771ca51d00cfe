/* SPDX-License-Identifier: BSD-2-Clause */
/* Loaning of pages: always refused, callers then copy. */
#ifndef _UVM_UVM_LOAN_H_
#define _UVM_UVM_LOAN_H_

#include <sys/errno.h>
#include <sys/types.h>
#include <uvm/uvm_param.h>

struct vm_map;
struct uvm_object;
struct vm_page;

#define UVM_LOAN_TOANON 0x01
#define UVM_LOAN_TOPAGE 0x02

static __inline int
uvm_loan(struct vm_map *map __unused, vaddr_t va __unused, vsize_t len __unused,
    void *v __unused, int flags __unused)
{
	return ENOSYS;
}
static __inline void
uvm_unloan(void *v __unused, int npages __unused, int flags __unused)
{
}
int uvm_loanuobjpages(struct uvm_object *, voff_t, int, struct vm_page **);

#endif /* !_UVM_UVM_LOAN_H_ */
