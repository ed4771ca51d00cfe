/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks, condition variables, sleeping. */

#include "ktest_impl.h"

#include <sys/rwlock.h>
#include <sys/time.h>
#include <sys/timevar.h>

int
ktest_threads(int n, void (*fn)(void *), void *arg)
{
	struct lwp *l[64];
	int i, error = 0;

	for (i = 0; i < n && error == 0; i++)
		error =
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, fn, arg, &l[i], "ktest%d", i);
	if (error != 0)
		i--;
	while (i-- > 0)
		kthread_join(l[i]);
	return error;
}

struct counter {
	kmutex_t c_lock;
	krwlock_t c_rw;
	int c_rounds;
	volatile int c_a, c_b;
	_Atomic int c_bad;
};

static void
mutex_thread(void *arg)
{
	struct counter *c = arg;
	int i;

	for (i = 0; i < c->c_rounds; i++) {
		mutex_enter(&c->c_lock);
		c->c_a++;
		if (i % 1000 == 0)
			yield();
		if (++c->c_b != c->c_a)
			c->c_bad = 1;
		mutex_exit(&c->c_lock);
	}
	kthread_exit(0);
}

int
rump_ktest_mutex(int threads, int rounds)
{
	struct counter c = {.c_rounds = rounds};

	rump_schedule();
	mutex_init(&c.c_lock, MUTEX_DEFAULT, IPL_NONE);
	CHECK(mutex_tryenter(&c.c_lock));
	CHECK(mutex_owned(&c.c_lock));
	CHECK(mutex_owner(&c.c_lock) == curlwp);
	mutex_exit(&c.c_lock);
	CHECK(!mutex_owned(&c.c_lock));
	CHECK(ktest_threads(threads, mutex_thread, &c) == 0);
	CHECK(!c.c_bad);
	CHECK(c.c_a == threads * rounds);
	CHECK(curlwp->l_nlocks == 0);
	mutex_destroy(&c.c_lock);
	rump_unschedule();
	return 0;
}

static void
rwlock_thread(void *arg)
{
	struct counter *c = arg;
	int i;

	for (i = 0; i < c->c_rounds; i++) {
		if (i % 8 == 0) {
			rw_enter(&c->c_rw, RW_WRITER);
			c->c_a++;
			if (i % 64 == 0)
				yield();
			if (++c->c_b != c->c_a || !rw_write_held(&c->c_rw))
				c->c_bad = 1;
			if (i % 16 == 0) {
				rw_downgrade(&c->c_rw);
				if (c->c_b != c->c_a)
					c->c_bad = 2;
			}
		} else {
			rw_enter(&c->c_rw, RW_READER);
			if (c->c_b != c->c_a)
				c->c_bad = 3;
			if (i % 64 == 1)
				yield();
			if (c->c_b != c->c_a || !rw_read_held(&c->c_rw))
				c->c_bad = 4;
			if (i % 5 == 0 && rw_tryupgrade(&c->c_rw)) {
				c->c_a++;
				if (++c->c_b != c->c_a)
					c->c_bad = 5;
			}
		}
		rw_exit(&c->c_rw);
	}
	kthread_exit(0);
}

int
rump_ktest_rwlock(int threads, int rounds)
{
	struct counter c = {.c_rounds = rounds};

	rump_schedule();
	rw_init(&c.c_rw);
	CHECK(ktest_threads(threads, rwlock_thread, &c) == 0);
	CHECK(c.c_bad == 0);
	CHECK(!rw_lock_held(&c.c_rw));
	rw_destroy(&c.c_rw);
	rump_unschedule();
	return 0;
}

