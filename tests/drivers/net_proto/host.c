/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the knot family through system calls. */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>

#include "drivertest.h"
#include "knot_opt.h"

int rumptest_knots(void); /* sockets that there are; needs no CPU */

#define SA(p)     rump_sockaddr_ptr(p)
#define CTL_NET   4
#define SOMAXPRIV 1000

static struct sockaddr_knot *
port(uint16_t n)
{
	static struct sockaddr_knot sk;

	memset(&sk, 0, sizeof(sk));
	sk.sk_len = sizeof(sk);
	sk.sk_family = AF_KNOT;
	sk.sk_port = n;
	return &sk;
}

static int
create(int type)
{
	int s;

	CHECK_EQ(rump_init(), 0);
	s = rump_sys_socket(AF_KNOT, type, 0);
	CHECK(s >= 0);
	return s;
}

static int out_of;

/* Writes more than the buffers hold. */
static void *
writer(void *arg)
{
	static char big[50000];
	size_t i;

	for (i = 0; i < sizeof(big); i++)
		big[i] = (char)(i % 251);
	CHECK_EQ(rump_sys_write(out_of, big, sizeof(big)), sizeof(big));
	CHECK_ERRNO(0, rump_sys_shutdown(out_of, 1));
	return NULL;
}

static void
streams(void)
{
	struct sockaddr_knot sk;
	struct rump_pollfd pfd;
	pthread_t t;
	char buf[700];
	int head = create(RUMP_SOCK_STREAM), a, b, len, i;
	ssize_t n, at = 0;

	CHECK_ERRNO(RUMP_EINVAL, rump_sys_listen(head, 5));
	CHECK_ERRNO(0, rump_sys_bind(head, SA(port(500)), sizeof(sk)));
	CHECK_ERRNO(0, rump_sys_listen(head, 5));
	a = create(RUMP_SOCK_STREAM);
	CHECK_ERRNO(
	    RUMP_EADDRINUSE, rump_sys_bind(a, SA(port(500)), sizeof(sk)));
	CHECK_ERRNO(
	    RUMP_ECONNREFUSED, rump_sys_connect(a, SA(port(501)), sizeof(sk)));
	CHECK_ERRNO(0, rump_sys_bind(a, SA(port(600)), sizeof(sk)));
	CHECK_ERRNO(0, rump_sys_connect(a, SA(port(500)), sizeof(sk)));
	pfd.fd = head;
	pfd.events = POLLIN;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 1000), 1);
	len = sizeof(sk);
	b = rump_sys_accept(head, SA(&sk), (void *)&len);
	CHECK(b >= 0);
	CHECK_EQ(len, sizeof(sk));
	CHECK_EQ(sk.sk_port, 600);
	len = sizeof(sk);
	CHECK_ERRNO(0, rump_sys_getpeername(a, SA(&sk), (void *)&len));
	CHECK_EQ(sk.sk_port, 500);

	out_of = a;
	CHECK_EQ(pthread_create(&t, NULL, writer, NULL), 0);
	while ((n = rump_sys_read(b, buf, sizeof(buf))) > 0) {
		for (i = 0; i < n; i++)
			CHECK_EQ((unsigned char)buf[i], (at + i) % 251);
		at += n;
	}
	CHECK_EQ(n, 0);
	CHECK_EQ(at, 50000);
	pthread_join(t, NULL);
	CHECK_ERRNO(0, rump_sys_close(b));
	CHECK_ERRNO(
	    RUMP_EPIPE, rump_sys_sendto(a, "x", 1, RUMP_MSG_NOSIGNAL, NULL, 0));
	CHECK_EQ(rump_sys_read(a, buf, 1), 0);
	/* Waits for nobody, and goes away with who waits at it. */
	CHECK_ERRNO(0, rump_sys_close(a));
	CHECK_ERRNO(0, rump_sys_close(head));
}

