/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * POSIX semaphores. A semaphore is a file of type DTYPE_SEM; its id is the
 * descriptor. Named ones are on a list until unlinked, unnamed ones live as
 * long as descriptors of them do.
 *
 * Locks: ksem_lock for the list, ks_lock for a semaphore; in that order.
 */

#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/ksem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <rump-sys/kern.h>

#include "sys_impl.h"

static kmutex_t ksem_lock;
static LIST_HEAD(, ksem) ksem_head;
static u_int nsems;

static int ksem_close_fop(struct file *);
static int ksem_stat_fop(struct file *, struct stat *);

static const struct fileops semops = {
    .fo_read = fbadop_read,
    .fo_write = fbadop_write,
    .fo_ioctl = fbadop_ioctl,
    .fo_fcntl = fnullop_fcntl,
    .fo_poll = fnullop_poll,
    .fo_stat = ksem_stat_fop,
    .fo_close = ksem_close_fop,
    .fo_kqfilter = fnullop_kqfilter,
    .fo_restart = fnullop_restart,
};

void
ksem_init(void)
{
	mutex_init(&ksem_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&ksem_head);
}

static int
ksem_perm(struct lwp *l, ksem_t *ks)
{
	kauth_cred_t uc = l->l_cred;
	mode_t mode = ks->ks_mode;
	int ismember = 0;

	/* semaphores are read and written at once */
	if (kauth_cred_geteuid(uc) == ks->ks_uid)
		mode >>= 6;
	else if (kauth_cred_getegid(uc) == ks->ks_gid ||
	    (kauth_cred_ismember_gid(uc, ks->ks_gid, &ismember) == 0 &&
		ismember))
		mode >>= 3;
	if ((mode & S_IWOTH) != 0)
		return 0;
	return kauth_authorize_system(
		   uc, KAUTH_SYSTEM_SEMAPHORE, 0, ks, NULL, NULL) == 0
	    ? 0
	    : EACCES;
}

static ksem_t *
ksem_lookup(const char *name, size_t len)
{
	ksem_t *ks;

	LIST_FOREACH(ks, &ksem_head, ks_entry)
		if (ks->ks_namelen == len &&
		    memcmp(ks->ks_name, name, len) == 0)
			return ks;
	return NULL;
}

static int
ksem_create(struct lwp *l, const char *name, size_t namelen, mode_t mode,
    u_int value, ksem_t **ksp)
{
	kauth_cred_t uc = l->l_cred;
	ksem_t *ks;

	if (value > SEM_VALUE_MAX)
		return EINVAL;
	if (atomic_inc_uint_nv(&nsems) > SEM_NSEMS_MAX) {
		atomic_dec_uint(&nsems);
		return ENOSPC;
	}
	ks = kmem_zalloc(sizeof(*ks), KM_SLEEP);
	if (ks == NULL) {
		atomic_dec_uint(&nsems);
		return ENOMEM;
	}
	if (name != NULL) {
		ks->ks_name = kmem_alloc(namelen, KM_SLEEP);
		if (ks->ks_name == NULL) {
			kmem_free(ks, sizeof(*ks));
			atomic_dec_uint(&nsems);
			return ENOMEM;
		}
		memcpy(ks->ks_name, name, namelen);
		ks->ks_namelen = namelen;
	}
	mutex_init(&ks->ks_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&ks->ks_cv, "psem");
	ks->ks_mode = mode;
	ks->ks_value = value;
	ks->ks_ref = 1;
	ks->ks_uid = kauth_cred_geteuid(uc);
	ks->ks_gid = kauth_cred_getegid(uc);
	(void)chgsemcnt(ks->ks_uid, 1);
	*ksp = ks;
	return 0;
}

static void
ksem_free(ksem_t *ks)
{
	if (ks->ks_name != NULL)
		kmem_free(ks->ks_name, ks->ks_namelen);
	(void)chgsemcnt(ks->ks_uid, -1);
	mutex_destroy(&ks->ks_lock);
	cv_destroy(&ks->ks_cv);
	kmem_free(ks, sizeof(*ks));
	atomic_dec_uint(&nsems);
}

/* Drop a reference; the last one of an unnamed or unlinked one frees it. */
static void
ksem_release(ksem_t *ks)
{
	bool destroy;

	mutex_enter(&ks->ks_lock);
	KASSERT(ks->ks_ref > 0);
	ks->ks_ref--;
	destroy = ks->ks_ref == 0 &&
	    (ks->ks_name == NULL || (ks->ks_flags & KS_UNLINKED) != 0);
	mutex_exit(&ks->ks_lock);
	if (destroy)
		ksem_free(ks);
}

