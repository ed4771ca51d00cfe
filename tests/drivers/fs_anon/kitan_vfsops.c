/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/param.h>

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include "kitan.h"
#include "ktest.h"
#include "vopcheck.h"

MODULE(MODULE_CLASS_VFS, kitan, NULL);
VFS_PROTOS(kitan);

#define SLOTS ((vmem_size_t)1 << 20)

struct vfsops kitan_vfsops = {
    .vfs_name = "kitan",
    .vfs_min_mount_data = sizeof(struct kitan_args),
    .vfs_mount = kitan_mount,
    .vfs_start = kitan_start,
    .vfs_unmount = kitan_unmount,
    .vfs_root = kitan_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = kitan_statvfs,
    .vfs_sync = kitan_sync,
    .vfs_vget = kitan_vget,
    .vfs_loadvnode = kitan_loadvnode,
    .vfs_fhtovp = (void *)eopnotsupp,
    .vfs_vptofh = (void *)eopnotsupp,
    .vfs_init = kitan_init,
    .vfs_done = kitan_done,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = (void *)eopnotsupp,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_opv_descs = kitan_opv_descs,
};

static int
kitan_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		vopcheck_mpsafe = true;
		return vfs_attach(&kitan_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&kitan_vfsops);
	default:
		return ENOTTY;
	}
}

void
kitan_init(void)
{
}

void
kitan_done(void)
{
}

/* --- nodes ----------------------------------------------------------------- */

static signed int
key_compare(const struct kitan_key *a, const struct kitan_key *b)
{
	if (a->k_dir != b->k_dir)
		return a->k_dir < b->k_dir ? -1 : 1;
	if (a->k_slot != b->k_slot)
		return a->k_slot < b->k_slot ? -1 : 1;
	return 0;
}

static signed int
compare_nodes(void *ctx, const void *a, const void *b)
{
	return key_compare(&((const struct kitan_node *)a)->an_key,
	    &((const struct kitan_node *)b)->an_key);
}

static signed int
compare_key(void *ctx, const void *a, const void *key)
{
	return key_compare(&((const struct kitan_node *)a)->an_key, key);
}

static const rb_tree_ops_t node_ops = {
    .rbto_compare_nodes = compare_nodes,
    .rbto_compare_key = compare_key,
    .rbto_node_offset = offsetof(struct kitan_node, an_rb),
    .rbto_context = NULL,
};

void
kitan_touch(struct kitan_node *an, bool access, bool modify)
{
	struct timespec now;

	vfs_timestamp(&now);
	if (access)
		an->an_atime = now;
	if (modify)
		an->an_mtime = an->an_ctime = now;
}

uint64_t
kitan_room(struct kitan_mount *km)
{
	/* what is free, and what could be, but for what should be kept free */
	uint64_t room = (uint64_t)(uvmexp.free + uvmexp.filepages +
	    uvmexp.swpgavail - uvmexp.swpgonly);

	room = room > (uint64_t)uvmexp.freetarg ? room - uvmexp.freetarg : 0;
	if (km->km_limit != 0) {
		if (km->km_limit <= km->km_pages)
			return 0;
		room = MIN(room, km->km_limit - km->km_pages);
	}
	return room;
}

int
kitan_node_make(struct kitan_mount *km, struct kitan_node *dir,
    const char *name, size_t len, enum vtype type, mode_t mode,
    kauth_cred_t cred, struct kitan_node **anp)
{
	struct kitan_node *an;
	vmem_addr_t slot = 0;
	int error;

	if (dir != NULL) {
		error =
		    vmem_alloc(km->km_slots, 1, VM_BESTFIT | VM_SLEEP, &slot);
		if (error != 0)
			return error;
	}
	an = kmem_zalloc(sizeof *an, KM_SLEEP);
	an->an_mount = km;
	an->an_key.k_dir = dir != NULL ? dir->an_id : 0;
	an->an_key.k_slot = slot;
	an->an_id = atomic_add_int_nv(&km->km_lastid, 1);
	an->an_type = type;
	an->an_mode = mode & ALLPERMS;
	an->an_uid = kauth_cred_geteuid(cred);
	an->an_gid = dir != NULL ? dir->an_gid : kauth_cred_getegid(cred);
	an->an_named = true;
	an->an_parent = dir;
	memcpy(an->an_name, name, len);
	kitan_touch(an, true, true);
	an->an_btime = an->an_mtime;
	LIST_INIT(&an->an_children);
	if (type == VREG)
		an->an_uobj = uao_create(INT64_MAX - PAGE_SIZE, 0);
	if (dir != NULL) {
		LIST_INSERT_HEAD(&dir->an_children, an, an_sibling);
		dir->an_nchildren++;
		kitan_touch(dir, false, true);
	}
	mutex_enter(&km->km_lock);
	K(rb_tree_insert_node(&km->km_nodes, an) == an);
	mutex_exit(&km->km_lock);
	atomic_inc_32(&km->km_files);
	*anp = an;
	return 0;
}

