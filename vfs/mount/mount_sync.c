/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The syncer: writes what has been dirty for long.
 *
 * Dirty vnodes, and mounts with lazily written metadata, wait in a wheel of
 * seconds.  A callout runs only while something is in the wheel; it starts
 * a thread, the first time that something is due, to do the writing.
 *
 * With RUMP_THREADS=0 there is no syncer: what sync(2), fsync(2) and
 * unmounting don't write stays.
 *
 * syncer_lock protects the wheel.  Lock order: v_interlock, syncer_lock.
 */
#include <rump-sys/kern.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include "mount_impl.h"

#define SYNCER_MAXDELAY 32
#define SYNCER_SLOTS    32

time_t syncdelay = 30; /* of mounts */
time_t filedelay = 30;
time_t dirdelay = 15;
time_t metadelay = 10;

static kmutex_t syncer_lock;
static kcondvar_t syncer_cv;
static TAILQ_HEAD(synclist, vnode_impl) syncer_wheel[SYNCER_SLOTS];
static int syncer_slot; /* the present second */
static u_int syncer_nvnodes, syncer_nmounts;
static u_int syncer_due; /* seconds for the thread to work off */
static bool syncer_running, syncer_ticking, syncer_stopped, syncer_busy;
static callout_t syncer_callout;
static struct lwp *syncer_lwp;

static void sync_tick(void *);

/* There is something in the wheel: make it turn. */
static void
syncer_kick(void)
{
	KASSERT(mutex_owned(&syncer_lock));
	if (syncer_ticking || syncer_stopped || !rump_threads)
		return;
	syncer_ticking = true;
	callout_reset(&syncer_callout, hz, sync_tick, NULL);
}

static int
syncer_slot_in(int delay)
{
	if (delay >= SYNCER_MAXDELAY - 1)
		delay = SYNCER_MAXDELAY - 2;
	if (delay < 1)
		delay = 1;
	return (syncer_slot + delay) % SYNCER_SLOTS;
}

/** Write this vnode in so many seconds; v_interlock held. */
void
vn_syncer_add_to_worklist(struct vnode *vp, int delay)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	int slot;

	KASSERT(mutex_owned(vp->v_interlock));
	mutex_enter(&syncer_lock);
	if (vp->v_synclist_slot != 0)
		TAILQ_REMOVE(
		    &syncer_wheel[vp->v_synclist_slot - 1], vip, vi_synclist);
	else
		syncer_nvnodes++;
	vp->v_iflag |= VI_ONWORKLST;
	slot = syncer_slot_in(delay);
	vp->v_synclist_slot = slot + 1;
	TAILQ_INSERT_TAIL(&syncer_wheel[slot], vip, vi_synclist);
	syncer_kick();
	mutex_exit(&syncer_lock);
}

void
vn_syncer_remove_from_worklist(struct vnode *vp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);

	if ((vp->v_iflag & VI_ONWORKLST) == 0)
		return;
	mutex_enter(&syncer_lock);
	if (vp->v_synclist_slot != 0) {
		vp->v_iflag &= ~VI_ONWORKLST;
		TAILQ_REMOVE(
		    &syncer_wheel[vp->v_synclist_slot - 1], vip, vi_synclist);
		vp->v_synclist_slot = 0;
		syncer_nvnodes--;
	}
	mutex_exit(&syncer_lock);
}

/* Only what is on a disk has metadata to be written later. */
static bool
syncer_wants_mount(const struct mount *mp)
{
	return mp->mnt_stat.f_mntfromname[0] == '/';
}

void
vfs_syncer_add_to_worklist(struct mount *mp)
{
	if (!syncer_wants_mount(mp))
		return;
	mutex_enter(&syncer_lock);
	if (mp->mnt_synclist_slot == 0) {
		mp->mnt_synclist_slot = syncer_slot_in((int)syncdelay) + 1;
		syncer_nmounts++;
		syncer_kick();
	}
	mutex_exit(&syncer_lock);
}

void
vfs_syncer_remove_from_worklist(struct mount *mp)
{
	mutex_enter(&syncer_lock);
	if (mp->mnt_synclist_slot != 0) {
		mp->mnt_synclist_slot = 0;
		syncer_nmounts--;
	}
	mutex_exit(&syncer_lock);
}

/*
 * One second of work.
 */
static void
sync_mounts(int slot)
{
	struct mount *mp, *nmp;

	mutex_enter(&mountlist_lock);
	for (mp = TAILQ_FIRST(&mountlist); mp != NULL; mp = nmp) {
		if (mp->mnt_synclist_slot != slot + 1) {
			nmp = TAILQ_NEXT(mp, mnt_list);
			continue;
		}
		if (vfs_busy(mp, &nmp) != 0)
			continue;
		mutex_enter(&syncer_lock);
		if (mp->mnt_synclist_slot != 0)
			mp->mnt_synclist_slot =
			    syncer_slot_in((int)syncdelay) + 1;
		mutex_exit(&syncer_lock);
		(void)VFS_SYNC(mp, MNT_LAZY, curlwp->l_cred);
		vfs_unbusy(mp, false, &nmp);
	}
	mutex_exit(&mountlist_lock);
}

