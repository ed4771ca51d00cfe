/* SPDX-License-Identifier: BSD-2-Clause */
/* Property lists, prefix trees and constant databases. */

#include <sys/cdbr.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/ptree.h>
#include <sys/systm.h>

#include <prop/proplib.h>

#include "ktest.h"
#include "svc.h"

static void
prop_numbers(prop_dictionary_t d)
{
	bool b = false;
	int32_t i32 = 0;
	uint8_t u8 = 0;
	uint16_t u16 = 0;
	uint32_t u32 = 0;
	uint64_t u64 = 0;

	K(prop_dictionary_set_bool(d, "bool", true));
	K(prop_dictionary_get_bool(d, "bool", &b) && b);
	K(prop_dictionary_set_int32(d, "i32", -5));
	K(prop_dictionary_get_int32(d, "i32", &i32));
	KEQ(i32, -5);
	K(prop_dictionary_set_uint8(d, "u8", 200));
	K(prop_dictionary_get_uint8(d, "u8", &u8));
	KEQ(u8, 200);
	K(prop_dictionary_set_uint16(d, "u16", 60000));
	K(prop_dictionary_get_uint16(d, "u16", &u16));
	KEQ(u16, 60000);
	K(prop_dictionary_set_uint32(d, "u32", 4000000000u));
	K(prop_dictionary_get_uint32(d, "u32", &u32));
	KEQ(u32, 4000000000u);
	K(prop_dictionary_set_uint64(d, "u64", 1ULL << 63));
	K(prop_dictionary_get_uint64(d, "u64", &u64));
	K(u64 == 1ULL << 63);
	/* What does not fit, or is no number, is not told. */
	K(!prop_dictionary_get_uint8(d, "u16", &u8));
	K(!prop_dictionary_get_uint32(d, "bool", &u32));
	K(!prop_dictionary_get_uint32(d, "none", &u32));
}

static void
prop_containers(prop_dictionary_t d)
{
	static const char bytes[] = "\0\1\2\3";
	prop_array_t array;
	prop_data_t data, copy;
	prop_object_iterator_t it;
	prop_object_t o;
	u_int n = 0;
	void *raw;

	array = prop_array_create();
	K(array != NULL);
	data = prop_data_create_data(bytes, sizeof(bytes));
	KEQ(prop_data_size(data), sizeof(bytes));
	raw = prop_data_data(data);
	K(raw != NULL && memcmp(raw, bytes, sizeof(bytes)) == 0);
	free(raw, M_TEMP);
	copy = prop_data_copy(data);
	KEQ(memcmp(prop_data_data_nocopy(copy), bytes, sizeof(bytes)), 0);
	K(prop_array_add(array, data));
	K(prop_array_add(array, copy));
	prop_object_release(data);
	prop_object_release(copy);
	KEQ(prop_array_count(array), 2);
	it = prop_array_iterator(array);
	while ((o = prop_object_iterator_next(it)) != NULL) {
		KEQ(prop_object_type(o), PROP_TYPE_DATA);
		KEQ(prop_data_size(o), sizeof(bytes));
		n++;
	}
	prop_object_iterator_release(it);
	KEQ(n, 2);
	/* The dictionary takes the caller's reference. */
	K(prop_dictionary_set_and_rel(d, "array", array));
	o = prop_dictionary_get(d, "array");
	K(o == array);
	KEQ(prop_object_type(o), PROP_TYPE_ARRAY);
}

void
svc_test_prop(void)
{
	static char nocopy[] = "kept";
	prop_dictionary_t d, sub;
	const char *text = NULL;
	char scratch[] = "copied";

	d = prop_dictionary_create();
	K(d != NULL);
	KEQ(prop_object_type(d), PROP_TYPE_DICTIONARY);
	K(prop_dictionary_set_cstring(d, "copy", scratch));
	memset(scratch, 'x', sizeof(scratch) - 1);
	K(prop_dictionary_get_cstring_nocopy(d, "copy", &text));
	KSTR(text, "copied");
	K(prop_dictionary_set_cstring_nocopy(d, "kept", nocopy));
	K(prop_dictionary_get_cstring_nocopy(d, "kept", &text));
	KSTR(text, "kept");
	prop_numbers(d);
	prop_containers(d);
	sub = prop_dictionary_create();
	K(prop_dictionary_set(d, "sub", sub));
	prop_object_release(sub);
	K(prop_dictionary_get(d, "sub") == sub);
	K(prop_dictionary_get(d, "bus") == NULL);
	prop_object_release(d);
}

