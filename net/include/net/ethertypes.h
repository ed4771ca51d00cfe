/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet protocol numbers (IEEE registry). */
#ifndef _NET_ETHERTYPES_H_
#define _NET_ETHERTYPES_H_

#define ETHERTYPE_8023          0x0004
#define ETHERTYPE_PUP           0x0200
#define ETHERTYPE_NS            0x0600
#define ETHERTYPE_SPRITE        0x0500
#define ETHERTYPE_TRAIL         0x1000
#define ETHERTYPE_IP            0x0800
#define ETHERTYPE_X25           0x0805
#define ETHERTYPE_ARP           0x0806
#define ETHERTYPE_REVARP        0x8035
#define ETHERTYPE_ATALK         0x809B
#define ETHERTYPE_AARP          0x80F3
#define ETHERTYPE_VLAN          0x8100
#define ETHERTYPE_IPX           0x8137
#define ETHERTYPE_SNMP          0x814C
#define ETHERTYPE_IPV6          0x86DD
#define ETHERTYPE_FLOWCONTROL   0x8808
#define ETHERTYPE_SLOWPROTOCOLS 0x8809
#define ETHERTYPE_PPP           0x880B
#define ETHERTYPE_MPLS          0x8847
#define ETHERTYPE_MPLS_MCAST    0x8848
#define ETHERTYPE_PPPOEDISC     0x8863
#define ETHERTYPE_PPPOE         0x8864
#define ETHERTYPE_PAE           0x888E
#define ETHERTYPE_QINQ          0x88A8
#define ETHERTYPE_LLDP          0x88CC
#define ETHERTYPE_PTP           0x88F7
#define ETHERTYPE_RSN_PREAUTH   0x88C7
#define ETHERTYPE_LOOPBACK      0x9000
#define ETHERTYPE_MAX           0xFFFF

#endif /* _NET_ETHERTYPES_H_ */
