/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_getpages(): the pages of a file, read from its blocks.
 *
 * Order: v_interlock is given up; the gate of fstrans, the journal and
 * g_glock are entered; pages are made busy in ascending order; then blocks
 * are read. What is read beyond the request (the rest of file system blocks,
 * and read-ahead) is released again at once.
 *
 * Read-ahead: a request that begins where the last one ended doubles the
 * window of its object; any other puts it back to nothing.
 */
#include "genfs_io_impl.h"

#include <sys/errno.h>

#define RA_FIRST (64 * 1024 >> PAGE_SHIFT)
#define RA_MAX   (512 * 1024 >> PAGE_SHIFT)

struct request {
	struct vnode *r_vp;
	struct uvm_object *r_uobj;
	off_t r_off;  /* of the first page asked for */
	int r_npages; /* how many of these there are */
	off_t r_memeof, r_diskeof;
	int r_flags;
	int r_advice;
	bool r_write, r_overwrite, r_alloc;

	off_t r_start; /* of the first page of r_pgs */
	int r_ridx;    /* index in r_pgs of r_off */
	int r_needed;  /* how many of r_pgs that takes: whole blocks */
	int r_total;   /* with those that are read ahead */
	bool r_sawhole;
	struct vm_page *r_pgs[GENFS_MAXPAGES];
};

/* The resident pages, without sleeping; the lock stays. */
static int
getpages_locked(struct uvm_object *uobj, off_t off, struct vm_page **m,
    int *countp, int centeridx, bool write)
{
	const int count = *countp;

	(void)uvn_findpages(uobj, off, countp, m,
	    UFP_NOWAIT | UFP_NOALLOC | (write ? UFP_NORDONLY : 0));
	if (m[centeridx] == NULL || m[centeridx] == PGO_DONTCARE)
		return EBUSY;
	if (write) {
		for (int i = 0; i < count; i++)
			if (m[i] != NULL && m[i] != PGO_DONTCARE)
				m[i]->flags &= ~PG_CLEAN;
	}
	return 0;
}

static int
request_bounds(struct request *r, int count, int centeridx)
{
	struct vnode *vp = r->r_vp;
	off_t size = vp->v_size, end;

	GOP_SIZE(vp, size, &r->r_diskeof, 0);
	if (vp->v_writesize != VSIZENOTSET && vp->v_writesize > size)
		size = vp->v_writesize;
	if (r->r_flags & PGO_PASTEOF)
		size = MAX(size, r->r_off + ((off_t)count << PAGE_SHIFT));
	GOP_SIZE(vp, size, &r->r_memeof, GOP_SIZE_MEM);
	end = round_page(r->r_memeof);
	if (r->r_off + ((off_t)centeridx << PAGE_SHIFT) >= end)
		return EINVAL;
	r->r_npages = (int)MIN((off_t)count, (end - r->r_off) >> PAGE_SHIFT);
	r->r_npages = MIN(r->r_npages, GENFS_MAXPAGES);
	return 0;
}

/* All there and free, with nothing to do but to take them? */
static bool
request_resident(struct request *r)
{
	const uint64_t idx = (uint64_t)r->r_off >> PAGE_SHIFT;
	struct uvm_pgnode *leaf = NULL;

	for (int i = 0; i < r->r_npages; i++) {
		const unsigned slot = (idx + i) & UVM_RADIXMASK;
		const struct vm_page *pg;

		if (leaf == NULL || slot == 0)
			leaf = uvm_leaf_find(r->r_uobj, idx + i);
		if (leaf == NULL ||
		    ((leaf->pn_present & ~leaf->pn_busy) >> slot & 1) == 0)
			return false;
		pg = leaf->pn_slot[slot];
		if (r->r_alloc && pg->flags & PG_RDONLY)
			return false;
	}
	return true;
}

static int
readahead_window(struct request *r)
{
	struct uvm_object *uobj = r->r_uobj;
	const uint64_t idx = (uint64_t)r->r_off >> PAGE_SHIFT;

	if (r->r_write || r->r_advice == UVM_ADV_RANDOM)
		return 0;
	if (r->r_advice == UVM_ADV_SEQUENTIAL)
		return RA_MAX;
	if (idx == 0)
		uobj->uo_rawin = RA_FIRST;
	else if (idx == uobj->uo_raend)
		uobj->uo_rawin = MIN(RA_MAX, MAX(RA_FIRST, uobj->uo_rawin * 2));
	else
		uobj->uo_rawin = 0;
	return (int)uobj->uo_rawin;
}

