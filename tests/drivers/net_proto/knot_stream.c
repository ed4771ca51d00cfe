/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connected sockets, streams or records. What is sent goes to the send
 * buffer, and from there to the receive buffer of the peer as there is room.
 */

#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include "knot.h"
#include "ktest.h"

void
knot_stream_init(void)
{
	KASSERT(LIST_EMPTY(&knot_streams));
}

static bool
knot_isstream(const struct socket *so)
{
	return so->so_type == SOCK_STREAM;
}

/* A socket that has a lock of its own comes back to that of all. */
static void
knot_comeback(struct socket *so)
{
	kmutex_t *old = so->so_lock;

	if (old == knot_lock)
		return;
	if (!mutex_tryenter(knot_lock)) {
		/* The order is the other way round. */
		mutex_exit(old);
		mutex_enter(knot_lock);
		mutex_enter(old);
		KASSERT(so->so_lock == old);
	}
	mutex_obj_hold(knot_lock);
	solockreset(so, knot_lock);
	mutex_exit(old);
	mutex_obj_free(old);
}

/*
 * Ends a socket that was closed before all was sent, if that is what kn is.
 * Its lock, which may be the peer's too, is given up for a moment.
 */
static void
knot_bury(struct knot *kn)
{
	struct socket *so = kn->kn_so;
	kmutex_t *lock = so->so_lock;

	if (!kn->kn_closing || (so->so_state & SS_NOFDREF) == 0)
		return;
	mutex_obj_hold(lock);
	knot_comeback(so);
	LIST_REMOVE(kn, kn_link);
	knot_free(so);
	sofree(so);
	mutex_enter(lock);
	mutex_obj_free(lock);
}

/* Takes two that are connected apart. */
static void
knot_part(struct knot *kn, int error)
{
	struct knot *peer = kn->kn_peer;

	if (peer == NULL)
		return;
	kn->kn_peer = peer->kn_peer = NULL;
	if (error != 0)
		peer->kn_so->so_error = (u_short)error;
	soisdisconnected(peer->kn_so);
	knot_bury(peer);
}

/* Moves what fits to the peer, and then the news that there is no more. */
static void
knot_push(struct knot *kn)
{
	struct socket *so = kn->kn_so, *peer;
	struct mbuf *m;
	int len;

	KASSERT(solocked(so));
	if (kn->kn_peer == NULL)
		return;
	peer = kn->kn_peer->kn_so;
	KASSERT(solocked2(so, peer));
	while ((m = so->so_snd.sb_mb) != NULL) {
		if (knot_isstream(so)) {
			len =
			    (int)MIN(so->so_snd.sb_cc, sbspace(&peer->so_rcv));
			if (len <= 0)
				break;
			m = m_copym(m, 0, len, M_DONTWAIT);
			if (m == NULL)
				break;
			sbappendstream(&peer->so_rcv, m);
			sbdrop(&so->so_snd, len);
		} else {
			len = (int)m_length(m);
			if (len > sbspace(&peer->so_rcv))
				break;
			m = m_copym(m, 0, M_COPYALL, M_DONTWAIT);
			if (m == NULL)
				break;
			sbappendrecord(&peer->so_rcv, m);
			sbdroprecord(&so->so_snd);
		}
		sorwakeup(peer);
		sowwakeup(so);
	}
	if (so->so_snd.sb_mb != NULL)
		return;
	if (kn->kn_shut)
		socantrcvmore(peer);
	if (kn->kn_closing) {
		knot_part(kn, 0);
		soisdisconnected(so);
		knot_bury(kn);
	}
}

static int
knot_stream_attach(struct socket *so, int proto)
{
	int error;

	if (so->so_lock == NULL) {
		mutex_obj_hold(knot_lock);
		so->so_lock = knot_lock;
		solock(so);
	}
	error = knot_alloc(so);
	if (error == 0)
		LIST_INSERT_HEAD(&knot_streams, sotoknot(so), kn_link);
	return error;
}

