/* SPDX-License-Identifier: BSD-2-Clause */
/* The IPv6 header and those that may follow (RFC 8200; names of RFC 3542). */
#ifndef _NETINET_IP6_H_
#define _NETINET_IP6_H_

#include <netinet/in.h>
#include <netinet6/in6.h>
#include <sys/endian.h>

struct ip6_hdr {
	union {
		struct ip6_hdrctl {
			u_int32_t ip6_un1_flow; /* version, class, label */
			u_int16_t ip6_un1_plen; /* without this header */
			u_int8_t ip6_un1_nxt;
			u_int8_t ip6_un1_hlim;
		} ip6_un1;
		u_int8_t ip6_un2_vfc; /* version in the upper half */
	} ip6_ctlun;
	struct in6_addr ip6_src;
	struct in6_addr ip6_dst;
} __packed;
#define ip6_vfc  ip6_ctlun.ip6_un2_vfc
#define ip6_flow ip6_ctlun.ip6_un1.ip6_un1_flow
#define ip6_plen ip6_ctlun.ip6_un1.ip6_un1_plen
#define ip6_nxt  ip6_ctlun.ip6_un1.ip6_un1_nxt
#define ip6_hlim ip6_ctlun.ip6_un1.ip6_un1_hlim
#define ip6_hops ip6_ctlun.ip6_un1.ip6_un1_hlim

#define IPV6_VERSION      0x60
#define IPV6_VERSION_MASK 0xf0
#define IPV6_MAXPACKET    65535
#define IPV6_MMTU         1280
#define IPV6_MAXHLIM      255
#define IPV6_DEFHLIM      64
#define IPV6_HLIMDEC      1
#define IPV6_FRAGTTL      120 /* in half seconds */

/* of ip6_flow as it is in the packet */
#if BYTE_ORDER == LITTLE_ENDIAN
#define IPV6_FLOWINFO_MASK  0xffffff0f
#define IPV6_FLOWLABEL_MASK 0xffff0f00
#else
#define IPV6_FLOWINFO_MASK  0x0fffffff
#define IPV6_FLOWLABEL_MASK 0x000fffff
#endif

struct ip6_ext {
	u_int8_t ip6e_nxt;
	u_int8_t ip6e_len; /* in units of 8 bytes, without the first */
} __packed;

struct ip6_hbh {
	u_int8_t ip6h_nxt;
	u_int8_t ip6h_len;
} __packed;

struct ip6_dest {
	u_int8_t ip6d_nxt;
	u_int8_t ip6d_len;
} __packed;

struct ip6_opt {
	u_int8_t ip6o_type;
	u_int8_t ip6o_len;
} __packed;
#define IP6OPT_PAD1           0x00
#define IP6OPT_PADN           0x01
#define IP6OPT_ROUTER_ALERT   0x05
#define IP6OPT_JUMBO          0xc2
#define IP6OPT_TYPE(o)        ((o)&0xc0) /* what to do if unknown: */
#define IP6OPT_TYPE_SKIP      0x00
#define IP6OPT_TYPE_DISCARD   0x40
#define IP6OPT_TYPE_FORCEICMP 0x80
#define IP6OPT_TYPE_ICMP      0xc0
#define IP6OPT_MUTABLE        0x20

struct ip6_rthdr {
	u_int8_t ip6r_nxt;
	u_int8_t ip6r_len;
	u_int8_t ip6r_type;
	u_int8_t ip6r_segleft;
} __packed;

struct ip6_frag {
	u_int8_t ip6f_nxt;
	u_int8_t ip6f_reserved;
	u_int16_t ip6f_offlg; /* offset, and IP6F_MORE_FRAG */
	u_int32_t ip6f_ident;
} __packed;
#if BYTE_ORDER == LITTLE_ENDIAN
#define IP6F_OFF_MASK      0xf8ff
#define IP6F_RESERVED_MASK 0x0600
#define IP6F_MORE_FRAG     0x0100
#else
#define IP6F_OFF_MASK      0xfff8
#define IP6F_RESERVED_MASK 0x0006
#define IP6F_MORE_FRAG     0x0001
#endif

#endif
