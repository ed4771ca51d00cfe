/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The variables of the service, debug.svc: made by the module, but for
 * debug.svcboot, which a SYSCTL_SETUP function makes.
 */

#include <sys/kauth.h>
#include <sys/param.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include "ktest.h"
#include "svc.h"

int svc_sysctl_root;
static struct sysctllog *svc_log;
static char svc_name[16] = "service";
static int svc_limit = 50;
static int svc_boot_value = 34;
static int svc_boot_root;
static u_int svc_queries;

SYSCTL_SETUP(svc_sysctl_setup, "debug.svcboot")
{
	const struct sysctlnode *node = NULL;

	sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "svcboot", SYSCTL_DESCR("Made by a setup function"), NULL, 0,
	    &svc_boot_value, 0, CTL_DEBUG, CTL_CREATE, CTL_EOL);
	if (node != NULL)
		svc_boot_root = node->sysctl_num;
}

/* Reads how many jobs are done; a number that is written submits so many. */
static int
svc_sysctl_jobs(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int value = (int)svc_jobs_done(), error;

	node.sysctl_data = &value;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (value < 0 || value > svc_limit)
		return EINVAL;
	error = svc_jobs_submit((u_int)value);
	if (error == 0)
		svc_jobs_drain();
	return error;
}

/* A structure that is put together at each reading. */
static int
svc_sysctl_pair(SYSCTLFN_ARGS)
{
	struct {
		int p_done;
		int p_limit;
	} pair;
	int error;

	if (namelen != 0)
		return EINVAL;
	if (newp != NULL)
		return EPERM;
	if (oldp == NULL) {
		*oldlenp = sizeof(pair);
		return 0;
	}
	if (*oldlenp < sizeof(pair))
		return ENOMEM;
	pair.p_done = (int)svc_jobs_done();
	pair.p_limit = svc_limit;
	error = sysctl_copyout(l, &pair, oldp, sizeof(pair));
	*oldlenp = sizeof(pair);
	return error;
}

/* A node with nodes that are numbers: its square is what each tells. */
static int
svc_sysctl_square(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int value;

	if (namelen == 1 && name[0] == CTL_QUERY) {
		svc_queries++;
		return sysctl_query(SYSCTLFN_CALL(rnode));
	}
	if (namelen != 1 || name[0] < 0 || name[0] > 1000)
		return ENOENT;
	value = name[0] * name[0];
	node.sysctl_flags = CTLFLAG_READONLY | CTLTYPE_INT | SYSCTL_VERSION;
	node.sysctl_size = sizeof(value);
	node.sysctl_data = &value;
	return sysctl_lookup(
	    NULL, 0, oldp, oldlenp, newp, newlen, oname, l, &node);
}

/* Numbers below debug.svc. */
#define SVC_JOBS   1
#define SVC_NAME   2
#define SVC_LIMIT  3
#define SVC_PAIR   4
#define SVC_SQUARE 5
#define SVC_CONST  6

