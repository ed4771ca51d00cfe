/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 messages (RFC 4443), neighbour discovery (RFC 4861) and multicast
 * listeners (RFC 2710), by the names of RFC 3542: for drivers that look into
 * packets.  The protocol itself is not part of this kernel yet.
 */
#ifndef _NETINET_ICMP6_H_
#define _NETINET_ICMP6_H_

#include <netinet/in.h>
#include <sys/endian.h>

#define ICMPV6_PLD_MAXLEN 1232 /* IPV6_MMTU, without both headers */

struct icmp6_hdr {
	u_int8_t icmp6_type;
	u_int8_t icmp6_code;
	u_int16_t icmp6_cksum;
	union {
		u_int32_t icmp6_un_data32[1];
		u_int16_t icmp6_un_data16[2];
		u_int8_t icmp6_un_data8[4];
	} icmp6_dataun;
} __packed;
#define icmp6_data32   icmp6_dataun.icmp6_un_data32
#define icmp6_data16   icmp6_dataun.icmp6_un_data16
#define icmp6_data8    icmp6_dataun.icmp6_un_data8
#define icmp6_pptr     icmp6_data32[0] /* parameter problem */
#define icmp6_mtu      icmp6_data32[0] /* packet too big */
#define icmp6_id       icmp6_data16[0] /* echo */
#define icmp6_seq      icmp6_data16[1] /* echo */
#define icmp6_maxdelay icmp6_data16[0] /* listener query */

#define ICMP6_DST_UNREACH          1
#define ICMP6_PACKET_TOO_BIG       2
#define ICMP6_TIME_EXCEEDED        3
#define ICMP6_PARAM_PROB           4
#define ICMP6_INFOMSG_MASK         0x80 /* set: no error */
#define ICMP6_ECHO_REQUEST         128
#define ICMP6_ECHO_REPLY           129
#define ICMP6_MEMBERSHIP_QUERY     130
#define MLD_LISTENER_QUERY         130
#define ICMP6_MEMBERSHIP_REPORT    131
#define MLD_LISTENER_REPORT        131
#define ICMP6_MEMBERSHIP_REDUCTION 132
#define MLD_LISTENER_DONE          132
#define ND_ROUTER_SOLICIT          133
#define ND_ROUTER_ADVERT           134
#define ND_NEIGHBOR_SOLICIT        135
#define ND_NEIGHBOR_ADVERT         136
#define ND_REDIRECT                137
#define ICMP6_ROUTER_RENUMBERING   138
#define ICMP6_WRUREQUEST           139
#define ICMP6_WRUREPLY             140
#define ICMP6_MAXTYPE              203

#define ICMP6_DST_UNREACH_NOROUTE     0
#define ICMP6_DST_UNREACH_ADMIN       1
#define ICMP6_DST_UNREACH_NOTNEIGHBOR 2
#define ICMP6_DST_UNREACH_BEYONDSCOPE 2
#define ICMP6_DST_UNREACH_ADDR        3
#define ICMP6_DST_UNREACH_NOPORT      4

#define ICMP6_TIME_EXCEED_TRANSIT    0
#define ICMP6_TIME_EXCEED_REASSEMBLY 1

#define ICMP6_PARAMPROB_HEADER     0
#define ICMP6_PARAMPROB_NEXTHEADER 1
#define ICMP6_PARAMPROB_OPTION     2

struct mld_hdr {
	struct icmp6_hdr mld_icmp6_hdr;
	struct in6_addr mld_addr; /* the group */
} __packed;
#define mld_type     mld_icmp6_hdr.icmp6_type
#define mld_code     mld_icmp6_hdr.icmp6_code
#define mld_cksum    mld_icmp6_hdr.icmp6_cksum
#define mld_maxdelay mld_icmp6_hdr.icmp6_data16[0]
#define mld_reserved mld_icmp6_hdr.icmp6_data16[1]
#define MLD_MINLEN   24

struct nd_router_solicit {
	struct icmp6_hdr nd_rs_hdr;
} __packed;
#define nd_rs_type     nd_rs_hdr.icmp6_type
#define nd_rs_code     nd_rs_hdr.icmp6_code
#define nd_rs_cksum    nd_rs_hdr.icmp6_cksum
#define nd_rs_reserved nd_rs_hdr.icmp6_data32[0]

struct nd_router_advert {
	struct icmp6_hdr nd_ra_hdr;
	u_int32_t nd_ra_reachable;  /* milliseconds */
	u_int32_t nd_ra_retransmit; /* milliseconds */
} __packed;
#define nd_ra_type            nd_ra_hdr.icmp6_type
#define nd_ra_code            nd_ra_hdr.icmp6_code
#define nd_ra_cksum           nd_ra_hdr.icmp6_cksum
#define nd_ra_curhoplimit     nd_ra_hdr.icmp6_data8[0]
#define nd_ra_flags_reserved  nd_ra_hdr.icmp6_data8[1]
#define nd_ra_router_lifetime nd_ra_hdr.icmp6_data16[1]
#define ND_RA_FLAG_MANAGED    0x80
#define ND_RA_FLAG_OTHER      0x40

