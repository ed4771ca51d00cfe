/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the parts of librumpvfs, and for components that join it.
 */
#ifndef _RUMP_SYS_VFS_H_
#define _RUMP_SYS_VFS_H_

#include <rump-sys/vfs_if.h>
#include <sys/mount.h>
#include <sys/types.h>
#include <sys/vnode.h>

struct cwdinfo;
struct lwp;
struct vfsops;

/* boot of the other parts, called by rump_vfs.c */
void rump_vfs_namesinit(void); /* names, system calls, rumpfs's type */

/** Move processes from one directory (NULL: any) to another (NULL: none). */
void cwd_replace(struct vnode *, struct vnode *);

/* rumpfs: mounted at boot; sets rootvnode */
int rumpfs_mountroot(void);
extern struct vfsops rumpfs_vfsops;
/** Mount by name, for the kernel itself. */
int rump_vfs_mount(const char *, const char *, int, void *, size_t);

#endif /* !_RUMP_SYS_VFS_H_ */
