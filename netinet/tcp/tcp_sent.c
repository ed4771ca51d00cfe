/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in flight: runs of bytes, each sent at one moment, in order of
 * sequence. Together they cover the data (and FIN) from snd_una to snd_max.
 *
 * A run is in one of four states, by its flags: on its way (none), at the
 * peer (SACKED), lost and not sent again (LOST), or on its way again (REXMT
 * without LOST). t_sacked and t_lost are the bytes in those states, so that
 * tcp_pipe() is the bytes in the network (RFC 6675, 4).
 */
#include "tcp_impl.h"

#define SENT_MIN 512

static struct pool sent_pool;

void
tcp_sent_init(void)
{
	pool_init(&sent_pool, sizeof(struct tcp_sent), 0, 0, 0, "tcpsent", NULL,
	    IPL_SOFTNET);
	pool_sethardlimit(&sent_pool, 1 << 18, NULL, 0);
}

static u_int
sent_len(const struct tcp_sent *ts)
{
	return ts->ts_end - ts->ts_seq;
}

static void
sent_remove(struct tcpcb *tp, struct tcp_sent *ts)
{
	TAILQ_REMOVE(&tp->t_sent, ts, ts_link);
	tp->t_nsent--;
	pool_put(&sent_pool, ts);
}

/** LEN bytes from SEQ go out now; false if there is no memory to note it. */
bool
tcp_sent_append(struct tcpcb *tp, tcp_seq seq, u_int len)
{
	struct tcp_sent *ts = TAILQ_LAST(&tp->t_sent, tcp_sentq);

	if (ts != NULL && ts->ts_flags == 0 && ts->ts_end == seq &&
	    sent_len(ts) + len <= tp->t_segsz) {
		ts->ts_end += len;
		ts->ts_time = tcp_usec;
		return true;
	}
	ts = pool_get(&sent_pool, PR_NOWAIT);
	if (ts == NULL)
		return false;
	ts->ts_seq = seq;
	ts->ts_end = seq + len;
	ts->ts_time = tcp_usec;
	ts->ts_flags = 0;
	TAILQ_INSERT_TAIL(&tp->t_sent, ts, ts_link);
	tp->t_nsent++;
	return true;
}

/** Cut a run in two at SEQ; the second one, or NULL without memory. */
struct tcp_sent *
tcp_sent_split(struct tcpcb *tp, struct tcp_sent *ts, tcp_seq seq)
{
	struct tcp_sent *n;

	KASSERT(SEQ_GT(seq, ts->ts_seq) && SEQ_LT(seq, ts->ts_end));
	n = pool_get(&sent_pool, PR_NOWAIT);
	if (n == NULL)
		return NULL;
	n->ts_seq = seq;
	n->ts_end = ts->ts_end;
	n->ts_time = ts->ts_time;
	n->ts_flags = ts->ts_flags;
	ts->ts_end = seq;
	TAILQ_INSERT_AFTER(&tp->t_sent, ts, n, ts_link);
	tp->t_nsent++;
	return n;
}

void
tcp_sent_retransmitted(struct tcpcb *tp, struct tcp_sent *ts)
{
	if ((ts->ts_flags & TSF_LOST) != 0)
		tp->t_lost -= sent_len(ts);
	ts->ts_flags = (ts->ts_flags & ~TSF_LOST) | TSF_REXMT;
	ts->ts_time = tcp_usec;
}

/* RFC 8985, 6.2 steps 1 to 3: bytes of TS, up to END, have arrived. */
static void
sent_arrived(struct tcp_segment *sg, const struct tcp_sent *ts, tcp_seq end)
{
	struct tcpcb *tp = sg->sg_tp;
	const uint64_t rtt = tcp_usec - ts->ts_time;

	if ((ts->ts_flags & TSF_REXMT) == 0) {
		if (SEQ_LT(end, tp->t_fack))
			tp->t_reordering = true;
	} else if (rtt < tp->t_minrtt)
		return; /* it was the first transmission, late */
	if (SEQ_GT(end, tp->t_fack))
		tp->t_fack = end;
	if (ts->ts_time > tp->t_rack_time ||
	    (ts->ts_time == tp->t_rack_time && SEQ_GT(end, tp->t_rack_end))) {
		tp->t_rack_time = ts->ts_time;
		tp->t_rack_end = end;
		tp->t_rack_rtt = (u_int)MIN(rtt, 60000000);
	}
}

/* N bytes at the front of TS are acknowledged. */
static void
sent_acked(struct tcp_segment *sg, struct tcp_sent *ts, u_int n)
{
	struct tcpcb *tp = sg->sg_tp;

	if ((ts->ts_flags & TSF_SACKED) != 0)
		tp->t_sacked -= n;
	else {
		tp->t_delivered += n;
		sg->sg_delivered += n;
		sent_arrived(sg, ts, ts->ts_seq + n);
	}
	if ((ts->ts_flags & TSF_LOST) != 0)
		tp->t_lost -= n;
	ts->ts_seq += n;
}

