/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments, one at a time: what is answered, with which options. */
#include "segment.h"

static const uint8_t all_options[] = {
    2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 100, 0, 0, 0, 0, 1, 3, 3, 2};
static const uint8_t sack_only[] = {2, 4, 5, 180, 1, 1, 4, 2};

TEST(syn, "SYN+ACK repeats what was offered, and nothing else")
{
	struct seg s = {.sport = 7,
		       .dport = 4000,
		       .seq = 5,
		       .flags = SYN,
		       .win = 1000},
		   a;

	seg_setup();
	t_listen(US, 4000, 5);
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, SYN | ACK);
	REQ(a.ack, 6);
	ATF_REQUIRE(seg_opt(&a, 2) != NULL);
	REQ(get16(seg_opt(&a, 2) + 2), 1460);
	ATF_REQUIRE(seg_opt(&a, 3) == NULL && seg_opt(&a, 4) == NULL &&
	    seg_opt(&a, 8) == NULL);
	s.sport = 8;
	s.optlen = sizeof(all_options);
	memcpy(s.opt, all_options, sizeof(all_options));
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	ATF_REQUIRE(seg_opt(&a, 3) != NULL && seg_opt(&a, 4) != NULL &&
	    seg_opt(&a, 8) != NULL);
	REQ(get32(seg_opt(&a, 8) + 6), 100);
	/* sent again after a second */
	REQ(seg_get(&a, 2500), 1);
	REQ(a.flags, SYN | ACK);
}

TEST(simultaneous, "both ends open at once")
{
	struct rump_sockaddr_in sin = t_sin(PEER, 5000);
	struct seg s = {.sport = 5000, .seq = 7000, .flags = SYN, .win = 1000},
		   a;
	uint32_t seq;
	char buf[8];
	int fd;

	seg_setup();
	RL(fd = rump_sys_socket(
	       RUMP_PF_INET, RUMP_SOCK_STREAM | RUMP_SOCK_NONBLOCK, 0));
	RERR(RUMP_EINPROGRESS, rump_sys_connect(fd, SA(&sin), sizeof(sin)));
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, SYN);
	seq = a.seq;
	s.dport = a.sport;
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, SYN | ACK);
	REQ(a.seq, seq);
	REQ(a.ack, 7001);
	/* the peer answers our SYN in the same way */
	s.flags = SYN | ACK;
	s.ack = seq + 1;
	seg_put(&s);
	s.flags = ACK | PSH;
	s.seq = 7001;
	s.len = 5;
	memcpy(s.data, "hello", 5);
	seg_put(&s);
	REQ(rump_sys_read(fd, buf, sizeof(buf)), 5);
	REQ(rump_sys_write(fd, "you", 3), 3);
	do {
		REQ(seg_get(&a, 1000), 1);
	} while (a.len == 0);
	REQ(a.len, 3);
	REQ(a.seq, seq + 1);
	RL(rump_sys_close(fd));
}

TEST(port, "no listener: a reset that fits")
{
	struct seg s = {.sport = 7,
		       .dport = 4000,
		       .seq = 5,
		       .flags = SYN,
		       .win = 1000},
		   a;

	seg_setup();
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, RST | ACK);
	REQ(a.seq, 0);
	REQ(a.ack, 6);
	s.flags = ACK;
	s.ack = 77;
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, RST);
	REQ(a.seq, 77);
	s.flags = RST;
	seg_put(&s);
	seg_none(100);
}

