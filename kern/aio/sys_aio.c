/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O (POSIX aio_* and lio_listio).
 *
 * A request becomes a job on one queue for the whole kernel, served by
 * threads that are made when a job finds none idle, up to about AIO_MAXTHREADS;
 * where there can be no threads, the caller does it. The result goes into the
 * client's aiocb, which is where aio_error() and aio_return() find it.
 *
 * A job holds its file. A process that ends cancels what waits, interrupts what
 * runs and waits for it, so that p and its memory outlive its jobs.
 *
 * Lock: aio_lock, for everything here.
 */

#include <sys/aio.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/signalvar.h>
#include <sys/syscall.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

#define AIO_MAXTHREADS 8

/* one call of lio_listio(2) */
struct lio_req {
	u_int lr_refcnt; /* jobs not done, and the caller */
	struct sigevent lr_sig;
};

struct aio_job {
	TAILQ_ENTRY(aio_job) aj_entry; /* queue of waiting jobs */
	LIST_ENTRY(aio_job) aj_plink;  /* of the process */
	struct proc *aj_proc;
	struct file *aj_fp;
	int aj_op;          /* AIO_READ ... */
	bool aj_queued;     /* on aio_queue */
	struct lwp *aj_lwp; /* the thread that runs it */
	struct aiocb aj_cb;
	void *aj_ucb; /* the client's */
	struct lio_req *aj_lio;
};

struct aioproc {
	LIST_HEAD(, aio_job) ap_jobs;
	u_int ap_count;
	kcondvar_t ap_cv; /* a job is done */
};

static kmutex_t aio_lock;
static kcondvar_t aio_cv; /* idle threads */
static TAILQ_HEAD(, aio_job) aio_queue;
static u_int aio_threads, aio_idle, aio_queued, aio_total;
static void *aio_exithook;

static void aio_thread(void *);

/* It comes once, and goes with the process. */
static struct aioproc *
aio_proc(struct proc *p)
{
	return atomic_load_acquire(&p->p_aio);
}

static struct aioproc *
aio_procget(struct proc *p)
{
	struct aioproc *ap = aio_proc(p), *old;

	if (ap != NULL)
		return ap;
	ap = kmem_zalloc(sizeof(*ap), KM_SLEEP);
	if (ap == NULL)
		return NULL;
	LIST_INIT(&ap->ap_jobs);
	cv_init(&ap->ap_cv, "aiodone");
	mutex_enter(&aio_lock);
	old = p->p_aio;
	if (old == NULL)
		atomic_store_release(&p->p_aio, ap);
	mutex_exit(&aio_lock);
	if (old != NULL) {
		cv_destroy(&ap->ap_cv);
		kmem_free(ap, sizeof(*ap));
		ap = old;
	}
	return ap;
}

static void
aio_signal(struct proc *p, const struct sigevent *sig)
{
	if (sig->sigev_notify == SIGEV_SIGNAL && sig->sigev_signo > 0 &&
	    sig->sigev_signo < NSIG)
		psignal(p, sig->sigev_signo);
}

/* Without aio_lock: it sends a signal. */
static void
lio_release(struct proc *p, struct lio_req *lr)
{
	if (lr == NULL || atomic_dec_uint_nv(&lr->lr_refcnt) > 0)
		return;
	aio_signal(p, &lr->lr_sig);
	kmem_free(lr, sizeof(*lr));
}

static int
aio_transfer(struct aio_job *aj, ssize_t *done)
{
	struct file *fp = aj->aj_fp;
	struct iovec iov;
	struct uio uio;
	int error;

	iov.iov_base = __UNVOLATILE(aj->aj_cb.aio_buf);
	iov.iov_len = aj->aj_cb.aio_nbytes;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = iov.iov_len;
	uio.uio_rw = aj->aj_op == AIO_READ ? UIO_READ : UIO_WRITE;
	uio.uio_vmspace = aj->aj_proc->p_vmspace;
	if (aj->aj_op == AIO_READ)
		error = (*fp->f_ops->fo_read)(
		    fp, &aj->aj_cb.aio_offset, &uio, fp->f_cred, 0);
	else
		error = (*fp->f_ops->fo_write)(
		    fp, &aj->aj_cb.aio_offset, &uio, fp->f_cred, 0);
	*done = (ssize_t)(aj->aj_cb.aio_nbytes - uio.uio_resid);
	if (error != 0 && *done != 0 &&
	    (error == EINTR || error == ERESTART || error == EWOULDBLOCK))
		error = 0;
	if (error)
		*done = -1;
	return error < 0 ? EINTR : error;
}

