/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root of the device tree. Pseudo-devices and drivers of buses attach to
 * it; it has nothing of its own.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>

#include <rump-sys/kern.h>

static int mainbus_match(device_t, cfdata_t, void *);
static void mainbus_attach(device_t, device_t, void *);

CFATTACH_DECL_NEW(mainbus, 0, mainbus_match, mainbus_attach, NULL, NULL);
CFDRIVER_DECL(mainbus, DV_DULL, NULL);

static struct cfdata mainbus_cfdata[] = {
	{ "mainbus", "mainbus", 0, FSTATE_NOTFOUND, NULL, 0, NULL },
	{ NULL, NULL, 0, FSTATE_NOTFOUND, NULL, 0, NULL },
};
static struct cfdriver *const mainbus_drivers[] = { &mainbus_cd, NULL };
static struct cfattach *const mainbus_attachments[] = { &mainbus_ca, NULL };
static const struct cfattachinit mainbus_attachinit[] = {
	{ "mainbus", mainbus_attachments },
	{ NULL, NULL },
};

static int
mainbus_match(device_t parent, cfdata_t match, void *aux)
{

	return 1;
}

static void
mainbus_attach(device_t parent, device_t self, void *aux)
{

	aprint_normal("\n");
}

RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	int error;

	error = config_init_component(mainbus_drivers, mainbus_attachinit,
	    mainbus_cfdata);
	if (error != 0) {
		printf("mainbus: cannot be configured: error %d\n", error);
		return;
	}
	if (config_rootfound("mainbus", NULL) == NULL)
		printf("mainbus: not found: no device will attach\n");
}
