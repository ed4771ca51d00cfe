/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_LIB_KERNLIB_IMPL_H_
#define _KERN_LIB_KERNLIB_IMPL_H_

#include <sys/mutex.h>

extern kmutex_t evcnt_lock; /* protects allevents */

#endif /* !_KERN_LIB_KERNLIB_IMPL_H_ */
