/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue(2), kevent(2): registration, activation and collection of knotes.
 * The filters are in event_filter.c.
 *
 * A knote hangs on two things: the table of its kqueue's owner (by descriptor
 * or by hash, under fd_lock), which is how kevent() finds it, and the watched
 * object's klist (under the object's lock), by which knote() activates it.
 * An active knote is queued on its kqueue (under kq_lock, a spin lock).
 *
 * A scan pops a knote, marks it KN_BUSY, and asks f_event() without kq_lock.
 * A busy knote that another scan pops is left to the first. Who removes a knote
 * holds fd_lock, marks it KN_LEAVING so that it is queued no more, and waits
 * until it is not busy.
 *
 * Lock order: fd_lock, object's lock, kq_lock; kq_lock of a watched kqueue
 * before that of the one that watches (only one level: see kqueue_nest()).
 */

#include <sys/errno.h>
#include <sys/event.h>
#include <sys/eventvar.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <compat/sys/time.h>
#include <rump-sys/kern.h>

#include "event_impl.h"
#include "file_impl.h"

#define KN_HASHSIZE 64

static int kqueue_read(struct file *, off_t *, struct uio *, kauth_cred_t, int);
static int
kqueue_write(struct file *, off_t *, struct uio *, kauth_cred_t, int);
static int kqueue_ioctl(struct file *, u_long, void *);
static int kqueue_poll(struct file *, int);
static int kqueue_stat(struct file *, struct stat *);
static int kqueue_close(struct file *);
static int kqueue_kqfilter(struct file *, struct knote *);
static void kqueue_restart(struct file *);

static const struct fileops kqueueops = {
    .fo_read = kqueue_read,
    .fo_write = kqueue_write,
    .fo_ioctl = kqueue_ioctl,
    .fo_fcntl = fnullop_fcntl,
    .fo_poll = kqueue_poll,
    .fo_stat = kqueue_stat,
    .fo_close = kqueue_close,
    .fo_kqfilter = kqueue_kqfilter,
    .fo_restart = kqueue_restart,
};

static pool_cache_t knote_cache;

void
kqueue_init(void)
{
	knote_cache = pool_cache_init(sizeof(struct knote), 0, 0, 0, "knote",
	    NULL, IPL_NONE, NULL, NULL, NULL);
	event_filter_init();
}

/*
 * Queue of active knotes
 */

