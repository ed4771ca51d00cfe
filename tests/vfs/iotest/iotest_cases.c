/* SPDX-License-Identifier: BSD-2-Clause */
/* See iotest.h. */
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>
#include <uvm/uvm.h>
#include <uvm/uvm_aobj.h>

#include <rump-sys/kern.h>

#include "iotest.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

#define TEST(name, args, call)                                                 \
	int rumptest_##name args                                               \
	{                                                                      \
		int rv;                                                        \
                                                                               \
		rump_schedule();                                               \
		rv = call;                                                     \
		rump_unschedule();                                             \
		return rv;                                                     \
	}

/*
 * Pages against a model: an array of what should be there.
 */
#define MODEL 4096

static int
radix(unsigned seed, int rounds)
{
	struct uvm_object *uobj = uao_create(1ULL << 40, 0);
	uint8_t *model = kmem_zalloc(MODEL, KM_SLEEP);
	struct vm_page *pg;
	int npages = 0;

	for (int i = 0; i < rounds; i++) {
		unsigned slot;
		voff_t off;

		seed = seed * 1664525 + 1013904223;
		slot = (seed >> 8) % MODEL;
		/* near, far, and very far apart */
		off = (voff_t)slot << PAGE_SHIFT;
		if (slot % 3 == 1)
			off += (voff_t)slot << 24;
		if (slot % 3 == 2)
			off += 1LL << 45;
		mutex_enter(uobj->vmobjlock);
		pg = uvm_pagelookup(uobj, off);
		CHECK((pg != NULL) == (model[slot] != 0));
		if (pg == NULL) {
			pg = uvm_pagealloc(uobj, off, NULL, UVM_PGA_ZERO);
			CHECK(pg != NULL && pg->offset == off);
			CHECK(pg->flags & PG_BUSY);
			*(unsigned *)(void *)(uintptr_t)VM_PAGE_TO_PHYS(pg) =
			    slot;
			uvm_page_unbusy(&pg, 1);
			model[slot] = 1;
			npages++;
		} else {
			CHECK(pg->uobject == uobj && pg->offset == off);
			CHECK(*(unsigned *)(void *)(uintptr_t)VM_PAGE_TO_PHYS(
				  pg) == slot);
			uvm_pagefree(pg);
			model[slot] = 0;
			npages--;
		}
		CHECK(uobj->uo_npages == npages);
		mutex_exit(uobj->vmobjlock);
	}
	uao_detach(uobj);
	kmem_free(model, MODEL);
	return 0;
}
TEST(radix, (unsigned seed, int rounds), radix(seed, rounds))

static int
aobj(void)
{
	struct uvm_object *uobj = uao_create(1 << 20, 0);
	const int before = (int)uvmexp.anonpages;
	struct vm_page *pgs[8];
	int n = 8;

	memset(pgs, 0, sizeof(pgs));
	mutex_enter(uobj->vmobjlock);
	CHECK((*uobj->pgops->pgo_get)(
		  uobj, 0, pgs, &n, 0, VM_PROT_WRITE, 0, PGO_SYNCIO) == 0);
	CHECK(!mutex_owned(uobj->vmobjlock));
	CHECK(uobj->uo_npages == 8);
	CHECK((int)uvmexp.anonpages == before + 8);
	for (int i = 0; i < 8; i++) {
		const char *p = (char *)(uintptr_t)VM_PAGE_TO_PHYS(pgs[i]);

		CHECK(pgs[i]->flags & PG_BUSY);
		CHECK((pgs[i]->flags & PG_CLEAN) == 0);
		for (int k = 0; k < PAGE_SIZE; k++)
			CHECK(p[k] == 0);
	}
	/* busy pages are not given twice */
	mutex_enter(uobj->vmobjlock);
	n = 1;
	pgs[7] = NULL;
	CHECK((*uobj->pgops->pgo_get)(uobj, 0, &pgs[7], &n, 0, VM_PROT_READ, 0,
		  PGO_LOCKED) == EBUSY);
	CHECK(mutex_owned(uobj->vmobjlock));
	pgs[7] = uvm_pagelookup(uobj, 7 << PAGE_SHIFT);
	uvm_page_unbusy(pgs, 8);
	/* free the middle */
	CHECK((*uobj->pgops->pgo_put)(
		  uobj, 2 << PAGE_SHIFT, 5 << PAGE_SHIFT, PGO_FREE) == 0);
	CHECK(uobj->uo_npages == 5);
	mutex_enter(uobj->vmobjlock);
	CHECK(uvm_pagelookup(uobj, 1 << PAGE_SHIFT) != NULL);
	CHECK(uvm_pagelookup(uobj, 2 << PAGE_SHIFT) == NULL);
	CHECK(uvm_pagelookup(uobj, 4 << PAGE_SHIFT) == NULL);
	CHECK(uvm_pagelookup(uobj, 5 << PAGE_SHIFT) != NULL);
	mutex_exit(uobj->vmobjlock);
	uao_reference(uobj);
	uao_detach(uobj);
	CHECK(uobj->uo_npages == 5);
	uao_detach(uobj);
	CHECK((int)uvmexp.anonpages == before);
	return 0;
}
TEST(aobj, (void), aobj())

