/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmem(9), and single pages.
 *
 * Sizes up to SMALL_MAX come from a pool cache per size class; above that from
 * page runs.  A diagnostic kernel puts a word behind small allocations, which
 * depends on their size and address: it tells when the size at free is not that
 * of the allocation, when somebody wrote past the end, and when memory is freed
 * twice.
 */

#include <lib/libkern/libkern.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "mem_impl.h"
#include "pool_cache_impl.h"

#define GRAIN         8
#define SMALL_MAX     3072
#define PAGES_PER_CPU 32

static const uint16_t class_size[] = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96,
    112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280,
    1536, 1792, 2048, 2560, 3072};
#define NCLASS __arraycount(class_size)

static const char *const class_name[NCLASS] = {"kmem-8", "kmem-16", "kmem-24",
    "kmem-32", "kmem-40", "kmem-48", "kmem-56", "kmem-64", "kmem-80", "kmem-96",
    "kmem-112", "kmem-128", "kmem-160", "kmem-192", "kmem-224", "kmem-256",
    "kmem-320", "kmem-384", "kmem-448", "kmem-512", "kmem-640", "kmem-768",
    "kmem-896", "kmem-1024", "kmem-1280", "kmem-1536", "kmem-1792", "kmem-2048",
    "kmem-2560", "kmem-3072"};

/* class of a size, by the number of grains; 255 until set up */
static uint8_t class_of[SMALL_MAX / GRAIN + 1];
static struct pool_cache caches[NCLASS];
static bool kmem_ready;

#ifdef DIAGNOSTIC
#define REDZONE    8
#define MARK_USED  0x5ca1ab1e0ddba11ULL
#define MARK_FREED 0xf4eef4eef4eef4eeULL
typedef uint64_t mark_t __attribute__((__aligned__(1), __may_alias__));
#else
#define REDZONE 0
#endif

/* o: owned by whoever has the CPU; bit 0 of a page: it is zero */
static struct pagecc {
	unsigned int n;
	uintptr_t page[PAGES_PER_CPU];
} __aligned(COHERENCY_UNIT) page_ccs[MEM_MAXCPU];

void
kmem_init(void)
{
	unsigned int c = 0;

	if (kmem_ready)
		return;
	for (unsigned int g = 0; g < __arraycount(class_of); g++) {
		if (g * GRAIN > class_size[c])
			c++;
		class_of[g] = (uint8_t)c;
	}
	for (c = 0; c < NCLASS; c++) {
		pool_cache_bootstrap(&caches[c], class_size[c],
		    class_size[c] % 16 == 0 ? 16 : 8, 0,
		    class_size[c] <= 256 ? PR_LARGECACHE : 0, class_name[c],
		    NULL, IPL_VM, NULL, NULL, NULL);
	}
	kmem_ready = true;
}

/* single pages */
void *
rump_page_alloc(bool waitok, bool zero)
{
	struct pagecc *cc;
	uintptr_t p, more[PAGES_PER_CPU / 2];
	unsigned int n;

	if (__predict_false(curlwp == NULL))
		return page_run_alloc(
		    1, 1, (waitok ? PRA_WAIT : 0) | (zero ? PRA_ZERO : 0));
	cc = &page_ccs[cpu_index(curcpu())];
	if (__predict_false(cc->n == 0)) {
		n = page_bulk_alloc(more, PAGES_PER_CPU / 2);
		if (n == 0)
			return page_run_alloc(1, 1,
			    (waitok ? PRA_WAIT : 0) | (zero ? PRA_ZERO : 0));
		p = more[0];
		cc = &page_ccs[cpu_index(curcpu())];
		/* downwards, so that they are handed out upwards */
		while (n > 1) {
			if (cc->n < PAGES_PER_CPU)
				cc->page[cc->n++] = more[--n];
			else
				page_run_free((void *)(more[--n] & ~1UL));
		}
	} else
		p = cc->page[--cc->n];
	MEM_UNPOISON((void *)(p & ~1UL), PAGE_SIZE);
	if (zero && (p & 1) == 0)
		memset((void *)p, 0, PAGE_SIZE);
	return (void *)(p & ~1UL);
}

