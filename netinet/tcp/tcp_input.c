/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments come in here: the packet is read into a struct tcp_segment, its
 * connection is found, and the steps of RFC 9293, 3.10.7 are taken, each a
 * function in tcp_step.c. In-order segments of an established connection
 * take a shorter path to the same end.
 *
 * A step that returns false has finished with the segment, and perhaps with
 * the connection: sg_tp is not to be used then.
 */
#include <sys/syslog.h>

#include "tcp_impl.h"

int tcp_log_refused;
int tcp_do_autorcvbuf = 1;
int tcp_autorcvbuf_inc = 64 * 1024;
int tcp_autorcvbuf_max = 512 * 1024; /* half a shmif bus */
int tcp_ack_on_push;

/** Drop what is left of a segment. */
void
tcp_segment_drop(struct tcp_segment *sg)
{
	m_freem(sg->sg_m);
	sg->sg_m = NULL;
}

/** Answer with a reset, and drop. */
void
tcp_segment_reset(struct tcp_segment *sg)
{
	tcp_respond_reset(sg);
	tcp_segment_drop(sg);
}

/** Cut the headers off; what is left is data. */
void
tcp_segment_trim_headers(struct tcp_segment *sg)
{
	if (sg->sg_hdrlen != 0) {
		m_adj(sg->sg_m, sg->sg_hdrlen);
		sg->sg_hdrlen = 0;
	}
}

/** RFC 5961, 7: an ACK for a segment that looks like an attack, not often. */
void
tcp_challenge_ack(struct tcpcb *tp)
{
	const uint32_t sec = (uint32_t)(tcp_usec / 1000000);

	if (tp->t_challenge_time != sec) {
		tp->t_challenge_time = sec;
		tp->t_challenge_count = 0;
	}
	if (tcp_ackdrop_ppslim >= 0 &&
	    tp->t_challenge_count++ >= (u_int)tcp_ackdrop_ppslim)
		return;
	if (tp->t_state == TCPS_SYN_RECEIVED)
		(void)tcp_output_syn(tp);
	else
		(void)tcp_output_ack(tp);
}

/**
 * A receive buffer that holds up a fast sender becomes larger: when as much
 * as fits it came within two round trips.
 */
void
tcp_rcvbuf_autosize(struct tcpcb *tp, u_long len)
{
	struct socket *so = tp->t_inpcb->inp_socket;
	struct sockbuf *sb = &so->so_rcv;
	u_long want;

	if (!tcp_do_autorcvbuf || (sb->sb_flags & SB_AUTOSIZE) == 0 ||
	    (tp->t_flags & TF_LOCAL) != 0 ||
	    sb->sb_hiwat >= (u_long)tcp_autorcvbuf_max)
		return;
	tp->t_rcvauto_bytes += len;
	if (tcp_usec - tp->t_rcvauto_time < MAX(tp->t_srtt >> 2, 1000))
		return;
	if (tp->t_rcvauto_bytes > sb->sb_hiwat / 4 * 3) {
		want = MAX(2 * tp->t_rcvauto_bytes,
		    sb->sb_hiwat + (u_long)tcp_autorcvbuf_inc);
		want = MIN(want, (u_long)tcp_autorcvbuf_max);
		(void)sbreserve(sb, want, so);
	}
	tp->t_rcvauto_bytes = 0;
	tp->t_rcvauto_time = tcp_usec;
}

/* RFC 7323, 4.3: the timestamp to echo. */
static void
note_timestamp(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if (sg->sg_opt.ts_present && SEQ_LEQ(sg->sg_seq, tp->last_ack_sent) &&
	    SEQ_GEQ(sg->sg_opt.ts_val, tp->ts_recent)) {
		tp->ts_recent = sg->sg_opt.ts_val;
		tp->ts_recent_age = tcp_usec;
	}
}

static bool
fast_path_applies(const struct tcp_segment *sg)
{
	const struct tcpcb *tp = sg->sg_tp;
	const uint8_t all =
	    TH_SYN | TH_FIN | TH_RST | TH_URG | TH_ACK | TH_ECE | TH_CWR;

	if (tp->t_state != TCPS_ESTABLISHED || (sg->sg_flags & all) != TH_ACK ||
	    sg->sg_seq != tp->rcv_nxt || sg->sg_ce || sg->sg_win == 0 ||
	    sg->sg_opt.nsack != 0 || tp->t_recovery != TCP_REC_OPEN ||
	    tp->t_sacked != 0 || !TAILQ_EMPTY(&tp->segq) ||
	    SEQ_GT(sg->sg_ack, tp->snd_max) || SEQ_LT(sg->sg_ack, tp->snd_una))
		return false;
	if ((tp->t_flags & TF_RCVD_TSTMP) != 0) {
		if (!sg->sg_opt.ts_present ||
		    SEQ_LT(sg->sg_opt.ts_val, tp->ts_recent))
			return false;
	}
	/* a duplicate ACK? */
	if (sg->sg_len == 0 && sg->sg_ack == tp->snd_una)
		return sg->sg_win != tp->snd_wnd;
	return sg->sg_len <= tp->rcv_adv - tp->rcv_nxt;
}

