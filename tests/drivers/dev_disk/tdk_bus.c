/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pseudo-device tdkbus, whose children are disks: how they attach and
 * detach.
 */

#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/pmf.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "ktest.h"
#include "tdk.h"

#include "ioconf.c"

struct tdkbus_softc {
	device_t sb_dev;
	u_int sb_children; /* kernconfig_lock */
};

static int tdkbus_match(device_t, cfdata_t, void *);
static void tdkbus_attach(device_t, device_t, void *);
static int tdkbus_detach(device_t, int);
static int tdk_match(device_t, cfdata_t, void *);
static void tdk_attach(device_t, device_t, void *);
static int tdk_detach(device_t, int);

CFATTACH_DECL_NEW(tdkbus, sizeof(struct tdkbus_softc), tdkbus_match,
    tdkbus_attach, tdkbus_detach, NULL);
CFATTACH_DECL_NEW(
    tdk, sizeof(struct tdk_softc), tdk_match, tdk_attach, tdk_detach, NULL);

/* tdk* at tdkbus? */
static const struct cfiattrdata tdkbus_iattr = {"tdkbus", 0, {{NULL}}};
static const struct cfiattrdata *const tdkbus_iattrs[] = {&tdkbus_iattr, NULL};
CFDRIVER_DECL(tdk, DV_DISK, NULL);
static const struct cfparent tdk_parent = {"tdkbus", "tdkbus", DVUNIT_ANY};
static struct cfdata tdk_cfdata[] = {
    {
	.cf_name = "tdk",
	.cf_atname = "tdk",
	.cf_unit = 0,
	.cf_fstate = FSTATE_STAR,
	.cf_pspec = &tdk_parent,
    },
    {.cf_name = NULL},
};

static device_t tdk_thebus;
static struct cfdata tdkbus_cfdata;

static int
tdkbus_match(device_t parent, cfdata_t cf, void *aux)
{
	return 1;
}

static int
tdkbus_print(void *aux, const char *name)
{
	if (name != NULL)
		aprint_normal("tdk at %s", name);
	return UNCONF;
}

static void
tdkbus_attach(device_t parent, device_t self, void *aux)
{
	struct tdkbus_softc *sb = device_private(self);

	sb->sb_dev = self;
	aprint_normal(": test disks\n");
	if (!pmf_device_register(self, NULL, NULL))
		aprint_error_dev(self, "no power management\n");
}

static int
tdkbus_detach(device_t self, int flags)
{
	struct tdkbus_softc *sb = device_private(self);

	if (sb->sb_children != 0)
		return EBUSY;
	pmf_device_deregister(self);
	return 0;
}

device_t
tdk_bus(void)
{
	return tdk_thebus;
}

void
tdkbusattach(int n)
{
	tdkbus_cfdata.cf_name = tdkbus_cd.cd_name;
	tdkbus_cfdata.cf_atname = tdkbus_cd.cd_name;
	tdkbus_cfdata.cf_unit = 0;
	tdkbus_cfdata.cf_fstate = FSTATE_STAR;
	tdk_thebus = config_attach_pseudo(&tdkbus_cfdata);
}

static int
tdk_match(device_t parent, cfdata_t cf, void *aux)
{
	struct tdkbus_attach_args *taa = aux;

	return taa->taa_refuse ? 0 : 1;
}

static void
tdk_attach(device_t parent, device_t self, void *aux)
{
	struct tdk_softc *sc = device_private(self);
	struct tdkbus_softc *sb = device_private(parent);
	struct tdkbus_attach_args *taa = aux;

	sc->sc_dev = self;
	sc->sc_sectors = taa->taa_sectors;
	aprint_normal(": %u sectors\n", sc->sc_sectors);
	if (sc->sc_sectors < TDK_SECTORS)
		aprint_error_dev(self, "smaller than %s\n", "others");
	if (tdk_start(sc) != 0) {
		aprint_error_dev(self, "no thread\n");
		return;
	}
	sb->sb_children++;
	if (!pmf_device_register1(self, NULL, NULL, NULL))
		aprint_error_dev(self, "no power management\n");
	aprint_verbose_dev(self, "ready\n");
}

static int
tdk_detach(device_t self, int flags)
{
	struct tdk_softc *sc = device_private(self);
	struct tdkbus_softc *sb = device_private(device_parent(self));
	int error;

	error = disk_begindetach(&sc->sc_dkdev, tdk_lastclose, self, flags);
	if (error != 0)
		return error;
	pmf_device_deregister(self);
	tdk_end(sc);
	sb->sb_children--;
	return 0;
}

/* A disk of so many sectors, or NULL. */
static device_t
tdk_found(u_int sectors, bool refuse)
{
	struct tdkbus_attach_args taa = {sectors, refuse};

	return config_found_ia(tdk_thebus, "tdkbus", &taa, tdkbus_print);
}

RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	devmajor_t bmaj = NODEVMAJOR, cmaj = NODEVMAJOR;
	int error;

	/* A bus has an attribute, which a pseudo-device has not by itself. */
	tdkbus_cd.cd_attrs = tdkbus_iattrs;
	error = config_init_component(
	    cfdriver_ioconf_tdk, cfattach_ioconf_tdk, cfdata_ioconf_tdk);
	if (error == 0)
		error = config_cfattach_attach("tdkbus", &tdkbus_ca);
	if (error == 0)
		error = config_cfdriver_attach(&tdk_cd);
	if (error == 0)
		error = config_cfattach_attach("tdk", &tdk_ca);
	if (error == 0)
		error = config_cfdata_attach(tdk_cfdata, 1);
	if (error == 0)
		error =
		    devsw_attach("tdk", &tdk_bdevsw, &bmaj, &tdk_cdevsw, &cmaj);
	if (error != 0)
		panic("tdk: %d", error);
	tdkbusattach(1);
	if (tdk_thebus == NULL || tdk_found(TDK_SECTORS, false) == NULL)
		panic("tdk: nothing attaches");
	error = rump_vfs_makedevnodes(S_IFBLK, "/dev/tdk0", 'a', bmaj, 0, 4);
	if (error == 0)
		error = rump_vfs_makedevnodes(
		    S_IFCHR, "/dev/rtdk0", 'a', cmaj, 0, 4);
	if (error != 0)
		panic("tdk: device nodes: %d", error);
}

/* A disk that is open goes by force, after a last close. */
static void
detach_open(void)
{
	device_t dev = tdk_found(8, false);
	u_int closes = tdk_lastcloses;
	dev_t raw;

	K(dev != NULL && device_unit(dev) == 1);
	raw = MAKEDISKDEV(cdevsw_lookup_major(&tdk_cdevsw), 1, RAW_PART);
	KEQ(cdev_open(raw, FREAD, S_IFCHR, curlwp), 0);
	KEQ(config_detach(dev, DETACH_QUIET), EBUSY);
	KEQ(tdk_lastcloses, closes);
	K(device_lookup(&tdk_cd, 1) == dev);
	KEQ(config_detach(dev, DETACH_FORCE | DETACH_QUIET), 0);
	KEQ(tdk_lastcloses, closes + 1);
	K(device_lookup(&tdk_cd, 1) == NULL);
	KEQ(cdev_open(raw, FREAD, S_IFCHR, curlwp), ENXIO);
}

void
tdk_test_attach(void)
{
	device_t dev;
	struct tdk_softc *sc;
	u_int closes = tdk_lastcloses;

	KSTR(device_xname(tdk_thebus), "tdkbus0");
	KEQ(device_class(tdk_thebus), DV_DULL);
	K(device_parent(tdk_thebus) == NULL ||
	    !device_is_a(device_parent(tdk_thebus), "tdkbus"));
	K(device_cfdata(tdk_thebus) == &tdkbus_cfdata);

	K(tdk_found(8, true) == NULL);
	kernconfig_lock();
	dev = tdk_found(8, false);
	kernconfig_unlock();
	K(dev != NULL);
	if (dev == NULL)
		return;
	KSTR(device_xname(dev), "tdk1");
	KEQ(device_unit(dev), 1);
	KEQ(device_class(dev), DV_DISK);
	K(device_parent(dev) == tdk_thebus);
	K(device_is_a(dev, "tdk"));
	K(device_cfdata(dev)->cf_pspec == &tdk_parent);
	sc = device_lookup_private(&tdk_cd, 1);
	K(sc != NULL && sc == device_private(dev));
	K(device_lookup(&tdk_cd, 1) == dev);
	K(device_lookup_private(&tdk_cd, 2) == NULL);
	K(disk_find("tdk1") == &sc->sc_dkdev);

	/* Neither the driver nor the bus goes while it is there. */
	KEQ(config_cfdriver_detach(&tdk_cd), EBUSY);
	KEQ(config_detach(tdk_thebus, DETACH_QUIET), EBUSY);
	KEQ(config_detach(dev, DETACH_QUIET), 0);
	K(device_lookup(&tdk_cd, 1) == NULL);
	K(disk_find("tdk1") == NULL);
	/* Not open: there was no last close to be made up for. */
	KEQ(tdk_lastcloses, closes);
	KEQ(config_cfdriver_attach(&tdk_cd), EEXIST);
	detach_open();
}

static const struct ktest tdk_tests[] = {
    {"attach", tdk_test_attach},
    {"queue", tdk_test_queue},
    {"bufq", tdk_test_bufq},
    {"label", tdk_test_label},
    {"mmc", tdk_test_mmc},
    {NULL, NULL},
};

KTEST_MAIN(tdk_tests)
