/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments that no honest peer sends: counted, dropped, survived. */
#include "segment.h"

static uint32_t seed = 99;

static uint32_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static void
drain(void)
{
	struct seg s;

	while (seg_get(&s, 0))
		continue;
}

/* the kernel still opens, moves data, and closes */
static void
alive(int l, int port)
{
	struct conn c;
	char buf[100];

	drain();
	conn_open(&c, l, port, "\2\4\5\264", 4);
	conn_data(&c, 0, 100, ACK);
	REQ(rump_sys_read(c.fd, buf, sizeof(buf)), 100);
	RL(rump_sys_close(c.fd));
}

TEST(headers, "truncated and impossible headers")
{
	struct seg s = {
	    .sport = 7, .dport = 4000, .seq = 5, .flags = SYN, .win = 1000};
	uint8_t b[2048];
	int l, n, i;

	seg_setup();
	l = t_listen(US, 4000, 5);
	for (i = 20; i < 40; i++) {
		n = seg_build(&s, b);
		put16(b + 2, i);
		put16(b + 10, 0);
		put16(b + 10, seg_fold(seg_sum(0, b, 20)));
		(void)rump_tcptest_inject(b, i);
	}
	REQ(t_stat(ST_RCVSHORT), 20);
	for (i = 0; i < 16; i++) {
		n = seg_build(&s, b);
		b[32] = i << 4;
		(void)rump_tcptest_inject(b, n);
	}
	REQ(t_stat(ST_RCVBADOFF), 15);
	drain(); /* one was right */
	n = seg_build(&s, b);
	b[36] ^= 1;
	(void)rump_tcptest_inject(b, n);
	ATF_REQUIRE(t_stat(ST_RCVBADSUM) >= 1);
	seg_none(20);
	alive(l, 4000);
}

TEST(options, "options of every length and kind")
{
	struct seg s = {.sport = 7, .dport = 4000, .win = 1000};
	struct conn c;
	int l, i, j;

	seg_setup();
	l = t_listen(US, 4000, 128);
	conn_open(&c, l, 4000, "\2\4\5\264\1\1\4\2", 8);
	for (i = 0; i < 20000; i++) {
		s.optlen = rnd() % 11 * 4;
		for (j = 0; j < s.optlen; j++)
			s.opt[j] = rnd() % 4 == 0 ? rnd() : rnd() % 12;
		s.seq = rnd();
		s.flags = SYN;
		s.sport = rnd();
		if (i % 2 == 0) {
			s.sport = c.s.sport;
			s.seq = 1001;
			s.flags = ACK;
			s.ack = c.rcv;
		}
		seg_put(&s);
		drain();
	}
	alive(t_listen(US, 4001, 5), 4001);
}

TEST(storm, "random segments for a connection")
{
	struct conn c;
	struct seg s;
	char buf[4096];
	int l, i, nb = 1;

	seg_setup();
	l = t_listen(US, 4000, 128);
	conn_open(&c, l, 4000, "\2\4\5\264\1\1\4\2", 8);
	RL(rump_sys_ioctl(c.fd, 0x8004667e, &nb)); /* FIONBIO */
	for (i = 0; i < 60000; i++) {
		s = c.s;
		s.seq = 1001 + (rnd() % 3 == 0 ? rnd() : rnd() % 200000 - 1000);
		s.ack = c.rcv + (rnd() % 3 == 0 ? rnd() : rnd() % 4000 - 1000);
		s.flags = rnd();
		if (rnd() % 20 != 0)
			s.flags &= ~(RST | SYN);
		s.win = rnd();
		s.urp = rnd();
		s.len = rnd() % 3 == 0 ? 0 : rnd() % 1400;
		s.optlen = rnd() % 4 == 0 ? 12 : 0;
		if (s.optlen != 0) {
			memcpy(s.opt, "\1\1\5\12", 4);
			put32(s.opt + 4, c.rcv + rnd() % 5000 - 1000);
			put32(s.opt + 8, c.rcv + rnd() % 5000 - 1000);
		}
		seg_put(&s);
		if (rnd() % 8 == 0)
			(void)rump_sys_sendto(
			    c.fd, buf, rnd() % 4096, 0x400, NULL, 0);
		if (rnd() % 8 == 0)
			(void)rump_sys_read(c.fd, buf, sizeof(buf));
		drain();
		if (i % 1000 == 999) {
			struct rump_linger li = {1, 0};

			(void)rump_sys_setsockopt(c.fd, RUMP_SOL_SOCKET,
			    RUMP_SO_LINGER, &li, sizeof(li));
			RL(rump_sys_close(c.fd));
			drain();
			conn_open(&c, l, 4000, "\2\4\5\264\1\1\4\2", 8);
			RL(rump_sys_ioctl(c.fd, 0x8004667e, &nb));
		}
	}
	RL(rump_sys_close(c.fd));
	drain();
	l = t_listen(US, 4001, 128);
	alive(l, 4001);
}

