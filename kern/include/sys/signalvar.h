/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signal state of processes and lwps.
 *
 * What a signal does is chosen once per kernel by rump_boot_setsigmodel():
 * panic, ignore, raise at the host (or at the remote client), or record.
 * Recorded signals are pending in p_sigpend and interrupt sleeps that catch
 * signals; nothing ever runs a handler.
 *
 * Locks: p: proc::p_lock, a: sigacts::sa_mutex, c: constant.
 */

#ifndef _SYS_SIGNALVAR_H_
#define _SYS_SIGNALVAR_H_

#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/siginfo.h>
#include <sys/signal.h>
#include <sys/stdbool.h>
#include <sys/systm.h>

struct proc;
struct lwp;
struct pgrp;

typedef struct sigpend {
	ksiginfoq_t sp_info; /* p: queued siginfo */
	sigset_t sp_set;     /* p: pending */
} sigpend_t;

struct sigact_sigdesc {
	struct sigaction sd_sigact;
	const void *sd_tramp;
	int sd_vers;
};

struct sigacts {
	struct sigact_sigdesc sa_sigdesc[NSIG]; /* a: dispositions */
	int sa_refcnt;                          /* a: reference count */
	kmutex_t sa_mutex;                      /* c: */
};

#define SIGACTION(p, sig)     (p->p_sigacts->sa_sigdesc[(sig)].sd_sigact)
#define SIGACTION_PS(ps, sig) (ps->sa_sigdesc[(sig)].sd_sigact)

struct sigctx {
	struct _ksiginfo ps_info;
	int ps_lwp;
	bool ps_faked;
	void *ps_sigcode;
	sigset_t ps_sigignore; /* p: ignored */
	sigset_t ps_sigcatch;  /* p: caught */
	sigset_t ps_sigpass;   /* p: passed to tracer */
};

#define SA_KILL     0x0001
#define SA_CORE     0x0002
#define SA_STOP     0x0004
#define SA_TTYSTOP  0x0008
#define SA_IGNORE   0x0010
#define SA_CONT     0x0020
#define SA_CANTMASK 0x0040
#define SA_NORESET  0x0080
#define SA_TOLWP    0x0100
#define SA_TOALL    0x0200

#define KILL_PARENT_SIGNAL SIGCHLD
#define SIGPEND_ANY(set)                                                       \
	(((set)->__bits[0] | (set)->__bits[1] | (set)->__bits[2] |             \
	     (set)->__bits[3]) != 0)

extern sigset_t contsigmask, stopsigmask;
extern const sigset_t sigcantmask;

/* Send a signal; any context without p_lock and proc_lock held. */
void psignal(struct proc *, int);
void kpsignal(struct proc *, struct ksiginfo *, void *);
void kpsignal2(struct proc *, struct ksiginfo *);
void pgsignal(struct pgrp *, int, int);
void kpgsignal(struct pgrp *, struct ksiginfo *, void *, int);
void gsignal(int, int);
int killpg1(struct lwp *, struct ksiginfo *, int, int);
int kill1(struct lwp *, pid_t, ksiginfo_t *, register_t *);

void signal_init(void);
void siginit(struct proc *);
void execsigs(struct proc *);
int sigispending(struct lwp *, int);
int issignal(struct lwp *);
void sigclearall(struct proc *, const sigset_t *, ksiginfoq_t *);
void ksiginfo_queue_drain0(ksiginfoq_t *);
struct sigacts *sigactsinit(struct proc *, int);
void sigactsfree(struct sigacts *);
void sigactsunshare(struct proc *);
int sigaction1(struct lwp *, int, const struct sigaction *, struct sigaction *,
    const void *, int);
int sigprocmask1(struct lwp *, int, const sigset_t *, sigset_t *);
void sigpending1(struct lwp *, sigset_t *);
int sigsuspend1(struct lwp *, const sigset_t *);
void sigsuspendsetup(struct lwp *, const sigset_t *);
void sigsuspendteardown(struct lwp *);
void signotify(struct lwp *);
void trapsignal(struct lwp *, struct ksiginfo *);
void killproc(struct proc *, const char *);

#define ksiginfo_queue_drain(kq)                                               \
	do {                                                                   \
		if (!TAILQ_EMPTY(kq))                                          \
			ksiginfo_queue_drain0(kq);                             \
	} while (0)

#endif /* _SYS_SIGNALVAR_H_ */
