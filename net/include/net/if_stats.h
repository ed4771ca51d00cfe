/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of an interface by name, for drivers that count that way. */
#ifndef _NET_IF_STATS_H_
#define _NET_IF_STATS_H_

#include <net/if.h>

#ifdef _KERNEL
#define if_statinc(ifp, x)    ((void)((ifp)->x++))
#define if_statdec(ifp, x)    ((void)((ifp)->x--))
#define if_statadd(ifp, x, v) ((void)((ifp)->x += (v)))
#endif

#endif /* _NET_IF_STATS_H_ */
