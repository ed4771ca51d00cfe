/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of pseudo-disks: opening, labels, the queue between the
 * strategy routine and the driver. Contracts are in dev/dkvar.h.
 */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/syslog.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <rump-sys/pseudodisk.h>

#include <dev/dkvar.h>

/* dk_name is sc_xname, which the driver has filled in. */
void
dk_init(struct dk_softc *dksc, device_t dev, int dtype)
{
	memset(&dksc->sc_dkdev, 0, sizeof(dksc->sc_dkdev));
	dksc->sc_dtype = dtype;
	dksc->sc_dev = dev;
	strlcpy(dksc->sc_xname, device_xname(dev), sizeof(dksc->sc_xname));
	dksc->sc_dkdev.dk_name = dksc->sc_xname;
}

/* Requests are taken from now on; the driver has set up sc_dkdev and sc_bufq. */
void
dk_attach(struct dk_softc *dksc)
{
	mutex_init(&dksc->sc_iolock, MUTEX_DEFAULT, IPL_VM);
	dksc->sc_flags |= DKF_INITED;
	rnd_attach_source(&dksc->sc_rnd_source, dksc->sc_xname, RND_TYPE_DISK,
	    RND_FLAG_DEFAULT);
}

/* No more. Nothing is queued or with the driver. */
void
dk_detach(struct dk_softc *dksc)
{
	rnd_detach_source(&dksc->sc_rnd_source);
	dksc->sc_flags &= ~DKF_INITED;
	mutex_destroy(&dksc->sc_iolock);
}

/**
 * Open a partition. The driver has seen that its unit exists; firstopen is
 * called for the first one. ENXIO: no such partition.
 */
int
dk_open(struct dk_softc *dksc, dev_t dev, int flags, int fmt, struct lwp *l)
{
	struct disk *dk = &dksc->sc_dkdev;
	const struct dkdriver *dkd = dk->dk_driver;
	const int part = DISKPART(dev), pmask = 1 << part;
	const struct disklabel *lp;
	int error = 0;

	mutex_enter(&dk->dk_openlock);
	if (dk->dk_nwedges != 0 && part != RAW_PART) {
		error = EBUSY;
		goto out;
	}
	if (dk->dk_openmask == 0 && dkd->d_firstopen != NULL) {
		error = (*dkd->d_firstopen)(dksc->sc_dev, dev, flags, fmt);
		if (error)
			goto out;
	}
	if (DK_ATTACHED(dksc)) {
		if (dk->dk_openmask == 0)
			dk_getdisklabel(dksc, dev);
		lp = dk->dk_label;
		if (part != RAW_PART &&
		    (part >= lp->d_npartitions ||
			lp->d_partitions[part].p_fstype == FS_UNUSED))
			error = ENXIO;
	} else if (part != RAW_PART)
		error = ENXIO;
	if (error) {
		if (dk->dk_openmask == 0 && dkd->d_lastclose != NULL)
			(void)(*dkd->d_lastclose)(dksc->sc_dev);
		goto out;
	}
	if (fmt == S_IFCHR)
		dk->dk_copenmask |= pmask;
	else
		dk->dk_bopenmask |= pmask;
	dk->dk_openmask = dk->dk_copenmask | dk->dk_bopenmask;
out:
	mutex_exit(&dk->dk_openlock);
	return error;
}

int
dk_close(struct dk_softc *dksc, dev_t dev, int flags, int fmt, struct lwp *l)
{
	struct disk *dk = &dksc->sc_dkdev;
	const int pmask = 1 << DISKPART(dev);

	mutex_enter(&dk->dk_openlock);
	if (fmt == S_IFCHR)
		dk->dk_copenmask &= ~pmask;
	else
		dk->dk_bopenmask &= ~pmask;
	dk->dk_openmask = dk->dk_copenmask | dk->dk_bopenmask;
	if (dk->dk_openmask == 0) {
		dksc->sc_flags &= ~DKF_WLABEL;
		if (dk->dk_driver->d_lastclose != NULL)
			(void)(*dk->dk_driver->d_lastclose)(dksc->sc_dev);
	}
	mutex_exit(&dk->dk_openlock);
	return 0;
}

