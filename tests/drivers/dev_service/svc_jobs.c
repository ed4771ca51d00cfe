/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jobs: submitted by anybody, done by one kernel thread, accounted for on each
 * CPU by a soft interrupt, and closed by a work queue. A callout beats while
 * the service runs.
 *
 * jobs_lock guards what is not said to be otherwise; jobs_cv tells of changes.
 */

#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/pcq.h>
#include <sys/percpu.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/workqueue.h>
#include <sys/xcall.h>

#include "ktest.h"
#include "svc.h"

#define JOBS_MAX 64

struct job {
	struct work j_work; /* first: what the work queue hands over */
	u_int j_number;
};

static kmutex_t jobs_lock;
static kcondvar_t jobs_cv;
static pcq_t *jobs_queue; /* producers: lock free; consumer: the thread */
static struct lwp *jobs_lwp;
static struct workqueue *jobs_closer;
static percpu_t *jobs_percpu; /* u_int: soft interrupts of a CPU */
static void *jobs_softint;
static callout_t jobs_heart;
static bool jobs_stop;
static u_int jobs_submitted, jobs_closed, jobs_sum;
static volatile u_int jobs_beats;
static volatile u_int jobs_ran;
static bool jobs_thread_locked, jobs_softint_ok;

static void
jobs_thread(void *arg)
{
	struct job *j;

	mutex_enter(&jobs_lock);
	jobs_thread_locked = KERNEL_LOCKED_P();
	for (;;) {
		j = pcq_get(jobs_queue);
		if (j != NULL) {
			mutex_exit(&jobs_lock);
			atomic_inc_uint(&jobs_ran);
			kpreempt_disable();
			softint_schedule(jobs_softint);
			kpreempt_enable();
			workqueue_enqueue(jobs_closer, &j->j_work, NULL);
			mutex_enter(&jobs_lock);
			continue;
		}
		if (jobs_stop)
			break;
		cv_wait(&jobs_cv, &jobs_lock);
	}
	mutex_exit(&jobs_lock);
	kthread_exit(0);
}

static void
jobs_count(void *arg)
{
	u_int *n;

	n = percpu_getref(jobs_percpu);
	(*n)++;
	percpu_putref(jobs_percpu);
	if (cpu_softintr_p() && !cpu_intr_p() && arg == &jobs_softint)
		jobs_softint_ok = true;
}

static void
jobs_close(struct work *wk, void *arg)
{
	struct job *j = (struct job *)wk;

	KASSERT(arg == &jobs_closer);
	mutex_enter(&jobs_lock);
	jobs_closed++;
	jobs_sum += j->j_number;
	cv_broadcast(&jobs_cv);
	mutex_exit(&jobs_lock);
	kmem_free(j, sizeof(*j));
}

static void
jobs_beat(void *arg)
{
	atomic_inc_uint(&jobs_beats);
	callout_schedule(&jobs_heart, 1);
}

int
svc_jobs_init(void)
{
	int error;

	jobs_stop = false;
	jobs_submitted = jobs_closed = jobs_sum = 0;
	jobs_beats = jobs_ran = 0;
	mutex_init(&jobs_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&jobs_cv, "svcjobs");
	jobs_queue = pcq_create(JOBS_MAX, KM_SLEEP);
	jobs_percpu = percpu_alloc(sizeof(u_int));
	jobs_softint = softint_establish(
	    SOFTINT_NET | SOFTINT_MPSAFE, jobs_count, &jobs_softint);
	error = workqueue_create(&jobs_closer, "svcclose", jobs_close,
	    &jobs_closer, PRI_NONE, IPL_NONE, WQ_MPSAFE);
	if (error == 0) {
		error =
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, jobs_thread, NULL, &jobs_lwp, "svcjobs%d", 0);
		if (error != 0)
			workqueue_destroy(jobs_closer);
	}
	if (error != 0) {
		softint_disestablish(jobs_softint);
		percpu_free(jobs_percpu, sizeof(u_int));
		pcq_destroy(jobs_queue);
		cv_destroy(&jobs_cv);
		mutex_destroy(&jobs_lock);
		return error;
	}
	callout_init(&jobs_heart, CALLOUT_MPSAFE);
	callout_setfunc(&jobs_heart, jobs_beat, NULL);
	callout_schedule(&jobs_heart, 1);
	return 0;
}

