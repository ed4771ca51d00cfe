/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interface ioctls, flags, promiscuity, and link state.
 *
 * An ioctl goes to the driver's if_ioctl, which answers ENOTTY to what is not
 * its business, then to the socket's protocol. The driver is called with the
 * big lock and without softnet_lock, except for multicast groups.
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
#include <sys/psref.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <net/radix.h>
#include <net/route.h>

#include <rump-sys/net.h>

#include "if_impl.h"

/* The interface goes down: its addresses, and the protocols, hear of it. */
void
if_down(struct ifnet *ifp)
{
	struct ifaddr *ifa;
	struct domain *dp;

	ifp->if_flags &= ~IFF_UP;
	nanotime(&ifp->if_lastchange);
	mutex_enter(softnet_lock);
	IFADDR_READER_FOREACH(ifa, ifp)
	pfctlinput(PRC_IFDOWN, ifa->ifa_addr);
	rt_generation++;
	mutex_exit(softnet_lock);
	IFQ_PURGE(&ifp->if_snd);
	if (ifp->if_carp != NULL && rump_carp_carpdev_state != NULL)
		(*rump_carp_carpdev_state)(ifp);
	rt_ifmsg(ifp);
	DOMAIN_FOREACH(dp)
	if (dp->dom_if_down != NULL)
		(*dp->dom_if_down)(ifp);
}

void
if_up(struct ifnet *ifp)
{
	struct domain *dp;

	ifp->if_flags |= IFF_UP;
	nanotime(&ifp->if_lastchange);
	rt_generation++;
	if (ifp->if_carp != NULL && rump_carp_carpdev_state != NULL)
		(*rump_carp_carpdev_state)(ifp);
	rt_ifmsg(ifp);
	DOMAIN_FOREACH(dp)
	if (dp->dom_if_up != NULL)
		(*dp->dom_if_up)(ifp);
}

static void
if_link_softint(void *arg)
{
	struct ifnet *ifp = arg;
	struct ifaddr *ifa;
	int state;

	state = ifp->if_link_queue;
	ifp->if_link_queue = -1;
	if (state == -1 || state == ifp->if_link_state)
		return;
	ifp->if_link_state = state;
	if (ifp->if_carp != NULL && rump_carp_carpdev_state != NULL)
		(*rump_carp_carpdev_state)(ifp);
	rt_ifmsg(ifp);
	if_domain_link_state_change(ifp, state);
	if (state == LINK_STATE_DOWN) {
		mutex_enter(softnet_lock);
		IFADDR_READER_FOREACH(ifa, ifp)
		pfctlinput(PRC_IFDOWN, ifa->ifa_addr);
		mutex_exit(softnet_lock);
	}
}

/* The link went up or down; from any context. */
void
if_link_state_change(struct ifnet *ifp, int link_state)
{
	if (link_state != LINK_STATE_UP && link_state != LINK_STATE_DOWN &&
	    link_state != LINK_STATE_UNKNOWN)
		return;
	if (ifp->if_link_si == NULL)
		ifp->if_link_si =
		    softint_establish(SOFTINT_NET, if_link_softint, ifp);
	ifp->if_link_queue = link_state;
	if (ifp->if_link_si != NULL)
		softint_schedule(ifp->if_link_si);
}

void
if_domain_link_state_change(struct ifnet *ifp, int link_state)
{
	struct domain *dp;

	DOMAIN_FOREACH(dp)
	if (dp->dom_if_link_state_change != NULL)
		(*dp->dom_if_link_state_change)(ifp, link_state);
}

/*
 * Change flags, the driver consenting; flags that only the kernel changes
 * are set first and restored when the driver refuses.
 */
int
if_flags_set(struct ifnet *ifp, const short flags)
{
	const unsigned short chg = ifp->if_flags ^ (unsigned short)flags;
	struct ifreq ifr;
	int error;

	if (ifp->if_setflags != NULL)
		return (*ifp->if_setflags)(ifp, flags);
	ifp->if_flags ^= chg & IFF_CANTCHANGE;
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = flags & ~IFF_CANTCHANGE;
	error = if_ioctl_call(ifp, SIOCSIFFLAGS, &ifr);
	if (error != 0)
		ifp->if_flags ^= chg & IFF_CANTCHANGE;
	return error;
}

