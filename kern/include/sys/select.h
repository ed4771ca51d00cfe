/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SELECT_H_
#define _SYS_SELECT_H_

#include <sys/fd_set.h>
#include <sys/sigtypes.h>
#include <sys/time.h>
#include <sys/types.h>

#ifdef _KERNEL
#include <sys/selinfo.h>

struct lwp;
struct knote;
struct cpu_info;
struct socket;

struct pollfd;

int selcommon(register_t *, int, fd_set *, fd_set *, fd_set *,
    struct timespec *, sigset_t *);
void selrecord(struct lwp *, struct selinfo *);
void selnotify(struct selinfo *, int, long);
void selsysinit(struct cpu_info *);
void selinit(struct selinfo *);
void sellwpfree(struct lwp *);
void seldestroy(struct selinfo *);
/* set by the network: poll one socket, as fo_poll does */
extern int (*rump_net_sopoll)(struct socket *, int);
int pollsock(struct socket *, const struct timeval *, int);
#endif

#endif /* _SYS_SELECT_H_ */
