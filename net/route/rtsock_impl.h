/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of the routing socket. */
#ifndef RTSOCK_IMPL_H
#define RTSOCK_IMPL_H

int rt_msg_layout(int, struct rt_addrinfo *, char *);
void rtsock_answer(struct socket *, struct mbuf *, int);
void rtsock_sysctl_init(void);

#endif
