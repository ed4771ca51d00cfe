/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes: creation, exit, lookup by pid, groups and sessions.
 *
 * A process lives from rump_proc_new() until its last lwp goes. Nobody waits
 * for it: there is no zombie. Its descriptors, directories, limits and
 * signal state come from and go to the subsystems that own them.
 *
 * proc_lock is taken before any p_lock.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/resource.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/syscallvar.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>
#include <sys/tty.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump-sys/sysinit.h>

#include "sched_impl.h"

#define PIDHASH  256
#define PID_LAST 30000

struct proc proc0;
struct proc *initproc;
struct proclist allproc = LIST_HEAD_INITIALIZER(allproc);
struct proclist zombproc = LIST_HEAD_INITIALIZER(zombproc);
const struct proclist_desc proclists[] = {
    {&allproc},
    {&zombproc},
    {NULL},
};
static kmutex_t proc_lockstore;
kmutex_t *proc_lock = &proc_lockstore;
struct session session0;
struct pgrp pgrp0;
int nprocs = 1;
int maxproc = PID_LAST;
/* only their addresses matter: nothing looks inside */
static long local_vmspace[64], kernel_vmspace[64];
struct vmspace *rump_vmspace_local = (struct vmspace *)(void *)local_vmspace;
struct vmspace *rump_vmspace_kernel = (struct vmspace *)(void *)kernel_vmspace;

static LIST_HEAD(, proc) pidhash[PIDHASH];  /* proc_lock */
static LIST_HEAD(, pgrp) pgrphash[PIDHASH]; /* proc_lock */
static uint32_t pidmap[PID_LAST / 32 + 1];  /* proc_lock: pids in use */
static pid_t lastpid;                       /* proc_lock */

void (*rump_proc_vfs_init)(struct proc *);
void (*rump_proc_vfs_release)(struct proc *);

static bool
pid_used(pid_t pid)
{
	return (pidmap[pid / 32] & (1U << (pid % 32))) != 0;
}

/* A free pid, marked as used; 0 if there is none. proc_lock held. */
static pid_t
pid_get(void)
{
	pid_t pid = lastpid;
	int n;

	for (n = 0; n < PID_LAST; n++) {
		if (++pid >= PID_LAST)
			pid = 2;
		if (!pid_used(pid) && pgrp_find(pid) == NULL) {
			pidmap[pid / 32] |= 1U << (pid % 32);
			return lastpid = pid;
		}
	}
	return 0;
}

void
proc_free_pid(pid_t pid)
{
	if (pid > 0 && pid < PID_LAST)
		pidmap[pid / 32] &= ~(1U << (pid % 32));
}

/* Enter p by its p_pid. proc_lock held. */
void
rump_proc_hash(struct proc *p)
{
	LIST_INSERT_HEAD(&pidhash[(u_int)p->p_pid % PIDHASH], p, p_hash);
	if (p->p_pid > 0 && p->p_pid < PID_LAST)
		pidmap[p->p_pid / 32] |= 1U << (p->p_pid % 32);
}

struct proc *
proc_find_raw(pid_t pid)
{
	struct proc *p;

	LIST_FOREACH(p, &pidhash[(u_int)pid % PIDHASH], p_hash) {
		if (p->p_pid == pid)
			break;
	}
	return p;
}

/* The live process with this pid, or NULL. proc_lock held. */
struct proc *
proc_find(pid_t pid)
{
	struct proc *p = proc_find_raw(pid);

	return p != NULL && p->p_stat == SACTIVE ? p : NULL;
}

struct pgrp *
pgrp_find(pid_t pgid)
{
	struct pgrp *pg;

	LIST_FOREACH(pg, &pgrphash[(u_int)pgid % PIDHASH], pg_hash) {
		if (pg->pg_id == pgid)
			break;
	}
	return pg;
}

void
proc_sesshold(struct session *s)
{
	s->s_count++;
}

void
proc_sessrele(struct session *s)
{
	if (--s->s_count == 0 && s != &session0)
		kmem_free(s, sizeof(*s));
}

