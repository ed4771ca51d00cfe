/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: where blocks are, buffers, pages.  The file system is mounted
 * on /mnt.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include "kitro.h"
#include "ktest.h"

static unsigned char
content(ino_t ino, uint64_t i)
{
	return (unsigned char)(7 * i + 13 * ino + i / 256);
}

/* A file of the mount, referenced and unlocked. */
struct vnode *
kitro_file(const char *path)
{
	struct vnode *vp = NULL;

	KEQ(namei_simple_user(path, NSM_FOLLOW_NOEMULROOT, &vp), 0);
	if (vp == NULL)
		panic("kitro: no %s", path);
	return vp;
}

void
kitro_kbmap(void)
{
	struct vnode *vp, *devvp = NULL;
	struct kitro_mount *km;
	daddr_t bn, bn2, unit;
	int run = -1;

	vp = kitro_file("/mnt/big");
	km = VTOKITRO(vp)->kr_mount;
	unit = 1 << (KITRO_BSHIFT - km->km_unitshift);
	KEQ(VOP_BMAP(vp, 0, &devvp, &bn, &run), 0);
	if ((km->km_flags & KITRO_BIGUNITS) != 0)
		K(devvp == vp);
	else
		K(devvp == km->km_devvp && devvp->v_type == VBLK);
	KEQ(bn, VTOKITRO(vp)->kr_extents[0].e_start * unit);
	KEQ(run, 19);
	KEQ(VOP_BMAP(vp, 19, NULL, &bn2, &run), 0);
	KEQ(bn2, bn + 19 * unit);
	KEQ(run, 0);
	KEQ(VOP_BMAP(vp, 20, NULL, &bn2, NULL), 0);
	K(bn2 != bn + 20 * unit);
	KEQ(VOP_BMAP(vp, 20, NULL, NULL, NULL), 0);
	vrele(vp);
	vp = kitro_file("/mnt/holes");
	KEQ(VOP_BMAP(vp, 5, NULL, &bn, &run), 0);
	KEQ(bn, -1);
	KEQ(run, 6);
	vrele(vp);
	/* of a device itself: the same block */
	KEQ(VOP_BMAP(km->km_devvp, 1234, &devvp, &bn, NULL), 0);
	K(devvp == km->km_devvp);
	KEQ(bn, 1234);
	/* and a fifo has none */
	vp = kitro_file("/mnt/fifo");
	KEQ(VOP_BMAP(vp, 0, NULL, &bn, NULL), EOPNOTSUPP);
	vrele(vp);
}

static bool
cached(struct vnode *vp, daddr_t lbn)
{
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	bp = incore(vp, lbn);
	mutex_exit(&bufcache_lock);
	return bp != NULL;
}

/* Blocks of a directory, which are buffers of its vnode. */
void
kitro_kbuffers(void)
{
	struct vnode *vp = kitro_file("/mnt/dir");
	struct buf *bp, *again;
	daddr_t ahead[2] = {1, 2};
	int sizes[2] = {KITRO_BSIZE, KITRO_BSIZE};
	unsigned int calls;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(vinvalbuf(vp, 0, NOCRED, curlwp, false, 0), 0);
	K(!cached(vp, 0) && LIST_EMPTY(&vp->v_cleanblkhd));
	calls = kitro_strategy_calls;
	KEQ(breadn(vp, 0, KITRO_BSIZE, ahead, sizes, 2, 0, &bp), 0);
	K(bp->b_vp == vp && bp->b_lblkno == 0 && bp->b_blkno > 0);
	K(bp->b_bcount == KITRO_BSIZE && bp->b_bufsize >= KITRO_BSIZE);
	KEQ(bp->b_resid, 0);
	KEQ(bp->b_error, 0);
	K((bp->b_cflags & BC_BUSY) != 0 && (bp->b_oflags & BO_DONE) != 0);
	K(bp->b_objlock == vp->v_interlock);
	/* "." is the first entry */
	KEQ(kitro_get32(VTOKITRO(vp)->kr_mount, bp->b_data), 7);
	K(LIST_FIRST(&vp->v_cleanblkhd) != NULL);
	brelse(bp, 0);
	/* the others come without being asked for again */
	KEQ(bread(vp, 2, KITRO_BSIZE, 0, &bp), 0);
	brelse(bp, 0);
	KEQ(bread(vp, 1, KITRO_BSIZE, 0, &bp), 0);
	brelse(bp, 0);
	KEQ(kitro_strategy_calls - calls, 3);
	K(cached(vp, 0) && cached(vp, 1) && cached(vp, 2) && !cached(vp, 3));
	/* the same buffer as before, without reading */
	mutex_enter(&bufcache_lock);
	again = incore(vp, 2);
	K(again != NULL && (again->b_cflags & BC_BUSY) == 0);
	mutex_exit(&bufcache_lock);
	KEQ(bread(vp, 2, KITRO_BSIZE, 0, &bp), 0);
	K(bp == again);
	KEQ(kitro_strategy_calls - calls, 3);
	/* forgotten: by a flag, or with the lock held already */
	brelse(bp, BC_INVAL);
	K(!cached(vp, 2));
	KEQ(bread(vp, 1, KITRO_BSIZE, 0, &bp), 0);
	mutex_enter(&bufcache_lock);
	brelsel(bp, BC_INVAL);
	mutex_exit(&bufcache_lock);
	K(!cached(vp, 1));
	KEQ(bread(vp, 1, KITRO_BSIZE, 0, &bp), 0);
	brelse(bp, BC_NOCACHE);
	K(!cached(vp, 1) && cached(vp, 0));
	KEQ(bread(vp, 0, KITRO_BSIZE, 0, &bp), 0);
	brelse(bp, BC_AGE);
	K(cached(vp, 0));
	KEQ(vinvalbuf(vp, V_SAVE, NOCRED, curlwp, false, 0), 0);
	K(!cached(vp, 0));
	/* what the operation returns may be of a buffer that is gone */
	bp = getblk(vp, 0, KITRO_BSIZE, 0, 0);
	bp->b_flags |= B_READ;
	kitro_strategy_result = -5;
	KEQ(VOP_STRATEGY(vp, bp), -5);
	kitro_strategy_result = 0;
	KEQ(biowait(bp), 0);
	brelse(bp, 0);
	vput(vp);
}

