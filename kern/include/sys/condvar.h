/* SPDX-License-Identifier: BSD-2-Clause */
/* condvar(9). */

#ifndef _SYS_CONDVAR_H_
#define _SYS_CONDVAR_H_

#include <sys/mutex.h>
#include <sys/types.h>

/*
 * The waiters are in the sleep queue table, by the address of the condvar:
 * here is only how many there are, to make an idle signal cheap.
 */
typedef struct kcondvar {
	volatile u_int cv_nwait; /* q: */
	u_int cv_magic;
	const char *cv_wmesg; /* c: */
} kcondvar_t;

#ifdef _KERNEL

struct bintime;
struct timespec;

void cv_init(kcondvar_t *, const char *);
void cv_destroy(kcondvar_t *);
void cv_wait(kcondvar_t *, kmutex_t *);
int cv_wait_sig(kcondvar_t *, kmutex_t *);
int cv_timedwait(kcondvar_t *, kmutex_t *, int);
int cv_timedwait_sig(kcondvar_t *, kmutex_t *, int);
int cv_timedwaitbt(
    kcondvar_t *, kmutex_t *, struct bintime *, const struct bintime *);
int cv_timedwaitbt_sig(
    kcondvar_t *, kmutex_t *, struct bintime *, const struct bintime *);
int cv_timedwait_ns(kcondvar_t *, kmutex_t *, int64_t, bool);
void cv_signal(kcondvar_t *);
void cv_broadcast(kcondvar_t *);
bool cv_has_waiters(kcondvar_t *);
bool cv_is_valid(kcondvar_t *);
void cv_wakeup(kcondvar_t *);

#ifndef DEFAULT_TIMEOUT_EPSILON
#define DEFAULT_TIMEOUT_EPSILON (&rump_default_timeout_epsilon)
extern const struct bintime rump_default_timeout_epsilon;
#endif

#endif /* _KERNEL */

#endif /* _SYS_CONDVAR_H_ */
