/* SPDX-License-Identifier: BSD-2-Clause */
/* Address resolution (RFC 826): packet layout, numbers, counters. */
#ifndef _NET_IF_ARP_H_
#define _NET_IF_ARP_H_

#include <sys/ansi.h>
#include <sys/socket.h>
#include <sys/types.h>

struct arphdr {
	uint16_t ar_hrd; /* hardware, ARPHRD_* */
	uint16_t ar_pro; /* protocol, ETHERTYPE_* */
	uint8_t ar_hln;
	uint8_t ar_pln;
	uint16_t ar_op; /* ARPOP_* */
	/* sender's hardware and protocol address, then the target's */
};

#define ARPHRD_ETHER    1
#define ARPHRD_IEEE802  6
#define ARPHRD_ARCNET   7
#define ARPHRD_FRELAY   15
#define ARPHRD_STRIP    23
#define ARPHRD_IEEE1394 24

#define ARPOP_REQUEST    1
#define ARPOP_REPLY      2
#define ARPOP_REVREQUEST 3
#define ARPOP_REVREPLY   4
#define ARPOP_INVREQUEST 8
#define ARPOP_INVREPLY   9

static __inline uint8_t *
ar_data(struct arphdr *ap)
{
	return (uint8_t *)(void *)(ap + 1);
}

static __inline uint8_t *
ar_sha(struct arphdr *ap)
{
	return ar_data(ap);
}

static __inline uint8_t *
ar_spa(struct arphdr *ap)
{
	return ar_data(ap) + ap->ar_hln;
}

static __inline uint8_t *
ar_tha(struct arphdr *ap)
{
	return ar_data(ap) + ap->ar_hln + ap->ar_pln;
}

static __inline uint8_t *
ar_tpa(struct arphdr *ap)
{
	return ar_data(ap) + 2 * ap->ar_hln + ap->ar_pln;
}

struct arpreq {
	struct sockaddr arp_pa;
	struct sockaddr arp_ha;
	int arp_flags;
};
#define ATF_INUSE       0x01
#define ATF_COM         0x02
#define ATF_PERM        0x04
#define ATF_PUBL        0x08
#define ATF_USETRAILERS 0x10

/* counters, sysctl net.inet.arp.stats */
#define ARP_STAT_SNDTOTAL    0
#define ARP_STAT_SNDREPLY    1
#define ARP_STAT_SENDREQUEST 2
#define ARP_STAT_RCVTOTAL    3
#define ARP_STAT_RCVREQUEST  4
#define ARP_STAT_RCVREPLY    5
#define ARP_STAT_RCVMCAST    6
#define ARP_STAT_RCVBADPROTO 7
#define ARP_STAT_RCVBADLEN   8
#define ARP_STAT_RCVZEROTPA  9
#define ARP_STAT_RCVZEROSPA  10
#define ARP_STAT_RCVNOINT    11
#define ARP_STAT_RCVLOCALSHA 12
#define ARP_STAT_RCVBCASTSHA 13
#define ARP_STAT_RCVLOCALSPA 14
#define ARP_STAT_RCVOVERPERM 15
#define ARP_STAT_RCVOVERINT  16
#define ARP_STAT_RCVOVER     17
#define ARP_STAT_RCVLENCHG   18
#define ARP_STAT_DFRTOTAL    19
#define ARP_STAT_DFRSENT     20
#define ARP_STAT_DFRDROPPED  21
#define ARP_STAT_ALLOCFAIL   22
#define ARP_NSTATS           23

#ifdef _KERNEL
void arp_stat_add(int, uint64_t);
#endif

#endif /* _NET_IF_ARP_H_ */
