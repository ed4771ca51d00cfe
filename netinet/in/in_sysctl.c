/* SPDX-License-Identifier: BSD-2-Clause */
/* sysctl net.inet: knobs and counters of IP, ICMP and UDP. */
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>
#include <net/route.h>
#include <netinet/icmp_var.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>
#include <netinet/udp_var.h>

#include "../ip/ip_impl.h"

extern int icmpmaskrepl, icmpbmcastecho, icmpreturndatabytes, icmperrppslim;
extern int icmp_rediraccept;
extern percpu_t *udpstat_percpu;

struct knob {
	int proto, number;
	const char *name, *descr;
	int *value;
	int min, max;
};

static const struct knob knobs[] = {
    {IPPROTO_IP, IPCTL_FORWARDING, "forwarding", "Forward packets",
	&ipforwarding, 0, 1},
    {IPPROTO_IP, IPCTL_SENDREDIRECTS, "redirect", "Send ICMP redirects",
	&ipsendredirects, 0, 1},
    {IPPROTO_IP, IPCTL_DEFTTL, "ttl", "Default time to live", &ip_defttl, 1,
	255},
    {IPPROTO_IP, IPCTL_DIRECTEDBCAST, "directed-broadcast",
	"Forward directed broadcasts", &ip_directedbcast, 0, 1},
    {IPPROTO_IP, IPCTL_SUBNETSARELOCAL, "subnetsarelocal",
	"Subnets of a network are local", &subnetsarelocal, 0, 1},
    {IPPROTO_IP, IPCTL_MTUDISC, "mtudisc", "Path MTU discovery", &ip_mtudisc, 0,
	1},
    {IPPROTO_IP, IPCTL_ANONPORTMIN, "anonportmin", "Lowest ephemeral port",
	&anonportmin, 1, 65535},
    {IPPROTO_IP, IPCTL_ANONPORTMAX, "anonportmax", "Highest ephemeral port",
	&anonportmax, 1, 65535},
    {IPPROTO_IP, IPCTL_MTUDISCTIMEOUT, "mtudisctimeout",
	"Seconds that a path MTU is believed", &ip_mtudisc_timeout, 1, 86400},
    {IPPROTO_IP, IPCTL_LOWPORTMIN, "lowportmin",
	"Lowest privileged ephemeral port", &lowportmin, 1, 1023},
    {IPPROTO_IP, IPCTL_LOWPORTMAX, "lowportmax",
	"Highest privileged ephemeral port", &lowportmax, 1, 1023},
    {IPPROTO_IP, IPCTL_MAXFRAGPACKETS, "maxfragpackets",
	"Packets in reassembly at a time", &ip_maxfragpackets, -1, 65535},
    {IPPROTO_IP, IPCTL_CHECKINTERFACE, "checkinterface",
	"Take packets on the interface of their address alone",
	&ip_checkinterface, 0, 1},
    {IPPROTO_IP, IPCTL_RANDOMID, "random_id", "Unguessable identifications",
	&ip_do_randomid, 0, 1},
    {IPPROTO_IP, IPCTL_LOOPBACKCKSUM, "do_loopback_cksum",
	"Compute checksums on loopback", &ip_do_loopback_cksum, 0, 1},
    {IPPROTO_ICMP, ICMPCTL_MASKREPL, "maskrepl", "Answer mask requests",
	&icmpmaskrepl, 0, 1},
    {IPPROTO_ICMP, ICMPCTL_RETURNDATABYTES, "returndatabytes",
	"Bytes of a packet that its error quotes", &icmpreturndatabytes, 8,
	512},
    {IPPROTO_ICMP, ICMPCTL_ERRPPSLIMIT, "errppslimit",
	"Errors sent in a second", &icmperrppslim, -1, 1000000},
    {IPPROTO_ICMP, ICMPCTL_REDIRACCEPT, "rediraccept", "Believe redirects",
	&icmp_rediraccept, 0, 1},
    {IPPROTO_ICMP, ICMPCTL_BMCASTECHO, "bmcastecho",
	"Answer echo requests to many", &icmpbmcastecho, 0, 1},
    {IPPROTO_UDP, UDPCTL_CHECKSUM, "checksum", "Compute checksums", &udpcksum,
	0, 1},
    {IPPROTO_UDP, UDPCTL_LOOPBACKCKSUM, "do_loopback_cksum",
	"Compute checksums on loopback", &udp_do_loopback_cksum, 0, 1},
};

/* A number that must stay in its range. */
static int
knob_handler(SYSCTLFN_ARGS)
{
	const struct knob *k = NULL;
	struct sysctlnode node = *rnode;
	size_t i;
	int v, error;

	for (i = 0; i < __arraycount(knobs); i++)
		if ((const void *)knobs[i].value == rnode->sysctl_data)
			k = &knobs[i];
	if (k == NULL)
		return EOPNOTSUPP;
	v = *k->value;
	node.sysctl_data = &v;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (v < k->min || v > k->max)
		return EINVAL;
	mutex_enter(softnet_lock);
	*k->value = v;
	if (k->value == &ip_mtudisc_timeout)
		rt_timer_queue_change(ip_mtudisc_timeout_q, v);
	mutex_exit(softnet_lock);
	return 0;
}

static int
ip_stats(SYSCTLFN_ARGS)
{
	return NETSTAT_SYSCTL(ipstat_percpu, IP_NSTATS);
}

static int
icmp_stats(SYSCTLFN_ARGS)
{
	return NETSTAT_SYSCTL(icmpstat_percpu, ICMP_NSTATS);
}

static int
udp_stats(SYSCTLFN_ARGS)
{
	return NETSTAT_SYSCTL(udpstat_percpu, UDP_NSTATS);
}

static void
protonode(
    struct sysctllog **clog, int proto, const char *name, const char *descr)
{
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    name, SYSCTL_DESCR(descr), NULL, 0, NULL, 0, CTL_NET, PF_INET,
	    proto, CTL_EOL);
}

static void
statnode(struct sysctllog **clog, int proto, int number, sysctlfn fn)
{
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_STRUCT,
	    "stats", SYSCTL_DESCR("Counters"), fn, 0, NULL, 0, CTL_NET, PF_INET,
	    proto, number, CTL_EOL);
}

SYSCTL_SETUP(sysctl_net_inet_setup, "sysctl net.inet subtree setup")
{
	size_t i;

	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "net", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "inet", SYSCTL_DESCR("PF_INET related settings"), NULL, 0, NULL, 0,
	    CTL_NET, PF_INET, CTL_EOL);
	protonode(clog, IPPROTO_IP, "ip", "IPv4 related settings");
	protonode(clog, IPPROTO_ICMP, "icmp", "ICMPv4 related settings");
	protonode(clog, IPPROTO_UDP, "udp", "UDPv4 related settings");
	for (i = 0; i < __arraycount(knobs); i++)
		sysctl_createv(clog, 0, NULL, NULL,
		    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT,
		    knobs[i].name, SYSCTL_DESCR(knobs[i].descr), knob_handler,
		    0, knobs[i].value, 0, CTL_NET, PF_INET, knobs[i].proto,
		    knobs[i].number, CTL_EOL);
	statnode(clog, IPPROTO_IP, IPCTL_STATS, ip_stats);
	statnode(clog, IPPROTO_ICMP, ICMPCTL_STATS, icmp_stats);
	statnode(clog, IPPROTO_UDP, UDPCTL_STATS, udp_stats);
}