static void
pgrp_leave(struct proc *p)
{
	struct pgrp *pg = p->p_pgrp;
	struct tty *tp;

	LIST_REMOVE(p, p_pglist);
	p->p_pgrp = NULL;
	if (!LIST_EMPTY(&pg->pg_members) || pg == &pgrp0)
		return;
	LIST_REMOVE(pg, pg_hash);
	if ((tp = pg->pg_session->s_ttyp) != NULL) {
		mutex_spin_enter(&tty_lock);
		if (tp->t_pgrp == pg)
			tp->t_pgrp = NULL;
		mutex_spin_exit(&tty_lock);
	}
	proc_sessrele(pg->pg_session);
	kmem_free(pg, sizeof(*pg));
}

static void
pgrp_join(struct proc *p, struct pgrp *pg)
{
	p->p_pgrp = pg;
	LIST_INSERT_HEAD(&pg->pg_members, p, p_pglist);
}

/*
 * Move process pid to group pgid, made for it if there is none; with mksess
 * also into a new session. The rules are setpgid(2)'s and setsid(2)'s.
 */
int
proc_enterpgrp(struct proc *curp, pid_t pid, pid_t pgid, bool mksess)
{
	struct pgrp *npg, *pg;
	struct session *ns = NULL;
	struct proc *p;
	int error = 0;

	npg = kmem_zalloc(sizeof(*npg), KM_SLEEP);
	if (mksess)
		ns = kmem_zalloc(sizeof(*ns), KM_SLEEP);
	mutex_enter(proc_lock);
	if ((p = proc_find(pid)) == NULL || (p != curp && p->p_pptr != curp)) {
		error = ESRCH;
		goto out;
	}
	if (p != curp && p->p_session != curp->p_session) {
		error = EPERM;
		goto out;
	}
	if (p->p_session->s_leader == p) {
		error = EPERM;
		goto out;
	}
	pg = pgrp_find(pgid);
	if (pg == NULL ? pgid != p->p_pid
		       : mksess || pg->pg_session != p->p_session) {
		error = EPERM;
		goto out;
	}
	if (pg == p->p_pgrp)
		goto out;
	if (pg == NULL) {
		pg = npg;
		npg = NULL;
		LIST_INIT(&pg->pg_members);
		pg->pg_id = pgid;
		if (mksess) {
			ns->s_sid = p->p_pid;
			ns->s_leader = p;
			ns->s_count = 1;
			strlcpy(ns->s_login, p->p_session->s_login,
			    sizeof(ns->s_login));
			p->p_lflag &= ~PL_CONTROLT;
			pg->pg_session = ns;
			ns = NULL;
		} else {
			pg->pg_session = p->p_session;
			proc_sesshold(pg->pg_session);
		}
		LIST_INSERT_HEAD(&pgrphash[(u_int)pgid % PIDHASH], pg, pg_hash);
	}
	pgrp_leave(p);
	pgrp_join(p, pg);
out:
	mutex_exit(proc_lock);
	if (npg != NULL)
		kmem_free(npg, sizeof(*npg));
	if (ns != NULL)
		kmem_free(ns, sizeof(*ns));
	return error;
}

void
proc_leavepgrp(struct proc *p)
{
	mutex_enter(proc_lock);
	pgrp_leave(p);
	mutex_exit(proc_lock);
}

/* Is a group, or if negative, the group of a process, of p's session? */
int
pgid_in_session(struct proc *p, pid_t pgid)
{
	struct pgrp *pg = NULL;
	struct proc *q;
	int error = 0;

	mutex_enter(proc_lock);
	if (pgid >= 0)
		pg = pgrp_find(pgid);
	else if ((q = proc_find(-pgid)) != NULL)
		pg = q->p_pgrp;
	if (pg == NULL)
		error = EINVAL;
	else if (pg->pg_session != p->p_session)
		error = EPERM;
	mutex_exit(proc_lock);
	return error;
}

/* Is p a descendant of q (or q itself)? proc_lock held. */
int
inferior(struct proc *p, struct proc *q)
{
	for (; p != q; p = p->p_pptr) {
		if (p == NULL || p->p_pid == 0)
			return 0;
	}
	return 1;
}

/* p becomes a child of parent, but for the list of children. proc_lock held. */
void
rump_proc_setparent(struct proc *p, struct proc *parent)
{
	p->p_pptr = parent;
	POKE(p->p_ppid, parent->p_pid);
}

