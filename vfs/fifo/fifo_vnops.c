/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fifofs: named pipes.
 *
 * The first open of a fifo vnode makes its fifoinfo, the last close frees it.
 * Data is in a ring.  One reader and one writer at a time copy, marked by
 * fi_reading and fi_writing, without fi_lock: the reader only moves the head
 * and the writer only the tail, so copying to a slow client stops nobody but
 * its own side.  The vnode lock is given up before anything sleeps.
 *
 * Opening: reader and writer wait for each other unless O_NONBLOCK.  A
 * generation number per side tells a waiter that the other side came, even
 * if it has left again.
 *
 * Lock order: vnode lock, fi_lock.  v_fifoinfo: vnode lock.
 */
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/selinfo.h>
#include <sys/signalvar.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>

#include <rump-sys/kern.h>

#define FIFO_BUFSIZE (64 * 1024)

/* f: fi_lock, c: constant, v: vnode lock. */
struct fifoinfo {
	kmutex_t fi_lock;
	kcondvar_t fi_readcv;  /* f  data, or no writers */
	kcondvar_t fi_writecv; /* f  room, or no readers */
	kcondvar_t fi_opencv;  /* f  the other side came */
	struct selinfo fi_readsel;
	struct selinfo fi_writesel;
	unsigned int fi_readers;  /* f */
	unsigned int fi_writers;  /* f */
	unsigned int fi_readgen;  /* f  readers that ever came */
	unsigned int fi_writegen; /* f */
	unsigned int fi_refs;     /* f  opens, and those in open */
	bool fi_reading;          /* f  a reader copies */
	bool fi_writing;          /* f  a writer copies */
	size_t fi_head;           /* f  next byte to read */
	size_t fi_count;          /* f  bytes in the ring */
	char *fi_buf;             /* c  FIFO_BUFSIZE bytes */
};

static void
fifo_free(struct fifoinfo *fi)
{
	seldestroy(&fi->fi_readsel);
	seldestroy(&fi->fi_writesel);
	cv_destroy(&fi->fi_readcv);
	cv_destroy(&fi->fi_writecv);
	cv_destroy(&fi->fi_opencv);
	mutex_destroy(&fi->fi_lock);
	kmem_free(fi->fi_buf, FIFO_BUFSIZE);
	kmem_free(fi, sizeof(*fi));
}

static struct fifoinfo *
fifo_new(void)
{
	struct fifoinfo *fi;

	fi = kmem_zalloc(sizeof(*fi), KM_SLEEP);
	fi->fi_buf = kmem_alloc(FIFO_BUFSIZE, KM_SLEEP);
	mutex_init(&fi->fi_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&fi->fi_readcv, "fiford");
	cv_init(&fi->fi_writecv, "fifowr");
	cv_init(&fi->fi_opencv, "fifoopen");
	selinit(&fi->fi_readsel);
	selinit(&fi->fi_writesel);
	return fi;
}

/* Wake who waits for data; fi_lock is held. */
static void
fifo_wakeread(struct fifoinfo *fi)
{
	cv_broadcast(&fi->fi_readcv);
	selnotify(&fi->fi_readsel, POLLIN | POLLRDNORM | POLLHUP, NOTE_SUBMIT);
}

static void
fifo_wakewrite(struct fifoinfo *fi)
{
	cv_broadcast(&fi->fi_writecv);
	selnotify(&fi->fi_writesel, POLLOUT | POLLWRNORM, NOTE_SUBMIT);
}

/* One side of an open leaves; fi_lock is held. */
static void
fifo_leave(struct fifoinfo *fi, int mode)
{
	if ((mode & FREAD) != 0 && --fi->fi_readers == 0)
		fifo_wakewrite(fi);
	if ((mode & FWRITE) != 0 && --fi->fi_writers == 0)
		fifo_wakeread(fi);
}

/* Drop a use; the vnode lock is held.  The last one frees. */
static void
fifo_unuse(struct vnode *vp, struct fifoinfo *fi)
{
	bool last;

	mutex_enter(&fi->fi_lock);
	last = --fi->fi_refs == 0;
	mutex_exit(&fi->fi_lock);
	if (last) {
		vp->v_fifoinfo = NULL;
		fifo_free(fi);
	}
}

/* Wait, with the vnode unlocked, until the other side comes. */
static int
fifo_openwait(struct vnode *vp, struct fifoinfo *fi, unsigned int *count,
    unsigned int *gen)
{
	const unsigned int ogen = *gen;
	int error = 0;

	VOP_UNLOCK(vp);
	while (*count == 0 && *gen == ogen && error == 0)
		error = cv_wait_sig(&fi->fi_opencv, &fi->fi_lock);
	mutex_exit(&fi->fi_lock);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	mutex_enter(&fi->fi_lock);
	return error;
}

