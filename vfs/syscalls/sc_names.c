/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that add, remove and rename names.
 *
 * Each looks its name up with the parent locked, checks, and runs one vnode
 * operation.  On the way out of a failed check VOP_ABORTOP tells the file
 * system that the operation won't come, and parent and child are released.
 */
#include "sc_impl.h"

#include <sys/atomic.h>

/* Release what a lookup with LOCKPARENT (and LOCKLEAF) returned. */
static void
names_abort(struct nameidata *nd, bool leaflocked)
{
	if (nd->ni_dvp != NULL) {
		VOP_ABORTOP(nd->ni_dvp, &nd->ni_cnd);
		if (nd->ni_dvp == nd->ni_vp)
			vrele(nd->ni_dvp);
		else
			vput(nd->ni_dvp);
	}
	if (nd->ni_vp != NULL) {
		if (leaflocked || nd->ni_dvp == nd->ni_vp)
			vput(nd->ni_vp);
		else
			vrele(nd->ni_vp);
	}
}

static inline mode_t
names_mode(struct lwp *l, mode_t mode)
{
	return (mode & ALLPERMS) & ~l->l_proc->p_cwdi->cwdi_cmask;
}

/* Look a name up that is to be made; it must not exist. */
static int
names_lookup_new(struct lwp *l, int fdat, uint32_t flags, struct pathbuf *pb,
    struct nameidata *nd)
{
	int error;

	NDINIT(nd, CREATE, LOCKPARENT | TRYEMULROOT | flags, pb);
	error = fd_nameiat(l, fdat, nd);
	if (error)
		return error;
	if (nd->ni_vp != NULL) {
		names_abort(nd, false);
		return EEXIST;
	}
	return 0;
}

int
do_sys_mkdirat(
    struct lwp *l, int fdat, const char *path, mode_t mode, enum uio_seg seg)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	int error;

	error = pathbuf_maybe_copyin(path, seg, &pb);
	if (error)
		return error;
	error = names_lookup_new(l, fdat, CREATEDIR, pb, &nd);
	if (error == 0) {
		vattr_null(&va);
		va.va_type = VDIR;
		va.va_mode = names_mode(l, mode & ACCESSPERMS);
		error = VOP_MKDIR(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
		if (error == 0)
			vrele(nd.ni_vp);
		vput(nd.ni_dvp);
	}
	pathbuf_destroy(pb);
	return error;
}

int
do_sys_mkdir(const char *path, mode_t mode, enum uio_seg seg)
{
	return do_sys_mkdirat(curlwp, AT_FDCWD, path, mode, seg);
}

int
sys_mkdir(struct lwp *l, const struct sys_mkdir_args *uap, register_t *retval)
{
	return do_sys_mkdirat(
	    l, AT_FDCWD, SCARG(uap, path), SCARG(uap, mode), UIO_USERSPACE);
}

int
sys_mkdirat(
    struct lwp *l, const struct sys_mkdirat_args *uap, register_t *retval)
{
	return do_sys_mkdirat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, mode), UIO_USERSPACE);
}

int
do_sys_mknodat(struct lwp *l, int fdat, const char *path, mode_t mode,
    dev_t dev, register_t *retval, enum uio_seg seg)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	bool whiteout = false;
	int error;

	vattr_null(&va);
	switch (mode & S_IFMT) {
	case S_IFMT:
		va.va_type = VBAD;
		break;
	case S_IFCHR:
		va.va_type = VCHR;
		break;
	case S_IFBLK:
		va.va_type = VBLK;
		break;
	case S_IFIFO:
		va.va_type = VFIFO;
		break;
	case S_IFSOCK:
		va.va_type = VSOCK;
		break;
	case S_IFREG:
		va.va_type = VREG;
		break;
	case S_IFWHT:
		whiteout = true;
		break;
	default:
		return EINVAL;
	}
	if (va.va_type != VFIFO) {
		error = kauth_authorize_system(
		    l->l_cred, KAUTH_SYSTEM_MKNOD, 0, NULL, NULL, NULL);
		if (error)
			return error;
	}
	error = pathbuf_maybe_copyin(path, seg, &pb);
	if (error)
		return error;
	error = names_lookup_new(l, fdat, whiteout ? DOWHITEOUT : 0, pb, &nd);
	if (error)
		goto out;
	va.va_mode = names_mode(l, mode);
	va.va_rdev = dev;
	if (whiteout) {
		error = VOP_WHITEOUT(nd.ni_dvp, &nd.ni_cnd, CREATE);
		if (error)
			VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
	} else {
		if (va.va_type == VREG)
			error =
			    VOP_CREATE(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
		else
			error =
			    VOP_MKNOD(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
		if (error == 0)
			vrele(nd.ni_vp);
	}
	vput(nd.ni_dvp);
out:
	pathbuf_destroy(pb);
	return error;
}

int
do_sys_mknod(struct lwp *l, const char *path, mode_t mode, dev_t dev,
    register_t *retval, enum uio_seg seg)
{
	return do_sys_mknodat(l, AT_FDCWD, path, mode, dev, retval, seg);
}

int
sys___mknod50(
    struct lwp *l, const struct sys___mknod50_args *uap, register_t *retval)
{
	return do_sys_mknodat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, mode),
	    SCARG(uap, dev), retval, UIO_USERSPACE);
}

