/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: pages and buffers.  The file system is on /mnt.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include "kitrw.h"
#include "ktest.h"

#define TODEV(blk) ((daddr_t)(blk) << (KITRW_BSHIFT - DEV_BSHIFT))

/* The vnode of a path, referenced and unlocked. */
struct vnode *
kitrw_file(const char *path)
{
	struct vnode *vp = NULL;

	KEQ(namei_simple_user(path, NSM_FOLLOW_NOEMULROOT, &vp), 0);
	if (vp == NULL)
		panic("kitrw: no %s", path);
	return vp;
}

/* A new file, referenced and locked. */
static struct vnode *
newfile(const char *path)
{
	struct nameidata nd;
	struct pathbuf *pb = pathbuf_create(path);

	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	KEQ(vn_open(&nd, FREAD | FWRITE | O_CREAT, 0644), 0);
	pathbuf_destroy(pb);
	return nd.ni_vp;
}

static void
endfile(struct vnode *vp)
{
	VOP_UNLOCK(vp);
	KEQ(vn_close(vp, FREAD | FWRITE, curlwp->l_cred), 0);
}

static int
rdwr(struct vnode *vp, enum uio_rw rw, void *b, size_t len, off_t off,
    int ioflag, size_t *left)
{
	struct iovec iov = {.iov_base = b, .iov_len = len};
	struct uio uio = {.uio_iov = &iov,
	    .uio_iovcnt = 1,
	    .uio_offset = off,
	    .uio_resid = len,
	    .uio_rw = rw};
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	if (rw == UIO_READ)
		error = VOP_READ(vp, &uio, ioflag, curlwp->l_cred);
	else
		error = VOP_WRITE(vp, &uio, ioflag, curlwp->l_cred);
	if (left != NULL)
		*left = uio.uio_resid;
	return error;
}

static unsigned char bytes[8 * 4096];

/* What is overwritten as a whole is not read before. */
void
kitrw_koverwrite(void)
{
	struct vnode *vp = newfile("/mnt/over");
	struct rusage *ru = &curlwp->l_ru;
	unsigned int reads;
	long in;

	memset(bytes, 'a', sizeof bytes);
	KEQ(rdwr(vp, UIO_WRITE, bytes, sizeof bytes, 0, 0, NULL), 0);
	KEQ(vinvalbuf(vp, V_SAVE, NOCRED, curlwp, false, 0), 0);
	KEQ(vp->v_uobj.uo_npages, 0);
	KEQ(VTOKITRW(vp)->rw_nblocks, 17);
	/* the indirect block is metadata, and may be read */
	VOP_BMAP(vp, KITRW_NDIRECT, NULL, &(daddr_t){0}, NULL);
	reads = kitrw_reads;
	in = ru->ru_inblock;
	memset(bytes, 'b', sizeof bytes);
	KEQ(rdwr(vp, UIO_WRITE, bytes, sizeof bytes, 0, 0, NULL), 0);
	KEQ(kitrw_reads, reads);
	KEQ(ru->ru_inblock, in);
	KEQ(vinvalbuf(vp, V_SAVE, NOCRED, curlwp, false, 0), 0);
	/* a piece of a block: that block's page is */
	KEQ(rdwr(vp, UIO_WRITE, bytes, 10, 5, 0, NULL), 0);
	K(vp->v_uobj.uo_npages >= 1);
	memset(bytes, 0, sizeof bytes);
	KEQ(rdwr(vp, UIO_READ, bytes, 4096, 0, IO_DIRECT, NULL), 0);
	for (int i = 0; i < 4096; i++)
		K(bytes[i] == 'b');
	endfile(vp);
}