/* Fields that are as they are in any new process. */
static void
proc_setup(struct proc *p)
{
	mutex_init(&p->p_lockstore, MUTEX_DEFAULT, IPL_NONE);
	p->p_lock = &p->p_lockstore;
	cv_init(&p->p_waitcv, "wait");
	cv_init(&p->p_lwpcv, "lwpwait");
	rw_init(&p->p_reflock);
	LIST_INIT(&p->p_lwps);
	LIST_INIT(&p->p_children);
	LIST_INIT(&p->p_sigwaiters);
	SLIST_INIT(&p->p_klist);
	TAILQ_INIT(&p->p_sigpend.sp_info);
	p->p_stat = SACTIVE;
	p->p_nice = NZERO;
	p->p_exitsig = SIGCHLD;
	proc_initspecific(p);
}

/* What a child has from its parent. */
static void
proc_inherit(struct proc *p, struct proc *parent)
{
	p->p_emul = parent->p_emul != NULL ? parent->p_emul : &emul_netbsd;
	p->p_vmspace = p->p_spclient != NULL ? (struct vmspace *)p->p_spclient
					     : rump_vmspace_local;
	p->p_flag = parent->p_flag & PK_SUGID;
	p->p_nice = parent->p_nice;
	mutex_enter(parent->p_lock);
	p->p_cred = parent->p_cred;
	kauth_cred_hold(p->p_cred);
	mutex_exit(parent->p_lock);
}

static void
proc_putmem(struct proc *p)
{
	proc_finispecific(p);
	if (p->p_cred != NULL)
		kauth_cred_free(p->p_cred);
	cv_destroy(&p->p_waitcv);
	cv_destroy(&p->p_lwpcv);
	rw_destroy(&p->p_reflock);
	mutex_destroy(&p->p_lockstore);
	kmem_free(p, sizeof(*p));
}

/*
 * A new process without lwps, child of parent, named comm (NULL: as the
 * parent). sp: the remote client that it belongs to. NULL with an errno in
 * *errorp if there is no pid for it, or no room for its descriptors.
 */
struct proc *
rump_proc_new(
    struct proc *parent, int flags, const char *comm, void *sp, int *errorp)
{
	struct proc *p;

	p = kmem_zalloc(sizeof(*p), KM_SLEEP);
	proc_setup(p);
	p->p_spclient = sp;
	proc_inherit(p, parent);
	strlcpy(
	    p->p_comm, comm != NULL ? comm : parent->p_comm, sizeof(p->p_comm));
	mutex_enter(proc_lock);
	p->p_pid = pid_get();
	mutex_exit(proc_lock);
	*errorp = EAGAIN;
	if (p->p_pid == 0)
		goto nopid;
	if ((*errorp = rump_sys_procinit(p, parent, flags)) != 0)
		goto nosys;
	if (rump_proc_vfs_init != NULL)
		(*rump_proc_vfs_init)(p);
	chgproccnt(kauth_cred_getuid(p->p_cred), 1);
	doforkhooks(p, parent);

	mutex_enter(proc_lock);
	rump_proc_setparent(p, parent);
	LIST_INSERT_HEAD(&parent->p_children, p, p_sibling);
	pgrp_join(p, parent->p_pgrp);
	p->p_lflag |= parent->p_lflag & PL_CONTROLT;
	LIST_INSERT_HEAD(&allproc, p, p_list);
	rump_proc_hash(p);
	nprocs++;
	mutex_exit(proc_lock);
	rump_sys_procforked(parent, p);
	return p;
nosys:
	mutex_enter(proc_lock);
	proc_free_pid(p->p_pid);
	mutex_exit(proc_lock);
nopid:
	proc_putmem(p);
	return NULL;
}

/*
 * The session's leader ends: the terminal belongs to it no longer, and its
 * foreground group hears of that. proc_lock held.
 */
static void
session_hangup(struct session *s)
{
	struct tty *tp = s->s_ttyp;
	struct pgrp *pg;

	if (tp == NULL)
		return;
	mutex_spin_enter(&tty_lock);
	pg = tp->t_pgrp;
	tp->t_pgrp = NULL;
	tp->t_session = NULL;
	mutex_spin_exit(&tty_lock);
	s->s_ttyp = NULL;
	if (pg != NULL)
		pgsignal(pg, SIGHUP, 1);
	proc_sessrele(s);
}

/*
 * The current process ends: its last lwp lets go of what it has. It is SDYING
 * already, so that nobody finds it and hangs something new on it.
 */
