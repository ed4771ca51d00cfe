/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 output: route, source address, options, fragments.
 * softnet_lock is held.
 */
#include <sys/cprng.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pfil.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>
#include <netinet/tcp_var.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include <lib/libkern/libkern.h>

#include "../in/in_impl.h"
#include "ip_impl.h"

/* Options, given with their destination, into the header of m. */
struct mbuf *
ip_insertoptions(struct mbuf *m, struct mbuf *opt, int *phlen)
{
	struct ipoption *p = mtod(opt, struct ipoption *);
	struct ip *ip = mtod(m, struct ip *);
	unsigned optlen = (unsigned)opt->m_len - sizeof(p->ipopt_dst);
	struct ip saved = *ip;

	if (optlen + ntohs(ip->ip_len) > IP_MAXPACKET ||
	    opt->m_len < (int)sizeof(p->ipopt_dst) || optlen > MAX_IPOPTLEN)
		return m;
	if (!in_nullhost(p->ipopt_dst))
		saved.ip_dst = p->ipopt_dst;
	M_PREPEND(m, (int)optlen, M_DONTWAIT);
	if (m == NULL)
		return NULL;
	if (m->m_len < (int)(sizeof(*ip) + optlen) &&
	    (m = m_pullup(m, sizeof(*ip) + optlen)) == NULL)
		return NULL;
	ip = mtod(m, struct ip *);
	*ip = saved;
	memcpy(ip + 1, p->ipopt_list, optlen);
	*phlen = (int)(sizeof(*ip) + optlen);
	ip->ip_len = htons((uint16_t)(ntohs(ip->ip_len) + optlen));
	return m;
}

/* The options that go into every fragment; returns the bytes copied. */
int
ip_optcopy(struct ip *ip, struct ip *jp)
{
	u_char *cp = (u_char *)(ip + 1), *dp = (u_char *)(jp + 1);
	int cnt = (ip->ip_hl << 2) - (int)sizeof(struct ip), optlen;

	for (; cnt > 0; cnt -= optlen, cp += optlen) {
		if (cp[0] == IPOPT_EOL)
			break;
		if (cp[0] == IPOPT_NOP) {
			*dp++ = IPOPT_NOP;
			optlen = 1;
			continue;
		}
		if (cnt < 2 || cp[IPOPT_OLEN] < 2 || cp[IPOPT_OLEN] > cnt)
			break;
		optlen = cp[IPOPT_OLEN];
		if (IPOPT_COPIED(cp[0])) {
			memcpy(dp, cp, (size_t)optlen);
			dp += optlen;
		}
	}
	for (optlen = (int)(dp - (u_char *)(jp + 1)); optlen & 3; optlen++)
		*dp++ = IPOPT_EOL;
	return optlen;
}

/*
 * Cuts m into fragments for mtu, linked by m_nextpkt.  On an error m and
 * what was made of it is freed.
 */
int
ip_fragment(struct mbuf *m, struct ifnet *ifp, u_long mtu)
{
	struct ip *ip = mtod(m, struct ip *), *mhip;
	int hlen = ip->ip_hl << 2, mhlen, off, len, firstlen, total;
	struct mbuf *m0 = m, *f, **mnext = &m->m_nextpkt;
	uint16_t ooff = ntohs(ip->ip_off);
	int nfrags = 1;

	total = ntohs(ip->ip_len);
	len = ((int)mtu - hlen) & ~7;
	if (len < 8) {
		m_freem(m0);
		return EMSGSIZE;
	}
	firstlen = len;
	for (off = hlen + len; off < total; off += len) {
		f = m_gethdr(M_DONTWAIT, MT_HEADER);
		if (f == NULL)
			goto nobufs;
		*mnext = f;
		mnext = &f->m_nextpkt;
		f->m_data += max_linkhdr;
		mhip = mtod(f, struct ip *);
		*mhip = *ip;
		f->m_flags |= m0->m_flags & (M_MCAST | M_BCAST);
		mhlen = sizeof(*ip);
		if (hlen > (int)sizeof(*ip))
			mhlen += ip_optcopy(ip, mhip);
		mhip->ip_hl = (unsigned)mhlen >> 2;
		f->m_len = mhlen;
		mhip->ip_off = htons((uint16_t)(((off - hlen) >> 3) +
		    (ooff & ~(IP_MF | IP_DF)) + (ooff & IP_MF) +
		    (off + len < total ? ((ooff & IP_MF) ? 0 : IP_MF) : 0)));
		if (off + len >= total)
			len = total - off;
		mhip->ip_len = htons((uint16_t)(len + mhlen));
		f->m_next = m_copym(m0, off, len, M_DONTWAIT);
		if (f->m_next == NULL)
			goto nobufs;
		f->m_pkthdr.len = mhlen + len;
		m_reset_rcvif(f);
		mhip->ip_sum = 0;
		mhip->ip_sum = (uint16_t)in_cksum(f, mhlen);
		nfrags++;
		IP_STATINC(IP_STAT_OFRAGMENTS);
	}
	m_adj(m0, hlen + firstlen - total);
	m0->m_pkthdr.len = hlen + firstlen;
	ip->ip_len = htons((uint16_t)(hlen + firstlen));
	ip->ip_off |= htons(IP_MF);
	ip->ip_sum = 0;
	ip->ip_sum = (uint16_t)in_cksum(m0, hlen);
	return 0;
nobufs:
	IP_STATINC(IP_STAT_ODROPPED);
	for (m = m0; m != NULL; m = f) {
		f = m->m_nextpkt;
		m->m_nextpkt = NULL;
		m_freem(m);
	}
	return ENOBUFS;
}

