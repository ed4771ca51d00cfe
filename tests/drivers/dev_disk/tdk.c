/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A memory disk: requests wait in a queue, sorted, and a thread does them.
 */

#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "ktest.h"
#include "tdk.h"

u_int tdk_lastcloses;

static dev_type_open(tdkopen);
static dev_type_close(tdkclose);
static dev_type_read(tdkread);
static dev_type_write(tdkwrite);
static dev_type_ioctl(tdkioctl);
static dev_type_strategy(tdkstrategy);
static dev_type_size(tdksize);

const struct bdevsw tdk_bdevsw = {
    .d_open = tdkopen,
    .d_close = tdkclose,
    .d_strategy = tdkstrategy,
    .d_ioctl = tdkioctl,
    .d_dump = nodump,
    .d_psize = tdksize,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};
const struct cdevsw tdk_cdevsw = {
    .d_open = tdkopen,
    .d_close = tdkclose,
    .d_read = tdkread,
    .d_write = tdkwrite,
    .d_ioctl = tdkioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};
static const struct dkdriver tdk_dkdriver = {
    .d_strategy = tdkstrategy,
    .d_minphys = minphys,
};

static struct tdk_softc *
tdk_lookup(dev_t dev)
{
	return device_lookup_private(&tdk_cd, DISKUNIT(dev));
}

static void
tdk_transfer(struct tdk_softc *sc, struct buf *bp)
{
	size_t off = (size_t)bp->b_rawblkno * TDK_SECSIZE;

	KASSERT(mutex_owned(&sc->sc_lock));
	sc->sc_last[sc->sc_nlast++ % __arraycount(sc->sc_last)] =
	    bp->b_rawblkno;
	if (sc->sc_bad >= bp->b_rawblkno &&
	    sc->sc_bad < bp->b_rawblkno + (bp->b_bcount / TDK_SECSIZE)) {
		bp->b_error = EIO;
		bp->b_resid = bp->b_bcount;
		sc->sc_ev.ev_count++;
		return;
	}
	if (BUF_ISREAD(bp)) {
		memcpy(bp->b_data, sc->sc_data + off, bp->b_bcount);
		sc->sc_counts.tc_reads++;
	} else {
		memcpy(sc->sc_data + off, bp->b_data, bp->b_bcount);
		sc->sc_counts.tc_writes++;
	}
	bp->b_resid = 0;
}

static void
tdk_thread(void *arg)
{
	struct tdk_softc *sc = arg;
	struct buf *bp;
	bool read;

	mutex_enter(&sc->sc_lock);
	for (;;) {
		bp = sc->sc_hold ? NULL : bufq_get(sc->sc_bufq);
		if (bp == NULL) {
			if (sc->sc_stop)
				break;
			cv_wait(&sc->sc_cv, &sc->sc_lock);
			continue;
		}
		sc->sc_waiting--;
		disk_busy(&sc->sc_dkdev);
		K(disk_isbusy(&sc->sc_dkdev));
		tdk_transfer(sc, bp);
		read = BUF_ISREAD(bp);
		disk_unbusy(&sc->sc_dkdev, bp->b_bcount - bp->b_resid, read);
		mutex_exit(&sc->sc_lock);
		rnd_add_uint32(&sc->sc_rnd, (uint32_t)bp->b_rawblkno);
		biodone(bp);
		mutex_enter(&sc->sc_lock);
	}
	mutex_exit(&sc->sc_lock);
	kthread_exit(0);
}

