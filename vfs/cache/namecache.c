/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namecache(9): (directory, name) -> vnode, nothing, or whiteout.
 *
 * An entry is on four lists: its hash chain, the names in its directory, the
 * names of its vnode (positive ones), and the queue from which old entries
 * are reclaimed.  It holds no vnode references: before a vnode is freed,
 * cache_purge() takes its entries away.
 *
 * A lookup takes one lock, that of the hash chain, and a reference on the
 * vnode found.  Everything that adds or removes takes nc_lock first, then
 * the chain's lock:
 *
 *	nc_lock -> chain lock (ascending where several) -> vnode reference
 *
 * The lock of a chain follows from the low bits of the hash, and the table
 * never has fewer chains than there are locks, so that growing the table
 * (under all the locks) does not move a chain to another lock.
 *
 * Reclaiming is a clock: a lookup marks the entry, the hand clears the mark
 * and evicts what it finds unmarked.
 */
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/queue.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#define NC_NLOCKS     64 /* power of two */
#define NC_INLINE     40 /* longer names are allocated */
#define NC_MINENTRIES 16384

/*
 * l: nc_lock, h: chain lock to read and both to write, c: constant,
 * a: atomic, x: unlocked, a hint.
 */
struct namecache {
	struct namecache *nc_next;       /* h: hash chain */
	struct vnode *nc_dvp;            /* c: directory */
	struct vnode *nc_vp;             /* c: vnode, NULL: negative */
	uint32_t nc_hash;                /* c */
	uint16_t nc_nlen;                /* c */
	uint8_t nc_white;                /* c: is a whiteout */
	uint8_t nc_used;                 /* x: looked up since the hand */
	char *nc_name;                   /* c: nc_buf or allocated */
	LIST_ENTRY(namecache) nc_dvlist; /* l: names in nc_dvp */
	LIST_ENTRY(namecache) nc_vlist;  /* l: names of nc_vp */
	TAILQ_ENTRY(namecache) nc_queue; /* l: reclaim order */
	char nc_buf[NC_INLINE];          /* c */
};

struct nc_chainlock {
	kmutex_t ncl_lock;
	struct nchstats_percpu ncl_stats; /* h */
} __aligned(64);

static kmutex_t nc_lock;
static struct nc_chainlock nc_chainlocks[NC_NLOCKS];
static struct namecache **nc_table;              /* h: any lock reads */
static uint32_t nc_mask;                         /* h */
static TAILQ_HEAD(nc_queue, namecache) nc_queue; /* l */
static unsigned int nc_count;                    /* l */
static unsigned int nc_max;                      /* l */
static pool_cache_t nc_pool;
static struct nchstats nc_total; /* l: of what has no chain */
/* a: counted without a lock */
static unsigned long nc_long, nc_pass2, nc_2passes;
static bool nc_enabled;

#define NC_LOCKOF(hash) (&nc_chainlocks[(hash) & (NC_NLOCKS - 1)])
#define NC_MUL          0x9e3779b97f4a7c15ULL

static inline uint32_t
nc_hash(const struct vnode *dvp, const char *name, size_t len)
{
	uint64_t h, w;

	h = ((uint64_t)(uintptr_t)dvp >> 6) * NC_MUL + len;
	while (len >= 8) {
		memcpy(&w, name, 8);
		h = (h ^ w) * NC_MUL;
		h ^= h >> 32;
		name += 8;
		len -= 8;
	}
	w = 0;
	switch (len) {
	case 7:
		w |= (uint64_t)(uint8_t)name[6] << 48; /* FALLTHROUGH */
	case 6:
		w |= (uint64_t)(uint8_t)name[5] << 40; /* FALLTHROUGH */
	case 5:
		w |= (uint64_t)(uint8_t)name[4] << 32; /* FALLTHROUGH */
	case 4:
		w |= (uint64_t)(uint8_t)name[3] << 24; /* FALLTHROUGH */
	case 3:
		w |= (uint64_t)(uint8_t)name[2] << 16; /* FALLTHROUGH */
	case 2:
		w |= (uint64_t)(uint8_t)name[1] << 8; /* FALLTHROUGH */
	case 1:
		w |= (uint64_t)(uint8_t)name[0];
		break;
	}
	h = (h ^ w) * NC_MUL;
	return (uint32_t)(h >> 32) ^ (uint32_t)h;
}