/** The next data, or an ACK of ours, and nothing special about it. */
bool
tcp_fast_path(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct socket *so = sg->sg_so;

	if (!fast_path_applies(sg))
		return false;
	note_timestamp(sg);
	if (SEQ_GT(sg->sg_ack, tp->snd_una)) {
		TCP_STATINC(TCP_STAT_PREDACK);
		tcp_ack_segment(sg);
	}
	tcp_update_window(sg);
	if (sg->sg_len > 0) {
		TCP_STATINC(TCP_STAT_PREDDAT);
		tcp_step_text(sg);
	}
	if (so->so_snd.sb_cc > tp->snd_max - tp->snd_una ||
	    (tp->t_flags & TF_ACKNOW) != 0)
		(void)tcp_output(tp);
	tcp_segment_drop(sg);
	return true;
}

/** Steps of a connection that knows the peer's numbers (3.10.7.4). */
void
tcp_segment_synchronized(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	if ((sg->sg_flags & TH_SYN) == 0)
		sg->sg_win = (u_long)sg->sg_rawwin << tp->snd_scale;
	tp->t_rcvtime = tcp_usec;
	tp->t_keepsent = 0;
	if (tcp_fast_path(sg))
		return;
	if (!tcp_step_sequence(sg) || !tcp_step_reset(sg) || !tcp_step_syn(sg))
		return;
	note_timestamp(sg);
	if ((tp->t_flags & TF_ECN_PERMIT) != 0) {
		if ((sg->sg_flags & TH_CWR) != 0)
			tp->t_flags &= ~TF_ECN_SND_ECE;
		if (sg->sg_ce) {
			TCP_STATINC(TCP_STAT_ECN_CE);
			tp->t_flags |= TF_ECN_SND_ECE | TF_ACKNOW;
		}
	}
	if (!tcp_step_ack(sg))
		return;
	tcp_update_window(sg);
	tcp_segment_steps_from_urg(sg);
}

/** The last steps, which SYN_SENT takes as well. */
void
tcp_segment_steps_from_urg(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;

	tcp_step_urgent(sg);
	tcp_step_text(sg);
	if (!tcp_step_fin(sg))
		return;
	(void)tcp_output(tp);
	tcp_segment_drop(sg);
}

/* Nobody listens there. */
static void
no_port(struct tcp_segment *sg)
{
	TCP_STATINC(TCP_STAT_NOPORT);
	if (tcp_log_refused && (sg->sg_flags & TH_SYN) != 0)
		log(LOG_INFO,
		    "tcp: connection attempt to port %d from port "
		    "%d refused\n",
		    ntohs(sg->sg_tuple.tu_lport), ntohs(sg->sg_tuple.tu_fport));
	tcp_segment_reset(sg);
}

/* Find what the segment is for. */
static void
segment_dispatch(struct tcp_segment *sg)
{
	struct inpcb *inp = tcp_in4_lookup(&sg->sg_tuple);

	if (inp == NULL) {
		TCP_STATINC(TCP_STAT_PCBHASHMISS);
		if (tcp_timewait_input(sg))
			return;
		inp = tcp_in4_lookup_listen(&sg->sg_tuple);
		if (inp == NULL) {
			no_port(sg);
			return;
		}
	}
	if (sg->sg_ttl < inp->inp_ip_minttl)
		return; /* RFC 5082 */
	sg->sg_inp = inp;
	sg->sg_tp = intotcpcb(inp);
	sg->sg_so = inp->inp_socket;
	if (sg->sg_tp == NULL || sg->sg_so == NULL ||
	    sg->sg_tp->t_state == TCPS_CLOSED) {
		no_port(sg);
		return;
	}
	switch (sg->sg_tp->t_state) {
	case TCPS_LISTEN:
		tcp_step_listen(sg);
		break;
	case TCPS_SYN_SENT:
		tcp_step_syn_sent(sg);
		break;
	default:
		tcp_segment_synchronized(sg);
		break;
	}
}

/** pr_input: a packet whose IP header is OFF bytes long. */
void
tcp_input(struct mbuf *m, ...)
{
	struct tcp_segment sg;
	va_list ap;
	int off;

	va_start(ap, m);
	off = va_arg(ap, int);
	va_end(ap);

	KASSERT(mutex_owned(softnet_lock));
	tcp_clock_update();
	TCP_STATINC(TCP_STAT_RCVTOTAL);
	memset(&sg, 0, offsetof(struct tcp_segment, sg_opt));
	if (!tcp_in4_parse(&sg, m, off))
		return;
	segment_dispatch(&sg);
	tcp_segment_drop(&sg);
}
