/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties: booleans, numbers, strings, data; references and comparison. */

#include <lib/libkern/libkern.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "prop_impl.h"

/* iteration goes over a copy of the references */
struct prop_object_iterator {
	unsigned int pi_next;
	unsigned int pi_count;
	pobj *pi_objs[];
};

static void destroy(pobj *);

pobj *
prop_new(prop_type_t type)
{
	pobj *po = kmem_zalloc(sizeof(*po), KM_SLEEP);

	po->po_refs = 1;
	po->po_type = type;
	return po;
}

/* with a copy of the bytes, and a NUL behind them */
pobj *
prop_new_bytes(prop_type_t type, const void *bytes, size_t len)
{
	pobj *po = prop_new(type);

	po->po_bytes = kmem_alloc(len + 1, KM_SLEEP);
	memcpy(po->po_bytes, bytes, len);
	po->po_bytes[len] = '\0';
	po->po_len = len;
	return po;
}

bool
prop_is(const pobj *po, prop_type_t type)
{
	return po != NULL && po->po_type == type;
}

void
prop_object_retain(prop_object_t obj)
{
	pobj *po = obj;

	atomic_inc_uint(&po->po_refs);
}

void
prop_object_release(prop_object_t obj)
{
	pobj *po = obj;

	if (atomic_dec_uint_nv(&po->po_refs) == 0)
		destroy(po);
}

static void
destroy(pobj *po)
{
	unsigned int i;

	if (po->po_bytes != NULL && !po->po_nocopy)
		kmem_free(po->po_bytes, po->po_len + 1);
	if (po->po_type == PROP_TYPE_ARRAY) {
		for (i = 0; i < po->po_count; i++)
			prop_object_release(po->po_objs[i]);
		if (po->po_cap != 0)
			kmem_free(
			    po->po_objs, po->po_cap * sizeof(*po->po_objs));
	} else if (po->po_type == PROP_TYPE_DICTIONARY) {
		for (i = 0; i < po->po_count; i++) {
			prop_object_release(po->po_entries[i].pe_key);
			prop_object_release(po->po_entries[i].pe_obj);
		}
		if (po->po_cap != 0)
			kmem_free(po->po_entries,
			    po->po_cap * sizeof(*po->po_entries));
	}
	kmem_free(po, sizeof(*po));
}

prop_type_t
prop_object_type(prop_object_t obj)
{
	const pobj *po = obj;

	return po == NULL ? PROP_TYPE_UNKNOWN : po->po_type;
}

bool
prop_object_equals(prop_object_t a, prop_object_t b)
{
	pobj *x = a, *y = b;
	unsigned int i;

	if (x == y)
		return true;
	if (x == NULL || y == NULL || x->po_type != y->po_type)
		return false;
	switch (x->po_type) {
	case PROP_TYPE_BOOL:
		return x->po_bool == y->po_bool;
	case PROP_TYPE_NUMBER:
		return prop_number_equals(x, y);
	case PROP_TYPE_STRING:
	case PROP_TYPE_DATA:
	case PROP_TYPE_DICT_KEYSYM:
		return x->po_len == y->po_len &&
		    memcmp(x->po_bytes, y->po_bytes, x->po_len) == 0;
	case PROP_TYPE_ARRAY:
		if (x->po_count != y->po_count)
			return false;
		for (i = 0; i < x->po_count; i++) {
			if (!prop_object_equals(x->po_objs[i], y->po_objs[i]))
				return false;
		}
		return true;
	case PROP_TYPE_DICTIONARY:
		if (x->po_count != y->po_count)
			return false;
		for (i = 0; i < x->po_count; i++) {
			if (!prop_object_equals(x->po_entries[i].pe_key,
				y->po_entries[i].pe_key) ||
			    !prop_object_equals(x->po_entries[i].pe_obj,
				y->po_entries[i].pe_obj))
				return false;
		}
		return true;
	default:
		return false;
	}
}

bool
prop_object_equals_with_error(prop_object_t a, prop_object_t b, bool *error)
{
	*error = false;
	return prop_object_equals(a, b);
}

static prop_object_iterator_t
iterator(pobj *po, prop_type_t type)
{
	prop_object_iterator_t pi;

	if (!prop_is(po, type))
		return NULL;
	pi = kmem_alloc(
	    sizeof(*pi) + po->po_count * sizeof(pi->pi_objs[0]), KM_SLEEP);
	pi->pi_next = 0;
	pi->pi_count = po->po_count;
	for (unsigned int i = 0; i < po->po_count; i++) {
		pi->pi_objs[i] = type == PROP_TYPE_ARRAY
		    ? po->po_objs[i]
		    : po->po_entries[i].pe_key;
		prop_object_retain(pi->pi_objs[i]);
	}
	return pi;
}

