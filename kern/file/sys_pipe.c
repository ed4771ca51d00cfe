/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes.
 *
 * Each end has a struct pipe; bytes on their way are in the ring of the
 * reading end. One mutex covers both. A transfer holds it throughout, also
 * while it copies, and gives it up only to sleep: copying to and from a local
 * client does not block.
 *
 * Access times are only marked, and set when somebody asks (fstat), so that
 * reading a byte does not read the clock.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/pipe.h>
#include <sys/poll.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/ttycom.h>
#include <sys/uio.h>

#define PIPE_ATIME 0x1000 /* to be set at the next fstat */
#define PIPE_MTIME 0x2000

static int pipe_read(struct file *, off_t *, struct uio *, kauth_cred_t, int);
static int pipe_write(struct file *, off_t *, struct uio *, kauth_cred_t, int);
static int pipe_ioctl(struct file *, u_long, void *);
static int pipe_poll(struct file *, int);
static int pipe_stat(struct file *, struct stat *);
static int pipe_close(struct file *);
static int pipe_kqfilter(struct file *, struct knote *);
static void pipe_restart(struct file *);

static const struct fileops pipeops = {
    .fo_read = pipe_read,
    .fo_write = pipe_write,
    .fo_ioctl = pipe_ioctl,
    .fo_fcntl = fnullop_fcntl,
    .fo_poll = pipe_poll,
    .fo_stat = pipe_stat,
    .fo_close = pipe_close,
    .fo_kqfilter = pipe_kqfilter,
    .fo_restart = pipe_restart,
};

static pool_cache_t pipe_cache;

static int
pipe_ctor(void *arg, void *obj, int flags)
{
	struct pipe *pipe = obj;

	memset(pipe, 0, sizeof(*pipe));
	cv_init(&pipe->pipe_rcv, "pipe_rd");
	cv_init(&pipe->pipe_wcv, "pipe_wr");
	cv_init(&pipe->pipe_lkcv, "pipe_lk");
	selinit(&pipe->pipe_sel);
	return 0;
}

static void
pipe_dtor(void *arg, void *obj)
{
	struct pipe *pipe = obj;

	cv_destroy(&pipe->pipe_rcv);
	cv_destroy(&pipe->pipe_wcv);
	cv_destroy(&pipe->pipe_lkcv);
	seldestroy(&pipe->pipe_sel);
}

void
pipe_init(void)
{
	pipe_cache = pool_cache_init(sizeof(struct pipe), 0, 0, 0, "pipe", NULL,
	    IPL_NONE, pipe_ctor, pipe_dtor, NULL);
}

static struct pipe *
pipe_create(kmutex_t *lock)
{
	struct pipe *pipe;

	pipe = pool_cache_get(pipe_cache, PR_WAITOK);
	if (pipe == NULL)
		return NULL;
	memset(&pipe->pipe_buffer, 0, sizeof(pipe->pipe_buffer));
	pipe->pipe_lock = lock;
	pipe->pipe_state = 0;
	pipe->pipe_busy = 0;
	pipe->pipe_rwait = pipe->pipe_wwait = 0;
	pipe->pipe_pgid = 0;
	pipe->pipe_peer = NULL;
	getnanotime(&pipe->pipe_btime);
	pipe->pipe_atime = pipe->pipe_mtime = pipe->pipe_btime;
	return pipe;
}

static void
pipe_destroy(struct pipe *pipe)
{
	if (pipe->pipe_buffer.buffer != NULL)
		kmem_free(pipe->pipe_buffer.buffer, pipe->pipe_buffer.size);
	pipe->pipe_buffer.buffer = NULL;
	mutex_obj_free(pipe->pipe_lock);
	pipe->pipe_lock = NULL;
	pool_cache_put(pipe_cache, pipe);
}

