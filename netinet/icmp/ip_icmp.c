/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP (RFC 792, RFC 1122 section 3.2.2, path MTU of RFC 1191).  Errors are
 * rate limited.  softnet_lock is held.
 */
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>

#include <net/if.h>
#include <net/route.h>
#include <netinet/icmp_var.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

#include "../in/in_impl.h"

int icmpmaskrepl = 0;
int icmpbmcastecho = 0;
int icmpreturndatabytes = 8;
int icmperrppslim = 100;
int icmp_rediraccept = 1;
percpu_t *icmpstat_percpu;

static struct timeval icmperrppslim_last;
static int icmperrpps_count;

#define MTU_CALLBACKS 4
#define MTU_ROUTES    4096 /* that strangers can make us keep */
static void (*mtu_callbacks[MTU_CALLBACKS])(struct in_addr);

void
icmp_init(void)
{
	icmpstat_percpu = percpu_alloc(sizeof(uint64_t) * ICMP_NSTATS);
}

void
icmp_mtudisc_callback_register(void (*f)(struct in_addr))
{
	int i;

	for (i = 0; i < MTU_CALLBACKS; i++) {
		if (mtu_callbacks[i] == f)
			return;
		if (mtu_callbacks[i] == NULL) {
			mtu_callbacks[i] = f;
			return;
		}
	}
}

n_time
iptime(void)
{
	struct timeval tv;

	microtime(&tv);
	return htonl((
	    uint32_t)((tv.tv_sec % (24 * 60 * 60)) * 1000 + tv.tv_usec / 1000));
}

int
icmp_ratelimit(const struct in_addr *dst, const int type, const int code)
{
	return !ppsratecheck(
	    &icmperrppslim_last, &icmperrpps_count, icmperrppslim);
}

static void
icmp_send(struct mbuf *m, struct mbuf *opts)
{
	struct ip *ip = mtod(m, struct ip *);
	int hlen = ip->ip_hl << 2;
	struct icmp *icp;

	m->m_data += hlen;
	m->m_len -= hlen;
	icp = mtod(m, struct icmp *);
	icp->icmp_cksum = 0;
	icp->icmp_cksum = (uint16_t)in_cksum(m, ntohs(ip->ip_len) - hlen);
	m->m_data -= hlen;
	m->m_len += hlen;
	(void)ip_output(m, opts, NULL, 0, NULL, NULL);
}

/* Are we to answer the packet n with an error at all? (RFC 1122 3.2.2) */
static bool
may_answer(const struct mbuf *n, const struct ip *oip, int type)
{
	const struct icmp *oicp;
	struct ifnet *ifp;
	int ohlen = oip->ip_hl << 2;

	if (n->m_flags & (M_BCAST | M_MCAST))
		return false;
	if (oip->ip_off & htons(IP_OFFMASK))
		return false;
	if (IN_MULTICAST(oip->ip_dst.s_addr) || in_nullhost(oip->ip_src) ||
	    IN_MULTICAST(oip->ip_src.s_addr) ||
	    oip->ip_src.s_addr == INADDR_BROADCAST)
		return false;
	ifp = m_get_rcvif_NOMPSAFE(n);
	if (ifp != NULL && in_broadcast(oip->ip_dst, ifp))
		return false;
	if (oip->ip_p == IPPROTO_ICMP && type != ICMP_REDIRECT) {
		if (n->m_len < ohlen + ICMP_MINLEN)
			return false;
		oicp = (const struct icmp *)((const char *)oip + ohlen);
		if (!ICMP_INFOTYPE(oicp->icmp_type))
			return false;
	}
	return !icmp_ratelimit(&oip->ip_src, type, 0);
}

/*
 * Tells the sender of packet n that it met an error.  dest: gateway of a
 * redirect, or the pointer of a parameter problem, in network order; destmtu:
 * for "fragmentation needed".  n is gone.
 */
