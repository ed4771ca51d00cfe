/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROPLIB_PROP_DICTIONARY_H_
#define _PROPLIB_PROP_DICTIONARY_H_

#include <prop/plistref.h>
#include <prop/prop_object.h>

typedef struct prop_object_impl *prop_dictionary_t;
typedef struct prop_object_impl *prop_dictionary_keysym_t;

prop_dictionary_t prop_dictionary_create(void);
prop_dictionary_t prop_dictionary_create_with_capacity(unsigned int);
prop_dictionary_t prop_dictionary_copy(prop_dictionary_t);
prop_dictionary_t prop_dictionary_copy_mutable(prop_dictionary_t);
unsigned int prop_dictionary_count(prop_dictionary_t);
bool prop_dictionary_ensure_capacity(prop_dictionary_t, unsigned int);
void prop_dictionary_make_immutable(prop_dictionary_t);
bool prop_dictionary_mutable(prop_dictionary_t);
prop_object_iterator_t prop_dictionary_iterator(prop_dictionary_t);
struct prop_object_impl *prop_dictionary_all_keys(prop_dictionary_t);
prop_object_t prop_dictionary_get(prop_dictionary_t, const char *);
bool prop_dictionary_set(prop_dictionary_t, const char *, prop_object_t);
void prop_dictionary_remove(prop_dictionary_t, const char *);
prop_object_t
    prop_dictionary_get_keysym(prop_dictionary_t, prop_dictionary_keysym_t);
bool prop_dictionary_set_keysym(
    prop_dictionary_t, prop_dictionary_keysym_t, prop_object_t);
void prop_dictionary_remove_keysym(prop_dictionary_t, prop_dictionary_keysym_t);
bool prop_dictionary_equals(prop_dictionary_t, prop_dictionary_t);
char *prop_dictionary_externalize(prop_dictionary_t);
prop_dictionary_t prop_dictionary_internalize(const char *);
const char *prop_dictionary_keysym_cstring_nocopy(prop_dictionary_keysym_t);
size_t prop_dictionary_keysym_size(prop_dictionary_keysym_t);
bool prop_dictionary_keysym_equals(
    prop_dictionary_keysym_t, prop_dictionary_keysym_t);
bool
prop_dictionary_get_dict(prop_dictionary_t, const char *, prop_dictionary_t *);
bool prop_dictionary_get_bool(prop_dictionary_t, const char *, bool *);
bool prop_dictionary_set_bool(prop_dictionary_t, const char *, bool);
bool prop_dictionary_get_int8(prop_dictionary_t, const char *, int8_t *);
bool prop_dictionary_set_int8(prop_dictionary_t, const char *, int8_t);
bool prop_dictionary_get_uint8(prop_dictionary_t, const char *, uint8_t *);
bool prop_dictionary_set_uint8(prop_dictionary_t, const char *, uint8_t);
bool prop_dictionary_get_int16(prop_dictionary_t, const char *, int16_t *);
bool prop_dictionary_set_int16(prop_dictionary_t, const char *, int16_t);
bool prop_dictionary_get_uint16(prop_dictionary_t, const char *, uint16_t *);
bool prop_dictionary_set_uint16(prop_dictionary_t, const char *, uint16_t);
bool prop_dictionary_get_int32(prop_dictionary_t, const char *, int32_t *);
bool prop_dictionary_set_int32(prop_dictionary_t, const char *, int32_t);
bool prop_dictionary_get_uint32(prop_dictionary_t, const char *, uint32_t *);
bool prop_dictionary_set_uint32(prop_dictionary_t, const char *, uint32_t);
bool prop_dictionary_get_int64(prop_dictionary_t, const char *, int64_t *);
bool prop_dictionary_set_int64(prop_dictionary_t, const char *, int64_t);
bool prop_dictionary_get_uint64(prop_dictionary_t, const char *, uint64_t *);
bool prop_dictionary_set_uint64(prop_dictionary_t, const char *, uint64_t);
bool prop_dictionary_get_cstring(prop_dictionary_t, const char *, char **);
bool prop_dictionary_set_cstring(prop_dictionary_t, const char *, const char *);
bool prop_dictionary_get_cstring_nocopy(
    prop_dictionary_t, const char *, const char **);
bool prop_dictionary_set_cstring_nocopy(
    prop_dictionary_t, const char *, const char *);
bool
prop_dictionary_set_and_rel(prop_dictionary_t, const char *, prop_object_t);

/* property lists that cross an ioctl(2) */
int prop_dictionary_copyin_ioctl(
    const struct plistref *, const u_long, prop_dictionary_t *);
int prop_dictionary_copyout_ioctl(
    struct plistref *, const u_long, prop_dictionary_t);
int prop_dictionary_copyin(const struct plistref *, prop_dictionary_t *);
int prop_dictionary_copyout(struct plistref *, prop_dictionary_t);

#endif
