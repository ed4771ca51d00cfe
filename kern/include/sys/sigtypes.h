/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SIGTYPES_H_
#define _SYS_SIGTYPES_H_

#include <sys/types.h>

typedef struct {
	uint32_t __bits[4];
} sigset_t;

#define __sigmask(n)        (1U << (((unsigned int)(n)-1) & 31))
#define __sigword(n)        (((unsigned int)(n)-1) >> 5)
#define __sigaddset(s, n)   ((s)->__bits[__sigword(n)] |= __sigmask(n))
#define __sigdelset(s, n)   ((s)->__bits[__sigword(n)] &= ~__sigmask(n))
#define __sigismember(s, n) (((s)->__bits[__sigword(n)] & __sigmask(n)) != 0)
#define __sigemptyset(s)                                                       \
	((s)->__bits[0] = (s)->__bits[1] = (s)->__bits[2] = (s)->__bits[3] = 0U)
#define __sigfillset(s)                                                        \
	((s)->__bits[0] = (s)->__bits[1] = (s)->__bits[2] = (s)->__bits[3] =   \
		~0U)
#define __sigsetequal(s1, s2)                                                  \
	((s1)->__bits[0] == (s2)->__bits[0] &&                                 \
	    (s1)->__bits[1] == (s2)->__bits[1] &&                              \
	    (s1)->__bits[2] == (s2)->__bits[2] &&                              \
	    (s1)->__bits[3] == (s2)->__bits[3])
#define __sigplusset(s, t)                                                     \
	do {                                                                   \
		(t)->__bits[0] |= (s)->__bits[0];                              \
		(t)->__bits[1] |= (s)->__bits[1];                              \
		(t)->__bits[2] |= (s)->__bits[2];                              \
		(t)->__bits[3] |= (s)->__bits[3];                              \
	} while (0)
#define __sigminusset(s, t)                                                    \
	do {                                                                   \
		(t)->__bits[0] &= ~(s)->__bits[0];                             \
		(t)->__bits[1] &= ~(s)->__bits[1];                             \
		(t)->__bits[2] &= ~(s)->__bits[2];                             \
		(t)->__bits[3] &= ~(s)->__bits[3];                             \
	} while (0)
#define __sigandset(s, t)                                                      \
	do {                                                                   \
		(t)->__bits[0] &= (s)->__bits[0];                              \
		(t)->__bits[1] &= (s)->__bits[1];                              \
		(t)->__bits[2] &= (s)->__bits[2];                              \
		(t)->__bits[3] &= (s)->__bits[3];                              \
	} while (0)

#define sigaddset(s, n)   __sigaddset(s, n)
#define sigdelset(s, n)   __sigdelset(s, n)
#define sigismember(s, n) __sigismember(s, n)
#define sigemptyset(s)    __sigemptyset(s)
#define sigfillset(s)     __sigfillset(s)
#define sigplusset(s, t)  __sigplusset(s, t)
#define sigminusset(s, t) __sigminusset(s, t)

typedef struct sigaltstack {
	void *ss_sp;
	size_t ss_size;
	int ss_flags;
} stack_t;

#define SS_ONSTACK  0x0001
#define SS_DISABLE  0x0004
#define MINSIGSTKSZ 8192
#define SIGSTKSZ    (MINSIGSTKSZ + 32768)

#endif /* _SYS_SIGTYPES_H_ */
