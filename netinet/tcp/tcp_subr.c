/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control blocks from beginning to end, sizes of segments and windows, and
 * what the layer below has to say.
 */
#include <sys/percpu.h>

#include <netinet/ip_icmp.h>

#include "tcp_impl.h"

#define TCBHASHSIZE 1024

struct inpcbtable tcbtable;
percpu_t *tcpstat_percpu;
static struct pool tcpcb_pool;

int tcp_mssdflt = TCP_MSS;
int tcp_minmss = TCP_MINMSS;
int tcp_mss_ifmtu;
int tcp_do_rfc1323 = 1;
int tcp_do_win_scale = 1;
int tcp_do_timestamps = 1;
int tcp_do_sack = 1;
int tcp_do_newreno = 1;
int tcp_do_loopback_cksum;
int tcp_init_win; /* segments; 0: RFC 6928 */
int tcp_init_win_local = 64;
int tcp_cwm;
int tcp_cwm_burstsize = 4;
int tcp_msl = TCPTV_MSL;
int tcp_ttl = IPDEFTTL;
int tcp_ackdrop_ppslim = 10; /* of each connection */
u_long tcp_sendspace = 256 * 1024;
u_long tcp_recvspace = 256 * 1024;
int tcp_do_autosndbuf = 1;
int tcp_autosndbuf_inc = 64 * 1024;
int tcp_autosndbuf_max = 512 * 1024;

static void mtudisc_callback(struct in_addr);

void
tcp_init_common(unsigned basehlen)
{
	u_int hlen = basehlen + sizeof(struct tcphdr);

	if (max_protohdr < (int)hlen)
		max_protohdr = hlen;
	max_hdr = max_linkhdr + max_protohdr;
	max_datalen = MHLEN - max_hdr;
}

void
tcp_init(void)
{
	tcpstat_percpu = percpu_alloc(sizeof(uint64_t) * TCP_NSTATS);
	pool_init(&tcpcb_pool, sizeof(struct tcpcb), 0, 0, 0, "tcpcbpl", NULL,
	    IPL_SOFTNET);
	in_pcbinit(&tcbtable, TCBHASHSIZE, TCBHASHSIZE);
	tcp_hash_init();
	tcp_timer_init();
	tcp_sent_init();
	tcp_reass_init();
	tcp_timewait_init();
	tcp_syncache_init();
	tcp_congctl_init();
	tcp_init_common(sizeof(struct ip));
	icmp_mtudisc_callback_register(mtudisc_callback);
}

void
tcp_statinc(u_int stat)
{
	TCP_STATINC(stat);
}

void
tcp_statadd(u_int stat, uint64_t val)
{
	TCP_STATADD(stat, val);
}

/* Nothing happens by the half second; these are for the protocol switch. */
void
tcp_slowtimo(void)
{
}

void
tcp_fasttimo(void)
{
}

/** Memory is short: what peers can send again goes. */
void
tcp_drain(void)
{
	struct inpcb_hdr *inph;

	mutex_enter(softnet_lock);
	TAILQ_FOREACH(inph, &tcbtable.inpt_queue, inph_queue) {
		struct tcpcb *tp = inph->inph_ppcb;

		if (tp != NULL && !TAILQ_EMPTY(&tp->segq)) {
			tcp_reass_free(tp);
			tp->rcv_nsack = 0;
			TCP_STATINC(TCP_STAT_CONNSDRAINED);
		}
	}
	tcp_syncache_drain();
	tcp_timewait_drain();
	mutex_exit(softnet_lock);
}

void
tcp_drainstub(void)
{
	tcp_drain();
}

void
tcp_set_state(struct tcpcb *tp, int state)
{
	tp->t_state = state;
}

/** The smallest shift with which 16 bits reach SIZE, or what it may become. */
u_int
tcp_pick_wscale(u_long size)
{
	u_int s = 0;

	if (tcp_do_autorcvbuf)
		size = MAX(size, (u_long)tcp_autorcvbuf_max);
	size = MAX(size, MIN(sb_max, 4 * 1024 * 1024));
	while (s < TCP_MAX_WINSHIFT && ((u_long)TCP_MAXWIN << s) < size)
		s++;
	return s;
}

