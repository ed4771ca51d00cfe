/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: new vnodes, whiteouts, decisions, quotas.
 */
#include <sys/param.h>

#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/extattr.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>

#include "kitrw.h"
#include "ktest.h"
#include "vopcheck.h"

static void
cn_init(struct componentname *cn, const char *name, u_long op)
{
	memset(cn, 0, sizeof *cn);
	cn->cn_nameptr = name;
	cn->cn_namelen = strlen(name);
	cn->cn_nameiop = op;
	cn->cn_flags = ISLASTCN | LOCKPARENT;
	cn->cn_cred = curlwp->l_cred;
}

static void
va_init(struct vattr *va, enum vtype type, mode_t mode)
{
	vattr_null(va);
	va->va_type = type;
	va->va_mode = mode;
}

static volatile int stage;
static ino_t old_ino;

static void
slow_thread(void *arg)
{
	struct vnode *vp = arg;

	/* the last reference: it is reclaimed, and then the number is free */
	kpause("kitrw", false, MAX(1, hz / 10), NULL);
	stage = 1;
	vrele(vp);
	kthread_exit(0);
}

/* A number is used again only when its former file is gone. */
void
kitrw_knewvnode(void)
{
	struct vnode *dvp = kitrw_file("/mnt"), *vp, *vp2;
	struct componentname cn;
	struct vattr va;
	uint32_t gen;

	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	va_init(&va, VREG, 0640);
	cn_init(&cn, "newone", CREATE);
	vp = (void *)&cn;
	KEQ(VOP_LOOKUP(dvp, &vp, &cn), EJUSTRETURN);
	K(vp == NULL);
	KEQ(VOP_CREATE(dvp, &vp, &cn, &va), 0);
	K(vp->v_type == VREG && VOP_ISLOCKED(vp) == 0);
	KEQ(VOP_ISLOCKED(dvp), LK_EXCLUSIVE);
	old_ino = VTOKITRW(vp)->rw_ino;
	gen = VTOKITRW(vp)->rw_gen;
	KEQ(VTOKITRW(vp)->rw_mode, S_IFREG | 0640);
	cn_init(&cn, "newone", DELETE);
	KEQ(VOP_LOOKUP(dvp, &vp2, &cn), 0);
	K(vp2 == vp);
	vn_lock(vp2, LK_EXCLUSIVE | LK_RETRY);
	vref(dvp);
	/* consumes both references and locks */
	KEQ(VOP_REMOVE(dvp, vp2, &cn), 0);
	KEQ(VOP_ISLOCKED(dvp), 0);
	KEQ(VTOKITRW(vp)->rw_nlink, 0);
	/* still a file, with one reference more */
	K(vp->v_type == VREG && VTOKITRW(vp)->rw_ino == old_ino);
	stage = 0;
	KEQ(kthread_create(
		PRI_NONE, KTHREAD_MPSAFE, NULL, slow_thread, vp, NULL, "slow"),
	    0);
	while (stage == 0)
		kpause("kitrw", false, 1, NULL);
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	for (int i = 0; i < 50; i++) {
		ino_t ino = 0;

		cn_init(&cn, "other", CREATE);
		KEQ(VOP_LOOKUP(dvp, &vp, &cn), EJUSTRETURN);
		KEQ(VOP_CREATE(dvp, &vp, &cn, &va), 0);
		ino = VTOKITRW(vp)->rw_ino;
		K(VTOKITRW(vp)->rw_gen != gen && VTOKITRW(vp)->rw_nlink == 1);
		vrele(vp);
		cn_init(&cn, "other", DELETE);
		KEQ(VOP_LOOKUP(dvp, &vp, &cn), 0);
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		vref(dvp);
		KEQ(VOP_REMOVE(dvp, vp, &cn), 0);
		vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
		if (ino == old_ino)
			break;
		kpause("kitrw", false, 1, NULL);
	}
	VOP_UNLOCK(dvp);
	vrele(dvp);
}

