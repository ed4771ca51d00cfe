/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operation vectors: made of a driver's list of {descriptor, function}, one
 * slot for each operation, what the list leaves out being vop_default.
 */
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "vop_check.h"

typedef int (*vop_fn)(void *);

static int
vop_missing(void *v)
{
	return EOPNOTSUPP;
}

static void
vfs_opv_init_one(const struct vnodeopv_desc *od)
{
	const struct vnodeopv_entry_desc *e;
	vop_fn *vec, def = vop_missing;
	int i;

	vec = kmem_zalloc(VNODE_OPS_COUNT * sizeof(*vec), KM_SLEEP);
	for (e = od->opv_desc_ops; e->opve_op != NULL; e++) {
		i = e->opve_op->vdesc_offset;
		if (i < 0 || i >= VNODE_OPS_COUNT)
			panic("%s: no slot %d in a vector of operations",
			    e->opve_op->vdesc_name, i);
		vec[i] = e->opve_impl;
	}
	if (vec[0] != NULL)
		def = vec[0];
	for (i = 0; i < VNODE_OPS_COUNT; i++) {
		if (vec[i] == NULL)
			vec[i] = def;
	}
	*od->opv_desc_vector_p = vec;
}

void
vfs_opv_init(const struct vnodeopv_desc *const *descs)
{
	if (descs == NULL)
		return;
	for (; *descs != NULL; descs++)
		vfs_opv_init_one(*descs);
}

void
vfs_opv_free(const struct vnodeopv_desc *const *descs)
{
	if (descs == NULL)
		return;
	for (; *descs != NULL; descs++) {
		kmem_free(*(*descs)->opv_desc_vector_p,
		    VNODE_OPS_COUNT * sizeof(vop_fn));
		*(*descs)->opv_desc_vector_p = NULL;
	}
}
