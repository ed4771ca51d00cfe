/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of <rump/netconfig.h> but for DHCP.  Each fills an ioctl's
 * structure and hands it to the interface layer with a socket made for it.
 */
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/route.h>
#include <netinet/in.h>

#include <lib/libkern/libkern.h>
#include <rump/netconfig.h>
#include <rump/rump.h>

#include "netconfig_impl.h"

/* One ioctl of family AF_INET. */
static int
ioctl_inet(u_long cmd, void *data)
{
	struct socket *so;
	int error;

	error = socreate(AF_INET, &so, SOCK_DGRAM, 0, curlwp, NULL);
	if (error != 0)
		return error;
	error = ifioctl(so, cmd, data, curlwp);
	soclose(so);
	return error;
}

static int
setname(char *dst, const char *ifname)
{
	if (ifname == NULL || strlen(ifname) >= IFNAMSIZ)
		return EINVAL;
	strlcpy(dst, ifname, IFNAMSIZ);
	return 0;
}

static int
ifreq_simple(u_long cmd, const char *ifname)
{
	struct ifreq ifr;
	int error;

	memset(&ifr, 0, sizeof(ifr));
	error = setname(ifr.ifr_name, ifname);
	return error != 0 ? error : ioctl_inet(cmd, &ifr);
}

static int
setflag(const char *ifname, bool up)
{
	struct ifreq ifr;
	int error;

	memset(&ifr, 0, sizeof(ifr));
	error = setname(ifr.ifr_name, ifname);
	if (error == 0)
		error = ioctl_inet(SIOCGIFFLAGS, &ifr);
	if (error != 0)
		return error;
	if (up)
		ifr.ifr_flags |= IFF_UP;
	else
		ifr.ifr_flags &= ~IFF_UP;
	return ioctl_inet(SIOCSIFFLAGS, &ifr);
}

int
netconfig_ifup(const char *ifname)
{
	return setflag(ifname, true);
}

static int
setlinkstr(const char *ifname, const char *linkstr)
{
	struct ifdrv ifd;
	int error;

	if (linkstr == NULL)
		return EINVAL;
	memset(&ifd, 0, sizeof(ifd));
	error = setname(ifd.ifd_name, ifname);
	if (error != 0)
		return error;
	ifd.ifd_len = strlen(linkstr) + 1;
	ifd.ifd_data = __UNCONST(linkstr);
	return ioctl_inet(SIOCSLINKSTR, &ifd);
}

static int
bridge(const char *brname, const char *ifname, u_long cmd)
{
	struct ifbreq req;
	struct ifdrv ifd;
	int error;

	memset(&req, 0, sizeof(req));
	memset(&ifd, 0, sizeof(ifd));
	error = setname(ifd.ifd_name, brname);
	if (error == 0)
		error = setname(req.ifbr_ifsname, ifname);
	if (error != 0)
		return error;
	ifd.ifd_cmd = cmd;
	ifd.ifd_len = sizeof(req);
	ifd.ifd_data = &req;
	return ioctl_inet(SIOCSDRVSPEC, &ifd);
}

bool
netconfig_parseaddr(const char *s, in_addr_t *addrp)
{
	uint32_t addr = 0;
	unsigned part;
	int i, digits;

	if (s == NULL)
		return false;
	for (i = 0; i < 4; i++) {
		for (part = 0, digits = 0; *s >= '0' && *s <= '9'; s++) {
			part = part * 10 + (unsigned)(*s - '0');
			if (++digits > 3 || part > 255)
				return false;
		}
		if (digits == 0 || *s != (i < 3 ? '.' : '\0'))
			return false;
		s++;
		addr = addr << 8 | part;
	}
	*addrp = htonl(addr);
	return true;
}

static void
setsin(struct sockaddr_in *sin, in_addr_t addr)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = addr;
}

