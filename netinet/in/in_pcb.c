/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control blocks of IPv4 sockets: binding, connecting, finding.
 *
 * Three hash tables: all blocks by local port; unconnected ones by local
 * address and port; connected ones by both ends.  softnet_lock protects all.
 */
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/once.h>
#include <sys/param.h>
#include <sys/pool.h>
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

#include "in_impl.h"

int anonportmin = IPPORT_ANONMIN, anonportmax = IPPORT_ANONMAX;
int lowportmin = IPPORT_RESERVEDMIN, lowportmax = IPPORT_RESERVEDMAX;
const struct in_addr zeroin_addr;

static struct pool inpcb_pool;

static uint32_t
hash_connect(const struct inpcbtable *t, struct in_addr faddr, u_int fport,
    struct in_addr laddr, u_int lport)
{
	uint32_t h = ntohl(faddr.s_addr) * 2654435761u;

	h ^= ntohl(laddr.s_addr) * 40503u;
	h ^= (uint32_t)ntohs(fport) << 16 | ntohs(lport);
	h *= 2246822519u;
	return (h ^ h >> 15) & (uint32_t)t->inpt_connecthash;
}

static struct inpcbhead *
connect_head(struct inpcbtable *t, struct in_addr f, u_int fp, struct in_addr l,
    u_int lp)
{
	return &t->inpt_connecthashtbl[hash_connect(t, f, fp, l, lp)];
}

static struct inpcbhead *
bind_head(struct inpcbtable *t, struct in_addr l, u_int lp)
{
	return &t->inpt_bindhashtbl[(ntohl(l.s_addr) + ntohs(lp)) &
	    t->inpt_bindhash];
}

static struct inpcbhead *
port_head(struct inpcbtable *t, u_int lp)
{
	return &t->inpt_porthashtbl[ntohs(lp) & t->inpt_porthash];
}

static int
pool_once(void)
{
	pool_init(&inpcb_pool, sizeof(struct inpcb), 0, 0, 0, "inpcbpl", NULL,
	    IPL_NET);
	return 0;
}

void
in_pcbinit(struct inpcbtable *t, int bindsize, int connectsize)
{
	static ONCE_DECL(control);

	TAILQ_INIT(&t->inpt_queue);
	t->inpt_porthashtbl =
	    hashinit(bindsize, HASH_LIST, true, &t->inpt_porthash);
	t->inpt_bindhashtbl =
	    hashinit(bindsize, HASH_LIST, true, &t->inpt_bindhash);
	t->inpt_connecthashtbl =
	    hashinit(connectsize, HASH_LIST, true, &t->inpt_connecthash);
	t->inpt_lastlow = IPPORT_RESERVEDMAX;
	t->inpt_lastport = (in_port_t)anonportmax;
	RUN_ONCE(&control, pool_once);
}

int
in_pcballoc(struct socket *so, void *v)
{
	struct inpcbtable *t = v;
	struct inpcb *inp;

	inp = pool_get(&inpcb_pool, PR_NOWAIT);
	if (inp == NULL)
		return ENOBUFS;
	memset(inp, 0, sizeof(*inp));
	inp->inp_af = AF_INET;
	inp->inp_table = t;
	inp->inp_socket = so;
	inp->inp_errormtu = -1;
	inp->inp_ip.ip_ttl = (u_int8_t)ip_defttl;
	so->so_pcb = inp;
	TAILQ_INSERT_HEAD(&t->inpt_queue, &inp->inp_head, inph_queue);
	LIST_INSERT_HEAD(port_head(t, 0), &inp->inp_head, inph_lhash);
	in_pcbstate(inp, INP_ATTACHED);
	return 0;
}

/* Takes the block out of the hash of its old state and into the new one's. */
void
in_pcbstate(struct inpcb *inp, int state)
{
	struct inpcbtable *t = inp->inp_table;

	if (inp->inp_state > INP_ATTACHED)
		LIST_REMOVE(&inp->inp_head, inph_hash);
	switch (state) {
	case INP_BOUND:
		LIST_INSERT_HEAD(bind_head(t, inp->inp_laddr, inp->inp_lport),
		    &inp->inp_head, inph_hash);
		break;
	case INP_CONNECTED:
		LIST_INSERT_HEAD(connect_head(t, inp->inp_faddr, inp->inp_fport,
				     inp->inp_laddr, inp->inp_lport),
		    &inp->inp_head, inph_hash);
		break;
	default:
		break;
	}
	inp->inp_state = state;
}

