/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of congestion control algorithms, and Reno's, which set the
 * windows as RFC 5681 says. What loss is and how recovery proceeds is the
 * same for all, in tcp_recovery.c.
 */
#include <sys/kmem.h>

#include "tcp_impl.h"

struct congctl_entry {
	TAILQ_ENTRY(congctl_entry) ce_link;
	char ce_name[TCPCC_MAXLEN];
	const struct tcp_congctl *ce_ctl;
	u_int ce_users;
};

static TAILQ_HEAD(, congctl_entry) entries = TAILQ_HEAD_INITIALIZER(entries);
static struct congctl_entry *selected;
char tcp_congctl_global_name[TCPCC_MAXLEN] = "cubic";
char tcp_congctl_avail[10 * TCPCC_MAXLEN];

static struct congctl_entry *
lookup(const char *name)
{
	struct congctl_entry *ce;

	TAILQ_FOREACH(ce, &entries, ce_link) {
		if (strcmp(ce->ce_name, name) == 0)
			return ce;
	}
	return NULL;
}

static struct congctl_entry *
lookup_ctl(const struct tcp_congctl *ctl)
{
	struct congctl_entry *ce;

	TAILQ_FOREACH(ce, &entries, ce_link) {
		if (ce->ce_ctl == ctl)
			return ce;
	}
	return NULL;
}

static void
rebuild_avail(void)
{
	struct congctl_entry *ce;

	tcp_congctl_avail[0] = '\0';
	TAILQ_FOREACH(ce, &entries, ce_link) {
		if (tcp_congctl_avail[0] != '\0')
			strlcat(
			    tcp_congctl_avail, " ", sizeof(tcp_congctl_avail));
		strlcat(
		    tcp_congctl_avail, ce->ce_name, sizeof(tcp_congctl_avail));
	}
}

int
tcp_congctl_register(const char *name, const struct tcp_congctl *ctl)
{
	struct congctl_entry *ce;

	if (strlen(name) >= TCPCC_MAXLEN)
		return ENAMETOOLONG;
	if (lookup(name) != NULL)
		return EEXIST;
	ce = kmem_zalloc(sizeof(*ce), KM_SLEEP);
	if (ce == NULL)
		return ENOMEM;
	strlcpy(ce->ce_name, name, sizeof(ce->ce_name));
	ce->ce_ctl = ctl;
	TAILQ_INSERT_TAIL(&entries, ce, ce_link);
	rebuild_avail();
	return 0;
}

int
tcp_congctl_unregister(const char *name)
{
	struct congctl_entry *ce = lookup(name);

	if (ce == NULL)
		return ENOENT;
	if (ce == selected || ce->ce_users != 0)
		return EBUSY;
	TAILQ_REMOVE(&entries, ce, ce_link);
	kmem_free(ce, sizeof(*ce));
	rebuild_avail();
	return 0;
}

const char *
tcp_congctl_bystruct(const struct tcp_congctl *ctl)
{
	struct congctl_entry *ce = lookup_ctl(ctl);

	return ce != NULL ? ce->ce_name : NULL;
}

void
tcp_congctl_release(struct tcpcb *tp)
{
	struct congctl_entry *ce = lookup_ctl(tp->t_congctl);

	if (ce != NULL)
		ce->ce_users--;
	tp->t_congctl = NULL;
}

int
tcp_congctl_select(struct tcpcb *tp, const char *name)
{
	struct congctl_entry *ce = name == NULL ? selected : lookup(name);

	if (ce == NULL)
		return ENOENT;
	if (tp == NULL) {
		selected = ce;
		strlcpy(tcp_congctl_global_name, ce->ce_name,
		    sizeof(tcp_congctl_global_name));
		return 0;
	}
	if (tp->t_congctl != NULL)
		tcp_congctl_release(tp);
	tp->t_congctl = ce->ce_ctl;
	ce->ce_users++;
	memset(&tp->t_ccstate, 0, sizeof(tp->t_ccstate));
	tp->t_cwnd_acc = 0;
	return 0;
}

void
tcp_congctl_init(void)
{
	(void)tcp_congctl_register("reno", &tcp_reno_ctl);
	(void)tcp_congctl_register("newreno", &tcp_newreno_ctl);
	(void)tcp_congctl_register("cubic", &tcp_cubic_ctl);
	(void)tcp_congctl_select(NULL, tcp_congctl_global_name);
}

/* RFC 5681, 3.1: half of what is in flight, but two segments. */
static u_long
half_flight(const struct tcpcb *tp)
{
	u_long flight = tp->snd_max - tp->snd_una;

	flight = MIN(flight, tp->snd_cwnd);
	return MAX(flight / 2, 2 * (u_long)tp->t_segsz);
}

static int
reno_fast_retransmit(struct tcpcb *tp, const struct tcphdr *th)
{
	(void)th;
	tp->snd_ssthresh = half_flight(tp);
	return 0;
}

static void
reno_slow_retransmit(struct tcpcb *tp)
{
	/* a second timeout for the same segment: RFC 5681, 4.3 */
	if (tp->t_rxtshift <= 1)
		tp->snd_ssthresh = half_flight(tp);
	tp->snd_cwnd = tp->t_segsz;
}

static void
reno_recovered(struct tcpcb *tp, const struct tcphdr *th)
{
	(void)th;
	tp->snd_cwnd = MAX(tp->snd_ssthresh, 2 * (u_long)tp->t_segsz);
}

/* RFC 5681, 3.1, with the byte counting of RFC 3465. */
static void
reno_newack(struct tcpcb *tp, const struct tcphdr *th)
{
	const u_long max = (u_long)TCP_MAXWIN << tp->snd_scale;
	u_long acked = tp->t_bytes_acked;

	(void)th;
	if (tp->snd_cwnd < tp->snd_ssthresh) {
		acked = MIN(acked,
		    tp->t_recovery == TCP_REC_LOSS ? tp->t_segsz
						   : 2 * (u_long)tp->t_segsz);
		tp->snd_cwnd += acked;
	} else {
		tp->t_cwnd_acc += acked;
		if (tp->t_cwnd_acc >= tp->snd_cwnd) {
			tp->t_cwnd_acc -= tp->snd_cwnd;
			tp->snd_cwnd += tp->t_segsz;
		}
	}
	tp->snd_cwnd = MIN(tp->snd_cwnd, max);
}

static void
reno_cong_exp(struct tcpcb *tp)
{
	tp->snd_ssthresh = half_flight(tp);
	tp->snd_cwnd = tp->snd_ssthresh;
	tp->t_cwnd_acc = 0;
}

/* Partial ACKs are in tcp_recovery.c, so that both names mean the same. */
const struct tcp_congctl tcp_reno_ctl = {
    .fast_retransmit = reno_fast_retransmit,
    .slow_retransmit = reno_slow_retransmit,
    .fast_retransmit_newack = reno_recovered,
    .newack = reno_newack,
    .cong_exp = reno_cong_exp,
};

const struct tcp_congctl tcp_newreno_ctl = {
    .fast_retransmit = reno_fast_retransmit,
    .slow_retransmit = reno_slow_retransmit,
    .fast_retransmit_newack = reno_recovered,
    .newack = reno_newack,
    .cong_exp = reno_cong_exp,
};
