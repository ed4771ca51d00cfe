/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Host files: open, type and size, scatter/gather I/O in the calling thread,
 * and flushing.  Asynchronous I/O is in rumpuser_bio.c.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef IOV_MAX
#define IOV_MAX 16
#endif

_Static_assert(sizeof(struct rumpuser_iovec) == sizeof(struct iovec) &&
	offsetof(struct rumpuser_iovec, iov_len) ==
	    offsetof(struct iovec, iov_len),
    "rumpuser_iovec has the layout of the host's iovec");

static int
open_flags(int ruflags, int *flagsp)
{
	int flags;

	switch (ruflags & RUMPUSER_OPEN_ACCMODE) {
	case RUMPUSER_OPEN_RDONLY:
		flags = O_RDONLY;
		break;
	case RUMPUSER_OPEN_WRONLY:
		flags = O_WRONLY;
		break;
	case RUMPUSER_OPEN_RDWR:
		flags = O_RDWR;
		break;
	default:
		return EINVAL;
	}
	if (ruflags & RUMPUSER_OPEN_CREATE)
		flags |= O_CREAT;
	/* without O_CREAT only Linux block devices give it a meaning */
	if ((ruflags & RUMPUSER_OPEN_EXCL) && (flags & O_CREAT))
		flags |= O_EXCL;
	*flagsp = flags | O_CLOEXEC | O_NOCTTY;
	return 0;
}

/*
 * Open a host object.  BIO says that block I/O follows, for which a directory
 * won't do.
 */
int
rumpuser_open(const char *path, int ruflags, int *fdp)
{
	struct stat sb;
	int error, fd = -1, flags, nlocks;

	error = open_flags(ruflags, &flags);
	if (error != 0)
		return errno_to_kernel(error);

	nlocks = cpu_release(NULL);
	do {
		fd = open(path, flags, 0644);
	} while (fd == -1 && errno == EINTR);
	if (fd == -1) {
		error = errno;
	} else if ((ruflags & RUMPUSER_OPEN_BIO) && fstat(fd, &sb) == 0 &&
	    S_ISDIR(sb.st_mode)) {
		close(fd);
		error = EISDIR;
	}
	cpu_retake(nlocks, NULL);
	if (error != 0)
		return errno_to_kernel(error);
	*fdp = fd;
	return 0;
}

int
rumpuser_close(int fd)
{
	int error = 0, nlocks;

	nlocks = cpu_release(NULL);
	if (close(fd) == -1 && errno != EINTR)
		error = errno;
	cpu_retake(nlocks, NULL);
	return errno_to_kernel(error);
}

static int
device_size(const char *path, uint64_t *sizep)
{
	int error, fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return errno;
	error = os_device_size(fd, sizep);
	close(fd);
	return error;
}

/*
 * Type and size in bytes of what a host path names.  A character device's
 * size is that of the medium where the host knows one, and 0 otherwise.
 */
int
rumpuser_getfileinfo(const char *path, uint64_t *sizep, int *typep)
{
	uint64_t size = 0;
	struct stat sb;
	int error = 0, type;

	if (stat(path, &sb) == -1)
		return errno_to_kernel(errno);

	switch (sb.st_mode & S_IFMT) {
	case S_IFDIR:
		type = RUMPUSER_FT_DIR;
		size = (uint64_t)sb.st_size;
		break;
	case S_IFREG:
		type = RUMPUSER_FT_REG;
		size = (uint64_t)sb.st_size;
		break;
	case S_IFBLK:
		type = RUMPUSER_FT_BLK;
		if (sizep != NULL)
			error = device_size(path, &size);
		break;
	case S_IFCHR:
		type = RUMPUSER_FT_CHR;
		if (sizep != NULL && device_size(path, &size) != 0)
			size = 0;
		break;
	default:
		type = RUMPUSER_FT_OTHER;
		break;
	}
	if (error != 0)
		return errno_to_kernel(error);
	if (sizep != NULL)
		*sizep = size;
	if (typep != NULL)
		*typep = type;
	return 0;
}

/*
 * Progress through a vector that must not be changed: a window of a few
 * entries is copied, the first of them cut by what is done already.
 */
#define WINDOW MIN_OF(16, IOV_MAX)

struct window {
	const struct rumpuser_iovec *w_iov;
	size_t w_count;
	size_t w_skip; /* bytes done of w_iov[0] */
};

