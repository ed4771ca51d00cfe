/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secmodel(9), and the one model there is by default: the super-user, whose
 * effective user id is 0, may do everything.
 */

#include <lib/libkern/libkern.h>
#include <secmodel/secmodel.h>
#include <secmodel/suser/suser.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "kauth_impl.h"

/* s: protected by secmodel_lock; c: constant */
struct secmodel_descr {
	LIST_ENTRY(secmodel_descr) sm_list; /* s: */
	const char *sm_id;                  /* c: */
	const char *sm_name;                /* c: */
	prop_dictionary_t sm_behavior;      /* c: */
	secmodel_eval_t sm_eval;            /* c: */
	secmodel_setinfo_t sm_setinfo;      /* c: */
};

static kmutex_t secmodel_lock;
static LIST_HEAD(, secmodel_descr) secmodels = LIST_HEAD_INITIALIZER(secmodels);
static int nsecmodels;

void
secmodel_init(void)
{
	mutex_init(&secmodel_lock, MUTEX_DEFAULT, IPL_NONE);
}

static secmodel_t
lookup(const char *id)
{
	secmodel_t sm;

	LIST_FOREACH(sm, &secmodels, sm_list) {
		if (strcasecmp(sm->sm_id, id) == 0)
			break;
	}
	return sm;
}

int
secmodel_register(secmodel_t *result, const char *id, const char *name,
    prop_dictionary_t behavior, secmodel_eval_t eval,
    secmodel_setinfo_t setinfo)
{
	secmodel_t sm;

	if (id == NULL || name == NULL)
		return EFAULT;
	sm = kmem_zalloc(sizeof(*sm), KM_SLEEP);
	sm->sm_id = id;
	sm->sm_name = name;
	sm->sm_behavior = behavior;
	sm->sm_eval = eval;
	sm->sm_setinfo = setinfo;
	mutex_enter(&secmodel_lock);
	if (lookup(id) != NULL) {
		mutex_exit(&secmodel_lock);
		kmem_free(sm, sizeof(*sm));
		return EEXIST;
	}
	LIST_INSERT_HEAD(&secmodels, sm, sm_list);
	nsecmodels++;
	mutex_exit(&secmodel_lock);
	*result = sm;
	return 0;
}

int
secmodel_deregister(secmodel_t sm)
{
	mutex_enter(&secmodel_lock);
	LIST_REMOVE(sm, sm_list);
	nsecmodels--;
	mutex_exit(&secmodel_lock);
	kmem_free(sm, sizeof(*sm));
	return 0;
}

int
secmodel_nsecmodels(void)
{
	return nsecmodels;
}

/* ask a model a question; ENOENT without the model, EINVAL if it has no ear */
int
secmodel_eval(const char *id, const char *what, void *arg, void *ret)
{
	secmodel_t sm;

	mutex_enter(&secmodel_lock);
	sm = lookup(id);
	mutex_exit(&secmodel_lock);
	if (sm == NULL)
		return ENOENT;
	if (sm->sm_eval == NULL)
		return EINVAL;
	return (*sm->sm_eval)(what, arg, ret);
}

static secmodel_t suser;
static kauth_listener_t suser_listeners[7];

static inline bool
is_root(kauth_cred_t cred)
{
	return kauth_cred_geteuid(cred) == 0;
}

static int
suser_eval(const char *what, void *arg, void *ret)
{
	if (strcasecmp(what, "is-root") != 0)
		return ENOENT;
	*(bool *)ret = is_root(arg);
	return 0;
}

/* all scopes but that of vnodes are alike */
#define ROOT_ONLY(scope)                                                       \
	int secmodel_suser_##scope##_cb(kauth_cred_t cred,                     \
	    kauth_action_t action, void *cookie, void *arg0, void *arg1,       \
	    void *arg2, void *arg3)                                            \
	{                                                                      \
		return is_root(cred) ? KAUTH_RESULT_ALLOW                      \
				     : KAUTH_RESULT_DEFER;                     \
	}
ROOT_ONLY(generic)
ROOT_ONLY(system)
ROOT_ONLY(process)
ROOT_ONLY(network)
ROOT_ONLY(machdep)
ROOT_ONLY(device)

int
secmodel_suser_vnode_cb(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{
	if (!is_root(cred))
		return KAUTH_RESULT_DEFER;
	/* what nobody may execute the super-user may not either */
	if ((action & KAUTH_VNODE_EXECUTE) != 0 &&
	    (action & KAUTH_VNODE_IS_EXEC) == 0)
		return KAUTH_RESULT_DEFER;
	return KAUTH_RESULT_ALLOW;
}

void
secmodel_suser_init(void)
{
}

void
secmodel_suser_start(void)
{
	kauth_listener_t *kl = suser_listeners;

	*kl++ = kauth_listen_scope(
	    KAUTH_SCOPE_GENERIC, secmodel_suser_generic_cb, NULL);
	*kl++ = kauth_listen_scope(
	    KAUTH_SCOPE_SYSTEM, secmodel_suser_system_cb, NULL);
	*kl++ = kauth_listen_scope(
	    KAUTH_SCOPE_PROCESS, secmodel_suser_process_cb, NULL);
	*kl++ = kauth_listen_scope(
	    KAUTH_SCOPE_NETWORK, secmodel_suser_network_cb, NULL);
	*kl++ = kauth_listen_scope(
	    KAUTH_SCOPE_MACHDEP, secmodel_suser_machdep_cb, NULL);
	*kl++ = kauth_listen_scope(
	    KAUTH_SCOPE_DEVICE, secmodel_suser_device_cb, NULL);
	*kl++ = kauth_listen_scope(
	    KAUTH_SCOPE_VNODE, secmodel_suser_vnode_cb, NULL);
	(void)secmodel_register(&suser, SECMODEL_SUSER_ID, SECMODEL_SUSER_NAME,
	    NULL, suser_eval, NULL);
}

void
secmodel_suser_stop(void)
{
	for (u_int i = 0; i < __arraycount(suser_listeners); i++) {
		kauth_unlisten_scope(suser_listeners[i]);
		suser_listeners[i] = NULL;
	}
	(void)secmodel_deregister(suser);
}
