/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks, waits and atomic words, each used by more than one thread.
 */

#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include "ktest.h"
#include "svc.h"

#define THREADS 4
#define ROUNDS  500

/* Runs f in THREADS threads, the i-th of which gets args[i]. */
static void
together(void (*f)(void *), void *args[THREADS])
{
	struct lwp *l[THREADS];
	u_int i;

	for (i = 0; i < THREADS; i++)
		KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, f, args[i], &l[i], "svclock%u", i),
		    0);
	for (i = 0; i < THREADS; i++)
		KEQ(kthread_join(l[i]), 0);
}

static kmutex_t lk_adaptive, lk_spin, *lk_shared;
static u_int lk_count[3];

static void
lk_mutexes(void *arg)
{
	u_int i;

	for (i = 0; i < ROUNDS; i++) {
		mutex_enter(&lk_adaptive);
		lk_count[0]++;
		mutex_exit(&lk_adaptive);
		mutex_spin_enter(&lk_spin);
		lk_count[1]++;
		mutex_spin_exit(&lk_spin);
		while (!mutex_tryenter(lk_shared))
			kpause("svctry", false, 1, NULL);
		lk_count[2]++;
		mutex_exit(lk_shared);
	}
	mutex_obj_free(lk_shared);
}

void
svc_test_mutex(void)
{
	void *args[THREADS] = {NULL};
	u_int i;

	mutex_init(&lk_adaptive, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&lk_spin, MUTEX_DEFAULT, IPL_VM);
	lk_shared = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SOFTNET);
	memset(lk_count, 0, sizeof(lk_count));
	mutex_enter(&lk_adaptive);
	K(mutex_owned(&lk_adaptive));
	K(mutex_owner(&lk_adaptive) == curlwp);
	K(!mutex_owned(lk_shared));
	mutex_exit(&lk_adaptive);
	K(!mutex_owned(&lk_adaptive));
	for (i = 0; i < THREADS; i++)
		mutex_obj_hold(lk_shared);
	KEQ(mutex_obj_refcnt(lk_shared), THREADS + 1);
	together(lk_mutexes, args);
	for (i = 0; i < 3; i++)
		KEQ(lk_count[i], THREADS * ROUNDS);
	K(mutex_obj_free(lk_shared));
	mutex_destroy(&lk_spin);
	mutex_destroy(&lk_adaptive);
}

static krwlock_t lk_rw;
static u_int lk_pair[2]; /* lk_rw: always the same */
static volatile u_int lk_upgraded, lk_torn;

static void
lk_rwlocks(void *arg)
{
	u_int i;

	for (i = 0; i < ROUNDS; i++) {
		rw_enter(&lk_rw, RW_WRITER);
		lk_pair[0]++;
		lk_pair[1]++;
		rw_downgrade(&lk_rw);
		if (lk_pair[0] != lk_pair[1])
			atomic_inc_uint(&lk_torn);
		if (rw_tryupgrade(&lk_rw)) {
			if (!rw_write_held(&lk_rw))
				atomic_inc_uint(&lk_torn);
			atomic_inc_uint(&lk_upgraded);
		}
		rw_exit(&lk_rw);
	}
}

void
svc_test_rwlock(void)
{
	void *args[THREADS] = {NULL};
	krwlock_t *rw;

	rw_init(&lk_rw);
	lk_pair[0] = lk_pair[1] = lk_upgraded = lk_torn = 0;
	K(!rw_lock_held(&lk_rw));
	rw_enter(&lk_rw, RW_READER);
	K(rw_lock_held(&lk_rw) && rw_read_held(&lk_rw));
	K(!rw_write_held(&lk_rw));
	K(rw_tryupgrade(&lk_rw));
	K(rw_write_held(&lk_rw));
	rw_downgrade(&lk_rw);
	K(!rw_write_held(&lk_rw));
	K(rw_tryenter(&lk_rw, RW_READER));
	/* Another reader is in the way. */
	K(!rw_tryupgrade(&lk_rw));
	rw_exit(&lk_rw);
	rw_exit(&lk_rw);
	together(lk_rwlocks, args);
	KEQ(lk_pair[0], THREADS * ROUNDS);
	KEQ(lk_torn, 0);
	rw_destroy(&lk_rw);

	rw = rw_obj_alloc();
	rw_obj_hold(rw);
	KEQ(rw_obj_refcnt(rw), 2);
	K(!rw_obj_free(rw));
	rw_enter(rw, RW_WRITER);
	rw_exit(rw);
	K(rw_obj_free(rw));
}

