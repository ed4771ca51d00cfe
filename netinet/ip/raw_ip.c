/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw IPv4 sockets: packets of protocols that the kernel does not speak, and
 * copies of ICMP's and IGMP's.  softnet_lock is held.
 */
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

#define RIPSPACE 65536

struct inpcbtable rawcbtable;

void
rip_init(void)
{
	in_pcbinit(&rawcbtable, 1, 1);
}

static void
append(struct inpcb *inp, struct mbuf *m, int hlen, struct sockaddr_in *src)
{
	struct mbuf *opts = NULL;

	if ((inp->inp_flags & INP_CONTROLOPTS) ||
	    (inp->inp_socket->so_options & SO_TIMESTAMP))
		ip_savecontrol(inp, &opts, mtod(m, struct ip *), m);
	if (inp->inp_flags & INP_NOHEADER)
		m_adj(m, hlen);
	if (sbappendaddr(&inp->inp_socket->so_rcv, sintosa(src), m, opts) ==
	    0) {
		m_freem(m);
		m_freem(opts);
		return;
	}
	sorwakeup(inp->inp_socket);
}

/*
 * Readers expect the header as 4.4BSD gave it: ip_len without the header and
 * ip_off, both in host order. False: no memory, and the packet is gone.
 */
static bool
header_for_readers(struct mbuf **mp, int hlen)
{
	struct ip *ip;

	if (m_makewritable(mp, 0, hlen, M_DONTWAIT) != 0) {
		m_freem(*mp);
		return false;
	}
	ip = mtod(*mp, struct ip *);
	ip->ip_len = (uint16_t)(ntohs(ip->ip_len) - hlen);
	ip->ip_off = ntohs(ip->ip_off);
	return true;
}

void
rip_input(struct mbuf *m, ...)
{
	struct sockaddr_in src;
	struct inpcb_hdr *inph;
	struct inpcb *inp, *last = NULL;
	struct mbuf *copy;
	struct ip *ip = mtod(m, struct ip *);
	va_list ap;
	int hlen;

	va_start(ap, m);
	hlen = va_arg(ap, int);
	va_end(ap);
	sockaddr_in_init(&src, &ip->ip_src, 0);
	TAILQ_FOREACH(inph, &rawcbtable.inpt_queue, inph_queue) {
		inp = (struct inpcb *)inph;
		if (inp->inp_af != AF_INET ||
		    (inp->inp_ip.ip_p != 0 && inp->inp_ip.ip_p != ip->ip_p) ||
		    (!in_nullhost(inp->inp_laddr) &&
			!in_hosteq(inp->inp_laddr, ip->ip_dst)) ||
		    (!in_nullhost(inp->inp_faddr) &&
			!in_hosteq(inp->inp_faddr, ip->ip_src)))
			continue;
		if (last == NULL) {
			if (!header_for_readers(&m, hlen))
				return;
			ip = mtod(m, struct ip *);
		} else if ((copy = m_copypacket(m, M_DONTWAIT)) != NULL)
			append(last, copy, hlen, &src);
		last = inp;
	}
	if (last != NULL) {
		append(last, m, hlen, &src);
		return;
	}
	if (inetdomain.dom_protosw[ip_protox[ip->ip_p]].pr_input == rip_input) {
		IP_STATINC(IP_STAT_NOPROTO);
		icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PROTOCOL, 0, 0);
	} else {
		m_freem(m);
	}
}