/* Addresses and networks: the longest prefix that matches is found. */
struct route {
	struct pt_node r_node;
	uint8_t r_addr[4];
	int r_name;
};

static bool
route_matchkey(
    const void *a, const void *b, pt_bitoff_t off, pt_bitlen_t len, void *ctx)
{
	const uint8_t *ka = a, *kb = b;
	pt_bitoff_t i;

	/* A length beyond the end stands for the end. */
	if (len > 32 - off)
		len = 32 - off;
	for (i = off; i < off + len; i++) {
		if (((ka[i / 8] ^ kb[i / 8]) & (0x80 >> (i % 8))) != 0)
			return false;
	}
	return true;
}

static bool
route_matchnode(const void *a, const void *b, pt_bitoff_t max,
    pt_bitoff_t *offp, pt_slot_t *slotp, void *ctx)
{
	const uint8_t *ka = a, *kb = b;
	pt_bitoff_t i;

	if (max > 32)
		max = 32;
	for (i = *offp; i < max; i++) {
		if (((ka[i / 8] ^ (kb != NULL ? kb[i / 8] : 0)) &
			(0x80 >> (i % 8))) != 0) {
			*offp = i;
			*slotp = (ka[i / 8] & (0x80 >> (i % 8))) != 0
			    ? PT_SLOT_RIGHT
			    : PT_SLOT_LEFT;
			return false;
		}
	}
	*offp = max;
	return true;
}

static pt_slot_t
route_testkey(const void *a, pt_bitoff_t off, pt_bitlen_t len, void *ctx)
{
	const uint8_t *k = a;

	return (k[off / 8] & (0x80 >> (off % 8))) != 0 ? PT_SLOT_RIGHT
						       : PT_SLOT_LEFT;
}

static const pt_tree_ops_t route_ops = {
    .ptto_matchnode = route_matchnode,
    .ptto_matchkey = route_matchkey,
    .ptto_testnode = route_testkey,
    .ptto_testkey = route_testkey,
};

static bool
route_host(void *ctx, const void *item, int flags)
{
	return ((const struct route *)item)->r_name < 10;
}

void
svc_test_ptree(void)
{
	static struct route net8 = {.r_addr = {10, 0, 0, 0}, .r_name = 8};
	static struct route net16 = {.r_addr = {10, 1, 0, 0}, .r_name = 16};
	static struct route host = {.r_addr = {10, 1, 2, 3}, .r_name = 32};
	static const uint8_t a[4] = {10, 1, 2, 3}, b[4] = {10, 1, 9, 9},
			     c[4] = {10, 9, 9, 9}, d[4] = {11, 0, 0, 0};
	pt_tree_t tree;
	struct route *r;
	int n = 0;

	ptree_init(&tree, &route_ops, NULL, offsetof(struct route, r_node),
	    offsetof(struct route, r_addr));
	K(ptree_insert_mask_node(&tree, &net8, 8));
	K(ptree_insert_mask_node(&tree, &net16, 16));
	K(ptree_insert_node(&tree, &host));
	K(ptree_find_node(&tree, a) == &host);
	K(ptree_find_node(&tree, b) == &net16);
	K(ptree_find_node(&tree, c) == &net8);
	K(ptree_find_node(&tree, d) == NULL);
	K(ptree_find_filtered_node(&tree, a, route_host, NULL) == &net8);
	K(ptree_mask_node_p(&tree, &net16, NULL));
	K(!ptree_mask_node_p(&tree, &host, NULL));
	for (r = ptree_iterate(&tree, NULL, PT_ASCENDING); r != NULL;
	     r = ptree_iterate(&tree, r, PT_ASCENDING))
		n++;
	KEQ(n, 3);
	ptree_remove_node(&tree, &host);
	K(ptree_find_node(&tree, a) == &net16);
	ptree_remove_node(&tree, &net16);
	ptree_remove_node(&tree, &net8);
	K(ptree_find_node(&tree, a) == NULL);
}

#define CDB_SIZE    61 /* the whole database */
#define CDB_ENTRIES 3
#define CDB_TABLE   5 /* records of the hash's table */
static u_int cdb_unmapped;
static const char *const cdb_values[CDB_ENTRIES] = {"red", "green", "blue"};

