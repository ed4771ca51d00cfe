/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loss: how it is found and how much may be sent until it is repaired.
 *
 * With SACK, RACK (RFC 8985) finds it: a run is lost when one that was sent
 * sufficiently later has arrived; "sufficiently" is nothing at all once three
 * segments' worth is known to have overtaken it and no reordering was ever
 * seen (RFC 6675). Without SACK every duplicate ACK stands for a segment that
 * arrived, and the third, like a partial ACK later, means that the first run
 * is lost (RFC 6582). During recovery snd_cwnd follows proportional rate
 * reduction (RFC 6937).
 *
 *   OPEN --loss--> FAST --all acknowledged that was in flight--> OPEN
 *   any --timeout--> LOSS --the same, or the timeout was wrong--> OPEN
 *   OPEN --ECN echo--> CWR --the same--> OPEN
 */
#include "tcp_impl.h"

/** RFC 6675, 4: bytes in the network. */
u_long
tcp_pipe(const struct tcpcb *tp)
{
	const u_long out = tp->snd_max - tp->snd_una;
	const u_long gone = tp->t_sacked + tp->t_lost + tp->t_reno_dup;

	return out > gone ? out - gone : 0;
}

/** Read the SACK blocks of a segment whose sg_ack has been seen to. */
void
tcp_sack_blocks(struct tcp_segment *sg)
{
	const struct tcp_opt_info *oi = &sg->sg_opt;
	struct tcpcb *tp = sg->sg_tp;
	tcp_seq left, right;
	u_int i;

	for (i = 0; i < oi->nsack; i++) {
		left = oi->sack[i].left;
		right = oi->sack[i].right;
		if (SEQ_GEQ(left, right) || SEQ_GT(right, tp->snd_max))
			continue;
		/* RFC 2883: the first block may name a duplicate */
		if (i == 0 &&
		    (SEQ_LEQ(right, sg->sg_ack) ||
			(oi->nsack > 1 && SEQ_GEQ(left, oi->sack[1].left) &&
			    SEQ_LEQ(right, oi->sack[1].right)))) {
			tp->t_reordering = true;
			if (tp->t_reorder_wnd < 16)
				tp->t_reorder_wnd++;
			continue;
		}
		if (SEQ_LEQ(right, tp->snd_una))
			continue;
		if (SEQ_LT(left, tp->snd_una))
			left = tp->snd_una;
		tcp_sent_sack(sg, left, right);
	}
}

/* How much later something must have been sent, in usec. */
static u_int
rack_window(const struct tcpcb *tp)
{
	u_int wnd;

	if (!tp->t_reordering &&
	    (tp->t_recovery != TCP_REC_OPEN ||
		tp->t_sacked >= 3 * (u_long)tp->t_segsz))
		return 0;
	wnd = tp->t_minrtt / 4 * MAX(tp->t_reorder_wnd, 1);
	return MIN(wnd, tp->t_srtt >> 3);
}

/** RFC 8985, 6.2 step 5: mark what is lost; a timer for what may be soon. */
void
tcp_rack_detect(struct tcpcb *tp)
{
	const uint64_t limit = (uint64_t)tp->t_rack_rtt + rack_window(tp);
	uint64_t wait = 0;
	struct tcp_sent *ts;

	if (tp->t_rack_time == 0 || (tp->t_flags & TF_WILL_SACK) == 0)
		return;
	TAILQ_FOREACH(ts, &tp->t_sent, ts_link) {
		if ((ts->ts_flags & (TSF_SACKED | TSF_LOST)) != 0)
			continue;
		if (ts->ts_time > tp->t_rack_time ||
		    (ts->ts_time == tp->t_rack_time &&
			SEQ_GEQ(ts->ts_end, tp->t_rack_end))) {
			if ((ts->ts_flags & TSF_REXMT) == 0)
				break; /* and so are all behind it */
			continue;
		}
		if (ts->ts_time + limit <= tcp_usec)
			tcp_sent_lose(tp, ts);
		else
			wait = MAX(wait, ts->ts_time + limit - tcp_usec);
	}
	if (wait != 0)
		tcp_timer_arm(tp, TCPT_REORDER, tcp_usec2ticks(wait));
	else
		tcp_timer_disarm(tp, TCPT_REORDER);
}

static void
recovery_enter(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	tp->snd_recover = tp->snd_max;
	(*tp->t_congctl->fast_retransmit)(tp, NULL);
	tp->t_recovery = TCP_REC_FAST;
	tp->t_undo_ts = 0;
	tp->t_prr_delivered = 0;
	tp->t_prr_out = 0;
	tp->t_prr_flight =
	    MAX(MAX(sg->sg_flight, tp->snd_max - tp->snd_una), tp->t_segsz);
	tp->t_cwnd_acc = 0;
}

static void
recovery_exit(struct tcpcb *tp)
{
	if (tp->t_recovery == TCP_REC_FAST)
		(*tp->t_congctl->fast_retransmit_newack)(tp, NULL);
	tp->t_recovery = TCP_REC_OPEN;
	tp->t_dupacks = 0;
	tp->t_reno_dup = 0;
	tp->t_undo_ts = 0;
	if (tp->t_reorder_wnd > 0)
		tp->t_reorder_wnd--;
}

