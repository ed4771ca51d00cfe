/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A snapshot: the device of a mounted file system as it was at one moment.
 *
 * The device is cut into clusters. Before one of them is overwritten for the
 * first time it is copied, by the thread that wants to write, into a slot of
 * memory, and from there to the backing store by a thread of the snapshot: who
 * writes to the file system takes no lock of the one that the store is on.
 * A cluster goes from NONE to COPYING to a place in the store (FSS_STORED and
 * up), and stays there; until the store has it, the slot has it, too.
 *
 * A snapshot that can't be kept is lost (sn_lost), never the write: the store is
 * full or gone, the old contents can't be read, or the store has taken nothing
 * for FSS_STALL_S seconds while somebody wanted a slot.
 *
 * Lock letters: c constant after creation, s sn_lock, a atomic: written under
 * sn_lock. Order: the file system's own locks, its copy-on-write lock, sn_lock.
 */
#ifndef _FSS_IMPL_H_
#define _FSS_IMPL_H_

#include <sys/condvar.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/time.h>
#include <sys/types.h>

struct buf;
struct fss_set;
struct lwp;
struct vnode;

#define FSS_MAXSLOTS   32
#define FSS_MINSLOTS   4
#define FSS_SLOTMEM    (1024 * 1024) /* bytes of all slots, if that is enough */
#define FSS_CSIZE      (64 * 1024)
#define FSS_MINCSIZE   4096
#define FSS_MAXCSIZE   (1024 * 1024)
#define FSS_MAXCLUSTER (4 * 1024 * 1024) /* as long as larger ones can be had */
#define FSS_STALL_S    30
#define FSS_SQUEEZES   20 /* tries to get memory to begin with */

/* sn_map */
#define FSS_NONE    0
#define FSS_COPYING 1
#define FSS_STORED  2 /* and where in the store, in clusters */

struct fss_slot {
	enum {
		FSS_FREE,
		FSS_FILLING, /* from the device */
		FSS_FULL,    /* to be stored */
		FSS_STORING
	} fl_state;          /* s: */
	uint32_t fl_cluster; /* s: */
	uint32_t fl_place;   /* s: in the store */
	void *fl_data;       /* c: FSS_FILLING, FSS_STORING: without a lock */
	struct buf *fl_bp;   /* c: to fill it, without a wait for memory */
};

struct fss_snap {
	const char *sn_name;    /* c: of the unit, for messages */
	struct mount *sn_mp;    /* c: referenced */
	struct vnode *sn_devvp; /* c: its device, referenced and open */
	uint64_t sn_size;       /* c: bytes of the device */
	uint32_t sn_secsize;    /* c: bytes of its sectors */
	uint32_t sn_csize;      /* c: bytes of a cluster */
	int sn_cshift;          /* c: */
	uint32_t sn_nclusters;  /* c: */
	struct timeval sn_time; /* c: */

	struct vnode *sn_bsvp; /* c: backing store, open */
	struct mount *sn_bsmp; /* c: what it is on, referenced */
	dev_t sn_bsdev;        /* c: the device that it is, or NODEV */
	uint32_t sn_bssecsize; /* c: bytes of its sectors */
	void *sn_bounce;       /* c: for who reads, if those are larger */
	kauth_cred_t sn_cred;  /* c: who set it up */
	uint64_t sn_bslimit;   /* c: bytes of it, 0: what can be had */

	kmutex_t sn_lock;
	kcondvar_t sn_cv;          /* s: a slot's or a cluster's state */
	kcondvar_t sn_storecv;     /* s: for the thread that stores */
	volatile uint32_t *sn_map; /* a: of each cluster */
	uint32_t sn_places;        /* s: of the store in use */
	time_t sn_short;           /* s: since then a slot is wanted, or 0 */
	bool sn_lost;              /* a: */
	volatile bool *sn_live;    /* c: the unit's: taken and not lost */
	bool sn_cow;               /* c: established */
	bool sn_stop;              /* s: the thread is to go */
	struct lwp *sn_lwp;        /* c: the thread that stores */
	u_int sn_nslots;           /* c: */
	struct fss_slot sn_slots[FSS_MAXSLOTS];
};

/* fss_snap.c */
/**
 * Find what fss_set says, and open it: a snapshot that is not taken yet. Errors
 * are those of FSSIOCSET. name and live are kept; *live becomes true when it is
 * taken, and false when it is lost.
 */
int fss_snap_open(const struct fss_set *, const char *name, volatile bool *live,
    struct fss_snap **);
/** Take it, with the file system suspended. An errno: it is not taken. */
int fss_snap_take(struct fss_snap *);
/**
 * End it, taken or not; nobody reads it any more. Sleeps; no lock is held.
 * sn_mp and sn_bsmp stay what they are until it is freed.
 */
void fss_snap_close(struct fss_snap *);
void fss_snap_free(struct fss_snap *);
/** The file system that is mounted from a device; NULL if none, or revoked. */
struct mount *fss_mounted(struct vnode *devvp);

/* fss_cow.c */
int fss_cow(void *, struct buf *, bool);
void fss_store_thread(void *);
/**
 * Bytes [off, off + len) as they were; whole sectors within the device. By one
 * thread at a time. ENXIO: it is lost; others: that part can't be read.
 */
int fss_snap_read(struct fss_snap *, uint64_t off, void *, size_t len);
bool fss_snap_lost(const struct fss_snap *);
/** It is lost; says so, with the reason. sn_lock is held. */
void fss_snap_lose(struct fss_snap *, const char *);

#endif /* !_FSS_IMPL_H_ */
