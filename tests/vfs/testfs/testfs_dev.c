/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device switches: a driver's functions are called with the big lock, or,
 * if it says D_MPSAFE, without.
 */
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

#include "testfs.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

/* How often a function was called, and how often with the big lock. */
static int calls, locked;

static int
count(void)
{
	calls++;
	if (KERNEL_LOCKED_P())
		locked++;
	return 0;
}

static int
ld_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	return count();
}

static int
ld_rdwr(dev_t dev, struct uio *uio, int flag)
{
	return count();
}

static int
ld_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	return count();
}

static int
ld_poll(dev_t dev, int events, struct lwp *l)
{
	return count();
}

static paddr_t
ld_mmap(dev_t dev, off_t off, int prot)
{
	return count();
}

static int
ld_kqfilter(dev_t dev, struct knote *kn)
{
	return count();
}

static int
ld_discard(dev_t dev, off_t pos, off_t len)
{
	return count();
}

static void
ld_strategy(struct buf *bp)
{
	count();
	bp->b_resid = 0;
	biodone(bp);
}

static int
ld_dump(dev_t dev, daddr_t bn, void *data, size_t size)
{
	return count();
}

static int
ld_size(dev_t dev)
{
	return count() + 77;
}

static struct cdevsw ld_cdevsw = {
    .d_open = ld_open,
    .d_close = ld_open,
    .d_read = ld_rdwr,
    .d_write = ld_rdwr,
    .d_ioctl = ld_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = ld_poll,
    .d_mmap = ld_mmap,
    .d_kqfilter = ld_kqfilter,
    .d_discard = ld_discard,
};
static struct bdevsw ld_bdevsw = {
    .d_open = ld_open,
    .d_close = ld_open,
    .d_strategy = ld_strategy,
    .d_ioctl = ld_ioctl,
    .d_dump = ld_dump,
    .d_psize = ld_size,
    .d_discard = ld_discard,
};

static int
call_all(dev_t cdev, dev_t bdev)
{
	struct vnode *vp;
	struct buf *bp;
	char data[DEV_BSIZE];

	calls = locked = 0;
	CHECK(cdev_open(cdev, FREAD, S_IFCHR, curlwp) == 0);
	CHECK(cdev_read(cdev, NULL, 0) == 0);
	CHECK(cdev_write(cdev, NULL, 0) == 0);
	CHECK(cdev_ioctl(cdev, 1, NULL, 0, curlwp) == 0);
	CHECK(cdev_poll(cdev, POLLIN, curlwp) == 0);
	CHECK(cdev_mmap(cdev, 0, 0) == 0);
	CHECK(cdev_kqfilter(cdev, NULL) == 0);
	CHECK(cdev_discard(cdev, 0, 0) == 0);
	CHECK(cdev_close(cdev, FREAD, S_IFCHR, curlwp) == 0);
	CHECK(calls == 9);
	CHECK(bdev_open(bdev, FREAD, S_IFBLK, curlwp) == 0);
	CHECK(bdev_ioctl(bdev, 1, NULL, 0, curlwp) == 0);
	CHECK(bdev_dump(bdev, 0, NULL, 0) == 0);
	CHECK(bdev_size(bdev) == 77);
	CHECK(bdev_discard(bdev, 0, 0) == 0);
	CHECK(bdev_close(bdev, FREAD, S_IFBLK, curlwp) == 0);
	/* as the buffer cache and file systems ask for blocks */
	CHECK(bdevvp(bdev, &vp) == 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(VOP_OPEN(vp, FREAD, curlwp->l_cred) == 0);
	bp = getiobuf(vp, true);
	bp->b_flags = B_READ;
	bp->b_data = data;
	bp->b_bcount = bp->b_bufsize = bp->b_resid = sizeof(data);
	bp->b_dev = bdev;
	bdev_strategy(bp);
	CHECK(biowait(bp) == 0);
	bp->b_oflags = 0;
	bp->b_resid = sizeof(data);
	VOP_STRATEGY(vp, bp);
	CHECK(biowait(bp) == 0);
	putiobuf(bp);
	CHECK(VOP_CLOSE(vp, FREAD, curlwp->l_cred) == 0);
	VOP_UNLOCK(vp);
	vrele(vp);
	CHECK(calls >= 19);
	CHECK(!KERNEL_LOCKED_P());
	return 0;
}

static int
devlock(void)
{
	devmajor_t bmaj = NODEVMAJOR, cmaj = NODEVMAJOR;
	int line;

	ld_cdevsw.d_flag = D_OTHER;
	ld_bdevsw.d_flag = D_DISK;
	CHECK(
	    devsw_attach("lockdev", &ld_bdevsw, &bmaj, &ld_cdevsw, &cmaj) == 0);
	line = call_all(makedev(cmaj, 0), makedev(bmaj, 0));
	if (line != 0)
		return line;
	CHECK(locked == calls);
	ld_cdevsw.d_flag |= D_MPSAFE;
	ld_bdevsw.d_flag |= D_MPSAFE;
	line = call_all(makedev(cmaj, 1), makedev(bmaj, 1));
	if (line != 0)
		return line;
	CHECK(locked == 0);
	CHECK(devsw_detach(&ld_bdevsw, &ld_cdevsw) == 0);
	return 0;
}

int
rumptest_devlock(void)
{
	int rv;

	rump_schedule();
	rv = devlock();
	rump_unschedule();
	return rv;
}