/* Not all of it, or nothing: the flags of a write. */
void
kitrw_kio_unit(void)
{
	struct vnode *vp = newfile("/mnt/unit");
	size_t left;

	memset(bytes, 'u', sizeof bytes);
	KEQ(rdwr(vp, UIO_WRITE, bytes, 100, 0, 0, &left), 0);
	KEQ(left, 0);
	/* at the end, whatever the offset */
	KEQ(rdwr(vp, UIO_WRITE, bytes, 100, 0, IO_APPEND, &left), 0);
	KEQ(vp->v_size, 200);
	/* too far */
	KEQ(rdwr(vp, UIO_WRITE, bytes, 100, KITRW_MAXSIZE - 50, IO_UNIT, &left),
	    EFBIG);
	KEQ(vp->v_size, 200);
	KEQ(left, 100);
	/* memory that is not there, in the middle */
	{
		struct iovec iov[2] = {{bytes, 5000}, {(void *)16, 5000}};
		struct uio uio = {.uio_iov = iov,
		    .uio_iovcnt = 2,
		    .uio_offset = 200,
		    .uio_resid = 10000,
		    .uio_rw = UIO_WRITE,
		    .uio_vmspace = curproc->p_vmspace};
		int error = VOP_WRITE(vp, &uio, IO_UNIT, curlwp->l_cred);

		KEQ(error, EFAULT);
		KEQ(vp->v_size, 200);
		KEQ(uio.uio_resid, 10000);
		KEQ(VTOKITRW(vp)->rw_nblocks, 1);
		iov[0].iov_base = bytes;
		iov[0].iov_len = iov[1].iov_len = 5000;
		iov[1].iov_base = (void *)16;
		uio.uio_iov = iov;
		uio.uio_iovcnt = 2;
		uio.uio_offset = 200;
		uio.uio_resid = 10000;
		error = VOP_WRITE(vp, &uio, 0, curlwp->l_cred);
		KEQ(error, EFAULT);
		/* what was moved is there */
		K(vp->v_size >= 4096 && vp->v_size <= 5200);
		K(uio.uio_resid >= 5000 && uio.uio_resid <= 6104);
	}
	/* on the disk when it returns */
	KEQ(rdwr(vp, UIO_WRITE, bytes, 8192, 0, IO_SYNC, NULL), 0);
	K(UVM_OBJ_IS_CLEAN(&vp->v_uobj));
	KEQ(VTOKITRW(vp)->rw_update, 0);
	endfile(vp);
}

static int
getpages(struct vnode *vp, voff_t off, struct vm_page **pgs, int *n,
    vm_prot_t access, int flags)
{
	memset(pgs, 0, (size_t)*n * sizeof *pgs);
	mutex_enter(vp->v_interlock);
	return VOP_GETPAGES(vp, off, pgs, n, 0, access, 0, flags);
}

static void
unbusy(struct vnode *vp, struct vm_page **pgs, int n, int clear)
{
	mutex_enter(vp->v_interlock);
	for (int i = 0; i < n; i++) {
		pgs[i]->flags &= ~clear;
		uvm_pageactivate(pgs[i]);
	}
	uvm_page_unbusy(pgs, n);
	mutex_exit(vp->v_interlock);
}

/* Who wants to write into a hole gets blocks for it. */
void
kitrw_kholes(void)
{
	struct vnode *vp = newfile("/mnt/holes");
	struct kitrw_node *kn = VTOKITRW(vp);
	struct vm_page *pgs[4];
	daddr_t bn;
	int n = 4;

	KEQ(kitrw_truncate(kn, 5 * 4096), 0);
	KEQ(kn->rw_nblocks, 0);
	KEQ(getpages(vp, 0, pgs, &n, VM_PROT_READ, PGO_SYNCIO), 0);
	KEQ(n, 4);
	for (int i = 0; i < n; i++)
		K((pgs[i]->flags & PG_RDONLY) != 0);
	unbusy(vp, pgs, n, 0);
	KEQ(kn->rw_nblocks, 0);
	/* not with this flag, which leaves that to the caller */
	n = 1;
	KEQ(getpages(
		vp, 0, pgs, &n, VM_PROT_WRITE, PGO_SYNCIO | PGO_NOBLOCKALLOC),
	    0);
	K((pgs[0]->flags & PG_RDONLY) != 0);
	unbusy(vp, pgs, n, 0);
	KEQ(kn->rw_nblocks, 0);
	n = 2;
	KEQ(getpages(vp, 4096, pgs, &n, VM_PROT_WRITE, PGO_SYNCIO), 0);
	KEQ(n, 2);
	for (int i = 0; i < n; i++)
		K((pgs[i]->flags & PG_RDONLY) == 0);
	unbusy(vp, pgs, n, PG_CLEAN);
	KEQ(kn->rw_nblocks, 4);
	KEQ(VOP_BMAP(vp, 1, NULL, &bn, NULL), 0);
	KEQ(bn, -1);
	KEQ(VOP_BMAP(vp, 2, NULL, &bn, NULL), 0);
	K(bn > 0);
	/* behind the end, where a write under way will put it */
	n = 1;
	KEQ(getpages(vp, 5 * 4096, pgs, &n, VM_PROT_WRITE, PGO_SYNCIO), EINVAL);
	uvm_vnp_setwritesize(vp, 6 * 4096);
	n = 1;
	KEQ(getpages(
		vp, 5 * 4096, pgs, &n, VM_PROT_WRITE, PGO_SYNCIO | PGO_PASTEOF),
	    0);
	KEQ(n, 1);
	unbusy(vp, pgs, n, PG_CLEAN);
	KEQ(vp->v_size, 5 * 4096);
	/* the write fails: the page goes, and nobody writes it */
	n = vp->v_uobj.uo_npages;
	uvm_vnp_setsize(vp, 5 * 4096);
	KEQ(vp->v_uobj.uo_npages, n - 1);
	KEQ(vp->v_writesize, vp->v_size);
	KEQ(kitrw_truncate(kn, 0), 0);
	KEQ(vp->v_uobj.uo_npages, 0);
	KEQ(kn->rw_nblocks, 0);
	endfile(vp);
}

