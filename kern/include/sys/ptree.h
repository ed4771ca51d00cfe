/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PTREE_H_
#define _SYS_PTREE_H_

/*
 * ptree(3): items ordered by the bits of their keys, found by the longest
 * prefix.  An item embeds a pt_node_t; its owner says how keys compare.  The
 * caller excludes writers from readers and from one another.
 */

#include <sys/stdbool.h>
#include <sys/types.h>

typedef enum {
	PT_DESCENDING = -1,
	PT_ASCENDING = 1
} pt_direction_t;

typedef unsigned int pt_slot_t; /* value of a bit */
typedef unsigned int pt_bitoff_t;
typedef unsigned int pt_bitlen_t;

#define PT_SLOT_LEFT  0u
#define PT_SLOT_RIGHT 1u

typedef struct pt_node {
	uintptr_t ptn_slots[2];  /* the nodes before and after */
	uint32_t ptn_nodedata;   /* a mask, and its length in bits */
	uint32_t ptn_branchdata; /* priority in the heap */
} pt_node_t;

/*
 * ptto_matchnode: whether two items' keys agree in the first max bits; if
 * not, at which bit they differ and the first key's value of it.
 * ptto_matchkey: whether a key agrees with an item's in a range of bits.
 * ptto_testnode, ptto_testkey: value of a range of bits, as a slot.
 * Lengths beyond the end of a key stand for its end; context is last.
 */
typedef struct pt_tree_ops {
	bool (*ptto_matchnode)(const void *, const void *, pt_bitoff_t,
	    pt_bitoff_t *, pt_slot_t *, void *);
	bool (*ptto_matchkey)(
	    const void *, const void *, pt_bitoff_t, pt_bitlen_t, void *);
	pt_slot_t (*ptto_testnode)(
	    const void *, pt_bitoff_t, pt_bitlen_t, void *);
	pt_slot_t (*ptto_testkey)(
	    const void *, pt_bitoff_t, pt_bitlen_t, void *);
} pt_tree_ops_t;

typedef struct pt_tree {
	pt_node_t pt_rootnode; /* slot 0: root */
	const pt_tree_ops_t *pt_ops;
	size_t pt_node_offset; /* of the pt_node_t in an item */
	size_t pt_key_offset;  /* of the key in an item */
	void *pt_context;
	uintptr_t pt_spare[3];
} pt_tree_t;

#define PT_FILTER_MASK 0x00000001 /* the item is a mask */
/* whether an item that matches is wanted: (argument, item, PT_FILTER_) */
typedef bool (*pt_filter_t)(void *, const void *, int);

/* tree, operations, context, offsets of node and key in items */
void ptree_init(pt_tree_t *, const pt_tree_ops_t *, void *, size_t, size_t);
/* false: there is such an item already */
bool ptree_insert_node(pt_tree_t *, void *);
/* an item that stands for all keys with its first bits */
bool ptree_insert_mask_node(pt_tree_t *, void *, pt_bitlen_t);
bool ptree_mask_node_p(pt_tree_t *, const void *, pt_bitlen_t *);
/* the item whose longest prefix a key has, and that the filter wants */
void *ptree_find_filtered_node(pt_tree_t *, const void *, pt_filter_t, void *);
#define ptree_find_node(pt, key)                                               \
	ptree_find_filtered_node((pt), (key), NULL, NULL)
void ptree_remove_node(pt_tree_t *, void *);
/* the item after or before one; the first or last for NULL */
void *ptree_iterate(pt_tree_t *, const void *, pt_direction_t);

#endif /* !_SYS_PTREE_H_ */