/* One more, or one less, wants all packets. */
int
ifpromisc(struct ifnet *ifp, int pswitch)
{
	int error, pcount = ifp->if_pcount;
	unsigned short nflags;

	if (pswitch) {
		if (ifp->if_pcount++ != 0)
			return 0;
		nflags = ifp->if_flags | IFF_PROMISC;
	} else {
		if (--ifp->if_pcount > 0)
			return 0;
		nflags = ifp->if_flags & ~IFF_PROMISC;
	}
	error = if_flags_set(ifp, nflags);
	/* an interface that is not up takes notice when it comes up */
	if (error != 0 && (ifp->if_flags & IFF_UP) != 0)
		ifp->if_pcount = pcount;
	else
		error = 0;
	return error;
}

/* SIOCADDMULTI or SIOCDELMULTI of SA. */
int
if_mcast_op(
    struct ifnet *ifp, const unsigned long cmd, const struct sockaddr *sa)
{
	struct ifreq ifr;
	int error;

	if (ifp->if_mcastop != NULL)
		return (*ifp->if_mcastop)(ifp, cmd, sa);
	memset(&ifr, 0, sizeof(ifr));
	error = ifreq_setaddr(cmd, &ifr, sa);
	if (error != 0)
		return error;
	return if_ioctl_call(ifp, cmd, &ifr);
}

static int
if_capabilities_set(struct ifnet *ifp, struct ifcapreq *ifcr)
{
	static const struct {
		uint64_t cap;
		u_int tx, rx;
	} map[] = {
	    {IFCAP_CSUM_IPv4_Tx, M_CSUM_IPv4, 0},
	    {IFCAP_CSUM_IPv4_Rx, 0, M_CSUM_IPv4},
	    {IFCAP_CSUM_TCPv4_Tx, M_CSUM_TCPv4, 0},
	    {IFCAP_CSUM_TCPv4_Rx, 0, M_CSUM_TCPv4},
	    {IFCAP_CSUM_UDPv4_Tx, M_CSUM_UDPv4, 0},
	    {IFCAP_CSUM_UDPv4_Rx, 0, M_CSUM_UDPv4},
	    {IFCAP_CSUM_TCPv6_Tx, M_CSUM_TCPv6, 0},
	    {IFCAP_CSUM_TCPv6_Rx, 0, M_CSUM_TCPv6},
	    {IFCAP_CSUM_UDPv6_Tx, M_CSUM_UDPv6, 0},
	    {IFCAP_CSUM_UDPv6_Rx, 0, M_CSUM_UDPv6},
	    {IFCAP_TSOv4, M_CSUM_TSOv4, 0},
	    {IFCAP_TSOv6, M_CSUM_TSOv6, 0},
	};
	size_t i;

	if ((ifcr->ifcr_capenable & ~ifp->if_capabilities) != 0)
		return EINVAL;
	if (ifcr->ifcr_capenable == ifp->if_capenable)
		return 0;
	ifp->if_capenable = ifcr->ifcr_capenable;
	ifp->if_csum_flags_tx = ifp->if_csum_flags_rx = 0;
	for (i = 0; i < __arraycount(map); i++) {
		if ((ifp->if_capenable & map[i].cap) != 0) {
			ifp->if_csum_flags_tx |= map[i].tx;
			ifp->if_csum_flags_rx |= map[i].rx;
		}
	}
	/* the caller restarts the interface if it runs */
	return (ifp->if_flags & IFF_UP) != 0 ? ENETRESET : 0;
}

/*
 * What all interfaces have in common; ENOTTY for anything else. ENETRESET
 * asks the driver to reinitialize itself.
 */
