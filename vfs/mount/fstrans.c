/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fstrans(9): the gate.
 *
 * Entering counts on the CPU that one is on, without atomics: a thread keeps
 * its CPU as long as it doesn't sleep.  Who closes the gate changes the state
 * first, then waits (xc_barrier) until every CPU has been let go once, so
 * that all threads see the new state, and then until the sums are zero.
 *
 * A thread's entries are in a table of a few slots that hangs at l_fstrans.
 * The table stays with its thread.
 */
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/xcall.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "fstrans_impl.h"

#define FSTRANS_SLOTS 8
#define LONG_WAIT     5 /* seconds */

struct fstrans_slot {
	struct mount *fs_mp;
	unsigned fs_count;
	enum fstrans_lock_type fs_type; /* of the first entry */
	const void *fs_by; /* the driver's last entry, or NULL: a vnode lock */
};

struct fstrans_lwp {
	struct fstrans_lwp *fl_next;
	unsigned fl_used; /* slots with a count: the first ones */
	struct fstrans_slot fl_slot[FSTRANS_SLOTS];
};

static pserialize_t fstrans_psz;
static kmutex_t fstrans_lock; /* one change of state at a time */
static specificdata_key_t fstrans_key;

static void
fstrans_lwp_dtor(void *arg)
{
	struct fstrans_lwp *fl = arg, *next;

	for (; fl != NULL; fl = next) {
		next = fl->fl_next;
		if (__predict_false(fl->fl_used != 0))
			rump_rule_broken("fstrans(9)", fl->fl_slot[0].fs_by,
			    "a thread that entered %s here ended: an "
			    "fstrans_done() is missing",
			    fl->fl_slot[0].fs_mp->mnt_stat.f_mntonname);
		kmem_free(fl, sizeof(*fl));
	}
}

void
fstrans_init(void)
{
	fstrans_psz = pserialize_create();
	mutex_init(&fstrans_lock, MUTEX_DEFAULT, IPL_NONE);
	lwp_specific_key_create(&fstrans_key, fstrans_lwp_dtor);
}

int
fstrans_mount(struct mount *mp)
{
	struct fstrans_mount *fm;

	fm = kmem_zalloc(sizeof(*fm), KM_SLEEP);
	fm->fm_state = FSTRANS_NORMAL;
	mutex_init(&fm->fm_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&fm->fm_cv, "fstrans");
	rw_init(&fm->fm_cowlock);
	SLIST_INIT(&fm->fm_cow);
	fm->fm_count = kmem_zalloc(ncpu * sizeof(*fm->fm_count), KM_SLEEP);
	mp->mnt_transinfo = fm;
	mp->mnt_iflag |= IMNT_HAS_TRANS;
	return 0;
}

void
fstrans_unmount(struct mount *mp)
{
	struct fstrans_mount *fm = mp->mnt_transinfo;

	/* threads may still leave: memory goes with the last reference */
	if (fm == NULL || atomic_load_relaxed(&mp->mnt_refcnt) > 0)
		return;
	KASSERT(fm->fm_state == FSTRANS_NORMAL);
	while (!SLIST_EMPTY(&fm->fm_cow)) {
		struct fscow_handler *h = SLIST_FIRST(&fm->fm_cow);

		SLIST_REMOVE_HEAD(&fm->fm_cow, fh_list);
		kmem_free(h, sizeof(*h));
	}
	mutex_destroy(&fm->fm_lock);
	cv_destroy(&fm->fm_cv);
	rw_destroy(&fm->fm_cowlock);
	kmem_free(fm->fm_count, ncpu * sizeof(*fm->fm_count));
	mp->mnt_transinfo = NULL;
	mp->mnt_iflag &= ~IMNT_HAS_TRANS;
	kmem_free(fm, sizeof(*fm));
}

/* This thread's slot of mp, and the table that it is in. */
static inline struct fstrans_slot *
fstrans_slot(const struct mount *mp, struct fstrans_lwp **flp)
{
	struct fstrans_lwp *fl;

	for (fl = curlwp->l_fstrans; fl != NULL; fl = fl->fl_next) {
		for (unsigned i = 0; i < fl->fl_used; i++) {
			if (fl->fl_slot[i].fs_mp == mp) {
				*flp = fl;
				return &fl->fl_slot[i];
			}
		}
	}
	return NULL;
}

/* A table of this thread with a free slot, or NULL. */
static inline struct fstrans_lwp *
fstrans_room(void)
{
	struct fstrans_lwp *fl = curlwp->l_fstrans;

	while (fl != NULL && fl->fl_used == FSTRANS_SLOTS)
		fl = fl->fl_next;
	return fl;
}

static struct fstrans_lwp *
fstrans_makeroom(void)
{
	struct fstrans_lwp *fl = fstrans_room();

	if (fl == NULL) {
		fl = kmem_zalloc(sizeof(*fl), KM_SLEEP);
		fl->fl_next = curlwp->l_fstrans;
		curlwp->l_fstrans = fl;
		lwp_setspecific(fstrans_key, fl);
	}
	return fl;
}

