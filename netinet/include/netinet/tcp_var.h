/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP inside the kernel: the control block, counters, sysctl, functions.
 */
#ifndef _NETINET_TCP_VAR_H_
#define _NETINET_TCP_VAR_H_

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/tcp_timer.h>
#include <sys/queue.h>
#include <sys/types.h>

struct inpcb;
struct mbuf;
struct rtentry;
struct sockaddr;
struct socket;
struct sockopt;
struct tcp_congctl;

#define TCP_REASS_MAXSEGS 4096 /* out of order pieces on one connection */
#define TCP_SACK_MAX      3    /* blocks beside a timestamp */
#define TCP_SACK_KEEP     6    /* blocks that we remember */

struct sackblk {
	tcp_seq left;  /* first */
	tcp_seq right; /* one past the last */
};

#ifdef _KERNEL
/*
 * A run of bytes on the way to the peer, sent at one moment. The list of a
 * connection covers snd_una to snd_max without gaps or overlaps; a FIN at the
 * end counts as a byte.
 */
struct tcp_sent {
	TAILQ_ENTRY(tcp_sent) ts_link;
	tcp_seq ts_seq;
	tcp_seq ts_end;
	uint64_t ts_time; /* usec, of the last transmission */
	uint8_t ts_flags; /* TSF_ */
};
TAILQ_HEAD(tcp_sentq, tcp_sent);

#define TSF_SACKED 0x01 /* the peer has it */
#define TSF_LOST   0x02 /* to be retransmitted */
#define TSF_REXMT  0x04 /* was retransmitted */

/* An out of order piece; ri_m holds ri_len bytes from ri_seq. */
struct tcp_reass {
	TAILQ_ENTRY(tcp_reass) ri_link;
	tcp_seq ri_seq;
	u_int ri_len;
	bool ri_fin; /* a FIN follows */
	struct mbuf *ri_m;
	struct mbuf *ri_last;
};
TAILQ_HEAD(tcp_reassq, tcp_reass);

/* Private to congestion control algorithms. */
union tcp_cc_state {
	struct {
		uint64_t epoch; /* usec, 0: none */
		uint32_t wmax;  /* bytes */
		uint32_t west;  /* what Reno would have */
		uint32_t k_ms;
		uint32_t cwnd_prior; /* before the last loss */
	} cubic;
	uint64_t words[8];
};

/*
 * The control block of a connection. softnet_lock protects all of it.
 * Windows and sizes are in bytes, times in microseconds unless the name says
 * otherwise.
 */
struct tcpcb {
	int t_family;
	struct inpcb *t_inpcb;
	short t_state;     /* TCPS_ */
	u_short t_dupacks; /* in a row */
	u_int t_flags;     /* TF_ */

	/* timers */
	struct tcp_timeout t_wheel;
	u_int t_deadline[TCPT_TOTAL]; /* ticks, of those in t_armed */
	u_int t_armed;
	u_short t_rxtshift; /* doublings of the timeout */
	u_short t_persistshift;

	/* segment sizes */
	u_int t_ourmss;        /* what we said */
	u_int t_peermss;       /* what the peer said */
	u_int t_segsz;         /* of a full segment, less options */
	u_int t_mtudisc_shift; /* how often black hole detection cut it */
	u_int t_maxseg_user;   /* TCP_MAXSEG */

	/* what we send (RFC 9293, 3.3.1) */
	tcp_seq snd_una; /* oldest not acknowledged */
	tcp_seq snd_nxt; /* next; the same as snd_max */
	tcp_seq snd_max; /* highest sent */
	tcp_seq snd_up;  /* urgent pointer */
	tcp_seq snd_wl1; /* segment of the last window update */
	tcp_seq snd_wl2; /* its acknowledgement */
	tcp_seq iss;
	u_long snd_wnd;
	u_long snd_maxwnd;   /* largest ever offered */
	tcp_seq snd_recover; /* recovery ends here */
	tcp_seq snd_sml;     /* end of the last small segment (Nagle) */

