/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_EXTENT_H_
#define _SYS_EXTENT_H_

/* extent(9): maps of number ranges, for callers that predate vmem(9) */

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/types.h>

struct extent_region {
	LIST_ENTRY(extent_region) er_link;
	u_long er_start;
	u_long er_end;
	int er_flags;
};

#define ER_ALLOC 0x04

/* e: protected by ex_lock; c: constant */
struct extent {
	const char *ex_name; /* c: */
	kmutex_t ex_lock;
	kcondvar_t ex_cv;
	LIST_HEAD(, extent_region) ex_regions; /* e: in order */
	u_long ex_start;                       /* c: */
	u_long ex_end;                         /* c: last number */
	int ex_flags;                          /* e: */
	bool ex_flwanted;                      /* e: somebody waits */
};

#define EXF_FIXED      0x01
#define EXF_NOCOALESCE 0x02
#define EXF_WANTED     0x04
#define EXF_FLWANTED   0x08
#define EXF_EARLY      0x10

#define EX_NOWAIT     0
#define EX_WAITOK     0x01
#define EX_FAST       0x02
#define EX_CATCH      0x04
#define EX_NOCOALESCE 0x08
#define EX_MALLOCOK   0x10
#define EX_WAITSPACE  0x20
#define EX_BOUNDZERO  0x40
#define EX_EARLY      0x80

#define EX_NOALIGN    1
#define EX_NOBOUNDARY 0

#define EXTENT_FIXED_STORAGE_SIZE(n)                                           \
	(ALIGN(sizeof(struct extent)) +                                        \
	    ALIGN(sizeof(struct extent_region)) * (n))

struct extent *extent_create(const char *, u_long, u_long, void *, size_t, int);
void extent_destroy(struct extent *);
int extent_alloc_subregion1(struct extent *, u_long, u_long, u_long, u_long,
    u_long, u_long, int, u_long *);
int extent_alloc_subregion(
    struct extent *, u_long, u_long, u_long, u_long, u_long, int, u_long *);
int extent_alloc_region(struct extent *, u_long, u_long, int);
int
extent_alloc1(struct extent *, u_long, u_long, u_long, u_long, int, u_long *);
int extent_alloc(struct extent *, u_long, u_long, u_long, int, u_long *);
int extent_free(struct extent *, u_long, u_long, int);
void extent_print(struct extent *);
void extent_init(void);

#endif /* !_SYS_EXTENT_H_ */
