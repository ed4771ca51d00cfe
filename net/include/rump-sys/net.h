/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private to the network faction and what glues it to others.
 */
#ifndef _RUMP_SYS_NET_H_
#define _RUMP_SYS_NET_H_

#include <sys/types.h>

#include <rump-sys/net_if.h>

struct lwp;
struct socket;
struct ifnet;
struct ifaddr;
struct ifdrv;
struct mbuf;
struct pktqueue;
struct rtentry;
struct sockaddr;

/* Starts librumpnet; what attaches to it early may call it. */
void rump_net_init(void);

/* Starts librumpnet_net likewise. */
void rump_net_if_init(void);

/*
 * Where packets of a family go (loopback, Ethernet): the protocol's queue;
 * and those of other Ethernet types.
 */
void rump_proto_register(int, struct pktqueue **);
bool rump_proto_input(struct ifnet *, int, struct mbuf *);
int rump_ether_register(uint16_t, void (*)(struct ifnet *, struct mbuf *));

/*
 * Address resolution: 0 and the hardware address, or EWOULDBLOCK (the packet
 * waits) or an error, both of which consume the packet.
 */
extern int (*rump_arpresolve)(struct ifnet *, const struct rtentry *,
    struct mbuf *, const struct sockaddr *, uint8_t *);
extern int (*rump_nd6_resolve)(struct ifnet *, const struct rtentry *,
    struct mbuf *, const struct sockaddr *, uint8_t *);
/* An address was set: announce it. */
extern void (*rump_arp_ifinit)(struct ifnet *, struct ifaddr *);

/*
 * What other components do with frames and interfaces, NULL without them.
 * rumpcc sets these for a driver that defines the functions; tools/hooks.tsv
 * has the names.
 */
extern void (*rump_vlan_input)(struct ifnet *, struct mbuf *);
extern void (*rump_vlan_ifdetach)(struct ifnet *);
extern void (*rump_pppoe_input)(struct ifnet *, struct mbuf *);
extern void (*rump_pppoedisc_input)(struct ifnet *, struct mbuf *);
extern void (*rump_agr_input)(struct ifnet *, struct mbuf *);
extern void (*rump_lacp_input)(struct ifnet *, struct mbuf *);
extern void (*rump_marker_input)(struct ifnet *, struct mbuf *);
extern int (*rump_bridge_output)(struct ifnet *, struct mbuf *,
    const struct sockaddr *, const struct rtentry *);
extern void (*rump_bridge_ifdetach)(struct ifnet *);
extern int (*rump_carp_input)(struct mbuf *, uint8_t *, uint8_t *, uint16_t);
extern void (*rump_carp_ifdetach)(struct ifnet *);
extern void (*rump_carp_carpdev_state)(void *);

/* rump_pub_shmif_create() calls it; NULL without a shmif component */
extern int (*rump_net_shmif_create)(const char *, int *);

/* ioctls of interfaces: set by librumpnet_net */
extern int (*rump_ifioctl)(struct socket *, u_long, void *, struct lwp *);

/*
 * Link strings of drivers. SIOCSLINKSTR: 0 and a copy for kmem_strfree(), or
 * NULL where it is to be unset; the interface must be down. SIOCGLINKSTR:
 * STR, which may be NULL, to the user.
 */
int rump_linkstr_copyin(const struct ifnet *, const struct ifdrv *, char **);
int rump_linkstr_copyout(const char *, struct ifdrv *);

#define DOMAINADD(dom)                                                         \
	do {                                                                   \
		extern struct domain dom;                                      \
		domain_attach(&(dom));                                         \
	} while (/*CONSTCOND*/ 0)

#endif /* _RUMP_SYS_NET_H_ */
