/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TIME_WAIT (RFC 9293, 3.3.2) without control block and socket: what is
 * needed to answer late segments, in a table by both ends. The number of
 * entries is limited; the oldest gives way.
 *
 * Two queues in order of expiry: connections with other kernels stay for two
 * segment lifetimes; those within this one, where no segment can be on its
 * way for long, for tcp_msl_local. A connection that we open again, or that
 * the peer does, takes the place of an entry when its numbers can't be
 * confused with the old ones (RFC 6191).
 */
#include "tcp_impl.h"

#define TW_BUCKETS 1024

struct tcp_tw {
	LIST_ENTRY(tcp_tw) tw_hash;
	TAILQ_ENTRY(tcp_tw) tw_link;
	struct tcp_tuple tw_tuple;
	tcp_seq tw_snd_nxt;
	tcp_seq tw_rcv_nxt;
	uint32_t tw_ts_recent;
	uint32_t tw_ts_offset;
	uint16_t tw_win;
	bool tw_ts;
	bool tw_local;
	uint64_t tw_born;
	uint64_t tw_expire; /* usec */
};

struct tw_class {
	TAILQ_HEAD(, tcp_tw) tc_queue;
	struct tcp_timeout tc_timeout;
};

static LIST_HEAD(, tcp_tw) tw_table[TW_BUCKETS];
static struct tw_class tw_classes[2]; /* remote, local */
static struct pool tw_pool;
static u_int tw_count;

int tcp_timewait_max = 32768;
int tcp_msl_local = 1; /* half seconds */

static void tw_expire(struct tcp_timeout *);

void
tcp_timewait_init(void)
{
	u_int i;

	pool_init(&tw_pool, sizeof(struct tcp_tw), 0, 0, 0, "tcptw", NULL,
	    IPL_SOFTNET);
	for (i = 0; i < TW_BUCKETS; i++)
		LIST_INIT(&tw_table[i]);
	for (i = 0; i < 2; i++) {
		TAILQ_INIT(&tw_classes[i].tc_queue);
		tw_classes[i].tc_timeout.tt_func = tw_expire;
	}
}

static u_int
tw_bucket(const struct tcp_tuple *tu)
{
	return tcp_hash_tuple(tu, TCP_HASH_TIMEWAIT, 0) % TW_BUCKETS;
}

static struct tcp_tw *
tw_lookup(const struct tcp_tuple *tu)
{
	struct tcp_tw *tw;

	if (tw_count == 0)
		return NULL;
	LIST_FOREACH(tw, &tw_table[tw_bucket(tu)], tw_hash) {
		if (memcmp(&tw->tw_tuple, tu, sizeof(*tu)) == 0)
			return tw;
	}
	return NULL;
}

static struct tw_class *
tw_class(const struct tcp_tw *tw)
{
	return &tw_classes[tw->tw_local];
}

static void
tw_remove(struct tcp_tw *tw)
{
	LIST_REMOVE(tw, tw_hash);
	TAILQ_REMOVE(&tw_class(tw)->tc_queue, tw, tw_link);
	pool_put(&tw_pool, tw);
	tw_count--;
}

static void
tw_expire(struct tcp_timeout *tt)
{
	struct tw_class *tc = &tw_classes[tt == &tw_classes[1].tc_timeout];
	struct tcp_tw *tw;

	while ((tw = TAILQ_FIRST(&tc->tc_queue)) != NULL &&
	    tw->tw_expire <= tcp_usec)
		tw_remove(tw);
	if (tw != NULL)
		tcp_timeout_set(tt, tcp_usec2ticks(tw->tw_expire - tcp_usec));
}

static void
tw_queue(struct tcp_tw *tw)
{
	struct tw_class *tc = tw_class(tw);
	u_int halfsecs = tw->tw_local ? tcp_msl_local : 2 * tcp_msl;

	tw->tw_expire = tcp_usec + halfsecs * (1000000ULL / PR_SLOWHZ);
	TAILQ_INSERT_TAIL(&tc->tc_queue, tw, tw_link);
	if (!tc->tc_timeout.tt_armed)
		tcp_timeout_set(&tc->tc_timeout, halfsecs * (hz / PR_SLOWHZ));
}

void
tcp_timewait_drain(void)
{
	struct tcp_tw *tw;
	u_int i;

	for (i = 0; i < 2; i++) {
		while ((tw = TAILQ_FIRST(&tw_classes[i].tc_queue)) != NULL)
			tw_remove(tw);
		tcp_timeout_clear(&tw_classes[i].tc_timeout);
	}
}

