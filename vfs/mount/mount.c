/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounts: struct mount, its references and the list of all.
 *
 * mnt_refcnt keeps the memory: each vnode holds one, and so does the list.
 * mnt_busynest keeps it mounted; who unmounts holds mnt_unmounting for the
 * whole time, so that vfs_busy() waits for the outcome.
 *
 * Lock order: mnt_updating, mnt_unmounting; vfs_busy() only tries the latter
 * under mountlist_lock.
 */
#include <sys/atomic.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include "mount_impl.h"

struct mntlist mountlist = TAILQ_HEAD_INITIALIZER(mountlist);
kmutex_t mountlist_lock;
static kmutex_t mount_gen_lock;
static pserialize_t mount_psz;
static kmutex_t mount_busy_lock;
static kcondvar_t mount_busy_cv;
static uint64_t mount_gen;
static uint16_t mount_fsid_serial; /* mountlist_lock */
static LIST_HEAD(, vfs_hooks) vfs_hooks_head =
    LIST_HEAD_INITIALIZER(vfs_hooks_head);
static kmutex_t vfs_hooks_lock;
static kmutex_t mount_key_lock;

void
vfs_mount_sysinit(void)
{
	mutex_init(&mountlist_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&vfs_list_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&mount_gen_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&vfs_hooks_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&mount_key_lock, MUTEX_DEFAULT, IPL_NONE);
	statvfs_init();
	mount_gen = 1;
	mount_psz = pserialize_create();
	mutex_init(&mount_busy_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&mount_busy_cv, "mntbusy");
}

struct mount *
vfs_mountalloc(struct vfsops *vfsops, struct vnode *vp)
{
	struct mount *mp;

	mp = kmem_zalloc(sizeof(*mp), KM_SLEEP);
	mp->mnt_op = vfsops;
	mp->mnt_refcnt = 1;
	TAILQ_INIT(&mp->mnt_vnodelist);
	mutex_init(&mp->mnt_vnodelock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&mp->mnt_unmounting, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&mp->mnt_renamelock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&mp->mnt_updating, MUTEX_DEFAULT, IPL_NONE);
	mp->mnt_vnodecovered = vp;
	mount_initspecific(mp);
	mutex_enter(&mount_gen_lock);
	mp->mnt_gen = mount_gen++;
	mutex_exit(&mount_gen_lock);
	return mp;
}

void
vfs_destroy(struct mount *mp)
{
	if (__predict_true(atomic_dec_uint_nv(&mp->mnt_refcnt) > 0))
		return;
	KASSERT(atomic_load_relaxed(&mp->mnt_refcnt) == 0);
	KASSERT(TAILQ_EMPTY(&mp->mnt_vnodelist));
	/* those who cross mount points may be looking at it */
	if (vfs_iflag(mp) & IMNT_GONE)
		pserialize_perform(mount_psz);
	mount_finispecific(mp);
	fstrans_unmount(mp);
	mutex_destroy(&mp->mnt_vnodelock);
	mutex_destroy(&mp->mnt_unmounting);
	mutex_destroy(&mp->mnt_renamelock);
	mutex_destroy(&mp->mnt_updating);
	if (mp->mnt_op != NULL)
		vfs_delref(mp->mnt_op);
	if (mp->mnt_layered != NULL)
		vfs_destroy(mp->mnt_layered);
	kmem_free(mp, sizeof(*mp));
}

int
vfs_rootmountalloc(
    const char *fstypename, const char *devname, struct mount **mpp)
{
	struct vfsops *vfsp = vfs_getopsbyname(fstypename);
	struct mount *mp;

	if (vfsp == NULL)
		return ENODEV;
	mp = vfs_mountalloc(vfsp, NULL);
	(void)vfs_busy(mp, NULL);
	mp->mnt_flag = MNT_RDONLY;
	strlcpy(mp->mnt_stat.f_fstypename, vfsp->vfs_name,
	    sizeof(mp->mnt_stat.f_fstypename));
	strlcpy(
	    mp->mnt_stat.f_mntonname, "/", sizeof(mp->mnt_stat.f_mntonname));
	strlcpy(mp->mnt_stat.f_mntfromname, devname,
	    sizeof(mp->mnt_stat.f_mntfromname));
	*mpp = mp;
	return 0;
}

