/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_TCP_PRIVATE_H_
#define _NETINET_TCP_PRIVATE_H_

#ifdef _KERNEL
#include <net/net_stats.h>

extern percpu_t *tcpstat_percpu;

#define TCP_STAT_GETREF() _NET_STAT_GETREF(tcpstat_percpu)
#define TCP_STAT_PUTREF() _NET_STAT_PUTREF(tcpstat_percpu)
#define TCP_STATINC(x)    _NET_STATINC(tcpstat_percpu, x)
#define TCP_STATADD(x, v) _NET_STATADD(tcpstat_percpu, x, v)
#endif

#endif
