/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routing socket: requests from users, and its messages about routes,
 * addresses and interfaces (route(4)).
 *
 * Messages to all listeners go through a queue and a softint, since they are
 * sent from any context; answers go at once.
 */
#include <sys/domain.h>
#include <sys/intr.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/netisr.h>
#include <net/radix.h>
#include <net/raw_cb.h>
#include <net/route.h>
#include <net/rtbl.h>

#include "rtsock_impl.h"

struct route_cb route_cb;
struct domain routedomain;

static struct sockaddr route_dst = {.sa_len = 2, .sa_family = PF_ROUTE};
static struct sockaddr route_src = {.sa_len = 2, .sa_family = PF_ROUTE};
static struct sockproto route_proto = {.sp_family = PF_ROUTE};

static struct ifqueue route_intrq; /* q: route_intrq_lock */
static kmutex_t route_intrq_lock;

static void
route_intr(void)
{
	struct sockproto proto = {.sp_family = PF_ROUTE};
	struct mbuf *m;

	mutex_enter(softnet_lock);
	for (;;) {
		mutex_enter(&route_intrq_lock);
		IF_DEQUEUE(&route_intrq, m);
		mutex_exit(&route_intrq_lock);
		if (m == NULL)
			break;
		proto.sp_protocol = (u_short)(uintptr_t)M_GETCTX(m, void *);
		M_CLEARCTX(m);
		raw_input(m, &proto, &route_src, &route_dst);
	}
	mutex_exit(softnet_lock);
}

static void
route_enqueue(struct mbuf *m, int family)
{
	bool full;

	M_SETCTX(m, (uintptr_t)family);
	mutex_enter(&route_intrq_lock);
	full = IF_QFULL(&route_intrq);
	if (full)
		IF_DROP(&route_intrq);
	else
		IF_ENQUEUE(&route_intrq, m);
	mutex_exit(&route_intrq_lock);
	if (full)
		m_freem(m);
	else
		schednetisr(AF_ROUTE);
}

static void
route_init(void)
{
	mutex_init(&route_intrq_lock, MUTEX_DEFAULT, IPL_NET);
	route_intrq.ifq_maxlen = 1024;
	rump_netisr_register(AF_ROUTE, route_intr);
	rt_init();
	rtsock_sysctl_init();
}

/* Counts listeners, so that nobody makes messages that nobody reads. */
static void
rt_adjustcount(int af, int cnt)
{
	route_cb.any_count += cnt;
	switch (af) {
	case AF_INET:
		route_cb.ip_count += cnt;
		break;
	case AF_INET6:
		route_cb.ip6_count += cnt;
		break;
	case AF_MPLS:
		route_cb.mpls_count += cnt;
		break;
	}
}

static int
route_attach(struct socket *so, int proto)
{
	struct rawcb *rp;
	int error;

	sosetlock(so);
	rp = kmem_zalloc(sizeof(*rp), KM_SLEEP);
	rp->rcb_len = sizeof(*rp);
	so->so_pcb = rp;
	error = raw_attach(so, proto, NULL);
	if (error != 0) {
		so->so_pcb = NULL;
		kmem_free(rp, sizeof(*rp));
		return error;
	}
	rt_adjustcount(rp->rcb_proto.sp_protocol, 1);
	rp->rcb_laddr = &route_src;
	rp->rcb_faddr = &route_dst;
	soisconnected(so);
	so->so_options |= SO_USELOOPBACK;
	return 0;
}

static void
route_detach(struct socket *so)
{
	struct rawcb *rp = sotorawcb(so);

	KASSERT(rp != NULL);
	rt_adjustcount(rp->rcb_proto.sp_protocol, -1);
	raw_detach(so);
}

static int
route_accept(struct socket *so, struct sockaddr *nam)
{
	(void)so;
	(void)nam;
	return EOPNOTSUPP;
}

static int
route_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	(void)so;
	(void)nam;
	(void)l;
	return EOPNOTSUPP;
}

static int
route_listen(struct socket *so, struct lwp *l)
{
	(void)so;
	(void)l;
	return EOPNOTSUPP;
}

static int
route_connect2(struct socket *so, struct socket *so2)
{
	(void)so;
	(void)so2;
	return EOPNOTSUPP;
}

