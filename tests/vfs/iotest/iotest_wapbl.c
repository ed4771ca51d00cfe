/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal, on the device that linfs is mounted on. A crash is made by
 * writing rubbish over what was written in place, around the buffer cache.
 */
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>
#include <sys/wapbl_replay.h>

#include <miscfs/specfs/specdev.h>
#include <rump-sys/kern.h>

#include "iotest.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

#define LOGOFF   8192 /* 512-byte blocks */
#define LOGCOUNT 512
#define BSIZE    4096

static int flushes, aborts, dealloccount;

static void
count_flush(struct mount *mp, daddr_t *blks, int *lens, int cnt)
{
	flushes++;
	dealloccount = cnt;
}

static void
count_abort(struct mount *mp, daddr_t *blks, int *lens, int cnt)
{
	aborts++;
}

static int
raw(struct vnode *devvp, daddr_t blk, void *data, size_t len, int rw)
{
	struct buf *bp = getiobuf(devvp, true);
	int error;

	bp->b_flags = rw;
	bp->b_data = data;
	bp->b_bcount = bp->b_resid = bp->b_bufsize = (int)len;
	bp->b_blkno = blk;
	if (rw == B_WRITE) {
		mutex_enter(devvp->v_interlock);
		devvp->v_numoutput++;
		mutex_exit(devvp->v_interlock);
	}
	VOP_STRATEGY(devvp, bp);
	error = biowait(bp);
	putiobuf(bp);
	return error;
}

static void
fill(char *p, int blk, int round)
{
	for (int i = 0; i < BSIZE; i++)
		p[i] = (char)(blk * 7 + round * 13 + i);
}

static bool
filled(const char *p, int blk, int round)
{
	for (int i = 0; i < BSIZE; i++)
		if (p[i] != (char)(blk * 7 + round * 13 + i))
			return false;
	return true;
}

