/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that the driver makes of itself, and queues of all strategies. */

#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/conf.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include "ktest.h"
#include "tdk.h"

#define NREQ 5

static const daddr_t order[NREQ] = {40, 8, 24, 16, 32};

/* Waiting requests are done by their place, and in parts of a whole. */
void
tdk_test_queue(void)
{
	struct tdk_softc *sc = device_lookup_private(&tdk_cd, 0);
	dev_t dev;
	struct buf *bp[NREQ], *master, *part;
	char *data;
	u_int i, first;

	dev = MAKEDISKDEV(bdevsw_lookup_major(&tdk_bdevsw), 0, RAW_PART);
	KEQ(bdev_open(dev, FREAD | FWRITE, S_IFBLK, curlwp), 0);
	KEQ(bdev_size(dev), TDK_SECTORS);
	data = kmem_alloc(NREQ * TDK_SECSIZE, KM_SLEEP);
	mutex_enter(&sc->sc_lock);
	sc->sc_hold = true;
	first = sc->sc_nlast;
	mutex_exit(&sc->sc_lock);
	for (i = 0; i < NREQ; i++) {
		memset(data + i * TDK_SECSIZE, (int)('a' + i), TDK_SECSIZE);
		bp[i] = getiobuf(NULL, true);
		bp[i]->b_dev = dev;
		bp[i]->b_data = data + i * TDK_SECSIZE;
		bp[i]->b_bcount = TDK_SECSIZE;
		bp[i]->b_blkno = order[i];
		bp[i]->b_flags = B_WRITE;
		BIO_SETPRIO(bp[i], BPRIO_TIMELIMITED);
		bdev_strategy(bp[i]);
	}
	mutex_enter(&sc->sc_lock);
	KEQ(sc->sc_waiting, NREQ);
	K(bufq_peek(sc->sc_bufq) == bp[1]);
	sc->sc_hold = false;
	cv_broadcast(&sc->sc_cv);
	mutex_exit(&sc->sc_lock);
	for (i = 0; i < NREQ; i++) {
		KEQ(biowait(bp[i]), 0);
		KEQ(bp[i]->b_resid, 0);
		putiobuf(bp[i]);
	}
	mutex_enter(&sc->sc_lock);
	for (i = 0; i < NREQ; i++)
		KEQ(sc->sc_last[(first + i) % __arraycount(sc->sc_last)],
		    8 * (i + 1));
	mutex_exit(&sc->sc_lock);

	/* One request in three parts: two are read, one is left out. */
	memset(data, 0, 3 * TDK_SECSIZE);
	master = getiobuf(NULL, true);
	master->b_dev = dev;
	master->b_data = data;
	master->b_bcount = master->b_resid = 3 * TDK_SECSIZE;
	master->b_flags = B_READ;
	for (i = 0; i < 2; i++) {
		part = getiobuf(NULL, true);
		nestiobuf_setup(
		    master, part, (int)(i * TDK_SECSIZE), TDK_SECSIZE);
		part->b_blkno = order[i];
		part->b_dev = dev;
		bdev_strategy(part);
	}
	nestiobuf_done(master, TDK_SECSIZE, 0);
	KEQ(biowait(master), 0);
	KEQ(data[0], 'a');
	KEQ(data[TDK_SECSIZE], 'b');
	KEQ(data[2 * TDK_SECSIZE], 0);
	putiobuf(master);
	kmem_free(data, NREQ * TDK_SECSIZE);
	KEQ(bdev_close(dev, FREAD | FWRITE, S_IFBLK, curlwp), 0);
}

/* Takes a request for a place that a queue is to sort by. */
static struct buf *
place(daddr_t blkno)
{
	struct buf *bp = getiobuf(NULL, true);

	bp->b_rawblkno = bp->b_blkno = blkno;
	bp->b_flags = B_WRITE;
	bp->b_bcount = TDK_SECSIZE;
	return bp;
}

