/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations that layer file systems build on.
 */
#ifndef _MISCFS_GENFS_LAYER_EXTERN_H_
#define _MISCFS_GENFS_LAYER_EXTERN_H_

#include <sys/mount.h>
#include <sys/vnode.h>

/** The upper vnode of a lower one, referenced. */
int layer_node_create(struct mount *, struct vnode *, struct vnode **);

VFS_PROTOS(layerfs);
int layerfs_renamelock_enter(struct mount *);
void layerfs_renamelock_exit(struct mount *);

int layer_bypass(void *);
int layer_getattr(void *);
int layer_inactive(void *);
int layer_reclaim(void *);
int layer_lock(void *);
int layer_print(void *);
int layer_bwrite(void *);
int layer_bmap(void *);
int layer_fsync(void *);
int layer_lookup(void *);
int layer_setattr(void *);
int layer_access(void *);
int layer_open(void *);
int layer_close(void *);
int layer_remove(void *);
int layer_rename(void *);
int layer_revoke(void *);
int layer_rmdir(void *);
int layer_getpages(void *);
int layer_putpages(void *);

#endif /* !_MISCFS_GENFS_LAYER_EXTERN_H_ */
