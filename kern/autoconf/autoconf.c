/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * autoconf(9): drivers, their attachments, configuration data, and the tree of
 * devices that come of matching these.
 *
 * At the root is mainbus0, which attaches when the first configuration data is
 * added; buses are found under it.  Pseudo-devices have no parent.
 *
 * Lock: alldevs_lock protects the lists of drivers, attachments, tables and
 * devices.  Match, attach and detach functions run without it, but with
 * kernconfig_lock, so that only one of them runs at a time.
 */

#include <lib/libkern/libkern.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/reboot.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>

#include "autoconf_impl.h"

struct cfdriverlist allcfdrivers = LIST_HEAD_INITIALIZER(allcfdrivers);
device_t booted_device;
device_t booted_wedge;
int booted_partition;
const char *booted_method;

static struct cftablelist tables = TAILQ_HEAD_INITIALIZER(tables);
static TAILQ_HEAD(, device) alldevs = TAILQ_HEAD_INITIALIZER(alldevs);
static kmutex_t alldevs_lock;
static devgen_t alldevs_gen = 1;

/* functions to run later: at once, since there is no probing of hardware */
struct finalizer {
	TAILQ_ENTRY(finalizer) f_list;
	int (*f_func)(device_t);
	device_t f_dev;
};
static TAILQ_HEAD(, finalizer) finalizers = TAILQ_HEAD_INITIALIZER(finalizers);

void
config_init(void)
{
	mutex_init(&alldevs_lock, MUTEX_DEFAULT, IPL_NONE);
}

void
config_init_mi(void)
{
}

void
drvctl_init(void)
{
}

/* drivers */
struct cfdriver *
config_cfdriver_lookup(const char *name)
{
	struct cfdriver *cd;

	LIST_FOREACH(cd, &allcfdrivers, cd_list) {
		if (strcmp(cd->cd_name, name) == 0)
			break;
	}
	return cd;
}

int
config_cfdriver_attach(struct cfdriver *cd)
{
	if (config_cfdriver_lookup(cd->cd_name) != NULL)
		return EEXIST;
	mutex_enter(&alldevs_lock);
	LIST_INIT(&cd->cd_attach);
	LIST_INSERT_HEAD(&allcfdrivers, cd, cd_list);
	mutex_exit(&alldevs_lock);
	return 0;
}

int
config_cfdriver_detach(struct cfdriver *cd)
{
	int i;

	for (i = 0; i < cd->cd_ndevs; i++) {
		if (cd->cd_devs[i] != NULL)
			return EBUSY;
	}
	if (!LIST_EMPTY(&cd->cd_attach))
		return EBUSY;
	mutex_enter(&alldevs_lock);
	LIST_REMOVE(cd, cd_list);
	mutex_exit(&alldevs_lock);
	if (cd->cd_devs != NULL)
		kmem_free(cd->cd_devs, cd->cd_ndevs * sizeof(*cd->cd_devs));
	cd->cd_devs = NULL;
	cd->cd_ndevs = 0;
	return 0;
}

static struct cfattach *
attach_lookup(struct cfdriver *cd, const char *atname)
{
	struct cfattach *ca;

	LIST_FOREACH(ca, &cd->cd_attach, ca_list) {
		if (strcmp(ca->ca_name, atname) == 0)
			break;
	}
	return ca;
}

struct cfattach *
config_cfattach_lookup(const char *name, const char *atname)
{
	struct cfdriver *cd = config_cfdriver_lookup(name);

	return cd == NULL ? NULL : attach_lookup(cd, atname);
}

int
config_cfattach_attach(const char *driver, struct cfattach *ca)
{
	struct cfdriver *cd = config_cfdriver_lookup(driver);

	if (cd == NULL)
		return ESRCH;
	if (attach_lookup(cd, ca->ca_name) != NULL)
		return EEXIST;
	mutex_enter(&alldevs_lock);
	LIST_INSERT_HEAD(&cd->cd_attach, ca, ca_list);
	mutex_exit(&alldevs_lock);
	return 0;
}

