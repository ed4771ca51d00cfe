/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of local sockets in file systems, for librumpnet_local.
 */
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <rump-sys/filehooks.h>
#include <rump-sys/kern.h>

static int
unix_vfs_bind(const char *path, struct lwp *l, struct vnode **vpp)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	int error;

	pb = pathbuf_create(path);
	if (pb == NULL)
		return ENOMEM;
	NDINIT(&nd, CREATE, FOLLOW | LOCKPARENT | TRYEMULROOT, pb);
	error = namei(&nd);
	if (error != 0) {
		pathbuf_destroy(pb);
		return error;
	}
	if (nd.ni_vp != NULL) {
		VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
		if (nd.ni_dvp == nd.ni_vp)
			vrele(nd.ni_dvp);
		else
			vput(nd.ni_dvp);
		vrele(nd.ni_vp);
		pathbuf_destroy(pb);
		return EADDRINUSE;
	}
	vattr_null(&va);
	va.va_type = VSOCK;
	va.va_mode = ACCESSPERMS &
	    ~(l->l_proc->p_cwdi != NULL ? l->l_proc->p_cwdi->cwdi_cmask : 0);
	error = VOP_CREATE(nd.ni_dvp, vpp, &nd.ni_cnd, &va);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	return error;
}

static int
unix_vfs_lookup(const char *path, struct lwp *l, struct vnode **vpp)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	pb = pathbuf_create(path);
	if (pb == NULL)
		return ENOMEM;
	NDINIT(&nd, LOOKUP, FOLLOW | LOCKLEAF | TRYEMULROOT, pb);
	error = namei(&nd);
	pathbuf_destroy(pb);
	if (error != 0)
		return error;
	if (nd.ni_vp->v_type != VSOCK)
		error = ENOTSOCK;
	else
		error = VOP_ACCESS(nd.ni_vp, VWRITE, l->l_cred);
	if (error != 0) {
		vput(nd.ni_vp);
		return error;
	}
	VOP_UNLOCK(nd.ni_vp);
	*vpp = nd.ni_vp;
	return 0;
}

static struct socket *
unix_vfs_socket(struct vnode *vp)
{
	return vp->v_type == VSOCK ? vp->v_socket : NULL;
}

static void
unix_vfs_setsocket(struct vnode *vp, struct socket *so)
{
	if (vp->v_type == VSOCK)
		vp->v_socket = so;
}

static void
unix_vfs_rele(struct vnode *vp)
{
	vrele(vp);
}

static const struct rump_unp_vfs unix_vfs = {
    .uv_bind = unix_vfs_bind,
    .uv_lookup = unix_vfs_lookup,
    .uv_socket = unix_vfs_socket,
    .uv_setsocket = unix_vfs_setsocket,
    .uv_rele = unix_vfs_rele,
};

RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{
	rump_unp_vfs = &unix_vfs;
}