static void
knote_enqueue(struct knote *kn)
{
	struct kqueue *kq = kn->kn_kq;

	if (kn->kn_status & (KN_QUEUED | KN_DISABLED | KN_LEAVING))
		return;
	TAILQ_INSERT_TAIL(&kq->kq_head, kn, kn_tqe);
	kn->kn_status |= KN_QUEUED;
	kq->kq_count++;
	cv_broadcast(&kq->kq_cv);
	if (sel_busy(&kq->kq_sel))
		selnotify(&kq->kq_sel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
}

static void
knote_dequeue(struct knote *kn)
{
	struct kqueue *kq = kn->kn_kq;

	if ((kn->kn_status & KN_QUEUED) == 0)
		return;
	TAILQ_REMOVE(&kq->kq_head, kn, kn_tqe);
	kn->kn_status &= ~KN_QUEUED;
	kq->kq_count--;
}

void
knote_activate(struct knote *kn)
{
	struct kqueue *kq = kn->kn_kq;

	mutex_spin_enter(&kq->kq_lock);
	kn->kn_status |= KN_ACTIVE;
	knote_enqueue(kn);
	mutex_spin_exit(&kq->kq_lock);
}

/* The lock of the list's object is held. */
void
knote(struct klist *list, long hint)
{
	struct knote *kn, *next;

	SLIST_FOREACH_SAFE(kn, list, kn_selnext, next)
	{
		if ((*kn->kn_fop->f_event)(kn, hint))
			knote_activate(kn);
	}
}

/*
 * Filters of drivers are called with the big lock, but by knote(), whose
 * caller may hold a spin lock.
 */
static bool
filter_biglock(const struct filterops *fop)
{
	bool big = (fop->f_isfd & FILTEROP_MPSAFE) == 0;

	if (__predict_false(big))
		KERNEL_LOCK(1, NULL);
	return big;
}

static bool
filter_event(struct knote *kn)
{
	bool big = filter_biglock(kn->kn_fop);
	bool ready = (*kn->kn_fop->f_event)(kn, 0) != 0;

	if (__predict_false(big))
		KERNEL_UNLOCK_ONE(NULL);
	return ready;
}

static void
filter_detach(struct knote *kn)
{
	bool big = filter_biglock(kn->kn_fop);

	(*kn->kn_fop->f_detach)(kn);
	if (__predict_false(big))
		KERNEL_UNLOCK_ONE(NULL);
}

static int
filter_attach(
    const struct filterops *fop, struct knote *kn, const struct file *fp)
{
	/* a file of that type may be a driver's own (fd_clone()) */
	bool misc = fp != NULL && fp->f_type == DTYPE_MISC;
	bool big;
	int error;

	if (misc)
		KERNEL_LOCK(1, NULL);
	big = filter_biglock(fop);
	error = (*fop->f_attach)(kn);
	if (big)
		KERNEL_UNLOCK_ONE(NULL);
	if (misc)
		KERNEL_UNLOCK_ONE(NULL);
	return error;
}

/*
 * Registration
 */

/* Which of the owner's lists a knote belongs on; fd_lock held. */
static struct klist *
knote_list(struct filedesc *fdp, const struct kfilter *kf, uintptr_t ident)
{
	if (kf->kf_ops->f_isfd & FILTEROP_ISFD)
		return (struct klist *)&fdp->fd_dt->dt_ff[ident]->ff_knlist;
	if (fdp->fd_knhash == NULL)
		fdp->fd_knhash = hashinit(
		    KN_HASHSIZE, HASH_SLIST, true, &fdp->fd_knhashmask);
	return &fdp->fd_knhash[ident & fdp->fd_knhashmask];
}

static struct knote *
knote_find(
    struct klist *list, struct kqueue *kq, uintptr_t ident, uint32_t filter)
{
	struct knote *kn;

	SLIST_FOREACH(kn, list, kn_link)
		if (kn->kn_kq == kq && kn->kn_id == ident &&
		    kn->kn_filter == filter)
			break;
	return kn;
}

/* Take the knote away from everything and free it; fd_lock held. */
static void
knote_remove(struct knote *kn, struct klist *list)
{
	struct kqueue *kq = kn->kn_kq;

	mutex_spin_enter(&kq->kq_lock);
	kn->kn_status |= KN_LEAVING;
	while (kn->kn_status & KN_BUSY)
		cv_wait(&kq->kq_busycv, &kq->kq_lock);
	knote_dequeue(kn);
	mutex_spin_exit(&kq->kq_lock);

	filter_detach(kn);
	SLIST_REMOVE(list, kn, knote, kn_link);
	if ((kn->kn_kfilter->kf_ops->f_isfd & FILTEROP_ISFD) != 0 &&
	    ((struct file *)kn->kn_obj)->f_type == DTYPE_KQUEUE)
		kq->kq_nested--;
	kfilter_put(kn->kn_kfilter);
	pool_cache_put(knote_cache, kn);
}

/*
 * Kqueues may watch kqueues, but not those that watch or are watched, so that
 * there is no cycle; fd_lock held.
 */
static int
kqueue_nest(struct kqueue *kq, struct kqueue *watched)
{
	if (watched == kq || watched->kq_nested != 0 ||
	    !SLIST_EMPTY(&kq->kq_sel.sel_klist))
		return EINVAL;
	kq->kq_nested++;
	return 0;
}

static void
knote_setup(struct knote *kn, struct kqueue *kq, struct kfilter *kf,
    struct file *fp, const struct kevent *kev)
{
	memset(kn, 0, sizeof(*kn));
	kn->kn_obj = fp;
	kn->kn_id = kev->ident;
	kn->kn_kq = kq;
	kn->kn_fop = kf->kf_ops;
	kn->kn_kfilter = kf;
	kn->kn_sfflags = kev->fflags;
	kn->kn_sdata = (uintptr_t)kev->data;
	kn->kn_kevent = *kev;
	kn->kn_kevent.flags &= ~(EV_ADD | EV_DELETE | EV_ENABLE | EV_DISABLE);
	kn->kn_kevent.fflags = 0;
	kn->kn_kevent.data = 0;
}

/* Add or find, then change as the event says; fd_lock held. */
static int
kqueue_change(struct kqueue *kq, struct kfilter *kf, struct file *fp,
    const struct kevent *kev, struct knote **newknp)
{
	struct filedesc *fdp = kq->kq_fdp;
	struct klist *list = knote_list(fdp, kf, kev->ident);
	struct knote *kn;
	uint32_t status;
	int error;

	if (list == NULL)
		return ENOMEM;
	kn = knote_find(list, kq, kev->ident, kev->filter);
	if (kn == NULL) {
		if ((kev->flags & EV_ADD) == 0)
			return ENOENT;
		if (kq->kq_closing)
			return EBADF;
		if (fp != NULL && fp->f_type == DTYPE_KQUEUE) {
			error = kqueue_nest(kq, fp->f_kqueue);
			if (error)
				return error;
		}
		kn = *newknp;
		*newknp = NULL;
		knote_setup(kn, kq, kf, fp, kev);
		kfilter_hold(kf);
		SLIST_INSERT_HEAD(list, kn, kn_link);
		error = filter_attach(kf->kf_ops, kn, fp);
		if (error) {
			SLIST_REMOVE(list, kn, knote, kn_link);
			if (fp != NULL && fp->f_type == DTYPE_KQUEUE)
				kq->kq_nested--;
			kfilter_put(kf);
			*newknp = kn;
			return error;
		}
	} else if (kev->flags & EV_DELETE) {
		knote_remove(kn, list);
		return 0;
	} else if (kev->flags & EV_ADD) {
		mutex_spin_enter(&kq->kq_lock);
		STORE(kn->kn_sfflags, kev->fflags);
		STORE(kn->kn_sdata, (uintptr_t)kev->data);
		kn->kn_kevent.udata = kev->udata;
		if (kn->kn_status & KN_ONESHOTDONE)
			kn->kn_status &= ~(KN_DISABLED | KN_ONESHOTDONE);
		mutex_spin_exit(&kq->kq_lock);
	}

	mutex_spin_enter(&kq->kq_lock);
	if (kev->flags & EV_DISABLE) {
		kn->kn_status |= KN_DISABLED;
		knote_dequeue(kn);
	} else if (kev->flags & EV_ENABLE)
		kn->kn_status &= ~KN_DISABLED;
	status = kn->kn_status;
	mutex_spin_exit(&kq->kq_lock);
	if (status & KN_DISABLED)
		return 0;
	if (filter_event(kn) ||
	    ((kev->flags & EV_ENABLE) != 0 && (status & KN_ACTIVE) != 0))
		knote_activate(kn);
	return 0;
}

/* One change; the caller's table is the kqueue's unless not isfd. */
int
kqueue_register(struct kqueue *kq, const struct kevent *kev)
{
	struct filedesc *fdp = kq->kq_fdp;
	struct file *fp = NULL;
	struct knote *newkn = NULL;
	struct kfilter *kf;
	int error;

	kf = kfilter_get(kev->filter);
	if (kf == NULL)
		return EINVAL;
	if (kev->flags & EV_ADD) {
		newkn = pool_cache_get(knote_cache, PR_WAITOK);
		if (newkn == NULL) {
			kfilter_put(kf);
			return ENOMEM;
		}
	}
	if (kf->kf_ops->f_isfd & FILTEROP_ISFD) {
		/* descriptors mean those of the one who made the kqueue */
		fp = kev->ident > INT_MAX || curlwp->l_fd != fdp
		    ? NULL
		    : fd_getfile((u_int)kev->ident);
		if (fp == NULL) {
			error = EBADF;
			goto out;
		}
	}
	mutex_enter(&fdp->fd_lock);
	error = kqueue_change(kq, kf, fp, kev, &newkn);
	mutex_exit(&fdp->fd_lock);
	if (fp != NULL)
		fd_putfile((u_int)kev->ident);
out:
	if (newkn != NULL)
		pool_cache_put(knote_cache, newkn);
	kfilter_put(kf);
	return error;
}

/*
 * Use a kqueue that a knote was found on: it is not freed until kqueue_rele().
 * The lock of the list that the knote is on is held.
 */
void
kqueue_hold(struct kqueue *kq)
{
	mutex_spin_enter(&kq->kq_lock);
	kq->kq_holds++;
	mutex_spin_exit(&kq->kq_lock);
}

void
kqueue_rele(struct kqueue *kq)
{
	mutex_spin_enter(&kq->kq_lock);
	if (--kq->kq_holds == 0)
		cv_broadcast(&kq->kq_busycv);
	mutex_spin_exit(&kq->kq_lock);
}

/* The descriptor is being closed: its knotes go, on whatever kqueue. */
void
knote_fdclose(int fd)
{
	struct filedesc *fdp = curlwp->l_fd;
	struct klist *list;
	struct knote *kn;

	mutex_enter(&fdp->fd_lock);
	list = (struct klist *)&fdp->fd_dt->dt_ff[fd]->ff_knlist;
	while ((kn = SLIST_FIRST(list)) != NULL)
		knote_remove(kn, list);
	mutex_exit(&fdp->fd_lock);
}

static void
kqueue_purge_list(struct kqueue *kq, struct klist *list)
{
	struct knote *kn, *next;

	for (kn = SLIST_FIRST(list); kn != NULL; kn = next) {
		next = SLIST_NEXT(kn, kn_link);
		if (kn->kn_kq == kq)
			knote_remove(kn, list);
	}
}

/*
 * Collection
 */

/* A fired one-shot knote goes, unless somebody was faster. */
static void
kqueue_oneshot(struct kqueue *kq, const struct kevent *kev)
{
	struct filedesc *fdp = kq->kq_fdp;
	struct klist *list;
	struct kfilter *kf;
	struct knote *kn;

	kf = kfilter_get(kev->filter);
	if (kf == NULL)
		return;
	mutex_enter(&fdp->fd_lock);
	list = knote_list(fdp, kf, kev->ident);
	kn = knote_find(list, kq, kev->ident, kev->filter);
	if (kn != NULL && (kn->kn_status & KN_ONESHOTDONE) != 0)
		knote_remove(kn, list);
	mutex_exit(&fdp->fd_lock);
	kfilter_put(kf);
}

/*
 * Copy out what is to be reported. A filter may change data and fflags at the
 * same time, under its object's lock, which cannot be had here: what it adds
 * must not get lost, and stays for the next time. (Hence unknown to the race
 * detector.)
 */
static void __noinline __attribute__((__no_sanitize_thread__))
knote_report(struct knote *kn, struct kevent *kev)
{
	*kev = kn->kn_kevent;
	if ((kev->flags & (EV_CLEAR | EV_ONESHOT)) == EV_CLEAR) {
		__atomic_fetch_sub(&kn->kn_data, kev->data, __ATOMIC_RELAXED);
		__atomic_fetch_and(
		    &kn->kn_fflags, ~kev->fflags, __ATOMIC_RELAXED);
	}
}

static inline __attribute__((__no_sanitize_thread__)) uint32_t
knote_flags(const struct knote *kn)
{
	return kn->kn_flags;
}

/*
 * Take the first queued knote; true if it yields an event. kq_lock is held,
 * but not throughout.
 */
static bool
kqueue_pop(struct kqueue *kq, struct kevent *kev)
{
	struct knote *kn = TAILQ_FIRST(&kq->kq_head);
	bool ready;

	knote_dequeue(kn);
	if (kn->kn_status & (KN_DISABLED | KN_LEAVING | KN_BUSY)) {
		/* who is busy with it queues it again if it is active */
		return false;
	}
	kn->kn_status |= KN_BUSY;
	kn->kn_status &= ~KN_ACTIVE;
	mutex_spin_exit(&kq->kq_lock);
	ready = (knote_flags(kn) & EV_ONESHOT) != 0 || filter_event(kn);
	mutex_spin_enter(&kq->kq_lock);
	kn->kn_status &= ~KN_BUSY;
	if (ready) {
		knote_report(kn, kev);
		if (kev->flags & EV_ONESHOT) {
			knote_dequeue(kn);
			kn->kn_status |= KN_DISABLED | KN_ONESHOTDONE;
		} else if ((kev->flags & EV_CLEAR) == 0) {
			kn->kn_status |= KN_ACTIVE;
			if ((kn->kn_status &
				(KN_QUEUED | KN_LEAVING | KN_DISABLED)) == 0) {
				/* quietly: those who sleep have seen it */
				TAILQ_INSERT_TAIL(&kq->kq_head, kn, kn_tqe);
				kn->kn_status |= KN_QUEUED;
				kq->kq_count++;
			}
		}
	}
	/* activated meanwhile, and popped by another scan */
	if (kn->kn_status & KN_ACTIVE)
		knote_enqueue(kn);
	if (kn->kn_status & KN_LEAVING)
		cv_broadcast(&kq->kq_busycv);
	return ready;
}

/* Up to max events that are ready now; kq_lock held. */
static size_t
kqueue_collect(
    struct kqueue *kq, struct kevent *kevs, size_t max, u_int *budget)
{
	size_t n = 0;

	while (n<max && * budget> 0 && kq->kq_count > 0) {
		(*budget)--;
		if (!kqueue_pop(kq, &kevs[n]))
			continue;
		n++;
	}
	return n;
}

static int
kqueue_wait(struct kqueue *kq, int64_t deadline)
{
	int64_t left = -1;
	int error;

	if (deadline == 0)
		return EWOULDBLOCK;
	if (deadline > 0) {
		left = deadline - rump_mono_ns();
		if (left <= 0)
			return EWOULDBLOCK;
	}
	kq->kq_sleepers++;
	error = cv_timedwait_ns(&kq->kq_cv, &kq->kq_lock, left, true);
	kq->kq_sleepers--;
	if (error == 0 && kq->kq_restart) {
		if (kq->kq_sleepers == 0)
			kq->kq_restart = false;
		error = EBADF;
	}
	return error == ERESTART ? EINTR : error;
}

static int
kqueue_scan(struct file *fp, size_t maxevents, struct kevent *ulistp,
    const struct timespec *tsp, register_t *retval,
    const struct kevent_ops *keops, struct kevent *kevbuf, size_t kevcnt)
{
	struct kqueue *kq = fp->f_kqueue;
	size_t n, i, total = 0;
	int64_t deadline = -1;
	int error = 0;
	u_int budget;

	if (tsp != NULL) {
		if (tsp->tv_sec < 0 || tsp->tv_nsec < 0 ||
		    tsp->tv_nsec >= 1000000000)
			return EINVAL;
		deadline = 0;
		if (tsp->tv_sec > INT64_MAX / 2000000000)
			deadline = -1;
		else if (timespecisset(tsp))
			deadline = rump_mono_ns() +
			    (int64_t)tsp->tv_sec * 1000000000 + tsp->tv_nsec;
	}
	if (maxevents == 0)
		goto out;

	mutex_spin_enter(&kq->kq_lock);
	for (;;) {
		budget = kq->kq_count;
		while (total < maxevents) {
			n = kqueue_collect(kq, kevbuf,
			    MIN(kevcnt, maxevents - total), &budget);
			if (n == 0)
				break;
			mutex_spin_exit(&kq->kq_lock);
			for (i = 0; i < n; i++)
				if (kevbuf[i].flags & EV_ONESHOT)
					kqueue_oneshot(kq, &kevbuf[i]);
			error = (*keops->keo_put_events)(
			    keops->keo_private, kevbuf, ulistp, total, (int)n);
			mutex_spin_enter(&kq->kq_lock);
			if (error)
				break;
			total += n;
		}
		if (error || total > 0)
			break;
		/* activated while the scan looked at it: no one else will */
		if (kq->kq_count != 0 && deadline != 0)
			continue;
		error = kqueue_wait(kq, deadline);
		if (error)
			break;
	}
	mutex_spin_exit(&kq->kq_lock);
	if (error == EWOULDBLOCK)
		error = 0;
out:
	*retval = (register_t)total;
	return error;
}

/*
 * System calls
 */

int
kevent_fetch_changes(void *private, const struct kevent *changelist,
    struct kevent *changes, size_t index, int n)
{
	return copyin(
	    changelist + index, changes, (size_t)n * sizeof(*changes));
}

int
kevent_put_events(void *private, struct kevent *events,
    struct kevent *eventlist, size_t index, int n)
{
	return copyout(events, eventlist + index, (size_t)n * sizeof(*events));
}

static const struct kevent_ops kevent_native_ops = {
    .keo_private = NULL,
    .keo_fetch_timeout = copyin,
    .keo_fetch_changes = kevent_fetch_changes,
    .keo_put_events = kevent_put_events,
};

static int
kevent_changes(struct kqueue *kq, const struct kevent *changelist,
    size_t nchanges, struct kevent *eventlist, size_t nevents,
    const struct kevent_ops *keops, struct kevent *kevbuf, size_t *nerrors)
{
	size_t i, n, index = 0;
	struct kevent *kev;
	int error;

	*nerrors = 0;
	while (nchanges > 0) {
		n = MIN(nchanges, KQ_NEVENTS);
		error = (*keops->keo_fetch_changes)(
		    keops->keo_private, changelist, kevbuf, index, (int)n);
		if (error)
			return error;
		for (i = 0; i < n; i++) {
			kev = &kevbuf[i];
			kev->flags &= ~EV_SYSFLAGS;
			error = kqueue_register(kq, kev);
			if (error == 0)
				continue;
			if (nevents == *nerrors)
				return error;
			kev->flags = EV_ERROR;
			kev->data = error;
			error = (*keops->keo_put_events)(
			    keops->keo_private, kev, eventlist, *nerrors, 1);
			if (error)
				return error;
			(*nerrors)++;
		}
		nchanges -= n;
		index += n;
	}
	return 0;
}

int
kevent1(register_t *retval, int fd, const struct kevent *changelist,
    size_t nchanges, struct kevent *eventlist, size_t nevents,
    const struct timespec *timeout, const struct kevent_ops *keops)
{
	struct kevent kevbuf[KQ_NEVENTS];
	struct timespec ts;
	struct file *fp;
	size_t nerrors;
	int error;

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_KQUEUE) {
		fd_putfile((u_int)fd);
		return EBADF;
	}
	error = 0;
	if (timeout != NULL) {
		error = (*keops->keo_fetch_timeout)(timeout, &ts, sizeof(ts));
		timeout = &ts;
	}
	if (error == 0)
		error = kevent_changes(fp->f_kqueue, changelist, nchanges,
		    eventlist, nevents, keops, kevbuf, &nerrors);
	if (error == 0) {
		if (nerrors != 0)
			*retval = (register_t)nerrors;
		else
			error = kqueue_scan(fp, nevents, eventlist, timeout,
			    retval, keops, kevbuf, __arraycount(kevbuf));
	}
	fd_putfile((u_int)fd);
	return error;
}

