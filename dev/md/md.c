/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * md: disks in memory, the kernel's or a server's (md(4)).
 *
 * A unit comes into being when it is opened, and goes with its last close
 * unless it is configured and, if it has a server, served.
 *
 * Locks: md_lock: which units there are, and md_type changes of all of them;
 * (i) sc_iolock of the unit's dk_softc; (m) md_lock.
 */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/condvar.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disklabel.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include <dev/dkvar.h>
#include <dev/md.h>
#include <uvm/uvm_extern.h>

#define MD_MAX_UNITS 64

struct md_softc {
	struct dk_softc sc_dksc;
	struct md_conf sc_md;       /* m: */
	kcondvar_t sc_cv;           /* i: requests for the server */
	bool sc_served;             /* i: */
	TAILQ_HEAD(, buf) sc_queue; /* i: what the server has to do */
};

static kmutex_t md_lock;

static void md_strategy(struct buf *);
static int md_start(device_t, struct buf *);
static void md_attach(device_t, device_t, void *);
static int md_detach(device_t, int);

static const struct dkdriver md_dkdriver = {
    .d_strategy = md_strategy,
    .d_minphys = minphys,
    .d_diskstart = md_start,
};

static CFDRIVER_DECL(md, DV_DISK, NULL);
static CFATTACH_DECL_NEW(
    md, sizeof(struct md_softc), NULL, md_attach, md_detach, NULL);

static void
md_attach(device_t parent, device_t self, void *aux)
{
	struct md_softc *sc = device_private(self);

	dk_init(&sc->sc_dksc, self, DKTYPE_UNKNOWN);
	disk_init(&sc->sc_dksc.sc_dkdev, sc->sc_dksc.sc_xname, &md_dkdriver);
	disk_attach(&sc->sc_dksc.sc_dkdev);
	(void)bufq_alloc(&sc->sc_dksc.sc_bufq, "fcfs", 0);
	cv_init(&sc->sc_cv, "mdidle");
	TAILQ_INIT(&sc->sc_queue);
}

/* md_lock is held; nobody has the unit open. */
static int
md_detach(device_t self, int flags)
{
	struct md_softc *sc = device_private(self);

	if (sc->sc_served)
		return EBUSY;
	if (DK_ATTACHED(&sc->sc_dksc))
		dk_detach(&sc->sc_dksc);
	if (sc->sc_md.md_type == MD_KMEM_ALLOCATED)
		kmem_free(sc->sc_md.md_addr, sc->sc_md.md_size);
	bufq_free(sc->sc_dksc.sc_bufq);
	cv_destroy(&sc->sc_cv);
	disk_detach(&sc->sc_dksc.sc_dkdev);
	disk_destroy(&sc->sc_dksc.sc_dkdev);
	return 0;
}

/* md_lock is held. NULL if there is no memory for another unit. */
static struct md_softc *
md_make(int unit)
{
	cfdata_t cf;
	device_t dev;

	cf = malloc(sizeof(*cf), M_DEVBUF, M_WAITOK | M_ZERO);
	cf->cf_name = md_cd.cd_name;
	cf->cf_atname = md_ca.ca_name;
	cf->cf_unit = (short)unit;
	cf->cf_fstate = FSTATE_STAR;
	dev = config_attach_pseudo(cf);
	if (dev == NULL) {
		free(cf, M_DEVBUF);
		return NULL;
	}
	return device_private(dev);
}

/* md_lock is held. */
static void
md_unmake(struct md_softc *sc)
{
	device_t self = sc->sc_dksc.sc_dev;
	cfdata_t cf = device_cfdata(self);

	if (config_detach(self, DETACH_QUIET) == 0)
		free(cf, M_DEVBUF);
}

static int
md_open(dev_t dev, int flag, int fmt, struct lwp *l)
{
	const int unit = DISKUNIT(dev);
	struct md_softc *sc;
	int error;

	if (unit < 0 || unit >= MD_MAX_UNITS)
		return ENXIO;
	mutex_enter(&md_lock);
	sc = device_lookup_private(&md_cd, unit);
	if (sc == NULL && DISKPART(dev) == RAW_PART)
		sc = md_make(unit);
	error = sc == NULL ? ENXIO : dk_open(&sc->sc_dksc, dev, flag, fmt, l);
	mutex_exit(&md_lock);
	return error;
}

