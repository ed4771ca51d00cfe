/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual CPUs: see <sys/cpu.h>. */

#ifndef _MACHINE_CPU_H_
#define _MACHINE_CPU_H_

#include <sys/cpu.h>

#endif /* _MACHINE_CPU_H_ */
