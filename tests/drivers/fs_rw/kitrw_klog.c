/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: the gate, copy on write, the journal.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>
#include <sys/wapbl_replay.h>

#include "kitrw.h"
#include "ktest.h"

#define TODEV(blk) ((daddr_t)(blk) << (KITRW_BSHIFT - DEV_BSHIFT))

static volatile int stage;

static void
wait_stage(int n)
{
	for (int i = 0; i < 1000 && stage < n; i++)
		kpause("kitrw", false, 1, NULL);
	KEQ(stage, n);
}

/* --- the gate -------------------------------------------------------------- */

static void
gate_thread(void *arg)
{
	struct mount *mp = arg;

	/* suspending: who writes what is there gets in, clients do not */
	fstrans_start(mp, FSTRANS_LAZY);
	fstrans_done(mp);
	stage = 1;
	fstrans_start(mp, FSTRANS_SHARED);
	stage = 2;
	/* once inside, whatever the state */
	fstrans_start(mp, FSTRANS_SHARED);
	fstrans_done(mp);
	fstrans_done(mp);
	kthread_exit(0);
}

static void
inside_thread(void *arg)
{
	struct mount *mp = arg;

	fstrans_start(mp, FSTRANS_SHARED);
	stage = 1;
	kpause("kitrw", false, MAX(1, hz / 5), NULL);
	/* the one who suspends waits for this one */
	KEQ(stage, 1);
	stage = 2;
	fstrans_done(mp);
	kthread_exit(0);
}

void
kitrw_kgate(void)
{
	struct vnode *vp = kitrw_file("/mnt");
	struct mount *mp = vp->v_mount;

	vrele(vp);
	KEQ(fstrans_getstate(mp), FSTRANS_NORMAL);
	stage = 0;
	KEQ(fstrans_setstate(mp, FSTRANS_SUSPENDING), 0);
	KEQ(fstrans_getstate(mp), FSTRANS_SUSPENDING);
	KEQ(kthread_create(
		PRI_NONE, KTHREAD_MPSAFE, NULL, gate_thread, mp, NULL, "gate"),
	    0);
	wait_stage(1);
	kpause("kitrw", false, 3, NULL);
	KEQ(stage, 1);
	KEQ(fstrans_setstate(mp, FSTRANS_NORMAL), 0);
	wait_stage(2);
	kpause("kitrw", false, 2, NULL);

	stage = 0;
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, inside_thread, mp,
		NULL, "inside"),
	    0);
	wait_stage(1);
	KEQ(fstrans_setstate(mp, FSTRANS_SUSPENDING), 0);
	KEQ(stage, 2);
	KEQ(fstrans_setstate(mp, FSTRANS_SUSPENDED), 0);
	/* who suspended may enter */
	fstrans_start(mp, FSTRANS_SHARED);
	fstrans_start(mp, FSTRANS_LAZY);
	fstrans_done(mp);
	fstrans_done(mp);
	KEQ(fstrans_setstate(mp, FSTRANS_NORMAL), 0);
}

static void
writer_thread(void *arg)
{
	struct vnode *vp = arg;
	char c = 'w';

	stage = 1;
	KEQ(vn_rdwr(UIO_WRITE, vp, &c, 1, 0, UIO_SYSSPACE, 0, curlwp->l_cred,
		NULL, curlwp),
	    0);
	stage = 2;
	kthread_exit(0);
}

static void
suspend_thread(void *arg)
{
	struct vnode *vp = arg;

	stage = 1;
	KEQ(vfs_suspend(vp->v_mount, 0), 0);
	stage = 2;
	vfs_resume(vp->v_mount);
	kthread_exit(0);
}

/* Suspended, nothing is written; and who holds a vnode lock is inside. */
void
kitrw_ksuspend(void)
{
	struct vnode *vp = kitrw_file("/mnt/f");
	struct mount *mp = vp->v_mount;
	struct timespec ts = {0, 0};

	stage = 0;
	KEQ(vfs_suspend(mp, 0), 0);
	KEQ(fstrans_getstate(mp), FSTRANS_SUSPENDED);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, writer_thread, vp,
		NULL, "writer"),
	    0);
	wait_stage(1);
	kpause("kitrw", false, 5, NULL);
	KEQ(stage, 1);
	vfs_resume(mp);
	KEQ(fstrans_getstate(mp), FSTRANS_NORMAL);
	wait_stage(2);

	stage = 0;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, suspend_thread, vp,
		NULL, "suspend"),
	    0);
	wait_stage(1);
	kpause("kitrw", false, 5, NULL);
	KEQ(stage, 1);
	VOP_UNLOCK(vp);
	wait_stage(2);
	kpause("kitrw", false, 2, NULL);
	KEQ(mp->mnt_op->vfs_snapshot(mp, vp, &ts), 0);
	K(ts.tv_sec > 0);
	KEQ(fstrans_getstate(mp), FSTRANS_NORMAL);
	vrele(vp);
}

