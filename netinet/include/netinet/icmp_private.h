/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_ICMP_PRIVATE_H_
#define _NETINET_ICMP_PRIVATE_H_

#include <net/net_stats.h>

extern percpu_t *icmpstat_percpu;

#define ICMP_STATINC(x) _NET_STATINC(icmpstat_percpu, x)

#endif
