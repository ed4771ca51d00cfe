/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes: their making, their end, and the vnodes for them.
 *
 * The key of a node in the vnode cache is its address. A node without links
 * is freed when its vnode is reclaimed, so a cached vnode's node is there.
 */
#include "tmpfs.h"

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

static pool_cache_t node_cache;
static volatile uint32_t node_gen;

void
tmpfs_node_poolinit(void)
{
	node_cache = pool_cache_init(sizeof(struct tmpfs_node), 0, 0, 0,
	    "tmpfsnod", NULL, IPL_NONE, NULL, NULL, NULL);
}

void
tmpfs_node_pooldone(void)
{
	pool_cache_destroy(node_cache);
}

/*
 * Memory. Without a limit of its own a mount may have all that is free; a
 * reserve is left for the rest of the kernel.
 */
uint64_t
tmpfs_bytes_total(struct tmpfs_mount *tm)
{
	if (tm->tm_bytes_max != 0)
		return tm->tm_bytes_max;
	return tm->tm_bytes_used + tmpfs_bytes_avail(tm);
}

uint64_t
tmpfs_bytes_avail(struct tmpfs_mount *tm)
{
	const uint64_t used = tm->tm_bytes_used, max = tm->tm_bytes_max;
	int64_t pages;

	/* pages of other file systems' files can be had again */
	pages = (int64_t)atomic_load_relaxed(&uvmexp.free) +
	    atomic_load_relaxed(&uvmexp.filepages) - uvmexp.freetarg;
	if (pages < 0)
		pages = 0;
	if (max == 0)
		return (uint64_t)pages << PAGE_SHIFT;
	if (used >= max)
		return 0;
	return MIN(max - used, (uint64_t)pages << PAGE_SHIFT);
}

int
tmpfs_mem_charge(struct tmpfs_mount *tm, uint64_t bytes)
{
	if (tm->tm_bytes_max != 0 &&
	    tm->tm_bytes_used + bytes > tm->tm_bytes_max)
		return ENOSPC;
	if (bytes >= PAGE_SIZE && tmpfs_bytes_avail(tm) < bytes)
		return ENOSPC;
	atomic_add_64(&tm->tm_bytes_used, (int64_t)bytes);
	return 0;
}

void
tmpfs_mem_uncharge(struct tmpfs_mount *tm, uint64_t bytes)
{
	atomic_add_64(&tm->tm_bytes_used, -(int64_t)bytes);
}

/* A node without links. ENOSPC if there are too many. */
int
tmpfs_node_create(struct tmpfs_mount *tm, enum vtype type, mode_t mode,
    uid_t uid, gid_t gid, dev_t rdev, struct tmpfs_node **nodep)
{
	struct tmpfs_node *node;
	int error;

	error = tmpfs_mem_charge(tm, sizeof(*node));
	if (error)
		return error;
	node = pool_cache_get(node_cache, PR_WAITOK);
	memset(node, 0, sizeof(*node));
	node->tn_type = type;
	node->tn_mode = mode & ALLPERMS;
	node->tn_uid = uid;
	node->tn_gid = gid;
	node->tn_gen = atomic_inc_32_nv(&node_gen);
	node->tn_holds = 1;
	vfs_timestamp(&node->tn_birthtime);
	node->tn_atime = node->tn_mtime = node->tn_ctime = node->tn_birthtime;
	if (type == VDIR)
		tmpfs_dir_init(node, NULL);
	else if (type == VBLK || type == VCHR)
		node->tn_rdev = rdev;

	mutex_enter(&tm->tm_lock);
	if (tm->tm_nodes_max != 0 && tm->tm_nodes_cnt >= tm->tm_nodes_max) {
		mutex_exit(&tm->tm_lock);
		pool_cache_put(node_cache, node);
		tmpfs_mem_uncharge(tm, sizeof(*node));
		return ENOSPC;
	}
	tm->tm_nodes_cnt++;
	node->tn_id = tm->tm_nextid++;
	LIST_INSERT_HEAD(&tm->tm_nodes, node, tn_entries);
	mutex_exit(&tm->tm_lock);
	*nodep = node;
	return 0;
}

void
tmpfs_node_destroy(struct tmpfs_mount *tm, struct tmpfs_node *node)
{
	switch (node->tn_type) {
	case VDIR:
		tmpfs_dir_fini(tm, node);
		break;
	case VREG:
		tmpfs_reg_free(tm, node);
		break;
	case VLNK:
		if (node->tn_link != NULL) {
			kmem_free(node->tn_link, (size_t)node->tn_size + 1);
			tmpfs_mem_uncharge(tm, (uint64_t)node->tn_size);
		}
		break;
	default:
		break;
	}
	KASSERT(node->tn_vnode == NULL);
	mutex_enter(&tm->tm_lock);
	LIST_REMOVE(node, tn_entries);
	tm->tm_nodes_cnt--;
	mutex_exit(&tm->tm_lock);
	pool_cache_put(node_cache, node);
	tmpfs_mem_uncharge(tm, sizeof(*node));
}

/*
 * A node is held by its links and its vnode together, and by everybody who
 * found it by its number and has no vnode yet.
 */
void
tmpfs_node_rele(struct tmpfs_mount *tm, struct tmpfs_node *node)
{
	bool last;

	mutex_enter(&tm->tm_lock);
	last = --node->tn_holds == 0;
	mutex_exit(&tm->tm_lock);
	if (last)
		tmpfs_node_destroy(tm, node);
}