TEST(sack, "out of order data are reported, newest first")
{
	struct conn c;
	struct seg a;
	const uint8_t *o;
	char buf[1000];
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, sack_only, sizeof(sack_only));
	conn_data(&c, 100, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1001);
	ATF_REQUIRE((o = seg_opt(&a, 5)) != NULL);
	REQ(o[1], 10);
	REQ(get32(o + 2), 1101);
	REQ(get32(o + 6), 1201);
	conn_data(&c, 300, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	ATF_REQUIRE((o = seg_opt(&a, 5)) != NULL);
	REQ(o[1], 18);
	REQ(get32(o + 2), 1301);
	REQ(get32(o + 10), 1101);
	/* a duplicate is reported as such (RFC 2883) */
	conn_data(&c, 300, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	ATF_REQUIRE((o = seg_opt(&a, 5)) != NULL);
	REQ(get32(o + 2), 1301);
	REQ(get32(o + 6), 1401);
	/* the hole is filled: one block left */
	conn_data(&c, 0, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1201);
	ATF_REQUIRE((o = seg_opt(&a, 5)) != NULL);
	REQ(o[1], 10);
	REQ(get32(o + 2), 1301);
	conn_data(&c, 150, 200, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1401);
	ATF_REQUIRE(
	    seg_opt(&a, 5) == NULL || get32(seg_opt(&a, 5) + 6) <= 1401);
	REQ(rump_sys_read(c.fd, buf, sizeof(buf)), 400);
	ATF_REQUIRE(t_check((void *)buf, 0, 400));
}

TEST(fin_early, "a FIN that comes before the data")
{
	struct conn c;
	struct seg a;
	char buf[1000];
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, sack_only, sizeof(sack_only));
	conn_data(&c, 100, 100, ACK | FIN);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1001);
	conn_data(&c, 0, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1202);
	REQ(rump_sys_read(c.fd, buf, sizeof(buf)), 200);
	REQ(rump_sys_read(c.fd, buf, sizeof(buf)), 0);
}

TEST(paws, "an old timestamp is refused")
{
	struct conn c;
	struct seg a;
	uint8_t ts[12] = {1, 1, 8, 10};
	char buf[1000];
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	/* conn_open() sends no timestamp with its ACK, which is allowed */
	conn_open(&c, l, 4000, all_options, sizeof(all_options));
	memcpy(c.s.opt, ts, sizeof(ts));
	c.s.optlen = sizeof(ts);
	put32(c.s.opt + 4, 200);
	conn_data(&c, 0, 100, ACK);
	REQ(rump_sys_read(c.fd, buf, sizeof(buf)), 100);
	put32(c.s.opt + 4, 150);
	conn_data(&c, 100, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1101);
	REQ(t_stat(ST_PAWSDROP), 1);
	put32(c.s.opt + 4, 201);
	conn_data(&c, 100, 100, ACK);
	REQ(rump_sys_read(c.fd, buf, sizeof(buf)), 100);
}

TEST(challenge, "resets and SYNs that miss are answered by an ACK")
{
	struct conn c;
	struct seg a, s;
	char buf[10];
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, sack_only, sizeof(sack_only));
	s = c.s;
	s.flags = RST;
	s.seq = 1001 + 500;
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, ACK);
	REQ(a.ack, 1001);
	s.seq = 1001 - 5;
	seg_put(&s);
	seg_none(50);
	s.flags = SYN;
	s.seq = 1001 + 5;
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, ACK);
	s.flags = ACK;
	s.seq = 1001;
	s.ack = c.rcv + 10000; /* of what was never sent */
	s.len = 1;
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, ACK);
	REQ(a.ack, 1001);
	s.len = 0;
	s.flags = RST;
	seg_put(&s);
	RERR(RUMP_ECONNRESET, rump_sys_read(c.fd, buf, sizeof(buf)));
}

TEST(window_probe, "data beyond a full window are not taken")
{
	struct conn c;
	struct seg a;
	int l, size = 4096, i, n;

	seg_setup();
	l = t_listen(US, 4000, 5);
	RL(rump_sys_setsockopt(
	    l, RUMP_SOL_SOCKET, RUMP_SO_RCVBUF, &size, sizeof(size)));
	conn_open(&c, l, 4000, sack_only, sizeof(sack_only));
	for (i = 0; i < 4096; i += 512)
		conn_data(&c, i, 512, ACK);
	do {
		REQ(seg_get(&a, 1000), 1);
	} while (a.ack != 1001 + 4096);
	REQ(a.win, 0);
	conn_data(&c, 4096, 1, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1001 + 4096);
	RL(rump_sys_ioctl(c.fd, 0x4004667f, &n)); /* FIONREAD */
	REQ(n, 4096);
}

