/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of a process: not traced here. */

#ifndef _MACHINE_REG_H_
#define _MACHINE_REG_H_

struct reg {
	long regs[26];
};
struct fpreg {
	char fxstate[512];
};

#endif /* _MACHINE_REG_H_ */
