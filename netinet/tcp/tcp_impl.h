/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the files of TCP.
 *
 * Everything runs with softnet_lock. A function that may free a control
 * block returns the block, or NULL when it is gone.
 */
#ifndef TCP_IMPL_H
#define TCP_IMPL_H

#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_systm.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <netinet/tcp.h>
#include <netinet/tcp_congctl.h>
#include <netinet/tcp_fsm.h>
#include <netinet/tcp_seq.h>
#include <netinet/tcp_timer.h>
#include <netinet/tcp_var.h>

/* Both ends of a connection, in network order. */
struct tcp_tuple {
	struct in_addr tu_laddr;
	struct in_addr tu_faddr;
	uint16_t tu_lport;
	uint16_t tu_fport;
};

/* A segment on its way in. */
struct tcp_segment {
	struct mbuf *sg_m; /* whole packet, then data; NULL: consumed */
	struct tcp_tuple sg_tuple;
	struct inpcb *sg_inp;
	struct tcpcb *sg_tp;
	struct socket *sg_so;
	u_int sg_hdrlen; /* of IP and TCP, in front of the data */
	u_int sg_len;    /* bytes of data */
	tcp_seq sg_seq;
	tcp_seq sg_ack;
	u_int sg_rawwin;
	u_long sg_win; /* scaled */
	u_int sg_urp;
	uint8_t sg_flags; /* TH_ */
	uint8_t sg_ttl;
	bool sg_ce;        /* IP says congestion experienced */
	bool sg_local;     /* came from this kernel */
	tcp_seq sg_issmin; /* our next first number is above this */
	bool sg_haveissmin;
	u_long sg_flight;    /* bytes in flight before its ACK */
	u_long sg_delivered; /* bytes that it says have arrived */
	bool sg_newlost;
	struct tcp_opt_info sg_opt;
};

/* A segment without data that belongs to no control block, or ends one. */
struct tcp_control {
	tcp_seq ct_seq;
	tcp_seq ct_ack;
	u_int ct_win; /* as it is on the wire */
	uint8_t ct_flags;
	uint8_t ct_tos;
	u_int ct_optlen; /* a multiple of 4 */
	uint8_t ct_opt[MAX_TCPOPTLEN];
};

/* the time at which TCP was entered, usec since boot, and in ticks */
extern uint64_t tcp_usec;
void tcp_clock_update(void);

static inline u_int
tcp_ticks(void)
{
	return (u_int)(tcp_usec / 10000);
}

static inline uint32_t
tcp_msec(void)
{
	return (uint32_t)(tcp_usec / 1000);
}

/* usec to ticks, up */
static inline u_int
tcp_usec2ticks(uint64_t us)
{
	return (u_int)((us + 9999) / 10000);
}

/* tcp_in4.c */
bool tcp_in4_parse(struct tcp_segment *, struct mbuf *, int);
struct inpcb *tcp_in4_lookup(const struct tcp_tuple *);
struct inpcb *tcp_in4_lookup_listen(const struct tcp_tuple *);
void tcp_in4_tuple(const struct inpcb *, struct tcp_tuple *);
int tcp_in4_connected(struct inpcb *, const struct tcp_tuple *);
struct mbuf *tcp_in4_header(u_int, struct tcphdr **);
int tcp_in4_send(struct tcpcb *, struct mbuf *, uint8_t);
int tcp_in4_send_control(const struct tcp_tuple *, const struct tcp_control *);
u_int tcp_in4_path_mss(struct inpcb *, bool *);
u_int tcp_in4_our_mss(struct inpcb *);
bool tcp_in4_islocal(struct in_addr);

/* tcp_hash.c */
void tcp_hash_init(void);
uint64_t tcp_hash_tuple(const struct tcp_tuple *, u_int, uint64_t);
tcp_seq tcp_new_iss(const struct tcp_tuple *);
uint32_t tcp_new_tsoffset(const struct tcp_tuple *);

/* which key */
#define TCP_HASH_TIMEWAIT 2
#define TCP_HASH_SYNCACHE 3
#define TCP_HASH_COOKIE   4

/* tcp_option.c */
bool tcp_option_parse(struct tcp_opt_info *, const uint8_t *, u_int, u_int);
bool tcp_option_fast(struct tcp_opt_info *, const uint8_t *, u_int);
u_int tcp_option_syn(uint8_t *, u_int, int, bool, const uint32_t *);
u_int tcp_option_data(struct tcpcb *, uint8_t *, u_int);
u_int tcp_option_len(const struct tcpcb *);

