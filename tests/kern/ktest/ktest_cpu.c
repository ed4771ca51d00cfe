/* SPDX-License-Identifier: BSD-2-Clause */
/* What is tied to virtual CPUs, and odds and ends. */

#include "ktest_impl.h"

#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/once.h>
#include <sys/percpu.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/specificdata.h>
#include <sys/timetc.h>
#include <sys/xcall.h>

static uint64_t xcall_seen;

static void
xcall_fn(void *arg1, void *arg2)
{
	xcall_seen |= 1ULL << cpu_number();
	if (arg1 != &xcall_seen || arg2 != NULL)
		xcall_seen |= 1ULL << 63;
}

int
rump_ktest_xcall(void)
{
	struct cpu_info *ci;

	rump_schedule();
	xcall_seen = 0;
	xc_wait(xc_broadcast(0, xcall_fn, &xcall_seen, NULL));
	CHECK(xcall_seen == (1ULL << ncpu) - 1);
	for (ci = rump_cpu_infos; ci != NULL; ci = ci->ci_next) {
		xcall_seen = 0;
		xc_wait(xc_unicast(0, xcall_fn, &xcall_seen, NULL, ci));
		CHECK(xcall_seen == 1ULL << ci->ci_index);
	}
	CHECK((curlwp->l_pflag & LP_BOUND) == 0);
	rump_unschedule();
	return 0;
}

struct pc_args {
	percpu_t *pa_pc;
	int pa_rounds;
};

static void
percpu_thread(void *arg)
{
	struct pc_args *pa = arg;
	uint64_t *p, v;
	int i;

	for (i = 0; i < pa->pa_rounds; i++) {
		p = percpu_getref(pa->pa_pc);
		v = *p;
		__insn_barrier();
		*p = v + 1;
		percpu_putref(pa->pa_pc);
		if (i % 64 == 0)
			yield();
	}
	kthread_exit(0);
}

static void
percpu_sum(void *p, void *arg, struct cpu_info *ci)
{
	*(uint64_t *)arg += *(uint64_t *)p;
}

int
rump_ktest_percpu(int threads, int rounds)
{
	struct pc_args pa = {.pa_rounds = rounds};
	uint64_t sum = 0;

	rump_schedule();
	pa.pa_pc = percpu_alloc(sizeof(uint64_t));
	CHECK(ktest_threads(threads, percpu_thread, &pa) == 0);
	percpu_foreach(pa.pa_pc, percpu_sum, &sum);
	CHECK(sum == (uint64_t)threads * (uint64_t)rounds);
	percpu_free(pa.pa_pc, sizeof(uint64_t));
	rump_unschedule();
	return 0;
}

struct obj {
	_Atomic int o_alive;
};

static struct obj *_Atomic ps_obj;
static _Atomic int ps_stop, ps_bad, ps_reads;

static void
reader_thread(void *arg)
{
	struct obj *o;
	int s, i;

	while (!ps_stop) {
		s = pserialize_read_enter();
		o = ps_obj;
		for (i = 0; i < 20; i++) {
			if (o->o_alive != 1)
				ps_bad = 1;
		}
		pserialize_read_exit(s);
		ps_reads++;
		yield();
	}
	kthread_exit(0);
}

int
rump_ktest_pserialize(int rounds)
{
	struct obj *o, *old;
	struct lwp *l[2];
	pserialize_t psz;
	int i;

	rump_schedule();
	psz = pserialize_create();
	ps_stop = ps_bad = ps_reads = 0;
	ps_obj = kmem_zalloc(sizeof(*o), KM_SLEEP);
	ps_obj->o_alive = 1;
	for (i = 0; i < 2; i++)
		CHECK(
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, reader_thread, NULL, &l[i], "rd%d", i) == 0);
	while (ps_reads == 0)
		kpause("test", false, 1, NULL);
	for (i = 0; i < rounds; i++) {
		o = kmem_zalloc(sizeof(*o), KM_SLEEP);
		o->o_alive = 1;
		membar_producer();
		old = ps_obj;
		ps_obj = o;
		pserialize_perform(psz);
		old->o_alive = 0xdead;
		kmem_free(old, sizeof(*old));
	}
	ps_stop = 1;
	for (i = 0; i < 2; i++)
		kthread_join(l[i]);
	CHECK(!ps_bad);
	kmem_free(ps_obj, sizeof(*o));
	pserialize_destroy(psz);
	rump_unschedule();
	return 0;
}

static krwlock_t ps_rw;
static _Atomic int ps_stage;

/* Keeps the CPU until the stage, but no longer than so many milliseconds. */
static void
busy_until(int stage, time_t ms)
{
	struct timespec begun, now;

	nanouptime(&begun);
	do {
		nanouptime(&now);
	} while (ps_stage < stage &&
	    (now.tv_sec - begun.tv_sec) * 1000 +
		    (now.tv_nsec - begun.tv_nsec) / 1000000 <
		ms);
}