bool
fstrans_held(void)
{
	const struct fstrans_lwp *fl;

	for (fl = curlwp->l_fstrans; fl != NULL; fl = fl->fl_next) {
		if (fl->fl_used != 0)
			return true;
	}
	return false;
}

bool
fstrans_entered(const struct mount *mp)
{
	struct fstrans_lwp *fl;

	return fstrans_slot(mp, &fl) != NULL;
}

static bool
fstrans_admits(const struct fstrans_mount *fm, enum fstrans_lock_type type)
{
	switch (atomic_load_relaxed(&fm->fm_state)) {
	case FSTRANS_NORMAL:
		return true;
	case FSTRANS_SUSPENDING:
		return type == FSTRANS_LAZY ||
		    atomic_load_relaxed(&fm->fm_owner) == curlwp;
	default:
		return atomic_load_relaxed(&fm->fm_owner) == curlwp;
	}
}

static inline void
fstrans_add(struct fstrans_mount *fm, enum fstrans_lock_type type, long n)
{
	struct fstrans_count *fc = &fm->fm_count[cpu_index(curcpu())];

	long *c = type == FSTRANS_LAZY ? &fc->fc_lazy : &fc->fc_shared;

	/* nobody else writes while we have the CPU */
	atomic_store_relaxed(c, atomic_load_relaxed(c) + n);
}

/* The first entry: nothing sleeps between the look at the gate and this. */
static inline void
fstrans_enter(struct mount *mp, struct fstrans_lwp *fl,
    struct fstrans_mount *fm, enum fstrans_lock_type type, const void *by)
{
	struct fstrans_slot *fs = &fl->fl_slot[fl->fl_used++];

	fs->fs_mp = mp;
	fs->fs_count = 1;
	fs->fs_type = type;
	fs->fs_by = by;
	fstrans_add(fm, type, 1);
}

static inline bool
fstrans_try(struct mount *mp, enum fstrans_lock_type type, const void *by)
{
	struct fstrans_mount *fm;
	struct fstrans_lwp *fl;
	struct fstrans_slot *fs;

	if ((vfs_iflag(mp) & IMNT_HAS_TRANS) == 0)
		return true;
	fs = fstrans_slot(mp, &fl);
	if (fs != NULL) {
		/* inside already: the gate doesn't matter */
		fs->fs_count++;
		if (by != NULL)
			fs->fs_by = by;
		return true;
	}
	fm = mp->mnt_transinfo;
	fl = fstrans_room();
	if (__predict_false(fl == NULL || !fstrans_admits(fm, type)))
		return false;
	fstrans_enter(mp, fl, fm, type, by);
	return true;
}

bool
fstrans_tryenter(struct mount *mp, enum fstrans_lock_type type)
{
	return fstrans_try(mp, type, NULL);
}

int
_fstrans_start(struct mount *mp, enum fstrans_lock_type type, int wait)
{
	const void *by = (wait & FSTRANS_VNODELOCK) != 0
	    ? NULL
	    : __builtin_return_address(0);
	struct fstrans_mount *fm;
	struct fstrans_lwp *fl;

	wait &= 1;
	if (mp == NULL || __predict_true(fstrans_try(mp, type, by)))
		return 0;
	fl = fstrans_makeroom();
	fm = mp->mnt_transinfo;
	if (!fstrans_admits(fm, type) && !wait)
		return EBUSY;
	mutex_enter(&fm->fm_lock);
	while (!fstrans_admits(fm, type))
		cv_wait(&fm->fm_cv, &fm->fm_lock);
	fstrans_enter(mp, fl, fm, type, by);
	mutex_exit(&fm->fm_lock);
	return 0;
}

void
fstrans_done(struct mount *mp)
{
	enum fstrans_lock_type type;
	struct fstrans_mount *fm;
	struct fstrans_lwp *fl;
	struct fstrans_slot *fs;

	if (mp == NULL || (vfs_iflag(mp) & IMNT_HAS_TRANS) == 0)
		return;
	fs = fstrans_slot(mp, &fl);
	if (fs == NULL)
		return; /* the gate was made meanwhile */
	if (--fs->fs_count > 0)
		return;
	type = fs->fs_type;
	*fs = fl->fl_slot[--fl->fl_used];
	fm = mp->mnt_transinfo;
	fstrans_add(fm, type, -1);
	if (__predict_false(
		atomic_load_relaxed(&fm->fm_state) != FSTRANS_NORMAL)) {
		mutex_enter(&fm->fm_lock);
		cv_broadcast(&fm->fm_cv);
		mutex_exit(&fm->fm_lock);
	}
}

int
fstrans_is_owner(struct mount *mp)
{
	const struct fstrans_mount *fm = mp->mnt_transinfo;

	return (vfs_iflag(mp) & IMNT_HAS_TRANS) != 0 &&
	    atomic_load_relaxed(&fm->fm_state) != FSTRANS_NORMAL &&
	    atomic_load_relaxed(&fm->fm_owner) == curlwp;
}

