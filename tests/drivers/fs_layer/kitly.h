/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KITLY_H
#define KITLY_H

#include <sys/param.h>

#include <sys/mount.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>

#include <miscfs/genfs/layer.h>

/* Owners above are those below and this. */
struct kitly_args {
	char *ka_target;
	int ka_shift;
};

struct kitly_mount {
	struct layer_mount km_layer; /* first */
	int km_shift;
};
#define VFSTOKITLY(m) ((struct kitly_mount *)(m)->mnt_data)

/* A node with something of its own behind what layers have. */
struct kitly_node {
	struct layer_node ly_layer; /* first */
	unsigned int ly_reads;
};
#define VTOKITLY(vp) ((struct kitly_node *)(vp)->v_data)

extern struct vfsops kitly_vfsops;
extern int (**kitly_vnodeop_p)(void *);
extern int (**kitly_own_vnodeop_p)(void *);
extern unsigned int kitly_bypassed;

#endif
