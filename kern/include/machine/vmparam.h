/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory geometry. Kernel memory is host memory: the ranges are nominal. */

#ifndef _MACHINE_VMPARAM_H_
#define _MACHINE_VMPARAM_H_

#include <machine/param.h>

#ifndef MAXTSIZ
#define MAXTSIZ (64UL * 1024 * 1024)
#endif
#ifndef DFLDSIZ
#define DFLDSIZ (256UL * 1024 * 1024)
#endif
#ifndef MAXDSIZ
#define MAXDSIZ (8UL * 1024 * 1024 * 1024)
#endif
#ifndef DFLSSIZ
#define DFLSSIZ (4UL * 1024 * 1024)
#endif
#ifndef MAXSSIZ
#define MAXSSIZ (128UL * 1024 * 1024)
#endif

#define VM_MIN_ADDRESS        0UL
#define VM_MAXUSER_ADDRESS    (~0UL & ~(unsigned long)PAGE_MASK)
#define VM_MAX_ADDRESS        VM_MAXUSER_ADDRESS
#define VM_MIN_KERNEL_ADDRESS 0UL
#define VM_MAX_KERNEL_ADDRESS (~0UL & ~(unsigned long)PAGE_MASK)
#define USRSTACK              VM_MAXUSER_ADDRESS

#define VM_PHYSSEG_MAX      1
#define VM_PHYSSEG_STRAT    VM_PSTRAT_BIGFIRST
#define VM_NFREELIST        1
#define VM_FREELIST_DEFAULT 0

#endif /* _MACHINE_VMPARAM_H_ */
