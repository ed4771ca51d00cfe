/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes: lookup, addition, deletion, redirects.
 *
 * softnet_lock protects all of it. rt_refcnt counts the users besides the
 * table; the entry is freed when it is neither used nor in the table.
 */
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/radix.h>
#include <net/route.h>
#include <net/rtbl.h>

#include "route_impl.h"

struct rtstat rtstat;
unsigned int rt_generation;
static struct pool rtentry_pool;

void
rt_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	pool_init(&rtentry_pool, sizeof(struct rtentry), 0, 0, 0, "rtentpl",
	    NULL, IPL_SOFTNET);
	rt_timer_init();
}

/* Copy SRC under NETMASK; what the mask does not cover is zero. */
void
rt_maskedcopy(const struct sockaddr *src, struct sockaddr *dst,
    const struct sockaddr *netmask)
{
	const uint8_t *s = (const uint8_t *)src;
	const uint8_t *m = (const uint8_t *)netmask;
	uint8_t *d = (uint8_t *)dst;
	int i, n = MIN(netmask->sa_len, src->sa_len);

	memset(dst, 0, src->sa_len);
	dst->sa_len = src->sa_len;
	dst->sa_family = src->sa_family;
	for (i = 2; i < n; i++)
		d[i] = s[i] & m[i];
}

struct sockaddr *
rt_setkey(struct rtentry *rt, const struct sockaddr *key, int flags)
{
	if (rt->_rt_key != NULL)
		sockaddr_free(rt->_rt_key);
	rt->_rt_key = sockaddr_dup(key, flags);
	return rt->_rt_key;
}

const struct sockaddr *
rt_settag(struct rtentry *rt, const struct sockaddr *tag)
{
	struct sockaddr *new = NULL;

	if (tag != NULL) {
		new = sockaddr_dup(tag, M_NOWAIT);
		if (new == NULL)
			return NULL;
	}
	if (rt->rt_tag != NULL)
		sockaddr_free(rt->rt_tag);
	rt->rt_tag = new;
	return new;
}

struct sockaddr *
rt_gettag(const struct rtentry *rt)
{
	return rt->rt_tag;
}

/* Free what an entry points at. */
void
rt_destroy(struct rtentry *rt)
{
	if (rt->_rt_key != NULL)
		sockaddr_free(rt->_rt_key);
	if (rt->rt_gateway != NULL)
		sockaddr_free(rt->rt_gateway);
	if (rt->rt_tag != NULL)
		sockaddr_free(rt->rt_tag);
	rt->_rt_key = rt->rt_gateway = rt->rt_tag = NULL;
}

struct ifaddr *
rt_get_ifa(struct rtentry *rt)
{
	struct ifaddr *ifa = rt->rt_ifa;

	if (ifa == NULL || ifa->ifa_getifa == NULL)
		return ifa;
	if (ifa->ifa_seqno != NULL && *ifa->ifa_seqno == rt->rt_ifa_seqno)
		return ifa;
	ifa = (*ifa->ifa_getifa)(ifa, rt_getkey(rt));
	if (ifa == NULL)
		return NULL;
	rt_replace_ifa(rt, ifa);
	return ifa;
}

void
rt_set_ifa(struct rtentry *rt, struct ifaddr *ifa)
{
	rt->rt_ifa = ifa;
	if (ifa->ifa_seqno != NULL)
		rt->rt_ifa_seqno = *ifa->ifa_seqno;
}

/* Let the route belong to another address. */
void
rt_replace_ifa(struct rtentry *rt, struct ifaddr *ifa)
{
	struct ifaddr *old = rt->rt_ifa;

	if (old == ifa)
		return;
	ifaref(ifa);
	if (old != NULL && (old->ifa_flags & IFA_ROUTE) != 0 &&
	    old->ifa_ifp == ifa->ifa_ifp &&
	    (rt->rt_flags & RTF_CONNECTED) != 0) {
		old->ifa_flags &= ~IFA_ROUTE;
		ifa->ifa_flags |= IFA_ROUTE;
	}
	rt_set_ifa(rt, ifa);
	if (old != NULL)
		ifafree(old);
}

