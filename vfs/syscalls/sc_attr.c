/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that read and change a file's attributes.
 */
#include "sc_impl.h"

/*
 * stat.
 */
int
do_sys_statat(struct lwp *l, int fdat, const char *path, unsigned int follow,
    struct stat *sb)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	error = pathbuf_copyin(path, &pb);
	if (__predict_false(error))
		return error;
	NDINIT(&nd, LOOKUP, (follow & FOLLOW) | LOCKLEAF | TRYEMULROOT, pb);
	error = fd_nameiat(l, fdat, &nd);
	if (error == 0) {
		error = vn_stat(nd.ni_vp, sb);
		vput(nd.ni_vp);
	}
	pathbuf_destroy(pb);
	return error;
}

int
do_sys_stat(const char *path, unsigned int follow, struct stat *sb)
{
	return do_sys_statat(curlwp, AT_FDCWD, path, follow, sb);
}

int
sys___stat50(
    struct lwp *l, const struct sys___stat50_args *uap, register_t *retval)
{
	struct stat sb;
	int error;

	error = do_sys_statat(l, AT_FDCWD, SCARG(uap, path), FOLLOW, &sb);
	if (error)
		return error;
	return copyout(&sb, SCARG(uap, ub), sizeof(sb));
}

int
sys___lstat50(
    struct lwp *l, const struct sys___lstat50_args *uap, register_t *retval)
{
	struct stat sb;
	int error;

	error = do_sys_statat(l, AT_FDCWD, SCARG(uap, path), NOFOLLOW, &sb);
	if (error)
		return error;
	return copyout(&sb, SCARG(uap, ub), sizeof(sb));
}

int
sys_fstatat(
    struct lwp *l, const struct sys_fstatat_args *uap, register_t *retval)
{
	struct stat sb;
	int error;

	if ((SCARG(uap, flag) & ~AT_SYMLINK_NOFOLLOW) != 0)
		return EINVAL;
	error = do_sys_statat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, flag) & AT_SYMLINK_NOFOLLOW ? NOFOLLOW : FOLLOW, &sb);
	if (error)
		return error;
	return copyout(&sb, SCARG(uap, buf), sizeof(sb));
}

/*
 * access.
 */
int
do_sys_accessat(struct lwp *l, int fdat, const char *path, int mode, int flags)
{
	kauth_cred_t cred;
	struct nameidata nd;
	struct pathbuf *pb;
	int error, vmode;

	if ((mode & ~(R_OK | W_OK | X_OK)) != 0 ||
	    (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW)) != 0)
		return EINVAL;
	error = pathbuf_copyin(path, &pb);
	if (error)
		return error;
	NDINIT(&nd, LOOKUP,
	    LOCKLEAF | TRYEMULROOT |
		((flags & AT_SYMLINK_NOFOLLOW) != 0 ? NOFOLLOW : FOLLOW),
	    pb);
	/* Asked for the real user, unless told otherwise. */
	cred = kauth_cred_dup(l->l_cred);
	if ((flags & AT_EACCESS) == 0) {
		kauth_cred_seteuid(cred, kauth_cred_getuid(l->l_cred));
		kauth_cred_setegid(cred, kauth_cred_getgid(l->l_cred));
	}
	nd.ni_cnd.cn_cred = cred;
	error = fd_nameiat(l, fdat, &nd);
	if (error)
		goto out;
	if (mode != F_OK) {
		vmode = 0;
		if ((mode & R_OK) != 0)
			vmode |= VREAD;
		if ((mode & W_OK) != 0)
			vmode |= VWRITE;
		if ((mode & X_OK) != 0)
			vmode |= VEXEC;
		error = VOP_ACCESS(nd.ni_vp, vmode, cred);
		if (error == 0 && (vmode & VWRITE) != 0)
			error = vn_writechk(nd.ni_vp);
	}
	vput(nd.ni_vp);
out:
	kauth_cred_free(cred);
	pathbuf_destroy(pb);
	return error;
}

