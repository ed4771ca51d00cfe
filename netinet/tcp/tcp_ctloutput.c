/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket options of level IPPROTO_TCP. */
#include "tcp_impl.h"

static void
fill_info(const struct tcpcb *tp, struct tcp_info *ti)
{
	const struct socket *so = tp->t_inpcb->inp_socket;
	const struct tcp_sent *ts;

	memset(ti, 0, sizeof(*ti));
	ti->tcpi_state = tp->t_state;
	ti->__tcpi_ca_state = tp->t_recovery;
	ti->__tcpi_retransmits = MIN(tp->t_rxtshift, 255);
	ti->__tcpi_probes = MIN(tp->t_keepsent, 255);
	ti->__tcpi_backoff = MIN(tp->t_rxtshift, 255);
	if ((tp->t_flags & TF_RCVD_TSTMP) != 0)
		ti->tcpi_options |= TCPI_OPT_TIMESTAMPS;
	if ((tp->t_flags & TF_WILL_SACK) != 0)
		ti->tcpi_options |= TCPI_OPT_SACK;
	if ((tp->t_flags & TF_RCVD_SCALE) != 0) {
		ti->tcpi_options |= TCPI_OPT_WSCALE;
		ti->tcpi_snd_wscale = tp->snd_scale;
		ti->tcpi_rcv_wscale = tp->rcv_scale;
	}
	if ((tp->t_flags & TF_ECN_PERMIT) != 0)
		ti->tcpi_options |= TCPI_OPT_ECN;
	ti->tcpi_rto = tcp_rexmt_ticks(tp) * 10000;
	ti->__tcpi_ato = tcp_delack_ticks * 10000;
	ti->tcpi_snd_mss = tp->t_segsz;
	ti->tcpi_rcv_mss = tp->t_ourmss;
	TAILQ_FOREACH(ts, &tp->t_sent, ts_link) {
		ti->__tcpi_unacked++;
		ti->__tcpi_sacked += (ts->ts_flags & TSF_SACKED) != 0;
		ti->__tcpi_lost += (ts->ts_flags & TSF_LOST) != 0;
		ti->__tcpi_retrans +=
		    (ts->ts_flags & (TSF_REXMT | TSF_LOST | TSF_SACKED)) ==
		    TSF_REXMT;
	}
	ti->__tcpi_last_data_sent = (tcp_usec - tp->t_sndtime);
	ti->tcpi_last_data_recv = (tcp_usec - tp->t_rcvtime);
	ti->tcpi_rtt = tp->t_srtt >> 3;
	ti->tcpi_rttvar = tp->t_rttvar >> 2;
	ti->tcpi_snd_ssthresh = MIN(tp->snd_ssthresh, UINT32_MAX);
	ti->tcpi_snd_cwnd = MIN(tp->snd_cwnd, UINT32_MAX);
	ti->__tcpi_reordering = tp->t_reorder_wnd;
	ti->tcpi_rcv_space = MAX(sbspace(&so->so_rcv), 0);
	ti->tcpi_snd_wnd = tp->snd_wnd;
	ti->tcpi_snd_nxt = tp->snd_nxt;
	ti->tcpi_rcv_nxt = tp->rcv_nxt;
	ti->tcpi_snd_rexmitpack = tp->t_sndrexmitpack;
	ti->tcpi_rcv_ooopack = tp->t_rcvoopack;
	ti->tcpi_snd_zerowin = tp->t_sndzerowin;
}

static int
get_seconds(const struct sockopt *sopt, u_int *halfsecs)
{
	u_int v;
	int error;

	error = sockopt_get(sopt, &v, sizeof(v));
	if (error != 0)
		return error;
	if (v == 0 || v > 32767)
		return EINVAL;
	*halfsecs = v * PR_SLOWHZ;
	return 0;
}

static int
set_flag(struct tcpcb *tp, u_int flag, int on)
{
	if (on)
		tp->t_flags |= flag;
	else
		tp->t_flags &= ~flag;
	return 0;
}

static int
set_congctl(struct tcpcb *tp, const struct sockopt *sopt)
{
	char name[TCPCC_MAXLEN];

	if (sopt->sopt_size == 0 || sopt->sopt_size > sizeof(name))
		return EINVAL;
	memset(name, 0, sizeof(name));
	memcpy(name, sopt->sopt_data, sopt->sopt_size);
	name[sizeof(name) - 1] = '\0';
	return tcp_congctl_select(tp, name);
}

static int
set_maxseg(struct tcpcb *tp, int v)
{
	if (v <= 0 || v > IP_MAXPACKET)
		return EINVAL;
	if (v < tcp_minmss)
		v = tcp_minmss;
	tp->t_maxseg_user = v;
	tp->t_segsz = MIN(tp->t_segsz, (u_int)v);
	return 0;
}

static int
set_count(struct tcpcb *tp, const struct sockopt *sopt)
{
	u_int v;
	int error;

	error = sockopt_get(sopt, &v, sizeof(v));
	if (error != 0)
		return error;
	if (v == 0 || v > 32767)
		return EINVAL;
	tp->t_keepcnt = v;
	return 0;
}

