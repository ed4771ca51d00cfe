/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot of the file side of the kernel, and the base's hooks into it.
 */
#include <miscfs/deadfs/deadfs.h>
#include <miscfs/fifofs/fifo.h>
#include <miscfs/specfs/specdev.h>
#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/filedesc.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>
#include <uvm/uvm_extern.h>

#include "../dead/dead_mount.h"
#include "mount_impl.h"

struct vnode *rootvnode;
const char *rootfstype;

static const struct vnodeopv_desc *const special_opv_descs[] = {
    &dead_vnodeop_opv_desc,
    &spec_vnodeop_opv_desc,
    NULL,
};

static void
rump_vfs_syncall_hook(void)
{
	do_sys_sync(curlwp);
}

RUMP_COMPONENT(RUMP__FACTION_VFS)
{
	int64_t n = desiredvnodes;

	if (rump_getparam_int(
		"RUMP_NVNODES", desiredvnodes, 16, INT_MAX / 4, &n) == 0)
		desiredvnodes = (int)n;

	vfs_mount_sysinit();
	vfs_vnode_sysinit();
	fstrans_init();
	spec_init();
	vfs_syncer_init();
	vfs_opv_init(special_opv_descs);
	dead_mount_init();
	uvm_init();
	bufinit();
	ubc_init();
	rump_vfs_namesinit();

	rump_vfs_fini = vfs_shutdown;
	rump_vfs_syncall = rump_vfs_syncall_hook;

	if (rumpfs_mountroot() != 0)
		panic("vfs: the root file system can't be mounted");
}
