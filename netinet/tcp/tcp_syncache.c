/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections that a peer has asked for: small entries in a table, until the
 * peer's ACK makes sockets of them. Table and buckets are limited; when
 * there is no room, the answer carries a cookie (RFC 4987) in its sequence
 * number, and nothing is kept at all. While the listening socket's queue is
 * full, a SYN is not answered before accept() makes room.
 *
 * A cookie is: 5 bits of a clock of 64 seconds, 3 bits of segment size, 24
 * bits of keyed hash. The peer's options fit the low bits of our timestamp.
 */
#include "tcp_impl.h"

#define SC_BUCKETS     256
#define SC_MAXREXMT    4
#define COOKIE_SECONDS 64

struct syn_cache {
	struct tcp_timeout sc_timeout;
	TAILQ_ENTRY(syn_cache) sc_link;
	struct tcp_tuple sc_tuple;
	struct inpcb *sc_inp; /* listening */
	tcp_seq sc_irs;
	tcp_seq sc_iss;
	uint32_t sc_ts_recent;
	uint32_t sc_ts_offset;
	uint64_t sc_born;
	uint16_t sc_peermss;
	uint16_t sc_ourmss;
	uint16_t sc_win;     /* what we offer */
	int8_t sc_peerscale; /* -1: none */
	uint8_t sc_ourscale;
	uint8_t sc_rexmt;
	bool sc_ts;
	bool sc_sack;
	bool sc_ecn;
	bool sc_held; /* not answered: accept() is behind */
	TAILQ_ENTRY(syn_cache) sc_heldlink;
};
TAILQ_HEAD(sc_bucket, syn_cache);

static struct sc_bucket sc_table[SC_BUCKETS];
static u_int sc_lengths[SC_BUCKETS];
static u_int sc_count;
static struct sc_bucket sc_held = TAILQ_HEAD_INITIALIZER(sc_held);
static struct pool sc_pool;
static uint64_t cookie_last; /* usec; 0: never */

int tcp_syn_cache_limit = 10255;
int tcp_syn_bucket_limit = 105;
int tcp_do_syncookies = 1;

static const uint16_t cookie_mss[8] = {
    216, 536, 1024, 1220, 1440, 1460, 4312, 65495};

static void sc_timer(struct tcp_timeout *);

void
tcp_syncache_init(void)
{
	u_int i;

	pool_init(&sc_pool, sizeof(struct syn_cache), 0, 0, 0, "synpl", NULL,
	    IPL_SOFTNET);
	for (i = 0; i < SC_BUCKETS; i++)
		TAILQ_INIT(&sc_table[i]);
}

static u_int
sc_bucket(const struct tcp_tuple *tu)
{
	return tcp_hash_tuple(tu, TCP_HASH_SYNCACHE, 0) % SC_BUCKETS;
}

static struct syn_cache *
sc_lookup(const struct tcp_tuple *tu, u_int bucket)
{
	struct syn_cache *sc;

	TAILQ_FOREACH(sc, &sc_table[bucket], sc_link) {
		if (memcmp(&sc->sc_tuple, tu, sizeof(*tu)) == 0)
			return sc;
	}
	return NULL;
}

static void
sc_remove(struct syn_cache *sc)
{
	const u_int bucket = sc_bucket(&sc->sc_tuple);

	tcp_timeout_clear(&sc->sc_timeout);
	if (sc->sc_held)
		TAILQ_REMOVE(&sc_held, sc, sc_heldlink);
	TAILQ_REMOVE(&sc_table[bucket], sc, sc_link);
	sc_lengths[bucket]--;
	sc_count--;
	pool_put(&sc_pool, sc);
}

/** The listening socket goes. */
void
tcp_syncache_purge(struct inpcb *inp)
{
	struct syn_cache *sc, *next;
	u_int i;

	for (i = 0; i < SC_BUCKETS && sc_count > 0; i++) {
		TAILQ_FOREACH_SAFE(sc, &sc_table[i], sc_link, next) {
			if (sc->sc_inp == inp || inp == NULL)
				sc_remove(sc);
		}
	}
}

void
tcp_syncache_drain(void)
{
	tcp_syncache_purge(NULL);
}