int
sys___kevent50(
    struct lwp *l, const struct sys___kevent50_args *uap, register_t *retval)
{
	return kevent1(retval, SCARG(uap, fd), SCARG(uap, changelist),
	    SCARG(uap, nchanges), SCARG(uap, eventlist), SCARG(uap, nevents),
	    SCARG(uap, timeout), &kevent_native_ops);
}

static int
kevent_fetch_timeout50(const void *src, void *dst, size_t size)
{
	struct timespec50 ts50;
	int error;

	error = copyin(src, &ts50, sizeof(ts50));
	if (error == 0)
		timespec50_to_timespec(&ts50, dst);
	return error;
}

int
compat_50_sys_kevent(struct lwp *l, const struct compat_50_sys_kevent_args *uap,
    register_t *retval)
{
	static const struct kevent_ops ops = {
	    .keo_private = NULL,
	    .keo_fetch_timeout = kevent_fetch_timeout50,
	    .keo_fetch_changes = kevent_fetch_changes,
	    .keo_put_events = kevent_put_events,
	};

	return kevent1(retval, SCARG(uap, fd), SCARG(uap, changelist),
	    SCARG(uap, nchanges), SCARG(uap, eventlist), SCARG(uap, nevents),
	    (const struct timespec *)(const void *)SCARG(uap, timeout), &ops);
}

