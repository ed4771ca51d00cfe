/* SPDX-License-Identifier: BSD-2-Clause */
/* What the socket layer asks of TCP. The socket's lock is softnet_lock. */
#include <sys/kauth.h>
#include <sys/proc.h>
#include <sys/stat.h>

#include "tcp_impl.h"

static int
tcp_attach(struct socket *so, int proto)
{
	struct inpcb *inp;
	u_short nofd;
	int error;

	(void)proto;
	sosetlock(so);
	if (so->so_pcb != NULL)
		return EISCONN;
	tcp_clock_update();
	if (so->so_snd.sb_hiwat == 0 || so->so_rcv.sb_hiwat == 0) {
		error = soreserve(so, tcp_sendspace, tcp_recvspace);
		if (error != 0)
			return error;
		if (tcp_do_autosndbuf)
			so->so_snd.sb_flags |= SB_AUTOSIZE;
		if (tcp_do_autorcvbuf)
			so->so_rcv.sb_flags |= SB_AUTOSIZE;
	}
	error = in_pcballoc(so, &tcbtable);
	if (error != 0)
		return error;
	inp = sotoinpcb(so);
	if (tcp_newtcpcb(AF_INET, inp) == NULL) {
		/* the socket is the caller's to free */
		nofd = so->so_state & SS_NOFDREF;
		so->so_state &= ~SS_NOFDREF;
		in_pcbdetach(inp);
		so->so_state |= nofd;
		return ENOBUFS;
	}
	if ((so->so_options & SO_LINGER) != 0 && so->so_linger == 0)
		so->so_linger = TCP_LINGERTIME;
	return 0;
}

/** The process has no more to send: go on to the state that says so. */
struct tcpcb *
tcp_usrclosed(struct tcpcb *tp)
{
	struct socket *so = tp->t_inpcb->inp_socket;

	switch (tp->t_state) {
	case TCPS_CLOSED:
	case TCPS_LISTEN:
	case TCPS_SYN_SENT:
		return tcp_close(tp);
	case TCPS_SYN_RECEIVED:
		break; /* FIN follows the handshake */
	case TCPS_ESTABLISHED:
		tcp_set_state(tp, TCPS_FIN_WAIT_1);
		break;
	case TCPS_CLOSE_WAIT:
		tcp_set_state(tp, TCPS_LAST_ACK);
		break;
	}
	if (tp->t_state >= TCPS_FIN_WAIT_2) {
		soisdisconnected(so);
		if (tp->t_state == TCPS_FIN_WAIT_2)
			tcp_finwait2_arm(tp);
	}
	return tp;
}

/** The process closes: in order, or (nobody will read) with a reset. */
struct tcpcb *
tcp_disconnect(struct tcpcb *tp)
{
	struct socket *so = tp->t_inpcb->inp_socket;

	if (!TCPS_HAVEESTABLISHED(tp->t_state)) {
		if (tp->t_state == TCPS_SYN_RECEIVED)
			return tcp_drop(tp, 0);
		return tcp_close(tp);
	}
	if ((so->so_options & SO_LINGER) != 0 && so->so_linger == 0)
		return tcp_drop(tp, 0);
	/* RFC 2525, 2.17: what was not read is lost, the peer must know */
	if (so->so_rcv.sb_cc > 0 && tp->t_state != TCPS_TIME_WAIT)
		return tcp_drop(tp, 0);
	soisdisconnecting(so);
	tp = tcp_usrclosed(tp);
	if (tp != NULL)
		(void)tcp_output(tp);
	return tp;
}

static void
tcp_detach(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcpcb *tp;

	if (inp == NULL)
		return;
	tcp_clock_update();
	tp = intotcpcb(inp);
	if (tp == NULL) {
		in_pcbdetach(inp);
		return;
	}
	if (tp->t_state == TCPS_TIME_WAIT) {
		tcp_timewait_compact(tp);
		tcp_close(tp);
		return;
	}
	(void)tcp_disconnect(tp);
}

static int
tcp_accept(struct socket *so, struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return ECONNABORTED;
	in_setpeeraddr(inp, satosin(nam));
	tcp_clock_update();
	tcp_syncache_release();
	return 0;
}

static int
tcp_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	const struct sockaddr_in *sin = satocsin(nam);

	if (inp == NULL)
		return EINVAL;
	if (nam->sa_family == AF_INET && nam->sa_len == sizeof(*sin)) {
		if (IN_MULTICAST(sin->sin_addr.s_addr))
			return EADDRNOTAVAIL;
		if (sin->sin_port != 0 &&
		    (so->so_options & (SO_REUSEADDR | SO_REUSEPORT)) == 0 &&
		    tcp_timewait_port(sin->sin_addr, sin->sin_port))
			return EADDRINUSE;
	}
	return in_pcbbind(inp, satosin(nam), l);
}

