/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rename, for file systems with a tree of directories.
 *
 * VOP_RENAME arrives with a locked target directory and vnodes that were
 * looked up before anything was locked, which can't be trusted.  So
 * genfs_insane_rename() drops everything but references to the two
 * directories, and the file system's "sane" rename starts again from the
 * directories and the names.
 *
 * Order of locks, all under the mount's rename lock, which keeps the shape
 * of the tree: a directory before what is below it; without such a relation
 * the source directory first; then the files, the target before the source.
 * Looking up under these locks tells what the names mean now.
 */
#include <miscfs/genfs/genfs.h>
#include <sys/atomic.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

/* The directories, the files found in them, and what is locked of these. */
struct rename_state {
	const struct genfs_rename_ops *rs_gro;
	struct mount *rs_mp;
	kauth_cred_t rs_cred;
	struct vnode *rs_fdvp, *rs_tdvp;
	struct vnode *rs_fvp, *rs_tvp;
	struct componentname *rs_fcnp, *rs_tcnp;
	void *rs_fde, *rs_tde;
	bool rs_posix;
};

int
genfs_insane_rename(void *v,
    int (*sane_rename)(struct vnode *, struct componentname *, struct vnode *,
	struct componentname *, kauth_cred_t, bool))
{
	struct vop_rename_args *ap = v;
	struct vnode *fdvp = ap->a_fdvp, *fvp = ap->a_fvp;
	struct vnode *tdvp = ap->a_tdvp, *tvp = ap->a_tvp;
	struct mount *mp;
	int error;

	KASSERT(VOP_ISLOCKED(tdvp) == LK_EXCLUSIVE);
	/* tdvp is locked, so it is alive, and its mount is there */
	mp = tdvp->v_mount;
	atomic_inc_uint(&mp->mnt_refcnt);
	/* references of fdvp and tdvp stay until we are done */
	if (tvp != NULL && tvp != tdvp)
		VOP_UNLOCK(tvp);
	VOP_UNLOCK(tdvp);
	if (tvp != NULL)
		vrele(tvp);

	/* without their locks, nothing else keeps the directories alive */
	error = vfs_busy(mp, NULL);
	if (error == 0) {
		if (fdvp->v_mount != mp || fvp->v_mount != mp)
			error = EXDEV;
		else if (tdvp->v_mount != mp)
			error = ENOENT;
		else
			error = (*sane_rename)(fdvp, ap->a_fcnp, tdvp,
			    ap->a_tcnp, ap->a_fcnp->cn_cred, false);
		vfs_unbusy(mp, false, NULL);
	}
	vfs_destroy(mp);
	/*
	 * The caller's fvp is not looked at: another file may have its name
	 * by now.
	 */
	vrele(fvp);
	vrele(fdvp);
	vrele(tdvp);
	return error;
}

static bool
rename_dot(const struct componentname *cnp)
{
	return cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.';
}

static bool
rename_dotdot(const struct componentname *cnp)
{
	return cnp->cn_namelen == 2 && cnp->cn_nameptr[0] == '.' &&
	    cnp->cn_nameptr[1] == '.';
}

static bool
rename_same_name(const struct rename_state *rs)
{
	return rs->rs_fdvp == rs->rs_tdvp &&
	    rs->rs_fcnp->cn_namelen == rs->rs_tcnp->cn_namelen &&
	    memcmp(rs->rs_fcnp->cn_nameptr, rs->rs_tcnp->cn_nameptr,
		rs->rs_fcnp->cn_namelen) == 0;
}

static void
rename_rele(struct vnode **vpp)
{
	if (*vpp != NULL)
		vrele(*vpp);
	*vpp = NULL;
}

/* Look the source's name up; its directory is locked. */
static int
rename_lookup_from(struct rename_state *rs)
{
	int error;

	error = (*rs->rs_gro->gro_lookup)(
	    rs->rs_mp, rs->rs_fdvp, rs->rs_fcnp, rs->rs_fde, &rs->rs_fvp);
	if (error != 0)
		rs->rs_fvp = NULL;
	return error;
}

