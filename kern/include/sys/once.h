/* SPDX-License-Identifier: BSD-2-Clause */
/* RUN_ONCE(9). */

#ifndef _SYS_ONCE_H_
#define _SYS_ONCE_H_

#include <sys/types.h>

#ifdef _KERNEL

typedef struct {
	volatile int o_status;
	int o_error;
	uint16_t o_refcnt;
} once_t;

#define ONCE_VIRGIN  0
#define ONCE_RUNNING 1
#define ONCE_DONE    2

#define ONCE_DECL(o)       once_t(o) = {.o_status = ONCE_VIRGIN}
#define INIT_ONCE(o, init) _init_once((o), (init))
#define FINI_ONCE(o, fini) _fini_once((o), (fini))
#define RUN_ONCE(o, fn)                                                        \
	(__predict_true(                                                       \
	     __atomic_load_n(&(o)->o_status, __ATOMIC_ACQUIRE) == ONCE_DONE)   \
		? (o)->o_error                                                 \
		: _run_once((o), (fn)))

void once_init(void);
int _run_once(once_t *, int (*)(void));
int _init_once(once_t *, int (*)(void));
void _fini_once(once_t *, void (*)(void));

#endif /* _KERNEL */

#endif /* _SYS_ONCE_H_ */