void
mountlist_append(struct mount *mp)
{
	mutex_enter(&mountlist_lock);
	TAILQ_INSERT_TAIL(&mountlist, mp, mnt_list);
	mutex_exit(&mountlist_lock);
}

int
vfs_busy(struct mount *mp, struct mount **nextp)
{
	KASSERT(atomic_load_relaxed(&mp->mnt_refcnt) > 0);
	if (nextp != NULL) {
		KASSERT(mutex_owned(&mountlist_lock));
		/* who unmounts wants mountlist_lock in the end: don't wait */
		if (!mutex_tryenter(&mp->mnt_unmounting)) {
			*nextp = TAILQ_NEXT(mp, mnt_list);
			return EBUSY;
		}
	} else
		mutex_enter(&mp->mnt_unmounting);
	if (__predict_false(vfs_iflag(mp) & IMNT_GONE)) {
		mutex_exit(&mp->mnt_unmounting);
		if (nextp != NULL)
			*nextp = TAILQ_NEXT(mp, mnt_list);
		return ENOENT;
	}
	atomic_inc_uint(&mp->mnt_busynest);
	atomic_inc_uint(&mp->mnt_refcnt);
	mutex_exit(&mp->mnt_unmounting);
	if (nextp != NULL)
		mutex_exit(&mountlist_lock);
	return 0;
}

void
vfs_unbusy(struct mount *mp, bool keepref, struct mount **nextp)
{
	if (nextp != NULL) {
		/* while it is busy it stays in the list */
		mutex_enter(&mountlist_lock);
		*nextp = TAILQ_NEXT(mp, mnt_list);
	}
	KASSERT(atomic_load_relaxed(&mp->mnt_busynest) > 0);
	if (atomic_dec_uint_nv(&mp->mnt_busynest) == 0 &&
	    (vfs_iflag(mp) & IMNT_UNMOUNT) != 0) {
		mutex_enter(&mount_busy_lock);
		cv_broadcast(&mount_busy_cv);
		mutex_exit(&mount_busy_lock);
	}
	if (!keepref)
		vfs_destroy(mp);
}

struct mount *
vn_mount_ref(struct vnode *vp)
{
	struct mount *mp = NULL;

	/* who reclaims it wants the interlock, then lets go of the mount */
	mutex_enter(vp->v_interlock);
	if (vdead_check(vp, VDEAD_NOWAIT) == 0) {
		mp = vp->v_mount;
		atomic_inc_uint(&mp->mnt_refcnt);
	}
	mutex_exit(vp->v_interlock);
	return mp;
}

/* Keep a referenced mount busy; the reference is used up. */
static int
mount_busy_ref(struct mount *mp, struct mount **mpp)
{
	int error;

	if (mp == NULL)
		return ENOENT;
	error = vfs_busy(mp, NULL);
	vfs_destroy(mp);
	if (error == 0)
		*mpp = mp;
	return error;
}

int
vn_mount_busy(struct vnode *vp, struct mount **mpp)
{
	return mount_busy_ref(vn_mount_ref(vp), mpp);
}

/*
 * The root vnode of what is mounted here, as it was last seen.  It isn't
 * referenced, nor is the mount: mounts' memory outlasts readers, vnodes'
 * memory stays, the gate says whether it lives, and v_mount whose it is.
 */
static struct vnode *
vfs_cross_hint(struct vnode *coveredvp)
{
	struct vnode *vp = NULL;
	struct mount *mp;
	bool ours = false;
	int s;

	s = pserialize_read_enter();
	mp = atomic_load_acquire(&coveredvp->v_mountedhere);
	if (mp != NULL)
		vp = atomic_load_acquire(&mp->mnt_rootvp);
	if (vp != NULL && vcache_tryvget(vp) != 0)
		vp = NULL;
	if (vp != NULL)
		ours = atomic_load_relaxed(&vp->v_mount) == mp &&
		    (atomic_load_relaxed(&vp->v_vflag) & VV_ROOT) != 0;
	pserialize_read_exit(s);
	if (vp != NULL && !ours) {
		vrele(vp);
		vp = NULL;
	}
	return vp;
}