/* Look the target's name up, which may be new; its directory is locked. */
static int
rename_lookup_to(struct rename_state *rs)
{
	int error;

	error = (*rs->rs_gro->gro_lookup)(
	    rs->rs_mp, rs->rs_tdvp, rs->rs_tcnp, rs->rs_tde, &rs->rs_tvp);
	if (error != 0)
		rs->rs_tvp = NULL;
	return error == ENOENT ? 0 : error;
}

/*
 * Lock the two directories and find the files.  On success both directories
 * are locked and rs_fvp, rs_tvp are referenced.
 */
static int
rename_enter_common(struct rename_state *rs)
{
	int error;

	error = (*rs->rs_gro->gro_lock_directory)(rs->rs_mp, rs->rs_fdvp);
	if (error != 0)
		return error;
	error = rename_lookup_from(rs);
	if (error == 0)
		error = rename_lookup_to(rs);
	/* "dir/." in either place resolves to the directory itself */
	if (error == 0 && rs->rs_fvp == rs->rs_fdvp)
		error = EINVAL;
	if (error == 0 && rs->rs_tvp == rs->rs_tdvp)
		error = rs->rs_fvp->v_type == VDIR ? ENOTEMPTY : EISDIR;
	if (error != 0) {
		VOP_UNLOCK(rs->rs_fdvp);
		rename_rele(&rs->rs_tvp);
		rename_rele(&rs->rs_fvp);
	}
	return error;
}

/*
 * With different directories: who is above whom?  *above is the child of
 * fdvp that leads to tdvp, or the child of tdvp that leads to fdvp.
 */
static int
rename_genealogy(
    struct rename_state *rs, struct vnode **f_above, struct vnode **t_above)
{
	const struct genfs_rename_ops *gro = rs->rs_gro;
	int error;

	*f_above = *t_above = NULL;
	error = (*gro->gro_genealogy)(
	    rs->rs_mp, rs->rs_cred, rs->rs_fdvp, rs->rs_tdvp, f_above);
	if (error != 0 || *f_above != NULL)
		return error;
	return (*gro->gro_genealogy)(
	    rs->rs_mp, rs->rs_cred, rs->rs_tdvp, rs->rs_fdvp, t_above);
}

/*
 * The file of the directory that is locked first, before the second one is
 * locked: a gro_lookup() by relookup() locks what it finds for a moment, and
 * that may be the second directory.
 */
static int
rename_first(struct rename_state *rs, bool from, struct vnode *above)
{
	struct vnode *dvp = from ? rs->rs_fdvp : rs->rs_tdvp;
	int error;

	error = (*rs->rs_gro->gro_lock_directory)(rs->rs_mp, dvp);
	if (error != 0)
		return error;
	error = from ? rename_lookup_from(rs) : rename_lookup_to(rs);
	if (error == 0 && from &&
	    (rs->rs_fvp == above || rs->rs_fvp == rs->rs_fdvp ||
		rs->rs_fvp == rs->rs_tdvp))
		/* a directory into one of its own descendants, or itself */
		error = EINVAL;
	if (error == 0 && !from && above != NULL && rs->rs_tvp == above)
		/* over a directory that holds the source */
		error = ENOTEMPTY;
	if (error != 0)
		VOP_UNLOCK(dvp);
	return error;
}

/* The second directory, and the file in it. */
static int
rename_second(struct rename_state *rs, bool from)
{
	struct vnode *dvp = from ? rs->rs_fdvp : rs->rs_tdvp;
	int error;

	error = (*rs->rs_gro->gro_lock_directory)(rs->rs_mp, dvp);
	if (error != 0)
		return error;
	error = from ? rename_lookup_from(rs) : rename_lookup_to(rs);
	if (error == 0 &&
	    (rs->rs_fvp == rs->rs_fdvp || rs->rs_fvp == rs->rs_tdvp))
		error = EINVAL;
	if (error == 0 && rs->rs_tvp != NULL &&
	    (rs->rs_tvp == rs->rs_tdvp || rs->rs_tvp == rs->rs_fdvp))
		error = rs->rs_fvp->v_type == VDIR ? ENOTEMPTY : EISDIR;
	if (error != 0)
		VOP_UNLOCK(dvp);
	return error;
}