int
sys_mknodat(
    struct lwp *l, const struct sys_mknodat_args *uap, register_t *retval)
{
	return do_sys_mknodat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, mode), SCARG(uap, dev), retval, UIO_USERSPACE);
}

int
do_sys_mkfifoat(struct lwp *l, int fdat, const char *path, mode_t mode)
{
	return do_sys_mknodat(
	    l, fdat, path, (mode & ALLPERMS) | S_IFIFO, 0, NULL, UIO_USERSPACE);
}

int
sys_mkfifo(struct lwp *l, const struct sys_mkfifo_args *uap, register_t *retval)
{
	return do_sys_mkfifoat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, mode));
}

int
sys_mkfifoat(
    struct lwp *l, const struct sys_mkfifoat_args *uap, register_t *retval)
{
	return do_sys_mkfifoat(
	    l, SCARG(uap, fd), SCARG(uap, path), SCARG(uap, mode));
}

/* Link a vnode under a new name; consumes the reference. */
static int
names_link(struct lwp *l, struct vnode *vp, int fdat, const char *link)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	error = pathbuf_copyin(link, &pb);
	if (error)
		goto out;
	/* A directory can't be linked; say so before "exists". */
	if (vp->v_type == VDIR) {
		error = EPERM;
		goto out1;
	}
	error = names_lookup_new(l, fdat, 0, pb, &nd);
	if (error)
		goto out1;
	if (nd.ni_dvp->v_mount != vp->v_mount) {
		error = EXDEV;
		names_abort(&nd, false);
		goto out1;
	}
	error = VOP_LINK(nd.ni_dvp, vp, &nd.ni_cnd);
	vput(nd.ni_dvp);
out1:
	pathbuf_destroy(pb);
out:
	vrele(vp);
	return error;
}

int
do_sys_linkat(struct lwp *l, int fdpath, const char *path, int fdlink,
    const char *link, int follow, register_t *retval)
{
	struct vnode *vp;
	int error;

	error =
	    sc_lookup(l, fdpath, path, (follow & AT_SYMLINK_FOLLOW) != 0, &vp);
	if (error)
		return error;
	return names_link(l, vp, fdlink, link);
}

int
sys_link(struct lwp *l, const struct sys_link_args *uap, register_t *retval)
{
	return do_sys_linkat(l, AT_FDCWD, SCARG(uap, path), AT_FDCWD,
	    SCARG(uap, link), AT_SYMLINK_FOLLOW, retval);
}

int
sys_linkat(struct lwp *l, const struct sys_linkat_args *uap, register_t *retval)
{
	if ((SCARG(uap, flags) & ~AT_SYMLINK_FOLLOW) != 0)
		return EINVAL;
	return do_sys_linkat(l, SCARG(uap, fd1), SCARG(uap, name1),
	    SCARG(uap, fd2), SCARG(uap, name2), SCARG(uap, flags), retval);
}

int
do_sys_symlinkat(struct lwp *l, const char *target, int fdat, const char *link,
    enum uio_seg seg)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	char *path;
	int error;

	path = PNBUF_GET();
	if (seg == UIO_USERSPACE)
		error = copyinstr(target, path, MAXPATHLEN, NULL);
	else
		error = strlcpy(path, target, MAXPATHLEN) >= MAXPATHLEN
		    ? ENAMETOOLONG
		    : 0;
	if (error)
		goto out;
	error = pathbuf_maybe_copyin(link, seg, &pb);
	if (error)
		goto out;
	error = names_lookup_new(l, fdat, 0, pb, &nd);
	if (error == 0) {
		vattr_null(&va);
		va.va_type = VLNK;
		va.va_mode = names_mode(l, ACCESSPERMS);
		error =
		    VOP_SYMLINK(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va, path);
		if (error == 0)
			vrele(nd.ni_vp);
		vput(nd.ni_dvp);
	}
	pathbuf_destroy(pb);
out:
	PNBUF_PUT(path);
	return error;
}

int
do_sys_symlink(const char *target, const char *link, enum uio_seg seg)
{
	return do_sys_symlinkat(curlwp, target, AT_FDCWD, link, seg);
}

