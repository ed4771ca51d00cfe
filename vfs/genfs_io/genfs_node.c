/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock of a genfs node, and the usual answer to where a file ends.
 *
 * g_glock is held for reading while the blocks of the file are used for I/O
 * and for writing while they are allocated or freed. It comes after the
 * vnode lock and the gate of fstrans, before v_interlock.
 */
#include "genfs_io_impl.h"

/* End on disk and in memory: the size, rounded up to a block. */
void
genfs_size(struct vnode *vp, off_t size, off_t *eobp, int flags)
{
	const off_t bsize = (off_t)1 << genfs_fs_bshift(vp);

	*eobp = (size + bsize - 1) & ~(bsize - 1);
}

/* v_data is set and its first member is the genfs_node. */
void
genfs_node_init(struct vnode *vp, const struct genfs_ops *ops)
{
	struct genfs_node *gp = VTOG(vp);

	rw_init(&gp->g_glock);
	gp->g_op = ops;
}

void
genfs_node_destroy(struct vnode *vp)
{
	rw_destroy(&VTOG(vp)->g_glock);
}

void
genfs_node_wrlock(struct vnode *vp)
{
	rw_enter(&VTOG(vp)->g_glock, RW_WRITER);
}

void
genfs_node_rdlock(struct vnode *vp)
{
	rw_enter(&VTOG(vp)->g_glock, RW_READER);
}

int
genfs_node_rdtrylock(struct vnode *vp)
{
	return rw_tryenter(&VTOG(vp)->g_glock, RW_READER);
}

void
genfs_node_unlock(struct vnode *vp)
{
	rw_exit(&VTOG(vp)->g_glock);
}

int
genfs_node_wrlocked(struct vnode *vp)
{
	return rw_write_held(&VTOG(vp)->g_glock);
}

/* The range that a write-back of this page may take along: the file. */
void
genfs_gop_putrange(struct vnode *vp, off_t off, off_t *lop, off_t *hip)
{
	*lop = 0;
	*hip = vp->v_size;
}
