/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * testfs: a tree of nodes in memory, one lock for all of it.
 */
#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <sys/dirent.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <uvm/uvm_extern.h>

#include "testfs.h"
#include "testfs_impl.h"

MODULE(MODULE_CLASS_VFS, testfs, NULL);

struct testfs_counts testfs_counts;
int testfs_fail_load, testfs_slow_load, testfs_fail_rename;
static kmutex_t testfs_lock;
static uint64_t testfs_ino;

static const struct genfs_ops testfs_genfsops = {
    .gop_size = genfs_size,
    .gop_write = genfs_gop_write,
};

static int (**testfs_vnodeop_p)(void *);

/*
 * Nodes.
 */
static struct testfs_node *
testfs_node_new(struct testfs_mount *tm, enum vtype type, mode_t mode)
{
	struct testfs_node *tn = kmem_zalloc(sizeof(*tn), KM_SLEEP);

	tn->tn_type = type;
	tn->tn_mode = mode;
	LIST_INIT(&tn->tn_entries);
	mutex_enter(&testfs_lock);
	tn->tn_ino = ++testfs_ino;
	LIST_INSERT_HEAD(&tm->tm_nodes, tn, tn_all);
	mutex_exit(&testfs_lock);
	return tn;
}

struct testfs_node *
testfs_node_find(struct testfs_mount *tm, uint64_t ino)
{
	struct testfs_node *tn;

	LIST_FOREACH(tn, &tm->tm_nodes, tn_all) {
		if (tn->tn_ino == ino)
			break;
	}
	return tn;
}

static struct testfs_entry *
testfs_entry_find(struct testfs_node *dn, const char *name, size_t len)
{
	struct testfs_entry *te;

	LIST_FOREACH(te, &dn->tn_entries, te_list) {
		if (te->te_len == len && memcmp(te->te_name, name, len) == 0)
			break;
	}
	return te;
}

static void
testfs_entry_add(struct testfs_node *dn, struct testfs_node *tn,
    const char *name, size_t len)
{
	struct testfs_entry *te = kmem_zalloc(sizeof(*te), KM_SLEEP);

	memcpy(te->te_name, name, len);
	te->te_len = len;
	te->te_node = tn;
	LIST_INSERT_HEAD(&dn->tn_entries, te, te_list);
	tn->tn_links++;
	if (tn->tn_type == VDIR)
		tn->tn_parent = dn;
}

static void
testfs_entry_remove(struct testfs_entry *te)
{
	te->te_node->tn_links--;
	LIST_REMOVE(te, te_list);
	kmem_free(te, sizeof(*te));
}

int
testfs_vget_node(struct mount *mp, struct testfs_node *tn, struct vnode **vpp)
{
	uint64_t ino = tn->tn_ino;

	return vcache_get(mp, &ino, sizeof(ino), vpp);
}

/*
 * Operations.
 */
static int
testfs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct vnode *dvp = ap->a_dvp;
	struct testfs_node *dn = VTOTN(dvp), *tn;
	struct testfs_entry *te;
	const bool last = (cnp->cn_flags & ISLASTCN) != 0;
	int error;

	*ap->a_vpp = NULL;
	if (dvp->v_type != VDIR)
		return ENOTDIR;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error)
		return error;
	if (last && (dvp->v_mount->mnt_flag & MNT_RDONLY) &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
		return EROFS;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*ap->a_vpp = dvp;
		return 0;
	}
	mutex_enter(&testfs_lock);
	if (cnp->cn_flags & ISDOTDOT) {
		tn = dn->tn_parent;
	} else {
		te = testfs_entry_find(dn, cnp->cn_nameptr, cnp->cn_namelen);
		tn = te == NULL ? NULL : te->te_node;
	}
	mutex_exit(&testfs_lock);
	if (tn == NULL) {
		if (last &&
		    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME))
			return dvp->v_mount->mnt_flag & MNT_RDONLY
			    ? EROFS
			    : EJUSTRETURN;
		return ENOENT;
	}
	return testfs_vget_node(dvp->v_mount, tn, ap->a_vpp);
}

static int
testfs_make(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap)
{
	int error;

	error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
	if (error)
		return error;
	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, vpp);
	if (error)
		return error;
	mutex_enter(&testfs_lock);
	testfs_entry_add(
	    VTOTN(dvp), VTOTN(*vpp), cnp->cn_nameptr, cnp->cn_namelen);
	mutex_exit(&testfs_lock);
	VN_KNOTE(dvp, NOTE_WRITE);
	return 0;
}