static struct rtentry *
rtalloc1_locked(const struct sockaddr *dst, int report)
{
	struct rt_addrinfo info;
	struct rtentry *rt = NULL;
	rtbl_t *rtbl;

	rtbl = rt_gettable(dst->sa_family);
	if (rtbl != NULL)
		rt = rt_matchaddr(rtbl, dst);
	if (rt != NULL && (rt->rt_flags & RTF_UP) != 0) {
		rt->rt_refcnt++;
		return rt;
	}
	rtstat.rts_unreach++;
	if (report && route_cb.any_count > 0) {
		memset(&info, 0, sizeof(info));
		info.rti_info[RTAX_DST] = dst;
		rt_missmsg(RTM_MISS, &info, 0, 0);
	}
	return NULL;
}

/*
 * The route to DST with a reference, or NULL; REPORT tells routing sockets
 * of the miss.
 */
struct rtentry *
rtalloc1(const struct sockaddr *dst, int report)
{
	const bool locked = rt_lock();
	struct rtentry *rt;

	rt = rtalloc1_locked(dst, report);
	rt_unlock(locked);
	return rt;
}

static void
rtfree_locked(struct rtentry *rt)
{
	KASSERT(rt != NULL);
	KASSERT(rt->rt_refcnt > 0);

	if (--rt->rt_refcnt > 0 || (rt->rt_flags & RTF_UP) != 0)
		return;
	rt_assert_inactive(rt);
	rt_timer_remove_all(rt);
	if (rt->rt_ifa != NULL)
		ifafree(rt->rt_ifa);
	rt->rt_ifa = NULL;
	rt_destroy(rt);
	pool_put(&rtentry_pool, rt);
}

/* Give a reference back; the last user of a deleted route frees it. */
void
rtfree(struct rtentry *rt)
{
	const bool locked = rt_lock();

	rtfree_locked(rt);
	rt_unlock(locked);
}

void
rt_unref(struct rtentry *rt)
{
	rtfree(rt);
}

/* The address through which a route with these ends would go. */
struct ifaddr *
ifa_ifwithroute(
    int flags, const struct sockaddr *dst, const struct sockaddr *gateway)
{
	struct ifaddr *ifa = NULL, *oifa;
	struct rtentry *rt;

	if ((flags & RTF_GATEWAY) == 0) {
		if ((flags & RTF_HOST) != 0)
			ifa = ifa_ifwithdstaddr(dst);
		if (ifa == NULL)
			ifa = ifa_ifwithaddr(gateway);
	} else
		ifa = ifa_ifwithdstaddr(gateway);
	if (ifa == NULL)
		ifa = ifa_ifwithnet(gateway);
	if (ifa == NULL) {
		rt = rtalloc1(dst, 0);
		if (rt == NULL)
			return NULL;
		ifa = rt->rt_ifa;
		rtfree(rt);
		if (ifa == NULL)
			return NULL;
	}
	if (ifa->ifa_addr->sa_family != dst->sa_family) {
		oifa = ifa;
		ifa = ifaof_ifpforaddr(dst, ifa->ifa_ifp);
		if (ifa == NULL)
			ifa = oifa;
	}
	return ifa;
}

/* Find the interface that RTAX_IFP names. */
int
rt_getifp(struct rt_addrinfo *info)
{
	const struct sockaddr *ifpaddr = info->rti_info[RTAX_IFP];
	struct ifaddr *ifa;

	if (info->rti_ifp == NULL && ifpaddr != NULL &&
	    ifpaddr->sa_family == AF_LINK) {
		ifa = ifa_ifwithnet(ifpaddr);
		if (ifa != NULL)
			info->rti_ifp = ifa->ifa_ifp;
	}
	return info->rti_ifp != NULL ? 0 : ENXIO;
}