void
kitro_kgetblk(void)
{
	struct vnode *vp = kitro_file("/mnt/dir");
	struct buf *bp;
	char *data;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(vinvalbuf(vp, 0, NOCRED, curlwp, false, 0), 0);
	/* not read: nothing is said of the contents */
	bp = getblk(vp, 1, KITRO_BSIZE, 0, 0);
	K(bp != NULL && (bp->b_oflags & (BO_DONE | BO_DELWRI)) == 0);
	K(bp->b_lblkno == 1 && bp->b_bcount == KITRO_BSIZE);
	KEQ(bp->b_freelistindex, -1);
	data = bp->b_data;
	memset(data, 'x', KITRO_BSIZE);
	clrbuf(bp);
	KEQ(data[0] | data[KITRO_BSIZE - 1], 0);
	KEQ(bp->b_resid, 0);
	/* another size keeps what fits */
	data[3] = 'y';
	KEQ(allocbuf(bp, 3 * KITRO_BSIZE, 1), 0);
	data = bp->b_data;
	K(bp->b_bcount == 3 * KITRO_BSIZE && data[3] == 'y');
	data[3 * KITRO_BSIZE - 1] = 'z';
	KEQ(allocbuf(bp, KITRO_BSIZE, 1), 0);
	K(bp->b_bcount == KITRO_BSIZE && ((char *)bp->b_data)[3] == 'y');
	brelse(bp, BC_INVAL);
	/* one that was read is given as it is */
	KEQ(bread(vp, 0, KITRO_BSIZE, 0, &bp), 0);
	brelse(bp, 0);
	bp = getblk(vp, 0, KITRO_BSIZE, 0, 0);
	K((bp->b_oflags & BO_DONE) != 0);
	KEQ(kitro_get32(VTOKITRO(vp)->kr_mount, bp->b_data), 7);
	brelse(bp, 0);
	/* vtruncbuf() drops from a block on */
	KEQ(bread(vp, 1, KITRO_BSIZE, 0, &bp), 0);
	brelse(bp, 0);
	KEQ(vtruncbuf(vp, 1, false, 0), 0);
	K(cached(vp, 0) && !cached(vp, 1));
	vput(vp);
}

/* Behind the device: an error, and no buffer. */
void
kitro_kerrors(void)
{
	struct vnode *vp = kitro_file("/mnt/dir"), *devvp;
	struct buf *bp = (void *)&vp;
	daddr_t far = (daddr_t)1 << 40;
	int size = DEV_BSIZE;

	devvp = VTOKITRO(vp)->kr_mount->km_devvp;
	K(bread(devvp, far, DEV_BSIZE, 0, &bp) != 0);
	K(bp == NULL && !cached(devvp, far));
	/* read ahead of it fails in silence */
	KEQ(breadn(devvp, 0, DEV_BSIZE, &far, &size, 1, 0, &bp), 0);
	K(bp != NULL);
	brelse(bp, 0);
	for (int i = 0; i < 100 && cached(devvp, far); i++)
		kpause("kitro", false, 1, NULL);
	K(!cached(devvp, far));
	/* a hole in the way of buffers is zeros */
	vrele(vp);
	vp = kitro_file("/mnt/holes");
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(bread(vp, 5, KITRO_BSIZE, 0, &bp), 0);
	KEQ(bp->b_blkno, -1);
	for (int i = 0; i < KITRO_BSIZE; i++)
		K(((char *)bp->b_data)[i] == 0);
	brelse(bp, BC_INVAL);
	vput(vp);
}

