/* SPDX-License-Identifier: BSD-2-Clause */
/* read(2), write(2), their vector forms, and ioctl(2). */

#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/uio.h>

/*
 * Transfers that moved something before they were interrupted or would have
 * blocked count as done.
 */
static inline int
xfer_error(int error, size_t before, size_t resid)
{
	if (__predict_false(error != 0) && resid != before &&
	    (error == ERESTART || error == EINTR || error == EWOULDBLOCK))
		return 0;
	return error;
}

static void
write_epipe(struct file *fp)
{
	if ((fp->f_flag & FNOSIGPIPE) == 0)
		psignal(curproc, SIGPIPE);
}

/*
 * Read into the current process; the descriptor was borrowed by the caller
 * and is given back here.
 */
int
dofileread(int fd, struct file *fp, void *buf, size_t nbyte, off_t *offset,
    int flags, register_t *retval)
{
	struct iovec aiov;
	struct uio auio;
	int error;

	if (__predict_false(nbyte > SSIZE_MAX)) {
		fd_putfile((u_int)fd);
		return EINVAL;
	}
	aiov.iov_base = buf;
	aiov.iov_len = nbyte;
	auio.uio_iov = &aiov;
	auio.uio_iovcnt = 1;
	auio.uio_offset = 0;
	auio.uio_resid = nbyte;
	auio.uio_rw = UIO_READ;
	auio.uio_vmspace = curproc->p_vmspace;
	error = (*fp->f_ops->fo_read)(fp, offset, &auio, fp->f_cred, flags);
	error = xfer_error(error, nbyte, auio.uio_resid);
	*retval = (register_t)(nbyte - auio.uio_resid);
	fd_putfile((u_int)fd);
	return error;
}

int
dofilewrite(int fd, struct file *fp, const void *buf, size_t nbyte,
    off_t *offset, int flags, register_t *retval)
{
	struct iovec aiov;
	struct uio auio;
	int error;

	if (__predict_false(nbyte > SSIZE_MAX)) {
		fd_putfile((u_int)fd);
		return EINVAL;
	}
	aiov.iov_base = __UNCONST(buf);
	aiov.iov_len = nbyte;
	auio.uio_iov = &aiov;
	auio.uio_iovcnt = 1;
	auio.uio_offset = 0;
	auio.uio_resid = nbyte;
	auio.uio_rw = UIO_WRITE;
	auio.uio_vmspace = curproc->p_vmspace;
	error = (*fp->f_ops->fo_write)(fp, offset, &auio, fp->f_cred, flags);
	error = xfer_error(error, nbyte, auio.uio_resid);
	if (__predict_false(error == EPIPE))
		write_epipe(fp);
	*retval = (register_t)(nbyte - auio.uio_resid);
	fd_putfile((u_int)fd);
	return error;
}

int
sys_read(struct lwp *l, const struct sys_read_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd);
	struct file *fp;

	fp = fd_getfile((u_int)fd);
	if (__predict_false(fp == NULL))
		return EBADF;
	if (__predict_false((fp->f_flag & FREAD) == 0)) {
		fd_putfile((u_int)fd);
		return EBADF;
	}
	return dofileread(fd, fp, SCARG(uap, buf), SCARG(uap, nbyte),
	    &fp->f_offset, FOF_UPDATE_OFFSET, retval);
}

int
sys_write(struct lwp *l, const struct sys_write_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd);
	struct file *fp;

	fp = fd_getfile((u_int)fd);
	if (__predict_false(fp == NULL))
		return EBADF;
	if (__predict_false((fp->f_flag & FWRITE) == 0)) {
		fd_putfile((u_int)fd);
		return EBADF;
	}
	return dofilewrite(fd, fp, SCARG(uap, buf), SCARG(uap, nbyte),
	    &fp->f_offset, FOF_UPDATE_OFFSET, retval);
}

/*
 * Vectors. offset NULL: at the file's own position, which moves.
 */
