/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs of pages.
 *
 * Memory comes from the host in chunks: the first is static, so that booting
 * maps nothing; the others are CHUNK_SIZE, aligned to it, so that an address
 * tells its chunk.  A chunk starts with one struct page per page.  A run is a
 * number of consecutive pages, in use or free; the first and the last page of
 * a run know its length, so that a freed run finds its neighbours and joins
 * them.  Free runs are in bins by length.  Pages above ch_virgin were never
 * used: they are taken last, are zero, and cost the host nothing.  Runs longer
 * than a chunk can hold get a mapping of their own.
 *
 * A chunk that is wholly free goes back to the host if it is not the last.
 *
 * Lock: page_lock protects all of this, and nothing is locked under it.
 */

#include <lib/libkern/libkern.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/mem.h>
#include <rump/rumpuser.h>

#include "mem_impl.h"

#define CHUNK_SHIFT 22
#define CHUNK_SIZE  (1UL << CHUNK_SHIFT)
#define BOOT_SIZE   (1UL << 20)
#define NBINS       64
#define BIG_PAGES   512 /* longer runs are mapped one by one */

#define PS_INTERIOR 0
#define PS_USED     1
#define PS_FREE     2

/* p: all fields under page_lock, except pg_owner, which the user of the run sets */
struct page {
	void *pg_owner;
	LIST_ENTRY(page) pg_list; /* in a bin */
	uint32_t pg_len;          /* of the run, at its first and last page */
	uint32_t pg_state;        /* of the run, likewise */
};
LIST_HEAD(pagebin, page);

/* p: */
struct chunk {
	LIST_ENTRY(chunk) ch_list;
	char *ch_base;      /* c: address of page 0 */
	uint32_t ch_npages; /* c: */
	uint32_t ch_first;  /* c: pages before are this header */
	uint32_t ch_virgin; /* first page never used */
	uint32_t ch_used;   /* pages in use */
	struct page ch_pages[];
};

/* a mapping of its own */
struct bigrun {
	LIST_ENTRY(bigrun) br_list;
	char *br_addr;
	size_t br_len;
	void *br_owner;
};

static char boot_memory[BOOT_SIZE] __aligned(PAGE_SIZE);

static kmutex_t page_lock;
static bool page_ready;
static LIST_HEAD(, chunk) chunks = LIST_HEAD_INITIALIZER(chunks);
static struct pagebin bins[NBINS + 1]; /* by length; [0] is the longer ones */
static uint64_t bin_map;
static struct chunk *spare;
static LIST_HEAD(, bigrun) bigruns = LIST_HEAD_INITIALIZER(bigruns);

static inline struct chunk *
chunk_of(const void *p)
{
	uintptr_t a = (uintptr_t)p;

	if (a - (uintptr_t)boot_memory < BOOT_SIZE)
		return (struct chunk *)boot_memory;
	return (struct chunk *)(a & ~(CHUNK_SIZE - 1));
}

static inline struct page *
page_of(struct chunk *ch, const void *p)
{
	return &ch->ch_pages[((uintptr_t)p - (uintptr_t)ch->ch_base) >>
	    PAGE_SHIFT];
}

static inline char *
page_addr(struct chunk *ch, struct page *pg)
{
	return ch->ch_base + ((size_t)(pg - ch->ch_pages) << PAGE_SHIFT);
}

static void
chunk_init(void *mem, size_t size)
{
	struct chunk *ch = mem;
	size_t header;

	ch->ch_base = mem;
	ch->ch_npages = size >> PAGE_SHIFT;
	header = sizeof(*ch) + ch->ch_npages * sizeof(struct page);
	ch->ch_first = ch->ch_virgin = howmany(header, PAGE_SIZE);
	ch->ch_used = 0;
	/* a header that looks like a used run stops coalescing */
	ch->ch_pages[ch->ch_first - 1].pg_state = PS_USED;
	LIST_INSERT_HEAD(&chunks, ch, ch_list);
}

