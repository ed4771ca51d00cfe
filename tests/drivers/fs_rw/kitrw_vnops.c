/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names come and go; the life of files; the vectors.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

#include "kitrw.h"
#include "ktest.h"
#include "vopcheck.h"

/*
 * A new file with a name.  In a transaction, the directory locked.
 */
static int
make_locked(struct vnode *dvp, struct componentname *cnp, struct vattr *vap,
    const char *target, struct vnode **vpp)
{
	struct kitrw_node *dn = VTOKITRW(dvp), *kn;
	uint32_t ino, slot;
	struct vnode *vp;
	int error;

	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, &vp);
	if (error != 0)
		return error;
	KEQ(VOP_ISLOCKED(vp), 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	kn = VTOKITRW(vp);
	if (target != NULL) {
		kn->rw_size = strlen(target);
		memcpy(kn->rw_target, target, kn->rw_size);
		uvm_vnp_setsize(vp, (voff_t)kn->rw_size);
	}
	if (vp->v_type == VDIR) {
		kn->rw_nlink = 2;
		error = kitrw_dir_init(kn, dn->rw_ino, cnp->cn_cred);
	}
	if (error == 0 && (cnp->cn_flags & ISWHITEOUT) != 0 &&
	    kitrw_dir_find(dn, cnp->cn_nameptr, cnp->cn_namelen, &ino, &slot) ==
		0 &&
	    ino == KITRW_WHITEOUT)
		error = kitrw_dir_remove(dn, slot, false);
	if (error == 0)
		error = kitrw_dir_enter(dn, cnp->cn_nameptr, cnp->cn_namelen,
		    (uint32_t)kn->rw_ino, (uint8_t)vtype2dt(vp->v_type),
		    cnp->cn_cred);
	if (error == 0 && vp->v_type == VDIR) {
		dn->rw_nlink++;
		kitrw_touch(dn, KITRW_CHANGE);
	}
	if (error == 0)
		error = kitrw_update(kn, UPDATE_DIROP);
	if (error == 0)
		error = kitrw_update(dn, UPDATE_DIROP);
	if (error != 0) {
		kn->rw_nlink = 0;
		kitrw_touch(kn, KITRW_CHANGE);
		vput(vp);
		return error;
	}
	cache_enter(dvp, vp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	VOP_UNLOCK(vp);
	*vpp = vp;
	return 0;
}

static int
make(struct vnode *dvp, struct componentname *cnp, struct vattr *vap,
    const char *target, struct vnode **vpp)
{
	struct kitrw_node *dn = VTOKITRW(dvp);
	int error;

	*vpp = NULL;
	if (vap->va_type == VDIR && dn->rw_nlink >= UINT16_MAX)
		return EMLINK;
	if ((dn->rw_stflags & IMMUTABLE) != 0)
		return EPERM;
	error = KITRW_BEGIN(dn->rw_mount);
	if (error != 0)
		return error;
	error = make_locked(dvp, cnp, vap, target, vpp);
	KITRW_END(dn->rw_mount);
	if (error == 0)
		VN_KNOTE(
		    dvp, NOTE_WRITE | (vap->va_type == VDIR ? NOTE_LINK : 0));
	return error;
}

static int
kitrw_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	return make(ap->a_dvp, ap->a_cnp, ap->a_vap, NULL, ap->a_vpp);
}

static int
kitrw_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;

	if (ap->a_vap->va_type == VNON || ap->a_vap->va_type == VBAD)
		return EINVAL;
	return make(ap->a_dvp, ap->a_cnp, ap->a_vap, NULL, ap->a_vpp);
}

static int
kitrw_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	return make(ap->a_dvp, ap->a_cnp, ap->a_vap, NULL, ap->a_vpp);
}

static int
kitrw_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;

	if (strlen(ap->a_target) > KITRW_LINKMAX)
		return ENAMETOOLONG;
	return make(ap->a_dvp, ap->a_cnp, ap->a_vap, ap->a_target, ap->a_vpp);
}

