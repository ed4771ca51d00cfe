/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CPRNG_H_
#define _SYS_CPRNG_H_

/* cprng(9): random bytes for the kernel, seeded by the host */

#include <sys/types.h>

#define CPRNG_MAX_LEN   524288
#define CPRNG_INIT_ANY  0x00000001
#define CPRNG_REKEY_ANY 0x00000002
#define CPRNG_USE_CV    0x00000004
#define CPRNG_HARD      0x00000008
#define CPRNG_FMT       0x00000010

typedef struct cprng_strong cprng_strong_t;
struct knote;

void cprng_init(void);
cprng_strong_t *cprng_strong_create(const char *, int, int);
void cprng_strong_destroy(cprng_strong_t *);
size_t cprng_strong(cprng_strong_t *, void *, size_t, int);
int cprng_strong_kqfilter(cprng_strong_t *, struct knote *);
int cprng_strong_poll(cprng_strong_t *, int);
void cprng_strong_deplete(cprng_strong_t *);
int cprng_strong_getflags(const cprng_strong_t *);
void cprng_strong_setflags(cprng_strong_t *, int);
uint32_t cprng_strong32(void);
uint64_t cprng_strong64(void);

void cprng_fast_init(void);
size_t cprng_fast(void *, size_t);
uint32_t cprng_fast32(void);
uint64_t cprng_fast64(void);

extern cprng_strong_t *kern_cprng;

#endif /* !_SYS_CPRNG_H_ */
