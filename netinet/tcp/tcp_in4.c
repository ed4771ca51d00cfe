/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What TCP does differently for IPv4: reading and writing the header below,
 * finding control blocks, sizes of the path. Another address family needs
 * its own version of this file.
 */
#include "tcp_impl.h"

/* Is the checksum right, or known to be? */
static bool
checksum_ok(struct mbuf *m, u_int off, u_int len, struct ifnet *ifp)
{
	const int flags = m->m_pkthdr.csum_flags;

	if (ifp != NULL && (ifp->if_flags & IFF_LOOPBACK) != 0 &&
	    !tcp_do_loopback_cksum)
		return true;
	if (ifp != NULL && (ifp->if_csum_flags_rx & M_CSUM_TCPv4) != 0 &&
	    (flags & M_CSUM_TCPv4) != 0) {
		if ((flags & M_CSUM_TCP_UDP_BAD) != 0)
			return false;
		if ((flags & (M_CSUM_DATA | M_CSUM_NO_PSEUDOHDR)) == 0)
			return true;
	}
	return in4_cksum(m, IPPROTO_TCP, off, len) == 0;
}

/* Count a packet that can't be one of ours, and drop it. */
static bool
refuse(struct mbuf *m, u_int counter)
{
	TCP_STATINC(counter);
	m_freem(m);
	return false;
}

/** Read the headers of packet M, TCP's at OFF; false: it is dropped. */
bool
tcp_in4_parse(struct tcp_segment *sg, struct mbuf *m, int off)
{
	struct ifnet *ifp;
	struct tcphdr *th;
	struct ip *ip;
	u_int hlen, len;

	if (m->m_pkthdr.len < off + (int)sizeof(*th))
		return refuse(m, TCP_STAT_RCVSHORT);
	if (m->m_len < off + (int)sizeof(*th)) {
		m = m_pullup(m, off + sizeof(*th));
		if (m == NULL) {
			TCP_STATINC(TCP_STAT_RCVMEMDROP);
			return false;
		}
	}
	th = (struct tcphdr *)(mtod(m, char *) + off);
	hlen = th->th_off * 4;
	len = m->m_pkthdr.len - off;
	if (hlen < sizeof(*th) || hlen > len)
		return refuse(m, TCP_STAT_RCVBADOFF);
	if (m->m_len < off + (int)hlen) {
		m = m_pullup(m, off + hlen);
		if (m == NULL) {
			TCP_STATINC(TCP_STAT_RCVMEMDROP);
			return false;
		}
		th = (struct tcphdr *)(mtod(m, char *) + off);
	}
	ip = mtod(m, struct ip *);
	ifp = m_get_rcvif_NOMPSAFE(m);
	/* RFC 1122, 4.2.3.10 */
	if ((m->m_flags & (M_BCAST | M_MCAST)) != 0 ||
	    IN_MULTICAST(ip->ip_dst.s_addr) ||
	    ip->ip_dst.s_addr == INADDR_BROADCAST ||
	    IN_MULTICAST(ip->ip_src.s_addr) ||
	    ip->ip_src.s_addr == INADDR_BROADCAST ||
	    ip->ip_src.s_addr == INADDR_ANY ||
	    (ifp != NULL && (ifp->if_flags & IFF_BROADCAST) != 0 &&
		(in_broadcast(ip->ip_src, ifp) ||
		    in_broadcast(ip->ip_dst, ifp))))
		return refuse(m, TCP_STAT_BADSYN);
	if (!checksum_ok(m, off, len, ifp))
		return refuse(m, TCP_STAT_RCVBADSUM);

	sg->sg_m = m;
	sg->sg_tuple.tu_faddr = ip->ip_src;
	sg->sg_tuple.tu_laddr = ip->ip_dst;
	sg->sg_tuple.tu_fport = th->th_sport;
	sg->sg_tuple.tu_lport = th->th_dport;
	sg->sg_hdrlen = off + hlen;
	sg->sg_len = len - hlen;
	sg->sg_seq = ntohl(th->th_seq);
	sg->sg_ack = ntohl(th->th_ack);
	sg->sg_win = sg->sg_rawwin = ntohs(th->th_win);
	sg->sg_urp = ntohs(th->th_urp);
	sg->sg_flags = th->th_flags;
	sg->sg_ttl = ip->ip_ttl;
	sg->sg_ce = (ip->ip_tos & IPTOS_ECN_MASK) == IPTOS_ECN_CE;
	sg->sg_local = (m->m_flags & M_LOOP) != 0;
	if (hlen == sizeof(*th))
		memset(&sg->sg_opt, 0, sizeof(sg->sg_opt)),
		    sg->sg_opt.wscale = -1;
	else if (!tcp_option_fast(
		     &sg->sg_opt, (uint8_t *)(th + 1), hlen - sizeof(*th)) &&
	    !tcp_option_parse(&sg->sg_opt, (uint8_t *)(th + 1),
		hlen - sizeof(*th), sg->sg_flags))
		return refuse(m, TCP_STAT_RCVBADOFF);
	return true;
}

