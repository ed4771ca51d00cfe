/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 input (RFC 791, RFC 1122): check a packet, decide whose it is, hand
 * it to its protocol or forward it.  Runs in the softint of ip_pktq with
 * softnet_lock held.
 */
#include <sys/cpu.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/pfil.h>
#include <net/pktqueue.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

#include "ip_impl.h"

#define IPQ_MAXLEN 1024

int ipforwarding = 0;
int ip_directedbcast = 0;
int ip_checkinterface = 0;
int ipsendredirects = 1;
int ip_defttl = IPDEFTTL;
int ip_mtudisc = 1;
int ip_mtudisc_timeout = 10 * 60;
int ip_do_loopback_cksum = 0;
struct pktqueue *ip_pktq;
pfil_head_t *inet_pfil_hook;
percpu_t *ipstat_percpu;
struct rttimer_queue *ip_mtudisc_timeout_q;
u_char ip_protox[IPPROTO_MAX];

static struct route ipforward_rt;
static struct mbuf *ip_srcrt; /* recorded source route of the last packet */

static void
ipintr(void *arg)
{
	struct mbuf *m;

	mutex_enter(softnet_lock);
	while ((m = pktq_dequeue(ip_pktq)) != NULL)
		ip_input(m);
	mutex_exit(softnet_lock);
}

/* Once, when the domain is attached: every protocol number has an entry. */
void
ip_init(void)
{
	const struct protosw *pr;
	int i, raw = 0;

	ipstat_percpu = percpu_alloc(sizeof(uint64_t) * IP_NSTATS);
	for (pr = inetdomain.dom_protosw; pr < inetdomain.dom_protoswNPROTOSW;
	     pr++)
		if (pr->pr_protocol == IPPROTO_RAW && pr->pr_type == SOCK_RAW)
			raw = (int)(pr - inetdomain.dom_protosw);
	for (i = 0; i < IPPROTO_MAX; i++)
		ip_protox[i] = (u_char)raw;
	for (pr = inetdomain.dom_protosw; pr < inetdomain.dom_protoswNPROTOSW;
	     pr++)
		if (pr->pr_protocol != 0 && pr->pr_protocol != IPPROTO_RAW)
			ip_protox[pr->pr_protocol] =
			    (u_char)(pr - inetdomain.dom_protosw);
	ip_pktq = pktq_create(IPQ_MAXLEN, ipintr, NULL);
	inet_pfil_hook = pfil_head_create(PFIL_TYPE_AF, (void *)AF_INET);
	ip_mtudisc_timeout_q = rt_timer_queue_create((u_int)ip_mtudisc_timeout);
	ip_reass_init();
}

/* Header sound and contiguous, packet as long as it says: or NULL. */
static struct mbuf *
check(struct mbuf *m)
{
	struct ip *ip;
	int hlen, len;

	IP_STATINC(IP_STAT_TOTAL);
	if (m->m_pkthdr.len < (int)sizeof(struct ip)) {
		IP_STATINC(IP_STAT_TOOSMALL);
		goto bad;
	}
	if (m->m_len < (int)sizeof(struct ip) &&
	    (m = m_pullup(m, sizeof(struct ip))) == NULL) {
		IP_STATINC(IP_STAT_TOOSMALL);
		return NULL;
	}
	ip = mtod(m, struct ip *);
	if (ip->ip_v != IPVERSION) {
		IP_STATINC(IP_STAT_BADVERS);
		goto bad;
	}
	hlen = ip->ip_hl << 2;
	if (hlen < (int)sizeof(struct ip) || hlen > m->m_pkthdr.len) {
		IP_STATINC(IP_STAT_BADHLEN);
		goto bad;
	}
	if (hlen > m->m_len) {
		if ((m = m_pullup(m, hlen)) == NULL) {
			IP_STATINC(IP_STAT_BADHLEN);
			return NULL;
		}
		ip = mtod(m, struct ip *);
	}
	if (IN_MULTICAST(ip->ip_src.s_addr)) {
		IP_STATINC(IP_STAT_BADADDR);
		goto bad;
	}
	/* Memory to memory needs no sum; loopback says so in csum_flags. */
	if ((m->m_pkthdr.csum_flags & (M_CSUM_IPv4 | M_CSUM_IPv4_BAD)) ==
	    (M_CSUM_IPv4 | M_CSUM_IPv4_BAD)) {
		IP_STATINC(IP_STAT_BADSUM);
		goto bad;
	}
	if ((m->m_pkthdr.csum_flags & M_CSUM_IPv4) == 0 &&
	    in_cksum(m, hlen) != 0) {
		IP_STATINC(IP_STAT_BADSUM);
		goto bad;
	}
	len = ntohs(ip->ip_len);
	if (len < hlen) {
		IP_STATINC(IP_STAT_BADLEN);
		goto bad;
	}
	if (m->m_pkthdr.len < len) {
		IP_STATINC(IP_STAT_TOOSHORT);
		goto bad;
	}
	/* What the link padded goes. */
	if (m->m_pkthdr.len > len)
		m_adj(m, len - m->m_pkthdr.len);
	return m;
bad:
	m_freem(m);
	return NULL;
}

