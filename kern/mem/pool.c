/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool(9): items of one size, cut from pages.
 *
 * A page (pool_page describes it) is on one of three lists of its pool: empty,
 * part, full.  Its free items are linked through their first word; items above
 * ph_virgin were never given out and are not linked, so that a new page is
 * touched only as it is used.  A PR_NOTOUCH pool keeps numbers of free items in
 * an array instead.  The description of a page is in the page where that costs
 * no item, else from page_header_pool; the page of an item is found by the
 * owner of its memory page, or, for pages of a foreign allocator, by a hash.
 *
 * In a diagnostic kernel a free item carries a mark in its second word: it
 * finds items that are used after free or freed twice, and says by whom.
 *
 * Lock order: pool_list_lock, pr_lock, foreign_lock, then the page allocator.
 */

#include <lib/libkern/libkern.h>
#include <sys/kernel.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/syslog.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "mem_impl.h"

#define ITEM_MAGIC   0xdeadbeefdeadbeefULL
#define MAX_PAGESZ   (32 * 1024)
#define EMPTY_BYTES  (256 * 1024)
#define FOREIGN_HASH 64

struct item {
	struct item *it_next;
	uint64_t it_magic;
};

/* p: protected by pr_lock; c: constant */
struct pool_page {
	LIST_ENTRY(pool_page) ph_list; /* p: */
	LIST_ENTRY(pool_page) ph_hash; /* foreign_lock: */
	struct pool *ph_pool;          /* c: */
	char *ph_mem;                  /* c: */
	struct item *ph_free;          /* p: */
	uint16_t *ph_stack;            /* p: free items of a NOTOUCH page */
	uint16_t ph_nstack;            /* p: */
	uint16_t ph_inpage;            /* c: described in the page itself */
	uint32_t ph_nused;             /* p: */
	uint32_t ph_virgin;            /* p: first item never used */
};

struct pool page_header_pool;

static kmutex_t pool_list_lock;
static bool pool_ready;
static TAILQ_HEAD(, pool) pool_list = TAILQ_HEAD_INITIALIZER(pool_list);

static kmutex_t foreign_lock;
static struct pool_pagelist foreign[FOREIGN_HASH];

static void *arena_alloc(struct pool *, int);
static void arena_free(struct pool *, void *);

struct pool_allocator pool_allocator_kmem = {
    .pa_alloc = arena_alloc,
    .pa_free = arena_free,
};
struct pool_allocator pool_allocator_nointr = {
    .pa_alloc = arena_alloc,
    .pa_free = arena_free,
};
struct pool_allocator pool_allocator_meta = {
    .pa_alloc = arena_alloc,
    .pa_free = arena_free,
};

static inline bool
pool_foreign(const struct pool *pp)
{
	return pp->pr_alloc->pa_alloc != arena_alloc;
}

static void *
arena_alloc(struct pool *pp, int flags)
{
	size_t align = 1;

	while (align << PAGE_SHIFT < pp->pr_align)
		align <<= 1;
	return page_run_alloc(pp->pr_pagesz >> PAGE_SHIFT, align,
	    (flags & PR_WAITOK) != 0 ? PRA_WAIT : 0);
}

static void
arena_free(struct pool *pp, void *mem)
{
	page_run_free(mem);
}

void
pool_subsystem_init(void)
{
	if (pool_ready)
		return;
	pool_ready = true;
	mutex_init(&pool_list_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&foreign_lock, MUTEX_DEFAULT, IPL_VM);
	pool_init(&page_header_pool, sizeof(struct pool_page), 0, 0, 0,
	    "phpool", NULL, IPL_VM);
}

/* misuse of a pool: say what, where and by whom */
void
pool_bad(const struct pool *pp, const void *item, const void *caller,
    const char *rule)
{
	rump_rule_broken("pool(9)", caller, "pool %s, item %p: %s",
	    pp->pr_wchan, item, rule);
}

