/* SPDX-License-Identifier: BSD-2-Clause */
/* What a lwp does on its way out of the kernel: see kern/sched. */

#ifndef _SYS_USERRET_H_
#define _SYS_USERRET_H_

#include <sys/types.h>

#ifdef _KERNEL

struct lwp;

static __inline void
mi_userret(struct lwp *l)
{
	(void)l;
}

#endif /* _KERNEL */

#endif /* _SYS_USERRET_H_ */