int
rip_output(struct mbuf *m, ...)
{
	struct inpcb *inp;
	struct ip *ip;
	struct mbuf *opts;
	va_list ap;
	int flags, hlen, len;

	va_start(ap, m);
	inp = va_arg(ap, struct inpcb *);
	va_end(ap);
	flags = (inp->inp_socket->so_options & SO_DONTROUTE) |
	    IP_ALLOWBROADCAST | IP_RETURNMTU;
	if ((inp->inp_flags & INP_HDRINCL) == 0) {
		if (m->m_pkthdr.len + (int)sizeof(*ip) > IP_MAXPACKET) {
			m_freem(m);
			return EMSGSIZE;
		}
		M_PREPEND(m, (int)sizeof(*ip), M_DONTWAIT);
		if (m == NULL)
			return ENOBUFS;
		ip = mtod(m, struct ip *);
		memset(ip, 0, sizeof(*ip));
		ip->ip_p = inp->inp_ip.ip_p;
		ip->ip_tos = inp->inp_ip.ip_tos;
		ip->ip_ttl = MAXTTL;
		ip->ip_len = htons((uint16_t)m->m_pkthdr.len);
		ip->ip_src = inp->inp_laddr;
		ip->ip_dst = inp->inp_faddr;
		opts = inp->inp_options;
	} else {
		len = m->m_pkthdr.len;
		if (len > IP_MAXPACKET || len < (int)sizeof(*ip)) {
			m_freem(m);
			return len > IP_MAXPACKET ? EMSGSIZE : EINVAL;
		}
		m = m_pullup(m, sizeof(*ip));
		if (m == NULL)
			return ENOBUFS;
		ip = mtod(m, struct ip *);
		hlen = ip->ip_hl << 2;
		/* Length and offset come in host order from old. */
		if (hlen < (int)sizeof(*ip) || hlen > len ||
		    ip->ip_len != len) {
			m_freem(m);
			return EINVAL;
		}
		if (m->m_len < hlen && (m = m_pullup(m, hlen)) == NULL)
			return ENOBUFS;
		ip = mtod(m, struct ip *);
		ip->ip_len = htons(ip->ip_len);
		ip->ip_off = htons(ip->ip_off);
		opts = NULL;
		flags |= IP_RAWOUTPUT;
		IP_STATINC(IP_STAT_RAWOUT);
	}
	m->m_pkthdr.csum_flags = 0;
	return ip_output(m, opts, &inp->inp_route, flags, inp->inp_moptions,
	    inp->inp_socket);
}

int
rip_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);
	int v, error, flag;

	if (sopt->sopt_level == SOL_SOCKET && sopt->sopt_name == SO_NOHEADER)
		flag = INP_NOHEADER;
	else if (sopt->sopt_level == IPPROTO_IP &&
	    sopt->sopt_name == IP_HDRINCL)
		flag = INP_HDRINCL;
	else
		return ip_ctloutput(op, so, sopt);
	if (op == PRCO_GETOPT)
		return sockopt_setint(sopt, (inp->inp_flags & flag) != 0);
	error = sockopt_getint(sopt, &v);
	if (error == 0)
		inp->inp_flags =
		    v ? inp->inp_flags | flag : inp->inp_flags & ~flag;
	return error;
}

static void
rip_notify(struct inpcb *inp, int errno_)
{
	inp->inp_socket->so_error = (u_short)errno_;
	sorwakeup(inp->inp_socket);
	sowwakeup(inp->inp_socket);
}

void *
rip_ctlinput(int cmd, const struct sockaddr *sa, void *d)
{
	void (*notify)(struct inpcb *, int) = rip_notify;

	if (sa->sa_family != AF_INET || (unsigned)cmd >= PRC_NCMDS)
		return NULL;
	if (PRC_IS_REDIRECT(cmd))
		notify = in_rtchange;
	else if (inetctlerrmap[cmd] == 0)
		return NULL;
	in_pcbnotifyall(
	    &rawcbtable, satocsin(sa)->sin_addr, inetctlerrmap[cmd], notify);
	return NULL;
}

static int
rip_attach(struct socket *so, int proto)
{
	int error;

	sosetlock(so);
	if (kauth_authorize_network(curlwp->l_cred, KAUTH_NETWORK_SOCKET,
		KAUTH_REQ_NETWORK_SOCKET_RAWSOCK, so, NULL, NULL) != 0)
		return EACCES;
	if (so->so_snd.sb_hiwat == 0 || so->so_rcv.sb_hiwat == 0) {
		error = soreserve(so, RIPSPACE, RIPSPACE);
		if (error != 0)
			return error;
	}
	error = in_pcballoc(so, &rawcbtable);
	if (error == 0)
		sotoinpcb(so)->inp_ip.ip_p = (u_int8_t)proto;
	return error;
}

static void
rip_detach(struct socket *so)
{
	in_pcbdetach(sotoinpcb(so));
}

