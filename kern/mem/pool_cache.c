/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool_cache(9): a pool with per-CPU magazines of constructed objects in front.
 *
 * A thread in the kernel owns its virtual CPU until it sleeps, so the two
 * magazines of a CPU are used without locks or atomics.  Whenever a function
 * here may have slept it looks up its CPU again.  Magazines are exchanged with
 * the depot of the cache, in lists of full and empty ones, under pc_lock.
 *
 * Lock order: pc_lock, then the pool's.
 */

#include <lib/libkern/libkern.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/xcall.h>

#include <rump-sys/kern.h>

#include "mem_impl.h"
#include "pool_cache_impl.h"

#define DEPOT_BYTES (512 * 1024)

static struct pool mag_pools[2];
static struct pool cc_pool;
static struct pool cache_pool;
static bool cache_ready;

static void
cache_init(void)
{
	cache_ready = true;
	pool_init(&mag_pools[0],
	    sizeof(struct mag) + MAG_SMALL * sizeof(void *), 0, 0, 0, "mag14",
	    NULL, IPL_VM);
	pool_init(&mag_pools[1],
	    sizeof(struct mag) + MAG_LARGE * sizeof(void *), 0, 0, 0, "mag62",
	    NULL, IPL_VM);
	pool_init(&cc_pool, sizeof(struct pool_cc), COHERENCY_UNIT, 0, 0,
	    "pcachecpu", NULL, IPL_VM);
	pool_init(&cache_pool, sizeof(struct pool_cache), COHERENCY_UNIT, 0, 0,
	    "pcache", NULL, IPL_VM);
}

static struct pool *
mag_pool(const struct pool_cache *pc)
{
	return &mag_pools[pc->pc_magsize == MAG_LARGE];
}

void
pool_cache_bootstrap(pool_cache_t pc, size_t size, u_int align, u_int off,
    u_int flags, const char *name, struct pool_allocator *palloc, int ipl,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *), void *arg)
{
	if (__predict_false(!cache_ready))
		cache_init();
	memset(pc, 0, sizeof(*pc));
	pool_init(
	    &pc->pc_pool, size, align, off, (int)flags, name, palloc, ipl);
	pc->pc_pool.pr_cache = pc;
	pc->pc_ctor = ctor;
	pc->pc_dtor = dtor;
	pc->pc_arg = arg;
#ifdef LOCKDEBUG
	pc->pc_pool.pr_fill = ctor == NULL && dtor == NULL;
#endif
	pc->pc_magsize = (flags & PR_LARGECACHE) ? MAG_LARGE : MAG_SMALL;
	pc->pc_maxfull = DEPOT_BYTES / (pc->pc_magsize * pc->pc_pool.pr_size);
	if (pc->pc_maxfull < 2)
		pc->pc_maxfull = 2;
	mutex_init(&pc->pc_lock, MUTEX_DEFAULT, ipl);
}

pool_cache_t
pool_cache_init(size_t size, u_int align, u_int off, u_int flags,
    const char *name, struct pool_allocator *palloc, int ipl,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *), void *arg)
{
	pool_cache_t pc;

	if (__predict_false(!cache_ready))
		cache_init();
	pc = pool_get(&cache_pool, PR_WAITOK);
	if (pc != NULL)
		pool_cache_bootstrap(pc, size, align, off, flags, name, palloc,
		    ipl, ctor, dtor, arg);
	return pc;
}

static void
destruct(pool_cache_t pc, void *obj)
{
	if (pc->pc_dtor != NULL)
		(*pc->pc_dtor)(pc->pc_arg, obj);
}

void
pool_cache_destruct_object(pool_cache_t pc, void *obj)
{
	destruct(pc, obj);
	pool_mark_put(&pc->pc_pool, obj, __builtin_return_address(0));
	pool_put_item(&pc->pc_pool, obj, __builtin_return_address(0));
}

/* objects and magazine go back to their pools */
static void
mag_free(pool_cache_t pc, struct mag *m)
{
	for (unsigned int i = 0; i < m->mg_n; i++) {
		cache_unpoison(pc, m->mg_obj[i]);
		destruct(pc, m->mg_obj[i]);
	}
	pool_put_bulk(&pc->pc_pool, m->mg_obj, m->mg_n);
	pool_put(mag_pool(pc), m);
}

static void
maglist_free(pool_cache_t pc, struct mag *m)
{
	struct mag *next;

	for (; m != NULL; m = next) {
		next = m->mg_next;
		mag_free(pc, m);
	}
}

