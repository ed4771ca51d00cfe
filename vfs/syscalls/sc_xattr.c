/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes: the extattr_* calls with an explicit namespace, and
 * the *xattr calls, whose names begin with it ("user.", "system.").
 *
 * Each call is: find the vnode (path, path without following, descriptor),
 * then get, set, list or delete on it.
 */
#include "sc_impl.h"

#include <sys/extattr.h>
#include <sys/vnode_impl.h>
#include <sys/xattr.h>

enum xattr_where {
	XW_FILE,
	XW_LINK,
	XW_FD
};

/* Where an attribute call points. */
struct xattr_target {
	enum xattr_where xt_where;
	const char *xt_path;
	int xt_fd;
};

#define XT_FILE(p)                                                             \
	{                                                                      \
		XW_FILE, (p), -1                                               \
	}
#define XT_LINK(p)                                                             \
	{                                                                      \
		XW_LINK, (p), -1                                               \
	}
#define XT_FD(f)                                                               \
	{                                                                      \
		XW_FD, NULL, (f)                                               \
	}

static int
xattr_getvnode(struct lwp *l, const struct xattr_target *t, struct vnode **vpp)
{
	file_t *fp;
	int error;

	if (t->xt_where != XW_FD)
		return sc_lookup(
		    l, AT_FDCWD, t->xt_path, t->xt_where == XW_FILE, vpp);
	error = sc_getvnode(t->xt_fd, &fp);
	if (error)
		return error;
	vref(fp->f_vnode);
	*vpp = fp->f_vnode;
	fd_putfile(t->xt_fd);
	return 0;
}

static int
xattr_copyinname(const char *uname, char *name)
{
	int error;

	error = copyinstr(uname, name, EXTATTR_MAXNAMELEN + 1, NULL);
	if (error == 0 && name[0] == '\0')
		error = EINVAL;
	return error;
}

static void
xattr_uio(struct lwp *l, struct uio *uio, struct iovec *iov, void *data,
    size_t len, enum uio_rw rw)
{
	iov->iov_base = data;
	iov->iov_len = len;
	uio->uio_iov = iov;
	uio->uio_iovcnt = 1;
	uio->uio_offset = 0;
	uio->uio_resid = len;
	uio->uio_rw = rw;
	uio->uio_vmspace = l->l_proc->p_vmspace;
}

static int
xattr_set(struct lwp *l, const struct xattr_target *t, int ns, const char *name,
    const void *data, size_t len, int flags, register_t *retval)
{
	struct iovec iov;
	struct uio uio;
	struct vnode *vp;
	size_t size;
	int error;

	if (len > INT_MAX || (flags & ~(XATTR_CREATE | XATTR_REPLACE)) != 0)
		return EINVAL;
	error = xattr_getvnode(l, t, &vp);
	if (error)
		return error;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (flags != 0) {
		error = VOP_GETEXTATTR(vp, ns, name, NULL, &size, l->l_cred);
		if (error == 0 && (flags & XATTR_CREATE) != 0)
			error = EEXIST;
		else if (error == ENOATTR && (flags & XATTR_REPLACE) == 0)
			error = 0;
		if (error)
			goto out;
	}
	xattr_uio(l, &uio, &iov, __UNCONST(data), len, UIO_WRITE);
	error = VOP_SETEXTATTR(vp, ns, name, &uio, l->l_cred);
	*retval = (register_t)(len - uio.uio_resid);
out:
	VOP_UNLOCK(vp);
	vrele(vp);
	return error;
}

/* NULL data asks for the size. */
static int
xattr_get(struct lwp *l, const struct xattr_target *t, int ns, const char *name,
    void *data, size_t len, register_t *retval)
{
	struct iovec iov;
	struct uio uio;
	struct vnode *vp;
	size_t size = 0;
	int error;

	if (len > INT_MAX)
		return EINVAL;
	error = xattr_getvnode(l, t, &vp);
	if (error)
		return error;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	xattr_uio(l, &uio, &iov, data, len, UIO_READ);
	error = VOP_GETEXTATTR(vp, ns, name, data != NULL ? &uio : NULL,
	    data != NULL ? NULL : &size, l->l_cred);
	VOP_UNLOCK(vp);
	vrele(vp);
	if (error)
		return error;
	*retval = (register_t)(data != NULL ? len - uio.uio_resid : size);
	return 0;
}

