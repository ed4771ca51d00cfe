/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device of mailboxes: /dev/mbx0 and /dev/mbx1, /dev/mbxtrue, which is
 * always ready, and /dev/mbx, each open of which makes a new box.
 */

#include <sys/atomic.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

#include "ktest.h"
#include "mbx.h"

struct mbx mbx_boxes[MBX_BOXES];
devmajor_t mbx_cmajor = NODEVMAJOR;
u_int mbx_clones;

static dev_type_open(mbxopen);
static dev_type_close(mbxclose);
static dev_type_read(mbxread);
static dev_type_write(mbxwrite);
static dev_type_ioctl(mbxioctl);
static dev_type_poll(mbxpoll);
static dev_type_kqfilter(mbxkqfilter);

static const struct cdevsw mbx_cdevsw = {
    .d_open = mbxopen,
    .d_close = mbxclose,
    .d_read = mbxread,
    .d_write = mbxwrite,
    .d_ioctl = mbxioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = mbxpoll,
    .d_mmap = nommap,
    .d_kqfilter = mbxkqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER | D_MPSAFE,
};

/* A device that asks to be called with the big lock, and has no functions. */
static dev_type_open(bigopen);
static bool big_locked;

static int
bigopen(dev_t dev, int flag, int mode, struct lwp *l)
{
	big_locked = KERNEL_LOCKED_P();
	return enodev();
}

static const struct cdevsw big_cdevsw = {
    .d_open = bigopen,
    .d_close = (dev_type_close((*)))enodev,
    .d_read = noread,
    .d_write = nowrite,
    .d_ioctl = noioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER,
};

static struct mbx *
mbx_lookup(dev_t dev)
{
	return minor(dev) < MBX_BOXES ? &mbx_boxes[minor(dev)] : NULL;
}

static int
mbx_cloneopen(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct mbx *mb;
	struct file *fp;
	int error, fd;

	error = fd_allocfile(&fp, &fd);
	if (error != 0)
		return error;
	mb = kmem_alloc(sizeof(*mb), KM_SLEEP);
	mbx_init(mb);
	mb->mb_opens = 1;
	atomic_inc_uint(&mbx_clones);
	return fd_clone(fp, fd, flag, &mbx_fileops, mb);
}

static int
mbxopen(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct mbx *mb;

	if (minor(dev) == MBX_CLONE)
		return mbx_cloneopen(dev, flag, mode, l);
	if (minor(dev) == MBX_TRUE)
		return 0;
	mb = mbx_lookup(dev);
	if (mb == NULL)
		return ENXIO;
	if (mode != S_IFCHR)
		return EINVAL;
	mutex_enter(&mb->mb_lock);
	mb->mb_opens++;
	mutex_exit(&mb->mb_lock);
	return 0;
}

/* The last close: what was not read is lost. */
static int
mbxclose(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct mbx *mb = mbx_lookup(dev);

	if (mb == NULL)
		return 0;
	mutex_enter(&mb->mb_lock);
	mb->mb_opens = 0;
	mb->mb_count = 0;
	mb->mb_async = false;
	mb->mb_owner = 0;
	mutex_exit(&mb->mb_lock);
	return 0;
}

static int
mbxread(dev_t dev, struct uio *uio, int flag)
{
	struct mbx *mb = mbx_lookup(dev);

	return mb != NULL ? mbx_read(mb, uio, (flag & IO_NDELAY) == 0) : 0;
}

static int
mbxwrite(dev_t dev, struct uio *uio, int flag)
{
	struct mbx *mb = mbx_lookup(dev);

	if (mb != NULL)
		return mbx_write(mb, uio, (flag & IO_NDELAY) == 0);
	uio->uio_resid = 0;
	return 0;
}

static int
mbxioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct mbx *mb = mbx_lookup(dev);

	return mb != NULL ? mbx_ioctl(mb, cmd, data, l) : ENOTTY;
}

