/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the files of namei.
 */
#ifndef _VFS_NAMEI_IMPL_H_
#define _VFS_NAMEI_IMPL_H_

#include <sys/namei.h>
#include <sys/param.h>

struct pathbuf {
	char *pb_path; /* pb_buf or a PNBUF */
	char *pb_copy; /* the text as given, or NULL */
	unsigned int pb_copyuses;
	char pb_buf[MAXPATHLEN];
};

void pathbuf_init(void);
/* Make a PNBUF the pathbuf's text. */
void pathbuf_replace(struct pathbuf *, char *);

#endif /* !_VFS_NAMEI_IMPL_H_ */
