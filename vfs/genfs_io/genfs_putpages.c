/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_putpages(): dirty pages to their blocks, and pages freed.
 *
 * Dirty pages that follow one another are written as one cluster. A page is
 * marked clean before its write begins, and becomes dirty again if it fails
 * or if somebody changes it later; nobody can while it is busy.
 */
#include "genfs_io_impl.h"

#include <sys/errno.h>

static bool
pagedaemon_p(void)
{
	return curlwp == uvm.pagedaemon_lwp;
}

/* Nothing dirty is left: the syncer need not look at this vnode. */
static void
vnode_cleaned(struct vnode *vp)
{
	if (vp->v_uobj.uo_ndirty == 0 && vp->v_iflag & VI_ONWORKLST &&
	    LIST_EMPTY(&vp->v_dirtyblkhd)) {
		vp->v_iflag &= ~VI_WRMAPDIRTY;
		vn_syncer_remove_from_worklist(vp);
	}
}

/* Wait for or pass over a busy page; true if the scan goes on behind it. */
static bool
skip_busy(struct vnode *vp, struct vm_page *pg, int flags)
{
	if (pagedaemon_p())
		return true;
	if ((flags & (PGO_SYNCIO | PGO_FREE)) == 0)
		return true;
	uvm_page_wait(pg, "genput");
	mutex_enter(vp->v_interlock);
	return false;
}

/* Take the run of dirty, free pages at an index; they become busy. */
static int
collect_cluster(struct uvm_object *uobj, uint64_t idx, uint64_t end, int flags,
    struct vm_page **pgs)
{
	struct uvm_pgnode *leaf;
	int n = 0;

	while (idx < end && n < GENFS_MAXPAGES) {
		const unsigned slot = idx & UVM_RADIXMASK;
		struct vm_page *pg;

		leaf = uvm_leaf_find(uobj, idx);
		if (leaf == NULL ||
		    ((leaf->pn_dirty & ~leaf->pn_busy) >> slot & 1) == 0)
			break;
		pg = leaf->pn_slot[slot];
		pg->flags |= PG_BUSY | PG_CLEAN;
		if (flags & PGO_FREE)
			pg->flags |= PG_RELEASED;
		leaf->pn_busy |= uvm_bits(slot, 1);
		uvm_leaf_clean(leaf, uvm_bits(slot, 1));
		pgs[n++] = pg;
		idx++;
	}
	return n;
}

/* Free the clean pages of a leaf among those in mask. */
static void
free_clean(
    struct uvm_object *uobj, struct uvm_pgnode *leaf, uint64_t mask, int flags)
{
	uint64_t m = mask & leaf->pn_present & ~leaf->pn_busy;

	if (flags & PGO_CLEANIT)
		m &= ~leaf->pn_dirty;
	if (m != 0)
		uvm_pages_remove(uobj, leaf, m);
}

/*
 * Go over [idx, end); v_interlock is held and given up for each cluster.
 * Returns the first error.
 */
