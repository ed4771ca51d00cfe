/* SPDX-License-Identifier: BSD-2-Clause */
/* rwlock(9). Many readers or one writer; writers are preferred. */

#ifndef _SYS_RWLOCK_H_
#define _SYS_RWLOCK_H_

#include <sys/types.h>

typedef enum krw_t {
	RW_READER = 0,
	RW_WRITER = 1
} krw_t;

#ifdef _KERNEL

struct lockdebug_lock;

/*
 * rw_owner: for a writer its lwp | RW_WRITE_LOCKED, else the number of
 * readers times RW_READ_INCR.
 */
struct krwlock {
	volatile uintptr_t rw_owner;
	uint32_t rw_wwait; /* q: writers that wait */
	uint32_t rw_rwait; /* q: readers that wait */
#ifdef LOCKDEBUG
	struct lockdebug_lock *rw_ld; /* c: */
#endif
};
typedef struct krwlock krwlock_t;

#define RW_HAS_WAITERS  0x01UL
#define RW_WRITE_WANTED 0x02UL
#define RW_WRITE_LOCKED 0x04UL
#define RW_READ_INCR    0x10UL
#define RW_THREAD       (~0x0fUL)

void rw_init(krwlock_t *);
void rw_destroy(krwlock_t *);
void rw_enter(krwlock_t *, const krw_t);
int rw_tryenter(krwlock_t *, const krw_t);
void rw_exit(krwlock_t *);
int rw_tryupgrade(krwlock_t *);
void rw_downgrade(krwlock_t *);
int rw_read_held(krwlock_t *);
int rw_write_held(krwlock_t *);
int rw_lock_held(krwlock_t *);
krw_t rw_lock_op(krwlock_t *);
lwp_t *rw_owner(krwlock_t *);

void rw_obj_init(void);
krwlock_t *rw_obj_alloc(void);
void rw_obj_hold(krwlock_t *);
bool rw_obj_free(krwlock_t *);
u_int rw_obj_refcnt(krwlock_t *);

#endif /* _KERNEL */

#endif /* _SYS_RWLOCK_H_ */
