/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of librumpnet_net: interfaces, routing, loopback; and the way of
 * packets to protocols by address family.
 */
#include <sys/domain.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/pktqueue.h>
#include <net/radix.h>
#include <net/route.h>
#include <net/rtbl.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "if_impl.h"

static pktqueue_t **proto_pktq[AF_MAX];

/* what other components may do: see tools/hooks.tsv */
void (*rump_vlan_input)(struct ifnet *, struct mbuf *);
void (*rump_vlan_ifdetach)(struct ifnet *);
void (*rump_pppoe_input)(struct ifnet *, struct mbuf *);
void (*rump_pppoedisc_input)(struct ifnet *, struct mbuf *);
void (*rump_agr_input)(struct ifnet *, struct mbuf *);
void (*rump_lacp_input)(struct ifnet *, struct mbuf *);
void (*rump_marker_input)(struct ifnet *, struct mbuf *);
int (*rump_bridge_output)(struct ifnet *, struct mbuf *,
    const struct sockaddr *, const struct rtentry *);
void (*rump_bridge_ifdetach)(struct ifnet *);
int (*rump_carp_input)(struct mbuf *, uint8_t *, uint8_t *, uint16_t);
void (*rump_carp_ifdetach)(struct ifnet *);
void (*rump_carp_carpdev_state)(void *);

/* Packets of a family go to the queue that *PQP names at the time. */
void
rump_proto_register(int family, struct pktqueue **pqp)
{
	if (family >= 0 && family < AF_MAX)
		proto_pktq[family] = pqp;
}

/* Queue a packet; true if it is taken, which includes that it is dropped. */
bool
rump_proto_input(struct ifnet *ifp, int family, struct mbuf *m)
{
	pktqueue_t *pq;

	if (family < 0 || family >= AF_MAX || proto_pktq[family] == NULL ||
	    (pq = *proto_pktq[family]) == NULL)
		return false;
	if (!pktq_enqueue(pq, m, 0)) {
		ifp->if_iqdrops++;
		m_freem(m);
	}
	return true;
}

void
rump_net_if_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	rump_net_init();
	bpf_setops();
	ifinit1();
	rtbl_init();
	rt_init();
	DOMAINADD(routedomain);
	rump_ifioctl = ifioctl;
	loopinit();
	ifinit();
}

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{
	rump_net_if_init();
}

/* All domains are there now: let those that came late see the interfaces. */
RUMP_COMPONENT(RUMP_COMPONENT_NET_IFCFG)
{
	if_attachdomain();
}
