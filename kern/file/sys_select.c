/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select(2) and poll(2).
 *
 * A scan asks each file (fo_poll). A file that is not ready calls selrecord(),
 * which links a record between the lwp and the file's selinfo. selnotify()
 * unlinks the records of a selinfo and marks their lwps; a marked lwp scans
 * again. What a scan with timeout 0 looks at is not recorded.
 *
 * An lwp that ever waited has a struct selcluster: its condvar, and whether
 * it was marked since its scan began.
 *
 * Locks: a record's links to the selinfo are under the selinfo's share of
 * sel_locks[]; its link on the lwp's list belongs to the lwp alone. A share
 * is a spin lock and is locked before a selcluster's lock.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/signalvar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <compat/sys/time.h>
#include <rump-sys/kern.h>

#include "file_impl.h"

#define SEL_NLOCKS  32
#define POLL_NSTACK 16
#define POLL_MAXFDS (64 * 1024)

struct selrec {
	LIST_ENTRY(selrec) sr_link;      /* s: selinfo's waiters */
	struct selinfo *volatile sr_sip; /* s: NULL once notified */
	struct selrec *sr_next;          /* lwp's list */
	struct selcluster *sr_sc;        /* c: whom to wake */
};

struct selcluster {
	kmutex_t sc_lock;
	kcondvar_t sc_cv;
	volatile bool sc_event; /* sc_lock: marked since scan */
	bool sc_recording;      /* lwp: selrecord() does something */
	struct selrec *sc_recs; /* lwp: records of this scan */
};

int selwait;

static kmutex_t sel_locks[SEL_NLOCKS];
static pool_cache_t selrec_cache;

void
select_init(void)
{
	int i;

	for (i = 0; i < SEL_NLOCKS; i++)
		mutex_init(&sel_locks[i], MUTEX_DEFAULT, IPL_VM);
	selrec_cache = pool_cache_init(sizeof(struct selrec), 0, 0, 0, "selrec",
	    NULL, IPL_NONE, NULL, NULL, NULL);
}

static inline kmutex_t *
sel_lock(const struct selinfo *sip)
{
	uintptr_t a = (uintptr_t)sip;

	return &sel_locks[(a >> 6 ^ a >> 12) % SEL_NLOCKS];
}

static struct selcluster *
selcluster_get(struct lwp *l)
{
	struct selcluster *sc = l->l_selcluster;

	if (__predict_true(sc != NULL))
		return sc;
	sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	if (sc == NULL)
		return NULL;
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	cv_init(&sc->sc_cv, "select");
	l->l_selcluster = sc;
	return sc;
}

/* The lwp goes away. */
void
sellwpfree(struct lwp *l)
{
	struct selcluster *sc = l->l_selcluster;

	if (sc == NULL)
		return;
	l->l_selcluster = NULL;
	KASSERT(sc->sc_recs == NULL);
	cv_destroy(&sc->sc_cv);
	mutex_destroy(&sc->sc_lock);
	kmem_free(sc, sizeof(*sc));
}

void
selinit(struct selinfo *sip)
{
	memset(sip, 0, sizeof(*sip));
	SLIST_INIT(&sip->sel_klist);
	LIST_INIT(&sip->sel_waiters);
}

/* Unlink all waiters and mark them. */
static void
sel_wake(struct selinfo *sip)
{
	kmutex_t *lock = sel_lock(sip);
	struct selcluster *sc;
	struct selrec *sr;

	mutex_spin_enter(lock);
	STORE(sip->sel_nwait, 0);
	while ((sr = LIST_FIRST(&sip->sel_waiters)) != NULL) {
		LIST_REMOVE(sr, sr_link);
		sc = sr->sr_sc;
		mutex_spin_enter(&sc->sc_lock);
		STORE(sc->sc_event, true);
		cv_broadcast(&sc->sc_cv);
		mutex_spin_exit(&sc->sc_lock);
		/* from here on the lwp may free the record */
		PUBLISH(sr->sr_sip, NULL);
	}
	mutex_spin_exit(lock);
}

void
seldestroy(struct selinfo *sip)
{
	if (LOAD(sip->sel_nwait) != 0)
		sel_wake(sip);
}