/* Find the interface address that a new route belongs to, also rti_ifp. */
struct ifaddr *
rt_getifa(struct rt_addrinfo *info)
{
	const struct sockaddr *dst = info->rti_info[RTAX_DST];
	const struct sockaddr *gateway = info->rti_info[RTAX_GATEWAY];
	const struct sockaddr *ifaaddr = info->rti_info[RTAX_IFA];
	const struct sockaddr *sa;
	struct ifaddr *ifa;

	(void)rt_getifp(info);
	if (info->rti_ifa == NULL && ifaaddr != NULL)
		info->rti_ifa = ifa_ifwithaddr(ifaaddr);
	if (info->rti_ifa == NULL) {
		sa = ifaaddr != NULL  ? ifaaddr
		    : gateway != NULL ? gateway
				      : dst;
		if (sa != NULL && info->rti_ifp != NULL)
			info->rti_ifa = ifaof_ifpforaddr(sa, info->rti_ifp);
		else if (dst != NULL && gateway != NULL)
			info->rti_ifa =
			    ifa_ifwithroute(info->rti_flags, dst, gateway);
		else if (sa != NULL)
			info->rti_ifa =
			    ifa_ifwithroute(info->rti_flags, sa, sa);
	}
	ifa = info->rti_ifa;
	if (ifa == NULL)
		return NULL;
	if (ifa->ifa_getifa != NULL && dst != NULL) {
		ifa = (*ifa->ifa_getifa)(ifa, dst);
		if (ifa == NULL)
			return NULL;
		info->rti_ifa = ifa;
	}
	if (info->rti_ifp == NULL)
		info->rti_ifp = ifa->ifa_ifp;
	return ifa;
}

/* Set the gateway; a route through itself is refused. */
int
rt_setgate(struct rtentry *rt, const struct sockaddr *gate)
{
	struct sockaddr *new;

	if ((rt->rt_flags & RTF_GATEWAY) != 0 && rt->_rt_key != NULL &&
	    (rt->rt_flags & RTF_HOST) != 0 &&
	    sockaddr_cmp(rt->_rt_key, gate) == 0)
		return EDQUOT;
	new = sockaddr_dup(gate, M_NOWAIT);
	if (new == NULL)
		return ENOMEM;
	if (rt->rt_gateway != NULL)
		sockaddr_free(rt->rt_gateway);
	rt->rt_gateway = new;
	rt_generation++;
	return 0;
}

static int
rtrequest_delete(rtbl_t *rtbl, struct rt_addrinfo *info,
    const struct sockaddr *dst, const struct sockaddr *netmask,
    struct rtentry **ret)
{
	struct rtentry *rt;
	struct ifaddr *ifa;

	rt = rt_deladdr(rtbl, dst, netmask);
	if (rt == NULL)
		return ESRCH;
	rt->rt_flags &= ~RTF_UP;
	rt_generation++;
	ifa = rt->rt_ifa;
	if (ifa != NULL) {
		if ((ifa->ifa_flags & IFA_ROUTE) != 0 &&
		    rt_ifa_connected(rt, ifa))
			ifa->ifa_flags &= ~IFA_ROUTE;
		if (ifa->ifa_rtrequest != NULL)
			(*ifa->ifa_rtrequest)(RTM_DELETE, rt, info);
	}
	rt->rt_refcnt++;
	if (ret != NULL)
		*ret = rt;
	else
		rtfree(rt);
	return 0;
}

static int
rtrequest_add(rtbl_t *rtbl, struct rt_addrinfo *info,
    const struct sockaddr *dst, const struct sockaddr *netmask,
    struct rtentry **ret)
{
	const struct sockaddr *gateway = info->rti_info[RTAX_GATEWAY];
	struct sockaddr_storage maskeddst;
	struct rtentry *rt;
	struct ifaddr *ifa;
	int error;

