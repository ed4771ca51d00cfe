/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_TYPES_H_
#define _MACHINE_TYPES_H_

#include <machine/int_types.h>
#include <sys/cdefs.h>

/* "physical" and virtual addresses are both host addresses */
typedef unsigned long paddr_t;
typedef unsigned long psize_t;
typedef unsigned long vaddr_t;
typedef unsigned long vsize_t;
#define PRIxPADDR "lx"
#define PRIxPSIZE "lx"
#define PRIuPSIZE "lu"
#define PRIxVADDR "lx"
#define PRIxVSIZE "lx"
#define PRIuVSIZE "lu"

#if __SIZEOF_POINTER__ == 8
typedef __int64_t register_t;
typedef __uint64_t uregister_t;
#define PRIxREGISTER "lx"
#define __HAVE_ATOMIC64_OPS
#else
typedef int register_t;
typedef unsigned int uregister_t;
#define PRIxREGISTER "x"
#endif
typedef __int32_t __register32_t;
typedef __int64_t register32_64_t;
typedef int pmc_evid_t;
typedef __uint64_t pmc_ctr_t;
typedef unsigned short tlb_asid_t;

typedef struct label_t {
	register_t val[8];
} label_t;

typedef volatile unsigned char __cpu_simple_lock_t;
typedef unsigned char __cpu_simple_lock_nv_t;

#define __SIMPLELOCK_LOCKED   1
#define __SIMPLELOCK_UNLOCKED 0

#define __HAVE_SYSCALL_INTERN
#define __HAVE_CPU_COUNTER
#define __HAVE_MINIMAL_EMUL
#define __HAVE_FAST_SOFTINTS
#define __HAVE_CPU_DATA_FIRST
#define __HAVE_GENERIC_SOFT_INTERRUPTS

#endif /* !_MACHINE_TYPES_H_ */
