/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgd: disks whose contents are encrypted on a disk below (cgd(4)).
 *
 * A unit comes into being when its raw partition is opened, and goes with its
 * last close unless it is configured. It has the disk below open for itself
 * as long as it is. Keys are zeroed before their memory is given back.
 */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>
#include <rump-sys/kern.h>

#include <dev/cgdvar.h>

#include "cgd_impl.h"

static const struct dkdriver cgd_dkdriver = {
    .d_strategy = cgd_strategy,
    .d_minphys = minphys,
};

static void cgd_attach(device_t, device_t, void *);
static int cgd_detach(device_t, int);
static bool cgd_configured(void *);

static CFDRIVER_DECL(cgd, DV_DISK, NULL);
static CFATTACH_DECL_NEW(
    cgd, sizeof(struct cgd_softc), NULL, cgd_attach, cgd_detach, NULL);
struct pseudodisk cgd_disks = {
    .pd_cd = &cgd_cd,
    .pd_ca = &cgd_ca,
    .pd_configured = cgd_configured,
};

static bool
cgd_configured(void *arg)
{
	return ((struct cgd_softc *)arg)->sc_conf != NULL;
}

static void
cgd_attach(device_t parent, device_t self, void *aux)
{
	struct cgd_softc *sc = device_private(self);

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&sc->sc_cv, "cgdclear");
	pseudodisk_attach(
	    &sc->sc_dksc, self, DKTYPE_CGD, &cgd_dkdriver, "fcfs", 0);
}

/* pd_lock is held; nobody has the unit open. */
static int
cgd_detach(device_t self, int flags)
{
	struct cgd_softc *sc = device_private(self);

	if (sc->sc_conf != NULL)
		return EBUSY;
	pseudodisk_detach(&sc->sc_dksc);
	cv_destroy(&sc->sc_cv);
	mutex_destroy(&sc->sc_lock);
	return 0;
}

static int
cgd_open(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_open(&cgd_disks, dev, flag, fmt, l);
}

static int
cgd_close(dev_t dev, int flag, int fmt, struct lwp *l)
{
	return pseudodisk_close(&cgd_disks, dev, flag, fmt, l);
}

/*
 * Configurations
 */

static void
conf_destroy(struct cgd_conf *cf)
{
	if (cf->cf_vp != NULL) {
		(void)vn_close(cf->cf_vp, FREAD | FWRITE, cf->cf_cred);
		kauth_cred_free(cf->cf_cred);
	}
	explicit_memset(cf->cf_key, 0, cf->cf_cipher->cc_keysize);
	kmem_free(cf->cf_key, cf->cf_cipher->cc_keysize);
	kmem_free(cf, sizeof(*cf));
}

/* How to encrypt. EINVAL: unknown, or not together. */
static int
conf_create(const struct cgd_ioctl *ci, struct cgd_conf **cfp)
{
	char name[sizeof(((struct cgd_user *)NULL)->cgu_alg)];
	const struct cgd_cipher *cc;
	const struct cgd_ivmethod *iv;
	uint8_t key[CGD_MAXKEY];
	struct cgd_conf *cf;
	int error;

	error = copyinstr(ci->ci_alg, name, sizeof(name), NULL);
	if (error)
		return error;
	cc = cgd_cipher_find(name);
	error = copyinstr(ci->ci_ivmethod, name, sizeof(name), NULL);
	if (error)
		return error;
	iv = cgd_ivmethod_find(name);
	if (cc == NULL || iv == NULL || !(*cc->cc_keylen)(ci->ci_keylen))
		return EINVAL;
	if (ci->ci_blocksize != (size_t)-1 &&
	    ci->ci_blocksize != cc->cc_blocksize * NBBY)
		return EINVAL;
	KASSERT(ci->ci_keylen <= sizeof(key) * NBBY);
	error = copyin(ci->ci_key, key, ci->ci_keylen / NBBY);
	if (error == 0) {
		cf = kmem_zalloc(sizeof(*cf), KM_SLEEP);
		cf->cf_cipher = cc;
		cf->cf_iv = iv;
		cf->cf_key = kmem_zalloc(cc->cc_keysize, KM_SLEEP);
		cf->cf_keylen = ci->ci_keylen;
		(*cc->cc_setkey)(cf->cf_key, key, ci->ci_keylen);
		*cfp = cf;
	}
	explicit_memset(key, 0, sizeof(key));
	return error;
}

