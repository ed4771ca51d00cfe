/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States of sockets, the queues of a listening one, and wakeups.
 *
 * A connection that arrives becomes a socket on so_q0 of the listening one
 * (so_head), moves to so_q when it is established, and leaves with accept().
 * A socket on a queue shares the lock of its so_head.
 */
#include <sys/atomic.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/resourcevar.h>
#include <sys/select.h>
#include <sys/signalvar.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include "socket_impl.h"

kmutex_t *softnet_lock;
static pool_cache_t socket_cache;

static int
socket_ctor(void *arg, void *obj, int flags)
{
	struct socket *so = obj;

	(void)arg;
	(void)flags;
	memset(so, 0, sizeof(*so));
	cv_init(&so->so_cv, "socket");
	cv_init(&so->so_snd.sb_cv, "netio");
	cv_init(&so->so_rcv.sb_cv, "netio");
	selinit(&so->so_snd.sb_sel);
	selinit(&so->so_rcv.sb_sel);
	so->so_snd.sb_so = so;
	so->so_rcv.sb_so = so;
	return 0;
}

static void
socket_dtor(void *arg, void *obj)
{
	struct socket *so = obj;

	(void)arg;
	seldestroy(&so->so_rcv.sb_sel);
	seldestroy(&so->so_snd.sb_sel);
	cv_destroy(&so->so_cv);
	cv_destroy(&so->so_snd.sb_cv);
	cv_destroy(&so->so_rcv.sb_cv);
}

void
soinit(void)
{
	softnet_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	(void)sb_max_set(sb_max);
	socket_cache = pool_cache_init(sizeof(struct socket), 64, 0, 0,
	    "socket", NULL, IPL_SOFTNET, socket_ctor, socket_dtor, NULL);
}

static void
sb_reset(struct sockbuf *sb)
{
	memset(&sb->sb_startzero, 0,
	    sizeof(*sb) - offsetof(struct sockbuf, sb_startzero));
}

/* A socket without protocol or lock. */
struct socket *
soget(bool waitok)
{
	struct socket *so;

	so = pool_cache_get(socket_cache, waitok ? PR_WAITOK : PR_NOWAIT);
	if (so == NULL)
		return NULL;
	so->so_lock = NULL;
	memset(&so->so_type, 0,
	    offsetof(struct socket, so_snd) - offsetof(struct socket, so_type));
	memset(&so->so_internal, 0,
	    sizeof(*so) - offsetof(struct socket, so_internal));
	sb_reset(&so->so_snd);
	sb_reset(&so->so_rcv);
	TAILQ_INIT(&so->so_q0);
	TAILQ_INIT(&so->so_q);
	return so;
}

/* Free a socket that nothing refers to, and its hold on its lock. */
void
soput(struct socket *so)
{
	KASSERT(SLIST_EMPTY(&so->so_snd.sb_sel.sel_klist));
	KASSERT(SLIST_EMPTY(&so->so_rcv.sb_sel.sel_klist));
	KASSERT(so->so_q0len == 0 && so->so_qlen == 0);

	if (so->so_cred != NULL)
		kauth_cred_free(so->so_cred);
	if (so->so_lock != NULL)
		mutex_obj_free(so->so_lock);
	pool_cache_put(socket_cache, so);
}

bool
solocked(const struct socket *so)
{
	return mutex_owned(so->so_lock);
}

bool
solocked2(const struct socket *so1, const struct socket *so2)
{
	const kmutex_t *lock = so1->so_lock;

	return lock == so2->so_lock && mutex_owned(lock);
}

/* The lock that was taken is not the socket's any more: take the new one. */
void
solockretry(struct socket *so, kmutex_t *lock)
{
	while (lock != so->so_lock) {
		mutex_exit(lock);
		lock = so->so_lock;
		mutex_enter(lock);
	}
}

/* Give a new socket the protocols' common lock, and take it. */
void
sosetlock(struct socket *so)
{
	if (so->so_lock == NULL) {
		so->so_lock = softnet_lock;
		mutex_obj_hold(softnet_lock);
		mutex_enter(softnet_lock);
	}
	KASSERT(solocked(so));
}

/* Exchange the lock of a locked socket; reference counts are the caller's. */
void
solockreset(struct socket *so, kmutex_t *lock)
{
	KASSERT(solocked(so));
	membar_producer();
	so->so_lock = lock;
}