/* Send SYN and ACK; TSBITS go into the timestamp's low end. */
static void
sc_respond(const struct syn_cache *sc, int tsbits)
{
	struct tcp_control ct = {.ct_flags = TH_SYN | TH_ACK};
	uint32_t ts[2];

	ct.ct_seq = sc->sc_iss;
	ct.ct_ack = sc->sc_irs + 1;
	ct.ct_win = sc->sc_win;
	if (sc->sc_ecn)
		ct.ct_flags |= TH_ECE;
	ts[0] = tcp_msec() + sc->sc_ts_offset;
	if (tsbits >= 0)
		ts[0] = (ts[0] & ~63U) | (uint32_t)tsbits;
	ts[1] = sc->sc_ts_recent;
	ct.ct_optlen = tcp_option_syn(ct.ct_opt, sc->sc_ourmss,
	    sc->sc_peerscale >= 0 ? sc->sc_ourscale : -1, sc->sc_sack,
	    sc->sc_ts ? ts : NULL);
	TCP_STATINC(TCP_STAT_SNDCTRL);
	(void)tcp_in4_send_control(&sc->sc_tuple, &ct);
}

static void
sc_timer(struct tcp_timeout *tt)
{
	struct syn_cache *sc = (struct syn_cache *)(void *)((char *)tt -
	    offsetof(struct syn_cache, sc_timeout));

	if (sc->sc_rexmt >= SC_MAXREXMT) {
		TCP_STATINC(TCP_STAT_SC_TIMED_OUT);
		sc_remove(sc);
		return;
	}
	sc->sc_rexmt++;
	tcp_timeout_set(tt, hz << sc->sc_rexmt);
	if (sc->sc_held) {
		tcp_syncache_release();
		return;
	}
	TCP_STATINC(TCP_STAT_SC_RETRANSMITTED);
	sc_respond(sc, -1);
}

static bool
queue_full(const struct socket *so)
{
	return so->so_qlen > so->so_qlimit;
}

/** accept() has taken a connection: answer those that waited for that. */
void
tcp_syncache_release(void)
{
	struct syn_cache *sc, *next;

	TAILQ_FOREACH_SAFE(sc, &sc_held, sc_heldlink, next) {
		if (queue_full(sc->sc_inp->inp_socket))
			continue;
		TAILQ_REMOVE(&sc_held, sc, sc_heldlink);
		sc->sc_held = false;
		sc->sc_rexmt = 0;
		sc->sc_born = tcp_usec;
		tcp_timeout_set(&sc->sc_timeout, hz);
		sc_respond(sc, -1);
	}
}

/* Read the peer's wishes, and ours, into an entry. */
static void
sc_fill(struct syn_cache *sc, const struct tcp_segment *sg)
{
	const struct tcp_opt_info *oi = &sg->sg_opt;
	const struct tcpcb *ltp = sg->sg_tp;
	struct ifnet *ifp = m_get_rcvif_NOMPSAFE(sg->sg_m);
	const bool noopt = (ltp->t_flags & TF_NOOPT) != 0;
	u_int mtu = ifp != NULL ? ifp->if_mtu : 576;

	memset(sc, 0, sizeof(*sc));
	sc->sc_timeout.tt_func = sc_timer;
	sc->sc_tuple = sg->sg_tuple;
	sc->sc_inp = sg->sg_inp;
	sc->sc_irs = sg->sg_seq;
	sc->sc_iss = tcp_new_iss(&sc->sc_tuple);
	if (sg->sg_haveissmin && SEQ_LEQ(sc->sc_iss, sg->sg_issmin + 1))
		sc->sc_iss = sg->sg_issmin + 65536;
	sc->sc_born = tcp_usec;
	sc->sc_peermss = oi->maxseg;
	mtu = MIN(mtu, IP_MAXPACKET);
	sc->sc_ourmss = MAX(mtu, 128) - 40;
	if (ltp->t_maxseg_user != 0)
		sc->sc_ourmss = MIN(sc->sc_ourmss, ltp->t_maxseg_user);
	sc->sc_win = MIN(MAX(sbspace(&sg->sg_so->so_rcv), 0), TCP_MAXWIN);
	sc->sc_peerscale = -1;
	if (oi->wscale >= 0 && tcp_do_rfc1323 && tcp_do_win_scale && !noopt) {
		sc->sc_peerscale = oi->wscale;
		sc->sc_ourscale = tcp_pick_wscale(sg->sg_so->so_rcv.sb_hiwat);
	}
	if (oi->ts_present && tcp_do_rfc1323 && tcp_do_timestamps && !noopt) {
		sc->sc_ts = true;
		sc->sc_ts_recent = oi->ts_val;
		sc->sc_ts_offset = tcp_new_tsoffset(&sc->sc_tuple);
	}
	sc->sc_sack = oi->sack_permitted && tcp_do_sack && !noopt;
	sc->sc_ecn = tcp_do_ecn &&
	    (sg->sg_flags & (TH_ECE | TH_CWR)) == (TH_ECE | TH_CWR);
}