/* Waits: by condition variable and by address. */
static kcondvar_t lk_cv;
static int lk_turn; /* lk_adaptive */
static int lk_channel;

static void
lk_waiter(void *arg)
{
	mutex_enter(&lk_adaptive);
	while (lk_turn != 1)
		cv_wait(&lk_cv, &lk_adaptive);
	lk_turn = 2;
	cv_signal(&lk_cv);
	while (lk_turn != 3)
		KEQ(cv_wait_sig(&lk_cv, &lk_adaptive), 0);
	/* mtsleep gives the mutex up and takes it again. */
	lk_turn = 4;
	KEQ(mtsleep(&lk_channel, PWAIT, "svcmt", 10 * hz, &lk_adaptive), 0);
	K(mutex_owned(&lk_adaptive));
	KEQ(lk_turn, 5);
	mutex_exit(&lk_adaptive);
	/* Both sides have the big lock: no wakeup is lost. */
	KERNEL_LOCK(1, NULL);
	mutex_enter(&lk_adaptive);
	lk_turn = 6;
	mutex_exit(&lk_adaptive);
	KEQ(tsleep(&lk_turn, PWAIT, "svct", 10 * hz), 0);
	K(KERNEL_LOCKED_P());
	KERNEL_UNLOCK_ONE(NULL);
}

/* Waits until it is the turn of n. */
static void
lk_await(int n)
{
	int turn;

	do {
		kpause("svcawait", false, 1, NULL);
		mutex_enter(&lk_adaptive);
		turn = lk_turn;
		mutex_exit(&lk_adaptive);
	} while (turn != n);
}

static void
lk_give(int n)
{
	mutex_enter(&lk_adaptive);
	lk_turn = n;
	cv_broadcast(&lk_cv);
	mutex_exit(&lk_adaptive);
}

void
svc_test_waits(void)
{
	struct lwp *l;
	int start;

	mutex_init(&lk_adaptive, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&lk_cv, "svccv");
	lk_turn = 0;
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
		lk_waiter, NULL, &l, "svcwaiter"),
	    0);
	lk_give(1);
	lk_await(2);
	lk_give(3);
	lk_await(4);
	lk_give(5);
	wakeup(&lk_channel);
	lk_await(6);
	KERNEL_LOCK(1, NULL);
	wakeup(&lk_turn);
	KERNEL_UNLOCK_ONE(NULL);
	KEQ(kthread_join(l), 0);

	mutex_enter(&lk_adaptive);
	K(!cv_has_waiters(&lk_cv));
	start = hardclock_ticks;
	KEQ(cv_timedwait(&lk_cv, &lk_adaptive, 3), EWOULDBLOCK);
	K(hardclock_ticks - start >= 2);
	KEQ(cv_timedwait_sig(&lk_cv, &lk_adaptive, 1), EWOULDBLOCK);
	K(mutex_owned(&lk_adaptive));
	KEQ(kpause("svcpause", false, 1, &lk_adaptive), EWOULDBLOCK);
	K(mutex_owned(&lk_adaptive));
	mutex_exit(&lk_adaptive);
	KEQ(tsleep(&start, PWAIT | PCATCH, "svcts", 1), EWOULDBLOCK);
	cv_destroy(&lk_cv);
	mutex_destroy(&lk_adaptive);
}

