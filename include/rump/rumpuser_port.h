/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What host sources written for NetBSD expect of <sys/cdefs.h> and that other
 * hosts may lack.  For host sources only; include it first.
 */

#ifndef _RUMP_RUMPUSER_PORT_H_
#define _RUMP_RUMPUSER_PORT_H_

#include <sys/types.h>

#if defined(__has_include)
#if __has_include(<sys/cdefs.h>)
#include <sys/cdefs.h>
#endif
#endif

#ifndef __RCSID
#define __RCSID(a)
#endif

#ifndef __dead
#define __dead __attribute__((__noreturn__))
#endif

#ifndef __printflike
#define __printflike(a, b) __attribute__((__format__(__printf__, a, b)))
#endif

#ifndef __predict_true
#define __predict_true(a)  __builtin_expect((a) != 0, 1)
#define __predict_false(a) __builtin_expect((a) != 0, 0)
#endif

#ifndef __UNCONST
#define __UNCONST(a) ((void *)(unsigned long)(const void *)(a))
#endif

#ifndef __arraycount
#define __arraycount(a) (sizeof(a) / sizeof((a)[0]))
#endif

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef MAX
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

#ifndef INFTIM
#define INFTIM (-1)
#endif

#endif /* _RUMP_RUMPUSER_PORT_H_ */
