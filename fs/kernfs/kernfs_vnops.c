/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernfs: vnode operations.  A file's text is made when it is read; reading
 * at an offset makes it again and skips.
 */
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/msgbuf.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/kernfs/kernfs.h>

#include "kernfs_impl.h"

#define KSTRING 512 /* longest generated text */

int (**kernfs_vnodeop_p)(void *);

/* Let the entry's type answer first, if it has its own operation. */
#define KERNFS_OVERRIDE(vp, op, v)                                             \
	do {                                                                   \
		int (*fn_)(void *) =                                           \
		    kernfs_fileop(VTOKERN(vp)->kfs_type, VOFFSET(op));         \
		if (__predict_false(fn_ != NULL))                              \
			return (*fn_)(v);                                      \
	} while (0)

/* Make the text of a file; *bufp may be pointed elsewhere. */
static int
kernfs_text(struct kernfs_node *kfs, char **bufp, size_t *lenp)
{
	const struct kern_target *kt = kfs->kfs_kt;
	struct timespec ts;
	char *buf = *bufp;
	int n;

	switch (kfs->kfs_type) {
	case KFSnull:
		*lenp = 0;
		return 0;
	case KFStime:
		nanotime(&ts);
		n = snprintf(buf, KSTRING, "%lld %ld\n", (long long)ts.tv_sec,
		    ts.tv_nsec / 1000);
		break;
	case KFSboottime:
		getnanoboottime(&ts);
		n = snprintf(buf, KSTRING, "%lld\n", (long long)ts.tv_sec);
		break;
	case KFSint:
		n = snprintf(buf, KSTRING, "%d\n", *(int *)kt->kt_data);
		break;
	case KFSstring:
		*bufp = kt->kt_data;
		*lenp = strlen(kt->kt_data);
		return 0;
	case KFShostname:
		n = snprintf(buf, KSTRING, "%s\n", hostname);
		break;
	case KFSavenrun:
		n = snprintf(buf, KSTRING, "%ld %ld %ld %ld\n",
		    (long)averunnable.ldavg[0], (long)averunnable.ldavg[1],
		    (long)averunnable.ldavg[2], averunnable.fscale);
		break;
	default:
		return EOPNOTSUPP;
	}
	*lenp = (size_t)MIN(n, KSTRING - 1);
	return 0;
}

/* The ring of console messages, oldest byte first. */
static int
kernfs_readmsgbuf(struct uio *uio)
{
	struct kern_msgbuf *mbp = msgbufp;
	size_t size, start, off, n;
	int error;

	if (!msgbufenabled || mbp == NULL || mbp->msg_magic != MSG_MAGIC ||
	    mbp->msg_bufs <= 0)
		return 0;
	size = (size_t)mbp->msg_bufs;
	/* An unwritten part of the ring is zero. */
	start = (size_t)mbp->msg_bufx % size;
	if (mbp->msg_bufc[start] == '\0') {
		size = start;
		start = 0;
	}
	while (uio->uio_resid > 0 && uio->uio_offset < (off_t)size) {
		off = (start + (size_t)uio->uio_offset) % (size_t)mbp->msg_bufs;
		n = MIN(size - (size_t)uio->uio_offset,
		    (size_t)mbp->msg_bufs - off);
		error =
		    uiomove(mbp->msg_bufc + off, MIN(n, uio->uio_resid), uio);
		if (error)
			return error;
	}
	return 0;
}

static int
kernfs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct vnode *dvp = ap->a_dvp;
	const struct kern_target *dkt = VTOKERN(dvp)->kfs_kt, *kt;

	*ap->a_vpp = NULL;
	if (dvp->v_type != VDIR)
		return ENOTDIR;
	if ((cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME) &&
	    (cnp->cn_flags & ISLASTCN) != 0)
		return EROFS;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*ap->a_vpp = dvp;
		return 0;
	}
	if ((cnp->cn_flags & ISDOTDOT) != 0) {
		if (dkt->kt_tag != KFSsubdir || dkt->kt_data == NULL)
			return EIO;
		kt = ((struct kernfs_subdir *)dkt->kt_data)->ks_parent;
		return vcache_get(dvp->v_mount, &kt, sizeof(kt), ap->a_vpp);
	}
	kt = kernfs_find(dkt, cnp->cn_nameptr, cnp->cn_namelen);
	if (kt == NULL)
		return (cnp->cn_flags & ISLASTCN) != 0 &&
			cnp->cn_nameiop == CREATE
		    ? EROFS
		    : ENOENT;
	return vcache_get(dvp->v_mount, &kt, sizeof(kt), ap->a_vpp);
}

static int
kernfs_open(void *v)
{
	struct vop_open_args *ap = v;

	KERNFS_OVERRIDE(ap->a_vp, vop_open, v);
	return 0;
}

static int
kernfs_close(void *v)
{
	struct vop_close_args *ap = v;

	KERNFS_OVERRIDE(ap->a_vp, vop_close, v);
	return 0;
}