static int
aio_sync(struct aio_job *aj)
{
	struct vnode *vp = aj->aj_fp->f_vnode;
	int error;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_FSYNC(vp, aj->aj_fp->f_cred,
	    aj->aj_op & AIO_DSYNC ? FSYNC_WAIT | FSYNC_DATAONLY : FSYNC_WAIT, 0,
	    0);
	VOP_UNLOCK(vp);
	return error;
}

/* What the client sees of the job. */
static void
aio_store(struct aio_job *aj, int state, int error, ssize_t ret)
{
	aj->aj_cb._state = state;
	aj->aj_cb._errno = error;
	aj->aj_cb._retval = ret;
	(void)copyout_vmspace(aj->aj_proc->p_vmspace, &aj->aj_cb._state,
	    (char *)aj->aj_ucb + offsetof(struct aiocb, _state),
	    sizeof(struct aiocb) - offsetof(struct aiocb, _state));
}

/* The job is over: tell, and free it. */
static void
aio_finish(struct aio_job *aj, int error, ssize_t ret)
{
	struct proc *p = aj->aj_proc;
	struct aioproc *ap = aio_proc(p);

	aio_store(aj, JOB_DONE, error, ret);
	(void)closef(aj->aj_fp);
	aio_signal(p, &aj->aj_cb.aio_sigevent);
	lio_release(p, aj->aj_lio);
	mutex_enter(&aio_lock);
	LIST_REMOVE(aj, aj_plink);
	if (aj->aj_lwp != NULL)
		__atomic_fetch_and(
		    &aj->aj_lwp->l_flag, ~LW_CANCELLED, __ATOMIC_RELAXED);
	ap->ap_count--;
	aio_total--;
	cv_broadcast(&ap->ap_cv);
	mutex_exit(&aio_lock);
	kmem_free(aj, sizeof(*aj));
}

static void
aio_run(struct aio_job *aj)
{
	ssize_t ret = 0;
	int error;

	if (aj->aj_op & (AIO_READ | AIO_WRITE))
		error = aio_transfer(aj, &ret);
	else {
		error = aio_sync(aj);
		ret = error ? -1 : 0;
	}
	aio_finish(aj, error, ret);
}

static void
aio_dequeue(struct aio_job *aj)
{
	TAILQ_REMOVE(&aio_queue, aj, aj_entry);
	aj->aj_queued = false;
	aio_queued--;
}

static void
aio_thread(void *arg)
{
	struct aio_job *aj;

	mutex_enter(&aio_lock);
	for (;;) {
		while ((aj = TAILQ_FIRST(&aio_queue)) == NULL) {
			aio_idle++;
			cv_wait(&aio_cv, &aio_lock);
			aio_idle--;
		}
		aio_dequeue(aj);
		aj->aj_lwp = curlwp;
		mutex_exit(&aio_lock);
		aio_run(aj);
		mutex_enter(&aio_lock);
	}
}

/* Give the job to a thread; false: there is none and can be none. */
static bool
aio_dispatch(struct aio_job *aj)
{
	bool ok;

	mutex_enter(&aio_lock);
	if (aio_queued >= aio_idle && aio_threads < AIO_MAXTHREADS) {
		mutex_exit(&aio_lock);
		ok = rump_threads &&
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, aio_thread,
			NULL, NULL, "aio") == 0;
		mutex_enter(&aio_lock);
		if (ok)
			aio_threads++;
	}
	ok = aio_threads > 0;
	if (ok) {
		TAILQ_INSERT_TAIL(&aio_queue, aj, aj_entry);
		aj->aj_queued = true;
		aio_queued++;
		cv_signal(&aio_cv);
	}
	mutex_exit(&aio_lock);
	return ok;
}

static int
aio_checkfile(struct file *fp, int op)
{
	switch (op) {
	case AIO_READ:
		return fp->f_flag & FREAD ? 0 : EBADF;
	case AIO_WRITE:
		return fp->f_flag & FWRITE ? 0 : EBADF;
	default:
		if (fp->f_type != DTYPE_VNODE)
			return EINVAL;
		return fp->f_flag & FWRITE ? 0 : EBADF;
	}
}

