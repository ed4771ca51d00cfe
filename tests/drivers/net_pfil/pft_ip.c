/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layouts of what a packet filter looks into.
 */

#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>
#include <netinet6/ip6_var.h>

#include "ktest.h"
#include "pft.h"

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