	/* what we receive */
	u_long rcv_wnd;
	tcp_seq rcv_nxt;
	tcp_seq rcv_up;
	tcp_seq irs;
	tcp_seq rcv_adv; /* right edge that we offered */
	tcp_seq last_ack_sent;
	struct tcp_reassq segq; /* out of order, by ri_seq, no overlaps */
	u_int t_segqlen;        /* pieces in it */
	u_int t_segqbytes;      /* memory that they hold */
	u_int t_unacked_segs;   /* full segments since our last ACK */

	/* congestion */
	u_long snd_cwnd;
	u_long snd_ssthresh;
	u_long t_bytes_acked; /* by the last ACK */
	u_long t_cwnd_acc;    /* towards the next step of snd_cwnd */
	const struct tcp_congctl *t_congctl;
	union tcp_cc_state t_ccstate;
	u_long t_undo_cwnd; /* before the last timeout */
	u_long t_undo_ssthresh;
	uint32_t t_undo_ts; /* first retransmission's timestamp; 0 none */
	uint8_t t_recovery; /* TCP_REC_ */

	/* what is in flight */
	struct tcp_sentq t_sent;
	u_int t_nsent;
	u_long t_sacked;      /* bytes TSF_SACKED */
	u_long t_lost;        /* TSF_LOST and not sent again */
	u_long t_reno_dup;    /* bytes that duplicate ACKs stand for */
	uint64_t t_delivered; /* bytes, ever */
	uint64_t t_rack_time; /* RACK: when the newest delivered was sent */
	tcp_seq t_rack_end;
	u_int t_rack_rtt;
	u_int t_reorder_wnd; /* in quarters of the least RTT */
	tcp_seq t_fack;      /* highest that arrived */
	bool t_reordering;
	bool t_tlp_armed; /* TCPT_REXMT is for a loss probe */
	bool t_tlp_out;   /* one is on its way */
	tcp_seq t_tlp_end;
	u_long t_prr_delivered; /* PRR (RFC 6937) */
	u_long t_prr_out;
	u_long t_prr_flight;

	/* round trip times */
	u_int t_srtt;   /* times 8 */
	u_int t_rttvar; /* times 4 */
	u_int t_rttmin; /* minimum of the timeout, ticks */
	u_int t_minrtt; /* least seen */
	uint64_t t_lastrtt_time;

	/* window scale, timestamps */
	u_char snd_scale;
	u_char rcv_scale;
	u_char request_r_scale;
	uint32_t ts_recent;
	uint32_t ts_offset; /* of our clock */
	uint64_t ts_recent_age;
	uint64_t t_rcvtime; /* the last segment came */
	uint64_t t_sndtime; /* the last data went */

	/* selective acknowledgement, receiver */
	struct sackblk rcv_sack[TCP_SACK_KEEP]; /* newest first */
	u_int rcv_nsack;
	struct sackblk rcv_dsack; /* right == left: none */

	/* urgent data */
	char t_oobflags;
	char t_iobc;
#define TCPOOB_HAVEDATA 0x01
#define TCPOOB_HADDATA  0x02

	/* keep-alive; half seconds but the count */
	u_int t_keepinit;
	u_int t_keepidle;
	u_int t_keepintvl;
	u_int t_keepcnt;
	u_int t_keepsent;

	/* socket buffers that grow */
	uint64_t t_rcvauto_time;
	u_long t_rcvauto_bytes;

	/* where in so_snd the next transmission begins */
	struct mbuf *t_sndmbuf;
	tcp_seq t_sndmbuf_seq;

	int t_softerror;
	uint32_t t_challenge_time; /* second of t_challenge_count */
	u_int t_challenge_count;
	uint32_t t_sndrexmitpack;
	uint32_t t_rcvoopack;
	uint32_t t_sndzerowin;
};

