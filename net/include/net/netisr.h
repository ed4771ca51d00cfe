/* SPDX-License-Identifier: BSD-2-Clause */
/* Protocol input by software interrupt, for protocols without a pktqueue. */
#ifndef _NET_NETISR_H_
#define _NET_NETISR_H_

#define NETISR_ARP   AF_ARP
#define NETISR_IP    AF_INET
#define NETISR_IPV6  AF_INET6
#define NETISR_ATALK AF_APPLETALK
#define NETISR_NATM  AF_NATM
#define NETISR_MPLS  AF_MPLS
#define NETISR_IPX   AF_IPX
#define NETISR_CCITT AF_CCITT
#define NETISR_ISDN  AF_E164
#define NETISR_MAX   AF_MAX

#ifdef _KERNEL
#include <net/if.h>
#if defined(INET) && __has_include(<netinet/ip_var.h>)
#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/ip_var.h>
#endif
#include <net/pktqueue.h>
#include <sys/socket.h>

void schednetisr(int);

/* Protocol components register their input routine for schednetisr(). */
typedef void (*rump_netisr_fn)(void);
void rump_netisr_register(int, rump_netisr_fn);
#endif

#endif /* _NET_NETISR_H_ */
