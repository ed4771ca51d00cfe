/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts what stands on memory and locks alone. */

#include <sys/conf.h>
#include <sys/cprng.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/module.h>
#include <sys/param.h>
#include <sys/rnd.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>

/* Once locks, curlwp and CPUs work; before processes and components. */
void
rump_kernlib_init(void)
{
	evcnt_init();
	kernconfig_lock_init();
	rnd_init();
	cprng_init();
	kauth_init();
	sysctl_init();
	devsw_init();
	config_init();
	module_init();
}
