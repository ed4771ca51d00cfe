/* SPDX-License-Identifier: BSD-2-Clause */
/* Tunnels that remember what they got: who takes which packet. */
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_ecn.h>
#include <netinet/ip_encap.h>

#include <rump-sys/kern.h>

#include "tcptest.h"

#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e)) {                                                    \
			rump_unschedule();                                     \
			return __LINE__;                                       \
		}                                                              \
	} while (0)

static void *got_arg;
static int got_off, got_proto, got_n;
static int func_prio;

static void
took(struct mbuf *m, int off, int proto)
{
	got_n++;
	got_arg = encap_getarg(m);
	got_off = off;
	got_proto = proto;
	if (encap_getarg(m) != NULL)
		got_arg = NULL; /* once is once */
	m_freem(m);
}

static const struct encapsw sw = {.encapsw4 = {.pr_input = took}};

static struct sockaddr_in
sin_of(uint32_t host)
{
	return (struct sockaddr_in){.sin_len = sizeof(struct sockaddr_in),
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(host)};
}

static const struct encaptab *
tunnel(
    uint32_t us, uint32_t usmask, uint32_t them, uint32_t themmask, void *arg)
{
	struct sockaddr_in a = sin_of(us), am = sin_of(usmask);
	struct sockaddr_in b = sin_of(them), bm = sin_of(themmask);

	return encap_attach(AF_INET, IPPROTO_IPV4, sintosa(&a), sintosa(&am),
	    sintosa(&b), sintosa(&bm), &sw, arg);
}

static int
prio(struct mbuf *m, int off, int proto, void *arg)
{
	(void)m;
	(void)off;
	(void)proto;
	(void)arg;
	return func_prio;
}

/* Who gets a packet from them to us: the tunnel's argument. */
static void *
packet(uint32_t us, uint32_t them, int proto)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	struct ip *ip = mtod(m, struct ip *);

	memset(ip, 0, sizeof(*ip));
	ip->ip_v = IPVERSION;
	ip->ip_hl = sizeof(*ip) >> 2;
	ip->ip_p = (uint8_t)proto;
	ip->ip_src.s_addr = htonl(them);
	ip->ip_dst.s_addr = htonl(us);
	m->m_len = m->m_pkthdr.len = sizeof(*ip);
	got_arg = NULL;
	encap4_input(m, (int)sizeof(*ip), proto);
	return got_arg;
}

#define US   0x0a000001
#define THEM 0x0a000102

int
rump_tcptest_encap(void)
{
	const struct encaptab *one, *net, *all, *func;
	int a, b, c, d;

	rump_schedule();
	CHECK(packet(US, THEM, IPPROTO_IPV4) == NULL && got_n == 0);
	one = tunnel(US, ~0U, THEM, ~0U, &a);
	CHECK(one != NULL && tunnel(US, ~0U, THEM, ~0U, &b) == NULL);
	net = tunnel(US, ~0U, THEM, 0xffffff00, &b);
	CHECK(net != NULL);
	CHECK(packet(US, THEM, IPPROTO_IPV4) == &a);
	CHECK(got_off == sizeof(struct ip) && got_proto == IPPROTO_IPV4);
	CHECK(packet(US, THEM + 1, IPPROTO_IPV4) == &b);
	CHECK(packet(US + 1, THEM, IPPROTO_IPV4) == NULL);
	CHECK(packet(US, THEM + 256, IPPROTO_IPV4) == NULL);
	CHECK(packet(US, THEM, IPPROTO_IPV6) == NULL);

	/* one that decides for itself, for a protocol and for any */
	func = encap_attach_func(AF_INET, IPPROTO_IPV6, prio, &sw, &c);
	all = encap_attach_func(AF_INET, -1, prio, &sw, &d);
	CHECK(func != NULL && all != NULL);
	CHECK(packet(US, THEM, IPPROTO_IPV6) == NULL);
	func_prio = 60;
	CHECK(packet(US, THEM, IPPROTO_IPV4) == &a);
	CHECK(packet(US, THEM + 1, IPPROTO_IPV4) == &d);
	CHECK(encap_detach(all) == 0);
	CHECK(packet(US, THEM, IPPROTO_IPV6) == &c);
	CHECK(encap_detach(func) == 0);

	CHECK(encap_detach(one) == 0);
	CHECK(packet(US, THEM, IPPROTO_IPV4) == &b);
	CHECK(encap_detach(net) == 0);
	CHECK(packet(US, THEM, IPPROTO_IPV4) == NULL);
	CHECK(encap_detach(net) != 0);

	CHECK(encap_lock_enter() == 0 && encap_lock_held());
	encap_lock_exit();
	CHECK(!encap_lock_held());
	rump_unschedule();
	return 0;
}

#define LOOP 0x7f000001

static const struct encaptab *kept;

int
rump_tcptest_encap_loop(int on)
{
	rump_schedule();
	if (on == 1) {
		got_n = 0;
		kept = tunnel(LOOP, ~0U, LOOP, ~0U, NULL);
	} else if (on == 0)
		encap_detach(kept);
	rump_unschedule();
	return got_n;
}

/* Outer from inner, inner after outer: RFC 3168 9.1. */
int
rump_tcptest_ecn(void)
{
	static const uint8_t codes[] = {0, 1, 2, 3}; /* not, ECT1, ECT0, CE */
	static const uint8_t full[] = {0, 1, 2, 2};
	uint8_t tos = 0xb8, outer, inner, bits;

	rump_schedule();
	for (int i = 0; i < 4; i++) {
		inner = tos | codes[i];
		ip_ecn_ingress(ECN_ALLOWED, &outer, &inner);
		CHECK(outer == (tos | full[i]));
		ip_ecn_ingress(ECN_FORBIDDEN, &outer, &inner);
		CHECK(outer == tos);
		ip_ecn_ingress(ECN_NOCARE, &outer, &inner);
		CHECK(outer == inner);
		for (int o = 0; o < 4; o++) {
			outer = codes[o];
			bits = inner = tos | codes[i];
			ip_ecn_egress(ECN_ALLOWED, &outer, &inner);
			if (codes[o] == 3 && codes[i] != 0)
				bits |= 3;
			CHECK(inner == bits);
			bits = inner;
			ip_ecn_egress(ECN_FORBIDDEN, &outer, &inner);
			ip_ecn_egress(ECN_NOCARE, &outer, &inner);
			CHECK(inner == bits);
		}
	}
	rump_unschedule();
	return 0;
}