struct tcpcb *
tcp_newtcpcb(int family, void *aux)
{
	struct inpcb *inp = aux;
	struct tcpcb *tp;

	tp = pool_get(&tcpcb_pool, PR_NOWAIT);
	if (tp == NULL)
		return NULL;
	memset(tp, 0, sizeof(*tp));
	tp->t_family = family;
	tp->t_inpcb = inp;
	tp->t_wheel.tt_func = tcp_timer_fire;
	TAILQ_INIT(&tp->segq);
	TAILQ_INIT(&tp->t_sent);
	tp->t_segsz = tp->t_peermss = tp->t_ourmss = tcp_mssdflt;
	if (tcp_do_rfc1323 && tcp_do_win_scale)
		tp->t_flags |= TF_REQ_SCALE;
	if (tcp_do_rfc1323 && tcp_do_timestamps)
		tp->t_flags |= TF_REQ_TSTMP;
	tp->snd_cwnd = tp->snd_ssthresh = (u_long)TCP_MAXWIN
	    << TCP_MAX_WINSHIFT;
	tp->t_rttmin = hz / 5;
	tp->t_keepinit = tcp_keepinit;
	tp->t_keepidle = tcp_keepidle;
	tp->t_keepintvl = tcp_keepintvl;
	tp->t_keepcnt = tcp_keepcnt;
	(void)tcp_congctl_select(tp, NULL);
	inp->inp_ip.ip_ttl = ip_defttl;
	inp->inp_ppcb = tp;
	return tp;
}

struct tcpcb *
tcp_close(struct tcpcb *tp)
{
	struct inpcb *inp = tp->t_inpcb;
	struct socket *so = inp->inp_socket;

	tcp_timer_cancel_all(tp);
	if (tp->t_state == TCPS_LISTEN)
		tcp_syncache_purge(inp);
	tcp_reass_free(tp);
	tcp_sent_free_all(tp);
	tcp_congctl_release(tp);
	inp->inp_ppcb = NULL;
	pool_put(&tcpcb_pool, tp);
	TCP_STATINC(TCP_STAT_CLOSED);
	soisdisconnected(so);
	in_pcbdetach(inp);
	return NULL;
}

struct tcpcb *
tcp_drop(struct tcpcb *tp, int error)
{
	struct socket *so = tp->t_inpcb->inp_socket;

	if (TCPS_HAVERCVDSYN(tp->t_state)) {
		if (tp->t_state != TCPS_TIME_WAIT)
			tcp_send_reset(tp);
		tcp_set_state(tp, TCPS_CLOSED);
		TCP_STATINC(TCP_STAT_DROPS);
	} else
		TCP_STATINC(TCP_STAT_CONNDROPS);
	if (error == ETIMEDOUT && tp->t_softerror != 0)
		error = tp->t_softerror;
	so->so_error = error;
	return tcp_close(tp);
}

/** The size of segments from what the peer, the path and the user allow. */
void
tcp_set_mss(struct tcpcb *tp)
{
	u_int mss, opt = tcp_option_len(tp);
	bool probe;

	mss = tcp_in4_path_mss(tp->t_inpcb, &probe);
	mss = MIN(mss, tp->t_peermss);
	if (tp->t_maxseg_user != 0)
		mss = MIN(mss, tp->t_maxseg_user);
	mss = mss > opt + 20 ? mss - opt : 20;
	if ((tp->t_flags & TF_PLPMTUD) != 0)
		mss = MIN(mss, tp->t_segsz);
	tp->t_segsz = mss;
	if (probe)
		tp->t_flags |= TF_MTUDISC;
	else
		tp->t_flags &= ~TF_MTUDISC;
}

/** The peer's SYN said OFFER (0: nothing). */
void
tcp_mss_from_peer(struct tcpcb *tp, int offer)
{
	if (offer == 0)
		offer = tcp_mssdflt;
	tp->t_peermss = MAX(offer, tcp_minmss);
	if (tcp_in4_islocal(tp->t_inpcb->inp_faddr))
		tp->t_flags |= TF_LOCAL;
	tcp_set_mss(tp);
}

/** RFC 6928; within one kernel there is nothing to congest. */
void
tcp_set_initial_cwnd(struct tcpcb *tp)
{
	const u_long seg = tp->t_segsz;

	if ((tp->t_flags & TF_LOCAL) != 0)
		tp->snd_cwnd = MAX(seg, 1024) * MAX(tcp_init_win_local, 1);
	else if (tcp_init_win > 0)
		tp->snd_cwnd = seg * tcp_init_win;
	else
		tp->snd_cwnd = MIN(10 * seg, MAX(2 * seg, 14600));
	if ((tp->t_flags & TF_SYN_REXMT) != 0 && tp->t_sndtime != 0 &&
	    tp->snd_max == tp->iss + 1)
		tp->snd_cwnd = seg; /* RFC 5681, 3.1 */
}

