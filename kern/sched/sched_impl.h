/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of kern/sched and kern/sync share. */

#ifndef _KERN_SCHED_IMPL_H_
#define _KERN_SCHED_IMPL_H_

#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/types.h>

struct rumpuser_cv;
struct rumpuser_mtx;

/* Plain access to what others change meanwhile. */
#define PEEK(lvalue)      __atomic_load_n(&(lvalue), __ATOMIC_RELAXED)
#define POKE(lvalue, val) __atomic_store_n(&(lvalue), (val), __ATOMIC_RELAXED)

/* A short lock below everything: spins a little, then waits at the host. */
typedef volatile u_int ilock_t;
void rump_ilock_contended(ilock_t *);
void rump_ilock_wake(void);

static inline void
ilock_enter(ilock_t *lk)
{
	u_int old = 0;

	if (__predict_false(!__atomic_compare_exchange_n(
		lk, &old, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		rump_ilock_contended(lk);
}

static inline void
ilock_exit(ilock_t *lk)
{
	if (__predict_false(__atomic_exchange_n(lk, 0, __ATOMIC_RELEASE) == 2))
		rump_ilock_wake();
}

static inline void
cpu_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield" ::: "memory");
#else
	__insn_barrier();
#endif
}

/* host memory that is never given back: lwps, parking places */
void *rump_hostalloc(size_t);

void rump_sched_init(int);
int rump_ncpu_parse(const char *, int, int *);
void rump_sched_attach_lwp0(void);

/*
 * Parking: the caller holds its virtual CPU, which is given up meanwhile.
 * ns < 0: no limit. 0, or ETIMEDOUT. A wakeup that comes early is kept.
 */
int rump_park(struct lwp *, int64_t, bool);
void rump_unpark(struct lwp *);
void rump_unpark_flush(struct lwp *);
void rump_unpark_unlocked(struct lwp *);
void rump_park_signal(struct rump_park *);
bool rump_cpu_idle(void);
bool rump_cpu_pass(struct cpu_info *);
void rump_park_attach(struct lwp *);

/* the parts of leaving the kernel that are not done each time */
/* ci_softpend: there is something; only what is left to those who leave */
#define SOFT_PENDING 1
#define SOFT_LATER   2
void rump_softint_run(struct lwp *, struct cpu_info *, bool);
void rump_softint_kick(struct cpu_info *);
void rump_softint_sleeping(struct lwp *);
void rump_softint_bootstrap(void);
void rump_callout_poll(void);

void rump_cpu_release(struct lwp *);
void rump_cpu_acquire(struct lwp *, struct cpu_info *);

int rump_biglock_drop(struct lwp *);
void rump_biglock_retake(struct lwp *, int);
void rump_biglock_init(void);

void rump_sleepq_init(void);
void rump_lockdebug_init(void);
void rump_lockdebug_lwpfree(struct lwp *);
void rump_sleepq_block_keep(struct lwp *);

struct lwp *rump_lwp_alloc(struct proc *);
void rump_lwp_free(struct lwp *);
struct lwp *rump_lwp_implicit(struct cpu_info *);
void rump_lwproc_bootstrap(void);
void rump_procinit(void);
void rump_proc_setparent(struct proc *, struct proc *);
void rump_proc_exit(struct proc *);
void rump_proc_free(struct proc *);
void rump_callout_bootstrap(void);
void rump_percpu_bootstrap(void);
void rump_time_bootstrap(void);

struct lwp *rump_kthread_prepare(pri_t, int, struct cpu_info *,
    void (*)(void *), void *, const char *, ...) __printflike(6, 7);
int rump_kthread_start(struct lwp *);
/* late in boot: lwps for threads that are started with locks held */
void rump_softint_prepare(void);
void rump_callout_prepare(void);

extern int rump_hostcpus_many;

#endif /* _KERN_SCHED_IMPL_H_ */
