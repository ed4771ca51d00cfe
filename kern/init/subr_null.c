/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that do nothing, and globals of a kernel without devices. */

#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/systm.h>

dev_t rootdev = NODEV;
dev_t dumpdev = NODEV;
dev_t dumpcdev = NODEV;
struct vnode *rootvp;
device_t root_device;
const char *rootspec;
const char *dumpspec;
long dumplo;
int dumpsize;

int
nullop(void *v)
{
	return 0;
}

void
voidop(void)
{
}

int
enodev(void)
{
	return ENODEV;
}

int
enosys(void)
{
	return ENOSYS;
}

int
enoioctl(void)
{
	return EPASSTHROUGH;
}

int
enxio(void)
{
	return ENXIO;
}

int
eopnotsupp(void)
{
	return EOPNOTSUPP;
}
