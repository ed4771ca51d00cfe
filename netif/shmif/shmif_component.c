/* SPDX-License-Identifier: BSD-2-Clause */
/* Registration of shmif. */
#include <sys/param.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "shmif_impl.h"

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{
	shmif_attach_cloner();
	rump_net_shmif_create = rump_shmif_create;
}