static void
cc_drain(pool_cache_t pc, struct pool_cc *cc)
{
	struct mag *cur = cc->cc_cur, *prev = cc->cc_prev;

	cc->cc_cur = cc->cc_prev = NULL;
	if (cur != NULL)
		mag_free(pc, cur);
	if (prev != NULL)
		mag_free(pc, prev);
}

/* the head is also read without the lock, as a hint */
static inline void
depot_set(pool_cache_t pc, struct mag *m)
{
	__atomic_store_n(&pc->pc_full, m, __ATOMIC_RELAXED);
}

static struct mag *
depot_take_all(pool_cache_t pc)
{
	struct mag *full = pc->pc_full, **tail;

	for (tail = &full; *tail != NULL; tail = &(*tail)->mg_next)
		continue;
	*tail = pc->pc_empty;
	depot_set(pc, pc->pc_empty = NULL);
	pc->pc_nfull = 0;
	return full;
}

static void
invalidate_cpu(void *arg1, void *arg2)
{
	pool_cache_t pc = arg1;
	struct pool_cc *cc = pc->pc_cpus[cpu_index(curcpu())];

	if (cc != NULL)
		cc_drain(pc, cc);
}

/* Every cached object is destroyed, on all CPUs.  May sleep. */
void
pool_cache_invalidate(pool_cache_t pc)
{
	struct mag *all;

	if (curlwp != NULL)
		xc_wait(xc_broadcast(0, invalidate_cpu, pc, NULL));
	mem_lock(&pc->pc_lock);
	all = depot_take_all(pc);
	mem_unlock(&pc->pc_lock);
	maglist_free(pc, all);
}

/*
 * Free what is cached in the depot and on this CPU, then empty pages.  Tries
 * locks only.  Objects on other CPUs stay.
 */
bool
pool_cache_reclaim(pool_cache_t pc)
{
	struct pool_cc *cc;
	struct mag *all;

	if (curlwp != NULL) {
		if (!mutex_tryenter(&pc->pc_lock))
			return false;
		all = depot_take_all(pc);
		mutex_exit(&pc->pc_lock);
		maglist_free(pc, all);
		cc = pc->pc_cpus[cpu_index(curcpu())];
		if (cc != NULL)
			cc_drain(pc, cc);
	}
	return pool_reclaim(&pc->pc_pool) != 0;
}

static void
cache_destroy(pool_cache_t pc, const void *at)
{
	/* nobody uses it any more: the other CPUs' part is ours, too */
	maglist_free(pc, depot_take_all(pc));
	for (unsigned int i = 0; i < MEM_MAXCPU; i++) {
		struct pool_cc *cc = pc->pc_cpus[i];

		if (cc == NULL)
			continue;
		cc_drain(pc, cc);
		pc->pc_cpus[i] = NULL;
		pool_put(&cc_pool, cc);
	}
	mutex_destroy(&pc->pc_lock);
	pool_destroy_at(&pc->pc_pool, at);
}

void
pool_cache_bootstrap_destroy(pool_cache_t pc)
{
	cache_destroy(pc, __builtin_return_address(0));
}

void
pool_cache_destroy(pool_cache_t pc)
{
	cache_destroy(pc, __builtin_return_address(0));
	pool_put(&cache_pool, pc);
}

/* the part of this CPU, made when it is first needed; NULL without memory */
static struct pool_cc *
cc_get(pool_cache_t pc)
{
	struct pool_cc *cc, *new;
	unsigned int i;

	cc = pc->pc_cpus[cpu_index(curcpu())];
	if (__predict_true(cc != NULL))
		return cc;
	new = pool_get(&cc_pool, PR_NOWAIT);
	if (new == NULL)
		return NULL;
	memset(new, 0, sizeof(*new));
	i = cpu_index(curcpu());
	if ((cc = pc->pc_cpus[i]) != NULL) {
		pool_put(&cc_pool, new);
		return pc->pc_cpus[cpu_index(curcpu())];
	}
	pc->pc_cpus[i] = new;
	return new;
}

