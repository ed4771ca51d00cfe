/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File handles: names of files that stay valid without a path.
 *
 * A handle comes from outside and may hold anything: its size is checked
 * here, its contents by the file system's fhtovp.  Only the privileged may
 * use one, since it goes around the directories' permissions.
 */
#include "../vnops/vnops_impl.h"
#include "sc_impl.h"

#include <sys/vnode_impl.h>

#define FH_DATAOFF offsetof(fhandle_t, fh_fid)
#define FH_HDRSIZE (FH_DATAOFF + offsetof(struct fid, fid_data))

int
vfs_composefh(struct vnode *vp, fhandle_t *fhp, size_t *size)
{
	struct mount *mp = vp->v_mount;
	struct fid *fidp = NULL;
	size_t need, fidsize = 0;
	int error;

	if (fhp != NULL && *size >= FH_HDRSIZE) {
		fidsize = *size - FH_DATAOFF;
		fidp = &fhp->fh_fid;
	}
	error = VFS_VPTOFH(vp, fidp, &fidsize);
	need = MAX((size_t)FHANDLE_SIZE_COMPAT, FH_DATAOFF + fidsize);
	if (error == 0 && *size < need)
		error = E2BIG;
	*size = need;
	if (error == 0)
		fhp->fh_fsid = mp->mnt_stat.f_fsidx;
	return error;
}

/* Handles in kernel memory carry their size in front. */
static fhandle_t *
fh_alloc(size_t size)
{
	size_t *p;

	size = MAX(size, sizeof(fhandle_t));
	p = kmem_zalloc(size + sizeof(*p) * 2, KM_SLEEP);
	p[0] = size;
	return (fhandle_t *)(void *)(p + 2);
}

static void
fh_free(fhandle_t *fhp)
{
	size_t *p = (size_t *)(void *)fhp - 2;

	kmem_free(p, p[0] + sizeof(*p) * 2);
}

int
vfs_composefh_alloc(struct vnode *vp, fhandle_t **fhpp)
{
	fhandle_t *fhp;
	size_t size = FHANDLE_SIZE_MAX;
	int error;

	fhp = fh_alloc(size);
	error = vfs_composefh(vp, fhp, &size);
	if (error) {
		fh_free(fhp);
		return error == E2BIG ? EINVAL : error;
	}
	*fhpp = fhp;
	return 0;
}

void
vfs_composefh_free(fhandle_t *fhp)
{
	fh_free(fhp);
}

int
vfs_fhtovp(fhandle_t *fhp, struct vnode **vpp)
{
	struct mount *mp;
	int error;

	*vpp = NULL;
	if (vfs_getvfs_busy(FHANDLE_FSID(fhp), &mp) != 0)
		return ESTALE;
	if (mp->mnt_op->vfs_fhtovp == NULL)
		error = EOPNOTSUPP;
	else
		error = VFS_FHTOVP(mp, FHANDLE_FILEID(fhp), vpp);
	vfs_unbusy(mp, false, NULL);
	return error;
}

int
vfs_copyinfh_alloc(const void *ufhp, size_t size, fhandle_t **fhpp)
{
	fhandle_t *fhp;
	int error;

	if (size > FHANDLE_SIZE_MAX)
		return EINVAL;
	if (size < FH_HDRSIZE)
		return EINVAL;
	fhp = fh_alloc(size);
	error = copyin(ufhp, fhp, size);
	if (error == 0 &&
	    (fhp->fh_fid.fid_len > size - FH_DATAOFF ||
		FHANDLE_SIZE(fhp) != size))
		error = EINVAL;
	if (error) {
		fh_free(fhp);
		return error;
	}
	*fhpp = fhp;
	return 0;
}

void
vfs_copyinfh_free(fhandle_t *fhp)
{
	fh_free(fhp);
}

static int
fh_authorize(struct lwp *l)
{
	return kauth_authorize_system(
	    l->l_cred, KAUTH_SYSTEM_FILEHANDLE, 0, NULL, NULL, NULL);
}

/* A handle from the user to a locked vnode. */
static int
fh_lookup(struct lwp *l, const void *ufhp, size_t size, struct vnode **vpp)
{
	fhandle_t *fhp;
	int error;

	error = fh_authorize(l);
	if (error)
		return error;
	error = vfs_copyinfh_alloc(ufhp, size, &fhp);
	if (error)
		return error;
	error = vfs_fhtovp(fhp, vpp);
	fh_free(fhp);
	return error;
}

