/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers. One wheel of ticks serves all connections, connections to be, and
 * those in TIME_WAIT; one callout is set for its next entry, and for nothing
 * when the wheel is empty.
 *
 * A connection's entry is armed no later than its earliest deadline. Moving
 * a deadline away, or disarming it, leaves the entry where it is: it looks
 * once in vain. So sending and receiving on a busy connection touches
 * neither wheel nor callout.
 */
#include <sys/callout.h>

#include <rump-sys/kern.h>

#include "tcp_impl.h"

#define WHEEL_BITS 10
#define WHEEL_SIZE (1 << WHEEL_BITS)
#define WHEEL_MASK (WHEEL_SIZE - 1)
#define FAR_SIZE   256 /* slots of WHEEL_SIZE ticks, for what is far away */

LIST_HEAD(tcp_timeout_list, tcp_timeout);

static struct tcp_timeout_list wheel[WHEEL_SIZE];
static uint64_t wheel_map[WHEEL_SIZE / 64];
static struct tcp_timeout_list far[FAR_SIZE];
static u_int wheel_now; /* run up to this tick */
static u_int wheel_count;
static callout_t wheel_ch;
static bool wheel_set;
static u_int wheel_when; /* of wheel_ch */

uint64_t tcp_usec;
u_int32_t tcp_now;

u_int tcp_keepinit = TCPTV_KEEP_INIT;
u_int tcp_keepidle = TCPTV_KEEP_IDLE;
u_int tcp_keepintvl = TCPTV_KEEPINTVL;
u_int tcp_keepcnt = TCPTV_KEEPCNT;
int tcp_maxidle = TCPTV_KEEPCNT * TCPTV_KEEPINTVL;
int tcp_delack_ticks;

const int tcp_backoff[TCP_MAXRXTSHIFT + 1] = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096};

void
tcp_clock_update(void)
{
	tcp_usec = (uint64_t)rump_mono_ns() / 1000;
}

static void wheel_run(void *);

void
tcp_timer_init(void)
{
	u_int i;

	for (i = 0; i < WHEEL_SIZE; i++)
		LIST_INIT(&wheel[i]);
	for (i = 0; i < FAR_SIZE; i++)
		LIST_INIT(&far[i]);
	tcp_delack_ticks = TCP_DELACK_TICKS;
	callout_init(&wheel_ch, CALLOUT_MPSAFE);
	callout_setfunc(&wheel_ch, wheel_run, NULL);
	tcp_clock_update();
	wheel_now = tcp_ticks();
}

/* Put an entry into its slot; the tick at which that is looked at. */
static u_int
wheel_insert(struct tcp_timeout *tt)
{
	u_int slot, when = tt->tt_when;

	if ((int)(when - wheel_now) >= WHEEL_SIZE) {
		slot = (when - (wheel_now & ~WHEEL_MASK)) >> WHEEL_BITS;
		slot = (wheel_now >> WHEEL_BITS) + MIN(slot, FAR_SIZE - 1);
		LIST_INSERT_HEAD(&far[slot % FAR_SIZE], tt, tt_link);
		return slot << WHEEL_BITS;
	}
	if ((int)(when - wheel_now) <= 0)
		when = wheel_now + 1;
	slot = when & WHEEL_MASK;
	LIST_INSERT_HEAD(&wheel[slot], tt, tt_link);
	wheel_map[slot / 64] |= 1ULL << (slot % 64);
	return when;
}

/* The first tick of the next slot of the far wheel that is in use. */
static u_int
far_next(void)
{
	const u_int epoch = wheel_now >> WHEEL_BITS;
	u_int i;

	for (i = 1; i < FAR_SIZE; i++) {
		if (!LIST_EMPTY(&far[(epoch + i) % FAR_SIZE]))
			break;
	}
	return (epoch + i) << WHEEL_BITS;
}

/* The next tick at which there is something to do. */
static u_int
wheel_next(void)
{
	u_int i, slot, when = far_next();

	for (i = 1; i <= WHEEL_SIZE; i++) {
		slot = (wheel_now + i) & WHEEL_MASK;
		if (slot % 64 == 0 && wheel_map[slot / 64] == 0) {
			i += 63;
			continue;
		}
		if ((wheel_map[slot / 64] >> (slot % 64) & 1) == 0)
			continue;
		if (!LIST_EMPTY(&wheel[slot]))
			return (int)(wheel_now + i - when) < 0 ? wheel_now + i
							       : when;
		wheel_map[slot / 64] &= ~(1ULL << (slot % 64));
	}
	return when;
}

static void
list_take(struct tcp_timeout_list *to, struct tcp_timeout_list *from)
{
	struct tcp_timeout *tt;

	LIST_INIT(to);
	while ((tt = LIST_FIRST(from)) != NULL) {
		LIST_REMOVE(tt, tt_link);
		LIST_INSERT_HEAD(to, tt, tt_link);
	}
}

