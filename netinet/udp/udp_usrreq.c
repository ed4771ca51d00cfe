/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP (RFC 768, RFC 1122 section 4.1).  softnet_lock is held.
 */
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include <lib/libkern/libkern.h>

#define UDB_BINDHASH 128
#define UDB_CONNHASH 128

struct inpcbtable udbtable;
percpu_t *udpstat_percpu;
int udpcksum = 1;
int udp_do_loopback_cksum = 0;
u_long udp_sendspace = 65535;
u_long udp_recvspace = 128 * 1024;

#define UDP_STATINC(x) _NET_STATINC(udpstat_percpu, x)

void
udp_init(void)
{
	in_pcbinit(&udbtable, UDB_BINDHASH, UDB_CONNHASH);
	udpstat_percpu = percpu_alloc(sizeof(uint64_t) * UDP_NSTATS);
}

void
udp_init_common(void)
{
}

/* One datagram into one socket's buffer. */
static void
append(struct mbuf *m, int offset, struct sockaddr_in *src, struct inpcb *inp,
    struct ip *ip)
{
	struct socket *so = inp->inp_socket;
	struct mbuf *opts = NULL;

	if ((inp->inp_flags & INP_CONTROLOPTS) ||
	    (so->so_options & SO_TIMESTAMP))
		ip_savecontrol(inp, &opts, ip, m);
	m_adj(m, offset);
	if (sbappendaddr(&so->so_rcv, sintosa(src), m, opts) == 0) {
		m_freem(m);
		if (opts != NULL)
			m_freem(opts);
		so->so_rcv.sb_overflowed++;
		UDP_STATINC(UDP_STAT_FULLSOCK);
		return;
	}
	sorwakeup(so);
}

/* A copy for everybody who listens to a group or a broadcast. */
static int
deliver_many(struct mbuf *m, int offset, struct sockaddr_in *src,
    struct sockaddr_in *dst, struct ip *ip)
{
	struct inpcb_hdr *inph;
	struct inpcb *inp;
	struct mbuf *copy;
	int n = 0;

	TAILQ_FOREACH(inph, &udbtable.inpt_queue, inph_queue) {
		inp = (struct inpcb *)inph;
		if (inp->inp_af != AF_INET || inp->inp_lport != dst->sin_port)
			continue;
		if (!in_nullhost(inp->inp_laddr) &&
		    !in_hosteq(inp->inp_laddr, dst->sin_addr))
			continue;
		if (!in_nullhost(inp->inp_faddr) &&
		    (!in_hosteq(inp->inp_faddr, src->sin_addr) ||
			inp->inp_fport != src->sin_port))
			continue;
		copy = m_copypacket(m, M_DONTWAIT);
		if (copy != NULL)
			append(copy, offset, src, inp, ip);
		n++;
		/* Only with an option may others have the port too. */
		if ((inp->inp_socket->so_options &
			(SO_REUSEPORT | SO_REUSEADDR)) == 0)
			break;
	}
	return n;
}

static int
deliver_one(struct mbuf *m, int offset, struct sockaddr_in *src,
    struct sockaddr_in *dst, struct ip *ip)
{
	struct inpcb *inp;

	inp = in_pcblookup_connect(&udbtable, src->sin_addr, src->sin_port,
	    dst->sin_addr, dst->sin_port, NULL);
	if (inp == NULL) {
		UDP_STATINC(UDP_STAT_PCBHASHMISS);
		inp =
		    in_pcblookup_bind(&udbtable, dst->sin_addr, dst->sin_port);
	}
	if (inp == NULL)
		return 0;
	if (inp->inp_ip_minttl > ip->ip_ttl)
		return 0;
	append(m, offset, src, inp, ip);
	return 1;
}

/* Is the checksum right, or not to be looked at? */
static bool
sum_ok(struct mbuf *m, const struct udphdr *uh, int iphlen, int len)
{
	int flags = m->m_pkthdr.csum_flags;

	if (uh->uh_sum == 0)
		return true;
	if (flags & M_CSUM_TCP_UDP_BAD)
		return false;
	if (flags & M_CSUM_UDPv4)
		return true;
	return in4_cksum(m, IPPROTO_UDP, iphlen, len) == 0;
}