static int
kernfs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const mode_t mode = VTOKERN(vp)->kfs_mode;

	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_mode, vp->v_type, mode), vp, NULL,
	    genfs_can_access(
		vp->v_type, mode, 0, 0, (mode_t)ap->a_mode, ap->a_cred));
}

static int
kernfs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kernfs_node *kfs = VTOKERN(vp);
	const struct kern_target *kt = kfs->kfs_kt;
	struct vattr *vap = ap->a_vap;
	struct kernfs_subdir *ks;
	char buf[KSTRING], *p = buf;
	size_t len = 0;
	int error = 0;

	KERNFS_OVERRIDE(vp, vop_getattr, v);
	vattr_null(vap);
	vap->va_type = vp->v_type;
	vap->va_mode = kfs->kfs_mode;
	vap->va_uid = vap->va_gid = 0;
	vap->va_fsid = (dev_t)vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_fileid = (ino_t)kfs->kfs_fileno;
	vap->va_blocksize = DEV_BSIZE;
	vap->va_flags = 0;
	vap->va_gen = 0;
	vap->va_rdev = NODEV;
	vap->va_nlink = 1;
	getnanotime(&vap->va_mtime);
	vap->va_atime = vap->va_ctime = vap->va_mtime;
	getnanoboottime(&vap->va_birthtime);
	switch (kfs->kfs_type) {
	case KFSkern:
	case KFSroot:
		vap->va_nlink = 2;
		len = DEV_BSIZE;
		break;
	case KFSsubdir:
		ks = kt->kt_data;
		vap->va_nlink = ks != NULL ? (nlink_t)ks->ks_dirs + 1 : 2;
		len = DEV_BSIZE;
		break;
	case KFSmsgbuf:
		len = msgbufenabled && msgbufp != NULL
		    ? (size_t)msgbufp->msg_bufs
		    : 0;
		break;
	default:
		if (kfs->kfs_type < KFSlasttype)
			error = kernfs_text(kfs, &p, &len);
		break;
	}
	vap->va_size = vap->va_bytes = len;
	return error;
}

static int
kernfs_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vattr *vap = ap->a_vap;

	/* Truncation by open(2) means nothing; the rest isn't settable. */
	if (vap->va_mode != (mode_t)VNOVAL || vap->va_uid != (uid_t)VNOVAL ||
	    vap->va_gid != (gid_t)VNOVAL || vap->va_flags != (u_long)VNOVAL)
		return EOPNOTSUPP;
	return 0;
}

static int
kernfs_read(void *v)
{
	struct vop_read_args *ap = v;
	struct kernfs_node *kfs = VTOKERN(ap->a_vp);
	struct uio *uio = ap->a_uio;
	char buf[KSTRING], *p = buf;
	size_t len;
	int error;

	if (ap->a_vp->v_type == VDIR)
		return EISDIR;
	KERNFS_OVERRIDE(ap->a_vp, vop_read, v);
	if (uio->uio_offset < 0)
		return EINVAL;
	if (kfs->kfs_type == KFSmsgbuf)
		return kernfs_readmsgbuf(uio);
	error = kernfs_text(kfs, &p, &len);
	if (error)
		return error;
	if (uio->uio_offset >= (off_t)len)
		return 0;
	return uiomove(p + uio->uio_offset, len - (size_t)uio->uio_offset, uio);
}

static int
kernfs_write(void *v)
{
	struct vop_write_args *ap = v;
	struct uio *uio = ap->a_uio;
	char buf[MAXHOSTNAMELEN + 1];
	size_t len;
	int error;

	KERNFS_OVERRIDE(ap->a_vp, vop_write, v);
	if (VTOKERN(ap->a_vp)->kfs_type != KFShostname)
		return EPERM;
	if (uio->uio_offset != 0)
		return EINVAL;
	len = uio->uio_resid;
	if (len > MAXHOSTNAMELEN)
		return EINVAL;
	error = uiomove(buf, len, uio);
	if (error)
		return error;
	while (len > 0 && buf[len - 1] == '\n')
		len--;
	if (len >= MAXHOSTNAMELEN)
		return EINVAL;
	memcpy(hostname, buf, len);
	hostname[len] = '\0';
	hostnamelen = (int)len;
	return 0;
}

static int
kernfs_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;

	KERNFS_OVERRIDE(ap->a_vp, vop_ioctl, v);
	return EPASSTHROUGH;
}

