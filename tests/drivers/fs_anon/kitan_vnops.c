/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/param.h>

#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include "kitan.h"
#include "ktest.h"
#include "vopcheck.h"

static int
vnode_of(struct kitan_node *an, vnode_t **vpp)
{
	struct kitan_key key = an->an_key;

	return vcache_get(an->an_mount->km_mount, &key, sizeof key, vpp);
}

static int
kitan_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp;
	struct componentname *cnp = ap->a_cnp;
	struct kitan_node *dir = VTOKITAN(dvp), *an;
	bool last = (cnp->cn_flags & ISLASTCN) != 0;
	int error;

	*ap->a_vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return error;
	if (cnp->cn_namelen > 255)
		return ENAMETOOLONG;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*ap->a_vpp = dvp;
		return 0;
	}
	if ((cnp->cn_flags & ISDOTDOT) != 0)
		return vnode_of(dir->an_parent, ap->a_vpp);
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_nameiop,
		cnp->cn_flags, NULL, ap->a_vpp))
		return *ap->a_vpp == NULL ? ENOENT : 0;
	an = kitan_dir_find(dir, cnp->cn_nameptr, cnp->cn_namelen);
	if (an == NULL) {
		if (last &&
		    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME)) {
			error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
			return error != 0 ? error : EJUSTRETURN;
		}
		cache_enter(
		    dvp, NULL, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
		return ENOENT;
	}
	if (last && (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME)) {
		error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
		if (error != 0)
			return error;
	}
	error = vnode_of(an, ap->a_vpp);
	if (error == 0)
		cache_enter(dvp, *ap->a_vpp, cnp->cn_nameptr, cnp->cn_namelen,
		    cnp->cn_flags);
	return error;
}

static int
make(struct vnode *dvp, struct componentname *cnp, const struct vattr *vap,
    const char *target, struct vnode **vpp)
{
	struct kitan_node *dir = VTOKITAN(dvp), *an;
	int error;

	error = kitan_node_make(dir->an_mount, dir, cnp->cn_nameptr,
	    cnp->cn_namelen, vap->va_type, vap->va_mode, cnp->cn_cred, &an);
	if (error != 0)
		return error;
	if (target != NULL) {
		an->an_size = (off_t)strlen(target);
		an->an_target = kmem_alloc((size_t)an->an_size + 1, KM_SLEEP);
		strcpy(an->an_target, target);
	}
	error = vnode_of(an, vpp);
	if (error != 0) {
		kitan_node_unname(an);
		kitan_node_free(an);
		return error;
	}
	cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	VN_KNOTE(dvp, NOTE_WRITE | (vap->va_type == VDIR ? NOTE_LINK : 0));
	return 0;
}

static int
kitan_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	return make(ap->a_dvp, ap->a_cnp, ap->a_vap, NULL, ap->a_vpp);
}

static int
kitan_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	return make(ap->a_dvp, ap->a_cnp, ap->a_vap, NULL, ap->a_vpp);
}

static int
kitan_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;

	return make(ap->a_dvp, ap->a_cnp, ap->a_vap, ap->a_target, ap->a_vpp);
}

static int
kitan_remove(void *v)
{
	struct vop_remove_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error = vp->v_type == VDIR ? EPERM : 0;

	K(ap->a_cnp->cn_nameiop == DELETE);
	if (error == 0) {
		kitan_node_unname(VTOKITAN(vp));
		cache_purge(vp);
		VN_KNOTE(vp, NOTE_DELETE);
		VN_KNOTE(dvp, NOTE_WRITE);
	}
	vput(dvp);
	vput(vp);
	return error;
}

static int
kitan_rmdir(void *v)
{
	struct vop_rmdir_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error = 0;

	K(ap->a_cnp->cn_namelen > 0);
	if (!LIST_EMPTY(&VTOKITAN(vp)->an_children))
		error = ENOTEMPTY;
	else {
		kitan_node_unname(VTOKITAN(vp));
		cache_purge(vp);
		cache_purge(dvp);
		VN_KNOTE(vp, NOTE_DELETE);
		VN_KNOTE(dvp, NOTE_WRITE | NOTE_LINK);
	}
	vput(dvp);
	vput(vp);
	return error;
}

