/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 addresses of interfaces: the ioctls that set them, the routes that
 * come with them, and the multicast groups of interfaces.
 * softnet_lock protects the lists here.
 */
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/pfil.h>
#include <net/route.h>
#include <netinet/if_inarp.h>
#include <netinet/igmp.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

#include "in_impl.h"

#define IN_IFADDR_HASH_SIZE 64

struct in_ifaddrhashhead *in_ifaddrhashtbl;
u_long in_ifaddrhash;
struct in_ifaddrhead in_ifaddrhead;
struct pslist_head in_ifaddrhead_pslist;
int in_multientries;
int subnetsarelocal = 1;
const struct sockaddr_in in_any = {
    .sin_len = sizeof(struct sockaddr_in), .sin_family = AF_INET};

void
in_init(void)
{
	TAILQ_INIT(&in_ifaddrhead);
	PSLIST_INIT(&in_ifaddrhead_pslist);
	in_ifaddrhashtbl =
	    hashinit(IN_IFADDR_HASH_SIZE, HASH_LIST, true, &in_ifaddrhash);
}

const char *
in_fmtaddr(struct in_addr addr)
{
	static char buf[4][INET_ADDRSTRLEN];
	static unsigned turn;
	char *p = buf[turn++ % 4];
	uint32_t a = ntohl(addr.s_addr);

	snprintf(p, INET_ADDRSTRLEN, "%u.%u.%u.%u", a >> 24, a >> 16 & 0xff,
	    a >> 8 & 0xff, a & 0xff);
	return p;
}

int
in_print(char *buf, size_t len, const struct in_addr *addr)
{
	uint32_t a = ntohl(addr->s_addr);

	return snprintf(buf, len, "%u.%u.%u.%u", a >> 24, a >> 16 & 0xff,
	    a >> 8 & 0xff, a & 0xff);
}

int
sin_print(char *buf, size_t len, const void *v)
{
	const struct sockaddr_in *sin = v;
	char addr[INET_ADDRSTRLEN];

	in_print(addr, sizeof(addr), &sin->sin_addr);
	if (sin->sin_port == 0)
		return snprintf(buf, len, "%s", addr);
	return snprintf(buf, len, "%s:%hu", addr, ntohs(sin->sin_port));
}

/*
 * Questions about addresses
 */

struct in_ifaddr *
in_get_ia(struct in_addr addr)
{
	struct in_ifaddr *ia;

	LIST_FOREACH(ia, &IN_IFADDR_HASH(addr.s_addr), ia_hash)
		if (in_hosteq(ia->ia_addr.sin_addr, addr))
			return ia;
	return NULL;
}

struct in_ifaddr *
in_get_ia_on_iface(struct in_addr addr, struct ifnet *ifp)
{
	struct in_ifaddr *ia;

	LIST_FOREACH(ia, &IN_IFADDR_HASH(addr.s_addr), ia_hash)
		if (ia->ia_ifp == ifp && in_hosteq(ia->ia_addr.sin_addr, addr))
			return ia;
	return NULL;
}

struct in_ifaddr *
in_get_ia_from_ifp(struct ifnet *ifp)
{
	struct ifaddr *ifa;

	IFADDR_READER_FOREACH(ifa, ifp)
	if (ifa->ifa_addr->sa_family == AF_INET)
		return ifatoia(ifa);
	return NULL;
}

struct in_ifaddr *
in_route_ia(const struct rtentry *rt)
{
	struct ifaddr *ifa = rt->rt_ifa;

	return ifa != NULL && ifa->ifa_addr->sa_family == AF_INET ? ifatoia(ifa)
								  : NULL;
}

struct in_ifaddr *
in_get_ia_psref(struct in_addr addr, struct psref *psref)
{
	struct in_ifaddr *ia = in_get_ia(addr);

	if (ia != NULL)
		ifa_acquire(&ia->ia_ifa, psref);
	return ia;
}

struct in_ifaddr *
in_get_ia_from_ifp_psref(struct ifnet *ifp, struct psref *psref)
{
	struct in_ifaddr *ia = in_get_ia_from_ifp(ifp);

	if (ia != NULL)
		ifa_acquire(&ia->ia_ifa, psref);
	return ia;
}

/* Is the host on a network of ours?  TCP asks. */
int
in_localaddr(struct in_addr addr)
{
	struct in_ifaddr *ia;
	uint32_t a = ntohl(addr.s_addr);

	TAILQ_FOREACH(ia, &in_ifaddrhead, ia_list)
		if ((a & ia->ia_subnetmask) == ia->ia_subnet ||
		    (subnetsarelocal && (a & ia->ia_netmask) == ia->ia_net))
			return 1;
	return 0;
}

