/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kthread(9): a host thread with a lwp of process 0 that stays in the kernel.
 * With RUMP_THREADS=0 there are none, and creating one fails.
 */

#include <sys/errno.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "sched_impl.h"

static void *
kthread_start(void *arg)
{
	struct lwp *l = arg;

	curlwp = l;
	rump_schedule();
	if ((l->l_pflag & LP_MPSAFE) == 0)
		KERNEL_LOCK(1, NULL);
	(*l->l_kthread_fn)(l->l_kthread_arg);
	kthread_exit(0);
}

static struct lwp *
kthread_vprepare(pri_t pri, int flags, struct cpu_info *ci, void (*fn)(void *),
    void *arg, const char *fmt, va_list ap)
{
	struct lwp *l;
	void *name;

	if (rumpuser_malloc(MAXCOMLEN, 0, &name) != 0)
		return NULL;
	vsnprintf(name, MAXCOMLEN, fmt, ap);
	l = rump_lwp_alloc(&proc0);
	l->l_name = name;
	l->l_flag |= LW_SYSTEM;
	l->l_pflag |= LP_RUNNING;
	if (flags & KTHREAD_MPSAFE)
		l->l_pflag |= LP_MPSAFE;
	if (flags & KTHREAD_MUSTJOIN)
		l->l_pflag |= LP_MUSTJOIN;
	if (ci != NULL) {
		l->l_pflag |= LP_BOUND;
		l->l_cpu = l->l_target_cpu = ci;
	}
	l->l_kthread_fn = fn;
	l->l_kthread_arg = arg;
	l->l_priority = pri == PRI_NONE ? PRI_KTHREAD : pri;
	return l;
}

/*
 * A thread that does not run yet, for those who start it later with locks
 * held: rump_kthread_start() takes none. Given up by rump_lwp_free().
 */
struct lwp *
rump_kthread_prepare(pri_t pri, int flags, struct cpu_info *ci,
    void (*fn)(void *), void *arg, const char *fmt, ...)
{
	struct lwp *l;
	va_list ap;

	va_start(ap, fmt);
	l = kthread_vprepare(pri, flags, ci, fn, arg, fmt, ap);
	va_end(ap);
	return l;
}

int
rump_kthread_start(struct lwp *l)
{
	bool join = (l->l_pflag & LP_MUSTJOIN) != 0;
	void *unused;
	int cpu = -1;

	if (rump_threads == 0)
		return EOPNOTSUPP;
	if (l->l_pflag & LP_BOUND)
		cpu = (int)l->l_cpu->ci_index;
	return rumpuser_thread_create(kthread_start, l, l->l_name, join,
	    l->l_priority, cpu, join ? &l->l_hostthread : &unused);
}

/*
 * Start a thread that runs fn(arg), at most until kthread_exit(). With
 * KTHREAD_MUSTJOIN it is to be joined. 0, or an errno.
 */
int
kthread_create(pri_t pri, int flags, struct cpu_info *ci, void (*fn)(void *),
    void *arg, struct lwp **lp, const char *fmt, ...)
{
	struct lwp *l;
	va_list ap;
	int error;

	if (rump_threads == 0) {
		aprint_verbose("kthread_create: RUMP_THREADS is 0\n");
		return EOPNOTSUPP;
	}
	va_start(ap, fmt);
	l = kthread_vprepare(pri, flags, ci, fn, arg, fmt, ap);
	va_end(ap);
	if (l == NULL)
		return ENOMEM;
	if (lp != NULL)
		*lp = l;
	if ((error = rump_kthread_start(l)) != 0) {
		if (lp != NULL)
			*lp = NULL;
		rump_lwp_free(l);
	}
	return error;
}

/* The current kernel thread ends. */
void
kthread_exit(int ecode)
{
	struct lwp *l = curlwp;
	bool join = (l->l_pflag & LP_MUSTJOIN) != 0;

	rump_biglock_drop(l);
	if (__predict_false(rump_held(l) != 0))
		rump_drvcall_bad(0, "kthread(9)", "a kernel thread",
		    (const void *)(uintptr_t)l->l_kthread_fn);
	if (__predict_false(l->l_psrefs != 0))
		rump_rule_broken("psref(9)",
		    (const void *)(uintptr_t)l->l_kthread_fn,
		    "a kernel thread ended with %u passive references",
		    l->l_psrefs);
	if (join) {
		/* kthread_join() frees the lwp */
		POKE(l->l_joinable, true);
		rump_unschedule();
		curlwp = NULL;
	} else {
		rump_lwproc_releaselwp();
		rump_unschedule();
	}
	rumpuser_thread_exit();
}

/* Wait for the end of a thread made with KTHREAD_MUSTJOIN. */
int
kthread_join(struct lwp *l)
{
	int error;

	/* not l_pflag, which is the thread's own as long as it runs */
	if (__predict_false(l->l_hostthread == NULL))
		rump_rule_broken("kthread(9)", __builtin_return_address(0),
		    "joining a thread made without KTHREAD_MUSTJOIN, or "
		    "joined before");
	if ((error = rumpuser_thread_join(l->l_hostthread)) != 0)
		return error;
	l->l_hostthread = NULL;
	rump_lwp_free(l);
	return 0;
}

/* At the end: threads that have ended and that nobody joined. */
void
rump_kthread_report(void)
{
	struct lwp *l;

	mutex_enter(proc_lock);
	LIST_FOREACH(l, &alllwp, l_list) {
		if (l->l_hostthread != NULL && PEEK(l->l_stat) == LSRUN &&
		    PEEK(l->l_joinable))
			rump_rule_said("kthread(9)",
			    (const void *)(uintptr_t)l->l_kthread_fn,
			    "kernel thread %s was not joined, but made with "
			    "KTHREAD_MUSTJOIN",
			    l->l_name);
	}
	mutex_exit(proc_lock);
}

void
kthread_sysinit(void)
{
}