static inline bool
nc_match(const struct namecache *nc, uint32_t hash, const struct vnode *dvp,
    const char *name, size_t len)
{
	return nc->nc_hash == hash && nc->nc_dvp == dvp && nc->nc_nlen == len &&
	    memcmp(nc->nc_name, name, len) == 0;
}

/* Find an entry; the chain lock is held. */
static inline struct namecache *
nc_find_locked(
    uint32_t hash, const struct vnode *dvp, const char *name, size_t len)
{
	struct namecache *nc;

	for (nc = nc_table[hash & nc_mask]; nc != NULL; nc = nc->nc_next) {
		if (nc_match(nc, hash, dvp, name, len))
			return nc;
	}
	return NULL;
}

static void
nc_free(struct namecache *nc)
{
	if (nc->nc_name != nc->nc_buf)
		kmem_free(nc->nc_name, nc->nc_nlen);
	pool_cache_put(nc_pool, nc);
}

/* Take an entry off every list; nc_lock and its chain lock are held. */
static void
nc_unlink_locked(struct namecache *nc)
{
	struct namecache **ncp;

	ncp = &nc_table[nc->nc_hash & nc_mask];
	while (*ncp != nc)
		ncp = &(*ncp)->nc_next;
	*ncp = nc->nc_next;
	LIST_REMOVE(nc, nc_dvlist);
	if (nc->nc_vp != NULL)
		LIST_REMOVE(nc, nc_vlist);
	TAILQ_REMOVE(&nc_queue, nc, nc_queue);
	nc_count--;
}

/* The same with only nc_lock held, and free it. */
static void
nc_remove(struct namecache *nc)
{
	struct nc_chainlock *ncl = NC_LOCKOF(nc->nc_hash);

	KASSERT(mutex_owned(&nc_lock));
	mutex_enter(&ncl->ncl_lock);
	nc_unlink_locked(nc);
	mutex_exit(&ncl->ncl_lock);
	nc_free(nc);
}

/* Remove a name if it is there. */
static void
nc_remove_name(uint32_t hash, struct vnode *dvp, const char *name, size_t len)
{
	struct nc_chainlock *ncl = NC_LOCKOF(hash);
	struct namecache *nc;

	mutex_enter(&nc_lock);
	mutex_enter(&ncl->ncl_lock);
	nc = nc_find_locked(hash, dvp, name, len);
	if (nc != NULL)
		nc_unlink_locked(nc);
	mutex_exit(&ncl->ncl_lock);
	mutex_exit(&nc_lock);
	if (nc != NULL)
		nc_free(nc);
}