/* bytes per page: little is lost at its end, and few pages are needed */
static unsigned int
choose_pagesz(size_t size, size_t offset)
{
	unsigned int sz;

	for (sz = PAGE_SIZE; sz < MAX_PAGESZ; sz <<= 1) {
		size_t avail = sz - offset;

		if (avail >= size && (avail % size) * 8 <= sz &&
		    (avail / size >= 8 || sz >= 4 * PAGE_SIZE ||
			size * (avail / size) == avail))
			return sz;
	}
	return sz - offset >= size ? sz
				   : (unsigned int)round_page(size + offset);
}

void
pool_init(struct pool *pp, size_t size, u_int align, u_int ioff, int flags,
    const char *wchan, struct pool_allocator *palloc, int ipl)
{
	size_t avail;

	if (__predict_false(!pool_ready))
		pool_subsystem_init();
	KASSERTMSG(powerof2(align), "pool %s: align %u", wchan, align);
	memset(pp, 0, sizeof(*pp));
	if (palloc == NULL)
		palloc = &pool_allocator_kmem;
	if (align == 0)
		align = sizeof(void *);
	if (size < sizeof(struct item *))
		size = sizeof(struct item *);
	pp->pr_rsize = size;
	pp->pr_align = align;
	pp->pr_itemoffset = ioff == 0 ? 0 : (align - ioff % align) % align;
	pp->pr_alloc = palloc;
	pp->pr_wchan = wchan;
	pp->pr_flags = pp->pr_roflags = flags;
	pp->pr_size = roundup2(pool_mark_size(pp, size), align);
#ifdef LOCKDEBUG
	pp->pr_fill = true;
#endif
	pp->pr_ipl = ipl;
	pp->pr_hardlimit = UINT_MAX;
	LIST_INIT(&pp->pr_empty);
	LIST_INIT(&pp->pr_full);
	LIST_INIT(&pp->pr_part);
	if (pool_foreign(pp) && palloc->pa_pagesz == 0)
		palloc->pa_pagesz = PAGE_SIZE;
	pp->pr_pagesz = pool_foreign(pp)
	    ? palloc->pa_pagesz
	    : choose_pagesz(pp->pr_size, pp->pr_itemoffset);
	avail = pp->pr_pagesz - pp->pr_itemoffset;
	pp->pr_itemsperpage = (unsigned int)(avail / pp->pr_size);
	KASSERTMSG(pp->pr_itemsperpage != 0, "pool %s: item too large", wchan);
	if (!pool_foreign(pp) && (flags & PR_NOTOUCH) == 0) {
		unsigned int n =
		    (unsigned int)((avail - sizeof(struct pool_page)) /
			pp->pr_size);

		if (avail >= sizeof(struct pool_page) &&
		    (n == pp->pr_itemsperpage || n >= 16)) {
			pp->pr_itemsperpage = n;
			pp->pr_roflags |= PR_PHINPAGE;
		}
	}
	pp->pr_maxpages = MAX(2, EMPTY_BYTES / pp->pr_pagesz);
	mutex_init(&pp->pr_lock, MUTEX_DEFAULT, ipl);
	cv_init(&pp->pr_cv, wchan);
	mem_lock(&pool_list_lock);
	TAILQ_INSERT_TAIL(&pool_list, pp, pr_poollist);
	mem_unlock(&pool_list_lock);
}

/* pages of a foreign allocator */
static unsigned int
foreign_slot(const struct pool *pp, const void *mem)
{
	return (unsigned int)(((uintptr_t)mem / pp->pr_pagesz) % FOREIGN_HASH);
}

static struct pool_page *
foreign_find(struct pool *pp, const char *item)
{
	struct pool_page *ph = NULL;

	/* a page need not be aligned to its size: it may start in the slot before */
	mem_lock(&foreign_lock);
	for (unsigned int i = 0; i < 2 && ph == NULL; i++) {
		const char *at = item - (size_t)i * pp->pr_pagesz;

		LIST_FOREACH(ph, &foreign[foreign_slot(pp, at)], ph_hash) {
			if (ph->ph_pool == pp &&
			    (size_t)(item - ph->ph_mem) < pp->pr_pagesz)
				break;
		}
	}
	mem_unlock(&foreign_lock);
	return ph;
}

