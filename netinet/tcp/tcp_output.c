/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sending. tcp_output() sends all that may be sent now: first what was lost,
 * then new data, then an acknowledgement if none of those carried it.
 *
 * snd_max is where new data begin; nothing ever moves it back. What of the
 * data before it must be sent again, tcp_sent.c knows.
 */
#include "tcp_impl.h"

int tcp_do_ecn = 0;

/* Bytes of data in a full segment, with the options that we send now. */
static u_int
full_segment(const struct tcpcb *tp)
{
	const u_int max = (tp->t_flags & TF_RCVD_TSTMP) != 0 ? TCP_SACK_MAX
							     : TCP_SACK_MAX + 1;
	u_int opt, n = tp->rcv_nsack, size = tp->t_segsz;

	if (tp->rcv_dsack.left != tp->rcv_dsack.right)
		n++;
	if (__predict_false(n != 0 && (tp->t_flags & TF_WILL_SACK) != 0)) {
		opt = 4 + 8 * MIN(n, max);
		size = size > opt + 64 ? size - opt : 64;
	}
	return size;
}

static bool
state_sends_fin(const struct tcpcb *tp)
{
	return tp->t_state == TCPS_FIN_WAIT_1 || tp->t_state == TCPS_CLOSING ||
	    tp->t_state == TCPS_LAST_ACK;
}

/** What we let the peer send, in bytes; never less than we said before. */
u_long
tcp_receive_window(struct tcpcb *tp)
{
	struct socket *so = tp->t_inpcb->inp_socket;
	const u_long max = (u_long)TCP_MAXWIN << tp->rcv_scale;
	const long adv = (int)(tp->rcv_adv - tp->rcv_nxt);
	long win = sbspace(&so->so_rcv);

	/* what comes after shutdown() is thrown away, but must come */
	if ((so->so_state & SS_CANTRCVMORE) != 0 && so->so_rcv.sb_hiwat == 0)
		win = tcp_mssdflt * 16;
	if (win < (long)(so->so_rcv.sb_hiwat / 4) && win < (long)tp->t_ourmss)
		win = 0; /* RFC 9293, 3.8.6.2.2 */
	win = MAX(win, adv);
	return MIN((u_long)MAX(win, 0), max);
}

/** The buffer is about to lose what lies before ACK. */
void
tcp_sndmbuf_drop(struct tcpcb *tp, tcp_seq ack)
{
	struct mbuf *m = tp->t_sndmbuf;

	if (m == NULL)
		return;
	if (SEQ_LEQ(tp->t_sndmbuf_seq + m->m_len, ack))
		tp->t_sndmbuf = NULL;
	else if (SEQ_LT(tp->t_sndmbuf_seq, ack))
		tp->t_sndmbuf_seq = ack;
}

/*
 * LEN bytes of the send buffer from SEQ, by reference. Where new data begin
 * is remembered, so that a long buffer need not be walked.
 */
static bool
attach_data(struct tcpcb *tp, struct mbuf *hdr, tcp_seq seq, u_int len)
{
	struct socket *so = tp->t_inpcb->inp_socket;
	struct mbuf *m = so->so_snd.sb_mb;
	u_int off = seq - tp->snd_una;

	if (tp->t_sndmbuf != NULL && SEQ_LEQ(tp->t_sndmbuf_seq, seq)) {
		m = tp->t_sndmbuf;
		off = seq - tp->t_sndmbuf_seq;
	}
	while (m != NULL && off >= (u_int)m->m_len) {
		off -= m->m_len;
		m = m->m_next;
	}
	if (m == NULL)
		return false;
	if (seq == tp->snd_max) {
		tp->t_sndmbuf = m;
		tp->t_sndmbuf_seq = seq - off;
	}
	if (len <= (u_int)M_TRAILINGSPACE(hdr)) {
		m_copydata(m, off, len, mtod(hdr, char *) + hdr->m_len);
		hdr->m_len += len;
	} else {
		hdr->m_next = m_copym(m, off, len, M_DONTWAIT);
		if (hdr->m_next == NULL)
			return false;
	}
	hdr->m_pkthdr.len += len;
	return true;
}

