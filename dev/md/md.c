/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * md: disks in memory, the kernel's or a server's (md(4)).
 *
 * A unit comes into being when it is opened, and goes with its last close
 * unless it is configured and, if it has a server, served.
 *
 * Locks: (u) md_disks.pd_lock.
 */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disklabel.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/pseudodisk.h>

#include <dev/dkvar.h>
#include <dev/md.h>
#include <uvm/uvm_extern.h>

struct md_softc {
	struct dk_softc sc_dksc;
	struct md_conf sc_md;             /* u: */
	struct pseudodisk_queue sc_queue; /* for the server */
};

static void md_strategy(struct buf *);
static int md_start(device_t, struct buf *);
static void md_attach(device_t, device_t, void *);
static int md_detach(device_t, int);

static const struct dkdriver md_dkdriver = {
    .d_strategy = md_strategy,
    .d_minphys = minphys,
    .d_diskstart = md_start,
};

static bool md_configured(void *);

static CFDRIVER_DECL(md, DV_DISK, NULL);
static CFATTACH_DECL_NEW(
    md, sizeof(struct md_softc), NULL, md_attach, md_detach, NULL);
static struct pseudodisk md_disks = {
    .pd_cd = &md_cd,
    .pd_ca = &md_ca,
    .pd_configured = md_configured,
};

static bool
md_configured(void *arg)
{
	const struct md_softc *sc = arg;

	return sc->sc_md.md_type != MD_UNCONFIGURED &&
	    (sc->sc_md.md_type != MD_UMEM_SERVER || sc->sc_queue.pq_served);
}

static void
md_attach(device_t parent, device_t self, void *aux)
{
	struct md_softc *sc = device_private(self);

	pseudodisk_attach(
	    &sc->sc_dksc, self, DKTYPE_UNKNOWN, &md_dkdriver, "fcfs", 0);
	pseudodisk_queue_init(&sc->sc_queue, "mdidle");
}

/* pd_lock is held; nobody has the unit open. */
static int
md_detach(device_t self, int flags)
{
	struct md_softc *sc = device_private(self);

	if (sc->sc_queue.pq_served)
		return EBUSY;
	if (sc->sc_md.md_type == MD_KMEM_ALLOCATED)
		kmem_free(sc->sc_md.md_addr, sc->sc_md.md_size);
	pseudodisk_queue_fini(&sc->sc_queue);
	pseudodisk_detach(&sc->sc_dksc);
	return 0;
}

static int
md_open(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_open(&md_disks, dev, flag, fmt, l);
}

static int
md_close(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_close(&md_disks, dev, flag, fmt, l);
}

static void
md_strategy(struct buf *bp)
{
	struct md_softc *sc = pseudodisk_softc(&md_disks, bp->b_dev);

	dk_strategy(&sc->sc_dksc, bp);
}

/* Move a request's bytes. The unit is configured, and stays so. */
static int
md_move(void *arg, struct buf *bp)
{
	struct md_softc *sc = arg;
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

	if (sc->sc_md.md_type == MD_UMEM_SERVER)
		return pseudodisk_enqueue(&sc->sc_dksc, &sc->sc_queue, bp);
	bp->b_error = md_move(sc, bp);
	dk_done(&sc->sc_dksc, bp);
	return 0;
}

/* pd_lock is held; the unit is not configured. */
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
	mutex_enter(&md_disks.pd_lock);
	if (sc->sc_md.md_type != MD_UNCONFIGURED)
		error = EINVAL;
	else if (md.md_type == MD_KMEM_ALLOCATED) {
		md.md_addr = kmem_zalloc(md.md_size, KM_NOSLEEP);
		if (md.md_addr == NULL)
			error = ENOMEM;
	} else if (md.md_type == MD_UMEM_SERVER)
		sc->sc_queue.pq_served = true;
	else
		error = EINVAL;
	if (error == 0)
		md_configure(sc, &md);
	mutex_exit(&md_disks.pd_lock);
	if (error != 0 || md.md_type != MD_UMEM_SERVER)
		return error;
	/*
	 * When it is over requests fail, and the unit goes with its last
	 * close, which is at least the caller's.
	 */
	return pseudodisk_serve(&sc->sc_dksc, &sc->sc_queue, md_move, sc, true);
}

static int
md_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct md_softc *sc = pseudodisk_softc(&md_disks, dev);
	int error = 0;

	if (cmd != MD_GETCONF && cmd != MD_SETCONF)
		return dk_ioctl(&sc->sc_dksc, dev, cmd, data, flag, l);
	/* the raw partition configures */
	if (DISKPART(dev) != RAW_PART)
		return EINVAL;
	if (cmd == MD_SETCONF)
		return (flag & FWRITE) == 0 ? EBADF : md_setconf(sc, data);
	mutex_enter(&md_disks.pd_lock);
	if (sc->sc_md.md_type == MD_UNCONFIGURED)
		error = ENXIO;
	else
		*(struct md_conf *)data = sc->sc_md;
	mutex_exit(&md_disks.pd_lock);
	return error;
}

static int
md_size(dev_t dev)
{
	struct md_softc *sc = pseudodisk_softc(&md_disks, dev);

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
	pseudodisk_init(&md_disks, &md_bdevsw, &md_cdevsw);
}
