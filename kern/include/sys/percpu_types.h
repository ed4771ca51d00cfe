/* SPDX-License-Identifier: BSD-2-Clause */
/* percpu(9) types. */

#ifndef _SYS_PERCPU_TYPES_H_
#define _SYS_PERCPU_TYPES_H_

#include <sys/types.h>

#ifdef _KERNEL

typedef struct {
	size_t pcc_size;
	void *pcc_data;
} percpu_cpu_t;

struct percpu;
typedef struct percpu percpu_t;
struct cpu_info;
typedef void (*percpu_callback_t)(void *, void *, struct cpu_info *);

#endif /* _KERNEL */

#endif /* _SYS_PERCPU_TYPES_H_ */
