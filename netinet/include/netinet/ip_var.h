/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 inside the kernel: output, reassembly, multicast options, counters.
 */
#ifndef _NETINET_IP_VAR_H_
#define _NETINET_IP_VAR_H_

#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/queue.h>

struct route;
struct ifnet;
struct mbuf;
struct socket;
struct sockopt;
struct pktqueue;
struct inpcb;
struct in_ifaddr;

/* The start of a UDP or TCP packet, as protocols lay it over a header. */
struct ipovly {
	u_int8_t ih_x1[9];
	u_int8_t ih_pr;
	u_int16_t ih_len;
	struct in_addr ih_src, ih_dst;
} __packed;

/* Options of an output packet: destination first, for source routes. */
#define MAX_IPOPTLEN 40
struct ipoption {
	struct in_addr ipopt_dst;
	int8_t ipopt_list[MAX_IPOPTLEN];
};

/* What a socket says about multicasts. */
struct ip_moptions {
	if_index_t imo_multicast_if_index; /* 0: by route */
	struct in_addr imo_multicast_addr;
	u_int8_t imo_multicast_ttl;
	u_int8_t imo_multicast_loop;
	u_int16_t imo_num_memberships;
	struct in_multi *imo_membership[IP_MAX_MEMBERSHIPS];
};

/* Counters, in this order in sysctl net.inet.ip.stats. */
#define IP_STAT_TOTAL        0
#define IP_STAT_BADSUM       1
#define IP_STAT_TOOSHORT     2
#define IP_STAT_TOOSMALL     3
#define IP_STAT_BADHLEN      4
#define IP_STAT_BADLEN       5
#define IP_STAT_FRAGMENTS    6
#define IP_STAT_FRAGDROPPED  7
#define IP_STAT_FRAGTIMEOUT  8
#define IP_STAT_FORWARD      9
#define IP_STAT_FASTFORWARD  10
#define IP_STAT_CANTFORWARD  11
#define IP_STAT_REDIRECTSENT 12
#define IP_STAT_NOPROTO      13
#define IP_STAT_DELIVERED    14
#define IP_STAT_LOCALOUT     15
#define IP_STAT_ODROPPED     16
#define IP_STAT_REASSEMBLED  17
#define IP_STAT_FRAGMENTED   18
#define IP_STAT_OFRAGMENTS   19
#define IP_STAT_CANTFRAG     20
#define IP_STAT_BADOPTIONS   21
#define IP_STAT_NOROUTE      22
#define IP_STAT_BADVERS      23
#define IP_STAT_RAWOUT       24
#define IP_STAT_BADFRAGS     25
#define IP_STAT_RCVMEMDROP   26
#define IP_STAT_TOOLONG      27
#define IP_STAT_NOGIF        28
#define IP_STAT_BADADDR      29
#define IP_STAT_NOL2TP       30
#define IP_NSTATS            31

#ifdef _KERNEL
#include <netinet/ip_private.h>
#include <sys/pool.h>

/* flags of ip_output() beside those that it takes from the socket */
#define IP_FORWARDING     0x1
#define IP_RAWOUTPUT      0x2
#define IP_RETURNMTU      0x4 /* inp_errormtu, if it may not be cut (IP_DF) */
#define IP_NOIPNEWID      0x8
#define IP_ROUTETOIF      SO_DONTROUTE
#define IP_ALLOWBROADCAST SO_BROADCAST
#define IP_MTUDISC        0x0400

extern struct domain inetdomain;
extern const struct pr_usrreqs rip_usrreqs;
extern pfil_head_t *inet_pfil_hook;
extern struct pktqueue *ip_pktq;
extern int ip_defttl, ipforwarding, ip_mtudisc, ip_mtudisc_timeout;
extern int anonportmin, anonportmax, lowportmin, lowportmax;
extern int in_multientries, ip_do_loopback_cksum;
extern int subnetsarelocal;
extern struct rttimer_queue *ip_mtudisc_timeout_q;

void ip_init(void);
void ip_drain(void);
void ip_input(struct mbuf *);
int ip_output(struct mbuf *, struct mbuf *, struct route *, int,
    struct ip_moptions *, struct socket *);
int ip_fragment(struct mbuf *, struct ifnet *, u_long);
struct mbuf *ip_srcroute(void);
int ip_dooptions(struct mbuf *);
int ip_optcopy(struct ip *, struct ip *);
u_int ip_optlen(struct inpcb *);
int ip_pcbopts(struct inpcb *, const struct sockopt *);
void ip_stripoptions(struct mbuf *);
struct mbuf *ip_insertoptions(struct mbuf *, struct mbuf *, int *);
int ip_ctloutput(int, struct socket *, struct sockopt *);
int ip_setmoptions(struct ip_moptions **, const struct sockopt *);
int ip_getmoptions(struct ip_moptions *, struct sockopt *);
void ip_freemoptions(struct ip_moptions *);
void ip_mloopback(struct ifnet *, struct mbuf *, const struct sockaddr_in *);
void ip_savecontrol(struct inpcb *, struct mbuf **, struct ip *, struct mbuf *);
void ip_statinc(u_int);
void rip_init(void);
int rip_ctloutput(int, struct socket *, struct sockopt *);
void *rip_ctlinput(int, const struct sockaddr *, void *);
void rip_input(struct mbuf *, ...);
int rip_output(struct mbuf *, ...);
void ip_reass_init(void);
/**
 * Takes a fragment, its header in front and contiguous.  On 0 *mp is the whole
 * packet, or NULL if others are missing; on EINVAL, ENOMEM the fragment is
 * still the caller's.
 */
int ip_reass_packet(struct mbuf **, struct ip *);
void ip_reass_slowtimo(void);
void ip_reass_drain(void);
#endif

#endif
