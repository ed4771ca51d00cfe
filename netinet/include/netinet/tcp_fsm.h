/* SPDX-License-Identifier: BSD-2-Clause */
/* Connection states (RFC 9293, 3.3.2). */
#ifndef _NETINET_TCP_FSM_H_
#define _NETINET_TCP_FSM_H_

#define TCP_NSTATES 11

#define TCPS_CLOSED       0
#define TCPS_LISTEN       1
#define TCPS_SYN_SENT     2
#define TCPS_SYN_RECEIVED 3
#define TCPS_ESTABLISHED  4
#define TCPS_CLOSE_WAIT   5 /* the peer has ended */
#define TCPS_FIN_WAIT_1   6 /* we have ended */
#define TCPS_CLOSING      7 /* both, ours is not acknowledged */
#define TCPS_LAST_ACK     8 /* the peer first, ours is not acknowledged */
#define TCPS_FIN_WAIT_2   9 /* ours is acknowledged */
#define TCPS_TIME_WAIT    10

#define TCPS_HAVERCVDSYN(s)     ((s) >= TCPS_SYN_RECEIVED)
#define TCPS_HAVEESTABLISHED(s) ((s) >= TCPS_ESTABLISHED)
#define TCPS_HAVERCVDFIN(s)                                                    \
	((s) == TCPS_CLOSE_WAIT ||                                             \
	    ((s) >= TCPS_CLOSING && (s) != TCPS_FIN_WAIT_2))

#ifdef TCPOUTFLAGS
/* what a segment of each state carries */
const u_char tcp_outflags[TCP_NSTATES] = {TH_RST | TH_ACK, 0, TH_SYN,
    TH_SYN | TH_ACK, TH_ACK, TH_ACK, TH_FIN | TH_ACK, TH_FIN | TH_ACK,
    TH_FIN | TH_ACK, TH_ACK, TH_ACK};
#endif

#ifdef TCPSTATES
const char *const tcpstates[] = {"CLOSED", "LISTEN", "SYN_SENT", "SYN_RCVD",
    "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1", "CLOSING", "LAST_ACK",
    "FIN_WAIT_2", "TIME_WAIT"};
#else
extern const char *const tcpstates[];
#endif

#endif
