/* SPDX-License-Identifier: BSD-2-Clause */
/* sysctl net.inet.tcp. */
#include <sys/sysctl.h>

#include "tcp_impl.h"

struct tcp_knob {
	int tk_number; /* CTL_CREATE: any */
	const char *tk_name;
	const char *tk_descr;
	int *tk_value;
	int tk_min;
	int tk_max;
};

static int sendspace, recvspace; /* as the nodes show them */

static const struct tcp_knob knobs[] = {
    {TCPCTL_RFC1323, "rfc1323", "Window scaling and timestamps",
	&tcp_do_rfc1323, 0, 1},
    {TCPCTL_SENDSPACE, "sendspace", "Default send buffer", &sendspace, 2048,
	1 << 30},
    {TCPCTL_RECVSPACE, "recvspace", "Default receive buffer", &recvspace, 2048,
	1 << 30},
    {TCPCTL_MSSDFLT, "mssdflt", "Segment size where none is known",
	&tcp_mssdflt, 32, 65535},
    {CTL_CREATE, "minmss", "Smallest segment size that a peer may ask",
	&tcp_minmss, 32, 65535},
    {TCPCTL_SYN_CACHE_LIMIT, "syn_cache_limit",
	"Connections being opened by peers", &tcp_syn_cache_limit, 1, 1 << 20},
    {TCPCTL_SYN_BUCKET_LIMIT, "syn_bucket_limit", "The same with one hash",
	&tcp_syn_bucket_limit, 1, 1 << 20},
    {CTL_CREATE, "syncookies", "Answer with cookies when those are full",
	&tcp_do_syncookies, 0, 1},
    {TCPCTL_INIT_WIN, "init_win", "Initial window in segments, 0: auto",
	&tcp_init_win, 0, 1000},
    {TCPCTL_INIT_WIN_LOCAL, "init_win_local",
	"Initial window within this kernel", &tcp_init_win_local, 1, 10000},
    {TCPCTL_MSS_IFMTU, "mss_ifmtu", "Segment size of the interface",
	&tcp_mss_ifmtu, 0, 1},
    {TCPCTL_WSCALE, "win_scale", "Window scaling", &tcp_do_win_scale, 0, 1},
    {TCPCTL_TSTAMP, "timestamps", "Timestamps", &tcp_do_timestamps, 0, 1},
    {TCPCTL_CWM, "cwm", "Congestion window monitoring", &tcp_cwm, 0, 1},
    {TCPCTL_CWM_BURSTSIZE, "cwm_burstsize", "Its burst", &tcp_cwm_burstsize, 1,
	1000},
    {TCPCTL_ACK_ON_PUSH, "ack_on_push", "Acknowledge PSH at once",
	&tcp_ack_on_push, 0, 1},
    {TCPCTL_KEEPIDLE, "keepidle", "Half seconds before keep-alive",
	(int *)&tcp_keepidle, 1, 1 << 24},
    {TCPCTL_KEEPINTVL, "keepintvl", "Half seconds between probes",
	(int *)&tcp_keepintvl, 1, 1 << 24},
    {TCPCTL_KEEPCNT, "keepcnt", "Probes", (int *)&tcp_keepcnt, 1, 32767},
    {CTL_CREATE, "keepinit", "Half seconds to connect", (int *)&tcp_keepinit, 1,
	1 << 24},
    {TCPCTL_NEWRENO, "newreno", "NewReno", &tcp_do_newreno, 0, 1},
    {TCPCTL_LOG_REFUSED, "log_refused", "Log refused connections",
	&tcp_log_refused, 0, 1},
    {TCPCTL_RSTPPSLIMIT, "rstppslimit", "Resets in a second", &tcp_rst_ppslim,
	-1, 1 << 30},
    {TCPCTL_DELACK_TICKS, "delack_ticks", "Ticks to hold an ACK back",
	&tcp_delack_ticks, 1, 50},
    {TCPCTL_ACKDROPRATELIMIT, "ackdropppslimit",
	"Challenge ACKs of a connection in a second", &tcp_ackdrop_ppslim, -1,
	1 << 30},
    {TCPCTL_LOOPBACKCKSUM, "do_loopback_cksum", "Compute checksums on loopback",
	&tcp_do_loopback_cksum, 0, 1},
    {TCPCTL_MSL, "msl", "Segment lifetime, half seconds", &tcp_msl, 1, 240},
    {CTL_CREATE, "msl_local", "TIME_WAIT within this kernel, half seconds",
	&tcp_msl_local, 1, 240},
    {CTL_CREATE, "timewait_max", "Connections in TIME_WAIT", &tcp_timewait_max,
	0, 1 << 20},
    {CTL_CREATE, "sendbuf_auto", "Send buffers grow", &tcp_do_autosndbuf, 0, 1},
    {CTL_CREATE, "sendbuf_inc", "by at least", &tcp_autosndbuf_inc, 1, 1 << 26},
    {CTL_CREATE, "sendbuf_max", "to at most", &tcp_autosndbuf_max, 2048,
	1 << 28},
    {CTL_CREATE, "recvbuf_auto", "Receive buffers grow", &tcp_do_autorcvbuf, 0,
	1},
    {CTL_CREATE, "recvbuf_inc", "by at least", &tcp_autorcvbuf_inc, 1, 1 << 26},
    {CTL_CREATE, "recvbuf_max", "to at most", &tcp_autorcvbuf_max, 2048,
	1 << 28},
};

