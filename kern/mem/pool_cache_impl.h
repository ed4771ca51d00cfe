/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_MEM_POOL_CACHE_IMPL_H_
#define _KERN_MEM_POOL_CACHE_IMPL_H_

#include <sys/pool.h>
#include <sys/types.h>

#include "mem_impl.h"

/* objects per magazine: with the header 128 and 512 bytes */
#define MAG_SMALL 14
#define MAG_LARGE 62

struct mag {
	struct mag *mg_next; /* in the depot */
	unsigned int mg_n;
	void *mg_obj[];
};

/* o: owned by whoever has the CPU */
struct pool_cc {
	struct mag *cc_cur; /* o: */
	struct mag
	    *cc_prev;     /* o: full or empty, for threads that go to and fro */
	uint64_t cc_hits; /* o: */
	uint64_t cc_misses; /* o: */
};

/* c: constant, k: pc_lock, o: by CPU */
struct pool_cache {
	struct pool_cc *pc_cpus[MEM_MAXCPU]; /* o: */
	unsigned int pc_magsize;             /* c: */
	unsigned int pc_maxfull;             /* c: */
	int (*pc_ctor)(void *, void *, int); /* c: */
	void (*pc_dtor)(void *, void *);     /* c: */
	void *pc_arg;                        /* c: */
	struct pool pc_pool;
	kmutex_t pc_lock;
	struct mag *pc_full;   /* k: the depot */
	struct mag *pc_empty;  /* k: */
	unsigned int pc_nfull; /* k: */
};

/*
 * Constructed objects may be looked at by lockless readers while they are
 * cached: they are not poisoned.
 */
static inline void
cache_poison(const struct pool_cache *pc, void *obj)
{
	if (pc->pc_ctor == NULL)
		MEM_POISON(obj, pc->pc_pool.pr_rsize);
}

static inline void
cache_unpoison(const struct pool_cache *pc, void *obj)
{
	if (pc->pc_ctor == NULL)
		MEM_UNPOISON(obj, pc->pc_pool.pr_rsize);
}

/* whether anybody waits for an item: then nothing is cached */
static inline bool
cache_waiters(const struct pool_cache *pc)
{
	return __atomic_load_n(&pc->pc_pool.pr_nwait, __ATOMIC_RELAXED) != 0;
}

/* an object of this CPU's magazine, or NULL */
static inline __always_inline void *
cache_get_fast(struct pool_cache *pc)
{
	struct pool_cc *cc;
	struct mag *m;
	void *obj;

#ifdef LOCKDEBUG
	return NULL; /* each is marked */
#endif
	if (__predict_true(curlwp != NULL) &&
	    __predict_true((cc = pc->pc_cpus[cpu_index(curcpu())]) != NULL) &&
	    __predict_true((m = cc->cc_cur) != NULL && m->mg_n != 0)) {
		obj = m->mg_obj[--m->mg_n];
		cache_unpoison(pc, obj);
		return obj;
	}
	return NULL;
}

/* whether it found room in this CPU's magazine */
static inline __always_inline bool
cache_put_fast(struct pool_cache *pc, void *obj)
{
	struct pool_cc *cc;
	struct mag *m;

#ifdef LOCKDEBUG
	return false;
#endif
	if (__predict_true(curlwp != NULL) &&
	    __predict_true((cc = pc->pc_cpus[cpu_index(curcpu())]) != NULL) &&
	    __predict_true(
		(m = cc->cc_cur) != NULL && m->mg_n < pc->pc_magsize)) {
		m->mg_obj[m->mg_n++] = obj;
		cache_poison(pc, obj);
		return true;
	}
	return false;
}

#endif /* !_KERN_MEM_POOL_CACHE_IMPL_H_ */
