/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local domain: its protocols, sysctl nodes, and names for kernels
 * without file systems.
 */
#include <sys/domain.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/un.h>
#include <sys/unpcb.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "unix_impl.h"

extern u_long unpst_sendspace, unpst_recvspace;
extern u_long unpdg_sendspace, unpdg_recvspace;

static const struct protosw unixsw[] = {
    {
	.pr_type = SOCK_STREAM,
	.pr_domain = &unixdomain,
	.pr_flags = PR_CONNREQUIRED | PR_WANTRCVD | PR_RIGHTS | PR_LISTEN,
	.pr_ctloutput = uipc_ctloutput,
	.pr_usrreqs = &unp_usrreqs,
    },
    {
	.pr_type = SOCK_DGRAM,
	.pr_domain = &unixdomain,
	.pr_flags = PR_ATOMIC | PR_ADDR | PR_RIGHTS,
	.pr_ctloutput = uipc_ctloutput,
	.pr_usrreqs = &unp_usrreqs,
    },
    {
	.pr_type = SOCK_SEQPACKET,
	.pr_domain = &unixdomain,
	.pr_flags =
	    PR_ATOMIC | PR_CONNREQUIRED | PR_WANTRCVD | PR_RIGHTS | PR_LISTEN,
	.pr_ctloutput = uipc_ctloutput,
	.pr_usrreqs = &unp_usrreqs,
    },
};

struct domain unixdomain = {
    .dom_family = AF_LOCAL,
    .dom_name = "unix",
    .dom_init = uipc_init,
    .dom_externalize = unp_externalize,
    .dom_dispose = unp_dispose,
    .dom_protosw = unixsw,
    .dom_protoswNPROTOSW = &unixsw[__arraycount(unixsw)],
};

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{
	DOMAINADD(unixdomain);
}

/* ---- names, while there is no file system ---- */

struct unp_name {
	LIST_ENTRY(unp_name) un_entry;
	struct socket *un_so;
	size_t un_size;
	char un_path[];
};
static LIST_HEAD(, unp_name) unp_names = LIST_HEAD_INITIALIZER(unp_names);

int
unp_name_bind(const char *path, struct socket *so)
{
	size_t size = sizeof(struct unp_name) + strlen(path) + 1;
	struct unp_name *un;

	if (unp_name_lookup(path) != NULL)
		return EADDRINUSE;
	un = kmem_alloc(size, KM_NOSLEEP);
	if (un == NULL)
		return ENOBUFS;
	un->un_so = so;
	un->un_size = size;
	strlcpy(un->un_path, path, size - sizeof(*un));
	LIST_INSERT_HEAD(&unp_names, un, un_entry);
	return 0;
}

struct socket *
unp_name_lookup(const char *path)
{
	struct unp_name *un;

	LIST_FOREACH(un, &unp_names, un_entry)
		if (strcmp(un->un_path, path) == 0)
			return un->un_so;
	return NULL;
}

void
unp_name_unbind(struct socket *so)
{
	struct unp_name *un;

	LIST_FOREACH(un, &unp_names, un_entry) {
		if (un->un_so == so) {
			LIST_REMOVE(un, un_entry);
			kmem_free(un, un->un_size);
			return;
		}
	}
}

/* ---- sysctl net.local ---- */

static struct sysctllog *unp_log;

static void
unp_sysctl_type(
    const struct sysctlnode *top, const char *name, u_long *snd, u_long *rcv)
{
	const struct sysctlnode *node = NULL;

	sysctl_createv(&unp_log, 0, &top, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, name, SYSCTL_DESCR("Local sockets of a type"), NULL,
	    0, NULL, 0, CTL_CREATE, CTL_EOL);
	if (node == NULL)
		return;
	sysctl_createv(&unp_log, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_LONG, "sendspace",
	    SYSCTL_DESCR("Send buffer of new sockets"), NULL, 0, snd, 0,
	    CTL_CREATE, CTL_EOL);
	sysctl_createv(&unp_log, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_LONG, "recvspace",
	    SYSCTL_DESCR("Receive buffer of new sockets"), NULL, 0, rcv, 0,
	    CTL_CREATE, CTL_EOL);
}

void
unp_sysctl_init(void)
{
	const struct sysctlnode *top = NULL;

	sysctl_createv(&unp_log, 0, NULL, &top, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "local", SYSCTL_DESCR("Local domain"), NULL, 0, NULL, 0, CTL_NET,
	    PF_LOCAL, CTL_EOL);
	if (top == NULL)
		return;
	unp_sysctl_type(top, "stream", &unpst_sendspace, &unpst_recvspace);
	unp_sysctl_type(top, "seqpacket", &unpst_sendspace, &unpst_recvspace);
	unp_sysctl_type(top, "dgram", &unpdg_sendspace, &unpdg_recvspace);
	sysctl_createv(&unp_log, 0, &top, NULL, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "inflight", SYSCTL_DESCR("File references in messages"), NULL, 0,
	    __UNVOLATILE(&unp_rights), 0, CTL_CREATE, CTL_EOL);
}