static int
do_filevec(int fd, const struct iovec *iovp, int iovcnt, off_t *offset,
    int flags, enum uio_rw rw, register_t *retval)
{
	struct iovec aiov[UIO_SMALLIOV], *iov;
	struct uio auio;
	struct file *fp;
	size_t cnt;
	int error;

	if (iovcnt <= 0)
		return EINVAL;
	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	if ((fp->f_flag & (rw == UIO_READ ? FREAD : FWRITE)) == 0) {
		error = EBADF;
		goto out;
	}
	if (offset == NULL)
		offset = &fp->f_offset;
	error = iovec_copyin(&iov, aiov, iovp, iovcnt, &cnt);
	if (error)
		goto out;
	auio.uio_iov = iov;
	auio.uio_iovcnt = iovcnt;
	auio.uio_offset = 0;
	auio.uio_resid = cnt;
	auio.uio_rw = rw;
	auio.uio_vmspace = curproc->p_vmspace;
	if (rw == UIO_READ)
		error =
		    (*fp->f_ops->fo_read)(fp, offset, &auio, fp->f_cred, flags);
	else
		error = (*fp->f_ops->fo_write)(
		    fp, offset, &auio, fp->f_cred, flags);
	error = xfer_error(error, cnt, auio.uio_resid);
	if (error == EPIPE && rw == UIO_WRITE)
		write_epipe(fp);
	*retval = (register_t)(cnt - auio.uio_resid);
	iovec_free(iov, aiov, iovcnt);
out:
	fd_putfile((u_int)fd);
	return error;
}

int
do_filereadv(int fd, const struct iovec *iovp, int iovcnt, off_t *offset,
    int flags, register_t *retval)
{
	return do_filevec(fd, iovp, iovcnt, offset, flags, UIO_READ, retval);
}

int
do_filewritev(int fd, const struct iovec *iovp, int iovcnt, off_t *offset,
    int flags, register_t *retval)
{
	return do_filevec(fd, iovp, iovcnt, offset, flags, UIO_WRITE, retval);
}

int
sys_readv(struct lwp *l, const struct sys_readv_args *uap, register_t *retval)
{
	return do_filereadv(SCARG(uap, fd), SCARG(uap, iovp),
	    SCARG(uap, iovcnt), NULL, FOF_UPDATE_OFFSET, retval);
}

int
sys_writev(struct lwp *l, const struct sys_writev_args *uap, register_t *retval)
{
	return do_filewritev(SCARG(uap, fd), SCARG(uap, iovp),
	    SCARG(uap, iovcnt), NULL, FOF_UPDATE_OFFSET, retval);
}

static int
ioctl_flag(struct file *fp, u_long com, int flag, const int *data)
{
	int on = *data;

	mutex_enter(&fp->f_lock);
	if (on)
		fp->f_flag |= flag;
	else
		fp->f_flag &= ~flag;
	mutex_exit(&fp->f_lock);
	return (*fp->f_ops->fo_ioctl)(fp, com, &on);
}

/*
 * The command's number says how large its parameter is and which way it goes;
 * drivers see it in kernel memory.
 */
int
sys_ioctl(struct lwp *l, const struct sys_ioctl_args *uap, register_t *retval)
{
	u_long com = SCARG(uap, com) & 0xffffffffUL;
	int fd = SCARG(uap, fd), error = 0;
	uint64_t stkbuf[128 / sizeof(uint64_t)];
	void *data = stkbuf, *memp = NULL;
	struct file *fp;
	size_t size;

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	if ((fp->f_flag & (FREAD | FWRITE)) == 0) {
		error = EBADF;
		goto out;
	}
	if (com == FIOCLEX || com == FIONCLEX) {
		fd_set_exclose(l, fd, com == FIOCLEX);
		goto out;
	}
	size = IOCPARM_LEN(com);
	if (size > IOCPARM_MAX) {
		error = ENOTTY;
		goto out;
	}
	if (size > sizeof(stkbuf)) {
		data = memp = kmem_alloc(size, KM_SLEEP);
		if (memp == NULL) {
			error = ENOMEM;
			goto out;
		}
	}
	if (com & IOC_IN) {
		if (size != 0)
			error = copyin(SCARG(uap, data), data, size);
		else
			*(void **)data = SCARG(uap, data);
	} else if ((com & IOC_OUT) != 0 && size != 0)
		memset(data, 0, size);
	else
		*(void **)data = SCARG(uap, data);

	if (error == 0) {
		if (com == FIONBIO)
			error = ioctl_flag(fp, com, FNONBLOCK, data);
		else if (com == FIOASYNC)
			error = ioctl_flag(fp, com, FASYNC, data);
		else
			error = (*fp->f_ops->fo_ioctl)(fp, com, data);
		if (error == 0 && (com & IOC_OUT) != 0 && size != 0)
			error = copyout(data, SCARG(uap, data), size);
	}
	if (memp != NULL)
		kmem_free(memp, size);
out:
	fd_putfile((u_int)fd);
	return error == EPASSTHROUGH ? ENOTTY : error;
}