TEST(pieces, "a window full of single bytes, every other one")
{
	struct conn c;
	struct seg a;
	int l, i;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264\1\1\4\2", 8);
	for (i = 1; i < 60000; i += 2) {
		conn_data(&c, i, 1, ACK);
		drain();
	}
	conn_data(&c, 0, 1, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.ack, 1003);
	alive(t_listen(US, 4001, 5), 4001);
}

TEST(flood, "more SYNs than the table holds: cookies")
{
	struct seg s = {.dport = 4000, .flags = SYN, .win = 1000}, a, last;
	uint8_t syn[] = {
	    2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 5};
	int l, fd, i, limit = 20;
	char buf[200];

	seg_setup();
	t_sysctl(5, limit);
	l = t_listen(US, 4000, 128);
	s.optlen = sizeof(syn);
	memcpy(s.opt, syn, sizeof(syn));
	memset(&last, 0, sizeof(last));
	for (i = 0; i < 500; i++) {
		s.sport = 1000 + i;
		s.seq = i * 1000;
		seg_put(&s);
		REQ(seg_get(&last, 1000), 1);
		REQ(last.flags, SYN | ACK);
	}
	ATF_REQUIRE(t_stat(ST_SC_ADDED) <= 20);
	/* the last one was answered by a cookie: that is enough to connect */
	s.flags = ACK;
	s.seq++;
	s.ack = last.seq + 1;
	s.optlen = 12;
	memcpy(s.opt, "\1\1\10\12\0\0\0\12", 8);
	ATF_REQUIRE(seg_opt(&last, 8) != NULL);
	memcpy(s.opt + 8, seg_opt(&last, 8) + 2, 4);
	s.len = 100;
	t_fill(s.data, 0, 100);
	seg_put(&s);
	RL(fd = rump_sys_accept(l, NULL, NULL));
	REQ(rump_sys_read(fd, buf, sizeof(buf)), 100);
	ATF_REQUIRE(t_check((void *)buf, 0, 100));
	RL(rump_sys_close(fd));
	drain();
	/* a cookie that is none */
	s.sport++;
	s.len = 0;
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, RST);
}