int
config_cfattach_detach(const char *driver, struct cfattach *ca)
{
	struct cfdriver *cd = config_cfdriver_lookup(driver);

	if (cd == NULL)
		return ESRCH;
	for (int i = 0; i < cd->cd_ndevs; i++) {
		if (cd->cd_devs[i] != NULL && cd->cd_devs[i]->dv_cfattach == ca)
			return EBUSY;
	}
	mutex_enter(&alldevs_lock);
	LIST_REMOVE(ca, ca_list);
	mutex_exit(&alldevs_lock);
	return 0;
}

/* configuration data */
static void
rescan_all(cfdata_t cf)
{
	device_t dev;
	deviter_t di;

	for (dev = deviter_first(&di, DEVITER_F_RW); dev != NULL;
	     dev = deviter_next(&di)) {
		const struct cfparent *cfp = cf->cf_pspec;

		if (cfp == NULL || dev->dv_cfattach->ca_rescan == NULL)
			continue;
		(void)(*dev->dv_cfattach->ca_rescan)(
		    dev, cfp->cfp_iattr, cf->cf_loc);
	}
	deviter_release(&di);
}

int
config_cfdata_attach(cfdata_t cf, int scannow)
{
	struct cftable *ct = kmem_alloc(sizeof(*ct), KM_SLEEP);

	ct->ct_cfdata = cf;
	mutex_enter(&alldevs_lock);
	TAILQ_INSERT_TAIL(&tables, ct, ct_list);
	mutex_exit(&alldevs_lock);
	if (scannow) {
		kernconfig_lock();
		for (; cf->cf_name != NULL; cf++)
			rescan_all(cf);
		kernconfig_unlock();
	}
	return 0;
}

static bool
in_table(cfdata_t table, cfdata_t cf)
{
	for (; table->cf_name != NULL; table++) {
		if (table == cf)
			return true;
	}
	return false;
}

int
config_cfdata_detach(cfdata_t table)
{
	struct cftable *ct;
	device_t dev;
	deviter_t di;
	int error = 0;

	for (dev = deviter_first(&di, DEVITER_F_RW | DEVITER_F_LEAVES_FIRST);
	     dev != NULL && error == 0; dev = deviter_next(&di)) {
		if (in_table(table, dev->dv_cfdata))
			error = config_detach(dev, 0);
	}
	deviter_release(&di);
	if (error != 0)
		return error;
	mutex_enter(&alldevs_lock);
	TAILQ_FOREACH(ct, &tables, ct_list) {
		if (ct->ct_cfdata == table) {
			TAILQ_REMOVE(&tables, ct, ct_list);
			break;
		}
	}
	mutex_exit(&alldevs_lock);
	if (ct == NULL)
		return EINVAL;
	kmem_free(ct, sizeof(*ct));
	return 0;
}

int
config_fini_component(struct cfdriver *const *drivers,
    const struct cfattachinit *attachs, struct cfdata *cfdatas)
{
	int error;

	if (cfdatas != NULL && (error = config_cfdata_detach(cfdatas)) != 0)
		return error;
	for (; attachs != NULL && attachs->cfai_name != NULL; attachs++) {
		struct cfattach *const *ca = attachs->cfai_list;

		for (; *ca != NULL; ca++) {
			error = config_cfattach_detach(attachs->cfai_name, *ca);
			if (error != 0)
				return error;
		}
	}
	for (; drivers != NULL && *drivers != NULL; drivers++) {
		if ((error = config_cfdriver_detach(*drivers)) != 0)
			return error;
	}
	return 0;
}

/* what config(1) made for a component: what exists already is no error */
int
config_init_component(struct cfdriver *const *drivers,
    const struct cfattachinit *attachs, struct cfdata *cfdatas)
{
	int error;

	rump_mainbus_attach();
	for (; drivers != NULL && *drivers != NULL; drivers++) {
		error = config_cfdriver_attach(*drivers);
		if (error != 0 && error != EEXIST)
			return error;
	}
	for (; attachs != NULL && attachs->cfai_name != NULL; attachs++) {
		struct cfattach *const *ca = attachs->cfai_list;

		for (; *ca != NULL; ca++) {
			error = config_cfattach_attach(attachs->cfai_name, *ca);
			if (error != 0 && error != EEXIST)
				return error;
		}
	}
	return cfdatas == NULL ? 0 : config_cfdata_attach(cfdatas, 1);
}

