/* SPDX-License-Identifier: BSD-2-Clause */
/* tsleep(9) and friends, and the big kernel lock. */

#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"
#include "sync_impl.h"

static kmutex_t big_lock;

static int
chan_sleep(wchan_t wchan, const char *wmesg, int timo, bool catch,
    kmutex_t *mtx, const void *at)
{
	struct lwp *l = curlwp;
	struct sleepq_bucket *sb;
	int64_t ns = -1;

	if (timo > 0)
		ns = (int64_t)timo * tick * 1000;
	LD_SLEEP(mtx != NULL ? mtx->mtx_ld : NULL, at);
	rump_sleep_check(l, mtx != NULL ? mtx->mtx_spin : 0, at);
	sb = rump_sleepq_lock(wchan);
	rump_sleepq_enqueue(sb, l, wchan, wmesg, SQ_CHAN);
	rump_sleepq_unlock(sb);
	if (mtx != NULL)
		mutex_exit(mtx);
	return rump_sleepq_block(l, ns, catch);
}

/*
 * Sleep until wakeup(wchan), at most timo ticks unless 0. With PCATCH in pri
 * also until a signal. 0, EWOULDBLOCK, EINTR.
 */
int
tsleep(wchan_t wchan, pri_t pri, const char *wmesg, int timo)
{
	return chan_sleep(wchan, wmesg, timo, (pri & PCATCH) != 0, NULL,
	    __builtin_return_address(0));
}

/* The same, giving up mtx meanwhile; with PNORELOCK, for good. */
int
mtsleep(wchan_t wchan, pri_t pri, const char *wmesg, int timo, kmutex_t *mtx)
{
	int error;

	error = chan_sleep(wchan, wmesg, timo, (pri & PCATCH) != 0, mtx,
	    __builtin_return_address(0));
	if ((pri & PNORELOCK) == 0)
		mutex_enter(mtx);
	return error;
}

/* Sleep for timo ticks: EWOULDBLOCK, or EINTR if intr. */
int
kpause(const char *wmesg, bool intr, int timo, kmutex_t *mtx)
{
	struct lwp *l = curlwp;
	int error;

	if (timo <= 0 && !intr)
		timo = 1;
	error = chan_sleep(&l->l_sleeperr, wmesg, timo, intr, mtx,
	    __builtin_return_address(0));
	if (mtx != NULL)
		mutex_enter(mtx);
	return error;
}

void
wakeup(wchan_t wchan)
{
	rump_sleepq_wakechan(wchan, -1);
}

void
wakeup_one(wchan_t wchan)
{
	rump_sleepq_wakechan(wchan, 1);
}

void
rump_biglock_init(void)
{
	mutex_init(&big_lock, MUTEX_ADAPTIVE, IPL_NONE);
#ifdef LOCKDEBUG
	rump_lockdebug_biglock = big_lock.mtx_ld;
#endif
}

/*
 * The big lock: a mutex that may be taken again by its holder, and that
 * everybody who sleeps gives up. Not counted in l_nlocks.
 */
void
_kernel_lock(int n)
{
	struct lwp *l = curlwp;

	if (l->l_biglocks == 0) {
		mutex_enter(&big_lock);
		l->l_nlocks--;
	}
	l->l_biglocks = (short)(l->l_biglocks + n);
}

/* n > 0: n times; 0: completely; -1: completely, once held. */
void
_kernel_unlock(int n, int *countp)
{
	struct lwp *l = curlwp;
	int had = l->l_biglocks;

	if (countp != NULL)
		*countp = had;
	if (had == 0) {
		KASSERTMSG(n == 0, "the big lock is not held");
		return;
	}
	if (n <= 0 || n > had)
		n = had;
	l->l_biglocks = (short)(had - n);
	if (l->l_biglocks == 0) {
		l->l_nlocks++;
		mutex_exit(&big_lock);
	}
}

bool
_kernel_locked_p(void)
{
	return curlwp->l_biglocks != 0;
}

int
rump_biglock_drop(struct lwp *l)
{
	int had = l->l_biglocks;

	if (had != 0)
		_kernel_unlock(0, NULL);
	return had;
}

void
rump_biglock_retake(struct lwp *l, int n)
{
	if (n != 0)
		_kernel_lock(n);
}

void
assert_sleepable(void)
{
	rump_sleep_check(curlwp, 0, __builtin_return_address(0));
}