void
rump_page_free(void *mem)
{
	struct pagecc *cc;

	if (__predict_false(curlwp == NULL || mem_scarce())) {
		page_run_free(mem);
		return;
	}
	cc = &page_ccs[cpu_index(curcpu())];
	while (__predict_false(cc->n == PAGES_PER_CPU)) {
		uintptr_t old[PAGES_PER_CPU / 2];
		unsigned int n = PAGES_PER_CPU / 2;

		/* the coldest ones; taken out first, since freeing may sleep */
		memcpy(old, cc->page, sizeof(old));
		cc->n -= n;
		memmove(cc->page, cc->page + n, cc->n * sizeof(cc->page[0]));
		while (n != 0)
			page_run_free((void *)(old[--n] & ~1UL));
		cc = &page_ccs[cpu_index(curcpu())];
	}
	cc->page[cc->n++] = (uintptr_t)mem;
	MEM_POISON(mem, PAGE_SIZE);
}

/* give back the pages of this CPU */
bool
page_cache_reclaim(void)
{
	struct pagecc *cc;
	bool any = false;

	if (curlwp == NULL)
		return false;
	while ((cc = &page_ccs[cpu_index(curcpu())])->n != 0) {
		page_run_free((void *)(cc->page[--cc->n] & ~1UL));
		any = true;
	}
	return any;
}

static void *
alloc_large(size_t size, km_flag_t flags, bool zero)
{
	if (size <= PAGE_SIZE)
		return rump_page_alloc((flags & KM_NOSLEEP) == 0, zero);
	if (size > SIZE_MAX / 2)
		return NULL;
	return page_run_alloc(btoc(size), 1,
	    ((flags & KM_NOSLEEP) == 0 ? PRA_WAIT : 0) | (zero ? PRA_ZERO : 0));
}

static void
free_large(void *p, size_t size, const void *caller)
{
#ifdef DIAGNOSTIC
	if (size > PAGE_SIZE && !page_run_inuse(p))
		rump_rule_broken("kmem(9)", caller,
		    "kmem_free(%p, %zu): it was freed before, or nothing was "
		    "allocated there",
		    p, size);
	if (size > PAGE_SIZE && page_run_pages(p) != btoc(size))
		rump_rule_broken("kmem(9)", caller,
		    "kmem_free(%p, %zu): %zu pages were allocated", p, size,
		    page_run_pages(p));
#endif
	if (size <= PAGE_SIZE)
		rump_page_free(p);
	else
		page_run_free(p);
}

/* Whether there is memory or not: who may not sleep may not ask for it so. */
#ifdef LOCKDEBUG
#define KMEM_SLEEP_CHECK(flags, at)                                            \
	do {                                                                   \
		if (((flags)&KM_NOSLEEP) == 0 && curlwp != NULL)               \
			rump_sleep_check(curlwp, 0, (at));                     \
	} while (0)
#else
#define KMEM_SLEEP_CHECK(flags, at) ((void)0)
#endif

static inline __always_inline struct pool_cache *
cache_of(size_t size)
{
	return &caches[class_of[(size + REDZONE + GRAIN - 1) / GRAIN]];
}

#ifdef DIAGNOSTIC
static inline mark_t *
mark_of(void *p, size_t size)
{
	return (mark_t *)(void *)((char *)p + size);
}

static inline uint64_t
mark_for(const void *p, size_t size)
{
	return MARK_USED ^ (uintptr_t)p ^ ((uint64_t)size << 48);
}

static void
check_free(void *p, size_t size, const void *caller)
{
	uint64_t mark = *mark_of(p, size);
	size_t was;

	if (__predict_true(mark == mark_for(p, size))) {
		*mark_of(p, size) = MARK_FREED ^ (uintptr_t)p;
		return;
	}
	if (mark == (MARK_FREED ^ (uintptr_t)p))
		rump_rule_broken("kmem(9)", caller,
		    "kmem_free(%p, %zu): it was freed before", p, size);
	for (was = 0; was <= SMALL_MAX - REDZONE; was++) {
		if (cache_of(was) != cache_of(size))
			continue;
		if (*mark_of(p, was) == mark_for(p, was))
			rump_rule_broken("kmem(9)", caller,
			    "kmem_free(%p, %zu): %zu bytes were allocated", p,
			    size, was);
	}
	rump_rule_broken("kmem(9)", caller,
	    "kmem_free(%p, %zu): the wrong size, or somebody wrote past its end",
	    p, size);
}
#endif