/*
 * Make the request's pages busy, with those of the file system blocks they
 * are in, and as many behind them as are to be read ahead and are missing.
 */
static void
request_findpages(struct request *r)
{
	struct uvm_object *uobj = r->r_uobj;
	const int fs_bshift = genfs_fs_bshift(r->r_vp);
	const off_t bsize = (off_t)1 << fs_bshift;
	const off_t memend = round_page(r->r_memeof);
	off_t start = r->r_off, end, raend;
	int n, win;

	end = start + ((off_t)r->r_npages << PAGE_SHIFT);
	win = readahead_window(r);
	if (fs_bshift > PAGE_SHIFT && !r->r_overwrite) {
		start = start & ~(bsize - 1);
		end = (end + bsize - 1) & ~(bsize - 1);
		if (end - start > GENFS_MAXIO) {
			start = r->r_off;
			end = start + ((off_t)r->r_npages << PAGE_SHIFT);
		}
	}
	end = MIN(end, memend);
	r->r_start = start;
	r->r_ridx = (int)((r->r_off - start) >> PAGE_SHIFT);
	n = (int)((end - start) >> PAGE_SHIFT);
	memset(r->r_pgs, 0, n * sizeof(r->r_pgs[0]));
	r->r_needed = r->r_total = n;
	(void)uvn_findpages(uobj, start, &n, r->r_pgs, UFP_ALL);

	raend = r->r_off + ((off_t)win << PAGE_SHIFT);
	raend = MIN(raend, round_page(r->r_diskeof));
	raend = MIN(raend, start + GENFS_MAXIO);
	if (raend > end) {
		const int max = (int)((raend - end) >> PAGE_SHIFT);
		struct vm_page **pgs = r->r_pgs + r->r_total;
		int i;

		memset(pgs, 0, max * sizeof(pgs[0]));
		n = max;
		(void)uvn_findpages(
		    uobj, end, &n, pgs, UFP_NOWAIT | UFP_NOCACHE);
		for (i = 0; i < max && pgs[i] != NULL; i++)
			continue;
		r->r_total += i;
		/* what lies behind a gap is not for now */
		for (n = i; n < max; n++) {
			if (pgs[n] != NULL)
				pgs[n]->flags |= PG_RELEASED;
		}
		if (i < max)
			uvm_page_unbusy(pgs + i, max - i);
	}
	uobj->uo_raend = (uint64_t)(r->r_start >> PAGE_SHIFT) + r->r_total;
}

/* Give up the pages that were to be read ahead. */
static void
request_drop_ahead(struct request *r)
{
	mutex_enter(r->r_uobj->vmobjlock);
	for (int i = r->r_needed; i < r->r_total; i++)
		r->r_pgs[i]->flags |= PG_RELEASED;
	uvm_page_unbusy(r->r_pgs + r->r_needed, r->r_total - r->r_needed);
	mutex_exit(r->r_uobj->vmobjlock);
	r->r_total = r->r_needed;
}

static void
mark_hole(struct request *r, off_t off, size_t len)
{
	const int first = (int)((off - r->r_start) >> PAGE_SHIFT);
	const int last =
	    (int)((off + (off_t)len - 1 - r->r_start) >> PAGE_SHIFT);

	r->r_sawhole = true;
	if (!r->r_alloc) {
		for (int i = first; i <= last; i++)
			r->r_pgs[i]->flags |= PG_RDONLY;
	}
}

/*
 * Fill bytes [off, end) of the file, whose pages are adjacent in memory;
 * when overwriting, only see whether there are holes.
 */
