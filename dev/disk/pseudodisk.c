/* SPDX-License-Identifier: BSD-2-Clause */
/* Contracts are in rump-sys/pseudodisk.h. */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/conf.h>
#include <sys/disklabel.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/pseudodisk.h>

#include <dev/dkvar.h>

#define NODE_UNITS 4 /* with nodes from the start */
#define NODE_PARTS 8

void
pseudodisk_init(
    struct pseudodisk *pd, const struct bdevsw *bdev, const struct cdevsw *cdev)
{
	const char *name = pd->pd_cd->cd_name;
	devmajor_t bmaj = -1, cmaj = -1;
	char path[32];

	mutex_init(&pd->pd_lock, MUTEX_DEFAULT, IPL_NONE);
	FLAWLESSCALL(config_cfdriver_attach(pd->pd_cd));
	FLAWLESSCALL(config_cfattach_attach(name, pd->pd_ca));
	FLAWLESSCALL(devsw_attach(name, bdev, &bmaj, cdev, &cmaj));
	if (pd->pd_noparts) {
		snprintf(path, sizeof(path), "/dev/%s", name);
		FLAWLESSCALL((*rump_vfs_makedevnodes)(
		    S_IFBLK, path, '0', bmaj, 0, NODE_UNITS));
		snprintf(path, sizeof(path), "/dev/r%s", name);
		FLAWLESSCALL((*rump_vfs_makedevnodes)(
		    S_IFCHR, path, '0', cmaj, 0, NODE_UNITS));
		return;
	}
	for (int i = 0; i < NODE_UNITS; i++) {
		snprintf(path, sizeof(path), "/dev/%s%d", name, i);
		FLAWLESSCALL((*rump_vfs_makedevnodes)(
		    S_IFBLK, path, 'a', bmaj, DISKMINOR(i, 0), NODE_PARTS));
		snprintf(path, sizeof(path), "/dev/r%s%d", name, i);
		FLAWLESSCALL((*rump_vfs_makedevnodes)(
		    S_IFCHR, path, 'a', cmaj, DISKMINOR(i, 0), NODE_PARTS));
	}
}

void
pseudodisk_attach(struct dk_softc *dksc, device_t self, int dtype,
    const struct dkdriver *driver, const char *strategy, int flags)
{
	dk_init(dksc, self, dtype);
	disk_init(&dksc->sc_dkdev, dksc->sc_xname, driver);
	disk_attach(&dksc->sc_dkdev);
	(void)bufq_alloc(&dksc->sc_bufq, strategy, flags);
}

void
pseudodisk_detach(struct dk_softc *dksc)
{
	if (DK_ATTACHED(dksc))
		dk_detach(dksc);
	bufq_free(dksc->sc_bufq);
	disk_detach(&dksc->sc_dkdev);
	disk_destroy(&dksc->sc_dkdev);
}

static int
pseudodisk_unit(const struct pseudodisk *pd, dev_t dev)
{
	return pd->pd_noparts ? (int)minor(dev) : (int)DISKUNIT(dev);
}

dev_t
pseudodisk_dev(const struct pseudodisk *pd, dev_t dev)
{
	if (!pd->pd_noparts)
		return dev;
	return MAKEDISKDEV(major(dev), minor(dev), RAW_PART);
}

void *
pseudodisk_softc(struct pseudodisk *pd, dev_t dev)
{
	return device_lookup_private(pd->pd_cd, pseudodisk_unit(pd, dev));
}

/* pd_lock is held. NULL if there is no memory for another unit. */
static struct dk_softc *
unit_make(struct pseudodisk *pd, int unit)
{
	cfdata_t cf;
	device_t dev;

	cf = malloc(sizeof(*cf), M_DEVBUF, M_WAITOK | M_ZERO);
	cf->cf_name = pd->pd_cd->cd_name;
	cf->cf_atname = pd->pd_ca->ca_name;
	cf->cf_unit = (short)unit;
	cf->cf_fstate = FSTATE_STAR;
	dev = config_attach_pseudo(cf);
	if (dev == NULL) {
		free(cf, M_DEVBUF);
		return NULL;
	}
	return device_private(dev);
}

/* pd_lock is held; nobody has the unit open. */
static void
unit_unmake(struct dk_softc *dksc)
{
	device_t self = dksc->sc_dev;
	cfdata_t cf = device_cfdata(self);

	if (config_detach(self, DETACH_QUIET) == 0)
		free(cf, M_DEVBUF);
}

