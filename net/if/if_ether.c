/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet output, input and ioctls, for all drivers of that kind.
 *
 * Protocols register for an Ethernet type (rump_ether_register); IP, which
 * has a packet queue, is found by its address family.
 */
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_llc.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <net/if_vlanvar.h>
#include <net/netisr.h>
#include <net/pktqueue.h>
#include <net/radix.h>
#include <net/route.h>

#include <rump-sys/net.h>

#include "if_impl.h"

const uint8_t etherbroadcastaddr[ETHER_ADDR_LEN] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
const uint8_t ethermulticastaddr_slowprotocols[ETHER_ADDR_LEN] = {
    0x01, 0x80, 0xc2, 0x00, 0x00, 0x02};

#define ETHER_NPROTO 16

/* subtypes of ETHERTYPE_SLOWPROTOCOLS (IEEE 802.3 annex 57A) */
#define SLOW_LACP   1
#define SLOW_MARKER 2
#define SLOW_LAST   10

static struct {
	uint16_t ep_type;
	void (*ep_input)(struct ifnet *, struct mbuf *);
} ether_protos[ETHER_NPROTO];

int (*rump_arpresolve)(struct ifnet *, const struct rtentry *, struct mbuf *,
    const struct sockaddr *, uint8_t *);
void (*rump_arp_ifinit)(struct ifnet *, struct ifaddr *);
int (*rump_nd6_resolve)(struct ifnet *, const struct rtentry *, struct mbuf *,
    const struct sockaddr *, uint8_t *);

/* Frames of TYPE go to INPUT, without their Ethernet header. */
int
rump_ether_register(uint16_t type, void (*input)(struct ifnet *, struct mbuf *))
{
	u_int i;

	for (i = 0; i < ETHER_NPROTO; i++) {
		if (ether_protos[i].ep_input == NULL ||
		    ether_protos[i].ep_type == type) {
			ether_protos[i].ep_type = type;
			ether_protos[i].ep_input = input;
			return 0;
		}
	}
	return ENOSPC;
}

/* The rest of the way out of a frame that has its header. */
static int
ether_transmit(struct ifnet *ifp, struct mbuf *m)
{
	int error;

	error = pfil_run_hooks(ifp->if_pfil, &m, ifp, PFIL_OUT);
	if (error != 0 || m == NULL)
		return error;
	/* a bridge may know a nearer way to the destination */
	if (ifp->if_bridge != NULL && rump_bridge_output != NULL)
		return (*rump_bridge_output)(ifp, m, NULL, NULL);
	return if_transmit_lock(ifp, m);
}

/* Hardware address and type for a destination; -1: the packet is taken. */
static int
ether_output_resolve(struct ifnet *ifp, struct mbuf *m,
    const struct sockaddr *dst, const struct rtentry *rt, uint8_t *edst,
    uint16_t *etype, uint8_t *esrc)
{
	const struct ether_header *eh;
	struct arphdr *ah;
	int error;

	switch (dst->sa_family) {
	case AF_INET:
		*etype = htons(ETHERTYPE_IP);
		if ((m->m_flags & M_BCAST) != 0) {
			memcpy(edst, ifp->if_broadcastaddr, ETHER_ADDR_LEN);
			return 0;
		}
		if ((m->m_flags & M_MCAST) != 0) {
			ETHER_MAP_IP_MULTICAST((const uint8_t *)dst + 4, edst);
			return 0;
		}
		if (rump_arpresolve == NULL)
			return EAFNOSUPPORT;
		error = (*rump_arpresolve)(ifp, rt, m, dst, edst);
		return error == 0 ? 0 : error == EWOULDBLOCK ? -1 : -1 - error;
	case AF_INET6:
		*etype = htons(ETHERTYPE_IPV6);
		if ((m->m_flags & M_MCAST) != 0) {
			ETHER_MAP_IPV6_MULTICAST(
			    (const uint8_t *)dst + 8, edst);
			return 0;
		}
		if (rump_nd6_resolve == NULL)
			return EAFNOSUPPORT;
		error = (*rump_nd6_resolve)(ifp, rt, m, dst, edst);
		return error == 0 ? 0 : error == EWOULDBLOCK ? -1 : -1 - error;
	case AF_ARP:
		if (m->m_len < (int)sizeof(*ah))
			return EINVAL;
		ah = mtod(m, struct arphdr *);
		if ((m->m_flags & M_BCAST) != 0)
			memcpy(edst, etherbroadcastaddr, ETHER_ADDR_LEN);
		else if (ah->ar_hln == ETHER_ADDR_LEN &&
		    m->m_len >=
			(int)sizeof(*ah) + 2 * ah->ar_hln + 2 * ah->ar_pln)
			memcpy(edst, ar_tha(ah), ETHER_ADDR_LEN);
		else
			return EINVAL;
		ah->ar_hrd = htons(ARPHRD_ETHER);
		switch (ntohs(ah->ar_op)) {
		case ARPOP_REVREQUEST:
		case ARPOP_REVREPLY:
			*etype = htons(ETHERTYPE_REVARP);
			break;
		default:
			*etype = htons(ETHERTYPE_ARP);
			break;
		}
		return 0;
	case pseudo_AF_HDRCMPLT:
		eh = (const struct ether_header *)dst->sa_data;
		memcpy(esrc, eh->ether_shost, ETHER_ADDR_LEN);
		memcpy(edst, eh->ether_dhost, ETHER_ADDR_LEN);
		*etype = eh->ether_type;
		return 0;
	case AF_UNSPEC:
		eh = (const struct ether_header *)dst->sa_data;
		memcpy(edst, eh->ether_dhost, ETHER_ADDR_LEN);
		*etype = eh->ether_type;
		return 0;
	default:
		return EAFNOSUPPORT;
	}
}