static int
md_close(dev_t dev, int flag, int fmt, struct lwp *l)
{
	struct md_softc *sc;

	mutex_enter(&md_lock);
	sc = device_lookup_private(&md_cd, DISKUNIT(dev));
	(void)dk_close(&sc->sc_dksc, dev, flag, fmt, l);
	if (sc->sc_dksc.sc_dkdev.dk_openmask == 0 &&
	    (sc->sc_md.md_type == MD_UNCONFIGURED ||
		(sc->sc_md.md_type == MD_UMEM_SERVER && !sc->sc_served)))
		md_unmake(sc);
	mutex_exit(&md_lock);
	return 0;
}

static void
md_strategy(struct buf *bp)
{
	struct md_softc *sc =
	    device_lookup_private(&md_cd, DISKUNIT(bp->b_dev));

	dk_strategy(&sc->sc_dksc, bp);
}

/* Move a request's bytes. The unit is configured, and stays so. */
static int
md_move(struct md_softc *sc, struct buf *bp)
{
	char *addr = (char *)sc->sc_md.md_addr + (bp->b_rawblkno << DEV_BSHIFT);
	const size_t len = (size_t)bp->b_bcount;
	const bool rd = (bp->b_flags & B_READ) != 0;
	int error = 0;

	if (sc->sc_md.md_type == MD_UMEM_SERVER)
		error = rd ? copyin(addr, bp->b_data, len)
			   : copyout(bp->b_data, addr, len);
	else if (rd)
		memcpy(bp->b_data, addr, len);
	else
		memcpy(addr, bp->b_data, len);
	bp->b_resid = error == 0 ? 0 : bp->b_bcount;
	return error;
}

static int
md_start(device_t self, struct buf *bp)
{
	struct md_softc *sc = device_private(self);

	if (sc->sc_md.md_type == MD_UMEM_SERVER) {
		mutex_enter(&sc->sc_dksc.sc_iolock);
		if (!sc->sc_served) {
			mutex_exit(&sc->sc_dksc.sc_iolock);
			return EIO;
		}
		TAILQ_INSERT_TAIL(&sc->sc_queue, bp, b_actq);
		cv_signal(&sc->sc_cv);
		mutex_exit(&sc->sc_dksc.sc_iolock);
		return 0;
	}
	bp->b_error = md_move(sc, bp);
	dk_done(&sc->sc_dksc, bp);
	return 0;
}

/*
 * In the server's ioctl: do requests until a signal comes. Later ones fail,
 * and the unit goes with its last close, which is at least the server's.
 */
static int
md_serve(struct md_softc *sc)
{
	struct dk_softc *dksc = &sc->sc_dksc;
	struct buf *bp;
	int error = 0;

	mutex_enter(&dksc->sc_iolock);
	while (error == 0) {
		bp = TAILQ_FIRST(&sc->sc_queue);
		if (bp == NULL) {
			error = cv_wait_sig(&sc->sc_cv, &dksc->sc_iolock);
			continue;
		}
		TAILQ_REMOVE(&sc->sc_queue, bp, b_actq);
		mutex_exit(&dksc->sc_iolock);
		bp->b_error = md_move(sc, bp);
		dk_done(dksc, bp);
		mutex_enter(&dksc->sc_iolock);
	}
	sc->sc_served = false;
	while ((bp = TAILQ_FIRST(&sc->sc_queue)) != NULL) {
		TAILQ_REMOVE(&sc->sc_queue, bp, b_actq);
		bp->b_error = EIO;
		bp->b_resid = bp->b_bcount;
		mutex_exit(&dksc->sc_iolock);
		dk_done(dksc, bp);
		mutex_enter(&dksc->sc_iolock);
	}
	mutex_exit(&dksc->sc_iolock);
	return error == EWOULDBLOCK ? 0 : error;
}

