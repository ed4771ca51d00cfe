/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw I/O: straight between a device and the caller's memory. The memory of
 * this program is used as it is; that of a remote client goes through a
 * copy.
 */
#include "buf_impl.h"

#include <sys/conf.h>
#include <sys/uio.h>
#include <uvm/uvm_extern.h>

void
minphys(struct buf *bp)
{
	if (bp->b_bcount > MAXPHYS)
		bp->b_bcount = MAXPHYS;
}

static void
physio_request(struct buf *bp, struct uio *uio, dev_t dev, int flags,
    void *data, size_t len)
{
	bp->b_flags = (flags & (B_READ | B_RAW)) | B_PHYS | B_RAW;
	bp->b_oflags = 0;
	bp->b_cflags |= BC_BUSY;
	bp->b_dev = dev;
	bp->b_blkno = btodb(uio->uio_offset);
	bp->b_data = data;
	bp->b_error = 0;
	bp->b_proc = curproc;
	bp->b_bcount = (int)MIN(len, (size_t)MAXPHYS * 16);
	bp->b_iodone = NULL;
	BIO_SETPRIO(bp, BPRIO_DEFAULT);
}

/*
 * Move what uio says by strategy, in pieces that min_phys allows. bp may be
 * NULL. uio_offset must be a multiple of DEV_BSIZE.
 */
int
physio(void (*strategy)(struct buf *), struct buf *obp, dev_t dev, int flags,
    void (*min_phys)(struct buf *), struct uio *uio)
{
	const bool local = VMSPACE_IS_NEAR_P(uio->uio_vmspace);
	struct buf *bp = obp;
	void *bounce = NULL;
	size_t done, want;
	int error = 0;

	flags &= B_READ | B_WRITE;
	if (uio->uio_offset & (DEV_BSIZE - 1))
		return EINVAL;
	if (bp == NULL)
		bp = getiobuf(NULL, true);
	if (!local)
		bounce = kmem_alloc(MAXPHYS, KM_SLEEP);

	while (uio->uio_resid > 0 && error == 0) {
		struct iovec *iov = uio->uio_iov;

		if (iov->iov_len == 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
			continue;
		}
		if (local) {
			physio_request(
			    bp, uio, dev, flags, iov->iov_base, iov->iov_len);
		} else {
			physio_request(bp, uio, dev, flags, bounce,
			    MIN(uio->uio_resid, MAXPHYS));
		}
		(*min_phys)(bp);
		want = bp->b_bcount;
		bp->b_resid = bp->b_bufsize = bp->b_bcount;
		if (local) {
			error = uvm_vslock(uio->uio_vmspace, bp->b_data, want,
			    flags == B_READ ? VM_PROT_WRITE : VM_PROT_READ);
			if (error)
				break;
		}
		if (!local && flags == B_WRITE) {
			struct uio peek = *uio;
			struct iovec iovs[UIO_SMALLIOV];

			/* look at the data without moving on */
			if (uio->uio_iovcnt > UIO_SMALLIOV)
				want = MIN(want, iov->iov_len);
			memcpy(iovs, uio->uio_iov,
			    MIN(uio->uio_iovcnt, UIO_SMALLIOV) *
				sizeof(iovs[0]));
			peek.uio_iov = iovs;
			error = uiomove(bounce, want, &peek);
			if (error)
				break;
			bp->b_resid = bp->b_bcount = bp->b_bufsize = (int)want;
		}
		(*strategy)(bp);
		error = biowait(bp);
		/* the driver may have cut it at the end of the device */
		done = (size_t)MAX(0, bp->b_bcount - bp->b_resid);
		if (!local && flags == B_READ) {
			if (error == 0 && done > 0)
				error = uiomove(bounce, done, uio);
		} else
			uioskip(done, uio);
		if (done != want)
			break;
	}
	if (bounce != NULL)
		kmem_free(bounce, MAXPHYS);
	if (obp == NULL)
		putiobuf(bp);
	return error;
}

/* The read and write of character devices that have a block side. */
int
rawread(dev_t dev, struct uio *uio, int flags)
{
	return physio(
	    bdev_strategy, NULL, devsw_chr2blk(dev), B_READ, minphys, uio);
}

int
rawwrite(dev_t dev, struct uio *uio, int flags)
{
	return physio(
	    bdev_strategy, NULL, devsw_chr2blk(dev), B_WRITE, minphys, uio);
}
