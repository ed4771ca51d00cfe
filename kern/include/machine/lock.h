/* SPDX-License-Identifier: BSD-2-Clause */
/* Simple locks by compiler atomics. */

#ifndef _MACHINE_LOCK_H_
#define _MACHINE_LOCK_H_

#include <machine/types.h>

static __inline void
__cpu_simple_lock_init(__cpu_simple_lock_t *lp)
{
	*lp = __SIMPLELOCK_UNLOCKED;
}

static __inline int
__cpu_simple_lock_try(__cpu_simple_lock_t *lp)
{
	return __atomic_exchange_n(lp, __SIMPLELOCK_LOCKED, __ATOMIC_ACQUIRE) ==
	    __SIMPLELOCK_UNLOCKED;
}

static __inline void
__cpu_simple_lock(__cpu_simple_lock_t *lp)
{
	while (!__cpu_simple_lock_try(lp))
		continue;
}

static __inline void
__cpu_simple_unlock(__cpu_simple_lock_t *lp)
{
	__atomic_store_n(lp, __SIMPLELOCK_UNLOCKED, __ATOMIC_RELEASE);
}

static __inline int
__SIMPLELOCK_LOCKED_P(const __cpu_simple_lock_t *lp)
{
	return *lp == __SIMPLELOCK_LOCKED;
}

static __inline int
__SIMPLELOCK_UNLOCKED_P(const __cpu_simple_lock_t *lp)
{
	return *lp == __SIMPLELOCK_UNLOCKED;
}

static __inline void
__cpu_simple_lock_clear(__cpu_simple_lock_t *lp)
{
	*lp = __SIMPLELOCK_UNLOCKED;
}

static __inline void
__cpu_simple_lock_set(__cpu_simple_lock_t *lp)
{
	*lp = __SIMPLELOCK_LOCKED;
}

#endif /* _MACHINE_LOCK_H_ */
