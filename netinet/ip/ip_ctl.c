/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of level IPPROTO_IP: of single packets, and of multicast.
 */
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

u_int
ip_optlen(struct inpcb *inp)
{
	return inp->inp_options == NULL
	    ? 0
	    : (u_int)inp->inp_options->m_len - sizeof(struct in_addr);
}

/* IP_OPTIONS: options for every packet that the socket sends. */
int
ip_pcbopts(struct inpcb *inp, const struct sockopt *sopt)
{
	struct mbuf *m;
	u_char *cp;
	int cnt, optlen;

	if (inp->inp_options != NULL) {
		m_free(inp->inp_options);
		inp->inp_options = NULL;
	}
	if (sopt->sopt_size == 0)
		return 0;
	if (sopt->sopt_size % sizeof(int32_t) != 0 ||
	    sopt->sopt_size > MAX_IPOPTLEN)
		return EINVAL;
	m = m_get(M_DONTWAIT, MT_SOOPTS);
	if (m == NULL)
		return ENOBUFS;
	memset(mtod(m, void *), 0, sizeof(struct in_addr));
	cp = mtod(m, u_char *) + sizeof(struct in_addr);
	memcpy(cp, sopt->sopt_data, sopt->sopt_size);
	m->m_len = (int)(sizeof(struct in_addr) + sopt->sopt_size);
	for (cnt = (int)sopt->sopt_size; cnt > 0; cnt -= optlen, cp += optlen) {
		if (cp[0] == IPOPT_EOL)
			break;
		if (cp[0] == IPOPT_NOP) {
			optlen = 1;
			continue;
		}
		/* Source routes are not sent: nobody follows them. */
		if (cnt < 2 || cp[IPOPT_OLEN] < 2 || cp[IPOPT_OLEN] > cnt ||
		    cp[0] == IPOPT_LSRR || cp[0] == IPOPT_SSRR) {
			m_free(m);
			return EINVAL;
		}
		optlen = cp[IPOPT_OLEN];
	}
	inp->inp_options = m;
	return 0;
}

static struct ip_moptions *
new_moptions(void)
{
	struct ip_moptions *imo = kmem_intr_zalloc(sizeof(*imo), KM_NOSLEEP);

	if (imo != NULL) {
		imo->imo_multicast_ttl = IP_DEFAULT_MULTICAST_TTL;
		imo->imo_multicast_loop = IP_DEFAULT_MULTICAST_LOOP;
	}
	return imo;
}

void
ip_freemoptions(struct ip_moptions *imo)
{
	int i;

	if (imo == NULL)
		return;
	for (i = 0; i < imo->imo_num_memberships; i++)
		in_delmulti(imo->imo_membership[i]);
	kmem_intr_free(imo, sizeof(*imo));
}

/* The interface that a program means by an address, "any", or 0.0.0.index. */
static int
multicast_if(
    const struct in_addr *a, const struct in_addr *group, struct ifnet **ifpp)
{
	struct in_ifaddr *ia;
	struct sockaddr_in sin;
	struct rtentry *rt;

	*ifpp = NULL;
	if (in_nullhost(*a)) {
		if (group == NULL)
			return 0;
		sockaddr_in_init(&sin, group, 0);
		rt = rtalloc1(sintosa(&sin), 1);
		if (rt != NULL) {
			*ifpp = rt->rt_ifp;
			rtfree(rt);
		}
		if (*ifpp == NULL) {
			ia = TAILQ_FIRST(&in_ifaddrhead);
			while (ia != NULL &&
			    (ia->ia_ifp->if_flags & IFF_MULTICAST) == 0)
				ia = TAILQ_NEXT(ia, ia_list);
			*ifpp = ia == NULL ? NULL : ia->ia_ifp;
		}
	} else if (ntohl(a->s_addr) >> 24 == 0) {
		*ifpp = if_byindex(ntohl(a->s_addr) & 0xffffff);
	} else {
		ia = in_get_ia(*a);
		*ifpp = ia == NULL ? NULL : ia->ia_ifp;
	}
	return *ifpp == NULL ? EADDRNOTAVAIL : 0;
}

