/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer nodes: an upper vnode for each lower one in use.
 */
#include <miscfs/genfs/layer.h>
#include <miscfs/genfs/layer_extern.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

/**
 * The upper vnode of lowervp in mp, referenced.  If it succeeds, it takes
 * over the caller's reference to lowervp.
 */
int
layer_node_create(struct mount *mp, struct vnode *lowervp, struct vnode **vpp)
{
	struct vnode *vp;
	int error;

	error = vcache_get(mp, &lowervp, sizeof(lowervp), &vp);
	if (error != 0)
		return error;
	/* the upper vnode has a reference of its own */
	vrele(lowervp);
	*vpp = vp;
	return 0;
}