/*
 * A copy of our own multicast for our own members. It may share its bytes
 * with the original, so nothing is written, no checksum either: flags say
 * that the packet never left memory.
 */
void
ip_mloopback(struct ifnet *ifp, struct mbuf *m, const struct sockaddr_in *dst)
{
	struct mbuf *copy = m_copypacket(m, M_DONTWAIT);

	if (copy == NULL)
		return;
	copy->m_pkthdr.csum_flags |= M_CSUM_IPv4;
	(void)looutput(ifp, copy, sintocsa(dst), NULL);
}

struct target {
	struct ifnet *ifp;
	struct in_ifaddr *ia;
	struct rtentry *rt;
	struct sockaddr_in dst; /* next hop */
	u_long mtu;
};

/* Where does it go?  0, or an errno. */
static int
find_target(struct ip *ip, struct route *ro, int flags, struct ip_moptions *imo,
    struct target *t)
{
	struct sockaddr_in dst;
	struct rtentry *rt;

	memset(t, 0, sizeof(*t));
	sockaddr_in_init(&t->dst, &ip->ip_dst, 0);
	if (flags & IP_ROUTETOIF) {
		struct ifaddr *ifa = ifa_ifwithdstaddr(sintocsa(&t->dst));

		if (ifa == NULL)
			ifa = ifa_ifwithnet(sintocsa(&t->dst));
		if (ifa == NULL)
			return ENETUNREACH;
		t->ia = ifatoia(ifa);
		t->ifp = ifa->ifa_ifp;
		t->mtu = (u_long)t->ifp->if_mtu;
		return 0;
	}
	if ((IN_MULTICAST(ip->ip_dst.s_addr) ||
		ip->ip_dst.s_addr == INADDR_BROADCAST) &&
	    imo != NULL && imo->imo_multicast_if_index != 0) {
		t->ifp = if_byindex(imo->imo_multicast_if_index);
		if (t->ifp == NULL)
			return ENETUNREACH;
		t->mtu = (u_long)t->ifp->if_mtu;
		t->ia = in_get_ia_from_ifp(t->ifp);
		return 0;
	}
	dst = t->dst;
	rt = rtcache_lookup(ro, sintosa(&dst));
	if (rt == NULL) {
		IP_STATINC(IP_STAT_NOROUTE);
		return EHOSTUNREACH;
	}
	if (rt->rt_flags & (RTF_REJECT | RTF_BLACKHOLE)) {
		int error = rt_check_reject_route(rt, rt->rt_ifp);

		if (error != 0)
			return error;
	}
	t->rt = rt;
	t->ia = in_route_ia(rt);
	t->ifp = rt->rt_ifp;
	t->mtu = rt->rt_rmx.rmx_mtu != 0 ? (u_long)rt->rt_rmx.rmx_mtu
					 : (u_long)t->ifp->if_mtu;
	if (t->mtu > t->ifp->if_mtu)
		t->mtu = (u_long)t->ifp->if_mtu;
	rt->rt_use++;
	if (rt->rt_flags & RTF_GATEWAY)
		t->dst = *satocsin(rt->rt_gateway);
	return 0;
}

