/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_MEM_IMPL_H_
#define _KERN_MEM_IMPL_H_

/*
 * Inside of the allocators.  From below: runs of pages (page.c), the limit and
 * reclaim (limit.c), pools (pool.c), magazines (pool_cache.c), and on top of
 * them kmem.c and malloc.c.
 */

#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/types.h>

/* flags of page_run_alloc() */
#define PRA_WAIT 0x01 /* wait for memory; fails only if it never can be */
#define PRA_ZERO 0x02

void *page_run_alloc(size_t npages, size_t alignpages, int flags);
void page_run_free(void *);
size_t page_run_pages(const void *);
bool page_run_inuse(const void *);
void page_run_setowner(void *, size_t, void *);
void *page_run_owner(const void *);
unsigned int page_bulk_alloc(uintptr_t *, unsigned int);

/* limit.c: reserve() before memory is taken from the host or the arena */
bool mem_reserve(size_t);
void mem_unreserve(size_t);
bool mem_wait(size_t, unsigned int *);
void mem_wakeup(void);
extern volatile unsigned int mem_waiters;

/* a hint that needs no order: whether anybody waits for memory */
static inline bool
mem_scarce(void)
{
	return __atomic_load_n(&mem_waiters, __ATOMIC_RELAXED) != 0;
}

/* pool.c */
void *pool_get_item(struct pool *, int);
void pool_put_item(struct pool *, void *, const void *);
unsigned int pool_get_bulk(struct pool *, void **, unsigned int);
void pool_put_bulk(struct pool *, void **, unsigned int);
void
pool_bad(const struct pool *, const void *, const void *, const char *) __dead;
bool page_cache_reclaim(void);
void pool_destroy_at(struct pool *, const void *);

/* pool_mark.c: who has an item; nothing without the lock checker */
#ifdef LOCKDEBUG
size_t pool_mark_size(struct pool *, size_t);
void pool_mark_page(struct pool *, void *, unsigned int);
void pool_mark_got(struct pool *, void *, const void *);
void pool_mark_by(struct pool *, void *, const void *);
void pool_mark_check(struct pool *, const void *, const void *, const char *);
void pool_mark_put(struct pool *, void *, const void *);
const void *pool_mark_owner(const struct pool *, const void *);
#else
#define pool_mark_size(pp, size)            (size)
#define pool_mark_page(pp, first, n)        ((void)0)
#define pool_mark_got(pp, item, by)         ((void)0)
#define pool_mark_by(pp, item, by)          ((void)0)
#define pool_mark_check(pp, item, by, page) ((void)0)
#define pool_mark_put(pp, item, by)         ((void)0)
#define pool_mark_owner(pp, item)           ((const void *)NULL)
#endif

/* magazines of a CPU */
#define MEM_MAXCPU MAXCPUS
size_t pool_reclaim_all(size_t);
size_t pool_cache_reclaim_all(size_t);
extern struct pool page_header_pool;

/*
 * A lock is only taken once there are lwps: before that, boot is alone.
 */
static inline void
mem_lock(kmutex_t *m)
{
	if (__predict_true(curlwp != NULL))
		mutex_enter(m);
}

static inline void
mem_unlock(kmutex_t *m)
{
	if (__predict_true(curlwp != NULL))
		mutex_exit(m);
}

#if defined(__SANITIZE_ADDRESS__)
#define MEM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEM_ASAN 1
#endif
#endif

#ifdef MEM_ASAN
void __asan_poison_memory_region(void const volatile *, size_t);
void __asan_unpoison_memory_region(void const volatile *, size_t);
#define MEM_POISON(p, n)   __asan_poison_memory_region((p), (n))
#define MEM_UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define MEM_POISON(p, n)   ((void)0)
#define MEM_UNPOISON(p, n) ((void)0)
#endif

#endif /* !_KERN_MEM_IMPL_H_ */