int
tdk_start(struct tdk_softc *sc)
{
	struct disk_geom *dg = &sc->sc_dkdev.dk_geom;
	const char *name = device_xname(sc->sc_dev);
	int error;

	mutex_init(&sc->sc_openlock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&sc->sc_cv, "tdk");
	sc->sc_bad = -1;
	error = bufq_alloc(&sc->sc_bufq, "disksort", BUFQ_SORT_RAWBLOCK);
	if (error != 0)
		return error;
	sc->sc_data = kmem_zalloc(sc->sc_sectors * TDK_SECSIZE, KM_SLEEP);
	error = kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, tdk_thread, sc, &sc->sc_lwp, "%s", name);
	if (error != 0) {
		kmem_free(sc->sc_data, sc->sc_sectors * TDK_SECSIZE);
		bufq_free(sc->sc_bufq);
		return error;
	}
	evcnt_attach_dynamic(&sc->sc_ev, EVCNT_TYPE_MISC, NULL, name, "errors");
	rnd_attach_source(&sc->sc_rnd, name, RND_TYPE_DISK, RND_FLAG_DEFAULT);
	disk_init(&sc->sc_dkdev, name, &tdk_dkdriver);
	dg->dg_secperunit = sc->sc_sectors;
	dg->dg_secsize = TDK_SECSIZE;
	dg->dg_nsectors = 8;
	dg->dg_ntracks = 2;
	dg->dg_ncylinders = sc->sc_sectors / 16;
	disk_attach(&sc->sc_dkdev);
	disk_blocksize(&sc->sc_dkdev, TDK_SECSIZE);
	disk_set_info(sc->sc_dev, &sc->sc_dkdev, "TDK");
	return 0;
}

void
tdk_end(struct tdk_softc *sc)
{
	mutex_enter(&sc->sc_lock);
	bufq_drain(sc->sc_bufq);
	sc->sc_waiting = 0;
	sc->sc_stop = true;
	cv_broadcast(&sc->sc_cv);
	mutex_exit(&sc->sc_lock);
	kthread_join(sc->sc_lwp);
	disk_detach(&sc->sc_dkdev);
	disk_destroy(&sc->sc_dkdev);
	rnd_detach_source(&sc->sc_rnd);
	evcnt_detach(&sc->sc_ev);
	kmem_free(sc->sc_data, sc->sc_sectors * TDK_SECSIZE);
	bufq_free(sc->sc_bufq);
	cv_destroy(&sc->sc_cv);
	mutex_destroy(&sc->sc_lock);
	mutex_destroy(&sc->sc_openlock);
}

int
tdk_lastclose(device_t self)
{
	tdk_lastcloses++;
	return 0;
}

/* Partition a is the second half, once there is a label in core. */
static void
tdk_label(struct tdk_softc *sc)
{
	struct disklabel *lp = sc->sc_dkdev.dk_label;

	memset(lp, 0, sizeof(*lp));
	lp->d_type = DKTYPE_VND;
	strlcpy(lp->d_typename, "tdk", sizeof(lp->d_typename));
	strlcpy(lp->d_packname, "test", sizeof(lp->d_packname));
	lp->d_secsize = TDK_SECSIZE;
	lp->d_nsectors = 8;
	lp->d_ntracks = 2;
	lp->d_ncylinders = sc->sc_sectors / 16;
	lp->d_secpercyl = 16;
	lp->d_secperunit = sc->sc_sectors;
	lp->d_rpm = 3600;
	lp->d_interleave = 1;
	lp->d_npartitions = RAW_PART + 1;
	lp->d_partitions[0].p_offset = sc->sc_sectors / 2;
	lp->d_partitions[0].p_size = sc->sc_sectors / 2;
	lp->d_partitions[0].p_fstype = FS_BSDFFS;
	lp->d_partitions[0].p_fsize = 1024;
	lp->d_partitions[0].p_frag = 8;
	lp->d_partitions[0].p_cpg = 16;
	lp->d_partitions[1].p_fstype = FS_ISO9660;
	lp->d_partitions[1].p_cdsession = 3;
	lp->d_partitions[RAW_PART].p_size = sc->sc_sectors;
	lp->d_magic = lp->d_magic2 = DISKMAGIC;
	lp->d_checksum = 0;
	lp->d_checksum = dkcksum(lp);
	K(dkcksum(lp) == 0);
}

static int
tdkopen(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct tdk_softc *sc = tdk_lookup(dev);
	struct disk *dk;
	u_int mask = 1u << DISKPART(dev);

	if (sc == NULL)
		return ENXIO;
	dk = &sc->sc_dkdev;
	mutex_enter(&sc->sc_openlock);
	if (dk->dk_openmask == 0)
		tdk_label(sc);
	if (DISKPART(dev) >= dk->dk_label->d_npartitions ||
	    (DISKPART(dev) != RAW_PART &&
		dk->dk_label->d_partitions[DISKPART(dev)].p_size == 0)) {
		mutex_exit(&sc->sc_openlock);
		return ENXIO;
	}
	if (mode == S_IFCHR)
		dk->dk_copenmask |= mask;
	else
		dk->dk_bopenmask |= mask;
	dk->dk_openmask = dk->dk_copenmask | dk->dk_bopenmask;
	mutex_exit(&sc->sc_openlock);
	return 0;
}

