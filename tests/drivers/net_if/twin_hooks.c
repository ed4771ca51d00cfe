/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions that an Ethernet interface calls of PPPoE, aggregates and
 * bridges: those of a component that only counts.
 */

#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/if_ether.h>

#include "ktest.h"
#include "twin.h"

/* What these components' own headers say. */
void pppoe_input(struct ifnet *, struct mbuf *);
void pppoedisc_input(struct ifnet *, struct mbuf *);
void agr_input(struct ifnet *, struct mbuf *);
int ieee8023ad_lacp_input(struct ifnet *, struct mbuf *);
int ieee8023ad_marker_input(struct ifnet *, struct mbuf *);

struct twin_hooked twin_hooked;

static void
hooked(u_int *count, struct mbuf *m)
{
	(*count)++;
	/* none of these says that it has locks of its own */
	K(KERNEL_LOCKED_P());
	twin_hooked.th_lastlen = (u_int)m->m_pkthdr.len;
	KEQ(m_length(m), m->m_pkthdr.len);
	m_freem(m);
}

void
pppoe_input(struct ifnet *ifp, struct mbuf *m)
{
	hooked(&twin_hooked.th_pppoe, m);
}

void
pppoedisc_input(struct ifnet *ifp, struct mbuf *m)
{
	hooked(&twin_hooked.th_pppoedisc, m);
}

void
agr_input(struct ifnet *ifp, struct mbuf *m)
{
	K(ifp->if_agrprivate != NULL);
	hooked(&twin_hooked.th_agr, m);
}

int
ieee8023ad_lacp_input(struct ifnet *ifp, struct mbuf *m)
{
	hooked(&twin_hooked.th_lacp, m);
	return 0;
}

int
ieee8023ad_marker_input(struct ifnet *ifp, struct mbuf *m)
{
	hooked(&twin_hooked.th_marker, m);
	return 0;
}

int
bridge_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	K(ifp->if_bridge != NULL);
	hooked(&twin_hooked.th_bridged, m);
	return 0;
}

void
bridge_ifdetach(struct ifnet *ifp)
{
	twin_hooked.th_unbridged++;
	ifp->if_bridge = NULL;
}

/* An input function that bridges put in place of ether_input(). */
void
twin_input_locked(struct ifnet *ifp, struct mbuf *m)
{
	KERNEL_LOCK(1, NULL);
	mutex_enter(softnet_lock);
	ether_input(ifp, m);
	mutex_exit(softnet_lock);
	KERNEL_UNLOCK_ONE(NULL);
	twin_hooked.th_locked++;
}
