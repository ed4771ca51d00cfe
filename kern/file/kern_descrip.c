/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables: from a number to an open file.
 *
 * Life of a descriptor: fd_alloc() reserves a number (ff_allocated); until
 * fd_affix() gives it a file nobody can use it, and fd_abort() gives it back.
 * fd_getfile() borrows the file by ff_refcnt and needs no lock. fd_close()
 * takes the file away (ff_file = NULL), so that there are no new borrowers,
 * sends off those who sleep in it (fo_restart), waits until the last of them
 * is out, and only then frees the number.
 *
 * A table is biased to the first host thread that uses it: while that is the
 * only one, the counts need no atomic operations. The first other thread ends
 * this for good: it says so (FD_SHARED) and then waits until every virtual CPU
 * has been let go of once, so that the biased thread has seen it.
 *
 * Lock order: fd_lock, then f_lock, filelist_lock or an object's lock.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/resourcevar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <rump-sys/filehooks.h>

#include "file_impl.h"

struct filedesc filedesc0;
struct filelist filehead = LIST_HEAD_INITIALIZER(filehead);
kmutex_t filelist_lock;
u_int nfiles;
u_int maxfiles = 65536;

int (*rump_vfs_advlock)(struct file *, void *, int, struct flock *, int);
void (*rump_vfs_closelocks)(struct file *, struct proc *);
int (*rump_vfs_pathconf)(struct file *, int, register_t *);
int (*rump_vfs_fadvise)(struct file *, off_t, off_t, int);
const struct rump_unp_vfs *rump_unp_vfs;

static pool_cache_t file_cache;
static pool_cache_t fdfile_cache;
static pool_cache_t filedesc_cache;

static int
file_ctor(void *arg, void *obj, int flags)
{
	struct file *fp = obj;

	memset(fp, 0, sizeof(*fp));
	mutex_init(&fp->f_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&filelist_lock);
	LIST_INSERT_HEAD(&filehead, fp, f_list);
	mutex_exit(&filelist_lock);
	return 0;
}

static void
file_dtor(void *arg, void *obj)
{
	struct file *fp = obj;

	mutex_enter(&filelist_lock);
	LIST_REMOVE(fp, f_list);
	mutex_exit(&filelist_lock);
	mutex_destroy(&fp->f_lock);
}

static void
fdfile_setup(fdfile_t *ff)
{
	memset(ff, 0, sizeof(*ff));
	cv_init(&ff->ff_closing, "fdclose");
}

static int
fdfile_ctor(void *arg, void *obj, int flags)
{
	fdfile_setup(obj);
	return 0;
}

static void
fdfile_dtor(void *arg, void *obj)
{
	fdfile_t *ff = obj;

	cv_destroy(&ff->ff_closing);
}

void
fd_sys_init(void)
{
	mutex_init(&filelist_lock, MUTEX_DEFAULT, IPL_NONE);
	file_cache = pool_cache_init(sizeof(struct file), 64, 0, 0, "file",
	    NULL, IPL_NONE, file_ctor, file_dtor, NULL);
	fdfile_cache = pool_cache_init(sizeof(fdfile_t), 64, 0, 0, "fdfile",
	    NULL, IPL_NONE, fdfile_ctor, fdfile_dtor, NULL);
	filedesc_cache = pool_cache_init(sizeof(struct filedesc), 64, 0, 0,
	    "filedesc", NULL, IPL_NONE, NULL, NULL, NULL);
	fd_init(&filedesc0);
}

#define FD_SHARED    ((void *)1)
#define FD_UNSHARING ((void *)2) /* no longer biased, not yet safe */

/* Names the host thread: no other thread has this address. */
#define THREAD_ID ((void *)&rump_curlwp_tls)

