/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to a segment, step by step, as RFC 9293, 3.10.7.2 to 3.10.7.4
 * lays it out. The functions appear in the order in which they are called;
 * see tcp_input.c.
 */
#include "tcp_impl.h"

/** 3.10.7.2: LISTEN. */
void
tcp_step_listen(struct tcp_segment *sg)
{
	if ((sg->sg_flags & TH_RST) != 0) {
		tcp_syncache_reset(sg);
		tcp_segment_drop(sg);
		return;
	}
	if ((sg->sg_flags & TH_SYN) != 0 && (sg->sg_flags & TH_ACK) != 0) {
		TCP_STATINC(TCP_STAT_BADSYN);
		tcp_segment_reset(sg);
		return;
	}
	if ((sg->sg_flags & TH_ACK) != 0) {
		/* it may end a handshake; then there is a connection now */
		if (tcp_syncache_ack(sg))
			tcp_segment_synchronized(sg);
		return;
	}
	if ((sg->sg_flags & TH_SYN) != 0 && (sg->sg_flags & TH_FIN) == 0)
		tcp_syncache_syn(sg);
	tcp_segment_drop(sg);
}

/* The options of the peer's SYN decide what both use. */
static void
negotiate(struct tcpcb *tp, const struct tcp_opt_info *oi)
{
	if (oi->wscale >= 0 && (tp->t_flags & TF_REQ_SCALE) != 0) {
		tp->t_flags |= TF_RCVD_SCALE;
		tp->snd_scale = oi->wscale;
		tp->rcv_scale = tp->request_r_scale;
	}
	if (oi->ts_present && (tp->t_flags & TF_REQ_TSTMP) != 0) {
		tp->t_flags |= TF_RCVD_TSTMP;
		tp->ts_recent = oi->ts_val;
		tp->ts_recent_age = tcp_usec;
	}
	if (oi->sack_permitted && tcp_do_sack && (tp->t_flags & TF_NOOPT) == 0)
		tp->t_flags |= TF_SACK_PERMIT | TF_WILL_SACK;
	tcp_mss_from_peer(tp, oi->maxseg);
}

/** The handshake is over. */
void
tcp_set_established(struct tcpcb *tp)
{
	struct socket *so = tp->t_inpcb->inp_socket;

	TCP_STATINC(TCP_STAT_CONNECTS);
	tcp_set_state(tp, TCPS_ESTABLISHED);
	tp->t_rxtshift = 0;
	tp->t_rcvauto_time = tcp_usec;
	tcp_set_initial_cwnd(tp);
	soisconnected(so);
	tcp_timer_disarm(tp, TCPT_REXMT);
	if ((so->so_options & SO_KEEPALIVE) != 0)
		tcp_keep_arm(tp);
	else
		tcp_timer_disarm(tp, TCPT_KEEP);
}

/* Our SYN is acknowledged. */
static void
syn_acked(struct tcpcb *tp)
{
	if ((tp->t_flags & TF_SYN_REXMT) == 0)
		tcp_rtt_sample(tp, tcp_usec - tp->t_sndtime);
	tp->snd_una = tp->iss + 1;
	tp->snd_up = tp->snd_sml = tp->snd_una;
	tp->t_fack = tp->snd_una;
}

