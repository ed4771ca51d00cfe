/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces. softnet_lock protects the lists; an address is
 * freed when its last reference goes (ifafree).
 */
#include <sys/atomic.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/psref.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/radix.h>
#include <net/route.h>
#include <net/rtbl.h>

struct psref_class *ifa_psref_class;

void
ifa_psref_init(struct ifaddr *ifa)
{
	if (ifa_psref_class == NULL)
		ifa_psref_class = psref_class_create("ifa", IPL_SOFTNET);
	psref_target_init(&ifa->ifa_psref, ifa_psref_class);
}

void
ifaref(struct ifaddr *ifa)
{
	atomic_inc_uint((volatile u_int *)&ifa->ifa_refcnt);
}

void
ifafree(struct ifaddr *ifa)
{
	KASSERT(ifa != NULL);
	KASSERT(ifa->ifa_refcnt > 0);
	if (atomic_dec_uint_nv((volatile u_int *)&ifa->ifa_refcnt) == 0)
		kern_free(ifa);
}

bool
ifa_is_destroying(struct ifaddr *ifa)
{
	return (ifa->ifa_flags & IFA_DESTROYING) != 0;
}

/* A reference that may be held across sleeps. */
void
ifa_acquire(struct ifaddr *ifa, struct psref *psref)
{
	(void)psref;
	ifaref(ifa);
}

void
ifa_release(struct ifaddr *ifa, struct psref *psref)
{
	(void)psref;
	if (ifa != NULL)
		ifafree(ifa);
}

bool
ifa_held(struct ifaddr *ifa)
{
	return ifa->ifa_refcnt > 0;
}

void
ifa_list_insert_tail(struct ifnet *ifp, struct ifaddr *ifa)
{
	struct ifaddr *i, *last = NULL;

	IFADDR_WRITER_FOREACH(i, ifp)
	last = i;
	if (last == NULL)
		IFADDR_WRITER_INSERT_HEAD(ifp, ifa);
	else
		IFADDR_WRITER_INSERT_AFTER(last, ifa);
}

/* Add an address, for which the list takes a reference. */
void
ifa_insert(struct ifnet *ifp, struct ifaddr *ifa)
{
	ifa->ifa_ifp = ifp;
	ifa->ifa_flags &= ~IFA_DESTROYING;
	TAILQ_INSERT_TAIL(&ifp->if_addrlist, ifa, ifa_list);
	IFADDR_ENTRY_INIT(ifa);
	IFADDR_WRITER_INSERT_TAIL(ifp, ifa);
	ifaref(ifa);
}

void
ifa_remove(struct ifnet *ifp, struct ifaddr *ifa)
{
	KASSERT(ifa->ifa_ifp == ifp);
	ifa->ifa_flags |= IFA_DESTROYING;
	TAILQ_REMOVE(&ifp->if_addrlist, ifa, ifa_list);
	IFADDR_WRITER_REMOVE(ifa);
	IFADDR_ENTRY_DESTROY(ifa);
	ifafree(ifa);
}

/*
 * The interface is gone or goes: remove the addresses of a family with
 * PURGE, which must take each off the list.
 */
void
if_purgeaddrs(struct ifnet *ifp, int family, void (*purge)(struct ifaddr *))
{
	struct ifaddr *ifa, *next;

	for (ifa = IFADDR_WRITER_FIRST(ifp); ifa != NULL; ifa = next) {
		next = IFADDR_WRITER_NEXT(ifa);
		if (ifa->ifa_addr->sa_family == family)
			(*purge)(ifa);
	}
}

static bool
ifa_equal(const struct sockaddr *a, const struct sockaddr *b)
{
	return a != NULL && b != NULL && sockaddr_cmp(a, b) == 0;
}

/* The interface address that is ADDR, also as a broadcast address. */
struct ifaddr *
ifa_ifwithaddr(const struct sockaddr *addr)
{
	struct ifaddr *ifa;
	struct ifnet *ifp;

	IFNET_READER_FOREACH(ifp)
	{
		if (if_is_deactivated(ifp))
			continue;
		IFADDR_READER_FOREACH(ifa, ifp)
		{
			if (ifa->ifa_addr->sa_family != addr->sa_family)
				continue;
			if (ifa_equal(addr, ifa->ifa_addr))
				return ifa;
			if ((ifp->if_flags & IFF_BROADCAST) != 0 &&
			    ifa->ifa_broadaddr != NULL &&
			    ifa->ifa_broadaddr->sa_len != 0 &&
			    ifa_equal(ifa->ifa_broadaddr, addr))
				return ifa;
		}
	}
	return NULL;
}