static int
testfs_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	return testfs_make(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap);
}

static int
testfs_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	return testfs_make(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap);
}

static int
testfs_unlink(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct testfs_entry *te;
	int error = 0;

	mutex_enter(&testfs_lock);
	te = testfs_entry_find(VTOTN(dvp), cnp->cn_nameptr, cnp->cn_namelen);
	if (te == NULL || te->te_node != VTOTN(vp))
		error = ENOENT;
	else if (vp->v_type == VDIR && !LIST_EMPTY(&VTOTN(vp)->tn_entries))
		error = ENOTEMPTY;
	else
		testfs_entry_remove(te);
	mutex_exit(&testfs_lock);
	if (error == 0) {
		VN_KNOTE(dvp, NOTE_WRITE);
		VN_KNOTE(vp, NOTE_DELETE);
	}
	if (dvp == vp)
		vrele(vp);
	else
		vput(vp);
	vput(dvp);
	return error;
}

static int
testfs_remove(void *v)
{
	struct vop_remove_args *ap = v;

	return testfs_unlink(ap->a_dvp, ap->a_vp, ap->a_cnp);
}

static int
testfs_rmdir(void *v)
{
	struct vop_rmdir_args *ap = v;

	return testfs_unlink(ap->a_dvp, ap->a_vp, ap->a_cnp);
}

static int
testfs_link(void *v)
{
	struct vop_link_v2_args *ap = v;

	mutex_enter(&testfs_lock);
	testfs_entry_add(VTOTN(ap->a_dvp), VTOTN(ap->a_vp),
	    ap->a_cnp->cn_nameptr, ap->a_cnp->cn_namelen);
	mutex_exit(&testfs_lock);
	return 0;
}

static int
testfs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct testfs_node *tn = VTOTN(ap->a_vp);

	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_mode, ap->a_vp->v_type, tn->tn_mode),
	    ap->a_vp, NULL,
	    genfs_can_access(ap->a_vp->v_type, tn->tn_mode, tn->tn_uid,
		tn->tn_gid, ap->a_mode, ap->a_cred));
}

static int
testfs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct testfs_node *tn = VTOTN(ap->a_vp);
	struct vattr *vap = ap->a_vap;

	vattr_null(vap);
	vap->va_type = tn->tn_type;
	vap->va_mode = tn->tn_mode;
	vap->va_nlink = tn->tn_links;
	vap->va_uid = tn->tn_uid;
	vap->va_gid = tn->tn_gid;
	vap->va_fsid = ap->a_vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_fileid = tn->tn_ino;
	vap->va_size = 0;
	vap->va_bytes = 0;
	vap->va_blocksize = 512;
	vap->va_gen = 1;
	vap->va_flags = 0;
	vap->va_filerev = 0;
	vap->va_vaflags = 0;
	vap->va_rdev = 0;
	memset(&vap->va_atime, 0, sizeof(vap->va_atime));
	vap->va_mtime = vap->va_ctime = vap->va_birthtime = vap->va_atime;
	return 0;
}

static int
testfs_fsync(void *v)
{
	struct vop_fsync_args *ap = v;

	if (ap->a_flags & FSYNC_LAZY) {
		__atomic_add_fetch(&testfs_counts.lazy, 1, __ATOMIC_RELAXED);
		mutex_enter(ap->a_vp->v_interlock);
		vn_syncer_remove_from_worklist(ap->a_vp);
		mutex_exit(ap->a_vp->v_interlock);
	}
	return 0;
}

static int
testfs_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	__atomic_add_fetch(&testfs_counts.inactives, 1, __ATOMIC_RELAXED);
	*ap->a_recycle = VTOTN(ap->a_vp)->tn_links == 0 &&
	    (ap->a_vp->v_vflag & VV_ROOT) == 0;
	VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
testfs_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct testfs_node *tn = VTOTN(vp);

	__atomic_add_fetch(&testfs_counts.reclaims, 1, __ATOMIC_RELAXED);
	genfs_node_destroy(vp);
	vp->v_data = NULL;
	tn->tn_vnode = NULL;
	/* from now on the node may have another vnode */
	vcache_remove(vp->v_mount, &tn->tn_ino, sizeof(tn->tn_ino));
	mutex_enter(&testfs_lock);
	if (tn->tn_links == 0 && tn->tn_parent != tn) {
		LIST_REMOVE(tn, tn_all);
		kmem_free(tn, sizeof(*tn));
	}
	mutex_exit(&testfs_lock);
	return 0;
}

