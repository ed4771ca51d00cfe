/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loopback interface: what is sent comes back in a softint. Nothing can
 * happen to a packet on the way, so it needs no checksums and no splitting
 * up to the largest IP packet.
 */
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/netisr.h>
#include <net/pktqueue.h>
#include <net/radix.h>
#include <net/route.h>

#include <rump-sys/net.h>

#define LOMTU 65535

static int loioctl(struct ifnet *, u_long, void *);
static int loop_clone_create(struct if_clone *, int);
static int loop_clone_destroy(struct ifnet *);

static struct if_clone loop_cloner =
    IF_CLONE_INITIALIZER("lo", loop_clone_create, loop_clone_destroy);

void
loopattach(int n)
{
	(void)n;
}

void
loopinit(void)
{
	if (lo0ifp != NULL)
		return;
	(void)loop_clone_create(&loop_cloner, 0);
	if_clone_attach(&loop_cloner);
}

static int
loop_clone_create(struct if_clone *ifc, int unit)
{
	const uint64_t csum = IFCAP_TSOv4 | IFCAP_CSUM_IPv4_Rx |
	    IFCAP_CSUM_IPv4_Tx | IFCAP_CSUM_TCPv4_Rx | IFCAP_CSUM_TCPv4_Tx |
	    IFCAP_CSUM_UDPv4_Rx | IFCAP_CSUM_UDPv4_Tx | IFCAP_TSOv6 |
	    IFCAP_CSUM_TCPv6_Rx | IFCAP_CSUM_TCPv6_Tx | IFCAP_CSUM_UDPv6_Rx |
	    IFCAP_CSUM_UDPv6_Tx;
	struct ifnet *ifp;

	ifp = if_alloc(IFT_LOOP);
	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_mtu = LOMTU;
	ifp->if_flags = IFF_LOOPBACK | IFF_MULTICAST;
	ifp->if_ioctl = loioctl;
	ifp->if_output = looutput;
	ifp->if_extflags = IFEF_OUTPUT_MPSAFE | IFEF_START_MPSAFE;
	ifp->if_type = IFT_LOOP;
	ifp->if_hdrlen = 0;
	ifp->if_addrlen = 0;
	ifp->if_dlt = DLT_NULL;
	IFQ_SET_READY(&ifp->if_snd);
	if_initialize(ifp);
	ifp->if_capabilities = csum;
	ifp->if_link_state = LINK_STATE_UP;
	if (unit == 0)
		lo0ifp = ifp;
	if_alloc_sadl(ifp);
	if_register(ifp);
	bpf_attach(ifp, DLT_NULL, sizeof(u_int));
	ifp->if_flags |= IFF_RUNNING;
	return 0;
}

static int
loop_clone_destroy(struct ifnet *ifp)
{
	if (ifp == lo0ifp)
		return EPERM;
	bpf_detach(ifp);
	if_detach(ifp);
	if_free(ifp);
	return 0;
}

/* Back to the protocol it came from. */
int
looutput(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	const int len = m->m_pkthdr.len;

	bpf_mtap_af(ifp, dst->sa_family, m);
	if (m->m_nextpkt != NULL || (m->m_flags & M_PKTHDR) == 0) {
		m_freem(m);
		return EINVAL;
	}
	m_set_rcvif(m, ifp);
	if (rt != NULL && (rt->rt_flags & (RTF_REJECT | RTF_BLACKHOLE)) != 0) {
		m_freem(m);
		if ((rt->rt_flags & RTF_BLACKHOLE) != 0)
			return 0;
		return (rt->rt_flags & RTF_HOST) != 0 ? EHOSTUNREACH
						      : ENETUNREACH;
	}
	m_tag_delete_nonpersistent(m);
	m->m_flags |= M_LOOP;
	ifp->if_opackets++;
	ifp->if_obytes += len;
	if (!rump_proto_input(ifp, dst->sa_family, m)) {
		ifp->if_noproto++;
		m_freem(m);
		return EAFNOSUPPORT;
	}
	ifp->if_ipackets++;
	ifp->if_ibytes += len;
	return 0;
}

/* The routes of the own addresses have no limit but the interface's. */
void
lortrequest(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{
	(void)cmd;
	(void)info;
	if (rt != NULL)
		rt->rt_rmx.rmx_mtu = 0;
}

static int
loioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifaddr *ifa = data;
	struct ifreq *ifr = data;
	int error;

	switch (cmd) {
	case SIOCINITIFADDR:
		ifp->if_flags |= IFF_UP | IFF_RUNNING;
		if (ifa != NULL)
			ifa->ifa_rtrequest = lortrequest;
		return 0;
	case SIOCSIFMTU:
		if ((unsigned)ifr->ifr_mtu > LOMTU)
			return EINVAL;
		error = ifioctl_common(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	case SIOCSIFCAP:
		error = ifioctl_common(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		switch (ifreq_getaddr(cmd, ifr)->sa_family) {
		case AF_INET:
		case AF_INET6:
			return 0;
		default:
			return EAFNOSUPPORT;
		}
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}
