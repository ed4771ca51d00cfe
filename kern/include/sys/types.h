/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_

#include <machine/types.h>
#include <sys/ansi.h>
#include <sys/cdefs.h>
#include <sys/endian.h>
#include <sys/stdint.h>
#ifdef _KERNEL
#include <sys/stdbool.h>
#endif

typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned char unchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

typedef uint64_t u_quad_t;
typedef int64_t quad_t;
typedef quad_t *qaddr_t;
typedef int64_t longlong_t;
typedef uint64_t u_longlong_t;

typedef int64_t blkcnt_t;
typedef int32_t blksize_t;
typedef __fsblkcnt_t fsblkcnt_t;
typedef __fsfilcnt_t fsfilcnt_t;
typedef char *caddr_t;
typedef int64_t daddr_t;
typedef uint64_t dev_t;
typedef uint32_t fixpt_t;
typedef __gid_t gid_t;
typedef uint32_t id_t;
typedef uint64_t ino_t;
typedef long key_t;
typedef __mode_t mode_t;
typedef uint32_t nlink_t;
typedef __off_t off_t;
typedef __pid_t pid_t;
typedef int32_t lwpid_t;
typedef uint64_t rlim_t;
typedef int32_t segsz_t;
typedef int32_t swblk_t;
typedef __uid_t uid_t;
typedef int mqd_t;
typedef unsigned long cpuid_t;
typedef int psetid_t;
typedef uint8_t sa_family_t;
typedef __socklen_t socklen_t;
typedef int32_t devmajor_t;
typedef int32_t devminor_t;
typedef intptr_t semid_t;

typedef _BSD_CLOCK_T_ clock_t;
typedef _BSD_SIZE_T_ size_t;
typedef _BSD_SSIZE_T_ ssize_t;
typedef _BSD_TIME_T_ time_t;
typedef _BSD_CLOCKID_T_ clockid_t;
typedef _BSD_TIMER_T_ timer_t;
typedef _BSD_SUSECONDS_T_ suseconds_t;
typedef _BSD_USECONDS_T_ useconds_t;
typedef _BSD_PTRDIFF_T_ ptrdiff_t;

#define offsetof(type, member) __builtin_offsetof(type, member)

/* device numbers: 12 bits of major, 20 of minor, minor's low byte lowest */
#define major(x) ((devmajor_t)(((uint32_t)(x)&0x000fff00) >> 8))
#define minor(x)                                                               \
	((devminor_t)((((uint32_t)(x)&0xfff00000) >> 12) |                     \
	    ((uint32_t)(x)&0x000000ff)))
#define makedev(x, y)                                                          \
	((dev_t)(uint32_t)((((uint32_t)(x) << 8) & 0x000fff00) |               \
	    (((uint32_t)(y) << 12) & 0xfff00000) |                             \
	    ((uint32_t)(y)&0x000000ff)))

#define NODEVMAJOR (-1)

#define NBBY        8
#define SET(t, f)   ((t) |= (f))
#define ISSET(t, f) ((t) & (f))
#define CLR(t, f)   ((t) &= ~(f))

#ifdef _KERNEL
typedef int boolean_t;
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
typedef int pri_t;
typedef struct device *device_t;
typedef struct cfdata *cfdata_t;
typedef struct kauth_cred *kauth_cred_t;

struct buf;
typedef struct buf buf_t;
struct lwp;
typedef struct lwp lwp_t;
struct __ucontext;
typedef struct __ucontext ucontext_t;
struct proc;
typedef struct proc proc_t;
struct vm_map;
struct vmspace;
struct pmap;
struct uio;
struct vnode;
struct knote;
struct stat;
struct timespec;
struct timeval;
struct tty;
struct mbuf;
#endif

#include <sys/fd_set.h>

#endif /* !_SYS_TYPES_H_ */
