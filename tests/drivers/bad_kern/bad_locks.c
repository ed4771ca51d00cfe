/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes, rwlocks and condition variables, used wrongly. */

#include <sys/kthread.h>
#include <sys/queue.h>
#include <sys/rwlock.h>

#include "bad.h"

static kmutex_t mtx, other, never;
static krwlock_t rw;
static kcondvar_t cv, nocv;

static void
bad_mutex_again(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&mtx);
	mutex_enter(&mtx);
}

static void
bad_mutex_notheld(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_exit(&mtx);
}

static void
bad_mutex_destroyheld(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&mtx);
	mutex_destroy(&mtx);
}

static void
bad_mutex_destroyed(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_destroy(&mtx);
	mutex_enter(&mtx);
}

static void
bad_mutex_twicedestroyed(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_destroy(&mtx);
	mutex_destroy(&mtx);
}

static void
bad_mutex_never(void)
{
	mutex_enter(&never);
}

static void
bad_mutex_order(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&other, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&mtx);
	mutex_enter(&other);
	mutex_exit(&other);
	mutex_exit(&mtx);
	mutex_enter(&other);
	mutex_enter(&mtx);
}

static void
holder(void *arg)
{
	mutex_enter(&mtx);
	mutex_enter(&other);
	cv_signal(&cv);
	for (;;)
		cv_wait(&cv, &other);
}

static void
bad_mutex_anothers(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&other, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "badhold");
	mutex_enter(&other);
	K(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, holder, NULL, NULL,
	      "badholder") == 0);
	cv_wait(&cv, &other);
	mutex_exit(&mtx);
}

static void
bad_rw_again(void)
{
	rw_init(&rw);
	rw_enter(&rw, RW_WRITER);
	rw_enter(&rw, RW_READER);
}

static void
bad_rw_notheld(void)
{
	rw_init(&rw);
	rw_exit(&rw);
}

static void
bad_rw_destroyheld(void)
{
	rw_init(&rw);
	rw_enter(&rw, RW_READER);
	rw_destroy(&rw);
}

static void
bad_rw_destroyed(void)
{
	rw_init(&rw);
	rw_destroy(&rw);
	rw_enter(&rw, RW_READER);
}

static void
bad_rw_order(void)
{
	rw_init(&rw);
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&mtx);
	rw_enter(&rw, RW_READER);
	rw_exit(&rw);
	mutex_exit(&mtx);
	rw_enter(&rw, RW_WRITER);
	mutex_enter(&mtx);
}

static void
waiter(void *arg)
{
	mutex_enter(&mtx);
	cv_wait(&cv, &mtx);
	mutex_exit(&mtx);
	kthread_exit(0);
}

static void
bad_cv_waiters(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "badwait");
	K(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, waiter, NULL, NULL,
	      "badwaiter") == 0);
	while (!cv_has_waiters(&cv))
		(void)kpause("bad", false, 1, NULL);
	cv_destroy(&cv);
}

static void
bad_cv_notheld(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "badwait");
	cv_wait(&cv, &mtx);
}

static void
bad_cv_never(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&mtx);
	cv_wait(&nocv, &mtx);
}

struct item {
	TAILQ_ENTRY(item) i_tailq;
	LIST_ENTRY(item) i_list;
};
static struct item items[3];
static TAILQ_HEAD(, item) tailq = TAILQ_HEAD_INITIALIZER(tailq);
static LIST_HEAD(, item) list = LIST_HEAD_INITIALIZER(list);

static void
bad_tailq_twice(void)
{
	TAILQ_INSERT_TAIL(&tailq, &items[0], i_tailq);
	TAILQ_INSERT_TAIL(&tailq, &items[1], i_tailq);
	TAILQ_INSERT_TAIL(&tailq, &items[1], i_tailq);
}

static void
bad_tailq_gone(void)
{
	TAILQ_INSERT_TAIL(&tailq, &items[0], i_tailq);
	TAILQ_INSERT_TAIL(&tailq, &items[1], i_tailq);
	TAILQ_REMOVE(&tailq, &items[0], i_tailq);
	TAILQ_REMOVE(&tailq, &items[0], i_tailq);
}

static void
bad_list_twice(void)
{
	LIST_INSERT_HEAD(&list, &items[0], i_list);
	LIST_INSERT_HEAD(&list, &items[0], i_list);
}

static void
bad_list_over(void)
{
	LIST_INSERT_HEAD(&list, &items[0], i_list);
	LIST_INSERT_HEAD(&list, &items[1], i_list);
	memset(&items[0], 0, sizeof(items[0]));
	LIST_REMOVE(&items[1], i_list);
}

const struct ktest bad_locks[] = {
    {"tailq_twice", bad_tailq_twice},
    {"tailq_gone", bad_tailq_gone},
    {"list_twice", bad_list_twice},
    {"list_over", bad_list_over},
    {"mutex_again", bad_mutex_again},
    {"mutex_notheld", bad_mutex_notheld},
    {"mutex_destroyheld", bad_mutex_destroyheld},
    {"mutex_destroyed", bad_mutex_destroyed},
    {"mutex_twicedestroyed", bad_mutex_twicedestroyed},
    {"mutex_never", bad_mutex_never},
    {"mutex_order", bad_mutex_order},
    {"mutex_anothers", bad_mutex_anothers},
    {"rw_again", bad_rw_again},
    {"rw_notheld", bad_rw_notheld},
    {"rw_destroyheld", bad_rw_destroyheld},
    {"rw_destroyed", bad_rw_destroyed},
    {"rw_order", bad_rw_order},
    {"cv_waiters", bad_cv_waiters},
    {"cv_notheld", bad_cv_notheld},
    {"cv_never", bad_cv_never},
    {NULL, NULL},
};

static void
run(const char *name, const struct ktest *kt)
{
	for (; kt->kt_name != NULL; kt++) {
		if (strcmp(kt->kt_name, name) == 0)
			kt->kt_body();
	}
}

unsigned int rumptest_failed;

int
rumptest_run(const char *name)
{
	run(name, bad_locks);
	run(name, bad_sleep);
	run(name, bad_threads);
	run(name, bad_mem);
	return (int)rumptest_failed;
}
