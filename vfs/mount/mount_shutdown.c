/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end: sync, then unmount everything, last mounted first.
 */
#include <rump-sys/vfs.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include "mount_impl.h"

/** Sync all file systems and wait for the writes, with words about it. */
void
vfs_sync_all(struct lwp *l)
{
	int busy;

	printf("syncing disks... ");
	vrele_flush();
	do_sys_sync(l);
	busy = buf_syncwait();
	if (busy != 0)
		printf("giving up\n");
	else
		printf("done\n");
}

/* The reference to mp is used up. */
static bool
vfs_unmount_said(struct mount *mp, int flags, struct lwp *l)
{
	const struct statvfs sfs = mp->mnt_stat;
	int error;

	error = dounmount(mp, flags, l);
	if (error != 0) {
		printf("unmount of %s failed with error %d%s\n",
		    sfs.f_mntonname, error,
		    error == EBUSY ? ": it is in use" : "");
		return false;
	}
	printf("unmounted %s on %s type %s\n", sfs.f_mntfromname,
	    sfs.f_mntonname, sfs.f_fstypename);
	return true;
}

/** Unmount all; forced: whoever uses them.  True if something went. */
bool
vfs_unmountall1(struct lwp *l, bool force, bool verbose)
{
	struct mount *mp, **tried;
	bool progress = false;
	u_int n = 0, max = 0, i;

	/* those that refuse are not asked twice */
	mutex_enter(&mountlist_lock);
	TAILQ_FOREACH(mp, &mountlist, mnt_list)
		max++;
	mutex_exit(&mountlist_lock);
	if (max == 0)
		return false;
	tried = kmem_alloc(max * sizeof(*tried), KM_SLEEP);
	while (n < max) {
		mutex_enter(&mountlist_lock);
		TAILQ_FOREACH_REVERSE(mp, &mountlist, mntlist, mnt_list) {
			for (i = 0; i < n && tried[i] != mp; i++)
				continue;
			if (i == n)
				break;
		}
		if (mp != NULL)
			atomic_inc_uint(&mp->mnt_refcnt);
		mutex_exit(&mountlist_lock);
		if (mp == NULL)
			break;
		tried[n++] = mp;
		if (vfs_unmount_said(mp, force ? MNT_FORCE : 0, l))
			progress = true;
	}
	kmem_free(tried, max * sizeof(*tried));
	return progress;
}

bool
vfs_unmountall(struct lwp *l)
{
	printf("unmounting file systems...\n");
	return vfs_unmountall1(l, true, true);
}

bool
vfs_unmount_forceone(struct lwp *l)
{
	struct mount *mp, *last = NULL;

	mutex_enter(&mountlist_lock);
	TAILQ_FOREACH(mp, &mountlist, mnt_list) {
		if (last == NULL || mp->mnt_gen > last->mnt_gen)
			last = mp;
	}
	if (last != NULL)
		atomic_inc_uint(&last->mnt_refcnt);
	mutex_exit(&mountlist_lock);
	return last != NULL && vfs_unmount_said(last, MNT_FORCE, l);
}

/** halt(8)'s part of files. */
void
vfs_shutdown(void)
{
	struct lwp *l = curlwp;

	vfs_syncer_stop();
	vfs_sync_all(l);
	/* after a panic nothing more is to be trusted */
	if (panicstr != NULL)
		return;
	/* processes leave what will be unmounted */
	cwd_replace(NULL, NULL);
	(void)vfs_unmountall(l);
	printf("unmounting done\n");
}