int
rump_ktest_rwupgrade(void)
{
	krwlock_t rw;

	rump_schedule();
	rw_init(&rw);
	CHECK(rw_tryenter(&rw, RW_READER));
	CHECK(rw_tryenter(&rw, RW_READER));
	CHECK(!rw_tryupgrade(&rw));
	CHECK(!rw_tryenter(&rw, RW_WRITER));
	rw_exit(&rw);
	CHECK(rw_tryupgrade(&rw));
	CHECK(rw_write_held(&rw) && !rw_read_held(&rw));
	CHECK(!rw_tryenter(&rw, RW_READER));
	rw_downgrade(&rw);
	CHECK(!rw_write_held(&rw) && rw_read_held(&rw));
	CHECK(rw_tryenter(&rw, RW_READER));
	rw_exit(&rw);
	rw_exit(&rw);
	CHECK(!rw_lock_held(&rw));
	rw_destroy(&rw);
	rump_unschedule();
	return 0;
}

struct queue {
	kmutex_t q_lock;
	kcondvar_t q_full, q_empty;
	int q_n, q_items, q_got;
	bool q_done;
};

static void
consumer_thread(void *arg)
{
	struct queue *q = arg;

	mutex_enter(&q->q_lock);
	for (;;) {
		while (q->q_n == 0 && !q->q_done)
			cv_wait(&q->q_empty, &q->q_lock);
		if (q->q_n == 0)
			break;
		q->q_n--;
		q->q_got++;
		cv_signal(&q->q_full);
	}
	mutex_exit(&q->q_lock);
	kthread_exit(0);
}

static void
producer_thread(void *arg)
{
	struct queue *q = arg;
	int i;

	mutex_enter(&q->q_lock);
	for (i = 0; i < q->q_items; i++) {
		while (q->q_n >= 4)
			cv_wait(&q->q_full, &q->q_lock);
		q->q_n++;
		cv_signal(&q->q_empty);
	}
	q->q_done = true;
	cv_broadcast(&q->q_empty);
	mutex_exit(&q->q_lock);
	kthread_exit(0);
}

int
rump_ktest_condvar(int items)
{
	struct queue q = {.q_items = items};
	struct lwp *l[4];
	int i;

	rump_schedule();
	mutex_init(&q.q_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&q.q_full, "full");
	cv_init(&q.q_empty, "empty");
	for (i = 0; i < 4; i++)
		CHECK(
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, i == 0 ? producer_thread : consumer_thread, &q,
			&l[i], "cv%d", i) == 0);
	for (i = 0; i < 4; i++)
		CHECK(kthread_join(l[i]) == 0);
	CHECK(q.q_got == items && q.q_n == 0);
	CHECK(!cv_has_waiters(&q.q_full) && !cv_has_waiters(&q.q_empty));
	cv_destroy(&q.q_full);
	cv_destroy(&q.q_empty);
	mutex_destroy(&q.q_lock);
	rump_unschedule();
	return 0;
}

/* A wait of 5 ticks: how long it took. */
int
rump_ktest_timedwait(long *usec)
{
	struct timeval t1, t2;
	struct bintime bt;
	kmutex_t lock;
	kcondvar_t cv;
	int rv;

	rump_schedule();
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "test");
	mutex_enter(&lock);
	microuptime(&t1);
	rv = cv_timedwait(&cv, &lock, 5);
	microuptime(&t2);
	CHECK(rv == EWOULDBLOCK);
	CHECK(mutex_owned(&lock));
	CHECK(!cv_has_waiters(&cv));
	timersub(&t2, &t1, &t2);
	*usec = (long)(t2.tv_sec * 1000000 + t2.tv_usec);
	bt = ms2bintime(20);
	CHECK(cv_timedwaitbt(&cv, &lock, &bt, DEFAULT_TIMEOUT_EPSILON) ==
	    EWOULDBLOCK);
	CHECK(bt.sec == 0 && bt.frac == 0);
	mutex_exit(&lock);
	cv_destroy(&cv);
	mutex_destroy(&lock);
	rump_unschedule();
	return 0;
}

static _Atomic int tsleep_woken;
static int tsleep_chan;

static void
tsleep_thread(void *arg)
{
	kmutex_t *lock = arg;

	mutex_enter(lock);
	tsleep_woken++;
	if (mtsleep(&tsleep_chan, PWAIT, "tslp", 0, lock) == 0)
		tsleep_woken += 100;
	mutex_exit(lock);
	kthread_exit(0);
}

