/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Life cycle of lwps, and which lwp a host thread has.
 *
 * lwps come from a free list of memory that is never given back, so that one
 * may look at the state of a lwp (a lock's owner, say) without a reference.
 *
 * A thread that calls rump_lwproc_{rfork,newlwp,switch} gets a lwp of its own
 * until it releases or switches away from it. Switching to NULL, and
 * releasing, leaves it with an implicit lwp until it leaves the kernel. A lwp
 * that was switched away from keeps until someone switches to it.
 *
 * Locks: lwp_freelock: the free list. proc_lock: alllwp. p_lock: p_lwps.
 * Order: proc_lock, p_lock, lwp_freelock.
 */

#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump-sys/sysinit.h>
#include <rump/rumpuser.h>

#include "sched_impl.h"

struct lwplist alllwp = LIST_HEAD_INITIALIZER(alllwp);
struct lwp lwp0 = {
    .l_proc = &proc0,
    .l_lid = 1,
    .l_flag = LW_SYSTEM,
    .l_pflag = LP_RUNNING,
    .l_refcnt = 1,
    .l_priority = PRI_USER + NPRI_USER - 1,
    .l_stat = LSONPROC,
};
int maxlwp = 65536;

static struct lwp *lwp_freelist; /* lwp_freelock; by l_next_implicit */
static ilock_t lwp_freelock;

/* A lwp from the free list, zeroed but for what outlives it. */
static struct lwp *
lwp_getmem(void)
{
	struct lockdebug_held *held;
	struct rump_park *pk;
	struct lwp *l;

	ilock_enter(&lwp_freelock);
	if ((l = lwp_freelist) != NULL)
		lwp_freelist = l->l_next_implicit;
	ilock_exit(&lwp_freelock);
	if (l == NULL)
		return rump_hostalloc(sizeof(*l));
	pk = l->l_park;
	held = l->l_ldheld;
	memset(l, 0, sizeof(*l));
	l->l_park = pk;
	l->l_ldheld = held;
	return l;
}

static void
lwp_putmem(struct lwp *l)
{
	if (l->l_nunpark != 0)
		rump_unpark_flush(l);
	rump_lockdebug_lwpfree(l);
	POKE(l->l_stat, LSZOMB);
	l->l_proc = NULL;
	ilock_enter(&lwp_freelock);
	l->l_next_implicit = lwp_freelist;
	lwp_freelist = l;
	ilock_exit(&lwp_freelock);
}

static void
lwp_setup(struct lwp *l, struct proc *p)
{
	l->l_proc = p;
	l->l_refcnt = 1;
	POKE(l->l_stat, LSRUN);
	l->l_priority = PRI_USER + NPRI_USER - 1;
	l->l_cpu = curlwp != NULL ? curlwp->l_cpu : rump_cpu_infos;
}

/* Make l one of process p. proc_lock held. */
static void
lwp_link_locked(struct lwp *l, struct proc *p)
{
	mutex_enter(p->p_lock);
	l->l_lid = ++p->p_nlwpid;
	if (p->p_sflag & PS_RUMP_LWPEXIT)
		l->l_flag |= (int)LW_RUMP_QEXIT;
	l->l_cred = p->p_cred;
	kauth_cred_hold(l->l_cred);
	LIST_INSERT_HEAD(&p->p_lwps, l, l_sibling);
	p->p_nlwps++;
	p->p_nrlwps++;
	mutex_exit(p->p_lock);
	LIST_INSERT_HEAD(&alllwp, l, l_list);
	lwp_initspecific(l);
	rump_sys_lwpinit(l);
}

static void
lwp_link(struct lwp *l, struct proc *p)
{
	mutex_enter(proc_lock);
	lwp_link_locked(l, p);
	mutex_exit(proc_lock);
}

struct lwp *
x86_curlwp(void)
{
	return curlwp;
}

/* A lwp of process p, not on any thread yet. curlwp is set. */
struct lwp *
rump_lwp_alloc(struct proc *p)
{
	struct lwp *l;

	l = lwp_getmem();
	lwp_setup(l, p);
	lwp_link(l, p);
	return l;
}

/*
 * An implicit lwp for a thread that has just taken ci. It stays with the CPU,
 * as one of process 1.
 */
struct lwp *
rump_lwp_implicit(struct cpu_info *ci)
{
	struct proc *p = initproc;
	struct lwp *l;

	l = lwp_getmem();
	lwp_setup(l, p);
	l->l_cpu = ci;
	POKE(l->l_stat, LSONPROC);
	l->l_flag |= LW_RUMP_IMPLICIT;
	l->l_pflag |= LP_RUNNING;
	curlwp = l;
	lwp_link(l, p);
	return l;
}

/* Make l run in the place of the current lwp, on its CPU. */
static void
lwproc_become(struct lwp *l)
{
	struct lwp *old = curlwp;

	if (old->l_nunpark != 0)
		rump_unpark_flush(old);
	l->l_cpu = old->l_cpu;
	POKE(l->l_stat, LSONPROC);
	l->l_pflag |= LP_RUNNING;
	curlwp = l;
	POKE(old->l_stat, LSRUN);
	if ((old->l_flag & LW_RUMP_IMPLICIT) != 0) {
		old->l_next_implicit = old->l_cpu->ci_implicit;
		old->l_cpu->ci_implicit = old;
	} else {
		old->l_pflag &= ~LP_RUNNING;
	}
	if (l->l_cred != l->l_proc->p_cred)
		lwp_update_creds(l);
}

/* An implicit lwp in the place of the current one, which is a real one. */
static void
lwproc_become_implicit(void)
{
	struct lwp *old = curlwp, *l;
	struct cpu_info *ci = old->l_cpu;

	if ((l = ci->ci_implicit) != NULL) {
		ci->ci_implicit = l->l_next_implicit;
		lwproc_become(l);
	} else {
		l = rump_lwp_implicit(ci);
		POKE(old->l_stat, LSRUN);
		old->l_pflag &= ~LP_RUNNING;
	}
}

/* Free a lwp that is no thread's. The process goes with its last lwp. */
void
rump_lwp_free(struct lwp *l)
{
	struct proc *p = l->l_proc;
	bool last;

	KASSERT(l != curlwp);
	rump_sys_lwpexit(l);
	lwp_finispecific(l);
	mutex_enter(proc_lock);
	LIST_REMOVE(l, l_list);
	mutex_enter(p->p_lock);
	LIST_REMOVE(l, l_sibling);
	if ((l->l_flag & LW_WEXIT) == 0)
		p->p_nrlwps--;
	last = --p->p_nlwps == 0;
	cv_broadcast(&p->p_lwpcv);
	mutex_exit(p->p_lock);
	mutex_exit(proc_lock);
	kauth_cred_free(l->l_cred);
	if (l->l_name != NULL) {
		rumpuser_free(l->l_name, MAXCOMLEN);
		l->l_name = NULL;
	}
	lwp_putmem(l);
	if (last && p != &proc0 && p != initproc)
		rump_proc_free(p);
}

/*
 * l is about to go. True if its process goes with it: l was the last one that
 * was to stay. From then on the process is not found any more.
 */
static bool
lwp_leaving(struct lwp *l)
{
	struct proc *p = l->l_proc;
	bool last;

	mutex_enter(proc_lock);
	mutex_enter(p->p_lock);
	__atomic_fetch_or(&l->l_flag, LW_WEXIT, __ATOMIC_RELAXED);
	last = --p->p_nrlwps == 0 && p != &proc0 && p != initproc;
	if (last)
		p->p_stat = SDYING;
	mutex_exit(p->p_lock);
	mutex_exit(proc_lock);
	return last;
}

/* Give up the own lwp; with it goes its process, if it was the last one. */
void
rump_lwproc_releaselwp(void)
{
	struct lwp *l = curlwp;

	if ((l->l_flag & LW_RUMP_IMPLICIT) != 0 || l == &lwp0)
		return;
	if (lwp_leaving(l))
		rump_proc_exit(l->l_proc);
	lwproc_become_implicit();
	rump_lwp_free(l);
}

/*
 * Go on as lwp l, which no other thread may have; NULL: as none. EBUSY is not
 * an answer that callers could get: a lwp in use is a fatal mistake.
 */
void
rump_lwproc_switch(struct lwp *l)
{
	struct lwp *old = curlwp;

	if (l == old)
		return;
	if (l == NULL) {
		if ((old->l_flag & LW_RUMP_IMPLICIT) == 0)
			lwproc_become_implicit();
		return;
	}
	if (l->l_proc == NULL || (l->l_flag & LW_WEXIT) != 0)
		panic("lwproc_switch: lwp %p has been released", l);
	if ((l->l_pflag & LP_RUNNING) != 0)
		panic("lwproc_switch: lwp %p (process %d) belongs to another "
		      "thread",
		    l, (int)l->l_proc->p_pid);
	lwproc_become(l);
}

/* A new lwp in process pid, switched to. ESRCH: no such process. */
int
rump_lwproc_newlwp(pid_t pid)
{
	struct proc *p;
	struct lwp *l;

	l = lwp_getmem();
	mutex_enter(proc_lock);
	if ((p = proc_find(pid)) == NULL) {
		mutex_exit(proc_lock);
		lwp_putmem(l);
		return ESRCH;
	}
	lwp_setup(l, p);
	lwp_link_locked(l, p);
	mutex_exit(proc_lock);
	rump_lwproc_switch(l);
	return 0;
}

/* A new process, child of the current one, with one lwp, switched to. */
static int
lwproc_dorfork(struct proc *parent, int flags, const char *comm, void *sp)
{
	struct proc *p;
	int error;

	if ((flags & ~(RUMP_RFFDG | RUMP_RFCFDG)) != 0 ||
	    (~flags & (RUMP_RFFDG | RUMP_RFCFDG)) == 0)
		return EINVAL;
	if ((p = rump_proc_new(parent, flags, comm, sp, &error)) == NULL)
		return error;
	rump_lwproc_switch(rump_lwp_alloc(p));
	return 0;
}

int
rump_lwproc_rfork(int flags)
{
	return lwproc_dorfork(curproc, flags, NULL, NULL);
}

/* The own lwp, or NULL if the thread has none. */
struct lwp *
rump_lwproc_curlwp(void)
{
	struct lwp *l = curlwp;

	if (l == NULL || (l->l_flag & (LW_RUMP_IMPLICIT | LW_WEXIT)) != 0)
		return NULL;
	return l;
}

void
rump_lwproc_sysent_usenative(void)
{
	if (!RUMP_LOCALPROC_P(curproc))
		return;
	curproc->p_emul = proc0.p_emul;
}

/* For tests that know what they do. */
void
rump_allbetsareoff_setid(pid_t pid, int lid)
{
	struct lwp *l = curlwp;
	struct proc *p = l->l_proc, *child;

	mutex_enter(proc_lock);
	proc_free_pid(p->p_pid);
	LIST_REMOVE(p, p_hash);
	p->p_pid = pid;
	rump_proc_hash(p);
	LIST_FOREACH(child, &p->p_children, p_sibling)
		rump_proc_setparent(child, p);
	l->l_lid = lid;
	mutex_exit(proc_lock);
}

/*
 * The sysproxy server's side.
 */

/* A process for a remote client: child of 1, or of the client's parent. */
int
rump_hyp_rfork(void *spclient, int flags, const char *comm)
{
	struct proc *parent = curproc;
	bool first;

	/* a client's first process descends from init */
	first = RUMP_LOCALPROC_P(parent);
	return lwproc_dorfork(first ? initproc : parent, flags, comm, spclient);
}

/*
 * The client is gone, or about to exec: its other lwps come out of whatever
 * they sleep in, and those that are still to come do not sleep.
 */
void
rump_hyp_lwpexit(void)
{
	struct proc *p = curproc;
	struct lwp *l;

	mutex_enter(p->p_lock);
	p->p_sflag |= PS_RUMP_LWPEXIT;
	LIST_FOREACH(l, &p->p_lwps, l_sibling) {
		if (l == curlwp)
			continue;
		__atomic_fetch_or(
		    &l->l_flag, (int)LW_RUMP_QEXIT, __ATOMIC_SEQ_CST);
		lwp_interrupt(l);
	}
	mutex_exit(p->p_lock);
}

/* exec in the client: descriptors close, the name changes. */
void
rump_hyp_execnotify(const char *comm)
{
	struct proc *p = curproc;

	rump_sys_execnotify(curlwp);
	mutex_enter(p->p_lock);
	p->p_sflag &= ~PS_RUMP_LWPEXIT;
	strlcpy(p->p_comm, comm, sizeof(p->p_comm));
	mutex_exit(p->p_lock);
}

pid_t
rump_hyp_getpid(void)
{
	return curproc->p_pid;
}

/*
 * What the rest of the kernel asks about lwps.
 */

void
lwp_update_creds(struct lwp *l)
{
	struct proc *p = l->l_proc;
	struct kauth_cred *old = l->l_cred;

	mutex_enter(p->p_lock);
	l->l_cred = p->p_cred;
	kauth_cred_hold(l->l_cred);
	mutex_exit(p->p_lock);
	if (old != NULL)
		kauth_cred_free(old);
}

/* p_lock held */
struct lwp *
lwp_find(struct proc *p, int lid)
{
	struct lwp *l;

	LIST_FOREACH(l, &p->p_lwps, l_sibling) {
		if (l->l_lid == lid)
			break;
	}
	return l;
}

struct lwp *
lwp_find_first(struct proc *p)
{
	return LIST_FIRST(&p->p_lwps);
}

struct lwp *
proc_representative_lwp(struct proc *p, int *nrlwps, int locking)
{
	if (nrlwps != NULL)
		*nrlwps = p->p_nlwps;
	return LIST_FIRST(&p->p_lwps);
}

void
lwp_addref(struct lwp *l)
{
	atomic_inc_uint(&l->l_refcnt);
}

void
lwp_delref(struct lwp *l)
{
	atomic_dec_uint(&l->l_refcnt);
}

bool
lwp_alive(struct lwp *l)
{
	return l->l_proc != NULL && (l->l_flag & LW_WEXIT) == 0;
}

void
lwp_need_userret(struct lwp *l)
{
}

pri_t
lwp_eprio(struct lwp *l)
{
	return l->l_priority;
}

void
lwpinit(void)
{
}
