/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests on the routing socket: add, delete, change, get routes. A request
 * is answered by itself with rtm_errno set and, on success, RTF_DONE.
 */
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/radix.h>
#include <net/raw_cb.h>
#include <net/route.h>
#include <net/rtbl.h>

#include "rtsock_impl.h"

#define ROUTE_MSG_MAX   4096
#define ROUTE_MSG_SLACK sizeof(struct sockaddr_storage)

/* Are the parts of a link-level address within its length? */
static bool
rtsock_link_ok(const struct sockaddr *sa)
{
	const struct sockaddr_dl *sdl = satocsdl(sa);

	return offsetof(struct sockaddr_dl, sdl_data) + sdl->sdl_nlen +
	    sdl->sdl_alen + sdl->sdl_slen <=
	    sdl->sdl_len;
}

/*
 * Find the addresses behind the header; EINVAL if they don't fit. Other
 * families' addresses may be shorter than their structures: behind the
 * message are ROUTE_MSG_SLACK zeros.
 */
static int
rtsock_addrs(
    const struct rt_msghdr *rtm, const char *end, struct rt_addrinfo *info)
{
	const char *cp = (const char *)(rtm + 1);
	const struct sockaddr *sa;
	int i;

	info->rti_addrs = rtm->rtm_addrs;
	for (i = 0; i < RTAX_MAX; i++) {
		if ((rtm->rtm_addrs & (1 << i)) == 0)
			continue;
		if (cp + 2 > end)
			return EINVAL;
		sa = (const struct sockaddr *)cp;
		if (cp + sa->sa_len > end)
			return EINVAL;
		/* only masks may be shorter than what names a family */
		if (sa->sa_len < 2 && i != RTAX_NETMASK && i != RTAX_GENMASK)
			return EINVAL;
		if (sa->sa_len >= 2 && sa->sa_family == AF_LINK &&
		    !rtsock_link_ok(sa))
			return EINVAL;
		info->rti_info[i] = sa;
		RT_ADVANCE(cp, sa);
	}
	return 0;
}

static void
rtsock_setmetrics(
    int which, const struct rt_metrics *in, struct rt_metrics *out)
{
	if ((which & RTV_RPIPE) != 0)
		out->rmx_recvpipe = in->rmx_recvpipe;
	if ((which & RTV_SPIPE) != 0)
		out->rmx_sendpipe = in->rmx_sendpipe;
	if ((which & RTV_SSTHRESH) != 0)
		out->rmx_ssthresh = in->rmx_ssthresh;
	if ((which & RTV_RTT) != 0)
		out->rmx_rtt = in->rmx_rtt;
	if ((which & RTV_RTTVAR) != 0)
		out->rmx_rttvar = in->rmx_rttvar;
	if ((which & RTV_HOPCOUNT) != 0)
		out->rmx_hopcount = in->rmx_hopcount;
	if ((which & RTV_MTU) != 0)
		out->rmx_mtu = in->rmx_mtu;
	/* users count from 1970, routes from boot */
	if ((which & RTV_EXPIRE) != 0)
		out->rmx_expire = in->rmx_expire == 0
		    ? 0
		    : in->rmx_expire - time_second + time_uptime;
}

/* RTM_CHANGE: gateway, interface, tag, metrics of a route that exists. */
static int
rtsock_change(
    struct rtentry *rt, struct rt_addrinfo *info, const struct rt_msghdr *rtm)
{
	struct ifaddr *ifa;
	int error;

	if (info->rti_info[RTAX_GATEWAY] != NULL) {
		error = rt_setgate(rt, info->rti_info[RTAX_GATEWAY]);
		if (error != 0)
			return error;
	}
	if (info->rti_info[RTAX_TAG] != NULL)
		(void)rt_settag(rt, info->rti_info[RTAX_TAG]);
	if (info->rti_info[RTAX_GATEWAY] != NULL ||
	    info->rti_info[RTAX_IFP] != NULL ||
	    info->rti_info[RTAX_IFA] != NULL) {
		info->rti_flags = rt->rt_flags;
		ifa = rt_getifa(info);
		if (ifa != NULL && ifa != rt->rt_ifa) {
			if (rt->rt_ifa != NULL &&
			    rt->rt_ifa->ifa_rtrequest != NULL)
				(*rt->rt_ifa->ifa_rtrequest)(
				    RTM_DELETE, rt, info);
			rt_replace_ifa(rt, ifa);
		}
		if (info->rti_ifp != NULL)
			rt->rt_ifp = info->rti_ifp;
	}
	rtsock_setmetrics(rtm->rtm_inits, &rtm->rtm_rmx, &rt->rt_rmx);
	if (rt->rt_ifa != NULL && rt->rt_ifa->ifa_rtrequest != NULL)
		(*rt->rt_ifa->ifa_rtrequest)(RTM_ADD, rt, info);
	rt_generation++;
	return 0;
}

