/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dirhash: hashed names of directories that are linear lists on disk.
 *
 * All dirhashes together may use dirhash_max bytes; when one grows past that,
 * entries of the least recently used dirhashes that nobody holds are
 * discarded (DIRH_PURGED, no longer DIRH_COMPLETE) and are built again by the
 * file system when it needs them.
 *
 * Locks: dirhash_lock: the queue, the total and refcnt; the entries of a held
 * dirhash belong to the holder's vnode lock.
 */
#include <sys/dirhash.h>
#include <sys/hash.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/systm.h>

#define DIRHASH_MAXBYTES (1024 * 1024)

static kmutex_t dirhash_lock;
static TAILQ_HEAD(dirhash_queue_head, dirhash) dirhash_queue;
static size_t dirhash_total;
static size_t dirhash_max = DIRHASH_MAXBYTES;
static pool_cache_t dirhash_pool;
static pool_cache_t dirhash_entry_pool;

void
dirhash_init(void)
{
	mutex_init(&dirhash_lock, MUTEX_DEFAULT, IPL_NONE);
	TAILQ_INIT(&dirhash_queue);
	dirhash_pool = pool_cache_init(sizeof(struct dirhash), 0, 0, 0,
	    "dirhash", NULL, IPL_NONE, NULL, NULL, NULL);
	dirhash_entry_pool = pool_cache_init(sizeof(struct dirhash_entry), 0, 0,
	    0, "dirhent", NULL, IPL_NONE, NULL, NULL, NULL);
}

static inline struct dirhash_entry *
dirhash_newentry(void)
{
	return pool_cache_get(dirhash_entry_pool, PR_WAITOK);
}

static void
dirhash_account(struct dirhash *dh, int n)
{
	const size_t sz = sizeof(struct dirhash_entry);

	mutex_enter(&dirhash_lock);
	if (n > 0) {
		dh->size += sz * n;
		dirhash_total += sz * n;
	} else {
		dh->size -= sz * -n;
		dirhash_total -= sz * -n;
	}
	mutex_exit(&dirhash_lock);
}

static int
dirhash_freelist(struct dirhash_entry *e)
{
	struct dirhash_entry *next;
	int n = 0;

	for (; e != NULL; e = next) {
		next = LIST_NEXT(e, next);
		pool_cache_put(dirhash_entry_pool, e);
		n++;
	}
	return n;
}

/* Free every entry; returns how many there were. */
static int
dirhash_empty(struct dirhash *dh)
{
	uint32_t i;
	int n = 0;

	for (i = 0; i <= dh->hashmask; i++) {
		n += dirhash_freelist(LIST_FIRST(&dh->entries[i]));
		LIST_INIT(&dh->entries[i]);
	}
	n += dirhash_freelist(LIST_FIRST(&dh->free_entries));
	LIST_INIT(&dh->free_entries);
	dh->num_files = 0;
	dh->flags &= ~DIRH_COMPLETE;
	dh->flags |= DIRH_PURGED;
	return n;
}

void
dirhash_purge_entries(struct dirhash *dh)
{
	int n;

	if (dh == NULL || dh->size == 0)
		return;
	n = dirhash_empty(dh);
	dirhash_account(dh, -n);
}

void
dirhash_purge(struct dirhash **dhp)
{
	struct dirhash *dh = *dhp;

	if (dh == NULL)
		return;
	KASSERT(dh->refcnt == 0);
	*dhp = NULL;
	mutex_enter(&dirhash_lock);
	TAILQ_REMOVE(&dirhash_queue, dh, next);
	mutex_exit(&dirhash_lock);
	dirhash_purge_entries(dh);
	kmem_free(dh->entries, (dh->hashmask + 1) * sizeof(*dh->entries));
	pool_cache_put(dirhash_pool, dh);
}

