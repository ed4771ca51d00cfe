/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_

/*
 * System-wide limits and unit conversions, and the headers that sources
 * expect to get along with them.
 */

/* MMmmrrpp00: 7.99.34 */
#define __NetBSD_Version__ 799003400
#define __NetBSD_Prereq__(M, m, p)                                             \
	(((((M)*100000000) + (m)*1000000) + (p)*100) <= __NetBSD_Version__)
#define BSD    199506
#define BSD4_3 1
#define BSD4_4 1
#ifndef NetBSD
#define NetBSD 199905
#endif
#ifndef __NetBSD__
#define __NetBSD__
#endif

#include <machine/param.h>
#include <sys/cdefs.h>
#include <sys/inttypes.h>
#include <sys/limits.h>
#include <sys/null.h>
#include <sys/syslimits.h>
#include <sys/types.h>
#ifdef _KERNEL
#include <sys/errno.h>
#endif
#if __has_include(<sys/signal.h>)
#include <sys/signal.h>
#endif
#if __has_include(<sys/resource.h>)
#include <sys/resource.h>
#endif
#if __has_include(<sys/ucred.h>)
#include <sys/ucred.h>
#endif
#if __has_include(<sys/uio.h>)
#include <sys/uio.h>
#endif

#define MAXCOMLEN      16
#define MAXINTERP      PATH_MAX
#define MAXLOGNAME     (LOGIN_NAME_MAX - 1)
#define NCARGS         ARG_MAX
#define NGROUPS        NGROUPS_MAX
#define NOGROUP        65535
#define NOFILE         OPEN_MAX
#define MAXUPRC        CHILD_MAX
#define MAXHOSTNAMELEN 256
#define MAXSYMLINKS    32
#define MAXPATHLEN     PATH_MAX
#define MAXUSERS       32
#define NBBY           8
#define CMASK          022
#define NODEV          ((dev_t)-1)
#define CBLOCK         64
#define CBQSIZE        (CBLOCK / NBBY)
#define CBSIZE         ((int)(CBLOCK - (int)sizeof(struct cblock *) - CBQSIZE))

#define DEV_BSHIFT            9
#define DEV_BSIZE             (1 << DEV_BSHIFT)
#define BLKDEV_IOSIZE         2048
#define MAXPHYS               (64 * 1024)
#define MAXBSIZE              65536
#define MAXFRAG               8
#define SSIZE                 1
#define SINCR                 1
#define MAXPARTITIONS_DEFAULT 16

#ifndef COHERENCY_UNIT
#define COHERENCY_UNIT 64
#endif
#ifndef CACHE_LINE_SIZE
#define CACHE_LINE_SIZE 64
#endif
#ifndef MAXCPUS
#define MAXCPUS 32
#endif
#ifndef MAX_LWP_PER_PROC
#define MAX_LWP_PER_PROC 8000
#endif

#define STACK_ALIGNBYTES __ALIGNBYTES
#define __ALIGNBYTES     ALIGNBYTES

/* pages, disk blocks and bytes */
#define ctod(x)  ((x) << (PAGE_SHIFT - DEV_BSHIFT))
#define dtoc(x)  ((x) >> (PAGE_SHIFT - DEV_BSHIFT))
#define ctob(x)  ((x) << PAGE_SHIFT)
#define btoc(x)  (((x) + PAGE_MASK) >> PAGE_SHIFT)
#define dbtob(x) ((x) << DEV_BSHIFT)
#define btodb(x) ((x) >> DEV_BSHIFT)
#ifndef round_page
#define round_page(x) (((x) + PAGE_MASK) & ~PAGE_MASK)
#define trunc_page(x) ((x) & ~PAGE_MASK)
#endif
#define atop(x)  (((paddr_t)(x)) >> PAGE_SHIFT)
#define ptoa(x)  (((paddr_t)(x)) << PAGE_SHIFT)
#define ptoan(x) ((x) << PAGE_SHIFT)

/* bit maps made of bytes */
#define setbit(a, i) ((a)[(i) / NBBY] |= 1 << ((i) % NBBY))
#define clrbit(a, i) ((a)[(i) / NBBY] &= ~(1 << ((i) % NBBY)))
#define isset(a, i)  ((a)[(i) / NBBY] & (1 << ((i) % NBBY)))
#define isclr(a, i)  (((a)[(i) / NBBY] & (1 << ((i) % NBBY))) == 0)

