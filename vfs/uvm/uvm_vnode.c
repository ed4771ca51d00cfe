/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pager of vnodes, and the two sizes of a file.
 *
 * v_size is the end of the file. v_writesize is not less: pages up to it may
 * exist, because a write that extends the file fills its pages before it
 * moves v_size. Both are under v_interlock.
 */
#include "uvm_impl.h"

#include <sys/errno.h>
#include <sys/mount.h>
#include <sys/vnode.h>

static struct vnode *
uobj_vnode(struct uvm_object *uobj)
{
	return (struct vnode *)uobj;
}

static void
uvn_reference(struct uvm_object *uobj)
{
	vref(uobj_vnode(uobj));
}

static void
uvn_detach(struct uvm_object *uobj)
{
	vrele(uobj_vnode(uobj));
}

static int
uvn_get(struct uvm_object *uobj, voff_t offset, struct vm_page **pps,
    int *npagesp, int centeridx, vm_prot_t access_type, int advice, int flags)
{
	return VOP_GETPAGES(uobj_vnode(uobj), offset, pps, npagesp, centeridx,
	    access_type, advice, flags);
}

static int
uvn_put(struct uvm_object *uobj, voff_t offlo, voff_t offhi, int flags)
{
	return VOP_PUTPAGES(uobj_vnode(uobj), offlo, offhi, flags);
}

const struct uvm_pagerops uvm_vnodeops = {
    .pgo_reference = uvn_reference,
    .pgo_detach = uvn_detach,
    .pgo_get = uvn_get,
    .pgo_put = uvn_put,
};

static __inline bool
page_wanted(const struct vm_page *pg, int flags)
{
	if (flags & UFP_NORDONLY && pg->flags & PG_RDONLY)
		return false;
	if (flags & UFP_NOCACHE)
		return false;
	if (flags & UFP_DIRTYONLY && pg->flags & PG_CLEAN)
		return false;
	return true;
}

/* How many slots from i on are to be filled and have no page yet. */
static int
missing_run(
    struct uvm_object *uobj, uint64_t idx, struct vm_page **pgs, int i, int n)
{
	struct uvm_pgnode *leaf;
	uint64_t present = 0;
	int run, max;

	idx += i;
	max = MIN(n - i, (int)(UVM_RADIX - (idx & UVM_RADIXMASK)));
	leaf = uvm_leaf_find(uobj, idx);
	if (leaf != NULL)
		present = leaf->pn_present >> (idx & UVM_RADIXMASK);
	for (run = 0; run < max; run++)
		if (pgs[i + run] != NULL || (present >> run) & 1)
			break;
	return run;
}

/*
 * Find the pages of a range of a locked object and make them busy; make
 * what is missing (busy, PG_FAKE and PG_CLEAN). Slots of pgs that are not
 * NULL are passed over. Sleeps for busy pages and for memory, releasing the
 * lock meanwhile, unless flags forbid it; then *npagesp becomes the number
 * of slots up to where it stopped. Returns how many pages were found.
 */
int
uvn_findpages(struct uvm_object *uobj, voff_t offset, int *npagesp,
    struct vm_page **pgs, int flags)
{
	const uint64_t idx = (uint64_t)offset >> PAGE_SHIFT;
	const int n = *npagesp;
	struct uvm_pgnode *leaf;
	struct vm_page *pg;
	int i = 0, found = 0, run, got;

	if (flags & UFP_BACKWARD) {
		/* pgs[n - 1] is the page at offset; the others precede it */
		for (i = n - 1; i >= 0; i--, found++) {
			int one = 1;

			if (offset < 0 ||
			    uvn_findpages(uobj, offset, &one, &pgs[i],
				flags & ~UFP_BACKWARD) != 1)
				break;
			offset -= PAGE_SIZE;
		}
		*npagesp = found;
		return found;
	}

