/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The syncer: writes what has been dirty for long.
 *
 * Dirty vnodes, and mounts with lazily written metadata, wait in a wheel of
 * seconds.  A callout is set for the next second in which something is due;
 * it starts a thread, the first time, to do the writing.  An idle kernel has
 * neither.
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

#define SYNCER_SLOTS    32
#define SYNCER_MAXDELAY (SYNCER_SLOTS - 2)

time_t syncdelay = 30; /* of mounts */
time_t filedelay = 30;
time_t dirdelay = 15;
time_t metadelay = 10;

static kmutex_t syncer_lock;
static kcondvar_t syncer_cv;
static TAILQ_HEAD(synclist, vnode_impl) syncer_wheel[SYNCER_SLOTS];
static u_int syncer_mounts[SYNCER_SLOTS]; /* mounts due in that slot */
static time_t syncer_done;                /* all until this second is written */
static time_t syncer_until;               /* what the thread was asked for */
static time_t syncer_next; /* when the callout is due, 0: not set */
static bool syncer_running, syncer_stopped, syncer_busy;
static callout_t syncer_callout;
static struct lwp *syncer_lwp;

static void sync_tick(void *);

/* Something is due at that time. */
static void
syncer_kick(time_t due)
{
	const time_t now = time_uptime;

	KASSERT(mutex_owned(&syncer_lock));
	if (syncer_stopped || !rump_threads ||
	    (syncer_next != 0 && syncer_next <= due))
		return;
	syncer_next = due;
	callout_reset(&syncer_callout, due > now ? (int)(due - now) * hz : 1,
	    sync_tick, NULL);
}

static time_t
syncer_due_in(time_t delay)
{
	return time_uptime + MAX(1, MIN(delay, SYNCER_MAXDELAY));
}

static void
syncer_put(struct vnode_impl *vip, time_t due)
{
	const int slot = (int)(due % SYNCER_SLOTS);

	VIMPL_TO_VNODE(vip)->v_synclist_slot = slot + 1;
	TAILQ_INSERT_TAIL(&syncer_wheel[slot], vip, vi_synclist);
	syncer_kick(due);
}

/** Write this vnode in so many seconds; v_interlock held. */
void
vn_syncer_add_to_worklist(struct vnode *vp, int delay)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);

	KASSERT(mutex_owned(vp->v_interlock));
	mutex_enter(&syncer_lock);
	if (vp->v_synclist_slot != 0)
		TAILQ_REMOVE(
		    &syncer_wheel[vp->v_synclist_slot - 1], vip, vi_synclist);
	vp->v_iflag |= VI_ONWORKLST;
	syncer_put(vip, syncer_due_in(delay));
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
	}
	mutex_exit(&syncer_lock);
}

/* Only what is on a disk has metadata to be written later. */
static bool
syncer_wants_mount(const struct mount *mp)
{
	return mp->mnt_stat.f_mntfromname[0] == '/';
}

static void
syncer_put_mount(struct mount *mp)
{
	const time_t due = syncer_due_in(syncdelay);

	mp->mnt_synclist_slot = (int)(due % SYNCER_SLOTS) + 1;
	syncer_mounts[due % SYNCER_SLOTS]++;
	syncer_kick(due);
}

void
vfs_syncer_add_to_worklist(struct mount *mp)
{
	if (!syncer_wants_mount(mp))
		return;
	mutex_enter(&syncer_lock);
	if (mp->mnt_synclist_slot == 0)
		syncer_put_mount(mp);
	mutex_exit(&syncer_lock);
}

void
vfs_syncer_remove_from_worklist(struct mount *mp)
{
	mutex_enter(&syncer_lock);
	if (mp->mnt_synclist_slot != 0) {
		syncer_mounts[mp->mnt_synclist_slot - 1]--;
		mp->mnt_synclist_slot = 0;
	}
	mutex_exit(&syncer_lock);
}

/*
 * One second of work.
 */
