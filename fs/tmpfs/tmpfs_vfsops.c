/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting, and what belongs to a mount as a whole.
 */
#include "tmpfs.h"

#include <miscfs/genfs/genfs.h>
#include <sys/module.h>
#include <sys/statvfs.h>

MODULE(MODULE_CLASS_VFS, tmpfs, NULL);

/* How a file handle names a node. */
struct tmpfs_fid {
	uint16_t tf_len;
	uint16_t tf_pad;
	uint32_t tf_gen;
	ino_t tf_id;
};
CTASSERT(sizeof(struct tmpfs_fid) <= sizeof(struct fid));

static void
tmpfs_init(void)
{
	tmpfs_node_poolinit();
}

static void
tmpfs_done(void)
{
	tmpfs_node_pooldone();
}

static int
mount_getargs(struct mount *mp, struct tmpfs_args *args, size_t *data_len)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);

	if (tm == NULL)
		return EIO;
	memset(args, 0, sizeof(*args));
	args->ta_version = TMPFS_ARGS_VERSION;
	mutex_enter(&tm->tm_lock);
	args->ta_nodes_max = (ino_t)tm->tm_nodes_max;
	args->ta_size_max = (off_t)tm->tm_bytes_max;
	mutex_exit(&tm->tm_lock);
	args->ta_root_uid = tm->tm_root->tn_uid;
	args->ta_root_gid = tm->tm_root->tn_gid;
	args->ta_root_mode = tm->tm_root->tn_mode;
	*data_len = sizeof(*args);
	return 0;
}

static void
limits_of(const struct tmpfs_args *args, uint64_t *nodes, uint64_t *bytes)
{
	*nodes = args->ta_nodes_max < 3 ? 0 : (uint64_t)args->ta_nodes_max;
	*bytes = args->ta_size_max < PAGE_SIZE
	    ? 0
	    : (uint64_t)round_page(args->ta_size_max);
}

/* New limits, unless more is in use already; the rest is mount flags. */
static int
mount_update_args(struct mount *mp, const struct tmpfs_args *args)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	uint64_t nodes, bytes;
	int error = 0;

	limits_of(args, &nodes, &bytes);
	mutex_enter(&tm->tm_lock);
	if ((nodes != 0 && nodes < tm->tm_nodes_cnt) ||
	    (bytes != 0 && bytes < tm->tm_bytes_used))
		error = EBUSY;
	else {
		tm->tm_nodes_max = nodes;
		tm->tm_bytes_max = bytes;
	}
	mutex_exit(&tm->tm_lock);
	return error;
}

static void
mount_destroy(struct tmpfs_mount *tm)
{
	mutex_destroy(&tm->tm_lock);
	kmem_free(tm, sizeof(*tm));
}

static int
tmpfs_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct tmpfs_args *args = data;
	struct tmpfs_mount *tm;
	struct tmpfs_node *root;
	int error;

	if (args == NULL || *data_len < sizeof(*args))
		return EINVAL;
	if (mp->mnt_flag & MNT_GETARGS)
		return mount_getargs(mp, args, data_len);
	if (args->ta_version != TMPFS_ARGS_VERSION)
		return EINVAL;
	if (mp->mnt_flag & MNT_UPDATE)
		return mount_update_args(mp, args);
	/* these would be (type)VNOVAL */
	if (args->ta_root_uid == (uid_t)VNOVAL ||
	    args->ta_root_gid == (gid_t)VNOVAL ||
	    args->ta_root_mode == (mode_t)VNOVAL)
		return EINVAL;

	tm = kmem_zalloc(sizeof(*tm), KM_SLEEP);
	mutex_init(&tm->tm_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&tm->tm_nodes);
	limits_of(args, &tm->tm_nodes_max, &tm->tm_bytes_max);
	tm->tm_nextid = TMPFS_ROOTINO;
	error = tmpfs_node_create(tm, VDIR, args->ta_root_mode,
	    args->ta_root_uid, args->ta_root_gid, NODEV, &root);
	if (error) {
		mount_destroy(tm);
		return error;
	}
	root->tn_links = 2;
	root->tn_dir.di_parent = root;
	tm->tm_root = root;

	mp->mnt_data = tm;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_stat.f_namemax = TMPFS_MAXNAMLEN;
	mp->mnt_fs_bshift = PAGE_SHIFT;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_CAN_RWTORO | IMNT_DTYPE;
	vfs_getnewfsid(mp);
	error = set_statvfs_info(path, UIO_USERSPACE, "tmpfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
	if (error) {
		tmpfs_node_destroy(tm, root);
		mp->mnt_data = NULL;
		mount_destroy(tm);
	}
	return error;
}

static int
tmpfs_start(struct mount *mp, int flags)
{
	return 0;
}

static int
tmpfs_unmount(struct mount *mp, int mntflags)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	struct tmpfs_node *node;
	int error, flags = 0;

	if (mntflags & MNT_FORCE)
		flags |= FORCECLOSE;
	error = vflush(mp, NULLVP, flags);
	if (error)
		return error;
	/* entries first, since they point to nodes */
	LIST_FOREACH(node, &tm->tm_nodes, tn_entries)
		if (node->tn_type == VDIR)
			tmpfs_dir_fini(tm, node);
	while ((node = LIST_FIRST(&tm->tm_nodes)) != NULL)
		tmpfs_node_destroy(tm, node);
	KASSERT(tm->tm_bytes_used == 0);
	mp->mnt_data = NULL;
	mount_destroy(tm);
	return 0;
}