static int
xattr_list(struct lwp *l, const struct xattr_target *t, int ns, void *data,
    size_t len, int flag, register_t *retval)
{
	struct iovec iov;
	struct uio uio;
	struct vnode *vp;
	size_t size = 0;
	int error;

	if (len > INT_MAX)
		return EINVAL;
	error = xattr_getvnode(l, t, &vp);
	if (error)
		return error;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	xattr_uio(l, &uio, &iov, data, len, UIO_READ);
	error = VOP_LISTEXTATTR(vp, ns, data != NULL ? &uio : NULL,
	    data != NULL ? NULL : &size, flag, l->l_cred);
	VOP_UNLOCK(vp);
	vrele(vp);
	if (error)
		return error;
	*retval = (register_t)(data != NULL ? len - uio.uio_resid : size);
	return 0;
}

static int
xattr_delete(
    struct lwp *l, const struct xattr_target *t, int ns, const char *name)
{
	struct vnode *vp;
	int error;

	error = xattr_getvnode(l, t, &vp);
	if (error)
		return error;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_DELETEEXTATTR(vp, ns, name, l->l_cred);
	if (error == EOPNOTSUPP)
		error = VOP_SETEXTATTR(vp, ns, name, NULL, l->l_cred);
	VOP_UNLOCK(vp);
	vrele(vp);
	return error;
}

/*
 * extattr_*: three targets of four operations.
 */
#define EXTATTR_CALLS(suffix, TARGET, arg)                                     \
	int sys_extattr_set_##suffix(struct lwp *l,                            \
	    const struct sys_extattr_set_##suffix##_args *uap,                 \
	    register_t *retval)                                                \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
		char name[EXTATTR_MAXNAMELEN + 1];                             \
		int error;                                                     \
                                                                               \
		error = xattr_copyinname(SCARG(uap, attrname), name);          \
		if (error)                                                     \
			return error;                                          \
		return xattr_set(l, &t, SCARG(uap, attrnamespace), name,       \
		    SCARG(uap, data), SCARG(uap, nbytes), 0, retval);          \
	}                                                                      \
	int sys_extattr_get_##suffix(struct lwp *l,                            \
	    const struct sys_extattr_get_##suffix##_args *uap,                 \
	    register_t *retval)                                                \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
		char name[EXTATTR_MAXNAMELEN + 1];                             \
		int error;                                                     \
                                                                               \
		error = xattr_copyinname(SCARG(uap, attrname), name);          \
		if (error)                                                     \
			return error;                                          \
		return xattr_get(l, &t, SCARG(uap, attrnamespace), name,       \
		    SCARG(uap, data), SCARG(uap, nbytes), retval);             \
	}                                                                      \
	int sys_extattr_delete_##suffix(struct lwp *l,                         \
	    const struct sys_extattr_delete_##suffix##_args *uap,              \
	    register_t *retval)                                                \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
		char name[EXTATTR_MAXNAMELEN + 1];                             \
		int error;                                                     \
                                                                               \
		error = xattr_copyinname(SCARG(uap, attrname), name);          \
		if (error)                                                     \
			return error;                                          \
		return xattr_delete(l, &t, SCARG(uap, attrnamespace), name);   \
	}                                                                      \
	int sys_extattr_list_##suffix(struct lwp *l,                           \
	    const struct sys_extattr_list_##suffix##_args *uap,                \
	    register_t *retval)                                                \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
                                                                               \
		return xattr_list(l, &t, SCARG(uap, attrnamespace),            \
		    SCARG(uap, data), SCARG(uap, nbytes),                      \
		    EXTATTR_LIST_LENPREFIX, retval);                           \
	}

EXTATTR_CALLS(file, XT_FILE, path)
EXTATTR_CALLS(link, XT_LINK, path)
EXTATTR_CALLS(fd, XT_FD, fd)

