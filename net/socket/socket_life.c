/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Creation, connection and end of sockets.
 *
 * A socket is freed when no descriptor refers to it (SS_NOFDREF), its
 * protocol has let go (so_pcb NULL), and no accept queue holds it; sofree()
 * looks whether that is so.
 */
#include <sys/domain.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/resourcevar.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <rump-sys/net.h>

#include "socket_impl.h"

static kauth_listener_t socket_listener;
static int somaxconn = SOMAXCONN;

/* What everybody may do with sockets: all but raw ones, and look. */
static int
socket_listener_cb(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{
	enum kauth_network_req req = (enum kauth_network_req)(uintptr_t)arg0;

	(void)cred;
	(void)cookie;
	(void)arg3;
	if (action == KAUTH_NETWORK_BIND && req == KAUTH_REQ_NETWORK_BIND_PORT)
		return KAUTH_RESULT_ALLOW;
	if (action != KAUTH_NETWORK_SOCKET)
		return KAUTH_RESULT_DEFER;
	switch (req) {
	case KAUTH_REQ_NETWORK_SOCKET_OPEN:
		if ((uintptr_t)arg1 == PF_ROUTE || (uintptr_t)arg2 != SOCK_RAW)
			return KAUTH_RESULT_ALLOW;
		return KAUTH_RESULT_DEFER;
	case KAUTH_REQ_NETWORK_SOCKET_CANSEE:
		return KAUTH_RESULT_ALLOW;
	default:
		return KAUTH_RESULT_DEFER;
	}
}

void
soinit1(void)
{
	socket_listener =
	    kauth_listen_scope(KAUTH_SCOPE_NETWORK, socket_listener_cb, NULL);
}

void
soinit2(void)
{
}

/* Make a socket; LOCKSO is one whose lock it is to share, or NULL. */
int
socreate(int dom, struct socket **aso, int type, int proto, struct lwp *l,
    struct socket *lockso)
{
	const struct protosw *prp;
	struct socket *so;
	int error;

	error = kauth_authorize_network(l->l_cred, KAUTH_NETWORK_SOCKET,
	    KAUTH_REQ_NETWORK_SOCKET_OPEN, KAUTH_ARG(dom), KAUTH_ARG(type),
	    KAUTH_ARG(proto));
	if (error != 0)
		return error;
	if (proto != 0)
		prp = pffindproto(dom, proto, type);
	else
		prp = pffindtype(dom, type);
	if (prp == NULL) {
		if (pffinddomain(dom) == NULL)
			return EAFNOSUPPORT;
		if (proto == 0)
			return EPROTOTYPE;
		return EPROTONOSUPPORT;
	}
	if (prp->pr_usrreqs == NULL)
		return EPROTONOSUPPORT;
	if (prp->pr_type != type)
		return EPROTOTYPE;

	so = soget(true);
	so->so_type = type;
	so->so_proto = prp;
	so->so_send = sosend;
	so->so_receive = soreceive;
	so->so_uidinfo = uid_find(kauth_cred_geteuid(l->l_cred));
	so->so_egid = kauth_cred_getegid(l->l_cred);
	so->so_cpid = l->l_proc->p_pid;
	kauth_cred_hold(l->l_cred);
	so->so_cred = l->l_cred;
	if (lockso != NULL) {
		/* the caller holds that lock */
		mutex_obj_hold(lockso->so_lock);
		so->so_lock = lockso->so_lock;
		mutex_enter(so->so_lock);
	}
	error = (*prp->pr_usrreqs->pr_attach)(so, proto);
	KASSERT(solocked(so));
	if (error != 0) {
		so->so_state |= SS_NOFDREF;
		sofree(so);
		return error;
	}
	sounlock(so);
	*aso = so;
	return 0;
}

/* The same with a descriptor. */
int
fsocreate(int domain, struct socket **sop, int type, int proto, int *fdout)
{
	struct lwp *l = curlwp;
	struct socket *so;
	struct file *fp;
	int error, fd, flags = type & SOCK_FLAGS_MASK;

	type &= ~SOCK_FLAGS_MASK;
	error = fd_allocfile(&fp, &fd);
	if (error != 0)
		return error;
	fd_set_exclose(l, fd, (flags & SOCK_CLOEXEC) != 0);
	fp->f_flag = FREAD | FWRITE |
	    ((flags & SOCK_NONBLOCK) != 0 ? FNONBLOCK : 0) |
	    ((flags & SOCK_NOSIGPIPE) != 0 ? FNOSIGPIPE : 0);
	fp->f_type = DTYPE_SOCKET;
	fp->f_ops = &socketops;
	error = socreate(domain, &so, type, proto, l, NULL);
	if (error != 0) {
		fd_abort(l->l_proc, fp, fd);
		return error;
	}
	if ((flags & SOCK_NONBLOCK) != 0)
		so->so_state |= SS_NBIO;
	if (sop != NULL)
		*sop = so;
	fp->f_socket = so;
	fd_affix(l->l_proc, fp, fd);
	*fdout = fd;
	return 0;
}

int
sofamily(const struct socket *so)
{
	const struct domain *dom = so->so_proto->pr_domain;

	return dom == NULL ? AF_UNSPEC : dom->dom_family;
}

int
sobind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	int error;

	solock(so);
	if (nam->sa_family != sofamily(so))
		error = EAFNOSUPPORT;
	else
		error = (*so->so_proto->pr_usrreqs->pr_bind)(so, nam, l);
	sounlock(so);
	return error;
}

