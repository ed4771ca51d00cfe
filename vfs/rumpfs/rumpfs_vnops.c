/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs: vnode operations.
 *
 * Everything but rename works under the vnode locks that its caller holds;
 * new nodes get their vnodes by vcache_get() on the node's address.
 */
#include "rumpfs_impl.h"

#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lockf.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/unistd.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/specfs/specdev.h>

static int
rn_getvnode(struct mount *mp, struct rumpfs_node *rn, struct vnode **vpp)
{
	return vcache_get(mp, &rn, sizeof(rn), vpp);
}

/* A name that isn't there: to be made, or an error. */
static int
lookup_absent(struct vnode *dvp, struct componentname *cnp, bool white)
{
	struct rumpfs_node *dn = VTORN(dvp);
	int error;

	if (white)
		cnp->cn_flags |= ISWHITEOUT;
	if ((cnp->cn_flags & ISLASTCN) != 0 &&
	    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME ||
		(cnp->cn_nameiop == DELETE && white &&
		    (cnp->cn_flags & DOWHITEOUT) != 0))) {
		if (dn->rn_va.va_nlink == 0)
			return ENOENT;
		error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
		return error != 0 ? error : EJUSTRETURN;
	}
	if (cnp->cn_nameiop != CREATE && (dn->rn_flags & RN_HOST) == 0)
		cache_enter(
		    dvp, NULL, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	return ENOENT;
}