static int
kqueue1(struct lwp *l, int flags, register_t *retval)
{
	struct kqueue *kq;
	struct file *fp;
	int fd, error;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE))
		return EINVAL;
	kq = kmem_zalloc(sizeof(*kq), KM_SLEEP);
	if (kq == NULL)
		return ENOMEM;
	error = fd_allocfile(&fp, &fd);
	if (error) {
		kmem_free(kq, sizeof(*kq));
		return error;
	}
	mutex_init(&kq->kq_lock, MUTEX_DEFAULT, IPL_SCHED);
	cv_init(&kq->kq_cv, "kqueue");
	cv_init(&kq->kq_busycv, "kqbusy");
	selinit(&kq->kq_sel);
	TAILQ_INIT(&kq->kq_head);
	kq->kq_fdp = l->l_fd;
	fp->f_flag = FREAD | FWRITE | (flags & (FNONBLOCK | FNOSIGPIPE));
	fp->f_type = DTYPE_KQUEUE;
	fp->f_ops = &kqueueops;
	fp->f_kqueue = kq;
	fd_set_exclose(l, fd, (flags & O_CLOEXEC) != 0);
	fd_affix(l->l_proc, fp, (u_int)fd);
	*retval = fd;
	return 0;
}

int
sys_kqueue(struct lwp *l, const void *v, register_t *retval)
{
	return kqueue1(l, 0, retval);
}