/* fill the current magazine: from prev, from the depot, or from the pool */
static bool
refill(pool_cache_t pc)
{
	struct pool_cc *cc = cc_get(pc);
	struct mag *m;

	if (cc == NULL)
		return false;
	if (cc->cc_prev != NULL && cc->cc_prev->mg_n != 0) {
		m = cc->cc_cur;
		cc->cc_cur = cc->cc_prev;
		cc->cc_prev = m;
		return true;
	}
	if (__atomic_load_n(&pc->pc_full, __ATOMIC_RELAXED) != NULL) {
		mutex_enter(&pc->pc_lock);
		m = pc->pc_full;
		if (m != NULL) {
			struct mag *old;

			depot_set(pc, m->mg_next);
			pc->pc_nfull--;
			/* whoever we are now: our magazine may have changed */
			cc = pc->pc_cpus[cpu_index(curcpu())];
			if (cc == NULL ||
			    (cc->cc_cur != NULL && cc->cc_cur->mg_n != 0)) {
				m->mg_next = pc->pc_full;
				depot_set(pc, m);
				pc->pc_nfull++;
				mutex_exit(&pc->pc_lock);
				return cc != NULL;
			}
			if ((old = cc->cc_cur) != NULL) {
				old->mg_next = pc->pc_empty;
				pc->pc_empty = old;
			}
			cc->cc_cur = m;
			mutex_exit(&pc->pc_lock);
			return true;
		}
		mutex_exit(&pc->pc_lock);
	}
	return false;
}

/* several at once from the pool, if objects need no construction */
static void *
bulk_refill(pool_cache_t pc)
{
	void *objs[MAG_SMALL / 2];
	struct pool_cc *cc;
	struct mag *m;
	unsigned int n;

	n = pool_get_bulk(&pc->pc_pool, objs, MAG_SMALL / 2);
	if (n == 0)
		return NULL;
	cc = pc->pc_cpus[cpu_index(curcpu())];
	m = cc == NULL ? NULL : cc->cc_cur;
	while (n > 1 && m != NULL && m->mg_n < pc->pc_magsize) {
		m->mg_obj[m->mg_n++] = objs[--n];
		cache_poison(pc, objs[n]);
	}
	if (n > 1)
		pool_put_bulk(&pc->pc_pool, objs + 1, n - 1);
	return objs[0];
}

static void *
get_slow(pool_cache_t pc, int flags)
{
	void *obj;

	if (curlwp != NULL) {
		struct pool_cc *cc;

		while (refill(pc)) {
			cc = pc->pc_cpus[cpu_index(curcpu())];
			if (cc != NULL && cc->cc_cur != NULL &&
			    cc->cc_cur->mg_n != 0) {
				obj = cc->cc_cur->mg_obj[--cc->cc_cur->mg_n];
				cache_unpoison(pc, obj);
				return obj;
			}
		}
		cc = pc->pc_cpus[cpu_index(curcpu())];
		if (cc != NULL)
			cc->cc_misses++;
		if (pc->pc_ctor == NULL && cc != NULL && cc->cc_cur != NULL &&
		    (obj = bulk_refill(pc)) != NULL)
			return obj;
	}
	obj = pool_get_item(&pc->pc_pool, flags);
	if (obj == NULL || pc->pc_ctor == NULL)
		return obj;
	if ((*pc->pc_ctor)(pc->pc_arg, obj, flags) != 0) {
		pool_put_item(&pc->pc_pool, obj, pc->pc_ctor);
		return NULL;
	}
	return obj;
}

/* A constructed object; NULL as of pool_get(), or if the constructor fails. */
void *
pool_cache_get_paddr(pool_cache_t pc, int flags, paddr_t *pap)
{
	struct pool_cc *cc;
	struct mag *m;
	void *obj;

	if (__predict_true(curlwp != NULL) &&
	    __predict_true((cc = pc->pc_cpus[cpu_index(curcpu())]) != NULL) &&
	    __predict_true((m = cc->cc_cur) != NULL && m->mg_n != 0)) {
		obj = m->mg_obj[--m->mg_n];
		cc->cc_hits++;
		cache_unpoison(pc, obj);
	} else {
		obj = get_slow(pc, flags);
		if (obj == NULL)
			return NULL;
	}
	pool_mark_got(&pc->pc_pool, obj, __builtin_return_address(0));
	if (pap != NULL)
		*pap = (paddr_t)obj;
	if (__predict_false((flags & PR_ZERO) != 0))
		memset(obj, 0, pc->pc_pool.pr_rsize);
	return obj;
}