static int
rumpfs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct vnode *dvp = ap->a_dvp, **vpp = ap->a_vpp;
	struct rumpfs_node *dn = VTORN(dvp), *rn;
	struct rumpfs_dent *rd;
	const bool last = (cnp->cn_flags & ISLASTCN) != 0;
	size_t consume;
	int error, white;

	*vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error)
		return error;
	if (last && (dvp->v_mount->mnt_flag & MNT_RDONLY) != 0 &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
		return EROFS;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*vpp = dvp;
		return 0;
	}
	if ((cnp->cn_flags & ISDOTDOT) != 0) {
		rn = dn->rn_dir.d_parent;
		if (rn == NULL || dn->rn_va.va_nlink == 0)
			return ENOENT;
		return rn_getvnode(dvp->v_mount, rn, vpp);
	}
	if ((dvp->v_vflag & VV_ROOT) != 0 &&
	    rumpfs_etfs_lookup(
		dvp, cnp->cn_nameptr, cnp->cn_namelen, &rn, &consume)) {
		cnp->cn_consume = consume;
		return rn_getvnode(dvp->v_mount, rn, vpp);
	}
	if ((dn->rn_flags & RN_HOST) != 0) {
		error = rumpfs_host_lookup(
		    dn, cnp->cn_nameptr, cnp->cn_namelen, &rn);
		if (error == ENOENT)
			return lookup_absent(dvp, cnp, false);
		if (error)
			return error;
		return rn_getvnode(dvp->v_mount, rn, vpp);
	}
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_nameiop,
		cnp->cn_flags, &white, vpp)) {
		if (white)
			cnp->cn_flags |= ISWHITEOUT;
		return *vpp == NULL ? ENOENT : 0;
	}
	rd = rumpfs_dir_find(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (rd == NULL || rd->rd_node == NULL)
		return lookup_absent(dvp, cnp, rd != NULL);
	rn = rd->rd_node;
	if (last && (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME)) {
		error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
		if (error)
			return error;
		if ((dn->rn_va.va_mode & S_ISTXT) != 0) {
			error = kauth_authorize_vnode(cnp->cn_cred,
			    KAUTH_VNODE_DELETE, dvp, NULL,
			    genfs_can_sticky(cnp->cn_cred, dn->rn_va.va_uid,
				rn->rn_va.va_uid));
			if (error)
				return error;
		}
	}
	error = rn_getvnode(dvp->v_mount, rn, vpp);
	if (error == 0)
		cache_enter(
		    dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	return error;
}

/*
 * Give a new node its name.  A whiteout of that name is replaced.  Enters the
 * name only when the vnode is there, so that nothing has to be undone.
 */
static int
make_node(struct vnode *dvp, struct rumpfs_node *rn, struct componentname *cnp,
    struct vnode **vpp)
{
	struct rumpfs_node *dn = VTORN(dvp);
	struct rumpfs_dent *rd;
	int error;

	*vpp = NULL;
	if (dn->rn_va.va_nlink == 0)
		error = ENOENT;
	else if ((dn->rn_flags & RN_HOST) != 0)
		error = EOPNOTSUPP;
	else if ((dn->rn_va.va_flags & IMMUTABLE) != 0)
		error = EPERM;
	else
		error = rn_getvnode(dvp->v_mount, rn, vpp);
	if (error) {
		rumpfs_node_free(rn);
		return error;
	}
	rd = rumpfs_dir_find(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (rd != NULL && rd->rd_node == NULL)
		rumpfs_dir_remove(dn, rd);
	rumpfs_dir_enter(dn, rn, cnp->cn_nameptr, cnp->cn_namelen);
	if (rn->rn_va.va_type == VDIR) {
		rumpfs_dir_setparent(rn, dn);
		dn->rn_va.va_nlink++;
		/* A directory over a whiteout hides what is below. */
		if ((cnp->cn_flags & ISWHITEOUT) != 0)
			rn->rn_va.va_flags |= UF_OPAQUE;
	}
	rumpfs_touch(dvp, RT_MODIFY);
	VN_KNOTE(dvp,
	    rn->rn_va.va_type == VDIR ? NOTE_WRITE | NOTE_LINK : NOTE_WRITE);
	cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	return 0;
}

static struct rumpfs_node *
new_node(struct vnode *dvp, struct vattr *vap, struct componentname *cnp)
{
	struct rumpfs_node *rn;

	rn = rumpfs_node_create(vap->va_type, vap->va_mode, cnp->cn_cred);
	/* The group is the directory's, as in every BSD. */
	rn->rn_va.va_gid = VTORN(dvp)->rn_va.va_gid;
	if (vap->va_uid != (uid_t)VNOVAL)
		rn->rn_va.va_uid = vap->va_uid;
	if (vap->va_gid != (gid_t)VNOVAL)
		rn->rn_va.va_gid = vap->va_gid;
	return rn;
}

static int
rumpfs_create(void *v)
{
	struct vop_create_v3_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct vnode *dvp = ap->a_dvp;
	struct rumpfs_node *rn;
	int error;

	if ((VTORN(dvp)->rn_flags & RN_HOST) != 0) {
		error = rumpfs_host_create(
		    VTORN(dvp), cnp->cn_nameptr, cnp->cn_namelen, &rn);
		if (error)
			return error;
		return rn_getvnode(dvp->v_mount, rn, ap->a_vpp);
	}
	/* An AF_UNIX socket is created too, not made by mknod. */
	rn = new_node(dvp, ap->a_vap, cnp);
	return make_node(dvp, rn, cnp, ap->a_vpp);
}

static int
rumpfs_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;
	struct rumpfs_node *rn;

	rn = new_node(ap->a_dvp, ap->a_vap, ap->a_cnp);
	rn->rn_va.va_rdev = ap->a_vap->va_rdev;
	return make_node(ap->a_dvp, rn, ap->a_cnp, ap->a_vpp);
}

static int
rumpfs_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;
	struct rumpfs_node *rn;

	if (VTORN(ap->a_dvp)->rn_va.va_nlink >= LINK_MAX)
		return EMLINK;
	rn = new_node(ap->a_dvp, ap->a_vap, ap->a_cnp);
	return make_node(ap->a_dvp, rn, ap->a_cnp, ap->a_vpp);
}

