/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page cache as file systems use it: moving bytes between a uio and the
 * pages of an object.
 *
 * Pages that are there and free are copied under the object's lock, a run of
 * adjacent ones at once: for the program's own memory that cannot sleep.
 * What is missing comes from the object's pager, busy, and is copied without
 * the lock; and so is everything for a remote client, whose memory is reached
 * by messages.
 */
#include "../uvm/uvm_impl.h"

#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#define UBC_MAXPAGES 64
#define UBC_RETRIES  50

#define UBC_PAGERFLAGS (PGO_SYNCIO | PGO_NOBLOCKALLOC | PGO_NOTIMESTAMP)

static const char ubc_zeroes[PAGE_SIZE] __aligned(64);

void
ubc_init(void)
{
}

/* How many bytes from slot on, in leaf, are adjacent; at least one page. */
static __inline size_t
ubc_adjacent(
    struct uvm_pgnode *leaf, unsigned slot, uint64_t usable, size_t want)
{
	const struct vm_page *pg = leaf->pn_slot[slot];
	size_t len = PAGE_SIZE;

	while (len < want && ++slot < UVM_RADIX && (usable >> slot) & 1 &&
	    (const struct vm_page *)leaf->pn_slot[slot] == pg + 1) {
		pg++;
		len += PAGE_SIZE;
	}
	return len;
}

static void
ubc_written(
    struct uvm_object *uobj, struct uvm_pgnode *leaf, unsigned slot, unsigned n)
{
	uint64_t clean = uvm_bits(slot, n) & ~leaf->pn_dirty;

	for (uint64_t m = clean; m != 0; m &= m - 1) {
		struct vm_page *pg = leaf->pn_slot[__builtin_ctzll(m)];

		pg->flags &= ~(PG_CLEAN | PG_RDONLY);
	}
	if (clean != 0)
		uvm_leaf_dirty(leaf, clean);
}

static __inline void
ubc_onworklist(struct uvm_object *uobj)
{
	if (UVM_OBJ_IS_VNODE(uobj)) {
		struct vnode *vp = (struct vnode *)uobj;

		if ((vp->v_iflag & VI_ONWORKLST) == 0)
			vn_syncer_add_to_worklist(vp, filedelay);
	}
}

/*
 * Copy as far as the pages are there and free. The object is locked. Stops
 * without an error at the first page that is not.
 */
static int
ubc_move_resident(
    struct uvm_object *uobj, struct uio *uio, size_t *todop, bool write)
{
	size_t todo = *todop;
	int error = 0;

	while (todo > 0 && error == 0) {
		const uint64_t idx = (uint64_t)uio->uio_offset >> PAGE_SHIFT;
		const size_t pgoff = uio->uio_offset & PAGE_MASK;
		const unsigned slot = idx & UVM_RADIXMASK;
		struct uvm_pgnode *leaf;
		uint64_t usable;
		size_t len, resid;
		char *p;

		leaf = uvm_leaf_find(uobj, idx);
		if (leaf == NULL)
			break;
		usable = leaf->pn_present & ~leaf->pn_busy;
		if (((usable >> slot) & 1) == 0)
			break;
		leaf->pn_ref = 1;
		len = ubc_adjacent(leaf, slot, usable, pgoff + todo) - pgoff;
		len = MIN(len, todo);
		p = (char *)uvm_pgdata(leaf->pn_slot[slot]) + pgoff;
		resid = uio->uio_resid;
		if (write)
			ubc_written(uobj, leaf, slot,
			    (pgoff + len + PAGE_MASK) >> PAGE_SHIFT);
		error = uiomove(p, len, uio);
		todo -= resid - uio->uio_resid;
	}
	if (write && todo != *todop)
		ubc_onworklist(uobj);
	*todop = todo;
	return error;
}

/* A hole of an anonymous object: zeroes, and no pages for them. */
static int
ubc_read_hole(struct uio *uio, size_t *todop)
{
	const size_t pgoff = uio->uio_offset & PAGE_MASK;
	const size_t len = MIN(PAGE_SIZE - pgoff, *todop);
	const size_t resid = uio->uio_resid;
	int error;

	error = uiomove(__UNCONST(ubc_zeroes), len, uio);
	*todop -= resid - uio->uio_resid;
	return error;
}

/*
 * Fill missing pages of an anonymous object from the uio. The object is
 * locked. Returns 0 with nothing done if there is no memory.
 */