int
sys_symlink(
    struct lwp *l, const struct sys_symlink_args *uap, register_t *retval)
{
	return do_sys_symlinkat(
	    l, SCARG(uap, path), AT_FDCWD, SCARG(uap, link), UIO_USERSPACE);
}

int
sys_symlinkat(
    struct lwp *l, const struct sys_symlinkat_args *uap, register_t *retval)
{
	return do_sys_symlinkat(l, SCARG(uap, path1), SCARG(uap, fd),
	    SCARG(uap, path2), UIO_USERSPACE);
}

/* May this name be removed, as a directory or as something else? */
static int
names_remove_check(const struct nameidata *nd, bool rmdir)
{
	const struct vnode *vp = nd->ni_vp, *dvp = nd->ni_dvp;

	if (rmdir && vp->v_type != VDIR)
		return ENOTDIR;
	if (rmdir && dvp == vp)
		return EINVAL;
	if ((vp->v_vflag & VV_ROOT) != 0 ||
	    (vp->v_type == VDIR && vp->v_mountedhere != NULL))
		return EBUSY;
	if (!rmdir && vp->v_type == VDIR)
		return EPERM;
	return 0;
}

int
do_sys_unlinkat(
    struct lwp *l, int fdat, const char *path, int flags, enum uio_seg seg)
{
	const bool rmdir = (flags & AT_REMOVEDIR) != 0;
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	error = pathbuf_maybe_copyin(path, seg, &pb);
	if (error)
		return error;
	NDINIT(&nd, DELETE, LOCKPARENT | LOCKLEAF | TRYEMULROOT, pb);
	error = fd_nameiat(l, fdat, &nd);
	if (error)
		goto out;
	error = names_remove_check(&nd, rmdir);
	if (error)
		names_abort(&nd, true);
	else if (rmdir)
		error = VOP_RMDIR(nd.ni_dvp, nd.ni_vp, &nd.ni_cnd);
	else
		error = VOP_REMOVE(nd.ni_dvp, nd.ni_vp, &nd.ni_cnd);
out:
	pathbuf_destroy(pb);
	return error;
}

int
do_sys_unlink(const char *path, enum uio_seg seg)
{
	return do_sys_unlinkat(curlwp, AT_FDCWD, path, 0, seg);
}

int
sys_unlink(struct lwp *l, const struct sys_unlink_args *uap, register_t *retval)
{
	return do_sys_unlinkat(l, AT_FDCWD, SCARG(uap, path), 0, UIO_USERSPACE);
}

int
sys_unlinkat(
    struct lwp *l, const struct sys_unlinkat_args *uap, register_t *retval)
{
	if ((SCARG(uap, flag) & ~AT_REMOVEDIR) != 0)
		return EINVAL;
	return do_sys_unlinkat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, flag), UIO_USERSPACE);
}

int
sys_rmdir(struct lwp *l, const struct sys_rmdir_args *uap, register_t *retval)
{
	return do_sys_unlinkat(
	    l, AT_FDCWD, SCARG(uap, path), AT_REMOVEDIR, UIO_USERSPACE);
}