static int
rumpfs_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;
	const size_t len = strlen(ap->a_target);
	struct rumpfs_node *rn;

	if (len >= MAXPATHLEN)
		return ENAMETOOLONG;
	ap->a_vap->va_type = VLNK;
	rn = new_node(ap->a_dvp, ap->a_vap, ap->a_cnp);
	rn->rn_link = kmem_alloc(len + 1, KM_SLEEP);
	memcpy(rn->rn_link, ap->a_target, len + 1);
	rn->rn_va.va_size = len;
	return make_node(ap->a_dvp, rn, ap->a_cnp, ap->a_vpp);
}

static int
rumpfs_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct rumpfs_node *rn = VTORN(ap->a_vp);

	if (rn->rn_va.va_type != VLNK)
		return EINVAL;
	return uiomove(rn->rn_link,
	    (size_t)MIN((size_t)rn->rn_va.va_size, ap->a_uio->uio_resid),
	    ap->a_uio);
}

static int
rumpfs_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct rumpfs_node *dn = VTORN(dvp), *rn;
	struct rumpfs_dent *rd;
	int error = 0;

	if (vp == dvp || vp->v_type == VDIR)
		return EPERM;
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error)
		return error;
	rn = VTORN(vp);
	if (((rn->rn_flags | dn->rn_flags) & RN_HOST) != 0)
		error = EOPNOTSUPP;
	else if (dn->rn_va.va_nlink == 0 || rn->rn_va.va_nlink == 0)
		error = ENOENT;
	else if (rn->rn_va.va_nlink >= LINK_MAX)
		error = EMLINK;
	else if ((rn->rn_va.va_flags & (IMMUTABLE | APPEND)) != 0)
		error = EPERM;
	if (error == 0) {
		rd = rumpfs_dir_find(
		    dn, ap->a_cnp->cn_nameptr, ap->a_cnp->cn_namelen);
		if (rd != NULL)
			rumpfs_dir_remove(dn, rd); /* a whiteout */
		rn->rn_va.va_nlink++;
		rumpfs_dir_enter(
		    dn, rn, ap->a_cnp->cn_nameptr, ap->a_cnp->cn_namelen);
		rumpfs_touch(vp, RT_CHANGE);
		rumpfs_touch(dvp, RT_MODIFY);
		VN_KNOTE(vp, NOTE_LINK);
		VN_KNOTE(dvp, NOTE_WRITE);
	}
	VOP_UNLOCK(vp);
	return error;
}

