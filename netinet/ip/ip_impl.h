/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of IPv4 proper. */
#ifndef _NETINET_IP_IMPL_H_
#define _NETINET_IP_IMPL_H_

struct ifnet;
struct mbuf;

extern int ip_directedbcast, ip_checkinterface, ipsendredirects;
extern int ip_maxfragpackets;

void ip_forward(struct mbuf *, int srcrt, struct ifnet *rcvif);
void ip_sysctl_setup(void);

#endif
