/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fss: snapshots of mounted file systems as read-only disks (fss(4)).
 *
 * A unit is idle, or has a snapshot, or has lost one with the file system. It
 * is busy while somebody sets or clears it: that suspends and waits for other
 * file systems, and so is done without pd_lock.
 *
 * Locks: (u) fss_disks.pd_lock; (b) who made the unit busy.
 */
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disklabel.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kthread.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>
#include <rump-sys/pseudodisk.h>

#include <dev/dkvar.h>
#include <dev/fssvar.h>

#include "fss_impl.h"

#define FSS_FLAGS (FSS_UNCONFIG_ON_CLOSE | FSS_UNLINK_ON_CREATE)

struct fss_softc {
	struct dk_softc sc_dksc;
	enum {
		FSS_IDLE,
		FSS_BUSY,
		FSS_ACTIVE,
		FSS_UNMOUNTED     /* was active */
	} sc_state;               /* u: */
	struct fss_snap *sc_snap; /* u, b: what is set, also while busy */
	struct lwp *sc_lwp;       /* b: the thread that reads */
	int sc_flags;             /* u: FSS_ */
	volatile bool sc_live;    /* a: there is something to be read */
	struct pseudodisk_queue sc_queue;
};

static void fss_strategy(struct buf *);
static void fss_labelstrategy(struct buf *);
static int fss_start(device_t, struct buf *);
static void fss_attach(device_t, device_t, void *);
static int fss_detach(device_t, int);
static bool fss_configured(void *);
static void fss_lastclose(void *);
static int fss_unmounted(struct mount *);

static const struct dkdriver fss_dkdriver = {
    .d_strategy = fss_labelstrategy,
    .d_minphys = minphys,
    .d_diskstart = fss_start,
};

static CFDRIVER_DECL(fss, DV_DISK, NULL);
static CFATTACH_DECL_NEW(
    fss, sizeof(struct fss_softc), NULL, fss_attach, fss_detach, NULL);
static struct pseudodisk fss_disks = {
    .pd_cd = &fss_cd,
    .pd_ca = &fss_ca,
    .pd_configured = fss_configured,
    .pd_lastclose = fss_lastclose,
    .pd_noparts = true,
};
static kcondvar_t fss_busycv; /* u: some unit is not busy any more */
static struct vfs_hooks fss_vfs_hooks = {.vh_unmount = fss_unmounted};

static bool
fss_configured(void *arg)
{
	return ((struct fss_softc *)arg)->sc_state != FSS_IDLE;
}

static void
fss_attach(device_t parent, device_t self, void *aux)
{
	struct fss_softc *sc = device_private(self);

	pseudodisk_attach(
	    &sc->sc_dksc, self, DKTYPE_UNKNOWN, &fss_dkdriver, "fcfs", 0);
	pseudodisk_queue_init(&sc->sc_queue, "fssread");
}

/* pd_lock is held; nobody has the unit open. */
static int
fss_detach(device_t self, int flags)
{
	struct fss_softc *sc = device_private(self);

	if (sc->sc_state != FSS_IDLE)
		return EBUSY;
	pseudodisk_queue_fini(&sc->sc_queue);
	pseudodisk_detach(&sc->sc_dksc);
	return 0;
}

/*
 * Reading
 */
static void
fss_refuse(struct buf *bp, int error)
{
	bp->b_error = error;
	bp->b_resid = bp->b_bcount;
	biodone(bp);
}

static void
fss_strategy(struct buf *bp)
{
	struct fss_softc *sc = pseudodisk_softc(&fss_disks, bp->b_dev);

	if ((bp->b_flags & B_READ) == 0) {
		fss_refuse(bp, EROFS);
		return;
	}
	if (!atomic_load_acquire(&sc->sc_live)) {
		fss_refuse(bp, ENXIO);
		return;
	}
	bp->b_dev = pseudodisk_dev(&fss_disks, bp->b_dev);
	dk_strategy(&sc->sc_dksc, bp);
}

