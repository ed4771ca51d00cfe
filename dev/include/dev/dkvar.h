/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What pseudo-disks have in common: partitions, labels, a queue of requests
 * that the driver is given one by one. A driver puts a struct dk_softc at the
 * start of its own softc, and calls these from its switch functions.
 *
 * Locks: (i) sc_iolock; (o) dk_openlock of sc_dkdev; (c) constant once dk_init()
 * and the driver's attach are done; (s) the driver's.
 */
#ifndef _DEV_DKVAR_H_
#define _DEV_DKVAR_H_

#include <sys/device_if.h>
#include <sys/disk.h>
#include <sys/mutex.h>
#include <sys/rndsource.h>

struct buf;
struct bufq_state;
struct disklabel;
struct lwp;
struct pathbuf;
struct vnode;

#define DK_XNAME_SIZE 8

struct dk_softc {
	device_t sc_dev;              /* c: */
	u_int32_t sc_flags;           /* o: DKF_ */
	char sc_xname[DK_XNAME_SIZE]; /* c: */
	struct disk sc_dkdev;
	kmutex_t sc_iolock;
	struct bufq_state *sc_bufq; /* i: */
	int sc_dtype;               /* c: DKTYPE_ of default labels */
	struct buf *sc_deferred;    /* i: to be tried again first */
	bool sc_busy;               /* i: somebody feeds the driver */
	krndsource_t sc_rnd_source;
};

#define DKF_INITED      0x00010000 /* configured: requests are taken */
#define DKF_WLABEL      0x00020000 /* the label's sector may be written */
#define DKF_LABELLING   0x00040000 /* a label is being written */
#define DKF_WARNLABEL   0x00080000 /* say if there is no label */
#define DKF_LABELSANITY 0x00100000 /* say if a label can't be right */
#define DKF_TAKEDUMP    0x00200000 /* dumps are taken */

#define DK_BUSY(dksc, pmask)                                                   \
	(((dksc)->sc_dkdev.dk_openmask & ~(pmask)) != 0 ||                     \
	    (((dksc)->sc_dkdev.dk_bopenmask & (pmask)) != 0 &&                 \
		((dksc)->sc_dkdev.dk_copenmask & (pmask)) != 0))
#define DK_ATTACHED(dksc) (((dksc)->sc_flags & DKF_INITED) != 0)

#ifdef _KERNEL
void dk_init(struct dk_softc *, device_t, int);
void dk_attach(struct dk_softc *);
void dk_detach(struct dk_softc *);
int dk_open(struct dk_softc *, dev_t, int, int, struct lwp *);
int dk_close(struct dk_softc *, dev_t, int, int, struct lwp *);
void dk_strategy(struct dk_softc *, struct buf *);
int dk_strategy_defer(struct dk_softc *, struct buf *);
int dk_strategy_pending(struct dk_softc *);
void dk_start(struct dk_softc *, struct buf *);
void dk_done(struct dk_softc *, struct buf *);
int dk_drain(struct dk_softc *);
int dk_discard(struct dk_softc *, dev_t, off_t, off_t);
int dk_size(struct dk_softc *, dev_t);
int dk_ioctl(struct dk_softc *, dev_t, u_long, void *, int, struct lwp *);
int dk_dump(struct dk_softc *, dev_t, daddr_t, void *, size_t);
void dk_getdefaultlabel(struct dk_softc *, struct disklabel *);
void dk_getdisklabel(struct dk_softc *, dev_t);
int dk_lookup(struct pathbuf *, struct lwp *, struct vnode **);
#endif

#endif /* !_DEV_DKVAR_H_ */
