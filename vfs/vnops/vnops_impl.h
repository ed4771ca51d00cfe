/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What vnops/ offers to the rest of librumpvfs.
 */
#ifndef _VFS_VNOPS_IMPL_H_
#define _VFS_VNOPS_IMPL_H_

struct kauth_cred;
struct proc;
struct vnode;

void cwd_init(void);
void cwd_proc_init(struct proc *);
void cwd_proc_release(struct proc *);
void cwd_setroot(struct vnode *);
void vfs_syscalls_init(void);
int vn_open_locked(struct vnode *, int, struct kauth_cred *);

#endif /* !_VFS_VNOPS_IMPL_H_ */
