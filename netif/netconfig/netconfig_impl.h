/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETIF_NETCONFIG_IMPL_H_
#define _NETIF_NETCONFIG_IMPL_H_

#include <netinet/in.h>
#include <sys/types.h>

struct ifnet;

/* All of these run in the kernel and return an errno. */
int netconfig_ifup(const char *ifname);
int netconfig_setaddr(const char *ifname, in_addr_t addr, in_addr_t mask);
int netconfig_gateway(in_addr_t gateway, bool replace);
int netconfig_dhcp(const char *ifname);

/* Dotted decimal; false where it is not. */
bool netconfig_parseaddr(const char *text, in_addr_t *addrp);

#endif
