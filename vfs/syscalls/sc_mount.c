/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls about whole file systems: mount, unmount, statvfs, sync, quotactl.
 */
#include "sc_impl.h"

#include <sys/atomic.h>
#include <sys/quotactl.h>
#include <sys/vnode_impl.h>

int
sys___mount50(
    struct lwp *l, const struct sys___mount50_args *uap, register_t *retval)
{
	return do_sys_mount(l, NULL, SCARG(uap, type), SCARG(uap, path),
	    SCARG(uap, flags), SCARG(uap, data), UIO_USERSPACE,
	    SCARG(uap, data_len), retval);
}

/*
 * A mount, referenced, by the path that it was mounted on, without a look at its
 * root: NULL if there is none.  The latest one, if several are there.
 */
static struct mount *
mount_by_name(const char *upath)
{
	struct mount *mp;
	char *path = PNBUF_GET();

	if (copyinstr(upath, path, MAXPATHLEN, NULL) != 0) {
		PNBUF_PUT(path);
		return NULL;
	}
	mutex_enter(&mountlist_lock);
	TAILQ_FOREACH_REVERSE(mp, &mountlist, mntlist, mnt_list)
		if (strcmp(mp->mnt_stat.f_mntonname, path) == 0)
			break;
	if (mp != NULL)
		atomic_inc_uint(&mp->mnt_refcnt);
	mutex_exit(&mountlist_lock);
	PNBUF_PUT(path);
	return mp;
}

int
sys_unmount(
    struct lwp *l, const struct sys_unmount_args *uap, register_t *retval)
{
	struct vnode *vp;
	struct mount *mp;
	int error;

	error = sc_lookup(l, AT_FDCWD, SCARG(uap, path), true, &vp);
	if (error == 0) {
		/* Only the root of a file system names the file system. */
		mp = (vp->v_vflag & VV_ROOT) != 0 ? vn_mount_ref(vp) : NULL;
		vrele(vp);
		error = EINVAL;
	} else if (error == EIO || error == ENXIO) {
		/* Its device may be gone, and the root with it. */
		mp = mount_by_name(SCARG(uap, path));
	} else
		mp = NULL;
	if (mp == NULL)
		return error;
	error = do_sys_unmount(l, mp, SCARG(uap, flags));
	vfs_destroy(mp);
	return error;
}

void
do_sys_sync(struct lwp *l)
{
	struct mount *mp, *nmp;

	mutex_enter(&mountlist_lock);
	for (mp = TAILQ_FIRST(&mountlist); mp != NULL; mp = nmp) {
		if (vfs_busy(mp, &nmp))
			continue;
		if ((mp->mnt_flag & MNT_RDONLY) == 0)
			(void)VFS_SYNC(mp, MNT_NOWAIT, l->l_cred);
		vfs_unbusy(mp, false, &nmp);
	}
	mutex_exit(&mountlist_lock);
}

int
sys_sync(struct lwp *l, const void *v, register_t *retval)
{
	do_sys_sync(l);
	return 0;
}

/* statvfs of the file system of a referenced vnode. */
int
sc_vnode_statvfs(struct lwp *l, struct vnode *vp, int flags, struct statvfs *sb)
{
	struct mount *mp;
	int error;

	error = vn_mount_busy(vp, &mp);
	if (error)
		return error;
	error = dostatvfs(mp, sb, l, flags, 1);
	vfs_unbusy(mp, false, NULL);
	return error;
}

int
do_sys_pstatvfs(struct lwp *l, const char *path, int flags, struct statvfs *sb)
{
	struct vnode *vp;
	int error;

	error = sc_lookup(l, AT_FDCWD, path, true, &vp);
	if (error)
		return error;
	error = sc_vnode_statvfs(l, vp, flags, sb);
	vrele(vp);
	return error;
}

int
do_sys_fstatvfs(struct lwp *l, int fd, int flags, struct statvfs *sb)
{
	file_t *fp;
	int error;

	error = sc_getvnode(fd, &fp);
	if (error)
		return error;
	error = sc_vnode_statvfs(l, fp->f_vnode, flags, sb);
	fd_putfile(fd);
	return error;
}

int
sys_statvfs1(
    struct lwp *l, const struct sys_statvfs1_args *uap, register_t *retval)
{
	struct statvfs *sb = STATVFSBUF_GET();
	int error;

	error = do_sys_pstatvfs(l, SCARG(uap, path), SCARG(uap, flags), sb);
	if (error == 0)
		error = copyout(sb, SCARG(uap, buf), sizeof(*sb));
	STATVFSBUF_PUT(sb);
	return error;
}

int
sys_fstatvfs1(
    struct lwp *l, const struct sys_fstatvfs1_args *uap, register_t *retval)
{
	struct statvfs *sb = STATVFSBUF_GET();
	int error;

