/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals.
 *
 * There is no user mode in which a handler could run. What becomes of a signal
 * is the same for all processes of the kernel (rump_sigmodel, chosen before
 * boot): the kernel panics, nothing happens, the signal is raised where the
 * process lives (this host process, or the remote client), or it is recorded
 * as pending, where sleeps that catch signals notice it. A remote client's
 * signal is no reason to panic: it is raised at the client.
 *
 * Locks: p_lock guards pending sets and masks. proc_lock may be held.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

const sigset_t sigcantmask = {{__sigmask(SIGKILL) | __sigmask(SIGSTOP)}};
sigset_t contsigmask, stopsigmask;

void
signal_init(void)
{
	sigaddset(&contsigmask, SIGCONT);
	sigaddset(&stopsigmask, SIGSTOP);
	sigaddset(&stopsigmask, SIGTSTP);
	sigaddset(&stopsigmask, SIGTTIN);
	sigaddset(&stopsigmask, SIGTTOU);
}

/* Dispositions are state that programs can set and read; nothing runs them. */
struct sigacts *
sigactsinit(struct proc *pp, int share)
{
	struct sigacts *ps, *old = pp != NULL ? pp->p_sigacts : NULL;

	if (share && old != NULL) {
		atomic_inc_uint((volatile u_int *)&old->sa_refcnt);
		return old;
	}
	ps = kmem_zalloc(sizeof(*ps), KM_SLEEP);
	if (ps == NULL)
		return NULL;
	mutex_init(&ps->sa_mutex, MUTEX_DEFAULT, IPL_NONE);
	ps->sa_refcnt = 1;
	if (old != NULL) {
		mutex_enter(&old->sa_mutex);
		memcpy(ps->sa_sigdesc, old->sa_sigdesc, sizeof(ps->sa_sigdesc));
		mutex_exit(&old->sa_mutex);
	}
	return ps;
}

void
sigactsfree(struct sigacts *ps)
{
	if (ps == NULL ||
	    atomic_dec_uint_nv((volatile u_int *)&ps->sa_refcnt) > 0)
		return;
	mutex_destroy(&ps->sa_mutex);
	kmem_free(ps, sizeof(*ps));
}

void
sigactsunshare(struct proc *p)
{
	struct sigacts *old = p->p_sigacts, *new;

	if (old == NULL || old->sa_refcnt == 1)
		return;
	new = sigactsinit(p, 0);
	if (new != NULL) {
		p->p_sigacts = new;
		sigactsfree(old);
	}
}

void
siginit(struct proc *p)
{
	sigemptyset(&p->p_sigpend.sp_set);
	ksiginfo_queue_init(&p->p_sigpend.sp_info);
	sigemptyset(&p->p_sigctx.ps_sigignore);
	sigemptyset(&p->p_sigctx.ps_sigcatch);
	sigemptyset(&p->p_sigctx.ps_sigpass);
}

/* Atomic: the lwp itself changes its flags without p_lock when it sleeps. */
void
signotify(struct lwp *l)
{
	atomic_or_uint((volatile u_int *)&l->l_flag, LW_PENDSIG);
}

static void
pendsig_clear(struct lwp *l)
{
	atomic_and_uint((volatile u_int *)&l->l_flag, ~(u_int)LW_PENDSIG);
}

/* A new program starts with nothing pending and nothing blocked. */
void
execsigs(struct proc *p)
{
	struct lwp *l;

	mutex_enter(p->p_lock);
	sigemptyset(&p->p_sigpend.sp_set);
	sigemptyset(&p->p_sigctx.ps_sigcatch);
	LIST_FOREACH(l, &p->p_lwps, l_sibling) {
		sigemptyset(&l->l_sigmask);
		pendsig_clear(l);
	}
	mutex_exit(p->p_lock);
}

void
ksiginfo_queue_drain0(ksiginfoq_t *kq)
{
	TAILQ_INIT(kq);
}

/*
 * Models
 */

static void
sig_raise(struct proc *p, int signo)
{
	if (RUMP_LOCALPROC_P(p))
		(void)rumpuser_kill(RUMPUSER_PID_SELF, signo);
	else
		(void)rumpuser_sp_raise(RUMP_SPVM2CTL(p), signo);
}

/* Lwps of p that do not block the signal find it; p_lock held. */
static void
sig_notify_lwps(struct proc *p, int signo)
{
	struct lwp *l;

	LIST_FOREACH(l, &p->p_lwps, l_sibling) {
		if (sigismember(&l->l_sigmask, signo))
			continue;
		signotify(l);
		(void)lwp_interrupt(l);
	}
}

static void
sig_record(struct proc *p, int signo)
{
	mutex_enter(p->p_lock);
	if (!sigismember(&p->p_sigctx.ps_sigignore, signo)) {
		sigaddset(&p->p_sigpend.sp_set, signo);
		sig_notify_lwps(p, signo);
	}
	mutex_exit(p->p_lock);
}

