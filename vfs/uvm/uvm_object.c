/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory objects and the radix tree of their pages (see uvm_impl.h).
 *
 * The lock of an object is reference counted: objects may share one (a
 * vnode and the anonymous object below it, the layers of a layered vnode).
 */
#include "uvm_impl.h"

void
uvm_obj_init(struct uvm_object *uobj, const struct uvm_pagerops *ops,
    bool alock, unsigned refs)
{
	memset(uobj, 0, sizeof(*uobj));
	uobj->vmobjlock =
	    alock ? mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE) : NULL;
	uobj->pgops = ops;
	uobj->uo_refs = refs;
}

void
uvm_obj_destroy(struct uvm_object *uobj, bool dlock)
{
	KASSERT(uobj->uo_npages == 0);
	KASSERT(uobj->uo_root == NULL);
	if (dlock)
		mutex_obj_free(uobj->vmobjlock);
	uobj->vmobjlock = NULL;
}

/*
 * Replace the lock of an object that nobody else knows yet. The object
 * takes over the caller's reference; NULL gives it a lock of its own.
 */
void
uvm_obj_setlock(struct uvm_object *uobj, kmutex_t *lockptr)
{
	kmutex_t *olock = uobj->vmobjlock;

	if (lockptr == NULL)
		lockptr = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	uobj->vmobjlock = lockptr;
	if (olock != NULL)
		mutex_obj_free(olock);
}

static size_t
node_size(unsigned cap)
{
	return offsetof(struct uvm_pgnode, pn_slot) + cap * sizeof(void *);
}

static struct uvm_pgnode *
node_alloc(struct uvm_object *uobj, unsigned level, uint64_t base, unsigned cap)
{
	struct uvm_pgnode *n;

	n = kmem_alloc(node_size(cap), KM_NOSLEEP);
	if (n == NULL)
		return NULL;
	memset(n, 0, node_size(cap));
	n->pn_uobj = uobj;
	n->pn_level = level;
	n->pn_base = base;
	n->pn_cap = cap;
	return n;
}

static void
node_free(struct uvm_pgnode *n)
{
	kmem_free(n, node_size(n->pn_cap));
}

static __inline unsigned
node_slot(const struct uvm_pgnode *n, uint64_t idx)
{
	return (idx >> (n->pn_level * UVM_RADIXSHIFT)) & UVM_RADIXMASK;
}

static __inline bool
tree_covers(const struct uvm_object *uobj, uint64_t idx)
{
	return uobj->uo_height >= 64 / UVM_RADIXSHIFT + 1 ||
	    (idx >> (uobj->uo_height * UVM_RADIXSHIFT)) == 0;
}

static void
node_setchild(struct uvm_pgnode *n, unsigned slot, struct uvm_pgnode *child)
{
	n->pn_slot[slot] = child;
	n->pn_present |= uvm_bits(slot, 1);
	if (child->pn_dirty)
		n->pn_dirty |= uvm_bits(slot, 1);
	child->pn_parent = n;
}

/* The leaf whose range contains the page index, or NULL. */
struct uvm_pgnode *
uvm_leaf_find(struct uvm_object *uobj, uint64_t idx)
{
	struct uvm_pgnode *n = uobj->uo_leaf;

	if (__predict_true(n != NULL && n->pn_base == (idx & ~63ULL)))
		return n;
	n = uobj->uo_root;
	if (n == NULL || !tree_covers(uobj, idx))
		return NULL;
	while (n->pn_level > 0) {
		n = n->pn_slot[node_slot(n, idx)];
		if (n == NULL)
			return NULL;
	}
	uobj->uo_leaf = n;
	return n;
}

/* A small leaf becomes one of full size. */
static struct uvm_pgnode *
leaf_widen(struct uvm_object *uobj, struct uvm_pgnode *leaf)
{
	struct uvm_pgnode *wide, *parent = leaf->pn_parent;

	wide = node_alloc(uobj, 0, leaf->pn_base, UVM_RADIX);
	if (wide == NULL)
		return NULL;
	wide->pn_present = leaf->pn_present;
	wide->pn_dirty = leaf->pn_dirty;
	wide->pn_busy = leaf->pn_busy;
	memcpy(wide->pn_slot, leaf->pn_slot, leaf->pn_cap * sizeof(void *));
	if (parent == NULL)
		uobj->uo_root = wide;
	else
		node_setchild(parent, node_slot(parent, wide->pn_base), wide);
	uvm_lru_remove(leaf);
	uvm_lru_insert(wide);
	uobj->uo_leaf = wide;
	node_free(leaf);
	return wide;
}

