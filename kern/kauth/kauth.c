/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scopes, listeners, and the decision.
 *
 * Authorisation is on the path of every lookup and open, so it takes no lock
 * and allocates nothing: the listeners of a scope are slots which are filled
 * and emptied atomically.  A listener that is removed may still be running on
 * another CPU; who unloads its code first makes sure that nobody is in.
 *
 * Any denial denies; else any permission permits; else it is denied, except on
 * vnodes, where the file system's own decision stands.
 */

#include <lib/libkern/libkern.h>
#include <secmodel/secmodel.h>
#include <secmodel/suser/suser.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "kauth_impl.h"

#define NSLOTS 8

/* a slot: kl_func is the last to be set and the first to be cleared */
struct kauth_listener {
	kauth_scope_callback_t volatile kl_func;
	void *kl_cookie;
	kauth_scope_t kl_scope;
};

struct kauth_scope {
	const char *ks_id;
	u_int ks_top; /* slots in use are below */
	struct kauth_listener ks_slots[NSLOTS];
	kauth_scope_t ks_more; /* further slots */
	SLIST_ENTRY(kauth_scope) ks_list;
};

enum {
	S_GENERIC,
	S_SYSTEM,
	S_PROCESS,
	S_NETWORK,
	S_MACHDEP,
	S_DEVICE,
	S_CRED,
	S_VNODE,
	NBUILTIN
};

static struct kauth_scope scopes[NBUILTIN] = {
    [S_GENERIC] = {.ks_id = KAUTH_SCOPE_GENERIC},
    [S_SYSTEM] = {.ks_id = KAUTH_SCOPE_SYSTEM},
    [S_PROCESS] = {.ks_id = KAUTH_SCOPE_PROCESS},
    [S_NETWORK] = {.ks_id = KAUTH_SCOPE_NETWORK},
    [S_MACHDEP] = {.ks_id = KAUTH_SCOPE_MACHDEP},
    [S_DEVICE] = {.ks_id = KAUTH_SCOPE_DEVICE},
    [S_CRED] = {.ks_id = KAUTH_SCOPE_CRED},
    [S_VNODE] = {.ks_id = KAUTH_SCOPE_VNODE},
};
static SLIST_HEAD(, kauth_scope) more_scopes =
    SLIST_HEAD_INITIALIZER(more_scopes);

/* serialises changes of scopes and slots */
static kmutex_t kauth_lock;

void
kauth_init(void)
{
	mutex_init(&kauth_lock, MUTEX_DEFAULT, IPL_NONE);
	kauth_cred_init();
	kauth_default_init();
	secmodel_init();
	secmodel_suser_start();
}

static kauth_scope_t
scope_find(const char *id)
{
	kauth_scope_t ks;

	for (u_int i = 0; i < NBUILTIN; i++) {
		if (strcmp(scopes[i].ks_id, id) == 0)
			return &scopes[i];
	}
	SLIST_FOREACH(ks, &more_scopes, ks_list) {
		if (strcmp(ks->ks_id, id) == 0)
			return ks;
	}
	return NULL;
}

static kauth_listener_t
slot_fill(kauth_scope_t ks, kauth_scope_callback_t func, void *cookie)
{
	kauth_scope_t more;
	kauth_listener_t kl;

	for (;; ks = ks->ks_more) {
		for (u_int i = 0; i < NSLOTS; i++) {
			kl = &ks->ks_slots[i];
			if (kl->kl_func != NULL)
				continue;
			kl->kl_cookie = cookie;
			kl->kl_scope = ks;
			__atomic_store_n(&kl->kl_func, func, __ATOMIC_RELEASE);
			if (i >= ks->ks_top)
				__atomic_store_n(
				    &ks->ks_top, i + 1, __ATOMIC_RELEASE);
			return kl;
		}
		if (ks->ks_more == NULL) {
			more = kmem_zalloc(sizeof(*more), KM_SLEEP);
			more->ks_id = ks->ks_id;
			__atomic_store_n(&ks->ks_more, more, __ATOMIC_RELEASE);
		}
	}
}

