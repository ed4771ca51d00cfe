/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local domain sockets: stream, datagram, seqpacket.
 *
 * Data go straight into the receiver's buffer; the sender's buffer is empty
 * and only mirrors the receiver's fill, which makes the socket layer wait.
 *
 * One lock, uipc_lock, protects all local sockets, so both ends of a
 * connection are locked at once. It is not held across file system calls;
 * UNP_BUSY keeps others away meanwhile.
 */
#include <sys/atomic.h>
#include <sys/domain.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/un.h>
#include <sys/unpcb.h>

#include <rump-sys/filehooks.h>
#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "unix_impl.h"

#define UNP_PATHMAX 253

u_long unpst_sendspace = 128 * 1024;
u_long unpst_recvspace = 128 * 1024;
u_long unpdg_sendspace = 64 * 1024;
u_long unpdg_recvspace = 256 * 1024;

kmutex_t *uipc_lock;
struct unp_list unp_all = LIST_HEAD_INITIALIZER(unp_all);

static ino_t unp_ino; /* l: fake inode numbers */

static const struct sockaddr_un sun_noname = {
    .sun_len = offsetof(struct sockaddr_un, sun_path),
    .sun_family = AF_LOCAL,
};

void
uipc_init(void)
{
	uipc_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	unp_sysctl_init();
}

static struct unpcb *
unp_peer(struct socket *so)
{
	struct unpcb *unp = sotounpcb(so);

	return unp == NULL ? NULL : unp->unp_conn;
}

static int
unp_attach(struct socket *so, int proto)
{
	u_long snd, rcv;
	struct unp *u;
	int error;

	(void)proto;
	if (so->so_lock == NULL) {
		so->so_lock = uipc_lock;
		mutex_obj_hold(uipc_lock);
		mutex_enter(uipc_lock);
	}
	KASSERT(solocked(so));
	if (so->so_snd.sb_hiwat == 0 || so->so_rcv.sb_hiwat == 0) {
		if (so->so_type == SOCK_DGRAM) {
			snd = unpdg_sendspace;
			rcv = unpdg_recvspace;
		} else {
			snd = unpst_sendspace;
			rcv = unpst_recvspace;
		}
		error = soreserve(so, snd, rcv);
		if (error != 0)
			return error;
	}
	u = kmem_zalloc(sizeof(*u), KM_NOSLEEP);
	if (u == NULL)
		return ENOBUFS;
	u->u_pcb.unp_socket = so;
	so->so_pcb = u;
	nanotime(&u->u_pcb.unp_ctime);
	LIST_INSERT_HEAD(&unp_all, u, u_entry);
	return 0;
}

static void
unp_setaddr(struct unpcb *unp, struct sockaddr_un *sun, size_t len)
{
	if (unp->unp_addr != NULL)
		kmem_free(unp->unp_addr, unp->unp_addrlen);
	unp->unp_addr = sun;
	unp->unp_addrlen = len;
}

/* The receiver's fill is the sender's. */
static void
unp_mirror(struct socket *snd, const struct socket *rcv)
{
	snd->so_snd.sb_cc = rcv->so_rcv.sb_cc;
	snd->so_snd.sb_mbcnt = rcv->so_rcv.sb_mbcnt;
}

static void
unp_disconnect1(struct unpcb *unp)
{
	struct unpcb *unp2 = unp->unp_conn, **up;
	struct socket *so = unp->unp_socket;

	if (unp2 == NULL)
		return;
	unp->unp_conn = NULL;
	if (so->so_type == SOCK_DGRAM) {
		for (up = &unp2->unp_refs; *up != NULL;
		     up = &(*up)->unp_nextref) {
			if (*up == unp) {
				*up = unp->unp_nextref;
				break;
			}
		}
		unp->unp_nextref = NULL;
		so->so_state &= ~SS_ISCONNECTED;
		return;
	}
	so->so_snd.sb_cc = so->so_snd.sb_mbcnt = 0;
	unp2->unp_socket->so_snd.sb_cc = 0;
	unp2->unp_socket->so_snd.sb_mbcnt = 0;
	soisdisconnected(so);
	unp2->unp_conn = NULL;
	soisdisconnected(unp2->unp_socket);
}

