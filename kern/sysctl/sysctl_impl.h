/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_SYSCTL_IMPL_H_
#define _KERN_SYSCTL_IMPL_H_

#include <sys/queue.h>
#include <sys/sysctl.h>

/*
 * A node as it is in the tree.  Nodes do not move: sysctl_child of a node is the
 * first of a list, in order of numbers.  t: protected by the tree lock.
 */
struct knode {
	struct sysctlnode kn_node;  /* t: must be first */
	struct knode *kn_next;      /* t: sibling */
	LIST_ENTRY(knode) kn_log;   /* t: in the log that made it */
	struct sysctllog *kn_inlog; /* t: */
};

struct sysctllog {
	LIST_HEAD(, knode) sl_nodes; /* t: the newest first */
};

#define KNODE(n)     ((struct knode *)(void *)__UNCONST(n))
#define FIRST_KID(n) ((struct knode *)(void *)(n)->sysctl_child)
#define IS_NODE(n)   (SYSCTL_TYPE((n)->sysctl_flags) == CTLTYPE_NODE)

/* tree.c */
struct sysctlnode *sysctl_find_num(const struct sysctlnode *, int);
struct sysctlnode *sysctl_find_name(const struct sysctlnode *, const char *);
int sysctl_add(struct sysctlnode *, const struct sysctlnode *, const char *,
    struct sysctllog **, struct sysctlnode **);
int sysctl_remove(struct sysctlnode *);
bool sysctl_tree_writer(void);

/* the nodes that every kernel has */
void sysctl_base_setup(void);

#endif /* !_KERN_SYSCTL_IMPL_H_ */
