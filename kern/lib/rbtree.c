/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rbtree(3): red-black trees of intrusive nodes.
 *
 * Invariants: the root is black; a red node has black children; every path to
 * a leaf passes the same number of black nodes.  rb_info holds the parent and,
 * in bit 0, whether the node is red.  The least and greatest node are kept in
 * rbt_minmax[], so that iteration from either end starts in constant time.
 */

#include <lib/libkern/libkern.h>
#include <sys/rbtree.h>
#include <sys/types.h>

#define RED 1UL
#define L   RB_DIR_LEFT
#define R   RB_DIR_RIGHT

#define NODE(t, obj)                                                           \
	((struct rb_node *)(void *)((char *)(obj) +                            \
	    (t)->rbt_ops->rbto_node_offset))
#define OBJ(t, n)                                                              \
	((n) == NULL ? NULL                                                    \
		     : (void *)((char *)(n) - (t)->rbt_ops->rbto_node_offset))

static inline struct rb_node *
father(const struct rb_node *n)
{
	return (struct rb_node *)(n->rb_info & ~RED);
}

static inline bool
is_red(const struct rb_node *n)
{
	return n != NULL && (n->rb_info & RED) != 0;
}

static inline void
set_father(struct rb_node *n, struct rb_node *f)
{
	n->rb_info = (uintptr_t)f | (n->rb_info & RED);
}

static inline void
set_black(struct rb_node *n)
{
	n->rb_info &= ~RED;
}

static inline void
set_red(struct rb_node *n)
{
	n->rb_info |= RED;
}

static inline int
side_of(const struct rb_node *f, const struct rb_node *n)
{
	return f->rb_nodes[R] == n;
}

static void
replace_child(
    rb_tree_t *t, struct rb_node *f, struct rb_node *old, struct rb_node *new)
{
	if (f == NULL)
		t->rbt_root = new;
	else
		f->rb_nodes[side_of(f, old)] = new;
}

/* n goes down to the given side; its child on the other side takes its place */
static void
rotate(rb_tree_t *t, struct rb_node *n, int side)
{
	struct rb_node *up = n->rb_nodes[!side], *f = father(n);
	struct rb_node *mid = up->rb_nodes[side];

	replace_child(t, f, n, up);
	set_father(up, f);
	up->rb_nodes[side] = n;
	set_father(n, up);
	n->rb_nodes[!side] = mid;
	if (mid != NULL)
		set_father(mid, n);
}

void
rb_tree_init(rb_tree_t *t, const rb_tree_ops_t *ops)
{
	t->rbt_root = NULL;
	t->rbt_ops = ops;
	t->rbt_minmax[L] = t->rbt_minmax[R] = NULL;
}

static void
insert_fixup(rb_tree_t *t, struct rb_node *n)
{
	struct rb_node *f, *g, *uncle;
	int side;

	while (is_red(f = father(n))) {
		g = father(f); /* exists: a red node is not the root */
		side = side_of(g, f);
		uncle = g->rb_nodes[!side];
		if (is_red(uncle)) {
			set_black(f);
			set_black(uncle);
			set_red(g);
			n = g;
			continue;
		}
		if (side_of(f, n) != side) {
			rotate(t, f, side);
			n = f;
			f = father(n);
		}
		set_black(f);
		set_red(g);
		rotate(t, g, !side);
		break;
	}
	set_black(t->rbt_root);
}

/* Insert obj; if one with an equal key is there, that one is returned. */
void *
rb_tree_insert_node(rb_tree_t *t, void *obj)
{
	const rb_tree_ops_t *ops = t->rbt_ops;
	struct rb_node *n = NODE(t, obj), *f = NULL, *p = t->rbt_root;
	bool extreme[2] = {true, true};
	int side = L, diff;

	while (p != NULL) {
		f = p;
		diff = (*ops->rbto_compare_nodes)(
		    ops->rbto_context, OBJ(t, p), obj);
		if (diff == 0)
			return OBJ(t, p);
		side = diff < 0 ? R : L;
		extreme[!side] = false;
		p = p->rb_nodes[side];
	}
	n->rb_nodes[L] = n->rb_nodes[R] = NULL;
	n->rb_info = (uintptr_t)f | RED;
	if (f == NULL)
		t->rbt_root = n;
	else
		f->rb_nodes[side] = n;
	for (side = L; side <= R; side++) {
		if (extreme[side])
			t->rbt_minmax[side] = n;
	}
	insert_fixup(t, n);
	return obj;
}

