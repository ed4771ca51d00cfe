/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * softint(9), without threads of its own where it can be helped.
 *
 * A scheduled handler is pushed on the list of a virtual CPU. Whoever leaves
 * that CPU, or goes to sleep on it without holding a lock, takes the whole
 * list and runs it, borrowing the host thread: curlwp is a soft interrupt
 * lwp meanwhile, bound to the CPU. If a thread goes to sleep with locks held,
 * or the handler is for a CPU that is not the caller's, a thread made at the
 * first such time does it.
 *
 * The same thread does it for one that completes I/O (LP_IODONE): deferred work
 * may sleep until I/O is completed. Deferred work that may wait for anything
 * (rd_leaving) is left to those who leave, and to that thread: who goes to sleep
 * may have what it waits for.
 *
 * A handler runs at most once at a time on each CPU: si_active, owned by the
 * CPU. When it sleeps (on a mutex) and is scheduled meanwhile, it runs again.
 *
 * si_queued and the list head are atomic; everything else belongs to the CPU.
 */

#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "sched_impl.h"

#define LEVELS (SOFTINT_COUNT + 1) /* and one for rump_defer() */

struct softint {
	struct softint *si_next;     /* list */
	volatile u_int si_queued;    /* atomic */
	bool si_active;              /* CPU */
	bool si_again;               /* CPU */
	u_int si_flags;              /* constant */
	void (*si_fn)(void *);       /* constant */
	void *si_arg;                /* constant */
	struct rump_deferred *si_rd; /* deferred work instead of a handler */
};

struct softint_handle {
	u_int sh_ncpu;
	struct softint sh_cpu[];
};

/* One for each CPU. */
struct softcpu {
	struct softint *volatile sc_list; /* atomic: newest first */
	struct softint *sc_later;         /* CPU: for who leaves */
	struct lwp *sc_lwps;              /* CPU: idle ones, l_switchto */
	volatile u_int sc_kicked;         /* atomic: the thread is to come */
};

u_int softint_timing;
static struct softcpu softcpus[MAXCPUS];
static kmutex_t kick_lock;
static kcondvar_t kick_cv;
static struct lwp *kick_thread; /* constant after boot */
static bool kick_started;       /* kick_lock */

void
rump_softint_bootstrap(void)
{
	mutex_init(&kick_lock, MUTEX_DEFAULT, IPL_SCHED);
	cv_init(&kick_cv, "softint");
}

void
softint_init(struct cpu_info *ci)
{
}

void *
softint_establish(u_int flags, void (*fn)(void *), void *arg)
{
	struct softint_handle *sh;
	int i;

	sh = kmem_zalloc(
	    sizeof(*sh) + (size_t)ncpu * sizeof(struct softint), KM_SLEEP);
	sh->sh_ncpu = (u_int)ncpu;
	for (i = 0; i < ncpu; i++) {
		sh->sh_cpu[i].si_flags = flags;
		sh->sh_cpu[i].si_fn = fn;
		sh->sh_cpu[i].si_arg = arg;
	}
	return sh;
}

/* Waits until the handler is neither scheduled nor running. */
void
softint_disestablish(void *cookie)
{
	struct softint_handle *sh = cookie;
	struct lwp *l = curlwp;
	u_int i;

	if (__predict_false((l->l_pflag & LP_HANDLER) != 0))
		rump_rule_broken("softint(9)", __builtin_return_address(0),
		    "softint_disestablish() in a handler waits for itself");
	if (PEEK(l->l_cpu->ci_softpend) != 0 && (l->l_pflag & LP_INTR) == 0)
		rump_softint_run(l, l->l_cpu, false);
	for (i = 0; i < sh->sh_ncpu; i++) {
		while (PEEK(sh->sh_cpu[i].si_queued) ||
		    PEEK(sh->sh_cpu[i].si_active)) {
			rump_softint_kick(&rump_cpu_infos[i]);
			kpause("softdis", false, 1, NULL);
		}
	}
	kmem_free(sh, sizeof(*sh) + sh->sh_ncpu * sizeof(struct softint));
}

