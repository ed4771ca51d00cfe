/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MALLOCVAR_H_
#define _SYS_MALLOCVAR_H_

#include <sys/types.h>

#define M_MAGIC 877983977

struct malloc_type {
	struct malloc_type *ks_next;
	u_long ks_magic;
	const char *ks_shortdesc;
	const char *ks_longdesc;
};

#define MALLOC_JUSTDEFINE_LIMIT(type, shortdesc, longdesc, limit)              \
	struct malloc_type type[1] = {{NULL, M_MAGIC, shortdesc, longdesc}}
#define MALLOC_JUSTDEFINE(type, shortdesc, longdesc)                           \
	MALLOC_JUSTDEFINE_LIMIT(type, shortdesc, longdesc, 0)
#define MALLOC_DEFINE_LIMIT(type, shortdesc, longdesc, limit)                  \
	MALLOC_JUSTDEFINE_LIMIT(type, shortdesc, longdesc, limit)
#define MALLOC_DEFINE(type, shortdesc, longdesc)                               \
	MALLOC_DEFINE_LIMIT(type, shortdesc, longdesc, 0)
#define MALLOC_DECLARE(type) extern struct malloc_type type[1]

void malloc_type_attach(struct malloc_type *);
void malloc_type_detach(struct malloc_type *);

#endif /* !_SYS_MALLOCVAR_H_ */
