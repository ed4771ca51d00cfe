/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host half of shmif.  Results are errnos in NetBSD's numbers.
 */
#ifndef _NETIF_SHMIF_USER_H_
#define _NETIF_SHMIF_USER_H_

/*
 * Watch the file behind fd for writes.  *kq is -1 at first and then what the
 * earlier call gave; it is the handle to wait on.
 */
int rumpcomp_shmif_watchsetup(int *kq, int fd);

/* Sleep until the watched file was written to.  Gives up the virtual CPU. */
int rumpcomp_shmif_watchwait(int kq);

/* Make the file at least len bytes long and map it shared. */
int rumpcomp_shmif_mmap(int fd, size_t len, void **memp);

#endif