static inline __always_inline void *
alloc(size_t size, km_flag_t flags, const void *caller)
{
	struct pool_cache *pc;
	void *p;

	KMEM_SLEEP_CHECK(flags, caller);
	if (__predict_false(size > SMALL_MAX - REDZONE))
		return alloc_large(size, flags, false);
	if (__predict_false(!kmem_ready))
		kmem_init();
	pc = cache_of(size);
	p = cache_get_fast(pc);
	if (__predict_false(p == NULL)) {
		p = pool_cache_get(
		    pc, (flags & KM_NOSLEEP) != 0 ? PR_NOWAIT : PR_WAITOK);
		if (p == NULL)
			return NULL;
	}
	pool_mark_by(&pc->pc_pool, p, caller);
#ifdef DIAGNOSTIC
	*mark_of(p, size) = mark_for(p, size);
	MEM_POISON((char *)p + roundup2(size, 8),
	    pc->pc_pool.pr_rsize - roundup2(size, 8));
#endif
	return p;
}

static inline __always_inline void
release(void *p, size_t size, const void *caller)
{
	struct pool_cache *pc;

	if (__predict_false(size > SMALL_MAX - REDZONE)) {
		free_large(p, size, caller);
		return;
	}
	pc = cache_of(size);
#ifdef DIAGNOSTIC
	MEM_UNPOISON(p, pc->pc_pool.pr_rsize);
	pool_mark_check(&pc->pc_pool, p, caller, "kmem(9)");
#ifdef LOCKDEBUG
	rump_lockdebug_mem(p, size, caller);
	rump_callout_mem(p, size, caller);
#endif
	check_free(p, size, caller);
#endif
	if (__predict_false(!cache_put_fast(pc, p)))
		pool_cache_put(pc, p);
	pool_mark_by(&pc->pc_pool, p, caller);
}

/*
 * size bytes, aligned to 8 or, from a page on, to a page.  KM_SLEEP waits for
 * memory; it returns NULL only for what can never be had.
 */
void *
kmem_alloc(size_t size, km_flag_t flags)
{
	return alloc(size, flags, __builtin_return_address(0));
}

void *
kmem_zalloc(size_t size, km_flag_t flags)
{
	void *p;

	if (__predict_false(size > SMALL_MAX - REDZONE))
		return alloc_large(size, flags, true);
	p = alloc(size, flags, __builtin_return_address(0));
	if (__predict_true(p != NULL))
		memset(p, 0, size);
	return p;
}

/* size is that of the allocation */
void
kmem_free(void *p, size_t size)
{
	release(p, size, __builtin_return_address(0));
}

void *
kmem_intr_alloc(size_t size, km_flag_t flags)
{
	return alloc(size, flags, __builtin_return_address(0));
}

void *
kmem_intr_zalloc(size_t size, km_flag_t flags)
{
	return kmem_zalloc(size, flags);
}

void
kmem_intr_free(void *p, size_t size)
{
	release(p, size, __builtin_return_address(0));
}

/* move to another size; NULL, and the old block kept, without memory */
void *
kmem_realloc(void *old, size_t oldsize, size_t newsize, km_flag_t flags)
{
	void *new = kmem_alloc(newsize, flags);

	if (new != NULL && old != NULL) {
		memcpy(new, old, MIN(oldsize, newsize));
		kmem_free(old, oldsize);
	}
	return new;
}

/* a copy of a string; its size, with the NUL, in *size */
char *
kmem_strdupsize(const char *s, size_t *size, km_flag_t flags)
{
	size_t len = strlen(s) + 1;
	char *copy = kmem_alloc(len, flags);

	if (copy != NULL)
		memcpy(copy, s, len);
	if (size != NULL)
		*size = len;
	return copy;
}

void
kmem_strfree(char *s)
{
	if (s != NULL)
		kmem_free(s, strlen(s) + 1);
}

/* blocks with an alignment */
void *
rump_hypermalloc(size_t size, int align, bool waitok, const char *wmesg)
{
	size_t pages = align <= PAGE_SIZE ? 1 : (size_t)align >> PAGE_SHIFT;

	/* for large things: whatever its size, it is made of pages */
	return page_run_alloc(MAX(btoc(size), 1), pages, waitok ? PRA_WAIT : 0);
}

void
rump_hyperfree(void *p, size_t size)
{
	page_run_free(p);
}
