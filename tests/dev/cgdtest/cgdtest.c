/* SPDX-License-Identifier: BSD-2-Clause */
/* See include/cgdtest.h. */
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>

#include "include/cgdtest.h"

struct meal {
	struct meal *next;
	size_t size;
};

static struct meal *eaten;
static struct buf *requests; /* by b_private */

static void
io_done(struct buf *bp)
{
	mutex_enter(bp->b_objlock);
	bp->b_private = NULL;
	cv_broadcast(&bp->b_busy);
	mutex_exit(bp->b_objlock);
}

int
rump_cgdtest_io(unsigned long long dev, void *mem, int len, long long blkno,
    int write, int async, int *residp)
{
	struct buf b, *bp = &b;
	int error;

	rump_schedule();
	buf_init(bp);
	bp->b_flags = (write ? B_WRITE : B_READ) | (async ? B_ASYNC : 0);
	bp->b_cflags |= BC_BUSY;
	bp->b_dev = dev;
	bp->b_data = mem;
	bp->b_bcount = bp->b_bufsize = bp->b_resid = len;
	bp->b_blkno = blkno;
	bp->b_private = bp;
	if (async)
		bp->b_iodone = io_done;
	bdev_strategy(bp);
	if (async) {
		mutex_enter(bp->b_objlock);
		while (bp->b_private != NULL)
			cv_wait(&bp->b_busy, bp->b_objlock);
		mutex_exit(bp->b_objlock);
		error = bp->b_error;
	} else
		error = biowait(bp);
	*residp = bp->b_resid;
	buf_destroy(bp);
	rump_unschedule();
	return error;
}

void
rump_cgdtest_starve(void)
{
	struct meal *m;
	struct buf *bp;

	rump_schedule();
	for (size_t size = 65536; size >= 64; size /= 4)
		while ((m = kmem_alloc(size, KM_NOSLEEP)) != NULL) {
			m->next = eaten;
			m->size = size;
			eaten = m;
		}
	while ((bp = getiobuf(NULL, false)) != NULL) {
		bp->b_private = requests;
		requests = bp;
	}
	rump_unschedule();
}

void
rump_cgdtest_feed(void)
{
	struct meal *m;
	struct buf *bp;

	rump_schedule();
	while ((bp = requests) != NULL) {
		requests = bp->b_private;
		putiobuf(bp);
	}
	while ((m = eaten) != NULL) {
		eaten = m->next;
		kmem_free(m, m->size);
	}
	rump_unschedule();
}