/* Send a packet to a protocol's destination; the packet is consumed. */
int
ether_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	uint8_t esrc[ETHER_ADDR_LEN], edst[ETHER_ADDR_LEN];
	struct ether_header *eh;
	struct mbuf *mcopy;
	uint16_t etype = 0;
	int error;

	if ((ifp->if_flags & (IFF_UP | IFF_RUNNING)) !=
	    (IFF_UP | IFF_RUNNING)) {
		m_freem(m);
		return ENETDOWN;
	}
	if (ifp->if_sadl == NULL) {
		m_freem(m);
		return ENXIO;
	}
	memcpy(esrc, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	error = ether_output_resolve(ifp, m, dst, rt, edst, &etype, esrc);
	if (error < 0)
		return -1 - error; /* it waits for its address, or not */
	if (error != 0) {
		m_freem(m);
		return error;
	}
	if (dst->sa_family == AF_INET && (m->m_flags & M_BCAST) != 0 &&
	    (ifp->if_flags & IFF_SIMPLEX) != 0) {
		/* an own broadcast is not heard, so it is looped here */
		mcopy = m_copym(m, 0, M_COPYALL, M_DONTWAIT);
		if (mcopy != NULL)
			(void)looutput(ifp, mcopy, dst, rt);
	}
	M_PREPEND(m, (int)sizeof(*eh), M_DONTWAIT);
	if (m == NULL)
		return ENOBUFS;
	eh = mtod(m, struct ether_header *);
	eh->ether_type = etype;
	memcpy(eh->ether_dhost, edst, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, esrc, ETHER_ADDR_LEN);
	return ether_transmit(ifp, m);
}

/* Hand a frame without header to its protocol. */
static void
ether_demux(struct ifnet *ifp, struct mbuf *m, uint16_t etype)
{
	u_int i;

	switch (etype) {
	case ETHERTYPE_IP:
		if (rump_proto_input(ifp, AF_INET, m))
			return;
		break;
	case ETHERTYPE_IPV6:
		if (rump_proto_input(ifp, AF_INET6, m))
			return;
		break;
	default:
		for (i = 0;
		     i < ETHER_NPROTO && ether_protos[i].ep_input != NULL;
		     i++) {
			if (ether_protos[i].ep_type == etype) {
				(*ether_protos[i].ep_input)(ifp, m);
				return;
			}
		}
		break;
	}
	ifp->if_noproto++;
	m_freem(m);
}

/* Is the frame for us? Sets M_BCAST, M_MCAST and M_PROMISC. */
static bool
ether_input_classify(
    struct ifnet *ifp, struct mbuf *m, const struct ether_header *eh)
{
	if (ETHER_IS_MULTICAST(eh->ether_dhost)) {
		if (memcmp(eh->ether_dhost, etherbroadcastaddr,
			ETHER_ADDR_LEN) == 0)
			m->m_flags |= M_BCAST;
		else
			m->m_flags |= M_MCAST;
		ifp->if_imcasts++;
		/* our own, come back */
		return (ifp->if_flags & IFF_SIMPLEX) == 0 ||
		    ifp->if_sadl == NULL ||
		    memcmp(CLLADDR(ifp->if_sadl), eh->ether_shost,
			ETHER_ADDR_LEN) != 0;
	}
	if (ifp->if_sadl != NULL &&
	    memcmp(CLLADDR(ifp->if_sadl), eh->ether_dhost, ETHER_ADDR_LEN) != 0)
		m->m_flags |= M_PROMISC;
	return true;
}