void
icmp_error(struct mbuf *n, int type, int code, n_long dest, int destmtu)
{
	struct ip *oip, *nip;
	int ohlen, len;
	struct icmp *icp;
	struct mbuf *m;

	if (type != ICMP_REDIRECT)
		ICMP_STATINC(ICMP_STAT_ERROR);
	if (n->m_len < (int)sizeof(struct ip) &&
	    (n = m_pullup(n, sizeof(struct ip))) == NULL)
		return;
	oip = mtod(n, struct ip *);
	ohlen = oip->ip_hl << 2;
	if (ohlen < (int)sizeof(struct ip) || ohlen > n->m_pkthdr.len)
		goto free;
	if (n->m_len < MIN(ohlen + ICMP_MINLEN, n->m_pkthdr.len)) {
		n = m_pullup(n, MIN(ohlen + ICMP_MINLEN, n->m_pkthdr.len));
		if (n == NULL)
			return;
		oip = mtod(n, struct ip *);
	}
	if (!may_answer(n, oip, type))
		goto free;
	len = MIN(icmpreturndatabytes, ntohs(oip->ip_len) - ohlen);
	len = MAX(0, MIN(len + ohlen, n->m_pkthdr.len));
	m = m_gethdr(M_DONTWAIT, MT_HEADER);
	if (m == NULL)
		goto free;
	if (sizeof(struct ip) + ICMP_MINLEN + (unsigned)len + max_linkhdr >
	    MHLEN) {
		MCLGET(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0) {
			m_freem(m);
			goto free;
		}
		len = MIN(len, 576 - 28);
	}
	m->m_data += max_linkhdr;
	m->m_len = (int)sizeof(struct ip) + ICMP_MINLEN + len;
	m->m_pkthdr.len = m->m_len;
	m_copy_rcvif(m, n);
	nip = mtod(m, struct ip *);
	memset(nip, 0, sizeof(*nip) + ICMP_MINLEN);
	icp = (struct icmp *)(nip + 1);
	icp->icmp_type = (uint8_t)type;
	icp->icmp_code = (uint8_t)code;
	if (type == ICMP_REDIRECT)
		icp->icmp_gwaddr.s_addr = dest;
	else if (type == ICMP_PARAMPROB)
		icp->icmp_void = (int32_t)dest;
	else if (type == ICMP_UNREACH && code == ICMP_UNREACH_NEEDFRAG)
		icp->icmp_nextmtu = htons((uint16_t)destmtu);
	m_copydata(n, 0, len, &icp->icmp_ip);
	ICMP_STATINC(ICMP_STAT_OUTHIST + type);
	nip->ip_v = IPVERSION;
	nip->ip_hl = sizeof(*nip) >> 2;
	nip->ip_len = htons((uint16_t)m->m_len);
	nip->ip_p = IPPROTO_ICMP;
	nip->ip_src = oip->ip_src;
	nip->ip_dst = oip->ip_dst;
	icmp_reflect(m);
free:
	m_freem(n);
}

/* Sends the message in m back to where the packet in it came from. */
void
icmp_reflect(struct mbuf *m)
{
	struct ip *ip = mtod(m, struct ip *);
	struct in_addr to = ip->ip_src;
	struct in_ifaddr *ia;
	struct sockaddr_in sin;
	struct ifnet *ifp;
	struct rtentry *rt;

	if (!in_canforward(to) && !IN_LINKLOCAL(to.s_addr) &&
	    (ntohl(to.s_addr) >> 24) != IN_LOOPBACKNET) {
		m_freem(m);
		return;
	}
	/* From the address asked, else from where we received or will send. */
	ia = in_get_ia(ip->ip_dst);
	ifp = m_get_rcvif_NOMPSAFE(m);
	if (ia == NULL && ifp != NULL)
		ia = in_get_ia_from_ifp(ifp);
	if (ia == NULL) {
		sockaddr_in_init(&sin, &to, 0);
		rt = rtalloc1(sintosa(&sin), 1);
		if (rt != NULL) {
			ia = in_route_ia(rt);
			rtfree(rt);
		}
	}
	if (ia == NULL) {
		m_freem(m);
		return;
	}
	ip->ip_dst = to;
	ip->ip_src = ia->ia_addr.sin_addr;
	ip->ip_ttl = MAXTTL;
	ip->ip_off = 0;
	if ((ip->ip_hl << 2) > (int)sizeof(struct ip)) {
		ip_stripoptions(m);
		ip = mtod(m, struct ip *);
	}
	m->m_flags &= ~(M_BCAST | M_MCAST);
	m->m_pkthdr.csum_flags = 0;
	m_reset_rcvif(m);
	icmp_send(m, NULL);
}

/* The next smaller MTU where a router did not say (RFC 1191 section 7). */
static uint32_t
guess_mtu(uint32_t len)
{
	static const uint32_t table[] = {
	    65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};
	size_t i;

	for (i = 0; i < __arraycount(table); i++)
		if (table[i] < len)
			return table[i];
	return 68;
}

static void
mtudisc_timeout(struct rtentry *rt, struct rttimer *r)
{
	if ((rt->rt_flags & (RTF_DYNAMIC | RTF_HOST)) ==
	    (RTF_DYNAMIC | RTF_HOST))
		rtrequest(RTM_DELETE, rt_getkey(rt), rt->rt_gateway,
		    rt_mask(rt), rt->rt_flags, NULL);
	else if ((rt->rt_rmx.rmx_locks & RTV_MTU) == 0)
		rt->rt_rmx.rmx_mtu = 0;
}

