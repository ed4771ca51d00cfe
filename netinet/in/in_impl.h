/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of IPv4. */
#ifndef _NETINET_IN_IMPL_H_
#define _NETINET_IN_IMPL_H_

struct ifnet;
struct in_ifaddr;
struct in_multi;
struct rtentry;

void in_init(void);
/* The address of ours that a route leads from, or NULL. */
struct in_ifaddr *in_route_ia(const struct rtentry *);
/* Calls f for each group of an interface; f may leave the group. */
void
in_multi_foreach(struct ifnet *, void (*)(struct in_multi *, void *), void *);

#endif