/* The file-system name goes; drops the lock around it. */
static void
unp_release_vnode(struct socket *so, struct unpcb *unp)
{
	struct vnode *vp = unp->unp_vnode;

	unp_name_unbind(so);
	if (vp == NULL)
		return;
	unp->unp_vnode = NULL;
	(*rump_unp_vfs->uv_setsocket)(vp, NULL);
	sounlock(so);
	(*rump_unp_vfs->uv_rele)(vp);
	solock(so);
}

static void
unp_detach(struct socket *so)
{
	struct unpcb *unp = sotounpcb(so);

	KASSERT(solocked(so));
	if (unp == NULL)
		return;
	unp_release_vnode(so, unp);
	unp_disconnect1(unp);
	while (unp->unp_refs != NULL) {
		unp->unp_refs->unp_socket->so_error = ECONNRESET;
		unp_disconnect1(unp->unp_refs);
	}
	soisdisconnected(so);
	so->so_pcb = NULL;
	LIST_REMOVE((struct unp *)unp, u_entry);
	unp_setaddr(unp, NULL, 0);
	kmem_free(unp, sizeof(struct unp));
	if (unp_gc_wanted()) {
		/* it may have been the last way to rights in messages */
		so->so_aborting++;
		sounlock(so);
		unp_gc();
		solock(so);
		so->so_aborting--;
	}
}

static int
unp_abort(struct socket *so)
{
	struct unpcb *unp = sotounpcb(so);

	if (unp == NULL)
		return 0;
	if (unp->unp_conn != NULL && so->so_type != SOCK_DGRAM)
		unp->unp_conn->unp_socket->so_error = ECONNRESET;
	so->so_error = ECONNABORTED;
	unp_detach(so);
	return 0;
}

static void
unp_copyaddr(const struct unpcb *unp, struct sockaddr *nam)
{
	const struct sockaddr_un *sun =
	    unp != NULL && unp->unp_addr != NULL ? unp->unp_addr : &sun_noname;

	memcpy(nam, sun, sun->sun_len);
}

static int
unp_accept(struct socket *so, struct sockaddr *nam)
{
	struct unpcb *unp = sotounpcb(so);
	struct socket *so2;

	if (unp == NULL || unp->unp_conn == NULL) {
		/* the peer has gone; what it sent is still to be read */
		unp_copyaddr(NULL, nam);
		return 0;
	}
	unp_copyaddr(unp->unp_conn, nam);
	so2 = unp->unp_conn->unp_socket;
	if ((so2->so_state & SS_ISCONNECTING) != 0)
		soisconnected(so2); /* it waited for us: CONNWAIT */
	return 0;
}

/* The path of an address, terminated, in BUF; EINVAL if it is none. */
static int
unp_path(const struct sockaddr *nam, char *buf, size_t size)
{
	const struct sockaddr_un *sun = (const struct sockaddr_un *)nam;
	const size_t off = offsetof(struct sockaddr_un, sun_path);
	size_t len;

	if (nam->sa_family != AF_LOCAL || nam->sa_len <= off)
		return EINVAL;
	len = nam->sa_len - off;
	if (len >= size)
		return EINVAL;
	memcpy(buf, sun->sun_path, len);
	buf[len] = '\0';
	return buf[0] == '\0' ? EINVAL : 0;
}

static void
unp_setid(struct unpcbid *id, struct lwp *l)
{
	id->unp_pid = l->l_proc->p_pid;
	id->unp_euid = kauth_cred_geteuid(l->l_cred);
	id->unp_egid = kauth_cred_getegid(l->l_cred);
}

static int
unp_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so);
	struct sockaddr_un *sun;
	struct vnode *vp = NULL;
	char path[UNP_PATHMAX + 1];
	size_t addrlen;
	int error;

	if (unp->unp_vnode != NULL || unp->unp_addr != NULL)
		return EINVAL;
	if ((unp->unp_flags & UNP_BUSY) != 0)
		return EALREADY;
	error = unp_path(nam, path, sizeof(path));
	if (error != 0)
		return error;
	/* as long as the caller says, and terminated */
	addrlen = nam->sa_len + 1;
	sun = kmem_zalloc(addrlen, KM_NOSLEEP);
	if (sun == NULL)
		return ENOBUFS;
	memcpy(sun, nam, nam->sa_len);

	if (rump_unp_vfs != NULL) {
		unp->unp_flags |= UNP_BUSY;
		sounlock(so);
		error = (*rump_unp_vfs->uv_bind)(path, l, &vp);
		solock(so);
		unp->unp_flags &= ~UNP_BUSY;
		if (error == 0)
			(*rump_unp_vfs->uv_setsocket)(vp, so);
	} else
		error = unp_name_bind(path, so);
	if (error != 0) {
		kmem_free(sun, addrlen);
		return error;
	}
	unp->unp_vnode = vp;
	unp_setaddr(unp, sun, addrlen);
	unp_setid(&unp->unp_connid, l);
	unp->unp_flags |= UNP_EIDSBIND;
	return 0;
}