/* The object is not ready for l; the object's lock is held. */
void
selrecord(struct lwp *l, struct selinfo *sip)
{
	struct selcluster *sc = l->l_selcluster;
	kmutex_t *lock;
	struct selrec *sr;

	if (sc == NULL || !sc->sc_recording)
		return;
	/* the same selinfo twice in a row: nothing new */
	if (sc->sc_recs != NULL && LOAD(sc->sc_recs->sr_sip) == sip)
		return;
	sr = pool_cache_get(selrec_cache, PR_NOWAIT);
	if (sr == NULL) {
		/* cannot be told: look again soon instead of never */
		l->l_selflag = 1;
		return;
	}
	sr->sr_sc = sc;
	STORE(sr->sr_sip, sip);
	sr->sr_next = sc->sc_recs;
	sc->sc_recs = sr;
	lock = sel_lock(sip);
	mutex_spin_enter(lock);
	LIST_INSERT_HEAD(&sip->sel_waiters, sr, sr_link);
	STORE(sip->sel_nwait, sip->sel_nwait + 1);
	mutex_spin_exit(lock);
}

/*
 * The object became ready for those events; 0: for unknown ones. The object's
 * lock is held if knhint says so (NOTE_SUBMIT).
 */
void
selnotify(struct selinfo *sip, int events, long knhint)
{
	if (!SLIST_EMPTY(&sip->sel_klist))
		knote(&sip->sel_klist, knhint);
	if (LOAD(sip->sel_nwait) != 0)
		sel_wake(sip);
}

/* Forget what a scan recorded. */
static void
selclear(struct selcluster *sc)
{
	struct selrec *sr;
	struct selinfo *sip;
	kmutex_t *lock;

	while ((sr = sc->sc_recs) != NULL) {
		sc->sc_recs = sr->sr_next;
		while ((sip = LOAD_PTR(sr->sr_sip)) != NULL) {
			lock = sel_lock(sip);
			mutex_spin_enter(lock);
			if (sr->sr_sip == sip) {
				LIST_REMOVE(sr, sr_link);
				STORE(sip->sel_nwait, sip->sel_nwait - 1);
				STORE(sr->sr_sip, NULL);
			}
			mutex_spin_exit(lock);
		}
		pool_cache_put(selrec_cache, sr);
	}
}

