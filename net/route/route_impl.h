/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of routes. */
#ifndef ROUTE_IMPL_H
#define ROUTE_IMPL_H

#include <sys/socketvar.h>

/*
 * Protocols come with softnet_lock; drivers may come with the big lock alone,
 * on their way out of an ioctl or a close.
 */
static inline bool
rt_lock(void)
{
	if (mutex_owned(softnet_lock))
		return false;
	mutex_enter(softnet_lock);
	return true;
}

static inline void
rt_unlock(bool locked)
{
	if (locked)
		mutex_exit(softnet_lock);
}

#endif
