/* SPDX-License-Identifier: BSD-2-Clause */
/* Congestion notification through tunnels (RFC 3168 section 9). */
#ifndef _NETINET_IP_ECN_H_
#define _NETINET_IP_ECN_H_

#include <sys/types.h>

#define ECN_ALLOWED   1    /* full functionality */
#define ECN_FORBIDDEN 0    /* limited: the outer header says nothing */
#define ECN_NOCARE    (-1) /* the byte is copied */

#ifdef _KERNEL
/** Type of service of an outer header, made of the inner one's. */
void ip_ecn_ingress(int, u_int8_t *, const u_int8_t *);
/** What the outer header says, to the inner one. */
void ip_ecn_egress(int, const u_int8_t *, u_int8_t *);
#endif

#endif