static int
fill_run(struct request *r, off_t off, off_t end)
{
	struct vnode *vp = r->r_vp;
	const int fs_bshift = genfs_fs_bshift(vp);
	const int first = (int)((off - r->r_start) >> PAGE_SHIFT);
	char *kva = uvm_pgdata(r->r_pgs[first]);
	const off_t base = off;
	int error;

	while (off < end) {
		const daddr_t lbn = off >> fs_bshift;
		struct vnode *devvp;
		daddr_t blkno;
		int run = 0;
		off_t len;

		if (off >= r->r_diskeof) {
			if (!r->r_overwrite)
				memset(kva + (off - base), 0, end - off);
			if (r->r_alloc)
				r->r_sawhole = true;
			break;
		}
		error = VOP_BMAP(vp, lbn, &devvp, &blkno, &run);
		if (error)
			return error;
		len = (((off_t)lbn + 1 + MAX(run, 0)) << fs_bshift) - off;
		len = MIN(len, end - off);
		len = MIN(len, r->r_diskeof - off);
		if (blkno == (daddr_t)-1) {
			if (!r->r_overwrite)
				memset(kva + (off - base), 0, len);
			mark_hole(r, off, len);
		} else if (!r->r_overwrite) {
			error = genfs_do_io(vp, off, kva + (off - base), len,
			    r->r_flags, false, NULL, NULL);
			if (error)
				return error;
		}
		off += len;
	}
	return 0;
}

/* What a page holds of the disk behind the end of the file is not shown. */
static void
zero_tail(struct request *r)
{
	const off_t size = r->r_vp->v_size;
	const off_t pgoff = trunc_page(size);
	int i;

	if (size == pgoff || pgoff < r->r_start)
		return;
	i = (int)((pgoff - r->r_start) >> PAGE_SHIFT);
	if (i >= r->r_total || (r->r_pgs[i]->flags & PG_FAKE) == 0)
		return;
	memset((char *)uvm_pgdata(r->r_pgs[i]) + (size - pgoff), 0,
	    PAGE_SIZE - (size - pgoff));
}

static int
request_fill(struct request *r)
{
	int i = 0, error;

	if (r->r_overwrite && !r->r_alloc)
		return 0;
	while (i < r->r_total) {
		const struct vm_page *pg = r->r_pgs[i];
		int n = 1;

		if ((pg->flags & PG_FAKE) == 0) {
			if (r->r_alloc && pg->flags & PG_RDONLY)
				r->r_sawhole = true;
			i++;
			continue;
		}
		while (i + n < r->r_total && r->r_pgs[i + n] == pg + n &&
		    r->r_pgs[i + n]->flags & PG_FAKE)
			n++;
		error = fill_run(r, r->r_start + ((off_t)i << PAGE_SHIFT),
		    r->r_start + ((off_t)(i + n) << PAGE_SHIFT));
		if (error)
			return error;
		i += n;
	}
	if (!r->r_overwrite)
		zero_tail(r);
	return 0;
}

/* Back the range with blocks; the pages may then be written. */
static int
request_alloc(struct request *r)
{
	int error;

	error = GOP_ALLOC(r->r_vp, r->r_start, (off_t)r->r_total << PAGE_SHIFT,
	    0, curlwp->l_cred);
	if (error)
		return error;
	for (int i = 0; i < r->r_total; i++)
		r->r_pgs[i]->flags &= ~(PG_CLEAN | PG_RDONLY);
	return 0;
}

/* The object is locked. The pages of an unfilled request are freed. */
static void
request_finish(struct request *r, int error, struct vm_page **m)
{
	for (int i = 0; i < r->r_total; i++) {
		struct vm_page *pg = r->r_pgs[i];

		if (error != 0 && pg->flags & PG_FAKE) {
			pg->flags |= PG_RELEASED;
			continue;
		}
		pg->flags &= ~PG_FAKE;
	}
	if (error != 0) {
		uvm_page_unbusy(r->r_pgs, r->r_total);
		return;
	}
	uvm_page_unbusy(r->r_pgs, r->r_ridx);
	uvm_page_unbusy(r->r_pgs + r->r_ridx + r->r_npages,
	    r->r_total - r->r_ridx - r->r_npages);
	for (int i = 0; i < r->r_npages; i++) {
		struct vm_page *pg = r->r_pgs[r->r_ridx + i];

		if (r->r_write)
			pg->flags &= ~PG_CLEAN;
		m[i] = pg;
	}
	if (r->r_write && (r->r_vp->v_iflag & VI_ONWORKLST) == 0)
		vn_syncer_add_to_worklist(r->r_vp, filedelay);
}

static int
request_enter(struct request *r)
{
	struct vnode *vp = r->r_vp;
	int error;

	if (curlwp == uvm.pagedaemon_lwp) {
		error = fstrans_start_nowait(vp->v_mount, FSTRANS_SHARED);
		if (error)
			return error;
	} else
		fstrans_start(vp->v_mount, FSTRANS_SHARED);
	if (r->r_alloc && genfs_wapbl_p(vp) &&
	    (r->r_flags & PGO_JOURNALLOCKED) == 0) {
		error = WAPBL_BEGIN(vp->v_mount);
		if (error) {
			fstrans_done(vp->v_mount);
			return error;
		}
	}
	if ((r->r_flags & PGO_GLOCKHELD) == 0) {
		if (r->r_alloc)
			genfs_node_wrlock(vp);
		else
			genfs_node_rdlock(vp);
	}
	return 0;
}