static int
rename_enter_separate(struct rename_state *rs)
{
	struct vnode *f_above, *t_above;
	bool from;
	int error;

	error = rename_genealogy(rs, &f_above, &t_above);
	if (error != 0)
		return error;
	from = t_above == NULL;
	error = rename_first(rs, from, from ? f_above : t_above);
	if (error == 0) {
		error = rename_second(rs, !from);
		if (error != 0)
			VOP_UNLOCK(from ? rs->rs_fdvp : rs->rs_tdvp);
	}
	if (error != 0) {
		rename_rele(&rs->rs_tvp);
		rename_rele(&rs->rs_fvp);
	}
	rename_rele(&f_above);
	rename_rele(&t_above);
	return error;
}

/* The locks of the files; they may be one file. */
static void
rename_lock_files(struct rename_state *rs)
{
	if (rs->rs_tvp != NULL && rs->rs_tvp != rs->rs_fvp)
		vn_lock(rs->rs_tvp, LK_EXCLUSIVE | LK_RETRY);
	vn_lock(rs->rs_fvp, LK_EXCLUSIVE | LK_RETRY);
}

static void
rename_exit(struct rename_state *rs)
{
	VOP_UNLOCK(rs->rs_fvp);
	if (rs->rs_tvp != NULL && rs->rs_tvp != rs->rs_fvp)
		VOP_UNLOCK(rs->rs_tvp);
	if (rs->rs_fdvp != rs->rs_tdvp)
		VOP_UNLOCK(rs->rs_fdvp);
	VOP_UNLOCK(rs->rs_tdvp);
	vrele(rs->rs_fvp);
	if (rs->rs_tvp != NULL)
		vrele(rs->rs_tvp);
}

/*
 * Both names are links to one file: POSIX lets both be; otherwise the source
 * goes.
 */
static int
rename_one_file(struct rename_state *rs)
{
	const struct genfs_rename_ops *gro = rs->rs_gro;
	int error;

	if (rs->rs_posix)
		return 0;
	error = (*gro->gro_remove_check_possible)(
	    rs->rs_mp, rs->rs_fdvp, rs->rs_fvp);
	if (error == 0)
		error = (*gro->gro_remove_check_permitted)(
		    rs->rs_mp, rs->rs_cred, rs->rs_fdvp, rs->rs_fvp);
	if (error == 0)
		error = (*gro->gro_remove)(rs->rs_mp, rs->rs_cred, rs->rs_fdvp,
		    rs->rs_fcnp, rs->rs_fde, rs->rs_fvp);
	return error;
}

static int
rename_check_types(struct rename_state *rs)
{
	const bool fdir = rs->rs_fvp->v_type == VDIR;
	bool tdir;

	/* neither may be a mount point */
	if (fdir && rs->rs_fvp->v_mountedhere != NULL)
		return EBUSY;
	if (rs->rs_tvp == NULL)
		return 0;
	tdir = rs->rs_tvp->v_type == VDIR;
	if (fdir && !tdir)
		return ENOTDIR;
	if (!fdir && tdir)
		return EISDIR;
	if (tdir && rs->rs_tvp->v_mountedhere != NULL)
		return EBUSY;
	if (tdir &&
	    !(*rs->rs_gro->gro_directory_empty_p)(
		rs->rs_mp, rs->rs_cred, rs->rs_tvp, rs->rs_tdvp))
		return ENOTEMPTY;
	return 0;
}

