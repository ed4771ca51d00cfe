/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Mutexes, read/write locks and condition variables.
 *
 * A lock is first tried with the virtual CPU held; only when it is taken does
 * the thread give the CPU up and block.  Exceptions: spin mutexes and the
 * _nowrap calls block with the CPU, because their holders never wait for one.
 *
 * Order: virtual CPU, then a spin mutex.  Hence after a wait with a spin
 * KMUTEX the mutex is dropped before the CPU is taken, and then taken again.
 * A bare SPIN mutex may be a kernel's scheduler lock, which the kernel hands
 * over itself as the interlock of the upcall: that one stays held.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Locks: m by the mutex itself, c constant after creation.
 */
struct rumpuser_mtx {
	pthread_mutex_t mtx_mutex;
	_Atomic(struct lwp *) mtx_owner; /* m: KMUTEX only; read by anybody */
	int mtx_flags;                   /* c: */
};

struct rumpuser_cv {
	pthread_cond_t cv_cond;
	atomic_int cv_nwaiters; /* changed with the mutex held */
};

/*
 * rw_mutex is held for moments only, never while blocking.
 */
struct rumpuser_rw {
	pthread_mutex_t rw_mutex;
	pthread_cond_t rw_readers_cv;
	pthread_cond_t rw_writers_cv;
	struct lwp *rw_writer;      /* rw_mutex: */
	unsigned rw_nreaders;       /* rw_mutex: readers inside */
	unsigned rw_waitingwriters; /* rw_mutex: they keep new readers out */
	unsigned rw_waitingreaders; /* rw_mutex: */
	bool rw_haswriter;          /* rw_mutex: */
};

/* These calls fail on misuse alone, and have no way to say so. */
static void
must(int error, const char *what)
{
	if (__builtin_expect(error != 0, 0)) {
		fprintf(stderr, "rump: %s: error %d\n", what, error);
		abort();
	}
}

static void *
must_alloc(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		must(ENOMEM, "allocating a lock");
	return p;
}

void
rumpuser_mutex_init(struct rumpuser_mtx **mtxp, int flags)
{
	struct rumpuser_mtx *mtx = must_alloc(sizeof(*mtx));

	must(pthread_mutex_init(&mtx->mtx_mutex, NULL), "mutex_init");
	mtx->mtx_flags = flags;
	*mtxp = mtx;
}

static inline void
mtx_setowner(struct rumpuser_mtx *mtx)
{
	if (mtx->mtx_flags & RUMPUSER_MTX_KMUTEX)
		atomic_store_explicit(
		    &mtx->mtx_owner, rumpuser_curlwp(), memory_order_relaxed);
}

static inline void
mtx_clearowner(struct rumpuser_mtx *mtx)
{
	if (mtx->mtx_flags & RUMPUSER_MTX_KMUTEX)
		atomic_store_explicit(
		    &mtx->mtx_owner, NULL, memory_order_relaxed);
}

static bool
mtx_isspinkmutex(const struct rumpuser_mtx *mtx)
{
	const int both = RUMPUSER_MTX_SPIN | RUMPUSER_MTX_KMUTEX;

	return (mtx->mtx_flags & both) == both;
}

void
rumpuser_mutex_enter_nowrap(struct rumpuser_mtx *mtx)
{
	must(pthread_mutex_lock(&mtx->mtx_mutex), "mutex_lock");
	mtx_setowner(mtx);
}

int
rumpuser_mutex_tryenter(struct rumpuser_mtx *mtx)
{
	int error = pthread_mutex_trylock(&mtx->mtx_mutex);

	if (error == 0)
		mtx_setowner(mtx);
	return errno_to_kernel(error);
}

void
rumpuser_mutex_enter(struct rumpuser_mtx *mtx)
{
	int nlocks;

	if (mtx->mtx_flags & RUMPUSER_MTX_SPIN) {
		rumpuser_mutex_enter_nowrap(mtx);
		return;
	}
	if (pthread_mutex_trylock(&mtx->mtx_mutex) != 0) {
		nlocks = cpu_release(NULL);
		must(pthread_mutex_lock(&mtx->mtx_mutex), "mutex_lock");
		cpu_retake(nlocks, NULL);
	}
	mtx_setowner(mtx);
}

void
rumpuser_mutex_exit(struct rumpuser_mtx *mtx)
{
	mtx_clearowner(mtx);
	must(pthread_mutex_unlock(&mtx->mtx_mutex), "mutex_unlock");
}

void
rumpuser_mutex_destroy(struct rumpuser_mtx *mtx)
{
	must(pthread_mutex_destroy(&mtx->mtx_mutex), "mutex_destroy");
	free(mtx);
}

/* The owner of a KMUTEX; other mutexes don't track one: NULL. */
void
rumpuser_mutex_owner(struct rumpuser_mtx *mtx, struct lwp **lp)
{
	*lp = atomic_load_explicit(&mtx->mtx_owner, memory_order_relaxed);
}

