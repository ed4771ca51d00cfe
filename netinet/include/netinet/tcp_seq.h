/* SPDX-License-Identifier: BSD-2-Clause */
/* Sequence numbers: arithmetic modulo 2^32 (RFC 9293, 3.4). */
#ifndef _NETINET_TCP_SEQ_H_
#define _NETINET_TCP_SEQ_H_

#define SEQ_LT(a, b)  ((int)((a) - (b)) < 0)
#define SEQ_LEQ(a, b) ((int)((a) - (b)) <= 0)
#define SEQ_GT(a, b)  ((int)((a) - (b)) > 0)
#define SEQ_GEQ(a, b) ((int)((a) - (b)) >= 0)
#define SEQ_MIN(a, b) (SEQ_LT((a), (b)) ? (a) : (b))
#define SEQ_MAX(a, b) (SEQ_GT((a), (b)) ? (a) : (b))
#define SEQ_SUB(a, b) ((long)((a) - (b)))

/* The first numbers of each direction set the rest. */
#define tcp_rcvseqinit(tp) ((tp)->rcv_adv = (tp)->rcv_nxt = (tp)->irs + 1)
#define tcp_sendseqinit(tp)                                                    \
	((tp)->snd_una = (tp)->snd_nxt = (tp)->snd_max = (tp)->snd_up =        \
		(tp)->snd_recover = (tp)->iss)

#ifdef _KERNEL
#define TCP_ISS_RANDOM_MASK 0x00ffffff
#define TCP_ISSINCR         0x01000000
#endif

#endif
