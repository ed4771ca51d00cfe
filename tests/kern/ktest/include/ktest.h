/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel side of the tests in tests/kern: entered without a virtual CPU. */

#ifndef _KTEST_H_
#define _KTEST_H_

/* all return 0, or the number of the check that failed */
int rump_ktest_mutex(int threads, int rounds);
int rump_ktest_rwlock(int threads, int rounds);
int rump_ktest_rwupgrade(void);
int rump_ktest_condvar(int items);
int rump_ktest_timedwait(long *usec);
int rump_ktest_tsleep(void);
int rump_ktest_bigwait(int threads, int rounds);
int rump_ktest_biglock(int threads, int rounds);
int rump_ktest_contexts(void);
int rump_ktest_callout_order(void);
int rump_ktest_callout_many(int n);
int rump_ktest_callout_late(void);
int rump_ktest_callout_halt(void);
int rump_ktest_callout_periodic(int rounds);
int rump_ktest_softint(int rounds);
int rump_ktest_softint_sleep(void);
int rump_ktest_workqueue(int n, int percpu);
int rump_ktest_kthread(int n);
int rump_ktest_xcall(void);
int rump_ktest_percpu(int threads, int rounds);
int rump_ktest_pserialize(int rounds);
int rump_ktest_pserialize_rwlock(void);
int rump_ktest_pserialize_biglock(int rw);
int rump_ktest_psref(int rounds);
int rump_ktest_once(void);
int rump_ktest_time(void);
int rump_ktest_specific(void);
int rump_ktest_defer(void);
int rump_ktest_signal(void);
int rump_ktest_ncpu(void);
/* take (or release) a lock that is kept while the thread is outside */
void rump_ktest_hold(int take);
int rump_ktest_lockdebug(int which);
int rump_ktest_lockdebug_on(void);

#endif /* _KTEST_H_ */
