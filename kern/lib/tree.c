/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The balancing of tree(3)'s RB trees, for elements of any type: an element's
 * entry is at an offset.  The rules are those of rbtree.c.
 */

#include <sys/systm.h>
#include <sys/tree.h>
#include <sys/types.h>

#define E(n)         ((struct rbtree_any *)(void *)((char *)(n) + off))
#define KID(n, side) (*((side) ? &E(n)->rbe_right : &E(n)->rbe_left))

static inline bool
is_red(size_t off, void *n)
{
	return n != NULL && E(n)->rbe_color == RB_RED;
}

static void
replace(
    struct rbtree_any_head *h, size_t off, void *parent, void *old, void *new)
{
	if (parent == NULL)
		h->rbh_root = new;
	else
		KID(parent, KID(parent, 1) == old) = new;
}

/* n goes down to the given side */
static void
rotate(struct rbtree_any_head *h, size_t off, void *n, int side)
{
	void *up = KID(n, !side), *mid = KID(up, side);

	replace(h, off, E(n)->rbe_parent, n, up);
	E(up)->rbe_parent = E(n)->rbe_parent;
	KID(up, side) = n;
	E(n)->rbe_parent = up;
	KID(n, !side) = mid;
	if (mid != NULL)
		E(mid)->rbe_parent = n;
}

/* n becomes the child on that side, which is empty, of its parent */
void
rump_tree_insert(
    struct rbtree_any_head *h, size_t off, void *n, void *parent, int side)
{
	void *f, *g, *uncle;

	E(n)->rbe_left = E(n)->rbe_right = NULL;
	E(n)->rbe_parent = parent;
	E(n)->rbe_color = RB_RED;
	if (parent == NULL)
		h->rbh_root = n;
	else
		KID(parent, side) = n;
	while (is_red(off, f = E(n)->rbe_parent)) {
		g = E(f)->rbe_parent;
		side = KID(g, 1) == f;
		uncle = KID(g, !side);
		if (is_red(off, uncle)) {
			E(f)->rbe_color = E(uncle)->rbe_color = RB_BLACK;
			E(g)->rbe_color = RB_RED;
			n = g;
			continue;
		}
		if ((KID(f, 1) == n) != side) {
			rotate(h, off, f, side);
			n = f;
			f = E(n)->rbe_parent;
		}
		E(f)->rbe_color = RB_BLACK;
		E(g)->rbe_color = RB_RED;
		rotate(h, off, g, !side);
		break;
	}
	E(h->rbh_root)->rbe_color = RB_BLACK;
}

static void
remove_fixup(struct rbtree_any_head *h, size_t off, void *f, void *n)
{
	void *sib;
	int side;

	while (f != NULL && !is_red(off, n)) {
		side = KID(f, 0) != n;
		sib = KID(f, !side);
		if (is_red(off, sib)) {
			E(sib)->rbe_color = RB_BLACK;
			E(f)->rbe_color = RB_RED;
			rotate(h, off, f, side);
			sib = KID(f, !side);
		}
		if (!is_red(off, KID(sib, 0)) && !is_red(off, KID(sib, 1))) {
			E(sib)->rbe_color = RB_RED;
			n = f;
			f = E(n)->rbe_parent;
			continue;
		}
		if (!is_red(off, KID(sib, !side))) {
			E(KID(sib, side))->rbe_color = RB_BLACK;
			E(sib)->rbe_color = RB_RED;
			rotate(h, off, sib, !side);
			sib = KID(f, !side);
		}
		E(sib)->rbe_color = E(f)->rbe_color;
		E(f)->rbe_color = E(KID(sib, !side))->rbe_color = RB_BLACK;
		rotate(h, off, f, side);
		break;
	}
	if (n != NULL)
		E(n)->rbe_color = RB_BLACK;
}

void
rump_tree_remove(struct rbtree_any_head *h, size_t off, void *n)
{
	void *f, *child, *next;
	int color;

	if (KID(n, 0) != NULL && KID(n, 1) != NULL) {
		for (next = KID(n, 1); KID(next, 0) != NULL;)
			next = KID(next, 0);
		color = E(next)->rbe_color;
		child = KID(next, 1);
		f = E(next)->rbe_parent;
		if (f == n)
			f = next;
		else {
			KID(f, 0) = child;
			if (child != NULL)
				E(child)->rbe_parent = f;
			KID(next, 1) = KID(n, 1);
			E(KID(next, 1))->rbe_parent = next;
		}
		KID(next, 0) = KID(n, 0);
		E(KID(next, 0))->rbe_parent = next;
		replace(h, off, E(n)->rbe_parent, n, next);
		E(next)->rbe_parent = E(n)->rbe_parent;
		E(next)->rbe_color = E(n)->rbe_color;
	} else {
		color = E(n)->rbe_color;
		f = E(n)->rbe_parent;
		child = KID(n, 0) != NULL ? KID(n, 0) : KID(n, 1);
		replace(h, off, f, n, child);
		if (child != NULL)
			E(child)->rbe_parent = f;
	}
	if (color == RB_BLACK)
		remove_fixup(h, off, f, child);
}

/* the next one to that side */
void *
rump_tree_step(size_t off, void *n, int side)
{
	void *f;

	if (KID(n, side) != NULL) {
		n = KID(n, side);
		while (KID(n, !side) != NULL)
			n = KID(n, !side);
		return n;
	}
	for (f = E(n)->rbe_parent; f != NULL && KID(f, side) == n;
	     f = E(n)->rbe_parent)
		n = f;
	return f;
}

/* the last one on that side */
void *
rump_tree_end(struct rbtree_any_head *h, size_t off, int side)
{
	void *n = h->rbh_root;

	while (n != NULL && KID(n, side) != NULL)
		n = KID(n, side);
	return n;
}