static int
testfs_print(void *v)
{
	struct vop_print_args *ap = v;

	printf(
	    "testfs ino %llu\n", (unsigned long long)VTOTN(ap->a_vp)->tn_ino);
	return 0;
}

/*
 * Rename.
 */
static bool
testfs_gro_directory_empty_p(
    struct mount *mp, kauth_cred_t cred, struct vnode *vp, struct vnode *dvp)
{
	return LIST_EMPTY(&VTOTN(vp)->tn_entries);
}

static int
testfs_gro_rename_check_possible(struct mount *mp, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{
	return 0;
}

static int
testfs_gro_rename_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp)
{
	return genfs_ufslike_rename_check_permitted(cred, fdvp,
	    VTOTN(fdvp)->tn_mode, VTOTN(fdvp)->tn_uid, fvp, VTOTN(fvp)->tn_uid,
	    tdvp, VTOTN(tdvp)->tn_mode, VTOTN(tdvp)->tn_uid, tvp,
	    tvp ? VTOTN(tvp)->tn_uid : 0);
}

static int
testfs_gro_remove_check_possible(
    struct mount *mp, struct vnode *dvp, struct vnode *vp)
{
	return 0;
}

static int
testfs_gro_remove_check_permitted(
    struct mount *mp, kauth_cred_t cred, struct vnode *dvp, struct vnode *vp)
{
	return 0;
}

static int
testfs_gro_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp)
{
	struct testfs_entry **fte = fde, **tte = tde;

	KASSERT(VOP_ISLOCKED(fdvp) == LK_EXCLUSIVE);
	KASSERT(VOP_ISLOCKED(tdvp) == LK_EXCLUSIVE);
	KASSERT(VOP_ISLOCKED(fvp) == LK_EXCLUSIVE);
	KASSERT(tvp == NULL || VOP_ISLOCKED(tvp) == LK_EXCLUSIVE);
	mutex_enter(&testfs_lock);
	if (tvp != NULL)
		testfs_entry_remove(*tte);
	testfs_entry_add(
	    VTOTN(tdvp), VTOTN(fvp), tcnp->cn_nameptr, tcnp->cn_namelen);
	testfs_entry_remove(*fte);
	mutex_exit(&testfs_lock);
	genfs_rename_knote(
	    fdvp, fvp, tdvp, tvp, tvp != NULL && VTOTN(tvp)->tn_links == 0);
	genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	return 0;
}

static int
testfs_gro_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp)
{
	struct testfs_entry **te = de;

	mutex_enter(&testfs_lock);
	testfs_entry_remove(*te);
	mutex_exit(&testfs_lock);
	return 0;
}

static int
testfs_gro_lookup(struct mount *mp, struct vnode *dvp,
    struct componentname *cnp, void *de_ret, struct vnode **vpp)
{
	struct testfs_entry *te, **ret = de_ret;
	struct testfs_node *tn = NULL;

	mutex_enter(&testfs_lock);
	te = testfs_entry_find(VTOTN(dvp), cnp->cn_nameptr, cnp->cn_namelen);
	if (te != NULL)
		tn = te->te_node;
	mutex_exit(&testfs_lock);
	if (te == NULL)
		return ENOENT;
	*ret = te;
	return testfs_vget_node(mp, tn, vpp);
}

static int
testfs_gro_genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **intermediate)
{
	struct testfs_node *tn, *dn = VTOTN(fdvp);

	*intermediate = NULL;
	mutex_enter(&testfs_lock);
	for (tn = VTOTN(tdvp); tn->tn_parent != tn && tn->tn_parent != NULL;
	     tn = tn->tn_parent) {
		if (tn->tn_parent == dn)
			break;
	}
	if (tn->tn_parent != dn || tn == dn)
		tn = NULL;
	mutex_exit(&testfs_lock);
	return tn == NULL ? 0 : testfs_vget_node(mp, tn, intermediate);
}

