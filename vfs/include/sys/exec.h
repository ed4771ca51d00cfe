/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing is executed inside this kernel; drivers that include this header
 * find the names that they mention.
 */
#ifndef _SYS_EXEC_H_
#define _SYS_EXEC_H_

#include <sys/types.h>

struct vnode;
struct lwp;
struct proc;
struct exec_package;

#define EXEC_DEFAULT_VMSPACE 0

#endif /* !_SYS_EXEC_H_ */