int
solisten(struct socket *so, int backlog, struct lwp *l)
{
	const short oldopt = so->so_options, oldlimit = so->so_qlimit;
	int error;

	solock(so);
	if ((so->so_state &
		(SS_ISCONNECTED | SS_ISCONNECTING | SS_ISDISCONNECTING)) != 0 ||
	    (so->so_proto->pr_flags & PR_LISTEN) == 0) {
		sounlock(so);
		return (so->so_proto->pr_flags & PR_LISTEN) != 0 ? EINVAL
								 : EOPNOTSUPP;
	}
	so->so_options |= SO_ACCEPTCONN;
	if (backlog < 0)
		backlog = 0;
	so->so_qlimit = imin(backlog, somaxconn);
	error = (*so->so_proto->pr_usrreqs->pr_listen)(so, l);
	if (error != 0) {
		so->so_options = oldopt;
		so->so_qlimit = oldlimit;
	}
	sounlock(so);
	return error;
}

/* Free the socket if nothing needs it any more; releases its lock. */
void
sofree(struct socket *so)
{
	u_int refs;

	KASSERT(solocked(so));
	if (so->so_pcb != NULL || (so->so_state & SS_NOFDREF) == 0) {
		sounlock(so);
		return;
	}
	if (so->so_head != NULL) {
		/* an established one still belongs to accept() */
		if (!soqremque(so, 0)) {
			sounlock(so);
			return;
		}
		so->so_head = NULL;
	}
	sbrelease(&so->so_snd, so);
	sorflush(so);
	refs = so->so_aborting;
	sounlock(so);
	if (refs == 0)
		soput(so);
}

/* Abort a connection that nobody accepted; frees it, releases its lock. */
int
soabort(struct socket *so)
{
	int error;

	KASSERT(solocked(so));
	KASSERT(so->so_head == NULL);
	so->so_aborting++; /* the protocol may call sofree() */
	error = (*so->so_proto->pr_usrreqs->pr_abort)(so);
	KASSERT(solocked(so));
	so->so_aborting--;
	sofree(so);
	return error;
}

static void
soclose_queues(struct socket *so)
{
	struct socket *so2;
	int q;

	for (q = 0; q <= 1; q++) {
		while ((so2 = TAILQ_FIRST(q == 0 ? &so->so_q0 : &so->so_q)) !=
		    NULL) {
			KASSERT(solocked2(so, so2));
			(void)soqremque(so2, q);
			(void)soabort(so2);
			solock(so);
		}
	}
}

static int
soclose_linger(struct socket *so)
{
	int error = 0;

	if ((so->so_state & SS_ISDISCONNECTING) == 0) {
		error = sodisconnect(so);
		if (error != 0)
			return error;
	}
	if ((so->so_options & SO_LINGER) == 0)
		return 0;
	if ((so->so_state & (SS_ISDISCONNECTING | SS_NBIO)) ==
	    (SS_ISDISCONNECTING | SS_NBIO))
		return 0;
	while ((so->so_state & SS_ISCONNECTED) != 0) {
		error = sowait(so, true, so->so_linger * hz);
		if (error != 0)
			break;
	}
	return error == EWOULDBLOCK ? 0 : error;
}

/* The last descriptor is gone. */
int
soclose(struct socket *so)
{
	int error = 0;

	solock(so);
	if ((so->so_options & SO_ACCEPTCONN) != 0) {
		so->so_options &= ~SO_ACCEPTCONN;
		soclose_queues(so);
	}
	if (so->so_pcb != NULL && (so->so_state & SS_ISCONNECTED) != 0)
		error = soclose_linger(so);
	if (so->so_pcb != NULL)
		(*so->so_proto->pr_usrreqs->pr_detach)(so);
	KASSERT(solocked(so));
	KASSERT((so->so_state & SS_NOFDREF) == 0);
	so->so_state |= SS_NOFDREF;
	sofree(so);
	return error;
}

