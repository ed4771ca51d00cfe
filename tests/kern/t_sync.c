/* SPDX-License-Identifier: BSD-2-Clause */
/* The base from within: locks, sleeping, time, events, virtual CPUs. */

#include <atf-c.h>
#include <pthread.h>
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ktest.h"

/* A case that boots and runs one function of the kernel side. */
#define KTEST(name, descr, call)                                               \
	ATF_TC(name);                                                          \
	ATF_TC_HEAD(name, tc)                                                  \
	{                                                                      \
		atf_tc_set_md_var(tc, "descr", descr);                         \
	}                                                                      \
	ATF_TC_BODY(name, tc)                                                  \
	{                                                                      \
		ATF_REQUIRE_EQ(rump_init(), 0);                                \
		ATF_REQUIRE_EQ(call, 0);                                       \
	}

#define KTEST_NCPU(name, n, descr, call)                                       \
	ATF_TC(name);                                                          \
	ATF_TC_HEAD(name, tc)                                                  \
	{                                                                      \
		atf_tc_set_md_var(tc, "descr", descr);                         \
	}                                                                      \
	ATF_TC_BODY(name, tc)                                                  \
	{                                                                      \
		setenv("RUMP_NCPU", #n, 1);                                    \
		ATF_REQUIRE_EQ(rump_init(), 0);                                \
		ATF_REQUIRE_EQ(rump_ktest_ncpu(), n);                          \
		ATF_REQUIRE_EQ(call, 0);                                       \
	}

KTEST(mutex, "threads exclude one another", rump_ktest_mutex(4, 50000))
KTEST_NCPU(mutex_1cpu, 1, "also on one CPU", rump_ktest_mutex(4, 20000))
KTEST_NCPU(mutex_8cpu, 8, "also on eight CPUs", rump_ktest_mutex(8, 20000))
KTEST(rwlock, "readers and writers", rump_ktest_rwlock(4, 50000))
KTEST_NCPU(rwlock_1cpu, 1, "also on one CPU", rump_ktest_rwlock(4, 20000))
KTEST_NCPU(rwlock_8cpu, 8, "also on eight CPUs", rump_ktest_rwlock(8, 20000))
KTEST(rwupgrade, "upgrade, downgrade, try", rump_ktest_rwupgrade())
KTEST(condvar, "producer and consumers", rump_ktest_condvar(20000))
KTEST_NCPU(condvar_1cpu, 1, "also on one CPU", rump_ktest_condvar(5000))
KTEST(tsleep, "tsleep, mtsleep, wakeup, kpause", rump_ktest_tsleep())
KTEST(biglock, "the big lock nests and is given up asleep",
    rump_ktest_biglock(4, 1000))
KTEST(bigwait, "locks are waited for with the big lock held",
    rump_ktest_bigwait(4, 400))
KTEST_NCPU(bigwait_8cpu, 8, "also on eight CPUs", rump_ktest_bigwait(8, 200))
KTEST(contexts, "the big lock for who did not say that it is MP-safe",
    rump_ktest_contexts())
KTEST(interrupt, "a signal ends a sleep", rump_ktest_signal())
KTEST(callout_order, "callouts fire in order", rump_ktest_callout_order())
KTEST(callout_many, "many callouts, none early", rump_ktest_callout_many(2000))
KTEST(callout_late, "a late callout that restarts itself",
    rump_ktest_callout_late())
KTEST(callout_halt, "halt waits for the function", rump_ktest_callout_halt())
KTEST(callout_periodic, "a callout that restarts itself",
    rump_ktest_callout_periodic(30))
KTEST(softint, "soft interrupts run on the way out", rump_ktest_softint(100))
KTEST(softint_sleep, "and when the thread sleeps", rump_ktest_softint_sleep())
KTEST(workqueue, "all work is done", rump_ktest_workqueue(200, 0))
KTEST(
    workqueue_percpu, "all work is done, per CPU", rump_ktest_workqueue(200, 1))
KTEST(kthread, "threads come and go", rump_ktest_kthread(20))
KTEST(defer, "deferred work runs on the way out", rump_ktest_defer())
KTEST(xcall, "cross calls reach every CPU", rump_ktest_xcall())
KTEST_NCPU(xcall_5cpu, 5, "cross calls, five CPUs", rump_ktest_xcall())
KTEST(percpu, "slices belong to their CPU", rump_ktest_percpu(4, 50000))
KTEST(pserialize, "writers wait for readers", rump_ktest_pserialize(300))
KTEST_NCPU(pserialize_1cpu, 1, "on one CPU", rump_ktest_pserialize(300))
KTEST_NCPU(pserialize_4cpu, 4, "on four CPUs", rump_ktest_pserialize(300))
KTEST_NCPU(pserialize_rwlock, 4, "and for those that wait for a lock",
    rump_ktest_pserialize_rwlock())
KTEST_NCPU(pserialize_biglock, 4, "who has a mutex may want the big lock",
    rump_ktest_pserialize_biglock(0))
KTEST_NCPU(
    pserialize_bigrw, 4, "likewise a rwlock", rump_ktest_pserialize_biglock(1))
KTEST(psref, "targets outlive their references", rump_ktest_psref(20))
KTEST_NCPU(psref_4cpu, 4, "on four CPUs", rump_ktest_psref(20))
KTEST(once, "an initializer runs once", rump_ktest_once())
KTEST(time, "ticks, rates, the wall clock", rump_ktest_time())
KTEST(specific, "data of lwps and processes", rump_ktest_specific())

ATF_TC_WITHOUT_HEAD(timedwait);
ATF_TC_BODY(timedwait, tc)
{
	long usec;
	int i;

	ATF_REQUIRE_EQ(rump_init(), 0);
	/* a loaded host makes some late, but not all */
	for (i = 0; i < 10; i++) {
		ATF_REQUIRE_EQ(rump_ktest_timedwait(&usec), 0);
		ATF_REQUIRE_MSG(usec >= 50000, "%ld us", usec);
		if (usec < 200000)
			break;
	}
	ATF_CHECK_MSG(usec < 200000, "%ld us", usec);
}

static int hold_pipe[2];
static _Atomic int hold_got;

static void *
hold_thread(void *arg)
{
	char c;

	if (rump_sys_read(hold_pipe[0], &c, 1) == 1)
		hold_got = 1;
	return NULL;
}

/* A wakeup by one who holds a lock while it is outside does not wait. */
ATF_TC_WITHOUT_HEAD(wake_holding);
ATF_TC_BODY(wake_holding, tc)
{
	pthread_t pt;
	int i;

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_sys_pipe(hold_pipe), 0);
	ATF_REQUIRE_EQ(pthread_create(&pt, NULL, hold_thread, NULL), 0);
	usleep(50000);
	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(1), 0);
	rump_ktest_hold(1);
	ATF_REQUIRE_EQ(rump_sys_write(hold_pipe[1], "x", 1), 1);
	for (i = 0; i < 200 && !hold_got; i++)
		usleep(10000);
	ATF_REQUIRE(hold_got);
	rump_ktest_hold(0);
	pthread_join(pt, NULL);
}