struct waiter {
	struct uvm_object *uobj;
	volatile int got;
};

static void
page_waiter(void *arg)
{
	struct waiter *w = arg;
	struct vm_page *pg = NULL;
	int n = 1;

	mutex_enter(w->uobj->vmobjlock);
	(void)(*w->uobj->pgops->pgo_get)(
	    w->uobj, 0, &pg, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO);
	w->got = 1;
	mutex_enter(w->uobj->vmobjlock);
	uvm_page_unbusy(&pg, 1);
	mutex_exit(w->uobj->vmobjlock);
	kthread_exit(0);
}

static int
pagewait(void)
{
	struct waiter w = {uao_create(4096, 0), 0};
	struct vm_page *pg;
	struct lwp *l;

	mutex_enter(w.uobj->vmobjlock);
	pg = uvm_pagealloc(w.uobj, 0, NULL, UVM_PGA_ZERO);
	mutex_exit(w.uobj->vmobjlock);
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
		  page_waiter, &w, &l, "pgwait") == 0);
	kpause("pgwait", false, hz / 20, NULL);
	CHECK(w.got == 0);
	mutex_enter(w.uobj->vmobjlock);
	CHECK(pg->flags & PG_WANTED);
	uvm_page_unbusy(&pg, 1);
	mutex_exit(w.uobj->vmobjlock);
	kthread_join(l);
	CHECK(w.got == 1);
	uao_detach(w.uobj);
	return 0;
}
TEST(pagewait, (void), pagewait())

/*
 * Buffers, on the block device that a path names
 */
static int
dev_open(const char *path, struct vnode **vpp)
{
	int error;

	error = namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, vpp);
	if (error)
		return error;
	vn_lock(*vpp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(*vpp, FREAD | FWRITE, curlwp->l_cred);
	VOP_UNLOCK(*vpp);
	if (error)
		vrele(*vpp);
	return error;
}

static void
dev_close(struct vnode *vp)
{
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	(void)vinvalbuf(vp, V_SAVE, curlwp->l_cred, curlwp, false, 0);
	(void)VOP_CLOSE(vp, FREAD | FWRITE, curlwp->l_cred);
	VOP_UNLOCK(vp);
	vrele(vp);
}

static bool
cached(struct vnode *vp, daddr_t bn)
{
	bool rv;

	mutex_enter(&bufcache_lock);
	rv = incore(vp, bn) != NULL;
	mutex_exit(&bufcache_lock);
	return rv;
}

static int
buf_readwrite(const char *path)
{
	struct vnode *vp;
	struct buf *bp;

	CHECK(dev_open(path, &vp) == 0);
	CHECK(bread(vp, 8, 4096, 0, &bp) == 0);
	CHECK(bp->b_cflags & BC_BUSY && bp->b_oflags & BO_DONE);
	CHECK(bp->b_bcount == 4096 && bp->b_lblkno == 8 && bp->b_vp == vp);
	memset(bp->b_data, 0x5a, 4096);
	CHECK(bwrite(bp) == 0);
	CHECK(cached(vp, 8));
	CHECK(bread(vp, 8, 4096, B_MODIFY, &bp) == 0);
	CHECK(((char *)bp->b_data)[4095] == 0x5a);
	brelse(bp, BC_INVAL);
	CHECK(!cached(vp, 8));
	/* from the disk again */
	CHECK(bread(vp, 8, 4096, 0, &bp) == 0);
	CHECK(((char *)bp->b_data)[17] == 0x5a);
	brelse(bp, BC_AGE);
	CHECK(cached(vp, 8));
	dev_close(vp);
	return 0;
}
TEST(buf_readwrite, (const char *path), buf_readwrite(path))

