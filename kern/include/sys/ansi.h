/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_ANSI_H_
#define _SYS_ANSI_H_

#include <machine/ansi.h>

typedef char *__caddr_t;
typedef __uint32_t __gid_t;
typedef __uint32_t __in_addr_t;
typedef __uint16_t __in_port_t;
typedef __uint32_t __mode_t;
typedef __int64_t __off_t;
typedef __int32_t __pid_t;
typedef __uint8_t __sa_family_t;
typedef unsigned int __socklen_t;
typedef __uint32_t __uid_t;
typedef __uint64_t __fsblkcnt_t;
typedef __uint64_t __fsfilcnt_t;

#endif /* !_SYS_ANSI_H_ */
