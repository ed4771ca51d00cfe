/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of communication domains, the search for protocols, control input
 * and the timeouts of protocols.
 *
 * Domains are attached while the kernel boots and never go away, so the list
 * is read without a lock. The fast and slow timeouts run only when some
 * protocol has asked for one.
 */
#include <sys/callout.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

struct domainhead domains = STAILQ_HEAD_INITIALIZER(domains);
u_int pfslowtimo_now;
u_int pffasttimo_now;

static callout_t pf_fast_ch, pf_slow_ch;
static bool pf_fast_on, pf_slow_on;

static void
pf_fasttimo(void *arg)
{
	const struct protosw *pr;
	struct domain *dp;

	(void)arg;
	pffasttimo_now++;
	DOMAIN_FOREACH(dp)
	{
		for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
			if (pr->pr_fasttimo != NULL)
				(*pr->pr_fasttimo)();
	}
	callout_schedule(&pf_fast_ch, hz / PR_FASTHZ);
}

static void
pf_slowtimo(void *arg)
{
	const struct protosw *pr;
	struct domain *dp;

	(void)arg;
	pfslowtimo_now++;
	DOMAIN_FOREACH(dp)
	{
		for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
			if (pr->pr_slowtimo != NULL)
				(*pr->pr_slowtimo)();
	}
	callout_schedule(&pf_slow_ch, hz / PR_SLOWHZ);
}

static void
pf_timers_start(const struct domain *dp)
{
	const struct protosw *pr;

	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_fasttimo != NULL && !pf_fast_on) {
			pf_fast_on = true;
			callout_init(&pf_fast_ch, CALLOUT_MPSAFE);
			callout_reset(
			    &pf_fast_ch, hz / PR_FASTHZ, pf_fasttimo, NULL);
		}
		if (pr->pr_slowtimo != NULL && !pf_slow_on) {
			pf_slow_on = true;
			callout_init(&pf_slow_ch, CALLOUT_MPSAFE);
			callout_reset(
			    &pf_slow_ch, hz / PR_SLOWHZ, pf_slowtimo, NULL);
		}
	}
}

/* Make a domain known and start its protocols; a second time is harmless. */
void
domain_attach(struct domain *dp)
{
	const struct protosw *pr;
	struct domain *d;

	rump_net_init();
	DOMAIN_FOREACH(d)
	{
		if (d == dp || d->dom_family == dp->dom_family)
			return;
	}
	STAILQ_INSERT_TAIL(&domains, dp, dom_link);
	if (dp->dom_init != NULL)
		(*dp->dom_init)();
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
		if (pr->pr_init != NULL)
			(*pr->pr_init)();
	if (max_linkhdr < 16)
		max_linkhdr = 16;
	max_hdr = max_linkhdr + max_protohdr;
	max_datalen = MHLEN - max_hdr;
	pf_timers_start(dp);
}

/* Domains come from components, so there is nothing to attach here. */
void
domaininit(bool attach)
{
	(void)attach;
	rump_net_init();
}

struct domain *
pffinddomain(int family)
{
	struct domain *dp;

	DOMAIN_FOREACH(dp)
	if (dp->dom_family == family)
		return dp;
	return NULL;
}

/* The first protocol of a family with that socket type. */
const struct protosw *
pffindtype(int family, int type)
{
	const struct protosw *pr;
	struct domain *dp;

	dp = pffinddomain(family);
	if (dp == NULL)
		return NULL;
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
		if (pr->pr_type != 0 && pr->pr_type == type)
			return pr;
	return NULL;
}

/* The protocol by number; a raw socket may have any. */
const struct protosw *
pffindproto(int family, int protocol, int type)
{
	const struct protosw *pr, *any = NULL;
	struct domain *dp;

	if (family == 0)
		return NULL;
	dp = pffinddomain(family);
	if (dp == NULL)
		return NULL;
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_protocol == protocol && pr->pr_type == type)
			return pr;
		if (type == SOCK_RAW && pr->pr_type == SOCK_RAW &&
		    pr->pr_protocol == 0 && any == NULL)
			any = pr;
	}
	return any;
}

/* Tell all protocols of an event. */
void
pfctlinput(int cmd, const struct sockaddr *sa)
{
	const struct protosw *pr;
	struct domain *dp;

	DOMAIN_FOREACH(dp)
	{
		for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
			if (pr->pr_ctlinput != NULL)
				(*pr->pr_ctlinput)(cmd, sa, NULL);
	}
}

/* Tell the protocols of the address' family of an event. */
void
pfctlinput2(int cmd, const struct sockaddr *sa, void *ctlparam)
{
	const struct protosw *pr;
	struct domain *dp;

	if (sa == NULL)
		return;
	DOMAIN_FOREACH(dp)
	{
		if (dp->dom_family != sa->sa_family)
			continue;
		for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
			if (pr->pr_ctlinput != NULL)
				(*pr->pr_ctlinput)(cmd, sa, ctlparam);
	}
}