/* t_flags */
#define TF_ACKNOW       0x00001 /* acknowledge at once */
#define TF_DELACK       0x00002 /* soon */
#define TF_NODELAY      0x00004 /* no Nagle */
#define TF_NOOPT        0x00008 /* no options */
#define TF_SENTFIN      0x00010
#define TF_REQ_SCALE    0x00020 /* we shall ask, or have asked */
#define TF_RCVD_SCALE   0x00040
#define TF_REQ_TSTMP    0x00080
#define TF_RCVD_TSTMP   0x00100 /* timestamps are in use */
#define TF_SACK_PERMIT  0x00200
#define TF_SYN_REXMT    0x00400
#define TF_WILL_SACK    0x00800 /* both want it */
#define TF_FORCE        0x08000 /* send a byte into a closed window */
#define TF_ECN_PERMIT   0x80000
#define TF_ECN_SYN_SENT 0x100000
#define TF_ECN_SND_CWR  0x200000
#define TF_ECN_SND_ECE  0x400000
#define TF_NOPUSH       0x800000
#define TF_MTUDISC      0x2000000 /* the path may be probed */
#define TF_PLPMTUD      0x4000000 /* a black hole made segments small */
#define TF_LOCAL        0x8000000 /* the peer is on this kernel */

/* t_recovery */
#define TCP_REC_OPEN 0
#define TCP_REC_FAST 1 /* after duplicate or selective ACKs */
#define TCP_REC_LOSS 2 /* after a timeout */
#define TCP_REC_CWR  3 /* after ECN's echo */

#define intotcpcb(ip) ((struct tcpcb *)(ip)->inp_ppcb)
#define sototcpcb(so) (intotcpcb(sotoinpcb(so)))

/* what the options of a segment said */
struct tcp_opt_info {
	int ts_present;
	uint32_t ts_val;
	uint32_t ts_ecr;
	uint16_t maxseg; /* 0: none */
	int wscale;      /* -1: none */
	bool sack_permitted;
	u_int nsack;
	struct sackblk sack[4];
	bool sig_present;
};
#endif /* _KERNEL */

/* counters: sysctl net.inet.tcp.stats, in this order */
#define TCP_STAT_CONNATTEMPT       0
#define TCP_STAT_ACCEPTS           1
#define TCP_STAT_CONNECTS          2
#define TCP_STAT_DROPS             3
#define TCP_STAT_CONNDROPS         4
#define TCP_STAT_CLOSED            5
#define TCP_STAT_SEGSTIMED         6
#define TCP_STAT_RTTUPDATED        7
#define TCP_STAT_DELACK            8
#define TCP_STAT_TIMEOUTDROP       9
#define TCP_STAT_REXMTTIMEO        10
#define TCP_STAT_PERSISTTIMEO      11
#define TCP_STAT_KEEPTIMEO         12
#define TCP_STAT_KEEPPROBE         13
#define TCP_STAT_KEEPDROPS         14
#define TCP_STAT_PERSISTDROPS      15
#define TCP_STAT_CONNSDRAINED      16
#define TCP_STAT_PMTUBLACKHOLE     17
#define TCP_STAT_SNDTOTAL          18
#define TCP_STAT_SNDPACK           19
#define TCP_STAT_SNDBYTE           20
#define TCP_STAT_SNDREXMITPACK     21
#define TCP_STAT_SNDREXMITBYTE     22
#define TCP_STAT_SNDACKS           23
#define TCP_STAT_SNDPROBE          24
#define TCP_STAT_SNDURG            25
#define TCP_STAT_SNDWINUP          26
#define TCP_STAT_SNDCTRL           27
#define TCP_STAT_RCVTOTAL          28
#define TCP_STAT_RCVPACK           29
#define TCP_STAT_RCVBYTE           30
#define TCP_STAT_RCVBADSUM         31
#define TCP_STAT_RCVBADOFF         32
#define TCP_STAT_RCVMEMDROP        33
#define TCP_STAT_RCVSHORT          34
#define TCP_STAT_RCVDUPPACK        35
#define TCP_STAT_RCVDUPBYTE        36
#define TCP_STAT_RCVPARTDUPPACK    37
#define TCP_STAT_RCVPARTDUPBYTE    38
#define TCP_STAT_RCVOOPACK         39
#define TCP_STAT_RCVOOBYTE         40
#define TCP_STAT_RCVPACKAFTERWIN   41
#define TCP_STAT_RCVBYTEAFTERWIN   42
#define TCP_STAT_RCVAFTERCLOSE     43
#define TCP_STAT_RCVWINPROBE       44
#define TCP_STAT_RCVDUPACK         45
#define TCP_STAT_RCVACKTOOMUCH     46
#define TCP_STAT_RCVACKPACK        47
#define TCP_STAT_RCVACKBYTE        48
#define TCP_STAT_RCVWINUPD         49
#define TCP_STAT_PAWSDROP          50
#define TCP_STAT_PREDACK           51
#define TCP_STAT_PREDDAT           52
#define TCP_STAT_PCBHASHMISS       53
#define TCP_STAT_NOPORT            54
#define TCP_STAT_BADSYN            55
#define TCP_STAT_DELAYED_FREE      56
#define TCP_STAT_SC_ADDED          57
#define TCP_STAT_SC_COMPLETED      58
#define TCP_STAT_SC_TIMED_OUT      59
#define TCP_STAT_SC_OVERFLOWED     60
#define TCP_STAT_SC_RESET          61
#define TCP_STAT_SC_UNREACH        62
#define TCP_STAT_SC_BUCKETOVERFLOW 63
#define TCP_STAT_SC_ABORTED        64
#define TCP_STAT_SC_DUPESYN        65
#define TCP_STAT_SC_DROPPED        66
#define TCP_STAT_SC_COLLISIONS     67
#define TCP_STAT_SC_RETRANSMITTED  68
#define TCP_STAT_SC_DELAYED_FREE   69
#define TCP_STAT_SELFQUENCH        70
#define TCP_STAT_BADSIG            71
#define TCP_STAT_GOODSIG           72
#define TCP_STAT_ECN_SHS           73
#define TCP_STAT_ECN_CE            74
#define TCP_STAT_ECN_ECT           75
#define TCP_NSTATS                 76

