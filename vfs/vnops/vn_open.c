/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening and closing vnodes, and reading and writing them from the kernel.
 *
 * v_writecount counts the opens for writing; it changes under v_interlock.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include "vnops_impl.h"

/* May a regular file be written, as far as the vnode itself says? */
int
vn_writechk(struct vnode *vp)
{
	if ((vp->v_iflag & VI_TEXT) != 0)
		return ETXTBSY;
	return 0;
}

/* Permission to open an existing, locked vnode. */
int
vn_openchk(struct vnode *vp, kauth_cred_t cred, int fflags)
{
	int permbits = 0;
	int error;

	if (vp->v_type == VNON || vp->v_type == VBAD)
		return ENXIO;
	if ((fflags & O_DIRECTORY) != 0 && vp->v_type != VDIR)
		return ENOTDIR;
	if ((fflags & FREAD) != 0)
		permbits = VREAD;
	if ((fflags & O_SEARCH) != 0)
		permbits |= VEXEC;
	if ((fflags & (FWRITE | O_TRUNC)) != 0) {
		permbits |= VWRITE;
		if (vp->v_type == VDIR)
			return EISDIR;
		error = vn_writechk(vp);
		if (error)
			return error;
	}
	return VOP_ACCESS(vp, permbits, cred);
}

/* Make the file that the lookup didn't find. */
static int
vn_open_create(struct nameidata *ndp, int cmode)
{
	struct vattr va;
	int error;

	vattr_null(&va);
	va.va_type = VREG;
	va.va_mode = (mode_t)cmode;
	error = VOP_CREATE(ndp->ni_dvp, &ndp->ni_vp, &ndp->ni_cnd, &va);
	if (error) {
		vput(ndp->ni_dvp);
		ndp->ni_vp = NULL;
		return error;
	}
	vput(ndp->ni_dvp);
	vn_lock(ndp->ni_vp, LK_EXCLUSIVE | LK_RETRY);
	return 0;
}

/* Let go of the parent when the file existed. */
static void
vn_open_abortcreate(struct nameidata *ndp)
{
	if (ndp->ni_dvp == NULL)
		return;
	VOP_ABORTOP(ndp->ni_dvp, &ndp->ni_cnd);
	if (ndp->ni_dvp == ndp->ni_vp)
		vrele(ndp->ni_dvp);
	else
		vput(ndp->ni_dvp);
	ndp->ni_dvp = NULL;
}

/* Truncate if that is wanted, and open: a locked vnode that one may open. */
int
vn_open_locked(struct vnode *vp, int fmode, kauth_cred_t cred)
{
	struct vattr va;
	int error;

	if ((fmode & O_TRUNC) != 0) {
		vattr_null(&va);
		va.va_size = 0;
		error = VOP_SETATTR(vp, &va, cred);
		if (error)
			return error;
	}
	error = VOP_OPEN(vp, fmode, cred);
	if (error == 0 && (fmode & FWRITE) != 0) {
		mutex_enter(vp->v_interlock);
		vp->v_writecount++;
		mutex_exit(vp->v_interlock);
	}
	return error;
}

int
vn_open(struct nameidata *ndp, int fmode, int cmode)
{
	struct componentname *cnp = &ndp->ni_cnd;
	kauth_cred_t cred = cnp->cn_cred;
	struct vnode *vp;
	bool created = false;
	int error;

	if ((fmode & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY))
		return EINVAL;
	cnp->cn_flags &= TRYEMULROOT | NOCHROOT | RDONLY | NOCROSSMOUNT;
	cnp->cn_flags |= LOCKLEAF;
	if ((fmode & O_CREAT) != 0) {
		cnp->cn_nameiop = CREATE;
		cnp->cn_flags |= LOCKPARENT;
		if ((fmode & (O_EXCL | O_NOFOLLOW)) == 0)
			cnp->cn_flags |= FOLLOW;
	} else {
		cnp->cn_nameiop = LOOKUP;
		if ((fmode & O_NOFOLLOW) == 0)
			cnp->cn_flags |= FOLLOW;
	}
	error = namei(ndp);
	if (error)
		return error;

	if ((fmode & O_CREAT) != 0) {
		if (ndp->ni_vp == NULL) {
			error = vn_open_create(ndp, cmode);
			if (error)
				return error;
			/* ni_dvp stays: ufs's attributes look at its lock */
			created = true;
			fmode &= ~O_TRUNC;
		} else {
			vn_open_abortcreate(ndp);
			if ((fmode & O_EXCL) != 0) {
				error = EEXIST;
				goto bad;
			}
			fmode &= ~O_CREAT;
		}
	}
	if (!created)
		ndp->ni_dvp = NULL;
	vp = ndp->ni_vp;
	if (vp->v_type == VSOCK) {
		error = EOPNOTSUPP;
		goto bad;
	}
	if (vp->v_type == VLNK) {
		error = EFTYPE;
		goto bad;
	}
	if (!created) {
		error = vn_openchk(vp, cred, fmode);
		if (error)
			goto bad;
	}
	error = vn_open_locked(vp, fmode, cred);
	if (error == 0)
		return 0;
bad:
	vput(ndp->ni_vp);
	ndp->ni_vp = NULL;
	return error;
}

int
vn_close(struct vnode *vp, int flags, kauth_cred_t cred)
{
	int error;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if ((flags & FWRITE) != 0) {
		mutex_enter(vp->v_interlock);
		KASSERT(vp->v_writecount > 0);
		vp->v_writecount--;
		mutex_exit(vp->v_interlock);
	}
	error = VOP_CLOSE(vp, flags, cred);
	vput(vp);
	return error;
}

