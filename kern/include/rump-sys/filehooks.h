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
struct lwp;
struct proc;
struct socket;
struct vnode;

/* Advisory locks: fcntl(F_GETLK, F_SETLK, F_SETLKW) and flock(2). */
extern int (*rump_vfs_advlock)(struct file *, void *, int, struct flock *, int);
/* A descriptor of this file is closed: drop the process's POSIX locks. */
extern void (*rump_vfs_closelocks)(struct file *, struct proc *);
extern int (*rump_vfs_pathconf)(struct file *, int, register_t *);
extern int (*rump_vfs_fadvise)(struct file *, off_t, off_t, int);

/*
 * Names of local sockets in the file system; NULL without one. uv_socket()
 * and uv_setsocket() need the lock of local sockets, the others must not have
 * it.
 */
struct rump_unp_vfs {
	/* create PATH as a socket node: a referenced vnode */
	int (*uv_bind)(const char *path, struct lwp *, struct vnode **);
	/* the node, referenced, if it is a socket that the lwp may write */
	int (*uv_lookup)(const char *path, struct lwp *, struct vnode **);
	struct socket *(*uv_socket)(struct vnode *);
	/* the socket of a node; NULL: it goes away */
	void (*uv_setsocket)(struct vnode *, struct socket *);
	void (*uv_rele)(struct vnode *);
};
extern const struct rump_unp_vfs *rump_unp_vfs;

#endif /* _RUMP_SYS_FILEHOOKS_H_ */
