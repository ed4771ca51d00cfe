/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lookup for clients that work with vnodes themselves: rump_pub_namei() and
 * the making of componentnames.
 */
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <rump-sys/vfs_if.h>

#define RUMPCN_FREECRED 0x02

struct componentname *
rump_makecn(u_long nameiop, u_long flags, const char *name, size_t namelen,
    struct kauth_cred *creds, struct lwp *l)
{
	struct componentname *cnp;
	char *buf;

	if (namelen >= MAXPATHLEN)
		return NULL;
	cnp = kmem_zalloc(sizeof(*cnp), KM_SLEEP);
	buf = PNBUF_GET();
	memcpy(buf, name, namelen);
	buf[namelen] = '\0';
	cnp->cn_nameiop = (uint32_t)nameiop;
	cnp->cn_flags = (uint32_t)flags & (MODMASK | PARAMASK);
	cnp->cn_nameptr = buf;
	cnp->cn_namelen = namelen;
	cnp->cn_cred = creds;
	return cnp;
}

void
rump_freecn(struct componentname *cnp, int flags)
{
	if ((flags & RUMPCN_FREECRED) != 0)
		kauth_cred_free(cnp->cn_cred);
	PNBUF_PUT(__UNCONST(cnp->cn_nameptr));
	kmem_free(cnp, sizeof(*cnp));
}

/*
 * namei() of a kernel string.  With dvpp LOCKPARENT must be among the flags,
 * and without it it must not.
 */
int
rump_namei(uint32_t op, uint32_t flags, const char *path, struct vnode **dvpp,
    struct vnode **vpp, struct componentname **cnpp)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	if ((dvpp != NULL) != ((flags & LOCKPARENT) != 0) || path == NULL)
		return EINVAL;
	error = pathbuf_maybe_copyin(path, UIO_SYSSPACE, &pb);
	if (error)
		return error;
	NDINIT(&nd, op, flags, pb);
	error = namei(&nd);
	if (error)
		goto out;
	if (dvpp != NULL)
		*dvpp = nd.ni_dvp;
	if (vpp != NULL)
		*vpp = nd.ni_vp;
	else if (nd.ni_vp != NULL) {
		if ((flags & LOCKLEAF) != 0)
			vput(nd.ni_vp);
		else
			vrele(nd.ni_vp);
	}
	if (cnpp != NULL) {
		*cnpp = rump_makecn(nd.ni_cnd.cn_nameiop, nd.ni_cnd.cn_flags,
		    nd.ni_cnd.cn_nameptr, nd.ni_cnd.cn_namelen,
		    nd.ni_cnd.cn_cred, curlwp);
	}
out:
	pathbuf_destroy(pb);
	return error;
}
