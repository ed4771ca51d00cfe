/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Credentials.  They are shared by reference and never changed while shared:
 * who wants another set of ids makes a copy first.
 *
 * The reference count is atomic; everything else is constant once the
 * credential is visible to others.
 */

#include <lib/libkern/libkern.h>
#include <sys/atomic.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/ucred.h>
#include <sys/uio.h>

#include <rump-sys/kern_if.h>

#include "kauth_impl.h"

#define NKEYS 4

struct kauth_key {
	secmodel_t ks_secmodel;
	unsigned int ks_index;
};

struct kauth_cred {
	volatile u_int cr_refcnt;
	uid_t cr_uid;  /* real */
	uid_t cr_euid; /* effective */
	uid_t cr_svuid;
	gid_t cr_gid;
	gid_t cr_egid;
	gid_t cr_svgid;
	u_int cr_ngroups;
	gid_t cr_groups[NGROUPS];
	void *cr_data[NKEYS]; /* of security models */
};

/* the credential of the kernel and of process 1: never freed */
static struct kauth_cred cred0_store = {.cr_refcnt = 1};
kauth_cred_t cred0 = &cred0_store;

static struct pool_cache *cred_cache;
static struct kauth_key keys[NKEYS];
static unsigned int keys_used;

void
kauth_cred_init(void)
{
	cred_cache = pool_cache_init(sizeof(struct kauth_cred), 0, 0, 0,
	    "kcred", NULL, IPL_NONE, NULL, NULL, NULL);
	kauth_cred_hook(cred0, KAUTH_CRED_INIT, NULL, NULL);
}

kauth_cred_t
kauth_cred_alloc(void)
{
	kauth_cred_t cred = pool_cache_get(cred_cache, PR_WAITOK);

	memset(cred, 0, sizeof(*cred));
	cred->cr_refcnt = 1;
	kauth_cred_hook(cred, KAUTH_CRED_INIT, NULL, NULL);
	return cred;
}

void
kauth_cred_hold(kauth_cred_t cred)
{
	KASSERT(cred != NOCRED && cred != FSCRED &&
	    atomic_load_relaxed(&cred->cr_refcnt) > 0);
	atomic_inc_uint(&cred->cr_refcnt);
}

void
kauth_cred_free(kauth_cred_t cred)
{
	KASSERT(cred != NOCRED && cred != FSCRED &&
	    atomic_load_relaxed(&cred->cr_refcnt) > 0);
	if (atomic_dec_uint_nv(&cred->cr_refcnt) > 0)
		return;
	KASSERT(cred != cred0);
	kauth_cred_hook(cred, KAUTH_CRED_FREE, NULL, NULL);
	pool_cache_put(cred_cache, cred);
}

/* ids and groups of one into another, which only the caller knows */
void
kauth_cred_clone(kauth_cred_t from, kauth_cred_t to)
{
	to->cr_uid = from->cr_uid;
	to->cr_euid = from->cr_euid;
	to->cr_svuid = from->cr_svuid;
	to->cr_gid = from->cr_gid;
	to->cr_egid = from->cr_egid;
	to->cr_svgid = from->cr_svgid;
	to->cr_ngroups = from->cr_ngroups;
	memcpy(to->cr_groups, from->cr_groups, sizeof(to->cr_groups));
	kauth_cred_hook(from, KAUTH_CRED_COPY, to, NULL);
}

kauth_cred_t
kauth_cred_dup(kauth_cred_t cred)
{
	kauth_cred_t new = kauth_cred_alloc();

	kauth_cred_clone(cred, new);
	return new;
}

/* one that only the caller has; the reference to the old one is consumed */
kauth_cred_t
kauth_cred_copy(kauth_cred_t cred)
{
	kauth_cred_t new;

	if (cred->cr_refcnt == 1)
		return cred;
	new = kauth_cred_dup(cred);
	kauth_cred_free(cred);
	return new;
}

kauth_cred_t
kauth_cred_get(void)
{
	return curlwp->l_cred;
}

u_int
kauth_cred_getrefcnt(kauth_cred_t cred)
{
	return cred->cr_refcnt;
}

void
kauth_proc_fork(struct proc *parent, struct proc *child)
{
	mutex_enter(parent->p_lock);
	kauth_cred_hold(parent->p_cred);
	child->p_cred = parent->p_cred;
	mutex_exit(parent->p_lock);
	kauth_cred_hook(parent->p_cred, KAUTH_CRED_FORK, parent, child);
}

