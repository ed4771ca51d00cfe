/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet domain: its protocol switch, its addresses, its sysctl nodes.
 */
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>
#include <net/radix.h>
#include <net/route.h>
#include <net/rtbl.h>
#include <netinet/icmp_var.h>
#include <netinet/if_inarp.h>
#include <netinet/igmp.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_encap.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>
#include <netinet/tcp.h>
#include <netinet/tcp_timer.h>
#include <netinet/tcp_var.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include <lib/libkern/libkern.h>

#include "../ip/ip_impl.h"
#include "in_impl.h"

DOMAIN_DEFINE(inetdomain);

/* Errnos of the PRC_ numbers. */
const u_char inetctlerrmap[PRC_NCMDS] = {
    [PRC_MSGSIZE] = EMSGSIZE,
    [PRC_HOSTDEAD] = EHOSTDOWN,
    [PRC_HOSTUNREACH] = EHOSTUNREACH,
    [PRC_UNREACH_NET] = EHOSTUNREACH,
    [PRC_UNREACH_HOST] = EHOSTUNREACH,
    [PRC_UNREACH_PROTOCOL] = ECONNREFUSED,
    [PRC_UNREACH_PORT] = ECONNREFUSED,
    [PRC_UNREACH_SRCFAIL] = EHOSTUNREACH,
    [PRC_PARAMPROB] = ENOPROTOOPT,
};

/* What all raw sockets have in common, whoever looks at packets first. */
#define RAW_SOCKETS                                                            \
	.pr_type = SOCK_RAW, .pr_domain = &inetdomain,                         \
	.pr_ctlinput = rip_ctlinput, .pr_ctloutput = rip_ctloutput,            \
	.pr_usrreqs = &rip_usrreqs

static const struct protosw inetsw[] = {
    {
	.pr_domain = &inetdomain,
	.pr_init = ip_init,
	.pr_drain = ip_reass_drain,
    },
    {
	.pr_type = SOCK_DGRAM,
	.pr_domain = &inetdomain,
	.pr_protocol = IPPROTO_UDP,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_PURGEIF,
	.pr_input = udp_input,
	.pr_ctlinput = udp_ctlinput,
	.pr_ctloutput = udp_ctloutput,
	.pr_usrreqs = &udp_usrreqs,
	.pr_init = udp_init,
    },
    {
	.pr_type = SOCK_STREAM,
	.pr_domain = &inetdomain,
	.pr_protocol = IPPROTO_TCP,
	.pr_flags = PR_CONNREQUIRED | PR_WANTRCVD | PR_LISTEN | PR_ABRTACPTDIS |
	    PR_PURGEIF,
	.pr_input = tcp_input,
	.pr_ctlinput = tcp_ctlinput,
	.pr_ctloutput = tcp_ctloutput,
	.pr_usrreqs = &tcp_usrreqs,
	.pr_init = tcp_init,
	.pr_drain = tcp_drain,
    },
    {
	RAW_SOCKETS,
	.pr_protocol = IPPROTO_RAW,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_PURGEIF,
	.pr_input = rip_input,
    },
    {
	RAW_SOCKETS,
	.pr_protocol = IPPROTO_ICMP,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
	.pr_input = icmp_input,
	.pr_init = icmp_init,
    },
    {
	RAW_SOCKETS,
	.pr_protocol = IPPROTO_IGMP,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
	.pr_input = igmp_input,
	.pr_init = igmp_init,
    },
    {
	RAW_SOCKETS,
	.pr_protocol = IPPROTO_IPV4,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
	.pr_input = encap4_input,
	.pr_init = encap_init,
    },
    {
	RAW_SOCKETS,
	.pr_protocol = IPPROTO_IPV6,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
	.pr_input = encap4_input,
	.pr_init = encap_init,
    },
    {
	/* every other raw protocol */
	RAW_SOCKETS,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
	.pr_input = rip_input,
	.pr_init = rip_init,
    },
};

static void
inet_dom_init(void)
{
	in_init();
	arp_init();
}

static void *
inet_sockaddr_addr(struct sockaddr *sa, socklen_t *lenp)
{
	if (lenp != NULL)
		*lenp = sizeof(struct in_addr);
	return &satosin(sa)->sin_addr;
}

static const void *
inet_sockaddr_const_addr(const struct sockaddr *sa, socklen_t *lenp)
{
	if (lenp != NULL)
		*lenp = sizeof(struct in_addr);
	return &satocsin(sa)->sin_addr;
}

static int
inet_sockaddr_cmp(const struct sockaddr *sa1, const struct sockaddr *sa2)
{
	const struct sockaddr_in *a = satocsin(sa1), *b = satocsin(sa2);
	int rc;

	rc = memcmp(&a->sin_addr, &b->sin_addr, sizeof(a->sin_addr));
	if (rc != 0)
		return rc;
	if (a->sin_port != b->sin_port)
		return a->sin_port < b->sin_port ? -1 : 1;
	return 0;
}

struct domain inetdomain = {
    .dom_family = PF_INET,
    .dom_name = "internet",
    .dom_init = inet_dom_init,
    .dom_protosw = inetsw,
    .dom_protoswNPROTOSW = &inetsw[__arraycount(inetsw)],
    .dom_rtattach = rt_inithead,
    .dom_rtoffset = 32,
    .dom_maxrtkey = sizeof(struct sockaddr_in),
    .dom_if_up = in_if_up,
    .dom_if_down = in_if_down,
    .dom_if_link_state_change = in_if_link_state_change,
    .dom_sockaddr_const_addr = inet_sockaddr_const_addr,
    .dom_sockaddr_addr = inet_sockaddr_addr,
    .dom_sockaddr_cmp = inet_sockaddr_cmp,
    .dom_sa_any = (const struct sockaddr *)&in_any,
    .dom_sa_cmpofs = offsetof(struct sockaddr_in, sin_addr),
    .dom_sa_cmplen = sizeof(struct in_addr),
    .dom_link = {NULL},
    .dom_rtcache = LIST_HEAD_INITIALIZER(inetdomain.dom_rtcache),
};
