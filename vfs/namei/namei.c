/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namei(9): walk a path.
 *
 * The walk holds a reference to the directory it stands in and locks it only
 * around VOP_LOOKUP, which returns its result referenced and unlocked.  Two
 * vnodes are locked at once only at the end of the walk: parent, then child.
 * For ".." the parent is the child, so the order is turned round.
 *
 * Steps of one component:
 *   parse -> (".." at a root) -> VOP_LOOKUP -> (union fall-through)
 *   -> mount crossing -> symbolic link -> next, or finish.
 */
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include "namei_impl.h"

#define NW_NEVERFOLLOW 0x01 /* hand symbolic links out as they are */
#define NW_STARTFORCED 0x02 /* start in ni_atdir, whatever the path says */

/* The state of a walk that is not part of the public nameidata. */
struct walk {
	struct nameidata *w_nd;
	struct vnode *w_dvp; /* directory we stand in, referenced */
	struct vnode *w_vp;  /* what was found, referenced, or NULL */
	bool w_locked;       /* w_dvp is locked */
	bool w_slash;        /* slashes followed the component */
	int w_how;           /* NW_* */
};

void
namei_init(void)
{
	pathbuf_init();
}

static void
walk_lock(struct walk *w)
{
	if (!w->w_locked) {
		vn_lock(w->w_dvp, LK_EXCLUSIVE | LK_RETRY);
		w->w_locked = true;
	}
}

static void
walk_unlock(struct walk *w)
{
	if (w->w_locked) {
		VOP_UNLOCK(w->w_dvp);
		w->w_locked = false;
	}
}

/* Stand in another directory, whose reference is handed over. */
static void
walk_setdir(struct walk *w, struct vnode *dvp)
{
	walk_unlock(w);
	if (w->w_dvp != NULL)
		vrele(w->w_dvp);
	w->w_dvp = dvp;
}

/* Find the root and the directory where the walk starts. */
static int
walk_start(struct walk *w)
{
	struct nameidata *nd = w->w_nd;
	struct cwdinfo *cwdi = curlwp->l_proc->p_cwdi;
	struct vnode *dvp;

	nd->ni_erootdir = NULL;
	nd->ni_vp = nd->ni_dvp = NULL;
	nd->ni_loopcnt = 0;
	nd->ni_pnbuf = nd->ni_pathbuf->pb_path;
	nd->ni_cnd.cn_consume = 0;
	nd->ni_cnd.cn_flags &= MODMASK | NOCROSSMOUNT | RDONLY | DOWHITEOUT |
	    REQUIREDIR | CREATEDIR;
	nd->ni_cnd.cn_flags &= ~EMULROOTSET;

	if (__predict_false(rootvnode == NULL))
		return ENOENT;

	rw_enter(&cwdi->cwdi_lock, RW_READER);
	if (cwdi->cwdi_rdir == NULL || (nd->ni_cnd.cn_flags & NOCHROOT) != 0)
		nd->ni_rootdir = rootvnode;
	else
		nd->ni_rootdir = cwdi->cwdi_rdir;
	vref(nd->ni_rootdir);
	if ((w->w_how & NW_STARTFORCED) != 0)
		dvp = nd->ni_atdir;
	else if (nd->ni_pnbuf[0] == '/')
		dvp = nd->ni_rootdir;
	else if (nd->ni_atdir != NULL)
		dvp = nd->ni_atdir;
	else
		dvp = cwdi->cwdi_cdir;
	if (__predict_false(dvp == NULL))
		dvp = nd->ni_rootdir;
	vref(dvp);
	rw_exit(&cwdi->cwdi_lock);

	w->w_dvp = dvp;
	if (nd->ni_pnbuf[0] == '\0')
		return ENOENT;
	if (dvp->v_type != VDIR)
		return ENOTDIR;
	return 0;
}

/* Cut the next component off the path; ni_next stands at it. */
static int
walk_parse(struct walk *w)
{
	struct nameidata *nd = w->w_nd;
	struct componentname *cnp = &nd->ni_cnd;
	const char *p = nd->ni_next;

	cnp->cn_nameptr = p;
	cnp->cn_consume = 0;
	while (*p != '\0' && *p != '/')
		p++;
	cnp->cn_namelen = (size_t)(p - cnp->cn_nameptr);
	if (cnp->cn_namelen > KERNEL_NAME_MAX)
		return ENAMETOOLONG;
	w->w_slash = *p == '/';
	while (*p == '/')
		p++;
	nd->ni_next = p;
	nd->ni_pathlen = strlen(p) + 1;

	cnp->cn_flags &= ~(ISLASTCN | MAKEENTRY | ISDOTDOT | ISWHITEOUT);
	if (*p != '\0') {
		cnp->cn_flags |= MAKEENTRY;
	} else {
		cnp->cn_flags |= ISLASTCN;
		if ((cnp->cn_flags & NOCACHE) == 0 &&
		    cnp->cn_nameiop != DELETE && cnp->cn_nameiop != RENAME)
			cnp->cn_flags |= MAKEENTRY;
		if (w->w_slash)
			cnp->cn_flags |= REQUIREDIR;
	}
	if (cnp->cn_namelen == 2 && cnp->cn_nameptr[0] == '.' &&
	    cnp->cn_nameptr[1] == '.')
		cnp->cn_flags |= ISDOTDOT;
	return 0;
}