void
udp_input(struct mbuf *m, ...)
{
	struct sockaddr_in src, dst;
	struct udphdr *uh;
	struct ip *ip;
	va_list ap;
	int iphlen, len, n;
	bool many;

	va_start(ap, m);
	iphlen = va_arg(ap, int);
	(void)va_arg(ap, int);
	va_end(ap);
	UDP_STATINC(UDP_STAT_IPACKETS);
	if (m->m_pkthdr.len < iphlen + (int)sizeof(*uh)) {
		UDP_STATINC(UDP_STAT_HDROPS);
		m_freem(m);
		return;
	}
	if (m->m_len < iphlen + (int)sizeof(*uh) &&
	    (m = m_pullup(m, iphlen + (int)sizeof(*uh))) == NULL) {
		UDP_STATINC(UDP_STAT_HDROPS);
		return;
	}
	ip = mtod(m, struct ip *);
	uh = (struct udphdr *)(mtod(m, char *) + iphlen);
	len = ntohs(uh->uh_ulen);
	n = ntohs(ip->ip_len) - iphlen;
	if (len < (int)sizeof(*uh) || len > n || uh->uh_dport == 0) {
		UDP_STATINC(UDP_STAT_BADLEN);
		m_freem(m);
		return;
	}
	if (len != n)
		m_adj(m, len - n);
	if (!sum_ok(m, uh, iphlen, len)) {
		UDP_STATINC(UDP_STAT_BADSUM);
		m_freem(m);
		return;
	}
	sockaddr_in_init(&src, &ip->ip_src, uh->uh_sport);
	sockaddr_in_init(&dst, &ip->ip_dst, uh->uh_dport);
	many = IN_MULTICAST(ip->ip_dst.s_addr) ||
	    in_broadcast(ip->ip_dst, m_get_rcvif_NOMPSAFE(m));
	if (many) {
		n = deliver_many(m, iphlen + (int)sizeof(*uh), &src, &dst, ip);
		if (n == 0)
			UDP_STATINC(UDP_STAT_NOPORTBCAST);
		m_freem(m);
		return;
	}
	if (deliver_one(m, iphlen + (int)sizeof(*uh), &src, &dst, ip) != 0)
		return;
	if (m->m_flags & (M_BCAST | M_MCAST)) {
		UDP_STATINC(UDP_STAT_NOPORTBCAST);
		m_freem(m);
		return;
	}
	UDP_STATINC(UDP_STAT_NOPORT);
	icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PORT, 0, 0);
}

static void
udp_notify(struct inpcb *inp, int errno_)
{
	inp->inp_socket->so_error = (u_short)errno_;
	sorwakeup(inp->inp_socket);
	sowwakeup(inp->inp_socket);
}

void *
udp_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	void (*notify)(struct inpcb *, int) = udp_notify;
	const struct udphdr *uh;
	struct ip *ip = v;
	int errno_;

	if (sa->sa_family != AF_INET ||
	    sa->sa_len != sizeof(struct sockaddr_in))
		return NULL;
	if ((unsigned)cmd >= PRC_NCMDS)
		return NULL;
	errno_ = inetctlerrmap[cmd];
	if (PRC_IS_REDIRECT(cmd)) {
		notify = in_rtchange;
		ip = NULL;
	} else if (cmd == PRC_HOSTDEAD) {
		ip = NULL;
	} else if (errno_ == 0) {
		return NULL;
	}
	if (ip != NULL) {
		uh = (const struct udphdr *)((char *)ip + (ip->ip_hl << 2));
		in_pcbnotify(&udbtable, satocsin(sa)->sin_addr, uh->uh_dport,
		    ip->ip_src, uh->uh_sport, errno_, notify);
	} else {
		in_pcbnotifyall(
		    &udbtable, satocsin(sa)->sin_addr, errno_, notify);
	}
	return NULL;
}

int
udp_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	if (sopt->sopt_level != IPPROTO_UDP)
		return ip_ctloutput(op, so, sopt);
	return ENOPROTOOPT;
}

/* The source that a control message asks for. */
static int
control_source(struct mbuf *control, struct in_addr *laddr)
{
	struct cmsghdr *cm;
	int left = control->m_len, clen;

	for (cm = mtod(control, struct cmsghdr *); left >= (int)sizeof(*cm);
	     cm = (struct cmsghdr *)((char *)cm + clen), left -= clen) {
		if (cm->cmsg_len < sizeof(*cm) || cm->cmsg_len > (u_int)left)
			return EINVAL;
		clen = (int)CMSG_ALIGN(cm->cmsg_len);
		if (cm->cmsg_level != IPPROTO_IP)
			continue;
		if (cm->cmsg_type == IP_SENDSRCADDR &&
		    cm->cmsg_len == CMSG_LEN(sizeof(*laddr)))
			memcpy(laddr, CMSG_DATA(cm), sizeof(*laddr));
		else if (cm->cmsg_type == IP_PKTINFO &&
		    cm->cmsg_len == CMSG_LEN(sizeof(struct in_pktinfo)))
			memcpy(laddr, CMSG_DATA(cm), sizeof(*laddr));
		else
			return EINVAL;
	}
	if (!in_nullhost(*laddr) && in_get_ia(*laddr) == NULL)
		return EADDRNOTAVAIL;
	return 0;
}

