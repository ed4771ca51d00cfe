/* SPDX-License-Identifier: BSD-2-Clause */
/* kthread(9). A kernel thread is a host thread with a lwp of proc0. */

#ifndef _SYS_KTHREAD_H_
#define _SYS_KTHREAD_H_

#include <sys/proc.h>
#include <sys/types.h>

#ifdef _KERNEL

struct cpu_info;
struct lwp;

#define KTHREAD_IDLE     0x01
#define KTHREAD_MPSAFE   0x02
#define KTHREAD_INTR     0x04
#define KTHREAD_TS       0x08
#define KTHREAD_MUSTJOIN 0x10

void kthread_sysinit(void);
int kthread_create(pri_t, int, struct cpu_info *, void (*)(void *), void *,
    struct lwp **, const char *, ...) __printflike(7, 8);
void kthread_exit(int) __dead;
int kthread_join(struct lwp *);

#endif /* _KERNEL */

#endif /* _SYS_KTHREAD_H_ */
