/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * workqueue(9). A queue, or with WQ_PERCPU one for each CPU, and a thread for
 * each, made when the first work comes. Without threads (RUMP_THREADS=0) the
 * work is done by whoever leaves the kernel next.
 *
 * q_lock protects the queue.
 */

#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/workqueue.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "sched_impl.h"

struct work_impl {
	SIMPLEQ_ENTRY(work_impl) wk_entry;
};
CTASSERT(sizeof(struct work_impl) <= sizeof(struct work));

struct workqueue_queue {
	kmutex_t q_lock;
	kcondvar_t q_cv;                  /* q: work has come */
	kcondvar_t q_donecv;              /* q: work was done */
	SIMPLEQ_HEAD(, work_impl) q_work; /* q: */
	struct work_impl *q_running;      /* q: */
	struct lwp *q_lwp;                /* q: not started yet */
	bool q_thread;                    /* q: runs */
	bool q_exit;                      /* q: is to go */
	struct workqueue *q_wq;           /* c: */
	struct cpu_info *q_ci;            /* c: or NULL */
	struct rump_deferred q_deferred;
};

struct workqueue {
	void (*wq_func)(struct work *, void *); /* c: */
	void *wq_arg;                           /* c: */
	int wq_flags;                           /* c: */
	pri_t wq_prio;                          /* c: */
	char wq_name[MAXCOMLEN];                /* c: */
	int wq_nqueues;                         /* c: */
	struct workqueue_queue wq_queues[];
};

static void
queue_call(struct workqueue *wq, struct work_impl *wk)
{
	RUMP_DRVCALL_BEGIN();

	(*wq->wq_func)((struct work *)wk, wq->wq_arg);
	RUMP_DRVCALL_END("workqueue(9)", "a workqueue's function", wq->wq_func);
}

static void
queue_runone(struct workqueue_queue *q)
{
	struct workqueue *wq = q->q_wq;
	struct work_impl *wk = SIMPLEQ_FIRST(&q->q_work);

	SIMPLEQ_REMOVE_HEAD(&q->q_work, wk_entry);
	q->q_running = wk;
	mutex_exit(&q->q_lock);
	queue_call(wq, wk);
	mutex_enter(&q->q_lock);
	q->q_running = NULL;
	cv_broadcast(&q->q_donecv);
}

static void
queue_main(void *arg)
{
	struct workqueue_queue *q = arg;

	mutex_enter(&q->q_lock);
	while (!q->q_exit || !SIMPLEQ_EMPTY(&q->q_work)) {
		if (SIMPLEQ_EMPTY(&q->q_work))
			cv_wait(&q->q_cv, &q->q_lock);
		else
			queue_runone(q);
	}
	q->q_thread = false;
	cv_broadcast(&q->q_donecv);
	mutex_exit(&q->q_lock);
	kthread_exit(0);
}

static void
queue_deferred(void *arg)
{
	struct workqueue_queue *q = arg;

	mutex_enter(&q->q_lock);
	while (!SIMPLEQ_EMPTY(&q->q_work))
		queue_runone(q);
	mutex_exit(&q->q_lock);
}

int
workqueue_create(struct workqueue **wqp, const char *name,
    void (*func)(struct work *, void *), void *arg, pri_t prio, int ipl,
    int flags)
{
	struct workqueue_queue *q;
	struct workqueue *wq;
	int i, n;

	n = (flags & WQ_PERCPU) != 0 ? ncpu : 1;
	wq = kmem_zalloc(sizeof(*wq) + (size_t)n * sizeof(*q), KM_SLEEP);
	wq->wq_func = func;
	wq->wq_arg = arg;
	wq->wq_flags = flags;
	wq->wq_prio = prio;
	wq->wq_nqueues = n;
	strlcpy(wq->wq_name, name, sizeof(wq->wq_name));
	for (i = 0; i < n; i++) {
		q = &wq->wq_queues[i];
		mutex_init(&q->q_lock, MUTEX_DEFAULT, ipl);
		cv_init(&q->q_cv, wq->wq_name);
		cv_init(&q->q_donecv, "wqdone");
		SIMPLEQ_INIT(&q->q_work);
		q->q_wq = wq;
		q->q_ci = n > 1 ? &rump_cpu_infos[i] : NULL;
		q->q_deferred.rd_fn = queue_deferred;
		q->q_deferred.rd_arg = q;
		/* work is enqueued with any lock held: then only started */
		if (rump_threads != 0)
			q->q_lwp = rump_kthread_prepare(prio,
			    (flags & WQ_MPSAFE) != 0 ? KTHREAD_MPSAFE : 0,
			    q->q_ci, queue_main, q, "%s", wq->wq_name);
	}
	*wqp = wq;
	return 0;
}

