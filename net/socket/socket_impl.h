/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of the socket layer. */
#ifndef SOCKET_IMPL_H
#define SOCKET_IMPL_H

#ifndef NOTE_SUBMIT
#define NOTE_SUBMIT 0x01000000 /* the caller of knote() holds so_lock */
#endif

struct so_accept_filters;

void socket_syscalls_init(void);
int soreceive_wait(struct socket *, int);

static inline int
sblock_wait_flag(int msgflags)
{
	return (msgflags & MSG_DONTWAIT) != 0 ? M_NOWAIT : M_WAITOK;
}

#endif
