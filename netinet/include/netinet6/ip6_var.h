/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What drivers hand to the output of IPv6: types and flags, for those that name
 * them.  The protocol itself is not part of this kernel yet.
 */
#ifndef _NETINET6_IP6_VAR_H_
#define _NETINET6_IP6_VAR_H_

#include <net/if.h>
#include <netinet/ip6.h>
#include <sys/queue.h>

struct in6_multi_mship;

/* multicast, of a socket */
struct ip6_moptions {
	if_index_t im6o_multicast_if_index; /* 0: by the route */
	u_char im6o_multicast_hlim;
	u_char im6o_multicast_loop;
	LIST_HEAD(, in6_multi_mship) im6o_memberships;
};

/* flags of ip6_output() */
#define IPV6_UNSPECSRC  0x01 /* the source may be :: */
#define IPV6_FORWARDING 0x02 /* most of the header is there */
#define IPV6_MINMTU     0x04 /* no more than IPV6_MMTU */

#endif
