/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CUBIC (RFC 9438). The window after a loss is a cubic function of the time
 * since: flat around the window at which the loss came, steep away from it,
 * and never below what Reno would have. Times in milliseconds, windows in
 * bytes; C = 0.4 segments per second cubed, beta = 0.7.
 */
#include "tcp_impl.h"

#define BETA_NUM 7
#define BETA_DEN 10

static uint32_t
cube_root(uint64_t v)
{
	uint64_t x = 0, b;
	int s;

	for (s = 63; s >= 0; s -= 3) {
		x <<= 1;
		b = 3 * x * (x + 1) + 1;
		if (v >> s >= b) {
			v -= b << s;
			x++;
		}
	}
	return (uint32_t)x;
}

/* 4.6: what the next epoch starts from, after a loss. */
static u_long
reduce(struct tcpcb *tp)
{
	const u_long cwnd = tp->snd_cwnd, seg = tp->t_segsz;
	u_long flight = tp->snd_max - tp->snd_una;

	/* fast convergence, 4.7 */
	if (cwnd < tp->t_ccstate.cubic.wmax)
		tp->t_ccstate.cubic.wmax =
		    cwnd * (BETA_DEN + BETA_NUM) / (2 * BETA_DEN);
	else
		tp->t_ccstate.cubic.wmax = cwnd;
	tp->t_ccstate.cubic.cwnd_prior = cwnd;
	tp->t_ccstate.cubic.epoch = 0;
	flight = MIN(flight, cwnd);
	flight = MAX(flight, cwnd / 2);
	return MAX(flight * BETA_NUM / BETA_DEN, 2 * seg);
}

static int
cubic_fast_retransmit(struct tcpcb *tp, const struct tcphdr *th)
{
	(void)th;
	tp->snd_ssthresh = reduce(tp);
	return 0;
}

static void
cubic_slow_retransmit(struct tcpcb *tp)
{
	if (tp->t_rxtshift <= 1)
		tp->snd_ssthresh = reduce(tp);
	tp->snd_cwnd = tp->t_segsz;
}

static void
cubic_recovered(struct tcpcb *tp, const struct tcphdr *th)
{
	(void)th;
	tp->snd_cwnd = MAX(tp->snd_ssthresh, 2 * (u_long)tp->t_segsz);
}

static void
epoch_begin(struct tcpcb *tp)
{
	const u_long cwnd = tp->snd_cwnd, seg = tp->t_segsz;
	uint64_t segs;

	tp->t_ccstate.cubic.epoch = tcp_usec;
	tp->t_ccstate.cubic.west = cwnd;
	if (tp->t_ccstate.cubic.wmax > cwnd) {
		/* K = cbrt((wmax - cwnd) / C), in ms */
		segs = (tp->t_ccstate.cubic.wmax - cwnd) / seg;
		tp->t_ccstate.cubic.k_ms = cube_root(segs * 2500000000ULL);
	} else {
		tp->t_ccstate.cubic.k_ms = 0;
		tp->t_ccstate.cubic.wmax = cwnd;
	}
}

/* The cubic's value one round trip from now, in bytes. */
static u_long
cubic_target(const struct tcpcb *tp)
{
	const u_long seg = tp->t_segsz;
	uint64_t t_ms, d;
	int64_t delta;
	long w;

	t_ms =
	    (tcp_usec - tp->t_ccstate.cubic.epoch + (tp->t_srtt >> 3)) / 1000;
	if (t_ms > 100000)
		t_ms = 100000;
	delta = (int64_t)t_ms - tp->t_ccstate.cubic.k_ms;
	d = delta < 0 ? -delta : delta;
	d = MIN(d, 100000);
	/* 0.4 * (d/1000)^3 segments */
	d = d * d / 1000 * d * 4 / 10 * seg / 1000000;
	w = (long)tp->t_ccstate.cubic.wmax;
	w += delta < 0 ? -(long)d : (long)d;
	return w < (long)(2 * seg) ? 2 * seg : (u_long)w;
}

static void
cubic_newack(struct tcpcb *tp, const struct tcphdr *th)
{
	const u_long max = (u_long)TCP_MAXWIN << tp->snd_scale;
	const u_long seg = tp->t_segsz, acked = tp->t_bytes_acked;
	u_long target, reno, cwnd = tp->snd_cwnd;

	if (cwnd < tp->snd_ssthresh || tp->t_recovery == TCP_REC_LOSS) {
		(*tcp_newreno_ctl.newack)(tp, th);
		return;
	}
	if (tp->t_ccstate.cubic.epoch == 0)
		epoch_begin(tp);
	/* 4.3: Reno, slower by 3 * (1 - beta) / (1 + beta) = 9/17 at first */
	reno = MIN(acked * seg / MAX(cwnd, 1), seg);
	if (tp->t_ccstate.cubic.west < tp->t_ccstate.cubic.cwnd_prior)
		reno = reno * 9 / 17;
	tp->t_ccstate.cubic.west += (uint32_t)reno;
	target = cubic_target(tp);
	if (target > cwnd + cwnd / 2)
		target = cwnd + cwnd / 2;
	if (tp->t_ccstate.cubic.west > target)
		target = tp->t_ccstate.cubic.west;
	if (target > cwnd) {
		/* 4.4: reach it within a round trip */
		tp->t_cwnd_acc +=
		    (u_long)((uint64_t)acked * (target - cwnd) / MAX(cwnd, 1));
	} else
		tp->t_cwnd_acc += acked / 100;
	if (tp->t_cwnd_acc >= seg) {
		tp->snd_cwnd += tp->t_cwnd_acc / seg * seg;
		tp->t_cwnd_acc %= seg;
	}
	tp->snd_cwnd = MIN(tp->snd_cwnd, max);
}

static void
cubic_cong_exp(struct tcpcb *tp)
{
	tp->snd_ssthresh = reduce(tp);
	tp->snd_cwnd = tp->snd_ssthresh;
	tp->t_cwnd_acc = 0;
}

const struct tcp_congctl tcp_cubic_ctl = {
    .fast_retransmit = cubic_fast_retransmit,
    .slow_retransmit = cubic_slow_retransmit,
    .fast_retransmit_newack = cubic_recovered,
    .newack = cubic_newack,
    .cong_exp = cubic_cong_exp,
};