struct inpcb *
tcp_in4_lookup(const struct tcp_tuple *tu)
{
	struct vestigial_inpcb vi;

	return in_pcblookup_connect(&tcbtable, tu->tu_faddr, tu->tu_fport,
	    tu->tu_laddr, tu->tu_lport, &vi);
}

struct inpcb *
tcp_in4_lookup_listen(const struct tcp_tuple *tu)
{
	return in_pcblookup_bind(&tcbtable, tu->tu_laddr, tu->tu_lport);
}

void
tcp_in4_tuple(const struct inpcb *inp, struct tcp_tuple *tu)
{
	tu->tu_laddr = inp->inp_laddr;
	tu->tu_faddr = inp->inp_faddr;
	tu->tu_lport = inp->inp_lport;
	tu->tu_fport = inp->inp_fport;
}

/** Make INP, new from a listening socket, the connection TU. */
int
tcp_in4_connected(struct inpcb *inp, const struct tcp_tuple *tu)
{
	struct sockaddr_in sin;

	/* not in_pcbbind(): the listening socket has the port as well */
	inp->inp_laddr = tu->tu_laddr;
	inp->inp_lport = tu->tu_lport;
	LIST_REMOVE(&inp->inp_head, inph_lhash);
	LIST_INSERT_HEAD(&tcbtable.inpt_porthashtbl[ntohs(tu->tu_lport) &
			     tcbtable.inpt_porthash],
	    &inp->inp_head, inph_lhash);
	in_pcbstate(inp, INP_BOUND);
	memset(&sin, 0, sizeof(sin));
	sockaddr_in_init(&sin, &tu->tu_faddr, tu->tu_fport);
	return in_pcbconnect(inp, &sin, NULL);
}

bool
tcp_in4_islocal(struct in_addr addr)
{
	return (ntohl(addr.s_addr) >> 24) == IN_LOOPBACKNET ||
	    in_get_ia(addr) != NULL;
}

/* Fill in what both kinds of packets need, after the TCP header is done. */
static void
finish(struct mbuf *m, struct ip *ip, struct tcphdr *th)
{
	const u_int len = m->m_pkthdr.len;

	ip->ip_p = IPPROTO_TCP;
	ip->ip_len = htons(len);
	th->th_sum = in_cksum_phdr(ip->ip_src.s_addr, ip->ip_dst.s_addr,
	    htonl(len - sizeof(*ip) + IPPROTO_TCP));
	m->m_pkthdr.csum_flags = M_CSUM_TCPv4;
	m->m_pkthdr.csum_data = offsetof(struct tcphdr, th_sum);
	m_reset_rcvif(m);
}

/** A new packet with headers and OPTLEN bytes of TCP options. */
struct mbuf *
tcp_in4_header(u_int optlen, struct tcphdr **thp)
{
	struct mbuf *m = m_gethdr(M_DONTWAIT, MT_HEADER);

	if (m == NULL)
		return NULL;
	m->m_data += max_linkhdr;
	m->m_len = sizeof(struct ip) + sizeof(struct tcphdr) + optlen;
	m->m_pkthdr.len = m->m_len;
	*thp = (struct tcphdr *)(mtod(m, struct ip *) + 1);
	(*thp)->th_off = (sizeof(struct tcphdr) + optlen) >> 2;
	(*thp)->th_x2 = 0;
	return m;
}