static int
tcp_listen(struct socket *so, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcpcb *tp;
	int error;

	if (inp == NULL)
		return EINVAL;
	tp = intotcpcb(inp);
	if (tp == NULL)
		return EINVAL;
	if (tp->t_state != TCPS_CLOSED)
		return tp->t_state == TCPS_LISTEN ? 0 : EINVAL;
	if (inp->inp_lport == 0) {
		error = in_pcbbind(inp, NULL, l);
		if (error != 0)
			return error;
	}
	tcp_set_state(tp, TCPS_LISTEN);
	return 0;
}

/* Numbers and windows of a connection that we open. */
static void
connect_begin(struct tcpcb *tp)
{
	struct socket *so = tp->t_inpcb->inp_socket;
	struct tcp_tuple tu;

	tcp_in4_tuple(tp->t_inpcb, &tu);
	tp->iss = tcp_new_iss(&tu);
	tp->ts_offset = tcp_new_tsoffset(&tu);
	tp->request_r_scale = tcp_pick_wscale(so->so_rcv.sb_hiwat);
	if (tcp_in4_islocal(tu.tu_faddr))
		tp->t_flags |= TF_LOCAL;
}

/*
 * Give the socket its four numbers. A port that TIME_WAIT holds is left
 * alone when the port is ours to choose, so that connect() never waits.
 */
static int
connect_tuple(struct inpcb *inp, struct sockaddr_in *sin, struct lwp *l)
{
	const bool chosen = inp->inp_lport != 0;
	const bool anyaddr = in_nullhost(inp->inp_laddr);
	struct tcpcb *tp = intotcpcb(inp);
	int error, tries;

	for (tries = 0;; tries++) {
		error = in_pcbconnect(inp, sin, l);
		if (error != 0)
			return error;
		connect_begin(tp);
		if (tcp_timewait_connect(tp, !chosen && tries >= 8))
			return 0;
		if (anyaddr)
			inp->inp_laddr = zeroin_addr;
		inp->inp_faddr = zeroin_addr;
		inp->inp_fport = 0;
		in_pcbstate(inp, INP_BOUND);
		if (chosen)
			return EADDRINUSE;
		inp->inp_lport = 0;
		in_pcbstate(inp, INP_ATTACHED);
	}
}

static int
tcp_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	struct sockaddr_in *sin = satosin(nam);
	struct tcpcb *tp;
	int error;

	if (inp == NULL)
		return EINVAL;
	tp = intotcpcb(inp);
	if (tp == NULL || tp->t_state == TCPS_LISTEN)
		return EINVAL;
	if (tp->t_state != TCPS_CLOSED)
		return EISCONN;
	if (nam->sa_len != sizeof(*sin) || sin->sin_family != AF_INET)
		return nam->sa_len != sizeof(*sin) ? EINVAL : EAFNOSUPPORT;
	if (IN_MULTICAST(sin->sin_addr.s_addr) ||
	    sin->sin_addr.s_addr == INADDR_BROADCAST)
		return EAFNOSUPPORT;
	tcp_clock_update();
	error = connect_tuple(inp, sin, l);
	if (error != 0)
		return error;
	soisconnecting(so);
	TCP_STATINC(TCP_STAT_CONNATTEMPT);
	tcp_set_state(tp, TCPS_SYN_SENT);
	tcp_sendseqinit(tp);
	tp->snd_sml = tp->iss;
	TCP_TIMER_ARM(tp, TCPT_KEEP, tp->t_keepinit);
	error = tcp_output(tp);
	if (error != 0 && error != EMSGSIZE) {
		/* no route, or not allowed: nothing to wait for */
		tcp_timer_cancel_all(tp);
		tcp_set_state(tp, TCPS_CLOSED);
		so->so_state &= ~SS_ISCONNECTING;
		in_pcbdisconnect(inp);
		return error;
	}
	return 0;
}

static int
tcp_connect2(struct socket *so, struct socket *so2)
{
	(void)so;
	(void)so2;
	return EOPNOTSUPP;
}

static int
tcp_disconnect_req(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL || intotcpcb(inp) == NULL)
		return EINVAL;
	tcp_clock_update();
	(void)tcp_disconnect(intotcpcb(inp));
	return 0;
}

static int
tcp_shutdown(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcpcb *tp;

	if (inp == NULL || (tp = intotcpcb(inp)) == NULL)
		return ENOTCONN;
	tcp_clock_update();
	socantsendmore(so);
	tp = tcp_usrclosed(tp);
	if (tp != NULL)
		return tcp_output(tp);
	return 0;
}