static void
count_sent(struct tcpcb *tp, tcp_seq seq, u_int len, uint8_t flags)
{
	TCP_STATINC(TCP_STAT_SNDTOTAL);
	if (len > 0 && seq != tp->snd_max) {
		TCP_STATINC(TCP_STAT_SNDREXMITPACK);
		TCP_STATADD(TCP_STAT_SNDREXMITBYTE, len);
		tp->t_sndrexmitpack++;
	} else if (len > 0) {
		TCP_STATINC(TCP_STAT_SNDPACK);
		TCP_STATADD(TCP_STAT_SNDBYTE, len);
	} else if ((flags & (TH_SYN | TH_FIN | TH_RST)) != 0)
		TCP_STATINC(TCP_STAT_SNDCTRL);
	else if ((flags & TH_URG) != 0)
		TCP_STATINC(TCP_STAT_SNDURG);
	else
		TCP_STATINC(TCP_STAT_SNDACKS);
}

/* Fill in the header, but for ports, checksum and options. */
static void
fill_header(struct tcpcb *tp, struct tcphdr *th, tcp_seq seq, uint8_t flags)
{
	const u_long win = tcp_receive_window(tp);
	const u_int scale = (flags & TH_SYN) != 0 ? 0 : tp->rcv_scale;
	u_long raw = MIN(win >> scale, TCP_MAXWIN);

	/* don't let the scale's rounding take back what was offered */
	if (raw < TCP_MAXWIN && (raw << scale) < win &&
	    SEQ_GT(tp->rcv_adv, tp->rcv_nxt + (raw << scale)))
		raw++;
	th->th_sport = tp->t_inpcb->inp_lport;
	th->th_dport = tp->t_inpcb->inp_fport;
	th->th_seq = htonl(seq);
	th->th_ack = (flags & TH_ACK) != 0 ? htonl(tp->rcv_nxt) : 0;
	th->th_win = htons(raw);
	th->th_urp = 0;
	if (SEQ_GT(tp->snd_up, seq) && (flags & TH_SYN) == 0) {
		u_int urp = tp->snd_up - seq;

		th->th_urp = htons(MIN(urp, 65535));
		flags |= TH_URG;
	}
	th->th_flags = flags;
	if ((flags & TH_ACK) == 0)
		return;
	tp->rcv_wnd = raw << scale;
	if (SEQ_GT(tp->rcv_nxt + tp->rcv_wnd, tp->rcv_adv))
		tp->rcv_adv = tp->rcv_nxt + tp->rcv_wnd;
	tp->last_ack_sent = tp->rcv_nxt;
	tp->t_flags &= ~(TF_ACKNOW | TF_DELACK);
	tp->t_unacked_segs = 0;
	tcp_timer_disarm(tp, TCPT_DELACK);
}

/* What an error of ip_output() means for the connection. */
static int
output_error(struct tcpcb *tp, int error)
{
	u_int size;

	switch (error) {
	case 0:
		return 0;
	case ENOBUFS:
		TCP_STATINC(TCP_STAT_SELFQUENCH);
		return 0; /* like a loss; the timer runs */
	case EMSGSIZE:
		/* the route has changed: what went out is too large */
		size = tp->t_segsz;
		tcp_set_mss(tp);
		if (tp->t_segsz < size)
			tcp_sent_lose_all(tp);
		return EMSGSIZE;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
		if (TCPS_HAVERCVDSYN(tp->t_state)) {
			tp->t_softerror = error;
			return 0;
		}
		return error;
	default:
		return error;
	}
}

/** Send LEN bytes from SEQ with FLAGS; all of the bookkeeping is elsewhere. */
int
tcp_output_segment(struct tcpcb *tp, tcp_seq seq, u_int len, uint8_t flags)
{
	uint8_t opt[MAX_TCPOPTLEN], ecn = 0;
	struct tcphdr *th;
	struct mbuf *m;
	u_int optlen;

	optlen = tcp_option_data(tp, opt, sizeof(opt));
	m = tcp_in4_header(optlen, &th);
	if (m == NULL)
		return ENOBUFS;
	if (len > 0 && !attach_data(tp, m, seq, len)) {
		m_freem(m);
		return ENOBUFS;
	}
	if ((tp->t_flags & TF_ECN_PERMIT) != 0) {
		if ((tp->t_flags & TF_ECN_SND_ECE) != 0)
			flags |= TH_ECE;
		if (len > 0 && seq == tp->snd_max) {
			ecn = IPTOS_ECN_ECT0;
			TCP_STATINC(TCP_STAT_ECN_ECT);
			if ((tp->t_flags & TF_ECN_SND_CWR) != 0) {
				flags |= TH_CWR;
				tp->t_flags &= ~TF_ECN_SND_CWR;
			}
		}
	}
	count_sent(tp, seq, len, flags);
	fill_header(tp, th, seq, flags);
	memcpy(th + 1, opt, optlen);
	if (len > 0)
		tp->t_sndtime = tcp_usec;
	return output_error(tp, tcp_in4_send(tp, m, ecn));
}