/** The route's size has changed: send again what was too large. */
void
tcp_mtudisc(struct inpcb *inp, int error)
{
	struct tcpcb *tp = intotcpcb(inp);
	u_int old;

	(void)error;
	if (tp == NULL || tp->t_state < TCPS_SYN_RECEIVED)
		return;
	old = tp->t_segsz;
	rtcache_free(&inp->inp_route);
	tcp_set_mss(tp);
	if (tp->t_segsz >= old)
		return;
	tcp_sent_lose_all(tp);
	(void)tcp_output(tp);
}

static void
mtudisc_callback(struct in_addr faddr)
{
	tcp_clock_update();
	in_pcbnotifyall(&tcbtable, faddr, EMSGSIZE, tcp_mtudisc);
}

/** Source quench: ignored (RFC 6633). */
void
tcp_quench(struct inpcb *inp, int error)
{
	(void)inp;
	(void)error;
}

/** An ICMP error about a segment of ours (RFC 1122, 4.2.3.9). */
void
tcp_notify(struct inpcb *inp, int error)
{
	struct tcpcb *tp = intotcpcb(inp);
	struct socket *so = inp->inp_socket;

	if (tp == NULL)
		return;
	if (TCPS_HAVEESTABLISHED(tp->t_state)) {
		if (error == EHOSTUNREACH || error == ENETUNREACH ||
		    error == EHOSTDOWN)
			return;
		tp->t_softerror = error;
	} else if (tp->t_state == TCPS_SYN_SENT &&
	    (error == ECONNREFUSED || error == ENOPROTOOPT)) {
		tcp_drop(tp, ECONNREFUSED);
		return;
	} else if (tp->t_rxtshift > 3 && tp->t_softerror != 0) {
		tcp_drop(tp, error);
		return;
	} else
		tp->t_softerror = error;
	cv_broadcast(&so->so_cv);
	sorwakeup(so);
	sowwakeup(so);
}

/* An error about the packet IP, as the ICMP message quotes it. */
static void
ctlinput_packet(int cmd, const struct sockaddr_in *dst, struct ip *ip)
{
	const struct tcphdr *th;
	struct tcp_tuple tu;
	struct inpcb *inp;
	struct tcpcb *tp;
	struct icmp *icp;
	tcp_seq seq;

	th = (const struct tcphdr *)((char *)ip + (ip->ip_hl << 2));
	tu.tu_laddr = ip->ip_src;
	tu.tu_faddr = dst->sin_addr;
	tu.tu_lport = th->th_sport;
	tu.tu_fport = th->th_dport;
	seq = ntohl(th->th_seq);
	inp = tcp_in4_lookup(&tu);
	if (inp == NULL) {
		tcp_syncache_unreach(&tu, seq);
		return;
	}
	tp = intotcpcb(inp);
	/* RFC 5927, 4: only what may be in flight */
	if (tp == NULL || SEQ_LT(seq, tp->snd_una) || SEQ_GEQ(seq, tp->snd_max))
		return;
	if (cmd != PRC_MSGSIZE) {
		if (inetctlerrmap[cmd] != 0)
			tcp_notify(inp, inetctlerrmap[cmd]);
		return;
	}
	if (!ip_mtudisc)
		return;
	icp = (struct icmp *)((char *)ip - offsetof(struct icmp, icmp_ip));
	icmp_mtudisc(icp, ip->ip_dst);
}

/** pr_ctlinput. */
void *
tcp_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	const struct sockaddr_in *sin = satocsin(sa);

	if (sa->sa_family != AF_INET || sa->sa_len != sizeof(*sin) ||
	    (unsigned)cmd >= PRC_NCMDS || cmd == PRC_QUENCH)
		return NULL;
	tcp_clock_update();
	if (PRC_IS_REDIRECT(cmd))
		in_pcbnotifyall(&tcbtable, sin->sin_addr, 0, in_rtchange);
	else if (cmd == PRC_HOSTDEAD)
		in_pcbnotifyall(
		    &tcbtable, sin->sin_addr, EHOSTDOWN, tcp_notify);
	else if (v != NULL)
		ctlinput_packet(cmd, sin, v);
	return NULL;
}