/* How many others are inside; our own entries don't count. */
static long
fstrans_inside(struct mount *mp, enum fstrans_lock_type type)
{
	const struct fstrans_mount *fm = mp->mnt_transinfo;
	const struct fstrans_slot *fs;
	struct fstrans_lwp *fl;
	long n = 0;
	int i;

	for (i = 0; i < ncpu; i++)
		n += atomic_load_relaxed(type == FSTRANS_LAZY
			? &fm->fm_count[i].fc_lazy
			: &fm->fm_count[i].fc_shared);
	fs = fstrans_slot(mp, &fl);
	if (fs != NULL && fs->fs_type == type)
		n--;
	return n;
}

/*
 * Who suspends waits for the n-th long time: for whom?  A thread that has left
 * the kernel does not come out any more.
 */
static void
fstrans_wait_long(struct mount *mp, int n)
{
	const struct fstrans_lwp *fl;
	const struct fstrans_slot *fs;
	struct lwp *l;

	mutex_enter(proc_lock);
	LIST_FOREACH(l, &alllwp, l_list) {
		for (fl = l->l_fstrans; fl != NULL; fl = fl->fl_next) {
			for (u_int i = 0; i < fl->fl_used; i++) {
				fs = &fl->fl_slot[i];
				if (fs->fs_mp != mp || l == curlwp)
					continue;
				if (rump_lwp_left(l))
					rump_rule_broken("fstrans(9)",
					    fs->fs_by,
					    "a thread that entered %s here has "
					    "left the kernel: an fstrans_done() "
					    "is missing",
					    mp->mnt_stat.f_mntonname);
				if (n == 1)
					rump_rule_said("fstrans(9)", fs->fs_by,
					    "a thread that entered %s here "
					    "keeps it from being suspended",
					    mp->mnt_stat.f_mntonname);
			}
		}
	}
	mutex_exit(proc_lock);
}

static int
fstrans_drain(struct mount *mp, enum fstrans_lock_type type)
{
	struct fstrans_mount *fm = mp->mnt_transinfo;
	int error = 0, n = 0;

	mutex_enter(&fm->fm_lock);
	while (fstrans_inside(mp, type) != 0) {
		error =
		    cv_timedwait_sig(&fm->fm_cv, &fm->fm_lock, LONG_WAIT * hz);
		if (error == EWOULDBLOCK) {
			mutex_exit(&fm->fm_lock);
			fstrans_wait_long(mp, ++n);
			mutex_enter(&fm->fm_lock);
			error = 0;
		}
		if (error != 0)
			break;
	}
	mutex_exit(&fm->fm_lock);
	return error;
}

static void
fstrans_set(struct mount *mp, enum fstrans_state state, struct lwp *owner)
{
	struct fstrans_mount *fm = mp->mnt_transinfo;

	mutex_enter(&fstrans_lock);
	mutex_enter(&fm->fm_lock);
	atomic_store_relaxed(&fm->fm_owner, owner);
	atomic_store_relaxed(&fm->fm_state, state);
	cv_broadcast(&fm->fm_cv);
	mutex_exit(&fm->fm_lock);
	pserialize_perform(fstrans_psz);
	mutex_exit(&fstrans_lock);
}

/**
 * Set the state of the gate; returns when nobody is inside whom it keeps
 * out.  An interrupted wait opens the gate again.
 */
int
fstrans_setstate(struct mount *mp, enum fstrans_state new_state)
{
	int error;

	if ((vfs_iflag(mp) & IMNT_HAS_TRANS) == 0)
		return EOPNOTSUPP;
	fstrans_set(mp, new_state, new_state == FSTRANS_NORMAL ? NULL : curlwp);
	if (new_state == FSTRANS_NORMAL)
		return 0;
	error = fstrans_drain(mp, FSTRANS_SHARED);
	if (error == 0 && new_state == FSTRANS_SUSPENDED)
		error = fstrans_drain(mp, FSTRANS_LAZY);
	if (error != 0)
		fstrans_set(mp, FSTRANS_NORMAL, NULL);
	return error;
}

enum fstrans_state
fstrans_getstate(struct mount *mp)
{
	const struct fstrans_mount *fm = mp->mnt_transinfo;

	if ((vfs_iflag(mp) & IMNT_HAS_TRANS) == 0)
		return FSTRANS_NORMAL;
	return atomic_load_relaxed(&fm->fm_state);
}

/** Suspend a file system that supports it; ENOENT: it is unmounted. */
int
vfs_suspend(struct mount *mp, int nowait)
{
	int error;

	if (nowait) {
		if (!mutex_tryenter(&mp->mnt_updating))
			return EWOULDBLOCK;
	} else
		mutex_enter(&mp->mnt_updating);
	error = (vfs_iflag(mp) & IMNT_GONE) != 0
	    ? ENOENT
	    : VFS_SUSPENDCTL(mp, SUSPEND_SUSPEND);
	if (error != 0)
		mutex_exit(&mp->mnt_updating);
	return error;
}

void
vfs_resume(struct mount *mp)
{
	(void)VFS_SUSPENDCTL(mp, SUSPEND_RESUME);
	mutex_exit(&mp->mnt_updating);
}
