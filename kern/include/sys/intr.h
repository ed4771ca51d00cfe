/* SPDX-License-Identifier: BSD-2-Clause */
/* softint(9). Soft interrupts borrow the thread that leaves the kernel. */

#ifndef _SYS_INTR_H_
#define _SYS_INTR_H_

#include <machine/intr.h>
#include <sys/spl.h>
#include <sys/types.h>

#ifdef _KERNEL

struct cpu_info;

#define SOFTINT_CLOCK   0x00
#define SOFTINT_BIO     0x01
#define SOFTINT_NET     0x02
#define SOFTINT_SERIAL  0x03
#define SOFTINT_LVLMASK 0xff
#define SOFTINT_COUNT   0x04

#define SOFTINT_MPSAFE 0x0100
#define SOFTINT_RCPU   0x0200

void *softint_establish(u_int, void (*)(void *), void *);
void softint_disestablish(void *);
void softint_schedule(void *);
void softint_schedule_cpu(void *, struct cpu_info *);
void softint_init(struct cpu_info *);
bool softint_running_p(void);

extern u_int softint_timing;

#endif /* _KERNEL */

#endif /* _SYS_INTR_H_ */