int
svc_sysctl_attach(void)
{
	const struct sysctlnode *root;
	int error;

	error = sysctl_createv(&svc_log, 0, NULL, &root, 0, CTLTYPE_NODE, "svc",
	    SYSCTL_DESCR("A service of kernel threads"), NULL, 0, NULL, 0,
	    CTL_DEBUG, CTL_CREATE, CTL_EOL);
	if (error != 0)
		return error;
	svc_sysctl_root = root->sysctl_num;
	error = sysctl_createv(&svc_log, 0, &root, NULL, CTLFLAG_READWRITE,
	    CTLTYPE_INT, "jobs", NULL, svc_sysctl_jobs, 0, NULL, 0, SVC_JOBS,
	    CTL_EOL);
	if (error == 0)
		error = sysctl_createv(&svc_log, 0, &root, NULL,
		    CTLFLAG_READWRITE, CTLTYPE_STRING, "name", NULL, NULL, 0,
		    svc_name, sizeof(svc_name), SVC_NAME, CTL_EOL);
	if (error == 0)
		error = sysctl_createv(&svc_log, 0, &root, NULL,
		    CTLFLAG_READONLY, CTLTYPE_INT, "limit", NULL, NULL, 0,
		    &svc_limit, 0, SVC_LIMIT, CTL_EOL);
	if (error == 0)
		error = sysctl_createv(&svc_log, 0, &root, NULL,
		    CTLFLAG_READONLY, CTLTYPE_STRUCT, "pair", NULL,
		    svc_sysctl_pair, 0, NULL, 0, SVC_PAIR, CTL_EOL);
	if (error == 0)
		error = sysctl_createv(&svc_log, 0, &root, NULL, 0,
		    CTLTYPE_NODE, "square", NULL, svc_sysctl_square, 0, NULL, 0,
		    SVC_SQUARE, CTL_EOL);
	if (error == 0)
		error = sysctl_createv(&svc_log, 0, &root, NULL,
		    CTLFLAG_READONLY | CTLFLAG_IMMEDIATE, CTLTYPE_QUAD, "const",
		    NULL, NULL, 0x123456789abcULL, NULL, 0, SVC_CONST, CTL_EOL);
	if (error != 0)
		sysctl_teardown(&svc_log);
	return error;
}

void
svc_sysctl_detach(void)
{
	sysctl_teardown(&svc_log);
	KASSERT(svc_log == NULL);
}

/* For the host program, which has numbers of nodes and no names. */
int rumptest_svc_root(void);
int
rumptest_svc_root(void)
{
	return svc_sysctl_root;
}

int rumptest_svc_queries(void);
int
rumptest_svc_queries(void)
{
	return (int)svc_queries;
}

static u_int svc_lates;

static void
svc_late(struct sysctllog **clog)
{
	svc_lates++;
}

/* The kernel as its own client. */
void
svc_test_sysctl(void)
{
	static struct sysctl_setup_chain late = {.ssc_func = svc_late};
	const struct sysctlnode *node = NULL, *again = NULL;
	int value = 0, other = 7, mib[2];
	size_t len = sizeof(value);

	K(svc_boot_root > 0);
	/* What is on the list runs when the tree is used next. */
	LIST_INSERT_HEAD(&sysctl_boot_chain, &late, ssc_entries);

	KEQ(sysctl_createv(NULL, 0, NULL, &node, CTLFLAG_READWRITE, CTLTYPE_INT,
		"svcown", NULL, NULL, 0, &other, 0, CTL_DEBUG, CTL_CREATE,
		CTL_EOL),
	    0);
	KEQ(svc_lates, 1);
	K(LIST_EMPTY(&sysctl_boot_chain));
	K(node != NULL);
	if (node == NULL)
		return;
	/* The name is taken, by the node that is told. */
	KEQ(sysctl_createv(NULL, 0, NULL, &again, CTLFLAG_READWRITE,
		CTLTYPE_INT, "svcown", NULL, NULL, 0, &other, 0, CTL_DEBUG,
		CTL_CREATE, CTL_EOL),
	    EEXIST);
	K(again == node);
	mib[0] = CTL_DEBUG;
	mib[1] = node->sysctl_num;
	KEQ(sysctl_lookup(NULL, 0, &value, &len, NULL, 0, &mib[1], NULL, node),
	    0);
	KEQ(value, 7);
	KEQ(len, sizeof(int));
	KEQ(sysctl_destroyv(NULL, mib[0], mib[1], CTL_EOL), 0);
	KEQ(sysctl_destroyv(NULL, mib[0], mib[1], CTL_EOL), ENOENT);
	/* Not while there are nodes below. */
	KEQ(sysctl_destroyv(NULL, CTL_DEBUG, svc_sysctl_root, CTL_EOL),
	    ENOTEMPTY);
}
