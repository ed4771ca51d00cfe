/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces that arrived out of order: a list by sequence without overlaps or
 * touching neighbours. What a peer can make us hold is limited by number and
 * by the memory behind the bytes; beyond that, pieces are dropped, and the
 * peer sends them again.
 */
#include "tcp_impl.h"

static struct pool reass_pool;

void
tcp_reass_init(void)
{
	pool_init(&reass_pool, sizeof(struct tcp_reass), 0, 0, 0, "tcpreass",
	    NULL, IPL_SOFTNET);
	pool_sethardlimit(&reass_pool, 1 << 16, NULL, 0);
}

static tcp_seq
piece_end(const struct tcp_reass *ri)
{
	return ri->ri_seq + ri->ri_len;
}

static u_int
chain_memory(const struct mbuf *m)
{
	u_int n = 0;

	for (; m != NULL; m = m->m_next) {
		n += MSIZE;
		if ((m->m_flags & M_EXT) != 0)
			n += m->m_ext.ext_size;
	}
	return n;
}

static void
piece_remove(struct tcpcb *tp, struct tcp_reass *ri)
{
	TAILQ_REMOVE(&tp->segq, ri, ri_link);
	tp->t_segqlen--;
	tp->t_segqbytes -= MIN(tp->t_segqbytes, chain_memory(ri->ri_m));
	m_freem(ri->ri_m);
	pool_put(&reass_pool, ri);
}

void
tcp_reass_free(struct tcpcb *tp)
{
	struct tcp_reass *ri;

	while ((ri = TAILQ_FIRST(&tp->segq)) != NULL)
		piece_remove(tp, ri);
	tp->t_segqbytes = 0;
}

/* Put NEXT's bytes behind those of RI, which they follow. */
static void
piece_join(struct tcpcb *tp, struct tcp_reass *ri, struct tcp_reass *next)
{
	if (next->ri_m != NULL) {
		if (ri->ri_m == NULL)
			ri->ri_m = next->ri_m;
		else
			ri->ri_last->m_next = next->ri_m;
		ri->ri_last = next->ri_last;
	}
	ri->ri_len += next->ri_len;
	ri->ri_fin |= next->ri_fin;
	TAILQ_REMOVE(&tp->segq, next, ri_link);
	tp->t_segqlen--;
	pool_put(&reass_pool, next);
}

/* Cut RI, not yet in the list, to what the pieces behind PREV lack. */
static bool
piece_fit(struct tcpcb *tp, struct tcp_reass *ri, struct tcp_reass *prev)
{
	struct tcp_reass *next;
	int n;

	if (prev != NULL && (n = (int)(piece_end(prev) - ri->ri_seq)) > 0) {
		if (n >= (int)ri->ri_len &&
		    !(ri->ri_fin && !prev->ri_fin && n == (int)ri->ri_len)) {
			tcp_sack_duplicate(tp, ri->ri_seq, piece_end(ri));
			return false;
		}
		tcp_sack_duplicate(tp, ri->ri_seq, piece_end(prev));
		m_adj(ri->ri_m, n);
		ri->ri_seq += n;
		ri->ri_len -= n;
	}
	for (;;) {
		next = prev != NULL ? TAILQ_NEXT(prev, ri_link)
				    : TAILQ_FIRST(&tp->segq);
		if (next == NULL || SEQ_GEQ(next->ri_seq, piece_end(ri)))
			return true;
		n = (int)(piece_end(ri) - next->ri_seq);
		if (n < (int)next->ri_len) {
			m_adj(ri->ri_m, -n);
			ri->ri_len -= n;
			ri->ri_fin = false;
			return true;
		}
		tcp_sack_duplicate(tp, next->ri_seq, piece_end(next));
		ri->ri_fin |= next->ri_fin && n == (int)next->ri_len;
		piece_remove(tp, next);
	}
}

/** Hold a segment that begins after rcv_nxt; false: it was not new. */
bool
tcp_reass_insert(struct tcp_segment *sg)
{
	struct tcpcb *tp = sg->sg_tp;
	struct tcp_reass *ri, *prev, *next;
	const u_int memory = chain_memory(sg->sg_m);
	u_long limit = MAX(2 * sg->sg_so->so_rcv.sb_hiwat, 65536);

	TCP_STATINC(TCP_STAT_RCVOOPACK);
	TCP_STATADD(TCP_STAT_RCVOOBYTE, sg->sg_len);
	tp->t_rcvoopack++;
	if (tp->t_segqlen >= TCP_REASS_MAXSEGS ||
	    tp->t_segqbytes + memory > limit ||
	    (ri = pool_get(&reass_pool, PR_NOWAIT)) == NULL) {
		TCP_STATINC(TCP_STAT_RCVMEMDROP);
		return false;
	}
	memset(ri, 0, sizeof(*ri));
	ri->ri_seq = sg->sg_seq;
	ri->ri_len = sg->sg_len;
	ri->ri_fin = (sg->sg_flags & TH_FIN) != 0;
	ri->ri_m = sg->sg_m;
	TAILQ_FOREACH_REVERSE(prev, &tp->segq, tcp_reassq, ri_link) {
		if (SEQ_LEQ(prev->ri_seq, ri->ri_seq))
			break;
	}
	if (!piece_fit(tp, ri, prev)) {
		pool_put(&reass_pool, ri);
		TCP_STATINC(TCP_STAT_RCVDUPPACK);
		return false;
	}
	sg->sg_m = NULL;
	ri->ri_last = ri->ri_m != NULL ? m_last(ri->ri_m) : NULL;
	tp->t_segqbytes += chain_memory(ri->ri_m);
	tp->t_segqlen++;
	if (prev != NULL)
		TAILQ_INSERT_AFTER(&tp->segq, prev, ri, ri_link);
	else
		TAILQ_INSERT_HEAD(&tp->segq, ri, ri_link);
	if (prev != NULL && piece_end(prev) == ri->ri_seq) {
		piece_join(tp, prev, ri);
		ri = prev;
	}
	next = TAILQ_NEXT(ri, ri_link);
	if (next != NULL && next->ri_seq == piece_end(ri))
		piece_join(tp, ri, next);
	tcp_sack_received(tp, ri->ri_seq, piece_end(ri) + (ri->ri_fin ? 1 : 0));
	return true;
}

/** Give the socket what follows rcv_nxt now; true if a FIN is next. */
bool
tcp_reass_deliver(struct tcpcb *tp, struct socket *so)
{
	struct tcp_reass *ri;
	bool fin = false;
	int n;

	while ((ri = TAILQ_FIRST(&tp->segq)) != NULL && !fin &&
	    SEQ_LEQ(ri->ri_seq, tp->rcv_nxt)) {
		n = (int)(tp->rcv_nxt - ri->ri_seq);
		if (n > (int)ri->ri_len ||
		    (n == (int)ri->ri_len && !ri->ri_fin)) {
			piece_remove(tp, ri);
			continue;
		}
		tp->t_segqbytes -= MIN(tp->t_segqbytes, chain_memory(ri->ri_m));
		if (n > 0)
			m_adj(ri->ri_m, n);
		tp->rcv_nxt += ri->ri_len - n;
		fin = ri->ri_fin;
		if (ri->ri_m != NULL && (so->so_state & SS_CANTRCVMORE) == 0) {
			sbappendstream(&so->so_rcv, ri->ri_m);
			ri->ri_m = NULL;
		}
		TAILQ_REMOVE(&tp->segq, ri, ri_link);
		tp->t_segqlen--;
		m_freem(ri->ri_m);
		pool_put(&reass_pool, ri);
	}
	tcp_sack_prune(tp);
	return fin;
}
