/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statvfs: what belongs to the mount, and what is asked of the file system.
 */
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "mount_impl.h"

/* A name from either space; too long is cut. */
static int
statvfs_name(char *dst, size_t size, const char *src, int seg)
{
	size_t len;
	int error;

	if (src == NULL)
		return 0;
	memset(dst, 0, size);
	if (seg == UIO_USERSPACE)
		error = copyinstr(src, dst, size, &len);
	else
		error = copystr(src, dst, size, &len);
	if (error == ENAMETOOLONG) {
		dst[size - 1] = '\0';
		error = 0;
	}
	return error;
}

/*
 * Where the process's root is in the real one; *pathp is in *bufp, which is
 * MAXPATHLEN bytes and the caller's to free. NULL if its root is the real one.
 */
static int
statvfs_rootpath(struct lwp *l, char **bufp, char **pathp)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct vnode *rdir;
	char *buf, *bp;
	int error;

	*bufp = *pathp = NULL;
	if (cwdi == NULL || cwdi->cwdi_rdir == NULL)
		return 0;
	rw_enter(&cwdi->cwdi_lock, RW_READER);
	rdir = cwdi->cwdi_rdir;
	if (rdir != NULL)
		vref(rdir);
	rw_exit(&cwdi->cwdi_lock);
	if (rdir == NULL)
		return 0;
	buf = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	bp = buf + MAXPATHLEN;
	*--bp = '\0';
	error = getcwd_common(rdir, rootvnode, &bp, buf, MAXPATHLEN / 2, 0, l);
	vrele(rdir);
	if (error != 0 || strcmp(bp, "/") == 0) {
		kmem_free(buf, MAXPATHLEN);
		return error;
	}
	*bufp = buf;
	*pathp = bp;
	return 0;
}

/* A mount made in a chroot is named from the real root. */
static void
statvfs_prefix_root(char *dst, size_t size, struct lwp *l)
{
	size_t n, have = strlen(dst);
	char *buf, *path;

	if (statvfs_rootpath(l, &buf, &path) != 0 || path == NULL)
		return;
	n = strlen(path);
	if (n + have < size) {
		memmove(dst + n, dst, have + 1);
		memcpy(dst, path, n);
	}
	kmem_free(buf, MAXPATHLEN);
}

int
set_statvfs_info(const char *onp, int ukon, const char *fromp, int ukfrom,
    const char *vfsname, struct mount *mp, struct lwp *l)
{
	struct statvfs *sfs = &mp->mnt_stat;
	int error;

	strlcpy(sfs->f_fstypename, vfsname, sizeof(sfs->f_fstypename));
	error =
	    statvfs_name(sfs->f_mntonname, sizeof(sfs->f_mntonname), onp, ukon);
	if (error != 0)
		return error;
	if (onp != NULL)
		statvfs_prefix_root(
		    sfs->f_mntonname, sizeof(sfs->f_mntonname), l);
	return statvfs_name(
	    sfs->f_mntfromname, sizeof(sfs->f_mntfromname), fromp, ukfrom);
}

void
copy_statvfs_info(struct statvfs *sbp, const struct mount *mp)
{
	const struct statvfs *mbp = &mp->mnt_stat;

	if (sbp == mbp)
		return;
	sbp->f_fsidx = mbp->f_fsidx;
	sbp->f_owner = mbp->f_owner;
	sbp->f_flag = mbp->f_flag;
	sbp->f_fsid = mbp->f_fsid;
	sbp->f_syncwrites = mbp->f_syncwrites;
	sbp->f_asyncwrites = mbp->f_asyncwrites;
	sbp->f_syncreads = mbp->f_syncreads;
	sbp->f_asyncreads = mbp->f_asyncreads;
	memcpy(sbp->f_spare, mbp->f_spare, sizeof(mbp->f_spare));
	memcpy(sbp->f_fstypename, mbp->f_fstypename, sizeof(sbp->f_fstypename));
	memcpy(sbp->f_mntonname, mbp->f_mntonname, sizeof(sbp->f_mntonname));
	memcpy(sbp->f_mntfromname, mp->mnt_stat.f_mntfromname,
	    sizeof(sbp->f_mntfromname));
	if (sbp->f_namemax == 0)
		sbp->f_namemax = mbp->f_namemax;
}

/** Cut the chroot's path from a mount point's, or say that it is outside. */
static int
statvfs_chroot(struct statvfs *sp, struct lwp *l, int root)
{
	char *const name = sp->f_mntonname;
	char *buf, *path;
	int error;
	size_t n;

	error = statvfs_rootpath(l, &buf, &path);
	if (error != 0 || path == NULL)
		return error;
	n = strlen(path);
	if (strncmp(path, name, n) == 0 && (name[n] == '/' || name[n] == '\0'))
		memmove(name, name + n, strlen(name + n) + 1);
	else if (root)
		name[0] = '\0';
	else
		error = EPERM;
	if (name[0] == '\0')
		strlcpy(name, "/", sizeof(sp->f_mntonname));
	kmem_free(buf, MAXPATHLEN);
	return error;
}

/*
 * For those who don't wait.  Others read the mount's without a lock: what is
 * the same is not written, and what copy_statvfs_info() copies never changes
 * here.
 */
static kmutex_t remember_lock;

void
statvfs_init(void)
{
	mutex_init(&remember_lock, MUTEX_DEFAULT, IPL_NONE);
}

static void
statvfs_remember(struct statvfs *mbp, const struct statvfs *sp)
{
	mutex_enter(&remember_lock);
	if (mbp->f_bsize != sp->f_bsize)
		mbp->f_bsize = sp->f_bsize;
	if (mbp->f_frsize != sp->f_frsize)
		mbp->f_frsize = sp->f_frsize;
	if (mbp->f_iosize != sp->f_iosize)
		mbp->f_iosize = sp->f_iosize;
	if (mbp->f_namemax != sp->f_namemax)
		mbp->f_namemax = sp->f_namemax;
	mbp->f_blocks = sp->f_blocks;
	mbp->f_bfree = sp->f_bfree;
	mbp->f_bavail = sp->f_bavail;
	mbp->f_bresvd = sp->f_bresvd;
	mbp->f_files = sp->f_files;
	mbp->f_ffree = sp->f_ffree;
	mbp->f_favail = sp->f_favail;
	mbp->f_fresvd = sp->f_fresvd;
	mutex_exit(&remember_lock);
}

/* The figures that it remembered, and what belongs to the mount. */
static void
statvfs_recall(struct statvfs *sp, const struct statvfs *mbp)
{
	mutex_enter(&remember_lock);
	memcpy(sp, mbp, sizeof(*sp));
	mutex_exit(&remember_lock);
}

/**
 * statvfs of a mount for a process; flags MNT_NOWAIT and MNT_LAZY take the
 * last known figures.  root: also if the mount point is outside its root.
 */
int
dostatvfs(
    struct mount *mp, struct statvfs *sp, struct lwp *l, int flags, int root)
{
	int error = 0;

	if ((flags & (MNT_NOWAIT | MNT_LAZY)) == 0 || flags == MNT_WAIT) {
		memset(sp, 0, sizeof(*sp));
		error = VFS_STATVFS(mp, sp);
		if (error != 0)
			return error;
		copy_statvfs_info(sp, mp);
		statvfs_remember(&mp->mnt_stat, sp);
	} else
		statvfs_recall(sp, &mp->mnt_stat);
	sp->f_flag = mp->mnt_flag & MNT_VISFLAGMASK;
	return statvfs_chroot(sp, l, root);
}