static int
buf_delayed(const char *path)
{
	struct vnode *vp;
	struct buf *bp;

	CHECK(dev_open(path, &vp) == 0);
	bp = getblk(vp, 16, 8192, 0, 0);
	CHECK(bp != NULL && (bp->b_oflags & (BO_DONE | BO_DELWRI)) == 0);
	clrbuf(bp);
	memset(bp->b_data, 0x11, 8192);
	bdwrite(bp);
	CHECK(!LIST_EMPTY(&vp->v_dirtyblkhd));
	CHECK(vp->v_iflag & VI_ONWORKLST);
	CHECK(bread(vp, 16, 8192, 0, &bp) == 0);
	CHECK(bp->b_oflags & BO_DELWRI);
	CHECK(((char *)bp->b_data)[8191] == 0x11);
	brelse(bp, 0);
	CHECK(!LIST_EMPTY(&vp->v_dirtyblkhd));
	CHECK(vflushbuf(vp, FSYNC_WAIT) == 0);
	CHECK(LIST_EMPTY(&vp->v_dirtyblkhd));
	CHECK(vp->v_numoutput == 0);
	CHECK((vp->v_iflag & VI_ONWORKLST) == 0);
	CHECK(cached(vp, 16));
	dev_close(vp);
	return 0;
}
TEST(buf_delayed, (const char *path), buf_delayed(path))

static int
buf_flags(const char *path)
{
	struct vnode *vp;
	struct buf *bp;

	CHECK(dev_open(path, &vp) == 0);
	CHECK(bread(vp, 0, 512, 0, &bp) == 0);
	brelse(bp, BC_NOCACHE);
	CHECK(!cached(vp, 0));
	/* asynchronous: given back by completion */
	bp = getblk(vp, 24, 4096, 0, 0);
	memset(bp->b_data, 0x77, 4096);
	bawrite(bp);
	CHECK(vflushbuf(vp, FSYNC_WAIT) == 0);
	CHECK(bread(vp, 24, 4096, 0, &bp) == 0);
	CHECK(((char *)bp->b_data)[0] == 0x77);
	brelse(bp, 0);
	/* read-ahead leaves buffers that are ready */
	{
		daddr_t ra[2] = {40, 48};
		int sizes[2] = {4096, 4096};

		CHECK(breadn(vp, 32, 4096, ra, sizes, 2, 0, &bp) == 0);
		brelse(bp, 0);
		CHECK(cached(vp, 40) && cached(vp, 48));
		CHECK(bread(vp, 48, 4096, 0, &bp) == 0);
		brelse(bp, 0);
	}
	dev_close(vp);
	CHECK(vp->v_numoutput == 0);
	return 0;
}
TEST(buf_flags, (const char *path), buf_flags(path))

static int
buf_inval(const char *path)
{
	struct vnode *vp;
	struct buf *bp;

	CHECK(dev_open(path, &vp) == 0);
	for (daddr_t bn = 0; bn < 80; bn += 8) {
		bp = getblk(vp, bn, 4096, 0, 0);
		memset(bp->b_data, (int)bn + 1, 4096);
		bdwrite(bp);
	}
	/* as many file systems do when they are mounted: without its lock */
	CHECK(vinvalbuf(vp, V_SAVE, curlwp->l_cred, curlwp, false, 0) == 0);
	CHECK(LIST_EMPTY(&vp->v_dirtyblkhd) && LIST_EMPTY(&vp->v_cleanblkhd));
	CHECK(!cached(vp, 72));
	CHECK(bread(vp, 72, 4096, 0, &bp) == 0);
	CHECK(((char *)bp->b_data)[99] == 73);
	/* dropped without saving: the disk's contents come back */
	memset(bp->b_data, 0, 4096);
	bdwrite(bp);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(vinvalbuf(vp, 0, curlwp->l_cred, curlwp, false, 0) == 0);
	VOP_UNLOCK(vp);
	CHECK(bread(vp, 72, 4096, 0, &bp) == 0);
	CHECK(((char *)bp->b_data)[99] == 73);
	brelse(bp, 0);
	dev_close(vp);
	return 0;
}
TEST(buf_inval, (const char *path), buf_inval(path))

