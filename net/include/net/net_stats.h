/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Per-CPU protocol counters: arrays of uint64_t that a CPU updates alone,
 * and that sysctl reads meanwhile.
 */
#ifndef _NET_NET_STATS_H_
#define _NET_NET_STATS_H_

#ifdef _KERNEL
#include <sys/percpu.h>
#include <sys/sysctl.h>

#define _NET_STAT_GETREF(statvar) ((uint64_t *)percpu_getref((statvar)))
#define _NET_STAT_PUTREF(statvar) percpu_putref((statvar))

#define _NET_STATADD(statvar, x, v)                                            \
	do {                                                                   \
		uint64_t *_ns_ = _NET_STAT_GETREF(statvar);                    \
		__atomic_store_n(&_ns_[x], _ns_[x] + (v), __ATOMIC_RELAXED);   \
		_NET_STAT_PUTREF(statvar);                                     \
	} while (/*CONSTCOND*/ 0)
#define _NET_STATINC(statvar, x) _NET_STATADD(statvar, x, 1)
#define _NET_STATDEC(statvar, x) _NET_STATADD(statvar, x, -1)

int netstat_sysctl(percpu_t *, u_int, SYSCTLFN_PROTO);
#define NETSTAT_SYSCTL(statvar, nstats)                                        \
	netstat_sysctl((statvar), (nstats), SYSCTLFN_CALL(rnode))
#endif

#endif /* _NET_NET_STATS_H_ */