void
dirhash_get(struct dirhash **dhp)
{
	struct dirhash *dh = *dhp;
	uint32_t i;

	if (dh == NULL) {
		dh = pool_cache_get(dirhash_pool, PR_WAITOK);
		memset(dh, 0, sizeof(*dh));
		dh->hashmask = DIRHASH_HASHMASK;
		dh->entries = kmem_alloc(
		    (dh->hashmask + 1) * sizeof(*dh->entries), KM_SLEEP);
		for (i = 0; i <= dh->hashmask; i++)
			LIST_INIT(&dh->entries[i]);
		LIST_INIT(&dh->free_entries);
		mutex_enter(&dirhash_lock);
		dh->refcnt = 1;
		TAILQ_INSERT_HEAD(&dirhash_queue, dh, next);
		mutex_exit(&dirhash_lock);
		*dhp = dh;
		return;
	}
	mutex_enter(&dirhash_lock);
	dh->refcnt++;
	TAILQ_REMOVE(&dirhash_queue, dh, next);
	TAILQ_INSERT_HEAD(&dirhash_queue, dh, next);
	mutex_exit(&dirhash_lock);
}

void
dirhash_put(struct dirhash *dh)
{
	mutex_enter(&dirhash_lock);
	KASSERT(dh->refcnt > 0);
	dh->refcnt--;
	mutex_exit(&dirhash_lock);
}

/* Discard what nobody holds until there is room for one more entry. */
static void
dirhash_reclaim(void)
{
	struct dirhash *dh;
	int n;

	if (__predict_true(
		dirhash_total + sizeof(struct dirhash_entry) <= dirhash_max))
		return;
	mutex_enter(&dirhash_lock);
	for (dh = TAILQ_LAST(&dirhash_queue, dirhash_queue_head); dh != NULL;
	     dh = TAILQ_PREV(dh, dirhash_queue_head, next)) {
		if (dirhash_total <= dirhash_max / 2)
			break;
		if (dh->refcnt > 0 || dh->size == 0)
			continue;
		n = dirhash_empty(dh);
		dh->size -= n * sizeof(struct dirhash_entry);
		dirhash_total -= n * sizeof(struct dirhash_entry);
	}
	mutex_exit(&dirhash_lock);
}

/* Big directories get more chains. */
static void
dirhash_grow(struct dirhash *dh)
{
	uint32_t nmask, i;
	struct dirhash_entry *e;
	__typeof__(dh->entries) ntab;

	if (dh->num_files < dh->hashmask * 4 || dh->hashmask >= 0xffff)
		return;
	nmask = dh->hashmask * 4 + 3;
	ntab = kmem_alloc((nmask + 1) * sizeof(*ntab), KM_NOSLEEP);
	if (ntab == NULL)
		return;
	for (i = 0; i <= nmask; i++)
		LIST_INIT(&ntab[i]);
	for (i = 0; i <= dh->hashmask; i++) {
		while ((e = LIST_FIRST(&dh->entries[i])) != NULL) {
			LIST_REMOVE(e, next);
			LIST_INSERT_HEAD(&ntab[e->hashvalue & nmask], e, next);
		}
	}
	kmem_free(dh->entries, (dh->hashmask + 1) * sizeof(*dh->entries));
	dh->entries = ntab;
	dh->hashmask = nmask;
}

static struct dirhash_entry *
dirhash_findfree(struct dirhash *dh, uint64_t offset)
{
	struct dirhash_entry *e;

	LIST_FOREACH(e, &dh->free_entries, next) {
		if (e->offset == offset)
			return e;
	}
	return NULL;
}