TEST(retransmit, "unanswered data are sent again, later and later")
{
	struct conn c;
	struct seg a;
	double t[4];
	int l, i;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	REQ(rump_sys_write(c.fd, "hello", 5), 5);
	for (i = 0; i < 4; i++) {
		REQ(seg_get(&a, 3000), 1);
		REQ(a.len, 5);
		REQ(a.seq, c.rcv);
		t[i] = t_now();
	}
	ATF_REQUIRE(t[1] - t[0] > 0.15 && t[1] - t[0] < 1.5);
	ATF_REQUIRE(t[2] - t[1] > 1.5 * (t[1] - t[0]));
	ATF_REQUIRE(t[3] - t[2] > 1.5 * (t[2] - t[1]));
	c.s.ack = c.rcv + 5;
	seg_put(&c.s);
	seg_none(1000);
}

TEST(fast_retransmit, "three duplicate ACKs")
{
	struct conn c;
	struct seg a, s;
	char buf[14600];
	int l, i;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	memset(buf, 'x', sizeof(buf));
	REQ(rump_sys_write(c.fd, buf, sizeof(buf)), sizeof(buf));
	for (i = 0; i < 10; i++)
		REQ(seg_get(&a, 1000), 1);
	seg_none(20);
	s = c.s;
	s.ack = c.rcv + 1460;
	seg_put(&s);
	for (i = 0; i < 3; i++)
		seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.seq, c.rcv + 1460);
	REQ(t_stat(ST_REXMTTIMEO), 0);
}

TEST(zero_window, "a closed window is probed, and opens")
{
	struct conn c;
	struct seg a;
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	c.s.win = 0;
	c.s.ack = c.rcv;
	c.s.seq = 1001;
	c.s.len = 1;
	c.s.flags = ACK;
	seg_put(&c.s);
	c.s.seq = 1002;
	c.s.len = 0;
	REQ(seg_get(&a, 1000), 1);
	REQ(rump_sys_write(c.fd, "hello", 5), 5);
	REQ(seg_get(&a, 3000), 1); /* a probe */
	REQ(a.len, 0);
	seg_put(&c.s);
	REQ(seg_get(&a, 3000), 1);
	REQ(a.len, 0);
	c.s.win = 1000;
	seg_put(&c.s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.len, 5);
}

TEST(addresses, "groups are refused; what ends like one is not")
{
	const char *const us = "10.88.0.230", *const group = "224.0.0.5";
	struct rump_sockaddr_in sin;
	int l, s;

	seg_setup();
	RZ(rump_pub_netconfig_ipv4_ifaddr_cidr("tst0", us, 24));
	l = t_listen(us, 4000, 5);
	s = t_connect(us, 4000);
	RL(rump_sys_accept(l, NULL, NULL));
	RL(rump_sys_close(s));
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	sin = t_sin(group, 4000);
	RERR(RUMP_EADDRNOTAVAIL, rump_sys_bind(s, SA(&sin), sizeof(sin)));
	RERR(RUMP_EAFNOSUPPORT, rump_sys_connect(s, SA(&sin), sizeof(sin)));
}

TEST(old_window, "the window of an old segment is not believed")
{
	struct conn c;
	struct seg a;
	char buf[500];
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	conn_data(&c, 0, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	c.s.win = 10;
	conn_data(&c, 0, 100, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1101);
	memset(buf, 0, sizeof(buf));
	REQ(rump_sys_write(c.fd, buf, sizeof(buf)), (int)sizeof(buf));
	REQ(seg_get(&a, 1000), 1);
	REQ(a.len, (int)sizeof(buf));
}

TEST(both_open, "both open at once; the window of a SYN has no scale")
{
	struct rump_sockaddr_in sin;
	struct seg a, s;
	char buf[5000];
	int fd, nb = 1;

	seg_setup();
	RL(fd = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RL(rump_sys_ioctl(fd, 0x8004667e, &nb)); /* FIONBIO */
	sin = t_sin(PEER, 4000);
	RERR(RUMP_EINPROGRESS, rump_sys_connect(fd, SA(&sin), sizeof(sin)));
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, SYN);
	memset(&s, 0, sizeof(s));
	s.sport = 4000;
	s.dport = a.sport;
	s.seq = 1000;
	s.flags = SYN;
	s.win = 1000;
	s.optlen = 8;
	memcpy(s.opt, "\2\4\5\264\1\3\3\7", 8);
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, SYN | ACK);
	s.flags = SYN | ACK;
	s.ack = a.seq + 1;
	seg_put(&s);
	REQ(seg_get(&a, 1000), 0);
	memset(buf, 0, sizeof(buf));
	REQ(rump_sys_write(fd, buf, sizeof(buf)), (int)sizeof(buf));
	REQ(seg_get(&a, 1000), 1);
	REQ(a.len, 1000);
	seg_none(50);
}

