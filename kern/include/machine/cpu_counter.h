/* SPDX-License-Identifier: BSD-2-Clause */
/* A fast counter: the host's monotonic clock. */

#ifndef _MACHINE_CPU_COUNTER_H_
#define _MACHINE_CPU_COUNTER_H_

#include <sys/types.h>

uint64_t rump_cpu_counter(void);
#define cpu_counter()             rump_cpu_counter()
#define cpu_counter32()           ((uint32_t)rump_cpu_counter())
#define cpu_counter_serializing() rump_cpu_counter()
#define cpu_hascounter()          1
#define cpu_frequency(ci)         1000000000ULL

#endif /* _MACHINE_CPU_COUNTER_H_ */