/* What was sent arrives although the sender has closed. */
static void
leftovers(void)
{
	static char big[6000];
	char buf[1000];
	int sv[2], n, at = 0;

	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys_socketpair(AF_KNOT, RUMP_SOCK_STREAM, 0, sv));
	CHECK_EQ(rump_sys_write(sv[0], big, sizeof(big)), sizeof(big));
	CHECK_ERRNO(0, rump_sys_close(sv[0]));
	CHECK_EQ(rumptest_knots(), 2);
	while ((n = (int)rump_sys_read(sv[1], buf, sizeof(buf))) > 0)
		at += n;
	CHECK_EQ(n, 0);
	CHECK_EQ(at, sizeof(big));
	CHECK_EQ(rumptest_knots(), 1);
	CHECK_ERRNO(0, rump_sys_close(sv[1]));
	CHECK_EQ(rumptest_knots(), 0);
	/* Unless the reader goes. */
	CHECK_ERRNO(0, rump_sys_socketpair(AF_KNOT, RUMP_SOCK_STREAM, 0, sv));
	CHECK_EQ(rump_sys_write(sv[0], big, sizeof(big)), sizeof(big));
	CHECK_ERRNO(0, rump_sys_close(sv[0]));
	CHECK_ERRNO(0, rump_sys_close(sv[1]));
	CHECK_EQ(rumptest_knots(), 0);
}

static void
pairs(void)
{
	struct rump_stat st;
	char buf[64];
	int sv[2], i;

	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(
	    0, rump_sys_socketpair(AF_KNOT, RUMP_SOCK_SEQPACKET, 0, sv));
	for (i = 1; i <= 3; i++)
		CHECK_EQ(rump_sys_write(sv[0], "abcdef", (size_t)i * 2), i * 2);
	/* Records stay apart, and what does not fit is lost. */
	CHECK_EQ(rump_sys_read(sv[1], buf, sizeof(buf)), 2);
	CHECK_EQ(rump_sys_read(sv[1], buf, 3), 3);
	CHECK_EQ(rump_sys_read(sv[1], buf, sizeof(buf)), 6);
	CHECK_ERRNO(RUMP_EMSGSIZE, rump_sys_write(sv[0], buf, 5000));
	CHECK_ERRNO(0, rump_sys_fstat(sv[0], rump_stat_ptr(&st)));
	CHECK_EQ(st.st_blksize, 1234);
	CHECK_ERRNO(0, rump_sys_close(sv[0]));
	CHECK_EQ(rump_sys_read(sv[1], buf, 1), 0);
	CHECK_ERRNO(0, rump_sys_close(sv[1]));
}

static void
datagrams(void)
{
	struct rump_timeval tv = {1, 0};
	struct sockaddr_knot from;
	struct rump_msghdr msg;
	struct rump_cmsghdr *cmsg;
	struct iovec iov;
	union {
		char bytes[128];
		long align;
	} control;
	char buf[64];
	int in = create(RUMP_SOCK_DGRAM), out = create(RUMP_SOCK_DGRAM), i;
	int one = 1, len;

	CHECK_ERRNO(0, rump_sys_bind(in, SA(port(700)), sizeof(from)));
	CHECK_ERRNO(0, rump_sys_bind(out, SA(port(701)), sizeof(from)));
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(
		in, RUMP_SOL_SOCKET, RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	CHECK_ERRNO(RUMP_EDESTADDRREQ, rump_sys_write(out, "x", 1));
	for (i = 0; i < 3; i++)
		CHECK_EQ(rump_sys_sendto(out, "datagram", 8, 0, SA(port(700)),
			     sizeof(from)),
		    8);
	for (i = 0; i < 3; i++) {
		len = sizeof(from);
		CHECK_EQ(rump_sys_recvfrom(
			     in, buf, sizeof(buf), 0, SA(&from), (void *)&len),
		    8);
		CHECK_EQ(from.sk_port, 701);
	}
	CHECK_ERRNO(0, rump_sys_connect(out, SA(port(700)), sizeof(from)));
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(
		in, KNOT_LEVEL, KNOT_OPT_COUNT, &one, sizeof(one)));
	CHECK_EQ(rump_sys_write(out, "four", 4), 4);
	memset(&msg, 0, sizeof(msg));
	iov.iov_base = buf;
	iov.iov_len = sizeof(buf);
	msg.msg_iov = (void *)&iov;
	msg.msg_iovlen = 1;
	msg.msg_control = &control;
	msg.msg_controllen = sizeof(control);
	CHECK_EQ(rump_sys_recvmsg(in, rump_msghdr_ptr(&msg), 0), 4);
	cmsg = (struct rump_cmsghdr *)&control;
	CHECK_EQ(cmsg->cmsg_level, KNOT_LEVEL);
	CHECK_EQ(cmsg->cmsg_type, KNOT_SCM_COUNT);
	memcpy(&i, control.bytes + 16, sizeof(i));
	CHECK_EQ(i, 4);
}

