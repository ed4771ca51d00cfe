/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own side of <rump/rumpnet_if_pub.h>: each rump_pub_X enters the
 * kernel and calls rump_X.
 */
#ifndef _RUMP_SYS_NET_IF_H_
#define _RUMP_SYS_NET_IF_H_

/* of the shmif component */
int rump_shmif_create(const char *, int *);

#endif /* !_RUMP_SYS_NET_IF_H_ */
