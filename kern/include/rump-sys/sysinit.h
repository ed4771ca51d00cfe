/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What boot, process creation and exit call of the descriptor, signal, limit
 * and timer code.
 */

#ifndef _RUMP_SYS_SYSINIT_H_
#define _RUMP_SYS_SYSINIT_H_

struct lwp;
struct proc;

/* Once; proc0 and lwp0 exist, and memory, pools, mutexes and callouts work. */
void rump_sysfile_init(void);

/*
 * A new process gets descriptors, limits, statistics and signal state.
 * flags: RUMP_RFFDG copies the parent's descriptors, RUMP_RFCFDG gives an
 * empty table, 0 shares it. EAGAIN or ENOMEM if that is not possible.
 */
int rump_sys_procinit(struct proc *, struct proc *, int);
/* The child can be found by its id: tell who watches the parent. */
void rump_sys_procforked(struct proc *, struct proc *);
/* The process ends; curlwp is its last lwp. */
void rump_sys_procexit(struct proc *);
void rump_sys_lwpinit(struct lwp *);
/* The lwp runs no more. */
void rump_sys_lwpexit(struct lwp *);
/* A remote client executes another program. */
void rump_sys_execnotify(struct lwp *);

#endif /* _RUMP_SYS_SYSINIT_H_ */
