/* SPDX-License-Identifier: BSD-2-Clause */
/* ARCnet frames (RFC 1201, and RFC 1051 for the old ones). */
#ifndef _NET_IF_ARC_H_
#define _NET_IF_ARC_H_

#include <sys/cdefs.h>
#include <sys/types.h>

#define ARC_ADDR_LEN 1

struct arc_addr {
	u_int8_t arc_addr_octet[1];
} __packed;

struct arc_header {
	u_int8_t arc_shost;
	u_int8_t arc_dhost;
	u_int8_t arc_type;
	u_int8_t arc_flag; /* from here on not in old frames */
	u_int16_t arc_seqid;
	u_int8_t arc_type2; /* from here on with flag 0xff only */
	u_int8_t arc_flag2;
	u_int16_t arc_seqid2;
} __packed;

#define ARC_HDRLEN        3
#define ARC_HDRNEWLEN     6
#define ARC_HDRNEWLEN_EXC 10

#define ARCTYPE_IP_OLD  240
#define ARCTYPE_ARP_OLD 241
#define ARCTYPE_IP      212
#define ARCTYPE_ARP     213
#define ARCTYPE_REVARP  214

#endif