static int
unp_listen(struct socket *so, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so);

	(void)l;
	if (unp->unp_addr == NULL)
		return EINVAL;
	return 0;
}

/* Join two locked sockets; FROMCONNECT, not socketpair. */
static int
unp_join(struct socket *so, struct socket *so2, bool fromconnect)
{
	struct unpcb *unp = sotounpcb(so), *unp2;

	if (so2->so_type != so->so_type)
		return EPROTOTYPE;
	unp2 = sotounpcb(so2);
	if (unp2 == NULL)
		return ECONNREFUSED;
	unp->unp_conn = unp2;
	if (so->so_type == SOCK_DGRAM) {
		unp->unp_nextref = unp2->unp_refs;
		unp2->unp_refs = unp;
		soisconnected(so);
		return 0;
	}
	unp2->unp_conn = unp;
	if (fromconnect &&
	    ((unp->unp_flags | unp2->unp_flags) & UNP_CONNWAIT) != 0)
		soisconnecting(so);
	else
		soisconnected(so);
	soisconnected(so2);
	return 0;
}

int
unp_connect2(struct socket *so, struct socket *so2)
{
	struct unpcb *unp = sotounpcb(so), *unp2 = sotounpcb(so2);
	int error;

	error = unp_join(so, so2, false);
	if (error == 0) {
		unp_setid(&unp->unp_connid, curlwp);
		unp_setid(&unp2->unp_connid, curlwp);
		unp->unp_flags |= UNP_EIDSVALID;
		unp2->unp_flags |= UNP_EIDSVALID;
	}
	return error;
}

/* A connection to a listening socket: its new end. */
static struct socket *
unp_newconn(struct socket *so, struct socket *head, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so), *unp2 = sotounpcb(head), *unp3;
	struct sockaddr_un *sun;
	struct socket *so3;

	if ((head->so_options & SO_ACCEPTCONN) == 0)
		return NULL;
	sun = unp2->unp_addr == NULL
	    ? NULL
	    : kmem_alloc(unp2->unp_addrlen, KM_NOSLEEP);
	so3 = sonewconn(head, false);
	if (so3 == NULL) {
		if (sun != NULL)
			kmem_free(sun, unp2->unp_addrlen);
		return NULL;
	}
	unp3 = sotounpcb(so3);
	if (sun != NULL) {
		memcpy(sun, unp2->unp_addr, unp2->unp_addrlen);
		unp_setaddr(unp3, sun, unp2->unp_addrlen);
	}
	unp3->unp_flags =
	    unp2->unp_flags & (UNP_WANTCRED | UNP_OWANTCRED | UNP_CONNWAIT);
	unp_setid(&unp3->unp_connid, l);
	unp3->unp_flags |= UNP_EIDSVALID;
	if ((unp2->unp_flags & UNP_EIDSBIND) != 0) {
		unp->unp_connid = unp2->unp_connid;
		unp->unp_flags |= UNP_EIDSVALID;
	}
	return so3;
}

int
unp_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so);
	struct vnode *vp = NULL;
	struct socket *so2;
	char path[UNP_PATHMAX + 1];
	int error;

	if ((unp->unp_flags & UNP_BUSY) != 0)
		return EALREADY;
	error = unp_path(nam, path, sizeof(path));
	if (error != 0)
		return error;
	if (rump_unp_vfs != NULL) {
		unp->unp_flags |= UNP_BUSY;
		sounlock(so);
		error = (*rump_unp_vfs->uv_lookup)(path, l, &vp);
		solock(so);
		unp->unp_flags &= ~UNP_BUSY;
		if (error != 0)
			return error;
		so2 = (*rump_unp_vfs->uv_socket)(vp);
	} else
		so2 = unp_name_lookup(path);
	if (so2 == NULL || so2->so_pcb == NULL)
		error = ECONNREFUSED;
	else if (so->so_type != so2->so_type)
		error = EPROTOTYPE;
	else if ((so->so_proto->pr_flags & PR_CONNREQUIRED) != 0) {
		so2 = unp_newconn(so, so2, l);
		error = so2 == NULL ? ECONNREFUSED : unp_join(so, so2, true);
	} else
		error = unp_join(so, so2, true);
	if (vp != NULL) {
		sounlock(so);
		(*rump_unp_vfs->uv_rele)(vp);
		solock(so);
	}
	return error;
}

