/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deadfs: what is left of a vnode after VOP_RECLAIM.  Its users get errors,
 * locking works, and waits for I/O end.
 */
#include <miscfs/deadfs/deadfs.h>
#include <miscfs/genfs/genfs.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include "dead_mount.h"

/* create, mknod, mkdir, symlink: their arguments begin alike */
static int
dead_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	*ap->a_vpp = NULL;
	return EBADF;
}

static int
dead_eio(void *v)
{
	return EIO;
}

static int
dead_ebadf(void *v)
{
	return EBADF;
}

static int
dead_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;

	*ap->a_vpp = NULL;
	return ENOENT;
}

static int
dead_open(void *v)
{
	return ENXIO;
}

static int
dead_read(void *v)
{
	struct vop_read_args *ap = v;

	/* a terminal that was revoked reads as at its end */
	return (atomic_load_relaxed(&ap->a_vp->v_vflag) & VV_ISTTY) ? 0 : EIO;
}

static int
dead_poll(void *v)
{
	struct vop_poll_args *ap = v;

	/* whoever waits is to find out */
	return ap->a_events;
}

/* These two own references and locks that they have to give back. */
static int
dead_remove(void *v)
{
	struct vop_remove_args *ap = v;

	if (ap->a_dvp == ap->a_vp)
		vrele(ap->a_vp);
	else
		vput(ap->a_vp);
	vput(ap->a_dvp);
	return EIO;
}

static int
dead_rename(void *v)
{
	struct vop_rename_args *ap = v;

	vrele(ap->a_fdvp);
	vrele(ap->a_fvp);
	if (ap->a_tvp != NULL && ap->a_tvp != ap->a_tdvp)
		vput(ap->a_tvp);
	else if (ap->a_tvp != NULL)
		vrele(ap->a_tvp);
	vput(ap->a_tdvp);
	return EIO;
}

static int
dead_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	*ap->a_recycle = false;
	VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
dead_strategy(void *v)
{
	struct vop_strategy_args *ap = v;

	ap->a_bp->b_error = EIO;
	ap->a_bp->b_resid = ap->a_bp->b_bcount;
	biodone(ap->a_bp);
	return EIO;
}

static int
dead_print(void *v)
{
	printf("dead\n");
	return 0;
}

static int
dead_getpages(void *v)
{
	struct vop_getpages_args *ap = v;

	if ((ap->a_flags & PGO_LOCKED) == 0)
		mutex_exit(ap->a_vp->v_interlock);
	return EFAULT;
}

static int
dead_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	mutex_exit(ap->a_vp->v_interlock);
	return EFAULT;
}

int (**dead_vnodeop_p)(void *);

static const struct vnodeopv_entry_desc dead_vnodeop_entries[] = {
    {&vop_default_desc, dead_ebadf}, {&vop_bwrite_desc, dead_eio},
    {&vop_lookup_desc, dead_lookup}, {&vop_create_desc, dead_create},
    {&vop_mknod_desc, dead_create}, {&vop_open_desc, dead_open},
    {&vop_close_desc, genfs_nullop}, {&vop_access_desc, dead_ebadf},
    {&vop_getattr_desc, dead_ebadf}, {&vop_setattr_desc, dead_ebadf},
    {&vop_read_desc, dead_read}, {&vop_write_desc, dead_eio},
    {&vop_ioctl_desc, dead_ebadf}, {&vop_fallocate_desc, genfs_eopnotsupp},
    {&vop_fdiscard_desc, genfs_eopnotsupp}, {&vop_poll_desc, dead_poll},
    {&vop_kqfilter_desc, dead_ebadf}, {&vop_revoke_desc, genfs_nullop},
    {&vop_fcntl_desc, genfs_nullop}, {&vop_fsync_desc, genfs_nullop},
    {&vop_seek_desc, genfs_nullop}, {&vop_remove_desc, dead_remove},
    {&vop_link_desc, dead_eio}, {&vop_rename_desc, dead_rename},
    {&vop_mkdir_desc, dead_create}, {&vop_rmdir_desc, dead_remove},
    {&vop_symlink_desc, dead_create}, {&vop_readdir_desc, dead_ebadf},
    {&vop_readlink_desc, dead_ebadf}, {&vop_abortop_desc, genfs_nullop},
    {&vop_inactive_desc, dead_inactive}, {&vop_reclaim_desc, genfs_nullop},
    {&vop_lock_desc, genfs_deadlock}, {&vop_unlock_desc, genfs_deadunlock},
    {&vop_islocked_desc, genfs_deadislocked}, {&vop_bmap_desc, dead_eio},
    {&vop_strategy_desc, dead_strategy}, {&vop_print_desc, dead_print},
    {&vop_pathconf_desc, dead_ebadf}, {&vop_advlock_desc, dead_ebadf},
    {&vop_getpages_desc, dead_getpages}, {&vop_putpages_desc, dead_putpages},
    {NULL, NULL}};
const struct vnodeopv_desc dead_vnodeop_opv_desc = {
    &dead_vnodeop_p, dead_vnodeop_entries};

/*
 * The mount that dead vnodes, and device vnodes without a name, belong to.
 */
static struct vfsops dead_vfsops = {
    .vfs_name = "dead",
    .vfs_loadvnode = dead_loadvnode,
    .vfs_sync = (void *)eopnotsupp,
    .vfs_statvfs = (void *)eopnotsupp,
    .vfs_quotactl = (void *)eopnotsupp,
    .vfs_fhtovp = (void *)eopnotsupp,
    .vfs_vptofh = (void *)eopnotsupp,
    .vfs_snapshot = (void *)eopnotsupp,
    .vfs_extattrctl = vfs_stdextattrctl,
    .vfs_suspendctl = (void *)eopnotsupp,
    .vfs_root = (void *)eopnotsupp,
    .vfs_renamelock_enter = genfs_renamelock_enter,
    .vfs_renamelock_exit = genfs_renamelock_exit,
    .vfs_refcount = 1,
};

struct mount *dead_rootmount;

void
dead_mount_init(void)
{
	dead_rootmount = vfs_mountalloc(&dead_vfsops, NULL);
	dead_rootmount->mnt_iflag |= IMNT_MPSAFE;
	strlcpy(dead_rootmount->mnt_stat.f_mntonname, "dead",
	    sizeof(dead_rootmount->mnt_stat.f_mntonname));
}