static void
knot_stream_detach(struct socket *so)
{
	struct knot *kn = sotoknot(so);

	/* What was sent goes on its way without the socket's users. */
	if (kn->kn_closing && kn->kn_peer != NULL)
		return;
	knot_part(kn, 0);
	knot_comeback(so);
	LIST_REMOVE(kn, kn_link);
	soisdisconnected(so);
	knot_free(so);
}

static int
knot_stream_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	/* The list belongs to the lock that those of a pair do not have. */
	if (so->so_lock != knot_lock)
		return EISCONN;
	return knot_bindport(so, &knot_streams, nam, l);
}

static int
knot_stream_listen(struct socket *so, struct lwp *l)
{
	return sotoknot(so)->kn_local.sk_port == 0 ? EINVAL : 0;
}

static int
knot_stream_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct sockaddr_knot *sk = (struct sockaddr_knot *)nam;
	struct knot *kn = sotoknot(so), *head, *other;
	struct socket *so2;

	if (sk->sk_len != sizeof(*sk))
		return EINVAL;
	if (sk->sk_family != AF_KNOT)
		return EAFNOSUPPORT;
	if (so->so_lock != knot_lock)
		return EISCONN;
	head = knot_find(&knot_streams, sk->sk_port);
	if (head == NULL || (head->kn_so->so_options & SO_ACCEPTCONN) == 0)
		return ECONNREFUSED;
	soisconnecting(so);
	so2 = sonewconn(head->kn_so, false);
	if (so2 == NULL) {
		soisdisconnected(so);
		return ECONNREFUSED;
	}
	K(solocked2(so, so2));
	other = sotoknot(so2);
	other->kn_peer = kn;
	kn->kn_peer = other;
	kn->kn_remote = head->kn_local;
	other->kn_local = head->kn_local;
	other->kn_local.sk_port = 0; /* one listens at the port */
	other->kn_remote = kn->kn_local;
	soisconnected(so2);
	soisconnected(so);
	return 0;
}

/* A pair has a lock of its own. */
static int
knot_stream_connect2(struct socket *so, struct socket *so2)
{
	kmutex_t *lock, *old = so->so_lock;

	K(solocked2(so, so2));
	K(old == knot_lock);
	if (so->so_type != so2->so_type)
		return EPROTOTYPE;
	sotoknot(so)->kn_peer = sotoknot(so2);
	sotoknot(so2)->kn_peer = sotoknot(so);
	soisconnected(so);
	soisconnected(so2);
	lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SOFTNET);
	mutex_obj_hold(lock);
	mutex_enter(lock);
	solockreset(so, lock);
	solockreset(so2, lock);
	mutex_exit(old);
	mutex_obj_free(old);
	mutex_obj_free(old);
	return 0;
}

static int
knot_stream_accept(struct socket *so, struct sockaddr *nam)
{
	memcpy(nam, &sotoknot(so)->kn_remote, sizeof(struct sockaddr_knot));
	return 0;
}

static int
knot_stream_disconnect(struct socket *so)
{
	struct knot *kn = sotoknot(so);

	soisdisconnecting(so);
	sbflush(&so->so_rcv);
	kn->kn_shut = kn->kn_closing = true;
	knot_push(kn);
	return 0;
}

static int
knot_stream_shutdown(struct socket *so)
{
	socantsendmore(so);
	sotoknot(so)->kn_shut = true;
	knot_push(sotoknot(so));
	return 0;
}

/* Nobody accepted it: the peer hears of that. */
static int
knot_stream_abort(struct socket *so)
{
	knot_part(sotoknot(so), ECONNABORTED);
	knot_stream_detach(so);
	return 0;
}

static int
knot_stream_ioctl(struct socket *so, u_long cmd, void *nam, struct ifnet *ifp)
{
	return EOPNOTSUPP;
}

