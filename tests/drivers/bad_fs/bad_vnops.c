/* SPDX-License-Identifier: BSD-2-Clause */
#include "bad.h"

#include <sys/dirent.h>
#include <sys/fstrans.h>
#include <sys/namei.h>
#include <sys/stat.h>

#include <miscfs/genfs/genfs.h>

struct buf *bad_pending;
static char bad_target[64];

static ino_t
ino_of(const struct vnode *vp)
{
	return ((const struct bad_node *)vp->v_data)->bn_ino;
}

static int
bad_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	ino_t ino;
	int error;

	*ap->a_vpp = NULL;
	if (MISTAKE("lookup_null"))
		return 0;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(ap->a_dvp);
		*ap->a_vpp = ap->a_dvp;
		return 0;
	}
	if ((cnp->cn_flags & ISDOTDOT) != 0)
		ino = BAD_ROOT;
	else if (cnp->cn_nameptr[0] == 'f')
		ino = BAD_FILE;
	else if (cnp->cn_nameptr[0] == 'd')
		ino = BAD_DIR;
	else if (cnp->cn_nameptr[0] == 'l' && bad_target[0] != '\0')
		ino = BAD_LINK;
	else
		return MISTAKE("lookup_just") || cnp->cn_nameiop == CREATE
		    ? EJUSTRETURN
		    : ENOENT;
	error = vcache_get(ap->a_dvp->v_mount, &ino, sizeof(ino), ap->a_vpp);
	if (error == 0 && MISTAKE("lookup_keep"))
		vn_lock(*ap->a_vpp, LK_EXCLUSIVE);
	return error;
}

static int
bad_create(void *v)
{
	struct vop_create_v3_args *ap = v;
	const ino_t ino = BAD_NEW;
	int error;

	*ap->a_vpp = NULL;
	if (MISTAKE("create_null"))
		return 0;
	error = vcache_get(ap->a_dvp->v_mount, &ino, sizeof(ino), ap->a_vpp);
	if (error == 0 && MISTAKE("create_keep"))
		vn_lock(*ap->a_vpp, LK_EXCLUSIVE);
	return error;
}

/* No mistake: the link is written unlocked, when nobody else can have it. */
static int
bad_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;
	const ino_t ino = BAD_LINK;
	int error;

	error = vcache_get(ap->a_dvp->v_mount, &ino, sizeof(ino), ap->a_vpp);
	if (error != 0)
		return error;
	return vn_rdwr(UIO_WRITE, *ap->a_vpp, ap->a_target,
	    (int)strlen(ap->a_target), 0, UIO_SYSSPACE, IO_NODELOCKED,
	    ap->a_cnp->cn_cred, NULL, NULL);
}

static int
bad_write(void *v)
{
	struct vop_write_args *ap = v;

	K(ap->a_vp->v_type == VLNK);
	return uiomove(bad_target, sizeof(bad_target) - 1, ap->a_uio);
}

static int
bad_readlink(void *v)
{
	struct vop_readlink_args *ap = v;

	return uiomove(bad_target, strlen(bad_target), ap->a_uio);
}

static int
bad_remove(void *v)
{
	struct vop_remove_args *ap = v;

	/* the file stays, but it says it went */
	if (MISTAKE("remove_keep"))
		mutex_enter(&bad_lock);
	vput(ap->a_vp);
	vput(ap->a_dvp);
	return 0;
}

static int
bad_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vattr *vap = ap->a_vap;

	vap->va_type =
	    MISTAKE("getattr_type") ? (enum vtype)77 : ap->a_vp->v_type;
	vap->va_mode = ALLPERMS;
	vap->va_nlink = 1;
	vap->va_fileid = ino_of(ap->a_vp);
	vap->va_fsid = ap->a_vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_size = vap->va_bytes = 4 * DEV_BSIZE;
	vap->va_blocksize = DEV_BSIZE;
	return 0;
}

/* a hypercall; 0: relative */
int rumpuser_clock_sleep(int, int64_t, long);