/* A descriptor for the semaphore, whose reference it gets, as the id. */
static int
ksem_open_file(struct lwp *l, ksem_t *ks, intptr_t *idp)
{
	struct file *fp;
	intptr_t id;
	int error, fd;

	error = fd_allocfile(&fp, &fd);
	if (error) {
		ksem_release(ks);
		return error;
	}
	fp->f_type = DTYPE_SEM;
	fp->f_flag = FREAD | FWRITE;
	fp->f_ops = &semops;
	fp->f_ksem = ks;
	fd_set_exclose(l, fd, true);
	fd_affix(l->l_proc, fp, (u_int)fd);
	id = fd;
	error = copyout(&id, idp, sizeof(id));
	if (error && fd_getfile((u_int)fd) != NULL)
		(void)fd_close((u_int)fd);
	return error;
}

static int
ksem_close_fop(struct file *fp)
{
	ksem_release(fp->f_ksem);
	return 0;
}

static int
ksem_stat_fop(struct file *fp, struct stat *ub)
{
	ksem_t *ks = fp->f_ksem;

	mutex_enter(&ks->ks_lock);
	ub->st_size = ks->ks_value;
	ub->st_mode = (ks->ks_name ? S_IFREG : S_IFSOCK) | ks->ks_mode;
	ub->st_uid = ks->ks_uid;
	ub->st_gid = ks->ks_gid;
	mutex_exit(&ks->ks_lock);
	return 0;
}

/* Borrow the semaphore of an id. */
static int
ksem_get(intptr_t id, ksem_t **ksp)
{
	struct file *fp;

	fp = id < 0 || id > INT_MAX ? NULL : fd_getfile((u_int)id);
	if (fp == NULL)
		return EINVAL;
	if (fp->f_type != DTYPE_SEM) {
		fd_putfile((u_int)id);
		return EINVAL;
	}
	*ksp = fp->f_ksem;
	return 0;
}

int
sys__ksem_init(
    struct lwp *l, const struct sys__ksem_init_args *uap, register_t *retval)
{
	ksem_t *ks;
	int error;

	error = ksem_create(l, NULL, 0, 0600, SCARG(uap, value), &ks);
	if (error)
		return error;
	return ksem_open_file(l, ks, SCARG(uap, idp));
}

int
sys__ksem_open(
    struct lwp *l, const struct sys__ksem_open_args *uap, register_t *retval)
{
	char name[SEM_MAX_NAMELEN + 1];
	int oflag = SCARG(uap, oflag), error;
	ksem_t *ks, *new = NULL;
	size_t len;

	error = copyinstr(SCARG(uap, name), name, sizeof(name), &len);
	if (error)
		return error;
	if (len <= 1)
		return EINVAL;
	if (oflag & O_CREAT) {
		error = ksem_create(l, name, len, SCARG(uap, mode) & 0777,
		    SCARG(uap, value), &new);
		if (error)
			return error;
	}

