/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits and flags of the xattr system calls (the namespace is part of the
 * name: "user.", "system.").
 */
#ifndef _SYS_XATTR_H_
#define _SYS_XATTR_H_

#define XATTR_NAME_MAX 255
#define XATTR_SIZE_MAX 65536
#define XATTR_LIST_MAX 65536

#define XATTR_CREATE  0x01 /* fail if the attribute exists */
#define XATTR_REPLACE 0x02 /* fail if it doesn't */

#endif /* !_SYS_XATTR_H_ */
