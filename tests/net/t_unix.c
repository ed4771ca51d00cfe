/* SPDX-License-Identifier: BSD-2-Clause */
/* Local sockets: pairs, names, rights, credentials. */

#include "nettest.h"
#include "t_net.h"

TEST(stream, "bytes both ways, end of file, broken pipe")
{
	char buf[64];
	int sv[2];

	t_pair(RUMP_SOCK_STREAM, sv);
	REQ(rump_sys_write(sv[0], "hello", 5), 5);
	REQ(rump_sys_write(sv[0], " world", 6), 6);
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 11);
	ATF_REQUIRE(memcmp(buf, "hello world", 11) == 0);
	REQ(rump_sys_write(sv[1], "x", 1), 1);
	REQ(rump_sys_read(sv[0], buf, 1), 1);
	RL(rump_sys_shutdown(sv[0], 1));
	REQ(rump_sys_read(sv[1], buf, 1), 0);
	REQ(rump_sys_sendto(sv[0], "x", 1, RUMP_MSG_NOSIGNAL, NULL, 0), -1);
	REQ(errno, RUMP_EPIPE);
	REQ(rump_sys_write(sv[1], "y", 1), 1);
	REQ(rump_sys_read(sv[0], buf, 1), 1);
	RL(rump_sys_close(sv[0]));
	REQ(rump_sys_sendto(sv[1], "x", 1, RUMP_MSG_NOSIGNAL, NULL, 0), -1);
	RL(rump_sys_close(sv[1]));
}

static void *
writer(void *arg)
{
	static char buf[1 << 20];
	size_t i;
	int *sv = arg;

	RZ(rump_pub_lwproc_newlwp(1));
	for (i = 0; i < sizeof(buf); i++)
		buf[i] = (char)(i * 7 + i / 251);
	REQ(rump_sys_write(sv[0], buf, sizeof(buf)), sizeof(buf));
	RL(rump_sys_shutdown(sv[0], 1));
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(stream_big, "more than the buffers hold, with another thread")
{
	static char buf[70000];
	size_t off = 0, i;
	pthread_t t;
	ssize_t n;
	int sv[2];

	t_pair(RUMP_SOCK_STREAM, sv);
	RZ(pthread_create(&t, NULL, writer, sv));
	while ((n = rump_sys_read(sv[1], buf, 1 + off % sizeof(buf))) > 0) {
		for (i = 0; i < (size_t)n; i++, off++)
			if (buf[i] != (char)(off * 7 + off / 251))
				atf_tc_fail("byte %zu differs", off);
	}
	REQ(n, 0);
	REQ(off, 1 << 20);
	pthread_join(t, NULL);
}

TEST(dgram, "boundaries, truncation, addresses")
{
	struct rump_sockaddr_un sun = t_sun("dg"), from;
	char buf[64];
	int s, sv[2], len;
	struct t_msg m;

	t_pair(RUMP_SOCK_DGRAM, sv);
	REQ(rump_sys_write(sv[0], "one", 3), 3);
	REQ(rump_sys_write(sv[0], "", 0), 0);
	REQ(rump_sys_write(sv[0], "three", 5), 5);
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 3);
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 0);
	t_msg_init(&m, 2, 0);
	REQ(T_RECV(sv[1], &m, 0), 2);
	ATF_REQUIRE((m.mh.msg_flags & RUMP_MSG_TRUNC) != 0);
	REQ(rump_sys_recvfrom(sv[1], buf, 1, RUMP_MSG_DONTWAIT, NULL, NULL),
	    -1);
	REQ(errno, RUMP_EAGAIN);

	RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_bind(s, SA(&sun), sizeof(sun)));
	REQ(rump_sys_bind(s, SA(&sun), sizeof(sun)), -1);
	REQ(errno, RUMP_EINVAL);
	RL(len = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0));
	REQ(rump_sys_bind(len, SA(&sun), sizeof(sun)), -1);
	REQ(errno, RUMP_EADDRINUSE);
	REQ(rump_sys_sendto(len, "abc", 3, 0, SA(&sun), sizeof(sun)), 3);
	RL(rump_sys_connect(len, SA(&sun), sizeof(sun)));
	REQ(rump_sys_write(len, "de", 2), 2);
	REQ(rump_sys_read(s, buf, sizeof(buf)), 3);
	REQ(rump_sys_read(s, buf, sizeof(buf)), 2);
	len = sizeof(from);
	RL(rump_sys_getsockname(s, SA(&from), (void *)&len));
	REQ(from.sun_family, RUMP_AF_LOCAL);
	ATF_REQUIRE_STREQ(from.sun_path, "dg");
}

