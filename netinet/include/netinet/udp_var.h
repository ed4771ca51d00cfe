/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP inside the kernel, and its counters. */
#ifndef _NETINET_UDP_VAR_H_
#define _NETINET_UDP_VAR_H_

#include <netinet/ip_var.h>
#include <netinet/udp.h>

struct udpiphdr {
	struct ipovly ui_i;
	struct udphdr ui_u;
};
#define ui_src   ui_i.ih_src
#define ui_dst   ui_i.ih_dst
#define ui_sport ui_u.uh_sport
#define ui_dport ui_u.uh_dport
#define ui_ulen  ui_u.uh_ulen
#define ui_sum   ui_u.uh_sum

#define UDP_STAT_IPACKETS    0
#define UDP_STAT_HDROPS      1
#define UDP_STAT_BADSUM      2
#define UDP_STAT_BADLEN      3
#define UDP_STAT_NOPORT      4
#define UDP_STAT_NOPORTBCAST 5
#define UDP_STAT_FULLSOCK    6
#define UDP_STAT_PCBHASHMISS 7
#define UDP_STAT_OPACKETS    8
#define UDP_NSTATS           9

#define UDPCTL_CHECKSUM      1
#define UDPCTL_SENDSPACE     2
#define UDPCTL_RECVSPACE     3
#define UDPCTL_LOOPBACKCKSUM 4
#define UDPCTL_STATS         5

#ifdef _KERNEL
struct inpcbtable;

extern int udpcksum, udp_do_loopback_cksum;
extern struct inpcbtable udbtable;
extern const struct pr_usrreqs udp_usrreqs;

void *udp_ctlinput(int, const struct sockaddr *, void *);
int udp_ctloutput(int, struct socket *, struct sockopt *);
void udp_init(void);
void udp_init_common(void);
void udp_input(struct mbuf *, ...);
int udp_output(struct mbuf *, struct inpcb *, struct mbuf *, struct lwp *);
void udp_statinc(u_int);
#endif

#endif
