/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /dev/random and /dev/urandom: the kernel's generator, which never blocks.
 * What is written is stirred in.
 */

#include <sys/conf.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/rnd.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>

#define PIECE 1024

static int
rnd_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	return minor(dev) <= RND_DEV_URANDOM ? 0 : ENXIO;
}

static int
rnd_read(dev_t dev, struct uio *uio, int flag)
{
	uint8_t buf[PIECE];
	size_t n;
	int error = 0;

	while (uio->uio_resid > 0 && error == 0) {
		n = MIN(uio->uio_resid, sizeof(buf));
		cprng_strong(kern_cprng, buf, n, 0);
		error = uiomove(buf, n, uio);
	}
	explicit_memset(buf, 0, sizeof(buf));
	return error;
}

static int
rnd_write(dev_t dev, struct uio *uio, int flag)
{
	uint8_t buf[PIECE];
	size_t n;
	int error;

	error = kauth_authorize_device(
	    kauth_cred_get(), KAUTH_DEVICE_RND_ADDDATA, NULL, NULL, NULL, NULL);
	while (uio->uio_resid > 0 && error == 0) {
		n = MIN(uio->uio_resid, sizeof(buf));
		error = uiomove(buf, n, uio);
		if (error == 0)
			rnd_seed(buf, n);
	}
	return error;
}

static int
rnd_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	int error = 0;

	switch (cmd) {
	case FIONBIO:
	case FIOASYNC:
		return 0;
	case FIONREAD:
		*(int *)data = PIECE;
		return 0;
	case RNDADDDATA:
		error = kauth_authorize_device(l->l_cred,
		    KAUTH_DEVICE_RND_ADDDATA, NULL, NULL, NULL, NULL);
		break;
	case RNDGETPOOLSTAT:
		error = kauth_authorize_device(l->l_cred,
		    KAUTH_DEVICE_RND_GETPRIV, NULL, NULL, NULL, NULL);
		break;
	}
	return error != 0 ? error : rnd_system_ioctl(NULL, cmd, data);
}

static int
rnd_poll(dev_t dev, int events, struct lwp *l)
{
	return events & (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
}

static const struct cdevsw rnd_cdevsw = {
    .d_open = rnd_open,
    .d_close = nullclose,
    .d_read = rnd_read,
    .d_write = rnd_write,
    .d_ioctl = rnd_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = rnd_poll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER | D_MPSAFE,
};

static devmajor_t rnd_major = -1;

RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	devmajor_t bmaj = -1;

	if (devsw_attach("random", NULL, &bmaj, &rnd_cdevsw, &rnd_major) != 0)
		printf("random: no major number is left\n");
}

RUMP_COMPONENT(RUMP_COMPONENT_KERN_VFS)
{
	if (rnd_major == -1)
		return;
	(void)(*rump_vfs_makeonedevnode)(
	    S_IFCHR, "/dev/random", rnd_major, RND_DEV_RANDOM);
	(void)(*rump_vfs_makeonedevnode)(
	    S_IFCHR, "/dev/urandom", rnd_major, RND_DEV_URANDOM);
}