/* A number that must stay in its range. */
static int
knob_handler(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	const struct tcp_knob *k = NULL;
	int error, v;
	size_t i;

	for (i = 0; i < __arraycount(knobs); i++) {
		if ((const void *)knobs[i].tk_value == rnode->sysctl_data)
			k = &knobs[i];
	}
	if (k == NULL)
		return EOPNOTSUPP;
	if (k->tk_value == &sendspace)
		v = (int)tcp_sendspace;
	else if (k->tk_value == &recvspace)
		v = (int)tcp_recvspace;
	else
		v = *k->tk_value;
	node.sysctl_data = &v;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (v < k->tk_min || v > k->tk_max)
		return EINVAL;
	mutex_enter(softnet_lock);
	*k->tk_value = v;
	if (k->tk_value == &sendspace)
		tcp_sendspace = v;
	else if (k->tk_value == &recvspace)
		tcp_recvspace = v;
	mutex_exit(softnet_lock);
	return 0;
}

static int
tcp_stats(SYSCTLFN_ARGS)
{
	return NETSTAT_SYSCTL(tcpstat_percpu, TCP_NSTATS);
}

static int
congctl_handler(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	char cc[TCPCC_MAXLEN];
	int error;

	strlcpy(cc, tcp_congctl_global_name, sizeof(cc));
	node.sysctl_data = cc;
	node.sysctl_size = sizeof(cc);
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	mutex_enter(softnet_lock);
	error = tcp_congctl_select(NULL, cc);
	mutex_exit(softnet_lock);
	return error == ENOENT ? EINVAL : error;
}

/* Write both ends of a connection (sockaddrs) to end it, as tcpdrop(8). */
static int
drop_handler(SYSCTLFN_ARGS)
{
	struct sockaddr_storage ss[2];
	const struct sockaddr_in *f, *me;
	struct tcp_tuple tu;
	struct inpcb *inp;
	struct tcpcb *tp;
	int error;

	if (oldp != NULL || newp == NULL || newlen < sizeof(ss))
		return EINVAL;
	error = sysctl_copyin(l, newp, ss, sizeof(ss));
	if (error != 0)
		return error;
	me = (const struct sockaddr_in *)&ss[0];
	f = (const struct sockaddr_in *)&ss[1];
	if (f->sin_family != AF_INET || me->sin_family != AF_INET)
		return EINVAL;
	memset(&tu, 0, sizeof(tu));
	tu.tu_laddr = me->sin_addr;
	tu.tu_lport = me->sin_port;
	tu.tu_faddr = f->sin_addr;
	tu.tu_fport = f->sin_port;
	mutex_enter(softnet_lock);
	tcp_clock_update();
	inp = tcp_in4_lookup(&tu);
	tp = inp != NULL ? intotcpcb(inp) : NULL;
	if (tp != NULL)
		(void)tcp_drop(tp, ECONNABORTED);
	mutex_exit(softnet_lock);
	return tp != NULL ? 0 : ESRCH;
}

