/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet group management, versions 1 and 2 (RFC 2236). */
#ifndef _NETINET_IGMP_H_
#define _NETINET_IGMP_H_

#include <netinet/in.h>

struct igmp {
	u_int8_t igmp_type;
	u_int8_t igmp_code; /* of a query: response time in 1/10 s */
	u_int16_t igmp_cksum;
	struct in_addr igmp_group;
} __packed;

#define IGMP_MINLEN 8

#define IGMP_HOST_MEMBERSHIP_QUERY     0x11
#define IGMP_v1_HOST_MEMBERSHIP_REPORT 0x12
#define IGMP_DVMRP                     0x13
#define IGMP_PIM                       0x14
#define IGMP_v2_HOST_MEMBERSHIP_REPORT 0x16
#define IGMP_HOST_LEAVE_MESSAGE        0x17
#define IGMP_MAX_HOST_REPORT_DELAY     10

#ifdef _KERNEL
struct in_multi;
struct ifnet;
struct mbuf;

int igmp_joingroup(struct in_multi *);
void igmp_leavegroup(struct in_multi *);
void igmp_input(struct mbuf *, ...);
void igmp_init(void);
void igmp_purgeif(struct ifnet *);
#endif

#endif