/* Open the disk below. EINVAL: its sectors can't be encrypted. */
static int
conf_open(
    struct cgd_conf *cf, const char *name, struct disk_geom *dg, struct lwp *l)
{
	struct pathbuf *pb;
	uint64_t sectors;
	u_int secsize;
	int error;

	error = pathbuf_copyin(name, &pb);
	if (error)
		return error;
	error = dk_lookup(pb, l, &cf->cf_vp);
	pathbuf_destroy(pb);
	if (error)
		return error;
	kauth_cred_hold(l->l_cred);
	cf->cf_cred = l->l_cred;
	cf->cf_dev = cf->cf_vp->v_rdev;
	error = getdisksize(cf->cf_vp, &sectors, &secsize);
	if (error)
		return error;
	if (secsize < DEV_BSIZE || secsize > MAXPHYS || !powerof2(secsize) ||
	    sectors == 0 || sectors > INT64_MAX / secsize)
		return EINVAL;
	cf->cf_secsize = secsize;
	memset(dg, 0, sizeof(*dg));
	dg->dg_secsize = secsize;
	dg->dg_secperunit = (int64_t)sectors;
	dg->dg_nsectors = 32;
	dg->dg_ntracks = 64;
	dg->dg_ncylinders = (uint32_t)MIN(sectors / (32 * 64), UINT32_MAX);
	return 0;
}

/* pd_lock is held. Takes cf over unless it fails. */
static int
unit_configure(struct cgd_softc *sc, dev_t dev, struct cgd_conf *cf,
    const struct disk_geom *dg)
{
	struct dk_softc *dksc = &sc->sc_dksc;

	if (sc->sc_conf != NULL)
		return EBUSY;
	dksc->sc_dkdev.dk_geom = *dg;
	/* attached until the last close: clearing leaves who has it open */
	if (!DK_ATTACHED(dksc))
		dk_attach(dksc);
	cgd_reserve_init(sc);
	mutex_enter(&sc->sc_lock);
	sc->sc_conf = cf;
	sc->sc_taking = true;
	mutex_exit(&sc->sc_lock);
	disk_set_info(dksc->sc_dev, &dksc->sc_dkdev, "cgd");
	mutex_enter(&dksc->sc_dkdev.dk_openlock);
	dk_getdisklabel(dksc, dev);
	mutex_exit(&dksc->sc_dkdev.dk_openlock);
	return 0;
}

static int
cgd_set(
    struct cgd_softc *sc, dev_t dev, const struct cgd_ioctl *ci, struct lwp *l)
{
	struct disk_geom dg;
	struct cgd_conf *cf;
	int error;

	error = conf_create(ci, &cf);
	if (error)
		return error;
	/* without pd_lock: the name may be that of another unit */
	error = conf_open(cf, ci->ci_disk, &dg, l);
	if (error == 0) {
		mutex_enter(&cgd_disks.pd_lock);
		error = unit_configure(sc, dev, cf, &dg);
		mutex_exit(&cgd_disks.pd_lock);
	}
	if (error)
		conf_destroy(cf);
	return error;
}

static int
cgd_clear(struct cgd_softc *sc, dev_t dev)
{
	struct cgd_conf *cf = NULL;
	int error = 0;

	mutex_enter(&cgd_disks.pd_lock);
	if (sc->sc_conf == NULL)
		error = ENXIO;
	else if (DK_BUSY(&sc->sc_dksc, 1 << DISKPART(dev)))
		error = EBUSY;
	else {
		mutex_enter(&sc->sc_lock);
		sc->sc_taking = false;
		while (sc->sc_inflight > 0)
			cv_wait(&sc->sc_cv, &sc->sc_lock);
		cf = sc->sc_conf;
		sc->sc_conf = NULL;
		mutex_exit(&sc->sc_lock);
		cgd_reserve_fini(sc);
	}
	mutex_exit(&cgd_disks.pd_lock);
	/* without pd_lock: the disk below may be another unit */
	if (cf != NULL)
		conf_destroy(cf);
	return error;
}

