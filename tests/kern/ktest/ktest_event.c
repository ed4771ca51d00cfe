/* SPDX-License-Identifier: BSD-2-Clause */
/* Callouts, soft interrupts, work queues, threads. */

#include "ktest_impl.h"

#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/timevar.h>
#include <sys/workqueue.h>

static _Atomic int fired;
static _Atomic int fire_order[8];

static void
fire(void *arg)
{
	fire_order[fired++ & 7] = (int)(intptr_t)arg;
}

int
rump_ktest_callout_order(void)
{
	callout_t c[4];
	int i;

	rump_schedule();
	fired = 0;
	for (i = 0; i < 4; i++) {
		callout_init(&c[i], CALLOUT_MPSAFE);
		callout_setfunc(&c[i], fire, (void *)(intptr_t)i);
	}
	callout_schedule(&c[0], 9);
	callout_schedule(&c[1], 3);
	callout_schedule(&c[2], 6);
	callout_schedule(&c[3], 1000);
	CHECK(callout_pending(&c[3]) && callout_active(&c[3]));
	CHECK(!callout_stop(&c[3]));
	CHECK(!callout_pending(&c[3]) && !callout_active(&c[3]));
	/* later, then earlier again */
	callout_schedule(&c[0], 1000);
	callout_schedule(&c[0], 9);
	for (i = 0; i < 300 && fired < 3; i++)
		kpause("test", false, 1, NULL);
	CHECK(fired == 3);
	CHECK(fire_order[0] == 1 && fire_order[1] == 2 && fire_order[2] == 0);
	CHECK(callout_expired(&c[0]) && !callout_pending(&c[0]));
	CHECK(callout_stop(&c[0]));
	CHECK(!callout_expired(&c[0]));
	for (i = 0; i < 4; i++)
		callout_destroy(&c[i]);
	rump_unschedule();
	return 0;
}

struct many {
	callout_t m_co;
	int m_due;
	int m_at;
};

static _Atomic int many_left, many_bad;

static void
many_fire(void *arg)
{
	struct many *m = arg;
	int now = hardclock_ticks;

	m->m_at = now;
	if (now - m->m_due < 0)
		many_bad++;
	many_left--;
}

/* n callouts over three rings of the wheel's first 100 ticks and beyond */
int
rump_ktest_callout_many(int n)
{
	struct many *m;
	int i, late = 0;

	rump_schedule();
	m = kmem_zalloc((size_t)n * sizeof(*m), KM_SLEEP);
	many_bad = 0;
	many_left = n;
	for (i = 0; i < n; i++) {
		callout_init(&m[i].m_co, CALLOUT_MPSAFE);
		callout_setfunc(&m[i].m_co, many_fire, &m[i]);
		m[i].m_due = hardclock_ticks + (i * 7) % 130;
		callout_schedule(&m[i].m_co, (i * 7) % 130);
	}
	for (i = 0; i < 300 && many_left > 0; i++)
		kpause("test", false, 1, NULL);
	CHECK(many_left == 0);
	CHECK(many_bad == 0);
	for (i = 0; i < n; i++) {
		if (m[i].m_at - m[i].m_due > 20)
			late++;
		callout_destroy(&m[i].m_co);
	}
	CHECK(late < n / 2);
	kmem_free(m, (size_t)n * sizeof(*m));
	rump_unschedule();
	return 0;
}

#define LATE  10 /* ticks that the first call takes */
#define ROUND 64 /* slots of the wheel's first ring */

static _Atomic int late_calls, late_due, late_at;

static void
late_fire(void *arg)
{
	int now, ticks;

	if (late_calls++ != 0) {
		late_at = hardclock_ticks;
		return;
	}
	/* once around: into the slot that is just being run */
	do
		delay(1000);
	while ((now = hardclock_ticks) - late_due < LATE);
	ticks = ROUND - (now - late_due);
	late_due = now + ticks;
	callout_schedule(arg, ticks);
}

/* The only callout, started again by its function, late: not early. */
int
rump_ktest_callout_late(void)
{
	callout_t c;
	int i, before;

	rump_schedule();
	late_calls = 0;
	callout_init(&c, CALLOUT_MPSAFE);
	do {
		before = hardclock_ticks;
		late_due = before + 2;
		callout_reset(&c, 2, late_fire, &c);
	} while (hardclock_ticks != before);
	for (i = 0; i < 300 && late_calls < 2; i++)
		kpause("test", false, 1, NULL);
	CHECK(late_calls == 2);
	CHECK(late_at - late_due >= 0);
	callout_halt(&c, NULL);
	callout_destroy(&c);
	rump_unschedule();
	return 0;
}

static _Atomic int halt_state;
static callout_t halt_co;
static kmutex_t halt_lock;