/* RFC 4987, 3.6: an answer that nothing need be kept for. */
static void
cookie_respond(struct syn_cache *sc)
{
	const uint64_t t = tcp_usec / 1000000 / COOKIE_SECONDS;
	u_int i, mss = sc->sc_peermss != 0 ? sc->sc_peermss : TCP_MSS;
	uint32_t mac;
	int bits;

	for (i = 7; i > 0 && cookie_mss[i] > mss; i--)
		continue;
	mac = (uint32_t)tcp_hash_tuple(
		  &sc->sc_tuple, TCP_HASH_COOKIE, t << 32 | sc->sc_irs) &
	    0xffffff;
	sc->sc_iss = (uint32_t)(t & 31) << 27 | i << 24 | mac;
	bits = sc->sc_peerscale >= 0 ? sc->sc_peerscale : 15;
	if (sc->sc_sack)
		bits |= 16;
	if (sc->sc_ecn)
		bits |= 32;
	if (!sc->sc_ts) {
		sc->sc_sack = false;
		sc->sc_peerscale = -1;
		sc->sc_ecn = false;
	}
	cookie_last = tcp_usec;
	sc_respond(sc, sc->sc_ts ? bits : -1);
}

/* Is the ACK for a cookie of ours? Then SC is what we answered. */
static bool
cookie_check(struct tcp_segment *sg, struct syn_cache *sc)
{
	const tcp_seq cookie = sg->sg_ack - 1, irs = sg->sg_seq - 1;
	const uint64_t now = tcp_usec / 1000000 / COOKIE_SECONDS;
	const struct tcp_opt_info *oi = &sg->sg_opt;
	struct tcp_segment syn = *sg;
	uint32_t bits;
	uint64_t t;

	if (!tcp_do_syncookies || cookie_last == 0 ||
	    tcp_usec - cookie_last > 2 * COOKIE_SECONDS * 1000000ULL)
		return false;
	for (t = now; t + 2 > now; t--) {
		if ((t & 31) == cookie >> 27 &&
		    ((uint32_t)tcp_hash_tuple(
			 &sg->sg_tuple, TCP_HASH_COOKIE, t << 32 | irs) &
			0xffffff) == (cookie & 0xffffff))
			break;
		if (t == 0)
			return false;
	}
	if (t + 2 <= now)
		return false;
	syn.sg_seq = irs;
	syn.sg_flags = TH_SYN;
	syn.sg_haveissmin = false;
	syn.sg_opt.maxseg = cookie_mss[cookie >> 24 & 7];
	bits = oi->ts_ecr & 63;
	syn.sg_opt.wscale =
	    oi->ts_present && (bits & 15) != 15 ? (int)(bits & 15) : -1;
	syn.sg_opt.sack_permitted = oi->ts_present && (bits & 16) != 0;
	if (oi->ts_present && (bits & 32) != 0)
		syn.sg_flags |= TH_ECE | TH_CWR;
	sc_fill(sc, &syn);
	sc->sc_iss = cookie;
	return true;
}

