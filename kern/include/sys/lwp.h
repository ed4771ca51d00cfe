/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Light-weight processes: what runs in the kernel on behalf of a host thread.
 *
 * A host thread either has a lwp of its own (rump_lwproc_*, kernel threads),
 * kept in curlwp also while the thread is outside, or borrows one of process
 * 1 from its virtual CPU at each entry (LW_RUMP_IMPLICIT).
 *
 * Field locks: o: the lwp itself, while it runs; p: l_proc->p_lock; P:
 * proc_lock; s: the sleep queue bucket; a: atomic; c: constant.
 */

#ifndef _SYS_LWP_H_
#define _SYS_LWP_H_

#include <machine/proc.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/sched.h>
#include <sys/signalvar.h>
#include <sys/specificdata.h>
#include <sys/syncobj.h>
#include <sys/time.h>

#ifdef _KERNEL

struct fdfile;
struct filedesc;
struct kauth_cred;
struct lockdebug_held;
struct proc;
struct rump_park;
struct selcluster;
struct selinfo;
struct sleepq_bucket;

struct lwp {
	struct cpu_info *volatile l_cpu; /* o: first: curcpu() reads it */
	struct proc *l_proc;             /* c: */
	struct kauth_cred *l_cred;       /* o: credential of this call */
	struct filedesc *l_fd;           /* c: the process's descriptors */
	int l_flag;                      /* p, but for own ones; atomic: LW_ */
	u_int l_pflag;                   /* o: LP_ */
	int l_nlocks;                    /* o: locks held; spin ones << 16 */
	short l_biglocks;                /* o: times big lock is held */
	short l_nopreempt;               /* o: must keep its CPU */
	u_int l_nunpark;                 /* o: wakeups until it has no locks */
	int l_stat;                      /* s: LS */
	lwpid_t l_lid;                   /* c: */
	struct lwp *l_next_implicit;     /* o: list of the CPU */

	/* sleeping */
	TAILQ_ENTRY(lwp) l_sleepchain;        /* s: */
	wchan_t l_wchan;                      /* s: NULL unless queued */
	struct sleepq_bucket *volatile l_sqb; /* s: queue that it is on */
	const char *l_wmesg;                  /* s: */
	struct rump_park *l_park;             /* o: parking place, or NULL */
	struct rump_park *l_unpark[4];        /* o: l_nunpark of them */
	int l_sleeperr;                       /* s: why it was woken */
	int l_sqflags;                        /* s: SQ_; its own lwp may look */
	u_int l_slptime;
	kmutex_t *l_mutex; /* nominal */
	syncobj_t *l_syncobj;

	/* scheduling, nominal */
	pri_t l_priority;
	pri_t l_inheritedprio;
	pri_t l_kpribase;
	int l_class;
	int l_ctxswtch;
	u_int l_swtime;
	volatile int l_dopreempt;
	void *l_addr;
	struct mdlwp l_md;
	struct bintime l_rtime;
	struct bintime l_stime;
	struct cpu_info *l_target_cpu; /* o: where a bound lwp belongs */
	struct lwp *l_switchto;

	/* process and threads */
	LIST_ENTRY(lwp) l_list;    /* P: all */
	LIST_ENTRY(lwp) l_sibling; /* p: of its process */
	char *l_name;              /* c: or NULL */
	void *l_private;           /* o: */
	volatile u_int l_refcnt;   /* p: */
	kcondvar_t l_waitcv;       /* p: */
	void *l_emuldata;
	void *l_ctxlink;
	specificdata_reference l_specdataref; /* o: */

	/* kernel threads */
	void (*l_kthread_fn)(void *); /* c: */
	void *l_kthread_arg;          /* c: */
	void *l_hostthread;           /* c: cookie of one to be joined */
	bool l_joinable;              /* o: has ended, to be joined */

	/* signals */
	sigset_t *l_sigpendset;
	sigpend_t l_sigpend;         /* p: to this lwp */
	sigset_t l_sigmask;          /* p: blocked */
	sigset_t l_sigoldmask;       /* p: */
	u_int l_sigrestore;          /* p: */
	stack_t l_sigstk;            /* p: */
	void *l_sigwaited;           /* p: */
	LIST_ENTRY(lwp) l_sigwaiter; /* p: */

	/* select and poll */
	int l_selflag;                   /* s: */
	SLIST_HEAD(, selinfo) l_selwait; /* s: */
	uintptr_t l_selrec;              /* o: */
	struct selcluster *l_selcluster; /* o: */
	void *l_selbits;                 /* o: */
	size_t l_selni;                  /* o: */
	int l_selret;                    /* o: */