/* tcp_input.c and its steps */
void tcp_segment_drop(struct tcp_segment *);
void tcp_segment_reset(struct tcp_segment *);
void tcp_segment_trim_headers(struct tcp_segment *);
void tcp_segment_synchronized(struct tcp_segment *);
void tcp_segment_steps_from_urg(struct tcp_segment *);
void tcp_step_listen(struct tcp_segment *);
void tcp_step_syn_sent(struct tcp_segment *);
bool tcp_step_sequence(struct tcp_segment *);
bool tcp_step_reset(struct tcp_segment *);
bool tcp_step_syn(struct tcp_segment *);
bool tcp_step_ack(struct tcp_segment *);
void tcp_step_urgent(struct tcp_segment *);
void tcp_step_text(struct tcp_segment *);
bool tcp_step_fin(struct tcp_segment *);
bool tcp_fast_path(struct tcp_segment *);
void tcp_challenge_ack(struct tcpcb *);
void tcp_rcvbuf_autosize(struct tcpcb *, u_long);
void tcp_set_established(struct tcpcb *);

/* tcp_ack.c */
void tcp_ack_segment(struct tcp_segment *);
void tcp_ack_advance(struct tcp_segment *);
void tcp_update_window(struct tcp_segment *);
void tcp_rtt_sample(struct tcpcb *, uint64_t);
u_long tcp_pipe(const struct tcpcb *);

/* tcp_sent.c */
void tcp_sent_init(void);
bool tcp_sent_append(struct tcpcb *, tcp_seq, u_int);
void tcp_sent_retransmitted(struct tcpcb *, struct tcp_sent *);
struct tcp_sent *tcp_sent_split(struct tcpcb *, struct tcp_sent *, tcp_seq);
void tcp_sent_ack(struct tcp_segment *);
void tcp_sent_sack(struct tcp_segment *, tcp_seq, tcp_seq);
void tcp_sent_lose(struct tcpcb *, struct tcp_sent *);
void tcp_sent_lose_all(struct tcpcb *);
void tcp_sent_unlose_all(struct tcpcb *);
void tcp_sent_free_all(struct tcpcb *);
struct tcp_sent *tcp_sent_first_lost(struct tcpcb *);

/* tcp_recovery.c */
void tcp_sack_blocks(struct tcp_segment *);
void tcp_recovery_ack(struct tcp_segment *, bool);
void tcp_recovery_timeout(struct tcpcb *);
void tcp_rack_detect(struct tcpcb *);
bool tcp_recovery_undo(struct tcp_segment *);

/* tcp_sackrcv.c */
void tcp_sack_received(struct tcpcb *, tcp_seq, tcp_seq);
void tcp_sack_prune(struct tcpcb *);
void tcp_sack_duplicate(struct tcpcb *, tcp_seq, tcp_seq);

/* tcp_reass.c */
void tcp_reass_init(void);
bool tcp_reass_insert(struct tcp_segment *);
bool tcp_reass_deliver(struct tcpcb *, struct socket *);
void tcp_reass_free(struct tcpcb *);

/* tcp_output.c */
int tcp_output_syn(struct tcpcb *);
int tcp_output_probe(struct tcpcb *);
int tcp_output_ack(struct tcpcb *);
int tcp_output_segment(struct tcpcb *, tcp_seq, u_int, uint8_t);
bool tcp_output_tlp(struct tcpcb *);
u_long tcp_receive_window(struct tcpcb *);
void tcp_sndmbuf_drop(struct tcpcb *, tcp_seq);

/* tcp_respond.c */
void tcp_respond_reset(const struct tcp_segment *);
void tcp_send_reset(struct tcpcb *);

/* tcp_timer.c */
void tcp_timeout_set(struct tcp_timeout *, u_int);
void tcp_timeout_clear(struct tcp_timeout *);
void tcp_timer_cancel_all(struct tcpcb *);
void tcp_timer_fire(struct tcp_timeout *);
void tcp_rexmt_arm(struct tcpcb *);
u_int tcp_rexmt_ticks(const struct tcpcb *);
void tcp_keep_arm(struct tcpcb *);
void tcp_finwait2_arm(struct tcpcb *);

/* tcp_syncache.c */
void tcp_syncache_init(void);
void tcp_syncache_syn(struct tcp_segment *);
bool tcp_syncache_ack(struct tcp_segment *);
void tcp_syncache_reset(struct tcp_segment *);
void tcp_syncache_unreach(const struct tcp_tuple *, tcp_seq);
void tcp_syncache_purge(struct inpcb *);
void tcp_syncache_release(void);
void tcp_syncache_drain(void);

/* tcp_timewait.c */
void tcp_timewait_init(void);
struct tcpcb *tcp_timewait_enter(struct tcpcb *);
void tcp_timewait_compact(struct tcpcb *);
bool tcp_timewait_input(struct tcp_segment *);
bool tcp_timewait_connect(struct tcpcb *, bool);
bool tcp_timewait_port(struct in_addr, uint16_t);
void tcp_timewait_drain(void);

/* tcp_subr.c */
void tcp_set_state(struct tcpcb *, int);
void tcp_set_mss(struct tcpcb *);
void tcp_set_initial_cwnd(struct tcpcb *);
u_int tcp_pick_wscale(u_long);

/* tcp_sysctl.c is all its own; tcp_usrreq.c too */
extern int tcp_timewait_max;
extern int tcp_msl_local;
extern int tcp_do_syncookies;

#endif