static inline bool
names_isdot(const struct componentname *cnp)
{
	return (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') ||
	    (cnp->cn_namelen == 2 && cnp->cn_nameptr[0] == '.' &&
		cnp->cn_nameptr[1] == '.');
}

/*
 * Is this rename allowed?  0: run it, -1: nothing is to be done, else an
 * errno.
 */
static int
names_rename_check(
    const struct nameidata *fnd, const struct nameidata *tnd, bool retain)
{
	const struct vnode *fdvp = fnd->ni_dvp, *fvp = fnd->ni_vp;
	const struct vnode *tdvp = tnd->ni_dvp, *tvp = tnd->ni_vp;

	if (names_isdot(&tnd->ni_cnd))
		return EINVAL;
	/* none is locked, and any may be reclaimed by force */
	if (atomic_load_relaxed(&tdvp->v_mount) !=
	    atomic_load_relaxed(&fdvp->v_mount))
		return EXDEV;
	if (tvp != NULL) {
		if (atomic_load_relaxed(&tvp->v_mount) !=
			atomic_load_relaxed(&tdvp->v_mount) ||
		    (atomic_load_relaxed(&tvp->v_vflag) & VV_ROOT) != 0)
			return EBUSY;
		if (fvp->v_type == VDIR && tvp->v_type != VDIR)
			return ENOTDIR;
		if (fvp->v_type != VDIR && tvp->v_type == VDIR)
			return EISDIR;
		if (fvp == tvp) {
			/* Two names of one file, or one name. */
			if (retain)
				return -1;
			if (fdvp == tdvp &&
			    fnd->ni_cnd.cn_namelen == tnd->ni_cnd.cn_namelen &&
			    memcmp(fnd->ni_cnd.cn_nameptr,
				tnd->ni_cnd.cn_nameptr,
				fnd->ni_cnd.cn_namelen) == 0)
				return -1;
		}
	}
	/* Into itself. */
	if (fvp == tdvp)
		return EINVAL;
	return 0;
}

/* The source and its mount: referenced and unlocked, all three. */
static int
names_rename_source(struct lwp *l, int fdat, struct pathbuf *pb,
    struct nameidata *nd, struct mount **mpp)
{
	struct mount *mp;
	int error;

	NDINIT(nd, DELETE, LOCKPARENT | TRYEMULROOT, pb);
	error = fd_nameiat(l, fdat, nd);
	if (error)
		return error;
	mp = nd->ni_dvp->v_mount;
	atomic_inc_uint(&mp->mnt_refcnt);
	VOP_UNLOCK(nd->ni_dvp);
	if (names_isdot(&nd->ni_cnd))
		error = EINVAL;
	else if (atomic_load_relaxed(&nd->ni_vp->v_mount) != mp ||
	    (atomic_load_relaxed(&nd->ni_vp->v_vflag) & VV_ROOT) != 0)
		error = EBUSY;
	*mpp = mp;
	if (error) {
		vfs_destroy(mp);
		VOP_ABORTOP(nd->ni_dvp, &nd->ni_cnd);
		vrele(nd->ni_dvp);
		vrele(nd->ni_vp);
	}
	return error;
}

int
do_sys_renameat(struct lwp *l, int fromfd, const char *from, int tofd,
    const char *to, enum uio_seg seg, int retain)
{
	struct nameidata fnd, tnd;
	struct pathbuf *fpb, *tpb;
	struct mount *mp;
	uint32_t createdir;
	int error;

	error = pathbuf_maybe_copyin(from, seg, &fpb);
	if (error)
		return error;
	error = pathbuf_maybe_copyin(to, seg, &tpb);
	if (error) {
		pathbuf_destroy(fpb);
		return error;
	}
	error = names_rename_source(l, fromfd, fpb, &fnd, &mp);
	if (error)
		goto out;

	/* Nothing is locked: the file system's rename lock comes first. */
	error = VFS_RENAMELOCK_ENTER(mp);
	if (error)
		goto abort;
	createdir = fnd.ni_vp->v_type == VDIR ? CREATEDIR : 0;
	NDINIT(&tnd, RENAME,
	    LOCKPARENT | LOCKLEAF | NOCACHE | TRYEMULROOT | createdir, tpb);
	error = fd_nameiat(l, tofd, &tnd);
	if (error)
		goto unlock;
	error = names_rename_check(&fnd, &tnd, retain != 0);
	if (error) {
		names_abort(&tnd, true);
		goto unlock;
	}
	error = VOP_RENAME(fnd.ni_dvp, fnd.ni_vp, &fnd.ni_cnd, tnd.ni_dvp,
	    tnd.ni_vp, &tnd.ni_cnd);
	VFS_RENAMELOCK_EXIT(mp);
	vfs_destroy(mp);
	goto out;

unlock:
	VFS_RENAMELOCK_EXIT(mp);
abort:
	if (error == -1)
		error = 0;
	VOP_ABORTOP(fnd.ni_dvp, &fnd.ni_cnd);
	vrele(fnd.ni_dvp);
	vrele(fnd.ni_vp);
	vfs_destroy(mp);
out:
	pathbuf_destroy(tpb);
	pathbuf_destroy(fpb);
	return error;
}

int
do_sys_rename(const char *from, const char *to, enum uio_seg seg, int retain)
{
	return do_sys_renameat(
	    curlwp, AT_FDCWD, from, AT_FDCWD, to, seg, retain);
}

int
sys_rename(struct lwp *l, const struct sys_rename_args *uap, register_t *retval)
{
	return do_sys_renameat(l, AT_FDCWD, SCARG(uap, from), AT_FDCWD,
	    SCARG(uap, to), UIO_USERSPACE, 0);
}

int
sys_renameat(
    struct lwp *l, const struct sys_renameat_args *uap, register_t *retval)
{
	return do_sys_renameat(l, SCARG(uap, fromfd), SCARG(uap, from),
	    SCARG(uap, tofd), SCARG(uap, to), UIO_USERSPACE, 0);
}

int
sys___posix_rename(struct lwp *l, const struct sys___posix_rename_args *uap,
    register_t *retval)
{
	return do_sys_renameat(l, AT_FDCWD, SCARG(uap, from), AT_FDCWD,
	    SCARG(uap, to), UIO_USERSPACE, 1);
}