static int
kitrw_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct componentname *cnp = ap->a_cnp;
	struct kitrw_node *dn = VTOKITRW(dvp), *kn;
	int error;

	if (vp->v_type == VDIR)
		error = EPERM;
	else if (dvp->v_mount != vp->v_mount)
		error = EXDEV;
	else
		error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0) {
		VOP_ABORTOP(dvp, cnp);
		return error;
	}
	kn = VTOKITRW(vp);
	if (kn->rw_nlink == 0)
		error = ENOENT;
	else if (kn->rw_nlink >= UINT16_MAX)
		error = EMLINK;
	else if ((kn->rw_stflags & (IMMUTABLE | APPEND)) != 0)
		error = EPERM;
	else
		error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		goto out;
	kn->rw_nlink++;
	kitrw_touch(kn, KITRW_CHANGE);
	error = kitrw_dir_enter(dn, cnp->cn_nameptr, cnp->cn_namelen,
	    (uint32_t)kn->rw_ino, (uint8_t)vtype2dt(vp->v_type), cnp->cn_cred);
	if (error != 0)
		kn->rw_nlink--;
	else
		error = kitrw_update(kn, UPDATE_DIROP);
	if (error == 0)
		error = kitrw_update(dn, UPDATE_DIROP);
	KITRW_END(kn->rw_mount);
out:
	VOP_UNLOCK(vp);
	if (error == 0) {
		VN_KNOTE(vp, NOTE_LINK);
		VN_KNOTE(dvp, NOTE_WRITE);
	} else
		VOP_ABORTOP(dvp, cnp);
	return error;
}

/* Takes a name away.  Both vnodes locked. */
static int
unname(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct kitrw_node *dn = VTOKITRW(dvp), *kn = VTOKITRW(vp);
	struct wapbl *wl = vp->v_mount->mnt_wapbl;
	uint32_t slot = dn->rw_slot;
	int error;

	if ((kn->rw_stflags & (IMMUTABLE | APPEND)) != 0 ||
	    (dn->rw_stflags & (IMMUTABLE | APPEND)) != 0)
		return EPERM;
	error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	error = kitrw_dir_remove(dn, slot, (cnp->cn_flags & DOWHITEOUT) != 0);
	if (error == 0) {
		kn->rw_nlink--;
		if (vp->v_type == VDIR) {
			kn->rw_nlink--;
			dn->rw_nlink--;
		}
		if (kn->rw_nlink == 0 && wl != NULL) {
			wapbl_register_inode(wl, kn->rw_ino, kn->rw_mode);
			kn->rw_registered = true;
		}
		kitrw_touch(kn, KITRW_CHANGE);
		error = kitrw_update(kn, UPDATE_DIROP);
		if (error == 0)
			error = kitrw_update(dn, UPDATE_DIROP);
	}
	KITRW_END(kn->rw_mount);
	cache_purge(vp);
	if (vp->v_type == VDIR)
		cache_purge(dvp);
	return error;
}

static int
kitrw_remove(void *v)
{
	struct vop_remove_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error;

	if (vp->v_type == VDIR)
		error = EPERM;
	else
		error = unname(dvp, vp, ap->a_cnp);
	if (error == 0) {
		VN_KNOTE(
		    vp, VTOKITRW(vp)->rw_nlink == 0 ? NOTE_DELETE : NOTE_LINK);
		VN_KNOTE(dvp, NOTE_WRITE);
	}
	vput(dvp);
	vput(vp);
	return error;
}

static int
kitrw_rmdir(void *v)
{
	struct vop_rmdir_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	bool empty = false;
	int error;

	error = kitrw_dir_empty(VTOKITRW(vp), &empty);
	if (error == 0 && !empty)
		error = ENOTEMPTY;
	if (error == 0)
		error = unname(dvp, vp, ap->a_cnp);
	if (error == 0) {
		VN_KNOTE(vp, NOTE_DELETE);
		VN_KNOTE(dvp, NOTE_WRITE | NOTE_LINK);
	}
	vput(dvp);
	vput(vp);
	return error;
}

static int
kitrw_open(void *v)
{
	struct vop_open_args *ap = v;

	if ((ap->a_mode & (FWRITE | O_APPEND)) == FWRITE &&
	    (VTOKITRW(ap->a_vp)->rw_stflags & APPEND) != 0)
		return EPERM;
	return 0;
}

static int
kitrw_close(void *v)
{
	struct vop_close_args *ap = v;

	K(ap->a_vp->v_data != NULL && ap->a_cred != (kauth_cred_t)ap);
	return 0;
}

static int
kitrw_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);

	return uiomove(kn->rw_target, kn->rw_size, ap->a_uio);
}

static int
kitrw_print(void *v)
{
	struct vop_print_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);

	printf("kitrw inode %ju, links %u, blocks %u\n", (uintmax_t)kn->rw_ino,
	    (unsigned int)kn->rw_nlink, kn->rw_nblocks);
	return 0;
}