TEST(ackbomb, "SACK blocks of nonsense while data are in flight")
{
	struct conn c;
	struct seg s;
	char buf[65536];
	int l, i, nb = 1;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\0\330\1\1\4\2", 8);
	RL(rump_sys_ioctl(c.fd, 0x8004667e, &nb));
	memset(buf, 0, sizeof(buf));
	for (i = 0; i < 30000; i++) {
		(void)rump_sys_sendto(
		    c.fd, buf, 1 + rnd() % 60000, 0x400, NULL, 0);
		s = c.s;
		s.win = 65535;
		s.ack = c.rcv + (rnd() % 10 == 0 ? rnd() % 500 : 0);
		s.optlen = 28;
		memcpy(s.opt, "\1\1\5\32", 4);
		put32(s.opt + 4, s.ack + rnd() % 60000);
		put32(s.opt + 8, s.ack + rnd() % 60000);
		put32(s.opt + 12, s.ack + rnd() % 60000);
		put32(s.opt + 16, s.ack + rnd() % 60000);
		put32(s.opt + 20, s.ack + rnd() % 60000);
		put32(s.opt + 24, s.ack + rnd() % 60000);
		seg_put(&s);
		if ((int32_t)(s.ack - c.rcv) > 0)
			c.rcv = s.ack;
		drain();
	}
	RL(rump_sys_close(c.fd));
	alive(t_listen(US, 4001, 5), 4001);
}

TEST(closing, "data from nowhere do not end a connection that closes")
{
	struct conn c;
	struct seg a;
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	REQ(rump_sys_write(c.fd, "hello", 5), 5);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.len, 5);
	RL(rump_sys_close(c.fd));
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags & (FIN | RST), FIN);
	conn_data(&c, 1U << 30, 10, ACK);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, ACK);
	/* what is in the window does: nobody will read it */
	conn_data(&c, 0, 10, ACK);
	REQ(seg_get(&a, 1000), 1);
	ATF_REQUIRE((a.flags & RST) != 0);
}

TEST(sack_bytes, "SACK blocks of single bytes do not fill the memory")
{
	struct conn c;
	struct seg a;
	uint32_t info[64], unacked = 6, una;
	char buf[60000];
	int l, i, nb = 1, len = sizeof(info);

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264\1\1\4\2", 8);
	RL(rump_sys_ioctl(c.fd, 0x8004667e, &nb));
	memset(buf, 0, sizeof(buf));
	ATF_REQUIRE(rump_sys_write(c.fd, buf, sizeof(buf)) > 20000);
	REQ(seg_get(&a, 1000), 1);
	una = a.seq;
	for (i = 1; i < 14000; i += 2) {
		c.s.optlen = 12;
		memcpy(c.s.opt, "\1\1\5\12", 4);
		put32(c.s.opt + 4, una + i);
		put32(c.s.opt + 8, una + i + 1);
		seg_put(&c.s);
		drain();
	}
	RL(rump_sys_getsockopt(c.fd, 6, T_TCP_INFO, info, (void *)&len));
	ATF_REQUIRE_MSG(info[unacked] < 1000, "%u runs", info[unacked]);
	/* all of it still arrives */
	c.s.optlen = 0;
	c.s.ack = una + 14000;
	seg_put(&c.s);
	REQ(seg_get(&a, 1000), 1);
	ATF_REQUIRE(a.len > 0);
}

TEST(minttl, "IP_MINTTL: what came from afar is dropped")
{
	struct conn c;
	char buf[10];
	int l, ttl = 65, nb = 1;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	RL(rump_sys_ioctl(c.fd, 0x8004667e, &nb));
	RL(rump_sys_setsockopt(c.fd, 0, 24, &ttl, sizeof(ttl)));
	conn_data(&c, 0, 10, ACK);
	seg_none(50);
	RERR(RUMP_EAGAIN, rump_sys_read(c.fd, buf, sizeof(buf)));
	ttl = 64;
	RL(rump_sys_setsockopt(c.fd, 0, 24, &ttl, sizeof(ttl)));
	conn_data(&c, 0, 10, ACK);
	REQ(rump_sys_read(c.fd, buf, sizeof(buf)), 10);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, headers);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, storm);
	ATF_TP_ADD_TC(tp, pieces);
	ATF_TP_ADD_TC(tp, flood);
	ATF_TP_ADD_TC(tp, ackbomb);
	ATF_TP_ADD_TC(tp, closing);
	ATF_TP_ADD_TC(tp, sack_bytes);
	ATF_TP_ADD_TC(tp, minttl);
	return atf_no_error();
}
