/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A peer made of nothing: segments are put together here, put into the
 * kernel through tst0, and the answers looked at.
 */
#ifndef T_SEGMENT_H
#define T_SEGMENT_H

#include "t_tcp.h"

#include <rump/netconfig.h>

#include "tcptest.h"

#define PEER "10.88.0.2"
#define US   "10.88.0.1"

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define PSH 0x08
#define ACK 0x10
#define URG 0x20
#define ECE 0x40
#define CWR 0x80

/* host order */
struct seg {
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t win, urp;
	int optlen; /* a multiple of 4 */
	uint8_t opt[40];
	int len;
	uint8_t data[1500];
};

static inline uint32_t
seg_sum(uint32_t sum, const uint8_t *p, int len)
{
	int i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (len & 1)
		sum += p[len - 1] << 8;
	return sum;
}

static inline uint16_t
seg_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static inline void
put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static inline void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static inline uint16_t
get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static inline uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* the packet of a segment; its length */
static inline int
seg_build(const struct seg *s, uint8_t *b)
{
	int tlen = 20 + s->optlen + s->len;
	uint32_t a = inet_addr(PEER), d = inet_addr(US);

	memset(b, 0, 40);
	b[0] = 0x45;
	put16(b + 2, 20 + tlen);
	b[8] = 64;
	b[9] = 6;
	memcpy(b + 12, &a, 4);
	memcpy(b + 16, &d, 4);
	put16(b + 10, seg_fold(seg_sum(0, b, 20)));
	put16(b + 20, s->sport);
	put16(b + 22, s->dport);
	put32(b + 24, s->seq);
	put32(b + 28, s->ack);
	b[32] = (20 + s->optlen) / 4 << 4;
	b[33] = s->flags;
	put16(b + 34, s->win);
	put16(b + 38, s->urp);
	memcpy(b + 40, s->opt, s->optlen);
	memcpy(b + 40 + s->optlen, s->data, s->len);
	put16(b + 36,
	    seg_fold(seg_sum(seg_sum(6 + tlen, b + 12, 8), b + 20, tlen)));
	return 20 + tlen;
}

static inline void
seg_put(const struct seg *s)
{
	uint8_t b[2048];
	int n = seg_build(s, b);

	RZ(rump_tcptest_inject(b, n));
}

/* the next answer; 0: none came in MS */
static inline int
seg_get(struct seg *s, int ms)
{
	uint8_t b[70000];
	int n, hl, tl;

	memset(s, 0, sizeof(*s));
	do {
		n = rump_tcptest_capture(b, sizeof(b), ms);
		if (n == 0)
			return 0;
	} while (b[9] != 6);
	hl = (b[0] & 15) * 4;
	REQ(get16(b + 2), n);
	REQ(seg_fold(seg_sum(0, b, hl)), 0);
	REQ(seg_fold(seg_sum(seg_sum(6 + n - hl, b + 12, 8), b + hl, n - hl)),
	    0);
	s->sport = get16(b + hl);
	s->dport = get16(b + hl + 2);
	s->seq = get32(b + hl + 4);
	s->ack = get32(b + hl + 8);
	tl = (b[hl + 12] >> 4) * 4;
	s->flags = b[hl + 13];
	s->win = get16(b + hl + 14);
	s->urp = get16(b + hl + 18);
	s->optlen = tl - 20;
	memcpy(s->opt, b + hl + 20, s->optlen);
	s->len = n - hl - tl;
	memcpy(s->data, b + hl + tl, s->len < 1500 ? s->len : 1500);
	return 1;
}

/* an option of a segment, or NULL */
static inline const uint8_t *
seg_opt(const struct seg *s, int kind)
{
	int i;

	for (i = 0; i < s->optlen && s->opt[i] != 0;
	     i += s->opt[i] == 1 ? 1 : s->opt[i + 1]) {
		if (s->opt[i] == kind)
			return &s->opt[i];
	}
	return NULL;
}

static inline void
seg_none(int ms)
{
	struct seg s;

	if (seg_get(&s, ms))
		atf_tc_fail("an answer with flags %#x, seq %u, ack %u", s.flags,
		    s.seq, s.ack);
}

static inline void
seg_setup(void)
{
	RZ(rump_init());
	RZ(rump_tcptest_create());
	RZ(rump_pub_netconfig_ipv4_ifaddr_cidr("tst0", US, 24));
	RZ(rump_pub_netconfig_ifup("tst0"));
}

/* a connection of ours to a listening socket: us is what we send next */
struct conn {
	struct seg s;
	uint32_t rcv; /* what they send next */
	int fd;
};

/* Open one with these options of our SYN; the accepted socket in fd. */
static inline void
conn_open(struct conn *c, int l, int port, const void *opt, int optlen)
{
	struct seg a;

	memset(c, 0, sizeof(*c));
	c->s.sport = 30000 + port;
	c->s.dport = port;
	c->s.seq = 1000;
	c->s.win = 65535;
	c->s.flags = SYN;
	c->s.optlen = optlen;
	if (optlen > 0)
		memcpy(c->s.opt, opt, optlen);
	seg_put(&c->s);
	REQ(seg_get(&a, 1000), 1);
	REQ(a.flags, SYN | ACK);
	REQ(a.ack, 1001);
	c->rcv = a.seq + 1;
	c->s.optlen = 0;
	c->s.seq = 1001;
	c->s.ack = c->rcv;
	c->s.flags = ACK;
	seg_put(&c->s);
	RL(c->fd = rump_sys_accept(l, NULL, NULL));
}

/* Send LEN bytes from OFF of the stream. */
static inline void
conn_data(struct conn *c, uint32_t off, int len, int flags)
{
	struct seg s = c->s;

	s.seq = 1001 + off;
	s.ack = c->rcv;
	s.flags = flags;
	s.len = len;
	t_fill(s.data, off, len);
	seg_put(&s);
}

#endif