/* A frame for another driver, which may rely on the big lock. */
static void
ether_input_give(struct ifnet *ifp, struct mbuf *m,
    void (*take)(struct ifnet *, struct mbuf *))
{
	KERNEL_LOCK(1, NULL);
	(*take)(ifp, m);
	KERNEL_UNLOCK_ONE(NULL);
}

/* True: the frame is for a shared address, and taken. */
static bool
ether_input_carp(struct ifnet *ifp, struct mbuf *m, struct ether_header *eh)
{
	int error;

	m->m_flags &= ~M_PROMISC;
	KERNEL_LOCK(1, NULL);
	error = (*rump_carp_input)(
	    m, eh->ether_shost, eh->ether_dhost, eh->ether_type);
	KERNEL_UNLOCK_ONE(NULL);
	if (error == 0)
		return true;
	(void)ether_input_classify(ifp, m, eh);
	return false;
}

/*
 * Frames that others take with their Ethernet header: virtual LANs, PPPoE and
 * aggregates of links. True: it is taken, dropped included.
 */
static bool
ether_input_other(struct ifnet *ifp, struct mbuf *m, uint16_t etype)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	void (*take)(struct ifnet *, struct mbuf *) = NULL;
	uint8_t subtype = 0;

	if (ec->ec_nvlans != 0 && m_tag_find(m, PACKET_TAG_VLAN, NULL) != NULL)
		etype = ETHERTYPE_VLAN;
	switch (etype) {
	case ETHERTYPE_VLAN:
		if (ec->ec_nvlans != 0)
			take = rump_vlan_input;
		break;
	case ETHERTYPE_PPPOEDISC:
		take = rump_pppoedisc_input;
		break;
	case ETHERTYPE_PPPOE:
		take = rump_pppoe_input;
		break;
	case ETHERTYPE_SLOWPROTOCOLS:
		if (m->m_pkthdr.len > ETHER_HDR_LEN)
			m_copydata(m, ETHER_HDR_LEN, sizeof(subtype), &subtype);
		if (ifp->if_agrprivate != NULL && subtype == SLOW_LACP)
			take = rump_lacp_input;
		else if (ifp->if_agrprivate != NULL && subtype == SLOW_MARKER)
			take = rump_marker_input;
		else if (subtype != 0 && subtype <= SLOW_LAST)
			return false;
		break;
	default:
		return false;
	}
	if (take != NULL)
		ether_input_give(ifp, m, take);
	else {
		ifp->if_noproto++;
		m_freem(m);
	}
	return true;
}

/* A frame from a driver, Ethernet header first. */
void
ether_input(struct ifnet *ifp, struct mbuf *m)
{
	struct ether_header *eh;
	uint16_t etype;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if ((ifp->if_flags & IFF_UP) == 0) {
		m_freem(m);
		return;
	}
	if (m->m_pkthdr.len < ETHER_HDR_LEN ||
	    (m->m_len < ETHER_HDR_LEN &&
		(m = m_pullup(m, ETHER_HDR_LEN)) == NULL)) {
		ifp->if_ierrors++;
		m_freem(m);
		return;
	}
	eh = mtod(m, struct ether_header *);
	etype = ntohs(eh->ether_type);
	if ((m->m_flags & M_HASFCS) != 0) {
		if (m->m_pkthdr.len < ETHER_HDR_LEN + ETHER_CRC_LEN) {
			ifp->if_ierrors++;
			m_freem(m);
			return;
		}
		m_adj(m, -ETHER_CRC_LEN);
		m->m_flags &= ~M_HASFCS;
	}
	ifp->if_ibytes += m->m_pkthdr.len;
	if (!ether_input_classify(ifp, m, eh)) {
		m_freem(m);
		return;
	}
	/* a bridge sees all frames first, and gives back what is for us */
	if (ifp->if_bridge != NULL && ifp->if_bridge_input != NULL) {
		ether_input_give(ifp, m, ifp->if_bridge_input);
		return;
	}
	if (ifp->if_carp != NULL && ifp->if_type != IFT_CARP &&
	    rump_carp_input != NULL && ether_input_carp(ifp, m, eh))
		return;
	if ((m->m_flags & M_PROMISC) == 0) {
		if (pfil_run_hooks(ifp->if_pfil, &m, ifp, PFIL_IN) != 0 ||
		    m == NULL)
			return;
		eh = mtod(m, struct ether_header *);
		etype = ntohs(eh->ether_type);
	}
	if (ifp->if_agrprivate != NULL && etype != ETHERTYPE_SLOWPROTOCOLS &&
	    rump_agr_input != NULL) {
		m->m_flags &= ~M_PROMISC;
		ether_input_give(ifp, m, rump_agr_input);
		return;
	}
	/* these may have hardware addresses of their own */
	if (ether_input_other(ifp, m, etype))
		return;
	if ((m->m_flags & M_PROMISC) != 0) {
		m_freem(m);
		return;
	}
	if (etype <= ETHERMTU + 36) {
		/* a length: LLC, for which there is no protocol here */
		ifp->if_noproto++;
		m_freem(m);
		return;
	}
	m_set_rcvif(m, ifp);
	m_adj(m, sizeof(struct ether_header));
	ether_demux(ifp, m, etype);
}

