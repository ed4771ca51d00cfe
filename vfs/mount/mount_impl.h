/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the sources in this folder. */
#ifndef _VFS_MOUNT_MOUNT_IMPL_H_
#define _VFS_MOUNT_MOUNT_IMPL_H_

#include <sys/mount.h>

int mount_wait_unbusy(struct mount *);
void statvfs_init(void);
void vfs_syncer_init(void);
void vfs_syncer_stop(void);

#endif /* !_VFS_MOUNT_MOUNT_IMPL_H_ */
