/* SPDX-License-Identifier: BSD-2-Clause */
/* Pools of threads that run jobs. */

#ifndef _SYS_THREADPOOL_H_
#define _SYS_THREADPOOL_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>

#ifdef _KERNEL

struct threadpool;
struct threadpool_percpu;
struct threadpool_job;
struct threadpool_thread;

typedef void threadpool_job_fn_t(struct threadpool_job *);

#define THREADPOOL_JOB_NAME_SIZE 32

struct threadpool_job {
	kmutex_t *job_lock;			     /* c: */
	struct threadpool_thread *job_thread;	     /* p: */
	TAILQ_ENTRY(threadpool_job) job_entry;	     /* p: */
	volatile u_int job_refcnt;		     /* j: */
	u_int job_state;			     /* j: */
	kcondvar_t job_cv;			     /* j: */
	threadpool_job_fn_t *job_fn;		     /* c: */
	char job_name[THREADPOOL_JOB_NAME_SIZE];     /* c: */
};

int threadpool_get(struct threadpool **, pri_t);
void threadpool_put(struct threadpool *, pri_t);
int threadpool_percpu_get(struct threadpool_percpu **, pri_t);
void threadpool_percpu_put(struct threadpool_percpu *, pri_t);
struct threadpool *threadpool_percpu_ref(struct threadpool_percpu *);

void threadpool_job_init(struct threadpool_job *, threadpool_job_fn_t,
    kmutex_t *, const char *, ...) __printflike(4, 5);
void threadpool_job_destroy(struct threadpool_job *);
void threadpool_job_done(struct threadpool_job *);
void threadpool_schedule_job(struct threadpool *, struct threadpool_job *);
void threadpool_cancel_job(struct threadpool *, struct threadpool_job *);
bool threadpool_cancel_job_async(
    struct threadpool *, struct threadpool_job *);

#endif /* _KERNEL */

#endif /* _SYS_THREADPOOL_H_ */