/* The message that describes RT, in new memory of *LENP bytes. */
static struct rt_msghdr *
rtsock_report(struct rtentry *rt, const struct rt_msghdr *rtm, size_t *lenp)
{
	const struct ifnet *ifp = rt->rt_ifp;
	struct rt_addrinfo info;
	struct rt_msghdr *new;
	int len;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_DST] = rt_getkey(rt);
	info.rti_info[RTAX_GATEWAY] = rt->rt_gateway;
	info.rti_info[RTAX_NETMASK] = rt_mask(rt);
	info.rti_info[RTAX_TAG] = rt_gettag(rt);
	if ((rtm->rtm_addrs & (RTA_IFP | RTA_IFA)) != 0 && ifp != NULL) {
		const struct ifaddr *rtifa = rt_get_ifa(rt);

		if (ifp->if_dl != NULL)
			info.rti_info[RTAX_IFP] = ifp->if_dl->ifa_addr;
		if (rtifa != NULL) {
			info.rti_info[RTAX_IFA] = rtifa->ifa_addr;
			if ((ifp->if_flags & IFF_POINTOPOINT) != 0)
				info.rti_info[RTAX_BRD] = rtifa->ifa_dstaddr;
		}
	}
	len = rt_msg_layout(rtm->rtm_type, &info, NULL);
	new = kmem_zalloc(len, KM_NOSLEEP);
	if (new == NULL)
		return NULL;
	*new = *rtm;
	(void)rt_msg_layout(rtm->rtm_type, &info, (char *)new);
	new->rtm_addrs = info.rti_addrs;
	new->rtm_flags = rt->rt_flags;
	new->rtm_index = ifp != NULL ? ifp->if_index : 0;
	new->rtm_use = rt->rt_use;
	new->rtm_rmx = rt->rt_rmx;
	if (new->rtm_rmx.rmx_expire != 0)
		new->rtm_rmx.rmx_expire += time_second - time_uptime;
	*lenp = len;
	return new;
}

static int
rtsock_add(struct rt_msghdr *rtm, struct rt_addrinfo *info)
{
	struct rtentry *rt = NULL;
	int error;

	if (info->rti_info[RTAX_GATEWAY] == NULL)
		return EINVAL;
	error = rtrequest1(RTM_ADD, info, &rt);
	if (error != 0)
		return error;
	rtsock_setmetrics(rtm->rtm_inits, &rtm->rtm_rmx, &rt->rt_rmx);
	rtm->rtm_index = rt->rt_ifp->if_index;
	rtfree(rt);
	return 0;
}

/* RTM_GET, RTM_CHANGE, RTM_LOCK: for the route that there is. */
static int
rtsock_existing(struct rt_msghdr **rtmp, size_t *lenp, struct rt_addrinfo *info)
{
	const struct sockaddr *dst = info->rti_info[RTAX_DST];
	struct rt_msghdr *rtm = *rtmp, *new;
	struct rtentry *rt;
	int error = 0;

	/* RTM_GET without mask finds the route that would be used */
	if (rtm->rtm_type == RTM_GET && info->rti_info[RTAX_NETMASK] == NULL) {
		rt = rtalloc1(dst, 0);
		if (rt == NULL)
			return ESRCH;
	} else {
		error = rtrequest1(RTM_GET, info, &rt);
		if (error != 0)
			return error;
		if (rtm->rtm_type != RTM_GET &&
		    sockaddr_cmp(dst, rt_getkey(rt)) != 0) {
			/* a longer match does not do for a change */
			rtfree(rt);
			return ESRCH;
		}
	}
	switch (rtm->rtm_type) {
	case RTM_GET:
		new = rtsock_report(rt, rtm, lenp);
		if (new == NULL)
			error = ENOBUFS;
		else
			*rtmp = new;
		break;
	case RTM_CHANGE:
		error = rtsock_change(rt, info, rtm);
		if (error == 0)
			rtm->rtm_index = rt->rt_ifp->if_index;
		/* FALLTHROUGH */
	case RTM_LOCK:
		rt->rt_rmx.rmx_locks &= ~rtm->rtm_inits;
		rt->rt_rmx.rmx_locks |= rtm->rtm_inits & rtm->rtm_rmx.rmx_locks;
		break;
	}
	rtfree(rt);
	return error;
}