prop_object_iterator_t
prop_array_iterator(prop_array_t pa)
{
	return iterator(pa, PROP_TYPE_ARRAY);
}

/* gives keysyms, in order */
prop_object_iterator_t
prop_dictionary_iterator(prop_dictionary_t pd)
{
	return iterator(pd, PROP_TYPE_DICTIONARY);
}

prop_object_t
prop_object_iterator_next(prop_object_iterator_t pi)
{
	return pi->pi_next < pi->pi_count ? pi->pi_objs[pi->pi_next++] : NULL;
}

void
prop_object_iterator_reset(prop_object_iterator_t pi)
{
	pi->pi_next = 0;
}

void
prop_object_iterator_release(prop_object_iterator_t pi)
{
	for (unsigned int i = 0; i < pi->pi_count; i++)
		prop_object_release(pi->pi_objs[i]);
	kmem_free(pi, sizeof(*pi) + pi->pi_count * sizeof(pi->pi_objs[0]));
}

/* booleans */
prop_bool_t
prop_bool_create(bool v)
{
	pobj *po = prop_new(PROP_TYPE_BOOL);

	po->po_bool = v;
	return po;
}

prop_bool_t
prop_bool_copy(prop_bool_t po)
{
	if (!prop_is(po, PROP_TYPE_BOOL))
		return NULL;
	prop_object_retain(po);
	return po;
}

bool
prop_bool_true(prop_bool_t po)
{
	return prop_is(po, PROP_TYPE_BOOL) && po->po_bool;
}

/* numbers */
prop_number_t
prop_number_create_integer(int64_t v)
{
	pobj *po = prop_new(PROP_TYPE_NUMBER);

	po->po_num = (uint64_t)v;
	return po;
}

prop_number_t
prop_number_create_unsigned_integer(uint64_t v)
{
	pobj *po = prop_new(PROP_TYPE_NUMBER);

	po->po_num = v;
	po->po_unsigned = true;
	return po;
}

prop_number_t
prop_number_copy(prop_number_t po)
{
	if (!prop_is(po, PROP_TYPE_NUMBER))
		return NULL;
	prop_object_retain(po);
	return po;
}

bool
prop_number_unsigned(prop_number_t po)
{
	return po->po_unsigned;
}

/* in how many bits it fits: 8, 16, 32 or 64; 0 if it is no number */
int
prop_number_size(prop_number_t po)
{
	int64_t v;

	if (!prop_is(po, PROP_TYPE_NUMBER))
		return 0;
	if (po->po_unsigned)
		return po->po_num > UINT32_MAX ? 64
		    : po->po_num > UINT16_MAX  ? 32
		    : po->po_num > UINT8_MAX   ? 16
					       : 8;
	v = (int64_t)po->po_num;
	return v > INT32_MAX || v < INT32_MIN ? 64
	    : v > INT16_MAX || v < INT16_MIN  ? 32
	    : v > INT8_MAX || v < INT8_MIN    ? 16
					      : 8;
}

int64_t
prop_number_integer_value(prop_number_t po)
{
	return prop_is(po, PROP_TYPE_NUMBER) ? (int64_t)po->po_num : 0;
}

uint64_t
prop_number_unsigned_integer_value(prop_number_t po)
{
	return prop_is(po, PROP_TYPE_NUMBER) ? po->po_num : 0;
}

/* by value: a sign bit means different things */
bool
prop_number_equals(prop_number_t a, prop_number_t b)
{
	if (!prop_is(a, PROP_TYPE_NUMBER) || !prop_is(b, PROP_TYPE_NUMBER))
		return false;
	if (a->po_unsigned != b->po_unsigned && (int64_t)a->po_num < 0)
		return false;
	return a->po_num == b->po_num;
}

bool
prop_number_equals_integer(prop_number_t po, int64_t v)
{
	return prop_is(po, PROP_TYPE_NUMBER) && po->po_num == (uint64_t)v &&
	    !(po->po_unsigned && v < 0);
}

bool
prop_number_equals_unsigned_integer(prop_number_t po, uint64_t v)
{
	return prop_is(po, PROP_TYPE_NUMBER) && po->po_num == v &&
	    (po->po_unsigned || (int64_t)v >= 0);
}

/* strings */
prop_string_t
prop_string_create(void)
{
	return prop_new_bytes(PROP_TYPE_STRING, "", 0);
}