void
rumpuser_rw_init(struct rumpuser_rw **rwp)
{
	struct rumpuser_rw *rw = must_alloc(sizeof(*rw));

	must(pthread_mutex_init(&rw->rw_mutex, NULL), "rw_init");
	must(pthread_cond_init(&rw->rw_readers_cv, NULL), "rw_init");
	must(pthread_cond_init(&rw->rw_writers_cv, NULL), "rw_init");
	*rwp = rw;
}

static void
rw_lock(struct rumpuser_rw *rw)
{
	must(pthread_mutex_lock(&rw->rw_mutex), "rw_lock");
}

static void
rw_unlock(struct rumpuser_rw *rw)
{
	must(pthread_mutex_unlock(&rw->rw_mutex), "rw_unlock");
}

static bool
rw_cantake_locked(const struct rumpuser_rw *rw, enum rumprwlock how)
{
	if (how == RUMPUSER_RW_WRITER)
		return !rw->rw_haswriter && rw->rw_nreaders == 0;
	return !rw->rw_haswriter && rw->rw_waitingwriters == 0;
}

static void
rw_take_locked(struct rumpuser_rw *rw, enum rumprwlock how, struct lwp *l)
{
	if (how == RUMPUSER_RW_READER) {
		rw->rw_nreaders++;
		return;
	}
	rw->rw_haswriter = true;
	rw->rw_writer = l;
}

int
rumpuser_rw_tryenter(int how, struct rumpuser_rw *rw)
{
	bool taken;

	rw_lock(rw);
	/* a waiting writer only keeps readers out that are ready to wait */
	taken = how == RUMPUSER_RW_READER ? !rw->rw_haswriter
					  : rw_cantake_locked(rw, how);
	if (taken)
		rw_take_locked(rw, how, rumpuser_curlwp());
	rw_unlock(rw);
	return taken ? 0 : errno_to_kernel(EBUSY);
}

static void
rw_block_locked(struct rumpuser_rw *rw, enum rumprwlock how)
{
	const bool writer = how == RUMPUSER_RW_WRITER;
	unsigned *waiting =
	    writer ? &rw->rw_waitingwriters : &rw->rw_waitingreaders;
	pthread_cond_t *cv = writer ? &rw->rw_writers_cv : &rw->rw_readers_cv;

	while (!rw_cantake_locked(rw, how)) {
		++*waiting;
		must(pthread_cond_wait(cv, &rw->rw_mutex), "rw_wait");
		--*waiting;
	}
}

void
rumpuser_rw_enter(int how, struct rumpuser_rw *rw)
{
	struct lwp *l = rumpuser_curlwp();
	int nlocks;

	rw_lock(rw);
	if (rw_cantake_locked(rw, how)) {
		rw_take_locked(rw, how, l);
		rw_unlock(rw);
		return;
	}
	rw_unlock(rw);

	nlocks = cpu_release(NULL);
	rw_lock(rw);
	rw_block_locked(rw, how);
	rw_take_locked(rw, how, l);
	rw_unlock(rw);
	cpu_retake(nlocks, NULL);
}

static void
rw_wake_locked(struct rumpuser_rw *rw)
{
	if (rw->rw_waitingwriters > 0) {
		if (rw->rw_nreaders == 0)
			pthread_cond_signal(&rw->rw_writers_cv);
	} else if (rw->rw_waitingreaders > 0) {
		pthread_cond_broadcast(&rw->rw_readers_cv);
	}
}

void
rumpuser_rw_exit(struct rumpuser_rw *rw)
{
	rw_lock(rw);
	if (rw->rw_haswriter) {
		rw->rw_haswriter = false;
		rw->rw_writer = NULL;
	} else {
		rw->rw_nreaders--;
	}
	rw_wake_locked(rw);
	rw_unlock(rw);
}

/* From reader to writer, if the caller is the only reader. */
int
rumpuser_rw_tryupgrade(struct rumpuser_rw *rw)
{
	bool taken;

	rw_lock(rw);
	taken = !rw->rw_haswriter && rw->rw_nreaders == 1;
	if (taken) {
		rw->rw_nreaders = 0;
		rw_take_locked(rw, RUMPUSER_RW_WRITER, rumpuser_curlwp());
	}
	rw_unlock(rw);
	return taken ? 0 : errno_to_kernel(EBUSY);
}

/* From writer to reader, with no moment between. */
void
rumpuser_rw_downgrade(struct rumpuser_rw *rw)
{
	rw_lock(rw);
	rw->rw_haswriter = false;
	rw->rw_writer = NULL;
	rw->rw_nreaders = 1;
	rw_wake_locked(rw);
	rw_unlock(rw);
}