static void
set_lport(struct inpcb *inp, in_port_t port)
{
	LIST_REMOVE(&inp->inp_head, inph_lhash);
	inp->inp_lport = port;
	LIST_INSERT_HEAD(
	    port_head(inp->inp_table, port), &inp->inp_head, inph_lhash);
}

/*
 * The block that uses this local address and port.  With lookup_wildcard,
 * blocks that are bound to or ask for any address count too; the best match
 * is found.
 */
struct inpcb *
in_pcblookup_port(struct inpcbtable *t, struct in_addr laddr, u_int lport,
    int lookup_wildcard, struct vestigial_inpcb *vp)
{
	struct inpcb *inp, *match = NULL;
	struct inpcb_hdr *inph;
	int wildcard, best = 3;

	if (vp != NULL)
		vp->valid = 0;
	LIST_FOREACH(inph, port_head(t, lport), inph_lhash) {
		inp = (struct inpcb *)inph;
		if (inp->inp_af != AF_INET || inp->inp_lport != lport)
			continue;
		wildcard = !in_nullhost(inp->inp_faddr);
		if (in_nullhost(inp->inp_laddr)) {
			if (!in_nullhost(laddr))
				wildcard++;
		} else if (in_nullhost(laddr)) {
			wildcard++;
		} else if (!in_hosteq(inp->inp_laddr, laddr)) {
			continue;
		}
		if (wildcard && !lookup_wildcard)
			continue;
		if (wildcard < best) {
			match = inp;
			best = wildcard;
			if (best == 0)
				break;
		}
	}
	return match;
}

/* Is this port of this address free for the block's socket? */
static int
check_port(struct inpcb *inp, struct in_addr laddr, in_port_t port)
{
	struct socket *so = inp->inp_socket;
	struct inpcbtable *t = inp->inp_table;
	bool multicast = IN_MULTICAST(laddr.s_addr);
	int wild = (so->so_options & (SO_REUSEADDR | SO_REUSEPORT)) == 0;
	short reuse = so->so_options & SO_REUSEPORT;
	struct vestigial_inpcb vestige;
	struct inpcb *other;

	if (multicast && (so->so_options & SO_REUSEADDR))
		reuse = SO_REUSEADDR | SO_REUSEPORT;
	other = in_pcblookup_port(t, laddr, port, wild, &vestige);
	if (other != NULL && other != inp &&
	    (reuse & other->inp_socket->so_options) == 0)
		return EADDRINUSE;
	/* Nobody takes over another user's port. */
	if (!in_nullhost(laddr) && !multicast) {
		other = in_pcblookup_port(t, laddr, port, 1, &vestige);
		if (other != NULL && other != inp &&
		    (reuse & other->inp_socket->so_options) == 0 &&
		    so->so_uidinfo != other->inp_socket->so_uidinfo)
			return EADDRINUSE;
	}
	return 0;
}

static int
privileged(struct inpcb *inp, struct lwp *l, in_port_t port)
{
	struct sockaddr_in sin;

	sockaddr_in_init(&sin, &inp->inp_laddr, port);
	if (ntohs(port) >= IPPORT_RESERVED)
		return 0;
	return kauth_authorize_network(l != NULL ? l->l_cred : cred0,
		   KAUTH_NETWORK_BIND, KAUTH_REQ_NETWORK_BIND_PRIVPORT,
		   inp->inp_socket, &sin, NULL) == 0
	    ? 0
	    : EACCES;
}

/* An ephemeral port (RFC 6056, random start) that collides with nothing. */
int
in_pcbset_anonport(struct inpcb *inp, struct lwp *l)
{
	struct inpcbtable *t = inp->inp_table;
	int min = anonportmin, max = anonportmax, n, range;
	uint32_t port;

	if (inp->inp_flags & INP_LOWPORT) {
		if (privileged(inp, l, htons(1)) != 0)
			return EACCES;
		min = lowportmin;
		max = lowportmax;
	}
	if (min > max) {
		n = min;
		min = max;
		max = n;
	}
	range = max - min + 1;
	port = cprng_fast32() % (uint32_t)range;
	for (n = 0; n < range; n++, port = (port + 1) % (uint32_t)range) {
		in_port_t try = htons((uint16_t)(min + (int)port));

		if (in_pcblookup_port(t, inp->inp_laddr, try, 1, NULL) != NULL)
			continue;
		inp->inp_flags |= INP_ANONPORT;
		set_lport(inp, try);
		t->inpt_lastport = ntohs(try);
		in_pcbstate(inp, INP_BOUND);
		return 0;
	}
	return EADDRNOTAVAIL;
}

