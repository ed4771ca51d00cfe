/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYSCALL_IMPL_H_
#define _SYSCALL_IMPL_H_

#include <sys/syscall.h>
#include <sys/systm.h>

extern struct sysent rump_sysent[SYS_NSYSENT];
extern const char *const syscallnames[SYS_NSYSENT];
/* who implements the call: k(ern), v(fs), n(et), a(io), (nf)s; 0 nobody */
extern const char rump_syscall_faction[SYS_NSYSENT];

#endif /* _SYSCALL_IMPL_H_ */