/* NULL if the scope is there already */
kauth_scope_t
kauth_register_scope(
    const char *id, kauth_scope_callback_t callback, void *cookie)
{
	kauth_scope_t ks;

	if (scope_find(id) != NULL)
		return NULL;
	ks = kmem_zalloc(sizeof(*ks), KM_SLEEP);
	ks->ks_id = id;
	mutex_enter(&kauth_lock);
	if (callback != NULL)
		(void)slot_fill(ks, callback, cookie);
	SLIST_INSERT_HEAD(&more_scopes, ks, ks_list);
	mutex_exit(&kauth_lock);
	return ks;
}

void
kauth_deregister_scope(kauth_scope_t ks)
{
	if (ks == NULL || (ks >= scopes && ks < scopes + NBUILTIN))
		return;
	mutex_enter(&kauth_lock);
	SLIST_REMOVE(&more_scopes, ks, kauth_scope, ks_list);
	mutex_exit(&kauth_lock);
	if (ks->ks_more != NULL)
		kmem_free(ks->ks_more, sizeof(*ks));
	kmem_free(ks, sizeof(*ks));
}

/* NULL if there is no such scope */
kauth_listener_t
kauth_listen_scope(
    const char *id, kauth_scope_callback_t callback, void *cookie)
{
	kauth_scope_t ks;
	kauth_listener_t kl = NULL;

	mutex_enter(&kauth_lock);
	ks = scope_find(id);
	if (ks != NULL)
		kl = slot_fill(ks, callback, cookie);
	mutex_exit(&kauth_lock);
	return kl;
}

void
kauth_unlisten_scope(kauth_listener_t kl)
{
	if (kl == NULL)
		return;
	mutex_enter(&kauth_lock);
	kl->kl_func = NULL;
	mutex_exit(&kauth_lock);
}

static inline __always_inline int
decide(kauth_scope_t ks, kauth_cred_t cred, kauth_action_t action, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	kauth_scope_callback_t func;
	int result = KAUTH_RESULT_DEFER, r;

	do {
		u_int top = __atomic_load_n(&ks->ks_top, __ATOMIC_ACQUIRE);

		for (u_int i = 0; i < top; i++) {
			struct kauth_listener *kl = &ks->ks_slots[i];

			func = __atomic_load_n(&kl->kl_func, __ATOMIC_ACQUIRE);
			if (func == NULL)
				continue;
			r = (*func)(cred, action, kl->kl_cookie, arg0, arg1,
			    arg2, arg3);
			if (r == KAUTH_RESULT_DENY)
				return r;
			if (r == KAUTH_RESULT_ALLOW)
				result = r;
		}
		ks = __atomic_load_n(&ks->ks_more, __ATOMIC_ACQUIRE);
	} while (__predict_false(ks != NULL));
	return result;
}

/* 0 or EPERM */
int
kauth_authorize_action(kauth_scope_t scope, kauth_cred_t cred,
    kauth_action_t action, void *arg0, void *arg1, void *arg2, void *arg3)
{
	if (cred == NOCRED || cred == FSCRED)
		return 0;
	if (decide(scope, cred, action, arg0, arg1, arg2, arg3) ==
	    KAUTH_RESULT_ALLOW)
		return 0;
	return EPERM;
}

int
kauth_authorize_generic(kauth_cred_t cred, kauth_action_t action, void *arg0)
{
	return kauth_authorize_action(
	    &scopes[S_GENERIC], cred, action, arg0, NULL, NULL, NULL);
}

int
kauth_authorize_system(kauth_cred_t cred, kauth_action_t action,
    enum kauth_system_req req, void *arg1, void *arg2, void *arg3)
{
	return kauth_authorize_action(
	    &scopes[S_SYSTEM], cred, action, KAUTH_ARG(req), arg1, arg2, arg3);
}