static int64_t
ts2ns(const struct timespec *ts)
{
	if (ts->tv_sec > INT64_MAX / 2000000000)
		return INT64_MAX / 2;
	return (int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
}

/*
 * Scan until something is ready, the time is over (EWOULDBLOCK is not an
 * error: nothing is ready) or a signal comes. ts NULL: no limit.
 */
static int
sel_do_scan(int (*scan)(void *, int *), void *arg, const struct timespec *ts,
    const sigset_t *mask, int *nready)
{
	int64_t deadline = -1, left = 0, step;
	struct lwp *l = curlwp;
	struct selcluster *sc;
	bool block;
	int error;

	*nready = 0;
	if (ts != NULL) {
		if (ts->tv_sec < 0 || ts->tv_nsec < 0 ||
		    ts->tv_nsec >= 1000000000)
			return EINVAL;
		left = ts2ns(ts);
	}
	block = ts == NULL || left > 0;
	if (!block)
		return (*scan)(arg, nready);

	sc = selcluster_get(l);
	if (sc == NULL)
		return ENOMEM;
	if (ts != NULL)
		deadline = rump_mono_ns() + left;
	if (mask != NULL)
		sigsuspendsetup(l, mask);
	for (;;) {
		STORE(sc->sc_event, false);
		sc->sc_recording = true;
		l->l_selflag = 0;
		membar_sync();
		error = (*scan)(arg, nready);
		sc->sc_recording = false;
		if (error || *nready != 0)
			break;

		mutex_spin_enter(&sc->sc_lock);
		error = 0;
		while (!LOAD(sc->sc_event) && error == 0) {
			if (deadline >= 0) {
				left = deadline - rump_mono_ns();
				if (left <= 0) {
					error = EWOULDBLOCK;
					break;
				}
			}
			step = deadline >= 0 ? left : -1;
			if (l->l_selflag)
				step = 10000000;
			error = cv_timedwait_ns(
			    &sc->sc_cv, &sc->sc_lock, step, true);
			if (error == EWOULDBLOCK && l->l_selflag) {
				error = 0;
				break;
			}
		}
		mutex_spin_exit(&sc->sc_lock);
		selclear(sc);
		if (error == EWOULDBLOCK) {
			error = 0;
			break;
		}
		if (error != 0)
			break;
	}
	selclear(sc);
	if (mask != NULL)
		sigsuspendteardown(l);
	return error == ERESTART ? EINTR : error;
}

/*
 * poll
 */

struct poll_arg {
	struct pollfd *fds;
	u_int nfds;
};

static int
poll_scan(void *v, int *nready)
{
	struct poll_arg *pa = v;
	struct pollfd *pfd = pa->fds;
	struct file *fp;
	int n = 0;
	u_int i;

	for (i = 0; i < pa->nfds; i++, pfd++) {
		pfd->revents = 0;
		if (pfd->fd < 0)
			continue;
		fp = fd_getfile((u_int)pfd->fd);
		if (fp == NULL) {
			pfd->revents = POLLNVAL;
			n++;
			continue;
		}
		pfd->revents = (short)(*fp->f_ops->fo_poll)(
		    fp, pfd->events | POLLERR | POLLHUP);
		fd_putfile((u_int)pfd->fd);
		if (pfd->revents != 0) {
			n++;
			/* one is enough to return: ask the rest only */
			if (curlwp->l_selcluster != NULL)
				curlwp->l_selcluster->sc_recording = false;
		}
	}
	*nready = n;
	return 0;
}

int
pollcommon(register_t *retval, struct pollfd *ufds, u_int nfds,
    struct timespec *ts, sigset_t *mask)
{
	struct pollfd stk[POLL_NSTACK];
	struct poll_arg pa;
	size_t size;
	int error, n;

	if (nfds > POLL_MAXFDS)
		return EINVAL;
	size = nfds * sizeof(*ufds);
	pa.nfds = nfds;
	pa.fds = stk;
	if (nfds > POLL_NSTACK) {
		pa.fds = kmem_alloc(size, KM_SLEEP);
		if (pa.fds == NULL)
			return ENOMEM;
	}
	error = nfds > 0 ? copyin(ufds, pa.fds, size) : 0;
	if (error == 0)
		error = sel_do_scan(poll_scan, &pa, ts, mask, &n);
	if (error == 0) {
		*retval = n;
		if (nfds > 0)
			error = copyout(pa.fds, ufds, size);
	}
	if (pa.fds != stk)
		kmem_free(pa.fds, size);
	return error;
}

int
sys_poll(struct lwp *l, const struct sys_poll_args *uap, register_t *retval)
{
	struct timespec ts, *tsp = NULL;
	int timeout = SCARG(uap, timeout);

	if (timeout != INFTIM) {
		if (timeout < 0)
			return EINVAL;
		ts.tv_sec = timeout / 1000;
		ts.tv_nsec = timeout % 1000 * 1000000L;
		tsp = &ts;
	}
	return pollcommon(retval, SCARG(uap, fds), SCARG(uap, nfds), tsp, NULL);
}

static int
copyin_ts_mask(const struct timespec *uts, struct timespec *ts,
    struct timespec **tsp, const sigset_t *umask, sigset_t *mask,
    sigset_t **maskp)
{
	int error = 0;

	*tsp = NULL;
	*maskp = NULL;
	if (uts != NULL) {
		error = copyin(uts, ts, sizeof(*ts));
		*tsp = ts;
	}
	if (error == 0 && umask != NULL) {
		error = copyin(umask, mask, sizeof(*mask));
		*maskp = mask;
	}
	return error;
}

int
sys___pollts50(
    struct lwp *l, const struct sys___pollts50_args *uap, register_t *retval)
{
	struct timespec ts, *tsp;
	sigset_t mask, *maskp;
	int error;

	error = copyin_ts_mask(
	    SCARG(uap, ts), &ts, &tsp, SCARG(uap, mask), &mask, &maskp);
	if (error)
		return error;
	return pollcommon(
	    retval, SCARG(uap, fds), SCARG(uap, nfds), tsp, maskp);
}

/*
 * select
 */

#define SEL_MAXWORDS 8 /* on the stack: FD_SETSIZE's default */

struct sel_arg {
	int nd;
	uint32_t *in[3];  /* wanted: read, write, except; NULL: none */
	uint32_t *out[3]; /* found */
};

static const int sel_events[3] = {
    POLLRDNORM | POLLHUP | POLLERR,
    POLLWRNORM | POLLHUP | POLLERR,
    POLLRDBAND,
};

static int
sel_scan_fd(struct sel_arg *sa, int fd, int wanted)
{
	uint32_t bit = 1U << (fd % 32);
	struct file *fp;
	int revents, i, n = 0, events = 0;

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return -1;
	for (i = 0; i < 3; i++)
		if (wanted & (1 << i))
			events |= sel_events[i];
	revents = (*fp->f_ops->fo_poll)(fp, events);
	fd_putfile((u_int)fd);
	for (i = 0; i < 3; i++) {
		if ((wanted & (1 << i)) && (revents & sel_events[i])) {
			sa->out[i][fd / 32] |= bit;
			n++;
		}
	}
	return n;
}

static int
sel_scan(void *v, int *nready)
{
	struct sel_arg *sa = v;
	uint32_t any, w[3];
	int word, bit, fd, i, n, wanted, total = 0;

	for (word = 0; word < howmany(sa->nd, 32); word++) {
		any = 0;
		for (i = 0; i < 3; i++) {
			w[i] = sa->in[i] != NULL ? sa->in[i][word] : 0;
			any |= w[i];
			sa->out[i][word] = 0;
		}
		while (any != 0) {
			bit = __builtin_ctz(any);
			any &= any - 1;
			fd = word * 32 + bit;
			if (fd >= sa->nd)
				break;
			wanted = 0;
			for (i = 0; i < 3; i++)
				if (w[i] & (1U << bit))
					wanted |= 1 << i;
			n = sel_scan_fd(sa, fd, wanted);
			if (n < 0)
				return EBADF;
			total += n;
		}
	}
	*nready = total;
	return 0;
}

int
selcommon(register_t *retval, int nd, fd_set *u_in, fd_set *u_ou, fd_set *u_ex,
    struct timespec *ts, sigset_t *mask)
{
	fd_set *user[3] = {u_in, u_ou, u_ex};
	uint32_t stk[6 * SEL_MAXWORDS], *buf = stk;
	struct filedesc *fdp = curlwp->l_fd;
	struct sel_arg sa;
	size_t words, size;
	int error = 0, n, i;

	if (nd < 0)
		return EINVAL;
	/* beyond the table nothing is open */
	if ((u_int)nd > LOAD_PTR(fdp->fd_dt)->dt_nfiles)
		nd = (int)LOAD_PTR(fdp->fd_dt)->dt_nfiles;
	words = howmany((u_int)nd, 32);
	size = words * sizeof(uint32_t);
	if (words > SEL_MAXWORDS) {
		buf = kmem_alloc(6 * size, KM_SLEEP);
		if (buf == NULL)
			return ENOMEM;
	}
	sa.nd = nd;
	for (i = 0; i < 3; i++) {
		sa.in[i] = NULL;
		sa.out[i] = buf + (size_t)(i + 3) * words;
		if (user[i] == NULL || error != 0 || size == 0)
			continue;
		sa.in[i] = buf + (size_t)i * words;
		error = copyin(user[i], sa.in[i], size);
	}
	if (error == 0)
		error = sel_do_scan(sel_scan, &sa, ts, mask, &n);
	if (error == 0) {
		*retval = n;
		/* nothing ready: all bits are off in out[] */
		for (i = 0; i < 3 && error == 0 && size != 0; i++)
			if (user[i] != NULL)
				error = copyout(sa.out[i], user[i], size);
	}
	if (buf != stk)
		kmem_free(buf, 6 * size);
	return error;
}

int
sys___select50(
    struct lwp *l, const struct sys___select50_args *uap, register_t *retval)
{
	struct timespec ts, *tsp = NULL;
	struct timeval tv;
	int error;

	if (SCARG(uap, tv) != NULL) {
		error = copyin(SCARG(uap, tv), &tv, sizeof(tv));
		if (error)
			return error;
		if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
			return EINVAL;
		TIMEVAL_TO_TIMESPEC(&tv, &ts);
		tsp = &ts;
	}
	return selcommon(retval, SCARG(uap, nd), SCARG(uap, in), SCARG(uap, ou),
	    SCARG(uap, ex), tsp, NULL);
}

int
sys___pselect50(
    struct lwp *l, const struct sys___pselect50_args *uap, register_t *retval)
{
	struct timespec ts, *tsp;
	sigset_t mask, *maskp;
	int error;

	error = copyin_ts_mask(
	    SCARG(uap, ts), &ts, &tsp, SCARG(uap, mask), &mask, &maskp);
	if (error)
		return error;
	return selcommon(retval, SCARG(uap, nd), SCARG(uap, in), SCARG(uap, ou),
	    SCARG(uap, ex), tsp, maskp);
}

/* The same three with 32-bit seconds. */

int
compat_50_sys_select(struct lwp *l, const struct compat_50_sys_select_args *uap,
    register_t *retval)
{
	struct timespec ts, *tsp = NULL;
	struct timeval50 tv;
	int error;

	if (SCARG(uap, tv) != NULL) {
		error = copyin(SCARG(uap, tv), &tv, sizeof(tv));
		if (error)
			return error;
		if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
			return EINVAL;
		ts.tv_sec = tv.tv_sec;
		ts.tv_nsec = tv.tv_usec * 1000;
		tsp = &ts;
	}
	return selcommon(retval, SCARG(uap, nd), SCARG(uap, in), SCARG(uap, ou),
	    SCARG(uap, ex), tsp, NULL);
}

static int
copyin_ts50_mask(const struct timespec50 *uts, struct timespec *ts,
    struct timespec **tsp, const sigset_t *umask, sigset_t *mask,
    sigset_t **maskp)
{
	struct timespec50 ts50;
	int error;

	error = copyin_ts_mask(NULL, ts, tsp, umask, mask, maskp);
	if (error == 0 && uts != NULL) {
		error = copyin(uts, &ts50, sizeof(ts50));
		if (error == 0) {
			timespec50_to_timespec(&ts50, ts);
			*tsp = ts;
		}
	}
	return error;
}

int
compat_50_sys_pselect(struct lwp *l,
    const struct compat_50_sys_pselect_args *uap, register_t *retval)
{
	struct timespec ts, *tsp;
	sigset_t mask, *maskp;
	int error;

	error = copyin_ts50_mask(
	    SCARG(uap, ts), &ts, &tsp, SCARG(uap, mask), &mask, &maskp);
	if (error)
		return error;
	return selcommon(retval, SCARG(uap, nd), SCARG(uap, in), SCARG(uap, ou),
	    SCARG(uap, ex), tsp, maskp);
}

int
compat_50_sys_pollts(struct lwp *l, const struct compat_50_sys_pollts_args *uap,
    register_t *retval)
{
	struct timespec ts, *tsp;
	sigset_t mask, *maskp;
	int error;

	error = copyin_ts50_mask(
	    SCARG(uap, ts), &ts, &tsp, SCARG(uap, mask), &mask, &maskp);
	if (error)
		return error;
	return pollcommon(
	    retval, SCARG(uap, fds), SCARG(uap, nfds), tsp, maskp);
}

/*
 * Wait for events of one socket, by the kernel for itself. EWOULDBLOCK when
 * the time is over.
 */
struct pollsock_arg {
	struct socket *so;
	int events;
};

int (*rump_net_sopoll)(struct socket *, int);

static int
pollsock_scan(void *v, int *nready)
{
	struct pollsock_arg *pa = v;

	*nready =
	    (*rump_net_sopoll)(pa->so, pa->events | POLLHUP | POLLERR) != 0;
	return 0;
}

int
pollsock(struct socket *so, const struct timeval *tvp, int events)
{
	struct pollsock_arg pa = {so, events};
	struct timespec ts, *tsp = NULL;
	int error, n;

	if (rump_net_sopoll == NULL)
		return EOPNOTSUPP;
	if (tvp != NULL) {
		TIMEVAL_TO_TIMESPEC(tvp, &ts);
		tsp = &ts;
	}
	error = sel_do_scan(pollsock_scan, &pa, tsp, NULL, &n);
	return error == 0 && n == 0 ? EWOULDBLOCK : error;
}

/* poll and kqfilter routines of devices that are always ready */

int
seltrue(dev_t dev, int events, struct lwp *l)
{
	return events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM);
}