/* The last reference goes, and maybe the file. */
static int
kitrw_inactive(void *v)
{
	struct vop_inactive_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitrw_node *kn = VTOKITRW(vp);
	struct kitrw_mount *km = kn->rw_mount;
	uint32_t xattr;
	int error;

	*ap->a_recycle = kn->rw_nlink == 0;
	if (kn->rw_nlink != 0 || km->km_ronly || kn->rw_mode == 0)
		goto out;
	error = KITRW_BEGIN(km);
	if (error != 0)
		goto out;
	if (vp->v_type == VREG || vp->v_type == VDIR)
		KEQ(kitrw_truncate(kn, 0), 0);
	if ((xattr = kn->rw_xattr) != 0) {
		struct buf *bp = getblk(km->km_devvp,
		    (daddr_t)xattr << (KITRW_BSHIFT - DEV_BSHIFT), KITRW_BSIZE,
		    0, 0);

		brelse(bp, BC_INVAL);
		kn->rw_xattr = 0;
		kitrw_block_free(kn, xattr);
	}
	KEQ(kn->rw_nblocks, 0);
	if (kn->rw_registered)
		wapbl_unregister_inode(
		    km->km_mount->mnt_wapbl, kn->rw_ino, kn->rw_mode);
	(void)kitrw_charge(km, kn->rw_uid, kn->rw_gid, 0, -1, NOCRED);
	kn->rw_mode = 0;
	kitrw_touch(kn, KITRW_CHANGE);
	KEQ(kitrw_update(kn, 0), 0);
	kitrw_inode_release(km, kn->rw_ino);
	KITRW_END(km);
out:
	VOP_UNLOCK(vp);
	return 0;
}

static int
kitrw_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitrw_node *kn = VTOKITRW(vp);

	if (kn->rw_update != 0 && kn->rw_mode != 0 &&
	    KITRW_BEGIN(kn->rw_mount) == 0) {
		(void)kitrw_update(kn, UPDATE_CLOSE);
		KITRW_END(kn->rw_mount);
	}
	if (kn->rw_dirhash != NULL)
		dirhash_purge(&kn->rw_dirhash);
	vcache_remove(vp->v_mount, &kn->rw_ino, sizeof kn->rw_ino);
	genfs_node_destroy(vp);
	vp->v_data = NULL;
	kitrw_node_free(kn);
	return 0;
}

static int
kitrw_fiforead(void *v)
{
	struct vop_read_args *ap = v;

	kitrw_touch(VTOKITRW(ap->a_vp), KITRW_ACCESS);
	return VOCALL(fifo_vnodeop_p, VOFFSET(vop_read), v);
}

static int
kitrw_fifowrite(void *v)
{
	struct vop_write_args *ap = v;

	kitrw_touch(VTOKITRW(ap->a_vp), KITRW_MODIFY);
	return VOCALL(fifo_vnodeop_p, VOFFSET(vop_write), v);
}

#define OWN                                                                    \
	{&vop_access_desc, kitrw_access}, {&vop_getattr_desc, kitrw_getattr},  \
	    {&vop_setattr_desc, kitrw_setattr},                                \
	    {&vop_inactive_desc, kitrw_inactive},                              \
	    {&vop_reclaim_desc, kitrw_reclaim}, {&vop_lock_desc, genfs_lock},  \
	    {&vop_unlock_desc, genfs_unlock},                                  \
	    {&vop_islocked_desc, genfs_islocked},                              \
	    {&vop_bwrite_desc, vn_bwrite},                                     \
	{                                                                      \
		&vop_print_desc, kitrw_print                                   \
	}