static int
set_keepalive(struct tcpcb *tp, const struct sockopt *sopt)
{
	struct socket *so = tp->t_inpcb->inp_socket;
	int error;

	switch (sopt->sopt_name) {
	case TCP_KEEPIDLE:
		error = get_seconds(sopt, &tp->t_keepidle);
		break;
	case TCP_KEEPINTVL:
		error = get_seconds(sopt, &tp->t_keepintvl);
		break;
	case TCP_KEEPCNT:
		error = set_count(tp, sopt);
		break;
	default:
		error = get_seconds(sopt, &tp->t_keepinit);
		break;
	}
	/* a listening socket waits for ever */
	if (error == 0 &&
	    (tp->t_state == TCPS_SYN_SENT ||
		((so->so_options & SO_KEEPALIVE) != 0 &&
		    TCPS_HAVEESTABLISHED(tp->t_state))))
		tcp_keep_arm(tp);
	return error;
}

static int
tcp_setopt(struct tcpcb *tp, struct sockopt *sopt)
{
	int error, v = 0;

	switch (sopt->sopt_name) {
	case TCP_KEEPIDLE:
	case TCP_KEEPINTVL:
	case TCP_KEEPCNT:
	case TCP_KEEPINIT:
		return set_keepalive(tp, sopt);
	case TCP_CONGCTL:
		return set_congctl(tp, sopt);
	case TCP_NODELAY:
	case TCP_NOPUSH:
	case TCP_NOOPT:
	case TCP_MAXSEG:
		error = sockopt_getint(sopt, &v);
		if (error != 0)
			return error;
		break;
	default:
		return ENOPROTOOPT;
	}
	switch (sopt->sopt_name) {
	case TCP_NODELAY:
		error = set_flag(tp, TF_NODELAY, v);
		if (v)
			(void)tcp_output(tp);
		return error;
	case TCP_NOPUSH:
		error = set_flag(tp, TF_NOPUSH, v);
		if (!v)
			(void)tcp_output(tp);
		return error;
	case TCP_NOOPT:
		return set_flag(tp, TF_NOOPT, v);
	default:
		return set_maxseg(tp, v);
	}
}

static int
tcp_getopt(struct tcpcb *tp, struct sockopt *sopt)
{
	const char *name;
	struct tcp_info ti;

	switch (sopt->sopt_name) {
	case TCP_NODELAY:
		return sockopt_setint(sopt, (tp->t_flags & TF_NODELAY) != 0);
	case TCP_NOPUSH:
		return sockopt_setint(sopt, (tp->t_flags & TF_NOPUSH) != 0);
	case TCP_NOOPT:
		return sockopt_setint(sopt, (tp->t_flags & TF_NOOPT) != 0);
	case TCP_MAXSEG:
		return sockopt_setint(sopt, tp->t_segsz);
	case TCP_KEEPIDLE:
		return sockopt_setint(sopt, tp->t_keepidle / PR_SLOWHZ);
	case TCP_KEEPINTVL:
		return sockopt_setint(sopt, tp->t_keepintvl / PR_SLOWHZ);
	case TCP_KEEPCNT:
		return sockopt_setint(sopt, tp->t_keepcnt);
	case TCP_KEEPINIT:
		return sockopt_setint(sopt, tp->t_keepinit / PR_SLOWHZ);
	case TCP_INFO:
		fill_info(tp, &ti);
		return sockopt_set(sopt, &ti, sizeof(ti));
	case TCP_CONGCTL:
		name = tcp_congctl_bystruct(tp->t_congctl);
		if (name == NULL)
			return EINVAL;
		return sockopt_set(sopt, name, strlen(name) + 1);
	default:
		return ENOPROTOOPT;
	}
}

/** pr_ctloutput. */
int
tcp_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcpcb *tp;
	int error;

	if (inp == NULL)
		return ECONNRESET;
	tp = intotcpcb(inp);
	if (tp == NULL)
		return ECONNRESET;
	tcp_clock_update();
	if (sopt->sopt_level == SOL_SOCKET) {
		/* the socket layer has seen to it, and tells */
		if (op == PRCO_SETOPT && sopt->sopt_name == SO_KEEPALIVE &&
		    (so->so_options & SO_KEEPALIVE) != 0 &&
		    TCPS_HAVEESTABLISHED(tp->t_state))
			tcp_keep_arm(tp);
		return ENOPROTOOPT;
	}
	if (sopt->sopt_level != IPPROTO_TCP) {
		error = ip_ctloutput(op, so, sopt);
		if (error == 0 && op == PRCO_SETOPT &&
		    TCPS_HAVEESTABLISHED(tp->t_state))
			tcp_set_mss(tp); /* IP options take room */
		return error;
	}
	switch (op) {
	case PRCO_SETOPT:
		return tcp_setopt(tp, sopt);
	case PRCO_GETOPT:
		return tcp_getopt(tp, sopt);
	default:
		return EINVAL;
	}
}