int
in_direct(struct in_addr addr, struct ifnet *ifp)
{
	struct ifaddr *ifa;

	IFADDR_READER_FOREACH(ifa, ifp)
	if (ifa->ifa_addr->sa_family == AF_INET &&
	    (ntohl(addr.s_addr) & ifatoia(ifa)->ia_subnetmask) ==
		ifatoia(ifa)->ia_subnet)
		return 1;
	return 0;
}

int
in_canforward(struct in_addr in)
{
	uint32_t net = ntohl(in.s_addr) >> 24;

	return !(IN_EXPERIMENTAL(in.s_addr) || IN_MULTICAST(in.s_addr) ||
	    IN_LINKLOCAL(in.s_addr) || net == 0 || net == IN_LOOPBACKNET);
}

int
in_broadcast(struct in_addr in, struct ifnet *ifp)
{
	struct in_ifaddr *ia;
	struct ifaddr *ifa;

	if (in.s_addr == INADDR_BROADCAST || in_nullhost(in))
		return 1;
	/* a packet may outlive the interface that it came in on */
	if (ifp == NULL || (ifp->if_flags & IFF_BROADCAST) == 0)
		return 0;
	IFADDR_READER_FOREACH(ifa, ifp)
	{
		if (ifa->ifa_addr->sa_family != AF_INET)
			continue;
		ia = ifatoia(ifa);
		if (in_hosteq(in, ia->ia_addr.sin_addr) ||
		    ia->ia_subnetmask == 0xffffffff)
			continue;
		if (in_hosteq(in, ia->ia_broadaddr.sin_addr) ||
		    in_hosteq(in, ia->ia_netbroadcast) ||
		    ntohl(in.s_addr) == ia->ia_subnet)
			return 1;
	}
	return 0;
}

/*
 * Addresses come and go
 */

static uint32_t
class_mask(uint32_t net)
{
	if (IN_CLASSA(net))
		return ntohl(IN_CLASSA_NET);
	return IN_CLASSB(net) ? ntohl(IN_CLASSB_NET) : ntohl(IN_CLASSC_NET);
}

void
in_socktrim(struct sockaddr_in *sin)
{
	const char *base = (const char *)&sin->sin_addr;
	const char *p = base + sizeof(sin->sin_addr);

	while (p > base && p[-1] == 0)
		p--;
	sin->sin_len = p == base ? 0 : (uint8_t)(p - (const char *)sin);
}

static void
set_mask(struct in_ifaddr *ia, uint32_t mask)
{
	ia->ia_subnetmask = mask;
	memset(&ia->ia_sockmask, 0, sizeof(ia->ia_sockmask));
	ia->ia_sockmask.sin_len = sizeof(ia->ia_sockmask);
	ia->ia_sockmask.sin_family = AF_INET;
	ia->ia_sockmask.sin_addr.s_addr = htonl(mask);
}

/* The route to the network (or to the other end) of an address. */
static int
add_route(struct in_ifaddr *ia)
{
	struct ifnet *ifp = ia->ia_ifp;
	int flags = RTF_UP, error;

	if (ia->ia_flags & IFA_ROUTE)
		return 0;
	if (ifp->if_flags & IFF_LOOPBACK) {
		ia->ia_dstaddr = ia->ia_addr;
		flags |= RTF_HOST;
	} else if (ifp->if_flags & IFF_POINTOPOINT) {
		if (ia->ia_dstaddr.sin_family != AF_INET)
			return 0;
		flags |= RTF_HOST;
	} else if (ia->ia_subnetmask == 0xffffffff) {
		flags |= RTF_HOST;
	}
	error = rtinit(&ia->ia_ifa, RTM_ADD, flags);
	if (error == 0)
		ia->ia_flags |= IFA_ROUTE;
	/* Another address of ours may have the route of this network. */
	return error == EEXIST ? 0 : error;
}

static void
remove_route(struct in_ifaddr *ia)
{
	struct in_ifaddr *other;
	int flags = 0;

	if ((ia->ia_flags & IFA_ROUTE) == 0)
		return;
	if ((ia->ia_ifp->if_flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) ||
	    ia->ia_subnetmask == 0xffffffff)
		flags = RTF_HOST;
	rtinit(&ia->ia_ifa, RTM_DELETE, flags);
	ia->ia_flags &= ~IFA_ROUTE;
	if (flags != 0)
		return;
	TAILQ_FOREACH(other, &in_ifaddrhead, ia_list)
		if (other != ia && (other->ia_flags & IFA_ROUTE) == 0 &&
		    other->ia_subnet == ia->ia_subnet &&
		    other->ia_subnetmask == ia->ia_subnetmask &&
		    add_route(other) == 0)
			break;
}

