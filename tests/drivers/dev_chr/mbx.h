/* SPDX-License-Identifier: BSD-2-Clause */
/* Mailboxes: a character device through which bytes go from writer to reader.
 */

#ifndef _MBX_H_
#define _MBX_H_

#include <sys/condvar.h>
#include <sys/file.h>
#include <sys/mutex.h>
#include <sys/select.h>
#include <sys/selinfo.h>

#include "mbx_ioctl.h"

#define MBX_SIZE 256

/* l: mb_lock */
struct mbx {
	kmutex_t mb_lock;
	kcondvar_t mb_cv;          /* l: something changed */
	struct selinfo mb_rsel;    /* l: who waits to read */
	struct selinfo mb_wsel;    /* l: who waits to write */
	uint8_t mb_data[MBX_SIZE]; /* l: a ring */
	u_int mb_head, mb_count;   /* l: first byte, and how many */
	u_int mb_max;              /* l: how many fit */
	u_int mb_opens;            /* l: by file or by device */
	bool mb_async;             /* l: SIGIO when there is something */
	pid_t mb_owner;            /* l: who gets it */
	char mb_name[MBX_NAMELEN]; /* l: */
};

extern struct mbx mbx_boxes[MBX_BOXES];
extern const struct fileops mbx_fileops;
extern devmajor_t mbx_cmajor;
extern u_int mbx_clones; /* atomic: boxes that were made at open */

void mbx_init(struct mbx *);
void mbx_fini(struct mbx *);
int mbx_read(struct mbx *, struct uio *, bool);
int mbx_write(struct mbx *, struct uio *, bool);
int mbx_ioctl(struct mbx *, u_long, void *, struct lwp *);
int mbx_poll(struct mbx *, int, struct lwp *);
int mbx_kqfilter(struct mbx *, struct knote *);

void mbx_test_files(void);
void mbx_test_maxfiles(void);
void mbx_test_fileops(void);
void mbx_test_devsw(void);

#endif /* _MBX_H_ */
