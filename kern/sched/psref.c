/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * psref(9): references that cost no atomics. Each CPU has, for each class, a
 * list of the references taken on it; the holder stays bound to the CPU and
 * gives the reference back there. Destroying a target waits, CPU by CPU, for
 * lists that do not name it.
 *
 * psc_lock and psc_cv: a destroyer waits here for prt_draining targets.
 */

#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/psref.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/xcall.h>

#include <rump-sys/drvcall.h>

#include "sched_impl.h"

struct psref_class {
	kmutex_t psc_lock;
	kcondvar_t psc_cv;
	percpu_t *psc_percpu; /* struct psref_cpu */
};

struct psref_cpu {
	LIST_HEAD(, psref) pc_list;
};

struct draining {
	const struct psref_target *d_target;
	struct psref_class *d_class;
	bool d_held;
};

void
psref_init(void)
{
}

struct psref_class *
psref_class_create(const char *name, int ipl)
{
	struct psref_class *psc;

	psc = kmem_zalloc(sizeof(*psc), KM_SLEEP);
	psc->psc_percpu = percpu_alloc(sizeof(struct psref_cpu));
	mutex_init(&psc->psc_lock, MUTEX_DEFAULT, ipl);
	cv_init(&psc->psc_cv, name);
	return psc;
}

void
psref_class_destroy(struct psref_class *psc)
{
	percpu_free(psc->psc_percpu, sizeof(struct psref_cpu));
	cv_destroy(&psc->psc_cv);
	mutex_destroy(&psc->psc_lock);
	kmem_free(psc, sizeof(*psc));
}

void
psref_target_init(struct psref_target *t, struct psref_class *psc)
{
	t->prt_class = psc;
	t->prt_draining = false;
}

static void
psref_enter(struct psref *r, const struct psref_target *t,
    struct psref_class *psc, const void *at)
{
	struct psref_cpu *pc;
	struct lwp *l = curlwp;

	if (__predict_false((l->l_pflag & (LP_BOUND | LP_INTR)) == 0 &&
		l->l_nopreempt == 0))
		rump_rule_broken("psref(9)", at,
		    "a passive reference by a lwp that is not bound to its CPU: "
		    "curlwp_bind() is missing");
	pc = percpu_getref(psc->psc_percpu);
	LIST_INSERT_HEAD(&pc->pc_list, r, psref_entry);
	r->psref_target = t;
	r->psref_lwp = l;
	r->psref_cpu = l->l_cpu;
	l->l_psrefs++;
	percpu_putref(psc->psc_percpu);
}

/* The target may not be draining: the caller is inside of pserialize. */
void
psref_acquire(
    struct psref *r, const struct psref_target *t, struct psref_class *psc)
{
	KASSERT(t->prt_class == psc);
	if (__predict_false(PEEK(t->prt_draining)))
		rump_rule_broken("psref(9)", __builtin_return_address(0),
		    "a passive reference to a target that is being destroyed");
	psref_enter(r, t, psc, __builtin_return_address(0));
}

void
psref_release(
    struct psref *r, const struct psref_target *t, struct psref_class *psc)
{
	if (__predict_false(r->psref_target != t || r->psref_cpu != curcpu()))
		rump_rule_broken("psref(9)", __builtin_return_address(0),
		    "a passive reference is given back %s",
		    r->psref_target != t
			? "that is not held, or of another target"
			: "on another CPU");
	LIST_REMOVE(r, psref_entry);
	r->psref_target = NULL;
	curlwp->l_psrefs--;
	if (__predict_false(PEEK(t->prt_draining))) {
		mutex_enter(&psc->psc_lock);
		cv_broadcast(&psc->psc_cv);
		mutex_exit(&psc->psc_lock);
	}
}

void
psref_copy(struct psref *to, const struct psref *from, struct psref_class *psc)
{
	psref_enter(to, from->psref_target, psc, __builtin_return_address(0));
}

static bool
psref_oncpu(
    const struct psref_target *t, struct psref_class *psc, struct lwp *l)
{
	struct psref_cpu *pc;
	struct psref *r;
	bool held = false;

	pc = percpu_getref(psc->psc_percpu);
	LIST_FOREACH(r, &pc->pc_list, psref_entry) {
		if (r->psref_target == t && (l == NULL || r->psref_lwp == l)) {
			held = true;
			break;
		}
	}
	percpu_putref(psc->psc_percpu);
	return held;
}

/* Does the current lwp hold a reference? */
bool
psref_held(const struct psref_target *t, struct psref_class *psc)
{
	return psref_oncpu(t, psc, curlwp);
}

static void
psref_check(void *arg1, void *arg2)
{
	struct draining *d = arg1;

	if (psref_oncpu(d->d_target, d->d_class, NULL))
		d->d_held = true;
}

/* Nobody can find the target any more: wait for those who have it. */
void
psref_target_destroy(struct psref_target *t, struct psref_class *psc)
{
	struct draining d = {.d_target = t, .d_class = psc};

	if (__predict_false(psref_oncpu(t, psc, curlwp)))
		rump_rule_broken("psref(9)", __builtin_return_address(0),
		    "destroying a target that is held by the caller itself");
	POKE(t->prt_draining, true);
	for (;;) {
		d.d_held = false;
		xc_wait(xc_broadcast(0, psref_check, &d, NULL));
		if (!d.d_held)
			break;
		mutex_enter(&psc->psc_lock);
		cv_timedwait(&psc->psc_cv, &psc->psc_lock, 1);
		mutex_exit(&psc->psc_lock);
	}
	t->prt_class = NULL;
}
