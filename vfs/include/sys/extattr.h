/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes.
 */
#ifndef _SYS_EXTATTR_H_
#define _SYS_EXTATTR_H_

#include <sys/types.h>

#define EXTATTR_NAMESPACE_EMPTY         0x00000000
#define EXTATTR_NAMESPACE_EMPTY_STRING  "empty"
#define EXTATTR_NAMESPACE_USER          0x00000001
#define EXTATTR_NAMESPACE_USER_STRING   "user"
#define EXTATTR_NAMESPACE_SYSTEM        0x00000002
#define EXTATTR_NAMESPACE_SYSTEM_STRING "system"

#define EXTATTR_MAXNAMELEN 255

#ifdef _KERNEL
#include <sys/kauth.h>

struct vnode;

#define EXTATTR_CMD_START 0x00000001
#define EXTATTR_CMD_STOP  0x00000002

/* VOP_LISTEXTATTR() */
#define EXTATTR_LIST_LENPREFIX 1 /* length byte first; else NUL-terminated */
#define EXTATTR_LIST_PREFIX    1

int extattr_check_cred(struct vnode *, const char *, kauth_cred_t, int);
#endif

#endif /* !_SYS_EXTATTR_H_ */
