/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests in the order that suits a slow device: a thread takes them from a
 * sorted queue and gives them to the device, one sector each.
 */
#include "kitcd.h"

#include <sys/bufq.h>
#include <sys/condvar.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <miscfs/specfs/specdev.h>

#include "ktest.h"

/* q: ks_lock. */
struct kitcd_sched {
	struct vnode *ks_devvp; /* c */
	kmutex_t ks_lock;
	kcondvar_t ks_cv;
	struct bufq_state *ks_queue; /* q */
	unsigned int ks_issued;      /* q */
	bool ks_stop, ks_stopped;    /* q */
};

/* A request, in sectors; the last one may be short of what was asked. */
static void
issue(struct kitcd_sched *ks, struct buf *bp)
{
	int len = bp->b_bcount, off;
	struct buf *nest;

	bp->b_resid = len;
	for (off = 0; off + KITCD_SECTOR <= len; off += KITCD_SECTOR) {
		nest = getiobuf(NULL, true);
		nestiobuf_setup(bp, nest, off, KITCD_SECTOR);
		nest->b_blkno = bp->b_blkno + off / DEV_BSIZE;
		nest->b_rawblkno = nest->b_blkno;
		nest->b_dev = ks->ks_devvp->v_rdev;
		mutex_enter(&ks->ks_lock);
		ks->ks_issued++;
		mutex_exit(&ks->ks_lock);
		/* by number: it needs no vnode */
		bdev_strategy(nest);
	}
	/* what is not a sector does not exist */
	memset((char *)bp->b_data + off, 0, (size_t)(len - off));
	nestiobuf_done(bp, len - off, 0);
}

static void
sched_thread(void *arg)
{
	struct kitcd_sched *ks = arg;
	struct buf *bp;

	mutex_enter(&ks->ks_lock);
	for (;;) {
		bp = bufq_peek(ks->ks_queue);
		if (bp == NULL && ks->ks_stop)
			break;
		if (bp == NULL) {
			(void)cv_timedwait(&ks->ks_cv, &ks->ks_lock, hz / 10);
			continue;
		}
		K(bufq_get(ks->ks_queue) == bp);
		mutex_exit(&ks->ks_lock);
		issue(ks, bp);
		mutex_enter(&ks->ks_lock);
	}
	ks->ks_stopped = true;
	wakeup(&ks->ks_stopped);
	mutex_exit(&ks->ks_lock);
	kthread_exit(0);
}

struct kitcd_sched *
kitcd_sched_create(struct vnode *devvp)
{
	struct kitcd_sched *ks = kmem_zalloc(sizeof *ks, KM_SLEEP);

	ks->ks_devvp = devvp;
	mutex_init(&ks->ks_lock, MUTEX_DEFAULT, IPL_BIO);
	cv_init(&ks->ks_cv, "kitcd");
	KEQ(bufq_alloc(&ks->ks_queue, "disksort", BUFQ_SORT_RAWBLOCK), 0);
	mutex_enter(&ks->ks_lock);
	KEQ(ks->ks_issued, 0);
	mutex_exit(&ks->ks_lock);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, sched_thread, ks,
		NULL, "kitcd%d", 0),
	    0);
	return ks;
}

void
kitcd_sched_destroy(struct kitcd_sched *ks)
{
	mutex_enter(&ks->ks_lock);
	ks->ks_stop = true;
	cv_signal(&ks->ks_cv);
	while (!ks->ks_stopped)
		(void)mtsleep(
		    &ks->ks_stopped, PRIBIO, "kitcdx", hz, &ks->ks_lock);
	mutex_exit(&ks->ks_lock);
	bufq_free(ks->ks_queue);
	cv_destroy(&ks->ks_cv);
	mutex_destroy(&ks->ks_lock);
	kmem_free(ks, sizeof *ks);
}

void
kitcd_sched_queue(struct kitcd_sched *ks, struct buf *bp)
{
	bp->b_rawblkno = bp->b_blkno;
	mutex_enter(&ks->ks_lock);
	bufq_put(ks->ks_queue, bp);
	cv_signal(&ks->ks_cv);
	mutex_exit(&ks->ks_lock);
}

unsigned int
kitcd_sched_issued(struct kitcd_sched *ks)
{
	unsigned int n;

	mutex_enter(&ks->ks_lock);
	n = ks->ks_issued;
	mutex_exit(&ks->ks_lock);
	return n;
}

/* Many at once, in no order: all come back, and each with its own data. */
void
kitcd_ksched(void)
{
	struct vnode *devvp = kitcd_open(FREAD);
	struct kitcd_sched *ks = kitcd_sched_create(devvp);
	enum {
		N = 20
	};
	unsigned char *data = kmem_alloc(N * 5 * KITCD_SECTOR, KM_SLEEP);
	struct buf *bp[N];

	for (int i = 0; i < N; i++) {
		bp[i] = getiobuf(NULL, true);
		bp[i]->b_flags |= B_READ;
		bp[i]->b_data = data + i * 5 * KITCD_SECTOR;
		/* four sectors, and half of one that is not there */
		bp[i]->b_bcount = bp[i]->b_bufsize = 4 * KITCD_SECTOR + 1024;
		bp[i]->b_blkno = (daddr_t)(i * 7 % N) * 4 * 4;
		kitcd_sched_queue(ks, bp[i]);
	}
	for (int i = 0; i < N; i++) {
		KEQ(biowait(bp[i]), 0);
		KEQ(bp[i]->b_resid, 0);
		for (int s = 0; s < 4; s++)
			KEQ(((unsigned char *)bp[i]->b_data)[s * KITCD_SECTOR],
			    i * 7 % N * 4 + s);
		KEQ(((unsigned char *)bp[i]->b_data)[4 * KITCD_SECTOR], 0);
		putiobuf(bp[i]);
	}
	KEQ(kitcd_sched_issued(ks), N * 4);
	/* one that is taken back before anybody has seen it */
	bp[0] = getiobuf(NULL, true);
	bp[0]->b_flags |= B_READ;
	mutex_enter(&ks->ks_lock);
	bufq_put(ks->ks_queue, bp[0]);
	K(bufq_cancel(ks->ks_queue, bp[0]) == bp[0]);
	mutex_exit(&ks->ks_lock);
	putiobuf(bp[0]);
	/* an error of one sector is that of the request */
	bp[0] = getiobuf(NULL, true);
	bp[0]->b_flags |= B_READ;
	bp[0]->b_data = data;
	bp[0]->b_bcount = bp[0]->b_bufsize = 2 * KITCD_SECTOR;
	bp[0]->b_blkno = (KITCD_SECTORS - 1) * 4;
	kitcd_sched_queue(ks, bp[0]);
	KEQ(biowait(bp[0]), EINVAL);
	putiobuf(bp[0]);
	kitcd_sched_destroy(ks);
	kmem_free(data, N * 5 * KITCD_SECTOR);
	kitcd_close(devvp, FREAD);
}
