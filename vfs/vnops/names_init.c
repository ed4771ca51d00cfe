/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of the name side of librumpvfs: caches, locks, system calls, and the
 * hooks of processes and descriptors.  Runs before anything is mounted.
 */
#include <sys/dirhash.h>
#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "vnops_impl.h"

void
rump_vfs_namesinit(void)
{
	namei_init();
	nchinit();
	lf_init();
	dirhash_init();
	cwd_init();
	rump_proc_vfs_init = cwd_proc_init;
	rump_proc_vfs_release = cwd_proc_release;
	vfs_syscalls_init();
	(void)vfs_attach(&rumpfs_vfsops);
}
