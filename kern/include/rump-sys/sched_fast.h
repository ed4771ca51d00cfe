/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entering and leaving the kernel without a call, for the hottest places: the
 * cases of rump_schedule() and rump_unschedule() where the thread has a lwp
 * of its own, its last virtual CPU is free and nobody waits for one.
 */

#ifndef _RUMP_SYS_SCHED_FAST_H_
#define _RUMP_SYS_SCHED_FAST_H_

#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/proc.h>

#include <rump/rump.h>

#define RUMP_CPU_BUSY ((struct lwp *)1)

/* m: how many wait for a CPU and have not been woken */
extern volatile u_int rump_sched_needwake;
void rump_cpu_release_late(struct cpu_info *);

static inline bool
rump_cpu_try(struct cpu_info *ci)
{
	struct lwp *free = NULL;

	return __atomic_compare_exchange_n(&ci->ci_owner, &free, RUMP_CPU_BUSY,
	    0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* The same as rump_schedule(); the lwp is the result. */
static inline struct lwp *
rump_enter(void)
{
	struct lwp *l = curlwp;

	if (__predict_false(l == NULL || l->l_cred != l->l_proc->p_cred ||
		!rump_cpu_try(l->l_cpu))) {
		rump_schedule();
		return curlwp;
	}
	__atomic_store_n(&l->l_stat, LSONPROC, __ATOMIC_RELAXED);
	return l;
}

/* The same as rump_unschedule(). */
static inline void
rump_leave(void)
{
	struct lwp *l = curlwp;
	struct cpu_info *ci = l->l_cpu;

	if (__predict_false(
		(__atomic_load_n(&ci->ci_work, __ATOMIC_RELAXED) != 0) |
		((l->l_flag & LW_RUMP_IMPLICIT) != 0) | (l->l_nunpark != 0) |
		(__atomic_load_n(&rump_sched_needwake, __ATOMIC_RELAXED) !=
		    0))) {
		rump_unschedule();
		return;
	}
	__atomic_store_n(&l->l_stat, LSRUN, __ATOMIC_RELAXED);
	__atomic_store_n(&ci->ci_owner, NULL, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__predict_false(
		__atomic_load_n(&rump_sched_needwake, __ATOMIC_RELAXED) != 0))
		rump_cpu_release_late(ci);
}

#endif /* _RUMP_SYS_SCHED_FAST_H_ */