/* Watchers are told whatever the model. */
static void
sig_knote(struct proc *p, int signo)
{
	mutex_enter(p->p_lock);
	knote((struct klist *)&p->p_klist, NOTE_SIGNAL | signo);
	mutex_exit(p->p_lock);
}

void
kpsignal(struct proc *p, struct ksiginfo *ksi, void *data)
{
	int signo = ksi->ksi_signo;

	if (signo <= 0 || signo >= NSIG)
		return;
	sig_knote(p, signo);
	switch (rump_sigmodel) {
	case RUMP_SIGMODEL_PANIC:
	case RUMP_SIGMODEL_RAISE:
		/* bad system calls are an error number, not a bug */
		if (signo == SIGSYS)
			break;
		if (rump_sigmodel == RUMP_SIGMODEL_PANIC && RUMP_LOCALPROC_P(p))
			panic("unhandled signal %d for process %d", signo,
			    (int)p->p_pid);
		sig_raise(p, signo);
		break;
	case RUMP_SIGMODEL_RECORD:
		sig_record(p, signo);
		break;
	case RUMP_SIGMODEL_IGNORE:
	default:
		break;
	}
}

void
kpsignal2(struct proc *p, struct ksiginfo *ksi)
{
	kpsignal(p, ksi, NULL);
}

void
psignal(struct proc *p, int signo)
{
	ksiginfo_t ksi;

	KSI_INIT_EMPTY(&ksi);
	ksi.ksi_signo = signo;
	kpsignal(p, &ksi, NULL);
}

/* proc_lock held */
void
kpgsignal(struct pgrp *pgrp, struct ksiginfo *ksi, void *data, int checkctty)
{
	struct proc *p;

	LIST_FOREACH(p, &pgrp->pg_members, p_pglist)
		if (!checkctty || (p->p_lflag & PL_CONTROLT) != 0)
			kpsignal(p, ksi, data);
}

void
pgsignal(struct pgrp *pgrp, int signo, int checkctty)
{
	ksiginfo_t ksi;

	KSI_INIT_EMPTY(&ksi);
	ksi.ksi_signo = signo;
	kpgsignal(pgrp, &ksi, NULL, checkctty);
}

void
gsignal(int pgid, int signo)
{
	struct pgrp *pgrp;

	pgrp = pgrp_find(pgid);
	if (pgrp != NULL)
		pgsignal(pgrp, signo, 0);
}

int
killpg1(struct lwp *l, struct ksiginfo *ksi, int pgid, int all)
{
	struct proc *p;
	int nfound = 0;

	mutex_enter(proc_lock);
	LIST_FOREACH(p, &allproc, p_list) {
		if (p->p_pid <= 1 || (p->p_flag & PK_SYSTEM) != 0 ||
		    P_ZOMBIE(p))
			continue;
		if (all ? p == l->l_proc
			: p->p_pgrp == NULL ||
			    p->p_pgid != (pgid == 0 ? l->l_proc->p_pgid : pgid))
			continue;
		if (kauth_authorize_process(l->l_cred, KAUTH_PROCESS_SIGNAL, p,
			KAUTH_ARG(ksi->ksi_signo), NULL, NULL) != 0)
			continue;
		nfound++;
		if (ksi->ksi_signo != 0)
			kpsignal(p, ksi, NULL);
	}
	mutex_exit(proc_lock);
	return nfound > 0 ? 0 : ESRCH;
}

/* kill(2), for who offers it: emulations */
int
kill1(struct lwp *l, pid_t pid, ksiginfo_t *ksi, register_t *retval)
{
	struct proc *p;
	int error;

	if ((u_int)ksi->ksi_signo >= NSIG)
		return EINVAL;
	if (pid <= 0)
		return killpg1(l, ksi, pid == -1 ? 0 : -pid, pid == -1);
	mutex_enter(proc_lock);
	p = proc_find(pid);
	if (p == NULL)
		error = ESRCH;
	else {
		error = kauth_authorize_process(l->l_cred, KAUTH_PROCESS_SIGNAL,
		    p, KAUTH_ARG(ksi->ksi_signo), NULL, NULL);
		if (error == 0 && ksi->ksi_signo != 0)
			kpsignal(p, ksi, NULL);
	}
	mutex_exit(proc_lock);
	return error;
}

/*
 * Pending
 */

static void
sig_pendset(struct lwp *l, sigset_t *set)
{
	struct proc *p = l->l_proc;

	*set = p->p_sigpend.sp_set;
	sigminusset(&l->l_sigmask, set);
	sigminusset(&p->p_sigctx.ps_sigignore, set);
}

static int
sig_first(const sigset_t *set)
{
	int i;

	for (i = 0; i < 4; i++)
		if (set->__bits[i] != 0)
			return i * 32 + __builtin_ctz(set->__bits[i]) + 1;
	return 0;
}

