/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Per-CPU protocol counters: arrays of uint64_t that a CPU updates alone.
 */
#ifndef _NET_NET_STATS_H_
#define _NET_NET_STATS_H_

#ifdef _KERNEL
#include <sys/percpu.h>
#include <sys/sysctl.h>

#define _NET_STAT_GETREF(statvar) ((uint64_t *)percpu_getref((statvar)))
#define _NET_STAT_PUTREF(statvar) percpu_putref((statvar))

#define _NET_STATINC(statvar, x)                                               \
	do {                                                                   \
		uint64_t *_ns_ = _NET_STAT_GETREF(statvar);                    \
		_ns_[x]++;                                                     \
		_NET_STAT_PUTREF(statvar);                                     \
	} while (/*CONSTCOND*/ 0)
#define _NET_STATDEC(statvar, x)                                               \
	do {                                                                   \
		uint64_t *_ns_ = _NET_STAT_GETREF(statvar);                    \
		_ns_[x]--;                                                     \
		_NET_STAT_PUTREF(statvar);                                     \
	} while (/*CONSTCOND*/ 0)
#define _NET_STATADD(statvar, x, v)                                            \
	do {                                                                   \
		uint64_t *_ns_ = _NET_STAT_GETREF(statvar);                    \
		_ns_[x] += (v);                                                \
		_NET_STAT_PUTREF(statvar);                                     \
	} while (/*CONSTCOND*/ 0)

int netstat_sysctl(percpu_t *, u_int, SYSCTLFN_PROTO);
#define NETSTAT_SYSCTL(statvar, nstats)                                        \
	netstat_sysctl((statvar), (nstats), SYSCTLFN_CALL(rnode))
#endif

#endif /* _NET_NET_STATS_H_ */
