/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock checker: see docs/locking.md. Nothing unless LOCKDEBUG. */

#ifndef _SYS_LOCKDEBUG_H_
#define _SYS_LOCKDEBUG_H_

#include <sys/types.h>

#ifdef _KERNEL

struct lockdebug_lock;
struct lwp;

enum lockdebug_kind {
	LD_MUTEX,
	LD_SPIN,
	LD_RWLOCK
};

#ifdef LOCKDEBUG
struct lockdebug_lock *
rump_lockdebug_alloc(const volatile void *, enum lockdebug_kind, uintptr_t);
void
rump_lockdebug_free(struct lockdebug_lock *, const volatile void *, uintptr_t);
extern struct lockdebug_lock *rump_lockdebug_biglock;
void rump_lockdebug_want(struct lockdebug_lock *, uintptr_t, bool);
void rump_lockdebug_locked(struct lockdebug_lock *, uintptr_t, bool);
void rump_lockdebug_unlocked(struct lockdebug_lock *, uintptr_t, bool);
void rump_lockdebug_sleep(struct lockdebug_lock *, uintptr_t);
void
rump_lockdebug_abort(struct lockdebug_lock *, uintptr_t, const char *) __dead;
#endif

#define LOCKDEBUG_MEM_CHECK(base, sz) ((void)0)

#endif /* _KERNEL */

#endif /* _SYS_LOCKDEBUG_H_ */