int
sys_access(struct lwp *l, const struct sys_access_args *uap, register_t *retval)
{
	return do_sys_accessat(
	    l, AT_FDCWD, SCARG(uap, path), SCARG(uap, flags), 0);
}

int
sys_faccessat(
    struct lwp *l, const struct sys_faccessat_args *uap, register_t *retval)
{
	return do_sys_accessat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, amode), SCARG(uap, flag));
}

/*
 * Mode, owner, flags: each a setattr of a vnode that came from a path or a
 * descriptor.
 */
static int
attr_chmod(struct lwp *l, struct vnode *vp, int mode)
{
	struct vattr va;
	int error;

	vattr_null(&va);
	va.va_mode = (mode_t)mode & ALLPERMS;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_SETATTR(vp, &va, l->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

/*
 * Changing the owner takes the set-id bits away: by POSIX whenever the caller
 * isn't privileged, otherwise where the id that they meant changes.
 */
static int
attr_chown(struct lwp *l, struct vnode *vp, uid_t uid, gid_t gid, bool posix)
{
	struct vattr va;
	mode_t newmode, oldmode;
	int error;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_GETATTR(vp, &va, l->l_cred);
	if (error)
		goto out;
	newmode = oldmode = va.va_mode;
	if (posix) {
		if (kauth_cred_geteuid(l->l_cred) != 0 && vp->v_type == VREG)
			newmode &= ~(S_ISUID | S_ISGID);
	} else {
		if (uid != (uid_t)-1 && uid != va.va_uid)
			newmode &= ~S_ISUID;
		if (gid != (gid_t)-1 && gid != va.va_gid && vp->v_type != VDIR)
			newmode &= ~S_ISGID;
	}
	/* Mode first: who gives a file away can't change it any more. */
	if (newmode != oldmode) {
		vattr_null(&va);
		va.va_mode = newmode & ALLPERMS;
		error = VOP_SETATTR(vp, &va, l->l_cred);
		if (error)
			goto out;
	}
	vattr_null(&va);
	va.va_uid = uid;
	va.va_gid = gid;
	error = VOP_SETATTR(vp, &va, l->l_cred);
	if (error && newmode != oldmode) {
		vattr_null(&va);
		va.va_mode = oldmode & ALLPERMS;
		(void)VOP_SETATTR(vp, &va, l->l_cred);
	}
out:
	VOP_UNLOCK(vp);
	return error;
}

static int
attr_chflags(struct lwp *l, struct vnode *vp, u_long flags)
{
	struct vattr va;
	int error;

	vattr_null(&va);
	va.va_flags = flags;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_SETATTR(vp, &va, l->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

int
do_sys_chmodat(struct lwp *l, int fdat, const char *path, int mode, int flags)
{
	struct vnode *vp;
	int error;

	if ((flags & ~AT_SYMLINK_NOFOLLOW) != 0)
		return EINVAL;
	error =
	    sc_lookup(l, fdat, path, (flags & AT_SYMLINK_NOFOLLOW) == 0, &vp);
	if (error)
		return error;
	error = attr_chmod(l, vp, mode);
	vrele(vp);
	return error;
}

int
sys_chmod(struct lwp *l, const struct sys_chmod_args *uap, register_t *retval)
{
	return do_sys_chmodat(
	    l, AT_FDCWD, SCARG(uap, path), (int)SCARG(uap, mode), 0);
}

int
sys_lchmod(struct lwp *l, const struct sys_lchmod_args *uap, register_t *retval)
{
	return do_sys_chmodat(l, AT_FDCWD, SCARG(uap, path),
	    (int)SCARG(uap, mode), AT_SYMLINK_NOFOLLOW);
}

int
sys_fchmodat(
    struct lwp *l, const struct sys_fchmodat_args *uap, register_t *retval)
{
	return do_sys_chmodat(l, SCARG(uap, fd), SCARG(uap, path),
	    (int)SCARG(uap, mode), SCARG(uap, flag));
}

int
sys_fchmod(struct lwp *l, const struct sys_fchmod_args *uap, register_t *retval)
{
	file_t *fp;
	int error;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	error = attr_chmod(l, fp->f_vnode, (int)SCARG(uap, mode));
	fd_putfile(SCARG(uap, fd));
	return error;
}

static int
attr_chownat(struct lwp *l, int fdat, const char *path, uid_t uid, gid_t gid,
    int flags, bool posix)
{
	struct vnode *vp;
	int error;

	if ((flags & ~AT_SYMLINK_NOFOLLOW) != 0)
		return EINVAL;
	error =
	    sc_lookup(l, fdat, path, (flags & AT_SYMLINK_NOFOLLOW) == 0, &vp);
	if (error)
		return error;
	error = attr_chown(l, vp, uid, gid, posix);
	vrele(vp);
	return error;
}

int
do_sys_chownat(
    struct lwp *l, int fdat, const char *path, uid_t uid, gid_t gid, int flags)
{
	return attr_chownat(l, fdat, path, uid, gid, flags, false);
}

int
sys_chown(struct lwp *l, const struct sys_chown_args *uap, register_t *retval)
{
	return attr_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), 0, false);
}

int
sys___posix_chown(
    struct lwp *l, const struct sys___posix_chown_args *uap, register_t *retval)
{
	return attr_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), 0, true);
}

