/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _RUMP_SYS_MEM_H_
#define _RUMP_SYS_MEM_H_

/*
 * Memory beyond kmem(9): whole pages, aligned blocks, and what to do when
 * RUMP_MEMLIMIT is reached.
 */

#include <sys/queue.h>
#include <sys/types.h>

#define RUMPMEM_UNLIMITED ((unsigned long)-1)

/* the limit in bytes, and what is in use of it */
extern unsigned long rump_physmemlimit;
size_t rump_mem_inuse(void);

/*
 * A cache that can give memory back.  mr_func frees about so many bytes and
 * returns how many it freed.  It runs in the context of whoever needs memory,
 * who may hold locks: it may only try locks, and must not allocate.
 */
struct rump_mem_reclaimer {
	size_t (*mr_func)(size_t);
	const char *mr_name;
	LIST_ENTRY(rump_mem_reclaimer) mr_list;
};
void rump_mem_reclaimer_add(struct rump_mem_reclaimer *);
void rump_mem_reclaimer_remove(struct rump_mem_reclaimer *);
/* free about so many bytes from all caches; returns how many */
size_t rump_mem_reclaim(size_t);

/*
 * For memory that is not taken from here but counts: false if the limit
 * would be passed.
 */
bool mem_reserve(size_t);
void mem_unreserve(size_t);

/* one page of memory; NULL only if !waitok */
void *rump_page_alloc(bool waitok, bool zero);
void rump_page_free(void *);

/* any size and power of two alignment; NULL only if !waitok */
void *rump_hypermalloc(size_t, int, bool, const char *);
void rump_hyperfree(void *, size_t);

#endif /* !_RUMP_SYS_MEM_H_ */