static struct pool_page *
page_of_item(struct pool *pp, const void *item, const void *caller)
{
	struct pool_page *ph;

	ph = pool_foreign(pp) ? foreign_find(pp, item) : page_run_owner(item);
#ifdef DIAGNOSTIC
	if (ph == NULL || ph->ph_pool != pp)
		pool_bad(pp, item, caller, "put: it is of another pool");
	if ((size_t)((const char *)item - ph->ph_mem - pp->pr_itemoffset) %
		pp->pr_size !=
	    0)
		pool_bad(pp, item, caller, "put: it is not where one starts");
#endif
	return ph;
}

static struct pool_page *
page_new(struct pool *pp, int flags)
{
	struct pool_page *ph;
	size_t stack = 0;
	char *mem;

	mem = pp->pr_alloc->pa_alloc(pp, flags);
	if (mem == NULL)
		return NULL;
	if (pp->pr_roflags & PR_PHINPAGE)
		ph = (struct pool_page *)(void *)(mem + pp->pr_pagesz -
		    sizeof(*ph));
	else {
		ph = pool_get(
		    &page_header_pool, flags & (PR_WAITOK | PR_NOWAIT));
		if (ph == NULL) {
			pp->pr_alloc->pa_free(pp, mem);
			return NULL;
		}
	}
	memset(ph, 0, sizeof(*ph));
	ph->ph_pool = pp;
	ph->ph_mem = mem;
	ph->ph_inpage = (pp->pr_roflags & PR_PHINPAGE) != 0;
	if (pp->pr_roflags & PR_NOTOUCH) {
		stack = pp->pr_itemsperpage * sizeof(*ph->ph_stack);
		ph->ph_stack = page_run_alloc(howmany(stack, PAGE_SIZE), 1,
		    (flags & PR_WAITOK) ? PRA_WAIT : 0);
		if (ph->ph_stack == NULL) {
			pool_put(&page_header_pool, ph);
			pp->pr_alloc->pa_free(pp, mem);
			return NULL;
		}
	}
	pool_mark_page(pp, mem + pp->pr_itemoffset, pp->pr_itemsperpage);
	if (pool_foreign(pp)) {
		mem_lock(&foreign_lock);
		LIST_INSERT_HEAD(&foreign[foreign_slot(pp, mem)], ph, ph_hash);
		mem_unlock(&foreign_lock);
	} else
		page_run_setowner(mem, pp->pr_pagesz >> PAGE_SHIFT, ph);
	return ph;
}

/* pr_lock is not held */
static void
page_destroy(struct pool *pp, struct pool_page *ph)
{
	char *mem = ph->ph_mem;

	if (pool_foreign(pp)) {
		mem_lock(&foreign_lock);
		LIST_REMOVE(ph, ph_hash);
		mem_unlock(&foreign_lock);
	} else
		page_run_setowner(mem, pp->pr_pagesz >> PAGE_SHIFT, NULL);
	if (ph->ph_stack != NULL)
		page_run_free(ph->ph_stack);
	if (!ph->ph_inpage)
		pool_put(&page_header_pool, ph);
	MEM_UNPOISON(mem, pp->pr_pagesz);
	pp->pr_alloc->pa_free(pp, mem);
}

static void
page_insert(struct pool *pp, struct pool_page *ph)
{
	LIST_INSERT_HEAD(&pp->pr_empty, ph, ph_list);
	pp->pr_npages++;
	pp->pr_nempty++;
	pp->pr_nitems += pp->pr_itemsperpage;
	pp->pr_npagealloc++;
	if (pp->pr_npages > pp->pr_hiwat)
		pp->pr_hiwat = pp->pr_npages;
}