static int
testfs_gro_lock_directory(struct mount *mp, struct vnode *vp)
{
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (VTOTN(vp)->tn_links == 0 && (vp->v_vflag & VV_ROOT) == 0) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops testfs_rename_ops = {
    .gro_directory_empty_p = testfs_gro_directory_empty_p,
    .gro_rename_check_possible = testfs_gro_rename_check_possible,
    .gro_rename_check_permitted = testfs_gro_rename_check_permitted,
    .gro_remove_check_possible = testfs_gro_remove_check_possible,
    .gro_remove_check_permitted = testfs_gro_remove_check_permitted,
    .gro_rename = testfs_gro_rename,
    .gro_remove = testfs_gro_remove,
    .gro_lookup = testfs_gro_lookup,
    .gro_genealogy = testfs_gro_genealogy,
    .gro_lock_directory = testfs_gro_lock_directory,
};

static int
testfs_sane_rename(struct vnode *fdvp, struct componentname *fcnp,
    struct vnode *tdvp, struct componentname *tcnp, kauth_cred_t cred,
    bool posix)
{
	struct testfs_entry *fte, *tte;

	return genfs_sane_rename(&testfs_rename_ops, fdvp, fcnp, &fte, tdvp,
	    tcnp, &tte, cred, posix);
}

static int
testfs_rename(void *v)
{
	return genfs_insane_rename(v, testfs_sane_rename);
}

static const struct vnodeopv_entry_desc testfs_vnodeop_entries[] = {
    {&vop_default_desc, vn_default_error}, {&vop_lookup_desc, testfs_lookup},
    {&vop_create_desc, testfs_create}, {&vop_mkdir_desc, testfs_mkdir},
    {&vop_mknod_desc, genfs_eopnotsupp}, {&vop_symlink_desc, genfs_eopnotsupp},
    {&vop_open_desc, genfs_nullop}, {&vop_close_desc, genfs_nullop},
    {&vop_access_desc, testfs_access}, {&vop_getattr_desc, testfs_getattr},
    {&vop_setattr_desc, genfs_eopnotsupp}, {&vop_fsync_desc, testfs_fsync},
    {&vop_remove_desc, testfs_remove}, {&vop_link_desc, testfs_link},
    {&vop_rename_desc, testfs_rename}, {&vop_rmdir_desc, testfs_rmdir},
    {&vop_inactive_desc, testfs_inactive}, {&vop_reclaim_desc, testfs_reclaim},
    {&vop_lock_desc, genfs_lock}, {&vop_unlock_desc, genfs_unlock},
    {&vop_islocked_desc, genfs_islocked}, {&vop_print_desc, testfs_print},
    {&vop_abortop_desc, genfs_abortop}, {&vop_seek_desc, genfs_seek},
    {&vop_poll_desc, genfs_poll}, {&vop_kqfilter_desc, genfs_kqfilter},
    {&vop_putpages_desc, genfs_null_putpages}, {NULL, NULL}};
static const struct vnodeopv_desc testfs_vnodeop_opv_desc = {
    &testfs_vnodeop_p, testfs_vnodeop_entries};
static const struct vnodeopv_desc *const testfs_opv_descs[] = {
    &testfs_vnodeop_opv_desc, NULL};

/*
 * The mount.
 */
static int
testfs_mount(struct mount *mp, const char *path, void *data, size_t *data_len)
{
	struct testfs_mount *tm;

	if (mp->mnt_flag & MNT_GETARGS)
		return 0;
	if (mp->mnt_flag & MNT_UPDATE)
		return 0;
	tm = kmem_zalloc(sizeof(*tm), KM_SLEEP);
	LIST_INIT(&tm->tm_nodes);
	tm->tm_root = testfs_node_new(tm, VDIR, 0777);
	tm->tm_root->tn_parent = tm->tm_root;
	mp->mnt_data = tm;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE;
	mp->mnt_stat.f_namemax = TESTFS_NAMELEN;
	vfs_getnewfsid(mp);
	fstrans_mount(mp);
	return set_statvfs_info(path, UIO_USERSPACE, "testfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
}

static int
testfs_unmount(struct mount *mp, int mntflags)
{
	struct testfs_mount *tm = MPTOTM(mp);
	struct testfs_node *tn;
	struct testfs_entry *te;
	int error;

	__atomic_add_fetch(&testfs_counts.unmounts, 1, __ATOMIC_RELAXED);
	error = vflush(mp, NULL, mntflags & MNT_FORCE ? FORCECLOSE : 0);
	if (error)
		return error;
	fstrans_unmount(mp);
	while ((tn = LIST_FIRST(&tm->tm_nodes)) != NULL) {
		while ((te = LIST_FIRST(&tn->tn_entries)) != NULL) {
			LIST_REMOVE(te, te_list);
			kmem_free(te, sizeof(*te));
		}
		LIST_REMOVE(tn, tn_all);
		kmem_free(tn, sizeof(*tn));
	}
	kmem_free(tm, sizeof(*tm));
	mp->mnt_data = NULL;
	return 0;
}

int testfs_root_error;

static int
testfs_root(struct mount *mp, struct vnode **vpp)
{
	int error = testfs_root_error;

	if (error)
		return error;
	error = testfs_vget_node(mp, MPTOTM(mp)->tm_root, vpp);
	if (error)
		return error;
	return vn_lock(*vpp, LK_EXCLUSIVE | LK_RETRY);
}

static int
testfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = 512;
	sbp->f_blocks = 1000;
	copy_statvfs_info(sbp, mp);
	return 0;
}

static int
testfs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	__atomic_add_fetch(&testfs_counts.syncs, 1, __ATOMIC_RELAXED);
	return 0;
}