static void
unhash(struct in_ifaddr *ia)
{
	if (ia->ia_hash.le_prev != NULL) {
		LIST_REMOVE(ia, ia_hash);
		ia->ia_hash.le_prev = NULL;
	}
}

void
in_ifscrub(struct ifnet *ifp, struct in_ifaddr *ia)
{
	remove_route(ia);
	rt_ifa_remlocal(&ia->ia_ifa, NULL);
}

/*
 * Gives an address record its address, with the network and broadcast address
 * that follow from it and the mask.  scrub: it had one, with routes.
 */
int
in_ifinit(struct ifnet *ifp, struct in_ifaddr *ia,
    const struct sockaddr_in *sin, int scrub)
{
	uint32_t addr = ntohl(sin->sin_addr.s_addr);
	struct in_addr allhosts = {INADDR_ALLHOSTS_GROUP}, broad;
	struct sockaddr_in old = ia->ia_addr;
	int error;

	if (scrub)
		in_ifscrub(ifp, ia);
	unhash(ia);
	sockaddr_in_init(&ia->ia_addr, &sin->sin_addr, 0);
	LIST_INSERT_HEAD(
	    &IN_IFADDR_HASH(ia->ia_addr.sin_addr.s_addr), ia, ia_hash);
	/* The interface may have a say, and wants to know at any rate. */
	error = if_addr_init(ifp, &ia->ia_ifa, true);
	if (error != 0) {
		unhash(ia);
		ia->ia_addr = old;
		if (!in_nullhost(old.sin_addr))
			LIST_INSERT_HEAD(
			    &IN_IFADDR_HASH(old.sin_addr.s_addr), ia, ia_hash);
		return error;
	}
	ia->ia_netmask = class_mask(ia->ia_addr.sin_addr.s_addr);
	if (ia->ia_subnetmask == 0 && ia->ia_sockmask.sin_len == 0)
		set_mask(ia, ia->ia_netmask);
	ia->ia_net = addr & ia->ia_netmask;
	ia->ia_subnet = addr & ia->ia_subnetmask;
	if (ifp->if_flags & IFF_BROADCAST) {
		broad.s_addr = htonl(ia->ia_subnet | ~ia->ia_subnetmask);
		sockaddr_in_init(&ia->ia_broadaddr, &broad, 0);
		ia->ia_netbroadcast.s_addr =
		    htonl(ia->ia_net | ~ia->ia_netmask);
	}
	error = add_route(ia);
	if (error != 0)
		return error;
	rt_ifa_addlocal(&ia->ia_ifa);
	if ((ifp->if_flags & IFF_MULTICAST) && ia->ia_allhosts == NULL)
		ia->ia_allhosts = in_addmulti(&allhosts, ifp);
	if (ifp->if_type == IFT_ETHER)
		arp_ifinit(ifp, &ia->ia_ifa);
	return 0;
}

static struct in_ifaddr *
new_ifaddr(struct ifnet *ifp)
{
	struct in_ifaddr *ia, *last;

	ia = malloc(sizeof(*ia), M_IFADDR, M_WAITOK | M_ZERO);
	ia->ia_ifa.ifa_addr = sintosa(&ia->ia_addr);
	ia->ia_ifa.ifa_dstaddr = sintosa(&ia->ia_dstaddr);
	ia->ia_ifa.ifa_netmask = sintosa(&ia->ia_sockmask);
	ia->ia_addr.sin_len = sizeof(ia->ia_addr);
	ia->ia_addr.sin_family = AF_INET;
	ia->ia_ifp = ifp;
	LIST_INIT(&ia->ia_multiaddrs);
	ifaref(&ia->ia_ifa);
	last = TAILQ_LAST(&in_ifaddrhead, in_ifaddrhead);
	TAILQ_INSERT_TAIL(&in_ifaddrhead, ia, ia_list);
	PSLIST_ENTRY_INIT(ia, ia_pslist_entry);
	if (last == NULL)
		PSLIST_WRITER_INSERT_HEAD(
		    &in_ifaddrhead_pslist, ia, ia_pslist_entry);
	else
		PSLIST_WRITER_INSERT_AFTER(last, ia, ia_pslist_entry);
	ifa_insert(ifp, &ia->ia_ifa);
	return ia;
}

