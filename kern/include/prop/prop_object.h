/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROPLIB_PROP_OBJECT_H_
#define _PROPLIB_PROP_OBJECT_H_

#include <sys/null.h>
#include <sys/types.h>

typedef void *prop_object_t;

typedef enum {
	PROP_TYPE_UNKNOWN = 0x00000000,
	PROP_TYPE_BOOL = 0x626f6f6c,
	PROP_TYPE_NUMBER = 0x6e6d6272,
	PROP_TYPE_STRING = 0x73746e67,
	PROP_TYPE_DATA = 0x64617461,
	PROP_TYPE_ARRAY = 0x61726179,
	PROP_TYPE_DICTIONARY = 0x64696374,
	PROP_TYPE_DICT_KEYSYM = 0x646b6579
} prop_type_t;

struct prop_object_iterator;
typedef struct prop_object_iterator *prop_object_iterator_t;

void prop_object_retain(prop_object_t);
void prop_object_release(prop_object_t);
prop_type_t prop_object_type(prop_object_t);
bool prop_object_equals(prop_object_t, prop_object_t);
bool prop_object_equals_with_error(prop_object_t, prop_object_t, bool *);
prop_object_t prop_object_iterator_next(prop_object_iterator_t);
void prop_object_iterator_reset(prop_object_iterator_t);
void prop_object_iterator_release(prop_object_iterator_t);

#endif /* !_PROPLIB_PROP_OBJECT_H_ */