int
rump_ktest_tsleep(void)
{
	struct lwp *l[3];
	kmutex_t lock;
	int i;

	rump_schedule();
	tsleep_woken = 0;
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	CHECK(tsleep(&i, PWAIT, "test", 2) == EWOULDBLOCK);
	CHECK(kpause("test", false, 1, NULL) == EWOULDBLOCK);
	mutex_enter(&lock);
	CHECK(mtsleep(&i, PWAIT | PNORELOCK, "test", 1, &lock) == EWOULDBLOCK);
	CHECK(!mutex_owned(&lock));
	for (i = 0; i < 3; i++)
		CHECK(
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, tsleep_thread, &lock, &l[i], "ts%d", i) == 0);
	while (tsleep_woken < 3)
		kpause("test", false, 1, NULL);
	mutex_enter(&lock);
	wakeup_one(&tsleep_chan);
	mutex_exit(&lock);
	while (tsleep_woken == 3)
		kpause("test", false, 1, NULL);
	kpause("test", false, 2, NULL);
	CHECK(tsleep_woken == 103);
	mutex_enter(&lock);
	wakeup(&tsleep_chan);
	mutex_exit(&lock);
	for (i = 0; i < 3; i++)
		kthread_join(l[i]);
	CHECK(tsleep_woken == 303);
	mutex_destroy(&lock);
	rump_unschedule();
	return 0;
}

static void
biglock_thread(void *arg)
{
	struct counter *c = arg;
	int i;

	for (i = 0; i < c->c_rounds; i++) {
		KERNEL_LOCK(1, NULL);
		KERNEL_LOCK(1, NULL);
		c->c_a++;
		if (++c->c_b != c->c_a)
			c->c_bad = 1;
		if (i % 100 == 0) {
			/* sleeping gives it up, and takes it back twice */
			kpause("big", false, 1, NULL);
			if (curlwp->l_biglocks != 2)
				c->c_bad = 2;
		}
		KERNEL_UNLOCK_ONE(NULL);
		if (!KERNEL_LOCKED_P())
			c->c_bad = 3;
		KERNEL_UNLOCK_ONE(NULL);
	}
	kthread_exit(0);
}

int
rump_ktest_biglock(int threads, int rounds)
{
	struct counter c = {.c_rounds = rounds};

	rump_schedule();
	CHECK(ktest_threads(threads, biglock_thread, &c) == 0);
	CHECK(c.c_bad == 0);
	CHECK(c.c_a == threads * rounds);
	CHECK(!KERNEL_LOCKED_P());
	rump_unschedule();
	return 0;
}

/*
 * Who waits for another lock, or for a time, while it has the big lock: both
 * are waited for in turn, and what the one wait says isn't the other's.
 */
static kmutex_t bw_mtx;
static krwlock_t bw_rw;
static kcondvar_t bw_cv;
static struct lwp *bw_mtxowner, *bw_rwowner;

static void
bigwait_thread(void *arg)
{
	struct counter *c = arg;
	int i;

	for (i = 0; i < c->c_rounds; i++) {
		KERNEL_LOCK(1, NULL);
		rw_enter(&bw_rw, RW_WRITER);
		if (bw_rwowner != NULL || !rw_write_held(&bw_rw))
			c->c_bad = 1;
		bw_rwowner = curlwp;
		mutex_enter(&bw_mtx);
		if (bw_mtxowner != NULL)
			c->c_bad = 2;
		if (i % 16 == 0 &&
		    cv_timedwait(&bw_cv, &bw_mtx, 1) != EWOULDBLOCK)
			c->c_bad = 3;
		bw_mtxowner = curlwp;
		yield();
		bw_mtxowner = NULL;
		mutex_exit(&bw_mtx);
		if (bw_rwowner != curlwp || !rw_write_held(&bw_rw))
			c->c_bad = 4;
		c->c_a++;
		bw_rwowner = NULL;
		rw_exit(&bw_rw);
		KERNEL_UNLOCK_ONE(NULL);
		/* who wants the mutex alone finds it taken */
		KERNEL_LOCK(1, NULL);
		mutex_enter(&bw_mtx);
		if (bw_mtxowner != NULL)
			c->c_bad = 5;
		bw_mtxowner = curlwp;
		yield();
		bw_mtxowner = NULL;
		mutex_exit(&bw_mtx);
		KERNEL_UNLOCK_ONE(NULL);
	}
	kthread_exit(0);
}