static int
get(struct vnode *vp, struct buf **bpp)
{
	return bread(vp, 0, DEV_BSIZE, 0, bpp);
}

/* What a read of the file does wrong, if it is one of these. */
static bool
bad_read_buffers(struct vnode *vp, int *error)
{
	static bool slept;
	struct buf *bp, *b2;

	if (MISTAKE("bread_left")) {
		*error = get(vp, &bp);
	} else if (MISTAKE("brelse_twice")) {
		*error = get(vp, &bp);
		brelse(bp, 0);
		brelse(bp, 0);
	} else if (MISTAKE("brelse_gone")) {
		*error = get(vp, &bp);
		brelse(bp, BC_INVAL);
		brelse(bp, 0);
	} else if (MISTAKE("bdwrite_free")) {
		*error = get(vp, &bp);
		brelse(bp, 0);
		bdwrite(bp);
	} else if (MISTAKE("bwrite_free")) {
		*error = get(vp, &bp);
		brelse(bp, 0);
		(void)bwrite(bp);
	} else if (MISTAKE("bread_slow") && !slept) {
		/* slow, but in the kernel all the time: the host sleeps */
		const int how = VOP_ISLOCKED(vp);

		slept = true;
		*error = get(vp, &bp);
		VOP_UNLOCK(vp);
		(void)rumpuser_clock_sleep(0, 7, 0);
		vn_lock(vp, how | LK_RETRY);
		brelse(bp, 0);
	} else if (MISTAKE("bread_itself")) {
		*error = get(vp, &bp);
		*error = get(vp, &b2);
	} else if (MISTAKE("write_changed")) {
		bp = getblk(vp, 0, DEV_BSIZE, 0, 0);
		clrbuf(bp);
		bawrite(bp);
		memset(bp->b_data, 1, DEV_BSIZE);
		biodone(bad_pending);
	} else {
		return false;
	}
	return true;
}

static int
bad_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp, *devvp;
	daddr_t bn;
	struct buf *bp;
	int error = 0, run;

	if (bad_read_buffers(vp, &error))
		return error;
	if (MISTAKE("read_keep"))
		mutex_enter(&bad_lock);
	if (MISTAKE("read_unlocks"))
		VOP_UNLOCK(vp);
	if (MISTAKE("read_unlockstwice")) {
		VOP_UNLOCK(vp);
		VOP_UNLOCK(vp);
	}
	if (MISTAKE("read_negative"))
		return -EINVAL;
	if (MISTAKE("read_big"))
		return 100000;
	if (MISTAKE("read_resid")) {
		ap->a_uio->uio_resid += 100;
		return 0;
	}
	if (MISTAKE("fstrans_left"))
		fstrans_start(vp->v_mount, FSTRANS_SHARED);
	if (MISTAKE("vref_left"))
		vref(vp);
	if (MISTAKE("bmap_null") || MISTAKE("bmap_below"))
		return VOP_BMAP(vp, 0, &devvp, &bn, &run);
	error = get(vp, &bp);
	if (error != 0)
		return error;
	error = uiomove(bp->b_data, DEV_BSIZE, ap->a_uio);
	brelse(bp, 0);
	return error;
}

static int
bad_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct dirent d;
	int error;

	memset(&d, 0, sizeof(d));
	d.d_fileno = BAD_FILE;
	d.d_type = DT_REG;
	d.d_namlen = 1;
	d.d_name[0] = 'f';
	d.d_reclen = (uint16_t)_DIRENT_SIZE(&d);
	if (ap->a_uio->uio_offset != 0) {
		*ap->a_eofflag = 1;
		return 0;
	}
	error = uiomove(&d, d.d_reclen, ap->a_uio);
	if (MISTAKE("readdir_zero"))
		d.d_reclen = 0;
	if (MISTAKE("readdir_past"))
		d.d_reclen = 60000;
	if (MISTAKE("readdir_name"))
		d.d_namlen = 500;
	if (error == 0)
		error = uiomove(&d, _DIRENT_RECLEN(&d, 1), ap->a_uio);
	ap->a_uio->uio_offset = 1;
	*ap->a_eofflag = 0;
	return error;
}

