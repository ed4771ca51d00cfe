/* SPDX-License-Identifier: BSD-2-Clause */
/* Resets: answers to segments that belong nowhere, and ends of connections. */
#include <sys/time.h>
#include <sys/timevar.h>

#include "tcp_impl.h"

int tcp_rst_ppslim = 100;
static struct timeval rst_last;
static int rst_count;

/** RFC 9293, 3.10.7.1: a reset that the sender of this segment accepts. */
void
tcp_respond_reset(const struct tcp_segment *sg)
{
	struct tcp_control ct = {.ct_flags = TH_RST};

	if ((sg->sg_flags & TH_RST) != 0)
		return;
	if (!sg->sg_local && tcp_rst_ppslim >= 0 &&
	    !ppsratecheck(&rst_last, &rst_count, tcp_rst_ppslim))
		return;
	if ((sg->sg_flags & TH_ACK) != 0)
		ct.ct_seq = sg->sg_ack;
	else {
		ct.ct_flags |= TH_ACK;
		ct.ct_ack = sg->sg_seq + sg->sg_len +
		    ((sg->sg_flags & TH_SYN) != 0) +
		    ((sg->sg_flags & TH_FIN) != 0);
	}
	TCP_STATINC(TCP_STAT_SNDCTRL);
	(void)tcp_in4_send_control(&sg->sg_tuple, &ct);
}

/** Tell the peer of TP that the connection is no more. */
void
tcp_send_reset(struct tcpcb *tp)
{
	struct tcp_control ct = {.ct_flags = TH_RST | TH_ACK};
	struct tcp_tuple tu;

	tcp_in4_tuple(tp->t_inpcb, &tu);
	ct.ct_seq = tp->snd_max;
	ct.ct_ack = tp->rcv_nxt;
	/* the right one is the first that the peer expects */
	if (SEQ_GT(tp->snd_max, tp->snd_una + tp->snd_wnd))
		ct.ct_seq = tp->snd_una + tp->snd_wnd;
	TCP_STATINC(TCP_STAT_SNDCTRL);
	(void)tcp_in4_send_control(&tu, &ct);
}