/* Sends m over the connection or to where inp is connected for now. */
int
udp_output(
    struct mbuf *m, struct inpcb *inp, struct mbuf *control, struct lwp *l)
{
	struct in_addr laddr = inp->inp_laddr;
	int len = m->m_pkthdr.len, error = 0;
	struct udpiphdr *ui;
	struct ip *ip;

	if (control != NULL) {
		error = control_source(control, &laddr);
		if (error != 0)
			goto release;
	}
	if (len + (int)sizeof(struct udpiphdr) > IP_MAXPACKET) {
		error = EMSGSIZE;
		goto release;
	}
	M_PREPEND(m, (int)sizeof(struct udpiphdr), M_DONTWAIT);
	if (m == NULL) {
		error = ENOBUFS;
		goto release;
	}
	ui = mtod(m, struct udpiphdr *);
	memset(ui, 0, sizeof(*ui));
	ui->ui_sport = inp->inp_lport;
	ui->ui_dport = inp->inp_fport;
	ui->ui_ulen = htons((uint16_t)(len + (int)sizeof(struct udphdr)));
	ip = (struct ip *)ui;
	ip->ip_p = IPPROTO_UDP;
	ip->ip_src = laddr;
	ip->ip_dst = inp->inp_faddr;
	ip->ip_len = htons((uint16_t)(len + (int)sizeof(*ui)));
	ip->ip_ttl = inp->inp_ip.ip_ttl;
	ip->ip_tos = inp->inp_ip.ip_tos;
	if (udpcksum) {
		/* Computed where it is known whether it is needed. */
		ui->ui_sum = in_cksum_phdr(ip->ip_src.s_addr, ip->ip_dst.s_addr,
		    htonl((uint32_t)len + sizeof(struct udphdr) + IPPROTO_UDP));
		m->m_pkthdr.csum_flags = M_CSUM_UDPv4;
		m->m_pkthdr.csum_data = offsetof(struct udphdr, uh_sum);
	} else {
		m->m_pkthdr.csum_flags = 0;
	}
	UDP_STATINC(UDP_STAT_OPACKETS);
	error = ip_output(m, inp->inp_options, &inp->inp_route,
	    inp->inp_socket->so_options & (SO_DONTROUTE | SO_BROADCAST),
	    inp->inp_moptions, inp->inp_socket);
	m = NULL;
release:
	if (control != NULL)
		m_freem(control);
	m_freem(m);
	return error;
}

/*
 * User requests
 */

static int
udp_attach(struct socket *so, int proto)
{
	int error;

	sosetlock(so);
	if (so->so_snd.sb_hiwat == 0 || so->so_rcv.sb_hiwat == 0) {
		error = soreserve(so, udp_sendspace, udp_recvspace);
		if (error != 0)
			return error;
	}
	return in_pcballoc(so, &udbtable);
}

static void
udp_detach(struct socket *so)
{
	in_pcbdetach(sotoinpcb(so));
}

static int
udp_accept(struct socket *so, struct sockaddr *nam)
{
	return EOPNOTSUPP;
}

static int
udp_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	return in_pcbbind(sotoinpcb(so), satosin(nam), l);
}

static int
udp_listen(struct socket *so, struct lwp *l)
{
	return EOPNOTSUPP;
}

static int
udp_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	int error;

	error = in_pcbconnect(inp, satosin(nam), l);
	if (error == 0)
		soisconnected(so);
	return error;
}

static int
udp_connect2(struct socket *so, struct socket *so2)
{
	return EOPNOTSUPP;
}

static int
udp_disconnect(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	so->so_state &= ~SS_ISCONNECTED;
	if (!in_nullhost(inp->inp_faddr))
		in_pcbdisconnect(inp);
	inp->inp_laddr = zeroin_addr;
	in_pcbstate(inp, INP_BOUND);
	return 0;
}

static int
udp_shutdown(struct socket *so)
{
	socantsendmore(so);
	return 0;
}

static int
udp_abort(struct socket *so)
{
	return EOPNOTSUPP;
}

