/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the parts of librumpvfs, and for components that join it.
 */
#ifndef _RUMP_SYS_VFS_H_
#define _RUMP_SYS_VFS_H_

#include <sys/types.h>
#include <sys/mount.h>
#include <sys/vnode.h>
#include <rump-sys/vfs_if.h>

struct cwdinfo;
struct lwp;
struct vfsops;

/* boot, in this order; each by the part that it names */
void uvm_boot_init(void);		/* pages, objects, ubc */
void bufinit_rump(void);		/* buffer cache */
void rump_vfs_namesinit(void);		/* system calls, cwd, fileops */

/* rumpfs */
int rumpfs_mountroot(void);
extern struct vfsops rumpfs_vfsops;
/** Mount by name, for the kernel itself. */
int rump_vfs_mount(const char *, const char *, int, void *, size_t);

#endif /* !_RUMP_SYS_VFS_H_ */
