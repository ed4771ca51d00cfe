/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mount(2) and unmount(2) once their arguments are in the kernel.
 */
#include <rump-sys/vfs.h>
#include <sys/atomic.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include "mount_impl.h"

/* What a mount(2) may set; the rest is the kernel's. */
#define MOUNT_SETTABLE                                                         \
	(MNT_NOSUID | MNT_NOEXEC | MNT_NODEV | MNT_SYNCHRONOUS | MNT_UNION |   \
	    MNT_ASYNC | MNT_NOCOREDUMP | MNT_NOATIME | MNT_NODEVMTIME |        \
	    MNT_SYMPERM | MNT_SOFTDEP | MNT_LOG | MNT_IGNORE | MNT_EXTATTR |   \
	    MNT_DISCARD | MNT_RELATIME)

/*
 * Directories that processes stand in are covered now: move them to the
 * root of what covers them.
 */
static void
mount_checkdirs(struct vnode *olddp)
{
	struct vnode *newdp;

	if (vrefcnt(olddp) == 1)
		return;
	if (VFS_ROOT(olddp->v_mountedhere, &newdp) != 0)
		return;
	cwd_replace(olddp, newdp);
	if (rootvnode == olddp) {
		vrele(rootvnode);
		vref(newdp);
		rootvnode = newdp;
	}
	vput(newdp);
}

/** Change a mounted file system: MNT_UPDATE, MNT_GETARGS, MNT_RELOAD. */
int
mount_update(struct lwp *l, struct vnode *vp, const char *path, int flags,
    void *data, size_t *data_len)
{
	struct mount *mp;
	int error, saved_flags;

	if ((vp->v_vflag & VV_ROOT) == 0)
		return EINVAL;
	error = vn_mount_busy(vp, &mp);
	if (error != 0)
		return error;
	if ((flags & MNT_RELOAD) && (mp->mnt_flag & MNT_RDONLY) == 0) {
		vfs_unbusy(mp, false, NULL);
		return EOPNOTSUPP;
	}
	mutex_enter(&mp->mnt_updating);
	mp->mnt_flag &= ~MNT_OP_FLAGS;
	mp->mnt_flag |= flags & MNT_OP_FLAGS;
	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_UPDATE, mp, KAUTH_ARG(flags), data);
	saved_flags = mp->mnt_flag & ~MNT_OP_FLAGS;
	if (error != 0)
		goto out;
	if ((flags & MNT_GETARGS) == 0) {
		if ((flags & MNT_RDONLY) == 0) {
			if (mp->mnt_flag & MNT_RDONLY)
				mp->mnt_iflag |= IMNT_WANTRDWR;
		} else {
			if ((mp->mnt_flag & MNT_RDONLY) == 0)
				mp->mnt_iflag |= IMNT_WANTRDONLY;
			mp->mnt_flag |= MNT_RDONLY;
		}
		mp->mnt_flag &= ~MOUNT_SETTABLE;
		mp->mnt_flag |= flags & MOUNT_SETTABLE;
	}
	error = VFS_MOUNT(mp, path, data, data_len);
	if (error != 0 || (flags & MNT_GETARGS))
		mp->mnt_flag = saved_flags;
	else if (vfs_iflag(mp) & IMNT_WANTRDWR)
		mp->mnt_flag &= ~MNT_RDONLY;
	mp->mnt_iflag &= ~(IMNT_WANTRDWR | IMNT_WANTRDONLY);
	if (error == 0 && (flags & MNT_GETARGS) == 0) {
		if ((mp->mnt_flag & (MNT_RDONLY | MNT_ASYNC)) == 0)
			vfs_syncer_add_to_worklist(mp);
		else
			vfs_syncer_remove_from_worklist(mp);
	}
out:
	mp->mnt_flag &= ~MNT_OP_FLAGS;
	mutex_exit(&mp->mnt_updating);
	vfs_unbusy(mp, false, NULL);
	return error;
}

