/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contents of the root at boot: /dev, the host's module directory, and
 * the functions by which components make device nodes and links.
 */
#include "rumpfs_impl.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vfs_syscalls.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>
#include <rump/rumpuser.h>

/* Where the kernel looks for modules, in its own name space. */
#define DEV_MODULEBASE "/stand/" MACHINE "/7.99.34/modules"

/* Make the directories above a path's last component. */
static int
dev_makeparents(const char *path)
{
	char *buf;
	size_t i;
	int error = 0;

	buf = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	if (strlcpy(buf, path, MAXPATHLEN) >= MAXPATHLEN)
		error = ENAMETOOLONG;
	for (i = 1; error == 0 && buf[i] != '\0'; i++) {
		if (buf[i] != '/')
			continue;
		buf[i] = '\0';
		error = do_sys_mkdir(buf, 0755, UIO_SYSSPACE);
		if (error == EEXIST)
			error = 0;
		buf[i] = '/';
	}
	kmem_free(buf, MAXPATHLEN);
	return error;
}

static int
dev_makeonedevnode(
    dev_t devtype, const char *path, devmajor_t maj, devminor_t min)
{
	register_t rv;
	int error;

	error = dev_makeparents(path);
	if (error)
		return error;
	error = do_sys_mknod(curlwp, path, (mode_t)(0666 | devtype),
	    makedev(maj, min), &rv, UIO_SYSSPACE);
	return error == EEXIST ? 0 : error;
}

/*
 * `num' nodes whose names end in first, first + 1, ... (/dev/md0a, /dev/md0b)
 * and whose minors are min, min + 1, ...
 */
static int
dev_makedevnodes(dev_t devtype, const char *basepath, char first,
    devmajor_t maj, devminor_t min, int num)
{
	char *path;
	int error = 0;

	path = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	for (int i = 0; i < num && error == 0; i++) {
		if (snprintf(path, MAXPATHLEN, "%s%c", basepath, first + i) >=
		    MAXPATHLEN)
			error = ENAMETOOLONG;
		else
			error = dev_makeonedevnode(devtype, path, maj, min + i);
	}
	kmem_free(path, MAXPATHLEN);
	return error;
}

static int
dev_makesymlink(const char *dst, const char *src)
{
	int error;

	error = dev_makeparents(src);
	if (error)
		return error;
	return do_sys_symlink(dst, src, UIO_SYSSPACE);
}

/*
 * Modules come from the host: its module directory appears under the path
 * where the kernel looks for them.  RUMP_MODULEBASE: "" or "0" turns it off,
 * anything else names the host directory.
 */
static void
dev_mapmodules(void)
{
	char *base;
	uint64_t size;
	int error, ft;

	base = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	error = rumpuser_getparam("RUMP_MODULEBASE", base, MAXPATHLEN);
	if (error == 0) {
		if (base[0] == '\0' || (base[0] == '0' && base[1] == '\0'))
			goto out;
	} else
		strlcpy(base, DEV_MODULEBASE, MAXPATHLEN);
	if (base[0] == '/' && rumpuser_getfileinfo(base, &size, &ft) == 0 &&
	    ft == RUMPUSER_FT_DIR)
		(void)rump_vfs_etfs_register(DEV_MODULEBASE, base,
		    RUMP_ETFS_DIR_SUBDIRS, 0, RUMP_ETFS_SIZE_ENDOFF);
out:
	kmem_free(base, MAXPATHLEN);
}

void
rumpfs_dev_init(void)
{
	rump_vfs_makeonedevnode = dev_makeonedevnode;
	rump_vfs_makedevnodes = dev_makedevnodes;
	rump_vfs_makesymlink = dev_makesymlink;
	(void)do_sys_mkdir("/dev", 0755, UIO_SYSSPACE);
	dev_mapmodules();
}
