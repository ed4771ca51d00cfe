/* SPDX-License-Identifier: BSD-2-Clause */
/* Who this kernel says it is. */

#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/param.h>
#include <sys/systm.h>

#include "init_impl.h"

const char ostype[] = "NetBSD";
const char osrelease[] = "7.99.34";
const char kernel_ident[] = "RUMP";
const char version[] = "NetBSD 7.99.34 (RUMP) interfaces, rump kernel\n";
const char copyright[] = "Copyright (c) the rump kernel project's authors\n";
const char buildinfo[] = "";
char machine[] = MACHINE;
char machine_arch[] = MACHINE_ARCH;

void
rump_banner(void)
{
	aprint_verbose("rump kernel, interfaces of %s %s, on %s, %d virtual "
		       "CPU%s\n",
	    ostype, osrelease, machine, ncpu, ncpu == 1 ? "" : "s");
}

void
banner(void)
{
	rump_banner();
}