static int
rip_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct sockaddr_in *sin = satosin(nam);

	if (sin->sin_len != sizeof(*sin))
		return EINVAL;
	if (sin->sin_family != AF_INET)
		return EAFNOSUPPORT;
	if (!in_nullhost(sin->sin_addr) && in_get_ia(sin->sin_addr) == NULL)
		return EADDRNOTAVAIL;
	sotoinpcb(so)->inp_laddr = sin->sin_addr;
	return 0;
}

static int
rip_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct sockaddr_in *sin = satosin(nam);

	if (sin->sin_len != sizeof(*sin))
		return EINVAL;
	if (sin->sin_family != AF_INET)
		return EAFNOSUPPORT;
	sotoinpcb(so)->inp_faddr = sin->sin_addr;
	soisconnected(so);
	return 0;
}

static int
rip_disconnect(struct socket *so)
{
	soisdisconnected(so);
	so->so_state &= ~SS_ISCONNECTED;
	sotoinpcb(so)->inp_faddr = zeroin_addr;
	return 0;
}

static int
rip_shutdown(struct socket *so)
{
	socantsendmore(so);
	return 0;
}

static int
rip_abort(struct socket *so)
{
	return EOPNOTSUPP;
}

static int
rip_no_listen(struct socket *so, struct lwp *l)
{
	return EOPNOTSUPP;
}

static int
rip_no_accept(struct socket *so, struct sockaddr *nam)
{
	return EOPNOTSUPP;
}

static int
rip_no_connect2(struct socket *so, struct socket *so2)
{
	return EOPNOTSUPP;
}

static int
rip_ioctl(struct socket *so, u_long cmd, void *nam, struct ifnet *ifp)
{
	return in_control(so, cmd, nam, ifp);
}

static int
rip_stat(struct socket *so, struct stat *ub)
{
	return 0;
}

static int
rip_peeraddr(struct socket *so, struct sockaddr *nam)
{
	in_setpeeraddr(sotoinpcb(so), satosin(nam));
	return 0;
}

static int
rip_sockaddr(struct socket *so, struct sockaddr *nam)
{
	in_setsockaddr(sotoinpcb(so), satosin(nam));
	return 0;
}

static int
rip_rcvd(struct socket *so, int flags, struct lwp *l)
{
	return EOPNOTSUPP;
}

static int
rip_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	return EOPNOTSUPP;
}

static int
rip_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	bool connected = (so->so_state & SS_ISCONNECTED) != 0;
	struct in_addr old = inp->inp_faddr;
	int error = 0;

	if (control != NULL && control->m_len > 0)
		error = EINVAL;
	m_freem(control);
	if (error == 0 && nam != NULL) {
		if (connected)
			error = EISCONN;
		else if (nam->sa_len != sizeof(struct sockaddr_in))
			error = EINVAL;
		else if (nam->sa_family != AF_INET)
			error = EAFNOSUPPORT;
		else
			inp->inp_faddr = satosin(nam)->sin_addr;
	} else if (error == 0 && !connected) {
		error = ENOTCONN;
	}
	if (error != 0) {
		m_freem(m);
		return error;
	}
	error = rip_output(m, inp);
	if (nam != NULL)
		inp->inp_faddr = old;
	return error;
}

static int
rip_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

static int
rip_purgeif(struct socket *so, struct ifnet *ifp)
{
	mutex_enter(softnet_lock);
	in_pcbpurgeif0(&rawcbtable, ifp);
	in_purgeif(ifp);
	in_pcbpurgeif(&rawcbtable, ifp);
	mutex_exit(softnet_lock);
	return 0;
}

const struct pr_usrreqs rip_usrreqs = {
    .pr_attach = rip_attach,
    .pr_detach = rip_detach,
    .pr_accept = rip_no_accept,
    .pr_connect = rip_connect,
    .pr_connect2 = rip_no_connect2,
    .pr_bind = rip_bind,
    .pr_listen = rip_no_listen,
    .pr_disconnect = rip_disconnect,
    .pr_shutdown = rip_shutdown,
    .pr_abort = rip_abort,
    .pr_ioctl = rip_ioctl,
    .pr_stat = rip_stat,
    .pr_peeraddr = rip_peeraddr,
    .pr_sockaddr = rip_sockaddr,
    .pr_rcvd = rip_rcvd,
    .pr_recvoob = rip_recvoob,
    .pr_send = rip_send,
    .pr_sendoob = rip_sendoob,
    .pr_purgeif = rip_purgeif,
};