static void
unit_check(struct pseudodisk *pd, struct dk_softc *dksc)
{
	if (dksc->sc_dkdev.dk_openmask == 0 && !(*pd->pd_configured)(dksc))
		unit_unmake(dksc);
}

int
pseudodisk_open(
    struct pseudodisk *pd, dev_t dev, int flag, int fmt, struct lwp *l)
{
	const int unit = pseudodisk_unit(pd, dev);
	struct dk_softc *dksc;
	int error = ENXIO;

	if (unit < 0 || unit >= PSEUDODISK_MAXUNITS)
		return ENXIO;
	dev = pseudodisk_dev(pd, dev);
	mutex_enter(&pd->pd_lock);
	dksc = device_lookup_private(pd->pd_cd, unit);
	if (dksc == NULL && DISKPART(dev) == RAW_PART)
		dksc = unit_make(pd, unit);
	if (dksc != NULL) {
		error = dk_open(dksc, dev, flag, fmt, l);
		if (error)
			unit_check(pd, dksc);
	}
	mutex_exit(&pd->pd_lock);
	return error;
}

int
pseudodisk_close(
    struct pseudodisk *pd, dev_t dev, int flag, int fmt, struct lwp *l)
{
	struct dk_softc *dksc;

	mutex_enter(&pd->pd_lock);
	dksc = pseudodisk_softc(pd, dev);
	(void)dk_close(dksc, pseudodisk_dev(pd, dev), flag, fmt, l);
	if (pd->pd_lastclose != NULL && dksc->sc_dkdev.dk_openmask == 0)
		(*pd->pd_lastclose)(dksc);
	unit_check(pd, dksc);
	mutex_exit(&pd->pd_lock);
	return 0;
}

void
pseudodisk_queue_init(struct pseudodisk_queue *pq, const char *name)
{
	cv_init(&pq->pq_cv, name);
	TAILQ_INIT(&pq->pq_bufs);
	pq->pq_served = false;
}

void
pseudodisk_queue_fini(struct pseudodisk_queue *pq)
{
	KASSERT(TAILQ_EMPTY(&pq->pq_bufs));
	cv_destroy(&pq->pq_cv);
}

int
pseudodisk_enqueue(
    struct dk_softc *dksc, struct pseudodisk_queue *pq, struct buf *bp)
{
	int error = 0;

	mutex_enter(&dksc->sc_iolock);
	if (pq->pq_served) {
		TAILQ_INSERT_TAIL(&pq->pq_bufs, bp, b_actq);
		cv_signal(&pq->pq_cv);
	} else
		error = EIO;
	mutex_exit(&dksc->sc_iolock);
	return error;
}

int
pseudodisk_serve(struct dk_softc *dksc, struct pseudodisk_queue *pq,
    int (*move)(void *, struct buf *), void *arg, bool catch)
{
	struct buf *bp;
	int error = 0;

	mutex_enter(&dksc->sc_iolock);
	for (;;) {
		bp = TAILQ_FIRST(&pq->pq_bufs);
		if (bp == NULL) {
			if (!pq->pq_served)
				break;
			if (!catch)
				cv_wait(&pq->pq_cv, &dksc->sc_iolock);
			else if ((error = cv_wait_sig(
				      &pq->pq_cv, &dksc->sc_iolock)) != 0)
				pq->pq_served = false;
			continue;
		}
		TAILQ_REMOVE(&pq->pq_bufs, bp, b_actq);
		mutex_exit(&dksc->sc_iolock);
		if (error == 0)
			bp->b_error = (*move)(arg, bp);
		else {
			bp->b_error = EIO;
			bp->b_resid = bp->b_bcount;
		}
		dk_done(dksc, bp);
		mutex_enter(&dksc->sc_iolock);
	}
	mutex_exit(&dksc->sc_iolock);
	return error == 0 ? 0 : EINTR;
}

void
pseudodisk_stop(struct dk_softc *dksc, struct pseudodisk_queue *pq)
{
	mutex_enter(&dksc->sc_iolock);
	pq->pq_served = false;
	cv_broadcast(&pq->pq_cv);
	mutex_exit(&dksc->sc_iolock);
}