static int
kitan_access(void *v)
{
	struct vop_access_args *ap = v;
	struct kitan_node *an = VTOKITAN(ap->a_vp);
	mode_t mode = (mode_t)ap->a_mode;

	if ((mode & VWRITE) != 0 && (ap->a_vp->v_mount->mnt_flag & MNT_RDONLY))
		return EROFS;
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(mode, an->an_type, an->an_mode), ap->a_vp, NULL,
	    genfs_can_access(an->an_type, an->an_mode, an->an_uid, an->an_gid,
		mode, ap->a_cred));
}

static int
kitan_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct kitan_node *an = VTOKITAN(ap->a_vp);
	struct vattr *va = ap->a_vap;

	vattr_null(va);
	va->va_type = an->an_type;
	va->va_mode = an->an_mode;
	va->va_nlink = an->an_named ? 1 : 0;
	va->va_uid = an->an_uid;
	va->va_gid = an->an_gid;
	va->va_fsid = (dev_t)ap->a_vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	va->va_fileid = an->an_id;
	va->va_size = (u_quad_t)an->an_size;
	va->va_bytes = (u_quad_t)round_page(an->an_size);
	va->va_blocksize = PAGE_SIZE;
	va->va_atime = an->an_atime;
	va->va_mtime = an->an_mtime;
	va->va_ctime = an->an_ctime;
	va->va_birthtime = an->an_btime;
	va->va_gen = 1;
	va->va_flags = an->an_flags;
	return 0;
}

static int
kitan_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct kitan_node *an = VTOKITAN(ap->a_vp);
	struct vattr *va = ap->a_vap;
	int error = 0;

	if (va->va_mode != (mode_t)VNOVAL)
		an->an_mode = va->va_mode & ALLPERMS;
	if (va->va_size != (u_quad_t)VNOVAL)
		error = an->an_type == VREG
		    ? kitan_resize(an, (off_t)va->va_size)
		    : EISDIR;
	if (error == 0)
		VN_KNOTE(ap->a_vp, NOTE_ATTRIB);
	return error;
}

static int
kitan_read(void *v)
{
	struct vop_read_args *ap = v;
	struct kitan_node *an = VTOKITAN(ap->a_vp);
	struct uio *uio = ap->a_uio;
	vsize_t len;
	int error = 0;

	if (ap->a_vp->v_type == VDIR)
		return EISDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	while (
	    error == 0 && uio->uio_resid > 0 && uio->uio_offset < an->an_size) {
		len = MIN(uio->uio_resid, an->an_size - uio->uio_offset);
		error = ubc_uiomove(an->an_uobj, uio, len,
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_READ | UBC_PARTIALOK | UBC_UNMAP_FLAG(ap->a_vp));
	}
	kitan_touch(an, true, false);
	return error;
}

static int
kitan_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitan_node *an = VTOKITAN(vp);
	struct uio *uio = ap->a_uio;
	off_t osize = an->an_size, end;
	size_t resid = uio->uio_resid;
	int error = 0;

	if ((ap->a_ioflag & IO_APPEND) != 0)
		uio->uio_offset = osize;
	end = uio->uio_offset + (off_t)resid;
	if (end > osize) {
		error = kitan_resize(an, end);
		if (error != 0)
			return error;
	}
	while (error == 0 && uio->uio_resid > 0)
		error = ubc_uiomove(an->an_uobj, uio, uio->uio_resid,
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_WRITE | UBC_PARTIALOK | UBC_UNMAP_FLAG(vp));
	if (error != 0 && end > osize)
		(void)kitan_resize(an,
		    MAX(osize, (ap->a_ioflag & IO_UNIT) ? 0 : uio->uio_offset));
	kitan_touch(an, false, true);
	VN_KNOTE(vp, NOTE_WRITE | (end > osize ? NOTE_EXTEND : 0));
	return error;
}

