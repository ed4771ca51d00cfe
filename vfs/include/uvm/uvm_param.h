/* SPDX-License-Identifier: BSD-2-Clause */
/* Page arithmetic, beyond <sys/param.h>. */
#ifndef _UVM_UVM_PARAM_H_
#define _UVM_UVM_PARAM_H_

#include <machine/vmparam.h>
#include <sys/param.h>
#include <sys/sysctl.h>
#include <sys/types.h>

typedef off_t voff_t; /* offset within a uvm_object */
typedef voff_t pgoff_t;

#define num_pages(x) ((uintptr_t)((((uintptr_t)(x)) + PAGE_MASK) >> PAGE_SHIFT))

/* below VM_PROC of CTL_VM; the rest is in <sys/sysctl.h> */
#define VM_PROC_MAP 1

#endif /* !_UVM_UVM_PARAM_H_ */
