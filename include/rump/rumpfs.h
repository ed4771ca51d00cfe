/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's root file system.
 */
#ifndef _RUMP_RUMPFS_H_
#define _RUMP_RUMPFS_H_

#ifndef MOUNT_RUMPFS
#define MOUNT_RUMPFS "rumpfs"
#endif

#endif /* !_RUMP_RUMPFS_H_ */