static void
strategy(const char *name, bool sorted)
{
	struct bufq_state *q = NULL, *other = NULL;
	struct buf *bp[NREQ], *got;
	daddr_t last = -1;
	u_int i;

	KEQ(bufq_alloc(&q, name, BUFQ_SORT_RAWBLOCK | BUFQ_EXACT), 0);
	if (q == NULL)
		return;
	KSTR(bufq_getstrategyname(q), name);
	K(bufq_get(q) == NULL && bufq_peek(q) == NULL);
	for (i = 0; i < NREQ; i++) {
		bp[i] = place(order[i]);
		bufq_put(q, bp[i]);
	}
	/* One is taken back, another time not found. */
	K(bufq_cancel(q, bp[2]) == bp[2]);
	K(bufq_cancel(q, bp[2]) == NULL);
	putiobuf(bp[2]);
	KEQ(bufq_alloc(&other, name, BUFQ_SORT_RAWBLOCK), 0);
	bufq_move(other, q);
	K(bufq_peek(q) == NULL);
	for (i = 0; i < NREQ - 1; i++) {
		got = bufq_get(other);
		K(got != NULL);
		if (got == NULL)
			break;
		if (!sorted)
			KEQ(got->b_rawblkno, order[i < 2 ? i : i + 1]);
		else
			K(got->b_rawblkno > last);
		last = got->b_rawblkno;
		putiobuf(got);
	}
	K(bufq_get(other) == NULL);
	bufq_free(other);
	bufq_free(q);
}

void
tdk_test_bufq(void)
{
	struct bufq_state *q = NULL;
	struct buf *bp;

	strategy("fcfs", false);
	strategy("disksort", true);
	strategy("readprio", true);
	strategy("priocscan", true);
	KEQ(bufq_alloc(&q, "nosuch", BUFQ_SORT_RAWBLOCK | BUFQ_EXACT), ENOENT);
	KEQ(bufq_alloc(&q, "nosuch", BUFQ_SORT_RAWBLOCK), 0);
	bp = place(1);
	bufq_put(q, bp);
	bufq_drain(q);
	KEQ(biowait(bp), EIO);
	putiobuf(bp);
	bufq_free(q);
}

/* The label, and what it says of partitions, for those who ask the device. */
void
tdk_test_label(void)
{
	struct tdk_softc *sc = device_lookup_private(&tdk_cd, 0);
	struct disklabel label;
	struct partinfo pi;
	dev_t raw, a;

	raw = MAKEDISKDEV(cdevsw_lookup_major(&tdk_cdevsw), 0, RAW_PART);
	a = MAKEDISKDEV(cdevsw_lookup_major(&tdk_cdevsw), 0, 0);
	KEQ(DISKUNIT(a), 0);
	KEQ(DISKPART(a), 0);
	KEQ(cdev_open(a, FREAD, S_IFCHR, curlwp), 0);
	memset(&pi, 0xff, sizeof(pi));
	KEQ(cdev_ioctl(a, DIOCGPARTINFO, &pi, FREAD, curlwp), 0);
	KEQ(pi.pi_offset, TDK_SECTORS / 2);
	KEQ(pi.pi_size, TDK_SECTORS / 2);
	KEQ(pi.pi_secsize, TDK_SECSIZE);
	KEQ(pi.pi_fstype, FS_BSDFFS);
	KEQ(pi.pi_fsize, 1024);
	KEQ(pi.pi_frag, 8);
	KEQ(pi.pi_cpg, 16);
	memset(&label, 0, sizeof(label));
	KEQ(cdev_ioctl(raw, DIOCGDINFO, &label, FREAD, curlwp), 0);
	KEQ(dkcksum(&label), 0);
	KEQ(label.d_partitions[0].p_frag, 8);
	KEQ(label.d_partitions[0].p_fsize, 1024);
	KEQ(label.d_partitions[0].p_cpg, 16);
	KEQ(label.d_partitions[1].p_cdsession, 3);
	/* A new one that moves what is open is refused. */
	label.d_partitions[0].p_offset = 8;
	label.d_checksum = 0;
	label.d_checksum = dkcksum(&label);
	KEQ(setdisklabel(
		sc->sc_dkdev.dk_label, &label, sc->sc_dkdev.dk_openmask, NULL),
	    EBUSY);
	label.d_magic = 0;
	KEQ(setdisklabel(sc->sc_dkdev.dk_label, &label, 0, NULL), EINVAL);
	KEQ(cdev_close(a, FREAD, S_IFCHR, curlwp), 0);
}