/** A SYN for a listening socket; the segment stays the caller's. */
void
tcp_syncache_syn(struct tcp_segment *sg)
{
	const u_int bucket = sc_bucket(&sg->sg_tuple);
	struct syn_cache *sc, tmp;

	sc = sc_lookup(&sg->sg_tuple, bucket);
	if (sc != NULL) {
		TCP_STATINC(TCP_STAT_SC_DUPESYN);
		if (sc->sc_irs == sg->sg_seq && sc->sc_inp == sg->sg_inp) {
			if (sg->sg_opt.ts_present)
				sc->sc_ts_recent = sg->sg_opt.ts_val;
			if (!sc->sc_held)
				sc_respond(sc, -1);
			return;
		}
		sc_remove(sc);
	}
	sc_fill(&tmp, sg);
	if (sc_lengths[bucket] >= (u_int)tcp_syn_bucket_limit)
		TCP_STATINC(TCP_STAT_SC_BUCKETOVERFLOW);
	else if (sc_count >= (u_int)tcp_syn_cache_limit)
		TCP_STATINC(TCP_STAT_SC_OVERFLOWED);
	else if ((sc = pool_get(&sc_pool, PR_NOWAIT)) != NULL) {
		if (sc_lengths[bucket] > 0)
			TCP_STATINC(TCP_STAT_SC_COLLISIONS);
		*sc = tmp;
		TAILQ_INSERT_TAIL(&sc_table[bucket], sc, sc_link);
		sc_lengths[bucket]++;
		sc_count++;
		TCP_STATINC(TCP_STAT_SC_ADDED);
		tcp_timeout_set(&sc->sc_timeout, hz);
		sc->sc_held = queue_full(sg->sg_so);
		if (sc->sc_held)
			TAILQ_INSERT_TAIL(&sc_held, sc, sc_heldlink);
		else
			sc_respond(sc, -1);
		return;
	}
	if (tcp_do_syncookies && !queue_full(sg->sg_so))
		cookie_respond(&tmp);
	else
		TCP_STATINC(TCP_STAT_SC_DROPPED);
}

/** A reset for an entry, if its number is right. */
void
tcp_syncache_reset(struct tcp_segment *sg)
{
	struct syn_cache *sc;

	sc = sc_lookup(&sg->sg_tuple, sc_bucket(&sg->sg_tuple));
	if (sc == NULL || sg->sg_seq != sc->sc_irs + 1)
		return;
	TCP_STATINC(TCP_STAT_SC_RESET);
	sc_remove(sc);
}

/** The network says that the peer can't be reached. */
void
tcp_syncache_unreach(const struct tcp_tuple *tu, tcp_seq seq)
{
	struct syn_cache *sc = sc_lookup(tu, sc_bucket(tu));

	/* once is not enough: anybody can say so */
	if (sc == NULL || sc->sc_iss != seq || sc->sc_rexmt < 3)
		return;
	TCP_STATINC(TCP_STAT_SC_UNREACH);
	sc_remove(sc);
}

/* What the new connection takes over from the listening one. */
static void
inherit(struct inpcb *inp, const struct inpcb *linp)
{
	const u_int flags = TF_NODELAY | TF_NOOPT | TF_NOPUSH;
	struct tcpcb *tp = intotcpcb(inp);
	const struct tcpcb *ltp = intotcpcb(linp);

	inp->inp_flags |= linp->inp_flags & INP_CONTROLOPTS;
	inp->inp_ip.ip_tos = linp->inp_ip.ip_tos;
	inp->inp_ip.ip_ttl = linp->inp_ip.ip_ttl;
	inp->inp_ip_minttl = linp->inp_ip_minttl;
	tp->t_flags = (tp->t_flags & ~flags) | (ltp->t_flags & flags);
	tp->t_maxseg_user = ltp->t_maxseg_user;
	tp->t_keepinit = ltp->t_keepinit;
	tp->t_keepidle = ltp->t_keepidle;
	tp->t_keepintvl = ltp->t_keepintvl;
	tp->t_keepcnt = ltp->t_keepcnt;
	if (tp->t_congctl != ltp->t_congctl)
		(void)tcp_congctl_select(
		    tp, tcp_congctl_bystruct(ltp->t_congctl));
}