/* --- copy on write --------------------------------------------------------- */

static struct {
	unsigned int valid, invalid; /* calls, by data_valid */
	daddr_t blkno;
	char first; /* of the block, if it was valid */
} cow;

static int
cow_hook(void *arg, struct buf *bp, bool data_valid)
{
	K(arg == &cow);
	if (data_valid) {
		cow.valid++;
		cow.blkno = bp->b_blkno;
		cow.first = *(char *)bp->b_data;
	} else
		cow.invalid++;
	return 0;
}

static int
cow_fail(void *arg, struct buf *bp, bool data_valid)
{
	return ENOSPC;
}

void
kitrw_kcow(void)
{
	struct vnode *vp = kitrw_file("/mnt");
	struct mount *mp = vp->v_mount;
	struct kitrw_mount *km = VFSTOKITRW(mp);
	struct vnode *devvp = km->km_devvp;
	daddr_t at = TODEV(km->km_log - 3);
	struct buf *bp;

	vrele(vp);
	KEQ(VFS_SYNC(mp, MNT_WAIT, curlwp->l_cred), 0);
	KEQ(fscow_disestablish(mp, cow_hook, &cow), ENOENT);
	KEQ(fscow_establish(mp, cow_hook, &cow), 0);
	KEQ(bread(devvp, at, KITRW_BSIZE, 0, &bp), 0);
	memset(bp->b_data, '1', KITRW_BSIZE);
	memset(&cow, 0, sizeof cow);
	/* it was not said that it would be changed: told before it is written */
	KEQ(bwrite(bp), 0);
	KEQ(cow.valid, 0);
	KEQ(cow.invalid, 1);
	/* said: the old contents are still there */
	KEQ(bread(devvp, at, KITRW_BSIZE, B_MODIFY, &bp), 0);
	KEQ(cow.valid, 1);
	KEQ(cow.first, '1');
	KEQ(cow.blkno, at);
	K((bp->b_flags & B_COWDONE) != 0);
	memset(bp->b_data, '2', KITRW_BSIZE);
	KEQ(bwrite(bp), 0);
	/* once for each transfer */
	KEQ(cow.valid, 1);
	KEQ(cow.invalid, 1);
	KEQ(bread(devvp, at, KITRW_BSIZE, 0, &bp), 0);
	KEQ(cow.valid + cow.invalid, 2);
	KEQ(fscow_run(bp, true), 0);
	KEQ(cow.valid, 2);
	KEQ(cow.first, '2');
	KEQ(bwrite(bp), 0);
	/* what the hook says is what the one who wants to write hears */
	KEQ(fscow_disestablish(mp, cow_hook, &cow), 0);
	KEQ(fscow_establish(mp, cow_fail, NULL), 0);
	KEQ(bread(devvp, at, KITRW_BSIZE, B_MODIFY, &bp), ENOSPC);
	K(bp == NULL);
	KEQ(fscow_disestablish(mp, cow_fail, NULL), 0);
	KEQ(bread(devvp, at, KITRW_BSIZE, B_MODIFY, &bp), 0);
	KEQ(*(char *)bp->b_data, '2');
	brelse(bp, 0);
}

/* --- the journal ----------------------------------------------------------- */

/* What a block of the disk has, around the buffer cache. */
static char
ondisk(struct vnode *devvp, daddr_t at)
{
	char *b = kmem_alloc(KITRW_BSIZE, KM_SLEEP), c;
	struct buf *bp = getiobuf(devvp, true);

	SET(bp->b_flags, B_READ);
	bp->b_data = b;
	bp->b_bcount = bp->b_bufsize = bp->b_resid = KITRW_BSIZE;
	bp->b_blkno = at;
	VOP_STRATEGY(devvp, bp);
	KEQ(biowait(bp), 0);
	putiobuf(bp);
	c = b[0];
	kmem_free(b, KITRW_BSIZE);
	return c;
}

