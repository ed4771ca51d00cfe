/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Longest-prefix match.
 *
 * The tree branches only: an inner node tests one bit (rn_b), at which the
 * keys below it first differ, and leaves hold the entries. Entries with one
 * key and several masks hang on one leaf by rn_dupedkey, the longest mask
 * first. Keys are masked, so bits beyond the mask are zero.
 *
 * The way from the top to a leaf follows the bits of the address looked for.
 * A prefix of L bits that covers the address agrees with it in L bits and is
 * zero behind them; so it is in the leftmost leaf below the first node of the
 * way whose bit is L or higher. A search therefore goes down once, and up
 * again looking at one leaf for each node.
 *
 * An entry brings the memory of one leaf and one inner node; an inner node in
 * use moves when the entry that brought it is deleted. Masks that are not
 * prefixes are rare: their entries are in a list. The caller has the lock.
 */
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/radix.h>

#define RN_HOST   0x7fff /* length of "no mask" */
#define RN_ODD    (-1)   /* a mask with holes */
#define RN_LEAF   (-1)   /* rn_b of a leaf */
#define RN_LEN(k) (*(const unsigned char *)(k))

int max_keylen = 256;

/* masks in use, kept for good: there are few different ones */
struct rn_maskent {
	struct rn_maskent *me_next;
	unsigned char me_mask[];
};
static struct rn_maskent *rn_masks;

static int
rn_bit(const void *key, int bit)
{
	const unsigned char *k = key;
	int byte = bit >> 3;

	return byte < RN_LEN(k) ? (k[byte] >> (7 - (bit & 7))) & 1 : 0;
}

static unsigned char
rn_byte(const void *key, int byte)
{
	const unsigned char *k = key;

	return byte < RN_LEN(k) ? k[byte] : 0;
}

/* First bit from FROM on in which two keys differ, or -1. */
static int
rn_diff(const void *a, const void *b, int from)
{
	int byte, len = imax(RN_LEN(a), RN_LEN(b)), bit;
	unsigned char x;

	for (byte = from >> 3; byte < len; byte++) {
		x = rn_byte(a, byte) ^ rn_byte(b, byte);
		if (x == 0)
			continue;
		for (bit = 0; (x & 0x80) == 0; bit++)
			x <<= 1;
		return byte * 8 + bit;
	}
	return -1;
}

/* Index behind the last bit of a prefix mask; RN_HOST, RN_ODD. */
static int
rn_masklen(const void *mask, int off)
{
	int byte = off >> 3, len, bits, i;
	bool ended = false;

	if (mask == NULL)
		return RN_HOST;
	len = RN_LEN(mask);
	bits = off;
	for (; byte < len; byte++) {
		for (i = 7; i >= 0; i--) {
			if ((((const unsigned char *)mask)[byte] >> i & 1) == 0)
				ended = true;
			else if (ended)
				return RN_ODD;
			else
				bits++;
		}
	}
	return bits;
}

static bool
rn_mask_equal(const void *a, const void *b, int off)
{
	if (a == NULL || b == NULL)
		return a == b;
	return rn_diff(a, b, off) == -1;
}

/* Does KEY, under the mask of leaf X, equal X's key? */
static bool
rn_satisfies(const void *key, const struct radix_node *x, int off)
{
	int byte, len;
	unsigned char m;

	len = imax(RN_LEN(key), RN_LEN(x->rn_key));
	for (byte = off >> 3; byte < len; byte++) {
		m = x->rn_mask == NULL ? 0xff : rn_byte(x->rn_mask, byte);
		if (((rn_byte(key, byte) ^ rn_byte(x->rn_key, byte)) & m) != 0)
			return false;
	}
	return true;
}

static const char *
rn_mask_intern(const void *mask, int off)
{
	struct rn_maskent *me;
	int len = RN_LEN(mask);

	while (len > (off >> 3) && ((const unsigned char *)mask)[len - 1] == 0)
		len--;
	if (len <= (off >> 3))
		len = 0; /* matches everything */
	for (me = rn_masks; me != NULL; me = me->me_next) {
		if (me->me_mask[0] == len &&
		    (len < 2 ||
			memcmp(me->me_mask + 1, (const char *)mask + 1,
			    len - 1) == 0))
			return (const char *)me->me_mask;
	}
	me = kern_malloc(sizeof(*me) + imax(len, 16), M_NOWAIT | M_ZERO);
	if (me == NULL)
		return NULL;
	if (len > 1)
		memcpy(me->me_mask, mask, len);
	me->me_mask[0] = len;
	me->me_next = rn_masks;
	rn_masks = me;
	return (const char *)me->me_mask;
}

