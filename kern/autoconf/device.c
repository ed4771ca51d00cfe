/* SPDX-License-Identifier: BSD-2-Clause */
/* What a device says of itself, and pmf(9), which has nothing to do. */

#include <lib/libkern/libkern.h>
#include <sys/device.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "autoconf_impl.h"

static const struct pmf_qual pmf_qual_none, pmf_qual_self, pmf_qual_drvctl;
const pmf_qual_t *const PMF_Q_NONE = &pmf_qual_none;
const pmf_qual_t *const PMF_Q_SELF = &pmf_qual_self;
const pmf_qual_t *const PMF_Q_DRVCTL = &pmf_qual_drvctl;

/* NULL if there is no such unit */
device_t
device_lookup(cfdriver_t cd, int unit)
{
	if (unit < 0 || unit >= cd->cd_ndevs)
		return NULL;
	return cd->cd_devs[unit];
}

void *
device_lookup_private(cfdriver_t cd, int unit)
{
	device_t dev = device_lookup(cd, unit);

	return dev == NULL ? NULL : dev->dv_private;
}

device_t
device_find_by_xname(const char *name)
{
	device_t dev;
	deviter_t di;

	for (dev = deviter_first(&di, 0); dev != NULL;
	     dev = deviter_next(&di)) {
		if (strcmp(dev->dv_xname, name) == 0)
			break;
	}
	deviter_release(&di);
	return dev;
}

device_t
device_find_by_driver_unit(const char *name, int unit)
{
	struct cfdriver *cd = config_cfdriver_lookup(name);

	return cd == NULL ? NULL : device_lookup(cd, unit);
}

devclass_t
device_class(device_t dev)
{
	return dev->dv_class;
}

cfdata_t
device_cfdata(device_t dev)
{
	return dev->dv_cfdata;
}

cfdriver_t
device_cfdriver(device_t dev)
{
	return dev->dv_cfdriver;
}

cfattach_t
device_cfattach(device_t dev)
{
	return dev->dv_cfattach;
}

int
device_unit(device_t dev)
{
	return dev->dv_unit;
}

const char *
device_xname(device_t dev)
{
	return dev->dv_xname;
}

device_t
device_parent(device_t dev)
{
	return dev->dv_parent;
}

bool
device_activation(device_t dev, devact_level_t level)
{
	return (dev->dv_flags & DVF_ACTIVE) != 0;
}

bool
device_is_active(device_t dev)
{
	return (dev->dv_flags & DVF_ACTIVE) != 0;
}

bool
device_is_enabled(device_t dev)
{
	return (dev->dv_flags & DVF_ACTIVE) != 0;
}

/* For attachments whose children may go without notice. */
void
null_childdetached(device_t self, device_t child)
{
}

bool
device_has_power(device_t dev)
{
	return true;
}

int
device_locator(device_t dev, u_int i)
{
	return dev->dv_locators == NULL ? -1 : dev->dv_locators[i];
}

/* the softc; NULL of NULL */
void *
device_private(device_t dev)
{
	return dev == NULL ? NULL : dev->dv_private;
}

prop_dictionary_t
device_properties(device_t dev)
{
	if (dev->dv_properties == NULL)
		dev->dv_properties = prop_dictionary_create();
	return dev->dv_properties;
}

bool
device_is_a(device_t dev, const char *name)
{
	return dev->dv_cfdriver != NULL &&
	    strcmp(dev->dv_cfdriver->cd_name, name) == 0;
}

bool
device_active(device_t dev, devact_t type)
{
	return true;
}

void
device_register(device_t dev, void *aux)
{
}

void
pmf_init(void)
{
}

bool
pmf_device_register1(device_t dev,
    bool (*suspend)(device_t, const pmf_qual_t *),
    bool (*resume)(device_t, const pmf_qual_t *),
    bool (*shutdown)(device_t, int))
{
	return true;
}

void
pmf_device_deregister(device_t dev)
{
}

bool
pmf_device_suspend(device_t dev, const pmf_qual_t *qual)
{
	return true;
}

bool
pmf_device_resume(device_t dev, const pmf_qual_t *qual)
{
	return true;
}

bool
pmf_device_shutdown(device_t dev, int how)
{
	return true;
}

bool
pmf_event_inject(device_t dev, pmf_generic_event_t ev)
{
	return true;
}

bool
pmf_event_register(
    device_t dev, pmf_generic_event_t ev, void (*func)(device_t), bool global)
{
	return true;
}

void
pmf_event_deregister(
    device_t dev, pmf_generic_event_t ev, void (*func)(device_t), bool global)
{
}

void
pmf_class_network_register(device_t dev, struct ifnet *ifp)
{
}

bool
pmf_class_is_network(device_t dev)
{
	return dev->dv_class == DV_IFNET;
}

bool
pmf_system_resume(const pmf_qual_t *qual)
{
	return true;
}

bool
pmf_system_suspend(const pmf_qual_t *qual)
{
	return true;
}

void
pmf_system_shutdown(int how)
{
}
