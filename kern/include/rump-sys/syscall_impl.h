/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYSCALL_IMPL_H_
#define _SYSCALL_IMPL_H_

#include <sys/syscall.h>
#include <sys/systm.h>

extern struct sysent rump_sysent[SYS_NSYSENT];
extern const char *const syscallnames[SYS_NSYSENT];
/* first letter of the faction that implements the call, 0 for none */
extern const char rump_syscall_faction[SYS_NSYSENT];

#endif /* _SYSCALL_IMPL_H_ */