static volatile int busy_stage;
static struct buf *busy_buf;

static void
busy_thread(void *arg)
{
	struct vnode *vp = arg;
	struct buf *bp;

	/* sleeps until the other gives it back */
	KEQ(bread(vp, 0, KITRO_BSIZE, 0, &bp), 0);
	KEQ(busy_stage, 2);
	K(bp == busy_buf);
	brelse(bp, 0);
	busy_stage = 3;
	kthread_exit(0);
}

/* One owner at a time. */
void
kitro_kbusy(void)
{
	struct vnode *vp = kitro_file("/mnt/dir");
	struct buf *bp;
	int error;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(bread(vp, 0, KITRO_BSIZE, 0, &busy_buf), 0);
	busy_stage = 1;
	KEQ(kthread_create(PRI_NONE, 0, NULL, busy_thread, vp, NULL, "busy"),
	    0);
	kpause("kitro", false, MAX(1, hz / 10), NULL);
	KEQ(busy_stage, 1);
	/* without patience */
	K(getblk(vp, 0, KITRO_BSIZE, 0, MAX(1, hz / 20)) == NULL);
	mutex_enter(&bufcache_lock);
	bp = incore(vp, 0);
	K(bp == busy_buf);
	error = bbusy(bp, false, MAX(1, hz / 20), NULL);
	K(error == EWOULDBLOCK || error == EPASSTHROUGH);
	mutex_exit(&bufcache_lock);
	busy_stage = 2;
	brelse(busy_buf, 0);
	while (busy_stage != 3)
		kpause("kitro", false, 1, NULL);
	/* found and taken */
	mutex_enter(&bufcache_lock);
	bp = incore(vp, 0);
	KEQ(bbusy(bp, false, 0, NULL), 0);
	bremfree(bp);
	mutex_exit(&bufcache_lock);
	K((bp->b_cflags & BC_BUSY) != 0);
	brelse(bp, 0);
	vput(vp);
}

#define PAGES 16

static unsigned char *
page_data(struct vm_page *pg)
{
	return (unsigned char *)(uintptr_t)VM_PAGE_TO_PHYS(pg);
}

static void
unbusy(struct vnode *vp, struct vm_page **pgs, int n)
{
	kmutex_t *lock = vp->v_uobj.vmobjlock;

	mutex_enter(lock);
	mutex_enter(&uvm_pageqlock);
	for (int i = 0; i < n; i++)
		uvm_pageactivate(pgs[i]);
	mutex_exit(&uvm_pageqlock);
	uvm_page_unbusy(pgs, n);
	mutex_exit(lock);
}

static int
getpages(struct vnode *vp, voff_t off, struct vm_page **pgs, int *n, int flags)
{
	memset(pgs, 0, PAGES * sizeof *pgs);
	mutex_enter(vp->v_interlock);
	return VOP_GETPAGES(vp, off, pgs, n, 0, VM_PROT_READ, 0, flags);
}

void
kitro_kpages(void)
{
	struct vnode *vp = kitro_file("/mnt/holes");
	struct vm_page *pgs[PAGES];
	int n = 4;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	K(vp->v_uobj.vmobjlock == vp->v_interlock);
	/* blocks 2 to 9: two with data, then holes */
	KEQ(getpages(vp, 4096, pgs, &n, PGO_SYNCIO), 0);
	KEQ(n, 4);
	K(vp->v_uobj.uo_npages >= 4);
	for (int i = 0; i < n; i++) {
		K((pgs[i]->flags & PG_BUSY) != 0);
		K((pgs[i]->flags & PG_FAKE) == 0);
		KEQ(pgs[i]->offset, 4096 * (i + 1));
		K(pgs[i]->uobject == &vp->v_uobj);
		/* a reader's hole may not be written to */
		K(((pgs[i]->flags & PG_RDONLY) != 0) == (i > 0));
		for (int j = 0; j < 4096; j++)
			K(page_data(pgs[i])[j] ==
			    (i == 0 ? content(4, 4096 + (uint64_t)j) : 0));
	}
	unbusy(vp, pgs, n);
	K((pgs[0]->flags & PG_BUSY) == 0);
	/* the last page: behind the end there are zeros */
	n = 1;
	KEQ(getpages(vp, 13 * 2048 / 4096 * 4096, pgs, &n, PGO_SYNCIO), 0);
	KEQ(page_data(pgs[0])[2047], content(4, 13 * 2048 - 1));
	KEQ(page_data(pgs[0])[2048 + 99], content(4, 13 * 2048 + 99));
	KEQ(page_data(pgs[0])[2048 + 100], 0);
	KEQ(page_data(pgs[0])[4095], 0);
	unbusy(vp, pgs, n);
	n = 1;
	KEQ(getpages(vp, 65536, pgs, &n, PGO_SYNCIO), EINVAL);

	/* what is there, without sleeping and with the lock kept */
	memset(pgs, 0, sizeof pgs);
	n = 2;
	mutex_enter(vp->v_interlock);
	KEQ(VOP_GETPAGES(vp, 4096, pgs, &n, 0, VM_PROT_READ, 0, PGO_LOCKED), 0);
	K(mutex_owned(vp->v_interlock));
	K(n == 2 && pgs[0]->offset == 4096 && pgs[1]->offset == 8192);
	uvm_page_unbusy(pgs, n);
	/* gone by order */
	KEQ(VOP_PUTPAGES(vp, 0, 0, PGO_ALLPAGES | PGO_FREE | PGO_CLEANIT), 0);
	K(!mutex_owned(vp->v_interlock));
	KEQ(vp->v_uobj.uo_npages, 0);
	memset(pgs, 0, sizeof pgs);
	mutex_enter(vp->v_interlock);
	n = 1;
	KEQ(VOP_GETPAGES(vp, 4096, pgs, &n, 0, VM_PROT_READ, 0, PGO_LOCKED),
	    EBUSY);
	K(mutex_owned(vp->v_interlock));
	mutex_exit(vp->v_interlock);
	vput(vp);
}