static int
window_fill(const struct window *w, struct iovec iov[WINDOW])
{
	int n;

	for (n = 0; n < WINDOW && (size_t)n < w->w_count; n++) {
		iov[n].iov_base = w->w_iov[n].iov_base;
		iov[n].iov_len = w->w_iov[n].iov_len;
	}
	if (n > 0) {
		iov[0].iov_base = (char *)iov[0].iov_base + w->w_skip;
		iov[0].iov_len -= w->w_skip;
	}
	return n;
}

static void
window_advance(struct window *w, size_t done)
{
	while (w->w_count > 0 && done >= w->w_iov[0].iov_len - w->w_skip) {
		done -= w->w_iov[0].iov_len - w->w_skip;
		w->w_skip = 0;
		w->w_iov++;
		w->w_count--;
	}
	w->w_skip += done;
}

static ssize_t
transfer_once(int fd, struct iovec *iov, int n, int64_t off, bool write)
{
	if (off == RUMPUSER_IOV_NOSEEK)
		return write ? writev(fd, iov, n) : readv(fd, iov, n);
	if (n == 1)
		return write
		    ? pwrite(fd, iov->iov_base, iov->iov_len, (off_t)off)
		    : pread(fd, iov->iov_base, iov->iov_len, (off_t)off);
	return write ? pwritev(fd, iov, n, (off_t)off)
		     : preadv(fd, iov, n, (off_t)off);
}

/*
 * Positioned transfers go on until all is done, the file ends, or an error;
 * an error after some bytes is left for the next call to meet.  At the
 * descriptor's own position there is one call only, as it may be a pipe.
 */
static int
transfer(int fd, const struct rumpuser_iovec *ruiov, size_t count, int64_t off,
    bool write, size_t *donep)
{
	struct window w = {ruiov, count, 0};
	const bool seek = off != RUMPUSER_IOV_NOSEEK;
	struct iovec iov[WINDOW];
	size_t done = 0;
	ssize_t rv;
	int n;

	window_advance(&w, 0);
	do {
		n = window_fill(&w, iov);
		if (n == 0)
			break;
		do {
			rv = transfer_once(fd, iov, n,
			    seek ? off + (int64_t)done : off, write);
		} while (rv == -1 && errno == EINTR);
		if (rv == -1 && done == 0)
			return errno;
		if (rv <= 0)
			break;
		done += (size_t)rv;
		window_advance(&w, (size_t)rv);
	} while (seek);
	*donep = done;
	return 0;
}

int
rumpuser_iovread(int fd, struct rumpuser_iovec *ruiov, size_t iovlen,
    int64_t off, size_t *retp)
{
	int error, nlocks;

	if (off < 0 && off != RUMPUSER_IOV_NOSEEK)
		return errno_to_kernel(EINVAL);
	nlocks = cpu_release(NULL);
	error = transfer(fd, ruiov, iovlen, off, false, retp);
	cpu_retake(nlocks, NULL);
	return errno_to_kernel(error);
}

int
rumpuser_iovwrite(int fd, const struct rumpuser_iovec *ruiov, size_t iovlen,
    int64_t off, size_t *retp)
{
	int error, nlocks;

	if (off < 0 && off != RUMPUSER_IOV_NOSEEK)
		return errno_to_kernel(EINVAL);
	nlocks = cpu_release(NULL);
	error = transfer(fd, ruiov, iovlen, off, true, retp);
	cpu_retake(nlocks, NULL);
	return errno_to_kernel(error);
}

/* Objects that cannot be flushed have nothing to lose. */
static int
flush_data(int fd)
{
	int rv;

	do {
		rv = fdatasync(fd);
	} while (rv == -1 && errno == EINTR);
	if (rv == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP)
		return 0;
	return errno;
}

static int
flush_nothing(int fd)
{
	(void)fd;
	return 0;
}

/*
 * BARRIER: what was started before is done before anything that starts later.
 * SYNC: and it is on stable storage when this returns.  The host can promise
 * an order on the medium only by flushing, so for writes both flush; the range
 * is a hint, since the host's flush of a range does not reach the device.
 */
int
rumpuser_syncfd(int fd, int flags, uint64_t start, uint64_t len)
{
	int error, nlocks;
	bool flush;

	(void)start;
	(void)len;
	if ((flags & RUMPUSER_SYNCFD_BOTH) == 0)
		return errno_to_kernel(EINVAL);
	flush = (flags & RUMPUSER_SYNCFD_WRITE) &&
	    (flags & (RUMPUSER_SYNCFD_BARRIER | RUMPUSER_SYNCFD_SYNC));

	nlocks = cpu_release(NULL);
	error = bio_barrier(fd, flush ? flush_data : flush_nothing);
	cpu_retake(nlocks, NULL);
	return errno_to_kernel(error);
}