void
rn_init(void)
{
}

void
rn_delayedinit(void **head, int off)
{
	(void)rn_inithead(head, off);
}

/* A tree whose keys begin at bit OFF; 1, or 0 without memory. */
int
rn_inithead(void **head, int off)
{
	struct radix_node_head *rnh;

	if (*head != NULL)
		return 1;
	rnh = kmem_alloc(sizeof(*rnh), KM_SLEEP);
	*head = rnh;
	return rn_inithead0(rnh, off);
}

int
rn_inithead0(struct radix_node_head *rnh, int off)
{
	memset(rnh, 0, sizeof(*rnh));
	rnh->rnh_off = off;
	rnh->rnh_addaddr = rn_addroute;
	rnh->rnh_deladdr = rn_delete;
	rnh->rnh_matchaddr = rn_match;
	rnh->rnh_lookup = rn_lookup;
	return 1;
}

/* Is mask M stricter than N? */
int
rn_refines(const void *m, const void *n)
{
	int byte, len;
	bool equal = true;

	if (n == NULL)
		return 0;
	if (m == NULL)
		return 1;
	len = imax(RN_LEN(m), RN_LEN(n));
	for (byte = 1; byte < len; byte++) {
		unsigned char a = rn_byte(m, byte), b = rn_byte(n, byte);

		if (byte < 4)
			continue; /* family and port say nothing */
		if ((b & ~a) != 0)
			return 0;
		if (a != b)
			equal = false;
	}
	return !equal;
}

/* The leaf at which a search for KEY ends. */
static struct radix_node *
rn_descend(struct radix_node *x, const void *key)
{
	while (x != NULL && x->rn_b >= 0)
		x = rn_bit(key, x->rn_b) ? x->rn_r : x->rn_l;
	return x;
}

static struct radix_node *
rn_leftmost(struct radix_node *x)
{
	while (x->rn_b >= 0)
		x = x->rn_l;
	return x;
}

static struct radix_node *
rn_match_odd(const void *key, struct radix_node_head *head)
{
	struct radix_node *x;

	for (x = head->rnh_odd; x != NULL; x = x->rn_dupedkey)
		if (rn_satisfies(key, x, head->rnh_off))
			return x;
	return NULL;
}

/* The entry with the longest prefix that covers KEY, or NULL. */
struct radix_node *
rn_match(const void *key, struct radix_node_head *head)
{
	struct radix_node *x, *leaf, *e, *odd;
	int hi = RN_HOST, lo, len;

	odd = __predict_false(head->rnh_odd != NULL) ? rn_match_odd(key, head)
						     : NULL;
	x = rn_descend(head->rnh_treetop, key);
	for (; x != NULL; x = x->rn_p) {
		lo = x->rn_p != NULL ? x->rn_p->rn_b : -1;
		if (x->rn_b >= 0)
			hi = x->rn_b;
		leaf = rn_leftmost(x);
		for (e = leaf; e != NULL; e = e->rn_dupedkey) {
			len = rn_masklen(e->rn_mask, head->rnh_off);
			if (len > hi || len <= lo)
				continue;
			if (rn_satisfies(key, e, head->rnh_off))
				return odd != NULL &&
					rn_refines(odd->rn_mask, e->rn_mask)
				    ? odd
				    : e;
		}
	}
	return odd;
}

/* The leaf with exactly that key. */
static struct radix_node *
rn_leaf(const void *key, struct radix_node_head *head)
{
	struct radix_node *x;

	x = rn_descend(head->rnh_treetop, key);
	if (x == NULL || rn_diff(x->rn_key, key, head->rnh_off) != -1)
		return NULL;
	return x;
}