void
kitrw_kwhiteout(void)
{
	struct vnode *dvp = kitrw_file("/mnt"), *vp;
	struct componentname cn;
	struct vattr va;

	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_WHITEOUT(dvp, NULL, LOOKUP), 0);
	cn_init(&cn, "white", CREATE);
	KEQ(VOP_LOOKUP(dvp, &vp, &cn), EJUSTRETURN);
	KEQ(VOP_WHITEOUT(dvp, &cn, CREATE), 0);
	cn_init(&cn, "white", LOOKUP);
	KEQ(VOP_LOOKUP(dvp, &vp, &cn), ENOENT);
	K((cn.cn_flags & ISWHITEOUT) != 0);
	/* a name in its place */
	cn_init(&cn, "white", CREATE);
	KEQ(VOP_LOOKUP(dvp, &vp, &cn), EJUSTRETURN);
	K((cn.cn_flags & ISWHITEOUT) != 0);
	va_init(&va, VREG, 0600);
	KEQ(VOP_CREATE(dvp, &vp, &cn, &va), 0);
	vrele(vp);
	/* and a whiteout in the place of a name */
	cn_init(&cn, "white", DELETE);
	KEQ(VOP_LOOKUP(dvp, &vp, &cn), 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	cn.cn_flags |= DOWHITEOUT;
	vref(dvp);
	KEQ(VOP_REMOVE(dvp, vp, &cn), 0);
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	cn_init(&cn, "white", LOOKUP);
	KEQ(VOP_LOOKUP(dvp, &vp, &cn), ENOENT);
	K((cn.cn_flags & ISWHITEOUT) != 0);
	cn_init(&cn, "white", DELETE);
	KEQ(VOP_WHITEOUT(dvp, &cn, DELETE), 0);
	cn_init(&cn, "white", LOOKUP);
	KEQ(VOP_LOOKUP(dvp, &vp, &cn), ENOENT);
	KEQ(cn.cn_flags & ISWHITEOUT, 0);
	VOP_UNLOCK(dvp);
	vrele(dvp);
}

/* A credential of somebody. */
static kauth_cred_t
somebody(uid_t uid, gid_t gid)
{
	kauth_cred_t c = kauth_cred_alloc();

	kauth_cred_setuid(c, uid);
	kauth_cred_seteuid(c, uid);
	kauth_cred_setgid(c, gid);
	kauth_cred_setegid(c, gid);
	return c;
}

static void
checks_can(kauth_cred_t owner, kauth_cred_t group, kauth_cred_t other)
{
	/* only the class that one is in counts */
	KEQ(genfs_can_access(VREG, 0400, 10, 20, VREAD, owner), 0);
	KEQ(genfs_can_access(VREG, 0044, 10, 20, VREAD, owner), EACCES);
	KEQ(genfs_can_access(VREG, 0040, 10, 20, VREAD, group), 0);
	KEQ(genfs_can_access(VREG, 0404, 10, 20, VREAD, group), EACCES);
	KEQ(genfs_can_access(VREG, 0002, 10, 20, VWRITE, other), 0);
	KEQ(genfs_can_access(VREG, 0775, 10, 20, VWRITE | VREAD, other),
	    EACCES);
	KEQ(genfs_can_access(VDIR, 0001, 10, 20, VEXEC, other), 0);
	KEQ(genfs_can_chmod(VREG, owner, 10, 20, 0600), 0);
	KEQ(genfs_can_chmod(VREG, other, 10, 20, 0600), EPERM);
	KEQ(genfs_can_chmod(VREG, owner, 10, 20, S_ISTXT), EFTYPE);
	KEQ(genfs_can_chmod(VDIR, owner, 10, 20, S_ISTXT), 0);
	KEQ(genfs_can_chmod(VREG, owner, 10, 20, S_ISGID), 0);
	KEQ(genfs_can_chmod(VREG, owner, 10, 99, S_ISGID), EPERM);
	KEQ(genfs_can_chown(owner, 10, 20, 10, 20), 0);
	KEQ(genfs_can_chown(owner, 10, 99, 10, 20), 0);
	KEQ(genfs_can_chown(owner, 10, 20, 10, 99), EPERM);
	KEQ(genfs_can_chown(owner, 10, 20, 11, 20), EPERM);
	KEQ(genfs_can_chown(other, 10, 20, 10, 20), EPERM);
	KEQ(genfs_can_chflags(owner, VREG, 10, false), 0);
	KEQ(genfs_can_chflags(owner, VREG, 10, true), EPERM);
	KEQ(genfs_can_chflags(owner, VCHR, 10, false), EPERM);
	KEQ(genfs_can_chflags(other, VREG, 10, false), EPERM);
	KEQ(genfs_can_sticky(owner, 10, 99), 0);
	KEQ(genfs_can_sticky(owner, 99, 10), 0);
	KEQ(genfs_can_sticky(owner, 98, 99), EPERM);
}

