/* SPDX-License-Identifier: BSD-2-Clause */
/* Page arithmetic and the sysctl names of the vm tree. */
#ifndef _UVM_UVM_PARAM_H_
#define _UVM_UVM_PARAM_H_

#include <machine/vmparam.h>
#include <sys/types.h>

typedef off_t voff_t; /* offset within a uvm_object */
typedef voff_t pgoff_t;

#ifndef PAGE_SHIFT
#define PAGE_SHIFT 12
#endif
#ifndef PAGE_SIZE
#define PAGE_SIZE (1 << PAGE_SHIFT)
#endif
#ifndef PAGE_MASK
#define PAGE_MASK (PAGE_SIZE - 1)
#endif

#define round_page(x) (((x) + PAGE_MASK) & ~PAGE_MASK)
#define trunc_page(x) ((x) & ~PAGE_MASK)

#ifndef atop
#define atop(x) (((paddr_t)(x)) >> PAGE_SHIFT)
#endif
#ifndef ptoa
#define ptoa(x) (((vaddr_t)(x)) << PAGE_SHIFT)
#endif
#define num_pages(x) ((uintptr_t)((((uintptr_t)(x)) + PAGE_MASK) >> PAGE_SHIFT))

/* second-level names of CTL_VM */
#define VM_METER      1
#define VM_LOADAVG    2
#define VM_UVMEXP     3
#define VM_NKMEMPAGES 4
#define VM_UVMEXP2    5
#define VM_ANONMIN    6
#define VM_EXECMIN    7
#define VM_FILEMIN    8
#define VM_MAXSLP     9
#define VM_USPACE     10
#define VM_ANONMAX    11
#define VM_EXECMAX    12
#define VM_FILEMAX    13
#define VM_MINADDRESS 14
#define VM_MAXADDRESS 15
#define VM_PROC       16
#define VM_PROC_MAP   1

#endif /* !_UVM_UVM_PARAM_H_ */
