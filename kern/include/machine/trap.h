/* SPDX-License-Identifier: BSD-2-Clause */
/* Trap numbers: none. */

#ifndef _MACHINE_TRAP_H_
#define _MACHINE_TRAP_H_

#define T_USER 0x100

#endif /* _MACHINE_TRAP_H_ */
