/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_ANSI_H_
#define _MACHINE_ANSI_H_

#include <machine/int_types.h>

/* the types behind the standard typedefs */
#define _BSD_CLOCK_T_   unsigned int
#define _BSD_PTRDIFF_T_ __PTRDIFF_TYPE__
#define _BSD_SIZE_T_    __SIZE_TYPE__
#if __SIZEOF_POINTER__ == 8
#define _BSD_SSIZE_T_ long int
#else
#define _BSD_SSIZE_T_ int
#endif
#define _BSD_TIME_T_      __int64_t
#define _BSD_CLOCKID_T_   int
#define _BSD_TIMER_T_     int
#define _BSD_SUSECONDS_T_ int
#define _BSD_USECONDS_T_  unsigned int
#define _BSD_WCHAR_T_     int
#define _BSD_WINT_T_      int
#define _BSD_VA_LIST_     __builtin_va_list

#endif /* !_MACHINE_ANSI_H_ */