/* A path is narrower than thought: note it in a route to the host. */
void
icmp_mtudisc(struct icmp *icp, struct in_addr faddr)
{
	uint32_t mtu = ntohs(icp->icmp_nextmtu);
	struct sockaddr_in sin;
	struct rtentry *rt, *nrt;
	int i;

	if (mtu == 0)
		mtu = guess_mtu(ntohs(icp->icmp_ip.ip_len));
	/* Smaller than any path may be: a lie (RFC 791: 68). */
	if (mtu < 296)
		return;
	sockaddr_in_init(&sin, &faddr, 0);
	rt = rtalloc1(sintosa(&sin), 1);
	if (rt == NULL)
		return;
	if ((rt->rt_flags & RTF_HOST) == 0) {
		/* to a neighbour the route has no gateway either */
		if (mtu > rt->rt_ifp->if_mtu ||
		    rt_timer_count(ip_mtudisc_timeout_q) >= MTU_ROUTES ||
		    rtrequest(RTM_ADD, sintosa(&sin), rt->rt_gateway, NULL,
			(rt->rt_flags & RTF_GATEWAY) | RTF_HOST | RTF_DYNAMIC |
			    RTF_UP,
			&nrt) != 0) {
			rtfree(rt);
			return;
		}
		nrt->rt_rmx = rt->rt_rmx;
		rtfree(rt);
		rt = nrt;
	}
	(void)rt_timer_add(rt, mtudisc_timeout, ip_mtudisc_timeout_q);
	if ((rt->rt_rmx.rmx_locks & RTV_MTU) == 0 &&
	    mtu <= rt->rt_ifp->if_mtu &&
	    (rt->rt_rmx.rmx_mtu == 0 || rt->rt_rmx.rmx_mtu > mtu)) {
		ICMP_STATINC(ICMP_STAT_PMTUCHG);
		rt->rt_rmx.rmx_mtu = mtu;
	}
	rtfree(rt);
	for (i = 0; i < MTU_CALLBACKS && mtu_callbacks[i] != NULL; i++)
		(*mtu_callbacks[i])(faddr);
}

static int
unreach_code(int code)
{
	switch (code) {
	case ICMP_UNREACH_PROTOCOL:
		return PRC_UNREACH_PROTOCOL;
	case ICMP_UNREACH_PORT:
		return PRC_UNREACH_PORT;
	case ICMP_UNREACH_SRCFAIL:
		return PRC_UNREACH_SRCFAIL;
	case ICMP_UNREACH_NEEDFRAG:
		return PRC_MSGSIZE;
	case ICMP_UNREACH_HOST:
	case ICMP_UNREACH_HOST_UNKNOWN:
	case ICMP_UNREACH_ISOLATED:
	case ICMP_UNREACH_TOSHOST:
	case ICMP_UNREACH_HOST_PROHIB:
	case ICMP_UNREACH_HOST_PREC:
	case ICMP_UNREACH_PREC_CUTOFF:
	case ICMP_UNREACH_ADMIN_PROHIBIT:
		return PRC_UNREACH_HOST;
	case ICMP_UNREACH_NET:
	case ICMP_UNREACH_NET_UNKNOWN:
	case ICMP_UNREACH_NET_PROHIB:
	case ICMP_UNREACH_TOSNET:
		return PRC_UNREACH_NET;
	default:
		return -1;
	}
}

/* An error about a packet of ours: tell its protocol. */
static void
tell_protocol(struct icmp *icp, int code)
{
	struct sockaddr_in sin;
	const struct protosw *pr;

	sockaddr_in_init(&sin, &icp->icmp_ip.ip_dst, 0);
	pr = &inetdomain.dom_protosw[ip_protox[icp->icmp_ip.ip_p]];
	if (pr->pr_ctlinput != NULL)
		(void)(*pr->pr_ctlinput)(code, sintosa(&sin), &icp->icmp_ip);
	if (code == PRC_MSGSIZE && ip_mtudisc &&
	    in_get_ia(icp->icmp_ip.ip_src) != NULL &&
	    icp->icmp_ip.ip_p != IPPROTO_TCP)
		icmp_mtudisc(icp, icp->icmp_ip.ip_dst);
}

