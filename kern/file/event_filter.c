/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event filters: the table of them, and those not tied to a kind of file:
 * processes, signals, timers, and devices that are always ready.
 */

#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/eventvar.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "event_impl.h"
#include "file_impl.h"

#define KQ_MAXTIMERS  4096
#define KQ_TRACKBATCH 8

static int filt_fileattach(struct knote *);
static int filt_procattach(struct knote *);
static void filt_procdetach(struct knote *);
static int filt_proc(struct knote *, long);
static int filt_sigattach(struct knote *);
static void filt_sigdetach(struct knote *);
static int filt_signal(struct knote *, long);
static int filt_timerattach(struct knote *);
static void filt_timerdetach(struct knote *);
static int filt_timer(struct knote *, long);

static const struct filterops file_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, filt_fileattach, NULL, NULL};
static const struct filterops proc_filtops = {
    FILTEROP_MPSAFE, filt_procattach, filt_procdetach, filt_proc};
const struct filterops sig_filtops = {
    FILTEROP_MPSAFE, filt_sigattach, filt_sigdetach, filt_signal};
static const struct filterops timer_filtops = {
    FILTEROP_MPSAFE, filt_timerattach, filt_timerdetach, filt_timer};

static struct kfilter sys_kfilters[] = {
    {.kf_name = "EVFILT_READ",
	.kf_filter = EVFILT_READ,
	.kf_ops = &file_filtops},
    {.kf_name = "EVFILT_WRITE",
	.kf_filter = EVFILT_WRITE,
	.kf_ops = &file_filtops},
    {.kf_name = "EVFILT_AIO", .kf_filter = EVFILT_AIO, .kf_ops = NULL},
    {.kf_name = "EVFILT_VNODE",
	.kf_filter = EVFILT_VNODE,
	.kf_ops = &file_filtops},
    {.kf_name = "EVFILT_PROC",
	.kf_filter = EVFILT_PROC,
	.kf_ops = &proc_filtops},
    {.kf_name = "EVFILT_SIGNAL",
	.kf_filter = EVFILT_SIGNAL,
	.kf_ops = &sig_filtops},
    {.kf_name = "EVFILT_TIMER",
	.kf_filter = EVFILT_TIMER,
	.kf_ops = &timer_filtops},
};

static kmutex_t kfilter_lock;
static LIST_HEAD(, kfilter) user_kfilters;
static uint32_t user_kfilter_next = EVFILT_SYSCOUNT;
static u_int kq_ntimers;

void
event_filter_init(void)
{
	mutex_init(&kfilter_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&user_kfilters);
}

static struct kfilter *
kfilter_byname(const char *name)
{
	struct kfilter *kf;
	size_t i;

	for (i = 0; i < __arraycount(sys_kfilters); i++)
		if (strcmp(sys_kfilters[i].kf_name, name) == 0)
			return &sys_kfilters[i];
	LIST_FOREACH(kf, &user_kfilters, kf_entry)
		if (strcmp(kf->kf_name, name) == 0)
			return kf;
	return NULL;
}

struct kfilter *
kfilter_get(uint32_t filter)
{
	struct kfilter *kf;

	if (filter < __arraycount(sys_kfilters)) {
		kf = &sys_kfilters[filter];
		return kf->kf_ops != NULL ? kf : NULL;
	}
	mutex_enter(&kfilter_lock);
	LIST_FOREACH(kf, &user_kfilters, kf_entry)
		if (kf->kf_filter == filter)
			break;
	if (kf != NULL)
		atomic_inc_uint(&kf->kf_refcnt);
	mutex_exit(&kfilter_lock);
	return kf;
}

void
kfilter_hold(struct kfilter *kf)
{
	if (kf->kf_filter >= __arraycount(sys_kfilters))
		atomic_inc_uint(&kf->kf_refcnt);
}

void
kfilter_put(struct kfilter *kf)
{
	if (kf->kf_filter >= __arraycount(sys_kfilters))
		atomic_dec_uint(&kf->kf_refcnt);
}