/* Take a name away; `cnp' tells whether a whiteout takes its place. */
static int
remove_name(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct rumpfs_node *dn = VTORN(dvp), *rn = VTORN(vp);
	struct rumpfs_dent *rd;

	if (((dn->rn_flags | rn->rn_flags) & RN_HOST) != 0 ||
	    rn->rn_hostpath != NULL)
		return EOPNOTSUPP;
	if ((rn->rn_va.va_flags & (IMMUTABLE | APPEND)) != 0 ||
	    (dn->rn_va.va_flags & (IMMUTABLE | APPEND)) != 0)
		return EPERM;
	rd = rumpfs_dir_find(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (rd == NULL || rd->rd_node != rn)
		return ENOENT;
	cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	if ((cnp->cn_flags & DOWHITEOUT) != 0)
		rd->rd_node = NULL;
	else
		rumpfs_dir_remove(dn, rd);
	if (vp->v_type == VDIR) {
		rn->rn_va.va_nlink = 0;
		dn->rn_va.va_nlink--;
		cache_purge(vp);
	} else
		rn->rn_va.va_nlink--;
	rumpfs_touch(vp, RT_CHANGE);
	rumpfs_touch(dvp, RT_MODIFY);
	VN_KNOTE(vp, NOTE_DELETE);
	VN_KNOTE(dvp, vp->v_type == VDIR ? NOTE_WRITE | NOTE_LINK : NOTE_WRITE);
	return 0;
}

static int
rumpfs_remove(void *v)
{
	struct vop_remove_args *ap = v;
	int error;

	if (ap->a_vp->v_type == VDIR)
		error = EPERM;
	else
		error = remove_name(ap->a_dvp, ap->a_vp, ap->a_cnp);
	if (ap->a_dvp == ap->a_vp)
		vrele(ap->a_vp);
	else
		vput(ap->a_vp);
	vput(ap->a_dvp);
	return error;
}

static int
rumpfs_rmdir(void *v)
{
	struct vop_rmdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	int error;

	if (vp->v_type != VDIR)
		error = ENOTDIR;
	else if (vp == ap->a_dvp)
		error = EINVAL;
	else if (vp->v_mountedhere != NULL)
		error = EBUSY;
	else if ((VTORN(vp)->rn_flags & RN_HOST) == 0 &&
	    !rumpfs_dir_isempty(VTORN(vp)))
		error = ENOTEMPTY;
	else
		error = remove_name(ap->a_dvp, vp, ap->a_cnp);
	if (ap->a_dvp == vp)
		vrele(vp);
	else
		vput(vp);
	vput(ap->a_dvp);
	return error;
}

static int
rumpfs_whiteout(void *v)
{
	struct vop_whiteout_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct rumpfs_node *dn = VTORN(ap->a_dvp);
	struct rumpfs_dent *rd;

	switch (ap->a_flags) {
	case LOOKUP:
		return 0;
	case CREATE:
		rd = rumpfs_dir_find(dn, cnp->cn_nameptr, cnp->cn_namelen);
		if (rd != NULL)
			return rd->rd_node == NULL ? 0 : EEXIST;
		rumpfs_dir_enter(dn, NULL, cnp->cn_nameptr, cnp->cn_namelen);
		break;
	case DELETE:
		rd = rumpfs_dir_find(dn, cnp->cn_nameptr, cnp->cn_namelen);
		if (rd == NULL)
			return ENOENT;
		if (rd->rd_node != NULL)
			return EEXIST;
		cnp->cn_flags &= ~DOWHITEOUT;
		rumpfs_dir_remove(dn, rd);
		break;
	default:
		return EINVAL;
	}
	cache_purge1(ap->a_dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	rumpfs_touch(ap->a_dvp, RT_MODIFY);
	return 0;
}

static int
rumpfs_open(void *v)
{
	struct vop_open_args *ap = v;
	struct rumpfs_node *rn = VTORN(ap->a_vp);

	if ((rn->rn_va.va_flags & APPEND) != 0 &&
	    (ap->a_mode & (FWRITE | O_APPEND)) == FWRITE)
		return EPERM;
	if ((rn->rn_flags & RN_HOST) != 0 && ap->a_vp->v_type == VREG)
		return rumpfs_host_open(rn, ap->a_mode);
	return 0;
}

static int
rumpfs_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VTORN(vp);
	int error;

	if (vp->v_type == VDIR)
		return EISDIR;
	if (vp->v_type != VREG)
		return EINVAL;
	if (ap->a_uio->uio_offset < 0)
		return EINVAL;
	if ((rn->rn_flags & RN_HOST) != 0)
		return rumpfs_host_read(rn, ap->a_uio);
	error = rumpfs_data_read(rn, ap->a_uio);
	rumpfs_touch(vp, RT_ACCESS);
	return error;
}

static int
rumpfs_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct rumpfs_node *rn = VTORN(vp);
	const uint64_t osize = rn->rn_va.va_size;
	const off_t ooff = uio->uio_offset;
	const size_t oresid = uio->uio_resid;
	int error;

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if ((ap->a_ioflag & IO_APPEND) != 0)
		uio->uio_offset = (off_t)rn->rn_va.va_size;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (uio->uio_resid == 0)
		return 0;
	if ((uint64_t)uio->uio_offset > RUMPFS_MAXSIZE ||
	    uio->uio_resid > RUMPFS_MAXSIZE - (uint64_t)uio->uio_offset)
		return EFBIG;
	if ((rn->rn_flags & RN_HOST) != 0)
		error = rumpfs_host_write(rn, uio);
	else
		error = rumpfs_data_write(rn, uio);
	if (error != 0 && (ap->a_ioflag & IO_UNIT) != 0 &&
	    (rn->rn_flags & RN_HOST) == 0) {
		/* All or nothing. */
		rumpfs_data_truncate(rn, osize);
		uio->uio_offset = ooff;
		uio->uio_resid = oresid;
	}
	if (rn->rn_va.va_size != osize)
		uvm_vnp_setsize(vp, (voff_t)rn->rn_va.va_size);
	if (uio->uio_resid != oresid) {
		rumpfs_touch(vp, RT_MODIFY);
		/* Writing takes the set-id bits away. */
		if ((rn->rn_va.va_mode & (S_ISUID | S_ISGID)) != 0 &&
		    kauth_authorize_vnode(ap->a_cred, KAUTH_VNODE_RETAIN_SUID,
			vp, NULL, EPERM) != 0)
			rn->rn_va.va_mode &= ~(S_ISUID | S_ISGID);
		VN_KNOTE(vp,
		    NOTE_WRITE | (rn->rn_va.va_size > osize ? NOTE_EXTEND : 0));
	}
	return error;
}