/*
 * Time has come to tick TO. What the far wheel holds for the slots that have
 * begun by then goes to the near one, which reaches to their ends from TO on.
 */
static void
wheel_advance(u_int to)
{
	u_int slot = wheel_now >> WHEEL_BITS;
	const u_int last = to >> WHEEL_BITS;
	struct tcp_timeout_list list;
	struct tcp_timeout *tt;

	wheel_now = to;
	if (last - slot > FAR_SIZE)
		slot = last - FAR_SIZE;
	while (slot != last) {
		list_take(&list, &far[++slot % FAR_SIZE]);
		while ((tt = LIST_FIRST(&list)) != NULL) {
			LIST_REMOVE(tt, tt_link);
			(void)wheel_insert(tt);
		}
	}
}

static void
wheel_schedule(u_int when)
{
	if (wheel_set && (int)(when - wheel_when) >= 0)
		return;
	wheel_set = true;
	wheel_when = when;
	callout_schedule(&wheel_ch, MAX((int)(when - tcp_ticks()), 1));
}

/* Run all that are due; functions may free themselves and others. */
static void
wheel_run(void *arg)
{
	struct tcp_timeout_list due;
	struct tcp_timeout *tt;
	u_int now, slot;

	(void)arg;
	mutex_enter(softnet_lock);
	tcp_clock_update();
	now = tcp_ticks();
	wheel_set = false;
	/* once around the near wheel meets all that is in it */
	if ((int)(now - wheel_now) > WHEEL_SIZE)
		wheel_advance(now - WHEEL_SIZE);
	while ((int)(now - wheel_now) > 0 && wheel_count > 0) {
		wheel_advance(wheel_now + 1);
		slot = wheel_now & WHEEL_MASK;
		list_take(&due, &wheel[slot]);
		wheel_map[slot / 64] &= ~(1ULL << (slot % 64));
		while ((tt = LIST_FIRST(&due)) != NULL) {
			LIST_REMOVE(tt, tt_link);
			if ((int)(tt->tt_when - now) > 0) {
				(void)wheel_insert(tt);
				continue;
			}
			tt->tt_armed = false;
			wheel_count--;
			(*tt->tt_func)(tt);
		}
	}
	if (wheel_count == 0)
		wheel_now = now;
	else
		wheel_schedule(wheel_next());
	mutex_exit(softnet_lock);
}

/** Call tt_func in TICKS ticks; replaces an earlier time. */
void
tcp_timeout_set(struct tcp_timeout *tt, u_int ticks)
{
	const u_int now = tcp_ticks();

	if (tt->tt_armed)
		LIST_REMOVE(tt, tt_link);
	else {
		if (wheel_count++ == 0)
			wheel_now = now;
		tt->tt_armed = true;
	}
	/* a tick more: the one that runs now has begun already */
	tt->tt_when = now + MAX(ticks, 1) + 1;
	wheel_schedule(wheel_insert(tt));
}

void
tcp_timeout_clear(struct tcp_timeout *tt)
{
	if (!tt->tt_armed)
		return;
	LIST_REMOVE(tt, tt_link);
	tt->tt_armed = false;
	wheel_count--;
}

void
tcp_timer_arm(struct tcpcb *tp, u_int timer, u_int ticks)
{
	const u_int when = tcp_ticks() + MAX(ticks, 1);

	tp->t_deadline[timer] = when;
	tp->t_armed |= 1U << timer;
	if (!tp->t_wheel.tt_armed || (int)(when - tp->t_wheel.tt_when) < -1)
		tcp_timeout_set(&tp->t_wheel, ticks);
}

void
tcp_timer_disarm(struct tcpcb *tp, u_int timer)
{
	tp->t_armed &= ~(1U << timer);
}

void
tcp_timer_cancel_all(struct tcpcb *tp)
{
	tp->t_armed = 0;
	tcp_timeout_clear(&tp->t_wheel);
}

/** RFC 6298: the timeout with its back-off. */
u_int
tcp_rexmt_ticks(const struct tcpcb *tp)
{
	uint64_t us, max = (uint64_t)TCPTV_REXMTMAX * (1000000 / PR_SLOWHZ);

	/* 5.7: a SYN that was sent twice says that a second is too short */
	if (tp->t_srtt == 0)
		us = (tp->t_flags & TF_SYN_REXMT) != 0 &&
			TCPS_HAVEESTABLISHED(tp->t_state)
		    ? 3000000
		    : 1000000;
	else
		us = (tp->t_srtt >> 3) + MAX(tp->t_rttvar, 10000);
	us = MAX(us, (uint64_t)tp->t_rttmin * 10000);
	us = MIN(us << MIN(tp->t_rxtshift, TCP_MAXRXTSHIFT), max);
	return tcp_usec2ticks(us);
}

