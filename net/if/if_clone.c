/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces made by name: "tap3" is unit 3 of the cloner "tap".
 */
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/if.h>

#include "if_impl.h"

static LIST_HEAD(, if_clone) if_cloners = LIST_HEAD_INITIALIZER(if_cloners);
static int if_cloners_count;
static kmutex_t if_clone_mtx; /* the list, and creation and destruction */
static bool if_clone_ready;

static void
if_clone_init(void)
{
	if (!if_clone_ready) {
		if_clone_ready = true;
		mutex_init(&if_clone_mtx, MUTEX_DEFAULT, IPL_NONE);
	}
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

/* The cloner of a name, and the unit that follows its name. */
struct if_clone *
if_clone_lookup(const char *name, int *unitp)
{
	struct if_clone *ifc;
	const char *cp;
	int unit;

	LIST_FOREACH(ifc, &if_cloners, ifc_list) {
		if (strncmp(name, ifc->ifc_name, ifc->ifc_namelen) != 0)
			continue;
		cp = name + ifc->ifc_namelen;
		if (*cp < '0' || *cp > '9' || (cp[0] == '0' && cp[1] != '\0'))
			continue;
		for (unit = 0; *cp >= '0' && *cp <= '9'; cp++) {
			unit = unit * 10 + (*cp - '0');
			if (unit > 99999)
				return NULL;
		}
		if (*cp != '\0')
			continue;
		if (unitp != NULL)
			*unitp = unit;
		return ifc;
	}
	return NULL;
}

int
if_clone_create(const char *name)
{
	struct if_clone *ifc;
	int unit = 0, error;

	if_clone_init();
	mutex_enter(&if_clone_mtx);
	ifc = if_clone_lookup(name, &unit);
	if (ifc == NULL)
		error = EINVAL;
	else if (ifunit(name) != NULL)
		error = EEXIST;
	else
		error = (*ifc->ifc_create)(ifc, unit);
	mutex_exit(&if_clone_mtx);
	return error;
}

int
if_clone_destroy(const char *name)
{
	struct if_clone *ifc;
	struct ifnet *ifp;
	int error;

	if_clone_init();
	mutex_enter(&if_clone_mtx);
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
	mutex_exit(&if_clone_mtx);
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