void
svc_test_kernel_lock(void)
{
	int count = -1;

	K(!_kernel_locked_p());
	_kernel_lock(2);
	K(_kernel_locked_p());
	_kernel_unlock(1, NULL);
	K(_kernel_locked_p());
	_kernel_lock(2);
	KERNEL_UNLOCK_ALL(NULL, &count);
	KEQ(count, 3);
	K(!KERNEL_LOCKED_P());
	KERNEL_LOCK(1, NULL);
	KERNEL_UNLOCK_LAST(NULL);
	K(!KERNEL_LOCKED_P());

	kernconfig_lock();
	kernconfig_lock();
	K(kernconfig_is_held());
	kernconfig_unlock();
	K(kernconfig_is_held());
	kernconfig_unlock();
	K(!kernconfig_is_held());

	KEQ(splraise(IPL_NET), 0);
	spllower(0);
	splx(splnet());
}

static u_int at_count, at_down;
static u_long at_long;
static uint32_t at_word;
static void *volatile at_pointer;

static void
at_thread(void *arg)
{
	u_int i, bit = 1u << (uintptr_t)arg, old;

	for (i = 0; i < ROUNDS; i++) {
		atomic_inc_uint(&at_count);
		atomic_inc_ulong_nv(&at_long);
		atomic_dec_uint(&at_down);
		do {
			old = at_word;
		} while (atomic_cas_32(&at_word, old, old + 16) != old);
		atomic_or_uint(&at_word, bit);
		membar_producer();
		membar_consumer();
		atomic_and_uint(&at_word, ~bit);
	}
	atomic_or_uint(&at_word, bit);
}

void
svc_test_atomic(void)
{
	void *args[THREADS];
	u_int i, word = 5;
	uint32_t w32 = 1;
	int a, b;

	at_count = 0;
	at_long = 0;
	at_down = THREADS * ROUNDS;
	at_word = 0;
	for (i = 0; i < THREADS; i++)
		args[i] = (void *)(uintptr_t)i;
	together(at_thread, args);
	KEQ(at_count, THREADS * ROUNDS);
	KEQ(at_long, THREADS * ROUNDS);
	KEQ(at_down, 0);
	KEQ(at_word, 16 * THREADS * ROUNDS + 15);

	KEQ(atomic_inc_uint_nv(&word), 6);
	KEQ(atomic_dec_uint_nv(&word), 5);
	KEQ(atomic_cas_uint(&word, 4, 9), 5);
	KEQ(atomic_cas_uint(&word, 5, 9), 5);
	KEQ(atomic_swap_uint(&word, 3), 9);
	KEQ(word, 3);
	KEQ(atomic_swap_32(&w32, 2), 1);
	KEQ(w32, 2);
	at_pointer = &a;
	K(atomic_cas_ptr(&at_pointer, &b, NULL) == &a);
	K(atomic_cas_ptr(&at_pointer, &a, &b) == &a);
	membar_enter();
	K(atomic_swap_ptr(&at_pointer, NULL) == &b);
	membar_exit();
	membar_sync();
	K(at_pointer == NULL);
}

static u_int once_runs;

static int
once_bad(void)
{
	once_runs++;
	return EIO;
}

static int
once_good(void)
{
	once_runs++;
	return 0;
}

static ONCE_DECL(once_control);

static void
once_thread(void *arg)
{
	KEQ(RUN_ONCE(&once_control, once_good), 0);
}

void
svc_test_once(void)
{
	void *args[THREADS] = {NULL};

	once_runs = 0;
	/* One that failed is tried again. */
	KEQ(_run_once(&once_control, once_bad), EIO);
	KEQ(once_runs, 1);
	together(once_thread, args);
	KEQ(once_runs, 2);
	KEQ(_run_once(&once_control, once_bad), 0);
	KEQ(once_runs, 2);
}
