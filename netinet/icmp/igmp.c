/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP version 2, the host's side (RFC 2236): reports for groups that were
 * joined, answers to queries, and leaving.  softnet_lock is held.
 */
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>
#include <netinet/igmp.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

#include "../in/in_impl.h"

/* inm_state */
enum {
	IDLE,
	DELAYING,
	SENT
};

static callout_t igmp_callout;
static bool igmp_pending;

static void
send(struct in_multi *inm, int type, struct in_addr to)
{
	struct ip_moptions imo;
	struct igmp *igmp;
	struct mbuf *m;
	struct ip *ip;

	m = m_gethdr(M_DONTWAIT, MT_HEADER);
	if (m == NULL)
		return;
	m->m_data += max_linkhdr;
	m->m_len = m->m_pkthdr.len = sizeof(*ip) + IGMP_MINLEN;
	ip = mtod(m, struct ip *);
	memset(ip, 0, sizeof(*ip) + IGMP_MINLEN);
	ip->ip_len = htons(sizeof(*ip) + IGMP_MINLEN);
	ip->ip_p = IPPROTO_IGMP;
	ip->ip_dst = to;
	igmp = (struct igmp *)(ip + 1);
	igmp->igmp_type = (u_int8_t)type;
	igmp->igmp_group = inm->inm_addr;
	igmp->igmp_cksum =
	    (uint16_t)cpu_in_cksum(m, IGMP_MINLEN, sizeof(*ip), 0);
	memset(&imo, 0, sizeof(imo));
	imo.imo_multicast_if_index = inm->inm_ifp->if_index;
	imo.imo_multicast_ttl = 1;
	(void)ip_output(m, NULL, NULL, 0, &imo, NULL);
}

static bool
is_reported(const struct in_multi *inm)
{
	return inm->inm_addr.s_addr != INADDR_ALLHOSTS_GROUP &&
	    (inm->inm_ifp->if_flags & IFF_LOOPBACK) == 0;
}

static void
countdown(struct in_multi *inm, void *arg)
{
	bool *more = arg;

	if (inm->inm_timer == 0)
		return;
	if (--inm->inm_timer > 0) {
		*more = true;
	} else if (inm->inm_state == DELAYING) {
		send(inm, IGMP_v2_HOST_MEMBERSHIP_REPORT, inm->inm_addr);
		inm->inm_state = SENT;
	}
}

static void
igmp_tick(void *arg)
{
	struct ifnet *ifp;
	bool more = false;

	mutex_enter(softnet_lock);
	IFNET_READER_FOREACH(ifp)
	in_multi_foreach(ifp, countdown, &more);
	igmp_pending = more;
	if (more)
		callout_schedule(&igmp_callout, MAX(hz / 10, 1));
	mutex_exit(softnet_lock);
}

static void
set_timer(struct in_multi *inm, unsigned tenths)
{
	inm->inm_timer = 1 + cprng_fast32() % MAX(tenths, 1);
	inm->inm_state = DELAYING;
	if (!igmp_pending) {
		igmp_pending = true;
		callout_schedule(&igmp_callout, MAX(hz / 10, 1));
	}
}

void
igmp_init(void)
{
	callout_init(&igmp_callout, CALLOUT_MPSAFE);
	callout_setfunc(&igmp_callout, igmp_tick, NULL);
}

int
igmp_joingroup(struct in_multi *inm)
{
	inm->inm_state = IDLE;
	if (!is_reported(inm) || (inm->inm_ifp->if_flags & IFF_UP) == 0)
		return 0;
	send(inm, IGMP_v2_HOST_MEMBERSHIP_REPORT, inm->inm_addr);
	/* Said again, should the first one be lost. */
	set_timer(inm, IGMP_MAX_HOST_REPORT_DELAY * 10);
	return 0;
}

void
igmp_leavegroup(struct in_multi *inm)
{
	struct in_addr routers = {INADDR_ALLRTRS_GROUP};

	if (is_reported(inm) && inm->inm_state != IDLE &&
	    (inm->inm_ifp->if_flags & IFF_UP))
		send(inm, IGMP_HOST_LEAVE_MESSAGE, routers);
}

void
igmp_purgeif(struct ifnet *ifp)
{
}

struct query {
	struct in_addr group;
	unsigned tenths;
};

static void
queried(struct in_multi *inm, void *arg)
{
	const struct query *q = arg;

	if (!is_reported(inm) ||
	    (!in_nullhost(q->group) && !in_hosteq(q->group, inm->inm_addr)))
		return;
	if (inm->inm_timer == 0 || inm->inm_timer > q->tenths)
		set_timer(inm, q->tenths);
}

void
igmp_input(struct mbuf *m, ...)
{
	struct igmp *igmp;
	struct in_multi *inm;
	struct ifnet *ifp;
	struct query q;
	struct ip *ip;
	va_list ap;
	int hlen, len;

	va_start(ap, m);
	hlen = va_arg(ap, int);
	va_end(ap);
	ifp = m_get_rcvif_NOMPSAFE(m);
	ip = mtod(m, struct ip *);
	len = ntohs(ip->ip_len) - hlen;
	if (ifp == NULL || len < IGMP_MINLEN) {
		m_freem(m);
		return;
	}
	if (m->m_len < hlen + IGMP_MINLEN &&
	    (m = m_pullup(m, hlen + IGMP_MINLEN)) == NULL)
		return;
	if (cpu_in_cksum(m, len, hlen, 0) != 0) {
		m_freem(m);
		return;
	}
	ip = mtod(m, struct ip *);
	igmp = (struct igmp *)(mtod(m, char *) + hlen);
	switch (igmp->igmp_type) {
	case IGMP_HOST_MEMBERSHIP_QUERY:
		q.group = igmp->igmp_group;
		q.tenths = igmp->igmp_code != 0
		    ? igmp->igmp_code
		    : IGMP_MAX_HOST_REPORT_DELAY * 10;
		in_multi_foreach(ifp, queried, &q);
		break;
	case IGMP_v1_HOST_MEMBERSHIP_REPORT:
	case IGMP_v2_HOST_MEMBERSHIP_REPORT:
		/* Somebody else said it: we need not. */
		inm = in_lookup_multi(igmp->igmp_group, ifp);
		if (inm != NULL && in_get_ia(ip->ip_src) == NULL) {
			inm->inm_timer = 0;
			inm->inm_state = IDLE;
		}
		break;
	default:
		break;
	}
	rip_input(m, hlen, IPPROTO_IGMP);
}