static int
rumpfs_fallocate(void *v)
{
	struct vop_fallocate_args *ap = v;
	struct rumpfs_node *rn = VTORN(ap->a_vp);
	uint64_t end = (uint64_t)(ap->a_pos + ap->a_len);

	if (ap->a_vp->v_type != VREG || (rn->rn_flags & RN_HOST) != 0)
		return EOPNOTSUPP;
	if (end > RUMPFS_MAXSIZE)
		return EFBIG;
	/* Memory is given on use; what is promised is the size. */
	if (end > rn->rn_va.va_size) {
		rumpfs_data_truncate(rn, end);
		uvm_vnp_setsize(ap->a_vp, (voff_t)end);
		rumpfs_touch(ap->a_vp, RT_MODIFY);
	}
	return 0;
}

static int
rumpfs_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	struct rumpfs_node *rn = VTORN(ap->a_vp);

	if (ap->a_vp->v_type == VREG && (rn->rn_flags & RN_HOST) != 0 &&
	    (ap->a_flags & FSYNC_RECLAIM) == 0)
		return rumpfs_host_sync(rn);
	return 0;
}

/* Names with cookies above the offset; "." is 0, ".." is 1. */
static struct rumpfs_dent *
readdir_seek(struct rumpfs_dir *d, off_t off)
{
	struct rumpfs_dent *rd;

	if (off < 3)
		return TAILQ_FIRST(&d->d_list);
	rd = d->d_hint;
	if (rd == NULL || rd->rd_cookie > off)
		rd = TAILQ_FIRST(&d->d_list);
	while (rd != NULL && rd->rd_cookie < off)
		rd = TAILQ_NEXT(rd, rd_list);
	return rd;
}

static int
readdir_put(struct uio *uio, struct dirent *de, ino_t ino, uint8_t type,
    const char *name, size_t len)
{
	de->d_fileno = ino;
	de->d_type = type;
	de->d_namlen = (uint16_t)len;
	memcpy(de->d_name, name, len);
	memset(de->d_name + len, 0, 8);
	de->d_reclen = (uint16_t)_DIRENT_SIZE(de);
	if (uio->uio_resid < de->d_reclen)
		return -1;
	return uiomove(de, de->d_reclen, uio);
}

