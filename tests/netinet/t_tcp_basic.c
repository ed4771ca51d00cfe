/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP over loopback, as programs see it. */
#include "t_tcp.h"

#define PORT 4001

TEST(stream, "both ways, half close, end of file")
{
	char buf[16];
	int sv[2];

	RZ(rump_init());
	t_tcp_pair(sv, PORT);
	REQ(rump_sys_write(sv[0], "hello", 5), 5);
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 5);
	REQ(memcmp(buf, "hello", 5), 0);
	RL(rump_sys_shutdown(sv[0], 1));
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 0);
	REQ(rump_sys_write(sv[1], "still", 5), 5);
	REQ(rump_sys_read(sv[0], buf, sizeof(buf)), 5);
	RERR(RUMP_EPIPE, rump_sys_sendto(sv[0], "x", 1, 0x0400, NULL, 0));
	RL(rump_sys_close(sv[1]));
	REQ(rump_sys_read(sv[0], buf, sizeof(buf)), 0);
	RL(rump_sys_close(sv[0]));
}

struct bulk {
	int fd;
	size_t total, chunk;
};

static void *
bulk_send(void *arg)
{
	struct bulk *b = arg;
	uint8_t *buf = malloc(b->chunk);
	size_t off;
	ssize_t n;

	rump_pub_lwproc_newlwp(1);
	for (off = 0; off < b->total; off += n) {
		n = b->chunk < b->total - off ? b->chunk : b->total - off;
		t_fill(buf, off, n);
		RL(n = rump_sys_write(b->fd, buf, n));
	}
	RL(rump_sys_shutdown(b->fd, 1));
	free(buf);
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
bulk_run(size_t total, size_t wchunk, size_t rchunk, int port)
{
	struct bulk b = {-1, total, wchunk};
	uint8_t *buf = malloc(rchunk);
	size_t off = 0;
	pthread_t t;
	ssize_t n;
	int sv[2];

	t_tcp_pair(sv, port);
	b.fd = sv[0];
	RZ(pthread_create(&t, NULL, bulk_send, &b));
	while ((n = rump_sys_read(sv[1], buf, rchunk)) > 0) {
		ATF_REQUIRE(t_check(buf, off, n));
		off += n;
	}
	REQ(n, 0);
	REQ(off, total);
	pthread_join(t, NULL);
	RL(rump_sys_close(sv[0]));
	RL(rump_sys_close(sv[1]));
	free(buf);
}

TEST(bulk, "much data in writes and reads of every size")
{
	RZ(rump_init());
	bulk_run(64 << 20, 65536, 65536, PORT);
	bulk_run(8 << 20, 1000, 7777, PORT + 1);
	bulk_run(8 << 20, 200000, 333, PORT + 2);
	bulk_run(100000, 1, 65536, PORT + 3);
	REQ(t_stat(ST_REXMTTIMEO), 0);
}

TEST(refused, "nobody listens")
{
	struct rump_sockaddr_in sin = t_sin("127.0.0.1", PORT);
	int s;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RERR(RUMP_ECONNREFUSED, rump_sys_connect(s, SA(&sin), sizeof(sin)));
	RERR(RUMP_EPIPE, rump_sys_sendto(s, "x", 1, 0x0400, NULL, 0));
}

TEST(names, "addresses of both ends")
{
	struct rump_sockaddr_in a, b;
	socklen_t len = sizeof(a);
	int l, c, s;

	RZ(rump_init());
	l = t_listen("127.0.0.1", PORT, 5);
	c = t_connect("127.0.0.1", PORT);
	RL(s = rump_sys_accept(l, SA(&a), (void *)&len));
	REQ(len, sizeof(a));
	RL(rump_sys_getsockname(c, SA(&b), (void *)&len));
	REQ(a.sin_port, b.sin_port);
	REQ(a.sin_addr, b.sin_addr);
	RL(rump_sys_getpeername(c, SA(&b), (void *)&len));
	REQ(ntohs(b.sin_port), PORT);
	RL(rump_sys_getsockname(s, SA(&b), (void *)&len));
	REQ(ntohs(b.sin_port), PORT);
	RERR(RUMP_ENOTCONN, rump_sys_getpeername(l, SA(&b), (void *)&len));
	RERR(RUMP_EISCONN, rump_sys_connect(c, SA(&b), sizeof(b)));
	RERR(RUMP_EADDRINUSE, ({
		int x = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0);
		b.sin_port = htons(PORT);
		rump_sys_bind(x, SA(&b), sizeof(b));
	}));
}

TEST(linger, "a close that resets")
{
	struct rump_linger li = {1, 0};
	char c;
	int sv[2];

	RZ(rump_init());
	t_tcp_pair(sv, PORT);
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_LINGER, &li, sizeof(li)));
	RL(rump_sys_close(sv[0]));
	RERR(RUMP_ECONNRESET, rump_sys_read(sv[1], &c, 1));
	RL(rump_sys_close(sv[1]));
	/* one that waits until all has arrived */
	li.l_linger = 5;
	t_tcp_pair(sv, PORT + 1);
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_LINGER, &li, sizeof(li)));
	REQ(rump_sys_write(sv[0], "x", 1), 1);
	RL(rump_sys_shutdown(sv[1], 1));
	RL(rump_sys_close(sv[0]));
	REQ(rump_sys_read(sv[1], &c, 1), 1);
}