static void
cdb_unmap(void *cookie, void *base, size_t size)
{
	K(cookie == &cdb_unmapped);
	K(((const char *)base)[0] == 'N');
	KEQ(size, CDB_SIZE);
	cdb_unmapped++;
}

/* The number that a key's hash has with a seed and a table. */
static u_int
cdb_number(const char *key, uint32_t seed, const uint8_t *table)
{
	uint32_t h[3];

	mi_vector_hash(key, strlen(key), seed, h);
	return (u_int)(table[h[0] % CDB_TABLE] + table[h[1] % CDB_TABLE] +
		   table[h[2] % CDB_TABLE]) %
	    CDB_ENTRIES;
}

/*
 * cdb(5): a magic and a version of 8 bytes, a description of 16, then the
 * sizes of the data, the number of entries, of the records of their hash's
 * table, and a seed, in little endian; the table, where the values begin and
 * end, the values.  Numbers up to 255 have one byte.  The keys are the values.
 */
static void
cdb_make(uint8_t *p)
{
	static const uint8_t table[CDB_TABLE] = {0, 1, 2, 1, 0};
	uint32_t seed, i, at = 0;

	for (seed = 0; seed < 100000; seed++) {
		for (i = 0; i < CDB_ENTRIES; i++) {
			if (cdb_number(cdb_values[i], seed, table) != i)
				break;
		}
		if (i == CDB_ENTRIES)
			break;
	}
	K(seed < 100000);
	memset(p, 0, CDB_SIZE);
	memcpy(p, "NBCDB\n\0\1", 8);
	le32enc(p + 24, 12);
	le32enc(p + 28, CDB_ENTRIES);
	le32enc(p + 32, CDB_TABLE);
	le32enc(p + 36, seed);
	memcpy(p + 40, table, CDB_TABLE);
	for (i = 0; i < CDB_ENTRIES; i++) {
		memcpy(p + 49 + at, cdb_values[i], strlen(cdb_values[i]));
		at += (uint32_t)strlen(cdb_values[i]);
		p[46 + i] = (uint8_t)at;
	}
}

static void
cdb_lookups(struct cdbr *db)
{
	const void *data, *found;
	size_t len = 0, len2 = 0;

	KEQ(cdbr_entries(db), CDB_ENTRIES);
	for (u_int i = 0; i < CDB_ENTRIES; i++) {
		KEQ(cdbr_get(db, i, &data, &len), 0);
		KEQ(len, strlen(cdb_values[i]));
		KEQ(memcmp(data, cdb_values[i], len), 0);
		KEQ(cdbr_find(db, cdb_values[i], len, &found, &len2), 0);
		K(found == data && len2 == len);
	}
	KEQ(cdbr_get(db, CDB_ENTRIES, &data, &len), -1);
}

/* A file that is no database is not opened, and not unmapped. */
void
svc_test_cdbr(void)
{
	static uint8_t file[CDB_SIZE];
	struct cdbr *db;
	const void *data;
	size_t len;

	cdb_make(file);
	db = cdbr_open_mem(
	    file, sizeof(file), CDBR_DEFAULT, cdb_unmap, &cdb_unmapped);
	K(db != NULL);
	cdb_lookups(db);
	/* where a value ends is damaged */
	file[48] = 13;
	KEQ(cdbr_get(db, 2, &data, &len), -1);
	file[46] = 9;
	KEQ(cdbr_get(db, 1, &data, &len), -1);
	cdbr_close(db);
	KEQ(cdb_unmapped, 1);
	/* a byte of the values is not there */
	K(cdbr_open_mem(file, sizeof(file) - 1, CDBR_DEFAULT, cdb_unmap,
	      &cdb_unmapped) == NULL);
	/* without entries there is nothing to find */
	memset(file + 24, 0, 16);
	db = cdbr_open_mem(file, sizeof(file), CDBR_DEFAULT, NULL, NULL);
	K(db != NULL);
	KEQ(cdbr_entries(db), 0);
	KEQ(cdbr_get(db, 0, &data, &len), -1);
	KEQ(cdbr_find(db, "red", 3, &data, &len), -1);
	cdbr_close(db);
	file[0] = 'X';
	K(cdbr_open_mem(file, sizeof(file), CDBR_DEFAULT, cdb_unmap,
	      &cdb_unmapped) == NULL);
	K(cdbr_open_mem(file, 8, CDBR_DEFAULT, NULL, NULL) == NULL);
	KEQ(cdb_unmapped, 1);
}