int
sys_kqueue1(
    struct lwp *l, const struct sys_kqueue1_args *uap, register_t *retval)
{
	return kqueue1(l, SCARG(uap, flags), retval);
}

/*
 * The kqueue as a file
 */

static int
kqueue_read(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	return ENXIO;
}

static int
kqueue_write(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	return ENXIO;
}

static int
kqueue_ioctl(struct file *fp, u_long com, void *data)
{
	switch (com) {
	case KFILTER_BYFILTER:
	case KFILTER_BYNAME:
		return kfilter_ioctl(com, data);
	default:
		return ENOTTY;
	}
}

static int
kqueue_poll(struct file *fp, int events)
{
	struct kqueue *kq = fp->f_kqueue;
	int revents = 0;

	mutex_spin_enter(&kq->kq_lock);
	if (events & (POLLIN | POLLRDNORM)) {
		if (kq->kq_count != 0)
			revents |= events & (POLLIN | POLLRDNORM);
		else
			selrecord(curlwp, &kq->kq_sel);
	}
	mutex_spin_exit(&kq->kq_lock);
	return revents;
}

static int
kqueue_stat(struct file *fp, struct stat *st)
{
	struct kqueue *kq = fp->f_kqueue;

	st->st_size = kq->kq_count;
	st->st_blksize = sizeof(struct kevent);
	st->st_mode = S_IFIFO;
	st->st_blocks = 1;
	st->st_uid = kauth_cred_geteuid(fp->f_cred);
	st->st_gid = kauth_cred_getegid(fp->f_cred);
	return 0;
}