/* Make an initialized interface an Ethernet; LLA is its address. */
void
ether_ifattach(struct ifnet *ifp, const uint8_t *lla)
{
	struct ethercom *ec = (struct ethercom *)ifp;

	ifp->if_type = IFT_ETHER;
	ifp->if_hdrlen = ETHER_HDR_LEN;
	ifp->if_dlt = DLT_EN10MB;
	ifp->if_mtu = ETHERMTU;
	ifp->if_output = ether_output;
	ifp->_if_input = ether_input;
	if (ifp->if_baudrate == 0)
		ifp->if_baudrate = 10000000;
	if (lla != NULL)
		if_set_sadl(ifp, lla, ETHER_ADDR_LEN, !ETHER_IS_LOCAL(lla));
	LIST_INIT(&ec->ec_multiaddrs);
	ec->ec_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
	ifp->if_broadcastaddr = etherbroadcastaddr;
	bpf_attach(ifp, DLT_EN10MB, sizeof(struct ether_header));
}

void
ether_ifdetach(struct ifnet *ifp)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct ether_multi *enm;

	/* nothing new comes in or out; ether_ifattach() undoes it */
	if_disconnect(ifp);
	if (ifp->if_bridge != NULL && rump_bridge_ifdetach != NULL)
		(*rump_bridge_ifdetach)(ifp);
	bpf_detach(ifp);
	if (ec->ec_nvlans != 0 && rump_vlan_ifdetach != NULL)
		(*rump_vlan_ifdetach)(ifp);
	if (ec->ec_lock != NULL) {
		mutex_enter(ec->ec_lock);
		while ((enm = LIST_FIRST(&ec->ec_multiaddrs)) != NULL) {
			LIST_REMOVE(enm, enm_list);
			kern_free(enm);
			ec->ec_multicnt--;
		}
		mutex_exit(ec->ec_lock);
		mutex_obj_free(ec->ec_lock);
		ec->ec_lock = NULL;
	}
	ifp->if_mowner = NULL;
}

void
ether_set_ifflags_cb(struct ethercom *ec, ether_cb_t cb)
{
	ec->ec_ifflags_cb = cb;
}

static int
ether_ioctl_reinit(struct ethercom *ec)
{
	struct ifnet *ifp = &ec->ec_if;
	int error;

	switch (ifp->if_flags & (IFF_UP | IFF_RUNNING)) {
	case IFF_RUNNING:
		/* marked down: stop it */
		(*ifp->if_stop)(ifp, 1);
		break;
	case IFF_UP:
		return (*ifp->if_init)(ifp);
	case IFF_UP | IFF_RUNNING:
		error = 0;
		if (ec->ec_ifflags_cb != NULL) {
			error = (*ec->ec_ifflags_cb)(ec);
			if (error == ENETRESET)
				return (*ifp->if_init)(ifp);
		} else
			error = (*ifp->if_init)(ifp);
		return error;
	}
	return 0;
}

