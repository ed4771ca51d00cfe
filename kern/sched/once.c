/* SPDX-License-Identifier: BSD-2-Clause */
/* RUN_ONCE(9): run an initializer once; others wait for it. */

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/systm.h>
#include <sys/types.h>

static kmutex_t once_lock;
static kcondvar_t once_cv;

void
once_init(void)
{
	mutex_init(&once_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&once_cv, "runonce");
}

/* The result of fn, which is called again only if it failed. */
int
_run_once(once_t *o, int (*fn)(void))
{
	int error;

	mutex_enter(&once_lock);
	while (o->o_status == ONCE_RUNNING)
		cv_wait(&once_cv, &once_lock);
	if (o->o_status == ONCE_VIRGIN) {
		o->o_status = ONCE_RUNNING;
		mutex_exit(&once_lock);
		error = (*fn)();
		mutex_enter(&once_lock);
		o->o_error = error;
		__atomic_store_n(&o->o_status,
		    error == 0 ? ONCE_DONE : ONCE_VIRGIN, __ATOMIC_RELEASE);
		cv_broadcast(&once_cv);
	}
	error = o->o_error;
	mutex_exit(&once_lock);
	return error;
}

/* The same, counted: undone by the last _fini_once(). */
int
_init_once(once_t *o, int (*fn)(void))
{
	int error;

	if ((error = _run_once(o, fn)) == 0) {
		mutex_enter(&once_lock);
		o->o_refcnt++;
		mutex_exit(&once_lock);
	}
	return error;
}

void
_fini_once(once_t *o, void (*fn)(void))
{
	mutex_enter(&once_lock);
	if (--o->o_refcnt == 0) {
		o->o_status = ONCE_RUNNING;
		mutex_exit(&once_lock);
		(*fn)();
		mutex_enter(&once_lock);
		o->o_status = ONCE_VIRGIN;
		cv_broadcast(&once_cv);
	}
	mutex_exit(&once_lock);
}
