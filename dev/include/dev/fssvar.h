/* SPDX-License-Identifier: BSD-2-Clause */
/* fss(4): snapshots of mounted file systems */
#ifndef _SYS_DEV_FSSVAR_H_
#define _SYS_DEV_FSSVAR_H_

#include <sys/ioccom.h>
#include <sys/mount.h>
#include <sys/time.h>
#include <sys/types.h>

#define FSS_UNCONFIG_ON_CLOSE 0x01 /* the last close ends the snapshot */
#define FSS_UNLINK_ON_CREATE  0x02 /* the backing store loses its name */

struct fss_set {
	char *fss_mount;     /* where the file system is mounted */
	char *fss_bstore;    /* backing store: a file or a raw device */
	blksize_t fss_csize; /* wanted bytes of a cluster, 0 for any */
	int fss_flags;       /* FSS_ */
};

struct fss_get {
	char fsg_mount[MNAMELEN]; /* where the file system was mounted */
	struct timeval fsg_time;  /* when the snapshot was taken */
	blksize_t fsg_csize;      /* bytes of a cluster */
	blkcnt_t fsg_mount_size;  /* clusters of the file system's device */
	blkcnt_t fsg_bs_size;     /* clusters in the backing store */
};

#define FSSIOCSET _IOW('F', 5, struct fss_set)
#define FSSIOCGET _IOR('F', 1, struct fss_get)
#define FSSIOCCLR _IO('F', 2)
#define FSSIOFSET _IOW('F', 3, int)
#define FSSIOFGET _IOR('F', 4, int)

#ifdef _KERNEL
#include <compat/sys/time.h>

/* Before NetBSD 6: without flags, with 32-bit time where long is that. */
struct fss_set50 {
	char *fss_mount;
	char *fss_bstore;
	blksize_t fss_csize;
};

struct fss_get50 {
	char fsg_mount[MNAMELEN];
	struct timeval50 fsg_time;
	blksize_t fsg_csize;
	blkcnt_t fsg_mount_size;
	blkcnt_t fsg_bs_size;
};

#define FSSIOCSET50 _IOW('F', 0, struct fss_set50)
#define FSSIOCGET50 _IOR('F', 1, struct fss_get50) /* FSSIOCGET if LP64 */
#endif

#endif /* !_SYS_DEV_FSSVAR_H_ */