void
in_purgeaddr(struct ifaddr *ifa)
{
	struct in_ifaddr *ia = ifatoia(ifa);
	struct ifnet *ifp = ifa->ifa_ifp;

	in_ifscrub(ifp, ia);
	unhash(ia);
	TAILQ_REMOVE(&in_ifaddrhead, ia, ia_list);
	PSLIST_WRITER_REMOVE(ia, ia_pslist_entry);
	PSLIST_ENTRY_DESTROY(ia, ia_pslist_entry);
	if (ia->ia_allhosts != NULL)
		in_delmulti(ia->ia_allhosts);
	ia->ia_allhosts = NULL;
	ifa_remove(ifp, &ia->ia_ifa);
	ifafree(&ia->ia_ifa);
}

void
in_purgeif(struct ifnet *ifp)
{
	if_purgeaddrs(ifp, AF_INET, in_purgeaddr);
	arp_purgeif(ifp);
	igmp_purgeif(ifp);
}

/*
 * ioctls
 */

static int
may_configure(struct ifnet *ifp, u_long cmd)
{
	return kauth_authorize_network(curlwp->l_cred, KAUTH_NETWORK_INTERFACE,
		   KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, ifp,
		   (void *)(uintptr_t)cmd, NULL) == 0
	    ? 0
	    : EPERM;
}

/* Address, mask and destination at once, as ifconfig sets them. */
static int
add_alias(struct ifnet *ifp, struct in_ifaddr *ia, struct in_aliasreq *ifra,
    bool isnew)
{
	bool changed = isnew;
	int error = 0;

	if (ifra->ifra_mask.sin_len != 0) {
		if (!isnew)
			in_ifscrub(ifp, ia);
		set_mask(ia, ntohl(ifra->ifra_mask.sin_addr.s_addr));
		changed = true;
	}
	if ((ifp->if_flags & IFF_POINTOPOINT) &&
	    ifra->ifra_dstaddr.sin_family == AF_INET) {
		if (!isnew)
			in_ifscrub(ifp, ia);
		sockaddr_in_init(
		    &ia->ia_dstaddr, &ifra->ifra_dstaddr.sin_addr, 0);
		changed = true;
	}
	if (changed)
		error = in_ifinit(ifp, ia, &ifra->ifra_addr, 0);
	if (error != 0)
		return error;
	if ((ifp->if_flags & IFF_BROADCAST) &&
	    ifra->ifra_broadaddr.sin_family == AF_INET &&
	    !in_nullhost(ifra->ifra_broadaddr.sin_addr))
		sockaddr_in_init(
		    &ia->ia_broadaddr, &ifra->ifra_broadaddr.sin_addr, 0);
	rt_newaddrmsg(RTM_NEWADDR, &ia->ia_ifa, 0, NULL);
	return 0;
}

static int
get_ioctl(
    u_long cmd, struct ifreq *ifr, struct ifnet *ifp, struct in_ifaddr *ia)
{
	if (ia == NULL)
		return EADDRNOTAVAIL;
	switch (cmd) {
	case SIOCGIFADDR:
		memcpy(&ifr->ifr_addr, &ia->ia_addr, sizeof(ia->ia_addr));
		return 0;
	case SIOCGIFBRDADDR:
		if ((ifp->if_flags & IFF_BROADCAST) == 0)
			return EINVAL;
		memcpy(&ifr->ifr_dstaddr, &ia->ia_broadaddr,
		    sizeof(ia->ia_broadaddr));
		return 0;
	case SIOCGIFDSTADDR:
		if ((ifp->if_flags & IFF_POINTOPOINT) == 0)
			return EINVAL;
		memcpy(
		    &ifr->ifr_dstaddr, &ia->ia_dstaddr, sizeof(ia->ia_dstaddr));
		return 0;
	case SIOCGIFNETMASK:
		memcpy(
		    &ifr->ifr_addr, &ia->ia_sockmask, sizeof(ia->ia_sockmask));
		return 0;
	default:
		return ENOTTY;
	}
}

/* The first address of an interface, with the mask of its class. */
static int
set_address(
    struct ifnet *ifp, struct in_ifaddr *ia, const struct sockaddr_in *sin)
{
	const bool isnew = ia == NULL;
	int error;