int
sys_lchown(struct lwp *l, const struct sys_lchown_args *uap, register_t *retval)
{
	return attr_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), AT_SYMLINK_NOFOLLOW, false);
}

int
sys___posix_lchown(struct lwp *l, const struct sys___posix_lchown_args *uap,
    register_t *retval)
{
	return attr_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), AT_SYMLINK_NOFOLLOW, true);
}

int
sys_fchownat(
    struct lwp *l, const struct sys_fchownat_args *uap, register_t *retval)
{
	return attr_chownat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, owner), SCARG(uap, group), SCARG(uap, flag), false);
}

static int
attr_fchown(struct lwp *l, int fd, uid_t uid, gid_t gid, bool posix)
{
	file_t *fp;
	int error;

	error = sc_getvnode(fd, &fp);
	if (error)
		return error;
	error = attr_chown(l, fp->f_vnode, uid, gid, posix);
	fd_putfile(fd);
	return error;
}

int
sys_fchown(struct lwp *l, const struct sys_fchown_args *uap, register_t *retval)
{
	return attr_fchown(
	    l, SCARG(uap, fd), SCARG(uap, uid), SCARG(uap, gid), false);
}

int
sys___posix_fchown(struct lwp *l, const struct sys___posix_fchown_args *uap,
    register_t *retval)
{
	return attr_fchown(
	    l, SCARG(uap, fd), SCARG(uap, uid), SCARG(uap, gid), true);
}

int
do_sys_chflagsat(struct lwp *l, const char *path, u_long flags, int follow)
{
	struct vnode *vp;
	int error;

	error = sc_lookup(l, AT_FDCWD, path, follow != 0, &vp);
	if (error)
		return error;
	error = attr_chflags(l, vp, flags);
	vrele(vp);
	return error;
}

int
sys_chflags(
    struct lwp *l, const struct sys_chflags_args *uap, register_t *retval)
{
	return do_sys_chflagsat(l, SCARG(uap, path), SCARG(uap, flags), 1);
}

int
sys_lchflags(
    struct lwp *l, const struct sys_lchflags_args *uap, register_t *retval)
{
	return do_sys_chflagsat(l, SCARG(uap, path), SCARG(uap, flags), 0);
}

int
sys_fchflags(
    struct lwp *l, const struct sys_fchflags_args *uap, register_t *retval)
{
	file_t *fp;
	int error;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	error = attr_chflags(l, fp->f_vnode, SCARG(uap, flags));
	fd_putfile(SCARG(uap, fd));
	return error;
}

/*
 * truncate, readlink, pathconf, revoke.
 */