/* Page 1, changed, is written by VOP_WRITE(). */
static void
compat_write(struct vnode *vp)
{
	struct vm_page *pgs[PAGES] = {NULL};
	int n = 1;

	mutex_enter(vp->v_interlock);
	KEQ(VOP_GETPAGES(vp, 4096, pgs, &n, 0, VM_PROT_READ | VM_PROT_WRITE, 0,
		PGO_SYNCIO),
	    0);
	K(n == 1 && pgs[0]->offset == 4096);
	K((pgs[0]->flags & PG_RDONLY) == 0);
	memset(page_data(pgs[0]), 'w', 4096);
	mutex_enter(vp->v_interlock);
	pgs[0]->flags &= ~PG_CLEAN;
	uvm_page_unbusy(pgs, n);
	KEQ(kitro_written.kw_calls, 0);
	KEQ(VOP_PUTPAGES(vp, 4096, 8192, PGO_CLEANIT | PGO_SYNCIO | PGO_FREE),
	    0);
	KEQ(kitro_written.kw_calls, 1);
	KEQ(kitro_written.kw_offset, 4096);
	KEQ(kitro_written.kw_len, 4096);
	for (int i = 0; i < 4096; i++)
		KEQ(kitro_written.kw_data[i], 'w');
	/* again what is on the disk; clean pages are not written */
	n = 1;
	KEQ(getpages(vp, 4096, pgs, &n, PGO_SYNCIO), 0);
	KEQ(page_data(pgs[0])[0], content(5, 4096));
	unbusy(vp, pgs, n);
	mutex_enter(vp->v_interlock);
	KEQ(VOP_PUTPAGES(vp, 0, 0, PGO_ALLPAGES | PGO_CLEANIT | PGO_SYNCIO), 0);
	KEQ(kitro_written.kw_calls, 1);
}

/* Pages of a file that only VOP_READ() can read. */
void
kitro_kcompat(void)
{
	struct vnode *vp = kitro_file("/mnt/packed");
	struct vm_page *pgs[PAGES];
	int n = 3;
	UVMHIST_FUNC("kitro_kcompat");
	UVMHIST_CALLED(ubchist);

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(getpages(vp, 0, pgs, &n, PGO_SYNCIO), 0);
	KEQ(n, 3);
	for (int i = 0; i < 3 * 4096; i++)
		K(page_data(pgs[i / 4096])[i % 4096] ==
		    (i < 10000 ? content(5, (uint64_t)i) : 0));
	/* there is no history: nobody asks for what would be in it */
	UVMHIST_LOG(ubchist, "vp %#x: %d pages", vp, n++, 0, 0);
	KEQ(n, 3);
	unbusy(vp, pgs, n);
	compat_write(vp);
	mutex_enter(vp->v_interlock);
	KEQ(VOP_PUTPAGES(vp, 4096, 8192, PGO_FREE), 0);
	KEQ(vp->v_uobj.uo_npages, 2);
	mutex_enter(vp->v_interlock);
	/* 0 is the end */
	KEQ(VOP_PUTPAGES(vp, 4096, 0, PGO_FREE | PGO_DEACTIVATE), 0);
	KEQ(vp->v_uobj.uo_npages, 1);
	vput(vp);
}
