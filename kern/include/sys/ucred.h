/* SPDX-License-Identifier: BSD-2-Clause */
/* Credentials in the shape that crosses the system call boundary. */

#ifndef _SYS_UCRED_H_
#define _SYS_UCRED_H_

#include <sys/param.h>
#include <sys/types.h>

struct uucred {
	unsigned short cr_unused;
	uid_t cr_uid;
	gid_t cr_gid;
	short cr_ngroups;
	gid_t cr_groups[NGROUPS_MAX];
};

#endif /* _SYS_UCRED_H_ */