static void
redirect(struct icmp *icp, const struct ip *ip)
{
	struct sockaddr_in dst, gw, src;

	if (!icmp_rediraccept)
		return;
	sockaddr_in_init(&src, &ip->ip_src, 0);
	sockaddr_in_init(&gw, &icp->icmp_gwaddr, 0);
	sockaddr_in_init(&dst, &icp->icmp_ip.ip_dst, 0);
	rtredirect(sintosa(&dst), sintosa(&gw), NULL, RTF_GATEWAY | RTF_HOST,
	    sintosa(&src), NULL);
	tell_protocol(icp, PRC_REDIRECT_HOST);
}

/* Requests are answered; true: m is gone. */
static bool
answer(struct mbuf *m, struct icmp *icp, int icmplen)
{
	switch (icp->icmp_type) {
	case ICMP_ECHO:
		if (!icmpbmcastecho && (m->m_flags & (M_MCAST | M_BCAST)))
			return false;
		icp->icmp_type = ICMP_ECHOREPLY;
		break;
	case ICMP_TSTAMP:
		if (icmplen < (int)ICMP_TSLEN ||
		    (!icmpbmcastecho && (m->m_flags & (M_MCAST | M_BCAST))))
			return false;
		icp->icmp_type = ICMP_TSTAMPREPLY;
		icp->icmp_rtime = icp->icmp_ttime = iptime();
		break;
	default:
		return false;
	}
	ICMP_STATINC(ICMP_STAT_REFLECT);
	ICMP_STATINC(ICMP_STAT_OUTHIST + icp->icmp_type);
	icmp_reflect(m);
	return true;
}

static void
take_error(struct mbuf *m, struct ip *ip, struct icmp *icp, int icmplen)
{
	int code = icp->icmp_code, prc;

	switch (icp->icmp_type) {
	case ICMP_UNREACH:
		prc = unreach_code(code);
		break;
	case ICMP_TIMXCEED:
		prc = code > 1 ? -1 : code + PRC_TIMXCEED_INTRANS;
		break;
	case ICMP_PARAMPROB:
		prc = code > 1 ? -1 : PRC_PARAMPROB;
		break;
	case ICMP_REDIRECT:
		prc = code > 3 ? -1 : PRC_REDIRECT_HOST;
		break;
	default:
		return; /* source quench: ignored (RFC 6633) */
	}
	if (prc == -1) {
		ICMP_STATINC(ICMP_STAT_BADCODE);
		return;
	}
	if (icmplen < (int)ICMP_ADVLENMIN || icmplen < (int)ICMP_ADVLEN(icp) ||
	    icp->icmp_ip.ip_hl < 5 ||
	    IN_MULTICAST(icp->icmp_ip.ip_dst.s_addr)) {
		ICMP_STATINC(ICMP_STAT_BADLEN);
		return;
	}
	if (icp->icmp_type == ICMP_REDIRECT)
		redirect(icp, ip);
	else
		tell_protocol(icp, prc);
}

void
icmp_input(struct mbuf *m, ...)
{
	struct icmp *icp;
	struct ip *ip;
	int hlen, icmplen, i;
	va_list ap;

	va_start(ap, m);
	hlen = va_arg(ap, int);
	(void)va_arg(ap, int);
	va_end(ap);
	ip = mtod(m, struct ip *);
	icmplen = ntohs(ip->ip_len) - hlen;
	if (icmplen < ICMP_MINLEN) {
		ICMP_STATINC(ICMP_STAT_TOOSHORT);
		m_freem(m);
		return;
	}
	/* What is looked at, and in answers changed: ours alone, in one piece. */
	i = hlen + MIN(icmplen, (int)ICMP_ADVLENMIN + IP_MAXHLEN);
	if (M_UNWRITABLE(m, i) && (m = m_copyup(m, i, max_linkhdr)) == NULL) {
		ICMP_STATINC(ICMP_STAT_TOOSHORT);
		return;
	}
	ip = mtod(m, struct ip *);
	if (cpu_in_cksum(m, icmplen, hlen, 0) != 0) {
		ICMP_STATINC(ICMP_STAT_CHECKSUM);
		m_freem(m);
		return;
	}
	icp = (struct icmp *)(mtod(m, char *) + hlen);
	if (icp->icmp_type <= ICMP_MAXTYPE)
		ICMP_STATINC(ICMP_STAT_INHIST + icp->icmp_type);
	if (answer(m, icp, icmplen))
		return;
	take_error(m, ip, icp, MIN(icmplen, m->m_len - hlen));
	/* Programs with raw sockets see it too. */
	rip_input(m, hlen, IPPROTO_ICMP);
}

void *
icmp_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	return NULL;
}

void
icmp_statinc(u_int stat)
{
	KASSERT(stat < ICMP_NSTATS);
	ICMP_STATINC(stat);
}
