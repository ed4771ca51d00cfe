/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_IP_PRIVATE_H_
#define _NETINET_IP_PRIVATE_H_

#include <net/net_stats.h>

extern percpu_t *ipstat_percpu;

#define IP_STATINC(x) _NET_STATINC(ipstat_percpu, x)
#define IP_STATDEC(x) _NET_STATDEC(ipstat_percpu, x)

#endif
