/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wedges: there is no dk(4) device. Partitions are had by name when an
 * image is registered ("disk.img%GPT:1%"), and by minor number from a disk
 * label. A disk has no wedges, and adding one says that it can't be.
 */
#include <sys/disk.h>
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

void
dkwedge_init(void)
{
}

int
dkwedge_add(struct dkwedge_info *dkw)
{
	return EOPNOTSUPP;
}

int
dkwedge_del(struct dkwedge_info *dkw)
{
	return ESRCH;
}

void
dkwedge_delall(struct disk *dk)
{
}

int
dkwedge_list(struct disk *dk, struct dkwedge_list *dkwl, struct lwp *l)
{
	dkwl->dkwl_nwedges = dkwl->dkwl_ncopied = 0;
	return 0;
}

void
dkwedge_discover(struct disk *dk)
{
}

int
dkwedge_read(
    struct disk *dk, struct vnode *vp, daddr_t blkno, void *buf, size_t len)
{
	return vn_rdwr(UIO_READ, vp, buf, (int)len, blkno << DEV_BSHIFT,
	    UIO_SYSSPACE, 0, NOCRED, NULL, NULL);
}
