/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open, openat, umask and the calls that only touch a descriptor's offset.
 */
#include "sc_impl.h"

/* Take the lock that O_EXLOCK or O_SHLOCK asks for. */
static int
open_setlock(struct lwp *l, file_t *fp, struct vnode *vp, int flags)
{
	struct flock lf;
	int type, error;

	if ((flags & (O_EXLOCK | O_SHLOCK)) == 0)
		return 0;
	memset(&lf, 0, sizeof(lf));
	lf.l_whence = SEEK_SET;
	lf.l_type = (flags & O_EXLOCK) != 0 ? F_WRLCK : F_RDLCK;
	type = F_FLOCK | ((flags & FNONBLOCK) == 0 ? F_WAIT : 0);
	error = VOP_ADVLOCK(vp, fp, F_SETLK, &lf, type);
	if (error == 0)
		fp->f_flag |= FHASLOCK;
	return error;
}

/* Make a file with descriptor from an open, locked vnode; consumes it. */
int
sc_open_install(
    struct lwp *l, struct vnode *vp, int flags, file_t *fp, int indx)
{
	int error;

	fp->f_flag = flags & FMASK;
	fp->f_type = DTYPE_VNODE;
	fp->f_ops = &vnops;
	fp->f_vnode = vp;
	VOP_UNLOCK(vp);
	error = open_setlock(l, fp, vp, flags);
	if (error) {
		(void)vn_close(vp, fp->f_flag, fp->f_cred);
		fd_abort(l->l_proc, fp, indx);
		return error;
	}
	if ((flags & O_CLOEXEC) != 0)
		fd_set_exclose(l, indx, true);
	fd_affix(l->l_proc, fp, indx);
	return 0;
}

int
do_open(struct lwp *l, struct vnode *dvp, struct pathbuf *pb, int open_flags,
    int open_mode, int *fd)
{
	struct proc *p = l->l_proc;
	struct cwdinfo *cwdi = p->p_cwdi;
	struct nameidata nd;
	file_t *fp;
	int flags, cmode, indx, error;

	if ((open_flags & O_SEARCH) != 0)
		open_flags &= ~O_ACCMODE;
	flags = FFLAGS(open_flags);
	if ((open_flags & O_SEARCH) != 0)
		flags &= ~FREAD;
	else if ((flags & (FREAD | FWRITE)) == 0)
		return EINVAL;
	if ((open_flags & O_ACCMODE) == O_ACCMODE)
		return EINVAL;

	error = fd_allocfile(&fp, &indx);
	if (error)
		return error;
	cmode = ((open_mode & ~cwdi->cwdi_cmask) & ALLPERMS) & ~S_ISTXT;
	NDINIT(&nd, LOOKUP, TRYEMULROOT, pb);
	if (dvp != NULL)
		NDAT(&nd, dvp);
	l->l_dupfd = -1;
	error = vn_open(&nd, flags, cmode);
	if (__predict_false(error)) {
		fd_abort(p, fp, indx);
		if ((error == EDUPFD || error == EMOVEFD) && l->l_dupfd >= 0) {
			error = fd_dupopen(l->l_dupfd, &indx, flags, error);
			if (error == 0) {
				*fd = indx;
				return 0;
			}
		}
		if (error == ERESTART)
			error = EINTR;
		return error;
	}
	l->l_dupfd = 0;
	error = sc_open_install(l, nd.ni_vp, flags, fp, indx);
	if (error == 0)
		*fd = indx;
	return error;
}

int
do_sys_openat(
    struct lwp *l, int fdat, const char *path, int flags, int mode, int *fd)
{
	struct pathbuf *pb;
	const char *str;
	file_t *dfp = NULL;
	struct vnode *dvp = NULL;
	int error;

	error = pathbuf_copyin(path, &pb);
	if (error)
		return error;
	if (fdat != AT_FDCWD) {
		str = pathbuf_stringcopy_get(pb);
		if (str[0] != '/') {
			dfp = fd_getfile(fdat);
			if (dfp == NULL)
				error = EBADF;
			else if (dfp->f_type != DTYPE_VNODE ||
			    dfp->f_vnode->v_type != VDIR)
				error = ENOTDIR;
			else
				dvp = dfp->f_vnode;
		}
		pathbuf_stringcopy_put(pb, str);
	}
	if (error == 0)
		error = do_open(l, dvp, pb, flags, mode, fd);
	if (dfp != NULL)
		fd_putfile(fdat);
	pathbuf_destroy(pb);
	return error;
}

int
sys_open(struct lwp *l, const struct sys_open_args *uap, register_t *retval)
{
	int error, fd;

	error = do_sys_openat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, flags),
	    (int)SCARG(uap, mode), &fd);
	if (error == 0)
		*retval = fd;
	return error;
}

int
sys_openat(struct lwp *l, const struct sys_openat_args *uap, register_t *retval)
{
	int error, fd;

	error = do_sys_openat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, oflags), (int)SCARG(uap, mode), &fd);
	if (error == 0)
		*retval = fd;
	return error;
}

