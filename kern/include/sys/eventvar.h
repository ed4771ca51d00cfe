/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_EVENTVAR_H_
#define _SYS_EVENTVAR_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/selinfo.h>

struct filedesc;

#define KQ_NEVENTS 8

/* Locks: q: kq_lock, c: constant. */
struct kqueue {
	TAILQ_HEAD(kqlist, knote) kq_head; /* q: active knotes */
	kmutex_t kq_lock;                  /* c: mutex */
	struct filedesc *kq_fdp;           /* c: whose descriptors */
	struct selinfo kq_sel;             /* q: pollers of the queue */
	kcondvar_t kq_cv;                  /* c: sleepers in kevent() */
	u_int kq_count;                    /* q: length of kq_head */
};

#endif /* _SYS_EVENTVAR_H_ */
