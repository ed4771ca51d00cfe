/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Longest-prefix match trees over byte-string keys.
 *
 * Keys and masks begin with a length byte. A caller embeds two nodes at the
 * start of its entry (rn_addroute's nodes[2]) and gets back a pointer to the
 * first of them.
 */
#ifndef _NET_RADIX_H_
#define _NET_RADIX_H_

#include <sys/types.h>

struct radix_node {
	struct radix_mask *rn_mklist; /* masks that apply below here */
	struct radix_node *rn_p;      /* parent */
	short rn_b;                   /* bit tested; negative in a leaf */
	char rn_bmask;                /* that bit within its byte */
	unsigned char rn_flags;
#define RNF_NORMAL 1
#define RNF_ROOT   2
#define RNF_ACTIVE 4
	union {
		struct { /* leaf */
			const char *rn_Key;
			const char *rn_Mask;
			struct radix_node *rn_Dupedkey;
		} rn_leaf;
		struct { /* inner node */
			int rn_Off;
			struct radix_node *rn_L;
			struct radix_node *rn_R;
		} rn_node;
	} rn_u;
};

#define rn_dupedkey rn_u.rn_leaf.rn_Dupedkey
#define rn_key      rn_u.rn_leaf.rn_Key
#define rn_mask     rn_u.rn_leaf.rn_Mask
#define rn_off      rn_u.rn_node.rn_Off
#define rn_l        rn_u.rn_node.rn_L
#define rn_r        rn_u.rn_node.rn_R

struct radix_node_head {
	struct radix_node *rnh_treetop;
	int rnh_addrsize;
	int rnh_pktsize;
	int rnh_off; /* bits before the key proper */
	struct radix_node *(*rnh_addaddr)(const void *, const void *,
	    struct radix_node_head *, struct radix_node[2]);
	struct radix_node *(*rnh_deladdr)(
	    const void *, const void *, struct radix_node_head *);
	struct radix_node *(*rnh_matchaddr)(
	    const void *, struct radix_node_head *);
	struct radix_node *(*rnh_lookup)(
	    const void *, const void *, struct radix_node_head *);
	struct radix_node *rnh_odd; /* entries whose mask has holes */
};

#ifdef _KERNEL
extern int max_keylen;

void rn_init(void);
void rn_delayedinit(void **, int);
int rn_inithead(void **, int);
int rn_inithead0(struct radix_node_head *, int);
int rn_refines(const void *, const void *);
int rn_walktree(
    struct radix_node_head *, int (*)(struct radix_node *, void *), void *);
struct radix_node *rn_search_matched(
    struct radix_node_head *, int (*)(struct radix_node *, void *), void *);
struct radix_node *rn_addroute(
    const void *, const void *, struct radix_node_head *, struct radix_node[2]);
struct radix_node *
rn_delete(const void *, const void *, struct radix_node_head *);
struct radix_node *rn_delete1(
    const void *, const void *, struct radix_node_head *, struct radix_node *);
struct radix_node *
rn_lookup(const void *, const void *, struct radix_node_head *);
struct radix_node *rn_match(const void *, struct radix_node_head *);
#endif

#endif /* _NET_RADIX_H_ */