bool
cache_lookup(struct vnode *dvp, const char *name, size_t len, uint32_t nameiop,
    uint32_t cnflags, int *iswhiteout, struct vnode **vpp)
{
	struct nc_chainlock *ncl;
	struct namecache *nc;
	struct vnode *vp;
	uint32_t hash;
	int error;

	*vpp = NULL;
	if (iswhiteout != NULL)
		*iswhiteout = 0;
	if (__predict_false(len > NCHNAMLEN || !nc_enabled))
		return false;

	hash = nc_hash(dvp, name, len);
	ncl = NC_LOCKOF(hash);
	mutex_enter(&ncl->ncl_lock);
	nc = nc_find_locked(hash, dvp, name, len);
	if (nc == NULL) {
		ncl->ncl_stats.ncs_miss++;
		mutex_exit(&ncl->ncl_lock);
		return false;
	}
	vp = nc->nc_vp;
	/*
	 * Who will change the name, or doesn't want it cached, must see the
	 * directory; and so must who creates what isn't there.
	 */
	if ((cnflags & MAKEENTRY) == 0 ||
	    (vp == NULL && nameiop == CREATE && (cnflags & ISLASTCN) != 0)) {
		ncl->ncl_stats.ncs_badhits++;
		mutex_exit(&ncl->ncl_lock);
		nc_remove_name(hash, dvp, name, len);
		return false;
	}
	nc->nc_used = 1;
	if (vp == NULL) {
		ncl->ncl_stats.ncs_neghits++;
		if (iswhiteout != NULL && nc->nc_white)
			*iswhiteout = ISWHITEOUT;
		mutex_exit(&ncl->ncl_lock);
		return true;
	}
	error = vcache_tryvget(vp);
	if (__predict_false(error)) {
		/* On its way out; its purge waits for our lock. */
		ncl->ncl_stats.ncs_falsehits++;
		mutex_exit(&ncl->ncl_lock);
		return false;
	}
	ncl->ncl_stats.ncs_goodhits++;
	mutex_exit(&ncl->ncl_lock);
	*vpp = vp;
	return true;
}

bool
cache_lookup_raw(struct vnode *dvp, const char *name, size_t len,
    uint32_t cnflags, int *iswhiteout, struct vnode **vpp)
{
	return cache_lookup(
	    dvp, name, len, LOOKUP, cnflags | MAKEENTRY, iswhiteout, vpp);
}

int
cache_revlookup(struct vnode *vp, struct vnode **dvpp, char **bpp, char *bufp)
{
	struct namecache *nc;
	struct vnode *dvp;

	*dvpp = NULL;
	mutex_enter(&nc_lock);
	LIST_FOREACH(nc, &VNODE_TO_VIMPL(vp)->vi_nclist, nc_vlist) {
		if ((nc->nc_nlen == 1 && nc->nc_name[0] == '.') ||
		    (nc->nc_nlen == 2 && nc->nc_name[0] == '.' &&
			nc->nc_name[1] == '.'))
			continue;
		dvp = nc->nc_dvp;
		if (bpp != NULL) {
			if (*bpp - bufp < (ptrdiff_t)nc->nc_nlen) {
				mutex_exit(&nc_lock);
				return ERANGE;
			}
		}
		if (vcache_tryvget(dvp) != 0)
			break;
		if (bpp != NULL) {
			*bpp -= nc->nc_nlen;
			memcpy(*bpp, nc->nc_name, nc->nc_nlen);
		}
		nc_total.ncs_revhits++;
		mutex_exit(&nc_lock);
		*dvpp = dvp;
		return 0;
	}
	nc_total.ncs_revmiss++;
	mutex_exit(&nc_lock);
	return -1;
}

/* Double the table when the chains get long; nc_lock is held. */
static void
nc_grow_locked(void)
{
	struct namecache **table, **otable, *nc, *next;
	uint32_t mask, omask, i;

	omask = nc_mask;
	mask = omask * 2 + 1;
	table = kmem_zalloc((mask + 1) * sizeof(*table), KM_NOSLEEP);
	if (table == NULL)
		return;
	for (i = 0; i < NC_NLOCKS; i++)
		mutex_enter(&nc_chainlocks[i].ncl_lock);
	otable = nc_table;
	for (i = 0; i <= omask; i++) {
		for (nc = otable[i]; nc != NULL; nc = next) {
			next = nc->nc_next;
			nc->nc_next = table[nc->nc_hash & mask];
			table[nc->nc_hash & mask] = nc;
		}
	}
	nc_table = table;
	nc_mask = mask;
	for (i = NC_NLOCKS; i-- > 0;)
		mutex_exit(&nc_chainlocks[i].ncl_lock);
	kmem_free(otable, (omask + 1) * sizeof(*table));
}