/*
 * Where a partition is, in bytes: by a label, which may be of another disk. It
 * begins with a sector, but may end behind the disk's last one.
 */
static int
dk_partition(
    const struct dk_softc *dksc, int part, uint64_t *firstp, uint64_t *sizep)
{
	const struct disk *dk = &dksc->sc_dkdev;
	const struct disklabel *lp = dk->dk_label;
	const u_int secsize = dk->dk_geom.dg_secsize;

	*firstp = 0;
	*sizep = (uint64_t)dk->dk_geom.dg_secperunit * secsize;
	if (part == RAW_PART)
		return 0;
	if (part >= lp->d_npartitions)
		return ENXIO;
	*firstp = (uint64_t)lp->d_partitions[part].p_offset * lp->d_secsize;
	*sizep = (uint64_t)lp->d_partitions[part].p_size * lp->d_secsize;
	return *firstp % secsize == 0 ? 0 : EINVAL;
}

/* The contract is in rump-sys/pseudodisk.h. */
bool
pseudodisk_translate(struct dk_softc *dksc, struct buf *bp)
{
	struct disk *dk = &dksc->sc_dkdev;
	const u_int secsize = dk->dk_geom.dg_secsize;
	const int part = DISKPART(bp->b_dev);
	const bool wlabel =
	    (dksc->sc_flags & (DKF_WLABEL | DKF_LABELLING)) != 0;
	const uint64_t sectors = (uint64_t)dk->dk_geom.dg_secperunit;
	uint64_t first, size, blkno;

	if (!DK_ATTACHED(dksc))
		bp->b_error = ENXIO;
	else if (bp->b_bcount < 0 || bp->b_bcount % (int)secsize != 0 ||
	    bp->b_blkno % (secsize / DEV_BSIZE) != 0)
		bp->b_error = EINVAL;
	else
		bp->b_error = dk_partition(dksc, part, &first, &size);
	if (bp->b_error == 0 && bp->b_bcount == 0) {
		bp->b_resid = 0;
		biodone(bp);
		return false;
	}
	if (bp->b_error != 0 ||
	    (part == RAW_PART
		    ? bounds_check_with_mediasize(bp, (int)secsize, sectors)
		    : bounds_check_with_label(dk, bp, wlabel)) <= 0) {
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return false;
	}
	blkno = first / secsize + (uint64_t)bp->b_blkno / (secsize / DEV_BSIZE);
	if (blkno > sectors ||
	    howmany((uint64_t)bp->b_bcount, secsize) > sectors - blkno) {
		bp->b_error = EINVAL;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return false;
	}
	bp->b_rawblkno = (daddr_t)blkno;
	return true;
}

/** The strategy routine: queues, and feeds the driver. */
void
dk_strategy(struct dk_softc *dksc, struct buf *bp)
{
	if (pseudodisk_translate(dksc, bp))
		dk_start(dksc, bp);
}

/** Only queues; dk_strategy_pending() says if dk_start() is then needed. */
int
dk_strategy_defer(struct dk_softc *dksc, struct buf *bp)
{
	if (!pseudodisk_translate(dksc, bp))
		return 0;
	mutex_enter(&dksc->sc_iolock);
	bufq_put(dksc->sc_bufq, bp);
	mutex_exit(&dksc->sc_iolock);
	return 1;
}

int
dk_strategy_pending(struct dk_softc *dksc)
{
	int pending;

	mutex_enter(&dksc->sc_iolock);
	pending = !dksc->sc_busy &&
	    (dksc->sc_deferred != NULL || bufq_peek(dksc->sc_bufq) != NULL);
	mutex_exit(&dksc->sc_iolock);
	return pending;
}

/**
 * Queue bp, which may be NULL, and give the driver what is queued, by one
 * thread at a time. d_diskstart: EAGAIN asks to be called again by the next
 * dk_start(); any other error fails the request.
 */
