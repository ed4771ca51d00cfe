/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs call of network components: <rump/rumpnet_if_pub.h>. */
#include <sys/errno.h>
#include <sys/param.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>
#include <rump/rump.h>
#include <rump/rumpnet_if_pub.h>

int (*rump_net_shmif_create)(const char *, int *);

/* A shmif on the bus PATH (or none), its unit in *UNITP; EOPNOTSUPP without. */
int
rump_pub_shmif_create(const char *path, int *unitp)
{
	int error;

	rump_schedule();
	error = rump_net_shmif_create != NULL
	    ? (*rump_net_shmif_create)(path, unitp)
	    : EOPNOTSUPP;
	rump_unschedule();
	return error;
}
