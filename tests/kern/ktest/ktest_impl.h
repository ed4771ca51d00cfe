/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks and threads for the kernel side of the tests. */

#ifndef _KTEST_IMPL_H_
#define _KTEST_IMPL_H_

#include <sys/condvar.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "ktest.h"

/* in functions that have entered the kernel: leave, with the line */
#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e)) {                                                    \
			printf("%s:%d: %s\n", __func__, __LINE__, #e);         \
			rump_unschedule();                                     \
			return __LINE__;                                       \
		}                                                              \
	} while (0)

/* Run fn(arg) on n kernel threads and wait for them. */
int ktest_threads(int n, void (*fn)(void *), void *arg);

#endif /* _KTEST_IMPL_H_ */
