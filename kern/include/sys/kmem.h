/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KMEM_H_
#define _SYS_KMEM_H_

/*
 * kmem(9): general purpose allocation with the size given at free.  KM_SLEEP
 * waits for memory, KM_NOSLEEP returns NULL instead.
 */

#include <sys/types.h>

typedef unsigned int km_flag_t;

#define KM_SLEEP   0x00000001
#define KM_NOSLEEP 0x00000002

void *kmem_alloc(size_t, km_flag_t);
void *kmem_zalloc(size_t, km_flag_t);
void kmem_free(void *, size_t);
void *kmem_intr_alloc(size_t, km_flag_t);
void *kmem_intr_zalloc(size_t, km_flag_t);
void kmem_intr_free(void *, size_t);
void *kmem_realloc(void *, size_t, size_t, km_flag_t);
char *kmem_asprintf(const char *, ...) __printflike(1, 2);
char *kmem_strdupsize(const char *, size_t *, km_flag_t);
#define kmem_strdup(s, f) kmem_strdupsize((s), NULL, (f))
void kmem_strfree(char *);
void kmem_init(void);

#endif /* !_SYS_KMEM_H_ */