/* The first use by this thread: may it go without atomics? */
static bool __noinline
fd_bias_slow(struct filedesc *fdp)
{
	void *bias = NULL;

	if (__atomic_compare_exchange_n(&fdp->fd_bias, &bias, THREAD_ID, 0,
		__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return true;
	if (bias == FD_SHARED)
		return false;
	__atomic_store_n(&fdp->fd_bias, FD_UNSHARING, __ATOMIC_SEQ_CST);
	pserialize_perform(NULL);
	__atomic_store_n(&fdp->fd_bias, FD_SHARED, __ATOMIC_SEQ_CST);
	return false;
}

/* True if no other thread can have borrowed from the table. */
static inline bool
fd_alone(struct filedesc *fdp)
{
	void *bias = LOAD_PTR(fdp->fd_bias);

	if (__predict_true(bias == THREAD_ID))
		return true;
	if (__predict_true(bias == FD_SHARED))
		return false;
	return fd_bias_slow(fdp);
}

/*
 * Bitmaps: a bit of fd_lomap per descriptor in use, a bit of fd_himap per full
 * word of fd_lomap.
 */

static void
fd_used(struct filedesc *fdp, u_int fd)
{
	u_int off = fd >> NDENTRYSHIFT;

	KASSERT((fdp->fd_lomap[off] & (1U << (fd & NDENTRYMASK))) == 0);
	fdp->fd_lomap[off] |= 1U << (fd & NDENTRYMASK);
	if (fdp->fd_lomap[off] == ~0U)
		fdp->fd_himap[off >> NDENTRYSHIFT] |= 1U << (off & NDENTRYMASK);
	if ((int)fd > fdp->fd_lastfile)
		STORE(fdp->fd_lastfile, (int)fd);
	if ((int)fd == fdp->fd_freefile)
		fdp->fd_freefile = (int)fd + 1;
}

static void
fd_unused(struct filedesc *fdp, u_int fd)
{
	u_int off = fd >> NDENTRYSHIFT;
	int last;

	KASSERT((fdp->fd_lomap[off] & (1U << (fd & NDENTRYMASK))) != 0);
	fdp->fd_lomap[off] &= ~(1U << (fd & NDENTRYMASK));
	fdp->fd_himap[off >> NDENTRYSHIFT] &= ~(1U << (off & NDENTRYMASK));
	if ((int)fd < fdp->fd_freefile)
		fdp->fd_freefile = (int)fd;
	if ((int)fd == fdp->fd_lastfile) {
		last = (int)fd - 1;
		while (last >= 0) {
			uint32_t w = fdp->fd_lomap[last >> NDENTRYSHIFT];

			if ((last & NDENTRYMASK) == NDENTRYMASK && w == 0) {
				last -= NDENTRIES;
				continue;
			}
			if (w & (1U << (last & NDENTRYMASK)))
				break;
			last--;
		}
		STORE(fdp->fd_lastfile, last);
	}
}

static inline bool
fd_isused(const struct filedesc *fdp, u_int fd)
{
	return (fdp->fd_lomap[fd >> NDENTRYSHIFT] &
		   (1U << (fd & NDENTRYMASK))) != 0;
}

/* The lowest free number from want up to below last; -1: none. */
static int
fd_findfree(const struct filedesc *fdp, int want, int last)
{
	int off, maxoff, bit;
	uint32_t free;

	maxoff = NDLOSLOTS(last);
	for (off = want >> NDENTRYSHIFT; off < maxoff; off++) {
		if ((off & NDENTRYMASK) == 0 &&
		    fdp->fd_himap[off >> NDENTRYSHIFT] == ~0U) {
			off += NDENTRIES - 1;
			continue;
		}
		free = ~fdp->fd_lomap[off];
		if (off == want >> NDENTRYSHIFT)
			free &= ~0U << (want & NDENTRYMASK);
		if (free != 0) {
			bit = (off << NDENTRYSHIFT) + __builtin_ctz(free);
			return bit < last ? bit : -1;
		}
	}
	return -1;
}

/*
 * Tables
 */

struct filedesc *
fd_init(struct filedesc *fdp)
{
	int i;

	if (fdp == NULL) {
		fdp = pool_cache_get(filedesc_cache, PR_WAITOK);
		if (fdp == NULL)
			return NULL;
	}
	memset(fdp, 0, sizeof(*fdp));
	fdp->fd_refcnt = 1;
	fdp->fd_lastkqfile = -1;
	fdp->fd_lastfile = -1;
	fdp->fd_dtbuiltin.dt_nfiles = NDFILE;
	fdp->fd_dt = &fdp->fd_dtbuiltin;
	fdp->fd_himap = fdp->fd_dhimap;
	fdp->fd_lomap = fdp->fd_dlomap;
	mutex_init(&fdp->fd_lock, MUTEX_DEFAULT, IPL_NONE);
	for (i = 0; i < NDFDFILE; i++) {
		fdfile_setup(&fdp->fd_dfdfile[i]);
		fdp->fd_dtbuiltin.dt_ff[i] = &fdp->fd_dfdfile[i];
	}
	return fdp;
}

static size_t
fdtab_size(u_int n)
{
	return offsetof(fdtab_t, dt_ff) + n * sizeof(fdfile_t *);
}

static void
fd_map_free(struct filedesc *fdp, u_int nf)
{
	if (fdp->fd_lomap != fdp->fd_dlomap)
		kmem_free(fdp->fd_lomap, NDLOSLOTS(nf) * sizeof(uint32_t));
	if (fdp->fd_himap != fdp->fd_dhimap)
		kmem_free(fdp->fd_himap, NDHISLOTS(nf) * sizeof(uint32_t));
}

/*
 * Make room for at least want descriptors. The old table stays: a reader may
 * still look at it. False: no memory.
 */
static bool
fd_expand(struct filedesc *fdp, u_int want)
{
	uint32_t *lo = NULL, *hi = NULL;
	fdtab_t *dt, *old;
	u_int nf;

	nf = LOAD_PTR(fdp->fd_dt)->dt_nfiles;
	if (want <= nf)
		return true;
	do
		nf = nf < NDEXTENT ? NDEXTENT : nf * 2;
	while (nf < want);
	dt = kmem_zalloc(fdtab_size(nf), KM_SLEEP);
	lo = kmem_zalloc(NDLOSLOTS(nf) * sizeof(*lo), KM_SLEEP);
	hi = kmem_zalloc(NDHISLOTS(nf) * sizeof(*hi), KM_SLEEP);
	if (dt == NULL || lo == NULL || hi == NULL)
		goto fail;

	mutex_enter(&fdp->fd_lock);
	old = fdp->fd_dt;
	if (old->dt_nfiles >= nf) {
		mutex_exit(&fdp->fd_lock);
		goto free;
	}
	memcpy(dt->dt_ff, old->dt_ff, old->dt_nfiles * sizeof(old->dt_ff[0]));
	memcpy(lo, fdp->fd_lomap, NDLOSLOTS(old->dt_nfiles) * sizeof(*lo));
	memcpy(hi, fdp->fd_himap, NDHISLOTS(old->dt_nfiles) * sizeof(*hi));
	fd_map_free(fdp, old->dt_nfiles);
	fdp->fd_lomap = lo;
	fdp->fd_himap = hi;
	dt->dt_nfiles = nf;
	dt->dt_link = old;
	PUBLISH(fdp->fd_dt, dt);
	mutex_exit(&fdp->fd_lock);
	return true;
free:
	kmem_free(dt, fdtab_size(nf));
	kmem_free(lo, NDLOSLOTS(nf) * sizeof(*lo));
	kmem_free(hi, NDHISLOTS(nf) * sizeof(*hi));
	return true;
fail:
	if (dt != NULL)
		kmem_free(dt, fdtab_size(nf));
	if (lo != NULL)
		kmem_free(lo, NDLOSLOTS(nf) * sizeof(*lo));
	if (hi != NULL)
		kmem_free(hi, NDHISLOTS(nf) * sizeof(*hi));
	return false;
}

void
fd_tryexpand(struct proc *p)
{
	fd_expand(p->p_fd, LOAD_PTR(p->p_fd->fd_dt)->dt_nfiles + 1);
}

/* How many descriptors the process may have. */
static int
fd_limit(struct proc *p)
{
	rlim_t cur = p->p_rlimit[RLIMIT_NOFILE].rlim_cur;

	return (int)MIN(cur, (rlim_t)maxfiles);
}

/*
 * Allocation
 */

/* The slot of a free number; fd_lock held. */
static fdfile_t *
fd_slot(struct filedesc *fdp, u_int fd)
{
	fdtab_t *dt = fdp->fd_dt;
	fdfile_t *ff = dt->dt_ff[fd];

	if (ff == NULL) {
		ff = pool_cache_get(fdfile_cache, PR_WAITOK);
		if (ff == NULL)
			return NULL;
		ff->ff_file = NULL;
		ff->ff_refcnt = 0;
		ff->ff_exclose = false;
		SLIST_INIT(&ff->ff_knlist);
		PUBLISH(dt->dt_ff[fd], ff);
	}
	KASSERT(!ff->ff_allocated);
	KASSERT(ff->ff_file == NULL);
	KASSERT((LOAD(ff->ff_refcnt) & FR_CLOSING) == 0);
	ff->ff_allocated = true;
	STORE(ff->ff_exclose, false);
	fd_used(fdp, fd);
	return ff;
}

/*
 * Reserve the lowest number from want on. ENOSPC: the table is full,
 * fd_tryexpand() and try again; EMFILE: the process has its limit.
 */
int
fd_alloc(struct proc *p, int want, int *result)
{
	struct filedesc *fdp = p->p_fd;
	int lim, last, i, error;

	KASSERT(p == curproc);
	if (want < 0)
		return EINVAL;
	lim = fd_limit(p);
	mutex_enter(&fdp->fd_lock);
	last = MIN((int)fdp->fd_dt->dt_nfiles, lim);
	if (want < fdp->fd_freefile)
		want = fdp->fd_freefile;
	i = want < last ? fd_findfree(fdp, want, last) : -1;
	if (i == -1) {
		error = (int)fdp->fd_dt->dt_nfiles >= lim || want >= lim
		    ? EMFILE
		    : ENOSPC;
		mutex_exit(&fdp->fd_lock);
		return error;
	}
	error = fd_slot(fdp, (u_int)i) == NULL ? ENOMEM : 0;
	mutex_exit(&fdp->fd_lock);
	*result = i;
	return error;
}

static int
fd_alloc_expand(struct proc *p, int want, int *result)
{
	int error;

	while ((error = fd_alloc(p, want, result)) == ENOSPC) {
		if (!fd_expand(p->p_fd,
			MAX((u_int)want + 1,
			    LOAD_PTR(p->p_fd->fd_dt)->dt_nfiles + 1)))
			return ENOMEM;
	}
	return error;
}

static struct file *
file_alloc(void)
{
	struct file *fp;

	if (atomic_inc_uint_nv(&nfiles) > maxfiles) {
		atomic_dec_uint(&nfiles);
		tablefull("file", "increase kern.maxfiles");
		return NULL;
	}
	fp = pool_cache_get(file_cache, PR_WAITOK);
	if (fp == NULL) {
		atomic_dec_uint(&nfiles);
		return NULL;
	}
	KASSERT(fp->f_count == 0);
	fp->f_offset = 0;
	fp->f_cred = curlwp->l_cred;
	kauth_cred_hold(fp->f_cred);
	fp->f_ops = NULL;
	fp->f_data = NULL;
	fp->f_flag = 0;
	fp->f_type = 0;
	fp->f_advice = 0;
	fp->f_msgcount = 0;
	fp->f_unpcount = 0;
	return fp;
}

static void
file_free(struct file *fp)
{
	kauth_cred_t cred = fp->f_cred;

	KASSERT(fp->f_count == 0);
	fp->f_cred = NULL;
	kauth_cred_free(cred);
	pool_cache_put(file_cache, fp);
	atomic_dec_uint(&nfiles);
}

int
fd_allocfile(struct file **resultfp, int *resultfd)
{
	struct proc *p = curproc;
	struct file *fp;
	int error;

	error = fd_alloc_expand(p, 0, resultfd);
	if (error)
		return error;
	fp = file_alloc();
	if (fp == NULL) {
		fd_abort(p, NULL, (u_int)*resultfd);
		return ENFILE;
	}
	*resultfp = fp;
	return 0;
}

/* Make a reserved number refer to fp. */
void
fd_affix(struct proc *p, struct file *fp, unsigned int fd)
{
	struct filedesc *fdp = p->p_fd;
	fdfile_t *ff;

	/* the first reference needs no atomic: nobody else knows fp */
	if (__atomic_load_n(&fp->f_count, __ATOMIC_RELAXED) == 0)
		fp->f_count = 1;
	else
		atomic_inc_uint(&fp->f_count);

	mutex_enter(&fdp->fd_lock);
	ff = fdp->fd_dt->dt_ff[fd];
	KASSERT(ff != NULL && ff->ff_allocated && ff->ff_file == NULL);
	PUBLISH(ff->ff_file, fp);
	mutex_exit(&fdp->fd_lock);
}

/* Give back a reserved number, and the file if there is one. */
void
fd_abort(struct proc *p, struct file *fp, unsigned int fd)
{
	struct filedesc *fdp = p->p_fd;
	fdfile_t *ff;

	mutex_enter(&fdp->fd_lock);
	ff = fdp->fd_dt->dt_ff[fd];
	KASSERT(ff->ff_allocated && ff->ff_file == NULL);
	STORE(ff->ff_exclose, false);
	ff->ff_allocated = false;
	fd_unused(fdp, fd);
	mutex_exit(&fdp->fd_lock);
	if (fp != NULL) {
		KASSERT(fp->f_count == 0);
		file_free(fp);
	}
}

/*
 * Borrowing
 */

struct file *
fd_getfile(unsigned int fd)
{
	struct filedesc *fdp = curlwp->l_fd;
	fdtab_t *dt = LOAD_PTR(fdp->fd_dt);
	struct file *fp;
	fdfile_t *ff;

	if (__predict_false(fd >= dt->dt_nfiles))
		return NULL;
	ff = LOAD_PTR(dt->dt_ff[fd]);
	if (__predict_false(ff == NULL))
		return NULL;
	if (fd_alone(fdp))
		ff->ff_refcnt++;
	else
		atomic_inc_uint(&ff->ff_refcnt);
	fp = LOAD_PTR(ff->ff_file);
	if (__predict_true(fp != NULL))
		return fp;
	fd_putfile(fd);
	return NULL;
}

static void __noinline
fd_putfile_closing(struct filedesc *fdp, fdfile_t *ff)
{
	mutex_enter(&fdp->fd_lock);
	cv_broadcast(&ff->ff_closing);
	mutex_exit(&fdp->fd_lock);
}

void
fd_putfile(unsigned int fd)
{
	struct filedesc *fdp = curlwp->l_fd;
	fdfile_t *ff = LOAD_PTR(LOAD_PTR(fdp->fd_dt)->dt_ff[fd]);

	if (__predict_true(LOAD(fdp->fd_bias) == THREAD_ID)) {
		KASSERT((ff->ff_refcnt & FR_MASK) > 0);
		ff->ff_refcnt--;
		return;
	}
	if (__predict_false(atomic_dec_uint_nv(&ff->ff_refcnt) == FR_CLOSING))
		fd_putfile_closing(fdp, ff);
}

/* The file of another process's descriptor, with a reference of its own. */
struct file *
fd_getfile2(struct proc *p, unsigned int fd)
{
	struct filedesc *fdp = p->p_fd;
	struct file *fp = NULL;
	fdfile_t *ff;

	mutex_enter(&fdp->fd_lock);
	if (fd < fdp->fd_dt->dt_nfiles &&
	    (ff = fdp->fd_dt->dt_ff[fd]) != NULL && (fp = ff->ff_file) != NULL)
		atomic_inc_uint(&fp->f_count);
	mutex_exit(&fdp->fd_lock);
	return fp;
}

static int
fd_gettype(unsigned int fd, u_int type, int error, struct file **fpp)
{
	struct file *fp;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_type != type) {
		fd_putfile(fd);
		return error;
	}
	*fpp = fp;
	return 0;
}

int
fd_getvnode(unsigned int fd, struct file **fpp)
{
	int error;

	error = fd_gettype(fd, DTYPE_VNODE, EINVAL, fpp);
	if (error == 0 && (*fpp)->f_vnode == NULL) {
		fd_putfile(fd);
		return EBADF;
	}
	return error;
}

int
fd_getsock1(unsigned int fd, struct socket **sop, struct file **fpp)
{
	int error;

	error = fd_gettype(fd, DTYPE_SOCKET, ENOTSOCK, fpp);
	if (error == 0)
		*sop = (*fpp)->f_socket;
	return error;
}

int
fd_getsock(unsigned int fd, struct socket **sop)
{
	struct file *fp;

	return fd_getsock1(fd, sop, &fp);
}

void
fd_putvnode(unsigned int fd)
{
	fd_putfile(fd);
}

void
fd_putsock(unsigned int fd)
{
	fd_putfile(fd);
}

/*
 * Closing
 */

/*
 * The caller borrowed the descriptor; that ends here whatever the result.
 * EBADF: somebody else closes it already.
 */
int
fd_close(unsigned int fd)
{
	struct lwp *l = curlwp;
	struct filedesc *fdp = l->l_fd;
	struct file *fp;
	fdfile_t *ff;
	bool alone;

	alone = fd_alone(fdp);
	mutex_enter(&fdp->fd_lock);
	ff = fdp->fd_dt->dt_ff[fd];
	fp = ff->ff_file;
	if (__predict_false(fp == NULL)) {
		mutex_exit(&fdp->fd_lock);
		fd_putfile(fd);
		return EBADF;
	}
	STORE(ff->ff_file, NULL);
	STORE(ff->ff_exclose, false);
	if (alone)
		ff->ff_refcnt--;
	else if (atomic_dec_uint_nv(&ff->ff_refcnt) != 0) {
		/* others are inside: send them off, wait for the last */
		atomic_or_uint(&ff->ff_refcnt, FR_CLOSING);
		(*fp->f_ops->fo_restart)(fp);
		while ((LOAD(ff->ff_refcnt) & FR_MASK) != 0)
			cv_wait(&ff->ff_closing, &fdp->fd_lock);
		atomic_and_uint(&ff->ff_refcnt, ~FR_CLOSING);
	}
	if (!SLIST_EMPTY(&ff->ff_knlist)) {
		mutex_exit(&fdp->fd_lock);
		knote_fdclose((int)fd);
		mutex_enter(&fdp->fd_lock);
	}
	ff->ff_allocated = false;
	fd_unused(fdp, fd);
	mutex_exit(&fdp->fd_lock);

	if (__predict_false((l->l_proc->p_flag & PK_ADVLOCK) != 0) &&
	    fp->f_type == DTYPE_VNODE && rump_vfs_closelocks != NULL)
		(*rump_vfs_closelocks)(fp, l->l_proc);
	return closef(fp);
}

int
closef(struct file *fp)
{
	int error;

	KASSERT(atomic_load_relaxed(&fp->f_count) > 0);
	if (atomic_dec_uint_nv(&fp->f_count) > 0)
		return 0;
	error = fp->f_ops != NULL ? (*fp->f_ops->fo_close)(fp) : 0;
	file_free(fp);
	return error;
}

/*
 * Duplication
 */

int
fd_dup(struct file *fp, int minfd, int *newp, bool exclose)
{
	struct proc *p = curproc;
	int error;

	error = fd_alloc_expand(p, minfd, newp);
	if (error)
		return error;
	fd_set_exclose(curlwp, *newp, exclose);
	fd_affix(p, fp, (u_int)*newp);
	return 0;
}

/*
 * Make number new refer to fp, closing what it was. The caller borrowed fp
 * by another number. flags: O_CLOEXEC, O_NONBLOCK, O_NOSIGPIPE.
 */
int
fd_dup2(struct file *fp, unsigned int new, int flags)
{
	struct proc *p = curproc;
	struct filedesc *fdp = p->p_fd;
	fdfile_t *ff;

	if (!fd_expand(fdp, new + 1))
		return ENOMEM;
	for (;;) {
		mutex_enter(&fdp->fd_lock);
		if (!fd_isused(fdp, new))
			break;
		ff = fdp->fd_dt->dt_ff[new];
		if (ff->ff_file == NULL) {
			/* being opened or closed by somebody else */
			mutex_exit(&fdp->fd_lock);
			kpause("dup2", false, 1, NULL);
			continue;
		}
		mutex_exit(&fdp->fd_lock);
		if (fd_getfile(new) != NULL)
			(void)fd_close(new);
	}
	ff = fd_slot(fdp, new);
	if (ff != NULL)
		STORE(ff->ff_exclose, (flags & O_CLOEXEC) != 0);
	if (flags & O_CLOEXEC)
		STORE(fdp->fd_exclose, true);
	mutex_exit(&fdp->fd_lock);
	if (ff == NULL)
		return ENOMEM;
	if (flags & (O_NONBLOCK | O_NOSIGPIPE)) {
		mutex_enter(&fp->f_lock);
		fp->f_flag |= flags & (FNONBLOCK | FNOSIGPIPE);
		mutex_exit(&fp->f_lock);
	}
	fd_affix(p, fp, new);
	return 0;
}

/*
 * Turn a new file into one of a cloning device: what open(2) wants to hear is
 * EMOVEFD, and the descriptor in l_dupfd; callers do that.
 */
int
fd_clone(struct file *fp, unsigned int fd, int flag, const struct fileops *fops,
    void *data)
{
	struct proc *p = curproc;

	fp->f_flag = flag & FMASK;
	fd_set_exclose(curlwp, (int)fd, (flag & O_CLOEXEC) != 0);
	fp->f_type = DTYPE_MISC;
	fp->f_ops = fops;
	fp->f_data = data;
	curlwp->l_dupfd = (int)fd;
	fd_affix(p, fp, fd);
	return EMOVEFD;
}

/*
 * The end of an open(2) that found a descriptor instead of a file. old is
 * that descriptor, *newp the one made by open, error EDUPFD or EMOVEFD.
 */
int
fd_dupopen(int old, int *newp, int mode, int error)
{
	struct file *fp;

	fp = fd_getfile((u_int)old);
	if (fp == NULL)
		return EBADF;
	switch (error) {
	case EDUPFD:
		if (((mode & (FREAD | FWRITE)) | fp->f_flag) != fp->f_flag) {
			error = EACCES;
			break;
		}
		error = fd_dup(fp, 0, newp, false);
		break;
	case EMOVEFD:
		error = fd_dup(
		    fp, 0, newp, curlwp->l_fd->fd_dt->dt_ff[old]->ff_exclose);
		if (error)
			break;
		return fd_close((u_int)old);
	default:
		error = EINVAL;
		break;
	}
	fd_putfile((u_int)old);
	return error;
}

void
fd_set_exclose(struct lwp *l, int fd, bool exclose)
{
	struct filedesc *fdp = l->l_fd;

	STORE(LOAD_PTR(fdp->fd_dt)->dt_ff[fd]->ff_exclose, exclose);
	if (exclose)
		STORE(fdp->fd_exclose, true);
}

/*
 * Processes
 */

void
fd_share(struct proc *p2)
{
	struct filedesc *fdp = curlwp->l_fd;

	p2->p_fd = fdp;
	atomic_inc_uint((volatile u_int *)&fdp->fd_refcnt);
}

void
fd_hold(struct lwp *l)
{
	atomic_inc_uint((volatile u_int *)&l->l_fd->fd_refcnt);
}

/* A copy of a table: same numbers, same files; not kqueues. */
struct filedesc *
fd_copy_from(struct filedesc *fdp)
{
	struct filedesc *nfdp;
	struct file *fp;
	fdfile_t *ff, *nff;
	int i;

	nfdp = fd_init(NULL);
	if (nfdp == NULL)
		return NULL;
again:
	if (!fd_expand(nfdp, (u_int)LOAD(fdp->fd_lastfile) + 1)) {
		pool_cache_put(filedesc_cache, nfdp);
		return NULL;
	}
	mutex_enter(&fdp->fd_lock);
	if (fdp->fd_lastfile >= (int)nfdp->fd_dt->dt_nfiles) {
		mutex_exit(&fdp->fd_lock);
		goto again;
	}
	for (i = 0; i <= fdp->fd_lastfile; i++) {
		ff = fdp->fd_dt->dt_ff[i];
		if (ff == NULL || (fp = ff->ff_file) == NULL ||
		    fp->f_type == DTYPE_KQUEUE)
			continue;
		nff = fd_slot(nfdp, (u_int)i);
		if (nff == NULL)
			continue;
		nff->ff_exclose = ff->ff_exclose;
		atomic_inc_uint(&fp->f_count);
		nff->ff_file = fp;
	}
	nfdp->fd_exclose = fdp->fd_exclose;
	mutex_exit(&fdp->fd_lock);

	nfdp->fd_freefile =
	    MAX(0, fd_findfree(nfdp, 0, (int)nfdp->fd_dt->dt_nfiles));
	return nfdp;
}

struct filedesc *
fd_copy(void)
{
	return fd_copy_from(curlwp->l_fd);
}

static void
fd_destroy(struct filedesc *fdp)
{
	fdtab_t *dt, *next;
	u_int i;

	dt = fdp->fd_dt;
	for (i = NDFDFILE; i < dt->dt_nfiles; i++)
		if (dt->dt_ff[i] != NULL) {
			dt->dt_ff[i]->ff_allocated = false;
			pool_cache_put(fdfile_cache, dt->dt_ff[i]);
		}
	fd_map_free(fdp, dt->dt_nfiles);
	for (; dt != &fdp->fd_dtbuiltin; dt = next) {
		next = dt->dt_link;
		kmem_free(dt, fdtab_size(dt->dt_nfiles));
	}
	for (i = 0; i < NDFDFILE; i++)
		cv_destroy(&fdp->fd_dfdfile[i].ff_closing);
	if (fdp->fd_knhash != NULL)
		hashdone(fdp->fd_knhash, HASH_SLIST, fdp->fd_knhashmask);
	mutex_destroy(&fdp->fd_lock);
	if (fdp != &filedesc0)
		pool_cache_put(filedesc_cache, fdp);
}

/* Undo fd_copy_from() or fd_init() of a table that nobody used. */
void
fd_discard(struct filedesc *fdp)
{
	struct file *fp;
	fdfile_t *ff;
	int i;

	for (i = 0; i <= fdp->fd_lastfile; i++) {
		ff = fdp->fd_dt->dt_ff[i];
		if (ff == NULL || (fp = ff->ff_file) == NULL)
			continue;
		ff->ff_file = NULL;
		(void)closef(fp);
	}
	fd_destroy(fdp);
}

/* The current process has no more use for its table. */
void
fd_free(void)
{
	struct filedesc *fdp = curlwp->l_fd;

	if (atomic_dec_uint_nv((volatile u_int *)&fdp->fd_refcnt) > 0)
		return;
	fdp->fd_refcnt = 1;
	fd_closeall_from(0);
	fdp->fd_refcnt = 0;
	fd_destroy(fdp);
}

/* Close every descriptor from that number on; how many were open. */
int
fd_closeall_from(int from)
{
	struct filedesc *fdp = curlwp->l_fd;
	int n = 0, fd;

	while (LOAD(fdp->fd_lastfile) >= from) {
		for (fd = from; fd <= LOAD(fdp->fd_lastfile); fd++) {
			if (fd_getfile((u_int)fd) == NULL)
				continue;
			(void)fd_close((u_int)fd);
			n++;
		}
		if (LOAD(fdp->fd_lastfile) >= from && fd_alone(fdp))
			break;
		if (LOAD(fdp->fd_lastfile) >= from)
			kpause("closeall", false, 1, NULL);
	}
	return n;
}

void
fd_closeexec(void)
{
	struct filedesc *fdp = curlwp->l_fd;
	fdfile_t *ff;
	int fd;

	if (!LOAD(fdp->fd_exclose))
		return;
	for (fd = 0; fd <= LOAD(fdp->fd_lastfile); fd++) {
		ff = LOAD_PTR(LOAD_PTR(fdp->fd_dt)->dt_ff[fd]);
		if (ff == NULL || !LOAD(ff->ff_exclose))
			continue;
		if (fd_getfile((u_int)fd) != NULL)
			(void)fd_close((u_int)fd);
	}
	fdp->fd_exclose = false;
}

/* A file of no descriptor, for code that must have one. */
struct file *
fgetdummy(void)
{
	struct file *fp;

	fp = kmem_zalloc(sizeof(*fp), KM_SLEEP);
	if (fp != NULL)
		mutex_init(&fp->f_lock, MUTEX_DEFAULT, IPL_NONE);
	return fp;
}

void
fputdummy(struct file *fp)
{
	mutex_destroy(&fp->f_lock);
	kmem_free(fp, sizeof(*fp));
}
