/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File operations of descriptors that are open on vnodes.
 *
 * The offset of an open file changes with the vnode locked. Reads hold that
 * lock shared: threads that read through one struct file at once may get the
 * same bytes.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

static int vn_read(file_t *, off_t *, struct uio *, kauth_cred_t, int);
static int vn_write(file_t *, off_t *, struct uio *, kauth_cred_t, int);
static int vn_closefile(file_t *);
static int vn_poll(file_t *, int);
static int vn_fcntl(file_t *, u_int, void *);
static int vn_statfile(file_t *, struct stat *);
static int vn_ioctl(file_t *, u_long, void *);
static int vn_mmap(
    file_t *, off_t *, size_t, int, int *, int *, struct uvm_object **, int *);

const struct fileops vnops = {
    .fo_read = vn_read,
    .fo_write = vn_write,
    .fo_ioctl = vn_ioctl,
    .fo_fcntl = vn_fcntl,
    .fo_poll = vn_poll,
    .fo_stat = vn_statfile,
    .fo_close = vn_closefile,
    .fo_kqfilter = vn_kqfilter,
    .fo_restart = fnullop_restart,
    .fo_mmap = vn_mmap,
};

static inline int
vn_ioflags(int fflag)
{
	int ioflag = 0;

	if ((fflag & FNONBLOCK) != 0)
		ioflag |= IO_NDELAY;
	if ((fflag & FALTIO) != 0)
		ioflag |= IO_ALTSEMANTICS;
	if ((fflag & FDIRECT) != 0)
		ioflag |= IO_DIRECT;
	return ioflag;
}

static int
vn_read(
    file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred, int flags)
{
	struct vnode *vp = fp->f_vnode;
	const int fflag = fp->f_flag;
	size_t count;
	int error, ioflag;

	ioflag = vn_ioflags(fflag) | IO_ADV_ENCODE(fp->f_advice);
	if ((fflag & (FFSYNC | FRSYNC)) == (FFSYNC | FRSYNC))
		ioflag |= IO_SYNC;
	vn_lock(vp, LK_SHARED | LK_RETRY);
	uio->uio_offset = *offset;
	count = uio->uio_resid;
	error = VOP_READ(vp, uio, ioflag, cred);
	if ((flags & FOF_UPDATE_OFFSET) != 0) {
		/* Directories use cookies, which aren't byte counts. */
		if (vp->v_type == VDIR)
			*offset = uio->uio_offset;
		else
			*offset += (off_t)(count - uio->uio_resid);
	}
	VOP_UNLOCK(vp);
	return error;
}

static int
vn_write(
    file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred, int flags)
{
	struct vnode *vp = fp->f_vnode;
	const int fflag = fp->f_flag;
	size_t count;
	int error, ioflag;

	ioflag = vn_ioflags(fflag) | IO_UNIT | IO_ADV_ENCODE(fp->f_advice);
	if (vp->v_type == VREG && (fflag & O_APPEND) != 0)
		ioflag |= IO_APPEND;
	if ((fflag & FFSYNC) != 0 ||
	    (vp->v_mount != NULL &&
		(vp->v_mount->mnt_flag & MNT_SYNCHRONOUS) != 0))
		ioflag |= IO_SYNC;
	else if ((fflag & FDSYNC) != 0)
		ioflag |= IO_DSYNC;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	uio->uio_offset = *offset;
	count = uio->uio_resid;
	error = VOP_WRITE(vp, uio, ioflag, cred);
	if ((flags & FOF_UPDATE_OFFSET) != 0) {
		if ((ioflag & IO_APPEND) != 0)
			*offset = uio->uio_offset;
		else
			*offset += (off_t)(count - uio->uio_resid);
	}
	VOP_UNLOCK(vp);
	return error;
}

static int
vn_statfile(file_t *fp, struct stat *sb)
{
	struct vnode *vp = fp->f_vnode;
	int error;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = vn_stat(vp, sb);
	VOP_UNLOCK(vp);
	return error;
}

static int
vn_fcntl(file_t *fp, u_int com, void *data)
{
	return VOP_FCNTL(fp->f_vnode, com, data, fp->f_flag, kauth_cred_get());
}