void
svc_jobs_fini(void)
{
	callout_halt(&jobs_heart, NULL);
	callout_destroy(&jobs_heart);
	mutex_enter(&jobs_lock);
	jobs_stop = true;
	cv_signal(&jobs_cv);
	mutex_exit(&jobs_lock);
	kthread_join(jobs_lwp);
	workqueue_destroy(jobs_closer);
	KASSERT(jobs_closed == jobs_submitted);
	softint_disestablish(jobs_softint);
	percpu_free(jobs_percpu, sizeof(u_int));
	pcq_destroy(jobs_queue);
	cv_destroy(&jobs_cv);
	mutex_destroy(&jobs_lock);
}

/* Submits n jobs, of the numbers 1 to n: 0, or EAGAIN if the queue is full. */
int
svc_jobs_submit(u_int n)
{
	struct job *j;
	u_int i;

	for (i = 1; i <= n; i++) {
		j = kmem_zalloc(sizeof(*j), KM_SLEEP);
		j->j_number = i;
		/* The thread looks at the queue with the lock held. */
		mutex_enter(&jobs_lock);
		if (!pcq_put(jobs_queue, j)) {
			mutex_exit(&jobs_lock);
			kmem_free(j, sizeof(*j));
			return EAGAIN;
		}
		jobs_submitted++;
		cv_broadcast(&jobs_cv);
		mutex_exit(&jobs_lock);
	}
	return 0;
}

/* Waits until all that was submitted is closed. */
void
svc_jobs_drain(void)
{
	mutex_enter(&jobs_lock);
	while (jobs_closed != jobs_submitted)
		cv_wait(&jobs_cv, &jobs_lock);
	mutex_exit(&jobs_lock);
}

u_int
svc_jobs_done(void)
{
	u_int n;

	mutex_enter(&jobs_lock);
	n = jobs_closed;
	mutex_exit(&jobs_lock);
	return n;
}

static void
jobs_add(void *piece, void *arg, struct cpu_info *ci)
{
	u_int *sum = arg;

	*sum += *(u_int *)piece;
}

static void
jobs_xcall(void *arg1, void *arg2)
{
	volatile u_int *visits = arg1;

	atomic_inc_uint(visits);
	if (arg2 == &jobs_lock)
		atomic_inc_uint(visits);
}

void
svc_test_jobs(void)
{
	u_int sum = 0, done = svc_jobs_done(), sum0, beats, i;
	volatile u_int visits = 0;

	mutex_enter(&jobs_lock);
	sum0 = jobs_sum;
	mutex_exit(&jobs_lock);
	KEQ(svc_jobs_submit(20), 0);
	svc_jobs_drain();
	KEQ(svc_jobs_done(), done + 20);
	KEQ(jobs_sum - sum0, 20 * 21 / 2);
	KEQ(jobs_ran, jobs_submitted);
	/* The thread was made MPSAFE. */
	K(!jobs_thread_locked);

	/* Soft interrupts ran, once for one or more schedules. */
	for (i = 0; i < 100 && sum == 0; i++) {
		percpu_foreach(jobs_percpu, jobs_add, &sum);
		kpause("svcsoft", false, 1, NULL);
	}
	K(sum >= 1 && sum <= jobs_ran);
	K(jobs_softint_ok);

	xc_wait(xc_broadcast(0, jobs_xcall, __UNVOLATILE(&visits), &jobs_lock));
	KEQ(visits, 2 * ncpu);

	beats = jobs_beats;
	kpause("svcbeat", false, MAX(hz / 5, 2), NULL);
	K(jobs_beats > beats);
	K(jobs_beats - beats <= (u_int)hz);
}

/* A queue of its own, with nobody to take: order, and a limit. */
void
svc_test_pcq(void)
{
	pcq_t *q = pcq_create(4, KM_SLEEP);
	int items[5];
	u_int i, n;

	KEQ(pcq_maxitems(q), 4);
	K(pcq_get(q) == NULL);
	for (n = 0; n < 5 && pcq_put(q, &items[n]); n++)
		continue;
	KEQ(n, 4);
	K(pcq_peek(q) == &items[0]);
	for (i = 0; i < n; i++)
		K(pcq_get(q) == &items[i]);
	K(pcq_get(q) == NULL);
	K(pcq_put(q, &items[4]));
	K(pcq_get(q) == &items[4]);
	pcq_destroy(q);
}