/* Has the lock, and a CPU. */
static void
ps_writer(void *arg)
{
	rw_enter(&ps_rw, RW_WRITER);
	ps_stage = 1;
	busy_until(2, 5000);
	busy_until(INT_MAX, 200);
	rw_exit(&ps_rw);
	kthread_exit(0);
}

/* Waits for it inside of a section. */
static void
ps_waiter(void *arg)
{
	int s;

	s = pserialize_read_enter();
	ps_stage = 2;
	rw_enter(&ps_rw, RW_READER);
	rw_exit(&ps_rw);
	busy_until(INT_MAX, 200);
	ps_stage = 3;
	pserialize_read_exit(s);
	kthread_exit(0);
}

/**
 * A reader that waits for a rwlock whose writer runs stays a reader.  The
 * writer's CPU is the last one that is waited for.
 */
int
rump_ktest_pserialize_rwlock(void)
{
	struct lwp *l[2];
	pserialize_t psz;

	rump_schedule();
	psz = pserialize_create();
	rw_init(&ps_rw);
	ps_stage = 0;
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
		  &rump_cpu_infos[ncpu - 1], ps_writer, NULL, &l[0],
		  "writer") == 0);
	while (ps_stage < 1)
		kpause("test", false, 1, NULL);
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
		  &rump_cpu_infos[0], ps_waiter, NULL, &l[1], "waiter") == 0);
	while (ps_stage < 2)
		kpause("test", false, 1, NULL);
	kpause("test", false, MAX(1, mstohz(50)), NULL);
	pserialize_perform(psz);
	CHECK(ps_stage == 3);
	kthread_join(l[0]);
	kthread_join(l[1]);
	rw_destroy(&ps_rw);
	pserialize_destroy(psz);
	rump_unschedule();
	return 0;
}

static kmutex_t ps_mtx;

/* Wants the big lock while it has the other. */
static void
ps_owner(void *arg)
{
	const bool rw = arg != NULL;

	if (rw)
		rw_enter(&ps_rw, RW_WRITER);
	else
		mutex_enter(&ps_mtx);
	ps_stage = 1;
	busy_until(2, 5000);
	busy_until(INT_MAX, 50);
	KERNEL_LOCK(1, NULL);
	KERNEL_UNLOCK_ONE(NULL);
	if (rw)
		rw_exit(&ps_rw);
	else
		mutex_exit(&ps_mtx);
	kthread_exit(0);
}

/** A reader with the big lock gives it up where it waits for another. */
int
rump_ktest_pserialize_biglock(int rw)
{
	struct lwp *l;
	int s;

	rump_schedule();
	mutex_init(&ps_mtx, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&ps_rw);
	ps_stage = 0;
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
		  ps_owner, rw ? &ps_rw : NULL, &l, "owner") == 0);
	while (ps_stage < 1)
		kpause("test", false, 1, NULL);
	KERNEL_LOCK(2, NULL);
	s = pserialize_read_enter();
	ps_stage = 2;
	if (rw) {
		rw_enter(&ps_rw, RW_READER);
		rw_exit(&ps_rw);
	} else {
		mutex_enter(&ps_mtx);
		mutex_exit(&ps_mtx);
	}
	CHECK(curlwp->l_biglocks == 2);
	pserialize_read_exit(s);
	KERNEL_UNLOCK_ONE(NULL);
	KERNEL_UNLOCK_ONE(NULL);
	kthread_join(l);
	rw_destroy(&ps_rw);
	mutex_destroy(&ps_mtx);
	rump_unschedule();
	return 0;
}

struct target {
	struct psref_target t_psref;
	_Atomic int t_alive;
};

static struct psref_class *pr_class;
static struct target *_Atomic pr_target;

static void
psref_thread(void *arg)
{
	struct psref ref;
	struct target *t;
	int s, bound, n = 0;

	while (!ps_stop) {
		bound = curlwp_bind();
		s = pserialize_read_enter();
		if ((t = pr_target) == NULL) {
			pserialize_read_exit(s);
			curlwp_bindx(bound);
			yield();
			continue;
		}
		psref_acquire(&ref, &t->t_psref, pr_class);
		pserialize_read_exit(s);
		if (++n % 64 == 0)
			kpause("psref", false, 1, NULL);
		if (t->t_alive != 1 || !psref_held(&t->t_psref, pr_class))
			ps_bad = 1;
		ps_reads++;
		psref_release(&ref, &t->t_psref, pr_class);
		curlwp_bindx(bound);
		yield();
	}
	kthread_exit(0);
}

