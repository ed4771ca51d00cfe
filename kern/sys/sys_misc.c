/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that belong nowhere else. Tracing is not supported: ktrace(2)
 * and its kin say so (ENOSYS), and utrace(2), a mark in a trace, is as
 * good as done.
 */

#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

int
sys_fktrace(
    struct lwp *l, const struct sys_fktrace_args *uap, register_t *retval)
{
	return ENOSYS;
}

int
sys_utrace(struct lwp *l, const struct sys_utrace_args *uap, register_t *retval)
{
	char label[20];

	if (SCARG(uap, len) > 8192)
		return EINVAL;
	return copyinstr(SCARG(uap, label), label, sizeof(label), NULL);
}
