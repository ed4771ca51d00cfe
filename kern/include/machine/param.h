/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_PARAM_H_
#define _MACHINE_PARAM_H_

#if defined(__x86_64__)
#define MACHINE      "amd64"
#define MACHINE_ARCH "x86_64"
#elif defined(__i386__)
#define MACHINE      "i386"
#define MACHINE_ARCH "i386"
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MACHINE      "evbarm"
#define MACHINE_ARCH "aarch64"
#elif defined(__aarch64__)
#define MACHINE      "evbarm"
#define MACHINE_ARCH "aarch64eb"
#elif defined(__arm__)
#define MACHINE      "evbarm"
#define MACHINE_ARCH "earmv7hf"
#elif defined(__powerpc64__)
#define MACHINE      "evbppc"
#define MACHINE_ARCH "powerpc64"
#elif defined(__powerpc__)
#define MACHINE      "evbppc"
#define MACHINE_ARCH "powerpc"
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE      "riscv"
#define MACHINE_ARCH "riscv64"
#else
#define MACHINE      "rump"
#define MACHINE_ARCH "rump"
#endif

#define ALIGNBYTES            (sizeof(long) - 1)
#define ALIGN(p)              (((unsigned long)(p) + ALIGNBYTES) & ~ALIGNBYTES)
#define ALIGNED_POINTER(p, t) ((((unsigned long)(p)) & (__alignof(t) - 1)) == 0)

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1 << PAGE_SHIFT)
#define PAGE_MASK  (PAGE_SIZE - 1)
#define PGSHIFT    PAGE_SHIFT
#define NBPG       PAGE_SIZE
#define PGOFSET    (NBPG - 1)
#define NPTEPG     (NBPG / sizeof(long))
#define MAXIOMEM   0xffffffffffffUL

#define UPAGES     5
#define USPACE     (UPAGES * NBPG)
#define MSGBUFSIZE (16 * NBPG)

/* mbufs */
#ifndef MSIZE
#define MSIZE 512
#endif
#ifndef MCLSHIFT
#define MCLSHIFT 11
#endif
#ifndef MCLBYTES
#define MCLBYTES (1 << MCLSHIFT)
#endif

#ifndef CACHE_LINE_SIZE
#define CACHE_LINE_SIZE 64
#endif

#endif /* !_MACHINE_PARAM_H_ */
