/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual LANs: the tag in a frame, and the interface's ioctls. */
#ifndef _NET_IF_VLANVAR_H_
#define _NET_IF_VLANVAR_H_

#include <net/if.h>
#include <net/if_ether.h>
#include <sys/sockio.h>

struct ether_vlan_header {
	uint8_t evl_dhost[ETHER_ADDR_LEN];
	uint8_t evl_shost[ETHER_ADDR_LEN];
	uint16_t evl_encap_proto;
	uint16_t evl_tag;
	uint16_t evl_proto;
} __attribute__((__packed__));

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