#ifndef howmany
#define howmany(x, y) (((x) + ((y)-1)) / (y))
#endif
#define roundup(x, y)    ((((x) + ((y)-1)) / (y)) * (y))
#define rounddown(x, y)  (((x) / (y)) * (y))
#define roundup2(x, m)   ((((x)-1) | ((m)-1)) + 1)
#define rounddown2(x, m) ((x) & ~((__typeof__(x))((m)-1)))
#define powerof2(x)      ((((x)-1) & (x)) == 0)
#ifndef MIN
#define MIN(a, b) ((/*CONSTCOND*/ (a) < (b)) ? (a) : (b))
#define MAX(a, b) ((/*CONSTCOND*/ (a) > (b)) ? (a) : (b))
#endif

/* priorities: larger is more urgent */
#define PRI_COUNT        224
#define PRI_NONE         (-1)
#define PRI_KERNEL_RT    192
#define NPRI_KERNEL_RT   32
#define MAXPRI_KERNEL_RT (PRI_KERNEL_RT + NPRI_KERNEL_RT - 1)
#define PRI_USER_RT      128
#define NPRI_USER_RT     64
#define MAXPRI_USER_RT   (PRI_USER_RT + NPRI_USER_RT - 1)
#define PRI_KTHREAD      96
#define NPRI_KTHREAD     32
#define MAXPRI_KTHREAD   (PRI_KTHREAD + NPRI_KTHREAD - 1)
#define PRI_KERNEL       64
#define NPRI_KERNEL      32
#define MAXPRI_KERNEL    (PRI_KERNEL + NPRI_KERNEL - 1)
#define PRI_USER         0
#define NPRI_USER        64
#define MAXPRI_USER      (PRI_USER + NPRI_USER - 1)
#define PRI_IDLE         PRI_USER
#define SCHED_PRI_MIN    0
#define SCHED_PRI_MAX    63
#define PRI_SOFTSERIAL   MAXPRI_KERNEL_RT
#define PRI_SOFTNET      (MAXPRI_KERNEL_RT - schedppq * 1)
#define PRI_SOFTBIO      (MAXPRI_KERNEL_RT - schedppq * 2)
#define PRI_SOFTCLOCK    (MAXPRI_KERNEL_RT - schedppq * 3)
#define PRI_XCALL        MAXPRI_KTHREAD
#define PRI_PGDAEMON     (MAXPRI_KTHREAD - schedppq * 1)
#define PRI_VM           (MAXPRI_KTHREAD - schedppq * 2)
#define PRI_IOFLUSH      (MAXPRI_KTHREAD - schedppq * 3)
#define PRI_BIO          (MAXPRI_KTHREAD - schedppq * 4)

/* sleep priorities and flags of tsleep(9) */
#define PSWP      0
#define PVM       4
#define PINOD     8
#define PRIBIO    16
#define PVFS      20
#define PZERO     22
#define PSOCK     24
#define PWAIT     32
#define PLOCK     36
#define PPAUSE    40
#define PUSER     50
#define MAXPRI    127
#define PCATCH    0x100
#define PNORELOCK 0x200

#define NBPW         sizeof(int)
#define MINBUCKET    5
#define MAXALLOCSAVE (2 * NBPG)
#define MAXSLP       20
#define UBC_WINSHIFT 13
#ifndef UBC_NWINS
#define UBC_NWINS 1024
#endif

/* stacks grow down */
#define STACK_GROW(sp, size)        (((char *)(void *)(sp)) - (size))
#define STACK_SHRINK(sp, size)      (((char *)(void *)(sp)) + (size))
#define STACK_ALIGN(sp, bytes)      ((char *)(((unsigned long)(sp)) & ~(bytes)))
#define STACK_ALLOC(sp, size)       (((char *)(void *)(sp)) - (size))
#define STACK_MAX(p, size)          ((char *)(void *)(p))
#define STACK_LEN_ALIGN(len, bytes) (((len) + (bytes)) & ~(bytes))

#define FSHIFT 11
#define FSCALE (1 << FSHIFT)

#define mstohz(ms)                                                             \
	((unsigned int)(((ms) >= 0x20000u) ? (((ms) + 0u) / 1000u) * hz        \
					   : (((ms) + 0u) * hz) / 1000u))
#define hztoms(t)                                                              \
	((unsigned int)(((t) >= 0x20000u) ? (((t) + 0u) / hz) * 1000u          \
					  : (((t) + 0u) * 1000u) / hz))

#define hz2bintime(t) (ms2bintime(hztoms(t)))

#ifdef _KERNEL
extern int hz;
extern const int schedppq;    /* priorities in a run queue */
extern size_t coherency_unit; /* bytes that CPUs share at once */

/* Sources that include nothing else use curlwp, KASSERT() and memcpy(). */
#include <sys/cpu.h>
#include <sys/time.h>
#endif

#endif /* !_SYS_PARAM_H_ */
