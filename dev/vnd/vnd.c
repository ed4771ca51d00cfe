/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vnd: files of mounted file systems as disks (vnd(4)).
 *
 * A thread per configured unit reads and writes the file, so that a file
 * system on the unit never waits for one below it with its own locks held by
 * the same thread.
 *
 * Locks: (u) vnd_disks.pd_lock; (c) constant while configured.
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
#include <sys/kthread.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>
#include <rump-sys/pseudodisk.h>

#include <dev/dkvar.h>
#include <dev/vndvar.h>

struct vnd_softc {
	struct dk_softc sc_dksc;
	struct vnode *sc_vp;   /* u: the file; NULL: not configured */
	int sc_fflags;         /* c: how it is open */
	kauth_cred_t sc_cred;  /* c: by whom */
	dev_t sc_filedev;      /* c: what VNDIOCGET tells */
	ino_t sc_fileino;      /* c: */
	struct lwp *sc_thread; /* u: */
	struct pseudodisk_queue sc_queue;
};

static void vnd_strategy(struct buf *);
static int vnd_start(device_t, struct buf *);
static void vnd_attach(device_t, device_t, void *);
static int vnd_detach(device_t, int);
static bool vnd_configured(void *);

static const struct dkdriver vnd_dkdriver = {
    .d_strategy = vnd_strategy,
    .d_minphys = minphys,
    .d_diskstart = vnd_start,
};

static CFDRIVER_DECL(vnd, DV_DISK, NULL);
static CFATTACH_DECL_NEW(
    vnd, sizeof(struct vnd_softc), NULL, vnd_attach, vnd_detach, NULL);
static struct pseudodisk vnd_disks = {
    .pd_cd = &vnd_cd,
    .pd_ca = &vnd_ca,
    .pd_configured = vnd_configured,
};

static bool
vnd_configured(void *arg)
{
	return ((struct vnd_softc *)arg)->sc_vp != NULL;
}

static void
vnd_attach(device_t parent, device_t self, void *aux)
{
	struct vnd_softc *sc = device_private(self);

	pseudodisk_attach(&sc->sc_dksc, self, DKTYPE_VND, &vnd_dkdriver,
	    "disksort", BUFQ_SORT_RAWBLOCK);
	pseudodisk_queue_init(&sc->sc_queue, "vndidle");
}

/* pd_lock is held; nobody has the unit open. */
static int
vnd_detach(device_t self, int flags)
{
	struct vnd_softc *sc = device_private(self);

	if (sc->sc_vp != NULL)
		return EBUSY;
	pseudodisk_queue_fini(&sc->sc_queue);
	pseudodisk_detach(&sc->sc_dksc);
	return 0;
}

static int
vnd_open(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_open(&vnd_disks, dev, flag, fmt, l);
}

static int
vnd_close(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_close(&vnd_disks, dev, flag, fmt, l);
}

static void
vnd_strategy(struct buf *bp)
{
	struct vnd_softc *sc = pseudodisk_softc(&vnd_disks, bp->b_dev);

	if (sc->sc_vp == NULL)
		bp->b_error = ENXIO;
	else if ((bp->b_flags & B_READ) == 0 && (sc->sc_fflags & FWRITE) == 0)
		bp->b_error = EROFS;
	if (bp->b_error != 0) {
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return;
	}
	dk_strategy(&sc->sc_dksc, bp);
}

static int
vnd_start(device_t self, struct buf *bp)
{
	struct vnd_softc *sc = device_private(self);

	return pseudodisk_enqueue(&sc->sc_dksc, &sc->sc_queue, bp);
}

static int
vnd_move(void *arg, struct buf *bp)
{
	struct vnd_softc *sc = arg;
	const struct disk_geom *dg = &sc->sc_dksc.sc_dkdev.dk_geom;
	const off_t off = (off_t)bp->b_rawblkno * dg->dg_secsize;
	const bool rd = (bp->b_flags & B_READ) != 0;
	size_t resid = 0;
	int error;

	bp->b_resid = bp->b_bcount;
	/* checked when it was queued, but perhaps against another file */
	if (off + bp->b_bcount > dg->dg_secperunit * dg->dg_secsize)
		return EIO;
	error = vn_rdwr(rd ? UIO_READ : UIO_WRITE, sc->sc_vp, bp->b_data,
	    bp->b_bcount, off, UIO_SYSSPACE, 0, sc->sc_cred, &resid, NULL);
	if (error == 0 && resid != 0)
		error = EIO; /* the file was truncated behind our back */
	if (error == 0)
		bp->b_resid = 0;
	return error;
}

static void
vnd_thread(void *arg)
{
	struct vnd_softc *sc = arg;

	(void)pseudodisk_serve(
	    &sc->sc_dksc, &sc->sc_queue, vnd_move, sc, false);
	kthread_exit(0);
}