	if (info->rti_ifa == NULL && rt_getifa(info) == NULL)
		return ENETUNREACH;
	ifa = info->rti_ifa;
	if (gateway == NULL || dst->sa_len > sizeof(maskeddst))
		return EINVAL;
	rt = pool_get(&rtentry_pool, PR_NOWAIT);
	if (rt == NULL)
		return ENOBUFS;
	memset(rt, 0, sizeof(*rt));
	rt->rt_flags = RTF_UP | (info->rti_flags & ~RTF_DONE);
	LIST_INIT(&rt->rt_timer);
	if (netmask != NULL) {
		rt_maskedcopy(dst, (struct sockaddr *)&maskeddst, netmask);
		rt_setkey(rt, (struct sockaddr *)&maskeddst, M_NOWAIT);
	} else
		rt_setkey(rt, dst, M_NOWAIT);
	error = ENOBUFS;
	if (rt_getkey(rt) == NULL)
		goto bad;
	error = rt_setgate(rt, gateway);
	if (error != 0)
		goto bad;
	if (info->rti_info[RTAX_TAG] != NULL &&
	    rt_settag(rt, info->rti_info[RTAX_TAG]) == NULL) {
		error = ENOBUFS;
		goto bad;
	}
	ifaref(ifa);
	rt_set_ifa(rt, ifa);
	rt->rt_ifp = (rt->rt_flags & RTF_LOCAL) != 0 && lo0ifp != NULL
	    ? lo0ifp
	    : ifa->ifa_ifp;
	if (info->rti_ifp != NULL && (rt->rt_flags & RTF_LOCAL) == 0)
		rt->rt_ifp = info->rti_ifp;
	error = rt_addaddr(rtbl, rt, netmask);
	if (error != 0) {
		ifafree(ifa);
		goto bad;
	}
	rt_generation++;
	if (ifa->ifa_rtrequest != NULL)
		(*ifa->ifa_rtrequest)(RTM_ADD, rt, info);
	if (ret != NULL) {
		rt->rt_refcnt++;
		*ret = rt;
	}
	return 0;
bad:
	rt_destroy(rt);
	pool_put(&rtentry_pool, rt);
	return error;
}

static int
rtrequest1_locked(int req, struct rt_addrinfo *info, struct rtentry **ret)
{
	const struct sockaddr *dst = info->rti_info[RTAX_DST];
	const struct sockaddr *netmask = info->rti_info[RTAX_NETMASK];
	struct rtentry *rt;
	rtbl_t *rtbl;

	if (dst == NULL)
		return EINVAL;
	rtbl = rt_gettable(dst->sa_family);
	if (rtbl == NULL)
		return EAFNOSUPPORT;
	if ((info->rti_flags & RTF_HOST) != 0)
		netmask = NULL;
	switch (req) {
	case RTM_DELETE:
		return rtrequest_delete(rtbl, info, dst, netmask, ret);
	case RTM_ADD:
		return rtrequest_add(rtbl, info, dst, netmask, ret);
	case RTM_GET:
		rt = rt_lookup(rtbl, dst, netmask);
		if (rt == NULL)
			return ESRCH;
		if (ret != NULL) {
			rt->rt_refcnt++;
			*ret = rt;
		}
		return 0;
	default:
		return EINVAL;
	}
}

/*
 * RTM_ADD, RTM_DELETE or RTM_GET. *RET, if asked for, is the route with a
 * reference.
 */
int
rtrequest1(int req, struct rt_addrinfo *info, struct rtentry **ret)
{
	const bool locked = rt_lock();
	int error;

	error = rtrequest1_locked(req, info, ret);
	rt_unlock(locked);
	return error;
}

int
rtrequest(int req, const struct sockaddr *dst, const struct sockaddr *gateway,
    const struct sockaddr *netmask, int flags, struct rtentry **ret)
{
	struct rt_addrinfo info;

	memset(&info, 0, sizeof(info));
	info.rti_flags = flags;
	info.rti_info[RTAX_DST] = dst;
	info.rti_info[RTAX_GATEWAY] = gateway;
	info.rti_info[RTAX_NETMASK] = netmask;
	return rtrequest1(req, &info, ret);
}

