/* SPDX-License-Identifier: BSD-2-Clause */
/* Machine context as it crosses the system call boundary. */

#ifndef _MACHINE_MCONTEXT_H_
#define _MACHINE_MCONTEXT_H_

#define _NGREG 26
typedef unsigned long __greg_t;
typedef __greg_t __gregset_t[_NGREG];
typedef char __fpregset_t[512] __attribute__((__aligned__(8)));

typedef struct {
	__gregset_t __gregs;
	__greg_t _mc_tlsbase;
	__fpregset_t __fpregs;
} mcontext_t;

#define _UC_TLSBASE 0x00080000

#endif /* _MACHINE_MCONTEXT_H_ */
