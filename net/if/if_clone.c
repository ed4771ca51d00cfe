/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces made by name: "tap3" is unit 3 of the cloner "tap".
 *
 * One thread at a time makes or destroys interfaces. Drivers are called
 * without a lock, as they take the one of kernel configuration, which a module
 * that adds its cloner holds; they may make or destroy others meanwhile.
 */
#include <sys/condvar.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/if.h>

#include "if_impl.h"

static LIST_HEAD(, if_clone) if_cloners = LIST_HEAD_INITIALIZER(if_cloners);
static int if_cloners_count;
static kmutex_t if_clone_mtx; /* the list, and the fields of the turn */
static kcondvar_t if_clone_cv;
static struct lwp *if_clone_turn; /* who makes or destroys */
static int if_clone_depth;        /* how often it began to */
static bool if_clone_ready;

static void
if_clone_init(void)
{
	if (!if_clone_ready) {
		if_clone_ready = true;
		mutex_init(&if_clone_mtx, MUTEX_DEFAULT, IPL_NONE);
		cv_init(&if_clone_cv, "ifclone");
	}
}

static void
if_clone_enter(void)
{
	if_clone_init();
	mutex_enter(&if_clone_mtx);
	while (if_clone_depth != 0 && if_clone_turn != curlwp)
		cv_wait(&if_clone_cv, &if_clone_mtx);
	if_clone_turn = curlwp;
	if_clone_depth++;
	mutex_exit(&if_clone_mtx);
}

static void
if_clone_exit(void)
{
	mutex_enter(&if_clone_mtx);
	if (--if_clone_depth == 0)
		cv_broadcast(&if_clone_cv);
	mutex_exit(&if_clone_mtx);
}

void
if_clone_attach(struct if_clone *ifc)
{
	if_clone_init();
	mutex_enter(&if_clone_mtx);
	LIST_INSERT_HEAD(&if_cloners, ifc, ifc_list);
	if_cloners_count++;
	mutex_exit(&if_clone_mtx);
}

void
if_clone_detach(struct if_clone *ifc)
{
	mutex_enter(&if_clone_mtx);
	LIST_REMOVE(ifc, ifc_list);
	if_cloners_count--;
	mutex_exit(&if_clone_mtx);
}

/* Does a name belong to a cloner? Then the unit that follows its name. */
static bool
if_clone_matches(const struct if_clone *ifc, const char *name, int *unitp)
{
	const char *cp = name + ifc->ifc_namelen;
	int unit;

	if (strncmp(name, ifc->ifc_name, ifc->ifc_namelen) != 0 || *cp < '0' ||
	    *cp > '9' || (cp[0] == '0' && cp[1] != '\0'))
		return false;
	for (unit = 0; *cp >= '0' && *cp <= '9'; cp++) {
		unit = unit * 10 + (*cp - '0');
		if (unit > 99999)
			return false;
	}
	if (*cp != '\0')
		return false;
	if (unitp != NULL)
		*unitp = unit;
	return true;
}

/* The cloner of a name, and the unit. */
struct if_clone *
if_clone_lookup(const char *name, int *unitp)
{
	struct if_clone *ifc;

	if_clone_init();
	mutex_enter(&if_clone_mtx);
	LIST_FOREACH(ifc, &if_cloners, ifc_list) {
		if (if_clone_matches(ifc, name, unitp))
			break;
	}
	mutex_exit(&if_clone_mtx);
	return ifc;
}

int
if_clone_create(const char *name)
{
	struct if_clone *ifc;
	int unit = 0, error;

	if_clone_enter();
	ifc = if_clone_lookup(name, &unit);
	if (ifc == NULL)
		error = EINVAL;
	else if (ifunit(name) != NULL)
		error = EEXIST;
	else
		error = (*ifc->ifc_create)(ifc, unit);
	if_clone_exit();
	return error;
}

int
if_clone_destroy(const char *name)
{
	struct if_clone *ifc;
	struct ifnet *ifp;
	int error;

	if_clone_enter();
	ifc = if_clone_lookup(name, NULL);
	ifp = ifunit(name);
	if (ifc == NULL)
		error = EINVAL;
	else if (ifp == NULL)
		error = ENXIO;
	else if (ifc->ifc_destroy == NULL)
		error = EOPNOTSUPP;
	else
		error = (*ifc->ifc_destroy)(ifp);
	if_clone_exit();
	return error;
}

/* Names of cloners to the user's BUFFER of BUF_COUNT names. */
int
if_clone_list(int buf_count, char *buffer, int *total)
{
	struct if_clone *ifc;
	char outbuf[IFNAMSIZ];
	int count, error = 0;

	if_clone_init();
	mutex_enter(&if_clone_mtx);
	*total = if_cloners_count;
	count = imin(if_cloners_count, buf_count);
	LIST_FOREACH(ifc, &if_cloners, ifc_list) {
		if (buffer == NULL || count-- <= 0)
			break;
		memset(outbuf, 0, sizeof(outbuf));
		strlcpy(outbuf, ifc->ifc_name, IFNAMSIZ);
		error = copyout(outbuf, buffer, sizeof(outbuf));
		if (error != 0)
			break;
		buffer += IFNAMSIZ;
	}
	mutex_exit(&if_clone_mtx);
	return error;
}

int
if_clone_list_user(struct if_clonereq *ifcr)
{
	if (ifcr->ifcr_count < 0)
		return EINVAL;
	return if_clone_list(
	    ifcr->ifcr_count, ifcr->ifcr_buffer, &ifcr->ifcr_total);
}
