/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters and sysctl numbers of ICMP. */
#ifndef _NETINET_ICMP_VAR_H_
#define _NETINET_ICMP_VAR_H_

#define ICMP_STAT_ERROR    0 /* calls of icmp_error() */
#define ICMP_STAT_OLDSHORT 1
#define ICMP_STAT_OLDICMP  2
#define ICMP_STAT_OUTHIST  3 /* by type */
#define ICMP_STAT_BADCODE  44
#define ICMP_STAT_TOOSHORT 45
#define ICMP_STAT_CHECKSUM 46
#define ICMP_STAT_BADLEN   47
#define ICMP_STAT_REFLECT  48
#define ICMP_STAT_INHIST   49
#define ICMP_STAT_PMTUCHG  90
#define ICMP_NSTATS        91

#define ICMPCTL_MASKREPL        1
#define ICMPCTL_RETURNDATABYTES 3
#define ICMPCTL_ERRPPSLIMIT     4
#define ICMPCTL_REDIRACCEPT     5
#define ICMPCTL_REDIRTIMEOUT    6
#define ICMPCTL_STATS           7
#define ICMPCTL_BMCASTECHO      8

#ifdef _KERNEL
#include <sys/types.h>

void icmp_statinc(u_int);
#endif

#endif