/* Make room for one entry; nc_lock is held. */
static void
nc_evict_locked(void)
{
	struct namecache *nc;
	int tries;

	for (tries = 0; nc_count >= nc_max && tries < 64; tries++) {
		nc = TAILQ_FIRST(&nc_queue);
		if (nc->nc_used != 0 && tries < 62) {
			nc->nc_used = 0;
			TAILQ_REMOVE(&nc_queue, nc, nc_queue);
			TAILQ_INSERT_TAIL(&nc_queue, nc, nc_queue);
			continue;
		}
		nc_remove(nc);
	}
}

/*
 * Is it too late for names of this vnode?  A lookup has a reference, but not
 * the lock of what it found, which may be revoked or unmounted by force.
 * Reclaiming sets the state first and then purges, with nc_lock.
 */
static bool
nc_gone(struct vnode *vp)
{
	KASSERT(mutex_owned(&nc_lock));
	return VSTATE_GET(vp) >= VS_RECLAIMING;
}

void
cache_enter(struct vnode *dvp, struct vnode *vp, const char *name, size_t len,
    uint32_t cnflags)
{
	struct nc_chainlock *ncl;
	struct namecache *nc, *old;
	uint32_t hash;

	if ((cnflags & MAKEENTRY) == 0 || !nc_enabled)
		return;
	if (len > NCHNAMLEN || len == 0) {
		atomic_inc_ulong(&nc_long);
		return;
	}
	nc = pool_cache_get(nc_pool, PR_NOWAIT);
	if (nc == NULL)
		return;
	nc->nc_name = nc->nc_buf;
	if (len > NC_INLINE) {
		nc->nc_name = kmem_alloc(len, KM_NOSLEEP);
		if (nc->nc_name == NULL) {
			pool_cache_put(nc_pool, nc);
			return;
		}
	}
	memcpy(nc->nc_name, name, len);
	hash = nc_hash(dvp, name, len);
	nc->nc_hash = hash;
	nc->nc_dvp = dvp;
	nc->nc_vp = vp;
	nc->nc_nlen = (uint16_t)len;
	nc->nc_white = vp == NULL && (cnflags & ISWHITEOUT) != 0;
	nc->nc_used = 0;

	ncl = NC_LOCKOF(hash);
	mutex_enter(&nc_lock);
	if (nc_gone(dvp) || (vp != NULL && nc_gone(vp))) {
		mutex_exit(&nc_lock);
		nc_free(nc);
		return;
	}
	if (nc_count >= nc_max)
		nc_evict_locked();
	if (nc_count > nc_mask)
		nc_grow_locked();
	mutex_enter(&ncl->ncl_lock);
	old = nc_find_locked(hash, dvp, name, len);
	if (old != NULL)
		nc_unlink_locked(old);
	nc->nc_next = nc_table[hash & nc_mask];
	nc_table[hash & nc_mask] = nc;
	mutex_exit(&ncl->ncl_lock);
	LIST_INSERT_HEAD(&VNODE_TO_VIMPL(dvp)->vi_dnclist, nc, nc_dvlist);
	if (vp != NULL)
		LIST_INSERT_HEAD(&VNODE_TO_VIMPL(vp)->vi_nclist, nc, nc_vlist);
	TAILQ_INSERT_TAIL(&nc_queue, nc, nc_queue);
	nc_count++;
	mutex_exit(&nc_lock);
	if (old != NULL)
		nc_free(old);
}

void
cache_purge1(struct vnode *vp, const char *name, size_t len, int flags)
{
	struct vnode_impl *vi = VNODE_TO_VIMPL(vp);
	struct namecache *nc;

	if ((flags & (PURGE_PARENTS | PURGE_CHILDREN)) != 0) {
		mutex_enter(&nc_lock);
		if ((flags & PURGE_PARENTS) != 0) {
			while ((nc = LIST_FIRST(&vi->vi_nclist)) != NULL)
				nc_remove(nc);
		}
		if ((flags & PURGE_CHILDREN) != 0) {
			while ((nc = LIST_FIRST(&vi->vi_dnclist)) != NULL)
				nc_remove(nc);
		}
		mutex_exit(&nc_lock);
	}
	if (name != NULL && len <= NCHNAMLEN)
		nc_remove_name(nc_hash(vp, name, len), vp, name, len);
}

