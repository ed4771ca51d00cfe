/* SPDX-License-Identifier: BSD-2-Clause */
/* What the library has for drivers alone: ptree, cdbr, rijndael. */

#include <sys/cdbr.h>
#include <sys/kmem.h>
#include <sys/ptree.h>

#include <crypto/rijndael/rijndael.h>

#include "mtest_impl.h"

/* ---- ptree: prefixes of 32 bits, against a search of all ---- */

#define NITEMS 300

struct item {
	int number;
	pt_node_t node;
	bool in, mask;
	pt_bitlen_t len;
	uint32_t key; /* host order, bit 0 is the highest */
};

static uint32_t
bits_of(uint32_t key, pt_bitoff_t off, pt_bitlen_t len)
{
	if (off >= 32 || len == 0)
		return 0;
	key <<= off;
	return len >= 32 ? key : key >> (32 - len);
}

static bool
item_matchnode(const void *a, const void *b, pt_bitoff_t max, pt_bitoff_t *offp,
    pt_slot_t *slotp, void *ctx)
{
	const uint32_t *x = a, *y = b;

	for (pt_bitoff_t i = *offp; i < MIN(max, 32); i++)
		if (bits_of(*x, i, 1) != bits_of(*y, i, 1)) {
			*offp = i;
			*slotp = bits_of(*x, i, 1);
			return false;
		}
	*offp = MIN(max, 32);
	return true;
}

static bool
item_matchkey(const void *key, const void *node, pt_bitoff_t off,
    pt_bitlen_t len, void *ctx)
{
	const uint32_t *x = key, *y = node;

	len = MIN(len, 32 - off);
	return bits_of(*x, off, len) == bits_of(*y, off, len);
}

static pt_slot_t
item_test(const void *key, pt_bitoff_t off, pt_bitlen_t len, void *ctx)
{
	return bits_of(*(const uint32_t *)key, off, len);
}

static const pt_tree_ops_t item_ops = {
    .ptto_matchnode = item_matchnode,
    .ptto_matchkey = item_matchkey,
    .ptto_testnode = item_test,
    .ptto_testkey = item_test,
};

static bool
odd_only(void *arg, const void *v, int flags)
{
	const struct item *it = v;

	return ((flags & PT_FILTER_MASK) != 0) == it->mask &&
	    it->number % 2 == 1;
}

static const struct item *
longest(const struct item *items, uint32_t key, bool odd)
{
	const struct item *best = NULL;

	for (int i = 0; i < NITEMS; i++) {
		const struct item *it = &items[i];

		if (it->in && (!odd || it->number % 2 == 1) &&
		    bits_of(it->key, 0, it->len) == bits_of(key, 0, it->len) &&
		    (best == NULL || it->len > best->len ||
			(it->len == best->len && !it->mask)))
			best = it;
	}
	return best;
}

static const char *
ptree_check(pt_tree_t *pt, struct item *items)
{
	const struct item *it, *last = NULL;
	int n = 0, in = 0;
	pt_bitlen_t len;

	for (int i = 0; i < NITEMS; i++)
		in += items[i].in;
	it = NULL;
	while ((it = ptree_iterate(pt, it, PT_ASCENDING)) != NULL) {
		CHECK(it->in);
		CHECK(ptree_mask_node_p(pt, it, &len) == it->mask);
		CHECK(!it->mask || len == it->len);
		last = it;
		n++;
	}
	CHECK(n == in);
	it = NULL;
	for (n = 0; (it = ptree_iterate(pt, it, PT_DESCENDING)) != NULL; n++)
		CHECK(n > 0 || it == last);
	CHECK(n == in);
	for (int i = 0; i < 4 * NITEMS; i++) {
		uint32_t key = i < NITEMS ? items[i].key
		    : i < 2 * NITEMS ? items[i - NITEMS].key ^ (1u << i % 32)
				     : (uint32_t)random() * 3;

		CHECK(ptree_find_node(pt, &key) == longest(items, key, false));
		CHECK(ptree_find_filtered_node(pt, &key, odd_only, NULL) ==
		    longest(items, key, true));
	}
	return NULL;
}

