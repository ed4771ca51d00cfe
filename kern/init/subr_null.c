/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that do nothing, and globals of a kernel without devices. */

#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/types.h>

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

void *
nullret(void)
{
	return NULL;
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

/* There is no ktrace: system calls are not traced. */
int
trace_is_enabled(struct proc *p)
{
	return 0;
}

int
trace_enter(int code, const void *args, int narg)
{
	return 0;
}

void
trace_exit(int code, const void *args, register_t rval[], int error)
{
}

/* The address space of a process that uses it: it stays while p does. */
int
proc_vmspace_getref(struct proc *p, struct vmspace **vmp)
{
	*vmp = p->p_vmspace;
	return 0;
}

int
cpu_setmodel(const char *fmt, ...)
{
	return 0;
}

const char *
cpu_getmodel(void)
{
	return "virtual";
}
