/* SPDX-License-Identifier: BSD-2-Clause */
/* Registration of virtif. */
#include <sys/param.h>

#include <rump-sys/kern.h>

#include "virtif_impl.h"

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{
	virtif_attach_cloner();
}