static int
add_membership(struct ip_moptions *imo, const struct sockopt *sopt)
{
	struct in_multi *inm;
	struct ip_mreq mreq;
	struct ifnet *ifp;
	int error, i;

	error = sockopt_get(sopt, &mreq, sizeof(mreq));
	if (error != 0)
		return error;
	if (!IN_MULTICAST(mreq.imr_multiaddr.s_addr))
		return EINVAL;
	error = multicast_if(&mreq.imr_interface, &mreq.imr_multiaddr, &ifp);
	if (error != 0)
		return error;
	if ((ifp->if_flags & IFF_MULTICAST) == 0)
		return EADDRNOTAVAIL;
	for (i = 0; i < imo->imo_num_memberships; i++)
		if (imo->imo_membership[i]->inm_ifp == ifp &&
		    in_hosteq(
			imo->imo_membership[i]->inm_addr, mreq.imr_multiaddr))
			return EADDRINUSE;
	if (i == IP_MAX_MEMBERSHIPS)
		return ETOOMANYREFS;
	inm = in_addmulti(&mreq.imr_multiaddr, ifp);
	if (inm == NULL)
		return ENOBUFS;
	imo->imo_membership[imo->imo_num_memberships++] = inm;
	return 0;
}

static int
drop_membership(struct ip_moptions *imo, const struct sockopt *sopt)
{
	struct ip_mreq mreq;
	struct ifnet *ifp = NULL;
	int error, i;

	error = sockopt_get(sopt, &mreq, sizeof(mreq));
	if (error != 0)
		return error;
	if (!IN_MULTICAST(mreq.imr_multiaddr.s_addr))
		return EINVAL;
	if (!in_nullhost(mreq.imr_interface)) {
		error = multicast_if(&mreq.imr_interface, NULL, &ifp);
		if (error != 0)
			return error;
	}
	for (i = 0; i < imo->imo_num_memberships; i++)
		if ((ifp == NULL || imo->imo_membership[i]->inm_ifp == ifp) &&
		    in_hosteq(
			imo->imo_membership[i]->inm_addr, mreq.imr_multiaddr))
			break;
	if (i == imo->imo_num_memberships)
		return EADDRNOTAVAIL;
	in_delmulti(imo->imo_membership[i]);
	for (imo->imo_num_memberships--; i < imo->imo_num_memberships; i++)
		imo->imo_membership[i] = imo->imo_membership[i + 1];
	return 0;
}

/* Numbers that may come as a byte or as an int. */
static int
get_number(const struct sockopt *sopt, int max, u_int8_t *vp)
{
	u_char b;
	int v, error;

	if (sopt->sopt_size == sizeof(b)) {
		error = sockopt_get(sopt, &b, sizeof(b));
		v = b;
	} else {
		error = sockopt_getint(sopt, &v);
	}
	if (error != 0)
		return error;
	if (v < 0 || v > max)
		return EINVAL;
	*vp = (u_int8_t)v;
	return 0;
}

int
ip_setmoptions(struct ip_moptions **imop, const struct sockopt *sopt)
{
	struct ip_moptions *imo = *imop;
	struct in_addr addr;
	struct ifnet *ifp;
	int error;

	if (imo == NULL) {
		imo = *imop = new_moptions();
		if (imo == NULL)
			return ENOBUFS;
	}
	switch (sopt->sopt_name) {
	case IP_MULTICAST_IF:
		error = sockopt_get(sopt, &addr, sizeof(addr));
		if (error == 0)
			error = multicast_if(&addr, NULL, &ifp);
		if (error == 0) {
			imo->imo_multicast_if_index =
			    ifp == NULL ? 0 : ifp->if_index;
			imo->imo_multicast_addr = addr;
		}
		return error;
	case IP_MULTICAST_TTL:
		return get_number(sopt, MAXTTL, &imo->imo_multicast_ttl);
	case IP_MULTICAST_LOOP:
		return get_number(sopt, 1, &imo->imo_multicast_loop);
	case IP_ADD_MEMBERSHIP:
		return add_membership(imo, sopt);
	case IP_DROP_MEMBERSHIP:
		return drop_membership(imo, sopt);
	default:
		return EOPNOTSUPP;
	}
}

int
ip_getmoptions(struct ip_moptions *imo, struct sockopt *sopt)
{
	struct in_addr addr = zeroin_addr;
	struct in_ifaddr *ia;
	struct ifnet *ifp;
	u_char v;

	switch (sopt->sopt_name) {
	case IP_MULTICAST_IF:
		if (imo != NULL && imo->imo_multicast_if_index != 0) {
			ifp = if_byindex(imo->imo_multicast_if_index);
			ia = ifp == NULL ? NULL : in_get_ia_from_ifp(ifp);
			addr = !in_nullhost(imo->imo_multicast_addr)
			    ? imo->imo_multicast_addr
			    : ia == NULL ? zeroin_addr
					 : ia->ia_addr.sin_addr;
		}
		return sockopt_set(sopt, &addr, sizeof(addr));
	case IP_MULTICAST_TTL:
		v = imo != NULL ? imo->imo_multicast_ttl
				: IP_DEFAULT_MULTICAST_TTL;
		return sockopt_set(sopt, &v, sizeof(v));
	case IP_MULTICAST_LOOP:
		v = imo != NULL ? imo->imo_multicast_loop
				: IP_DEFAULT_MULTICAST_LOOP;
		return sockopt_set(sopt, &v, sizeof(v));
	default:
		return EOPNOTSUPP;
	}
}