int
rump_ktest_bigwait(int threads, int rounds)
{
	struct counter c = {.c_rounds = rounds};

	rump_schedule();
	mutex_init(&bw_mtx, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&bw_rw);
	cv_init(&bw_cv, "bigwait");
	CHECK(ktest_threads(threads, bigwait_thread, &c) == 0);
	CHECK(c.c_bad == 0);
	CHECK(c.c_a == threads * rounds);
	cv_destroy(&bw_cv);
	rw_destroy(&bw_rw);
	mutex_destroy(&bw_mtx);
	rump_unschedule();
	return 0;
}

static _Atomic int sig_result;

static int sig_chan;

static void
signal_thread(void *arg)
{
	sig_result = tsleep(&sig_chan, PWAIT | (int)(intptr_t)arg, "sig", 0);
	kthread_exit(0);
}

static int
signal_sleeper(int catch, struct lwp **lp)
{
	int error;

	sig_result = -1;
	error = kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, signal_thread, (void *)(intptr_t) catch, lp, "sig");
	while (error == 0 &&
	    __atomic_load_n(&(*lp)->l_wchan, __ATOMIC_RELAXED) != &sig_chan)
		kpause("test", false, 1, NULL);
	return error;
}

/* lwp_interrupt() ends sleeps that catch signals, and only these */
int
rump_ktest_signal(void)
{
	struct lwp *l;

	rump_schedule();
	CHECK(signal_sleeper(PCATCH, &l) == 0);
	CHECK(lwp_interrupt(l));
	CHECK(kthread_join(l) == 0);
	CHECK(sig_result == EINTR);
	CHECK(signal_sleeper(0, &l) == 0);
	CHECK(!lwp_interrupt(l));
	kpause("test", false, 2, NULL);
	CHECK(sig_result == -1);
	wakeup(&sig_chan);
	CHECK(kthread_join(l) == 0);
	CHECK(sig_result == 0);
	rump_unschedule();
	return 0;
}

void
rump_ktest_hold(int take)
{
	static krwlock_t rw;

	rump_schedule();
	if (take) {
		rw_init(&rw);
		rw_enter(&rw, RW_WRITER);
	} else {
		rw_exit(&rw);
		rw_destroy(&rw);
	}
	rump_unschedule();
}

int
rump_ktest_ncpu(void)
{
	return ncpu;
}

int
rump_ktest_lockdebug_on(void)
{
#ifdef LOCKDEBUG
	return 1;
#else
	return 0;
#endif
}

/* Each of these is a mistake that the lock checker is to name. */
int
rump_ktest_lockdebug(int which)
{
	kmutex_t a, b, spin;

	rump_schedule();
	mutex_init(&a, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&b, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin, MUTEX_SPIN, IPL_HIGH);
	switch (which) {
	case 0: /* both orders */
		mutex_enter(&a);
		mutex_enter(&b);
		mutex_exit(&b);
		mutex_exit(&a);
		mutex_enter(&b);
		mutex_enter(&a);
		break;
	case 1: /* not held */
		mutex_exit(&a);
		break;
	case 2: /* again */
		mutex_enter(&a);
		mutex_enter(&a);
		break;
	case 3: /* destroyed while held */
		mutex_enter(&a);
		mutex_destroy(&a);
		break;
	case 4: /* sleeping with a spin mutex */
		mutex_enter(&spin);
		kpause("test", false, 1, NULL);
		break;
	}
	rump_unschedule();
	return 0;
}
