/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 addresses and sockets: the types, for programs and drivers that name
 * them.  The protocol itself is not part of this kernel yet.
 */
#ifndef _NETINET6_IN6_H_
#define _NETINET6_IN6_H_

#include <sys/socket.h>
#include <sys/types.h>

struct in6_addr {
	union {
		__uint8_t __u6_addr8[16];
		__uint16_t __u6_addr16[8];
		uint32_t __u6_addr32[4];
	} __u6_addr;
};
#define s6_addr   __u6_addr.__u6_addr8
#define s6_addr8  __u6_addr.__u6_addr8
#define s6_addr16 __u6_addr.__u6_addr16
#define s6_addr32 __u6_addr.__u6_addr32

#define INET6_ADDRSTRLEN 46

struct sockaddr_in6 {
	uint8_t sin6_len;
	sa_family_t sin6_family;
	__in_port_t sin6_port;
	uint32_t sin6_flowinfo;
	struct in6_addr sin6_addr;
	uint32_t sin6_scope_id;
};

#define IN6_IS_ADDR_V4MAPPED(a)                                                \
	((a)->s6_addr32[0] == 0 && (a)->s6_addr32[1] == 0 &&                   \
	    (a)->s6_addr32[2] == htonl(0x0000ffff))
#define IN6_IS_ADDR_MULTICAST(a) ((a)->s6_addr[0] == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(a)                                               \
	((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0x80)
#define IN6_IS_ADDR_UNSPECIFIED(a)                                             \
	((a)->s6_addr32[0] == 0 && (a)->s6_addr32[1] == 0 &&                   \
	    (a)->s6_addr32[2] == 0 && (a)->s6_addr32[3] == 0)

#define satocsin6(sa)  ((const struct sockaddr_in6 *)(sa))
#define satosin6(sa)   ((struct sockaddr_in6 *)(sa))
#define sin6tosa(sin6) ((struct sockaddr *)(sin6))

#endif
