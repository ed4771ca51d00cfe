/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of clients that were built before time_t and dev_t grew to 64
 * bits (NetBSD 5 and earlier).
 */
#include "sc_impl.h"

#include <compat/sys/stat.h>
#include <compat/sys/time.h>

static void
compat_stat30(const struct stat *sb, struct stat30 *ob)
{
	memset(ob, 0, sizeof(*ob));
	ob->st_dev = (uint32_t)sb->st_dev;
	ob->st_ino = sb->st_ino;
	ob->st_mode = sb->st_mode;
	ob->st_nlink = sb->st_nlink;
	ob->st_uid = sb->st_uid;
	ob->st_gid = sb->st_gid;
	ob->st_rdev = (uint32_t)sb->st_rdev;
	timespec_to_timespec50(&sb->st_atimespec, &ob->st_atimespec);
	timespec_to_timespec50(&sb->st_mtimespec, &ob->st_mtimespec);
	timespec_to_timespec50(&sb->st_ctimespec, &ob->st_ctimespec);
	timespec_to_timespec50(&sb->st_birthtimespec, &ob->st_birthtimespec);
	ob->st_size = sb->st_size;
	ob->st_blocks = sb->st_blocks;
	ob->st_blksize = (uint32_t)sb->st_blksize;
	ob->st_flags = sb->st_flags;
	ob->st_gen = sb->st_gen;
}

static int
compat_statpath(
    struct lwp *l, const char *path, unsigned int follow, struct stat30 *ub)
{
	struct stat30 ob;
	struct stat sb;
	int error;

	error = do_sys_statat(l, AT_FDCWD, path, follow, &sb);
	if (error)
		return error;
	compat_stat30(&sb, &ob);
	return copyout(&ob, ub, sizeof(ob));
}

int
compat_50_sys___stat30(struct lwp *l,
    const struct compat_50_sys___stat30_args *uap, register_t *retval)
{
	return compat_statpath(l, SCARG(uap, path), FOLLOW, SCARG(uap, ub));
}

int
compat_50_sys___lstat30(struct lwp *l,
    const struct compat_50_sys___lstat30_args *uap, register_t *retval)
{
	return compat_statpath(l, SCARG(uap, path), NOFOLLOW, SCARG(uap, ub));
}

int
compat_50_sys___fhstat40(struct lwp *l,
    const struct compat_50_sys___fhstat40_args *uap, register_t *retval)
{
	struct stat30 ob;
	struct stat sb;
	int error;

	error = do_fhstat(l, SCARG(uap, fhp), SCARG(uap, fh_size), &sb);
	if (error)
		return error;
	compat_stat30(&sb, &ob);
	return copyout(&ob, SCARG(uap, sb), sizeof(ob));
}

int
compat_50_sys_mknod(struct lwp *l, const struct compat_50_sys_mknod_args *uap,
    register_t *retval)
{
	return do_sys_mknod(l, SCARG(uap, path), SCARG(uap, mode),
	    SCARG(uap, dev), retval, UIO_USERSPACE);
}

static int
compat_copyintimes(
    const struct timeval50 *utv, struct timeval *tv, const struct timeval **tvp)
{
	struct timeval50 tv50[2];
	int error;

	if (utv == NULL) {
		*tvp = NULL;
		return 0;
	}
	error = copyin(utv, tv50, sizeof(tv50));
	if (error)
		return error;
	timeval50_to_timeval(&tv50[0], &tv[0]);
	timeval50_to_timeval(&tv50[1], &tv[1]);
	*tvp = tv;
	return 0;
}

int
compat_50_sys_utimes(struct lwp *l, const struct compat_50_sys_utimes_args *uap,
    register_t *retval)
{
	const struct timeval *tvp;
	struct timeval tv[2];
	int error;

	error = compat_copyintimes(SCARG(uap, tptr), tv, &tvp);
	if (error)
		return error;
	return do_sys_utimes(
	    l, NULL, SCARG(uap, path), FOLLOW, tvp, UIO_SYSSPACE);
}

int
compat_50_sys_lutimes(struct lwp *l,
    const struct compat_50_sys_lutimes_args *uap, register_t *retval)
{
	const struct timeval *tvp;
	struct timeval tv[2];
	int error;

	error = compat_copyintimes(SCARG(uap, tptr), tv, &tvp);
	if (error)
		return error;
	return do_sys_utimes(
	    l, NULL, SCARG(uap, path), NOFOLLOW, tvp, UIO_SYSSPACE);
}

int
compat_50_sys_futimes(struct lwp *l,
    const struct compat_50_sys_futimes_args *uap, register_t *retval)
{
	const struct timeval *tvp;
	struct timeval tv[2];
	file_t *fp;
	int error;

	error = compat_copyintimes(SCARG(uap, tptr), tv, &tvp);
	if (error)
		return error;
	error = sc_getvnode(SCARG(uap, fd), &fp);
	if (error)
		return error;
	error = do_sys_utimes(l, fp->f_vnode, NULL, FOLLOW, tvp, UIO_SYSSPACE);
	fd_putfile(SCARG(uap, fd));
	return error;
}