static void
testfs_setup(struct vnode *vp, struct testfs_node *tn)
{
	vp->v_tag = VT_NON;
	vp->v_type = tn->tn_type;
	vp->v_op = testfs_vnodeop_p;
	vp->v_data = tn;
	tn->tn_vnode = vp;
	if (tn->tn_parent == tn)
		vp->v_vflag |= VV_ROOT;
	genfs_node_init(vp, &testfs_genfsops);
	uvm_vnp_setsize(vp, 0);
}

static int
testfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct testfs_node *tn;
	uint64_t ino;
	int error;

	memcpy(&ino, key, sizeof(ino));
	__atomic_add_fetch(&testfs_counts.loads, 1, __ATOMIC_RELAXED);
	if (testfs_slow_load)
		kpause("slow", false, mstohz(testfs_slow_load), NULL);
	error = testfs_fail_load;
	testfs_fail_load = 0;
	if (error)
		return error;
	mutex_enter(&testfs_lock);
	tn = testfs_node_find(MPTOTM(mp), ino);
	mutex_exit(&testfs_lock);
	if (tn == NULL)
		return ENOENT;
	testfs_setup(vp, tn);
	*new_key = &tn->tn_ino;
	return 0;
}

static int
testfs_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, size_t *key_len, const void **new_key)
{
	struct testfs_node *tn;

	__atomic_add_fetch(&testfs_counts.newvnodes, 1, __ATOMIC_RELAXED);
	tn = testfs_node_new(MPTOTM(mp), vap->va_type, vap->va_mode);
	tn->tn_uid = kauth_cred_geteuid(cred);
	tn->tn_gid = kauth_cred_getegid(cred);
	testfs_setup(vp, tn);
	*key_len = sizeof(tn->tn_ino);
	*new_key = &tn->tn_ino;
	return 0;
}

static int
testfs_renamelock_enter(struct mount *mp)
{
	int error =
	    __atomic_exchange_n(&testfs_fail_rename, 0, __ATOMIC_RELAXED);

	return error != 0 ? error : genfs_renamelock_enter(mp);
}

static int
testfs_suspendctl(struct mount *mp, int cmd)
{
	return fstrans_setstate(
	    mp, cmd == SUSPEND_SUSPEND ? FSTRANS_SUSPENDED : FSTRANS_NORMAL);
}

static int
testfs_vget(struct mount *mp, ino_t ino, struct vnode **vpp)
{
	uint64_t key = ino;
	int error;

	error = vcache_get(mp, &key, sizeof(key), vpp);
	if (error)
		return error;
	return vn_lock(*vpp, LK_EXCLUSIVE | LK_RETRY);
}

static struct vfsops testfs_vfsops = {
    .vfs_name = "testfs",
    .vfs_min_mount_data = 0,
    .vfs_mount = testfs_mount,
    .vfs_start = (void *)nullop,
    .vfs_unmount = testfs_unmount,
    .vfs_root = testfs_root,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_statvfs = testfs_statvfs,
    .vfs_sync = testfs_sync,
    .vfs_vget = testfs_vget,
    .vfs_loadvnode = testfs_loadvnode,
    .vfs_newvnode = testfs_newvnode,
    .vfs_fhtovp = (void *)eopnotsupp,
    .vfs_vptofh = (void *)eopnotsupp,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = testfs_suspendctl,
    .vfs_renamelock_enter = testfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_fsync = (void *)eopnotsupp,
    .vfs_opv_descs = testfs_opv_descs,
};

static int
testfs_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		mutex_init(&testfs_lock, MUTEX_DEFAULT, IPL_NONE);
		return vfs_attach(&testfs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&testfs_vfsops);
	default:
		return ENOTTY;
	}
}