static int
fifo_open(void *v)
{
	struct vop_open_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const int mode = ap->a_mode;
	struct fifoinfo *fi;
	int error = 0;

	if ((mode & (FREAD | FWRITE)) == 0)
		return EINVAL;
	fi = vp->v_fifoinfo;
	if (fi == NULL)
		fi = vp->v_fifoinfo = fifo_new();
	mutex_enter(&fi->fi_lock);
	fi->fi_refs++;
	if ((mode & FREAD) != 0) {
		fi->fi_readers++;
		fi->fi_readgen++;
	}
	if ((mode & FWRITE) != 0) {
		fi->fi_writers++;
		fi->fi_writegen++;
	}
	cv_broadcast(&fi->fi_opencv);
	if ((mode & FREAD) != 0 && fi->fi_readers == 1)
		fifo_wakewrite(fi);
	if ((mode & FREAD) != 0 && (mode & O_NONBLOCK) == 0) {
		if (fi->fi_writers == 0)
			error = fifo_openwait(
			    vp, fi, &fi->fi_writers, &fi->fi_writegen);
	} else if ((mode & (FREAD | FWRITE)) == FWRITE && fi->fi_readers == 0) {
		if ((mode & O_NONBLOCK) != 0)
			error = ENXIO;
		else
			error = fifo_openwait(
			    vp, fi, &fi->fi_readers, &fi->fi_readgen);
	}
	if (error)
		fifo_leave(fi, mode);
	mutex_exit(&fi->fi_lock);
	if (error)
		fifo_unuse(vp, fi);
	return error;
}

static int
fifo_close(void *v)
{
	struct vop_close_args *ap = v;
	struct fifoinfo *fi = ap->a_vp->v_fifoinfo;

	if (fi == NULL)
		return 0;
	mutex_enter(&fi->fi_lock);
	fifo_leave(fi, ap->a_fflag);
	mutex_exit(&fi->fi_lock);
	fifo_unuse(ap->a_vp, fi);
	return 0;
}

/* Copy between the ring and the caller, without fi_lock. */
static int
fifo_copy(struct fifoinfo *fi, size_t pos, size_t n, struct uio *uio)
{
	size_t first;
	int error;

	pos %= FIFO_BUFSIZE;
	first = MIN(n, FIFO_BUFSIZE - pos);
	error = uiomove(fi->fi_buf + pos, first, uio);
	if (error == 0 && n > first)
		error = uiomove(fi->fi_buf, n - first, uio);
	return error;
}

static int
fifo_doread(struct fifoinfo *fi, struct uio *uio, int ioflag)
{
	size_t n, resid;
	int error = 0;

	mutex_enter(&fi->fi_lock);
	for (;;) {
		if (fi->fi_reading) {
			error = cv_wait_sig(&fi->fi_readcv, &fi->fi_lock);
		} else if (fi->fi_count > 0 || fi->fi_writers == 0) {
			break;
		} else if ((ioflag & IO_NDELAY) != 0) {
			error = EWOULDBLOCK;
		} else
			error = cv_wait_sig(&fi->fi_readcv, &fi->fi_lock);
		if (error)
			goto out;
	}
	n = MIN(fi->fi_count, uio->uio_resid);
	if (n == 0)
		goto out;
	fi->fi_reading = true;
	mutex_exit(&fi->fi_lock);
	resid = uio->uio_resid;
	error = fifo_copy(fi, fi->fi_head, n, uio);
	mutex_enter(&fi->fi_lock);
	fi->fi_reading = false;
	n = resid - uio->uio_resid;
	fi->fi_head = (fi->fi_head + n) % FIFO_BUFSIZE;
	fi->fi_count -= n;
	cv_broadcast(&fi->fi_readcv);
	fifo_wakewrite(fi);
out:
	mutex_exit(&fi->fi_lock);
	return error;
}

static int
fifo_dowrite(struct fifoinfo *fi, struct uio *uio, int ioflag)
{
	const bool atomic = uio->uio_resid <= PIPE_BUF;
	const size_t total = uio->uio_resid;
	size_t n, resid, need;
	int error = 0;

	mutex_enter(&fi->fi_lock);
	while (uio->uio_resid > 0) {
		need = atomic ? uio->uio_resid : 1;
		if (fi->fi_readers == 0) {
			error = EPIPE;
			break;
		}
		if (fi->fi_writing || FIFO_BUFSIZE - fi->fi_count < need) {
			if ((ioflag & IO_NDELAY) != 0) {
				error = EWOULDBLOCK;
				break;
			}
			error = cv_wait_sig(&fi->fi_writecv, &fi->fi_lock);
			if (error)
				break;
			continue;
		}
		n = MIN(FIFO_BUFSIZE - fi->fi_count, uio->uio_resid);
		fi->fi_writing = true;
		resid = fi->fi_head + fi->fi_count;
		mutex_exit(&fi->fi_lock);
		need = uio->uio_resid;
		error = fifo_copy(fi, resid, n, uio);
		mutex_enter(&fi->fi_lock);
		fi->fi_writing = false;
		fi->fi_count += need - uio->uio_resid;
		cv_broadcast(&fi->fi_writecv);
		fifo_wakeread(fi);
		if (error)
			break;
	}
	mutex_exit(&fi->fi_lock);
	/* What was written counts. */
	if (uio->uio_resid < total && error != EPIPE && error != EFAULT)
		error = 0;
	return error;
}