/* take an empty page out; it is destroyed without the lock */
static void
page_remove(struct pool *pp, struct pool_page *ph)
{
	LIST_REMOVE(ph, ph_list);
	pp->pr_npages--;
	pp->pr_nempty--;
	pp->pr_nitems -= pp->pr_itemsperpage;
	pp->pr_npagefree++;
}

static inline void *
item_at(const struct pool *pp, const struct pool_page *ph, unsigned int i)
{
	return ph->ph_mem + pp->pr_itemoffset + (size_t)i * pp->pr_size;
}

/* with the lock held; NULL when no page has a free item */
static inline void *
item_take(struct pool *pp, const void *caller)
{
	struct pool_page *ph;
	struct item *it;

	ph = LIST_FIRST(&pp->pr_part);
	if (ph == NULL) {
		ph = LIST_FIRST(&pp->pr_empty);
		if (ph == NULL)
			return NULL;
		pp->pr_nempty--;
		LIST_REMOVE(ph, ph_list);
		LIST_INSERT_HEAD(&pp->pr_part, ph, ph_list);
	}
	if (ph->ph_nstack != 0)
		it = item_at(pp, ph, ph->ph_stack[--ph->ph_nstack]);
	else if ((it = ph->ph_free) != NULL) {
		MEM_UNPOISON(it, pp->pr_rsize);
#ifdef DIAGNOSTIC
		if (pp->pr_rsize >= sizeof(*it) && it->it_magic != ITEM_MAGIC)
			pool_bad(pp, it, caller,
			    "get: somebody wrote to it after it was freed");
		if (pp->pr_rsize >= sizeof(*it))
			it->it_magic = 0;
#endif
		ph->ph_free = it->it_next;
	} else
		it = item_at(pp, ph, ph->ph_virgin++);
	if (++ph->ph_nused == pp->pr_itemsperpage) {
		LIST_REMOVE(ph, ph_list);
		LIST_INSERT_HEAD(&pp->pr_full, ph, ph_list);
	}
	pp->pr_nitems--;
	pp->pr_nout++;
	pp->pr_nget++;
	return it;
}

#ifdef DIAGNOSTIC
static void
check_double_free(struct pool *pp, struct pool_page *ph, struct item *item,
    const void *caller)
{
	if (ph->ph_nused == 0)
		pool_bad(pp, item, caller, "put: it was freed before");
	if (pp->pr_rsize < sizeof(*item) || ph->ph_stack != NULL ||
	    item->it_magic != ITEM_MAGIC)
		return;
	for (struct item *it = ph->ph_free; it != NULL; it = it->it_next) {
		if (it == item)
			pool_bad(pp, item, caller, "put: it was freed before");
	}
}
#endif

/* with the lock held; returns a page to destroy when there are too many */
static inline struct pool_page *
item_return(struct pool *pp, void *item, const void *caller)
{
	struct pool_page *ph = page_of_item(pp, item, caller);
	struct item *it = item;

#ifdef DIAGNOSTIC
	MEM_UNPOISON(it, pp->pr_rsize);
	check_double_free(pp, ph, it, caller);
#endif
	if (__predict_false(ph->ph_stack != NULL))
		ph->ph_stack[ph->ph_nstack++] =
		    (uint16_t)(((char *)item - ph->ph_mem - pp->pr_itemoffset) /
			pp->pr_size);
	else {
		it->it_next = ph->ph_free;
#ifdef DIAGNOSTIC
		if (pp->pr_rsize >= sizeof(*it))
			it->it_magic = ITEM_MAGIC;
		if (pp->pr_rsize > sizeof(*it))
			MEM_POISON(it + 1, pp->pr_rsize - sizeof(*it));
#endif
		ph->ph_free = it;
	}
	pp->pr_nitems++;
	pp->pr_nout--;
	pp->pr_nput++;
	if (ph->ph_nused-- == pp->pr_itemsperpage) {
		LIST_REMOVE(ph, ph_list);
		LIST_INSERT_HEAD(&pp->pr_part, ph, ph_list);
	}
	if (ph->ph_nused != 0)
		return NULL;
	LIST_REMOVE(ph, ph_list);
	LIST_INSERT_HEAD(&pp->pr_empty, ph, ph_list);
	pp->pr_nempty++;
	if (pp->pr_nempty <= pp->pr_maxpages ||
	    pp->pr_npages <= pp->pr_minpages)
		return NULL;
	page_remove(pp, ph);
	return ph;
}

