/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rump block device: a host file or device as a disk of the kernel.
 * Behind etfs types RUMP_ETFS_BLK and RUMP_ETFS_CHR.
 */
#ifndef _RUMP_SYS_RUMPBLK_H_
#define _RUMP_SYS_RUMPBLK_H_

#include <sys/types.h>

/* major numbers of the block and the character side */
#define RUMPBLK_DEVMAJOR 197

int rumpblk_init(void);

/*
 * Attach the bytes [offset, offset + size) of a host object; size may be
 * RUMPBLK_SIZENOTSET for "to its end". The path may end in a partition,
 * "disk.img%DISKLABEL:a%", "%MBR:1%" or "%GPT:2%", looked up within that
 * range. Gives the minor number; a range attached twice gives the same one
 * (and counts). Errors: those of opening the host object, ENOENT for a
 * partition that is not there, EINVAL for an impossible range or label,
 * EBUSY if no unit is free. Deregistering undoes one registration: EBUSY
 * while the last one is open.
 */
#define RUMPBLK_SIZENOTSET ((uint64_t)-1)
int rumpblk_register(const char *, devminor_t *, uint64_t, uint64_t);
int rumpblk_deregister(dev_t);
void rumpblk_fini(void);

#endif /* !_RUMP_SYS_RUMPBLK_H_ */