static const char *
ptrees(void)
{
	static struct item items[NITEMS];
	pt_tree_t pt;
	const char *bad;

	ptree_init(&pt, &item_ops, NULL, offsetof(struct item, node),
	    offsetof(struct item, key));
	CHECK(ptree_iterate(&pt, NULL, PT_ASCENDING) == NULL);
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < NITEMS; i++) {
			struct item *it = &items[i];
			bool same = false;

			if (it->in) {
				if (random() % 2 == 0) {
					ptree_remove_node(&pt, it);
					it->in = false;
				}
				continue;
			}
			it->number = i;
			/* few first bits, so that prefixes nest */
			it->key = (uint32_t)random() << 1 & 0xf0f000ff;
			it->mask = random() % 3 != 0;
			it->len = it->mask ? (pt_bitlen_t)random() % 33 : 32;
			for (int k = 0; k < NITEMS; k++)
				same |= items[k].in &&
				    items[k].mask == it->mask &&
				    items[k].len == it->len &&
				    bits_of(items[k].key, 0, it->len) ==
					bits_of(it->key, 0, it->len);
			it->in = it->mask
			    ? ptree_insert_mask_node(&pt, it, it->len)
			    : ptree_insert_node(&pt, it);
			CHECK(it->in == !same);
		}
		if ((bad = ptree_check(&pt, items)) != NULL)
			return bad;
	}
	for (int i = 0; i < NITEMS; i++)
		if (items[i].in)
			ptree_remove_node(&pt, &items[i]);
	CHECK(ptree_iterate(&pt, NULL, PT_DESCENDING) == NULL);
	return NULL;
}

/* ---- cdbr: a database written here ---- */

#define NKEYS  200
#define NINDEX 280

static char
key_char(int i)
{
	return (char)('a' + i % 26);
}

/* The key is "kN", the value N times a character and a number. */
static size_t
key_make(char *buf, int i)
{
	return (size_t)snprintf(buf, 16, "k%d", i);
}

/*
 * The hash table: edges of a hypergraph with NINDEX vertices are taken away
 * at a vertex that only one has, and get their sums right in reverse order.
 */
static bool
table_make(uint32_t seed, uint8_t g[NINDEX])
{
	static uint32_t v[NKEYS][3];
	static int order[NKEYS], last[NKEYS], degree[NINDEX];
	static bool gone[NKEYS];
	bool set[NINDEX];
	char key[16];
	int n = 0;

	memset(degree, 0, sizeof(degree));
	memset(gone, 0, sizeof(gone));
	for (int i = 0; i < NKEYS; i++) {
		mi_vector_hash(key, key_make(key, i), seed, v[i]);
		for (int k = 0; k < 3; k++)
			v[i][k] %= NINDEX;
		if (v[i][0] == v[i][1] || v[i][0] == v[i][2] ||
		    v[i][1] == v[i][2])
			return false;
		for (int k = 0; k < 3; k++)
			degree[v[i][k]]++;
	}
	for (bool more = true; more;) {
		more = false;
		for (int i = 0; i < NKEYS; i++) {
			int at = -1;

			for (int k = 0; k < 3 && !gone[i]; k++)
				if (degree[v[i][k]] == 1)
					at = (int)v[i][k];
			if (at < 0)
				continue;
			gone[i] = more = true;
			order[n] = i;
			last[n++] = at;
			for (int k = 0; k < 3; k++)
				degree[v[i][k]]--;
		}
	}
	if (n != NKEYS)
		return false;
	memset(g, 0, NINDEX);
	memset(set, 0, sizeof(set));
	while (n-- > 0) {
		const int i = order[n];
		int sum = 0;

		for (int k = 0; k < 3; k++)
			if ((int)v[i][k] != last[n])
				sum += g[v[i][k]];
		g[last[n]] = (uint8_t)((i + NKEYS * 3 - sum % NKEYS) % NKEYS);
	}
	return true;
}