static void
checks_times(struct vnode *vp, kauth_cred_t owner, kauth_cred_t other)
{
	struct kitrw_node *kn = VTOKITRW(vp);
	mode_t mode = kn->rw_mode;

	kn->rw_mode = S_IFDIR | 0757;
	KEQ(genfs_can_chtimes(vp, 0, 10, owner), 0);
	KEQ(genfs_can_chtimes(vp, 0, 10, other), EPERM);
	KEQ(genfs_can_chtimes(vp, VA_UTIMES_NULL, 10, other), 0);
	kn->rw_mode = S_IFDIR | 0755;
	KEQ(genfs_can_chtimes(vp, VA_UTIMES_NULL, 10, other), EACCES);
	kn->rw_mode = mode;
}

/* Decisions, and what becomes of them. */
void
kitrw_kchecks(void)
{
	struct vnode *vp = kitrw_file("/mnt");
	kauth_cred_t owner = somebody(10, 20), group = somebody(11, 20);
	kauth_cred_t other = somebody(12, 21), root = curlwp->l_cred;

	KEQ(kauth_cred_getuid(owner), 10);
	KEQ(kauth_cred_getgid(owner), 20);
	checks_can(owner, group, other);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	checks_times(vp, owner, other);
	/* the file system decides, root overrides */
	KEQ(kauth_authorize_vnode(other, KAUTH_VNODE_DELETE, vp, NULL, 0), 0);
	KEQ(kauth_authorize_vnode(other, KAUTH_VNODE_DELETE, vp, NULL, EPERM),
	    EPERM);
	KEQ(kauth_authorize_vnode(
		other, KAUTH_VNODE_WRITE_TIMES, vp, NULL, EACCES),
	    EACCES);
	KEQ(kauth_authorize_vnode(root, KAUTH_VNODE_DELETE, vp, NULL, EPERM),
	    0);
	KEQ(kauth_authorize_vnode(root,
		KAUTH_VNODE_HAS_SYSFLAGS | KAUTH_VNODE_WRITE_SYSFLAGS, vp, NULL,
		EPERM),
	    0);
	/* execution takes more than being root */
	KEQ(kauth_authorize_vnode(
		root, KAUTH_ACCESS_ACTION(VEXEC, VREG, 0644), vp, NULL, EACCES),
	    EACCES);
	KEQ(kauth_authorize_vnode(
		root, KAUTH_ACCESS_ACTION(VEXEC, VREG, 0744), vp, NULL, EACCES),
	    0);
	KEQ(genfs_ufslike_remove_check_possible(0, 0, IMMUTABLE, APPEND), 0);
	KEQ(genfs_ufslike_remove_check_possible(
		0, UF_IMMUTABLE, IMMUTABLE, APPEND),
	    EPERM);
	KEQ(genfs_ufslike_remove_check_possible(
		UF_APPEND, 0, IMMUTABLE, APPEND),
	    EPERM);
	KEQ(genfs_ufslike_rename_check_possible(
		0, 0, 0, 0, false, IMMUTABLE, APPEND),
	    0);
	KEQ(genfs_ufslike_rename_check_possible(
		0, 0, SF_IMMUTABLE, 0, false, IMMUTABLE, APPEND),
	    EPERM);
	/* what is not clobbered has flags that do not matter */
	KEQ(genfs_ufslike_rename_check_possible(
		0, 0, 0, UF_IMMUTABLE, false, IMMUTABLE, APPEND),
	    0);
	KEQ(genfs_ufslike_rename_check_possible(
		0, 0, 0, UF_IMMUTABLE, true, IMMUTABLE, APPEND),
	    EPERM);
	VTOKITRW(vp)->rw_mode |= 0777;
	KEQ(genfs_ufslike_remove_check_permitted(other, vp, 01777, 10, vp, 12),
	    0);
	KEQ(genfs_ufslike_remove_check_permitted(other, vp, 01777, 10, vp, 13),
	    EPERM);
	VOP_UNLOCK(vp);
	vrele(vp);
	kauth_cred_free(owner);
	kauth_cred_free(group);
	kauth_cred_free(other);
}