/*
 * The source address, where the protocol left it open; a checksum that is
 * still to be computed has the pseudo header's sum without it.
 */
static void
set_source(struct mbuf *m, struct ip *ip, const struct in_ifaddr *ia)
{
	int where = (ip->ip_hl << 2) +
	    (int)M_CSUM_DATA_IPv4_OFFSET(m->m_pkthdr.csum_data);
	uint16_t sum;

	ip->ip_src = ia->ia_addr.sin_addr;
	if ((m->m_pkthdr.csum_flags & (M_CSUM_TCPv4 | M_CSUM_UDPv4)) == 0 ||
	    where + (int)sizeof(sum) > m->m_pkthdr.len)
		return;
	m_copydata(m, where, sizeof(sum), &sum);
	sum = in_cksum_phdr(ip->ip_src.s_addr, 0, sum);
	m_copyback(m, where, sizeof(sum), &sum);
}

static int
prepare_multicast(struct mbuf *m, struct ip *ip, struct ip_moptions *imo,
    struct target *t, int flags)
{
	bool inmgroup;

	m->m_flags |= M_MCAST;
	if ((t->ifp->if_flags & IFF_MULTICAST) == 0)
		return ENETUNREACH;
	ip->ip_ttl = imo != NULL ? imo->imo_multicast_ttl
	    : (flags & (IP_RAWOUTPUT | IP_FORWARDING))
	    ? ip->ip_ttl
	    : IP_DEFAULT_MULTICAST_TTL;
	if (in_nullhost(ip->ip_src) && t->ia != NULL)
		set_source(m, ip, t->ia);
	inmgroup = in_lookup_multi(ip->ip_dst, t->ifp) != NULL;
	if (inmgroup && (imo == NULL || imo->imo_multicast_loop) &&
	    (t->ifp->if_flags & IFF_LOOPBACK) == 0)
		ip_mloopback(t->ifp, m, &t->dst);
	if (ip->ip_ttl == 0 || (t->ifp->if_flags & IFF_LOOPBACK)) {
		if (!inmgroup || ip->ip_ttl == 0)
			return -1; /* done with it */
	}
	return 0;
}

/* Checksums that the interface does not compute are computed now. */
static void
finish_sums(struct mbuf *m, struct ip *ip, int hlen, struct ifnet *ifp)
{
	int want = m->m_pkthdr.csum_flags;
	bool loop = (ifp->if_flags & IFF_LOOPBACK) && !ip_do_loopback_cksum;

	ip->ip_sum = 0;
	if (loop) {
		/* Memory to memory: the receiver need not look, unless told. */
		if (!tcp_do_loopback_cksum)
			want &= ~M_CSUM_TCPv4;
		if (!udp_do_loopback_cksum)
			want &= ~M_CSUM_UDPv4;
	} else
		want &= ~(int)ifp->if_csum_flags_tx;
	if (loop || (ifp->if_csum_flags_tx & M_CSUM_IPv4) != 0)
		m->m_pkthdr.csum_flags |= M_CSUM_IPv4;
	else
		ip->ip_sum = (uint16_t)in_cksum(m, hlen);
	if (want & (M_CSUM_TCPv4 | M_CSUM_UDPv4)) {
		in_delayed_cksum(m);
		m->m_pkthdr.csum_flags &= ~(M_CSUM_TCPv4 | M_CSUM_UDPv4);
	}
}

static int
send_fragments(struct mbuf *m, struct target *t)
{
	struct mbuf *next;
	int error;

	if (m->m_pkthdr.csum_flags & (M_CSUM_TCPv4 | M_CSUM_UDPv4)) {
		in_delayed_cksum(m);
		m->m_pkthdr.csum_flags &= ~(M_CSUM_TCPv4 | M_CSUM_UDPv4);
	}
	error = ip_fragment(m, t->ifp, t->mtu);
	if (error != 0)
		return error;
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (error != 0) {
			m_freem(m);
			continue;
		}
		m->m_pkthdr.csum_flags &= ~M_CSUM_IPv4;
		error =
		    if_output_lock(t->ifp, t->ifp, m, sintocsa(&t->dst), t->rt);
	}
	if (error == 0)
		IP_STATINC(IP_STAT_FRAGMENTED);
	return error;
}