	if (sin->sin_family != AF_INET)
		return EAFNOSUPPORT;
	if (isnew)
		ia = new_ifaddr(ifp);
	else
		in_ifscrub(ifp, ia); /* with the mask that its routes have */
	set_mask(ia, class_mask(sin->sin_addr.s_addr));
	error = in_ifinit(ifp, ia, sin, 0);
	if (error == 0) {
		rt_newaddrmsg(RTM_NEWADDR, &ia->ia_ifa, 0, NULL);
		pfil_run_addrhooks(if_pfil, SIOCSIFADDR, &ia->ia_ifa);
	} else if (isnew)
		in_purgeaddr(&ia->ia_ifa);
	return error;
}

/* The interface may have a say about the other end, too. */
static int
set_dstaddr(
    struct ifnet *ifp, struct in_ifaddr *ia, const struct sockaddr_in *sin)
{
	const struct sockaddr_in old = ia->ia_dstaddr;
	const bool routed = (ia->ia_flags & IFA_ROUTE) != 0;
	int error;

	in_ifscrub(ifp, ia);
	sockaddr_in_init(&ia->ia_dstaddr, &sin->sin_addr, 0);
	error = if_addr_init(ifp, &ia->ia_ifa, false);
	if (error == 0)
		return add_route(ia);
	ia->ia_dstaddr = old;
	if (routed)
		(void)add_route(ia);
	return error;
}

static int
set_ioctl(
    u_long cmd, struct ifreq *ifr, struct ifnet *ifp, struct in_ifaddr *ia)
{
	const struct sockaddr_in *sin = satocsin(&ifr->ifr_addr);

	if (cmd == SIOCSIFADDR)
		return set_address(ifp, ia, sin);
	if (ia == NULL)
		return EADDRNOTAVAIL;
	switch (cmd) {
	case SIOCSIFNETMASK:
		in_ifscrub(ifp, ia);
		set_mask(ia, ntohl(sin->sin_addr.s_addr));
		return in_ifinit(ifp, ia, &ia->ia_addr, 0);
	case SIOCSIFBRDADDR:
		if ((ifp->if_flags & IFF_BROADCAST) == 0)
			return EINVAL;
		sockaddr_in_init(&ia->ia_broadaddr, &sin->sin_addr, 0);
		return 0;
	case SIOCSIFDSTADDR:
		if ((ifp->if_flags & IFF_POINTOPOINT) == 0)
			return EINVAL;
		if (sin->sin_family != AF_INET)
			return EAFNOSUPPORT;
		return set_dstaddr(ifp, ia, sin);
	default:
		return ENOTTY;
	}
}

/* The address record that an alias request means. */
static struct in_ifaddr *
find_alias(struct ifnet *ifp, const struct sockaddr_in *sin)
{
	if (sin->sin_family != AF_INET || in_nullhost(sin->sin_addr))
		return in_get_ia_from_ifp(ifp);
	return in_get_ia_on_iface(sin->sin_addr, ifp);
}

int
in_control(struct socket *so, u_long cmd, void *data, struct ifnet *ifp)
{
	struct in_aliasreq *ifra = data;
	struct ifreq *ifr = data;
	struct in_ifaddr *ia;
	bool isnew;
	int error;

	if (ifp == NULL)
		return EOPNOTSUPP;
	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFDSTADDR:
	case SIOCGIFNETMASK:
		ia = find_alias(ifp, satocsin(&ifr->ifr_addr));
		if (ia == NULL)
			ia = in_get_ia_from_ifp(ifp);
		return get_ioctl(cmd, ifr, ifp, ia);
	case SIOCSIFADDR:
	case SIOCSIFNETMASK:
	case SIOCSIFBRDADDR:
	case SIOCSIFDSTADDR:
		error = may_configure(ifp, cmd);
		return error != 0
		    ? error
		    : set_ioctl(cmd, ifr, ifp, in_get_ia_from_ifp(ifp));
	case SIOCAIFADDR:
		error = may_configure(ifp, cmd);
		if (error != 0)
			return error;
		if (ifra->ifra_addr.sin_family != AF_INET)
			return EAFNOSUPPORT;
		ia = in_get_ia_on_iface(ifra->ifra_addr.sin_addr, ifp);
		isnew = ia == NULL;
		if (isnew)
			ia = new_ifaddr(ifp);
		error = add_alias(ifp, ia, ifra, isnew);
		if (error == 0)
			pfil_run_addrhooks(if_pfil, cmd, &ia->ia_ifa);
		else if (isnew)
			in_purgeaddr(&ia->ia_ifa);
		return error;
	case SIOCGIFALIAS:
		ia = find_alias(ifp, &ifra->ifra_addr);
		if (ia == NULL)
			return EADDRNOTAVAIL;
		ifra->ifra_addr = ia->ia_addr;
		ifra->ifra_mask = ia->ia_sockmask;
		ifra->ifra_dstaddr = ia->ia_dstaddr;
		return 0;
	case SIOCDIFADDR:
		error = may_configure(ifp, cmd);
		if (error != 0)
			return error;
		ia = find_alias(ifp, satocsin(&ifr->ifr_addr));
		if (ia == NULL)
			return EADDRNOTAVAIL;
		rt_newaddrmsg(RTM_DELADDR, &ia->ia_ifa, 0, NULL);
		/* a filter that looks the addresses up finds it gone */
		ifaref(&ia->ia_ifa);
		in_purgeaddr(&ia->ia_ifa);
		pfil_run_addrhooks(if_pfil, cmd, &ia->ia_ifa);
		ifafree(&ia->ia_ifa);
		return 0;
	default:
		return ENOTTY; /* as the driver said, who was asked before */
	}
}