	while (i < n) {
		if (pgs[i] != NULL) {
			i++;
			continue;
		}
		pg = uvm_pagelookup(uobj, (voff_t)(idx + i) << PAGE_SHIFT);
		if (pg != NULL) {
			if (!page_wanted(pg, flags))
				goto skip;
			if (pg->flags & PG_BUSY) {
				if (flags & UFP_NOWAIT)
					goto skip;
				uvm_page_wait(pg, "uvnfp");
				mutex_enter(uobj->vmobjlock);
				continue;
			}
			pg->flags |= PG_BUSY;
			leaf = uobj->uo_leaf;
			leaf->pn_busy |= uvm_bits((idx + i) & UVM_RADIXMASK, 1);
			leaf->pn_ref = 1;
			pgs[i++] = pg;
			found++;
			continue;
		}
		if (flags & UFP_NOALLOC)
			goto skip;
		run = missing_run(uobj, idx, pgs, i, n);
		got = uvm_pages_insert(
		    uobj, idx + i, run, PG_BUSY | PG_CLEAN | PG_FAKE, false);
		if (got == 0) {
			if (flags & UFP_NOWAIT)
				goto skip;
			mutex_exit(uobj->vmobjlock);
			uvm_wait("uvnfp2");
			mutex_enter(uobj->vmobjlock);
			continue;
		}
		leaf = uvm_leaf_find(uobj, idx + i);
		for (int k = 0; k < got; k++, i++)
			pgs[i] = leaf->pn_slot[(idx + i) & UVM_RADIXMASK];
		found += got;
		continue;
	skip:
		if (flags & UFP_DIRTYONLY)
			break;
		i++;
	}
	*npagesp = found;
	return found;
}

/*
 * Zero what the last page has behind the file's new end. The object is locked.
 * Not all file systems do it beyond the last block: with blocks smaller than
 * pages, the bytes would come back when the file grows again. What the disk
 * has of them is the file system's business.
 */
static void
uvn_zero_tail(struct uvm_object *uobj, voff_t end)
{
	const size_t pgoff = end & PAGE_MASK;
	struct vm_page *pg;

	if (pgoff == 0)
		return;
	while ((pg = uvm_pagelookup(uobj, trunc_page(end))) != NULL &&
	    pg->flags & PG_BUSY) {
		uvm_page_wait(pg, "uvnsize");
		mutex_enter(uobj->vmobjlock);
	}
	if (pg != NULL)
		memset((char *)uvm_pgdata(pg) + pgoff, 0, PAGE_SIZE - pgoff);
}

/*
 * The file has a new size: pages behind it are freed, and the bytes that the
 * last page had behind it are zero.
 */
void
uvm_vnp_setsize(struct vnode *vp, voff_t newsize)
{
	struct uvm_object *uobj = &vp->v_uobj;
	const voff_t pgend = round_page(newsize);
	voff_t oldsize;

	mutex_enter(uobj->vmobjlock);
	oldsize = vp->v_writesize;
	if (oldsize != VSIZENOTSET && vp->v_size != VSIZENOTSET)
		oldsize = MAX(oldsize, vp->v_size);
	if (oldsize != VSIZENOTSET && oldsize > pgend) {
		(void)(*uobj->pgops->pgo_put)(
		    uobj, pgend, 0, PGO_FREE | PGO_SYNCIO);
		mutex_enter(uobj->vmobjlock);
	}
	if (newsize < vp->v_size)
		uvn_zero_tail(uobj, newsize);
	vp->v_size = vp->v_writesize = newsize;
	mutex_exit(uobj->vmobjlock);
}

/* Allow pages up to newsize, ahead of the write that fills them. */
void
uvm_vnp_setwritesize(struct vnode *vp, voff_t newsize)
{
	mutex_enter(vp->v_interlock);
	KASSERT(newsize != VSIZENOTSET);
	if (vp->v_writesize == VSIZENOTSET || newsize > vp->v_writesize ||
	    newsize >= vp->v_size)
		vp->v_writesize = newsize;
	mutex_exit(vp->v_interlock);
}

bool
uvm_vnp_uncache(struct vnode *vp)
{
	return true;
}

bool
uvn_clean_p(struct uvm_object *uobj)
{
	return uobj->uo_ndirty == 0 &&
	    (uobj_vnode(uobj)->v_iflag & VI_ONWORKLST) == 0;
}

bool
uvn_text_p(struct uvm_object *uobj)
{
	return (uobj_vnode(uobj)->v_iflag & VI_EXECMAP) != 0;
}

bool
uvn_needs_writefault_p(struct uvm_object *uobj)
{
	return uvn_clean_p(uobj);
}
