/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a directory to its path: up to the root, each name from the name
 * cache, or by reading the parent until an entry has the right number.
 *
 * The path grows downward from the end of the caller's buffer.
 */
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

/* Put a name in front; ERANGE if the buffer is full. */
static int
getcwd_prepend(char **bpp, const char *bufp, const char *name, size_t len)
{
	if ((size_t)(*bpp - bufp) < len)
		return ERANGE;
	*bpp -= len;
	memcpy(*bpp, name, len);
	return 0;
}

/* Find the name of file number `fileno' in a locked directory. */
static int
getcwd_scan(struct vnode *dvp, ino_t fileno, char **bpp, const char *bufp,
    kauth_cred_t cred)
{
	struct dirent *dp;
	struct iovec iov;
	struct uio uio;
	size_t bufsz = 4096, done, pos;
	off_t off = 0;
	char *buf;
	int error, eof = 0;

	buf = kmem_alloc(bufsz, KM_SLEEP);
	for (;;) {
		iov.iov_base = buf;
		iov.iov_len = bufsz;
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_offset = off;
		uio.uio_resid = bufsz;
		uio.uio_rw = UIO_READ;
		UIO_SETUP_SYSSPACE(&uio);
		error = VOP_READDIR(dvp, &uio, cred, &eof, NULL, NULL);
		if (error)
			break;
		off = uio.uio_offset;
		done = bufsz - uio.uio_resid;
		for (pos = 0; pos + _DIRENT_NAMEOFF(dp) < done;
		     pos += dp->d_reclen) {
			dp = (struct dirent *)(void *)(buf + pos);
			if (dp->d_reclen < _DIRENT_NAMEOFF(dp) ||
			    pos + dp->d_reclen > done ||
			    dp->d_namlen > dp->d_reclen - _DIRENT_NAMEOFF(dp)) {
				error = EINVAL;
				break;
			}
			if (dp->d_type == DT_WHT || dp->d_fileno != fileno)
				continue;
			if ((dp->d_namlen == 1 && dp->d_name[0] == '.') ||
			    (dp->d_namlen == 2 && dp->d_name[0] == '.' &&
				dp->d_name[1] == '.'))
				continue;
			error =
			    getcwd_prepend(bpp, bufp, dp->d_name, dp->d_namlen);
			goto out;
		}
		if (error)
			break;
		if (done == 0 || eof) {
			error = ENOENT;
			break;
		}
	}
out:
	kmem_free(buf, bufsz);
	return error;
}

/* Name of locked, referenced *lvpp; it is replaced by its locked parent. */
static int
getcwd_step_scan(
    struct vnode **lvpp, char **bpp, char *bufp, int flags, struct lwp *l)
{
	struct componentname cn;
	struct vnode *lvp = *lvpp, *uvp = NULL;
	kauth_cred_t cred = l->l_cred;
	struct vattr va;
	int error;

	error = VOP_GETATTR(lvp, &va, cred);
	if (error)
		goto fail;
	memset(&cn, 0, sizeof(cn));
	cn.cn_nameiop = LOOKUP;
	cn.cn_flags = ISLASTCN | ISDOTDOT | RDONLY;
	cn.cn_cred = cred;
	cn.cn_nameptr = "..";
	cn.cn_namelen = 2;
	error = VOP_LOOKUP(lvp, &uvp, &cn);
	if (error)
		goto fail;
	VOP_UNLOCK(lvp);
	vn_lock(uvp, LK_SHARED | LK_RETRY);
	if ((flags & GETCWD_CHECK_ACCESS) != 0)
		error = VOP_ACCESS(uvp, VREAD | VEXEC, cred);
	if (error == 0)
		error = getcwd_scan(uvp, va.va_fileid, bpp, bufp, cred);
	vrele(lvp);
	if (error) {
		vput(uvp);
		*lvpp = NULL;
		return error;
	}
	*lvpp = uvp;
	return 0;
fail:
	vput(lvp);
	*lvpp = NULL;
	return error;
}