/** Send packet M of connection TP; ECN are bits of the type of service. */
int
tcp_in4_send(struct tcpcb *tp, struct mbuf *m, uint8_t ecn)
{
	struct inpcb *inp = tp->t_inpcb;
	struct socket *so = inp->inp_socket;
	struct ip *ip = mtod(m, struct ip *);
	struct tcphdr *th = (struct tcphdr *)(ip + 1);

	*ip = inp->inp_ip;
	ip->ip_tos = (ip->ip_tos & ~IPTOS_ECN_MASK) | ecn;
	ip->ip_off = (tp->t_flags & TF_MTUDISC) != 0 ? htons(IP_DF) : 0;
	finish(m, ip, th);
	return ip_output(m, inp->inp_options, &inp->inp_route,
	    so != NULL ? so->so_options & SO_DONTROUTE : 0, NULL, so);
}

/** Send a segment without data or connection. */
int
tcp_in4_send_control(const struct tcp_tuple *tu, const struct tcp_control *ct)
{
	struct tcphdr *th;
	struct mbuf *m;
	struct ip *ip;

	m = tcp_in4_header(ct->ct_optlen, &th);
	if (m == NULL)
		return ENOBUFS;
	ip = mtod(m, struct ip *);
	memset(ip, 0, sizeof(*ip));
	ip->ip_src = tu->tu_laddr;
	ip->ip_dst = tu->tu_faddr;
	ip->ip_ttl = ip_defttl;
	ip->ip_tos = ct->ct_tos;
	ip->ip_off = ip_mtudisc ? htons(IP_DF) : 0;
	th->th_sport = tu->tu_lport;
	th->th_dport = tu->tu_fport;
	th->th_seq = htonl(ct->ct_seq);
	th->th_ack = htonl(ct->ct_ack);
	th->th_flags = ct->ct_flags;
	th->th_win = htons(ct->ct_win);
	th->th_urp = 0;
	memcpy(th + 1, ct->ct_opt, ct->ct_optlen);
	finish(m, ip, th);
	TCP_STATINC(TCP_STAT_SNDTOTAL);
	return ip_output(m, NULL, NULL, 0, NULL, NULL);
}

/** The segment that the path takes; *PROBE says whether it may be probed. */
u_int
tcp_in4_path_mss(struct inpcb *inp, bool *probe)
{
	struct rtentry *rt;
	u_int mtu = 0, hlen = sizeof(struct ip) + sizeof(struct tcphdr);

	hlen += ip_optlen(inp);
	*probe = false;
	rt = in_pcbrtentry(inp);
	if (rt != NULL) {
		if (rt->rt_ifp != NULL)
			mtu = rt->rt_ifp->if_mtu;
		if (rt->rt_rmx.rmx_mtu != 0 &&
		    (mtu == 0 || rt->rt_rmx.rmx_mtu < mtu))
			mtu = rt->rt_rmx.rmx_mtu;
		*probe =
		    ip_mtudisc != 0 && (rt->rt_rmx.rmx_locks & RTV_MTU) == 0;
		in_pcbrtentry_unref(rt, inp);
	}
	if (mtu == 0)
		return tcp_mssdflt;
	mtu = MIN(mtu, IP_MAXPACKET);
	return mtu < hlen + 32 ? 32 : mtu - hlen;
}

/** The segment that we ask the peer to keep to. */
u_int
tcp_in4_our_mss(struct inpcb *inp)
{
	struct rtentry *rt;
	u_int mtu = 0;

	rt = in_pcbrtentry(inp);
	if (rt != NULL) {
		if (rt->rt_ifp != NULL)
			mtu = rt->rt_ifp->if_mtu;
		in_pcbrtentry_unref(rt, inp);
	}
	mtu = MIN(mtu, IP_MAXPACKET);
	if (mtu < 128)
		return tcp_mssdflt;
	return mtu - sizeof(struct ip) - sizeof(struct tcphdr);
}
