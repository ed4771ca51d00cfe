/* SPDX-License-Identifier: BSD-2-Clause */
/* Time stamps for the entropy pool. */

#ifndef _MACHINE_RND_H_
#define _MACHINE_RND_H_

#include <machine/cpu_counter.h>
#define RND_TIMECOUNTER cpu_counter

#endif /* _MACHINE_RND_H_ */