static int
buf_alloc(const char *path)
{
	struct vnode *vp;
	struct buf *bp;

	bp = geteblk(1024);
	CHECK(bp->b_bcount == 1024 && bp->b_bufsize >= 1024);
	CHECK(bp->b_vp == NULL && bp->b_cflags & BC_BUSY);
	memset(bp->b_data, 7, 1024);
	CHECK(allocbuf(bp, 16384, 1) == 0);
	CHECK(bp->b_bcount == 16384 && ((char *)bp->b_data)[1023] == 7);
	CHECK(allocbuf(bp, 512, 1) == 0);
	CHECK(bp->b_bcount == 512 && ((char *)bp->b_data)[511] == 7);
	brelse(bp, 0);

	/* a block that grows, as fragments of FFS do */
	CHECK(dev_open(path, &vp) == 0);
	CHECK(bread(vp, 8, 1024, 0, &bp) == 0);
	memset(bp->b_data, 9, 1024);
	CHECK(allocbuf(bp, 2048, 1) == 0);
	memset((char *)bp->b_data + 1024, 8, 1024);
	CHECK(bwrite(bp) == 0);
	CHECK(bread(vp, 8, 2048, 0, &bp) == 0);
	CHECK(((char *)bp->b_data)[1023] == 9);
	CHECK(((char *)bp->b_data)[1024] == 8);
	brelse(bp, 0);
	dev_close(vp);
	return 0;
}
TEST(buf_alloc, (const char *path), buf_alloc(path))

struct bufwaiter {
	struct vnode *vp;
	volatile int got;
};

static void
buf_waiter(void *arg)
{
	struct bufwaiter *w = arg;
	struct buf *bp;

	if (bread(w->vp, 8, 4096, 0, &bp) == 0) {
		w->got = 1;
		brelse(bp, 0);
	}
	kthread_exit(0);
}

static int
buf_wait(const char *path)
{
	struct bufwaiter w = {NULL, 0};
	struct buf *bp;
	struct lwp *l;

	CHECK(dev_open(path, &w.vp) == 0);
	for (int inval = 0; inval < 2; inval++) {
		w.got = 0;
		CHECK(bread(w.vp, 8, 4096, 0, &bp) == 0);
		CHECK(
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, buf_waiter, &w, &l, "bufwait") == 0);
		kpause("bufwait", false, hz / 20, NULL);
		CHECK(w.got == 0);
		/* a time limit ends a wait */
		CHECK(getblk(w.vp, 8, 4096, 0, 2) == NULL);
		brelse(bp, inval ? BC_INVAL : 0);
		kthread_join(l);
		CHECK(w.got == 1);
	}
	dev_close(w.vp);
	return 0;
}
TEST(buf_wait, (const char *path), buf_wait(path))

/* behind the end of the device */
static int
buf_error(const char *path)
{
	struct vnode *vp;
	struct buf *bp = (void *)1;

	CHECK(dev_open(path, &vp) == 0);
	CHECK(bread(vp, 1LL << 40, 4096, 0, &bp) == EIO);
	CHECK(bp == NULL);
	CHECK(!cached(vp, 1LL << 40));
	bp = getblk(vp, 1LL << 40, 4096, 0, 0);
	clrbuf(bp);
	CHECK(bwrite(bp) != 0);
	CHECK(!cached(vp, 1LL << 40));
	CHECK(vp->v_numoutput == 0);
	dev_close(vp);
	return 0;
}
TEST(buf_error, (const char *path), buf_error(path))