static int
bind_addr(struct inpcb *inp, struct sockaddr_in *sin)
{
	struct in_addr a = sin->sin_addr;

	if (sin->sin_family != AF_INET)
		return EAFNOSUPPORT;
	if (!in_nullhost(a) && !IN_MULTICAST(a.s_addr) &&
	    in_get_ia(a) == NULL) {
		struct in_ifaddr *ia;

		/* The broadcast address of an interface is good for UDP. */
		TAILQ_FOREACH(ia, &in_ifaddrhead, ia_list)
			if ((ia->ia_ifp->if_flags & IFF_BROADCAST) &&
			    in_hosteq(ia->ia_broadaddr.sin_addr, a))
				break;
		if (ia == NULL && a.s_addr != INADDR_BROADCAST)
			return EADDRNOTAVAIL;
	}
	return 0;
}

int
in_pcbbind(void *v, struct sockaddr_in *sin, struct lwp *l)
{
	struct inpcb *inp = v;
	struct in_addr laddr = zeroin_addr;
	in_port_t port = 0;
	int error;

	if (inp->inp_af != AF_INET)
		return EINVAL;
	if (inp->inp_lport != 0 || !in_nullhost(inp->inp_laddr))
		return EINVAL;
	if (sin != NULL) {
		if (sin->sin_len != sizeof(*sin))
			return EINVAL;
		error = bind_addr(inp, sin);
		if (error != 0)
			return error;
		laddr = sin->sin_addr;
		port = sin->sin_port;
	}
	if (port == 0) {
		inp->inp_laddr = laddr;
		error = in_pcbset_anonport(inp, l);
		if (error != 0)
			inp->inp_laddr = zeroin_addr;
		return error;
	}
	error = privileged(inp, l, port);
	if (error == 0)
		error = check_port(inp, laddr, port);
	if (error != 0)
		return error;
	inp->inp_laddr = laddr;
	set_lport(inp, port);
	in_pcbstate(inp, INP_BOUND);
	return 0;
}

/* The address of ours that packets to sin should come from. */
struct in_ifaddr *
in_selectsrc(struct sockaddr_in *sin, struct route *ro, int soopts,
    struct ip_moptions *mopts, int *errorp)
{
	struct in_ifaddr *ia = NULL;
	struct rtentry *rt = NULL;

	if (mopts != NULL && IN_MULTICAST(sin->sin_addr.s_addr) &&
	    mopts->imo_multicast_if_index != 0) {
		struct ifnet *ifp = if_byindex(mopts->imo_multicast_if_index);

		if (ifp != NULL)
			ia = in_get_ia_from_ifp(ifp);
		if (ia == NULL)
			*errorp = EADDRNOTAVAIL;
		return ia;
	}
	if ((soopts & SO_DONTROUTE) == 0)
		rt = rtcache_lookup(ro, sintosa(sin));
	if (rt != NULL && (rt->rt_ifp->if_flags & IFF_LOOPBACK) == 0)
		ia = in_route_ia(rt);
	/* To ourselves: from the address that it goes to. */
	if (ia == NULL)
		ia = in_get_ia(sin->sin_addr);
	if (ia == NULL && rt != NULL)
		ia = in_route_ia(rt);
	if (ia == NULL) {
		struct sockaddr_in dst = *sin;
		struct ifaddr *ifa;

		dst.sin_port = 0;
		ifa = ifa_ifwithdstaddr(sintosa(&dst));
		if (ifa == NULL)
			ifa = ifa_ifwithnet(sintosa(&dst));
		ia = ifa == NULL ? NULL : ifatoia(ifa);
	}
	if (ia == NULL)
		*errorp = EADDRNOTAVAIL;
	return ia;
}