static int
tcp_abort(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL || intotcpcb(inp) == NULL)
		return EINVAL;
	tcp_clock_update();
	(void)tcp_drop(intotcpcb(inp), ECONNABORTED);
	return 0;
}

static int
tcp_ioctl(struct socket *so, u_long cmd, void *nam, struct ifnet *ifp)
{
	return in_control(so, cmd, nam, ifp);
}

static int
tcp_stat(struct socket *so, struct stat *ub)
{
	ub->st_blksize = so->so_snd.sb_hiwat;
	return 0;
}

static int
tcp_peeraddr(struct socket *so, struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return EINVAL;
	in_setpeeraddr(inp, satosin(nam));
	return 0;
}

static int
tcp_sockaddr(struct socket *so, struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return EINVAL;
	in_setsockaddr(inp, satosin(nam));
	return 0;
}

/* The process has read: the window may be worth a word. */
static int
tcp_rcvd(struct socket *so, int flags, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);

	(void)flags;
	(void)l;
	if (inp == NULL || intotcpcb(inp) == NULL)
		return 0;
	tcp_clock_update();
	(void)tcp_output(intotcpcb(inp));
	return 0;
}

static int
tcp_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcpcb *tp;

	if (inp == NULL || (tp = intotcpcb(inp)) == NULL)
		return EINVAL;
	if ((so->so_oobmark == 0 && (so->so_state & SS_RCVATMARK) == 0) ||
	    (so->so_options & SO_OOBINLINE) != 0 ||
	    (tp->t_oobflags & TCPOOB_HADDATA) != 0)
		return EINVAL;
	if ((tp->t_oobflags & TCPOOB_HAVEDATA) == 0)
		return EWOULDBLOCK;
	m->m_len = 1;
	*mtod(m, char *) = tp->t_iobc;
	if ((flags & MSG_PEEK) == 0)
		tp->t_oobflags ^= TCPOOB_HAVEDATA | TCPOOB_HADDATA;
	return 0;
}

/* May M be sent? If not, it is freed; CONTROL is in any case. */
static int
send_begin(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	const struct inpcb *inp = sotoinpcb(so);
	int error = 0;

	if (inp == NULL)
		error = ECONNRESET;
	else if (intotcpcb(inp) == NULL ||
	    (control != NULL && control->m_len != 0))
		error = EINVAL;
	if (error != 0)
		m_freem(m);
	m_freem(control);
	tcp_clock_update();
	return error;
}

static int
tcp_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	const int error = send_begin(so, m, control);
	struct tcpcb *tp;

	(void)nam;
	(void)l;
	if (error != 0)
		return error;
	tp = sototcpcb(so);
	sbappendstream(&so->so_snd, m);
	return tcp_output(tp);
}

static int
tcp_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	const int error = send_begin(so, m, control);
	struct tcpcb *tp;

	if (error != 0)
		return error;
	tp = sototcpcb(so);
	if (sbspace_oob(&so->so_snd) < m_length(m)) {
		m_freem(m);
		return ENOBUFS;
	}
	sbappendstream(&so->so_snd, m);
	tp->snd_up = tp->snd_una + so->so_snd.sb_cc;
	return tcp_output(tp);
}

static int
tcp_purgeif(struct socket *so, struct ifnet *ifp)
{
	(void)so;
	mutex_enter(softnet_lock);
	in_pcbpurgeif0(&tcbtable, ifp);
	in_purgeif(ifp);
	in_pcbpurgeif(&tcbtable, ifp);
	mutex_exit(softnet_lock);
	return 0;
}

const struct pr_usrreqs tcp_usrreqs = {
    .pr_attach = tcp_attach,
    .pr_detach = tcp_detach,
    .pr_accept = tcp_accept,
    .pr_connect = tcp_connect,
    .pr_connect2 = tcp_connect2,
    .pr_bind = tcp_bind,
    .pr_listen = tcp_listen,
    .pr_disconnect = tcp_disconnect_req,
    .pr_shutdown = tcp_shutdown,
    .pr_abort = tcp_abort,
    .pr_ioctl = tcp_ioctl,
    .pr_stat = tcp_stat,
    .pr_peeraddr = tcp_peeraddr,
    .pr_sockaddr = tcp_sockaddr,
    .pr_rcvd = tcp_rcvd,
    .pr_recvoob = tcp_recvoob,
    .pr_send = tcp_send,
    .pr_sendoob = tcp_sendoob,
    .pr_purgeif = tcp_purgeif,
};