/** Send or repeat our SYN. */
int
tcp_output_syn(struct tcpcb *tp)
{
	const bool passive = tp->t_state == TCPS_SYN_RECEIVED;
	uint8_t flags = TH_SYN, opt[MAX_TCPOPTLEN];
	uint32_t ts[2];
	struct tcphdr *th;
	struct mbuf *m;
	u_int optlen = 0;
	bool wantts;

	if (passive)
		flags |= TH_ACK;
	else if (tcp_do_ecn && tp->t_rxtshift <= 2) {
		flags |= TH_ECE | TH_CWR;
		tp->t_flags |= TF_ECN_SYN_SENT;
	}
	tp->t_ourmss = tcp_in4_our_mss(tp->t_inpcb);
	wantts = (tp->t_flags & TF_REQ_TSTMP) != 0 &&
	    (!passive || (tp->t_flags & TF_RCVD_TSTMP) != 0);
	ts[0] = tcp_msec() + tp->ts_offset;
	ts[1] = passive ? tp->ts_recent : 0;
	if ((tp->t_flags & TF_NOOPT) == 0) {
		int scale = -1;

		if ((tp->t_flags & TF_REQ_SCALE) != 0 &&
		    (!passive || (tp->t_flags & TF_RCVD_SCALE) != 0))
			scale = tp->request_r_scale;
		optlen = tcp_option_syn(opt, tp->t_ourmss, scale,
		    tcp_do_sack &&
			(!passive || (tp->t_flags & TF_SACK_PERMIT) != 0),
		    wantts ? ts : NULL);
	}
	m = tcp_in4_header(optlen, &th);
	if (m == NULL)
		return ENOBUFS;
	TCP_STATINC(TCP_STAT_SNDTOTAL);
	TCP_STATINC(TCP_STAT_SNDCTRL);
	fill_header(tp, th, tp->iss, flags);
	memcpy(th + 1, opt, optlen);
	if (tp->snd_max == tp->iss) {
		tp->snd_nxt = tp->snd_max = tp->iss + 1;
		tp->t_sndtime = tcp_usec;
	}
	if (!TCP_TIMER_ISARMED(tp, TCPT_REXMT))
		tcp_rexmt_arm(tp);
	return output_error(tp, tcp_in4_send(tp, m, 0));
}

/** An empty segment that the peer must answer: keep-alive, window probe. */
int
tcp_output_probe(struct tcpcb *tp)
{
	TCP_STATINC(TCP_STAT_SNDPROBE);
	return tcp_output_segment(tp, tp->snd_una - 1, 0, TH_ACK);
}

int
tcp_output_ack(struct tcpcb *tp)
{
	return tcp_output_segment(tp, tp->snd_max, 0, TH_ACK);
}

/* Send the run TS again, or as much of it as fits a segment. */
static int
send_again(struct tcpcb *tp, struct tcp_sent *ts)
{
	const u_int size = full_segment(tp);
	u_int len = ts->ts_end - ts->ts_seq;
	uint8_t flags = TH_ACK;
	int error;

	if (len > size &&
	    !(len == size + 1 && ts->ts_end == tp->snd_max &&
		(tp->t_flags & TF_SENTFIN) != 0)) {
		if (tcp_sent_split(tp, ts, ts->ts_seq + size) == NULL)
			return ENOBUFS;
		len = size;
	}
	if (ts->ts_end == tp->snd_max && (tp->t_flags & TF_SENTFIN) != 0) {
		flags |= TH_FIN;
		len--;
	}
	if (tp->t_recovery == TCP_REC_FAST)
		tp->t_prr_out += len;
	error = tcp_output_segment(tp, ts->ts_seq, len, flags);
	tcp_sent_retransmitted(tp, ts);
	if (!TCP_TIMER_ISARMED(tp, TCPT_REXMT))
		tcp_rexmt_arm(tp);
	return error;
}