static int
setup(const char *mnt, const char *dev, struct mount **mpp, struct vnode **vpp)
{
	struct vnode *vp;

	CHECK(namei_simple_kernel(mnt, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	*mpp = vp->v_mount;
	vrele(vp);
	CHECK(namei_simple_kernel(dev, NSM_FOLLOW_NOEMULROOT, vpp) == 0);
	return 0;
}

/* One transaction that changes nblk blocks. */
static int
change(struct mount *mp, struct vnode *devvp, int nblk, int round)
{
	struct buf *bp;

	CHECK(WAPBL_BEGIN(mp) == 0);
	CHECK(WAPBL_BEGIN(mp) == 0); /* they nest */
	for (int b = 0; b < nblk; b++) {
		CHECK(bread(devvp, b * 8, BSIZE, B_MODIFY, &bp) == 0);
		fill(bp->b_data, b, round);
		if (b % 2)
			CHECK(bwrite(bp) == 0); /* is put off all the same */
		else
			bdwrite(bp);
	}
	WAPBL_END(mp);
	WAPBL_END(mp);
	return 0;
}

static int
wapbl(const char *mnt, const char *dev, int rounds)
{
	struct wapbl_replay *wr;
	struct mount *mp;
	struct vnode *devvp;
	char *data = kmem_alloc(BSIZE, KM_SLEEP);
	struct buf *bp;
	int line, nblk = 10;

	if ((line = setup(mnt, dev, &mp, &devvp)) != 0)
		return line;
	CHECK(wapbl_replay_start(&wr, devvp, LOGOFF, LOGCOUNT, 512) == ENOENT);
	CHECK(wapbl_start(&mp->mnt_wapbl, mp, devvp, LOGOFF, 4, 512, NULL,
		  count_flush, count_abort) == ENOSPC);
	CHECK(wapbl_start(&mp->mnt_wapbl, mp, devvp, LOGOFF, LOGCOUNT, 512,
		  NULL, count_flush, count_abort) == 0);
	mp->mnt_wapbl_op = &wapbl_ops;

	/* nothing reaches its place before the commit */
	if ((line = change(mp, devvp, nblk, 1)) != 0)
		return line;
	for (int b = 0; b < nblk; b++) {
		CHECK(raw(devvp, b * 8, data, BSIZE, B_READ) == 0);
		CHECK(!filled(data, b, 1));
	}
	CHECK(vflushbuf(devvp, FSYNC_WAIT) == 0);
	CHECK(raw(devvp, 0, data, BSIZE, B_READ) == 0);
	CHECK(!filled(data, 0, 1));
	wapbl_register_inode(mp->mnt_wapbl, 17, 0100644);
	wapbl_register_inode(mp->mnt_wapbl, 18, 040755);
	wapbl_register_inode(mp->mnt_wapbl, 18, 040755);
	wapbl_register_inode(mp->mnt_wapbl, 19, 040755);
	wapbl_unregister_inode(mp->mnt_wapbl, 18, 040755);
	for (int i = 0; i < 500; i++)
		wapbl_register_deallocation(mp->mnt_wapbl, i, BSIZE);
	CHECK(wapbl_flush(mp->mnt_wapbl, 1) == 0);
	CHECK(flushes == 1 && aborts == 0 && dealloccount == 500);
	for (int b = 0; b < nblk; b++) {
		CHECK(raw(devvp, b * 8, data, BSIZE, B_READ) == 0);
		CHECK(filled(data, b, 1));
	}

	/* around the circle */
	for (int r = 2; r < rounds; r++) {
		if ((line = change(mp, devvp, 1 + r % nblk, r)) != 0)
			return line;
		CHECK(wapbl_flush(mp->mnt_wapbl, r % 3 == 0) == 0);
	}
	if ((line = change(mp, devvp, nblk, 99)) != 0)
		return line;
	CHECK(wapbl_flush(mp->mnt_wapbl, 1) == 0);
	/* committed and not, after a crash */
	if ((line = change(mp, devvp, nblk / 2, 100)) != 0)
		return line;
	memset(data, 0xdd, BSIZE);
	for (int b = 0; b < nblk; b++)
		CHECK(raw(devvp, b * 8, data, BSIZE, B_WRITE) == 0);

	CHECK(wapbl_replay_start(&wr, devvp, LOGOFF, LOGCOUNT, 512) == 0);
	CHECK(wr->wr_blkhashcnt >= nblk * 8);
	CHECK(wr->wr_inodescnt == 2);
	CHECK(wr->wr_inodes[0].wr_inumber + wr->wr_inodes[1].wr_inumber == 36);
	CHECK(wapbl_replay_can_read(wr, 8, 512));
	CHECK(!wapbl_replay_can_read(wr, 4000, BSIZE));
	memset(data, 0, BSIZE);
	CHECK(wapbl_replay_read(wr, data, 8, BSIZE) == 0);
	CHECK(filled(data, 1, 99));
	CHECK(wapbl_replay_write(wr, devvp) == 0);
	for (int b = 0; b < nblk; b++) {
		CHECK(raw(devvp, b * 8, data, BSIZE, B_READ) == 0);
		CHECK(filled(data, b, 99));
	}
	wapbl_replay_stop(wr);
	CHECK(!wapbl_replay_isopen(wr));
	wapbl_replay_free(wr);

	/* stopping commits the rest and leaves an empty log */
	CHECK(wapbl_stop(mp->mnt_wapbl, 0) == 0);
	mp->mnt_wapbl = NULL;
	CHECK(wapbl_replay_start(&wr, devvp, LOGOFF, LOGCOUNT, 512) == 0);
	CHECK(wr->wr_blkhashcnt == 0);
	wapbl_replay_stop(wr);
	wapbl_replay_free(wr);
	CHECK(raw(devvp, 0, data, BSIZE, B_READ) == 0);
	CHECK(filled(data, 0, 100));
	/* writes go straight again */
	CHECK(bread(devvp, 0, BSIZE, B_MODIFY, &bp) == 0);
	CHECK((bp->b_flags & B_LOCKED) == 0);
	fill(bp->b_data, 0, 5);
	CHECK(bwrite(bp) == 0);
	CHECK(raw(devvp, 0, data, BSIZE, B_READ) == 0);
	CHECK(filled(data, 0, 5));
	kmem_free(data, BSIZE);
	vrele(devvp);
	return 0;
}

int
rumptest_wapbl(const char *mnt, const char *dev, int rounds)
{
	int rv;

	rump_schedule();
	rv = wapbl(mnt, dev, rounds);
	rump_unschedule();
	return rv;
}

/* A transaction that the log has no room for, and damaged logs. */
static int
wapbl_full(const char *mnt, const char *dev)
{
	struct wapbl_replay *wr;
	struct mount *mp;
	struct vnode *devvp;
	char *data = kmem_alloc(BSIZE, KM_SLEEP);
	int line, error;

	if ((line = setup(mnt, dev, &mp, &devvp)) != 0)
		return line;
	CHECK(wapbl_start(&mp->mnt_wapbl, mp, devvp, LOGOFF, LOGCOUNT, 512,
		  NULL, count_flush, count_abort) == 0);
	mp->mnt_wapbl_op = &wapbl_ops;
	if ((line = change(mp, devvp, 100, 1)) != 0)
		return line;
	aborts = 0;
	CHECK(wapbl_flush(mp->mnt_wapbl, 0) == ENOSPC);
	CHECK(aborts == 1);
	wapbl_discard(mp->mnt_wapbl);
	if ((line = change(mp, devvp, 5, 2)) != 0)
		return line;
	CHECK(wapbl_flush(mp->mnt_wapbl, 1) == 0);

	/* a list of blocks with more contents than its record has */
	CHECK(raw(devvp, LOGOFF + 2, data, 512, B_READ) == 0);
	{
		struct wapbl_wc_blocklist *wc = (void *)data;
		const int32_t dlen = wc->wc_blocks[0].wc_dlen;

		CHECK(wc->wc_type == WAPBL_WC_BLOCKS && wc->wc_blkcount > 0);
		wc->wc_blocks[0].wc_dlen = 1024 * 1024;
		CHECK(raw(devvp, LOGOFF + 2, data, 512, B_WRITE) == 0);
		CHECK(wapbl_replay_start(&wr, devvp, LOGOFF, LOGCOUNT, 512) ==
		    EFTYPE);
		wc->wc_blocks[0].wc_dlen = dlen;
		CHECK(raw(devvp, LOGOFF + 2, data, 512, B_WRITE) == 0);
		CHECK(
		    wapbl_replay_start(&wr, devvp, LOGOFF, LOGCOUNT, 512) == 0);
		wapbl_replay_stop(wr);
		wapbl_replay_free(wr);
	}
	/* rubbish at each place of the log: an errno, or something sane */
	for (int i = 0; i < 48; i++) {
		char save[512];

		CHECK(raw(devvp, LOGOFF + i, save, 512, B_READ) == 0);
		for (int k = 0; k < 3; k++) {
			memset(data, k == 0 ? 0 : k == 1 ? 0xff : 0x7f, 512);
			if (i >= 2)
				*(uint32_t *)(void *)data = 1 + k;
			CHECK(raw(devvp, LOGOFF + i, data, 512, B_WRITE) == 0);
			error = wapbl_replay_start(
			    &wr, devvp, LOGOFF, LOGCOUNT, 512);
			if (error == 0) {
				wapbl_replay_stop(wr);
				wapbl_replay_free(wr);
			}
		}
		CHECK(raw(devvp, LOGOFF + i, save, 512, B_WRITE) == 0);
	}
	CHECK(wapbl_stop(mp->mnt_wapbl, 0) == 0);
	mp->mnt_wapbl = NULL;
	kmem_free(data, BSIZE);
	vrele(devvp);
	return 0;
}

int
rumptest_wapbl_full(const char *mnt, const char *dev)
{
	int rv;

	rump_schedule();
	rv = wapbl_full(mnt, dev);
	rump_unschedule();
	return rv;
}