static int
ether_ioctl_addr(struct ifnet *ifp, struct ifaddr *ifa)
{
	int error = 0;

	ifp->if_flags |= IFF_UP;
	if (ifa->ifa_addr->sa_family == AF_LINK) {
		const struct sockaddr_dl *sdl = satocsdl(ifa->ifa_addr);

		if (sdl->sdl_type != IFT_ETHER ||
		    sdl->sdl_alen != ifp->if_addrlen)
			return EINVAL;
		/* of an aggregate, or of nobody: only to be copied */
		if (ifa->ifa_ifp != ifp)
			memmove(LLADDR(satosdl(ifp->if_dl->ifa_addr)),
			    CLLADDR(sdl), ETHER_ADDR_LEN);
		else
			if_activate_sadl(ifp, ifa, sdl);
		return (*ifp->if_init)(ifp);
	}
	if ((ifp->if_flags & IFF_RUNNING) == 0)
		error = (*ifp->if_init)(ifp);
	if (error == 0 && ifa->ifa_addr->sa_family == AF_INET &&
	    rump_arp_ifinit != NULL)
		(*rump_arp_ifinit)(ifp, ifa);
	return error;
}

/* The ioctls that Ethernet drivers have in common. */
int
ether_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct eccapreq *eccr = data;
	struct ifreq *ifr = data;
	int error, maxmtu = ETHERMTU;

	switch (cmd) {
	case SIOCINITIFADDR:
		return ether_ioctl_addr(ifp, data);
	case SIOCSIFMTU:
		if ((ec->ec_capabilities & ETHERCAP_JUMBO_MTU) != 0)
			maxmtu = ETHERMTU_JUMBO;
		if (ifr->ifr_mtu < ETHERMIN || ifr->ifr_mtu > maxmtu)
			return EINVAL;
		error = ifioctl_common(ifp, cmd, data);
		if (error != ENETRESET)
			return error;
		return (ifp->if_flags & IFF_UP) != 0 ? (*ifp->if_init)(ifp) : 0;
	case SIOCSIFFLAGS:
		error = ifioctl_common(ifp, cmd, data);
		return error != 0 ? error : ether_ioctl_reinit(ec);
	case SIOCGETHERCAP:
		eccr->eccr_capabilities = ec->ec_capabilities;
		eccr->eccr_capenable = ec->ec_capenable;
		return 0;
	case SIOCADDMULTI:
		return ether_addmulti(ifreq_getaddr(cmd, ifr), ec);
	case SIOCDELMULTI:
		return ether_delmulti(ifreq_getaddr(cmd, ifr), ec);
	case SIOCSIFMEDIA:
	case SIOCGIFMEDIA:
		return EINVAL; /* the driver would have handled it */
	case SIOCGIFADDR:
		if (ifr->ifr_addr.sa_family != AF_LINK)
			return ENOTTY;
		memcpy(ifr->ifr_addr.sa_data, CLLADDR(ifp->if_sadl),
		    ETHER_ADDR_LEN);
		return 0;
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

/* Media of an interface with an MII; there is none here. */
int
ether_mediachange(struct ifnet *ifp)
{
	(void)ifp;
	return 0;
}

void
ether_mediastatus(struct ifnet *ifp, struct ifmediareq *ifmr)
{
	ifmr->ifm_status = IFM_AVALID;
	if (ifp->if_link_state != LINK_STATE_DOWN)
		ifmr->ifm_status |= IFM_ACTIVE;
	ifmr->ifm_active = IFM_ETHER | IFM_NONE;
}

/*
 * Let frames be ETHER_VLAN_ENCAP_LEN bytes longer, before the first virtual
 * LAN (ec_nvlans, which the caller counts) and after the last. -1: the
 * interface cannot; else 0 or the errno of its driver.
 */
int
ether_enable_vlan_mtu(struct ifnet *ifp)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	int error;

	if (ec->ec_nvlans != 0)
		return 0;
	if ((ec->ec_capabilities & ETHERCAP_VLAN_MTU) == 0)
		return -1;
	ec->ec_capenable |= ETHERCAP_VLAN_MTU;
	if ((ifp->if_flags & IFF_UP) == 0)
		return 0;
	error = if_flags_set(ifp, ifp->if_flags);
	if (error != 0)
		ec->ec_capenable &= ~ETHERCAP_VLAN_MTU;
	return error;
}

int
ether_disable_vlan_mtu(struct ifnet *ifp)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	int error;

	if (ec->ec_nvlans != 0)
		return 0;
	if ((ec->ec_capenable & ETHERCAP_VLAN_MTU) == 0)
		return -1;
	ec->ec_capenable &= ~ETHERCAP_VLAN_MTU;
	if ((ifp->if_flags & IFF_UP) == 0)
		return 0;
	error = if_flags_set(ifp, ifp->if_flags);
	if (error != 0)
		ec->ec_capenable |= ETHERCAP_VLAN_MTU;
	return error;
}
