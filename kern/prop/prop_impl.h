/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_PROP_IMPL_H_
#define _KERN_PROP_IMPL_H_

#include <prop/proplib.h>
#include <sys/types.h>

struct prop_entry {
	struct prop_object_impl *pe_key; /* a keysym */
	struct prop_object_impl *pe_obj;
};

/*
 * Any property.  References are counted atomically; what is in a container is
 * protected by whoever shares it.
 */
struct prop_object_impl {
	volatile u_int po_refs;
	prop_type_t po_type;
	bool po_immutable; /* may not be changed */
	bool po_nocopy;    /* the bytes are not ours */
	bool po_unsigned;
	bool po_bool;
	uint64_t po_num;
	size_t po_len; /* bytes of a string without NUL, or of data */
	char *po_bytes;
	unsigned int po_count; /* of a container */
	unsigned int po_cap;
	union {
		struct prop_object_impl **po_objs; /* array */
		struct prop_entry *po_entries;     /* dictionary, sorted */
	};
};

typedef struct prop_object_impl pobj;

pobj *prop_new(prop_type_t);
pobj *prop_new_bytes(prop_type_t, const void *, size_t);
bool prop_is(const pobj *, prop_type_t);
char *prop_externalize(pobj *);
pobj *prop_internalize(const char *, prop_type_t);

#endif /* !_KERN_PROP_IMPL_H_ */