const struct cfiattrdata *
cfiattr_lookup(const char *name, const struct cfdriver *cd)
{
	const struct cfiattrdata *const *a;

	if (cd == NULL)
		return NULL;
	for (a = cd->cd_attrs; a != NULL && *a != NULL; a++) {
		if (strcmp((*a)->ci_name, name) == 0)
			return *a;
	}
	return NULL;
}

const char *
cfdata_ifattr(const struct cfdata *cf)
{
	return cf->cf_pspec->cfp_iattr;
}

/* does the configuration data name this parent? */
static bool
parent_match(device_t parent, const struct cfparent *cfp)
{
	struct cfdriver *cd;

	if (cfp == NULL)
		return parent == NULL;
	if (parent == NULL)
		return false;
	cd = parent->dv_cfdriver;
	if (cfiattr_lookup(cfp->cfp_iattr, cd) == NULL &&
	    strcmp(cd->cd_name, cfp->cfp_iattr) != 0)
		return false;
	if (cfp->cfp_parent == NULL)
		return true;
	return strcmp(cd->cd_name, cfp->cfp_parent) == 0 &&
	    (cfp->cfp_unit == DVUNIT_ANY || cfp->cfp_unit == parent->dv_unit);
}

int
config_match(device_t parent, cfdata_t cf, void *aux)
{
	struct cfattach *ca =
	    config_cfattach_lookup(cf->cf_name, cf->cf_atname);

	if (ca == NULL || ca->ca_match == NULL)
		return 0;
	return (*ca->ca_match)(parent, cf, aux);
}

/* a submatch that compares locators, where -1 in the data fits all */
int
config_stdsubmatch(device_t parent, cfdata_t cf, const int *locs, void *aux)
{
	const struct cfiattrdata *ci;

	ci = cfiattr_lookup(cfdata_ifattr(cf), parent->dv_cfdriver);
	for (int i = 0; ci != NULL && i < ci->ci_loclen; i++) {
		int def = ci->ci_locdesc[i].cld_default;

		if (cf->cf_loc[i] != def && cf->cf_loc[i] != locs[i])
			return 0;
	}
	return config_match(parent, cf, aux);
}

/* the best match for what a bus has found */
cfdata_t
config_search_loc(cfsubmatch_t fn, device_t parent, const char *ifattr,
    const int *locs, void *aux)
{
	struct cftable *ct;
	cfdata_t cf, best = NULL;
	int pri, best_pri = 0;

	TAILQ_FOREACH(ct, &tables, ct_list) {
		for (cf = ct->ct_cfdata; cf->cf_name != NULL; cf++) {
			if (!parent_match(parent, cf->cf_pspec))
				continue;
			if (ifattr != NULL && cf->cf_pspec != NULL &&
			    strcmp(ifattr, cfdata_ifattr(cf)) != 0)
				continue;
			if (cf->cf_fstate != FSTATE_NOTFOUND &&
			    cf->cf_fstate != FSTATE_STAR)
				continue;
			pri = fn != NULL ? (*fn)(parent, cf, locs, aux)
					 : config_match(parent, cf, aux);
			if (pri > best_pri) {
				best = cf;
				best_pri = pri;
			}
		}
	}
	return best;
}

cfdata_t
config_search_ia(
    cfsubmatch_t fn, device_t parent, const char *ifattr, void *aux)
{
	return config_search_loc(fn, parent, ifattr, NULL, aux);
}

