/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arrays and dictionaries of properties.  A dictionary is sorted by key and
 * searched by halves.
 */

#include <lib/libkern/libkern.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "prop_impl.h"

#define MAX_ELEMENTS (1U << 24)

static bool
grow(pobj *po, unsigned int want, size_t size)
{
	unsigned int cap = po->po_cap < 4 ? 4 : po->po_cap;
	void *new;

	if (want <= po->po_cap)
		return true;
	if (want > MAX_ELEMENTS)
		return false;
	while (cap < want)
		cap *= 2;
	new = kmem_alloc(cap * size, KM_SLEEP);
	if (po->po_cap != 0) {
		memcpy(new, po->po_objs, po->po_count * size);
		kmem_free(po->po_objs, po->po_cap * size);
	}
	po->po_objs = new;
	po->po_cap = cap;
	return true;
}

/* arrays */
prop_array_t
prop_array_create(void)
{
	return prop_new(PROP_TYPE_ARRAY);
}

prop_array_t
prop_array_create_with_capacity(unsigned int n)
{
	pobj *po = prop_new(PROP_TYPE_ARRAY);

	(void)grow(po, n, sizeof(*po->po_objs));
	return po;
}

prop_array_t
prop_array_copy_mutable(prop_array_t po)
{
	pobj *new;

	if (!prop_is(po, PROP_TYPE_ARRAY))
		return NULL;
	new = prop_array_create_with_capacity(po->po_count);
	for (unsigned int i = 0; i < po->po_count; i++)
		(void)prop_array_add(new, po->po_objs[i]);
	return new;
}

prop_array_t
prop_array_copy(prop_array_t po)
{
	pobj *new = prop_array_copy_mutable(po);

	if (new != NULL)
		new->po_immutable = po->po_immutable;
	return new;
}

unsigned int
prop_array_capacity(prop_array_t po)
{
	return prop_is(po, PROP_TYPE_ARRAY) ? po->po_cap : 0;
}

unsigned int
prop_array_count(prop_array_t po)
{
	return prop_is(po, PROP_TYPE_ARRAY) ? po->po_count : 0;
}

bool
prop_array_ensure_capacity(prop_array_t po, unsigned int n)
{
	return prop_is(po, PROP_TYPE_ARRAY) &&
	    grow(po, n, sizeof(*po->po_objs));
}

void
prop_array_make_immutable(prop_array_t po)
{
	if (prop_is(po, PROP_TYPE_ARRAY))
		po->po_immutable = true;
}

bool
prop_array_mutable(prop_array_t po)
{
	return prop_is(po, PROP_TYPE_ARRAY) && !po->po_immutable;
}

prop_object_t
prop_array_get(prop_array_t po, unsigned int i)
{
	return prop_is(po, PROP_TYPE_ARRAY) && i < po->po_count ? po->po_objs[i]
								: NULL;
}

bool
prop_array_set(prop_array_t po, unsigned int i, prop_object_t obj)
{
	if (obj == NULL || !prop_array_mutable(po) || i > po->po_count)
		return false;
	if (i == po->po_count)
		return prop_array_add(po, obj);
	prop_object_retain(obj);
	prop_object_release(po->po_objs[i]);
	po->po_objs[i] = obj;
	return true;
}

bool
prop_array_add(prop_array_t po, prop_object_t obj)
{
	if (obj == NULL || !prop_array_mutable(po) ||
	    !grow(po, po->po_count + 1, sizeof(*po->po_objs)))
		return false;
	prop_object_retain(obj);
	po->po_objs[po->po_count++] = obj;
	return true;
}

void
prop_array_remove(prop_array_t po, unsigned int i)
{
	if (!prop_array_mutable(po) || i >= po->po_count)
		return;
	prop_object_release(po->po_objs[i]);
	po->po_count--;
	memmove(&po->po_objs[i], &po->po_objs[i + 1],
	    (po->po_count - i) * sizeof(*po->po_objs));
}