static void
sync_vnode(struct vnode *vp)
{
	if (vn_lock(vp, LK_EXCLUSIVE | LK_NOWAIT) == 0) {
		(void)VOP_FSYNC(vp, curlwp->l_cred, FSYNC_LAZY, 0, 0);
		VOP_UNLOCK(vp);
	}
	mutex_enter(vp->v_interlock);
	if (vp->v_iflag & VI_ONWORKLST)
		vn_syncer_add_to_worklist(vp, (int)syncdelay);
	mutex_exit(vp->v_interlock);
	vrele(vp);
}

static void
sync_slot(int slot)
{
	struct vnode_impl *vip;
	struct vnode *vp;
	u_int n = 0;

	sync_mounts(slot);
	mutex_enter(&syncer_lock);
	TAILQ_FOREACH(vip, &syncer_wheel[slot], vi_synclist)
		n++;
	while (n-- > 0 && (vip = TAILQ_FIRST(&syncer_wheel[slot])) != NULL) {
		vp = VIMPL_TO_VNODE(vip);
		/* first of all put it off, in case it can't be had now */
		TAILQ_REMOVE(&syncer_wheel[slot], vip, vi_synclist);
		vp->v_synclist_slot = syncer_slot_in((int)syncdelay) + 1;
		TAILQ_INSERT_TAIL(
		    &syncer_wheel[vp->v_synclist_slot - 1], vip, vi_synclist);
		if (vcache_tryvget(vp) != 0)
			continue;
		mutex_exit(&syncer_lock);
		sync_vnode(vp);
		mutex_enter(&syncer_lock);
	}
	mutex_exit(&syncer_lock);
}

void
sched_sync(void *arg)
{
	int slot;

	mutex_enter(&syncer_lock);
	while (!syncer_stopped) {
		if (syncer_due == 0) {
			cv_wait(&syncer_cv, &syncer_lock);
			continue;
		}
		slot = syncer_slot;
		syncer_slot = (syncer_slot + 1) % SYNCER_SLOTS;
		syncer_due--;
		syncer_busy = true;
		mutex_exit(&syncer_lock);
		sync_slot(slot);
		mutex_enter(&syncer_lock);
		syncer_busy = false;
		cv_broadcast(&syncer_cv);
	}
	syncer_running = false;
	cv_broadcast(&syncer_cv);
	mutex_exit(&syncer_lock);
	kthread_exit(0);
}

static void
sync_tick(void *arg)
{
	bool start = false;

	mutex_enter(&syncer_lock);
	syncer_ticking = false;
	if (syncer_stopped) {
		mutex_exit(&syncer_lock);
		return;
	}
	if (syncer_nvnodes + syncer_nmounts != 0)
		syncer_kick();
	if (!syncer_running && !TAILQ_EMPTY(&syncer_wheel[syncer_slot]))
		start = true;
	if (!syncer_running && !start && syncer_nmounts == 0) {
		/* an empty second: no need for a thread */
		syncer_slot = (syncer_slot + 1) % SYNCER_SLOTS;
		mutex_exit(&syncer_lock);
		return;
	}
	syncer_due++;
	if (!syncer_running && (start || syncer_due >= SYNCER_SLOTS)) {
		syncer_running = true;
		start = true;
	} else
		start = false;
	cv_broadcast(&syncer_cv);
	mutex_exit(&syncer_lock);
	if (start &&
	    kthread_create(PRI_IOFLUSH, KTHREAD_MPSAFE, NULL, sched_sync, NULL,
		&syncer_lwp, "ioflush") != 0) {
		mutex_enter(&syncer_lock);
		syncer_running = false;
		mutex_exit(&syncer_lock);
	}
}

void
vfs_syncer_init(void)
{
	mutex_init(&syncer_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&syncer_cv, "syncer");
	for (int i = 0; i < SYNCER_SLOTS; i++)
		TAILQ_INIT(&syncer_wheel[i]);
	callout_init(&syncer_callout, CALLOUT_MPSAFE);
	if (!rump_threads)
		syncdelay = filedelay = dirdelay = metadelay = 0;
}

/** No more background writing; waits for what is under way. */
void
vfs_syncer_stop(void)
{
	mutex_enter(&syncer_lock);
	syncer_stopped = true;
	cv_broadcast(&syncer_cv);
	while (syncer_running && syncer_busy)
		cv_wait(&syncer_cv, &syncer_lock);
	mutex_exit(&syncer_lock);
	callout_stop(&syncer_callout);
}

/** Everything in the wheel is due now. */
int
speedup_syncer(void)
{
	return 0;
}