static int unmapped;

static void
unmap(void *cookie, void *base, size_t size)
{
	if (cookie == &unmapped)
		unmapped++;
}

static const char *
cdbrs(void)
{
	static uint8_t db[8192];
	struct cdbr *c;
	size_t o, len, size;
	uint32_t seed = 1, off = 0;
	const void *data;
	char key[16];

	memcpy(db, "NBCDB\n\0\1", 8);
	memcpy(db + 8, "test", 4);
	while (!table_make(seed, db + 40))
		CHECK(seed++ < 1000);
	o = roundup(40 + NINDEX, 2);
	for (int i = 0; i <= NKEYS; i++) {
		le16enc(db + o + 2 * i, (uint16_t)off);
		off += i % 7 + 1;
	}
	off -= NKEYS % 7 + 1;
	o += 2 * (NKEYS + 1);
	for (int i = 0; i < NKEYS; i++)
		for (int k = 0; k < i % 7 + 1; k++)
			db[o++] = (uint8_t)key_char(i);
	size = o;
	le32enc(db + 24, off);
	le32enc(db + 28, NKEYS);
	le32enc(db + 32, NINDEX);
	le32enc(db + 36, seed);

	CHECK(cdbr_open_mem(db, size - 1, CDBR_DEFAULT, NULL, NULL) == NULL);
	CHECK(cdbr_open_mem(db, 39, CDBR_DEFAULT, NULL, NULL) == NULL);
	c = cdbr_open_mem(db, size, CDBR_DEFAULT, unmap, &unmapped);
	CHECK(c != NULL);
	CHECK(cdbr_entries(c) == NKEYS);
	for (int i = 0; i < NKEYS; i++) {
		CHECK(cdbr_find(c, key, key_make(key, i), &data, &len) == 0);
		CHECK(len == (size_t)(i % 7 + 1));
		CHECK(((const char *)data)[len - 1] == key_char(i));
		CHECK(cdbr_get(c, (uint32_t)i, &data, &len) == 0);
		CHECK(len == (size_t)(i % 7 + 1));
	}
	CHECK(cdbr_get(c, NKEYS, &data, &len) != 0);
	cdbr_close(c);
	CHECK(unmapped == 1);
	db[0] = 'X';
	CHECK(cdbr_open_mem(db, size, CDBR_DEFAULT, NULL, NULL) == NULL);
	return NULL;
}

/* ---- rijndael: FIPS 197, appendix C ---- */

static const char *
ciphers(void)
{
	static const struct {
		int bits;
		uint8_t out[16];
	} vectors[] = {
	    {128,
		{0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd,
		    0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a}},
	    {192,
		{0xdd, 0xa9, 0x7c, 0xa4, 0x86, 0x4c, 0xdf, 0xe0, 0x6e, 0xaf,
		    0x70, 0xa0, 0xec, 0x0d, 0x71, 0x91}},
	    {256,
		{0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc,
		    0x49, 0x90, 0x4b, 0x49, 0x60, 0x89}},
	};
	rijndael_ctx ctx;
	uint8_t key[32], plain[16], out[16];

	for (int i = 0; i < 32; i++)
		key[i] = (uint8_t)i;
	for (int i = 0; i < 16; i++)
		plain[i] = (uint8_t)(i * 0x11);
	for (size_t i = 0; i < __arraycount(vectors); i++) {
		rijndael_set_key(&ctx, key, vectors[i].bits);
		rijndael_encrypt(&ctx, plain, out);
		CHECK(memcmp(out, vectors[i].out, 16) == 0);
		rijndael_decrypt(&ctx, out, out);
		CHECK(memcmp(out, plain, 16) == 0);
	}
	return NULL;
}

const struct mtest mtests_kit[] = {
    {"ptrees", ptrees},
    {"cdbrs", cdbrs},
    {"ciphers", ciphers},
    {NULL, NULL},
};