/*
 * Reading and writing: the use that an open holds keeps the fifoinfo while
 * the vnode is unlocked.
 */
static int
fifo_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct fifoinfo *fi = vp->v_fifoinfo;
	const int how = VOP_ISLOCKED(vp);
	int error;

	if (fi == NULL)
		return EBADF;
	if (ap->a_uio->uio_resid == 0)
		return 0;
	VOP_UNLOCK(vp);
	error = fifo_doread(fi, ap->a_uio, ap->a_ioflag);
	vn_lock(
	    vp, (how == LK_EXCLUSIVE ? LK_EXCLUSIVE : LK_SHARED) | LK_RETRY);
	return error;
}

static int
fifo_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct fifoinfo *fi = vp->v_fifoinfo;
	int error;

	if (fi == NULL)
		return EBADF;
	VOP_UNLOCK(vp);
	error = fifo_dowrite(fi, ap->a_uio, ap->a_ioflag);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	return error;
}

static int
fifo_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;
	struct fifoinfo *fi = ap->a_vp->v_fifoinfo;

	if (fi == NULL)
		return EBADF;
	switch (ap->a_command) {
	case FIONBIO:
	case FIOASYNC:
		return 0;
	case FIONREAD:
		mutex_enter(&fi->fi_lock);
		*(int *)ap->a_data = (int)fi->fi_count;
		mutex_exit(&fi->fi_lock);
		return 0;
	case FIONWRITE:
		mutex_enter(&fi->fi_lock);
		*(int *)ap->a_data = (int)fi->fi_count;
		mutex_exit(&fi->fi_lock);
		return 0;
	case FIONSPACE:
		mutex_enter(&fi->fi_lock);
		*(int *)ap->a_data = (int)(FIFO_BUFSIZE - fi->fi_count);
		mutex_exit(&fi->fi_lock);
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

static int
fifo_poll(void *v)
{
	struct vop_poll_args *ap = v;
	struct fifoinfo *fi = ap->a_vp->v_fifoinfo;
	const int events = ap->a_events;
	int revents = 0;

	if (fi == NULL)
		return POLLERR;
	mutex_enter(&fi->fi_lock);
	if ((events & (POLLIN | POLLRDNORM)) != 0 &&
	    (fi->fi_count > 0 || fi->fi_writers == 0))
		revents |= events & (POLLIN | POLLRDNORM);
	if (fi->fi_writers == 0 && (events & (POLLIN | POLLRDNORM)) != 0)
		revents |= POLLHUP;
	if ((events & (POLLOUT | POLLWRNORM)) != 0 &&
	    (FIFO_BUFSIZE - fi->fi_count >= PIPE_BUF || fi->fi_readers == 0))
		revents |= events & (POLLOUT | POLLWRNORM);
	if (revents == 0) {
		if ((events & (POLLIN | POLLRDNORM)) != 0)
			selrecord(curlwp, &fi->fi_readsel);
		if ((events & (POLLOUT | POLLWRNORM)) != 0)
			selrecord(curlwp, &fi->fi_writesel);
	}
	mutex_exit(&fi->fi_lock);
	return revents;
}

static void
filt_fifodetach(struct knote *kn)
{
	struct fifoinfo *fi = kn->kn_hook;

	mutex_enter(&fi->fi_lock);
	SLIST_REMOVE(kn->kn_filter == EVFILT_READ ? &fi->fi_readsel.sel_klist
						  : &fi->fi_writesel.sel_klist,
	    kn, knote, kn_selnext);
	mutex_exit(&fi->fi_lock);
}

static int
filt_fiforead(struct knote *kn, long hint)
{
	struct fifoinfo *fi = kn->kn_hook;
	int rv;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&fi->fi_lock);
	kn->kn_data = (int64_t)fi->fi_count;
	if (fi->fi_writers == 0) {
		kn->kn_flags |= EV_EOF;
		rv = 1;
	} else {
		kn->kn_flags &= ~EV_EOF;
		rv = kn->kn_data > 0;
	}
	if (hint != NOTE_SUBMIT)
		mutex_exit(&fi->fi_lock);
	return rv;
}