/* May l mount something on vp? */
static int
mount_authorize(struct lwp *l, struct vnode *vp, int flags, void *data)
{
	struct vattr va;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_NEW, vp, KAUTH_ARG(flags), data);
	if (error != 0)
		return error;
	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_GETATTR(vp, &va, l->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

/**
 * Mount a new file system on *vpp, whose reference it takes over and sets
 * to NULL when it succeeds.
 */
int
mount_domount(struct lwp *l, struct vnode **vpp, struct vfsops *vfsops,
    const char *path, int flags, void *data, size_t *data_len)
{
	struct vnode *vp = *vpp;
	struct mount *mp;
	int error;

	error = mount_authorize(l, vp, flags, data);
	if (error != 0)
		goto fail;
	if (vp->v_type != VDIR) {
		error = ENOTDIR;
		goto fail;
	}
	/* privilege apart, a user's mount is neither setuid nor for devices */
	mp = vfs_mountalloc(vfsops, vp);
	mp->mnt_stat.f_owner = kauth_cred_geteuid(l->l_cred);
	mp->mnt_flag = flags & (MOUNT_SETTABLE | MNT_RDONLY | MNT_FORCE);

	mutex_enter(&mp->mnt_updating);
	error = VFS_MOUNT(mp, path, data, data_len);
	mp->mnt_flag &= ~MNT_OP_FLAGS;
	if (error != 0)
		goto fail_mp;
	/* the file system may have forced it */
	mp->mnt_iflag &= ~IMNT_WANTRDWR;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = vinvalbuf(vp, V_SAVE, l->l_cred, l, false, 0);
	if (error == 0 &&
	    (VSTATE_GET(vp) != VS_LOADED || vp->v_mountedhere != NULL))
		error = vp->v_mountedhere != NULL ? EBUSY : ENOENT;
	if (error != 0) {
		VOP_UNLOCK(vp);
		(void)VFS_UNMOUNT(mp, MNT_FORCE);
		goto fail_mp;
	}
	cache_purge(vp);
	vfs_iflag_set(mp, 0, IMNT_UNMOUNT);
	mountlist_append(mp);
	if ((mp->mnt_flag & (MNT_RDONLY | MNT_ASYNC)) == 0)
		vfs_syncer_add_to_worklist(mp);
	mutex_enter(vp->v_interlock);
	atomic_store_release(&vp->v_mountedhere, mp);
	mutex_exit(vp->v_interlock);
	VOP_UNLOCK(vp);
	mutex_exit(&mp->mnt_updating);

	/* the mount owns the reference to vp from here on */
	*vpp = NULL;
	mount_checkdirs(vp);
	(void)VFS_STATVFS(mp, &mp->mnt_stat);
	error = VFS_START(mp, 0);
	if (error != 0) {
		(void)vfs_busy(mp, NULL);
		vfs_unbusy(mp, true, NULL);
		(void)dounmount(mp, MNT_FORCE, l);
		return error;
	}
	return 0;
fail_mp:
	mutex_exit(&mp->mnt_updating);
	mp->mnt_op = NULL;
	vfs_destroy(mp);
fail:
	vfs_delref(vfsops);
	return error;
}

/* The arguments from user space, at least as much as the type wants. */
static int
mount_copyin_args(struct vfsops *ops, void *data, enum uio_seg seg,
    size_t *data_len, void **bufp, size_t *bufszp)
{
	size_t size = *data_len;
	void *buf;
	int error;

	*bufp = data;
	*bufszp = 0;
	if (seg == UIO_SYSSPACE || data == NULL)
		return data == NULL && size != 0 ? EFAULT : 0;
	if (size > VFS_MAX_MOUNT_DATA)
		return EINVAL;
	if (size == 0)
		size = *data_len = ops->vfs_min_mount_data;
	if (size < ops->vfs_min_mount_data)
		return EINVAL;
	size = MAX(size, ops->vfs_min_mount_data);
	if (size == 0)
		return 0;
	buf = kmem_zalloc(size, KM_SLEEP);
	error = copyin(data, buf, *data_len);
	if (error != 0) {
		kmem_free(buf, size);
		return error;
	}
	*bufp = buf;
	*bufszp = size;
	return 0;
}

static int
mount_get_vfsops(const char *fstype, enum uio_seg seg, struct vfsops **vfsops)
{
	char name[MFSNAMELEN];
	size_t len;
	int error;

	if (seg == UIO_USERSPACE)
		error = copyinstr(fstype, name, sizeof(name), &len);
	else
		error = copystr(fstype, name, sizeof(name), &len);
	if (error != 0)
		return error == ENAMETOOLONG ? ENODEV : error;
	*vfsops = vfs_getopsbyname(name);
	if (*vfsops == NULL && strcmp(name, "ufs") == 0)
		*vfsops = vfs_getopsbyname(MOUNT_FFS);
	if (*vfsops != NULL)
		return 0;
	printf("mount: no file system type \"%s\" in this kernel; "
	       "link librumpfs_%s (-lrumpfs_%s) or load it\n",
	    name, name, name);
	return ENODEV;
}

/**
 * mount(2).  vfsops or else a type; path and type are in user space if
 * data_seg says so.  *retval: size of the arguments with MNT_GETARGS.
 */
int
do_sys_mount(struct lwp *l, struct vfsops *vfsops, const char *type,
    const char *path, int flags, void *data, enum uio_seg data_seg,
    size_t data_len, register_t *retval)
{
	struct mount *mp;
	struct vnode *vp;
	void *buf = NULL;
	size_t bufsz = 0;
	int error;

	if ((flags & (MNT_GETARGS | MNT_UPDATE)) == (MNT_GETARGS | MNT_UPDATE))
		return EINVAL;
	if (vfsops == NULL && (flags & (MNT_GETARGS | MNT_UPDATE)) == 0) {
		error = mount_get_vfsops(type, data_seg, &vfsops);
		if (error != 0)
			return error;
	}
	if (data_seg == UIO_USERSPACE)
		error = namei_simple_user(path, NSM_FOLLOW_TRYEMULROOT, &vp);
	else
		error = namei_simple_kernel(path, NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error != 0) {
		if (vfsops != NULL)
			vfs_delref(vfsops);
		return error;
	}
	if (vfsops == NULL) {
		mp = vn_mount_ref(vp);
		if (mp == NULL) {
			error = ENOENT;
			goto out;
		}
		vfsops = mp->mnt_op;
		mutex_enter(&vfs_list_lock);
		vfsops->vfs_refcount++;
		mutex_exit(&vfs_list_lock);
		vfs_destroy(mp);
	}
	error =
	    mount_copyin_args(vfsops, data, data_seg, &data_len, &buf, &bufsz);
	if (error != 0) {
		vfs_delref(vfsops);
		goto out;
	}
	if (flags & (MNT_GETARGS | MNT_UPDATE)) {
		error = mount_update(l, vp, path, flags, buf, &data_len);
		vfs_delref(vfsops);
	} else {
		/* takes over the reference to vfsops */
		error =
		    mount_domount(l, &vp, vfsops, path, flags, buf, &data_len);
	}
	if (error == 0 && (flags & MNT_GETARGS)) {
		if (bufsz != 0)
			error = copyout(buf, data, MIN(data_len, bufsz));
		if (retval != NULL)
			*retval = data_len;
	}
out:
	if (bufsz != 0)
		kmem_free(buf, bufsz);
	if (vp != NULL)
		vrele(vp);
	return error;
}

/*
 * The part of unmounting that can fail; mnt_updating is held.
 */
static int
dounmount_flush(struct mount *mp, int flags, struct lwp *l)
{
	const int async = mp->mnt_flag & MNT_ASYNC;
	const bool rdonly = (mp->mnt_flag & MNT_RDONLY) != 0;
	int error = 0;

	/* readers look at the flags without a lock */
	if (async)
		mp->mnt_flag &= ~MNT_ASYNC;
	vfs_syncer_remove_from_worklist(mp);
	cache_purgevfs(mp);
	if (!rdonly)
		error = VFS_SYNC(mp, MNT_WAIT, l->l_cred);
	if (error == 0 || (flags & MNT_FORCE))
		error = VFS_UNMOUNT(mp, flags);
	if (error != 0) {
		if (async)
			mp->mnt_flag |= async;
		if ((mp->mnt_flag & (MNT_RDONLY | MNT_ASYNC)) == 0)
			vfs_syncer_add_to_worklist(mp);
	}
	return error;
}

/**
 * Unmount; the caller's reference to mp is used up.  EBUSY while somebody
 * uses it (vfs_busy()), or has files open, unless forced.
 */
int
dounmount(struct mount *mp, int flags, struct lwp *l)
{
	struct vnode *coveredvp;
	int error;

	mutex_enter(&mp->mnt_updating);
	mutex_enter(&mp->mnt_unmounting);
	error = (vfs_iflag(mp) & IMNT_GONE) ? ENOENT : 0;
	if (error == 0) {
		vfs_iflag_set(mp, IMNT_UNMOUNT, 0);
		error = mount_wait_unbusy(mp);
		if (error != 0)
			vfs_iflag_set(mp, 0, IMNT_UNMOUNT);
	}
	if (error != 0) {
		mutex_exit(&mp->mnt_unmounting);
		mutex_exit(&mp->mnt_updating);
		vfs_destroy(mp);
		return error;
	}
	mp->mnt_unmounter = curlwp;
	if (flags & MNT_FORCE)
		vfs_iflag_set(mp, IMNT_DYING, 0);
	error = dounmount_flush(mp, flags, l);
	if (error != 0) {
		vfs_iflag_set(mp, 0, IMNT_UNMOUNT | IMNT_DYING);
		mutex_exit(&mp->mnt_unmounting);
		mutex_exit(&mp->mnt_updating);
		vfs_destroy(mp);
		return error;
	}
	vfs_iflag_set(mp, IMNT_GONE, 0);
	coveredvp = mp->mnt_vnodecovered;
	if (coveredvp != NULL) {
		vn_lock(coveredvp, LK_EXCLUSIVE | LK_RETRY);
		mutex_enter(coveredvp->v_interlock);
		atomic_store_relaxed(&coveredvp->v_mountedhere, NULL);
		mutex_exit(coveredvp->v_interlock);
		VOP_UNLOCK(coveredvp);
	}
	mutex_exit(&mp->mnt_unmounting);
	mutex_exit(&mp->mnt_updating);
	mutex_enter(&mountlist_lock);
	TAILQ_REMOVE(&mountlist, mp, mnt_list);
	mutex_exit(&mountlist_lock);
	if (TAILQ_FIRST(&mp->mnt_vnodelist) != NULL)
		panic("%s: VFS_UNMOUNT succeeded and left vnodes behind",
		    mp->mnt_op->vfs_name);
	vfs_hooks_unmount(mp);
	if (coveredvp != NULL)
		vrele(coveredvp);
	/* the list's reference, and the caller's */
	vfs_destroy(mp);
	vfs_destroy(mp);
	return 0;
}

/** unmount(2) of a referenced mount. */
int
do_sys_unmount(struct lwp *l, struct mount *mp, int flags)
{
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_UNMOUNT, mp, NULL, NULL);
	/* the root is unmounted by halting */
	if (error == 0 && (mp->mnt_flag & MNT_ROOTFS))
		error = EINVAL;
	if (error != 0)
		return error;
	vrele_flush();
	atomic_inc_uint(&mp->mnt_refcnt);
	return dounmount(mp, flags, l);
}
