/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of the host in the rump kernel: the part that is always there. The
 * work is librumpvfs's, by hooks; without it the answer is ENOSYS and a line
 * that says what to link.
 */

#include <sys/errno.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump-sys/kern_if.h>
#include <rump/rumpuser.h>

#include "init_impl.h"

int (*rump_vfs_etfs_register)(
    const char *, const char *, enum rump_etfs_type, uint64_t, uint64_t);
int (*rump_vfs_etfs_remove)(const char *);

/* Without files there are no nodes of devices either, and nobody minds. */
static int
no_devnode(dev_t type, const char *path, devmajor_t maj, devminor_t mnr)
{
	return 0;
}

static int
no_devnodes(dev_t type, const char *path, char first, devmajor_t maj,
    devminor_t mnr, int n)
{
	return 0;
}

static int
no_symlink(const char *target, const char *path)
{
	return 0;
}

int (*rump_vfs_makeonedevnode)(
    dev_t, const char *, devmajor_t, devminor_t) = no_devnode;
int (*rump_vfs_makedevnodes)(
    dev_t, const char *, char, devmajor_t, devminor_t, int) = no_devnodes;
int (*rump_vfs_makesymlink)(const char *, const char *) = no_symlink;
size_t (*rump_vfs_reclaim)(size_t);

static struct rump_boot_etfs *boot_first, **boot_last = &boot_first;

static int
etfs_register(const char *key, const char *hostpath, enum rump_etfs_type type,
    uint64_t begin, uint64_t size)
{
	if (rump_vfs_etfs_register == NULL) {
		rumpuser_dprintf("rump_etfs: there are no files without "
				 "librumpvfs: link it for %s\n",
		    key);
		return ENOSYS;
	}
	return (*rump_vfs_etfs_register)(key, hostpath, type, begin, size);
}

int
rump_etfs_register_withsize(const char *key, const char *hostpath,
    enum rump_etfs_type type, uint64_t begin, uint64_t size)
{
	return etfs_register(key, hostpath, type, begin, size);
}

int
rump_etfs_register(
    const char *key, const char *hostpath, enum rump_etfs_type type)
{
	return etfs_register(key, hostpath, type, 0, RUMP_ETFS_SIZE_ENDOFF);
}

int
rump_etfs_remove(const char *key)
{
	if (rump_vfs_etfs_remove == NULL)
		return ENOSYS;
	return (*rump_vfs_etfs_remove)(key);
}

/* Before boot: registered at its end, with the outcome in eb_status. */
void
rump_boot_etfs_register(struct rump_boot_etfs *eb)
{
	eb->_eb_next = NULL;
	eb->eb_status = -1;
	*boot_last = eb;
	boot_last = &eb->_eb_next;
}

void
rump_boot_etfs_run(void)
{
	struct rump_boot_etfs *eb;

	for (eb = boot_first; eb != NULL; eb = eb->_eb_next)
		eb->eb_status = etfs_register(eb->eb_key, eb->eb_hostpath,
		    eb->eb_type, eb->eb_begin, eb->eb_size);
}