/** All before sg_ack has arrived; takes a sample of the round trip time. */
void
tcp_sent_ack(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	const tcp_seq ack = sg->sg_ack;
	struct tcp_sent *ts;
	uint64_t sample = 0;

	while ((ts = TAILQ_FIRST(&tp->t_sent)) != NULL &&
	    SEQ_LT(ts->ts_seq, ack)) {
		if ((ts->ts_flags & (TSF_REXMT | TSF_SACKED)) == 0)
			sample = ts->ts_time;
		if (SEQ_GT(ts->ts_end, ack)) {
			sent_acked(sg, ts, ack - ts->ts_seq);
			break;
		}
		sent_acked(sg, ts, sent_len(ts));
		sent_remove(tp, ts);
	}
	if (sample != 0)
		tcp_rtt_sample(tp, tcp_usec - sample);
}

/*
 * The same for the edge of a SACK block; NULL too when there are far more
 * runs than segments: the peer is cutting them up, byte by byte.
 */
static struct tcp_sent *
sack_split(struct tcpcb *tp, struct tcp_sent *ts, tcp_seq seq)
{
	const u_int segments = (tp->snd_max - tp->snd_una) / tp->t_segsz;

	if (tp->t_nsent >= SENT_MIN + 4 * segments)
		return NULL;
	return tcp_sent_split(tp, ts, seq);
}

/** The peer has what lies between LEFT and RIGHT. */
void
tcp_sent_sack(struct tcp_segment *sg, tcp_seq left, tcp_seq right)
{
	struct tcpcb *tp = sg->sg_tp;
	struct tcp_sent *ts;
	u_int len;

	TAILQ_FOREACH(ts, &tp->t_sent, ts_link) {
		if (SEQ_LEQ(ts->ts_end, left) ||
		    (ts->ts_flags & TSF_SACKED) != 0)
			continue;
		if (SEQ_GEQ(ts->ts_seq, right))
			break;
		if (SEQ_LT(ts->ts_seq, left)) {
			/* the loop comes to the second part */
			if (sack_split(tp, ts, left) == NULL)
				break;
			continue;
		}
		if (SEQ_GT(ts->ts_end, right) &&
		    sack_split(tp, ts, right) == NULL)
			break;
		len = sent_len(ts);
		if ((ts->ts_flags & TSF_LOST) != 0)
			tp->t_lost -= len;
		ts->ts_flags = (ts->ts_flags & ~TSF_LOST) | TSF_SACKED;
		tp->t_sacked += len;
		tp->t_delivered += len;
		sg->sg_delivered += len;
		sent_arrived(sg, ts, ts->ts_end);
	}
}

void
tcp_sent_lose(struct tcpcb *tp, struct tcp_sent *ts)
{
	if ((ts->ts_flags & (TSF_SACKED | TSF_LOST)) != 0)
		return;
	ts->ts_flags |= TSF_LOST;
	tp->t_lost += sent_len(ts);
}

/**
 * Nothing that is not known to have arrived will. A first run marked SACKED
 * means that the peer dropped what it had (RFC 2018, 8): so all marks go.
 */
void
tcp_sent_lose_all(struct tcpcb *tp)
{
	struct tcp_sent *ts = TAILQ_FIRST(&tp->t_sent);
	const bool renege = ts != NULL && (ts->ts_flags & TSF_SACKED) != 0;

	TAILQ_FOREACH(ts, &tp->t_sent, ts_link) {
		if (renege && (ts->ts_flags & TSF_SACKED) != 0) {
			ts->ts_flags &= ~TSF_SACKED;
			tp->t_sacked -= sent_len(ts);
		}
		tcp_sent_lose(tp, ts);
	}
}

/** The timeout was for nothing: what was given up is on its way. */
void
tcp_sent_unlose_all(struct tcpcb *tp)
{
	struct tcp_sent *ts;

	TAILQ_FOREACH(ts, &tp->t_sent, ts_link)
		ts->ts_flags &= ~TSF_LOST;
	tp->t_lost = 0;
}

struct tcp_sent *
tcp_sent_first_lost(struct tcpcb *tp)
{
	struct tcp_sent *ts;

	if (tp->t_lost == 0)
		return NULL;
	TAILQ_FOREACH(ts, &tp->t_sent, ts_link) {
		if ((ts->ts_flags & TSF_LOST) != 0)
			return ts;
	}
	return NULL;
}

void
tcp_sent_free_all(struct tcpcb *tp)
{
	struct tcp_sent *ts;

	while ((ts = TAILQ_FIRST(&tp->t_sent)) != NULL)
		sent_remove(tp, ts);
	tp->t_sacked = tp->t_lost = 0;
}
