/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCP header and its options (RFC 9293, 7323, 2018), socket options. */
#ifndef _NETINET_TCP_H_
#define _NETINET_TCP_H_

#include <sys/cdefs.h>
#include <sys/endian.h>
#include <sys/types.h>

typedef u_int32_t tcp_seq;

struct tcphdr {
	u_int16_t th_sport;
	u_int16_t th_dport;
	tcp_seq th_seq;
	tcp_seq th_ack;
#if BYTE_ORDER == LITTLE_ENDIAN
	u_int8_t th_x2 : 4, th_off : 4; /* length in 32-bit words */
#else
	u_int8_t th_off : 4, th_x2 : 4;
#endif
	u_int8_t th_flags;
#define TH_FIN  0x01
#define TH_SYN  0x02
#define TH_RST  0x04
#define TH_PUSH 0x08
#define TH_ACK  0x10
#define TH_URG  0x20
#define TH_ECE  0x40
#define TH_CWR  0x80
	u_int16_t th_win;
	u_int16_t th_sum;
	u_int16_t th_urp;
} __packed;

/* options in the header */
#define TCPOPT_EOL             0
#define TCPOLEN_EOL            1
#define TCPOPT_PAD             0
#define TCPOLEN_PAD            1
#define TCPOPT_NOP             1
#define TCPOLEN_NOP            1
#define TCPOPT_MAXSEG          2
#define TCPOLEN_MAXSEG         4
#define TCPOPT_WINDOW          3
#define TCPOLEN_WINDOW         3
#define TCPOPT_SACK_PERMITTED  4
#define TCPOLEN_SACK_PERMITTED 2
#define TCPOPT_SACK            5
#define TCPOPT_TIMESTAMP       8
#define TCPOLEN_TIMESTAMP      10
#define TCPOLEN_TSTAMP_APPA    (TCPOLEN_TIMESTAMP + 2)
#define TCPOPT_TSTAMP_HDR                                                      \
	(TCPOPT_NOP << 24 | TCPOPT_NOP << 16 | TCPOPT_TIMESTAMP << 8 |         \
	    TCPOLEN_TIMESTAMP)
#define TCPOPT_SIGNATURE  19
#define TCPOLEN_SIGNATURE 18
#define TCPOLEN_SIGLEN    (TCPOLEN_SIGNATURE + 2)
#define MAX_TCPOPTLEN     40

#define TCP_MSS          536 /* of a peer that names none */
#define TCP_MINMSS       216
#define TCP_MAXWIN       65535 /* without scaling */
#define TCP_MAX_WINSHIFT 14
#define TCP_MAXBURST     4

/* socket options of level IPPROTO_TCP */
#define TCP_NODELAY   1
#define TCP_MAXSEG    2
#define TCP_KEEPIDLE  3
#define TCP_NOPUSH    4
#define TCP_KEEPINTVL 5
#define TCP_KEEPCNT   6
#define TCP_KEEPINIT  7
#define TCP_NOOPT     8
#define TCP_INFO      9
#define TCP_MD5SIG    0x10
#define TCP_CONGCTL   0x20

#define TCPI_OPT_TIMESTAMPS 0x01
#define TCPI_OPT_SACK       0x02
#define TCPI_OPT_WSCALE     0x04
#define TCPI_OPT_ECN        0x08
#define TCPI_OPT_TOE        0x10

/* What TCP_INFO tells; times are in microseconds. */
struct tcp_info {
	__uint8_t tcpi_state;
	__uint8_t __tcpi_ca_state;
	__uint8_t __tcpi_retransmits;
	__uint8_t __tcpi_probes;
	__uint8_t __tcpi_backoff;
	__uint8_t tcpi_options;
	__uint8_t tcpi_snd_wscale : 4, tcpi_rcv_wscale : 4;
	__uint32_t tcpi_rto;
	__uint32_t __tcpi_ato;
	__uint32_t tcpi_snd_mss;
	__uint32_t tcpi_rcv_mss;
	__uint32_t __tcpi_unacked;
	__uint32_t __tcpi_sacked;
	__uint32_t __tcpi_lost;
	__uint32_t __tcpi_retrans;
	__uint32_t __tcpi_fackets;
	__uint32_t __tcpi_last_data_sent;
	__uint32_t __tcpi_last_ack_sent;
	__uint32_t tcpi_last_data_recv;
	__uint32_t __tcpi_last_ack_recv;
	__uint32_t __tcpi_pmtu;
	__uint32_t __tcpi_rcv_ssthresh;
	__uint32_t tcpi_rtt;
	__uint32_t tcpi_rttvar;
	__uint32_t tcpi_snd_ssthresh;
	__uint32_t tcpi_snd_cwnd;
	__uint32_t __tcpi_advmss;
	__uint32_t __tcpi_reordering;
	__uint32_t __tcpi_rcv_rtt;
	__uint32_t tcpi_rcv_space;
	__uint32_t tcpi_snd_wnd;
	__uint32_t tcpi_snd_bwnd;
	__uint32_t tcpi_snd_nxt;
	__uint32_t tcpi_rcv_nxt;
	__uint32_t tcpi_toe_tid;
	__uint32_t tcpi_snd_rexmitpack;
	__uint32_t tcpi_rcv_ooopack;
	__uint32_t tcpi_snd_zerowin;
	__uint32_t __tcpi_pad[26];
};

#endif
