/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptree(3).  Items stand in the order of their keys' bits, a mask before all
 * that has it as prefix.  They make a treap: a search tree by that order, a
 * heap by a random priority, so its depth is logarithmic whatever comes in.
 *
 * What a key has as prefix encloses one another, so the item just before a
 * key is its longest prefix, or shares with it the bits that any prefix of
 * the key has at most.
 */

#include <sys/cprng.h>
#include <sys/param.h>
#include <sys/ptree.h>
#include <sys/systm.h>

#define MASKED  0x80000000u
#define LENGTH  0x7fffffffu
#define WHOLE   UINT_MAX /* length of a key that is no mask */
#define MAXBITS 0x8000u  /* of a key */

static pt_node_t *
child(const pt_node_t *n, int side)
{
	return (pt_node_t *)n->ptn_slots[side];
}

static void *
item_of(const pt_tree_t *pt, const pt_node_t *n)
{
	return (char *)__UNCONST(n) - pt->pt_node_offset;
}

static pt_node_t *
node_of(const pt_tree_t *pt, const void *item)
{
	return (pt_node_t *)((char *)__UNCONST(item) + pt->pt_node_offset);
}

static const void *
key_of(const pt_tree_t *pt, const pt_node_t *n)
{
	return (const char *)item_of(pt, n) + pt->pt_key_offset;
}

static pt_bitlen_t
length_of(const pt_node_t *n)
{
	return (n->ptn_nodedata & MASKED) != 0 ? n->ptn_nodedata & LENGTH
					       : WHOLE;
}

void
ptree_init(pt_tree_t *pt, const pt_tree_ops_t *ops, void *context,
    size_t node_offset, size_t key_offset)
{
	memset(pt, 0, sizeof(*pt));
	pt->pt_ops = ops;
	pt->pt_context = context;
	pt->pt_node_offset = node_offset;
	pt->pt_key_offset = key_offset;
}

/* Order of two items: below 0, 0, above 0. */
static int
compare_nodes(const pt_tree_t *pt, const pt_node_t *a, const pt_node_t *b)
{
	const pt_bitlen_t la = length_of(a), lb = length_of(b);
	pt_bitoff_t off = 0;
	pt_slot_t slot = 0;

	if (!(*pt->pt_ops->ptto_matchnode)(key_of(pt, a), key_of(pt, b),
		MIN(la, lb), &off, &slot, pt->pt_context))
		return (*pt->pt_ops->ptto_testnode)(key_of(pt, a), off, 1,
			   pt->pt_context) == PT_SLOT_LEFT
		    ? -1
		    : 1;
	return la == lb ? 0 : la < lb ? -1 : 1;
}

static bool
key_matches(
    const pt_tree_t *pt, const void *key, const pt_node_t *n, pt_bitlen_t len)
{
	return len == 0 ||
	    (*pt->pt_ops->ptto_matchkey)(
		key, key_of(pt, n), 0, len, pt->pt_context);
}

/* How many bits a key has in common with an item, up to LEN, which differ. */
static pt_bitlen_t
common_bits(
    const pt_tree_t *pt, const void *key, const pt_node_t *n, pt_bitlen_t len)
{
	pt_bitlen_t low = 0, high = 1;

	while (high < MIN(len, MAXBITS) && key_matches(pt, key, n, high)) {
		low = high;
		high *= 2;
	}
	high = MIN(high, MIN(len, MAXBITS));
	while (high - low > 1) {
		const pt_bitlen_t mid = low + (high - low) / 2;

		if (key_matches(pt, key, n, mid))
			low = mid;
		else
			high = mid;
	}
	return low;
}

/*
 * Order of the first LEN bits of a key and an item: not above 0 if the item is
 * at or after them. *COMMON: how many bits they share, WHOLE for all.
 */
static int
compare_key(const pt_tree_t *pt, const void *key, pt_bitlen_t len,
    const pt_node_t *n, pt_bitlen_t *common)
{
	const pt_bitlen_t nlen = length_of(n), min = MIN(len, nlen);

	if (key_matches(pt, key, n, min)) {
		*common = min;
		return nlen == len ? 0 : nlen < len ? 1 : -1;
	}
	*common = common_bits(pt, key, n, min);
	return (*pt->pt_ops->ptto_testkey)(key, *common, 1, pt->pt_context) ==
		PT_SLOT_LEFT
	    ? -1
	    : 1;
}