static int
buf_many(const char *path, int nblocks)
{
	struct vnode *vp;
	struct buf *bp;

	CHECK(dev_open(path, &vp) == 0);
	for (int i = 0; i < nblocks; i++) {
		bp = getblk(vp, (daddr_t)i * 8, 4096, 0, 0);
		CHECK(bp != NULL);
		memset(bp->b_data, 0, 4096);
		*(int *)bp->b_data = i;
		if (i % 3 == 0)
			CHECK(bwrite(bp) == 0);
		else
			bdwrite(bp);
	}
	for (int i = nblocks - 1; i >= 0; i--) {
		CHECK(bread(vp, (daddr_t)i * 8, 4096, 0, &bp) == 0);
		CHECK(*(int *)bp->b_data == i);
		brelse(bp, 0);
	}
	dev_close(vp);
	return 0;
}
TEST(buf_many, (const char *path, int n), buf_many(path, n))

static int
nestiobuf(const char *path)
{
	struct vnode *vp;
	struct buf *mbp, *bp;
	char *data = kmem_alloc(16384, KM_SLEEP);

	CHECK(dev_open(path, &vp) == 0);
	for (int write = 1; write >= 0; write--) {
		for (int i = 0; i < 16384; i++)
			data[i] = write ? (char)(i >> 9) : 0x55;
		mbp = getiobuf(vp, true);
		mbp->b_flags = write ? B_WRITE : B_READ;
		mbp->b_data = data;
		mbp->b_bcount = mbp->b_resid = mbp->b_bufsize = 16384;
		if (write) {
			mutex_enter(vp->v_interlock);
			vp->v_numoutput++;
			mutex_exit(vp->v_interlock);
		}
		for (int i = 0; i < 3; i++) {
			bp = getiobuf(vp, true);
			nestiobuf_setup(mbp, bp, i * 4096, 4096);
			bp->b_blkno = 64 + i * 8;
			VOP_STRATEGY(vp, bp);
		}
		/* a part that needs no I/O */
		nestiobuf_done(mbp, 4096, 0);
		CHECK(biowait(mbp) == 0);
		CHECK(mbp->b_resid == 0);
		putiobuf(mbp);
		CHECK(vp->v_numoutput == 0);
	}
	for (int i = 0; i < 16384; i++)
		CHECK(data[i] == (i < 12288 ? (char)(i >> 9) : 0x55));
	/* an error of one is the error of all */
	mbp = getiobuf(vp, true);
	mbp->b_flags = B_READ;
	mbp->b_data = data;
	mbp->b_bcount = mbp->b_resid = mbp->b_bufsize = 8192;
	for (int i = 0; i < 2; i++) {
		bp = getiobuf(vp, true);
		nestiobuf_setup(mbp, bp, i * 4096, 4096);
		bp->b_blkno = i == 0 ? 0 : 1LL << 40;
		VOP_STRATEGY(vp, bp);
	}
	CHECK(biowait(mbp) == EIO);
	putiobuf(mbp);
	kmem_free(data, 16384);
	dev_close(vp);
	return 0;
}
TEST(nestiobuf, (const char *path), nestiobuf(path))

#define NQ 64