/* rtrequest() that tells routing sockets. */
int
rtrequest_newmsg(const int req, const struct sockaddr *dst,
    const struct sockaddr *gateway, const struct sockaddr *netmask,
    const int flags)
{
	struct rtentry *rt = NULL;
	int error;

	error = rtrequest(req, dst, gateway, netmask, flags, &rt);
	if (error != 0)
		return error;
	rt_newmsg(req, rt);
	rtfree(rt);
	return 0;
}

/* Is RT the route to the network of IFA itself? */
bool
rt_ifa_connected(const struct rtentry *rt, const struct ifaddr *ifa)
{
	return (rt->rt_flags & RTF_CONNECTED) != 0 ||
	    ((rt->rt_flags & RTF_HOST) != 0 &&
		(ifa->ifa_ifp->if_flags & IFF_POINTOPOINT) != 0 &&
		(rt->rt_flags & RTF_LOCAL) == 0);
}

static int
rtinit_locked(struct ifaddr *ifa, int cmd, int flags)
{
	struct sockaddr_storage maskeddst;
	const struct sockaddr *dst, *odst;
	struct rt_addrinfo info;
	struct rtentry *rt = NULL;
	int error;

	dst = odst = (flags & RTF_HOST) != 0 ? ifa->ifa_dstaddr : ifa->ifa_addr;
	if (dst == NULL)
		return EINVAL;
	if (cmd == RTM_DELETE) {
		if ((flags & RTF_HOST) == 0 && ifa->ifa_netmask != NULL &&
		    dst->sa_len <= sizeof(maskeddst)) {
			rt_maskedcopy(dst, (struct sockaddr *)&maskeddst,
			    ifa->ifa_netmask);
			dst = (struct sockaddr *)&maskeddst;
		}
		rt = rtalloc1(dst, 0);
		if (rt != NULL) {
			error = rt->rt_ifa == ifa     ? 0
			    : (flags & RTF_HOST) != 0 ? EHOSTUNREACH
						      : ENETUNREACH;
			rtfree(rt);
			if (error != 0)
				return error;
		}
	}
	memset(&info, 0, sizeof(info));
	info.rti_ifa = ifa;
	info.rti_flags =
	    flags | (ifa->ifa_flags & ~(IFA_ROUTE | IFA_DESTROYING));
	info.rti_info[RTAX_DST] = dst;
	info.rti_info[RTAX_GATEWAY] = ifa->ifa_addr;
	if (cmd != RTM_LLINFO_UPD)
		info.rti_info[RTAX_NETMASK] = ifa->ifa_netmask;
	error = rtrequest1(cmd == RTM_LLINFO_UPD ? RTM_GET : cmd, &info, &rt);
	if (error != 0)
		return error;
	switch (cmd) {
	case RTM_DELETE:
		rt_newaddrmsg(cmd, ifa, error, rt);
		break;
	case RTM_LLINFO_UPD:
		if (ifa->ifa_rtrequest != NULL)
			(*ifa->ifa_rtrequest)(RTM_LLINFO_UPD, rt, &info);
		rt_newmsg(RTM_CHANGE, rt);
		break;
	case RTM_ADD:
		if (rt->rt_ifa != ifa) {
			if (rt->rt_ifa->ifa_rtrequest != NULL)
				(*rt->rt_ifa->ifa_rtrequest)(
				    RTM_DELETE, rt, &info);
			rt_replace_ifa(rt, ifa);
			rt->rt_ifp = ifa->ifa_ifp;
			if (ifa->ifa_rtrequest != NULL)
				(*ifa->ifa_rtrequest)(RTM_ADD, rt, &info);
		}
		rt_newmsg(cmd, rt);
		break;
	}
	rtfree(rt);
	return 0;
}

/* Add or delete the route that goes with an interface address. */
int
rtinit(struct ifaddr *ifa, int cmd, int flags)
{
	const bool locked = rt_lock();
	int error;

	error = rtinit_locked(ifa, cmd, flags);
	rt_unlock(locked);
	return error;
}

