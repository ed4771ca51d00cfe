/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vector of vnodes that were reclaimed while somebody held a reference.
 */
#ifndef _MISCFS_DEADFS_DEADFS_H_
#define _MISCFS_DEADFS_DEADFS_H_

#include <sys/vnode.h>

extern int (**dead_vnodeop_p)(void *);
extern const struct vnodeopv_desc dead_vnodeop_opv_desc;
extern struct mount *dead_rootmount;

#endif /* !_MISCFS_DEADFS_DEADFS_H_ */