/* Add a filter; its number is chosen and returned. */
int
kfilter_register(const char *name, const struct filterops *ops, int *retfilter)
{
	struct kfilter *kf;
	size_t len;
	char *copy;
	int error = 0;

	if (name == NULL || name[0] == '\0' || ops == NULL)
		return EINVAL;
	len = strlen(name) + 1;
	kf = kmem_zalloc(sizeof(*kf), KM_SLEEP);
	copy = kmem_alloc(len, KM_SLEEP);
	memcpy(copy, name, len);
	kf->kf_name = copy;
	kf->kf_namelen = len;
	kf->kf_ops = ops;
	mutex_enter(&kfilter_lock);
	if (kfilter_byname(name) != NULL)
		error = EEXIST;
	else {
		kf->kf_filter = user_kfilter_next++;
		LIST_INSERT_HEAD(&user_kfilters, kf, kf_entry);
		if (retfilter != NULL)
			*retfilter = (int)kf->kf_filter;
	}
	mutex_exit(&kfilter_lock);
	if (error) {
		kmem_free(copy, len);
		kmem_free(kf, sizeof(*kf));
	}
	return error;
}

int
kfilter_unregister(const char *name)
{
	struct kfilter *kf;
	int error = 0;

	if (name == NULL || name[0] == '\0')
		return EINVAL;
	mutex_enter(&kfilter_lock);
	kf = kfilter_byname(name);
	if (kf == NULL)
		error = ENOENT;
	else if (kf->kf_namelen == 0)
		error = EINVAL;
	else if (kf->kf_refcnt != 0)
		error = EBUSY;
	else
		LIST_REMOVE(kf, kf_entry);
	mutex_exit(&kfilter_lock);
	if (error == 0) {
		kmem_free(__UNCONST(kf->kf_name), kf->kf_namelen);
		kmem_free(kf, sizeof(*kf));
	}
	return error;
}

/* KFILTER_BYNAME, KFILTER_BYFILTER */
int
kfilter_ioctl(u_long com, void *data)
{
	struct kfilter_mapping *km = data;
	char name[64];
	struct kfilter *kf;
	int error;

	if (com == KFILTER_BYFILTER) {
		kf = kfilter_get(km->filter);
		if (kf == NULL)
			return ENOENT;
		if (strlen(kf->kf_name) + 1 > km->len)
			error = ENAMETOOLONG;
		else
			error =
			    copyoutstr(kf->kf_name, km->name, km->len, NULL);
		kfilter_put(kf);
		return error;
	}
	error = copyinstr(km->name, name, sizeof(name), NULL);
	if (error)
		return error;
	mutex_enter(&kfilter_lock);
	kf = kfilter_byname(name);
	if (kf != NULL)
		km->filter = kf->kf_filter;
	mutex_exit(&kfilter_lock);
	return kf == NULL ? ENOENT : 0;
}

/* What the file is decides: it replaces kn_fop. */
static int
filt_fileattach(struct knote *kn)
{
	struct file *fp = kn->kn_obj;

	return (*fp->f_ops->fo_kqfilter)(fp, kn);
}

/*
 * EVFILT_PROC. The list is under the process's p_lock; the exit of a process
 * takes its knotes off and says so in kn_hookid (under proc_lock).
 */

#define PROC_GONE 1

static int
filt_procattach(struct knote *kn)
{
	struct proc *p;

	mutex_enter(proc_lock);
	p = kn->kn_id > INT_MAX ? NULL : proc_find((pid_t)kn->kn_id);
	if (p == NULL) {
		mutex_exit(proc_lock);
		return ESRCH;
	}
	if (kauth_authorize_process(curlwp->l_cred, KAUTH_PROCESS_KEVENT_FILTER,
		p, NULL, NULL, NULL) != 0) {
		mutex_exit(proc_lock);
		return EACCES;
	}
	mutex_enter(p->p_lock);
	kn->kn_obj = p;
	kn->kn_flags |= EV_CLEAR;
	if (kn->kn_flags & EV_FLAG1) {
		/* made by NOTE_TRACK: say so at once */
		kn->kn_data = (int64_t)kn->kn_sdata;
		kn->kn_fflags = NOTE_CHILD;
		kn->kn_flags &= ~EV_FLAG1;
	}
	SLIST_INSERT_HEAD((struct klist *)&p->p_klist, kn, kn_selnext);
	mutex_exit(p->p_lock);
	mutex_exit(proc_lock);
	return 0;
}