static int
unp_disconnect(struct socket *so)
{
	unp_disconnect1(sotounpcb(so));
	return 0;
}

static int
unp_shutdown(struct socket *so)
{
	struct unpcb *peer = unp_peer(so);

	socantsendmore(so);
	if (so->so_type != SOCK_DGRAM && peer != NULL)
		socantrcvmore(peer->unp_socket);
	return 0;
}

static int
unp_ioctl(struct socket *so, u_long cmd, void *nam, struct ifnet *ifp)
{
	(void)so;
	(void)cmd;
	(void)nam;
	(void)ifp;
	return EOPNOTSUPP;
}

static int
unp_stat(struct socket *so, struct stat *ub)
{
	struct unpcb *unp = sotounpcb(so);

	ub->st_blksize = so->so_snd.sb_hiwat;
	ub->st_dev = NODEV;
	if (unp->unp_ino == 0)
		unp->unp_ino = ++unp_ino;
	ub->st_ino = unp->unp_ino;
	ub->st_atimespec = unp->unp_ctime;
	ub->st_mtimespec = unp->unp_ctime;
	ub->st_ctimespec = unp->unp_ctime;
	ub->st_birthtimespec = unp->unp_ctime;
	return 0;
}

static int
unp_peeraddr(struct socket *so, struct sockaddr *nam)
{
	unp_copyaddr(unp_peer(so), nam);
	return 0;
}

static int
unp_sockaddr(struct socket *so, struct sockaddr *nam)
{
	unp_copyaddr(sotounpcb(so), nam);
	return 0;
}

/* Room has come up: let the sender know. */
static int
unp_rcvd(struct socket *so, int flags, struct lwp *l)
{
	struct unpcb *peer = unp_peer(so);

	(void)flags;
	(void)l;
	if (peer == NULL || so->so_type == SOCK_DGRAM)
		return 0;
	unp_mirror(peer->unp_socket, so);
	if (sbspace(&peer->unp_socket->so_snd) >=
	    (long)peer->unp_socket->so_snd.sb_lowat)
		sowwakeup(peer->unp_socket);
	return 0;
}

static int
unp_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	(void)so;
	(void)m;
	(void)flags;
	return EOPNOTSUPP;
}

/* The receiver's LOCAL_CREDS: our credentials go in front. */
static struct mbuf *
unp_credentials(struct unpcb *to, struct lwp *l, struct mbuf *control)
{
	if ((to->unp_flags & UNP_WANTCRED) == 0)
		return control;
	/* a stream says it once */
	if (to->unp_socket->so_type != SOCK_DGRAM)
		to->unp_flags &= ~UNP_WANTCRED;
	return unp_addsockcred(l, control);
}

static int
unp_send_dgram(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf **controlp, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so);
	const struct sockaddr *from;
	struct socket *so2;
	int error;

	if (nam != NULL) {
		if (unp->unp_conn != NULL) {
			m_freem(m);
			return EISCONN;
		}
		error = unp_connect(so, nam, l);
		if (error != 0) {
			m_freem(m);
			return error;
		}
	}
	/* the lock was released: the peer may have gone already */
	if (unp->unp_conn == NULL) {
		m_freem(m);
		return nam != NULL ? ECONNREFUSED : ENOTCONN;
	}
	so2 = unp->unp_conn->unp_socket;
	*controlp = unp_credentials(unp->unp_conn, l, *controlp);
	from = unp->unp_addr != NULL ? (struct sockaddr *)unp->unp_addr
				     : (const struct sockaddr *)&sun_noname;
	error = 0;
	if ((so2->so_state & SS_CANTRCVMORE) != 0 ||
	    sbappendaddr(&so2->so_rcv, from, m, *controlp) == 0) {
		so2->so_rcv.sb_overflowed++;
		m_freem(m);
		error = ENOBUFS;
	} else {
		*controlp = NULL;
		sorwakeup(so2);
	}
	if (nam != NULL)
		unp_disconnect1(unp);
	return error;
}