static int
udp_ioctl(struct socket *so, u_long cmd, void *nam, struct ifnet *ifp)
{
	return in_control(so, cmd, nam, ifp);
}

static int
udp_stat(struct socket *so, struct stat *ub)
{
	return 0;
}

static int
udp_peeraddr(struct socket *so, struct sockaddr *nam)
{
	in_setpeeraddr(sotoinpcb(so), satosin(nam));
	return 0;
}

static int
udp_sockaddr(struct socket *so, struct sockaddr *nam)
{
	in_setsockaddr(sotoinpcb(so), satosin(nam));
	return 0;
}

static int
udp_rcvd(struct socket *so, int flags, struct lwp *l)
{
	return EOPNOTSUPP;
}

static int
udp_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	return EOPNOTSUPP;
}

/* To an address that is given: connected for the moment. */
static int
send_to(struct socket *so, struct mbuf *m, struct sockaddr_in *sin,
    struct mbuf *control, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	struct in_addr laddr = inp->inp_laddr;
	int error = 0;

	if (so->so_state & SS_ISCONNECTED)
		error = EISCONN;
	else if (sin->sin_len != sizeof(*sin))
		error = EINVAL;
	else if (sin->sin_family != AF_INET)
		error = EAFNOSUPPORT;
	else if (sin->sin_port == 0)
		error = EADDRNOTAVAIL;
	if (error == 0 && inp->inp_lport == 0)
		error = in_pcbset_anonport(inp, l);
	if (error == 0 && !IN_MULTICAST(sin->sin_addr.s_addr) &&
	    in_nullhost(laddr)) {
		struct sockaddr_in dst = *sin;
		struct in_ifaddr *ia;

		if (in_nullhost(dst.sin_addr) && !TAILQ_EMPTY(&in_ifaddrhead))
			dst.sin_addr =
			    TAILQ_FIRST(&in_ifaddrhead)->ia_addr.sin_addr;
		*sin = dst;
		ia = in_selectsrc(&dst, &inp->inp_route, so->so_options,
		    inp->inp_moptions, &error);
		if (ia != NULL) {
			error = 0;
			inp->inp_laddr = ia->ia_addr.sin_addr;
		} else if (error == 0) {
			error = EHOSTUNREACH;
		}
	}
	if (error != 0) {
		m_freem(m);
		m_freem(control);
		return error;
	}
	inp->inp_faddr = sin->sin_addr;
	inp->inp_fport = sin->sin_port;
	error = udp_output(m, inp, control, l);
	inp->inp_faddr = zeroin_addr;
	inp->inp_fport = 0;
	inp->inp_laddr = laddr;
	return error;
}

static int
udp_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);

	if (nam != NULL) {
		struct sockaddr_in sin;

		memset(&sin, 0, sizeof(sin));
		memcpy(&sin, nam, MIN(nam->sa_len, sizeof(sin)));
		return send_to(so, m, &sin, control, l);
	}
	if ((so->so_state & SS_ISCONNECTED) == 0) {
		m_freem(m);
		m_freem(control);
		return EDESTADDRREQ;
	}
	return udp_output(m, inp, control, l);
}

static int
udp_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

static int
udp_purgeif(struct socket *so, struct ifnet *ifp)
{
	mutex_enter(softnet_lock);
	in_pcbpurgeif0(&udbtable, ifp);
	in_purgeif(ifp);
	in_pcbpurgeif(&udbtable, ifp);
	mutex_exit(softnet_lock);
	return 0;
}

const struct pr_usrreqs udp_usrreqs = {
    .pr_attach = udp_attach,
    .pr_detach = udp_detach,
    .pr_accept = udp_accept,
    .pr_connect = udp_connect,
    .pr_connect2 = udp_connect2,
    .pr_bind = udp_bind,
    .pr_listen = udp_listen,
    .pr_disconnect = udp_disconnect,
    .pr_shutdown = udp_shutdown,
    .pr_abort = udp_abort,
    .pr_ioctl = udp_ioctl,
    .pr_stat = udp_stat,
    .pr_peeraddr = udp_peeraddr,
    .pr_sockaddr = udp_sockaddr,
    .pr_rcvd = udp_rcvd,
    .pr_recvoob = udp_recvoob,
    .pr_send = udp_send,
    .pr_sendoob = udp_sendoob,
    .pr_purgeif = udp_purgeif,
};

void
udp_statinc(u_int stat)
{
	KASSERT(stat < UDP_NSTATS);
	UDP_STATINC(stat);
}