int
kauth_authorize_process(kauth_cred_t cred, kauth_action_t action,
    struct proc *p, void *arg1, void *arg2, void *arg3)
{
	return kauth_authorize_action(
	    &scopes[S_PROCESS], cred, action, p, arg1, arg2, arg3);
}

int
kauth_authorize_network(kauth_cred_t cred, kauth_action_t action,
    enum kauth_network_req req, void *arg1, void *arg2, void *arg3)
{
	return kauth_authorize_action(
	    &scopes[S_NETWORK], cred, action, KAUTH_ARG(req), arg1, arg2, arg3);
}

int
kauth_authorize_machdep(kauth_cred_t cred, kauth_action_t action, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	return kauth_authorize_action(
	    &scopes[S_MACHDEP], cred, action, arg0, arg1, arg2, arg3);
}

int
kauth_authorize_device(kauth_cred_t cred, kauth_action_t action, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	return kauth_authorize_action(
	    &scopes[S_DEVICE], cred, action, arg0, arg1, arg2, arg3);
}

int
kauth_authorize_device_tty(
    kauth_cred_t cred, kauth_action_t action, struct tty *tty)
{
	return kauth_authorize_action(
	    &scopes[S_DEVICE], cred, action, tty, NULL, NULL, NULL);
}

int
kauth_authorize_device_spec(
    kauth_cred_t cred, enum kauth_device_req req, struct vnode *vp)
{
	return kauth_authorize_action(&scopes[S_DEVICE], cred,
	    KAUTH_DEVICE_RAWIO_SPEC, KAUTH_ARG(req), vp, NULL, NULL);
}

int
kauth_authorize_device_passthru(
    kauth_cred_t cred, dev_t dev, u_long mode, void *data)
{
	return kauth_authorize_action(&scopes[S_DEVICE], cred,
	    KAUTH_DEVICE_RAWIO_PASSTHRU, KAUTH_ARG(mode), KAUTH_ARG(dev), data,
	    NULL);
}

/*
 * 0 or an errno: EACCES if a listener denies it, else fs_decision unless one
 * allows it.
 */
int
kauth_authorize_vnode(kauth_cred_t cred, kauth_action_t action,
    struct vnode *vp, struct vnode *dvp, int fs_decision)
{
	if (cred == NOCRED || cred == FSCRED)
		return 0;
	switch (decide(&scopes[S_VNODE], cred, action, vp, dvp, NULL, NULL)) {
	case KAUTH_RESULT_ALLOW:
		return 0;
	case KAUTH_RESULT_DENY:
		return EACCES;
	}
	return fs_decision == KAUTH_VNODE_REMOTEFS ? 0 : fs_decision;
}

int
kauth_cred_hook(
    kauth_cred_t cred, kauth_action_t action, void *arg0, void *arg1)
{
	if (__predict_true(scopes[S_CRED].ks_top == 0))
		return 0;
	(void)decide(&scopes[S_CRED], cred, action, arg0, arg1, NULL, NULL);
	return 0;
}

/* VREAD, VWRITE, VEXEC, VAPPEND of an access mode */
kauth_action_t
kauth_mode_to_action(mode_t mode)
{
	kauth_action_t action = 0;

	if (mode & 00400)
		action |= KAUTH_VNODE_READ_DATA;
	if (mode & 00200)
		action |= KAUTH_VNODE_WRITE_DATA;
	if (mode & 00100)
		action |= KAUTH_VNODE_EXECUTE;
	return action;
}

kauth_action_t
kauth_extattr_action(mode_t mode)
{
	kauth_action_t action = 0;

	if (mode & 00400)
		action |= KAUTH_VNODE_READ_EXTATTRIBUTES;
	if (mode & 00200)
		action |= KAUTH_VNODE_WRITE_EXTATTRIBUTES;
	return action;
}
