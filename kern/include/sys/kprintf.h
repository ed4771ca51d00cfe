/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KPRINTF_H_
#define _SYS_KPRINTF_H_

/* where the output of kprintf() goes */

#include <sys/stdarg.h>
#include <sys/types.h>

#define TOCONS          0x0001
#define TOTTY           0x0002
#define TOLOG           0x0004
#define TOBUFONLY       0x0008
#define TODDB           0x0010
#define NOLOCK          0x1000
#define KPRINTF_BUFSIZE 28

int kprintf(const char *, int, void *, char *, va_list) __printflike(1, 0);
void kprintf_lock(void);
void kprintf_unlock(void);
void kprintf_init(void);
bool kprintf_inited(void);
void putone(int, int, struct tty *);

#endif /* !_SYS_KPRINTF_H_ */