/** 3.10.7.3: SYN_SENT. */
void
tcp_step_syn_sent(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	const bool ack = (sg->sg_flags & TH_ACK) != 0;

	if (ack &&
	    (SEQ_LEQ(sg->sg_ack, tp->iss) || SEQ_GT(sg->sg_ack, tp->snd_max))) {
		tcp_segment_reset(sg);
		return;
	}
	if ((sg->sg_flags & TH_RST) != 0) {
		if (ack)
			tcp_drop(tp, ECONNREFUSED);
		tcp_segment_drop(sg);
		return;
	}
	if ((sg->sg_flags & TH_SYN) == 0) {
		tcp_segment_drop(sg);
		return;
	}
	tp->t_rcvtime = tcp_usec;
	tp->irs = sg->sg_seq;
	tcp_rcvseqinit(tp);
	tp->rcv_adv = tp->rcv_nxt + MIN(tcp_receive_window(tp), TCP_MAXWIN);
	tp->rcv_wnd = tp->rcv_adv - tp->rcv_nxt;
	tp->rcv_up = tp->rcv_nxt;
	negotiate(tp, &sg->sg_opt);
	if ((tp->t_flags & TF_ECN_SYN_SENT) != 0 &&
	    (sg->sg_flags & (TH_ECE | TH_CWR)) == TH_ECE) {
		tp->t_flags |= TF_ECN_PERMIT;
		TCP_STATINC(TCP_STAT_ECN_SHS);
	}
	tp->snd_wl1 = sg->sg_seq;
	tp->snd_wl2 = ack ? sg->sg_ack : tp->iss;
	tp->snd_wnd = tp->snd_maxwnd = sg->sg_rawwin;
	tp->t_flags |= TF_ACKNOW;
	sg->sg_seq++;
	sg->sg_flags &= ~TH_SYN;
	tcp_segment_trim_headers(sg);
	if (ack) {
		syn_acked(tp);
		tcp_set_established(tp);
	} else {
		/* both ends opened at once */
		tcp_set_state(tp, TCPS_SYN_RECEIVED);
		tp->t_rxtshift = 0;
		(void)tcp_output_syn(tp);
		tcp_segment_drop(sg);
		return;
	}
	if (sg->sg_len > tp->rcv_wnd) {
		m_adj(sg->sg_m, -(int)(sg->sg_len - tp->rcv_wnd));
		sg->sg_len = tp->rcv_wnd;
		sg->sg_flags &= ~TH_FIN;
	}
	tcp_segment_steps_from_urg(sg);
}

/* RFC 7323, 5: is the timestamp older than the last? */
static bool
paws_rejects(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if ((tp->t_flags & TF_RCVD_TSTMP) == 0 || (sg->sg_flags & TH_RST) != 0)
		return false;
	if (!sg->sg_opt.ts_present)
		return sg->sg_len > 0; /* 3.2 */
	if (SEQ_GEQ(sg->sg_opt.ts_val, tp->ts_recent))
		return false;
	/* 5.5: after 24 days the clock may have gone round */
	if (tcp_usec - tp->ts_recent_age > 24ULL * 86400 * 1000000) {
		tp->ts_recent = sg->sg_opt.ts_val;
		return false;
	}
	TCP_STATINC(TCP_STAT_PAWSDROP);
	return true;
}

/* Cut N bytes that we have off the front of a segment. */
static void
trim_front(struct tcp_segment *sg, u_int n)
{
	m_adj(sg->sg_m, n);
	sg->sg_seq += n;
	sg->sg_len -= n;
	if (sg->sg_urp > n)
		sg->sg_urp -= n;
	else {
		sg->sg_flags &= ~TH_URG;
		sg->sg_urp = 0;
	}
}

/* The part before rcv_nxt; all of it may be. */
static void
trim_duplicate(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	u_int n = tp->rcv_nxt - sg->sg_seq;

	if (n > sg->sg_len ||
	    (n == sg->sg_len && (sg->sg_flags & TH_FIN) == 0)) {
		TCP_STATINC(TCP_STAT_RCVDUPPACK);
		TCP_STATADD(TCP_STAT_RCVDUPBYTE, sg->sg_len);
		tcp_sack_duplicate(tp, sg->sg_seq, sg->sg_seq + sg->sg_len);
		if ((sg->sg_flags & TH_FIN) != 0 &&
		    tp->t_state == TCPS_TIME_WAIT)
			TCP_TIMER_ARM(tp, TCPT_2MSL, 2 * tcp_msl);
		/* it keeps its number: its window is an old one */
		m_adj(sg->sg_m, sg->sg_len);
		sg->sg_len = sg->sg_urp = 0;
		sg->sg_flags &= ~(TH_FIN | TH_URG);
		tp->t_flags |= TF_ACKNOW;
		return;
	}
	TCP_STATINC(TCP_STAT_RCVPARTDUPPACK);
	TCP_STATADD(TCP_STAT_RCVPARTDUPBYTE, n);
	tcp_sack_duplicate(tp, sg->sg_seq, tp->rcv_nxt);
	trim_front(sg, n);
}