/* Make a vnode, which nobody knows yet, the node's. */
void
tmpfs_init_vnode(struct vnode *vp, struct tmpfs_node *node)
{
	KASSERT(node->tn_vnode == NULL);
	vp->v_tag = VT_TMPFS;
	vp->v_type = node->tn_type;
	switch (node->tn_type) {
	case VBLK:
	case VCHR:
		vp->v_op = tmpfs_specop_p;
		spec_node_init(vp, node->tn_rdev);
		break;
	case VFIFO:
		vp->v_op = tmpfs_fifoop_p;
		break;
	case VREG:
		if (node->tn_aobj != NULL) {
			/* one lock for the vnode and the data */
			mutex_obj_hold(node->tn_aobj->vmobjlock);
			uvm_obj_setlock(&vp->v_uobj, node->tn_aobj->vmobjlock);
		}
		vp->v_op = tmpfs_vnodeop_p;
		break;
	default:
		vp->v_op = tmpfs_vnodeop_p;
		break;
	}
	uvm_vnp_setsize(vp, node->tn_size);
	vp->v_data = node;
	node->tn_vnode = vp;
}

int
tmpfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct tmpfs_node *node;

	KASSERT(key_len == sizeof(node));
	memcpy(&node, key, key_len);
	if (node->tn_links == 0)
		return ENOENT;
	tmpfs_init_vnode(vp, node);
	if (node == VFS_TO_TMPFS(mp)->tm_root)
		vp->v_vflag |= VV_ROOT;
	*new_key = &vp->v_data;
	return 0;
}

/* The node of a new file in the directory dvp, and its vnode. */
int
tmpfs_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, size_t *key_len, const void **new_key)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	const struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp);
	struct tmpfs_node *node;
	dev_t rdev = NODEV;
	int error;

	if (dnode->tn_links == 0)
		return ENOENT;
	if (vap->va_type == VDIR && dnode->tn_links >= LINK_MAX)
		return EMLINK;
	if (vap->va_type == VBLK || vap->va_type == VCHR) {
		rdev = vap->va_rdev;
		if (rdev == (dev_t)VNOVAL)
			return EINVAL;
	}
	error = tmpfs_node_create(tm, vap->va_type, vap->va_mode,
	    kauth_cred_geteuid(cred), dnode->tn_gid, rdev, &node);
	if (error)
		return error;
	tmpfs_init_vnode(vp, node);
	*key_len = sizeof(node);
	*new_key = &vp->v_data;
	return 0;
}

/*
 * Create a file of any type by a name that does not exist; dvp is locked.
 * target is what a symbolic link holds.
 */
int
tmpfs_construct_node(struct vnode *dvp, struct vnode **vpp, struct vattr *vap,
    struct componentname *cnp, const char *target)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(dvp->v_mount);
	struct tmpfs_node *dnode = VP_TO_TMPFS_DIR(dvp), *node;
	struct tmpfs_dirent *de, *wde = NULL;
	size_t len = 0;
	char *link = NULL;
	int error;

	*vpp = NULL;
	if (cnp->cn_namelen > TMPFS_MAXNAMLEN)
		return ENAMETOOLONG;
	if (dnode->tn_flags & IMMUTABLE)
		return EPERM;
	error = tmpfs_dirent_create(tm, cnp->cn_nameptr, cnp->cn_namelen, &de);
	if (error)
		return error;
	if (vap->va_type == VLNK) {
		len = strlen(target);
		error = tmpfs_mem_charge(tm, len);
		if (error)
			goto fail;
		link = kmem_alloc(len + 1, KM_SLEEP);
		memcpy(link, target, len + 1);
	}
	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, vpp);
	if (error) {
		if (link != NULL) {
			kmem_free(link, len + 1);
			tmpfs_mem_uncharge(tm, len);
		}
		goto fail;
	}
	node = VP_TO_TMPFS_NODE(*vpp);
	if (link != NULL) {
		node->tn_link = link;
		node->tn_size = (off_t)len;
		uvm_vnp_setsize(*vpp, node->tn_size);
	}
	if (cnp->cn_flags & ISWHITEOUT) {
		wde = tmpfs_dir_lookup(dnode, cnp->cn_nameptr, cnp->cn_namelen);
		if (wde != NULL && wde->td_node == NULL) {
			tmpfs_dir_detach(dnode, wde);
			tmpfs_dirent_destroy(tm, wde);
			if (node->tn_type == VDIR)
				node->tn_flags |= UF_OPAQUE;
		}
	}
	tmpfs_dir_attach(dnode, de, node);
	dnode->tn_mtime = dnode->tn_ctime = node->tn_birthtime;
	VN_KNOTE(
	    dvp, vap->va_type == VDIR ? NOTE_WRITE | NOTE_LINK : NOTE_WRITE);
	return 0;
fail:
	tmpfs_dirent_destroy(tm, de);
	return error;
}

/*
 * The last reference is gone, the vnode is locked: a file without links
 * need not be kept.
 */
int
tmpfs_inactive(void *v)
{
	struct vop_inactive_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);

	*ap->a_recycle = node->tn_links == 0;
	if (node->tn_links != 0)
		tmpfs_times_settle(node);
	VOP_UNLOCK(vp);
	return 0;
}

int
tmpfs_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_mount *tm = VFS_TO_TMPFS(vp->v_mount);
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);

	node->tn_vnode = NULL;
	/* from now on the node may have another vnode; v_data is the key */
	vcache_remove(vp->v_mount, &node, sizeof(node));
	vp->v_data = NULL;
	if (node->tn_links == 0)
		tmpfs_node_rele(tm, node);
	return 0;
}
