/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data that subsystems hang on lwps and processes. Keys are small numbers;
 * each lwp or process has an array that grows as it must.
 *
 * A domain's lock protects its keys and all of its arrays but the reader of
 * its own lwp's: only the lwp itself changes that one.
 */

#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/specificdata.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "sched_impl.h"

#define MAXKEYS 64

struct container {
	LIST_ENTRY(container) c_entry; /* d: */
	u_int c_n;                     /* d: slots */
	void *c_data[];                /* d: */
};

/* d: sd_lock */
struct domain {
	kmutex_t sd_lock;
	u_int sd_nkeys;                       /* d: ever created */
	bool sd_live[MAXKEYS];                /* d: */
	specificdata_dtor_t sd_dtor[MAXKEYS]; /* d: */
	LIST_HEAD(, container) sd_list;       /* d: */
};

static struct domain lwp_domain, proc_domain;
static bool inited;

static void
domains_init(void)
{
	if (inited)
		return;
	inited = true;
	mutex_init(&lwp_domain.sd_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&proc_domain.sd_lock, MUTEX_DEFAULT, IPL_NONE);
}

static int
key_create(struct domain *sd, specificdata_key_t *kp, specificdata_dtor_t dtor)
{
	u_int k;
	int error = EAGAIN;

	domains_init();
	mutex_enter(&sd->sd_lock);
	for (k = 0; k < MAXKEYS; k++) {
		if (!sd->sd_live[k])
			break;
	}
	if (k < MAXKEYS) {
		sd->sd_live[k] = true;
		sd->sd_dtor[k] = dtor;
		if (k >= sd->sd_nkeys)
			sd->sd_nkeys = k + 1;
		*kp = k;
		error = 0;
	}
	mutex_exit(&sd->sd_lock);
	return error;
}

/* Delete a key, and what is stored under it everywhere. */
static void
key_delete(struct domain *sd, specificdata_key_t k)
{
	specificdata_dtor_t dtor = sd->sd_dtor[k];
	struct container *c;
	void *data;

	mutex_enter(&sd->sd_lock);
again:
	LIST_FOREACH(c, &sd->sd_list, c_entry) {
		if (k >= c->c_n || (data = c->c_data[k]) == NULL)
			continue;
		c->c_data[k] = NULL;
		if (dtor == NULL)
			continue;
		mutex_exit(&sd->sd_lock);
		(*dtor)(data);
		mutex_enter(&sd->sd_lock);
		goto again;
	}
	sd->sd_live[k] = false;
	sd->sd_dtor[k] = NULL;
	mutex_exit(&sd->sd_lock);
}

static void
specific_fini(struct domain *sd, specificdata_reference *ref)
{
	struct container *c = ref->specdataref_container;
	u_int k;

	if (c == NULL)
		return;
	mutex_enter(&sd->sd_lock);
	LIST_REMOVE(c, c_entry);
	mutex_exit(&sd->sd_lock);
	ref->specdataref_container = NULL;
	for (k = 0; k < c->c_n; k++) {
		if (c->c_data[k] != NULL && sd->sd_dtor[k] != NULL)
			(*sd->sd_dtor[k])(c->c_data[k]);
	}
	kmem_free(c, sizeof(*c) + c->c_n * sizeof(void *));
}

static void *
specific_get(const specificdata_reference *ref, specificdata_key_t k)
{
	const struct container *c = ref->specdataref_container;

	return c != NULL && k < c->c_n ? c->c_data[k] : NULL;
}

static void
specific_set(struct domain *sd, specificdata_reference *ref,
    specificdata_key_t k, void *data)
{
	struct container *c = ref->specdataref_container, *n;
	u_int count;

	if (c == NULL || k >= c->c_n) {
		count = (k | 3) + 1;
		n = kmem_zalloc(sizeof(*n) + count * sizeof(void *), KM_SLEEP);
		n->c_n = count;
		mutex_enter(&sd->sd_lock);
		if (c != NULL) {
			memcpy(n->c_data, c->c_data, c->c_n * sizeof(void *));
			LIST_REMOVE(c, c_entry);
		}
		LIST_INSERT_HEAD(&sd->sd_list, n, c_entry);
		ref->specdataref_container = n;
		mutex_exit(&sd->sd_lock);
		if (c != NULL)
			kmem_free(c, sizeof(*c) + c->c_n * sizeof(void *));
		c = n;
	}
	c->c_data[k] = data;
}

int
lwp_specific_key_create(specificdata_key_t *kp, specificdata_dtor_t dtor)
{
	return key_create(&lwp_domain, kp, dtor);
}

void
lwp_specific_key_delete(specificdata_key_t k)
{
	key_delete(&lwp_domain, k);
}

void
lwp_initspecific(struct lwp *l)
{
	domains_init();
	l->l_specdataref.specdataref_container = NULL;
}

void
lwp_finispecific(struct lwp *l)
{
	specific_fini(&lwp_domain, &l->l_specdataref);
}

void *
lwp_getspecific(specificdata_key_t k)
{
	return specific_get(&curlwp->l_specdataref, k);
}

void *
lwp_getspecific_by_lwp(struct lwp *l, specificdata_key_t k)
{
	return specific_get(&l->l_specdataref, k);
}

void
lwp_setspecific(specificdata_key_t k, void *data)
{
	specific_set(&lwp_domain, &curlwp->l_specdataref, k, data);
}

void
lwp_setspecific_by_lwp(struct lwp *l, specificdata_key_t k, void *data)
{
	specific_set(&lwp_domain, &l->l_specdataref, k, data);
}

int
proc_specific_key_create(specificdata_key_t *kp, specificdata_dtor_t dtor)
{
	return key_create(&proc_domain, kp, dtor);
}

void
proc_specific_key_delete(specificdata_key_t k)
{
	key_delete(&proc_domain, k);
}

void
proc_initspecific(struct proc *p)
{
	domains_init();
	p->p_specdataref.specdataref_container = NULL;
}

void
proc_finispecific(struct proc *p)
{
	specific_fini(&proc_domain, &p->p_specdataref);
}

void *
proc_getspecific(struct proc *p, specificdata_key_t k)
{
	return specific_get(&p->p_specdataref, k);
}

void
proc_setspecific(struct proc *p, specificdata_key_t k, void *data)
{
	specific_set(&proc_domain, &p->p_specdataref, k, data);
}
