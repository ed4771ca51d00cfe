/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cdbr(3), for databases in memory.  The format is cdb(5): a header, a table
 * for the hash function, offsets of the values, the values.
 *
 * The hash is perfect and made of a hypergraph: three numbers from
 * mi_vector_hash(3) choose three records of the table, whose sum, modulo the
 * number of entries, is the number of the entry.
 */

#include <lib/libkern/libkern.h>
#include <sys/cdbr.h>
#include <sys/kmem.h>
#include <sys/param.h>

#define HEADER_SIZE 40

struct cdbr {
	const uint8_t *base;
	size_t size; /* bytes */
	void (*unmap)(void *, void *, size_t);
	void *cookie;

	size_t hash_base; /* of the table, bytes from base */
	size_t offset_base;
	size_t data_base;
	uint32_t data_size;
	uint32_t entries;
	uint32_t entries_index; /* records in the table */
	uint32_t seed;
	uint8_t index_width; /* bytes of a record */
	uint8_t offset_width;
};

static uint8_t
width_of(uint32_t value)
{
	return value < 0x100    ? 1
	    : value < 0x10000   ? 2
	    : value < 0x1000000 ? 3
				: 4;
}

static uint32_t
record(const uint8_t *p, uint8_t width)
{
	uint32_t v = 0;

	while (width-- > 0)
		v = v << 8 | p[width];
	return v;
}

static uint32_t
offset(const struct cdbr *c, uint32_t i)
{
	return record(c->base + c->offset_base + (size_t)i * c->offset_width,
	    c->offset_width);
}

struct cdbr *
cdbr_open_mem(void *base, size_t size, int flags,
    void (*unmap)(void *, void *, size_t), void *cookie)
{
	static const uint8_t magic[8] = "NBCDB\n\0\1";
	struct cdbr c = {.base = base, .size = size, .unmap = unmap};
	struct cdbr *result;

	if (flags != CDBR_DEFAULT || size < HEADER_SIZE ||
	    memcmp(base, magic, sizeof(magic)) != 0)
		return NULL;
	c.cookie = cookie;
	c.data_size = le32dec(c.base + 24);
	c.entries = le32dec(c.base + 28);
	c.entries_index = le32dec(c.base + 32);
	c.seed = le32dec(c.base + 36);
	c.index_width = width_of(c.entries);
	c.offset_width = width_of(c.data_size);
	c.hash_base = HEADER_SIZE;
	c.offset_base =
	    roundup(c.hash_base + (size_t)c.entries_index * c.index_width,
		c.offset_width);
	c.data_base = c.offset_base + ((size_t)c.entries + 1) * c.offset_width;
	if ((c.entries_index <= c.entries && c.entries != 0) ||
	    c.data_base < c.offset_base || c.data_base > size ||
	    size - c.data_base < c.data_size)
		return NULL;
	result = kmem_alloc(sizeof(*result), KM_SLEEP);
	*result = c;
	return result;
}

uint32_t
cdbr_entries(struct cdbr *c)
{
	return c->entries;
}

int
cdbr_get(struct cdbr *c, uint32_t i, const void **data, size_t *lenp)
{
	uint32_t start, end;

	if (i >= c->entries)
		return -1;
	start = offset(c, i);
	end = offset(c, i + 1);
	if (start > end || end > c->data_size)
		return -1;
	*data = c->base + c->data_base + start;
	*lenp = end - start;
	return 0;
}

int
cdbr_find(struct cdbr *c, const void *key, size_t keylen, const void **data,
    size_t *lenp)
{
	uint32_t hashes[3];
	uint64_t sum = 0;

	if (c->entries == 0)
		return -1;
	mi_vector_hash(key, keylen, c->seed, hashes);
	for (int i = 0; i < 3; i++)
		sum += record(c->base + c->hash_base +
			(size_t)(hashes[i] % c->entries_index) * c->index_width,
		    c->index_width);
	return cdbr_get(c, (uint32_t)(sum % c->entries), data, lenp);
}

void
cdbr_close(struct cdbr *c)
{
	if (c->unmap != NULL)
		(*c->unmap)(c->cookie, __UNCONST(c->base), c->size);
	kmem_free(c, sizeof(*c));
}