static void
soft_push(struct softint *si, struct cpu_info *ci)
{
	struct softcpu *sc = &softcpus[ci->ci_index];
	struct softint *head = PEEK(sc->sc_list);

	do {
		si->si_next = head;
	} while (!__atomic_compare_exchange_n(
	    &sc->sc_list, &head, si, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
	POKE(ci->ci_softpend, SOFT_PENDING);
}

/* Have the handler run soon, on this CPU. */
void
softint_schedule(void *cookie)
{
	softint_schedule_cpu(cookie, NULL);
}

/* The same on CPU ci (NULL: this one). */
void
softint_schedule_cpu(void *cookie, struct cpu_info *ci)
{
	struct softint_handle *sh = cookie;
	struct cpu_info *me = curcpu();
	struct softint *si;

	if (ci == NULL)
		ci = me;
	si = &sh->sh_cpu[ci->ci_index];
	if (PEEK(si->si_queued) != 0 ||
	    __atomic_exchange_n(&si->si_queued, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	soft_push(si, ci);
	if (ci != me)
		rump_softint_kick(ci);
}

void
rump_defer(struct rump_deferred *rd)
{
	struct softint *si;

	CTASSERT(sizeof(rd->rd_store) >= sizeof(*si));
	if (__atomic_exchange_n(&rd->rd_queued, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	si = (struct softint *)rd->rd_store;
	si->si_rd = rd;
	soft_push(si, curcpu());
}

/* In the place of the running lwp, which has the CPU. */
static struct lwp *
softlwp_get(struct cpu_info *ci)
{
	struct softcpu *sc = &softcpus[ci->ci_index];
	struct lwp *sl;

	if ((sl = sc->sc_lwps) != NULL) {
		sc->sc_lwps = sl->l_switchto;
	} else {
		sl = rump_lwp_alloc(&proc0);
		sl->l_flag |= LW_SYSTEM;
		sl->l_pflag |= LP_INTR | LP_BOUND | LP_RUNNING | LP_MPSAFE;
	}
	sl->l_cpu = ci;
	POKE(sl->l_stat, LSONPROC);
	curlwp = sl;
	return sl;
}

static void
softlwp_put(struct lwp *sl, struct lwp *l)
{
	struct softcpu *sc = &softcpus[sl->l_cpu->ci_index];

	POKE(sl->l_stat, LSRUN);
	curlwp = l;
	sl->l_switchto = sc->sc_lwps;
	sc->sc_lwps = sl;
}

static void
soft_invoke(struct softint *si, struct lwp *sl, struct cpu_info *ci)
{
	struct rump_deferred *rd;
	bool mpsafe;
	RUMP_DRVCALL_BEGIN();

	if ((rd = si->si_rd) != NULL) {
		sl->l_pflag &= ~LP_INTR;
		__atomic_store_n(&rd->rd_queued, 0, __ATOMIC_RELEASE);
		(*rd->rd_fn)(rd->rd_arg);
		sl->l_pflag |= LP_INTR;
		RUMP_DRVCALL_END("locking.md", "deferred work", rd->rd_fn);
		return;
	}
	__atomic_store_n(&si->si_queued, 0, __ATOMIC_SEQ_CST);
	if (si->si_active) {
		si->si_again = true;
		return;
	}
	POKE(si->si_active, true);
	mpsafe = (si->si_flags & SOFTINT_MPSAFE) != 0;
	do {
		si->si_again = false;
		if (!mpsafe)
			KERNEL_LOCK(1, NULL);
		sl->l_pflag |= LP_HANDLER;
		(*si->si_fn)(si->si_arg);
		sl->l_pflag &= ~LP_HANDLER;
		if (!mpsafe)
			KERNEL_UNLOCK_ONE(NULL);
		RUMP_DRVCALL_END("softint(9)", "a handler", si->si_fn);
	} while (si->si_again);
	POKE(si->si_active, false);
	ci->ci_data.cpu_nsoft++;
}

/* Everything on the list, by level. si_next of those not invoked is ours. */
static void
soft_runlist(
    struct softint *list, struct lwp *sl, struct cpu_info *ci, bool leaving)
{
	struct softcpu *sc = &softcpus[ci->ci_index];
	struct softint *bylevel[LEVELS] = {NULL}, *next;
	u_int level;

	for (; list != NULL; list = next) {
		next = list->si_next;
		if (!leaving && list->si_rd != NULL &&
		    list->si_rd->rd_leaving) {
			list->si_next = sc->sc_later;
			sc->sc_later = list;
			continue;
		}
		level = list->si_rd != NULL
		    ? 0
		    : 1 + (list->si_flags & SOFTINT_LVLMASK) % SOFTINT_COUNT;
		list->si_next = bylevel[level];
		bylevel[level] = list;
	}
	for (level = LEVELS; level-- > 0;) {
		while ((list = bylevel[level]) != NULL) {
			bylevel[level] = list->si_next;
			soft_invoke(list, sl, ci);
		}
	}
}

/*
 * Wakeups that from has put off are to's from now on: who sleeps in the place
 * of another must not keep those waiting whom that one has woken.
 */
static void
unpark_move(struct lwp *to, struct lwp *from)
{
	KASSERT(to->l_nunpark == 0);
	for (u_int i = 0; i < from->l_nunpark; i++)
		to->l_unpark[i] = from->l_unpark[i];
	to->l_nunpark = from->l_nunpark;
	from->l_nunpark = 0;
}

/*
 * Run what is pending on ci, which the thread of lwp l holds. l continues on
 * the same CPU. leaving: it has nothing that somebody may be waiting for.
 */
void
rump_softint_run(struct lwp *l, struct cpu_info *ci, bool leaving)
{
	struct softcpu *sc = &softcpus[ci->ci_index];
	struct softint *list;
	struct lwp *sl;
	int rounds = 0;

	if ((l->l_pflag & (LP_INTR | LP_IODONE)) != 0 || l->l_biglocks != 0)
		return;
	sl = softlwp_get(ci);
	unpark_move(sl, l);
	do {
		POKE(ci->ci_softpend, 0);
		list =
		    __atomic_exchange_n(&sc->sc_list, NULL, __ATOMIC_ACQUIRE);
		soft_runlist(list, sl, ci, leaving);
		if (leaving && (list = sc->sc_later) != NULL) {
			sc->sc_later = NULL;
			soft_runlist(list, sl, ci, true);
		}
	} while (PEEK(sc->sc_list) != NULL && ++rounds < 10);
	if (sc->sc_later != NULL) {
		POKE(ci->ci_softpend, SOFT_LATER);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	}
	if (PEEK(sc->sc_list) != NULL)
		POKE(ci->ci_softpend, SOFT_PENDING);
	if (sc->sc_later != NULL && l != kick_thread)
		rump_softint_kick(ci);
	unpark_move(l, sl);
	softlwp_put(sl, l);
}

static void
kick_main(void *arg)
{
	struct lwp *l = curlwp;
	int i;

	mutex_enter(&kick_lock);
	for (;;) {
		for (i = 0; i < ncpu; i++) {
			if (PEEK(softcpus[i].sc_kicked) == 0)
				continue;
			POKE(softcpus[i].sc_kicked, 0);
			mutex_exit(&kick_lock);
			rump_cpu_switch(&rump_cpu_infos[i]);
			if (PEEK(l->l_cpu->ci_softpend) != 0)
				rump_softint_run(l, l->l_cpu, true);
			mutex_enter(&kick_lock);
			i = -1;
		}
		cv_wait(&kick_cv, &kick_lock);
	}
}

/* Have a thread of its own run what is pending on ci. */
void
rump_softint_kick(struct cpu_info *ci)
{
	struct softcpu *sc = &softcpus[ci->ci_index];
	struct lwp *l = curlwp, *sl = NULL;
	bool start;

	if (rump_threads == 0)
		return;
	if (__atomic_exchange_n(&sc->sc_kicked, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	/* one that is about to sleep waits for something already */
	if (PEEK(l->l_wchan) != NULL)
		sl = softlwp_get(l->l_cpu);
	mutex_enter(&kick_lock);
	start = !kick_started && kick_thread != NULL;
	if (start)
		kick_started = true;
	cv_signal(&kick_cv);
	mutex_exit(&kick_lock);
	if (start && rump_kthread_start(kick_thread) != 0)
		kick_started = false;
	if (sl != NULL) {
		rump_unpark_flush(sl);
		softlwp_put(sl, l);
	}
}

/* Handlers are left over with any lock held: the thread is only started. */
void
rump_softint_prepare(void)
{
	kick_thread = rump_kthread_prepare(
	    PRI_SOFTNET, KTHREAD_MPSAFE, NULL, kick_main, NULL, "softint");
}

/*
 * The lwp is about to sleep: do what is pending, if that cannot wait for a
 * lock of its own; otherwise let the thread do it.
 */
void
rump_softint_sleeping(struct lwp *l)
{
	struct cpu_info *ci = l->l_cpu;

	if (__predict_true((PEEK(ci->ci_softpend) & SOFT_PENDING) == 0))
		return;
	if (l->l_nlocks == 0 && l->l_biglocks == 0 && l->l_nopreempt == 0 &&
	    (l->l_pflag & (LP_INTR | LP_IODONE)) == 0)
		rump_softint_run(l, ci, false);
	else if (kick_thread != l)
		rump_softint_kick(ci);
}

bool
softint_running_p(void)
{
	return (curlwp->l_pflag & LP_INTR) != 0;
}