static int
unp_send_stream(
    struct socket *so, struct mbuf *m, struct mbuf **controlp, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so), *peer = unp->unp_conn;
	struct sockbuf *rcv;
	struct socket *so2;

	if ((so->so_state & SS_CANTSENDMORE) != 0) {
		m_freem(m);
		return EPIPE;
	}
	if (peer == NULL) {
		m_freem(m);
		return ENOTCONN;
	}
	so2 = peer->unp_socket;
	if ((so2->so_state & SS_CANTRCVMORE) != 0) {
		m_freem(m);
		return EPIPE;
	}
	rcv = &so2->so_rcv;
	*controlp = unp_credentials(peer, l, *controlp);
	if (*controlp != NULL) {
		if (sbappendcontrol(rcv, m, *controlp) == 0) {
			m_freem(m);
			return ENOBUFS;
		}
		*controlp = NULL;
	} else if (so->so_type == SOCK_SEQPACKET)
		sbappendrecord(rcv, m);
	else
		sbappend(rcv, m);
	unp_mirror(so, so2);
	sorwakeup(so2);
	return 0;
}

static int
unp_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	int error = 0;

	if (control != NULL) {
		sounlock(so);
		error = unp_internalize(&control);
		solock(so);
		if (error != 0) {
			m_freem(control);
			m_freem(m);
			return error;
		}
	}
	if (so->so_type == SOCK_DGRAM)
		error = unp_send_dgram(so, m, nam, &control, l);
	else
		error = unp_send_stream(so, m, &control, l);
	if (control != NULL) {
		/* closing files that were on their way: not with the lock */
		sounlock(so);
		unp_dispose(control);
		m_freem(control);
		solock(so);
	}
	return error;
}

static int
unp_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	(void)so;
	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

static int
unp_purgeif(struct socket *so, struct ifnet *ifp)
{
	(void)so;
	(void)ifp;
	return EOPNOTSUPP;
}

static int
unp_setopt(struct unpcb *unp, struct sockopt *sopt)
{
	int flag, val, error;

	switch (sopt->sopt_name) {
	case LOCAL_CREDS:
	case LOCAL_OCREDS:
		flag = UNP_WANTCRED;
		break;
	case LOCAL_CONNWAIT:
		flag = UNP_CONNWAIT;
		break;
	default:
		return ENOPROTOOPT;
	}
	error = sockopt_getint(sopt, &val);
	if (error != 0)
		return error;
	if (val != 0)
		unp->unp_flags |= flag;
	else
		unp->unp_flags &= ~flag;
	return 0;
}

/* Options at level 0. */
int
uipc_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct unpcb *unp = sotounpcb(so);

	if (sopt->sopt_level != 0)
		return ENOPROTOOPT;
	if (unp == NULL)
		return EINVAL;
	if (op == PRCO_SETOPT)
		return unp_setopt(unp, sopt);
	switch (sopt->sopt_name) {
	case LOCAL_PEEREID:
		if ((unp->unp_flags & UNP_EIDSVALID) == 0)
			return EINVAL;
		return sockopt_set(
		    sopt, &unp->unp_connid, sizeof(unp->unp_connid));
	case LOCAL_CREDS:
	case LOCAL_OCREDS:
		return sockopt_setint(
		    sopt, (unp->unp_flags & UNP_WANTCRED) != 0);
	case LOCAL_CONNWAIT:
		return sockopt_setint(
		    sopt, (unp->unp_flags & UNP_CONNWAIT) != 0);
	default:
		return ENOPROTOOPT;
	}
}

const struct pr_usrreqs unp_usrreqs = {
    .pr_attach = unp_attach,
    .pr_detach = unp_detach,
    .pr_accept = unp_accept,
    .pr_bind = unp_bind,
    .pr_listen = unp_listen,
    .pr_connect = unp_connect,
    .pr_connect2 = unp_connect2,
    .pr_disconnect = unp_disconnect,
    .pr_shutdown = unp_shutdown,
    .pr_abort = unp_abort,
    .pr_ioctl = unp_ioctl,
    .pr_stat = unp_stat,
    .pr_peeraddr = unp_peeraddr,
    .pr_sockaddr = unp_sockaddr,
    .pr_rcvd = unp_rcvd,
    .pr_recvoob = unp_recvoob,
    .pr_send = unp_send,
    .pr_sendoob = unp_sendoob,
    .pr_purgeif = unp_purgeif,
};