	/* accounting */
	struct rusage l_ru; /* o: */
	uint64_t l_nvcsw;   /* o: */
	uint64_t l_nivcsw;  /* o: */
	u_int l_syscall_time;
	volatile uint64_t l_cpticks;

	/* other subsystems */
	u_int l_psrefs;      /* o: passive references held */
	int l_biodone_depth; /* o: for the buffer cache */
	void *l_fstrans;     /* o: for fstrans(9) */
	void *l_wapbl;       /* o: for wapbl(4) */
	int l_dupfd;         /* o: open(2) of a clone: its descriptor */
	void *l_spare[4];
	struct lockdebug_held *l_ldheld; /* o: LOCKDEBUG */
};

/* l_flag */
#define LW_IDLE          0x00000001
#define LW_LWPCTL        0x00000002
#define LW_CVLOCKDEBUG   0x00000004
#define LW_SINTR         0x00000080 /* sleep may be interrupted */
#define LW_SYSTEM        0x00000200 /* kernel thread */
#define LW_WSUSPEND      0x00020000
#define LW_BATCH         0x00040000
#define LW_WCORE         0x00080000
#define LW_WEXIT         0x00100000 /* to leave as soon as it can */
#define LW_PENDSIG       0x01000000 /* a signal is pending */
#define LW_CANCELLED     0x02000000
#define LW_WREBOOT       0x08000000
#define LW_UNPARKED      0x10000000
#define LW_RUMP_CLEAR    0x40000000 /* not used any more by its thread */
#define LW_RUMP_IMPLICIT 0x20000000 /* borrowed for one entry */
#define LW_RUMP_QEXIT    0x80000000 /* its client is gone */

/* l_pflag */
#define LP_KTRACTIVE   0x00000001
#define LP_KTRCSW      0x00000002
#define LP_KTRCSWUSER  0x00000004
#define LP_PIDLID      0x00000008
#define LP_OWEUPC      0x00000010
#define LP_MPSAFE      0x00000020
#define LP_INTR        0x00000040 /* in a soft interrupt */
#define LP_SYSCTLWRITE 0x00000080
#define LP_MUSTJOIN    0x00000100
#define LP_VFORKWAIT   0x00000200
#define LP_TIMEINTR    0x00010000
#define LP_HANDLER     0x08000000 /* a softint's or callout's function */
#define LP_IODONE      0x10000000 /* others wait for what it completes */
#define LP_RUNNING     0x20000000 /* in the kernel, or bound to a thread */
#define LP_BOUND       0x80000000 /* must keep its CPU across sleeps */

/* l_prflag */
#define LPR_DETACHED 0x00800000

/* l_stat */
#define LSIDL       1
#define LSRUN       2
#define LSSLEEP     3
#define LSSTOP      4
#define LSZOMB      5
#define LSONPROC    7
#define LSSUSPENDED 8

LIST_HEAD(lwplist, lwp);
extern struct lwplist alllwp; /* P: */
extern struct lwp lwp0;
extern int maxlwp;

#define curproc (curlwp->l_proc)
#define NoLWP   0

void lwpinit(void);
struct lwp *lwp_find(struct proc *, int);
void lwp_delref(struct lwp *);
void lwp_addref(struct lwp *);
void lwp_need_userret(struct lwp *);
void lwp_update_creds(struct lwp *);
pri_t lwp_eprio(struct lwp *);
bool lwp_alive(struct lwp *);
struct lwp *proc_representative_lwp(struct proc *, int *, int);
struct lwp *lwp_find_first(struct proc *);

/*
 * End the sleep of a lwp if it sleeps so that a signal may end it: its wait
 * returns EINTR. Any context. True if it was woken.
 */
bool lwp_interrupt(struct lwp *);
/* The same whatever it sleeps on; for wakeups by its address. */
void lwp_unsleep(struct lwp *, bool);
void setrunnable(struct lwp *);

int curlwp_bind(void);
void curlwp_bindx(int);

#define KPREEMPT_DISABLE(l) ((l)->l_nopreempt++)
#define KPREEMPT_ENABLE(l)  ((l)->l_nopreempt--)

#define lwp_lock(l)      ((void)(l))
#define lwp_unlock(l)    ((void)(l))
#define lwp_locked(l, m) (true)

static __inline bool
lwp_exiting_p(const struct lwp *l)
{
	return (l->l_flag & (LW_WEXIT | (int)LW_RUMP_QEXIT)) != 0;
}

#endif /* _KERNEL */

/* _lwp_create(2) */
#define LWP_DETACHED  0x00000040
#define LWP_SUSPENDED 0x00000080

#endif /* _SYS_LWP_H_ */