static void
page_init(void)
{
	mutex_init(&page_lock, MUTEX_DEFAULT, IPL_VM);
	for (unsigned int i = 0; i <= NBINS; i++)
		LIST_INIT(&bins[i]);
	chunk_init(boot_memory, BOOT_SIZE);
	page_ready = true;
}

static inline unsigned int
bin_index(size_t len)
{
	return len > NBINS ? 0 : (unsigned int)len;
}

static void
bin_insert(struct page *pg, size_t len)
{
	unsigned int b = bin_index(len);

	pg[0].pg_len = pg[len - 1].pg_len = (uint32_t)len;
	pg[0].pg_state = pg[len - 1].pg_state = PS_FREE;
	LIST_INSERT_HEAD(&bins[b], pg, pg_list);
	if (b != 0)
		bin_map |= 1ULL << (b - 1);
}

static void
bin_remove(struct page *pg)
{
	unsigned int b = bin_index(pg->pg_len);

	LIST_REMOVE(pg, pg_list);
	if (b != 0 && LIST_EMPTY(&bins[b]))
		bin_map &= ~(1ULL << (b - 1));
}

/* Pages become a free run, one with the free run before them. */
static void
run_free(struct page *pg, size_t len)
{
	size_t plen;

	if (pg[-1].pg_state == PS_FREE) {
		plen = pg[-1].pg_len;
		pg[-1].pg_state = PS_INTERIOR;
		pg -= plen;
		bin_remove(pg);
		len += plen;
	}
	bin_insert(pg, len);
}

static void
run_mark(struct page *pg, size_t len)
{
	pg[len - 1].pg_len = pg[0].pg_len = (uint32_t)len;
	pg[len - 1].pg_state = pg[0].pg_state = PS_USED;
}

/* pages to skip from pg on until the address is aligned */
static inline size_t
align_skip(struct chunk *ch, struct page *pg, size_t align)
{
	size_t pageno = (uintptr_t)page_addr(ch, pg) >> PAGE_SHIFT;

	return -pageno & (align - 1);
}

/* cut n pages, after skip ones, out of a free run */
static struct page *
run_cut(struct page *pg, size_t skip, size_t n)
{
	size_t len = pg->pg_len;

	bin_remove(pg);
	if (skip != 0)
		bin_insert(pg, skip);
	if (len - skip - n != 0)
		bin_insert(pg + skip + n, len - skip - n);
	run_mark(pg + skip, n);
	return pg + skip;
}

static struct page *
alloc_from_bins(size_t n, size_t align)
{
	struct page *pg;
	uint64_t map;
	unsigned int b;
	size_t skip;

	if (n <= NBINS) {
		map = bin_map & (~0ULL << (n - 1));
		while (map != 0) {
			b = (unsigned int)__builtin_ctzll(map) + 1;
			map &= map - 1;
			LIST_FOREACH(pg, &bins[b], pg_list) {
				skip = align_skip(chunk_of(pg), pg, align);
				if (skip + n <= b)
					return run_cut(pg, skip, n);
				if (align == 1)
					break;
			}
		}
	}
	LIST_FOREACH(pg, &bins[0], pg_list) {
		skip = align_skip(chunk_of(pg), pg, align);
		if (skip + n <= pg->pg_len)
			return run_cut(pg, skip, n);
	}
	return NULL;
}

static struct page *
alloc_from_virgin(size_t n, size_t align)
{
	struct chunk *ch;
	struct page *pg;
	size_t skip;

	LIST_FOREACH(ch, &chunks, ch_list) {
		pg = &ch->ch_pages[ch->ch_virgin];
		if (ch->ch_virgin == ch->ch_npages)
			continue;
		skip = align_skip(ch, pg, align);
		if (ch->ch_virgin + skip + n > ch->ch_npages)
			continue;
		if (skip != 0)
			run_free(pg, skip);
		ch->ch_virgin += skip + n;
		run_mark(pg + skip, n);
		return pg + skip;
	}
	return NULL;
}

/* without the lock: the host may take its time */
static bool
chunk_new(void)
{
	void *mem;

	if (rumpuser_anonmmap(NULL, CHUNK_SIZE, CHUNK_SHIFT, 0, &mem) != 0)
		return false;
	mem_lock(&page_lock);
	chunk_init(mem, CHUNK_SIZE);
	mem_unlock(&page_lock);
	return true;
}