static int
route_disconnect(struct socket *so)
{
	soisdisconnected(so);
	raw_disconnect(sotorawcb(so));
	return 0;
}

static int
route_shutdown(struct socket *so)
{
	socantsendmore(so);
	return 0;
}

static int
route_abort(struct socket *so)
{
	soisdisconnected(so);
	route_detach(so);
	return 0;
}

static int
route_ioctl(struct socket *so, u_long cmd, void *nam, struct ifnet *ifp)
{
	(void)so;
	(void)cmd;
	(void)nam;
	(void)ifp;
	return EOPNOTSUPP;
}

static int
route_stat(struct socket *so, struct stat *ub)
{
	(void)so;
	(void)ub;
	return 0;
}

static int
route_peeraddr(struct socket *so, struct sockaddr *nam)
{
	struct rawcb *rp = sotorawcb(so);

	if (rp->rcb_faddr == NULL)
		return ENOTCONN;
	raw_setpeeraddr(rp, nam);
	return 0;
}

static int
route_sockaddr(struct socket *so, struct sockaddr *nam)
{
	raw_setsockaddr(sotorawcb(so), nam);
	return 0;
}

static int
route_rcvd(struct socket *so, int flags, struct lwp *l)
{
	(void)so;
	(void)flags;
	(void)l;
	return EOPNOTSUPP;
}

static int
route_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	(void)so;
	(void)m;
	(void)flags;
	return EOPNOTSUPP;
}

static int
route_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	return raw_send(so, m, nam, control, l, &route_output);
}

static int
route_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	(void)so;
	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

static int
route_purgeif(struct socket *so, struct ifnet *ifp)
{
	(void)so;
	(void)ifp;
	return 0;
}

/* ---- making messages ---- */

static int
rt_msg_hdrlen(int type)
{
	switch (type) {
	case RTM_DELADDR:
	case RTM_NEWADDR:
	case RTM_CHGADDR:
		return sizeof(struct ifa_msghdr);
	case RTM_IFINFO:
		return sizeof(struct if_msghdr);
	case RTM_IFANNOUNCE:
	case RTM_IEEE80211:
		return sizeof(struct if_announcemsghdr);
	default:
		return sizeof(struct rt_msghdr);
	}
}

/*
 * Lay a message out: header (copied by the caller), then the addresses, each
 * padded. Returns its length; writes only when CP is given.
 */
int
rt_msg_layout(int type, struct rt_addrinfo *info, char *cp)
{
	const struct sockaddr *sa;
	int i, len, dlen;

	info->rti_addrs = 0;
	len = RT_ROUNDUP(rt_msg_hdrlen(type));
	for (i = 0; i < RTAX_MAX; i++) {
		sa = info->rti_info[i];
		if (sa == NULL)
			continue;
		info->rti_addrs |= 1 << i;
		dlen = RT_ROUNDUP(sa->sa_len);
		if (cp != NULL) {
			memset(cp + len, 0, dlen);
			memcpy(cp + len, sa, sa->sa_len);
		}
		len += dlen;
	}
	if (cp != NULL) {
		struct rt_msghdr *rtm = (struct rt_msghdr *)cp;

		rtm->rtm_msglen = len;
		rtm->rtm_version = RTM_VERSION;
		rtm->rtm_type = type;
	}
	return len;
}

/* A message in an mbuf; DATA is its header. NULL without memory. */
struct mbuf *
rt_msg1(int type, struct rt_addrinfo *info, void *data, int datalen)
{
	struct mbuf *m;
	int len;

	len = rt_msg_layout(type, info, NULL);
	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return NULL;
	if (len > MHLEN && !m_clgetsize(m, len, M_DONTWAIT)) {
		m_free(m);
		return NULL;
	}
	memset(mtod(m, void *), 0, len);
	if (data != NULL)
		memcpy(mtod(m, void *), data, datalen);
	(void)rt_msg_layout(type, info, mtod(m, char *));
	m->m_len = m->m_pkthdr.len = len;
	return m;
}