/* Retransmit one segment if there is one and the window allows it. */
static bool
output_lost(struct tcpcb *tp, int *errorp)
{
	struct tcp_sent *ts = tcp_sent_first_lost(tp);
	const u_long pipe = tcp_pipe(tp);

	if (ts == NULL)
		return false;
	if (pipe > 0 &&
	    pipe + MIN(ts->ts_end - ts->ts_seq, tp->t_segsz) > tp->snd_cwnd)
		return false;
	*errorp = send_again(tp, ts);
	return *errorp == 0;
}

/* Should a segment of LEN of AVAIL bytes go now (RFC 9293, 3.8.6.2.1)? */
static bool
worth_sending(
    const struct tcpcb *tp, u_int len, u_long avail, u_int full, bool fin)
{
	const struct socket *so = tp->t_inpcb->inp_socket;

	if (len >= full || (tp->t_flags & TF_FORCE) != 0)
		return true;
	if (len == avail) {
		if (fin)
			return true;
		if (SEQ_GT(tp->snd_up, tp->snd_max))
			return true;
		/* Nagle as Minshall has it: one small segment in flight */
		if ((so->so_state & SS_MORETOCOME) == 0 &&
		    (tp->t_flags & TF_NOPUSH) == 0 &&
		    ((tp->t_flags & TF_NODELAY) != 0 ||
			SEQ_GEQ(tp->snd_una, tp->snd_sml)))
			return true;
	}
	return len > 0 && tp->snd_maxwnd > 0 && len >= tp->snd_maxwnd / 2;
}

/* Send a segment of new data, or the FIN; false: nothing more to send. */
static bool
output_new(struct tcpcb *tp, int *errorp)
{
	struct socket *so = tp->t_inpcb->inp_socket;
	const u_long off = tp->snd_max - tp->snd_una;
	const u_long pipe = tcp_pipe(tp);
	const u_int full = full_segment(tp);
	const bool fin = state_sends_fin(tp);
	u_long avail, len, limit;
	uint8_t flags = TH_ACK;

	if ((tp->t_flags & TF_SENTFIN) != 0 || off > so->so_snd.sb_cc)
		return false;
	avail = so->so_snd.sb_cc - off;
	if (avail == 0 && !fin)
		return false;
	limit = tp->snd_cwnd > pipe ? tp->snd_cwnd - pipe : 0;
	limit = MIN(limit, tp->snd_wnd > off ? tp->snd_wnd - off : 0);
	len = MIN(MIN(avail, full), limit);
	if (len == 0 && avail > 0)
		return false;
	if (!worth_sending(tp, len, avail, full, fin))
		return false;
	if (len == avail) {
		if (len > 0)
			flags |= TH_PUSH;
		if (fin)
			flags |= TH_FIN;
	}
	if (!tcp_sent_append(
		tp, tp->snd_max, len + ((flags & TH_FIN) != 0 ? 1 : 0))) {
		*errorp = ENOBUFS;
		return false;
	}
	*errorp = tcp_output_segment(tp, tp->snd_max, len, flags);
	if (len < full && len > 0)
		tp->snd_sml = tp->snd_max + len;
	tp->snd_max += len;
	if ((flags & TH_FIN) != 0) {
		tp->snd_max++;
		tp->t_flags |= TF_SENTFIN;
	}
	tp->snd_nxt = tp->snd_max;
	if (tp->t_recovery == TCP_REC_FAST)
		tp->t_prr_out += len;
	tcp_timer_disarm(tp, TCPT_PERSIST);
	tp->t_persistshift = 0;
	if (off == 0 || !TCP_TIMER_ISARMED(tp, TCPT_REXMT) || tp->t_tlp_armed)
		tcp_rexmt_arm(tp);
	return *errorp == 0;
}

