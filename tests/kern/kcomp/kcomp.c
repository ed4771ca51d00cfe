/* SPDX-License-Identifier: BSD-2-Clause */
/* A component to be loaded by dlopen: it counts how often it is initialised. */

#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>

#include <rump-sys/kern.h>

int rump_kcomp_count(void);
int rump_kcomp_inkernel(void);

static int count, inkernel;

RUMP_COMPONENT(RUMP_COMPONENT_KERN)
{
	count++;
	/* initialised with a virtual CPU and a lwp */
	inkernel = curlwp != NULL && curlwp->l_stat == LSONPROC;
}

RUMP_COMPONENT(RUMP_COMPONENT_POSTINIT)
{
	count += 100;
}

int
rump_kcomp_count(void)
{
	return count;
}

int
rump_kcomp_inkernel(void)
{
	return inkernel;
}
