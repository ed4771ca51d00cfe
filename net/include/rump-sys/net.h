/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private to the network faction and what glues it to others.
 */
#ifndef _RUMP_SYS_NET_H_
#define _RUMP_SYS_NET_H_

#include <sys/types.h>

struct lwp;
struct socket;
struct sockaddr_un;
struct unpcb;
struct vnode;
struct ifnet;
struct ifaddr;
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
extern void (*rump_vlan_input)(struct ifnet *, struct mbuf *);
extern void (*rump_vlan_ifdetach)(struct ifnet *);

/* ioctls of interfaces: set by librumpnet_net */
extern int (*rump_ifioctl)(struct socket *, u_long, void *, struct lwp *);

/*
 * Local sockets bound to files. librumpnet_local calls these when the glue
 * has filled them in; without it, names live in a private name space.
 */
struct rump_unp_vfs {
	/* Create PATH as a socket node; a referenced vnode. */
	int (*uv_bind)(const char *path, struct lwp *, struct socket *,
	    struct vnode **vpp);
	/* The socket bound to PATH; the caller may write it. */
	int (*uv_lookup)(const char *path, struct lwp *, struct vnode **vpp);
	struct socket *(*uv_socket)(struct vnode *);
	/* The socket goes away: clear the vnode's pointer, drop it. */
	void (*uv_unbind)(struct vnode *);
	void (*uv_rele)(struct vnode *);
};
extern const struct rump_unp_vfs *rump_unp_vfs;

#define DOMAINADD(dom)              \
	do {                        \
		extern struct domain dom; \
		domain_attach(&(dom)); \
	} while (/*CONSTCOND*/0)

#endif /* _RUMP_SYS_NET_H_ */
