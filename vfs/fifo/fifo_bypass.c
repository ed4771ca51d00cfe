/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from a file system's fifo nodes to fifofs, which is a component of
 * its own.  Without it every operation fails, the first with a message, but
 * for those that reclaiming needs.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>

/*
 * fifofs isn't there.  Reclaiming writes out what is there to write, which is
 * nothing.
 */
static int
fifo_missing(void *v)
{
	static bool told;
	const struct vop_generic_args *ap = v;

	switch (ap->a_desc->vdesc_offset) {
	case VOP_FSYNC_DESCOFFSET:
		return genfs_nullop(v);
	case VOP_PUTPAGES_DESCOFFSET:
		return genfs_null_putpages(v);
	default:
		break;
	}
	if (!told) {
		told = true;
		printf("rump: fifos need librumpvfs_fifofs: link it "
		       "(-lrumpvfs_fifofs) or dlopen() it\n");
	}
	/* what the operation consumes is consumed */
	return genfs_eopnotsupp(v);
}

static int (*fifo_missing_vector[VNODE_OPS_COUNT])(void *) = {
    [0 ... VNODE_OPS_COUNT - 1] = fifo_missing};

/* fifofs's vector, once it is linked in. */
int (**fifo_vnodeop_p)(void *) = fifo_missing_vector;

/* Any vnode operation, passed on to fifofs. */
int
vn_fifo_bypass(void *v)
{
	struct vop_generic_args *ap = v;

	return VOCALL(fifo_vnodeop_p, ap->a_desc->vdesc_offset, v);
}
