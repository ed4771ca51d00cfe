/* SPDX-License-Identifier: BSD-2-Clause */
/* The socket layer: options, flags, poll, kqueue, bad arguments. */

#include "t_net.h"

TEST(create, "families and types that don't exist")
{
	RZ(rump_init());
	REQ(rump_sys_socket(77, RUMP_SOCK_STREAM, 0), -1);
	REQ(errno, RUMP_EAFNOSUPPORT);
	REQ(rump_sys_socket(-1, RUMP_SOCK_STREAM, 0), -1);
	REQ(errno, RUMP_EAFNOSUPPORT);
	REQ(rump_sys_socket(RUMP_AF_LOCAL, 9, 0), -1);
	REQ(errno, RUMP_EPROTOTYPE);
	REQ(rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 12345), -1);
	REQ(errno, RUMP_EPROTONOSUPPORT);
}

TEST(notsock, "descriptors that are no sockets")
{
	int pv[2], v = 0, len = sizeof(v);

	RZ(rump_init());
	RL(rump_sys_pipe(pv));
	REQ(rump_sys_listen(pv[0], 1), -1);
	REQ(errno, RUMP_ENOTSOCK);
	REQ(rump_sys_listen(77, 1), -1);
	REQ(errno, RUMP_EBADF);
	REQ(rump_sys_getsockopt(
		pv[0], RUMP_SOL_SOCKET, RUMP_SO_TYPE, &v, (void *)&len),
	    -1);
	REQ(errno, RUMP_ENOTSOCK);
	REQ(rump_sys_accept(pv[0], NULL, NULL), -1);
	REQ(errno, RUMP_ENOTSOCK);
	REQ(rump_sys_shutdown(pv[0], 0), -1);
	REQ(errno, RUMP_ENOTSOCK);
}

static int
getopt_int(int s, int opt)
{
	int v = -1, len = sizeof(v);

	RL(rump_sys_getsockopt(s, RUMP_SOL_SOCKET, opt, &v, (void *)&len));
	REQ(len, sizeof(v));
	return v;
}

TEST(options, "set and get")
{
	struct rump_timeval tv = {2, 500000}, tv2;
	struct rump_linger li = {1, 7}, li2;
	int sv[2], v, len;

	t_pair(RUMP_SOCK_STREAM, sv);
	REQ(getopt_int(sv[0], RUMP_SO_TYPE), RUMP_SOCK_STREAM);
	REQ(getopt_int(sv[0], RUMP_SO_ERROR), 0);
	v = 12345;
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_SNDBUF, &v, sizeof(v)));
	REQ(getopt_int(sv[0], RUMP_SO_SNDBUF), 12345);
	v = 0;
	REQ(rump_sys_setsockopt(
		sv[0], RUMP_SOL_SOCKET, RUMP_SO_SNDBUF, &v, sizeof(v)),
	    -1);
	REQ(errno, RUMP_EINVAL);
	v = 1;
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, &v, sizeof(v)));
	REQ(getopt_int(sv[0], RUMP_SO_KEEPALIVE), 1);
	REQ(rump_sys_setsockopt(
		sv[0], RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, &v, 1),
	    -1);
	REQ(errno, RUMP_EINVAL);
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_LINGER, &li, sizeof(li)));
	len = sizeof(li2);
	RL(rump_sys_getsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_LINGER, &li2, (void *)&len));
	REQ(li2.l_onoff, 1);
	REQ(li2.l_linger, 7);
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	len = sizeof(tv2);
	RL(rump_sys_getsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_RCVTIMEO, &tv2, (void *)&len));
	REQ(tv2.tv_sec, 2);
	REQ(tv2.tv_usec, 500000);
	REQ(rump_sys_setsockopt(sv[0], RUMP_SOL_SOCKET, 0x7777, &v, sizeof(v)),
	    -1);
	REQ(errno, RUMP_ENOPROTOOPT);
	REQ(rump_sys_setsockopt(
		sv[0], RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, NULL, 4),
	    -1);
	REQ(errno, RUMP_EFAULT);
}

TEST(timeout, "SO_RCVTIMEO ends a wait")
{
	struct rump_timeval tv = {0, 100000};
	double t0;
	int sv[2];
	char c;

	t_pair(RUMP_SOCK_STREAM, sv);
	/* more ticks than there are numbers */
	RERR(RUMP_EDOM,
	    rump_sys_setsockopt(sv[0], RUMP_SOL_SOCKET, RUMP_SO_RCVTIMEO,
		&(struct rump_timeval){INT32_MAX / 100, 999999}, sizeof(tv)));
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	t0 = t_now();
	REQ(rump_sys_read(sv[0], &c, 1), -1);
	REQ(errno, RUMP_EAGAIN);
	ATF_REQUIRE(t_now() - t0 > 0.05 && t_now() - t0 < 5);
}