int
in_pcbconnect(void *v, struct sockaddr_in *sin, struct lwp *l)
{
	struct inpcb *inp = v;
	struct in_addr laddr, faddr = sin->sin_addr;
	struct vestigial_inpcb vestige;
	struct in_ifaddr *ia;
	int error = 0;

	if (inp->inp_af != AF_INET || sin->sin_len != sizeof(*sin))
		return EINVAL;
	if (sin->sin_family != AF_INET)
		return EAFNOSUPPORT;
	if (sin->sin_port == 0)
		return EADDRNOTAVAIL;
	if (IN_MULTICAST(faddr.s_addr) &&
	    inp->inp_socket->so_type == SOCK_STREAM)
		return EADDRNOTAVAIL;
	/* "Any" and "broadcast" mean the first interface's. */
	ia = TAILQ_FIRST(&in_ifaddrhead);
	if (ia != NULL && in_nullhost(faddr))
		faddr = ia->ia_addr.sin_addr;
	else if (ia != NULL && faddr.s_addr == INADDR_BROADCAST &&
	    (ia->ia_ifp->if_flags & IFF_BROADCAST))
		faddr = ia->ia_broadaddr.sin_addr;
	laddr = inp->inp_laddr;
	if (in_nullhost(laddr)) {
		struct sockaddr_in dst = *sin;

		dst.sin_addr = faddr;
		ia = in_selectsrc(&dst, &inp->inp_route,
		    inp->inp_socket->so_options, inp->inp_moptions, &error);
		if (ia == NULL)
			return error != 0 ? error : EADDRNOTAVAIL;
		laddr = ia->ia_addr.sin_addr;
	}
	if (inp->inp_lport != 0 &&
	    (in_pcblookup_connect(inp->inp_table, faddr, sin->sin_port, laddr,
		 inp->inp_lport, &vestige) != NULL ||
		vestige.valid))
		return EADDRINUSE;
	if (inp->inp_lport == 0) {
		error = in_pcbset_anonport(inp, l);
		if (error != 0)
			return error;
	}
	inp->inp_laddr = laddr;
	inp->inp_faddr = faddr;
	inp->inp_fport = sin->sin_port;
	in_pcbstate(inp, INP_CONNECTED);
	return 0;
}

void
in_pcbdisconnect(void *v)
{
	struct inpcb *inp = v;

	inp->inp_faddr = zeroin_addr;
	inp->inp_fport = 0;
	in_pcbstate(inp, INP_BOUND);
	if (inp->inp_socket->so_state & SS_NOFDREF)
		in_pcbdetach(inp);
}

void
in_pcbdetach(void *v)
{
	struct inpcb *inp = v;
	struct inpcbtable *t = inp->inp_table;
	struct socket *so = inp->inp_socket;

	so->so_pcb = NULL;
	in_pcbstate(inp, INP_ATTACHED);
	LIST_REMOVE(&inp->inp_head, inph_lhash);
	TAILQ_REMOVE(&t->inpt_queue, &inp->inp_head, inph_queue);
	if (inp->inp_options != NULL)
		m_free(inp->inp_options);
	rtcache_free(&inp->inp_route);
	ip_freemoptions(inp->inp_moptions);
	pool_put(&inpcb_pool, inp);
	sofree(so); /* drops the socket's lock */
	mutex_enter(softnet_lock);
}

void
in_setsockaddr(struct inpcb *inp, struct sockaddr_in *sin)
{
	sockaddr_in_init(sin, &inp->inp_laddr, inp->inp_lport);
}

void
in_setpeeraddr(struct inpcb *inp, struct sockaddr_in *sin)
{
	sockaddr_in_init(sin, &inp->inp_faddr, inp->inp_fport);
}

struct inpcb *
in_pcblookup_connect(struct inpcbtable *t, struct in_addr faddr, u_int fport,
    struct in_addr laddr, u_int lport, struct vestigial_inpcb *vp)
{
	struct inpcb_hdr *inph;
	struct inpcb *inp;

	if (vp != NULL)
		vp->valid = 0;
	LIST_FOREACH(
	    inph, connect_head(t, faddr, fport, laddr, lport), inph_hash) {
		inp = (struct inpcb *)inph;
		if (inp->inp_lport == lport && inp->inp_fport == fport &&
		    in_hosteq(inp->inp_faddr, faddr) &&
		    in_hosteq(inp->inp_laddr, laddr) && inp->inp_af == AF_INET)
			return inp;
	}
	if (vp != NULL && t->vestige != NULL)
		(void)(*t->vestige->lookup4)(
		    faddr, (uint16_t)fport, laddr, (uint16_t)lport, vp);
	return NULL;
}

static struct inpcb *
lookup_bound(struct inpcbtable *t, struct in_addr laddr, u_int lport)
{
	struct inpcb_hdr *inph;
	struct inpcb *inp;

	LIST_FOREACH(inph, bind_head(t, laddr, lport), inph_hash) {
		inp = (struct inpcb *)inph;
		if (inp->inp_af == AF_INET && inp->inp_lport == lport &&
		    in_hosteq(inp->inp_laddr, laddr))
			return inp;
	}
	return NULL;
}

struct inpcb *
in_pcblookup_bind(struct inpcbtable *t, struct in_addr laddr, u_int lport)
{
	struct inpcb *inp;

	inp = lookup_bound(t, laddr, lport);
	if (inp == NULL)
		inp = lookup_bound(t, zeroin_addr, lport);
	return inp;
}

