/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that set a file's times.
 */
#include "sc_impl.h"

#include <sys/timevar.h>

/*
 * Bring two timespecs in; *isnull tells that both are "now", which writers
 * may do and not only owners.
 */
static int
times_copyin(const struct timespec *tptr, enum uio_seg seg, struct timespec *ts,
    bool *isnull)
{
	struct timespec now;
	int error, i;

	*isnull = false;
	if (tptr == NULL) {
		*isnull = true;
		vfs_timestamp(&ts[0]);
		ts[1] = ts[0];
		return 0;
	}
	if (seg == UIO_USERSPACE) {
		error = copyin(tptr, ts, 2 * sizeof(*ts));
		if (error)
			return error;
	} else
		memcpy(ts, tptr, 2 * sizeof(*ts));
	if (ts[0].tv_nsec == UTIME_NOW && ts[1].tv_nsec == UTIME_NOW)
		*isnull = true;
	vfs_timestamp(&now);
	for (i = 0; i < 2; i++) {
		if (ts[i].tv_nsec == UTIME_NOW)
			ts[i] = now;
		else if (ts[i].tv_nsec == UTIME_OMIT)
			ts[i].tv_sec = VNOVAL;
		else if (ts[i].tv_nsec < 0 || ts[i].tv_nsec >= 1000000000L)
			return EINVAL;
	}
	return 0;
}

static int
times_set(
    struct lwp *l, struct vnode *vp, const struct timespec *ts, bool isnull)
{
	struct vattr va;
	int error;

	vattr_null(&va);
	if (ts[0].tv_nsec != UTIME_OMIT)
		va.va_atime = ts[0];
	if (ts[1].tv_nsec != UTIME_OMIT)
		va.va_mtime = ts[1];
	if (ts[0].tv_nsec == UTIME_OMIT && ts[1].tv_nsec == UTIME_OMIT)
		return 0;
	if (isnull)
		va.va_vaflags |= VA_UTIMES_NULL;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	/* A time earlier than the birth moves the birth. */
	if (ts[1].tv_nsec != UTIME_OMIT && !isnull) {
		struct vattr ova;

		if (VOP_GETATTR(vp, &ova, l->l_cred) == 0 &&
		    ova.va_birthtime.tv_sec != VNOVAL &&
		    timespeccmp(&ts[1], &ova.va_birthtime, <))
			va.va_birthtime = ts[1];
	}
	error = VOP_SETATTR(vp, &va, l->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

int
do_sys_utimensat(struct lwp *l, int fdat, struct vnode *vp, const char *path,
    int flag, const struct timespec *tptr, enum uio_seg seg)
{
	struct timespec ts[2];
	bool isnull;
	int error;

	if ((flag & ~(AT_SYMLINK_NOFOLLOW | FOLLOW | NOFOLLOW)) != 0)
		return EINVAL;
	error = times_copyin(tptr, seg, ts, &isnull);
	if (error)
		return error;
	if (vp != NULL)
		return times_set(l, vp, ts, isnull);
	error =
	    sc_lookup(l, fdat, path, (flag & AT_SYMLINK_NOFOLLOW) == 0, &vp);
	if (error)
		return error;
	error = times_set(l, vp, ts, isnull);
	vrele(vp);
	return error;
}

/* With timevals; flag is FOLLOW or NOFOLLOW. */
int
do_sys_utimes(struct lwp *l, struct vnode *vp, const char *path, int flag,
    const struct timeval *tptr, enum uio_seg seg)
{
	struct timeval tv[2];
	struct timespec ts[2];
	int error, i;

	flag = (flag & FOLLOW) != 0 ? 0 : AT_SYMLINK_NOFOLLOW;
	if (tptr == NULL)
		return do_sys_utimensat(
		    l, AT_FDCWD, vp, path, flag, NULL, UIO_SYSSPACE);
	if (seg == UIO_USERSPACE) {
		error = copyin(tptr, tv, sizeof(tv));
		if (error)
			return error;
	} else
		memcpy(tv, tptr, sizeof(tv));
	for (i = 0; i < 2; i++) {
		if (tv[i].tv_usec < 0 || tv[i].tv_usec >= 1000000)
			return EINVAL;
		ts[i].tv_sec = tv[i].tv_sec;
		ts[i].tv_nsec = tv[i].tv_usec * 1000L;
	}
	return do_sys_utimensat(l, AT_FDCWD, vp, path, flag, ts, UIO_SYSSPACE);
}

int
sys_utimensat(
    struct lwp *l, const struct sys_utimensat_args *uap, register_t *retval)
{
	if ((SCARG(uap, flag) & ~AT_SYMLINK_NOFOLLOW) != 0)
		return EINVAL;
	return do_sys_utimensat(l, SCARG(uap, fd), NULL, SCARG(uap, path),
	    SCARG(uap, flag), SCARG(uap, tptr), UIO_USERSPACE);
}

int
sys_futimens(
    struct lwp *l, const struct sys_futimens_args *uap, register_t *retval)
{
	file_t *fp;
	int error;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	error = do_sys_utimensat(
	    l, AT_FDCWD, fp->f_vnode, NULL, 0, SCARG(uap, tptr), UIO_USERSPACE);
	fd_putfile(SCARG(uap, fd));
	return error;
}

int
sys___utimes50(
    struct lwp *l, const struct sys___utimes50_args *uap, register_t *retval)
{
	return do_sys_utimes(
	    l, NULL, SCARG(uap, path), FOLLOW, SCARG(uap, tptr), UIO_USERSPACE);
}

int
sys___lutimes50(
    struct lwp *l, const struct sys___lutimes50_args *uap, register_t *retval)
{
	return do_sys_utimes(l, NULL, SCARG(uap, path), NOFOLLOW,
	    SCARG(uap, tptr), UIO_USERSPACE);
}

int
sys___futimes50(
    struct lwp *l, const struct sys___futimes50_args *uap, register_t *retval)
{
	file_t *fp;
	int error;

	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	error = do_sys_utimes(
	    l, fp->f_vnode, NULL, FOLLOW, SCARG(uap, tptr), UIO_USERSPACE);
	fd_putfile(SCARG(uap, fd));
	return error;
}