static void
filt_procdetach(struct knote *kn)
{
	struct proc *p;

	/* the process may go away until we hold proc_lock */
	mutex_enter(proc_lock);
	if (kn->kn_hookid != PROC_GONE) {
		p = kn->kn_obj;
		mutex_enter(p->p_lock);
		SLIST_REMOVE(
		    (struct klist *)&p->p_klist, kn, knote, kn_selnext);
		mutex_exit(p->p_lock);
	}
	mutex_exit(proc_lock);
}

static int
filt_proc(struct knote *kn, long hint)
{
	uint32_t event = (uint32_t)hint & NOTE_PCTRLMASK;

	if (LOAD(kn->kn_sfflags) & event)
		__atomic_fetch_or(&kn->kn_fflags, event, __ATOMIC_RELAXED);
	return LOAD(kn->kn_fflags) != 0;
}

/* Track: the child gets a knote like the parent's. */
void
knote_proc_fork(struct proc *parent, struct proc *child)
{
	struct kqueue *kqs[KQ_TRACKBATCH];
	struct kevent kevs[KQ_TRACKBATCH];
	struct knote *kn;
	int n = 0, i;

	mutex_enter(parent->p_lock);
	SLIST_FOREACH(kn, (struct klist *)&parent->p_klist, kn_selnext) {
		if (kn->kn_fop != &proc_filtops)
			continue;
		if (kn->kn_sfflags & NOTE_FORK) {
			__atomic_fetch_or(
			    &kn->kn_fflags, NOTE_FORK, __ATOMIC_RELAXED);
			knote_activate(kn);
		}
		if ((kn->kn_sfflags & NOTE_TRACK) == 0)
			continue;
		if (n == KQ_TRACKBATCH) {
			kn->kn_fflags |= NOTE_TRACKERR;
			knote_activate(kn);
			continue;
		}
		kqs[n] = kn->kn_kq;
		kqueue_hold(kqs[n]);
		kevs[n] = kn->kn_kevent;
		kevs[n].ident = (uintptr_t)child->p_pid;
		kevs[n].flags = (kn->kn_flags & (EV_ONESHOT | EV_CLEAR)) |
		    EV_ADD | EV_ENABLE | EV_FLAG1;
		kevs[n].fflags = kn->kn_sfflags;
		kevs[n].data = parent->p_pid;
		n++;
	}
	mutex_exit(parent->p_lock);
	for (i = 0; i < n; i++) {
		(void)kqueue_register(kqs[i], &kevs[i]);
		kqueue_rele(kqs[i]);
	}
}

/* Is anybody interested in the process? No lock is held. */
static bool
watched(struct proc *p)
{
	bool yes;

	mutex_enter(p->p_lock);
	yes = !SLIST_EMPTY(&p->p_klist);
	mutex_exit(p->p_lock);
	return yes;
}

void
knote_proc_exec(struct proc *p)
{
	mutex_enter(p->p_lock);
	knote((struct klist *)&p->p_klist, (long)NOTE_EXEC);
	mutex_exit(p->p_lock);
}

void
knote_proc_exit(struct proc *p)
{
	struct knote *kn;

	if (!watched(p))
		return;
	mutex_enter(proc_lock);
	mutex_enter(p->p_lock);
	while ((kn = SLIST_FIRST((struct klist *)&p->p_klist)) != NULL) {
		SLIST_REMOVE_HEAD((struct klist *)&p->p_klist, kn_selnext);
		kn->kn_hookid = PROC_GONE;
		if (kn->kn_fop == &proc_filtops) {
			kn->kn_data = p->p_xstat;
			kn->kn_fflags |= kn->kn_sfflags & NOTE_EXIT;
			kn->kn_flags |= EV_EOF | EV_ONESHOT;
			knote_activate(kn);
		}
	}
	mutex_exit(p->p_lock);
	mutex_exit(proc_lock);
}

