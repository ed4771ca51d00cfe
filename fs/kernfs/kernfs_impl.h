/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the files of kernfs.
 */
#ifndef _FS_KERNFS_KERNFS_IMPL_H_
#define _FS_KERNFS_KERNFS_IMPL_H_

#include <miscfs/kernfs/kernfs.h>

extern const struct vnodeopv_desc kernfs_vnodeop_opv_desc;

void kernfs_subr_init(void);
int (*kernfs_fileop(kfstype, int))(void *);
const struct kern_target *kernfs_entry(const struct kern_target *, long);
const struct kern_target *
kernfs_find(const struct kern_target *, const char *, size_t);
ino_t kernfs_fileno(const struct kern_target *);

#endif /* !_FS_KERNFS_KERNFS_IMPL_H_ */