/* Both ends as descriptors: fds[0] reads what fds[1] writes. */
static int
pipe1(struct lwp *l, int fds[2], int flags)
{
	struct pipe *rpipe = NULL, *wpipe = NULL;
	struct file *rf, *wf;
	struct proc *p = l->l_proc;
	kmutex_t *lock;
	int error;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE))
		return EINVAL;
	lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	if (lock == NULL)
		return ENOMEM;
	rpipe = pipe_create(lock);
	if (rpipe == NULL) {
		mutex_obj_free(lock);
		return ENOMEM;
	}
	mutex_obj_hold(lock);
	wpipe = pipe_create(lock);
	if (wpipe == NULL) {
		mutex_obj_free(lock);
		error = ENOMEM;
		goto free1;
	}
	error = fd_allocfile(&rf, &fds[0]);
	if (error)
		goto free2;
	error = fd_allocfile(&wf, &fds[1]);
	if (error)
		goto free3;

	rpipe->pipe_peer = wpipe;
	wpipe->pipe_peer = rpipe;
	rf->f_flag = FREAD | (flags & (FNONBLOCK | FNOSIGPIPE));
	rf->f_type = DTYPE_PIPE;
	rf->f_pipe = rpipe;
	rf->f_ops = &pipeops;
	wf->f_flag = FWRITE | (flags & (FNONBLOCK | FNOSIGPIPE));
	wf->f_type = DTYPE_PIPE;
	wf->f_pipe = wpipe;
	wf->f_ops = &pipeops;
	if (flags & O_CLOEXEC) {
		fd_set_exclose(l, fds[0], true);
		fd_set_exclose(l, fds[1], true);
	}
	fd_affix(p, rf, (u_int)fds[0]);
	fd_affix(p, wf, (u_int)fds[1]);
	return 0;
free3:
	fd_abort(p, rf, (u_int)fds[0]);
free2:
	pipe_destroy(wpipe);
free1:
	pipe_destroy(rpipe);
	return error;
}

int
sys_pipe(struct lwp *l, const void *v, register_t *retval)
{
	int fds[2], error;

	error = pipe1(l, fds, 0);
	if (error == 0) {
		retval[0] = fds[0];
		retval[1] = fds[1];
	}
	return error;
}

int
sys_pipe2(struct lwp *l, const struct sys_pipe2_args *uap, register_t *retval)
{
	int fds[2], error;

	error = pipe1(l, fds, SCARG(uap, flags));
	if (error)
		return error;
	error = copyout(fds, SCARG(uap, fildes), sizeof(fds));
	if (error) {
		if (fd_getfile((u_int)fds[0]) != NULL)
			(void)fd_close((u_int)fds[0]);
		if (fd_getfile((u_int)fds[1]) != NULL)
			(void)fd_close((u_int)fds[1]);
	}
	return error;
}

/* Tell pollers of one end; its lock is held. */
static inline void
pipe_notify(struct pipe *pipe, int events, int band)
{
	if (pipe->pipe_state & PIPE_ASYNC)
		fownsignal(pipe->pipe_pgid, SIGIO, band, events, NULL);
	if (sel_busy(&pipe->pipe_sel))
		selnotify(&pipe->pipe_sel, events, NOTE_SUBMIT);
}

/* The reading end has data, or will never have any. */
static inline void
pipe_wake_readers(struct pipe *rpipe)
{
	if (rpipe->pipe_rwait != 0)
		cv_broadcast(&rpipe->pipe_rcv);
	pipe_notify(rpipe, POLLIN | POLLRDNORM, POLL_IN);
}

/* The reading end has room; its writers wait on it, its peer is polled. */
static inline void
pipe_wake_writers(struct pipe *rpipe)
{
	if (rpipe->pipe_wwait != 0)
		cv_broadcast(&rpipe->pipe_wcv);
	if (rpipe->pipe_peer != NULL)
		pipe_notify(rpipe->pipe_peer, POLLOUT | POLLWRNORM, POLL_OUT);
}

/*
 * Sleep on a condvar of ring, on behalf of somebody inside of pipe: for a
 * reader they are the same, for a writer ring is the other end.
 */
static int
pipe_sleep(struct pipe *pipe, struct pipe *ring, kcondvar_t *cv, u_int *count,
    kmutex_t *lock)
{
	int error;

	pipe->pipe_busy++;
	(*count)++;
	error = cv_wait_sig(cv, lock);
	(*count)--;
	pipe->pipe_busy--;
	if (*count == 0)
		cv_broadcast(&ring->pipe_lkcv);
	if (error == 0 && (pipe->pipe_state & PIPE_RESTART) != 0)
		error = ERESTART;
	if (pipe->pipe_busy == 0) {
		pipe->pipe_state &= ~PIPE_RESTART;
		cv_broadcast(&pipe->pipe_lkcv);
	}
	return error;
}

