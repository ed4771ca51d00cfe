/* SPDX-License-Identifier: BSD-2-Clause */
/* The UDP header (RFC 768). */
#ifndef _NETINET_UDP_H_
#define _NETINET_UDP_H_

#include <sys/types.h>

struct udphdr {
	u_int16_t uh_sport;
	u_int16_t uh_dport;
	u_int16_t uh_ulen; /* of header and data */
	u_int16_t uh_sum;
} __packed;

#define UDP_ENCAP                  100
#define UDP_ENCAP_ESPINUDP_NON_IKE 1
#define UDP_ENCAP_ESPINUDP         2

#endif
