/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_POOL_H_
#define _SYS_POOL_H_

/*
 * pool(9): items of one size; pool_cache(9): the same with constructed objects
 * and per-CPU magazines.  The fields of struct pool belong to subr_pool.c.
 */

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>

struct pool;
struct pool_page;
struct vmem;

struct pool_allocator {
	void *(*pa_alloc)(struct pool *, int);
	void (*pa_free)(struct pool *, void *);
	unsigned int pa_pagesz;

	/* the rest is private */
	int pa_flags;
	unsigned int pa_pageshift;
	struct vmem *pa_vmem;
};

LIST_HEAD(pool_pagelist, pool_page);

/*
 * Locks: p pr_lock, c constant after pool_init, l the list of all pools.
 */
struct pool {
	TAILQ_ENTRY(pool) pr_poollist;   /* l: */
	struct pool_pagelist pr_empty;   /* p: pages with no item in use */
	struct pool_pagelist pr_full;    /* p: pages with no free item */
	struct pool_pagelist pr_part;    /* p: pages with some of both */
	struct pool_page *pr_cur;        /* p: page to allocate from */
	struct pool_cache *pr_cache;     /* c: cache in front, or NULL */
	struct pool_allocator *pr_alloc; /* c: where pages come from */
	void (*pr_drain_hook)(
	    void *, int);        /* p: asks the owner to free items */
	void *pr_drain_hook_arg; /* p: */
	const char *pr_wchan;    /* c: name */
	kmutex_t pr_lock;
	kcondvar_t pr_cv;                 /* p: waiters for an item */
	unsigned int pr_size;             /* c: bytes from item to item */
	unsigned int pr_rsize;            /* c: bytes that were asked for */
	unsigned int pr_align;            /* c: */
	unsigned int pr_itemoffset;       /* c: offset of the first item */
	unsigned int pr_itemsperpage;     /* c: */
	unsigned int pr_pagesz;           /* c: bytes per page */
	unsigned int pr_minitems;         /* p: low watermark, in items */
	unsigned int pr_minpages;         /* p: */
	unsigned int pr_maxpages;         /* p: empty pages kept */
	unsigned int pr_npages;           /* p: */
	unsigned int pr_nempty;           /* p: pages on pr_empty */
	unsigned int pr_nout;             /* p: items in use */
	unsigned int pr_nitems;           /* p: free items */
	unsigned int pr_hardlimit;        /* p: most items in use */
	unsigned int pr_nwait;            /* p: threads in pr_cv */
	int pr_flags;                     /* p: roflags c */
	int pr_roflags;                   /* c: */
	int pr_ipl;                       /* c: */
	struct timeval *pr_limitmsg_tv;   /* c: */
	const char *pr_hardlimit_warning; /* p: */
	int pr_hardlimit_ratecap;         /* p: seconds between warnings */
	time_t pr_hardlimit_last;         /* p: */
	unsigned long pr_nget;            /* p: statistics */
	unsigned long pr_nput;            /* p: */
	unsigned long pr_nfail;           /* p: */
	unsigned long pr_npagealloc;      /* p: */
	unsigned long pr_npagefree;       /* p: */
	unsigned int pr_hiwat;            /* p: most pages at once */
#ifdef LOCKDEBUG
	unsigned int pr_markoff; /* c: of an item's mark, or 0 */
	bool pr_fill;            /* c: free items hold a pattern */
#endif
};

#define PR_WAITOK        0x01
#define PR_NOWAIT        0x02
#define PR_WANTED        0x04
#define PR_PHINPAGE      0x40
#define PR_LIMITFAIL     0x100
#define PR_RECURSIVE     0x200
#define PR_NOTOUCH       0x400
#define PR_NOALIGN       0x800
#define PR_LARGECACHE    0x1000
#define PR_GROWING       0x2000
#define PR_GROWINGNOWAIT 0x4000
#define PR_ZERO          0x8000

typedef struct pool_cache *pool_cache_t;

extern struct pool_allocator pool_allocator_kmem;
extern struct pool_allocator pool_allocator_nointr;
extern struct pool_allocator pool_allocator_meta;

void pool_subsystem_init(void);
void pool_init(struct pool *, size_t, u_int, u_int, int, const char *,
    struct pool_allocator *, int);
void pool_destroy(struct pool *);
void pool_set_drain_hook(struct pool *, void (*)(void *, int), void *);
void *pool_get(struct pool *, int);
void pool_put(struct pool *, void *);
int pool_reclaim(struct pool *);
int pool_prime(struct pool *, int);
void pool_setlowat(struct pool *, int);
void pool_sethiwat(struct pool *, int);
void pool_sethardlimit(struct pool *, int, const char *, int);
bool pool_drain(struct pool **);
int pool_totalpages(void);
unsigned int pool_nget(struct pool *);
unsigned int pool_nput(struct pool *);

pool_cache_t pool_cache_init(size_t, u_int, u_int, u_int, const char *,
    struct pool_allocator *, int, int (*)(void *, void *, int),
    void (*)(void *, void *), void *);
void pool_cache_bootstrap(pool_cache_t, size_t, u_int, u_int, u_int,
    const char *, struct pool_allocator *, int, int (*)(void *, void *, int),
    void (*)(void *, void *), void *);
void pool_cache_destroy(pool_cache_t);
void pool_cache_bootstrap_destroy(pool_cache_t);
void *pool_cache_get_paddr(pool_cache_t, int, paddr_t *);
void pool_cache_put_paddr(pool_cache_t, void *, paddr_t);
void pool_cache_destruct_object(pool_cache_t, void *);
void pool_cache_invalidate(pool_cache_t);
bool pool_cache_reclaim(pool_cache_t);
void pool_cache_set_drain_hook(pool_cache_t, void (*)(void *, int), void *);
void pool_cache_setlowat(pool_cache_t, int);
void pool_cache_sethiwat(pool_cache_t, int);
void pool_cache_sethardlimit(pool_cache_t, int, const char *, int);
int pool_cache_prime(pool_cache_t, int);
struct cpu_info;
void pool_cache_cpu_init(struct cpu_info *);
unsigned int pool_cache_nget(pool_cache_t);
unsigned int pool_cache_nput(pool_cache_t);

#define POOL_PADDR_INVALID    ((paddr_t)-1)
#define pool_cache_get(pc, f) pool_cache_get_paddr((pc), (f), NULL)
#define pool_cache_put(pc, o)                                                  \
	pool_cache_put_paddr((pc), (o), POOL_PADDR_INVALID)

#endif /* !_SYS_POOL_H_ */