/* op 0: as the aiocb says (lio_listio) */
static int
aio_enqueue(struct lwp *l, int op, void *ucb, struct lio_req *lr)
{
	struct proc *p = l->l_proc;
	struct aioproc *ap;
	struct aio_job *aj;
	struct aiocb cb;
	int error, fd;

	error = copyin(ucb, &cb, sizeof(cb));
	if (error)
		return error;
	if (op == 0) {
		switch (cb.aio_lio_opcode) {
		case LIO_NOP:
			return 0;
		case LIO_READ:
			op = AIO_READ;
			break;
		case LIO_WRITE:
			op = AIO_WRITE;
			break;
		default:
			return EINVAL;
		}
	}
	if (cb.aio_nbytes > SSIZE_MAX ||
	    ((op & (AIO_READ | AIO_WRITE)) != 0 && cb.aio_offset < 0))
		return EINVAL;
	if (cb.aio_sigevent.sigev_notify == SIGEV_SIGNAL &&
	    (cb.aio_sigevent.sigev_signo < 0 ||
		cb.aio_sigevent.sigev_signo >= NSIG))
		return EINVAL;
	ap = aio_procget(p);
	aj = ap != NULL ? kmem_zalloc(sizeof(*aj), KM_SLEEP) : NULL;
	if (aj == NULL)
		return EAGAIN;

	fd = cb.aio_fildes;
	aj->aj_fp = fd_getfile((u_int)fd);
	if (aj->aj_fp == NULL) {
		kmem_free(aj, sizeof(*aj));
		return EBADF;
	}
	error = aio_checkfile(aj->aj_fp, op);
	if (error == 0)
		atomic_inc_uint(&aj->aj_fp->f_count);
	fd_putfile((u_int)fd);
	if (error) {
		kmem_free(aj, sizeof(*aj));
		return error;
	}
	aj->aj_proc = p;
	aj->aj_op = op;
	aj->aj_cb = cb;
	aj->aj_ucb = ucb;
	aj->aj_lio = lr;

	mutex_enter(&aio_lock);
	if (aio_total >= AIO_MAX) {
		mutex_exit(&aio_lock);
		(void)closef(aj->aj_fp);
		kmem_free(aj, sizeof(*aj));
		return EAGAIN;
	}
	aio_total++;
	ap->ap_count++;
	LIST_INSERT_HEAD(&ap->ap_jobs, aj, aj_plink);
	mutex_exit(&aio_lock);
	if (lr != NULL)
		atomic_inc_uint(&lr->lr_refcnt);
	aio_store(aj, JOB_WIP, EINPROGRESS, -1);
	if (!aio_dispatch(aj))
		aio_run(aj);
	return 0;
}

int
sys_aio_read(
    struct lwp *l, const struct sys_aio_read_args *uap, register_t *retval)
{
	return aio_enqueue(l, AIO_READ, SCARG(uap, aiocbp), NULL);
}

int
sys_aio_write(
    struct lwp *l, const struct sys_aio_write_args *uap, register_t *retval)
{
	return aio_enqueue(l, AIO_WRITE, SCARG(uap, aiocbp), NULL);
}

int
sys_aio_fsync(
    struct lwp *l, const struct sys_aio_fsync_args *uap, register_t *retval)
{
	int op = SCARG(uap, op);

	if (op != O_DSYNC && op != O_SYNC)
		return EINVAL;
	return aio_enqueue(
	    l, op == O_DSYNC ? AIO_DSYNC : AIO_SYNC, SCARG(uap, aiocbp), NULL);
}

int
sys_aio_error(
    struct lwp *l, const struct sys_aio_error_args *uap, register_t *retval)
{
	struct aiocb cb;
	int error;

	error = copyin(SCARG(uap, aiocbp), &cb, sizeof(cb));
	if (error)
		return error;
	if (cb._state == JOB_NONE)
		return EINVAL;
	*retval = cb._errno;
	return 0;
}

int
sys_aio_return(
    struct lwp *l, const struct sys_aio_return_args *uap, register_t *retval)
{
	struct aiocb cb;
	ssize_t ret;
	int error;

