/* SPDX-License-Identifier: BSD-2-Clause */
/* Global variables of the kernel. */

#ifndef _SYS_KERNEL_H_
#define _SYS_KERNEL_H_

#include <sys/types.h>

#ifdef _KERNEL

#include <sys/param.h>

#define KERNEL_VERSION_STRING 1

extern long hostid;
extern char hostname[];
extern int hostnamelen;
extern char domainname[];
extern int domainnamelen;
extern int rtc_offset;

extern int cold;
extern int shutting_down;
extern int hz;   /* 100 */
extern int tick; /* usec per tick */
extern int tickadj;
extern int stathz;
extern int profhz;
extern int profsrc;
extern int psratio;
extern const struct linker_set *sysctl_sets;

#define PROFSRC_CLOCK 0

/* ticks since boot, from the host's clock */
int rump_hardclock_ticks(void);
#define hardclock_ticks rump_hardclock_ticks()

#endif /* _KERNEL */

#endif /* _SYS_KERNEL_H_ */
