/* SPDX-License-Identifier: BSD-2-Clause */
/* The mount of dead vnodes and of device vnodes without a name. */
#ifndef _VFS_DEAD_DEAD_MOUNT_H_
#define _VFS_DEAD_DEAD_MOUNT_H_

#include <sys/mount.h>

void dead_mount_init(void);
/* in specfs: the anonymous vnode of a device; the key is its spec_key */
int dead_loadvnode(
    struct mount *, struct vnode *, const void *, size_t, const void **);

#endif /* !_VFS_DEAD_DEAD_MOUNT_H_ */
