/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The component that adds IPv4 to a kernel: the domain, its input queue, and
 * 127.0.0.1 on lo0.
 */
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>
#include <rump-sys/kern.h>
#include <rump-sys/net.h>

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{
	rump_net_if_init();
	DOMAINADD(inetdomain);
	rump_proto_register(AF_INET, &ip_pktq);
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IFCFG)
{
	struct in_aliasreq ifra;
	struct in_addr lo = {INADDR_LOOPBACK}, mask = {htonl(0xff000000)};
	struct socket *so;
	int error;

	error = socreate(AF_INET, &so, SOCK_DGRAM, 0, curlwp, NULL);
	if (error == 0) {
		memset(&ifra, 0, sizeof(ifra));
		strlcpy(ifra.ifra_name, "lo0", sizeof(ifra.ifra_name));
		sockaddr_in_init(&ifra.ifra_addr, &lo, 0);
		sockaddr_in_init(&ifra.ifra_mask, &mask, 0);
		ifra.ifra_dstaddr = ifra.ifra_addr;
		error = ifioctl(so, SIOCAIFADDR, &ifra, curlwp);
		soclose(so);
	}
	if (error != 0)
		printf("lo0: 127.0.0.1 could not be set (errno %d)\n", error);
}