static void
halt_fire(void *arg)
{
	halt_state = callout_invoking(&halt_co) ? 1 : -1;
	callout_ack(&halt_co);
	/* held until callout_halt() waits for this function */
	mutex_enter(&halt_lock);
	delay(2 * (u_int)tick); /* may not sleep */
	halt_state = 2;
	mutex_exit(&halt_lock);
}

int
rump_ktest_callout_halt(void)
{
	rump_schedule();
	mutex_init(&halt_lock, MUTEX_DEFAULT, IPL_NONE);
	callout_init(&halt_co, CALLOUT_MPSAFE);
	halt_state = 0;
	mutex_enter(&halt_lock);
	callout_reset(&halt_co, 1, halt_fire, NULL);
	while (halt_state == 0)
		kpause("test", false, 1, NULL);
	CHECK(halt_state == 1);
	CHECK(callout_halt(&halt_co, &halt_lock));
	CHECK(halt_state == 2);
	CHECK(mutex_owned(&halt_lock));
	mutex_exit(&halt_lock);
	/* pending: nothing to wait for */
	callout_reset(&halt_co, 1000, halt_fire, NULL);
	CHECK(!callout_halt(&halt_co, NULL));
	CHECK(halt_state == 2);
	callout_destroy(&halt_co);
	mutex_destroy(&halt_lock);
	rump_unschedule();
	return 0;
}

static _Atomic int periodic_left;

static void
periodic_fire(void *arg)
{
	callout_t *co = arg;

	if (--periodic_left > 0)
		callout_schedule(co, 1);
}

int
rump_ktest_callout_periodic(int rounds)
{
	callout_t co;
	int start, took;

	rump_schedule();
	periodic_left = rounds;
	callout_init(&co, 0);
	start = hardclock_ticks;
	callout_reset(&co, 1, periodic_fire, &co);
	while (periodic_left > 0)
		kpause("test", false, 1, NULL);
	took = hardclock_ticks - start;
	CHECK(took >= rounds - 1 && took < rounds * 20 + 100);
	callout_halt(&co, NULL);
	callout_destroy(&co);
	rump_unschedule();
	return 0;
}

static _Atomic int soft_ran, soft_bad;

static void
soft_handler(void *arg)
{
	if (!cpu_softintr_p())
		soft_bad = 1;
	if ((curlwp->l_pflag & LP_INTR) == 0 || curproc != &proc0)
		soft_bad = 2;
	soft_ran++;
}

int
rump_ktest_softint(int rounds)
{
	void *si[4];
	int i, j;

	rump_schedule();
	soft_ran = soft_bad = 0;
	for (i = 0; i < 4; i++)
		si[i] = softint_establish(
		    (u_int)i | SOFTINT_MPSAFE, soft_handler, NULL);
	for (j = 0; j < rounds; j++) {
		for (i = 0; i < 4; i++) {
			softint_schedule(si[i]);
			softint_schedule(si[i]);
		}
		CHECK(!cpu_softintr_p());
		rump_unschedule();
		rump_schedule();
		CHECK(soft_ran == 4 * (j + 1));
	}
	CHECK(soft_bad == 0);
	/* one that is still pending is waited for */
	softint_schedule(si[0]);
	for (i = 0; i < 4; i++)
		softint_disestablish(si[i]);
	CHECK(soft_ran == 4 * rounds + 1);
	rump_unschedule();
	return 0;
}

/* A thread that sleeps, with and without a lock: the handler runs meanwhile. */
int
rump_ktest_softint_sleep(void)
{
	struct cpu_info *ci;
	kmutex_t lock;
	void *si;
	int i;

	rump_schedule();
	soft_ran = soft_bad = 0;
	si =
	    softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, soft_handler, NULL);
	softint_schedule(si);
	kpause("test", false, 1, NULL);
	CHECK(soft_ran == 1);
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&lock);
	softint_schedule(si);
	for (i = 0; i < 100 && soft_ran == 1; i++)
		kpause("test", false, 1, NULL);
	mutex_exit(&lock);
	CHECK(soft_ran == 2);
	/* on the other CPUs */
	for (ci = rump_cpu_infos; ci != NULL; ci = ci->ci_next) {
		soft_ran = 0;
		softint_schedule_cpu(si, ci);
		for (i = 0; i < 100 && soft_ran == 0; i++)
			kpause("test", false, 1, NULL);
		CHECK(soft_ran == 1);
	}
	CHECK(soft_bad == 0);
	softint_disestablish(si);
	mutex_destroy(&lock);
	rump_unschedule();
	return 0;
}

static _Atomic u_int work_done;

static void
work_fn(struct work *wk, void *arg)
{
	work_done++;
	if (work_done % 16 == 0)
		kpause("work", false, 1, NULL);
}

