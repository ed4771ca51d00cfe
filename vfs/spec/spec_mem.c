/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices that are made of nothing: /dev/null, /dev/zero and /dev/full.
 * They have the numbers of mem(4). Its other devices, the memory of the
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

static const struct {
	devminor_t minor;
	const char *path;
} mem_nodes[] = {
    {DEV_NULL, "/dev/null"},
    {DEV_ZERO, "/dev/zero"},
    {DEV_FULL, "/dev/full"},
};

static const char mem_zeros[4096];

static int
mem_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	for (size_t i = 0; i < __arraycount(mem_nodes); i++)
		if (minor(dev) == mem_nodes[i].minor)
			return 0;
	return ENXIO;
}

static int
mem_read(dev_t dev, struct uio *uio, int flag)
{
	int error = 0;

	if (minor(dev) == DEV_NULL)
		return 0;
	while (uio->uio_resid > 0 && error == 0)
		error = uiomove(__UNCONST(mem_zeros),
		    MIN(uio->uio_resid, sizeof(mem_zeros)), uio);
	return error;
}

static int
mem_write(dev_t dev, struct uio *uio, int flag)
{
	if (minor(dev) == DEV_FULL)
		return ENOSPC;
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
    .d_poll = seltrue,
    .d_mmap = nommap,
    .d_kqfilter = seltrue_kqfilter,
    .d_discard = nodiscard,
    .d_flag = D_OTHER | D_MPSAFE,
};

RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{
	devmajor_t bmaj = NODEVMAJOR, cmaj = MEM_MAJOR;

	if (devsw_attach("mem", NULL, &bmaj, &mem_cdevsw, &cmaj) != 0) {
		printf("mem: another driver has major %d: no /dev/null\n",
		    MEM_MAJOR);
		return;
	}
	for (size_t i = 0; i < __arraycount(mem_nodes); i++)
		(void)rump_vfs_makeonedevnode(
		    S_IFCHR, mem_nodes[i].path, cmaj, mem_nodes[i].minor);
}
