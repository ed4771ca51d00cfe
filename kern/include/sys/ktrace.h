/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel tracing records. There is no trace file here: the hooks that drivers
 * call exist and do nothing, and ktrace(2) answers ENOSYS.
 */

#ifndef _SYS_KTRACE_H_
#define _SYS_KTRACE_H_

#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/signal.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

struct iovec;
struct lwp;
struct uio;

#define KTROP_SET       0
#define KTROP_CLEAR     1
#define KTROP_CLEARFILE 2
#define KTROP_MASK      0x3
#define KTROP(o)        ((o)&KTROP_MASK)
#define KTRFLAG_DESCEND 4

#define KTR_SHIMLEN  8
#define KTR_SYSCALL  1
#define KTR_SYSRET   2
#define KTR_NAMEI    3
#define KTR_GENIO    4
#define KTR_PSIG     5
#define KTR_CSW      6
#define KTR_EMUL     7
#define KTR_USER     8
#define KTR_EXEC_ARG 10
#define KTR_EXEC_ENV 11
#define KTR_SAUPCALL 13
#define KTR_MIB      14
#define KTR_EXEC_FD  15

#define KTRFAC_MASK 0x00ffffff

#define KTRPOINT(p, type)        (0)
#define ktrpoint(type)           (0)
#define ktrnamei(a, b)           ((void)(a), (void)(b))
#define ktrnamei2(a, b, c, d)    ((void)0)
#define ktrgenio(a, b, c, d, e)  ((void)(e))
#define ktrgeniov(a, b, c, d, e) ((void)(e))
#define ktrkmem(a, b, c)         ((void)0)
#define ktrkuser(a, b, c)        ((void)0)
#define ktruser(a, b, c, d)      ((void)0)
#define ktrmib(a, b)             ((void)0)
#define ktrpsig(a, b, c, d)      ((void)0)
#define ktrsyscall(a, b, c)      ((void)0)
#define ktrsysret(a, b, c)       ((void)0)
#define ktrcsw(a, b)             ((void)0)
#define ktremul()                ((void)0)
#define ktrexecfd(a, b)          ((void)0)

#endif /* _SYS_KTRACE_H_ */
