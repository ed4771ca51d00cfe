/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has an item of a pool: with the lock checker only.
 *
 * Behind each item is a mark: where it was got or given back, and whether it is
 * in use.  What is in use is given back once; what is not is filled with a
 * pattern, which is still there when it is got again.  So a second free, and a
 * write after the free, are found also while a pool_cache(9) has the item, and a
 * pool that is destroyed tells who did not give back.
 *
 * A mark belongs to who has the item, or has it in hand to give it back.
 */

#include <lib/libkern/libkern.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "mem_impl.h"

#ifdef LOCKDEBUG

#define MARK_USED ((uintptr_t)0x05ed05ed)
#define MARK_FREE ((uintptr_t)0xf4eef4ee)
#define PATTERN   0xd5
#define LINKS     16 /* bytes at the start that a free item's pool uses */
#define FILL_MAX  512

struct pool_mark {
	const void *pm_by;
	uintptr_t pm_state;
};

/* What an item of size bytes takes with its mark; the same if it gets none. */
size_t
pool_mark_size(struct pool *pp, size_t size)
{
	if (pp->pr_alloc->pa_pagesz != 0 ||
	    (pp->pr_roflags & PR_NOTOUCH) != 0 || pp->pr_align > 64 ||
	    size > PAGE_SIZE / 2)
		return size;
	pp->pr_markoff = (unsigned int)roundup2(size, sizeof(void *));
	return pp->pr_markoff + sizeof(struct pool_mark);
}

static inline struct pool_mark *
mark_of(const struct pool *pp, const void *item)
{
	return (struct pool_mark *)(void *)((char *)(uintptr_t)item +
	    pp->pr_markoff);
}

/* n items of fresh memory: what is behind them means nothing. */
void
pool_mark_page(struct pool *pp, void *first, unsigned int n)
{
	for (unsigned int i = 0; i < n && pp->pr_markoff != 0; i++)
		mark_of(pp, (char *)first + (size_t)i * pp->pr_size)->pm_state =
		    0;
}

static size_t
fill_end(const struct pool *pp)
{
	return MIN(pp->pr_rsize, FILL_MAX);
}

/* Constructed objects keep what is in them. */
static inline bool
fills(const struct pool *pp)
{
	return pp->pr_fill;
}

/* item was got by: for the use of its new owner. */
void
pool_mark_got(struct pool *pp, void *item, const void *by)
{
	struct pool_mark *pm;
	const unsigned char *p = item;

	if (pp->pr_markoff == 0)
		return;
	pm = mark_of(pp, item);
	if (pm->pm_state == ((uintptr_t)item ^ MARK_FREE) && fills(pp)) {
		for (size_t i = LINKS; i < fill_end(pp); i++) {
			if (p[i] == PATTERN)
				continue;
			rump_rule_broken("pool(9)", pm->pm_by,
			    "pool %s, item %p: somebody wrote to byte %zu "
			    "after it was freed here",
			    pp->pr_wchan, item, i);
		}
	}
	pm->pm_by = by;
	pm->pm_state = (uintptr_t)item ^ MARK_USED;
}

/* Who has it is somebody else: of an allocator above. */
void
pool_mark_by(struct pool *pp, void *item, const void *by)
{
	if (pp->pr_markoff != 0)
		mark_of(pp, item)->pm_by = by;
}

/* Is it in use?  A panic, if it was freed before. */
void
pool_mark_check(
    struct pool *pp, const void *item, const void *by, const char *page)
{
	const struct pool_mark *pm = mark_of(pp, item);
	char before[80];

	if (pp->pr_markoff == 0 ||
	    pm->pm_state != ((uintptr_t)item ^ MARK_FREE))
		return;
	rump_symbol(pm->pm_by, before, sizeof(before));
	rump_rule_broken(page, by,
	    "pool %s, item %p: it was freed before, at %s", pp->pr_wchan, item,
	    before);
}

/* item is given back by. */
void
pool_mark_put(struct pool *pp, void *item, const void *by)
{
	struct pool_mark *pm = mark_of(pp, item);

	if (pp->pr_markoff == 0)
		return;
	pool_mark_check(pp, item, by, "pool(9)");
	pm->pm_by = by;
	pm->pm_state = (uintptr_t)item ^ MARK_FREE;
	if (fills(pp) && fill_end(pp) > LINKS)
		memset((char *)item + LINKS, PATTERN, fill_end(pp) - LINKS);
}

/* Where the item was got, or NULL if it is not in use. */
const void *
pool_mark_owner(const struct pool *pp, const void *item)
{
	const struct pool_mark *pm = mark_of(pp, item);

	if (pp->pr_markoff == 0 ||
	    pm->pm_state != ((uintptr_t)item ^ MARK_USED))
		return NULL;
	return pm->pm_by;
}

#endif