static int
ubc_write_fresh(struct uvm_object *uobj, struct uio *uio, size_t *todop)
{
	const uint64_t idx = (uint64_t)uio->uio_offset >> PAGE_SHIFT;
	const unsigned slot = idx & UVM_RADIXMASK;
	size_t pgoff = uio->uio_offset & PAGE_MASK;
	struct uvm_pgnode *leaf;
	uint64_t present = 0, all;
	size_t len, end, resid;
	int n, error = 0;
	char *p;

	leaf = uvm_leaf_find(uobj, idx);
	if (leaf != NULL)
		present = leaf->pn_present >> slot;
	n = (int)MIN((pgoff + *todop + PAGE_MASK) >> PAGE_SHIFT,
	    (size_t)(UVM_RADIX - slot));
	if (present != 0)
		n = MIN(n, __builtin_ctzll(present));
	KASSERT(n > 0);
	n = uvm_pages_insert(uobj, idx, n, PG_SWAPBACKED, false);
	if (n == 0)
		return 0;
	leaf = uvm_leaf_find(uobj, idx);
	all = uvm_bits(slot, n);
	end = MIN(pgoff + *todop, (size_t)n << PAGE_SHIFT);

	/* what the write leaves out of its first and last page is zero */
	if (pgoff != 0)
		memset(uvm_pgdata(leaf->pn_slot[slot]), 0, pgoff);
	if (end & PAGE_MASK) {
		p = uvm_pgdata(leaf->pn_slot[slot + n - 1]);
		memset(p + (end & PAGE_MASK), 0, PAGE_SIZE - (end & PAGE_MASK));
	}
	while (pgoff < end) {
		const unsigned s = slot + (pgoff >> PAGE_SHIFT);
		const size_t in = pgoff & PAGE_MASK;

		len = ubc_adjacent(leaf, s, all, in + end - pgoff) - in;
		len = MIN(len, end - pgoff);
		p = (char *)uvm_pgdata(leaf->pn_slot[s]) + in;
		if (error == 0) {
			resid = uio->uio_resid;
			error = uiomove(p, len, uio);
			resid -= uio->uio_resid;
			*todop -= resid;
			if (error != 0)
				memset(p + resid, 0, len - resid);
		} else
			memset(p, 0, len);
		pgoff += len;
	}
	return error;
}

/*
 * The copy into pages that were not read, since all of them was to be
 * overwritten, broke off after len bytes. What lies behind is given up; the
 * page that got a part of it comes from the pager after all, for the rest.
 * The pages go first: the pager may want them with it, as one block. The
 * object is not locked; it is afterwards, and no page is busy.
 */
static void
ubc_break_off(
    struct uvm_object *uobj, struct vm_page **pgs, int npages, size_t len)
{
	const int at = (int)(len >> PAGE_SHIFT);
	const size_t part = len & PAGE_MASK;
	const voff_t off = pgs[at]->offset;
	struct vm_page *pg = NULL;
	char *keep = NULL;
	int error, one = 1;

	if (part != 0) {
		keep = kmem_alloc(PAGE_SIZE, KM_SLEEP);
		memcpy(keep, uvm_pgdata(pgs[at]), part);
	}
	mutex_enter(uobj->vmobjlock);
	for (int i = 0; i < npages; i++) {
		if (i < at)
			pgs[i]->flags &= ~(PG_CLEAN | PG_RDONLY);
		else
			pgs[i]->flags |= PG_RELEASED;
	}
	ubc_onworklist(uobj);
	uvm_page_unbusy(pgs, npages);
	if (keep == NULL)
		return;
	error = (*uobj->pgops->pgo_get)(uobj, off, &pg, &one, 0,
	    VM_PROT_READ | VM_PROT_WRITE, UVM_ADV_RANDOM, UBC_PAGERFLAGS);
	if (error == 0)
		memcpy(uvm_pgdata(pg), keep, part);
	kmem_free(keep, PAGE_SIZE);
	mutex_enter(uobj->vmobjlock);
	if (error == 0) {
		pg->flags &= ~(PG_CLEAN | PG_RDONLY);
		ubc_onworklist(uobj);
		uvm_page_unbusy(&pg, 1);
	}
}