/* Dirty pages: which are written, and when. */
void
kitrw_kpages(void)
{
	struct vnode *vp = newfile("/mnt/pages");
	struct vm_page *pgs[6];
	unsigned int writes;
	int n = 6;

	memset(bytes, 'p', sizeof bytes);
	KEQ(rdwr(vp, UIO_WRITE, bytes, 6 * 4096, 0, 0, NULL), 0);
	K(!UVM_OBJ_IS_CLEAN(&vp->v_uobj));
	KEQ(vp->v_uobj.uo_npages, 6);
	writes = kitrw_writes;
	mutex_enter(vp->v_interlock);
	KEQ(VOP_PUTPAGES(vp, 2 * 4096, 4 * 4096, PGO_CLEANIT | PGO_SYNCIO), 0);
	K(!mutex_owned(vp->v_interlock));
	KEQ(getpages(vp, 0, pgs, &n, VM_PROT_READ, PGO_SYNCIO), 0);
	KEQ(n, 6);
	for (int i = 0; i < n; i++)
		K(((pgs[i]->flags & PG_CLEAN) != 0) == (i == 2 || i == 3));
	unbusy(vp, pgs, n, 0);
	/* written to the device, not through the file */
	KEQ(kitrw_writes, writes);
	/* a page that is to go when nobody is busy with it */
	n = 1;
	KEQ(getpages(vp, 2 * 4096, pgs, &n, VM_PROT_READ, PGO_SYNCIO), 0);
	mutex_enter(vp->v_interlock);
	pgs[0]->flags |= PG_RELEASED;
	uvm_page_unbusy(pgs, 1);
	mutex_exit(vp->v_interlock);
	KEQ(vp->v_uobj.uo_npages, 5);
	mutex_enter(vp->v_interlock);
	KEQ(VOP_PUTPAGES(
		vp, 0, 0, PGO_ALLPAGES | PGO_CLEANIT | PGO_SYNCIO | PGO_LAZY),
	    0);
	K(UVM_OBJ_IS_CLEAN(&vp->v_uobj));
	KEQ(vp->v_uobj.uo_npages, 5);
	mutex_enter(vp->v_interlock);
	KEQ(VOP_PUTPAGES(
		vp, 0, 0, PGO_ALLPAGES | PGO_CLEANIT | PGO_SYNCIO | PGO_FREE),
	    0);
	KEQ(vp->v_uobj.uo_npages, 0);
	/* what a smaller file had behind its end does not come back */
	KEQ(rdwr(vp, UIO_WRITE, bytes, 2 * 4096, 0, 0, NULL), 0);
	uvm_vnp_setsize(vp, 4096 + 100);
	uvm_vnp_setsize(vp, 2 * 4096);
	memset(bytes, 'q', sizeof bytes);
	KEQ(rdwr(vp, UIO_READ, bytes, 2 * 4096, 0, 0, NULL), 0);
	for (int i = 0; i < 2 * 4096; i++)
		K(bytes[i] == (i < 4096 + 100 ? 'p' : 0));
	/* round the end of a page, up and down */
	KEQ(round_page(4097), 8192);
	KEQ(trunc_page(4097), 4096);
	K((1 << PAGE_SHIFT) == PAGE_SIZE && PAGE_MASK == PAGE_SIZE - 1);
	KEQ(PAGE_SIZE, 4096);
	endfile(vp);
}

