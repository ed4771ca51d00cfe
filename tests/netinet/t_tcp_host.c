/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP against the host's own stack, over taps in a network namespace of its
 * own, with a wire between them that loses, duplicates and reorders.
 */
#include "t_tcp.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <rump/netconfig.h>

#include "wire.h"

static struct wire wire;

static void
setup(void)
{
	const char *why = wire_open(&wire);

	if (why != NULL)
		atf_tc_skip("%s", why);
	RZ(rump_init());
	RZ(rump_pub_netconfig_ifcreate("virt0"));
	RZ(rump_pub_netconfig_ifsetlinkstr("virt0", "rtap0"));
	RZ(rump_pub_netconfig_ipv4_ifaddr_cidr("virt0", WIRE_RUMP, 24));
	RZ(rump_pub_netconfig_ifup("virt0"));
	wire_start(&wire);
}

static int
host_listen(int port)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_port = htons(port)};
	int s, on = 1;

	ATF_REQUIRE((s = socket(AF_INET, SOCK_STREAM, 0)) != -1);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	ATF_REQUIRE(bind(s, (struct sockaddr *)&sin, sizeof(sin)) == 0);
	ATF_REQUIRE(listen(s, 5) == 0);
	return s;
}

static int
host_connect(int port)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_port = htons(port)};
	int s;

	sin.sin_addr.s_addr = inet_addr(WIRE_RUMP);
	ATF_REQUIRE((s = socket(AF_INET, SOCK_STREAM, 0)) != -1);
	ATF_REQUIRE_MSG(connect(s, (struct sockaddr *)&sin, sizeof(sin)) == 0,
	    "connect: %s", strerror(errno));
	return s;
}

/* one direction of a connection */
struct flow {
	bool rump; /* which of the two ends this is */
	int fd;
	size_t total;
	int chunk;
	bool bad;
};

static void *
flow_send(void *arg)
{
	struct flow *f = arg;
	uint8_t *buf = malloc(f->chunk);
	size_t off;
	ssize_t n;

	if (f->rump)
		rump_pub_lwproc_newlwp(1);
	for (off = 0; off < f->total; off += n) {
		n = f->total - off < (size_t)f->chunk ? f->total - off
						      : (size_t)f->chunk;
		t_fill(buf, off, n);
		n = f->rump ? rump_sys_write(f->fd, buf, n)
			    : write(f->fd, buf, n);
		if (n <= 0) {
			fprintf(stderr, "send: %d at %zu\n", errno, off);
			f->bad = true;
			break;
		}
	}
	if (f->rump)
		rump_sys_shutdown(f->fd, 1);
	else
		shutdown(f->fd, SHUT_WR);
	free(buf);
	if (f->rump)
		rump_pub_lwproc_releaselwp();
	return NULL;
}

static void *
flow_recv(void *arg)
{
	struct flow *f = arg;
	uint8_t *buf = malloc(f->chunk);
	size_t off = 0;
	ssize_t n;

	if (f->rump)
		rump_pub_lwproc_newlwp(1);
	for (;;) {
		n = f->rump ? rump_sys_read(f->fd, buf, f->chunk)
			    : read(f->fd, buf, f->chunk);
		if (n <= 0)
			break;
		if (!t_check(buf, off, n)) {
			f->bad = true;
			break;
		}
		off += n;
	}
	if (n < 0 || off != f->total) {
		fprintf(stderr, "recv (%s): %zu of %zu, errno %d\n",
		    f->rump ? "rump" : "host", off, f->total,
		    n < 0 ? errno : 0);
		f->bad = true;
	}
	free(buf);
	if (f->rump)
		rump_pub_lwproc_releaselwp();
	return NULL;
}

/* move data through a connection: out is rump to host */
static void
transfer(int rfd, int hfd, size_t out, size_t in, const char *what)
{
	struct flow f[4] = {{true, rfd, out, 32768, false},
	    {false, hfd, out, 16384, false}, {false, hfd, in, 32768, false},
	    {true, rfd, in, 16384, false}};
	uint64_t rexmt = t_stat(ST_SNDREXMITPACK);
	uint64_t timeo = t_stat(ST_REXMTTIMEO);
	pthread_t t[4];
	double t0 = t_now();
	int i;

	for (i = 0; i < 4; i++)
		RZ(pthread_create(
		    &t[i], NULL, i % 2 == 0 ? flow_send : flow_recv, &f[i]));
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	fprintf(stderr,
	    "%s: %zu out, %zu in, %.2f s, we retransmitted %lu, "
	    "%lu timeouts; wire lost %ld, duplicated %ld, reordered %ld\n",
	    what, out, in, t_now() - t0,
	    (unsigned long)(t_stat(ST_SNDREXMITPACK) - rexmt),
	    (unsigned long)(t_stat(ST_REXMTTIMEO) - timeo), wire.lost,
	    wire.duped, wire.reordered);
	for (i = 0; i < 4; i++)
		ATF_REQUIRE_MSG(!f[i].bad, "flow %d failed", i);
}

