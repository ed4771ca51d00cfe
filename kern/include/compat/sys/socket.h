/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and messages of system calls before 4.4BSD, whose addresses have
 * no length, and options of sockets whose values changed since.
 */

#ifndef _COMPAT_SYS_SOCKET_H_
#define _COMPAT_SYS_SOCKET_H_

#include <sys/types.h>

struct iovec;

struct osockaddr {
	uint16_t sa_family;
	char sa_data[14];
};

struct omsghdr {
	void *msg_name;
	int msg_namelen;
	struct iovec *msg_iov;
	int msg_iovlen;
	void *msg_accrights;
	int msg_accrightslen;
};

#ifdef _KERNEL
/* with values that have timeval50 of compat/sys/time.h */
#define SO_OTIMESTAMP  0x0400
#define SO_OSNDTIMEO   0x1005
#define SO_ORCVTIMEO   0x1006
#define SCM_OTIMESTAMP 0x02
#endif

#endif /* _COMPAT_SYS_SOCKET_H_ */
