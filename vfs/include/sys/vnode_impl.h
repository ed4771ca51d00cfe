/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the vnode cache, the name cache and the mount code keep about a vnode
 * beyond <sys/vnode.h>.  File systems don't include this.
 *
 * States and the events that lead from one to the next:
 *
 *	MARKER			a place holder in lists, never a file
 *	LOADING   -> LOADED	VFS_LOADVNODE or VFS_NEWVNODE is at work
 *	LOADED    -> BLOCKED	in use or cached; the gate is open only here
 *	BLOCKED   -> LOADED, RECLAIMING		about to be reclaimed, or rekeyed
 *	RECLAIMING -> RECLAIMED	VOP_RECLAIM is at work
 *	RECLAIMED		dead vector, not in the cache, freed at the
 *				last reference
 *
 * A state changes under v_interlock, with a broadcast on v_cv.  Lock order:
 * vnode lock, vcache stripe, v_interlock, LRU lock.
 *
 * Lock letters: c constant after creation, i v_interlock, h vcache stripe,
 * r LRU lock, m mount's vnode list lock, n name cache, s syncer, a atomic.
 */
#ifndef _SYS_VNODE_IMPL_H_
#define _SYS_VNODE_IMPL_H_

#include <sys/vnode.h>

struct namecache;

enum vnode_state {
	VS_ACTIVE_ANY,
	VS_MARKER,
	VS_LOADING,
	VS_LOADED,
	VS_BLOCKED,
	VS_RECLAIMING,
	VS_RECLAIMED
};
#define VS_ACTIVE VS_LOADED

struct vnode_impl {
	struct vnode vi_vnode;			/*    must come first */
	enum vnode_state vi_state;		/* i */
	volatile uint32_t vi_referenced;	/* a  second chance */
	struct vcache_key vi_key;		/* h */
	uint32_t vi_keyhash;			/* h */
	LIST_ENTRY(vnode_impl) vi_hash;		/* h */
	TAILQ_ENTRY(vnode_impl) vi_lrulist;	/* r  also the free list */
	TAILQ_ENTRY(vnode_impl) vi_mntvnodes;	/* m */
	TAILQ_ENTRY(vnode_impl) vi_synclist;	/* s */
	TAILQ_ENTRY(vnode_impl) vi_relelist;	/*    deferred release */
	LIST_HEAD(, namecache) vi_nclist;	/* n  names of this vnode */
	LIST_HEAD(, namecache) vi_dnclist;	/* n  names in this vnode */
	struct lwp *vi_owner;			/*    who changes the state */
	bool vi_onlru;				/* r */
	bool vi_deferred;			/* i  on the deferred list */
};
typedef struct vnode_impl vnode_impl_t;

#define VNODE_TO_VIMPL(vp) ((struct vnode_impl *)(vp))
#define VIMPL_TO_VNODE(vip) (&(vip)->vi_vnode)
#define VSTATE_GET(vp)	   (VNODE_TO_VIMPL(vp)->vi_state)

/** Wait until a state in change has settled; v_interlock held. */
void vstate_wait_stable(struct vnode *);
/** Use count, for assertions. */
#define vrefcnt(vp)	((int)((vp)->v_refword & VUSECOUNT_MASK))

void vfs_insmntque(struct vnode *, struct mount *);
/** Reclaim cached vnodes above the limit, if this thread holds no lock. */
void vcache_trim(void);
/** Reclaim up to n unused vnodes; returns how many. */
int vcache_drain(int);

#endif /* !_SYS_VNODE_IMPL_H_ */
