/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls on open files: directory entries, flushing, space; the current and
 * the root directory.
 */
#include <sys/atomic.h>
#include <sys/param.h>

#include "sc_impl.h"

int
sys___getdents30(
    struct lwp *l, const struct sys___getdents30_args *uap, register_t *retval)
{
	file_t *fp;
	int error, done;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	if ((fp->f_flag & FREAD) == 0) {
		error = EBADF;
		goto out;
	}
	error = vn_readdir(fp, SCARG(uap, buf), UIO_USERSPACE,
	    (u_int)MIN(SCARG(uap, count), (size_t)INT_MAX), &done, l, NULL,
	    NULL);
	if (error == 0)
		*retval = done;
out:
	fd_putfile(SCARG(uap, fd));
	return error;
}

static int
file_fsync(struct lwp *l, int fd, int flags, off_t lo, off_t hi)
{
	struct vnode *vp;
	file_t *fp;
	int error;

	error = sc_getvnode(fd, &fp);
	if (error)
		return error;
	vp = fp->f_vnode;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_FSYNC(vp, fp->f_cred, flags, lo, hi);
	VOP_UNLOCK(vp);
	fd_putfile(fd);
	return error;
}

int
sys_fsync(struct lwp *l, const struct sys_fsync_args *uap, register_t *retval)
{
	return file_fsync(l, SCARG(uap, fd), FSYNC_WAIT, 0, 0);
}

int
sys_fdatasync(
    struct lwp *l, const struct sys_fdatasync_args *uap, register_t *retval)
{
	file_t *fp;
	int error;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	error = (fp->f_flag & FWRITE) == 0 ? EBADF : 0;
	fd_putfile(SCARG(uap, fd));
	if (error)
		return error;
	return file_fsync(l, SCARG(uap, fd), FSYNC_WAIT | FSYNC_DATAONLY, 0, 0);
}

int
sys_fsync_range(
    struct lwp *l, const struct sys_fsync_range_args *uap, register_t *retval)
{
	const int flags = SCARG(uap, flags);
	off_t s, e, len;
	file_t *fp;
	int error, nflags;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	if ((fp->f_flag & FWRITE) == 0)
		error = EBADF;
	else if ((flags & (FDATASYNC | FFILESYNC)) == 0 ||
	    (flags & (FDATASYNC | FFILESYNC)) == (FDATASYNC | FFILESYNC))
		error = EINVAL;
	fd_putfile(SCARG(uap, fd));
	if (error)
		return error;
	nflags = FSYNC_WAIT;
	if ((flags & FDATASYNC) != 0)
		nflags |= FSYNC_DATAONLY;
	if ((flags & FDISKSYNC) != 0)
		nflags |= FSYNC_CACHE;
	len = SCARG(uap, length);
	if (len != 0) {
		s = SCARG(uap, start);
		if (s < 0 || len < 0 || __builtin_add_overflow(s, len, &e))
			return EINVAL;
	} else {
		e = 0;
		s = 0;
	}
	return file_fsync(l, SCARG(uap, fd), nflags, s, e);
}

/* posix_fallocate and fdiscard: a range of a regular file. */
static int
file_range(int fd, off_t pos, off_t len, bool discard)
{
	struct vnode *vp;
	file_t *fp;
	off_t end;
	int error;

	if (pos < 0 || len < 0 || (len == 0 && !discard))
		return EINVAL;
	if (__builtin_add_overflow(pos, len, &end))
		return EFBIG;
	error = sc_getvnode(fd, &fp);
	if (error)
		return error;
	vp = fp->f_vnode;
	if ((fp->f_flag & FWRITE) == 0) {
		error = EBADF;
		goto out;
	}
	if (vp->v_type == VDIR) {
		error = EISDIR;
		goto out;
	}
	if (vp->v_type == VFIFO) {
		error = ESPIPE;
		goto out;
	}
	if (vp->v_type != VREG) {
		error = ENODEV;
		goto out;
	}
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error =
	    discard ? VOP_FDISCARD(vp, pos, len) : VOP_FALLOCATE(vp, pos, len);
	VOP_UNLOCK(vp);
out:
	fd_putfile(fd);
	return error;
}

/* By its manual the error is the result, and errno stays as it was. */
int
sys_posix_fallocate(struct lwp *l, const struct sys_posix_fallocate_args *uap,
    register_t *retval)
{
	*retval =
	    file_range(SCARG(uap, fd), SCARG(uap, pos), SCARG(uap, len), false);
	return 0;
}

int
sys_fdiscard(
    struct lwp *l, const struct sys_fdiscard_args *uap, register_t *retval)
{
	return file_range(
	    SCARG(uap, fd), SCARG(uap, pos), SCARG(uap, len), true);
}

/*
 * The current and the root directory.
 */

/* A path to a directory that may be searched; referenced, unlocked. */
int
chdir_lookup(const char *path, int where, struct vnode **vpp, struct lwp *l)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	error = pathbuf_maybe_copyin(path, (enum uio_seg)where, &pb);
	if (error)
		return error;
	NDINIT(&nd, LOOKUP, FOLLOW | LOCKLEAF | TRYEMULROOT, pb);
	error = namei(&nd);
	pathbuf_destroy(pb);
	if (error)
		return error;
	if (nd.ni_vp->v_type != VDIR)
		error = ENOTDIR;
	else
		error = VOP_ACCESS(nd.ni_vp, VEXEC, l->l_cred);
	if (error) {
		vput(nd.ni_vp);
		return error;
	}
	VOP_UNLOCK(nd.ni_vp);
	*vpp = nd.ni_vp;
	return 0;
}

