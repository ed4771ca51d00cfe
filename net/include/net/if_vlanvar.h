/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual LANs: the interface's ioctls. */
#ifndef _NET_IF_VLANVAR_H_
#define _NET_IF_VLANVAR_H_

#include <net/if.h>
#include <net/if_ether.h>
#include <sys/sockio.h>

struct vlanreq {
	char vlr_parent[IFNAMSIZ];
	u_short vlr_tag;
};
#define SIOCSETVLAN SIOCSIFGENERIC
#define SIOCGETVLAN SIOCGIFGENERIC

#ifdef _KERNEL
void vlan_input(struct ifnet *, struct mbuf *);
void vlan_ifdetach(struct ifnet *);
#endif

#endif /* _NET_IF_VLANVAR_H_ */
