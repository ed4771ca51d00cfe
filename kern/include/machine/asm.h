/* SPDX-License-Identifier: BSD-2-Clause */
/* Assembler helpers: none are needed. */

#ifndef _MACHINE_ASM_H_
#define _MACHINE_ASM_H_

#define _C_LABEL(x) x

#endif /* _MACHINE_ASM_H_ */
