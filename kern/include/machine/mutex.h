/* SPDX-License-Identifier: BSD-2-Clause */
/* The mutex is machine independent: see <sys/mutex.h>. */

#ifndef _MACHINE_MUTEX_H_
#define _MACHINE_MUTEX_H_

#include <sys/mutex.h>

#endif /* _MACHINE_MUTEX_H_ */
