/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disk drivers whose units come into being when they are opened, and whose
 * requests may be the work of a thread. The driver's softc begins with its
 * struct dk_softc.
 */
#ifndef _RUMP_SYS_PSEUDODISK_H_
#define _RUMP_SYS_PSEUDODISK_H_

#include <sys/condvar.h>
#include <sys/device.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/types.h>

struct bdevsw;
struct buf;
struct cdevsw;
struct dk_softc;
struct dkdriver;
struct lwp;
struct uio;

#define PSEUDODISK_MAXUNITS 64

/* Locks: (c) constant. */
struct pseudodisk {
	struct cfdriver *pd_cd; /* c: */
	struct cfattach *pd_ca; /* c: */
	/* c: last close, pd_lock held: does the unit stay? */
	bool (*pd_configured)(void *);
	/*
	 * c: may be NULL. Last close, before that; pd_lock is held, and may
	 * be given up while the unit is configured.
	 */
	void (*pd_lastclose)(void *);
	/*
	 * c: minors are units, and nodes have no letters. The driver's dev_t
	 * are translated by pseudodisk_dev() for what is in dev/dkvar.h.
	 */
	bool pd_noparts;
	kmutex_t pd_lock; /* which units there are */
};

/*
 * At boot: registers driver and switches, makes nodes of the first units.
 * Errors are panics: nothing of it depends on input.
 */
void pseudodisk_init(
    struct pseudodisk *, const struct bdevsw *, const struct cdevsw *);

/*
 * In ca_attach and ca_detach: the dk_softc of a unit of the DKTYPE_, with a
 * queue of the strategy and flags of bufq(9).
 */
void pseudodisk_attach(struct dk_softc *, device_t, int,
    const struct dkdriver *, const char *, int);
void pseudodisk_detach(struct dk_softc *);

/* For the switches. ENXIO: no such unit, or not configured and not raw. */
int pseudodisk_open(struct pseudodisk *, dev_t, int, int, struct lwp *);
int pseudodisk_close(struct pseudodisk *, dev_t, int, int, struct lwp *);

/* The same unit's raw partition, where minors are units. */
dev_t pseudodisk_dev(const struct pseudodisk *, dev_t);

/* The unit that an open device belongs to. */
void *pseudodisk_softc(struct pseudodisk *, dev_t);

/*
 * For a strategy routine that does not call dk_strategy(), which does the same:
 * where a request is on the disk, which it does not leave: b_rawblkno, in
 * sectors; b_bcount may become less. False: it has been answered.
 */
bool pseudodisk_translate(struct dk_softc *, struct buf *);

/* A queue between d_diskstart and a thread. Lock: (i) sc_iolock of the unit. */
struct pseudodisk_queue {
	kcondvar_t pq_cv;          /* i: something came, or the end */
	TAILQ_HEAD(, buf) pq_bufs; /* i: */
	bool pq_served;            /* i: requests are taken */
};

void pseudodisk_queue_init(struct pseudodisk_queue *, const char *);
void pseudodisk_queue_fini(struct pseudodisk_queue *);

/* In d_diskstart. EIO: nobody serves. */
int
pseudodisk_enqueue(struct dk_softc *, struct pseudodisk_queue *, struct buf *);

/*
 * Do requests by move, which sets b_resid and returns an errno, until
 * pseudodisk_stop() or, with catch, a signal: EINTR. What is left then fails
 * with EIO. pq_served was set by the caller before.
 */
int pseudodisk_serve(struct dk_softc *, struct pseudodisk_queue *,
    int (*move)(void *, struct buf *), void *, bool catch);
void pseudodisk_stop(struct dk_softc *, struct pseudodisk_queue *);

#endif /* !_RUMP_SYS_PSEUDODISK_H_ */
