/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nullfs: a directory tree seen at a second place.
 */
#ifndef _MISCFS_NULLFS_NULL_H_
#define _MISCFS_NULLFS_NULL_H_

#include <miscfs/genfs/layer.h>

struct null_args {
	struct layer_args la;
};
#define nulla_target la.target
#define nulla_export la._pad1

#ifdef _KERNEL
struct null_mount {
	struct layer_mount lm;
};
#define nullm_vfs       lm.layerm_vfs
#define nullm_rootvp    lm.layerm_rootvp
#define nullm_alloc     lm.layerm_alloc
#define nullm_vnodeop_p lm.layerm_vnodeop_p
#define nullm_bypass    lm.layerm_bypass
#define nullm_tag       lm.layerm_tag
#define nullm_size      lm.layerm_size

struct null_node {
	struct layer_node ln;
};

#define MOUNTTONULLMOUNT(mp) ((struct null_mount *)((mp)->mnt_data))
#define VTONULL(vp)          ((struct null_node *)(vp)->v_data)

extern int (**null_vnodeop_p)(void *);
extern struct vfsops nullfs_vfsops;
VFS_PROTOS(nullfs);
#endif

#endif /* !_MISCFS_NULLFS_NULL_H_ */