static const struct {
	int option, flag;
} flag_options[] = {
    {IP_RECVOPTS, INP_RECVOPTS},
    {IP_RECVRETOPTS, INP_RECVRETOPTS},
    {IP_RECVDSTADDR, INP_RECVDSTADDR},
    {IP_RECVIF, INP_RECVIF},
    {IP_RECVTTL, INP_RECVTTL},
    {IP_RECVPKTINFO, INP_RECVPKTINFO},
};

static int
flag_of(int option)
{
	size_t i;

	for (i = 0; i < __arraycount(flag_options); i++)
		if (flag_options[i].option == option)
			return flag_options[i].flag;
	return 0;
}

static int
set_portrange(struct inpcb *inp, int v)
{
	switch (v) {
	case IP_PORTRANGE_DEFAULT:
	case IP_PORTRANGE_HIGH:
		inp->inp_flags &= ~INP_LOWPORT;
		return 0;
	case IP_PORTRANGE_LOW:
		inp->inp_flags |= INP_LOWPORT;
		return 0;
	default:
		return EINVAL;
	}
}

static int
setopt(struct inpcb *inp, struct sockopt *sopt)
{
	int v, flag = flag_of(sopt->sopt_name), error;

	if (flag != 0) {
		error = sockopt_getint(sopt, &v);
		if (error == 0)
			inp->inp_flags =
			    v ? inp->inp_flags | flag : inp->inp_flags & ~flag;
		return error;
	}
	switch (sopt->sopt_name) {
	case IP_OPTIONS:
	case IP_RETOPTS:
		return ip_pcbopts(inp, sopt);
	case IP_TOS:
		return get_number(sopt, 255, &inp->inp_ip.ip_tos);
	case IP_TTL:
		return get_number(sopt, MAXTTL, &inp->inp_ip.ip_ttl);
	case IP_MINTTL:
		return get_number(sopt, MAXTTL, &inp->inp_ip_minttl);
	case IP_PORTRANGE:
		error = sockopt_getint(sopt, &v);
		return error != 0 ? error : set_portrange(inp, v);
	case IP_PORTALGO:
		error = sockopt_getint(sopt, &v);
		if (error == 0)
			inp->inp_portalgo = v;
		return error;
	case IP_MULTICAST_IF:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		return ip_setmoptions(&inp->inp_moptions, sopt);
	default:
		return ENOPROTOOPT;
	}
}

static int
getopt(struct inpcb *inp, struct sockopt *sopt)
{
	int flag = flag_of(sopt->sopt_name);

	if (flag != 0)
		return sockopt_setint(sopt, (inp->inp_flags & flag) != 0);
	switch (sopt->sopt_name) {
	case IP_OPTIONS:
	case IP_RETOPTS:
		return inp->inp_options == NULL
		    ? sockopt_set(sopt, NULL, 0)
		    : sockopt_set(sopt,
			  mtod(inp->inp_options, char *) +
			      sizeof(struct in_addr),
			  ip_optlen(inp));
	case IP_TOS:
		return sockopt_setint(sopt, inp->inp_ip.ip_tos);
	case IP_TTL:
		return sockopt_setint(sopt, inp->inp_ip.ip_ttl);
	case IP_MINTTL:
		return sockopt_setint(sopt, inp->inp_ip_minttl);
	case IP_ERRORMTU:
		return sockopt_setint(sopt, inp->inp_errormtu);
	case IP_PORTRANGE:
		return sockopt_setint(sopt,
		    (inp->inp_flags & INP_LOWPORT) ? IP_PORTRANGE_LOW
						   : IP_PORTRANGE_DEFAULT);
	case IP_PORTALGO:
		return sockopt_setint(sopt, inp->inp_portalgo);
	case IP_MULTICAST_IF:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
		return ip_getmoptions(inp->inp_moptions, sopt);
	default:
		return ENOPROTOOPT;
	}
}

/* pr_ctloutput of the protocols above IP, for what is not their own. */
int
ip_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);

	if (sopt->sopt_level != IPPROTO_IP) {
		/* The one option of the protocol level: no loopback sums. */
		return ENOPROTOOPT;
	}
	if (inp == NULL)
		return EINVAL;
	return op == PRCO_SETOPT ? setopt(inp, sopt) : getopt(inp, sopt);
}
