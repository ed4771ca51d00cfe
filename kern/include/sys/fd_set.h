/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_FD_SET_H_
#define _SYS_FD_SET_H_

#include <sys/types.h>

typedef uint32_t __fd_mask;

#define __NFDBITS      ((unsigned int)sizeof(__fd_mask) * 8)
#define __NFD_LEN(a)   (((a) + (__NFDBITS - 1)) / __NFDBITS)
#define __NFD_SIZE     64
#define __NFD_BYTES(a) (__NFD_LEN(a) * sizeof(__fd_mask))

#ifndef FD_SETSIZE
#define FD_SETSIZE 256
#endif

typedef struct fd_set {
	__fd_mask fds_bits[__NFD_LEN(FD_SETSIZE)];
} fd_set;

#define FD_SET(n, p)                                                           \
	((p)->fds_bits[(unsigned)(n) / __NFDBITS] |= (1U << ((n) % __NFDBITS)))
#define FD_CLR(n, p)                                                           \
	((p)->fds_bits[(unsigned)(n) / __NFDBITS] &= ~(1U << ((n) % __NFDBITS)))
#define FD_ISSET(n, p)                                                         \
	((p)->fds_bits[(unsigned)(n) / __NFDBITS] & (1U << ((n) % __NFDBITS)))
#define FD_ZERO(p)    (void)__builtin_memset((p), 0, sizeof(*(p)))
#define FD_COPY(f, t) (void)__builtin_memcpy((t), (f), sizeof(*(f)))

#ifdef _KERNEL
#define fd_mask       __fd_mask
#define NFDBITS       __NFDBITS
#define howmany_fd(a) __NFD_LEN(a)
#endif

#endif /* _SYS_FD_SET_H_ */
