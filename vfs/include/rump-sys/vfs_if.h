/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own side of <rump/rumpvfs_if_pub.h>: the same functions for
 * callers that are in the kernel already.
 */
#ifndef _RUMP_SYS_VFS_IF_H_
#define _RUMP_SYS_VFS_IF_H_

#include <rump/rumpvtype.h>
#include <sys/types.h>

struct componentname;
struct fid;
struct kauth_cred;
struct lwp;
struct mount;
struct statvfs;
struct vattr;
struct vfsops;
struct vnode;

void rump_getvninfo(struct vnode *, enum rump_vtype *, off_t *, dev_t *);
struct vfsops *rump_vfslist_iterate(struct vfsops *);
struct vfsops *rump_vfs_getopsbyname(const char *);
struct vattr *rump_vattr_init(void);
void rump_vattr_settype(struct vattr *, enum rump_vtype);
void rump_vattr_setmode(struct vattr *, mode_t);
void rump_vattr_setrdev(struct vattr *, dev_t);
void rump_vattr_free(struct vattr *);
void rump_vp_incref(struct vnode *);
int rump_vp_getref(struct vnode *);
void rump_vp_rele(struct vnode *);
void rump_vp_interlock(struct vnode *);
void rump_freecn(struct componentname *, int);
int rump_namei(uint32_t, uint32_t, const char *, struct vnode **,
    struct vnode **, struct componentname **);
struct componentname *rump_makecn(
    u_long, u_long, const char *, size_t, struct kauth_cred *, struct lwp *);
int rump_vfs_unmount(struct mount *, int);
int rump_vfs_root(struct mount *, struct vnode **, int);
int rump_vfs_statvfs(struct mount *, struct statvfs *);
int rump_vfs_sync(struct mount *, int, struct kauth_cred *);
int rump_vfs_fhtovp(struct mount *, struct fid *, struct vnode **);
int rump_vfs_vptofh(struct vnode *, struct fid *, size_t *);
int rump_vfs_extattrctl(struct mount *, int, struct vnode *, int, const char *);
void rump_vfs_syncwait(struct mount *);
int rump_vfs_getmp(const char *, struct mount **);
void rump_vfs_mount_print(const char *, int);
int rump_syspuffs_glueinit(int, int *);
void rump_vattr50_to_vattr(const struct vattr *, struct vattr *);
void rump_vattr_to_vattr50(const struct vattr *, struct vattr *);

#endif /* !_RUMP_SYS_VFS_IF_H_ */