/* There are no partitions: whatever label the file system has is its own. */
static void
fss_labelstrategy(struct buf *bp)
{
	fss_refuse(bp, ENXIO);
}

static int
fss_start(device_t self, struct buf *bp)
{
	struct fss_softc *sc = device_private(self);

	/* refused only by a snapshot that ended meanwhile */
	return pseudodisk_enqueue(&sc->sc_dksc, &sc->sc_queue, bp) ? ENXIO : 0;
}

static int
fss_move(void *arg, struct buf *bp)
{
	struct fss_softc *sc = arg;
	const uint64_t off =
	    (uint64_t)bp->b_rawblkno * sc->sc_dksc.sc_dkdev.dk_geom.dg_secsize;
	int error;

	bp->b_resid = bp->b_bcount;
	/* not taken yet, or ending, or lost */
	if (!atomic_load_acquire(&sc->sc_live))
		return ENXIO;
	/* checked when it was queued, but perhaps against another snapshot */
	if (off + (uint64_t)bp->b_bcount > sc->sc_snap->sn_size)
		return EIO;
	error =
	    fss_snap_read(sc->sc_snap, off, bp->b_data, (size_t)bp->b_bcount);
	if (error == 0)
		bp->b_resid = 0;
	return error;
}

static void
fss_read_thread(void *arg)
{
	struct fss_softc *sc = arg;

	(void)pseudodisk_serve(
	    &sc->sc_dksc, &sc->sc_queue, fss_move, sc, false);
	kthread_exit(0);
}

/*
 * Setting and clearing
 */

/* The unit is not busy any more. */
static void
fss_exit(struct fss_softc *sc, int state, int flags)
{
	mutex_enter(&fss_disks.pd_lock);
	sc->sc_state = state;
	sc->sc_flags = flags;
	cv_broadcast(&fss_busycv);
	mutex_exit(&fss_disks.pd_lock);
}

/* The snapshot of a unit, NULL if there is none; pd_lock is held. */
static struct fss_snap *
fss_snap_of(int unit)
{
	const struct fss_softc *sc = device_lookup_private(&fss_cd, unit);

	return sc != NULL ? sc->sc_snap : NULL;
}

/* Does another snapshot use the same store? pd_lock is held. */
static bool
fss_store_used(const struct fss_snap *new)
{
	const struct fss_snap *sn;

	for (int i = 0; i < PSEUDODISK_MAXUNITS; i++) {
		sn = fss_snap_of(i);
		if (sn != NULL &&
		    (sn->sn_bsvp == new->sn_bsvp ||
			(sn->sn_bsdev != NODEV &&
			    sn->sn_bsdev == new->sn_bsdev)))
			return true;
	}
	return false;
}

/* Add a file system to a list, once. */
static int
fss_list(const struct mount **list, int n, const struct mount *mp)
{
	for (int i = 0; i < n; i++)
		if (list[i] == mp)
			return n;
	list[n] = mp;
	return n + 1;
}

/*
 * Would the stores of snapshots be written to while they are copied, around a
 * circle? pd_lock is held.
 */
static bool
fss_circle(const struct fss_snap *new)
{
	const struct mount *written[1 + PSEUDODISK_MAXUNITS];
	const struct fss_snap *sn;
	int n;

	/* where the new one's copies go, and the copies of those, ... */
	n = fss_list(written, 0, new->sn_bsmp);
	for (int i = 0; i < n; i++) {
		if (written[i] == new->sn_mp)
			return true;
		for (int unit = 0; unit < PSEUDODISK_MAXUNITS; unit++) {
			sn = fss_snap_of(unit);
			if (sn != NULL && sn->sn_mp == written[i])
				n = fss_list(written, n, sn->sn_bsmp);
		}
	}
	return false;
}

