/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /dev/null and /dev/zero.  The other devices of mem(4), the memory of the
 * machine, are not offered: it is the host program's.
 */
#include <rump-sys/kern.h>
#include <sys/conf.h>
#include <sys/filio.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>

#define MEM_MAJOR 2
#define MEM_NULL  2
#define MEM_ZERO  12

static const char mem_zeros[4096];

static int
mem_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	const devminor_t m = minor(dev);

	return m == MEM_NULL || m == MEM_ZERO ? 0 : ENXIO;
}

static int
mem_read(dev_t dev, struct uio *uio, int flag)
{
	int error = 0;

	if (minor(dev) != MEM_ZERO)
		return 0;
	while (uio->uio_resid > 0 && error == 0)
		error = uiomove(__UNCONST(mem_zeros),
		    MIN(uio->uio_resid, sizeof(mem_zeros)), uio);
	return error;
}

static int
mem_write(dev_t dev, struct uio *uio, int flag)
{
	uioskip(uio->uio_resid, uio);
	return 0;
}

static int
mem_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	/* non-blocking and asynchronous mode are fine, and mean nothing */
	return cmd == FIONBIO || cmd == FIOASYNC ? 0 : ENOTTY;
}

static const struct cdevsw mem_cdevsw = {
    .d_open = mem_open,
    .d_close = nullclose,
    .d_read = mem_read,
    .d_write = mem_write,
    .d_ioctl = mem_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER | D_MPSAFE,
};

RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{
	devmajor_t bmaj = NODEVMAJOR, cmaj = MEM_MAJOR;

	if (devsw_attach("mem", NULL, &bmaj, &mem_cdevsw, &cmaj) != 0)
		return;
	(void)rump_vfs_makeonedevnode(S_IFCHR, "/dev/null", cmaj, MEM_NULL);
	(void)rump_vfs_makeonedevnode(S_IFCHR, "/dev/zero", cmaj, MEM_ZERO);
}
