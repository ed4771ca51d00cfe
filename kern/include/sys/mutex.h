/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex(9). The owner word is a lwp, with bit 0 set while lwps wait. */

#ifndef _SYS_MUTEX_H_
#define _SYS_MUTEX_H_

#include <sys/intr.h>
#include <sys/inttypes.h>
#include <sys/spl.h>
#include <sys/types.h>

typedef enum kmutex_type_t {
	MUTEX_SPIN = 0,
	MUTEX_ADAPTIVE = 1,
	MUTEX_DEFAULT = 2,
	MUTEX_DRIVER = 3,
	MUTEX_NODEBUG = 4
} kmutex_type_t;

#ifdef _KERNEL

#include <sys/cpu.h>

struct lockdebug_lock;

struct kmutex {
	volatile uintptr_t mtx_owner; /* owning lwp | MTX_WAITERS */
	uint8_t mtx_ipl;              /* c: as given to mutex_init */
	uint8_t mtx_spin;             /* c: may not sleep while held */
	uint16_t mtx_handoff;         /* q: a waiter has starved */
	uint32_t mtx_count;           /* c: to l_nlocks; 0: is no mutex */
#ifdef LOCKDEBUG
	struct lockdebug_lock *mtx_ld; /* c: */
#endif
};
typedef struct kmutex kmutex_t;

#define MTX_WAITERS 1UL

void mutex_init(kmutex_t *, kmutex_type_t, int);
void mutex_destroy(kmutex_t *);
void mutex_enter(kmutex_t *);
void mutex_exit(kmutex_t *);
void mutex_spin_enter(kmutex_t *);
void mutex_spin_exit(kmutex_t *);
int mutex_tryenter(kmutex_t *);
int mutex_owned(const kmutex_t *);
lwp_t *mutex_owner(const kmutex_t *);
bool mutex_owner_running(const kmutex_t *);
bool mutex_ownable(kmutex_t *);

void mutex_obj_init(void);
kmutex_t *mutex_obj_alloc(kmutex_type_t, int);
void mutex_obj_hold(kmutex_t *);
bool mutex_obj_free(kmutex_t *);
u_int mutex_obj_refcnt(kmutex_t *);

#endif /* _KERNEL */

#endif /* _SYS_MUTEX_H_ */