/* Cookies: 1 and 2 for the first two, then the slots, which only grow. */
static int
kitan_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct kitan_node *dir = VTOKITAN(ap->a_vp), *an, *next;
	struct uio *uio = ap->a_uio;
	off_t at = uio->uio_offset, *cookies = NULL;
	int error = 0, n = 0;
	struct dirent *d;

	if (ap->a_vp->v_type != VDIR)
		return ENOTDIR;
	if (ap->a_ncookies != NULL)
		cookies = malloc((dir->an_nchildren + 2) * sizeof *cookies,
		    M_TEMP, M_WAITOK);
	d = malloc(sizeof *d, M_TEMP, M_WAITOK);
	for (;;) {
		memset(d, 0, sizeof *d);
		next = NULL;
		if (at < 2) {
			d->d_fileno =
			    at == 0 ? dir->an_id : dir->an_parent->an_id;
			d->d_type = DT_DIR;
			d->d_namlen = (uint16_t)(at + 1);
			memcpy(d->d_name, "..", (size_t)at + 1);
		} else {
			LIST_FOREACH(an, &dir->an_children, an_sibling) {
				if ((off_t)an->an_key.k_slot >= at &&
				    (next == NULL ||
					an->an_key.k_slot <
					    next->an_key.k_slot))
					next = an;
			}
			if (next == NULL)
				break;
			d->d_fileno = next->an_id;
			d->d_type = (uint8_t)vtype2dt(next->an_type);
			d->d_namlen = (uint16_t)strlen(next->an_name);
			memcpy(d->d_name, next->an_name, d->d_namlen);
		}
		d->d_reclen = (uint16_t)_DIRENT_SIZE(d);
		if (d->d_reclen > uio->uio_resid) {
			error = -1;
			break;
		}
		error = uiomove(d, d->d_reclen, uio);
		if (error != 0)
			break;
		at = next == NULL ? at + 1 : (off_t)next->an_key.k_slot + 1;
		if (cookies != NULL)
			cookies[n++] = at;
	}
	free(d, M_TEMP);
	uio->uio_offset = at;
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = error == 0;
	if (cookies != NULL) {
		*ap->a_cookies = cookies;
		*ap->a_ncookies = n;
	}
	return error == -1 ? 0 : error;
}

static int
kitan_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct kitan_node *an = VTOKITAN(ap->a_vp);

	return uiomove(an->an_target, (size_t)an->an_size, ap->a_uio);
}

static int
kitan_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct kitan_node *an = VTOKITAN(ap->a_vp);

	return lf_advlock(ap, &an->an_lockf, an->an_size);
}

static int
kitan_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	*ap->a_recycle = !VTOKITAN(ap->a_vp)->an_named;
	VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
kitan_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitan_node *an = VTOKITAN(vp);

	vcache_remove(vp->v_mount, &an->an_key, sizeof an->an_key);
	mutex_enter(&an->an_mount->km_lock);
	an->an_vnode = NULL;
	mutex_exit(&an->an_mount->km_lock);
	vp->v_data = NULL;
	if (!an->an_named)
		kitan_node_free(an);
	return 0;
}

static int
kitan_print(void *v)
{
	struct vop_print_args *ap = v;

	printf("kitan %s\n", VTOKITAN(ap->a_vp)->an_name);
	return 0;
}

/*
 * The pages are the object's, whose lock the vnode has.
 */
static int
kitan_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitan_node *an = VTOKITAN(vp);
	struct uvm_object *uobj = an->an_uobj;
	const struct uvm_pagerops *ops = uobj->pgops;
	int npages = *ap->a_count, flags = ap->a_flags;

	K(mutex_owned(vp->v_interlock) && mutex_owned(uobj->vmobjlock));
	if (round_page(vp->v_size) <= ap->a_offset) {
		if ((flags & PGO_LOCKED) == 0)
			mutex_exit(vp->v_interlock);
		return EINVAL;
	}
	npages = MIN(npages,
	    (int)((round_page(vp->v_size) - ap->a_offset) >> PAGE_SHIFT));
	*ap->a_count = npages;
	if ((flags & PGO_LOCKED) == 0 && (flags & PGO_NOTIMESTAMP) == 0)
		kitan_touch(an, true, (ap->a_access_type & VM_PROT_WRITE) != 0);
	/* drops the lock, as we have to */
	return (*ops->pgo_get)(uobj, ap->a_offset, ap->a_m, ap->a_count,
	    ap->a_centeridx, ap->a_access_type, ap->a_advice,
	    flags | PGO_ALLPAGES);
}