/* The protocol's part of accept(): the peer's address to NAM. */
int
soaccept(struct socket *so, struct sockaddr *nam)
{
	KASSERT(solocked(so));
	KASSERT((so->so_state & SS_NOFDREF) != 0);

	so->so_state &= ~SS_NOFDREF;
	if ((so->so_state & SS_ISDISCONNECTED) != 0 &&
	    (so->so_proto->pr_flags & PR_ABRTACPTDIS) != 0)
		return ECONNABORTED;
	return (*so->so_proto->pr_usrreqs->pr_accept)(so, nam);
}

/* Begin to connect; the socket is locked. */
int
soconnect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	int error;

	KASSERT(solocked(so));
	if ((so->so_options & SO_ACCEPTCONN) != 0)
		return EOPNOTSUPP;
	/* a datagram socket may connect elsewhere at any time */
	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING)) != 0) {
		if ((so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
			return EISCONN;
		error = sodisconnect(so);
		if (error != 0)
			return EISCONN;
	}
	if (nam->sa_family == AF_UNSPEC &&
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0)
		return 0; /* it is disconnected now */
	if (nam->sa_family != sofamily(so))
		return EAFNOSUPPORT;
	return (*so->so_proto->pr_usrreqs->pr_connect)(so, nam, l);
}

int
soconnect2(struct socket *so1, struct socket *so2)
{
	KASSERT(solocked2(so1, so2));
	return (*so1->so_proto->pr_usrreqs->pr_connect2)(so1, so2);
}

int
sodisconnect(struct socket *so)
{
	KASSERT(solocked(so));
	if ((so->so_state & SS_ISCONNECTED) == 0)
		return ENOTCONN;
	if ((so->so_state & SS_ISDISCONNECTING) != 0)
		return EALREADY;
	return (*so->so_proto->pr_usrreqs->pr_disconnect)(so);
}

int
soshutdown(struct socket *so, int how)
{
	int error = 0;

	KASSERT(solocked(so));
	if (how < SHUT_RD || how > SHUT_RDWR)
		return EINVAL;
	if (how != SHUT_WR) {
		sorflush(so);
	}
	if (how != SHUT_RD)
		error = (*so->so_proto->pr_usrreqs->pr_shutdown)(so);
	return error;
}

/* Close a descriptor that others sleep on: they return EBADF. */
void
sorestart(struct socket *so)
{
	solock(so);
	so->so_restarts++;
	cv_broadcast(&so->so_cv);
	cv_broadcast(&so->so_snd.sb_cv);
	cv_broadcast(&so->so_rcv.sb_cv);
	sounlock(so);
}

/* Drop what was received, rights included, and take no more. */
void
sorflush(struct socket *so)
{
	const struct protosw *pr = so->so_proto;
	struct sockbuf *sb = &so->so_rcv, asb;

	KASSERT(solocked(so));
	socantrcvmore(so); /* first: who has the buffer may wait for more */
	sb->sb_flags |= SB_NOINTR;
	(void)sblock(sb, M_WAITOK);
	asb.sb_mb = sb->sb_mb;
	sb->sb_mb = NULL;
	sb->sb_cc = 0;
	sb->sb_mbcnt = 0;
	sb->sb_mbtail = NULL;
	sb->sb_lastrecord = NULL;
	if (so->so_uidinfo != NULL)
		(void)chgsbsize(
		    so->so_uidinfo, &sb->sb_hiwat, 0, RLIM_INFINITY);
	sb->sb_hiwat = 0;
	sb->sb_mbmax = 0;
	sbunlock(sb);
	sb->sb_flags &= ~SB_NOINTR;
	if (asb.sb_mb == NULL)
		return;
	if ((pr->pr_flags & PR_RIGHTS) != 0 &&
	    pr->pr_domain->dom_dispose != NULL) {
		/* disposing of rights closes files: not under our lock */
		so->so_aborting++;
		sounlock(so);
		(*pr->pr_domain->dom_dispose)(asb.sb_mb);
		solock(so);
		so->so_aborting--;
	}
	while (asb.sb_mb != NULL) {
		struct mbuf *m = asb.sb_mb;

		asb.sb_mb = m->m_nextpkt;
		m_freem(m);
	}
}