/* CGDIOCGET: of this unit or another one, which need not exist. */
static int
cgd_get(const struct cgd_softc *sc, struct cgd_user *cgu)
{
	const struct cgd_conf *cf;

	if (cgu->cgu_unit == -1)
		cgu->cgu_unit = device_unit(sc->sc_dksc.sc_dev);
	if (cgu->cgu_unit < 0 || cgu->cgu_unit >= PSEUDODISK_MAXUNITS)
		return ENXIO;
	mutex_enter(&cgd_disks.pd_lock);
	sc = device_lookup_private(&cgd_cd, cgu->cgu_unit);
	cf = sc == NULL ? NULL : sc->sc_conf;
	cgu->cgu_dev = 0;
	memset(cgu->cgu_alg, 0, sizeof(cgu->cgu_alg));
	cgu->cgu_blocksize = 0;
	cgu->cgu_mode = 0;
	cgu->cgu_keylen = 0;
	if (cf != NULL) {
		cgu->cgu_dev = cf->cf_dev;
		strlcpy(
		    cgu->cgu_alg, cf->cf_cipher->cc_name, sizeof(cgu->cgu_alg));
		cgu->cgu_blocksize = cf->cf_cipher->cc_blocksize;
		cgu->cgu_mode = cf->cf_iv->ci_mode;
		cgu->cgu_keylen = (int)cf->cf_keylen;
	}
	mutex_exit(&cgd_disks.pd_lock);
	return 0;
}

static int
cgd_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct cgd_softc *sc = pseudodisk_softc(&cgd_disks, dev);
	int error;

	switch (cmd) {
	case CGDIOCSET:
	case CGDIOCCLR:
	case DIOCCACHESYNC:
		if ((flag & FWRITE) == 0)
			return EBADF;
		break;
	case CGDIOCGET:
		return cgd_get(sc, data);
	}
	if (cmd == CGDIOCSET)
		return cgd_set(sc, dev, data, l);
	if (cmd == CGDIOCCLR)
		return cgd_clear(sc, dev);
	if (!cgd_enter(sc))
		return ENXIO;
	if (cmd == DIOCCACHESYNC)
		error =
		    VOP_IOCTL(sc->sc_conf->cf_vp, cmd, data, flag, l->l_cred);
	else
		error = dk_ioctl(&sc->sc_dksc, dev, cmd, data, flag, l);
	cgd_exit(sc);
	return error;
}

static int
cgd_size(dev_t dev)
{
	struct cgd_softc *sc = pseudodisk_softc(&cgd_disks, dev);
	int size;

	if (sc == NULL || !cgd_enter(sc))
		return -1;
	size = dk_size(&sc->sc_dksc, dev);
	cgd_exit(sc);
	return size;
}

static int
cgd_read(dev_t dev, struct uio *uio, int flags)
{
	return physio(cgd_strategy, NULL, dev, B_READ, minphys, uio);
}

static int
cgd_write(dev_t dev, struct uio *uio, int flags)
{
	return physio(cgd_strategy, NULL, dev, B_WRITE, minphys, uio);
}

static const struct bdevsw cgd_bdevsw = {
    .d_open = cgd_open,
    .d_close = cgd_close,
    .d_strategy = cgd_strategy,
    .d_ioctl = cgd_ioctl,
    .d_dump = nodump,
    .d_psize = cgd_size,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};

static const struct cdevsw cgd_cdevsw = {
    .d_open = cgd_open,
    .d_close = cgd_close,
    .d_read = cgd_read,
    .d_write = cgd_write,
    .d_ioctl = cgd_ioctl,
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
	pseudodisk_init(&cgd_disks, &cgd_bdevsw, &cgd_cdevsw);
}