static void
both(size_t out, size_t in, const char *what)
{
	static int port = 5000;
	int l, r, h;

	/* the rump kernel opens */
	l = host_listen(++port);
	r = t_connect(WIRE_HOST, port);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	transfer(r, h, out, in, what);
	RL(rump_sys_close(r));
	close(h);
	close(l);
	/* the host does */
	l = t_listen(WIRE_RUMP, ++port, 5);
	h = host_connect(port);
	RL(r = rump_sys_accept(l, NULL, NULL));
	transfer(r, h, out, in, what);
	close(h);
	RL(rump_sys_close(r));
	RL(rump_sys_close(l));
}

TEST(clean, "data both ways, nothing lost")
{
	setup();
	both(1, 1, "a byte");
	both(8 << 20, 0, "out");
	both(0, 8 << 20, "in");
	both(4 << 20, 4 << 20, "both ways");
	wire_set(&wire, 0, 0, 0, 10000);
	both(8 << 20, 8 << 20, "20 ms away");
}

TEST(loss, "packets get lost")
{
	setup();
	wire_set(&wire, 10, 0, 0, 1000);
	both(2 << 20, 2 << 20, "1% lost");
	wire_set(&wire, 50, 0, 0, 1000);
	both(1 << 20, 1 << 20, "5% lost");
	wire_set(&wire, 150, 0, 0, 500);
	both(100 << 10, 100 << 10, "15% lost");
}

TEST(disorder, "packets come out of order and twice")
{
	setup();
	wire_set(&wire, 0, 0, 200, 500);
	both(2 << 20, 2 << 20, "20% reordered");
	wire_set(&wire, 0, 100, 0, 500);
	both(2 << 20, 2 << 20, "10% duplicated");
	wire_set(&wire, 30, 50, 100, 500);
	both(1 << 20, 1 << 20, "all of it");
}

static void
host_knob(const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	fd = open(path, O_WRONLY);
	if (fd == -1 || write(fd, value, strlen(value)) == -1)
		fprintf(stderr, "%s stays as it is\n", path);
	if (fd != -1)
		close(fd);
}

TEST(without, "without SACK, timestamps, window scaling")
{
	setup();
	wire_set(&wire, 20, 20, 50, 500);
	host_knob("tcp_sack", "0");
	both(1 << 20, 1 << 20, "no SACK");
	host_knob("tcp_timestamps", "0");
	both(1 << 20, 1 << 20, "no timestamps");
	host_knob("tcp_sack", "1");
	both(1 << 20, 1 << 20, "SACK, no timestamps");
	host_knob("tcp_window_scaling", "0");
	both(1 << 20, 1 << 20, "no scaling");
	t_sysctl(1, 0);
	both(1 << 20, 1 << 20, "nor here");
}