TEST(fin_again, "a FIN that comes again in TIME_WAIT begins it anew")
{
	struct conn c;
	struct seg a;
	int l, i;

	seg_setup();
	t_sysctl(34, 1); /* msl: TIME_WAIT takes a second */
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	RL(rump_sys_shutdown(c.fd, 1));
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, FIN | ACK);
	c.rcv++;
	conn_data(&c, 0, 0, FIN | ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1002);
	for (i = 0; i < 3; i++) {
		t_msleep(600);
		conn_data(&c, 0, 0, FIN | ACK);
		REQ(seg_get(&a, 1000), 1);
		REQ(a.flags, ACK);
	}
}

TEST(ip_options, "IP options leave less room for data")
{
	struct conn c;
	struct seg a;
	char buf[3000];
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	RL(rump_sys_setsockopt(c.fd, 0, 1, "\1\1\1\1\1\1\1\0", 8));
	memset(buf, 0, sizeof(buf));
	REQ(rump_sys_write(c.fd, buf, sizeof(buf)), (int)sizeof(buf));
	REQ(seg_get(&a, 100), 1);
	REQ(a.len, 1452);
}

TEST(zero_window_fin, "a FIN is taken while the window is closed")
{
	struct conn c;
	struct seg a = {.win = 1460};
	char buf[4096];
	int l, size = 4096, total = 0;
	ssize_t n;

	seg_setup();
	l = t_listen(US, 5, 5);
	RL(rump_sys_setsockopt(
	    l, RUMP_SOL_SOCKET, RUMP_SO_RCVBUF, &size, sizeof(size)));
	conn_open(&c, l, 5, NULL, 0);
	while (a.win > 0) {
		c.s.len = a.win < 1460 ? a.win : 1460;
		seg_put(&c.s);
		c.s.seq += c.s.len;
		total += c.s.len;
		do
			REQ(seg_get(&a, 1000), 1);
		while (a.ack != c.s.seq);
	}
	c.s.len = 0;
	c.s.flags = ACK | FIN;
	seg_put(&c.s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, c.s.seq + 1);
	REQ(a.win, 0);
	while ((n = rump_sys_read(c.fd, buf, sizeof(buf))) > 0)
		total -= n;
	REQ(n, 0);
	REQ(total, 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, syn);
	ATF_TP_ADD_TC(tp, simultaneous);
	ATF_TP_ADD_TC(tp, port);
	ATF_TP_ADD_TC(tp, sack);
	ATF_TP_ADD_TC(tp, fin_early);
	ATF_TP_ADD_TC(tp, paws);
	ATF_TP_ADD_TC(tp, challenge);
	ATF_TP_ADD_TC(tp, window_probe);
	ATF_TP_ADD_TC(tp, retransmit);
	ATF_TP_ADD_TC(tp, fast_retransmit);
	ATF_TP_ADD_TC(tp, zero_window);
	ATF_TP_ADD_TC(tp, addresses);
	ATF_TP_ADD_TC(tp, old_window);
	ATF_TP_ADD_TC(tp, both_open);
	ATF_TP_ADD_TC(tp, fin_again);
	ATF_TP_ADD_TC(tp, ip_options);
	ATF_TP_ADD_TC(tp, zero_window_fin);
	return atf_no_error();
}