cfdata_t
config_rootsearch(cfsubmatch_t fn, const char *name, void *aux)
{
	struct cftable *ct;
	cfdata_t cf;

	TAILQ_FOREACH(ct, &tables, ct_list) {
		for (cf = ct->ct_cfdata; cf->cf_name != NULL; cf++) {
			if (cf->cf_pspec == NULL &&
			    strcmp(cf->cf_name, name) == 0 &&
			    (fn != NULL ? (*fn)(NULL, cf, NULL, aux)
					: config_match(NULL, cf, aux)) > 0)
				return cf;
		}
	}
	return NULL;
}

device_t
config_found_sm_loc(device_t parent, const char *ifattr, const int *locs,
    void *aux, cfprint_t print, cfsubmatch_t submatch)
{
	static const char *const msgs[] = {
	    "", " not configured\n", " unsupported\n"};
	cfdata_t cf;
	device_t dev = NULL;
	int how;

	kernconfig_lock();
	cf = config_search_loc(submatch, parent, ifattr, locs, aux);
	if (cf != NULL)
		dev = config_attach_loc(parent, cf, locs, aux, print);
	else if (print != NULL) {
		how = (*print)(aux, device_xname(parent));
		if (how > 0 && how < (int)__arraycount(msgs))
			aprint_normal("%s", msgs[how]);
	}
	kernconfig_unlock();
	return dev;
}

device_t
config_found_ia(device_t parent, const char *ifattr, void *aux, cfprint_t print)
{
	return config_found_sm_loc(parent, ifattr, NULL, aux, print, NULL);
}

device_t
config_found(device_t parent, void *aux, cfprint_t print)
{
	return config_found_sm_loc(parent, NULL, NULL, aux, print, NULL);
}

device_t
config_rootfound(const char *name, void *aux)
{
	cfdata_t cf;
	device_t dev = NULL;

	kernconfig_lock();
	if ((cf = config_rootsearch(NULL, name, aux)) != NULL)
		dev = config_attach(NULL, cf, aux, NULL);
	else
		aprint_error("root device %s not configured\n", name);
	kernconfig_unlock();
	return dev;
}

/* room for a unit in the driver's table */
static void
make_room(struct cfdriver *cd, int unit)
{
	device_t *new;
	int n;

	if (unit < cd->cd_ndevs)
		return;
	for (n = MAX(4, cd->cd_ndevs); n <= unit; n *= 2)
		continue;
	new = kmem_zalloc(n * sizeof(*new), KM_SLEEP);
	if (cd->cd_ndevs != 0) {
		memcpy(new, cd->cd_devs, cd->cd_ndevs * sizeof(*new));
		kmem_free(cd->cd_devs, cd->cd_ndevs * sizeof(*new));
	}
	cd->cd_devs = new;
	cd->cd_ndevs = n;
}

static int
unit_choose(struct cfdriver *cd, cfdata_t cf)
{
	int unit = cf->cf_unit;

	if (cf->cf_fstate == FSTATE_STAR) {
		while (unit < cd->cd_ndevs && cd->cd_devs[unit] != NULL)
			unit++;
	} else if (unit < cd->cd_ndevs && cd->cd_devs[unit] != NULL)
		return -1;
	return unit;
}

int
config_unit_alloc(device_t dev, cfdriver_t cd, cfdata_t cf)
{
	int unit = unit_choose(cd, cf);

	if (unit < 0)
		return -1;
	make_room(cd, unit);
	cd->cd_devs[unit] = dev;
	return unit;
}

static size_t
locs_size(device_t parent, cfdata_t cf)
{
	const struct cfiattrdata *ci;

	if (parent == NULL || cf->cf_pspec == NULL)
		return 0;
	ci = cfiattr_lookup(cfdata_ifattr(cf), parent->dv_cfdriver);
	return ci == NULL ? 0 : ci->ci_loclen * sizeof(int);
}

