/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory limit, and what happens when it is reached.
 *
 * Pages are accounted when they leave the arena.  Until the end of boot the
 * limit is not enforced: then it is known whether the kernel fits into it at
 * all.  At the limit first the kernel's own caches shrink, then those of
 * whoever registered a reclaimer; who may wait does, on mem_cv.
 *
 * Lock: mem_lock for the list and mem_cv; leaf, and not held in reclaimers.
 */

#include <lib/libkern/libkern.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump/rumpuser.h>

#include "mem_impl.h"

unsigned long rump_physmemlimit = RUMPMEM_UNLIMITED;
/* What hw.physmem tells, in pages. */
psize_t physmem = (256 * 1024 * 1024) / PAGE_SIZE;
volatile unsigned int mem_waiters;

static volatile unsigned long inuse;
static unsigned long enforced = RUMPMEM_UNLIMITED;
static char limit_text[32];

static kmutex_t lim_lock;
static kcondvar_t mem_cv;
static bool lim_ready;
static volatile unsigned int reclaiming;
static LIST_HEAD(, rump_mem_reclaimer) reclaimers =
    LIST_HEAD_INITIALIZER(reclaimers);

size_t
rump_mem_inuse(void)
{
	return __atomic_load_n(&inuse, __ATOMIC_RELAXED);
}

bool
mem_reserve(size_t len)
{
	if (__predict_false(
		__atomic_add_fetch(&inuse, len, __ATOMIC_RELAXED) > enforced)) {
		__atomic_sub_fetch(&inuse, len, __ATOMIC_RELAXED);
		return false;
	}
	return true;
}

void
mem_unreserve(size_t len)
{
	__atomic_sub_fetch(&inuse, len, __ATOMIC_RELAXED);
}

void
mem_wakeup(void)
{
	if (curlwp == NULL)
		return;
	mutex_enter(&lim_lock);
	cv_broadcast(&mem_cv);
	mutex_exit(&lim_lock);
}

static void
lim_init(void)
{
	if (lim_ready)
		return;
	mutex_init(&lim_lock, MUTEX_DEFAULT, IPL_VM);
	cv_init(&mem_cv, "memlimit");
	lim_ready = true;
}

/*
 * Wait until there may be memory.  False if there never will be enough:
 * more is wanted than the limit, or nobody else can run yet.
 */
bool
mem_wait(size_t len, unsigned int *tries)
{
	if (len > enforced || curlwp == NULL) {
		rumpuser_dprintf("rump: out of memory: %zu bytes wanted%s%s\n",
		    len,
		    enforced != RUMPMEM_UNLIMITED ? ", RUMP_MEMLIMIT is " : "",
		    enforced != RUMPMEM_UNLIMITED ? limit_text : "");
		return false;
	}
	if (rump_mem_reclaim(len) != 0)
		return true;
	if ((*tries)++ % 100 == 20)
		rumpuser_dprintf("rump: waiting for %zu bytes of memory, %lu "
				 "are in use: %s\n",
		    len, (unsigned long)rump_mem_inuse(),
		    enforced != RUMPMEM_UNLIMITED
			? "raise RUMP_MEMLIMIT or free something"
			: "the host has no more");
	lim_init();
	mutex_enter(&lim_lock);
	atomic_inc_uint(&mem_waiters);
	(void)cv_timedwait(&mem_cv, &lim_lock, hz / 10);
	atomic_dec_uint(&mem_waiters);
	mutex_exit(&lim_lock);
	return true;
}

void
rump_mem_reclaimer_add(struct rump_mem_reclaimer *mr)
{
	lim_init();
	mem_lock(&lim_lock);
	LIST_INSERT_HEAD(&reclaimers, mr, mr_list);
	mem_unlock(&lim_lock);
}

void
rump_mem_reclaimer_remove(struct rump_mem_reclaimer *mr)
{
	mem_lock(&lim_lock);
	LIST_REMOVE(mr, mr_list);
	mem_unlock(&lim_lock);
}

size_t
rump_mem_reclaim(size_t want)
{
	struct rump_mem_reclaimer *mr;
	size_t freed = 0;

	/* reclaimers do not nest, and one at a time is enough */
	if (atomic_swap_uint(&reclaiming, 1) != 0)
		return 0;
	freed += pool_cache_reclaim_all(want);
	LIST_FOREACH(mr, &reclaimers, mr_list) {
		if (freed >= want)
			break;
		if (mr->mr_func(want - freed) != 0) {
			/* what it freed is in pools: out of them */
			freed += pool_cache_reclaim_all(want - freed);
		}
	}
	if (freed < want && rump_vfs_reclaim != NULL &&
	    rump_vfs_reclaim(want - freed) != 0)
		freed += pool_cache_reclaim_all(want - freed);
	__atomic_store_n(&reclaiming, 0, __ATOMIC_RELEASE);
	return freed;
}

/* a number with one of k, m, g behind it, nothing else */
static int
parse_limit(const char *s, unsigned long *result)
{
	unsigned long v;
	char *e;
	int shift = 0;

	if (!isdigit((unsigned char)*s))
		return EINVAL;
	v = strtoul(s, &e, 0);
	switch (*e) {
	case 'k':
	case 'K':
		shift = 10;
		e++;
		break;
	case 'm':
	case 'M':
		shift = 20;
		e++;
		break;
	case 'g':
	case 'G':
		shift = 30;
		e++;
		break;
	}
	if (*e != '\0' || v == 0 || v > (ULONG_MAX >> shift))
		return EINVAL;
	*result = v << shift;
	return 0;
}

/* First of all at boot: find out the limit.  An errno ends the boot. */
int
rump_memory_init(void)
{
	lim_init();
	if (rumpuser_getparam(
		"RUMP_MEMLIMIT", limit_text, sizeof(limit_text)) != 0)
		return 0;
	if (parse_limit(limit_text, &rump_physmemlimit) != 0) {
		rumpuser_dprintf("rump: RUMP_MEMLIMIT=%s is not a size: give a "
				 "number of bytes, or one with k, m or g\n",
		    limit_text);
		rump_physmemlimit = RUMPMEM_UNLIMITED;
		return EINVAL;
	}
	physmem = (psize_t)(rump_physmemlimit / PAGE_SIZE);
	return 0;
}

/* At the end of boot: from here on the limit holds. */
int
rump_memlimit_set(void)
{
	if (rump_physmemlimit == RUMPMEM_UNLIMITED)
		return 0;
	if (rump_mem_inuse() > rump_physmemlimit)
		rump_mem_reclaim(rump_mem_inuse() - rump_physmemlimit);
	if (rump_mem_inuse() > rump_physmemlimit) {
		rumpuser_dprintf("rump: RUMP_MEMLIMIT=%s is too small: the "
				 "kernel uses %luk after boot, give it %luk "
				 "or more\n",
		    limit_text, (unsigned long)rump_mem_inuse() >> 10,
		    ((unsigned long)rump_mem_inuse() >> 10) * 3 / 2);
		return ENOMEM;
	}
	enforced = rump_physmemlimit;
	return 0;
}