static void *
big_alloc(size_t n, size_t align)
{
	struct bigrun *br;
	void *mem;
	size_t len = n << PAGE_SHIFT;
	int bits = PAGE_SHIFT;

	while ((1UL << bits) < (align << PAGE_SHIFT))
		bits++;
	if (bits < 21)
		bits = 21;
	if (rumpuser_anonmmap(NULL, len, bits, 0, &mem) != 0)
		return NULL;
	br = page_run_alloc(1, 1, 0);
	if (br == NULL) {
		rumpuser_unmap(mem, len);
		return NULL;
	}
	br->br_addr = mem;
	br->br_len = len;
	br->br_owner = NULL;
	mem_lock(&page_lock);
	LIST_INSERT_HEAD(&bigruns, br, br_list);
	mem_unlock(&page_lock);
	return mem;
}

static struct bigrun *
big_find(const void *p)
{
	struct bigrun *br;

	LIST_FOREACH(br, &bigruns, br_list) {
		if ((size_t)((const char *)p - br->br_addr) < br->br_len)
			return br;
	}
	return NULL;
}

static void *
run_alloc_once(size_t n, size_t align, bool zero)
{
	struct chunk *ch;
	struct page *pg;
	bool virgin;
	char *p;

	for (;;) {
		mem_lock(&page_lock);
		virgin = false;
		if ((pg = alloc_from_bins(n, align)) == NULL) {
			virgin = true;
			pg = alloc_from_virgin(n, align);
		}
		if (pg != NULL)
			break;
		mem_unlock(&page_lock);
		if (!chunk_new())
			return NULL;
	}
	ch = chunk_of(pg);
	ch->ch_used += n;
	pg->pg_owner = NULL;
	mem_unlock(&page_lock);
	p = page_addr(ch, pg);
	MEM_UNPOISON(p, n << PAGE_SHIFT);
	if (zero && !virgin)
		memset(p, 0, n << PAGE_SHIFT);
	return p;
}

/*
 * A run of n pages, aligned to a power of two of pages.  NULL if there is no
 * memory and PRA_WAIT is not set, or if there never can be.
 */
void *
page_run_alloc(size_t n, size_t align, int flags)
{
	unsigned int tries = 0;
	size_t len = n << PAGE_SHIFT;
	void *p;

	if (__predict_false(!page_ready))
		page_init();
	if (n == 0 || n > SIZE_MAX >> (PAGE_SHIFT + 1))
		return NULL;
	for (;;) {
		if (mem_reserve(len)) {
			if (n > BIG_PAGES || align > BIG_PAGES)
				p = big_alloc(n, align);
			else
				p = run_alloc_once(
				    n, align, (flags & PRA_ZERO) != 0);
			if (__predict_true(p != NULL))
				return p;
			mem_unreserve(len);
		}
		if ((flags & PRA_WAIT) == 0) {
			/* caches are cheap to shrink: once, without waiting */
			if (tries++ != 0 || rump_mem_reclaim(len) == 0)
				return NULL;
		} else if (!mem_wait(len, &tries))
			return NULL;
	}
}

/*
 * Up to n single pages at once, without waiting.  Bit 0 of an address says that
 * the page is known to be zero.  Returns how many.
 */
unsigned int
page_bulk_alloc(uintptr_t *pages, unsigned int n)
{
	struct chunk *ch;
	struct page *pg;
	unsigned int i;
	uintptr_t zero;

	if (__predict_false(!page_ready))
		page_init();
	mem_lock(&page_lock);
	for (i = 0; i < n; i++) {
		zero = 0;
		if (!mem_reserve(PAGE_SIZE))
			break;
		if ((pg = alloc_from_bins(1, 1)) == NULL) {
			zero = 1;
			pg = alloc_from_virgin(1, 1);
		}
		if (pg == NULL) {
			mem_unreserve(PAGE_SIZE);
			break;
		}
		ch = chunk_of(pg);
		ch->ch_used++;
		pg->pg_owner = NULL;
		pages[i] = (uintptr_t)page_addr(ch, pg) | zero;
		MEM_UNPOISON(page_addr(ch, pg), PAGE_SIZE);
	}
	mem_unlock(&page_lock);
	return i;
}

