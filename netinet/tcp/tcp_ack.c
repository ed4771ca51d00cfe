/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Acknowledgements of data: times, buffer, windows. tcp_step_ack() has
 * checked that sg_ack lies between snd_una and snd_max.
 */
#include "tcp_impl.h"

/** RFC 6298, 2: a round trip took US microseconds. */
void
tcp_rtt_sample(struct tcpcb *tp, uint64_t us)
{
	const uint32_t rtt = (uint32_t)MAX(MIN(us, 60000000), 1);
	int delta;

	TCP_STATINC(TCP_STAT_RTTUPDATED);
	if (tp->t_srtt == 0) {
		tp->t_srtt = rtt << 3;
		tp->t_rttvar = rtt << 1;
	} else {
		delta = (int)rtt - (int)(tp->t_srtt >> 3);
		tp->t_srtt += delta;
		if ((int)tp->t_srtt <= 0)
			tp->t_srtt = 1;
		delta = abs(delta) - (int)(tp->t_rttvar >> 2);
		tp->t_rttvar += delta;
		if ((int)tp->t_rttvar <= 0)
			tp->t_rttvar = 1;
	}
	if (rtt <= tp->t_minrtt || tp->t_minrtt == 0 ||
	    tcp_usec - tp->t_lastrtt_time > 300000000) {
		tp->t_minrtt = rtt;
		tp->t_lastrtt_time = tcp_usec;
	}
}

/* A send buffer that the window has outgrown becomes larger. */
static void
sndbuf_autosize(struct tcpcb *tp, struct socket *so)
{
	struct sockbuf *sb = &so->so_snd;
	u_long want;

	if (!tcp_do_autosndbuf || (sb->sb_flags & SB_AUTOSIZE) == 0 ||
	    (tp->t_flags & TF_LOCAL) != 0 ||
	    tp->snd_wnd < sb->sb_hiwat / 4 * 3 ||
	    sb->sb_cc < sb->sb_hiwat / 8 * 7 ||
	    tp->snd_cwnd < sb->sb_hiwat / 4 * 3)
		return;
	want = MIN(
	    sb->sb_hiwat + MAX((u_long)tcp_autosndbuf_inc, sb->sb_hiwat / 2),
	    (u_long)tcp_autosndbuf_max);
	if (want > sb->sb_hiwat)
		(void)sbreserve(sb, want, so);
}

/** Everything before sg_ack has arrived. */
void
tcp_ack_advance(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct socket *so = sg->sg_so;
	const u_long acked = sg->sg_ack - tp->snd_una;
	u_long data;

	TCP_STATINC(TCP_STAT_RCVACKPACK);
	TCP_STATADD(TCP_STAT_RCVACKBYTE, acked);
	tp->t_bytes_acked = acked;
	tcp_sent_ack(sg);
	sndbuf_autosize(tp, so);
	data = MIN(acked, so->so_snd.sb_cc);
	tcp_sndmbuf_drop(tp, sg->sg_ack);
	if (data > 0)
		sbdrop(&so->so_snd, data);
	tp->snd_wnd -= MIN(tp->snd_wnd, acked);
	tp->snd_una = sg->sg_ack;
	if (SEQ_LT(tp->snd_up, tp->snd_una))
		tp->snd_up = tp->snd_una;
	tp->t_dupacks = 0;
	tp->t_rxtshift = 0;
	tp->t_softerror = 0;
	if (SEQ_GEQ(sg->sg_ack, tp->t_tlp_end))
		tp->t_tlp_out = false;
	if (tp->snd_una == tp->snd_max) {
		tcp_timer_disarm(tp, TCPT_REXMT);
		tcp_timer_disarm(tp, TCPT_REORDER);
	} else
		tcp_rexmt_arm(tp);
	if (data > 0)
		sowwakeup(so);
}

/* Is it an ACK that says again what the last one said (RFC 5681, 2)? */
static bool
ack_is_duplicate(const struct tcp_segment *sg)
{
	const struct tcpcb *tp = sg->sg_tp;

	return sg->sg_ack == tp->snd_una && sg->sg_len == 0 &&
	    (sg->sg_flags & (TH_SYN | TH_FIN)) == 0 &&
	    sg->sg_win == tp->snd_wnd && tp->snd_max != tp->snd_una;
}

/* RFC 3168, 6.1.2: the peer has seen a mark. */
static void
ack_ecn_echo(struct tcpcb *tp)
{
	if (tp->t_recovery != TCP_REC_OPEN)
		return;
	(*tp->t_congctl->cong_exp)(tp);
	tp->snd_recover = tp->snd_max;
	tp->t_recovery = TCP_REC_CWR;
	tp->t_flags |= TF_ECN_SND_CWR;
	TCP_STATINC(TCP_STAT_ECN_CE);
}

/** Take in a valid acknowledgement. */
void
tcp_ack_segment(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	const u_long lost = tp->t_lost;
	const bool advanced = SEQ_GT(sg->sg_ack, tp->snd_una);
	const bool sack = (tp->t_flags & TF_WILL_SACK) != 0;

	sg->sg_flight = tp->snd_max - tp->snd_una;
	tp->t_bytes_acked = 0;
	if (advanced) {
		if (tp->t_undo_ts != 0)
			(void)tcp_recovery_undo(sg);
		tcp_ack_advance(sg);
	} else if (ack_is_duplicate(sg)) {
		TCP_STATINC(TCP_STAT_RCVDUPACK);
		if (tp->t_dupacks < 0xffff)
			tp->t_dupacks++;
		if (!sack)
			tp->t_reno_dup += tp->t_segsz;
	}
	if (sack && sg->sg_opt.nsack > 0)
		tcp_sack_blocks(sg);
	if ((sg->sg_flags & TH_ECE) != 0 && (tp->t_flags & TF_ECN_PERMIT) != 0)
		ack_ecn_echo(tp);
	if (sack && tp->snd_una != tp->snd_max &&
	    (tp->t_sacked != 0 || tp->t_recovery != TCP_REC_OPEN))
		tcp_rack_detect(tp);
	sg->sg_newlost = tp->t_lost > lost;
	tcp_recovery_ack(sg, advanced);
}

/** RFC 9293, 3.10.7.4: the window of a segment newer than the last. */
void
tcp_update_window(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	const u_long old = tp->snd_wnd;

	if ((sg->sg_flags & TH_ACK) == 0)
		return;
	/* of two that are equally new, believe the larger, or that it closed */
	if (!(SEQ_LT(tp->snd_wl1, sg->sg_seq) ||
		(tp->snd_wl1 == sg->sg_seq &&
		    (SEQ_LT(tp->snd_wl2, sg->sg_ack) ||
			(tp->snd_wl2 == sg->sg_ack &&
			    (sg->sg_win > tp->snd_wnd || sg->sg_win == 0))))))
		return;
	if (sg->sg_len == 0 && tp->snd_wl2 == sg->sg_ack && sg->sg_win > old)
		TCP_STATINC(TCP_STAT_RCVWINUPD);
	tp->snd_wnd = sg->sg_win;
	tp->snd_wl1 = sg->sg_seq;
	tp->snd_wl2 = sg->sg_ack;
	if (tp->snd_wnd > tp->snd_maxwnd)
		tp->snd_maxwnd = tp->snd_wnd;
	if (tp->snd_wnd == 0 && old != 0)
		tp->t_sndzerowin++;
	if (tp->snd_wnd != 0) {
		tcp_timer_disarm(tp, TCPT_PERSIST);
		tp->t_persistshift = 0;
	}
}