int
sys_extattrctl(
    struct lwp *l, const struct sys_extattrctl_args *uap, register_t *retval)
{
	char name[EXTATTR_MAXNAMELEN + 1];
	struct vnode *vp, *pvp;
	struct mount *mp;
	int error;

	if (SCARG(uap, attrname) != NULL) {
		error = xattr_copyinname(SCARG(uap, attrname), name);
		if (error)
			return error;
	}
	vp = NULL;
	if (SCARG(uap, filename) != NULL) {
		error = sc_lookup(l, AT_FDCWD, SCARG(uap, filename), true, &vp);
		if (error)
			return error;
	}
	error = sc_lookup(l, AT_FDCWD, SCARG(uap, path), true, &pvp);
	if (error == 0) {
		error = vn_mount_busy(pvp, &mp);
		vrele(pvp);
	}
	if (error) {
		if (vp != NULL)
			vrele(vp);
		return error;
	}
	/* The backing file goes over locked, and comes back unlocked. */
	if (vp != NULL)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error =
	    VFS_EXTATTRCTL(mp, SCARG(uap, cmd), vp, SCARG(uap, attrnamespace),
		SCARG(uap, attrname) != NULL ? name : NULL);
	if (vp != NULL) {
		if (VOP_ISLOCKED(vp) == LK_EXCLUSIVE)
			VOP_UNLOCK(vp);
		vrele(vp);
	}
	vfs_unbusy(mp, false, NULL);
	return error;
}

/*
 * *xattr: the namespace is in front of the name.
 */
static int
xattr_splitname(const char *uname, char *buf, int *ns, const char **namep)
{
	int error;

	error = copyinstr(uname, buf, XATTR_NAME_MAX + 1, NULL);
	if (error)
		return error == ENAMETOOLONG ? ERANGE : error;
	if (strncmp(buf, "user.", 5) == 0) {
		*ns = EXTATTR_NAMESPACE_USER;
		*namep = buf + 5;
	} else if (strncmp(buf, "system.", 7) == 0) {
		*ns = EXTATTR_NAMESPACE_SYSTEM;
		*namep = buf + 7;
	} else if (strncmp(buf, "security.", 9) == 0 ||
	    strncmp(buf, "trusted.", 8) == 0) {
		*ns = EXTATTR_NAMESPACE_SYSTEM;
		*namep = buf;
	} else
		return EOPNOTSUPP;
	return **namep == '\0' ? EINVAL : 0;
}

static int
xattr_prefixedset(struct lwp *l, const struct xattr_target *t,
    const char *uname, const void *value, size_t size, int flags,
    register_t *retval)
{
	char buf[XATTR_NAME_MAX + 1];
	const char *name;
	register_t dummy;
	int error, ns;

	error = xattr_splitname(uname, buf, &ns, &name);
	if (error == 0)
		error = xattr_set(l, t, ns, name, value, size, flags, &dummy);
	*retval = 0;
	return error;
}

static int
xattr_prefixedget(struct lwp *l, const struct xattr_target *t,
    const char *uname, void *value, size_t size, register_t *retval)
{
	char buf[XATTR_NAME_MAX + 1];
	const char *name;
	register_t need;
	int error, ns;

	error = xattr_splitname(uname, buf, &ns, &name);
	if (error)
		return error;
	/* Size 0 asks; a buffer that is too small is an error. */
	error = xattr_get(l, t, ns, name, NULL, 0, &need);
	if (error)
		return error;
	if (value == NULL || size == 0) {
		*retval = need;
		return 0;
	}
	if ((size_t)need > size)
		return ERANGE;
	return xattr_get(l, t, ns, name, value, size, retval);
}

static int
xattr_prefixeddelete(
    struct lwp *l, const struct xattr_target *t, const char *uname)
{
	char buf[XATTR_NAME_MAX + 1];
	const char *name;
	int error, ns;

	error = xattr_splitname(uname, buf, &ns, &name);
	if (error)
		return error;
	return xattr_delete(l, t, ns, name);
}

