/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of sleep: kept for its names. */

#ifndef _SYS_SYNCOBJ_H_
#define _SYS_SYNCOBJ_H_

#include <sys/types.h>

#ifdef _KERNEL

struct lwp;

#define SOBJ_SLEEPQ_NULL   0
#define SOBJ_SLEEPQ_SORTED 1
#define SOBJ_SLEEPQ_FIFO   2
#define SOBJ_SLEEPQ_LIFO   3

typedef volatile const void *wchan_t;

typedef struct syncobj {
	u_int sobj_flag;
	void (*sobj_unsleep)(struct lwp *, bool);
	void (*sobj_changepri)(struct lwp *, pri_t);
	void (*sobj_lendpri)(struct lwp *, pri_t);
	struct lwp *(*sobj_owner)(wchan_t);
} syncobj_t;

extern syncobj_t sched_syncobj;
extern syncobj_t mutex_syncobj;
extern syncobj_t rw_syncobj;
extern syncobj_t sleep_syncobj;
extern syncobj_t cv_syncobj;

#endif /* _KERNEL */

#endif /* _SYS_SYNCOBJ_H_ */