void
rumpuser_rw_destroy(struct rumpuser_rw *rw)
{
	must(pthread_cond_destroy(&rw->rw_readers_cv), "rw_destroy");
	must(pthread_cond_destroy(&rw->rw_writers_cv), "rw_destroy");
	must(pthread_mutex_destroy(&rw->rw_mutex), "rw_destroy");
	free(rw);
}

/* WRITER: by the calling lwp.  READER: by anybody, readers are not known. */
void
rumpuser_rw_held(int how, struct rumpuser_rw *rw, int *heldp)
{
	rw_lock(rw);
	if (how == RUMPUSER_RW_WRITER)
		*heldp = rw->rw_haswriter && rw->rw_writer == rumpuser_curlwp();
	else
		*heldp = rw->rw_nreaders > 0;
	rw_unlock(rw);
}

void
rumpuser_cv_init(struct rumpuser_cv **cvp)
{
	struct rumpuser_cv *cv = must_alloc(sizeof(*cv));
	pthread_condattr_t attr;

	must(pthread_condattr_init(&attr), "cv_init");
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), "cv_init");
	must(pthread_cond_init(&cv->cv_cond, &attr), "cv_init");
	pthread_condattr_destroy(&attr);
	*cvp = cv;
}

void
rumpuser_cv_destroy(struct rumpuser_cv *cv)
{
	must(pthread_cond_destroy(&cv->cv_cond), "cv_destroy");
	free(cv);
}

/*
 * Waiting drops the mutex and with it the owner, who is the same afterwards:
 * a thread without the CPU does not ask the kernel who it is.
 */
static struct lwp *
mtx_disown(struct rumpuser_mtx *mtx)
{
	struct lwp *l =
	    atomic_load_explicit(&mtx->mtx_owner, memory_order_relaxed);

	mtx_clearowner(mtx);
	return l;
}

static void
mtx_own(struct rumpuser_mtx *mtx, struct lwp *l)
{
	atomic_store_explicit(&mtx->mtx_owner, l, memory_order_relaxed);
}

/* Take the CPU again after a wait; see the order at the top. */
static void
cv_retake(struct rumpuser_mtx *mtx, int nlocks, struct lwp *l)
{
	if (mtx_isspinkmutex(mtx)) {
		must(pthread_mutex_unlock(&mtx->mtx_mutex), "mutex_unlock");
		cpu_retake(nlocks, mtx);
		must(pthread_mutex_lock(&mtx->mtx_mutex), "mutex_lock");
		mtx_own(mtx, l);
		return;
	}
	mtx_own(mtx, l);
	cpu_retake(nlocks, mtx);
}

static int
cv_block(struct rumpuser_cv *cv, struct rumpuser_mtx *mtx,
    const struct timespec *deadline)
{
	int error;

	atomic_fetch_add(&cv->cv_nwaiters, 1);
	if (deadline == NULL)
		error = pthread_cond_wait(&cv->cv_cond, &mtx->mtx_mutex);
	else
		error = pthread_cond_timedwait(
		    &cv->cv_cond, &mtx->mtx_mutex, deadline);
	atomic_fetch_sub(&cv->cv_nwaiters, 1);
	if (error != ETIMEDOUT)
		must(error, "cv_wait");
	return error;
}

void
rumpuser_cv_wait(struct rumpuser_cv *cv, struct rumpuser_mtx *mtx)
{
	int nlocks = cpu_release(mtx);
	struct lwp *l = mtx_disown(mtx);

	cv_block(cv, mtx, NULL);
	cv_retake(mtx, nlocks, l);
}

void
rumpuser_cv_wait_nowrap(struct rumpuser_cv *cv, struct rumpuser_mtx *mtx)
{
	struct lwp *l = mtx_disown(mtx);

	cv_block(cv, mtx, NULL);
	mtx_own(mtx, l);
}

/* The time is a span from now.  ETIMEDOUT when it passed without a wakeup. */
int
rumpuser_cv_timedwait(
    struct rumpuser_cv *cv, struct rumpuser_mtx *mtx, int64_t sec, int64_t nsec)
{
	struct timespec deadline;
	struct lwp *l;
	int error, nlocks;

	deadline_from_relative(&deadline, sec, nsec);
	nlocks = cpu_release(mtx);
	l = mtx_disown(mtx);
	error = cv_block(cv, mtx, &deadline);
	cv_retake(mtx, nlocks, l);
	return error == 0 ? 0 : KERNEL_ETIMEDOUT;
}

void
rumpuser_cv_signal(struct rumpuser_cv *cv)
{
	must(pthread_cond_signal(&cv->cv_cond), "cv_signal");
}

void
rumpuser_cv_broadcast(struct rumpuser_cv *cv)
{
	must(pthread_cond_broadcast(&cv->cv_cond), "cv_broadcast");
}

void
rumpuser_cv_has_waiters(struct rumpuser_cv *cv, int *countp)
{
	*countp = atomic_load_explicit(&cv->cv_nwaiters, memory_order_relaxed);
}