/*
 * Multicast groups of interfaces
 */

static LIST_HEAD(, in_multi) in_multihead = LIST_HEAD_INITIALIZER(in_multihead);

struct in_multi *
in_lookup_multi(struct in_addr addr, struct ifnet *ifp)
{
	struct in_multi *inm;

	LIST_FOREACH(inm, &in_multihead, inm_list)
		if (inm->inm_ifp == ifp && in_hosteq(inm->inm_addr, addr))
			return inm;
	return NULL;
}

bool
in_multi_group(struct in_addr addr, struct ifnet *ifp, int flags)
{
	return in_lookup_multi(addr, ifp) != NULL;
}

struct in_multi *
in_addmulti(struct in_addr *addr, struct ifnet *ifp)
{
	struct sockaddr_in sin;
	struct in_multi *inm;

	inm = in_lookup_multi(*addr, ifp);
	if (inm != NULL) {
		inm->inm_refcount++;
		return inm;
	}
	inm = kmem_zalloc(sizeof(*inm), KM_SLEEP);
	inm->inm_addr = *addr;
	inm->inm_ifp = ifp;
	inm->inm_refcount = 1;
	sockaddr_in_init(&sin, addr, 0);
	if (if_mcast_op(ifp, SIOCADDMULTI, sintosa(&sin)) != 0) {
		kmem_free(inm, sizeof(*inm));
		return NULL;
	}
	LIST_INSERT_HEAD(&in_multihead, inm, inm_list);
	in_multientries++;
	(void)igmp_joingroup(inm);
	return inm;
}

void
in_delmulti(struct in_multi *inm)
{
	struct sockaddr_in sin;

	if (--inm->inm_refcount > 0)
		return;
	igmp_leavegroup(inm);
	LIST_REMOVE(inm, inm_list);
	in_multientries--;
	sockaddr_in_init(&sin, &inm->inm_addr, 0);
	(void)if_mcast_op(inm->inm_ifp, SIOCDELMULTI, sintosa(&sin));
	kmem_free(inm, sizeof(*inm));
}

void
in_multi_foreach(
    struct ifnet *ifp, void (*f)(struct in_multi *, void *), void *arg)
{
	struct in_multi *inm, *next;

	LIST_FOREACH_SAFE(inm, &in_multihead, inm_list, next)
		if (inm->inm_ifp == ifp)
			(*f)(inm, arg);
}

/* The link came up: say who we are; and the reverse. */
void
in_if_up(struct ifnet *ifp)
{
	const bool locked = mutex_owned(softnet_lock);
	struct ifaddr *ifa;

	if (!locked)
		mutex_enter(softnet_lock);
	IFADDR_READER_FOREACH(ifa, ifp)
	if (ifa->ifa_addr->sa_family == AF_INET && ifp->if_type == IFT_ETHER)
		arp_ifinit(ifp, ifa);
	if (!locked)
		mutex_exit(softnet_lock);
}

void
in_if_down(struct ifnet *ifp)
{
}

void
in_if_link_up(struct ifnet *ifp)
{
	in_if_up(ifp);
}

void
in_if_link_down(struct ifnet *ifp)
{
}

void
in_if_link_state_change(struct ifnet *ifp, int state)
{
	if (state == LINK_STATE_UP)
		in_if_link_up(ifp);
	else if (state == LINK_STATE_DOWN)
		in_if_link_down(ifp);
}