/* Copy between the uio and busy pages; the object is not locked. */
static int
ubc_copy_busy(struct vm_page **pgs, int npages, struct uio *uio, size_t len)
{
	size_t pgoff = uio->uio_offset & PAGE_MASK;
	int i = 0, error = 0;

	while (len > 0 && error == 0) {
		size_t n = PAGE_SIZE - pgoff;
		int k = 1;

		KASSERT(i < npages);
		while (n < len && i + k < npages && pgs[i + k] == pgs[i] + k) {
			n += PAGE_SIZE;
			k++;
		}
		n = MIN(n, len);
		error = uiomove((char *)uvm_pgdata(pgs[i]) + pgoff, n, uio);
		len -= n;
		pgoff = 0;
		i += k;
	}
	return error;
}

static bool
ubc_present(struct uvm_object *uobj, uint64_t idx)
{
	return uvm_pagelookup(uobj, (voff_t)idx << PAGE_SHIFT) != NULL;
}

/*
 * How many pages to ask the pager for, and how: pages that a write covers
 * whole and that are not there need not be read.
 */
static int
ubc_plan(
    struct uvm_object *uobj, off_t off, size_t todo, int flags, int *pgoflags)
{
	const uint64_t idx = (uint64_t)off >> PAGE_SHIFT;
	const size_t pgoff = off & PAGE_MASK;
	size_t whole;
	int n;

	n = (int)MIN((pgoff + todo + PAGE_MASK) >> PAGE_SHIFT, UBC_MAXPAGES);
	*pgoflags = UBC_PAGERFLAGS;
	if (flags & UBC_READ)
		return n;
	if (flags & UBC_FAULTBUSY) {
		*pgoflags |= PGO_OVERWRITE | PGO_PASTEOF;
		return n;
	}
	*pgoflags |= PGO_PASTEOF;
	whole = pgoff != 0 ? 0 : todo >> PAGE_SHIFT;
	if (whole == 0 || ubc_present(uobj, idx))
		return 1;
	n = MIN(n, (int)MIN(whole, UBC_MAXPAGES));
	for (int i = 1; i < n; i++)
		if (ubc_present(uobj, idx + i)) {
			n = i;
			break;
		}
	*pgoflags |= PGO_OVERWRITE;
	return n;
}

/* Zero what a write with UBC_FAULTBUSY leaves out of fresh pages. */
static void
ubc_zeroedges(
    struct vm_page **pgs, uint64_t fresh, int npages, size_t start, size_t end)
{
	for (int i = 0; i < npages; i++) {
		const size_t lo = (size_t)i << PAGE_SHIFT;
		char *p = uvm_pgdata(pgs[i]);

		if (((fresh >> i) & 1) == 0)
			continue;
		if (start > lo)
			memset(p, 0, MIN(start - lo, PAGE_SIZE));
		if (end < lo + PAGE_SIZE) {
			const size_t keep = end > lo ? end - lo : 0;

			memset(p + keep, 0, PAGE_SIZE - keep);
		}
	}
}

/*
 * Have the pager give the next pages and copy them without the lock. The
 * object is locked on entry and on return.
 */
static int
ubc_move_paged(struct uvm_object *uobj, struct uio *uio, size_t *todop,
    int advice, int flags)
{
	const bool write = (flags & UBC_WRITE) != 0;
	const off_t off = uio->uio_offset;
	const size_t pgoff = off & PAGE_MASK;
	const size_t resid0 = uio->uio_resid;
	struct vm_page *pgs[UBC_MAXPAGES];
	uint64_t fresh = 0;
	size_t len, moved;
	int npages, want, error, pgoflags;

	want = npages = ubc_plan(uobj, off, *todop, flags, &pgoflags);
	memset(pgs, 0, npages * sizeof(pgs[0]));
	if (pgoflags & PGO_OVERWRITE) {
		for (int i = 0; i < npages; i++)
			if (!ubc_present(uobj, (off >> PAGE_SHIFT) + i))
				fresh |= uvm_bits(i, 1);
	}
	error = (*uobj->pgops->pgo_get)(uobj, trunc_page(off), pgs, &npages, 0,
	    VM_PROT_READ | (write ? VM_PROT_WRITE : 0), advice, pgoflags);
	if (error != 0) {
		mutex_enter(uobj->vmobjlock);
		return error;
	}
	KASSERT(npages > 0 && npages <= want);
	len = MIN(*todop, ((size_t)npages << PAGE_SHIFT) - pgoff);
	if (fresh != 0)
		ubc_zeroedges(pgs, fresh, npages, pgoff, pgoff + len);

	error = ubc_copy_busy(pgs, npages, uio, len);
	moved = resid0 - uio->uio_resid;
	*todop -= moved;
	if (error != 0 && fresh != 0) {
		if ((flags & UBC_FAULTBUSY) == 0) {
			ubc_break_off(uobj, pgs, npages, pgoff + moved);
			return error;
		}
		ubc_zeroedges(pgs, fresh, npages, pgoff, pgoff + moved);
	}

	mutex_enter(uobj->vmobjlock);
	if (write) {
		for (int i = 0; i < npages; i++)
			pgs[i]->flags &= ~(PG_CLEAN | PG_RDONLY);
		ubc_onworklist(uobj);
	}
	uvm_page_unbusy(pgs, npages);
	return error;
}

