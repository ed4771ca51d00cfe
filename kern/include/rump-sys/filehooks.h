/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What descriptors need of vnodes. The file faction sets these when it
 * starts; while one is NULL its operation answers as if no file were a vnode.
 */

#ifndef _RUMP_SYS_FILEHOOKS_H_
#define _RUMP_SYS_FILEHOOKS_H_

#include <sys/types.h>

struct file;
struct flock;
struct proc;

/* Advisory locks: fcntl(F_GETLK, F_SETLK, F_SETLKW) and flock(2). */
extern int (*rump_vfs_advlock)(struct file *, void *, int, struct flock *, int);
/* A descriptor of this file is closed: drop the process's POSIX locks. */
extern void (*rump_vfs_closelocks)(struct file *, struct proc *);
extern int (*rump_vfs_pathconf)(struct file *, int, register_t *);
extern int (*rump_vfs_fadvise)(struct file *, off_t, off_t, int);

#endif /* _RUMP_SYS_FILEHOOKS_H_ */
