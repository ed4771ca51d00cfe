/* SPDX-License-Identifier: BSD-2-Clause */
/* LK_ flags, the big kernel lock, and simple locks. */

#ifndef _SYS_LOCK_H_
#define _SYS_LOCK_H_

#include <machine/lock.h>
#include <sys/types.h>

/* vn_lock(9), VOP_LOCK(); results of VOP_ISLOCKED() */
#define LK_NONE      0x00000000
#define LK_SHARED    0x00000001
#define LK_EXCLUSIVE 0x00000002
#define LK_NOWAIT    0x00000010
#define LK_RETRY     0x00020000

#ifdef _KERNEL

struct lwp;

/* recursive; given up while its holder sleeps */
void _kernel_lock(int);
void _kernel_unlock(int, int *);
bool _kernel_locked_p(void);

#define KERNEL_LOCK_INIT()
#define KERNEL_LOCK(count, lwp)                                                \
	do {                                                                   \
		if ((count) != 0)                                              \
			_kernel_lock((count));                                 \
	} while (0)
#define KERNEL_UNLOCK(all, lwp, p) _kernel_unlock((all), (p))
#define KERNEL_UNLOCK_ALL(l, p)    KERNEL_UNLOCK(0, (l), (p))
#define KERNEL_UNLOCK_LAST(l)      KERNEL_UNLOCK(-1, (l), NULL)
#define KERNEL_UNLOCK_ONE(l)       KERNEL_UNLOCK(1, (l), NULL)
#define KERNEL_LOCKED_P()          _kernel_locked_p()

/* pauses between attempts, more and more of them */
#define SPINLOCK_BACKOFF_MIN  4
#define SPINLOCK_BACKOFF_MAX  128
#define SPINLOCK_BACKOFF_HOOK ((void)0)
#define SPINLOCK_BACKOFF(count)                                                \
	do {                                                                   \
		int __i;                                                       \
		for (__i = (count); __i != 0; __i--)                           \
			SPINLOCK_BACKOFF_HOOK;                                 \
		if ((count) < SPINLOCK_BACKOFF_MAX)                            \
			(count) += (count);                                    \
	} while (0)

#ifdef LOCKDEBUG
#define SPINLOCK_SPINOUT(s)          ((s)++ > 0x0fffffff)
#define LOCKDEBUG_BARRIER(lock, slp) lockdebug_barrier((lock), (slp))
void lockdebug_barrier(volatile void *, int);
#else
#define LOCKDEBUG_BARRIER(lock, slp) ((void)0)
#endif

#endif /* _KERNEL */

#endif /* _SYS_LOCK_H_ */
