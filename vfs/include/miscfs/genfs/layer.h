/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer file systems: a mount whose vnodes stand for those of another one.
 *
 * Each upper vnode owns one reference to its lower vnode, shares that
 * vnode's interlock, and is found in the vnode cache by its address.
 */
#ifndef _MISCFS_GENFS_LAYER_H_
#define _MISCFS_GENFS_LAYER_H_

#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/vnode.h>

/* What layers' mount arguments begin with. */
struct layer_args {
	char *target; /* the lower directory */
	struct export_args30 _pad1;
};

#ifdef _KERNEL
struct layer_node;

struct layer_mount {
	struct mount *layerm_vfs;    /* mount of the lower layer */
	struct vnode *layerm_rootvp; /* our root */
	u_int layerm_flags;
	u_int layerm_size; /* of a layer node */
	enum vtagtype layerm_tag;
	int (*layerm_bypass)(void *);
	int (**layerm_vnodeop_p)(void *);
	int (*layerm_alloc)(struct mount *, struct vnode *, struct vnode **);
};

#define LAYERFS_MFLAGS       0x00000fff
#define LAYERFS_MBYPASSDEBUG 0x00000001

struct layer_node {
	struct vnode *layer_lowervp;
	struct vnode *layer_vnode;
	unsigned int layer_flags;
};

#define LAYERFS_RESFLAGS 0x00000fff
#define LAYERFS_REMOVED  0x00000001 /* the lower file was removed */

#define MOUNTTOLAYERMOUNT(mp) ((struct layer_mount *)((mp)->mnt_data))
#define VTOLAYER(vp)          ((struct layer_node *)(vp)->v_data)
#define LAYERTOV(xp)          ((xp)->layer_vnode)
#define LAYERVPTOLOWERVP(vp)  (VTOLAYER(vp)->layer_lowervp)
#endif

#endif /* !_MISCFS_GENFS_LAYER_H_ */