/* The entry with that key and mask; without MASK, the one that matches. */
struct radix_node *
rn_lookup(const void *key, const void *mask, struct radix_node_head *head)
{
	struct radix_node *x;

	if (mask == NULL)
		return rn_match(key, head);
	if (rn_masklen(mask, head->rnh_off) == RN_ODD) {
		for (x = head->rnh_odd; x != NULL; x = x->rn_dupedkey)
			if (rn_diff(x->rn_key, key, head->rnh_off) == -1 &&
			    rn_mask_equal(x->rn_mask, mask, head->rnh_off))
				return x;
		return NULL;
	}
	for (x = rn_leaf(key, head); x != NULL; x = x->rn_dupedkey)
		if (x->rn_mask != NULL &&
		    rn_mask_equal(x->rn_mask, mask, head->rnh_off))
			return x;
	return NULL;
}

/* Let whatever pointed at OLD as a child point at NEW. */
static void
rn_replace(struct radix_node_head *head, struct radix_node *old,
    struct radix_node *new)
{
	struct radix_node *p = old->rn_p;

	if (p == NULL)
		head->rnh_treetop = new;
	else if (p->rn_l == old)
		p->rn_l = new;
	else
		p->rn_r = new;
	if (new != NULL)
		new->rn_p = p;
}

/* Put an entry into the chain of a leaf; NULL if its mask is there. */
static struct radix_node *
rn_add_duped(
    struct radix_node_head *head, struct radix_node *leaf, struct radix_node *t)
{
	int len = rn_masklen(t->rn_mask, head->rnh_off), l;
	struct radix_node *e, *prev = NULL;

	for (e = leaf; e != NULL; prev = e, e = e->rn_dupedkey) {
		l = rn_masklen(e->rn_mask, head->rnh_off);
		if (l == len)
			return NULL;
		if (l < len)
			break;
	}
	t->rn_dupedkey = e;
	if (prev != NULL)
		prev->rn_dupedkey = t;
	else
		rn_replace(head, leaf, t);
	return t;
}

/* Add an entry in NODES (one leaf, one inner node); NULL if it exists. */
struct radix_node *
rn_addroute(const void *key, const void *mask, struct radix_node_head *head,
    struct radix_node nodes[2])
{
	struct radix_node *t = &nodes[0], *inner = &nodes[1], *x, *leaf;
	int bit;

	memset(nodes, 0, 2 * sizeof(nodes[0]));
	t->rn_b = RN_LEAF;
	t->rn_key = key;
	t->rn_flags = RNF_ACTIVE;
	if (mask != NULL) {
		t->rn_mask = rn_mask_intern(mask, head->rnh_off);
		if (t->rn_mask == NULL)
			return NULL;
	}
	if (rn_masklen(mask, head->rnh_off) == RN_ODD) {
		if (rn_lookup(key, mask, head) != NULL)
			return NULL;
		t->rn_dupedkey = head->rnh_odd;
		head->rnh_odd = t;
		return t;
	}
	if (head->rnh_treetop == NULL) {
		head->rnh_treetop = t;
		return t;
	}
	leaf = rn_descend(head->rnh_treetop, key);
	bit = rn_diff(leaf->rn_key, key, head->rnh_off);
	if (bit == -1)
		return rn_add_duped(head, leaf, t);

	/* branch above the first node that tests a later bit */
	x = head->rnh_treetop;
	while (x->rn_b >= 0 && x->rn_b < bit)
		x = rn_bit(key, x->rn_b) ? x->rn_r : x->rn_l;
	inner->rn_b = bit;
	inner->rn_bmask = 0x80 >> (bit & 7);
	inner->rn_flags = RNF_ACTIVE;
	rn_replace(head, x, inner);
	if (rn_bit(key, bit)) {
		inner->rn_l = x;
		inner->rn_r = t;
	} else {
		inner->rn_l = t;
		inner->rn_r = x;
	}
	x->rn_p = inner;
	t->rn_p = inner;
	return t;
}

static bool
rn_unlink_odd(struct radix_node_head *head, struct radix_node *t)
{
	struct radix_node **tp;

	for (tp = &head->rnh_odd; *tp != NULL; tp = &(*tp)->rn_dupedkey) {
		if (*tp == t) {
			*tp = t->rn_dupedkey;
			return true;
		}
	}
	return false;
}

/* T's inner node is in use elsewhere in the tree: free it by moving it. */
static void
rn_move_inner(struct radix_node_head *head, struct radix_node *from,
    struct radix_node *to)
{
	*to = *from;
	rn_replace(head, from, to);
	to->rn_l->rn_p = to;
	to->rn_r->rn_p = to;
}

