/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads, workqueues, and what system calls call. */

#include <sys/conf.h>
#include <sys/kthread.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/sysctl.h>
#include <sys/workqueue.h>

#include "bad.h"

static kmutex_t mtx;
static struct work work;
static struct workqueue *wq;

static void
bad_thread_keep(void *arg)
{
	mutex_enter(&mtx);
	kthread_exit(0);
}

static void
bad_thread_end(void *arg)
{
	kthread_exit(0);
}

static void
thread_keep(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	K(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, bad_thread_keep, NULL,
	      NULL, "badkeep") == 0);
	(void)kpause("bad", false, hz, NULL);
}

static void
thread_notjoined(void)
{
	struct lwp *l;

	K(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
	      bad_thread_end, NULL, &l, "badend") == 0);
	(void)kpause("bad", false, 5, NULL);
}

static void
bad_thread_join(void)
{
	struct lwp *l;

	K(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, bad_thread_end, NULL,
	      &l, "badjoin") == 0);
	(void)kthread_join(l);
}

static void
bad_work_keep(struct work *wk, void *arg)
{
	mutex_enter(&mtx);
}

static void
bad_work_slow(struct work *wk, void *arg)
{
	(void)kpause("bad", false, hz, NULL);
}

static void
work_keep(void)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	K(workqueue_create(&wq, "badwork", bad_work_keep, NULL, PRI_NONE,
	      IPL_NONE, WQ_MPSAFE) == 0);
	workqueue_enqueue(wq, &work, NULL);
	(void)kpause("bad", false, hz, NULL);
}

static void
bad_work_twice(void)
{
	static struct work first, second;

	K(workqueue_create(&wq, "badwork", bad_work_slow, NULL, PRI_NONE,
	      IPL_NONE, WQ_MPSAFE) == 0);
	workqueue_enqueue(wq, &work, NULL);
	(void)kpause("bad", false, 2, NULL);
	workqueue_enqueue(wq, &first, NULL);
	workqueue_enqueue(wq, &second, NULL);
	workqueue_enqueue(wq, &first, NULL);
	workqueue_destroy(wq);
}

static int
bad_sysctl(SYSCTLFN_ARGS)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&mtx);
	return 0;
}

static void
sysctl_node(void)
{
	K(sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_READWRITE, CTLTYPE_INT,
	      "bad", NULL, bad_sysctl, 0, NULL, 0, CTL_DEBUG, 77,
	      CTL_EOL) == 0);
}

/* A device whose minor is the mistake of its open. */
static struct psref_target target;
static struct psref_class *class;
static struct psref ref;

static int
bad_dev_open(dev_t dev, int flags, int fmt, struct lwp *l)
{
	switch (minor(dev)) {
	case 0:
		mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
		mutex_enter(&mtx);
		return 0;
	case 1:
		(void)pserialize_read_enter();
		return 0;
	case 2:
		KERNEL_LOCK(1, NULL);
		return 0;
	case 3:
		(void)curlwp_bind();
		class = psref_class_create("bad", IPL_SOFTNET);
		psref_target_init(&target, class);
		psref_acquire(&ref, &target, class);
		return 0;
	case 4:
		return 100000;
	case 5:
		return -EINVAL;
	default:
		return 0;
	}
}

static int
bad_dev_close(dev_t dev, int flags, int fmt, struct lwp *l)
{
	return 0;
}

static int
bad_dev_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&mtx);
	return 0;
}

static const struct cdevsw bad_cdevsw = {
    .d_open = bad_dev_open,
    .d_close = bad_dev_close,
    .d_read = noread,
    .d_write = nowrite,
    .d_ioctl = bad_dev_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER | D_MPSAFE,
};

static void
device(void)
{
	devmajor_t bmajor = -1, cmajor = 240;

	K(devsw_attach("bad", NULL, &bmajor, &bad_cdevsw, &cmajor) == 0);
}

const struct ktest bad_threads[] = {
    {"thread_keep", thread_keep},
    {"thread_notjoined", thread_notjoined},
    {"thread_join", bad_thread_join},
    {"work_keep", work_keep},
    {"work_twice", bad_work_twice},
    {"sysctl", sysctl_node},
    {"device", device},
    {NULL, NULL},
};
