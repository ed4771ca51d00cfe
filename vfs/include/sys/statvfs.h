/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What statvfs(2) returns; the layout crosses the system call boundary.
 */
#ifndef _SYS_STATVFS_H_
#define _SYS_STATVFS_H_

#include <sys/fstypes.h>
#include <sys/types.h>

#define _VFS_NAMELEN  32
#define _VFS_MNAMELEN 1024
#define VFS_NAMELEN   _VFS_NAMELEN
#define VFS_MNAMELEN  _VFS_MNAMELEN

#ifndef fsblkcnt_t
typedef __fsblkcnt_t fsblkcnt_t;
#define fsblkcnt_t __fsblkcnt_t
#endif
#ifndef fsfilcnt_t
typedef __fsfilcnt_t fsfilcnt_t;
#define fsfilcnt_t __fsfilcnt_t
#endif

struct statvfs {
	unsigned long f_flag;   /* MNT_* */
	unsigned long f_bsize;  /* block size */
	unsigned long f_frsize; /* fragment size: unit of the counts */
	unsigned long f_iosize; /* best size of a transfer */

	fsblkcnt_t f_blocks;
	fsblkcnt_t f_bfree;
	fsblkcnt_t f_bavail; /* free to those without privilege */
	fsblkcnt_t f_bresvd;

	fsfilcnt_t f_files;
	fsfilcnt_t f_ffree;
	fsfilcnt_t f_favail;
	fsfilcnt_t f_fresvd;

	uint64_t f_syncreads;
	uint64_t f_syncwrites;
	uint64_t f_asyncreads;
	uint64_t f_asyncwrites;

	fsid_t f_fsidx;
	unsigned long f_fsid;
	unsigned long f_namemax;
	uid_t f_owner;

	uint32_t f_spare[4];

	char f_fstypename[_VFS_NAMELEN];
	char f_mntonname[_VFS_MNAMELEN];
	char f_mntfromname[_VFS_MNAMELEN];
};

#define ST_RDONLY      MNT_RDONLY
#define ST_SYNCHRONOUS MNT_SYNCHRONOUS
#define ST_NOEXEC      MNT_NOEXEC
#define ST_NOSUID      MNT_NOSUID
#define ST_NODEV       MNT_NODEV
#define ST_UNION       MNT_UNION
#define ST_ASYNC       MNT_ASYNC
#define ST_NOCOREDUMP  MNT_NOCOREDUMP
#define ST_RELATIME    MNT_RELATIME
#define ST_IGNORE      MNT_IGNORE
#define ST_NOATIME     MNT_NOATIME
#define ST_SYMPERM     MNT_SYMPERM
#define ST_NODEVMTIME  MNT_NODEVMTIME
#define ST_SOFTDEP     MNT_SOFTDEP
#define ST_LOG         MNT_LOG
#define ST_EXTATTR     MNT_EXTATTR
#define ST_EXRDONLY    MNT_EXRDONLY
#define ST_EXPORTED    MNT_EXPORTED
#define ST_DEFEXPORTED MNT_DEFEXPORTED
#define ST_EXPORTANON  MNT_EXPORTANON
#define ST_EXKERB      MNT_EXKERB
#define ST_EXNORESPORT MNT_EXNORESPORT
#define ST_EXPUBLIC    MNT_EXPUBLIC
#define ST_LOCAL       MNT_LOCAL
#define ST_QUOTA       MNT_QUOTA
#define ST_ROOTFS      MNT_ROOTFS
#define ST_WAIT        MNT_WAIT
#define ST_NOWAIT      MNT_NOWAIT

#ifdef _KERNEL
struct mount;
struct lwp;

/**
 * Set names and identifiers of mp's mnt_stat: the mount point, the device,
 * the type; each name comes from user or kernel space as ukon and ukfrom
 * (enum uio_seg) say.
 */
int set_statvfs_info(const char *, int, const char *, int, const char *,
    struct mount *, struct lwp *);
/** Copy what belongs to the mount, not to the moment. */
void copy_statvfs_info(struct statvfs *, const struct mount *);
/** VFS_STATVFS() with MNT_NOWAIT from the mount, names relative to chroot. */
int dostatvfs(struct mount *, struct statvfs *, struct lwp *, int, int);
#endif

#endif /* !_SYS_STATVFS_H_ */