static int
scan_range(struct vnode *vp, uint64_t idx, uint64_t end, int flags)
{
	struct uvm_object *uobj = &vp->v_uobj;
	const bool dirtyonly = (flags & PGO_FREE) == 0;
	struct vm_page *pgs[GENFS_MAXPAGES];
	struct uvm_pgnode *leaf;
	int error = 0, e, n;

	while (
	    idx < end && (leaf = uvm_leaf_next(uobj, idx, dirtyonly)) != NULL) {
		const uint64_t base = leaf->pn_base;
		uint64_t mask = ~UINT64_C(0), todo;
		unsigned slot;

		if (base >= end)
			break;
		if (idx > base)
			mask <<= idx - base;
		if (end < base + UVM_RADIX)
			mask &= uvm_bits(0, end - base);

		todo = mask & (dirtyonly ? leaf->pn_dirty : leaf->pn_present);
		if (flags & PGO_FREE && (todo & leaf->pn_busy) == 0 &&
		    ((flags & PGO_CLEANIT) == 0 ||
			(todo & leaf->pn_dirty) == 0)) {
			free_clean(uobj, leaf, mask, flags);
			idx = base + UVM_RADIX;
			continue;
		}
		if (todo == 0) {
			idx = base + UVM_RADIX;
			continue;
		}
		slot = __builtin_ctzll(todo);
		idx = base + slot;
		if (leaf->pn_busy >> slot & 1) {
			if (flags & PGO_BUSYFAIL)
				return EDEADLK;
			if (skip_busy(vp, leaf->pn_slot[slot], flags))
				idx++;
			continue;
		}
		if ((leaf->pn_dirty >> slot & 1) == 0 ||
		    (flags & PGO_CLEANIT) == 0) {
			if (flags & PGO_FREE)
				uvm_pages_remove(uobj, leaf, uvm_bits(slot, 1));
			idx++;
			continue;
		}
		n = collect_cluster(uobj, idx, end, flags, pgs);
		idx += n;
		mutex_exit(uobj->vmobjlock);
		e = GOP_WRITE(vp, pgs, n, flags);
		if (e != 0 && error == 0)
			error = e;
		mutex_enter(uobj->vmobjlock);
	}
	return error;
}

static bool
range_clean(struct uvm_object *uobj, uint64_t idx, uint64_t end)
{
	struct uvm_pgnode *leaf;

	if (uobj->uo_ndirty == 0)
		return true;
	leaf = uvm_leaf_next(uobj, idx, true);
	return leaf == NULL || leaf->pn_base >= end;
}

/*
 * Who gets memory back waits for its own writes alone: it may be in the middle
 * of another write to the same file.
 */
static void
wait_output(struct vnode *vp)
{
	if (pagedaemon_p())
		return;
	while (vp->v_numoutput != 0)
		cv_wait(&vp->v_cv, vp->v_interlock);
}

/* v_interlock is held, and released. */
static int
put_range(struct vnode *vp, uint64_t idx, uint64_t end, int flags)
{
	struct uvm_object *uobj = &vp->v_uobj;
	struct mount *mp = vp->v_mount; /* a dead vnode has another one */
	const bool sync = (flags & PGO_SYNCIO) != 0;
	bool gate = false, journal = false;
	int error = 0;

	KASSERT(mutex_owned(uobj->vmobjlock));

	if (uobj->uo_npages == 0 ||
	    ((flags & PGO_FREE) == 0 && uobj->uo_ndirty == 0)) {
		if (sync && flags & PGO_CLEANIT)
			wait_output(vp);
		vnode_cleaned(vp);
		mutex_exit(uobj->vmobjlock);
		return 0;
	}

	if (flags & PGO_CLEANIT && !range_clean(uobj, idx, end)) {
		mutex_exit(uobj->vmobjlock);
		if (pagedaemon_p()) {
			error = fstrans_start_nowait(mp, FSTRANS_LAZY);
			if (error)
				return error;
		} else
			fstrans_start(mp, FSTRANS_LAZY);
		gate = true;
		if (genfs_wapbl_p(vp) && !pagedaemon_p() &&
		    (flags & PGO_JOURNALLOCKED) == 0) {
			error = WAPBL_BEGIN(mp);
			if (error) {
				fstrans_done(mp);
				return error;
			}
			journal = true;
		}
		mutex_enter(uobj->vmobjlock);
	}

	error = scan_range(vp, idx, end, flags);
	if (sync && flags & PGO_CLEANIT)
		wait_output(vp);
	vnode_cleaned(vp);
	mutex_exit(uobj->vmobjlock);
	if (journal)
		WAPBL_END(mp);
	if (gate)
		fstrans_done(mp);
	return error;
}

/*
 * v_interlock is held, and released. Offsets are page aligned; endoff 0
 * means the end of the object.
 */
