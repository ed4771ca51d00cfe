/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes, process groups and sessions.
 *
 * Field locks: p: p_lock; P: proc_lock; a: atomic; c: constant.
 */

#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_

#include <sys/lwp.h>

#ifdef _KERNEL

#include <machine/proc.h>
#include <sys/aio.h>
#include <sys/condvar.h>
#include <sys/event.h>
#include <sys/idtype.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/rwlock.h>
#include <sys/siginfo.h>
#include <sys/signalvar.h>
#include <sys/specificdata.h>
#include <sys/syslimits.h>

struct cwdinfo;
struct filedesc;
struct kauth_cred;
struct knote;
struct plimit;
struct pstats;
struct ptimers;
struct sysent;
struct tty;
struct vmspace;
struct vnode;

struct session {
	int s_count;                  /* P: references */
	u_int s_flags;                /* P: */
	struct proc *s_leader;        /* P: */
	struct vnode *s_ttyvp;        /* P: */
	struct tty *s_ttyp;           /* P: */
	char s_login[LOGIN_NAME_MAX]; /* P: */
	pid_t s_sid;                  /* P: */
};

struct pgrp {
	LIST_ENTRY(pgrp) pg_hash;     /* P: all groups */
	LIST_HEAD(, proc) pg_members; /* P: */
	struct session *pg_session;   /* P: */
	pid_t pg_id;                  /* P: */
	int pg_jobc;                  /* P: */
};

/* a system call interface that a process may have */
struct emul {
	const char *e_name;
	const char *e_path;
	int e_flags;
	const int *e_errno;
	int e_nosys;
	int e_nsysent;
	struct sysent *e_sysent;
	const char *const *e_syscallnames;
	void (*e_sendsig)(const struct ksiginfo *, const sigset_t *);
	void (*e_trapsignal)(struct lwp *, struct ksiginfo *);
	char *e_sigcode;
	char *e_esigcode;
	void *e_sigobject;
	void (*e_setregs)(struct lwp *, void *, vaddr_t);
	void (*e_proc_exec)(struct proc *, void *);
	void (*e_proc_fork)(struct proc *, struct lwp *, int);
	void (*e_proc_exit)(struct proc *);
	void (*e_lwp_fork)(struct lwp *, struct lwp *);
	void (*e_lwp_exit)(struct lwp *);
	void (*e_syscall_intern)(struct proc *);
	void *e_sysctlovly;
	int (*e_fault)(struct proc *, vaddr_t, int, int);
	vaddr_t (*e_vm_default_addr)(struct proc *, vaddr_t, vsize_t);
	int (*e_usertrap)(struct lwp *, vaddr_t, void *);
	size_t e_ucsize;
	void (*e_startlwp)(void *);
};

#define EMUL_HAS_SYS___syscall 0x002

struct proc {
	LIST_ENTRY(proc) p_list; /* P: allproc */
	kmutex_t *p_lock;        /* c: */
	kmutex_t p_lockstore;
	kcondvar_t p_waitcv; /* P: parents wait here */
	kcondvar_t p_lwpcv;  /* p: */

	struct kauth_cred *p_cred; /* p: */
	struct filedesc *p_fd;     /* c: */
	struct cwdinfo *p_cwdi;    /* c: */
	struct pstats *p_stats;    /* c: */
	struct plimit *p_limit;    /* p: */
	struct vmspace *p_vmspace; /* c: */
	void *p_spclient;          /* c: remote client, or NULL */
	struct sigacts *p_sigacts; /* c: */
	struct aioproc *p_aio;     /* p: */
	u_int p_mqueue_cnt;
	struct ptimers *p_timers; /* p: */
	void *p_sched_info;
	const struct emul *p_emul; /* c: until exec */
	void *p_emuldata;
	void *p_execsw;
	void *p_raslist;
	specificdata_reference p_specdataref; /* p: */

	int p_exitsig; /* c: */
	int p_flag;    /* p: PK_ */
	int p_sflag;   /* p: PS_ */
	int p_slflag;  /* p: PSL_ */
	int p_lflag;   /* P: PL_ */
	int p_stflag;  /* p: PST_ */
	char p_stat;   /* P and p: */
	char p_trace_enabled;
	char p_pad1[2];

	pid_t p_pid;                  /* P: */
	LIST_ENTRY(proc) p_pglist;    /* P: of its group */
	struct proc *p_pptr;          /* P: parent */
	pid_t p_ppid;                 /* P: its pid; read freely */
	LIST_ENTRY(proc) p_sibling;   /* P: */
	LIST_HEAD(, proc) p_children; /* P: */
	LIST_HEAD(, lwp) p_lwps;      /* p: */
	LIST_ENTRY(proc) p_hash;      /* P: by pid */

	int p_nlwps;    /* p: */
	int p_nzlwps;   /* p: */
	int p_nrlwps;   /* p: not about to exit */
	int p_nlwpwait; /* p: */
	int p_ndlwps;   /* p: */
	int p_nlwpid;   /* p: last id given */
	u_int p_nstopchild;
	u_int p_waited;

	struct lwp *p_zomblwp;
	struct lwp *p_vforklwp;
	u_int p_estcpu;
	fixpt_t p_pctcpu;
	struct bintime p_rtime;
	u_quad_t p_uticks;
	u_quad_t p_sticks;
	u_quad_t p_iticks;

	int p_traceflag;
	void *p_tracep;
	struct vnode *p_textvp;
	struct vnode *p_tracevp;
	struct pgrp *p_pgrp; /* P: */

