/* SPDX-License-Identifier: BSD-2-Clause */
/* struct stat of the system calls stat30, fstat30, lstat30 and fhstat40. */

#ifndef _COMPAT_SYS_STAT_H_
#define _COMPAT_SYS_STAT_H_

#include <compat/sys/time.h>
#include <sys/stat.h>

struct stat30 {
	uint32_t st_dev;
	mode_t st_mode;
	ino_t st_ino;
	nlink_t st_nlink;
	uid_t st_uid;
	gid_t st_gid;
	uint32_t st_rdev;
	struct timespec50 st_atimespec;
	struct timespec50 st_mtimespec;
	struct timespec50 st_ctimespec;
	struct timespec50 st_birthtimespec;
	off_t st_size;
	blkcnt_t st_blocks;
	blksize_t st_blksize;
	uint32_t st_flags;
	uint32_t st_gen;
	uint32_t st_spare[2];
};

static inline void
stat_to_stat30(const struct stat *sb, struct stat30 *osb)
{
	osb->st_dev = (uint32_t)sb->st_dev;
	osb->st_mode = sb->st_mode;
	osb->st_ino = sb->st_ino;
	osb->st_nlink = sb->st_nlink;
	osb->st_uid = sb->st_uid;
	osb->st_gid = sb->st_gid;
	osb->st_rdev = (uint32_t)sb->st_rdev;
	timespec_to_timespec50(&sb->st_atimespec, &osb->st_atimespec);
	timespec_to_timespec50(&sb->st_mtimespec, &osb->st_mtimespec);
	timespec_to_timespec50(&sb->st_ctimespec, &osb->st_ctimespec);
	timespec_to_timespec50(&sb->st_birthtimespec, &osb->st_birthtimespec);
	osb->st_size = sb->st_size;
	osb->st_blocks = sb->st_blocks;
	osb->st_blksize = sb->st_blksize;
	osb->st_flags = sb->st_flags;
	osb->st_gen = sb->st_gen;
	osb->st_spare[0] = osb->st_spare[1] = 0;
}

#endif /* _COMPAT_SYS_STAT_H_ */