int
ifioctl_common(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifcapreq *ifcr = data;
	struct ifdatareq *ifdr = data;
	struct ifreq *ifr = data;
	unsigned short nflags;

	switch (cmd) {
	case SIOCSIFCAP:
		return if_capabilities_set(ifp, ifcr);
	case SIOCGIFCAP:
		ifcr->ifcr_capabilities = ifp->if_capabilities;
		ifcr->ifcr_capenable = ifp->if_capenable;
		break;
	case SIOCSIFFLAGS:
		nflags = ifr->ifr_flags;
		if ((ifp->if_flags & IFF_UP) != 0 && (nflags & IFF_UP) == 0)
			if_down(ifp);
		if ((nflags & IFF_UP) != 0 && (ifp->if_flags & IFF_UP) == 0)
			if_up(ifp);
		/* what an interface is does not change either */
		ifp->if_flags =
		    (ifp->if_flags & (IFF_CANTCHANGE | IFF_LOOPBACK)) |
		    (nflags & ~(IFF_CANTCHANGE | IFF_LOOPBACK));
		if (ifp->if_drain != NULL)
			(*ifp->if_drain)(ifp);
		break;
	case SIOCGIFFLAGS:
		ifr->ifr_flags = ifp->if_flags;
		break;
	case SIOCGIFMETRIC:
		ifr->ifr_metric = ifp->if_metric;
		break;
	case SIOCSIFMETRIC:
		ifp->if_metric = ifr->ifr_metric;
		break;
	case SIOCGIFMTU:
		ifr->ifr_mtu = ifp->if_mtu;
		break;
	case SIOCSIFMTU:
		if (ifp->if_mtu == (u_int)ifr->ifr_mtu)
			break;
		if (ifr->ifr_mtu < 68)
			return EINVAL;
		ifp->if_mtu = ifr->ifr_mtu;
		return ENETRESET;
	case SIOCGIFDLT:
		ifr->ifr_dlt = ifp->if_dlt;
		break;
	case SIOCGIFINDEX:
		ifr->ifr_index = ifp->if_index;
		break;
	case SIOCGIFDATA:
		ifdr->ifdr_data = ifp->if_data;
		break;
	case SIOCZIFDATA:
		ifdr->ifdr_data = ifp->if_data;
		ifp->if_ipackets = ifp->if_ierrors = 0;
		ifp->if_opackets = ifp->if_oerrors = 0;
		ifp->if_collisions = ifp->if_ibytes = ifp->if_obytes = 0;
		ifp->if_imcasts = ifp->if_omcasts = 0;
		ifp->if_iqdrops = ifp->if_noproto = 0;
		break;
	default:
		return ENOTTY;
	}
	return 0;
}

/* Does the ioctl change something, so that not everybody may do it? */
static bool
ifioctl_sets(u_long cmd)
{
	switch (cmd) {
	case SIOCSIFADDR:
	case SIOCSIFDSTADDR:
	case SIOCSIFFLAGS:
	case SIOCSIFBRDADDR:
	case SIOCSIFNETMASK:
	case SIOCSIFMETRIC:
	case SIOCDIFADDR:
	case SIOCAIFADDR:
	case SIOCALIFADDR:
	case SIOCDLIFADDR:
	case SIOCSIFADDRPREF:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
	case SIOCSIFMEDIA:
	case SIOCSIFGENERIC:
	case SIOCSIFPHYADDR:
	case SIOCDIFPHYADDR:
	case SIOCSLIFPHYADDR:
	case SIOCSIFMTU:
	case SIOCSDRVSPEC:
	case SIOCSIFCAP:
	case SIOCSVH:
	case SIOCSLINKSTR:
	case SIOCZIFDATA:
		return true;
	default:
		return false;
	}
}

/* Fill in entry I, if the buffer has one. */
static void
ifconf_add(const struct ifnet *ifp, const struct sockaddr *sa,
    struct ifreq *buf, size_t n, size_t i)
{
	struct ifreq *ifr = &buf[i];

	if (i >= n)
		return;
	strlcpy(ifr->ifr_name, ifp->if_xname, sizeof(ifr->ifr_name));
	if (sa != NULL)
		memcpy(&ifr->ifr_space, sa,
		    MIN(sa->sa_len, sizeof(ifr->ifr_space)));
}

/* How many entries there are; the first N of them to BUF. */
static size_t
ifconf_list(struct ifreq *buf, size_t n)
{
	struct ifaddr *ifa;
	struct ifnet *ifp;
	size_t i = 0;

	IFNET_LOCK();
	mutex_enter(softnet_lock);
	IFNET_WRITER_FOREACH(ifp)
	{
		if (IFADDR_READER_EMPTY(ifp))
			ifconf_add(ifp, NULL, buf, n, i++);
		IFADDR_READER_FOREACH(ifa, ifp)
		ifconf_add(ifp, ifa->ifa_addr, buf, n, i++);
	}
	mutex_exit(softnet_lock);
	IFNET_UNLOCK();
	return i;
}

/* All addresses of all interfaces, or, without a buffer, the space needed. */
static int
ifconf(void *data)
{
	struct ifconf *ifc = data;
	struct ifreq *buf;
	size_t n, room, there;
	int error;

	there = ifconf_list(NULL, 0);
	if (ifc->ifc_req == NULL) {
		ifc->ifc_len = there * sizeof(*buf);
		return 0;
	}
	if (ifc->ifc_len < 0)
		return EINVAL;
	n = room = MIN(ifc->ifc_len / sizeof(*buf), there);
	ifc->ifc_len = 0;
	if (room == 0)
		return 0;
	buf = kmem_zalloc(room * sizeof(*buf), KM_SLEEP);
	n = MIN(ifconf_list(buf, room), room); /* some may be gone */
	error = copyout(buf, ifc->ifc_req, n * sizeof(*buf));
	kmem_free(buf, room * sizeof(*buf));
	if (error == 0)
		ifc->ifc_len = n * sizeof(*buf);
	return error;
}

