/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl net.route: dumps of routes and of interfaces in the format of the
 * routing socket's messages.
 */
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/radix.h>
#include <net/route.h>
#include <net/rtbl.h>

#include "rtsock_impl.h"

struct rtdump {
	int rd_op;      /* NET_RT_* */
	int rd_arg;     /* flags, or interface index */
	char *rd_buf;   /* messages so far */
	size_t rd_size; /* its size */
	size_t rd_len;  /* used, or needed */
};

/* Make room for a message; NULL if it is only to be counted. */
static char *
rtdump_room(struct rtdump *rd, int len)
{
	size_t at = rd->rd_len, size;
	char *new;

	rd->rd_len += len;
	if (rd->rd_len > rd->rd_size) {
		size = MAX(rd->rd_len, rd->rd_size * 2);
		new = kmem_alloc(size, KM_NOSLEEP);
		if (new == NULL)
			return NULL;
		if (rd->rd_buf != NULL) {
			memcpy(new, rd->rd_buf, at);
			kmem_free(rd->rd_buf, rd->rd_size);
		}
		rd->rd_buf = new;
		rd->rd_size = size;
	}
	return rd->rd_buf + at;
}

static int
rtdump_route(struct rtentry *rt, void *v)
{
	struct rtdump *rd = v;
	const struct ifaddr *rtifa;
	struct rt_addrinfo info;
	struct rt_msghdr *rtm;
	int len;

	if (rd->rd_op == NET_RT_FLAGS && (rt->rt_flags & rd->rd_arg) == 0)
		return 0;
	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_DST] = rt_getkey(rt);
	info.rti_info[RTAX_GATEWAY] = rt->rt_gateway;
	info.rti_info[RTAX_NETMASK] = rt_mask(rt);
	info.rti_info[RTAX_TAG] = rt_gettag(rt);
	if (rt->rt_ifp != NULL) {
		if (rt->rt_ifp->if_dl != NULL)
			info.rti_info[RTAX_IFP] = rt->rt_ifp->if_dl->ifa_addr;
		rtifa = rt_get_ifa(rt);
		if (rtifa != NULL) {
			info.rti_info[RTAX_IFA] = rtifa->ifa_addr;
			if ((rt->rt_ifp->if_flags & IFF_POINTOPOINT) != 0)
				info.rti_info[RTAX_BRD] = rtifa->ifa_dstaddr;
		}
	}
	len = rt_msg_layout(RTM_GET, &info, NULL);
	rtm = (struct rt_msghdr *)rtdump_room(rd, len);
	if (rtm == NULL)
		return ENOMEM;
	memset(rtm, 0, sizeof(*rtm));
	(void)rt_msg_layout(RTM_GET, &info, (char *)rtm);
	rtm->rtm_flags = rt->rt_flags;
	rtm->rtm_use = rt->rt_use;
	rtm->rtm_rmx = rt->rt_rmx;
	if (rtm->rtm_rmx.rmx_expire != 0)
		rtm->rtm_rmx.rmx_expire += time_second - time_uptime;
	rtm->rtm_index = rt->rt_ifp != NULL ? rt->rt_ifp->if_index : 0;
	rtm->rtm_addrs = info.rti_addrs;
	return 0;
}

static int
rtdump_ifaddr(struct rtdump *rd, struct ifnet *ifp, struct ifaddr *ifa)
{
	struct rt_addrinfo info;
	struct ifa_msghdr *ifam;
	int len;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_IFA] = ifa->ifa_addr;
	info.rti_info[RTAX_NETMASK] = ifa->ifa_netmask;
	info.rti_info[RTAX_BRD] = ifa->ifa_dstaddr;
	len = rt_msg_layout(RTM_NEWADDR, &info, NULL);
	ifam = (struct ifa_msghdr *)rtdump_room(rd, len);
	if (ifam == NULL)
		return ENOMEM;
	memset(ifam, 0, sizeof(*ifam));
	(void)rt_msg_layout(RTM_NEWADDR, &info, (char *)ifam);
	ifam->ifam_index = ifp->if_index;
	ifam->ifam_flags = ifa->ifa_flags & ~IFA_DESTROYING;
	ifam->ifam_metric = ifa->ifa_metric;
	ifam->ifam_addrs = info.rti_addrs;
	return 0;
}