/* The part behind the window; false if that is all. */
static bool
trim_excess(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	const u_long wnd = tcp_receive_window(tp);
	const u_int len = sg->sg_len + ((sg->sg_flags & TH_FIN) != 0);
	long n = (long)(int)(sg->sg_seq + len - tp->rcv_nxt) - (long)wnd;

	if (n <= 0)
		return true;
	/* a FIN needs no room: let no full window hold it up */
	if (n == 1 && (sg->sg_flags & TH_FIN) != 0)
		return true;
	TCP_STATINC(TCP_STAT_RCVPACKAFTERWIN);
	if (n >= (long)len) {
		TCP_STATADD(TCP_STAT_RCVBYTEAFTERWIN, len);
		tp->t_flags |= TF_ACKNOW;
		if (wnd != 0 || sg->sg_seq != tp->rcv_nxt)
			return false;
		/* a probe of our closed window: its ACK counts */
		TCP_STATINC(TCP_STAT_RCVWINPROBE);
	} else
		TCP_STATADD(TCP_STAT_RCVBYTEAFTERWIN, n);
	if ((sg->sg_flags & TH_FIN) != 0) {
		sg->sg_flags &= ~TH_FIN;
		n--;
	}
	if (n > 0) {
		m_adj(sg->sg_m, -(int)n);
		sg->sg_len -= n;
	}
	sg->sg_flags &= ~TH_PUSH;
	return true;
}

/** First: is it acceptable? Cut it to the window. */
bool
tcp_step_sequence(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if (paws_rejects(sg)) {
		tcp_sack_duplicate(tp, sg->sg_seq, sg->sg_seq + sg->sg_len);
		tp->t_flags |= TF_ACKNOW;
		(void)tcp_output(tp);
		tcp_segment_drop(sg);
		return false;
	}
	if ((sg->sg_flags & (TH_RST | TH_SYN)) != 0)
		return true; /* the next steps look at the number */
	tcp_segment_trim_headers(sg);
	if (SEQ_LT(sg->sg_seq, tp->rcv_nxt))
		trim_duplicate(sg);
	if (!trim_excess(sg)) {
		(void)tcp_output(tp);
		tcp_segment_drop(sg);
		return false;
	}
	/* data for a process that is gone (RFC 9293, 3.6.1) */
	if (sg->sg_len > 0 && tp->t_state > TCPS_CLOSE_WAIT &&
	    tp->t_state != TCPS_TIME_WAIT &&
	    (sg->sg_so->so_state & SS_NOFDREF) != 0) {
		TCP_STATINC(TCP_STAT_RCVAFTERCLOSE);
		tcp_close(tp);
		tcp_segment_reset(sg);
		return false;
	}
	return true;
}

/** Second: RST, as RFC 5961, 3 has it. */
bool
tcp_step_reset(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	int error = ECONNRESET;

	if ((sg->sg_flags & TH_RST) == 0)
		return true;
	if (sg->sg_seq != tp->rcv_nxt) {
		if (SEQ_GT(sg->sg_seq, tp->rcv_nxt) &&
		    SEQ_LT(sg->sg_seq,
			tp->rcv_nxt + MAX(tcp_receive_window(tp), 1)))
			tcp_challenge_ack(tp);
		tcp_segment_drop(sg);
		return false;
	}
	tcp_segment_drop(sg);
	switch (tp->t_state) {
	case TCPS_SYN_RECEIVED:
		error = ECONNREFUSED;
		break;
	case TCPS_CLOSING:
	case TCPS_LAST_ACK:
	case TCPS_TIME_WAIT:
		tcp_close(tp);
		return false;
	}
	sg->sg_so->so_error = error;
	TCP_STATINC(TCP_STAT_DROPS);
	tcp_close(tp);
	return false;
}

/** Fourth: SYN. RFC 5961, 4: whoever sent it must say so again. */
bool
tcp_step_syn(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if ((sg->sg_flags & TH_SYN) == 0)
		return true;
	if (tp->t_state == TCPS_SYN_RECEIVED && sg->sg_seq == tp->irs &&
	    (sg->sg_flags & TH_ACK) != 0 && sg->sg_ack == tp->iss + 1) {
		/* both opened at once, and this is the other's SYN+ACK */
		sg->sg_seq++;
		sg->sg_flags &= ~TH_SYN;
		tcp_segment_trim_headers(sg);
		if (trim_excess(sg))
			return true;
	} else
		tcp_challenge_ack(tp);
	tcp_segment_drop(sg);
	return false;
}

