/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extent(9): maps of number ranges.  The allocated regions are kept in a sorted
 * list; what is between them is free.
 *
 * Lock: ex_lock protects the regions.
 */

#include <lib/libkern/libkern.h>
#include <sys/errno.h>
#include <sys/extent.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "mem_impl.h"

void
extent_init(void)
{
}

struct extent *
extent_create(const char *name, u_long start, u_long end, void *storage,
    size_t storagesize, int flags)
{
	struct extent *ex;

	KASSERT(name != NULL && start <= end);
	ex = kmem_zalloc(
	    sizeof(*ex), (flags & EX_WAITOK) != 0 ? KM_SLEEP : KM_NOSLEEP);
	if (ex == NULL)
		return NULL;
	ex->ex_name = name;
	ex->ex_start = start;
	ex->ex_end = end;
	ex->ex_flags = (flags & EX_NOCOALESCE) != 0 ? EXF_NOCOALESCE : 0;
	LIST_INIT(&ex->ex_regions);
	mutex_init(&ex->ex_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&ex->ex_cv, "extent");
	return ex;
}

void
extent_destroy(struct extent *ex)
{
	struct extent_region *er;

	while ((er = LIST_FIRST(&ex->ex_regions)) != NULL) {
		LIST_REMOVE(er, er_link);
		kmem_free(er, sizeof(*er));
	}
	cv_destroy(&ex->ex_cv);
	mutex_destroy(&ex->ex_lock);
	kmem_free(ex, sizeof(*ex));
}

static km_flag_t
km_flags(int flags)
{
	return (flags & EX_WAITOK) != 0 ? KM_SLEEP : KM_NOSLEEP;
}

static void
insert_after(
    struct extent *ex, struct extent_region *prev, struct extent_region *er)
{
	if (prev == NULL)
		LIST_INSERT_HEAD(&ex->ex_regions, er, er_link);
	else
		LIST_INSERT_AFTER(prev, er, er_link);
}

/* wait for somebody to free something; an errno if that is not wanted */
static int
wait_space(struct extent *ex, int flags)
{
	if ((flags & EX_WAITSPACE) == 0)
		return EAGAIN;
	ex->ex_flwanted = true;
	if ((flags & EX_CATCH) != 0)
		return cv_wait_sig(&ex->ex_cv, &ex->ex_lock);
	cv_wait(&ex->ex_cv, &ex->ex_lock);
	return 0;
}

/* Allocate just [start, start + size): EAGAIN if any of it is taken. */
int
extent_alloc_region(struct extent *ex, u_long start, u_long size, int flags)
{
	struct extent_region *er, *prev, *new;
	u_long end = start + (size - 1);
	int error = 0;

	if (size == 0 || end < start || start < ex->ex_start ||
	    end > ex->ex_end)
		return EINVAL;
	new = kmem_alloc(sizeof(*new), km_flags(flags));
	if (new == NULL)
		return ENOMEM;
	new->er_start = start;
	new->er_end = end;
	new->er_flags = 0;
	mem_lock(&ex->ex_lock);
	for (;;) {
		prev = NULL;
		LIST_FOREACH(er, &ex->ex_regions, er_link) {
			if (er->er_start > end)
				break;
			if (er->er_end >= start)
				goto taken;
			prev = er;
		}
		insert_after(ex, prev, new);
		mem_unlock(&ex->ex_lock);
		return 0;
	taken:
		if ((error = wait_space(ex, flags)) != 0)
			break;
	}
	mem_unlock(&ex->ex_lock);
	kmem_free(new, sizeof(*new));
	return error;
}

/* the first place in [from, to] for size, or false */
static bool
place(u_long from, u_long to, u_long size, u_long align, u_long skew,
    u_long boundary, int flags, u_long base, u_long *result)
{
	u_long a, origin = (flags & EX_BOUNDZERO) != 0 ? 0 : base;

	if (from > to)
		return false;
	a = roundup(from - skew, align) + skew;
	if (a < from)
		return false;
	if (boundary != EX_NOBOUNDARY &&
	    (a - origin) / boundary != (a - origin + size - 1) / boundary) {
		a = origin + roundup(a - origin, boundary);
		a = roundup(a - skew, align) + skew;
		if ((a - origin) / boundary !=
		    (a - origin + size - 1) / boundary)
			return false;
	}
	if (a < from || a > to || to - a < size - 1)
		return false;
	*result = a;
	return true;
}