static bool
tree_grow(struct uvm_object *uobj, uint64_t idx)
{
	struct uvm_pgnode *n;

	if (uobj->uo_root == NULL) {
		uobj->uo_height = 1;
		while (!tree_covers(uobj, idx))
			uobj->uo_height++;
		return true;
	}
	while (!tree_covers(uobj, idx)) {
		n = node_alloc(uobj, uobj->uo_height, 0, UVM_RADIX);
		if (n == NULL)
			return false;
		node_setchild(n, 0, uobj->uo_root);
		uobj->uo_root = n;
		uobj->uo_height++;
	}
	return true;
}

/*
 * The leaf for a page index with a slot for it, made if there is none. NULL
 * if there is no memory; an empty path may then remain for a while.
 */
struct uvm_pgnode *
uvm_leaf_get(struct uvm_object *uobj, uint64_t idx)
{
	struct uvm_pgnode *n, *child, *leaf;
	const uint64_t base = idx & ~63ULL;
	unsigned slot, cap;

	leaf = uvm_leaf_find(uobj, idx);
	if (leaf != NULL) {
		if (__predict_true(idx - leaf->pn_base < leaf->pn_cap))
			return leaf;
		return leaf_widen(uobj, leaf);
	}
	cap = idx < UVM_SMALLLEAF ? UVM_SMALLLEAF : UVM_RADIX;
	leaf = node_alloc(uobj, 0, base, cap);
	if (leaf == NULL)
		return NULL;
	if (!tree_grow(uobj, idx))
		goto fail;
	if (uobj->uo_height == 1) {
		uobj->uo_root = leaf;
		goto done;
	}
	if (uobj->uo_root == NULL) {
		uobj->uo_root =
		    node_alloc(uobj, uobj->uo_height - 1, 0, UVM_RADIX);
		if (uobj->uo_root == NULL)
			goto fail;
	}
	for (n = uobj->uo_root; n->pn_level > 1; n = child) {
		slot = node_slot(n, idx);
		child = n->pn_slot[slot];
		if (child == NULL) {
			const unsigned shift = n->pn_level * UVM_RADIXSHIFT;

			child = node_alloc(uobj, n->pn_level - 1,
			    (idx >> shift) << shift, UVM_RADIX);
			if (child == NULL) {
				uvm_leaf_drop(n, 0);
				goto fail;
			}
			node_setchild(n, slot, child);
		}
	}
	node_setchild(n, node_slot(n, idx), leaf);
done:
	uobj->uo_leaf = leaf;
	uvm_lru_insert(leaf);
	return leaf;
fail:
	node_free(leaf);
	return NULL;
}

/* Take the pages in mask out of a node and free what has become empty. */
void
uvm_leaf_drop(struct uvm_pgnode *n, uint64_t mask)
{
	struct uvm_object *uobj = n->pn_uobj;
	struct uvm_pgnode *parent;
	uint64_t bit;

	if (n->pn_level == 0) {
		uvm_leaf_clean(n, mask);
		n->pn_busy &= ~mask;
	}
	n->pn_present &= ~mask;
	while (n->pn_present == 0) {
		parent = n->pn_parent;
		if (n->pn_level == 0)
			uvm_lru_remove(n);
		if (uobj->uo_leaf == n)
			uobj->uo_leaf = NULL;
		if (parent == NULL) {
			uobj->uo_root = NULL;
			uobj->uo_height = 0;
			node_free(n);
			return;
		}
		bit = uvm_bits(node_slot(parent, n->pn_base), 1);
		parent->pn_slot[node_slot(parent, n->pn_base)] = NULL;
		parent->pn_present &= ~bit;
		parent->pn_dirty &= ~bit;
		node_free(n);
		n = parent;
	}
}

void
uvm_leaf_dirty(struct uvm_pgnode *n, uint64_t mask)
{
	const uint64_t fresh = mask & ~n->pn_dirty;

	if (fresh == 0)
		return;
	n->pn_uobj->uo_ndirty += popcount64(fresh);
	for (;;) {
		const bool was = n->pn_dirty != 0;
		struct uvm_pgnode *parent = n->pn_parent;

		n->pn_dirty |= mask;
		if (was || parent == NULL)
			return;
		mask = uvm_bits(node_slot(parent, n->pn_base), 1);
		n = parent;
	}
}