/* Is the acknowledgement one of something that we sent lately? */
static bool
ack_is_valid(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if (SEQ_GT(sg->sg_ack, tp->snd_max)) {
		TCP_STATINC(TCP_STAT_RCVACKTOOMUCH);
		tcp_challenge_ack(tp);
		return false;
	}
	/* RFC 5961, 5 */
	if (SEQ_LT(sg->sg_ack, tp->snd_una - MAX(tp->snd_maxwnd, 1))) {
		tcp_challenge_ack(tp);
		return false;
	}
	return true;
}

/* What it means that our FIN has arrived. */
static bool
fin_acked(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct socket *so = sg->sg_so;

	switch (tp->t_state) {
	case TCPS_FIN_WAIT_1:
		tcp_set_state(tp, TCPS_FIN_WAIT_2);
		if ((so->so_state & SS_CANTRCVMORE) != 0) {
			soisdisconnected(so);
			tcp_finwait2_arm(tp);
		}
		return true;
	case TCPS_CLOSING:
		if (tcp_timewait_enter(tp) == NULL) {
			tcp_segment_drop(sg);
			return false;
		}
		return true;
	case TCPS_LAST_ACK:
		tcp_close(tp);
		tcp_segment_drop(sg);
		return false;
	}
	return true;
}

/** Fifth: ACK. */
bool
tcp_step_ack(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if ((sg->sg_flags & TH_ACK) == 0) {
		tcp_segment_drop(sg);
		return false;
	}
	if (tp->t_state == TCPS_SYN_RECEIVED) {
		if (SEQ_LEQ(sg->sg_ack, tp->iss) ||
		    SEQ_GT(sg->sg_ack, tp->snd_max)) {
			tcp_segment_reset(sg);
			return false;
		}
		syn_acked(tp);
		tp->snd_wnd = tp->snd_maxwnd = sg->sg_win;
		tp->snd_wl1 = sg->sg_seq - 1;
		tp->snd_wl2 = sg->sg_ack;
		tcp_set_established(tp);
		/* the process may have closed already */
		if ((tp->t_flags & TF_SENTFIN) == 0 &&
		    (sg->sg_so->so_state & SS_CANTSENDMORE) != 0)
			tcp_set_state(tp, TCPS_FIN_WAIT_1);
	}
	if (!ack_is_valid(sg)) {
		tcp_segment_drop(sg);
		return false;
	}
	if (SEQ_GEQ(sg->sg_ack, tp->snd_una))
		tcp_ack_segment(sg);
	if ((tp->t_flags & TF_SENTFIN) != 0 && tp->snd_una == tp->snd_max)
		return fin_acked(sg);
	return true;
}

/* Take the urgent byte out of the segment (RFC 9293, 3.8.5; BSD's byte). */
static void
pull_urgent(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct socket *so = sg->sg_so;
	u_int at = sg->sg_urp - 1;
	struct mbuf *m;

	if ((so->so_options & SO_OOBINLINE) != 0 || sg->sg_urp > sg->sg_len)
		return;
	for (m = sg->sg_m; m != NULL && at >= (u_int)m->m_len; m = m->m_next)
		at -= m->m_len;
	if (m == NULL)
		return;
	tp->t_iobc = mtod(m, char *)[at];
	tp->t_oobflags |= TCPOOB_HAVEDATA;
	/* it stays in the stream's numbers, but not in the buffer */
	if (m_makewritable(&sg->sg_m, 0, M_COPYALL, M_DONTWAIT) != 0)
		return;
	at = sg->sg_urp - 1;
	for (m = sg->sg_m; m != NULL && at >= (u_int)m->m_len; m = m->m_next)
		at -= m->m_len;
	if (m == NULL)
		return;
	memmove(
	    mtod(m, char *) + at, mtod(m, char *) + at + 1, m->m_len - at - 1);
	m->m_len--;
	if ((sg->sg_m->m_flags & M_PKTHDR) != 0)
		sg->sg_m->m_pkthdr.len--;
}