TEST(unread, "what was not read at close: the peer is told")
{
	char c;
	int sv[2];

	RZ(rump_init());
	t_tcp_pair(sv, PORT);
	REQ(rump_sys_write(sv[0], "xyz", 3), 3);
	t_msleep(20);
	RL(rump_sys_close(sv[1]));
	RERR(RUMP_ECONNRESET, rump_sys_read(sv[0], &c, 1));
}

TEST(options, "options, set and read")
{
	static const int opts[] = {T_TCP_NODELAY, T_TCP_KEEPIDLE,
	    T_TCP_KEEPINTVL, T_TCP_KEEPCNT, T_TCP_KEEPINIT};
	char cc[16];
	int sv[2], v, len = sizeof(v);
	unsigned i;

	RZ(rump_init());
	t_tcp_pair(sv, PORT);
	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++) {
		v = i == 0 ? 1 : 7 + i;
		RL(rump_sys_setsockopt(sv[0], 6, opts[i], &v, sizeof(v)));
		v = -1;
		RL(rump_sys_getsockopt(sv[0], 6, opts[i], &v, (void *)&len));
		REQ(v, i == 0 ? 1 : 7 + (int)i);
		v = 0;
		if (i != 0)
			RERR(RUMP_EINVAL,
			    rump_sys_setsockopt(
				sv[0], 6, opts[i], &v, sizeof(v)));
	}
	RL(rump_sys_getsockopt(sv[0], 6, T_TCP_MAXSEG, &v, (void *)&len));
	ATF_REQUIRE(v > 60000);
	RERR(RUMP_ENOPROTOOPT,
	    rump_sys_getsockopt(sv[0], 6, 99, &v, (void *)&len));
	len = sizeof(cc);
	RL(rump_sys_getsockopt(sv[0], 6, T_TCP_CONGCTL, cc, (void *)&len));
	ATF_REQUIRE_STREQ(cc, "cubic");
	RL(rump_sys_setsockopt(sv[0], 6, T_TCP_CONGCTL, "newreno", 8));
	len = sizeof(cc);
	RL(rump_sys_getsockopt(sv[0], 6, T_TCP_CONGCTL, cc, (void *)&len));
	ATF_REQUIRE_STREQ(cc, "newreno");
}

TEST(urgent, "urgent data, apart and in line")
{
	char buf[16];
	int sv[2], on = 1, mark = -1;

	RZ(rump_init());
	t_tcp_pair(sv, PORT);
	REQ(rump_sys_sendto(sv[0], "ab", 2, 0, NULL, 0), 2);
	REQ(rump_sys_sendto(sv[0], "!", 1, 1, NULL, 0), 1);
	REQ(rump_sys_sendto(sv[0], "cd", 2, 0, NULL, 0), 2);
	t_msleep(20);
	REQ(rump_sys_recvfrom(sv[1], buf, 1, 1, NULL, NULL), 1);
	REQ(buf[0], '!');
	REQ(rump_sys_recvfrom(sv[1], buf, sizeof(buf), 0, NULL, NULL), 2);
	REQ(memcmp(buf, "ab", 2), 0);
	RL(rump_sys_ioctl(sv[1], 0x40047307, &mark)); /* SIOCATMARK */
	REQ(mark, 1);
	REQ(rump_sys_recvfrom(sv[1], buf, sizeof(buf), 0, NULL, NULL), 2);
	REQ(memcmp(buf, "cd", 2), 0);
	RL(rump_sys_setsockopt(
	    sv[1], RUMP_SOL_SOCKET, RUMP_SO_OOBINLINE, &on, sizeof(on)));
	REQ(rump_sys_sendto(sv[0], "?", 1, 1, NULL, 0), 1);
	REQ(rump_sys_recvfrom(sv[1], buf, sizeof(buf), 0, NULL, NULL), 1);
	REQ(buf[0], '?');
}

TEST(backlog, "more connections than accept() takes")
{
	int l, s[40], i, a;

	RZ(rump_init());
	l = t_listen("127.0.0.1", PORT, 128);
	for (i = 0; i < 40; i++)
		s[i] = t_connect("127.0.0.1", PORT);
	for (i = 0; i < 40; i++) {
		RL(a = rump_sys_accept(l, NULL, NULL));
		RL(rump_sys_close(a));
		RL(rump_sys_close(s[i]));
	}
}

static int full_listener;

static void *
accept_late(void *arg)
{
	int i, s;

	rump_pub_lwproc_newlwp(1);
	t_msleep(200);
	for (i = 0; i < 20; i++) {
		RL(s = rump_sys_accept(full_listener, NULL, NULL));
		RL(rump_sys_close(s));
	}
	rump_pub_lwproc_releaselwp();
	return arg;
}