/* make room in the current magazine */
static bool
make_room(pool_cache_t pc)
{
	struct pool_cc *cc = cc_get(pc);
	struct mag *m, *drain = NULL;

	if (cc == NULL)
		return false;
	if (cc->cc_prev != NULL && cc->cc_prev->mg_n < pc->pc_magsize) {
		m = cc->cc_cur;
		cc->cc_cur = cc->cc_prev;
		cc->cc_prev = m;
		return true;
	}
	/* an empty magazine first: getting one may sleep */
	mutex_enter(&pc->pc_lock);
	if ((m = pc->pc_empty) != NULL)
		pc->pc_empty = m->mg_next;
	mutex_exit(&pc->pc_lock);
	if (m == NULL && (m = pool_get(mag_pool(pc), PR_NOWAIT)) == NULL)
		return false;
	m->mg_n = 0;
	mutex_enter(&pc->pc_lock);
	cc = pc->pc_cpus[cpu_index(curcpu())];
	if (cc == NULL ||
	    (cc->cc_cur != NULL && cc->cc_cur->mg_n < pc->pc_magsize)) {
		m->mg_next = pc->pc_empty;
		pc->pc_empty = m;
	} else {
		if (cc->cc_prev == NULL)
			cc->cc_prev = cc->cc_cur;
		else if (pc->pc_nfull < pc->pc_maxfull) {
			cc->cc_prev->mg_next = pc->pc_full;
			depot_set(pc, cc->cc_prev);
			pc->pc_nfull++;
			cc->cc_prev = cc->cc_cur;
		} else {
			drain = cc->cc_prev;
			cc->cc_prev = cc->cc_cur;
		}
		cc->cc_cur = m;
	}
	mutex_exit(&pc->pc_lock);
	if (drain != NULL)
		mag_free(pc, drain);
	return cc != NULL;
}

static void
put_slow(pool_cache_t pc, void *obj, const void *caller)
{
	struct pool_cc *cc;
	struct mag *m;

	/* with somebody waiting at a hard limit nothing is cached */
	if (curlwp != NULL && !cache_waiters(pc)) {
		while (make_room(pc)) {
			cc = pc->pc_cpus[cpu_index(curcpu())];
			m = cc == NULL ? NULL : cc->cc_cur;
			if (m != NULL && m->mg_n < pc->pc_magsize) {
				m->mg_obj[m->mg_n++] = obj;
				cache_poison(pc, obj);
				return;
			}
		}
	}
	destruct(pc, obj);
	pool_put_item(&pc->pc_pool, obj, caller);
}

#ifdef DIAGNOSTIC
static void
check_put(
    pool_cache_t pc, const struct mag *m, const void *obj, const void *caller)
{
	/* the last few frees of this CPU: most double frees follow at once */
	for (unsigned int i = m->mg_n; i != 0 && i + 4 > m->mg_n; i--) {
		if (m->mg_obj[i - 1] == obj)
			pool_bad(&pc->pc_pool, obj, caller,
			    "put: it was freed before");
	}
}
#else
#define check_put(pc, m, obj, caller) ((void)0)
#endif

void
pool_cache_put_paddr(pool_cache_t pc, void *obj, paddr_t pa)
{
	struct pool_cc *cc;
	struct mag *m;

	pool_mark_put(&pc->pc_pool, obj, __builtin_return_address(0));
	if (__predict_true(curlwp != NULL) &&
	    __predict_true((cc = pc->pc_cpus[cpu_index(curcpu())]) != NULL) &&
	    __predict_true((m = cc->cc_cur) != NULL &&
		m->mg_n < pc->pc_magsize && !cache_waiters(pc))) {
		check_put(pc, m, obj, __builtin_return_address(0));
		m->mg_obj[m->mg_n++] = obj;
		cache_poison(pc, obj);
	} else
		put_slow(pc, obj, __builtin_return_address(0));
}

void
pool_cache_set_drain_hook(pool_cache_t pc, void (*fn)(void *, int), void *arg)
{
	pool_set_drain_hook(&pc->pc_pool, fn, arg);
}

void
pool_cache_setlowat(pool_cache_t pc, int n)
{
	pool_setlowat(&pc->pc_pool, n);
}

void
pool_cache_sethiwat(pool_cache_t pc, int n)
{
	pool_sethiwat(&pc->pc_pool, n);
}

void
pool_cache_sethardlimit(pool_cache_t pc, int n, const char *msg, int ratecap)
{
	pool_sethardlimit(&pc->pc_pool, n, msg, ratecap);
}

int
pool_cache_prime(pool_cache_t pc, int n)
{
	return pool_prime(&pc->pc_pool, n);
}

void
pool_cache_cpu_init(struct cpu_info *ci)
{
	/* made when first needed */
}

unsigned int
pool_cache_nget(pool_cache_t pc)
{
	return pool_nget(&pc->pc_pool);
}

unsigned int
pool_cache_nput(pool_cache_t pc)
{
	return pool_nput(&pc->pc_pool);
}