static int
filt_fifowrite(struct knote *kn, long hint)
{
	struct fifoinfo *fi = kn->kn_hook;
	int rv;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&fi->fi_lock);
	kn->kn_data = (int64_t)(FIFO_BUFSIZE - fi->fi_count);
	if (fi->fi_readers == 0) {
		kn->kn_flags |= EV_EOF;
		rv = 1;
	} else {
		kn->kn_flags &= ~EV_EOF;
		rv = kn->kn_data >= PIPE_BUF;
	}
	if (hint != NOTE_SUBMIT)
		mutex_exit(&fi->fi_lock);
	return rv;
}

static const struct filterops fiforead_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_fifodetach, filt_fiforead};
static const struct filterops fifowrite_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_fifodetach, filt_fifowrite};

static int
fifo_kqfilter(void *v)
{
	struct vop_kqfilter_args *ap = v;
	struct fifoinfo *fi = ap->a_vp->v_fifoinfo;
	struct knote *kn = ap->a_kn;

	if (fi == NULL)
		return EBADF;
	switch (kn->kn_filter) {
	case EVFILT_READ:
		kn->kn_fop = &fiforead_filtops;
		break;
	case EVFILT_WRITE:
		kn->kn_fop = &fifowrite_filtops;
		break;
	default:
		return EINVAL;
	}
	kn->kn_hook = fi;
	mutex_enter(&fi->fi_lock);
	SLIST_INSERT_HEAD(kn->kn_filter == EVFILT_READ
		? &fi->fi_readsel.sel_klist
		: &fi->fi_writesel.sel_klist,
	    kn, kn_selnext);
	mutex_exit(&fi->fi_lock);
	return 0;
}

static int
fifo_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
fifo_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = LINK_MAX;
		return 0;
	case _PC_PIPE_BUF:
		*ap->a_retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
		*ap->a_retval = 1;
		return 0;
	default:
		return EINVAL;
	}
}

static int
fifo_print(void *v)
{
	struct vop_print_args *ap = v;
	const struct fifoinfo *fi = ap->a_vp->v_fifoinfo;

	printf("fifo");
	if (fi != NULL)
		printf(" with %u readers, %u writers, %zu bytes",
		    fi->fi_readers, fi->fi_writers, fi->fi_count);
	printf("\n");
	return 0;
}

static const struct vnodeopv_entry_desc fifo_vnodeop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, genfs_badop},
    {&vop_create_desc, genfs_badop}, {&vop_mknod_desc, genfs_badop},
    {&vop_open_desc, fifo_open}, {&vop_close_desc, fifo_close},
    {&vop_access_desc, genfs_ebadf}, {&vop_getattr_desc, genfs_ebadf},
    {&vop_setattr_desc, genfs_ebadf}, {&vop_read_desc, fifo_read},
    {&vop_write_desc, fifo_write}, {&vop_fallocate_desc, genfs_eopnotsupp},
    {&vop_fdiscard_desc, genfs_eopnotsupp}, {&vop_ioctl_desc, fifo_ioctl},
    {&vop_fcntl_desc, genfs_fcntl}, {&vop_poll_desc, fifo_poll},
    {&vop_kqfilter_desc, fifo_kqfilter}, {&vop_revoke_desc, genfs_revoke},
    {&vop_mmap_desc, genfs_badop}, {&vop_fsync_desc, genfs_nullop},
    {&vop_seek_desc, genfs_badop}, {&vop_remove_desc, genfs_badop},
    {&vop_link_desc, genfs_badop}, {&vop_rename_desc, genfs_badop},
    {&vop_mkdir_desc, genfs_badop}, {&vop_rmdir_desc, genfs_badop},
    {&vop_symlink_desc, genfs_badop}, {&vop_readdir_desc, genfs_badop},
    {&vop_readlink_desc, genfs_badop}, {&vop_abortop_desc, genfs_badop},
    {&vop_inactive_desc, fifo_inactive}, {&vop_reclaim_desc, genfs_nullop},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, genfs_eopnotsupp}, {&vop_strategy_desc, genfs_badop},
    {&vop_print_desc, fifo_print}, {&vop_islocked_desc, genfs_islocked},
    {&vop_pathconf_desc, fifo_pathconf}, {&vop_advlock_desc, genfs_einval},
    {&vop_bwrite_desc, genfs_nullop}, {&vop_putpages_desc, genfs_null_putpages},
    {NULL, NULL}};
const struct vnodeopv_desc fifo_vnodeop_opv_desc = {
    &fifo_vnodeop_p, fifo_vnodeop_entries};

static const struct vnodeopv_desc *const fifo_opv_descs[] = {
    &fifo_vnodeop_opv_desc, NULL};

RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{
	vfs_opv_init(fifo_opv_descs);
}