static int
quota(struct mount *mp, int op, struct quotactl_args *args)
{
	args->qc_op = op;
	return mp->mnt_op->vfs_quotactl(mp, args);
}

static void
quota_stat(struct mount *mp)
{
	struct quotactl_args args;
	struct quotastat qs;
	struct quotaidtypestat qis;
	struct quotaobjtypestat qos;

	memset(&qs, 0xff, sizeof qs);
	args.u.stat.qc_info = &qs;
	KEQ(quota(mp, QUOTACTL_STAT, &args), 0);
	KSTR(qs.qs_implname, "kitrw");
	K(qs.qs_numidtypes == 2 && qs.qs_numobjtypes == 2);
	KEQ(qs.qs_restrictions, 0);
	args.u.idtypestat.qc_idtype = QUOTA_IDTYPE_GROUP;
	args.u.idtypestat.qc_info = &qis;
	KEQ(quota(mp, QUOTACTL_IDTYPESTAT, &args), 0);
	KSTR(qis.qis_name, "group");
	args.u.idtypestat.qc_idtype = 7;
	KEQ(quota(mp, QUOTACTL_IDTYPESTAT, &args), EINVAL);
	args.u.objtypestat.qc_objtype = QUOTA_OBJTYPE_BLOCKS;
	args.u.objtypestat.qc_info = &qos;
	KEQ(quota(mp, QUOTACTL_OBJTYPESTAT, &args), 0);
	KSTR(qos.qos_name, "block");
	KEQ(qos.qos_isbytes, 1);
	args.u.objtypestat.qc_objtype = QUOTA_OBJTYPE_FILES;
	KEQ(quota(mp, QUOTACTL_OBJTYPESTAT, &args), 0);
	KEQ(qos.qos_isbytes, 0);
	KEQ(quota(mp, 99, &args), EOPNOTSUPP);
}

