/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A registry whose readers take no lock: a list that they walk in
 * pserialize(9) sections, and passive references that hold an entry across
 * sleeps.
 *
 * reg_lock guards changes of reg_list.
 */

#include <sys/condvar.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include "ktest.h"
#include "svc.h"

struct entry {
	struct pslist_entry e_link; /* reg_lock */
	struct psref_target e_target;
	int e_number; /* constant */
};

static kmutex_t reg_lock;
static kcondvar_t reg_cv;
static struct pslist_head reg_list = PSLIST_INITIALIZER;
static pserialize_t reg_psz;
static struct psref_class *reg_class;
static int reg_state; /* reg_lock: what the holder has reached */

static void
reg_init(void)
{
	mutex_init(&reg_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&reg_cv, "svcreg");
	PSLIST_INIT(&reg_list);
	reg_psz = pserialize_create();
	reg_class = psref_class_create("svcreg", IPL_SOFTNET);
	reg_state = 0;
}

static void
reg_fini(void)
{
	psref_class_destroy(reg_class);
	pserialize_destroy(reg_psz);
	PSLIST_DESTROY(&reg_list);
	cv_destroy(&reg_cv);
	mutex_destroy(&reg_lock);
}

static void
reg_add(int number)
{
	struct entry *e = kmem_zalloc(sizeof(*e), KM_SLEEP);
	struct entry *f, *last = NULL;

	PSLIST_ENTRY_INIT(e, e_link);
	psref_target_init(&e->e_target, reg_class);
	e->e_number = number;
	mutex_enter(&reg_lock);
	PSLIST_WRITER_FOREACH(f, &reg_list, struct entry, e_link)
	{
		if (f->e_number > number)
			break;
		last = f;
	}
	if (last == NULL)
		PSLIST_WRITER_INSERT_HEAD(&reg_list, e, e_link);
	else
		PSLIST_WRITER_INSERT_AFTER(last, e, e_link);
	mutex_exit(&reg_lock);
}

/* Returns ENOENT, or waits until nobody refers to the entry and frees it. */
static int
reg_remove(int number)
{
	struct entry *e;

	mutex_enter(&reg_lock);
	PSLIST_WRITER_FOREACH(e, &reg_list, struct entry, e_link)
	{
		if (e->e_number == number)
			break;
	}
	if (e == NULL) {
		mutex_exit(&reg_lock);
		return ENOENT;
	}
	PSLIST_WRITER_REMOVE(e, e_link);
	pserialize_perform(reg_psz);
	mutex_exit(&reg_lock);
	psref_target_destroy(&e->e_target, reg_class);
	PSLIST_ENTRY_DESTROY(e, e_link);
	kmem_free(e, sizeof(*e));
	return 0;
}

static struct entry *
reg_acquire(int number, struct psref *ref)
{
	struct entry *e;
	int s;

	s = pserialize_read_enter();
	PSLIST_READER_FOREACH(e, &reg_list, struct entry, e_link)
	{
		if (e->e_number == number) {
			psref_acquire(ref, &e->e_target, reg_class);
			break;
		}
	}
	pserialize_read_exit(s);
	return e;
}

static void
reg_state_set(int state)
{
	mutex_enter(&reg_lock);
	reg_state = state;
	cv_broadcast(&reg_cv);
	mutex_exit(&reg_lock);
}

/* Holds entry 2 across sleeps, by a reference and its copy. */
static void
reg_holder(void *arg)
{
	struct psref ref, copy;
	struct entry *e;
	int bound = curlwp_bind();

	e = reg_acquire(2, &ref);
	K(e != NULL);
	if (e != NULL) {
		K(psref_held(&e->e_target, reg_class));
		psref_copy(&copy, &ref, reg_class);
		reg_state_set(1);
		kpause("svchold", false, MAX(hz / 20, 1), NULL);
		psref_release(&ref, &e->e_target, reg_class);
		K(psref_held(&e->e_target, reg_class));
		kpause("svchold", false, MAX(hz / 20, 1), NULL);
		KEQ(e->e_number, 2);
		reg_state_set(2);
		psref_release(&copy, &e->e_target, reg_class);
		K(!psref_held(&e->e_target, reg_class));
	}
	curlwp_bindx(bound);
	kthread_exit(0);
}

void
svc_test_readers(void)
{
	struct entry *e;
	struct lwp *l;
	struct psref ref;
	int s, n = 0, bound;

	reg_init();
	K(PSLIST_READER_FIRST(&reg_list, struct entry, e_link) == NULL);
	reg_add(3);
	reg_add(1);
	reg_add(2);

	s = pserialize_read_enter();
	K(pserialize_in_read_section());
	PSLIST_READER_FOREACH(e, &reg_list, struct entry, e_link)
	KEQ(e->e_number, ++n);
	pserialize_read_exit(s);
	K(pserialize_not_in_read_section());
	KEQ(n, 3);
	mutex_enter(&reg_lock);
	e = PSLIST_WRITER_FIRST(&reg_list, struct entry, e_link);
	K(e != NULL && e->e_number == 1);
	e = PSLIST_WRITER_NEXT(e, struct entry, e_link);
	K(e != NULL && e->e_number == 2);
	mutex_exit(&reg_lock);

	bound = curlwp_bind();
	K(reg_acquire(4, &ref) == NULL);
	e = reg_acquire(1, &ref);
	K(e != NULL && e->e_number == 1);
	if (e != NULL)
		psref_release(&ref, &e->e_target, reg_class);
	curlwp_bindx(bound);

	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
		reg_holder, NULL, &l, "svcholder"),
	    0);
	mutex_enter(&reg_lock);
	while (reg_state < 1)
		cv_wait(&reg_cv, &reg_lock);
	mutex_exit(&reg_lock);
	/* Gone from the list at once, but not freed before it is let go. */
	KEQ(reg_remove(2), 0);
	KEQ(reg_state, 2);
	KEQ(kthread_join(l), 0);

	KEQ(reg_remove(2), ENOENT);
	KEQ(reg_remove(1), 0);
	KEQ(reg_remove(3), 0);
	reg_fini();
}