static void
rotate(uintptr_t *link, int side)
{
	pt_node_t *top = (pt_node_t *)*link, *up = child(top, side);

	top->ptn_slots[side] = up->ptn_slots[!side];
	up->ptn_slots[!side] = (uintptr_t)top;
	*link = (uintptr_t)up;
}

static bool
insert(pt_tree_t *pt, uintptr_t *link, pt_node_t *n)
{
	pt_node_t *at = (pt_node_t *)*link;
	int order, side;

	if (at == NULL) {
		*link = (uintptr_t)n;
		return true;
	}
	order = compare_nodes(pt, n, at);
	if (order == 0)
		return false;
	side = order > 0;
	if (!insert(pt, &at->ptn_slots[side], n))
		return false;
	if (child(at, side)->ptn_branchdata > at->ptn_branchdata)
		rotate(link, side);
	return true;
}

static bool
insert_item(pt_tree_t *pt, void *item, uint32_t data)
{
	pt_node_t *n = node_of(pt, item);

	n->ptn_slots[0] = n->ptn_slots[1] = 0;
	n->ptn_nodedata = data;
	n->ptn_branchdata = cprng_fast32();
	return insert(pt, &pt->pt_rootnode.ptn_slots[0], n);
}

bool
ptree_insert_node(pt_tree_t *pt, void *item)
{
	return insert_item(pt, item, 0);
}

bool
ptree_insert_mask_node(pt_tree_t *pt, void *item, pt_bitlen_t len)
{
	KASSERT(len <= MAXBITS);
	return insert_item(pt, item, MASKED | len);
}

bool
ptree_mask_node_p(pt_tree_t *pt, const void *item, pt_bitlen_t *lenp)
{
	const pt_node_t *n = node_of(pt, item);

	if ((n->ptn_nodedata & MASKED) == 0)
		return false;
	if (lenp != NULL)
		*lenp = length_of(n);
	return true;
}

void *
ptree_find_filtered_node(
    pt_tree_t *pt, const void *key, pt_filter_t filter, void *arg)
{
	pt_bitlen_t len = WHOLE, common, best_common;
	const pt_node_t *n, *best;

	for (;;) {
		/* the last item not after the first LEN bits of the key */
		best = NULL;
		best_common = 0;
		n = child(&pt->pt_rootnode, 0);
		while (n != NULL) {
			const int order = compare_key(pt, key, len, n, &common);

			if (order >= 0) {
				best = n;
				best_common = common;
			}
			if (order == 0)
				break;
			n = child(n, order > 0);
		}
		if (best == NULL)
			return NULL;
		if (best_common == length_of(best)) {
			if (filter == NULL ||
			    (*filter)(arg, item_of(pt, best),
				(best->ptn_nodedata & MASKED) != 0
				    ? PT_FILTER_MASK
				    : 0))
				return item_of(pt, best);
			if (best_common == 0)
				return NULL;
			/* not wanted: a shorter one */
			len = MIN(best_common, MAXBITS + 1) - 1;
		} else
			len = best_common;
	}
}

void
ptree_remove_node(pt_tree_t *pt, void *item)
{
	pt_node_t *n = node_of(pt, item), *at;
	uintptr_t *link = &pt->pt_rootnode.ptn_slots[0];

	while ((at = (pt_node_t *)*link) != n) {
		KASSERTMSG(at != NULL, "ptree_remove_node: not in the tree");
		link = &at->ptn_slots[compare_nodes(pt, n, at) > 0];
	}
	while (child(n, 0) != NULL && child(n, 1) != NULL) {
		const int side =
		    child(n, 1)->ptn_branchdata > child(n, 0)->ptn_branchdata;

		rotate(link, side);
		link = &((pt_node_t *)*link)->ptn_slots[!side];
	}
	*link = n->ptn_slots[child(n, 0) == NULL];
	n->ptn_slots[0] = n->ptn_slots[1] = 0;
}

void *
ptree_iterate(pt_tree_t *pt, const void *item, pt_direction_t direction)
{
	const int side = direction == PT_ASCENDING;
	const pt_node_t *at = child(&pt->pt_rootnode, 0), *found = NULL, *n;

	if (item == NULL) {
		for (; at != NULL; at = child(at, !side))
			found = at;
		return found == NULL ? NULL : item_of(pt, found);
	}
	n = node_of(pt, item);
	while (at != NULL) {
		const int order = compare_nodes(pt, n, at);

		/* at is on the wanted side of the item */
		if (side ? order < 0 : order > 0) {
			found = at;
			at = child(at, !side);
		} else
			at = child(at, side);
	}
	return found == NULL ? NULL : item_of(pt, found);
}
