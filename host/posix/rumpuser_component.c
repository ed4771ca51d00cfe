/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Helpers for the host halves of components, see rumpuser_component.h.
 */

#include "rumpuser_int.h"

#include <rump/rumpuser_component.h>

void *
rumpuser_component_unschedule(void)
{
	return (void *)(intptr_t)cpu_release(NULL);
}

void
rumpuser_component_schedule(void *cookie)
{
	cpu_retake((int)(intptr_t)cookie, NULL);
}

void
rumpuser_component_kthread(void)
{
	rumpuser__hyp.hyp_schedule();
	rumpuser__hyp.hyp_lwproc_newlwp(0);
	rumpuser__hyp.hyp_unschedule();
}

void
rumpuser_component_kthread_release(void)
{
	rumpuser__hyp.hyp_schedule();
	rumpuser__hyp.hyp_lwproc_release();
	rumpuser__hyp.hyp_unschedule();
}

struct lwp *
rumpuser_component_curlwp(void)
{
	struct lwp *l;

	rumpuser__hyp.hyp_schedule();
	l = rumpuser__hyp.hyp_lwproc_curlwp();
	rumpuser__hyp.hyp_unschedule();
	return l;
}

void
rumpuser_component_switchlwp(struct lwp *l)
{
	rumpuser__hyp.hyp_schedule();
	rumpuser__hyp.hyp_lwproc_switch(l);
	rumpuser__hyp.hyp_unschedule();
}
