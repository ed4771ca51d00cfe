/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scatter/gather transfer descriptions. A uio belongs to the thread that
 * built it; no lock. uio_vmspace says whose addresses the vectors hold:
 * vmspace_kernel(), this process (the local client), or a remote client.
 */

#ifndef _SYS_UIO_H_
#define _SYS_UIO_H_

#include <sys/types.h>

struct iovec {
	void *iov_base;
	size_t iov_len;
};

enum uio_rw {
	UIO_READ,
	UIO_WRITE
};

enum uio_seg {
	UIO_USERSPACE,
	UIO_SYSSPACE
};

#define UIO_SMALLIOV            8
#define UIO_MAXIOV              1024
#define UIO_SETUP_SYSSPACE(uio) uio_setup_sysspace(uio)

struct vmspace;

struct uio {
	struct iovec *uio_iov;
	int uio_iovcnt;
	off_t uio_offset;
	size_t uio_resid;
	enum uio_rw uio_rw;
	struct vmspace *uio_vmspace;
};

void uio_setup_sysspace(struct uio *);
int ureadc(int, struct uio *);

int copyin_pid(pid_t, const void *, void *, size_t);

/*
 * Copy in an iovec array: into aiov (UIO_SMALLIOV entries) if it fits, else
 * into memory returned in *iovp, which iovec_free() gives back.
 */
int iovec_copyin(
    struct iovec **, struct iovec *, const struct iovec *, int, size_t *);
void iovec_free(struct iovec *, struct iovec *, int);

#endif /* _SYS_UIO_H_ */
