/* SPDX-License-Identifier: BSD-2-Clause */
/* vnd(4): files as disks */
#ifndef _SYS_DEV_VNDVAR_H_
#define _SYS_DEV_VNDVAR_H_

#include <sys/ioccom.h>
#include <sys/types.h>

struct vndgeom {
	u_int32_t vng_secsize;    /* bytes */
	u_int32_t vng_nsectors;   /* per track */
	u_int32_t vng_ntracks;    /* per cylinder */
	u_int32_t vng_ncylinders; /* of the unit */
};

struct vnd_ioctl {
	char *vnd_file; /* the file's name */
	int vnd_flags;  /* VNDIOF_ */
	struct vndgeom vnd_geom;
	unsigned int vnd_osize; /* answer: bytes, the low 32 bits */
	uint64_t vnd_size;      /* answer: bytes */
};

#define VNDIOF_HASGEOM  0x01 /* vnd_geom counts */
#define VNDIOF_READONLY 0x02
#define VNDIOF_FORCE    0x04   /* even if it is open */
#define VNDIOF_FILEIO   0x08   /* by reading and writing the file */
#define VNDIOF_COMP     0x0400 /* a compressed image: ENOTSUP here */

struct vnd_user {
	int vnu_unit;  /* asked for; -1: the one that is asked */
	dev_t vnu_dev; /* the file's file system */
	ino_t vnu_ino; /* the file, 0 if not configured */
};

#define VNDIOCSET _IOWR('F', 0, struct vnd_ioctl)
#define VNDIOCCLR _IOW('F', 1, struct vnd_ioctl)
#define VNDIOCGET _IOWR('F', 3, struct vnd_user)

#endif /* !_SYS_DEV_VNDVAR_H_ */