prop_string_t
prop_string_create_cstring(const char *s)
{
	return prop_new_bytes(PROP_TYPE_STRING, s, strlen(s));
}

prop_string_t
prop_string_create_cstring_nocopy(const char *s)
{
	pobj *po = prop_new(PROP_TYPE_STRING);

	po->po_bytes = __UNCONST(s);
	po->po_len = strlen(s);
	po->po_nocopy = po->po_immutable = true;
	return po;
}

prop_string_t
prop_string_copy(prop_string_t po)
{
	if (!prop_is(po, PROP_TYPE_STRING))
		return NULL;
	return prop_new_bytes(PROP_TYPE_STRING, po->po_bytes, po->po_len);
}

prop_string_t
prop_string_copy_mutable(prop_string_t po)
{
	return prop_string_copy(po);
}

size_t
prop_string_size(prop_string_t po)
{
	return prop_is(po, PROP_TYPE_STRING) ? po->po_len : 0;
}

bool
prop_string_mutable(prop_string_t po)
{
	return prop_is(po, PROP_TYPE_STRING) && !po->po_immutable;
}

/* a copy, freed with free(9) */
static char *
bytes_dup(const pobj *po)
{
	char *s = malloc(po->po_len + 1, M_TEMP, M_WAITOK);

	if (s != NULL) {
		memcpy(s, po->po_bytes, po->po_len);
		s[po->po_len] = '\0';
	}
	return s;
}

char *
prop_string_cstring(prop_string_t po)
{
	return prop_is(po, PROP_TYPE_STRING) ? bytes_dup(po) : NULL;
}

const char *
prop_string_cstring_nocopy(prop_string_t po)
{
	return prop_is(po, PROP_TYPE_STRING) ? po->po_bytes : NULL;
}

static bool
append(pobj *po, const char *s, size_t len)
{
	char *new;

	if (!prop_string_mutable(po))
		return false;
	new = kmem_alloc(po->po_len + len + 1, KM_SLEEP);
	memcpy(new, po->po_bytes, po->po_len);
	memcpy(new + po->po_len, s, len);
	new[po->po_len + len] = '\0';
	kmem_free(po->po_bytes, po->po_len + 1);
	po->po_bytes = new;
	po->po_len += len;
	return true;
}

bool
prop_string_append(prop_string_t dst, prop_string_t src)
{
	return prop_is(src, PROP_TYPE_STRING) &&
	    append(dst, src->po_bytes, src->po_len);
}

bool
prop_string_append_cstring(prop_string_t dst, const char *src)
{
	return append(dst, src, strlen(src));
}

bool
prop_string_equals(prop_string_t a, prop_string_t b)
{
	return prop_is(a, PROP_TYPE_STRING) && prop_object_equals(a, b);
}

bool
prop_string_equals_cstring(prop_string_t po, const char *s)
{
	return prop_is(po, PROP_TYPE_STRING) && strcmp(po->po_bytes, s) == 0;
}

/* data */
prop_data_t
prop_data_create_data(const void *data, size_t len)
{
	return prop_new_bytes(PROP_TYPE_DATA, data, len);
}

prop_data_t
prop_data_create_data_nocopy(const void *data, size_t len)
{
	pobj *po = prop_new(PROP_TYPE_DATA);

	po->po_bytes = __UNCONST(data);
	po->po_len = len;
	po->po_nocopy = po->po_immutable = true;
	return po;
}

prop_data_t
prop_data_copy(prop_data_t po)
{
	if (!prop_is(po, PROP_TYPE_DATA))
		return NULL;
	return prop_new_bytes(PROP_TYPE_DATA, po->po_bytes, po->po_len);
}

size_t
prop_data_size(prop_data_t po)
{
	return prop_is(po, PROP_TYPE_DATA) ? po->po_len : 0;
}

void *
prop_data_data(prop_data_t po)
{
	return prop_is(po, PROP_TYPE_DATA) ? bytes_dup(po) : NULL;
}

const void *
prop_data_data_nocopy(prop_data_t po)
{
	return prop_is(po, PROP_TYPE_DATA) ? po->po_bytes : NULL;
}

bool
prop_data_equals(prop_data_t a, prop_data_t b)
{
	return prop_is(a, PROP_TYPE_DATA) && prop_object_equals(a, b);
}

bool
prop_data_equals_data(prop_data_t po, const void *data, size_t len)
{
	return prop_is(po, PROP_TYPE_DATA) && po->po_len == len &&
	    memcmp(po->po_bytes, data, len) == 0;
}