/** Sixth: URG. */
void
tcp_step_urgent(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct socket *so = sg->sg_so;
	const tcp_seq up = sg->sg_seq + sg->sg_urp;

	if ((sg->sg_flags & TH_URG) == 0 || sg->sg_urp == 0 ||
	    TCPS_HAVERCVDFIN(tp->t_state))
		return;
	if (sg->sg_urp + so->so_rcv.sb_cc > sb_max) {
		sg->sg_flags &= ~TH_URG;
		sg->sg_urp = 0;
		return;
	}
	if (SEQ_GT(up, tp->rcv_up) && SEQ_GT(up, tp->rcv_nxt)) {
		tp->rcv_up = up;
		so->so_oobmark =
		    so->so_rcv.sb_cc + (tp->rcv_up - tp->rcv_nxt) - 1;
		if (so->so_oobmark == 0)
			so->so_state |= SS_RCVATMARK;
		sohasoutofband(so);
		tp->t_oobflags &= ~(TCPOOB_HAVEDATA | TCPOOB_HADDATA);
	}
	if (sg->sg_urp <= sg->sg_len && sg->sg_seq == tp->rcv_nxt)
		pull_urgent(sg);
}

/* When to acknowledge data that came in order (RFC 5681, 4.2). */
static void
schedule_ack(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if ((tp->t_flags & TF_ACKNOW) != 0)
		return;
	if (++tp->t_unacked_segs >= 2 || !TAILQ_EMPTY(&tp->segq) ||
	    (tcp_ack_on_push && (sg->sg_flags & TH_PUSH) != 0)) {
		tp->t_flags |= TF_ACKNOW;
		return;
	}
	tp->t_flags |= TF_DELACK;
	if (!TCP_TIMER_ISARMED(tp, TCPT_DELACK))
		tcp_timer_arm(tp, TCPT_DELACK, tcp_delack_ticks);
}

/* Data that are next. */
static void
text_in_order(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct socket *so = sg->sg_so;

	TCP_STATINC(TCP_STAT_RCVPACK);
	TCP_STATADD(TCP_STAT_RCVBYTE, sg->sg_len);
	schedule_ack(sg);
	tp->rcv_nxt += sg->sg_len;
	if (SEQ_GT(tp->rcv_nxt, tp->rcv_up))
		tp->rcv_up = tp->rcv_nxt; /* never so old that it wraps */
	tcp_rcvbuf_autosize(tp, sg->sg_len);
	if ((so->so_state & SS_CANTRCVMORE) == 0) {
		sbappendstream(&so->so_rcv, sg->sg_m);
		sg->sg_m = NULL;
	}
	sorwakeup(so);
}

/** Seventh: data. */
void
tcp_step_text(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	const bool fin = (sg->sg_flags & TH_FIN) != 0;

	if ((sg->sg_len == 0 && !fin) || TCPS_HAVERCVDFIN(tp->t_state)) {
		sg->sg_flags &= ~TH_FIN;
		return;
	}
	tcp_segment_trim_headers(sg);
	if (sg->sg_seq != tp->rcv_nxt) {
		tp->t_flags |= TF_ACKNOW;
		(void)tcp_reass_insert(sg);
		sg->sg_flags &= ~TH_FIN;
		return;
	}
	if (sg->sg_len > 0)
		text_in_order(sg);
	if (__predict_false(!TAILQ_EMPTY(&tp->segq))) {
		if (tcp_reass_deliver(tp, sg->sg_so))
			sg->sg_flags |= TH_FIN;
		tp->t_flags |= TF_ACKNOW;
		sorwakeup(sg->sg_so);
	}
}

/** Eighth: FIN, the first that is next; the seventh step cleared others. */
bool
tcp_step_fin(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct socket *so = sg->sg_so;

	if ((sg->sg_flags & TH_FIN) == 0)
		return true;
	socantrcvmore(so);
	tp->rcv_nxt++;
	tcp_reass_free(tp);
	tcp_sack_prune(tp);
	tp->t_flags |= TF_ACKNOW;
	switch (tp->t_state) {
	case TCPS_SYN_RECEIVED:
	case TCPS_ESTABLISHED:
		tcp_set_state(tp, TCPS_CLOSE_WAIT);
		break;
	case TCPS_FIN_WAIT_1:
		tcp_set_state(tp, TCPS_CLOSING);
		break;
	case TCPS_FIN_WAIT_2:
		if (tcp_timewait_enter(tp) == NULL) {
			tcp_segment_drop(sg);
			return false;
		}
		break;
	}
	return true;
}