/** Note the end of TP, whose control block is about to go. */
void
tcp_timewait_compact(struct tcpcb *tp)
{
	struct tcp_tw *tw;

	if (tp->t_inpcb->inp_faddr.s_addr == INADDR_ANY)
		return;
	if (tw_count >= (u_int)tcp_timewait_max) {
		tw = TAILQ_FIRST(&tw_classes[1].tc_queue);
		if (tw == NULL)
			tw = TAILQ_FIRST(&tw_classes[0].tc_queue);
		if (tw == NULL)
			return;
		tw_remove(tw);
	}
	tw = pool_get(&tw_pool, PR_NOWAIT);
	if (tw == NULL)
		return;
	memset(tw, 0, sizeof(*tw));
	tcp_in4_tuple(tp->t_inpcb, &tw->tw_tuple);
	tw->tw_snd_nxt = tp->snd_max;
	tw->tw_rcv_nxt = tp->rcv_nxt;
	tw->tw_ts = (tp->t_flags & TF_RCVD_TSTMP) != 0;
	tw->tw_ts_recent = tp->ts_recent;
	tw->tw_ts_offset = tp->ts_offset;
	tw->tw_win = MIN(tcp_receive_window(tp) >> tp->rcv_scale, TCP_MAXWIN);
	tw->tw_local = (tp->t_flags & TF_LOCAL) != 0;
	tw->tw_born = tcp_usec;
	LIST_INSERT_HEAD(&tw_table[tw_bucket(&tw->tw_tuple)], tw, tw_hash);
	tw_count++;
	tw_queue(tw);
}

/** Both ends are done: TP, or NULL when nobody holds its socket. */
struct tcpcb *
tcp_timewait_enter(struct tcpcb *tp)
{
	struct socket *so = tp->t_inpcb->inp_socket;

	tcp_set_state(tp, TCPS_TIME_WAIT);
	tcp_timer_cancel_all(tp);
	if ((tp->t_flags & TF_ACKNOW) != 0)
		(void)tcp_output_ack(tp);
	soisdisconnected(so);
	if ((so->so_state & SS_NOFDREF) != 0) {
		tcp_timewait_compact(tp);
		return tcp_close(tp);
	}
	TCP_TIMER_ARM(tp, TCPT_2MSL, 2 * tcp_msl);
	return tp;
}

static void
tw_answer(const struct tcp_tw *tw)
{
	struct tcp_control ct = {.ct_flags = TH_ACK};
	uint8_t *o = ct.ct_opt;
	uint32_t v[3];

	ct.ct_seq = tw->tw_snd_nxt;
	ct.ct_ack = tw->tw_rcv_nxt;
	ct.ct_win = tw->tw_win;
	if (tw->tw_ts) {
		v[0] = htonl(TCPOPT_TSTAMP_HDR);
		v[1] = htonl(tcp_msec() + tw->tw_ts_offset);
		v[2] = htonl(tw->tw_ts_recent);
		memcpy(o, v, sizeof(v));
		ct.ct_optlen = sizeof(v);
	}
	TCP_STATINC(TCP_STAT_SNDACKS);
	(void)tcp_in4_send_control(&tw->tw_tuple, &ct);
}

/**
 * A segment for no control block. True if it is for a connection in here,
 * and has been seen to; false also when it opens the connection again.
 */
bool
tcp_timewait_input(struct tcp_segment *sg)
{
	struct tcp_tw *tw = tw_lookup(&sg->sg_tuple);
	const struct tcp_opt_info *oi = &sg->sg_opt;

	if (tw == NULL)
		return false;
	/* RFC 1337: a reset ends nothing here */
	if ((sg->sg_flags & TH_RST) != 0)
		goto drop;
	if ((sg->sg_flags & (TH_SYN | TH_ACK)) == TH_SYN &&
	    (SEQ_GT(sg->sg_seq, tw->tw_rcv_nxt) ||
		(tw->tw_ts && oi->ts_present &&
		    SEQ_GT(oi->ts_val, tw->tw_ts_recent)))) {
		sg->sg_issmin = tw->tw_snd_nxt;
		sg->sg_haveissmin = true;
		tw_remove(tw);
		return false;
	}
	if ((sg->sg_flags & TH_FIN) != 0) {
		/* our last ACK was lost: begin again */
		TAILQ_REMOVE(&tw_class(tw)->tc_queue, tw, tw_link);
		tw_queue(tw);
	}
	if ((sg->sg_flags & (TH_FIN | TH_SYN)) != 0 || sg->sg_len > 0 ||
	    sg->sg_seq != tw->tw_rcv_nxt || sg->sg_ack != tw->tw_snd_nxt)
		tw_answer(tw);
drop:
	tcp_segment_drop(sg);
	return true;
}

/**
 * TP is about to connect and has its numbers. True if it may: nothing is in
 * the way, or it can be cleared (FORCE: whatever it is).
 */
bool
tcp_timewait_connect(struct tcpcb *tp, bool force)
{
	struct tcp_tuple tu;
	struct tcp_tw *tw;

	tcp_in4_tuple(tp->t_inpcb, &tu);
	tw = tw_lookup(&tu);
	if (tw == NULL)
		return true;
	if (!force && !tw->tw_local &&
	    !(tw->tw_ts && tcp_usec - tw->tw_born >= 1000000))
		return false;
	if (SEQ_LEQ(tp->iss, tw->tw_snd_nxt + 1))
		tp->iss = tw->tw_snd_nxt + 65536;
	tw_remove(tw);
	return true;
}

/** Does any connection in here use this local address and port? */
bool
tcp_timewait_port(struct in_addr addr, uint16_t port)
{
	struct tcp_tw *tw;
	u_int i;

	for (i = 0; i < 2; i++) {
		TAILQ_FOREACH(tw, &tw_classes[i].tc_queue, tw_link) {
			if (tw->tw_tuple.tu_lport == port &&
			    (addr.s_addr == INADDR_ANY ||
				in_hosteq(tw->tw_tuple.tu_laddr, addr)))
				return true;
		}
	}
	return false;
}
