/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The modules of the service: svcbase, and svc, which requires it. Their order
 * at boot is what module(9) promises; a RUMP_COMPONENT counts along.
 */

#include <sys/module.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "ktest.h"
#include "svc.h"

u_int svc_base_inits;
static u_int svc_inits;
static u_int svc_finis;
static u_int svc_component_kern, svc_component_postinit;
static int svc_cold_seen = -1;

MODULE(MODULE_CLASS_MISC, svcbase, NULL);
MODULE(MODULE_CLASS_MISC, svc, "svcbase");

static int
svcbase_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		svc_base_inits++;
		return 0;
	case MODULE_CMD_FINI:
		return 0;
	default:
		return ENOTTY;
	}
}

static int
svc_modcmd(modcmd_t cmd, void *arg)
{
	int error;

	switch (cmd) {
	case MODULE_CMD_INIT:
		if (svc_base_inits == 0)
			return ENXIO;
		error = svc_jobs_init();
		if (error != 0)
			return error;
		error = svc_sysctl_attach();
		if (error != 0) {
			svc_jobs_fini();
			return error;
		}
		svc_inits++;
		return 0;
	case MODULE_CMD_FINI:
		svc_sysctl_detach();
		svc_jobs_fini();
		svc_finis++;
		return 0;
	default:
		return ENOTTY;
	}
}

RUMP_COMPONENT(RUMP_COMPONENT_KERN)
{
	svc_cold_seen = cold;
	svc_component_kern++;
	svc_component_postinit = 0;
}

RUMP_COMPONENT(RUMP_COMPONENT_POSTINIT)
{
	/* After the modules. */
	if (svc_component_kern == 1 && svc_inits == 1)
		svc_component_postinit++;
}

void
svc_test_modules(void)
{
	u_int before = svc_finis;

	KEQ(svc_inits, 1);
	KEQ(svc_base_inits, 1);
	KEQ(svc_component_kern, 1);
	KEQ(svc_component_postinit, 1);
	K(svc_cold_seen != -1);
	KEQ(cold, 0);
	/* Something is on the list of what constructors reported, or was. */
	K(&modinfo_boot_chain != NULL);

	KEQ(module_autoload("svc", MODULE_CLASS_MISC), EEXIST);
	KEQ(module_autoload("svc_none", MODULE_CLASS_MISC), ENOENT);
	KEQ(module_hold("svc"), 0);
	KEQ(module_unload("svc"), EBUSY);
	module_rele("svc");
	KEQ(module_hold("svc_none"), ENOENT);
	/* What another module requires stays. */
	KEQ(module_unload("svcbase"), EBUSY);
	KEQ(svc_finis, before);
	KEQ(module_unload("svc"), 0);
	KEQ(svc_finis, before + 1);
	KEQ(module_load("svc", 0, NULL, MODULE_CLASS_MISC), 0);
	KEQ(svc_inits, 2);
	KEQ(module_load("svc", 0, NULL, MODULE_CLASS_MISC), EEXIST);
}

/* A component of another program's making, registered by hand. */
static u_int late_inits;

static void
late_init(void)
{
	late_inits++;
}

void
svc_test_component(void)
{
	static struct rump_component late = {
	    .rc_type = RUMP_COMPONENT_KERN,
	    .rc_init = late_init,
	};

	/* After boot it runs at once. */
	rump_component_load(&late);
	KEQ(late_inits, 1);
	rump_component_unload(&late);
	KEQ(late_inits, 1);
	/* Without RUMP_THREADS=0 there are threads. */
	KEQ(rump_threads, 1);
}

static const struct ktest svc_tests[] = {
    {"jobs", svc_test_jobs},
    {"pcq", svc_test_pcq},
    {"strings", svc_test_strings},
    {"say", svc_test_say},
    {"digests", svc_test_digests},
    {"random", svc_test_random},
    {"panic", svc_test_panic},
    {"assert", svc_test_assert},
    {"mutex", svc_test_mutex},
    {"rwlock", svc_test_rwlock},
    {"waits", svc_test_waits},
    {"kernel_lock", svc_test_kernel_lock},
    {"atomic", svc_test_atomic},
    {"once", svc_test_once},
    {"modules", svc_test_modules},
    {"component", svc_test_component},
    {"memory", svc_test_memory},
    {"pool", svc_test_pool},
    {"vmem", svc_test_vmem},
    {"tables", svc_test_tables},
    {"readers", svc_test_readers},
    {"sysctl", svc_test_sysctl},
    {"clocks", svc_test_clocks},
    {"rates", svc_test_rates},
    {"callout", svc_test_callout},
    {"kauth", svc_test_kauth},
    {"copy", svc_test_copy},
    {"system", svc_test_system},
    {"evcnt", svc_test_evcnt},
    {"prop", svc_test_prop},
    {"ptree", svc_test_ptree},
    {"cdbr", svc_test_cdbr},
    {"files", svc_test_files},
    {NULL, NULL},
};

KTEST_MAIN(svc_tests)