/* Install a current directory; the reference is handed over. */
static void
file_setcwd(struct lwp *l, struct vnode *vp)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct vnode *ovp;

	rw_enter(&cwdi->cwdi_lock, RW_WRITER);
	ovp = cwdi->cwdi_cdir;
	cwdi->cwdi_cdir = vp;
	rw_exit(&cwdi->cwdi_lock);
	if (ovp != NULL)
		vrele(ovp);
}

int
sys_chdir(struct lwp *l, const struct sys_chdir_args *uap, register_t *retval)
{
	struct vnode *vp;
	int error;

	error = chdir_lookup(SCARG(uap, path), UIO_USERSPACE, &vp, l);
	if (error)
		return error;
	file_setcwd(l, vp);
	return 0;
}

/* The directory of a descriptor, referenced; one may go there. */
static int
file_fdtodir(struct lwp *l, int fd, struct vnode **vpp)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct vnode *vp, *rvp;
	file_t *fp;
	int error;

	if ((fp = fd_getfile(fd)) == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_VNODE) {
		fd_putfile(fd);
		return ENOTDIR;
	}
	vp = fp->f_vnode;
	vref(vp);
	fd_putfile(fd);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (vp->v_type != VDIR)
		error = ENOTDIR;
	else
		error = VOP_ACCESS(vp, VEXEC, l->l_cred);
	VOP_UNLOCK(vp);
	/* Go to what is mounted there now. */
	while (error == 0 && atomic_load_relaxed(&vp->v_mountedhere) != NULL) {
		error = vfs_cross(vp, &rvp);
		if (error == ENOENT &&
		    atomic_load_relaxed(&vp->v_mountedhere) == NULL) {
			error = 0;
			continue;
		}
		if (error)
			break;
		vrele(vp);
		vp = rvp;
	}
	/* Not out of the root that we were put into. */
	if (error == 0 && cwdi->cwdi_rdir != NULL && !vn_isunder(vp, NULL, l))
		error = EPERM;
	if (error) {
		vrele(vp);
		return error;
	}
	*vpp = vp;
	return 0;
}

int
sys_fchdir(struct lwp *l, const struct sys_fchdir_args *uap, register_t *retval)
{
	struct vnode *vp;
	int error;

	error = file_fdtodir(l, SCARG(uap, fd), &vp);
	if (error)
		return error;
	file_setcwd(l, vp);
	return 0;
}

/* Make a directory the root; the reference is handed over. */
void
change_root(struct cwdinfo *cwdi, struct vnode *vp, struct lwp *l)
{
	struct vnode *ordir, *ocdir;

	rw_enter(&cwdi->cwdi_lock, RW_WRITER);
	ordir = cwdi->cwdi_rdir;
	cwdi->cwdi_rdir = vp;
	ocdir = cwdi->cwdi_cdir;
	if (ocdir != NULL)
		vref(ocdir);
	rw_exit(&cwdi->cwdi_lock);
	if (ordir != NULL)
		vrele(ordir);

	/* A current directory outside would be a way out. */
	if (ocdir == NULL || !vn_isunder(ocdir, vp, l)) {
		vref(vp);
		file_setcwd(l, vp);
	}
	if (ocdir != NULL)
		vrele(ocdir);
}

int
sys_chroot(struct lwp *l, const struct sys_chroot_args *uap, register_t *retval)
{
	struct vnode *vp;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_CHROOT,
	    KAUTH_REQ_SYSTEM_CHROOT_CHROOT, NULL, NULL, NULL);
	if (error)
		return error;
	error = chdir_lookup(SCARG(uap, path), UIO_USERSPACE, &vp, l);
	if (error)
		return error;
	change_root(l->l_proc->p_cwdi, vp, l);
	return 0;
}

int
sys_fchroot(
    struct lwp *l, const struct sys_fchroot_args *uap, register_t *retval)
{
	struct vnode *vp;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_CHROOT,
	    KAUTH_REQ_SYSTEM_CHROOT_FCHROOT, NULL, NULL, NULL);
	if (error)
		return error;
	error = file_fdtodir(l, SCARG(uap, fd), &vp);
	if (error)
		return error;
	change_root(l->l_proc->p_cwdi, vp, l);
	return 0;
}

int
sys___getcwd(
    struct lwp *l, const struct sys___getcwd_args *uap, register_t *retval)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct vnode *vp;
	size_t len, lenused;
	char *path, *bp, *bend;
	int error;

	len = SCARG(uap, length);
	if (len > MAXPATHLEN * 4)
		len = MAXPATHLEN * 4;
	else if (len < 2)
		return ERANGE;
	rw_enter(&cwdi->cwdi_lock, RW_READER);
	vp = cwdi->cwdi_cdir;
	if (vp != NULL)
		vref(vp);
	rw_exit(&cwdi->cwdi_lock);
	if (vp == NULL)
		return ENOENT;
	path = kmem_alloc(len, KM_SLEEP);
	bend = bp = path + len;
	*(--bp) = '\0';
	error = getcwd_common(
	    vp, NULL, &bp, path, (int)(len / 2), GETCWD_CHECK_ACCESS, l);
	if (error == 0) {
		lenused = (size_t)(bend - bp);
		*retval = (register_t)lenused;
		error = copyout(bp, SCARG(uap, bufp), lenused);
	}
	kmem_free(path, len);
	vrele(vp);
	return error;
}
