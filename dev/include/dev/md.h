/* SPDX-License-Identifier: BSD-2-Clause */
/* md(4): disks in memory */
#ifndef _SYS_DEV_MD_H_
#define _SYS_DEV_MD_H_

#include <sys/ioccom.h>
#include <sys/types.h>

struct md_conf {
	void *md_addr;  /* of a server's memory */
	size_t md_size; /* bytes */
	int md_type;    /* MD_ */
};

#define MD_GETCONF _IOR('r', 0, struct md_conf)
#define MD_SETCONF _IOW('r', 1, struct md_conf)

#define MD_UNCONFIGURED   0
#define MD_KMEM_FIXED     1 /* memory that someone else in the kernel has */
#define MD_KMEM_ALLOCATED 2 /* allocated, and zero, when it is configured */
#define MD_UMEM_SERVER    3 /* the caller's, as long as the ioctl lasts */

#ifdef _KERNEL
void md_root_setconf(char *, size_t);
#endif

#endif /* !_SYS_DEV_MD_H_ */