int
rump_ktest_psref(int rounds)
{
	struct target *t;
	struct lwp *l[3];
	pserialize_t psz;
	int i;

	rump_schedule();
	psz = pserialize_create();
	pr_class = psref_class_create("ktest", IPL_SOFTNET);
	ps_stop = ps_bad = ps_reads = 0;
	pr_target = NULL;
	for (i = 0; i < 3; i++)
		CHECK(
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, psref_thread, NULL, &l[i], "pr%d", i) == 0);
	for (i = 0; i < rounds; i++) {
		t = kmem_zalloc(sizeof(*t), KM_SLEEP);
		psref_target_init(&t->t_psref, pr_class);
		t->t_alive = 1;
		membar_producer();
		pr_target = t;
		kpause("test", false, 1, NULL);
		pr_target = NULL;
		pserialize_perform(psz);
		psref_target_destroy(&t->t_psref, pr_class);
		t->t_alive = 0xdead;
		kmem_free(t, sizeof(*t));
	}
	ps_stop = 1;
	for (i = 0; i < 3; i++)
		kthread_join(l[i]);
	CHECK(!ps_bad && ps_reads > 0);
	psref_class_destroy(pr_class);
	pserialize_destroy(psz);
	rump_unschedule();
	return 0;
}

static _Atomic int once_calls;
static ONCE_DECL(once_ctl);

static int
once_fn(void)
{
	once_calls++;
	kpause("once", false, 2, NULL);
	return 0;
}

static void
once_thread(void *arg)
{
	if (RUN_ONCE(&once_ctl, once_fn) != 0 || once_calls != 1)
		*(_Atomic int *)arg = 1;
	kthread_exit(0);
}

int
rump_ktest_once(void)
{
	_Atomic int bad = 0;

	rump_schedule();
	CHECK(ktest_threads(4, once_thread, (void *)&bad) == 0);
	CHECK(!bad && once_calls == 1);
	rump_unschedule();
	return 0;
}

int
rump_ktest_time(void)
{
	struct timeval tv = {0, 1}, last = {0, 0};
	const struct timeval interval = {0, 50000};
	struct timespec ts, ts2;
	time_t before;
	int i, pps = 0, n;

	rump_schedule();
	CHECK(tvtohz(&tv) == 2);
	tv.tv_usec = 10000;
	CHECK(tvtohz(&tv) == 2);
	tv.tv_usec = 10001;
	CHECK(tvtohz(&tv) == 3);
	tv.tv_sec = 100000000;
	CHECK(tvtohz(&tv) == INT_MAX);
	ts = (struct timespec){1, 0};
	CHECK(tstohz(&ts) == 101);
	ts = (struct timespec){-1, 0};
	CHECK(tstohz(&ts) == 0);
	CHECK(mstohz(1000) == 100 && hztoms(100) == 1000);
	CHECK(time_second > 1400000000 && time_uptime >= 1);

	CHECK(ratecheck(&last, &interval));
	CHECK(!ratecheck(&last, &interval));
	kpause("test", false, 6, NULL);
	CHECK(ratecheck(&last, &interval));

	timerclear(&last);
	for (i = n = 0; i < 10; i++)
		n += ppsratecheck(&last, &pps, 3);
	CHECK(n == 3);

	/* the wall clock moves, uptime does not */
	before = time_second;
	nanouptime(&ts2);
	nanotime(&ts);
	ts.tv_sec += 1000;
	tc_setclock(&ts);
	CHECK(time_second - before >= 1000 && time_second - before <= 1002);
	nanouptime(&ts);
	CHECK(ts.tv_sec - ts2.tv_sec <= 2);
	nanotime(&ts);
	ts.tv_sec -= 1000;
	tc_setclock(&ts);
	rump_unschedule();
	return 0;
}

static _Atomic int specific_dtors;

static void
specific_dtor(void *p)
{
	specific_dtors++;
}

static specificdata_key_t specific_key;

static void
specific_thread(void *arg)
{
	if (lwp_getspecific(specific_key) != NULL)
		*(_Atomic int *)arg = 1;
	lwp_setspecific(specific_key, arg);
	if (lwp_getspecific(specific_key) != arg)
		*(_Atomic int *)arg = 2;
	kthread_exit(0);
}

int
rump_ktest_specific(void)
{
	specificdata_key_t pkey;
	_Atomic int bad = 0;
	int x;

	rump_schedule();
	specific_dtors = 0;
	CHECK(lwp_specific_key_create(&specific_key, specific_dtor) == 0);
	CHECK(ktest_threads(3, specific_thread, (void *)&bad) == 0);
	CHECK(bad == 0);
	CHECK(specific_dtors == 3);
	lwp_setspecific(specific_key, &x);
	CHECK(lwp_getspecific(specific_key) == &x);
	lwp_specific_key_delete(specific_key);
	CHECK(specific_dtors == 4);
	CHECK(proc_specific_key_create(&pkey, NULL) == 0);
	proc_setspecific(curproc, pkey, &x);
	CHECK(proc_getspecific(curproc, pkey) == &x);
	CHECK(proc_getspecific(&proc0, pkey) == NULL);
	proc_specific_key_delete(pkey);
	rump_unschedule();
	return 0;
}