static struct workqueue_queue *
queue_for(struct workqueue *wq, struct cpu_info *ci)
{
	if (wq->wq_nqueues == 1)
		return &wq->wq_queues[0];
	return &wq->wq_queues[(ci != NULL ? ci : curcpu())->ci_index];
}

/*
 * Is it queued?  Without the lock checker the first ones are looked at: a work
 * that is queued twice makes the queue a circle.
 */
static bool
queue_holds(const struct workqueue_queue *q, const struct work_impl *wk)
{
	const struct work_impl *i;
	int n = 0;

	SIMPLEQ_FOREACH(i, &q->q_work, wk_entry) {
		if (i == wk)
			return true;
#ifndef LOCKDEBUG
		if (++n == 16)
			break;
#endif
	}
	(void)n;
	return false;
}

/* Have func called with wk, which is the caller's until then. */
void
workqueue_enqueue(struct workqueue *wq, struct work *work, struct cpu_info *ci)
{
	struct workqueue_queue *q = queue_for(wq, ci);
	struct work_impl *wk = (struct work_impl *)work;
	struct lwp *start = NULL;
	bool defer;

	mutex_enter(&q->q_lock);
	if (__predict_false(queue_holds(q, wk)))
		rump_rule_broken("workqueue(9)", __builtin_return_address(0),
		    "work %p is queued already, on %s", work, wq->wq_name);
	SIMPLEQ_INSERT_TAIL(&q->q_work, wk, wk_entry);
	if (q->q_thread) {
		cv_signal(&q->q_cv);
	} else if ((start = q->q_lwp) != NULL) {
		q->q_lwp = NULL;
		q->q_thread = true;
	}
	defer = !q->q_thread;
	mutex_exit(&q->q_lock);
	if (start != NULL && rump_kthread_start(start) != 0) {
		mutex_enter(&q->q_lock);
		q->q_lwp = start;
		q->q_thread = false;
		mutex_exit(&q->q_lock);
		defer = true;
	}
	if (defer)
		rump_defer(&q->q_deferred);
}

static bool
queue_has(struct workqueue_queue *q, struct work_impl *wk)
{
	struct work_impl *i;

	if (q->q_running == wk)
		return true;
	SIMPLEQ_FOREACH(i, &q->q_work, wk_entry) {
		if (i == wk)
			return true;
	}
	return false;
}

/* Wait until wk has been done. */
void
workqueue_wait(struct workqueue *wq, struct work *work)
{
	struct workqueue_queue *q;
	int i;

	for (i = 0; i < wq->wq_nqueues; i++) {
		q = &wq->wq_queues[i];
		if (!q->q_thread)
			queue_deferred(q);
		mutex_enter(&q->q_lock);
		while (queue_has(q, (struct work_impl *)work))
			cv_wait(&q->q_donecv, &q->q_lock);
		mutex_exit(&q->q_lock);
	}
}

/* Does what is still queued first. */
void
workqueue_destroy(struct workqueue *wq)
{
	struct workqueue_queue *q;
	int i;

	for (i = 0; i < wq->wq_nqueues; i++) {
		q = &wq->wq_queues[i];
		mutex_enter(&q->q_lock);
		q->q_exit = true;
		cv_broadcast(&q->q_cv);
		while (q->q_thread || q->q_running != NULL)
			cv_wait(&q->q_donecv, &q->q_lock);
		mutex_exit(&q->q_lock);
		queue_deferred(q);
		if (q->q_lwp != NULL)
			rump_lwp_free(q->q_lwp);
		while (q->q_deferred.rd_queued)
			kpause("wqdest", false, 1, NULL);
		cv_destroy(&q->q_cv);
		cv_destroy(&q->q_donecv);
		mutex_destroy(&q->q_lock);
	}
	kmem_free(wq, sizeof(*wq) + (size_t)wq->wq_nqueues * sizeof(*q));
}
