/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of TCP connections. Every connection has a deadline for each timer
 * and one entry in a wheel, which is armed for the earliest deadline or
 * before; nothing runs while no connection waits for anything.
 */
#ifndef _NETINET_TCP_TIMER_H_
#define _NETINET_TCP_TIMER_H_

#include <sys/queue.h>
#include <sys/types.h>

#define TCPT_REXMT   0 /* retransmit, or send a tail loss probe */
#define TCPT_PERSIST 1 /* probe a closed window */
#define TCPT_KEEP    2 /* keep alive, or give up connecting */
#define TCPT_2MSL    3 /* FIN_WAIT_2 without a process */
#define TCPT_NTIMERS 4
#define TCPT_DELACK  4 /* acknowledge what was held back */
#define TCPT_REORDER 5 /* RACK: what is not acknowledged by now is lost */
#define TCPT_TOTAL   6

/* in half seconds, as sysctl(3) has them */
#define TCPTV_MSL        (30 * PR_SLOWHZ)
#define TCPTV_SRTTBASE   0
#define TCPTV_RTOBASE    (1 * PR_SLOWHZ)
#define TCPTV_SRTTDFLT   (3 * PR_SLOWHZ)
#define TCPTV_PERSMIN    (5 * PR_SLOWHZ)
#define TCPTV_PERSMAX    (60 * PR_SLOWHZ)
#define TCPTV_KEEP_INIT  (75 * PR_SLOWHZ)
#define TCPTV_KEEP_IDLE  (120 * 60 * PR_SLOWHZ)
#define TCPTV_KEEPINTVL  (75 * PR_SLOWHZ)
#define TCPTV_KEEPCNT    8
#define TCPTV_MIN        (1 * PR_SLOWHZ)
#define TCPTV_REXMTMAX   (64 * PR_SLOWHZ)
#define TCP_LINGERTIME   120
#define TCP_MAXRXTSHIFT  12
#define TCP_DELACK_TICKS (hz / 25)

#ifdef TCPTIMERS
const char *const tcptimers[] = {"REXMT", "PERSIST", "KEEP", "2MSL"};
#endif

#ifdef _KERNEL
/* An entry of the wheel; tt_func runs with softnet_lock. */
struct tcp_timeout {
	LIST_ENTRY(tcp_timeout) tt_link;
	void (*tt_func)(struct tcp_timeout *);
	u_int tt_when; /* tick */
	bool tt_armed;
};

struct tcpcb;

#define TCP_TIMER_ARM(tp, timer, halfsecs)                                     \
	tcp_timer_arm((tp), (timer), (halfsecs) * (hz / PR_SLOWHZ))
#define TCP_TIMER_DISARM(tp, timer)  tcp_timer_disarm((tp), (timer))
#define TCP_TIMER_ISARMED(tp, timer) (((tp)->t_armed & (1U << (timer))) != 0)

extern u_int tcp_keepinit, tcp_keepidle, tcp_keepintvl, tcp_keepcnt;
extern int tcp_maxidle, tcp_ttl, tcp_delack_ticks;
extern const int tcp_backoff[];

void tcp_timer_init(void);
/** Due in so many ticks; an earlier deadline is replaced. */
void tcp_timer_arm(struct tcpcb *, u_int, u_int);
void tcp_timer_disarm(struct tcpcb *, u_int);
#endif

#endif