/* sysctl net.inet.tcp */
#define TCPCTL_RFC1323          1
#define TCPCTL_SENDSPACE        2
#define TCPCTL_RECVSPACE        3
#define TCPCTL_MSSDFLT          4
#define TCPCTL_SYN_CACHE_LIMIT  5
#define TCPCTL_SYN_BUCKET_LIMIT 6
#define TCPCTL_INIT_WIN         8
#define TCPCTL_MSS_IFMTU        9
#define TCPCTL_SACK             10
#define TCPCTL_WSCALE           11
#define TCPCTL_TSTAMP           12
#define TCPCTL_CWM              14
#define TCPCTL_CWM_BURSTSIZE    15
#define TCPCTL_ACK_ON_PUSH      16
#define TCPCTL_KEEPIDLE         17
#define TCPCTL_KEEPINTVL        18
#define TCPCTL_KEEPCNT          19
#define TCPCTL_SLOWHZ           20
#define TCPCTL_NEWRENO          21
#define TCPCTL_LOG_REFUSED      22
#define TCPCTL_RSTPPSLIMIT      24
#define TCPCTL_DELACK_TICKS     25
#define TCPCTL_INIT_WIN_LOCAL   26
#define TCPCTL_IDENT            27
#define TCPCTL_ACKDROPRATELIMIT 28
#define TCPCTL_LOOPBACKCKSUM    29
#define TCPCTL_STATS            30
#define TCPCTL_DEBUG            31
#define TCPCTL_DEBX             32
#define TCPCTL_DROP             33
#define TCPCTL_MSL              34
#define TCPCTL_MAXID            35