/* Wait for any change of state, TIMO ticks at most (0: for ever). */
int
sowait(struct socket *so, bool catch_p, int timo)
{
	kmutex_t *lock = so->so_lock;
	u_int restarts = so->so_restarts;
	int error;

	KASSERT(solocked(so));
	if (catch_p)
		error = cv_timedwait_sig(&so->so_cv, lock, timo);
	else
		error = cv_timedwait(&so->so_cv, lock, timo);
	if (__predict_false(lock != so->so_lock))
		solockretry(so, lock);
	if (__predict_false(restarts != so->so_restarts) && error == 0)
		error = EBADF;
	return error;
}

/*
 * Something happened to a buffer: wake those who sleep, poll, or want a
 * signal or an upcall. CODE is POLL_IN, POLL_OUT or POLL_HUP.
 */
void
sowakeup(struct socket *so, struct sockbuf *sb, int code)
{
	int band;

	KASSERT(solocked(so));
	if (code == POLL_IN)
		band = POLLIN | POLLRDNORM;
	else if (code == POLL_HUP)
		band = POLLHUP;
	else
		band = POLLOUT | POLLWRNORM;
	if ((sb->sb_flags & SB_NOTIFY) != 0) {
		sb->sb_flags &= ~SB_NOTIFY;
		selnotify(&sb->sb_sel, band, NOTE_SUBMIT);
	} else if (!SLIST_EMPTY(&sb->sb_sel.sel_klist))
		selnotify(&sb->sb_sel, band, NOTE_SUBMIT);
	if (sb->sb_waiters != 0)
		cv_broadcast(&sb->sb_cv);
	if ((sb->sb_flags & SB_ASYNC) != 0)
		fownsignal(so->so_pgid, SIGIO, code, band, so);
	if ((sb->sb_flags & SB_UPCALL) != 0 && so->so_upcall != NULL)
		(*so->so_upcall)(so, so->so_upcallarg, band, M_DONTWAIT);
}

void
soisconnecting(struct socket *so)
{
	KASSERT(solocked(so));
	so->so_state &= ~(SS_ISCONNECTED | SS_ISDISCONNECTING);
	so->so_state |= SS_ISCONNECTING;
}

void
soisconnected(struct socket *so)
{
	struct socket *head = so->so_head;

	KASSERT(solocked(so));
	so->so_state &= ~(SS_ISCONNECTING | SS_ISDISCONNECTING);
	so->so_state |= SS_ISCONNECTED;
	if (head != NULL && so->so_onq == &head->so_q0) {
		(void)soqremque(so, 0);
		soqinsque(head, so, 1);
		sorwakeup(head);
		cv_broadcast(&head->so_cv);
	} else {
		cv_broadcast(&so->so_cv);
		sorwakeup(so);
		sowwakeup(so);
	}
}

void
soisdisconnecting(struct socket *so)
{
	KASSERT(solocked(so));
	so->so_state &= ~SS_ISCONNECTING;
	so->so_state |= SS_ISDISCONNECTING | SS_CANTRCVMORE | SS_CANTSENDMORE;
	cv_broadcast(&so->so_cv);
	sowwakeup(so);
	sorwakeup(so);
}

void
soisdisconnected(struct socket *so)
{
	KASSERT(solocked(so));
	so->so_state &=
	    ~(SS_ISCONNECTING | SS_ISCONNECTED | SS_ISDISCONNECTING);
	so->so_state |= SS_CANTRCVMORE | SS_CANTSENDMORE | SS_ISDISCONNECTED;
	cv_broadcast(&so->so_cv);
	sowwakeup(so);
	sorwakeup(so);
}

void
socantsendmore(struct socket *so)
{
	KASSERT(solocked(so));
	so->so_state |= SS_CANTSENDMORE;
	sowwakeup(so);
}

void
socantrcvmore(struct socket *so)
{
	KASSERT(solocked(so));
	so->so_state |= SS_CANTRCVMORE;
	sorwakeup(so);
}

/* A datagram did not fit. */
void
soroverflow(struct socket *so)
{
	KASSERT(solocked(so));
	so->so_rcv.sb_overflowed++;
	so->so_error = ENOBUFS;
	sorwakeup(so);
}