/* Offsets count entries: 0 is ".", 1 is "..". */
static int
kernfs_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	const struct kern_target *dkt = VTOKERN(vp)->kfs_kt, *kt;
	const size_t resid = uio->uio_resid;
	struct dirent *de;
	off_t *cookies = NULL, off;
	int ncookies = 0, maxcookies = 0, error = 0;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (ap->a_ncookies != NULL) {
		maxcookies = (int)(uio->uio_resid / 16) + 1;
		cookies = malloc(
		    (size_t)maxcookies * sizeof(*cookies), M_TEMP, M_WAITOK);
	}
	de = kmem_zalloc(sizeof(*de), KM_SLEEP);
	*ap->a_eofflag = 0;
	for (off = uio->uio_offset;; off++) {
		const char *name;

		if (off == 0) {
			kt = dkt;
			name = ".";
		} else if (off == 1) {
			kt = dkt->kt_tag == KFSsubdir && dkt->kt_data != NULL
			    ? ((struct kernfs_subdir *)dkt->kt_data)->ks_parent
			    : dkt;
			name = "..";
		} else {
			kt = kernfs_entry(dkt, (long)off - 2);
			if (kt == NULL) {
				*ap->a_eofflag = 1;
				break;
			}
			name = kt->kt_name;
		}
		memset(de, 0, sizeof(*de));
		de->d_fileno = kernfs_fileno(kt);
		de->d_type = kt->kt_type;
		de->d_namlen = (uint16_t)strlen(name);
		memcpy(de->d_name, name, de->d_namlen);
		de->d_reclen = (uint16_t)_DIRENT_SIZE(de);
		if (uio->uio_resid < de->d_reclen) {
			if (uio->uio_resid == resid)
				error = EINVAL;
			break;
		}
		error = uiomove(de, de->d_reclen, uio);
		if (error)
			break;
		if (ncookies < maxcookies)
			cookies[ncookies++] = off + 1;
	}
	kmem_free(de, sizeof(*de));
	uio->uio_offset = off;
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
kernfs_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	*ap->a_recycle = false;
	VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
kernfs_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kernfs_node *kfs = VTOKERN(vp);

	vcache_remove(vp->v_mount, &kfs->kfs_kt, sizeof(kfs->kfs_kt));
	vp->v_data = NULL;
	kmem_free(kfs, sizeof(*kfs));
	return 0;
}

static int
kernfs_pathconf(void *v)
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
		*ap->a_retval = MAXPATHLEN;
		return 0;
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	default:
		return EINVAL;
	}
}

static int
kernfs_print(void *v)
{
	struct vop_print_args *ap = v;

	printf("kernfs: %s\n", VTOKERN(ap->a_vp)->kfs_kt->kt_name);
	return 0;
}

/* Nothing can be made here. */
static int
kernfs_erofs(void *v)
{
	return EROFS;
}

static int
kernfs_link(void *v)
{
	struct vop_link_v2_args *ap = v;

	VOP_ABORTOP(ap->a_dvp, ap->a_cnp);
	return EROFS;
}

static int
kernfs_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;

	VOP_ABORTOP(ap->a_dvp, ap->a_cnp);
	return EROFS;
}

static const struct vnodeopv_entry_desc kernfs_vnodeop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, kernfs_lookup},
    {&vop_create_desc, kernfs_erofs}, {&vop_mknod_desc, kernfs_erofs},
    {&vop_open_desc, kernfs_open}, {&vop_close_desc, kernfs_close},
    {&vop_access_desc, kernfs_access}, {&vop_getattr_desc, kernfs_getattr},
    {&vop_setattr_desc, kernfs_setattr}, {&vop_read_desc, kernfs_read},
    {&vop_write_desc, kernfs_write}, {&vop_fallocate_desc, genfs_eopnotsupp},
    {&vop_fdiscard_desc, genfs_eopnotsupp}, {&vop_fcntl_desc, genfs_fcntl},
    {&vop_ioctl_desc, kernfs_ioctl}, {&vop_poll_desc, genfs_poll},
    {&vop_kqfilter_desc, genfs_kqfilter}, {&vop_revoke_desc, genfs_revoke},
    {&vop_fsync_desc, genfs_nullop}, {&vop_seek_desc, genfs_nullop},
    {&vop_link_desc, kernfs_link}, {&vop_mkdir_desc, kernfs_erofs},
    {&vop_symlink_desc, kernfs_symlink}, {&vop_readdir_desc, kernfs_readdir},
    {&vop_readlink_desc, genfs_eopnotsupp}, {&vop_abortop_desc, genfs_abortop},
    {&vop_inactive_desc, kernfs_inactive}, {&vop_reclaim_desc, kernfs_reclaim},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, genfs_badop}, {&vop_strategy_desc, genfs_badop},
    {&vop_print_desc, kernfs_print}, {&vop_islocked_desc, genfs_islocked},
    {&vop_pathconf_desc, kernfs_pathconf}, {&vop_advlock_desc, genfs_einval},
    {&vop_bwrite_desc, genfs_eopnotsupp},
    {&vop_putpages_desc, genfs_null_putpages}, {NULL, NULL}};
const struct vnodeopv_desc kernfs_vnodeop_opv_desc = {
    &kernfs_vnodeop_p, kernfs_vnodeop_entries};
