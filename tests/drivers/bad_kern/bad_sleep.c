/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping where nobody may, and handlers that keep what they took. */

#include <sys/callout.h>
#include <sys/intr.h>
#include <sys/pserialize.h>
#include <sys/psref.h>

#include "bad.h"

static kmutex_t mtx, spin;
static kcondvar_t cv;
static callout_t co;
static void *si;

static void
locks(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	cv_init(&cv, "badsleep");
}

static void
bad_spin_wait(void)
{
	locks();
	mutex_enter(&spin);
	mutex_enter(&mtx);
	(void)cv_timedwait(&cv, &mtx, 1);
	mutex_exit(&mtx);
	mutex_exit(&spin);
}

static void
bad_spin_pause(void)
{
	locks();
	mutex_enter(&spin);
	(void)kpause("bad", false, 1, NULL);
	mutex_exit(&spin);
}

static void
bad_spin_mutex(void)
{
	locks();
	mutex_enter(&spin);
	mutex_enter(&mtx);
}

static void
bad_spin_kmem(void)
{
	locks();
	mutex_enter(&spin);
	(void)kmem_alloc(24, KM_SLEEP);
}

static void
bad_read_pause(void)
{
	(void)pserialize_read_enter();
	(void)kpause("bad", false, 1, NULL);
}

/* Run fn as a handler, and wait for its end. */
static void
as_softint(void (*fn)(void *))
{
	locks();
	si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, fn, NULL);
	softint_schedule(si);
	(void)kpause("bad", false, 5, NULL);
	softint_disestablish(si);
}

static void
as_callout(void (*fn)(void *))
{
	locks();
	callout_init(&co, CALLOUT_MPSAFE);
	callout_reset(&co, 1, fn, NULL);
	(void)kpause("bad", false, 20, NULL);
	(void)callout_halt(&co, NULL);
}

static void
bad_wait_handler(void *arg)
{
	mutex_enter(&mtx);
	(void)cv_timedwait(&cv, &mtx, 1);
	mutex_exit(&mtx);
}

static void
bad_kmem_handler(void *arg)
{
	void *p;

	p = kmem_alloc(24, KM_SLEEP);
	kmem_free(p, 24);
}

static void
bad_keep_handler(void *arg)
{
	mutex_enter(&spin);
}

static void
bad_read_handler(void *arg)
{
	(void)pserialize_read_enter();
}

static void
bad_biglock_handler(void *arg)
{
	KERNEL_LOCK(1, NULL);
}

static void
bad_self_handler(void *arg)
{
	softint_disestablish(si);
}

#define AS(how, fn)                                                            \
	static void how##_##fn(void)                                           \
	{                                                                      \
		as_##how(bad_##fn##_handler);                                  \
	}
AS(softint, wait)
AS(softint, kmem)
AS(softint, keep)
AS(softint, read)
AS(softint, biglock)
AS(softint, self)
AS(callout, wait)
AS(callout, kmem)
AS(callout, keep)
AS(callout, biglock)

static struct psref_target target;
static struct psref_class *class;
static struct psref ref;

static void
bad_psref_unbound(void)
{
	class = psref_class_create("bad", IPL_SOFTNET);
	psref_target_init(&target, class);
	psref_acquire(&ref, &target, class);
}

static void
bad_psref_again(void)
{
	(void)curlwp_bind();
	class = psref_class_create("bad", IPL_SOFTNET);
	psref_target_init(&target, class);
	psref_acquire(&ref, &target, class);
	psref_release(&ref, &target, class);
	psref_release(&ref, &target, class);
}

static void
bad_psref_left(void)
{
	(void)curlwp_bind();
	class = psref_class_create("bad", IPL_SOFTNET);
	psref_target_init(&target, class);
	psref_acquire(&ref, &target, class);
	psref_target_destroy(&target, class);
}

static void
bad_callout_pending(void)
{
	callout_init(&co, 0);
	callout_reset(&co, hz, bad_read_handler, NULL);
	callout_destroy(&co);
}

static void
bad_callout_never(void)
{
	static callout_t no;

	callout_reset(&no, hz, bad_read_handler, NULL);
}

static void
bad_callout_freed(void)
{
	callout_t *c;

	c = kmem_zalloc(sizeof(*c), KM_SLEEP);
	callout_init(c, 0);
	callout_reset(c, 10 * hz, bad_read_handler, NULL);
	kmem_free(c, sizeof(*c));
}

static void
bad_mutex_freed(void)
{
	kmutex_t *m;

	m = kmem_alloc(sizeof(*m), KM_SLEEP);
	mutex_init(m, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(m);
	kmem_free(m, sizeof(*m));
}

const struct ktest bad_sleep[] = {
    {"spin_wait", bad_spin_wait},
    {"spin_pause", bad_spin_pause},
    {"spin_mutex", bad_spin_mutex},
    {"spin_kmem", bad_spin_kmem},
    {"read_pause", bad_read_pause},
    {"softint_wait", softint_wait},
    {"softint_kmem", softint_kmem},
    {"softint_keep", softint_keep},
    {"softint_read", softint_read},
    {"softint_biglock", softint_biglock},
    {"softint_self", softint_self},
    {"callout_wait", callout_wait},
    {"callout_kmem", callout_kmem},
    {"callout_keep", callout_keep},
    {"callout_biglock", callout_biglock},
    {"psref_unbound", bad_psref_unbound},
    {"psref_again", bad_psref_again},
    {"psref_left", bad_psref_left},
    {"callout_pending", bad_callout_pending},
    {"callout_never", bad_callout_never},
    {"callout_freed", bad_callout_freed},
    {"mutex_freed", bad_mutex_freed},
    {NULL, NULL},
};