/* Urgent data have come: SIGURG to the owner. */
void
sohasoutofband(struct socket *so)
{
	KASSERT(solocked(so));
	fownsignal(so->so_pgid, SIGURG, POLL_PRI, POLLPRI | POLLRDBAND, so);
	if (sb_notify(&so->so_rcv)) {
		so->so_rcv.sb_flags &= ~SB_NOTIFY;
		selnotify(
		    &so->so_rcv.sb_sel, POLLPRI | POLLRDBAND, NOTE_SUBMIT);
		cv_broadcast(&so->so_rcv.sb_cv);
	}
}

/* Put a connection on the queue of established (Q) or other connections. */
void
soqinsque(struct socket *head, struct socket *so, int q)
{
	KASSERT(q == 0 || q == 1);
	KASSERT(solocked2(head, so));
	KASSERT(so->so_onq == NULL);

	so->so_head = head;
	if (q == 0) {
		head->so_q0len++;
		so->so_onq = &head->so_q0;
	} else {
		head->so_qlen++;
		so->so_onq = &head->so_q;
	}
	TAILQ_INSERT_TAIL(so->so_onq, so, so_qe);
}

/* Take it off that queue; false if it is not on it. */
bool
soqremque(struct socket *so, int q)
{
	struct socket *head = so->so_head;

	KASSERT(q == 0 || q == 1);
	KASSERT(solocked(so));
	if (head == NULL || so->so_onq != (q == 0 ? &head->so_q0 : &head->so_q))
		return false;
	if (q == 0)
		head->so_q0len--;
	else
		head->so_qlen--;
	KASSERT(solocked2(so, head));
	TAILQ_REMOVE(so->so_onq, so, so_qe);
	so->so_onq = NULL;
	so->so_head = NULL;
	return true;
}

/*
 * A socket for a connection to HEAD; NULL when its queues are full. With
 * SOREADY it is established already.
 */
struct socket *
sonewconn(struct socket *head, bool soready)
{
	struct socket *so;

	KASSERT(solocked(head));
	if (head->so_qlen + head->so_q0len > 3 * head->so_qlimit / 2 ||
	    (head->so_options & SO_ACCEPTCONN) == 0)
		return NULL;
	so = soget(false);
	if (so == NULL)
		return NULL;
	mutex_obj_hold(head->so_lock);
	so->so_lock = head->so_lock;
	so->so_type = head->so_type;
	so->so_options = head->so_options & ~SO_ACCEPTCONN;
	so->so_linger = head->so_linger;
	so->so_state = head->so_state | SS_NOFDREF;
	so->so_proto = head->so_proto;
	so->so_timeo = head->so_timeo;
	so->so_pgid = head->so_pgid;
	so->so_send = head->so_send;
	so->so_receive = head->so_receive;
	so->so_uidinfo = head->so_uidinfo;
	so->so_egid = head->so_egid;
	so->so_cpid = head->so_cpid;
	if (head->so_cred != NULL) {
		kauth_cred_hold(head->so_cred);
		so->so_cred = head->so_cred;
	}
	if (soreserve(so, head->so_snd.sb_hiwat, head->so_rcv.sb_hiwat) != 0)
		goto out;
	so->so_snd.sb_lowat = head->so_snd.sb_lowat;
	so->so_rcv.sb_lowat = head->so_rcv.sb_lowat;
	so->so_rcv.sb_timeo = head->so_rcv.sb_timeo;
	so->so_snd.sb_timeo = head->so_snd.sb_timeo;
	so->so_rcv.sb_flags |= head->so_rcv.sb_flags & (SB_AUTOSIZE | SB_ASYNC);
	so->so_snd.sb_flags |= head->so_snd.sb_flags & (SB_AUTOSIZE | SB_ASYNC);
	if ((*so->so_proto->pr_usrreqs->pr_attach)(so, 0) != 0)
		goto out;
	KASSERT(solocked(so));
	soqinsque(head, so, soready);
	if (soready) {
		so->so_state |= SS_ISCONNECTED;
		sorwakeup(head);
		cv_broadcast(&head->so_cv);
	}
	return so;
out:
	sbrelease(&so->so_snd, so);
	sbrelease(&so->so_rcv, so);
	soput(so);
	return NULL;
}
