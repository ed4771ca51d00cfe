/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleep queues: a table, by address, of lwps that wait. */

#ifndef _SYS_SLEEPQ_H_
#define _SYS_SLEEPQ_H_

#include <sys/queue.h>
#include <sys/syncobj.h>
#include <sys/types.h>

#ifdef _KERNEL

struct lwp;
TAILQ_HEAD(sleepq, lwp);
typedef struct sleepq sleepq_t;

/*
 * One bucket of the table. The lock is a leaf: nothing is locked under it, and
 * its holder neither sleeps nor makes a hypercall.
 */
struct sleepq_bucket {
	volatile u_int sb_lock;
	sleepq_t sb_queue; /* lwps in order of arrival, every channel */
} __aligned(64);

/* block flags, also of the queue entry */
#define SQ_MUTEX    0x001 /* waits for a mutex */
#define SQ_READER   0x002 /* waits for a rwlock, shared */
#define SQ_WRITER   0x004 /* waits for a rwlock, alone */
#define SQ_CV       0x010 /* waits on a condvar */
#define SQ_CHAN     0x020 /* waits by tsleep(9) */
#define SQ_FRONT    0x100 /* goes before everybody */
#define SQ_STARVED  0x200 /* lost a race: is to be handed the lock */
#define SQ_GRANTED  0x400 /* has the lock already */
#define SQ_SELECTED 0x800 /* about to be removed */

struct sleepq_bucket *rump_sleepq_lock(wchan_t);
void rump_sleepq_unlock(struct sleepq_bucket *);
void rump_sleepq_enqueue(
    struct sleepq_bucket *, struct lwp *, wchan_t, const char *, int);
int rump_sleepq_block(struct lwp *, int64_t, bool);
struct lwp *rump_sleepq_first(struct sleepq_bucket *, wchan_t, int);
struct lwp *rump_sleepq_next(struct lwp *, wchan_t, int);
void rump_sleepq_remove(struct sleepq_bucket *, struct lwp *);
struct lwp *rump_sleepq_dequeue(struct sleepq_bucket *, wchan_t, int);
void rump_sleepq_wake(struct lwp *);
bool rump_sleepq_wakechan(wchan_t, int);

#endif /* _KERNEL */

#endif /* _SYS_SLEEPQ_H_ */
