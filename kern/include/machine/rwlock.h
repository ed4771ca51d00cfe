/* SPDX-License-Identifier: BSD-2-Clause */
/* The rwlock is machine independent: see <sys/rwlock.h>. */

#ifndef _MACHINE_RWLOCK_H_
#define _MACHINE_RWLOCK_H_

#include <sys/rwlock.h>

#endif /* _MACHINE_RWLOCK_H_ */