static void
privileged(void)
{
	struct sockaddr_knot sk;
	int a = create(RUMP_SOCK_STREAM), b;

	CHECK_ERRNO(0, rump_sys_bind(a, SA(port(5)), sizeof(sk)));
	CHECK_ERRNO(0, rump_sys_setuid(SOMAXPRIV));
	b = create(RUMP_SOCK_STREAM);
	CHECK_ERRNO(RUMP_EACCES, rump_sys_bind(b, SA(port(6)), sizeof(sk)));
	CHECK_ERRNO(0, rump_sys_bind(b, SA(port(100)), sizeof(sk)));
}

static void
variables(void)
{
	int mib[3] = {CTL_NET, AF_KNOT, 1}, value = 0, new = 99;
	long long drops = -1;
	size_t len = sizeof(value);

	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 3, &value, &len, NULL, 0));
	CHECK_EQ(value, 64);
	CHECK_ERRNO(
	    0, rump_sys___sysctl(mib, 3, NULL, NULL, &new, sizeof(new)));
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 3, &value, &len, NULL, 0));
	CHECK_EQ(value, 99);
	mib[2] = 2;
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 3, &value, &len, NULL, 0));
	CHECK_EQ(value, 0);
	mib[2] = 3;
	len = sizeof(drops);
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 3, &drops, &len, NULL, 0));
	CHECK_EQ(drops, 0);
}

#define KERNEL_CASE(name)                                                      \
	static void kernel_##name(void)                                        \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		drivertest_kernel(#name);                                      \
	}

KERNEL_CASE(domain)
KERNEL_CASE(sockaddr)
KERNEL_CASE(stream)
KERNEL_CASE(queue)
KERNEL_CASE(locks)
KERNEL_CASE(options)
KERNEL_CASE(buffers)
KERNEL_CASE(records)
KERNEL_CASE(control)
KERNEL_CASE(routes)
KERNEL_CASE(netisr)
KERNEL_CASE(pktqueue)
KERNEL_CASE(descriptors)
KERNEL_CASE(counters)

#define ROW(name)                                                              \
	{                                                                      \
#name, kernel_##name, NULL                                     \
	}

static const struct drivertest tests[] = {
    {"streams", streams, NULL},
    {"leftovers", leftovers, NULL},
    {"pairs", pairs, NULL},
    {"datagrams", datagrams, NULL},
    {"privileged", privileged, NULL},
    {"variables", variables, NULL},
    ROW(domain),
    ROW(sockaddr),
    ROW(stream),
    ROW(queue),
    ROW(locks),
    ROW(options),
    ROW(buffers),
    ROW(records),
    ROW(control),
    ROW(routes),
    ROW(netisr),
    ROW(pktqueue),
    ROW(descriptors),
    ROW(counters),
    {NULL, NULL, NULL},
};

DRIVERTEST_MAIN(tests)
