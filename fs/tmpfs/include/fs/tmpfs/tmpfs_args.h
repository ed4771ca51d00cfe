/* SPDX-License-Identifier: BSD-2-Clause */
/* Mount arguments of tmpfs. */
#ifndef _FS_TMPFS_TMPFS_ARGS_H_
#define _FS_TMPFS_TMPFS_ARGS_H_

#include <sys/types.h>

#define TMPFS_ARGS_VERSION 1

struct tmpfs_args {
	int ta_version;
	ino_t ta_nodes_max; /* files; less than 3: as memory allows */
	off_t ta_size_max;  /* bytes; less than a page: the same */
	uid_t ta_root_uid;
	gid_t ta_root_gid;
	mode_t ta_root_mode;
};

#endif /* !_FS_TMPFS_TMPFS_ARGS_H_ */
