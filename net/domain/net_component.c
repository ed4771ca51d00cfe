/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of librumpnet: mbufs, sockets, and the sysctl nodes under which the
 * protocols put theirs.
 */
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "../mbuf/mbuf_impl.h"
#include "../socket/socket_impl.h"

int (*rump_ifioctl)(struct socket *, u_long, void *, struct lwp *);

static struct sysctllog *net_log;

static int
net_sysctl_sbmax(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int new = (int)sb_max, error;

	node.sysctl_data = &new;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	return sb_max_set(new);
}

static int
net_sysctl_mbstat(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct mbstat st;

	mbstat_collect(&st);
	node.sysctl_data = &st;
	node.sysctl_size = sizeof(st);
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static int
net_sysctl_mbuf(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int new = *(const int *)rnode->sysctl_data, error;

	node.sysctl_data = &new;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	return mbuf_setlimit(rnode->sysctl_num, new);
}

static void
net_sysctl_mbuf_init(const struct sysctlnode *node)
{
	sysctl_createv(&net_log, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_IMMEDIATE, CTLTYPE_INT, "msize",
	    SYSCTL_DESCR("Bytes in an mbuf"), NULL, MSIZE, NULL, 0, MBUF_MSIZE,
	    CTL_EOL);
	sysctl_createv(&net_log, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_IMMEDIATE, CTLTYPE_INT, "mclbytes",
	    SYSCTL_DESCR("Bytes in a cluster"), NULL, MCLBYTES, NULL, 0,
	    MBUF_MCLBYTES, CTL_EOL);
	sysctl_createv(&net_log, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "nmbclusters",
	    SYSCTL_DESCR("Most clusters"), net_sysctl_mbuf, 0, &nmbclusters, 0,
	    MBUF_NMBCLUSTERS, CTL_EOL);
	sysctl_createv(&net_log, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "mblowat",
	    SYSCTL_DESCR("Mbufs to keep"), net_sysctl_mbuf, 0, &mblowat, 0,
	    MBUF_MBLOWAT, CTL_EOL);
	sysctl_createv(&net_log, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "mcllowat",
	    SYSCTL_DESCR("Clusters to keep"), net_sysctl_mbuf, 0, &mcllowat, 0,
	    MBUF_MCLLOWAT, CTL_EOL);
	sysctl_createv(&net_log, 0, &node, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "stats", SYSCTL_DESCR("Statistics"),
	    net_sysctl_mbstat, 0, NULL, sizeof(struct mbstat), MBUF_STATS,
	    CTL_EOL);
}

static void
net_sysctl_init(void)
{
	const struct sysctlnode *node = NULL;

	sysctl_createv(&net_log, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "net", SYSCTL_DESCR("Network"), NULL, 0, NULL, 0, CTL_NET, CTL_EOL);
	sysctl_createv(&net_log, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "sbmax",
	    SYSCTL_DESCR("Most bytes in a socket buffer"), net_sysctl_sbmax, 0,
	    NULL, 0, CTL_KERN, KERN_SBMAX, CTL_EOL);
	sysctl_createv(&net_log, 0, NULL, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "mbuf", SYSCTL_DESCR("Mbufs"), NULL, 0, NULL, 0,
	    CTL_KERN, KERN_MBUF, CTL_EOL);
	if (node != NULL)
		net_sysctl_mbuf_init(node);
}

/* Idempotent, as any component may be the first to need it. */
void
rump_net_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	mbinit();
	soinit();
	soinit1();
	net_sysctl_init();
	socket_syscalls_init();
}

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{
	rump_net_init();
}
