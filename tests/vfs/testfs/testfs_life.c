/* SPDX-License-Identifier: BSD-2-Clause */
/* The last release of a vnode whose lock somebody has. */
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include <rump-sys/kern.h>

#include "testfs.h"
#include "testfs_impl.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

static _Atomic int stage;

static void
reach(int want)
{
	for (int i = 0; i < 5 * hz && stage < want; i++)
		kpause("life", false, 1, NULL);
}

/* They change while a thread releases. */
static u_int
inactives(void)
{
	return __atomic_load_n(&testfs_counts.inactives, __ATOMIC_RELAXED);
}

/* Keeps the lock, and not the vnode. */
static void
locker(void *arg)
{
	struct vnode *vp = arg;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	vrele(vp);
	stage = 1;
	reach(2);
	VOP_UNLOCK(vp);
	kthread_exit(0);
}

/* The one reference to a file; a thread has its lock until stage 2. */
static int
lock_elsewhere(const char *path, struct vnode **vpp, struct lwp **lp)
{
	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, vpp) == 0);
	CHECK(vrefcnt(*vpp) == 1);
	vref(*vpp);
	stage = 0;
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
		  locker, *vpp, lp, "locker") == 0);
	reach(1);
	CHECK(stage == 1 && vrefcnt(*vpp) == 1);
	return 0;
}

static int
deferred(const char *path, bool async)
{
	struct testfs_counts before;
	struct vnode *vp;
	struct lwp *l;
	int i, rv;

	rv = lock_elsewhere(path, &vp, &l);
	if (rv != 0)
		return rv;
	before = testfs_counts;
	/* doesn't wait for the lock: this comes back */
	if (async)
		vrele_async(vp);
	else
		vrele(vp);
	kpause("life", false, 2, NULL);
	CHECK(inactives() == before.inactives);
	CHECK(vrefcnt(vp) == 1);
	stage = 2;
	kthread_join(l);
	for (i = 0; i < 5 * hz && vrefcnt(vp) != 0; i++)
		kpause("life", false, 1, NULL);
	CHECK(vrefcnt(vp) == 0);
	CHECK(inactives() == before.inactives + 1);
	CHECK(testfs_counts.reclaims == before.reclaims);
	/* it is in the cache, and good for more */
	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	CHECK(testfs_counts.loads == before.loads);
	before = testfs_counts;
	vrele(vp);
	CHECK(inactives() == before.inactives + 1);
	return 0;
}

/*
 * Somebody gets a reference while the last release waits for the lock: it
 * was not the last one, and the file system must not hear so.
 */
static int
taken(const char *path)
{
	struct testfs_counts before;
	struct vnode *vp;
	struct lwp *l;
	int rv;

	rv = lock_elsewhere(path, &vp, &l);
	if (rv != 0)
		return rv;
	before = testfs_counts;
	vrele(vp);
	/* the thread that releases waits for the lock by now */
	kpause("life", false, 5, NULL);
	CHECK(vcache_tryvget(vp) == 0);
	CHECK(vrefcnt(vp) == 2);
	stage = 2;
	kthread_join(l);
	for (int i = 0; i < 5 * hz && vrefcnt(vp) != 1; i++)
		kpause("life", false, 1, NULL);
	CHECK(vrefcnt(vp) == 1);
	CHECK(inactives() == before.inactives);
	vrele(vp);
	CHECK(inactives() == before.inactives + 1);
	return 0;
}

int
rumptest_deferred(const char *path)
{
	int rv;

	rump_schedule();
	rv = deferred(path, false);
	if (rv == 0)
		rv = deferred(path, true);
	if (rv == 0)
		rv = taken(path);
	rump_unschedule();
	return rv;
}