	error = do_sys_fstatvfs(l, SCARG(uap, fd), SCARG(uap, flags), sb);
	if (error == 0)
		error = copyout(sb, SCARG(uap, buf), sizeof(*sb));
	STATVFSBUF_PUT(sb);
	return error;
}

/*
 * Statistics of every mounted file system that the caller can see, as far
 * as they fit; *retval counts all of them.
 */
int
do_sys_getvfsstat(struct lwp *l, void *sfsp, size_t bufsize, int flags,
    int (*copyfn)(const void *, void *, size_t), size_t entry_sz,
    register_t *retval)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct statvfs *sb = STATVFSBUF_GET();
	struct mount *mp, *nmp;
	struct vnode *rdir;
	size_t count = 0, maxcount;
	int error = 0, root = 0;

	maxcount = bufsize / entry_sz;
	mutex_enter(&mountlist_lock);
	for (mp = TAILQ_FIRST(&mountlist); mp != NULL; mp = nmp) {
		if (vfs_busy(mp, &nmp))
			continue;
		if (sfsp != NULL && count < maxcount) {
			error = dostatvfs(mp, sb, l, flags, 0);
			if (error) {
				/* Outside of our root, or broken. */
				vfs_unbusy(mp, false, &nmp);
				error = 0;
				continue;
			}
			error = (*copyfn)(sb, sfsp, entry_sz);
			if (error) {
				vfs_unbusy(mp, false, NULL);
				goto out;
			}
			sfsp = (char *)sfsp + entry_sz;
			root |= strcmp(sb->f_mntonname, "/") == 0;
		}
		count++;
		vfs_unbusy(mp, false, &nmp);
	}
	mutex_exit(&mountlist_lock);

	rw_enter(&cwdi->cwdi_lock, RW_READER);
	rdir = cwdi->cwdi_rdir;
	if (rdir != NULL)
		vref(rdir);
	rw_exit(&cwdi->cwdi_lock);
	if (rdir != NULL) {
		/* The file system that our root is in is "/" to us. */
		if (root == 0 && sfsp != NULL && count < maxcount) {
			error = sc_vnode_statvfs(l, rdir, flags, sb);
			if (error == 0)
				error = (*copyfn)(sb, sfsp, entry_sz);
		}
		vrele(rdir);
		if (error)
			goto out;
		if (root == 0)
			count++;
	}
	if (sfsp != NULL && count > maxcount)
		count = maxcount;
	*retval = (register_t)count;
out:
	STATVFSBUF_PUT(sb);
	return error;
}

int
sys_getvfsstat(
    struct lwp *l, const struct sys_getvfsstat_args *uap, register_t *retval)
{
	return do_sys_getvfsstat(l, SCARG(uap, buf), SCARG(uap, bufsize),
	    SCARG(uap, flags), copyout, sizeof(struct statvfs), retval);
}

/*
 * quotactl.  The arguments hold pointers: each operation has its own
 * structures to bring in and out.
 */
int
do_sys_quotactl(const char *path, const struct quotactl_args *args)
{
	struct vnode *vp;
	struct mount *mp;
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error)
		return error;
	error = vn_mount_busy(vp, &mp);
	if (error == 0) {
		error = vfs_quotactl(mp, __UNCONST(args));
		vfs_unbusy(mp, false, NULL);
	}
	vrele(vp);
	return error;
}

/* An operation that returns a structure. */
#define QUOTA_OUT(field, type)                                                 \
	do {                                                                   \
		type out;                                                      \
		void *uptr = args->u.field.qc_info;                            \
                                                                               \
		memset(&out, 0, sizeof(out));                                  \
		args->u.field.qc_info = &out;                                  \
		error = do_sys_quotactl(path, args);                           \
		if (error == 0)                                                \
			error = copyout(&out, uptr, sizeof(out));              \
	} while (0)

static int
quota_get(const char *path, struct quotactl_args *args)
{
	struct quotakey key;
	struct quotaval val;
	void *uval = args->u.get.qc_val;
	int error;

	error = copyin(args->u.get.qc_key, &key, sizeof(key));
	if (error)
		return error;
	args->u.get.qc_key = &key;
	args->u.get.qc_val = &val;
	error = do_sys_quotactl(path, args);
	if (error)
		return error;
	return copyout(&val, uval, sizeof(val));
}

static int
quota_put(const char *path, struct quotactl_args *args)
{
	struct quotakey key;
	struct quotaval val;
	int error;

	error = copyin(args->u.put.qc_key, &key, sizeof(key));
	if (error == 0)
		error = copyin(args->u.put.qc_val, &val, sizeof(val));
	if (error)
		return error;
	args->u.put.qc_key = &key;
	args->u.put.qc_val = &val;
	return do_sys_quotactl(path, args);
}

static int
quota_del(const char *path, struct quotactl_args *args)
{
	struct quotakey key;
	int error;

	error = copyin(args->u.del.qc_key, &key, sizeof(key));
	if (error)
		return error;
	args->u.del.qc_key = &key;
	return do_sys_quotactl(path, args);
}