static int
rename_locked(struct rename_state *rs)
{
	const struct genfs_rename_ops *gro = rs->rs_gro;
	int error;

	if (rs->rs_fvp->v_mount != rs->rs_mp ||
	    (rs->rs_tvp != NULL && rs->rs_tvp->v_mount != rs->rs_mp))
		return EXDEV;
	if (rs->rs_fvp == rs->rs_tvp)
		return rename_one_file(rs);
	error = rename_check_types(rs);
	if (error != 0)
		return error;
	error = (*gro->gro_rename_check_possible)(
	    rs->rs_mp, rs->rs_fdvp, rs->rs_fvp, rs->rs_tdvp, rs->rs_tvp);
	if (error != 0)
		return error;
	error = (*gro->gro_rename_check_permitted)(rs->rs_mp, rs->rs_cred,
	    rs->rs_fdvp, rs->rs_fvp, rs->rs_tdvp, rs->rs_tvp);
	if (error != 0)
		return error;
	return (*gro->gro_rename)(rs->rs_mp, rs->rs_cred, rs->rs_fdvp,
	    rs->rs_fcnp, rs->rs_fde, rs->rs_fvp, rs->rs_tdvp, rs->rs_tcnp,
	    rs->rs_tde, rs->rs_tvp);
}

/**
 * Rename fcnp in fdvp to tcnp in tdvp.  Both directories are referenced and
 * unlocked, and stay so.
 */
int
genfs_sane_rename(const struct genfs_rename_ops *gro, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *tdvp,
    struct componentname *tcnp, void *tde, kauth_cred_t cred, bool posix)
{
	struct rename_state rs = {
	    .rs_gro = gro,
	    .rs_mp = fdvp->v_mount,
	    .rs_cred = cred,
	    .rs_fdvp = fdvp,
	    .rs_tdvp = tdvp,
	    .rs_fcnp = fcnp,
	    .rs_tcnp = tcnp,
	    .rs_fde = fde,
	    .rs_tde = tde,
	    .rs_posix = posix,
	};
	int error;

	if (rename_dot(fcnp) || rename_dotdot(fcnp))
		return EINVAL;
	if (rename_dot(tcnp) || rename_dotdot(tcnp))
		return EINVAL;
	if (fdvp->v_mount != tdvp->v_mount)
		return EXDEV;
	if ((rs.rs_mp->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	/* a name onto itself: there is nothing to do, if it exists */
	if (rename_same_name(&rs))
		rs.rs_posix = true;

	if (fdvp == tdvp)
		error = rename_enter_common(&rs);
	else
		error = rename_enter_separate(&rs);
	if (error != 0)
		return error;
	rename_lock_files(&rs);
	error = rename_locked(&rs);
	rename_exit(&rs);
	return error;
}

/**
 * Tell the knotes of a successful rename; last_link: tvp has no links left.
 */
void
genfs_rename_knote(struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp, bool last_link)
{
	const bool isdir = fvp->v_type == VDIR;
	long fhint = NOTE_WRITE, thint = NOTE_WRITE;

	if (fdvp != tdvp) {
		/* a directory that moves takes a link of its parent along */
		if (isdir)
			fhint |= NOTE_LINK;
		if (isdir && tvp == NULL)
			thint |= NOTE_LINK;
		if (tvp == NULL)
			thint |= NOTE_EXTEND;
	} else if (isdir && tvp != NULL)
		fhint |= NOTE_LINK;

	VN_KNOTE(fdvp, fhint);
	VN_KNOTE(fvp, NOTE_RENAME);
	if (fdvp != tdvp)
		VN_KNOTE(tdvp, thint);
	if (tvp != NULL)
		VN_KNOTE(tvp, last_link ? NOTE_DELETE : NOTE_LINK);
}

/** Drop what the name cache knows of the directories and files. */
void
genfs_rename_cache_purge(struct vnode *fdvp, struct vnode *fvp,
    struct vnode *tdvp, struct vnode *tvp)
{
	cache_purge(fdvp);
	/* ".." of a moved directory is cached with it */
	if (fvp->v_type == VDIR)
		cache_purge(fvp);
	else
		cache_purge1(fvp, NULL, 0, PURGE_PARENTS);
	if (tdvp != fdvp)
		cache_purge(tdvp);
	if (tvp != NULL)
		cache_purge(tvp);
}