/* at the hard limit: wait for an item, or complain and fail */
static bool
wait_hardlimit(struct pool *pp, int flags)
{
	if (pp->pr_drain_hook != NULL) {
		mem_unlock(&pp->pr_lock);
		(*pp->pr_drain_hook)(pp->pr_drain_hook_arg, flags);
		mem_lock(&pp->pr_lock);
		if (pp->pr_nout < pp->pr_hardlimit)
			return true;
	}
	if ((flags & PR_WAITOK) != 0 && (flags & PR_LIMITFAIL) == 0) {
		__atomic_add_fetch(&pp->pr_nwait, 1, __ATOMIC_RELAXED);
		cv_wait(&pp->pr_cv, &pp->pr_lock);
		__atomic_sub_fetch(&pp->pr_nwait, 1, __ATOMIC_RELAXED);
		return true;
	}
	pp->pr_nfail++;
	if (pp->pr_hardlimit_warning != NULL &&
	    (pp->pr_hardlimit_last == 0 ||
		time_uptime - pp->pr_hardlimit_last >=
		    pp->pr_hardlimit_ratecap)) {
		pp->pr_hardlimit_last = time_uptime + 1;
		log(LOG_ERR, "%s\n", pp->pr_hardlimit_warning);
	}
	return false;
}

static void *
pool_get_from(struct pool *pp, int flags, const void *caller)
{
	struct pool_page *ph;
	void *item;

	mem_lock(&pp->pr_lock);
	for (;;) {
		if (__predict_false(pp->pr_nout >= pp->pr_hardlimit)) {
			if (!wait_hardlimit(pp, flags)) {
				mem_unlock(&pp->pr_lock);
				return NULL;
			}
			continue;
		}
		if ((item = item_take(pp, caller)) != NULL)
			break;
		mem_unlock(&pp->pr_lock);
		ph = page_new(pp, flags);
		mem_lock(&pp->pr_lock);
		if (ph == NULL && LIST_EMPTY(&pp->pr_part) &&
		    LIST_EMPTY(&pp->pr_empty)) {
			pp->pr_nfail++;
			mem_unlock(&pp->pr_lock);
			return NULL;
		}
		if (ph != NULL)
			page_insert(pp, ph);
	}
	mem_unlock(&pp->pr_lock);
	pool_mark_got(pp, item, caller);
	if (flags & PR_ZERO)
		memset(item, 0, pp->pr_rsize);
	return item;
}

void *
pool_get_item(struct pool *pp, int flags)
{
	return pool_get_from(pp, flags, __builtin_return_address(0));
}

/* An item.  PR_WAITOK waits for memory; NULL only with PR_NOWAIT, or at a hard
 * limit with PR_LIMITFAIL. */
void *
pool_get(struct pool *pp, int flags)
{
	return pool_get_from(pp, flags, __builtin_return_address(0));
}

void
pool_put_item(struct pool *pp, void *item, const void *caller)
{
	struct pool_page *ph;

	if (pp->pr_cache == NULL)
		pool_mark_put(pp, item, caller);
	mem_lock(&pp->pr_lock);
	ph = item_return(pp, item, caller);
	if (__predict_false(pp->pr_nwait != 0))
		cv_broadcast(&pp->pr_cv);
	mem_unlock(&pp->pr_lock);
	if (ph != NULL)
		page_destroy(pp, ph);
}

void
pool_put(struct pool *pp, void *item)
{
	pool_put_item(pp, item, __builtin_return_address(0));
}

