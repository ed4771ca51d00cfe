/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of functions to call when a process is made, executes or ends, and at
 * shutdown. hook_lock protects the lists; they are walked without it, for
 * hooks are only removed by modules that go.
 */

#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "init_impl.h"

struct hook {
	LIST_ENTRY(hook) hk_list;
	void (*hk_fn)(void);
	void *hk_arg;
};
LIST_HEAD(hooklist, hook);

static kmutex_t hook_lock;
static struct hooklist forkhooks, exithooks, exechooks, shutdownhooks;
static struct hooklist powerhooks, mountroothooks;

void
rump_hooks_bootstrap(void)
{
	mutex_init(&hook_lock, MUTEX_DEFAULT, IPL_NONE);
}

static void *
hook_add(struct hooklist *list, void (*fn)(void), void *arg)
{
	struct hook *hk;

	hk = kmem_alloc(sizeof(*hk), KM_SLEEP);
	hk->hk_fn = fn;
	hk->hk_arg = arg;
	mutex_enter(&hook_lock);
	LIST_INSERT_HEAD(list, hk, hk_list);
	mutex_exit(&hook_lock);
	return hk;
}

static void
hook_remove(void *cookie)
{
	struct hook *hk = cookie;

	mutex_enter(&hook_lock);
	LIST_REMOVE(hk, hk_list);
	mutex_exit(&hook_lock);
	kmem_free(hk, sizeof(*hk));
}

void *
forkhook_establish(void (*fn)(struct proc *, struct proc *))
{
	return hook_add(&forkhooks, (void (*)(void))fn, NULL);
}

void
forkhook_disestablish(void *cookie)
{
	hook_remove(cookie);
}

void
doforkhooks(struct proc *p2, struct proc *p1)
{
	struct hook *hk;

	LIST_FOREACH(hk, &forkhooks, hk_list)
		((void (*)(struct proc *, struct proc *))hk->hk_fn)(p2, p1);
}

static void
proc_hooks(struct hooklist *list, struct proc *p)
{
	struct hook *hk;

	LIST_FOREACH(hk, list, hk_list)
		((void (*)(struct proc *, void *))hk->hk_fn)(p, hk->hk_arg);
}

void *
exithook_establish(void (*fn)(struct proc *, void *), void *arg)
{
	return hook_add(&exithooks, (void (*)(void))fn, arg);
}

void
exithook_disestablish(void *cookie)
{
	hook_remove(cookie);
}

void
doexithooks(struct proc *p)
{
	proc_hooks(&exithooks, p);
}

void *
exechook_establish(void (*fn)(struct proc *, void *), void *arg)
{
	return hook_add(&exechooks, (void (*)(void))fn, arg);
}

void
exechook_disestablish(void *cookie)
{
	hook_remove(cookie);
}

void
doexechooks(struct proc *p)
{
	proc_hooks(&exechooks, p);
}

void *
shutdownhook_establish(void (*fn)(void *), void *arg)
{
	return hook_add(&shutdownhooks, (void (*)(void))fn, arg);
}

void
shutdownhook_disestablish(void *cookie)
{
	hook_remove(cookie);
}

void
doshutdownhooks(void)
{
	struct hook *hk;

	while ((hk = LIST_FIRST(&shutdownhooks)) != NULL) {
		LIST_REMOVE(hk, hk_list);
		((void (*)(void *))hk->hk_fn)(hk->hk_arg);
	}
}

/* there is no power management: kept, never called */
void *
powerhook_establish(const char *name, void (*fn)(int, void *), void *arg)
{
	return hook_add(&powerhooks, (void (*)(void))fn, arg);
}

void
powerhook_disestablish(void *cookie)
{
	hook_remove(cookie);
}

/* the root is rumpfs: no device is ever it */
void *
mountroothook_establish(void (*fn)(device_t), device_t dev)
{
	return hook_add(&mountroothooks, (void (*)(void))fn, dev);
}

void
mountroothook_disestablish(void *cookie)
{
	hook_remove(cookie);
}
