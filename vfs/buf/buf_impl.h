/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of vfs/buf. */
#ifndef _BUF_IMPL_H_
#define _BUF_IMPL_H_

#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>

#include <miscfs/specfs/specdev.h>

#include <rump-sys/drvcall.h>

#define LONG_WAIT 5 /* seconds: who waits that long looks at why */

/* who got the buffer last, for messages about leaks */
#define BUF_SETOWNER(bp, pc)                                                   \
	((bp)->b_owner = curlwp, (void)((bp)->b_unused = (pc)))
/* it is the I/O's, or whoever b_iodone gives it to */
#define BUF_NOOWNER(bp) ((void)((bp)->b_owner = NULL))

/* What a write is about to take from the memory of a buffer, and has taken. */
#ifdef LOCKDEBUG
void buf_sum(struct buf *);
void buf_sum_check(struct buf *);
#else
#define buf_sum(bp)       ((void)0)
#define buf_sum_check(bp) ((void)0)
#endif

/* The mount whose rules a vnode's buffers follow. */
static __inline struct mount *
buf_mount(struct vnode *vp)
{
	return vp == NULL ? NULL : wapbl_vptomp(vp);
}

/* Asked without bufcache_lock by who should be the owner. */
static __inline bool
buf_isbusy(const struct buf *bp)
{
	return (atomic_load_relaxed(&bp->b_cflags) & BC_BUSY) != 0;
}

void buf_keep(struct buf *);
void buf_iobuf_init(void);
void buf_report_busy(struct buf *, const char *);

/* buf_check.c */
void buf_wait_long(struct buf *, int, const void *);
void biowait_long(struct buf *, int);
void buf_notbusy(struct buf *, const char *, const void *) __dead;

#endif /* !_BUF_IMPL_H_ */