int
genfs_do_putpages(struct vnode *vp, off_t startoff, off_t endoff, int flags,
    struct vm_page **busypg)
{
	uint64_t idx = (uint64_t)startoff >> PAGE_SHIFT;
	uint64_t end = (uint64_t)endoff >> PAGE_SHIFT;
	int error;

	KASSERT((startoff & PAGE_MASK) == 0 && (endoff & PAGE_MASK) == 0);

	if (flags & PGO_ALLPAGES)
		idx = 0;
	if (flags & PGO_ALLPAGES || endoff == 0)
		end = UINT64_MAX;
	error = put_range(vp, idx, end, flags);
	if (error != 0 || (flags & PGO_SYNCIO) == 0 ||
	    (flags & PGO_CLEANIT) == 0)
		return error;
	/* writes that others had begun may have failed: try, and say so */
	mutex_enter(vp->v_interlock);
	if (!range_clean(&vp->v_uobj, idx, end))
		return put_range(vp, idx, end, flags);
	mutex_exit(vp->v_interlock);
	return 0;
}

int
genfs_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	return genfs_do_putpages(ap->a_vp, trunc_page(ap->a_offlo),
	    round_page(ap->a_offhi), ap->a_flags, NULL);
}

/* For vnodes that never have pages. */
int
genfs_null_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	KASSERT(ap->a_vp->v_uobj.uo_npages == 0);
	mutex_exit(ap->a_vp->v_interlock);
	return 0;
}

/*
 * The pages of a finished transfer: unbusy, or freed if that was asked for. What
 * could not be written stays, and is dirty again.
 */
void
uvm_aio_aiodone_pages(struct vm_page **pgs, int npages, bool write, int error)
{
	struct uvm_object *uobj = pgs[0]->uobject;

	mutex_enter(uobj->vmobjlock);
	for (int i = 0; i < npages; i++) {
		struct vm_page *pg = pgs[i];

		if (error != 0) {
			if (write)
				pg->flags &= ~(PG_CLEAN | PG_RELEASED);
			else
				pg->flags |= PG_RELEASED;
		}
		pg->flags &= ~(PG_FAKE | PG_PAGEOUT);
	}
	uvm_page_unbusy(pgs, npages);
	mutex_exit(uobj->vmobjlock);
}

/* Completion of a request whose memory is pages that are adjacent. */
void
uvm_aio_aiodone(struct buf *bp)
{
	const int npages = bp->b_bufsize >> PAGE_SHIFT;
	struct vm_page *pg = uvm_vm_page_of((vaddr_t)bp->b_data);
	struct vm_page *pgs[GENFS_MAXPAGES];

	KASSERT(npages > 0 && npages <= GENFS_MAXPAGES);
	for (int i = 0; i < npages; i++)
		pgs[i] = pg + i;
	uvm_aio_aiodone_pages(pgs, npages, BUF_ISWRITE(bp), bp->b_error);
	putiobuf(bp);
}

void
uvm_aio_biodone(struct buf *bp)
{
	uvm_aio_aiodone(bp);
}

/* A private mapping of pages that are not adjacent is over. */
static void
bounce_iodone(struct buf *bp)
{
	struct vm_page **pgs = bp->b_private;
	const int npages = bp->b_bufsize >> PAGE_SHIFT;

	uvm_pagermapout((vaddr_t)bp->b_data, npages);
	uvm_aio_aiodone_pages(pgs, npages, BUF_ISWRITE(bp), bp->b_error);
	kmem_free(pgs, npages * sizeof(*pgs));
	putiobuf(bp);
}

/*
 * The bytes of a run of pages that are within the file, or will be after the
 * write that goes on: a file system may flush before it moves v_size.
 */
static size_t
run_bytes(struct vnode *vp, off_t off, int npages)
{
	off_t eof;

	GOP_SIZE(vp, vp->v_writesize, &eof, 0);
	if (off >= eof)
		return 0;
	return (size_t)MIN((off_t)npages << PAGE_SHIFT, eof - off);
}

