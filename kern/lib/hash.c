/* SPDX-License-Identifier: BSD-2-Clause */
/* Hashes of memory, and hash tables of list heads. */

#include <lib/libkern/libkern.h>
#include <sys/hash.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/pslist.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

/* MurmurHash2, by Austin Appleby (public domain): the same on every CPU */
uint32_t
murmurhash2(const void *key, size_t len, uint32_t seed)
{
	const uint32_t m = 0x5bd1e995;
	const uint8_t *p = key;
	uint32_t h = seed ^ (uint32_t)len, k;

	for (; len >= 4; len -= 4, p += 4) {
		memcpy(&k, p, sizeof(k));
		k = htole32(k) * m;
		k ^= k >> 24;
		h = (h * m) ^ (k * m);
	}
	switch (len) {
	case 3:
		h ^= (uint32_t)p[2] << 16;
		/* FALLTHROUGH */
	case 2:
		h ^= (uint32_t)p[1] << 8;
		/* FALLTHROUGH */
	case 1:
		h ^= p[0];
		h *= m;
	}
	h ^= h >> 13;
	h *= m;
	return h ^ (h >> 15);
}

/* Bob Jenkins's lookup2 mix (public domain), three words of result */
#define MIX(a, b, c)                                                           \
	do {                                                                   \
		a -= b, a -= c, a ^= c >> 13;                                  \
		b -= c, b -= a, b ^= a << 8;                                   \
		c -= a, c -= b, c ^= b >> 13;                                  \
		a -= b, a -= c, a ^= c >> 12;                                  \
		b -= c, b -= a, b ^= a << 16;                                  \
		c -= a, c -= b, c ^= b >> 5;                                   \
		a -= b, a -= c, a ^= c >> 3;                                   \
		b -= c, b -= a, b ^= a << 10;                                  \
		c -= a, c -= b, c ^= b >> 15;                                  \
	} while (0)

void
mi_vector_hash(
    const void *__restrict key, size_t len, uint32_t seed, uint32_t hashes[3])
{
	const uint8_t *p = key;
	uint32_t a = 0x9e3779b9, b = 0x9e3779b9, c = seed;
	uint8_t tail[12];
	size_t left = len;

	for (; left >= 12; left -= 12, p += 12) {
		a += le32dec(p);
		b += le32dec(p + 4);
		c += le32dec(p + 8);
		MIX(a, b, c);
	}
	memset(tail, 0, sizeof(tail));
	/* the low byte of c is for the length */
	memcpy(tail, p, left < 8 ? left : 8);
	if (left > 8)
		memcpy(tail + 9, p + 8, left - 8);
	a += le32dec(tail);
	b += le32dec(tail + 4);
	c += (uint32_t)len + le32dec(tail + 8);
	MIX(a, b, c);
	hashes[0] = a;
	hashes[1] = b;
	hashes[2] = c;
}

LIST_HEAD(anylist, any);
SLIST_HEAD(anyslist, any);
TAILQ_HEAD(anytailq, any);

static size_t
head_size(enum hashtype type)
{
	switch (type) {
	case HASH_LIST:
		return sizeof(struct anylist);
	case HASH_SLIST:
		return sizeof(struct anyslist);
	case HASH_TAILQ:
		return sizeof(struct anytailq);
	case HASH_PSLIST:
		return sizeof(struct pslist_head);
	}
	panic("hashinit: type %d", type);
}

/*
 * A table of at least so many list heads, a power of two; *mask is one less
 * than there are.  NULL only if !waitok.
 */
void *
hashinit(u_int elements, enum hashtype type, bool waitok, u_long *mask)
{
	size_t n, size = head_size(type);
	struct anytailq *tq;
	void *table;

	if (elements == 0)
		elements = 1;
	for (n = 1; n < elements && n < LONG_MAX / 2 / size; n <<= 1)
		continue;
	/* empty lists are zero, except for the one with a tail pointer */
	table = kmem_zalloc(n * size, waitok ? KM_SLEEP : KM_NOSLEEP);
	if (table == NULL)
		return NULL;
	if (type == HASH_TAILQ) {
		tq = table;
		for (size_t i = 0; i < n; i++)
			TAILQ_INIT(&tq[i]);
	}
	*mask = n - 1;
	return table;
}

void
hashdone(void *table, enum hashtype type, u_long mask)
{
	kmem_free(table, head_size(type) * (mask + 1));
}