static int
rtdump_if(struct rtdump *rd, struct ifnet *ifp, int af)
{
	struct rt_addrinfo info;
	struct if_msghdr *ifm;
	struct ifaddr *ifa;
	int len, error = 0;

	memset(&info, 0, sizeof(info));
	if (ifp->if_dl != NULL)
		info.rti_info[RTAX_IFP] = ifp->if_dl->ifa_addr;
	len = rt_msg_layout(RTM_IFINFO, &info, NULL);
	ifm = (struct if_msghdr *)rtdump_room(rd, len);
	if (ifm == NULL)
		return ENOMEM;
	memset(ifm, 0, sizeof(*ifm));
	(void)rt_msg_layout(RTM_IFINFO, &info, (char *)ifm);
	ifm->ifm_index = ifp->if_index;
	ifm->ifm_flags = ifp->if_flags;
	ifm->ifm_data = ifp->if_data;
	ifm->ifm_addrs = info.rti_addrs;
	IFADDR_READER_FOREACH(ifa, ifp)
	{
		if (ifa == ifp->if_dl ||
		    (af != 0 && af != ifa->ifa_addr->sa_family))
			continue;
		error = rtdump_ifaddr(rd, ifp, ifa);
		if (error != 0)
			break;
	}
	return error;
}

static int
rtdump_iflist(struct rtdump *rd, int af)
{
	struct ifnet *ifp;
	int error = 0;

	IFNET_READER_FOREACH(ifp)
	{
		if (if_is_deactivated(ifp) ||
		    (rd->rd_arg != 0 && rd->rd_arg != ifp->if_index))
			continue;
		error = rtdump_if(rd, ifp, af);
		if (error != 0)
			break;
	}
	return error;
}

static int
rtdump_routes(struct rtdump *rd, int af)
{
	int i, error = 0;

	for (i = 1; i < AF_MAX && error == 0; i++)
		if (af == 0 || af == i)
			error = rt_walktree(i, rtdump_route, rd);
	return error;
}

/* name: address family, NET_RT_* operation, its argument */
static int
sysctl_rtable(SYSCTLFN_ARGS)
{
	struct rtdump rd;
	int error;

	(void)l;
	(void)oname;
	(void)rnode;
	if (namelen == 1 && name[0] == CTL_QUERY)
		return sysctl_query(SYSCTLFN_CALL(rnode));
	if (newp != NULL)
		return EPERM;
	if (namelen != 3)
		return EINVAL;
	memset(&rd, 0, sizeof(rd));
	rd.rd_op = name[1];
	rd.rd_arg = name[2];
	IFNET_LOCK(); /* interfaces stay */
	mutex_enter(softnet_lock);
	switch (rd.rd_op) {
	case NET_RT_DUMP:
	case NET_RT_FLAGS:
		error = rtdump_routes(&rd, name[0]);
		break;
	case NET_RT_IFLIST:
		error = rtdump_iflist(&rd, name[0]);
		break;
	default:
		error = EINVAL;
		break;
	}
	mutex_exit(softnet_lock);
	IFNET_UNLOCK();
	if (error == 0 && oldp == NULL)
		*oldlenp = rd.rd_len * 11 / 10; /* it may grow meanwhile */
	else if (error == 0) {
		if (*oldlenp < rd.rd_len)
			error = ENOMEM;
		else if (rd.rd_len > 0)
			error = copyout(rd.rd_buf, oldp, rd.rd_len);
		*oldlenp = rd.rd_len;
	}
	if (rd.rd_buf != NULL)
		kmem_free(rd.rd_buf, rd.rd_size);
	return error;
}

static struct sysctllog *rtsock_log;

void
rtsock_sysctl_init(void)
{
	sysctl_createv(&rtsock_log, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "route", SYSCTL_DESCR("Routing"), NULL, 0, NULL, 0,
	    CTL_NET, PF_ROUTE, CTL_EOL);
	sysctl_createv(&rtsock_log, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "rtable",
	    SYSCTL_DESCR("Tables of routes and interfaces"), sysctl_rtable, 0,
	    NULL, 0, CTL_NET, PF_ROUTE, 0, CTL_EOL);
	sysctl_createv(&rtsock_log, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "stats", SYSCTL_DESCR("Routing statistics"), NULL,
	    0, &rtstat, sizeof(rtstat), CTL_NET, PF_ROUTE, CTL_CREATE, CTL_EOL);
}