/* Write pages that are adjacent in memory. */
static int
write_adjacent(struct vnode *vp, struct vm_page **pgs, int npages, int flags)
{
	const off_t off = pgs[0]->offset;
	const size_t bytes = run_bytes(vp, off, npages);
	int error = 0;

	if (flags & PGO_SYNCIO || bytes == 0 ||
	    bytes != (size_t)npages << PAGE_SHIFT) {
		if (bytes != 0)
			error = genfs_do_io(vp, off, uvm_pgdata(pgs[0]), bytes,
			    flags, true, NULL, NULL);
		uvm_aio_aiodone_pages(pgs, npages, true, error);
		return error;
	}
	return genfs_do_io(vp, off, uvm_pgdata(pgs[0]), bytes, flags, true,
	    uvm_aio_biodone, NULL);
}

static int
adjacent_run(struct vm_page **pgs, int npages)
{
	int n = 1;

	while (n < npages && pgs[n] == pgs[0] + n)
		n++;
	return n;
}

/*
 * Write pages through a copy of them in one piece. With cut and no memory for
 * that, in as many pieces as they lie in.
 */
static int
write_bounced(
    struct vnode *vp, struct vm_page **pgs, int npages, int flags, bool cut)
{
	const off_t off = pgs[0]->offset;
	const size_t bytes = run_bytes(vp, off, npages);
	struct vm_page **keep;
	vaddr_t kva;
	int error = 0, e, n;

	if (bytes == 0) {
		uvm_aio_aiodone_pages(pgs, npages, true, 0);
		return 0;
	}
	kva = uvm_pagermapin(pgs, npages,
	    UVMPAGER_MAPIN_WRITE | (cut ? 0 : UVMPAGER_MAPIN_WAITOK));
	if (kva == 0) {
		for (; npages > 0; pgs += n, npages -= n) {
			n = adjacent_run(pgs, npages);
			e = write_adjacent(vp, pgs, n, flags);
			if (e != 0 && error == 0)
				error = e;
		}
		return error;
	}
	if (flags & PGO_SYNCIO || bytes != (size_t)npages << PAGE_SHIFT) {
		error = genfs_do_io(
		    vp, off, (void *)kva, bytes, flags, true, NULL, NULL);
		uvm_pagermapout(kva, npages);
		uvm_aio_aiodone_pages(pgs, npages, true, error);
		return error;
	}
	keep = kmem_alloc(npages * sizeof(*keep), KM_SLEEP);
	memcpy(keep, pgs, npages * sizeof(*keep));
	return genfs_do_io(
	    vp, off, (void *)kva, bytes, flags, true, bounce_iodone, keep);
}

/*
 * Write a run of busy pages of the file and unbusy them. Pages that are
 * adjacent in memory go as they are. Short pieces are gathered in a copy,
 * and so is everything where a file system block may not be cut.
 */
int
genfs_gop_write(struct vnode *vp, struct vm_page **pgs, int npages, int flags)
{
	int error = 0, e, n;

	while (npages > 0) {
		n = adjacent_run(pgs, npages);
		if (n == npages || n >= 16)
			e = write_adjacent(vp, pgs, n, flags);
		else {
			/* up to the next long piece */
			while (n < npages &&
			    adjacent_run(pgs + n, MIN(npages - n, 16)) < 16)
				n += adjacent_run(pgs + n, npages - n);
			e = write_bounced(vp, pgs, n, flags, pagedaemon_p());
		}
		if (e != 0 && error == 0)
			error = e;
		pgs += n;
		npages -= n;
	}
	return error;
}

/* For file systems that change the data on its way: one piece, writable. */
int
genfs_gop_write_rwmap(
    struct vnode *vp, struct vm_page **pgs, int npages, int flags)
{
	if (adjacent_run(pgs, npages) == npages)
		return write_adjacent(vp, pgs, npages, flags);
	return write_bounced(vp, pgs, npages, flags, false);
}
