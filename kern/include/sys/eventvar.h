/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_EVENTVAR_H_
#define _SYS_EVENTVAR_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/selinfo.h>

struct filedesc;

#define KQ_NEVENTS 8

/* Locks: q: kq_lock, f: fd_lock of kq_fdp, c: constant. */
struct kqueue {
	TAILQ_HEAD(kqlist, knote) kq_head; /* q: active knotes */
	kmutex_t kq_lock;                  /* c: a spin mutex */
	struct filedesc *kq_fdp;           /* c: whose descriptors */
	struct selinfo kq_sel;             /* q: pollers of the queue */
	kcondvar_t kq_cv;                  /* q: sleepers in kevent() */
	kcondvar_t kq_busycv;              /* q: removers wait for users */
	u_int kq_count;                    /* q: length of kq_head */
	u_int kq_sleepers;                 /* q: threads on kq_cv */
	u_int kq_nested;                   /* f: kqueues that it watches */
	u_int kq_holds;                    /* q: kqueue_hold() */
	bool kq_restart;                   /* q: sleepers must leave */
	bool kq_closing;                   /* f: no more knotes */
};

#endif /* _SYS_EVENTVAR_H_ */
