/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of the network by function calls, without sockets, ioctls
 * and their structures.  Each function enters the kernel by itself and
 * returns 0 or an errno in NetBSD's numbers.  Addresses are text
 * ("10.0.0.1"), interface names are the kernel's ("shmif0").
 */
#ifndef _RUMP_NETCONFIG_H_
#define _RUMP_NETCONFIG_H_

#ifdef __cplusplus
extern "C" {
#endif

/* Interfaces: clone one, bring it up or down, set its link string (bus file
 * of shmif, host link of virt), destroy it. */
int rump_pub_netconfig_ifcreate(const char *ifname);
int rump_pub_netconfig_ifup(const char *ifname);
int rump_pub_netconfig_ifsetlinkstr(const char *ifname, const char *linkstr);
int rump_pub_netconfig_ifdown(const char *ifname);
int rump_pub_netconfig_ifdestroy(const char *ifname);

/* Add an interface to a bridge, and take it away. */
int rump_pub_netconfig_bradd(const char *bridge, const char *ifname);
int rump_pub_netconfig_brdel(const char *bridge, const char *ifname);

/* An address with a netmask ("255.255.255.0") or a prefix length. */
int rump_pub_netconfig_ipv4_ifaddr(
    const char *ifname, const char *addr, const char *mask);
int rump_pub_netconfig_ipv4_ifaddr_cidr(
    const char *ifname, const char *addr, int prefixlen);
int rump_pub_netconfig_ipv6_ifaddr(
    const char *ifname, const char *addr, int prefixlen);

/* The default route. */
int rump_pub_netconfig_ipv4_gw(const char *gateway);
int rump_pub_netconfig_ipv6_gw(const char *gateway);

/* Ask by DHCP (RFC 2131) once and configure address and default route;
 * ETIMEDOUT after some 10 seconds without an answer. */
int rump_pub_netconfig_dhcp_ipv4_oneshot(const char *ifname);
/* Stateless autoconfiguration. */
int rump_pub_netconfig_auto_ipv6(const char *ifname);

#ifdef __cplusplus
}
#endif

#endif