TEST(seqpacket, "records on a connection")
{
	char buf[64];
	int sv[2];

	t_pair(RUMP_SOCK_SEQPACKET, sv);
	REQ(rump_sys_write(sv[0], "one", 3), 3);
	REQ(rump_sys_write(sv[0], "two", 3), 3);
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 3);
	ATF_REQUIRE(memcmp(buf, "one", 3) == 0);
	REQ(rump_sys_read(sv[1], buf, 1), 1);
	RL(rump_sys_close(sv[0]));
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 0);
}

static int
listener(const char *path)
{
	struct rump_sockaddr_un sun = t_sun(path);
	int s;

	RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	RL(rump_sys_bind(s, SA(&sun), sizeof(sun)));
	RL(rump_sys_listen(s, 5));
	return s;
}

static int
connector(const char *path)
{
	struct rump_sockaddr_un sun = t_sun(path);
	int s;

	RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	RL(rump_sys_connect(s, SA(&sun), sizeof(sun)));
	return s;
}

TEST(accept, "listen, connect, accept, names")
{
	struct rump_sockaddr_un sun = t_sun("nobody"), name;
	char buf[8];
	int l, c, a, len;

	RZ(rump_init());
	l = listener("srv");
	RL(c = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	REQ(rump_sys_connect(c, SA(&sun), sizeof(sun)), -1);
	c = connector("srv");
	REQ(rump_sys_write(c, "ab", 2), 2);
	len = sizeof(name);
	RL(a = rump_sys_accept(l, SA(&name), (void *)&len));
	REQ(name.sun_family, RUMP_AF_LOCAL);
	REQ(rump_sys_read(a, buf, sizeof(buf)), 2);
	memset(&name, 0, sizeof(name));
	len = sizeof(name);
	RL(rump_sys_getpeername(c, SA(&name), (void *)&len));
	ATF_REQUIRE_STREQ(name.sun_path, "srv");
	RL(rump_sys_close(a));
	REQ(rump_sys_read(c, buf, 1), 0);
	/* a listener that closes resets who waits to be accepted */
	c = connector("srv");
	RL(rump_sys_close(l));
	REQ(rump_sys_read(c, buf, 1), -1);
	REQ(errno, RUMP_ECONNRESET);
}

TEST(accept_nonblock, "no connection: EWOULDBLOCK; flags of paccept")
{
	int l, c, a;

	RZ(rump_init());
	l = listener("srv");
	RL(rump_sys_fcntl(l, 4, 4 /* O_NONBLOCK */));
	REQ(rump_sys_accept(l, NULL, NULL), -1);
	REQ(errno, RUMP_EAGAIN);
	c = connector("srv");
	RL(a = rump_sys_paccept(l, NULL, NULL, NULL, RUMP_SOCK_NONBLOCK));
	REQ(rump_sys_read(a, &l, 1), -1);
	REQ(errno, RUMP_EAGAIN);
	REQ(rump_sys_read(99, &c, 1), -1);
}

TEST(backlog, "a full queue refuses")
{
	struct rump_sockaddr_un sun = t_sun("srv");
	int l, s, i;

	RZ(rump_init());
	l = listener("srv");
	RL(rump_sys_listen(l, 2));
	for (i = 0; i < 10; i++) {
		RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
		if (rump_sys_connect(s, SA(&sun), sizeof(sun)) != 0)
			break;
	}
	ATF_REQUIRE(i >= 2 && i < 10);
	REQ(errno, RUMP_ECONNREFUSED);
}

TEST(rights, "a descriptor passes and works")
{
	int sv[2], pv[2], got;
	struct t_msg m;
	char c;

	t_pair(RUMP_SOCK_STREAM, sv);
	RL(rump_sys_pipe(pv));
	t_msg_init(&m, 1, 0);
	t_msg_fds(&m, pv, 1);
	REQ(T_SEND(sv[0], &m, 0), 1);
	RL(rump_sys_close(pv[0]));
	t_msg_init(&m, 1, 64);
	REQ(T_RECV(sv[1], &m, 0), 1);
	REQ(m.mh.msg_controllen, 24);
	memcpy(&got, T_CMSG_DATA(m.control), sizeof(got));
	REQ(rump_sys_write(pv[1], "q", 1), 1);
	REQ(rump_sys_read(got, &c, 1), 1);
	REQ(c, 'q');
	RL(rump_sys_close(pv[1]));
	REQ(rump_sys_read(got, &c, 1), 0);
}

TEST(rights_lost, "rights that nobody takes are closed")
{
	int sv[2], pv[2];
	struct t_msg m;
	char c;

	/* no room for control messages */
	t_pair(RUMP_SOCK_STREAM, sv);
	RL(rump_sys_pipe(pv));
	t_msg_init(&m, 1, 0);
	t_msg_fds(&m, &pv[1], 1);
	REQ(T_SEND(sv[0], &m, 0), 1);
	RL(rump_sys_close(pv[1]));
	REQ(rump_sys_read(sv[1], &c, 1), 1);
	REQ(rump_sys_read(pv[0], &c, 1), 0);
	/* too little room */
	RL(rump_sys_pipe(pv));
	t_msg_init(&m, 1, 0);
	t_msg_fds(&m, &pv[1], 1);
	REQ(T_SEND(sv[0], &m, 0), 1);
	RL(rump_sys_close(pv[1]));
	t_msg_init(&m, 1, 8);
	REQ(T_RECV(sv[1], &m, 0), 1);
	ATF_REQUIRE((m.mh.msg_flags & RUMP_MSG_CTRUNC) != 0);
	REQ(rump_sys_read(pv[0], &c, 1), 0);
	/* the receiver closes first */
	RL(rump_sys_pipe(pv));
	t_msg_init(&m, 1, 0);
	t_msg_fds(&m, &pv[1], 1);
	REQ(T_SEND(sv[0], &m, 0), 1);
	RL(rump_sys_close(pv[1]));
	RL(rump_sys_close(sv[1]));
	REQ(rump_sys_read(pv[0], &c, 1), 0);
}

TEST(rights_bad, "what is no descriptor is refused")
{
	int sv[2], fds[2] = {99, 0};
	struct rump_cmsghdr *c;
	struct t_msg m;

	t_pair(RUMP_SOCK_STREAM, sv);
	t_msg_init(&m, 1, 0);
	t_msg_fds(&m, fds, 1);
	REQ(T_SEND(sv[0], &m, 0), -1);
	REQ(errno, RUMP_EBADF);
	c = (void *)m.control;
	c->cmsg_len = 4000;
	REQ(T_SEND(sv[0], &m, 0), -1);
	REQ(errno, RUMP_EINVAL);
	c->cmsg_len = 0;
	REQ(T_SEND(sv[0], &m, 0), -1);
	REQ(errno, RUMP_EINVAL);
	c->cmsg_len = T_CMSG_LEN(1);
	REQ(T_SEND(sv[0], &m, 0), -1);
	REQ(errno, RUMP_EINVAL);
}

TEST(rights_cycle, "sockets that hold only each other are found")
{
	int sv[2], pv[2], fds[3], i;
	struct t_msg m;
	char c;

	RZ(rump_init());
	for (i = 0; i < 50; i++) {
		t_pair(RUMP_SOCK_STREAM, sv);
		RL(rump_sys_pipe(pv));
		fds[0] = sv[0];
		fds[1] = sv[1];
		fds[2] = pv[1];
		t_msg_init(&m, 1, 0);
		t_msg_fds(&m, fds, 3);
		REQ(T_SEND(sv[0], &m, 0), 1);
		t_msg_init(&m, 1, 0);
		t_msg_fds(&m, fds, 2);
		REQ(T_SEND(sv[1], &m, 0), 1);
		RL(rump_sys_close(pv[1]));
		RL(rump_sys_close(sv[0]));
		RL(rump_sys_close(sv[1]));
		/* a close of some local socket triggers the search */
		t_pair(RUMP_SOCK_STREAM, sv);
		RL(rump_sys_close(sv[0]));
		RL(rump_sys_close(sv[1]));
		REQ(rump_sys_read(pv[0], &c, 1), 0);
		RL(rump_sys_close(pv[0]));
	}
}

TEST(rights_nested, "a long chain of sockets in sockets closes")
{
	int sv[2], prev[2], i;
	struct t_msg m;

	t_pair(RUMP_SOCK_STREAM, prev);
	for (i = 0; i < 20000; i++) {
		t_pair(RUMP_SOCK_STREAM, sv);
		t_msg_init(&m, 1, 0);
		t_msg_fds(&m, prev, 2);
		REQ(T_SEND(sv[0], &m, 0), 1);
		RL(rump_sys_close(prev[0]));
		RL(rump_sys_close(prev[1]));
		memcpy(prev, sv, sizeof(prev));
	}
	RL(rump_sys_close(prev[0]));
	RL(rump_sys_close(prev[1]));
}

TEST(creds, "LOCAL_CREDS, LOCAL_PEEREID")
{
	struct {
		int pid;
		uint32_t euid, egid;
	} id;
	int sv[2], on = 1, l, c, a, type, len;
	struct rump_cmsghdr *cm;
	struct t_msg m;

	t_pair(RUMP_SOCK_DGRAM, sv);
	RL(rump_sys_setsockopt(sv[1], 0, 4, &on, sizeof(on)));
	REQ(rump_sys_write(sv[0], "x", 1), 1);
	t_msg_init(&m, 1, 128);
	REQ(T_RECV(sv[1], &m, 0), 1);
	cm = (void *)m.control;
	type = cm->cmsg_type;
	REQ(type, 0x10);
	REQ(((int *)T_CMSG_DATA(cm))[0], rump_sys_getpid());
	l = listener("srv");
	c = connector("srv");
	RL(a = rump_sys_accept(l, NULL, NULL));
	len = sizeof(id);
	RL(rump_sys_getsockopt(a, 0, 3, &id, (void *)&len));
	REQ(id.pid, rump_sys_getpid());
	REQ(id.euid, 0);
	len = sizeof(id);
	RL(rump_sys_getsockopt(c, 0, 3, &id, (void *)&len));
	REQ(id.pid, rump_sys_getpid());
}

static int stress_listen;

/* one thread's random life with sockets */
static void *
stress(void *arg)
{
	struct rump_sockaddr_un sun = t_sun("stress");
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	int sv[2], fds[2], c, a, got, i;
	struct t_msg m;
	char buf[5000];

	RZ(rump_pub_lwproc_newlwp(1));
	memset(buf, 0, sizeof(buf));
	for (i = 0; i < 1500; i++) {
		RL(rump_sys_socketpair(RUMP_AF_LOCAL,
		    RUMP_SOCK_STREAM | RUMP_SOCK_NONBLOCK, 0, sv));
		switch (rand_r(&seed) % 4) {
		case 0:
			(void)rump_sys_write(sv[0], buf, sizeof(buf));
			(void)rump_sys_read(sv[1], buf, 100);
			break;
		case 1:
			fds[0] = sv[0];
			fds[1] = sv[1];
			t_msg_init(&m, 1, 0);
			t_msg_fds(&m, fds, 2);
			(void)T_SEND(sv[0], &m, 0);
			break;
		case 2:
			RL(c = rump_sys_socket(
			       RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
			if (rump_sys_connect(c, SA(&sun), sizeof(sun)) == 0) {
				t_msg_init(&m, 1, 0);
				t_msg_fds(&m, sv, 1);
				(void)T_SEND(c, &m, RUMP_MSG_NOSIGNAL);
			}
			RL(rump_sys_close(c));
			break;
		case 3:
			a = rump_sys_accept(stress_listen, NULL, NULL);
			if (a == -1)
				break;
			t_msg_init(&m, 1, 64);
			if (T_RECV(a, &m, RUMP_MSG_DONTWAIT) == 1 &&
			    m.mh.msg_controllen == 24) {
				memcpy(
				    &got, T_CMSG_DATA(m.control), sizeof(got));
				RL(rump_sys_close(got));
			}
			RL(rump_sys_close(a));
			break;
		}
		RL(rump_sys_close(sv[0]));
		RL(rump_sys_close(sv[1]));
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(threads, "four threads, rights, cycles, connections")
{
	pthread_t t[4];
	int i, hi;

	RZ(rump_init());
	stress_listen = listener("stress");
	RL(rump_sys_fcntl(stress_listen, 4, 4));
	for (i = 0; i < 4; i++)
		RZ(pthread_create(
		    &t[i], NULL, stress, (void *)(uintptr_t)(i + 1)));
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	RL(rump_sys_close(stress_listen));
	/* no descriptor is left over */
	RL(hi = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	REQ(hi, stress_listen);
}

TEST(owner, "who frees what is sent from within the kernel")
{
	RZ(rump_init());
	REQ(rump_nettest_sosend_owner(), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, stream);
	ATF_TP_ADD_TC(tp, stream_big);
	ATF_TP_ADD_TC(tp, dgram);
	ATF_TP_ADD_TC(tp, seqpacket);
	ATF_TP_ADD_TC(tp, accept);
	ATF_TP_ADD_TC(tp, accept_nonblock);
	ATF_TP_ADD_TC(tp, backlog);
	ATF_TP_ADD_TC(tp, rights);
	ATF_TP_ADD_TC(tp, rights_lost);
	ATF_TP_ADD_TC(tp, rights_bad);
	ATF_TP_ADD_TC(tp, rights_cycle);
	ATF_TP_ADD_TC(tp, rights_nested);
	ATF_TP_ADD_TC(tp, creds);
	ATF_TP_ADD_TC(tp, threads);
	ATF_TP_ADD_TC(tp, owner);
	return atf_no_error();
}