/* up to n items that are there already, under one lock */
unsigned int
pool_get_bulk(struct pool *pp, void **items, unsigned int n)
{
	unsigned int i;

	mem_lock(&pp->pr_lock);
	for (i = 0; i < n && pp->pr_nout < pp->pr_hardlimit; i++) {
		if ((items[i] = item_take(pp, pool_get_bulk)) == NULL)
			break;
	}
	mem_unlock(&pp->pr_lock);
	return i;
}

void
pool_put_bulk(struct pool *pp, void **items, unsigned int n)
{
	struct pool_page *ph, *victims = NULL;

	mem_lock(&pp->pr_lock);
	for (unsigned int i = 0; i < n; i++) {
		ph = item_return(pp, items[i], pool_put_bulk);
		if (ph != NULL) {
			ph->ph_list.le_next = victims;
			victims = ph;
		}
	}
	if (__predict_false(pp->pr_nwait != 0))
		cv_broadcast(&pp->pr_cv);
	mem_unlock(&pp->pr_lock);
	while ((ph = victims) != NULL) {
		victims = ph->ph_list.le_next;
		page_destroy(pp, ph);
	}
}

static void
report_item(const struct pool *pp, const void *item)
{
	const void *by = pool_mark_owner(pp, item);
	char where[80];

	if (by == NULL) {
		printf("pool %s: in use: %p\n", pp->pr_wchan, item);
		return;
	}
	rump_symbol(by, where, sizeof(where));
	printf("pool %s: in use: %p, got by %s\n", pp->pr_wchan, item, where);
}

/* Items that are still out when their pool goes: a leak.  Name some. */
static void
report_leak(struct pool *pp, const void *at)
{
	struct pool_page *ph;
	unsigned int shown = 0;

	rump_rule_said("pool(9)", at,
	    "pool %s is destroyed with %u item%s in use", pp->pr_wchan,
	    pp->pr_nout, pp->pr_nout == 1 ? "" : "s");
	for (int full = 0; full < 2; full++) {
		LIST_FOREACH(ph, full ? &pp->pr_full : &pp->pr_part, ph_list) {
			for (unsigned int i = 0; i < ph->ph_virgin; i++) {
				struct item *it, *me = item_at(pp, ph, i);

				for (it = ph->ph_free; it != NULL && it != me;)
					it = it->it_next;
				if (it == NULL && shown++ < 8)
					report_item(pp, me);
			}
		}
	}
}

void
pool_destroy(struct pool *pp)
{
	pool_destroy_at(pp, __builtin_return_address(0));
}

void
pool_destroy_at(struct pool *pp, const void *at)
{
	struct pool_page *ph;

	mem_lock(&pool_list_lock);
	TAILQ_REMOVE(&pool_list, pp, pr_poollist);
	mem_unlock(&pool_list_lock);
	if (pp->pr_nout != 0)
		report_leak(pp, at);
	/* pages with items in use stay: somebody still points there */
	while ((ph = LIST_FIRST(&pp->pr_empty)) != NULL) {
		page_remove(pp, ph);
		page_destroy(pp, ph);
	}
	mutex_destroy(&pp->pr_lock);
	cv_destroy(&pp->pr_cv);
}

void
pool_set_drain_hook(struct pool *pp, void (*fn)(void *, int), void *arg)
{
	mem_lock(&pp->pr_lock);
	pp->pr_drain_hook = fn;
	pp->pr_drain_hook_arg = arg;
	mem_unlock(&pp->pr_lock);
}

static int
pool_catchup(struct pool *pp)
{
	struct pool_page *ph;

	while (pp->pr_nitems < pp->pr_minitems) {
		mem_unlock(&pp->pr_lock);
		ph = page_new(pp, PR_NOWAIT);
		mem_lock(&pp->pr_lock);
		if (ph == NULL)
			return ENOMEM;
		page_insert(pp, ph);
	}
	return 0;
}