static int
kqueue_close(struct file *fp)
{
	struct kqueue *kq = fp->f_kqueue;
	struct filedesc *fdp = kq->kq_fdp;
	fdfile_t *ff;
	u_long h;
	u_int i;

	fp->f_kqueue = NULL;
	mutex_enter(&fdp->fd_lock);
	kq->kq_closing = true;
	for (i = 0; i < fdp->fd_dt->dt_nfiles; i++)
		if ((ff = fdp->fd_dt->dt_ff[i]) != NULL &&
		    !SLIST_EMPTY(&ff->ff_knlist))
			kqueue_purge_list(kq, (struct klist *)&ff->ff_knlist);
	if (fdp->fd_knhash != NULL)
		for (h = 0; h <= fdp->fd_knhashmask; h++)
			kqueue_purge_list(kq, &fdp->fd_knhash[h]);
	mutex_exit(&fdp->fd_lock);

	mutex_spin_enter(&kq->kq_lock);
	while (kq->kq_holds != 0)
		cv_wait(&kq->kq_busycv, &kq->kq_lock);
	mutex_spin_exit(&kq->kq_lock);

	KASSERT(kq->kq_count == 0);
	seldestroy(&kq->kq_sel);
	cv_destroy(&kq->kq_cv);
	cv_destroy(&kq->kq_busycv);
	mutex_destroy(&kq->kq_lock);
	kmem_free(kq, sizeof(*kq));
	return 0;
}