static device_t
dev_alloc(device_t parent, cfdata_t cf, const int *locs)
{
	struct cfdriver *cd = config_cfdriver_lookup(cf->cf_name);
	struct cfattach *ca;
	device_t dev;
	size_t n;

	if (cd == NULL || (ca = attach_lookup(cd, cf->cf_atname)) == NULL)
		return NULL;
	dev = kmem_zalloc(sizeof(*dev), KM_SLEEP);
	dev->dv_unit = config_unit_alloc(dev, cd, cf);
	if (dev->dv_unit < 0 ||
	    snprintf(dev->dv_xname, sizeof(dev->dv_xname), "%s%d", cd->cd_name,
		dev->dv_unit) >= (int)sizeof(dev->dv_xname)) {
		if (dev->dv_unit >= 0)
			cd->cd_devs[dev->dv_unit] = NULL;
		kmem_free(dev, sizeof(*dev));
		return NULL;
	}
	dev->dv_class = cd->cd_class;
	dev->dv_cfdata = cf;
	dev->dv_cfdriver = cd;
	dev->dv_cfattach = ca;
	dev->dv_parent = parent;
	dev->dv_depth = parent == NULL ? 0 : parent->dv_depth + 1;
	dev->dv_flags = DVF_ACTIVE | ca->ca_flags;
	dev->dv_privsize = ca->ca_devsize;
	if (ca->ca_devsize != 0)
		dev->dv_private = kmem_zalloc(ca->ca_devsize, KM_SLEEP);
	if (locs != NULL && (n = locs_size(parent, cf)) != 0) {
		dev->dv_locators = kmem_alloc(n, KM_SLEEP);
		memcpy(dev->dv_locators, locs, n);
	}
	return dev;
}

static void
dev_free(device_t dev)
{
	struct cfdriver *cd = dev->dv_cfdriver;
	size_t n = locs_size(dev->dv_parent, dev->dv_cfdata);

	cd->cd_devs[dev->dv_unit] = NULL;
	if (dev->dv_private != NULL)
		kmem_free(dev->dv_private, dev->dv_privsize);
	if (dev->dv_locators != NULL)
		kmem_free(dev->dv_locators, n);
	if (dev->dv_properties != NULL)
		prop_object_release(dev->dv_properties);
	kmem_free(dev, sizeof(*dev));
}

static void
dev_link(device_t dev)
{
	mutex_enter(&alldevs_lock);
	dev->dv_add_gen = alldevs_gen++;
	TAILQ_INSERT_TAIL(&alldevs, dev, dv_list);
	mutex_exit(&alldevs_lock);
}

device_t
config_attach_loc(
    device_t parent, cfdata_t cf, const int *locs, void *aux, cfprint_t print)
{
	device_t dev;

	kernconfig_lock();
	dev = dev_alloc(parent, cf, locs);
	if (dev == NULL) {
		kernconfig_unlock();
		return NULL;
	}
	if (cf->cf_fstate == FSTATE_NOTFOUND)
		cf->cf_fstate = FSTATE_FOUND;
	dev_link(dev);
	if (parent == NULL)
		aprint_verbose("%s (root)", device_xname(dev));
	else {
		aprint_verbose(
		    "%s at %s", device_xname(dev), device_xname(parent));
		if (print != NULL && (boothowto & AB_VERBOSE) != 0)
			(void)(*print)(aux, NULL);
	}
	dev->dv_flags |= DVF_ATTACH_INPROGRESS;
	(*dev->dv_cfattach->ca_attach)(parent, dev, aux);
	dev->dv_flags &= ~DVF_ATTACH_INPROGRESS;
	kernconfig_unlock();
	return dev;
}

device_t
config_attach(device_t parent, cfdata_t cf, void *aux, cfprint_t print)
{
	return config_attach_loc(parent, cf, NULL, aux, print);
}

/* a pseudo-device: the attach function may be missing */
device_t
config_attach_pseudo(cfdata_t cf)
{
	device_t dev;

	kernconfig_lock();
	dev = dev_alloc(NULL, cf, NULL);
	if (dev != NULL) {
		if (cf->cf_fstate == FSTATE_NOTFOUND)
			cf->cf_fstate = FSTATE_FOUND;
		dev_link(dev);
		if (dev->dv_cfattach->ca_attach != NULL)
			(*dev->dv_cfattach->ca_attach)(NULL, dev, NULL);
	}
	kernconfig_unlock();
	return dev;
}

