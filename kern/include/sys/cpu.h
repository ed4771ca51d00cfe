/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs. A host thread is in the kernel while it owns one; there is no
 * preemption, so what belongs to a CPU needs no lock.
 *
 * ci_owner is taken by compare-and-swap and released by a plain store:
 * see kern/sched/scheduler.c.
 */

#ifndef _SYS_CPU_H_
#define _SYS_CPU_H_

#include <sys/cpu_data.h>
#include <sys/types.h>

#ifdef _KERNEL

#include <sys/systm.h>

struct lwp;

/* a: atomic, o: whoever owns the CPU, c: constant after boot */
struct cpu_info {
	struct lwp *volatile ci_owner; /* a: NULL, or CPU is busy */
	struct lwp *ci_implicit;       /* o: idle lwps of process 1 */
	union {
		volatile uint64_t ci_work; /* a: for whoever leaves: both of */
		struct {
			volatile u_int ci_softpend; /* a: soft interrupts */
			volatile u_int ci_deferred; /* a: callouts to poll */
		};
	};
	struct lwp *volatile ci_curlwp; /* o: who runs */
	int ci_mtx_count;
	int ci_want_resched;
	struct cpu_data ci_data;
	struct cpu_info *ci_next; /* c: */
	cpuid_t ci_cpuid;         /* c: */
	void *ci_softq;           /* c: soft interrupt queues */
	struct device *ci_dev;
} __aligned(128);

/* the lwp of this host thread; NULL outside of the kernel without an own one */
extern __thread struct lwp *rump_curlwp_tls;

#define curlwp       rump_curlwp_tls
#define curcpu()     (*(struct cpu_info *volatile const *)curlwp)
#define cpu_number() ((int)curcpu()->ci_index)

/* curlwp as a function, as <machine/cpu.h> of x86 has it */
struct lwp *x86_curlwp(void);

extern struct cpu_info *rump_cpu_infos; /* array of ncpu */
extern struct cpu_info **cpu_infos;

#define CPU_INFO_ITERATOR int __unused
#define CPU_INFO_FOREACH(cii, ci)                                              \
	(cii) = 0, (ci) = rump_cpu_infos;                                      \
	(ci) != NULL;                                                          \
	(ci) = (ci)->ci_next
#define CPU_IS_PRIMARY(ci) ((ci)->ci_index == 0)
#define CPU_STARTUP(c, l)  ((void)0)
#define curcpu_stable()    curcpu()

struct cpu_info *cpu_lookup(u_int);
static __inline u_int
cpu_index(const struct cpu_info *ci)
{
	return ci->ci_index;
}
static __inline const char *
cpu_name(struct cpu_info *ci)
{
	return ci->ci_data.cpu_name;
}

bool cpu_intr_p(void);
bool cpu_softintr_p(void);
void cpu_need_resched(struct cpu_info *, int);
int cpu_setmodel(const char *, ...) __printflike(1, 2);
const char *cpu_getmodel(void);
extern u_int maxcpus;
#define cpu_did_resched(l)    ((void)(l))
#define cpu_proc_fork(p1, p2) ((void)0)

#define RESCHED_IMMED    0x01
#define RESCHED_KPREEMPT 0x02
#define RESCHED_LAZY     0x04

#endif /* _KERNEL */

#include <machine/cpu.h>

#endif /* _SYS_CPU_H_ */