static int
kitan_putpages(void *v)
{
	struct vop_putpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uvm_object *uobj;
	const struct uvm_pagerops *ops;

	K(mutex_owned(vp->v_interlock));
	if (vp->v_type != VREG) {
		mutex_exit(vp->v_interlock);
		return 0;
	}
	uobj = VTOKITAN(vp)->an_uobj;
	ops = uobj->pgops;
	return (*ops->pgo_put)(uobj, ap->a_offlo, ap->a_offhi, ap->a_flags);
}

static int
kitan_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_NAME_MAX:
		*ap->a_retval = 255;
		return 0;
	case _PC_LINK_MAX:
		*ap->a_retval = 1;
		return 0;
	default:
		return EINVAL;
	}
}

int (**kitan_own_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc entries[] = {
    {&vop_default_desc, vn_default_error},
    {&vop_lookup_desc, kitan_lookup},
    {&vop_create_desc, kitan_create},
    {&vop_mknod_desc, genfs_eopnotsupp},
    {&vop_open_desc, genfs_nullop},
    {&vop_close_desc, genfs_nullop},
    {&vop_access_desc, kitan_access},
    {&vop_getattr_desc, kitan_getattr},
    {&vop_setattr_desc, kitan_setattr},
    {&vop_read_desc, kitan_read},
    {&vop_write_desc, kitan_write},
    {&vop_fcntl_desc, genfs_fcntl},
    {&vop_ioctl_desc, genfs_enoioctl},
    {&vop_poll_desc, genfs_poll},
    {&vop_kqfilter_desc, genfs_kqfilter},
    {&vop_revoke_desc, genfs_revoke},
    {&vop_fsync_desc, genfs_nullop},
    {&vop_seek_desc, genfs_seek},
    {&vop_remove_desc, kitan_remove},
    {&vop_link_desc, genfs_eopnotsupp},
    {&vop_rename_desc, kitan_rename},
    {&vop_mkdir_desc, kitan_mkdir},
    {&vop_rmdir_desc, kitan_rmdir},
    {&vop_symlink_desc, kitan_symlink},
    {&vop_readdir_desc, kitan_readdir},
    {&vop_readlink_desc, kitan_readlink},
    {&vop_abortop_desc, genfs_abortop},
    {&vop_inactive_desc, kitan_inactive},
    {&vop_reclaim_desc, kitan_reclaim},
    {&vop_lock_desc, genfs_lock},
    {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, genfs_eopnotsupp},
    {&vop_strategy_desc, genfs_eopnotsupp},
    {&vop_print_desc, kitan_print},
    {&vop_pathconf_desc, kitan_pathconf},
    {&vop_islocked_desc, genfs_islocked},
    {&vop_advlock_desc, kitan_advlock},
    {&vop_bwrite_desc, genfs_nullop},
    {&vop_getpages_desc, kitan_getpages},
    {&vop_putpages_desc, kitan_putpages},
    {NULL, NULL},
};

int (**kitan_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc checked_entries[] = {
    {&vop_default_desc, vopcheck},
    {NULL, NULL},
};
static const struct vnodeopv_desc descs[] = {
    {&kitan_own_vnodeop_p, entries},
    {&kitan_vnodeop_p, checked_entries},
};
const struct vnodeopv_desc *const kitan_opv_descs[] = {
    &descs[0],
    &descs[1],
    NULL,
};

const struct vopcheck_vector vopcheck_vectors[] = {
    {&kitan_vnodeop_p, &kitan_own_vnodeop_p},
    {NULL, NULL},
};