/* The snapshot is known to be coming; from now on it is in everybody's way. */
static int
fss_publish(struct fss_softc *sc, struct fss_snap *sn)
{
	int error = 0;

	mutex_enter(&fss_disks.pd_lock);
	if (fss_store_used(sn))
		error = EBUSY;
	else if (fss_circle(sn))
		error = EINVAL;
	else
		sc->sc_snap = sn;
	mutex_exit(&fss_disks.pd_lock);
	return error;
}

/* The unit is busy, and stays so. */
static void
fss_end(struct fss_softc *sc)
{
	struct dk_softc *dksc = &sc->sc_dksc;
	struct fss_snap *sn = sc->sc_snap;

	atomic_store_release(&sc->sc_live, false);
	if (sc->sc_lwp != NULL) {
		pseudodisk_stop(dksc, &sc->sc_queue);
		(void)kthread_join(sc->sc_lwp);
		sc->sc_lwp = NULL;
	}
	fss_snap_close(sn);
	/* whoever unmounts has waited until here */
	mutex_enter(&fss_disks.pd_lock);
	sc->sc_snap = NULL;
	mutex_exit(&fss_disks.pd_lock);
	fss_snap_free(sn);
}

/* What kind of disk it is; from now on it is one. */
static void
fss_attach_disk(struct fss_softc *sc)
{
	const struct fss_snap *sn = sc->sc_snap;
	const uint64_t sectors = sn->sn_size / sn->sn_secsize;
	struct disk *dk = &sc->sc_dksc.sc_dkdev;

	/* at once: a late reader may look at it */
	dk->dk_geom = (struct disk_geom){.dg_secsize = sn->sn_secsize,
	    .dg_nsectors = 32,
	    .dg_ntracks = 64,
	    .dg_secperunit = (int64_t)sectors,
	    .dg_ncylinders = (uint32_t)MIN(sectors / (32 * 64), UINT32_MAX)};
	disk_set_info(sc->sc_dksc.sc_dev, dk, "fss");
	mutex_enter(&dk->dk_openlock);
	dk_getdefaultlabel(&sc->sc_dksc, dk->dk_label);
	/* until the last close: openers may be left by the one before */
	if (!DK_ATTACHED(&sc->sc_dksc))
		dk_attach(&sc->sc_dksc);
	mutex_exit(&dk->dk_openlock);
}

static void
fss_serve(struct fss_softc *sc, bool served)
{
	mutex_enter(&sc->sc_dksc.sc_iolock);
	sc->sc_queue.pq_served = served;
	mutex_exit(&sc->sc_dksc.sc_iolock);
}

/* With a snapshot that is not taken yet; the unit is busy. */
static int
fss_begin(struct fss_softc *sc, const struct fss_set *fss)
{
	struct dk_softc *dksc = &sc->sc_dksc;
	int error;

	fss_attach_disk(sc);
	fss_serve(sc, true);
	error = kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, fss_read_thread, sc, &sc->sc_lwp, "%s", dksc->sc_xname);
	if (error)
		fss_serve(sc, false);
	else
		error = fss_snap_take(sc->sc_snap);
	if (error == 0 && (fss->fss_flags & FSS_UNLINK_ON_CREATE) != 0 &&
	    sc->sc_snap->sn_bsvp->v_type == VREG)
		error = do_sys_unlink(fss->fss_bstore, UIO_USERSPACE);
	return error;
}

static int
fss_set(struct fss_softc *sc, const struct fss_set *fss)
{
	struct fss_snap *sn;
	int error;

	if ((fss->fss_flags & ~FSS_FLAGS) != 0)
		return EINVAL;
	mutex_enter(&fss_disks.pd_lock);
	error = sc->sc_state != FSS_IDLE ? EBUSY : 0;
	if (error == 0)
		sc->sc_state = FSS_BUSY;
	mutex_exit(&fss_disks.pd_lock);
	if (error)
		return error;
	error = fss_snap_open(fss, sc->sc_dksc.sc_xname, &sc->sc_live, &sn);
	if (error == 0) {
		error = fss_publish(sc, sn);
		if (error) {
			fss_snap_close(sn);
			fss_snap_free(sn);
		}
	}
	if (error == 0) {
		error = fss_begin(sc, fss);
		if (error)
			fss_end(sc);
	}
	if (error)
		fss_exit(sc, FSS_IDLE, 0);
	else
		fss_exit(sc, FSS_ACTIVE, fss->fss_flags);
	return error;
}