/* Is this signal (0: any) pending for the lwp and not blocked? */
int
sigispending(struct lwp *l, int signo)
{
	sigset_t set;

	if (rump_sigmodel != RUMP_SIGMODEL_RECORD)
		return 0;
	sig_pendset(l, &set);
	if (signo == 0)
		return sig_first(&set) != 0 ? EINTR : 0;
	return sigismember(&set, signo) ? EINTR : 0;
}

int
issignal(struct lwp *l)
{
	sigset_t set;

	if (rump_sigmodel != RUMP_SIGMODEL_RECORD)
		return 0;
	sig_pendset(l, &set);
	return sig_first(&set);
}

void
sigpending1(struct lwp *l, sigset_t *set)
{
	struct proc *p = l->l_proc;

	mutex_enter(p->p_lock);
	*set = p->p_sigpend.sp_set;
	mutex_exit(p->p_lock);
}

/* Forget these pending signals; NULL: all. p_lock held. */
void
sigclearall(struct proc *p, const sigset_t *mask, ksiginfoq_t *kq)
{
	struct lwp *l;

	if (mask == NULL)
		sigemptyset(&p->p_sigpend.sp_set);
	else
		sigminusset(mask, &p->p_sigpend.sp_set);
	if (!SIGPEND_ANY(&p->p_sigpend.sp_set))
		LIST_FOREACH(l, &p->p_lwps, l_sibling)
			pendsig_clear(l);
}

static void
sig_setmask(struct lwp *l, const sigset_t *mask)
{
	sigset_t set;

	l->l_sigmask = *mask;
	sigminusset(&sigcantmask, &l->l_sigmask);
	sig_pendset(l, &set);
	if (SIGPEND_ANY(&set))
		signotify(l);
	else
		pendsig_clear(l);
}

int
sigprocmask1(struct lwp *l, int how, const sigset_t *nss, sigset_t *oss)
{
	sigset_t mask;
	int error = 0;

	mutex_enter(l->l_proc->p_lock);
	if (oss != NULL)
		*oss = l->l_sigmask;
	if (nss != NULL) {
		mask = l->l_sigmask;
		switch (how) {
		case SIG_BLOCK:
			sigplusset(nss, &mask);
			break;
		case SIG_UNBLOCK:
			sigminusset(nss, &mask);
			break;
		case SIG_SETMASK:
			mask = *nss;
			break;
		default:
			error = EINVAL;
			break;
		}
		if (error == 0)
			sig_setmask(l, &mask);
	}
	mutex_exit(l->l_proc->p_lock);
	return error;
}

/* Another mask for the time of one wait. */
void
sigsuspendsetup(struct lwp *l, const sigset_t *ss)
{
	struct proc *p = l->l_proc;

	mutex_enter(p->p_lock);
	l->l_sigoldmask = l->l_sigmask;
	l->l_sigrestore = 1;
	sig_setmask(l, ss);
	mutex_exit(p->p_lock);
}

void
sigsuspendteardown(struct lwp *l)
{
	struct proc *p = l->l_proc;

	mutex_enter(p->p_lock);
	if (l->l_sigrestore) {
		l->l_sigrestore = 0;
		sig_setmask(l, &l->l_sigoldmask);
	}
	mutex_exit(p->p_lock);
}

int
sigsuspend1(struct lwp *l, const sigset_t *ss)
{
	int error;

	if (ss != NULL)
		sigsuspendsetup(l, ss);
	do
		error = kpause("pause", true, 0, NULL);
	while (error == 0);
	if (ss != NULL)
		sigsuspendteardown(l);
	return EINTR;
}

int
sigaction1(struct lwp *l, int signo, const struct sigaction *nsa,
    struct sigaction *osa, const void *tramp, int vers)
{
	struct proc *p = l->l_proc;
	struct sigacts *ps = p->p_sigacts;

	if (signo <= 0 || signo >= NSIG)
		return EINVAL;
	if (nsa != NULL && sigismember(&sigcantmask, signo))
		return EINVAL;
	mutex_enter(&ps->sa_mutex);
	if (osa != NULL)
		*osa = SIGACTION_PS(ps, signo);
	if (nsa != NULL)
		SIGACTION_PS(ps, signo) = *nsa;
	mutex_exit(&ps->sa_mutex);
	if (nsa != NULL) {
		mutex_enter(p->p_lock);
		if (nsa->sa_handler == SIG_IGN)
			sigaddset(&p->p_sigctx.ps_sigignore, signo);
		else
			sigdelset(&p->p_sigctx.ps_sigignore, signo);
		mutex_exit(p->p_lock);
	}
	return 0;
}

void
trapsignal(struct lwp *l, struct ksiginfo *ksi)
{
	kpsignal(l->l_proc, ksi, NULL);
}

void
killproc(struct proc *p, const char *why)
{
	log(3, "pid %d was killed: %s\n", (int)p->p_pid, why);
	psignal(p, SIGKILL);
}