/* Is a packet to dst for us?  ifp is where it came in. */
static bool
isours(struct in_addr dst, struct ifnet *ifp)
{
	struct in_ifaddr *ia;
	struct ifaddr *ifa;

	ia = in_get_ia(dst);
	if (ia != NULL &&
	    (ia->ia_ifp == ifp || !ip_checkinterface || ipforwarding ||
		(ifp->if_flags & IFF_LOOPBACK)))
		return (ia->ia_ifp->if_flags & IFF_UP) != 0;
	if (dst.s_addr == INADDR_BROADCAST || in_nullhost(dst))
		return true;
	if (IN_MULTICAST(dst.s_addr))
		return in_lookup_multi(dst, ifp) != NULL;
	if (ifp->if_flags & IFF_BROADCAST) {
		IFADDR_READER_FOREACH(ifa, ifp)
		{
			if (ifa->ifa_addr->sa_family != AF_INET)
				continue;
			ia = ifatoia(ifa);
			if (in_hosteq(dst, ia->ia_broadaddr.sin_addr) ||
			    in_hosteq(dst, ia->ia_netbroadcast) ||
			    ntohl(dst.s_addr) == ia->ia_subnet ||
			    ntohl(dst.s_addr) == ia->ia_net)
				return true;
		}
	}
	return false;
}

static void
deliver(struct mbuf *m, struct ip *ip, int hlen)
{
	const struct protosw *pr;
	uint8_t proto;

	if (ip->ip_off & ~htons(IP_DF | IP_RF)) {
		/* A fragment: the whole packet, or nothing for now. */
		if (ip_reass_packet(&m, ip) != 0) {
			m_freem(m);
			return;
		}
		if (m == NULL)
			return;
		ip = mtod(m, struct ip *);
		hlen = ip->ip_hl << 2;
	}
	proto = ip->ip_p;
	IP_STATINC(IP_STAT_DELIVERED);
	pr = &inetdomain.dom_protosw[ip_protox[proto]];
	(*pr->pr_input)(m, hlen, (int)proto);
}

void
ip_input(struct mbuf *m)
{
	struct ifnet *ifp;
	struct in_addr odst;
	struct ip *ip;
	int hlen;

	ifp = m_get_rcvif_NOMPSAFE(m);
	if (ifp == NULL) {
		m_freem(m);
		return;
	}
	m = check(m);
	if (m == NULL)
		return;
	ip = mtod(m, struct ip *);
	/* 127/8 stays inside (RFC 1122 section 3.2.1.3). */
	if ((ifp->if_flags & IFF_LOOPBACK) == 0 &&
	    ((ntohl(ip->ip_src.s_addr) >> 24) == IN_LOOPBACKNET ||
		(ntohl(ip->ip_dst.s_addr) >> 24) == IN_LOOPBACKNET)) {
		IP_STATINC(IP_STAT_BADADDR);
		m_freem(m);
		return;
	}
	odst = ip->ip_dst;
	if (pfil_run_hooks(inet_pfil_hook, &m, ifp, PFIL_IN) != 0 || m == NULL)
		return;
	ip = mtod(m, struct ip *);
	hlen = ip->ip_hl << 2;
	if (hlen > (int)sizeof(struct ip) && ip_dooptions(m) != 0)
		return;
	ip = mtod(m, struct ip *);
	if (isours(ip->ip_dst, ifp)) {
		deliver(m, ip, hlen);
		return;
	}
	if (IN_MULTICAST(ip->ip_dst.s_addr)) {
		IP_STATINC(IP_STAT_CANTFORWARD);
		m_freem(m);
		return;
	}
	if (!ipforwarding || (m->m_flags & (M_BCAST | M_MCAST))) {
		IP_STATINC(IP_STAT_CANTFORWARD);
		m_freem(m);
		return;
	}
	ip_forward(m, !in_hosteq(odst, ip->ip_dst), ifp);
}

