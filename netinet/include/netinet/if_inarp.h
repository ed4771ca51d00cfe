/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP for Internet addresses (RFC 826, probes of RFC 5227). */
#ifndef _NETINET_IF_INARP_H_
#define _NETINET_IF_INARP_H_

#include <netinet/in.h>
#include <sys/types.h>

struct sockaddr_inarp {
	u_int8_t sin_len;
	u_int8_t sin_family;
	u_int16_t sin_port;
	struct in_addr sin_addr;
	struct in_addr sin_srcaddr;
	u_int16_t sin_tos;
	u_int16_t sin_other;
#define SIN_PROXY 1
};

#define RTF_USETRAILERS 0x00004000

#ifdef _KERNEL
struct ifaddr;
struct ifnet;
struct mbuf;
struct rtentry;
struct rt_addrinfo;
struct sockaddr;

void arp_ifinit(struct ifnet *, struct ifaddr *);
/** Announces our address, or asks for one: (interface, sender, target). */
void arprequest(struct ifnet *, const struct in_addr *, const struct in_addr *,
    const u_int8_t *);
/**
 * The link address of dst, in desten (destlen bytes): 0; EWOULDBLOCK: m is
 * kept until the answer comes; another errno: m is freed.
 */
int arpresolve(struct ifnet *, const struct rtentry *, struct mbuf *,
    const struct sockaddr *, void *, size_t);
void arp_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);
void arpannounce(struct ifnet *, struct ifaddr *, const uint8_t *);
void arp_purgeif(struct ifnet *);
void arp_drain(void);
int arpioctl(u_long, void *);
void arpintr(void);
void arp_init(void);
void in_arpinput(struct mbuf *);
void arp_input(struct ifnet *, struct mbuf *);
#endif

#endif
