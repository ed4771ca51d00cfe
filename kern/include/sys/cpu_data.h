/* SPDX-License-Identifier: BSD-2-Clause */
/* What every kind of CPU has. */

#ifndef _SYS_CPU_DATA_H_
#define _SYS_CPU_DATA_H_

#include <sys/percpu_types.h>
#include <sys/queue.h>
#include <sys/sched.h>
#include <sys/types.h>

#ifdef _KERNEL

struct kcpuset;

struct cpu_data {
	struct schedstate_percpu cpu_schedstate;
	u_int cpu_index;             /* c: */
	percpu_cpu_t cpu_percpu;     /* percpu_lock; storage of percpu(9) */
	void *cpu_pool_cache;        /* o: for the allocators */
	void *cpu_selcluster;        /* c: for select */
	void *cpu_psref;             /* o: passive references held here */
	void *cpu_netqueue;          /* o: for the network */
	struct kcpuset *cpu_kcpuset; /* c: the set of this CPU alone */
	void *cpu_spare[8];
	uint64_t cpu_nswtch;
	uint64_t cpu_nsyscall;
	uint64_t cpu_ntrap;
	uint64_t cpu_nintr;
	uint64_t cpu_nsoft;
	char cpu_name[8]; /* c: "cpu0" */
};

#define ci_schedstate ci_data.cpu_schedstate
#define ci_index      ci_data.cpu_index
#define ci_percpu     ci_data.cpu_percpu
#define ci_nsyscall   ci_data.cpu_nsyscall

#endif /* _KERNEL */

#endif /* _SYS_CPU_DATA_H_ */
