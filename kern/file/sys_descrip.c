/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls on descriptors: dup, fcntl, close, fstat, locks and advice. */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/unistd.h>

#include <compat/sys/stat.h>
#include <rump-sys/filehooks.h>

#include "file_impl.h"

/* How many descriptors the current process may have. */
static u_int
fd_max(void)
{
	return (u_int)MIN(
	    curproc->p_rlimit[RLIMIT_NOFILE].rlim_cur, (rlim_t)maxfiles);
}

int
sys_dup(struct lwp *l, const struct sys_dup_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), new, error;
	struct file *fp;

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	error = fd_dup(fp, 0, &new, false);
	fd_putfile((u_int)fd);
	if (error == 0)
		*retval = new;
	return error;
}

static int
dodup(int from, int to, int flags, bool same_ok, register_t *retval)
{
	struct file *fp;
	int error = 0;

	fp = fd_getfile((u_int)from);
	if (fp == NULL)
		return EBADF;
	if (to < 0 || (u_int)to >= fd_max()) {
		fd_putfile((u_int)from);
		return EBADF;
	}
	if (from == to)
		error = same_ok ? 0 : EINVAL;
	else {
		/*
		 * The new descriptor needs no borrowed one: hold the file
		 * itself, because closing the target may take long.
		 */
		atomic_inc_uint(&fp->f_count);
		fd_putfile((u_int)from);
		error = fd_dup2(fp, (u_int)to, flags);
		(void)closef(fp);
		if (error == 0)
			*retval = to;
		return error;
	}
	fd_putfile((u_int)from);
	if (error == 0)
		*retval = to;
	return error;
}

int
sys_dup2(struct lwp *l, const struct sys_dup2_args *uap, register_t *retval)
{
	return dodup(SCARG(uap, from), SCARG(uap, to), 0, true, retval);
}

int
sys_dup3(struct lwp *l, const struct sys_dup3_args *uap, register_t *retval)
{
	int flags = SCARG(uap, flags);

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE))
		return EINVAL;
	return dodup(SCARG(uap, from), SCARG(uap, to), flags, false, retval);
}

/* fcntl(2) commands that belong to the file system. */
static int
fcntl_forfs(int fd, struct file *fp, int cmd, void *arg)
{
	char stkbuf[128];
	void *memp = NULL, *data = stkbuf;
	size_t size;
	int error = 0;

	if (cmd & F_FSPRIV)
		return EINVAL;
	size = (size_t)F_PARAM_LEN(cmd);
	if (size > sizeof(stkbuf)) {
		data = memp = kmem_alloc(size, KM_SLEEP);
		if (memp == NULL)
			return ENOMEM;
	}
	if (cmd & F_FSIN) {
		if (size != 0)
			error = copyin(arg, data, size);
		else
			*(void **)data = arg;
	} else if (cmd & F_FSOUT)
		memset(data, 0, size);
	else
		*(void **)data = arg;
	if (error == 0)
		error = (*fp->f_ops->fo_fcntl)(fp, (u_int)cmd, data);
	if (error == 0 && (cmd & F_FSOUT) && size != 0)
		error = copyout(data, arg, size);
	if (memp != NULL)
		kmem_free(memp, size);
	return error;
}

static int
fcntl_lock(struct lwp *l, struct file *fp, int cmd, void *arg)
{
	struct proc *p = l->l_proc;
	struct flock fl;
	int error, flags = F_POSIX;

	if (fp->f_type != DTYPE_VNODE || rump_vfs_advlock == NULL)
		return EINVAL;
	error = copyin(arg, &fl, sizeof(fl));
	if (error)
		return error;
	if (fl.l_whence == SEEK_CUR &&
	    __builtin_add_overflow(fl.l_start, fp->f_offset, &fl.l_start))
		return EOVERFLOW;
	if (cmd == F_GETLK) {
		if (fl.l_type != F_RDLCK && fl.l_type != F_WRLCK &&
		    fl.l_type != F_UNLCK)
			return EINVAL;
		error = (*rump_vfs_advlock)(fp, p, F_GETLK, &fl, F_POSIX);
		return error ? error : copyout(&fl, arg, sizeof(fl));
	}

	if (cmd == F_SETLKW)
		flags |= F_WAIT;
	switch (fl.l_type) {
	case F_RDLCK:
		if ((fp->f_flag & FREAD) == 0)
			return EBADF;
		break;
	case F_WRLCK:
		if ((fp->f_flag & FWRITE) == 0)
			return EBADF;
		break;
	case F_UNLCK:
		return (*rump_vfs_advlock)(fp, p, F_UNLCK, &fl, F_POSIX);
	default:
		return EINVAL;
	}
	if ((p->p_flag & PK_ADVLOCK) == 0) {
		mutex_enter(p->p_lock);
		p->p_flag |= PK_ADVLOCK;
		mutex_exit(p->p_lock);
	}
	return (*rump_vfs_advlock)(fp, p, F_SETLK, &fl, flags);
}