static void
chunk_release(struct chunk *ch)
{
	struct page *pg = &ch->ch_pages[ch->ch_first];

	/* all runs below ch_virgin have joined into one */
	bin_remove(pg);
	LIST_REMOVE(ch, ch_list);
}

static void
big_free(void *p)
{
	struct bigrun *br;

	mem_lock(&page_lock);
	br = big_find(p);
	KASSERTMSG(br != NULL && br->br_addr == p,
	    "free of %p, which is not the start of a block", p);
	LIST_REMOVE(br, br_list);
	mem_unlock(&page_lock);
	rumpuser_unmap(br->br_addr, br->br_len);
	mem_unreserve(br->br_len);
	page_run_free(br);
}

/* Free a whole run by the address of its first page. */
void
page_run_free(void *p)
{
	struct chunk *ch, *victim = NULL;
	struct page *pg, *end;
	size_t len;

	mem_lock(&page_lock);
	if (__predict_false(!LIST_EMPTY(&bigruns)) && big_find(p) != NULL) {
		mem_unlock(&page_lock);
		big_free(p);
		return;
	}
	ch = chunk_of(p);
	pg = page_of(ch, p);
	len = pg->pg_len;
	KASSERTMSG(pg->pg_state == PS_USED && len != 0,
	    "free of %p, which is not the start of a run in use", p);
	MEM_POISON(p, len << PAGE_SHIFT);
	ch->ch_used -= len;
	end = &ch->ch_pages[ch->ch_virgin];
	mem_unreserve(len << PAGE_SHIFT);
	pg[0].pg_state = pg[len - 1].pg_state = PS_INTERIOR;
	if (pg + len < end && pg[len].pg_state == PS_FREE) {
		size_t nlen = pg[len].pg_len;

		bin_remove(pg + len);
		pg[len].pg_state = PS_INTERIOR;
		len += nlen;
	}
	run_free(pg, len);
	if (ch->ch_used == 0 && ch->ch_base != boot_memory) {
		/* keep one to spare, or the next page maps it again */
		if (spare != NULL && spare != ch && spare->ch_used == 0) {
			victim = ch;
			chunk_release(ch);
		} else
			spare = ch;
	}
	mem_unlock(&page_lock);
	if (victim != NULL) {
		MEM_UNPOISON(victim, CHUNK_SIZE);
		rumpuser_unmap(victim, CHUNK_SIZE);
	}
	if (__predict_false(mem_scarce()))
		mem_wakeup();
}

size_t
page_run_pages(const void *p)
{
	struct bigrun *br;
	size_t n;

	mem_lock(&page_lock);
	if (!LIST_EMPTY(&bigruns) && (br = big_find(p)) != NULL)
		n = br->br_len >> PAGE_SHIFT;
	else
		n = page_of(chunk_of(p), p)->pg_len;
	mem_unlock(&page_lock);
	return n;
}

/* Does a run in use start there? */
bool
page_run_inuse(const void *p)
{
	struct page *pg;
	bool inuse;

	mem_lock(&page_lock);
	if (!LIST_EMPTY(&bigruns) && big_find(p) != NULL) {
		inuse = true;
	} else {
		pg = page_of(chunk_of(p), p);
		inuse = pg->pg_state == PS_USED && pg->pg_len != 0;
	}
	mem_unlock(&page_lock);
	return inuse;
}

/* Say whose the pages are; every page of the run answers for it. */
void
page_run_setowner(void *p, size_t n, void *owner)
{
	struct page *pg = page_of(chunk_of(p), p);

	for (; n != 0; n--, pg++)
		pg->pg_owner = owner;
}

/* the owner by any address in a run that has one; no lock: c while in use */
void *
page_run_owner(const void *p)
{
	return page_of(chunk_of(p), p)->pg_owner;
}
