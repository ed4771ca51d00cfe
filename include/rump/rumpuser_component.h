/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the host half of a component (rumpcomp_*) may ask of the host library.
 * The kernel must have booted.
 */

#ifndef _RUMP_RUMPUSER_COMPONENT_H_
#define _RUMP_RUMPUSER_COMPONENT_H_

#ifdef __cplusplus
extern "C" {
#endif

struct lwp;

/*
 * Give the virtual CPU up around something that blocks, and take it again:
 *	cookie = rumpuser_component_unschedule();
 *	rv = read(...);
 *	rumpuser_component_schedule(cookie);
 * A thread that is not in the kernel enters it by schedule(NULL).
 */
void *rumpuser_component_unschedule(void);
void rumpuser_component_schedule(void *);

/* the host's errno to NetBSD's */
int rumpuser_component_errtrans(int);

/*
 * Give the calling host thread a kernel lwp of its own, and release it.  Both
 * are called outside of the kernel.
 */
void rumpuser_component_kthread(void);
void rumpuser_component_kthread_release(void);

/* the calling thread's lwp; switch to another one; outside of the kernel */
struct lwp *rumpuser_component_curlwp(void);
void rumpuser_component_switchlwp(struct lwp *);

#ifdef __cplusplus
}
#endif

#endif /* _RUMP_RUMPUSER_COMPONENT_H_ */
