/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic_ops(9), mutex(9), condvar(9), kthread(9), workqueue(9), ltsleep(9),
 * preempt(9), spl(9).
 */
#include <sys/param.h>

#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/workqueue.h>

#include "calls.h"
#include "ktest.h"

static kmutex_t lock;
static kcondvar_t cv;
static volatile int stage;

static void
sync_init(void)
{
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "calls");
	stage = 0;
}

static void
sync_fini(void)
{
	cv_destroy(&cv);
	mutex_destroy(&lock);
}

/* Milliseconds since boot. */
static int64_t
now_ms(void)
{
	struct timeval tv;

	getmicrouptime(&tv);
	return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

#define THREADS 4
#define ADDS    20000

static unsigned int counter;
static uint32_t counter32;

static void
atomic_thread(void *arg)
{
	uint32_t bit = (uint32_t)1 << (uintptr_t)arg;

	for (int i = 0; i < ADDS; i++) {
		atomic_add_int(&counter, 3);
		atomic_dec_uint(&counter);
		atomic_inc_32(&counter32);
		atomic_dec_32_nv(&counter32);
		atomic_or_32(&counter32, bit << 16);
		atomic_and_32(&counter32, ~(bit << 16));
	}
	mutex_enter(&lock);
	stage++;
	cv_broadcast(&cv);
	mutex_exit(&lock);
	kthread_exit(0);
}

void
calls_atomic(void)
{
	unsigned int u = 10;
	uint32_t w = 0xf0;

	atomic_add_int(&u, -3);
	KEQ(u, 7);
	KEQ(atomic_add_int_nv(&u, 5), 12);
	KEQ(atomic_inc_uint_nv(&u), 13);
	atomic_dec_uint(&u);
	KEQ(u, 12);
	atomic_and_32(&w, 0x30);
	KEQ(w, 0x30);
	atomic_or_32(&w, 0x5);
	KEQ(w, 0x35);
	KEQ(atomic_or_32_nv(&w, 0x100), 0x135);
	atomic_inc_32(&w);
	KEQ(w, 0x136);
	KEQ(atomic_dec_32_nv(&w), 0x135);
	w = 0;
	KEQ(atomic_dec_32_nv(&w), 0xffffffff);

	sync_init();
	for (uintptr_t i = 0; i < THREADS; i++) {
		KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL,
			atomic_thread, (void *)i, NULL, "atomic%d", (int)i),
		    0);
	}
	mutex_enter(&lock);
	while (stage < THREADS)
		cv_wait(&cv, &lock);
	mutex_exit(&lock);
	KEQ(counter, THREADS * ADDS * 2);
	KEQ(counter32, 0);
	sync_fini();
}

static void
mutex_thread(void *arg)
{
	lwp_t *other = arg;

	/* held by the one who made this thread */
	KEQ(mutex_tryenter(&lock), 0);
	K(!mutex_owned(&lock));
	K(mutex_owner(&lock) == other);
	stage = 1;
	mutex_enter(&lock);
	K(mutex_owned(&lock) && mutex_owner(&lock) == curlwp);
	stage = 2;
	cv_signal(&cv);
	mutex_exit(&lock);
	kthread_exit(0);
}

void
calls_mutex(void)
{
	kmutex_t *obj;
	int s;

	sync_init();
	K(!mutex_owned(&lock));
	K(mutex_tryenter(&lock) != 0);
	K(mutex_owned(&lock) && mutex_owner(&lock) == curlwp);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, mutex_thread, curlwp,
		NULL, "mutex"),
	    0);
	while (stage == 0)
		kpause("calls", false, 1, NULL);
	kpause("calls", false, 2, NULL);
	KEQ(stage, 1);
	while (stage != 2)
		cv_wait(&cv, &lock);
	K(mutex_owned(&lock));
	mutex_exit(&lock);
	sync_fini();

	obj = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_obj_hold(obj);
	K(!mutex_obj_free(obj));
	mutex_enter(obj);
	K(mutex_owned(obj));
	mutex_exit(obj);
	K(mutex_obj_free(obj));

	/* No levels: these nest and change nothing. */
	s = splbio();
	KEQ(splbio(), s);
	splx(s);
}

static void
condvar_thread(void *arg)
{
	mutex_enter(&lock);
	stage++;
	cv_broadcast((kcondvar_t *)arg);
	while (stage < 10)
		cv_wait(&cv, &lock);
	stage++;
	cv_broadcast((kcondvar_t *)arg);
	mutex_exit(&lock);
	/* returning is the same as kthread_exit() */
}