/* The route to the address itself, by loopback. */
static int
rt_ifa_localrequest(int cmd, struct ifaddr *ifa)
{
	struct rt_addrinfo info;
	struct rtentry *nrt = NULL;
	int error;

	memset(&info, 0, sizeof(info));
	info.rti_flags = RTF_HOST | RTF_LOCAL;
	info.rti_info[RTAX_DST] = ifa->ifa_addr;
	info.rti_info[RTAX_GATEWAY] = ifa->ifa_addr;
	info.rti_ifa = ifa;
	if (cmd == RTM_ADD && ifa->ifa_ifp->if_sadl != NULL)
		info.rti_info[RTAX_GATEWAY] =
		    (const struct sockaddr *)ifa->ifa_ifp->if_sadl;
	error = rtrequest1(cmd, &info, &nrt);
	if (error != 0 || nrt == NULL)
		return error;
	rt_newaddrmsg(cmd, ifa, error, nrt);
	rtfree(nrt);
	return 0;
}

static int
rt_ifa_addlocal_locked(struct ifaddr *ifa)
{
	struct rtentry *rt;
	int error = 0;

	rt = rtalloc1(ifa->ifa_addr, 0);
	if (rt == NULL || (rt->rt_flags & RTF_HOST) == 0 ||
	    (rt->rt_ifp->if_flags & IFF_LOOPBACK) == 0)
		error = rt_ifa_localrequest(RTM_ADD, ifa);
	else
		rt_newaddrmsg(RTM_NEWADDR, ifa, 0, NULL);
	if (rt != NULL)
		rtfree(rt);
	return error;
}

/* Add it, unless there is one. */
int
rt_ifa_addlocal(struct ifaddr *ifa)
{
	const bool locked = rt_lock();
	int error;

	error = rt_ifa_addlocal_locked(ifa);
	rt_unlock(locked);
	return error;
}

static int
rt_ifa_remlocal_locked(struct ifaddr *ifa, struct ifaddr *alt_ifa)
{
	struct rtentry *rt;
	int error = 0;

	rt = rtalloc1(ifa->ifa_addr, 0);
	if (rt != NULL && (rt->rt_flags & RTF_HOST) != 0 &&
	    (rt->rt_flags & RTF_LOCAL) != 0) {
		if (alt_ifa == NULL) {
			rtfree(rt);
			error = rt_ifa_localrequest(RTM_DELETE, ifa);
			rt_newaddrmsg(RTM_DELADDR, ifa, 0, NULL);
			return error;
		}
		rt_replace_ifa(rt, alt_ifa);
		rt_newmsg(RTM_CHANGE, rt);
	} else
		rt_newaddrmsg(RTM_DELADDR, ifa, 0, NULL);
	if (rt != NULL)
		rtfree(rt);
	return error;
}

/* Remove it; ALT_IFA is another address that could keep it, or NULL. */
int
rt_ifa_remlocal(struct ifaddr *ifa, struct ifaddr *alt_ifa)
{
	const bool locked = rt_lock();
	int error;

	error = rt_ifa_remlocal_locked(ifa, alt_ifa);
	rt_unlock(locked);
	return error;
}

static bool
rtredirect_valid(const struct sockaddr *dst, const struct sockaddr *gateway,
    const struct sockaddr *src, int flags, const struct rtentry *rt,
    const struct ifaddr *ifa, int *errorp)
{
	*errorp = 0;
	if ((flags & RTF_DONE) == 0 && rt != NULL &&
	    (sockaddr_cmp(src, rt->rt_gateway) != 0 || rt->rt_ifa != ifa))
		*errorp = EINVAL;
	else if (ifa_ifwithaddr(gateway) != NULL)
		*errorp = EHOSTUNREACH;
	(void)dst;
	return *errorp == 0;
}

/* A gateway says that another one is better for DST. */
void
rtredirect(const struct sockaddr *dst, const struct sockaddr *gateway,
    const struct sockaddr *netmask, int flags, const struct sockaddr *src,
    struct rtentry **rtp)
{
	struct rt_addrinfo info;
	struct rtentry *rt = NULL;
	struct ifaddr *ifa;
	int error;

