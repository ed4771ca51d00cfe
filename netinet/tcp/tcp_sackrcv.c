/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What we tell the peer about pieces that came out of order (RFC 2018, 4),
 * and about duplicates (RFC 2883): rcv_sack[], newest first, and rcv_dsack.
 */
#include "tcp_impl.h"

/** The piece from LEFT to RIGHT is held, joined to its neighbours. */
void
tcp_sack_received(struct tcpcb *tp, tcp_seq left, tcp_seq right)
{
	struct sackblk keep[TCP_SACK_KEEP];
	u_int i, n = 0;

	if ((tp->t_flags & TF_WILL_SACK) == 0)
		return;
	keep[n++] = (struct sackblk){left, right};
	for (i = 0; i < tp->rcv_nsack && n < TCP_SACK_KEEP; i++) {
		const struct sackblk *b = &tp->rcv_sack[i];

		if (SEQ_GEQ(b->left, left) && SEQ_LEQ(b->right, right))
			continue; /* is part of it */
		keep[n++] = *b;
	}
	memcpy(tp->rcv_sack, keep, n * sizeof(keep[0]));
	tp->rcv_nsack = n;
}

/** rcv_nxt has moved: drop what lies before it. */
void
tcp_sack_prune(struct tcpcb *tp)
{
	u_int i, n = 0;

	for (i = 0; i < tp->rcv_nsack; i++) {
		if (SEQ_GT(tp->rcv_sack[i].right, tp->rcv_nxt))
			tp->rcv_sack[n++] = tp->rcv_sack[i];
	}
	tp->rcv_nsack = n;
}

/** Bytes came that we had. */
void
tcp_sack_duplicate(struct tcpcb *tp, tcp_seq left, tcp_seq right)
{
	if ((tp->t_flags & TF_WILL_SACK) == 0 || SEQ_GEQ(left, right))
		return;
	tp->rcv_dsack.left = left;
	tp->rcv_dsack.right = right;
}