static int
fcntl_setfl(struct file *fp, int arg)
{
	int flags = FFLAGS(arg) & FCNTLFLAGS, onoff, error;

	error = (*fp->f_ops->fo_fcntl)(fp, F_SETFL, &flags);
	if (error)
		return error;
	mutex_enter(&fp->f_lock);
	fp->f_flag = (fp->f_flag & ~FCNTLFLAGS) | flags;
	mutex_exit(&fp->f_lock);

	onoff = (flags & FNONBLOCK) != 0;
	error = (*fp->f_ops->fo_ioctl)(fp, FIONBIO, &onoff);
	if (error == 0) {
		onoff = (flags & FASYNC) != 0;
		error = (*fp->f_ops->fo_ioctl)(fp, FIOASYNC, &onoff);
		/* only who can send SIGIO must know about turning it off */
		if (!onoff)
			error = 0;
	} else if (!onoff)
		error = 0;
	if (error) {
		mutex_enter(&fp->f_lock);
		fp->f_flag &= ~(flags & (FNONBLOCK | FASYNC));
		mutex_exit(&fp->f_lock);
	}
	return error;
}

int
sys_fcntl(struct lwp *l, const struct sys_fcntl_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), cmd = SCARG(uap, cmd), error = 0, i;
	void *argp = SCARG(uap, arg);
	int arg = (int)(intptr_t)argp;
	fdfile_t *ff;
	struct file *fp;

	switch (cmd) {
	case F_CLOSEM:
		if (fd < 0)
			return EBADF;
		fd_closeall_from(fd);
		return 0;
	case F_MAXFD:
		*retval = LOAD(l->l_fd->fd_lastfile);
		return 0;
	default:
		break;
	}

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	ff = LOAD_PTR(l->l_fd->fd_dt)->dt_ff[fd];
	if (cmd & F_FSCTL) {
		error = fcntl_forfs(fd, fp, cmd, argp);
		fd_putfile((u_int)fd);
		return error;
	}

	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (arg < 0 || (u_int)arg >= fd_max()) {
			error = EINVAL;
			break;
		}
		error = fd_dup(fp, arg, &i, cmd == F_DUPFD_CLOEXEC);
		if (error == 0)
			*retval = i;
		break;
	case F_GETFD:
		*retval = LOAD(ff->ff_exclose) ? FD_CLOEXEC : 0;
		break;
	case F_SETFD:
		fd_set_exclose(l, fd, (arg & FD_CLOEXEC) != 0);
		break;
	case F_GETNOSIGPIPE:
		*retval = (fp->f_flag & FNOSIGPIPE) != 0;
		break;
	case F_SETNOSIGPIPE:
		mutex_enter(&fp->f_lock);
		if (arg)
			fp->f_flag |= FNOSIGPIPE;
		else
			fp->f_flag &= ~FNOSIGPIPE;
		mutex_exit(&fp->f_lock);
		break;
	case F_GETFL:
		*retval = OFLAGS(fp->f_flag) & O_MASK;
		break;
	case F_SETFL:
		error = fcntl_setfl(fp, arg);
		break;
	case F_GETOWN:
		error = (*fp->f_ops->fo_ioctl)(fp, FIOGETOWN, &i);
		if (error == 0)
			*retval = i;
		break;
	case F_SETOWN:
		error = (*fp->f_ops->fo_ioctl)(fp, FIOSETOWN, &arg);
		break;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		error = fcntl_lock(l, fp, cmd, argp);
		break;
	default:
		error = EINVAL;
		break;
	}
	fd_putfile((u_int)fd);
	return error;
}

int
sys_close(struct lwp *l, const struct sys_close_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), error;

	if (fd_getfile((u_int)fd) == NULL)
		return EBADF;
	error = fd_close((u_int)fd);
	/* too late to try again: the descriptor is gone */
	return error == ERESTART ? EINTR : error;
}

