/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components register before boot, by constructors and link sets, and run at
 * boot by type. One that comes later (dlopen) runs when it registers; its
 * caller is then a host thread outside of the kernel.
 *
 * Before boot nothing runs in parallel. Afterwards comp_lock protects the
 * lists.
 */

#include <sys/lwp.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"
#include "init_impl.h"

LIST_HEAD(complist, rump_component);
static struct complist comps[RUMP_COMPONENT_MAX];
static int compcount[RUMP_COMPONENT_MAX];
static ilock_t comp_lock;

static bool
component_known(const struct rump_component *rc)
{
	struct rump_component *i;

	LIST_FOREACH(i, &comps[rc->rc_type], rc_entries) {
		if (i == rc)
			return true;
	}
	return false;
}

static void
component_insert(struct rump_component *rc)
{
	struct rump_component *last;

	/* in order of registration */
	last = LIST_FIRST(&comps[rc->rc_type]);
	if (last == NULL) {
		LIST_INSERT_HEAD(&comps[rc->rc_type], rc, rc_entries);
	} else {
		while (LIST_NEXT(last, rc_entries) != NULL)
			last = LIST_NEXT(last, rc_entries);
		LIST_INSERT_AFTER(last, rc, rc_entries);
	}
	compcount[rc->rc_type]++;
}

/* Register, and if the kernel runs, initialize. Twice is harmless. */
void
rump_component_load(const struct rump_component *crc)
{
	struct rump_component *rc = __UNCONST(crc);
	bool outside, known;

	if ((u_int)rc->rc_type >= RUMP_COMPONENT_MAX)
		return;
	ilock_enter(&comp_lock);
	known = component_known(rc);
	if (!known)
		component_insert(rc);
	ilock_exit(&comp_lock);
	if (known || !rump_inited)
		return;
	outside = curlwp == NULL || curlwp->l_stat != LSONPROC;
	if (outside)
		rump_schedule();
	(*rc->rc_init)();
	if (outside)
		rump_unschedule();
}

/* The object with the component goes away. What it did stays. */
void
rump_component_unload(struct rump_component *rc)
{
	if ((u_int)rc->rc_type >= RUMP_COMPONENT_MAX)
		return;
	ilock_enter(&comp_lock);
	if (component_known(rc)) {
		LIST_REMOVE(rc, rc_entries);
		compcount[rc->rc_type]--;
	}
	ilock_exit(&comp_lock);
}

int
rump_component_count(enum rump_component_type type)
{
	return (u_int)type < RUMP_COMPONENT_MAX ? compcount[type] : 0;
}

void
rump_component_init(enum rump_component_type type)
{
	struct rump_component *rc;

	LIST_FOREACH(rc, &comps[type], rc_entries)
		(*rc->rc_init)();
}