/* RFC 8985, 7.2: when a tail loss probe is due; 0: none. */
static u_int
tlp_ticks(const struct tcpcb *tp)
{
	uint64_t us;

	if ((tp->t_flags & (TF_WILL_SACK | TF_LOCAL)) != TF_WILL_SACK ||
	    tp->t_recovery != TCP_REC_OPEN || tp->t_sacked != 0 ||
	    tp->t_tlp_out || tp->t_rxtshift != 0 || tp->t_srtt == 0 ||
	    tp->t_state < TCPS_ESTABLISHED)
		return 0;
	us = 2 * (uint64_t)(tp->t_srtt >> 3) + 2000;
	if (tp->snd_max - tp->snd_una <= tp->t_segsz)
		us += 200000; /* its ACK may be held back */
	return tcp_usec2ticks(us);
}

/** Something is in flight: a probe or a retransmission is to follow. */
void
tcp_rexmt_arm(struct tcpcb *tp)
{
	u_int rto, pto;

	rto = tcp_rexmt_ticks(tp);
	pto = tlp_ticks(tp);
	tp->t_tlp_armed = pto != 0 && pto < rto;
	tcp_timer_arm(tp, TCPT_REXMT, tp->t_tlp_armed ? pto : rto);
}

void
tcp_keep_arm(struct tcpcb *tp)
{
	if (TCPS_HAVEESTABLISHED(tp->t_state))
		TCP_TIMER_ARM(tp, TCPT_KEEP, tp->t_keepidle);
	else
		TCP_TIMER_ARM(tp, TCPT_KEEP, tp->t_keepinit);
}

/** FIN_WAIT_2, and no process to read: it lasts as long as keep-alive. */
void
tcp_finwait2_arm(struct tcpcb *tp)
{
	const uint64_t idle = (uint64_t)tp->t_keepcnt * tp->t_keepintvl;

	TCP_TIMER_ARM(tp, TCPT_2MSL, (u_int)MIN(idle, 1 << 24));
}

/* Segments vanish silently that carry DF: try without, or smaller ones. */
static void
detect_black_hole(struct tcpcb *tp)
{
	static const u_int sizes[] = {1160, 948, 536};

	if (tp->t_rxtshift < 2 || (tp->t_flags & TF_MTUDISC) == 0 ||
	    tp->t_mtudisc_shift >= __arraycount(sizes))
		return;
	while (tp->t_mtudisc_shift < __arraycount(sizes) &&
	    tp->t_segsz <= sizes[tp->t_mtudisc_shift])
		tp->t_mtudisc_shift++;
	if (tp->t_mtudisc_shift < __arraycount(sizes)) {
		tp->t_segsz = sizes[tp->t_mtudisc_shift++];
		tp->t_flags |= TF_PLPMTUD;
		TCP_STATINC(TCP_STAT_PMTUBLACKHOLE);
	} else
		tp->t_flags &= ~TF_MTUDISC;
}

static struct tcpcb *
timer_rexmt(struct tcpcb *tp)
{
	if (tp->t_tlp_armed) {
		tp->t_tlp_armed = false;
		if (tcp_output_tlp(tp)) {
			tcp_timer_arm(tp, TCPT_REXMT, tcp_rexmt_ticks(tp));
			return tp;
		}
	}
	if (++tp->t_rxtshift > TCP_MAXRXTSHIFT) {
		TCP_STATINC(TCP_STAT_TIMEOUTDROP);
		return tcp_drop(
		    tp, tp->t_softerror != 0 ? tp->t_softerror : ETIMEDOUT);
	}
	TCP_STATINC(TCP_STAT_REXMTTIMEO);
	tcp_timer_arm(tp, TCPT_REXMT, tcp_rexmt_ticks(tp));
	if (tp->t_state == TCPS_SYN_SENT || tp->t_state == TCPS_SYN_RECEIVED) {
		tp->t_flags |= TF_SYN_REXMT;
		if (tp->t_rxtshift > 2)
			tp->t_flags &= ~(TF_ECN_SYN_SENT);
		(void)tcp_output_syn(tp);
		return tp;
	}
	detect_black_hole(tp);
	/* the old estimate is worth little; find another route as well */
	if (tp->t_rxtshift > TCP_MAXRXTSHIFT / 4 && tp->t_inpcb != NULL)
		in_losing(tp->t_inpcb);
	tcp_recovery_timeout(tp);
	(void)tcp_output(tp);
	return tp;
}