void
kitan_node_unname(struct kitan_node *an)
{
	struct kitan_node *dir = an->an_parent;

	an->an_named = false;
	LIST_REMOVE(an, an_sibling);
	dir->an_nchildren--;
	kitan_touch(dir, false, true);
	kitan_touch(an, false, true);
}

void
kitan_node_free(struct kitan_node *an)
{
	struct kitan_mount *km = an->an_mount;

	mutex_enter(&km->km_lock);
	rb_tree_remove_node(&km->km_nodes, an);
	mutex_exit(&km->km_lock);
	if (an->an_uobj != NULL) {
		atomic_add_int(
		    &km->km_pages, -(int)howmany(an->an_size, PAGE_SIZE));
		uao_detach(an->an_uobj);
	}
	if (an->an_key.k_slot != 0)
		vmem_free(km->km_slots, an->an_key.k_slot, 1);
	if (an->an_target != NULL)
		kmem_free(an->an_target, (size_t)an->an_size + 1);
	K(LIST_EMPTY(&an->an_children));
	K(atomic_dec_32_nv(&km->km_files) < 0x80000000);
	kmem_free(an, sizeof *an);
}

struct kitan_node *
kitan_dir_find(struct kitan_node *dir, const char *name, size_t len)
{
	struct kitan_node *an;

	LIST_FOREACH(an, &dir->an_children, an_sibling) {
		if (strlen(an->an_name) == len &&
		    memcmp(an->an_name, name, len) == 0)
			return an;
	}
	return NULL;
}

void
kitan_move(struct kitan_node *an, const struct kitan_key *key,
    struct kitan_node *dir, const char *name, size_t len)
{
	struct kitan_mount *km = an->an_mount;

	mutex_enter(&km->km_lock);
	rb_tree_remove_node(&km->km_nodes, an);
	vmem_free(km->km_slots, an->an_key.k_slot, 1);
	an->an_key = *key;
	K(rb_tree_insert_node(&km->km_nodes, an) == an);
	mutex_exit(&km->km_lock);
	LIST_REMOVE(an, an_sibling);
	an->an_parent->an_nchildren--;
	kitan_touch(an->an_parent, false, true);
	an->an_parent = dir;
	LIST_INSERT_HEAD(&dir->an_children, an, an_sibling);
	dir->an_nchildren++;
	kitan_touch(dir, false, true);
	memset(an->an_name, 0, sizeof an->an_name);
	memcpy(an->an_name, name, len);
}

/*
 * Another size.  The vnode is locked; what is behind the end is zero.
 */
int
kitan_resize(struct kitan_node *an, off_t size)
{
	struct kitan_mount *km = an->an_mount;
	unsigned int have = (unsigned int)howmany(an->an_size, PAGE_SIZE);
	unsigned int want = (unsigned int)howmany(size, PAGE_SIZE);
	struct vnode *vp = an->an_vnode;

	if (size < 0 || size > (off_t)1 << 40)
		return EFBIG;
	if (want > have && want - have > kitan_room(km))
		return ENOSPC;
	if (size < an->an_size && size % PAGE_SIZE != 0)
		ubc_zerorange(an->an_uobj, size,
		    (size_t)(MIN(round_page(size), an->an_size) - size),
		    UBC_UNMAP_FLAG(vp));
	if (want < have) {
		uao_dropswap_range(an->an_uobj, want, have);
	}
	atomic_add_int(&km->km_pages, (int)want - (int)have);
	an->an_size = size;
	/* frees the pages behind the end, by VOP_PUTPAGES() */
	uvm_vnp_setsize(vp, size);
	return 0;
}

/* --- mounts ---------------------------------------------------------------- */