bool
prop_array_equals(prop_array_t a, prop_array_t b)
{
	return prop_is(a, PROP_TYPE_ARRAY) && prop_object_equals(a, b);
}

char *
prop_array_externalize(prop_array_t po)
{
	return prop_is(po, PROP_TYPE_ARRAY) ? prop_externalize(po) : NULL;
}

prop_array_t
prop_array_internalize(const char *xml)
{
	return prop_internalize(xml, PROP_TYPE_ARRAY);
}

/* dictionaries */
prop_dictionary_t
prop_dictionary_create(void)
{
	return prop_new(PROP_TYPE_DICTIONARY);
}

prop_dictionary_t
prop_dictionary_create_with_capacity(unsigned int n)
{
	pobj *po = prop_new(PROP_TYPE_DICTIONARY);

	(void)grow(po, n, sizeof(*po->po_entries));
	return po;
}

prop_dictionary_t
prop_dictionary_copy_mutable(prop_dictionary_t po)
{
	pobj *new;

	if (!prop_is(po, PROP_TYPE_DICTIONARY))
		return NULL;
	new = prop_dictionary_create_with_capacity(po->po_count);
	for (unsigned int i = 0; i < po->po_count; i++)
		(void)prop_dictionary_set(new,
		    po->po_entries[i].pe_key->po_bytes,
		    po->po_entries[i].pe_obj);
	return new;
}

prop_dictionary_t
prop_dictionary_copy(prop_dictionary_t po)
{
	pobj *new = prop_dictionary_copy_mutable(po);

	if (new != NULL)
		new->po_immutable = po->po_immutable;
	return new;
}

unsigned int
prop_dictionary_count(prop_dictionary_t po)
{
	return prop_is(po, PROP_TYPE_DICTIONARY) ? po->po_count : 0;
}

bool
prop_dictionary_ensure_capacity(prop_dictionary_t po, unsigned int n)
{
	return prop_is(po, PROP_TYPE_DICTIONARY) &&
	    grow(po, n, sizeof(*po->po_entries));
}

void
prop_dictionary_make_immutable(prop_dictionary_t po)
{
	if (prop_is(po, PROP_TYPE_DICTIONARY))
		po->po_immutable = true;
}

bool
prop_dictionary_mutable(prop_dictionary_t po)
{
	return prop_is(po, PROP_TYPE_DICTIONARY) && !po->po_immutable;
}

prop_array_t
prop_dictionary_all_keys(prop_dictionary_t po)
{
	pobj *keys;

	if (!prop_is(po, PROP_TYPE_DICTIONARY))
		return NULL;
	keys = prop_array_create_with_capacity(po->po_count);
	for (unsigned int i = 0; i < po->po_count; i++)
		(void)prop_array_add(keys, po->po_entries[i].pe_key);
	return keys;
}

/* where the key is, or would be */
static bool
find(const pobj *po, const char *key, unsigned int *at)
{
	unsigned int lo = 0, hi = po->po_count;

	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;
		int c = strcmp(key, po->po_entries[mid].pe_key->po_bytes);

		if (c == 0) {
			*at = mid;
			return true;
		}
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	*at = lo;
	return false;
}

prop_object_t
prop_dictionary_get(prop_dictionary_t po, const char *key)
{
	unsigned int at;

	if (!prop_is(po, PROP_TYPE_DICTIONARY) || !find(po, key, &at))
		return NULL;
	return po->po_entries[at].pe_obj;
}

bool
prop_dictionary_set(prop_dictionary_t po, const char *key, prop_object_t obj)
{
	struct prop_entry *pe;
	unsigned int at;

	if (obj == NULL || key == NULL || !prop_dictionary_mutable(po))
		return false;
	prop_object_retain(obj);
	if (find(po, key, &at)) {
		pe = &po->po_entries[at];
		prop_object_release(pe->pe_obj);
		pe->pe_obj = obj;
		return true;
	}
	if (!grow(po, po->po_count + 1, sizeof(*pe))) {
		prop_object_release(obj);
		return false;
	}
	pe = &po->po_entries[at];
	memmove(pe + 1, pe, (po->po_count - at) * sizeof(*pe));
	pe->pe_key = prop_new_bytes(PROP_TYPE_DICT_KEYSYM, key, strlen(key));
	pe->pe_obj = obj;
	po->po_count++;
	return true;
}