/* Take what there is out of the ring, lock held. */
static int
pipe_take(struct pipebuf *pb, struct uio *uio)
{
	size_t n;
	int error;

	while (uio->uio_resid > 0 && pb->cnt > 0) {
		n = MIN(pb->cnt, pb->size - pb->out);
		n = MIN(n, uio->uio_resid);
		error = uiomove(pb->buffer + pb->out, n, uio);
		if (error)
			return error;
		pb->out += n;
		if (pb->out == pb->size)
			pb->out = 0;
		pb->cnt -= n;
	}
	/* an empty ring starts at the beginning: fewer pieces, warm cache */
	if (pb->cnt == 0)
		pb->in = pb->out = 0;
	return 0;
}

static int
pipe_put(struct pipebuf *pb, struct uio *uio)
{
	size_t n;
	int error;

	while (uio->uio_resid > 0 && pb->cnt < pb->size) {
		n = MIN(pb->size - pb->cnt, pb->size - pb->in);
		n = MIN(n, uio->uio_resid);
		error = uiomove(pb->buffer + pb->in, n, uio);
		if (error)
			return error;
		pb->in += n;
		if (pb->in == pb->size)
			pb->in = 0;
		pb->cnt += n;
	}
	return 0;
}

static int
pipe_read(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct pipe *rpipe = fp->f_pipe;
	struct pipebuf *pb = &rpipe->pipe_buffer;
	kmutex_t *lock = rpipe->pipe_lock;
	int error = 0;

	if (uio->uio_resid == 0)
		return 0;
	mutex_enter(lock);
	while (pb->cnt == 0) {
		if (rpipe->pipe_peer == NULL ||
		    (rpipe->pipe_state & PIPE_EOF) != 0)
			goto out;
		if (fp->f_flag & FNONBLOCK) {
			error = EAGAIN;
			goto out;
		}
		error = pipe_sleep(
		    rpipe, rpipe, &rpipe->pipe_rcv, &rpipe->pipe_rwait, lock);
		if (error)
			goto out;
	}
	error = pipe_take(pb, uio);
	rpipe->pipe_state |= PIPE_ATIME;
	pipe_wake_writers(rpipe);
out:
	mutex_exit(lock);
	return error;
}

/* Memory for the ring: small pipes stay small. Lock held. */
static int
pipe_grow(struct pipebuf *pb, size_t want)
{
	size_t size = want > PIPE_SIZE ? BIG_PIPE_SIZE : PIPE_SIZE;
	char *buf;

	if (pb->size >= size || pb->cnt != 0)
		return 0;
	buf = kmem_alloc(size, pb->size == 0 ? KM_SLEEP : KM_NOSLEEP);
	if (buf == NULL)
		return pb->size == 0 ? ENOMEM : 0;
	if (pb->buffer != NULL)
		kmem_free(pb->buffer, pb->size);
	pb->buffer = buf;
	pb->size = size;
	pb->in = pb->out = 0;
	return 0;
}

static int
pipe_write(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct pipe *wpipe = fp->f_pipe, *rpipe;
	kmutex_t *lock = wpipe->pipe_lock;
	size_t need, total = uio->uio_resid;
	struct pipebuf *pb;
	int error = 0;

	mutex_enter(lock);
	/* up to PIPE_BUF bytes go in at once or not at all */
	need = total <= PIPE_BUF ? total : 1;
	for (;;) {
		rpipe = wpipe->pipe_peer;
		if (__predict_false(
			rpipe == NULL || (rpipe->pipe_state & PIPE_EOF) != 0)) {
			error = EPIPE;
			break;
		}
		if (uio->uio_resid == 0)
			break;
		pb = &rpipe->pipe_buffer;
		if (__predict_false(uio->uio_resid > pb->size)) {
			error = pipe_grow(pb, uio->uio_resid);
			if (error)
				break;
		}
		if (pb->size - pb->cnt >= need) {
			error = pipe_put(pb, uio);
			rpipe->pipe_state |= PIPE_MTIME;
			pipe_wake_readers(rpipe);
			if (error || uio->uio_resid == 0)
				break;
			need = 1;
			continue;
		}
		if (fp->f_flag & FNONBLOCK) {
			error = EAGAIN;
			break;
		}
		error = pipe_sleep(
		    wpipe, rpipe, &rpipe->pipe_wcv, &rpipe->pipe_wwait, lock);
		if (error)
			break;
	}
	mutex_exit(lock);
	if (error == EPIPE && uio->uio_resid != total)
		error = 0;
	return error;
}