static bool
sync_mount_due(struct mount *mp, int slot)
{
	bool due;

	mutex_enter(&syncer_lock);
	due = mp->mnt_synclist_slot == slot + 1;
	mutex_exit(&syncer_lock);
	return due;
}

static void
sync_mounts(int slot)
{
	struct mount *mp, *nmp;

	mutex_enter(&mountlist_lock);
	for (mp = TAILQ_FIRST(&mountlist); mp != NULL; mp = nmp) {
		if (!sync_mount_due(mp, slot)) {
			nmp = TAILQ_NEXT(mp, mnt_list);
			continue;
		}
		mutex_enter(&syncer_lock);
		if (mp->mnt_synclist_slot != 0) {
			syncer_mounts[mp->mnt_synclist_slot - 1]--;
			syncer_put_mount(mp);
		}
		mutex_exit(&syncer_lock);
		if (vfs_busy(mp, &nmp) != 0)
			continue;
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
	vrele(vp);
}

static void
sync_slot(int slot)
{
	struct vnode_impl *vip;
	u_int n = 0;

	if (syncer_mounts[slot] != 0) {
		mutex_exit(&syncer_lock);
		sync_mounts(slot);
		mutex_enter(&syncer_lock);
	}
	TAILQ_FOREACH(vip, &syncer_wheel[slot], vi_synclist)
		n++;
	while (n-- > 0 && (vip = TAILQ_FIRST(&syncer_wheel[slot])) != NULL) {
		/* put it off, in case it can't be written now, or not all */
		TAILQ_REMOVE(&syncer_wheel[slot], vip, vi_synclist);
		syncer_put(vip, syncer_due_in(syncdelay));
		if (vcache_tryvget(VIMPL_TO_VNODE(vip)) != 0)
			continue;
		mutex_exit(&syncer_lock);
		sync_vnode(VIMPL_TO_VNODE(vip));
		mutex_enter(&syncer_lock);
	}
}

/* Set the callout for what is due next. */
static void
sync_schedule(void)
{
	for (time_t t = syncer_done + 1; t < syncer_done + SYNCER_SLOTS; t++) {
		if (!TAILQ_EMPTY(&syncer_wheel[t % SYNCER_SLOTS]) ||
		    syncer_mounts[t % SYNCER_SLOTS] != 0) {
			syncer_kick(t);
			return;
		}
	}
}

void
sched_sync(void *arg)
{
	mutex_enter(&syncer_lock);
	while (!syncer_stopped) {
		if (syncer_done >= syncer_until) {
			sync_schedule();
			cv_wait(&syncer_cv, &syncer_lock);
			continue;
		}
		/* once around the wheel is everything */
		if (syncer_until - syncer_done >= SYNCER_SLOTS)
			syncer_done = syncer_until - SYNCER_SLOTS + 1;
		syncer_busy = true;
		sync_slot((int)((syncer_done + 1) % SYNCER_SLOTS));
		syncer_done++;
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
	bool start;

	mutex_enter(&syncer_lock);
	syncer_next = 0;
	syncer_until = time_uptime;
	start = !syncer_running && !syncer_stopped;
	if (start)
		syncer_running = true;
	cv_broadcast(&syncer_cv);
	mutex_exit(&syncer_lock);
	if (start &&
	    kthread_create(PRI_IOFLUSH, KTHREAD_MPSAFE, NULL, sched_sync, NULL,
		&syncer_lwp, "ioflush") != 0) {
		mutex_enter(&syncer_lock);
		syncer_running = false;
		syncer_kick(time_uptime + 1);
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
	syncer_done = time_uptime;
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
	mutex_enter(&syncer_lock);
	/* once around the wheel up to now; the callout has it done */
	syncer_done = MIN(syncer_done, time_uptime - (SYNCER_SLOTS - 1));
	syncer_kick(time_uptime);
	mutex_exit(&syncer_lock);
	return 0;
}