int
sys___getfh30(
    struct lwp *l, const struct sys___getfh30_args *uap, register_t *retval)
{
	struct vnode *vp;
	fhandle_t *fhp = NULL;
	size_t size, usize;
	int error;

	error = fh_authorize(l);
	if (error)
		return error;
	error = copyin(SCARG(uap, fh_size), &usize, sizeof(usize));
	if (error)
		return error;
	error = sc_lookup(l, AT_FDCWD, SCARG(uap, fname), true, &vp);
	if (error)
		return error;
	size = MIN(usize, (size_t)FHANDLE_SIZE_MAX);
	if (size > 0)
		fhp = fh_alloc(FHANDLE_SIZE_MAX);
	error = vfs_composefh(vp, fhp, &size);
	vrele(vp);
	if (error == 0 && size <= usize)
		error = copyout(fhp, SCARG(uap, fhp), size);
	if (fhp != NULL)
		fh_free(fhp);
	/* Either way the caller learns the size. */
	if (error == 0 || error == E2BIG) {
		int error2 = copyout(&size, SCARG(uap, fh_size), sizeof(size));

		if (error == 0)
			error = error2;
	}
	return error;
}

int
dofhopen(struct lwp *l, const void *ufhp, size_t fhsize, int oflags,
    register_t *retval)
{
	kauth_cred_t cred = l->l_cred;
	struct vnode *vp;
	file_t *fp;
	int error, flags, indx;

	flags = FFLAGS(oflags);
	if ((flags & (FREAD | FWRITE)) == 0 ||
	    (oflags & O_ACCMODE) == O_ACCMODE)
		return EINVAL;
	if ((flags & O_CREAT) != 0)
		return EINVAL;
	error = fh_authorize(l);
	if (error)
		return error;
	error = fd_allocfile(&fp, &indx);
	if (error)
		return error;
	error = fh_lookup(l, ufhp, fhsize, &vp);
	if (error) {
		fd_abort(l->l_proc, fp, indx);
		return error;
	}
	if (vp->v_type == VSOCK)
		error = EOPNOTSUPP;
	else if (vp->v_type == VLNK)
		error = EFTYPE;
	else
		error = vn_openchk(vp, cred, flags);
	if (error == 0)
		error = vn_open_locked(vp, flags, cred);
	if (error) {
		vput(vp);
		fd_abort(l->l_proc, fp, indx);
		return error;
	}
	error = sc_open_install(l, vp, flags, fp, indx);
	if (error == 0)
		*retval = indx;
	return error;
}

int
sys___fhopen40(
    struct lwp *l, const struct sys___fhopen40_args *uap, register_t *retval)
{
	return dofhopen(
	    l, SCARG(uap, fhp), SCARG(uap, fh_size), SCARG(uap, flags), retval);
}

int
do_fhstat(struct lwp *l, const void *ufhp, size_t fhsize, struct stat *sb)
{
	struct vnode *vp;
	int error;

	error = fh_lookup(l, ufhp, fhsize, &vp);
	if (error)
		return error;
	error = vn_stat(vp, sb);
	vput(vp);
	return error;
}

int
sys___fhstat50(
    struct lwp *l, const struct sys___fhstat50_args *uap, register_t *retval)
{
	struct stat sb;
	int error;

	error = do_fhstat(l, SCARG(uap, fhp), SCARG(uap, fh_size), &sb);
	if (error)
		return error;
	return copyout(&sb, SCARG(uap, sb), sizeof(sb));
}

int
do_fhstatvfs(struct lwp *l, const void *ufhp, size_t fhsize, struct statvfs *sb,
    int flags)
{
	struct vnode *vp;
	int error;

	error = fh_lookup(l, ufhp, fhsize, &vp);
	if (error)
		return error;
	VOP_UNLOCK(vp);
	error = sc_vnode_statvfs(l, vp, flags, sb);
	vrele(vp);
	return error;
}

int
sys___fhstatvfs140(struct lwp *l, const struct sys___fhstatvfs140_args *uap,
    register_t *retval)
{
	struct statvfs *sb = STATVFSBUF_GET();
	int error;

	error = do_fhstatvfs(
	    l, SCARG(uap, fhp), SCARG(uap, fh_size), sb, SCARG(uap, flags));
	if (error == 0)
		error = copyout(sb, SCARG(uap, buf), sizeof(*sb));
	STATVFSBUF_PUT(sb);
	return error;
}
