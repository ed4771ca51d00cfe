/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KSYMS_H_
#define _SYS_KSYMS_H_

/* there is no kernel symbol table: the host's debugger has it */

#include <sys/types.h>

#define KSYMS_CLOSEST 0x0001
#define KSYMS_EXACT   0x0002
#define KSYMS_PROC    0x0004
#define KSYMS_ANY     0x0008

int ksyms_getname(const char **, const char **, vaddr_t, int);
int ksyms_getval(const char *, const char *, unsigned long *, int);
void ksyms_init(void);

#endif /* !_SYS_KSYMS_H_ */