/** RFC 8985, 7.3: send something, so that a lost tail is noticed. */
bool
tcp_output_tlp(struct tcpcb *tp)
{
	struct tcp_sent *ts = TAILQ_LAST(&tp->t_sent, tcp_sentq);
	const u_int full = full_segment(tp);
	int error = 0;

	if (ts == NULL)
		return false;
	tp->t_tlp_out = true;
	tp->t_flags |= TF_FORCE;
	if (!output_new(tp, &error)) {
		if (ts->ts_end - ts->ts_seq > full) {
			ts = tcp_sent_split(tp, ts, ts->ts_end - full);
			if (ts == NULL) {
				tp->t_flags &= ~TF_FORCE;
				return false;
			}
		}
		(void)send_again(tp, ts);
	}
	tp->t_flags &= ~TF_FORCE;
	tp->t_tlp_end = tp->snd_max;
	return true;
}

/* Has the window that we offer grown enough to say so? */
static bool
window_grown(struct tcpcb *tp)
{
	const struct socket *so = tp->t_inpcb->inp_socket;
	long grown;

	if (TCPS_HAVERCVDFIN(tp->t_state))
		return false;
	/* the SYN could not say how much it is, but enough to begin with */
	if (tp->rcv_nxt == tp->irs + 1 &&
	    tp->rcv_adv - tp->rcv_nxt >= TCP_MAXWIN / 2)
		return false;
	grown = (long)tcp_receive_window(tp) -
	    (long)(int)(tp->rcv_adv - tp->rcv_nxt);
	if (grown <= 0)
		return false;
	if (grown >= 2 * (long)tp->t_ourmss ||
	    2 * grown >= (long)so->so_rcv.sb_hiwat) {
		TCP_STATINC(TCP_STAT_SNDWINUP);
		return true;
	}
	return false;
}

/* RFC 5681, 4.1: the window after a pause is worth nothing. */
static void
restart_idle(struct tcpcb *tp)
{
	const uint64_t rto = (uint64_t)tcp_rexmt_ticks(tp) * 10000;
	const u_long cwnd = tp->snd_cwnd;

	if (tcp_usec - tp->t_sndtime <= rto || (tp->t_flags & TF_LOCAL) != 0)
		return;
	tcp_set_initial_cwnd(tp);
	tp->snd_cwnd = MIN(tp->snd_cwnd, cwnd);
	tp->t_cwnd_acc = 0;
}

/* Data wait, nothing is in flight, nothing could be sent. */
static void
output_stuck(struct tcpcb *tp)
{
	const struct socket *so = tp->t_inpcb->inp_socket;

	if (tp->snd_max != tp->snd_una || so->so_snd.sb_cc == 0 ||
	    TCP_TIMER_ISARMED(tp, TCPT_REXMT) || tp->t_state < TCPS_ESTABLISHED)
		return;
	if ((tp->t_flags & TF_FORCE) != 0)
		(void)tcp_output_probe(tp);
	else if (!TCP_TIMER_ISARMED(tp, TCPT_PERSIST))
		tcp_setpersist(tp);
}

/** Send what may be sent. An error is for a connect() in progress. */
int
tcp_output(struct tcpcb *tp)
{
	int error = 0;

	if (tp->t_state < TCPS_ESTABLISHED) {
		if (tp->t_state != TCPS_SYN_SENT &&
		    tp->t_state != TCPS_SYN_RECEIVED)
			return 0;
		if (tp->snd_max == tp->iss || (tp->t_flags & TF_ACKNOW) != 0)
			return tcp_output_syn(tp);
		return 0;
	}
	if (tp->snd_max == tp->snd_una)
		restart_idle(tp);
	while (output_lost(tp, &error))
		continue;
	while (error == 0 && output_new(tp, &error))
		continue;
	output_stuck(tp);
	if ((tp->t_flags & TF_ACKNOW) != 0 || window_grown(tp))
		error = tcp_output_ack(tp);
	/* the timer sends again what was too large */
	return error == EMSGSIZE ? 0 : error;
}

/** Look at a closed window again later (RFC 9293, 3.8.6.1). */
void
tcp_setpersist(struct tcpcb *tp)
{
	uint64_t us, max = (uint64_t)TCPTV_PERSMAX * (1000000 / PR_SLOWHZ);

	us = tp->t_srtt == 0 ? 1000000 : (tp->t_srtt >> 3) + tp->t_rttvar;
	us = MAX(us, 200000) << MIN(tp->t_persistshift, TCP_MAXRXTSHIFT);
	tcp_timer_arm(tp, TCPT_PERSIST, tcp_usec2ticks(MIN(us, max)));
	if (tp->t_persistshift < TCP_MAXRXTSHIFT)
		tp->t_persistshift++;
}