static void
quota_walk(struct mount *mp)
{
	struct quotactl_args args;
	struct quotakcursor qkc;
	struct quotakey keys[3];
	struct quotaval vals[3];
	unsigned int got = 0;
	int end = -1, users = 0, n = 0;

	memset(&qkc, 0, sizeof qkc);
	args.u.cursoropen.qc_cursor = &qkc;
	KEQ(quota(mp, QUOTACTL_CURSOROPEN, &args), 0);
	for (;;) {
		args.u.cursoratend.qc_cursor = &qkc;
		args.u.cursoratend.qc_ret = &end;
		KEQ(quota(mp, QUOTACTL_CURSORATEND, &args), 0);
		if (end)
			break;
		args.u.cursorget.qc_cursor = &qkc;
		args.u.cursorget.qc_keys = keys;
		args.u.cursorget.qc_vals = vals;
		args.u.cursorget.qc_maxnum = 3;
		args.u.cursorget.qc_ret = &got;
		KEQ(quota(mp, QUOTACTL_CURSORGET, &args), 0);
		K(got > 0 && got <= 3);
		for (unsigned int i = 0; i < got; i++)
			users += keys[i].qk_idtype == QUOTA_IDTYPE_USER;
		n += (int)got;
	}
	K(n >= 6 && users > 0 && users < n);
	args.u.cursorrewind.qc_cursor = &qkc;
	KEQ(quota(mp, QUOTACTL_CURSORREWIND, &args), 0);
	args.u.cursorskipidtype.qc_cursor = &qkc;
	args.u.cursorskipidtype.qc_idtype = QUOTA_IDTYPE_USER;
	KEQ(quota(mp, QUOTACTL_CURSORSKIPIDTYPE, &args), 0);
	args.u.cursorget.qc_cursor = &qkc;
	args.u.cursorget.qc_keys = keys;
	args.u.cursorget.qc_vals = vals;
	args.u.cursorget.qc_maxnum = 1;
	args.u.cursorget.qc_ret = &got;
	KEQ(quota(mp, QUOTACTL_CURSORGET, &args), 0);
	K(got == 1 && keys[0].qk_idtype == QUOTA_IDTYPE_GROUP);
	args.u.cursorclose.qc_cursor = &qkc;
	KEQ(quota(mp, QUOTACTL_CURSORCLOSE, &args), 0);
}

/* Limits of a user; the host program, as that user, meets them. */
void
kitrw_kquota(void)
{
	struct vnode *vp = kitrw_file("/mnt");
	struct mount *mp = vp->v_mount;
	struct quotactl_args args;
	struct quotakey qk = {.qk_idtype = QUOTA_IDTYPE_USER,
	    .qk_id = 100,
	    .qk_objtype = QUOTA_OBJTYPE_BLOCKS};
	struct quotaval qv;

	quota_stat(mp);
	args.u.get.qc_key = &qk;
	args.u.get.qc_val = &qv;
	KEQ(quota(mp, QUOTACTL_GET, &args), ENOENT);
	KEQ(quota(mp, QUOTACTL_QUOTAON, &args), 0);
	K((mp->mnt_flag & MNT_QUOTA) != 0);
	qv.qv_hardlimit = 10;
	qv.qv_softlimit = 5;
	qv.qv_grace = 1000;
	args.u.put.qc_key = &qk;
	args.u.put.qc_val = &qv;
	KEQ(quota(mp, QUOTACTL_PUT, &args), 0);
	qk.qk_objtype = QUOTA_OBJTYPE_FILES;
	qv.qv_hardlimit = 3;
	qv.qv_softlimit = QUOTA_NOLIMIT;
	KEQ(quota(mp, QUOTACTL_PUT, &args), 0);
	/* of somebody, and of everybody else */
	qk.qk_id = QUOTA_DEFAULTID;
	KEQ(quota(mp, QUOTACTL_PUT, &args), 0);
	KEQ(quota(mp, QUOTACTL_DEL, &args), 0);
	qk.qk_id = 999;
	KEQ(quota(mp, QUOTACTL_DEL, &args), ENOENT);
	qk.qk_idtype = 5;
	KEQ(quota(mp, QUOTACTL_GET, &args), EINVAL);
	quota_walk(mp);
	vrele(vp);
}

/* After that: what was used is counted. */
void
kitrw_kaccounting(void)
{
	struct vnode *vp = kitrw_file("/mnt");
	struct mount *mp = vp->v_mount;
	struct quotactl_args args;
	struct quotakey qk = {.qk_idtype = QUOTA_IDTYPE_USER,
	    .qk_id = 100,
	    .qk_objtype = QUOTA_OBJTYPE_BLOCKS};
	struct quotaval qv;

	args.u.get.qc_key = &qk;
	args.u.get.qc_val = &qv;
	KEQ(quota(mp, QUOTACTL_GET, &args), 0);
	KEQ(qv.qv_usage, 8);
	KEQ(qv.qv_hardlimit, 10);
	K(qv.qv_expiretime > 0 && qv.qv_grace == 1000);
	qk.qk_objtype = QUOTA_OBJTYPE_FILES;
	KEQ(quota(mp, QUOTACTL_GET, &args), 0);
	KEQ(qv.qv_usage, 3);
	KEQ(quota(mp, QUOTACTL_QUOTAOFF, &args), 0);
	KEQ(mp->mnt_flag & MNT_QUOTA, 0);
	vrele(vp);
}