int (**kitrw_own_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc kitrw_entries[] = {
    {&vop_default_desc, vn_default_error},
    {&vop_lookup_desc, kitrw_lookup},
    {&vop_create_desc, kitrw_create},
    {&vop_whiteout_desc, kitrw_whiteout},
    {&vop_mknod_desc, kitrw_mknod},
    {&vop_open_desc, kitrw_open},
    {&vop_close_desc, kitrw_close},
    {&vop_read_desc, kitrw_read},
    {&vop_write_desc, kitrw_write},
    {&vop_fallocate_desc, kitrw_fallocate},
    {&vop_fdiscard_desc, kitrw_fdiscard},
    {&vop_fcntl_desc, genfs_fcntl},
    {&vop_ioctl_desc, genfs_enoioctl},
    {&vop_poll_desc, genfs_poll},
    {&vop_kqfilter_desc, genfs_kqfilter},
    {&vop_revoke_desc, genfs_revoke},
    {&vop_mmap_desc, genfs_mmap},
    {&vop_fsync_desc, kitrw_fsync},
    {&vop_seek_desc, genfs_seek},
    {&vop_remove_desc, kitrw_remove},
    {&vop_link_desc, kitrw_link},
    {&vop_rename_desc, kitrw_rename},
    {&vop_mkdir_desc, kitrw_mkdir},
    {&vop_rmdir_desc, kitrw_rmdir},
    {&vop_symlink_desc, kitrw_symlink},
    {&vop_readdir_desc, kitrw_readdir},
    {&vop_readlink_desc, kitrw_readlink},
    {&vop_abortop_desc, genfs_abortop},
    {&vop_bmap_desc, kitrw_bmap},
    {&vop_strategy_desc, kitrw_strategy},
    {&vop_pathconf_desc, kitrw_pathconf},
    {&vop_advlock_desc, kitrw_advlock},
    {&vop_getpages_desc, genfs_getpages},
    {&vop_putpages_desc, genfs_putpages},
    {&vop_openextattr_desc, kitrw_openextattr},
    {&vop_closeextattr_desc, kitrw_closeextattr},
    {&vop_getextattr_desc, kitrw_getextattr},
    {&vop_setextattr_desc, kitrw_setextattr},
    {&vop_listextattr_desc, kitrw_listextattr},
    {&vop_deleteextattr_desc, kitrw_deleteextattr},
    OWN,
    {NULL, NULL},
};

int (**kitrw_own_specop_p)(void *);
static const struct vnodeopv_entry_desc kitrw_spec_entries[] = {
    {&vop_default_desc, vn_default_error},
    {&vop_lookup_desc, spec_lookup},
    {&vop_open_desc, spec_open},
    {&vop_close_desc, spec_close},
    {&vop_read_desc, spec_read},
    {&vop_write_desc, spec_write},
    {&vop_ioctl_desc, spec_ioctl},
    {&vop_poll_desc, spec_poll},
    {&vop_kqfilter_desc, spec_kqfilter},
    {&vop_fsync_desc, spec_fsync},
    {&vop_seek_desc, spec_seek},
    {&vop_revoke_desc, spec_revoke},
    {&vop_bmap_desc, spec_bmap},
    {&vop_strategy_desc, spec_strategy},
    {&vop_pathconf_desc, spec_pathconf},
    {&vop_advlock_desc, genfs_einval},
    {&vop_getpages_desc, spec_getpages},
    {&vop_putpages_desc, spec_putpages},
    OWN,
    {NULL, NULL},
};

int (**kitrw_own_fifoop_p)(void *);
static const struct vnodeopv_entry_desc kitrw_fifo_entries[] = {
    {&vop_default_desc, vn_fifo_bypass},
    {&vop_read_desc, kitrw_fiforead},
    {&vop_write_desc, kitrw_fifowrite},
    OWN,
    {NULL, NULL},
};

static const struct vnodeopv_entry_desc checked_entries[] = {
    {&vop_default_desc, vopcheck},
    {NULL, NULL},
};
int (**kitrw_vnodeop_p)(void *);
int (**kitrw_specop_p)(void *);
int (**kitrw_fifoop_p)(void *);

static const struct vnodeopv_desc descs[] = {
    {&kitrw_own_vnodeop_p, kitrw_entries},
    {&kitrw_own_specop_p, kitrw_spec_entries},
    {&kitrw_own_fifoop_p, kitrw_fifo_entries},
    {&kitrw_vnodeop_p, checked_entries},
    {&kitrw_specop_p, checked_entries},
    {&kitrw_fifoop_p, checked_entries},
};

const struct vnodeopv_desc *const kitrw_opv_descs[] = {
    &descs[0],
    &descs[1],
    &descs[2],
    &descs[3],
    &descs[4],
    &descs[5],
    NULL,
};

const struct vopcheck_vector vopcheck_vectors[] = {
    {&kitrw_vnodeop_p, &kitrw_own_vnodeop_p},
    {&kitrw_specop_p, &kitrw_own_specop_p},
    {&kitrw_fifoop_p, &kitrw_own_fifoop_p},
    {NULL, NULL},
};