static int
rumpfs_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct rumpfs_node *rn = VTORN(vp), *sub;
	struct rumpfs_dir *d = &rn->rn_dir;
	const size_t resid = uio->uio_resid;
	struct rumpfs_dent *rd = NULL;
	struct dirent *de;
	off_t *cookies = NULL, off;
	int ncookies = 0, maxcookies = 0, error = 0;
	bool eof = false;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	off = uio->uio_offset;
	if (off < 0)
		return EINVAL;
	if (ap->a_ncookies != NULL) {
		maxcookies = (int)(uio->uio_resid / 16) + 1;
		cookies = malloc(
		    (size_t)maxcookies * sizeof(*cookies), M_TEMP, M_WAITOK);
	}
	de = kmem_alloc(sizeof(*de) + 8, KM_SLEEP);
	for (;;) {
		if (rn->rn_va.va_nlink == 0) {
			eof = true;
			break;
		}
		if (off == 0) {
			error = readdir_put(
			    uio, de, rn->rn_va.va_fileid, DT_DIR, ".", 1);
			if (error)
				break;
			off = 1;
		} else if (off == 1) {
			sub = d->d_parent != NULL ? d->d_parent : rn;
			error = readdir_put(
			    uio, de, sub->rn_va.va_fileid, DT_DIR, "..", 2);
			if (error)
				break;
			off = 2;
		} else {
			if ((rn->rn_flags & RN_HOST) != 0) {
				/* The host's names can't be listed. */
				eof = true;
				break;
			}
			rd = rd == NULL ? readdir_seek(d, off)
					: TAILQ_NEXT(rd, rd_list);
			if (rd == NULL) {
				eof = true;
				break;
			}
			sub = rd->rd_node;
			error = readdir_put(uio, de,
			    sub != NULL ? sub->rn_va.va_fileid : 1,
			    sub != NULL ? (uint8_t)vtype2dt(sub->rn_va.va_type)
					: DT_WHT,
			    rd->rd_name, rd->rd_namelen);
			if (error)
				break;
			off = rd->rd_cookie + 1;
		}
		if (ncookies < maxcookies)
			cookies[ncookies++] = off;
	}
	if (rd != NULL)
		d->d_hint = rd;
	kmem_free(de, sizeof(*de) + 8);
	if (error == -1)
		error = uio->uio_resid == resid ? EINVAL : 0;
	uio->uio_offset = off;
	rumpfs_touch(vp, RT_ACCESS);
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = eof;
	if (ap->a_ncookies != NULL) {
		if (error) {
			free(cookies, M_TEMP);
			cookies = NULL;
			ncookies = 0;
		}
		*ap->a_cookies = cookies;
		*ap->a_ncookies = ncookies;
	}
	return error;
}

static int
rumpfs_inactive(void *v)
{
	struct vop_inactive_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VTORN(vp);

	*ap->a_recycle = rn->rn_va.va_nlink == 0;
	if (vp->v_type == VREG && (rn->rn_flags & RN_HOST) != 0)
		rumpfs_host_close(rn);
	VOP_UNLOCK(vp);
	return 0;
}

static int
rumpfs_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VTORN(vp);
	bool gone;

	genfs_node_destroy(vp);
	mutex_enter(&rumpfs_treelock);
	vp->v_data = NULL;
	rn->rn_vp = NULL;
	gone = rn->rn_va.va_nlink == 0;
	mutex_exit(&rumpfs_treelock);
	/* last: from here on the node may get another vnode */
	vcache_remove(vp->v_mount, &rn, sizeof(rn));
	if (gone)
		rumpfs_node_free(rn);
	return 0;
}

static int
rumpfs_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = LINK_MAX;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = KERNEL_NAME_MAX;
		return 0;
	case _PC_PATH_MAX:
	case _PC_SYMLINK_MAX:
		*ap->a_retval = MAXPATHLEN;
		return 0;
	case _PC_PIPE_BUF:
		*ap->a_retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	case _PC_FILESIZEBITS:
		*ap->a_retval = 49;
		return 0;
	default:
		return EINVAL;
	}
}

static int
rumpfs_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct rumpfs_node *rn = VTORN(ap->a_vp);

	return lf_advlock(ap, &rn->rn_lockf, (off_t)rn->rn_va.va_size);
}