void
kauth_proc_chroot(kauth_cred_t cred, struct cwdinfo *cwdi)
{
	kauth_cred_hook(cred, KAUTH_CRED_CHROOT, cwdi, NULL);
}

#define GETTER(type, name, field)                                              \
	type kauth_cred_##name(kauth_cred_t cred)                              \
	{                                                                      \
		KASSERT(cred != NOCRED && cred != FSCRED);                     \
		return cred->field;                                            \
	}
GETTER(uid_t, getuid, cr_uid)
GETTER(uid_t, geteuid, cr_euid)
GETTER(uid_t, getsvuid, cr_svuid)
GETTER(gid_t, getgid, cr_gid)
GETTER(gid_t, getegid, cr_egid)
GETTER(gid_t, getsvgid, cr_svgid)
GETTER(u_int, ngroups, cr_ngroups)

#define SETTER(type, name, field)                                              \
	void kauth_cred_##name(kauth_cred_t cred, type id)                     \
	{                                                                      \
		KASSERT(cred->cr_refcnt == 1);                                 \
		cred->field = id;                                              \
	}
SETTER(uid_t, setuid, cr_uid)
SETTER(uid_t, seteuid, cr_euid)
SETTER(uid_t, setsvuid, cr_svuid)
SETTER(gid_t, setgid, cr_gid)
SETTER(gid_t, setegid, cr_egid)
SETTER(gid_t, setsvgid, cr_svgid)

/* *result: whether gid is one of the supplementary groups */
int
kauth_cred_ismember_gid(kauth_cred_t cred, gid_t gid, int *result)
{
	*result = 0;
	for (u_int i = 0; i < cred->cr_ngroups; i++) {
		if (cred->cr_groups[i] == gid) {
			*result = 1;
			break;
		}
	}
	return 0;
}

gid_t
kauth_cred_group(kauth_cred_t cred, u_int i)
{
	KASSERT(i < cred->cr_ngroups);
	return cred->cr_groups[i];
}

int
kauth_cred_setgroups(kauth_cred_t cred, const gid_t *groups, size_t n,
    uid_t gmuid, enum uio_seg seg)
{
	gid_t tmp[NGROUPS];
	int error;

	KASSERT(cred->cr_refcnt == 1);
	if (n > NGROUPS)
		return EINVAL;
	if (n != 0) {
		if (seg == UIO_SYSSPACE)
			memcpy(tmp, groups, n * sizeof(*groups));
		else {
			error = copyin(groups, tmp, n * sizeof(*groups));
			if (error != 0)
				return error;
		}
		memcpy(cred->cr_groups, tmp, n * sizeof(*groups));
	}
	for (size_t i = n; i < NGROUPS; i++)
		cred->cr_groups[i] = 0;
	cred->cr_ngroups = (u_int)n;
	return 0;
}

int
kauth_cred_getgroups(
    kauth_cred_t cred, gid_t *groups, size_t n, enum uio_seg seg)
{
	if (n < cred->cr_ngroups)
		return EINVAL;
	n = cred->cr_ngroups * sizeof(*groups);
	if (seg != UIO_SYSSPACE)
		return copyout(cred->cr_groups, groups, n);
	memcpy(groups, cred->cr_groups, n);
	return 0;
}

/* the groups of ncred, which is consumed, become those of the process */
int
kauth_proc_setgroups(struct lwp *l, kauth_cred_t ncred)
{
	kauth_cred_t cred;
	int error;

	error = kauth_authorize_process(
	    l->l_cred, KAUTH_PROCESS_SETID, l->l_proc, NULL, NULL, NULL);
	if (error != 0) {
		kauth_cred_free(ncred);
		return error;
	}
	proc_crmod_enter();
	cred = l->l_proc->p_cred;
	kauth_cred_clone1(cred, ncred, false);
	proc_crmod_leave(ncred, cred, false);
	return 0;
}

/* as kauth_cred_clone(), groups only if wanted */
void
kauth_cred_clone1(kauth_cred_t from, kauth_cred_t to, bool groups)
{
	to->cr_uid = from->cr_uid;
	to->cr_euid = from->cr_euid;
	to->cr_svuid = from->cr_svuid;
	to->cr_gid = from->cr_gid;
	to->cr_egid = from->cr_egid;
	to->cr_svgid = from->cr_svgid;
	if (groups) {
		to->cr_ngroups = from->cr_ngroups;
		memcpy(to->cr_groups, from->cr_groups, sizeof(to->cr_groups));
	}
	kauth_cred_hook(from, KAUTH_CRED_COPY, to, NULL);
}