/*
 * Options of a packet that came in (RFC 791 section 3.1): record route and
 * timestamps are filled in, source routes are not followed (RFC 7126).
 * Nonzero: the packet is gone.
 */
int
ip_dooptions(struct mbuf *m)
{
	struct ip *ip = mtod(m, struct ip *);
	u_char *cp = (u_char *)(ip + 1);
	int cnt = (ip->ip_hl << 2) - (int)sizeof(struct ip), optlen, opt;
	struct in_ifaddr *ia;
	struct ifnet *ifp;
	n_time now;

	for (; cnt > 0; cnt -= optlen, cp += optlen) {
		opt = cp[IPOPT_OPTVAL];
		if (opt == IPOPT_EOL)
			break;
		if (opt == IPOPT_NOP) {
			optlen = 1;
			continue;
		}
		if (cnt < 2 || cp[IPOPT_OLEN] < 2 || cp[IPOPT_OLEN] > cnt)
			goto bad;
		optlen = cp[IPOPT_OLEN];
		switch (opt) {
		case IPOPT_LSRR:
		case IPOPT_SSRR:
			IP_STATINC(IP_STAT_BADOPTIONS);
			icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_SRCFAIL, 0, 0);
			return 1;
		case IPOPT_RR:
			if (optlen < 4 || cp[IPOPT_OFFSET] < IPOPT_MINOFF)
				goto bad;
			if (cp[IPOPT_OFFSET] + 3 > optlen)
				break;
			ifp = m_get_rcvif_NOMPSAFE(m);
			ia = in_get_ia(ip->ip_dst);
			if (ia == NULL && ifp != NULL)
				ia = in_get_ia_from_ifp(ifp);
			if (ia == NULL)
				break;
			memcpy(cp + cp[IPOPT_OFFSET] - 1, &ia->ia_addr.sin_addr,
			    4);
			cp[IPOPT_OFFSET] += 4;
			break;
		case IPOPT_TS:
			if (optlen < 4 || cp[IPOPT_OFFSET] < 5)
				goto bad;
			/* only the form with times alone */
			if ((cp[3] & 0x0f) != 0 ||
			    cp[IPOPT_OFFSET] + 3 > optlen)
				break;
			now = iptime();
			memcpy(cp + cp[IPOPT_OFFSET] - 1, &now, sizeof(now));
			cp[IPOPT_OFFSET] += sizeof(now);
			break;
		default:
			break;
		}
	}
	return 0;
bad:
	IP_STATINC(IP_STAT_BADOPTIONS);
	icmp_error(m, ICMP_PARAMPROB, 0,
	    htonl((uint32_t)(cp - mtod(m, u_char *)) << 24), 0);
	return 1;
}

/* Removes the options of a header. */
void
ip_stripoptions(struct mbuf *m)
{
	struct ip *ip = mtod(m, struct ip *);
	int olen = (ip->ip_hl << 2) - (int)sizeof(struct ip);
	char *opts = (char *)(ip + 1);

	memmove(
	    opts, opts + olen, (size_t)(m->m_len - (int)sizeof(*ip) - olen));
	m->m_len -= olen;
	if (m->m_flags & M_PKTHDR)
		m->m_pkthdr.len -= olen;
	ip->ip_hl = sizeof(struct ip) >> 2;
	ip->ip_len = htons((uint16_t)(ntohs(ip->ip_len) - olen));
}

/* A source route to answer along; source routes are refused here. */
struct mbuf *
ip_srcroute(void)
{
	return ip_srcrt;
}

/* Errors of ip_output() as ICMP tells them; -1: nothing to tell. */
static int
icmp_of(int error, int *type)
{
	*type = ICMP_UNREACH;
	switch (error) {
	case EMSGSIZE:
		return ICMP_UNREACH_NEEDFRAG;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
		return ICMP_UNREACH_HOST;
	case ENOBUFS:
	case EACCES:
	default:
		return -1;
	}
}

