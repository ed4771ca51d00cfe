/* SPDX-License-Identifier: BSD-2-Clause */
/* evcnt(9): event counters, and the list of them.  Counting takes no lock. */

#include <lib/libkern/libkern.h>
#include <sys/cdefs.h>
#include <sys/evcnt.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "kernlib_impl.h"

struct evcntlist allevents = TAILQ_HEAD_INITIALIZER(allevents);
kmutex_t evcnt_lock;

void
evcnt_init(void)
{
	mutex_init(&evcnt_lock, MUTEX_DEFAULT, IPL_NONE);
}

void
evcnt_attach_static(struct evcnt *ev)
{
	ev->ev_grouplen = (unsigned char)strlen(ev->ev_group);
	ev->ev_namelen = (unsigned char)strlen(ev->ev_name);
	mutex_enter(&evcnt_lock);
	TAILQ_INSERT_TAIL(&allevents, ev, ev_list);
	mutex_exit(&evcnt_lock);
}

/* the strings stay the caller's */
void
evcnt_attach_dynamic_nozero(struct evcnt *ev, int type,
    const struct evcnt *parent, const char *group, const char *name)
{
	KASSERT(strlen(group) <= EVCNT_STRING_MAX);
	KASSERT(strlen(name) <= EVCNT_STRING_MAX);
	ev->ev_type = (unsigned char)type;
	ev->ev_parent = parent;
	ev->ev_group = group;
	ev->ev_name = name;
	evcnt_attach_static(ev);
}

void
evcnt_attach_dynamic(struct evcnt *ev, int type, const struct evcnt *parent,
    const char *group, const char *name)
{
	memset(ev, 0, sizeof(*ev));
	evcnt_attach_dynamic_nozero(ev, type, parent, group, name);
}

void
evcnt_detach(struct evcnt *ev)
{
	mutex_enter(&evcnt_lock);
	TAILQ_REMOVE(&allevents, ev, ev_list);
	mutex_exit(&evcnt_lock);
}
