/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Moving a run of memory to or from the blocks of a file, through VOP_BMAP
 * and VOP_STRATEGY.
 *
 * Without a completion function the requests are made one after the other
 * by the calling thread, which lets the device answer them at once. With
 * one, they are made of a master buffer and a nested one for each extent.
 */
#include "genfs_io_impl.h"

#include <rump-sys/rumpblk.h>
#include <sys/conf.h>

/* The most that one request to a device vnode may ask for. */
size_t
genfs_maxio(struct vnode *devvp)
{
	if (devvp->v_type == VBLK && major(devvp->v_rdev) == RUMPBLK_DEVMAJOR)
		return GENFS_MAXIO;
	return MAXPHYS;
}

struct extent {
	struct vnode *ex_devvp;
	daddr_t ex_blkno; /* of the device, in its units; -1: a hole */
	size_t ex_len;
};

/* Where the bytes from off on are, and how many follow one another. */
static int
extent_find(struct vnode *vp, off_t off, size_t len, struct extent *ex)
{
	const int fs_bshift = genfs_fs_bshift(vp);
	const int dev_bshift = genfs_dev_bshift(vp);
	const daddr_t lbn = off >> fs_bshift;
	const off_t lbnoff = (off_t)lbn << fs_bshift;
	uint64_t bytes;
	daddr_t blkno;
	int error, run = 0;

	error = VOP_BMAP(vp, lbn, &ex->ex_devvp, &blkno, &run);
	if (error)
		return error;
	if (run < 0)
		run = 0;
	bytes = ((uint64_t)(run + 1) << fs_bshift) - (off - lbnoff);
	ex->ex_len = bytes < len ? bytes : len;
	ex->ex_blkno = -1;
	if (blkno == (daddr_t)-1)
		return 0;
	ex->ex_len = MIN(ex->ex_len, genfs_maxio(ex->ex_devvp));
	ex->ex_blkno = blkno;
	if (off != lbnoff) /* cd9660's shift is 2048, and not of use */
		ex->ex_blkno += (off - lbnoff) >> dev_bshift;
	return 0;
}

static int
extent_wait_io(struct vnode *vp, struct extent *ex, void *kva, bool write)
{
	struct buf *bp;
	int error;

	bp = getiobuf(vp, true);
	bp->b_flags = write ? B_WRITE : B_READ;
	bp->b_cflags = BC_BUSY | BC_AGE;
	bp->b_data = kva;
	bp->b_resid = bp->b_bcount = bp->b_bufsize = (int)ex->ex_len;
	bp->b_lblkno = 0;
	bp->b_blkno = ex->ex_blkno;
	BIO_SETPRIO(bp, BPRIO_TIMECRITICAL);
	if (write) {
		mutex_enter(vp->v_interlock);
		vp->v_numoutput++;
		mutex_exit(vp->v_interlock);
	}
	VOP_STRATEGY(ex->ex_devvp, bp);
	error = biowait(bp);
	putiobuf(bp);
	return error;
}

static int
do_io_wait(struct vnode *vp, off_t off, char *kva, size_t len, bool write)
{
	struct extent ex;
	int error = 0, e;

	while (len > 0) {
		e = extent_find(vp, off, len, &ex);
		if (e != 0)
			return e;
		if (ex.ex_blkno != -1)
			e = extent_wait_io(vp, &ex, kva, write);
		else if (!write)
			memset(kva, 0, ex.ex_len);
		if (e != 0) {
			if (!write)
				return e;
			error = e;
		}
		off += ex.ex_len;
		kva += ex.ex_len;
		len -= ex.ex_len;
	}
	return error;
}

/*
 * Move len bytes of the file at off, from or to kva. Holes read as zeroes
 * and are left out of a write. With iodone the call returns early, and it
 * is called with a buffer whose b_data, b_bcount and b_private are kva, len
 * and arg, and which it gives back by putiobuf().
 */
int
genfs_do_io(struct vnode *vp, off_t off, void *kva, size_t len, int flags,
    bool write, void (*iodone)(struct buf *), void *arg)
{
	struct buf *mbp, *bp;
	struct extent ex;
	size_t done = 0;
	int error = 0, skipped = 0;

	if (iodone == NULL)
		return do_io_wait(vp, off, kva, len, write);

	mbp = getiobuf(vp, true);
	mbp->b_flags = (write ? B_WRITE : B_READ) | B_ASYNC;
	mbp->b_cflags = BC_BUSY | BC_AGE;
	mbp->b_iodone = iodone;
	mbp->b_private = arg;
	mbp->b_data = kva;
	mbp->b_resid = mbp->b_bcount = mbp->b_bufsize = (int)len;
	BIO_SETPRIO(mbp, BPRIO_TIMENONCRITICAL);
	if (write) {
		mutex_enter(vp->v_interlock);
		vp->v_numoutput++;
		mutex_exit(vp->v_interlock);
	}
	while (done < len) {
		error = extent_find(vp, off + done, len - done, &ex);
		if (error) {
			skipped += (int)(len - done);
			break;
		}
		if (ex.ex_blkno == -1) {
			if (!write)
				memset((char *)kva + done, 0, ex.ex_len);
			skipped += (int)ex.ex_len;
		} else {
			bp = getiobuf(vp, true);
			nestiobuf_setup(mbp, bp, (int)done, ex.ex_len);
			bp->b_lblkno = 0;
			bp->b_blkno = ex.ex_blkno;
			VOP_STRATEGY(ex.ex_devvp, bp);
		}
		done += ex.ex_len;
	}
	nestiobuf_done(mbp, skipped, error);
	return 0;
}