static int
tdkclose(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct tdk_softc *sc = tdk_lookup(dev);
	struct disk *dk = &sc->sc_dkdev;
	u_int mask = 1u << DISKPART(dev);

	mutex_enter(&sc->sc_openlock);
	if (mode == S_IFCHR)
		dk->dk_copenmask &= ~mask;
	else
		dk->dk_bopenmask &= ~mask;
	dk->dk_openmask = dk->dk_copenmask | dk->dk_bopenmask;
	mutex_exit(&sc->sc_openlock);
	return 0;
}

static int
tdkread(dev_t dev, struct uio *uio, int flag)
{
	return physio(tdkstrategy, NULL, dev, B_READ, minphys, uio);
}

static int
tdkwrite(dev_t dev, struct uio *uio, int flag)
{
	return physio(tdkstrategy, NULL, dev, B_WRITE, minphys, uio);
}

static int
tdksize(dev_t dev)
{
	struct tdk_softc *sc = tdk_lookup(dev);

	return sc != NULL ? (int)sc->sc_sectors : -1;
}

static void
tdkstrategy(struct buf *bp)
{
	struct tdk_softc *sc = tdk_lookup(bp->b_dev);
	struct disklabel *lp;

	if (sc == NULL) {
		bp->b_error = ENXIO;
		goto done;
	}
	if (bp->b_blkno < 0 || bp->b_bcount % TDK_SECSIZE != 0) {
		bp->b_error = EINVAL;
		goto done;
	}
	lp = sc->sc_dkdev.dk_label;
	if (DISKPART(bp->b_dev) == RAW_PART) {
		if (bounds_check_with_mediasize(
			bp, TDK_SECSIZE, sc->sc_sectors) <= 0)
			goto answered;
		bp->b_rawblkno = bp->b_blkno;
	} else {
		if (bounds_check_with_label(&sc->sc_dkdev, bp, 1) <= 0)
			goto answered;
		bp->b_rawblkno = bp->b_blkno +
		    lp->d_partitions[DISKPART(bp->b_dev)].p_offset;
	}
	mutex_enter(&sc->sc_lock);
	bufq_put(sc->sc_bufq, bp);
	sc->sc_waiting++;
	sc->sc_counts.tc_sorted = MAX(sc->sc_counts.tc_sorted, sc->sc_waiting);
	cv_broadcast(&sc->sc_cv);
	mutex_exit(&sc->sc_lock);
	return;
done:
	bp->b_resid = bp->b_bcount;
answered:
	biodone(bp);
}

static int
tdkioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct tdk_softc *sc = tdk_lookup(dev);
	struct disk_strategy *ds;
	int error;

	error = disk_ioctl(&sc->sc_dkdev, dev, cmd, data, flag, l);
	if (error == EPASSTHROUGH)
		error = tdk_mmc_ioctl(cmd, data);
	if (error != EPASSTHROUGH)
		return error;
	switch (cmd) {
	case DIOCCACHESYNC:
		mutex_enter(&sc->sc_lock);
		sc->sc_counts.tc_syncs++;
		mutex_exit(&sc->sc_lock);
		return 0;
	case DIOCGSTRATEGY:
		ds = data;
		memset(ds, 0, sizeof(*ds));
		mutex_enter(&sc->sc_lock);
		strlcpy(ds->dks_name, bufq_getstrategyname(sc->sc_bufq),
		    sizeof(ds->dks_name));
		mutex_exit(&sc->sc_lock);
		return 0;
	case TDKIOC_BAD:
		if ((flag & FWRITE) == 0)
			return EBADF;
		mutex_enter(&sc->sc_lock);
		sc->sc_bad = *(long long *)data;
		mutex_exit(&sc->sc_lock);
		return 0;
	case TDKIOC_COUNTS:
		mutex_enter(&sc->sc_lock);
		memcpy(data, &sc->sc_counts, sizeof(sc->sc_counts));
		mutex_exit(&sc->sc_lock);
		return 0;
	default:
		return ENOTTY;
	}
}