#define TCPCTL_NAMES                                                           \
	{                                                                      \
		{0, 0}, {"rfc1323", CTLTYPE_INT}, {"sendspace", CTLTYPE_INT},  \
		    {"recvspace", CTLTYPE_INT}, {"mssdflt", CTLTYPE_INT},      \
		    {"syn_cache_limit", CTLTYPE_INT},                          \
		    {"syn_bucket_limit", CTLTYPE_INT}, {0, 0},                 \
		    {"init_win", CTLTYPE_INT}, {"mss_ifmtu", CTLTYPE_INT},     \
		    {"sack", CTLTYPE_INT}, {"win_scale", CTLTYPE_INT},         \
		    {"timestamps", CTLTYPE_INT}, {0, 0}, {"cwm", CTLTYPE_INT}, \
		    {"cwm_burstsize", CTLTYPE_INT},                            \
		    {"ack_on_push", CTLTYPE_INT}, {"keepidle", CTLTYPE_INT},   \
		    {"keepintvl", CTLTYPE_INT}, {"keepcnt", CTLTYPE_INT},      \
		    {"slowhz", CTLTYPE_INT}, {"newreno", CTLTYPE_INT},         \
		    {"log_refused", CTLTYPE_INT}, {0, 0},                      \
		    {"rstppslimit", CTLTYPE_INT},                              \
		    {"delack_ticks", CTLTYPE_INT},                             \
		    {"init_win_local", CTLTYPE_INT},                           \
		    {"ident", CTLTYPE_STRUCT},                                 \
		    {"ackdropppslimit", CTLTYPE_INT},                          \
		    {"do_loopback_cksum", CTLTYPE_INT},                        \
		    {"stats", CTLTYPE_STRUCT}, {"debug", CTLTYPE_STRUCT},      \
		    {"debx", CTLTYPE_INT}, {"drop", CTLTYPE_STRUCT},           \
		    {"msl", CTLTYPE_INT},                                      \
	}

#ifdef _KERNEL
#include <netinet/tcp_private.h>

extern struct inpcbtable tcbtable;
extern const struct pr_usrreqs tcp_usrreqs;
extern u_int32_t tcp_now;
extern int tcp_do_rfc1323, tcp_do_sack, tcp_do_win_scale, tcp_do_timestamps;
extern int tcp_do_ecn, tcp_do_newreno, tcp_do_loopback_cksum;
extern int tcp_do_autosndbuf, tcp_autosndbuf_inc, tcp_autosndbuf_max;
extern int tcp_do_autorcvbuf, tcp_autorcvbuf_inc, tcp_autorcvbuf_max;
extern int tcp_mssdflt, tcp_minmss, tcp_mss_ifmtu, tcp_msl;
extern int tcp_init_win, tcp_init_win_local;
extern int tcp_ack_on_push, tcp_cwm, tcp_cwm_burstsize;
extern int tcp_syn_cache_limit, tcp_syn_bucket_limit, tcp_log_refused;
extern int tcp_rst_ppslim, tcp_ackdrop_ppslim;
extern u_long tcp_sendspace, tcp_recvspace;

void tcp_init(void);
void tcp_init_common(unsigned);
/** pr_input: (m, int off, int proto); m begins with the IP header. */
void tcp_input(struct mbuf *, ...);
void *tcp_ctlinput(int, const struct sockaddr *, void *);
int tcp_ctloutput(int, struct socket *, struct sockopt *);
void tcp_slowtimo(void);
void tcp_fasttimo(void);
void tcp_drain(void);
void tcp_drainstub(void);
void tcp_mss_from_peer(struct tcpcb *, int);
struct tcpcb *tcp_newtcpcb(int, void *);
/** Ends a connection; frees tp. NULL. */
struct tcpcb *tcp_close(struct tcpcb *);
/** The same with a reset and an error for the socket. */
struct tcpcb *tcp_drop(struct tcpcb *, int);
struct tcpcb *tcp_disconnect(struct tcpcb *);
struct tcpcb *tcp_usrclosed(struct tcpcb *);
int tcp_output(struct tcpcb *);
void tcp_quench(struct inpcb *, int);
void tcp_notify(struct inpcb *, int);
void tcp_mtudisc(struct inpcb *, int);
void tcp_setpersist(struct tcpcb *);
void tcp_statinc(u_int);
void tcp_statadd(u_int, uint64_t);
#endif /* _KERNEL */

#endif