static void
kqueue_restart(struct file *fp)
{
	struct kqueue *kq = fp->f_kqueue;

	mutex_spin_enter(&kq->kq_lock);
	if (kq->kq_sleepers != 0) {
		kq->kq_restart = true;
		cv_broadcast(&kq->kq_cv);
	}
	mutex_spin_exit(&kq->kq_lock);
}

static void
filt_kqdetach(struct knote *kn)
{
	struct kqueue *kq = ((struct file *)kn->kn_obj)->f_kqueue;

	mutex_spin_enter(&kq->kq_lock);
	SLIST_REMOVE(&kq->kq_sel.sel_klist, kn, knote, kn_selnext);
	mutex_spin_exit(&kq->kq_lock);
}

static int
filt_kqueue(struct knote *kn, long hint)
{
	struct kqueue *kq = ((struct file *)kn->kn_obj)->f_kqueue;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_enter(&kq->kq_lock);
	kn->kn_data = kq->kq_count;
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_exit(&kq->kq_lock);
	return kn->kn_data > 0;
}

static const struct filterops kqread_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_kqdetach, filt_kqueue};

static int
kqueue_kqfilter(struct file *fp, struct knote *kn)
{
	struct kqueue *kq = fp->f_kqueue;

	if (kn->kn_filter != EVFILT_READ)
		return EINVAL;
	kn->kn_fop = &kqread_filtops;
	mutex_spin_enter(&kq->kq_lock);
	SLIST_INSERT_HEAD(&kq->kq_sel.sel_klist, kn, kn_selnext);
	mutex_spin_exit(&kq->kq_lock);
	return 0;
}