/* RFC 6937: what recovery may send after an ACK. */
static void
recovery_prr(struct tcp_segment *sg, bool first, bool advanced)
{
	struct tcpcb *tp = sg->sg_tp;
	const u_long pipe = tcp_pipe(tp), ssthresh = tp->snd_ssthresh;
	long send, limit;

	tp->t_prr_delivered += sg->sg_delivered;
	if (pipe > ssthresh)
		send = (long)(((uint64_t)tp->t_prr_delivered * ssthresh +
				  tp->t_prr_flight - 1) /
			   tp->t_prr_flight) -
		    (long)tp->t_prr_out;
	else {
		limit = (long)tp->t_prr_delivered - (long)tp->t_prr_out;
		limit = MAX(limit, (long)sg->sg_delivered);
		if (advanced && !sg->sg_newlost)
			limit += tp->t_segsz;
		send = MIN((long)(ssthresh - pipe), limit);
	}
	if (first)
		send = MAX(send, (long)tp->t_segsz);
	tp->snd_cwnd = pipe + MAX(send, 0);
}

/* Without SACK: what the dups and partial ACKs say. */
static void
recovery_reno(struct tcp_segment *sg, bool advanced)
{
	struct tcpcb *tp = sg->sg_tp;
	struct tcp_sent *ts = TAILQ_FIRST(&tp->t_sent);
	u_long limit;

	limit = tp->snd_max - tp->snd_una;
	limit = limit > tp->t_segsz ? limit - tp->t_segsz : 0;
	if (advanced) {
		u_long n = tp->t_bytes_acked;

		n = n > tp->t_segsz ? n - tp->t_segsz : 0;
		tp->t_reno_dup -= MIN(tp->t_reno_dup, n);
		if (tp->t_recovery == TCP_REC_FAST && ts != NULL &&
		    SEQ_LT(tp->snd_una, tp->snd_recover))
			tcp_sent_lose(tp, ts);
	} else if (tp->t_dupacks >= 3 && ts != NULL &&
	    tp->t_recovery == TCP_REC_OPEN &&
	    SEQ_GT(tp->snd_una, tp->snd_recover))
		tcp_sent_lose(tp, ts);
	tp->t_reno_dup = MIN(tp->t_reno_dup, limit);
}

/** An ACK was taken in (ADVANCED: snd_una moved): grow, enter, or go on. */
void
tcp_recovery_ack(struct tcp_segment *sg, bool advanced)
{
	struct tcpcb *tp = sg->sg_tp;
	const u_long lost = tp->t_lost;
	bool first = false;

	if ((tp->t_flags & TF_WILL_SACK) == 0)
		recovery_reno(sg, advanced);
	sg->sg_newlost |= tp->t_lost > lost;
	if (advanced && tp->t_recovery != TCP_REC_OPEN &&
	    SEQ_GEQ(tp->snd_una, tp->snd_recover))
		recovery_exit(tp);
	if (tp->t_lost > 0 &&
	    (tp->t_recovery == TCP_REC_OPEN || tp->t_recovery == TCP_REC_CWR)) {
		recovery_enter(sg);
		first = true;
	}
	switch (tp->t_recovery) {
	case TCP_REC_FAST:
		recovery_prr(sg, first, advanced);
		break;
	case TCP_REC_OPEN:
	case TCP_REC_LOSS:
		/* RFC 7661: not while the window isn't used */
		if (advanced &&
		    (sg->sg_flight + 2 * tp->t_segsz >= tp->snd_cwnd ||
			(tp->snd_cwnd < tp->snd_ssthresh &&
			    2 * sg->sg_flight >= tp->snd_cwnd)))
			(*tp->t_congctl->newack)(tp, NULL);
		break;
	}
}

/** The retransmission timer ran out. */
void
tcp_recovery_timeout(struct tcpcb *tp)
{
	if (tp->t_recovery != TCP_REC_LOSS) {
		tp->t_undo_cwnd = tp->snd_cwnd;
		tp->t_undo_ssthresh = tp->snd_ssthresh;
		tp->t_undo_ts = (tp->t_flags & TF_RCVD_TSTMP) != 0
		    ? (tcp_msec() + tp->ts_offset) | 1
		    : 0;
	}
	(*tp->t_congctl->slow_retransmit)(tp);
	tcp_sent_lose_all(tp);
	tp->snd_recover = tp->snd_max;
	tp->t_recovery = TCP_REC_LOSS;
	tp->t_reno_dup = 0;
	tp->t_dupacks = 0;
	tp->t_tlp_out = false;
	tp->t_cwnd_acc = 0;
	tcp_timer_disarm(tp, TCPT_REORDER);
}

/**
 * RFC 4015: the first ACK after a timeout echoes the time of a segment older
 * than the retransmission, so nothing was lost. True if that was undone.
 */
bool
tcp_recovery_undo(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	bool spurious;

	if (tp->t_recovery != TCP_REC_LOSS || tp->t_undo_ts == 0)
		return false;
	spurious = sg->sg_opt.ts_present && sg->sg_opt.ts_ecr != 0 &&
	    SEQ_LT(sg->sg_opt.ts_ecr + 1, tp->t_undo_ts);
	tp->t_undo_ts = 0;
	if (!spurious)
		return false;
	tcp_sent_unlose_all(tp);
	tp->snd_cwnd = MAX(tp->t_undo_cwnd, tp->snd_cwnd);
	tp->snd_ssthresh = tp->t_undo_ssthresh;
	tp->t_recovery = TCP_REC_OPEN;
	return true;
}
