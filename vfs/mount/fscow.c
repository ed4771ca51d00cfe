/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copy on write: functions that see a buffer before it is written over.
 * They sit with the mount's fstrans state; see fstrans.c.
 */
#include <miscfs/specfs/specdev.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "fstrans_impl.h"

int
fscow_establish(
    struct mount *mp, int (*func)(void *, struct buf *, bool), void *arg)
{
	struct fstrans_mount *fm = mp->mnt_transinfo;
	struct fscow_handler *h;

	if ((vfs_iflag(mp) & IMNT_HAS_TRANS) == 0)
		return EINVAL;
	h = kmem_alloc(sizeof(*h), KM_SLEEP);
	h->fh_func = func;
	h->fh_arg = arg;
	rw_enter(&fm->fm_cowlock, RW_WRITER);
	SLIST_INSERT_HEAD(&fm->fm_cow, h, fh_list);
	atomic_store_relaxed(&fm->fm_ncow, fm->fm_ncow + 1);
	rw_exit(&fm->fm_cowlock);
	return 0;
}

int
fscow_disestablish(
    struct mount *mp, int (*func)(void *, struct buf *, bool), void *arg)
{
	struct fstrans_mount *fm = mp->mnt_transinfo;
	struct fscow_handler *h;

	if ((vfs_iflag(mp) & IMNT_HAS_TRANS) == 0)
		return EINVAL;
	rw_enter(&fm->fm_cowlock, RW_WRITER);
	SLIST_FOREACH(h, &fm->fm_cow, fh_list) {
		if (h->fh_func == func && h->fh_arg == arg)
			break;
	}
	if (h != NULL) {
		SLIST_REMOVE(&fm->fm_cow, h, fscow_handler, fh_list);
		atomic_store_relaxed(&fm->fm_ncow, fm->fm_ncow - 1);
	}
	rw_exit(&fm->fm_cowlock);
	if (h == NULL)
		return ENOENT;
	kmem_free(h, sizeof(*h));
	return 0;
}

/**
 * Let copies be taken of what bp is about to overwrite.  data_valid: bp's
 * contents are still the old ones.
 */
int
fscow_run(struct buf *bp, bool data_valid)
{
	struct fstrans_mount *fm;
	struct fscow_handler *h;
	struct mount *mp = NULL;
	int error = 0;

	if (bp->b_flags & B_COWDONE)
		return 0;
	if (bp->b_vp != NULL) {
		if (bp->b_vp->v_type == VBLK)
			mp = spec_node_getmountedfs(bp->b_vp);
		else
			mp = bp->b_vp->v_mount;
	}
	if (mp != NULL && (vfs_iflag(mp) & IMNT_HAS_TRANS) != 0) {
		fm = mp->mnt_transinfo;
		if (__predict_false(atomic_load_relaxed(&fm->fm_ncow) != 0)) {
			rw_enter(&fm->fm_cowlock, RW_READER);
			SLIST_FOREACH(h, &fm->fm_cow, fh_list) {
				error =
				    (*h->fh_func)(h->fh_arg, bp, data_valid);
				if (error != 0)
					break;
			}
			rw_exit(&fm->fm_cowlock);
		}
	}
	if (error == 0)
		bp->b_flags |= B_COWDONE;
	return error;
}