void
kitrw_kwapbl(void)
{
	struct vnode *vp = kitrw_file("/mnt");
	struct mount *mp = vp->v_mount;
	struct kitrw_mount *km = VFSTOKITRW(mp);
	struct wapbl *wl = mp->mnt_wapbl;
	struct vnode *devvp = km->km_devvp;
	daddr_t at = TODEV(km->km_log - 3);
	struct buf *bp;
	uint32_t blk;
	unsigned int flushes;
	uint32_t free;

	K(wl != NULL && mp->mnt_wapbl_op == &wapbl_ops);
	K(wapbl_vptomp(devvp) == mp && wapbl_vptomp(vp) == mp);
	KEQ(ondisk(devvp, at), 0);
	/* nested, and in the journal alone when it ends */
	KEQ(wapbl_begin(wl, __FILE__, __LINE__), 0);
	KEQ(wapbl_begin(wl, __FILE__, __LINE__), 0);
	KEQ(bread(devvp, at, KITRW_BSIZE, B_MODIFY, &bp), 0);
	memset(bp->b_data, 'j', KITRW_BSIZE);
	KEQ(bwrite(bp), 0);
	KEQ(ondisk(devvp, at), 0);
	wapbl_end(wl);
	wapbl_end(wl);
	KEQ(ondisk(devvp, at), 0);
	KEQ(wapbl_flush(wl, 0), 0);
	/* the buffer can be had as ever */
	KEQ(bread(devvp, at, KITRW_BSIZE, 0, &bp), 0);
	KEQ(*(char *)bp->b_data, 'j');
	brelse(bp, 0);
	KEQ(wapbl_flush(wl, 1), 0);
	KEQ(ondisk(devvp, at), 'j');

	/* a block that is freed is free after the commit */
	KEQ(wapbl_begin(wl, __FILE__, __LINE__), 0);
	KEQ(kitrw_block_alloc(VTOKITRW(vp), 0, NOCRED, &blk), 0);
	wapbl_end(wl);
	KEQ(wapbl_flush(wl, 1), 0);
	free = km->km_freeblocks;
	flushes = km->km_flushes;
	KEQ(wapbl_begin(wl, __FILE__, __LINE__), 0);
	kitrw_block_free(VTOKITRW(vp), blk);
	wapbl_end(wl);
	KEQ(km->km_freeblocks, free);
	KEQ(wapbl_flush(wl, 0), 0);
	K(km->km_flushes > flushes);
	KEQ(km->km_freeblocks, free + 1);

	/* an inode that is registered, and one that is not any more */
	KEQ(wapbl_begin(wl, __FILE__, __LINE__), 0);
	wapbl_register_inode(wl, 77, 0100644);
	wapbl_unregister_inode(wl, 77, 0100644);
	wapbl_end(wl);
	KEQ(VFS_SYNC(mp, MNT_WAIT, curlwp->l_cred), 0);
	vrele(vp);
}

/*
 * Mounted read-only after a crash: what is in the journal is read from there.
 */
void
kitrw_kreplay(void)
{
	struct vnode *vp = kitrw_file("/mnt");
	struct mount *mp = vp->v_mount;
	struct kitrw_mount *km = VFSTOKITRW(mp);
	struct wapbl_replay *wr = mp->mnt_wapbl_replay;
	daddr_t at = TODEV(KITRW_IMAP_BLOCK);
	unsigned char *b = kmem_alloc(KITRW_BSIZE, KM_SLEEP);
	struct buf *bp;

	K(wr != NULL && mp->mnt_wapbl == NULL);
	K(WAPBL_REPLAY_ISOPEN(mp) != 0);
	K(WAPBL_REPLAY_CAN_READ(mp, at, KITRW_BSIZE) != 0);
	KEQ(WAPBL_REPLAY_READ(mp, b, at, KITRW_BSIZE), 0);
	KEQ(bread(km->km_devvp, at, KITRW_BSIZE, 0, &bp), 0);
	KEQ(memcmp(b, bp->b_data, KITRW_BSIZE), 0);
	/* inode 20 is in use, there and not on the disk itself */
	K(isset(b, 20));
	brelse(bp, 0);
	/* the orphan */
	KEQ(wr->wr_inodescnt, 1);
	K(wr->wr_inodes[0].wr_inumber > KITRW_ROOT);
	KEQ(wr->wr_inodes[0].wr_imode & 0777, 0644);
	K(WAPBL_REPLAY_CAN_READ(mp, TODEV(km->km_log - 1), KITRW_BSIZE) == 0);
	kmem_free(b, KITRW_BSIZE);
	vrele(vp);
}