int
sys_umask(struct lwp *l, const struct sys_umask_args *uap, register_t *retval)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;

	rw_enter(&cwdi->cwdi_lock, RW_WRITER);
	*retval = cwdi->cwdi_cmask;
	cwdi->cwdi_cmask = SCARG(uap, newmask) & ALLPERMS;
	rw_exit(&cwdi->cwdi_lock);
	return 0;
}

int
sys_lseek(struct lwp *l, const struct sys_lseek_args *uap, register_t *retval)
{
	const int fd = SCARG(uap, fd);
	kauth_cred_t cred = l->l_cred;
	struct vattr va;
	struct vnode *vp;
	file_t *fp;
	off_t newoff;
	int error = 0;

	if ((fp = fd_getfile(fd)) == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_VNODE || fp->f_vnode->v_type == VFIFO) {
		error = ESPIPE;
		goto out;
	}
	vp = fp->f_vnode;
	switch (SCARG(uap, whence)) {
	case SEEK_SET:
		newoff = SCARG(uap, offset);
		break;
	case SEEK_CUR:
		if (__builtin_add_overflow(
			fp->f_offset, SCARG(uap, offset), &newoff))
			error = EOVERFLOW;
		break;
	case SEEK_END:
		vn_lock(vp, LK_SHARED | LK_RETRY);
		error = VOP_GETATTR(vp, &va, cred);
		VOP_UNLOCK(vp);
		if (error == 0 &&
		    __builtin_add_overflow(
			(off_t)va.va_size, SCARG(uap, offset), &newoff))
			error = EOVERFLOW;
		break;
	default:
		error = EINVAL;
		break;
	}
	if (error == 0 && newoff < 0 &&
	    (vp->v_type == VREG || vp->v_type == VDIR))
		error = EINVAL;
	if (error == 0)
		error = VOP_SEEK(vp, fp->f_offset, newoff, cred);
	if (error == 0) {
		fp->f_offset = newoff;
		*(off_t *)(void *)retval = newoff;
	}
out:
	fd_putfile(fd);
	return error;
}

/*
 * pread and its family: check that the file has positions, then let the
 * descriptor code do the transfer, which drops the descriptor.
 */
static int
positioned_getfile(struct lwp *l, int fd, int flag, off_t offset, file_t **fpp)
{
	struct vnode *vp;
	file_t *fp;
	int error;

	if ((fp = fd_getfile(fd)) == NULL)
		return EBADF;
	if ((fp->f_flag & flag) == 0) {
		fd_putfile(fd);
		return EBADF;
	}
	if (fp->f_type != DTYPE_VNODE || (vp = fp->f_vnode)->v_type == VFIFO) {
		fd_putfile(fd);
		return ESPIPE;
	}
	error = offset < 0 && vp->v_type != VCHR
	    ? EINVAL
	    : VOP_SEEK(vp, fp->f_offset, offset, fp->f_cred);
	if (error) {
		fd_putfile(fd);
		return error;
	}
	*fpp = fp;
	return 0;
}

int
sys_pread(struct lwp *l, const struct sys_pread_args *uap, register_t *retval)
{
	off_t offset = SCARG(uap, offset);
	file_t *fp;
	int error;

	error = positioned_getfile(l, SCARG(uap, fd), FREAD, offset, &fp);
	if (error)
		return error;
	return dofileread(SCARG(uap, fd), fp, SCARG(uap, buf),
	    SCARG(uap, nbyte), &offset, 0, retval);
}

int
sys_pwrite(struct lwp *l, const struct sys_pwrite_args *uap, register_t *retval)
{
	off_t offset = SCARG(uap, offset);
	file_t *fp;
	int error;

	error = positioned_getfile(l, SCARG(uap, fd), FWRITE, offset, &fp);
	if (error)
		return error;
	return dofilewrite(SCARG(uap, fd), fp, SCARG(uap, buf),
	    SCARG(uap, nbyte), &offset, 0, retval);
}

int
sys_preadv(struct lwp *l, const struct sys_preadv_args *uap, register_t *retval)
{
	off_t offset = SCARG(uap, offset);
	file_t *fp;
	int error;

	error = positioned_getfile(l, SCARG(uap, fd), FREAD, offset, &fp);
	if (error)
		return error;
	error = do_filereadv(SCARG(uap, fd), SCARG(uap, iovp),
	    SCARG(uap, iovcnt), &offset, 0, retval);
	fd_putfile(SCARG(uap, fd));
	return error;
}

int
sys_pwritev(
    struct lwp *l, const struct sys_pwritev_args *uap, register_t *retval)
{
	off_t offset = SCARG(uap, offset);
	file_t *fp;
	int error;

	error = positioned_getfile(l, SCARG(uap, fd), FWRITE, offset, &fp);
	if (error)
		return error;
	error = do_filewritev(SCARG(uap, fd), SCARG(uap, iovp),
	    SCARG(uap, iovcnt), &offset, 0, retval);
	fd_putfile(SCARG(uap, fd));
	return error;
}