static int
do_sys_fstat(int fd, struct stat *sb)
{
	struct file *fp;
	int error;

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	memset(sb, 0, sizeof(*sb));
	error = (*fp->f_ops->fo_stat)(fp, sb);
	fd_putfile((u_int)fd);
	return error;
}

int
sys___fstat50(
    struct lwp *l, const struct sys___fstat50_args *uap, register_t *retval)
{
	struct stat sb;
	int error;

	error = do_sys_fstat(SCARG(uap, fd), &sb);
	return error ? error : copyout(&sb, SCARG(uap, sb), sizeof(sb));
}

int
compat_50_sys___fstat30(struct lwp *l,
    const struct compat_50_sys___fstat30_args *uap, register_t *retval)
{
	struct stat30 osb;
	struct stat sb;
	int error;

	error = do_sys_fstat(SCARG(uap, fd), &sb);
	if (error)
		return error;
	memset(&osb, 0, sizeof(osb));
	stat_to_stat30(&sb, &osb);
	return copyout(&osb, SCARG(uap, sb), sizeof(osb));
}

int
sys_fpathconf(
    struct lwp *l, const struct sys_fpathconf_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), error;
	struct file *fp;

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	switch (fp->f_type) {
	case DTYPE_SOCKET:
	case DTYPE_PIPE:
		error = SCARG(uap, name) == _PC_PIPE_BUF ? 0 : EINVAL;
		if (error == 0)
			*retval = PIPE_BUF;
		break;
	case DTYPE_VNODE:
		error = rump_vfs_pathconf == NULL
		    ? EINVAL
		    : (*rump_vfs_pathconf)(fp, SCARG(uap, name), retval);
		break;
	case DTYPE_KQUEUE:
		error = EINVAL;
		break;
	default:
		error = EOPNOTSUPP;
		break;
	}
	fd_putfile((u_int)fd);
	return error;
}

/* Locks on whole files; fork and dup share them, as they belong to the file. */
int
sys_flock(struct lwp *l, const struct sys_flock_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), how = SCARG(uap, how), error;
	struct flock lf;
	struct file *fp;

	fp = fd_getfile((u_int)fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_VNODE || rump_vfs_advlock == NULL) {
		fd_putfile((u_int)fd);
		return EOPNOTSUPP;
	}
	memset(&lf, 0, sizeof(lf));
	lf.l_whence = SEEK_SET;
	switch (how & ~LOCK_NB) {
	case LOCK_UN:
		lf.l_type = F_UNLCK;
		mutex_enter(&fp->f_lock);
		fp->f_flag &= ~FHASLOCK;
		mutex_exit(&fp->f_lock);
		error = (*rump_vfs_advlock)(fp, fp, F_UNLCK, &lf, F_FLOCK);
		break;
	case LOCK_EX:
	case LOCK_SH:
		lf.l_type = how & LOCK_EX ? F_WRLCK : F_RDLCK;
		mutex_enter(&fp->f_lock);
		fp->f_flag |= FHASLOCK;
		mutex_exit(&fp->f_lock);
		error = (*rump_vfs_advlock)(fp, fp, F_SETLK, &lf,
		    how & LOCK_NB ? F_FLOCK : F_FLOCK | F_WAIT);
		break;
	default:
		error = EINVAL;
		break;
	}
	fd_putfile((u_int)fd);
	return error;
}

int
sys___posix_fadvise50(struct lwp *l,
    const struct sys___posix_fadvise50_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), advice = SCARG(uap, advice), error = 0;
	struct file *fp;

	/* the result is the error itself */
	fp = fd_getfile((u_int)fd);
	if (fp == NULL) {
		*retval = EBADF;
		return 0;
	}
	if (fp->f_type == DTYPE_PIPE || fp->f_type == DTYPE_SOCKET)
		error = ESPIPE;
	else if (fp->f_type != DTYPE_VNODE)
		error = EBADF;
	else
		switch (advice) {
		case POSIX_FADV_NORMAL:
		case POSIX_FADV_RANDOM:
		case POSIX_FADV_SEQUENTIAL:
			fp->f_advice = (u_int)advice;
			break;
		case POSIX_FADV_WILLNEED:
		case POSIX_FADV_DONTNEED:
			if (rump_vfs_fadvise != NULL)
				error =
				    (*rump_vfs_fadvise)(fp, SCARG(uap, offset),
					SCARG(uap, len), advice);
			break;
		case POSIX_FADV_NOREUSE:
			break;
		default:
			error = EINVAL;
			break;
		}
	fd_putfile((u_int)fd);
	*retval = error;
	return 0;
}