void
uvm_leaf_clean(struct uvm_pgnode *n, uint64_t mask)
{
	const uint64_t stale = mask & n->pn_dirty;

	if (stale == 0)
		return;
	n->pn_uobj->uo_ndirty -= popcount64(stale);
	for (;;) {
		struct uvm_pgnode *parent = n->pn_parent;

		n->pn_dirty &= ~mask;
		if (n->pn_dirty != 0 || parent == NULL)
			return;
		mask = uvm_bits(node_slot(parent, n->pn_base), 1);
		n = parent;
	}
}

static struct uvm_pgnode *
node_next(struct uvm_pgnode *n, uint64_t idx, bool dirty)
{
	struct uvm_pgnode *leaf;
	uint64_t mask = dirty ? n->pn_dirty : n->pn_present;
	unsigned slot = 0;

	if (idx > n->pn_base) {
		const uint64_t rel =
		    (idx - n->pn_base) >> (n->pn_level * UVM_RADIXSHIFT);

		if (rel >= UVM_RADIX)
			return NULL;
		slot = (unsigned)rel;
	}
	mask &= ~UINT64_C(0) << slot;
	if (n->pn_level == 0)
		return mask != 0 ? n : NULL;
	for (; mask != 0; mask &= mask - 1) {
		leaf = node_next(n->pn_slot[__builtin_ctzll(mask)], idx, dirty);
		if (leaf != NULL)
			return leaf;
	}
	return NULL;
}

/* The first leaf with a (dirty) page at the index or behind it. */
struct uvm_pgnode *
uvm_leaf_next(struct uvm_object *uobj, uint64_t idx, bool dirty)
{
	if (uobj->uo_root == NULL)
		return NULL;
	return node_next(uobj->uo_root, idx, dirty);
}

struct vm_page *
uvm_pagelookup(struct uvm_object *uobj, voff_t off)
{
	const uint64_t idx = (uint64_t)off >> PAGE_SHIFT;
	struct uvm_pgnode *leaf;

	leaf = uvm_leaf_find(uobj, idx);
	if (leaf == NULL || idx - leaf->pn_base >= leaf->pn_cap)
		return NULL;
	return leaf->pn_slot[idx - leaf->pn_base];
}

/*
 * There are no wired mappings: presence is all that wiring can mean. The pages
 * are put into the list, if there is one.
 */
int
uvm_obj_wirepages(
    struct uvm_object *uobj, off_t start, off_t end, struct pglist *list)
{
	const off_t first = start;
	struct vm_page *pgs[16];
	int error = 0;

	while (start < end && error == 0) {
		int npages = MIN(16, (int)((end - start) >> PAGE_SHIFT));

		memset(pgs, 0, sizeof(pgs));
		mutex_enter(uobj->vmobjlock);
		error = (*uobj->pgops->pgo_get)(uobj, start, pgs, &npages, 0,
		    VM_PROT_READ | VM_PROT_WRITE, UVM_ADV_SEQUENTIAL,
		    PGO_ALLPAGES | PGO_SYNCIO);
		if (error)
			break;
		mutex_enter(uobj->vmobjlock);
		for (int i = 0; i < npages; i++) {
			uvm_pagewire(pgs[i]);
			if (list != NULL)
				TAILQ_INSERT_TAIL(list, pgs[i], pageq.queue);
		}
		uvm_page_unbusy(pgs, npages);
		mutex_exit(uobj->vmobjlock);
		start += (off_t)npages << PAGE_SHIFT;
	}
	if (error != 0)
		uvm_obj_unwirepages(uobj, first, start);
	return error;
}

void
uvm_obj_unwirepages(struct uvm_object *uobj, off_t start, off_t end)
{
	struct vm_page *pg;

	mutex_enter(uobj->vmobjlock);
	for (; start < end; start += PAGE_SIZE)
		if ((pg = uvm_pagelookup(uobj, start)) != NULL)
			uvm_pageunwire(pg);
	mutex_exit(uobj->vmobjlock);
}

void
uvm_object_printit(
    struct uvm_object *uobj, bool full, void (*pr)(const char *, ...))
{
	(*pr)("object %p: lock %p, ops %p, %d pages, %d dirty, refs %u\n", uobj,
	    uobj->vmobjlock, uobj->pgops, uobj->uo_npages, uobj->uo_ndirty,
	    uobj->uo_refs);
}