static int
knot_stream_stat(struct socket *so, struct stat *st)
{
	st->st_blksize = 1234;
	return 0;
}

static int
knot_stream_peeraddr(struct socket *so, struct sockaddr *nam)
{
	memcpy(nam, &sotoknot(so)->kn_remote, sizeof(struct sockaddr_knot));
	return 0;
}

static int
knot_stream_sockaddr(struct socket *so, struct sockaddr *nam)
{
	memcpy(nam, &sotoknot(so)->kn_local, sizeof(struct sockaddr_knot));
	return 0;
}

/* The reader made room. */
static int
knot_stream_rcvd(struct socket *so, int flags, struct lwp *l)
{
	if (sotoknot(so)->kn_peer != NULL)
		knot_push(sotoknot(so)->kn_peer);
	return 0;
}

static int
knot_stream_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	struct knot *kn = sotoknot(so);
	int error = 0;

	if (kn->kn_peer == NULL)
		error = ENOTCONN;
	else if ((so->so_state & SS_CANTSENDMORE) != 0)
		error = EPIPE;
	else if (nam != NULL)
		error = EISCONN;
	else if (control != NULL && knot_isstream(so))
		error = EOPNOTSUPP;
	else if (!knot_isstream(so) && m->m_pkthdr.len > kn->kn_limit)
		error = EMSGSIZE;
	if (error == 0 && control != NULL) {
		/* Records with control go straight to the peer. */
		if (sbappendcontrol(&kn->kn_peer->kn_so->so_rcv, m, control) ==
		    0)
			error = ENOBUFS;
		else {
			sorwakeup(kn->kn_peer->kn_so);
			return 0;
		}
	}
	if (error != 0) {
		m_freem(m);
		m_freem(control);
		return error;
	}
	if (knot_isstream(so))
		sbappendstream(&so->so_snd, m);
	else
		sbappendrecord(&so->so_snd, m);
	knot_push(kn);
	return 0;
}

static int
knot_stream_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	struct knot *peer = sotoknot(so)->kn_peer;
	struct mbuf *n;
	int off, error = 0;

	if (peer == NULL)
		error = ENOTCONN;
	else {
		n = m_getptr(m, m->m_pkthdr.len - 1, &off);
		peer->kn_oob = mtod(n, uint8_t *)[off];
		sohasoutofband(peer->kn_so);
	}
	m_freem(m);
	m_freem(control);
	return error;
}

static int
knot_stream_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	struct knot *kn = sotoknot(so);

	if (kn->kn_oob == -1)
		return EINVAL;
	*mtod(m, uint8_t *) = (uint8_t)kn->kn_oob;
	m->m_len = 1;
	if ((flags & MSG_PEEK) == 0)
		kn->kn_oob = -1;
	return 0;
}

static int
knot_stream_purgeif(struct socket *so, struct ifnet *ifp)
{
	return 0;
}

const struct pr_usrreqs knot_stream_usrreqs = {
    .pr_attach = knot_stream_attach,
    .pr_detach = knot_stream_detach,
    .pr_accept = knot_stream_accept,
    .pr_connect = knot_stream_connect,
    .pr_connect2 = knot_stream_connect2,
    .pr_bind = knot_stream_bind,
    .pr_listen = knot_stream_listen,
    .pr_disconnect = knot_stream_disconnect,
    .pr_shutdown = knot_stream_shutdown,
    .pr_abort = knot_stream_abort,
    .pr_ioctl = knot_stream_ioctl,
    .pr_stat = knot_stream_stat,
    .pr_peeraddr = knot_stream_peeraddr,
    .pr_sockaddr = knot_stream_sockaddr,
    .pr_rcvd = knot_stream_rcvd,
    .pr_recvoob = knot_stream_recvoob,
    .pr_send = knot_stream_send,
    .pr_sendoob = knot_stream_sendoob,
    .pr_purgeif = knot_stream_purgeif,
};
