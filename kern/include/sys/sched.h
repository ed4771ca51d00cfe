/* SPDX-License-Identifier: BSD-2-Clause */
/* sched(9): policies, and the little of the scheduler that drivers see. */

#ifndef _SYS_SCHED_H_
#define _SYS_SCHED_H_

#include <sys/types.h>

struct sched_param {
	int sched_priority;
};

#define SCHED_NONE  (-1)
#define SCHED_OTHER 0
#define SCHED_FIFO  1
#define SCHED_RR    2

#ifdef _KERNEL

struct cpu_info;
struct lwp;
struct proc;
struct kmutex;

/* spc_flags */
#define SPCF_SEENRR      0x0001
#define SPCF_SHOULDYIELD 0x0002
#define SPCF_OFFLINE     0x0004
#define SPCF_RUNNING     0x0008
#define SPCF_NOINTR      0x0010
#define SPCF_IDLE        0x0020
#define SPCF_1STCLASS    0x0040
#define SPCF_SWITCHCLEAR (SPCF_SEENRR | SPCF_SHOULDYIELD)

struct schedstate_percpu {
	struct kmutex *spc_mutex;
	struct kmutex *spc_lwplock;
	struct lwp *spc_migrating;
	psetid_t spc_psid;
	time_t spc_lastmod;
	volatile int spc_flags;
	u_int spc_schedticks;
	uint64_t spc_cp_time[5];
	int spc_ticks;
	int spc_pscnt;
	int spc_psdiv;
};

#define PSDB_MAX 4
#define SCHED_HZ 100

void yield(void);
void preempt(void);
bool sched_curcpu_runnable_p(void);

extern int schedhz;

#endif /* _KERNEL */

#endif /* _SYS_SCHED_H_ */