struct ifaddr *
ifa_ifwithaddr_psref(const struct sockaddr *addr, struct psref *psref)
{
	struct ifaddr *ifa = ifa_ifwithaddr(addr);

	if (ifa != NULL)
		ifa_acquire(ifa, psref);
	return ifa;
}

/* The point-to-point interface whose other end is ADDR. */
struct ifaddr *
ifa_ifwithdstaddr(const struct sockaddr *addr)
{
	struct ifaddr *ifa;
	struct ifnet *ifp;

	IFNET_READER_FOREACH(ifp)
	{
		if (if_is_deactivated(ifp) ||
		    (ifp->if_flags & IFF_POINTOPOINT) == 0)
			continue;
		IFADDR_READER_FOREACH(ifa, ifp)
		{
			if (ifa->ifa_addr->sa_family == addr->sa_family &&
			    ifa_equal(addr, ifa->ifa_dstaddr))
				return ifa;
		}
	}
	return NULL;
}

struct ifaddr *
ifa_ifwithdstaddr_psref(const struct sockaddr *addr, struct psref *psref)
{
	struct ifaddr *ifa = ifa_ifwithdstaddr(addr);

	if (ifa != NULL)
		ifa_acquire(ifa, psref);
	return ifa;
}

/* Is ADDR in the network of IFA? The bytes of the mask count. */
static bool
ifa_covers(const struct ifaddr *ifa, const struct sockaddr *addr)
{
	const uint8_t *a = (const uint8_t *)addr;
	const uint8_t *b = (const uint8_t *)ifa->ifa_addr;
	const uint8_t *m = (const uint8_t *)ifa->ifa_netmask;
	int i, len;

	if (m == NULL)
		return false;
	len = MIN(
	    ifa->ifa_netmask->sa_len, MIN(addr->sa_len, ifa->ifa_addr->sa_len));
	for (i = offsetof(struct sockaddr, sa_data); i < len; i++)
		if (((a[i] ^ b[i]) & m[i]) != 0)
			return false;
	return true;
}

/* The address whose network ADDR is in, the most specific one. */
struct ifaddr *
ifa_ifwithnet(const struct sockaddr *addr)
{
	const struct sockaddr_dl *sdl;
	struct ifaddr *ifa, *best = NULL;
	struct ifnet *ifp;

	if (addr->sa_family == AF_LINK) {
		sdl = satocsdl(addr);
		ifp = sdl->sdl_index != 0 ? if_byindex(sdl->sdl_index) : NULL;
		return ifp != NULL ? ifp->if_dl : NULL;
	}
	IFNET_READER_FOREACH(ifp)
	{
		if (if_is_deactivated(ifp))
			continue;
		IFADDR_READER_FOREACH(ifa, ifp)
		{
			if (ifa->ifa_addr->sa_family != addr->sa_family ||
			    !ifa_covers(ifa, addr))
				continue;
			if (best == NULL ||
			    rt_refines(ifa->ifa_netmask, best->ifa_netmask))
				best = ifa;
		}
	}
	return best;
}

struct ifaddr *
ifa_ifwithnet_psref(const struct sockaddr *addr, struct psref *psref)
{
	struct ifaddr *ifa = ifa_ifwithnet(addr);

	if (ifa != NULL)
		ifa_acquire(ifa, psref);
	return ifa;
}

struct ifaddr *
ifa_ifwithladdr(const struct sockaddr *addr)
{
	struct ifaddr *ifa;

	ifa = ifa_ifwithaddr(addr);
	if (ifa == NULL)
		ifa = ifa_ifwithdstaddr(addr);
	if (ifa == NULL)
		ifa = ifa_ifwithnet(addr);
	return ifa;
}

/* Any address of a family. */
struct ifaddr *
ifa_ifwithaf(int af)
{
	struct ifaddr *ifa;
	struct ifnet *ifp;

	IFNET_READER_FOREACH(ifp)
	{
		if (if_is_deactivated(ifp))
			continue;
		IFADDR_READER_FOREACH(ifa, ifp)
		if (ifa->ifa_addr->sa_family == af)
			return ifa;
	}
	return NULL;
}

