/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namei for callers who want a vnode and nothing else, and lookups relative
 * to a descriptor.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/vnode.h>

#include "namei_impl.h"

static const struct namei_simple_flags_type nsm_flags[4] = {
    {NOFOLLOW},
    {NOFOLLOW | TRYEMULROOT},
    {FOLLOW},
    {FOLLOW | TRYEMULROOT},
};
const namei_simple_flags_t NSM_NOFOLLOW_NOEMULROOT = &nsm_flags[0];
const namei_simple_flags_t NSM_NOFOLLOW_TRYEMULROOT = &nsm_flags[1];
const namei_simple_flags_t NSM_FOLLOW_NOEMULROOT = &nsm_flags[2];
const namei_simple_flags_t NSM_FOLLOW_TRYEMULROOT = &nsm_flags[3];

int
nameiat_simple(struct vnode *dvp, struct pathbuf *pb,
    namei_simple_flags_t flags, struct vnode **vpp)
{
	struct nameidata nd;
	int error;

	NDINIT(&nd, LOOKUP, (uint32_t)flags->dummy, pb);
	NDAT(&nd, dvp);
	error = namei(&nd);
	if (error == 0)
		*vpp = nd.ni_vp;
	return error;
}

static int
nameiat_simple_seg(struct vnode *dvp, const char *path, enum uio_seg seg,
    namei_simple_flags_t flags, struct vnode **vpp)
{
	struct pathbuf *pb;
	int error;

	error = pathbuf_maybe_copyin(path, seg, &pb);
	if (error)
		return error;
	error = nameiat_simple(dvp, pb, flags, vpp);
	pathbuf_destroy(pb);
	return error;
}

int
nameiat_simple_kernel(struct vnode *dvp, const char *path,
    namei_simple_flags_t flags, struct vnode **vpp)
{
	return nameiat_simple_seg(dvp, path, UIO_SYSSPACE, flags, vpp);
}

int
nameiat_simple_user(struct vnode *dvp, const char *path,
    namei_simple_flags_t flags, struct vnode **vpp)
{
	return nameiat_simple_seg(dvp, path, UIO_USERSPACE, flags, vpp);
}

int
namei_simple_kernel(
    const char *path, namei_simple_flags_t flags, struct vnode **vpp)
{
	return nameiat_simple_kernel(NULL, path, flags, vpp);
}

int
namei_simple_user(
    const char *path, namei_simple_flags_t flags, struct vnode **vpp)
{
	return nameiat_simple_user(NULL, path, flags, vpp);
}

int
fd_nameiat(struct lwp *l, int fdat, struct nameidata *ndp)
{
	file_t *fp;
	int error;

	if (fdat == AT_FDCWD || ndp->ni_pathbuf->pb_path[0] == '/')
		return namei(ndp);

	if ((fp = fd_getfile(fdat)) == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_VNODE || fp->f_vnode->v_type != VDIR) {
		fd_putfile(fdat);
		return ENOTDIR;
	}
	NDAT(ndp, fp->f_vnode);
	error = namei(ndp);
	fd_putfile(fdat);
	return error;
}

int
fd_nameiat_simple_user(struct lwp *l, int fdat, const char *path,
    namei_simple_flags_t flags, struct vnode **vpp)
{
	struct pathbuf *pb;
	struct nameidata nd;
	int error;

	error = pathbuf_copyin(path, &pb);
	if (error)
		return error;
	NDINIT(&nd, LOOKUP, (uint32_t)flags->dummy, pb);
	error = fd_nameiat(l, fdat, &nd);
	pathbuf_destroy(pb);
	if (error == 0)
		*vpp = nd.ni_vp;
	return error;
}