void
prop_dictionary_remove(prop_dictionary_t po, const char *key)
{
	struct prop_entry *pe;
	unsigned int at;

	if (!prop_dictionary_mutable(po) || !find(po, key, &at))
		return;
	pe = &po->po_entries[at];
	prop_object_release(pe->pe_key);
	prop_object_release(pe->pe_obj);
	po->po_count--;
	memmove(pe, pe + 1, (po->po_count - at) * sizeof(*pe));
}

prop_object_t
prop_dictionary_get_keysym(prop_dictionary_t po, prop_dictionary_keysym_t key)
{
	return prop_dictionary_get(po, key->po_bytes);
}

bool
prop_dictionary_set_keysym(
    prop_dictionary_t po, prop_dictionary_keysym_t key, prop_object_t obj)
{
	return prop_dictionary_set(po, key->po_bytes, obj);
}

void
prop_dictionary_remove_keysym(
    prop_dictionary_t po, prop_dictionary_keysym_t key)
{
	prop_dictionary_remove(po, key->po_bytes);
}

bool
prop_dictionary_equals(prop_dictionary_t a, prop_dictionary_t b)
{
	return prop_is(a, PROP_TYPE_DICTIONARY) && prop_object_equals(a, b);
}

const char *
prop_dictionary_keysym_cstring_nocopy(prop_dictionary_keysym_t key)
{
	return prop_is(key, PROP_TYPE_DICT_KEYSYM) ? key->po_bytes : NULL;
}

size_t
prop_dictionary_keysym_size(prop_dictionary_keysym_t key)
{
	return prop_is(key, PROP_TYPE_DICT_KEYSYM) ? key->po_len : 0;
}

bool
prop_dictionary_keysym_equals(
    prop_dictionary_keysym_t a, prop_dictionary_keysym_t b)
{
	return prop_object_equals(a, b);
}

char *
prop_dictionary_externalize(prop_dictionary_t po)
{
	return prop_is(po, PROP_TYPE_DICTIONARY) ? prop_externalize(po) : NULL;
}

prop_dictionary_t
prop_dictionary_internalize(const char *xml)
{
	return prop_internalize(xml, PROP_TYPE_DICTIONARY);
}

bool
prop_dictionary_get_dict(
    prop_dictionary_t po, const char *key, prop_dictionary_t *result)
{
	prop_object_t obj = prop_dictionary_get(po, key);

	if (!prop_is(obj, PROP_TYPE_DICTIONARY))
		return false;
	*result = obj;
	return true;
}