/* Broadcasts only where they are wanted, and not in pieces. */
static int
check_broadcast(struct mbuf *m, struct ip *ip, struct target *t, int flags)
{
	if (!in_broadcast(t->dst.sin_addr, t->ifp)) {
		m->m_flags &= ~M_BCAST;
		return 0;
	}
	if ((t->ifp->if_flags & IFF_BROADCAST) == 0)
		return EADDRNOTAVAIL;
	if ((flags & IP_ALLOWBROADCAST) == 0)
		return EACCES;
	if (ntohs(ip->ip_len) > t->ifp->if_mtu)
		return EMSGSIZE;
	m->m_flags |= M_BCAST;
	return 0;
}

/*
 * Sends the packet m, whose header has version-independent fields filled in
 * (length, protocol, addresses, ttl, tos).  opt: options to add.  ro: a route
 * cache, or NULL.  flags: IP_ and the socket's SO_DONTROUTE, SO_BROADCAST.
 * m is gone afterwards.  0 or an errno; EMSGSIZE with the MTU in the socket's
 * control block where it wants to know.
 */
int
ip_output(struct mbuf *m, struct mbuf *opt, struct route *ro, int flags,
    struct ip_moptions *imo, struct socket *so)
{
	struct route iproute;
	struct target t;
	struct ip *ip;
	int hlen = sizeof(struct ip), error;

	KASSERT(m->m_flags & M_PKTHDR);
	if (ro == NULL) {
		memset(&iproute, 0, sizeof(iproute));
		ro = &iproute;
	}
	if (opt != NULL) {
		m = ip_insertoptions(m, opt, &hlen);
		if (m == NULL) {
			error = ENOBUFS;
			goto done;
		}
	}
	ip = mtod(m, struct ip *);
	if ((flags & (IP_FORWARDING | IP_RAWOUTPUT)) == 0) {
		ip->ip_v = IPVERSION;
		ip->ip_off &= htons(IP_DF);
		ip->ip_hl = (unsigned)hlen >> 2;
		IP_STATINC(IP_STAT_LOCALOUT);
	} else {
		hlen = ip->ip_hl << 2;
	}
	error = find_target(ip, ro, flags, imo, &t);
	if (error != 0)
		goto bad;
	/* Without DF, or where it may be cut, a packet needs a number. */
	if ((flags & (IP_FORWARDING | IP_NOIPNEWID)) == 0 &&
	    ((flags & IP_RAWOUTPUT) == 0 || ip->ip_id == 0))
		ip->ip_id =
		    (ip->ip_off & htons(IP_DF)) && ntohs(ip->ip_len) <= t.mtu
		    ? 0
		    : ip_newid(t.ia);
	if (IN_MULTICAST(ip->ip_dst.s_addr)) {
		error = prepare_multicast(m, ip, imo, &t, flags);
		if (error != 0) {
			error = MAX(error, 0);
			goto bad;
		}
	} else {
		if (in_nullhost(ip->ip_src) && t.ia != NULL &&
		    (flags & IP_FORWARDING) == 0)
			set_source(m, ip, t.ia);
		error = check_broadcast(m, ip, &t, flags);
		if (error != 0)
			goto bad;
	}
	error = pfil_run_hooks(inet_pfil_hook, &m, t.ifp, PFIL_OUT);
	if (error != 0 || m == NULL)
		goto done;
	ip = mtod(m, struct ip *);
	hlen = ip->ip_hl << 2;
	if (ntohs(ip->ip_len) <= t.mtu ||
	    (m->m_pkthdr.csum_flags & M_CSUM_TSOv4)) {
		finish_sums(m, ip, hlen, t.ifp);
		error = if_output_lock(t.ifp, t.ifp, m, sintocsa(&t.dst), t.rt);
		goto done;
	}
	if (ip->ip_off & htons(IP_DF)) {
		if ((flags & IP_RETURNMTU) && so != NULL &&
		    sotoinpcb(so) != NULL)
			sotoinpcb(so)->inp_errormtu = (int)t.mtu;
		IP_STATINC(IP_STAT_CANTFRAG);
		error = EMSGSIZE;
		goto bad;
	}
	error = send_fragments(m, &t);
	goto done;
bad:
	m_freem(m);
done:
	if (ro == &iproute)
		rtcache_free(&iproute);
	return error;
}
