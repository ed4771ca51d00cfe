/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File data of rumpfs: pages in a radix tree of 512-pointer tables, so that
 * a byte at an offset of terabytes costs a page and a few tables.
 *
 * The vnode lock protects everything: shared to read, exclusive to change.
 */
#include "rumpfs_impl.h"

#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/systm.h>
#include <sys/uio.h>

#define RADIX_SHIFT 9
#define RADIX_SLOTS (1UL << RADIX_SHIFT)

static uint8_t rumpfs_zeropage[RUMPFS_PAGESIZE];

/* Pages that a tree of this height can hold. */
static inline uint64_t
radix_span(unsigned int height)
{
	return (uint64_t)1 << (height * RADIX_SHIFT);
}

static uint8_t *
data_getpage(const struct rumpfs_data *da, uint64_t pg)
{
	unsigned int h;
	void *p;

	if (da->da_root == NULL || pg >= radix_span(da->da_height))
		return NULL;
	p = da->da_root;
	for (h = da->da_height; h > 0 && p != NULL; h--)
		p = ((void **)
			p)[(pg >> ((h - 1) * RADIX_SHIFT)) & (RADIX_SLOTS - 1)];
	return p;
}

/* The same, making what isn't there. */
static uint8_t *
data_makepage(struct rumpfs_data *da, uint64_t pg)
{
	unsigned int h;
	void **slot, **tab;

	while (pg >= radix_span(da->da_height)) {
		if (da->da_root != NULL) {
			tab = kmem_zalloc(
			    RADIX_SLOTS * sizeof(void *), KM_NOSLEEP);
			if (tab == NULL)
				return NULL;
			tab[0] = da->da_root;
			da->da_root = tab;
		}
		da->da_height++;
	}
	slot = &da->da_root;
	for (h = da->da_height; h > 0; h--) {
		if (*slot == NULL) {
			*slot = kmem_zalloc(
			    RADIX_SLOTS * sizeof(void *), KM_NOSLEEP);
			if (*slot == NULL)
				return NULL;
		}
		slot = &((void **)*slot)[(pg >> ((h - 1) * RADIX_SHIFT)) &
		    (RADIX_SLOTS - 1)];
	}
	if (*slot == NULL) {
		*slot = kmem_zalloc(RUMPFS_PAGESIZE, KM_NOSLEEP);
		if (*slot != NULL)
			da->da_pages++;
	}
	return (uint8_t *)*slot;
}

/* Free the pages from number `from' on, of a subtree that starts at base. */
static bool
data_freefrom(struct rumpfs_data *da, void *p, unsigned int height,
    uint64_t base, uint64_t from)
{
	void **tab = p;
	uint64_t i, sub;
	bool empty = true;

	if (height == 0) {
		if (base < from)
			return false;
		kmem_free(p, RUMPFS_PAGESIZE);
		da->da_pages--;
		return true;
	}
	sub = radix_span(height - 1);
	for (i = 0; i < RADIX_SLOTS; i++) {
		if (tab[i] == NULL)
			continue;
		if (base + (i + 1) * sub <= from) {
			empty = false;
			continue;
		}
		if (data_freefrom(da, tab[i], height - 1, base + i * sub, from))
			tab[i] = NULL;
		else
			empty = false;
	}
	if (empty)
		kmem_free(tab, RADIX_SLOTS * sizeof(void *));
	return empty;
}

int
rumpfs_data_read(struct rumpfs_node *rn, struct uio *uio)
{
	const uint64_t size = rn->rn_va.va_size;
	uint64_t off;
	size_t n, in;
	uint8_t *page;
	int error = 0;

	while (error == 0 && uio->uio_resid > 0) {
		off = (uint64_t)uio->uio_offset;
		if (off >= size)
			break;
		in = off & (RUMPFS_PAGESIZE - 1);
		n = MIN(RUMPFS_PAGESIZE - in, uio->uio_resid);
		n = (size_t)MIN((uint64_t)n, size - off);
		page = data_getpage(&rn->rn_data, off >> RUMPFS_PAGESHIFT);
		error = uiomove(
		    (page != NULL ? page : rumpfs_zeropage) + in, n, uio);
	}
	return error;
}

int
rumpfs_data_write(struct rumpfs_node *rn, struct uio *uio)
{
	uint64_t off;
	size_t n, in;
	uint8_t *page;
	int error = 0;

	while (error == 0 && uio->uio_resid > 0) {
		off = (uint64_t)uio->uio_offset;
		in = off & (RUMPFS_PAGESIZE - 1);
		n = MIN(RUMPFS_PAGESIZE - in, uio->uio_resid);
		/* rumpfs_write() has checked that it fits in RUMPFS_MAXSIZE. */
		page = data_makepage(&rn->rn_data, off >> RUMPFS_PAGESHIFT);
		if (page == NULL) {
			error = ENOSPC;
			break;
		}
		error = uiomove(page + in, n, uio);
		if ((uint64_t)uio->uio_offset > rn->rn_va.va_size)
			rn->rn_va.va_size = (uint64_t)uio->uio_offset;
	}
	rn->rn_va.va_bytes = rn->rn_data.da_pages << RUMPFS_PAGESHIFT;
	return error;
}

void
rumpfs_data_truncate(struct rumpfs_node *rn, uint64_t size)
{
	struct rumpfs_data *da = &rn->rn_data;
	uint64_t from;
	uint8_t *page;

	if (size < rn->rn_va.va_size && da->da_root != NULL) {
		from = (size + RUMPFS_PAGESIZE - 1) >> RUMPFS_PAGESHIFT;
		if (data_freefrom(da, da->da_root, da->da_height, 0, from)) {
			da->da_root = NULL;
			da->da_height = 0;
		}
		/* What is past the end reads as zero if the file grows. */
		if ((size & (RUMPFS_PAGESIZE - 1)) != 0) {
			page = data_getpage(da, size >> RUMPFS_PAGESHIFT);
			if (page != NULL)
				memset(page + (size & (RUMPFS_PAGESIZE - 1)), 0,
				    RUMPFS_PAGESIZE -
					(size & (RUMPFS_PAGESIZE - 1)));
		}
	}
	rn->rn_va.va_size = size;
	rn->rn_va.va_bytes = da->da_pages << RUMPFS_PAGESHIFT;
}

void
rumpfs_data_free(struct rumpfs_node *rn)
{
	rumpfs_data_truncate(rn, 0);
}