void
dk_start(struct dk_softc *dksc, struct buf *bp)
{
	const struct dkdriver *dkd = dksc->sc_dkdev.dk_driver;
	int error;

	mutex_enter(&dksc->sc_iolock);
	if (bp != NULL)
		bufq_put(dksc->sc_bufq, bp);
	if (dksc->sc_busy) {
		mutex_exit(&dksc->sc_iolock);
		return;
	}
	dksc->sc_busy = true;
	for (;;) {
		bp = dksc->sc_deferred;
		dksc->sc_deferred = NULL;
		if (bp == NULL)
			bp = bufq_get(dksc->sc_bufq);
		if (bp == NULL)
			break;
		disk_busy(&dksc->sc_dkdev);
		mutex_exit(&dksc->sc_iolock);
		error = (*dkd->d_diskstart)(dksc->sc_dev, bp);
		mutex_enter(&dksc->sc_iolock);
		if (error == 0)
			continue;
		if (error == EAGAIN) {
			dksc->sc_deferred = bp;
			disk_unbusy(&dksc->sc_dkdev, 0, 0);
			break;
		}
		bp->b_error = error;
		bp->b_resid = bp->b_bcount;
		mutex_exit(&dksc->sc_iolock);
		dk_done(dksc, bp);
		mutex_enter(&dksc->sc_iolock);
	}
	dksc->sc_busy = false;
	mutex_exit(&dksc->sc_iolock);
}

/** The driver is done with a request that d_diskstart was given. */
void
dk_done(struct dk_softc *dksc, struct buf *bp)
{
	if (bp->b_error != 0) {
		diskerr(bp, dksc->sc_dev->dv_cfdriver->cd_name, "error",
		    LOG_PRINTF, 0, dksc->sc_dkdev.dk_label);
		printf("\n");
	}
	mutex_enter(&dksc->sc_iolock);
	disk_unbusy(&dksc->sc_dkdev, bp->b_bcount - bp->b_resid,
	    (bp->b_flags & B_READ) != 0);
	mutex_exit(&dksc->sc_iolock);
	biodone(bp);
}

/** Fail what is queued. 0; the driver waits for what it has itself. */
int
dk_drain(struct dk_softc *dksc)
{
	struct buf *bp;

	for (;;) {
		mutex_enter(&dksc->sc_iolock);
		bp = dksc->sc_deferred;
		dksc->sc_deferred = NULL;
		if (bp == NULL)
			bp = bufq_get(dksc->sc_bufq);
		mutex_exit(&dksc->sc_iolock);
		if (bp == NULL)
			return 0;
		bp->b_error = EIO;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
	}
}

/** pos and len in bytes from the partition's start. */
int
dk_discard(struct dk_softc *dksc, dev_t dev, off_t pos, off_t len)
{
	const struct disk *dk = &dksc->sc_dkdev;
	const struct dkdriver *dkd = dk->dk_driver;
	const uint64_t media =
	    (uint64_t)dk->dk_geom.dg_secperunit * dk->dk_geom.dg_secsize;
	uint64_t first, size;
	int error;

	if (!DK_ATTACHED(dksc))
		return ENXIO;
	if (dkd->d_discard == NULL)
		return ENODEV;
	error = dk_partition(dksc, DISKPART(dev), &first, &size);
	if (error)
		return error;
	if (first > media)
		return EINVAL;
	size = MIN(size, media - first);
	if (pos < 0 || len < 0 || (uint64_t)pos > size ||
	    (uint64_t)len > size - (uint64_t)pos)
		return EINVAL;
	return (*dkd->d_discard)(dksc->sc_dev, pos + (off_t)first, len);
}

/** A swap partition's blocks of DEV_BSIZE; -1 for anything else. */
int
dk_size(struct dk_softc *dksc, dev_t dev)
{
	const struct disklabel *lp = dksc->sc_dkdev.dk_label;
	const int part = DISKPART(dev);

	if (!DK_ATTACHED(dksc) || part >= lp->d_npartitions ||
	    lp->d_partitions[part].p_fstype != FS_SWAP)
		return -1;
	return (
	    int)(lp->d_partitions[part].p_size * (lp->d_secsize / DEV_BSIZE));
}

