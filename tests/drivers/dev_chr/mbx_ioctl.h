/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of mailboxes, for the driver and for programs. */

#ifndef _MBX_IOCTL_H_
#define _MBX_IOCTL_H_

#ifdef _KERNEL
#include <sys/ioctl.h>
#else
#include <rump/rumpdefs.h>
#undef _IO
#undef _IOR
#undef _IOW
#undef _IOWR
#define _IO   RUMP__IO
#define _IOR  RUMP__IOR
#define _IOW  RUMP__IOW
#define _IOWR RUMP__IOWR
struct plistref {
	char *pref_plist;
	size_t pref_len;
};
#endif

struct mbx_info {
	int mi_bytes; /* that can be read */
	int mi_max;   /* that fit */
};

/* Bytes of the caller's, and their sum. */
struct mbx_sum {
	const void *ms_bytes;
	unsigned int ms_len;
	unsigned int ms_sum;
};

/* A new name for the box, or NULL, and room for the old one. */
struct mbx_name {
	const char *mn_new;
	char *mn_old;
	unsigned int mn_oldlen;
};

#define MBX_NAMELEN 16

#define MBXIOC_INFO   _IOR('M', 1, struct mbx_info)
#define MBXIOC_SETMAX _IOW('M', 2, int)
#define MBXIOC_SUM    _IOWR('M', 3, struct mbx_sum)
#define MBXIOC_NAME   _IOW('M', 4, struct mbx_name)
#define MBXIOC_PROPS  _IOWR('M', 5, struct plistref)
#define MBXIOC_RESET  _IO('M', 6)

/* Minor numbers: two boxes, what is always ready, and what makes a new box. */
#define MBX_BOXES 2
#define MBX_TRUE  200
#define MBX_CLONE 255

#endif /* _MBX_IOCTL_H_ */
