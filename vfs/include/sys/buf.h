/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffers: blocks of a vnode in the buffer cache, and I/O requests.
 *
 * A buffer has one owner at a time, who has set BC_BUSY. b_flags belong to
 * the owner. Cached buffers are found by (b_vp, b_lblkno).
 *
 * Locks:
 *  b  the owner's (BC_BUSY)
 *  c  bufcache_lock
 *  o  *b_objlock (the vnode's v_interlock, or buffer_lock without a vnode)
 * Order: bufcache_lock, then b_objlock.
 */
#ifndef _SYS_BUF_H_
#define _SYS_BUF_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/queue.h>
#include <sys/rbtree.h>
#include <sys/types.h>
#include <sys/workqueue.h>

struct lwp;
struct proc;
struct uio;
struct vnode;

#define NOLIST ((struct buf *)0x87654321)

struct buf {
	union {
		TAILQ_ENTRY(buf) u_actq;
		struct rb_node u_rbnode;
		struct work u_work;
	} b_u; /* b: a driver's queue */
#define b_actq     b_u.u_actq
#define b_work     b_u.u_work
#define b_cylinder b_resid              /* of drivers that sort by it */
	void (*b_iodone)(struct buf *); /* b: called once done */
	int b_error;                    /* b: errno */
	int b_resid;                    /* b: bytes not moved */
	u_int b_flags;                  /* b: B_ */
	int b_prio;                     /* b: BPRIO_ */
	int b_bufsize;                  /* b: allocated bytes */
	int b_bcount;                   /* b: valid bytes */
	dev_t b_dev;                    /* b: device */
	void *b_data;                   /* b: contents */
	daddr_t b_blkno;                /* b: in DEV_BSIZE units */
	daddr_t b_rawblkno;             /* b: the driver's: from device start */
	struct proc *b_proc;            /* b: whose memory (B_PHYS) */
	void *b_saveaddr;               /* b: */
	void *b_private;                /* b: the creator's */
	off_t b_dcookie;                /* b: */

	kcondvar_t b_busy;           /* c: waiters for BC_BUSY */
	u_int b_refcnt;              /* c: waiters' references */
	void *b_unused;              /* c: */
	LIST_ENTRY(buf) b_hash;      /* c: hash chain */
	LIST_ENTRY(buf) b_vnbufs;    /* c: vnode's clean or dirty list */
	TAILQ_ENTRY(buf) b_freelist; /* c: */
	LIST_ENTRY(buf) b_wapbllist; /* journal's */
	daddr_t b_lblkno;            /* c: logical block */
	int b_freelistindex;         /* c: queue, or -1 */
	u_int b_cflags;              /* c: BC_ */
	struct vnode *b_vp;          /* c: */

	kcondvar_t b_done;   /* o: waiters for BO_DONE */
	u_int b_oflags;      /* o: BO_ */
	kmutex_t *b_objlock; /* o: */

	struct lwp *volatile b_owner; /* who got it, while it has it; a hint */
	uint64_t b_sum;               /* LOCKDEBUG: of what is written, or 0 */
};

/* b_cflags */
#define BC_AGE     0x00000001 /* reuse soon */
#define BC_BUSY    0x00000010 /* owned */
#define BC_INVAL   0x00002000 /* no valid contents */
#define BC_NOCACHE 0x00008000 /* don't keep after release */
#define BC_SCANNED 0x00100000 /* already pushed in this sync */
#define BC_WANTED  0x00800000 /* somebody waits */
#define BC_VFLUSH  0x04000000 /* being synced */

/* b_oflags */
#define BO_DELWRI 0x00000080 /* dirty, to be written later */
#define BO_DONE   0x00000200 /* I/O completed */

/* b_flags */
#define B_WRITE       0x00000000
#define B_ASYNC       0x00000004 /* nobody waits; biodone releases */
#define B_COWDONE     0x00000400 /* copy-on-write has seen it */
#define B_GATHERED    0x00001000 /* LFS: in a segment */
#define B_LOCKED      0x00004000 /* never written or reused */
#define B_PHYS        0x00040000 /* from or to user memory */
#define B_RAW         0x00080000 /* raw transfer */
#define B_READ        0x00100000
#define B_DEVPRIVATE  0x02000000 /* the driver's */
#define B_MEDIA_FLAGS 0

#define BUF_FLAGBITS                                                           \
	"\20\1AGE\3ASYNC\4BAD\5BUSY\10DELWRI\12DONE\13COWDONE"                 \
	"\15GATHERED\16INVAL\17LOCKED\20NOCACHE\23PHYS\24RAW\25READ"           \
	"\32DEVPRIVATE\33VFLUSH"

/* avoid testing against zero */
#define BUF_ISREAD(bp)  (((bp)->b_flags & B_READ) == B_READ)
#define BUF_ISWRITE(bp) (((bp)->b_flags & B_READ) == B_WRITE)

#define clrbuf(bp)                                                             \
	do {                                                                   \
		memset((bp)->b_data, 0, (u_int)(bp)->b_bcount);                \
		(bp)->b_resid = 0;                                             \
	} while (/* CONSTCOND */ 0)

/* flags of getblk, bread and the block allocators of file systems */
#define B_CLRBUF   0x01 /* clear invalid parts of the buffer */
#define B_SYNC     0x02 /* do all allocations synchronously */
#define B_METAONLY 0x04 /* return the indirect block */
#define B_CONTIG   0x08 /* allocate contiguously */

#define B_MODIFY 0x1 /* the caller intends to change the block */

#define BPRIO_NPRIO           3
#define BPRIO_TIMECRITICAL    2
#define BPRIO_TIMELIMITED     1
#define BPRIO_TIMENONCRITICAL 0
#define BPRIO_DEFAULT         BPRIO_TIMELIMITED

#define BIO_GETPRIO(bp)       ((bp)->b_prio)
#define BIO_SETPRIO(bp, prio) (bp)->b_prio = (prio)
#define BIO_COPYPRIO(a, b)    BIO_SETPRIO((a), BIO_GETPRIO(b))

/* what sysctl kern.buf tells of a buffer */
struct buf_sysctl {
	uint32_t b_flags;
	int32_t b_error;
	int32_t b_prio;
	uint32_t b_dev;
	uint64_t b_bufsize;
	uint64_t b_bcount;
	uint64_t b_resid;
	uint64_t b_addr;
	uint64_t b_blkno;
	uint64_t b_rawblkno;
	uint64_t b_iodone;
	uint64_t b_proc;
	uint64_t b_vp;
	uint64_t b_saveaddr;
	uint64_t b_lblkno;
};

#ifdef _KERNEL
#include <lib/libkern/libkern.h>

extern kmutex_t bufcache_lock; /* of the cache: hash, lists, BC_ flags */
extern kmutex_t buffer_lock;   /* objlock of buffers without a vnode */

int allocbuf(struct buf *, int, int);
void bawrite(struct buf *);
int bbusy(struct buf *, bool, int, kmutex_t *);
void bdwrite(struct buf *);
void biodone(struct buf *);
int biowait(struct buf *);
void biointr(void *);
int bread(struct vnode *, daddr_t, int, int, struct buf **);
int breada(struct vnode *, daddr_t, int, daddr_t, int, int, struct buf **);
int
breadn(struct vnode *, daddr_t, int, daddr_t *, int *, int, int, struct buf **);
void brelse(struct buf *, int);
void brelsel(struct buf *, int);
void bremfree(struct buf *);
void bufinit(void);
void bufinit2(void);
void bufinit_rump(void);
int bwrite(struct buf *);
struct buf *getblk(struct vnode *, daddr_t, int, int, int);
struct buf *geteblk(int);
struct buf *incore(struct vnode *, daddr_t);

void minphys(struct buf *);
int physio(void (*)(struct buf *), struct buf *, dev_t, int,
    void (*)(struct buf *), struct uio *);

int buf_syncwait(void);
u_long buf_memcalc(void);
int buf_drain(int);
int buf_setvalimit(vsize_t);
u_int buf_nbuf(void);
void buf_init(struct buf *);
void buf_destroy(struct buf *);

struct buf *getiobuf(struct vnode *, bool);
void putiobuf(struct buf *);
void nestiobuf_iodone(struct buf *);
void nestiobuf_setup(struct buf *, struct buf *, int, size_t);
void nestiobuf_done(struct buf *, int, int);
#endif /* _KERNEL */

#endif /* !_SYS_BUF_H_ */
