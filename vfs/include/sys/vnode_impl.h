/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the vnode cache, the name cache and the mount code keep about a vnode
 * beyond <sys/vnode.h>.  File systems don't include this.
 *
 * States and what leads from one to the next:
 *
 *	LOADING    -> LOADED	the file system filled in the vnode
 *	           -> RECLAIMED	it could not
 *	LOADED     -> BLOCKED	somebody set out to reclaim or rekey it
 *	BLOCKED    -> LOADED	but gave up, or the key has changed
 *	           -> RECLAIMING	the vnode lock is held: point of no return
 *	RECLAIMING -> RECLAIMED	VOP_RECLAIM is done, the vector is dead
 *	MARKER			a place holder in a mount's list, never a file
 *
 * References are counted in v_refword together with the gate.  With the gate
 * open (only in LOADED) anybody who can see the vnode takes a reference with
 * one compare-and-swap; with it shut a reference is taken under v_interlock
 * and only to wait for the state to settle.  Memory of vnodes is never given
 * back, so that a lookup without locks may try a stale pointer: the gate of
 * a free vnode is shut.
 *
 * LOADING is entered and left under the stripe's lock, where others wait for
 * it, because a file system may replace the interlock while it loads.  Other
 * states change under v_interlock and are waited for on v_cv.
 *
 * Lock order: vnode lock, stripe, mnt_vnodelock, v_interlock, vcache_lru_lock.
 *
 * Lock letters: c constant after creation, i v_interlock, h stripe,
 * r vcache_lru_lock, m mnt_vnodelock, n name cache, s syncer, a atomic,
 * d deferred releases.
 */
#ifndef _SYS_VNODE_IMPL_H_
#define _SYS_VNODE_IMPL_H_

#include <sys/atomic.h>
#include <sys/fstypes.h>
#include <sys/vnode.h>

struct namecache;

enum vnode_state {
	VS_MARKER,
	VS_LOADING,
	VS_LOADED,
	VS_BLOCKED,
	VS_RECLAIMING,
	VS_RECLAIMED
};
#define VS_ACTIVE VS_LOADED

struct vnode_impl {
	struct vnode vi_vnode;                /*    must come first */
	volatile enum vnode_state vi_state;   /* i, h  see above */
	volatile uint32_t vi_referenced;      /* a  used since the last scan */
	struct vcache_key vi_key;             /* h */
	uint32_t vi_keyhash;                  /* h */
	bool vi_hashed;                       /* h */
	bool vi_listed;                       /* m  in a mount's list */
	bool vi_deferred;                     /* d */
	LIST_ENTRY(vnode_impl) vi_hash;       /* h */
	TAILQ_ENTRY(vnode_impl) vi_lrulist;   /* r  also the free list */
	TAILQ_ENTRY(vnode_impl) vi_mntvnodes; /* m */
	TAILQ_ENTRY(vnode_impl) vi_synclist;  /* s */
	TAILQ_ENTRY(vnode_impl) vi_relelist;  /* d */
	LIST_HEAD(, namecache) vi_nclist;     /* n  names of this vnode */
	LIST_HEAD(, namecache) vi_dnclist;    /* n  names in this vnode */
	kmutex_t *vi_lock;                    /* c  its own interlock */
#ifdef LOCKDEBUG
	const void *vi_refby; /* a hint: where it got a reference last */
#endif
};

#ifdef LOCKDEBUG
#define VREF_BY(vp, by) ((void)(VNODE_TO_VIMPL(vp)->vi_refby = (by)))
#else
#define VREF_BY(vp, by) ((void)0)
#endif
typedef struct vnode_impl vnode_impl_t;

#define VNODE_TO_VIMPL(vp)  ((struct vnode_impl *)(vp))
#define VIMPL_TO_VNODE(vip) (&(vip)->vi_vnode)
#define VSTATE_GET(vp)      vstate_get(VNODE_TO_VIMPL(vp))

static inline enum vnode_state
vstate_get(const struct vnode_impl *vip)
{
	return __atomic_load_n(&vip->vi_state, __ATOMIC_ACQUIRE);
}

static inline void
vstate_set(struct vnode_impl *vip, enum vnode_state state)
{
	__atomic_store_n(&vip->vi_state, state, __ATOMIC_RELEASE);
}

/** Use count, for assertions and decisions that hold the interlock. */
#define vrefcnt(vp)                                                            \
	((int)(atomic_load_relaxed(&(vp)->v_refword) & VUSECOUNT_MASK))

/** Wait until the state is LOADED or RECLAIMED; v_interlock held. */
void vstate_wait_stable(struct vnode *);
/** The mount of a referenced vnode, referenced; NULL if the vnode is dead. */
struct mount *vn_mount_ref(struct vnode *);
/** The same, kept busy (vfs_busy()); an errno if it is going, or gone. */
int vn_mount_busy(struct vnode *, struct mount **);
/** The mount with that identifier, kept busy. */
int vfs_getvfs_busy(fsid_t *, struct mount **);
/** Move a vnode to another mount's list, or to none. */
void vfs_insmntque(struct vnode *, struct mount *);
/** Reclaim up to n unused vnodes; returns how many. */
int vcache_drain(int);
void vcache_init(void);
/**
 * Reclaiming happens inside of the mount's gate, which is entered before the
 * vnode is blocked: who waits for a blocked vnode may be who suspends.  The
 * mount, referenced; NULL if it is suspended.  v_interlock is held, or the
 * vnode's gate shut by the caller.
 */
struct mount *vcache_reclaim_enter(struct vnode *);
void vcache_reclaim(struct vnode *, bool, bool);
void vcache_reclaim_exit(struct mount *);
/** The last reference is gone and the vnode dead: its memory is free. */
void vcache_free(struct vnode_impl *);
/** Ask for vcache_drain() when more vnodes exist than should. */
void vcache_trim_request(void);

#endif /* !_SYS_VNODE_IMPL_H_ */