/* A message in a buffer, or its length alone when CP is NULL. */
int
rt_msg3(int type, struct rt_addrinfo *info, void *cp, void *w, int *lenp)
{
	(void)w;
	*lenp = rt_msg_layout(type, info, cp);
	return 0;
}

/* Something happened: RTM_MISS, RTM_REDIRECT, RTM_LOSING ... */
void
rt_missmsg(int type, const struct rt_addrinfo *rtinfo, int flags, int error)
{
	struct rt_addrinfo info = *rtinfo;
	struct rt_msghdr rtm;
	struct mbuf *m;

	if (route_cb.any_count == 0)
		return;
	memset(&rtm, 0, sizeof(rtm));
	rtm.rtm_pid = curproc->p_pid;
	rtm.rtm_flags = RTF_DONE | flags;
	rtm.rtm_errno = error;
	rt_msg_layout(type, &info, NULL);
	rtm.rtm_addrs = info.rti_addrs;
	m = rt_msg1(type, &info, &rtm, sizeof(rtm));
	if (m == NULL)
		return;
	route_enqueue(m,
	    info.rti_info[RTAX_DST] != NULL ? info.rti_info[RTAX_DST]->sa_family
					    : 0);
}

/* Flags or link state of an interface have changed. */
void
rt_ifmsg(struct ifnet *ifp)
{
	struct rt_addrinfo info;
	struct if_msghdr ifm;
	struct mbuf *m;

	if (route_cb.any_count == 0)
		return;
	memset(&info, 0, sizeof(info));
	memset(&ifm, 0, sizeof(ifm));
	ifm.ifm_index = ifp->if_index;
	ifm.ifm_flags = ifp->if_flags;
	ifm.ifm_data = ifp->if_data;
	m = rt_msg1(RTM_IFINFO, &info, &ifm, sizeof(ifm));
	if (m != NULL)
		route_enqueue(m, 0);
}

static void
rt_addrmsg(int type, struct ifaddr *ifa)
{
	struct ifnet *ifp = ifa->ifa_ifp;
	struct rt_addrinfo info;
	struct ifa_msghdr ifam;
	struct mbuf *m;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_IFA] = ifa->ifa_addr;
	info.rti_info[RTAX_IFP] =
	    ifp->if_dl != NULL ? ifp->if_dl->ifa_addr : NULL;
	info.rti_info[RTAX_NETMASK] = ifa->ifa_netmask;
	info.rti_info[RTAX_BRD] = ifa->ifa_dstaddr;
	memset(&ifam, 0, sizeof(ifam));
	ifam.ifam_index = ifp->if_index;
	ifam.ifam_metric = ifa->ifa_metric;
	ifam.ifam_flags = ifa->ifa_flags & ~IFA_DESTROYING;
	rt_msg_layout(type, &info, NULL);
	ifam.ifam_addrs = info.rti_addrs;
	m = rt_msg1(type, &info, &ifam, sizeof(ifam));
	if (m != NULL)
		route_enqueue(m, ifa->ifa_addr->sa_family);
}

static void
rt_routemsg(int type, const struct rtentry *rt, int error)
{
	struct rt_addrinfo info;
	struct rt_msghdr rtm;
	struct mbuf *m;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_NETMASK] = rt_mask(rt);
	info.rti_info[RTAX_DST] = rt_getkey(rt);
	info.rti_info[RTAX_GATEWAY] = rt->rt_gateway;
	memset(&rtm, 0, sizeof(rtm));
	rtm.rtm_pid = curproc->p_pid;
	if (rt->rt_ifp != NULL)
		rtm.rtm_index = rt->rt_ifp->if_index;
	rtm.rtm_flags = rt->rt_flags;
	rtm.rtm_errno = error;
	rt_msg_layout(type, &info, NULL);
	rtm.rtm_addrs = info.rti_addrs;
	m = rt_msg1(type, &info, &rtm, sizeof(rtm));
	if (m != NULL)
		route_enqueue(m, rt_getkey(rt)->sa_family);
}

void
rt_newmsg(const int cmd, const struct rtentry *rt)
{
	if (route_cb.any_count != 0)
		rt_routemsg(cmd, rt, 0);
}

/*
 * An address, its route, or both have come or gone: RTM_ADD and RTM_DELETE
 * tell of both, in the order that makes sense.
 */