static void
fill_listener(int port)
{
	pthread_t t;
	int i, s;

	full_listener = t_listen("127.0.0.1", port, 2);
	RZ(pthread_create(&t, NULL, accept_late, NULL));
	for (i = 0; i < 20; i++) {
		s = t_connect("127.0.0.1", port);
		RL(rump_sys_close(s));
	}
	pthread_join(t, NULL);
	RL(rump_sys_close(full_listener));
}

TEST(full, "connect() goes on as soon as accept() makes room")
{
	int port = PORT;

	RZ(rump_init());
	TAKES(0.2, 0.8, fill_listener(port++));
}

TEST(timewait, "connect() never waits for TIME_WAIT")
{
	struct rump_sockaddr_in me = t_sin("127.0.0.1", 5555);
	struct rump_sockaddr_in sin = t_sin("127.0.0.1", PORT);
	double t0, worst = 0;
	int l, s, a, i, on = 1;
	char c;

	RZ(rump_init());
	l = t_listen("127.0.0.1", PORT, 5);
	for (i = 0; i < 3000; i++) {
		t0 = t_now();
		s = t_connect("127.0.0.1", PORT);
		RL(a = rump_sys_accept(l, NULL, NULL));
		RL(rump_sys_close(s));
		REQ(rump_sys_read(a, &c, 1), 0);
		RL(rump_sys_close(a));
		if (t_now() - t0 > worst)
			worst = t_now() - t0;
	}
	ATF_REQUIRE_MSG(worst < 0.9, "a connection took %.2f s", worst);
	/* the same port again and again */
	for (i = 0; i < 20; i++) {
		RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
		RL(rump_sys_setsockopt(
		    s, RUMP_SOL_SOCKET, RUMP_SO_REUSEADDR, &on, sizeof(on)));
		RL(rump_sys_bind(s, SA(&me), sizeof(me)));
		RL(rump_sys_connect(s, SA(&sin), sizeof(sin)));
		RL(a = rump_sys_accept(l, NULL, NULL));
		RL(rump_sys_close(s));
		REQ(rump_sys_read(a, &c, 1), 0);
		RL(rump_sys_close(a));
	}
}

TEST(self, "a socket that connects to itself")
{
	struct rump_sockaddr_in a = t_sin("127.0.0.1", 6001);
	char buf[4];
	int s, on = 1;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RL(rump_sys_setsockopt(
	    s, RUMP_SOL_SOCKET, RUMP_SO_REUSEADDR, &on, sizeof(on)));
	RL(rump_sys_bind(s, SA(&a), sizeof(a)));
	RL(rump_sys_connect(s, SA(&a), sizeof(a)));
	REQ(rump_sys_write(s, "me", 2), 2);
	REQ(rump_sys_read(s, buf, sizeof(buf)), 2);
	RL(rump_sys_close(s));
}

TEST(idle, "an idle connection costs no time")
{
	int sv[2], on = 1;
	double used;

	RZ(rump_init());
	t_tcp_pair(sv, PORT);
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, &on, sizeof(on)));
	REQ(rump_sys_write(sv[0], "x", 1), 1);
	t_msleep(1500);
	used = t_cpu();
	t_msleep(2000);
	used = t_cpu() - used;
	ATF_REQUIRE_MSG(used < 0.005, "%.4f s of CPU", used);
}

TEST(listen_keepalive, "a listening socket outlives its keep-alive options")
{
	int l, s, on = 1;

	RZ(rump_init());
	l = t_listen("127.0.0.1", PORT, 5);
	RL(rump_sys_setsockopt(
	    l, RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, &on, sizeof(on)));
	RL(rump_sys_setsockopt(l, 6, T_TCP_KEEPINIT, &on, sizeof(on)));
	t_msleep(1500);
	s = t_connect("127.0.0.1", PORT);
	RL(rump_sys_accept(l, NULL, NULL));
	RL(rump_sys_close(s));
}

TEST(checksums, "checksums on loopback, where they are asked for")
{
	int mib[4] = {4, 2, 17, 4}, on = 1, sv[2], s;
	struct rump_sockaddr_in sin = t_sin("127.0.0.1", PORT);
	char buf[16];

	RZ(rump_init());
	t_sysctl(29, 1);
	t_tcp_pair(sv, PORT);
	REQ(rump_sys_write(sv[0], "hello", 5), 5);
	REQ(rump_sys_read(sv[1], buf, sizeof(buf)), 5);
	RL(rump_sys___sysctl(mib, 4, NULL, NULL, &on, sizeof(on)));
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_bind(s, SA(&sin), sizeof(sin)));
	RL(rump_sys_connect(s, SA(&sin), sizeof(sin)));
	REQ(rump_sys_write(s, "hello", 5), 5);
	REQ(rump_sys_read(s, buf, sizeof(buf)), 5);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, stream);
	ATF_TP_ADD_TC(tp, bulk);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, linger);
	ATF_TP_ADD_TC(tp, unread);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, urgent);
	ATF_TP_ADD_TC(tp, backlog);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, timewait);
	ATF_TP_ADD_TC(tp, self);
	ATF_TP_ADD_TC(tp, idle);
	ATF_TP_ADD_TC(tp, listen_keepalive);
	ATF_TP_ADD_TC(tp, checksums);
	return atf_no_error();
}
