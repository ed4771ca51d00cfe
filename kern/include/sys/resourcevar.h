/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resource limits, statistics and per-user counts.
 *
 * Locks: l: plimit::pl_lock, a: atomic, c: constant, p: proc::p_lock.
 * A plimit is shared between processes until one changes it.
 */

#ifndef _SYS_RESOURCEVAR_H_
#define _SYS_RESOURCEVAR_H_

#include <sys/mutex.h>
#include <sys/resource.h>
#include <sys/uidinfo.h>

struct proc;
struct lwp;

struct pstats {
	struct rusage p_ru;  /* p: this process */
	struct rusage p_cru; /* p: reaped children */
	struct itimerspec p_timer[3];
	struct uprof {
		char *pr_base;
		size_t pr_size;
		u_long pr_off;
		u_int pr_scale;
		u_long pr_addr;
		u_long pr_ticks;
	} p_prof;
	struct timeval p_start; /* c: start of the process */
};

struct plimit {
	struct rlimit pl_rlimit[RLIM_NLIMITS]; /* l: */
	char *pl_corename;                     /* l: */
	size_t pl_cnlen;                       /* l: */
	u_int pl_refcnt;                       /* a: */
	bool pl_writeable;                     /* l: private to one process */
	kmutex_t pl_lock;                      /* c: */
	struct plimit *pl_sv_limit;            /* c: what it was copied from */
};

extern char defcorename[];
extern int security_setidcore_dump;
extern int maxuprc;

struct plimit *lim_copy(struct plimit *);
void lim_addref(struct plimit *);
void lim_privatise(struct proc *);
void lim_setcorename(struct proc *, char *, size_t);
void lim_free(struct plimit *);
struct plimit *lim_create0(void);
void ruadd(struct rusage *, struct rusage *);
void rulwps(struct proc *, struct rusage *);
struct pstats *pstatscopy(struct pstats *);
void pstatsfree(struct pstats *);
int getrusage1(struct proc *, int, struct rusage *);
void calcru(struct proc *, struct timeval *, struct timeval *, struct timeval *,
    struct timeval *);

#endif /* _SYS_RESOURCEVAR_H_ */