/* The address of IFP that fits ADDR best. */
struct ifaddr *
ifaof_ifpforaddr(const struct sockaddr *addr, struct ifnet *ifp)
{
	struct ifaddr *ifa, *maybe = NULL;

	if (if_is_deactivated(ifp) || addr->sa_family >= AF_MAX)
		return NULL;
	IFADDR_READER_FOREACH(ifa, ifp)
	{
		if (ifa->ifa_addr->sa_family != addr->sa_family)
			continue;
		maybe = ifa;
		if (ifa->ifa_netmask == NULL) {
			if (ifa_equal(addr, ifa->ifa_addr) ||
			    ifa_equal(addr, ifa->ifa_dstaddr))
				return ifa;
			continue;
		}
		if (ifa_covers(ifa, addr))
			return ifa;
	}
	return maybe;
}

struct ifaddr *
ifaof_ifpforaddr_psref(
    const struct sockaddr *addr, struct ifnet *ifp, struct psref *psref)
{
	struct ifaddr *ifa = ifaof_ifpforaddr(addr, ifp);

	if (ifa != NULL)
		ifa_acquire(ifa, psref);
	return ifa;
}

/* A route over a link-level address gets the interface's proper one. */
void
link_rtrequest(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{
	const struct sockaddr *dst;
	struct ifaddr *ifa;
	struct ifnet *ifp;

	if (cmd != RTM_ADD || rt->rt_ifa == NULL ||
	    (ifp = rt->rt_ifa->ifa_ifp) == NULL ||
	    (dst = rt_getkey(rt)) == NULL)
		return;
	ifa = ifaof_ifpforaddr(dst, ifp);
	if (ifa == NULL)
		return;
	rt_replace_ifa(rt, ifa);
	if (ifa->ifa_rtrequest != NULL && ifa->ifa_rtrequest != link_rtrequest)
		(*ifa->ifa_rtrequest)(cmd, rt, info);
}

/* Routes to the own end of a point-to-point link go to loopback. */
void
p2p_rtrequest(int req, struct rtentry *rt, const struct rt_addrinfo *info)
{
	struct ifnet *ifp = rt->rt_ifp;
	struct ifaddr *ifa;

	(void)info;
	if (req != RTM_ADD)
		return;
	IFADDR_READER_FOREACH(ifa, ifp)
	{
		if (ifa_equal(rt_getkey(rt), ifa->ifa_addr))
			break;
	}
	if (ifa == NULL || lo0ifp == NULL)
		return;
	rt->rt_ifp = lo0ifp;
	if (ifa != rt->rt_ifa)
		rt_replace_ifa(rt, ifa);
}

int
ifreq_setaddr(u_long cmd, struct ifreq *ifr, const struct sockaddr *sa)
{
	(void)cmd;
	if (sa->sa_len > sizeof(ifr->ifr_ifru))
		return EFBIG;
	memset(&ifr->ifr_ifru, 0, sizeof(ifr->ifr_ifru));
	memcpy(&ifr->ifr_ifru, sa, sa->sa_len);
	return 0;
}

static int
if_addr_init_unlocked(struct ifnet *ifp, struct ifaddr *ifa, const bool src)
{
	int error;

	if (ifp->if_initaddr != NULL)
		return (*ifp->if_initaddr)(ifp, ifa, src);
	if (ifp->if_ioctl == NULL)
		return EOPNOTSUPP;
	if (!src) {
		error = if_ioctl_call(ifp, SIOCSIFDSTADDR, ifa);
		if (error != ENOTTY)
			return error;
	}
	return if_ioctl_call(ifp, SIOCINITIFADDR, ifa);
}

/*
 * A new address: let the driver prepare; SRC says it has an address, and not
 * only another end's. The driver may use sockets: softnet_lock is given up
 * meanwhile, while the caller's if_ioctl_lock keeps the address.
 */
int
if_addr_init(struct ifnet *ifp, struct ifaddr *ifa, const bool src)
{
	const bool locked = mutex_owned(softnet_lock);
	int error;

	ifaref(ifa);
	if (locked)
		mutex_exit(softnet_lock);
	error = if_addr_init_unlocked(ifp, ifa, src);
	if (locked)
		mutex_enter(softnet_lock);
	ifafree(ifa);
	return error;
}

int
if_do_dad(struct ifnet *ifp)
{
	return (ifp->if_flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) == 0 &&
	    (ifp->if_flags & IFF_MULTICAST) != 0;
}
