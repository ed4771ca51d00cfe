/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of vfs/genfs_io. */
#ifndef _GENFS_IO_IMPL_H_
#define _GENFS_IO_IMPL_H_

#include "../uvm/uvm_impl.h"

#include <sys/buf.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <miscfs/specfs/specdev.h>

/* the most that one request moves; other drivers may know only MAXPHYS */
#define GENFS_MAXIO    (1024 * 1024)
#define GENFS_MAXPAGES (GENFS_MAXIO >> PAGE_SHIFT)

static __inline int
genfs_fs_bshift(const struct vnode *vp)
{
	return vp->v_type == VBLK ? DEV_BSHIFT : vp->v_mount->mnt_fs_bshift;
}

static __inline int
genfs_dev_bshift(const struct vnode *vp)
{
	return vp->v_type == VBLK ? DEV_BSHIFT : vp->v_mount->mnt_dev_bshift;
}

static __inline bool
genfs_wapbl_p(const struct vnode *vp)
{
	return vp->v_mount != NULL && vp->v_mount->mnt_wapbl != NULL;
}

size_t genfs_maxio(struct vnode *);
int genfs_do_io(struct vnode *, off_t, void *, size_t, int, bool,
    void (*)(struct buf *), void *);
int genfs_do_putpages(struct vnode *, off_t, off_t, int, struct vm_page **);

#endif /* !_GENFS_IO_IMPL_H_ */
