/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of vfs/wapbl.
 *
 * A transaction holds wl_rwlock as a reader, a flush as the writer. Buffers
 * that a transaction changes are put on wl_bufs and stay locked in the cache
 * (B_LOCKED). A flush writes them to the log, commits that by a header, and
 * starts to write them in place. What a flush put in the log is an entry;
 * when all its buffers are in place, and those of the entries before it, its
 * room in the circle is free again.
 *
 * Locks: (r) wl_rwlock; (m) wl_mtx; (c) constant; (b) bufcache_lock.
 * Order: wl_rwlock, bufcache_lock, wl_mtx.
 */
#ifndef _WAPBL_IMPL_H_
#define _WAPBL_IMPL_H_

#include <sys/buf.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>
#include <sys/wapbl_replay.h>

#define WAPBL_INOHASH 32

struct wapbl_ino {
	LIST_ENTRY(wapbl_ino) wi_hash;
	ino_t wi_ino;
	mode_t wi_mode;
};

/* what one flush left in the log */
struct wapbl_entry {
	struct wapbl *we_wapbl;
	SIMPLEQ_ENTRY(wapbl_entry) we_entries; /* m */
	size_t we_bufcount;                    /* m: being written in place */
	bool we_failed;                        /* m: one is not in place */
	off_t we_head;                         /* c: end of its records */
	bool we_done;                          /* m: flush has handed out all */
};

struct wapbl_owner {
	LIST_ENTRY(wapbl_owner) wo_list;
	struct lwp *wo_lwp;
	u_int wo_depth;
};

struct wapbl {
	struct vnode *wl_logvp; /* c */
	struct vnode *wl_devvp; /* c */
	struct mount *wl_mount; /* c */
	daddr_t wl_logpbn;      /* c: first block, in DEV_BSIZE units */
	int wl_blkshift;        /* c: of log blocks */
	off_t wl_circ_off;      /* c */
	off_t wl_circ_size;     /* c */

	krwlock_t wl_rwlock;
	kmutex_t wl_mtx;
	kcondvar_t wl_cv; /* entries have been reclaimed */

	off_t wl_head, wl_tail; /* m: wl_head under r as well */
	uint32_t wl_generation; /* r */
	int wl_error;           /* m: writes in place failed */

	LIST_HEAD(, buf) wl_bufs; /* m: changed, not in the log */
	size_t wl_bufbytes;       /* m */
	size_t wl_bcount;         /* m */
	size_t wl_bufcount;       /* m */
	size_t wl_bufbytes_max, wl_bufcount_max; /* c */

	SIMPLEQ_HEAD(, wapbl_entry) wl_entries; /* m */

	LIST_HEAD(, wapbl_owner) wl_owners; /* m */

	daddr_t *wl_deallocblks; /* m */
	int *wl_dealloclens;     /* m */
	int wl_dealloccnt;       /* m */
	int wl_dealloclim;       /* m */

	LIST_HEAD(, wapbl_ino) wl_inohash[WAPBL_INOHASH]; /* m */
	u_int wl_inocount;                                /* m */

	wapbl_flush_fn_t wl_flush;       /* c */
	wapbl_flush_fn_t wl_flush_abort; /* c */

	void *wl_block; /* r: one log block */
};

int wapbl_io(struct vnode *, void *, size_t, daddr_t, bool);
int wapbl_cachesync(struct vnode *);
int wapbl_circ_write(struct wapbl *, const void *, size_t, off_t *);
off_t wapbl_advance(off_t, off_t, off_t, size_t);
off_t wapbl_used(off_t, off_t, off_t);
int wapbl_write_header(struct wapbl *, off_t, off_t);
int wapbl_log_transaction(struct wapbl *);
void wapbl_biodone(struct buf *);
void wapbl_reclaim_locked(struct wapbl *);

#endif /* !_WAPBL_IMPL_H_ */