TEST(congctl, "every algorithm, through a narrow place")
{
	static const char *const names[] = {"reno", "newreno", "cubic"};
	struct rump_sockaddr_in sin;
	char name[16];
	unsigned i;
	int l, r, h, len;

	setup();
	wire_set(&wire, 0, 0, 0, 5000);
	wire.rate = 4000;
	wire.queue = 40;
	for (i = 0; i < 3; i++) {
		l = host_listen(6000 + i);
		RL(r = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
		RL(rump_sys_setsockopt(
		    r, 6, T_TCP_CONGCTL, names[i], strlen(names[i]) + 1));
		len = sizeof(name);
		RL(rump_sys_getsockopt(
		    r, 6, T_TCP_CONGCTL, name, (void *)&len));
		ATF_REQUIRE_STREQ(name, names[i]);
		sin = t_sin(WIRE_HOST, 6000 + i);
		RL(rump_sys_connect(r, SA(&sin), sizeof(sin)));
		ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
		transfer(r, h, 6 << 20, 0, names[i]);
		RL(rump_sys_close(r));
		close(h);
		close(l);
	}
	RL(r = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RERR(RUMP_ENOENT, rump_sys_setsockopt(r, 6, T_TCP_CONGCTL, "none", 5));
}

TEST(pmtu, "a router with a smaller MTU in the middle")
{
	setup();
	wire.mtu = 1000;
	both(200 << 10, 200 << 10, "1000 bytes");
	ATF_REQUIRE(wire.toobig > 0);
	ATF_REQUIRE_MSG(wire.toobig < 100, "%ld packets too big", wire.toobig);
}

TEST(blackhole, "the same, and it says nothing")
{
	int l, r, h;

	setup();
	wire.mtu = 1000;
	wire.blackhole = true;
	l = host_listen(7000);
	r = t_connect(WIRE_HOST, 7000);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	transfer(r, h, 100 << 10, 0, "black hole");
}

TEST(refused, "nobody listens")
{
	struct rump_sockaddr_in sin;
	struct sockaddr_in hsin = {.sin_family = AF_INET, .sin_port = htons(9)};
	int s;

	setup();
	sin = t_sin(WIRE_HOST, 9);
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RERR(RUMP_ECONNREFUSED, rump_sys_connect(s, SA(&sin), sizeof(sin)));
	hsin.sin_addr.s_addr = inet_addr(WIRE_RUMP);
	ATF_REQUIRE((s = socket(AF_INET, SOCK_STREAM, 0)) != -1);
	ATF_REQUIRE_ERRNO(ECONNREFUSED,
	    connect(s, (struct sockaddr *)&hsin, sizeof(hsin)) == -1);
}

TEST(reset, "either end resets")
{
	struct linger li = {1, 0};
	struct rump_linger rli = {1, 0};
	char c;
	int l, r, h;

	setup();
	l = host_listen(7100);
	r = t_connect(WIRE_HOST, 7100);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	setsockopt(h, SOL_SOCKET, SO_LINGER, &li, sizeof(li));
	close(h);
	RERR(RUMP_ECONNRESET, rump_sys_read(r, &c, 1));
	RL(rump_sys_close(r));

	r = t_connect(WIRE_HOST, 7100);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	RL(rump_sys_setsockopt(
	    r, RUMP_SOL_SOCKET, RUMP_SO_LINGER, &rli, sizeof(rli)));
	RL(rump_sys_close(r));
	ATF_REQUIRE_ERRNO(ECONNRESET, read(h, &c, 1) == -1);
	close(h);

	/* what was not read at close is lost, and the peer hears of it */
	r = t_connect(WIRE_HOST, 7100);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	REQ(write(h, "x", 1), 1);
	t_msleep(50);
	RL(rump_sys_close(r));
	ATF_REQUIRE_ERRNO(ECONNRESET, read(h, &c, 1) == -1);
	close(h);
}

TEST(window, "a window that closes for a while")
{
	struct flow f = {true, -1, 3 << 20, 65536, false};
	struct flow g = {false, -1, 3 << 20, 65536, false};
	pthread_t t;
	int l, r, h, size = 4096;

	setup();
	l = host_listen(7200);
	setsockopt(l, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	r = t_connect(WIRE_HOST, 7200);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	f.fd = r;
	g.fd = h;
	RZ(pthread_create(&t, NULL, flow_send, &f));
	sleep(2);
	flow_recv(&g);
	pthread_join(t, NULL);
	ATF_REQUIRE(!f.bad && !g.bad);
}

TEST(cut, "the wire is cut and mended; and cut for good")
{
	struct flow f = {true, -1, 1 << 20, 65536, false};
	struct flow g = {false, -1, 1 << 20, 65536, false};
	pthread_t t;
	int l, r, h, v;
	char c;

	setup();
	wire_set(&wire, 0, 0, 0, 2000);
	wire.rate = 2000;
	wire.queue = 100;
	l = host_listen(7300);
	r = t_connect(WIRE_HOST, 7300);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	f.fd = r;
	g.fd = h;
	RZ(pthread_create(&t, NULL, flow_send, &f));
	t_msleep(100);
	wire.cut = true;
	t_msleep(700);
	wire.cut = false;
	flow_recv(&g);
	pthread_join(t, NULL);
	ATF_REQUIRE(!f.bad && !g.bad);

	r = t_connect(WIRE_HOST, 7300);
	ATF_REQUIRE((h = accept(l, NULL, NULL)) != -1);
	v = 1;
	RL(rump_sys_setsockopt(r, 6, T_TCP_KEEPIDLE, &v, sizeof(v)));
	RL(rump_sys_setsockopt(r, 6, T_TCP_KEEPINTVL, &v, sizeof(v)));
	v = 3;
	RL(rump_sys_setsockopt(r, 6, T_TCP_KEEPCNT, &v, sizeof(v)));
	v = 1;
	RL(rump_sys_setsockopt(
	    r, RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, &v, sizeof(v)));
	t_msleep(2500); /* the host answers probes */
	wire.cut = true;
	RERR(RUMP_ETIMEDOUT, rump_sys_read(r, &c, 1));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, clean);
	ATF_TP_ADD_TC(tp, loss);
	ATF_TP_ADD_TC(tp, disorder);
	ATF_TP_ADD_TC(tp, without);
	ATF_TP_ADD_TC(tp, congctl);
	ATF_TP_ADD_TC(tp, pmtu);
	ATF_TP_ADD_TC(tp, blackhole);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, reset);
	ATF_TP_ADD_TC(tp, window);
	ATF_TP_ADD_TC(tp, cut);
	return atf_no_error();
}