static int
pipe_ioctl(struct file *fp, u_long cmd, void *data)
{
	struct pipe *pipe = fp->f_pipe, *peer;
	kmutex_t *lock = pipe->pipe_lock;
	int error = 0;

	mutex_enter(lock);
	peer = pipe->pipe_peer;
	switch (cmd) {
	case FIONBIO:
		break;
	case FIOASYNC:
		if (*(int *)data)
			pipe->pipe_state |= PIPE_ASYNC;
		else
			pipe->pipe_state &= ~PIPE_ASYNC;
		break;
	case FIONREAD:
		*(int *)data = (int)pipe->pipe_buffer.cnt;
		break;
	case FIONWRITE:
		*(int *)data = peer != NULL ? (int)peer->pipe_buffer.cnt : 0;
		break;
	case FIONSPACE:
		*(int *)data = peer == NULL ? 0
		    : peer->pipe_buffer.size == 0
		    ? PIPE_SIZE
		    : (int)(peer->pipe_buffer.size - peer->pipe_buffer.cnt);
		break;
	case TIOCSPGRP:
	case FIOSETOWN:
		mutex_exit(lock);
		return fsetown(&pipe->pipe_pgid, cmd, data);
	case TIOCGPGRP:
	case FIOGETOWN:
		mutex_exit(lock);
		return fgetown(pipe->pipe_pgid, cmd, data);
	default:
		error = EPASSTHROUGH;
		break;
	}
	mutex_exit(lock);
	return error;
}

static bool
pipe_writable(const struct pipe *rpipe)
{
	const struct pipebuf *pb = &rpipe->pipe_buffer;

	return pb->size == 0 || pb->size - pb->cnt >= PIPE_BUF;
}

static int
pipe_poll(struct file *fp, int events)
{
	struct pipe *pipe = fp->f_pipe, *peer;
	int revents = 0;

	mutex_enter(pipe->pipe_lock);
	peer = pipe->pipe_peer;
	if (fp->f_flag & FREAD) {
		if ((events & (POLLIN | POLLRDNORM)) != 0 &&
		    (pipe->pipe_buffer.cnt > 0 || peer == NULL))
			revents |= events & (POLLIN | POLLRDNORM);
		if (peer == NULL)
			revents |= POLLHUP;
	}
	if (fp->f_flag & FWRITE) {
		if (peer == NULL)
			revents |= POLLHUP;
		else if ((events & (POLLOUT | POLLWRNORM)) != 0 &&
		    pipe_writable(peer))
			revents |= events & (POLLOUT | POLLWRNORM);
	}
	if (revents == 0)
		selrecord(curlwp, &pipe->pipe_sel);
	mutex_exit(pipe->pipe_lock);
	return revents;
}

static int
pipe_stat(struct file *fp, struct stat *sb)
{
	struct pipe *pipe = fp->f_pipe, *data;
	struct timespec now;

	getnanotime(&now);
	mutex_enter(pipe->pipe_lock);
	/* the ring is the reading end's, and so are the marks */
	data = fp->f_flag & FREAD || pipe->pipe_peer == NULL ? pipe
							     : pipe->pipe_peer;
	if (data->pipe_state & PIPE_ATIME)
		data->pipe_atime = now;
	if (data->pipe_state & PIPE_MTIME)
		data->pipe_mtime = now;
	data->pipe_state &= ~(PIPE_ATIME | PIPE_MTIME);
	sb->st_mode = S_IFIFO | S_IRUSR | S_IWUSR;
	sb->st_blksize = PIPE_SIZE;
	sb->st_size = (off_t)data->pipe_buffer.cnt;
	sb->st_blocks = sb->st_size != 0;
	sb->st_uid = kauth_cred_geteuid(fp->f_cred);
	sb->st_gid = kauth_cred_getegid(fp->f_cred);
	sb->st_atimespec = data->pipe_atime;
	sb->st_mtimespec = sb->st_ctimespec = data->pipe_mtime;
	sb->st_birthtimespec = data->pipe_btime;
	mutex_exit(pipe->pipe_lock);
	return 0;
}