void
dirhash_enter(struct dirhash *dh, struct dirent *dirent, uint64_t offset,
    uint32_t entry_size, int new_p)
{
	struct dirhash_entry *e;
	uint32_t hash;

	if ((dh->flags & (DIRH_BROKEN)) != 0)
		return;
	/* Names that are there already were entered when it was filled. */
	if (!new_p && (dh->flags & DIRH_COMPLETE) != 0)
		return;
	KASSERT(dh->refcnt > 0);
	hash = hash32_strn(dirent->d_name, dirent->d_namlen, HASH32_STR_INIT);
	LIST_FOREACH(e, &dh->entries[hash & dh->hashmask], next) {
		if (e->hashvalue == hash && e->offset == offset &&
		    e->d_namlen == dirent->d_namlen)
			return;
	}
	/* It may reuse a free slot. */
	e = LIST_EMPTY(&dh->free_entries) ? NULL : dirhash_findfree(dh, offset);
	if (e != NULL) {
		LIST_REMOVE(e, next);
	} else {
		dirhash_reclaim();
		e = dirhash_newentry();
		dirhash_account(dh, 1);
	}
	e->hashvalue = hash;
	e->offset = offset;
	e->d_namlen = dirent->d_namlen;
	e->entry_size = entry_size;
	LIST_INSERT_HEAD(&dh->entries[hash & dh->hashmask], e, next);
	dh->num_files++;
	dirhash_grow(dh);
}

void
dirhash_enter_freed(struct dirhash *dh, uint64_t offset, uint32_t entry_size)
{
	struct dirhash_entry *e;

	if ((dh->flags & DIRH_BROKEN) != 0)
		return;
	e = dirhash_findfree(dh, offset);
	if (e != NULL) {
		e->entry_size = entry_size;
		return;
	}
	dirhash_reclaim();
	e = dirhash_newentry();
	dirhash_account(dh, 1);
	e->hashvalue = 0;
	e->d_namlen = 0;
	e->offset = offset;
	e->entry_size = entry_size;
	LIST_INSERT_HEAD(&dh->free_entries, e, next);
}

void
dirhash_remove(struct dirhash *dh, struct dirent *dirent, uint64_t offset,
    uint32_t entry_size)
{
	struct dirhash_entry *e;
	uint32_t hash;

	hash = hash32_strn(dirent->d_name, dirent->d_namlen, HASH32_STR_INIT);
	LIST_FOREACH(e, &dh->entries[hash & dh->hashmask], next) {
		if (e->hashvalue != hash || e->offset != offset)
			continue;
		LIST_REMOVE(e, next);
		pool_cache_put(dirhash_entry_pool, e);
		dirhash_account(dh, -1);
		dh->num_files--;
		dirhash_enter_freed(dh, offset, entry_size);
		return;
	}
}

int
dirhash_lookup(struct dirhash *dh, const char *name, int namelen,
    struct dirhash_entry **ep)
{
	struct dirhash_entry *e = *ep;
	uint32_t hash;

	hash = hash32_strn(name, namelen, HASH32_STR_INIT);
	e = e == NULL ? LIST_FIRST(&dh->entries[hash & dh->hashmask])
		      : LIST_NEXT(e, next);
	for (; e != NULL; e = LIST_NEXT(e, next)) {
		if (e->hashvalue == hash && e->d_namlen == (uint32_t)namelen) {
			*ep = e;
			return 1;
		}
	}
	*ep = NULL;
	return 0;
}

int
dirhash_lookup_freed(
    struct dirhash *dh, uint32_t min_size, struct dirhash_entry **ep)
{
	struct dirhash_entry *e = *ep;

	e = e == NULL ? LIST_FIRST(&dh->free_entries) : LIST_NEXT(e, next);
	for (; e != NULL; e = LIST_NEXT(e, next)) {
		if (e->entry_size >= min_size) {
			*ep = e;
			return 1;
		}
	}
	*ep = NULL;
	return 0;
}

bool
dirhash_dir_isempty(struct dirhash *dh)
{
	struct dirhash_entry *e;
	uint32_t i;

	/* ".." may be among the names. */
	if (dh->num_files == 0)
		return true;
	if (dh->num_files > 2)
		return false;
	for (i = 0; i <= dh->hashmask; i++) {
		LIST_FOREACH(e, &dh->entries[i], next) {
			uint32_t dot = hash32_strn(".", 1, HASH32_STR_INIT);
			uint32_t dotdot = hash32_strn("..", 2, HASH32_STR_INIT);

			if ((e->d_namlen == 1 && e->hashvalue == dot) ||
			    (e->d_namlen == 2 && e->hashvalue == dotdot))
				continue;
			return false;
		}
	}
	return true;
}
