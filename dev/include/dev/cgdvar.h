/* SPDX-License-Identifier: BSD-2-Clause */
/* cgd(4): encrypted disks */
#ifndef _DEV_CGDVAR_H_
#define _DEV_CGDVAR_H_

#include <sys/ioccom.h>
#include <sys/types.h>

/* CGDIOCSET looks at all but flags, unit and size; CGDIOCCLR at nothing. */
struct cgd_ioctl {
	const char *ci_disk; /* name of the block device below */
	int ci_flags;
	int ci_unit;
	size_t ci_size;
	const char *ci_alg;      /* aes-cbc, 3des-cbc, blowfish-cbc */
	const char *ci_ivmethod; /* encblkno1, encblkno8 */
	size_t ci_keylen;        /* bits */
	const char *ci_key;      /* ci_keylen / 8 bytes */
	size_t ci_blocksize;     /* bits of the cipher's blocks, or -1 */
};

struct cgd_user {
	int cgu_unit;         /* asked for; -1: the one that is asked */
	dev_t cgu_dev;        /* the disk below, 0 if not configured */
	char cgu_alg[32];     /* "" if not configured */
	size_t cgu_blocksize; /* bytes */
	int cgu_mode;         /* CGD_CIPHER_ */
	int cgu_keylen;       /* bits */
};

/* cgu_mode: the vector of CBC is the block's number, encrypted so often */
#define CGD_CIPHER_CBC_ENCBLKNO8 1
#define CGD_CIPHER_CBC_ENCBLKNO1 2

#define CGDIOCSET _IOWR('F', 18, struct cgd_ioctl)
#define CGDIOCCLR _IOW('F', 19, struct cgd_ioctl)
#define CGDIOCGET _IOWR('F', 20, struct cgd_user)

#endif /* !_DEV_CGDVAR_H_ */