int
kitan_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct kitan_args *args = data;
	struct kitan_mount *km;
	int error;

	if (args == NULL || *data_len < sizeof *args)
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		args->ka_bytes = VFSTOKITAN(mp)->km_limit * PAGE_SIZE;
		*data_len = sizeof *args;
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return EOPNOTSUPP;
	km = kmem_zalloc(sizeof *km, KM_SLEEP);
	km->km_mount = mp;
	km->km_limit = args->ka_bytes / PAGE_SIZE;
	mutex_init(&km->km_lock, MUTEX_DEFAULT, IPL_NONE);
	rb_tree_init(&km->km_nodes, &node_ops);
	km->km_slots = vmem_create(
	    "kitan", 16, SLOTS, 1, NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	error = kitan_node_make(
	    km, NULL, "", 0, VDIR, 0777, curlwp->l_cred, &km->km_root);
	if (error != 0) {
		vmem_destroy(km->km_slots);
		mutex_destroy(&km->km_lock);
		kmem_free(km, sizeof *km);
		return error;
	}
	km->km_root->an_parent = km->km_root;
	mp->mnt_data = km;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE;
	mp->mnt_stat.f_namemax = 255;
	mp->mnt_fs_bshift = PAGE_SHIFT;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	vfs_getnewfsid(mp);
	return set_statvfs_info(path, UIO_USERSPACE, "kitan", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
}

int
kitan_start(struct mount *mp, int flags)
{
	return 0;
}

/* All files below: they have no vnodes any more. */
static void
free_tree(struct kitan_node *dir)
{
	struct kitan_node *an;

	while ((an = LIST_FIRST(&dir->an_children)) != NULL) {
		K(an->an_vnode == NULL);
		if (an->an_type == VDIR)
			free_tree(an);
		kitan_node_unname(an);
		kitan_node_free(an);
	}
}

int
kitan_unmount(struct mount *mp, int mntflags)
{
	struct kitan_mount *km = VFSTOKITAN(mp);
	int error;

	error =
	    vflush(mp, NULLVP, (mntflags & MNT_FORCE) != 0 ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	free_tree(km->km_root);
	kitan_node_free(km->km_root);
	K(RB_TREE_MIN(&km->km_nodes) == NULL);
	KEQ(km->km_pages, 0);
	KEQ(km->km_files, 0);
	vmem_destroy(km->km_slots);
	mutex_destroy(&km->km_lock);
	kmem_free(km, sizeof *km);
	mp->mnt_data = NULL;
	mp->mnt_flag &= ~MNT_LOCAL;
	return 0;
}

int
kitan_root(struct mount *mp, struct vnode **vpp)
{
	static const struct kitan_key key;
	int error;

	error = vcache_get(mp, &key, sizeof key, vpp);
	if (error == 0)
		error = vn_lock(*vpp, LK_EXCLUSIVE);
	return error;
}

int
kitan_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct kitan_mount *km = VFSTOKITAN(mp);

	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = PAGE_SIZE;
	sbp->f_bfree = sbp->f_bavail = kitan_room(km);
	sbp->f_bresvd = 0;
	sbp->f_blocks = sbp->f_bfree + km->km_pages;
	sbp->f_files = km->km_files + 1000;
	sbp->f_ffree = sbp->f_favail = 1000;
	sbp->f_fresvd = 0;
	copy_statvfs_info(sbp, mp);
	return 0;
}

int
kitan_sync(struct mount *mp, int waitfor, kauth_cred_t cred)
{
	return 0;
}

int
kitan_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	return EOPNOTSUPP;
}

int
kitan_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct kitan_mount *km = VFSTOKITAN(mp);
	struct kitan_node *an;

	KEQ(key_len, sizeof(struct kitan_key));
	mutex_enter(&km->km_lock);
	an = rb_tree_find_node(&km->km_nodes, key);
	if (an == NULL || !an->an_named) {
		mutex_exit(&km->km_lock);
		return ENOENT;
	}
	K(an->an_vnode == NULL);
	an->an_vnode = vp;
	mutex_exit(&km->km_lock);
	vp->v_tag = VT_TMPFS;
	vp->v_type = an->an_type;
	vp->v_op = kitan_vnodeop_p;
	vp->v_data = an;
	if (an == km->km_root)
		vp->v_vflag |= VV_ROOT;
	if (an->an_uobj != NULL) {
		/* one lock for both, as long as either lives */
		mutex_obj_hold(an->an_uobj->vmobjlock);
		uvm_obj_setlock(&vp->v_uobj, an->an_uobj->vmobjlock);
		K(vp->v_interlock == an->an_uobj->vmobjlock);
	}
	uvm_vnp_setsize(vp, an->an_size);
	*new_key = &an->an_key;
	return 0;
}
