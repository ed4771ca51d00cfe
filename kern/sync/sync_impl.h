/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock checker as the locks call it: nothing unless LOCKDEBUG. */

#ifndef _KERN_SYNC_IMPL_H_
#define _KERN_SYNC_IMPL_H_

#include <lib/libkern/libkern.h>
#include <sys/lockdebug.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>

void rump_mutex_init_at(kmutex_t *, kmutex_type_t, int, uintptr_t);
void rump_rw_init_at(krwlock_t *, uintptr_t);

#define LD_RA() ((uintptr_t)__builtin_return_address(0))

#ifdef LOCKDEBUG
#define LD_ALLOC(ld, lk, kind, at)                                             \
	((ld) = rump_lockdebug_alloc((lk), (kind), (at)))
#define LD_FREE(ld, lk)                                                        \
	(rump_lockdebug_free((ld), (lk), LD_RA()), (void)((ld) = NULL))
#define LD_WANT(ld, shared)     rump_lockdebug_want((ld), LD_RA(), (shared))
#define LD_LOCKED(ld, shared)   rump_lockdebug_locked((ld), LD_RA(), (shared))
#define LD_UNLOCKED(ld, shared) rump_lockdebug_unlocked((ld), LD_RA(), (shared))
#define LD_SLEEP(interlock, at)                                                \
	rump_lockdebug_sleep((interlock), (uintptr_t)(at))
#else
#define LD_ALLOC(ld, lk, kind, at) ((void)(at))
#define LD_FREE(ld, lk)            ((void)(lk))
#define LD_WANT(ld, shared)        ((void)0)
#define LD_LOCKED(ld, shared)      ((void)0)
#define LD_UNLOCKED(ld, shared)    ((void)0)
#define LD_SLEEP(interlock, at)    ((void)0)
#endif

#endif /* _KERN_SYNC_IMPL_H_ */