/* Remove entry T. */
static void
rn_unlink(struct radix_node_head *head, struct radix_node *t)
{
	struct radix_node *leaf, *e, *p, *sibling;

	leaf = rn_leaf(t->rn_key, head);
	if (leaf != t) {
		for (e = leaf; e->rn_dupedkey != t; e = e->rn_dupedkey)
			continue;
		e->rn_dupedkey = t->rn_dupedkey;
		p = NULL;
	} else if (t->rn_dupedkey != NULL) {
		rn_replace(head, t, t->rn_dupedkey);
		p = NULL;
	} else {
		p = t->rn_p;
		if (p == NULL)
			head->rnh_treetop = NULL;
		else {
			sibling = p->rn_l == t ? p->rn_r : p->rn_l;
			rn_replace(head, p, sibling);
			p->rn_flags = 0;
		}
	}
	/* the inner node that came with t goes with it */
	e = t + 1;
	if ((e->rn_flags & RNF_ACTIVE) == 0 || e == p)
		return;
	if (p != NULL) {
		rn_move_inner(head, e, p);
		return;
	}
	/* another entry of the chain lends its own, which is unused */
	for (leaf = rn_leaf(t->rn_key, head); leaf != NULL;
	     leaf = leaf->rn_dupedkey) {
		if ((leaf[1].rn_flags & RNF_ACTIVE) == 0) {
			rn_move_inner(head, e, leaf + 1);
			return;
		}
	}
	KASSERT(false);
}

/* Delete the entry with that key and mask; NULL if there is none. */
struct radix_node *
rn_delete1(const void *key, const void *mask, struct radix_node_head *head,
    struct radix_node *rn)
{
	struct radix_node *x;

	(void)rn;
	if (mask != NULL)
		x = rn_lookup(key, mask, head);
	else {
		x = rn_leaf(key, head);
		if (x != NULL && x->rn_mask != NULL)
			x = NULL; /* the host entry would be first */
	}
	if (x == NULL)
		return NULL;
	if (head->rnh_odd == NULL || !rn_unlink_odd(head, x))
		rn_unlink(head, x);
	x[0].rn_flags = 0;
	x[1].rn_flags = 0;
	return x;
}

struct radix_node *
rn_delete(const void *key, const void *mask, struct radix_node_head *head)
{
	return rn_delete1(key, mask, head, NULL);
}

/* The leaf after X in the order of the tree. */
static struct radix_node *
rn_next(struct radix_node *x)
{
	while (x->rn_p != NULL && x->rn_p->rn_r == x)
		x = x->rn_p;
	if (x->rn_p == NULL)
		return NULL;
	return rn_leftmost(x->rn_p->rn_r);
}

/*
 * Call F for every entry until it returns non-zero; F may delete the entry
 * that it is called for, and no other.
 */
int
rn_walktree(struct radix_node_head *head, int (*f)(struct radix_node *, void *),
    void *arg)
{
	struct radix_node *leaf, *e, *next;
	const char *nextkey;
	int error;

	leaf = head->rnh_treetop;
	if (leaf != NULL)
		leaf = rn_leftmost(leaf);
	while (leaf != NULL) {
		/* leaves move when others go, keys do not */
		next = rn_next(leaf);
		nextkey = next != NULL ? next->rn_key : NULL;
		for (e = leaf; e != NULL; e = next) {
			next = e->rn_dupedkey;
			error = (*f)(e, arg);
			if (error != 0)
				return error;
		}
		leaf = nextkey != NULL ? rn_leaf(nextkey, head) : NULL;
	}
	for (e = head->rnh_odd; e != NULL; e = next) {
		next = e->rn_dupedkey;
		error = (*f)(e, arg);
		if (error != 0)
			return error;
	}
	return 0;
}

/* The first entry for which MATCHER is true. */
struct radix_node *
rn_search_matched(struct radix_node_head *head,
    int (*matcher)(struct radix_node *, void *), void *arg)
{
	struct radix_node *leaf, *e;

	leaf = head->rnh_treetop;
	if (leaf != NULL)
		leaf = rn_leftmost(leaf);
	for (; leaf != NULL; leaf = rn_next(leaf))
		for (e = leaf; e != NULL; e = e->rn_dupedkey)
			if ((*matcher)(e, arg))
				return e;
	for (e = head->rnh_odd; e != NULL; e = e->rn_dupedkey)
		if ((*matcher)(e, arg))
			return e;
	return NULL;
}
