/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SYSCALLVAR_H_
#define _SYS_SYSCALLVAR_H_

#include <sys/proc.h>
#include <sys/systm.h>

extern struct emul emul_netbsd;

struct syscall_package {
	int sp_code;
	u_short sp_flags;
	sy_call_t *sp_call;
};

/*
 * Put handlers in place of entries that so far answer ENOSYS; all or none.
 * A NULL emul means the native table.
 */
int syscall_establish(const struct emul *, const struct syscall_package *);
int syscall_disestablish(const struct emul *, const struct syscall_package *);

static inline int
sy_call(
    const struct sysent *sy, struct lwp *l, const void *uap, register_t *rval)
{
	return (*sy->sy_call)(l, uap, rval);
}

static inline int
sy_invoke(const struct sysent *sy, struct lwp *l, const void *uap,
    register_t *rval, int code)
{
	return (*sy->sy_call)(l, uap, rval);
}

#endif /* _SYS_SYSCALLVAR_H_ */
