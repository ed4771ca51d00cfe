/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet filter hooks. They are set up before packets flow, so packets pass
 * without a lock.
 */
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pfil.h>

#include <rump-sys/drvcall.h>

#define PFIL_MAX_HOOKS 8

struct pfil_hook {
	void (*pfil_func)(void); /* pfil_func_t or pfil_ifunc_t */
	void *pfil_arg;
};

struct pfil_list {
	struct pfil_hook pl_hook[PFIL_MAX_HOOKS];
	u_int pl_n;
};

enum {
	PFIL_L_IN,
	PFIL_L_OUT,
	PFIL_L_ADDR,
	PFIL_L_IFNET,
	PFIL_L_MAX
};

struct pfil_head {
	struct pfil_list ph_list[PFIL_L_MAX]; /* p: pfil_lock */
	int ph_type;                          /* c: */
	void *ph_key;                         /* c: */
	LIST_ENTRY(pfil_head) ph_entry;       /* p: */
};

static LIST_HEAD(, pfil_head) pfil_heads = LIST_HEAD_INITIALIZER(pfil_heads);
static kmutex_t pfil_lock;

void
pfil_init(void)
{
	mutex_init(&pfil_lock, MUTEX_DEFAULT, IPL_NONE);
}

pfil_head_t *
pfil_head_create(int type, void *key)
{
	pfil_head_t *ph;

	if (pfil_head_get(type, key) != NULL)
		return NULL;
	ph = kmem_zalloc(sizeof(*ph), KM_SLEEP);
	ph->ph_type = type;
	ph->ph_key = key;
	mutex_enter(&pfil_lock);
	LIST_INSERT_HEAD(&pfil_heads, ph, ph_entry);
	mutex_exit(&pfil_lock);
	return ph;
}

void
pfil_head_destroy(pfil_head_t *ph)
{
	if (ph == NULL)
		return;
	mutex_enter(&pfil_lock);
	LIST_REMOVE(ph, ph_entry);
	mutex_exit(&pfil_lock);
	kmem_free(ph, sizeof(*ph));
}

pfil_head_t *
pfil_head_get(int type, void *key)
{
	pfil_head_t *ph;

	mutex_enter(&pfil_lock);
	LIST_FOREACH(ph, &pfil_heads, ph_entry)
		if (ph->ph_type == type && ph->ph_key == key)
			break;
	mutex_exit(&pfil_lock);
	return ph;
}

static int
pfil_list_add(struct pfil_list *pl, void (*func)(void), void *arg, bool head)
{
	u_int i;

	if (pl->pl_n == PFIL_MAX_HOOKS)
		return ENOSPC;
	for (i = 0; i < pl->pl_n; i++)
		if (pl->pl_hook[i].pfil_func == func &&
		    pl->pl_hook[i].pfil_arg == arg)
			return EEXIST;
	i = pl->pl_n;
	if (head) {
		for (; i > 0; i--)
			pl->pl_hook[i] = pl->pl_hook[i - 1];
	}
	pl->pl_hook[i].pfil_func = func;
	pl->pl_hook[i].pfil_arg = arg;
	pl->pl_n++;
	return 0;
}

static int
pfil_list_remove(struct pfil_list *pl, void (*func)(void), void *arg)
{
	u_int i;

	for (i = 0; i < pl->pl_n; i++)
		if (pl->pl_hook[i].pfil_func == func &&
		    pl->pl_hook[i].pfil_arg == arg)
			break;
	if (i == pl->pl_n)
		return ENOENT;
	for (; i + 1 < pl->pl_n; i++)
		pl->pl_hook[i] = pl->pl_hook[i + 1];
	pl->pl_n--;
	return 0;
}

/* In comes first to last, out last to first. */
static int
pfil_change(void (*func)(void), void *arg, int flags, pfil_head_t *ph, bool add)
{
	static const int bits[PFIL_L_MAX] = {
	    PFIL_IN, PFIL_OUT, PFIL_IFADDR, PFIL_IFNET};
	int i, error = 0;

	if (ph == NULL)
		return ENOENT;
	mutex_enter(&pfil_lock);
	for (i = 0; i < PFIL_L_MAX && error == 0; i++) {
		if ((flags & bits[i]) == 0)
			continue;
		if (add)
			error = pfil_list_add(
			    &ph->ph_list[i], func, arg, i == PFIL_L_IN);
		else
			error = pfil_list_remove(&ph->ph_list[i], func, arg);
	}
	mutex_exit(&pfil_lock);
	return error;
}

int
pfil_add_hook(pfil_func_t func, void *arg, int flags, pfil_head_t *ph)
{
	return pfil_change(
	    (void (*)(void))func, arg, flags & PFIL_ALL, ph, true);
}

int
pfil_remove_hook(pfil_func_t func, void *arg, int flags, pfil_head_t *ph)
{
	return pfil_change(
	    (void (*)(void))func, arg, flags & PFIL_ALL, ph, false);
}

int
pfil_add_ihook(pfil_ifunc_t func, void *arg, int flags, pfil_head_t *ph)
{
	return pfil_change((void (*)(void))func, arg,
	    flags & (PFIL_IFADDR | PFIL_IFNET), ph, true);
}

int
pfil_remove_ihook(pfil_ifunc_t func, void *arg, int flags, pfil_head_t *ph)
{
	return pfil_change((void (*)(void))func, arg,
	    flags & (PFIL_IFADDR | PFIL_IFNET), ph, false);
}

static int
pfil_call(
    pfil_func_t func, void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	int error;
	RUMP_DRVCALL_BEGIN();

	error = (*func)(arg, mp, ifp, dir);
	RUMP_DRVCALL_END("pfil(9)", "a hook", func);
	return rump_errno_check(
	    "pfil(9)", "a hook", (const void *)(uintptr_t)func, error, false);
}

/*
 * Run the hooks; *MP may change. The packet is not the caller's any more if
 * this returns an error, or if *MP is NULL.
 */
int
pfil_run_hooks(pfil_head_t *ph, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	const struct pfil_list *pl;
	pfil_func_t func;
	u_int i;
	int error;

	if (ph == NULL)
		return 0;
	pl = &ph->ph_list[dir == PFIL_IN ? PFIL_L_IN : PFIL_L_OUT];
	for (i = 0; i < pl->pl_n; i++) {
		func = (pfil_func_t)pl->pl_hook[i].pfil_func;
		error = pfil_call(func, pl->pl_hook[i].pfil_arg, mp, ifp, dir);
		if (error != 0 || *mp == NULL)
			return error;
	}
	return 0;
}

static void
pfil_run_ihooks(pfil_head_t *ph, int list, u_long cmd, void *what)
{
	const struct pfil_list *pl;
	u_int i;

	if (ph == NULL)
		return;
	pl = &ph->ph_list[list];
	for (i = 0; i < pl->pl_n; i++)
		(*(pfil_ifunc_t)pl->pl_hook[i].pfil_func)(
		    pl->pl_hook[i].pfil_arg, cmd, what);
}

void
pfil_run_addrhooks(pfil_head_t *ph, u_long cmd, struct ifaddr *ifa)
{
	pfil_run_ihooks(ph, PFIL_L_ADDR, cmd, ifa);
}

void
pfil_run_ifhooks(pfil_head_t *ph, u_long cmd, struct ifnet *ifp)
{
	pfil_run_ihooks(ph, PFIL_L_IFNET, cmd, ifp);
}
