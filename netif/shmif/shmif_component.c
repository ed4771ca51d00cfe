/* SPDX-License-Identifier: BSD-2-Clause */
/* Registration of shmif, and its public entry. */
#include <sys/param.h>

#include <rump-sys/kern.h>
#include <rump/rump.h>
#include <rump/rumpnet_if_pub.h>

#include "shmif_impl.h"

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{
	shmif_attach_cloner();
}

int
rump_pub_shmif_create(const char *path, int *unitp)
{
	int error;

	rump_schedule();
	error = rump_shmif_create(path, unitp);
	rump_unschedule();
	return error;
}
