/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers of TCP that are far away, and near ones after a long pause. */
#include "segment.h"

static void
set(int fd, int level, int option, int value)
{
	RL(rump_sys_setsockopt(fd, level, option, &value, sizeof(value)));
}

/* how long until the next segment of ours comes */
static double
until_segment(struct seg *a, int ms)
{
	const double t0 = t_now();

	ATF_REQUIRE_MSG(seg_get(a, ms) == 1, "nothing came in %d ms", ms);
	return t_now() - t0;
}

TEST(keepalive, "the first probe after twelve seconds")
{
	struct conn c;
	struct seg a;
	double t;
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	set(c.fd, 6, T_TCP_KEEPIDLE, 12);
	set(c.fd, RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, 1);
	t = until_segment(&a, 16000);
	REQ(a.seq, c.rcv - 1);
	REQ(a.len, 0);
	ATF_REQUIRE_MSG(t > 11.5 && t < 14, "after %.2f s", t);
}

TEST(pause, "a retransmission after twelve quiet seconds")
{
	struct conn c, d;
	struct seg a;
	double t;
	int l;

	seg_setup();
	l = t_listen(US, 4000, 5);
	conn_open(&c, l, 4000, "\2\4\5\264", 4);
	set(c.fd, RUMP_SOL_SOCKET, RUMP_SO_KEEPALIVE, 1);
	l = t_listen(US, 4001, 5);
	conn_open(&d, l, 4001, "\2\4\5\264", 4);
	t_msleep(12000);
	REQ(rump_sys_write(d.fd, "hello", 5), 5);
	(void)until_segment(&a, 1000);
	REQ(a.len, 5);
	t = until_segment(&a, 3000);
	REQ(a.len, 5);
	ATF_REQUIRE_MSG(t < 1.2, "after %.2f s", t);
}

TEST(syn_lost, "after a SYN+ACK sent twice, data wait three seconds (RFC 6298)")
{
	struct seg s = {.sport = 7,
		       .dport = 4000,
		       .seq = 5,
		       .flags = SYN,
		       .win = 1000},
		   a;
	double t;
	int l, fd;

	seg_setup();
	l = t_listen(US, 4000, 5);
	seg_put(&s);
	REQ(seg_get(&a, 1000), 1);
	(void)until_segment(&a, 2000);
	REQ(a.flags, SYN | ACK);
	s.flags = ACK;
	s.seq++;
	s.ack = a.seq + 1;
	seg_put(&s);
	RL(fd = rump_sys_accept(l, NULL, NULL));
	REQ(rump_sys_write(fd, "hello", 5), 5);
	(void)until_segment(&a, 1000);
	REQ(a.len, 5);
	t = until_segment(&a, 5000);
	REQ(a.len, 5);
	ATF_REQUIRE_MSG(t > 2.8, "after %.2f s", t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, keepalive);
	ATF_TP_ADD_TC(tp, pause);
	ATF_TP_ADD_TC(tp, syn_lost);
	return atf_no_error();
}