void
rt_newaddrmsg(int cmd, struct ifaddr *ifa, int error, struct rtentry *rt)
{
	if (route_cb.any_count == 0)
		return;
	switch (cmd) {
	case RTM_ADD:
		rt_addrmsg(RTM_NEWADDR, ifa);
		if (rt != NULL)
			rt_routemsg(RTM_ADD, rt, error);
		break;
	case RTM_DELETE:
		if (rt != NULL)
			rt_routemsg(RTM_DELETE, rt, error);
		rt_addrmsg(RTM_DELADDR, ifa);
		break;
	default:
		rt_addrmsg(cmd, ifa);
		break;
	}
}

static void
rt_announcemsg(
    struct ifnet *ifp, int type, int what, void *data, size_t data_len)
{
	struct if_announcemsghdr ifan;
	struct rt_addrinfo info;
	struct mbuf *m;
	int len;

	if (route_cb.any_count == 0)
		return;
	memset(&info, 0, sizeof(info));
	memset(&ifan, 0, sizeof(ifan));
	ifan.ifan_index = ifp->if_index;
	strlcpy(ifan.ifan_name, ifp->if_xname, sizeof(ifan.ifan_name));
	ifan.ifan_what = what;
	m = rt_msg1(type, &info, &ifan, sizeof(ifan));
	if (m == NULL)
		return;
	if (data_len > 0) {
		len = m->m_pkthdr.len;
		if (m_append(m, data_len, data) == 0) {
			m_freem(m);
			return;
		}
		mtod(m, struct if_announcemsghdr *)->ifan_msglen =
		    len + data_len;
	}
	route_enqueue(m, 0);
}

/* An interface has come or gone. */
void
rt_ifannouncemsg(struct ifnet *ifp, int what)
{
	rt_announcemsg(ifp, RTM_IFANNOUNCE, what, NULL, 0);
}

void
rt_ieee80211msg(struct ifnet *ifp, int what, void *data, size_t data_len)
{
	rt_announcemsg(ifp, RTM_IEEE80211, what, data, data_len);
}

/* Deliver the answer to a request, to the asker and whoever listens. */
void
rtsock_answer(struct socket *so, struct mbuf *m, int family)
{
	struct rawcb *rp = NULL;

	if ((so->so_options & SO_USELOOPBACK) == 0) {
		if (route_cb.any_count <= 1) {
			m_freem(m);
			return;
		}
		/* everybody but the asker */
		rp = sotorawcb(so);
		rp->rcb_proto.sp_family = 0;
	}
	route_proto.sp_protocol = family;
	raw_input(m, &route_proto, &route_src, &route_dst);
	if (rp != NULL)
		rp->rcb_proto.sp_family = PF_ROUTE;
}

static const struct pr_usrreqs route_usrreqs = {
    .pr_attach = route_attach,
    .pr_detach = route_detach,
    .pr_accept = route_accept,
    .pr_bind = route_bind,
    .pr_listen = route_listen,
    .pr_connect = route_bind,
    .pr_connect2 = route_connect2,
    .pr_disconnect = route_disconnect,
    .pr_shutdown = route_shutdown,
    .pr_abort = route_abort,
    .pr_ioctl = route_ioctl,
    .pr_stat = route_stat,
    .pr_peeraddr = route_peeraddr,
    .pr_sockaddr = route_sockaddr,
    .pr_rcvd = route_rcvd,
    .pr_recvoob = route_recvoob,
    .pr_send = route_send,
    .pr_sendoob = route_sendoob,
    .pr_purgeif = route_purgeif,
};

static const struct protosw routesw[] = {
    {
	.pr_type = SOCK_RAW,
	.pr_domain = &routedomain,
	.pr_flags = PR_ATOMIC | PR_ADDR,
	.pr_input = raw_input,
	.pr_ctlinput = raw_ctlinput,
	.pr_usrreqs = &route_usrreqs,
	.pr_init = raw_init,
    },
};

struct domain routedomain = {
    .dom_family = PF_ROUTE,
    .dom_name = "route",
    .dom_init = route_init,
    .dom_protosw = routesw,
    .dom_protoswNPROTOSW = &routesw[__arraycount(routesw)],
};
