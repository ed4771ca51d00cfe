/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl: kern.maxvnodes, vfs.generic.fstypes, vfs.sync.*.
 */
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

static int
sysctl_kern_maxvnodes(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int n = desiredvnodes, error;

	node.sysctl_data = &n;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	/* as RUMP_NVNODES */
	if (n < 16 || n > INT_MAX / 4)
		return EINVAL;
	desiredvnodes = n;
	vfs_reinit();
	nchreinit();
	vfs_drainvnodes();
	return 0;
}

/* Names of the types in this kernel, each after a space. */
static int
sysctl_vfs_generic_fstypes(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct vfsops *v;
	char *buf, *p;
	size_t size = 1;
	int error;

	mutex_enter(&vfs_list_lock);
	LIST_FOREACH(v, &vfs_list, vfs_list)
		size += strlen(v->vfs_name) + 1;
	mutex_exit(&vfs_list_lock);
	p = buf = kmem_zalloc(size, KM_SLEEP);
	mutex_enter(&vfs_list_lock);
	LIST_FOREACH(v, &vfs_list, vfs_list) {
		const size_t n = strlen(v->vfs_name);

		if ((size_t)(p - buf) + n + 2 > size)
			break;
		if (p != buf)
			*p++ = ' ';
		memcpy(p, v->vfs_name, n);
		p += n;
	}
	mutex_exit(&vfs_list_lock);
	node.sysctl_data = buf;
	node.sysctl_size = (size_t)(p - buf) + 1;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	kmem_free(buf, size);
	return error;
}

/* Seconds; the variable is a time_t. */
static int
sysctl_vfs_sync(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	time_t *delay = rnode->sysctl_data;
	int n = (int)*delay, error;

	node.sysctl_data = &n;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (n < 0)
		return EINVAL;
	*delay = n;
	return 0;
}

SYSCTL_SETUP(vfs_sysctl_setup, "vnodes, file system types, syncer")
{
	static const struct {
		const char *name, *descr;
		time_t *delay;
	} delays[] = {
	    {"delay", "seconds until metadata is written", &syncdelay},
	    {"filedelay", "seconds until files are", &filedelay},
	    {"dirdelay", "seconds until directories are", &dirdelay},
	    {"metadelay", "seconds until blocks are", &metadelay},
	};
	const struct sysctlnode *node;

	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "kern", NULL, NULL, 0, NULL, 0, CTL_KERN, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "maxvnodes",
	    SYSCTL_DESCR("how many vnodes are kept"), sysctl_kern_maxvnodes, 0,
	    NULL, 0, CTL_KERN, KERN_MAXVNODES, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "vfs", NULL, NULL, 0, NULL, 0, CTL_VFS, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "generic", SYSCTL_DESCR("not of one file system"), NULL, 0, NULL, 0,
	    CTL_VFS, VFS_GENERIC, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_STRING,
	    "fstypes", SYSCTL_DESCR("types of file systems"),
	    sysctl_vfs_generic_fstypes, 0, NULL, 0, CTL_VFS, VFS_GENERIC,
	    CTL_CREATE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "sync", SYSCTL_DESCR("background writing"), NULL, 0, NULL, 0,
	    CTL_VFS, CTL_CREATE, CTL_EOL);
	for (u_int i = 0; i < __arraycount(delays); i++)
		sysctl_createv(clog, 0, &node, NULL,
		    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT,
		    delays[i].name, delays[i].descr, sysctl_vfs_sync, 0,
		    delays[i].delay, 0, CTL_CREATE, CTL_EOL);
}