static bool
has_children(device_t dev)
{
	device_t d;

	TAILQ_FOREACH(d, &alldevs, dv_list) {
		if (d->dv_parent == dev && d->dv_del_gen == 0)
			return true;
	}
	return false;
}

/* Detach a device: EBUSY, EOPNOTSUPP, or the driver's errno without force. */
int
config_detach(device_t dev, int flags)
{
	struct cfattach *ca = dev->dv_cfattach;
	device_t parent = dev->dv_parent;
	cfdata_t cf = dev->dv_cfdata;
	int error;

	kernconfig_lock();
	if (ca->ca_detach != NULL)
		error = (*ca->ca_detach)(dev, flags);
	else
		error = EOPNOTSUPP;
	if (error != 0 && (flags & DETACH_FORCE) == 0) {
		kernconfig_unlock();
		return error;
	}
	if (has_children(dev) && (flags & DETACH_FORCE) == 0) {
		printf(
		    "%s: detached with devices below it\n", device_xname(dev));
	}
	if (cf->cf_fstate == FSTATE_FOUND)
		cf->cf_fstate = FSTATE_NOTFOUND;
	if (parent != NULL && parent->dv_cfattach->ca_childdetached != NULL)
		(*parent->dv_cfattach->ca_childdetached)(parent, dev);
	if ((flags & DETACH_QUIET) == 0)
		aprint_verbose("%s: detached\n", device_xname(dev));
	mutex_enter(&alldevs_lock);
	TAILQ_REMOVE(&alldevs, dev, dv_list);
	alldevs_gen++;
	mutex_exit(&alldevs_lock);
	dev_free(dev);
	kernconfig_unlock();
	return 0;
}

int
config_detach_children(device_t parent, int flags)
{
	device_t dev;
	deviter_t di;
	int error = 0;

	for (dev = deviter_first(&di, DEVITER_F_RW); dev != NULL && error == 0;
	     dev = deviter_next(&di)) {
		if (dev->dv_parent == parent)
			error = config_detach(dev, flags);
	}
	deviter_release(&di);
	return error;
}

bool
config_detach_all(int how)
{
	device_t dev;
	deviter_t di;
	bool progress = false;

	for (dev = deviter_first(&di, DEVITER_F_RW | DEVITER_F_LEAVES_FIRST);
	     dev != NULL; dev = deviter_next(&di)) {
		if (dev->dv_cfattach->ca_detach != NULL &&
		    config_detach(dev, DETACH_SHUTDOWN | DETACH_QUIET) == 0)
			progress = true;
	}
	deviter_release(&di);
	return progress;
}

int
config_deactivate(device_t dev)
{
	struct cfattach *ca = dev->dv_cfattach;

	dev->dv_flags &= ~DVF_ACTIVE;
	return ca->ca_activate == NULL
	    ? 0
	    : (*ca->ca_activate)(dev, DVACT_DEACTIVATE);
}

/* nothing is probed in parallel: what would be deferred can be done now */
void
config_defer(device_t dev, void (*func)(device_t))
{
	(*func)(dev);
}

void
config_deferred(device_t dev)
{
}

void
config_interrupts(device_t dev, void (*func)(device_t))
{
	(*func)(dev);
}

void
config_mountroot(device_t dev, void (*func)(device_t))
{
	(*func)(dev);
}

void
config_pending_incr(device_t dev)
{
	dev->dv_pending++;
}

void
config_pending_decr(device_t dev)
{
	KASSERT(dev->dv_pending > 0);
	dev->dv_pending--;
}

int
config_finalize_register(device_t dev, int (*func)(device_t))
{
	struct finalizer *f;

	if (!cold) {
		while ((*func)(dev) != 0)
			continue;
		return 0;
	}
	f = kmem_alloc(sizeof(*f), KM_SLEEP);
	f->f_func = func;
	f->f_dev = dev;
	TAILQ_INSERT_TAIL(&finalizers, f, f_list);
	return 0;
}