static int
mbxpoll(dev_t dev, int events, struct lwp *l)
{
	struct mbx *mb = mbx_lookup(dev);

	return mb != NULL ? mbx_poll(mb, events, l) : seltrue(dev, events, l);
}

/* These functions count on the big lock. */
static void
mbx_truedetach(struct knote *kn)
{
	if (!KERNEL_LOCKED_P())
		panic("mbx_truedetach without the big lock");
}

static int
mbx_trueevent(struct knote *kn, long hint)
{
	if (!KERNEL_LOCKED_P())
		panic("mbx_trueevent without the big lock");
	return filt_seltrue(kn, hint);
}

static const struct filterops mbx_truefilter = {
    .f_isfd = 1,
    .f_detach = mbx_truedetach,
    .f_event = mbx_trueevent,
};

static int
mbxkqfilter(dev_t dev, struct knote *kn)
{
	struct mbx *mb = mbx_lookup(dev);

	if (mb != NULL)
		return mbx_kqfilter(mb, kn);
	if (kn->kn_filter != EVFILT_WRITE)
		return seltrue_kqfilter(dev, kn);
	kn->kn_fop = &mbx_truefilter;
	return 0;
}

RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	devmajor_t bmajor = NODEVMAJOR;
	int error, i;

	for (i = 0; i < MBX_BOXES; i++)
		mbx_init(&mbx_boxes[i]);
	error = devsw_attach("mbx", NULL, &bmajor, &mbx_cdevsw, &mbx_cmajor);
	if (error != 0)
		panic("mbx: devsw_attach: %d", error);
	if (rump_vfs_makeonedevnode == NULL || rump_vfs_makedevnodes == NULL)
		return;
	error = rump_vfs_makedevnodes(
	    S_IFCHR, "/dev/mbx", '0', mbx_cmajor, 0, MBX_BOXES);
	if (error == 0)
		error = rump_vfs_makeonedevnode(
		    S_IFCHR, "/dev/mbx", mbx_cmajor, MBX_CLONE);
	if (error == 0)
		error = rump_vfs_makeonedevnode(
		    S_IFCHR, "/dev/mbxtrue", mbx_cmajor, MBX_TRUE);
	if (error == 0)
		error = rump_vfs_makeonedevnode(
		    S_IFCHR, "/dev/mbxnone", mbx_cmajor, MBX_BOXES);
	if (error != 0)
		panic("mbx: device nodes: %d", error);
}

void
mbx_test_devsw(void)
{
	dev_t dev = makedev(mbx_cmajor, 0);
	devmajor_t bmajor = NODEVMAJOR, cmajor = NODEVMAJOR, again;

	KEQ(major(dev), mbx_cmajor);
	K(cdevsw_lookup(dev) == &mbx_cdevsw);
	KEQ(cdevsw_lookup_major(&mbx_cdevsw), mbx_cmajor);
	K(bdevsw_lookup(makedev(4000, 0)) == NULL);
	KEQ(cdevsw_lookup_major(&big_cdevsw), NODEVMAJOR);

	KEQ(devsw_attach("mbxbig", NULL, &bmajor, &big_cdevsw, &cmajor), 0);
	K(cmajor != NODEVMAJOR && cmajor != mbx_cmajor);
	KEQ(bmajor, NODEVMAJOR);
	again = cmajor;
	KEQ(devsw_attach("mbxtwo", NULL, &bmajor, &big_cdevsw, &again), EEXIST);
	KEQ(cdev_open(makedev(cmajor, 0), FREAD, S_IFCHR, curlwp), ENODEV);
	K(big_locked);
	K(!KERNEL_LOCKED_P());
	KEQ(devsw_detach(NULL, &big_cdevsw), 0);
	KEQ(cdev_open(makedev(cmajor, 0), FREAD, S_IFCHR, curlwp), ENXIO);
	/* The name keeps its number. */
	again = NODEVMAJOR;
	KEQ(devsw_attach("mbxbig", NULL, &bmajor, &big_cdevsw, &again), 0);
	KEQ(again, cmajor);
	devsw_detach(NULL, &big_cdevsw);
}
