/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a packet filter asks the protocols for: a packet of its fragments,
 * identifications, and the layouts of what it looks into.
 */

#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_var.h>
#include <netinet6/ip6_var.h>

#include "ktest.h"
#include "pft.h"

/* A fragment of the packet id: len bytes from off on, each its own offset. */
static struct mbuf *
fragment(int id, int off, int len, bool more)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	struct ip *ip = mtod(m, struct ip *);
	int i;

	K(sizeof(*ip) + len <= MHLEN);
	memset(ip, 0, sizeof(*ip));
	ip->ip_v = IPVERSION;
	ip->ip_hl = sizeof(*ip) >> 2;
	ip->ip_len = htons((uint16_t)(sizeof(*ip) + len));
	ip->ip_id = htons((uint16_t)id);
	ip->ip_off = htons((uint16_t)(off >> 3 | (more ? IP_MF : 0)));
	ip->ip_p = IPPROTO_UDP;
	ip->ip_src.s_addr = htonl(0x0a000001);
	ip->ip_dst.s_addr = htonl(0x0a000002);
	for (i = 0; i < len; i++)
		((uint8_t *)(ip + 1))[i] = (uint8_t)(off + i);
	m->m_len = m->m_pkthdr.len = (int)sizeof(*ip) + len;
	return m;
}

/* What becomes of it: 0 and *mp, or an error and it is ours. */
static int
give(struct mbuf **mp)
{
	return ip_reass_packet(mp, mtod(*mp, struct ip *));
}

void
pft_test_fragments(void)
{
	struct mbuf *m;
	struct ip *ip;
	uint8_t c;
	int i, id;

	/* in the wrong order, of two packets at once */
	m = fragment(1, 48, 17, false);
	KEQ(give(&m), 0);
	K(m == NULL);
	m = fragment(2, 24, 8, false);
	KEQ(give(&m), 0);
	K(m == NULL);
	m = fragment(1, 0, 24, true);
	KEQ(give(&m), 0);
	K(m == NULL);
	m = fragment(1, 24, 24, true);
	KEQ(give(&m), 0);
	K(m != NULL);
	if (m == NULL)
		return;
	ip = mtod(m, struct ip *);
	KEQ(ntohs(ip->ip_len), sizeof(*ip) + 65);
	KEQ(m->m_pkthdr.len, sizeof(*ip) + 65);
	KEQ(m_length(m), sizeof(*ip) + 65);
	KEQ(ip->ip_off, 0);
	KEQ(ntohs(ip->ip_id), 1);
	for (i = 0; i < 65; i++) {
		m_copydata(m, (int)sizeof(*ip) + i, 1, &c);
		KEQ(c, i);
	}
	m_freem(m);
	m = fragment(2, 0, 24, true);
	KEQ(give(&m), 0);
	K(m != NULL && m->m_pkthdr.len == (int)sizeof(*ip) + 32);
	m_freem(m);

	/* What is no fragment stays the caller's: no data; not of eights. */
	for (id = 3; id < 5; id++) {
		struct mbuf *n;

		m = n = fragment(id, 0, id == 3 ? 0 : 7, true);
		KEQ(give(&m), EINVAL);
		K(m == n);
		m_freem(m);
	}
	/* One that lies over another: both are gone, and all of the packet. */
	m = fragment(5, 0, 24, true);
	KEQ(give(&m), 0);
	m = fragment(5, 16, 24, false);
	KEQ(give(&m), 0);
	K(m == NULL);
	m = fragment(5, 24, 8, false);
	KEQ(give(&m), 0);
	K(m == NULL);
}

void
pft_test_ids(void)
{
	ipid_state_t *ids = ip_id_init();
	uint16_t a, b;
	int i, same = 0, salted = 0;

	/* some steps lead to 0 */
	for (i = 0; i < 200000; i++) {
		a = ip_randomid(ids, 0);
		b = ip_randomid(ip_ids, (uint16_t)i);
		K(a != 0 && b != 0);
		same += a == b;
		salted += ip_randomid(ids, 0) == a;
	}
	K(same < 100 && salted < 100);
	ip_id_fini(ids);
	ip_do_randomid = 0;
	a = ntohs(ip_newid(NULL));
	b = ntohs(ip_newid_range(NULL, 10));
	KEQ(ntohs(ip_newid(NULL)), b + 10);
	KEQ(b, a + 1);
	ip_id = 0xfffe;
	/* a range does not go over the end, and 0 is none */
	KEQ(ntohs(ip_newid_range(NULL, 4)), 1);
	KEQ(ntohs(ip_newid(NULL)), 5);
	ip_do_randomid = 1;
}

/* Octets of messages as they are on a wire, and numbers of tags. */
void
pft_test_layouts(void)
{
	static const uint8_t echo[] = {128, 0, 1, 2, 0xab, 0xcd, 0, 9};
	struct icmp6_filter filter;
	struct icmp6_hdr ic;
	struct ip6_moptions mo;

	memcpy(&ic, echo, sizeof(ic));
	KEQ(sizeof(ic), 8);
	KEQ(ic.icmp6_type, ICMP6_ECHO_REQUEST);
	K((ic.icmp6_type & ICMP6_INFOMSG_MASK) != 0);
	K((ICMP6_PARAM_PROB & ICMP6_INFOMSG_MASK) == 0);
	KEQ(ntohs(ic.icmp6_id), 0xabcd);
	KEQ(ntohs(ic.icmp6_seq), 9);
	KEQ(offsetof(struct icmp6_hdr, icmp6_cksum), 2);
	KEQ(offsetof(struct icmp6_hdr, icmp6_data32), 4);
	KEQ(sizeof(struct nd_neighbor_advert), 24);
	KEQ(sizeof(struct nd_redirect), 40);
	KEQ(sizeof(struct nd_opt_prefix_info), 32);
	KEQ(sizeof(struct mld_hdr), MLD_MINLEN);
	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_REDIRECT, &filter);
	K(ICMP6_FILTER_WILLPASS(137, &filter));
	K(ICMP6_FILTER_WILLBLOCK(136, &filter));
	KEQ(IPV6_DEFHLIM, 64);
	memset(&mo, 0, sizeof(mo));
	LIST_INIT(&mo.im6o_memberships);
	K(LIST_EMPTY(&mo.im6o_memberships));
	KEQ(IPV6_UNSPECSRC | IPV6_FORWARDING | IPV6_MINMTU, 7);

	KEQ(BPF_MAX_MEMWORDS, 30);
	KEQ(BPF_MEMWORD_INIT(3), 8);
	KEQ(PACKET_TAG_PF, 11);
	KEQ(PACKET_TAG_VLAN, 1);
	KEQ(PACKET_TAG_SO, 4);
	KEQ(PACKET_TAG_ALTQ_QID, 12);
	KEQ(PACKET_TAG_INET6, 26);
	KEQ(PACKET_TAG_TUNNEL_INFO, 28);
	KEQ(PACKET_TAG_MPLS, 29);
}
