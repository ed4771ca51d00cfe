/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Setting a snapshot up, taking it, ending it.
 */
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include <dev/fssvar.h>
#include <miscfs/specfs/specdev.h>
#include <uvm/uvm_extern.h>

#include "fss_impl.h"

struct mount *
fss_mounted(struct vnode *devvp)
{
	struct mount *mp = NULL;

	mutex_enter(devvp->v_interlock);
	if (vdead_check(devvp, VDEAD_NOWAIT) == 0)
		mp = spec_node_getmountedfs(devvp);
	mutex_exit(devvp->v_interlock);
	return mp;
}

/* Bytes of a disk, and of its sectors, which may be cut into clusters. */
static int
disk_size(struct vnode *vp, uint64_t *size, uint32_t *secsize)
{
	uint64_t sectors;
	u_int bytes;
	int error;

	error = getdisksize(vp, &sectors, &bytes);
	if (error)
		return error;
	if (bytes < DEV_BSIZE || bytes > FSS_MAXCSIZE || !powerof2(bytes) ||
	    sectors == 0)
		return ENXIO;
	*size = sectors * bytes;
	*secsize = bytes;
	return 0;
}

/* The file system whose root that path is. */
static int
open_mount(struct fss_snap *sn, const char *path)
{
	struct vnode *vp;
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_NOEMULROOT, &vp);
	if (error)
		return error;
	if ((vp->v_vflag & VV_ROOT) == 0)
		error = EINVAL;
	else if ((sn->sn_mp = vn_mount_ref(vp)) == NULL)
		error = ENOENT;
	vrele(vp);
	if (error)
		return error;
	if ((vfs_iflag(sn->sn_mp) & IMNT_HAS_TRANS) == 0)
		return EOPNOTSUPP;
	error = spec_node_lookup_by_mount(sn->sn_mp, &vp);
	if (error)
		return error == ENOENT ? EOPNOTSUPP : error;
	error = spec_node_keepopen(vp, sn->sn_mp);
	if (error) {
		vrele(vp);
		return error;
	}
	sn->sn_devvp = vp;
	return disk_size(vp, &sn->sn_size, &sn->sn_secsize);
}

/* A raw device: not the one of a mounted file system. It is unlocked. */
static int
check_rawdev(struct fss_snap *sn, struct vnode *vp)
{
	const dev_t blk = devsw_chr2blk(sn->sn_bsdev);
	struct vnode *bvp;
	int error;

	if (blk != NODEV && spec_node_lookup_by_dev(VBLK, blk, &bvp) == 0) {
		error = fss_mounted(bvp) != NULL ? EBUSY : 0;
		vrele(bvp);
		if (error)
			return error;
	}
	/* what has no size is no disk */
	return disk_size(vp, &sn->sn_bslimit, &sn->sn_bssecsize) ? EINVAL : 0;
}

/* A file, which is locked. */
static int
check_file(struct fss_snap *sn, struct vnode *vp)
{
	struct vattr va;
	int error;

	if (vp->v_type != VREG)
		return EINVAL;
	/* a persistent snapshot would be the file system's own work */
	if (vp->v_mount == sn->sn_mp)
		return EOPNOTSUPP;
	error = VOP_GETATTR(vp, &va, curlwp->l_cred);
	if (error == 0)
		sn->sn_bslimit = va.va_size;
	return error;
}

static int
check_store(struct fss_snap *sn, struct vnode *vp)
{
	int error;

	/* the driver may sleep for long: it is asked with the vnode unlocked */
	if (vp->v_type == VCHR) {
		sn->sn_bsdev = vp->v_rdev;
		VOP_UNLOCK(vp);
		return check_rawdev(sn, vp);
	}
	error = check_file(sn, vp);
	VOP_UNLOCK(vp);
	return error;
}