/* The control block of a connection whose handshake SC describes. */
static void
set_up(struct tcpcb *tp, const struct syn_cache *sc)
{
	tp->iss = sc->sc_iss;
	tp->irs = sc->sc_irs;
	tcp_sendseqinit(tp);
	tcp_rcvseqinit(tp);
	tp->snd_max = tp->snd_nxt = tp->iss + 1;
	tp->rcv_wnd = sc->sc_win;
	tp->rcv_adv = tp->rcv_nxt + sc->sc_win;
	tp->rcv_up = tp->last_ack_sent = tp->rcv_nxt;
	tp->t_ourmss = sc->sc_ourmss;
	tp->t_flags &= ~(TF_REQ_SCALE | TF_REQ_TSTMP);
	if (sc->sc_peerscale >= 0) {
		tp->t_flags |= TF_REQ_SCALE | TF_RCVD_SCALE;
		tp->snd_scale = sc->sc_peerscale;
		tp->rcv_scale = tp->request_r_scale = sc->sc_ourscale;
	}
	if (sc->sc_ts) {
		tp->t_flags |= TF_REQ_TSTMP | TF_RCVD_TSTMP;
		tp->ts_recent = sc->sc_ts_recent;
		tp->ts_recent_age = tcp_usec;
		tp->ts_offset = sc->sc_ts_offset;
	}
	if (sc->sc_sack)
		tp->t_flags |= TF_SACK_PERMIT | TF_WILL_SACK;
	if (sc->sc_ecn) {
		tp->t_flags |= TF_ECN_PERMIT;
		TCP_STATINC(TCP_STAT_ECN_SHS);
	}
	if (sc->sc_rexmt != 0)
		tp->t_flags |= TF_SYN_REXMT;
	tp->t_sndtime = sc->sc_born;
	tp->t_rcvtime = tcp_usec;
	tcp_set_state(tp, TCPS_SYN_RECEIVED);
	tcp_mss_from_peer(tp, sc->sc_peermss);
}

/* Make a socket of SC, on the queue of incomplete ones; NULL: no room. */
static struct socket *
make_socket(struct tcp_segment *sg, const struct syn_cache *sc)
{
	struct socket *head = sg->sg_so, *so;
	struct inpcb *inp;

	so = sonewconn(head, false);
	if (so == NULL)
		return NULL;
	inp = sotoinpcb(so);
	inherit(inp, sg->sg_inp);
	if (tcp_in4_connected(inp, &sc->sc_tuple) != 0) {
		(void)soqremque(so, 0);
		(void)soabort(so); /* lets go of the lock */
		mutex_enter(softnet_lock);
		return NULL;
	}
	set_up(intotcpcb(inp), sc);
	return so;
}

/**
 * An ACK for a listening socket. True when it ends a handshake: the segment
 * is one of the new connection then. Otherwise it is dropped.
 */
bool
tcp_syncache_ack(struct tcp_segment *sg)
{
	struct syn_cache *sc, tmp;
	struct socket *so;

	sc = sc_lookup(&sg->sg_tuple, sc_bucket(&sg->sg_tuple));
	if (sc != NULL) {
		if (sg->sg_ack != sc->sc_iss + 1 ||
		    SEQ_LEQ(sg->sg_seq, sc->sc_irs) ||
		    SEQ_GT(sg->sg_seq, sc->sc_irs + 1 + sc->sc_win)) {
			tcp_segment_reset(sg);
			return false;
		}
		tmp = *sc;
	} else if (!cookie_check(sg, &tmp)) {
		tcp_segment_reset(sg);
		return false;
	}
	so = make_socket(sg, &tmp);
	if (so == NULL) {
		/* the queue is full: the entry stays, the peer tries again */
		TCP_STATINC(TCP_STAT_SC_ABORTED);
		tcp_segment_drop(sg);
		return false;
	}
	if (sc != NULL)
		sc_remove(sc);
	TCP_STATINC(TCP_STAT_SC_COMPLETED);
	TCP_STATINC(TCP_STAT_ACCEPTS);
	sg->sg_so = so;
	sg->sg_inp = sotoinpcb(so);
	sg->sg_tp = intotcpcb(sg->sg_inp);
	return true;
}
