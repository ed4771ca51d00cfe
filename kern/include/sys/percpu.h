/* SPDX-License-Identifier: BSD-2-Clause */
/* percpu(9): zeroed memory, one piece for each virtual CPU. */

#ifndef _SYS_PERCPU_H_
#define _SYS_PERCPU_H_

#include <sys/percpu_types.h>

#ifdef _KERNEL

void percpu_init(void);
void percpu_init_cpu(struct cpu_info *);
percpu_t *percpu_alloc(size_t);
void percpu_free(percpu_t *, size_t);
void *percpu_getref(percpu_t *);
void percpu_putref(percpu_t *);
void percpu_foreach(percpu_t *, percpu_callback_t, void *);
void percpu_traverse_enter(void);
void percpu_traverse_exit(void);
void *percpu_getptr_remote(percpu_t *, struct cpu_info *);

#endif /* _KERNEL */

#endif /* _SYS_PERCPU_H_ */