int
extent_alloc_subregion1(struct extent *ex, u_long substart, u_long subend,
    u_long size, u_long align, u_long skew, u_long boundary, int flags,
    u_long *result)
{
	struct extent_region *er, *prev, *new;
	u_long at, gap_end;
	bool found;
	int error;

	if (result == NULL || size == 0 || align == 0 || substart > subend ||
	    substart < ex->ex_start || subend > ex->ex_end ||
	    (boundary != EX_NOBOUNDARY && boundary < size))
		return EINVAL;
	skew %= align;
	new = kmem_alloc(sizeof(*new), km_flags(flags));
	if (new == NULL)
		return ENOMEM;
	new->er_flags = 0;
	mem_lock(&ex->ex_lock);
	for (;;) {
		u_long from = substart;

		prev = NULL;
		found = false;
		LIST_FOREACH(er, &ex->ex_regions, er_link) {
			if (er->er_start > subend)
				break;
			if (er->er_start > from) {
				gap_end = er->er_start - 1;
				found = place(from, gap_end, size, align, skew,
				    boundary, flags, ex->ex_start, &at);
				if (found)
					break;
			}
			prev = er;
			if (er->er_end >= from)
				from = er->er_end + 1;
			if (from == 0)
				break;
		}
		if (!found && (from != 0 || prev == NULL))
			found = place(from, subend, size, align, skew, boundary,
			    flags, ex->ex_start, &at);
		if (found)
			break;
		if ((error = wait_space(ex, flags)) != 0) {
			mem_unlock(&ex->ex_lock);
			kmem_free(new, sizeof(*new));
			return error;
		}
	}
	new->er_start = at;
	new->er_end = at + (size - 1);
	insert_after(ex, prev, new);
	mem_unlock(&ex->ex_lock);
	*result = at;
	return 0;
}

int
extent_alloc_subregion(struct extent *ex, u_long start, u_long end, u_long size,
    u_long align, u_long boundary, int flags, u_long *result)
{
	return extent_alloc_subregion1(
	    ex, start, end, size, align, 0, boundary, flags, result);
}

int
extent_alloc1(struct extent *ex, u_long size, u_long align, u_long skew,
    u_long boundary, int flags, u_long *result)
{
	return extent_alloc_subregion1(ex, ex->ex_start, ex->ex_end, size,
	    align, skew, boundary, flags, result);
}

int
extent_alloc(struct extent *ex, u_long size, u_long align, u_long boundary,
    int flags, u_long *result)
{
	return extent_alloc_subregion1(ex, ex->ex_start, ex->ex_end, size,
	    align, 0, boundary, flags, result);
}

/*
 * Free [start, start + size), which must lie in allocated regions; with
 * EXF_NOCOALESCE it must be one that was allocated so.
 */
int
extent_free(struct extent *ex, u_long start, u_long size, int flags)
{
	struct extent_region *er, *next, *split, *dead = NULL;
	u_long end = start + (size - 1), need = start;
	bool covered = false;

	if (size == 0 || end < start || start < ex->ex_start ||
	    end > ex->ex_end)
		return EINVAL;
	split = kmem_alloc(sizeof(*split), km_flags(flags));
	if (split == NULL)
		return ENOMEM;
	mem_lock(&ex->ex_lock);
	/* is all of it allocated? */
	LIST_FOREACH(er, &ex->ex_regions, er_link) {
		if (er->er_end < need)
			continue;
		if (er->er_start > need)
			break;
		if (er->er_end >= end) {
			covered = true;
			break;
		}
		need = er->er_end + 1;
	}
	if (!covered) {
		mem_unlock(&ex->ex_lock);
		kmem_free(split, sizeof(*split));
		return EINVAL;
	}
	LIST_FOREACH_SAFE(er, &ex->ex_regions, er_link, next) {
		if (er->er_end < start)
			continue;
		if (er->er_start > end)
			break;
		if (er->er_start < start && er->er_end > end) {
			split->er_start = end + 1;
			split->er_end = er->er_end;
			split->er_flags = 0;
			er->er_end = start - 1;
			LIST_INSERT_AFTER(er, split, er_link);
			split = NULL;
			break;
		}
		if (er->er_start < start)
			er->er_end = start - 1;
		else if (er->er_end > end)
			er->er_start = end + 1;
		else {
			LIST_REMOVE(er, er_link);
			er->er_link.le_next = dead;
			dead = er;
		}
	}
	if (ex->ex_flwanted) {
		ex->ex_flwanted = false;
		cv_broadcast(&ex->ex_cv);
	}
	mem_unlock(&ex->ex_lock);
	if (split != NULL)
		kmem_free(split, sizeof(*split));
	while ((er = dead) != NULL) {
		dead = er->er_link.le_next;
		kmem_free(er, sizeof(*er));
	}
	return 0;
}

void
extent_print(struct extent *ex)
{
	struct extent_region *er;

	mem_lock(&ex->ex_lock);
	printf("extent `%s' (0x%lx - 0x%lx):\n", ex->ex_name, ex->ex_start,
	    ex->ex_end);
	LIST_FOREACH(er, &ex->ex_regions, er_link)
		printf("     0x%lx - 0x%lx\n", er->er_start, er->er_end);
	mem_unlock(&ex->ex_lock);
}