void
kitrw_kfsync(void)
{
	struct vnode *vp = newfile("/mnt/fsync");
	struct kitrw_node *kn = VTOKITRW(vp);
	struct vm_page *pgs[4];
	int n = 4;

	memset(bytes, 's', sizeof bytes);
	KEQ(rdwr(vp, UIO_WRITE, bytes, 4 * 4096, 0, 0, NULL), 0);
	KEQ(VOP_FSYNC(vp, curlwp->l_cred, FSYNC_WAIT, 4096, 8192), 0);
	KEQ(getpages(
		vp, 0, pgs, &n, VM_PROT_READ, PGO_SYNCIO | PGO_NOTIMESTAMP),
	    0);
	for (int i = 0; i < n; i++)
		K(((pgs[i]->flags & PG_CLEAN) != 0) == (i == 1));
	unbusy(vp, pgs, n, 0);
	KEQ(VOP_FSYNC(vp, curlwp->l_cred, FSYNC_WAIT | FSYNC_CACHE, 0, 0), 0);
	K(UVM_OBJ_IS_CLEAN(&vp->v_uobj));
	KEQ(kn->rw_update, 0);
	/* no more than is needed to find the data: times are not */
	kitrw_touch(kn, KITRW_ACCESS);
	KEQ(VOP_FSYNC(vp, curlwp->l_cred, FSYNC_WAIT | FSYNC_DATAONLY, 0, 0),
	    0);
	KEQ(kn->rw_update, KITRW_ACCESS);
	KEQ(VOP_FSYNC(vp, curlwp->l_cred, FSYNC_LAZY, 0, 0), 0);
	/* genfs tells that pages were read */
	KEQ(VOP_FSYNC(vp, curlwp->l_cred, FSYNC_WAIT, 0, 0), 0);
	KEQ(kn->rw_update, 0);
	n = 1;
	KEQ(getpages(vp, 0, pgs, &n, VM_PROT_READ, PGO_SYNCIO), 0);
	unbusy(vp, pgs, n, 0);
	K((kn->rw_update & KITRW_ACCESS) != 0);
	VOP_UNLOCK(vp);
	KEQ(VFS_SYNC(vp->v_mount, MNT_LAZY, curlwp->l_cred), 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	endfile(vp);
}

/* Buffers of a vnode that are dirty. */
static int
dirtybufs(struct vnode *vp, struct buf *want)
{
	struct buf *bp;
	int n = 0;
	bool found = false;

	mutex_enter(&bufcache_lock);
	struct buflists *list = &vp->v_dirtyblkhd;

	for (bp = list->lh_first; bp != NULL; bp = bp->b_vnbufs.le_next) {
		K((bp->b_oflags & BO_DELWRI) != 0);
		found |= bp == want;
		n++;
	}
	mutex_exit(&bufcache_lock);
	if (want != NULL)
		K(found);
	return n;
}

/* The end of a write, somewhat later. */
static void
output_thread(void *arg)
{
	struct buf *bp = arg;

	kpause("kitrw", false, 2, NULL);
	mutex_enter(bp->b_objlock);
	vwakeup(bp);
	mutex_exit(bp->b_objlock);
	kthread_exit(0);
}

/* Who waits for the end of writes waits so: how often it had to. */
static int
wait_output(struct vnode *vp)
{
	struct buf *bp = getiobuf(vp, true);
	int n = 0;

	K(bp->b_vp == vp && bp->b_objlock == vp->v_interlock);
	mutex_enter(vp->v_interlock);
	vp->v_numoutput++;
	mutex_exit(vp->v_interlock);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, output_thread, bp,
		NULL, "output"),
	    0);
	mutex_enter(vp->v_interlock);
	for (; vp->v_numoutput > 0; n++)
		cv_wait(&vp->v_cv, vp->v_interlock);
	mutex_exit(vp->v_interlock);
	putiobuf(bp);
	return n;
}