int
vfs_cross(struct vnode *coveredvp, struct vnode **rootp)
{
	struct vnode *rvp = NULL;
	struct mount *mp;
	int error;

	rvp = vfs_cross_hint(coveredvp);
	if (__predict_true(rvp != NULL)) {
		*rootp = rvp;
		return 0;
	}
	do {
		/* the mount can't go while it is named here */
		mutex_enter(coveredvp->v_interlock);
		mp = coveredvp->v_mountedhere;
		if (mp != NULL)
			atomic_inc_uint(&mp->mnt_refcnt);
		mutex_exit(coveredvp->v_interlock);
		if (mp == NULL)
			return ENOENT;
		error = vfs_busy(mp, NULL);
		if (error != 0)
			vfs_destroy(mp);
	} while (error != 0);
	error = VFS_ROOT(mp, &rvp);
	if (error == 0) {
		VOP_UNLOCK(rvp);
		atomic_store_release(&mp->mnt_rootvp, rvp);
		*rootp = rvp;
	}
	vfs_unbusy(mp, true, NULL);
	vfs_destroy(mp);
	vfs_destroy(mp);
	return error;
}

/*
 * For who unmounts, with mnt_unmounting held and IMNT_UNMOUNT set: those who
 * keep a mount busy do so for a moment only; wait for them, EBUSY if it
 * takes a second.
 */
int
mount_wait_unbusy(struct mount *mp)
{
	int error = 0;

	KASSERT(mutex_owned(&mp->mnt_unmounting));
	mutex_enter(&mount_busy_lock);
	while (atomic_load_relaxed(&mp->mnt_busynest) != 0 && error == 0) {
		if (cv_timedwait(&mount_busy_cv, &mount_busy_lock, hz) != 0)
			error = EBUSY;
	}
	mutex_exit(&mount_busy_lock);
	return error;
}

static struct mount *
vfs_getvfs_locked(const fsid_t *fsid)
{
	struct mount *mp;

	TAILQ_FOREACH(mp, &mountlist, mnt_list) {
		if (mp->mnt_stat.f_fsidx.__fsid_val[0] == fsid->__fsid_val[0] &&
		    mp->mnt_stat.f_fsidx.__fsid_val[1] == fsid->__fsid_val[1])
			return mp;
	}
	return NULL;
}

/** The mount with that identifier, not referenced. */
struct mount *
vfs_getvfs(fsid_t *fsid)
{
	struct mount *mp;

	mutex_enter(&mountlist_lock);
	mp = vfs_getvfs_locked(fsid);
	mutex_exit(&mountlist_lock);
	return mp;
}

int
vfs_getvfs_busy(fsid_t *fsid, struct mount **mpp)
{
	struct mount *mp;

	mutex_enter(&mountlist_lock);
	mp = vfs_getvfs_locked(fsid);
	if (mp != NULL)
		atomic_inc_uint(&mp->mnt_refcnt);
	mutex_exit(&mountlist_lock);
	return mount_busy_ref(mp, mpp);
}

/** Invent an identifier for a file system that has none. */
void
vfs_getnewfsid(struct mount *mp)
{
	const long mtype = makefstype(mp->mnt_op->vfs_name);
	fsid_t fsid;

	mutex_enter(&mountlist_lock);
	fsid.__fsid_val[1] = (int32_t)mtype;
	do {
		if (++mount_fsid_serial == 0)
			mount_fsid_serial = 1;
		fsid.__fsid_val[0] =
		    (int32_t)makedev(mtype & 0xff, mount_fsid_serial);
	} while (vfs_getvfs_locked(&fsid) != NULL);
	mp->mnt_stat.f_fsidx = fsid;
	mp->mnt_stat.f_fsid = fsid.__fsid_val[0];
	mutex_exit(&mountlist_lock);
}

int
vfs_set_lowermount(struct mount *mp, struct mount *lowermp)
{
	return 0;
}

void
vfs_scrubvnlist(struct mount *mp)
{
	/* a vnode is unlisted when it is reclaimed; nothing lags behind */
}

/*
 * Hooks.
 */
int
vfs_hooks_attach(struct vfs_hooks *vh)
{
	mutex_enter(&vfs_hooks_lock);
	LIST_INSERT_HEAD(&vfs_hooks_head, vh, vfs_hooks_list);
	mutex_exit(&vfs_hooks_lock);
	return 0;
}

int
vfs_hooks_detach(struct vfs_hooks *vh)
{
	struct vfs_hooks *h;

	mutex_enter(&vfs_hooks_lock);
	LIST_FOREACH(h, &vfs_hooks_head, vfs_hooks_list) {
		if (h == vh)
			break;
	}
	if (h != NULL)
		LIST_REMOVE(h, vfs_hooks_list);
	mutex_exit(&vfs_hooks_lock);
	return h == NULL ? ESRCH : 0;
}