static int
bufq(const char *name)
{
	struct bufq_state *q, *q2;
	struct buf *bps[NQ], *bp;
	unsigned seed = 42;
	int n = 0;
	bool seen[NQ];

	CHECK(bufq_alloc(&q, "nosuchstrategy", BUFQ_EXACT) == ENOENT);
	CHECK(bufq_alloc(&q, name, BUFQ_EXACT | BUFQ_SORT_RAWBLOCK) == 0);
	CHECK(strcmp(bufq_getstrategyname(q), name) == 0);
	CHECK(bufq_get(q) == NULL && bufq_peek(q) == NULL);
	for (int i = 0; i < NQ; i++) {
		seed = seed * 1664525 + 1013904223;
		bps[i] = getiobuf(NULL, true);
		bps[i]->b_rawblkno = (seed >> 8) % 1000;
		bps[i]->b_flags = i % 3 == 0 ? B_READ : B_WRITE;
		BIO_SETPRIO(bps[i], i % BPRIO_NPRIO);
		bufq_put(q, bps[i]);
		seen[i] = false;
	}
	CHECK(bufq_cancel(q, bps[5]) == bps[5]);
	seen[5] = true;
	CHECK(bufq_cancel(q, bps[5]) == NULL);
	while ((bp = bufq_peek(q)) != NULL) {
		int i;

		CHECK(bufq_get(q) == bp);
		for (i = 0; i < NQ && bps[i] != bp; i++)
			continue;
		CHECK(i < NQ && !seen[i]);
		seen[i] = true;
		if (strcmp(name, "fcfs") == 0)
			CHECK(i == (n < 5 ? n : n + 1));
		n++;
	}
	CHECK(n == NQ - 1);
	if (strcmp(name, "disksort") == 0) {
		daddr_t last = -1;
		int turns = 0;

		for (int i = 0; i < NQ; i++)
			bufq_put(q, bps[i]);
		while ((bp = bufq_get(q)) != NULL) {
			if (bp->b_rawblkno < last)
				turns++;
			last = bp->b_rawblkno;
		}
		CHECK(turns <= 1);
	}
	CHECK(bufq_alloc(&q2, "", 0) == 0);
	bufq_put(q, bps[0]);
	bufq_move(q2, q);
	CHECK(bufq_peek(q) == NULL && bufq_get(q2) == bps[0]);
	for (int i = 0; i < NQ; i++)
		putiobuf(bps[i]);
	bufq_free(q2);
	bufq_free(q);
	return 0;
}
TEST(bufq, (const char *name), bufq(name))

static int
disksize(const char *path, uint64_t bytes)
{
	struct vnode *vp;
	uint64_t nsec;
	unsigned secsize;
	struct dkwedge_info dkw;

	CHECK(dev_open(path, &vp) == 0);
	CHECK(getdisksize(vp, &nsec, &secsize) == 0);
	CHECK(secsize == 512);
	CHECK(nsec == bytes / 512);
	CHECK(vp->v_size == (voff_t)bytes);
	CHECK(getdiskinfo(vp, &dkw) == 0);
	CHECK(dkw.dkw_size == nsec);
	dev_close(vp);
	return 0;
}
TEST(disksize, (const char *path, uint64_t b), disksize(path, b))

static int
ioctls(const char *path)
{
	struct vnode *vp;
	struct disklabel *lp = kmem_zalloc(sizeof(*lp), KM_SLEEP);
	struct disk_strategy dks;
	off_t media;
	u_int secsize;
	int one = 1;

	CHECK(dev_open(path, &vp) == 0);
	CHECK(VOP_IOCTL(vp, DIOCGDINFO, lp, FREAD, NOCRED) == 0);
	CHECK(lp->d_secsize == 512);
	CHECK(lp->d_partitions[DISKPART(vp->v_rdev)].p_size != 0);
	CHECK(VOP_IOCTL(vp, DIOCGMEDIASIZE, &media, FREAD, NOCRED) == 0);
	CHECK(VOP_IOCTL(vp, DIOCGSECTORSIZE, &secsize, FREAD, NOCRED) == 0);
	CHECK((uint64_t)media / secsize ==
	    lp->d_partitions[DISKPART(vp->v_rdev)].p_size);
	CHECK(VOP_IOCTL(vp, DIOCGSTRATEGY, &dks, FREAD, NOCRED) == 0);
	CHECK(VOP_IOCTL(vp, DIOCCACHESYNC, &one, FWRITE, NOCRED) == 0);
	CHECK(VOP_IOCTL(vp, DIOCEJECT, &one, FWRITE, NOCRED) == ENOTTY);
	kmem_free(lp, sizeof(*lp));
	dev_close(vp);
	return 0;
}
TEST(ioctls, (const char *path), ioctls(path))

/* Make a file's next reads come from the device. */
static int
drop_pages(const char *path)
{
	struct vnode *vp;

	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	CHECK(vinvalbuf(vp, V_SAVE, curlwp->l_cred, curlwp, false, 0) == 0);
	CHECK(vp->v_uobj.uo_npages == 0);
	VOP_UNLOCK(vp);
	vrele(vp);
	return 0;
}
TEST(drop_pages, (const char *path), drop_pages(path))