static int
fss_set50(struct fss_softc *sc, const struct fss_set50 *fss50)
{
	const struct fss_set fss = {.fss_mount = fss50->fss_mount,
	    .fss_bstore = fss50->fss_bstore,
	    .fss_csize = fss50->fss_csize};

	return fss_set(sc, &fss);
}

/* dev is the raw partition. */
static int
fss_clear(struct fss_softc *sc, dev_t dev)
{
	int error = 0;
	bool active = false;

	mutex_enter(&fss_disks.pd_lock);
	if (sc->sc_state == FSS_IDLE)
		error = ENXIO;
	else if (sc->sc_state == FSS_BUSY ||
	    DK_BUSY(&sc->sc_dksc, 1 << DISKPART(dev)))
		error = EBUSY;
	else {
		active = sc->sc_state == FSS_ACTIVE;
		sc->sc_state = FSS_BUSY;
	}
	mutex_exit(&fss_disks.pd_lock);
	if (error)
		return error;
	if (active)
		fss_end(sc);
	fss_exit(sc, FSS_IDLE, 0);
	return 0;
}

/* pd_lock is held, and given up meanwhile. */
static void
fss_lastclose(void *arg)
{
	struct fss_softc *sc = arg;
	const int state = sc->sc_state;

	if ((sc->sc_flags & FSS_UNCONFIG_ON_CLOSE) == 0 ||
	    (state != FSS_ACTIVE && state != FSS_UNMOUNTED))
		return;
	sc->sc_state = FSS_BUSY;
	sc->sc_flags = 0;
	mutex_exit(&fss_disks.pd_lock);
	if (state == FSS_ACTIVE)
		fss_end(sc);
	mutex_enter(&fss_disks.pd_lock);
	sc->sc_state = FSS_IDLE;
	cv_broadcast(&fss_busycv);
}

/* A unit whose snapshot is of, or on, that file system; pd_lock is held. */
static struct fss_softc *
fss_of(const struct mount *mp)
{
	const struct fss_snap *sn;

	for (int i = 0; i < PSEUDODISK_MAXUNITS; i++) {
		sn = fss_snap_of(i);
		if (sn != NULL && (sn->sn_mp == mp || sn->sn_bsmp == mp))
			return device_lookup_private(&fss_cd, i);
	}
	return NULL;
}

/* A file system was unmounted: its snapshots end, and those stored on it. */
static int
fss_unmounted(struct mount *mp)
{
	struct fss_softc *sc;

	mutex_enter(&fss_disks.pd_lock);
	while ((sc = fss_of(mp)) != NULL) {
		if (sc->sc_state == FSS_BUSY) {
			cv_wait(&fss_busycv, &fss_disks.pd_lock);
			continue;
		}
		sc->sc_state = FSS_BUSY;
		mutex_exit(&fss_disks.pd_lock);
		fss_end(sc);
		mutex_enter(&fss_disks.pd_lock);
		sc->sc_state = FSS_UNMOUNTED;
		cv_broadcast(&fss_busycv);
	}
	mutex_exit(&fss_disks.pd_lock);
	return 0;
}

/*
 * The switches
 */

/* pd_lock is held. */
static int
fss_get(struct fss_softc *sc, struct fss_get *fsg)
{
	struct fss_snap *sn = sc->sc_snap;

	if (sc->sc_state != FSS_ACTIVE || fss_snap_lost(sn))
		return ENXIO;
	memset(fsg, 0, sizeof(*fsg));
	strlcpy(fsg->fsg_mount, sn->sn_mp->mnt_stat.f_mntonname,
	    sizeof(fsg->fsg_mount));
	fsg->fsg_time = sn->sn_time;
	fsg->fsg_csize = (blksize_t)sn->sn_csize;
	fsg->fsg_mount_size = sn->sn_nclusters;
	mutex_enter(&sn->sn_lock);
	fsg->fsg_bs_size = sn->sn_places;
	mutex_exit(&sn->sn_lock);
	return 0;
}