static int
attr_truncate(struct vnode *vp, off_t length, kauth_cred_t cred, bool check)
{
	struct vattr va;
	int error;

	if (length < 0)
		return EINVAL;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (vp->v_type == VDIR)
		error = EISDIR;
	else if (vp->v_type == VLNK || vp->v_type == VSOCK)
		error = EINVAL;
	else
		error = vn_writechk(vp);
	if (error == 0 && check)
		error = VOP_ACCESS(vp, VWRITE, cred);
	if (error == 0) {
		vattr_null(&va);
		va.va_size = (u_quad_t)length;
		error = VOP_SETATTR(vp, &va, cred);
	}
	VOP_UNLOCK(vp);
	return error;
}

int
sys_truncate(
    struct lwp *l, const struct sys_truncate_args *uap, register_t *retval)
{
	struct vnode *vp;
	int error;

	error = sc_lookup(l, AT_FDCWD, SCARG(uap, path), true, &vp);
	if (error)
		return error;
	error = attr_truncate(vp, SCARG(uap, length), l->l_cred, true);
	vrele(vp);
	return error;
}

int
sys_ftruncate(
    struct lwp *l, const struct sys_ftruncate_args *uap, register_t *retval)
{
	file_t *fp;
	int error;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	if ((fp->f_flag & FWRITE) == 0)
		error = EINVAL;
	else
		error = attr_truncate(
		    fp->f_vnode, SCARG(uap, length), fp->f_cred, false);
	fd_putfile(SCARG(uap, fd));
	return error;
}

int
do_sys_readlinkat(struct lwp *l, int fdat, const char *path, char *buf,
    size_t count, register_t *retval)
{
	struct iovec iov;
	struct uio uio;
	struct vnode *vp;
	int error;

	error = sc_lookup(l, fdat, path, false, &vp);
	if (error)
		return error;
	vn_lock(vp, LK_SHARED | LK_RETRY);
	if (vp->v_type != VLNK)
		error = EINVAL;
	else if ((vp->v_mount->mnt_flag & MNT_SYMPERM) == 0 ||
	    (error = VOP_ACCESS(vp, VREAD, l->l_cred)) == 0) {
		iov.iov_base = buf;
		iov.iov_len = MIN(count, (size_t)INT_MAX);
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_offset = 0;
		uio.uio_rw = UIO_READ;
		uio.uio_resid = iov.iov_len;
		uio.uio_vmspace = l->l_proc->p_vmspace;
		error = VOP_READLINK(vp, &uio, l->l_cred);
		if (error == 0)
			*retval = (register_t)(MIN(count, (size_t)INT_MAX) -
			    uio.uio_resid);
	}
	VOP_UNLOCK(vp);
	vrele(vp);
	return error;
}

int
sys_readlink(
    struct lwp *l, const struct sys_readlink_args *uap, register_t *retval)
{
	return do_sys_readlinkat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, buf),
	    SCARG(uap, count), retval);
}

int
sys_readlinkat(
    struct lwp *l, const struct sys_readlinkat_args *uap, register_t *retval)
{
	return do_sys_readlinkat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, buf), SCARG(uap, bufsize), retval);
}

int
sys_pathconf(
    struct lwp *l, const struct sys_pathconf_args *uap, register_t *retval)
{
	struct vnode *vp;
	int error;

	error = sc_lookup(l, AT_FDCWD, SCARG(uap, path), true, &vp);
	if (error)
		return error;
	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_PATHCONF(vp, SCARG(uap, name), retval);
	VOP_UNLOCK(vp);
	vrele(vp);
	return error;
}

int
sys_revoke(struct lwp *l, const struct sys_revoke_args *uap, register_t *retval)
{
	struct vnode *vp;
	int error;

	error = sc_lookup(l, AT_FDCWD, SCARG(uap, path), true, &vp);
	if (error)
		return error;
	error = dorevoke(vp, l->l_cred);
	vrele(vp);
	return error;
}