static int
tmpfs_root(struct mount *mp, struct vnode **vpp)
{
	struct tmpfs_node *root = VFS_TO_TMPFS(mp)->tm_root;
	int error;

	error = vcache_get(mp, &root, sizeof(root), vpp);
	if (error)
		return error;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

/* The referenced, locked vnode of a number (and generation, if not 0). */
static int
node_vnode(struct mount *mp, ino_t id, uint32_t gen, struct vnode **vpp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	struct tmpfs_node *node;
	int error;

	mutex_enter(&tm->tm_lock);
	LIST_FOREACH(node, &tm->tm_nodes, tn_entries)
		if (node->tn_id == id)
			break;
	/* nobody holds one that is being freed */
	if (node != NULL &&
	    (node->tn_holds == 0 || (gen != 0 && node->tn_gen != gen)))
		node = NULL;
	if (node != NULL)
		node->tn_holds++;
	mutex_exit(&tm->tm_lock);
	*vpp = NULL;
	if (node == NULL)
		return ESTALE;
	error = vcache_get(mp, &node, sizeof(node), vpp);
	tmpfs_node_rele(tm, node);
	if (error != 0)
		goto out;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error == 0 && VP_TO_TMPFS_NODE(*vpp)->tn_links == 0) {
		/* removed, and still in use */
		VOP_UNLOCK(*vpp);
		error = ESTALE;
	}
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
out:
	return error == ENOENT ? ESTALE : error;
}

static int
tmpfs_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	return node_vnode(mp, ino, 0, vpp);
}

static int
tmpfs_fhtovp(struct mount *mp, struct fid *fhp, struct vnode **vpp)
{
	struct tmpfs_fid tf;

	*vpp = NULL;
	if (fhp->fid_len != sizeof(tf))
		return EINVAL;
	memcpy(&tf, fhp, sizeof(tf));
	return node_vnode(mp, tf.tf_id, tf.tf_gen, vpp);
}

static int
tmpfs_vptofh(struct vnode *vp, struct fid *fhp, size_t *fh_size)
{
	const struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_fid tf;

	if (*fh_size < sizeof(tf)) {
		*fh_size = sizeof(tf);
		return E2BIG;
	}
	*fh_size = sizeof(tf);
	memset(&tf, 0, sizeof(tf));
	tf.tf_len = sizeof(tf);
	tf.tf_gen = node->tn_gen;
	tf.tf_id = node->tn_id;
	memcpy(fhp, &tf, sizeof(tf));
	return 0;
}

static int
tmpfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	uint64_t avail;

	sbp->f_iosize = sbp->f_frsize = sbp->f_bsize = PAGE_SIZE;
	mutex_enter(&tm->tm_lock);
	avail = tmpfs_bytes_avail(tm) >> PAGE_SHIFT;
	sbp->f_blocks = tmpfs_bytes_total(tm) >> PAGE_SHIFT;
	sbp->f_bavail = sbp->f_bfree = MIN(avail, sbp->f_blocks);
	sbp->f_bresvd = 0;
	if (tm->tm_nodes_max != 0)
		avail = tm->tm_nodes_max - tm->tm_nodes_cnt;
	else
		avail = tmpfs_bytes_avail(tm) / sizeof(struct tmpfs_node);
	sbp->f_files = tm->tm_nodes_cnt + avail;
	sbp->f_favail = sbp->f_ffree = avail;
	sbp->f_fresvd = 0;
	mutex_exit(&tm->tm_lock);
	copy_statvfs_info(sbp, mp);
	return 0;
}

static int
tmpfs_sync(struct mount *mp, int waitfor, kauth_cred_t cred)
{
	return 0;
}

static int
tmpfs_snapshot(struct mount *mp, struct vnode *vp, struct timespec *ctime)
{
	return EOPNOTSUPP;
}

static const struct vnodeopv_desc *const tmpfs_vnodeopv_descs[] = {
    &tmpfs_vnodeop_opv_desc,
    &tmpfs_specop_opv_desc,
    &tmpfs_fifoop_opv_desc,
    NULL,
};

struct vfsops tmpfs_vfsops = {
    .vfs_name = MOUNT_TMPFS,
    .vfs_min_mount_data = sizeof(struct tmpfs_args),
    .vfs_mount = tmpfs_mount,
    .vfs_start = tmpfs_start,
    .vfs_unmount = tmpfs_unmount,
    .vfs_root = tmpfs_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = tmpfs_statvfs,
    .vfs_sync = tmpfs_sync,
    .vfs_vget = tmpfs_vget,
    .vfs_loadvnode = tmpfs_loadvnode,
    .vfs_newvnode = tmpfs_newvnode,
    .vfs_fhtovp = tmpfs_fhtovp,
    .vfs_vptofh = tmpfs_vptofh,
    .vfs_init = tmpfs_init,
    .vfs_done = tmpfs_done,
    .vfs_snapshot = tmpfs_snapshot,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = (void *)eopnotsupp,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = tmpfs_vnodeopv_descs,
};

static int
tmpfs_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&tmpfs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&tmpfs_vfsops);
	default:
		return ENOTTY;
	}
}