static int
fss_get50(struct fss_softc *sc, struct fss_get50 *fsg50)
{
	struct fss_get fsg;
	int error;

	error = fss_get(sc, &fsg);
	if (error)
		return error;
	memset(fsg50, 0, sizeof(*fsg50));
	memcpy(fsg50->fsg_mount, fsg.fsg_mount, sizeof(fsg50->fsg_mount));
	timeval_to_timeval50(&fsg.fsg_time, &fsg50->fsg_time);
	fsg50->fsg_csize = fsg.fsg_csize;
	fsg50->fsg_mount_size = fsg.fsg_mount_size;
	fsg50->fsg_bs_size = fsg.fsg_bs_size;
	return 0;
}

/* What needs pd_lock, which is held; EPASSTHROUGH: what all disks answer. */
static int
fss_ioctl_locked(struct fss_softc *sc, u_long cmd, void *data)
{
	switch (cmd) {
	case FSSIOCGET:
		return fss_get(sc, data);
	case FSSIOFSET:
		if ((*(int *)data & ~FSS_FLAGS) != 0)
			return EINVAL;
		sc->sc_flags = *(int *)data;
		return 0;
	case FSSIOFGET:
		*(int *)data = sc->sc_flags;
		return 0;
	}
	/* the same number as FSSIOCGET where long has 64 bits */
	return cmd == FSSIOCGET50 ? fss_get50(sc, data) : EPASSTHROUGH;
}

static int
fss_open(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_open(&fss_disks, dev, flag, fmt, l);
}

static int
fss_close(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_close(&fss_disks, dev, flag, fmt, l);
}

static int
fss_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct fss_softc *sc = pseudodisk_softc(&fss_disks, dev);
	int error;

	dev = pseudodisk_dev(&fss_disks, dev);
	switch (cmd) {
	case FSSIOCSET:
	case FSSIOCSET50:
	case FSSIOCCLR:
	case FSSIOFSET:
		if ((flag & FWRITE) == 0)
			return EPERM;
	}
	switch (cmd) {
	case FSSIOCSET:
		return fss_set(sc, data);
	case FSSIOCSET50:
		return fss_set50(sc, data);
	case FSSIOCCLR:
		return fss_clear(sc, dev);
	}
	mutex_enter(&fss_disks.pd_lock);
	error = fss_ioctl_locked(sc, cmd, data);
	mutex_exit(&fss_disks.pd_lock);
	if (error != EPASSTHROUGH)
		return error;
	if (!atomic_load_acquire(&sc->sc_live))
		return ENXIO;
	return dk_ioctl(&sc->sc_dksc, dev, cmd, data, flag, l);
}

static int
fss_read(dev_t dev, struct uio *uio, int flags)
{
	return physio(fss_strategy, NULL, dev, B_READ, minphys, uio);
}

static int
fss_write(dev_t dev, struct uio *uio, int flags)
{
	return EROFS;
}

static const struct bdevsw fss_bdevsw = {
    .d_open = fss_open,
    .d_close = fss_close,
    .d_strategy = fss_strategy,
    .d_ioctl = fss_ioctl,
    .d_dump = nodump,
    .d_psize = nosize,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};

static const struct cdevsw fss_cdevsw = {
    .d_open = fss_open,
    .d_close = fss_close,
    .d_read = fss_read,
    .d_write = fss_write,
    .d_ioctl = fss_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};

RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	cv_init(&fss_busycv, "fssbusy");
	pseudodisk_init(&fss_disks, &fss_bdevsw, &fss_cdevsw);
	(void)vfs_hooks_attach(&fss_vfs_hooks);
}
