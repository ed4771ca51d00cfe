/* SPDX-License-Identifier: BSD-2-Clause */
/* What the generated rump___sysimpl_* functions call. */

#ifndef _SYSCALL_STUB_H_
#define _SYSCALL_STUB_H_

#include <sys/types.h>

/* Enter, call, leave, set the host's errno. Returns the error. */
int rsys_syscall(int, const void *, size_t, register_t *);

static inline off_t
rsys_ret64(const register_t *retval)
{
	off_t v;

	if (sizeof(v) <= sizeof(*retval))
		return retval[0];
	__builtin_memcpy(&v, retval, sizeof(v));
	return v;
}

#endif /* _SYSCALL_STUB_H_ */