	error = copyin(SCARG(uap, aiocbp), &cb, sizeof(cb));
	if (error)
		return error;
	if (cb._errno == EINPROGRESS || cb._state != JOB_DONE)
		return EINVAL;
	ret = cb._retval;
	cb._errno = 0;
	cb._retval = -1;
	cb._state = JOB_NONE;
	error = copyout(&cb, SCARG(uap, aiocbp), sizeof(cb));
	if (error == 0)
		*retval = ret;
	return error;
}

/* Take waiting jobs of the descriptor (or the aiocb) off, to be finished. */
static int
aio_take(struct proc *p, int fd, const void *ucb, struct aio_job **listp)
{
	struct aioproc *ap = aio_proc(p);
	struct aio_job *aj, *next, *list = NULL;
	int running = 0;

	if (ap == NULL)
		return 0;
	mutex_enter(&aio_lock);
	for (aj = LIST_FIRST(&ap->ap_jobs); aj != NULL; aj = next) {
		next = LIST_NEXT(aj, aj_plink);
		if (fd != -1 && aj->aj_cb.aio_fildes != fd)
			continue;
		if (ucb != NULL && aj->aj_ucb != ucb)
			continue;
		if (!aj->aj_queued) {
			running++;
			continue;
		}
		aio_dequeue(aj);
		aj->aj_entry.tqe_next = list;
		list = aj;
	}
	mutex_exit(&aio_lock);
	*listp = list;
	return running;
}

static int
aio_cancel(struct proc *p, int fd, const void *ucb)
{
	struct aio_job *aj, *next;
	int running, n = 0;

	aj = NULL;
	running = aio_take(p, fd, ucb, &aj);
	for (; aj != NULL; aj = next, n++) {
		next = aj->aj_entry.tqe_next;
		aio_finish(aj, ECANCELED, -1);
	}
	return running ? AIO_NOTCANCELED : n ? AIO_CANCELED : AIO_ALLDONE;
}

int
sys_aio_cancel(
    struct lwp *l, const struct sys_aio_cancel_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fildes);

	if (fd_getfile((u_int)fd) == NULL)
		return EBADF;
	fd_putfile((u_int)fd);
	*retval = aio_cancel(l->l_proc, fd, SCARG(uap, aiocbp));
	return 0;
}

static bool
aio_pending(struct aioproc *ap, const void *ucb)
{
	struct aio_job *aj;

	LIST_FOREACH(aj, &ap->ap_jobs, aj_plink)
		if (aj->aj_ucb == ucb)
			return true;
	return false;
}

/* Wait for one (or all) of the list; NULL entries do not count. */
static int
aio_waitlist(
    struct proc *p, void **list, int nent, bool all, const struct timespec *ts)
{
	struct aioproc *ap = aio_procget(p);
	int64_t deadline = -1, left = -1;
	int i, npend, ndone, error = 0;

	if (ap == NULL)
		return ENOMEM;
	if (ts != NULL)
		deadline = rump_mono_ns() +
		    (int64_t)MIN(ts->tv_sec, INT32_MAX) * 1000000000 +
		    ts->tv_nsec;
	mutex_enter(&aio_lock);
	for (;;) {
		npend = ndone = 0;
		for (i = 0; i < nent; i++) {
			if (list[i] == NULL)
				continue;
			if (aio_pending(ap, list[i]))
				npend++;
			else
				ndone++;
		}
		if (npend == 0 || (!all && ndone > 0))
			break;
		if (deadline >= 0 && (left = deadline - rump_mono_ns()) <= 0) {
			error = EAGAIN;
			break;
		}
		error = cv_timedwait_ns(&ap->ap_cv, &aio_lock, left, true);
		if (error == EWOULDBLOCK)
			error = 0;
		if (error)
			break;
	}
	mutex_exit(&aio_lock);
	return error == ERESTART ? EINTR : error;
}

static int
aio_copylist(const void *ulist, int nent, void ***listp)
{
	void **list;
	int error;

	if (nent <= 0 || nent > AIO_LISTIO_MAX)
		return EINVAL;
	list = kmem_alloc((size_t)nent * sizeof(*list), KM_SLEEP);
	if (list == NULL)
		return EAGAIN;
	error = copyin(ulist, list, (size_t)nent * sizeof(*list));
	if (error)
		kmem_free(list, (size_t)nent * sizeof(*list));
	else
		*listp = list;
	return error;
}