static int
vn_ioctl(file_t *fp, u_long com, void *data)
{
	struct vnode *vp = fp->f_vnode;
	struct vattr va;
	int error;

	switch (vp->v_type) {
	case VREG:
	case VDIR:
		if (com == FIONREAD) {
			vn_lock(vp, LK_SHARED | LK_RETRY);
			error = VOP_GETATTR(vp, &va, kauth_cred_get());
			VOP_UNLOCK(vp);
			if (error)
				return error;
			if ((off_t)va.va_size <= fp->f_offset)
				*(int *)data = 0;
			else
				*(int *)data = (int)MIN((off_t)INT_MAX,
				    (off_t)va.va_size - fp->f_offset);
			return 0;
		}
		if (com == FIONWRITE || com == FIONSPACE) {
			/* Writes don't wait for a reader here. */
			*(int *)data = 0;
			return 0;
		}
		if (com == FIONBIO || com == FIOASYNC)
			return 0;
		/* FALLTHROUGH */
	case VFIFO:
	case VCHR:
	case VBLK:
		return VOP_IOCTL(vp, com, data, fp->f_flag, kauth_cred_get());
	default:
		return EPASSTHROUGH;
	}
}

static int
vn_poll(file_t *fp, int events)
{
	return VOP_POLL(fp->f_vnode, events);
}

int
vn_kqfilter(file_t *fp, struct knote *kn)
{
	return VOP_KQFILTER(fp->f_vnode, kn);
}

static int
vn_mmap(file_t *fp, off_t *offp, size_t size, int prot, int *flagsp,
    int *advicep, struct uvm_object **uobjp, int *maxprotp)
{
	/* There is no address space to map into. */
	return ENODEV;
}

static int
vn_closefile(file_t *fp)
{
	struct flock lf;

	if ((fp->f_flag & FHASLOCK) != 0) {
		memset(&lf, 0, sizeof(lf));
		lf.l_whence = SEEK_SET;
		lf.l_type = F_UNLCK;
		(void)VOP_ADVLOCK(fp->f_vnode, fp, F_UNLCK, &lf, F_FLOCK);
	}
	return vn_close(fp->f_vnode, fp->f_flag, fp->f_cred);
}

int (*vn_union_readdir_hook)(struct vnode **, struct file *, struct lwp *);

/*
 * Read directory entries of an open directory.  Below an opaque union mount
 * the covered directory follows when the upper one is at its end.
 */
int
vn_readdir(file_t *fp, char *bf, int segflg, u_int count, int *done,
    struct lwp *l, off_t **cookies, int *ncookies)
{
	struct vnode *vp = fp->f_vnode, *tvp;
	struct iovec iov;
	struct uio uio;
	int error, eofflag;

	if ((fp->f_flag & FREAD) == 0)
		return EBADF;
unionread:
	if (vp->v_type != VDIR)
		return EINVAL;
	eofflag = 0;
	iov.iov_base = bf;
	iov.iov_len = count;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_rw = UIO_READ;
	if (segflg == UIO_SYSSPACE)
		UIO_SETUP_SYSSPACE(&uio);
	else
		uio.uio_vmspace = l->l_proc->p_vmspace;
	uio.uio_resid = count;
	vn_lock(vp, LK_SHARED | LK_RETRY);
	uio.uio_offset = fp->f_offset;
	error = VOP_READDIR(vp, &uio, fp->f_cred, &eofflag, cookies, ncookies);
	fp->f_offset = uio.uio_offset;
	tvp = NULL;
	if (error == 0 && count == uio.uio_resid &&
	    (vp->v_vflag & VV_ROOT) != 0 &&
	    (vp->v_mount->mnt_flag & MNT_UNION) != 0) {
		/* While the lock is held it can't be unmounted. */
		tvp = vp->v_mount->mnt_vnodecovered;
		if (tvp != NULL)
			vref(tvp);
	}
	VOP_UNLOCK(vp);
	if (error)
		return error;
	if (count == uio.uio_resid && vn_union_readdir_hook != NULL) {
		struct vnode *ovp = vp;

		error = (*vn_union_readdir_hook)(&vp, fp, l);
		if (error != 0 || vp != ovp) {
			if (tvp != NULL)
				vrele(tvp);
			if (error != 0)
				return error;
			goto unionread;
		}
	}
	if (tvp != NULL) {
		mutex_enter(&fp->f_lock);
		if (fp->f_vnode == vp) {
			fp->f_vnode = tvp;
			fp->f_offset = 0;
			tvp = vp;
		}
		vp = fp->f_vnode;
		mutex_exit(&fp->f_lock);
		/* the upper one, or ours of what another thread went to */
		vrele(tvp);
		goto unionread;
	}
	*done = (int)(count - uio.uio_resid);
	return 0;
}
