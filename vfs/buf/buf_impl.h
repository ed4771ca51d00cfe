/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of vfs/buf. */
#ifndef _BUF_IMPL_H_
#define _BUF_IMPL_H_

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

/* who got the buffer last, for messages about leaks */
#define BUF_SETOWNER(bp, pc) ((bp)->b_unused = (pc))

/* The mount whose rules a vnode's buffers follow. */
static __inline struct mount *
buf_mount(struct vnode *vp)
{
	return vp == NULL ? NULL : wapbl_vptomp(vp);
}

void buf_keep(struct buf *);
void buf_iobuf_init(void);
void buf_report_busy(struct buf *, const char *);

#endif /* !_BUF_IMPL_H_ */