/* A delayed write, one under way, and one that is waited for. */
void
kitrw_kbuffers(void)
{
	struct vnode *vp, *devvp;
	struct kitrw_mount *km;
	struct buf *bp, *again;
	uint32_t blk;

	vp = kitrw_file("/mnt");
	km = VTOKITRW(vp)->rw_mount;
	devvp = km->km_devvp;
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(vflushbuf(devvp, FSYNC_WAIT), 0);
	KEQ(dirtybufs(devvp, NULL), 0);
	blk = km->km_log - 2;
	bp = getblk(devvp, TODEV(blk), KITRW_BSIZE, 0, 0);
	memset(bp->b_data, 'd', KITRW_BSIZE);
	SET(bp->b_cflags, BC_VFLUSH);
	KEQ(bp->b_flags & (B_READ | B_ASYNC), 0);
	bdwrite(bp);
	KEQ(dirtybufs(devvp, bp), 1);
	KEQ(devvp->v_numoutput, 0);
	/* it can be had, and changed again, before it is written */
	KEQ(bread(devvp, TODEV(blk), KITRW_BSIZE, B_MODIFY, &again), 0);
	K(again == bp && ((char *)bp->b_data)[7] == 'd');
	K((bp->b_oflags & BO_DELWRI) != 0);
	KEQ(bwrite(bp), 0);
	KEQ(dirtybufs(devvp, NULL), 0);
	KEQ(bread(devvp, TODEV(blk), KITRW_BSIZE, 0, &bp), 0);
	memset(bp->b_data, 'e', KITRW_BSIZE);
	bawrite(bp);
	K(wait_output(devvp) > 0);
	KEQ(vinvalbuf(devvp, V_SAVE, NOCRED, curlwp, false, 0), 0);
	K(LIST_EMPTY(&devvp->v_cleanblkhd));
	KEQ(bread(devvp, TODEV(blk), KITRW_BSIZE, 0, &bp), 0);
	KEQ(((char *)bp->b_data)[KITRW_BSIZE - 1], 'e');
	KEQ(VOP_BWRITE(devvp, bp), 0);
	/* thrown away instead of written */
	KEQ(bread(devvp, TODEV(blk), KITRW_BSIZE, 0, &bp), 0);
	memset(bp->b_data, 'f', KITRW_BSIZE);
	bdwrite(bp);
	KEQ(vinvalbuf(devvp, 0, NOCRED, curlwp, false, 0), 0);
	KEQ(bread(devvp, TODEV(blk), KITRW_BSIZE, 0, &bp), 0);
	KEQ(((char *)bp->b_data)[0], 'e');
	brelse(bp, 0);
	VOP_UNLOCK(devvp);
	vrele(vp);
}

static kmutex_t done_lock;
static kcondvar_t done_cv;
static int done_count, done_error;

static void
iodone(struct buf *bp)
{
	mutex_enter(&done_lock);
	K(bp->b_private == &done_count);
	done_count++;
	done_error = bp->b_error;
	cv_signal(&done_cv);
	mutex_exit(&done_lock);
	putiobuf(bp);
}

static struct buf *
request(struct vnode *devvp, uint32_t blk, int flags, void *data, int len)
{
	struct buf *bp = getiobuf(devvp, true);

	bp->b_flags |= flags;
	bp->b_cflags |= BC_BUSY;
	bp->b_data = data;
	bp->b_bcount = bp->b_bufsize = bp->b_resid = len;
	bp->b_blkno = TODEV(blk);
	bp->b_lblkno = bp->b_blkno;
	bp->b_dev = devvp->v_rdev;
	if (!BUF_ISREAD(bp)) {
		mutex_enter(bp->b_objlock);
		devvp->v_numoutput++;
		mutex_exit(bp->b_objlock);
	}
	return bp;
}