static int
open_store(struct fss_snap *sn, const char *path)
{
	struct pathbuf *pb;
	struct nameidata nd;
	struct vnode *vp;
	int error;

	error = pathbuf_copyin(path, &pb);
	if (error)
		return error;
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	error = vn_open(&nd, FREAD | FWRITE, 0);
	pathbuf_destroy(pb);
	if (error)
		return error;
	vp = nd.ni_vp;
	sn->sn_bsmp = vn_mount_ref(vp);
	sn->sn_bsdev = NODEV;
	sn->sn_bssecsize = DEV_BSIZE;
	error = check_store(sn, vp);
	if (error == 0 && sn->sn_bsmp == NULL)
		error = ENOENT; /* it was unmounted by force meanwhile */
	if (error) {
		(void)vn_close(vp, FREAD | FWRITE, curlwp->l_cred);
		return error;
	}
	sn->sn_bsvp = vp;
	kauth_cred_hold(curlwp->l_cred);
	sn->sn_cred = curlwp->l_cred;
	return 0;
}

/* As large as was asked for, whole sectors, and enough for a short map. */
static int
choose_csize(struct fss_snap *sn, blksize_t wanted)
{
	uint64_t n;

	if (wanted < 0)
		return EINVAL;
	sn->sn_csize = MAX(FSS_MINCSIZE, MAX(sn->sn_secsize, sn->sn_bssecsize));
	if (wanted == 0)
		wanted = MAX(FSS_CSIZE,
		    (blksize_t)MIN(sn->sn_mp->mnt_stat.f_iosize, FSS_MAXCSIZE));
	wanted = MIN(wanted, FSS_MAXCSIZE);
	while (sn->sn_csize < (uint32_t)wanted ||
	    (sn->sn_csize < FSS_MAXCSIZE &&
		sn->sn_size / sn->sn_csize > FSS_MAXCLUSTER))
		sn->sn_csize <<= 1;
	sn->sn_cshift = __builtin_ctz(sn->sn_csize);
	n = (sn->sn_size + sn->sn_csize - 1) >> sn->sn_cshift;
	if (n > UINT32_MAX - FSS_STORED)
		return EFBIG;
	sn->sn_nclusters = (uint32_t)n;
	return 0;
}

/* Memory, once the page cache had to give some back; NULL if that is not enough. */
static void *
alloc_squeezing(size_t size)
{
	void *p;

	for (int i = 0; i < FSS_SQUEEZES; i++) {
		p = kmem_zalloc(size, KM_NOSLEEP);
		if (p != NULL)
			return p;
		uvm_wait("fssmem");
	}
	return NULL;
}

static int
alloc_memory(struct fss_snap *sn)
{
	struct fss_slot *fl;

	sn->sn_map =
	    alloc_squeezing((size_t)sn->sn_nclusters * sizeof(*sn->sn_map));
	if (sn->sn_map == NULL)
		return ENOMEM;
	if (sn->sn_bssecsize > sn->sn_secsize) {
		sn->sn_bounce = alloc_squeezing(sn->sn_csize);
		if (sn->sn_bounce == NULL)
			return ENOMEM;
	}
	while (sn->sn_nslots < FSS_MINSLOTS ||
	    (sn->sn_nslots < FSS_MAXSLOTS &&
		(sn->sn_nslots + 1) * sn->sn_csize <= FSS_SLOTMEM)) {
		fl = &sn->sn_slots[sn->sn_nslots];
		fl->fl_data = sn->sn_nslots < FSS_MINSLOTS
		    ? alloc_squeezing(sn->sn_csize)
		    : kmem_zalloc(sn->sn_csize, KM_NOSLEEP);
		if (fl->fl_data == NULL)
			return sn->sn_nslots < FSS_MINSLOTS ? ENOMEM : 0;
		fl->fl_bp = getiobuf(NULL, true);
		fl->fl_state = FSS_FREE;
		sn->sn_nslots++;
	}
	return 0;
}