/*
 * Before ".." is looked up: stay in a root, climb out of a mounted file
 * system.  True when w_vp is the answer already.
 */
static int
walk_dotdot(struct walk *w, bool *done)
{
	struct nameidata *nd = w->w_nd;
	struct vnode *dvp;

	*done = false;
	for (;;) {
		dvp = w->w_dvp;
		if (dvp == nd->ni_rootdir || dvp == rootvnode) {
			vref(dvp);
			w->w_vp = dvp;
			*done = true;
			return 0;
		}
		if ((dvp->v_vflag & VV_ROOT) == 0 ||
		    (nd->ni_cnd.cn_flags & NOCROSSMOUNT) != 0)
			return 0;
		/* With the lock the file system can't be unmounted. */
		walk_lock(w);
		dvp = dvp->v_mount->mnt_vnodecovered;
		if (dvp == NULL) /* unmounted under us */
			return ENOENT;
		vref(dvp);
		walk_setdir(w, dvp);
	}
}

/* Look the component up; leaves w_dvp locked, and w_vp NULL if to be made. */
static int
walk_lookup(struct walk *w)
{
	struct componentname *cnp = &w->w_nd->ni_cnd;
	struct vnode *dvp;
	bool done;
	int error;

	w->w_vp = NULL;
	if ((cnp->cn_flags & ISDOTDOT) != 0) {
		error = walk_dotdot(w, &done);
		if (error)
			return error;
		if (done) {
			if ((cnp->cn_flags & ISLASTCN) != 0)
				walk_lock(w);
			return 0;
		}
	}
	for (;;) {
		walk_lock(w);
		dvp = w->w_dvp;
		error = VOP_LOOKUP(dvp, &w->w_vp, cnp);
		if (error != ENOENT ||
		    (atomic_load_relaxed(&dvp->v_vflag) & VV_ROOT) == 0 ||
		    (dvp->v_mount->mnt_flag & MNT_UNION) == 0)
			break;
		/* Below a union mount the covered directory shows through. */
		dvp = dvp->v_mount->mnt_vnodecovered;
		if (dvp == NULL)
			break;
		vref(dvp);
		walk_setdir(w, dvp);
	}
	if (__predict_false(error)) {
		w->w_vp = NULL;
		if (error != EJUSTRETURN)
			return error;
		if ((cnp->cn_flags & ISLASTCN) == 0)
			return ENOENT;
		if ((cnp->cn_flags & RDONLY) != 0 ||
		    (dvp->v_mount->mnt_flag & MNT_RDONLY) != 0)
			return EROFS;
		return 0;
	}
	if (__predict_false(cnp->cn_consume > 0)) {
		struct nameidata *nd = w->w_nd;
		const char *p;

		/* The file system took more of the path than one name. */
		p = cnp->cn_nameptr + cnp->cn_namelen;
		p += MIN(cnp->cn_consume, strlen(p));
		cnp->cn_consume = 0;
		w->w_slash = *p == '/';
		while (*p == '/')
			p++;
		nd->ni_next = p;
		nd->ni_pathlen = strlen(p) + 1;
		if (*p == '\0') {
			cnp->cn_flags |= ISLASTCN;
			if (w->w_slash)
				cnp->cn_flags |= REQUIREDIR;
		}
	}
	return 0;
}

/* Go from a covered directory to the root of what is mounted on it. */
static int
walk_cross(struct walk *w)
{
	struct vnode *vp, *rvp;
	int error;

	walk_unlock(w);
	while ((vp = w->w_vp)->v_type == VDIR &&
	    atomic_load_relaxed(&vp->v_mountedhere) != NULL) {
		error = vfs_cross(vp, &rvp);
		if (error == ENOENT &&
		    atomic_load_relaxed(&vp->v_mountedhere) == NULL)
			continue;
		w->w_vp = NULL;
		vrele(vp);
		if (error)
			return error;
		w->w_vp = rvp;
	}
	return 0;
}