	sigpend_t p_sigpend; /* p: to the process */
	void *p_lwpctl;
	LIST_HEAD(, lwp) p_sigwaiters; /* p: */
	struct sigctx p_sigctx;        /* p: */
	SLIST_HEAD(, knote) p_klist;   /* p: */

	u_char p_nice;
	char p_comm[MAXCOMLEN + 1]; /* p: */
	char *p_path;
	vaddr_t p_psstrp;
	vaddr_t p_sigcode;
	u_short p_xstat; /* p: exit status, or stop signal */
	u_short p_xsig;
	u_short p_acflag;
	struct mdproc p_md;
	vaddr_t p_stackbase;
	void *p_dtrace;
	krwlock_t p_reflock;
	void *p_spare[4];
};

#define p_rlimit  p_limit->pl_rlimit
#define p_session p_pgrp->pg_session
#define p_pgid    p_pgrp->pg_id

/* p_stat */
#define SIDL    1
#define SACTIVE 2
#define SDYING  3
#define SSTOP   4
#define SZOMB   5
#define SDEAD   6

#define P_ZOMBIE(p) ((p)->p_stat == SZOMB || (p)->p_stat == SDYING)

/* p_flag */
#define PK_ADVLOCK   0x00000001
#define PK_SYSTEM    0x00000002
#define PK_SYSVSEM   0x00000004
#define PK_SUGID     0x00000100
#define PK_EXEC      0x00004000
#define PK_NOCLDWAIT 0x00020000
#define PK_32        0x00040000
#define PK_CLDSIGIGN 0x00080000
#define PK_MARKER    0x80000000

/* p_sflag */
#define PS_NOCLDSTOP    0x00000008
#define PS_RUMP_LWPEXIT 0x00000400
#define PS_PPWAIT       0x00000010
#define PS_WCORE        0x00001000
#define PS_WEXIT        0x00002000
#define PS_STOPFORK     0x00800000
#define PS_STOPEXEC     0x01000000
#define PS_STOPEXIT     0x02000000
#define PS_NOTIFYSTOP   0x10000000
#define PS_ORPHANPG     0x20000000
#define PS_STOPPING     0x80000000

/* p_slflag */
#define PSL_TRACEFORK 0x00000001
#define PSL_FSTRACE   0x00010000
#define PSL_TRACED    0x00000800
#define PSL_SYSCALL   0x04000000

/* p_stflag */
#define PST_PROFIL 0x00000020

/* p_lflag */
#define PL_CONTROLT  0x00000001
#define PL_PPWAIT    0x00000010
#define PL_SIGCOMPAT 0x00000020
#define PL_ORPHANPG  0x20000000

/* fork1 flags */
#define FORK_PPWAIT     0x0001
#define FORK_SHAREVM    0x0002
#define FORK_SHARECWD   0x0004
#define FORK_SHAREFILES 0x0008
#define FORK_SHARESIGS  0x0010
#define FORK_NOWAIT     0x0020
#define FORK_CLEANFILES 0x0040
#define FORK_SYSTEM     0x0080

LIST_HEAD(proclist, proc);
struct proclist_desc {
	struct proclist *pd_list;
};
#define PROCLIST_FOREACH(var, head) LIST_FOREACH(var, head, p_list)

extern struct proc proc0;
extern struct proc *initproc;
extern struct proclist allproc;
extern struct proclist zombproc;
extern const struct proclist_desc proclists[];
extern kmutex_t *proc_lock;
extern struct session session0;
extern struct pgrp pgrp0;
extern int nprocs;
extern int maxproc;
extern struct pool ptimer_pool;
#define vmspace_kernel() rump_vmspace_kernel

/* by id; proc_lock held */
struct proc *proc_find(pid_t);
struct proc *proc_find_raw(pid_t);
struct pgrp *pgrp_find(pid_t);
#define pfind(pid) proc_find(pid)

void proc0_init(void);
void proc_free_pid(pid_t);
int proc_enterpgrp(struct proc *, pid_t, pid_t, bool);
void proc_leavepgrp(struct proc *);
void proc_sesshold(struct session *);
void proc_sessrele(struct session *);
int proclist_foreach_call(
    struct proclist *, int (*)(struct proc *, void *), void *);
int proc_vmspace_getref(struct proc *, struct vmspace **);
int inferior(struct proc *, struct proc *);
int pgid_in_session(struct proc *, pid_t);
void proc_crmod_enter(void);
void proc_crmod_leave(struct kauth_cred *, struct kauth_cred *, bool);

/* sleeping: see kern/sync */
int tsleep(wchan_t, pri_t, const char *, int);
int mtsleep(wchan_t, pri_t, const char *, int, kmutex_t *);
int kpause(const char *, bool, int, kmutex_t *);
void wakeup(wchan_t);
void wakeup_one(wchan_t);

/*
 * Address spaces are only told apart. The kernel's: process 0; the program's:
 * local processes; a remote client's: its p_spclient.
 */
extern struct vmspace *rump_vmspace_local;
extern struct vmspace *rump_vmspace_kernel;

#define PROC_PTRSZ(p)         sizeof(void *)
#define PROC_MACHINE_ARCH(p)  machine_arch
#define KSTACK_CHECK_MAGIC(l) ((void)0)

#define PRELE(l) ((void)0)
#define PHOLD(l) ((void)0)

#endif /* _KERNEL */

#endif /* _SYS_PROC_H_ */