void
config_finalize(void)
{
	struct finalizer *f;

	while ((f = TAILQ_FIRST(&finalizers)) != NULL) {
		TAILQ_REMOVE(&finalizers, f, f_list);
		while ((*f->f_func)(f->f_dev) != 0)
			continue;
		kmem_free(f, sizeof(*f));
	}
}

/* the root of the tree */
static const struct cfiattrdata mainbusattr = {.ci_name = "mainbus"};
static const struct cfiattrdata *const mainbus_attrs[] = {&mainbusattr, NULL};

static int
mainbus_match(device_t parent, cfdata_t cf, void *aux)
{
	return 1;
}

static int
mainbus_search(device_t parent, cfdata_t cf, const int *locs, void *aux)
{
	if (config_match(parent, cf, aux) > 0)
		(void)config_attach_loc(parent, cf, locs, aux, NULL);
	return 0;
}

static int
mainbus_rescan(device_t self, const char *ifattr, const int *locs)
{
	(void)config_search_loc(mainbus_search, self, "mainbus", NULL, NULL);
	return 0;
}

static void
mainbus_attach(device_t parent, device_t self, void *aux)
{
	aprint_verbose("\n");
	(void)mainbus_rescan(self, NULL, NULL);
}

static CFDRIVER_DECL(mainbus, DV_DULL, mainbus_attrs);
static CFATTACH_DECL2_NEW(mainbus, 0, mainbus_match, mainbus_attach, NULL, NULL,
    mainbus_rescan, NULL);
static struct cfdata mainbus_cfdata[] = {
    {"mainbus", "mainbus", 0, FSTATE_NOTFOUND, NULL, 0, NULL},
    {NULL, NULL, 0, 0, NULL, 0, NULL},
};

void
rump_mainbus_attach(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	(void)config_cfdriver_attach(&mainbus_cd);
	(void)config_cfattach_attach("mainbus", &mainbus_ca);
	(void)config_cfdata_attach(mainbus_cfdata, 0);
	(void)config_rootfound("mainbus", NULL);
}

/* iteration, which may detach the device it is at */
void
deviter_init(deviter_t *di, deviter_flags_t flags)
{
	memset(di, 0, sizeof(*di));
	di->di_flags = flags;
	if (flags & DEVITER_F_RW)
		kernconfig_lock();
	di->di_gen = 0;
	di->di_curdepth = -1;
	if (flags & (DEVITER_F_LEAVES_FIRST | DEVITER_F_ROOT_FIRST)) {
		device_t dev;

		TAILQ_FOREACH(dev, &alldevs, dv_list)
			di->di_maxdepth = MAX(di->di_maxdepth, dev->dv_depth);
		di->di_curdepth =
		    (flags & DEVITER_F_ROOT_FIRST) ? 0 : di->di_maxdepth;
	}
}

/* the next by age within a depth; di_gen is the age of the last one */
device_t
deviter_next(deviter_t *di)
{
	device_t dev;

	for (;;) {
		mutex_enter(&alldevs_lock);
		TAILQ_FOREACH(dev, &alldevs, dv_list) {
			if (dev->dv_add_gen > di->di_gen &&
			    (di->di_curdepth < 0 ||
				dev->dv_depth == di->di_curdepth))
				break;
		}
		mutex_exit(&alldevs_lock);
		if (dev != NULL) {
			di->di_gen = dev->dv_add_gen;
			return dev;
		}
		di->di_gen = 0;
		if (di->di_flags & DEVITER_F_LEAVES_FIRST) {
			if (di->di_curdepth-- <= 0)
				return NULL;
		} else if (di->di_flags & DEVITER_F_ROOT_FIRST) {
			if (di->di_curdepth++ >= di->di_maxdepth)
				return NULL;
		} else
			return NULL;
	}
}

device_t
deviter_first(deviter_t *di, deviter_flags_t flags)
{
	deviter_init(di, flags);
	return deviter_next(di);
}

void
deviter_release(deviter_t *di)
{
	if (di->di_flags & DEVITER_F_RW)
		kernconfig_unlock();
}
