/* SPDX-License-Identifier: BSD-2-Clause */
/* The IPv4 header and its options (RFC 791). */
#ifndef _NETINET_IP_H_
#define _NETINET_IP_H_

#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <sys/endian.h>

#define IPVERSION 4

struct ip {
#if BYTE_ORDER == LITTLE_ENDIAN
	unsigned int ip_hl : 4, /* header length in 32-bit words */
	    ip_v : 4;
#else
	unsigned int ip_v : 4, ip_hl : 4;
#endif
	u_int8_t ip_tos;
	u_int16_t ip_len; /* of header and data */
	u_int16_t ip_id;
	u_int16_t ip_off; /* in units of 8 bytes, and flags */
#define IP_RF      0x8000
#define IP_EF      0x8000
#define IP_DF      0x4000
#define IP_MF      0x2000
#define IP_OFFMASK 0x1fff
	u_int8_t ip_ttl;
	u_int8_t ip_p;
	u_int16_t ip_sum;
	struct in_addr ip_src, ip_dst;
} __packed;

#define IP_MAXPACKET   65535
#define IP_MINFRAGSIZE 68
#define IP_MAXHLEN     60

#define IPTOS_LOWDELAY    0x10
#define IPTOS_THROUGHPUT  0x08
#define IPTOS_RELIABILITY 0x04
#define IPTOS_MINCOST     0x02
#define IPTOS_ECN_MASK    0x03
#define IPTOS_ECN_NOTECT  0x00
#define IPTOS_ECN_ECT1    0x01
#define IPTOS_ECN_ECT0    0x02
#define IPTOS_ECN_CE      0x03
#define IPTOS_ECT         0x02
#define IPTOS_CE          0x01

#define IPOPT_COPIED(o) ((o)&0x80)
#define IPOPT_CLASS(o)  ((o)&0x60)
#define IPOPT_NUMBER(o) ((o)&0x1f)
#define IPOPT_EOL       0
#define IPOPT_NOP       1
#define IPOPT_RR        7
#define IPOPT_TS        68
#define IPOPT_SECURITY  130
#define IPOPT_LSRR      131
#define IPOPT_SATID     136
#define IPOPT_SSRR      137
#define IPOPT_RA        148
#define IPOPT_OPTVAL    0
#define IPOPT_OLEN      1
#define IPOPT_OFFSET    2
#define IPOPT_MINOFF    4

#define MAXTTL    255
#define IPDEFTTL  64
#define IPFRAGTTL 60
#define IPTTLDEC  1
#define IP_MSS    576

/* What checksums of the transport layer cover in front of it. */
struct ip_pseudo {
	struct in_addr src, dst;
	u_int8_t zero, proto;
	u_int16_t len;
} __packed;

#endif