static int
rumpfs_print(void *v)
{
	struct vop_print_args *ap = v;
	struct rumpfs_node *rn = VTORN(ap->a_vp);

	printf("rumpfs: node %p number %llu links %u%s%s\n", rn,
	    (unsigned long long)rn->rn_va.va_fileid,
	    (unsigned)rn->rn_va.va_nlink, rn->rn_hostpath ? " host " : "",
	    rn->rn_hostpath ? rn->rn_hostpath : "");
	return 0;
}

/* Device nodes: our attributes, specfs's input and output. */
int (**rump_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc rump_vnodeop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, rumpfs_lookup},
    {&vop_create_desc, rumpfs_create}, {&vop_mknod_desc, rumpfs_mknod},
    {&vop_open_desc, rumpfs_open}, {&vop_close_desc, genfs_nullop},
    {&vop_access_desc, rumpfs_access}, {&vop_getattr_desc, rumpfs_getattr},
    {&vop_setattr_desc, rumpfs_setattr}, {&vop_read_desc, rumpfs_read},
    {&vop_write_desc, rumpfs_write}, {&vop_fallocate_desc, rumpfs_fallocate},
    {&vop_fdiscard_desc, genfs_eopnotsupp}, {&vop_ioctl_desc, genfs_enoioctl},
    {&vop_fcntl_desc, genfs_fcntl}, {&vop_poll_desc, genfs_poll},
    {&vop_kqfilter_desc, genfs_kqfilter}, {&vop_revoke_desc, genfs_revoke},
    {&vop_mmap_desc, genfs_eopnotsupp}, {&vop_fsync_desc, rumpfs_fsync},
    {&vop_seek_desc, genfs_nullop}, {&vop_remove_desc, rumpfs_remove},
    {&vop_link_desc, rumpfs_link}, {&vop_rename_desc, rumpfs_rename},
    {&vop_mkdir_desc, rumpfs_mkdir}, {&vop_rmdir_desc, rumpfs_rmdir},
    {&vop_symlink_desc, rumpfs_symlink}, {&vop_readdir_desc, rumpfs_readdir},
    {&vop_readlink_desc, rumpfs_readlink}, {&vop_abortop_desc, genfs_abortop},
    {&vop_inactive_desc, rumpfs_inactive}, {&vop_reclaim_desc, rumpfs_reclaim},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, genfs_eopnotsupp}, {&vop_strategy_desc, genfs_eopnotsupp},
    {&vop_print_desc, rumpfs_print}, {&vop_islocked_desc, genfs_islocked},
    {&vop_pathconf_desc, rumpfs_pathconf}, {&vop_advlock_desc, rumpfs_advlock},
    {&vop_whiteout_desc, rumpfs_whiteout}, {&vop_bwrite_desc, genfs_nullop},
    {&vop_getpages_desc, genfs_badop},
    {&vop_putpages_desc, genfs_null_putpages}, {NULL, NULL}};
const struct vnodeopv_desc rump_vnodeop_opv_desc = {
    &rump_vnodeop_p, rump_vnodeop_entries};