/* have n free items ready */
int
pool_prime(struct pool *pp, int n)
{
	struct pool_page *ph;
	int error = 0;

	mem_lock(&pp->pr_lock);
	while (pp->pr_nitems < (unsigned int)n) {
		mem_unlock(&pp->pr_lock);
		ph = page_new(pp, PR_NOWAIT);
		mem_lock(&pp->pr_lock);
		if (ph == NULL) {
			error = ENOMEM;
			break;
		}
		page_insert(pp, ph);
		pp->pr_minpages++;
	}
	mem_unlock(&pp->pr_lock);
	return error;
}

void
pool_setlowat(struct pool *pp, int n)
{
	mem_lock(&pp->pr_lock);
	pp->pr_minitems = (unsigned int)n;
	pp->pr_minpages = howmany((unsigned int)n, pp->pr_itemsperpage);
	(void)pool_catchup(pp);
	mem_unlock(&pp->pr_lock);
}

void
pool_sethiwat(struct pool *pp, int n)
{
	mem_lock(&pp->pr_lock);
	pp->pr_maxpages = howmany((unsigned int)n, pp->pr_itemsperpage);
	mem_unlock(&pp->pr_lock);
}

/* at most n items in use; the message is logged at most every ratecap seconds */
void
pool_sethardlimit(struct pool *pp, int n, const char *msg, int ratecap)
{
	mem_lock(&pp->pr_lock);
	pp->pr_hardlimit = (unsigned int)n;
	pp->pr_hardlimit_warning = msg;
	pp->pr_hardlimit_ratecap = ratecap;
	pp->pr_hardlimit_last = 0;
	mem_unlock(&pp->pr_lock);
}

/* give empty pages back; non-zero if there were any */
int
pool_reclaim(struct pool *pp)
{
	struct pool_page *ph, *victims = NULL;

	if (curlwp != NULL && !mutex_tryenter(&pp->pr_lock))
		return 0;
	while ((ph = LIST_FIRST(&pp->pr_empty)) != NULL &&
	    pp->pr_npages > pp->pr_minpages) {
		page_remove(pp, ph);
		ph->ph_list.le_next = victims;
		victims = ph;
	}
	mem_unlock(&pp->pr_lock);
	if (victims == NULL)
		return 0;
	while ((ph = victims) != NULL) {
		victims = ph->ph_list.le_next;
		page_destroy(pp, ph);
	}
	return 1;
}

/*
 * Free empty pages, with the caches in front drained, until enough bytes went
 * back.  Only tries locks.
 */
size_t
pool_cache_reclaim_all(size_t want)
{
	size_t before = rump_mem_inuse(), now;
	struct pool *pp;

	(void)page_cache_reclaim();
	if (curlwp != NULL && !mutex_tryenter(&pool_list_lock))
		return 0;
	TAILQ_FOREACH(pp, &pool_list, pr_poollist) {
		if (pp->pr_cache != NULL)
			pool_cache_reclaim(pp->pr_cache);
		else
			(void)pool_reclaim(pp);
		now = rump_mem_inuse();
		if (now < before && before - now >= want)
			break;
	}
	mem_unlock(&pool_list_lock);
	now = rump_mem_inuse();
	return now < before ? before - now : 0;
}

bool
pool_drain(struct pool **ppp)
{
	if (ppp != NULL)
		*ppp = NULL;
	return pool_cache_reclaim_all(SIZE_MAX) != 0;
}

int
pool_totalpages(void)
{
	struct pool *pp;
	size_t total = 0;

	mem_lock(&pool_list_lock);
	TAILQ_FOREACH(pp, &pool_list, pr_poollist)
		total += (size_t)pp->pr_npages * (pp->pr_pagesz >> PAGE_SHIFT);
	mem_unlock(&pool_list_lock);
	return (int)total;
}

unsigned int
pool_nget(struct pool *pp)
{
	return (unsigned int)pp->pr_nget;
}

unsigned int
pool_nput(struct pool *pp)
{
	return (unsigned int)pp->pr_nput;
}