/* md_lock is held; the unit is not configured. */
static void
md_configure(struct md_softc *sc, const struct md_conf *conf)
{
	struct dk_softc *dksc = &sc->sc_dksc;
	struct disk_geom *dg = &dksc->sc_dkdev.dk_geom;

	sc->sc_md = *conf;
	memset(dg, 0, sizeof(*dg));
	dg->dg_secsize = DEV_BSIZE;
	dg->dg_secperunit = (int64_t)(conf->md_size >> DEV_BSHIFT);
	dg->dg_nsectors = 32;
	dg->dg_ntracks = 64;
	dg->dg_ncylinders = (uint32_t)(dg->dg_secperunit / (32 * 64));
	dk_attach(dksc);
	disk_set_info(dksc->sc_dev, &dksc->sc_dkdev, "md");
	mutex_enter(&dksc->sc_dkdev.dk_openlock);
	dk_getdefaultlabel(dksc, dksc->sc_dkdev.dk_label);
	mutex_exit(&dksc->sc_dkdev.dk_openlock);
}

static int
md_setconf(struct md_softc *sc, const struct md_conf *conf)
{
	struct md_conf md = *conf;
	int error = 0;

	if (md.md_size < DEV_BSIZE || md.md_size > SSIZE_MAX)
		return EINVAL;
	md.md_size = rounddown(md.md_size, DEV_BSIZE);
	mutex_enter(&md_lock);
	if (sc->sc_md.md_type != MD_UNCONFIGURED)
		error = EINVAL;
	else if (md.md_type == MD_KMEM_ALLOCATED) {
		md.md_addr = kmem_zalloc(md.md_size, KM_NOSLEEP);
		if (md.md_addr == NULL)
			error = ENOMEM;
	} else if (md.md_type == MD_UMEM_SERVER)
		sc->sc_served = true;
	else
		error = EINVAL;
	if (error == 0)
		md_configure(sc, &md);
	mutex_exit(&md_lock);
	if (error != 0 || md.md_type != MD_UMEM_SERVER)
		return error;
	return md_serve(sc);
}

static int
md_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct md_softc *sc = device_lookup_private(&md_cd, DISKUNIT(dev));
	int error = 0;

	if (cmd != MD_GETCONF && cmd != MD_SETCONF)
		return dk_ioctl(&sc->sc_dksc, dev, cmd, data, flag, l);
	/* the raw partition configures */
	if (DISKPART(dev) != RAW_PART)
		return EINVAL;
	if (cmd == MD_SETCONF)
		return (flag & FWRITE) == 0 ? EBADF : md_setconf(sc, data);
	mutex_enter(&md_lock);
	if (sc->sc_md.md_type == MD_UNCONFIGURED)
		error = ENXIO;
	else
		*(struct md_conf *)data = sc->sc_md;
	mutex_exit(&md_lock);
	return error;
}

static int
md_size(dev_t dev)
{
	struct md_softc *sc = device_lookup_private(&md_cd, DISKUNIT(dev));

	return sc == NULL ? -1 : dk_size(&sc->sc_dksc, dev);
}

static int
md_read(dev_t dev, struct uio *uio, int flags)
{
	return physio(md_strategy, NULL, dev, B_READ, minphys, uio);
}

static int
md_write(dev_t dev, struct uio *uio, int flags)
{
	return physio(md_strategy, NULL, dev, B_WRITE, minphys, uio);
}

static const struct bdevsw md_bdevsw = {
    .d_open = md_open,
    .d_close = md_close,
    .d_strategy = md_strategy,
    .d_ioctl = md_ioctl,
    .d_dump = nodump,
    .d_psize = md_size,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};

static const struct cdevsw md_cdevsw = {
    .d_open = md_open,
    .d_close = md_close,
    .d_read = md_read,
    .d_write = md_write,
    .d_ioctl = md_ioctl,
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
	devmajor_t bmaj = -1, cmaj = -1;

	mutex_init(&md_lock, MUTEX_DEFAULT, IPL_NONE);
	FLAWLESSCALL(config_cfdriver_attach(&md_cd));
	FLAWLESSCALL(config_cfattach_attach("md", &md_ca));
	FLAWLESSCALL(devsw_attach("md", &md_bdevsw, &bmaj, &md_cdevsw, &cmaj));
	if (rump_vfs_makedevnodes == NULL)
		return;
	FLAWLESSCALL(
	    (*rump_vfs_makedevnodes)(S_IFBLK, "/dev/md0", 'a', bmaj, 0, 7));
	FLAWLESSCALL(
	    (*rump_vfs_makedevnodes)(S_IFCHR, "/dev/rmd0", 'a', cmaj, 0, 7));
}
