/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of the memory disks, for the driver and for programs. */

#ifndef _TDK_IOCTL_H_
#define _TDK_IOCTL_H_

#ifdef _KERNEL
#include <sys/ioctl.h>
#define TDK_IOW _IOW
#define TDK_IOR _IOR
#else
#include <rump/rumpdefs.h>
#define TDK_IOW RUMP__IOW
#define TDK_IOR RUMP__IOR
#endif

/* The sector whose transfers fail from now on, or -1. */
#define TDKIOC_BAD _TDK_BAD
#define _TDK_BAD   TDK_IOW('D', 200, long long)

struct tdk_counts {
	unsigned int tc_reads, tc_writes;
	unsigned int tc_sorted; /* most requests that waited at once */
	unsigned int tc_syncs;
};
#define TDKIOC_COUNTS TDK_IOR('D', 201, struct tdk_counts)

#define TDK_SECTORS 512
#define TDK_SECSIZE 512

#endif /* _TDK_IOCTL_H_ */