/* Without threads what needs none still works. */
ATF_TC_WITHOUT_HEAD(nothreads);
ATF_TC_BODY(nothreads, tc)
{
	setenv("RUMP_THREADS", "0", 1);
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_ktest_softint(10), 0);
	ATF_REQUIRE_EQ(rump_ktest_workqueue(20, 0), 0);
	ATF_REQUIRE_EQ(rump_ktest_rwupgrade(), 0);
	ATF_REQUIRE_EQ(rump_ktest_defer(), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mutex);
	ATF_TP_ADD_TC(tp, mutex_1cpu);
	ATF_TP_ADD_TC(tp, mutex_8cpu);
	ATF_TP_ADD_TC(tp, rwlock);
	ATF_TP_ADD_TC(tp, rwlock_1cpu);
	ATF_TP_ADD_TC(tp, rwlock_8cpu);
	ATF_TP_ADD_TC(tp, rwupgrade);
	ATF_TP_ADD_TC(tp, condvar);
	ATF_TP_ADD_TC(tp, condvar_1cpu);
	ATF_TP_ADD_TC(tp, timedwait);
	ATF_TP_ADD_TC(tp, tsleep);
	ATF_TP_ADD_TC(tp, biglock);
	ATF_TP_ADD_TC(tp, bigwait);
	ATF_TP_ADD_TC(tp, bigwait_8cpu);
	ATF_TP_ADD_TC(tp, contexts);
	ATF_TP_ADD_TC(tp, interrupt);
	ATF_TP_ADD_TC(tp, callout_order);
	ATF_TP_ADD_TC(tp, callout_many);
	ATF_TP_ADD_TC(tp, callout_late);
	ATF_TP_ADD_TC(tp, callout_halt);
	ATF_TP_ADD_TC(tp, callout_periodic);
	ATF_TP_ADD_TC(tp, softint);
	ATF_TP_ADD_TC(tp, softint_sleep);
	ATF_TP_ADD_TC(tp, workqueue);
	ATF_TP_ADD_TC(tp, workqueue_percpu);
	ATF_TP_ADD_TC(tp, kthread);
	ATF_TP_ADD_TC(tp, defer);
	ATF_TP_ADD_TC(tp, xcall);
	ATF_TP_ADD_TC(tp, xcall_5cpu);
	ATF_TP_ADD_TC(tp, percpu);
	ATF_TP_ADD_TC(tp, pserialize);
	ATF_TP_ADD_TC(tp, pserialize_1cpu);
	ATF_TP_ADD_TC(tp, pserialize_4cpu);
	ATF_TP_ADD_TC(tp, pserialize_rwlock);
	ATF_TP_ADD_TC(tp, pserialize_biglock);
	ATF_TP_ADD_TC(tp, pserialize_bigrw);
	ATF_TP_ADD_TC(tp, psref);
	ATF_TP_ADD_TC(tp, psref_4cpu);
	ATF_TP_ADD_TC(tp, once);
	ATF_TP_ADD_TC(tp, time);
	ATF_TP_ADD_TC(tp, specific);
	ATF_TP_ADD_TC(tp, wake_holding);
	ATF_TP_ADD_TC(tp, nothreads);
	return atf_no_error();
}