static struct tcpcb *
timer_persist(struct tcpcb *tp)
{
	uint64_t idle = tcp_usec - tp->t_rcvtime;

	TCP_STATINC(TCP_STAT_PERSISTTIMEO);
	/* nobody there, or our process gone and the peer won't take it */
	if (tp->t_persistshift >= TCP_MAXRXTSHIFT &&
	    idle >= (uint64_t)tcp_maxidle * (1000000 / PR_SLOWHZ)) {
		TCP_STATINC(TCP_STAT_PERSISTDROPS);
		return tcp_drop(tp, ETIMEDOUT);
	}
	if ((tp->t_inpcb->inp_socket->so_state & SS_NOFDREF) != 0 &&
	    tp->t_persistshift >= 8) {
		TCP_STATINC(TCP_STAT_PERSISTDROPS);
		return tcp_drop(tp, ETIMEDOUT);
	}
	tp->t_flags |= TF_FORCE;
	(void)tcp_output(tp);
	tp->t_flags &= ~TF_FORCE;
	if (!TCP_TIMER_ISARMED(tp, TCPT_REXMT))
		tcp_setpersist(tp);
	return tp;
}

static struct tcpcb *
timer_keep(struct tcpcb *tp)
{
	struct socket *so = tp->t_inpcb->inp_socket;
	uint64_t idle, limit;

	TCP_STATINC(TCP_STAT_KEEPTIMEO);
	if (!TCPS_HAVEESTABLISHED(tp->t_state)) {
		TCP_STATINC(TCP_STAT_KEEPDROPS);
		return tcp_drop(
		    tp, tp->t_softerror != 0 ? tp->t_softerror : ETIMEDOUT);
	}
	if ((so->so_options & SO_KEEPALIVE) == 0 ||
	    tp->t_state > TCPS_CLOSE_WAIT)
		return tp;
	idle = tcp_usec - tp->t_rcvtime;
	limit = (uint64_t)tp->t_keepidle * (1000000 / PR_SLOWHZ);
	if (idle < limit) {
		tp->t_keepsent = 0;
		tcp_timer_arm(tp, TCPT_KEEP, tcp_usec2ticks(limit - idle));
		return tp;
	}
	if (tp->t_keepsent >= tp->t_keepcnt) {
		TCP_STATINC(TCP_STAT_KEEPDROPS);
		return tcp_drop(tp, ETIMEDOUT);
	}
	tp->t_keepsent++;
	TCP_STATINC(TCP_STAT_KEEPPROBE);
	(void)tcp_output_probe(tp);
	TCP_TIMER_ARM(tp, TCPT_KEEP, tp->t_keepintvl);
	return tp;
}

static struct tcpcb *
timer_2msl(struct tcpcb *tp)
{
	return tcp_close(tp);
}

static struct tcpcb *
timer_delack(struct tcpcb *tp)
{
	if ((tp->t_flags & TF_DELACK) == 0)
		return tp;
	TCP_STATINC(TCP_STAT_DELACK);
	tp->t_flags |= TF_ACKNOW;
	(void)tcp_output(tp);
	return tp;
}

static struct tcpcb *
timer_reorder(struct tcpcb *tp)
{
	tcp_rack_detect(tp);
	tcp_recovery_ack(&(struct tcp_segment){.sg_tp = tp}, false);
	(void)tcp_output(tp);
	return tp;
}

static struct tcpcb *(*const timer_funcs[TCPT_TOTAL])(struct tcpcb *) = {
    [TCPT_REXMT] = timer_rexmt,
    [TCPT_PERSIST] = timer_persist,
    [TCPT_KEEP] = timer_keep,
    [TCPT_2MSL] = timer_2msl,
    [TCPT_DELACK] = timer_delack,
    [TCPT_REORDER] = timer_reorder,
};

/** The wheel's call for a connection: run what is due, arm for the rest. */
void
tcp_timer_fire(struct tcp_timeout *tt)
{
	struct tcpcb *tp = (struct tcpcb *)(void *)((char *)tt -
	    offsetof(struct tcpcb, t_wheel));
	const u_int now = tcp_ticks();
	u_int i, next = 0;
	bool any = false;

	for (i = 0; i < TCPT_TOTAL; i++) {
		if (!TCP_TIMER_ISARMED(tp, i) ||
		    (int)(tp->t_deadline[i] - now) > 0)
			continue;
		tp->t_armed &= ~(1U << i);
		tp = (*timer_funcs[i])(tp);
		if (tp == NULL)
			return;
	}
	for (i = 0; i < TCPT_TOTAL; i++) {
		if (!TCP_TIMER_ISARMED(tp, i))
			continue;
		if (!any || (int)(tp->t_deadline[i] - next) < 0)
			next = tp->t_deadline[i];
		any = true;
	}
	if (any && (!tt->tt_armed || (int)(next - tt->tt_when) < -1))
		tcp_timeout_set(tt, MAX((int)(next - now), 1));
}