void
vfs_hooks_unmount(struct mount *mp)
{
	struct vfs_hooks *h;

	mutex_enter(&vfs_hooks_lock);
	LIST_FOREACH(h, &vfs_hooks_head, vfs_hooks_list) {
		if (h->vh_unmount != NULL)
			(void)(*h->vh_unmount)(mp);
	}
	mutex_exit(&vfs_hooks_lock);
}

int
vfs_hooks_reexport(struct mount *mp, const char *path, void *data)
{
	struct vfs_hooks *h;
	int error = EJUSTRETURN, e;

	mutex_enter(&vfs_hooks_lock);
	LIST_FOREACH(h, &vfs_hooks_head, vfs_hooks_list) {
		if (h->vh_reexport == NULL)
			continue;
		e = (*h->vh_reexport)(mp, path, data);
		if (e != EJUSTRETURN) {
			error = e;
			break;
		}
	}
	mutex_exit(&vfs_hooks_lock);
	return error;
}

/*
 * Specific data: a short list in each mount.
 */
struct mount_specific {
	struct mount_specific *ms_next;
	specificdata_key_t ms_key;
	void *ms_data;
};
#define MOUNT_KEYS 32
static specificdata_dtor_t mount_key_dtor[MOUNT_KEYS];
static bool mount_key_used[MOUNT_KEYS];

int
mount_specific_key_create(specificdata_key_t *keyp, specificdata_dtor_t dtor)
{
	int error = EAGAIN;

	mutex_enter(&mount_key_lock);
	for (u_int i = 0; i < MOUNT_KEYS; i++) {
		if (!mount_key_used[i]) {
			mount_key_used[i] = true;
			mount_key_dtor[i] = dtor;
			*keyp = i;
			error = 0;
			break;
		}
	}
	mutex_exit(&mount_key_lock);
	return error;
}

void
mount_specific_key_delete(specificdata_key_t key)
{
	mutex_enter(&mount_key_lock);
	mount_key_used[key] = false;
	mutex_exit(&mount_key_lock);
}

int
mount_initspecific(struct mount *mp)
{
	mp->mnt_specdataref.specdataref_container = NULL;
	return 0;
}

void
mount_finispecific(struct mount *mp)
{
	struct mount_specific *ms;

	while (
	    (ms = (void *)mp->mnt_specdataref.specdataref_container) != NULL) {
		mp->mnt_specdataref.specdataref_container = (void *)ms->ms_next;
		if (mount_key_dtor[ms->ms_key] != NULL && ms->ms_data != NULL)
			(*mount_key_dtor[ms->ms_key])(ms->ms_data);
		kmem_free(ms, sizeof(*ms));
	}
}

/* The data of a key; mount_key_lock is held. */
static struct mount_specific *
mount_findspecific(struct mount *mp, specificdata_key_t key)
{
	struct mount_specific *ms;

	for (ms = (void *)mp->mnt_specdataref.specdataref_container; ms != NULL;
	     ms = ms->ms_next) {
		if (ms->ms_key == key)
			break;
	}
	return ms;
}

void *
mount_getspecific(struct mount *mp, specificdata_key_t key)
{
	struct mount_specific *ms;
	void *data;

	mutex_enter(&mount_key_lock);
	ms = mount_findspecific(mp, key);
	data = ms != NULL ? ms->ms_data : NULL;
	mutex_exit(&mount_key_lock);
	return data;
}

void
mount_setspecific(struct mount *mp, specificdata_key_t key, void *data)
{
	struct mount_specific *ms, *n;

	n = kmem_zalloc(sizeof(*n), KM_SLEEP);
	mutex_enter(&mount_key_lock);
	ms = mount_findspecific(mp, key);
	if (ms != NULL) {
		ms->ms_data = data;
	} else {
		n->ms_key = key;
		n->ms_data = data;
		n->ms_next = (void *)mp->mnt_specdataref.specdataref_container;
		mp->mnt_specdataref.specdataref_container = (void *)n;
	}
	mutex_exit(&mount_key_lock);
	if (ms != NULL)
		kmem_free(n, sizeof(*n));
}