static int
open_all(struct fss_snap *sn, const struct fss_set *fss)
{
	int error;

	error = open_mount(sn, fss->fss_mount);
	if (error == 0)
		error = open_store(sn, fss->fss_bstore);
	if (error == 0)
		error = choose_csize(sn, fss->fss_csize);
	if (error == 0)
		error = alloc_memory(sn);
	if (error == 0)
		error = kthread_create(PRI_NONE,
		    KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL, fss_store_thread,
		    sn, &sn->sn_lwp, "%sbs", sn->sn_name);
	return error;
}

int
fss_snap_open(const struct fss_set *fss, const char *name, volatile bool *live,
    struct fss_snap **snp)
{
	struct fss_snap *sn = kmem_zalloc(sizeof(*sn), KM_SLEEP);
	int error;

	sn->sn_name = name;
	sn->sn_live = live;
	mutex_init(&sn->sn_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&sn->sn_cv, "fsscow");
	cv_init(&sn->sn_storecv, "fssidle");
	error = open_all(sn, fss);
	if (error) {
		fss_snap_close(sn);
		fss_snap_free(sn);
	} else
		*snp = sn;
	return error;
}

int
fss_snap_take(struct fss_snap *sn)
{
	int error;

	error = vfs_suspend(sn->sn_mp, 0);
	if (error)
		return error;
	if (fss_mounted(sn->sn_devvp) != sn->sn_mp)
		error = ENXIO;
	if (error == 0)
		error = fscow_establish(sn->sn_mp, fss_cow, sn);
	if (error == 0) {
		/* nobody writes yet, so nobody has lost it */
		sn->sn_cow = true;
		microtime(&sn->sn_time);
		atomic_store_release(sn->sn_live, true);
	}
	vfs_resume(sn->sn_mp);
	return error;
}

static void
stop_thread(struct fss_snap *sn)
{
	mutex_enter(&sn->sn_lock);
	sn->sn_stop = true;
	cv_broadcast(&sn->sn_storecv);
	mutex_exit(&sn->sn_lock);
	(void)kthread_join(sn->sn_lwp);
}

void
fss_snap_close(struct fss_snap *sn)
{
	/* nobody copies any more; who waits goes on */
	mutex_enter(&sn->sn_lock);
	atomic_store_relaxed(&sn->sn_lost, true);
	cv_broadcast(&sn->sn_cv);
	mutex_exit(&sn->sn_lock);
	if (sn->sn_cow)
		(void)fscow_disestablish(sn->sn_mp, fss_cow, sn);
	if (sn->sn_lwp != NULL)
		stop_thread(sn);
	for (u_int i = 0; i < sn->sn_nslots; i++) {
		kmem_free(sn->sn_slots[i].fl_data, sn->sn_csize);
		putiobuf(sn->sn_slots[i].fl_bp);
	}
	if (sn->sn_bounce != NULL)
		kmem_free(sn->sn_bounce, sn->sn_csize);
	if (sn->sn_map != NULL)
		kmem_free(__UNVOLATILE(sn->sn_map),
		    (size_t)sn->sn_nclusters * sizeof(*sn->sn_map));
	if (sn->sn_bsvp != NULL) {
		(void)vn_close(sn->sn_bsvp, FREAD | FWRITE, sn->sn_cred);
		kauth_cred_free(sn->sn_cred);
	}
	if (sn->sn_devvp != NULL) {
		vn_lock(sn->sn_devvp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_CLOSE(sn->sn_devvp, FREAD, NOCRED);
		vput(sn->sn_devvp);
	}
}

void
fss_snap_free(struct fss_snap *sn)
{
	if (sn->sn_bsmp != NULL)
		vfs_destroy(sn->sn_bsmp);
	if (sn->sn_mp != NULL)
		vfs_destroy(sn->sn_mp);
	cv_destroy(&sn->sn_cv);
	cv_destroy(&sn->sn_storecv);
	mutex_destroy(&sn->sn_lock);
	kmem_free(sn, sizeof(*sn));
}