	ifa = ifa_ifwithnet(gateway);
	if (ifa == NULL) {
		error = ENETUNREACH;
		goto out;
	}
	rt = rtalloc1(dst, 0);
	if (!rtredirect_valid(dst, gateway, src, flags, rt, ifa, &error))
		goto done;
	if (rt == NULL || (rt_mask(rt) != NULL && rt_mask(rt)->sa_len < 2) ||
	    (rt->rt_flags & RTF_GATEWAY) != 0 ||
	    (rt->rt_flags & RTF_HOST) == 0) {
		if (rt != NULL && (rt->rt_flags & RTF_GATEWAY) == 0) {
			error = EHOSTUNREACH;
			goto done;
		}
		if (rt != NULL && (rt->rt_flags & RTF_HOST) != 0) {
			/* smash the gateway of a host route */
			rt->rt_flags |= RTF_MODIFIED;
			flags |= RTF_MODIFIED;
			rtstat.rts_newgateway++;
			error = rt_setgate(rt, gateway);
			goto done;
		}
		if (rt != NULL)
			rtfree(rt);
		rt = NULL;
		memset(&info, 0, sizeof(info));
		info.rti_info[RTAX_DST] = dst;
		info.rti_info[RTAX_GATEWAY] = gateway;
		info.rti_info[RTAX_NETMASK] = netmask;
		info.rti_ifa = ifa;
		info.rti_flags = flags | RTF_GATEWAY | RTF_DYNAMIC;
		error = rtrequest1(RTM_ADD, &info, &rt);
		if (error == 0) {
			flags = rt->rt_flags;
			rtstat.rts_dynamic++;
		}
	} else
		error = EHOSTUNREACH;
done:
	if (rt != NULL) {
		if (rtp != NULL && error == 0)
			*rtp = rt;
		else
			rtfree(rt);
	}
out:
	if (error != 0)
		rtstat.rts_badredirect++;
	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_DST] = dst;
	info.rti_info[RTAX_GATEWAY] = gateway;
	info.rti_info[RTAX_NETMASK] = netmask;
	info.rti_info[RTAX_AUTHOR] = src;
	rt_missmsg(RTM_REDIRECT, &info, flags, error);
}

struct rt_delete {
	int (*rd_f)(struct rtentry *, void *);
	void *rd_v;
	struct rtentry *rd_found;
};

static int
rt_delete_find(struct rtentry *rt, void *v)
{
	struct rt_delete *rd = v;

	return (*rd->rd_f)(rt, rd->rd_v);
}

/* Delete all routes of a family for which F is true. */
void
rt_delete_matched_entries(
    sa_family_t family, int (*f)(struct rtentry *, void *), void *v)
{
	struct rt_delete rd = {f, v, NULL};
	struct rtentry *rt, *retrt;
	int error;

	while ((rt = rtbl_search_matched_entry(family, rt_delete_find, &rd)) !=
	    NULL) {
		rt->rt_refcnt++;
		error = rtrequest(RTM_DELETE, rt_getkey(rt), rt->rt_gateway,
		    rt_mask(rt), rt->rt_flags, &retrt);
		rtfree(rt);
		if (error != 0)
			break;
		rt_newmsg(RTM_DELETE, retrt);
		rtfree(retrt);
	}
}

/* Routes that only say "no". */
int
rt_check_reject_route(const struct rtentry *rt, const struct ifnet *ifp)
{
	if ((rt->rt_flags & RTF_REJECT) == 0)
		return 0;
	if (rt->rt_rmx.rmx_expire != 0 && time_uptime >= rt->rt_rmx.rmx_expire)
		return 0;
	if ((rt->rt_flags & RTF_LOCAL) != 0 &&
	    (ifp->if_flags & IFF_LOOPBACK) != 0)
		return 0;
	return (rt->rt_flags & RTF_HOST) != 0 ? EHOSTUNREACH : EHOSTDOWN;
}