struct nd_neighbor_solicit {
	struct icmp6_hdr nd_ns_hdr;
	struct in6_addr nd_ns_target;
} __packed;
#define nd_ns_type     nd_ns_hdr.icmp6_type
#define nd_ns_code     nd_ns_hdr.icmp6_code
#define nd_ns_cksum    nd_ns_hdr.icmp6_cksum
#define nd_ns_reserved nd_ns_hdr.icmp6_data32[0]

struct nd_neighbor_advert {
	struct icmp6_hdr nd_na_hdr;
	struct in6_addr nd_na_target;
} __packed;
#define nd_na_type           nd_na_hdr.icmp6_type
#define nd_na_code           nd_na_hdr.icmp6_code
#define nd_na_cksum          nd_na_hdr.icmp6_cksum
#define nd_na_flags_reserved nd_na_hdr.icmp6_data32[0]
/* as they are in the packet */
#if BYTE_ORDER == LITTLE_ENDIAN
#define ND_NA_FLAG_ROUTER    0x80
#define ND_NA_FLAG_SOLICITED 0x40
#define ND_NA_FLAG_OVERRIDE  0x20
#else
#define ND_NA_FLAG_ROUTER    0x80000000
#define ND_NA_FLAG_SOLICITED 0x40000000
#define ND_NA_FLAG_OVERRIDE  0x20000000
#endif

struct nd_redirect {
	struct icmp6_hdr nd_rd_hdr;
	struct in6_addr nd_rd_target;
	struct in6_addr nd_rd_dst;
} __packed;
#define nd_rd_type     nd_rd_hdr.icmp6_type
#define nd_rd_code     nd_rd_hdr.icmp6_code
#define nd_rd_cksum    nd_rd_hdr.icmp6_cksum
#define nd_rd_reserved nd_rd_hdr.icmp6_data32[0]

struct nd_opt_hdr {
	u_int8_t nd_opt_type;
	u_int8_t nd_opt_len; /* in units of 8 bytes, all of it */
} __packed;
#define ND_OPT_SOURCE_LINKADDR    1
#define ND_OPT_TARGET_LINKADDR    2
#define ND_OPT_PREFIX_INFORMATION 3
#define ND_OPT_REDIRECTED_HEADER  4
#define ND_OPT_MTU                5

struct nd_opt_prefix_info {
	u_int8_t nd_opt_pi_type;
	u_int8_t nd_opt_pi_len;
	u_int8_t nd_opt_pi_prefix_len;
	u_int8_t nd_opt_pi_flags_reserved;
	u_int32_t nd_opt_pi_valid_time;     /* seconds */
	u_int32_t nd_opt_pi_preferred_time; /* seconds */
	u_int32_t nd_opt_pi_reserved2;
	struct in6_addr nd_opt_pi_prefix;
} __packed;
#define ND_OPT_PI_FLAG_ONLINK 0x80
#define ND_OPT_PI_FLAG_AUTO   0x40

struct nd_opt_rd_hdr {
	u_int8_t nd_opt_rh_type;
	u_int8_t nd_opt_rh_len;
	u_int16_t nd_opt_rh_reserved1;
	u_int32_t nd_opt_rh_reserved2;
} __packed;

struct nd_opt_mtu {
	u_int8_t nd_opt_mtu_type;
	u_int8_t nd_opt_mtu_len;
	u_int16_t nd_opt_mtu_reserved;
	u_int32_t nd_opt_mtu_mtu;
} __packed;

/* Which types a raw socket gets: a bit that is set passes. */
#define ICMP6_FILTER 18
struct icmp6_filter {
	u_int32_t icmp6_filt[8];
};
#define ICMP6_FILTER_SETPASSALL(f)                                             \
	__builtin_memset((f), 0xff, sizeof(struct icmp6_filter))
#define ICMP6_FILTER_SETBLOCKALL(f)                                            \
	__builtin_memset((f), 0, sizeof(struct icmp6_filter))
#define ICMP6_FILTER_SETPASS(type, f)                                          \
	((f)->icmp6_filt[(type) >> 5] |= 1U << ((type)&31))
#define ICMP6_FILTER_SETBLOCK(type, f)                                         \
	((f)->icmp6_filt[(type) >> 5] &= ~(1U << ((type)&31)))
#define ICMP6_FILTER_WILLPASS(type, f)                                         \
	(((f)->icmp6_filt[(type) >> 5] & (1U << ((type)&31))) != 0)
#define ICMP6_FILTER_WILLBLOCK(type, f) (!ICMP6_FILTER_WILLPASS(type, f))

#endif