int
sys___aio_suspend50(struct lwp *l, const struct sys___aio_suspend50_args *uap,
    register_t *retval)
{
	int nent = SCARG(uap, nent), error;
	struct timespec ts, *tsp = NULL;
	void **list;

	if (SCARG(uap, timeout) != NULL) {
		error = copyin(SCARG(uap, timeout), &ts, sizeof(ts));
		if (error)
			return error;
		if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= 1000000000)
			return EINVAL;
		tsp = &ts;
	}
	error = aio_copylist(SCARG(uap, list), nent, &list);
	if (error)
		return error;
	error = aio_waitlist(l->l_proc, list, nent, false, tsp);
	kmem_free(list, (size_t)nent * sizeof(*list));
	return error;
}

int
sys_lio_listio(
    struct lwp *l, const struct sys_lio_listio_args *uap, register_t *retval)
{
	int mode = SCARG(uap, mode), nent = SCARG(uap, nent), i, error;
	int failed = 0;
	struct proc *p = l->l_proc;
	struct lio_req *lr;
	void **list;

	if (mode != LIO_NOWAIT && mode != LIO_WAIT)
		return EINVAL;
	error = aio_copylist(SCARG(uap, list), nent, &list);
	if (error)
		return error;
	lr = kmem_zalloc(sizeof(*lr), KM_SLEEP);
	if (lr == NULL) {
		error = EAGAIN;
		goto out;
	}
	lr->lr_refcnt = 1;
	lr->lr_sig.sigev_notify = SIGEV_NONE;
	if (mode == LIO_NOWAIT && SCARG(uap, sig) != NULL) {
		error =
		    copyin(SCARG(uap, sig), &lr->lr_sig, sizeof(lr->lr_sig));
		if (error) {
			kmem_free(lr, sizeof(*lr));
			goto out;
		}
	}
	for (i = 0; i < nent; i++) {
		if (list[i] == NULL)
			continue;
		error = aio_enqueue(l, 0, list[i], lr);
		if (error) {
			list[i] = NULL;
			failed = error == EAGAIN ? EAGAIN : EIO;
		}
	}
	lio_release(p, lr);
	error = failed;
	if (mode == LIO_WAIT) {
		error = aio_waitlist(p, list, nent, true, NULL);
		if (error == 0)
			error = failed;
	}
out:
	kmem_free(list, (size_t)nent * sizeof(*list));
	return error;
}

static void
aio_exit(struct proc *p, void *arg)
{
	struct aioproc *ap = aio_proc(p);
	struct aio_job *aj;

	if (ap == NULL)
		return;
	(void)aio_cancel(p, -1, NULL);
	mutex_enter(&aio_lock);
	LIST_FOREACH(aj, &ap->ap_jobs, aj_plink) {
		if (aj->aj_lwp == NULL)
			continue;
		__atomic_fetch_or(
		    &aj->aj_lwp->l_flag, LW_CANCELLED, __ATOMIC_SEQ_CST);
		(void)lwp_interrupt(aj->aj_lwp);
	}
	while (ap->ap_count > 0)
		cv_wait(&ap->ap_cv, &aio_lock);
	p->p_aio = NULL;
	mutex_exit(&aio_lock);
	cv_destroy(&ap->ap_cv);
	kmem_free(ap, sizeof(*ap));
}

static const struct rump_onesyscall aio_calls[] = {
    {SYS_aio_cancel, (sy_call_t *)sys_aio_cancel},
    {SYS_aio_error, (sy_call_t *)sys_aio_error},
    {SYS_aio_fsync, (sy_call_t *)sys_aio_fsync},
    {SYS_aio_read, (sy_call_t *)sys_aio_read},
    {SYS_aio_return, (sy_call_t *)sys_aio_return},
    {SYS___aio_suspend50, (sy_call_t *)sys___aio_suspend50},
    {SYS_aio_write, (sy_call_t *)sys_aio_write},
    {SYS_lio_listio, (sy_call_t *)sys_lio_listio},
};

RUMP_COMPONENT(RUMP_COMPONENT_SYSCALL)
{
	mutex_init(&aio_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&aio_cv, "aioidle");
	TAILQ_INIT(&aio_queue);
	aio_exithook = exithook_establish(aio_exit, NULL);
	rump_syscall_boot_establish(aio_calls, __arraycount(aio_calls));
}