void
calls_condvar(void)
{
	kcondvar_t done;
	int64_t t;

	sync_init();
	cv_init(&done, "done");
	mutex_enter(&lock);
	K(!cv_has_waiters(&cv));
	t = now_ms();
	KEQ(cv_timedwait(&cv, &lock, hz / 10), EWOULDBLOCK);
	t = now_ms() - t;
	K(t >= 99 && t < 10000);
	K(mutex_owned(&lock));
	for (int i = 0; i < 3; i++) {
		KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL,
			condvar_thread, &done, NULL, "cv"),
		    0);
	}
	while (stage < 3)
		KEQ(cv_timedwait(&done, &lock, 60 * hz), 0);
	K(cv_has_waiters(&cv));
	/* one wakes and sees that nothing has changed */
	cv_signal(&cv);
	KEQ(cv_timedwait(&done, &lock, hz / 20), EWOULDBLOCK);
	KEQ(stage, 3);
	stage = 10;
	cv_signal(&cv);
	while (stage < 11)
		cv_wait(&done, &lock);
	KEQ(stage, 11);
	cv_broadcast(&cv);
	while (stage < 13)
		cv_wait(&done, &lock);
	K(!cv_has_waiters(&cv));
	mutex_exit(&lock);
	cv_destroy(&done);
	sync_fini();
}

static void
big_lock_thread(void *arg)
{
	*(int *)arg = KERNEL_LOCKED_P() ? 1 : 2;
	mutex_enter(&lock);
	stage++;
	cv_signal(&cv);
	mutex_exit(&lock);
	kthread_exit(0);
}

void
calls_thread(void)
{
	int big = 0, small = 0;
	lwp_t *l = NULL;

	sync_init();
	KEQ(kthread_create(PRI_NONE, 0, NULL, big_lock_thread, &big, &l, "b"),
	    0);
	K(l != NULL && l != curlwp);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, big_lock_thread,
		&small, NULL, "s"),
	    0);
	mutex_enter(&lock);
	while (stage < 2)
		cv_wait(&cv, &lock);
	mutex_exit(&lock);
	KEQ(big, 1);
	KEQ(small, 2);
	sync_fini();
}

struct job {
	struct work j_work;
	int j_number;
};

static int jobs_done, jobs_sum;

static void
job_do(struct work *wk, void *arg)
{
	struct job *j = (struct job *)wk;

	K(arg == &jobs_done);
	mutex_enter(&lock);
	/* one after the other, in order */
	KEQ(j->j_number, jobs_done);
	jobs_done++;
	jobs_sum += j->j_number;
	mutex_exit(&lock);
	kmem_free(j, sizeof *j);
}

void
calls_workqueue(void)
{
	struct workqueue *wq;
	struct job *j;

	sync_init();
	KEQ(workqueue_create(&wq, "calls", job_do, &jobs_done, PRI_NONE,
		IPL_NONE, WQ_MPSAFE),
	    0);
	for (int i = 0; i < 100; i++) {
		j = kmem_zalloc(sizeof *j, KM_SLEEP);
		j->j_number = i;
		workqueue_enqueue(wq, &j->j_work, NULL);
	}
	/* does what is still queued */
	workqueue_destroy(wq);
	KEQ(jobs_done, 100);
	KEQ(jobs_sum, 4950);
	sync_fini();
}

static void
sleep_thread(void *arg)
{
	KERNEL_LOCK(1, NULL);
	while (stage == 0) {
		KEQ(tsleep(&stage, PRIBIO, "calls", 60 * hz), 0);
	}
	stage = 2;
	wakeup(arg);
	KERNEL_UNLOCK_ONE(NULL);
	kthread_exit(0);
}

void
calls_sleep(void)
{
	struct schedstate_percpu *spc;
	int64_t t;

	sync_init();
	t = now_ms();
	KEQ(kpause("calls", false, mstohz(100), NULL), EWOULDBLOCK);
	KEQ(tsleep(&t, PRIBIO, "calls", mstohz(100)), EWOULDBLOCK);
	t = now_ms() - t;
	K(t >= 198 && t < 10000);
	/* the mutex is given up meanwhile, and held again */
	mutex_enter(&lock);
	kpause("calls", false, 1, &lock);
	K(mutex_owned(&lock));
	mutex_exit(&lock);

	KERNEL_LOCK(1, NULL);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, sleep_thread, &cv,
		NULL, "sleep"),
	    0);
	/* gives the big lock up, so that the thread gets to its sleep */
	kpause("calls", false, 2, NULL);
	stage = 1;
	wakeup((void *)(uintptr_t)&stage);
	while (stage != 2)
		KEQ(tsleep(&cv, PRIBIO, "calls", 60 * hz), 0);
	KERNEL_UNLOCK_ONE(NULL);

	/* old code asks before it does this */
	spc = &curcpu()->ci_schedstate;
	if ((spc->spc_flags & SPCF_SHOULDYIELD) != 0)
		K(!"SPCF_SHOULDYIELD");
	preempt();
	sync_fini();
}