/*
 * Move up to todo bytes between uio and the pages of uobj, at uio_offset.
 * The caller holds the vnode's lock, and no other; with UBC_WRITE the blocks
 * are there and v_writesize covers the range. On an error the uio says how
 * much was moved.
 */
int
ubc_uiomove(struct uvm_object *uobj, struct uio *uio, vsize_t todo, int advice,
    int flags)
{
	const bool write = (flags & UBC_WRITE) != 0;
	const bool local = VMSPACE_IS_NEAR_P(uio->uio_vmspace);
	const bool anon = UVM_OBJ_IS_AOBJ(uobj);
	size_t left = todo, before;
	int error = 0, tries = 0;

	KASSERT(((flags & UBC_READ) != 0) != write);
	KASSERT(todo <= uio->uio_resid);

	mutex_enter(uobj->vmobjlock);
	while (left > 0) {
		before = left;
		if (local) {
			error = ubc_move_resident(uobj, uio, &left, write);
			if (left == 0 || error != 0)
				break;
			if (anon &&
			    !ubc_present(uobj,
				(uint64_t)uio->uio_offset >> PAGE_SHIFT)) {
				error = write
				    ? ubc_write_fresh(uobj, uio, &left)
				    : ubc_read_hole(uio, &left);
				if (error != 0)
					break;
				if (left != before) {
					tries = 0;
					continue;
				}
				if (tries++ == UBC_RETRIES) {
					error = ENOMEM;
					break;
				}
				mutex_exit(uobj->vmobjlock);
				uvm_wait("ubcmem");
				mutex_enter(uobj->vmobjlock);
				continue;
			}
		}
		error = ubc_move_paged(uobj, uio, &left, advice, flags);
		if (error != 0)
			break;
	}
	mutex_exit(uobj->vmobjlock);
	return error;
}

/* Make a range of bytes zero. The caller holds the vnode's lock. */
void
ubc_zerorange(struct uvm_object *uobj, off_t off, size_t len, int flags)
{
	const bool anon = UVM_OBJ_IS_AOBJ(uobj);
	struct uvm_pgnode *leaf;
	struct vm_page *pg;

	mutex_enter(uobj->vmobjlock);
	while (len > 0) {
		const uint64_t idx = (uint64_t)off >> PAGE_SHIFT;
		const size_t pgoff = off & PAGE_MASK;
		const size_t n = MIN(PAGE_SIZE - pgoff, len);
		int error, npages = 1;

		pg = uvm_pagelookup(uobj, off);
		if (pg != NULL && pg->flags & PG_BUSY) {
			uvm_page_wait(pg, "ubczero");
			mutex_enter(uobj->vmobjlock);
			continue;
		}
		if (pg != NULL) {
			leaf = uvm_leaf_find(uobj, idx);
			memset((char *)uvm_pgdata(pg) + pgoff, 0, n);
			ubc_written(uobj, leaf, idx & UVM_RADIXMASK, 1);
			ubc_onworklist(uobj);
		} else if (!anon) {
			error = (*uobj->pgops->pgo_get)(uobj, trunc_page(off),
			    &pg, &npages, 0, VM_PROT_READ | VM_PROT_WRITE,
			    UVM_ADV_RANDOM,
			    UBC_PAGERFLAGS | PGO_PASTEOF |
				(n == PAGE_SIZE ? PGO_OVERWRITE : 0));
			if (error == 0)
				memset((char *)uvm_pgdata(pg) + pgoff, 0, n);
			mutex_enter(uobj->vmobjlock);
			if (error == 0) {
				pg->flags &= ~(PG_CLEAN | PG_RDONLY);
				ubc_onworklist(uobj);
				uvm_page_unbusy(&pg, 1);
			}
		}
		off += n;
		len -= n;
	}
	mutex_exit(uobj->vmobjlock);
}

void
ubc_purge(struct uvm_object *uobj)
{
}