/* The geometry and size of a file of that many bytes. */
static int
vnd_geometry(struct disk_geom *dg, const struct vnd_ioctl *vio, uint64_t size)
{
	const struct vndgeom *vng = &vio->vnd_geom;
	uint64_t sectors;

	memset(dg, 0, sizeof(*dg));
	if ((vio->vnd_flags & VNDIOF_HASGEOM) == 0) {
		dg->dg_secsize = DEV_BSIZE;
		dg->dg_nsectors = 32;
		dg->dg_ntracks = 64;
		dg->dg_secperunit = (int64_t)(size / DEV_BSIZE);
		dg->dg_ncylinders =
		    (uint32_t)MIN(size / DEV_BSIZE / (32 * 64), UINT32_MAX);
		return size < DEV_BSIZE ? EINVAL : 0;
	}
	if (vng->vng_secsize < DEV_BSIZE || vng->vng_secsize > MAXPHYS ||
	    !powerof2(vng->vng_secsize) || vng->vng_nsectors == 0 ||
	    vng->vng_ntracks == 0 || vng->vng_ncylinders == 0)
		return EINVAL;
	if (__builtin_mul_overflow((uint64_t)vng->vng_nsectors,
		(uint64_t)vng->vng_ntracks, &sectors) ||
	    sectors > UINT32_MAX ||
	    __builtin_mul_overflow(sectors, vng->vng_ncylinders, &sectors) ||
	    sectors > size / vng->vng_secsize)
		return EINVAL;
	dg->dg_secsize = vng->vng_secsize;
	dg->dg_nsectors = vng->vng_nsectors;
	dg->dg_ntracks = vng->vng_ntracks;
	dg->dg_ncylinders = vng->vng_ncylinders;
	dg->dg_secperunit = (int64_t)sectors;
	return 0;
}

/* Open the file. *vpp: referenced, unlocked. */
static int
vnd_openfile(const struct vnd_ioctl *vio, int fflags, struct vnode **vpp,
    struct vattr *va)
{
	struct pathbuf *pb;
	struct nameidata nd;
	struct vnode *vp;
	int error;

	error = pathbuf_copyin(vio->vnd_file, &pb);
	if (error)
		return error;
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	error = vn_open(&nd, fflags, 0);
	pathbuf_destroy(pb);
	if (error)
		return error;
	vp = nd.ni_vp;
	error = VOP_GETATTR(vp, va, curlwp->l_cred);
	if (error == 0 && vp->v_type != VREG)
		error = EOPNOTSUPP;
	VOP_UNLOCK(vp);
	if (error)
		(void)vn_close(vp, fflags, curlwp->l_cred);
	else
		*vpp = vp;
	return error;
}

/* pd_lock is held. Takes vp over unless it fails. */
static int
vnd_configure(struct vnd_softc *sc, dev_t dev, struct vnd_ioctl *vio,
    struct vnode *vp, int fflags, const struct vattr *va)
{
	struct dk_softc *dksc = &sc->sc_dksc;
	struct disk_geom dg;
	int error;

	if (sc->sc_vp != NULL)
		return EBUSY;
	error = vnd_geometry(&dg, vio, va->va_size);
	if (error)
		return error;
	sc->sc_queue.pq_served = true;
	sc->sc_vp = vp;
	sc->sc_fflags = fflags;
	kauth_cred_hold(curlwp->l_cred);
	sc->sc_cred = curlwp->l_cred;
	sc->sc_filedev = (dev_t)va->va_fsid;
	sc->sc_fileino = va->va_fileid;
	dksc->sc_dkdev.dk_geom = dg;
	/* attached until the last close: a forced clearing leaves openers */
	if (!DK_ATTACHED(dksc))
		dk_attach(dksc);
	error = kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, vnd_thread, sc, &sc->sc_thread, "%s", dksc->sc_xname);
	if (error) {
		sc->sc_queue.pq_served = false;
		sc->sc_vp = NULL;
		kauth_cred_free(sc->sc_cred);
		return error;
	}
	disk_set_info(dksc->sc_dev, &dksc->sc_dkdev, "vnd");
	vio->vnd_size = (uint64_t)dg.dg_secperunit * dg.dg_secsize;
	vio->vnd_osize = (unsigned int)vio->vnd_size;
	mutex_enter(&dksc->sc_dkdev.dk_openlock);
	dk_getdisklabel(dksc, dev);
	mutex_exit(&dksc->sc_dkdev.dk_openlock);
	return 0;
}