/* typed access, alike for both */
#define ACCESS(kind, keytype)                                                  \
	bool prop_##kind##_set_and_rel(                                        \
	    prop_##kind##_t po, keytype key, prop_object_t obj)                \
	{                                                                      \
		bool ok;                                                       \
		if (obj == NULL)                                               \
			return false;                                          \
		ok = prop_##kind##_set(po, key, obj);                          \
		prop_object_release(obj);                                      \
		return ok;                                                     \
	}                                                                      \
	bool prop_##kind##_get_bool(prop_##kind##_t po, keytype key, bool *v)  \
	{                                                                      \
		pobj *o = prop_##kind##_get(po, key);                          \
		if (!prop_is(o, PROP_TYPE_BOOL))                               \
			return false;                                          \
		*v = o->po_bool;                                               \
		return true;                                                   \
	}                                                                      \
	bool prop_##kind##_set_bool(prop_##kind##_t po, keytype key, bool v)   \
	{                                                                      \
		return prop_##kind##_set_and_rel(                              \
		    po, key, prop_bool_create(v));                             \
	}                                                                      \
	bool prop_##kind##_get_cstring_nocopy(                                 \
	    prop_##kind##_t po, keytype key, const char **v)                   \
	{                                                                      \
		pobj *o = prop_##kind##_get(po, key);                          \
		if (!prop_is(o, PROP_TYPE_STRING))                             \
			return false;                                          \
		*v = o->po_bytes;                                              \
		return true;                                                   \
	}                                                                      \
	bool prop_##kind##_get_cstring(                                        \
	    prop_##kind##_t po, keytype key, char **v)                         \
	{                                                                      \
		pobj *o = prop_##kind##_get(po, key);                          \
		if (!prop_is(o, PROP_TYPE_STRING))                             \
			return false;                                          \
		*v = prop_string_cstring(o);                                   \
		return *v != NULL;                                             \
	}                                                                      \
	bool prop_##kind##_set_cstring(                                        \
	    prop_##kind##_t po, keytype key, const char *v)                    \
	{                                                                      \
		return prop_##kind##_set_and_rel(                              \
		    po, key, prop_string_create_cstring(v));                   \
	}                                                                      \
	bool prop_##kind##_set_cstring_nocopy(                                 \
	    prop_##kind##_t po, keytype key, const char *v)                    \
	{                                                                      \
		return prop_##kind##_set_and_rel(                              \
		    po, key, prop_string_create_cstring_nocopy(v));            \
	}                                                                      \
	ACCESS_INT(kind, keytype, 8)                                           \
	ACCESS_INT(kind, keytype, 16)                                          \
	ACCESS_INT(kind, keytype, 32)                                          \
	ACCESS_INT(kind, keytype, 64)

/* a number that does not fit is not returned */
#define ACCESS_INT(kind, keytype, bits)                                        \
	bool prop_##kind##_get_int##bits(                                      \
	    prop_##kind##_t po, keytype key, int##bits##_t *v)                 \
	{                                                                      \
		pobj *o = prop_##kind##_get(po, key);                          \
		int64_t n = prop_number_integer_value(o);                      \
		if (!prop_is(o, PROP_TYPE_NUMBER) ||                           \
		    (o->po_unsigned && n < 0) || n < INT##bits##_MIN ||        \
		    n > INT##bits##_MAX)                                       \
			return false;                                          \
		*v = (int##bits##_t)n;                                         \
		return true;                                                   \
	}                                                                      \
	bool prop_##kind##_get_uint##bits(                                     \
	    prop_##kind##_t po, keytype key, uint##bits##_t *v)                \
	{                                                                      \
		pobj *o = prop_##kind##_get(po, key);                          \
		uint64_t n = prop_number_unsigned_integer_value(o);            \
		if (!prop_is(o, PROP_TYPE_NUMBER) ||                           \
		    (!o->po_unsigned && (int64_t)n < 0) ||                     \
		    n > UINT##bits##_MAX)                                      \
			return false;                                          \
		*v = (uint##bits##_t)n;                                        \
		return true;                                                   \
	}                                                                      \
	bool prop_##kind##_set_int##bits(                                      \
	    prop_##kind##_t po, keytype key, int##bits##_t v)                  \
	{                                                                      \
		return prop_##kind##_set_and_rel(                              \
		    po, key, prop_number_create_integer(v));                   \
	}                                                                      \
	bool prop_##kind##_set_uint##bits(                                     \
	    prop_##kind##_t po, keytype key, uint##bits##_t v)                 \
	{                                                                      \
		return prop_##kind##_set_and_rel(                              \
		    po, key, prop_number_create_unsigned_integer(v));          \
	}

ACCESS(array, unsigned int)
ACCESS(dictionary, const char *)

bool
prop_array_add_and_rel(prop_array_t po, prop_object_t obj)
{
	bool ok;

	if (obj == NULL)
		return false;
	ok = prop_array_add(po, obj);
	prop_object_release(obj);
	return ok;
}