int
rump_ktest_workqueue(int n, int percpu)
{
	struct workqueue *wq;
	struct work *wk;
	int i;

	rump_schedule();
	work_done = 0;
	CHECK(workqueue_create(&wq, "ktestwq", work_fn, NULL, PRI_NONE,
		  IPL_NONE, WQ_MPSAFE | (percpu ? WQ_PERCPU : 0)) == 0);
	wk = kmem_zalloc((size_t)n * sizeof(*wk), KM_SLEEP);
	for (i = 0; i < n; i++)
		workqueue_enqueue(wq, &wk[i], NULL);
	workqueue_wait(wq, &wk[0]);
	CHECK(work_done > 0);
	workqueue_destroy(wq);
	CHECK(work_done == (u_int)n);
	kmem_free(wk, (size_t)n * sizeof(*wk));
	rump_unschedule();
	return 0;
}

/*
 * With the big lock, or without, as was asked when it was made.
 */
static _Atomic int context_locked;

static void
context(void *arg)
{
	context_locked = KERNEL_LOCKED_P() ? 1 : 2;
}

/* The lock is there again after a sleep. */
static void
context_work(struct work *wk, void *arg)
{
	kpause("context", false, 1, NULL);
	context(arg);
}

static void
context_thread(void *arg)
{
	kpause("context", false, 1, NULL);
	context(arg);
	kthread_exit(0);
}

/* What it ran with: 1 the big lock, 2 not. */
static int
context_wait(void)
{
	int i, rv;

	for (i = 0; i < 300 && context_locked == 0; i++)
		kpause("context", false, 1, NULL);
	rv = context_locked;
	context_locked = 0;
	return rv;
}

static int
contexts(bool mpsafe)
{
	const int want = mpsafe ? 2 : 1;
	struct workqueue *wq;
	struct work wk;
	callout_t c;
	void *si;

	context_locked = 0;
	callout_init(&c, mpsafe ? CALLOUT_MPSAFE : 0);
	callout_reset(&c, 1, context, NULL);
	CHECK(context_wait() == want);
	callout_halt(&c, NULL);
	callout_destroy(&c);
	for (u_int level = SOFTINT_CLOCK; level <= SOFTINT_SERIAL; level++) {
		si = softint_establish(
		    level | (mpsafe ? SOFTINT_MPSAFE : 0), context, NULL);
		softint_schedule(si);
		CHECK(context_wait() == want);
		softint_disestablish(si);
	}
	CHECK(workqueue_create(&wq, "context", context_work, NULL, PRI_NONE,
		  IPL_NONE, mpsafe ? WQ_MPSAFE : 0) == 0);
	workqueue_enqueue(wq, &wk, NULL);
	CHECK(context_wait() == want);
	workqueue_destroy(wq);
	CHECK(kthread_create(PRI_NONE, mpsafe ? KTHREAD_MPSAFE : 0, NULL,
		  context_thread, NULL, NULL, "context") == 0);
	CHECK(context_wait() == want);
	return 0;
}

int
rump_ktest_contexts(void)
{
	int line;

	rump_schedule();
	line = contexts(false);
	if (line == 0)
		line = contexts(true);
	if (line == 0)
		rump_unschedule();
	return line;
}

static _Atomic u_int thread_ran;

static void
count_thread(void *arg)
{
	thread_ran++;
	if (arg == NULL)
		return; /* the same as kthread_exit() */
	kthread_exit(0);
}

static int
nlwps(void)
{
	int n;

	mutex_enter(proc0.p_lock);
	n = proc0.p_nlwps;
	mutex_exit(proc0.p_lock);
	return n;
}

int
rump_ktest_kthread(int n)
{
	struct lwp *l;
	int i, before;

	rump_schedule();
	thread_ran = 0;
	before = nlwps();
	for (i = 0; i < n; i++) {
		CHECK(
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, count_thread, &l, &l, "kt") == 0);
		CHECK(kthread_join(l) == 0);
		CHECK(kthread_create(PRI_NONE, i % 2 ? KTHREAD_MPSAFE : 0, NULL,
			  count_thread, NULL, NULL, "kt") == 0);
	}
	for (i = 0; i < 500 && thread_ran < 2 * (u_int)n; i++)
		kpause("test", false, 1, NULL);
	CHECK(thread_ran == 2 * (u_int)n);
	for (i = 0; i < 500 && nlwps() > before; i++)
		kpause("test", false, 1, NULL);
	CHECK(nlwps() == before);
	rump_unschedule();
	return 0;
}

static _Atomic int deferred_ran;

static void
deferred_fn(void *arg)
{
	deferred_ran++;
}

int
rump_ktest_defer(void)
{
	static struct rump_deferred rd = {.rd_fn = deferred_fn};

	rump_schedule();
	deferred_ran = 0;
	rump_defer(&rd);
	rump_defer(&rd);
	CHECK(deferred_ran == 0);
	rump_unschedule();
	rump_schedule();
	CHECK(deferred_ran == 1);
	rump_unschedule();
	return 0;
}
