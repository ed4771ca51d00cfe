/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Link-level addresses: struct sockaddr_dl, and the one that each interface
 * has.
 */
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <net/route.h>

uint8_t
sockaddr_dl_measure(uint8_t namelen, uint8_t addrlen)
{
	return offsetof(struct sockaddr_dl, sdl_data) + namelen + addrlen;
}

/* Fill in an address of SOCKLEN bytes; NULL if it does not fit. */
struct sockaddr_dl *
sockaddr_dl_init(struct sockaddr_dl *sdl, socklen_t socklen, uint16_t ifindex,
    uint8_t type, const void *name, uint8_t namelen, const void *addr,
    uint8_t addrlen)
{
	size_t len = offsetof(struct sockaddr_dl, sdl_data) + namelen + addrlen;

	if (len > socklen || len > 255)
		return NULL;
	memset(sdl, 0, socklen);
	sdl->sdl_family = AF_LINK;
	sdl->sdl_len =
	    MAX(len, sizeof(*sdl)) > socklen ? len : MAX(len, sizeof(*sdl));
	sdl->sdl_slen = 0;
	sdl->sdl_index = ifindex;
	sdl->sdl_type = type;
	sdl->sdl_nlen = namelen;
	sdl->sdl_alen = addrlen;
	if (name != NULL && namelen > 0)
		memcpy(&sdl->sdl_data[0], name, namelen);
	if (addr != NULL && addrlen > 0)
		memcpy(&sdl->sdl_data[0] + namelen, addr, addrlen);
	return sdl;
}

struct sockaddr *
sockaddr_dl_alloc(uint16_t ifindex, uint8_t type, const void *name,
    uint8_t namelen, const void *addr, uint8_t addrlen, int flags)
{
	size_t len =
	    MAX(offsetof(struct sockaddr_dl, sdl_data) + namelen + addrlen,
		sizeof(struct sockaddr_dl));
	struct sockaddr *sa;

	if (len > 255)
		return NULL;
	sa = sockaddr_alloc(AF_LINK, len, flags);
	if (sa != NULL)
		(void)sockaddr_dl_init(satosdl(sa), len, ifindex, type, name,
		    namelen, addr, addrlen);
	return sa;
}

/* Replace the address proper. */
struct sockaddr_dl *
sockaddr_dl_setaddr(struct sockaddr_dl *sdl, socklen_t socklen,
    const void *addr, uint8_t addrlen)
{
	size_t len =
	    offsetof(struct sockaddr_dl, sdl_data) + sdl->sdl_nlen + addrlen;

	if (len > socklen || len > 255)
		return NULL;
	memcpy(sdl->sdl_data + sdl->sdl_nlen, addr, addrlen);
	sdl->sdl_alen = addrlen;
	if (sdl->sdl_len < len)
		sdl->sdl_len = len;
	return sdl;
}

/* An interface address with the interface's name in it. */
struct ifaddr *
if_dl_create(const struct ifnet *ifp, const struct sockaddr_dl **sdlp)
{
	const uint8_t namelen = strlen(ifp->if_xname);
	const uint8_t addrlen = MAX(ifp->if_addrlen, 8);
	socklen_t len =
	    roundup(sockaddr_dl_measure(namelen, addrlen), sizeof(uint64_t));
	struct sockaddr_dl *sdl, *mask;
	struct ifaddr *ifa;

	/* one allocation: what points into it lives as long */
	ifa = kern_malloc(sizeof(*ifa) + 2 * len, M_WAITOK | M_ZERO);
	sdl = (struct sockaddr_dl *)(ifa + 1);
	mask = (struct sockaddr_dl *)((char *)sdl + len);
	(void)sockaddr_dl_init(sdl, len, ifp->if_index, ifp->if_type,
	    ifp->if_xname, namelen, NULL, ifp->if_addrlen);
	mask->sdl_family = AF_LINK;
	mask->sdl_len = sockaddr_dl_measure(namelen, 0);
	memset(mask->sdl_data, 0xff, namelen);
	ifa->ifa_rtrequest = link_rtrequest;
	ifa->ifa_addr = (struct sockaddr *)sdl;
	ifa->ifa_netmask = (struct sockaddr *)mask;
	ifa_psref_init(ifa);
	*sdlp = sdl;
	return ifa;
}

static void
if_sadl_setrefs(struct ifnet *ifp, struct ifaddr *ifa)
{
	ifp->if_dl = ifa;
	ifaref(ifa);
	ifp->if_sadl = satosdl(ifa->ifa_addr);
}

/* The interface's type and address length are known: make the address. */
void
if_alloc_sadl(struct ifnet *ifp)
{
	const struct sockaddr_dl *sdl;
	struct ifaddr *ifa;

	if (ifp->if_sadl != NULL)
		if_free_sadl(ifp);
	ifa = if_dl_create(ifp, &sdl);
	ifa_insert(ifp, ifa);
	if_sadl_setrefs(ifp, ifa);
}

static void
if_deactivate_sadl(struct ifnet *ifp)
{
	struct ifaddr *ifa = ifp->if_dl;

	ifp->if_sadl = NULL;
	ifp->if_dl = NULL;
	if (ifa != NULL)
		ifafree(ifa);
}

/* Use another of its link-level addresses. */
void
if_activate_sadl(
    struct ifnet *ifp, struct ifaddr *ifa, const struct sockaddr_dl *sdl)
{
	(void)sdl;
	if_deactivate_sadl(ifp);
	if_sadl_setrefs(ifp, ifa);
	rt_ifmsg(ifp);
}

/* Set the address; FACTORY says that it is the hardware's own. */
void
if_set_sadl(struct ifnet *ifp, const void *lla, u_char addrlen, bool factory)
{
	struct ifaddr *ifa;
	struct sockaddr_dl *sdl;

	ifp->if_addrlen = addrlen;
	if_alloc_sadl(ifp);
	ifa = ifp->if_dl;
	sdl = satosdl(ifa->ifa_addr);
	(void)sockaddr_dl_setaddr(sdl, 255, lla, ifp->if_addrlen);
	if (factory) {
		if (ifp->if_hwdl != NULL)
			ifafree(ifp->if_hwdl);
		ifp->if_hwdl = ifa;
		ifaref(ifa);
	}
}

void
if_free_sadl(struct ifnet *ifp)
{
	struct ifaddr *ifa = ifp->if_dl;

	if (ifa == NULL)
		return;
	KASSERT(ifp->if_sadl != NULL);
	if ((ifa->ifa_flags & IFA_ROUTE) != 0)
		(void)rtinit(ifa, RTM_DELETE, 0);
	ifa_remove(ifp, ifa);
	if_deactivate_sadl(ifp);
	if (ifp->if_hwdl == ifa) {
		ifafree(ifa);
		ifp->if_hwdl = NULL;
	}
}
