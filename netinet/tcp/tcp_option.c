/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of the TCP header: from bytes to meaning and back. */
#include "tcp_impl.h"

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

static void
option_sack(struct tcp_opt_info *oi, const uint8_t *p, u_int len)
{
	u_int i, n;

	if ((len - 2) % 8 != 0)
		return;
	n = MIN((len - 2) / 8, __arraycount(oi->sack));
	for (i = 0; i < n; i++, p += 8) {
		oi->sack[i].left = get32(p + 2);
		oi->sack[i].right = get32(p + 6);
	}
	oi->nsack = n;
}

static void
option_one(struct tcp_opt_info *oi, const uint8_t *p, u_int len, u_int flags)
{
	switch (p[0]) {
	case TCPOPT_MAXSEG:
		if (len == TCPOLEN_MAXSEG && (flags & TH_SYN) != 0)
			oi->maxseg = p[2] << 8 | p[3];
		break;
	case TCPOPT_WINDOW:
		if (len == TCPOLEN_WINDOW && (flags & TH_SYN) != 0)
			oi->wscale = MIN(p[2], TCP_MAX_WINSHIFT);
		break;
	case TCPOPT_SACK_PERMITTED:
		if (len == TCPOLEN_SACK_PERMITTED && (flags & TH_SYN) != 0)
			oi->sack_permitted = true;
		break;
	case TCPOPT_SACK:
		option_sack(oi, p, len);
		break;
	case TCPOPT_TIMESTAMP:
		if (len != TCPOLEN_TIMESTAMP)
			break;
		oi->ts_present = 1;
		oi->ts_val = get32(p + 2);
		oi->ts_ecr = get32(p + 6);
		break;
	case TCPOPT_SIGNATURE:
		if (len == TCPOLEN_SIGNATURE)
			oi->sig_present = true;
		break;
	}
}

/** Options of a segment with these flags; false if they are malformed. */
bool
tcp_option_parse(
    struct tcp_opt_info *oi, const uint8_t *p, u_int cnt, u_int flags)
{
	u_int len;

	memset(oi, 0, sizeof(*oi));
	oi->wscale = -1;
	for (; cnt > 0; cnt -= len, p += len) {
		if (p[0] == TCPOPT_EOL)
			break;
		if (p[0] == TCPOPT_NOP) {
			len = 1;
			continue;
		}
		if (cnt < 2)
			return false;
		len = p[1];
		if (len < 2 || len > cnt)
			return false;
		option_one(oi, p, len, flags);
	}
	return true;
}

/** The layout that nearly all segments have: just a timestamp. */
bool
tcp_option_fast(struct tcp_opt_info *oi, const uint8_t *p, u_int cnt)
{
	if (cnt != TCPOLEN_TSTAMP_APPA || get32(p) != TCPOPT_TSTAMP_HDR)
		return false;
	oi->ts_present = 1;
	oi->ts_val = get32(p + 4);
	oi->ts_ecr = get32(p + 8);
	oi->maxseg = 0;
	oi->wscale = -1;
	oi->sack_permitted = false;
	oi->nsack = 0;
	oi->sig_present = false;
	return true;
}

/**
 * Options of a SYN: segment size, scale (-1: none), SACK, timestamp (value
 * and echo, or NULL). The length, a multiple of 4.
 */
u_int
tcp_option_syn(uint8_t *p, u_int mss, int wscale, bool sack, const uint32_t *ts)
{
	uint8_t *o = p;

	*o++ = TCPOPT_MAXSEG;
	*o++ = TCPOLEN_MAXSEG;
	*o++ = mss >> 8;
	*o++ = mss;
	if (wscale >= 0) {
		*o++ = TCPOPT_NOP;
		*o++ = TCPOPT_WINDOW;
		*o++ = TCPOLEN_WINDOW;
		*o++ = wscale;
	}
	if (ts != NULL) {
		*o++ = sack ? TCPOPT_SACK_PERMITTED : TCPOPT_NOP;
		*o++ = sack ? TCPOLEN_SACK_PERMITTED : TCPOPT_NOP;
		*o++ = TCPOPT_TIMESTAMP;
		*o++ = TCPOLEN_TIMESTAMP;
		put32(o, ts[0]);
		put32(o + 4, ts[1]);
		o += 8;
	} else if (sack) {
		*o++ = TCPOPT_NOP;
		*o++ = TCPOPT_NOP;
		*o++ = TCPOPT_SACK_PERMITTED;
		*o++ = TCPOLEN_SACK_PERMITTED;
	}
	return o - p;
}

/** What options take of every data segment, SACK apart. */
u_int
tcp_option_len(const struct tcpcb *tp)
{
	return (tp->t_flags & TF_RCVD_TSTMP) != 0 ? TCPOLEN_TSTAMP_APPA : 0;
}

/** Options of any other segment, in at most ROOM bytes. */
u_int
tcp_option_data(struct tcpcb *tp, uint8_t *p, u_int room)
{
	uint8_t *o = p, *sack;
	u_int i;

	if ((tp->t_flags & TF_RCVD_TSTMP) != 0) {
		put32(o, TCPOPT_TSTAMP_HDR);
		put32(o + 4, tcp_msec() + tp->ts_offset);
		put32(o + 8, tp->ts_recent);
		o += TCPOLEN_TSTAMP_APPA;
	}
	if (__predict_true(tp->rcv_nsack == 0 &&
		tp->rcv_dsack.left == tp->rcv_dsack.right))
		return o - p;
	if ((tp->t_flags & TF_WILL_SACK) == 0 || room < (u_int)(o - p) + 4 + 8)
		return o - p;
	sack = o;
	sack[0] = sack[1] = TCPOPT_NOP;
	sack[2] = TCPOPT_SACK;
	o += 4;
	if (tp->rcv_dsack.left != tp->rcv_dsack.right) {
		put32(o, tp->rcv_dsack.left);
		put32(o + 4, tp->rcv_dsack.right);
		o += 8;
		tp->rcv_dsack.right = tp->rcv_dsack.left;
	}
	for (i = 0; i < tp->rcv_nsack && (u_int)(o - p) + 8 <= room; i++) {
		put32(o, tp->rcv_sack[i].left);
		put32(o + 4, tp->rcv_sack[i].right);
		o += 8;
	}
	sack[3] = o - sack - 2;
	return o - p;
}