/* n, child of f, is short of one black node */
static void
remove_fixup(rb_tree_t *t, struct rb_node *f, struct rb_node *n)
{
	struct rb_node *sib;
	int side;

	while (f != NULL && !is_red(n)) {
		side = f->rb_nodes[L] == n ? L : R;
		sib = f->rb_nodes[!side];
		if (is_red(sib)) {
			set_black(sib);
			set_red(f);
			rotate(t, f, side);
			sib = f->rb_nodes[!side];
		}
		if (!is_red(sib->rb_nodes[L]) && !is_red(sib->rb_nodes[R])) {
			set_red(sib);
			n = f;
			f = father(n);
			continue;
		}
		if (!is_red(sib->rb_nodes[!side])) {
			set_black(sib->rb_nodes[side]);
			set_red(sib);
			rotate(t, sib, !side);
			sib = f->rb_nodes[!side];
		}
		if (is_red(f))
			set_red(sib);
		else
			set_black(sib);
		set_black(f);
		set_black(sib->rb_nodes[!side]);
		rotate(t, f, side);
		break;
	}
	if (n != NULL)
		set_black(n);
}

void
rb_tree_remove_node(rb_tree_t *t, void *obj)
{
	struct rb_node *n = NODE(t, obj), *f, *child, *next;
	bool red;

	for (int side = L; side <= R; side++) {
		if (t->rbt_minmax[side] == n) {
			next = rb_tree_iterate(t, obj, !side);
			t->rbt_minmax[side] =
			    next == NULL ? NULL : NODE(t, next);
		}
	}
	if (n->rb_nodes[L] != NULL && n->rb_nodes[R] != NULL) {
		/* the successor, which has no left child, takes n's place */
		for (next = n->rb_nodes[R]; next->rb_nodes[L] != NULL;)
			next = next->rb_nodes[L];
		red = is_red(next);
		child = next->rb_nodes[R];
		f = father(next);
		if (f == n)
			f = next;
		else {
			f->rb_nodes[L] = child;
			if (child != NULL)
				set_father(child, f);
			next->rb_nodes[R] = n->rb_nodes[R];
			set_father(next->rb_nodes[R], next);
		}
		next->rb_nodes[L] = n->rb_nodes[L];
		set_father(next->rb_nodes[L], next);
		replace_child(t, father(n), n, next);
		next->rb_info = n->rb_info;
	} else {
		red = is_red(n);
		f = father(n);
		child =
		    n->rb_nodes[L] != NULL ? n->rb_nodes[L] : n->rb_nodes[R];
		replace_child(t, f, n, child);
		if (child != NULL)
			set_father(child, f);
	}
	if (!red)
		remove_fixup(t, f, child);
}

static struct rb_node *
find(rb_tree_t *t, const void *key, struct rb_node **less,
    struct rb_node **greater)
{
	const rb_tree_ops_t *ops = t->rbt_ops;
	struct rb_node *n = t->rbt_root;
	int diff;

	*less = *greater = NULL;
	while (n != NULL) {
		diff =
		    (*ops->rbto_compare_key)(ops->rbto_context, OBJ(t, n), key);
		if (diff == 0)
			return n;
		if (diff < 0) {
			*less = n;
			n = n->rb_nodes[R];
		} else {
			*greater = n;
			n = n->rb_nodes[L];
		}
	}
	return NULL;
}

void *
rb_tree_find_node(rb_tree_t *t, const void *key)
{
	struct rb_node *n, *less, *greater;

	n = find(t, key, &less, &greater);
	return OBJ(t, n);
}

void *
rb_tree_find_node_geq(rb_tree_t *t, const void *key)
{
	struct rb_node *n, *less, *greater;

	n = find(t, key, &less, &greater);
	return n != NULL ? OBJ(t, n) : OBJ(t, greater);
}

void *
rb_tree_find_node_leq(rb_tree_t *t, const void *key)
{
	struct rb_node *n, *less, *greater;

	n = find(t, key, &less, &greater);
	return n != NULL ? OBJ(t, n) : OBJ(t, less);
}

/* the next node in a direction; with NULL the first or last */
void *
rb_tree_iterate(rb_tree_t *t, void *obj, const unsigned int dir)
{
	struct rb_node *n, *f;

	if (obj == NULL)
		return OBJ(t, t->rbt_minmax[dir]);
	n = NODE(t, obj);
	if (n->rb_nodes[dir] != NULL) {
		n = n->rb_nodes[dir];
		while (n->rb_nodes[!dir] != NULL)
			n = n->rb_nodes[!dir];
		return OBJ(t, n);
	}
	for (f = father(n); f != NULL && f->rb_nodes[dir] == n; f = father(n))
		n = f;
	return OBJ(t, f);
}

size_t
rb_tree_count(rb_tree_t *t)
{
	size_t count = 0;
	void *obj;

	RB_TREE_FOREACH(obj, t)
	count++;
	return count;
}

static size_t
depth(const struct rb_node *n)
{
	size_t l, r;

	if (n == NULL)
		return 0;
	l = depth(n->rb_nodes[L]);
	r = depth(n->rb_nodes[R]);
	return 1 + (l > r ? l : r);
}

size_t
rb_tree_depth(rb_tree_t *t)
{
	return depth(t->rbt_root);
}