	mutex_enter(&ksem_lock);
	ks = ksem_lookup(name, len);
	if (ks != NULL) {
		if ((oflag & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
			error = EEXIST;
		else
			error = ksem_perm(l, ks);
		if (error == 0) {
			mutex_enter(&ks->ks_lock);
			ks->ks_ref++;
			mutex_exit(&ks->ks_lock);
		}
	} else if (new != NULL) {
		LIST_INSERT_HEAD(&ksem_head, new, ks_entry);
		ks = new;
		new = NULL;
	} else
		error = ENOENT;
	mutex_exit(&ksem_lock);
	if (new != NULL)
		ksem_free(new);
	if (error)
		return error;

	return ksem_open_file(l, ks, SCARG(uap, idp));
}

int
sys__ksem_close(
    struct lwp *l, const struct sys__ksem_close_args *uap, register_t *retval)
{
	intptr_t id = SCARG(uap, id);
	ksem_t *ks;
	int error;

	error = ksem_get(id, &ks);
	if (error)
		return error;
	if (ks->ks_name == NULL) {
		fd_putfile((u_int)id);
		return EINVAL;
	}
	return fd_close((u_int)id);
}

int
sys__ksem_unlink(
    struct lwp *l, const struct sys__ksem_unlink_args *uap, register_t *retval)
{
	char name[SEM_MAX_NAMELEN + 1];
	bool destroy = false;
	ksem_t *ks;
	size_t len;
	int error;

	error = copyinstr(SCARG(uap, name), name, sizeof(name), &len);
	if (error)
		return error;
	mutex_enter(&ksem_lock);
	ks = ksem_lookup(name, len);
	if (ks == NULL)
		error = ENOENT;
	else
		error = ksem_perm(l, ks);
	if (error == 0) {
		LIST_REMOVE(ks, ks_entry);
		mutex_enter(&ks->ks_lock);
		ks->ks_flags |= KS_UNLINKED;
		destroy = ks->ks_ref == 0;
		mutex_exit(&ks->ks_lock);
	}
	mutex_exit(&ksem_lock);
	if (destroy)
		ksem_free(ks);
	return error;
}

int
sys__ksem_post(
    struct lwp *l, const struct sys__ksem_post_args *uap, register_t *retval)
{
	intptr_t id = SCARG(uap, id);
	ksem_t *ks;
	int error;

	error = ksem_get(id, &ks);
	if (error)
		return error;
	mutex_enter(&ks->ks_lock);
	if (ks->ks_value == SEM_VALUE_MAX)
		error = EOVERFLOW;
	else {
		ks->ks_value++;
		if (ks->ks_waiters != 0)
			cv_signal(&ks->ks_cv);
	}
	mutex_exit(&ks->ks_lock);
	fd_putfile((u_int)id);
	return error;
}

/* deadline: uptime in ns, negative: none, 0: do not wait */
static int
ksem_wait(intptr_t id, int64_t deadline)
{
	ksem_t *ks;
	int64_t left = -1;
	int error;

	error = ksem_get(id, &ks);
	if (error)
		return error;
	mutex_enter(&ks->ks_lock);
	ks->ks_waiters++;
	while (ks->ks_value == 0 && error == 0) {
		if (deadline == 0) {
			error = EAGAIN;
			break;
		}
		if (deadline > 0) {
			left = deadline - rump_mono_ns();
			if (left <= 0) {
				error = ETIMEDOUT;
				break;
			}
		}
		error = cv_timedwait_ns(&ks->ks_cv, &ks->ks_lock, left, true);
		if (error == EWOULDBLOCK)
			error = deadline > 0 ? 0 : ETIMEDOUT;
	}
	ks->ks_waiters--;
	if (error == 0)
		ks->ks_value--;
	mutex_exit(&ks->ks_lock);
	fd_putfile((u_int)id);
	return error == ERESTART ? EINTR : error;
}

int
sys__ksem_wait(
    struct lwp *l, const struct sys__ksem_wait_args *uap, register_t *retval)
{
	return ksem_wait(SCARG(uap, id), -1);
}

int
sys__ksem_trywait(
    struct lwp *l, const struct sys__ksem_trywait_args *uap, register_t *retval)
{
	return ksem_wait(SCARG(uap, id), 0);
}

int
sys__ksem_timedwait(struct lwp *l, const struct sys__ksem_timedwait_args *uap,
    register_t *retval)
{
	struct timespec ts, now;
	int64_t left;
	int error;

	error = copyin(SCARG(uap, abstime), &ts, sizeof(ts));
	if (error)
		return error;
	if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= 1000000000)
		return EINVAL;
	nanotime(&now);
	left = ts.tv_sec - now.tv_sec > INT64_MAX / 4000000000
	    ? INT64_MAX / 4
	    : (int64_t)(ts.tv_sec - now.tv_sec) * 1000000000 +
		(ts.tv_nsec - now.tv_nsec);
	/* what can be had at once is had also when it is late */
	return ksem_wait(SCARG(uap, id), MAX(rump_mono_ns() + left, 1));
}

int
sys__ksem_getvalue(struct lwp *l, const struct sys__ksem_getvalue_args *uap,
    register_t *retval)
{
	intptr_t id = SCARG(uap, id);
	unsigned int val;
	ksem_t *ks;
	int error;

	error = ksem_get(id, &ks);
	if (error)
		return error;
	mutex_enter(&ks->ks_lock);
	val = ks->ks_value;
	mutex_exit(&ks->ks_lock);
	fd_putfile((u_int)id);
	return copyout(&val, SCARG(uap, value), sizeof(val));
}

int
sys__ksem_destroy(
    struct lwp *l, const struct sys__ksem_destroy_args *uap, register_t *retval)
{
	intptr_t id = SCARG(uap, id);
	ksem_t *ks;
	int error;

	error = ksem_get(id, &ks);
	if (error)
		return error;
	mutex_enter(&ks->ks_lock);
	if (ks->ks_name != NULL)
		error = EINVAL;
	else if (ks->ks_waiters != 0)
		error = EBUSY;
	mutex_exit(&ks->ks_lock);
	if (error) {
		fd_putfile((u_int)id);
		return error;
	}
	return fd_close((u_int)id);
}