/* The last reference to one end is gone. */
static int
pipe_close(struct file *fp)
{
	struct pipe *pipe = fp->f_pipe, *peer;
	kmutex_t *lock = pipe->pipe_lock;

	fp->f_pipe = NULL;
	mutex_enter(lock);
	pipe->pipe_state |= PIPE_EOF;
	peer = pipe->pipe_peer;
	if (peer != NULL) {
		peer->pipe_state |= PIPE_EOF;
		peer->pipe_peer = NULL;
		pipe->pipe_peer = NULL;
		cv_broadcast(&peer->pipe_rcv);
		/* writers of the peer sleep on this end's condvar */
		cv_broadcast(&pipe->pipe_wcv);
		pipe_notify(peer,
		    POLLIN | POLLOUT | POLLHUP | POLLRDNORM | POLLWRNORM,
		    POLL_HUP);
	}
	/* those who still sleep in this end leave before it goes */
	while (pipe->pipe_busy != 0 || pipe->pipe_wwait != 0) {
		cv_broadcast(&pipe->pipe_rcv);
		cv_broadcast(&pipe->pipe_wcv);
		cv_wait(&pipe->pipe_lkcv, lock);
	}
	mutex_exit(lock);
	pipe_destroy(pipe);
	return 0;
}

/* A descriptor of this end is being closed: its sleepers must look again. */
static void
pipe_restart(struct file *fp)
{
	struct pipe *pipe = fp->f_pipe;

	mutex_enter(pipe->pipe_lock);
	if (pipe->pipe_busy != 0) {
		pipe->pipe_state |= PIPE_RESTART;
		cv_broadcast(&pipe->pipe_rcv);
		if (pipe->pipe_peer != NULL)
			cv_broadcast(&pipe->pipe_peer->pipe_wcv);
	}
	mutex_exit(pipe->pipe_lock);
}

/*
 * kqueue
 */

static void
filt_pipedetach(struct knote *kn)
{
	struct pipe *pipe = ((struct file *)kn->kn_obj)->f_pipe;

	mutex_enter(pipe->pipe_lock);
	SLIST_REMOVE(&pipe->pipe_sel.sel_klist, kn, knote, kn_selnext);
	mutex_exit(pipe->pipe_lock);
}

static int
filt_piperead(struct knote *kn, long hint)
{
	struct pipe *pipe = ((struct file *)kn->kn_obj)->f_pipe;
	bool ready;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_enter(pipe->pipe_lock);
	kn->kn_data = (int64_t)pipe->pipe_buffer.cnt;
	if (pipe->pipe_peer == NULL) {
		kn->kn_flags |= EV_EOF;
		ready = true;
	} else
		ready = kn->kn_data > 0;
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_exit(pipe->pipe_lock);
	return ready;
}

static int
filt_pipewrite(struct knote *kn, long hint)
{
	struct pipe *pipe = ((struct file *)kn->kn_obj)->f_pipe, *rpipe;
	bool ready;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_enter(pipe->pipe_lock);
	rpipe = pipe->pipe_peer;
	if (rpipe == NULL) {
		kn->kn_data = 0;
		kn->kn_flags |= EV_EOF;
		ready = true;
	} else {
		kn->kn_data = rpipe->pipe_buffer.size == 0
		    ? PIPE_SIZE
		    : (int64_t)(rpipe->pipe_buffer.size -
			  rpipe->pipe_buffer.cnt);
		ready = kn->kn_data >= PIPE_BUF;
	}
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_exit(pipe->pipe_lock);
	return ready;
}

static const struct filterops pipe_rfiltops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_pipedetach, filt_piperead};
static const struct filterops pipe_wfiltops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_pipedetach, filt_pipewrite};

static int
pipe_kqfilter(struct file *fp, struct knote *kn)
{
	struct pipe *pipe = fp->f_pipe;

	switch (kn->kn_filter) {
	case EVFILT_READ:
		kn->kn_fop = &pipe_rfiltops;
		break;
	case EVFILT_WRITE:
		kn->kn_fop = &pipe_wfiltops;
		break;
	default:
		return EINVAL;
	}
	mutex_enter(pipe->pipe_lock);
	SLIST_INSERT_HEAD(&pipe->pipe_sel.sel_klist, kn, kn_selnext);
	mutex_exit(pipe->pipe_lock);
	return 0;
}
