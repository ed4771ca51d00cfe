/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device behind the image's device nodes: majors 180 (character) and 181
 * (block).  The character device counts up; the block device is memory.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include "kitro.h"
#include "ktest.h"

#define DISK_BYTES 65536

static unsigned char disk[DISK_BYTES];
static int opens[2];

static int
kd_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	K(mode == S_IFCHR || mode == S_IFBLK);
	if (minor(dev) > 3)
		return ENXIO;
	opens[mode == S_IFBLK]++;
	return 0;
}

static int
kd_close(dev_t dev, int flag, int mode, struct lwp *l)
{
	opens[mode == S_IFBLK] = 0;
	return 0;
}

static int
kd_read(dev_t dev, struct uio *uio, int flag)
{
	static unsigned char next;
	int error = 0;

	while (uio->uio_resid > 0 && error == 0) {
		next++;
		error = uiomove(&next, 1, uio);
	}
	return error;
}

static int
kd_write(dev_t dev, struct uio *uio, int flag)
{
	uio->uio_resid = 0;
	return 0;
}

static int
kd_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct partinfo *pi;

	switch (cmd) {
	case FIONREAD:
		*(int *)data = opens[0];
		return 0;
	case FIONBIO:
	case FIOASYNC:
		return 0;
	case DIOCGPARTINFO:
		pi = data;
		memset(pi, 0, sizeof *pi);
		pi->pi_size = DISK_BYTES / DEV_BSIZE;
		pi->pi_secsize = DEV_BSIZE;
		return 0;
	default:
		return ENOTTY;
	}
}

static void
kd_strategy(struct buf *bp)
{
	int64_t off = bp->b_blkno * DEV_BSIZE;

	if (off < 0 || off + bp->b_bcount > DISK_BYTES) {
		bp->b_error = off == DISK_BYTES ? 0 : EINVAL;
		bp->b_resid = bp->b_bcount;
	} else {
		if (BUF_ISREAD(bp))
			memcpy(bp->b_data, disk + off, bp->b_bcount);
		else
			memcpy(disk + off, bp->b_data, bp->b_bcount);
		bp->b_resid = 0;
	}
	biodone(bp);
}

static int
kd_size(dev_t dev)
{
	return DISK_BYTES / DEV_BSIZE;
}

static const struct bdevsw kd_bdevsw = {
    .d_open = kd_open,
    .d_close = kd_close,
    .d_strategy = kd_strategy,
    .d_ioctl = kd_ioctl,
    .d_dump = nodump,
    .d_psize = kd_size,
    .d_discard = nodiscard,
    .d_flag = D_DISK,
};

static const struct cdevsw kd_cdevsw = {
    .d_open = kd_open,
    .d_close = kd_close,
    .d_read = kd_read,
    .d_write = kd_write,
    .d_ioctl = kd_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = seltrue,
    .d_mmap = nommap,
    .d_kqfilter = seltrue_kqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER,
};

int
kitro_dev_attach(void)
{
	devmajor_t bmajor = 181, cmajor = 180;

	for (int i = 0; i < DISK_BYTES; i++)
		disk[i] = (unsigned char)(i / DEV_BSIZE);
	return devsw_attach(
	    "kitrodev", &kd_bdevsw, &bmajor, &kd_cdevsw, &cmajor);
}

int
kitro_dev_detach(void)
{
	return devsw_detach(&kd_bdevsw, &kd_cdevsw);
}