void
cache_purgevfs(struct mount *mp)
{
	struct namecache *nc, *next;

	mutex_enter(&nc_lock);
	TAILQ_FOREACH_SAFE(nc, &nc_queue, nc_queue, next) {
		if (nc->nc_dvp->v_mount == mp)
			nc_remove(nc);
	}
	mutex_exit(&nc_lock);
}

/* The statistics of all chains; nc_lock is held. */
static void
nc_sumstats_locked(struct nchstats *sum)
{
	const struct nchstats_percpu *p;
	int i;

	*sum = nc_total;
	sum->ncs_long = atomic_load_relaxed(&nc_long);
	sum->ncs_pass2 = atomic_load_relaxed(&nc_pass2);
	sum->ncs_2passes = atomic_load_relaxed(&nc_2passes);
	for (i = 0; i < NC_NLOCKS; i++) {
		p = &nc_chainlocks[i].ncl_stats;
		sum->ncs_goodhits += p->ncs_goodhits;
		sum->ncs_neghits += p->ncs_neghits;
		sum->ncs_badhits += p->ncs_badhits;
		sum->ncs_falsehits += p->ncs_falsehits;
		sum->ncs_miss += p->ncs_miss;
	}
}

static int
namecache_sysctl_stats(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct nchstats stats;

	mutex_enter(&nc_lock);
	nc_sumstats_locked(&stats);
	mutex_exit(&nc_lock);
	node.sysctl_data = &stats;
	node.sysctl_size = sizeof(stats);
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

SYSCTL_SETUP(namecache_sysctl_setup, "namecache statistics")
{
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "vfs", SYSCTL_DESCR("file systems"), NULL, 0, NULL, 0, CTL_VFS,
	    CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "generic", SYSCTL_DESCR("not of one file system"), NULL, 0, NULL, 0,
	    CTL_VFS, VFS_GENERIC, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_STRUCT,
	    "namecache_stats", SYSCTL_DESCR("name cache hits and misses"),
	    namecache_sysctl_stats, 0, NULL, sizeof(struct nchstats), CTL_VFS,
	    VFS_GENERIC, CTL_CREATE, CTL_EOL);
}

void
namecache_count_pass2(void)
{
	atomic_inc_ulong(&nc_pass2);
}

void
namecache_count_2passes(void)
{
	atomic_inc_ulong(&nc_2passes);
}

void
namecache_print(struct vnode *vp, void (*func)(const char *, ...))
{
	struct namecache *nc;

	mutex_enter(&nc_lock);
	LIST_FOREACH(nc, &VNODE_TO_VIMPL(vp)->vi_nclist, nc_vlist)
		(*func)("  name %.*s in %p\n", (int)nc->nc_nlen, nc->nc_name,
		    nc->nc_dvp);
	mutex_exit(&nc_lock);
}

void
nchinit(void)
{
	int i;

	mutex_init(&nc_lock, MUTEX_DEFAULT, IPL_NONE);
	for (i = 0; i < NC_NLOCKS; i++)
		mutex_init(&nc_chainlocks[i].ncl_lock, MUTEX_DEFAULT, IPL_NONE);
	TAILQ_INIT(&nc_queue);
	nc_pool = pool_cache_init(sizeof(struct namecache), 0, 0, 0, "ncache",
	    NULL, IPL_NONE, NULL, NULL, NULL);
	nc_mask = 256 - 1;
	nc_table = kmem_zalloc((nc_mask + 1) * sizeof(*nc_table), KM_SLEEP);
	nchreinit();
	nc_enabled = true;
}

/* desiredvnodes changed. */
void
nchreinit(void)
{
	mutex_enter(&nc_lock);
	nc_max = MAX(desiredvnodes * 2, NC_MINENTRIES);
	mutex_exit(&nc_lock);
}

void
cache_cpu_init(struct cpu_info *ci)
{
	/* Statistics are kept per chain lock. */
	(void)ci;
}
