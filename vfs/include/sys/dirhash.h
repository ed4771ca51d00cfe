/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dirhash: an in-memory hash of the names in one directory, for file
 * systems whose directories are linear lists (udf, nilfs).
 *
 * The caller's directory lock (the vnode lock) protects a dirhash that is
 * held by dirhash_get(); the queue of all dirhashes has its own lock.
 */
#ifndef _SYS_DIRHASH_H_
#define _SYS_DIRHASH_H_

#include <sys/dirent.h>
#include <sys/queue.h>
#include <sys/types.h>

#define DIRHASH_HASHBITS 5
#define DIRHASH_HASHSIZE (1 << DIRHASH_HASHBITS)
#define DIRHASH_HASHMASK (DIRHASH_HASHSIZE - 1)

/* One name, or one free slot of a directory. */
struct dirhash_entry {
	uint32_t hashvalue;
	uint64_t offset; /* of the record in the directory */
	uint32_t d_namlen;
	uint32_t entry_size; /* bytes the record occupies */
	LIST_ENTRY(dirhash_entry) next;
};

struct dirhash {
	uint32_t flags;  /* DIRH_* */
	uint32_t size;   /* bytes of memory in use */
	uint32_t refcnt; /* holders; 0: may be discarded */
	uint32_t num_files;
	LIST_HEAD(, dirhash_entry) *entries;
	uint32_t hashmask;
	LIST_HEAD(, dirhash_entry) free_entries;
	TAILQ_ENTRY(dirhash) next; /* all dirhashes, LRU order */
};

#define DIRH_PURGED   0x0001 /* entries were discarded */
#define DIRH_COMPLETE 0x0002 /* holds every name of the directory */
#define DIRH_BROKEN   0x0004 /* don't use: building it failed */
#define DIRH_FLAGS    (DIRH_PURGED | DIRH_COMPLETE | DIRH_BROKEN)

void dirhash_init(void);
/** Hold (creating when *dirhp is NULL) a dirhash; refcnt goes up. */
void dirhash_get(struct dirhash **);
/** Drop a hold. */
void dirhash_put(struct dirhash *);
/** Forget all entries; the dirhash stays. */
void dirhash_purge_entries(struct dirhash *);
/** Destroy the dirhash and set the pointer to NULL. */
void dirhash_purge(struct dirhash **);
/** Enter a name; `new' tells that the name wasn't there when filled. */
void dirhash_enter(struct dirhash *, struct dirent *, uint64_t, uint32_t, int);
void dirhash_enter_freed(struct dirhash *, uint64_t, uint32_t);
void dirhash_remove(struct dirhash *, struct dirent *, uint64_t, uint32_t);
/**
 * Iterate over the entries whose hash and length match the name; start with
 * *entryp == NULL.  Returns non-zero while there is one; the caller compares
 * the real name.
 */
int
dirhash_lookup(struct dirhash *, const char *, int, struct dirhash_entry **);
/** Iterate over free slots of at least a size, as dirhash_lookup does. */
int dirhash_lookup_freed(struct dirhash *, uint32_t, struct dirhash_entry **);
bool dirhash_dir_isempty(struct dirhash *);

#endif /* !_SYS_DIRHASH_H_ */