static int
dk_setlabel(struct dk_softc *dksc, dev_t dev, u_long cmd, struct disklabel *lp)
{
	struct disk *dk = &dksc->sc_dkdev;
	int error;

	mutex_enter(&dk->dk_openlock);
	dksc->sc_flags |= DKF_LABELLING;
	error = setdisklabel(dk->dk_label, lp,
	    (u_long)dk->dk_openmask & ~(1UL << RAW_PART), dk->dk_cpulabel);
	if (error == 0 && cmd == DIOCWDINFO)
		error = writedisklabel(dev, dk->dk_driver->d_strategy,
		    dk->dk_label, dk->dk_cpulabel);
	dksc->sc_flags &= ~DKF_LABELLING;
	mutex_exit(&dk->dk_openlock);
	return error;
}

static int
dk_setstrategy(struct dk_softc *dksc, const struct disk_strategy *dks)
{
	struct bufq_state *new, *old;
	char name[sizeof(dks->dks_name)];
	int error;

	if (dks->dks_param != NULL)
		return EINVAL;
	strlcpy(name, dks->dks_name, sizeof(name));
	error = bufq_alloc(&new, name, BUFQ_EXACT | BUFQ_SORT_RAWBLOCK);
	if (error)
		return error;
	mutex_enter(&dksc->sc_iolock);
	old = dksc->sc_bufq;
	bufq_move(new, old);
	dksc->sc_bufq = new;
	mutex_exit(&dksc->sc_iolock);
	bufq_free(old);
	return 0;
}

/** The ioctls that every disk has; ENOTTY for those of the driver. */
int
dk_ioctl(struct dk_softc *dksc, dev_t dev, u_long cmd, void *data, int flag,
    struct lwp *l)
{
	struct disk *dk = &dksc->sc_dkdev;
	struct disk_strategy *dks = data;
	int error;

	switch (cmd) {
	case DIOCSDINFO:
	case DIOCWDINFO:
	case DIOCKLABEL:
	case DIOCWLABEL:
	case DIOCSSTRATEGY:
	case DIOCAWEDGE:
	case DIOCDWEDGE:
		if ((flag & FWRITE) == 0)
			return EBADF;
		break;
	}
	if (!DK_ATTACHED(dksc))
		return ENXIO;
	error = disk_ioctl(dk, dev, cmd, data, flag, l);
	if (error != EPASSTHROUGH)
		return error;
	switch (cmd) {
	case DIOCSDINFO:
	case DIOCWDINFO:
		return dk_setlabel(dksc, dev, cmd, data);
	case DIOCKLABEL:
	case DIOCWLABEL:
		mutex_enter(&dk->dk_openlock);
		if (cmd == DIOCWLABEL && *(int *)data != 0)
			dksc->sc_flags |= DKF_WLABEL;
		else if (cmd == DIOCWLABEL)
			dksc->sc_flags &= ~DKF_WLABEL;
		mutex_exit(&dk->dk_openlock);
		return 0;
	case DIOCGDEFLABEL:
		dk_getdefaultlabel(dksc, data);
		return 0;
	case DIOCGSTRATEGY:
		mutex_enter(&dksc->sc_iolock);
		strlcpy(dks->dks_name, bufq_getstrategyname(dksc->sc_bufq),
		    sizeof(dks->dks_name));
		mutex_exit(&dksc->sc_iolock);
		dks->dks_paramlen = 0;
		return 0;
	case DIOCSSTRATEGY:
		return dk_setstrategy(dksc, dks);
	default:
		return ENOTTY;
	}
}

/** Crash dumps: there is nobody to take them here. */
int
dk_dump(struct dk_softc *dksc, dev_t dev, daddr_t blkno, void *va, size_t size)
{
	const struct dkdriver *dkd = dksc->sc_dkdev.dk_driver;
	const u_int secsize = dksc->sc_dkdev.dk_geom.dg_secsize;

	if (!DK_ATTACHED(dksc) || (dksc->sc_flags & DKF_TAKEDUMP) == 0 ||
	    dkd->d_dumpblocks == NULL)
		return ENXIO;
	if (size % secsize != 0)
		return EFAULT;
	return (*dkd->d_dumpblocks)(dksc->sc_dev, va,
	    blkno / (secsize / DEV_BSIZE), (int)(size / secsize));
}