static int
ifioctl_ifp(struct socket *so, struct ifnet *ifp, u_long cmd, void *data)
{
	const unsigned short oif_flags = ifp->if_flags;
	int error;

	error = if_ioctl_call(ifp, cmd, data);
	if (error != ENOTTY)
		;
	else if (so->so_proto == NULL ||
	    so->so_proto->pr_usrreqs->pr_ioctl == NULL)
		error = EOPNOTSUPP;
	else {
		solock(so);
		error =
		    (*so->so_proto->pr_usrreqs->pr_ioctl)(so, cmd, data, ifp);
		sounlock(so);
	}
	if (((oif_flags ^ ifp->if_flags) & IFF_UP) != 0 &&
	    (ifp->if_flags & IFF_UP) != 0)
		rt_ifmsg(ifp);
	return error;
}

static int
ifioctl_clone(struct lwp *l, u_long cmd, void *data)
{
	struct ifreq *ifr = data;
	int error;

	if (cmd == SIOCIFGCLONERS)
		return if_clone_list_user(data);
	error = kauth_authorize_network(l->l_cred, KAUTH_NETWORK_INTERFACE,
	    KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, NULL, (void *)cmd, NULL);
	if (error != 0)
		return error;
	ifr->ifr_name[IFNAMSIZ - 1] = '\0';
	return cmd == SIOCIFCREATE ? if_clone_create(ifr->ifr_name)
				   : if_clone_destroy(ifr->ifr_name);
}

static int
ifioctl_locked(struct socket *so, u_long cmd, void *data, struct lwp *l)
{
	struct ifreq *ifr = data;
	struct psref psref;
	struct ifnet *ifp;
	int bound, error;

	switch (cmd) {
	case SIOCGIFCONF:
		return ifconf(data);
	case SIOCINITIFADDR:
		return EPERM; /* carries a kernel pointer */
	case SIOCIFCREATE:
	case SIOCIFDESTROY:
	case SIOCIFGCLONERS:
		return ifioctl_clone(l, cmd, data);
	}
	ifr->ifr_name[IFNAMSIZ - 1] = '\0';
	bound = curlwp_bind();
	ifp = if_get(ifr->ifr_name, &psref);
	if (ifp == NULL) {
		curlwp_bindx(bound);
		return ENXIO;
	}
	error = 0;
	if (ifioctl_sets(cmd))
		error =
		    kauth_authorize_network(l->l_cred, KAUTH_NETWORK_INTERFACE,
			KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, ifp, (void *)cmd,
			NULL);
	if (error == 0) {
		mutex_enter(ifp->if_ioctl_lock);
		error = ifioctl_ifp(so, ifp, cmd, data);
		mutex_exit(ifp->if_ioctl_lock);
	}
	if_put(ifp, &psref);
	curlwp_bindx(bound);
	return error;
}

/* An ioctl of group 'i' on any socket. */
int
ifioctl(struct socket *so, u_long cmd, void *data, struct lwp *l)
{
	int error;

	KERNEL_LOCK(1, NULL);
	error = ifioctl_locked(so, cmd, data, l);
	KERNEL_UNLOCK_ONE(NULL);
	return error;
}

int
rump_linkstr_copyin(
    const struct ifnet *ifp, const struct ifdrv *ifd, char **strp)
{
	char *buf;
	int error;

	*strp = NULL;
	if ((ifp->if_flags & IFF_UP) != 0)
		return EBUSY;
	if (ifd->ifd_cmd == IFLINKSTR_UNSET)
		return 0;
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	if (ifd->ifd_len > MAXPATHLEN)
		return E2BIG;
	if (ifd->ifd_len < 1)
		return EINVAL;
	buf = kmem_alloc(ifd->ifd_len, KM_SLEEP);
	error = copyinstr(ifd->ifd_data, buf, ifd->ifd_len, NULL);
	if (error == 0)
		*strp = kmem_strdup(buf, KM_SLEEP);
	kmem_free(buf, ifd->ifd_len);
	return error;
}

int
rump_linkstr_copyout(const char *str, struct ifdrv *ifd)
{
	const size_t space = ifd->ifd_len;

	if (str == NULL)
		return ENOENT;
	ifd->ifd_len = strlen(str) + 1;
	if (ifd->ifd_cmd == IFLINKSTR_QUERYLEN) {
		ifd->ifd_cmd = 0;
		return 0;
	}
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	return copyoutstr(str, ifd->ifd_data, MIN(ifd->ifd_len, space), NULL);
}
