/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface with another end, which is asked about addresses. */
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_types.h>
#include <netinet/in.h>
#include <netinet/in_var.h>

#include <rump-sys/kern.h>

#include "tcptest.h"

static int inits, dsts, answer, hooks, hook_error;

static int
addr_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifaddr *ifa = data;

	switch (cmd) {
	case SIOCINITIFADDR:
		inits++;
		/* a tunnel makes its socket now */
		KASSERT(!mutex_owned(softnet_lock));
		KASSERT(ifa->ifa_ifp == ifp);
		return 0;
	case SIOCSIFDSTADDR:
		/* an address, or what the caller of the ioctl gave */
		dsts++;
		return answer;
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

static int
addr_hook(struct ifnet *ifp, struct ifaddr *ifa, bool src)
{
	hooks += src ? 1 : 100;
	return hook_error;
}

static int
addr_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	m_freem(m);
	return 0;
}

void
rump_tcptest_addr(void)
{
	struct ifnet *ifp;

	rump_schedule();
	ifp = if_alloc(IFT_OTHER);
	if_initname(ifp, "tsa", 0);
	ifp->if_mtu = 1500;
	ifp->if_flags = IFF_POINTOPOINT | IFF_MULTICAST | IFF_UP;
	ifp->if_ioctl = addr_ioctl;
	ifp->if_output = addr_output;
	IFQ_SET_READY(&ifp->if_snd);
	if_initialize(ifp);
	if_alloc_sadl(ifp);
	if_register(ifp);
	rump_unschedule();
}

void
rump_tcptest_addr_answer(int error, int hook)
{
	rump_schedule();
	answer = error;
	hook_error = MAX(hook, 0);
	ifunit("tsa0")->if_initaddr = hook >= 0 ? addr_hook : NULL;
	rump_unschedule();
}

int
rump_tcptest_addr_asked(void)
{
	const int n = inits + 10 * dsts + 100 * hooks;

	inits = dsts = hooks = 0;
	return n;
}
