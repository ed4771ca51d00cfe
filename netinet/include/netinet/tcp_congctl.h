/* SPDX-License-Identifier: BSD-2-Clause */
/* Congestion control algorithms: a table for each, found by name. */
#ifndef _NETINET_TCP_CONGCTL_H_
#define _NETINET_TCP_CONGCTL_H_

#include <sys/types.h>

#define TCPCC_MAXLEN 12

#ifdef _KERNEL
struct tcpcb;
struct tcphdr;

/* th is NULL where no segment caused the call. */
struct tcp_congctl {
	/* A loss was seen: set snd_ssthresh. */
	int (*fast_retransmit)(struct tcpcb *, const struct tcphdr *);
	/* The retransmission timer ran out: set snd_ssthresh and snd_cwnd. */
	void (*slow_retransmit)(struct tcpcb *);
	/* Recovery is over: set snd_cwnd. */
	void (*fast_retransmit_newack)(struct tcpcb *, const struct tcphdr *);
	/* t_bytes_acked bytes were acknowledged: open snd_cwnd. */
	void (*newack)(struct tcpcb *, const struct tcphdr *);
	/* The network said that it is congested: set both. */
	void (*cong_exp)(struct tcpcb *);
};

extern const struct tcp_congctl tcp_reno_ctl;
extern const struct tcp_congctl tcp_newreno_ctl;
extern const struct tcp_congctl tcp_cubic_ctl;
extern char tcp_congctl_global_name[TCPCC_MAXLEN];
extern char tcp_congctl_avail[10 * TCPCC_MAXLEN];

void tcp_congctl_init(void);
/** EEXIST, ENOMEM. */
int tcp_congctl_register(const char *, const struct tcp_congctl *);
/** ENOENT, EBUSY while connections use it. */
int tcp_congctl_unregister(const char *);
/** For a connection, or (NULL) for new ones; ENOENT. */
int tcp_congctl_select(struct tcpcb *, const char *);
const char *tcp_congctl_bystruct(const struct tcp_congctl *);
void tcp_congctl_release(struct tcpcb *);
#endif

#endif