static void
request_exit(struct request *r)
{
	struct vnode *vp = r->r_vp;

	if ((r->r_flags & PGO_GLOCKHELD) == 0)
		genfs_node_unlock(vp);
	if (r->r_alloc && genfs_wapbl_p(vp) &&
	    (r->r_flags & PGO_JOURNALLOCKED) == 0)
		WAPBL_END(vp->v_mount);
	fstrans_done(vp->v_mount);
}

static void
request_markupdate(struct request *r)
{
	if (r->r_flags & PGO_NOTIMESTAMP ||
	    r->r_vp->v_mount->mnt_flag & MNT_RDONLY)
		return;
	GOP_MARKUPDATE(r->r_vp,
	    GOP_UPDATE_ACCESSED | (r->r_write ? GOP_UPDATE_MODIFIED : 0));
}

/*
 * VOP_GETPAGES: v_interlock is held and released (PGO_LOCKED: kept). On
 * success the pages of the request that lie within the file are in a_m,
 * busy; with PGO_SYNCIO absent they are only brought in.
 */
int
genfs_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uvm_object *uobj = &vp->v_uobj;
	struct request *r, rstore;
	const int flags = ap->a_flags;
	int error;

	KASSERT(mutex_owned(uobj->vmobjlock));
	KASSERT((ap->a_offset & PAGE_MASK) == 0 && ap->a_offset >= 0);
	KASSERT(*ap->a_count > 0);

	if (flags & PGO_LOCKED)
		return getpages_locked(uobj, ap->a_offset, ap->a_m, ap->a_count,
		    ap->a_centeridx, (ap->a_access_type & VM_PROT_WRITE) != 0);

	r = &rstore;
	r->r_vp = vp;
	r->r_uobj = uobj;
	r->r_off = ap->a_offset;
	r->r_flags = flags;
	r->r_advice = ap->a_advice;
	r->r_write = (ap->a_access_type & VM_PROT_WRITE) != 0;
	r->r_overwrite = (flags & PGO_OVERWRITE) != 0;
	r->r_alloc = r->r_write && (flags & PGO_NOBLOCKALLOC) == 0;
	r->r_sawhole = false;

	error = request_bounds(r, *ap->a_count, ap->a_centeridx);
	if (error) {
		mutex_exit(uobj->vmobjlock);
		return error;
	}
	if (request_resident(r)) {
		int n = r->r_npages;

		r->r_start = r->r_off;
		r->r_ridx = 0;
		r->r_total = n;
		memset(r->r_pgs, 0, n * sizeof(r->r_pgs[0]));
		(void)uvn_findpages(uobj, r->r_off, &n, r->r_pgs, UFP_ALL);
		goto have;
	}
	mutex_exit(uobj->vmobjlock);

	error = request_enter(r);
	if (error)
		return error;
	mutex_enter(uobj->vmobjlock);
	error = request_bounds(r, *ap->a_count, ap->a_centeridx);
	if (error) {
		mutex_exit(uobj->vmobjlock);
		request_exit(r);
		return error;
	}
	request_findpages(r);
	mutex_exit(uobj->vmobjlock);

	error = request_fill(r);
	if (error != 0 && r->r_total > r->r_needed) {
		/* nobody asked for what can't be read, perhaps */
		request_drop_ahead(r);
		error = request_fill(r);
	}
	if (error == 0 && r->r_sawhole && r->r_alloc)
		error = request_alloc(r);
	request_exit(r);
	mutex_enter(uobj->vmobjlock);
have:
	request_finish(r, error, ap->a_m);
	if (error == 0 && (flags & PGO_SYNCIO) == 0) {
		uvm_page_unbusy(ap->a_m, r->r_npages);
		memset(ap->a_m, 0, r->r_npages * sizeof(ap->a_m[0]));
	}
	mutex_exit(uobj->vmobjlock);
	if (error == 0) {
		*ap->a_count = r->r_npages;
		request_markupdate(r);
	}
	return error;
}
