/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * percpu(9), xcall(9), pserialize(9), kcpuset(9): what follows from a thread
 * owning its virtual CPU.
 *
 * A cross call runs on the caller's thread, which moves from CPU to CPU: to
 * hold a CPU is to have waited until whoever had it left or slept. That is
 * also all that pserialize_perform() needs: a reader keeps its CPU.
 *
 * percpu storage is one block for each allocation, a slice for each CPU.
 */

#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/percpu.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/xcall.h>

#include <rump-sys/kern.h>

#include "sched_impl.h"

struct percpu {
	size_t pc_size;   /* of a slice */
	size_t pc_stride; /* from slice to slice */
	char *pc_data;
};

#define STRIDE(size) roundup2((size), COHERENCY_UNIT)

void
percpu_init(void)
{
}

void
percpu_init_cpu(struct cpu_info *ci)
{
}

percpu_t *
percpu_alloc(size_t size)
{
	struct percpu *pc;

	pc = kmem_alloc(sizeof(*pc), KM_SLEEP);
	pc->pc_size = size;
	pc->pc_stride = STRIDE(size);
	pc->pc_data = kmem_zalloc(pc->pc_stride * (size_t)ncpu, KM_SLEEP);
	return pc;
}

void
percpu_free(percpu_t *pc, size_t size)
{
	KASSERT(pc->pc_size == size);
	kmem_free(pc->pc_data, pc->pc_stride * (size_t)ncpu);
	kmem_free(pc, sizeof(*pc));
}

void *
percpu_getptr_remote(percpu_t *pc, struct cpu_info *ci)
{
	return pc->pc_data + pc->pc_stride * ci->ci_index;
}

/* This CPU's slice. The lwp keeps the CPU until percpu_putref(). */
void *
percpu_getref(percpu_t *pc)
{
	struct lwp *l = curlwp;

	l->l_nopreempt++;
	return pc->pc_data + pc->pc_stride * l->l_cpu->ci_index;
}

void
percpu_putref(percpu_t *pc)
{
	curlwp->l_nopreempt--;
}

void
percpu_foreach(percpu_t *pc, percpu_callback_t cb, void *arg)
{
	int i;

	for (i = 0; i < ncpu; i++)
		(*cb)(pc->pc_data + pc->pc_stride * (size_t)i, arg,
		    &rump_cpu_infos[i]);
}

void
percpu_traverse_enter(void)
{
}

void
percpu_traverse_exit(void)
{
}

/* Call fn on ci (NULL: on each CPU), in the place of the current thread. */
static void
xc_run(xcfunc_t fn, void *arg1, void *arg2, struct cpu_info *only)
{
	struct lwp *l = curlwp;
	struct cpu_info *home = l->l_cpu, *ci;
	int nlocks, bound;

	KASSERTMSG(l->l_nopreempt == 0, "cross call by one that may not move");
	bound = curlwp_bind();
	nlocks = rump_biglock_drop(l);
	for (ci = rump_cpu_infos; ci != NULL; ci = ci->ci_next) {
		if (only != NULL && ci != only)
			continue;
		rump_cpu_switch(ci);
		if (fn != NULL)
			(*fn)(arg1, arg2);
	}
	if (bound & (int)LP_BOUND)
		rump_cpu_switch(home);
	curlwp_bindx(bound);
	rump_biglock_retake(l, nlocks);
}

/* Done when it returns; xc_wait() has nothing left to wait for. */
uint64_t
xc_broadcast(u_int flags, xcfunc_t fn, void *arg1, void *arg2)
{
	xc_run(fn, arg1, arg2, NULL);
	return 1;
}

uint64_t
xc_unicast(
    u_int flags, xcfunc_t fn, void *arg1, void *arg2, struct cpu_info *ci)
{
	xc_run(fn, arg1, arg2, ci);
	return 1;
}

void
xc_wait(uint64_t where)
{
}

void
xc_barrier(u_int flags)
{
	xc_run(NULL, NULL, NULL, NULL);
}

void
xc_init_cpu(struct cpu_info *ci)
{
}

struct pserialize {
	int psz_dummy;
};

void
pserialize_init(void)
{
}

void
pserialize_switchpoint(void)
{
}

pserialize_t
pserialize_create(void)
{
	return kmem_zalloc(sizeof(struct pserialize), KM_SLEEP);
}

void
pserialize_destroy(pserialize_t psz)
{
	kmem_free(psz, sizeof(*psz));
}

/* Returns when every reader that was inside has left. Sleeps. */
void
pserialize_perform(pserialize_t psz)
{
	struct lwp *l = curlwp;
	struct cpu_info *ci, *me = l->l_cpu;

	KASSERTMSG(l->l_nopreempt == 0, "pserialize_perform by a reader");
	for (ci = rump_cpu_infos; ci != NULL; ci = ci->ci_next) {
		/* nobody is on it: whoever comes sees what we changed */
		if (ci != me && !rump_cpu_pass(ci)) {
			xc_run(NULL, NULL, NULL, NULL);
			return;
		}
	}
}

int
pserialize_read_enter(void)
{
	curlwp->l_nopreempt++;
	__insn_barrier();
	return 0;
}

void
pserialize_read_exit(int s)
{
	__insn_barrier();
	curlwp->l_nopreempt--;
}

bool
pserialize_in_read_section(void)
{
	return curlwp->l_nopreempt != 0;
}

bool
pserialize_not_in_read_section(void)
{
	return curlwp->l_nopreempt == 0;
}

struct kcpuset {
	uint64_t kc_bits[(MAXCPUS + 63) / 64];
};

void
kcpuset_create(kcpuset_t **kcp, bool zero)
{
	*kcp = kmem_zalloc(sizeof(**kcp), KM_SLEEP);
}

void
kcpuset_destroy(kcpuset_t *kc)
{
	kmem_free(kc, sizeof(*kc));
}

void
kcpuset_zero(kcpuset_t *kc)
{
	memset(kc, 0, sizeof(*kc));
}

void
kcpuset_fill(kcpuset_t *kc)
{
	int i;

	for (i = 0; i < ncpu; i++)
		kcpuset_set(kc, (cpuid_t)i);
}

void
kcpuset_set(kcpuset_t *kc, cpuid_t i)
{
	kc->kc_bits[i / 64] |= 1ULL << (i % 64);
}

void
kcpuset_clear(kcpuset_t *kc, cpuid_t i)
{
	kc->kc_bits[i / 64] &= ~(1ULL << (i % 64));
}

bool
kcpuset_isset(const kcpuset_t *kc, cpuid_t i)
{
	return (kc->kc_bits[i / 64] & (1ULL << (i % 64))) != 0;
}

int
kcpuset_countset(const kcpuset_t *kc)
{
	int n = 0;
	cpuid_t i;

	for (i = 0; i < MAXCPUS; i++)
		n += kcpuset_isset(kc, i);
	return n;
}

bool
kcpuset_iszero(const kcpuset_t *kc)
{
	return kcpuset_countset(kc) == 0;
}

bool
kcpuset_isotherset(const kcpuset_t *kc, cpuid_t i)
{
	return kcpuset_countset(kc) > (kcpuset_isset(kc, i) ? 1 : 0);
}

void
kcpuset_copy(kcpuset_t *d, const kcpuset_t *s)
{
	*d = *s;
}

/* Number of the first one, plus one; 0 if there is none. */
cpuid_t
kcpuset_ffs(const kcpuset_t *kc)
{
	cpuid_t i;

	for (i = 0; i < MAXCPUS; i++) {
		if (kcpuset_isset(kc, i))
			return i + 1;
	}
	return 0;
}