/* whether either may act for the other: equal real or effective users */
int
kauth_cred_uidmatch(kauth_cred_t a, kauth_cred_t b)
{
	return a->cr_uid == b->cr_uid || a->cr_euid == b->cr_uid ||
	    a->cr_uid == b->cr_euid || a->cr_euid == b->cr_euid;
}

/* 0 if they say the same */
int
kauth_cred_uucmp(kauth_cred_t cred, const struct uucred *uuc)
{
	int member;

	if (cred->cr_euid != uuc->cr_uid || cred->cr_egid != uuc->cr_gid ||
	    (int)cred->cr_ngroups != uuc->cr_ngroups)
		return 1;
	for (u_int i = 0; i < cred->cr_ngroups; i++) {
		(void)kauth_cred_ismember_gid(cred, uuc->cr_groups[i], &member);
		if (!member)
			return 1;
	}
	return 0;
}

void
kauth_uucred_to_cred(kauth_cred_t cred, const struct uucred *uuc)
{
	int n = uuc->cr_ngroups;

	KASSERT(cred->cr_refcnt == 1);
	cred->cr_uid = cred->cr_euid = cred->cr_svuid = uuc->cr_uid;
	cred->cr_gid = cred->cr_egid = cred->cr_svgid = uuc->cr_gid;
	cred->cr_ngroups = n < 0 ? 0 : MIN((u_int)n, NGROUPS);
	memcpy(
	    cred->cr_groups, uuc->cr_groups, cred->cr_ngroups * sizeof(gid_t));
}

void
kauth_cred_to_uucred(struct uucred *uuc, const kauth_cred_t cred)
{
	memset(uuc, 0, sizeof(*uuc));
	uuc->cr_uid = cred->cr_euid;
	uuc->cr_gid = cred->cr_egid;
	uuc->cr_ngroups = (short)cred->cr_ngroups;
	memcpy(
	    uuc->cr_groups, cred->cr_groups, cred->cr_ngroups * sizeof(gid_t));
}

void
kauth_cred_toucred(kauth_cred_t cred, struct ki_ucred *uc)
{
	uc->cr_ref = cred->cr_refcnt;
	uc->cr_uid = cred->cr_euid;
	uc->cr_gid = cred->cr_egid;
	uc->cr_ngroups = MIN(cred->cr_ngroups, KI_NGROUPS);
	memcpy(uc->cr_groups, cred->cr_groups, uc->cr_ngroups * sizeof(gid_t));
}

void
kauth_cred_topcred(kauth_cred_t cred, struct ki_pcred *pc)
{
	pc->p_pad = NULL;
	pc->p_ruid = cred->cr_uid;
	pc->p_svuid = cred->cr_svuid;
	pc->p_rgid = cred->cr_gid;
	pc->p_svgid = cred->cr_svgid;
	pc->p_refcnt = (int)cred->cr_refcnt;
}

/* data of security models: a key is a slot in every credential */
int
kauth_register_key(secmodel_t secmodel, kauth_key_t *result)
{
	for (unsigned int i = 0; i < NKEYS; i++) {
		if ((keys_used & (1U << i)) == 0) {
			keys_used |= 1U << i;
			keys[i].ks_secmodel = secmodel;
			keys[i].ks_index = i;
			*result = &keys[i];
			return 0;
		}
	}
	return ENOMEM;
}

int
kauth_deregister_key(kauth_key_t key)
{
	keys_used &= ~(1U << key->ks_index);
	return 0;
}

void *
kauth_cred_getdata(kauth_cred_t cred, kauth_key_t key)
{
	return cred->cr_data[key->ks_index];
}

void
kauth_cred_setdata(kauth_cred_t cred, kauth_key_t key, void *data)
{
	cred->cr_data[key->ks_index] = data;
}

/* for rump_pub_cred_create() */
struct kauth_cred *
rump_cred_create(uid_t uid, gid_t gid, size_t ngroups, gid_t *groups)
{
	kauth_cred_t cred = kauth_cred_alloc();

	cred->cr_uid = cred->cr_euid = cred->cr_svuid = uid;
	cred->cr_gid = cred->cr_egid = cred->cr_svgid = gid;
	if (ngroups > NGROUPS)
		ngroups = NGROUPS;
	(void)kauth_cred_setgroups(cred, groups, ngroups, 0, UIO_SYSSPACE);
	return cred;
}

void
rump_cred_put(struct kauth_cred *cred)
{
	kauth_cred_free(cred);
}