/** The label of a disk without one: partition a and the raw one are all. */
void
dk_getdefaultlabel(struct dk_softc *dksc, struct disklabel *lp)
{
	const struct disk_geom *dg = &dksc->sc_dkdev.dk_geom;

	memset(lp, 0, sizeof(*lp));
	lp->d_secperunit = dg->dg_secperunit > UINT32_MAX
	    ? UINT32_MAX
	    : (uint32_t)dg->dg_secperunit;
	lp->d_secsize = dg->dg_secsize;
	lp->d_nsectors = dg->dg_nsectors;
	lp->d_ntracks = dg->dg_ntracks;
	lp->d_ncylinders = dg->dg_ncylinders;
	lp->d_secpercyl = MAX(lp->d_ntracks * lp->d_nsectors, 1);
	strlcpy(lp->d_typename, dksc->sc_xname, sizeof(lp->d_typename));
	strlcpy(lp->d_packname, "fictitious", sizeof(lp->d_packname));
	lp->d_type = (uint16_t)dksc->sc_dtype;
	lp->d_rpm = 3600;
	lp->d_interleave = 1;
	lp->d_npartitions = RAW_PART + 1;
	lp->d_partitions[RAW_PART].p_size = lp->d_secperunit;
	lp->d_partitions[RAW_PART].p_fstype = FS_UNUSED;
	lp->d_partitions[0].p_size = lp->d_secperunit;
	lp->d_partitions[0].p_fstype = FS_BSDFFS;
	if (dksc->sc_dkdev.dk_driver->d_label != NULL)
		(*dksc->sc_dkdev.dk_driver->d_label)(dksc->sc_dev, lp);
	lp->d_magic = lp->d_magic2 = DISKMAGIC;
	lp->d_checksum = dkcksum(lp);
}

/** Read the label into dk_label. dk_openlock is held. */
void
dk_getdisklabel(struct dk_softc *dksc, dev_t dev)
{
	struct disk *dk = &dksc->sc_dkdev;
	struct disklabel *lp = dk->dk_label;
	const char *msg;

	memset(dk->dk_cpulabel, 0, sizeof(*dk->dk_cpulabel));
	dk_getdefaultlabel(dksc, lp);
	msg =
	    readdisklabel(dev, dk->dk_driver->d_strategy, lp, dk->dk_cpulabel);
	if (msg != NULL) {
		if ((dksc->sc_flags & DKF_WARNLABEL) != 0)
			printf("%s: %s\n", dksc->sc_xname, msg);
		return;
	}
	if ((dksc->sc_flags & DKF_LABELSANITY) == 0)
		return;
	for (int i = 0; i < lp->d_npartitions; i++)
		if ((uint64_t)lp->d_partitions[i].p_offset +
			lp->d_partitions[i].p_size >
		    (uint64_t)dk->dk_geom.dg_secperunit)
			printf("%s: partition %c is not within the disk\n",
			    dksc->sc_xname, 'a' + i);
}

/**
 * Open the block device of that name for a disk that is on top of it.
 * *vpp: referenced, open for reading and writing, unlocked; vn_close() it.
 * ENOTBLK: not a block device; EBUSY: it is in use.
 */
int
dk_lookup(struct pathbuf *pb, struct lwp *l, struct vnode **vpp)
{
	struct nameidata nd;
	struct vnode *vp;
	int error;

	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	error = vn_open(&nd, FREAD | FWRITE, 0);
	if (error)
		return error;
	vp = nd.ni_vp;
	if (vp->v_type != VBLK)
		error = ENOTBLK;
	else if (vp->v_usecount > 1)
		error = EBUSY;
	VOP_UNLOCK(vp);
	if (error) {
		(void)vn_close(vp, FREAD | FWRITE, l->l_cred);
		return error;
	}
	*vpp = vp;
	return 0;
}