/* Read the link w_vp and make its text, and the rest, the path. */
static int
walk_follow(struct walk *w)
{
	struct nameidata *nd = w->w_nd;
	struct componentname *cnp = &nd->ni_cnd;
	struct vnode *vp = w->w_vp;
	struct iovec iov;
	struct uio uio;
	size_t len;
	char *buf;
	int error;

	walk_unlock(w);
	w->w_vp = NULL;
	if (nd->ni_loopcnt++ >= MAXSYMLINKS) {
		vrele(vp);
		return ELOOP;
	}
	buf = PNBUF_GET();
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = 0;
	if ((vp->v_mount->mnt_flag & MNT_SYMPERM) != 0)
		error = VOP_ACCESS(vp, VEXEC, cnp->cn_cred);
	if (error == 0) {
		iov.iov_base = buf;
		iov.iov_len = MAXPATHLEN;
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_offset = 0;
		uio.uio_rw = UIO_READ;
		uio.uio_resid = MAXPATHLEN;
		UIO_SETUP_SYSSPACE(&uio);
		error = VOP_READLINK(vp, &uio, cnp->cn_cred);
	}
	vput(vp);
	if (error)
		goto fail;
	len = MAXPATHLEN - uio.uio_resid;
	if (len == 0) {
		error = ENOENT;
		goto fail;
	}
	/* What follows the component, with its slash. */
	if (len + nd->ni_pathlen + (w->w_slash ? 1 : 0) > MAXPATHLEN) {
		error = ENAMETOOLONG;
		goto fail;
	}
	if (w->w_slash)
		buf[len++] = '/';
	memcpy(buf + len, nd->ni_next, nd->ni_pathlen);
	pathbuf_replace(nd->ni_pathbuf, buf);
	nd->ni_pnbuf = buf;
	if (buf[0] == '/') {
		vref(nd->ni_rootdir);
		walk_setdir(w, nd->ni_rootdir);
	}
	return 0;
fail:
	PNBUF_PUT(buf);
	return error;
}

/* The path names no component: "/" or what a link to "/" leaves. */
static int
walk_rootonly(struct walk *w)
{
	struct nameidata *nd = w->w_nd;
	struct componentname *cnp = &nd->ni_cnd;

	cnp->cn_nameptr = nd->ni_next;
	cnp->cn_namelen = 0;
	cnp->cn_flags |= ISLASTCN;
	if (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME)
		return EBUSY;
	if ((cnp->cn_flags & LOCKLEAF) != 0)
		vn_lock(w->w_dvp, LK_EXCLUSIVE | LK_RETRY);
	nd->ni_vp = w->w_dvp;
	nd->ni_dvp = NULL;
	w->w_dvp = NULL;
	return 0;
}

