/* SPDX-License-Identifier: BSD-2-Clause */
/* Crossed serial lines: requests for the driver and for programs. */

#ifndef _CRS_IOCTL_H_
#define _CRS_IOCTL_H_

#ifdef _KERNEL
#include <sys/ioctl.h>
#define CRS_IOW _IOW
#define CRS_IOR _IOR
#else
#include <rump/rumpdefs.h>
#define CRS_IOW RUMP__IOW
#define CRS_IOR RUMP__IOR
#endif

/* The other end gets this character with a parity error. */
#define CRSIOC_PARITY CRS_IOW('C', 1, int)

struct crs_counts {
	int cc_params;   /* parameters set */
	int cc_speed;    /* the last speed's code */
	int cc_blocked;  /* the other end was asked to wait, by a wire */
	int cc_released; /* and to go on */
	int cc_stops;
	int cc_sent; /* characters */
};
#define CRSIOC_COUNTS CRS_IOR('C', 2, struct crs_counts)

/* Hold what is on the wire, or let it go. */
#define CRSIOC_HOLD CRS_IOW('C', 3, int)

#endif /* _CRS_IOCTL_H_ */