/* Requests to the device: waited for, called back, and in pieces. */
void
kitrw_kiodone(void)
{
	struct vnode *vp = kitrw_file("/mnt"), *devvp;
	struct kitrw_mount *km = VTOKITRW(vp)->rw_mount;
	uint32_t blk = km->km_log - 6;
	struct buf *bp, *nest;
	unsigned int numoutput;

	mutex_init(&done_lock, MUTEX_DEFAULT, IPL_BIO);
	cv_init(&done_cv, "iodone");
	devvp = km->km_devvp;
	numoutput = (unsigned int)devvp->v_numoutput;
	memset(bytes, 'i', sizeof bytes);
	bp = request(devvp, blk, B_WRITE, bytes, 4 * KITRW_BSIZE);
	K(!cv_has_waiters(&bp->b_done));
	VOP_STRATEGY(devvp, bp);
	KEQ(biowait(bp), 0);
	KEQ(bp->b_resid, 0);
	KEQ(devvp->v_numoutput, numoutput);
	putiobuf(bp);
	memset(bytes, 0, sizeof bytes);

	bp = request(devvp, blk, B_READ, bytes, KITRW_BSIZE);
	SET(bp->b_flags, B_ASYNC);
	bp->b_iodone = iodone;
	bp->b_private = &done_count;
	done_count = 0;
	VOP_STRATEGY(devvp, bp);
	mutex_enter(&done_lock);
	while (done_count == 0)
		cv_wait(&done_cv, &done_lock);
	mutex_exit(&done_lock);
	KEQ(done_error, 0);
	K(bytes[0] == 'i' && bytes[KITRW_BSIZE - 1] == 'i' &&
	    bytes[KITRW_BSIZE] == 0);

	bp = request(devvp, blk, B_READ, bytes, 4 * KITRW_BSIZE);
	for (int i = 0; i < 4; i++) {
		nest = getiobuf(devvp, true);
		nestiobuf_setup(bp, nest, i * KITRW_BSIZE, KITRW_BSIZE);
		nest->b_blkno = TODEV(blk + (uint32_t)i);
		VOP_STRATEGY(devvp, nest);
	}
	KEQ(biowait(bp), 0);
	KEQ(bp->b_resid, 0);
	K(bytes[4 * KITRW_BSIZE - 1] == 'i');
	putiobuf(bp);

	/* far behind the end */
	bp = request(devvp, 0, B_READ, bytes, KITRW_BSIZE);
	bp->b_blkno = (daddr_t)1 << 45;
	VOP_STRATEGY(devvp, bp);
	K(biowait(bp) != 0);
	putiobuf(bp);
	cv_destroy(&done_cv);
	mutex_destroy(&done_lock);
	vrele(vp);
}

/* What the block allocator of a file system is asked for. */
void
kitrw_kwrite(void)
{
	struct vnode *vp = newfile("/mnt/balloc");
	struct kitrw_node *kn = VTOKITRW(vp);
	struct buf *bp;

	KEQ(kitrw_balloc(kn, 0, curlwp->l_cred, B_CLRBUF, &bp), 0);
	KEQ(((char *)bp->b_data)[0] | ((char *)bp->b_data)[KITRW_BSIZE - 1], 0);
	memset(bp->b_data, 'w', KITRW_BSIZE);
	K((bp->b_flags & B_COWDONE) == 0);
	KEQ(bwrite(bp), 0);
	KEQ(kitrw_balloc(kn, 0, curlwp->l_cred, B_CLRBUF | B_SYNC, &bp), 0);
	KEQ(((char *)bp->b_data)[9], 'w');
	brelse(bp, BC_INVAL);
	KEQ(kitrw_balloc(kn, 20, curlwp->l_cred, B_METAONLY, &bp), 0);
	K(bp->b_lblkno == KITRW_INDIRECT && kn->rw_indirect != 0);
	brelse(bp, 0);
	KEQ(kn->rw_nblocks, 2);
	KEQ(kitrw_balloc(kn, 1, curlwp->l_cred, B_SYNC, NULL), 0);
	if (kitrw_balloc(kn, 2, curlwp->l_cred, B_CONTIG, NULL) == 0)
		KEQ(kn->rw_direct[2], kn->rw_direct[1] + 1);
	KEQ(kitrw_balloc(kn, KITRW_MAXBLOCKS, curlwp->l_cred, 0, NULL), EFBIG);
	KEQ(vinvalbuf(vp, V_SAVE, NOCRED, curlwp, false, 0), 0);
	kn->rw_size = 1;
	KEQ(kitrw_truncate(kn, 0), 0);
	KEQ(kn->rw_nblocks, 0);
	endfile(vp);
}