/* sack.* and ecn.*, and the congestion control algorithms */
static void
setup_subtrees(struct sysctllog **clog)
{
	const struct sysctlnode *node;

	if (sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT,
		CTLTYPE_NODE, "sack", SYSCTL_DESCR("Selective acknowledgement"),
		NULL, 0, NULL, 0, CTL_NET, PF_INET, IPPROTO_TCP, TCPCTL_SACK,
		CTL_EOL) == 0)
		(void)sysctl_createv(clog, 0, &node, NULL,
		    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT,
		    "enable", SYSCTL_DESCR("Use it"), NULL, 0, &tcp_do_sack, 0,
		    CTL_CREATE, CTL_EOL);
	if (sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT,
		CTLTYPE_NODE, "ecn",
		SYSCTL_DESCR("Explicit congestion notification"), NULL, 0, NULL,
		0, CTL_NET, PF_INET, IPPROTO_TCP, CTL_CREATE, CTL_EOL) == 0)
		(void)sysctl_createv(clog, 0, &node, NULL,
		    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT,
		    "enable", SYSCTL_DESCR("Use it"), NULL, 0, &tcp_do_ecn, 0,
		    CTL_CREATE, CTL_EOL);
	if (sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT,
		CTLTYPE_NODE, "congctl", SYSCTL_DESCR("Congestion control"),
		NULL, 0, NULL, 0, CTL_NET, PF_INET, IPPROTO_TCP, CTL_CREATE,
		CTL_EOL) != 0)
		return;
	(void)sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRING, "available", SYSCTL_DESCR("Algorithms"), NULL, 0,
	    tcp_congctl_avail, sizeof(tcp_congctl_avail), CTL_CREATE, CTL_EOL);
	(void)sysctl_createv(clog, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_STRING, "selected",
	    SYSCTL_DESCR("The one of new connections"), congctl_handler, 0,
	    NULL, TCPCC_MAXLEN, CTL_CREATE, CTL_EOL);
}

SYSCTL_SETUP(sysctl_net_inet_tcp_setup, "sysctl net.inet.tcp subtree setup")
{
	size_t i;

	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "net", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_EOL);
	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "inet", NULL, NULL, 0, NULL, 0, CTL_NET, PF_INET,
	    CTL_EOL);
	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "tcp", SYSCTL_DESCR("TCP related settings"), NULL, 0,
	    NULL, 0, CTL_NET, PF_INET, IPPROTO_TCP, CTL_EOL);
	for (i = 0; i < __arraycount(knobs); i++)
		(void)sysctl_createv(clog, 0, NULL, NULL,
		    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT,
		    knobs[i].tk_name, SYSCTL_DESCR(knobs[i].tk_descr),
		    knob_handler, 0, knobs[i].tk_value, 0, CTL_NET, PF_INET,
		    IPPROTO_TCP, knobs[i].tk_number, CTL_EOL);
	(void)sysctl_createv(clog, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_IMMEDIATE, CTLTYPE_INT, "slowhz",
	    SYSCTL_DESCR("Units of a second that times are in"), NULL,
	    PR_SLOWHZ, NULL, 0, CTL_NET, PF_INET, IPPROTO_TCP, TCPCTL_SLOWHZ,
	    CTL_EOL);
	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "stats", SYSCTL_DESCR("Counters"), tcp_stats, 0,
	    NULL, 0, CTL_NET, PF_INET, IPPROTO_TCP, TCPCTL_STATS, CTL_EOL);
	(void)sysctl_createv(clog, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_STRUCT, "drop",
	    SYSCTL_DESCR("End a connection"), drop_handler, 0, NULL,
	    2 * sizeof(struct sockaddr_storage), CTL_NET, PF_INET, IPPROTO_TCP,
	    TCPCTL_DROP, CTL_EOL);
	setup_subtrees(clog);
}