/* One namespace's names, prefixed, into buf from *pos on. */
static int
xattr_listns(struct vnode *vp, struct lwp *l, int ns, const char *prefix,
    char *buf, size_t max, size_t *pos)
{
	const size_t plen = strlen(prefix);
	struct iovec iov;
	struct uio uio;
	size_t size = 0, got, i, nlen;
	uint8_t *raw;
	int error;

	error = VOP_LISTEXTATTR(
	    vp, ns, NULL, &size, EXTATTR_LIST_LENPREFIX, l->l_cred);
	if (error == EPERM || size == 0)
		return error == EPERM ? 0 : error;
	if (error)
		return error;
	if (size > XATTR_LIST_MAX)
		return ERANGE;
	raw = kmem_alloc(size, KM_SLEEP);
	xattr_uio(l, &uio, &iov, raw, size, UIO_READ);
	UIO_SETUP_SYSSPACE(&uio);
	error = VOP_LISTEXTATTR(
	    vp, ns, &uio, NULL, EXTATTR_LIST_LENPREFIX, l->l_cred);
	got = size - uio.uio_resid;
	for (i = 0; error == 0 && i < got; i += nlen) {
		nlen = raw[i++];
		if (i + nlen > got)
			break;
		if (*pos + plen + nlen + 1 <= max) {
			memcpy(buf + *pos, prefix, plen);
			memcpy(buf + *pos + plen, raw + i, nlen);
			buf[*pos + plen + nlen] = '\0';
		}
		*pos += plen + nlen + 1;
	}
	kmem_free(raw, size);
	return error;
}

static int
xattr_prefixedlist(struct lwp *l, const struct xattr_target *t, char *list,
    size_t size, register_t *retval)
{
	struct vnode *vp;
	size_t pos = 0;
	char *buf;
	int error;

	error = xattr_getvnode(l, t, &vp);
	if (error)
		return error;
	buf = kmem_alloc(XATTR_LIST_MAX, KM_SLEEP);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = xattr_listns(
	    vp, l, EXTATTR_NAMESPACE_USER, "user.", buf, XATTR_LIST_MAX, &pos);
	if (error == 0)
		error = xattr_listns(vp, l, EXTATTR_NAMESPACE_SYSTEM, "system.",
		    buf, XATTR_LIST_MAX, &pos);
	VOP_UNLOCK(vp);
	vrele(vp);
	if (error == 0 && pos > XATTR_LIST_MAX)
		error = ERANGE;
	if (error == 0 && list != NULL && size != 0) {
		if (pos > size)
			error = ERANGE;
		else
			error = copyout(buf, list, pos);
	}
	if (error == 0)
		*retval = (register_t)pos;
	kmem_free(buf, XATTR_LIST_MAX);
	return error;
}

#define XATTR_CALLS(p, TARGET, arg)                                            \
	int sys_##p##setxattr(struct lwp *l,                                   \
	    const struct sys_##p##setxattr_args *uap, register_t *retval)      \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
                                                                               \
		return xattr_prefixedset(l, &t, SCARG(uap, name),              \
		    SCARG(uap, value), SCARG(uap, size), SCARG(uap, flags),    \
		    retval);                                                   \
	}                                                                      \
	int sys_##p##getxattr(struct lwp *l,                                   \
	    const struct sys_##p##getxattr_args *uap, register_t *retval)      \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
                                                                               \
		return xattr_prefixedget(l, &t, SCARG(uap, name),              \
		    SCARG(uap, value), SCARG(uap, size), retval);              \
	}                                                                      \
	int sys_##p##listxattr(struct lwp *l,                                  \
	    const struct sys_##p##listxattr_args *uap, register_t *retval)     \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
                                                                               \
		return xattr_prefixedlist(                                     \
		    l, &t, SCARG(uap, list), SCARG(uap, size), retval);        \
	}                                                                      \
	int sys_##p##removexattr(struct lwp *l,                                \
	    const struct sys_##p##removexattr_args *uap, register_t *retval)   \
	{                                                                      \
		const struct xattr_target t = TARGET(SCARG(uap, arg));         \
                                                                               \
		return xattr_prefixeddelete(l, &t, SCARG(uap, name));          \
	}

XATTR_CALLS(, XT_FILE, path)
XATTR_CALLS(l, XT_LINK, path)
XATTR_CALLS(f, XT_FD, fd)