/* The last component was found or is to be made: lock what was asked for. */
static int
walk_finish(struct walk *w)
{
	struct nameidata *nd = w->w_nd;
	struct componentname *cnp = &nd->ni_cnd;
	struct vnode *vp = w->w_vp, *dvp = w->w_dvp;
	const bool leaf = (cnp->cn_flags & LOCKLEAF) != 0;
	int error;

	if (vp == NULL) {
		/* A file can't be made with a slash behind its name. */
		if ((cnp->cn_flags & (REQUIREDIR | CREATEDIR)) == REQUIREDIR)
			return ENOENT;
	} else {
		if ((cnp->cn_flags & REQUIREDIR) != 0 && vp->v_type != VDIR)
			return ENOTDIR;
		if (((cnp->cn_flags & RDONLY) != 0 ||
			(dvp->v_mount->mnt_flag & MNT_RDONLY) != 0) &&
		    dvp->v_mount == vp->v_mount &&
		    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
			return EROFS;
	}
	if ((cnp->cn_flags & LOCKPARENT) == 0) {
		walk_unlock(w);
		if (vp == NULL) {
			nd->ni_vp = NULL;
			return 0;
		}
		if (leaf)
			vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		nd->ni_vp = vp;
		w->w_vp = NULL;
		return 0;
	}
	if (vp != NULL && vp != dvp && leaf) {
		if ((cnp->cn_flags & ISDOTDOT) != 0)
			walk_unlock(w);
		else
			walk_lock(w);
		/* not a dead one: to the directory's operation it is a node */
		error = vn_lock(vp, LK_EXCLUSIVE);
		if (error)
			return error;
	}
	walk_lock(w);
	nd->ni_vp = vp;
	nd->ni_dvp = dvp;
	w->w_vp = w->w_dvp = NULL;
	w->w_locked = false;
	return 0;
}

static int
walk(struct walk *w)
{
	struct nameidata *nd = w->w_nd;
	struct componentname *cnp = &nd->ni_cnd;
	struct vnode *vp;
	int error;

	nd->ni_next = nd->ni_pnbuf;
	while (*nd->ni_next == '/')
		nd->ni_next++;
	if (*nd->ni_next == '\0')
		return walk_rootonly(w);
	for (;;) {
		error = walk_parse(w);
		if (error == 0)
			error = walk_lookup(w);
		if (error)
			return error;
		vp = w->w_vp;
		if (vp != NULL && vp->v_type == VDIR &&
		    atomic_load_relaxed(&vp->v_mountedhere) != NULL &&
		    (cnp->cn_flags & NOCROSSMOUNT) == 0) {
			error = walk_cross(w);
			if (error)
				return error;
			vp = w->w_vp;
		}
		if (vp != NULL && vp->v_type == VLNK &&
		    (w->w_how & NW_NEVERFOLLOW) == 0 &&
		    ((cnp->cn_flags & ISLASTCN) == 0 ||
			(cnp->cn_flags & (FOLLOW | REQUIREDIR)) != 0)) {
			error = walk_follow(w);
			if (error)
				return error;
			nd->ni_next = nd->ni_pnbuf;
			while (*nd->ni_next == '/')
				nd->ni_next++;
			if (*nd->ni_next == '\0')
				return walk_rootonly(w);
			continue;
		}
		if ((cnp->cn_flags & ISLASTCN) != 0)
			return walk_finish(w);
		if (vp->v_type != VDIR)
			return ENOTDIR;
		w->w_vp = NULL;
		walk_setdir(w, vp);
	}
}

static int
namei_walk(struct nameidata *nd, int how)
{
	struct walk w = {.w_nd = nd, .w_how = how};
	int error;

	nd->ni_rootdir = NULL;
	error = walk_start(&w);
	if (error == 0)
		error = walk(&w);
	if (__predict_false(error)) {
		walk_unlock(&w);
		if (w.w_vp != NULL)
			vrele(w.w_vp);
		nd->ni_vp = nd->ni_dvp = NULL;
	}
	if (w.w_dvp != NULL)
		walk_setdir(&w, NULL);
	if (nd->ni_rootdir != NULL) {
		vrele(nd->ni_rootdir);
		nd->ni_rootdir = NULL;
	}
	return error;
}

int
namei(struct nameidata *nd)
{
	return namei_walk(nd, 0);
}

int
lookup_for_nfsd(struct nameidata *nd, struct vnode *dvp, int neverfollow)
{
	nd->ni_atdir = dvp;
	return namei_walk(
	    nd, NW_STARTFORCED | (neverfollow ? NW_NEVERFOLLOW : 0));
}

int
lookup_for_nfsd_index(struct nameidata *nd, struct vnode *dvp)
{
	return lookup_for_nfsd(nd, dvp, 0);
}

int
relookup(
    struct vnode *dvp, struct vnode **vpp, struct componentname *cnp, int dummy)
{
	int error;

	*vpp = NULL;
	cnp->cn_flags |= ISLASTCN;
	cnp->cn_flags &= ~(MAKEENTRY | ISDOTDOT | ISWHITEOUT);
	if ((cnp->cn_flags & NOCACHE) == 0 && cnp->cn_nameiop != DELETE &&
	    cnp->cn_nameiop != RENAME)
		cnp->cn_flags |= MAKEENTRY;
	if (cnp->cn_namelen == 2 && cnp->cn_nameptr[0] == '.' &&
	    cnp->cn_nameptr[1] == '.')
		cnp->cn_flags |= ISDOTDOT;
	if (cnp->cn_namelen == 0)
		return ENOENT;
	cnp->cn_consume = 0;

	error = VOP_LOOKUP(dvp, vpp, cnp);
	if (error == EJUSTRETURN) {
		*vpp = NULL;
		if ((cnp->cn_flags & RDONLY) != 0 ||
		    (dvp->v_mount->mnt_flag & MNT_RDONLY) != 0)
			return EROFS;
		return 0;
	}
	if (error) {
		*vpp = NULL;
		return error;
	}
	if (((cnp->cn_flags & RDONLY) != 0 ||
		(dvp->v_mount->mnt_flag & MNT_RDONLY) != 0) &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME)) {
		vrele(*vpp);
		*vpp = NULL;
		return EROFS;
	}
	if ((cnp->cn_flags & LOCKLEAF) != 0 && *vpp != dvp) {
		if ((cnp->cn_flags & ISDOTDOT) != 0) {
			VOP_UNLOCK(dvp);
			error = vn_lock(*vpp, LK_EXCLUSIVE);
			vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
		} else
			error = vn_lock(*vpp, LK_EXCLUSIVE);
		if (error) {
			vrele(*vpp);
			*vpp = NULL;
		}
	}
	return error;
}
