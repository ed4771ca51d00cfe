/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of sockets share. */

#ifndef T_NET_H
#define T_NET_H

#include "../kern/t_kern.h"

static inline struct rump_sockaddr_un
t_sun(const char *path)
{
	struct rump_sockaddr_un sun;

	memset(&sun, 0, sizeof(sun));
	sun.sun_len = sizeof(sun);
	sun.sun_family = RUMP_AF_LOCAL;
	strncpy(sun.sun_path, path, sizeof(sun.sun_path) - 1);
	return sun;
}

static inline void
t_pair(int type, int *sv)
{
	RZ(rump_init());
	RL(rump_sys_socketpair(RUMP_AF_LOCAL, type, 0, sv));
}

/* a message with one iovec and room for control messages */
struct t_msg {
	struct rump_msghdr mh;
	struct iovec iov;
	char data[256];
	_Alignas(8) char control[256];
};

static inline void
t_msg_init(struct t_msg *m, size_t len, size_t controllen)
{
	memset(m, 0, sizeof(*m));
	m->iov.iov_base = m->data;
	m->iov.iov_len = len;
	m->mh.msg_iov = (void *)&m->iov;
	m->mh.msg_iovlen = 1;
	if (controllen > 0) {
		m->mh.msg_control = m->control;
		m->mh.msg_controllen = controllen;
	}
}

#define T_CMSG_ALIGN(n) (((n) + 7) & ~7UL)
#define T_CMSG_LEN(n)   (T_CMSG_ALIGN(12) + (n))
#define T_CMSG_DATA(c)  ((char *)(c) + 16)

/* put descriptors into a message */
static inline void
t_msg_fds(struct t_msg *m, const int *fds, int n)
{
	struct rump_cmsghdr *c = (void *)m->control;

	c->cmsg_len = T_CMSG_LEN(n * sizeof(int));
	c->cmsg_level = RUMP_SOL_SOCKET;
	c->cmsg_type = 1;
	memcpy(T_CMSG_DATA(c), fds, n * sizeof(int));
	m->mh.msg_control = m->control;
	m->mh.msg_controllen = T_CMSG_ALIGN(c->cmsg_len);
}

#define T_SEND(s, m, f) rump_sys_sendmsg((s), (void *)&(m)->mh, (f))
#define T_RECV(s, m, f) rump_sys_recvmsg((s), (void *)&(m)->mh, (f))

#endif