/*
 * Write the path of directory lvp as seen from rvp (NULL: the process's
 * root) in front of *bpp; nothing is terminated.  `limit' bounds the depth.
 */
int
getcwd_common(struct vnode *lvp, struct vnode *rvp, char **bpp, char *bufp,
    int limit, int flags, struct lwp *l)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct vnode *uvp, *mvp;
	char *bp0, *bend;
	int error;

	if (rvp == NULL) {
		rw_enter(&cwdi->cwdi_lock, RW_READER);
		rvp = cwdi->cwdi_rdir != NULL ? cwdi->cwdi_rdir : rootvnode;
		if (rvp != NULL)
			vref(rvp);
		rw_exit(&cwdi->cwdi_lock);
	} else
		vref(rvp);
	if (rvp == NULL)
		return ENOENT;
	bend = *bpp;
	vref(lvp);
	vn_lock(lvp, LK_SHARED | LK_RETRY);
	if (lvp->v_type != VDIR) {
		error = ENOTDIR;
		goto out;
	}
	error = 0;
	while (lvp != rvp) {
		if (limit-- <= 0) {
			error = ELOOP;
			break;
		}
		if ((flags & GETCWD_CHECK_ACCESS) != 0) {
			error = VOP_ACCESS(lvp, VEXEC, l->l_cred);
			if (error)
				break;
		}
		/* From a mounted root to the directory that it covers. */
		if ((lvp->v_vflag & VV_ROOT) != 0) {
			if (lvp == rootvnode ||
			    (mvp = lvp->v_mount->mnt_vnodecovered) == NULL) {
				error = ENOENT;
				break;
			}
			vref(mvp);
			vput(lvp);
			lvp = mvp;
			vn_lock(lvp, LK_SHARED | LK_RETRY);
			if (lvp->v_type != VDIR) {
				error = ENOENT;
				break;
			}
			continue;
		}
		bp0 = *bpp;
		error = cache_revlookup(lvp, &uvp, bpp, bufp);
		if (error == 0) {
			vput(lvp);
			lvp = uvp;
			vn_lock(lvp, LK_SHARED | LK_RETRY);
			if (lvp->v_type != VDIR) {
				error = ENOENT;
				break;
			}
		} else if (error == -1) {
			*bpp = bp0;
			error = getcwd_step_scan(&lvp, bpp, bufp, flags, l);
			if (error)
				break;
		} else
			break;
		error = getcwd_prepend(bpp, bufp, "/", 1);
		if (error)
			break;
	}
	if (error == 0 && *bpp == bend)
		error = getcwd_prepend(bpp, bufp, "/", 1);
out:
	if (lvp != NULL)
		vput(lvp);
	vrele(rvp);
	return error;
}

/* Is a directory at or below another one? */
int
vn_isunder(struct vnode *lvp, struct vnode *rvp, struct lwp *l)
{
	char *buf, *bp;
	int error;

	buf = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	bp = buf + MAXPATHLEN;
	error = getcwd_common(lvp, rvp, &bp, buf, MAXPATHLEN / 2, 0, l);
	kmem_free(buf, MAXPATHLEN);
	return error == 0;
}

/* The path of any vnode whose name is in the cache. */
int
vnode_to_path(
    char *path, size_t len, struct vnode *vp, struct lwp *curl, struct proc *p)
{
	struct vnode *dvp;
	char *bp, *bend;
	int error;

	bend = bp = path + len;
	*(--bp) = '\0';
	error = cache_revlookup(vp, &dvp, &bp, path);
	if (error != 0)
		return error == -1 ? ENOENT : error;
	error = getcwd_prepend(&bp, path, "/", 1);
	if (error == 0)
		error = getcwd_common(dvp, NULL, &bp, path, (int)(len / 2),
		    GETCWD_CHECK_ACCESS, curl);
	vrele(dvp);
	if (error)
		return error;
	/* The root's own slash. */
	if (bp[0] == '/' && bp[1] == '/')
		bp++;
	memmove(path, bp, (size_t)(bend - bp));
	return 0;
}