/* With MNT_ASYNC writes are delayed, but not past an fsync. */
void
kitrw_kasync(void)
{
	struct vnode *vp = kitrw_file("/mnt");

	K((vp->v_mount->mnt_flag & MNT_ASYNC) != 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	K(!LIST_EMPTY(&vp->v_dirtyblkhd));
	KEQ(VOP_FSYNC(vp, curlwp->l_cred, FSYNC_WAIT, 0, 0), 0);
	K(LIST_EMPTY(&vp->v_dirtyblkhd) && vp->v_numoutput == 0);
	K(vopcheck_count(&vop_bwrite_desc) > 0);
	vput(vp);
}

/* A transaction of attributes, and how a vnode prints itself. */
void
kitrw_kprint(void)
{
	struct vnode *vp = kitrw_file("/mnt/f");
	struct iovec iov;
	struct uio uio;
	char b[4];
	size_t size = 99;

	vprint("kitrw", vp);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	iov.iov_base = "old";
	iov.iov_len = 3;
	for (int round = 0; round < 2; round++) {
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_offset = 0;
		uio.uio_resid = 3;
		uio.uio_rw = UIO_WRITE;
		UIO_SETUP_SYSSPACE(&uio);
		KEQ(VOP_OPENEXTATTR(vp, curlwp->l_cred), 0);
		KEQ(VOP_SETEXTATTR(vp, EXTATTR_NAMESPACE_SYSTEM, "k", &uio,
			curlwp->l_cred),
		    0);
		/* the second time it is undone */
		KEQ(VOP_CLOSEEXTATTR(vp, round == 0, curlwp->l_cred), 0);
		iov.iov_base = "new";
		iov.iov_len = 3;
	}
	iov.iov_base = b;
	iov.iov_len = sizeof b;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = sizeof b;
	uio.uio_rw = UIO_READ;
	KEQ(VOP_GETEXTATTR(
		vp, EXTATTR_NAMESPACE_SYSTEM, "k", &uio, &size, curlwp->l_cred),
	    0);
	KEQ(size, 3);
	KEQ(memcmp(b, "old", 3), 0);
	uio.uio_resid = iov.iov_len = 1;
	KEQ(VOP_LISTEXTATTR(vp, EXTATTR_NAMESPACE_SYSTEM, NULL, &size,
		EXTATTR_LIST_LENPREFIX, curlwp->l_cred),
	    0);
	KEQ(size, 2);
	KEQ(extattr_check_cred(vp, "any", curlwp->l_cred, VREAD), 0);
	KEQ(VOP_DELETEEXTATTR(
		vp, EXTATTR_NAMESPACE_SYSTEM, "k", curlwp->l_cred),
	    0);
	vput(vp);
}

/* Calls that no system call of this kernel makes, or makes of a device. */
void
kitrw_kodd(void)
{
	struct vnode *vp = kitrw_file("/mnt/f");
	struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	KEQ(VOP_MMAP(vp, VM_PROT_READ | VM_PROT_WRITE, curlwp->l_cred), 0);
	vrele(vp);
	vp = kitrw_file("/mnt/dev");
	K(vp->v_type == VCHR);
	/* this file system has no locks for devices */
	KEQ(VOP_ADVLOCK(vp, &fl, F_SETLK, &fl, F_FLOCK), EINVAL);
	vrele(vp);
}

void
kitrw_kuncalled(void)
{
	KEQ(vopcheck_uncalled(NULL), 0);
}