int (**rump_specop_p)(void *);
static const struct vnodeopv_entry_desc rump_specop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, spec_lookup},
    {&vop_create_desc, spec_create}, {&vop_mknod_desc, spec_mknod},
    {&vop_open_desc, spec_open}, {&vop_close_desc, spec_close},
    {&vop_access_desc, rumpfs_access}, {&vop_getattr_desc, rumpfs_getattr},
    {&vop_setattr_desc, rumpfs_setattr}, {&vop_read_desc, spec_read},
    {&vop_write_desc, spec_write}, {&vop_fallocate_desc, spec_fallocate},
    {&vop_fdiscard_desc, spec_fdiscard}, {&vop_ioctl_desc, spec_ioctl},
    {&vop_fcntl_desc, spec_fcntl}, {&vop_poll_desc, spec_poll},
    {&vop_kqfilter_desc, spec_kqfilter}, {&vop_revoke_desc, spec_revoke},
    {&vop_mmap_desc, spec_mmap}, {&vop_fsync_desc, spec_fsync},
    {&vop_seek_desc, spec_seek}, {&vop_remove_desc, spec_remove},
    {&vop_link_desc, spec_link}, {&vop_rename_desc, spec_rename},
    {&vop_mkdir_desc, spec_mkdir}, {&vop_rmdir_desc, spec_rmdir},
    {&vop_symlink_desc, spec_symlink}, {&vop_readdir_desc, spec_readdir},
    {&vop_readlink_desc, spec_readlink}, {&vop_abortop_desc, spec_abortop},
    {&vop_inactive_desc, rumpfs_inactive}, {&vop_reclaim_desc, rumpfs_reclaim},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, spec_bmap}, {&vop_strategy_desc, spec_strategy},
    {&vop_print_desc, spec_print}, {&vop_islocked_desc, genfs_islocked},
    {&vop_pathconf_desc, spec_pathconf}, {&vop_advlock_desc, spec_advlock},
    {&vop_bwrite_desc, vn_bwrite}, {&vop_getpages_desc, spec_getpages},
    {&vop_putpages_desc, spec_putpages}, {NULL, NULL}};
const struct vnodeopv_desc rump_specop_opv_desc = {
    &rump_specop_p, rump_specop_entries};

int (**rump_fifoop_p)(void *);
static const struct vnodeopv_entry_desc rump_fifoop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, vn_fifo_bypass},
    {&vop_create_desc, vn_fifo_bypass}, {&vop_mknod_desc, vn_fifo_bypass},
    {&vop_open_desc, vn_fifo_bypass}, {&vop_close_desc, vn_fifo_bypass},
    {&vop_access_desc, rumpfs_access}, {&vop_getattr_desc, rumpfs_getattr},
    {&vop_setattr_desc, rumpfs_setattr}, {&vop_read_desc, vn_fifo_bypass},
    {&vop_write_desc, vn_fifo_bypass}, {&vop_fallocate_desc, vn_fifo_bypass},
    {&vop_fdiscard_desc, vn_fifo_bypass}, {&vop_ioctl_desc, vn_fifo_bypass},
    {&vop_fcntl_desc, vn_fifo_bypass}, {&vop_poll_desc, vn_fifo_bypass},
    {&vop_kqfilter_desc, vn_fifo_bypass}, {&vop_revoke_desc, vn_fifo_bypass},
    {&vop_mmap_desc, vn_fifo_bypass}, {&vop_fsync_desc, vn_fifo_bypass},
    {&vop_seek_desc, vn_fifo_bypass}, {&vop_remove_desc, vn_fifo_bypass},
    {&vop_link_desc, vn_fifo_bypass}, {&vop_rename_desc, vn_fifo_bypass},
    {&vop_mkdir_desc, vn_fifo_bypass}, {&vop_rmdir_desc, vn_fifo_bypass},
    {&vop_symlink_desc, vn_fifo_bypass}, {&vop_readdir_desc, vn_fifo_bypass},
    {&vop_readlink_desc, vn_fifo_bypass}, {&vop_abortop_desc, vn_fifo_bypass},
    {&vop_inactive_desc, rumpfs_inactive}, {&vop_reclaim_desc, rumpfs_reclaim},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, vn_fifo_bypass}, {&vop_strategy_desc, vn_fifo_bypass},
    {&vop_print_desc, rumpfs_print}, {&vop_islocked_desc, genfs_islocked},
    {&vop_pathconf_desc, vn_fifo_bypass}, {&vop_advlock_desc, vn_fifo_bypass},
    {&vop_bwrite_desc, genfs_nullop}, {&vop_putpages_desc, genfs_null_putpages},
    {NULL, NULL}};
const struct vnodeopv_desc rump_fifoop_opv_desc = {
    &rump_fifoop_p, rump_fifoop_entries};
