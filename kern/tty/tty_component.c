/* SPDX-License-Identifier: BSD-2-Clause */
/* How terminals come to the kernel. */

#include <sys/conf.h>

#include <rump-sys/kern.h>

#include "tty_impl.h"

RUMP_COMPONENT(RUMP_COMPONENT_KERN)
{
	tty_init();
}

RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	tty_ctty_init();
}