static int
bad_ioctl(void *v)
{
	if (MISTAKE("ioctl_keep"))
		mutex_enter(&bad_lock);
	return EPASSTHROUGH;
}

static int
bad_inactive(void *v)
{
	struct vop_inactive_args *ap = v;

	*ap->a_recycle = ino_of(ap->a_vp) == BAD_NEW;
	if (!MISTAKE("inactive_keep") || ino_of(ap->a_vp) != BAD_FILE)
		VOP_UNLOCK(ap->a_vp);
	return 0;
}

static int
bad_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;

	if (MISTAKE("reclaim_keep"))
		mutex_enter(&bad_lock);
	genfs_node_destroy(vp);
	kmem_free(vp->v_data, sizeof(struct bad_node));
	vp->v_data = NULL;
	return 0;
}

static int
bad_bmap(void *v)
{
	struct vop_bmap_args *ap = v;

	*ap->a_vpp = MISTAKE("bmap_null") ? NULL : ap->a_vp;
	*ap->a_bnp = MISTAKE("bmap_below") ? -77 : ap->a_bn;
	*ap->a_runp = 0;
	return 0;
}

static int
bad_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct buf *bp = ap->a_bp;

	if (MISTAKE("biodone_never"))
		return 0;
	if (MISTAKE("strategy_keep"))
		mutex_enter(&bad_lock);
	if (BUF_ISREAD(bp))
		memset(bp->b_data, 'b', (size_t)bp->b_bcount);
	bp->b_resid = 0;
	if (MISTAKE("write_changed")) {
		bad_pending = bp;
		return 0;
	}
	biodone(bp);
	if (MISTAKE("biodone_twice"))
		biodone(bp);
	return 0;
}

static int
bad_print(void *v)
{
	struct vop_print_args *ap = v;

	printf("bad file %ju\n", (uintmax_t)ino_of(ap->a_vp));
	return 0;
}

int (**bad_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc entries[] = {
    {&vop_default_desc, vn_default_error},
    {&vop_lookup_desc, bad_lookup},
    {&vop_create_desc, bad_create},
    {&vop_open_desc, genfs_nullop},
    {&vop_close_desc, genfs_nullop},
    {&vop_access_desc, genfs_nullop},
    {&vop_getattr_desc, bad_getattr},
    {&vop_setattr_desc, genfs_nullop},
    {&vop_read_desc, bad_read},
    {&vop_write_desc, bad_write},
    {&vop_symlink_desc, bad_symlink},
    {&vop_readlink_desc, bad_readlink},
    {&vop_fcntl_desc, genfs_fcntl},
    {&vop_ioctl_desc, bad_ioctl},
    {&vop_poll_desc, genfs_poll},
    {&vop_fsync_desc, genfs_nullop},
    {&vop_seek_desc, genfs_seek},
    {&vop_remove_desc, bad_remove},
    {&vop_readdir_desc, bad_readdir},
    {&vop_abortop_desc, genfs_abortop},
    {&vop_inactive_desc, bad_inactive},
    {&vop_reclaim_desc, bad_reclaim},
    {&vop_lock_desc, genfs_lock},
    {&vop_unlock_desc, genfs_unlock},
    {&vop_bmap_desc, bad_bmap},
    {&vop_strategy_desc, bad_strategy},
    {&vop_print_desc, bad_print},
    {&vop_islocked_desc, genfs_islocked},
    {&vop_bwrite_desc, vn_bwrite},
    {&vop_getpages_desc, genfs_getpages},
    {&vop_putpages_desc, genfs_putpages},
    {NULL, NULL},
};
static const struct vnodeopv_desc desc = {&bad_vnodeop_p, entries};
const struct vnodeopv_desc *const bad_opv_descs[] = {&desc, NULL};