/*
 * EVFILT_SIGNAL: counts what is sent to the process, whatever becomes of it.
 */

static int
filt_sigattach(struct knote *kn)
{
	struct proc *p = curproc;

	kn->kn_obj = p;
	kn->kn_flags |= EV_CLEAR;
	mutex_enter(p->p_lock);
	SLIST_INSERT_HEAD((struct klist *)&p->p_klist, kn, kn_selnext);
	mutex_exit(p->p_lock);
	return 0;
}

static void
filt_sigdetach(struct knote *kn)
{
	filt_procdetach(kn);
}

static int
filt_signal(struct knote *kn, long hint)
{
	if ((hint & NOTE_SIGNAL) != 0) {
		hint &= ~(long)(NOTE_SIGNAL | NOTE_SUBMIT);
		if (kn->kn_id == (uintptr_t)hint)
			__atomic_fetch_add(&kn->kn_data, 1, __ATOMIC_RELAXED);
	}
	return LOAD(kn->kn_data) != 0;
}

/*
 * EVFILT_TIMER: data is the period in milliseconds; it counts expirations.
 */

struct knote_timer {
	callout_t kt_callout;
	struct knote *kt_knote;
	bool kt_oneshot;
};

static int
timer_ticks(uintptr_t ms)
{
	struct timeval tv;
	int tticks;

	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)((ms % 1000) * 1000);
	tticks = tvtohz(&tv);
	return tticks > 0 ? tticks : 1;
}

static void
filt_timerexpire(void *arg)
{
	struct knote_timer *kt = arg;
	struct knote *kn = kt->kt_knote;

	__atomic_fetch_add(&kn->kn_data, 1, __ATOMIC_RELAXED);
	knote_activate(kn);
	if (!kt->kt_oneshot)
		callout_schedule(
		    &kt->kt_callout, timer_ticks(LOAD(kn->kn_sdata)));
}

static int
filt_timerattach(struct knote *kn)
{
	struct knote_timer *kt;
	uintptr_t ms = kn->kn_sdata;

	if ((intptr_t)ms < 0 || ms > (uintptr_t)INT_MAX / 2 * 1000)
		return EINVAL;
	if (atomic_inc_uint_nv(&kq_ntimers) > KQ_MAXTIMERS) {
		atomic_dec_uint(&kq_ntimers);
		return ENOMEM;
	}
	kt = kmem_alloc(sizeof(*kt), KM_SLEEP);
	if (kt == NULL) {
		atomic_dec_uint(&kq_ntimers);
		return ENOMEM;
	}
	callout_init(&kt->kt_callout, CALLOUT_MPSAFE);
	kt->kt_knote = kn;
	kt->kt_oneshot = (kn->kn_flags & EV_ONESHOT) != 0;
	kn->kn_hook = kt;
	kn->kn_flags |= EV_CLEAR;
	callout_reset(&kt->kt_callout, timer_ticks(ms), filt_timerexpire, kt);
	return 0;
}

static void
filt_timerdetach(struct knote *kn)
{
	struct knote_timer *kt = kn->kn_hook;

	callout_halt(&kt->kt_callout, NULL);
	callout_destroy(&kt->kt_callout);
	kmem_free(kt, sizeof(*kt));
	atomic_dec_uint(&kq_ntimers);
}

static int
filt_timer(struct knote *kn, long hint)
{
	return LOAD(kn->kn_data) != 0;
}

/*
 * Devices that are always ready
 */

int
filt_seltrue(struct knote *kn, long hint)
{
	kn->kn_data = 0;
	return 1;
}

static void
filt_seltruedetach(struct knote *kn)
{
}

const struct filterops seltrue_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_seltruedetach, filt_seltrue};

int
seltrue_kqfilter(dev_t dev, struct knote *kn)
{
	switch (kn->kn_filter) {
	case EVFILT_READ:
	case EVFILT_WRITE:
		kn->kn_fop = &seltrue_filtops;
		return 0;
	default:
		return EINVAL;
	}
}