static int
vnd_set(struct vnd_softc *sc, dev_t dev, struct vnd_ioctl *vio)
{
	struct vnode *vp;
	struct vattr va;
	int error, fflags = FREAD;

	if ((vio->vnd_flags & VNDIOF_COMP) != 0)
		return ENOTSUP;
	if ((vio->vnd_flags & VNDIOF_READONLY) == 0)
		fflags |= FWRITE;
	/* without pd_lock: the name may be that of another unit */
	error = vnd_openfile(vio, fflags, &vp, &va);
	if (error)
		return error;
	mutex_enter(&vnd_disks.pd_lock);
	error = vnd_configure(sc, dev, vio, vp, fflags, &va);
	mutex_exit(&vnd_disks.pd_lock);
	if (error)
		(void)vn_close(vp, fflags, curlwp->l_cred);
	return error;
}

/* pd_lock is held; dev is the caller's. */
static int
vnd_clear(struct vnd_softc *sc, dev_t dev, int flags)
{
	struct dk_softc *dksc = &sc->sc_dksc;

	if (sc->sc_vp == NULL)
		return ENXIO;
	if (DK_BUSY(dksc, 1 << DISKPART(dev)) && (flags & VNDIOF_FORCE) == 0)
		return EBUSY;
	pseudodisk_stop(dksc, &sc->sc_queue);
	(void)kthread_join(sc->sc_thread);
	(void)dk_drain(dksc);
	(void)vn_close(sc->sc_vp, sc->sc_fflags, sc->sc_cred);
	kauth_cred_free(sc->sc_cred);
	sc->sc_vp = NULL;
	return 0;
}

/* VNDIOCGET: of this unit or another one, which need not exist. */
static int
vnd_get(const struct vnd_softc *sc, struct vnd_user *vnu)
{
	if (vnu->vnu_unit == -1)
		vnu->vnu_unit = device_unit(sc->sc_dksc.sc_dev);
	else {
		if (vnu->vnu_unit < 0 || vnu->vnu_unit >= PSEUDODISK_MAXUNITS)
			return ENXIO;
		sc = device_lookup_private(&vnd_cd, vnu->vnu_unit);
	}
	vnu->vnu_dev = 0;
	vnu->vnu_ino = 0;
	if (sc != NULL && sc->sc_vp != NULL) {
		vnu->vnu_dev = sc->sc_filedev;
		vnu->vnu_ino = sc->sc_fileino;
	}
	return 0;
}

/* pd_lock is held. */
static int
vnd_sync(struct vnd_softc *sc)
{
	int error;

	vn_lock(sc->sc_vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_FSYNC(sc->sc_vp, sc->sc_cred,
	    FSYNC_WAIT | FSYNC_DATAONLY | FSYNC_CACHE, 0, 0);
	VOP_UNLOCK(sc->sc_vp);
	return error;
}

static int
vnd_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct vnd_softc *sc = pseudodisk_softc(&vnd_disks, dev);
	int error;

	switch (cmd) {
	case VNDIOCSET:
	case VNDIOCCLR:
	case DIOCCACHESYNC:
		if ((flag & FWRITE) == 0)
			return EBADF;
		break;
	case VNDIOCGET:
		break;
	default:
		if (sc->sc_vp == NULL)
			return ENXIO;
		return dk_ioctl(&sc->sc_dksc, dev, cmd, data, flag, l);
	}
	if (cmd == VNDIOCSET)
		return vnd_set(sc, dev, data);
	mutex_enter(&vnd_disks.pd_lock);
	if (cmd == VNDIOCCLR)
		error = vnd_clear(
		    sc, dev, ((const struct vnd_ioctl *)data)->vnd_flags);
	else if (cmd == VNDIOCGET)
		error = vnd_get(sc, data);
	else
		error = sc->sc_vp == NULL ? ENXIO : vnd_sync(sc);
	mutex_exit(&vnd_disks.pd_lock);
	return error;
}

static int
vnd_size(dev_t dev)
{
	struct vnd_softc *sc = pseudodisk_softc(&vnd_disks, dev);

	return sc == NULL || sc->sc_vp == NULL ? -1
					       : dk_size(&sc->sc_dksc, dev);
}

static int
vnd_read(dev_t dev, struct uio *uio, int flags)
{
	return physio(vnd_strategy, NULL, dev, B_READ, minphys, uio);
}

static int
vnd_write(dev_t dev, struct uio *uio, int flags)
{
	return physio(vnd_strategy, NULL, dev, B_WRITE, minphys, uio);
}

static const struct bdevsw vnd_bdevsw = {
    .d_open = vnd_open,
    .d_close = vnd_close,
    .d_strategy = vnd_strategy,
    .d_ioctl = vnd_ioctl,
    .d_dump = nodump,
    .d_psize = vnd_size,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};

static const struct cdevsw vnd_cdevsw = {
    .d_open = vnd_open,
    .d_close = vnd_close,
    .d_read = vnd_read,
    .d_write = vnd_write,
    .d_ioctl = vnd_ioctl,
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
	pseudodisk_init(&vnd_disks, &vnd_bdevsw, &vnd_cdevsw);
}