void
rump_proc_exit(struct proc *p)
{
	struct proc *child;

	KASSERT(p->p_stat == SDYING);
	mutex_enter(p->p_lock);
	p->p_sflag |= PS_WEXIT;
	mutex_exit(p->p_lock);
	doexithooks(p);
	rump_sys_procexit(p);
	if (rump_proc_vfs_release != NULL && p->p_cwdi != NULL)
		(*rump_proc_vfs_release)(p);
	mutex_enter(proc_lock);
	while ((child = LIST_FIRST(&p->p_children)) != NULL) {
		LIST_REMOVE(child, p_sibling);
		LIST_INSERT_HEAD(&initproc->p_children, child, p_sibling);
		rump_proc_setparent(child, initproc);
	}
	if (p->p_session->s_leader == p) {
		p->p_session->s_leader = NULL;
		session_hangup(p->p_session);
	}
	pgrp_leave(p);
	LIST_REMOVE(p, p_sibling);
	LIST_REMOVE(p, p_list);
	LIST_REMOVE(p, p_hash);
	proc_free_pid(p->p_pid);
	nprocs--;
	mutex_exit(proc_lock);
}

/* After rump_proc_exit(), and after the last lwp: the memory. */
void
rump_proc_free(struct proc *p)
{
	KASSERT(p->p_nlwps == 0);
	chgproccnt(kauth_cred_getuid(p->p_cred), -1);
	proc_putmem(p);
}

/* Locks and lists, early in boot. */
void
rump_procinit(void)
{
	struct proc *p = &proc0;
	struct lwp *l = &lwp0;

	mutex_init(&proc_lockstore, MUTEX_DEFAULT, IPL_NONE);
	proc_setup(p);
	p->p_flag = PK_SYSTEM;
	p->p_pptr = NULL;
	strlcpy(p->p_comm, "system", sizeof(p->p_comm));
	p->p_nlwps = p->p_nrlwps = 1;
	p->p_nlwpid = l->l_lid;
	SLIST_INIT(&l->l_selwait);
	TAILQ_INIT(&l->l_sigpend.sp_info);
	LIST_INSERT_HEAD(&p->p_lwps, l, l_sibling);
	LIST_INSERT_HEAD(&alllwp, l, l_list);
	LIST_INIT(&pgrp0.pg_members);
	pgrp0.pg_session = &session0;
	session0.s_count = 1;
	session0.s_leader = p;
	LIST_INSERT_HEAD(&pgrphash[0], &pgrp0, pg_hash);
	pgrp_join(p, &pgrp0);
	LIST_INSERT_HEAD(&allproc, p, p_list);
	rump_proc_hash(p);
	lwp_initspecific(l);
}

/* Process 0 gets the first credential: there is nothing before it. */
void
proc0_init(void)
{
	proc0.p_cred = cred0;
	kauth_cred_hold(cred0);
	lwp0.l_cred = cred0;
	kauth_cred_hold(cred0);
	proc0.p_emul = &emul_netbsd;
	proc0.p_vmspace = rump_vmspace_kernel;
}

/* Process 1, which threads without a lwp run in. */
void
rump_proc1_init(void)
{
	int error;

	initproc = rump_proc_new(&proc0, RUMP_RFCFDG, "init", NULL, &error);
	if (initproc == NULL || initproc->p_pid != 1)
		panic("no process 1");
}

int
proclist_foreach_call(
    struct proclist *list, int (*fn)(struct proc *, void *), void *arg)
{
	struct proc *p, *next;
	int error = 0;

	mutex_enter(proc_lock);
	for (p = LIST_FIRST(list); p != NULL && error == 0; p = next) {
		next = LIST_NEXT(p, p_list);
		error = (*fn)(p, arg);
	}
	mutex_exit(proc_lock);
	return error;
}

void
proc_crmod_enter(void)
{
	mutex_enter(curproc->p_lock);
}

/* Replace the credential; the old one is freed. */
void
proc_crmod_leave(struct kauth_cred *scred, struct kauth_cred *fcred, bool sugid)
{
	struct lwp *l = curlwp;
	struct proc *p = l->l_proc;
	struct kauth_cred *old = NULL;

	if (p->p_cred != scred) {
		p->p_cred = scred;
		old = l->l_cred;
		kauth_cred_hold(scred);
		l->l_cred = scred;
	}
	if (sugid)
		p->p_flag |= PK_SUGID;
	mutex_exit(p->p_lock);
	if (fcred != NULL && fcred != scred)
		kauth_cred_free(fcred);
	if (old != NULL)
		kauth_cred_free(old);
}