/* Sends a packet of somebody else on (RFC 1812). */
void
ip_forward(struct mbuf *m, int srcrt, struct ifnet *rcvif)
{
	struct ip *ip = mtod(m, struct ip *);
	struct sockaddr_in sin;
	struct rtentry *rt;
	struct mbuf *copy;
	uint32_t mtu = 0, dest = 0;
	int error, type, code;

	if (!in_canforward(ip->ip_dst)) {
		IP_STATINC(IP_STAT_CANTFORWARD);
		m_freem(m);
		return;
	}
	if (ip->ip_ttl <= IPTTLDEC) {
		icmp_error(m, ICMP_TIMXCEED, ICMP_TIMXCEED_INTRANS, 0, 0);
		return;
	}
	sockaddr_in_init(&sin, &ip->ip_dst, 0);
	rt = rtcache_lookup(&ipforward_rt, sintosa(&sin));
	if (rt == NULL) {
		IP_STATINC(IP_STAT_NOROUTE);
		icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_NET, 0, 0);
		return;
	}
	/* Enough of it for an ICMP message, before output changes it. */
	copy = m_copym(m, 0, MIN((int)ntohs(ip->ip_len), 68), M_DONTWAIT);
	if (copy != NULL)
		copy = m_pullup(copy, ip->ip_hl << 2);
	ip->ip_ttl -= IPTTLDEC;
	m->m_pkthdr.csum_flags = 0;

	/* The sender could have reached the next hop itself. */
	if (rt->rt_ifp == rcvif && ipsendredirects && !srcrt &&
	    (rt->rt_flags & (RTF_DYNAMIC | RTF_MODIFIED)) == 0 &&
	    !in_nullhost(satocsin(rt_getkey(rt))->sin_addr) &&
	    in_direct(ip->ip_src, rcvif))
		dest = (rt->rt_flags & RTF_GATEWAY)
		    ? satocsin(rt->rt_gateway)->sin_addr.s_addr
		    : ip->ip_dst.s_addr;

	error = ip_output(m, NULL, &ipforward_rt,
	    IP_FORWARDING | (ip_directedbcast ? IP_ALLOWBROADCAST : 0), NULL,
	    NULL);
	if (error == 0) {
		IP_STATINC(IP_STAT_FORWARD);
		if (dest == 0 || copy == NULL) {
			m_freem(copy);
			return;
		}
		IP_STATINC(IP_STAT_REDIRECTSENT);
		icmp_error(copy, ICMP_REDIRECT, ICMP_REDIRECT_HOST, dest, 0);
		return;
	}
	IP_STATINC(IP_STAT_CANTFORWARD);
	code = icmp_of(error, &type);
	if (copy == NULL || code == -1) {
		m_freem(copy);
		return;
	}
	if (code == ICMP_UNREACH_NEEDFRAG) {
		rt = rtcache_lookup(&ipforward_rt, sintosa(&sin));
		if (rt != NULL) {
			mtu = rt->rt_rmx.rmx_mtu != 0 &&
				rt->rt_rmx.rmx_mtu < rt->rt_ifp->if_mtu
			    ? (uint32_t)rt->rt_rmx.rmx_mtu
			    : (uint32_t)rt->rt_ifp->if_mtu;
		}
		IP_STATINC(IP_STAT_CANTFRAG);
	}
	icmp_error(copy, type, code, 0, (int)mtu);
}

/* What a socket asked to know about each packet. */
void
ip_savecontrol(
    struct inpcb *inp, struct mbuf **mp, struct ip *ip, struct mbuf *m)
{
	struct socket *so = inp->inp_socket;
	struct ifnet *ifp = m_get_rcvif_NOMPSAFE(m);
	int flags = inp->inp_flags;

	if (so->so_options & SO_TIMESTAMP)
		mp = sbsavetimestamp(so->so_options, m, mp);
	if ((flags & INP_RECVDSTADDR) &&
	    (*mp = sbcreatecontrol(&ip->ip_dst, sizeof(struct in_addr),
		 IP_RECVDSTADDR, IPPROTO_IP)) != NULL)
		mp = &(*mp)->m_next;
	if (flags & INP_RECVPKTINFO) {
		struct in_pktinfo pi = {.ipi_addr = ip->ip_dst,
		    .ipi_ifindex = ifp == NULL ? 0 : ifp->if_index};

		*mp = sbcreatecontrol(
		    &pi, sizeof(pi), IP_RECVPKTINFO, IPPROTO_IP);
		if (*mp != NULL)
			mp = &(*mp)->m_next;
	}
	if ((flags & INP_RECVIF) && ifp != NULL && ifp->if_sadl != NULL &&
	    (*mp = sbcreatecontrol(__UNCONST(ifp->if_sadl),
		 ifp->if_sadl->sdl_len, IP_RECVIF, IPPROTO_IP)) != NULL)
		mp = &(*mp)->m_next;
	if ((flags & INP_RECVTTL) &&
	    (*mp = sbcreatecontrol(&ip->ip_ttl, sizeof(ip->ip_ttl), IP_RECVTTL,
		 IPPROTO_IP)) != NULL)
		mp = &(*mp)->m_next;
}

void
ip_statinc(u_int stat)
{
	KASSERT(stat < IP_NSTATS);
	IP_STATINC(stat);
}