int
netconfig_setaddr(const char *ifname, in_addr_t addr, in_addr_t mask)
{
	struct ifaliasreq ifra;
	int error;

	memset(&ifra, 0, sizeof(ifra));
	error = setname(ifra.ifra_name, ifname);
	if (error != 0)
		return error;
	setsin((struct sockaddr_in *)&ifra.ifra_addr, addr);
	setsin((struct sockaddr_in *)&ifra.ifra_mask, mask);
	setsin((struct sockaddr_in *)&ifra.ifra_broadaddr, addr | ~mask);
	return ioctl_inet(SIOCAIFADDR, &ifra);
}

/* The default route; where there is one, EEXIST or a new one in its place. */
int
netconfig_gateway(in_addr_t gateway, bool replace)
{
	const int flags = RTF_UP | RTF_GATEWAY | RTF_STATIC;
	struct sockaddr_in any, gw;
	struct sockaddr *dst = (struct sockaddr *)&any;
	int error;

	setsin(&any, INADDR_ANY);
	setsin(&gw, gateway);
	mutex_enter(softnet_lock);
	if (replace)
		(void)rtrequest_newmsg(RTM_DELETE, dst, NULL, dst, 0);
	error =
	    rtrequest_newmsg(RTM_ADD, dst, (struct sockaddr *)&gw, dst, flags);
	mutex_exit(softnet_lock);
	return error;
}

/*
 * The public functions
 */

#define ENTER(expr)                                                            \
	do {                                                                   \
		int error_;                                                    \
                                                                               \
		rump_schedule();                                               \
		error_ = (expr);                                               \
		rump_unschedule();                                             \
		return error_;                                                 \
	} while (0)

int
rump_pub_netconfig_ifcreate(const char *ifname)
{
	ENTER(ifreq_simple(SIOCIFCREATE, ifname));
}

int
rump_pub_netconfig_ifdestroy(const char *ifname)
{
	ENTER(ifreq_simple(SIOCIFDESTROY, ifname));
}

int
rump_pub_netconfig_ifup(const char *ifname)
{
	ENTER(setflag(ifname, true));
}

int
rump_pub_netconfig_ifdown(const char *ifname)
{
	ENTER(setflag(ifname, false));
}

int
rump_pub_netconfig_ifsetlinkstr(const char *ifname, const char *linkstr)
{
	ENTER(setlinkstr(ifname, linkstr));
}

int
rump_pub_netconfig_bradd(const char *brname, const char *ifname)
{
	ENTER(bridge(brname, ifname, BRDGADD));
}

int
rump_pub_netconfig_brdel(const char *brname, const char *ifname)
{
	ENTER(bridge(brname, ifname, BRDGDEL));
}

int
rump_pub_netconfig_ipv4_ifaddr(
    const char *ifname, const char *addr, const char *mask)
{
	in_addr_t a, m;

	if (!netconfig_parseaddr(addr, &a) || !netconfig_parseaddr(mask, &m))
		return EINVAL;
	ENTER(netconfig_setaddr(ifname, a, m));
}

int
rump_pub_netconfig_ipv4_ifaddr_cidr(
    const char *ifname, const char *addr, int prefixlen)
{
	in_addr_t a;
	uint32_t mask;

	if (prefixlen < 0 || prefixlen > 32 || !netconfig_parseaddr(addr, &a))
		return EINVAL;
	mask = prefixlen == 0 ? 0 : 0xffffffffu << (32 - prefixlen);
	ENTER(netconfig_setaddr(ifname, a, htonl(mask)));
}

int
rump_pub_netconfig_ipv4_gw(const char *gateway)
{
	in_addr_t a;

	if (!netconfig_parseaddr(gateway, &a))
		return EINVAL;
	ENTER(netconfig_gateway(a, false));
}

int
rump_pub_netconfig_dhcp_ipv4_oneshot(const char *ifname)
{
	ENTER(netconfig_dhcp(ifname));
}

/* There is no IPv6 in this kernel yet: the errno says so. */
int
rump_pub_netconfig_ipv6_ifaddr(
    const char *ifname, const char *addr, int prefixlen)
{
	return EAFNOSUPPORT;
}

int
rump_pub_netconfig_ipv6_gw(const char *gateway)
{
	return EAFNOSUPPORT;
}

int
rump_pub_netconfig_auto_ipv6(const char *ifname)
{
	return EAFNOSUPPORT;
}