static int
rtsock_execute(struct rt_msghdr **rtmp, size_t *lenp, struct rt_addrinfo *info)
{
	struct rt_msghdr *rtm = *rtmp, *new;
	struct rtentry *rt = NULL;
	int error;

	switch (rtm->rtm_type) {
	case RTM_ADD:
		return rtsock_add(rtm, info);
	case RTM_DELETE:
		error = rtrequest1(RTM_DELETE, info, &rt);
		if (error != 0)
			return error;
		new = rtsock_report(rt, rtm, lenp);
		if (new != NULL)
			*rtmp = new;
		rtfree(rt);
		return 0;
	case RTM_GET:
	case RTM_CHANGE:
	case RTM_LOCK:
		return rtsock_existing(rtmp, lenp, info);
	default:
		return EOPNOTSUPP;
	}
}

static int
rtsock_check(struct rt_msghdr *rtm, size_t len, struct rt_addrinfo *info)
{
	const struct sockaddr *dst;
	int error;

	if (rtm->rtm_version != RTM_VERSION)
		return EPROTONOSUPPORT;
	memset(info, 0, sizeof(*info));
	error = rtsock_addrs(rtm, (char *)rtm + len, info);
	if (error != 0)
		return error;
	info->rti_flags = rtm->rtm_flags;
	dst = info->rti_info[RTAX_DST];
	if (dst == NULL || dst->sa_family >= AF_MAX)
		return EINVAL;
	if (info->rti_info[RTAX_GATEWAY] != NULL &&
	    info->rti_info[RTAX_GATEWAY]->sa_family >= AF_MAX)
		return EINVAL;
	return kauth_authorize_network(
	    curlwp->l_cred, KAUTH_NETWORK_ROUTE, 0, rtm, NULL, NULL);
}

/* A request has come, as a packet, on a locked routing socket. */
int
route_output(struct mbuf *m, struct socket *so)
{
	struct rt_msghdr *rtm = NULL, *answer;
	struct rt_addrinfo info;
	size_t len = 0, alen;
	int error, family = 0;

	KASSERT(solocked(so));
	if (m == NULL)
		return ENOBUFS;
	len = m->m_pkthdr.len;
	if (len < sizeof(*rtm) || len > ROUTE_MSG_MAX) {
		m_freem(m);
		return EINVAL;
	}
	rtm = kmem_zalloc(len + ROUTE_MSG_SLACK, KM_NOSLEEP);
	if (rtm == NULL) {
		m_freem(m);
		return ENOBUFS;
	}
	m_copydata(m, 0, len, rtm);
	if (rtm->rtm_msglen != len) {
		kmem_free(rtm, len + ROUTE_MSG_SLACK);
		m_freem(m);
		return EINVAL;
	}
	rtm->rtm_pid = curproc->p_pid;
	answer = rtm;
	alen = len;
	error = rtsock_check(rtm, len, &info);
	if (error == 0) {
		family = info.rti_info[RTAX_DST]->sa_family;
		error = rtsock_execute(&answer, &alen, &info);
	}
	if (error != 0)
		answer->rtm_errno = error;
	else
		answer->rtm_flags |= RTF_DONE;

	/* the answer takes the request's mbufs */
	if (m->m_pkthdr.len > (int)alen)
		m_adj(m, (int)alen - m->m_pkthdr.len);
	m_copyback(m, 0, alen, answer);
	if (m->m_pkthdr.len < (int)alen) {
		m_freem(m);
		m = NULL;
	}
	if (answer != rtm)
		kmem_free(answer, alen);
	kmem_free(rtm, len + ROUTE_MSG_SLACK);
	if (m != NULL)
		rtsock_answer(so, m, family);
	return error;
}
