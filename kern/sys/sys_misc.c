/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that belong nowhere else. Tracing is not supported: ktrace(2)
 * and its kin say so (ENOSYS), and utrace(2), a mark in a trace, is then as
 * good as done. reboot(2) hands over to cpu_reboot().
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

int
sys_fktrace(struct lwp *l, const struct sys_fktrace_args *uap,
    register_t *retval)
{

	return ENOSYS;
}

int
sys_utrace(struct lwp *l, const struct sys_utrace_args *uap,
    register_t *retval)
{
	char label[20];

	if (SCARG(uap, len) > 8192)
		return EINVAL;
	return copyinstr(SCARG(uap, label), label, sizeof(label), NULL);
}

int
sys_reboot(struct lwp *l, const struct sys_reboot_args *uap,
    register_t *retval)
{
	int howto = SCARG(uap, opt), error;
	char *bootstr = NULL, str[128];

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_REBOOT, 0, NULL,
	    NULL, NULL);
	if (error)
		return error;
	if (howto & RB_STRING) {
		error = copyinstr(SCARG(uap, bootstr), str, sizeof(str), NULL);
		if (error)
			return error;
		bootstr = str;
	}
	cpu_reboot(howto, bootstr);
	return 0;
}