static int
quota_cursorget(
    const char *path, struct quotactl_args *args, struct quotakcursor *cursor)
{
	struct quotakey *keys, *ukeys = args->u.cursorget.qc_keys;
	struct quotaval *vals, *uvals = args->u.cursorget.qc_vals;
	unsigned max = args->u.cursorget.qc_maxnum, ret = 0;
	unsigned *uret = args->u.cursorget.qc_ret;
	int error;

	if (max == 0)
		return EINVAL;
	if (max > 1024)
		max = 1024;
	keys = kmem_zalloc(max * sizeof(*keys), KM_SLEEP);
	vals = kmem_zalloc(max * sizeof(*vals), KM_SLEEP);
	args->u.cursorget.qc_cursor = cursor;
	args->u.cursorget.qc_keys = keys;
	args->u.cursorget.qc_vals = vals;
	args->u.cursorget.qc_maxnum = max;
	args->u.cursorget.qc_ret = &ret;
	error = do_sys_quotactl(path, args);
	if (error == 0 && ret > max)
		error = EINVAL;
	if (error == 0)
		error = copyout(keys, ukeys, ret * sizeof(*keys));
	if (error == 0)
		error = copyout(vals, uvals, ret * sizeof(*vals));
	if (error == 0)
		error = copyout(&ret, uret, sizeof(ret));
	kmem_free(keys, max * sizeof(*keys));
	kmem_free(vals, max * sizeof(*vals));
	return error;
}

/* All cursor operations have the cursor first in their arguments. */
static int
quota_cursor(const char *path, struct quotactl_args *args)
{
	struct quotakcursor cursor, *ucursor = args->u.cursoropen.qc_cursor;
	int atend = 0, *uatend = NULL;
	int error, error2;

	if (args->qc_op == QUOTACTL_CURSOROPEN)
		memset(&cursor, 0, sizeof(cursor));
	else {
		error = copyin(ucursor, &cursor, sizeof(cursor));
		if (error)
			return error;
	}
	args->u.cursoropen.qc_cursor = &cursor;
	switch (args->qc_op) {
	case QUOTACTL_CURSORGET:
		error = quota_cursorget(path, args, &cursor);
		break;
	case QUOTACTL_CURSORATEND:
		uatend = args->u.cursoratend.qc_ret;
		args->u.cursoratend.qc_ret = &atend;
		/* FALLTHROUGH */
	default:
		error = do_sys_quotactl(path, args);
		if (error == 0 && uatend != NULL)
			error = copyout(&atend, uatend, sizeof(atend));
		break;
	}
	if (args->qc_op == QUOTACTL_CURSORCLOSE)
		return error;
	error2 = error == 0 ? copyout(&cursor, ucursor, sizeof(cursor)) : 0;
	return error != 0 ? error : error2;
}

static int
quota_on(const char *path, struct quotactl_args *args)
{
	char *file = PNBUF_GET();
	int error;

	error = copyinstr(args->u.quotaon.qc_quotafile, file, MAXPATHLEN, NULL);
	if (error == 0) {
		args->u.quotaon.qc_quotafile = file;
		error = do_sys_quotactl(path, args);
	}
	PNBUF_PUT(file);
	return error;
}

int
sys___quotactl(
    struct lwp *l, const struct sys___quotactl_args *uap, register_t *retval)
{
	const char *path = SCARG(uap, path);
	struct quotactl_args a, *args = &a;
	int error;

	error = copyin(SCARG(uap, args), args, sizeof(*args));
	if (error)
		return error;
	switch (args->qc_op) {
	case QUOTACTL_STAT:
		QUOTA_OUT(stat, struct quotastat);
		return error;
	case QUOTACTL_IDTYPESTAT:
		QUOTA_OUT(idtypestat, struct quotaidtypestat);
		return error;
	case QUOTACTL_OBJTYPESTAT:
		QUOTA_OUT(objtypestat, struct quotaobjtypestat);
		return error;
	case QUOTACTL_GET:
		return quota_get(path, args);
	case QUOTACTL_PUT:
		return quota_put(path, args);
	case QUOTACTL_DEL:
		return quota_del(path, args);
	case QUOTACTL_CURSOROPEN:
	case QUOTACTL_CURSORCLOSE:
	case QUOTACTL_CURSORSKIPIDTYPE:
	case QUOTACTL_CURSORGET:
	case QUOTACTL_CURSORATEND:
	case QUOTACTL_CURSORREWIND:
		return quota_cursor(path, args);
	case QUOTACTL_QUOTAON:
		return quota_on(path, args);
	case QUOTACTL_QUOTAOFF:
		return do_sys_quotactl(path, args);
	default:
		return EINVAL;
	}
}

/* Tracing writes to files, and nothing here is traced. */
int
sys_ktrace(struct lwp *l, const struct sys_ktrace_args *uap, register_t *retval)
{
	return ENOSYS;
}