TEST(flags, "MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL")
{
	char buf[16];
	int sv[2];

	t_pair(RUMP_SOCK_STREAM, sv);
	REQ(rump_sys_recvfrom(sv[0], buf, 1, RUMP_MSG_DONTWAIT, NULL, NULL),
	    -1);
	REQ(errno, RUMP_EAGAIN);
	REQ(rump_sys_write(sv[1], "abcdef", 6), 6);
	REQ(rump_sys_recvfrom(sv[0], buf, 4, RUMP_MSG_PEEK, NULL, NULL), 4);
	REQ(rump_sys_recvfrom(sv[0], buf, 16, RUMP_MSG_PEEK, NULL, NULL), 6);
	REQ(rump_sys_recvfrom(sv[0], buf, 4, RUMP_MSG_WAITALL, NULL, NULL), 4);
	ATF_REQUIRE(memcmp(buf, "abcd", 4) == 0);
	RL(rump_sys_shutdown(sv[1], 1));
	REQ(rump_sys_recvfrom(sv[0], buf, 4, RUMP_MSG_WAITALL, NULL, NULL), 2);
	ATF_REQUIRE(memcmp(buf, "ef", 2) == 0);
}

static void *
slow_writer(void *arg)
{
	int *sv = arg, i;

	RZ(rump_pub_lwproc_newlwp(1));
	for (i = 0; i < 10; i++) {
		t_msleep(5);
		REQ(rump_sys_write(sv[1], "0123456789", 10), 10);
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void *
shut_down(void *arg)
{
	int *sv = arg;

	rump_pub_lwproc_newlwp(1);
	REQ(rump_sys_write(sv[1], "abc", 3), 3);
	t_msleep(100);
	RL(rump_sys_shutdown(sv[0], 0));
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(waitall_shutdown, "shutdown ends a wait for all of it")
{
	static char buf[1 << 20]; /* more than fits, so it begins to read */
	pthread_t t;
	int sv[2];

	t_pair(RUMP_SOCK_STREAM, sv);
	RZ(pthread_create(&t, NULL, shut_down, sv));
	REQ(rump_sys_recvfrom(
		sv[0], buf, sizeof(buf), RUMP_MSG_WAITALL, NULL, NULL),
	    3);
	pthread_join(t, NULL);
	REQ(rump_sys_read(sv[0], buf, 1), 0);
}

TEST(waitall, "MSG_WAITALL waits for all of it")
{
	char buf[100];
	pthread_t t;
	int sv[2];

	t_pair(RUMP_SOCK_STREAM, sv);
	RZ(pthread_create(&t, NULL, slow_writer, sv));
	REQ(rump_sys_recvfrom(sv[0], buf, 100, RUMP_MSG_WAITALL, NULL, NULL),
	    100);
	ATF_REQUIRE(memcmp(buf + 90, "0123456789", 10) == 0);
	pthread_join(t, NULL);
}

TEST(nonblock, "a full buffer: partial write, then EWOULDBLOCK")
{
	static char buf[1 << 20];
	ssize_t n, total = 0, got = 0;
	int sv[2];

	RZ(rump_init());
	RL(rump_sys_socketpair(
	    RUMP_AF_LOCAL, RUMP_SOCK_STREAM | RUMP_SOCK_NONBLOCK, 0, sv));
	while ((n = rump_sys_write(sv[0], buf, sizeof(buf))) > 0)
		total += n;
	REQ(errno, RUMP_EAGAIN);
	ATF_REQUIRE(total > 0 && total < 1 << 20);
	while ((n = rump_sys_read(sv[1], buf, sizeof(buf))) > 0)
		got += n;
	REQ(errno, RUMP_EAGAIN);
	REQ(got, total);
	ATF_REQUIRE(rump_sys_write(sv[0], buf, 10) == 10);
}

TEST(poll, "readable, writable, closed")
{
	struct rump_pollfd pfd[2];
	static char buf[1 << 20];
	int sv[2];

	RZ(rump_init());
	RL(rump_sys_socketpair(
	    RUMP_AF_LOCAL, RUMP_SOCK_STREAM | RUMP_SOCK_NONBLOCK, 0, sv));
	memset(pfd, 0, sizeof(pfd));
	pfd[0].fd = sv[0];
	pfd[0].events = 1 | 4;
	REQ(rump_sys_poll((void *)pfd, 1, 0), 1);
	REQ(pfd[0].revents, 4);
	REQ(rump_sys_write(sv[1], "x", 1), 1);
	REQ(rump_sys_poll((void *)pfd, 1, -1), 1);
	REQ(pfd[0].revents, 5);
	REQ(rump_sys_read(sv[0], buf, 1), 1);
	while (rump_sys_write(sv[0], buf, sizeof(buf)) > 0)
		continue;
	REQ(rump_sys_poll((void *)pfd, 1, 0), 0);
	while (rump_sys_read(sv[1], buf, sizeof(buf)) > 0)
		continue;
	REQ(rump_sys_poll((void *)pfd, 1, 0), 1);
	REQ(pfd[0].revents, 4);
	RL(rump_sys_close(sv[1]));
	REQ(rump_sys_poll((void *)pfd, 1, -1), 1);
	ATF_REQUIRE((pfd[0].revents & 1) != 0);
}

static void *
late_writer(void *arg)
{
	int *sv = arg;

	RZ(rump_pub_lwproc_newlwp(1));
	t_msleep(50);
	REQ(rump_sys_write(sv[1], "x", 1), 1);
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(poll_wait, "poll wakes up")
{
	struct rump_pollfd pfd = {.events = 1};
	pthread_t t;
	int sv[2];

	t_pair(RUMP_SOCK_STREAM, sv);
	pfd.fd = sv[0];
	RZ(pthread_create(&t, NULL, late_writer, sv));
	REQ(rump_sys_poll((void *)&pfd, 1, 5000), 1);
	REQ(pfd.revents, 1);
	pthread_join(t, NULL);
}

TEST(kqueue, "EVFILT_READ and EVFILT_WRITE")
{
	struct rump_kevent kev[2], ev[4];
	struct rump_timespec ts = {0, 0};
	int sv[2], kq, n;

	t_pair(RUMP_SOCK_STREAM, sv);
	RL(kq = rump_sys_kqueue());
	memset(kev, 0, sizeof(kev));
	kev[0].ident = sv[0];
	kev[0].filter = 0;
	kev[0].flags = 1;
	kev[1].ident = sv[0];
	kev[1].filter = 1;
	kev[1].flags = 1;
	RL(n = rump_sys_kevent(kq, (void *)kev, 2, (void *)ev, 4, (void *)&ts));
	REQ(n, 1);
	REQ(ev[0].filter, 1);
	REQ(rump_sys_write(sv[1], "abc", 3), 3);
	kev[1].flags = 2;
	RL(n = rump_sys_kevent(kq, (void *)&kev[1], 1, (void *)ev, 4, NULL));
	REQ(n, 1);
	REQ(ev[0].filter, 0);
	REQ(ev[0].data, 3);
	RL(rump_sys_close(sv[1]));
	RL(n = rump_sys_kevent(kq, NULL, 0, (void *)ev, 4, NULL));
	REQ(n, 1);
	ATF_REQUIRE((ev[0].flags & 0x8000) != 0);
	RL(rump_sys_close(sv[0]));
	RL(n = rump_sys_kevent(kq, NULL, 0, (void *)ev, 4, (void *)&ts));
	REQ(n, 0);
}

TEST(ioctl, "FIONREAD, FIONBIO, FIONWRITE")
{
	int sv[2], v = 1;
	char c;

	t_pair(RUMP_SOCK_STREAM, sv);
	REQ(rump_sys_write(sv[1], "abc", 3), 3);
	RL(rump_sys_ioctl(sv[0], 0x4004667f, &v));
	REQ(v, 3);
	RL(rump_sys_ioctl(sv[1], 0x40046679, &v));
	REQ(v, 3);
	REQ(rump_sys_read(sv[0], &v, 3), 3);
	v = 1;
	RL(rump_sys_ioctl(sv[0], 0x8004667e, &v));
	REQ(rump_sys_read(sv[0], &c, 1), -1);
	REQ(errno, RUMP_EAGAIN);
	REQ(rump_sys_ioctl(sv[0], 0x12345678, &v), -1);
}

TEST(timestamp, "SO_TIMESTAMP is off without asking, and no trouble")
{
	int sv[2], on = 1;
	struct t_msg m;

	t_pair(RUMP_SOCK_DGRAM, sv);
	RL(rump_sys_setsockopt(
	    sv[0], RUMP_SOL_SOCKET, RUMP_SO_TIMESTAMP, &on, sizeof(on)));
	REQ(rump_sys_write(sv[1], "x", 1), 1);
	t_msg_init(&m, 1, 64);
	REQ(T_RECV(sv[0], &m, 0), 1);
}

TEST(badaddr, "addresses of wrong lengths and families")
{
	char buf[300];
	int s;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	memset(buf, 'a', sizeof(buf));
	REQ(rump_sys_bind(s, SA(buf), sizeof(buf)), -1);
	REQ(rump_sys_bind(s, SA(buf), 0), -1);
	REQ(rump_sys_bind(s, SA(buf), 1), -1);
	REQ(rump_sys_bind(s, SA(buf), 2), -1);
	buf[1] = RUMP_AF_LOCAL;
	REQ(rump_sys_bind(s, SA(buf), 2), -1);
	buf[1] = RUMP_AF_INET;
	REQ(rump_sys_bind(s, SA(buf), 16), -1);
	REQ(errno, RUMP_EAFNOSUPPORT);
	REQ(rump_sys_connect(s, SA(buf), 16), -1);
	REQ(rump_sys_connect(s, SA((void *)8), 16), -1);
	REQ(errno, RUMP_EFAULT);
	REQ(rump_sys_sendto(s, "x", 1, 0, NULL, 0), -1);
	REQ(errno, RUMP_ENOTCONN);
	REQ(rump_sys_read(s, buf, 1), -1);
	REQ(errno, RUMP_ENOTCONN);
	REQ(rump_sys_listen(s, 1), -1);
	REQ(rump_sys_accept(s, NULL, NULL), -1);
	REQ(errno, RUMP_EINVAL);
}

TEST(mmsg, "sendmmsg and recvmmsg")
{
	struct {
		struct rump_msghdr h;
		unsigned len;
	} mm[4];
	struct iovec iov[4];
	char data[4][8];
	int sv[2], i;

	t_pair(RUMP_SOCK_DGRAM, sv);
	memset(mm, 0, sizeof(mm));
	for (i = 0; i < 4; i++) {
		snprintf(data[i], sizeof(data[i]), "m%d", i);
		iov[i].iov_base = data[i];
		iov[i].iov_len = i + 1;
		mm[i].h.msg_iov = (void *)&iov[i];
		mm[i].h.msg_iovlen = 1;
	}
	REQ(rump_sys_sendmmsg(sv[0], (void *)mm, 4, 0), 4);
	REQ(mm[3].len, 4);
	for (i = 0; i < 4; i++)
		iov[i].iov_len = sizeof(data[i]);
	REQ(rump_sys_recvmmsg(sv[1], (void *)mm, 4, RUMP_MSG_WAITFORONE, NULL),
	    4);
	for (i = 0; i < 4; i++)
		REQ(mm[i].len, i + 1);
	REQ(rump_sys_recvmmsg(sv[1], (void *)mm, 4, RUMP_MSG_DONTWAIT, NULL),
	    -1);
	REQ(errno, RUMP_EAGAIN);
}

static void *
closer(void *arg)
{
	int *sv = arg;

	RZ(rump_pub_lwproc_newlwp(1));
	t_msleep(50);
	RL(rump_sys_close(sv[0]));
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(close_wakes, "closing a descriptor that another thread reads")
{
	pthread_t t;
	int sv[2];
	char c;

	t_pair(RUMP_SOCK_STREAM, sv);
	RZ(pthread_create(&t, NULL, closer, sv));
	REQ(rump_sys_read(sv[0], &c, 1), -1);
	REQ(errno, RUMP_EBADF);
	pthread_join(t, NULL);
	REQ(rump_sys_read(sv[1], &c, 1), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, create);
	ATF_TP_ADD_TC(tp, notsock);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, timeout);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, waitall);
	ATF_TP_ADD_TC(tp, waitall_shutdown);
	ATF_TP_ADD_TC(tp, nonblock);
	ATF_TP_ADD_TC(tp, poll);
	ATF_TP_ADD_TC(tp, poll_wait);
	ATF_TP_ADD_TC(tp, kqueue);
	ATF_TP_ADD_TC(tp, ioctl);
	ATF_TP_ADD_TC(tp, timestamp);
	ATF_TP_ADD_TC(tp, badaddr);
	ATF_TP_ADD_TC(tp, mmsg);
	ATF_TP_ADD_TC(tp, close_wakes);
	return atf_no_error();
}
