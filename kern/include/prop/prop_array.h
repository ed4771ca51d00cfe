/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROPLIB_PROP_ARRAY_H_
#define _PROPLIB_PROP_ARRAY_H_

#include <prop/plistref.h>
#include <prop/prop_object.h>

typedef struct prop_object_impl *prop_array_t;

prop_array_t prop_array_create(void);
prop_array_t prop_array_create_with_capacity(unsigned int);
prop_array_t prop_array_copy(prop_array_t);
prop_array_t prop_array_copy_mutable(prop_array_t);
unsigned int prop_array_capacity(prop_array_t);
unsigned int prop_array_count(prop_array_t);
bool prop_array_ensure_capacity(prop_array_t, unsigned int);
void prop_array_make_immutable(prop_array_t);
bool prop_array_mutable(prop_array_t);
prop_object_iterator_t prop_array_iterator(prop_array_t);
prop_object_t prop_array_get(prop_array_t, unsigned int);
bool prop_array_set(prop_array_t, unsigned int, prop_object_t);
bool prop_array_add(prop_array_t, prop_object_t);
void prop_array_remove(prop_array_t, unsigned int);
bool prop_array_equals(prop_array_t, prop_array_t);
char *prop_array_externalize(prop_array_t);
prop_array_t prop_array_internalize(const char *);
bool prop_array_get_bool(prop_array_t, unsigned int, bool *);
bool prop_array_set_bool(prop_array_t, unsigned int, bool);
bool prop_array_get_int8(prop_array_t, unsigned int, int8_t *);
bool prop_array_set_int8(prop_array_t, unsigned int, int8_t);
bool prop_array_get_uint8(prop_array_t, unsigned int, uint8_t *);
bool prop_array_set_uint8(prop_array_t, unsigned int, uint8_t);
bool prop_array_get_int16(prop_array_t, unsigned int, int16_t *);
bool prop_array_set_int16(prop_array_t, unsigned int, int16_t);
bool prop_array_get_uint16(prop_array_t, unsigned int, uint16_t *);
bool prop_array_set_uint16(prop_array_t, unsigned int, uint16_t);
bool prop_array_get_int32(prop_array_t, unsigned int, int32_t *);
bool prop_array_set_int32(prop_array_t, unsigned int, int32_t);
bool prop_array_get_uint32(prop_array_t, unsigned int, uint32_t *);
bool prop_array_set_uint32(prop_array_t, unsigned int, uint32_t);
bool prop_array_get_int64(prop_array_t, unsigned int, int64_t *);
bool prop_array_set_int64(prop_array_t, unsigned int, int64_t);
bool prop_array_get_uint64(prop_array_t, unsigned int, uint64_t *);
bool prop_array_set_uint64(prop_array_t, unsigned int, uint64_t);
bool prop_array_get_cstring(prop_array_t, unsigned int, char **);
bool prop_array_set_cstring(prop_array_t, unsigned int, const char *);
bool prop_array_get_cstring_nocopy(prop_array_t, unsigned int, const char **);
bool prop_array_set_cstring_nocopy(prop_array_t, unsigned int, const char *);
bool prop_array_set_and_rel(prop_array_t, unsigned int, prop_object_t);
bool prop_array_add_and_rel(prop_array_t, prop_object_t);

/* property lists that cross an ioctl(2) */
int
prop_array_copyin_ioctl(const struct plistref *, const u_long, prop_array_t *);
int prop_array_copyout_ioctl(struct plistref *, const u_long, prop_array_t);
int prop_array_copyin(const struct plistref *, prop_array_t *);
int prop_array_copyout(struct plistref *, prop_array_t);

#endif
