/* SPDX-License-Identifier: BSD-2-Clause */
/* Machine-dependent ptrace requests: none. */

#ifndef _MACHINE_PTRACE_H_
#define _MACHINE_PTRACE_H_

#endif /* _MACHINE_PTRACE_H_ */