int
in_pcbnotify(struct inpcbtable *t, struct in_addr faddr, u_int fport,
    struct in_addr laddr, u_int lport, int errno_,
    void (*notify)(struct inpcb *, int))
{
	struct inpcb_hdr *inph, *next;
	struct inpcb *inp;
	int n = 0;

	if (in_nullhost(faddr) || notify == NULL)
		return 0;
	LIST_FOREACH_SAFE(inph, connect_head(t, faddr, fport, laddr, lport),
	    inph_hash, next) {
		inp = (struct inpcb *)inph;
		if (inp->inp_af == AF_INET &&
		    in_hosteq(inp->inp_faddr, faddr) &&
		    inp->inp_fport == fport && inp->inp_lport == lport &&
		    in_hosteq(inp->inp_laddr, laddr)) {
			(*notify)(inp, errno_);
			n++;
		}
	}
	return n;
}

void
in_pcbnotifyall(struct inpcbtable *t, struct in_addr faddr, int errno_,
    void (*notify)(struct inpcb *, int))
{
	struct inpcb_hdr *inph, *next;
	struct inpcb *inp;

	if (in_nullhost(faddr) || notify == NULL)
		return;
	TAILQ_FOREACH_SAFE(inph, &t->inpt_queue, inph_queue, next) {
		inp = (struct inpcb *)inph;
		if (inp->inp_af == AF_INET && in_hosteq(inp->inp_faddr, faddr))
			(*notify)(inp, errno_);
	}
}

/* An interface goes away: its multicast memberships and cached routes. */
void
in_pcbpurgeif0(struct inpcbtable *t, struct ifnet *ifp)
{
	struct inpcb_hdr *inph;
	struct ip_moptions *imo;
	struct inpcb *inp;
	int i, gap;

	TAILQ_FOREACH(inph, &t->inpt_queue, inph_queue) {
		inp = (struct inpcb *)inph;
		imo = inp->inp_af == AF_INET ? inp->inp_moptions : NULL;
		if (imo == NULL)
			continue;
		if (imo->imo_multicast_if_index == ifp->if_index)
			imo->imo_multicast_if_index = 0;
		for (i = 0, gap = 0; i < imo->imo_num_memberships; i++) {
			if (imo->imo_membership[i]->inm_ifp == ifp) {
				in_delmulti(imo->imo_membership[i]);
				gap++;
			} else if (gap != 0) {
				imo->imo_membership[i - gap] =
				    imo->imo_membership[i];
			}
		}
		imo->imo_num_memberships -= (u_int16_t)gap;
	}
}

void
in_pcbpurgeif(struct inpcbtable *t, struct ifnet *ifp)
{
	struct inpcb_hdr *inph;
	struct inpcb *inp;
	struct rtentry *rt;

	TAILQ_FOREACH(inph, &t->inpt_queue, inph_queue) {
		inp = (struct inpcb *)inph;
		if (inp->inp_af != AF_INET)
			continue;
		rt = rtcache_rt_unchecked(&inp->inp_route);
		if (rt != NULL && rt->rt_ifp == ifp)
			rtcache_free(&inp->inp_route);
	}
}

/* The route seems dead: forget it, and take a new one next time. */
void
in_losing(struct inpcb *inp)
{
	struct rtentry *rt;

	if (inp->inp_af != AF_INET)
		return;
	rt = rtcache_validate(&inp->inp_route);
	if (rt != NULL && (rt->rt_flags & RTF_DYNAMIC))
		(void)rtrequest(RTM_DELETE, rt_getkey(rt), rt->rt_gateway,
		    rt_mask(rt), rt->rt_flags, NULL);
	rtcache_free(&inp->inp_route);
}

void
in_rtchange(struct inpcb *inp, int errno_)
{
	if (inp->inp_af == AF_INET)
		rtcache_free(&inp->inp_route);
}

struct rtentry *
in_pcbrtentry(struct inpcb *inp)
{
	struct sockaddr_in dst;

	if (inp->inp_af != AF_INET || in_nullhost(inp->inp_faddr))
		return NULL;
	sockaddr_in_init(&dst, &inp->inp_faddr, 0);
	return rtcache_lookup(&inp->inp_route, sintosa(&dst));
}

void
in_pcbrtentry_unref(struct rtentry *rt, struct inpcb *inp)
{
	rtcache_unref(rt, &inp->inp_route);
}