/* Mark as being executed: no more writing. */
void
vn_markexec(struct vnode *vp)
{
	mutex_enter(vp->v_interlock);
	vp->v_iflag |= VI_EXECMAP;
	mutex_exit(vp->v_interlock);
}

int
vn_marktext(struct vnode *vp)
{
	int error = 0;

	mutex_enter(vp->v_interlock);
	if (vp->v_writecount != 0)
		error = ETXTBSY;
	else
		vp->v_iflag |= VI_TEXT;
	mutex_exit(vp->v_interlock);
	return error;
}

int
vn_rdwr(enum uio_rw rw, struct vnode *vp, void *base, int len, off_t offset,
    enum uio_seg segflg, int ioflg, kauth_cred_t cred, size_t *aresid,
    struct lwp *l)
{
	struct iovec iov;
	struct uio uio;
	int error = 0;

	if (len < 0)
		return EINVAL;
	iov.iov_base = base;
	iov.iov_len = (size_t)len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_resid = (size_t)len;
	uio.uio_offset = offset;
	uio.uio_rw = rw;
	if (segflg == UIO_SYSSPACE)
		UIO_SETUP_SYSSPACE(&uio);
	else
		uio.uio_vmspace = l->l_proc->p_vmspace;

	if ((ioflg & IO_NODELOCKED) == 0)
		vn_lock(
		    vp, (rw == UIO_READ ? LK_SHARED : LK_EXCLUSIVE) | LK_RETRY);
	if (rw == UIO_READ)
		error = VOP_READ(vp, &uio, ioflg, cred);
	else
		error = VOP_WRITE(vp, &uio, ioflg, cred);
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);

	if (aresid != NULL)
		*aresid = uio.uio_resid;
	else if (uio.uio_resid != 0 && error == 0)
		error = EIO;
	return error;
}

int
vn_stat(struct vnode *vp, struct stat *sb)
{
	const kauth_cred_t cred = kauth_cred_get();
	struct vattr va;
	int error;

	memset(&va, 0, sizeof(va));
	error = VOP_GETATTR(vp, &va, cred);
	if (error)
		return error;
	memset(sb, 0, sizeof(*sb));
	sb->st_dev = va.va_fsid;
	sb->st_ino = va.va_fileid;
	sb->st_mode = (mode_t)(va.va_mode | VTTOIF(vp->v_type));
	sb->st_nlink = va.va_nlink;
	sb->st_uid = va.va_uid;
	sb->st_gid = va.va_gid;
	sb->st_rdev = va.va_rdev;
	sb->st_size = (off_t)va.va_size;
	sb->st_atimespec = va.va_atime;
	sb->st_mtimespec = va.va_mtime;
	sb->st_ctimespec = va.va_ctime;
	sb->st_birthtimespec = va.va_birthtime;
	sb->st_blksize = (blksize_t)va.va_blocksize;
	sb->st_flags = (uint32_t)va.va_flags;
	sb->st_blocks = (blkcnt_t)(va.va_bytes / S_BLKSIZE);
	/* Only the privileged learn what would help to forge a handle. */
	if (kauth_cred_geteuid(cred) == 0)
		sb->st_gen = (uint32_t)va.va_gen;
	return 0;
}

/*
 * Extended attributes, for kernel callers.
 */
static void
vn_extattr_uio(
    struct uio *uio, struct iovec *iov, void *buf, size_t len, enum uio_rw rw)
{
	iov->iov_base = buf;
	iov->iov_len = len;
	uio->uio_iov = iov;
	uio->uio_iovcnt = 1;
	uio->uio_resid = len;
	uio->uio_offset = 0;
	uio->uio_rw = rw;
	UIO_SETUP_SYSSPACE(uio);
}

int
vn_extattr_get(struct vnode *vp, int ioflg, int attrnamespace,
    const char *attrname, size_t *buflen, void *bf, struct lwp *l)
{
	struct iovec iov;
	struct uio uio;
	int error;

	vn_extattr_uio(&uio, &iov, bf, *buflen, UIO_READ);
	if ((ioflg & IO_NODELOCKED) == 0)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_GETEXTATTR(vp, attrnamespace, attrname, &uio, NULL, NULL);
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);
	if (error == 0)
		*buflen = *buflen - uio.uio_resid;
	return error;
}

int
vn_extattr_set(struct vnode *vp, int ioflg, int attrnamespace,
    const char *attrname, size_t buflen, const void *bf, struct lwp *l)
{
	struct iovec iov;
	struct uio uio;
	int error;

	vn_extattr_uio(&uio, &iov, __UNCONST(bf), buflen, UIO_WRITE);
	if ((ioflg & IO_NODELOCKED) == 0)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_SETEXTATTR(vp, attrnamespace, attrname, &uio, NULL);
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);
	return error;
}

int
vn_extattr_rm(struct vnode *vp, int ioflg, int attrnamespace,
    const char *attrname, struct lwp *l)
{
	int error;

	if ((ioflg & IO_NODELOCKED) == 0)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_DELETEEXTATTR(vp, attrnamespace, attrname, NULL);
	if (error == EOPNOTSUPP) {
		/* The older way: setting without a value. */
		error = VOP_SETEXTATTR(vp, attrnamespace, attrname, NULL, NULL);
	}
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);
	return error;
}
